"""A farm that we do not have: makespan, use and cost of N slots against batch size and affinity; and its prediction against a real run.

    python benchmarks/farm_sim.py [--profiles local,pool,unreal] [--slots 1,2,8] [--clips 59225] [--batches 8,32,auto] [--full] [--json]
    python benchmarks/farm_sim.py --measure CALIBRATION.json [--recipe R] [--beside 1] [--measure-clips 24]
    python benchmarks/farm_sim.py --check CALIBRATION.json [--recipe R] [--workers 2] [--batch-s 0.3] [--no-affinity]
    python benchmarks/farm_sim.py --times CALIBRATION.json       # the grid with clip times drawn from what was measured

The model is in `farm_model.py`, its clips and faults in `farm_jobs.py`. `--measure` renders a few clips of each scene on one embedded
engine with one thread while `--beside` other slots are as busy, and writes their times; `--check` draws the recipe's plan from them 200
times, predicts the seconds from the first slot's start to the last clip, runs `hmworld generate` and compares. Both must run with the
same slots on the machine: `--beside 1` for `--workers 2`. The rates of faults, the costs of Unreal and the prices are assumptions
(`PROFILES`); options change them. Costs of all slots are paid while any renders, one slot's while the dataset is published.
"""

import argparse
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from common import last_line, machine, table
from farm_jobs import US, Jobs, Rates, draw, fitted, lognormal_scenes, shared_out
from farm_model import Costs, Outcome, auto_batch, lower_bound_us, root_batch, simulate

SCENES = 17
BATCHES = ["8", "16", "32", "64", "128", "auto", "root"]
"""`auto` is the rule of `plan_batches`; `root` is `root_batch`."""
RULES = ("auto", "root")
ALL_SLOTS = [1, 2, 8, 32, 100, 320, 1000]
DRAWS = 200
"""Of a plan from measured times, for a prediction with its spread."""
NEAR = 1.01
"""A batch size is as good as the best within this factor of its makespan."""


@dataclass(frozen=True)
class Profile:
    """A kind of farm."""

    title: str
    clip_s: float
    spread: float
    """Standard deviation of the logarithm of clip seconds, of the clips of a scene; and of the means of scenes."""
    scene_spread: float
    costs: Costs
    rates: Rates
    dollars: float
    """A slot hour."""
    slots: tuple[int, ...]
    finish_clip_s: float = 0.02
    bytes_a_clip: float = 4e6
    finish_gb_s: float = 5.0


PROFILES = {
    "local": Profile(
        "local runner, embedded engine: clips of 16 s, batch 0.3 s, start 3 s, load 1 s",
        16.0,
        0.15,
        0.13,
        Costs(0.3, 3.0, 1.0, down_s=5.0),
        Rates(1e-4, 1e-5, 1e-3),
        0.04,
        (1, 2, 8, 32),
    ),
    "pool": Profile(
        "work pool, embedded engine that ends with its batch: clips of 16 s, batch 11 s, start 3 s, load 1 s",
        16.0,
        0.15,
        0.13,
        Costs(11.0, 3.0, 1.0, outlives=False),
        Rates(1e-4, 1e-5, 1e-3),
        0.04,
        tuple(ALL_SLOTS),
    ),
    "unreal": Profile(
        "work pool, Unreal that outlives its batch: clips of 30 s, batch 11 s, start 90 s, load 30 s, anew after 200 clips",
        30.0,
        0.15,
        0.20,
        Costs(11.0, 90.0, 30.0, recycle=200),
        Rates(1e-3, 1e-5, 1e-3),
        1.00,
        tuple(ALL_SLOTS),
    ),
}
"""Embedded clips by `cost.py` (154 frames of 832x480 with depth); work pool by measured latency and process start; Unreal and faults are
guessed."""


def plan_of(profile: Profile, clips: int, seed: int, times: dict[str, Any] | None) -> Jobs:
    """Clips in equal shares of the scenes."""
    if times is not None:
        measured = list(times["scenes"].values())
        return draw(measured, shared_out(clips, [1.0] * len(measured)), profile.rates, seed, resample=True)
    scenes = lognormal_scenes(profile.clip_s, profile.spread, SCENES, profile.scene_spread)
    return draw(scenes, shared_out(clips, [1.0] * SCENES), profile.rates, seed, resample=False)


