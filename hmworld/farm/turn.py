"""A slot's turn: claim a batch, render it under a heartbeat, leave what became of it."""

import logging
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from hmworld.dataset.progress import is_paused, is_stopping
from hmworld.errors import EngineUnusable, HMWorldError, StorageError
from hmworld.farm.tickets import Lease, LeaseNote, claim, open_tickets
from hmworld.produce.batch import Batch, BatchReport, clip_age_s, render_batch
from hmworld.produce.render import Captioner
from hmworld.produce.slot import Slot, SlotSpec

log = logging.getLogger(__name__)

BEATS = 10
"""Heartbeats in the time after which a silent holder is taken for lost."""
CLIP_S = 3600.0
"""A clip that takes longer is stuck: its heartbeat ends."""
REST_S = 1.0


@dataclass(frozen=True)
class TurnReport:
    """What became of a turn; `ticket` is "" where there was none to claim."""

    ticket: str = ""
    done: int = 0
    failed: int = 0
    storage_error: str = ""
    engine_error: str = ""


def take_turn(
    root: Path,
    specs: tuple[SlotSpec, ...],
    slot_of: Callable[[], Slot],
    captioner: Captioner,
    name: str,
    lease_s: float,
    run: str = "",
    claimed: Callable[[LeaseNote], None] = lambda note: None,
    going_on: Callable[[], bool] = lambda: True,
    render: Callable[[Batch, Captioner, Slot, Callable[[], bool]], BatchReport] = render_batch,
) -> TurnReport:
    """Claim a ticket for a slot and render its batch.

    `name` is the slot's in the outcome, `run` that of Prefect's run; `claimed` is told what was claimed, and `going_on`
    is asked between two clips. What goes wrong is in the report,
    and never raised but for what is nobody's to foresee.
    """
    if is_stopping(root) or is_paused(root) or not going_on():
        return TurnReport()
    slot = slot_of()
    lease = claim(root, name, slot.scene, specs[0].scene, run)
    if lease is None:
        return TurnReport()
    ticket = lease.note.ticket
    batch = Batch(str(root), ticket.rows, specs)
    held = threading.Event()
    held.set()
    with _beating(lease, lease_s, held):
        claimed(lease.note)
        try:
            report = render(batch, captioner, slot, lambda: held.is_set() and going_on())
        except StorageError as error:
            # The outcome could not be written either; a lease can be removed from a disk that is full.
            lease.give_back()
            return TurnReport(ticket.name, storage_error=str(error))
        except EngineUnusable as error:
            return _closed(lease, BatchReport(0, ()), engine_error=str(error))
        except HMWorldError as error:
            return _closed(lease, BatchReport(0, tuple((row, str(error)) for row in ticket.rows)))
        except Exception as error:
            # A fault of ours: told with its trace, and named as what it is, instead of lost on the way.
            traceback.print_exc()
            return _closed(lease, BatchReport(0, tuple((row, f"{type(error).__name__}: {error}") for row in ticket.rows)))
        return _closed(lease, report)


def _closed(lease: Lease, report: BatchReport, engine_error: str = "") -> TurnReport:
    try:
        lease.close(report.done, report.failed, engine_error=engine_error)
    except StorageError as error:
        lease.give_back()
        return TurnReport(lease.note.ticket.name, report.done, storage_error=str(error))
    return TurnReport(lease.note.ticket.name, report.done, len(report.failed), engine_error=engine_error)


@contextmanager
def _beating(lease: Lease, lease_s: float, held: threading.Event) -> Iterator[None]:
    """Keep a lease while the block runs, as long as the clip in hand makes its way; `held` is cleared when it is lost."""
    ended = threading.Event()

    def beat() -> None:
        while not ended.wait(lease_s / BEATS):
            if clip_age_s() < CLIP_S and not lease.beat():
                log.warning("batch %s was given to another slot; ending with the clip in hand", lease.note.ticket.name)
                held.clear()
                return

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(lease_s)


def rest_while_open(root: Path) -> None:
    """Wait as long as there is work: what a slot does that is of no use, so that it does not take the turns of others."""
    with suppress(OSError):
        while not is_stopping(root) and open_tickets(root):
            time.sleep(REST_S)
