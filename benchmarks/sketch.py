"""The scene of the renderer sketch, which is not in this repository: its folder is named by --sketch, and it is imported from there."""

import importlib
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from stages import Film

from hmworld.embedded.mesh import BodyMesh, Light, StaticMesh, View

HFOV_DEG = 70.0


def sketch_film(folder: Path, size: tuple[int, int], count: int, threads: int) -> tuple[Film, Callable[[int], Any]]:
    """Its park as our data, and a function that draws frame k with the sketch itself at 2x2 samples, its poses made beforehand."""
    sys.path.insert(0, str(folder))
    demo, raster = importlib.import_module("hm_demo"), importlib.import_module("hm_raster")
    static, bodies, pictures = demo.park(), demo.subjects(), demo.textures()
    renderer = raster.Renderer(*size, HFOV_DEG, 2, threads)
    renderer.scene(static, bodies, pictures)

    def camera(k: int) -> tuple[Any, Any]:
        eye = np.array([-2.0 + 0.4 * k / 24, -5.2, 1.6])
        return eye, raster.look(eye, (-2.5 + 1.1 * k / 24, 0.5, 1.0))

    poses = [demo.poses(bodies, k / 24) for k in range(count)]
    cameras = [camera(k) for k in range(count)]

    def draw(k: int) -> Any:
        return renderer.render(*cameras[k], poses[k])

    views = []
    for eye, axes in cameras:
        pose = np.eye(4)
        pose[:3, :3], pose[:3, 3] = axes[:, [1, 2, 0]], eye  # its columns are forward, right, down
        views.append(View(size[0], size[1], HFOV_DEG, pose, 0.05))
    light = Light(
        sun_azimuth_deg=float(np.rad2deg(np.arctan2(-0.35, 0.45))),
        sun_elevation_deg=float(np.rad2deg(np.arctan2(0.62, np.hypot(0.45, 0.35)))),
        sun_rgb=(1.55, 1.4, 1.15),
        sky_rgb=(0.30, 0.48, 0.80),
        horizon_rgb=(0.66, 0.74, 0.84),
        ground_rgb=(0.16, 0.14, 0.12),
        fog_density_per_m=0.006,
        exposure=0.8,
    )
    matrices = tuple(tuple(np.asarray(m, np.float64) for m in pose) for pose in poses)
    film = Film(_scene(static, pictures), tuple(_body(b) for b, _ in bodies), light, tuple(views), matrices, (0.0, 0.0, 0.0))
    return film, draw


def _scene(parts: list[dict[str, Any]], pictures: list[Any]) -> StaticMesh:
    start = np.cumsum([0] + [len(p["V"]) for p in parts])
    joined = {k: np.ascontiguousarray(np.concatenate([np.asarray(p[k]) for p in parts]), np.float32) for k in ("V", "N", "UV", "C")}
    faces = np.concatenate([np.asarray(p["T"]) + s for p, s in zip(parts, start[:-1], strict=True)])
    count = len(faces)
    return StaticMesh(
        vertices=joined["V"],
        normals=joined["N"],
        uvs=joined["UV"],
        colours=joined["C"],
        triangles=np.ascontiguousarray(faces, np.int32),
        texture=np.concatenate([np.full(len(p["T"]), p["tex"], np.int32) for p in parts]),
        two_sided=np.zeros(count, np.bool_),
        cutout=np.zeros(count, np.bool_),
        textures=[np.rint(255.0 * np.clip(p, 0, 1) ** (1 / 2.2)).astype(np.uint8) for p in pictures],
    )


def _body(body: Any) -> BodyMesh:
    return BodyMesh(
        vertices=np.ascontiguousarray(body.V, np.float32),
        normals=np.ascontiguousarray(body.N, np.float32),
        colours=np.ascontiguousarray(np.clip(body.C, 0, 1), np.float32),
        triangles=np.ascontiguousarray(body.T, np.int32),
        joints=np.ascontiguousarray(body.J, np.uint8),
        weights=np.ascontiguousarray(body.W, np.float32),
    )


def first_frames(film: Film, count: int) -> Film:
    """The film's beginning."""
    return replace(film, views=film.views[:count], matrices=film.matrices[:count])
