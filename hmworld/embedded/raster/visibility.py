"""Which triangle is nearest at each sample: a span rasteriser over one band of rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .layout import F32, F64, I32, SAMPLE_X, SAMPLE_Y, U8, Slots, Surfaces, Texels, exact_kernel
from .textures import log2_fast, opaque

F = np.float32

EDGE_OVERLAP_PX = 1e-4
"""Spans reach this far over their edges, so that rounding never leaves a gap between neighbours; depth
decides."""


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
        for y in range(max(bounds[slot, 2], row_begin), min(bounds[slot, 3] + 1, row_end)):
            for sample in range(sample_begin, sample_end):
                px = SAMPLE_X[sample]
                py = y + SAMPLE_Y[sample]
                low = x_first + px
                high = x_last + px
                for i in range(3):
                    a = edges[slot, i, 0]
                    r = edges[slot, i, 1] * py + edges[slot, i, 2]
                    if a > 0.0:
                        low = max(low, -r / a - EDGE_OVERLAP_PX)
                    elif a < 0.0:
                        high = min(high, -r / a + EDGE_OVERLAP_PX)
                    elif r < 0.0:
                        high = -1.0
                if high < low:
                    continue
                x0 = int(np.ceil(low - px))
                count = int(np.floor(high - px)) - x0 + 1
                if count <= 0:
                    continue
                start = F(wa * (x0 + px) + wb * py + wc)
                depths = inverse_depth[sample, y - row_begin, x0 : x0 + count]
                slots_here = nearest[sample, y - row_begin, x0 : x0 + count]
                if cut:
                    for x in range(count):
                        z = start + step * F(x)
                        if z > depths[x] and z <= inverse_near and _is_opaque(surfaces, texels, source, slots.edges, slot, x0 + x + px, py):
                            depths[x] = z
                            slots_here[x] = slot
                else:
                    for x in range(count):
                        z = start + step * F(x)
                        if z > depths[x] and z <= inverse_near:
                            depths[x] = z
                            slots_here[x] = slot


@exact_kernel
def _is_opaque(surfaces: Surfaces, texels: Texels, source: int, edges: F64, slot: int, x: float, y: float) -> bool:
    """Whether a cut-out triangle's texture is opaque at pixel (x, y)."""
    u = v = w = ux = vx = wx = uy = vy = wy = 0.0
    for k in range(3):
        vertex = surfaces.triangles[source, k]
        tu, tv = surfaces.uvs[vertex, 0], surfaces.uvs[vertex, 1]
        b = edges[slot, k, 0] * x + edges[slot, k, 1] * y + edges[slot, k, 2]
        u, v, w = u + b * tu, v + b * tv, w + b
        ux, vx, wx = ux + edges[slot, k, 0] * tu, vx + edges[slot, k, 0] * tv, wx + edges[slot, k, 0]
        uy, vy, wy = uy + edges[slot, k, 1] * tu, vy + edges[slot, k, 1] * tv, wy + edges[slot, k, 1]
    u, v = u / w, v / w
    ux, vx, uy, vy = (ux - u * wx) / w, (vx - v * wx) / w, (uy - u * wy) / w, (vy - v * wy) / w
    # The lesser of the two footprints: foliage seen at a slant keeps its holes.
    texel_area = min(ux * ux + vx * vx, uy * uy + vy * vy) * texels.size * texels.size
    lod = F(0.5) * log2_fast(F(max(texel_area, 1e-9)))
    return opaque(texels, surfaces.texture[source], F(u), F(v), lod)


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
