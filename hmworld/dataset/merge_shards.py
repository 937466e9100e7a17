"""Shards of several datasets under the names of one: copied byte for byte, or without the clips that another input gives."""

import errno
import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from hmworld.dataset.merge_inputs import Input, Taken, damaged, groups
from hmworld.dataset.shards import MAIN, shard_name
from hmworld.dataset.store import LocalStore, sha256_file, storage_errors
from hmworld.dataset.tar import end_of_archive, fragment, read_member
from hmworld.errors import DatasetError
from hmworld.model.dataset import FileInfo, ShardInfo

_CHUNK = 1 << 20
_CANNOT_LINK = (errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP)


@dataclass(frozen=True)
class Placed:
    """Where a clip lies in a shard that was written anew."""

    start: int
    bytes: int
    offsets: dict[str, int]
    """Of the data of each member, by its name without the clip's."""


@dataclass
class Merged:
    """The shards of a merged dataset, and what became of those of its inputs."""

    shards: list[ShardInfo] = field(default_factory=list)
    names: list[dict[str, str]] = field(default_factory=list)
    """For each input: old path -> new path."""
    placed: dict[tuple[str, str], Placed] = field(default_factory=dict)
    """(clip_id, stream) of shards that were written anew; the clips of the others lie where they did."""


def merge_shards(inputs: Sequence[Input], taken: Sequence[Taken], store: LocalStore, link: bool, done: Callable[[], None]) -> Merged:
    """Publish the shards of all inputs, numbered anew in each split; `done` is called after each shard of an input.

    DatasetError when a shard is not the file that its dataset.json names.
    """
    merged, numbers = Merged(), dict[str, int]()
    for one, take in zip(inputs, taken, strict=True):
        names: dict[str, str] = {}
        rows_of = _rows_by_shard(one)
        for group in groups(one):
            held = rows_of.get(group[0].path, [])
            if len(held) != group[0].clips:
                raise DatasetError(
                    f"{one.root / group[0].path}: dataset.json says {group[0].clips} clips, the manifest has {len(held)}; see "
                    f"`hmworld validate {one.root}`"
                )
            clips = one.manifest.column("clip_id").take(held).to_pylist()
            kept = [row for row, clip in zip(held, clips, strict=True) if clip in take.clips]
            if kept:
                split = group[0].split
                number = numbers[split] = numbers.get(split, -1) + 1
                for shard in group:
                    name = names[shard.path] = shard_name(split, number, shard.stream)
                    first, last = take.span(shard.first_row, shard.last_row)
                    update: dict[str, Any] = {"path": name, "first_row": first, "last_row": last}
                    if len(kept) == len(held):
                        _copy(store, one.root, shard, name, link)
                    else:
                        update |= {"clips": len(kept), **_rewrite(store, one, shard, name, kept, merged.placed)}
                    merged.shards.append(shard.model_copy(update=update))
            for _ in group:
                done()
        merged.names.append(names)
    return merged


def _rows_by_shard(one: Input) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for row, shard in enumerate(one.manifest.column("shard").to_pylist()):
        found.setdefault(shard, []).append(row)
    return found


def copy_file(store: LocalStore, root: Path, entry: FileInfo | ShardInfo, name: str) -> None:
    """Publish a file of an input under a name, byte for byte; DatasetError when its digest is not what dataset.json says."""
    store.publish_if_absent(name, _checked(root, entry))


def _copy(store: LocalStore, root: Path, shard: ShardInfo, name: str, link: bool) -> None:
    if not link or not _linked(store, root, shard, name):
        copy_file(store, root, shard, name)


def _linked(store: LocalStore, root: Path, shard: ShardInfo, name: str) -> bool:
    """Whether a shard could be hard-linked; it cannot on another disk or where links are not known."""
    for _ in _checked(root, shard):
        pass
    target = store.path(name)
    with storage_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(root / shard.path, target)
        except OSError as error:
            if error.errno in _CANNOT_LINK:
                return False
            raise
    return True


def _checked(root: Path, entry: FileInfo | ShardInfo) -> Iterator[bytes]:
    """Chunks of a file; DatasetError, after the last, when they are not what dataset.json says: what was written of them is dropped."""
    digest, path = hashlib.sha256(), root / entry.path
    try:
        file = path.open("rb")
    except OSError as error:
        raise DatasetError(f"{path}: cannot be read: {error.strerror}; see `hmworld validate {root}`") from error
    with file:
        while True:
            try:
                chunk = file.read(_CHUNK)
            except OSError as error:
                raise DatasetError(f"{path}: cannot be read: {error.strerror}; see `hmworld validate {root}`") from error
            if not chunk:
                break
            digest.update(chunk)
            yield chunk
    if digest.hexdigest() != entry.sha256:
        raise damaged(path, root)


def _rewrite(
    store: LocalStore, one: Input, shard: ShardInfo, name: str, rows: Sequence[int], placed: dict[tuple[str, str], Placed]
) -> dict[str, Any]:
    """Publish a shard with some of its clips, members byte for byte; its size and digest."""
    for _ in _checked(one.root, shard):
        pass

    def chunks() -> Iterator[bytes]:
        at = 0
        for row in one.manifest.take(np.asarray(rows)).to_pylist():
            members = sorted((m for m in row["members"] if m["stream"] == shard.stream), key=lambda m: int(m["offset"]))
            strays = [m["shard"] for m in members if m["shard"] != shard.path]
            if strays or not members:
                raise DatasetError(
                    f"{one.root}: clip {row['clip_id']} has members of stream {shard.stream} in {strays or 'no shard'}, expected "
                    f"{shard.path}; see `hmworld validate {one.root}`"
                )
            files = [(f"{row['clip_id']}.{m['name']}", read_member(one.root / shard.path, m["offset"], m["size"])) for m in members]
            data, packed = fragment(files)
            offsets = {m["name"]: at + p.offset for m, p in zip(members, packed, strict=True)}
            placed[row["clip_id"], shard.stream] = Placed(at, len(data), offsets)
            yield data
            at += len(data)
        yield end_of_archive(at)

    store.publish_if_absent(name, chunks())
    digest, size = sha256_file(store.path(name))
    return {"bytes": size, "sha256": digest}


def moved(row: dict[str, Any], names: dict[str, str], placed: dict[tuple[str, str], Placed]) -> dict[str, Any]:
    """A row of an input's manifest with the shards and byte ranges of the merged dataset."""
    members = []
    for member in row["members"]:
        place = placed.get((row["clip_id"], member["stream"]))
        at = {"offset": place.offsets[member["name"]]} if place else {}
        members.append({**member, "shard": names[member["shard"]], **at})
    main = placed.get((row["clip_id"], MAIN))
    span = {"shard_offset": main.start, "shard_bytes": main.bytes} if main else {}
    return {**row, "shard": names[row["shard"]], **span, "members": members}
