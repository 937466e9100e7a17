"""Hands and bare arms, legs bare or in trousers, and shoes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.bodies.people.figure import ELBOW, FOREARM_DOWN, HIP_Y, SHOULDER, WRIST
from hmworld.embedded.bodies.people.paint import shade
from hmworld.embedded.bodies.sdf import Loft, Paint, Part, Vector, smooth_step, tint

Array = NDArray[np.float64]
Station = tuple[float, float, float, float, float]


def _at(point: Array, radius: float) -> Station:
    return (float(point[0]), float(point[1]), float(point[2]), radius, radius)


def hands(skin: Vector, size: float = 1.0) -> Part:
    """Left hand, relaxed: palm towards the thigh, fingers slightly bent, thumb forwards."""
    inward, forward = np.array([0.0, -0.8, -0.6]), np.array([1.0, 0.0, 0.0])

    def at(along: float, curl: float, ahead: float, across: float, wide: float) -> Station:
        p = WRIST + size * (along * FOREARM_DOWN + curl * inward + ahead * forward)
        return (float(p[0]), float(p[1]), float(p[2]), size * across, size * wide)

    bones = ((0.0, "hand_l"),)
    lofts = [
        Loft(
            (at(-0.05, 0, 0, 0.024, 0.026), at(0.0, 0, 0, 0.021, 0.027)),
            ((0.0, "forearm_l"), (1.0, "hand_l")),
            skin,
        ),
        Loft(
            (at(0.0, 0, 0, 0.020, 0.026), at(0.05, 0.002, 0.003, 0.017, 0.038), at(0.088, 0.006, 0.004, 0.014, 0.040)),
            bones,
            skin,
            0.012,
            lateral=(1.0, 0.0, 0.0),
        ),
        Loft(
            (at(0.02, 0.006, 0.022, 0.014, 0.014), at(0.065, 0.018, 0.050, 0.012, 0.012), at(0.10, 0.026, 0.052, 0.008, 0.008)),
            bones,
            skin,
            0.012,
        ),
    ]
    for ahead, tip in ((0.031, 0.155), (0.012, 0.170), (-0.007, 0.163), (-0.026, 0.142)):
        lofts.append(
            Loft(
                (
                    at(0.080, 0.006, ahead, 0.0095, 0.0095),
                    at(0.5 * (tip + 0.080), 0.016, ahead, 0.009, 0.009),
                    at(tip, 0.042, ahead * 0.9, 0.007, 0.007),
                ),
                bones,
                skin,
                0.003,
            )
        )
    return Part("hand", tuple(lofts), 0.0058, 330)


def arms(skin: Vector, paint: Paint | None = None) -> Part:
    """Bare left arm from the shoulder to the wrist."""
    lofts = (
        Loft(
            (
                _at(SHOULDER, 0.050),
                _at(SHOULDER + 0.4 * (ELBOW - SHOULDER), 0.046),
                _at(ELBOW, 0.036),
                _at(ELBOW + 0.3 * (WRIST - ELBOW), 0.038),
                _at(WRIST + 0.02 * (WRIST - ELBOW), 0.025),
            ),
            ((0.0, "upper_arm_l"), (1.75, "upper_arm_l"), (2.25, "forearm_l")),
            skin,
        ),
    )
    return Part("arms", lofts, 0.0095, 240, paint=paint)


def bare_legs(skin: Vector, paint: Paint | None = None, girth: float = 1.0) -> Part:
    """Bare legs and hips; stockings and socks are painted on."""
    y, g = HIP_Y, girth
    lofts = (
        Loft(
            ((-0.004, 0, 0.97, 0.098, 0.142), (-0.008, 0, 0.90, 0.100, 0.150)),
            ((0.0, "pelvis"),),
            skin,
            0.03,
        ),
        Loft(
            (
                (-0.008, y + 0.002, 0.88, 0.090 * g, 0.078 * g),
                (0.002, y, 0.72, 0.076 * g, 0.069 * g),
                (0.012, y, 0.52, 0.052 * g, 0.050 * g),
                (-0.006, y, 0.38, 0.055 * g, 0.050 * g),
                (-0.018, y, 0.24, 0.044 * g, 0.041 * g),
                (-0.024, y, 0.10, 0.036 * g, 0.034 * g),
                (-0.024, y, 0.05, 0.036 * g, 0.034 * g),
            ),
            ((0.0, "thigh_l"), (1.7, "thigh_l"), (2.4, "shin_l")),
            skin,
            0.03,
        ),
    )
    return Part("legs", lofts, 0.0105, 520, planes=((0.0, 0.0, -1.0, -0.055),), paint=paint)


@dataclass(frozen=True)
class Cut:
    """How trousers are made: thickness of the legs above and below the knee, and the height of the hem."""

    thigh: float = 1.0
    shin: float = 1.0
    hem: float = 0.062


STRAIGHT, SLIM, WIDE, TIGHT = Cut(), Cut(0.93, 0.86), Cut(1.06, 1.18), Cut(0.87, 0.74)


def trousers(cloth: Vector, cut: Cut = STRAIGHT, paint: Paint | None = None, belt: Vector | None = None) -> Part:
    """Trousers, or shorts where the hem is high; with a belt the shirt is tucked in."""
    y, g, s, w = HIP_Y, cut.thigh, cut.shin, min(1.0, cut.thigh)
    tuck, top = (0.014, 1.002) if belt is not None else (0.0, 1.035)
    lofts = (
        Loft(
            (
                (0.0, 0, 1.03, 0.106 * w + tuck, 0.146 * w + tuck),
                (-0.006, 0, 0.95, 0.121 * w, 0.164 * w),
                (-0.01, 0, 0.89, 0.112 * w, 0.160 * w),
            ),
            ((0.0, "spine"), (0.7, "pelvis")),
            cloth,
            0.03,
        ),
        Loft(
            (
                (-0.008, y + 0.002, 0.88, 0.104 * g, 0.086 * g),
                (0.002, y, 0.72, 0.088 * g, 0.080 * g),
                (0.010, y, 0.52, 0.067 * 0.5 * (g + s), 0.064 * 0.5 * (g + s)),
                (-0.004, y, 0.36, 0.067 * s, 0.062 * s),
                (-0.018, y, 0.20, 0.060 * s, 0.056 * s),
                (-0.022, y, 0.04, 0.062 * s, 0.056 * s),
            ),
            ((0.0, "thigh_l"), (1.7, "thigh_l"), (2.5, "shin_l")),
            cloth,
            0.03,
        ),
    )

    def painted(points: Array, colours: Array) -> Array:
        x, y_, z = points.T
        crease = smooth_step(0.0, 0.06, x) * smooth_step(0.85, 0.75, z)
        colours = colours * (1.0 + 0.10 * crease - 0.25 * smooth_step(cut.hem + 0.02, cut.hem + 0.01, z))[:, None]
        if paint is not None:
            colours = paint(points, colours)
        if belt is not None:
            band = smooth_step(0.957, 0.962, z)
            colours = tint(colours, belt, band)
            buckle = band * smooth_step(0.028, 0.02, np.abs(y_)) * smooth_step(0.0, 0.02, x)
            colours = tint(colours, (0.45, 0.40, 0.28), buckle)
        return colours

    def folds(points: Array) -> Array:
        x, y_, z = points.T
        knee = np.exp(-(((z - 0.50) / 0.07) ** 2)) * smooth_step(0.02, -0.04, x)
        ankle = np.exp(-(((z - 0.13) / 0.05) ** 2))
        displaced: Array = s * (0.004 * knee * np.sin(105 * z + 9 * x) + 0.0035 * ankle * np.sin(130 * z + 20 * x + 14 * y_))
        return displaced

    planes = ((0.0, 0.0, -1.0, -cut.hem), (0.0, 0.0, 1.0, top))
    return Part("trousers", lofts, 0.0115, 620, planes, painted, ripple=folds)


def _ankle(leather: Vector, top: float, girth: float) -> Loft:
    """The shaft of a shoe or boot."""
    g = girth
    if top < 0.16:
        return Loft(
            ((-0.028, HIP_Y, 0.07, 0.048 * g, 0.036 * g), (-0.026, HIP_Y, top, 0.042 * g, 0.037 * g)),
            ((0.0, "foot_l"), (1.0, "shin_l")),
            leather,
        )
    return Loft(
        (
            (-0.026, HIP_Y, 0.07, 0.052 * g, 0.042 * g),
            (-0.024, HIP_Y, 0.15, 0.053 * g, 0.048 * g),
            (-0.016, HIP_Y, 0.25, 0.060 * g, 0.056 * g),
            (-0.008, HIP_Y, top + 0.03, 0.068 * g, 0.063 * g),
        ),
        ((0.0, "foot_l"), (0.8, "shin_l")),
        leather,
    )


def shoes(
    leather: Vector,
    sole: Vector = (0.012, 0.010, 0.009),
    slim: float = 1.0,
    top: float = 0.115,
    girth: float = 1.0,
    trim: Vector | None = None,
) -> Part:
    """Left shoe with a flat sole; `slim` scales its width, `top` is the height of its shaft, `trim` an upper edge and laces."""
    y, s = HIP_Y, slim
    lofts = (
        Loft(
            (
                (-0.058, y, 0.048, 0.048, 0.034 * s),
                (-0.01, y, 0.055, 0.055, 0.037 * s),
                (0.05, y + 0.002, 0.042, 0.046, 0.042 * s),
                (0.105, y + 0.004, 0.030, 0.034, 0.045 * s),
                (0.150, y + 0.004, 0.024, 0.026, 0.034 * s),
            ),
            ((0.0, "foot_l"), (1.7, "foot_l"), (2.5, "toe_l")),
            leather,
        ),
        _ankle(leather, top, girth),
    )

    def paint(points: Array, colours: Array) -> Array:
        x, y_, z = points.T
        colours = tint(colours, sole, smooth_step(0.022, 0.017, z))
        if trim is not None:
            laces = (
                smooth_step(0.02, 0.014, np.abs(y_ - y))
                * smooth_step(0.02, 0.03, x)
                * smooth_step(0.11, 0.10, x)
                * smooth_step(0.045, 0.05, z)
            )
            colours = tint(colours, trim, np.maximum(smooth_step(top - 0.022, top - 0.016, z), laces))
        return colours

    planes = ((0.0, 0.0, -1.0, 0.0), (0.0, 0.0, 1.0, top))
    return Part("shoe", lofts, 0.009, 260, planes, paint)


def pumps(leather: Vector, skin: Vector) -> Part:
    """Low women's shoes that leave the instep bare."""
    plain = shoes(leather, shade(leather, 0.5), 0.88, 0.10)

    def paint(points: Array, colours: Array) -> Array:
        x, _, z = points.T
        bare = smooth_step(0.100, 0.092, x) * smooth_step(0.030, 0.040, z + 0.16 * np.minimum(0.0, x))
        return tint(colours, skin, bare)

    return Part("shoe", plain.lofts, 0.0085, 230, plain.planes, paint)
