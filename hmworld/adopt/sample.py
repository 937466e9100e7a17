"""A sample of HM-World as one of ours: its members, and what stands in its place where nobody can know it."""

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from hmworld.adopt.hm_world import HALVES, Source, camera_matrices, character_matrices, document, transitions
from hmworld.choreography import find_events
from hmworld.dataset.clipfiles import Arrays, pack_arrays
from hmworld.dataset.encode import FrameWriter
from hmworld.errors import DatasetError
from hmworld.export.cut import join
from hmworld.export.matrices import unreal_matrices, unreal_poses
from hmworld.export.red_masks import MASK_CONVENTION, read_red_masks
from hmworld.geometry import T_world_camera_from_ue, T_world_subject_from_ue, intrinsics, quantise_ue
from hmworld.model.event import Event, State
from hmworld.model.recipe import EncoderSettings
from hmworld.model.sample import (
    CameraRecord,
    CaptionRecord,
    EngineRecord,
    QualityRecord,
    RenderRecord,
    SampleJson,
    SceneStage,
    SubjectRecord,
)

UNKNOWN = "unknown"
MERGED = "all_subjects"
"""Name of the one subject that stands for all where masks do not tell them apart."""
MIN_VISIBLE_FRACTION = 5e-4


@dataclass(frozen=True)
class Task:
    """What has to be known of one sample to make it."""

    source: Source
    clip_id: str
    caption: str
    mask_convention: str


@dataclass(frozen=True)
class Made:
    """A sample of ours, ready to be published."""

    meta: SampleJson
    files: list[tuple[str, bytes]]
    """Members of the tar, in order."""
    copied: bool
    """Whether its video is a copy, not encoded anew."""


@dataclass(frozen=True)
class _Video:
    width: int
    height: int
    fps: int
    lengths: dict[str, int]

    @property
    def frames(self) -> int:
        return sum(self.lengths.values())

    @property
    def context(self) -> int:
        return self.lengths.get("cond", 0)


def make_sample(task: Task, split: str, hfov_deg: float, work: Path) -> Made:
    """A sample of ours of one of HM-World's; `work` is a folder for videos while they are made. DatasetError names what cannot be read."""
    settings = EncoderSettings()
    source, clip_id, caption = task.source, task.clip_id, task.caption
    if missing := source.missing():
        raise DatasetError(missing)
    video = _look(source)
    mp4 = work / "clip.mp4"
    copied = _join(source, video, mp4, settings)
    shaded = task.mask_convention == MASK_CONVENTION
    names, inside, apart = _subjects(source, video, shaded)
    arrays = _arrays(source, video, len(names), apart, hfov_deg)
    files: list[tuple[str, bytes]] = [(f"{clip_id}.mp4", mp4.read_bytes())]
    if names:
        masks = work / "clip.mask.mkv"
        _count(source, video, apart, arrays, masks, settings)
        files.append((f"{clip_id}.mask.mkv", masks.read_bytes()))
    least = max(1, round(video.width * video.height * MIN_VISIBLE_FRACTION))
    arrays["state"] = _states(arrays["visible_px"], inside, least)
    events = [e for k, states in enumerate(arrays["state"]) for e in find_events(states, k + 1, video.context)]
    render = RenderRecord(
        width=video.width, height=video.height, fps=video.fps, frames=video.frames, context_frames=video.context, min_visible_px=least
    )
    meta = _document(clip_id, split, names, render, events, caption, hfov_deg, arrays)
    kept = {"name": source.name, "hfov_deg_assumed": hfov_deg, "masks": task.mask_convention if names else "none"}
    for key, path in (("camera", source.camera), ("character", source.character), ("check", source.check)):
        # As text: keys of a sample never vary, and these have keys by frame, actor and character.
        kept[key] = json.dumps(document(path), separators=(",", ":")) if path is not None else ""
    files = [
        (f"{clip_id}.json", meta.typed_json()),
        *files,
        (f"{clip_id}.npz", pack_arrays(arrays)),
        (f"{clip_id}.txt", caption.encode()),
        (f"{clip_id}.hm-world.json", json.dumps(kept, sort_keys=True, separators=(",", ":")).encode()),
    ]
    return Made(meta, files, copied)


