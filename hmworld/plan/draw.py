"""Random choices of one candidate: raw Philox 4x64 words keyed by (seed, candidate index).

Only the raw words are taken from NumPy: they are specified (Salmon et al., SC 2011) and may not change, unlike its distributions.
"""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")


class Draw:
    """A stream of choices; the n-th call always sees the same word of the same candidate."""

    def __init__(self, seed: int, candidate: int) -> None:
        self._words = np.random.Philox(key=seed, counter=candidate << 64)

    def unit(self) -> float:
        """A number in [0, 1) with 53 random bits."""
        return float(int(self._words.random_raw()) >> 11) * 2.0**-53

    def between(self, low: float, high: float, decimals: int) -> float:
        """A number in [low, high], rounded to so many decimals."""
        return round(low + (high - low) * self.unit(), decimals) + 0.0

    def whole(self, low: int, high: int) -> int:
        """A whole number in [low, high]."""
        return low + min(int(self.unit() * (high - low + 1)), high - low)

    def pick(self, options: Sequence[T]) -> T:
        """One of the options."""
        return options[self.whole(0, len(options) - 1)]

    def sign(self) -> int:
        """1 or -1."""
        return 1 if self.unit() < 0.5 else -1
