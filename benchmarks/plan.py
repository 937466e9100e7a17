"""What planning costs: candidates a second with memory, what a random combination is worth, and whole plans of recipes that ship.

    python benchmarks/plan.py [--counts 10000,100000] [--recipes mini,laptop] [--threads 2] [--json]

Forecast: every candidate of the `hm-world` recipe is drawn, placed and forecast, on one thread; rate and the process's greatest memory.
Yield: the share of candidates that could be filmed, and that show an absence worth it: what render-then-filter would have thrown away.
Plans: a recipe from reading the catalog to the last clip, nothing written.
"""

import argparse
import resource
import sys
import time
from collections import Counter

import numpy as np
from common import last_line, machine, table

from hmworld.catalog import default_catalog
from hmworld.choreography.compiled.judge import REASONS, RETENTION_REASONS
from hmworld.cli.generate import load_recipe
from hmworld.plan import plan
from hmworld.plan.foresee import Foreseer
from hmworld.plan.planner import resolve_names


def memory_mib() -> float:
    """Greatest resident memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def forecasts(counts: list[int]) -> tuple[list[tuple[str, str, str]], dict[str, float], Counter[str]]:
    """Rows a count, candidates a second by count, and how candidates ended."""
    catalog, recipe = default_catalog(), load_recipe("hm-world")
    names = resolve_names(recipe, catalog)
    rows, rates, reasons = [], {}, Counter[str]()
    with Foreseer(recipe, catalog, names, threads=1) as foreseer:
        list(foreseer.blocks(0, 64, WORTHY))  # compiles
        for count in counts:
            began, cpu = time.perf_counter(), time.process_time()
            reasons = Counter[str]()
            for block in foreseer.blocks(0, count, depth):
                for number, times in zip(*np.unique(block.verdicts.reason, return_counts=True), strict=True):
                    reasons[REASONS[number]] += int(times)
            took, used = time.perf_counter() - began, time.process_time() - cpu
            rates[str(count)] = count / used
            rows.append(
                (f"{count:,} candidates", f"{count / used:,.0f} a second of CPU", f"{took:.1f} s, most memory {memory_mib():.0f} MiB")
            )
    return rows, rates, reasons


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--counts", default="10000,100000")
    parser.add_argument("--recipes", default="mini,laptop")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    print(machine())
    found: dict[str, object] = {}
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
    rows = []
    for name in [name for name in options.recipes.split(",") if name]:
        began = time.perf_counter()
        planned = plan(load_recipe(name), threads=options.threads)
        took = time.perf_counter() - began
        worst = max((abs(s.planned / len(planned.clips) - s.target) for s in planned.strata), default=0.0)
        detail = f"{planned.candidates:,} candidates, farthest share {worst:.2%} off, most memory {memory_mib():.0f} MiB"
        rows.append((f"{name}: {len(planned.clips):,} clips", f"{took:.1f} s", detail))
        found[name] = took
    if rows:
        table("Whole plans", rows)
    last_line(options.json, found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
