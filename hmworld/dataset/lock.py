"""One run at a time in a dataset folder: a lock that ends with the process that holds it; and whether a process is there."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from hmworld.dataset.store import storage_errors
from hmworld.errors import UsageError

LOCK = ".lock"


@contextmanager
def exclusive(root: Path, writes: Path | None = None) -> Iterator[None]:
    """Hold the folder for this process, which makes it, and removes it if nothing comes of it; UsageError when another run holds it.

    `writes` is what a run that holds it writes, if that is not the folder itself. Where the platform has no `flock` (Windows) nothing is
    locked.
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    path, made = root / LOCK, not root.exists()
    with storage_errors(path):
        root.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if not _taken(fcntl, handle, path):
            raise UsageError(f"{writes or root}: another run works in this folder; wait for it, or choose another --out")
        try:
            yield
        finally:
            path.unlink(missing_ok=True)
    finally:
        os.close(handle)
        if made:
            with suppress(OSError):
                root.rmdir()  # only if it is empty


def _taken(fcntl: Any, handle: int, path: Path) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # The file may have been removed by its last holder between our opening and our locking it.
        return os.fstat(handle).st_ino == path.stat().st_ino
    except (BlockingIOError, FileNotFoundError):
        return False


def is_held(root: Path) -> bool:
    """Whether a process of this machine is seen to hold the folder, without touching the lock. Only Linux tells, and not of all disks."""
    try:
        found = (root / LOCK).stat()
        held = Path("/proc/locks").read_text().splitlines()
    except OSError:
        return False
    number = f"{os.major(found.st_dev):02x}:{os.minor(found.st_dev):02x}:{found.st_ino}"
    return any(number in line.split() for line in held)


def lives(process: int) -> bool | None:
    """Whether a process of this machine is there; None where that cannot be asked (Windows, where signal 0 is no question)."""
    if os.name == "nt":
        return None
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass  # another user's
    return True
