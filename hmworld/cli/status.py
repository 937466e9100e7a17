"""`hmworld status`."""

import dataclasses
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.markup import escape
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from hmworld.cli.costs import duration
from hmworld.dataset.progress import Progress, ProgressReader, SlotNote

SHOWN = 5
"""Failed clips that are named."""
ENDS = ("finished", "stopped", "planned")


def status(
    directory: Path,
    *,
    watch: Annotated[bool | None, Parameter(help="Go on until the run ends; left out: on a terminal.")] = None,
    every: Annotated[float, Parameter(help="Seconds between two looks.")] = 2.0,
    json_output: Annotated[bool, Parameter(name="--json", negative="", help="Print one JSON object.")] = False,
) -> None:
    """Show how far a run is: clips done, turned down and failed, its rate, what is left, and what each slot is at.

    It reads the folder's files and nothing else: no server, from any machine that has the folder.

    Example: hmworld status my-dataset
    """
    reader = ProgressReader(directory)
    found = reader.read()
    if json_output:
        print(json.dumps(as_json(found)))
        return
    console = Console()
    if watch is None:
        watch = console.is_terminal
    if not watch or found.state in ENDS:
        console.print(page(directory, found))
        return
    try:
        with Live(page(directory, found), console=console, auto_refresh=False) as live:
            for found in _looks(reader, every):
                live.update(page(directory, found), refresh=True)
    except KeyboardInterrupt:
        return  # of looking; the run goes on


def _looks(reader: ProgressReader, every: float) -> Iterator[Progress]:
    while True:
        time.sleep(max(0.2, every))
        found = reader.read()
        yield found
        if found.state in ENDS:
            return


def as_json(found: Progress) -> dict[str, object]:
    """The same for machines."""
    plain = {key: value for key, value in dataclasses.asdict(found).items() if key not in ("failed", "slots")}
    return {
        **plain,
        "done": found.done,
        "left_s": found.left_s,
        "failed": [clip.model_dump() for clip in found.failed],
        "slots": [slot.model_dump(exclude={"failed"}) for slot in found.slots],
    }


def page(directory: Path, found: Progress) -> RenderableType:
    """What is shown."""
    if found.state == "planning":
        return Text(f"{directory}: is being planned")
    parts: list[RenderableType] = [Text.assemble(f"{directory} ({found.name}): ", (_WORDS[found.state], "bold"))]
    if found.state != "finished":
        bar = Table.grid(padding=(0, 1))
        share = found.done / found.planned if found.planned else 1.0
        bar.add_row(ProgressBar(max(1, found.planned), found.done, width=40), f"{found.done:,} of {found.planned:,} clips, {share:.0%}")
        parts.append(bar)
    parts.append(Text(_counts(found)))
    if found.state == "rendering":
        parts.append(Text(_rate(found) if found.slots else "no slot is at work yet: the engines are starting"))
    parts += [Text(f"  row {clip.row}: {clip.why}") for clip in found.failed[:SHOWN]]
    if len(found.failed) > SHOWN:
        parts.append(Text(f"  and {len(found.failed) - SHOWN} more failed"))
    if found.slots:
        parts.append(_slots(found.slots))
    if found.state in _NEXT:
        parts.append(Text(_NEXT[found.state].format(directory)))
    return Group(*parts)


_WORDS = {
    "planned": "planned, not begun",
    "rendering": "rendering",
    "paused": "paused: each slot ends with the clip that it is at, and waits",
    "stopping": "stopping: each slot ends with the clip that it is at",
    "writing": "all clips are rendered; writing shards",
    "stopped": "stopped before its end",
    "finished": "finished",
}
_NEXT = {
    "paused": "hmworld resume {} goes on",
    "planned": "hmworld generate RECIPE --out {} renders it",
    "stopped": "the same `hmworld generate` as before, with --out {}, goes on where it was",
    "finished": "hmworld inspect {} shows what is in it",
}


def _counts(found: Progress) -> str:
    turned_down = sum(found.rejected.values())
    words = [f"{found.kept:,} kept", f"{turned_down:,} turned down"]
    if turned_down:
        words[-1] += f" ({', '.join(f'{reason} {count:,}' for reason, count in found.rejected.items())})"
    if found.state != "finished":
        words.append(f"{len(found.failed):,} failed")
    return ", ".join(words)


def _rate(found: Progress) -> str:
    if found.per_hour is None:
        return "no clip done yet since it began"
    words = f"{found.per_hour:,.1f} clips an hour lately"
    if found.left_s is None:
        return words
    at = time.strftime("%a %H:%M", time.localtime(time.time() + found.left_s))
    return f"{words}, about {duration(found.left_s)} left ({at})"


def _slots(slots: tuple[SlotNote, ...]) -> Table:
    table = Table("slot", "engine", "scene", "clip", "for", "done", "faults", "last fault", box=None, pad_edge=False, header_style="bold")
    now = time.time()
    for slot in slots:
        attempt = f" (attempt {slot.attempt})" if slot.attempt > 1 else ""
        table.add_row(
            escape(slot.name),
            escape(slot.engine),
            slot.scene,
            f"row {slot.row} {slot.clip_id[:10]}{attempt}" if slot.clip_id else "between clips",
            duration(now - slot.clip_began_s) if slot.clip_id else "",
            f"{slot.done:,}",
            f"{slot.faults:,}",
            escape(slot.last_fault.splitlines()[0][:60]) if slot.last_fault else "",
        )
    return table
