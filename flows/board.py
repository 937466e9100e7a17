"""What an operator sees in Prefect's UI: one progress artifact, a table of rejects by reason, a report of the run."""

import time
from collections import Counter
from typing import Any
from uuid import UUID

from prefect.artifacts import create_markdown_artifact, create_progress_artifact, create_table_artifact, update_progress_artifact
from prefect.context import FlowRunContext

from flows.work_pool import AWAY
from hmworld.dataset.progress import Progress, ProgressReader
from hmworld.errors import DatasetError
from hmworld.farm import Run, Supervisor
from hmworld.farm.metrics import write_metrics

PROGRESS_S, REPORT_S = 5.0, 60.0


class Board:
    """Shows a run: in Prefect's UI where its server answers, and in the metrics file."""

    def __init__(self, run: Run, name: str) -> None:
        self._run, self._name = run, name
        self._reader = ProgressReader(run.root)
        self._progress: UUID | None = None
        self._next_progress = self._next_report = 0.0
        self._began = time.monotonic()

    def show(self, supervisor: Supervisor, last: bool = False) -> None:
        """Show how it stands, if it is time to."""
        now = time.monotonic()
        if not last and now < self._next_progress:
            return
        self._next_progress = now + PROGRESS_S
        try:
            found = self._reader.read()
        except (DatasetError, OSError):
            return
        write_metrics(self._run.root, found, supervisor)
        if FlowRunContext.get() is None:
            return
        try:
            self._show_progress(found)
            if last or now >= self._next_report:
                self._next_report = now + REPORT_S
                self._show_report(found, supervisor)
        except AWAY:
            self._next_progress = now + 4 * PROGRESS_S

    def _show_progress(self, found: Progress) -> None:
        share = 100.0 * found.done / max(1, found.planned)
        about = f"{found.done:,} of {found.planned:,} clips"
        if self._progress is None:
            self._progress = _id(create_progress_artifact(share, key="progress", description=about))
        else:
            update_progress_artifact(self._progress, share, description=about)

    def _show_report(self, found: Progress, supervisor: Supervisor) -> None:
        reasons = Counter(found.rejected)
        rows = [{"reason": reason, "clips": count} for reason, count in reasons.most_common()] or [{"reason": "(none)", "clips": 0}]
        create_table_artifact(rows, key="rejects", description="Rendered clips that were turned down, by reason")
        create_markdown_artifact(
            report_text(self._name, found, supervisor), key="run", description="Throughput of each slot, and what is left"
        )


def _id(answer: Any) -> UUID:
    return UUID(str(answer))


def _time(seconds: float) -> str:
    """As one says it."""
    for unit, size in (("days", 86400.0), ("h", 3600.0), ("min", 60.0)):
        if seconds >= 2 * size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.0f} s"


def report_text(name: str, found: Progress, supervisor: Supervisor) -> str:
    """The report of a run, in Markdown."""
    lines = [f"# {name}", "", f"{found.done:,} of {found.planned:,} clips are rendered: {found.kept:,} kept."]
    if found.per_hour:
        left = f", about {_time(found.left_s)} left" if found.left_s is not None else ""
        lines.append(f"{found.per_hour:,.0f} clips an hour lately{left}.")
    lines += ["", "| slot | batches | clips | clips an hour while at work |", "|---|---|---|---|"]
    for slot, tally in sorted(supervisor.tallies.items()):
        rate = f"{3600 * tally.clips / tally.busy_s:,.0f}" if tally.busy_s > 0 else ""
        lines.append(f"| {slot} | {tally.batches:,} | {tally.clips:,} | {rate} |")
    for title, told in (
        ("Given up", {f"row {row}": why for row, why in supervisor.quarantined.items()}),
        ("Slots of no use", {slot: why for slot, (_, why) in supervisor.bad_slots.items()}),
    ):
        if told:
            lines += ["", f"## {title}", "", *(f"- {what}: {why.splitlines()[0]}" for what, why in told.items())]
    return "\n".join(lines) + "\n"
