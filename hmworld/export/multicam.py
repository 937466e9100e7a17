"""The layout of MultiCamVideo, which ReCamMaster trains from: scenes with one or more cameras, matrices as strings of columns."""

import csv
import hashlib
import io
import json
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hmworld.dataset import Clip
from hmworld.export.base import Exporter, Options, Target, needs_frames
from hmworld.export.matrices import matrix_string, unreal_matrices

FRAMES = 81
"""What ReCamMaster's reader asks for; it reads the first so many."""
SENSOR_MM = 23.76
"""Width of MultiCamVideo's sensor: the focal length in a folder's name is for it."""


def unfit(clip: Clip, options: Options) -> str:
    """At least 81 frames."""
    return needs_frames(clip, FRAMES, options, "ReCamMaster's reader asks for")


def same_happening(clip: Clip) -> str:
    """Equal for clips that show the same motion of the same subjects in the same place and light, whatever their cameras."""
    if not clip.meta.spec:
        return clip.clip_id
    spec = json.loads(clip.meta.spec)
    happening = {name: spec[name] for name in ("scene", "look", "subjects", "render")}
    return hashlib.sha256(json.dumps(happening, sort_keys=True).encode()).hexdigest()


def folder_of(clip: Clip) -> str:
    """`f35_aperture0`: the focal length in mm on MultiCamVideo's sensor; 0 for a pinhole, which has no blur."""
    focal = SENSOR_MM / (2.0 * math.tan(math.radians(clip.meta.camera.hfov_deg) / 2.0))
    return f"f{focal:.4g}_aperture0"


def export(clips: Sequence[Clip], target: Target, options: Options) -> None:
    """`<split>/f<mm>_aperture0/scene<N>/`, with clips of one happening as cameras of one scene; a metadata file a split."""
    scenes: dict[tuple[str, str, str], int] = {}
    cameras: dict[tuple[str, int], dict[str, NDArray[np.float64]]] = {}
    texts: dict[str, list[tuple[str, str]]] = {}
    for clip in target.each(clips):
        split, folder = clip.row["split"], folder_of(clip)
        number = scenes.setdefault((split, folder, same_happening(clip)), len(scenes) + 1)
        where = (f"{split}/{folder}", number)
        there = cameras.setdefault(where, {})
        name = f"cam{len(there) + 1:02d}"
        scene = f"{folder}/scene{number}"
        target.member(clip, "mp4", f"{split}/{scene}/videos/{name}.mp4")
        there[name] = clip.arrays["ue_camera"].copy()  # not with the buffer of all arrays
        texts.setdefault(split, []).append((f"{scene}/videos/{name}.mp4", clip.row["caption"]))
    for (folder, number), poses in cameras.items():
        frames: dict[str, dict[str, str]] = {}
        for name, ue in poses.items():
            for frame, matrix in enumerate(unreal_matrices(ue)):
                frames.setdefault(f"frame{frame}", {})[name] = matrix_string(matrix)
        target.json(f"{folder}/scene{number}/cameras/camera_extrinsics.json", frames)
    for split, rows in texts.items():
        # The reader puts `train/` before every name of metadata.csv.
        target.write("metadata.csv" if split == "train" else f"metadata_{split}.csv", csv_text(("file_name", "text"), rows))


def csv_text(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """A CSV file with a header line."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return buffer.getvalue()


EXPORTER = Exporter("multicam", "videos/camNN.mp4 and cameras/camera_extrinsics.json a scene; metadata.csv", export, unfit)
