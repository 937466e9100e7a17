"""The brown horse: 1.6 m at the withers, dark mane, tail and lower legs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.bodies.sdf import Loft, Part, Vector, smooth_step, tint
from hmworld.embedded.bodies.skeleton import Skeleton, build_skeleton

Array = NDArray[np.float64]
BAY: Vector = (0.200, 0.082, 0.032)
DARK: Vector = (0.030, 0.017, 0.011)
HAIR: Vector = (0.018, 0.011, 0.008)
FORE_Y, HIND_Y = 0.155, 0.165


def body() -> tuple[Skeleton, tuple[Part, ...]]:
    """Skeleton and parts, at true size."""
    rows: list[tuple[str, str, Vector]] = [
        ("pelvis", "", (-0.52, 0.0, 1.22)),
        ("spine", "pelvis", (-0.15, 0.0, 1.20)),
        ("chest", "spine", (0.25, 0.0, 1.18)),
        ("neck", "chest", (0.52, 0.0, 1.30)),
        ("neck_upper", "neck", (0.74, 0.0, 1.54)),
        ("head", "neck_upper", (0.97, 0.0, 1.82)),
        ("tail_1", "pelvis", (-0.82, 0.0, 1.38)),
        ("tail_2", "tail_1", (-0.92, 0.0, 1.22)),
        ("tail_3", "tail_2", (-0.96, 0.0, 0.95)),
        ("tail_4", "tail_3", (-0.96, 0.0, 0.70)),
        ("scapula_l", "chest", (0.34, FORE_Y, 1.45)),
        ("fore_upper_l", "scapula_l", (0.56, FORE_Y, 1.10)),
        ("fore_lower_l", "fore_upper_l", (0.40, FORE_Y, 0.92)),
        ("fore_cannon_l", "fore_lower_l", (0.430, FORE_Y, 0.50)),
        ("fore_hoof_l", "fore_cannon_l", (0.425, FORE_Y, 0.165)),
        ("hind_upper_l", "pelvis", (-0.52, HIND_Y, 1.20)),
        ("hind_lower_l", "hind_upper_l", (-0.36, HIND_Y, 0.90)),
        ("hind_cannon_l", "hind_lower_l", (-0.645, HIND_Y, 0.585)),
        ("hind_hoof_l", "hind_cannon_l", (-0.605, HIND_Y, 0.185)),
    ]
    return build_skeleton(rows), (
        _coat(),
        Part("mane", _mane(), 0.018, 330, paint=_strands, ripple=_locks, weight_falloff_m=0.05),
        Part("tail", _tail(), 0.018, 220, paint=_strands, ripple=_locks, weight_falloff_m=0.05),
        _hoof("fore", 0.455, FORE_Y),
        _hoof("hind", -0.570, HIND_Y),
    )


def _coat() -> Part:
    spine = ((0.0, "pelvis"), (1.6, "pelvis"), (2.6, "spine"), (4.0, "chest"))
    barrel = Loft(
        (
            (-0.60, 0, 1.215, 0.215, 0.195),
            (-0.44, 0, 1.205, 0.295, 0.270),
            (-0.20, 0, 1.170, 0.285, 0.275),
            (0.06, 0, 1.145, 0.305, 0.290),
            (0.30, 0, 1.145, 0.340, 0.265),
            (0.47, 0, 1.165, 0.310, 0.225),
            (0.56, 0, 1.170, 0.200, 0.175),
        ),
        spine,
        BAY,
        0.08,
    )
    lofts = (
        barrel,
        Loft(
            ((0.14, 0, 1.43, 0.07, 0.07), (0.30, 0, 1.50, 0.085, 0.06), (0.46, 0, 1.48, 0.09, 0.07)),
            ((0.0, "chest"),),
            BAY,
            0.10,
        ),
        Loft(
            (
                (0.48, 0, 1.26, 0.265, 0.160),
                (0.66, 0, 1.45, 0.205, 0.118),
                (0.82, 0, 1.64, 0.160, 0.092),
                (0.95, 0, 1.81, 0.118, 0.078),
            ),
            ((0.0, "chest"), (0.9, "neck"), (2.0, "neck_upper"), (2.6, "neck_upper"), (3.0, "head")),
            BAY,
            0.10,
        ),
        Loft(
            (
                (1.005, 0, 1.855, 0.095, 0.078),
                (1.100, 0, 1.765, 0.112, 0.084),
                (1.205, 0, 1.640, 0.084, 0.066),
                (1.300, 0, 1.525, 0.062, 0.054),
                (1.355, 0, 1.455, 0.060, 0.056),
            ),
            ((0.0, "head"),),
            BAY,
            0.06,
        ),
        Loft(
            (
                (0.975, 0.048, 1.935, 0.036, 0.022),
                (0.985, 0.066, 2.00, 0.036, 0.020),
                (1.01, 0.070, 2.075, 0.010, 0.008),
            ),
            ((0.0, "head"),),
            BAY,
            0.02,
        ),
        Loft(((1.125, 0.078, 1.792, 0.024, 0.012),), ((0.0, "head"),), BAY, 0.02),
        Loft(
            (
                (0.36, 0.115, 1.36, 0.16, 0.075),
                (0.52, 0.145, 1.12, 0.165, 0.090),
                (0.415, 0.160, 0.93, 0.115, 0.085),
            ),
            ((0.0, "scapula_l"), (0.9, "scapula_l"), (1.3, "fore_upper_l"), (2.0, "fore_upper_l")),
            BAY,
            0.10,
        ),
        Loft(
            (
                (0.405, FORE_Y, 0.91, 0.105, 0.078),
                (0.412, FORE_Y, 0.74, 0.076, 0.062),
                (0.428, FORE_Y, 0.56, 0.050, 0.046),
                (0.434, FORE_Y, 0.495, 0.054, 0.050),
                (0.428, FORE_Y, 0.40, 0.037, 0.034),
                (0.424, FORE_Y, 0.24, 0.036, 0.033),
                (0.426, FORE_Y, 0.165, 0.045, 0.041),
                (0.455, FORE_Y, 0.080, 0.040, 0.038),
            ),
            (
                (0.0, "fore_lower_l"),
                (2.6, "fore_lower_l"),
                (3.3, "fore_cannon_l"),
                (5.6, "fore_cannon_l"),
                (6.3, "fore_hoof_l"),
            ),
            BAY,
            0.05,
        ),
        Loft(
            (
                (-0.53, 0.085, 1.20, 0.26, 0.150),
                (-0.49, 0.120, 1.05, 0.225, 0.125),
                (-0.43, 0.150, 0.92, 0.160, 0.100),
            ),
            ((0.0, "pelvis"), (0.9, "hind_upper_l"), (2.0, "hind_upper_l")),
            BAY,
            0.09,
        ),
        Loft(
            (
                (-0.40, HIND_Y, 0.91, 0.135, 0.092),
                (-0.52, HIND_Y, 0.76, 0.100, 0.070),
                (-0.625, HIND_Y, 0.62, 0.060, 0.050),
                (-0.648, HIND_Y, 0.565, 0.060, 0.050),
                (-0.630, HIND_Y, 0.46, 0.043, 0.037),
                (-0.612, HIND_Y, 0.26, 0.039, 0.035),
                (-0.606, HIND_Y, 0.185, 0.047, 0.043),
                (-0.575, HIND_Y, 0.085, 0.041, 0.039),
            ),
            (
                (0.0, "hind_lower_l"),
                (1.8, "hind_lower_l"),
                (2.8, "hind_cannon_l"),
                (5.6, "hind_cannon_l"),
                (6.3, "hind_hoof_l"),
            ),
            BAY,
            0.06,
        ),
    )
    return Part("coat", lofts, 0.021, 2800, planes=((0.0, 0.0, -1.0, -0.05),), paint=_markings, weight_falloff_m=0.05)


def _markings(points: Array, colours: Array) -> Array:
    x, y, z = points.T
    side = np.abs(y)
    belly = smooth_step(1.02, 0.82, z) * smooth_step(0.62, 0.5, np.abs(x - 0.0)) * smooth_step(0.2, 0.1, side)
    colours = tint(colours, (0.27, 0.135, 0.062), 0.5 * belly)
    legs = smooth_step(0.70, 0.50, z)
    colours = tint(colours, DARK, 0.93 * legs)
    socks = smooth_step(0.24, 0.21, z) * (x < 0)
    colours = tint(colours, (0.50, 0.47, 0.42), 0.85 * socks)
    along = (points - np.array([1.005, 0.0, 1.855])) @ np.array([0.659, 0.0, -0.752])
    on_head = smooth_step(0.90, 0.98, x)
    colours = tint(colours, (0.055, 0.030, 0.022), 0.85 * on_head * smooth_step(0.40, 0.50, along))
    nostril = np.hypot((along - 0.52) / 0.024, (side - 0.040) / 0.020)
    upper = smooth_step(1.40, 1.43, x)
    colours = tint(colours, (0.008, 0.005, 0.004), upper * smooth_step(1.3, 0.8, nostril))
    above = (points - np.array([1.005, 0.0, 1.855])) @ np.array([0.752, 0.0, 0.659])
    mouth = on_head * smooth_step(0.012, 0.005, np.abs(above + 0.022)) * smooth_step(0.40, 0.44, along)
    colours = tint(colours, (0.010, 0.006, 0.005), 0.8 * mouth)
    blaze = (
        on_head
        * smooth_step(0.030, 0.022, side)
        * smooth_step(0.02, 0.04, above)
        * smooth_step(0.14, 0.17, along)
        * smooth_step(0.42, 0.38, along)
    )
    colours = tint(colours, (0.62, 0.59, 0.54), 0.9 * blaze)
    eye = np.linalg.norm((points - np.array([1.128, 0.086, 1.792])) / np.array([0.028, 0.04, 0.019]), axis=1)
    seen = smooth_step(0.05, 0.06, side)
    colours = tint(colours, (0.09, 0.04, 0.02), 0.7 * seen * smooth_step(1.9, 1.2, eye))
    colours = tint(colours, (0.006, 0.004, 0.003), seen * smooth_step(1.2, 0.9, eye))
    tips = smooth_step(2.03, 2.07, z)
    colours = tint(colours, DARK, 0.8 * tips)
    dapple = np.sin(17 * x + 3 * z) * np.sin(19 * z - 5 * x) * np.sin(13 * side + 2)
    shade = smooth_step(1.2, 1.5, z) * 0.10
    shaded: Array = colours * (1.0 + 0.07 * dapple - shade)[:, None]
    return shaded


def _mane() -> tuple[Loft, ...]:
    follow = ((0.0, "head"), (1.0, "neck_upper"), (2.0, "neck_upper"), (3.0, "neck"), (4.0, "chest"))
    crest = Loft(
        (
            (1.00, 0, 1.945, 0.045, 0.042),
            (0.90, 0, 1.885, 0.060, 0.060),
            (0.75, 0, 1.745, 0.075, 0.078),
            (0.58, 0, 1.620, 0.080, 0.080),
            (0.42, 0, 1.560, 0.045, 0.040),
        ),
        follow,
        HAIR,
        0.03,
    )
    fall = Loft(
        (
            (0.93, 0.080, 1.860, 0.055, 0.020),
            (0.80, 0.105, 1.690, 0.095, 0.022),
            (0.66, 0.128, 1.530, 0.105, 0.024),
            (0.52, 0.140, 1.480, 0.060, 0.020),
        ),
        ((0.0, "neck_upper"), (1.0, "neck_upper"), (2.0, "neck"), (3.0, "chest")),
        HAIR,
        0.04,
    )
    forelock = Loft(
        ((1.03, 0, 1.945, 0.035, 0.040), (1.115, 0, 1.885, 0.020, 0.032), (1.165, 0, 1.81, 0.012, 0.014)),
        ((0.0, "head"),),
        HAIR,
        0.03,
    )
    return crest, fall, forelock


def _tail() -> tuple[Loft, ...]:
    return (
        Loft(
            (
                (-0.79, 0, 1.385, 0.045, 0.045),
                (-0.89, 0, 1.31, 0.058, 0.056),
                (-0.955, 0, 1.12, 0.085, 0.078),
                (-0.975, 0, 0.88, 0.100, 0.088),
                (-0.965, 0, 0.64, 0.080, 0.070),
                (-0.945, 0, 0.44, 0.025, 0.025),
            ),
            ((0.0, "pelvis"), (0.6, "tail_1"), (1.6, "tail_2"), (2.8, "tail_3"), (4.2, "tail_4")),
            HAIR,
        ),
    )


def _strands(points: Array, colours: Array) -> Array:
    x, y, z = points.T
    shaded: Array = colours * (1.2 + 0.55 * np.sin(80 * y + 45 * x + 12 * z))[:, None]
    return shaded


def _locks(points: Array) -> Array:
    x, y, z = points.T
    lock: Array = 0.008 * np.sin(55 * np.abs(y) + 38 * x + 9 * z)
    return lock


def _hoof(leg: str, x: float, y: float) -> Part:
    horn = Loft(
        (
            (x, y, 0.085, 0.043, 0.043),
            (x + 0.018, y, 0.03, 0.058, 0.056),
            (x + 0.028, y, -0.02, 0.068, 0.062),
        ),
        ((0.0, f"{leg}_hoof_l"),),
        (0.050, 0.042, 0.036),
    )

    def paint(points: Array, colours: Array) -> Array:
        return tint(colours, (0.015, 0.012, 0.010), smooth_step(0.02, 0.008, points[:, 2]))

    return Part(f"{leg}_hoof", (horn,), 0.014, 80, planes=((0.0, 0.0, -1.0, 0.0), (0.0, 0.0, 1.0, 0.105)), paint=paint)
