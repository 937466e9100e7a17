"""The subjects' bodies: the baked files, the promises of their gaits, and the bake itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from hmworld.embedded.bodies.bake import MESH_FOLDER, MOTION_FOLDER, bake
from hmworld.embedded.bodies.outline import SKIN_TRIANGLES
from hmworld.embedded.bodies.skeleton import mirrored
from hmworld.embedded.bodies.stepping import Gait, bend
from hmworld.embedded.bodies.subjects import SUBJECTS
from hmworld.embedded.mesh import BodyMesh
from hmworld.geometry.coverage import covered
from hmworld.geometry.skin import pose_points, sample_table

NAMES = sorted(SUBJECTS)
UNEVEN = ("gallop", "hop", "bound")
"""Gaits whose second half does not mirror the first."""
MOST_SLIDE_M = 0.02


@lru_cache
def _mesh(name: str) -> BodyMesh:
    with np.load(MESH_FOLDER / f"{name}.npz") as file:
        return BodyMesh(**dict(file))


@lru_cache
def _motion(name: str) -> dict[str, NDArray[np.generic]]:
    with np.load(MOTION_FOLDER / f"{name}.motion.npz") as file:
        return dict(file)


@cache
def _gaits(name: str) -> dict[str, Gait]:
    skeleton, _ = SUBJECTS[name].shape()
    return {gait.name: gait for gait in SUBJECTS[name].gaits(skeleton)}


def _gait_names(name: str) -> list[str]:
    return list(_gaits(name))


@pytest.mark.parametrize("name", NAMES)
def test_a_mesh_keeps_its_triangle_budget_and_its_weights_sum_to_one(name: str) -> None:
    mesh = _mesh(name)
    assert 3000 < len(mesh.triangles) <= 8000
    np.testing.assert_allclose(mesh.weights.sum(axis=1), 1.0, atol=1e-6)
    assert mesh.weights.min() >= 0.0
    assert mesh.joints.max() < len(_motion(name)["joint_names"])
    np.testing.assert_allclose(np.linalg.norm(mesh.normals, axis=1), 1.0, atol=1e-5)
    assert mesh.colours.min() >= 0.0
    assert mesh.colours.max() <= 1.0


@pytest.mark.parametrize("name", NAMES)
def test_the_rest_mesh_is_its_own_mirror_image(name: str) -> None:
    vertices = _mesh(name).vertices
    order = np.lexsort(np.round(vertices, 5).T)
    twin = vertices * np.array([1.0, -1.0, 1.0], np.float32)
    np.testing.assert_allclose(vertices[order], twin[np.lexsort(np.round(twin, 5).T)], atol=2e-5)


@pytest.mark.parametrize("name", NAMES)
def test_triangles_face_outwards(name: str) -> None:
    mesh = _mesh(name)
    a, b, c = (mesh.vertices[mesh.triangles[:, k]].astype(np.float64) for k in range(3))
    face = np.cross(b - a, c - a)
    agrees = (face * mesh.normals[mesh.triangles].mean(axis=1)).sum(axis=1) > 0
    area = np.linalg.norm(face, axis=1)
    assert area[agrees].sum() > 0.985 * area.sum()


@pytest.mark.parametrize("name", NAMES)
def test_a_motion_file_holds_a_skeleton_and_three_finite_gaits(name: str) -> None:
    motion = _motion(name)
    joints = len(motion["joint_names"])
    parents = np.asarray(motion["parents"], np.int64)
    assert parents[0] == -1
    assert (parents[1:] >= 0).all()
    assert motion["rest_joints"].shape == (joints, 3)
    for gait in _gait_names(name):
        count = 32 if gait == "idle" else 64
        table = np.asarray(motion[f"gait_{gait}"])
        assert table.shape == (count, joints, 3, 4)
        assert table.dtype == np.float32
        assert np.isfinite(table).all()
        spin = table[..., :3].astype(np.float64)
        np.testing.assert_allclose(spin @ np.swapaxes(spin, -1, -2), np.broadcast_to(np.eye(3), spin.shape), atol=1e-5)


@pytest.mark.parametrize("name", NAMES)
def test_the_last_phase_leads_into_the_first_as_smoothly_as_any_other(name: str) -> None:
    mesh, motion = _mesh(name), _motion(name)
    for gait in _gait_names(name):
        table = np.asarray(motion[f"gait_{gait}"], np.float64)
        some = slice(None, None, 7)
        posed = pose_points(table, mesh.vertices[some], mesh.joints[some], mesh.weights[some])
        step = np.linalg.norm(np.roll(posed, -1, axis=0) - posed, axis=2).max(axis=1)
        assert step[-1] <= 1.5 * np.sort(step[:-1])[-3:].mean() + 1e-4
        jerk = np.linalg.norm(np.roll(posed, -1, axis=0) - 2 * posed + np.roll(posed, 1, axis=0), axis=2).max()
        assert jerk < 0.06


@pytest.mark.parametrize("name", NAMES)
def test_a_planted_foot_does_not_slide_at_constant_speed(name: str) -> None:
    motion, scale = _motion(name), SUBJECTS[name].scale
    names = list(motion["joint_names"])
    for gait in _gaits(name).values():
        assert gait.contacts
        for contact in gait.contacts:
            phase = contact.start + np.linspace(0.0, contact.share, 101)
            matrices = sample_table(np.asarray(motion[f"gait_{gait.name}"], np.float32), phase)[:, names.index(contact.joint)]
            point = np.array([*contact.point, 1.0]) * np.array([scale, scale, scale, 1.0])
            ground = matrices @ point
            ground[:, 0] += phase * gait.stride_m
            spread = np.ptp(ground[:, :2], axis=0)
            assert np.hypot(*spread) < MOST_SLIDE_M, f"{gait.name} {contact.joint} slides {spread}"
            assert np.abs(ground[:, 2] - point[2]).max() < MOST_SLIDE_M


@pytest.mark.parametrize("name", NAMES)
def test_no_part_of_a_body_sinks_into_the_ground(name: str) -> None:
    mesh, motion = _mesh(name), _motion(name)
    low = mesh.vertices[:, 2] < 0.2
    for gait in _gait_names(name):
        posed = pose_points(
            np.asarray(motion[f"gait_{gait}"], np.float64),
            mesh.vertices[low],
            mesh.joints[low],
            mesh.weights[low],
        )
        assert posed[..., 2].min() > -MOST_SLIDE_M


@pytest.mark.parametrize("name", NAMES)
def test_no_point_of_a_sole_drags_along_the_ground(name: str) -> None:
    mesh, motion, gaits = _mesh(name), _motion(name), _gaits(name)
    sole = mesh.vertices[:, 2] < 0.03
    phase = np.arange(256) / 128  # two cycles
    for gait in _gait_names(name)[1:]:
        matrices = sample_table(np.asarray(motion[f"gait_{gait}"], np.float32), phase)
        world = pose_points(matrices, mesh.vertices[sole], mesh.joints[sole], mesh.weights[sole])
        world[..., 0] += (phase * gaits[gait].stride_m)[:, None]
        touching = world[..., 2] < 0.003
        assert touching.any()
        for point, on_ground in zip(np.swapaxes(world, 0, 1), touching.T, strict=True):
            for span in np.split(np.arange(len(phase)), np.nonzero(np.diff(on_ground))[0] + 1):
                if on_ground[span[0]]:
                    assert np.hypot(*np.ptp(point[span, :2], axis=0)) < MOST_SLIDE_M


@pytest.mark.parametrize("name", NAMES)
def test_every_moving_gait_swaps_left_and_right_after_half_a_cycle(name: str) -> None:
    motion = _motion(name)
    names = [str(n) for n in motion["joint_names"]]
    twin = [names.index(mirrored(n)) for n in names]
    flip = np.array([1.0, -1.0, 1.0])
    for gait in (g for g in _gait_names(name)[1:] if g not in UNEVEN):
        table = np.asarray(motion[f"gait_{gait}"], np.float64)
        mirror = table[:, twin] * flip[:, None] * np.array([1.0, -1.0, 1.0, 1.0])
        feet = [i for i, n in enumerate(names) if n.startswith(("foot", "toe", "fore_", "hind_", "shin", "thigh"))]
        np.testing.assert_allclose(np.roll(mirror, 32, axis=0)[:, feet], table[:, feet], atol=2e-5)


@pytest.mark.parametrize("name", NAMES)
def test_surface_points_lie_on_the_mesh_and_every_prefix_covers_it(name: str) -> None:
    mesh, motion = _mesh(name), _motion(name)
    points = np.asarray(motion["points"], np.float64)
    assert points.shape == (1024, 3)
    assert motion["point_joints"].shape == (1024, 4)
    np.testing.assert_allclose(np.asarray(motion["point_weights"]).sum(axis=1), 1.0, atol=1e-6)
    corners = mesh.vertices[mesh.triangles].astype(np.float64)
    area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    middle = corners.mean(axis=1)
    for axis in range(3):
        cut = np.average(middle[:, axis], weights=area)
        share = area[middle[:, axis] > cut].sum() / area.sum()
        for count in (256, 1024):
            assert abs((points[:count, axis] > cut).mean() - share) < 0.05


@pytest.mark.parametrize("name", NAMES)
def test_the_skin_of_few_triangles_has_silhouettes_as_large_as_the_mesh(name: str) -> None:
    mesh, motion = _mesh(name), _motion(name)
    faces = np.asarray(motion["skin_triangles"])
    assert len(faces) <= SKIN_TRIANGLES
    np.testing.assert_allclose(np.asarray(motion["skin_weights"]).sum(axis=1), 1.0, atol=1e-6)
    skin = [np.asarray(motion[f"skin_{part}"]) for part in ("vertices", "joints", "weights")]
    ratios = []
    for matrices in np.asarray(motion[f"gait_{_gait_names(name)[1]}"], np.float64)[::16]:
        whole, few = pose_points(matrices, mesh.vertices, mesh.joints, mesh.weights), pose_points(matrices, *skin)
        middle, px = whole.mean(0), 400.0 / np.linalg.norm(np.ptp(whole, axis=0))
        for turn in np.arange(4) * 0.7:
            right, down = np.array([np.sin(turn), -np.cos(turn), 0.0]), np.array([0.0, 0.0, -1.0])
            seen = [((points - middle) @ np.stack([right, down], 1) * px + 250.0) for points in (whole, few)]
            areas = [covered(points[of], 500, 500).sum() for points, of in zip(seen, (mesh.triangles, faces), strict=True)]
            ratios.append(areas[1] / areas[0])
    assert abs(np.mean(ratios) - 1.0) < 0.015
    assert np.abs(np.array(ratios) - 1.0).max() < 0.04


@pytest.fixture(scope="module")
def baked(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The folder of a body that was baked once for all tests."""
    folder = tmp_path_factory.mktemp("baked")

    def of(name: str) -> Path:
        if not (folder / name).exists():
            bake(name, folder / name, folder / name)
        return folder / name

    return of


