"""Sharing jobs out over threads.

Who does a job never shows in its result: each job writes to places of its own.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from .items import Items, make_items
from .layout import BAND_ROWS, F32, I32, SAMPLES


class Workers:
    """The calling thread and `threads - 1` others, with scratch sample planes for each."""

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads - 1) if threads > 1 else None
        self._planes: dict[int, tuple[I32, F32]] = {}
        self._items: dict[int, Items] = {}

    def share(self, jobs: Iterable[int], work: Callable[[int, int], None]) -> None:
        """Call `work(job, worker)` for every job; whoever is free takes the next one."""
        waiting = deque(jobs)

        def run(worker: int) -> None:
            while True:
                try:
                    job = waiting.popleft()
                except IndexError:
                    return
                work(job, worker)

        helpers = [self._pool.submit(run, k) for k in range(1, self._threads)] if self._pool else []
        run(0)
        for helper in helpers:
            helper.result()

    def planes(self, worker: int, width: int, rows: int) -> tuple[I32, F32]:
        """Scratch of `worker` for one band: slots and inverse depths, (5, rows, width) each, not cleared."""
        count = SAMPLES * BAND_ROWS * width
        held = self._planes.get(worker)
        if held is None or len(held[0]) != count:
            held = self._planes[worker] = (np.empty(count, np.int32), np.empty(count, np.float32))
        shape = (SAMPLES, rows, width)
        used = SAMPLES * rows * width
        return held[0][:used].reshape(shape), held[1][:used].reshape(shape)

    def items(self, worker: int, width: int) -> Items:
        """Scratch of `worker` for shading a row of `width` pixels."""
        held = self._items.get(worker)
        if held is None or len(held.radiance_r) != width:
            held = self._items[worker] = make_items(width)
        return held
