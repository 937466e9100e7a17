"""Progress of long commands: a bar with ETA on a terminal, plain lines elsewhere, always on stderr."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

_POLL_S = 0.5
_LINE_EVERY_S = 15.0


@dataclass
class Step:
    """What is being done, and how far; it may go over to another step while it is shown."""

    what: str
    total: int
    done: int = 0
    count: Callable[[], int] | None = None
    """How many are done, where something else knows that."""

    def now(self) -> int:
        """How many are done."""
        return self.count() if self.count is not None else self.done


@contextmanager
def watching(step: Step) -> Iterator[None]:
    """Show a step while the block runs."""
    console = Console(stderr=True)
    stop = threading.Event()
    target = _bar if console.is_terminal else _lines
    thread = threading.Thread(target=target, args=(console, step, stop), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=5.0)


def _bar(console: Console, step: Step, stop: threading.Event) -> None:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=False) as progress:
        what = step.what
        task = progress.add_task(what, total=step.total)
        while not stop.wait(_POLL_S):
            if step.what != what:
                what = step.what
                progress.update(task, completed=progress.tasks[task].total)
                task = progress.add_task(what, total=step.total)
            progress.update(task, completed=step.now())
        progress.update(task, completed=step.now())


def _lines(console: Console, step: Step, stop: threading.Event) -> None:
    what, began, first, shown = step.what, time.monotonic(), step.now(), -1
    last_line = -_LINE_EVERY_S
    while not stop.wait(_POLL_S):
        if step.what != what:
            what, began, first, shown, last_line = step.what, time.monotonic(), step.now(), -1, -_LINE_EVERY_S
        now, elapsed = step.now(), time.monotonic() - began
        if now == shown and elapsed - last_line < _LINE_EVERY_S:
            continue
        shown, last_line = now, elapsed
        rate = (now - first) / elapsed if elapsed > 0 else 0.0
        eta = f", about {(step.total - now) / rate:.0f} s left" if rate > 0 and now < step.total else ""
        print(f"{what}: {now} of {step.total} after {elapsed:.0f} s{eta}", file=sys.stderr, flush=True)
