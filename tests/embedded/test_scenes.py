"""Scenes: reproducible, of sane geometry, with flat free stages and proxies that match what is seen."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from importlib import import_module

import numpy as np
import pytest
from numpy.typing import NDArray

from hmworld.embedded.scenes import GENERATORS, Obstacle, SceneModel, StagePlace, build_scene, mountain_meadow
from hmworld.embedded.scenes.meadow_terrain import Land
from hmworld.embedded.scenes.street_ground import KERB_M

Array = NDArray[np.float64]
SEED = 11
NEAR_M = 12.0
INDOOR = ("museum_hall", "station_concourse", "warehouse")
LEVEL = ("farmyard", "harbour", *INDOOR)
"""Scenes whose ground is z = 0 wherever the tests look."""

ROLLING = ("beach", "desert", "forest_road", "park", "snowy_village")
"""Scenes whose module tells its ground by `terrain(seed)`."""


@lru_cache
def scene_of(name: str) -> SceneModel:
    return build_scene(name, SEED)


@pytest.fixture(params=GENERATORS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def ground_height(name: str) -> Callable[[Array, Array], Array]:
    """The height of walkable ground of a scene, (N,) from x (N,) and y (N,)."""
    if name == "mountain_meadow":
        return Land(SEED, mountain_meadow.STAGES).height
    if name in ROLLING:
        height: Callable[[Array, Array], Array] = import_module(f"hmworld.embedded.scenes.{name}").terrain(SEED).height
        return height
    if name in LEVEL:
        return lambda x, y: np.zeros(x.shape)
    return lambda x, y: np.full(x.shape, KERB_M)


def in_obstacle(points: Array, obstacle: Obstacle, slack_m: float) -> NDArray[np.bool_]:
    """Which of `points` (N, 3) lie in an obstacle grown by `slack_m`."""
    local = points - np.asarray(obstacle.center_m)
    half = np.asarray(obstacle.half_m) + slack_m
    angle = np.radians(obstacle.yaw_deg)
    c, s = np.cos(angle), np.sin(angle)
    turned = np.stack([c * local[:, 0] + s * local[:, 1], -s * local[:, 0] + c * local[:, 1], local[:, 2]], axis=1)
    if obstacle.kind == "ellipsoid":
        return np.asarray(np.sum((turned / half) ** 2, axis=1) <= 1.0)
    return np.asarray(np.all(np.abs(turned) <= half, axis=1))


def stage_gap(stage: StagePlace, obstacle: Obstacle) -> float:
    """Plan distance from a stage's centre to an obstacle's outline, metres; 0 inside."""
    dx, dy = (obstacle.center_m[k] - stage.center_m[k] for k in range(2))
    if obstacle.kind == "ellipsoid":
        return max(0.0, float(np.hypot(dx, dy)) - max(obstacle.half_m[:2]))
    c, s = np.cos(np.radians(obstacle.yaw_deg)), np.sin(np.radians(obstacle.yaw_deg))
    across = max(0.0, abs(c * dx + s * dy) - obstacle.half_m[0])
    along = max(0.0, abs(-s * dx + c * dy) - obstacle.half_m[1])
    return float(np.hypot(across, along))


def test_a_seed_always_builds_the_same_bytes(name: str) -> None:
    first, second = scene_of(name), build_scene(name, SEED)
    for field in ("vertices", "normals", "uvs", "colours", "triangles", "texture", "two_sided", "cutout"):
        assert getattr(first.mesh, field).tobytes() == getattr(second.mesh, field).tobytes(), field
    assert [t.tobytes() for t in first.mesh.textures] == [t.tobytes() for t in second.mesh.textures]
    assert first.obstacles == second.obstacles
    assert first.stages == second.stages


def test_another_seed_builds_another_scene_with_the_same_stages(name: str) -> None:
    other = build_scene(name, SEED + 1)
    assert other.stages == scene_of(name).stages
    assert other.mesh.vertices.tobytes() != scene_of(name).mesh.vertices.tobytes()


def test_an_unknown_generator_is_refused_with_the_known_names() -> None:
    with pytest.raises(ValueError, match=r"city_street.*'moon'"):
        build_scene("moon", 1)


def test_the_mesh_is_sound(name: str) -> None:
    mesh = scene_of(name).mesh
    assert 100_000 <= len(mesh.triangles) <= 250_000
    for array in (mesh.vertices, mesh.normals, mesh.uvs, mesh.colours):
        assert np.isfinite(array).all()
    assert np.linalg.norm(mesh.normals[mesh.triangles.ravel()], axis=1) == pytest.approx(1.0, abs=1e-4)
    a, b, c = (mesh.vertices[mesh.triangles[:, k]].astype(np.float64) for k in range(3))
    assert np.linalg.norm(np.cross(b - a, c - a), axis=1).min() > 1e-8
    assert mesh.colours.min() >= 0.0
    assert mesh.colours.max() <= 2.5
    assert set(np.unique(mesh.texture)) == set(range(-1, len(mesh.textures)))
    cut = np.unique(mesh.texture[mesh.cutout])
    assert all(mesh.textures[k].shape[2] == 4 for k in cut)


def test_smooth_normals_point_out_of_their_triangles(name: str) -> None:
    mesh = scene_of(name).mesh
    a, b, c = (mesh.vertices[mesh.triangles[:, k]].astype(np.float64) for k in range(3))
    outward = np.einsum("fk,fk->f", np.cross(b - a, c - a), mesh.normals[mesh.triangles].sum(axis=1))
    one_sided = ~mesh.two_sided
    assert np.mean(outward[one_sided] > 0) > 0.999


def reaches(triangles: Array, origin: Array, direction: Array) -> bool:
    """Whether a ray meets one of `triangles` (F, 3, 3): Moeller and Trumbore's test."""
    a, u, v = triangles[:, 0], triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]
    p = np.cross(direction, v)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = 1.0 / np.einsum("fk,fk->f", u, p)
        across = np.einsum("fk,fk->f", origin - a, p) * scale
        q = np.cross(origin - a, u)
        along = q @ direction * scale
        distance = np.einsum("fk,fk->f", v, q) * scale
        return bool(((across >= 0) & (along >= 0) & (across + along <= 1) & (distance > 0)).any())