def size_of(batch: str, jobs: Jobs, slots: int, costs: Costs) -> int:
    """Clips of a batch: a number, or by a rule."""
    if batch == "root":
        return root_batch(len(jobs.clip_us), slots, costs, float(jobs.clip_us.mean()) / US)
    return auto_batch(len(jobs.clip_us), slots) if batch == "auto" else int(batch)


def row_of(profile: Profile, jobs: Jobs, slots: int, batch: str, affinity: bool, order: str, window: int) -> dict[str, Any]:
    """A run, and what is printed of it."""
    clips = len(jobs.clip_us)
    size = size_of(batch, jobs, slots, profile.costs)
    run = simulate(jobs, slots, size, profile.costs, affinity, order, window)
    bound = lower_bound_us(jobs, slots, size, profile.costs)
    spent = run.spent
    assert spent.done + spent.quarantined == clips, "every clip is done or quarantined"
    finish_s = clips * (profile.finish_clip_s + profile.bytes_a_clip / 1e9 / profile.finish_gb_s)
    return {
        "slots": slots,
        "clips": clips,
        "batch": batch,
        "size": size,
        "affinity": affinity,
        "order": order,
        "makespan_h": run.makespan_s / 3600,
        "of_bound": run.makespan_us / bound,
        "bound_h": bound / US / 3600,
        "use": run.share(spent.render_us),
        "orchestration": run.share(spent.batch_us),
        "starts_loads": run.share(spent.start_us + spent.load_us),
        "loads_a_clip": spent.loads / clips,
        "wasted_h": wasted(run) / US / 3600,
        "idle": run.share(run.idle_us),
        "quarantined": spent.quarantined,
        "finish_h": finish_s / 3600,
        "dollars": profile.dollars * (slots * run.makespan_s + finish_s) / 3600,
    }


def wasted(run: Outcome) -> int:
    """Slot time that faults cost: attempts lost, engines and scenes anew, slots away."""
    return run.spent.lost_us + run.spent.recover_us + run.spent.down_us


COLUMNS: tuple[tuple[str, int, Callable[[dict[str, Any]], str]], ...] = (
    ("slots", 6, lambda r: str(r["slots"])),
    ("clips", 10, lambda r: str(r["clips"])),
    ("batch", 8, lambda r: f"{r['batch']} {r['size']}" if r["batch"] in RULES else str(r["size"])),
    ("aff", 4, lambda r: "on" if r["affinity"] else "off"),
    ("makespan h", 11, lambda r: f"{r['makespan_h']:.2f}"),
    ("bound h", 9, lambda r: f"{r['bound_h']:.2f}"),
    ("x bound", 8, lambda r: f"{r['of_bound']:.3f}"),
    ("use", 7, lambda r: f"{100 * r['use']:.1f}%"),
    ("orchestr.", 9, lambda r: f"{100 * r['orchestration']:.2f}%"),
    ("start+load", 10, lambda r: f"{100 * r['starts_loads']:.2f}%"),
    ("idle", 6, lambda r: f"{100 * r['idle']:.1f}%"),
    ("loads/clip", 10, lambda r: f"{r['loads_a_clip']:.4f}"),
    ("wasted h", 9, lambda r: f"{r['wasted_h']:.2f}"),
    ("finish h", 9, lambda r: f"{r['finish_h']:.2f}"),
    ("$", 8, lambda r: f"{r['dollars']:.0f}"),
)
"""Title, width, and text of each column of the grid."""
HEAD = "  " + " ".join(f"{title:>{width}}" for title, width, _ in COLUMNS)


def line(row: dict[str, Any]) -> str:
    """A row of the grid."""
    return "  " + " ".join(f"{text(row):>{width}}" for _, width, text in COLUMNS)


