"""What every exporter shares: where its files go, what it is asked for, and how media that another export holds are linked."""

import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from hmworld.dataset import Clip
from hmworld.dataset.lock import exclusive
from hmworld.dataset.store import storage_errors
from hmworld.errors import DatasetError, UsageError
from hmworld.model.recipe import EncoderSettings

INDEX = "hmworld-export.json"
"""In the root of every export: what it is of, and its media by what they hold."""

Images = Literal["png", "jpg"]


@dataclass(frozen=True)
class Options:
    """What a caller may ask for besides the format."""

    images: Images = "png"
    """How single pictures are stored, where the layout leaves it open."""
    any_length: bool = False
    """Write clips that are shorter than the layout's own readers ask for, too."""


@dataclass
class Target:
    """The folder that an export is written into: every file goes through it, and nothing leaves it.

    A medium has a key that says what it holds; where an earlier export of the same dataset has a file with that key, it is hard-linked.
    """

    root: Path
    known: Mapping[str, Path] = field(default_factory=dict)
    """Media of earlier exports, by key."""
    note: Callable[[int, int], None] = lambda done, total: None
    encoder: EncoderSettings = field(default_factory=EncoderSettings)
    """What the dataset's videos are encoded with."""
    media: dict[str, str] = field(default_factory=dict)
    """Key of every medium -> its name below the root."""
    notes: dict[str, Any] = field(default_factory=dict)
    """What the index is to say of this export besides, for example the version of a convention."""
    files: int = 0
    written_bytes: int = 0
    linked_files: int = 0
    linked_bytes: int = 0

    def path(self, name: str) -> Path:
        """Path of a file below the root, its folder made; ValueError for a name that leaves the root."""
        parts = PurePosixPath(name).parts
        if not parts or name.startswith("/") or ".." in parts:
            raise ValueError(f"a file of an export stays in its folder, got {name!r}")
        path = self.root.joinpath(*parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def write(self, name: str, data: bytes | str) -> None:
        """Write a small file."""
        self.write_parts(name, [data.encode() if isinstance(data, str) else data])

    def write_parts(self, name: str, parts: Iterable[bytes]) -> None:
        """Write a file of parts that come one after the other."""
        path = self.path(name)
        with storage_errors(path), path.open("wb") as file:
            for part in parts:
                self.written_bytes += file.write(part)
        self.files += 1

    def json(self, name: str, document: Any) -> None:
        """Write a JSON file; numbers are written so that the same bits are read back."""
        self.write(name, json.dumps(document, allow_nan=False, ensure_ascii=False) + "\n")

    def medium(self, key: str, name: str, make: Callable[[Path], None]) -> None:
        """A file that is large or slow to make: linked if another export has it, made by `make(path)` if not."""
        if self.link(key, name):
            return
        path = self.path(name)
        with storage_errors(path):
            make(path)
        self.files += 1
        self.written_bytes += path.stat().st_size
        self.media[key] = name

    def link(self, key: str, name: str) -> bool:
        """Hard-link a medium that another export holds; False where none does, or the disk cannot."""
        source = self.known.get(key)
        if source is None:
            return False
        path = self.path(name)
        try:
            os.link(source, path)
        except OSError:
            # Another disk, a file system without hard links, or an export that was removed meanwhile: written as if it were not there.
            return False
        self.linked_files += 1
        self.linked_bytes += path.stat().st_size
        self.media[key] = name
        return True

    def member(self, clip: Clip, member: str, name: str) -> None:
        """A member of the clip's sample, byte for byte."""
        self.medium(f"{clip.clip_id}/{member}", name, lambda path: _written(path, clip.member(member)))

    def each(self, clips: Sequence[Clip]) -> Iterator[Clip]:
        """The clips, one by one, with progress noted; nothing that was read of one is kept when the next comes."""
        for number, clip in enumerate(clips):
            self.note(number, len(clips))
            yield clip
            forget(clip)
        self.note(len(clips), len(clips))


def forget(clip: Clip) -> None:
    """Let go of what was read of a clip, so that an export of many does not hold them all; it is read anew when it is asked for again."""
    for name in ("meta", "spec", "arrays"):
        clip.__dict__.pop(name, None)


def _written(path: Path, data: bytes) -> None:
    path.write_bytes(data)


@dataclass(frozen=True)
class Exporter:
    """One layout."""

    name: str
    what: str
    """What it writes, in a line."""
    export: Callable[[Sequence[Clip], Target, Options], None]
    unfit: Callable[[Clip, Options], str] = lambda clip, options: ""
    """Why a clip cannot be written in this layout; "" if it can. Asked of every clip before anything is written."""


def needs_members(clip: Clip, *names: str) -> str:
    """Which members of these the clip lacks, as a reason; "" if it has them all."""
    there = {member["name"] for member in clip.row["members"]}
    lacking = [name for name in names if name not in there]
    return f"it has no {', '.join(lacking)}" if lacking else ""


def needs_frames(clip: Clip, least: int, options: Options, who: str) -> str:
    """Why a clip is too short for a reader that asks for `least` frames; "" if it is not, or any length will do."""
    if options.any_length or clip.row["frames"] >= least:
        return ""
    return f"it has {clip.row['frames']} frames, {who} {least}; pass --any-length to write it as it is"


def known_media(beside: Path, dataset_sha256: str) -> dict[str, Path]:
    """Media of the exports of one dataset that lie in a folder, by key."""
    found: dict[str, Path] = {}
    for index in sorted(beside.glob(f"*/{INDEX}")):
        try:
            document = json.loads(index.read_bytes())
            media = dict(document["media"]) if document["dataset_sha256"] == dataset_sha256 else {}
        except (OSError, ValueError, KeyError, TypeError):
            continue  # not an export of ours
        for key, name in media.items():
            if (index.parent / name).is_file():
                found.setdefault(key, index.parent / name)
    return found


@contextmanager
def staged(out: Path) -> Iterator[Path]:
    """A new folder beside `out` in which to write; it becomes `out` when the block ends well, and is removed when it does not.

    UsageError at once if it could not become `out`, or if another run is writing there.
    """
    if out.is_symlink():
        raise UsageError(f"{out}: is a link, which would be replaced; give --out the folder that it points to, or remove it")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"{out}: is there already and not an empty folder; choose another --out, or remove it")
    place = out.resolve()
    room = place.with_name(f".{place.name}.part")
    with exclusive(room, place):
        if out.exists():
            try:
                out.rmdir()
            except OSError as error:
                raise UsageError(f"{out}: cannot be replaced: {error.strerror}; choose a new folder, for example one in it") from error
        folder = room / "new"
        with storage_errors(folder):
            if folder.exists():
                shutil.rmtree(folder)  # left by a run that was killed
            folder.mkdir(parents=True)
        try:
            yield folder
            with storage_errors(out):
                folder.rename(out)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    with suppress(OSError):
        room.rmdir()  # where a run that was killed had made it


def checked(exporter: Exporter, clips: Sequence[Clip], options: Options) -> None:
    """DatasetError naming the clips that do not fit the layout, and why."""
    reasons = []
    for clip in clips:
        if reason := exporter.unfit(clip, options):
            reasons.append((clip.clip_id, reason))
        forget(clip)
    if reasons:
        shown = "; ".join(f"clip {clip}: {reason}" for clip, reason in reasons[:3])
        rest = f"; and {len(reasons) - 3} more" if len(reasons) > 3 else ""
        raise DatasetError(f"{exporter.name}: {len(reasons)} of {len(clips)} clips do not fit this layout: {shown}{rest}")
