"""Progress of long commands: a bar with ETA on a terminal, plain lines elsewhere, always on stderr."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

_POLL_S = 0.5
_LINE_EVERY_S = 15.0


@contextmanager
def watching(what: str, total: int, done: Callable[[], int]) -> Iterator[None]:
    """Show `done()` of `total` while the block runs."""
    console = Console(stderr=True)
    stop = threading.Event()
    target = _bar if console.is_terminal else _lines
    thread = threading.Thread(target=target, args=(console, what, total, done, stop), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=5.0)


def _bar(console: Console, what: str, total: int, done: Callable[[], int], stop: threading.Event) -> None:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=False) as progress:
        task = progress.add_task(what, total=total)
        while not stop.wait(_POLL_S):
            progress.update(task, completed=done())
        progress.update(task, completed=done())


def _lines(console: Console, what: str, total: int, done: Callable[[], int], stop: threading.Event) -> None:
    began, first, shown = time.monotonic(), done(), -1
    last_line = -_LINE_EVERY_S
    while not stop.wait(_POLL_S):
        now, elapsed = done(), time.monotonic() - began
        if now == shown and elapsed - last_line < _LINE_EVERY_S:
            continue
        shown, last_line = now, elapsed
        rate = (now - first) / elapsed if elapsed > 0 else 0.0
        eta = f", about {(total - now) / rate:.0f} s left" if rate > 0 and now < total else ""
        print(f"{what}: {now} of {total} after {elapsed:.0f} s{eta}", file=sys.stderr, flush=True)
