"""Sun shadows: maps of height towards the sun, drawn from the sun's view, and their soft look-up.

Three kinds of map. *Coarse* covers the whole scene and *fine* the surroundings of the stage; both are drawn
once per scene and light. Each body has a small map of its own, fitted to its pose in every frame, so a shadow
of a person is sharp wherever it falls, and no map is ever updated in place: a frame depends on the scene, the
light and the pose, never on earlier frames.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .items import Items
from .layout import F32, F64, I32, Lighting, Shadows, Surfaces, Texels, exact_kernel, inlined, place_of
from .textures import opaque

F = np.float32

FINE, COARSE, BODIES = 0, 1, 2
"""Where the maps' matrices, extents and texel sizes stand; body k has row BODIES + k."""
FAR_BELOW = F(-1e9)
STATIC_SIZE = 2048
FINE_EXTENT_M = 44.0
BODY_SIZE = 384
BODY_TEXELS_M = (0.0075, 0.01, 0.0125, 0.015, 0.02, 0.03, 0.04, 0.06, 0.1, 0.2)
MARGIN = 4
"""Texels around a map's content, so that the filter never leaves the map."""


def sun_axes(sun: F64) -> F64:
    """Rows right, up and towards the sun, (3,3); `sun` is a unit vector."""
    aside = np.array([0.0, 0.0, 1.0]) if abs(sun[2]) < 0.99 else np.array([1.0, 0.0, 0.0])
    right = np.cross(aside, sun)
    right /= np.linalg.norm(right)
    return np.stack([right, np.cross(sun, right), sun])


def map_matrix(axes: F64, low: F64, texel_m: float) -> F32:
    """World to (column, row, height), (3,4); `low` (2,) is the corner of texel (0, 0) along right and up, in
    metres."""
    matrix = np.zeros((3, 4))
    matrix[:2, :3] = axes[:2] / texel_m
    matrix[:2, 3] = -low / texel_m
    matrix[2, :3] = axes[2]
    return matrix.astype(np.float32)


class MapFit(NamedTuple):
    """Where a map lies."""

    matrix: F32  # (3,4) world to (column, row, height)
    texel_m: float
    extent: tuple[int, int]  # columns, rows in use


def fit_static(axes: F64, low: F64, high: F64) -> MapFit:
    """A square static map that covers `low` to `high` (2,), metres along right and up."""
    texel = float((high - low).max()) / (STATIC_SIZE - 2 * MARGIN)
    centre = (low + high) / 2.0
    return MapFit(map_matrix(axes, centre - texel * STATIC_SIZE / 2.0, texel), texel, (STATIC_SIZE, STATIC_SIZE))


def fit_body(low: F64, high: F64, axes: F64) -> MapFit:
    """A map around `low` to `high` (2,), metres along right and up.

    The texel comes from a ladder and the corner lies on its grid, so a walking body's shadow does not swim.
    """
    extent = float((high - low).max())
    fitting = [t for t in BODY_TEXELS_M if extent <= t * (BODY_SIZE - 2 * MARGIN - 2)]
    texel = fitting[0] if fitting else extent / (BODY_SIZE - 2 * MARGIN - 2)
    corner = np.floor(low / texel - MARGIN) * texel
    used = np.minimum(np.ceil((high - corner) / texel).astype(int) + MARGIN, BODY_SIZE)
    return MapFit(map_matrix(axes, corner, texel), texel, (int(used[0]), int(used[1])))


@exact_kernel
def extents_along(vertices: F32, axes: F32) -> F64:
    """Least and greatest of `vertices` (V,3) along each row of `axes` (K,3): (2,K)."""
    out = np.empty((2, axes.shape[0]))
    for k in range(axes.shape[0]):
        a, b, c = axes[k, 0], axes[k, 1], axes[k, 2]
        low = F(np.inf)
        high = F(-np.inf)
        for i in range(vertices.shape[0]):
            value = a * vertices[i, 0] + b * vertices[i, 1] + c * vertices[i, 2]
            low = min(low, value)
            high = max(high, value)
        out[0, k] = low
        out[1, k] = high
    return out


