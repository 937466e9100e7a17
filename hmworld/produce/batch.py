"""A batch: planned clips of one scene, rendered on one slot with retries. The unit that every runner hands out."""

import logging
import math
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from hmworld.dataset import LocalStore, PlanFile
from hmworld.dataset.plan_file import PLAN
from hmworld.dataset.progress import SlotDiary, is_paused, is_stopping
from hmworld.dataset.staging import read_result
from hmworld.errors import DatasetError, EngineError, EngineRefused, EngineUnusable, UsageError
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


def plan_batches(root: Path, rows: Sequence[int], scenes: Sequence[str], slots: Sequence[SlotSpec], clips: int = 0) -> list[Pool]:
    """Batches of rows of one scene each, in plan order; `scenes` is the scene of every row of the plan.

    A batch has at most `clips` rows; 0 = 32, or less where each slot would have fewer than three batches.
    Slots that render one scene only have all batches of that scene, and no others. UsageError where a scene has no slot.
    """
    for scene in sorted({slot.scene for slot in slots} - {""} - set(scenes)):
        raise UsageError(f"a slot is for scene {scene!r}, which the plan does not have; it has {', '.join(sorted(set(scenes)))}")
    own = {slot.scene for slot in slots}
    names: dict[str, list[str]] = {}
    for scene in sorted({scenes[row] for row in rows}):
        names.setdefault(scene if scene in own else "", []).append(scene)
    pools = []
    at = dict[str, list[int]]()
    for row in rows:
        at.setdefault(scenes[row], []).append(row)
    for group, members in names.items():
        mine = [slot for slot in slots if slot.scene == group]
        if not mine:
            raise UsageError(f"no slot is for {', '.join(members)}: each has a map of another scene; give one --map SCENE=MAP, or none")
        count = sum(len(at[scene]) for scene in members)
        size = clips or max(1, min(MAX_BATCH, math.ceil(count / (3 * len(mine)))))
        batches = []
        for scene in members:
            here = at[scene]
            batches += [Batch(str(root), tuple(here[k : k + size]), tuple(dict.fromkeys(mine))) for k in range(0, len(here), size)]
        pools.append(Pool(min(len(mine), len(batches)), tuple(batches)))
    return pools


def render_batch(batch: Batch, captioner: Captioner, slot: Slot | None = None, going_on: Callable[[], bool] = lambda: True) -> BatchReport:
    """Render the rows of a batch that are not done yet; a clip that fails on a fresh engine too is reported, not raised.

    `slot` is that of this process where it is left out. It ends with the clip that it is at when the run is asked to stop or to wait, or
    `going_on` says no.

    Raises StorageError at once, because no other clip could be written either, and EngineUnusable, because none could be rendered.
    """
    root = Path(batch.root)
    plan, slot = _plan(root), slot or process_slot(root, batch.slots)
    store, diary, done, failed = LocalStore(root), _diary(root, slot), 0, []
    for row in plan.rows(batch.rows):
        if is_stopping(root) or is_paused(root) or not going_on():
            break
        for attempt in range(1, ATTEMPTS + 1):
            _at.began = time.monotonic()
            diary.begins(row.spec.scene.name, row.clip_id, row.row, attempt)
            try:
                engine = slot.info()
                if read_result(store, render_key(row.spec, engine, plan.recipe)) is None:
                    slot.scene = row.spec.scene.name
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
            except DatasetError as error:
                # Its cards are damaged: others may have other cards.
                failed.append((row.row, str(error)))
                diary.gave_up(row.row, str(error))
                break
            except EngineUnusable as error:
                diary.fault(str(error))
                diary.rests()
                raise
            except EngineError as error:
                log.warning("clip %s (row %d), attempt %d of %d: %s", row.clip_id, row.row, attempt, ATTEMPTS, error)
                slot.failed(error)
                diary.fault(str(error))
                if attempt == ATTEMPTS:
                    failed.append((row.row, str(error)))
                    diary.gave_up(row.row, str(error))
            finally:
                _at.began = None
    diary.rests()
    return BatchReport(done, tuple(failed))


class _At:
    """Where this process is."""

    began: float | None = None
    """The clip in hand."""


_at = _At()
_diaries: dict[tuple[int, Path], SlotDiary] = {}
_plans: dict[Path, tuple[tuple[int, int], PlanFile]] = {}


def clip_age_s() -> float:
    """For how long this process has been at the clip in hand; 0 where it is at none."""
    began = _at.began
    return time.monotonic() - began if began is not None else 0.0


def _plan(root: Path) -> PlanFile:
    """A folder's plan, kept from one batch to the next."""
    found = (root / PLAN).stat() if (root / PLAN).is_file() else None
    stamp = (found.st_ino, found.st_mtime_ns) if found is not None else (0, 0)
    if root not in _plans or _plans[root][0] != stamp:
        _plans.clear()
        _plans[root] = stamp, PlanFile(root)
    return _plans[root][1]


def _diary(root: Path, slot: Slot) -> SlotDiary:
    """The diary of this process in a dataset's folder, kept from one batch to the next."""
    key = (os.getpid(), root)
    if key not in _diaries:
        _diaries[key] = SlotDiary(root, str(slot.spec), slot.name)
    return _diaries[key]
