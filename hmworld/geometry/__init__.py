"""Frames, cameras, projection, splines and skinning: NumPy only, no knowledge of clips.

The conventions of the whole project are fixed here: the world is right-handed, Z up, in metres; camera axes are
OpenCV (x right, y down, z forward); `T_target_source` maps source coordinates to target coordinates; Unreal's
left-handed centimetres are converted in `frames` and nowhere else.
"""

from hmworld.geometry.camera import intrinsics, project, transform, unproject
from hmworld.geometry.frames import (
    T_world_camera_from_ue,
    T_world_subject_from_ue,
    quantise_ue,
    ue_from_T_world_camera,
    ue_from_T_world_subject,
    ue_points_from_world,
    world_points_from_ue,
)

__all__ = [
    "T_world_camera_from_ue",
    "T_world_subject_from_ue",
    "intrinsics",
    "project",
    "quantise_ue",
    "transform",
    "ue_from_T_world_camera",
    "ue_from_T_world_subject",
    "ue_points_from_world",
    "unproject",
    "world_points_from_ue",
]
