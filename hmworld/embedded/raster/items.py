"""What is shaded: one item per pixel and distinct surface in it, a row of the picture at a time.

Between the stages items travel in arrays of their own (`Items`), one value per item: each stage is a loop that the
compiler turns into SIMD. Neighbouring items of one triangle share a *run*, whose planes are set up once.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from .layout import F32, I32, SAMPLE_X, SAMPLE_Y, Slots, Surfaces, inlined

F = np.float32

FETCHES_PER_ITEM = 8
"""Texture reads an item can need: four taps of two mip levels."""


INVERSE_FARTHEST = F(1e-5)
"""One over the greatest depth that is shaded, 100 km."""
ANCHOR_PX = 32
"""Pixels of a row that share an anchor; a power of two."""
SAME_DEPTH = F(0.02)
"""Relative difference of depth below which samples of one patch show one surface."""


class Items(NamedTuple):
    """Scratch of one worker for one row, all of one length but `planes` and the fetches."""

    counts: I32  # (3,): items, sky items, fetches
    slot: I32
    column: I32
    run: I32
    share: F32  # of the pixel
    px: F32  # where it is shaded, pixels
    py: F32
    depth: F32  # planar, metres
    x: F32  # world, metres
    y: F32
    z: F32
    nx: F32  # unit normal towards the camera
    ny: F32
    nz: F32
    u: F32
    v: F32
    red: F32  # albedo, then radiance, then display-linear
    green: F32
    blue: F32
    clear: F32  # share that fog lets through
    lit: F32  # share of the sun
    open: F32  # share of the sky
    lod: F32
    blend: F32
    taps: I32
    step_u: F32
    step_v: F32
    relief: F32
    glow_r: F32  # light of lamps
    glow_g: F32
    glow_b: F32
    near: I32  # what the last test said
    u_x: F32  # texture coordinates per pixel
    u_y: F32
    v_x: F32
    v_y: F32
    side: F32  # of the texture
    last: F32  # its last level
    texture: I32
    start: F32  # of the chosen level in the pool
    texel_r: F32  # what the texture says, linear
    texel_g: F32
    texel_b: F32
    turns: F32  # 1 where both sides are drawn
    sky_column: I32
    sky_share: F32
    sky_px: F32
    sky_py: F32
    sky_r: F32
    sky_g: F32
    sky_b: F32
    run_planes: F32  # (N,3,8): each attribute / depth at the run's anchor, its x and its y derivative
    run_depth: F32  # (N,3): the same of 1 / depth
    run_at: F32  # (N,2): the anchor, pixels
    run_emission: F32
    fetch_item: I32
    fetch_start: F32
    fetch_side: F32
    fetch_u: F32
    fetch_v: F32
    fetch_weight: F32
    fetch_r: F32
    fetch_g: F32
    fetch_b: F32
    fetch_relief: F32
    radiance_r: F32  # (W,): of the row's pixels
    radiance_g: F32
    radiance_b: F32


def make_items(width: int) -> Items:
    """Room for a row of `width` pixels."""
    count, fetches = 4 * width, 4 * width * FETCHES_PER_ITEM
    shapes: dict[str, tuple[int, ...]] = {
        "counts": (3,),
        "run_planes": (count, 3, 8),
        "run_depth": (count, 3),
        "run_at": (count, 2),
        **{name: (fetches,) for name in Items._fields if name.startswith("fetch_")},
        **{name: (width,) for name in Items._fields if name.startswith("radiance_")},
    }
    whole = ("counts", "slot", "column", "run", "taps", "near", "sky_column", "texture", "fetch_item")
    made: dict[str, Any] = {name: np.zeros(shapes.get(name, (count,)), np.int32 if name in whole else np.float32) for name in Items._fields}
    return Items(**made)


@inlined
def collect(slots: Slots, nearest: I32, inverse_depth: F32, row: int, y: int, items: Items) -> None:
    """Items of row `row` of a band's sample planes (5, rows, W); `y` is its row in the picture.

    A pixel whose four samples agree is one item at its centre. Samples of one patch at nearly one depth are one
    surface and so one item, of the triangle at the pixel's centre if that belongs to it. Every item is shaded where
    its triangle is seen: at the pixel's centre, or at the mean of its samples.
    """
    patches = slots.patch
    slot, column, share, item_x, item_y = items.slot, items.column, items.share, items.px, items.py
    sky_column, sky_share, sky_x, sky_y = items.sky_column, items.sky_share, items.sky_px, items.sky_py
    centre_y = F(y) + F(0.5)
    n = 0
    m = 0
    for x in range(nearest.shape[2]):
        s1, s2, s3, s4 = nearest[1, row, x], nearest[2, row, x], nearest[3, row, x], nearest[4, row, x]
        if s1 == s2 and s1 == s3 and s1 == s4:
            if s1 < 0:
                sky_column[m] = x
                sky_share[m] = F(1.0)
                sky_x[m] = F(x) + F(0.5)
                sky_y[m] = centre_y
                m += 1
            else:
                slot[n] = s1
                column[n] = x
                share[n] = F(1.0)
                item_x[n] = F(x) + F(0.5)
                item_y[n] = centre_y
                n += 1
            continue
        if s1 >= 0 and s2 >= 0 and s3 >= 0 and s4 >= 0:
            p = patches[s1]
            if p == patches[s2] and p == patches[s3] and p == patches[s4]:
                d1, d2, d3, d4 = inverse_depth[1, row, x], inverse_depth[2, row, x], inverse_depth[3, row, x], inverse_depth[4, row, x]
                least = min(min(d1, d2), min(d3, d4))
                most = max(max(d1, d2), max(d3, d4))
                centre = nearest[0, row, x]
                if most - least < SAME_DEPTH * most and centre >= 0 and patches[centre] == p:
                    slot[n] = centre
                    column[n] = x
                    share[n] = F(1.0)
                    item_x[n] = F(x) + F(0.5)
                    item_y[n] = centre_y
                    n += 1
                    continue
        first = n
        sky = F(0.0)
        for sample in range(1, 5):
            s = nearest[sample, row, x]
            if s < 0:
                sky += F(0.25)
                continue
            depth = inverse_depth[sample, row, x]
            k = first
            while k < n:
                # Until they are placed, items keep their depth in `item_x` and their sample in `item_y`.
                if slot[k] == s or (patches[slot[k]] == patches[s] and abs(item_x[k] - depth) < SAME_DEPTH * depth):
                    break
                k += 1
            if k < n:
                share[k] += F(0.25)
            else:
                slot[n] = s
                column[n] = x
                share[n] = F(0.25)
                item_x[n] = depth
                item_y[n] = F(sample)
                n += 1
        for k in range(first, n):
            sample = int(item_y[k])
            item_x[k] = F(x) + F(SAMPLE_X[sample])
            item_y[k] = F(y) + F(SAMPLE_Y[sample])
        if sky > F(0.0):
            sky_column[m] = x
            sky_share[m] = sky
            sky_x[m] = F(x) + F(0.5)
            sky_y[m] = centre_y
            m += 1
    items.counts[0] = n
    items.counts[1] = m


@inlined
def find_runs(surfaces: Surfaces, slots: Slots, sides: I32, last: I32, row: int, items: Items) -> None:
    """Planes of every run of items of one triangle.

    With b_k = a_k x + b_k y + c_k the edge functions, 1 / depth = sum b_k, and an attribute q over the depth is
    sum b_k q_k: both linear in the picture. They are kept as the value at an anchor nearby, which depends on the pixel
    alone, and two derivatives, so that 32 bits suffice. Texture coordinates are counted from a whole number near the first vertex.
    """
    edges, sources = slots.edges, slots.source
    attributes, triangles = surfaces.attributes, surfaces.triangles
    item_slot, item_run, column = items.slot, items.run, items.column
    planes, depth, anchor = items.run_planes, items.run_depth, items.run_at
    item_turns, item_side, item_last, item_texture = items.turns, items.side, items.last, items.texture
    runs = 0
    previous = -1
    previous_block = -1
    texture = 0
    turn = side = level = F(0.0)
    for i in range(items.counts[0]):
        slot = item_slot[i]
        block = column[i] & -ANCHOR_PX
        if slot != previous or block != previous_block:
            previous = slot
            previous_block = block
            k = runs
            runs += 1
            t = sources[slot]
            i0, i1, i2 = triangles[t, 0], triangles[t, 1], triangles[t, 2]
            ax0, ax1, ax2 = edges[slot, 0, 0], edges[slot, 1, 0], edges[slot, 2, 0]
            ay0, ay1, ay2 = edges[slot, 0, 1], edges[slot, 1, 1], edges[slot, 2, 1]
            x = block + 0.5 * ANCHOR_PX
            y = row + 0.5
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
            anchor[k, 0] = F(x)
            anchor[k, 1] = F(y)
            texture = surfaces.texture[t]
            items.run_emission[k] = surfaces.emission[t]
            turn = F(1.0) if surfaces.two_sided[t] else F(0.0)
            # The last texture is one white texel.
            texture = texture if texture >= 0 else last.shape[0] - 1
            side = F(sides[texture])
            level = F(last[texture])
        item_run[i] = runs - 1
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
