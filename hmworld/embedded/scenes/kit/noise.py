"""Value noise: tileable images for textures, and a field over the plane for terrain."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.scenes.kit.randomness import Stream

Array = NDArray[np.float64]
_LATTICE = 64


def _fade(t: Array) -> Array:
    return t * t * (3.0 - 2.0 * t)


def tile_noise(stream: Stream, size: int, cells: tuple[int, int]) -> Array:
    """One octave of tileable value noise in [0, 1), shape (size, size); `cells` = lattice cells in (rows, columns)."""
    rows, columns = cells
    grid = stream.array(rows * columns).reshape(rows, columns)
    y = np.arange(size) * rows / size
    x = np.arange(size) * columns / size
    iy, ix = y.astype(int), x.astype(int)
    fy, fx = _fade(y - iy)[:, None], _fade(x - ix)[None, :]
    jy, jx = (iy + 1) % rows, (ix + 1) % columns
    top = grid[iy][:, ix] * (1 - fx) + grid[iy][:, jx] * fx
    bottom = grid[jy][:, ix] * (1 - fx) + grid[jy][:, jx] * fx
    return np.asarray(top * (1 - fy) + bottom * fy)


def tile_fractal(stream: Stream, size: int, cells: tuple[int, int], octaves: int, gain: float = 0.55) -> Array:
    """Summed octaves of `tile_noise`, stretched to exactly [0, 1], shape (size, size)."""
    total = np.zeros((size, size))
    weight = 1.0
    for octave in range(octaves):
        total += weight * tile_noise(stream, size, (cells[0] << octave, cells[1] << octave))
        weight *= gain
    total -= total.min()
    return np.asarray(total / total.max())


class PlaneNoise:
    """Smooth value noise over the plane, periodic after 64 lattice cells."""

    def __init__(self, stream: Stream) -> None:
        self._grid = stream.array(_LATTICE * _LATTICE).reshape(_LATTICE, _LATTICE)

    def at(self, x: Array, y: Array) -> Array:
        """One octave in [0, 1) at lattice coordinates x, y of any one shape."""
        ix, iy = np.floor(x).astype(int), np.floor(y).astype(int)
        fx, fy = _fade(x - ix), _fade(y - iy)
        ix, iy = ix % _LATTICE, iy % _LATTICE
        jx, jy = (ix + 1) % _LATTICE, (iy + 1) % _LATTICE
        grid = self._grid
        low = grid[iy, ix] * (1 - fx) + grid[iy, jx] * fx
        high = grid[jy, ix] * (1 - fx) + grid[jy, jx] * fx
        return np.asarray(low * (1 - fy) + high * fy)

    def fractal(self, x: Array, y: Array, octaves: int, gain: float = 0.5) -> Array:
        """Octaves summed and normalised to about [0, 1]."""
        total = np.zeros(np.shape(x))
        weight, weights = 1.0, 0.0
        for octave in range(octaves):
            # The shift keeps lattice lines of the octaves from falling on each other.
            total = total + weight * self.at(x * 2**octave + 17.3 * octave, y * 2**octave + 9.1 * octave)
            weights += weight
            weight *= gain
        return total / weights

    def ridged(self, x: Array, y: Array, octaves: int) -> Array:
        """Octaves of folded noise, sharp crests at 1: mountain ridges."""
        total = np.zeros(np.shape(x))
        weight, weights = 1.0, 0.0
        for octave in range(octaves):
            fold = 1.0 - np.abs(2.0 * self.at(x * 2**octave + 31.7 * octave, y * 2**octave + 5.3 * octave) - 1.0)
            total = total + weight * fold * fold
            weights += weight
            weight *= 0.5
        return total / weights
