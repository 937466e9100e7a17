"""The order of a stream: one for all ranks, from a seed, and which part of it is whose.

Random numbers are raw Philox words, whose stream no version of a library changes.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Shuffle = Literal["global", "blocks", "none"]
Remainder = Literal["drop", "repeat"]
_ORDER, _SHARDS, _STARTS = range(3)
"""What random numbers are for."""


def _words(seed: int, epoch: int, purpose: int, count: int) -> NDArray[np.uint64]:
    """`count` words of 64 bits that depend on nothing else."""
    words: NDArray[np.uint64] = np.random.Philox(counter=[0, 0, purpose, epoch], key=[seed, 0]).random_raw(count)
    return words


def shuffled(shuffle: Shuffle, shards: NDArray[np.int64], block: int, seed: int, epoch: int) -> NDArray[np.int64]:
    """The order of units in an epoch, (N,). `shards` (N,) is where each lies.

    global: all units at random. blocks: shards at random, `block` of them at a time, and the units of these at random. none: as they lie.
    """
    count = len(shards)
    if shuffle == "none":
        return np.arange(count)
    words = _words(seed, epoch, _ORDER, count)
    if shuffle == "global":
        return _sorted(words)
    shard_count = int(shards.max(initial=-1)) + 1
    place = np.empty(shard_count, np.int64)
    place[_sorted(_words(seed, epoch, _SHARDS, shard_count))] = np.arange(shard_count)
    return np.lexsort((words, place[shards] // block))


def _sorted(words: NDArray[np.uint64]) -> NDArray[np.int64]:
    """The order of words. The fast sort leaves open how equal ones lie, which in 64 bits are all but unheard of."""
    order = np.argsort(words)
    found = words[order]
    return order if (found[1:] > found[:-1]).all() else np.argsort(words, kind="stable")


def starts_between(low: NDArray[np.int64], high: NDArray[np.int64], seed: int, epoch: int) -> NDArray[np.int64]:
    """A whole number from low to high, both included, for each unit, (N,)."""
    # The upper 32 bits times the span: a bias of at most span / 2^32.
    words = _words(seed, epoch, _STARTS, len(low)) >> np.uint64(32)
    span = (high - low + 1).astype(np.uint64)
    return low + ((words * span) >> np.uint64(32)).astype(np.int64)


@dataclass(frozen=True)
class Share:
    """What one rank takes of an order: of every step's `world_size * batch` units, `batch` that follow each other."""

    rank: int
    world_size: int
    batch: int
    remainder: Remainder

    @property
    def per_step(self) -> int:
        """Units that all ranks take together in a step."""
        return self.world_size * self.batch

    def steps(self, count: int, done: int) -> int:
        """Steps that are left of an epoch of `count` units, the same for every rank, when `done` of them are through.

        Units that do not fill a step are left out of this epoch (drop), or filled up from the epoch's beginning (repeat).
        """
        left = max(count - done, 0)
        return left // self.per_step if self.remainder == "drop" else -(-left // self.per_step)

    def places(self, count: int, done: int, step: int) -> NDArray[np.int64]:
        """Places in the order (batch,) of this rank's units in a step, counted from where `done` units are through."""
        first = done + step * self.per_step + self.rank * self.batch
        return np.arange(first, first + self.batch) % count
