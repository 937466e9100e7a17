"""The generate flow on a work pool: a supervisor that keeps a window of turns, watches their leases, and publishes the dataset at the end.

It holds nothing that files do not: Prefect's server and its database, workers and this process may be lost at any time.
"""

import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from flows.settings import apply_farm_settings

apply_farm_settings()

from prefect import flow  # noqa: E402  # after its settings
from prefect.context import FlowRunContext  # noqa: E402

from flows.board import Board  # noqa: E402
from flows.forks import let_forks_exit  # noqa: E402
from flows.signals import told_to_end  # noqa: E402
from flows.work_pool import AWAY, WorkPool  # noqa: E402
from hmworld.dataset import PlanFile  # noqa: E402
from hmworld.dataset.lock import exclusive  # noqa: E402
from hmworld.dataset.progress import ask_to_stop, begin_run  # noqa: E402
from hmworld.engine import EngineInfo  # noqa: E402
from hmworld.errors import RunStopped, StorageError  # noqa: E402
from hmworld.farm import Limits, Run, Supervisor, complete  # noqa: E402
from hmworld.farm.agreement import agreed_engine, forget_engine  # noqa: E402
from hmworld.farm.environment import local_root, portable_root  # noqa: E402
from hmworld.farm.tickets import LEASES  # noqa: E402
from hmworld.model.dataset import DatasetInfo  # noqa: E402
from hmworld.produce import SlotSpec  # noqa: E402

let_forks_exit()

LOOK_S = 1.0
ASK_S, SELDOM_S = 3.0, 10.0
"""Prefect is asked no oftener than the first; where no batch came to an end, was lost or handed out again, as seldom as the second."""
STORAGE_PATIENCE_S = 900.0
"""A disk that is full, or away, is waited for."""
MOST_TURNS = 200


@flow(name="generate", flow_run_name="generate {name}", persist_result=False, validate_parameters=False)
def generate_on_pool(
    root: str, name: str, pool: str = "render", batch_clips: int = 0, lease_s: float = 60.0, reuse: Sequence[str] = ()
) -> dict[str, Any]:
    """Render what is missing of a planned folder on a work pool's slots, and finish its dataset; returns its info as plain data.

    `batch_clips`: clips of a batch; 0 = 32, or less where each slot would have fewer than three batches. A slot that has said nothing for
    `lease_s` is taken for lost. EngineError when too many clips fail on every attempt.
    """
    folder = Path(root)
    work = WorkPool(pool, portable_root(folder), f"hmworld:{PlanFile(folder).identity[:12]}", lease_s)
    here = FlowRunContext.get()
    if here is not None and here.flow_run is not None:
        work.follow(here.flow_run.id)
    run = Run.open(folder, [SlotSpec()], _ask_slots(folder, work), limits=Limits(lease_s=lease_s), batch_clips=batch_clips)
    run.take_over([Path(source) for source in reuse])

    def render(missing: list[int]) -> None:
        slots = max(1, work.workers() or 1)
        run.slots = [SlotSpec()] * slots
        _supervise(run, run.supervisor(missing, min(MOST_TURNS, max(4, 2 * slots))), work, Board(run, name))

    return complete(run, render).model_dump(mode="json")


@flow(name="generate-planned", flow_run_name="generate {root}", persist_result=False)
def generate_planned(root: str, pool: str = "render", batch_clips: int = 0, lease_s: float = 60.0) -> dict[str, Any]:
    """The same for a folder that `hmworld plan` has filled, as a deployment of its own; it must not run on a slot of the pool.

    `root` is relative to HMWORLD_ROOT where that is set. UsageError where another run works in the folder.
    """
    folder = local_root(root)
    with exclusive(folder):
        found: dict[str, Any] = generate_on_pool.fn(str(folder), PlanFile(folder).recipe.name, pool, batch_clips, lease_s)
    return found


def _ask_slots(folder: Path, work: WorkPool) -> EngineInfo:
    """What the slots' engine is, by the first that takes a turn."""
    begin_run(folder)  # else a run that was stopped before has them end at once
    if not any((folder / LEASES).glob("*.json")):
        forget_engine(folder)
    said, asked = time.monotonic(), 0.0
    while (engine := agreed_engine(folder)) is None:
        now = time.monotonic()
        if now - asked >= ASK_S:
            asked, turns = now, work.turns()
            if turns is not None:
                work.bury(turns, (), ())
                if not turns.count:
                    work.submit(1)
        if now - said > 30.0:
            said = now
            print(f"no slot of work pool {work.pool!r} has answered yet; offer some with: hmworld worker", file=sys.stderr, flush=True)
        time.sleep(LOOK_S)
    return engine


def _supervise(run: Run, supervisor: Supervisor, work: WorkPool, board: Board) -> None:
    asked, full_since, before = 0.0, 0.0, None
    try:
        while not supervisor.is_done:
            try:
                supervisor.step()
                full_since = 0.0
            except StorageError as error:
                full_since = _wait_for_storage(error, full_since)
            now, stands = time.monotonic(), ({note.run for note in supervisor.leases}, supervisor.waiting())
            if now - asked >= (SELDOM_S if stands == before else ASK_S):
                asked, before = now, stands
                _keep_turns(supervisor, work)
                board.show(supervisor)
            time.sleep(LOOK_S)
    except BaseException as error:
        if not isinstance(error, Exception):  # Ctrl-C, or what Prefect makes of SIGTERM
            ask_to_stop(run.root)
            print("stopping; the clips that are under way are finished first ...", file=sys.stderr, flush=True)
            _wait_for_leases(supervisor)
        raise
    finally:
        work.cancel_scheduled()
        board.show(supervisor, last=True)


def _keep_turns(supervisor: Supervisor, work: WorkPool) -> None:
    """As many turns as can have a batch, now or next; those whose lease was lost are marked."""
    held = {note.run for note in supervisor.leases}
    turns = work.turns()
    if turns is not None:
        work.bury(turns, held, supervisor.take_lost_runs())
        wanted = min(MOST_TURNS, supervisor.waiting() + len(held)) - turns.count
        if wanted > 0:
            work.submit(wanted)


def _wait_for_leases(supervisor: Supervisor) -> None:
    with suppress(RunStopped):
        while not supervisor.is_done:
            supervisor.step()
            time.sleep(LOOK_S)


def _wait_for_storage(error: StorageError, since: float) -> float:
    now = time.monotonic()
    if not since:
        print(f"{error}\nwaiting for up to {STORAGE_PATIENCE_S / 60:.0f} minutes ...", file=sys.stderr, flush=True)
    elif now - since > STORAGE_PATIENCE_S:
        raise error
    return since or now


def run_on_pool(root: Path, name: str, pool: str, batch_clips: int, lease_s: float, reuse: Sequence[Path] = ()) -> DatasetInfo:
    """Run the flow, again where Prefect's server failed it, until the dataset is there; returns its info."""
    with told_to_end():
        while True:
            try:
                return DatasetInfo.model_validate(
                    generate_on_pool(str(root), name, pool, batch_clips, lease_s, [str(source) for source in reuse])
                )
            except AWAY as error:
                if (root / "dataset.json").is_file():
                    return DatasetInfo.model_validate_json((root / "dataset.json").read_bytes())
                print(f"Prefect's server failed the run ({type(error).__name__}: {error}); trying again ...", file=sys.stderr, flush=True)
                time.sleep(5.0)
