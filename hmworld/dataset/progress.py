"""How far a run is, by the files of its folder alone: records of clips that are through, and a note of each slot on what it is at.

Nothing is locked and no process is asked, so anyone who can read the folder can look, on any machine that has it, server or no server.
"""

import json
import os
import re
import shutil
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import Field, ValidationError

from hmworld.dataset.lock import is_held, lives
from hmworld.dataset.plan_file import PLAN
from hmworld.dataset.staging import CLIPS, STAGING
from hmworld.dataset.store import LocalStore, storage_errors
from hmworld.errors import DatasetError
from hmworld.model.base import Document
from hmworld.model.dataset import DatasetInfo

SLOTS = f"{STAGING}/slots"
STOP = f"{STAGING}/stop"
"""While this file is there no clip is begun, and the run ends."""
PAUSE = f"{STAGING}/pause"
"""While this file is there no clip is begun, and the run waits."""
WINDOW_S = 1800.0
"""The rate is that of the last half hour."""
SILENT_S = 600.0
"""A slot whose process cannot be asked and that has said nothing for so long is taken for gone."""

State = Literal["planning", "planned", "rendering", "paused", "stopping", "writing", "stopped", "finished"]


class FailedClip(Document):
    """A clip that failed on every attempt."""

    row: int
    why: str


BETWEEN_S = 60.0
"""A slot that one process after the other has is shown for so long after the last one."""


class SlotNote(Document):
    """What a slot is at. Times are seconds since 1970."""

    host: str
    process: Annotated[int, Field(ge=1, lt=1 << 31)]
    engine: str
    began_s: float
    seen_s: float
    """When this was written."""
    scene: str = ""
    clip_id: str = ""
    """What it renders; "" between two batches."""
    row: int = -1
    attempt: int = 0
    clip_began_s: float = 0.0
    done: int = 0
    """Clips that it rendered since it began."""
    faults: int = 0
    """Attempts that failed."""
    last_fault: str = ""
    failed: tuple[FailedClip, ...] = ()
    slot: str = ""
    """The slot's name, where one process after the other has it; "" where the process is the slot."""

    @property
    def name(self) -> str:
        """What to call the slot."""
        return self.slot or f"{self.host}:{self.process}"

    @property
    def is_alive(self) -> bool:
        """Whether its process is there; where that cannot be asked, as of another machine's: whether it wrote in the last ten minutes."""
        there = lives(self.process) if self.host == socket.gethostname() else None
        return time.time() - self.seen_s < SILENT_S if there is None else there


class SlotDiary:
    """Writes the note of this process's slot."""

    def __init__(self, root: Path, engine: str, slot: str = "") -> None:
        host, now = socket.gethostname(), time.time()
        self._store = LocalStore(root)
        self._note = SlotNote(host=host, process=os.getpid(), engine=engine, began_s=now, seen_s=now, slot=slot)
        self._name = _note_name(host, os.getpid())

    def _write(self, **changes: Any) -> None:
        self._note = self._note.model_copy(update={**changes, "seen_s": time.time()})
        self._store.replace(self._name, self._note.canonical())

    def begins(self, scene: str, clip_id: str, row: int, attempt: int) -> None:
        """A clip is being tried."""
        self._write(scene=scene, clip_id=clip_id, row=row, attempt=attempt, clip_began_s=time.time())

    def done(self) -> None:
        """It is through."""
        self._write(clip_id="", row=-1, attempt=0, done=self._note.done + 1)

    def fault(self, why: str) -> None:
        """An attempt failed."""
        self._write(faults=self._note.faults + 1, last_fault=why)

    def gave_up(self, row: int, why: str) -> None:
        """A clip failed on its last attempt."""
        self._write(clip_id="", row=-1, attempt=0, failed=(*self._note.failed, FailedClip(row=row, why=why)))

    def rests(self) -> None:
        """A batch is through."""
        self._write(clip_id="", row=-1, attempt=0)


def _note_name(host: str, process: int) -> str:
    return f"{SLOTS}/{re.sub(r'[^A-Za-z0-9.]+', '-', host)}-{process}.json"


def read_note(root: Path, host: str, process: int) -> SlotNote | None:
    """The note of a process; None where there is none that can be read."""
    try:
        return SlotNote.model_validate_json((root / _note_name(host, process)).read_bytes())
    except (OSError, ValidationError):
        return None


def begin_run(root: Path) -> None:
    """Remove the notes of an earlier run, and what asked it to stop."""
    shutil.rmtree(root / SLOTS, ignore_errors=True)
    (root / STOP).unlink(missing_ok=True)


def ask_to_stop(root: Path) -> None:
    """Have the slots of a run end with the clips that they are at; a run that waits ends, too."""
    with storage_errors(root / STOP):
        (root / STOP).touch()
        (root / PAUSE).unlink(missing_ok=True)


def is_stopping(root: Path) -> bool:
    """Whether a run was asked to stop."""
    return (root / STOP).exists()


def set_paused(root: Path, paused: bool) -> None:
    """Have the slots of a run wait once they are through with the clips that they are at, or go on."""
    with storage_errors(root / PAUSE):
        (root / PAUSE).touch() if paused else (root / PAUSE).unlink(missing_ok=True)


def is_paused(root: Path) -> bool:
    """Whether a run was asked to wait."""
    return (root / PAUSE).exists()


@dataclass(frozen=True)
class Progress:
    """How far a run is."""

    name: str
    state: State
    planned: int
    kept: int = 0
    rejected: dict[str, int] = field(default_factory=dict)
    """Rendered clips that were turned down, by reason."""
    failed: tuple[FailedClip, ...] = ()
    slots: tuple[SlotNote, ...] = ()
    per_hour: float | None = None
    """Clips an hour lately; None where that is not known."""

    @property
    def done(self) -> int:
        """Clips that are rendered."""
        return self.kept + sum(self.rejected.values())

    @property
    def left_s(self) -> float | None:
        """Seconds until all clips are rendered, at the rate of late."""
        if self.state != "rendering" or not self.per_hour:
            return None
        return 3600.0 * max(0, self.planned - self.done - len(self.failed)) / self.per_hour


