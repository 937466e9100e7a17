"""Tickets, leases and outcomes: how slots get their batches, by files that any of them may die beside.

A ticket is claimed once, by whoever publishes its lease; it is never reopened. What is left of a batch when its lease has ended comes back
under a new name, so that a holder that was thought dead cannot touch what another has now.
"""

import os
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import Field, ValidationError

from hmworld.dataset.progress import FailedClip
from hmworld.dataset.staging import STAGING
from hmworld.dataset.store import LocalStore
from hmworld.farm.processes import machine, started
from hmworld.model.base import Document

FARM = f"{STAGING}/farm"
TICKETS, LEASES, OUTCOMES = f"{FARM}/tickets", f"{FARM}/leases", f"{FARM}/outcomes"
D = TypeVar("D", bound=Document)


class Ticket(Document):
    """A batch that may be taken."""

    name: Annotated[str, Field(pattern=r"^[0-9]{7}\.[0-9]{3}$")]
    """Number of the batch, and how often it was given out before: never a name out of a recipe."""
    scene: str
    group: str = ""
    """The scene of the slots that may take it, "" = of slots that render any."""
    rows: tuple[int, ...]


class LeaseNote(Document):
    """Who has a ticket."""

    ticket: Ticket
    slot: str
    host: str
    machine: str
    """See `processes.machine`."""
    process: Annotated[int, Field(ge=1, lt=1 << 31)]
    started: int
    """Of the process: see `processes.started`."""
    run: str = ""
    """Of Prefect, where it is one of Prefect's."""
    began_s: float


class Outcome(Document):
    """What became of a lease, by its holder."""

    lease: LeaseNote
    ended_s: float
    done: int
    failed: tuple[FailedClip, ...] = ()
    engine_error: str = ""
    cpu_s: float = 0.0
    """CPU seconds that the holder's process used, without its engine's."""


class Lease:
    """A hold on a ticket, by its holder."""

    def __init__(self, root: Path, note: LeaseNote) -> None:
        self.note = note
        self._store = LocalStore(root)
        self._name = f"{LEASES}/{note.ticket.name}.json"
        self._cpu_s = time.process_time()

    def beat(self) -> bool:
        """Say that the holder is alive; whether the lease is still held."""
        try:
            os.utime(self._store.path(self._name))
        except FileNotFoundError:
            return False
        except OSError:
            return True  # a disk that does not answer is not the end of a lease
        return True

    def close(self, done: int, failed: tuple[tuple[int, str], ...] = (), engine_error: str = "") -> None:
        """Leave the outcome; the supervisor ends the lease. StorageError where it cannot be written."""
        outcome = Outcome(
            lease=self.note,
            ended_s=time.time(),
            done=done,
            failed=tuple(FailedClip(row=row, why=why) for row, why in failed),
            engine_error=engine_error,
            cpu_s=round(time.process_time() - self._cpu_s, 3),
        )
        if self.beat():  # else it is another's by now
            self._store.publish_if_absent(f"{OUTCOMES}/{self.note.ticket.name}.json", [outcome.canonical()])

    def give_back(self) -> None:
        """Leave the lease without an outcome: its ticket may be claimed again."""
        self._store.remove(self._name)


def publish_ticket(store: LocalStore, ticket: Ticket) -> None:
    """Make a batch one that may be taken."""
    store.publish_if_absent(f"{TICKETS}/{ticket.name}.json", [ticket.canonical()])


def withdraw(store: LocalStore, ticket: Ticket) -> None:
    """End a ticket with its lease and outcome; the ticket first, so that it cannot be claimed again."""
    for folder in (TICKETS, LEASES, OUTCOMES):
        store.remove(f"{folder}/{ticket.name}.json")


def open_tickets(root: Path) -> list[str]:
    """Names of tickets that nobody has."""
    taken = set(_names(root / LEASES))
    return [name for name in _names(root / TICKETS) if name not in taken]


def claim(root: Path, slot: str, scene: str = "", only: str = "", run: str = "") -> Lease | None:
    """Claim a ticket; None where there is none for this slot, which renders the scene `only`, "" = any.

    One of the slot's loaded `scene` before any other, else one of the scene with the most open tickets for each slot that has it.
    """
    store = LocalStore(root)
    while True:
        held = {note.ticket.name: note for note in read_all(root, LEASES, LeaseNote)}
        taken = held.keys() | set(_names(root / LEASES))
        tickets = [ticket for ticket in read_all(root, TICKETS, Ticket) if ticket.name not in taken and _is_for(ticket, only)]
        if not tickets:
            return None
        waiting, busy = Counter(ticket.scene for ticket in tickets), Counter(note.ticket.scene for note in held.values())

        def merit(ticket: Ticket) -> tuple[bool, float, str]:
            return ticket.scene != scene, -waiting[ticket.scene] / (1 + busy[ticket.scene]), ticket.name  # noqa: B023  # used at once

        for ticket in sorted(tickets, key=merit):
            note = _note(ticket, slot, run)
            if store.publish_if_absent(f"{LEASES}/{ticket.name}.json", [note.canonical()]):
                if store.exists(f"{TICKETS}/{ticket.name}.json"):
                    return Lease(root, note)
                store.remove(f"{LEASES}/{ticket.name}.json")  # withdrawn a moment ago


def _is_for(ticket: Ticket, only: str) -> bool:
    return ticket.group in ("", only) and only in ("", ticket.scene)


def _note(ticket: Ticket, slot: str, run: str) -> LeaseNote:
    process = os.getpid()
    return LeaseNote(
        ticket=ticket,
        slot=slot,
        host=socket.gethostname(),
        machine=machine(),
        process=process,
        started=started(process),
        run=run,
        began_s=time.time(),
    )


def read_all(root: Path, folder: str, kind: type[D], on_error: Callable[[Path], None] = lambda path: None) -> Iterator[D]:
    """Documents of a folder; one that cannot be read (removed meanwhile, damaged) is left out, and `on_error` told."""
    for name in _names(root / folder):
        path = root / folder / f"{name}.json"
        try:
            yield kind.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            continue
        except (OSError, ValidationError):
            on_error(path)


def _names(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entry.name.removesuffix(".json") for entry in entries if entry.name.endswith(".json"))
    except FileNotFoundError:
        return []
