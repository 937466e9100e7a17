"""What the bookkeeping of a large dataset costs where rendering costs nothing: planned, handed out in batches, staged, sharded, published.

    python benchmarks/bookkeeping.py [--clips 59225] [--steps 3] [--batch 32] [--kilobytes 4] [--json]

The recipe is `hm-world` with a sixteenth, a quarter and all of its clips, each in a process of its own. The engine is a null engine:
behind the interface at which a slot renders a batch it takes the forecast for what it saw, writes the clip's json in full, puts bytes of
no meaning where the pictures would be, and stages the clip as any other. All else is the pipeline's own: planner, supervisor, tickets,
leases with heartbeats, records, shards with their digests, tables, cards, dataset.json.

Printed: seconds of each step, seconds a clip, how it grows with the number of clips (1 = in proportion), and the greatest resident memory.
"""

import argparse
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from common import last_line, machine, table

from flows.prepare import prepare
from hmworld.annotate import ClipAnnotation
from hmworld.caption import template_caption
from hmworld.choreography import choreograph
from hmworld.cli.generate import load_recipe
from hmworld.dataset import LocalStore, PlanFile, PlanRow
from hmworld.dataset.cards import read_motion, read_scene_card, read_subject_card
from hmworld.dataset.shards import MAIN
from hmworld.dataset.staging import ClipResult, stage_fragment, stage_result
from hmworld.dataset.tables import manifest_row
from hmworld.dataset.tar import fragment
from hmworld.engine import EngineInfo
from hmworld.farm import Run, complete, take_turn
from hmworld.model.recipe import Recipe
from hmworld.model.sample import QualityRecord
from hmworld.produce import Batch, Slot, SlotSpec
from hmworld.produce import render as rendering
from hmworld.produce.batch import BatchReport
from hmworld.produce.render import Captioner, render_key

ENGINE = EngineInfo("null", "null-1")
QUALITY = QualityRecord(mean_luma=100.0, max_box_area_fraction=0.1, forecast_state_agreement=1.0)


