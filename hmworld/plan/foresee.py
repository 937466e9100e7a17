"""Candidates in blocks: drawn, placed and forecast, on as many threads as there are; what comes out hangs on none of that."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from hmworld.catalog import Catalog
from hmworld.choreography.compiled.judge import WHOLE, WORTHY, judge, make_scratch, make_verdicts
from hmworld.choreography.compiled.layout import Verdicts, make_clips
from hmworld.model.recipe import Recipe
from hmworld.plan.draw import Choices, place
from hmworld.plan.sample import Sampler
from hmworld.plan.tables import Names, library_of

FIRST_BLOCK, LARGEST_BLOCK = 64, 2048
"""Candidates a block: few at first, so that a small plan does not wait for more than it needs."""


class Block(NamedTuple):
    """Candidates as they were drawn, and what is expected of them."""

    numbers: NDArray[np.int64]
    choices: Choices
    verdicts: Verdicts


class Foreseer:
    """Forecasts a recipe's candidates in order; use as a context manager."""

    def __init__(self, recipe: Recipe, catalog: Catalog, names: Names, threads: int) -> None:
        self.sampler = Sampler(recipe, catalog, names)
        self._library = library_of(recipe, catalog, names)
        rule = recipe.retention
        self.rule = np.array([rule.min_not_out_before, rule.min_visible_before, rule.min_gap, rule.min_visible_after], np.float64)
        self._depth = WORTHY if recipe.forecast == "filter" else WHOLE
        self._threads = max(1, threads)
        self._pool = ThreadPoolExecutor(self._threads)

    def _block(self, numbers: NDArray[np.int64]) -> Block:
        choices, count = self.sampler.choices_of(numbers), len(numbers)
        clips = make_clips(count, choices.who.shape[1])
        place(self._library, self.sampler.options, choices, 0, count, clips)
        verdicts = make_verdicts(self._library, clips)
        judge(self._library, clips, 0, count, self.rule, self._depth, verdicts, make_scratch(self._library, clips))
        return Block(numbers, choices, verdicts)

    def blocks(self, limit: int) -> Iterator[Block]:
        """Candidates 0 to `limit`, in order."""

        def parts() -> Iterator[NDArray[np.int64]]:
            first, size = 0, FIRST_BLOCK
            while first < limit:
                yield np.arange(first, min(first + size, limit))
                first, size = first + size, min(2 * size, LARGEST_BLOCK)

        return self._in_order(parts())

    def some(self, numbers: NDArray[np.int64]) -> Iterator[Block]:
        """Candidates with these numbers, in their order."""
        return self._in_order(numbers[k : k + LARGEST_BLOCK] for k in range(0, len(numbers), LARGEST_BLOCK))

    def _in_order(self, parts: Iterator[NDArray[np.int64]]) -> Iterator[Block]:
        """A block for each part; a few are made ahead."""
        waiting: deque[Future[Block]] = deque()
        for numbers in parts:
            waiting.append(self._pool.submit(self._block, numbers))
            if len(waiting) > self._threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)
