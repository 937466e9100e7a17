"""What `render.py` films: a scene, two walkers and a fixed camera path; for the socket, for a renderer in this process, and for peers."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hmworld.catalog import Catalog
from hmworld.embedded.mesh import BodyMesh, Light, StaticMesh, View
from hmworld.embedded.meshfiles import read_body, read_scene
from hmworld.embedded.scenes import build_scene
from hmworld.embedded.world import BODIES_DIR
from hmworld.geometry import frames
from hmworld.geometry.skin import pose_points
from hmworld.model.cards import EmbeddedMesh, SceneCard

Array = NDArray[np.float64]

FPS = 15.0
HFOV_DEG = 60.0
EYE_M, AWAY_M, PAN_DEG = 1.7, 7.0, 40.0


@dataclass(frozen=True)
class Shot:
    """One instant: camera pose (6,) in Unreal's numbers, and for each walker its pose (6,) and the seconds of its gait."""

    camera_ue: Array
    walkers: tuple[tuple[Array, float], ...]


@dataclass(frozen=True)
class Film:
    """Plain data that any renderer can draw: meshes, light, and for each frame a view and the bodies' skinning matrices (J, 3, 4)."""

    scene: StaticMesh
    bodies: tuple[BodyMesh, ...]
    light: Light
    views: tuple[View, ...]
    matrices: tuple[tuple[Array, ...], ...]
    stage_m: tuple[float, float, float]


def shots(card: SceneCard, count: int, walkers: int) -> list[Shot]:
    """The camera stands at the edge of the first stage and pans to and fro over 8 s; the walkers cross its middle."""
    stage = card.stages[0]
    center, yaw = np.array(stage.center_m), np.deg2rad(stage.yaw_deg + 90.0)
    eye = center - min(AWAY_M, stage.radius_m) * np.array([np.cos(yaw), np.sin(yaw), 0.0]) + np.array([0.0, 0.0, EYE_M])
    found = []
    for k in range(count):
        time_s = k / FPS
        turn = PAN_DEG * np.sin(2.0 * np.pi * time_s / 8.0)
        camera = np.array([*(100.0 * eye * (1, -1, 1)), -5.0, -(np.rad2deg(yaw) + turn), 0.0])
        placed = []
        for w in range(walkers):
            heading = stage.yaw_deg + 180.0 * w
            along = np.array([np.cos(np.deg2rad(heading)), np.sin(np.deg2rad(heading)), 0.0])
            at = center + (time_s % 4.0 - 2.0) * along + 1.2 * (w - 0.5) * np.array([np.cos(yaw), np.sin(yaw), 0.0])
            placed.append((np.array([*(100.0 * at * (1, -1, 1)), 0.0, -heading, 0.0]), time_s))
        found.append(Shot(camera, tuple(placed)))
    return found


def scene_mesh(catalog: Catalog, name: str) -> StaticMesh:
    """The mesh that the embedded engine draws of a scene."""
    made = catalog.scenes[name].embedded
    assert made is not None, name
    if isinstance(made, EmbeddedMesh):
        return read_scene(catalog.beside("scenes", name, ".mesh.npz"), made.mesh_sha256)
    return build_scene(made.generator, made.seed).mesh


def body_mesh(catalog: Catalog, name: str) -> BodyMesh:
    """The mesh that the embedded engine draws of a subject."""
    own: Path = catalog.beside("subjects", name, ".mesh.npz")
    sha256 = catalog.subjects[name].mesh_sha256
    assert sha256 is not None, name
    return read_body(own if own.is_file() else BODIES_DIR / f"{name}.npz", sha256)


def view_of(camera_ue: Array, size: tuple[int, int]) -> View:
    """The view of a camera pose in Unreal's numbers."""
    return View(size[0], size[1], HFOV_DEG, frames.T_world_camera_from_ue(camera_ue))


