"""Things carried or worn over clothes: bags, aprons, ties, belts, buttons and capes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.bodies.people.gowns import cone, panels
from hmworld.embedded.bodies.people.measure import surface_x
from hmworld.embedded.bodies.people.paint import between, both, layers, shade
from hmworld.embedded.bodies.people.tops import on_trunk, torso
from hmworld.embedded.bodies.sdf import Loft, Paint, Part, Vector, smooth_step

Array = NDArray[np.float64]
CHEST = ((0.0, "chest"),)


def backpack(cloth: Vector, trim: Vector, size: float = 1.0, ease: float = 0.0) -> tuple[Part, ...]:
    """A rucksack with two straps."""
    s, x = size, -0.110 - ease
    bag = (
        Loft(
            (
                (x - 0.062 * s, 0, 1.07 - 0.05 * (s - 1), 0.055 * s, 0.105 * s),
                (x - 0.068 * s, 0, 1.20, 0.066 * s, 0.125 * s),
                (x - 0.060 * s, 0, 1.34, 0.062 * s, 0.118 * s),
                (x - 0.045 * s, 0, 1.37 + 0.08 * s, 0.038 * s, 0.080 * s),
            ),
            ((0.0, "spine"), (1.5, "chest")),
            cloth,
        ),
        Loft(
            ((x - 0.125 * s, 0, 1.10, 0.026 * s, 0.078 * s), (x - 0.128 * s, 0, 1.19, 0.024 * s, 0.078 * s)),
            ((0.0, "spine"), (1.0, "chest")),
            trim,
            0.006,
        ),
    )
    strap = Loft(
        (
            (-0.105 - ease, 0.070, 1.405, 0.014, 0.026),
            (-0.060, 0.082, 1.478 + ease, 0.014, 0.026),
            (0.020, 0.092, 1.466 + ease, 0.014, 0.026),
            (0.094 + ease, 0.102, 1.365, 0.014, 0.026),
            (0.112 + ease, 0.112, 1.25, 0.014, 0.024),
            (0.050 + ease, 0.150 + ease, 1.13, 0.014, 0.020),
            (-0.080 - ease, 0.110, 1.09, 0.014, 0.018),
        ),
        ((0.0, "chest"), (4.5, "chest"), (6.0, "spine")),
        trim,
    )
    paint = layers((shade(trim, 0.8), both(between("z", 1.345, 1.357), between("y", 0.0, 0.2))))
    return (Part("backpack", bag, 0.0115, 300, (), paint), Part("straps", (strap,), 0.0085, 200, whole=True))


def apron(cloth: Vector, hem: float = 0.60, paint: Paint | None = None, bust: float = 0.0) -> Part:
    """An apron over the front, tied at the neck."""
    lofts = (*torso(cloth, 1.0, 0.026, bust, 1.38), cone(cloth, hem, (0.205, 0.235), 1.05, 0.020))

    def bind(points: Array) -> dict[str, Array]:
        _, y, z = points.T
        hanging, left = smooth_step(0.97, 0.70, z) * (z < 0.97), smooth_step(-0.12, 0.12, y)
        return {"coat_front_l": hanging * left, "coat_front_r": hanging * (1.0 - left)}

    planes = ((0.0, 0.0, -1.0, -hem), (0.0, 0.0, 1.0, 1.37), (-1.0, 0.0, 0.0, -0.012), (-0.35, 0.9, 0.12, 0.245))
    return Part("apron", lofts, 0.0110, 420, planes, paint, bind=bind, whole=True)


def tie(colour: Vector, shirt: Vector, jacket: Part, low: float = 1.17) -> tuple[Part, Part]:
    """A necktie laid on the front of `jacket`, and the shirt's collar."""

    def at(z: float, thick: float, wide: float) -> tuple[float, float, float, float, float]:
        return (surface_x(jacket, 0.0, z) - 0.002, 0.0, z, thick, wide)

    knot = Loft((at(1.436, 0.016, 0.019), at(1.414, 0.013, 0.013)), CHEST, colour, 0.004)
    blade = Loft((at(1.41, 0.010, 0.012), at(1.36, 0.009, 0.018), at(1.27, 0.009, 0.025), at(low, 0.008, 0.026)), CHEST, colour)
    collar = Loft(
        (
            (-0.072, 0, 1.497, 0.014, 0.012),
            (-0.046, 0.052, 1.494, 0.014, 0.010),
            (0.014, 0.052, 1.474, 0.015, 0.011),
            (0.054, 0.022, 1.436, 0.018, 0.013),
        ),
        ((0.0, "neck"), (1.0, "chest")),
        shirt,
    )
    return (Part("tie", (knot, blade), 0.0058, 120, bind=on_trunk), Part("collar", (collar,), 0.0062, 170))


def bow_tie(colour: Vector, cloth: Part) -> Part:
    """A bow at the neck of `cloth`."""
    x = surface_x(cloth, 0.0, 1.425)
    stations = ((x, 0.0, 1.425, 0.012, 0.011), (x, 0.024, 1.425, 0.012, 0.015), (x - 0.010, 0.050, 1.427, 0.010, 0.022))
    return Part("bow", (Loft(stations, CHEST, colour, lateral=(0.0, 0.0, 1.0)),), 0.005, 70)