def books(clips: int) -> Recipe:
    """`hm-world` with so many clips, those of its splits in proportion."""
    whole = load_recipe("hm-world")
    splits = {name: split.model_copy(update={"clips": max(1, split.clips * clips // whole.clips)}) for name, split in whole.splits.items()}
    return whole.model_copy(update={"clips": clips, "name": "books", "splits": splits})


class NullEngine:
    """Renders batches of a folder without an engine."""

    def __init__(self, root: Path, kilobytes: int) -> None:
        self.plan, self.store, self.bytes = PlanFile(root), LocalStore(root), kilobytes * 1024
        self._joints: dict[str, list[str]] = {}

    def render(self, batch: Batch, captioner: Captioner, slot: Slot, going_on: Callable[[], bool]) -> BatchReport:
        """As `hmworld.produce.render_batch`."""
        for row in self.plan.rows(batch.rows):
            self._render(row, captioner)
        return BatchReport(len(batch.rows), ())

    def _render(self, row: PlanRow, captioner: Captioner) -> None:
        root, spec, recipe = self.store.root, row.spec, self.plan.recipe
        cards = rendering._Cards(read_scene_card(root, spec.scene.name), [read_subject_card(root, s.name) for s in spec.subjects])
        annotation = ClipAnnotation({}, list(row.forecast_events), QUALITY, "")
        joints = [self._names(s.motion_sha256) for s in spec.subjects]
        caption = captioner(spec, cards.scene, cards.subjects, annotation.events)
        sample = rendering._sample(row, cards, annotation, caption, ENGINE, joints)
        clip, nothing = row.clip_id, os.urandom(self.bytes)
        files = [(f"{clip}.json", sample.typed_json()), *((f"{clip}.{kind}", nothing) for kind in ("mp4", "mask.mkv", "npz"))]
        data, members = fragment([*files, (f"{clip}.txt", sample.caption.text.encode())])
        identity = render_key(spec, ENGINE, recipe)
        staged = [stage_fragment(self.store, identity, MAIN, data, members)]
        for stream in recipe.streams:
            data, members = fragment([(f"{clip}.{stream}.mkv", nothing)])
            staged.append(stage_fragment(self.store, identity, stream, data, members))
        result = ClipResult(
            render_id=identity,
            clip_id=clip,
            row=row.row,
            candidate=row.candidate,
            scene=spec.scene.name,
            reject_reason="",
            events=tuple(annotation.events),
            forecast_events=row.forecast_events,
            engine_name=ENGINE.name,
            engine_build=ENGINE.build,
            fragments=tuple(staged),
            manifest=manifest_row(sample, row.row),
        )
        stage_result(self.store, result)

    def _names(self, motion: str) -> list[str]:
        if motion not in self._joints:
            self._joints[motion] = list(read_motion(self.store.root, motion).joint_names)
        return self._joints[motion]


@contextmanager
def measured(found: dict[str, tuple[float, float, float]], step: str) -> Iterator[None]:
    """Seconds, CPU seconds of this process and greatest memory in MiB of a step."""
    Path("/proc/self/clear_refs").write_text("5")
    began, cpu = time.perf_counter(), time.process_time()
    yield
    peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    found[step] = time.perf_counter() - began, time.process_time() - cpu, int(peak.split()[1]) / 1024


def keep_books(root: Path, clips: int, batch: int, kilobytes: int) -> dict[str, tuple[float, float, float]]:
    """All steps from a recipe to a dataset of so many clips."""
    found: dict[str, tuple[float, float, float]] = {}
    with measured(found, "plan"):
        # In a process of its own, as a user plans whom the memory of planning shall not cost what follows.
        subprocess.run([sys.executable, __file__, "--plan", str(root), "--clips", str(clips)], check=True, stdout=subprocess.DEVNULL)
    slots = [SlotSpec()] * 2
    with measured(found, "open"):
        run = Run.open(root, slots, ENGINE, batch_clips=batch)
        missing = run.missing()
    assert len(missing) == clips
    null = NullEngine(root, kilobytes)
    slot = cast(Slot, SimpleNamespace(scene="", spec=slots[0]))
    choreograph(null.plan.rows([0])[0].spec)

    def render(missing: list[int]) -> None:
        with measured(found, "batches"):
            supervisor, number = run.supervisor(missing, 4), 0
            while not supervisor.is_done:
                supervisor.step()
                for _ in range(supervisor.waiting()):
                    number += 1
                    report = take_turn(root, (slots[0],), lambda: slot, template_caption, f"null{number % 2}", 60.0, render=null.render)
                    assert not report.failed
                    assert report.ticket
        found["finish"] = time.perf_counter(), time.process_time(), 0.0
        Path("/proc/self/clear_refs").write_text("5")

    info = complete(run, render)
    began, cpu, _ = found.pop("finish")
    peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    found["look again, shard, publish"] = time.perf_counter() - began, time.process_time() - cpu, int(peak.split()[1]) / 1024
    assert (info.counts.kept, info.counts.planned) == (clips, clips)
    return found


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=int, default=59_225)
    parser.add_argument("--steps", type=int, default=3, help="sizes measured, each four times the one before")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--kilobytes", type=int, default=4, help="of each file that an engine's pictures would fill")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--plan", help=argparse.SUPPRESS)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.plan:
        prepare(books(options.clips), Path(options.plan))
        return
    if options.one:
        found = keep_books(Path(options.one), options.clips, options.batch, options.kilobytes)
        last_line(True, {step: list(figures) for step, figures in found.items()})
        return
    print(machine())
    values: dict[str, object] = {}
    before: dict[str, list[float]] = {}
    for step in reversed(range(options.steps)):
        clips = max(1, options.clips // 4**step)
        root = Path(tempfile.mkdtemp(prefix="hmworld-books-"))
        try:
            found = _alone(root / "books", clips, options)
        finally:
            shutil.rmtree(root, ignore_errors=True)
        rows = []
        for what, (wall, cpu, peak) in found.items():
            grows = ""
            if what in before:
                grows = f"grows as clips^{math.log(wall / before[what][0]) / math.log(4):.2f}"
            rows.append((what, f"{wall:.1f} s", f"{1000 * wall / clips:6.2f} ms a clip, {cpu:.1f} s of CPU, {peak:.0f} MiB  {grows}"))
        before = found
        total = sum(wall for wall, _, _ in found.values())
        table(f"{clips:,} clips in batches of {options.batch}: {total:.0f} s, {1000 * total / clips:.2f} ms a clip", rows)
        values[str(clips)] = found
    last_line(options.json, values)


def _alone(root: Path, clips: int, options: argparse.Namespace) -> dict[str, list[float]]:
    command = [sys.executable, __file__, "--one", str(root), "--clips", str(clips)]
    command += ["--batch", str(options.batch), "--kilobytes", str(options.kilobytes)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    main()
