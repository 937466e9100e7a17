"""A run in numbers for Prometheus: a text file that its node exporter's textfile collector reads, replaced as a whole."""

from contextlib import suppress
from pathlib import Path

from hmworld.dataset import LocalStore
from hmworld.dataset.progress import Progress
from hmworld.errors import StorageError
from hmworld.farm.supervisor import Supervisor
from hmworld.farm.tickets import FARM

METRICS = f"{FARM}/metrics.prom"


def write_metrics(root: Path, found: Progress, supervisor: Supervisor) -> None:
    """Write the file; a disk that is full loses it and not the run."""
    with suppress(StorageError):
        LocalStore(root).replace(METRICS, metrics_text(found, supervisor).encode())


def metrics_text(found: Progress, supervisor: Supervisor) -> str:
    """The numbers, in Prometheus's text format."""
    name = _label(found.name)
    lines = []

    def gauge(metric: str, about: str, values: dict[str, float]) -> None:
        lines.extend([f"# HELP hmworld_{metric} {about}", f"# TYPE hmworld_{metric} gauge"])
        lines.extend(f"hmworld_{metric}{{dataset={name}{labels}}} {value:g}" for labels, value in values.items())

    gauge("clips_planned", "Clips of the plan.", {"": found.planned})
    gauge("clips_kept", "Rendered clips that are kept.", {"": found.kept})
    gauge("clips_rejected", "Rendered clips that were turned down.", {f",reason={_label(why)}": n for why, n in found.rejected.items()})
    gauge("clips_per_hour", "Clips an hour lately.", {"": found.per_hour or 0.0})
    for fact, value in supervisor.facts().items():
        gauge(fact, "See docs/farm.md.", {"": float(value)})
    tallies = sorted(supervisor.tallies.items())
    gauge("slot_clips", "Clips that a slot has rendered in this run.", {f",slot={_label(slot)}": tally.clips for slot, tally in tallies})
    gauge("slot_busy_seconds", "Seconds that a slot was at batches.", {f",slot={_label(slot)}": tally.busy_s for slot, tally in tallies})
    return "\n".join(lines) + "\n"


def _label(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
