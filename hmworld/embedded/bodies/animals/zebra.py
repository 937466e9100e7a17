"""The zebra: 1.3 m at the withers, black stripes on white, an upright mane, a tufted tail."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.bodies.animals.ungulate import Build, Head, Limb, body, outline, profile, spot
from hmworld.embedded.bodies.sdf import Loft, Part, Vector, smooth_step, tint
from hmworld.embedded.bodies.skeleton import Skeleton

Array = NDArray[np.float64]
WHITE: Vector = (0.62, 0.59, 0.53)
BLACK: Vector = (0.014, 0.012, 0.011)


def _bands(along: Array, width: float = 0.0) -> Array:
    """1 on black stripes, one per unit of `along`; `width` above 0 makes them broader."""
    return smooth_step(-0.22, 0.22, np.cos(2 * np.pi * along) + width)


def _coat(points: Array, colours: Array) -> Array:
    x, y, z = points.T
    side = np.abs(y)
    body_bands = _bands((x + 0.10 * np.sin(4 * z) + 0.05 * (1.0 - z)) / 0.135)
    rump_bands = _bands((0.80 * z - 0.55 * x + 0.25 * (x + 0.35) ** 2) / 0.145)
    neck_bands = _bands((0.72 * z + 0.66 * x) / 0.125)
    leg_bands = _bands(z / 0.095, -0.1)
    on_rump = smooth_step(-0.20, -0.30, x + 0.25 * (z - 1.0))
    on_neck = smooth_step(1.62, 1.72, x + z)
    black = body_bands * (1 - on_rump) + rump_bands * on_rump
    black = black * (1 - on_neck) + neck_bands * on_neck
    on_leg = smooth_step(0.74, 0.66, z)
    black = black * (1 - on_leg) + leg_bands * on_leg
    belly = smooth_step(0.84, 0.76, z) * smooth_step(0.16, 0.08, side) * smooth_step(0.60, 0.66, z)
    spine = smooth_step(0.035, 0.02, side) * smooth_step(1.20, 1.24, z) * smooth_step(0.30, 0.20, x)
    return tint(colours, BLACK, np.maximum(black * (1 - belly), spine))


def _face(points: Array, colours: Array) -> Array:
    x, _, z = points.T
    colours = tint(colours, BLACK, _bands((x - 0.6 * z) / 0.075) * smooth_step(0.42, 0.36, x))
    colours = tint(colours, BLACK, smooth_step(0.40, 0.46, x))
    return tint(colours, (0.002, 0.002, 0.002), spot(points, (0.52, 0.035, 0.005), (0.022, 0.02, 0.018)))


def _ear(points: Array, colours: Array) -> Array:
    return tint(colours, BLACK, smooth_step(0.13, 0.16, points[:, 2]))


def _mane(points: Array, colours: Array) -> Array:
    return tint(colours, BLACK, _bands((0.72 * points[:, 2] + 0.66 * points[:, 0]) / 0.125))


def _tail(points: Array, colours: Array) -> Array:
    z = points[:, 2]
    return tint(colours, BLACK, np.maximum(smooth_step(0.82, 0.76, z), _bands(z / 0.07)))


ZEBRA = Build(
    pelvis=(-0.44, 1.04),
    spine=(-0.12, 1.02),
    chest=(0.22, 1.00),
    necks=((0.44, 1.10), (0.60, 1.29)),
    head_at=(0.78, 1.50),
    scapula=(0.28, 1.20),
    trunk=outline(
        (-0.66, 1.16, 0.92, 0.12),
        (-0.54, 1.27, 0.80, 0.195),
        (-0.36, 1.29, 0.75, 0.235),
        (-0.08, 1.24, 0.70, 0.262),
        (0.16, 1.24, 0.67, 0.250),
        (0.36, 1.28, 0.70, 0.205),
        (0.46, 1.20, 0.80, 0.155),
    ),
    neck=((0.40, 1.06, 0.235, 0.140), (0.56, 1.22, 0.180, 0.108), (0.68, 1.37, 0.145, 0.088), (0.78, 1.50, 0.110, 0.074)),
    tail=((-0.75, 1.15, 0.030, 0.030), (-0.82, 0.98, 0.022, 0.022), (-0.83, 0.76, 0.032, 0.030), (-0.82, 0.52, 0.016, 0.016)),
    fore=Limb(
        ((0.46, 0.92), (0.33, 0.76), (0.355, 0.41), (0.350, 0.135)),
        0.13,
        ((0.28, 0.11, 1.12, 0.14, 0.07), (0.42, 0.125, 0.92, 0.135, 0.075), (0.34, 0.13, 0.77, 0.095, 0.072)),
        (0.088, 0.064, 0.044, 0.048, 0.033, 0.031, 0.039, 0.035),
        (0.056, 0.075, 0.026),
    ),
    hind=Limb(
        ((-0.44, 1.00), (-0.30, 0.75), (-0.545, 0.49), (-0.510, 0.150)),
        0.14,
        ((-0.47, 0.08, 1.02, 0.21, 0.125), (-0.44, 0.11, 0.88, 0.185, 0.105), (-0.36, 0.13, 0.77, 0.130, 0.085)),
        (0.112, 0.082, 0.052, 0.052, 0.036, 0.033, 0.040, 0.036),
        (0.056, 0.075, 0.026),
    ),
    head=Head(
        (
            profile(
                (
                    (0.00, 0.085, -0.10, 0.080),
                    (0.11, 0.080, -0.125, 0.086),
                    (0.24, 0.052, -0.095, 0.068),
                    (0.38, 0.038, -0.065, 0.056),
                    (0.47, 0.035, -0.060, 0.058),
                    (0.50, 0.020, -0.045, 0.048),
                ),
                WHITE,
                0.02,
            ),
        ),
        _face,
        (
            (0.00, 0.050, 0.075, 0.024, 0.028),
            (-0.02, 0.070, 0.135, 0.020, 0.036),
            (-0.03, 0.078, 0.195, 0.012, 0.022),
            (-0.03, 0.078, 0.225, 0.007, 0.008),
        ),
        WHITE,
        (0.130, 0.09, 0.025, 0.020),
        44.0,
        ear_wide=(0.5, 0.86, 0.0),
        ear_paint=_ear,
        triangles=800,
    ),
    colour=WHITE,
    paint=_coat,
    step_m=0.0185,
    triangles=2300,
    tail_triangles=130,
    tail_paint=_tail,
)


def zebra() -> tuple[Skeleton, tuple[Part, ...]]:
    """Skeleton and parts of the zebra; the mane is a brush on the crest of the neck."""
    crest = Loft(
        ((0.80, 0, 1.60, 0.05, 0.028), (0.68, 0, 1.52, 0.065, 0.026), (0.54, 0, 1.40, 0.065, 0.026), (0.38, 0, 1.29, 0.03, 0.02)),
        ((0.0, "head"), (0.6, "neck_2"), (1.2, "neck_2"), (2.0, "neck_1"), (3.0, "chest")),
        WHITE,
    )
    return body(ZEBRA, (Part("mane", (crest,), 0.014, 240, paint=_mane),))
