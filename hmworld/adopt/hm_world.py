"""Reading a folder in the layout of the HM-World release, or of the example inputs of HyDRA: which samples it has, and what they hold.

A release has a folder a sample (`cond.mp4`, `tgt.mp4`, their masks, `camera.json`, ...). HyDRA's examples have `N.mp4` and `N.camera.json`
(`camN.json` in its repository) side by side: the context half alone, with the poses of both.
"""

import json
from collections import Counter
from dataclasses import dataclass
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
HALF, RAW_POSES = 77, 149
"""Frames of a half of the release, and of the renders that its two halves were made from."""
RIGID = 1e-3
LAST_ROW = np.array([0.0, 0.0, 0.0, 1.0])


@dataclass(frozen=True)
class Source:
    """Files of one sample; halves that are not there are left out, and `missing` says what it cannot do without."""

    name: str
    videos: dict[str, Path]
    masks: dict[str, Path]
    camera: Path
    character: Path | None = None
    check: Path | None = None
    folder: bool = True
    """Whether its files have a folder of their own."""

    def missing(self) -> str:
        """Which file lacks that a sample must have, "" if none."""
        if not self.videos:
            return f"{self.camera}: has no cond.mp4 or tgt.mp4, or video of its name, beside it; get the video, or remove the sample"
        if not self.camera.is_file():
            video = next(iter(self.videos.values()))
            return f"{self.camera}: is not there, and {video.name} needs its poses; get it, or remove the sample"
        return ""


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
    """The samples of a folder, also those that lack a file; UsageError if it has none, DatasetError if two have one name."""
    if not root.is_dir():
        raise UsageError(f"{root}: is not a folder")
    samples = _samples(root)
    if not samples and (root / "HM-World").is_dir():
        root = root / "HM-World"
        samples = _samples(root)
    if not samples:
        raise UsageError(
            f"{root}: holds no sample of HM-World; expected folders with camera.json and cond.mp4, or N.mp4 with N.camera.json"
        )
    for name, count in Counter(sample.name for sample in samples).items():
        if count > 1:
            raise DatasetError(f"{root}: {name}/ and {name}.mp4 are two samples of one name; rename one of them")
    return Folder(root, tuple(samples), _captions(root, samples), _mask_convention(root))


def _samples(root: Path) -> list[Source]:
    found = []
    files = ("camera.json", *(f"{half}.mp4" for half in HALVES))
    for folder in sorted({path.parent for name in files for path in root.glob(f"*/{name}")}):
        videos, masks = ({half: folder / f"{half}{end}.mp4" for half in HALVES} for end in ("", "_mask"))
        there = [{half: path for half, path in files.items() if path.is_file()} for files in (videos, masks)]
        character, check = (path if (path := folder / f"{name}.json").is_file() else None for name in ("character", "check"))
        found.append(Source(folder.name, there[0], there[1], folder / "camera.json", character, check))
    return found + _examples(root)


def _examples(root: Path) -> list[Source]:
    """`N.mp4` with `N.camera.json` or `camN.json`, and what lacks one of the two; none where no video has its poses."""
    videos = {path.stem: path for path in root.glob("*.mp4")}
    cameras = {path.stem[3:]: path for path in root.glob("cam*.json") if path.name != "camera.json"}
    cameras |= {path.name.removesuffix(".camera.json"): path for path in root.glob("*.camera.json")}
    if not videos.keys() & cameras.keys():
        return []
    return [
        Source(name, {"cond": videos[name]} if name in videos else {}, {}, cameras.get(name, root / f"{name}.camera.json"), folder=False)
        for name in sorted(videos.keys() | cameras.keys())
    ]


