"""COCO instances of every frame: boxes, run-length masks, categories, and the video and track that each belongs to."""

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from hmworld.dataset import Clip
from hmworld.dataset.store import storage_errors
from hmworld.export.base import Exporter, Options, Target, forget, needs_members
from hmworld.export.pictures import write_frames

LISTS = ("videos", "images", "annotations")


def run_lengths(mask: NDArray[np.bool_]) -> list[int]:
    """COCO's uncompressed run-length code of a mask (H, W): lengths of runs down the columns, the first of them of zeros."""
    flat = np.concatenate([[False], mask.ravel(order="F")])
    changes = np.flatnonzero(flat[1:] != flat[:-1])
    edges = np.concatenate([[0], changes, [mask.size]])
    return [int(length) for length in np.diff(edges)]


def mask_of(counts: Sequence[int], size: tuple[int, int]) -> NDArray[np.bool_]:
    """The mask (H, W) of such a code; the inverse of `run_lengths`."""
    values = np.arange(len(counts)) % 2 == 1
    return np.repeat(values, counts).reshape(size, order="F")


def _name(key: str, frame: int) -> str:
    return f"images/{key}/{frame:06d}"


def _file(split: str) -> str:
    return f"annotations/instances_{split}.json"


def unfit(clip: Clip, options: Options) -> str:
    """Segmentations come from masks."""
    return needs_members(clip, "mask.mkv", "mp4")


@dataclass
class _List:
    """A JSON list that is written to a file without a name as its items come."""

    file: IO[bytes]
    path: Path
    """Of the file that it will be a part of."""
    count: int = 0

    def add(self, item: dict[str, Any]) -> None:
        with storage_errors(self.path):
            self.file.write((", " if self.count else "").encode() + _json(item))
        self.count += 1

    def parts(self) -> Iterator[bytes]:
        """The text, part by part."""
        self.file.seek(0)
        yield b"["
        yield from iter(partial(self.file.read, 1 << 20), b"")
        yield b"]"


def _json(value: Any) -> bytes:
    return json.dumps(value, allow_nan=False, ensure_ascii=False).encode()


def export(clips: Sequence[Clip], target: Target, options: Options) -> None:
    """`annotations/instances_<split>.json` and `images/<clip>/`; ids count from 1 within a file."""
    kinds = set()
    for clip in clips:
        kinds |= {(s.species or s.kind or "subject", s.kind or "subject") for s in clip.meta.subjects}
        forget(clip)
    numbers = {name: number for number, name in enumerate(sorted({name for name, _ in kinds}), 1)}
    above = dict(sorted(kinds))
    categories = [{"id": number, "name": name, "supercategory": above[name]} for name, number in numbers.items()]
    info = {"description": "hmworld; boxes and masks of visible pixels", "version": "1.0"}
    splits: dict[str, dict[str, _List]] = {}
    tracks: dict[str, int] = {}
    with ExitStack() as files:
        for clip in target.each(clips):
            split = clip.row["split"]
            if split not in splits:
                path = target.path(_file(split))
                splits[split] = {name: _List(files.enter_context(TemporaryFile(dir=path.parent)), path) for name in LISTS}
            write_frames(clip, target, options.images, partial(_name, clip.clip_id))
            _one(clip, splits[split], numbers, tracks.get(split, 0), options)
            tracks[split] = tracks.get(split, 0) + len(clip.meta.subjects)
        for split, lists in splits.items():
            target.write_parts(_file(split), _document(info, lists, categories))


def _document(info: dict[str, str], lists: dict[str, _List], categories: list[dict[str, Any]]) -> Iterator[bytes]:
    yield b'{"info": ' + _json(info) + b', "licenses": []'
    for name, items in lists.items():
        yield f', "{name}": '.encode()
        yield from items.parts()
    yield b', "categories": ' + _json(categories) + b"}\n"


def _one(clip: Clip, lists: dict[str, _List], numbers: dict[str, int], before: int, options: Options) -> None:
    meta, row, boxes = clip.meta, clip.row, clip.arrays["box2d"]
    videos, images, annotations = (lists[name] for name in LISTS)
    size = {"width": row["width"], "height": row["height"]}
    video = videos.count + 1
    events = [event.model_dump(mode="json") for event in meta.events]
    videos.add({"id": video, "name": clip.clip_id, **size, "length": row["frames"], "fps": row["fps"], "events": events})
    for t, mask in enumerate(clip.masks()):
        image = images.count + 1
        name = f"{_name(clip.clip_id, t)}.{options.images}"
        images.add({"id": image, "file_name": name, **size, "video_id": video, "frame_id": t})
        for subject in meta.subjects:
            shape = mask == subject.id
            area = int(np.count_nonzero(shape))
            if not area:
                continue
            x0, y0, x1, y1 = (float(v) for v in boxes[subject.id - 1, t])
            annotations.add(
                {
                    "id": annotations.count + 1,
                    "image_id": image,
                    "video_id": video,
                    "category_id": numbers[subject.species or subject.kind or "subject"],
                    "track_id": before + subject.id,
                    "instance_id": before + subject.id,
                    "bbox": [x0, y0, x1 - x0, y1 - y0],
                    "area": area,
                    "segmentation": {"size": [row["height"], row["width"]], "counts": run_lengths(shape)},
                    "iscrowd": 0,
                }
            )


EXPORTER = Exporter("coco", "images/<clip>/000000.png; annotations/instances_<split>.json", export, unfit)
