"""Skirts, dresses, coats and robes: cloth that hangs from the hips on panels which the legs push."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.bodies.people.figure import ELBOW
from hmworld.embedded.bodies.people.tops import sleeves, torso, trunk_bones
from hmworld.embedded.bodies.sdf import Bind, Loft, Paint, Part, Vector, smooth_step

Array = NDArray[np.float64]


def panels(kind: str) -> Bind:
    """Four panels below the hips: `coat` reaches the knees and follows the thighs, `gown` reaches the ground and the feet."""

    def bind(points: Array) -> dict[str, Array]:
        x, y, z = points.T
        hanging = smooth_step(0.97, 0.70, z) * (np.hypot(x, y) < 0.42) * (z < 0.97)
        ahead, left = smooth_step(-0.12, 0.12, x), smooth_step(-0.12, 0.12, y)
        return {
            f"{kind}_front_l": hanging * ahead * left,
            f"{kind}_front_r": hanging * ahead * (1.0 - left),
            f"{kind}_back_l": hanging * (1.0 - ahead) * left,
            f"{kind}_back_r": hanging * (1.0 - ahead) * (1.0 - left),
        }

    return bind


def kind_of(hem: float) -> str:
    """The panels that a skirt with this hem hangs on."""
    return "coat" if hem > 0.40 else "gown"


def cone(cloth: Vector, hem: float, radius: tuple[float, float], waist: float = 1.04, ease: float = 0.0) -> Loft:
    """A skirt from the waist to `hem`, where it has the radii (depth, width)."""
    deep, wide = radius
    hips = 0.90
    share = [(hips - z) / (hips - hem) for z in (0.75 * hem + 0.25 * hips, 0.4 * hem + 0.6 * hips)]
    rows = [
        (0.0, 0.0, hem - 0.02, deep, wide),
        *[
            (-0.004, 0.0, hips - s * (hips - hem), 0.128 + ease + s * (deep - 0.128 - ease), 0.170 + ease + s * (wide - 0.170 - ease))
            for s in share
        ],
        (-0.008, 0.0, hips, 0.126 + ease, 0.170 + ease),
        (-0.005, 0.0, 0.97, 0.118 + ease, 0.160 + ease),
        (0.0, 0.0, waist, 0.110 + ease, 0.149 + ease),
    ]
    stations = tuple(rows)
    return Loft(stations, trunk_bones(stations), cloth)


def pleats(depth: float, count: int, top: float = 0.98, hem: float = 0.60) -> Callable[[Array], Array]:
    """Folds that grow towards the hem."""

    def displaced(points: Array) -> Array:
        x, y, z = points.T
        around = np.arctan2(y, x + 1e-9)
        elbow = np.exp(-((np.linalg.norm(points - ELBOW, axis=1) / 0.07) ** 2))
        out: Array = depth * smooth_step(top, hem, z) * (np.hypot(x, y) < 0.42) * np.cos(count * around) + 0.004 * elbow * np.sin(110 * z)
        return out

    return displaced


def skirt(
    cloth: Vector,
    hem: float,
    radius: tuple[float, float],
    paint: Paint | None = None,
    fold: tuple[float, int] = (0.006, 8),
    ease: float = 0.0,
) -> Part:
    """A skirt of its own, worn with a shirt."""
    return Part(
        "skirt",
        (cone(cloth, hem, radius, ease=ease),),
        0.0115,
        520,
        ((0.0, 0.0, -1.0, -hem), (0.0, 0.0, 1.0, 1.035)),
        paint,
        ripple=pleats(*fold, hem=hem),
        bind=panels(kind_of(hem)),
        whole=True,
    )


def gown(
    cloth: Vector,
    hem: float,
    radius: tuple[float, float],
    paint: Paint | None,
    *extra: Loft,
    ease: float = 0.004,
    bust: float = 0.0,
    thickness: float = 1.02,
    sleeved: bool = True,
    sleeve: Vector | None = None,
    cuff: float = 1.0,
    fold: tuple[float, int] = (0.007, 7),
    top: float = 1.472,
    budget: int = 1350,
) -> Part:
    """Coat, dress or robe: trunk, skirt and sleeves in one piece with the lofts `extra`."""
    lofts = (*torso(cloth, 1.0, ease, bust, top), cone(cloth, hem, radius, 1.05, ease))
    if sleeved:
        lofts += sleeves(sleeve or cloth, thickness, cuff=cuff)
    return Part(
        "gown",
        (*lofts, *extra),
        0.0115,
        budget,
        ((0.0, 0.0, -1.0, -hem),),
        paint,
        ripple=pleats(*fold, hem=hem),
        bind=panels(kind_of(hem)),
        whole=True,
    )
