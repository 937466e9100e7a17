"""A folder a clip as nerfstudio reads it: transforms.json with OpenGL camera axes, images, depth, and masks of what does not move."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hmworld.dataset import Clip
from hmworld.export.base import Exporter, Options, Target, needs_members
from hmworld.export.matrices import opengl_matrices
from hmworld.export.pictures import write_background_masks, write_depths_mm, write_frames


def _name(folder: str, frame: int) -> str:
    return f"{folder}/frame_{frame:05d}"


def _lens(k: NDArray[np.float64]) -> dict[str, float]:
    return {"fl_x": float(k[0, 0]), "fl_y": float(k[1, 1]), "cx": float(k[0, 2]), "cy": float(k[1, 2])}


def export(clips: Sequence[Clip], target: Target, options: Options) -> None:
    """`<clip>/transforms.json` and what it names; depth in mm, which is nerfstudio's default unit."""
    for clip in target.each(clips):
        key, row, arrays = clip.clip_id, clip.row, clip.arrays
        write_frames(clip, target, options.images, partial(_name, f"{key}/images"))
        depth, mask = (not needs_members(clip, name) for name in ("depth.mkv", "mask.mkv"))
        if depth:
            write_depths_mm(clip, target, partial(_name, f"{key}/depths"))
        if mask:
            write_background_masks(clip, target, partial(_name, f"{key}/masks"))
        lens, still = arrays["K"], bool((arrays["K"] == arrays["K"][0]).all())
        frames = []
        for t, matrix in enumerate(opengl_matrices(arrays["T_world_camera"])):
            frame: dict[str, Any] = {"file_path": f"{_name('images', t)}.{options.images}", "transform_matrix": matrix.tolist()}
            frame |= {"depth_file_path": f"{_name('depths', t)}.png"} if depth else {}
            frame |= {"mask_path": f"{_name('masks', t)}.png"} if mask else {}
            frame |= {} if still else _lens(lens[t])
            frames.append(frame)
        head: dict[str, Any] = {"camera_model": "OPENCV", "w": row["width"], "h": row["height"], **(_lens(lens[0]) if still else {})}
        target.json(f"{key}/transforms.json", {**head, "k1": 0.0, "k2": 0.0, "p1": 0.0, "p2": 0.0, "frames": frames})


EXPORTER = Exporter("nerfstudio", "transforms.json, images/, depths/, masks/ a clip", export)
