"""What is worn on the head: hats, helmets, hoods, scarves and glasses."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.bodies.people.heads import AT_HEAD, EYE_Z
from hmworld.embedded.bodies.people.paint import above, below, between, both, front, layers, shade
from hmworld.embedded.bodies.sdf import Loft, Paint, Part, Vector

Array = NDArray[np.float64]
_HIGH = (0.0, 0.0, -1.0)


def _dome(colour: Vector, z: float, deep: float, wide: float, high: float, x: float = -0.012) -> Loft:
    return Loft(((x, 0, z, deep, wide),), AT_HEAD, colour, 0.012, stretch=high / deep)


def _disc(colour: Vector, z: float, deep: float, wide: float, thick: float = 0.009, x: float = -0.010, blend: float = 0.012) -> Loft:
    """A flat brim."""
    return Loft(((x, 0, z, deep, wide),), AT_HEAD, colour, blend, stretch=thick / deep)


def cap(colour: Vector, peak: Vector) -> Part:
    """A baseball cap."""
    brim = Loft(
        ((0.060, 0, 1.708, 0.010, 0.080), (0.120, 0, 1.706, 0.008, 0.076), (0.172, 0, 1.694, 0.006, 0.050)),
        AT_HEAD,
        peak,
        0.005,
    )
    button = Loft(((-0.012, 0, 1.800, 0.010, 0.010),), AT_HEAD, peak, 0.004)
    paint = layers((peak, both(above(1.70), between("y", 0.0, 0.003), front(-0.2))))
    return Part("hat", (_dome(colour, 1.697, 0.112, 0.095, 0.104), brim, button), 0.0085, 330, ((*_HIGH, -1.692),), paint)


def straw_hat(straw: Vector, band: Vector, brim: float = 0.215) -> Part:
    """A wide-brimmed straw hat."""
    crown = Loft(
        ((-0.012, 0, 1.70, 0.112, 0.096), (-0.012, 0, 1.762, 0.104, 0.090), (-0.012, 0, 1.790, 0.085, 0.074)), AT_HEAD, straw, 0.012
    )
    paint = layers((shade(band, 1.0), both(between("z", 1.714, 1.742), between("y", 0.0, 0.108))))
    return Part("hat", (crown, _disc(straw, 1.706, brim, brim * 0.95, 0.012)), 0.0090, 430, ((*_HIGH, -1.693),), paint)


def beanie(colour: Vector, fold: Vector) -> Part:
    """A knitted cap with a turned-up edge and a bobble."""
    edge = Loft(((-0.011, 0, 1.708, 0.117, 0.100),), AT_HEAD, fold, 0.006, stretch=0.34)
    bobble = Loft(((-0.020, 0, 1.812, 0.030, 0.030),), AT_HEAD, fold, 0.006)

    def ribs(points: Array) -> Array:
        around = np.arctan2(points[:, 1], points[:, 0] + 0.01)
        waves: Array = 0.002 * np.cos(26 * around)
        return waves

    return Part("hat", (_dome(colour, 1.700, 0.110, 0.094, 0.104), edge, bobble), 0.0085, 380, ((*_HIGH, -1.688),), ripple=ribs)


def hard_hat(colour: Vector) -> Part:
    """A builder's helmet with a ridge and a peak."""
    rim = _disc(shade(colour, 0.9), 1.703, 0.134, 0.112, 0.010, 0.002)
    peak = Loft(((0.09, 0, 1.704, 0.008, 0.085), (0.150, 0, 1.698, 0.006, 0.06)), AT_HEAD, colour, 0.006)
    ridge = Loft(((-0.10, 0, 1.76, 0.014, 0.016), (-0.012, 0, 1.812, 0.014, 0.018), (0.08, 0, 1.762, 0.014, 0.016)), AT_HEAD, colour, 0.008)
    return Part("hat", (_dome(colour, 1.702, 0.122, 0.104, 0.108), rim, peak, ridge), 0.0085, 400, ((*_HIGH, -1.694),))


