"""The forecast against pixels: of all rendered clips of a dataset, what was expected and what the pictures show."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from hmworld.dataset import LocalStore, PlanFile, open_dataset, tables
from hmworld.dataset.staging import STAGING
from hmworld.model.event import Event, absences_overlap

FRAMES = (-3, -2, -1, 0, 1, 2, 3)
"""Errors of frames that are told apart; those beyond are counted with the last ones."""


@dataclass
class ForecastCheck:
    """What became of the forecasts of a dataset."""

    rendered: int = 0
    """Clips, counterfactuals left out ..."""
    kept: int = 0
    """... and those of them whose pictures pass the retention rule."""
    rejected_by_reason: dict[str, int] = field(default_factory=dict)
    absences: int = 0
    """In the pictures of all rendered clips."""
    forecast: int = 0
    """Those of them that were forecast."""
    false_alarms: int = 0
    """Forecast absences that the pictures do not show."""
    frame_errors: dict[str, dict[int, int]] = field(default_factory=dict)
    """By field, forecast minus rendered: how often. Errors of 3 and more are together."""
    time_errors_s: dict[str, dict[str, float]] = field(default_factory=dict)
    """By field: median, 95th percentile and greatest of their sizes."""
    same: dict[str, int] = field(default_factory=dict)
    """Of the absences that were forecast, how many have the same cause or side."""
    missed_as: dict[str, int] = field(default_factory=dict)
    """Absences that were not forecast, by what was instead: another kind of event, or none."""
    alarmed_as: dict[str, int] = field(default_factory=dict)
    """False alarms, by what the pictures show instead."""


def check_forecast(root: Path) -> ForecastCheck:
    """Compare the plan of a finished dataset with the events of all clips that were rendered for it, kept or not."""
    plan, check = PlanFile(root), ForecastCheck()
    found = _rendered(root)
    frames: dict[str, Counter[int]] = {"exit_frame": Counter(), "entry_frame": Counter()}
    times: dict[str, list[float]] = {"exit_time_s": [], "return_time_s": []}
    same: Counter[str] = Counter({"exit_cause": 0, "entry_cause": 0, "exit_side": 0, "entry_side": 0})
    missed, alarmed, reasons = Counter[str](), Counter[str](), Counter[str]()
    columns = zip(
        *(plan.column(name).to_pylist() for name in ("clip_id", "counterfactual", "forecast_events")),
        strict=True,
    )
    for clip_id, counterfactual, forecast in columns:
        if counterfactual or clip_id not in found:
            continue
        expected, (events, reason) = _events(forecast), found[clip_id]
        check.rendered += 1
        check.kept += not reason
        reasons[reason] += bool(reason)
        for event in events:
            if event.kind != "absence":
                continue
            check.absences += 1
            near = [e for e in expected if e.kind == "absence" and absences_overlap(e, event)]
            if not near:
                missed[_instead(event, expected)] += 1
                continue
            check.forecast += 1
            best = min(near, key=partial(_frames_apart, event))
            for name, counts in frames.items():
                error = getattr(best, name) - getattr(event, name)
                counts[max(FRAMES[0], min(FRAMES[-1], error))] += 1
            for name, errors in times.items():
                errors.append(abs(getattr(best, name) - getattr(event, name)))
            for name in same:
                same[name] += getattr(best, name) == getattr(event, name)
        for event in expected:
            if event.kind == "absence" and not any(e.kind == "absence" and absences_overlap(e, event) for e in events):
                alarmed[_instead(event, events)] += 1
    check.frame_errors = {name: {error: counts[error] for error in FRAMES} for name, counts in frames.items()}
    check.time_errors_s = {name: _spread(errors) for name, errors in times.items()}
    check.same, check.missed_as, check.alarmed_as = dict(same), dict(missed), dict(alarmed)
    check.false_alarms = sum(alarmed.values())
    check.rejected_by_reason = {reason: count for reason, count in sorted(reasons.items()) if count}
    return check


def _rendered(root: Path) -> dict[str, tuple[list[Event], str]]:
    """Events of every rendered clip by clip_id, and why it was rejected, if it was."""
    manifest = open_dataset(root).manifest.select(["clip_id", "events"]).to_pylist()
    found = {row["clip_id"]: (_events(row["events"]), "") for row in manifest}
    for row in tables.read_rows(root / "rejects.parquet"):
        if row["phase"] == "render":
            found[row["clip_id"]] = (_events(row["events"]), row["reason"])
    return found


def _events(rows: Sequence[Mapping[str, Any]]) -> list[Event]:
    return [Event(**row) for row in rows]


def _instead(event: Event, others: Sequence[Event]) -> str:
    """What others have of an absence's subject at its time: the kind of an event, or "nothing"."""
    first, last = event.last_visible_frame, event.entry_frame
    for other in others:
        begin = other.last_visible_frame if other.last_visible_frame >= 0 else 0
        end = other.entry_frame if other.entry_frame >= 0 else 10**9
        if other.subject == event.subject and other.kind != "absence" and begin < last and first < end:
            return other.kind
    return "nothing"


