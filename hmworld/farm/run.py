"""A run from its plan to its dataset, whatever hands out the turns."""

import json
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hmworld.dataset import PlanFile
from hmworld.dataset.progress import begin_run, is_paused
from hmworld.dataset.staging import staged_catalog
from hmworld.dataset.store import storage_errors
from hmworld.engine import EngineInfo
from hmworld.engine.checks import check_streams
from hmworld.errors import ClipsDamaged, EngineError
from hmworld.farm.supervisor import KEPT, Limits, Supervisor
from hmworld.farm.tickets import FARM
from hmworld.model.dataset import DatasetInfo
from hmworld.produce.batch import plan_batches
from hmworld.produce.finish import finish, missing_rows, render_ids
from hmworld.produce.fit import check_fit
from hmworld.produce.reuse import take_over
from hmworld.produce.slot import SlotSpec, ask_engines

EVENTS = f"{FARM}/events.jsonl"
REPAIRS = 5
"""Times that clips may be damaged between their rendering and the end."""


@dataclass
class Run:
    """A planned folder on its way to a dataset."""

    root: Path
    slots: Sequence[SlotSpec]
    engine: EngineInfo
    plan: PlanFile
    identities: list[str]
    limits: Limits = field(default_factory=Limits)
    batch_clips: int = 0
    """Clips of a batch; 0 = by the number of slots."""

    @classmethod
    def open(cls, root: Path, slots: Sequence[SlotSpec], engine: EngineInfo | None = None, **options: Any) -> "Run":
        """Take up a folder; the engines are asked what they are where that is not said.

        UsageError where they do not have what was planned.
        """
        plan = PlanFile(root)
        plan_batches(root, range(len(plan)), plan.scenes, slots)  # each scene has a slot
        begin_run(root)
        if is_paused(root):
            print(f"{root}: is paused; `hmworld resume {root}` goes on", file=sys.stderr, flush=True)
        engine = engine or ask_engines(slots, staged_catalog(root))
        check_streams(engine, plan.recipe.streams)
        check_fit(root, engine)
        return cls(root, slots, engine, plan, render_ids(plan, engine), **options)

    def take_over(self, sources: Sequence[Path]) -> None:
        """Take clips from datasets that have them."""
        taken = take_over(self.root, self.engine, sources)
        if taken:
            print(f"taken over from other datasets: {taken} clips", file=sys.stderr, flush=True)

    def missing(self) -> list[int]:
        """Rows that are to be rendered."""
        return missing_rows(self.root, self.engine, self.identities)

    def forget_farm(self) -> None:
        """Remove tickets and leases, where it is known that nobody holds one any more."""
        shutil.rmtree(self.root / FARM, ignore_errors=True)

    def supervisor(self, missing: Sequence[int], window: int) -> Supervisor:
        """A supervisor of the missing rows."""
        pools = plan_batches(self.root, missing, self.plan.scenes, self.slots, self.batch_clips)
        scenes = self.plan.scenes
        batches = [(scenes[batch.rows[0]], batch.slots[0].scene, batch.rows) for pool in pools for batch in pool.batches]
        return Supervisor(self.root, self.engine, batches, self.identities, window, self.limits, self.log)

    def check_slots(self, supervisor: Supervisor) -> None:
        """EngineError where what is left can be rendered by no slot any more."""
        slots, bad = Counter(slot.scene for slot in self.slots), Counter(group for group, _ in supervisor.bad_slots.values())
        useless = [group for group, count in slots.items() if bad[group] >= count]
        if useless and supervisor.left_to(useless):
            why = next(why for group, why in supervisor.bad_slots.values() if group in useless)
            raise EngineError(f"{why}\n{len(self.missing())} of {len(self.plan)} clips are left; {KEPT}")

    def log(self, event: str, **values: Any) -> None:
        """Append an event to the run's log, a JSON object a line."""
        path = self.root / EVENTS
        with storage_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a") as file:
                file.write(json.dumps({"time": round(time.time(), 3), "event": event, **values}) + "\n")


def complete(run: Run, render: Callable[[list[int]], None]) -> DatasetInfo:
    """Have `render` render what is missing until nothing is, and publish the dataset; clips that were damaged meanwhile are made again."""
    for left in reversed(range(REPAIRS + 1)):
        missing = run.missing()
        while missing:
            render(missing)
            missing = run.missing()
        try:
            return finish(run.root, run.engine)
        except ClipsDamaged as error:
            if not left:
                raise
            print(f"{error}; rendered again", file=sys.stderr, flush=True)
    raise AssertionError("unreachable")
