"""The layout that HY-WorldPlay's trainer reads: a list of clips, and a JSON of w2c matrices and lenses a clip; latents are its to make."""

from collections.abc import Sequence
from typing import Any

from hmworld.dataset import Clip
from hmworld.export.base import Exporter, Options, Target
from hmworld.export.matrices import world_to_camera


def poses(clip: Clip) -> dict[str, Any]:
    """Frame -> `w2c` (4x4, OpenCV axes, m) and `intrinsic` (3x3, pixels), in order: the trainer takes every fourth key as they stand."""
    arrays = clip.arrays
    matrices = world_to_camera(arrays["T_world_camera"])
    return {str(t): {"w2c": matrices[t].tolist(), "intrinsic": arrays["K"][t].tolist()} for t in range(len(matrices))}


def export(clips: Sequence[Clip], target: Target, options: Options) -> None:
    """`videos/`, `poses/` and `<split>.json`; paths are relative to the export, and `latents/<clip>.pt` is where latents are expected."""
    lists: dict[str, list[dict[str, str]]] = {}
    for clip in target.each(clips):
        key = clip.clip_id
        target.member(clip, "mp4", f"videos/{key}.mp4")
        target.json(f"poses/{key}.json", poses(clip))
        entry = {"latent_path": f"latents/{key}.pt", "pose_path": f"poses/{key}.json", "video_path": f"videos/{key}.mp4"}
        lists.setdefault(clip.row["split"], []).append({**entry, "caption": clip.row["caption"]})
    for split, entries in lists.items():
        target.json(f"{split}.json", entries)


EXPORTER = Exporter("worldplay", "poses/<clip>.json, videos/<clip>.mp4; <split>.json", export)
