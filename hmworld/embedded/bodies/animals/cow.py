"""The black-and-white cow: 1.45 m at the withers, horns, udder, tufted tail."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.bodies.animals.ungulate import AT_HEAD, Build, Head, Limb, body, outline, part_on_head, profile, spot
from hmworld.embedded.bodies.sdf import Loft, Part, Vector, smooth_step, tint
from hmworld.embedded.bodies.skeleton import Skeleton

Array = NDArray[np.float64]
WHITE: Vector = (0.66, 0.62, 0.55)
BLACK: Vector = (0.016, 0.014, 0.013)
PINK: Vector = (0.60, 0.31, 0.25)
HORN: Vector = (0.56, 0.48, 0.34)
PATCHES = (
    (0.50, 1.22, 0.26, 0.34),
    (-0.12, 1.32, 0.30, 0.26),
    (-0.24, 0.98, 0.24, 0.17),
    (-0.78, 1.20, 0.20, 0.26),
    (0.88, 1.40, 0.20, 0.20),
    (-0.46, 0.76, 0.12, 0.10),
)
"""Black patches: x, z, radius along, radius up."""


def _coat(points: Array, colours: Array) -> Array:
    x, y, z = points.T
    wobble = 0.20 * np.sin(11 * x + 4 * z) + 0.18 * np.sin(13 * z - 7 * x + 8 * np.abs(y)) + 0.08 * np.sin(27 * x - 19 * z)
    black = np.zeros(len(points))
    for at_x, at_z, along, up in PATCHES:
        black = np.maximum(black, smooth_step(1.06, 0.94, np.hypot((x - at_x) / along, (z - at_z) / up) + wobble))
    black *= smooth_step(0.60, 0.66, z)
    return tint(colours, BLACK, black)


def _face(points: Array, colours: Array) -> Array:
    x, y, z = points.T
    side = np.abs(y)
    blaze = smooth_step(0.050, 0.036, side + 0.02 * np.sin(14 * x)) * smooth_step(-0.02, 0.02, z)
    muzzle = smooth_step(0.38, 0.43, x)
    colours = tint(colours, BLACK, 1.0 - np.maximum(blaze, smooth_step(0.36, 0.40, x)))
    colours = tint(colours, PINK, 0.85 * muzzle)
    colours = tint(colours, (0.05, 0.02, 0.02), spot(points, (0.53, 0.045, 0.02), (0.030, 0.025, 0.020)))
    mouth = smooth_step(0.010, 0.005, np.abs(z + 0.045)) * smooth_step(0.38, 0.42, x)
    return tint(colours, (0.10, 0.045, 0.04), 0.8 * mouth)


def _ear(points: Array, colours: Array) -> Array:
    inside = (
        smooth_step(0.00, 0.02, points[:, 0])
        * smooth_step(0.13, 0.16, np.abs(points[:, 1]))
        * smooth_step(0.29, 0.25, np.abs(points[:, 1]))
    )
    return tint(colours, (0.40, 0.20, 0.16), 0.7 * inside)


def _tail(points: Array, colours: Array) -> Array:
    return tint(colours, BLACK, smooth_step(0.66, 0.60, points[:, 2]))


COW = Build(
    pelvis=(-0.58, 1.22),
    spine=(-0.15, 1.16),
    chest=(0.30, 1.12),
    necks=((0.58, 1.20), (0.80, 1.32)),
    head_at=(0.98, 1.42),
    scapula=(0.34, 1.34),
    trunk=outline(
        (-0.78, 1.40, 1.08, 0.16),
        (-0.66, 1.45, 0.92, 0.235),
        (-0.48, 1.45, 0.78, 0.28),
        (-0.18, 1.41, 0.66, 0.345),
        (0.12, 1.40, 0.63, 0.345),
        (0.38, 1.42, 0.65, 0.29),
        (0.54, 1.40, 0.72, 0.23),
        (0.64, 1.30, 0.80, 0.17),
    ),
    neck=((0.50, 1.14, 0.27, 0.16), (0.70, 1.25, 0.205, 0.125), (0.88, 1.37, 0.160, 0.115), (0.98, 1.42, 0.13, 0.10)),
    tail=(
        (-0.87, 1.42, 0.045, 0.045),
        (-0.96, 1.25, 0.028, 0.028),
        (-0.97, 0.95, 0.022, 0.022),
        (-0.965, 0.68, 0.035, 0.033),
        (-0.96, 0.46, 0.020, 0.018),
    ),
    fore=Limb(
        ((0.54, 1.00), (0.42, 0.80), (0.440, 0.43), (0.435, 0.145)),
        0.17,
        ((0.38, 0.15, 1.24, 0.16, 0.08), (0.50, 0.17, 1.00, 0.16, 0.09), (0.43, 0.17, 0.82, 0.115, 0.095)),
        (0.115, 0.090, 0.062, 0.066, 0.050, 0.047, 0.058, 0.052),
        (0.075, 0.085, 0.030),
    ),
    hind=Limb(
        ((-0.58, 1.14), (-0.42, 0.84), (-0.68, 0.52), (-0.640, 0.155)),
        0.18,
        ((-0.62, 0.12, 1.18, 0.22, 0.13), (-0.58, 0.15, 1.00, 0.21, 0.12), (-0.49, 0.17, 0.86, 0.16, 0.10)),
        (0.140, 0.110, 0.075, 0.076, 0.055, 0.050, 0.060, 0.054),
        (0.075, 0.085, 0.030),
    ),
    head=Head(
        (
            profile(
                (
                    (0.00, 0.115, -0.12, 0.105),
                    (0.12, 0.110, -0.14, 0.118),
                    (0.26, 0.080, -0.115, 0.096),
                    (0.38, 0.062, -0.085, 0.082),
                    (0.47, 0.060, -0.075, 0.090),
                    (0.50, 0.045, -0.060, 0.078),
                ),
                WHITE,
                0.03,
            ),
            Loft(((0.13, 0.10, 0.045, 0.035, 0.03),), AT_HEAD, WHITE, 0.04),
        ),
        _face,
        (
            (0.01, 0.095, 0.045, 0.030, 0.028),
            (0.00, 0.17, 0.055, 0.022, 0.060),
            (0.00, 0.25, 0.045, 0.018, 0.062),
            (0.01, 0.325, 0.025, 0.010, 0.020),
        ),
        BLACK,
        (0.15, 0.13, 0.055, 0.026),
        42.0,
        ear_wide=(0.55, 0.0, 0.83),
        ear_paint=_ear,
    ),
    colour=WHITE,
    paint=_coat,
    step_m=0.024,
    lumps=(
        Loft(((0.20, 0, 1.38, 0.06, 0.08), (0.36, 0, 1.41, 0.075, 0.08), (0.52, 0, 1.38, 0.07, 0.07)), ((0.0, "chest"),), WHITE, 0.08),
        Loft(
            ((0.62, 0, 0.86, 0.10, 0.05), (0.74, 0, 0.98, 0.09, 0.035), (0.88, 0, 1.18, 0.07, 0.03)),
            ((0.0, "chest"), (2.0, "neck_2")),
            WHITE,
            0.06,
        ),
        Loft(((-0.52, 0.19, 1.40, 0.06, 0.05),), ((0.0, "pelvis"),), WHITE, 0.10),
    ),
    triangles=2300,
    tail_triangles=130,
    tail_paint=_tail,
)


def cow() -> tuple[Skeleton, tuple[Part, ...]]:
    """Skeleton and parts of the cow."""
    horn = Loft(
        (
            (-0.01, 0.065, 0.105, 0.032, 0.032),
            (-0.02, 0.15, 0.135, 0.028, 0.028),
            (0.00, 0.225, 0.185, 0.020, 0.020),
            (0.04, 0.245, 0.255, 0.007, 0.007),
        ),
        AT_HEAD,
        HORN,
    )

    def tips(points: Array, colours: Array) -> Array:
        return tint(colours, (0.07, 0.06, 0.05), smooth_step(0.19, 0.25, points[:, 2]))

    udder = Loft(
        ((-0.42, 0.0, 0.74, 0.14, 0.13), (-0.34, 0.0, 0.69, 0.13, 0.13), (-0.24, 0.0, 0.72, 0.08, 0.09)), ((0.0, "pelvis"),), PINK, 0.05
    )
    teats = tuple(
        Loft(((x, 0.065, 0.60, 0.022, 0.022), (x, 0.075, 0.535, 0.014, 0.014)), ((0.0, "pelvis"),), PINK, 0.03) for x in (-0.40, -0.27)
    )
    return body(COW, (part_on_head(COW, "horns", (horn,), 0.013, 110, tips), Part("udder", (udder, *teats), 0.016, 160)))
