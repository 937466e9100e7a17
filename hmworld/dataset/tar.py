"""USTAR members as bytes: equal content gives equal bytes. A sample is a fragment, members without an end; a shard is fragments and an end.

Headers hold mode 0644, no user, group or time, so that a tar is a function of its members alone.
"""

import tarfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import xxhash

from hmworld.errors import DatasetError

_BLOCK = tarfile.BLOCKSIZE


@dataclass(frozen=True)
class Member:
    """A file inside a fragment or shard: where its data begins, how long it is, and its digest."""

    name: str
    offset: int
    size: int
    xxh3: str
    """XXH3, 64 bit, of its data: 16 hex digits."""


def fragment(files: Iterable[tuple[str, bytes]]) -> tuple[bytes, list[Member]]:
    """The bytes of the members, each padded to whole blocks, and where their data lies."""
    parts: list[bytes] = []
    members: list[Member] = []
    at = 0
    for name, data in files:
        info = tarfile.TarInfo(name)
        info.size, info.mode = len(data), 0o644
        header = info.tobuf(tarfile.USTAR_FORMAT)
        padding = -len(data) % _BLOCK
        members.append(Member(name, at + len(header), len(data), digest(data)))
        parts += [header, data, bytes(padding)]
        at += len(header) + len(data) + padding
    return b"".join(parts), members


def digest(data: bytes | memoryview) -> str:
    """XXH3, 64 bit, seed 0, in its canonical form: 16 hex digits."""
    return xxhash.xxh3_64_hexdigest(data)


def end_of_archive(length: int) -> bytes:
    """What closes a tar of `length` bytes: two zero blocks, padded to a whole record."""
    tail = 2 * _BLOCK
    return bytes(tail + -(length + tail) % tarfile.RECORDSIZE)


def read_member(path: Path, offset: int, size: int) -> bytes:
    """Data of a member by its byte range; DatasetError if the shard is missing or too short."""
    try:
        with path.open("rb") as file:
            return read_range(file, offset, size, str(path))
    except OSError as error:
        raise DatasetError(f"{path}: shard cannot be read: {error.strerror}") from error


def read_range(file: BinaryIO, offset: int, size: int, where: str) -> bytes:
    """`size` bytes at `offset`; DatasetError when the file ends before."""
    file.seek(offset)
    data = file.read(size)
    if len(data) != size:
        raise DatasetError(f"{where}: ends after {offset + len(data)} bytes, expected {offset + size}; the shard is truncated")
    return data
