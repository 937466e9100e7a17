"""One clip's pictures against its metadata: sizes and lengths, visible pixels and boxes recounted from the mask, the optional streams."""

from collections.abc import Callable, Iterator
from itertools import zip_longest
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hmworld.dataset import Clip
from hmworld.dataset.encode import DEPTH_MAX_M
from hmworld.geometry.camera import inverse, transform
from hmworld.validate.passes import flow_agrees, normals_agree
from hmworld.validate.report import Report

DEPTH_TOLERANCE = 0.02


def check_pixels(clip: Clip, report: Report) -> None:
    """Decode a clip and check it against its arrays; DatasetError if it cannot be decoded."""
    arrays, render, key = clip.arrays, clip.meta.render, clip.clip_id
    size, subjects = (render.height, render.width), len(clip.meta.subjects)
    has = {m["name"] for m in clip.row["members"]}

    def stream(name: str, frames: Callable[[], Iterator[NDArray[Any]]]) -> Iterator[NDArray[Any] | None]:
        return frames() if name in has else iter([None] * render.frames)

    depths, flows = stream("depth.mkv", clip.depths_m), stream("flow.mkv", clip.flows)
    normals_of = stream("normal.mkv", clip.normals)
    ranges = _depth_ranges(arrays) if "depth.mkv" in has else np.empty((0, 0, 2))
    # Only a clip of which no subject is known may be without masks.
    masks: Iterator[NDArray[Any] | None] = clip.masks() if subjects or "mask.mkv" in has else iter([None] * render.frames)
    count = 0
    for frame, (rgb, mask, depth, flow, normals) in enumerate(zip_longest(clip.rgb(), masks, depths, flows, normals_of)):
        count += 1
        report.look("frames")
        streams = {"mask.mkv": mask, "depth.mkv": depth, "flow.mkv": flow, "normal.mkv": normals}
        if rgb is None or any(s is None for name, s in streams.items() if name in has) or frame >= render.frames:
            report.add("frames", key, f"streams differ in length at frame {frame}, expected {render.frames} frames in each")
            return
        sizes = {"mp4": rgb.shape[:2]} | {name: s.shape[:2] for name, s in streams.items() if s is not None}
        if any(other != size for other in sizes.values()):
            report.add("frames", key, f"frame {frame}: expected {size}, got {sizes}")
            return
        if mask is None:
            continue
        if not _mask_agrees(key, frame, mask, arrays, subjects, report):
            return
        if depth is not None and not _depth_agrees(key, frame, mask, depth, ranges, report):
            return
        if flow is not None and not flow_agrees(key, frame, flow, mask, depth, arrays, report):
            return
        if normals is not None and not normals_agree(key, frame, normals, depth, arrays, report):
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