def toque(white: Vector) -> Part:
    """A cook's tall hat."""

    def puffs(points: Array) -> Array:
        around = np.arctan2(points[:, 1], points[:, 0] + 0.01)
        waves: Array = 0.008 * np.cos(9 * around) * (points[:, 2] > 1.775)
        return waves

    band = Loft(((-0.012, 0, 1.695, 0.106, 0.091), (-0.012, 0, 1.770, 0.108, 0.094)), AT_HEAD, white, 0.012)
    top = Loft(((-0.012, 0, 1.790, 0.108, 0.096), (-0.020, 0, 1.86, 0.142, 0.130), (-0.022, 0, 1.892, 0.115, 0.105)), AT_HEAD, white, 0.012)
    paint = layers((shade(white, 0.72), between("z", 1.772, 1.784)))
    return Part("hat", (band, top), 0.0095, 420, ((*_HIGH, -1.690),), paint, ripple=puffs)


def flat_cap(cloth: Vector) -> Part:
    """A tweed cap."""
    peak = Loft(((0.070, 0, 1.712, 0.010, 0.076), (0.132, 0, 1.698, 0.008, 0.058)), AT_HEAD, shade(cloth, 0.7), 0.006)
    top = Loft(((0.030, 0, 1.735, 0.090, 0.092),), AT_HEAD, cloth, 0.03, stretch=0.42)
    return Part("hat", (_dome(cloth, 1.702, 0.112, 0.098, 0.075), top, peak), 0.0085, 330, ((*_HIGH, -1.694),))


def wizard_hat(cloth: Vector, band: Vector) -> Part:
    """A tall pointed hat, its tip bent back."""
    cone = Loft(
        (
            (-0.012, 0, 1.70, 0.118, 0.102),
            (-0.018, 0, 1.80, 0.084, 0.074),
            (-0.030, 0, 1.92, 0.050, 0.046),
            (-0.075, 0, 2.03, 0.022, 0.022),
            (-0.125, 0, 2.06, 0.009, 0.009),
        ),
        AT_HEAD,
        cloth,
        0.012,
    )

    def crumple(points: Array) -> Array:
        x, y, z = points.T
        waves: Array = 0.005 * np.sin(70 * z + 30 * x + 20 * y) * (z > 1.77)
        return waves

    paint = layers((band, both(between("z", 1.720, 1.756), between("y", 0.0, 0.115))))
    return Part("hat", (cone, _disc(cloth, 1.707, 0.235, 0.225, 0.013)), 0.0095, 560, ((*_HIGH, -1.693),), paint, ripple=crumple)


def headscarf(cloth: Vector, trim: Vector) -> Part:
    """A scarf that covers hair, ears and neck and leaves the face free."""
    lofts = (
        Loft(((-0.012, 0, 1.684, 0.110, 0.092),), AT_HEAD, cloth, stretch=0.89),
        Loft(
            (
                (-0.03, 0, 1.66, 0.080, 0.092),
                (-0.012, 0, 1.58, 0.076, 0.086),
                (-0.012, 0, 1.50, 0.080, 0.086),
                (-0.008, 0, 1.44, 0.100, 0.125),
                (0.006, 0, 1.345, 0.140, 0.192),
            ),
            ((0.0, "head"), (1.2, "head"), (2.0, "neck"), (2.6, "chest")),
            cloth,
            0.03,
        ),
        Loft(((0.120, 0, 1.628, 0.088, 0.066),), AT_HEAD, cloth, 0.006, stretch=0.89, carve=True),
    )

    def drape(points: Array) -> Array:
        x, y, z = points.T
        waves: Array = 0.004 * np.sin(70 * z - 60 * x + 30 * y) * (z < 1.60)
        return waves

    paint = layers((trim, below(1.366)))
    return Part("scarf", lofts, 0.0100, 640, ((*_HIGH, -1.350),), paint, ripple=drape)


