"""Paint and tufts that coats share: eye sockets, mouths, pads, toes, the grain of fur, spots, stripes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.bodies.sdf import Vector, smooth_step, tint

Array = NDArray[np.float64]
PAD: Vector = (0.05, 0.035, 0.03)


def grain(points: Array, wave_m: float) -> Array:
    """Uneven -1..1 (N,) over lengths of about `wave_m`, alike on both sides."""
    x, y, z = (points * (2 * np.pi / wave_m)).T
    side = np.abs(y)
    value: Array = np.sin(0.83 * x + 0.55 * z + 1.7 * np.sin(0.41 * z + 0.3 * x)) * np.sin(0.67 * z - 0.48 * x + 0.53 * side)
    return value


def furred(points: Array, colours: Array, wave_m: float, depth: float = 0.05) -> Array:
    """Colours lighter and darker by `depth` over lengths of about `wave_m`."""
    shaded: Array = colours * (1.0 + depth * grain(points, wave_m))[:, None]
    return shaded


def socket(points: Array, colours: Array, at: Vector, radii: Vector, rim: Vector) -> Array:
    """The dark skin around the left eye at `at` on the head."""
    x, y, z = points.T
    reach = np.linalg.norm((np.stack([x, np.abs(y), z], axis=1) - np.array(at)) / np.array(radii), axis=1)
    return tint(colours, rim, smooth_step(1.5, 1.1, reach))


def mouth(points: Array, colours: Array, back: float, front: float, height: float, width: float, colour: Vector) -> Array:
    """A lip line on the head from x = `back` to `front` at z = `height`, `width` high."""
    x, _, z = points.T
    line = smooth_step(width, 0.3 * width, np.abs(z - height)) * smooth_step(back, back + 4 * width, x)
    return tint(colours, colour, 0.8 * line * smooth_step(front + width, front, x))


def pads(points: Array, colours: Array, height_m: float) -> Array:
    """Dark soles below `height_m`."""
    return tint(colours, PAD, smooth_step(height_m, 0.5 * height_m, points[:, 2]))


def tufts(points: Array, wave_m: float, height_m: float) -> Array:
    """Locks of fur: displacement (N,) up to `height_m`, drawn out along the hair's way, back and down."""
    x, y, z = (points * (2 * np.pi / wave_m)).T
    side = np.abs(y)
    lock: Array = height_m * np.sin(1.0 * z + 0.35 * x + 0.6 * np.sin(0.7 * x - 0.5 * side)) * np.sin(0.55 * x - 0.30 * z + 0.9 * side)
    return lock


def scattered(points: Array, cell_m: float, radius_m: float) -> Array:
    """One spot of about `radius_m` in each of many cells: distance (N,) to the nearest one's centre, in its radii; both sides alike."""
    p = points.copy()
    p[:, 1] = np.abs(p[:, 1])
    cell = np.floor(p / cell_m).astype(np.int64)
    best = np.full(len(p), np.inf)
    for shift in np.ndindex(3, 3, 3):
        near = cell + np.array(shift) - 1
        mixed = near @ np.array([73856093, 19349663, 83492791])
        jitter = np.stack([_unit(mixed, k) for k in range(3)], axis=1)
        reach = np.linalg.norm(p - (near + jitter) * cell_m, axis=1)
        best = np.minimum(best, reach / (radius_m * (0.6 + 0.8 * _unit(mixed, 3))))
    return best


def _unit(number: NDArray[np.int64], stream: int) -> Array:
    """A scattered 0..1 (N,) from whole numbers, the same everywhere."""
    mixed = np.mod(number * (1103515245 + 2 * stream) + 12345 * (stream + 1), 2147483647)
    mixed = np.mod((mixed ^ (mixed >> 13)) * 48271, 2147483647)
    value: Array = mixed / 2147483647.0
    return value
