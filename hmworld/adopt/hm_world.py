"""Reading a folder in the layout of the HM-World release, or of the example inputs of HyDRA: which samples it has, and what they hold.

A release has a folder a sample (`cond.mp4`, `tgt.mp4`, their masks, `camera.json`, ...). HyDRA's examples have `N.mp4` and `N.camera.json`
(`camN.json` in its repository) side by side: the context half alone, with the poses of both.
"""

import json
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hmworld.errors import DatasetError, UsageError
from hmworld.export.base import INDEX
from hmworld.export.matrices import matrix_from_string

Array = NDArray[np.float64]

HALVES = ("cond", "tgt")
CAMERA_KEYS = {"cond": ("cond_cam", "context_camera"), "tgt": ("tgt_cam", "video_camera")}
RIGID = 1e-3


@dataclass(frozen=True)
class Source:
    """Files of one sample; halves that are not there are left out."""

    name: str
    videos: dict[str, Path]
    masks: dict[str, Path]
    camera: Path
    character: Path | None = None
    check: Path | None = None


@dataclass(frozen=True)
class Folder:
    """What a folder holds."""

    root: Path
    samples: tuple[Source, ...]
    captions: dict[str, str]
    """By the name of the sample."""
    mask_convention: str
    """`red-shades-1` if an export of ours says so, `red` otherwise."""


def find(root: Path) -> Folder:
    """The samples of a folder; UsageError if it has none."""
    if not root.is_dir():
        raise UsageError(f"{root}: is not a folder")
    if not _samples(root) and (root / "HM-World").is_dir():
        root = root / "HM-World"
    samples = _samples(root)
    if not samples:
        raise UsageError(
            f"{root}: holds no sample of HM-World; expected folders with camera.json and cond.mp4, or N.mp4 with N.camera.json"
        )
    return Folder(root, tuple(samples), _captions(root, samples), _mask_convention(root))


def _samples(root: Path) -> list[Source]:
    found = []
    for camera in sorted(root.glob("*/camera.json")):
        folder = camera.parent
        videos, masks = ({half: folder / f"{half}{end}.mp4" for half in HALVES} for end in ("", "_mask"))
        there = [{half: path for half, path in files.items() if path.is_file()} for files in (videos, masks)]
        if there[0]:
            character, check = (path if (path := folder / f"{name}.json").is_file() else None for name in ("character", "check"))
            found.append(Source(folder.name, there[0], there[1], camera, character, check))
    for video in sorted(root.glob("*.mp4")):
        for camera in (root / f"{video.stem}.camera.json", root / f"cam{video.stem}.json"):
            if camera.is_file():
                found.append(Source(video.stem, {"cond": video}, {}, camera))
                break
    return found


def _captions(root: Path, samples: list[Source]) -> dict[str, str]:
    """Of `caption.txt`, at the root or in a sample's folder: a name, a tab, and a sentence a line, or in a folder the sentence alone."""
    captions: dict[str, str] = {}
    names = {sample.name for sample in samples}
    for line in _text(root / "caption.txt").splitlines():
        name, tab, text = line.partition("\t")
        # What stands before the tab may be a path, as `<sample>/tgt.mp4`.
        parts = [Path(part).stem for part in Path(name.strip()).parts]
        for key in (part for part in parts if tab and part in names):
            captions[key] = text.strip()
    for sample in samples:
        own = _text(root / sample.name / "caption.txt").strip()
        if own:
            captions.setdefault(sample.name, " ".join(own.split()))
    return captions


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8") if path.is_file() else ""
    except UnicodeDecodeError as error:
        raise DatasetError(f"{path}: is not UTF-8 text: {error}") from error


def _mask_convention(root: Path) -> str:
    index = root / INDEX
    return str(document(index).get("mask_convention", "red")) if index.is_file() else "red"


def document(path: Path) -> dict[str, Any]:
    """A JSON object; DatasetError names the file."""
    try:
        data = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise DatasetError(f"{path}: is not JSON that can be read: {error}") from error
    if not isinstance(data, dict):
        raise DatasetError(f"{path}: expected a JSON object, got {type(data).__name__}")
    return data


