"""Where files are published: at-least-once work, exactly-once publication.

A file is written under a temporary name on the same disk, flushed to disk, and linked into place only if nothing is there yet; the
first writer wins and a reader never sees half a file. docs/storage.md has what holds on which disk.
"""

import errno
import hashlib
import os
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Protocol

from hmworld.dataset.rename import rename_if_absent
from hmworld.errors import StorageError

TEMPORARY = ".staging/tmp"
"""Where files are written before they are published."""
_NO_LINKS = frozenset({errno.EPERM, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK})
"""How disks without hard links refuse one: exFAT, some FUSE and SMB shares."""
_WINDOWS_NO_LINKS = frozenset({1, 50})


class Store(Protocol):
    """A place of published files, by relative name with forward slashes."""

    def publish_if_absent(self, name: str, chunks: Iterable[bytes]) -> bool:
        """Publish a file unless one is there; whether this call published it."""

    def exists(self, name: str) -> bool:
        """Whether a file is published."""

    def read(self, name: str) -> bytes:
        """The bytes of a published file."""

    def replace(self, name: str, data: bytes) -> None:
        """Publish a file in place of whatever is there, at once."""

    def remove(self, name: str) -> None:
        """Remove a file if it is there."""


class LocalStore:
    """Files below a folder of a disk: local, NFS, or another share. `temporary` is where, in it, files are written before."""

    def __init__(self, root: Path, temporary: str = TEMPORARY) -> None:
        self.root = root
        self._apart = temporary

    def path(self, name: str) -> Path:
        """The path of a name; ValueError for one that leaves the folder."""
        parts = PurePosixPath(name).parts
        if not parts or name.startswith("/") or ".." in parts:
            raise ValueError(f"a published name stays inside its store, got {name!r}")
        return self.root.joinpath(*parts)

    def _temporary(self) -> Path:
        # Apart from the published files, on the same disk: what a kill leaves behind is never taken for one of them.
        folder = self.root / self._apart
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{uuid.uuid4().hex}.part"

    def publish_if_absent(self, name: str, chunks: Iterable[bytes]) -> bool:
        """Publish a file unless one is there; StorageError when it cannot be written, leaving nothing behind."""
        target = self.path(name)
        with storage_errors(target):
            if target.exists():
                return False
            target.parent.mkdir(parents=True, exist_ok=True)
            temporary = self._temporary()
            try:
                with temporary.open("xb") as file:
                    for chunk in chunks:
                        file.write(chunk)
                    file.flush()
                    os.fsync(file.fileno())
                return _put_in_place(temporary, target)
            finally:
                temporary.unlink(missing_ok=True)

    def replace(self, name: str, data: bytes) -> None:
        """Publish a file in place of whatever is there, at once."""
        target = self.path(name)
        with storage_errors(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            temporary = self._temporary()
            try:
                with temporary.open("xb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                temporary.replace(target)
            finally:
                temporary.unlink(missing_ok=True)

    def replace_with(self, name: str, write: Callable[[Path], None]) -> None:
        """Like `replace`, for a file that `write` writes to the path it is handed."""
        target = self.path(name)
        with storage_errors(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            temporary = self._temporary()
            try:
                write(temporary)
                with temporary.open("rb") as file:
                    os.fsync(file.fileno())
                temporary.replace(target)
            finally:
                temporary.unlink(missing_ok=True)

    def exists(self, name: str) -> bool:
        """Whether a file is published."""
        return self.path(name).exists()

    def read(self, name: str) -> bytes:
        """The bytes of a published file."""
        return self.path(name).read_bytes()

    def remove(self, name: str) -> None:
        """Remove a file if it is there."""
        self.path(name).unlink(missing_ok=True)


def _put_in_place(temporary: Path, target: Path) -> bool:
    """Give a written file its name unless it is taken; whether this file has it now.

    Over NFS a link may be made and its reply lost; the repetition is then told that the name is taken. So a link that failed is judged
    by the links that the file has (open(2), O_EXCL). Disks without links move the file instead, where they can refuse to replace one.
    """
    try:
        os.link(temporary, target)
    except OSError as error:
        if _links(temporary) == 2:
            return True
        if isinstance(error, FileExistsError):
            return False
        if error.errno not in _NO_LINKS and getattr(error, "winerror", None) not in _WINDOWS_NO_LINKS:
            raise
    else:
        return True
    try:
        return rename_if_absent(temporary, target)
    except NotImplementedError as error:
        raise StorageError(
            f"{target}: cannot be published exactly once: this disk has neither hard links nor a rename that replaces nothing ({error}); "
            "choose a folder on another disk, see docs/storage.md"
        ) from error


def _links(path: Path) -> int:
    # Opened for it: an NFS client asks its server anew then, and answers a mere stat from its cache.
    number = os.open(path, os.O_RDONLY)
    try:
        return os.fstat(number).st_nlink
    finally:
        os.close(number)


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turn errors of the file system into StorageError with advice."""
    try:
        yield
    except OSError as error:
        raise StorageError(f"{path}: cannot be written: {error.strerror}; {_advice(error)}") from error


def _advice(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "free disk space and run the same command again: finished clips are kept"
    if error.errno == errno.ESTALE:
        return "the folder was removed or moved on its NFS server; mount it anew and run the same command again"
    return "check the folder"


def sha256_file(path: Path) -> tuple[str, int]:
    """sha256 in hex and size of a file."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
            size += len(chunk)
    return digest.hexdigest(), size
