"""Shards from staged clips: shard k of a split is a fixed range of plan rows in plan order, whoever rendered them and when."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

from hmworld.dataset.staging import ClipResult
from hmworld.dataset.store import LocalStore, sha256_file
from hmworld.dataset.tar import Member, end_of_archive
from hmworld.errors import DatasetError
from hmworld.model.dataset import ShardInfo

MAIN = "main"


def shard_name(split: str, number: int, stream: str) -> str:
    """Relative path of a shard."""
    folder = "shards" if stream == MAIN else stream
    return f"{folder}/{split}-{number:06d}.tar"


def publish_shard(store: LocalStore, split: str, number: int, stream: str, rows: range, kept: Sequence[ClipResult]) -> ShardInfo | None:
    """Publish the shard of a stream from its kept clips, in plan order; None when there are none.

    DatasetError when a staged fragment is missing or not what its record says.
    """
    fragments = [next(f for f in clip.fragments if f.stream == stream) for clip in kept]
    if not fragments:
        return None
    name = shard_name(split, number, stream)
    length = sum(f.bytes for f in fragments)

    def chunks() -> Iterator[bytes]:
        for fragment in fragments:
            data = store.read(fragment.path) if store.exists(fragment.path) else b""
            if hashlib.sha256(data).hexdigest() != fragment.sha256:
                raise DatasetError(f"{fragment.path}: staged clip is missing or damaged; run the same command again to render it anew")
            yield data
        yield end_of_archive(length)

    expected = hashlib.sha256()
    for chunk in chunks():
        expected.update(chunk)
    if store.exists(name) and sha256_file(store.path(name))[0] != expected.hexdigest():
        store.remove(name)  # left by a run that was killed, on other settings or damaged since; nothing names it yet
    store.publish_if_absent(name, chunks())
    digest, size = sha256_file(store.path(name))
    if digest != expected.hexdigest():
        raise DatasetError(f"{name}: was not written as it should be; the disk or another run of the same folder is at fault")
    return ShardInfo(
        path=name, stream=stream, split=split, first_row=rows.start, last_row=rows.stop, clips=len(kept), bytes=size, sha256=digest
    )


def place(stream: str, shard: str, start: int, member: Member) -> dict[str, Any]:
    """A member as the manifest has it, of a fragment that begins at `start` of a shard."""
    return {
        "stream": stream,
        "name": member.name.split(".", 1)[1],
        "shard": shard,
        "offset": start + member.offset,
        "size": member.size,
        "xxh3": member.xxh3,
    }


def manifest_rows(kept: Sequence[ClipResult], split: str, number: int, streams: Sequence[str]) -> list[dict[str, Any]]:
    """Rows of the manifest for the clips of one shard range, with the byte range of every member."""
    rows = []
    at = dict.fromkeys(streams, 0)
    for clip in kept:
        members: list[dict[str, Any]] = []
        for stream in streams:
            fragment = next(f for f in clip.fragments if f.stream == stream)
            shard = shard_name(split, number, stream)
            members += [place(stream, shard, at[stream], Member(m.name, m.offset, m.size, m.xxh3)) for m in fragment.members]
        main = next(f for f in clip.fragments if f.stream == MAIN)
        rows.append(
            {
                **clip.manifest,
                "shard": shard_name(split, number, MAIN),
                "shard_offset": at[MAIN],
                "shard_bytes": main.bytes,
                "members": members,
            }
        )
        for stream in streams:
            at[stream] += next(f for f in clip.fragments if f.stream == stream).bytes
    return rows
