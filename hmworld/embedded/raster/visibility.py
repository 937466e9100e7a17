"""Which triangle is nearest at each sample: a span rasteriser over one band of rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .layout import F32, F64, I32, SAMPLE_X, SAMPLE_Y, U8, Slots, Surfaces, Texels, exact_kernel, inlined
from .textures import log2_fast, solid_at

F = np.float32

EDGE_OVERLAP_PX = 1e-4
"""Spans reach this far over their edges, so that rounding never leaves a gap between neighbours; depth
decides."""
BEYOND_PX = 1e9
"""Farther out than any picture reaches."""
BLOCK_PX = 8
"""Pixels of a span that are tested at once."""
TILE_PX = 16
"""Columns of a band of which the farthest sample is known, so that triangles behind it can be left out."""
SURVEYS = 12
"""How often a band's farthest samples are looked for while it is drawn."""
SURVEY_AFTER = 64
"""Triangles at least between two of these."""

LANES = 8
LANE_X = np.array([*SAMPLE_X, 0.5, 0.5, 0.5])
LANE_Y = np.array([*SAMPLE_Y, 0.5, 0.5, 0.5])
"""The samples, filled up to whole SIMD registers."""


@inlined
def _greater(a: float, b: float) -> float:
    return a if a > b else b


@inlined
def _lesser(a: float, b: float) -> float:
    return a if a < b else b


@inlined
def _crossing(a: float, b: float, c: float) -> tuple[float, float, float, float]:
    """Slope and start of where the edge a x + b y + c crosses a row y, as a bound of x from below and as one from above."""
    over = -1.0 / a
    slope, start = b * over, c * over
    above = a > 0.0
    below = a < 0.0
    return (
        slope if above else 0.0,
        start - EDGE_OVERLAP_PX if above else -BEYOND_PX,
        slope if below else 0.0,
        start + EDGE_OVERLAP_PX if below else BEYOND_PX,
    )


@exact_kernel
def _level_edge_excludes(edges: F64, slot: int, y: float) -> bool:
    """Whether a row lies outside an edge that runs along rows."""
    out = False
    for i in range(3):
        if edges[slot, i, 0] == 0.0 and edges[slot, i, 1] * y + edges[slot, i, 2] < 0.0:
            out = True
    return out


@exact_kernel
def find_farthest(inverse_depth: F32, sample_begin: int, sample_end: int, farthest: F32) -> None:
    """Least 1/w (T,) over the samples (5, rows, W) of each tile."""
    columns = np.empty(inverse_depth.shape[2], np.float32)
    columns[:] = np.inf
    for sample in range(sample_begin, sample_end):
        for y in range(inverse_depth.shape[1]):
            row = inverse_depth[sample, y]
            for x in range(row.shape[0]):
                columns[x] = row[x] if row[x] < columns[x] else columns[x]
    for tile in range(farthest.shape[0]):
        least = columns[tile * TILE_PX]
        for x in range(tile * TILE_PX + 1, min((tile + 1) * TILE_PX, columns.shape[0])):
            least = min(least, columns[x])
        farthest[tile] = least


