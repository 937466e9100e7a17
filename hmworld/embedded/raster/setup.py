"""From triangles in the world to edge functions in the picture: frustum culling, set-up, and binning into
bands.

Two-dimensional homogeneous rasterisation (Olano and Greer 1997): with the projected vertices (x_k w_k, y_k
w_k, w_k) as rows of a matrix M, the columns of its inverse are linear functions of the pixel whose values are
barycentric weight / w. A triangle that crosses the camera plane needs no clipping: its weights are all
positive only in front of the camera.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .layout import BAND_ROWS, CHUNK, F32, F64, I32, I64, Slots, Surfaces, exact_kernel

DEPTH_KEYS = 1024
NEAREST_BITS = 0x42800000
"""The bits of 64, a 1 / w of 1.6 cm; what is nearer is not told apart."""


def projection_matrix(T_world_camera: F64, focal_px: float, width: int, height: int) -> F64:
    """World to homogeneous pixels, (3,4): rows give x w, y w and w (the planar depth in metres)."""
    rotation = T_world_camera[:3, :3].T
    extrinsic = np.concatenate([rotation, -(rotation @ T_world_camera[:3, 3])[:, None]], axis=1)
    intrinsic = np.array([[focal_px, 0.0, width / 2.0], [0.0, focal_px, height / 2.0], [0.0, 0.0, 1.0]])
    return np.ascontiguousarray(intrinsic @ extrinsic)


def morton_order(points: F32) -> I64:
    """Order of `points` (N,3) along a Z curve of 1024 cells a side, so that neighbours in the order are near
    in space."""
    low = points.min(axis=0)
    span = np.maximum(points.max(axis=0) - low, 1e-6)
    cells = ((points - low) / span * 1023.0).astype(np.int64)
    code = np.zeros(len(points), np.int64)
    for bit in range(10):
        for axis in range(3):
            code |= ((cells[:, axis] >> bit) & 1) << (3 * bit + axis)
    return np.argsort(code, kind="stable")


def chunk_ranges(first: int, last: int) -> I32:
    """Cut triangles `first` to `last` into chunks: (C,2) half-open ranges."""
    starts = np.arange(first, last, CHUNK, dtype=np.int32)
    return np.stack([starts, np.minimum(starts + CHUNK, last).astype(np.int32)], axis=1)


def chunk_boxes(vertices: F32, triangles: I32, ranges: I32) -> F64:
    """Axis-aligned boxes of chunks: (C,2,3), lowest and highest corner."""
    corners = vertices[triangles]
    boxes = [(corners[a:b].min(axis=(0, 1)), corners[a:b].max(axis=(0, 1))) for a, b in ranges]
    return np.array(boxes, np.float64).reshape(-1, 2, 3)


def boxes_in_view(boxes: F64, projection: F64, width: int, height: int, near_m: float) -> NDArray[np.bool_]:
    """Which boxes (C,2,3) reach into the view's frustum: (C,) bool. Conservative: never drops a visible
    one."""
    x, y, w = projection
    planes = np.stack([x, width * w - x, y, height * w - y, w - np.array([0.0, 0.0, 0.0, near_m])])
    # The corner farthest along each plane's normal decides.
    farthest = np.where(planes[None, :, :3] > 0.0, boxes[:, 1, None, :], boxes[:, 0, None, :])
    inside: NDArray[np.bool_] = np.all((farthest * planes[None, :, :3]).sum(axis=2) + planes[None, :, 3] >= 0.0, axis=1)
    return inside


@exact_kernel
def patches(triangles: I32, texture: I32, vertices: int, first: int) -> I32:
    """Numbers (F,), from `first` on, of the patches of `triangles` (F,3): those joined through shared vertices and of
    one texture. Union-find with path halving."""
    count = triangles.shape[0]
    parent = np.arange(count).astype(np.int32)
    latest = np.full(vertices, -1, np.int32)
    for t in range(count):
        for k in range(3):
            v = triangles[t, k]
            other = latest[v]
            if other >= 0 and texture[other] == texture[t]:
                a = t
                while parent[a] != a:
                    parent[a] = parent[parent[a]]
                    a = parent[a]
                b = other
                while parent[b] != b:
                    parent[b] = parent[parent[b]]
                    b = parent[b]
                if a != b:
                    parent[max(a, b)] = min(a, b)
            else:
                latest[v] = t
    out = np.empty(count, np.int32)
    for t in range(count):
        a = t
        while parent[a] != a:
            a = parent[a]
        out[t] = first + a
    return out


@exact_kernel
def set_up(
    surfaces: Surfaces,
    ranges: I32,
    begin: int,
    end: int,
    projection: F64,
    width: int,
    height: int,
    near_m: float,
    slots: Slots,
) -> None:
    """Set up the triangles of chunks `begin` to `end` of `ranges` (C,2); culled ones take no slot.

    det M is six times the signed volume of camera and triangle: negative for a front (counter-clockwise)
    face, as pixel rows run downwards. Beyond the near plane only the bounds need care: they take in the
    points where edges cross it.
    """
    m = np.empty((3, 3))
    edges, bounds, triangles, vertices = slots.edges, slots.bounds, surfaces.triangles, surfaces.vertices
    for chunk in range(begin, end):
        slot = chunk * CHUNK
        for t in range(ranges[chunk, 0], ranges[chunk, 1]):
            left = top = 1e30
            right = bottom = -1e30
            behind = 0
            depth = 1e30
            for k in range(3):
                v = triangles[t, k]
                for row in range(3):
                    m[k, row] = (
                        projection[row, 0] * vertices[v, 0]
                        + projection[row, 1] * vertices[v, 1]
                        + projection[row, 2] * vertices[v, 2]
                        + projection[row, 3]
                    )
                depth = min(depth, m[k, 2])
                if m[k, 2] < near_m:
                    behind += 1
                else:
                    px = m[k, 0] / m[k, 2]
                    py = m[k, 1] / m[k, 2]
                    left, right = min(left, px), max(right, px)
                    top, bottom = min(top, py), max(bottom, py)
            if behind == 3:
                continue
            if behind > 0:
                for k in range(3):
                    n = (k + 1) % 3
                    if (m[k, 2] < near_m) != (m[n, 2] < near_m):
                        s = (near_m - m[k, 2]) / (m[n, 2] - m[k, 2])
                        px = (m[k, 0] + s * (m[n, 0] - m[k, 0])) / near_m
                        py = (m[k, 1] + s * (m[n, 1] - m[k, 1])) / near_m
                        left, right = min(left, px), max(right, px)
                        top, bottom = min(top, py), max(bottom, py)
            if right < 0.0 or bottom < 0.0 or left >= width or top >= height:
                continue
            # The adjugate's first column serves the determinant too.
            a0 = m[1, 1] * m[2, 2] - m[2, 1] * m[1, 2]
            a1 = m[2, 1] * m[0, 2] - m[0, 1] * m[2, 2]
            a2 = m[0, 1] * m[1, 2] - m[1, 1] * m[0, 2]
            det = m[0, 0] * a0 + m[1, 0] * a1 + m[2, 0] * a2
            if abs(det) < 1e-12 or (det > 0.0 and not surfaces.two_sided[t]):
                continue
            r = 1.0 / det
            edges[slot, 0, 0], edges[slot, 1, 0], edges[slot, 2, 0] = a0 * r, a1 * r, a2 * r
            edges[slot, 0, 1] = (m[2, 0] * m[1, 2] - m[1, 0] * m[2, 2]) * r
            edges[slot, 1, 1] = (m[0, 0] * m[2, 2] - m[2, 0] * m[0, 2]) * r
            edges[slot, 2, 1] = (m[1, 0] * m[0, 2] - m[0, 0] * m[1, 2]) * r
            edges[slot, 0, 2] = (m[1, 0] * m[2, 1] - m[2, 0] * m[1, 1]) * r
            edges[slot, 1, 2] = (m[2, 0] * m[0, 1] - m[0, 0] * m[2, 1]) * r
            edges[slot, 2, 2] = (m[0, 0] * m[1, 1] - m[1, 0] * m[0, 1]) * r
            bounds[slot, 0] = max(0, int(np.floor(max(left, -1.0))))
            bounds[slot, 1] = min(width - 1, int(np.floor(min(right, width + 1.0))))
            bounds[slot, 2] = max(0, int(np.floor(max(top, -1.0))))
            bounds[slot, 3] = min(height - 1, int(np.floor(min(bottom, height + 1.0))))
            slots.source[slot] = t
            slots.patch[slot] = surfaces.patch[t]
            # A little more than it is, so that rounding never puts a triangle behind itself.
            slots.closest[slot] = np.inf if behind > 0 else np.float32(1.0001 / depth)
            slot += 1
        slots.counts[chunk] = slot - chunk * CHUNK


@exact_kernel
def _depth_key(closest: int) -> int:
    """Coarse order of depth of the bits of a 32-bit 1 / w: 0 is nearest. Positive floats compare as their bits do; 32 keys an octave."""
    return min(max((NEAREST_BITS - closest) >> 18, 0), DEPTH_KEYS - 1)


@exact_kernel
def bin_into_bands(slots: Slots, chunks: int, height: int) -> tuple[I64, I32]:
    """Which slots touch which band of rows: (`starts` (B+1,), `members`); band b holds members[starts[b]:starts[b+1]],
    the nearest first as far as their keys tell, so that what lies behind others is found to be so early."""
    begins = np.zeros(DEPTH_KEYS + 1, np.int64)
    total = 0
    closest = slots.closest.view(np.int32)
    for chunk in range(chunks):
        for slot in range(chunk * CHUNK, chunk * CHUNK + slots.counts[chunk]):
            begins[_depth_key(closest[slot]) + 1] += 1
        total += slots.counts[chunk]
    for k in range(DEPTH_KEYS):
        begins[k + 1] += begins[k]
    order = np.empty(total, np.int32)
    bands = (height + BAND_ROWS - 1) // BAND_ROWS
    starts = np.zeros(bands + 1, np.int64)
    for chunk in range(chunks):
        for slot in range(chunk * CHUNK, chunk * CHUNK + slots.counts[chunk]):
            key = _depth_key(closest[slot])
            order[begins[key]] = slot
            begins[key] += 1
            for band in range(slots.bounds[slot, 2] // BAND_ROWS, slots.bounds[slot, 3] // BAND_ROWS + 1):
                starts[band + 1] += 1
    for band in range(bands):
        starts[band + 1] += starts[band]
    members = np.empty(starts[bands], np.int32)
    filled = starts[:bands].copy()
    for k in range(total):
        slot = order[k]
        for band in range(slots.bounds[slot, 2] // BAND_ROWS, slots.bounds[slot, 3] // BAND_ROWS + 1):
            members[filled[band]] = slot
            filled[band] += 1
    return starts, members
