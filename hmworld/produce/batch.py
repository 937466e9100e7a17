"""A batch: planned clips of one scene, rendered on one slot with retries. The unit that every runner hands out."""

import logging
import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hmworld.dataset import LocalStore, PlanFile
from hmworld.dataset.progress import SlotDiary, is_stopping
from hmworld.dataset.staging import read_result
from hmworld.errors import EngineError, EngineRefused, EngineUnusable, UsageError
from hmworld.produce.claim import process_slot
from hmworld.produce.render import Captioner, render_clip, render_key
from hmworld.produce.slot import Slot, SlotSpec

log = logging.getLogger(__name__)

ATTEMPTS = 3
"""Tries of a clip, each after the first on a fresh engine."""
MAX_BATCH = 32


@dataclass(frozen=True)
class Batch:
    """Rows of a plan to render, all of one scene."""

    root: str
    rows: tuple[int, ...]
    slots: tuple[SlotSpec, ...] = (SlotSpec(),)
    """Where: the process that renders it has one of these, and keeps it."""


@dataclass(frozen=True)
class BatchReport:
    """What became of a batch."""

    done: int
    failed: tuple[tuple[int, str], ...]
    """Rows that failed on every attempt, and why."""


@dataclass(frozen=True)
class Pool:
    """Slots that may have the same batches, and those batches; a process for each slot."""

    workers: int
    batches: tuple[Batch, ...]


def plan_batches(root: Path, rows: Sequence[int], scenes: Sequence[str], slots: Sequence[SlotSpec]) -> list[Pool]:
    """Batches of rows of one scene each, in plan order; `scenes` is the scene of every row of the plan.

    Slots that render one scene only have all batches of that scene, and no others. UsageError where a scene has no slot.
    """
    for scene in sorted({slot.scene for slot in slots} - {""} - set(scenes)):
        raise UsageError(f"a slot is for scene {scene!r}, which the plan does not have; it has {', '.join(sorted(set(scenes)))}")
    own = {slot.scene for slot in slots}
    names: dict[str, list[str]] = {}
    for scene in sorted({scenes[row] for row in rows}):
        names.setdefault(scene if scene in own else "", []).append(scene)
    pools = []
    for group, members in names.items():
        mine = [slot for slot in slots if slot.scene == group]
        if not mine:
            raise UsageError(f"no slot is for {', '.join(members)}: each has a map of another scene; give one --map SCENE=MAP, or none")
        count = sum(scenes[row] in members for row in rows)
        size = max(1, min(MAX_BATCH, math.ceil(count / (3 * len(mine)))))
        batches = []
        for scene in members:
            here = [row for row in rows if scenes[row] == scene]
            batches += [Batch(str(root), tuple(here[k : k + size]), tuple(dict.fromkeys(mine))) for k in range(0, len(here), size)]
        pools.append(Pool(min(len(mine), len(batches)), tuple(batches)))
    return pools


def render_batch(batch: Batch, captioner: Captioner) -> BatchReport:
    """Render the rows of a batch that are not done yet; a clip that fails on a fresh engine too is reported, not raised.

    It ends with the clip that it is at when the run is asked to stop.

    Raises StorageError at once, because no other clip could be written either, and EngineUnusable, because none could be rendered.
    """
    root = Path(batch.root)
    plan, slot = PlanFile(root), process_slot(root, batch.slots)
    store, diary, done, failed = LocalStore(root), _diary(root, slot), 0, []
    for row in plan.rows(batch.rows):
        if is_stopping(root):
            break
        for attempt in range(1, ATTEMPTS + 1):
            diary.begins(row.spec.scene.name, row.clip_id, row.row, attempt)
            try:
                engine = slot.info()
                if read_result(store, render_key(row.spec, engine, plan.recipe)) is None:
                    render_clip(slot.connection(), engine, root, plan.recipe, row, captioner)
                    slot.clip_done()
                done += 1
                diary.done()
                break
            except EngineRefused as error:
                # A refusal is an answer, not a fault: a fresh engine would refuse too.
                failed.append((row.row, str(error)))
                diary.gave_up(row.row, str(error))
                slot.disconnect()
                break
            except EngineUnusable as error:
                diary.fault(str(error))
                raise
            except EngineError as error:
                log.warning("clip %s (row %d), attempt %d of %d: %s", row.clip_id, row.row, attempt, ATTEMPTS, error)
                slot.failed(error)
                diary.fault(str(error))
                if attempt == ATTEMPTS:
                    failed.append((row.row, str(error)))
                    diary.gave_up(row.row, str(error))
    diary.rests()
    return BatchReport(done, tuple(failed))


_diaries: dict[tuple[int, Path], SlotDiary] = {}


def _diary(root: Path, slot: Slot) -> SlotDiary:
    """The diary of this process in a dataset's folder, kept from one batch to the next."""
    key = (os.getpid(), root)
    if key not in _diaries:
        _diaries[key] = SlotDiary(root, str(slot.spec))
    return _diaries[key]
