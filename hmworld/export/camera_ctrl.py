"""The layout of RealEstate10K as CameraCtrl reads it: a text file of poses and lenses a clip, and a list of clips."""

from collections.abc import Sequence

from hmworld.dataset import Clip
from hmworld.export.base import Exporter, Options, Target
from hmworld.export.matrices import world_to_camera


def pose_lines(clip: Clip) -> str:
    """A line for the source; then a frame a line: time in us, fx/W fy/H cx/W cy/H, 0 0, the 3x4 of T_camera_world row by row."""
    arrays, width, height = clip.arrays, clip.row["width"], clip.row["height"]
    lines = [f"hmworld:{clip.clip_id}"]
    for time, lens, pose in zip(arrays["time_s"], arrays["K"], world_to_camera(arrays["T_world_camera"]), strict=True):
        numbers = [lens[0, 0] / width, lens[1, 1] / height, lens[0, 2] / width, lens[1, 2] / height, 0, 0, *pose[:3].ravel().tolist()]
        lines.append(" ".join([str(round(float(time) * 1e6)), *(repr(float(number)) if number else "0" for number in numbers)]))
    return "\n".join(lines) + "\n"


def export(clips: Sequence[Clip], target: Target, options: Options) -> None:
    """`videos/`, `pose_files/` and `annotations/<split>.json`; all paths are relative to the export."""
    lists: dict[str, list[dict[str, str]]] = {}
    for clip in target.each(clips):
        key = clip.clip_id
        target.member(clip, "mp4", f"videos/{key}.mp4")
        target.write(f"pose_files/{key}.txt", pose_lines(clip))
        entry = {"clip_path": f"videos/{key}.mp4", "clip_name": key, "pose_file": f"pose_files/{key}.txt", "caption": clip.row["caption"]}
        lists.setdefault(clip.row["split"], []).append(entry)
    for split, entries in lists.items():
        target.json(f"annotations/{split}.json", entries)


EXPORTER = Exporter("camera-ctrl", "pose_files/<clip>.txt, videos/<clip>.mp4; annotations/<split>.json", export)
