"""Painting clothes: masks over a part's rest points, and layers of colour laid through them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.bodies.sdf import Paint, Vector, smooth_step, tint

Array = NDArray[np.float64]
Mask = Callable[[Array], Array]
"""(N, 3) rest points -> (N,) shares of 0 to 1."""

LIMB_M = 0.13
"""What lies farther from a limb's axis is not of the limb."""

SOFT_M = 0.004
"""Width of a painted border."""


def layers(*coats: tuple[Vector, Mask]) -> Paint:
    """Colours laid over the base in order, each through its mask."""

    def paint(points: Array, colours: Array) -> Array:
        for colour, mask in coats:
            colours = tint(colours, colour, mask(points))
        return colours

    return paint


def shade(colour: Vector, factor: float) -> Vector:
    """A darker or lighter cloth of the same dye."""
    r, g, b = (min(1.0, factor * c) for c in colour)
    return (r, g, b)


def between(axis: str, low: float, high: float) -> Mask:
    """Where a coordinate lies between two values; axis `y` is the distance from the middle."""
    k = "xyz".index(axis)

    def mask(points: Array) -> Array:
        value = np.abs(points[:, k]) if k == 1 else points[:, k]
        share: Array = smooth_step(low - SOFT_M / 2, low + SOFT_M / 2, value) * smooth_step(high + SOFT_M / 2, high - SOFT_M / 2, value)
        return share

    return mask


def above(z: float) -> Mask:
    """Higher than `z`."""
    return between("z", z, 9.0)


def below(z: float) -> Mask:
    """Lower than `z`."""
    return between("z", -9.0, z)


def front(x: float = 0.03) -> Mask:
    """Ahead of `x`."""
    return between("x", x, 9.0)


def back(x: float = -0.03) -> Mask:
    """Behind `x`."""
    return between("x", -9.0, x)


def both(*masks: Mask) -> Mask:
    """Where all of them are."""

    def mask(points: Array) -> Array:
        share: Array = np.prod([m(points) for m in masks], axis=0)
        return share

    return mask


def part_of(mask: Mask, share: float) -> Mask:
    """A thinner coat."""

    def thinned(points: Array) -> Array:
        return share * mask(points)

    return thinned


def stripes(axis: str, period: float, share: float = 0.5, start: float = 0.0) -> Mask:
    """Bands across an axis, `share` of each period."""
    k = "xyz".index(axis)

    def mask(points: Array) -> Array:
        wave = np.cos(2 * np.pi * (points[:, k] - start) / period)
        edge = np.cos(np.pi * share)
        lit: Array = smooth_step(edge - 0.25, edge + 0.25, wave)
        return lit

    return mask


def wedge(bottom: float, slope: float, ahead: float = 0.02) -> Mask:
    """An open neck in front: a V that starts at height `bottom` and widens by `slope` a metre on each side."""

    def mask(points: Array) -> Array:
        x, y, z = points.T
        inside: Array = smooth_step(0.003, -0.003, np.abs(y) - slope * (z - bottom)) * smooth_step(ahead, ahead + 0.02, x)
        return inside

    return mask


def dot(y: float, z: float, radius: float, ahead: float = 0.03) -> Mask:
    """A disc on the front, seen along x; its mirror image too."""

    def mask(points: Array) -> Array:
        away = np.hypot(np.abs(points[:, 1]) - y, points[:, 2] - z)
        disc: Array = smooth_step(radius + 0.002, radius - 0.002, away) * smooth_step(ahead, ahead + 0.02, points[:, 0])
        return disc

    return mask


def near(point: Array, radius: float) -> Mask:
    """Within `radius` metres of a rest point."""

    def mask(points: Array) -> Array:
        share: Array = smooth_step(radius + SOFT_M / 2, radius - SOFT_M / 2, np.linalg.norm(points - point, axis=1))
        return share

    return mask


def along(start: Array, direction: Array, low: float, high: float) -> Mask:
    """Between two distances from `start` along `direction`, such as a cuff on a sleeve."""

    def mask(points: Array) -> Array:
        far = (points - start) @ direction
        aside = np.linalg.norm(points - start - far[:, None] * direction, axis=1)
        ring: Array = smooth_step(low - 0.002, low + 0.002, far) * smooth_step(high + 0.002, high - 0.002, far) * (aside < LIMB_M)
        return ring

    return mask
