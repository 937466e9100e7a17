"""The pink pig: 0.8 m at the shoulder, a barrel on short legs, a round snout, flopping ears, a curled tail."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.bodies.animals.ungulate import AT_HEAD, Build, Head, Limb, body, outline, profile, spot
from hmworld.embedded.bodies.sdf import Loft, Part, Vector, smooth_step, tint
from hmworld.embedded.bodies.skeleton import Skeleton

Array = NDArray[np.float64]
PINK: Vector = (0.640, 0.345, 0.270)
ROSE: Vector = (0.600, 0.255, 0.200)
DARK: Vector = (0.10, 0.035, 0.03)


def _coat(points: Array, colours: Array) -> Array:
    x, y, z = points.T
    colours = tint(colours, (0.70, 0.46, 0.37), 0.5 * smooth_step(0.62, 0.82, z))
    colours = tint(colours, (0.42, 0.25, 0.18), 0.45 * smooth_step(0.22, 0.05, z))
    blotch = np.sin(9 * x + 3 * z) * np.sin(11 * z - 4 * x) * np.sin(10 * np.abs(y) + 1)
    shaded: Array = colours * (1.0 + 0.06 * blotch)[:, None]
    return shaded


def _face(points: Array, colours: Array) -> Array:
    x, _, z = points.T
    colours = tint(colours, ROSE, 0.8 * smooth_step(0.370, 0.385, x))
    colours = tint(colours, DARK, smooth_step(0.385, 0.40, x) * spot(points, (0.41, 0.026, -0.035), (0.06, 0.013, 0.020)))
    mouth = smooth_step(0.010, 0.005, np.abs(z + 0.100 - 0.10 * (x - 0.26))) * smooth_step(0.16, 0.20, x) * smooth_step(0.365, 0.35, x)
    return tint(colours, DARK, 0.8 * mouth)


PIG = Build(
    pelvis=(-0.36, 0.56),
    spine=(-0.10, 0.55),
    chest=(0.20, 0.53),
    necks=((0.38, 0.57),),
    head_at=(0.54, 0.64),
    scapula=(0.24, 0.64),
    trunk=outline(
        (-0.50, 0.70, 0.42, 0.115),
        (-0.40, 0.78, 0.34, 0.195),
        (-0.20, 0.83, 0.27, 0.240),
        (0.04, 0.83, 0.245, 0.255),
        (0.26, 0.80, 0.27, 0.235),
        (0.42, 0.75, 0.34, 0.180),
    ),
    neck=((0.34, 0.56, 0.235, 0.195), (0.46, 0.60, 0.205, 0.165), (0.55, 0.62, 0.165, 0.135)),
    tail=(
        (-0.60, 0.66, 0.022, 0.022),
        (-0.660, 0.655, 0.018, 0.018),
        (-0.690, 0.70, 0.016, 0.016),
        (-0.655, 0.730, 0.015, 0.015),
        (-0.640, 0.690, 0.013, 0.013),
        (-0.690, 0.665, 0.010, 0.010),
    ),
    fore=Limb(
        ((0.36, 0.46), (0.28, 0.36), (0.295, 0.205), (0.290, 0.085)),
        0.135,
        ((0.27, 0.13, 0.58, 0.13, 0.075), (0.34, 0.14, 0.46, 0.12, 0.075), (0.29, 0.135, 0.37, 0.085, 0.065)),
        (0.085, 0.066, 0.050, 0.050, 0.041, 0.039, 0.043, 0.038),
        (0.046, 0.050, 0.020),
    ),
    hind=Limb(
        ((-0.36, 0.54), (-0.27, 0.38), (-0.415, 0.235), (-0.390, 0.088)),
        0.135,
        ((-0.38, 0.11, 0.54, 0.19, 0.11), (-0.36, 0.13, 0.46, 0.165, 0.095), (-0.31, 0.135, 0.385, 0.115, 0.08)),
        (0.098, 0.074, 0.050, 0.050, 0.041, 0.039, 0.043, 0.038),
        (0.046, 0.050, 0.020),
    ),
    head=Head(
        (
            profile(
                (
                    (0.00, 0.130, -0.150, 0.130),
                    (0.10, 0.125, -0.160, 0.130),
                    (0.20, 0.060, -0.135, 0.096),
                    (0.29, 0.025, -0.110, 0.070),
                    (0.345, 0.020, -0.095, 0.060),
                ),
                PINK,
                0.03,
            ),
            Loft(((0.365, 0, -0.034, 0.064, 0.070), (0.372, 0, -0.034, 0.052, 0.058)), AT_HEAD, ROSE, 0.012),
            Loft(((0.12, 0.085, -0.085, 0.07, 0.06),), AT_HEAD, PINK, 0.05),
        ),
        _face,
        (
            (0.01, 0.080, 0.115, 0.022, 0.045),
            (0.03, 0.115, 0.175, 0.017, 0.068),
            (0.09, 0.140, 0.200, 0.014, 0.055),
            (0.145, 0.150, 0.175, 0.008, 0.016),
        ),
        (0.61, 0.30, 0.235),
        (0.175, 0.10, 0.035, 0.017),
        18.0,
        ear_wide=(-0.25, 0.93, 0.0),
    ),
    colour=PINK,
    paint=_coat,
    step_m=0.0155,
    hoof_colour=(0.13, 0.085, 0.065),
    triangles=1700,
    tail_triangles=110,
)


def pig() -> tuple[Skeleton, tuple[Part, ...]]:
    """Skeleton and parts of the pig."""
    return body(PIG)
