"""What a check found."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Verdict = Literal["ok", "bad", "not judged"]


@dataclass(frozen=True)
class Finding:
    """The verdict of one check."""

    check: str
    assumption: str
    """What the driver takes for granted."""
    verdict: Verdict
    measured: str
    """In figures, or why nothing could be."""
    defect: str = ""
    """Name of what is wrong, where something is."""
    advice: str = ""
    pictures: dict[str, NDArray[np.uint8]] = field(default_factory=dict, compare=False)
    """(H, W, 3) RGB by name, of what was seen where something is wrong."""


@dataclass(frozen=True)
class Outcome:
    """What a check function answers: a defect's name ("" where there is none) and the figures."""

    defect: str
    measured: str


def good(measured: str) -> Outcome:
    """The assumption holds."""
    return Outcome("", measured)


def bad(defect: str, measured: str) -> Outcome:
    """The assumption does not hold, in this way."""
    return Outcome(defect, measured)
