"""The brown goat (0.75 m, beard, swept horns) and the white woolly sheep (0.75 m, black face and legs)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.bodies.animals.ungulate import AT_HEAD, Build, Head, Limb, body, outline, part_on_head, profile, spot
from hmworld.embedded.bodies.sdf import Loft, Part, Vector, smooth_step, tint
from hmworld.embedded.bodies.skeleton import Skeleton

Array = NDArray[np.float64]
TAN: Vector = (0.205, 0.108, 0.050)
WHITE: Vector = (0.62, 0.57, 0.48)
BLACK: Vector = (0.020, 0.016, 0.014)
HORN: Vector = (0.22, 0.18, 0.135)
WOOL: Vector = (0.62, 0.575, 0.47)
FACE: Vector = (0.028, 0.023, 0.020)


def _goat_coat(points: Array, colours: Array) -> Array:
    x, y, z = points.T
    side = np.abs(y)
    stripe = smooth_step(0.035, 0.018, side) * smooth_step(0.66, 0.70, z)
    colours = tint(colours, BLACK, 0.9 * stripe)
    belly = smooth_step(0.44, 0.38, z) * smooth_step(0.12, 0.07, side) * smooth_step(0.30, 0.34, z)
    colours = tint(colours, WHITE, 0.8 * belly)
    colours = tint(colours, BLACK, 0.85 * smooth_step(0.31, 0.25, z))
    strands: Array = colours * (1.0 + 0.07 * np.sin(70 * x + 3 * np.sin(9 * z)))[:, None]
    return strands


def _shag(points: Array) -> Array:
    """Long hair that hangs from the flanks."""
    x, _, z = points.T
    hair: Array = 0.003 * np.sin(70 * x + 3 * np.sin(9 * z)) * smooth_step(0.62, 0.42, z) * smooth_step(0.26, 0.36, z)
    return hair


def _goat_face(points: Array, colours: Array) -> Array:
    x, y, z = points.T
    side = np.abs(y)
    stripe = smooth_step(0.022, 0.014, np.abs(side - 0.052 + 0.06 * x)) * smooth_step(0.25, 0.20, x) * smooth_step(-0.01, 0.01, z)
    colours = tint(colours, WHITE, 0.9 * stripe)
    colours = tint(colours, WHITE, 0.8 * smooth_step(0.215, 0.235, x))
    colours = tint(colours, BLACK, 0.9 * spot(points, (0.275, 0.020, 0.012), (0.018, 0.014, 0.010)))
    mouth = smooth_step(0.006, 0.003, np.abs(z + 0.030)) * smooth_step(0.19, 0.21, x)
    return tint(colours, BLACK, 0.7 * mouth)


GOAT = Build(
    pelvis=(-0.27, 0.61),
    spine=(-0.08, 0.59),
    chest=(0.14, 0.58),
    necks=((0.25, 0.64), (0.33, 0.74)),
    head_at=(0.425, 0.885),
    scapula=(0.18, 0.68),
    trunk=outline(
        (-0.37, 0.68, 0.50, 0.075),
        (-0.29, 0.72, 0.43, 0.110),
        (-0.14, 0.715, 0.37, 0.140),
        (0.02, 0.705, 0.345, 0.150),
        (0.16, 0.715, 0.37, 0.130),
        (0.26, 0.70, 0.43, 0.090),
    ),
    neck=((0.23, 0.60, 0.120, 0.080), (0.31, 0.70, 0.095, 0.065), (0.37, 0.79, 0.078, 0.056), (0.425, 0.88, 0.062, 0.052)),
    tail=((-0.41, 0.68, 0.024, 0.034), (-0.46, 0.735, 0.020, 0.030), (-0.475, 0.80, 0.008, 0.012)),
    fore=Limb(
        ((0.23, 0.52), (0.175, 0.42), (0.185, 0.235), (0.183, 0.080)),
        0.082,
        ((0.16, 0.075, 0.60, 0.075, 0.045), (0.21, 0.082, 0.51, 0.072, 0.047), (0.178, 0.082, 0.43, 0.056, 0.044)),
        (0.054, 0.041, 0.029, 0.032, 0.023, 0.022, 0.027, 0.024),
        (0.034, 0.045, 0.016),
    ),
    hind=Limb(
        ((-0.27, 0.58), (-0.185, 0.43), (-0.325, 0.275), (-0.305, 0.085)),
        0.085,
        ((-0.285, 0.06, 0.59, 0.095, 0.065), (-0.265, 0.075, 0.51, 0.095, 0.058), (-0.22, 0.083, 0.435, 0.075, 0.05)),
        (0.065, 0.048, 0.032, 0.034, 0.025, 0.023, 0.027, 0.024),
        (0.034, 0.045, 0.016),
    ),
    head=Head(
        (
            profile(
                (
                    (0.00, 0.060, -0.058, 0.055),
                    (0.08, 0.060, -0.066, 0.058),
                    (0.16, 0.042, -0.056, 0.045),
                    (0.23, 0.028, -0.046, 0.036),
                    (0.262, 0.020, -0.036, 0.030),
                ),
                TAN,
                0.018,
            ),
        ),
        _goat_face,
        (
            (-0.02, 0.048, 0.030, 0.014, 0.016),
            (-0.01, 0.095, 0.020, 0.010, 0.030),
            (0.00, 0.145, -0.005, 0.008, 0.028),
            (0.005, 0.18, -0.030, 0.005, 0.008),
        ),
        TAN,
        (0.085, 0.065, 0.022, 0.0135),
        32.0,
        ear_wide=(0.6, 0.0, 0.8),
        ear_triangles=110,
    ),
    colour=TAN,
    paint=_goat_coat,
    step_m=0.0118,
    triangles=2100,
    ripple=_shag,
)


def goat() -> tuple[Skeleton, tuple[Part, ...]]:
    """Skeleton and parts of the billy goat."""
    horn = Loft(
        (
            (0.035, 0.028, 0.055, 0.026, 0.018),
            (0.00, 0.042, 0.14, 0.023, 0.016),
            (-0.075, 0.062, 0.205, 0.019, 0.014),
            (-0.17, 0.085, 0.215, 0.014, 0.011),
            (-0.245, 0.10, 0.175, 0.005, 0.005),
        ),
        AT_HEAD,
        HORN,
    )
    beard = Loft(
        (
            (0.175, 0, -0.045, 0.024, 0.020),
            (0.160, 0, -0.11, 0.026, 0.020),
            (0.150, 0, -0.17, 0.017, 0.013),
            (0.15, 0, -0.215, 0.004, 0.004),
        ),
        AT_HEAD,
        WHITE,
    )

    def rings(points: Array, colours: Array) -> Array:
        ringed: Array = colours * (1.0 + 0.25 * np.sin(150 * (points[:, 2] - points[:, 0])))[:, None]
        return ringed

    extras = (part_on_head(GOAT, "horns", (horn,), 0.0085, 170, rings), part_on_head(GOAT, "beard", (beard,), 0.008, 70))
    return body(GOAT, extras)


def _curls(points: Array) -> Array:
    """Locks of wool over the trunk and the neck, not the legs and the tail's root."""
    x, y, z = points.T
    side = np.abs(y)
    warp = 1.5 * np.sin(13 * x + 9 * z) + 1.2 * np.sin(15 * z - 8 * side)
    curl = np.sin(58 * x + warp) * np.sin(58 * z - warp) + 0.8 * np.sin(52 * side + 31 * x - 20 * z)
    fleece: Array = 0.0082 * curl * smooth_step(0.27, 0.35, z)
    return fleece


