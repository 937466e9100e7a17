"""What is shaded: one item per pixel and distinct surface in it, a row of the picture at a time.

Between the stages items travel in arrays of their own (`Items`), one value per item: each stage is a loop that the
compiler turns into SIMD. Neighbouring items of one triangle share a *run*, whose planes are set up once.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from .layout import F32, I32, SAMPLE_X, SAMPLE_Y, Slots, inlined

F = np.float32

FETCHES_PER_ITEM = 8
"""Texture reads an item can need: four taps of two mip levels."""


KNOWN = 2048
"""Runs of a band that can be found again; a power of two."""
SAME_DEPTH = F(0.02)
"""Relative difference of depth below which samples of one patch show one surface."""


class Items(NamedTuple):
    """Scratch of one worker for one row, all of one length but `planes` and the fetches."""

    counts: I32  # (4,): items, sky items, fetches, runs
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
    run_turns: F32
    run_side: F32
    run_last: F32
    run_texture: I32
    known_slot: I32  # (K,): whose run is known at this place, -1: none
    known_block: I32
    known_run: I32
    radiance_r: F32  # (W,): of the row's pixels
    radiance_g: F32
    radiance_b: F32


def make_items(width: int) -> Items:
    """Room for a row of `width` pixels."""
    count, fetches = 4 * width, 4 * width * FETCHES_PER_ITEM
    shapes: dict[str, tuple[int, ...]] = {
        "counts": (4,),
        **{name: (count + KNOWN,) for name in Items._fields if name.startswith("run_")},
        "run_planes": (count + KNOWN, 3, 8),
        "run_depth": (count + KNOWN, 3),
        "run_at": (count + KNOWN, 2),
        **{name: (fetches,) for name in Items._fields if name.startswith("fetch_")},
        **{name: (width,) for name in Items._fields if name.startswith("radiance_")},
        **{name: (KNOWN,) for name in Items._fields if name.startswith("known_")},
    }
    whole = {"counts", "slot", "column", "run", "taps", "near", "sky_column", "texture", "fetch_item", "run_texture"}
    whole |= {name for name in Items._fields if name.startswith("known_")}
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
