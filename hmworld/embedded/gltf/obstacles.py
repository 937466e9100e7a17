"""Boxes that stand for a scene's geometry: one for each compact thing, several for what is hollow or large."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.gltf.document import Array
from hmworld.embedded.gltf.places import HEADROOM_M, SPACING, Columns, as_obstacle, components, samples
from hmworld.embedded.scenes.model import Obstacle

LOW_M = 0.25
"""What rises less above the ground hides nothing."""
SMALL_M = 0.15
"""What is smaller in all directions is left out."""
COMPACT_M2 = 4.0
"""A thing of less ground than this is one box, however hollow."""
FULL = 0.6
"""Share of its box's ground that a larger thing must cover to be one box."""
MOST = 400
WELD_M = 1e-3


def find_obstacles(vertices: Array, triangles: NDArray[np.int64], columns: Columns) -> list[Obstacle]:
    """Obstacles of a mesh (V, 3), (F, 3) in metres, the largest first, at most `MOST`."""
    _, welded = np.unique(np.round(vertices / WELD_M).astype(np.int64), axis=0, return_inverse=True)
    faces = welded.ravel()[triangles]
    roots = components(int(faces.max()) + 1, np.concatenate([faces[:, 0], faces[:, 1]]), np.concatenate([faces[:, 1], faces[:, 2]]))
    owner = roots[faces[:, 0]]
    order = np.argsort(owner, kind="stable")
    found: list[Obstacle] = []
    for members in np.split(order, np.flatnonzero(np.diff(owner[order])) + 1):
        found += _of_component(vertices[triangles[members]], columns)
    return thinned(found)


def _of_component(corners: Array, columns: Columns) -> list[Obstacle]:
    """Boxes of one connected thing (F, 3, 3)."""
    points = corners.reshape(-1, 3)
    base = _ground(points, columns)
    if (points[:, 2] - base).max() < LOW_M or np.ptp(points, axis=0).max() < SMALL_M:
        return []
    (cx, cy), (w, h), yaw = cv2.minAreaRect(points[:, :2].astype(np.float32))
    if w * h <= COMPACT_M2 or _covered(corners, columns) * columns.cell**2 >= FULL * w * h:
        sole = float(np.median(base))
        above = points[points[:, 2] > base + 0.5 * LOW_M]
        bottom = max(float(points[:, 2].min()), sole)
        low = np.array([-w / 2, -h / 2, bottom])
        high = np.array([w / 2, h / 2, float(above[:, 2].max())])
        return [as_obstacle(low, high, np.array([cx, cy]), yaw, bottom < sole + HEADROOM_M)]
    return _of_cells(corners, columns)


def _ground(points: Array, columns: Columns) -> Array:
    height, width = columns.ground.shape
    at = ((points[:, :2] - columns.low) / columns.cell).astype(np.int64)
    return np.asarray(columns.filled[np.clip(at[:, 1], 0, height - 1), np.clip(at[:, 0], 0, width - 1)])


def _heights(corners: Array, columns: Columns) -> tuple[Array, Array, tuple[int, int]]:
    """Lowest and highest sample above the kerb (h, w) of every column that a thing stands in, inf and -inf elsewhere; first row, column."""
    most = np.array(columns.ground.shape) - 1
    ends = [np.clip(((v - columns.low) / columns.cell).astype(int)[::-1], 0, most) for v in _extent(corners)]
    first, shape = ends[0], tuple((ends[1] - ends[0] + 1).tolist())
    low, high = np.full(shape, np.inf), np.full(shape, -np.inf)
    for points in samples(corners, SPACING * columns.cell):
        points = points[points[:, 2] > _ground(points, columns) + LOW_M]
        at = ((points[:, :2] - columns.low) / columns.cell).astype(np.int64)[:, ::-1]
        rows, cols = (np.clip(at, ends[0], ends[1]) - first).T
        np.minimum.at(low, (rows, cols), points[:, 2])
        np.maximum.at(high, (rows, cols), points[:, 2])
    return low, high, (int(first[0]), int(first[1]))


def _extent(corners: Array) -> tuple[Array, Array]:
    flat = corners.reshape(-1, 3)[:, :2]
    return flat.min(axis=0), flat.max(axis=0)


def _covered(corners: Array, columns: Columns) -> int:
    """Columns that a thing stands in."""
    return int(np.isfinite(_heights(corners, columns)[0]).sum())


def _of_cells(corners: Array, columns: Columns) -> list[Obstacle]:
    """Upright boxes over the columns of a hollow or large thing: rectangles of like height, the widest first."""
    return boxes_of_columns(*_heights(corners, columns), columns)


def boxes_of_columns(low: Array, high: Array, corner: tuple[int, int], columns: Columns) -> list[Obstacle]:
    """Upright boxes over what stands between heights `low` and `high` (h, w) of columns, inf and -inf where nothing does.

    `corner` is the row and column of the first. What begins above headroom is not solid.
    """
    top_row, left_column = corner
    left = np.isfinite(low)
    ground = columns.filled[top_row : top_row + low.shape[0], left_column : left_column + low.shape[1]]
    overhead = left & (low > ground + HEADROOM_M)
    boxes = []
    for solid, mask in ((True, left & ~overhead), (False, overhead)):
        rest = mask.copy()
        while rest.any():
            i, j = np.unravel_index(int(rest.argmax()), rest.shape)
            top = high[i, j]
            like = rest & (np.abs(high - top) <= max(0.5, 0.25 * float(top - ground[i, j])))
            wide = int(np.argmin(np.append(like[i, j:], False)))
            tall = int(np.argmin(np.append(like[i:, j : j + wide].all(axis=1), False)))
            area = np.s_[i : i + tall, j : j + wide]
            rest[area] = False
            start = columns.low + columns.cell * np.array([j + left_column, i + top_row])
            size = columns.cell * np.array([wide, tall])
            if high[area].max() - ground[area].min() < LOW_M:
                continue
            bottom = float(ground[area].min()) if solid else float(low[area].min())
            lower, upper = np.array([*(-size / 2), bottom]), np.array([*(size / 2), float(high[area].max())])
            boxes.append(as_obstacle(lower, upper, start + size / 2, 0.0, solid))
    return boxes


def thinned(found: list[Obstacle]) -> list[Obstacle]:
    """Without those inside another, and without the smallest where there are too many."""
    ordered = sorted(found, key=lambda o: (-float(np.prod(o.half_m)), o.center_m))[: 4 * MOST]
    kept: list[Obstacle] = []
    for obstacle in ordered:
        if not any(_holds(other, obstacle) for other in kept):
            kept.append(obstacle)
        if len(kept) == MOST:
            break
    return kept


def _holds(outer: Obstacle, inner: Obstacle) -> bool:
    """Whether one box lies in another, to 5 cm."""
    if inner.solid and not outer.solid:
        return False
    a, b = np.deg2rad(inner.yaw_deg), np.deg2rad(outer.yaw_deg)
    signs = np.array([(x, y) for x in (-1, 1) for y in (-1, 1)])
    spin = np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]])
    back = np.array([[np.cos(b), np.sin(b)], [-np.sin(b), np.cos(b)]])
    corners = (signs * inner.half_m[:2]) @ spin.T + inner.center_m[:2]
    local = np.abs((corners - outer.center_m[:2]) @ back.T)
    inside = bool((local <= np.array(outer.half_m[:2]) + 0.05).all())
    return inside and abs(inner.center_m[2] - outer.center_m[2]) + inner.half_m[2] <= outer.half_m[2] + 0.05