def _wool(points: Array, colours: Array) -> Array:
    x, y, z = points.T
    legs = smooth_step(0.315, 0.285, z)
    warp = 1.5 * np.sin(13 * x + 9 * z) + 1.2 * np.sin(15 * z - 8 * np.abs(y))
    curl = np.sin(58 * x + warp) * np.sin(58 * z - warp) + 0.8 * np.sin(52 * np.abs(y) + 31 * x - 20 * z)
    colours = colours * (1.0 + 0.13 * curl * (1 - legs))[:, None]
    return tint(colours, FACE, legs)


def _sheep_face(points: Array, colours: Array) -> Array:
    x, _, z = points.T
    colours = tint(colours, (0.075, 0.06, 0.055), 0.7 * smooth_step(0.215, 0.245, x))
    colours = tint(colours, (0.004, 0.003, 0.003), spot(points, (0.262, 0.022, 0.004), (0.02, 0.014, 0.010)))
    colours = tint(colours, (0.16, 0.12, 0.08), 0.8 * spot(points, (0.09, 0.062, 0.025), (0.024, 0.03, 0.020)))
    mouth = smooth_step(0.007, 0.004, np.abs(z + 0.042)) * smooth_step(0.17, 0.19, x)
    return tint(colours, (0.004, 0.003, 0.003), 0.8 * mouth)


