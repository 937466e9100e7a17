"""A batch: planned clips of one scene, rendered on one slot with retries. The unit that every runner hands out."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hmworld.dataset import LocalStore, PlanFile
from hmworld.dataset.staging import read_result, staged_catalog
from hmworld.engine.launch import EngineAddress
from hmworld.errors import EngineError, EngineRefused
from hmworld.produce.render import Captioner, render_clip, render_key
from hmworld.produce.slot import process_slot

log = logging.getLogger(__name__)

ATTEMPTS = 3
"""Tries of a clip, each after the first on a fresh engine."""


@dataclass(frozen=True)
class Batch:
    """Rows of a plan to render, all of one scene."""

    root: str
    rows: tuple[int, ...]
    threads: int = 1
    address: EngineAddress | None = None
    """A running engine; None starts the embedded one."""


@dataclass(frozen=True)
class BatchReport:
    """What became of a batch."""

    done: int
    failed: tuple[tuple[int, str], ...]
    """Rows that failed on every attempt, and why."""


def plan_batches(
    root: Path, rows: Sequence[int], scenes: Sequence[str], size: int, threads: int, address: EngineAddress | None
) -> list[Batch]:
    """Batches of at most `size` rows of one scene each, in plan order; `scenes` is the scene of every row of the plan."""
    batches = []
    for scene in sorted(set(scenes)):
        mine = [row for row in rows if scenes[row] == scene]
        batches += [Batch(str(root), tuple(mine[k : k + size]), threads, address) for k in range(0, len(mine), size)]
    return batches


def render_batch(batch: Batch, captioner: Captioner) -> BatchReport:
    """Render the rows of a batch that are not done yet; a clip that fails on a fresh engine too is reported, not raised.

    Raises StorageError at once: no other clip could be written either.
    """
    root = Path(batch.root)
    plan, slot = PlanFile(root), process_slot(batch.threads, batch.address, staged_catalog(root))
    store, done, failed = LocalStore(root), 0, []
    for row in plan.rows(batch.rows):
        for attempt in range(1, ATTEMPTS + 1):
            try:
                engine = slot.info()
                if read_result(store, render_key(row.spec, engine, plan.recipe)) is None:
                    render_clip(slot.connection(), engine, root, plan.recipe, row, captioner)
                done += 1
                break
            except EngineRefused as error:
                # A refusal is an answer, not a fault: a fresh engine would refuse too.
                failed.append((row.row, str(error)))
                slot.reset()
                break
            except EngineError as error:
                log.warning("clip %s (row %d), attempt %d of %d: %s", row.clip_id, row.row, attempt, ATTEMPTS, error)
                slot.reset()
                if attempt == ATTEMPTS:
                    failed.append((row.row, str(error)))
    return BatchReport(done, tuple(failed))
