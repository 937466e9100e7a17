"""What a planner must know of a scene that nobody described: where one can walk, what stands in the way, where the open discs are.

Geometry is sampled into a grid of columns. The ground is the largest area of upward-facing samples whose heights go on from cell to cell;
roofs and table tops are cut off from it by their edges.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.gltf.document import Array
from hmworld.embedded.scenes.model import Obstacle, StagePlace
from hmworld.errors import AssetError

FINEST_CELL_M = 0.25
MOST_CELLS = 1200
"""Along the longer side; larger scenes get larger cells."""
UPWARD = 0.7
STEP_M = 0.2
"""Difference of height at which ground ends between two cells."""
KERB_M = 0.12
"""What rises less above the ground stands in nobody's way."""
HEADROOM_M = 2.2
"""What begins higher hides the view, and nobody walks into it."""
FLAT_M = 0.03
"""How far the ground of a stage may leave its middle's height: feet walk on a plane."""
LEAST_RADIUS_M, MOST_RADIUS_M, MOST_STAGES = 3.0, 10.0, 6
SPACING = 0.7
"""Of the samples, in cells: close enough to leave no hole in a surface."""
_CHUNK = 500_000


@dataclass(frozen=True)
class Columns:
    """The grid: cell (i, j) spans `low + cell * (j, i)`; ground heights (H, W) with NaN where there is none."""

    low: Array
    cell: float
    ground: Array
    walkable: NDArray[np.bool_]
    """Ground with nothing on it and room above."""

    def at(self, x: float, y: float) -> tuple[int, int]:
        """The cell of a point, clipped to the grid."""
        j, i = ((np.array([x, y]) - self.low) / self.cell).astype(int)
        return int(np.clip(i, 0, self.ground.shape[0] - 1)), int(np.clip(j, 0, self.ground.shape[1] - 1))

    @cached_property
    def filled(self) -> Array:
        """Ground heights everywhere: where there is none, those of the nearest that has one."""
        bare = np.isnan(self.ground)
        if not bare.any():
            return self.ground
        _, nearest = cv2.distanceTransformWithLabels(bare.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL)
        table = np.zeros(int(nearest.max()) + 1)
        table[nearest[~bare]] = self.ground[~bare]
        return np.asarray(table[nearest])


def around(columns: Columns, obstacles: Sequence[Obstacle]) -> Columns:
    """The columns with only those walkable that are outside solid obstacles and can be reached from most others: no closed rooms."""
    height, width = columns.ground.shape
    y, x = np.mgrid[:height, :width] * columns.cell + columns.cell / 2.0
    free = columns.walkable.copy()
    for o in obstacles:
        if not o.solid:
            continue
        c, s = np.cos(np.deg2rad(o.yaw_deg)), np.sin(np.deg2rad(o.yaw_deg))
        dx, dy = x + columns.low[0] - o.center_m[0], y + columns.low[1] - o.center_m[1]
        inside = (np.abs(c * dx + s * dy) < o.half_m[0]) & (np.abs(c * dy - s * dx) < o.half_m[1])
        free &= ~(inside & (columns.filled > o.center_m[2] - o.half_m[2] - HEADROOM_M))
    reachable = np.isfinite(_largest_even_area(np.where(free, columns.ground, np.nan)))
    return Columns(columns.low, columns.cell, columns.ground, reachable)


def read_columns(vertices: Array, triangles: NDArray[np.int64]) -> Columns:
    """Sample a mesh (V, 3), (F, 3) in metres into columns; AssetError where there is nothing to walk on."""
    low, high = vertices[:, :2].min(axis=0), vertices[:, :2].max(axis=0)
    cell = max(FINEST_CELL_M, float((high - low).max()) / MOST_CELLS)
    width, height = (np.floor((high - low) / cell).astype(int) + 1).tolist()
    corners = vertices[triangles]
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    upward = normals[:, 2] > UPWARD * np.linalg.norm(normals, axis=1)
    lowest = np.full(height * width, np.inf)
    for points in samples(corners[upward], SPACING * cell):
        np.minimum.at(lowest, _cells(points, low, cell, width, height), points[:, 2])
    surface = np.where(np.isfinite(lowest), lowest, np.nan).reshape(height, width)
    ground = _largest_even_area(surface)
    if not np.isfinite(ground).any():
        raise AssetError("no face looks upward, so there is nothing to walk on; check --up")
    ground = ground.ravel()
    floor, level = ground.copy(), ground.copy()
    for points in samples(corners[upward], SPACING * cell):
        # Slabs and kerbs lie on what was found as the lowest: one walks on them.
        index = _cells(points, low, cell, width, height)
        on_top = points[:, 2] <= level[index] + KERB_M
        np.maximum.at(floor, index[on_top], points[on_top, 2])
    ground = floor.reshape(height, width)
    columns = Columns(low, cell, ground, np.isfinite(ground))
    floor = columns.filled.ravel()
    free = np.isfinite(ground).ravel()
    for points in samples(corners, SPACING * cell):
        index = _cells(points, low, cell, width, height)
        above = points[:, 2] - floor[index]
        free[index[(above > KERB_M) & (above < HEADROOM_M)]] = False
    return Columns(low, cell, ground, free.reshape(height, width))


