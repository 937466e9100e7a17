"""The forecast against pixels: how many accepted clips are kept, how exact its frames are, and what it misses.

    python benchmarks/forecast.py [--clips 120] [--width 832] [--height 480] [--workers 2] [--json]

Precision: clips that the forecast accepts are rendered. Recall: an unfiltered random sample of clearable candidates is
rendered; of those whose pixels pass the retention rule, the share that the forecast accepts too. An absence counts as unoccluded
when the rendered states hold no occluded frame from the last visible frame to the entry.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import yaml
from common import last_line, machine, table

import hmworld as hm
from hmworld.choreography import absences_overlap, retention_reason
from hmworld.dataset import PlanFile
from hmworld.model.event import State
from hmworld.report.forecast_check import as_json, check_forecast, lines_of


def generate(folder: Path, name: str, clips: int, forecast: str, options: argparse.Namespace) -> Path:
    """Render a recipe with the command; the dataset's folder."""
    recipe = {
        "name": name,
        "seed": options.seed,
        "clips": clips,
        "forecast": forecast,
        "render": {"width": options.width, "height": options.height},
        "encoder": {"preset": "ultrafast"},
    }
    (folder / f"{name}.yaml").write_text(yaml.safe_dump(recipe))
    out = folder / name
    command = [sys.executable, "-c", "from hmworld.cli import main; main()", "generate", str(folder / f"{name}.yaml")]
    subprocess.run([*command, "--out", str(out), "--workers", str(options.workers)], check=True)
    return out


def frame_errors(dataset: Path) -> tuple[int, int, int]:
    """Unoccluded rendered absences, those whose exit and entry frames were forecast within 1, and those not forecast at all."""
    opened, plan = hm.open(dataset), PlanFile(dataset)
    total = exact = unforecast = 0
    for clip in opened:
        (row,) = plan.rows([clip.row["row"]])
        expected = [e for e in row.forecast_events if e.kind == "absence"]
        for event in clip.meta.events:
            states = clip.arrays["state"][event.subject - 1]
            if event.kind != "absence" or (states[event.last_visible_frame : event.entry_frame] == State.OCCLUDED).any():
                continue
            total += 1
            matches = [e for e in expected if absences_overlap(e, event)]
            unforecast += not matches
            exact += any(abs(e.exit_frame - event.exit_frame) <= 1 and abs(e.entry_frame - event.entry_frame) <= 1 for e in matches)
    return total, exact, unforecast


def recall(dataset: Path) -> tuple[int, int]:
    """Clips whose pixels pass the retention rule, and those of them that the forecast accepts."""
    opened, plan = hm.open(dataset), PlanFile(dataset)
    rows = plan.rows(opened.manifest.column("row").to_pylist())
    accepted = sum(retention_reason(row.forecast_events, row.forecast_states, plan.recipe.retention) == "" for row in rows)
    return len(rows), accepted


def agreement(dataset: Path) -> float:
    """Mean share of (subject, frame) pairs whose forecast state is the rendered one, over kept clips."""
    return float(np.mean(hm.open(dataset).manifest.column("forecast_state_agreement").to_numpy()))


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=int, default=120)
    parser.add_argument("--width", type=int, default=832)
    parser.add_argument("--height", type=int, default=480)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=100)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory(prefix="hmworld-benchmark-") as folder:
        filtered = generate(Path(folder), "filtered", options.clips, "filter", options)
        counts = hm.open(filtered).info.counts
        total, exact, unforecast = frame_errors(filtered)
        unfiltered = generate(Path(folder), "unfiltered", options.clips, "off", options)
        with_event, accepted = recall(unfiltered)
        agree = agreement(unfiltered)
        checks = [check_forecast(filtered), check_forecast(unfiltered)]
        scenes = len(set(PlanFile(filtered).scenes)), len(set(PlanFile(unfiltered).scenes))
    values: dict[str, object] = {
        "accepted": counts.planned,
        "kept": counts.kept,
        "kept_share": counts.kept / counts.planned,
        "rejected_by_reason": counts.rejected_by_reason,
        "unoccluded_absences": total,
        "frames_within_1_share": exact / max(total, 1),
        "not_forecast": unforecast,
        "unfiltered_with_event": with_event,
        "recall": accepted / max(with_event, 1),
        "state_agreement_unfiltered": agree,
    }
    table(
        f"{options.clips} + {options.clips} clips of {options.width}x{options.height}, seed {options.seed}",
        [
            ("accepted clips kept, %", 100 * counts.kept / counts.planned, f"goal >= 98 ({counts.kept} of {counts.planned})"),
            ("exit and entry within 1 frame, %", 100 * exact / max(total, 1), f"goal >= 95 (of {total} unoccluded absences)"),
            ("absences not forecast", unforecast, ""),
            ("recall on an unfiltered sample, %", 100 * accepted / max(with_event, 1), f"goal >= 97 ({accepted} of {with_event})"),
            ("states forecast right there, %", 100 * agree, "of (subject, frame) pairs in kept clips"),
        ],
    )
    for what, check, places in zip(("Accepted", "Unfiltered"), checks, scenes, strict=True):
        print(f"\n## {what} clips, {places} scenes\n")
        print("\n".join(list(lines_of(check))[2:]))
    last_line(options.json, values | {"filtered": as_json(checks[0]), "unfiltered": as_json(checks[1])})


if __name__ == "__main__":
    main()