SHEEP = Build(
    pelvis=(-0.29, 0.57),
    spine=(-0.08, 0.56),
    chest=(0.16, 0.55),
    necks=((0.30, 0.62),),
    head_at=(0.44, 0.77),
    scapula=(0.18, 0.63),
    trunk=outline(
        (-0.36, 0.68, 0.43, 0.150),
        (-0.26, 0.745, 0.345, 0.205),
        (-0.08, 0.765, 0.305, 0.232),
        (0.10, 0.765, 0.300, 0.232),
        (0.24, 0.745, 0.335, 0.200),
        (0.32, 0.70, 0.40, 0.150),
    ),
    neck=((0.26, 0.61, 0.175, 0.150), (0.35, 0.68, 0.140, 0.120), (0.425, 0.765, 0.100, 0.090)),
    tail=((-0.47, 0.62, 0.050, 0.050), (-0.51, 0.54, 0.048, 0.048), (-0.515, 0.44, 0.034, 0.034)),
    fore=Limb(
        ((0.25, 0.47), (0.19, 0.385), (0.200, 0.215), (0.197, 0.075)),
        0.105,
        ((0.18, 0.10, 0.56, 0.10, 0.07), (0.22, 0.105, 0.47, 0.085, 0.062), (0.192, 0.105, 0.39, 0.066, 0.056)),
        (0.060, 0.042, 0.029, 0.032, 0.024, 0.023, 0.028, 0.025),
        (0.034, 0.045, 0.016),
    ),
    hind=Limb(
        ((-0.27, 0.54), (-0.19, 0.40), (-0.325, 0.25), (-0.305, 0.078)),
        0.105,
        ((-0.28, 0.09, 0.54, 0.15, 0.10), (-0.27, 0.10, 0.47, 0.12, 0.08), (-0.23, 0.105, 0.405, 0.085, 0.065)),
        (0.070, 0.048, 0.032, 0.034, 0.026, 0.024, 0.028, 0.025),
        (0.034, 0.045, 0.016),
    ),
    head=Head(
        (
            profile(
                (
                    (0.00, 0.068, -0.070, 0.066),
                    (0.08, 0.064, -0.078, 0.066),
                    (0.16, 0.042, -0.068, 0.052),
                    (0.22, 0.028, -0.058, 0.044),
                    (0.25, 0.018, -0.048, 0.036),
                ),
                FACE,
                0.02,
            ),
        ),
        _sheep_face,
        (
            (-0.005, 0.055, 0.030, 0.015, 0.018),
            (-0.010, 0.105, 0.030, 0.011, 0.034),
            (-0.008, 0.155, 0.015, 0.009, 0.030),
            (0.000, 0.195, -0.005, 0.005, 0.009),
        ),
        FACE,
        (0.090, 0.07, 0.025, 0.0135),
        38.0,
        ear_wide=(0.6, 0.0, 0.8),
        ear_triangles=110,
    ),
    colour=WOOL,
    paint=_wool,
    step_m=0.0125,
    triangles=2500,
    ripple=_curls,
)


def sheep() -> tuple[Skeleton, tuple[Part, ...]]:
    """Skeleton and parts of the sheep, with a tuft of wool between the ears."""
    tuft = Loft(((-0.035, 0, 0.055, 0.055, 0.060), (0.02, 0, 0.075, 0.045, 0.050), (0.055, 0, 0.062, 0.024, 0.032)), AT_HEAD, WOOL)

    def curls(points: Array, colours: Array) -> Array:
        shaded: Array = colours * (1.0 + 0.12 * np.sin(95 * points[:, 0]) * np.sin(95 * points[:, 1] + 1))[:, None]
        return shaded

    return body(SHEEP, (part_on_head(SHEEP, "tuft", (tuft,), 0.0095, 110, curls),))
