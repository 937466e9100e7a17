"""The giraffe: 4.9 m to the horns, a coat of brown patches between pale lines."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.bodies.animals.ungulate import AT_HEAD, Build, Head, Limb, body, outline, part_on_head, profile, spot
from hmworld.embedded.bodies.sdf import Loft, Part, Vector, smooth_step, tint
from hmworld.embedded.bodies.skeleton import Skeleton

Array = NDArray[np.float64]
CREAM: Vector = (0.60, 0.47, 0.29)
PATCH: Vector = (0.215, 0.088, 0.030)
DARK: Vector = (0.035, 0.022, 0.015)
CELL_M = 0.36
"""Size of a patch on the body; those on the neck are smaller."""


def _jitter(i: Array, j: Array, k: int) -> Array:
    """A fixed, irregular number in 0..1 for each cell (i, j)."""
    wave = np.sin(i * 12.9898 + j * 78.233 + k * 37.719) * 43758.5453
    return wave - np.floor(wave)


def _patches(u: Array, v: Array) -> Array:
    """1 within the cells of a jittered grid (Worley 1996), 0 on the lines between them."""
    cell_u, cell_v = np.floor(u), np.floor(v)
    near, second = np.full(len(u), 9.0), np.full(len(u), 9.0)
    for du in (-1, 0, 1):
        for dv in (-1, 0, 1):
            i, j = cell_u + du, cell_v + dv
            distance = np.hypot(i + 0.2 + 0.6 * _jitter(i, j, 0) + 0.25 * (j % 2) - u, j + 0.2 + 0.6 * _jitter(i, j, 1) - v)
            second = np.minimum(second, np.maximum(near, distance))
            near = np.minimum(near, distance)
    return smooth_step(0.13, 0.22, second - near)


def _coat(points: Array, colours: Array) -> Array:
    x, y, z = points.T
    side = np.abs(y)
    on_neck = smooth_step(0.65, 0.85, x) * smooth_step(2.5, 2.9, z)
    body_patch = _patches((x + 0.4 * side) / CELL_M + 20, (z - 0.3 * side) / CELL_M)
    neck_patch = _patches((x - 0.42 * z + 0.5 * side) / 0.21 + 20, z / 0.27)
    patch = np.where(on_neck > 0.5, neck_patch, body_patch)
    patch *= smooth_step(0.75, 1.25, z)
    belly = smooth_step(1.95, 1.75, z) * smooth_step(0.22, 0.1, side) * smooth_step(1.2, 1.5, z)
    return tint(colours, PATCH, patch * (1 - belly))


def _face(points: Array, colours: Array) -> Array:
    x, _, z = points.T
    colours = tint(colours, (0.30, 0.16, 0.075), 0.6 * smooth_step(0.02, 0.06, z) * smooth_step(0.5, 0.35, x))
    colours = tint(colours, (0.20, 0.12, 0.075), 0.7 * smooth_step(0.48, 0.56, x))
    colours = tint(colours, DARK, spot(points, (0.61, 0.035, 0.005), (0.035, 0.022, 0.016)))
    mouth = smooth_step(0.012, 0.006, np.abs(z + 0.055)) * smooth_step(0.40, 0.45, x)
    return tint(colours, DARK, 0.7 * mouth)


def _mane(points: Array, colours: Array) -> Array:
    strands: Array = colours * (1.1 + 0.35 * np.sin(60 * points[:, 2] + 20 * points[:, 0]))[:, None]
    return strands


def _tail(points: Array, colours: Array) -> Array:
    return tint(colours, DARK, smooth_step(1.45, 1.36, points[:, 2]))


GIRAFFE = Build(
    pelvis=(-0.70, 2.22),
    spine=(-0.20, 2.32),
    chest=(0.35, 2.42),
    necks=((0.70, 2.75), (0.98, 3.35), (1.22, 3.95)),
    head_at=(1.42, 4.50),
    scapula=(0.48, 2.70),
    trunk=outline(
        (-0.98, 2.28, 1.92, 0.19),
        (-0.80, 2.46, 1.76, 0.29),
        (-0.50, 2.56, 1.66, 0.34),
        (-0.12, 2.68, 1.60, 0.385),
        (0.24, 2.86, 1.62, 0.385),
        (0.50, 2.98, 1.74, 0.33),
        (0.68, 2.86, 1.96, 0.25),
    ),
    neck=(
        (0.52, 2.52, 0.42, 0.26),
        (0.78, 2.92, 0.275, 0.195),
        (0.96, 3.35, 0.205, 0.150),
        (1.12, 3.75, 0.170, 0.125),
        (1.28, 4.16, 0.145, 0.108),
        (1.41, 4.50, 0.120, 0.100),
    ),
    tail=(
        (-1.10, 2.30, 0.050, 0.050),
        (-1.20, 2.02, 0.032, 0.032),
        (-1.22, 1.70, 0.022, 0.022),
        (-1.22, 1.38, 0.050, 0.045),
        (-1.20, 1.05, 0.022, 0.020),
    ),
    fore=Limb(
        ((0.66, 2.10), (0.50, 1.78), (0.530, 0.98), (0.520, 0.24)),
        0.20,
        ((0.46, 0.19, 2.52, 0.24, 0.12), (0.60, 0.21, 2.10, 0.20, 0.12), (0.51, 0.20, 1.80, 0.155, 0.115)),
        (0.145, 0.110, 0.082, 0.092, 0.062, 0.060, 0.074, 0.070),
        (0.105, 0.14, 0.045),
    ),
    hind=Limb(
        ((-0.72, 2.16), (-0.50, 1.62), (-0.80, 0.98), (-0.745, 0.24)),
        0.21,
        ((-0.76, 0.13, 2.16, 0.29, 0.17), (-0.70, 0.18, 1.88, 0.25, 0.14), (-0.57, 0.20, 1.64, 0.18, 0.12)),
        (0.160, 0.120, 0.085, 0.092, 0.064, 0.062, 0.074, 0.070),
        (0.105, 0.14, 0.045),
    ),
    head=Head(
        (
            profile(
                (
                    (-0.02, 0.11, -0.13, 0.105),
                    (0.14, 0.13, -0.15, 0.125),
                    (0.28, 0.085, -0.13, 0.092),
                    (0.44, 0.045, -0.095, 0.070),
                    (0.56, 0.035, -0.085, 0.068),
                    (0.61, 0.020, -0.070, 0.055),
                ),
                CREAM,
                0.03,
            ),
        ),
        _face,
        (
            (-0.04, 0.095, 0.07, 0.026, 0.030),
            (-0.09, 0.18, 0.12, 0.020, 0.058),
            (-0.13, 0.27, 0.15, 0.016, 0.050),
            (-0.15, 0.35, 0.165, 0.008, 0.012),
        ),
        CREAM,
        (0.18, 0.14, 0.04, 0.030),
        30.0,
        ear_wide=(0.4, 0.0, 0.9),
    ),
    colour=CREAM,
    paint=_coat,
    step_m=0.034,
    triangles=2420,
    tail_triangles=110,
    tail_paint=_tail,
)


def giraffe() -> tuple[Skeleton, tuple[Part, ...]]:
    """Skeleton and parts of the giraffe; the two horns are tufted."""
    horn = Loft(
        ((0.04, 0.055, 0.10, 0.034, 0.034), (-0.02, 0.062, 0.23, 0.026, 0.026), (-0.045, 0.066, 0.30, 0.038, 0.036)), AT_HEAD, CREAM, 0.02
    )

    def tufts(points: Array, colours: Array) -> Array:
        return tint(colours, DARK, smooth_step(0.22, 0.27, points[:, 2]))

    crest = Loft(
        (
            (1.31, 0, 4.57, 0.05, 0.020),
            (1.12, 0, 4.18, 0.06, 0.024),
            (0.92, 0, 3.72, 0.065, 0.026),
            (0.72, 0, 3.25, 0.06, 0.024),
            (0.56, 0, 2.98, 0.03, 0.02),
        ),
        ((0.0, "head"), (0.6, "neck_3"), (1.5, "neck_3"), (2.0, "neck_2"), (2.7, "neck_2"), (3.3, "neck_1"), (4.0, "chest")),
        (0.16, 0.07, 0.03),
    )
    mane = Part("mane", (crest,), 0.030, 170, paint=_mane)
    return body(GIRAFFE, (part_on_head(GIRAFFE, "horns", (horn,), 0.018, 110, tufts), mane))