@pytest.mark.parametrize(
    "name", ["goose", pytest.param("labrador", marks=pytest.mark.long), pytest.param("woman_red_coat", marks=pytest.mark.long)]
)
def test_baking_twice_gives_the_same_bytes(name: str, baked: Callable[[str], Path], tmp_path: Path) -> None:
    bake(name, tmp_path, tmp_path)
    for file in (f"{name}.npz", f"{name}.motion.npz"):
        assert (baked(name) / file).read_bytes() == (tmp_path / file).read_bytes()


@pytest.mark.parametrize("name", [pytest.param(name, marks=[pytest.mark.long] if number % 13 else []) for number, name in enumerate(NAMES)])
def test_baking_gives_the_shipped_body(name: str, baked: Callable[[str], Path]) -> None:
    with np.load(baked(name) / f"{name}.motion.npz") as made:
        kept = _motion(name)
        assert set(made) == set(kept)
        assert list(made["joint_names"]) == list(kept["joint_names"])
        for gait in _gait_names(name):
            np.testing.assert_allclose(made[f"gait_{gait}"], kept[f"gait_{gait}"], atol=1e-4)
    with np.load(baked(name) / f"{name}.npz") as made:
        mesh = _mesh(name)
        # Another CPU may round the edge collapse another way, so the shape is compared and not its vertices.
        np.testing.assert_allclose(made["vertices"].min(axis=0), mesh.vertices.min(axis=0), atol=0.01)
        np.testing.assert_allclose(made["vertices"].max(axis=0), mesh.vertices.max(axis=0), atol=0.01)


def test_a_bent_leg_reaches_its_target() -> None:
    hip, target = np.array([[0.0, 0.1, 0.9]]), np.array([[0.25, 0.05, 0.1]])
    upper, lower = np.array([0.02, 0.0, -0.45]), np.array([-0.03, 0.0, -0.42])
    first, second, short = bend(hip, target, upper, lower)
    np.testing.assert_allclose(hip[0] + first[0] @ upper + second[0] @ lower, target[0], atol=1e-9)
    assert short[0] == pytest.approx(0.0, abs=1e-9)
    knee = hip[0] + first[0] @ upper
    assert knee[0] > target[0][0] * (0.9 - knee[2]) / 0.8  # the knee points forwards
