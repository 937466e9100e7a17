"""Surface nets: the left half of a part's signed distance field as a triangle mesh."""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.bodies.sdf import Part


def half_surface(part: Part) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.bool_]]:
    """Mesh the half y >= 0 of `part`.

    Returns vertices (V, 3) in metres, triangles (F, 3) counter-clockwise from outside, and (V,) whether a vertex lies on
    the plane y = 0, where the mirrored half joins. The grid has a layer of cells centred on that plane, so the field's
    symmetry puts their vertices exactly on it. (Gibson 1998, "Constrained elastic surface nets".)
    """
    step = part.step_m
    low, high = part.bounds()
    crosses = low[1] < 0.0
    if crosses:
        low[1] = -step / 2
    shape = np.ceil((high - low) / step).astype(np.int64) + 1
    axes = [low[k] + step * np.arange(shape[k]) for k in range(3)]
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)
    values = part.distance(grid).reshape(shape)
    vertices, triangles, layer = _nets(values)
    vertices = vertices * step + low
    middle = (layer == 0) & crosses
    vertices[middle, 1] = 0.0
    for _ in range(2):  # pull the averaged vertices onto the surface
        normal = part.gradient(vertices, step / 4)
        vertices = vertices - np.clip(part.distance(vertices), -step / 2, step / 2)[:, None] * normal
        vertices[middle, 1] = 0.0
        vertices[~middle, 1] = np.maximum(vertices[~middle, 1], 1e-4 if crosses else -FAR)
    return vertices, triangles, middle


FAR = 1e9


def _nets(values: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """Vertices in cell units, triangles, and each vertex's cell layer along axis 1."""
    inside = values < 0
    cells = tuple(n - 1 for n in values.shape)
    corners = list(product((0, 1), repeat=3))

    def at(corner: tuple[int, ...]) -> tuple[slice, slice, slice]:
        a, b, c = (slice(corner[k], values.shape[k] - 1 + corner[k]) for k in range(3))
        return a, b, c

    count = sum((inside[at(c)].astype(np.int64) for c in corners), np.zeros(cells, np.int64))
    active = (count > 0) & (count < 8)
    total, crossings = np.zeros((int(active.sum()), 3)), np.zeros(int(active.sum()))
    for axis, corner in product(range(3), corners):
        if corner[axis]:
            continue
        other = tuple(1 if k == axis else c for k, c in enumerate(corner))
        start, end = values[at(corner)][active], values[at(other)][active]
        crossed = (start < 0) != (end < 0)
        t = np.where(crossed, start / np.where(crossed, start - end, 1.0), 0.0)
        for k in range(3):
            total[:, k] += np.where(crossed, t if k == axis else corner[k], 0.0)
        crossings += crossed
    index = np.full(cells, -1, np.int64)
    index[active] = np.arange(len(total))
    cell = np.argwhere(active)
    faces = []
    for axis in range(3):
        b, c = (axis + 1) % 3, (axis + 2) % 3
        first = tuple(slice(0, -1) if k == axis else slice(None) for k in range(3))
        second = tuple(slice(1, None) if k == axis else slice(None) for k in range(3))
        edges = np.argwhere(inside[first] != inside[second])
        edges = edges[(edges[:, b] > 0) & (edges[:, c] > 0) & (edges[:, b] < cells[b]) & (edges[:, c] < cells[c])]
        outward = inside[first][tuple(edges.T)][:, None]
        quad = []
        for db, dc in ((1, 1), (0, 1), (0, 0), (1, 0)):
            around = edges.copy()
            around[:, b] -= db
            around[:, c] -= dc
            quad.append(index[tuple(around.T)])
        for u, v, w in ((0, 1, 2), (0, 2, 3)):
            forward = np.stack([quad[u], quad[v], quad[w]], axis=1)
            faces.append(np.where(outward, forward, forward[:, [0, 2, 1]]))
    return cell + total / crossings[:, None], np.concatenate(faces), cell[:, 1]
