"""Unreal's left-handed centimetres <-> the world: right-handed, Z up, metres.

The map is S = diag(1, -1, 1): `p = S p_ue / 100` for points and `R = S R_ue S` for bodies. A camera's axes are OpenCV's:
the columns of `R_world_camera` are S [right, -up, forward] of the Unreal rotation.

A pose in Unreal's numbers ("ue6") is x, y, z in centimetres, then pitch, yaw, roll in degrees, the order of UnrealCV's
wire. The matrix of a rotator follows `FRotationMatrix` (Engine/Source/Runtime/Core/Public/Math/RotationMatrix.h):
columns of R_ue are the forward, right and up axes.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

UE_LOCATION_DECIMALS = 4
"""Unreal locations are rounded to 1e-4 cm before they are used."""
UE_ROTATION_DECIMALS = 5
"""Unreal rotations are rounded to 1e-5 degrees before they are used."""

_S = np.array([1.0, -1.0, 1.0])


def world_points_from_ue(points_cm: ArrayLike) -> Array:
    """Unreal points (..., 3) in cm as world points (..., 3) in m."""
    return np.asarray(np.asarray(points_cm, np.float64) * _S / 100.0)


def ue_points_from_world(points_m: ArrayLike) -> Array:
    """World points (..., 3) in m as Unreal points (..., 3) in cm."""
    return np.asarray(np.asarray(points_m, np.float64) * _S * 100.0)


def rotation_from_rotator(pitch_yaw_roll_deg: ArrayLike) -> Array:
    """R_ue (..., 3, 3) of rotators (..., 3): columns forward, right, up in Unreal's axes."""
    angles = np.deg2rad(np.asarray(pitch_yaw_roll_deg, np.float64))
    sp, sy, sr = np.moveaxis(np.sin(angles), -1, 0)
    cp, cy, cr = np.moveaxis(np.cos(angles), -1, 0)
    forward = np.stack([cp * cy, cp * sy, sp], -1)
    right = np.stack([sr * sp * cy - cr * sy, sr * sp * sy + cr * cy, -sr * cp], -1)
    up = np.stack([-(cr * sp * cy + sr * sy), cy * sr - cr * sp * sy, cr * cp], -1)
    return np.stack([forward, right, up], -1)


def rotator_from_rotation(rotation: ArrayLike) -> Array:
    """Rotators (..., 3) pitch, yaw, roll in degrees of rotations R_ue (..., 3, 3).

    At pitch +-90 degrees yaw and roll turn about one axis; roll is then 0.
    """
    r = np.asarray(rotation, np.float64)
    fx, fy, fz = r[..., 0, 0], r[..., 1, 0], r[..., 2, 0]
    pitch = np.arctan2(fz, np.hypot(fx, fy))
    gimbal = np.hypot(fx, fy) < 1e-9
    yaw = np.where(gimbal, np.arctan2(-r[..., 0, 1], r[..., 1, 1]), np.arctan2(fy, fx))
    roll = np.where(gimbal, 0.0, np.arctan2(-r[..., 2, 1], r[..., 2, 2]))
    return np.asarray(np.rad2deg(np.stack([pitch, yaw, roll], -1)))


def quantise_ue(ue6: ArrayLike) -> Array:
    """Round poses (..., 6) to the decimals that the wire carries; negative zeros become 0."""
    pose = np.asarray(ue6, np.float64)
    location = np.round(pose[..., :3], UE_LOCATION_DECIMALS)
    rotation = np.round(pose[..., 3:], UE_ROTATION_DECIMALS)
    return np.asarray(np.concatenate([location, rotation], -1) + 0.0)


def _rigid(rotation: Array, translation: Array) -> Array:
    out = np.zeros((*rotation.shape[:-2], 4, 4))
    out[..., :3, :3] = rotation
    out[..., :3, 3] = translation
    out[..., 3, 3] = 1.0
    return out


def T_world_subject_from_ue(ue6: ArrayLike) -> Array:
    """Root transforms (..., 4, 4), x forward, y left, z up, of Unreal poses (..., 6)."""
    pose = np.asarray(ue6, np.float64)
    rotation = _S[:, None] * rotation_from_rotator(pose[..., 3:]) * _S
    return _rigid(rotation, world_points_from_ue(pose[..., :3]))


def T_world_camera_from_ue(ue6: ArrayLike) -> Array:
    """Camera transforms (..., 4, 4), OpenCV axes, of Unreal poses (..., 6)."""
    pose = np.asarray(ue6, np.float64)
    r_ue = rotation_from_rotator(pose[..., 3:])
    columns = np.stack([r_ue[..., :, 1], -r_ue[..., :, 2], r_ue[..., :, 0]], -1)
    return _rigid(_S[:, None] * columns, world_points_from_ue(pose[..., :3]))


def ue_from_T_world_subject(transform: ArrayLike) -> Array:
    """Unreal poses (..., 6) of root transforms (..., 4, 4); the inverse of `T_world_subject_from_ue`."""
    t = np.asarray(transform, np.float64)
    rotation = _S[:, None] * t[..., :3, :3] * _S
    return np.concatenate([ue_points_from_world(t[..., :3, 3]), rotator_from_rotation(rotation)], -1)


def ue_from_T_world_camera(transform: ArrayLike) -> Array:
    """Unreal poses (..., 6) of camera transforms (..., 4, 4); the inverse of `T_world_camera_from_ue`."""
    t = np.asarray(transform, np.float64)
    axes = _S[:, None] * t[..., :3, :3]
    r_ue = np.stack([axes[..., :, 2], axes[..., :, 0], -axes[..., :, 1]], -1)
    return np.concatenate([ue_points_from_world(t[..., :3, 3]), rotator_from_rotation(r_ue)], -1)
