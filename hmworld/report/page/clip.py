"""What the page shows of one clip: its subjects frame by frame in pixels and on the map, its events, caption and checks."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hmworld.dataset import Clip
from hmworld.dataset.cards import read_motion, read_scene_card
from hmworld.dataset.clipfiles import check_arrays
from hmworld.errors import DatasetError
from hmworld.geometry.camera import project
from hmworld.report.page.masks import encode_runs, runs_of
from hmworld.report.page.packed import packed, packed_pixels, script
from hmworld.report.page.source import check_numbers, has_masks, has_spec
from hmworld.report.timeline import words
from hmworld.report.topdown import looks, poses_from_above, top_down

MAP_WIDTH, MAP_HEIGHT = 560, 400
_SAFE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


@dataclass(frozen=True)
class CheckLine:
    """What a check of `hmworld validate` says of a clip: how many things it looked at, and what is wrong."""

    name: str
    looked: int
    problems: tuple[str, ...] = ()


def safe_id(clip_id: str) -> str:
    """The id itself; DatasetError if it cannot be part of a file's name."""
    if not _SAFE_ID.fullmatch(clip_id):
        raise DatasetError(f"manifest.parquet: clip id {clip_id[:80]!r} is not one: expected letters, digits, - and _")
    return clip_id


def clip_script(root: Path, clip: Clip, checks: Sequence[CheckLine] | None) -> bytes:
    """The script of one clip's data; `checks` is None where none were made."""
    return script("HM.clip", clip_data(root, clip, checks))


def clip_data(root: Path, clip: Clip, checks: Sequence[CheckLine] | None) -> dict[str, Any]:
    """A clip of the dataset in `root` as the page reads it; DatasetError if a member or card cannot be read."""
    meta, arrays, specified = clip.meta, clip.arrays, has_spec(clip)
    subjects = len(meta.subjects)
    check_numbers(clip)
    if problems := check_arrays(arrays):
        raise DatasetError(f"clip {clip.clip_id}: {problems[0]}")
    if arrays["state"].shape != (subjects, meta.render.frames) or (specified and len(clip.spec.subjects) != subjects):
        raise DatasetError(f"clip {clip.clip_id}: json, spec and npz do not have the same subjects or frames; see `hmworld validate`")
    data = meta.model_dump(mode="json", exclude={"spec", "subjects", "schema_version", "caption", "engine"})
    boxes = np.nan_to_num(arrays["box2d"], nan=-1.0)
    return {
        **data,
        "clip_id": safe_id(clip.clip_id),
        "specified": specified,
        "caption": meta.caption.text,
        "caption_source": meta.caption.source,
        "words": [words(event, meta.render.fps) for event in meta.events],
        "visible_px": packed(arrays["visible_px"], "i4"),
        "state": packed(arrays["state"], "u1"),
        "box2d": packed(boxes, "i2"),
        "subjects": [
            {
                **subject.model_dump(mode="json", exclude={"joint_names"}),
                **_skeleton(root, clip, index),
                "box3d": packed_pixels(*project(arrays["box3d_world"][index], arrays["T_world_camera"], arrays["K"])),
            }
            for index, subject in enumerate(meta.subjects)
        ],
        "masks": _masks(clip, subjects),
        "map": _map(root, clip),
        "checks": None if checks is None else [asdict(line) for line in checks],
    }


def _skeleton(root: Path, clip: Clip, index: int) -> dict[str, Any]:
    """Joints of a subject: names, parents (-1 = none) and pixels (T, J, 2); none without a specification that says what they are."""
    if not has_spec(clip):
        return {"joint_names": [], "parents": [], "joints": packed(np.empty((clip.meta.render.frames, 0, 2)), "i2")}
    motion = read_motion(root, clip.spec.subjects[index].motion_sha256)
    names = clip.meta.subjects[index].joint_names
    joints = clip.arrays["joints_world"][index, :, : len(names)]
    pixels, depth = project(np.nan_to_num(joints), clip.arrays["T_world_camera"], clip.arrays["K"])
    depth[np.isnan(joints).any(-1)] = -1.0
    parents = [int(parent) for parent in motion.parents[: len(names)]]
    return {"joint_names": names, "parents": parents, "joints": packed_pixels(pixels, depth)}


def _masks(clip: Clip, subjects: int) -> dict[str, Any]:
    """Bytes of all masks, subject by subject and frame by frame, and where each (S, T) begins; empty ones for a clip that has none."""
    if not has_masks(clip):
        return {"starts": packed(np.zeros(subjects * clip.meta.render.frames + 1), "u4"), "bytes": packed([], "u1")}
    parts: list[list[bytes]] = [[] for _ in range(subjects)]
    frames = 0
    for mask in clip.masks():
        frames += 1
        for index in range(subjects):
            mine = mask == index + 1
            parts[index].append(encode_runs(runs_of(mine)) if mine.any() else b"")
    if frames != clip.meta.render.frames:
        raise DatasetError(f"clip {clip.clip_id}: mask.mkv has {frames} frames, expected {clip.meta.render.frames}")
    pieces = [piece for part in parts for piece in part]
    starts = np.append(0, np.cumsum([len(piece) for piece in pieces]))
    return {"starts": packed(starts, "u4"), "bytes": packed(np.frombuffer(b"".join(pieces), np.uint8), "u1")}


def _map(root: Path, clip: Clip) -> dict[str, Any]:
    """The ground of the clip in pixels, and where camera and subjects are in each frame."""
    arrays = clip.arrays
    states: NDArray[np.uint8] = arrays["state"]
    cameras, walks = arrays["T_world_camera"], arrays["T_world_subject"]
    if has_spec(clip):
        obstacles = read_scene_card(root, clip.spec.scene.name).obstacles
        drawn = top_down(clip.spec, states, obstacles, MAP_WIDTH, MAP_HEIGHT)
        hfov_deg = clip.spec.camera.hfov_deg
    else:
        drawn = poses_from_above(cameras, walks, states, MAP_WIDTH, MAP_HEIGHT)
        hfov_deg = clip.meta.camera.hfov_deg
    return {
        "width": drawn.window.width,
        "height": drawn.window.height,
        "stage": drawn.stage,
        "obstacles": [asdict(shape) for shape in drawn.obstacles],
        "camera_way": [points for points, _ in drawn.camera.pieces],
        "ways": [way.pieces for way in drawn.subjects],
        "scale_m": drawn.scale_m,
        "scale_px": drawn.scale_px,
        "half_angle": float(np.deg2rad(hfov_deg) / 2),
        "eye": packed(drawn.window.pixels(cameras[:, :3, 3]), "f4"),
        "looks": packed(looks(cameras, drawn.window), "f4"),
        "roots": packed([drawn.window.pixels(pose[:, :3, 3]) for pose in walks], "f4"),
        "headings": packed([np.arctan2(pose[:, 1, 0], pose[:, 0, 0]) for pose in walks], "f4"),
    }