def _cells(points: Array, low: Array, cell: float, width: int, height: int) -> NDArray[np.int64]:
    at = ((points[:, :2] - low) / cell).astype(np.int64)
    return np.asarray(np.clip(at[:, 1], 0, height - 1) * width + np.clip(at[:, 0], 0, width - 1))


def samples(corners: Array, spacing: float) -> Iterator[Array]:
    """Points (N, 3) at most `spacing` apart on triangles (F, 3, 3), in batches."""
    edges = np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2).max(axis=1) if len(corners) else np.zeros(0)
    parts = np.maximum(1, np.ceil(edges / spacing)).astype(np.int64)
    parts = 2 ** np.ceil(np.log2(parts)).astype(np.int64)  # few sizes, so that many triangles go at once
    for count in np.unique(parts):
        members = np.flatnonzero(parts == count)
        a, b = np.meshgrid(np.arange(count + 1), np.arange(count + 1))
        inside = a + b <= count
        share = np.stack([count - a[inside] - b[inside], a[inside], b[inside]], axis=1) / count
        for rows in np.array_split(share, max(1, len(share) // _CHUNK)):
            batch = max(1, _CHUNK // len(rows))
            for start in range(0, len(members), batch):
                yield (rows @ corners[members[start : start + batch]]).reshape(-1, 3)


def _largest_even_area(surface: Array) -> Array:
    """Of heights (H, W) the largest area that goes on from cell to cell; NaN elsewhere."""
    height, width = surface.shape
    label = np.where(np.isfinite(surface), np.arange(height * width).reshape(height, width), -1)
    flat = np.nan_to_num(surface, nan=1e9)
    across, down = np.abs(np.diff(flat, axis=1)) < STEP_M, np.abs(np.diff(flat, axis=0)) < STEP_M
    a = np.concatenate([label[:, :-1][across], label[:-1][down]])
    b = np.concatenate([label[:, 1:][across], label[1:][down]])
    keep = (a >= 0) & (b >= 0)
    roots = components(height * width, a[keep], b[keep])
    found = np.flatnonzero(label.ravel() >= 0)
    if not len(found):
        return np.full(surface.shape, np.nan)
    sizes = np.bincount(roots[found], minlength=height * width)
    # At equal size the first cell decides, so that the same file gives the same scene.
    return np.where((roots.reshape(height, width) == int(sizes.argmax())) & (label >= 0), surface, np.nan)


def components(count: int, a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.int64]:
    """The smallest member (count,) of the component of each of `count` things that edges a-b join."""
    root = np.arange(count)
    while True:
        low, high = np.minimum(root[a], root[b]), np.maximum(root[a], root[b])
        if (low == high).all():
            return root
        np.minimum.at(root, high, low)
        while not np.array_equal(root, root[root]):
            root = root[root]


def find_stages(columns: Columns) -> list[StagePlace]:
    """Flat, open discs, the largest first, none in another; AssetError where there is none of 3 m."""
    free = columns.walkable.copy()
    found: list[StagePlace] = []
    most, where = 0.0, (0.0, 0.0)
    while len(found) < MOST_STAGES:
        radius, (i, j) = _widest_disc(columns, free)
        x, y = columns.low + columns.cell * (np.array([j, i]) + 0.5)
        if not found:
            most, where = radius, (float(x), float(y))
        if radius < LEAST_RADIUS_M:
            break
        radius = min(radius, MOST_RADIUS_M)
        found.append(_stage(columns, f"open_{len(found) + 1}", float(x), float(y), radius))
        rows, cols = np.ogrid[: free.shape[0], : free.shape[1]]
        free &= (rows - i) ** 2 + (cols - j) ** 2 > (radius / columns.cell) ** 2
    if not found:
        raise AssetError(
            f"no flat, open disc of {LEAST_RADIUS_M:g} m radius: the widest has {most:.1f} m at x {where[0]:.1f}, y {where[1]:.1f}; "
            "pass --stage x,y,radius to take it all the same, or check --scale"
        )
    return found


def _widest_disc(columns: Columns, free: NDArray[np.bool_]) -> tuple[float, tuple[int, int]]:
    """Radius in metres and middle cell of the widest disc of one height, to `FLAT_M`."""
    best, middle = 0.0, (0, 0)
    if not free.any():
        return best, middle
    levels = np.unique(np.round(columns.ground[free] / FLAT_M).astype(np.int64))
    if len(levels) > 400:
        values, counts = np.unique(np.round(columns.ground[free] / FLAT_M).astype(np.int64), return_counts=True)
        levels = np.sort(values[np.argsort(-counts, kind="stable")[:400]])
    for level in levels.tolist():
        even = free & (np.abs(columns.ground - level * FLAT_M) <= FLAT_M)
        padded = np.pad(even, 1).astype(np.uint8)
        distance = cv2.distanceTransform(padded, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)[1:-1, 1:-1]
        top = int(distance.argmax())
        # From cell middle to the nearest blocked middle, less half a cell that may be blocked already.
        radius = (float(distance.ravel()[top]) - 0.5) * columns.cell
        if radius > best + 1e-9:
            best, middle = radius, (top // even.shape[1], top % even.shape[1])
    return best, middle


def given_stage(columns: Columns, number: int, x: float, y: float, radius: float) -> tuple[StagePlace, list[str]]:
    """A stage that the user names, and what is wrong with it."""
    i, j = columns.at(x, y)
    outside = (np.array([x, y]) < columns.low) | (np.array([x, y]) > columns.low + columns.cell * np.array(columns.ground.shape[::-1]))
    if outside.any() or np.isnan(columns.ground[i, j]):
        raise AssetError(f"--stage {x:g},{y:g},{radius:g}: there is no ground; the scene spans {_span(columns)}")
    rows, cols = np.ogrid[: columns.ground.shape[0], : columns.ground.shape[1]]
    disc = (rows - i) ** 2 + (cols - j) ** 2 <= (radius / columns.cell) ** 2
    remarks = []
    uneven = float(np.nanmax(np.abs(columns.ground[disc] - columns.ground[i, j])))
    if uneven > FLAT_M:
        remarks.append(f"stage {x:g},{y:g}: its ground is uneven by {uneven:.2f} m; feet will float or sink so much")
    if not columns.walkable[disc].all():
        remarks.append(f"stage {x:g},{y:g}: {100 * (~columns.walkable[disc]).mean():.0f} % of it is blocked or has no ground")
    return _stage(columns, f"stage_{number}", x, y, radius), remarks


def _span(columns: Columns) -> str:
    high = columns.low + columns.cell * np.array(columns.ground.shape[::-1])
    return f"x {columns.low[0]:.1f} to {high[0]:.1f}, y {columns.low[1]:.1f} to {high[1]:.1f}"


def _stage(columns: Columns, name: str, x: float, y: float, radius: float) -> StagePlace:
    """A stage with the direction in which one can walk farthest as its own."""
    i, j = columns.at(x, y)
    best, yaw = -1.0, 0.0
    steps = np.arange(1, int(60.0 / columns.cell))
    for degrees in range(0, 180, 10):
        reach = 0
        for sign in (1, -1):
            c, s = sign * np.cos(np.deg2rad(degrees)), sign * np.sin(np.deg2rad(degrees))
            rows, cols = np.rint(i + steps * s).astype(int), np.rint(j + steps * c).astype(int)
            inside = (rows >= 0) & (cols >= 0) & (rows < columns.ground.shape[0]) & (cols < columns.ground.shape[1])
            open_ = np.zeros(len(steps), bool)
            open_[inside] = columns.walkable[rows[inside], cols[inside]]
            reach += len(steps) if open_.all() else int(open_.argmin())
        if reach > best:
            best, yaw = reach, float(degrees)
    center = (round(x, 3), round(y, 3), round(float(columns.ground[i, j]), 3))
    return StagePlace(name, center, round(float(np.floor(radius * 20.0)) / 20.0, 2), yaw)


def as_obstacle(low: Array, high: Array, middle: Array, yaw_deg: float, solid: bool) -> Obstacle:
    """A box by its extents `low`, `high` (3,) about a middle (2,) in axes turned by `yaw_deg`."""
    half = (high - low) / 2.0
    return Obstacle(
        "box",
        (round(float(middle[0]), 3), round(float(middle[1]), 3), round(float(low[2] + half[2]), 3)),
        (round(float(half[0]), 3), round(float(half[1]), 3), round(float(half[2]), 3)),
        round(float(yaw_deg), 2),
        solid,
    )
