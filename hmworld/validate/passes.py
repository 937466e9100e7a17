"""Optical flow and normals of one frame against the poses, the boxes and, where there is one, the depth."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from hmworld.geometry.camera import project, transform, unproject
from hmworld.validate.report import Report

Array = NDArray[np.float64]

FLOW_TOLERANCE_PX = 0.1
"""Median, of the static scene: depth is stored to 1/256 m and flow to 1/64 px."""
BOX_MARGIN_PX = 2.0
LENGTH_TOLERANCE = 1e-3
PLANE_TOLERANCE = 0.1
"""Median cosine between a normal and the way to the next pixel's point."""
SAMPLED = 4
"""Every so many-th pixel is compared."""
NEAR_M = 20.0
"""Depth steps are too coarse against a pixel's width beyond."""


def flow_agrees(
    key: str,
    frame: int,
    flow: NDArray[np.float32],
    mask: NDArray[np.uint8],
    depth: NDArray[np.float32] | None,
    arrays: dict[str, NDArray[Any]],
    report: Report,
) -> bool:
    """Whether a flow (H, W, 2) carries the static scene and each subject back to where they were in the frame before."""
    report.look("flow")
    if frame == 0:
        if not np.isnan(flow).all():
            report.add("flow", key, "frame 0: flow is known, but there is no frame before it")
            return False
        return True
    pixels = _pixel_centres(mask.shape)
    if depth is not None:
        static = (mask == 0) & np.isfinite(depth) & np.isfinite(flow).all(-1)
        static[np.arange(len(mask)) % SAMPLED != 0] = False
        if static.sum() > 50:
            points = unproject(pixels[static], depth[static], arrays["T_world_camera"][frame], arrays["K"][frame])
            was, away = project(points, arrays["T_world_camera"][frame - 1], arrays["K"][frame - 1])
            off = np.linalg.norm(pixels[static] - flow[static] - was, axis=-1)[away > 0.1]
            if len(off) and np.median(off) > FLOW_TOLERANCE_PX:
                report.add("flow", key, f"frame {frame}: flow of the static scene is off by {np.median(off):.2f} px from depth and poses")
                return False
    for index in range(len(arrays["box3d_world"])):
        mine = (mask == index + 1) & np.isfinite(flow).all(-1)
        corners, away = project(arrays["box3d_world"][index, frame - 1], arrays["T_world_camera"][frame - 1], arrays["K"][frame - 1])
        if not mine.any() or (away < 0.1).any():
            continue
        was = pixels[mine] - flow[mine]
        low, high = corners.min(0) - BOX_MARGIN_PX, corners.max(0) + BOX_MARGIN_PX
        if (was < low).any() or (was > high).any():
            report.add("flow", key, f"subject {index + 1}, frame {frame}: flow leads out of its box in the frame before")
            return False
    return True


def normals_agree(
    key: str,
    frame: int,
    normals: NDArray[np.float32],
    depth: NDArray[np.float32] | None,
    arrays: dict[str, NDArray[Any]],
    report: Report,
) -> bool:
    """Whether normals (H, W, 3) are unit vectors that face the camera, and lie across the surfaces that the depth shows."""
    report.look("normal")
    pose, k = arrays["T_world_camera"][frame], arrays["K"][frame]
    solid: NDArray[np.bool_] = np.asarray(normals.any(-1))
    lengths = np.linalg.norm(normals[solid], axis=-1)
    if (np.abs(lengths - 1.0) > LENGTH_TOLERANCE).any():
        report.add("normal", key, f"frame {frame}: normals have lengths {lengths.min():.4f} to {lengths.max():.4f}, expected 1")
        return False
    if depth is not None and not solid[np.isfinite(depth)].all():
        report.add("normal", key, f"frame {frame}: there are no normals where there is depth")
        return False
    pixels = _pixel_centres(solid.shape)
    rays = transform(pose, _in_camera(pixels, k)) - pose[:3, 3]
    if ((normals * rays).sum(-1)[solid] > 0.01 * np.linalg.norm(rays[solid], axis=-1)).any():
        report.add("normal", key, f"frame {frame}: normals face away from the camera")
        return False
    if depth is None:
        return True
    rows = slice(0, None, SAMPLED)
    left, right = depth[rows, :-1], depth[rows, 1:]
    near = (left < NEAR_M) & (right < NEAR_M)
    if near.sum() > 50:
        points = [unproject(pixels[rows][:, s][near], d[near], pose, k) for s, d in ((slice(None, -1), left), (slice(1, None), right))]
        way = points[1] - points[0]
        cosine = np.abs((way * normals[rows, :-1][near]).sum(-1)) / np.linalg.norm(way, axis=-1)
        if np.median(cosine) > PLANE_TOLERANCE:
            report.add(
                "normal", key, f"frame {frame}: normals do not stand on the surfaces of the depth (median cosine {np.median(cosine):.2f})"
            )
            return False
    return True


def _pixel_centres(shape: tuple[int, ...]) -> Array:
    return np.stack(np.meshgrid(np.arange(shape[1]) + 0.5, np.arange(shape[0]) + 0.5), -1)


def _in_camera(pixels: Array, k: NDArray[Any]) -> Array:
    """Points (H, W, 3) at planar depth 1 in the camera."""
    return np.stack([(pixels[..., 0] - k[0, 2]) / k[0, 0], (pixels[..., 1] - k[1, 2]) / k[1, 1], np.ones(pixels.shape[:2])], -1)
