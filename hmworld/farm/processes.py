"""Which process it is: a process id means something on one machine only, and may be used again there."""

import os
import socket
import sys
from functools import cache
from pathlib import Path

from hmworld.dataset.lock import lives

_PROC = Path(os.sep, "proc")


@cache
def machine() -> str:
    """The machine as processes see it: its name and, on Linux, when it was started and which process ids are seen in it."""
    parts = [socket.gethostname()]
    try:
        parts.append((_PROC / "sys/kernel/random/boot_id").read_text().strip()[:8])
        parts.append(os.readlink(_PROC / "self/ns/pid"))  # containers of one machine may have the same name
    except OSError:
        pass
    return " ".join(parts)


def started(process: int) -> int:
    """When a process was started, in ticks since the machine was: 0 where that is not known, or it is gone."""
    fields = _stat(process)
    return int(fields[19]) if fields else 0


def is_there(process: int, since: int) -> bool:
    """Whether a process of this machine that was started at `since` still runs; one that waits to be buried does not."""
    fields = _stat(process)
    if fields is None:
        return sys.platform != "linux" and lives(process) is not False
    return fields[0] != "Z" and (not since or int(fields[19]) == since)


def is_stopped(process: int) -> bool:
    """Whether a process was stopped (SIGSTOP); False where that is not known."""
    fields = _stat(process)
    return fields is not None and fields[0] in "Tt"


def _stat(process: int) -> list[str] | None:
    """Fields of a process's line from its state on, which is behind its name in brackets."""
    try:
        return (_PROC / str(process) / "stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