@exact_kernel
def draw_heights(surfaces: Surfaces, texels: Texels, matrix: F32, first: int, last: int, heights: F32) -> None:
    """Draw triangles `first` to `last` into a map (N,M), keeping the greatest height per texel centre.

    Barycentric coordinates (1-s-t, s, t) of the texel centre by Cramer's rule in the map's plane.
    """
    rows, columns = heights.shape
    x, y, h = np.empty(3), np.empty(3), np.empty(3)
    for k in range(first, last):
        for corner in range(3):
            p = surfaces.vertices[surfaces.triangles[k, corner]]
            x[corner] = matrix[0, 0] * p[0] + matrix[0, 1] * p[1] + matrix[0, 2] * p[2] + matrix[0, 3] - F(0.5)
            y[corner] = matrix[1, 0] * p[0] + matrix[1, 1] * p[1] + matrix[1, 2] * p[2] + matrix[1, 3] - F(0.5)
            h[corner] = matrix[2, 0] * p[0] + matrix[2, 1] * p[1] + matrix[2, 2] * p[2]
        left = max(0, int(np.ceil(min(x[0], x[1], x[2]))))
        right = min(columns - 1, int(np.floor(max(x[0], x[1], x[2]))))
        top = max(0, int(np.ceil(min(y[0], y[1], y[2]))))
        bottom = min(rows - 1, int(np.floor(max(y[0], y[1], y[2]))))
        det = (x[1] - x[0]) * (y[2] - y[0]) - (x[2] - x[0]) * (y[1] - y[0])
        if right < left or bottom < top or abs(det) < 1e-9:
            continue
        texture = surfaces.texture[k]
        cut = surfaces.cutout[k] and texture >= 0
        sx, sy = (y[2] - y[0]) / det, -(x[2] - x[0]) / det
        tx, ty = -(y[1] - y[0]) / det, (x[1] - x[0]) / det
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                s = (column - x[0]) * sx + (row - y[0]) * sy
                t = (column - x[0]) * tx + (row - y[0]) * ty
                if s < 0.0 or t < 0.0 or s + t > 1.0:
                    continue
                height = F(h[0] + s * (h[1] - h[0]) + t * (h[2] - h[0]))
                if height <= heights[row, column]:
                    continue
                if cut:
                    i, j, m = surfaces.triangles[k, 0], surfaces.triangles[k, 1], surfaces.triangles[k, 2]
                    u = (1.0 - s - t) * surfaces.attributes[i, 0] + s * surfaces.attributes[j, 0] + t * surfaces.attributes[m, 0]
                    v = (1.0 - s - t) * surfaces.attributes[i, 1] + s * surfaces.attributes[j, 1] + t * surfaces.attributes[m, 1]
                    if not opaque(texels, texture, F(u), F(v), F(0.0)):
                        continue
                heights[row, column] = height


