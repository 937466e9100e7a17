"""The real side of `farm_sim.py`: measures what its model is fed with, and times a real run that it is to predict.

Slots of one machine slow each other, so what is measured is one slot beside others that are as busy as it: each of them is a process of
its own that renders the same recipe over and over until it is told to stop.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import mean
from typing import Any

import yaml
from common import machine

from flows.prepare import prepare
from hmworld.caption import template_caption
from hmworld.cli.generate import load_recipe
from hmworld.dataset import PlanFile
from hmworld.dataset.progress import SLOTS
from hmworld.dataset.staging import CLIPS, STAGING
from hmworld.model import Recipe
from hmworld.produce import Batch, SlotSpec, finish, render_batch
from hmworld.produce.claim import process_slot

SCENES = ["city_street", "mountain_meadow", "harbour", "museum_hall"]
SMALL = {
    "name": "farm_check",
    "seed": 11,
    "clips": 64,
    "scenes": SCENES,
    "balance": {"scenes": dict.fromkeys(SCENES, 0.25), "tolerance": 0.05},
    "render": {"width": 416, "height": 240, "fps": 15, "frames": 60, "context_frames": 30},
    "retention": {"min_not_out_before": 4, "min_visible_before": 4, "min_gap": 4, "min_visible_after": 4},
    "clips_per_shard": 16,
}
"""What is rendered where no recipe is named."""
POLL_S = 0.05


def recipe_of(name: str) -> Recipe:
    """A recipe by file or name; "" = SMALL."""
    return load_recipe(name) if name else Recipe.from_data(SMALL, "benchmark")


def measure(name: str, clips: int, beside: int) -> dict[str, Any]:
    """Start, scene load, clip seconds by scene, and finish, of one slot with `beside` others at work.

    The clips are those of another seed than the recipe's: what is predicted is not what was measured.
    """
    recipe = recipe_of(name)
    recipe = Recipe.from_data({**recipe.model_dump(mode="json"), "seed": recipe.seed + 1, "clips": clips}, "benchmark")
    started = machine()
    with tempfile.TemporaryDirectory(prefix="hmworld-farm-") as folder:
        root = Path(folder) / "measured"
        plan = prepare(recipe, root)
        with others(root, Path(folder), beside):
            slot = process_slot(root, (SlotSpec(),))
            began = time.perf_counter()
            slot.connection()
            slot.info()
            start_s = time.perf_counter() - began
            seconds, firsts = clip_seconds(root, plan)
            engine = slot.info()
        slot.close()
        size = sum(path.stat().st_size for path in (root / STAGING).rglob("*") if path.is_file())
        began = time.perf_counter()
        finish(root, engine)
        finish_s = time.perf_counter() - began
    # The first clip of all has what a process loads once in its life, too, which is of the start.
    first, *further = [max(0.0, firsts[scene] - mean(seconds[scene])) for scene in firsts]
    load_s = mean(further) if further else first
    return {
        "machine": started,
        "recipe": recipe.name,
        "beside": beside,
        "start_s": start_s + max(0.0, first - load_s),
        "load_s": load_s,
        "scenes": seconds,
        "finish_clip_s": finish_s / clips,
        "bytes_a_clip": size / clips,
    }


def clip_seconds(root: Path, plan: PlanFile) -> tuple[dict[str, list[float]], dict[str, float]]:
    """Seconds of each scene's clips but the first, and of the first; scene after scene. ValueError for a scene with one clip only."""
    seconds: dict[str, list[float]] = {}
    firsts: dict[str, float] = {}
    for row, scene in sorted(enumerate(plan.scenes), key=lambda pair: (pair[1], pair[0])):
        began = time.perf_counter()
        report = render_batch(Batch(str(root), (row,)), template_caption)
        took = time.perf_counter() - began
        if report.done != 1:
            raise ValueError(f"row {row} failed: {report.failed}")
        if scene in firsts:
            seconds.setdefault(scene, []).append(took)
        else:
            firsts[scene] = took
    if set(seconds) != set(firsts):
        raise ValueError(
            f"one clip only of {', '.join(sorted(set(firsts) - set(seconds)))}: a second one is needed; give more --measure-clips"
        )
    return seconds, firsts


@contextmanager
def others(root: Path, folder: Path, count: int) -> Iterator[None]:
    """Have `count` processes render copies of a planned folder over and over; entered when each has made its first clip."""
    stop = folder / "stop"
    busy = []
    try:
        for k in range(count):
            shutil.copytree(root, folder / f"plan-{k}")
            busy.append(subprocess.Popen([sys.executable, __file__, str(folder / f"plan-{k}"), str(stop), str(folder / f"at-{k}")]))
        while not all((folder / f"at-{k}").exists() for k in range(count)):
            if any(process.poll() is not None for process in busy):
                raise RuntimeError("a process that was to render beside has ended")
            time.sleep(POLL_S)
        yield
    finally:
        stop.touch()
        for process in busy:
            process.wait()


def be_busy(root: Path, stop: Path, at_work: Path) -> None:
    """Render a planned folder over and over until `stop` is there."""
    slots = (SlotSpec(),)
    rows = len(PlanFile(root))
    parent = os.getppid()
    while not stop.exists() and os.getppid() == parent:
        for row in range(rows):
            if not stop.exists() and os.getppid() == parent:
                render_batch(Batch(str(root), (row,), slots), template_caption)
                at_work.touch()
        shutil.rmtree(root / CLIPS)
    process_slot(root, slots).close()


def real_run(name: str, workers: int) -> dict[str, Any]:
    """`hmworld generate` of a recipe: seconds of its rendering, by the notes and records in its staging folder, and of all."""
    recipe = recipe_of(name)
    with tempfile.TemporaryDirectory(prefix="hmworld-farm-") as folder:
        out, text = Path(folder) / "out", Path(folder) / "recipe.yaml"
        text.write_text(yaml.safe_dump(recipe.model_dump(mode="json", exclude_defaults=True)))
        command = "import sys; from hmworld.cli import main; sys.exit(main())"
        began = time.time()
        run = subprocess.Popen(
            [sys.executable, "-c", command, "generate", str(text), "--out", str(out), "--workers", str(workers)], env=os.environ
        )
        notes: dict[str, dict[str, Any]] = {}
        records: dict[str, float] = {}
        while run.poll() is None:
            look(out, notes, records)
            time.sleep(POLL_S)
        ended = time.time()
        if run.returncode:
            raise RuntimeError(f"hmworld generate ended with {run.returncode}")
        first = min(note["began_s"] for note in notes.values())
        return {
            "rendering_s": max(records.values()) - first,
            "before_s": first - began,
            "after_s": ended - max(records.values()),
            "skew_s": max(note["began_s"] for note in notes.values()) - first,
            "slots": len(notes),
            "records": len(records),
            "scenes": PlanFile(out).scenes,
        }


def look(out: Path, notes: dict[str, dict[str, Any]], records: dict[str, float]) -> None:
    """Take up notes of slots and the times of new records of clips."""
    for found in (out / SLOTS).glob("*.json"):
        try:
            notes.setdefault(found.name, json.loads(found.read_text()))
        except (FileNotFoundError, json.JSONDecodeError):
            continue
    try:
        with os.scandir(out / CLIPS) as entries:
            for entry in entries:
                if entry.name.endswith(".json") and entry.name not in records:
                    records[entry.name] = entry.stat().st_mtime
    except FileNotFoundError:
        return


if __name__ == "__main__":
    be_busy(*map(Path, sys.argv[1:]))
