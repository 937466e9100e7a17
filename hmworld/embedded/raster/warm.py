"""Compile every kernel before the first real frame."""

from __future__ import annotations

import numpy as np

from ..mesh import BodyMesh, Light, StaticMesh, View
from .passes import Earlier
from .renderer import Renderer


def warm_up() -> None:
    """Compile all kernels, or load them from numba's cache, by drawing one tiny scene.

    Takes some tens of seconds on a machine that has never run them (`NUMBA_CACHE_DIR` must be writable for
    the cache to hold), about a second afterwards. Call it before accepting connections: clients give up on a
    server that compiles meanwhile.
    """
    corners = np.array([[-1, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0]], np.float32)
    up = np.tile(np.array([0, 0, 1], np.float32), (4, 1))
    faces = np.array([[0, 1, 2], [0, 2, 3]], np.int32)
    scene = StaticMesh(
        vertices=corners,
        normals=up,
        uvs=np.ascontiguousarray(corners[:, :2]),
        colours=np.ones((4, 3), np.float32),
        triangles=faces,
        texture=np.array([0, -1], np.int32),
        two_sided=np.zeros(2, np.bool_),
        cutout=np.array([True, False]),
        textures=[np.full((4, 4, 4), 255, np.uint8)],
    )
    body = BodyMesh(
        vertices=corners * np.float32(0.1),
        normals=up,
        colours=np.ones((4, 3), np.float32),
        triangles=faces,
        joints=np.zeros((4, 4), np.uint8),
        weights=np.tile(np.array([1, 0, 0, 0], np.float32), (4, 1)),
    )
    looking_down = np.diag([1.0, -1.0, -1.0, 1.0])
    looking_down[2, 3] = 2.0
    view = View(16, 16, 60.0, looking_down)
    renderer = Renderer(threads=1)
    renderer.set_scene(scene)
    renderer.set_light(Light(30.0, 50.0, (1.0, 1.0, 1.0), (0.3, 0.4, 0.8), (0.7, 0.7, 0.8), (0.1, 0.1, 0.1), 0.01, 0.8))
    renderer.set_bodies([body])
    renderer.pose([np.eye(3, 4)[None]])
    renderer.render(view)
    renderer.silhouette_stats(view, 0)
    renderer.normals(view)
    renderer.flow(view, None, Earlier(view, list(renderer.snapshot())))
