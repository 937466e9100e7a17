"""Camera poses as video models take them: 12 numbers a frame, or six-channel Plücker maps.

Two layouts of 12 numbers are in use and look alike; each has a function named after the project that defined it. All functions take
our poses, `T_world_camera` (T, 4, 4) in metres with OpenCV axes, and give what the project's own loader makes of its own files.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hmworld.geometry.camera import inverse
from hmworld.geometry.frames import ue_from_T_world_camera

Array = NDArray[np.float64]


def relative_poses(t_world_camera: ArrayLike, reference: int = 0) -> Array:
    """`T_reference_camera` (T, 4, 4) in metres, OpenCV axes: every pose (T, 4, 4) as the camera of frame `reference` sees it.

    Raises IndexError when there is no such frame, ValueError when the poses are not (T, 4, 4).
    """
    t = np.asarray(t_world_camera, np.float64)
    if t.ndim != 3 or t.shape[1:] != (4, 4):
        raise ValueError(f"T_world_camera: expected shape (T, 4, 4), got {t.shape}")
    if not -len(t) <= reference < len(t):
        raise IndexError(f"reference: frame {reference} of {len(t)} poses")
    return np.asarray(inverse(t[reference]) @ t)


def hydra12(t_world_camera: ArrayLike, reference: int = 0) -> Array:
    """HyDRA's vectors (T, 12): the upper 3x4 of `T_reference_camera`, row by row, in metres.

    Entry 4 i + j is row i, column j; columns are right, down, forward and position. HyDRA refers the poses of both halves to the first
    target frame: `reference=context_frames`. Source: H-EmbodVis/HyDRA, `infer_hydra.py`; from raw Unreal matrices it comes to the same.
    """
    return relative_poses(t_world_camera, reference)[:, :3, :4].reshape(-1, 12)


def echo12(t_world_camera: ArrayLike, reference: int = 0) -> Array:
    """Echo-Memory's vectors (T, 12): position, then rotation row by row, of a camera that only yaws.

    Entries 0..2 are the position in metres and 3..11 the rotation about the vertical, both as seen from frame `reference`, in Unreal's axes
    (x forward, y right, z up, yaw to the right is positive). Pitch and roll are left out; entry 2 is the difference in height. Source:
    Echo-Team-Joy-Future-Academy-JD/Echo-Memory, `diffsynth/trainers/utils.py`, `CamVideoDataset` (its retrieval sets entry 2 to 0).
    """
    ue = ue_from_T_world_camera(t_world_camera)
    if not -len(ue) <= reference < len(ue):
        raise IndexError(f"reference: frame {reference} of {len(ue)} poses")
    yaw = np.deg2rad(ue[:, 4] - ue[reference, 4])
    about = np.deg2rad(ue[reference, 4])
    dx, dy, up = ((ue[:, :3] - ue[reference, :3]) / 100.0).T
    zero, one = np.zeros(len(ue)), np.ones(len(ue))
    forward = np.cos(about) * dx + np.sin(about) * dy
    right = -np.sin(about) * dx + np.cos(about) * dy
    cos, sin = np.cos(yaw), np.sin(yaw)
    return np.stack([forward, right, up, cos, -sin, zero, sin, cos, zero, zero, zero, one], -1)


def resized_intrinsics(k: ArrayLike, from_size: tuple[int, int], to_size: tuple[int, int]) -> Array:
    """K (..., 3, 3) in pixels of pictures of `to_size`, of a K for `from_size`; sizes are (width, height)."""
    scale = np.array([to_size[0] / from_size[0], to_size[1] / from_size[1], 1.0])
    return np.asarray(np.asarray(k, np.float64) * scale[:, None])


def plucker(t_world_camera: ArrayLike, k: ArrayLike, width: int, height: int, reference: int | None = 0) -> NDArray[np.float32]:
    """Plücker coordinates (T, 6, H, W) of the ray through every pixel centre, poses (T, 4, 4), K (T, 3, 3) or (3, 3) in pixels of W x H.

    Channels 0..2 are the moment o x d in metres, 3..5 the unit direction d, o the camera's centre; axes are those of the camera of frame
    `reference` (OpenCV: x right, y down, z forward), or the world's where that is None. The order is CameraCtrl's (hehao13/CameraCtrl,
    `cameractrl/data/dataset.py`, `ray_condition`); its frame is this one, too, with `relative_pose` and `zero_t_first_frame` on.
    """
    t = np.asarray(t_world_camera, np.float64) if reference is None else relative_poses(t_world_camera, reference)
    k = np.broadcast_to(np.asarray(k, np.float64), (len(t), 3, 3))
    out = np.empty((len(t), 6, height, width), np.float32)
    x, y = np.arange(width) + 0.5, np.arange(height) + 0.5
    for pose, lens, maps in zip(t, k, out, strict=True):
        rays = np.stack(
            np.broadcast_arrays((x[None, :] - lens[0, 2]) / lens[0, 0], (y[:, None] - lens[1, 2]) / lens[1, 1], np.ones((height, width)))
        )
        rays /= np.linalg.norm(rays, axis=0)
        rays = np.tensordot(pose[:3, :3], rays, 1)
        maps[:3] = np.cross(pose[:3, 3], rays, axisb=0, axisc=0)
        maps[3:] = rays
    return out
