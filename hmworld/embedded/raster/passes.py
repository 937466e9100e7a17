"""Exact passes over the pixel centres: world normals and optical flow.

Both start from which triangle is seen at each pixel centre, (H,W) int32, -1 in the sky, and intersect the pixel's ray
with the plane of that triangle again, in 64 bits: they do not hang on how visibility was found.

The maths. A ray o + t d of a camera at o meets the triangle a, b, c where o + t d = a + u (b - a) + v (c - a). With
e1 = b - a, e2 = c - a, s = o - a, p = d x e2, q = s x e1: u = s.p / e1.p, v = d.q / e1.p (Moeller and Trumbore 1997).
The same u and v on the triangle's earlier corners give the point's earlier place. Its pixel is (x w / w, y w / w) under
the earlier view's projection (3,4).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..mesh import View
from .layout import F32, F64, I32, exact_kernel


class Earlier(NamedTuple):
    """An earlier instant: the camera then, and the posed vertices (V,3) of each body of now, None for one that was not there."""

    view: View
    bodies: list[F32 | None]


@exact_kernel
def write_normals(vertices: F32, triangles: I32, faces: I32, rotation: F64, centre: F64, first: int, last: int, normals: F32) -> None:
    """Unit normals (H,W,3) of the seen triangles, turned to face the camera, into rows `first` to `last`; 0 in the sky.

    `rotation` (3,3) maps camera to world; `centre` (3,) is focal length in pixels and principal point x, y.
    """
    for y in range(first, last):
        for x in range(faces.shape[1]):
            face = faces[y, x]
            if face < 0:
                normals[y, x, 0] = normals[y, x, 1] = normals[y, x, 2] = 0.0
                continue
            a, b, c = triangles[face, 0], triangles[face, 1], triangles[face, 2]
            e1x, e1y, e1z = _edge(vertices, a, b)
            e2x, e2y, e2z = _edge(vertices, a, c)
            nx, ny, nz = e1y * e2z - e1z * e2y, e1z * e2x - e1x * e2z, e1x * e2y - e1y * e2x
            dx, dy, dz = _ray(rotation, centre, x, y)
            scale = 1.0 / np.sqrt(nx * nx + ny * ny + nz * nz)
            if nx * dx + ny * dy + nz * dz > 0.0:
                scale = -scale
            normals[y, x, 0], normals[y, x, 1], normals[y, x, 2] = nx * scale, ny * scale, nz * scale


@exact_kernel
def write_flow(
    vertices: F32,
    before: F32,
    known: NDArray[np.bool_],
    triangles: I32,
    faces: I32,
    rotation: F64,
    origin: F64,
    centre: F64,
    projection: F64,
    near_m: float,
    first: int,
    last: int,
    flow: F32,
) -> None:
    """Pixels (H,W,2) that what is seen at each pixel centre has moved, into rows `first` to `last`.

    `before` (V,3) are the vertices at the earlier instant where `known` (V,); `projection` (3,4) and `near_m` are of the
    earlier view. NaN where the point was not before the earlier camera, or not there.
    """
    for y in range(first, last):
        for x in range(faces.shape[1]):
            dx, dy, dz = _ray(rotation, centre, x, y)
            face = faces[y, x]
            if face < 0:
                # The sky is infinitely far: only its direction counts.
                sx, sy, sz, one, near = dx, dy, dz, 0.0, 0.0
            else:
                a, b, c = triangles[face, 0], triangles[face, 1], triangles[face, 2]
                if not known[a]:
                    flow[y, x, 0] = flow[y, x, 1] = np.nan
                    continue
                e1x, e1y, e1z = _edge(vertices, a, b)
                e2x, e2y, e2z = _edge(vertices, a, c)
                px, py, pz = dy * e2z - dz * e2y, dz * e2x - dx * e2z, dx * e2y - dy * e2x
                inverse = 1.0 / (e1x * px + e1y * py + e1z * pz)
                ox, oy, oz = origin[0] - vertices[a, 0], origin[1] - vertices[a, 1], origin[2] - vertices[a, 2]
                u = (ox * px + oy * py + oz * pz) * inverse
                qx, qy, qz = oy * e1z - oz * e1y, oz * e1x - ox * e1z, ox * e1y - oy * e1x
                v = (dx * qx + dy * qy + dz * qz) * inverse
                b1x, b1y, b1z = _edge(before, a, b)
                b2x, b2y, b2z = _edge(before, a, c)
                sx, sy, sz = before[a, 0] + u * b1x + v * b2x, before[a, 1] + u * b1y + v * b2y, before[a, 2] + u * b1z + v * b2z
                one, near = 1.0, near_m
            w = projection[2, 0] * sx + projection[2, 1] * sy + projection[2, 2] * sz + projection[2, 3] * one
            if w > 0.0 and w >= near:
                wx = projection[0, 0] * sx + projection[0, 1] * sy + projection[0, 2] * sz + projection[0, 3] * one
                wy = projection[1, 0] * sx + projection[1, 1] * sy + projection[1, 2] * sz + projection[1, 3] * one
                flow[y, x, 0], flow[y, x, 1] = x + 0.5 - wx / w, y + 0.5 - wy / w
            else:
                flow[y, x, 0] = flow[y, x, 1] = np.nan


@exact_kernel
def _edge(vertices: F32, start: int, end: int) -> tuple[float, float, float]:
    """From one vertex to another, in 64 bits."""
    x = np.float64(vertices[end, 0]) - np.float64(vertices[start, 0])
    y = np.float64(vertices[end, 1]) - np.float64(vertices[start, 1])
    z = np.float64(vertices[end, 2]) - np.float64(vertices[start, 2])
    return x, y, z


@exact_kernel
def _ray(rotation: F64, centre: F64, x: int, y: int) -> tuple[float, float, float]:
    """World direction through the centre of pixel (x, y), at planar depth 1."""
    u, v = (x + 0.5 - centre[1]) / centre[0], (y + 0.5 - centre[2]) / centre[0]
    return (
        rotation[0, 0] * u + rotation[0, 1] * v + rotation[0, 2],
        rotation[1, 0] * u + rotation[1, 1] * v + rotation[1, 2],
        rotation[2, 0] * u + rotation[2, 1] * v + rotation[2, 2],
    )


def pinhole(view: View) -> F64:
    """Focal length in pixels and principal point x, y: (3,)."""
    return np.array([view.focal_px, view.width / 2.0, view.height / 2.0])
