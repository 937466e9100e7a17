"""The layout of the Context-as-Memory dataset as Echo-Memory reads it: frames as PNG, poses as Unreal numbers, overlaps, captions."""

from collections.abc import Sequence
from functools import partial

import numpy as np

from hmworld.dataset import Clip
from hmworld.export.base import Exporter, Options, Target, needs_frames
from hmworld.export.multicam import csv_text
from hmworld.export.overlap import DEPTHS_M, LEAST, overlapping
from hmworld.export.pictures import write_frames

SEGMENT = 81
"""Frames of a training segment by default; segments begin every 40 frames."""


def unfit(clip: Clip, options: Options) -> str:
    """At least one segment."""
    return needs_frames(clip, SEGMENT, options, "a segment of Echo-Memory has")


def _name(key: str, frame: int) -> str:
    return f"frames/{key}/{frame:04d}"


def export(clips: Sequence[Clip], target: Target, options: Options) -> None:
    """`frames/`, `jsons/`, `overlap_labels/`, `captions.txt` and `metadata_full.csv`, a clip being what the layout calls a scene."""
    target.notes["overlap_rule"] = f"hmworld-1: depths {DEPTHS_M} m, at least {LEAST} both ways"
    captions: list[str] = []
    segments: list[tuple[str, str, str, int, int]] = []
    for clip in target.each(clips):
        key, row, arrays = clip.clip_id, clip.row, clip.arrays
        caption = " ".join(row["caption"].split())
        write_frames(clip, target, "png", partial(_name, key))
        ue = arrays["ue_camera"].tolist()
        camera = {str(t): {"position": [x, y, z], "rotation": [roll, pitch, yaw]} for t, (x, y, z, pitch, yaw, roll) in enumerate(ue)}
        target.json(f"jsons/{key}.json", {"CineCameraActor": camera})
        pairs = overlapping(arrays["T_world_camera"], arrays["K"], row["width"], row["height"])
        for t, others in enumerate(pairs):
            # As strings: Echo-Memory asks each whether it is made of digits.
            target.json(f"overlap_labels/{key}/{t}.json", {"overlapping_frames": [str(other) for other in np.flatnonzero(others)]})
        captions.append(f"{key}/0_{row['frames'] - 1}.mp4\t{caption}\n")
        for first in range(0, row["frames"] - SEGMENT + 1, SEGMENT // 2):
            pictures = "|".join(f"{key}/{t:04d}.png" for t in range(first, first + SEGMENT))
            segments.append((f"frames/{pictures}", caption, key, first, first + SEGMENT - 1))
    target.write("captions.txt", "".join(captions))
    target.write("metadata_full.csv", csv_text(("video", "prompt", "video_name", "start_frame", "end_frame"), segments))


EXPORTER = Exporter(
    "context-as-memory",
    "frames/<clip>/0000.png, jsons/<clip>.json, overlap_labels/<clip>/0.json; captions.txt, metadata_full.csv",
    export,
    unfit,
)
