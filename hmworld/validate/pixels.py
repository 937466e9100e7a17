"""One clip's pictures against its metadata: sizes and lengths, visible pixels and boxes recounted from the mask, depth at mask pixels."""

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hmworld.dataset import Clip
from hmworld.dataset.encode import DEPTH_MAX_M
from hmworld.geometry.camera import inverse, transform
from hmworld.validate.report import Report

DEPTH_TOLERANCE = 0.02


def check_pixels(clip: Clip, report: Report) -> None:
    """Decode a clip and check it against its arrays; DatasetError if it cannot be decoded."""
    arrays, render, key = clip.arrays, clip.meta.render, clip.clip_id
    size, subjects = (render.height, render.width), len(clip.meta.subjects)
    has_depth = any(m["name"] == "depth.mkv" for m in clip.row["members"])
    depths: Iterator[NDArray[Any] | None] = clip.depths_m() if has_depth else iter([None] * render.frames)
    ranges = _depth_ranges(arrays)
    count = 0
    for frame, (rgb, mask, depth) in enumerate(zip_longest(clip.rgb(), clip.masks(), depths)):
        count += 1
        report.look("frames")
        if rgb is None or mask is None or (has_depth and depth is None) or frame >= render.frames:
            report.add("frames", key, f"streams differ in length at frame {frame}, expected {render.frames} frames in each")
            return
        if rgb.shape[:2] != size or mask.shape != size or (depth is not None and depth.shape != size):
            report.add("frames", key, f"frame {frame}: expected {size}, got {rgb.shape[:2]} and mask {mask.shape}")
            return
        if not _mask_agrees(key, frame, mask, arrays, subjects, report):
            return
        if depth is not None and not _depth_agrees(key, frame, mask, depth, ranges, report):
            return
    if count != render.frames:
        report.add("frames", key, f"has {count} frames, expected {render.frames}")


def _mask_agrees(key: str, frame: int, mask: NDArray[np.uint8], arrays: dict[str, NDArray[Any]], subjects: int, report: Report) -> bool:
    report.look("visible_px", subjects)
    counts = np.bincount(mask.ravel(), minlength=subjects + 1)
    if len(counts) > subjects + 1:
        report.add("visible_px", key, f"frame {frame}: mask holds {len(counts) - 1}, there are {subjects} subjects")
        return False
    stored = arrays["visible_px"][:, frame]
    if (counts[1:] != stored).any():
        report.add("visible_px", key, f"frame {frame}: visible_px is {stored.tolist()}, the mask has {counts[1:].tolist()}")
        return False
    for index in range(subjects):
        rows, columns = np.nonzero(mask == index + 1)
        box = arrays["box2d"][index, frame]
        if len(rows) == 0:
            right = bool(np.isnan(box).all())
        else:
            right = box.tolist() == [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
        if not right:
            report.add("box2d", key, f"subject {index + 1}, frame {frame}: box2d is {box.tolist()}, the mask says otherwise")
            return False
        report.look("box2d")
    return True


def _depth_ranges(arrays: dict[str, NDArray[Any]]) -> NDArray[np.float64]:
    """Nearest and farthest planar depth (S, T, 2) of each subject's 3D box."""
    cameras = inverse(arrays["T_world_camera"])
    depth = np.stack([transform(cameras, boxes)[..., 2] for boxes in arrays["box3d_world"]])
    return np.stack([depth.min(-1), depth.max(-1)], -1)


def _depth_agrees(
    key: str, frame: int, mask: NDArray[np.uint8], depth: NDArray[np.float32], ranges: NDArray[np.float64], report: Report
) -> bool:
    for index in range(len(ranges)):
        values = depth[mask == index + 1]
        if len(values) == 0:
            continue
        report.look("depth")
        near, far = ranges[index, frame]
        if far > DEPTH_MAX_M:
            continue
        if values.min() < near * (1 - DEPTH_TOLERANCE) or values.max() > far * (1 + DEPTH_TOLERANCE):
            report.add(
                "depth",
                key,
                f"subject {index + 1}, frame {frame}: depth at its mask is {values.min():.2f} to {values.max():.2f} m, its box lies at "
                f"{near:.2f} to {far:.2f} m",
            )
            return False
    return True
