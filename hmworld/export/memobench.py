"""The layout of MemoBench's synthetic clips: frames, depth, poses, lenses, and a workbook of when the subject leaves and comes back."""

import io
from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from hmworld.dataset import Clip
from hmworld.export.base import Exporter, Options, Target, needs_members
from hmworld.export.multicam import csv_text
from hmworld.export.pictures import write_depths_256, write_frames
from hmworld.export.xlsx import workbook
from hmworld.model.event import Event

ROOT = "data/Synthetic_processed"


def main_absence(clip: Clip) -> Event | None:
    """The longest absence of the clip: the layout has room for one."""
    absences = [event for event in clip.meta.events if event.kind == "absence"]
    return max(absences, key=lambda event: event.gap_frames, default=None)


def unfit(clip: Clip, options: Options) -> str:
    """Something must leave and come back."""
    return "nothing in it leaves and comes back" if main_absence(clip) is None else needs_members(clip, "mp4")


def scene_name(scene: str) -> str:
    """`forest_road` as `ForestRoad`: MemoBench takes what ends in an underscore and digits for a clip."""
    return "".join(part.capitalize() for part in scene.split("_"))


def _name(folder: str, frame: int) -> str:
    return f"{folder}/{frame:05d}"


def _bytes(array: NDArray[np.float64]) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def export(clips: Sequence[Clip], target: Target, options: Options) -> None:
    """`data/Synthetic_processed/<Scene>/<Scene>_<NNN>/`, `Synthetic_ExitReenter.xlsx` and `data/sam3_metadata/synthetic_metadata.csv`."""
    counts: dict[str, int] = {}
    sheet: list[list[str | int]] = [["video_folder", "exits", "re-enter", "prompt", "clip_id"]]
    subjects: list[tuple[str, int, str, str, str]] = []
    for clip in target.each(clips):
        event = main_absence(clip)
        if event is None:
            continue  # `unfit` has refused it
        scene = scene_name(clip.row["scene"])
        number = counts[scene] = counts.get(scene, 0) + 1
        name = f"{scene}_{number:03d}"
        folder = f"{ROOT}/{scene}/{name}"
        write_frames(clip, target, options.images, partial(_name, f"{folder}/RGB{number}"))
        if not needs_members(clip, "depth.mkv"):
            write_depths_256(clip, target, partial(_name, f"{folder}/Depth{number}"))
        k = clip.arrays["K"]
        target.write(f"{folder}/{number}/poses.npy", _bytes(clip.arrays["T_world_camera"]))
        target.write(f"{folder}/{number}/intrinsics.npy", _bytes(np.stack([k[:, 0, 0], k[:, 1, 1], k[:, 0, 2], k[:, 1, 2]], 1)))
        caption, noun = clip.row["caption"], clip.meta.subjects[event.subject - 1].noun
        sheet.append([name, event.exit_frame, event.entry_frame, caption, clip.clip_id])
        first = f"{folder}/RGB{number}/00000.{options.images}"
        subjects.append((scene, number, noun.removeprefix("a ").removeprefix("an "), first, caption))
    target.write(f"{ROOT}/Synthetic_ExitReenter.xlsx", workbook(sheet))
    target.write("data/sam3_metadata/synthetic_metadata.csv", csv_text(("scene", "video_id", "subject", "exr_path", "prompt"), subjects))


EXPORTER = Exporter(
    "memobench", "RGBn/, Depthn/, n/poses.npy, n/intrinsics.npy a clip; Synthetic_ExitReenter.xlsx, sam3_metadata", export, unfit
)
