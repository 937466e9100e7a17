"""COCO instances of every frame: boxes, run-length masks, categories, and the video and track that each belongs to."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hmworld.dataset import Clip
from hmworld.export.base import Exporter, Options, Target, needs_members
from hmworld.export.pictures import write_frames


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


def unfit(clip: Clip, options: Options) -> str:
    """Segmentations come from masks."""
    return needs_members(clip, "mask.mkv", "mp4")


def export(clips: Sequence[Clip], target: Target, options: Options) -> None:
    """`annotations/instances_<split>.json` and `images/<clip>/`; ids count from 1 within a file."""
    kinds = {(s.species or s.kind or "subject", s.kind or "subject") for clip in clips for s in clip.meta.subjects}
    numbers = {name: number for number, name in enumerate(sorted({name for name, _ in kinds}), 1)}
    above = dict(sorted(kinds))
    categories = [{"id": number, "name": name, "supercategory": above[name]} for name, number in numbers.items()]
    files: dict[str, dict[str, list[Any]]] = {}
    tracks: dict[str, int] = {}
    for clip in target.each(clips):
        split = clip.row["split"]
        file = files.setdefault(split, {"videos": [], "images": [], "annotations": [], "categories": categories})
        write_frames(clip, target, options.images, partial(_name, clip.clip_id))
        _one(clip, file, numbers, tracks.get(split, 0), options)
        tracks[split] = tracks.get(split, 0) + len(clip.meta.subjects)
    for split, file in files.items():
        info = {"description": "hmworld; boxes and masks of visible pixels", "version": "1.0"}
        target.json(f"annotations/instances_{split}.json", {"info": info, "licenses": [], **file})


def _one(clip: Clip, file: dict[str, list[Any]], numbers: dict[str, int], before: int, options: Options) -> None:
    meta, row, boxes = clip.meta, clip.row, clip.arrays["box2d"]
    size = {"width": row["width"], "height": row["height"]}
    video = len(file["videos"]) + 1
    events = [event.model_dump(mode="json") for event in meta.events]
    file["videos"].append({"id": video, "name": clip.clip_id, **size, "length": row["frames"], "fps": row["fps"], "events": events})
    for t, mask in enumerate(clip.masks()):
        image = len(file["images"]) + 1
        name = f"{_name(clip.clip_id, t)}.{options.images}"
        file["images"].append({"id": image, "file_name": name, **size, "video_id": video, "frame_id": t})
        for subject in meta.subjects:
            shape = mask == subject.id
            area = int(np.count_nonzero(shape))
            if not area:
                continue
            x0, y0, x1, y1 = (float(v) for v in boxes[subject.id - 1, t])
            file["annotations"].append(
                {
                    "id": len(file["annotations"]) + 1,
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
