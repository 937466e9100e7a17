"""The forecast against a slow, independent oracle: posed meshes in a z-buffer at every frame, dense sampling in time between frames.

    python benchmarks/oracle.py [--clips 2000] [--size 832x480] [--seed 0] [--processes 2] [--details FILE] [--json]

Clips are random ones of the `hm-world` recipe that can be filmed, in order, with or without absences; the forecast is the planner's. An
absence is the same if subject and time overlap; a clip has the same absences if all pair up. The oracle is that of the tests
(`tests/choreography/oracle.py`). What disagrees is listed with the oracle's pixels there; `--details` writes all as JSON lines.
"""

import argparse
import json
import multiprocessing
import sys
import time
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from common import last_line, machine, table

from hmworld.catalog import default_catalog
from hmworld.choreography.compiled.judge import WHOLE
from hmworld.choreography.compiled.unpack import events_of
from hmworld.cli.generate import load_recipe
from hmworld.model.event import STATE_NAMES, Event, State
from hmworld.model.recipe import Balance
from hmworld.plan.clearance import clearance_reason
from hmworld.plan.foresee import Foreseer
from hmworld.plan.names import resolve_names

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "choreography"))
from oracle import LEFT_BELOW, OUT_BELOW, Found, Oracle, Pair, pair_absences

TASK = 16
"""Candidates a task of a process."""
WITHIN_S = 0.02
NEAR = 2.0
"""Pixels within this factor of the threshold, and fractions within a tenth, are near it."""
LISTED = 40

Clip = dict[str, Any]


def pixels_class(px: float, least: int) -> str:
    """Whether a count of pixels is near the threshold."""
    return "near" if least / NEAR <= px <= least * NEAR else "far from"


def state_classes(oracle: Oracle, forecast: np.ndarray, k: int, first: int, end: int) -> tuple[list[str], list[str]]:
    """Why states differ in frames [first, end) (classes), and how (a line for each stretch)."""
    visible, amodal, fractions, states = (values[k] for values in oracle.frames)
    least = oracle.spec.render.min_visible_px
    classes, lines = set(), Counter[str]()
    for t in range(max(first, 0), min(end, len(states))):
        pair = {int(forecast[t]), int(states[t])}
        if len(pair) == 1:
            continue
        if pair == {State.VISIBLE, State.OCCLUDED}:
            name = f"occlusion, {pixels_class(visible[t], least)} threshold"
        elif pair == {State.OUT_OF_FRAME, State.TOO_SMALL}:
            name = f"fraction, {'near' if abs(fractions[t] - OUT_BELOW) < 0.1 else 'far from'} threshold"
        else:
            name = f"pixels in the frame, {pixels_class(amodal[t], least)} threshold"
        classes.add(name)
        lines[f"{STATE_NAMES[State(int(forecast[t]))]} for {STATE_NAMES[State(int(states[t]))]}: {name}"] += 1
    if not classes:
        classes.add("something else")
    return sorted(classes), [f"{count} frames {line}" for line, count in lines.items()]


def of_pair(oracle: Oracle, pair: Pair) -> dict[str, Any]:
    """Figures of an absence that both saw."""
    ours, found, k = pair.forecast, pair.found, pair.found.event.subject - 1
    theirs, least = found.event, oracle.spec.render.min_visible_px
    out: dict[str, Any] = {
        "subject": theirs.subject,
        "off_s": [pair.exit_off_s, pair.return_off_s],
        "signed_s": [ours.exit_time_s - theirs.exit_time_s, ours.return_time_s - theirs.return_time_s],
        "by": [found.exit_by, found.return_by],
        "crossings": [len(found.exit_times_s), len(found.return_times_s)],
        "frames": [[getattr(e, f"{name}_frame") for name in ("last_visible", "exit", "return", "entry")] for e in (ours, theirs)],
        "causes": [[e.exit_cause, e.entry_cause] for e in (ours, theirs)],
        "sides": [[e.exit_side, e.entry_side] for e in (ours, theirs)],
        "occluded_at_exit": [ours.occluded_at_exit, theirs.occluded_at_exit],
        "least_fractions": found.least_fractions,
        "same_causes": pair.same_causes,
        "same_sides": pair.same_sides,
        "name": oracle.spec.subjects[k].name,
        "most_px": int(oracle.frames[1][k].max()),
    }
    out["amodal_there"] = (oracle.amodal_px(k, [ours.exit_time_s, ours.return_time_s]) / least).tolist()
    around = np.array([theirs.exit_time_s, theirs.return_time_s]) + WITHIN_S / 2.0 * np.array([[-1.0], [1.0]])
    before, after = oracle.amodal_px(k, around.ravel()).reshape(2, 2) / least
    out["rates"] = (np.abs(after - before) / WITHIN_S).tolist()
    return out


