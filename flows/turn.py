"""The flow that a work pool runs: a slot takes a turn. It is a process of its own each time, so the engine waits in the slot."""

import os
import time
from typing import Any

from flows.settings import apply_farm_settings

apply_farm_settings()

from prefect import flow, get_run_logger  # noqa: E402  # after its settings
from prefect.client.orchestration import get_client  # noqa: E402
from prefect.runtime import flow_run  # noqa: E402

from hmworld.caption import template_caption  # noqa: E402
from hmworld.dataset.staging import staged_catalog  # noqa: E402
from hmworld.errors import EngineError, StorageError  # noqa: E402
from hmworld.farm import TurnReport, take_turn  # noqa: E402
from hmworld.farm.agreement import agree_on_engine  # noqa: E402
from hmworld.farm.environment import local_root, slot_from_environment  # noqa: E402
from hmworld.farm.kept import KeptSlot, SlotFolder  # noqa: E402
from hmworld.farm.tickets import LeaseNote, open_tickets  # noqa: E402
from hmworld.produce import Slot  # noqa: E402

BACK_OFF_S = 10.0
"""A turn that found its slot of no use, or its disk full, ends no sooner: so that it does not take the turns of others."""


@flow(name="render-batch", persist_result=False, retries=0, validate_parameters=False)
def render_turn(root: str, lease_s: float = 60.0) -> dict[str, Any]:
    """Claim a batch of a dataset's folder and render it on this worker's slot.

    EngineError where the slot is of no use, StorageError where nothing can be written: the batch is handed out again then.
    """
    folder, (name, spec) = local_root(root), slot_from_environment()
    home = SlotFolder(name)
    if home.quarantined:
        time.sleep(BACK_OFF_S)
        raise EngineError(f"slot {name} is quarantined: {home.quarantined}")
    held: list[KeptSlot] = []

    def slot_of() -> Slot:
        # An orphan of a worker that was killed may have it for a while.
        held.append(KeptSlot(spec, home, staged_catalog(folder), patience=lambda: bool(open_tickets(folder))))
        agree_on_engine(folder, held[0].info())
        return held[0]

    try:
        report = take_turn(
            folder,
            (spec,),
            slot_of,
            template_caption,
            name,
            lease_s,
            run=_run_id(),
            claimed=_name_run,
            going_on=lambda: not home.is_stopping,
        )
    except EngineError as error:
        get_run_logger().warning(str(error))
        report = TurnReport(engine_error=str(error) if held else "")
    finally:
        for slot in held:
            slot.close()
    _judge(home, report)
    return {"ticket": report.ticket, "done": report.done, "failed": report.failed, "process": os.getpid()}


def _judge(home: SlotFolder, report: TurnReport) -> None:
    if report.storage_error:
        time.sleep(BACK_OFF_S)
        raise StorageError(report.storage_error)
    if report.engine_error:
        home.troubled(report.engine_error)
        time.sleep(BACK_OFF_S)
        raise EngineError(report.engine_error)
    if report.done:
        home.troubled("")


def _run_id() -> str:
    return str(flow_run.get_id() or "")


def _name_run(note: LeaseNote) -> None:
    """Give the run its name in Prefect's UI, now that it is known what it does; nothing depends on it."""
    if not _run_id():
        return
    try:
        with get_client(sync_client=True) as client:
            client.update_flow_run(_run_id(), name=f"{note.ticket.scene} {note.ticket.name} on {note.slot}")  # type: ignore[arg-type]
    except Exception as error:
        get_run_logger().info("this run could not be named: %s", error)
