"""Datasets without an engine: any number of small clips whose pictures say which clip and which frame they are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from hmworld.dataset import tables
from hmworld.dataset.clipfiles import pack_arrays
from hmworld.dataset.encode import FrameWriter
from hmworld.dataset.shards import place
from hmworld.dataset.store import sha256_file
from hmworld.dataset.tar import end_of_archive, fragment
from hmworld.geometry.camera import intrinsics
from hmworld.geometry.frames import T_world_camera_from_ue
from hmworld.model import EncoderSettings, Recipe
from hmworld.model.dataset import Counts, DatasetInfo, ForecastScore, ShardInfo
from hmworld.model.event import Event
from hmworld.model.sample import SampleJson

WIDTH, HEIGHT, FPS = 48, 32, 10


@dataclass(frozen=True)
class Shape:
    """What the clips of a dataset are like: clip k has `subjects[k % ...]` subjects and the absences of `absences[k % ...]`."""

    clips: int = 12
    frames: int = 24
    clips_per_shard: int = 5
    subjects: Sequence[int] = (1, 2, 3)
    absences: Sequence[Sequence[tuple[int, int]]] = (((6, 14),), ((4, 9), (11, 18)), ())
    """(last visible frame, entry frame) of each absence, all of subject 1."""
    size: tuple[int, int] = (WIDTH, HEIGHT)
    padding: int = 0
    """Bytes by which the txt is longer than its caption: clips as large as real ones."""


def clip_id(number: int) -> str:
    return f"{number:020x}"


def number_of(clip: str) -> int:
    return int(clip, 16)


def mask_of(number: int, frame: int, size: tuple[int, int] = (WIDTH, HEIGHT)) -> np.ndarray:
    """The mask of a frame, from which `clip_and_frame` reads where it is from."""
    mask = np.zeros((size[1], size[0]), np.uint8)
    mask[0, :3] = number % 251, number // 251 % 251, frame
    return mask


def clip_and_frame(mask: np.ndarray) -> tuple[int, int]:
    low, high, frame = (int(v) for v in mask[0, :3])
    return low + 251 * high, frame


def poses_of(number: int, frames: int) -> np.ndarray:
    """Camera poses (T, 6) in Unreal's numbers: cm and degrees."""
    t = np.arange(frames)
    return np.stack([3.0 * t + number, 1.0 * t, 160.0 + 0 * t, -2.0 + 0 * t, 4.0 * t, 0 * t], -1)


def arrays_of(number: int, shape: Shape) -> dict[str, Any]:
    count, t = shape.subjects[number % len(shape.subjects)], shape.frames
    ue = poses_of(number, t)
    joints = 2 + count
    return {
        "T_world_camera": T_world_camera_from_ue(ue),
        "K": np.repeat(intrinsics(*shape.size, 37.5)[None], t, 0),
        "ue_camera": ue,
        "T_world_subject": np.tile(np.eye(4), (count, t, 1, 1)),
        "ue_subject": np.zeros((count, t, 6)),
        "joints_world": np.full((count, t, joints, 3), number, np.float32),
        "box3d_world": np.zeros((count, t, 8, 3), np.float32),
        "box2d": np.zeros((count, t, 4), np.float32),
        "visible_px": np.tile(np.arange(t, dtype=np.int32), (count, 1)),
        "amodal_px": np.zeros((count, t), np.int32),
        "in_frame_fraction": np.ones((count, t), np.float32),
        "state": np.ones((count, t), np.uint8),
        "time_s": np.arange(t) / FPS,
    }


def events_of(number: int, shape: Shape) -> list[Event]:
    return [
        Event(
            kind="absence",
            subject=1,
            last_visible_frame=gone,
            exit_frame=gone + 1,
            return_frame=back - 1,
            entry_frame=back,
            gap_frames=back - gone - 1,
            straddles_cut=gone < shape.frames // 2 <= back,
            exit_cause="camera" if number % 2 else "subject",
        )
        for gone, back in shape.absences[number % len(shape.absences)]
    ]


