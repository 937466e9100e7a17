"""Heads: skull, face and neck, with eyes, brows and lips as parts of their own so that they stay crisp."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.bodies.people.measure import surface_x
from hmworld.embedded.bodies.people.paint import shade
from hmworld.embedded.bodies.sdf import Loft, Part, Vector, smooth_step, tint

Array = NDArray[np.float64]
AT_HEAD = ((0.0, "head"),)
EYE_Z, MOUTH_Z = 1.652, 1.590

PALE: Vector = (0.53, 0.31, 0.225)
FAIR: Vector = (0.46, 0.255, 0.175)
OLIVE: Vector = (0.36, 0.195, 0.12)
BROWN: Vector = (0.215, 0.105, 0.06)
DARK: Vector = (0.105, 0.05, 0.03)


@dataclass(frozen=True)
class Face:
    """What tells one face from another; `hair` colours the brows."""

    skin: Vector
    hair: Vector
    jaw: float = 1.0
    """Width of the lower face."""
    nose: float = 1.0
    eyes: float = 1.0
    iris: Vector = (0.035, 0.018, 0.009)
    brow: float = 1.0
    """Thickness of the brows."""
    lips: Vector | None = None
    """Painted lips; none takes them from the skin."""
    cheeks: float = 0.0
    """Fullness, 1 for a child's."""
    lines: float = 0.0
    """Depth of an old face's folds."""
    ears: bool = True
    bald: bool = False
    """Bare scalp; otherwise the skin under the hair has its colour, so that a thin hairline does not show through."""


def head(face: Face) -> tuple[Part, ...]:
    """Head and neck with eyes, brows and lips."""
    skull = _skull(face)
    return (skull, _eyes(face, skull), _brows(face, skull), _lips(face, skull))


def _skull(face: Face) -> Part:
    skin, jaw, n, full = face.skin, face.jaw, face.nose, face.cheeks
    lofts: tuple[Loft, ...] = (
        Loft(((-0.010, 0, 1.674, 0.097, 0.077),), AT_HEAD, skin, stretch=0.88),
        Loft(
            (
                (0.024, 0, 1.676, 0.068, 0.067),
                (0.030, 0, 1.622, 0.060, 0.060 * jaw),
                (0.044, 0, 1.572, 0.042, 0.045 * jaw),
                (0.056, 0, 1.557, 0.028, 0.026 * jaw),
            ),
            AT_HEAD,
            skin,
            0.03,
        ),
        Loft(((0.056, 0.040, 1.626, 0.026 + 0.006 * full, 0.022 + 0.009 * full),), AT_HEAD, skin, 0.03),
        Loft(
            (
                (-0.036, 0, 1.40, 0.058, 0.066),
                (-0.020, 0, 1.49, 0.053, 0.056),
                (-0.004, 0, 1.58, 0.055, 0.054),
            ),
            ((0.0, "chest"), (1.0, "neck"), (2.0, "head")),
            skin,
            0.018,
        ),
        Loft(((0.108, 0.036, 1.655, 0.014, 0.022),), AT_HEAD, skin, 0.016, stretch=0.9, carve=True),
        Loft(
            (
                (0.083, 0, 1.668, 0.010, 0.008),
                (0.096 + 0.002 * n, 0, 1.642, 0.009, 0.009),
                (0.101 + 0.010 * n, 0, 1.620, 0.011 * n, 0.011 * n),
            ),
            AT_HEAD,
            shade(skin, 0.97),
            0.012,
        ),
        Loft(((0.095, 0.012 * n, 1.615, 0.010 * n, 0.009 * n),), AT_HEAD, shade(skin, 0.94), 0.008, stretch=0.8),
    )
    if face.ears:
        lofts += (
            Loft(((-0.016, 0.074, 1.626, 0.012, 0.009), (-0.018, 0.083, 1.648, 0.021, 0.009)), AT_HEAD, shade(skin, 0.93), 0.006),
            Loft(((-0.010, 0.097, 1.643, 0.009, 0.011),), AT_HEAD, skin, 0.008, stretch=1.5, carve=True),
        )

    def paint(points: Array, colours: Array) -> Array:
        x, y, z = points.T
        side, ahead = np.abs(y), smooth_step(0.045, 0.07, x)
        cheek = ahead * smooth_step(1.4, 0.3, np.hypot((side - 0.042) / 0.03, (z - 1.615) / 0.026))
        colours = tint(colours, (skin[0] * 1.25, skin[1] * 0.85, skin[2] * 0.82), (0.35 + 0.25 * full) * cheek)
        socket = ahead * smooth_step(1.3, 0.5, np.hypot((side - 0.032) / 0.024, (z - EYE_Z - 0.002) / 0.017))
        colours = tint(colours, shade(skin, 0.7), 0.45 * socket)
        if not face.bald:
            hairline = np.interp(x, (-0.12, -0.03, 0.02, 0.06, 0.09), (1.585, 1.625, 1.672, 1.704, 1.714))
            colours = tint(colours, face.hair, smooth_step(0.0, 0.006, z - hairline))
        fold = ahead * smooth_step(0.006, 0.002, np.abs(side - 0.024 - 0.5 * (1.618 - z))) * smooth_step(1.622, 1.612, z) * (z > 1.58)
        return tint(colours, shade(skin, 0.55), 0.7 * face.lines * fold)

    return Part("head", lofts, 0.0075, 640, planes=((0.0, 0.0, -1.0, -1.40),), paint=paint)


