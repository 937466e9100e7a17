"""Which triangle is nearest at each sample: a span rasteriser over one band of rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .layout import F32, F64, I32, SAMPLE_X, SAMPLE_Y, U8, Slots, Surfaces, Texels, exact_kernel, inlined
from .textures import log2_fast

F = np.float32

EDGE_OVERLAP_PX = 1e-4
"""Spans reach this far over their edges, so that rounding never leaves a gap between neighbours; depth
decides."""
BEYOND_PX = 1e9
"""Farther out than any picture reaches."""


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


@exact_kernel
def _level_edge_excludes(edges: F64, slot: int, y: float) -> bool:
    """Whether a row lies outside an edge that runs along rows."""
    out = False
    for i in range(3):
        if edges[slot, i, 0] == 0.0 and edges[slot, i, 1] * y + edges[slot, i, 2] < 0.0:
            out = True
    return out


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
    sum of the three functions, is linear along it. The largest 1/w wins; of equal ones, the first drawn.
    """
    nearest[sample_begin:sample_end] = -1
    inverse_depth[sample_begin:sample_end] = F(0.0)
    inverse_near = F(1.0 / near_m)
    begins, counts, planes = np.empty(LANES), np.empty(LANES), np.empty(6)
    alpha = texels.alpha
    edges, bounds, sources = slots.edges, slots.bounds, slots.source
    cutout, textures = surfaces.cutout, surfaces.texture
    for k in range(first, last):
        slot = members[k]
        x_first, x_last = bounds[slot, 0], bounds[slot, 1]
        wa = edges[slot, 0, 0] + edges[slot, 1, 0] + edges[slot, 2, 0]
        wb = edges[slot, 0, 1] + edges[slot, 1, 1] + edges[slot, 2, 1]
        wc = edges[slot, 0, 2] + edges[slot, 1, 2] + edges[slot, 2, 2]
        step = F(wa)
        source = sources[slot]
        cut = cutout[source] and textures[source] >= 0
        # Edge i crosses a row at slope_i y + start_i: where it bounds x from below, from above, or, being level, not at all.
        level = False
        l0 = l1 = l2 = h0 = h1 = h2 = 0.0
        m0 = m1 = m2 = -BEYOND_PX
        n0 = n1 = n2 = BEYOND_PX
        for i in range(3):
            a, b, c = edges[slot, i, 0], edges[slot, i, 1], edges[slot, i, 2]
            if a == 0.0:
                level = True
                continue
            over = -1.0 / a
            slope, start_x = b * over, c * over
            if a > 0.0:
                start_x -= EDGE_OVERLAP_PX
                if i == 0:
                    l0, m0 = slope, start_x
                elif i == 1:
                    l1, m1 = slope, start_x
                else:
                    l2, m2 = slope, start_x
            else:
                start_x += EDGE_OVERLAP_PX
                if i == 0:
                    h0, n0 = slope, start_x
                elif i == 1:
                    h1, n1 = slope, start_x
                else:
                    h2, n2 = slope, start_x
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
            side = 1
            first_texel = 0
            if cut:
                # One level a row: taken in the middle of the span of the pixels' centres.
                middle = min(max(begins[0] + 0.5 * counts[0], float(x_first)), float(x_last + 1))
                texture = textures[source]
                level_here = _cutout_level(texels, texture, planes, middle, y + 0.5, wa, wb, wc)
                side = texels.sides[texture] >> level_here
                first_texel = texels.starts[texture, level_here]
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
                depths = inverse_depth[sample, y - row_begin, x0 : x0 + count]
                slots_here = nearest[sample, y - row_begin, x0 : x0 + count]
                if cut:
                    us = F(planes[0] * (x0 + px) + planes[1] * py + planes[2])
                    vs = F(planes[3] * (x0 + px) + planes[4] * py + planes[5])
                    for x in range(count):
                        z = start + step * F(x)
                        if z > depths[x] and z <= inverse_near:
                            w = F(1.0) / z
                            u = (us + step_u * F(x)) * w
                            v = (vs + step_v * F(x)) * w
                            column = int((u - np.floor(u)) * F(side)) & (side - 1)
                            row = int((v - np.floor(v)) * F(side)) & (side - 1)
                            if alpha[first_texel + row * side + column] > 127:
                                depths[x] = z
                                slots_here[x] = slot
                else:
                    for x in range(count):
                        z = start + step * F(x)
                        before = depths[x]
                        nearer = (z > before) & (z <= inverse_near)
                        depths[x] = z if nearer else before
                        slots_here[x] = this if nearer else slots_here[x]


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
