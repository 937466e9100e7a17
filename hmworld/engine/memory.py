"""Resident memory of a process and all that it started, where the system tells: from /proc, on Linux."""

import os
from pathlib import Path

_PROC = Path(os.sep, "proc")


def resident_bytes(pid: int) -> int | None:
    """Resident bytes of a process and its descendants, pages that several share counted for each; None where that is not known."""
    children: dict[int, list[int]] = {}
    pages: dict[int, int] = {}
    for folder in _PROC.glob("[0-9]*"):
        try:
            # pid (name, which may hold anything) state ppid ...; the 24th field is the resident set in pages.
            fields = (folder / "stat").read_text(errors="replace").rpartition(")")[2].split()
            number, parent, resident = int(folder.name), int(fields[1]), int(fields[21])
        except (OSError, IndexError, ValueError):
            continue  # it has ended meanwhile
        children.setdefault(parent, []).append(number)
        pages[number] = resident
    if pid not in pages:
        return None
    total, left = 0, [pid]
    while left:
        number = left.pop()
        total += pages.get(number, 0)
        left += children.get(number, [])
    return total * os.sysconf("SC_PAGE_SIZE")
