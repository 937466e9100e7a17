"""What planning costs: candidates a second with memory, what a random combination is worth, and whole plans of recipes that ship.

    python benchmarks/plan.py [--counts 10000,100000] [--recipes mini,laptop] [--agree 100] [--threads 0] [--unsteered] [--json]

Forecast: every candidate of the `hm-world` recipe is drawn, placed and forecast, on one thread: as the planner screens them (`main`: the
states, and the main absence's side and cause) and in full (`worthy`: all events of those worth a render); rate and greatest memory.
Agreement: candidates that can be filmed, by the compiled forecast and by the plain one, which poses through the choreography itself.
Yield: the share of candidates that could be filmed, and that show an absence worth it: what render-then-filter would have thrown away.
Plans: a recipe from reading the catalog to the plan's file on disk, cards and rejects beside it.
"""

import argparse
import json
import resource
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np
from common import last_line, machine, table

from flows.prepare import prepare
from hmworld.catalog import default_catalog
from hmworld.choreography.compiled.judge import MAIN, REASONS, RETENTION_REASONS, WHOLE, WORTHY
from hmworld.choreography.compiled.unpack import events_of
from hmworld.cli.generate import load_recipe
from hmworld.dataset import PlanFile
from hmworld.model.recipe import Balance
from hmworld.plan import planner, sample
from hmworld.plan.cost import estimate
from hmworld.plan.foresee import Foreseer
from hmworld.plan.foretell import forecast_of
from hmworld.plan.names import resolve_names