@inlined
def static_sunlight(shadows: Shadows, lighting: Lighting, items: Items) -> None:
    """Share of sunlight past the scene, `lit`, times the cosine of its incidence; `near` marks soft edges.

    Five taps of the finest map that holds the point: where they agree, that is the answer; where they do not,
    `soften` filters. The point is lifted off its surface, along the normal and towards the sun, by about a texel
    each: no acne. Outside the maps everything is lit. Map places are whole numbers below 2^24, exact in 32 bits.
    """
    maps, m, texel = shadows.static, shadows.matrices, shadows.texel_m
    f00, f01, f02, f03 = m[0, 0, 0], m[0, 0, 1], m[0, 0, 2], m[0, 0, 3] - F(0.5)
    f10, f11, f12, f13 = m[0, 1, 0], m[0, 1, 1], m[0, 1, 2], m[0, 1, 3] - F(0.5)
    c00, c01, c02, c03 = m[1, 0, 0], m[1, 0, 1], m[1, 0, 2], m[1, 0, 3] - F(0.5)
    c10, c11, c12, c13 = m[1, 1, 0], m[1, 1, 1], m[1, 1, 2], m[1, 1, 3] - F(0.5)
    h0, h1, h2 = m[0, 2, 0], m[0, 2, 1], m[0, 2, 2]
    fine_lift, coarse_lift = texel[FINE] * F(1.5), texel[COARSE] * F(1.5)
    sx, sy, sz = lighting.sun[0], lighting.sun[1], lighting.sun[2]
    xs, ys, zs, nx, ny, nz, lit, near = items.x, items.y, items.z, items.nx, items.ny, items.nz, items.lit, items.near
    last = F(STATIC_SIZE - 3)
    for i in range(items.counts[0]):
        facing = nx[i] * sx + ny[i] * sy + nz[i] * sz
        x = xs[i] + nx[i] * fine_lift
        y = ys[i] + ny[i] * fine_lift
        z = zs[i] + nz[i] * fine_lift
        u = f00 * x + f01 * y + f02 * z + f03
        v = f10 * x + f11 * y + f12 * z + f13
        h = h0 * x + h1 * y + h2 * z + fine_lift
        x = xs[i] + nx[i] * coarse_lift
        y = ys[i] + ny[i] * coarse_lift
        z = zs[i] + nz[i] * coarse_lift
        uc = c00 * x + c01 * y + c02 * z + c03
        vc = c10 * x + c11 * y + c12 * z + c13
        hc = h0 * x + h1 * y + h2 * z + coarse_lift
        fine = (u >= F(1.0)) & (u < last) & (v >= F(1.0)) & (v < last)
        u = u if fine else uc
        v = v if fine else vc
        h = h if fine else hc
        held = (u >= F(1.0)) & (u < last) & (v >= F(1.0)) & (v < last)
        column = np.floor(u) if held else F(1.0)
        row = np.floor(v) if held else F(1.0)
        at = row * F(STATIC_SIZE) + column + (F(0.0) if fine else F(STATIC_SIZE * STATIC_SIZE))
        agreeing = F(1.0) if maps[place_of(at)] <= h else F(0.0)
        agreeing += F(1.0) if maps[place_of(at - F(STATIC_SIZE + 1))] <= h else F(0.0)
        agreeing += F(1.0) if maps[place_of(at - F(STATIC_SIZE - 2))] <= h else F(0.0)
        agreeing += F(1.0) if maps[place_of(at + F(2 * STATIC_SIZE - 1))] <= h else F(0.0)
        agreeing += F(1.0) if maps[place_of(at + F(2 * STATIC_SIZE + 2))] <= h else F(0.0)
        agreeing = agreeing if held else F(5.0)
        facing = max(facing, F(0.0))
        lit[i] = facing if agreeing > F(0.0) else F(0.0)
        soft = (agreeing > F(0.0)) & (agreeing < F(5.0)) & (facing > F(0.0))
        near[i] = np.int32(FINE if fine else COARSE) if soft else np.int32(-1)


@inlined
def soften(shadows: Shadows, items: Items) -> None:
    """Filter the static shadow's edges where `static_sunlight` found them."""
    x, y, z, nx, ny, nz = items.x, items.y, items.z, items.nx, items.ny, items.nz
    lit, near, matrices, extents, texel_m = items.lit, items.near, shadows.matrices, shadows.extents, shadows.texel_m
    for i in range(items.counts[0]):
        at = near[i]
        if at >= 0:
            first = at * STATIC_SIZE * STATIC_SIZE
            lit[i] *= sunlight(
                shadows.static,
                first,
                STATIC_SIZE,
                matrices,
                extents,
                texel_m,
                at,
                x[i],
                y[i],
                z[i],
                nx[i],
                ny[i],
                nz[i],
            )


