"""The African elephant: 3.1 m at the shoulder, great ears, tusks, a trunk to the ground, pillar legs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.bodies.animals.ungulate import AT_HEAD, Build, Head, Limb, body, outline, part_on_head, profile, spot
from hmworld.embedded.bodies.sdf import Loft, Part, Vector, smooth_step, tint
from hmworld.embedded.bodies.skeleton import Skeleton

Array = NDArray[np.float64]
GREY: Vector = (0.150, 0.138, 0.128)
DUST: Vector = (0.215, 0.185, 0.155)
NAIL: Vector = (0.34, 0.30, 0.25)
IVORY: Vector = (0.62, 0.57, 0.46)
TRUNK = ("trunk_1", "trunk_2", "trunk_3", "trunk_4")


def _hide(points: Array, colours: Array) -> Array:
    x, y, z = points.T
    colours = tint(colours, DUST, 0.7 * smooth_step(1.2, 0.3, z))
    colours = tint(colours, DUST, 0.4 * smooth_step(2.9, 3.15, z))
    creases = np.sin(31 * z + 4 * np.sin(5 * x)) * np.sin(23 * x + 3 * np.sin(7 * z)) + 0.6 * np.sin(13 * x - 17 * z + 9 * np.abs(y))
    wrinkled: Array = colours * (1.0 + 0.07 * creases)[:, None]
    return wrinkled


def _nails(points: Array, colours: Array) -> Array:
    x, y, z = points.T
    angle = np.arctan2(np.abs(y) - 0.45, x - 0.05)
    nail = smooth_step(-0.1, 0.3, np.cos(5.2 * angle)) * (x > 0.02) * smooth_step(0.02, 0.04, z) * smooth_step(0.15, 0.12, z)
    return tint(colours, NAIL, 0.9 * nail)


def _face(points: Array, colours: Array) -> Array:
    x, _, z = points.T
    rings = np.sin(38 * (z + 0.5 * x)) * smooth_step(0.45, 0.60, x)
    colours = colours * (1.0 + 0.10 * rings)[:, None]
    return tint(colours, (0.05, 0.045, 0.04), 0.6 * spot(points, (0.36, 0.32, -0.02), (0.09, 0.12, 0.065)))


ELEPHANT = Build(
    pelvis=(-0.95, 2.25),
    spine=(-0.25, 2.20),
    chest=(0.55, 2.20),
    necks=((1.05, 2.40), (1.22, 2.52)),
    head_at=(1.40, 2.62),
    scapula=(0.75, 2.70),
    trunk=outline(
        (-1.36, 2.50, 1.60, 0.34),
        (-1.12, 2.86, 1.36, 0.54),
        (-0.72, 2.98, 1.22, 0.66),
        (-0.25, 2.92, 1.08, 0.76),
        (0.25, 2.88, 1.08, 0.76),
        (0.70, 2.96, 1.26, 0.62),
        (1.00, 2.86, 1.52, 0.44),
        (1.14, 2.70, 1.78, 0.34),
    ),
    neck=((0.95, 2.34, 0.50, 0.38), (1.20, 2.48, 0.43, 0.34), (1.40, 2.60, 0.40, 0.32)),
    tail=(
        (-1.66, 2.42, 0.085, 0.085),
        (-1.80, 2.05, 0.050, 0.050),
        (-1.84, 1.60, 0.035, 0.035),
        (-1.85, 1.22, 0.045, 0.055),
        (-1.85, 0.98, 0.025, 0.025),
    ),
    fore=Limb(
        ((0.82, 1.75), (0.66, 1.42), (0.720, 0.78), (0.700, 0.26)),
        0.42,
        ((0.70, 0.38, 2.35, 0.36, 0.20), (0.78, 0.42, 1.85, 0.34, 0.22), (0.68, 0.42, 1.45, 0.27, 0.235)),
        (0.255, 0.225, 0.195, 0.195, 0.180, 0.185, 0.195, 0.205),
        (0.225, 0.16, 0.03),
    ),
    hind=Limb(
        ((-0.92, 2.15), (-0.74, 1.30), (-0.98, 0.70), (-0.955, 0.26)),
        0.40,
        ((-0.98, 0.30, 2.15, 0.48, 0.30), (-0.92, 0.38, 1.75, 0.40, 0.27), (-0.82, 0.40, 1.38, 0.30, 0.24)),
        (0.270, 0.215, 0.175, 0.170, 0.165, 0.175, 0.185, 0.195),
        (0.215, 0.16, 0.03),
    ),
    head=Head(
        (
            profile(
                (
                    (-0.05, 0.46, -0.42, 0.34),
                    (0.14, 0.50, -0.42, 0.37),
                    (0.34, 0.38, -0.46, 0.34),
                    (0.50, 0.16, -0.46, 0.27),
                    (0.60, -0.02, -0.46, 0.22),
                ),
                GREY,
                0.10,
            ),
            Loft(((0.10, 0.16, 0.40, 0.16, 0.14),), AT_HEAD, GREY, 0.14),
            Loft(((0.22, 0.0, -0.48, 0.15, 0.13), (0.40, 0.0, -0.66, 0.09, 0.09)), AT_HEAD, GREY, 0.10),
            Loft(((0.40, 0.20, -0.25, 0.13, 0.11), (0.56, 0.22, -0.46, 0.095, 0.085)), AT_HEAD, GREY, 0.08),
            Loft(
                (
                    (0.54, 0, -0.18, 0.26, 0.24),
                    (0.70, 0, -0.50, 0.205, 0.195),
                    (0.76, 0, -0.90, 0.165, 0.165),
                    (0.75, 0, -1.35, 0.135, 0.14),
                    (0.72, 0, -1.80, 0.110, 0.115),
                    (0.76, 0, -2.12, 0.092, 0.095),
                    (0.90, 0, -2.26, 0.080, 0.082),
                ),
                ((0.0, "head"), (0.8, "trunk_1"), (2.0, "trunk_2"), (3.2, "trunk_3"), (4.4, "trunk_4")),
                GREY,
                0.08,
            ),
        ),
        _face,
        (
            (0.04, 0.36, -0.02, 0.06, 0.34),
            (-0.16, 0.54, -0.15, 0.055, 0.61),
            (-0.40, 0.74, -0.22, 0.050, 0.75),
            (-0.62, 0.90, -0.20, 0.045, 0.70),
            (-0.80, 0.98, -0.12, 0.035, 0.50),
        ),
        (0.165, 0.145, 0.130),
        (0.37, 0.32, -0.02, 0.042),
        0.0,
        ear_wide=(0.10, 0.10, 1.0),
        ear_triangles=420,
        triangles=1000,
    ),
    colour=GREY,
    paint=_hide,
    step_m=0.052,
    hoof_colour=DUST,
    hoof_paint=_nails,
    triangles=1700,
    joints=(
        ("trunk_1", "head", (1.98, 0.0, 2.36)),
        ("trunk_2", "trunk_1", (2.14, 0.0, 1.85)),
        ("trunk_3", "trunk_2", (2.15, 0.0, 1.35)),
        ("trunk_4", "trunk_3", (2.12, 0.0, 0.85)),
    ),
    tail_triangles=100,
)


def elephant() -> tuple[Skeleton, tuple[Part, ...]]:
    """Skeleton and parts of the elephant."""
    tusk = Loft(
        (
            (0.50, 0.22, -0.42, 0.075, 0.075),
            (0.68, 0.27, -0.72, 0.070, 0.070),
            (0.92, 0.30, -0.92, 0.058, 0.058),
            (1.20, 0.27, -0.94, 0.022, 0.022),
        ),
        AT_HEAD,
        IVORY,
    )
    return body(ELEPHANT, (part_on_head(ELEPHANT, "tusks", (tusk,), 0.030, 110),))
