"""The generate flow on the local runner: batches by scene on a process pool, resumed from files.

Each round is a subflow with a fresh pool, because a pool whose child was killed fails everything that is queued on it. A round takes what
is still missing by the files; the flow ends when nothing is, or when a round made no progress.
"""

import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from flows.settings import apply_local_settings

apply_local_settings()

from prefect import flow, task  # noqa: E402  # after its settings
from prefect.cache_policies import NO_CACHE  # noqa: E402
from prefect.futures import PrefectFuture  # noqa: E402
from prefect.task_runners import ProcessPoolTaskRunner  # noqa: E402

from flows.forks import let_forks_exit  # noqa: E402
from hmworld.caption import template_caption  # noqa: E402
from hmworld.dataset import PlanFile  # noqa: E402
from hmworld.dataset.progress import ask_to_stop, begin_run  # noqa: E402
from hmworld.dataset.staging import staged_catalog  # noqa: E402
from hmworld.engine.checks import check_streams  # noqa: E402
from hmworld.errors import EngineError, EngineUnusable, HMWorldError, StorageError  # noqa: E402
from hmworld.model.dataset import DatasetInfo  # noqa: E402
from hmworld.produce import Batch, Pool, SlotSpec, ask_engines, finish, missing_rows, plan_batches, render_batch  # noqa: E402
from hmworld.produce.fit import check_fit  # noqa: E402
from hmworld.produce.reuse import take_over  # noqa: E402

let_forks_exit()

IDLE_ROUNDS = 2
"""Rounds without progress after which the flow gives up."""


@task(name="render-batch", persist_result=False, cache_policy=NO_CACHE, retries=0)
def render_batch_task(batch: Batch) -> dict[str, Any]:
    """Render a batch in a child of the pool; errors come back as text, so that the parent can tell them apart."""
    _end_with_parent()
    done, failed, storage, engine = 0, [], "", ""
    try:
        report = render_batch(batch, template_caption)
        done, failed = report.done, list(report.failed)
    except StorageError as error:
        storage = str(error)
    except EngineUnusable as error:
        engine = str(error)
    except HMWorldError as error:
        failed = [(row, str(error)) for row in batch.rows]
    except Exception as error:
        # A fault of ours: told with its trace, and named as what it is, instead of lost in a future.
        traceback.print_exc()
        failed = [(row, f"{type(error).__name__}: {error}") for row in batch.rows]
    return {"done": done, "failed": failed, "storage_error": storage, "engine_error": engine}


_watched: set[int] = set()


def _end_with_parent() -> None:
    """End this child, and with it its engine, when the parent is killed: a pool's children would wait for work for ever."""
    parent = os.getppid()
    if os.getpid() in _watched:
        return
    _watched.add(os.getpid())

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1.0)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@flow(name="render-round", persist_result=False, validate_parameters=False)
def render_round(folder: Path, pools: list[Pool]) -> list[dict[str, Any]]:
    """One round: all batches, each on its own pool of processes; a batch whose child died is left out of the answer.

    When it is interrupted, by SIGTERM or otherwise, it ends with the clips that are under way.
    """
    answers = []
    with ExitStack() as stack:
        futures: list[PrefectFuture[dict[str, Any]]] = []
        for pool in pools:
            runner: Any = stack.enter_context(ProcessPoolTaskRunner(max_workers=pool.workers))
            futures += [runner.submit(render_batch_task, parameters={"batch": batch}) for batch in pool.batches]
        try:
            for future in futures:
                result = future.result(raise_on_failure=False)
                if isinstance(result, dict):
                    answers.append(result)
        except BaseException:
            # The pools wait for their children before they go.
            ask_to_stop(folder)
            print("stopping; the clips that are under way are finished first ...", file=sys.stderr, flush=True)
            raise
    return answers


@flow(name="generate", persist_result=False, validate_parameters=False)
def generate(root: str, slots: Sequence[SlotSpec], reuse: Sequence[str] = ()) -> dict[str, Any]:
    """Render what is missing of a planned folder, a process for each slot, and finish its dataset; returns its info as plain data.

    Clips that the datasets in `reuse` have are taken over.

    Raises EngineError when clips fail on every attempt or an engine can be used no more, StorageError when nothing can be written.
    """
    folder = Path(root)
    plan = PlanFile(folder)
    scenes, idle = plan.scenes, 0
    plan_batches(folder, range(len(plan)), scenes, slots)  # each scene has a slot
    begin_run(folder)
    engine = ask_engines(slots, staged_catalog(folder))
    check_streams(engine, plan.recipe.streams)
    check_fit(folder, engine)
    taken = take_over(folder, engine, [Path(source) for source in reuse])
    if taken:
        print(f"taken over from other datasets: {taken} clips", file=sys.stderr, flush=True)
    missing = missing_rows(folder, engine)
    while missing:
        answers = render_round(folder, plan_batches(folder, missing, scenes, slots))
        storage = [a["storage_error"] for a in answers if a["storage_error"]]
        if storage:
            raise StorageError(storage[0])
        left = missing_rows(folder, engine)
        unusable = [a["engine_error"] for a in answers if a["engine_error"]]
        if left and unusable:
            raise EngineError(f"{unusable[0]}\n{len(left)} of {len(plan)} clips are left; {_KEPT}")
        failed = {row: why for a in answers for row, why in a["failed"]}
        if left and set(left) <= set(failed):
            row, why = min(failed.items())
            raise EngineError(f"{len(left)} of {len(plan)} clips failed on every attempt, first row {row}: {why}; {_KEPT}")
        idle = idle + 1 if len(left) == len(missing) else 0
        if idle >= IDLE_ROUNDS:
            raise EngineError(
                f"{len(left)} of {len(plan)} clips are left and {IDLE_ROUNDS} rounds made no progress; the workers are being killed"
            )
        missing = left
    return finish(folder, engine).model_dump(mode="json")


_KEPT = "the others are kept: run the same command again to try these once more"


def run_generate(root: Path, slots: Sequence[SlotSpec], reuse: Sequence[Path] = ()) -> DatasetInfo:
    """Run the flow and return the dataset's info. SIGTERM ends it as Ctrl-C does: KeyboardInterrupt."""
    with _told_to_end():
        return DatasetInfo.model_validate(generate(str(root), list(slots), [str(source) for source in reuse]))


@contextmanager
def _told_to_end() -> Iterator[None]:
    """Make KeyboardInterrupt of SIGTERM where nobody else handles it: else this process would be gone, and Prefect's server left behind."""
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return

    def told(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, told)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
