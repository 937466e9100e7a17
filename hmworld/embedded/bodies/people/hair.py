"""Hair and beards, made for the figure's head."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.bodies.people.heads import AT_HEAD
from hmworld.embedded.bodies.sdf import Loft, Part, Vector

Array = NDArray[np.float64]
Planes = tuple[tuple[float, float, float, float], ...]

BLACK: Vector = (0.012, 0.009, 0.008)
DARK_BROWN: Vector = (0.032, 0.018, 0.011)
CHESTNUT: Vector = (0.095, 0.042, 0.018)
BLOND: Vector = (0.42, 0.27, 0.095)
GINGER: Vector = (0.30, 0.085, 0.022)
GREY: Vector = (0.30, 0.29, 0.28)
WHITE: Vector = (0.58, 0.57, 0.55)

UNDER_HAT: Planes = ((0.0, 0.0, 1.0, 1.699),)
"""Cuts hair off where a hat begins."""
FALLING = ((0.0, "head"), (1.0, "head"), (2.0, "neck"), (3.0, "chest"))


def _cap(colour: Vector, wide: float = 0.087, deep: float = 0.105, high: float = 0.094) -> Loft:
    return Loft(((-0.014, 0, 1.682, deep, wide),), AT_HEAD, colour, stretch=high / deep)


def _face_hole(colour: Vector, wide: float, low: float = 1.625, high: float = 0.088) -> Loft:
    return Loft(((0.107, 0, low, 0.086, wide),), AT_HEAD, colour, 0.010, stretch=high / 0.086, carve=True)


def _strands(points: Array, colours: Array) -> Array:
    x, y, z = points.T
    shaded: Array = colours * (1.0 + 0.3 * np.sin(125 * y + 70 * x + 9 * z))[:, None]
    return shaded


def _locks(depth: float) -> Callable[[Array], Array]:
    """Wavy displacement of hair, metres."""

    def displaced(points: Array) -> Array:
        x, y, z = points.T
        waves: Array = depth * np.sin(80 * y + 60 * x + 8 * z)
        return waves

    return displaced


def short(colour: Vector, fringe: float = 0.0, planes: Planes = ()) -> Part:
    """Cut above the ears; `fringe` of 1 comes down to the brows."""
    lofts = (
        _cap(colour),
        Loft(((-0.050, 0, 1.675, 0.056, 0.070), (-0.054, 0, 1.600, 0.036, 0.053)), AT_HEAD, colour, 0.03),
        Loft(((0.035, 0.0, 1.742, 0.045, 0.052),), AT_HEAD, colour, 0.03, stretch=0.6),
        _face_hole(colour, 0.105, 1.625 - 0.012 * fringe, 0.092 - 0.006 * fringe),
        Loft(((0.0, 0.098, 1.610, 0.044, 0.034),), AT_HEAD, colour, 0.010, stretch=1.1, carve=True),
    )
    return Part("hair", lofts, 0.0085, 360, planes, _strands, ripple=_locks(0.0028))


def cropped(colour: Vector, planes: Planes = ()) -> Part:
    """Very short all over."""
    lofts = (
        _cap(colour, 0.0805, 0.1005, 0.089),
        Loft(((-0.050, 0, 1.668, 0.050, 0.064), (-0.050, 0, 1.600, 0.034, 0.050)), AT_HEAD, colour, 0.03),
        _face_hole(colour, 0.11, 1.632, 0.085),
        Loft(((0.0, 0.096, 1.605, 0.040, 0.034),), AT_HEAD, colour, 0.010, stretch=1.1, carve=True),
    )
    return Part("hair", lofts, 0.0085, 260, planes, _strands)


def long(colour: Vector, length: float = 1.0, planes: Planes = ()) -> Part:
    """Parted in the middle and falling over the back; `length` of 1 reaches the shoulder blades."""
    drop = 0.33 * length

    def at(share: float, x: float, y: float, across: float, wide: float) -> tuple[float, float, float, float, float]:
        return (x, y, 1.68 - share * drop, across, wide)

    lofts = (
        _cap(colour, 0.089, 0.107, 0.095),
        Loft(
            (
                at(0.0, -0.050, 0, 0.058, 0.080),
                at(0.33, -0.064, 0, 0.050, 0.090),
                at(0.66, -0.088, 0, 0.038, 0.098),
                at(1.0, -0.104, 0, 0.026, 0.080),
            ),
            FALLING,
            colour,
            0.03,
        ),
        Loft(
            (
                (0.026, 0.066, 1.725, 0.026, 0.018),
                (0.014, 0.082, 1.64, 0.036, 0.016),
                (-0.006, 0.085, 1.68 - 0.5 * drop, 0.042, 0.022),
                (-0.012, 0.094, 1.68 - 0.85 * drop, 0.036, 0.020),
            ),
            FALLING,
            colour,
            0.024,
        ),
        _face_hole(colour, 0.084, 1.622, 0.092),
    )
    return Part("hair", lofts, 0.0095, 560, planes, _strands, ripple=_locks(0.0034))


def _drawn_back(colour: Vector) -> tuple[Loft, ...]:
    return (
        _cap(colour, 0.084, 0.104, 0.092),
        Loft(((-0.050, 0, 1.670, 0.052, 0.068), (-0.052, 0, 1.606, 0.034, 0.048)), AT_HEAD, colour, 0.03),
        _face_hole(colour, 0.100, 1.626, 0.090),
        Loft(((0.0, 0.096, 1.605, 0.046, 0.032),), AT_HEAD, colour, 0.010, stretch=1.1, carve=True),
    )


def bun(colour: Vector, high: float = 0.0) -> Part:
    """Drawn back into a knot; `high` of 1 puts it on the crown."""
    knot = Loft(((-0.118 + 0.075 * high, 0, 1.69 + 0.092 * high, 0.042, 0.048),), AT_HEAD, colour, 0.008)
    return Part("hair", (*_drawn_back(colour), knot), 0.0085, 420, (), _strands, ripple=_locks(0.0022))


def ponytail(colour: Vector, band: Vector) -> tuple[Part, ...]:
    """Drawn back into a tail that swings; needs the joint `tail`."""
    tail = Loft(
        (
            (-0.100, 0, 1.700, 0.020, 0.022),
            (-0.150, 0, 1.690, 0.034, 0.036),
            (-0.172, 0, 1.610, 0.038, 0.040),
            (-0.166, 0, 1.500, 0.030, 0.032),
            (-0.156, 0, 1.420, 0.012, 0.012),
        ),
        ((0.0, "head"), (0.6, "tail")),
        colour,
    )
    ring = Loft(((-0.112, 0, 1.702, 0.027, 0.027),), (AT_HEAD), band, stretch=1.0)
    cap = Part("hair", _drawn_back(colour), 0.0085, 300, (), _strands, ripple=_locks(0.0022))
    return (cap, Part("tail", (tail,), 0.0085, 170, (), _strands, ripple=_locks(0.003), whole=True), Part("ring", (ring,), 0.008, 40))


def pigtails(colour: Vector, band: Vector) -> tuple[Part, ...]:
    """Two bunches at the sides, with a fringe."""
    lofts = (
        _cap(colour, 0.086, 0.105, 0.094),
        Loft(((-0.050, 0, 1.670, 0.052, 0.070), (-0.052, 0, 1.596, 0.034, 0.052)), AT_HEAD, colour, 0.03),
        Loft(((0.115, 0, 1.606, 0.086, 0.090),), AT_HEAD, colour, 0.008, stretch=0.93, carve=True),
        Loft(((0.0, 0.096, 1.605, 0.046, 0.032),), AT_HEAD, colour, 0.010, stretch=1.1, carve=True),
    )
    bunch = Loft(
        (
            (-0.045, 0.092, 1.665, 0.020, 0.020),
            (-0.052, 0.128, 1.635, 0.034, 0.032),
            (-0.050, 0.136, 1.545, 0.026, 0.024),
            (-0.046, 0.130, 1.490, 0.008, 0.008),
        ),
        AT_HEAD,
        colour,
    )
    ring = Loft(((-0.046, 0.096, 1.664, 0.023, 0.023),), AT_HEAD, band)
    return (
        Part("hair", lofts, 0.0085, 360, (), _strands, ripple=_locks(0.0022)),
        Part("bunches", (bunch,), 0.0085, 110, (), _strands, ripple=_locks(0.003)),
        Part("rings", (ring,), 0.007, 40),
    )


def afro(colour: Vector) -> Part:
    """A round cloud of curls."""

    def curls(points: Array) -> Array:
        x, y, z = points.T
        bumps: Array = 0.006 * np.sin(75 * x + 22 * z) * np.sin(75 * y + 18 * x + 1.0) * np.sin(75 * z + 31 * y)
        return bumps

    lofts = (
        Loft(((-0.024, 0, 1.712, 0.140, 0.142),), AT_HEAD, colour, stretch=0.93),
        Loft(((0.135, 0, 1.600, 0.112, 0.086),), AT_HEAD, colour, 0.016, stretch=1.0, carve=True),
        Loft(((0.03, 0, 1.530, 0.09, 0.10),), AT_HEAD, colour, 0.02, carve=True),
    )

    def paint(points: Array, colours: Array) -> Array:
        shaded: Array = colours * (1.0 + 0.5 * curls(points) / 0.006)[:, None]
        return shaded

    return Part("hair", lofts, 0.0100, 640, (), paint, ripple=curls)


def curly(colour: Vector, length: float = 0.0) -> Part:
    """Short curls, or with `length` of 1 a mane to the shoulders."""

    def curls(points: Array) -> Array:
        x, y, z = points.T
        bumps: Array = 0.0065 * np.sin(80 * x + 30 * z + 1.0) * np.sin(80 * y + 27 * x + 0.6) * np.sin(80 * z + 36 * y)
        return bumps

    def paint(points: Array, colours: Array) -> Array:
        shaded: Array = colours * (1.05 + 0.45 * curls(points) / 0.0065)[:, None]
        return shaded

    lofts: tuple[Loft, ...] = (
        _cap(colour, 0.097, 0.112, 0.104),
        Loft(((-0.050, 0, 1.685, 0.066, 0.082), (-0.058, 0, 1.605, 0.046, 0.066)), AT_HEAD, colour, 0.03),
    )
    if length > 0:
        lofts += (
            Loft(
                ((-0.040, 0, 1.67, 0.085, 0.106), (-0.052, 0, 1.58, 0.076, 0.122), (-0.062, 0, 1.67 - 0.2 * length, 0.060, 0.118)),
                ((0.0, "head"), (1.0, "head"), (2.0, "neck")),
                colour,
                0.03,
            ),
            _face_hole(colour, 0.084, 1.615, 0.094),
            Loft(((0.03, 0, 1.51, 0.08, 0.088),), AT_HEAD, colour, 0.012, carve=True),
        )
    else:
        lofts += (
            Loft(((0.115, 0, 1.616, 0.086, 0.112),), AT_HEAD, colour, 0.010, stretch=1.0, carve=True),
            Loft(((0.0, 0.100, 1.605, 0.044, 0.034),), AT_HEAD, colour, 0.010, stretch=1.1, carve=True),
        )
    return Part("hair", lofts, 0.0090, 560, (), paint, ripple=curls)


def fringe_of_hair(colour: Vector, planes: Planes = ()) -> Part:
    """What is left around a bald crown."""
    lofts = (
        Loft(((-0.030, 0, 1.652, 0.086, 0.084),), AT_HEAD, colour, stretch=0.62),
        Loft(((-0.050, 0, 1.66, 0.054, 0.070), (-0.052, 0, 1.600, 0.034, 0.052)), AT_HEAD, colour, 0.03),
        Loft(((0.070, 0, 1.640, 0.090, 0.11),), AT_HEAD, colour, 0.010, stretch=1.1, carve=True),
        Loft(((-0.012, 0.098, 1.622, 0.032, 0.030),), AT_HEAD, colour, 0.008, stretch=1.1, carve=True),
    )
    return Part("hair", lofts, 0.0080, 280, planes, _strands, ripple=_locks(0.002))


def beard(colour: Vector, length: float = 0.3, moustache: bool = True) -> Part:
    """A full beard; `length` of 1 reaches the chest."""
    lofts: tuple[Loft, ...] = (
        Loft(
            (
                (0.000, 0.0725, 1.640, 0.014, 0.010),
                (0.030, 0.060, 1.585, 0.020, 0.014),
                (0.070, 0.030, 1.560, 0.024, 0.020),
                (0.080, 0.0, 1.556, 0.024, 0.020),
            ),
            AT_HEAD,
            colour,
            0.012,
        ),
        Loft(
            (
                (0.070, 0, 1.575, 0.026, 0.034),
                (0.080, 0, 1.56 - 0.06 * length, 0.024, 0.040),
                (0.084, 0, 1.545 - 0.22 * length, 0.010, 0.012),
            ),
            ((0.0, "head"), (1.0, "head"), (2.0, "neck")),
            colour,
            0.02,
        ),
        Loft(((0.106, 0, 1.590, 0.014, 0.021),), AT_HEAD, colour, 0.006, stretch=0.55, carve=True),
    )
    if moustache:
        lofts += (moustache_loft(colour),)
    return Part("beard", lofts, 0.0065, 300, (), _strands, ripple=_locks(0.0016))


def moustache_loft(colour: Vector, wide: float = 1.0) -> Loft:
    """A moustache to be worn alone or with a beard."""
    return Loft(
        ((0.104, 0.0, 1.606, 0.009, 0.006), (0.099, 0.016 * wide, 1.603, 0.009, 0.007), (0.084, 0.034 * wide, 1.588, 0.006, 0.005)),
        AT_HEAD,
        colour,
        0.006,
        lateral=(0.0, 0.0, 1.0),
    )


def moustache(colour: Vector) -> Part:
    """A big moustache and no beard."""
    return Part("moustache", (moustache_loft(colour, 1.15),), 0.004, 90, (), _strands)