@inlined
def body_sunlight(shadows: Shadows, body: int, items: Items) -> None:
    """Take from `lit` what falls into the shadow of a body."""
    at = BODIES + body
    matrices, extents = shadows.matrices, shadows.extents
    m00, m01, m02, m03 = matrices[at, 0, 0], matrices[at, 0, 1], matrices[at, 0, 2], matrices[at, 0, 3]
    m10, m11, m12, m13 = matrices[at, 1, 0], matrices[at, 1, 1], matrices[at, 1, 2], matrices[at, 1, 3]
    columns, rows = F(extents[at, 0]), F(extents[at, 1])
    x, y, z, nx, ny, nz = items.x, items.y, items.z, items.nx, items.ny, items.nz
    lit, near, texel_m = items.lit, items.near, shadows.texel_m
    found = 0
    for i in range(items.counts[0]):
        u = m00 * x[i] + m01 * y[i] + m02 * z[i] + m03
        v = m10 * x[i] + m11 * y[i] + m12 * z[i] + m13
        inside = (u >= F(0.0)) & (u < columns) & (v >= F(0.0)) & (v < rows) & (lit[i] > F(0.0))
        near[i] = np.int32(1) if inside else np.int32(0)
        found += near[i]
    if found == 0:
        return
    first = body * BODY_SIZE * BODY_SIZE
    for i in range(items.counts[0]):
        if near[i] > 0:
            lit[i] *= sunlight(shadows.bodies, first, BODY_SIZE, matrices, extents, texel_m, at, x[i], y[i], z[i], nx[i], ny[i], nz[i])


@inlined
def sunlight(
    maps: F32,
    first: int,
    size: int,
    matrices: F32,
    extents: I32,
    texel_m: F32,
    at: int,
    x: np.float32,
    y: np.float32,
    z: np.float32,
    nx: np.float32,
    ny: np.float32,
    nz: np.float32,
) -> np.float32:
    """Share of sunlight at a world point with normal n, from the map of rows of `size` that starts at
    `maps[first]`, map `at` of the matrices and extents.

    3x3 taps, each bilinear, as one weighted 4x4 window; five taps that agree settle most pixels. The point is
    lifted off its surface, along the normal and towards the sun, by about a texel each: no acne, and feet
    keep their shadow. Outside the map everything is lit.
    """
    lift = texel_m[at] * F(1.5)
    x, y, z = x + nx * lift, y + ny * lift, z + nz * lift
    u = matrices[at, 0, 0] * x + matrices[at, 0, 1] * y + matrices[at, 0, 2] * z + (matrices[at, 0, 3] - F(0.5))
    v = matrices[at, 1, 0] * x + matrices[at, 1, 1] * y + matrices[at, 1, 2] * z + (matrices[at, 1, 3] - F(0.5))
    if not (F(1.0) <= u < F(extents[at, 0] - 3) and F(1.0) <= v < F(extents[at, 1] - 3)):
        return F(1.0)
    h = matrices[at, 2, 0] * x + matrices[at, 2, 1] * y + matrices[at, 2, 2] * z + lift
    i = int(u)
    j = int(v)
    corner = first + (j - 1) * size + i - 1
    agreeing = 0
    agreeing += maps[corner] <= h
    agreeing += maps[corner + 3] <= h
    agreeing += maps[corner + 3 * size] <= h
    agreeing += maps[corner + 3 * size + 3] <= h
    agreeing += maps[corner + size + 1] <= h
    if agreeing == 5:
        return F(1.0)
    if agreeing == 0:
        return F(0.0)
    fu = u - F(i)
    fv = v - F(j)
    total = F(0.0)
    for row in range(4):
        across = F(0.0)
        if maps[corner + row * size + 0] <= h:
            across += F(1.0) - fu
        if maps[corner + row * size + 1] <= h:
            across += F(1.0)
        if maps[corner + row * size + 2] <= h:
            across += F(1.0)
        if maps[corner + row * size + 3] <= h:
            across += fu
        total += across * (F(1.0) - fv if row == 0 else (fv if row == 3 else F(1.0)))
    return total * F(1.0 / 9.0)
