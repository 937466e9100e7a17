"""Cubes, as the plugin's (`CubeActor`) and the boxes of HMDirector: 1 m a side, about their origin, grey, of one joint."""

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.mesh import BodyMesh
from hmworld.geometry.motion import Motion

CUBE_CLASS = "CubeActor"
BOX_CLASS = "HMBox"
_ALBEDO = 0.5


def cube_mesh() -> BodyMesh:
    """Six faces of their own corners, so that its edges are sharp."""
    vertices: list[NDArray[np.float64]] = []
    normals: list[NDArray[np.float64]] = []
    triangles: list[list[int]] = []
    for axis in range(3):
        for sign in (-0.5, 0.5):
            corners = np.zeros((4, 3))
            corners[:, axis] = sign
            corners[:, (axis + 1) % 3] = (-0.5, 0.5, 0.5, -0.5)
            corners[:, (axis + 2) % 3] = (-0.5, -0.5, 0.5, 0.5)
            base = 4 * len(vertices)
            order = (0, 1, 2, 3) if sign > 0 else (3, 2, 1, 0)
            triangles += [[base + order[0], base + order[k], base + order[k + 1]] for k in (1, 2)]
            vertices.append(corners)
            normals.append(np.tile(2.0 * sign * np.eye(3)[axis], (4, 1)))
    return BodyMesh(
        vertices=np.concatenate(vertices).astype(np.float32),
        normals=np.concatenate(normals).astype(np.float32),
        colours=np.full((24, 3), _ALBEDO, np.float32),
        triangles=np.array(triangles, np.int32),
        joints=np.zeros((24, 4), np.uint8),
        weights=np.tile(np.array([1, 0, 0, 0], np.float32), (24, 1)),
    )


def cube_motion() -> Motion:
    """Standing still, whatever the time."""
    return Motion(
        joint_names=("root",),
        parents=np.array([-1], np.int16),
        rest_joints=np.zeros((1, 3), np.float32),
        points=np.zeros((0, 3), np.float32),
        point_joints=np.zeros((0, 4), np.uint8),
        point_weights=np.zeros((0, 4), np.float32),
        skin_vertices=np.zeros((0, 3), np.float32),
        skin_joints=np.zeros((0, 4), np.uint8),
        skin_weights=np.zeros((0, 4), np.float32),
        skin_triangles=np.zeros((0, 3), np.int16),
        gaits={"idle": np.eye(3, 4, dtype=np.float32)[None, None]},
        sha256="",
    )