@pytest.mark.parametrize("hall", INDOOR)
def test_a_hall_is_closed_on_every_side(hall: str) -> None:
    scene = scene_of(hall)
    triangles = scene.mesh.vertices[scene.mesh.triangles].astype(np.float64)
    for stage in scene.stages:
        eye = np.add(stage.center_m, (0.0, 0.0, 1.6))
        for turn in np.radians(np.arange(0.0, 360.0, 30.0)):
            assert reaches(triangles, eye, np.array((np.cos(turn), np.sin(turn), 0.0))), (stage.name, turn)


@pytest.mark.parametrize("outdoors", [name for name in GENERATORS if name not in INDOOR])
def test_the_world_closes_the_horizon(outdoors: str) -> None:
    low, high = scene_of(outdoors).bounds_m
    assert max(low[0], low[1]) <= -300.0
    assert min(high[0], high[1]) >= 300.0
    assert high[2] >= 40.0


def test_stages_are_several_and_of_the_size_clips_need(name: str) -> None:
    stages = scene_of(name).stages
    assert len(stages) >= 3
    assert len({stage.name for stage in stages}) == len(stages)
    assert all(6.0 <= stage.radius_m <= 9.0 for stage in stages)


def test_stages_are_flat_and_nothing_hangs_over_their_ground(name: str) -> None:
    scene = scene_of(name)
    mesh = scene.mesh
    corners = mesh.vertices[mesh.triangles].astype(np.float64)
    solid = ~mesh.cutout
    for stage in scene.stages:
        turn = np.arange(160) * 2.39996
        far = stage.radius_m * np.sqrt((np.arange(160) + 0.5) / 160)
        spots = np.stack([stage.center_m[0] + far * np.cos(turn), stage.center_m[1] + far * np.sin(turn)], axis=1)
        flat = corners[:, :, :2] - np.asarray(stage.center_m[:2])
        near = solid & np.all((flat.min(axis=1) <= stage.radius_m) & (flat.max(axis=1) >= -stage.radius_m), axis=1)
        a, b, c = (corners[near, k] for k in range(3))
        for x, y in spots:
            d = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (c[:, 0] - a[:, 0]) * (b[:, 1] - a[:, 1])
            with np.errstate(divide="ignore", invalid="ignore"):
                u = ((x - a[:, 0]) * (c[:, 1] - a[:, 1]) - (c[:, 0] - a[:, 0]) * (y - a[:, 1])) / d
                v = ((b[:, 0] - a[:, 0]) * (y - a[:, 1]) - (x - a[:, 0]) * (b[:, 1] - a[:, 1])) / d
                hit = (u >= 0) & (v >= 0) & (u + v <= 1)
                z = (a[:, 2] + u * (b[:, 2] - a[:, 2]) + v * (c[:, 2] - a[:, 2]))[hit] - stage.center_m[2]
            assert np.abs(z).min() <= 0.01, (stage.name, x, y)
            assert not ((z > 0.01) & (z < 2.2)).any(), (stage.name, x, y)