def clip_ids(names: list[str]) -> dict[str, str]:
    """A clip id for the name of each sample: the name itself where it is safe as a key, and then unique."""
    found: dict[str, str] = {}
    used: set[str] = set()
    for name in names:
        key = re.sub(r"[^A-Za-z0-9_-]", "_", name)
        if key != name or key in used:
            key += "_" + hashlib.sha256(name.encode()).hexdigest()[:8]
        found[name] = key
        used.add(key)
    return found


def _look(source: Source) -> _Video:
    shapes, lengths = set(), {}
    for half in (half for half in HALVES if half in source.videos):
        path = source.videos[half]
        try:
            with av.open(str(path), "r") as container:
                stream = container.streams.video[0]
                lengths[half] = sum(1 for packet in container.demux(stream) if packet.size)
                shapes.add((stream.codec_context.width, stream.codec_context.height, round(float(stream.average_rate or 0))))
        except (OSError, IndexError, av.FFmpegError) as error:
            raise DatasetError(f"{path}: cannot be read as a video: {error}") from error
    if len(shapes) != 1:
        raise DatasetError(f"{source.camera.parent}: halves of {source.name} differ in size or rate: {sorted(shapes)}")
    width, height, fps = shapes.pop()
    return _Video(width, height, fps, lengths)


def _join(source: Source, video: _Video, path: Path, settings: EncoderSettings) -> bool:
    """Write the halves as one video, whether as a copy; DatasetError names the half of which a frame cannot be decoded."""
    try:
        copied = join([source.videos[half].read_bytes() for half in video.lengths], path, settings)
        if _sound_frames(path) == video.frames:
            return copied
    except av.FFmpegError:
        pass  # which half it is comes below
    for half, length in video.lengths.items():
        try:
            sound = _sound_frames(source.videos[half])
        except av.FFmpegError as error:
            raise DatasetError(f"{source.videos[half]}: cannot be decoded: {error}; copy or download it anew") from error
        if sound != length:
            raise DatasetError(f"{source.videos[half]}: {sound} of its {length} frames can be decoded; copy or download it anew")
    raise DatasetError(f"{source.camera.parent}: halves of {source.name} cannot be made one video")


def _sound_frames(path: Path) -> int:
    """Frames of a video that decode without damage."""
    with av.open(str(path), "r") as container:
        container.streams.video[0].codec_context.thread_count = 1
        return sum(not frame.is_corrupt for frame in container.decode(video=0))


def _subjects(source: Source, video: _Video, shaded: bool) -> tuple[list[str], list[list[bool] | None], bool]:
    """Names of the subjects, none without masks; whether each is in the frame by check.json; whether masks tell them apart by number."""
    if any(half not in source.masks for half in video.lengths):
        return [], [], False
    checks = transitions(source.check, video.lengths) if source.check else []
    apart = shaded and bool(checks)
    if apart or len(checks) == 1:
        return [name for name, _ in checks], [inside for _, inside in checks], apart
    # Of all in one mask nobody can say where it is while it shows no pixel.
    return [MERGED], [[False] * video.frames], False


def _arrays(source: Source, video: _Video, subjects: int, apart: bool, hfov_deg: float) -> Arrays:
    """All arrays but those that masks give; NaN and -1 for what the layout does not hold.

    Only subjects that masks tell apart can have the poses of character.json: they have its numbers.
    """
    frames = video.frames
    ue = _numbers(camera_matrices(source.camera, video.lengths))
    ue_subject = np.full((subjects, frames, 6), np.nan)
    if source.character is not None and apart:
        for index, matrices in character_matrices(source.character, video.lengths).items():
            if 1 <= index <= subjects:
                ue_subject[index - 1] = _numbers(matrices)
    poses = np.where(np.isfinite(ue_subject).all(-1)[..., None, None], T_world_subject_from_ue(np.nan_to_num(ue_subject)), np.nan)
    return {
        "T_world_camera": T_world_camera_from_ue(ue),
        "K": np.tile(intrinsics(video.width, video.height, hfov_deg), (frames, 1, 1)),
        "ue_camera": ue,
        "T_world_subject": poses,
        "ue_subject": ue_subject,
        "joints_world": np.full((subjects, frames, 0, 3), np.nan, np.float32),
        "box3d_world": np.full((subjects, frames, 8, 3), np.nan, np.float32),
        "box2d": np.full((subjects, frames, 4), np.nan, np.float32),
        "visible_px": np.zeros((subjects, frames), np.int32),
        "amodal_px": np.full((subjects, frames), -1, np.int32),
        "in_frame_fraction": np.full((subjects, frames), np.nan, np.float32),
        "state": np.zeros((subjects, frames), np.uint8),
        "time_s": np.arange(frames) / video.fps,
    }


