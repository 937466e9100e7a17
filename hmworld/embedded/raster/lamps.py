"""The scene's point lights: which reach where, and what they add."""

from __future__ import annotations

import numpy as np

from .items import Items
from .layout import F32, I32, Lighting, inlined

F = np.float32

CELLS = 48
PER_CELL = 12
"""Lamps that one cell can know; of more, the nearest to its middle. The scenes that ship have 9 at most."""


def lamp_grid(lamps: F32) -> tuple[I32, F32]:
    """Which lamps (L,7) reach each cell of a square grid: (C,C,K), -1 for none; and the grid's corner x, y and cell side."""
    cells = np.full((CELLS, CELLS, PER_CELL), -1, np.int32)
    if not len(lamps):
        return cells, np.array([0.0, 0.0, 1.0], np.float32)
    low = (lamps[:, :2] - lamps[:, 6:]).min(axis=0).astype(np.float64)
    side = float(((lamps[:, :2] + lamps[:, 6:]).max(axis=0) - low).max()) / CELLS
    middles = low + (np.stack(np.meshgrid(np.arange(CELLS), np.arange(CELLS)), axis=-1) + 0.5) * side
    away = np.linalg.norm(middles[:, :, None, :] - lamps[None, None, :, :2].astype(np.float64), axis=3)
    reaches = away < lamps[:, 6] + side * 0.75
    order = np.argsort(np.where(reaches, away, np.inf), axis=2, kind="stable")[:, :, :PER_CELL].astype(np.int32)
    held = np.take_along_axis(reaches, order, axis=2)
    cells[:, :, : order.shape[2]] = np.where(held, order, -1)
    return cells, np.array([low[0], low[1], side], np.float32)


@inlined
def lamp_light(lighting: Lighting, items: Items) -> None:
    """Irradiance from lamps: inverse square, faded to nothing at their reach, a little of it also behind the surface,
    as light that other things send back."""
    lamps, cells, corner, level = lighting.lamps, lighting.lamp_cells, lighting.lamp_corner, lighting.lamp_level
    x0, y0, over = corner[0], corner[1], F(1.0) / corner[2]
    x, y, z, nx, ny, nz = items.x, items.y, items.z, items.nx, items.ny, items.nz
    glow_r, glow_g, glow_b = items.glow_r, items.glow_g, items.glow_b
    size = cells.shape[0]
    for i in range(items.counts[0]):
        r = g = b = F(0.0)
        column = np.floor((x[i] - x0) * over)
        row = np.floor((y[i] - y0) * over)
        if F(0.0) <= column < F(size) and F(0.0) <= row < F(size):
            for k in range(PER_CELL):
                lamp = cells[int(row), int(column), k]
                if lamp < 0:
                    break
                dx = lamps[lamp, 0] - x[i]
                dy = lamps[lamp, 1] - y[i]
                dz = lamps[lamp, 2] - z[i]
                square = dx * dx + dy * dy + dz * dz
                fade = F(1.0) - square / (lamps[lamp, 6] * lamps[lamp, 6])
                if fade > F(0.0):
                    cosine = (nx[i] * dx + ny[i] * dy + nz[i] * dz) / np.sqrt(square + F(1e-6))
                    power = level * fade * fade / (square + F(0.25)) * (F(0.12) + F(0.88) * max(cosine, F(0.0)))
                    r += power * lamps[lamp, 3]
                    g += power * lamps[lamp, 4]
                    b += power * lamps[lamp, 5]
        glow_r[i] = r
        glow_g[i] = g
        glow_b[i] = b
