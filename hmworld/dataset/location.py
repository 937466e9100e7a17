"""Where a dataset lies: a local folder, or a URL that fsspec knows. Files are read whole or by byte range."""

import os
import threading
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import numpy as np
import xxhash

from hmworld.dataset.tar import digest, read_member
from hmworld.errors import DatasetError, UsageError

OPEN_FILES = 128
"""Shards held open at once."""
PIECE = 256 << 10
"""Bytes that are read and digested in turn: what was read is still in the processor's cache when it is digested."""


class Range(NamedTuple):
    """Bytes of a file: its path in the dataset, where they begin and how many they are."""

    path: str
    offset: int
    size: int


class Block(NamedTuple):
    """What was read: the bytes, and their digest where one was asked for."""

    data: memoryview
    xxh3: str


class Location:
    """A dataset's folder. Both kinds can be sent to other processes."""

    is_remote = False

    def read(self, path: str) -> bytes:
        """A whole file; DatasetError if it cannot be read."""
        raise NotImplementedError

    def read_range(self, where: Range) -> bytes:
        """So many bytes; DatasetError if the file is missing, leaves the dataset's folder, or ends before."""
        raise NotImplementedError

    def read_blocks(self, ranges: Sequence[Range], digested: Sequence[bool]) -> list[Block]:
        """Several ranges, at once where that is faster; `digested` says of which the digest is wanted."""
        raise NotImplementedError


class _File:
    """An open file, closed when nobody reads from it any more."""

    def __init__(self, path: Path) -> None:
        self.number = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0))

    def __del__(self) -> None:
        if hasattr(self, "number"):
            os.close(self.number)