def _eyes(face: Face, skull: Part) -> Part:
    """Left eyeball, its lids painted on."""
    s, y = face.eyes, 0.0325
    wide, high = 0.0165 * s, 0.0125 * s
    x = surface_x(skull, y, EYE_Z) - 0.0055

    def paint(points: Array, colours: Array) -> Array:
        dy, dz = points[:, 1] - y, points[:, 2] - EYE_Z
        open_m = 0.0078 * s * np.maximum(1.0 - (dy / (0.0155 * s)) ** 2, 0.0)
        away = np.hypot(dy + 0.0005, dz - 0.0008)
        colours = tint(colours, face.iris, smooth_step(0.0076 * s, 0.0066 * s, away))
        colours = tint(colours, (0.004, 0.003, 0.003), smooth_step(0.0040 * s, 0.0032 * s, away))
        outside = smooth_step(-0.0006, 0.0006, np.abs(dz) - open_m)
        colours = tint(colours, shade(face.skin, 0.85), outside)
        lash = smooth_step(0.0024, 0.0014, np.abs(dz - open_m - 0.0008))
        return tint(colours, (0.02, 0.012, 0.009), 0.9 * lash)

    loft = Loft(((x, y, EYE_Z, 0.0115 * s, wide),), AT_HEAD, (0.62, 0.60, 0.58), stretch=high / (0.0115 * s))
    return Part("eyes", (loft,), 0.0022, 130, paint=paint)


def _brows(face: Face, skull: Part) -> Part:
    """Left eyebrow."""
    t = 0.0042 * face.brow

    def at(y: float, z: float, thick: float) -> tuple[float, float, float, float, float]:
        return (surface_x(skull, y, z) - 0.001, y, z, 0.0042, thick)

    stations = (at(0.015, 1.6755, t), at(0.032, 1.6815, t), at(0.049, 1.6755, 0.55 * t))
    loft = Loft(stations, AT_HEAD, shade(face.hair, 0.75), lateral=(0.0, 0.0, 1.0))
    return Part("brows", (loft,), 0.0028, 36)


def _lips(face: Face, skull: Part) -> Part:
    """Closed lips."""
    skin = face.skin
    colour = face.lips or (skin[0] * 0.86, skin[1] * 0.55, skin[2] * 0.52)

    def at(y: float, z: float, thick: float) -> tuple[float, float, float, float, float]:
        return (surface_x(skull, y, z) - 0.002, y, z, 0.0058, thick)

    def paint(points: Array, colours: Array) -> Array:
        y, z = np.abs(points[:, 1]), points[:, 2] - MOUTH_Z - 0.04 * np.abs(points[:, 1])
        slit = smooth_step(0.0022, 0.001, np.abs(z)) * smooth_step(0.026, 0.022, y)
        return tint(colours, shade(colour, 0.25), 0.9 * slit)

    stations = (at(0.0, MOUTH_Z, 0.0085), at(0.012, MOUTH_Z + 0.0005, 0.0075), at(0.023, MOUTH_Z + 0.002, 0.003))
    loft = Loft(stations, AT_HEAD, colour, lateral=(0.0, 0.0, 1.0))
    return Part("lips", (loft,), 0.0026, 70, paint=paint)