def rain_hood(cloth: Vector, lining: Vector) -> Part:
    """A raised hood with a small peak."""
    lofts = (
        Loft(((-0.020, 0, 1.690, 0.132, 0.118),), AT_HEAD, cloth, stretch=0.92),
        Loft(
            ((-0.04, 0, 1.65, 0.098, 0.112), (-0.030, 0, 1.55, 0.090, 0.100), (-0.022, 0, 1.46, 0.078, 0.096)),
            ((0.0, "head"), (1.0, "head"), (2.0, "chest")),
            cloth,
            0.03,
        ),
        Loft(((0.125, 0, 1.630, 0.125, 0.084),), AT_HEAD, cloth, 0.012, stretch=0.92, carve=True),
    )

    def paint(points: Array, colours: Array) -> Array:
        inside = (np.hypot((points[:, 0] - 0.125) / 0.125, np.hypot(points[:, 1] / 0.084, (points[:, 2] - 1.63) / 0.115)) < 1.02) & (
            points[:, 0] < 0.1
        )
        mixed: Array = np.where(inside[:, None], np.array(lining), colours)
        return mixed

    return Part("hood", lofts, 0.0095, 560, (), paint)


def glasses(rim: Vector, glass: Vector | None = None) -> tuple[Part, ...]:
    """Spectacles; with `glass` the lenses are dark."""

    def at(y: float, z: float, x: float = 0.106) -> tuple[float, float, float, float, float]:
        return (x - 0.5 * max(0.0, y - 0.02) ** 1.5, y, z, 0.0026, 0.0026)

    ring = [at(0.0335 + 0.0185 * np.cos(a), EYE_Z + 0.0145 * np.sin(a)) for a in np.linspace(np.pi, 3 * np.pi, 11)]
    lofts = (
        Loft((at(0.0, EYE_Z + 0.004, 0.1085), *ring), AT_HEAD, rim, lateral=(1.0, 0.0, 0.0)),
        Loft(
            (at(0.052, EYE_Z + 0.004), (0.075, 0.074, EYE_Z + 0.004, 0.0026, 0.0026), (-0.012, 0.082, EYE_Z + 0.002, 0.0026, 0.0026)),
            AT_HEAD,
            rim,
            lateral=(0.0, 0.0, 1.0),
        ),
    )
    frame = Part("glasses", lofts, 0.0025, 210)
    if glass is None:
        return (frame,)
    lens = Loft(((0.1035, 0.0335, EYE_Z, 0.003, 0.0185),), AT_HEAD, glass, stretch=0.0145 / 0.003)
    return (frame, Part("lenses", (lens,), 0.0024, 60))


def headphones(colour: Vector, pad: Vector) -> Part:
    """Large headphones over the crown."""
    lofts = (
        Loft(((-0.012, 0.094, 1.648, 0.034, 0.020),), AT_HEAD, pad, 0.006, stretch=1.15),
        Loft(
            (
                (-0.014, 0.102, 1.660, 0.010, 0.008),
                (-0.014, 0.094, 1.740, 0.010, 0.008),
                (-0.014, 0.052, 1.792, 0.010, 0.008),
                (-0.014, 0.0, 1.806, 0.010, 0.008),
            ),
            AT_HEAD,
            colour,
            0.004,
            lateral=(0.0, 0.6, 0.8),
        ),
    )
    return Part("headphones", lofts, 0.0065, 190)


def headband(colour: Vector, paint: Paint | None = None) -> Part:
    """A sweatband around the forehead."""
    lofts = (Loft(((-0.010, 0, 1.690, 0.111, 0.093), (-0.012, 0, 1.716, 0.109, 0.091)), AT_HEAD, colour, 0.004),)
    return Part("headband", lofts, 0.0080, 150, ((0.0, 0.0, 1.0, 1.718), (*_HIGH, -1.688)), paint)