def meta_of(number: int, shape: Shape) -> SampleJson:
    count = shape.subjects[number % len(shape.subjects)]
    subject = {"kind": "animal", "noun": "an animal", "height_m": 0.6, "scale": 1.0, "gait": "walk", "path": "line"}
    species = [("dog", "horse", "cat")[(number + k) % 3] for k in range(count)]
    return SampleJson.model_validate(
        {
            "clip_id": clip_id(number),
            "motion_id": clip_id(number),
            "derived_from": "",
            "counterfactual": "",
            "split": "train" if number % 4 else "val",
            "unseen": "none",
            "scene": ("park", "beach", "desert")[number % 3],
            "look": "day",
            "stage": {"name": "lawn", "center_m": (0.0, 0.0, 0.0), "radius_m": 9.0},
            "subjects": [
                {"id": k + 1, "name": f"dog_{k}", "species": species[k], "joint_names": ["root"] * (2 + count), **subject}
                for k in range(count)
            ],
            "camera": {
                "trajectory": "orbit",
                "family": "orbit",
                "start": 0,
                "mirrored": False,
                "focal_length_mm": 35.0,
                "sensor_width_mm": 23.76,
                "hfov_deg": 37.5,
            },
            "render": {
                "width": shape.size[0],
                "height": shape.size[1],
                "fps": FPS,
                "frames": shape.frames,
                "context_frames": shape.frames // 2,
                "min_visible_px": 1,
            },
            "events": [event.model_dump() for event in events_of(number, shape)],
            "caption": {"text": f"clip {number}", "source": "template", "version": "1"},
            "quality": {"mean_luma": 90.0 + number % 7, "max_box_area_fraction": 0.1, "forecast_state_agreement": 1.0},
            "engine": {"name": "embedded", "build": "synthetic"},
            "spec": "{}",
        }
    )


def members_of(number: int, shape: Shape) -> list[tuple[str, bytes]]:
    """The sample of a clip, as the files of its fragment."""
    with TemporaryDirectory() as folder:
        videos = {}
        for kind, name in (("rgb", "v.mp4"), ("mask", "v.mask.mkv")):
            path = Path(folder) / name
            with FrameWriter(path, kind, shape.size, FPS, EncoderSettings()) as writer:  # type: ignore[arg-type]
                for frame in range(shape.frames):
                    mask = mask_of(number, frame, shape.size)
                    writer.write(mask if kind == "mask" else np.full((*mask.shape, 4), 10 * (frame % 24), np.uint8))
            videos[name] = path.read_bytes()
    caption = f"clip {number}".encode() + b" " * shape.padding
    files = {
        "json": meta_of(number, shape).canonical(),
        "mp4": videos["v.mp4"],
        "mask.mkv": videos["v.mask.mkv"],
        "npz": pack_arrays(arrays_of(number, shape)),
        "txt": caption,
    }
    return [(f"{clip_id(number)}.{name}", data) for name, data in files.items()]


def manifest_row(number: int, shape: Shape) -> dict[str, Any]:
    """The row of a clip but for where it lies."""
    return tables.manifest_row(meta_of(number, shape), number)


def write_shards(
    root: Path, samples: Iterable[tuple[dict[str, Any], list[tuple[str, bytes]]]], per_shard: int
) -> tuple[list[dict[str, Any]], list[ShardInfo]]:
    """Pack samples, each the manifest's row and the files, into shards of `per_shard`; the rows with where they lie, and the shards."""
    (root / "shards").mkdir(parents=True)
    rows: list[dict[str, Any]] = []
    shards = []
    coming = iter(samples)
    while held := list(islice(coming, per_shard)):
        name, first = f"shards/train-{len(shards):06d}.tar", len(rows)
        with (root / name).open("wb") as file:
            for row, files in held:
                data, members = fragment(files)
                at = file.tell()
                places = [place("main", name, at, member) for member in members]
                rows.append({**row, "shard": name, "shard_offset": at, "shard_bytes": len(data), "members": places})
                file.write(data)
            file.write(end_of_archive(file.tell()))
        digest, size = sha256_file(root / name)
        span = {"first_row": first, "last_row": len(rows), "clips": len(held)}
        shards.append(ShardInfo(path=name, stream="main", split="train", **span, bytes=size, sha256=digest))
    return rows, shards


def make_dataset(root: Path, shape: Shape) -> Path:
    """Write a dataset that `open_dataset` reads; what only `validate` needs is not there."""
    samples = ((manifest_row(number, shape), members_of(number, shape)) for number in range(shape.clips))
    rows, shards = write_shards(root, samples, shape.clips_per_shard)
    tables.write_rows(root / "manifest.parquet", rows, tables.MANIFEST)
    write_info(root, shape.clips, shards)
    return root


def write_info(root: Path, clips: int, shards: Sequence[ShardInfo]) -> None:
    counts = Counts(
        candidates=clips, planned=clips, kept=clips, rejected=0, rejected_by_reason={}, candidates_rejected_by_reason={}, absences=clips
    )
    info = DatasetInfo(
        name="synthetic",
        recipe=Recipe(name="synthetic", clips=clips),
        engine_name="embedded",
        engine_build="synthetic",
        hmworld_version="0",
        streams=["main"],
        counts=counts,
        forecast=ForecastScore(rendered_absences=0, forecast=0, within_one_frame=0),
        sources=[],
        shards=list(shards),
        files=[],
    )
    (root / "dataset.json").write_bytes(info.canonical())
