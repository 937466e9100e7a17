"""Runs: the items of one triangle within a block of columns of a band share planes, which give what varies over the triangle."""

from __future__ import annotations

import numpy as np

from .items import KNOWN, Items
from .layout import BAND_ROWS, I32, Slots, Surfaces, inlined

F = np.float32

INVERSE_FARTHEST = F(1e-5)
"""One over the greatest depth that is shaded, 100 km."""
ANCHOR_PX = 32
"""Pixels of a row that share an anchor; a power of two."""


@inlined
def forget_runs(items: Items) -> None:
    """Slots change from frame to frame: none is known any more."""
    known = items.known_slot
    for k in range(known.shape[0]):
        known[k] = np.int32(-1)
    items.counts[3] = 0


@inlined
def set_up_run(surfaces: Surfaces, slots: Slots, sides: I32, last: I32, slot: int, x: float, y: float, k: int, items: Items) -> None:
    """Planes of a slot around the anchor (x, y), as run `k`.

    With b_k = a_k x + b_k y + c_k the edge functions, 1 / depth = sum b_k, and an attribute q over the depth is
    sum b_k q_k: both linear in the picture. They are kept as the value at the anchor and two derivatives, so that 32 bits
    suffice. Texture coordinates are counted from a whole number near the first vertex.
    """
    edges, attributes, triangles = slots.edges, surfaces.attributes, surfaces.triangles
    planes, depth = items.run_planes, items.run_depth
    t = slots.source[slot]
    i0, i1, i2 = triangles[t, 0], triangles[t, 1], triangles[t, 2]
    ax0, ax1, ax2 = edges[slot, 0, 0], edges[slot, 1, 0], edges[slot, 2, 0]
    ay0, ay1, ay2 = edges[slot, 0, 1], edges[slot, 1, 1], edges[slot, 2, 1]
    b0 = F(ax0 * x + ay0 * y + edges[slot, 0, 2])
    b1 = F(ax1 * x + ay1 * y + edges[slot, 1, 2])
    b2 = F(ax2 * x + ay2 * y + edges[slot, 2, 2])
    x0, x1, x2 = F(ax0), F(ax1), F(ax2)
    y0, y1, y2 = F(ay0), F(ay1), F(ay2)
    for a in range(8):
        q0, q1, q2 = attributes[i0, a], attributes[i1, a], attributes[i2, a]
        planes[k, 0, a] = b0 * q0 + b1 * q1 + b2 * q2
        planes[k, 1, a] = x0 * q0 + x1 * q1 + x2 * q2
        planes[k, 2, a] = y0 * q0 + y1 * q1 + y2 * q2
    depth[k, 0] = b0 + b1 + b2
    depth[k, 1] = x0 + x1 + x2
    depth[k, 2] = y0 + y1 + y2
    for a in range(2):
        whole = np.floor(attributes[i0, a])
        for part in range(3):
            planes[k, part, a] -= whole * depth[k, part]
    items.run_at[k, 0] = F(x)
    items.run_at[k, 1] = F(y)
    texture = surfaces.texture[t]
    # The last texture is one white texel.
    texture = texture if texture >= 0 else last.shape[0] - 1
    items.run_texture[k] = texture
    items.run_side[k] = F(sides[texture])
    items.run_last[k] = F(last[texture])
    items.run_emission[k] = surfaces.emission[t]
    items.run_turns[k] = F(1.0) if surfaces.two_sided[t] else F(0.0)


@inlined
def find_runs(surfaces: Surfaces, slots: Slots, sides: I32, last: I32, band: int, items: Items) -> None:
    """The run of every item: its triangle within a block of columns of a band that begins at row `band`."""
    known_slot, known_block, known_run = items.known_slot, items.known_block, items.known_run
    item_slot, item_run, column = items.slot, items.run, items.column
    item_turns, item_side, item_last, item_texture = items.turns, items.side, items.last, items.texture
    y = band + 0.5 * BAND_ROWS
    if items.counts[3] > known_slot.shape[0]:
        forget_runs(items)
    previous = -1
    previous_block = -1
    run = 0
    turn = side = level = F(0.0)
    texture = 0
    for i in range(items.counts[0]):
        slot = item_slot[i]
        block = column[i] & -ANCHOR_PX
        if slot != previous or block != previous_block:
            previous = slot
            previous_block = block
            place = (slot + 37 * (block // ANCHOR_PX)) & (KNOWN - 1)
            if known_slot[place] == slot and known_block[place] == block:
                run = known_run[place]
            else:
                run = items.counts[3]
                items.counts[3] = run + 1
                known_slot[place] = slot
                known_block[place] = block
                known_run[place] = run
                set_up_run(surfaces, slots, sides, last, slot, block + 0.5 * ANCHOR_PX, y, run, items)
            turn, side, level, texture = items.run_turns[run], items.run_side[run], items.run_last[run], items.run_texture[run]
        item_run[i] = run
        item_turns[i] = turn
        item_side[i] = side
        item_last[i] = level
        item_texture[i] = texture


@inlined
def interpolate(items: Items) -> None:
    """Depth, attributes and footprint in the texture of every item, from its run's planes.

    The derivative of an attribute q along x is w (sum a_k q_k - q sum a_k), with a_k those of the edge functions and
    w the depth.
    """
    planes, depth, anchor = items.run_planes, items.run_depth, items.run_at
    run, px, py, item_depth = items.run, items.px, items.py, items.depth
    u, v, nx, ny, nz, red, green, blue = items.u, items.v, items.nx, items.ny, items.nz, items.red, items.green, items.blue
    ux, uy, vx, vy = items.u_x, items.u_y, items.v_x, items.v_y
    for i in range(items.counts[0]):
        k = run[i]
        dx = px[i] - anchor[k, 0]
        dy = py[i] - anchor[k, 1]
        inverse = depth[k, 0] + depth[k, 1] * dx + depth[k, 2] * dy
        # A triangle seen edge-on may round to nothing here.
        w = F(1.0) / (inverse if inverse > INVERSE_FARTHEST else INVERSE_FARTHEST)
        item_depth[i] = w
        a = (planes[k, 0, 0] + planes[k, 1, 0] * dx + planes[k, 2, 0] * dy) * w
        b = (planes[k, 0, 1] + planes[k, 1, 1] * dx + planes[k, 2, 1] * dy) * w
        u[i] = a
        v[i] = b
        nx[i] = planes[k, 0, 2] + planes[k, 1, 2] * dx + planes[k, 2, 2] * dy
        ny[i] = planes[k, 0, 3] + planes[k, 1, 3] * dx + planes[k, 2, 3] * dy
        nz[i] = planes[k, 0, 4] + planes[k, 1, 4] * dx + planes[k, 2, 4] * dy
        red[i] = (planes[k, 0, 5] + planes[k, 1, 5] * dx + planes[k, 2, 5] * dy) * w
        green[i] = (planes[k, 0, 6] + planes[k, 1, 6] * dx + planes[k, 2, 6] * dy) * w
        blue[i] = (planes[k, 0, 7] + planes[k, 1, 7] * dx + planes[k, 2, 7] * dy) * w
        ux[i] = w * (planes[k, 1, 0] - a * depth[k, 1])
        uy[i] = w * (planes[k, 2, 0] - a * depth[k, 2])
        vx[i] = w * (planes[k, 1, 1] - b * depth[k, 1])
        vy[i] = w * (planes[k, 2, 1] - b * depth[k, 2])
