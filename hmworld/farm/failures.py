"""Failures of clips, kept by files: a clip that fails again and again is given up, and one that was hit by accident is not.

A clip's own failure is an answer of its engine, or of three engines that were started for it. The death of the process that rendered it may
be anybody's doing, so it takes more of those.
"""

from pathlib import Path
from typing import Literal

from hmworld.dataset.store import LocalStore
from hmworld.farm.tickets import FARM, read_all
from hmworld.model.base import Document

FAILURES = f"{FARM}/failures"


class Failure(Document):
    """One failed visit of a clip."""

    row: int
    ticket: str
    kind: Literal["failed", "died"]
    why: str
    slot: str
    at_s: float


class Failures:
    """All failures of a folder's clips."""

    def __init__(self, root: Path, visits: int, deaths: int) -> None:
        self._root, self._store = root, LocalStore(root)
        self._limits = {"failed": visits, "died": deaths}
        self._by_row: dict[int, list[Failure]] = {}
        for failure in read_all(root, FAILURES, Failure):
            self._by_row.setdefault(failure.row, []).append(failure)

    def add(self, failure: Failure) -> None:
        """Note a failure; the same one twice counts once."""
        known = self._by_row.setdefault(failure.row, [])
        if all(one.ticket != failure.ticket for one in known):
            self._store.publish_if_absent(f"{FAILURES}/{failure.row:08d}.{failure.ticket}.json", [failure.canonical()])
            known.append(failure)

    def of(self, row: int) -> list[Failure]:
        """Failures of a row, in no order."""
        return self._by_row.get(row, [])

    def verdict(self, row: int) -> str:
        """Why a row is to be given up; "" where it may be tried again."""
        for kind, limit in self._limits.items():
            mine = sorted((one for one in self.of(row) if one.kind == kind), key=lambda one: one.at_s)
            if len(mine) >= limit:
                return f"{mine[-1].why} ({len(mine)} attempts, on {', '.join(sorted({one.slot for one in mine}))})"
        return ""

    def forget(self) -> None:
        """Remove them all: the next run tries anew."""
        for row, known in self._by_row.items():
            for one in known:
                self._store.remove(f"{FAILURES}/{row:08d}.{one.ticket}.json")
        self._by_row.clear()
