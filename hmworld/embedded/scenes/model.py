"""What a scene generator hands over: geometry, proxies for a planner, and the places where clips happen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hmworld.embedded.mesh import StaticMesh

Point = tuple[float, float, float]


@dataclass(frozen=True)
class Obstacle:
    """A proxy of visible geometry for visibility and collision tests, in world metres.

    `half_m` are the half axes. `yaw_deg` turns a box about +Z (0 along +X, counter-clockwise); ellipsoids have none.
    `solid` things stop walkers and cameras; the others (tree crowns, awnings: bottom above 2.2 m) only hide what is
    behind them and stop cameras.
    """

    kind: Literal["box", "ellipsoid"]
    center_m: Point
    half_m: Point
    yaw_deg: float
    solid: bool


@dataclass(frozen=True)
class StagePlace:
    """An open, flat, walkable disc: no solid obstacle inside, ground within 1 cm of `center_m[2]`.

    `yaw_deg` is a natural main direction (along the street, along the path), counter-clockwise from +X.
    """

    name: str
    center_m: Point
    radius_m: float
    yaw_deg: float


@dataclass(frozen=True)
class SceneModel:
    """A built scene. `bounds_m` is (minimum xyz, maximum xyz) of the mesh."""

    mesh: StaticMesh
    obstacles: list[Obstacle]
    stages: list[StagePlace]
    bounds_m: tuple[Point, Point]