def of_lonely(oracle: Oracle, event: Event, states: np.ndarray, whose: str) -> dict[str, Any]:
    """Why an absence is seen by one only."""
    k = event.subject - 1
    classes, lines = state_classes(oracle, states[k], k, event.last_visible_frame - 2, event.entry_frame + 3)
    frames = [event.last_visible_frame, event.exit_frame, event.return_frame, event.entry_frame]
    return {"subject": event.subject, "only": whose, "frames": frames, "classes": classes, "lines": lines}


def others(events: list[Event]) -> list[tuple[int, str]]:
    """Subjects and kinds of events that are no absences."""
    return sorted((event.subject, event.kind) for event in events if event.kind != "absence")


def of_clip(oracle: Oracle, candidate: int, forecast: tuple[Event, ...], states: np.ndarray) -> Clip:
    """All that is compared in a clip."""
    found: list[Found] = oracle.events()
    pairs, unfounded, missed = pair_absences(forecast, found)
    lonely = [of_lonely(oracle, e, states, "forecast") for e in unfounded]
    lonely += [of_lonely(oracle, f.event, states, "oracle") for f in missed]
    theirs = oracle.frames[3]
    return {
        "candidate": candidate,
        "scene": oracle.spec.scene.name,
        "camera": oracle.spec.camera.trajectory,
        "pairs": [of_pair(oracle, pair) for pair in pairs],
        "lonely": lonely,
        "others_equal": others(list(forecast)) == others([f.event for f in found]),
        "states": [int((theirs == states[: len(theirs)]).sum()), theirs.size],
    }


@cache
def foreseer_of(size: str, seed: int) -> Foreseer:
    """The planner's forecast of the hm-world recipe, without a filter, for pictures of a size."""
    width, height = (int(part) for part in size.split("x"))
    recipe, catalog = load_recipe("hm-world", seed), default_catalog()
    render = recipe.render.model_copy(update={"width": width, "height": height})
    recipe = recipe.model_copy(update={"forecast": "off", "balance": Balance(), "render": render})
    return Foreseer(recipe, catalog, resolve_names(recipe, catalog), threads=1)


def compare(size: str, seed: int, numbers: range) -> list[Clip]:
    """Compare those of some candidates that can be filmed."""
    foreseer, catalog = foreseer_of(size, seed), default_catalog()
    with foreseer:
        (block,) = foreseer.some(np.array(numbers), WHOLE)
    clips = []
    for i, number in enumerate(numbers):
        oracle = Oracle(foreseer.sampler.spec(block.choices, i), catalog)
        if clearance_reason(oracle.choreography, catalog.scenes[oracle.spec.scene.name].obstacles) == "":
            clips.append(of_clip(oracle, number, events_of(block.verdicts, i), block.verdicts.states[i]))
    return clips


def compared(size: str, seed: int, count: int, processes: int) -> list[Clip]:
    """The first `count` clips that can be filmed, compared."""
    tasks = ((size, seed, range(first, first + TASK)) for first in range(0, 200 * count, TASK))
    clips: list[Clip] = []
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        # Tasks are made a few ahead, not all at once: nobody knows how many candidates it takes.
        waiting = [pool.apply_async(compare, next(tasks)) for _ in range(2 * processes)]
        while len(clips) < count:
            clips += waiting.pop(0).get()
            waiting.append(pool.apply_async(compare, next(tasks)))
            if sys.stderr.isatty():
                print(f"\r{len(clips)} clips", end="", file=sys.stderr, flush=True)
    return clips[:count]


def share(good: int, total: int) -> str:
    """Per cent, to a hundredth: a goal is 99.5."""
    return f"{100.0 * good / max(total, 1):.2f}"


