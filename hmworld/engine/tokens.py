"""What is commanded of an engine, as the wire has it: instants, looks, and the colours of masks."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hmworld.model.cards import Look
from hmworld.protocol.grammar import fixed

Array = NDArray[np.float64]


@dataclass(frozen=True)
class SubjectCommand:
    """Pose and animation of one subject at one instant, in the wire's units."""

    ue: Array
    gait_time_s: float
    idle_time_s: float
    gait_weight: float


@dataclass(frozen=True)
class Instant:
    """All that is commanded of one instant: camera pose (6,) in Unreal's numbers and the subjects'."""

    camera_ue: Array
    subjects: tuple[SubjectCommand, ...]


def subjects_token(subjects: Sequence[SubjectCommand]) -> str:
    """The numbers of `SetSubjects`."""
    return ",".join(
        ",".join(
            [
                *(fixed(v, 4) for v in s.ue[:3]),
                *(fixed(v, 5) for v in s.ue[3:]),
                *(fixed(v, 6) for v in (s.gait_time_s, s.idle_time_s, s.gait_weight)),
            ]
        )
        for s in subjects
    )


def look_token(look: Look) -> str:
    """The 17 numbers of `SetLook`."""
    values = (
        look.sun_azimuth_deg,
        look.sun_elevation_deg,
        *look.sun_rgb,
        *look.sky_rgb,
        *look.horizon_rgb,
        *look.ground_rgb,
        look.fog_density_per_m,
        look.exposure,
        look.lamps,
    )
    return ",".join(fixed(v, 6) for v in values)


def mask_colours(count: int) -> list[tuple[int, int, int]]:
    """Colours that stay apart after an engine's rounding: channels in steps of 40, never black or grey."""
    colours: list[tuple[int, int, int]] = []
    for code in range(1, 343):
        r, g, b = code // 49 * 40, code // 7 % 7 * 40, code % 7 * 40
        if len({r, g, b}) > 1:
            colours.append((r, g, b))
    # Spread them, so that few subjects get colours far apart.
    ordered = [colours[(k * 97) % len(colours)] for k in range(len(colours))]
    return ordered[:count]