def grid(name: str, profile: Profile, options: argparse.Namespace, times: dict[str, Any] | None) -> list[dict[str, Any]]:
    """All runs of a profile; printed as they come."""
    slots_of = options.slots or (ALL_SLOTS if options.full else profile.slots)
    rows = []
    print(f"\n{name}: {profile.title}\n{HEAD}")
    for clips in options.clips:
        jobs = plan_of(profile, clips, options.seed, times)
        for slots in slots_of:
            for batch in options.batches:
                for affinity in (True, False):
                    rows.append(row_of(profile, jobs, slots, batch, affinity, options.order, options.window) | {"profile": name})
                    if options.all_rows or (batch in RULES and affinity):
                        print(line(rows[-1]), flush=True)
    return rows


def advice(rows: Sequence[dict[str, Any]]) -> None:
    """For each farm and plan: the batch sizes that are as good as the best, and what affinity saves at the best one."""
    keys = list(dict.fromkeys((r["profile"], r["clips"], r["slots"]) for r in rows))
    found = []
    for name, clips, slots in keys:
        mine = [r for r in rows if (r["profile"], r["clips"], r["slots"]) == (name, clips, slots)]
        on = [r for r in mine if r["affinity"]]
        best = min(on, key=lambda r: r["makespan_h"])
        good = sorted({r["size"] for r in on if r["makespan_h"] <= NEAR * best["makespan_h"]})
        off = next(r for r in mine if not r["affinity"] and r["batch"] == best["batch"])
        ruled = [r for r in on if r["batch"] in RULES]
        rule = "".join(f"{r['batch']} ({r['size']}) {r['makespan_h'] / best['makespan_h']:.3f}; " for r in ruled)
        saved = f"without affinity {off['makespan_h'] / best['makespan_h']:.3f}, {off['loads_a_clip'] / best['loads_a_clip']:.1f}x loads"
        sizes = ",".join(map(str, good))
        found.append((f"{name}, {slots} slots, {clips} clips", f"{best['makespan_h']:.2f} h", f"within 1 %: {sizes}; {rule}{saved}"))
    table("Best makespan; batch sizes within 1 % of it; the rules against it; the best batches without affinity against with", found)


def measured_costs(times: dict[str, Any], batch_s: float, recycle: int = 0) -> Costs:
    """Costs of the local runner with measured start and load."""
    return Costs(batch_s, times["start_s"], times["load_s"], recycle=recycle)


def predict(times: dict[str, Any], scenes: Sequence[str], workers: int, batch: int, costs: Costs, affinity: bool) -> list[float]:
    """Seconds of the rendering of a plan whose rows have these scenes, in DRAWS draws from measured times, sorted."""
    names = sorted(set(scenes))
    counts, measured = [scenes.count(name) for name in names], [times["scenes"][name] for name in names]
    plans = (draw(measured, counts, Rates(), seed, resample=True) for seed in range(DRAWS))
    return sorted(simulate(jobs, workers, batch, costs, affinity).makespan_s for jobs in plans)