def belt(leather: Vector, z: float = 1.09, ease: float = 0.006, wide: float = 0.034, buckle: Vector | None = None) -> Part:
    """A belt around the waist of the top or gown below it."""
    lofts = torso(leather, z - 0.05, ease, top=z + 0.05)
    paint = layers((buckle, both(between("y", 0.0, 0.026), between("x", 0.03, 1.0)))) if buckle else None
    return Part("belt", lofts, 0.0085, 170, ((0.0, 0.0, 1.0, z + wide / 2), (0.0, 0.0, -1.0, -z + wide / 2)), paint)


def buttons(colour: Vector, cloth: Part, places: tuple[tuple[float, float], ...], radius: float = 0.011, skirt: str | None = None) -> Part:
    """Buttons at (y, z) on the front of `cloth`, those off the middle in pairs; `skirt` names the panels that carry the low ones."""
    lofts = tuple(Loft(((surface_x(cloth, y, z), y, z, 0.006, radius),), CHEST, colour, 0.001, stretch=radius / 0.006) for y, z in places)

    def bind(points: Array) -> dict[str, Array]:
        bound = on_trunk(points)
        if skirt is None:
            return bound
        hanging = panels(skirt)(points)
        left = 1.0 - np.sum(list(hanging.values()), axis=0)
        return {**{name: share * left for name, share in bound.items()}, **hanging}

    return Part("buttons", lofts, 0.0045, 28 * len(places), bind=bind)


def cape(cloth: Vector, lining: Vector, low: float = 0.30, wide: float = 0.30) -> Part:
    """A cloak that hangs from the shoulders behind the body; needs the joint `cape`."""
    lofts = (
        Loft(
            (
                (-0.060, 0, 1.462, 0.060, 0.110),
                (-0.088, 0, 1.38, 0.050, 0.190),
                (-0.120, 0, 1.15, 0.034, 0.225),
                (-0.150, 0, 0.75, 0.032, 0.5 * (0.225 + wide)),
                (-0.185, 0, low, 0.030, wide),
            ),
            ((0.0, "chest"), (0.8, "chest"), (1.6, "cape")),
            cloth,
        ),
    )

    def waves(points: Array) -> Array:
        _, y, z = points.T
        out: Array = 0.014 * np.cos(32 * y) * smooth_step(1.35, 0.8, z)
        return out

    def paint(points: Array, colours: Array) -> Array:
        x, _, z = points.T
        middle = np.interp(z, [low, 0.75, 1.15, 1.38], [-0.185, -0.150, -0.120, -0.088])
        inside = smooth_step(-0.002, 0.004, x - middle - 0.012 * np.cos(32 * points[:, 1]))
        mixed: Array = colours + inside[:, None] * (np.array(lining) - colours)
        return mixed

    def bind(points: Array) -> dict[str, Array]:
        return {"cape": smooth_step(1.40, 1.15, points[:, 2])}

    return Part("cape", lofts, 0.0120, 560, ((0.0, 0.0, -1.0, -low),), paint, ripple=waves, bind=bind, whole=True)


def shawl(cloth: Vector, trim: Vector) -> Part:
    """A knitted shawl around the shoulders, its ends in front."""
    lofts = (
        *torso(cloth, 1.14, 0.022, top=1.47),
        Loft(
            ((-0.014, 0.04, 1.436, 0.058, 0.058), (-0.013, 0.150, 1.420, 0.076, 0.076), (-0.020, 0.235, 1.32, 0.080, 0.076)),
            ((0.0, "chest"), (0.8, "clavicle_l"), (2.0, "upper_arm_l")),
            cloth,
            0.06,
        ),
    )

    paint = layers((trim, between("z", 1.15, 1.185)))
    return Part("shawl", lofts, 0.0110, 460, ((0.0, 0.0, -1.0, -1.16), (0.0, 0.62, -0.78, -0.792)), paint, whole=True)


def braces(cloth: Vector, clip: Vector, ease: float = 0.0) -> Part:
    """Straps over both shoulders, as dungarees have."""
    e = ease
    rows = (
        (-0.115 - e, 0.045, 1.25),
        (-0.090 - e, 0.064, 1.40),
        (-0.045, 0.084, 1.470 + e),
        (0.030, 0.086, 1.458 + e),
        (0.100 + e, 0.078, 1.36),
        (0.122 + e, 0.070, 1.29),
    )
    strap = Loft(tuple((x, y, z, 0.012, 0.020) for x, y, z in rows), CHEST, cloth)
    return Part("braces", (strap,), 0.0075, 170, (), layers((clip, both(between("x", 0.08, 1.0), between("z", 1.295, 1.325)))), whole=True)


def bib(cloth: Vector, ease: float = 0.010, top: float = 1.34) -> Part:
    """The bib of dungarees, with a pocket."""
    pocket = both(between("x", 0.05, 1.0), between("z", 1.15, 1.162), between("y", 0.0, 0.075))
    planes = ((0.0, 0.0, -1.0, -0.95), (0.0, 0.0, 1.0, top), (-0.30, 0.9, 0.30, 0.455 + 0.8 * ease))
    return Part("bib", torso(cloth, 0.94, ease, top=top + 0.02), 0.0105, 420, planes, layers((shade(cloth, 0.6), pocket)))
