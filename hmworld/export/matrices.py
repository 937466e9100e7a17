"""Poses as other projects write them: raw Unreal matrices, their string form, world-to-camera, OpenGL axes.

All are functions of stored arrays: `ue` poses (T, 6) are x, y, z in cm and pitch, yaw, roll in degrees; `T_world_camera` is in metres
with OpenCV axes.
"""

import re

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hmworld.errors import DatasetError
from hmworld.geometry.camera import inverse
from hmworld.geometry.frames import rotation_from_rotator, rotator_from_rotation

Array = NDArray[np.float64]


def unreal_matrices(ue: ArrayLike) -> Array:
    """Matrices (T, 4, 4) of Unreal poses (T, 6): left-handed, cm, columns forward, right, up, position; the position bit for bit."""
    pose = np.asarray(ue, np.float64)
    out = np.zeros((*pose.shape[:-1], 4, 4))
    out[..., :3, :3] = rotation_from_rotator(pose[..., 3:])
    out[..., :3, 3] = pose[..., :3]
    out[..., 3, 3] = 1.0
    return out + 0.0  # no negative zeros


def unreal_poses(matrices: ArrayLike) -> Array:
    """Unreal poses (T, 6) of such matrices; the inverse of `unreal_matrices`."""
    m = np.asarray(matrices, np.float64)
    return np.concatenate([m[..., :3, 3], rotator_from_rotation(m[..., :3, :3])], -1)


def matrix_string(matrix: ArrayLike) -> str:
    """A 4x4 matrix as MultiCamVideo writes it, column by column: "[...] [...] [...] [x y z 1] "; equal bits come back."""
    columns = np.asarray(matrix, np.float64).T
    return "".join(f"[{' '.join(_plain(value) for value in column)}] " for column in columns)


def matrix_from_string(text: str) -> Array:
    """The matrix (4, 4) of such a string; DatasetError if it is not four groups of three or four finite numbers, the fourth 0 0 0 1."""
    groups = re.findall(r"\[([^\[\]]*)\]", text)
    try:
        columns = [[float(number) for number in group.split()] for group in groups]
        if len(columns) != 4 or any(len(column) not in (3, 4) for column in columns):
            raise ValueError
        out = np.eye(4)
        for number, column in enumerate(columns):
            out[: len(column), number] = column
        if not np.isfinite(out).all() or np.abs(out[3] - [0.0, 0.0, 0.0, 1.0]).max() > 1e-6:
            raise ValueError
    except ValueError:
        raise DatasetError(f"a matrix is '[a b c 0] [..] [..] [x y z 1]', four groups of numbers, all finite, got {text[:80]!r}") from None
    return out


def opengl_matrices(t_world_camera: ArrayLike) -> Array:
    """Camera-to-world (T, 4, 4) with OpenGL axes (x right, y up, z backward), of the OpenCV ones; the world stays."""
    return np.asarray(np.asarray(t_world_camera, np.float64) * np.array([1.0, -1.0, -1.0, 1.0]))


def world_to_camera(t_world_camera: ArrayLike) -> Array:
    """T_camera_world (T, 4, 4), OpenCV axes, metres."""
    return inverse(t_world_camera)


def _plain(value: float) -> str:
    """The shortest decimal that reads back as the same bits; whole numbers without a point."""
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))
