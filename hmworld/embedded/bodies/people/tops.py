"""What is worn on the trunk: shirts, jumpers, jackets and vests, from one torso and one sleeve."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.bodies.people.figure import ARM_DOWN, ELBOW, SHOULDER, WRIST
from hmworld.embedded.bodies.sdf import Loft, Paint, Part, Vector

Array = NDArray[np.float64]
Station = tuple[float, float, float, float, float]

TORSO: tuple[tuple[float, float, float, float], ...] = (
    (0.86, -0.008, 0.118, 0.166),
    (0.93, -0.005, 0.120, 0.162),
    (0.99, -0.002, 0.110, 0.151),
    (1.08, 0.002, 0.107, 0.143),
    (1.18, 0.002, 0.112, 0.154),
    (1.29, 0.004, 0.117, 0.168),
    (1.375, -0.006, 0.103, 0.158),
    (1.435, -0.018, 0.073, 0.110),
    (1.472, -0.022, 0.057, 0.063),
)
"""Height, depth of the middle, radius in depth and in width of the figure's trunk in a thin shirt."""


_TRUNK = ((0.96, "pelvis"), (1.10, "spine"), (1.28, "chest"))
"""Heights at which the trunk's skin follows one joint alone."""


def trunk_bones(stations: tuple[Station, ...]) -> tuple[tuple[float, str], ...]:
    """Pelvis, spine and chest at their heights along stations that go up."""
    heights = [s[2] for s in stations]
    at = np.arange(len(stations), dtype=np.float64)
    found = [(float(np.interp(z, heights, at)), name) for z, name in _TRUNK]
    return tuple((k + 1e-6 * i, name) for i, (k, name) in enumerate(found))


def on_trunk(points: Array) -> dict[str, Array]:
    """Binding of what lies on the trunk's clothes, such as a tie."""
    knots = [z for z, _ in _TRUNK]
    return {name: np.interp(points[:, 2], knots, np.eye(len(knots))[k]) for k, (_, name) in enumerate(_TRUNK)}


def torso(
    cloth: Vector, hem: float = 0.99, ease: float = 0.0, bust: float = 0.0, top: float = 1.472, flare: float = 0.0
) -> tuple[Loft, ...]:
    """The trunk from `hem` to `top`, `ease` wider than the body; `flare` widens the hem, `bust` of 1 is a woman's."""
    table = np.array(TORSO)
    heights = [hem, *[z for z in table[:, 0] if hem + 0.02 < z < top - 0.01], top]
    rows: list[Station] = []
    for z in heights:
        x, deep, wide = (float(np.interp(z, table[:, 0], table[:, k])) for k in (1, 2, 3))
        more = ease * min(1.0, (1.50 - z) / 0.10) + flare * max(0.0, 1.0 - (z - hem) / 0.15)
        rows.append((x, 0.0, z, deep + more, wide + more))
    stations = tuple(rows)
    lofts: tuple[Loft, ...] = (Loft(stations, trunk_bones(stations), cloth),)
    if bust > 0:
        size = 0.058 * bust
        lofts += (Loft(((0.070 + ease, 0.066, 1.272, size, size),), ((0.0, "chest"),), cloth, 0.05),)
    return lofts


def _at(point: Array, radius: float) -> Station:
    return (float(point[0]), float(point[1]), float(point[2]), radius, radius)


def sleeves(cloth: Vector, thickness: float = 1.0, length: float = 1.0, cuff: float = 1.0) -> tuple[Loft, ...]:
    """Shoulder and sleeve; `length` below 1 ends above the wrist, `cuff` widens the end."""
    t = thickness
    shoulder = Loft(
        (
            (-0.014, 0.04, 1.432, 0.050 * t, 0.050 * t),
            _at(SHOULDER + np.array([0.002, -0.03, 0.004]), 0.055 * t),
            _at(SHOULDER + 0.02 * ARM_DOWN, 0.056 * t),
        ),
        ((0.0, "chest"), (0.8, "clavicle_l"), (2.0, "upper_arm_l")),
        cloth,
        0.05,
    )
    path = ((SHOULDER, 0.057), (0.6 * SHOULDER + 0.4 * ELBOW, 0.053), (ELBOW, 0.046), (0.55 * ELBOW + 0.45 * WRIST, 0.043))
    end = (WRIST + 0.02 * (WRIST - ELBOW), 0.036)
    stations = tuple(_at(p, r * t * (cuff if k == 3 else 1.0)) for k, (p, r) in enumerate(path))
    if length >= 1.0:
        stations += (_at(end[0], end[1] * t * cuff),)
    bones = ((0.0, "upper_arm_l"), (1.75, "upper_arm_l"), (2.25, "forearm_l"))
    if length < 1.0:
        stations = (stations[0], stations[1], stations[2])
    return (shoulder, Loft(stations, bones, cloth, 0.03))


def arm_end(length: float) -> tuple[float, float, float, float]:
    """The plane that cuts a short sleeve at a share `length` of the upper arm."""
    normal = ARM_DOWN / np.linalg.norm(ARM_DOWN)
    point = SHOULDER + length * (ELBOW - SHOULDER)
    x, y, z = (float(v) for v in normal)
    return (x, y, z, float(normal @ point))


def folds(depth: float = 0.004) -> Callable[[Array], Array]:
    """Creases at the waist and the elbow."""

    def displaced(points: Array) -> Array:
        x, y, z = points.T
        waist = np.exp(-(((z - 1.05) / 0.05) ** 2))
        elbow = np.exp(-((np.linalg.norm(points - ELBOW, axis=1) / 0.07) ** 2))
        out: Array = depth * (waist * np.sin(55 * y + 40 * x) + elbow * np.sin(110 * z))
        return out

    return displaced


