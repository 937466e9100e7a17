"""The golden Labrador: 0.6 m at the shoulder."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.bodies.sdf import Loft, Part, Vector, smooth_step, tint
from hmworld.embedded.bodies.skeleton import Skeleton, build_skeleton

Array = NDArray[np.float64]
GOLD: Vector = (0.52, 0.325, 0.145)
CREAM: Vector = (0.66, 0.49, 0.29)
EAR: Vector = (0.37, 0.205, 0.082)
NOSE: Vector = (0.014, 0.011, 0.010)
FORE_Y, HIND_Y = 0.074, 0.082
HEAD_AT = np.array([0.350, 0.0, 0.640])
"""The head joint; everything on the head is placed relative to it."""


def body() -> tuple[Skeleton, tuple[Part, ...]]:
    """Skeleton and parts, at true size."""
    rows: list[tuple[str, str, Vector]] = [
        ("pelvis", "", (-0.22, 0.0, 0.51)),
        ("spine", "pelvis", (-0.06, 0.0, 0.50)),
        ("chest", "spine", (0.10, 0.0, 0.50)),
        ("neck", "chest", (0.22, 0.0, 0.54)),
        ("head", "neck", (0.350, 0.0, 0.640)),
        ("ear_l", "head", (0.368, 0.058, 0.728)),
        ("tail_1", "pelvis", (-0.32, 0.0, 0.535)),
        ("tail_2", "tail_1", (-0.43, 0.0, 0.515)),
        ("tail_3", "tail_2", (-0.53, 0.0, 0.52)),
        ("scapula_l", "chest", (0.16, FORE_Y, 0.57)),
        ("fore_upper_l", "scapula_l", (0.245, FORE_Y, 0.455)),
        ("fore_lower_l", "fore_upper_l", (0.155, FORE_Y, 0.345)),
        ("fore_cannon_l", "fore_lower_l", (0.172, FORE_Y, 0.125)),
        ("fore_paw_l", "fore_cannon_l", (0.184, FORE_Y, 0.042)),
        ("hind_upper_l", "pelvis", (-0.235, HIND_Y, 0.50)),
        ("hind_lower_l", "hind_upper_l", (-0.165, HIND_Y, 0.345)),
        ("hind_cannon_l", "hind_lower_l", (-0.315, HIND_Y, 0.17)),
        ("hind_paw_l", "hind_cannon_l", (-0.285, HIND_Y, 0.042)),
    ]
    return build_skeleton(rows), (_coat(), _ear(), _head())


def _coat() -> Part:
    lofts = (
        Loft(
            (
                (-0.265, 0, 0.492, 0.080, 0.074),
                (-0.20, 0, 0.484, 0.104, 0.100),
                (-0.08, 0, 0.472, 0.106, 0.105),
                (0.04, 0, 0.455, 0.122, 0.116),
                (0.14, 0, 0.450, 0.140, 0.121),
                (0.215, 0, 0.458, 0.128, 0.102),
                (0.262, 0, 0.466, 0.088, 0.078),
            ),
            ((0.0, "pelvis"), (1.2, "pelvis"), (2.4, "spine"), (4.0, "chest")),
            GOLD,
            0.03,
        ),
        Loft(
            (
                (0.19, 0, 0.515, 0.112, 0.092),
                (0.270, 0, 0.580, 0.096, 0.082),
                (0.338, 0, 0.648, 0.084, 0.076),
            ),
            ((0.0, "chest"), (1.0, "neck"), (2.0, "head")),
            GOLD,
            0.05,
        ),
        Loft(
            (
                (-0.31, 0, 0.540, 0.036, 0.036),
                (-0.42, 0, 0.515, 0.031, 0.029),
                (-0.53, 0, 0.515, 0.024, 0.022),
                (-0.625, 0, 0.555, 0.010, 0.010),
            ),
            ((0.0, "pelvis"), (0.4, "tail_1"), (1.5, "tail_2"), (2.4, "tail_3")),
            GOLD,
            0.03,
        ),
        Loft(
            (
                (0.165, 0.060, 0.535, 0.070, 0.038),
                (0.225, 0.070, 0.455, 0.074, 0.040),
                (0.165, FORE_Y, 0.355, 0.052, 0.038),
            ),
            ((0.0, "scapula_l"), (0.9, "scapula_l"), (1.3, "fore_upper_l"), (2.0, "fore_upper_l")),
            GOLD,
            0.04,
        ),
        Loft(
            (
                (0.160, FORE_Y, 0.345, 0.044, 0.036),
                (0.164, FORE_Y, 0.24, 0.034, 0.030),
                (0.172, FORE_Y, 0.13, 0.029, 0.028),
                (0.178, FORE_Y, 0.075, 0.026, 0.027),
                (0.186, FORE_Y, 0.04, 0.027, 0.030),
            ),
            (
                (0.0, "fore_lower_l"),
                (1.6, "fore_lower_l"),
                (2.3, "fore_cannon_l"),
                (3.3, "fore_cannon_l"),
                (4.0, "fore_paw_l"),
            ),
            GOLD,
            0.02,
        ),
        Loft(
            (
                (0.180, FORE_Y, 0.030, 0.030, 0.032),
                (0.215, FORE_Y + 0.002, 0.022, 0.024, 0.036),
                (0.236, FORE_Y + 0.003, 0.016, 0.016, 0.028),
            ),
            ((0.0, "fore_paw_l"),),
            CREAM,
            0.015,
        ),
        Loft(
            (
                (-0.235, 0.050, 0.49, 0.092, 0.052),
                (-0.215, 0.066, 0.42, 0.082, 0.048),
                (-0.185, 0.076, 0.35, 0.060, 0.040),
            ),
            ((0.0, "pelvis"), (0.9, "hind_upper_l"), (2.0, "hind_upper_l")),
            GOLD,
            0.04,
        ),
        Loft(
            (
                (-0.178, HIND_Y, 0.345, 0.054, 0.036),
                (-0.245, HIND_Y, 0.255, 0.040, 0.031),
                (-0.306, HIND_Y, 0.175, 0.027, 0.024),
                (-0.305, HIND_Y, 0.12, 0.024, 0.024),
                (-0.286, HIND_Y, 0.04, 0.026, 0.029),
            ),
            (
                (0.0, "hind_lower_l"),
                (1.6, "hind_lower_l"),
                (2.4, "hind_cannon_l"),
                (3.4, "hind_cannon_l"),
                (4.0, "hind_paw_l"),
            ),
            GOLD,
            0.025,
        ),
        Loft(
            (
                (-0.292, HIND_Y, 0.030, 0.030, 0.030),
                (-0.258, HIND_Y + 0.002, 0.022, 0.023, 0.034),
                (-0.237, HIND_Y + 0.003, 0.016, 0.015, 0.027),
            ),
            ((0.0, "hind_paw_l"),),
            CREAM,
            0.015,
        ),
    )
    return Part("coat", lofts, 0.0095, 2600, planes=((0.0, 0.0, -1.0, 0.0),), paint=_markings, weight_falloff_m=0.035)


def _markings(points: Array, colours: Array) -> Array:
    x, y, z = points.T
    side = np.abs(y)
    belly = smooth_step(0.42, 0.34, z) * smooth_step(0.09, 0.05, side) * (x > -0.2) * (x < 0.26)
    colours = tint(colours, CREAM, 0.8 * belly)
    breast = smooth_step(0.24, 0.31, x) * smooth_step(0.60, 0.5, z) * smooth_step(0.07, 0.03, side)
    colours = tint(colours, CREAM, 0.7 * breast)
    saddle = smooth_step(0.50, 0.58, z) * smooth_step(0.10, 0.04, side)
    colours = tint(colours, (0.43, 0.250, 0.100), 0.6 * saddle)
    feather = smooth_step(-0.40, -0.55, x)
    colours = tint(colours, CREAM, 0.35 * feather)
    back_of_thigh = smooth_step(-0.27, -0.33, x) * smooth_step(0.22, 0.30, z) * smooth_step(0.50, 0.44, z)
    colours = tint(colours, CREAM, 0.6 * back_of_thigh)
    pads = smooth_step(0.012, 0.006, z)
    colours = tint(colours, (0.05, 0.035, 0.03), pads)
    toes = smooth_step(0.03, 0.02, z) * (np.cos(300 * (side - 0.078)) < -0.6) * ((x > 0.215) | ((x > -0.262) & (x < -0.2)))
    colours = tint(colours, (0.28, 0.17, 0.08), 0.7 * toes)
    fur = np.sin(47 * x + 31 * z + 2 * np.sin(23 * z)) * np.sin(38 * z - 27 * x + 30 * side)
    shaded: Array = colours * (1.0 + 0.03 * fur)[:, None]
    return shaded


def _on_head(
    *stations: tuple[float, float, float, float, float],
) -> tuple[tuple[float, float, float, float, float], ...]:
    """Stations given relative to the head joint, in the root frame."""
    x, _, z = HEAD_AT
    return tuple((float(a + x), b, float(c + z), across, wide) for a, b, c, across, wide in stations)


def _head() -> Part:
    at_head = ((0.0, "head"),)
    lofts = (
        Loft(_on_head((0.026, 0, 0.047, 0.086, 0.079)), at_head, GOLD, 0.02, stretch=0.86),
        Loft(_on_head((0.006, 0, 0.010, 0.072, 0.070)), at_head, GOLD, 0.03),
        Loft(
            _on_head(
                (0.070, 0, 0.026, 0.058, 0.056),
                (0.130, 0, 0.012, 0.047, 0.046),
                (0.166, 0, 0.010, 0.040, 0.041),
            ),
            at_head,
            GOLD,
            0.035,
        ),
        Loft(_on_head((0.199, 0, 0.026, 0.016, 0.020)), at_head, NOSE, 0.006, stretch=0.85),
        Loft(_on_head((0.082, 0.040, 0.083, 0.016, 0.016)), at_head, GOLD, 0.025),
    )

    def paint(points: Array, colours: Array) -> Array:
        x, y, z = (points - HEAD_AT).T
        side = np.abs(y)
        muzzle = smooth_step(0.09, 0.15, x)
        colours = tint(colours, CREAM, 0.6 * muzzle * (colours.sum(axis=1) > 0.3))
        crown = smooth_step(0.07, 0.11, z) * smooth_step(0.09, 0.05, x)
        colours = tint(colours, (0.43, 0.250, 0.100), 0.4 * crown)
        eye = np.linalg.norm(
            (np.stack([x, side, z], axis=1) - np.array([0.102, 0.042, 0.066])) / np.array([0.016, 0.012, 0.0085]),
            axis=1,
        )
        colours = tint(colours, (0.22, 0.125, 0.055), 0.6 * smooth_step(1.9, 1.2, eye))
        colours = tint(colours, (0.010, 0.007, 0.005), smooth_step(1.2, 0.85, eye))
        lip = -0.006 - 0.010 * smooth_step(0.15, 0.07, x)
        mouth = smooth_step(0.005, 0.0015, np.abs(z - lip)) * smooth_step(0.075, 0.10, x) * smooth_step(0.004, 0.012, side)
        colours = tint(colours, (0.06, 0.036, 0.026), 0.8 * mouth)
        under_nose = smooth_step(0.195, 0.203, x) * smooth_step(0.005, 0.002, side) * smooth_step(0.014, 0.004, z)
        return tint(colours, NOSE, 0.6 * under_nose)

    return Part("head", lofts, 0.0065, 900, paint=paint, weight_falloff_m=0.022)


def _ear() -> Part:
    flap = Loft(
        _on_head(
            (0.014, 0.060, 0.092, 0.030, 0.012),
            (0.014, 0.084, 0.056, 0.042, 0.011),
            (0.026, 0.089, 0.012, 0.034, 0.009),
            (0.040, 0.083, -0.020, 0.013, 0.007),
        ),
        ((0.0, "head"), (1.0, "ear_l")),
        EAR,
    )
    return Part("ear", (flap,), 0.0065, 150)
