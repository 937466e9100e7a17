"""The generate flow on the local runner: a process pool whose children take turns at batches, resumed from files.

Each round is a subflow with fresh pools, because a pool whose child was killed fails everything that is queued on it; what that child had
is handed out again.
"""

import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from flows.settings import apply_local_settings

apply_local_settings()

from prefect import flow, task  # noqa: E402  # after its settings
from prefect.cache_policies import NO_CACHE  # noqa: E402
from prefect.settings import PREFECT_API_URL, temporary_settings  # noqa: E402
from prefect.task_runners import ProcessPoolTaskRunner  # noqa: E402

from flows.forks import let_forks_exit  # noqa: E402
from flows.own_turn import end_with_parent, own_turn  # noqa: E402
from flows.signals import told_to_end  # noqa: E402
from hmworld.dataset.progress import ask_to_stop  # noqa: E402
from hmworld.errors import EngineError, StorageError  # noqa: E402
from hmworld.farm import Run, Supervisor, complete  # noqa: E402
from hmworld.model.dataset import DatasetInfo  # noqa: E402
from hmworld.produce import SlotSpec  # noqa: E402

let_forks_exit()

IDLE_ROUNDS = 2
"""Rounds without progress after which the flow gives up."""
LOOK_S = 0.25


@task(name="render-batch", persist_result=False, cache_policy=NO_CACHE, retries=0)
def render_batch_task(root: str, specs: tuple[SlotSpec, ...], lease_s: float, server: int) -> dict[str, Any]:
    """Take a turn in a child of the pool; it ends with its parent, and then ends Prefect's `server` too, whose process id this is."""
    end_with_parent(server)
    return own_turn(root, specs, lease_s)


@flow(name="render-round", persist_result=False, validate_parameters=False)
def render_round(run: Run, supervisor: Supervisor) -> None:
    """Turns on fresh pools of processes, until nothing is left or a pool's child has died.

    When it is interrupted, by SIGTERM or otherwise, it ends with the clips that are under way.
    """
    groups = {group: tuple(slot for slot in run.slots if slot.scene == group) for group in sorted({slot.scene for slot in run.slots})}
    turns: dict[str, list[Future[Any]]] = {group: [] for group in groups}
    with ExitStack() as stack:
        pools: dict[str, Any] = {}
        try:
            while True:
                supervisor.step()
                if supervisor.is_done:
                    return
                for group, slots in groups.items():
                    ended = [turn for turn in turns[group] if turn.done()]
                    if any(not _is_good(turn) for turn in ended):
                        return
                    turns[group] = [turn for turn in turns[group] if turn not in ended]
                    wanted = min(len(slots) - len(turns[group]), supervisor.waiting(group))
                    for _ in range(wanted):
                        if group not in pools:
                            pools[group] = stack.enter_context(ProcessPoolTaskRunner(max_workers=len(slots)))
                        parameters = {"root": str(run.root), "specs": tuple(dict.fromkeys(slots)), "lease_s": run.limits.lease_s}
                        with _one_server() as parameters["server"]:
                            turns[group].append(pools[group].submit(render_batch_task, parameters=parameters).wrapped_future)
                run.check_slots(supervisor)
                time.sleep(LOOK_S)
        except BaseException as error:
            # The pools wait for their children before they go.
            ask_to_stop(run.root)
            if not isinstance(error, Exception):  # Ctrl-C, or what Prefect makes of SIGTERM
                print("stopping; the clips that are under way are finished first ...", file=sys.stderr, flush=True)
            raise


@contextmanager
def _one_server() -> Iterator[int]:
    """Have children of a pool that are told their settings meanwhile speak to this process's server: each would start one of its own.

    Gives the server's process id; 0 = this process has none.
    """
    from prefect.server.api.server import SubprocessASGIServer  # takes seconds, which children need not spend

    server = SubprocessASGIServer()
    with temporary_settings({PREFECT_API_URL: server.api_url}) if server.running else nullcontext():
        yield server.server_process.pid if server.server_process is not None else 0


def _is_good(turn: "Future[Any]") -> bool:
    """Whether a turn came to its end; StorageError where its clips could not be written. The pool of one that did not is broken."""
    if turn.cancelled() or turn.exception() is not None:
        return False
    report = turn.result().result(raise_on_failure=False)
    if not isinstance(report, dict):
        return False
    if report["storage_error"]:
        raise StorageError(report["storage_error"])
    return True


@flow(name="generate", persist_result=False, validate_parameters=False)
def generate(root: str, slots: Sequence[SlotSpec], reuse: Sequence[str] = (), batch_clips: int = 0) -> dict[str, Any]:
    """Render what is missing of a planned folder, a process for each slot, and finish its dataset; returns its info as plain data.

    Clips that the datasets in `reuse` have are taken over.

    Raises EngineError when too many clips fail on every attempt or an engine can be used no more, StorageError when nothing can be written.
    """
    run = Run.open(Path(root), slots, batch_clips=batch_clips)
    run.take_over([Path(source) for source in reuse])

    def render(missing: list[int]) -> None:
        # The folder is locked, and children end with their parent: nobody is at work in it.
        run.forget_farm()
        supervisor, idle, left = run.supervisor(missing, 2 * len(slots)), 0, len(missing)
        while not supervisor.is_done:
            supervisor.bad_slots.clear()  # new processes
            render_round(run, supervisor)
            before, left = left, len(run.missing())
            idle = idle + 1 if left == before else 0
            if left and idle >= IDLE_ROUNDS:
                raise EngineError(
                    f"{left} of {len(run.plan)} clips are left and {IDLE_ROUNDS} rounds made no progress; the workers are being killed"
                )

    return complete(run, render).model_dump(mode="json")


def run_generate(root: Path, slots: Sequence[SlotSpec], reuse: Sequence[Path] = (), batch_clips: int = 0) -> DatasetInfo:
    """Run the flow and return the dataset's info. SIGTERM ends it as Ctrl-C does: KeyboardInterrupt."""
    with told_to_end():
        return DatasetInfo.model_validate(generate(str(root), list(slots), [str(source) for source in reuse], batch_clips))
