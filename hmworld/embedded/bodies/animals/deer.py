"""The red deer stag: 1.25 m at the withers, ten-pointed antlers, a mane on the throat, a pale rump."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.bodies.animals.ungulate import AT_HEAD, Build, Head, Limb, body, outline, part_on_head, profile, spot
from hmworld.embedded.bodies.sdf import Loft, Part, Vector, smooth_step, tint
from hmworld.embedded.bodies.skeleton import Skeleton

Array = NDArray[np.float64]
RED: Vector = (0.190, 0.083, 0.034)
MANE: Vector = (0.080, 0.040, 0.021)
PALE: Vector = (0.56, 0.43, 0.27)
ANTLER: Vector = (0.30, 0.21, 0.12)
NOSE: Vector = (0.014, 0.011, 0.010)


def _coat(points: Array, colours: Array) -> Array:
    x, y, z = points.T
    side = np.abs(y)
    colours = tint(colours, MANE, 0.85 * smooth_step(0.38, 0.56, x) * smooth_step(0.84, 0.98, z))
    belly = smooth_step(0.80, 0.72, z) * smooth_step(0.10, 0.05, side) * smooth_step(0.25, 0.18, np.abs(x + 0.08))
    colours = tint(colours, PALE, 0.6 * belly)
    rump = smooth_step(-0.56, -0.63, x) * smooth_step(0.76, 0.84, z)
    colours = tint(colours, PALE, 0.95 * rump)
    legs = smooth_step(0.62, 0.40, z)
    colours = tint(colours, (0.12, 0.065, 0.035), 0.7 * legs)
    back = smooth_step(0.09, 0.03, side) * smooth_step(1.08, 1.16, z) * smooth_step(0.2, 0.0, x)
    return tint(colours, MANE, 0.5 * back * (1 - rump))


def _face(points: Array, colours: Array) -> Array:
    x, _, z = points.T
    colours = tint(colours, MANE, 0.6 * smooth_step(0.02, 0.05, z) * smooth_step(0.30, 0.20, x))
    colours = tint(colours, PALE, 0.7 * smooth_step(-0.02, -0.05, z) * smooth_step(0.12, 0.20, x))
    colours = tint(colours, PALE, 0.6 * smooth_step(0.27, 0.30, x) * smooth_step(0.34, 0.32, x))
    colours = tint(colours, NOSE, smooth_step(0.335, 0.35, x) * smooth_step(-0.035, -0.02, z))
    mouth = smooth_step(0.008, 0.004, np.abs(z + 0.040)) * smooth_step(0.24, 0.27, x)
    colours = tint(colours, NOSE, 0.7 * mouth)
    return tint(colours, PALE, 0.5 * spot(points, (0.115, 0.075, 0.02), (0.04, 0.04, 0.03)))


def _ear(points: Array, colours: Array) -> Array:
    return tint(colours, PALE, 0.75 * smooth_step(-0.06, -0.03, points[:, 0]) * smooth_step(0.09, 0.12, np.abs(points[:, 1])))


DEER = Build(
    pelvis=(-0.42, 1.06),
    spine=(-0.12, 1.02),
    chest=(0.20, 1.00),
    necks=((0.40, 1.08), (0.52, 1.26)),
    head_at=(0.66, 1.50),
    scapula=(0.26, 1.18),
    trunk=outline(
        (-0.60, 1.14, 0.92, 0.11),
        (-0.50, 1.20, 0.84, 0.165),
        (-0.34, 1.21, 0.80, 0.185),
        (-0.10, 1.18, 0.76, 0.205),
        (0.14, 1.19, 0.70, 0.205),
        (0.32, 1.22, 0.70, 0.175),
        (0.42, 1.18, 0.78, 0.130),
    ),
    neck=((0.36, 1.06, 0.195, 0.125), (0.49, 1.20, 0.160, 0.105), (0.58, 1.35, 0.125, 0.088), (0.66, 1.49, 0.088, 0.072)),
    tail=((-0.66, 1.13, 0.035, 0.045), (-0.715, 1.04, 0.030, 0.042), (-0.72, 0.95, 0.012, 0.018)),
    fore=Limb(
        ((0.38, 0.92), (0.29, 0.75), (0.305, 0.40), (0.305, 0.120)),
        0.105,
        ((0.25, 0.09, 1.06, 0.115, 0.06), (0.34, 0.105, 0.90, 0.11, 0.065), (0.295, 0.105, 0.76, 0.085, 0.06)),
        (0.078, 0.056, 0.037, 0.040, 0.027, 0.026, 0.032, 0.029),
        (0.042, 0.060, 0.026),
    ),
    hind=Limb(
        ((-0.42, 1.02), (-0.30, 0.76), (-0.545, 0.48), (-0.505, 0.130)),
        0.11,
        ((-0.45, 0.07, 1.03, 0.18, 0.095), (-0.42, 0.09, 0.90, 0.165, 0.085), (-0.35, 0.105, 0.77, 0.115, 0.07)),
        (0.100, 0.072, 0.045, 0.046, 0.031, 0.028, 0.034, 0.030),
        (0.042, 0.060, 0.026),
    ),
    head=Head(
        (
            profile(
                (
                    (0.00, 0.075, -0.075, 0.070),
                    (0.10, 0.070, -0.085, 0.076),
                    (0.20, 0.045, -0.070, 0.054),
                    (0.29, 0.028, -0.055, 0.042),
                    (0.335, 0.025, -0.045, 0.040),
                ),
                RED,
                0.02,
            ),
        ),
        _face,
        (
            (-0.02, 0.055, 0.045, 0.020, 0.022),
            (-0.04, 0.115, 0.075, 0.014, 0.042),
            (-0.055, 0.18, 0.095, 0.012, 0.040),
            (-0.065, 0.235, 0.105, 0.006, 0.010),
        ),
        RED,
        (0.115, 0.08, 0.03, 0.018),
        28.0,
        ear_wide=(0.35, 0.0, 0.94),
        ear_paint=_ear,
    ),
    colour=RED,
    paint=_coat,
    step_m=0.0185,
    lumps=(
        Loft(
            ((0.44, 0, 0.94, 0.10, 0.07), (0.56, 0, 1.10, 0.095, 0.075), (0.66, 0, 1.30, 0.065, 0.055)),
            ((0.0, "chest"), (1.0, "neck_1"), (2.0, "neck_2")),
            MANE,
            0.07,
        ),
    ),
    triangles=1900,
)


def deer() -> tuple[Skeleton, tuple[Part, ...]]:
    """Skeleton and parts of the stag. The antlers' beams sweep back and out, then up; tines point forwards."""
    beam = (
        (0.01, 0.035, 0.07, 0.026),
        (-0.09, 0.09, 0.17, 0.021),
        (-0.22, 0.19, 0.27, 0.020),
        (-0.31, 0.30, 0.42, 0.019),
        (-0.29, 0.34, 0.57, 0.017),
        (-0.20, 0.33, 0.70, 0.008),
    )
    tines = (
        ((-0.01, 0.05, 0.10), (0.10, 0.09, 0.14), (0.16, 0.10, 0.24)),
        ((-0.10, 0.10, 0.19), (0.02, 0.16, 0.26), (0.07, 0.17, 0.36)),
        ((-0.28, 0.26, 0.36), (-0.15, 0.32, 0.42), (-0.09, 0.32, 0.51)),
        ((-0.30, 0.34, 0.54), (-0.38, 0.38, 0.62), (-0.40, 0.39, 0.71)),
    )
    lofts = [Loft(tuple((x, y, z, r, r) for x, y, z, r in beam), AT_HEAD, ANTLER, 0.02)]
    for tine in tines:
        lofts.append(Loft(tuple((x, y, z, r, r) for (x, y, z), r in zip(tine, (0.020, 0.016, 0.007), strict=True)), AT_HEAD, ANTLER, 0.02))

    def paint(points: Array, colours: Array) -> Array:
        return tint(colours, (0.62, 0.54, 0.40), smooth_step(0.50, 0.82, points[:, 2]) * 0.7)

    return body(DEER, (part_on_head(DEER, "antlers", tuple(lofts), 0.0115, 430, paint),))
