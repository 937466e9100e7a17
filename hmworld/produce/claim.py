"""Which process has which slot: an engine serves one client, so no two processes of a run may take the same one.

A claim is a locked file in the dataset's staging folder. The system lets go of it when the process ends, in whatever way, so that the next
one finds it free.
"""

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from hmworld.dataset.staging import STAGING, staged_catalog
from hmworld.dataset.store import storage_errors
from hmworld.errors import EngineUnusable
from hmworld.produce.slot import Slot, SlotSpec

ENGINES = f"{STAGING}/engines"
"""Logs of games, and claims."""
PATIENCE_S = 10.0
"""A process that was ended a moment ago has let go of its claim after this time."""

_slots: dict[tuple[int, Path | None, tuple[SlotSpec, ...]], Slot] = {}
_claims: list[IO[bytes]] = []


def process_slot(root: Path, specs: Sequence[SlotSpec] = (SlotSpec(),)) -> Slot:
    """The slot of this process for a dataset, one of `specs`, kept from one batch to the next. Its engine ends with the process.

    EngineUnusable when other processes have all of them.
    """
    # An engine of our own that needs no cards of the dataset's does for any.
    catalog = staged_catalog(root)
    folder = catalog if all(spec.is_private for spec in specs) else root
    key = (os.getpid(), folder, tuple(specs))
    if key not in _slots:
        _slots[key] = Slot(_claimed(root, specs), catalog, just_left=True)
    return _slots[key]


def _claimed(root: Path, specs: Sequence[SlotSpec]) -> SlotSpec:
    deadline = time.monotonic() + PATIENCE_S
    while True:
        for spec in specs:
            if spec.is_private or _claim(root / ENGINES / f"{spec.key}.claim"):
                return spec
        if time.monotonic() > deadline:
            raise EngineUnusable(f"{root}: other processes have all of {', '.join(map(str, specs))}; is another run at work with them?")
        time.sleep(0.25)


def _claim(path: Path) -> bool:
    with storage_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("ab")
    if not locked(file):
        file.close()
        return False
    _claims.append(file)
    return True


def locked(file: IO[bytes]) -> bool:
    """Lock a file for as long as it is open; False where another process has."""
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]  # of Windows alone
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