def film(catalog: Catalog, scene: str, walkers: Sequence[str], size: tuple[int, int], count: int) -> Film:
    """The same scene, walkers and path as over the socket, as plain data."""
    card = catalog.scenes[scene]
    look = next(iter(card.looks.values()))
    path, motions = shots(card, count, len(walkers)), [catalog.motion(name) for name in walkers]
    matrices = []
    for shot in path:
        posed = []
        for name, motion, (ue, seconds) in zip(walkers, motions, shot.walkers, strict=True):
            gait = gait_of(catalog, name)
            root = frames.T_world_subject_from_ue(ue)
            local = motion.matrices(gait, seconds / catalog.subjects[name].gaits[gait].cycle_s, 0.0, 1.0)
            out = np.einsum("ab,jbc->jac", root[:3, :3], local)
            out[..., 3] += root[:3, 3]
            posed.append(out)
        matrices.append(tuple(posed))
    return Film(
        scene_mesh(catalog, scene),
        tuple(body_mesh(catalog, name) for name in walkers),
        Light(**{name: getattr(look, name) for name in type(look).model_fields}),
        tuple(view_of(shot.camera_ue, size) for shot in path),
        tuple(matrices),
        card.stages[0].center_m,
    )


def gait_of(catalog: Catalog, name: str) -> str:
    """The walk of a subject, or its first gait that moves."""
    gaits = catalog.subjects[name].gaits
    return "walk" if "walk" in gaits else next(n for n, g in gaits.items() if g.stride_m > 0)


def triangles_in_view(mesh: StaticMesh, view: View) -> int:
    """Triangles that a view has to draw: some corner before the camera, not all beyond one side, and facing it (or two-sided)."""
    T_camera_world = np.linalg.inv(view.T_world_camera).astype(np.float32)
    points = mesh.vertices @ T_camera_world[:3, :3].T + T_camera_world[:3, 3]
    x, y, z = points.T
    across, down = z * view.width / (2.0 * view.focal_px), z * view.height / (2.0 * view.focal_px)
    outside = np.stack([z < view.near_m, x < -across, x > across, y < -down, y > down], axis=1)
    drawn = ~outside[mesh.triangles].all(axis=1).any(axis=1)
    a, b, c = (mesh.vertices[mesh.triangles[drawn, k]] for k in range(3))
    towards = ((view.T_world_camera[:3, 3].astype(np.float32) - a) * np.cross(b - a, c - a)).sum(axis=1) > 0
    return int((towards | mesh.two_sided[drawn]).sum())


def posed_bodies(film: Film) -> list[list[tuple[Any, Any]]]:
    """World vertices and normals (V, 3) of every body in every frame."""
    posed = []
    for matrices in film.matrices:
        row = []
        for body, table in zip(film.bodies, matrices, strict=True):
            turned = table.copy()
            turned[..., 3] = 0.0
            points = pose_points(table, body.vertices, body.joints, body.weights)
            normals = pose_points(turned, body.normals, body.joints, body.weights)
            row.append((points.astype(np.float32), normals.astype(np.float32)))
        posed.append(row)
    return posed


def textures_of(film: Film) -> Any:
    """The scene's textures (K, N, N, 3), one white one where it has none."""
    images = [image[..., :3] for image in film.scene.textures] or [np.full((4, 4, 3), 255, np.uint8)]
    return np.stack(images)


def sun_of(film: Film) -> Any:
    """Direction (3,) to the sun."""
    a, e = np.deg2rad(film.light.sun_azimuth_deg), np.deg2rad(film.light.sun_elevation_deg)
    return np.array([np.cos(a) * np.cos(e), np.sin(a) * np.cos(e), np.sin(e)])


def clip_matrix(film: Film, k: int, far: float = 3000.0) -> Any:
    """OpenGL's projection times view (4, 4) of frame k."""
    view = film.views[k]
    near, to_gl = view.near_m, np.diag([1.0, -1.0, -1.0, 1.0])
    project = np.zeros((4, 4))
    project[0, 0] = 2.0 * view.focal_px / view.width
    project[1, 1] = 2.0 * view.focal_px / view.height
    project[2, 2], project[2, 3], project[3, 2] = -(far + near) / (far - near), -2.0 * far * near / (far - near), -1.0
    return project @ to_gl @ np.linalg.inv(view.T_world_camera)
