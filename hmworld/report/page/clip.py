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
from hmworld.report.page.source import check_numbers
from hmworld.report.timeline import words
from hmworld.report.topdown import looks, top_down

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
    meta, arrays, spec = clip.meta, clip.arrays, clip.spec
    subjects = len(meta.subjects)
    check_numbers(clip)
    if problems := check_arrays(arrays):
        raise DatasetError(f"clip {clip.clip_id}: {problems[0]}")
    if len(spec.subjects) != subjects or len(arrays["state"]) != subjects or arrays["state"].shape[1] != meta.render.frames:
        raise DatasetError(f"clip {clip.clip_id}: json, spec and npz do not have the same subjects or frames; see `hmworld validate`")
    data = meta.model_dump(mode="json", exclude={"spec", "subjects", "schema_version", "caption", "engine"})
    boxes = np.nan_to_num(arrays["box2d"], nan=-1.0)
    return {
        **data,
        "clip_id": safe_id(clip.clip_id),
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
    """Joints of a subject: names, parents (-1 = none) and pixels (T, J, 2)."""
    motion = read_motion(root, clip.spec.subjects[index].motion_sha256)
    names = clip.meta.subjects[index].joint_names
    joints = clip.arrays["joints_world"][index, :, : len(names)]
    pixels, depth = project(np.nan_to_num(joints), clip.arrays["T_world_camera"], clip.arrays["K"])
    depth[np.isnan(joints).any(-1)] = -1.0
    parents = [int(parent) for parent in motion.parents[: len(names)]]
    return {"joint_names": names, "parents": parents, "joints": packed_pixels(pixels, depth)}


def _masks(clip: Clip, subjects: int) -> dict[str, Any]:
    """Bytes of all masks, subject by subject and frame by frame, and where each (S, T) begins."""
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
    arrays, spec = clip.arrays, clip.spec
    states: NDArray[np.uint8] = arrays["state"]
    drawn = top_down(spec, states, read_scene_card(root, spec.scene.name).obstacles, MAP_WIDTH, MAP_HEIGHT)
    cameras = arrays["T_world_camera"]
    return {
        "width": drawn.window.width,
        "height": drawn.window.height,
        "stage": drawn.stage,
        "obstacles": [asdict(shape) for shape in drawn.obstacles],
        "camera_way": [points for points, _ in drawn.camera.pieces],
        "ways": [way.pieces for way in drawn.subjects],
        "scale_m": drawn.scale_m,
        "scale_px": drawn.scale_px,
        "half_angle": float(np.deg2rad(spec.camera.hfov_deg) / 2),
        "eye": packed(drawn.window.pixels(cameras[:, :3, 3]), "f4"),
        "looks": packed(looks(cameras, drawn.window), "f4"),
        "roots": packed([drawn.window.pixels(pose[:, :3, 3]) for pose in arrays["T_world_subject"]], "f4"),
        "headings": packed([np.arctan2(pose[:, 1, 0], pose[:, 0, 0]) for pose in arrays["T_world_subject"]], "f4"),
    }
