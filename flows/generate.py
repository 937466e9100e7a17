"""The generate flow on the local runner: batches by scene on a process pool, resumed from files.

Each round is a subflow with a fresh pool, because a pool whose child was killed fails everything that is queued on it. A round takes what
is still missing by the files; the flow ends when nothing is, or when a round made no progress.
"""

import math
import os
import sys
import threading
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flows.settings import apply_local_settings

apply_local_settings()

from prefect import flow, task  # noqa: E402  # after its settings
from prefect.cache_policies import NO_CACHE  # noqa: E402
from prefect.futures import PrefectFuture  # noqa: E402
from prefect.task_runners import ProcessPoolTaskRunner  # noqa: E402

from hmworld.caption import template_caption  # noqa: E402
from hmworld.dataset import PlanFile  # noqa: E402
from hmworld.dataset.staging import staged_catalog  # noqa: E402
from hmworld.engine.launch import EngineAddress  # noqa: E402
from hmworld.errors import EngineError, HMWorldError, StorageError  # noqa: E402
from hmworld.model.dataset import DatasetInfo  # noqa: E402
from hmworld.produce import Batch, finish, missing_rows, plan_batches, render_batch  # noqa: E402
from hmworld.produce.reuse import take_over  # noqa: E402
from hmworld.produce.slot import Slot  # noqa: E402

MAX_BATCH = 32
IDLE_ROUNDS = 2
"""Rounds without progress after which the flow gives up."""


@task(name="render-batch", persist_result=False, cache_policy=NO_CACHE, retries=0)
def render_batch_task(batch: Batch) -> dict[str, Any]:
    """Render a batch in a child of the pool; errors come back as text, so that the parent can tell them apart."""
    _end_with_parent()
    try:
        report = render_batch(batch, template_caption)
    except StorageError as error:
        return {"done": 0, "failed": [], "storage_error": str(error)}
    except HMWorldError as error:
        return {"done": 0, "failed": [(row, str(error)) for row in batch.rows], "storage_error": ""}
    except Exception as error:
        # A fault of ours: told with its trace, and named as what it is, instead of lost in a future.
        traceback.print_exc()
        return {"done": 0, "failed": [(row, f"{type(error).__name__}: {error}") for row in batch.rows], "storage_error": ""}
    return {"done": report.done, "failed": list(report.failed), "storage_error": ""}


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
def render_round(batches: list[Batch]) -> list[dict[str, Any]]:
    """One round: all batches on the pool of this flow; a batch whose child died is left out of the answer."""
    futures: list[PrefectFuture[dict[str, Any]]] = [render_batch_task.submit(batch) for batch in batches]
    answers = []
    for future in futures:
        result = future.result(raise_on_failure=False)
        if isinstance(result, dict):
            answers.append(result)
    return answers


@flow(name="generate", persist_result=False, validate_parameters=False)
def generate(root: str, workers: int, address: EngineAddress | None = None, threads: int = 1, reuse: Sequence[str] = ()) -> dict[str, Any]:
    """Render what is missing of a planned folder and finish its dataset; returns the dataset's info as plain data.

    Clips that the datasets in `reuse` have are taken over.

    Raises EngineError when clips fail on every attempt, StorageError when nothing can be written.
    """
    folder = Path(root)
    with Slot(threads, address, staged_catalog(folder)) as slot:
        engine = slot.info()
    taken = take_over(folder, engine, [Path(source) for source in reuse])
    if taken:
        print(f"taken over from other datasets: {taken} clips", file=sys.stderr, flush=True)
    plan = PlanFile(folder)
    scenes, idle = plan.scenes, 0
    missing = missing_rows(folder, engine)
    while missing:
        answers = _round(folder, missing, scenes, workers, address, threads)
        storage = [a["storage_error"] for a in answers if a["storage_error"]]
        if storage:
            raise StorageError(storage[0])
        left = missing_rows(folder, engine)
        failed = {row: why for a in answers for row, why in a["failed"]}
        if left and set(left) <= set(failed):
            row, why = min(failed.items())
            raise EngineError(
                f"{len(left)} of {len(plan)} clips failed on every attempt, first row {row}: {why}; the others are kept: run the same "
                "command again to try these once more"
            )
        idle = idle + 1 if len(left) == len(missing) else 0
        if idle >= IDLE_ROUNDS:
            raise EngineError(
                f"{len(left)} of {len(plan)} clips are left and {IDLE_ROUNDS} rounds made no progress; the workers are being killed"
            )
        missing = left
    return finish(folder, engine).model_dump(mode="json")


def _round(
    folder: Path, missing: list[int], scenes: list[str], workers: int, address: EngineAddress | None, threads: int
) -> list[dict[str, Any]]:
    size = max(1, min(MAX_BATCH, math.ceil(len(missing) / (3 * workers))))
    batches = plan_batches(folder, missing, scenes, size, threads, address)
    runner: Any = ProcessPoolTaskRunner(max_workers=min(workers, len(batches)))
    answers: list[dict[str, Any]] = render_round.with_options(task_runner=runner)(batches)
    return answers


def run_generate(root: Path, workers: int, address: EngineAddress | None, threads: int, reuse: Sequence[Path] = ()) -> DatasetInfo:
    """Run the flow and return the dataset's info."""
    return DatasetInfo.model_validate(generate(str(root), workers, address, threads, [str(source) for source in reuse]))