def memory_mib() -> float:
    """Greatest resident memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


KINDS = ("scenes", "subjects", "subject_paths", "camera_paths")
TIMES = {"exit_time_s", "return_time_s"}
DEPTHS = {"main": MAIN, "worthy": WORTHY}


def forecasts(counts: list[int]) -> tuple[list[tuple[str, str, str]], dict[str, float], Counter[str]]:
    """Rows a count, candidates a second by count, and how candidates ended."""
    catalog, recipe = default_catalog(), load_recipe("hm-world")
    names = resolve_names(recipe, catalog)
    rows, rates, reasons = [], {}, Counter[str]()
    with Foreseer(recipe, catalog, names, threads=1) as foreseer:
        began = time.process_time()
        list(foreseer.blocks(0, 64, WORTHY))
        ready = time.process_time() - began
        rows.append(("kernels ready", f"{ready:.1f} s of CPU", "compiled where NUMBA_CACHE_DIR has none of these sources"))
        for count in counts:
            for what, depth in DEPTHS.items():
                if what == "worthy" and count > counts[0]:
                    continue
                began, cpu = time.perf_counter(), time.process_time()
                reasons = Counter[str]()
                for block in foreseer.blocks(0, count, depth):
                    for number, times in zip(*np.unique(block.verdicts.reason, return_counts=True), strict=True):
                        reasons[REASONS[number]] += int(times)
                took, used = time.perf_counter() - began, time.process_time() - cpu
                rates[f"{what} {count}"] = count / used
                detail = f"{took:.1f} s, most memory {memory_mib():.0f} MiB"
                rows.append((f"{count:,} candidates, {what}", f"{count / used:,.0f} a second of CPU", detail))
    return rows, rates, reasons


def agreement(clips: int) -> tuple[list[tuple[str, str, str]], dict[str, float]]:
    """Compiled against plain forecasts of the first candidates of `hm-world` that can be filmed."""
    catalog = default_catalog()
    recipe = load_recipe("hm-world").model_copy(update={"balance": Balance(), "forecast": "off"})
    names = resolve_names(recipe, catalog)
    same = events = 0
    worst = 0.0
    compiled = plain = 0.0
    with Foreseer(recipe, catalog, names, threads=1) as foreseer:
        list(foreseer.blocks(0, 64, WHOLE))  # compiles
        looked = 0
        for block in foreseer.blocks(0, 100 * clips, WHOLE):
            for i in range(len(block.numbers)):
                if REASONS[block.verdicts.reason[i]] not in ("", *RETENTION_REASONS) or looked == clips:
                    continue
                looked += 1
                spec, found = foreseer.sampler.spec(block.choices, i), events_of(block.verdicts, i)
                began = time.thread_time()
                expected, states = forecast_of(spec, catalog)
                plain += time.thread_time() - began
                alike = (block.verdicts.states[i, : len(spec.subjects)] == states).all() and len(found) == len(expected)
                for a, b in zip(found, expected, strict=False):
                    events += 1
                    exact = TIMES | {"hidden_path_m", "hidden_displacement_m", "hidden_turn_deg"}
                    alike = alike and a.model_dump(exclude=exact) == b.model_dump(exclude=exact)
                    worst = max([worst, *(abs(getattr(a, name) - getattr(b, name)) for name in TIMES)])
                same += bool(alike)
            if looked == clips:
                break
        began = time.thread_time()
        numbers = np.arange(0, 2048)
        foreseer.block(numbers, WHOLE)
        compiled = (time.thread_time() - began) / len(numbers)
    rows = [
        ("clips that can be filmed", f"{looked}", f"{events} events"),
        ("same states, events, sides and causes", f"{same} of {looked}", f"times at most {1e3 * worst:.2f} ms apart"),
        (
            "plain forecast",
            f"{1e3 * plain / looked:.1f} ms a clip",
            f"compiled: {1e3 * compiled:.3f} ms a candidate, all kinds",
        ),
    ]
    return rows, {"same": same / looked, "worst_ms": 1e3 * worst, "plain_ms": 1e3 * plain / looked, "compiled_ms": 1e3 * compiled}


def leaks(file: PlanFile) -> tuple[int, int]:
    """Clips of a plan, and how many of them show a name that another split, or nobody of their kind, may show."""
    held = {split: {kind: set(getattr(s.held_out, kind)) for kind in KINDS} for split, s in file.recipe.splits.items()}
    unseen = {"scene": ("scenes",), "subject": ("subjects",), "trajectory": ("subject_paths", "camera_paths"), "all": KINDS}
    shown = 0
    for split, what, text in zip(*(file.column(name).to_pylist() for name in ("split", "unseen", "spec")), strict=True):
        spec = json.loads(text)
        names = {
            "scenes": {spec["scene"]["name"]},
            "subjects": {s["name"] for s in spec["subjects"]},
            "subject_paths": {s["path"]["trajectory"] for s in spec["subjects"]},
            "camera_paths": {spec["camera"]["trajectory"]},
        }
        for kind in KINDS:
            own = held.get(split, {}).get(kind, set())
            if own and kind in unseen.get(what, ()):
                shown += not names[kind] <= own
            else:
                shown += any(names[kind] & other[kind] for other in held.values())
    return len(file), shown


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--counts", default="10000,100000")
    parser.add_argument("--recipes", default="mini,laptop")
    parser.add_argument("--agree", type=int, default=0)
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--unsteered", action="store_true", help="draw all candidates as the recipe says: what random sampling needs")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    print(machine())
    found: dict[str, object] = {}
    if options.unsteered:
        planner.PILOT = sample.PILOT = 10**12
    if options.counts:
        rows, rates, reasons = forecasts([int(count) for count in options.counts.split(",")])
        table("Forecast on the hm-world recipe, one thread; goal 20,000 a second", rows)
        total = sum(reasons.values())
        fit = total - sum(reasons[reason] for reason in REASONS if reason not in ("", *RETENTION_REASONS))
        table(
            "Yield of random combinations",
            [
                ("can be filmed", f"{fit / total:.1%}", "nothing in the way, nobody leaves the stage"),
                ("show an absence worth it", f"{reasons[''] / total:.1%}", f"{reasons[''] / fit:.1%} of those that can be filmed"),
            ],
        )
        found |= {"candidates_per_s": rates, "fit": fit / total, "worthy": reasons[""] / total}
    if options.agree:
        rows, found["agreement"] = agreement(options.agree)
        table("Compiled and plain forecast", rows)
    rows = []
    for name in [name for name in options.recipes.split(",") if name]:
        began, cpu = time.perf_counter(), time.process_time()
        with tempfile.TemporaryDirectory() as folder:
            file = prepare(load_recipe(name), Path(folder), threads=options.threads)
            took, used = time.perf_counter() - began, time.process_time() - cpu
            worst = max((abs(s["planned"] / s["clips"] - s["target"]) for s in file.strata), default=0.0)
            filmable = estimate(file.recipe, len(file), file.candidates_rejected).filmable
            detail = f"{file.candidates:,} candidates, {filmable:,} to film, {used:.1f} s of CPU, shares {worst:.2%} off"
            detail += f", memory {memory_mib():.0f} MiB"
            rows.append((f"{name}: {len(file):,} clips", f"{took:.1f} s", detail))
            if file.recipe.splits:
                clips, shown = leaks(file)
                rows.append((f"{name}: names held out", f"{shown} leaks", f"in {clips:,} clips"))
            found[name] = {"s": took, "cpu_s": used, "clips": len(file), "candidates": file.candidates, "memory_mib": memory_mib()}
    if rows:
        table("Whole plans, written", rows)
    last_line(options.json, found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