def _frames_apart(a: Event, b: Event) -> int:
    return abs(a.exit_frame - b.exit_frame) + abs(a.entry_frame - b.entry_frame)


def _spread(errors: Sequence[float]) -> dict[str, float]:
    values = np.array(errors or [0.0])
    return {"median": float(np.median(values)), "p95": float(np.percentile(values, 95)), "greatest": float(values.max())}


def lines_of(check: ForecastCheck) -> Iterator[str]:
    """The check as Markdown."""
    share = f" ({check.kept / check.rendered:.1%})" if check.rendered else ""
    yield "# Forecast against pixels"
    yield ""
    yield f"{check.kept} of {check.rendered} rendered clips{share} pass the retention rule by their pictures."
    if check.rejected_by_reason:
        yield "Rejected: " + ", ".join(f"{reason} {count}" for reason, count in check.rejected_by_reason.items()) + "."
    yield f"{check.forecast} of {check.absences} absences in the pictures were forecast; {check.false_alarms} forecast ones are not there."
    for what, counts in (("not forecast; instead", check.missed_as), ("forecast, not there; instead", check.alarmed_as)):
        if counts:
            yield f"Absences {what}: " + ", ".join(f"{kind} {count}" for kind, count in sorted(counts.items())) + "."
    if not check.forecast:
        return
    yield ""
    yield "| forecast minus rendered, frames | " + " | ".join(_frames_label(error) for error in FRAMES) + " |"
    yield "|---|" + "---|" * len(FRAMES)
    for name, errors in check.frame_errors.items():
        yield f"| {name} | " + " | ".join(str(errors[error]) for error in FRAMES) + " |"
    yield ""
    yield "| error of times, s | median | 95 % below | greatest |"
    yield "|---|---|---|---|"
    for name, spread in check.time_errors_s.items():
        yield f"| {name} | {spread['median']:.4f} | {spread['p95']:.4f} | {spread['greatest']:.4f} |"
    yield ""
    yield "Same: " + ", ".join(f"{name} {count} of {check.forecast}" for name, count in check.same.items()) + "."


def _frames_label(error: int) -> str:
    if error == FRAMES[0]:
        return f"<= {error}"
    return f">= {error}" if error == FRAMES[-1] else str(error)


def write_check(root: Path) -> ForecastCheck:
    """Write `report/forecast.md` of a finished dataset."""
    check = check_forecast(root)
    LocalStore(root).replace("report/forecast.md", ("\n".join(lines_of(check)) + "\n").encode())
    shutil.rmtree(root / STAGING, ignore_errors=True)
    return check


def as_json(check: ForecastCheck) -> dict[str, Any]:
    """The check as plain data; keys of histograms as text."""
    data = asdict(check)
    data["frame_errors"] = {name: {str(error): n for error, n in counts.items()} for name, counts in check.frame_errors.items()}
    return data