class Folder(Location):
    """A folder of this machine."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._begin()

    def _begin(self) -> None:
        self._process = os.getpid()
        self._files: OrderedDict[str, _File] = OrderedDict()
        self._lock = threading.Lock()

    def __str__(self) -> str:
        return str(self.root)

    def __reduce__(self) -> tuple[type["Folder"], tuple[Path]]:
        return Folder, (self.root,)

    def read(self, path: str) -> bytes:
        """A whole file."""
        try:
            return (self.root / _inside(path, self)).read_bytes()
        except OSError as error:
            raise DatasetError(f"{self.root / path}: cannot be read: {error.strerror}") from error

    def read_range(self, where: Range) -> bytes:
        """So many bytes, in one call of the system where it has such a call."""
        if not hasattr(os, "pread"):
            return read_member(self.root / _inside(where.path, self), where.offset, where.size)
        try:
            file = self._holding(where)
            data = os.pread(file.number, where.size, where.offset)
            while len(data) < where.size and (more := os.pread(file.number, where.size - len(data), where.offset + len(data))):
                data += more  # the system reads at most 2 GiB at once
            if len(data) != where.size:
                raise _truncated(self.root / where.path, where, where.offset + len(data))
        except OSError as error:
            raise self._unreadable(where.path, error) from error
        return data

    def read_blocks(self, ranges: Sequence[Range], digested: Sequence[bool]) -> list[Block]:
        """Several ranges, one after the other; a digest is taken of each piece as it comes."""
        return [self._block(where, wanted) for where, wanted in zip(ranges, digested, strict=True)]

    def _block(self, where: Range, wants_digest: bool) -> Block:
        if not hasattr(os, "preadv"):
            data = memoryview(self.read_range(where))
            return Block(data, digest(data) if wants_digest else "")
        found, at = xxhash.xxh3_64(), 0
        try:
            file = self._holding(where)
            # Not zeroed before it is filled, as a bytearray would be.
            buffer = np.empty(where.size, np.uint8).data
            while at < where.size:
                part = buffer[at : at + PIECE] if wants_digest else buffer[at:]
                count = os.preadv(file.number, [part], where.offset + at)
                if count == 0:
                    raise _truncated(self.root / where.path, where, where.offset + at)
                if wants_digest:
                    found.update(part[:count])
                at += count
        except OSError as error:
            raise self._unreadable(where.path, error) from error
        return Block(buffer, found.hexdigest() if wants_digest else "")

    def _unreadable(self, path: str, error: OSError) -> DatasetError:
        return DatasetError(f"{self.root / path}: shard cannot be read: {error.strerror}")

    def _holding(self, where: Range) -> _File:
        """The open file; DatasetError where it does not have these bytes."""
        if self._process != os.getpid():
            self._begin()  # a forked process: the lock may have been held by a thread that is not here
        with self._lock:
            file = self._file(where.path)
        length = os.fstat(file.number).st_size
        if where.offset < 0 or where.size < 0 or where.offset + where.size > length:
            raise _truncated(self.root / where.path, where, length)
        return file

    def _file(self, path: str) -> _File:
        file = self._files.pop(path, None)
        if file is None:
            file = _File(self.root / _inside(path, self))
            if len(self._files) >= OPEN_FILES:
                self._files.popitem(last=False)
        self._files[path] = file
        return file


class Remote(Location):
    """A folder in an object store or behind any other URL of fsspec, such as s3://bucket/dataset."""

    is_remote = True

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        # Only for those who read from a URL: it knows all object stores, and takes a while to load.
        import fsspec

        try:
            found: tuple[Any, str] = fsspec.core.url_to_fs(self.url)
        except (ValueError, ImportError) as error:
            raise UsageError(f"{url}: cannot be opened: {error}") from error
        self._files, self._root = found
        self._process = os.getpid()

    def __str__(self) -> str:
        return self.url

    def __reduce__(self) -> tuple[type["Remote"], tuple[str]]:
        return Remote, (self.url,)

    def read(self, path: str) -> bytes:
        """A whole file."""
        data: bytes = self._asked(path, lambda where: self._files.cat_file(where))
        return data

    def read_range(self, where: Range) -> bytes:
        """So many bytes by one request."""
        data: bytes = self._asked(where.path, lambda path: self._files.cat_file(path, start=where.offset, end=where.offset + where.size))
        if len(data) != where.size:
            raise _truncated(f"{self.url}/{where.path}", where, where.offset + len(data))
        return data

    def read_blocks(self, ranges: Sequence[Range], digested: Sequence[bool]) -> list[Block]:
        """Several ranges by requests that are under way at once."""
        paths = [f"{self._root}/{_inside(where.path, self)}" for where in ranges]
        starts, ends = [w.offset for w in ranges], [w.offset + w.size for w in ranges]
        asked = ", ".join(dict.fromkeys(where.path for where in ranges))
        found = self._asked(asked, lambda _: self._files.cat_ranges(paths, starts, ends, on_error="return"))
        for where, data in zip(ranges, found, strict=True):
            if isinstance(data, Exception):
                raise DatasetError(f"{self.url}/{where.path}: cannot be read: {data}") from data
            if len(data) != where.size:
                raise _truncated(f"{self.url}/{where.path}", where, where.offset + len(data))
        return [Block(memoryview(data), digest(data) if wanted else "") for data, wanted in zip(found, digested, strict=True)]

    def _anew(self) -> Any:
        import fsspec

        return fsspec.core.url_to_fs(self.url, skip_instance_cache=True)[0]

    def _asked(self, path: str, read: Any) -> Any:
        if self._process != os.getpid():
            # Clients with an event loop of their own do not survive a fork.
            self._files, self._process = self._anew(), os.getpid()
        try:
            return read(f"{self._root}/{_inside(path, self)}")
        except DatasetError:
            raise
        except Exception as error:  # whatever a store's client knows
            raise DatasetError(f"{self.url}/{path}: cannot be read: {error}") from error


def locate(place: str | Path) -> Location:
    """The location of a folder or URL."""
    return Remote(place) if isinstance(place, str) and "://" in place else Folder(Path(place))


def _inside(path: str, location: Location) -> str:
    parts = PurePosixPath(path).parts
    if ".." in parts or PurePosixPath(path).is_absolute() or "\\" in path or ":" in path:
        raise DatasetError(f"{location}: {path!r} leaves the dataset's folder; see `hmworld validate`")
    return path


def _truncated(name: object, where: Range, length: int) -> DatasetError:
    if where.offset < 0 or where.size < 0:
        return DatasetError(f"{name}: the manifest has {where.size} bytes at {where.offset} of it, which cannot be; see `hmworld validate`")
    return DatasetError(f"{name}: ends after {length} bytes, expected {where.offset + where.size}; the shard is truncated")
