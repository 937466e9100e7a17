"""Folders beside a report while it is made: the fresh one and, for a moment, the one that it replaces; and what a kill left of them."""

import os
import re
import shutil
import socket
import time
import uuid
from contextlib import suppress
from pathlib import Path

from hmworld.dataset.lock import lives

_DAY_S = 86_400.0
_HOST = re.sub(r"[^A-Za-z0-9]", "_", socket.gethostname())


def part_of(out: Path) -> Path:
    """A new name beside `out` for the folder that is to take its place; it says which process holds it."""
    return out.with_name(f".{out.name}.{_HOST}-{os.getpid()}-{uuid.uuid4().hex[:8]}.part")


def swap(fresh: Path, out: Path) -> None:
    """Put a finished folder in the place of another."""
    old = fresh.with_suffix(".old")
    if out.is_dir():
        out.rename(old)
    try:
        fresh.rename(out)
    except OSError:
        if old.is_dir() and not out.exists():
            old.rename(out)
        raise
    shutil.rmtree(old, ignore_errors=True)


def tidy(out: Path) -> None:
    """Remove what killed processes left beside `out`; a report that was about to be replaced is put back if none took its place."""
    left = _left(out)
    replaced = [path for path in left if path.suffix == ".old"]
    if replaced and not out.exists():
        newest = max(replaced, key=lambda path: path.stat().st_mtime)
        newest.rename(out)
        left.remove(newest)
    for path in left:
        shutil.rmtree(path, ignore_errors=True)


def _left(out: Path) -> list[Path]:
    """Such folders that nobody holds: of a process of this machine that is gone, or untouched for a day."""
    name = re.compile(rf"\.{re.escape(out.name)}\.(?:([A-Za-z0-9_]+)-([0-9]{{1,9}})-)?[0-9a-f]{{8}}\.(?:part|old)")
    found = []
    for path in out.parent.iterdir() if out.parent.is_dir() else ():
        match = name.fullmatch(path.name)
        if not match or path.is_symlink() or not path.is_dir():
            continue
        gone = match[1] == _HOST and lives(int(match[2])) is False
        with suppress(FileNotFoundError):  # where its own process is just done with it
            if gone or time.time() - _touched(path) > _DAY_S:
                found.append(path)
    return found


def _touched(folder: Path) -> float:
    """When something was last put into a folder or one of its folders, as each clip is."""
    return max(path.stat().st_mtime for path in (folder, *(child for child in folder.iterdir() if child.is_dir())))
