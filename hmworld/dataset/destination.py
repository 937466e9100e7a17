"""Where a finished dataset is published to: a folder of any disk, or an object store, spoken to in the same way."""

import os
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Protocol

from hmworld.dataset.lock import LOCK, exclusive, is_held
from hmworld.dataset.object_store import PIECE, Held, ObjectStore, Rule
from hmworld.dataset.store import TEMPORARY, LocalStore, sha256_file, storage_errors
from hmworld.dataset.url import local_folder
from hmworld.errors import StorageError, UsageError

_YOUNG_S = 60.0
"""A folder of temporaries that is younger may be of one who has not locked it yet."""


class Destination(Protocol):
    """A place of published files that tells what it holds."""

    def publish_file(self, name: str, source: Path, sha256: str) -> bool:
        """Publish a file of this machine, whose digest is known, unless one is there; whether this call published it."""

    def held(self, name: str) -> Held | None:
        """What is told of a file without reading it; None if there is none."""

    def digest(self, name: str) -> tuple[str, int]:
        """sha256 in hex and size of a file, by reading all of it."""

    def read(self, name: str) -> bytes:
        """The bytes of a file."""

    def remove(self, name: str) -> None:
        """Remove a file if it is there."""


class FolderDestination:
    """A folder: a local disk, NFS, or another share that is mounted."""

    def __init__(self, root: Path, temporary: str = TEMPORARY) -> None:
        self.root = root
        self._store = LocalStore(root, temporary)

    def __str__(self) -> str:
        return str(self.root)

    def publish_file(self, name: str, source: Path, sha256: str) -> bool:
        """Publish a file unless one is there."""
        return self._store.publish_if_absent(name, _pieces(source))

    def held(self, name: str) -> Held | None:
        """Its size: a disk keeps no digest."""
        with self._errors(name):
            path = self._store.path(name)
            return Held(path.stat().st_size, "") if path.exists() else None

    def digest(self, name: str) -> tuple[str, int]:
        """sha256 in hex and size of a file."""
        with self._errors(name):
            return sha256_file(self._store.path(name))

    def read(self, name: str) -> bytes:
        """The bytes of a file."""
        with self._errors(name):
            return self._store.read(name)

    def remove(self, name: str) -> None:
        """Remove a file if it is there."""
        with self._errors(name):
            self._store.remove(name)

    @contextmanager
    def _errors(self, name: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StorageError(f"{self.root / name}: cannot be read: {error.strerror}; check the folder") from error


@contextmanager
def destination(place: str, rule: Rule = "conditional") -> Iterator[FolderDestination | ObjectStore]:
    """The destination that a folder, a file: URL or another URL of fsspec is, while the block runs.

    UsageError for one that cannot be used, or a folder that a run works in; StorageError for a store that cannot do what `rule` says.
    """
    folder = local_folder(place)
    if folder is None:
        yield ObjectStore(place, rule)
        return
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder}: is a file; a dataset is published to a folder")
    if is_held(folder):
        raise UsageError(f"{folder}: another run works in this folder; wait for it, or choose another")
    with _apart(folder) as temporary:
        yield FolderDestination(folder, temporary)


def _pieces(source: Path) -> Iterator[bytes]:
    with source.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


@contextmanager
def _apart(root: Path) -> Iterator[str]:
    """A folder for this publisher's temporaries, locked while it lives; what killed ones left is removed, before and after."""
    name, work = f"{TEMPORARY}/{uuid.uuid4().hex}", root / TEMPORARY
    was_there = root.exists()
    _sweep(work)
    _make(root / name)
    try:
        with ExitStack() as held:
            with suppress(OSError):  # a share without locks: then nobody sweeps there, either
                held.enter_context(exclusive(root / name))
            yield name
    finally:
        _discard(root / name)
        _sweep(work)
        for folder in (work, work.parent, *([] if was_there else [root])):
            with suppress(OSError):
                folder.rmdir()  # only if it is empty


def _make(folder: Path) -> None:
    with storage_errors(folder):
        for last in (False, False, True):
            try:
                folder.mkdir(parents=True, exist_ok=True)
                return
            except FileNotFoundError:  # a publisher that ends removes the empty folders above at this moment
                if last:
                    raise


def _sweep(work: Path) -> None:
    """Remove the temporaries of publishers that are gone. Where no lock tells (Windows), they stay."""
    if os.name == "nt":
        return
    for folder in work.glob("*/"):
        with suppress(UsageError, StorageError, OSError):  # it is in use, or somebody else removes it: not ours to remove
            if time.time() - folder.stat().st_mtime < _YOUNG_S:
                continue
            if (folder / LOCK).exists():
                with exclusive(folder):
                    _empty(folder)
            folder.rmdir()


def _discard(folder: Path) -> None:
    with suppress(OSError):
        _empty(folder)
        (folder / LOCK).unlink(missing_ok=True)
        folder.rmdir()


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        if path.name != LOCK:
            path.unlink()
