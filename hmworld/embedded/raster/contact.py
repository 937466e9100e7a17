"""Contact darkening: how much of the sky a body hides from the ground right under and around it.

Per body, a small map seen from above: each vertex leaves a mark that fades with its height over the body's
lowest point, and two box blurs spread the marks to about a foot's length. It dims the ambient light, which
casts no shadow of its own, so feet look planted even in the shade.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .items import Items
from .layout import F32, F64, Shadows, exact_kernel, inlined

F = np.float32

SIZE = 96
CELL_M = 0.04
REACH_M = F(0.6)
"""Height over the ground at which a part of a body no longer dims it."""
BLUR_CELLS = 3
MARGIN = 2 * BLUR_CELLS + 1
FADE_PER_M = F(4.0)
"""Fading on receivers above or below the body's lowest point: gone after a quarter of a metre."""
STRENGTH = F(0.75)


class ContactFit(NamedTuple):
    """Where a contact map lies: corner x and y, cell side and lowest point, world metres."""

    x: float
    y: float
    cell: float
    floor: float


def fit_contact(low: F64, high: F64) -> ContactFit:
    """A map around a box from `low` to `high` (3,), its corner on the grid of its cells, so that marks do not swim."""
    cell = max(CELL_M, float((high - low)[:2].max()) / (SIZE - 2 * MARGIN - 2))
    corner = np.floor(low[:2] / cell - MARGIN) * cell
    return ContactFit(float(corner[0]), float(corner[1]), cell, float(low[2]))


@exact_kernel
def draw_contact(vertices: F32, x: float, y: float, cell: float, floor: float, spare: F32, hidden: F32) -> None:
    """Hidden share of the sky, 0..1, into `hidden` (N,N); `spare` (N,N) is overwritten."""
    size = hidden.shape[0]
    hidden[:] = F(0.0)
    for i in range(vertices.shape[0]):
        near = F(1.0) - F(vertices[i, 2] - floor) / REACH_M
        if near > F(0.0):
            column = int((vertices[i, 0] - x) / cell)
            row = int((vertices[i, 1] - y) / cell)
            hidden[row, column] = max(hidden[row, column], near * near)
    for turn in range(4):
        # A box blur along x into the transpose, four times: two blurs along each axis.
        source, target = (hidden, spare) if turn % 2 == 0 else (spare, hidden)
        for row in range(size):
            for column in range(size):
                total = F(0.0)
                for k in range(max(0, column - BLUR_CELLS), min(size, column + BLUR_CELLS + 1)):
                    total += source[row, k]
                target[column, row] = total / F(2 * BLUR_CELLS + 1)


@inlined
def dim_sky(shadows: Shadows, body: int, items: Items) -> None:
    """Take from `open` the share of the sky that a body hides."""
    maps, places = shadows.contacts, shadows.contact_places
    x0, y0, reach, floor = places[body, 0], places[body, 1], places[body, 2] * F(SIZE), places[body, 3]
    x, y, z, share, near = items.x, items.y, items.z, items.open, items.near
    found = 0
    for i in range(items.counts[0]):
        dx = x[i] - x0
        dy = y[i] - y0
        inside = (dx >= F(0.0)) & (dx < reach) & (dy >= F(0.0)) & (dy < reach) & (abs(z[i] - floor) < F(1.0) / FADE_PER_M)
        near[i] = np.int32(1) if inside else np.int32(0)
        found += near[i]
    if found == 0:
        return
    for i in range(items.counts[0]):
        if near[i] > 0:
            share[i] *= F(1.0) - sky_hidden(maps, places, body, x[i], y[i], z[i])


@inlined
def sky_hidden(maps: F32, places: F32, body: int, x: np.float32, y: np.float32, z: np.float32) -> np.float32:
    """Share of ambient light that `body` takes from a world point; `places` (S,4) are the fits."""
    cell = places[body, 2]
    size = maps.shape[1]
    u = (x - places[body, 0]) / cell - F(0.5)
    v = (y - places[body, 1]) / cell - F(0.5)
    if not (F(0.0) <= u < F(size - 1) and F(0.0) <= v < F(size - 1)):
        return F(0.0)
    level = F(1.0) - abs(z - places[body, 3]) * FADE_PER_M
    if level <= F(0.0):
        return F(0.0)
    i = int(u)
    j = int(v)
    fu = u - F(i)
    fv = v - F(j)
    upper = maps[body, j, i] + (maps[body, j, i + 1] - maps[body, j, i]) * fu
    lower = maps[body, j + 1, i] + (maps[body, j + 1, i + 1] - maps[body, j + 1, i]) * fu
    share: np.float32 = min((upper + (lower - upper) * fv) * F(2.0), F(1.0)) * level * STRENGTH
    return share
