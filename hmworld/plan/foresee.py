"""Candidates in blocks: drawn, placed and forecast on several threads; what comes out hangs on none of that."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from hmworld.catalog import Catalog
from hmworld.choreography.compiled.judge import judge, make_scratch, make_verdicts
from hmworld.choreography.compiled.layout import Verdicts, make_clips
from hmworld.model.recipe import Recipe
from hmworld.plan.draw import Choices, place
from hmworld.plan.sample import Sampler
from hmworld.plan.tables import Names, library_of

FIRST_BLOCK, LARGEST_BLOCK = 64, 2048
"""Candidates a block: few at first, so that a small plan does not wait for more than it needs ..."""
BLOCK_BYTES, BYTES_A_FRAME = 2**26, 40
"""... and never so many that their verdicts, roughly so large, outgrow this."""


class Block(NamedTuple):
    """Candidates as they were drawn, and what is expected of them."""

    numbers: NDArray[np.int64]
    choices: Choices
    verdicts: Verdicts


class Foreseer:
    """Forecasts a recipe's candidates in order; use as a context manager, more than once if need be."""

    def __init__(self, recipe: Recipe, catalog: Catalog, names: Names, threads: int) -> None:
        self.sampler = Sampler(recipe, catalog, names)
        self._library = library_of(recipe, catalog, names)
        rule = recipe.retention
        self._rule = np.array([rule.min_not_out_before, rule.min_visible_before, rule.min_gap, rule.min_visible_after], np.float64)
        a_clip = int(self.sampler.options.most_subjects) * recipe.render.frames * BYTES_A_FRAME
        self._largest = max(FIRST_BLOCK, min(LARGEST_BLOCK, BLOCK_BYTES // a_clip))
        self._threads = max(1, threads)

    def block(self, numbers: NDArray[np.int64], depth: int) -> Block:
        """Candidates with these numbers, drawn, placed and forecast; `depth` as in `judge`."""
        choices, count = self.sampler.choices_of(numbers), len(numbers)
        clips = make_clips(count, choices.who.shape[1])
        place(self._library, self.sampler.options, choices, 0, count, clips)
        verdicts = make_verdicts(self._library, clips)
        # Clips with one lead after the other: its shapes are at hand.
        order = np.argsort(clips.gait[:, 0, 0], kind="stable")
        judge(self._library, clips, order, self._rule, depth, verdicts, make_scratch(self._library, clips))
        return Block(numbers, choices, verdicts)

    def blocks(self, first: int, limit: int, depth: int) -> Iterator[Block]:
        """Candidates `first` to `limit`, in order; `depth` as in `judge`."""

        def parts() -> Iterator[NDArray[np.int64]]:
            begin, size = first, FIRST_BLOCK
            while begin < limit:
                yield np.arange(begin, min(begin + size, limit))
                begin, size = begin + size, min(2 * size, self._largest)

        return self._in_order(parts(), depth)

    def some(self, numbers: NDArray[np.int64], depth: int) -> Iterator[Block]:
        """Candidates with these numbers, in their order."""
        return self._in_order((numbers[k : k + self._largest] for k in range(0, len(numbers), self._largest)), depth)

    def _in_order(self, parts: Iterator[NDArray[np.int64]], depth: int) -> Iterator[Block]:
        """A block for each part; a few are made ahead."""
        waiting: deque[Future[Block]] = deque()
        for numbers in parts:
            waiting.append(self._pool.submit(self.block, numbers, depth))
            if len(waiting) > self._threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def __enter__(self) -> Self:
        self._pool = ThreadPoolExecutor(self._threads)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)