def _numbers(matrices: NDArray[np.float64]) -> NDArray[np.float64]:
    """Unreal poses (T, 6) of raw matrices; those that our own rounding gives exactly are given exactly."""
    ue = unreal_poses(matrices) + 0.0
    rounded = quantise_ue(ue)
    same = (unreal_matrices(rounded) == matrices).all((1, 2))
    return np.where(same[:, None], rounded, ue)


def _count(source: Source, video: _Video, apart: bool, arrays: Arrays, path: Path, settings: EncoderSettings) -> None:
    """Write the masks of all halves as ours, and count their pixels and boxes into the arrays."""
    subjects = len(arrays["visible_px"])
    frame = 0
    with FrameWriter(path, "mask", (video.width, video.height), video.fps, settings) as writer:
        for half, length in video.lengths.items():
            first = frame
            for mask in read_red_masks(str(source.masks[half]), apart):
                if mask.shape != (video.height, video.width) or frame >= first + length:
                    raise DatasetError(f"{source.masks[half]}: is not as large or as long as {half}.mp4")
                clipped = np.where(mask <= subjects, mask, 0).astype(np.uint8)
                writer.write(clipped)
                for k in range(subjects):
                    rows, columns = np.nonzero(clipped == k + 1)
                    arrays["visible_px"][k, frame] = len(rows)
                    if len(rows):
                        arrays["box2d"][k, frame] = columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
                frame += 1
            if frame != first + length:
                raise DatasetError(f"{source.masks[half]}: has {frame - first} frames, {half}.mp4 has {length}")


def _states(visible_px: NDArray[np.int32], inside: list[list[bool] | None], least: int) -> NDArray[np.uint8]:
    """visible by pixels; else too_small where check.json says in the frame (what hides it nobody knows); else out_of_frame.

    A subject for which check.json lists no change is in the frame throughout, if it is ever seen.
    """
    states = np.where(visible_px >= least, np.uint8(State.VISIBLE), np.uint8(State.OUT_OF_FRAME))
    for k, frames in enumerate(inside):
        seen = states[k] == State.VISIBLE
        there = np.full(len(seen), seen.any()) if frames is None else np.array(frames)
        states[k][~seen & there] = State.TOO_SMALL
    return np.asarray(states, np.uint8)


def _document(
    clip_id: str,
    split: str,
    names: list[str],
    render: RenderRecord,
    events: list[Event],
    caption: str,
    hfov_deg: float,
    arrays: Arrays,
) -> SampleJson:
    boxes: Any = arrays["box2d"]
    areas = (boxes[..., 2] - boxes[..., 0]) * (boxes[..., 3] - boxes[..., 1])
    largest = float(np.nanmax(areas)) if np.isfinite(areas).any() else 0.0
    subjects = [
        SubjectRecord(id=k, name=name, kind="", species="", noun="", height_m=-1.0, scale=-1.0, gait="", path="", joint_names=[])
        for k, name in enumerate(names, 1)
    ]
    return SampleJson(
        clip_id=clip_id,
        motion_id=clip_id,
        derived_from="",
        counterfactual="",
        split=split,
        unseen="",
        scene=UNKNOWN,
        look=UNKNOWN,
        stage=SceneStage(name=UNKNOWN, center_m=(0.0, 0.0, 0.0), radius_m=-1.0),
        subjects=subjects,
        camera=CameraRecord(
            trajectory=UNKNOWN, family=UNKNOWN, start=-1, mirrored=False, focal_length_mm=-1.0, sensor_width_mm=-1.0, hfov_deg=hfov_deg
        ),
        render=render,
        events=events,
        caption=CaptionRecord(text=caption, source="hm-world" if caption else "", version=""),
        quality=QualityRecord(
            mean_luma=-1.0, max_box_area_fraction=round(largest / (render.width * render.height), 6), forecast_state_agreement=-1.0
        ),
        engine=EngineRecord(name=UNKNOWN, build=f"HM-World layout; lens not shipped, {hfov_deg:g} degrees assumed"),
        spec="",
    )
