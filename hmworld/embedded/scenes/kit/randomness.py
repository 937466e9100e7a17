"""Random numbers that never change with a library version: raw Philox words keyed by a seed and a label."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Item = TypeVar("Item")


class Stream:
    """A stream of uniform numbers; equal (seed, label) give equal numbers everywhere."""

    def __init__(self, seed: int, label: str) -> None:
        key = np.array([seed % 2**64, zlib.crc32(label.encode())], dtype=np.uint64)
        self._bits = np.random.Philox(key=key)

    def array(self, count: int, low: float = 0.0, high: float = 1.0) -> NDArray[np.float64]:
        """`count` numbers in [low, high), shape (count,)."""
        words = np.asarray(self._bits.random_raw(count), dtype=np.uint64)
        unit = (words >> np.uint64(11)).astype(np.float64) * 2.0**-53
        return low + (high - low) * unit

    def number(self, low: float = 0.0, high: float = 1.0) -> float:
        """One number in [low, high)."""
        return float(self.array(1, low, high)[0])

    def integer(self, low: int, high: int) -> int:
        """One integer in [low, high)."""
        return low + int(self.number() * (high - low))

    def pick(self, items: Sequence[Item]) -> Item:
        """One of `items`."""
        return items[self.integer(0, len(items))]

    def directions(self, count: int) -> NDArray[np.float64]:
        """Unit vectors even on the sphere, shape (count, 3)."""
        z = self.array(count, -1.0, 1.0)
        turn = self.array(count, 0.0, 2.0 * np.pi)
        flat = np.sqrt(1.0 - z * z)
        return np.stack([flat * np.cos(turn), flat * np.sin(turn), z], axis=1)