def check(options: argparse.Namespace) -> dict[str, Any]:
    """Predict a real run and do it."""
    from farm_check import real_run

    times = json.loads(options.check.read_text())
    if times["beside"] != options.workers - 1:
        print(f"measured with {times['beside']} slots beside, checked with {options.workers} at work: not the same")
    real = real_run(options.recipe, options.workers)
    scenes = list(real.pop("scenes"))
    batch = options.batch or auto_batch(len(scenes), options.workers)
    costs = measured_costs(times, options.batch_s)
    drawn = predict(times, scenes, options.workers, batch, costs, not options.no_affinity)
    middle = drawn[len(drawn) // 2]
    table(
        f"{len(scenes)} clips of {len(set(scenes))} scenes on {options.workers} local slots, batches of {batch}",
        [
            ("predicted, seconds of rendering", middle, f"5 % to 95 % of draws: {drawn[DRAWS // 20]:.1f} to {drawn[-DRAWS // 20]:.1f}"),
            ("measured", real["rendering_s"], f"{real['slots']} slots, the last {real['skew_s']:.1f} s after the first"),
            ("predicted / measured", middle / real["rendering_s"], "goal 0.9 to 1.1"),
            ("before: plan, server, first engine, s", real["before_s"], "not predicted"),
            (
                "after: publish, reports, server, s",
                real["after_s"],
                f"publishing alone {times['finish_clip_s'] * len(scenes):.1f} predicted",
            ),
        ],
    )
    return {"predicted_s": middle, "ratio": middle / real["rendering_s"], "batch": batch, **real}


def calibrate(options: argparse.Namespace) -> dict[str, Any]:
    """Measure, write, and show."""
    from farm_check import measure

    times = measure(options.recipe, options.measure_clips, options.beside)
    options.measure.write_text(json.dumps(times, indent=1, sort_keys=True) + "\n")
    table(
        f"one slot, {options.beside} beside",
        [
            ("engine start, s", times["start_s"], ""),
            ("scene load, s", times["load_s"], "first clip of a scene less the mean of the others"),
            *(
                (f"clip, {scene}, s", float(np.mean(s)), f"{len(s)} clips, spread {fitted(s)[1]:.3f}")
                for scene, s in times["scenes"].items()
            ),
            ("publish, ms a clip", 1000 * times["finish_clip_s"], f"{times['bytes_a_clip'] / 1e6:.2f} MB a clip"),
        ],
    )
    return times


def changed(profile: Profile, options: argparse.Namespace, times: dict[str, Any] | None) -> Profile:
    """A profile with what the options say in place of its own."""
    costs = {k: v for k in ("batch_s", "start_s", "load_s", "lease_s", "recycle") if (v := getattr(options, k)) is not None}
    rates = {k: v for k in ("crash", "bad", "deaths_an_hour") if (v := getattr(options, k)) is not None}
    own = {k: v for k in ("clip_s", "dollars", "finish_clip_s") if (v := getattr(options, k)) is not None}
    if times is not None:
        costs = {"start_s": times["start_s"], "load_s": times["load_s"]} | costs
        own = {"finish_clip_s": times["finish_clip_s"], "finish_gb_s": float("inf")} | own
    return replace(profile, costs=replace(profile.costs, **costs), rates=replace(profile.rates, **rates), **own)


def parsed() -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--profiles", default=",".join(PROFILES))
    parser.add_argument("--slots", default="")
    parser.add_argument("--clips", default="")
    parser.add_argument("--batches", default=",".join(BATCHES))
    parser.add_argument("--order", choices=["scene", "mixed"], default="scene", help="of the batches on the board")
    parser.add_argument("--window", type=int, default=0, help="open batches at once, 0 = all")
    parser.add_argument("--full", action="store_true", help="all slots for all profiles; 59,225, 1 and 10 million clips")
    parser.add_argument("--all-rows", action="store_true", help="print the whole grid, not the batch sizes by rule only")
    parser.add_argument("--seed", type=int, default=0)
    for name in ("clip-s", "start-s", "load-s", "lease-s", "crash", "bad", "deaths-an-hour", "dollars", "finish-clip-s", "batch-s"):
        parser.add_argument(f"--{name}", type=float, default=None)
    parser.add_argument("--recycle", type=int, default=None)
    for name in ("measure", "check", "times"):
        parser.add_argument(f"--{name}", type=Path)
    parser.add_argument("--recipe", default="", help="file or name; left out: 64 small clips of four scenes")
    parser.add_argument("--beside", type=int, default=1)
    parser.add_argument("--measure-clips", type=int, default=24)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--batch", type=int, default=0, help="clips of a batch of --check; 0 = automatic")
    parser.add_argument("--no-affinity", action="store_true", help="of --check")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    options.slots = [int(n) for n in options.slots.split(",") if n]
    options.clips = [int(n) for n in options.clips.split(",") if n] or ([59_225, 1_000_000, 10_000_000] if options.full else [59_225])
    options.batches = options.batches.split(",")
    return options


def main() -> None:
    """Run and print."""
    options = parsed()
    print(machine())
    if options.measure:
        last_line(options.json, calibrate(options))
        return
    if options.check:
        options.batch_s = 0.3 if options.batch_s is None else options.batch_s
        last_line(options.json, check(options))
        return
    began = time.perf_counter()
    times = json.loads(options.times.read_text()) if options.times else None
    rows = []
    for name in options.profiles.split(","):
        rows += grid(name, changed(PROFILES[name], options, times), options, times)
    advice(rows)
    print(f"\n{len(rows)} runs simulated in {time.perf_counter() - began:.0f} s")
    last_line(options.json, {"runs": rows})


if __name__ == "__main__":
    main()