@dataclass(frozen=True)
class _Record:
    reason: str
    engine: tuple[str, str]
    written_s: float


class ProgressReader:
    """Reads how far a run is, again and again; what was read once is not read again."""

    def __init__(self, root: Path, now: Callable[[], float] = time.time) -> None:
        self.root, self._now = root, now
        self._records: dict[str, _Record] = {}
        self._plan: tuple[tuple[int, int], int, str] | None = None

    def read(self) -> Progress:
        """How far it is now; DatasetError for a folder that no run has worked in."""
        if (self.root / "dataset.json").is_file():
            return self._finished()
        if not (self.root / PLAN).is_file():
            if is_held(self.root):
                return Progress(self.root.name, "planning", 0)
            raise DatasetError(f"{self.root}: is neither a dataset nor the folder of a run: it has no {PLAN}; see `hmworld plan`")
        planned, name = self._planned()
        records, slots = self._read_records(), self._slots()
        # Of a slot that one process after the other has, all count, also those that ended long ago.
        alive = tuple(slot for slot in _by_name(slots) if slot.is_alive or (slot.slot and self._now() - slot.seen_s < BETWEEN_S))
        # Locks are not seen everywhere; a slot that is alive tells, too.
        running = any(slot.is_alive for slot in slots) or is_held(self.root)
        reasons = Counter(record.reason for record in records)
        if not running:
            state: State = "stopped" if records or slots else "planned"
        else:
            state = "writing" if len(records) >= planned else "stopping" if is_stopping(self.root) else "rendering"
            state = "paused" if state == "rendering" and is_paused(self.root) else state
        return Progress(
            name,
            state,
            planned,
            kept=reasons.pop("", 0),
            rejected=dict(sorted(reasons.items())),
            failed=tuple(sorted((clip for slot in slots for clip in slot.failed), key=lambda clip: clip.row)),
            slots=alive if running else (),
            per_hour=self._per_hour(records, slots) if running else None,
        )

    def _finished(self) -> Progress:
        try:
            info = DatasetInfo.model_validate_json((self.root / "dataset.json").read_bytes())
        except ValidationError as error:
            raise DatasetError(f"{self.root}: dataset.json is not a dataset document: {error}") from error
        return Progress(info.name, "finished", info.counts.planned, kept=info.counts.kept, rejected=info.counts.rejected_by_reason)

    def _planned(self) -> tuple[int, str]:
        """Clips of the plan, and the recipe's name, from the file's footer."""
        path = self.root / PLAN
        found = path.stat()
        stamp = (found.st_size, found.st_mtime_ns)
        if self._plan is None or self._plan[0] != stamp:
            try:
                with pq.ParquetFile(path) as file:
                    recipe = json.loads((file.schema_arrow.metadata or {})[b"hmworld.recipe"])
                    self._plan = stamp, int(file.metadata.num_rows), str(recipe["name"])
            except (OSError, KeyError, ValueError, pa.ArrowException) as error:
                raise DatasetError(f"{path}: is not a plan of hmworld: {error}") from error
        return self._plan[1:]

    def _read_records(self) -> list[_Record]:
        """Records of the engine build that wrote the last one: those of another are rendered again."""
        found: dict[str, _Record] = {}
        try:
            with os.scandir(self.root / CLIPS) as entries:
                names = [entry.name for entry in entries if entry.name.endswith(".json")]
        except OSError:
            names = []  # not begun, or published a moment ago
        for name in names:
            record = self._records.get(name) or _record(self.root / CLIPS / name)
            if record is not None:
                found[name] = record
        self._records = found
        newest = max(found.values(), key=lambda record: record.written_s, default=None)
        return [record for record in found.values() if newest is not None and record.engine == newest.engine]

    def _slots(self) -> list[SlotNote]:
        notes = []
        for path in sorted((self.root / SLOTS).glob("*.json")):
            try:
                notes.append(SlotNote.model_validate_json(path.read_bytes()))
            except (OSError, ValidationError):
                continue  # removed meanwhile, or of another version
        return notes

    def _per_hour(self, records: list[_Record], slots: list[SlotNote]) -> float | None:
        """Clips that were rendered since the first slot began, in the last half hour at most."""
        if not slots:
            return None
        since = max(min(slot.began_s for slot in slots), self._now() - WINDOW_S)
        count = sum(record.written_s > since for record in records)
        return 3600.0 * count / (self._now() - since) if count and self._now() > since else None


def _by_name(notes: Iterable[SlotNote]) -> list[SlotNote]:
    """A note for each slot: of processes that had it one after the other the last one's, with what all have done."""
    found: dict[str, SlotNote] = {}
    for note in sorted(notes, key=lambda note: note.seen_s):
        before = found.pop(note.name, None)
        found[note.name] = (
            note
            if before is None
            else note.model_copy(
                update={
                    "done": before.done + note.done,
                    "faults": before.faults + note.faults,
                    "last_fault": note.last_fault or before.last_fault,
                    "began_s": min(before.began_s, note.began_s),
                }
            )
        )
    return sorted(found.values(), key=lambda note: note.name)


def _record(path: Path) -> _Record | None:
    try:
        data = json.loads(path.read_bytes())
        return _Record(str(data["reject_reason"]), (str(data["engine_name"]), str(data["engine_build"])), path.stat().st_mtime)
    except (OSError, ValueError, KeyError):
        return None