def test_no_solid_obstacle_reaches_into_a_stage(name: str) -> None:
    scene = scene_of(name)
    for stage in scene.stages:
        gaps = [stage_gap(stage, o) for o in scene.obstacles if o.solid]
        assert min(gaps) >= stage.radius_m


def test_every_stage_has_things_nearby_that_can_hide_a_subject_and_gaps_between_them(name: str) -> None:
    scene = scene_of(name)
    for stage in scene.stages:
        tall = [o for o in scene.obstacles if o.solid and o.center_m[2] + o.half_m[2] - stage.center_m[2] > 0.7]
        hiding = [o for o in tall if stage_gap(stage, o) - stage.radius_m <= 6.0]
        assert len(hiding) >= 3, stage.name
        turn = np.radians(np.arange(0, 360, 5))
        stand = stage.center_m[:2] + (stage.radius_m + 1.5) * np.stack([np.cos(turn), np.sin(turn)], axis=1)
        points = np.column_stack([stand, np.full(len(turn), stage.center_m[2] + 1.6)])
        blocked = np.any([in_obstacle(points, o, 0.3) for o in scene.obstacles], axis=0)
        assert blocked.mean() < 0.5, stage.name


def test_numbers_of_obstacles_and_stages_are_rounded_to_a_millimetre(name: str) -> None:
    scene = scene_of(name)
    numbers = [v for o in scene.obstacles for v in (*o.center_m, *o.half_m, o.yaw_deg)]
    numbers += [v for s in scene.stages for v in (*s.center_m, s.radius_m, s.yaw_deg)]
    assert numbers == [round(v, 3) for v in numbers]


@pytest.mark.long
def test_every_obstacle_is_filled_by_geometry(name: str) -> None:
    scene = scene_of(name)
    vertices = scene.mesh.vertices[np.unique(scene.mesh.triangles)].astype(np.float64)
    for obstacle in scene.obstacles:
        center, half = np.asarray(obstacle.center_m), np.asarray(obstacle.half_m)
        reach = float(np.linalg.norm(half)) + 0.2
        near = vertices[np.all(np.abs(vertices - center) <= reach, axis=1)]
        inside = near[in_obstacle(near, obstacle, 0.12)] - center
        assert len(inside) >= 4, obstacle
        angle = np.radians(obstacle.yaw_deg)
        axes = np.array([(np.cos(angle), np.sin(angle), 0.0), (-np.sin(angle), np.cos(angle), 0.0), (0.0, 0.0, 1.0)])
        span = np.ptp(inside @ axes.T, axis=0)
        assert (span >= 1.2 * half - 0.1).all(), (obstacle, span)


@pytest.mark.long
def test_everything_standing_near_a_stage_is_covered_by_an_obstacle(name: str) -> None:
    scene = scene_of(name)
    mesh = scene.mesh
    # The middles of triangles count too: a big wall has few vertices. Corners of cut-outs are transparent.
    corners = mesh.vertices[mesh.triangles].astype(np.float64)
    points = np.concatenate([corners[~mesh.cutout].reshape(-1, 3), corners.mean(axis=1)])
    standing = points[:, 2] > ground_height(name)(points[:, 0], points[:, 1]) + 0.25
    for stage in scene.stages:
        away = np.hypot(points[:, 0] - stage.center_m[0], points[:, 1] - stage.center_m[1])
        left = points[standing & (away < stage.radius_m + NEAR_M)]
        assert len(left)
        for obstacle in scene.obstacles:
            left = left[~in_obstacle(left, obstacle, 0.2)]
        assert not len(left), (stage.name, len(left), left[:5])
