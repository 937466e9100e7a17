"""The pinhole camera: intrinsics, projection and its inverse, in OpenCV axes and pixels.

Pixel (i, j) covers [i, i+1) x [j, j+1): its centre is at (i + 0.5, j + 0.5) and the principal point is (W/2, H/2).
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def intrinsics(width: int, height: int, hfov_deg: float) -> Array:
    """K (3, 3) in pixels: fx = fy = W / (2 tan(hfov / 2)), cx = W / 2, cy = H / 2."""
    focal = width / (2.0 * np.tan(np.deg2rad(hfov_deg) / 2.0))
    return np.array([[focal, 0.0, width / 2.0], [0.0, focal, height / 2.0], [0.0, 0.0, 1.0]])


def hfov_deg(focal_length_mm: float, sensor_width_mm: float) -> float:
    """Horizontal field of view in degrees of a lens on a sensor."""
    return float(np.rad2deg(2.0 * np.arctan2(sensor_width_mm, 2.0 * focal_length_mm)))


def transform(t_target_source: ArrayLike, points: ArrayLike) -> Array:
    """Points (..., N, 3) mapped by transforms (..., 4, 4)."""
    t = np.asarray(t_target_source, np.float64)
    return np.asarray(points, np.float64) @ np.swapaxes(t[..., :3, :3], -1, -2) + t[..., None, :3, 3]


def inverse(t_target_source: ArrayLike) -> Array:
    """The inverse (..., 4, 4) of rigid transforms (..., 4, 4)."""
    t = np.asarray(t_target_source, np.float64)
    out = np.zeros_like(t)
    out[..., :3, :3] = np.swapaxes(t[..., :3, :3], -1, -2)
    out[..., :3, 3] = -np.einsum("...ji,...j->...i", t[..., :3, :3], t[..., :3, 3])
    out[..., 3, 3] = 1.0
    return out


def project(points_world: ArrayLike, t_world_camera: ArrayLike, k: ArrayLike) -> tuple[Array, Array]:
    """Pixels (..., N, 2) and planar depths (..., N) in m of world points (..., N, 3).

    Depths <= 0 lie behind the camera; their pixels are meaningless.
    """
    in_camera = transform(inverse(t_world_camera), points_world)
    k = np.asarray(k, np.float64)
    depth = in_camera[..., 2]
    safe = np.where(np.abs(depth) < 1e-12, 1e-12, depth)
    u = k[..., 0, 0, None] * in_camera[..., 0] / safe + k[..., 0, 2, None]
    v = k[..., 1, 1, None] * in_camera[..., 1] / safe + k[..., 1, 2, None]
    return np.stack([u, v], -1), depth


def unproject(pixels: ArrayLike, depth_m: ArrayLike, t_world_camera: ArrayLike, k: ArrayLike) -> Array:
    """World points (..., N, 3) of pixels (..., N, 2) at planar depths (..., N); the inverse of `project`."""
    pixels, depth, k = np.asarray(pixels, np.float64), np.asarray(depth_m, np.float64), np.asarray(k, np.float64)
    x = (pixels[..., 0] - k[..., 0, 2, None]) / k[..., 0, 0, None] * depth
    y = (pixels[..., 1] - k[..., 1, 2, None]) / k[..., 1, 1, None] * depth
    return transform(t_world_camera, np.stack([x, y, depth], -1))
