"""Clips of a dataset that may be a stranger's: only files inside its folder are read, and only numbers that make sense are worked with."""

from pathlib import Path

from hmworld.dataset import Clip
from hmworld.errors import DatasetError


def inside(root: Path, clip: Clip) -> None:
    """DatasetError where a member of the clip lies in a file that is not inside the dataset's folder."""
    home = root.resolve()
    for shard in {str(member["shard"]) for member in clip.row["members"]}:
        if not (home / shard).resolve().is_relative_to(home):
            raise DatasetError(f"clip {clip.clip_id}: its shard {shard!r} lies outside the dataset's folder, and is not read")


def left_beside(root: Path, name: str) -> str:
    """What another command left as `report/NAME` in the dataset's folder; "" for nothing, and for a link or a file that lies outside."""
    path = root / "report" / name
    if path.is_symlink() or not path.is_file() or not path.resolve().is_relative_to(root.resolve()):
        return ""
    return path.read_bytes().decode("utf-8", "replace")


def has_spec(clip: Clip) -> bool:
    """Whether the clip has a specification; one that was taken over from another project's layout has none."""
    return clip.meta.spec != ""


def has_masks(clip: Clip) -> bool:
    """Whether masks are to be read; only a clip without a specification may come without them."""
    return has_spec(clip) or "mask.mkv" in clip.member_names


def check_numbers(clip: Clip) -> None:
    """DatasetError where size, rate, subjects or frames of the clip's json cannot be drawn."""
    meta = clip.meta
    render, frames = meta.render, meta.render.frames
    if min(render.width, render.height, render.fps, frames) < 1:
        raise DatasetError(f"clip {clip.clip_id}: json: render: expected numbers of 1 and more, got {render.model_dump()}")
    for event in meta.events:
        absent = event.kind == "absence"
        sound = event.subject <= len(meta.subjects) and -1 <= event.exit_frame <= frames and -1 <= event.return_frame <= frames
        sound &= (0 if absent else -1) <= event.last_visible_frame < frames and -1 <= event.entry_frame < frames
        if not sound or (absent and not event.last_visible_frame < event.entry_frame):
            raise DatasetError(
                f"clip {clip.clip_id}: json: an event of subject {event.subject} at frame {event.last_visible_frame} is not one of its "
                f"{len(meta.subjects)} subjects and {frames} frames; see `hmworld validate`"
            )
