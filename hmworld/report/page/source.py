"""Members of clips of a dataset that may be a stranger's: only files inside its folder are read."""

from pathlib import Path

from hmworld.dataset import Clip
from hmworld.errors import DatasetError


def inside(root: Path, clip: Clip) -> None:
    """DatasetError where a member of the clip lies in a file that is not inside the dataset's folder."""
    home = root.resolve()
    for shard in {str(member["shard"]) for member in clip.row["members"]}:
        if not (home / shard).resolve().is_relative_to(home):
            raise DatasetError(f"clip {clip.clip_id}: its shard {shard!r} lies outside the dataset's folder, and is not read")