@exact_kernel
def draw_band(
    surfaces: Surfaces,
    texels: Texels,
    slots: Slots,
    members: I32,
    first: int,
    last: int,
    row_begin: int,
    row_end: int,
    sample_begin: int,
    sample_end: int,
    near_m: float,
    nearest: I32,
    inverse_depth: F32,
) -> None:
    """Draw slots `members[first:last]` into rows `row_begin` to `row_end` of sample planes `sample_begin` to
    `sample_end`.

    `nearest` and `inverse_depth` (5, rows, W) hold the slot (-1: none) and 1/w. On a row, each edge function
    a x + r >= 0 bounds x from below (a > 0) or above (a < 0); the span between the bounds is inside. 1/w, the
    sum of the three functions, is linear along it. The largest 1/w wins; of equal ones, the first drawn. A triangle
    farther than all that its tiles hold already is passed over.
    """
    nearest[sample_begin:sample_end] = -1
    inverse_depth[sample_begin:sample_end] = F(0.0)
    inverse_near = F(1.0 / near_m)
    all_depths, all_owners, width = inverse_depth.reshape(-1), nearest.reshape(-1), nearest.shape[2]
    begins, counts, planes = np.empty(LANES), np.empty(LANES), np.empty(6)
    solid = texels.solid
    edges, bounds, sources = slots.edges, slots.bounds, slots.source
    cutout, textures = surfaces.cutout, surfaces.texture
    farthest = np.zeros(1 + (nearest.shape[2] - 1) // TILE_PX, np.float32)
    interval = max((last - first) // SURVEYS, SURVEY_AFTER)
    upcoming = first + interval
    for k in range(first, last):
        if k == upcoming:
            find_farthest(inverse_depth, sample_begin, sample_end, farthest)
            upcoming += interval
        slot = members[k]
        x_first, x_last = bounds[slot, 0], bounds[slot, 1]
        closest = slots.closest[slot]
        behind = True
        for tile in range(x_first // TILE_PX, x_last // TILE_PX + 1):
            if farthest[tile] < closest:
                behind = False
                break
        if behind:
            continue
        wa = edges[slot, 0, 0] + edges[slot, 1, 0] + edges[slot, 2, 0]
        wb = edges[slot, 0, 1] + edges[slot, 1, 1] + edges[slot, 2, 1]
        wc = edges[slot, 0, 2] + edges[slot, 1, 2] + edges[slot, 2, 2]
        step = F(wa)
        source = sources[slot]
        cut = cutout[source] and textures[source] >= 0
        l0, m0, h0, n0 = _crossing(edges[slot, 0, 0], edges[slot, 0, 1], edges[slot, 0, 2])
        l1, m1, h1, n1 = _crossing(edges[slot, 1, 0], edges[slot, 1, 1], edges[slot, 1, 2])
        l2, m2, h2, n2 = _crossing(edges[slot, 2, 0], edges[slot, 2, 1], edges[slot, 2, 2])
        level = (edges[slot, 0, 0] == 0.0) | (edges[slot, 1, 0] == 0.0) | (edges[slot, 2, 0] == 0.0)
        this = np.int32(slot)
        step_u = step_v = F(0.0)
        if cut:
            _uv_planes(surfaces, source, edges, slot, planes)
            step_u, step_v = F(planes[0]), F(planes[3])
        for y in range(max(bounds[slot, 2], row_begin), min(bounds[slot, 3] + 1, row_end)):
            # The spans of all samples at once, so that the compiler can do it in one go.
            for lane in range(LANES):
                px = LANE_X[lane]
                py = y + LANE_Y[lane]
                low = x_first + px
                low = _greater(low, l0 * py + m0)
                low = _greater(low, l1 * py + m1)
                low = _greater(low, l2 * py + m2)
                high = x_last + px
                high = _lesser(high, h0 * py + n0)
                high = _lesser(high, h1 * py + n1)
                high = _lesser(high, h2 * py + n2)
                begin = np.ceil(low - px)
                begins[lane] = begin
                counts[lane] = np.floor(high - px) - begin + 1.0
            side = first_texel = F(0.0)
            if cut:
                # One level a row: taken in the middle of the span of the pixels' centres.
                middle = min(max(begins[0] + 0.5 * counts[0], float(x_first)), float(x_last + 1))
                texture = textures[source]
                level_here = _cutout_level(texels, texture, planes, middle, y + 0.5, wa, wb, wc)
                side = F(texels.sides[texture] >> level_here)
                first_texel = F(texels.starts[texture, level_here])
            for sample in range(sample_begin, sample_end):
                count = int(counts[sample])
                if count <= 0:
                    continue
                px = SAMPLE_X[sample]
                py = y + SAMPLE_Y[sample]
                if level and _level_edge_excludes(edges, slot, py):
                    continue
                x0 = int(begins[sample])
                start = F(wa * (x0 + px) + wb * py + wc)
                at = (sample * nearest.shape[1] + y - row_begin) * width + x0
                # Whole blocks, so that all of the loop runs in SIMD lanes; what is past the span stays as it was.
                room = min((count + BLOCK_PX - 1) & -BLOCK_PX, all_depths.shape[0] - at)
                depths, owners = all_depths[at : at + room], all_owners[at : at + room]
                if cut:
                    some = np.int32(0)
                    for x in range(room):
                        z = start + step * F(x)
                        some |= np.int32((z > depths[x]) & (x < count))
                    if some == 0:
                        continue
                    us = F(planes[0] * (x0 + px) + planes[1] * py + planes[2])
                    vs = F(planes[3] * (x0 + px) + planes[4] * py + planes[5])
                    for x in range(room):
                        z = start + step * F(x)
                        before = depths[x]
                        w = F(1.0) / z
                        u = (us + step_u * F(x)) * w
                        v = (vs + step_v * F(x)) * w
                        there = solid_at(solid, first_texel, side, u, v) != 0
                        nearer = (z > before) & (z <= inverse_near) & (x < count) & there
                        depths[x] = z if nearer else before
                        owners[x] = this if nearer else owners[x]
                else:
                    for x in range(room):
                        z = start + step * F(x)
                        before = depths[x]
                        nearer = (z > before) & (z <= inverse_near) & (x < count)
                        depths[x] = z if nearer else before
                        owners[x] = this if nearer else owners[x]


@exact_kernel
def _uv_planes(surfaces: Surfaces, source: int, edges: F64, slot: int, planes: F64) -> None:
    """Texture coordinates over depth as functions of the pixel: u / w = p0 x + p1 y + p2, v / w = p3 x + p4 y + p5."""
    for part in range(3):
        planes[part] = 0.0
        planes[3 + part] = 0.0
    for k in range(3):
        vertex = surfaces.triangles[source, k]
        for part in range(3):
            planes[part] += edges[slot, k, part] * surfaces.attributes[vertex, 0]
            planes[3 + part] += edges[slot, k, part] * surfaces.attributes[vertex, 1]


@exact_kernel
def _cutout_level(texels: Texels, texture: int, planes: F64, x: float, y: float, wa: float, wb: float, wc: float) -> int:
    """Mip level of a cut-out at (x, y), from the lesser of the two footprints: foliage seen at a slant keeps its holes."""
    w = 1.0 / (wa * x + wb * y + wc)
    u = (planes[0] * x + planes[1] * y + planes[2]) * w
    v = (planes[3] * x + planes[4] * y + planes[5]) * w
    ux, uy = (planes[0] - u * wa) * w, (planes[1] - u * wb) * w
    vx, vy = (planes[3] - v * wa) * w, (planes[4] - v * wb) * w
    side = texels.sides[texture]
    lod = F(0.5) * log2_fast(F(max(min(ux * ux + vx * vx, uy * uy + vy * vy) * side * side, 1e-9)))
    return int(min(max(lod + F(0.5), F(0.0)), F(texels.last[texture])))


@exact_kernel
def resolve_centres(slots: Slots, surfaces: Surfaces, nearest: I32, inverse_depth: F32, instance: U8, depth: F32) -> None:
    """Instance and planar depth of a band from the sample plane at the pixel centres: all (rows, W)."""
    for y in range(instance.shape[0]):
        for x in range(instance.shape[1]):
            slot = nearest[y, x]
            if slot < 0:
                instance[y, x] = 0
                depth[y, x] = np.inf
            else:
                instance[y, x] = surfaces.instance[slots.source[slot]]
                depth[y, x] = F(1.0) / inverse_depth[y, x]


@exact_kernel
def count_and_bound(mask: NDArray[np.bool_]) -> tuple[int, int, int, int, int]:
    """Set pixels of `mask` (H,W) and their half-open box: (count, x0, y0, x1, y1), zeros where empty."""
    height, width = mask.shape
    count, x0, y0, x1, y1 = 0, width, height, 0, 0
    for y in range(height):
        for x in range(width):
            if mask[y, x]:
                count += 1
                x0, x1 = min(x0, x), max(x1, x + 1)
                y0, y1 = min(y0, y), max(y1, y + 1)
    if count == 0:
        return 0, 0, 0, 0, 0
    return count, x0, y0, x1, y1