def long_sleeved(
    cloth: Vector,
    paint: Paint | None = None,
    *extra: Loft,
    hem: float = 0.99,
    ease: float = 0.0,
    bust: float = 0.0,
    thickness: float = 1.0,
    flare: float = 0.0,
    sleeve: Vector | None = None,
    cuff: float = 1.0,
    budget: int = 1150,
) -> Part:
    """Shirt, jumper or jacket with sleeves to the wrist, in one piece with the lofts `extra` (a collar, a hood)."""
    lofts = (*torso(cloth, hem - 0.01, ease, bust, flare=flare), *sleeves(sleeve or cloth, thickness, cuff=cuff), *extra)
    return Part("top", lofts, 0.0105, budget, ((0.0, 0.0, -1.0, -hem),), paint, ripple=folds())


def short_sleeved(
    cloth: Vector,
    paint: Paint | None = None,
    *extra: Loft,
    hem: float = 0.99,
    ease: float = 0.0,
    bust: float = 0.0,
    sleeve: Vector | None = None,
    length: float = 0.62,
    thickness: float = 1.02,
) -> tuple[Part, Part]:
    """T-shirt: trunk and sleeves; wear it over bare arms."""
    trunk = Part("top", (*torso(cloth, hem - 0.01, ease, bust), *extra), 0.0105, 760, ((0.0, 0.0, -1.0, -hem),), paint, ripple=folds(0.003))
    short = Part("sleeves", sleeves(sleeve or cloth, thickness, 0.5), 0.0105, 260, (arm_end(length),), paint, whole=True)
    return (trunk, short)


def sleeveless(cloth: Vector, paint: Paint | None = None, *extra: Loft, hem: float = 0.99, ease: float = 0.0, bust: float = 0.0) -> Part:
    """Vest, waistcoat or tank top; wear it over bare arms or a shirt."""
    return Part("vest", (*torso(cloth, hem - 0.01, ease, bust), *extra), 0.0105, 700, ((0.0, 0.0, -1.0, -hem),), paint, ripple=folds(0.003))


def shirt_collar(cloth: Vector, blend: float = 0.006) -> Loft:
    """A turned-down collar, open in front."""
    return Loft(
        (
            (-0.078, 0, 1.487, 0.016, 0.016),
            (-0.055, 0.050, 1.483, 0.016, 0.012),
            (0.005, 0.058, 1.462, 0.016, 0.012),
            (0.052, 0.016, 1.432, 0.018, 0.014),
        ),
        ((0.0, "neck"), (1.0, "chest")),
        cloth,
        blend,
    )


def lapels(cloth: Vector, low: float = 1.18) -> Loft:
    """A coat's or suit's collar that runs down to the button at `low`."""
    return Loft(
        (
            (-0.076, 0, 1.488, 0.020, 0.018),
            (-0.050, 0.056, 1.483, 0.020, 0.015),
            (0.012, 0.068, 1.456, 0.020, 0.014),
            (0.074, 0.058, 1.39, 0.028, 0.013),
            (0.112, 0.012, low, 0.012, 0.010),
        ),
        ((0.0, "neck"), (1.0, "chest")),
        cloth,
        0.005,
    )


def crew_neck(cloth: Vector, thick: float = 0.012) -> Loft:
    """A round band at the neck."""
    return Loft(
        (
            (-0.080, 0, 1.482, thick, thick),
            (-0.040, 0.060, 1.472, thick, thick),
            (0.016, 0.052, 1.446, thick, thick),
            (0.046, 0, 1.430, thick, thick),
        ),
        ((0.0, "chest"),),
        cloth,
        0.005,
    )


def hood_down(cloth: Vector) -> tuple[Loft, ...]:
    """A hood lying on the shoulders."""
    roll = Loft(
        (
            (-0.118, 0, 1.492, 0.050, 0.048),
            (-0.080, 0.078, 1.502, 0.046, 0.044),
            (0.000, 0.094, 1.482, 0.040, 0.040),
            (0.064, 0.052, 1.438, 0.033, 0.032),
            (0.094, 0.012, 1.400, 0.018, 0.018),
        ),
        ((0.0, "chest"),),
        cloth,
        0.008,
    )
    bag = Loft(((-0.125, 0, 1.46, 0.06, 0.105), (-0.165, 0, 1.36, 0.036, 0.075)), ((0.0, "chest"),), cloth, 0.03)
    return (roll, bag)


def neck_scarf(cloth: Vector) -> tuple[Loft, ...]:
    """A thick scarf wound around the neck with one end hanging in the middle."""
    ring = Loft(
        (
            (-0.082, 0, 1.505, 0.030, 0.032),
            (-0.050, 0.068, 1.500, 0.030, 0.030),
            (0.022, 0.064, 1.482, 0.032, 0.030),
            (0.066, 0, 1.468, 0.034, 0.036),
        ),
        ((0.0, "neck"), (2.0, "chest")),
        cloth,
        0.012,
    )
    end = Loft(
        ((0.085, 0, 1.45, 0.022, 0.040), (0.122, 0, 1.32, 0.014, 0.044), (0.128, 0, 1.16, 0.012, 0.046)), ((0.0, "chest"),), cloth, 0.01
    )
    return (ring, end)
