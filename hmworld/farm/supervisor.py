"""What happens to batches: which may be taken, whose lease has ended, which clips are tried again and which are given up.

A `Supervisor` is asked to take a step every now and then; it starts nothing and speaks to no server. All that it knows it has read in
the folder, so another one may go on where it was killed, with the leases that still run.
"""

import os
import re
import signal
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from hmworld.dataset import LocalStore, PlanFile
from hmworld.dataset.progress import is_paused, is_stopping, read_note
from hmworld.dataset.staging import quarantine, read_result
from hmworld.engine import EngineInfo
from hmworld.errors import EngineError, RunStopped
from hmworld.farm.failures import FAILURES, Failure, Failures
from hmworld.farm.processes import is_there, machine
from hmworld.farm.tickets import LEASES, OUTCOMES, TICKETS, LeaseNote, Outcome, Ticket, publish_ticket, read_all, withdraw

GIVEN_UP_SHARE = 0.02
Log = Callable[..., None]


@dataclass(frozen=True)
class Limits:
    """What a run puts up with."""

    lease_s: float = 60.0
    """A holder that has said nothing for so long is taken for lost. It says something ten times as often."""
    visits: int = 3
    """Times that a clip may fail, each on three engines that were started for it."""
    deaths: int = 5
    """Times that the process may die that renders a clip: that may be anybody's doing."""
    given_up: int | None = None
    """So many clips may be given up; None: one in fifty, one at least. More, and the run ends with an error."""


@dataclass
class SlotTally:
    """What a slot has done, by its outcomes."""

    clips: int = 0
    batches: int = 0
    busy_s: float = 0.0


@dataclass
class _Seen:
    """When a lease was seen to change, by our own clock: clocks of machines differ, and are set."""

    stamp: int
    at: float
    note: LeaseNote | None


@dataclass
class _Batch:
    number: int
    generation: int
    scene: str
    group: str
    rows: tuple[int, ...]


@dataclass
class _Pending:
    """Batches that are not open yet, in turn by scene."""

    by_scene: dict[tuple[str, str], "deque[_Batch]"] = field(default_factory=dict)

    def put(self, batch: _Batch) -> None:
        self.by_scene.setdefault((batch.group, batch.scene), deque()).append(batch)

    def __len__(self) -> int:
        return sum(map(len, self.by_scene.values()))

    def groups(self) -> list[str]:
        return sorted({group for (group, _), batches in self.by_scene.items() if batches})

    def take(self, group: str, wanted: Callable[[str], tuple[int, ...]]) -> _Batch:
        """The first batch of the scene for which `wanted` is least."""
        scenes = [scene for (of, scene), batches in self.by_scene.items() if of == group and batches]
        return self.by_scene[group, min(scenes, key=lambda scene: (*wanted(scene), scene))].popleft()