def camera_matrices(path: Path, lengths: dict[str, int]) -> Array:
    """Raw Unreal matrices (T, 4, 4) of the halves that have a video, one after the other; `lengths` is the frames of each.

    Accepts lists of 4x4, the string form, and the flat form of frames 0, 1, ... of a whole clip. DatasetError for a matrix that is missing,
    not 4x4, or not a rotation and a place: none is ever taken for the identity.
    """
    data = document(path)
    if all(str(k) in data for k in range(sum(lengths.values()))):
        found = [_matrix(path, data, str(k)) for k in range(sum(lengths.values()))]
    else:
        found = []
        for half, length in lengths.items():
            key = next((key for key in CAMERA_KEYS[half] if key in data), None)
            if key is None:
                raise DatasetError(
                    f"{path}: has no {CAMERA_KEYS[half][0]!r} for {half}.mp4; it has {', '.join(map(str, data)) or 'nothing'}"
                )
            poses = data[key]
            by_frame = {str(k): pose for k, pose in enumerate(poses)} if isinstance(poses, list) else poses
            if not isinstance(by_frame, dict) or len(by_frame) != length:
                count = len(by_frame) if isinstance(by_frame, dict) else type(poses).__name__
                raise DatasetError(f"{path}: {key} holds {count} poses, {half}.mp4 has {length} frames")
            found += [_matrix(path, by_frame, str(k), key) for k in range(length)]
    matrices = np.stack(found)
    turns = matrices[:, :3, :3]
    off = np.abs(np.swapaxes(turns, 1, 2) @ turns - np.eye(3)).max((1, 2)) + np.abs(np.linalg.det(turns) - 1.0)
    if not (off < RIGID).all():
        raise DatasetError(f"{path}: pose {int(np.nanargmax(off))} is not a rotation and a place (columns forward, right, up, position)")
    return matrices


def _matrix(path: Path, poses: dict[str, Any], frame: str, key: str = "") -> Array:
    where = f"{path}: {key + ' ' if key else ''}frame {frame}"
    if frame not in poses:
        raise DatasetError(f"{where}: has no pose")
    value = poses[frame]
    if isinstance(value, str):
        return matrix_from_string(value)
    try:
        matrix = np.array(value, np.float64)
    except (TypeError, ValueError):
        matrix = np.empty(0)
    if matrix.shape != (4, 4) or not np.isfinite(matrix).all():
        raise DatasetError(f"{where}: expected a matrix of 4x4 numbers, got {str(value)[:60]}")
    return matrix


def character_matrices(path: Path, lengths: dict[str, int]) -> dict[int, Array]:
    """Raw Unreal matrices (T, 4, 4) of subjects by their index, as 3DTrajMaster's files and our exports have them; {} for another schema.

    The release documents no schema for this file.
    """
    data = document(path)
    found: dict[int, list[Array]] = {}
    try:
        for half, length in lengths.items():
            frames = data[f"{half}_character"]
            for k in range(length):
                for entry in frames[str(k)]:
                    found.setdefault(int(entry["index"]), []).append(matrix_from_string(entry["matrix"]))
    except (KeyError, TypeError, ValueError, DatasetError):
        return {}
    total = sum(lengths.values())
    return {index: np.stack(poses) for index, poses in sorted(found.items()) if len(poses) == total}


def transitions(path: Path, lengths: dict[str, int]) -> dict[str, list[bool | None]]:
    """For every character of check.json, whether it is in the frame in each of T frames; None where that cannot be told.

    The file lists changes, by frames that count from the beginning of a half; so before the first change of a half the opposite held, and a
    half without a change is like its neighbour.
    """
    data = document(path)
    names: dict[str, None] = {}
    for half in lengths:
        for actor in _object(path, data.get(f"{half}_check", {})).values():
            names |= dict.fromkeys(_object(path, actor))
    return {name: _inside(path, data, name, lengths) for name in names}


def _inside(path: Path, data: dict[str, Any], name: str, lengths: dict[str, int]) -> list[bool | None]:
    spans: list[list[bool | None]] = []
    for half, length in lengths.items():
        span: list[bool | None] = [None] * length
        steps = [step for actor in data.get(f"{half}_check", {}).values() for step in actor.get(name, [])]
        try:
            changes = sorted((int(step["frame"]), bool(step["inFrame"])) for step in steps)
        except (KeyError, TypeError, ValueError):
            raise DatasetError(f"{path}: {half}_check of {name!r}: expected {{'frame': number, 'inFrame': true or false}} each") from None
        if changes:
            span = [not changes[0][1]] * length
            for frame, inside in changes:
                span[max(frame, 0) :] = [inside] * (length - max(frame, 0))
        spans.append(span)
    for before, after in pairwise(spans):
        if after[0] is None:
            after[:] = [before[-1]] * len(after)
        if before[0] is None:
            before[:] = [after[0]] * len(before)
    return [inside for span in spans for inside in span]


def _object(path: Path, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise DatasetError(f"{path}: expected objects by actor and character, got {type(value).__name__}")
    return value
