"""The scene's point lights: which reach where, and what they add."""

from __future__ import annotations

import numpy as np

from .items import Items
from .layout import F32, I32, Lighting, inlined

F = np.float32

CELLS = 48
WORD = 32
"""Lamps in a word of a cell's mask."""
SEGMENT = 32
"""Neighbouring items that are lit together, by every lamp that reaches one of their cells."""


def lamp_grid(lamps: F32) -> tuple[I32, F32]:
    """Which lamps (L,7) reach each cell of a square grid: (C*C,K), bit l % 32 of word l // 32; and the grid's corner x, y and cell side."""
    masks = np.zeros((CELLS * CELLS, max(1, -(-len(lamps) // WORD))), np.uint32)
    if not len(lamps):
        return masks.view(np.int32), np.array([0.0, 0.0, 1.0], np.float32)
    low = (lamps[:, :2] - lamps[:, 6:]).min(axis=0).astype(np.float64)
    side = float(((lamps[:, :2] + lamps[:, 6:]).max(axis=0) - low).max()) / CELLS
    middles = low + (np.stack(np.meshgrid(np.arange(CELLS), np.arange(CELLS)), axis=-1).reshape(-1, 2) + 0.5) * side
    for number, lamp in enumerate(lamps):
        reached = np.linalg.norm(middles - lamp[:2].astype(np.float64), axis=1) < lamp[6] + side * 0.75
        masks[:, number // WORD] |= reached.astype(np.uint32) << np.uint32(number % WORD)
    return masks.view(np.int32), np.array([low[0], low[1], side], np.float32)


@inlined
def lamp_light(lighting: Lighting, items: Items) -> None:
    """Irradiance from lamps: inverse square, faded to nothing at their reach, a little of it also behind the surface,
    as light that other things send back.

    A lamp that does not reach an item adds exactly nothing, so what an item gets does not depend on its segment.
    """
    lamps, masks, corner, level = lighting.lamps, lighting.lamp_masks, lighting.lamp_corner, lighting.lamp_level
    x0, y0, over = corner[0], corner[1], F(1.0) / corner[2]
    x, y, z, nx, ny, nz, cells = items.x, items.y, items.z, items.nx, items.ny, items.nz, items.near
    glow_r, glow_g, glow_b = items.glow_r, items.glow_g, items.glow_b
    count = items.counts[0]
    for i in range(count):
        column = np.floor((x[i] - x0) * over)
        row = np.floor((y[i] - y0) * over)
        inside = (column >= F(0.0)) & (column < F(CELLS)) & (row >= F(0.0)) & (row < F(CELLS))
        cells[i] = np.int32(row * F(CELLS) + column) if inside else np.int32(-1)
        glow_r[i] = F(0.0)
        glow_g[i] = F(0.0)
        glow_b[i] = F(0.0)
    for begin in range(0, count, SEGMENT):
        end = min(begin + SEGMENT, count)
        for word in range(masks.shape[1]):
            mask = np.int32(0)
            cell = np.int32(-1)
            for i in range(begin, end):
                if cells[i] != cell:
                    cell = cells[i]
                    if cell >= 0:
                        mask |= masks[cell, word]
            for bit in range(WORD):
                if (mask >> np.int32(bit)) & 1:
                    lamp = word * WORD + bit
                    lx, ly, lz = lamps[lamp, 0], lamps[lamp, 1], lamps[lamp, 2]
                    lr, lg, lb = level * lamps[lamp, 3], level * lamps[lamp, 4], level * lamps[lamp, 5]
                    dim = F(1.0) / (lamps[lamp, 6] * lamps[lamp, 6])
                    for i in range(begin, end):
                        dx = lx - x[i]
                        dy = ly - y[i]
                        dz = lz - z[i]
                        square = dx * dx + dy * dy + dz * dz
                        fade = F(1.0) - square * dim
                        fade = fade if fade > F(0.0) else F(0.0)
                        cosine = (nx[i] * dx + ny[i] * dy + nz[i] * dz) / np.sqrt(square + F(1e-6))
                        cosine = cosine if cosine > F(0.0) else F(0.0)
                        power = fade * fade / (square + F(0.25)) * (F(0.12) + F(0.88) * cosine)
                        glow_r[i] += power * lr
                        glow_g[i] += power * lg
                        glow_b[i] += power * lb
