"""Heights that were sampled in Unreal, as the columns in which stages are found; and obstacles from boxes and from the highest surfaces."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.gltf.document import Array
from hmworld.embedded.gltf.nodes import rotation_matrices
from hmworld.embedded.gltf.obstacles import LOW_M, MOST, SMALL_M, boxes_of_columns, thinned
from hmworld.embedded.gltf.places import HEADROOM_M, Columns, as_obstacle
from hmworld.embedded.scenes.model import Obstacle, StagePlace
from hmworld.embedded.unreal.dump import MapDump, ThingDump, read_numbers
from hmworld.errors import AssetError
from hmworld.geometry.frames import world_points_from_ue

WIDEST_CROWN_M = 30.0
"""What does not collide and is wider is sky, fog or water, and hides nothing."""
HOLLOW = 0.1
"""Share of the ground under a thing's box that can be walked on, past which the box does not stand for it."""


def read_columns(folder: Path, dumped: MapDump) -> tuple[Columns, Array]:
    """Columns whose walkable cells are those of the navmesh, and the highest surface of each, both in our axes and metres."""
    if dumped.navmesh_volumes == 0:
        raise AssetError(
            f"{dumped.map}: has no navmesh: expected a Nav Mesh Bounds Volume about the places where clips may happen; add one in "
            "the editor (Place "
            "Actors, Volumes), build paths (Build, Build Paths), save the map, and run this again"
        )
    heights = read_numbers(folder, dumped.heights, (2, dumped.rows, dumped.columns))
    ground, top = np.flip(heights / 100.0, axis=1)  # y of Unreal goes the other way
    if not np.isfinite(ground).any():
        raise AssetError(
            f"{dumped.map}: its navmesh is empty: {dumped.navmesh_volumes} volumes, and no ground in them. Build paths in the "
            "editor (Build, Build "
            "Paths), save the map with its RecastNavMesh, and run this again"
        )
    cell = dumped.cell_cm / 100.0
    low = np.array([dumped.low_cm[0], -(dumped.low_cm[1] + dumped.rows * dumped.cell_cm)]) / 100.0
    return Columns(low, cell, np.ascontiguousarray(ground), np.isfinite(ground)), np.ascontiguousarray(top)


def find_obstacles(things: tuple[ThingDump, ...], columns: Columns, top: Array) -> list[Obstacle]:
    """One box or ellipsoid for each thing that fills its own box; boxes over what rises elsewhere."""
    found = []
    covered = np.zeros(columns.ground.shape, bool)
    for thing in things:
        obstacle = _of_thing(thing, columns)
        if obstacle is not None:
            found.append(obstacle)
            window, under = _under(obstacle, columns)
            covered[window] |= under & (top[window] <= obstacle.center_m[2] + obstacle.half_m[2] + LOW_M)
    ground = columns.filled
    rises = np.nan_to_num(top, nan=-np.inf) > ground + LOW_M
    blocked = rises & ~columns.walkable & ~covered
    # Walked under: all that is known of its underside is that it leaves headroom.
    overhead = (np.nan_to_num(top, nan=-np.inf) > ground + HEADROOM_M) & columns.walkable & ~covered
    low = np.where(blocked, ground, np.where(overhead, ground + HEADROOM_M + 0.01, np.inf))
    high = np.where(blocked | overhead, top, -np.inf)
    return found + boxes_of_columns(low, high, (0, 0), columns)


def weightiest(obstacles: list[Obstacle], stages: list[StagePlace]) -> list[Obstacle]:
    """The obstacles that hide most as seen from the nearest stage, the largest first, none in another, at most `MOST`.

    A map has thousands of trees; what a planner must know stands about its stages.
    """
    middles = np.array([s.center_m[:2] for s in stages])
    radii = np.array([s.radius_m for s in stages])

    def weight(o: Obstacle) -> float:
        away = float((np.hypot(*(middles - o.center_m[:2]).T) - radii).min()) - float(np.hypot(*o.half_m[:2]))
        return float(max(o.half_m)) / max(away, 1.0)

    return thinned(sorted(obstacles, key=lambda o: (-weight(o), o.center_m))[:MOST])


def _of_thing(thing: ThingDump, columns: Columns) -> Obstacle | None:
    """An upright box about a thing that collides, an ellipsoid in it for one that does not; None where a box would say too much."""
    low, high = np.array(thing.low_cm), np.array(thing.high_cm)
    corners = np.array([[x, y, z] for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (low[2], high[2])])
    turn = rotation_matrices(np.array(thing.rotation))
    points = world_points_from_ue((corners * np.array(thing.scale)) @ turn.T + np.array(thing.location_cm))
    across = turn[:, 0] if abs(turn[2, 0]) < 0.9 else turn[:, 1]
    yaw = float(np.degrees(np.arctan2(-across[1], across[0])))
    c, s = np.cos(np.radians(yaw)), np.sin(np.radians(yaw))
    local = np.stack([c * points[:, 0] + s * points[:, 1], c * points[:, 1] - s * points[:, 0]], axis=1)
    inner, outer = local.min(axis=0), local.max(axis=0)
    middle = (inner + outer) / 2.0
    center = np.array([c * middle[0] - s * middle[1], s * middle[0] + c * middle[1]])
    i, j = columns.at(float(center[0]), float(center[1]))
    sole = float(columns.filled[i, j])
    bottom, top = float(points[:, 2].min()), float(points[:, 2].max())
    half = (outer - inner) / 2.0
    if top - sole < LOW_M or max(top - bottom, *(2.0 * half)) < SMALL_M:
        return None
    # What is in the ground is nobody's obstacle.
    bottom = max(bottom, min(sole, top - LOW_M))
    solid = thing.collides and bottom < sole + HEADROOM_M
    box = as_obstacle(np.array([*-half, bottom]), np.array([*half, top]), center, yaw % 360.0, solid)
    if not thing.collides:
        wide = 2.0 * max(half) > WIDEST_CROWN_M
        return None if wide else Obstacle("ellipsoid", box.center_m, box.half_m, box.yaw_deg, False)
    window, under = _under(box, columns)
    if solid and under.any() and columns.walkable[window][under].mean() > HOLLOW:
        return None
    return box


def _under(obstacle: Obstacle, columns: Columns) -> tuple[tuple[slice, slice], NDArray[np.bool_]]:
    """The part of the grid about an obstacle, and which of its cells have their middle under the obstacle's box."""
    reach = float(np.hypot(*obstacle.half_m[:2]))
    first = [np.floor((obstacle.center_m[k] - reach - columns.low[k]) / columns.cell) for k in (1, 0)]
    last = [np.ceil((obstacle.center_m[k] + reach - columns.low[k]) / columns.cell) for k in (1, 0)]
    rows, cols = (
        slice(int(np.clip(a, 0, size)), int(np.clip(b, 0, size))) for a, b, size in zip(first, last, columns.ground.shape, strict=True)
    )
    y, x = (np.mgrid[rows, cols] + 0.5) * columns.cell
    dx, dy = x + columns.low[0] - obstacle.center_m[0], y + columns.low[1] - obstacle.center_m[1]
    c, s = np.cos(np.radians(obstacle.yaw_deg)), np.sin(np.radians(obstacle.yaw_deg))
    return (rows, cols), np.asarray((np.abs(c * dx + s * dy) < obstacle.half_m[0]) & (np.abs(c * dy - s * dx) < obstacle.half_m[1]))