def _captions(root: Path, samples: list[Source]) -> dict[str, str]:
    """Of `caption.txt`, at the root or in a sample's folder.

    At the root a line is a name, a tab and a sentence; or where no line has a tab, as in HyDRA's examples, line k is that of `k.mp4`. In a
    folder it is the sentence alone.
    """
    captions: dict[str, str] = {}
    for sample in samples:
        text = " ".join(_text(sample.camera.with_name("caption.txt")).split()) if sample.folder else ""
        captions |= {sample.name: text} if text else {}
    lines = _text(root / "caption.txt").split("\n")
    if not any("\t" in line for line in lines):
        numbered = {sample.name: int(sample.name) for sample in samples if sample.name.isdecimal() and not sample.folder}
        return captions | {name: text for name, k in numbered.items() if 1 <= k <= len(lines) and (text := lines[k - 1].strip())}
    names = {sample.name for sample in samples}
    for line in lines:
        name, tab, text = line.partition("\t")
        # What stands before the tab may be a path, as `<sample>/tgt.mp4`.
        parts = [part if part in names else Path(part).stem for part in Path(name.strip()).parts]
        captions |= {part: text.strip() for part in parts if tab and part in names}
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

    Accepts lists of 4x4, the string form, and flat forms of a whole clip. DatasetError with file, half and frame for a matrix that is
    missing, not 4x4, or not a rotation and a place: none is ever taken for the identity.
    """
    data = document(path)
    if "1" in data and not any(key in data for keys in CAMERA_KEYS.values() for key in keys):
        poses = _flat(path, data, lengths)
    else:
        poses = [pose for half, length in lengths.items() for pose in _half(path, data, half, length)]
    return np.stack([_matrix(f"{path}: {where}", value) for where, value in poses])


def _half(path: Path, data: dict[str, Any], half: str, length: int) -> list[tuple[str, Any]]:
    """Where each pose of a half stands, and the pose."""
    key = next((key for key in CAMERA_KEYS[half] if key in data), None)
    if key is None:
        raise DatasetError(f"{path}: has no {CAMERA_KEYS[half][0]!r} for {half}.mp4; it has {', '.join(map(str, data)) or 'nothing'}")
    poses = data[key]
    by_frame = {str(k): pose for k, pose in enumerate(poses)} if isinstance(poses, list) else poses
    if not isinstance(by_frame, dict) or len(by_frame) != length:
        count = len(by_frame) if isinstance(by_frame, dict) else type(poses).__name__
        raise DatasetError(f"{path}: {key} holds {count} poses, {half}.mp4 has {length} frames")
    return [(f"{key} frame {k}", by_frame.get(str(k))) for k in range(length)]


def _flat(path: Path, data: dict[str, Any], lengths: dict[str, int]) -> list[tuple[str, Any]]:
    """Poses of a flat form: the 149 of the render, of which HyDRA's reader makes 77 a half, or one for each frame of both halves."""
    count = sum(key.isdecimal() for key in data)
    if count == RAW_POSES and set(lengths.values()) == {HALF}:
        # The first rendered pose is bad, the last stands twice; so do the first and the last of each half.
        rendered = [1, *range(1, RAW_POSES), RAW_POSES - 1]
        middle = len(rendered) // 2
        parts = {"cond": rendered[:middle], "tgt": rendered[middle:]}
        numbers = {half: [part[0], *part, part[-1]] for half, part in parts.items()}
    elif set(lengths) == set(HALVES) and count == sum(lengths.values()):
        numbers = {"cond": list(range(lengths["cond"])), "tgt": list(range(lengths["cond"], count))}
    else:
        frames = " and ".join(f"{half}.mp4 has {length}" for half, length in lengths.items())
        raise DatasetError(
            f"{path}: holds {count} flat poses, {frames} frames; expected {RAW_POSES} for halves of {HALF} frames, "
            "or one for each frame where both halves are there; else write cond_cam and tgt_cam"
        )
    return [(f"{half} frame {k}, key {number}", data.get(str(number))) for half in lengths for k, number in enumerate(numbers[half])]


def _matrix(where: str, value: Any) -> Array:
    if value is None:
        raise DatasetError(f"{where}: has no pose")
    try:
        matrix = matrix_from_string(value) if isinstance(value, str) else np.array(value, np.float64)
    except DatasetError as error:
        raise DatasetError(f"{where}: {error}") from None
    except (TypeError, ValueError):
        matrix = np.empty(0)
    if matrix.shape != (4, 4) or not np.isfinite(matrix).all():
        raise DatasetError(f"{where}: expected a matrix of 4x4 numbers, all finite, got {str(value)[:60]}")
    turn = matrix[:3, :3]
    off = np.abs(turn.T @ turn - np.eye(3)).max() + abs(np.linalg.det(turn) - 1.0)
    if off >= RIGID or np.abs(matrix[3] - LAST_ROW).max() > 1e-6:
        raise DatasetError(f"{where}: is not a rotation and a place (columns forward, right, up, position; last row 0 0 0 1)")
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


def transitions(path: Path, lengths: dict[str, int]) -> list[tuple[str, list[bool] | None]]:
    """Subjects of check.json: the name of the character, and whether it is in the frame in each of T frames; None if that never changes.

    A subject is an actor and a character. The file lists changes, by frames that count from the beginning of a half; so before the first
    change of a half the opposite held, and a half without a change is like its neighbour.
    """
    data = document(path)
    changes = {half: _changes(path, data, half) for half in lengths}
    subjects = dict.fromkeys(subject for found in changes.values() for subject in found)
    return [(subject[1], _inside([(length, changes[half].get(subject, [])) for half, length in lengths.items()])) for subject in subjects]


def _changes(path: Path, data: dict[str, Any], half: str) -> dict[tuple[str, str], list[tuple[int, bool]]]:
    """By actor and character the frames in which it leaves (False) or enters (True), in order."""
    found: dict[tuple[str, str], list[tuple[int, bool]]] = {}
    for actor, characters in _object(path, data.get(f"{half}_check", {})).items():
        for character, steps in _object(path, characters).items():
            if not isinstance(steps, list) or not all(map(_is_change, steps)):
                raise DatasetError(
                    f"{path}: {half}_check of {actor}, {character}: expected a list of {{'frame': number, 'inFrame': true or false}}, "
                    f"got {str(steps)[:60]}"
                )
            found[actor, character] = sorted((step["frame"], bool(step["inFrame"])) for step in steps)
    return found


def _is_change(step: Any) -> bool:
    if not isinstance(step, dict):
        return False
    frame, inside = step.get("frame"), step.get("inFrame")
    return isinstance(frame, int) and not isinstance(frame, bool) and isinstance(inside, int) and inside in (0, 1)


def _inside(halves: list[tuple[int, list[tuple[int, bool]]]]) -> list[bool] | None:
    """Of the length and the changes of each half."""
    first = next((changes[0] for _, changes in halves if changes), None)
    if first is None:
        return None
    found: list[bool] = []
    now = not first[1]
    for length, changes in halves:
        span = [not changes[0][1] if changes else now] * length
        for frame, inside in changes:
            span[max(frame, 0) :] = [inside] * (length - max(frame, 0))
        found += span
        now = span[-1]
    return found


def _object(path: Path, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise DatasetError(f"{path}: expected objects by actor and character, got {type(value).__name__}")
    return value
