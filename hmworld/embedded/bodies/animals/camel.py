"""The one-humped camel: 2.15 m at the hump, a long curved neck, padded knees."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.bodies.animals.ungulate import AT_HEAD, Build, Head, Limb, body, outline, profile, spot
from hmworld.embedded.bodies.sdf import Loft, Part, Vector, smooth_step, tint
from hmworld.embedded.bodies.skeleton import Skeleton

Array = NDArray[np.float64]
SAND: Vector = (0.300, 0.180, 0.085)
BROWN: Vector = (0.130, 0.070, 0.032)
DARK: Vector = (0.030, 0.020, 0.014)


def _coat(points: Array, colours: Array) -> Array:
    x, y, z = points.T
    hump = smooth_step(1.78, 1.98, z) * smooth_step(0.55, 0.35, np.abs(x + 0.1))
    colours = tint(colours, BROWN, 0.75 * hump)
    throat = smooth_step(0.62, 0.78, x) * smooth_step(0.10, -0.06, z - (1.02 + 0.55 * (x - 0.6)))
    colours = tint(colours, BROWN, 0.65 * throat)
    pads = smooth_step(0.07, 0.05, np.abs(z - 0.60)) * smooth_step(0.46, 0.50, x)
    colours = tint(colours, (0.13, 0.08, 0.045), 0.7 * pads)
    fur = np.sin(29 * x + 11 * z) * np.sin(23 * z - 17 * x + 9 * np.abs(y))
    shaded: Array = colours * (1.0 + 0.06 * fur)[:, None]
    return shaded


def _face(points: Array, colours: Array) -> Array:
    x, _, z = points.T
    colours = tint(colours, BROWN, 0.5 * smooth_step(0.05, 0.09, z) * smooth_step(0.16, 0.10, x))
    nostril = spot(points, (0.445, 0.030, 0.012), (0.040, 0.020, 0.012))
    colours = tint(colours, DARK, nostril)
    lip = smooth_step(0.010, 0.005, np.abs(z + 0.045 + 0.02 * smooth_step(0.40, 0.47, x))) * smooth_step(0.26, 0.30, x)
    return tint(colours, DARK, 0.75 * lip)


def _tail(points: Array, colours: Array) -> Array:
    return tint(colours, BROWN, smooth_step(1.12, 1.02, points[:, 2]))


CAMEL = Build(
    pelvis=(-0.58, 1.46),
    spine=(-0.15, 1.46),
    chest=(0.34, 1.46),
    necks=((0.68, 1.38), (1.00, 1.42), (1.20, 1.74)),
    head_at=(1.32, 2.04),
    scapula=(0.42, 1.66),
    trunk=outline(
        (-0.80, 1.56, 1.30, 0.14),
        (-0.66, 1.70, 1.20, 0.205),
        (-0.42, 1.77, 1.16, 0.25),
        (-0.10, 1.80, 1.05, 0.30),
        (0.22, 1.80, 0.95, 0.305),
        (0.46, 1.76, 0.92, 0.265),
        (0.62, 1.64, 1.04, 0.195),
    ),
    neck=(
        (0.52, 1.36, 0.26, 0.17),
        (0.80, 1.27, 0.185, 0.125),
        (1.02, 1.38, 0.155, 0.108),
        (1.16, 1.62, 0.130, 0.095),
        (1.25, 1.86, 0.112, 0.088),
        (1.31, 2.03, 0.100, 0.086),
    ),
    tail=(
        (-0.90, 1.58, 0.040, 0.040),
        (-0.98, 1.40, 0.028, 0.028),
        (-1.00, 1.18, 0.020, 0.020),
        (-1.00, 1.00, 0.034, 0.030),
        (-0.99, 0.84, 0.015, 0.015),
    ),
    fore=Limb(
        ((0.60, 1.30), (0.45, 1.08), (0.480, 0.60), (0.470, 0.190)),
        0.165,
        ((0.42, 0.145, 1.50, 0.17, 0.09), (0.54, 0.165, 1.28, 0.155, 0.09), (0.46, 0.165, 1.10, 0.115, 0.085)),
        (0.108, 0.085, 0.066, 0.082, 0.052, 0.048, 0.060, 0.062),
        (0.110, 0.085, 0.055),
    ),
    hind=Limb(
        ((-0.58, 1.42), (-0.40, 1.06), (-0.68, 0.66), (-0.630, 0.190)),
        0.17,
        ((-0.62, 0.10, 1.44, 0.21, 0.125), (-0.56, 0.14, 1.24, 0.185, 0.105), (-0.46, 0.165, 1.07, 0.135, 0.09)),
        (0.122, 0.090, 0.064, 0.070, 0.052, 0.047, 0.058, 0.060),
        (0.105, 0.085, 0.055),
    ),
    head=Head(
        (
            profile(
                (
                    (-0.02, 0.085, -0.10, 0.088),
                    (0.10, 0.095, -0.115, 0.096),
                    (0.22, 0.060, -0.10, 0.074),
                    (0.34, 0.045, -0.090, 0.060),
                    (0.44, 0.035, -0.095, 0.062),
                    (0.47, 0.015, -0.085, 0.050),
                ),
                SAND,
                0.025,
            ),
            Loft(((0.36, 0.0, -0.085, 0.035, 0.040), (0.43, 0.0, -0.105, 0.028, 0.034)), AT_HEAD, SAND, 0.03),
            Loft(((0.125, 0.075, 0.060, 0.030, 0.025),), AT_HEAD, SAND, 0.03),
        ),
        _face,
        (
            (-0.05, 0.065, 0.075, 0.022, 0.022),
            (-0.085, 0.085, 0.125, 0.016, 0.034),
            (-0.10, 0.095, 0.175, 0.008, 0.012),
        ),
        SAND,
        (0.135, 0.105, 0.045, 0.023),
        14.0,
        ear_wide=(0.6, 0.8, 0.0),
        ear_triangles=110,
    ),
    colour=SAND,
    paint=_coat,
    step_m=0.026,
    hoof_colour=(0.20, 0.13, 0.08),
    triangles=2400,
    lumps=(
        Loft(
            (
                (-0.40, 0, 1.66, 0.17, 0.14),
                (-0.24, 0, 1.88, 0.19, 0.135),
                (-0.06, 0, 2.02, 0.19, 0.12),
                (0.12, 0, 1.88, 0.20, 0.13),
                (0.30, 0, 1.66, 0.17, 0.14),
            ),
            ((0.0, "pelvis"), (1.0, "spine"), (3.0, "spine"), (4.0, "chest")),
            SAND,
            0.10,
        ),
        Loft(((0.40, 0, 0.92, 0.08, 0.08),), ((0.0, "chest"),), BROWN, 0.08),
    ),
    tail_triangles=100,
    tail_paint=_tail,
)


def camel() -> tuple[Skeleton, tuple[Part, ...]]:
    """Skeleton and parts of the camel."""
    return body(CAMEL)