def report(clips: list[Clip]) -> dict[str, object]:
    """Print tables; the figures."""
    pairs = [pair for clip in clips for pair in clip["pairs"]]
    same = [clip for clip in clips if not clip["lonely"]]
    off = np.array([pair["off_s"] for pair in pairs]).reshape(-1, 2)
    by = [name for pair in pairs for name in pair["by"]]
    late = int((off > WITHIN_S).sum())
    causes = sum(pair["same_causes"] for pair in pairs)
    sides = sum(pair["same_sides"] for pair in pairs)
    frames = np.abs([np.subtract(*pair["frames"]) for pair in pairs]).reshape(-1, 4)
    equal, total = np.sum([clip["states"] for clip in clips], 0).tolist()
    tails = [50, 90, 99, 99.5, 100]
    there = np.array([pair["amodal_there"] for pair in pairs]).reshape(-1, 2)
    rates = np.array([pair["rates"] for pair in pairs]).reshape(-1, 2)
    low, middle, high = np.percentile(there, [5, 50, 95]) if len(pairs) else [0.0] * 3
    percentiles = dict(zip(map(str, tails), np.percentile(off, tails).tolist() if len(pairs) else [0.0] * len(tails), strict=True))
    table(
        f"{len(clips)} clips, {sum(bool(clip['pairs'] or clip['lonely']) for clip in clips)} with absences",
        [
            ("clips with the same absences, %", share(len(same), len(clips)), f"goal >= 99.5 ({len(clips) - len(same)} others)"),
            ("absences that both see", len(pairs), ""),
            ("times within 0.02 s, %", share(off.size - late, off.size), f"goal 100 ({late} of {off.size} are not)"),
            *((f"times off, {name} %, s" if name != "100" else "times off, most, s", v, "") for name, v in percentiles.items()),
            ("causes equal, %", share(causes, len(pairs)), f"goal 100 ({len(pairs) - causes} are not)"),
            ("sides equal, %", share(sides, len(pairs)), f"{len(pairs) - sides} are not"),
            ("all four frames equal, %", share(int((frames == 0).all(1).sum()), len(pairs)), "last visible, exit, return, entry"),
            ("all four frames within 1, %", share(int((frames <= 1).all(1).sum()), len(pairs)), ""),
            ("oracle's pixels at the forecast's times", float(middle), f"of the threshold, median; 90 % are from {low:.2f} to {high:.2f}"),
            ("states equal, %", share(equal, total), "of (subject, frame) pairs"),
            ("other events equal, %", share(sum(clip["others_equal"] for clip in clips), len(clips)), "of clips: kinds and subjects"),
        ],
    )
    slow = np.quantile(rates, 0.1) if len(pairs) else 0.0
    ordered = [("slowest tenth", rates <= slow), ("others", rates > slow)]
    table(
        f"Times within 0.02 s, %, by how fast the pixels change there; the slowest tenth: below {slow:.0f} thresholds a second",
        [(name, share(int((off[of] <= WITHIN_S).sum()), int(of.sum())), "") for name, of in ordered],
    )
    table("What decides times (before the exit, after the return)", [(name, count, "") for name, count in Counter(by).most_common()])
    listed(clips)
    return {
        "clips": len(clips),
        "same_absences": len(same) / len(clips),
        "absences": len(pairs),
        "times_within": (off.size - late) / max(off.size, 1),
        "time_percentiles_s": percentiles,
        "causes_equal": causes / max(len(pairs), 1),
        "sides_equal": sides / max(len(pairs), 1),
        "states_equal": equal / total,
        "decided_by": Counter(by),
        "disagreeing": [clip["candidate"] for clip in clips if clip["lonely"]],
    }


def listed(clips: list[Clip]) -> None:
    """Print what disagrees, a line each."""
    lonely = [(clip, event) for clip in clips for event in clip["lonely"]]
    print(f"\nAbsences that one only sees: {len(lonely)}")
    for name, count in Counter("; ".join(event["classes"]) for _, event in lonely).most_common():
        print(f"  {count} x {name}")
    for clip, event in lonely:
        print(f"  candidate {clip['candidate']} subject {event['subject']}, {event['only']} only, frames {event['frames']}")
        for line in event["lines"]:
            print(f"      {line}")
    late = [
        (pair["off_s"][n], clip["candidate"], pair, n, ("exit", "return")[n])
        for clip in clips
        for pair in clip["pairs"]
        for n in (0, 1)
        if pair["off_s"][n] > WITHIN_S
    ]
    print(f"\nTimes off by more than {WITHIN_S} s: {len(late)}; the oracle's pixels there are in multiples of the threshold")
    for off, candidate, pair, n, name in sorted(late, key=lambda row: -row[0])[:LISTED]:
        sign = "late" if pair["signed_s"][n] > 0.0 else "early"
        print(
            f"  candidate {candidate} subject {pair['subject']}: {name} {off:.3f} s {sign}, decided by {pair['by'][n]}, "
            f"{pair['amodal_there'][n]:.2f} of the threshold there, {pair['sides'][1][n]}"
        )
    wrong = [(clip["candidate"], pair) for clip in clips for pair in clip["pairs"] if not pair["same_causes"]]
    print(f"\nCauses that differ: {len(wrong)}; least fractions that decide (left is below {LEFT_BELOW})")
    for candidate, pair in wrong[:LISTED]:
        least = ", ".join(f"{value:.3f}" for value in pair["least_fractions"])
        print(f"  candidate {candidate} subject {pair['subject']}: {pair['causes'][0]} for {pair['causes'][1]}, least {least}")


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=int, default=2000)
    parser.add_argument("--size", default="832x480")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--details", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    print(machine())
    began = time.perf_counter()
    clips = compared(options.size, options.seed, options.clips, options.processes)
    took = time.perf_counter() - began
    if options.details:
        options.details.write_text("".join(json.dumps(clip) + "\n" for clip in clips))
    values = report(clips)
    print(f"\n{took:.0f} s, {took * options.processes / len(clips):.2f} s a clip and process")
    last_line(options.json, {**values, "size": options.size, "seed": options.seed, "s_per_clip": took * options.processes / len(clips)})


if __name__ == "__main__":
    main()