class Supervisor:
    """Hands out the rows of a plan that are missing.

    `batches` are scene, group ("" or the one scene that its slots render) and rows; `identities` the render_id of every row of the plan.
    At most `window` tickets of a group are there at a time. `log` is told what happens: a word and named values.
    """

    def __init__(
        self,
        root: Path,
        engine: EngineInfo,
        batches: Iterable[tuple[str, str, Sequence[int]]],
        identities: Sequence[str],
        window: int,
        limits: Limits = Limits(),
        log: Log = lambda event, **values: None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.root, self.limits = root, limits
        self.bad_slots: dict[str, tuple[str, str]] = {}
        """Slots that were of no use: their group, and why."""
        self.tallies: dict[str, SlotTally] = {}
        self.quarantined: dict[int, str] = {}
        self._store, self._engine, self._identities = LocalStore(root), engine, identities
        self._window, self._log, self._now = max(1, window), log, now
        self._failures = Failures(root, limits.visits, limits.deaths)
        self._open: dict[str, Ticket] = {}
        self._seen: dict[str, _Seen] = {}
        self._lost_runs: set[str] = set()
        self._pending = _Pending()
        self._number = self._first_free_number()
        self._plan: PlanFile | None = None
        held = self._adopt()
        for scene, group, rows in batches:
            left = tuple(row for row in rows if row not in held)
            if left:
                self._put(scene, group, left)

    def _first_free_number(self) -> int:
        """Numbers are used once, also by a supervisor that came before."""
        names = [path.name for folder in (TICKETS, LEASES, OUTCOMES, FAILURES) for path in (self.root / folder).glob("*.json")]
        return 1 + max((int(found[1]) for name in names if (found := re.search(r"([0-9]{7})\.[0-9]{3}\.json$", name))), default=0)

    def _adopt(self) -> set[int]:
        """Take over the leases of a supervisor that was lost; the rows that they hold."""
        for note in read_all(self.root, LEASES, LeaseNote):
            self._open[note.ticket.name] = note.ticket
        for ticket in list(read_all(self.root, TICKETS, Ticket)):
            if ticket.name not in self._open:
                withdraw(self._store, ticket)
        return {row for ticket in self._open.values() for row in ticket.rows}

    def _put(self, scene: str, group: str, rows: tuple[int, ...], generation: int = 0, number: int | None = None) -> None:
        if number is None:
            number, self._number = self._number, self._number + 1
        self._pending.put(_Batch(number, generation, scene, group, rows))

    # -- what runners ask ----------------------------------------------------------------------------------------------

    @property
    def is_done(self) -> bool:
        """Whether every row is rendered or given up."""
        return not self._open and not len(self._pending)

    @property
    def leases(self) -> list[LeaseNote]:
        """Who holds what, as far as it could be read."""
        return [seen.note for seen in self._seen.values() if seen.note is not None]

    def take_lost_runs(self) -> set[str]:
        """Prefect's runs whose leases were lost since this was asked last."""
        lost, self._lost_runs = self._lost_runs, set()
        return lost

    def waiting(self, group: str | None = None) -> int:
        """Tickets that nobody has, of all groups or of one."""
        return sum(name not in self._seen and group in (None, ticket.group) for name, ticket in self._open.items())

    def step(self) -> None:
        """Collect what has ended, end what is lost, and open what may be taken.

        EngineError where too many clips had to be given up; RunStopped when the run was asked to stop and nobody is at work any more;
        StorageError where the folder cannot be written.
        """
        self._collect()
        self._expire()
        if is_stopping(self.root) and not self._seen and not self.is_done:
            left = sum(read_result(self._store, identity) is None for identity in self._identities)
            raise RunStopped(f"stopped: {left} of {len(self._identities)} clips are left; run the same command again to go on where it was")
        self._refill()

    def left_to(self, groups: Collection[str]) -> bool:
        """Whether what is left is of these groups alone, and nobody is at it."""
        others = any(group not in groups for group in self._pending.groups())
        return not others and not self._seen and all(ticket.group in groups for ticket in self._open.values())

    # -- what has ended ------------------------------------------------------------------------------------------------

    def _collect(self) -> None:
        for outcome in list(read_all(self.root, OUTCOMES, Outcome, on_error=lambda path: path.unlink(missing_ok=True))):
            note = outcome.lease
            tally = self.tallies.setdefault(note.slot, SlotTally())
            tally.clips += outcome.done
            tally.batches += 1
            tally.busy_s += max(0.0, outcome.ended_s - note.began_s)
            if outcome.engine_error:
                self.bad_slots[note.slot] = note.ticket.group, outcome.engine_error
            elif outcome.done:
                self.bad_slots.pop(note.slot, None)
            self._log(
                "batch",
                ticket=note.ticket.name,
                scene=note.ticket.scene,
                slot=note.slot,
                run=note.run,
                done=outcome.done,
                failed=len(outcome.failed),
                began_s=round(note.began_s, 3),
                seconds=round(outcome.ended_s - note.began_s, 3),
                cpu_s=outcome.cpu_s,
                error=outcome.engine_error,
            )
            for clip in outcome.failed:
                if clip.row in note.ticket.rows:
                    self._fail(clip.row, note.ticket, "failed", clip.why, note.slot)
            self._close(note.ticket)

    def _expire(self) -> None:
        names = {path.name.removesuffix(".json"): path for path in (self.root / LEASES).glob("*.json")}
        for name in [name for name in self._seen if name not in names]:
            del self._seen[name]
        for name, path in names.items():
            try:
                stamp = path.stat().st_mtime_ns
            except OSError:
                continue
            seen = self._seen.get(name)
            if seen is None or seen.stamp != stamp:
                note = seen.note if seen is not None else _lease_note(path)
                self._seen[name] = seen = _Seen(stamp, self._now(), note)
            why = self._lost(seen)
            ticket = self._open.get(name)
            if ticket is None:
                if why or seen.note is None:
                    path.unlink(missing_ok=True)  # of nobody's
                continue
            if why and not (self.root / OUTCOMES / path.name).is_file():
                self._end(ticket, seen.note, why)

    def _lost(self, seen: _Seen) -> str:
        """Why a lease's holder is taken for lost; "" while it is not."""
        note = seen.note
        silent = self._now() - seen.at > self.limits.lease_s
        if note is not None and note.machine == machine():
            if not is_there(note.process, note.started):
                return "the process that rendered it ended"
            if silent and note.process != os.getpid():
                with suppress(OSError):
                    os.kill(note.process, signal.SIGKILL)  # it hangs, and holds its slot
        return f"its slot said nothing for {self.limits.lease_s:g} s" if silent else ""

    def _end(self, ticket: Ticket, note: LeaseNote | None, why: str) -> None:
        slot = note.slot if note is not None else ""
        if note is not None and note.run:
            self._lost_runs.add(note.run)
        at = read_note(self.root, note.host, note.process) if note is not None else None
        row = at.row if at is not None else -1
        self._log("lost", ticket=ticket.name, scene=ticket.scene, slot=slot, run=note.run if note else "", row=row, why=why)
        if row in ticket.rows and not self._is_done(row):
            self._fail(row, ticket, "died", why, slot)
        self._close(ticket)

    def _close(self, ticket: Ticket) -> None:
        """End a ticket; what is left of its rows comes back, clips that failed each alone, behind the others of their scene."""
        withdraw(self._store, ticket)
        self._seen.pop(ticket.name, None)
        if self._open.pop(ticket.name, None) is None:
            return
        left = [row for row in ticket.rows if not self._is_done(row)]
        hit = [row for row in left if self._failures.of(row)]
        for row in hit:
            verdict = self._failures.verdict(row)
            if verdict:
                self._give_up(row, verdict)
            else:
                self._put(ticket.scene, ticket.group, (row,))
        number, generation = (int(part) for part in ticket.name.split("."))
        rest = tuple(row for row in left if row not in hit)
        if rest:
            same = generation < 999
            self._put(ticket.scene, ticket.group, rest, generation + 1 if same else 0, number if same else None)

    def _is_done(self, row: int) -> bool:
        return read_result(self._store, self._identities[row]) is not None

    def _fail(self, row: int, ticket: Ticket, kind: Literal["failed", "died"], why: str, slot: str) -> None:
        self._failures.add(Failure(row=row, ticket=ticket.name, kind=kind, why=why, slot=slot, at_s=time.time()))
        self._log("failure", row=row, kind=kind, slot=slot, why=why)

    def _give_up(self, row: int, why: str) -> None:
        self.quarantined[row] = why
        self._log("quarantined", row=row, why=why)
        allowed = self.limits.given_up
        if allowed is None:
            allowed = max(1, int(GIVEN_UP_SHARE * len(self._identities)))
        if len(self.quarantined) > allowed:
            self._failures.forget()
            first = min(self.quarantined)
            raise EngineError(
                f"{len(self.quarantined)} of {len(self._identities)} clips failed on every attempt, first row {first}: "
                f"{self.quarantined[first]}; more than {allowed} are not given up: {KEPT}"
            )
        self._plan = self._plan or PlanFile(self.root)
        (planned,) = self._plan.rows([row])
        quarantine(self._store, self._identities[row], planned, (self._engine.name, self._engine.build), why)

    # -- what may be taken ---------------------------------------------------------------------------------------------

    def _refill(self) -> None:
        if is_stopping(self.root) or is_paused(self.root):
            return
        for group in self._pending.groups():
            while len(self._of(group)) < self._window and group in self._pending.groups():
                self._publish(self._pending.take(group, self._merit(group)))
        present = {path.name.removesuffix(".json") for path in (self.root / TICKETS).glob("*.json")}
        for name, ticket in self._open.items():
            if name not in present and name not in self._seen:
                publish_ticket(self._store, ticket)  # somebody removed it

        def mend(path: Path) -> None:
            name = path.name.removesuffix(".json")
            path.unlink(missing_ok=True)
            if name in self._open:
                publish_ticket(self._store, self._open[name])

        list(read_all(self.root, TICKETS, Ticket, on_error=mend))

    def _of(self, group: str) -> list[Ticket]:
        return [ticket for ticket in self._open.values() if ticket.group == group]

    def _merit(self, group: str) -> Callable[[str], tuple[int, ...]]:
        """Least for a scene that a slot has loaded and finds no ticket of, then for the one with the fewest tickets."""
        loaded = {note.ticket.scene for note in self.leases}
        here = self._of(group)

        def merit(scene: str) -> tuple[int, ...]:
            mine = [ticket for ticket in here if ticket.scene == scene]
            starved = scene in loaded and all(ticket.name in self._seen for ticket in mine)
            return 0 if starved else 1, len(mine)

        return merit

    def _publish(self, batch: _Batch) -> None:
        name = f"{batch.number:07d}.{batch.generation:03d}"
        ticket = Ticket(name=name, scene=batch.scene, group=batch.group, rows=batch.rows)
        self._open[name] = ticket
        publish_ticket(self._store, ticket)

    def facts(self) -> dict[str, Any]:
        """How it stands, as numbers."""
        return {
            "tickets_open": len(self._open),
            "tickets_waiting": self.waiting(),
            "batches_pending": len(self._pending),
            "leases": len(self._seen),
            "quarantined": len(self.quarantined),
            "slots_bad": len(self.bad_slots),
        }


KEPT = "the others are kept: run the same command again to try these once more"


def _lease_note(path: Path) -> LeaseNote | None:
    try:
        return LeaseNote.model_validate_json(path.read_bytes())
    except (OSError, ValueError):
        return None
