"""One split of a balanced plan: what is offered for it, and what is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hmworld.model.recipe import Recipe
from hmworld.plan.balance import UNSEEN, Strata, Stratum
from hmworld.plan.offers import Offer, joined
from hmworld.plan.splits import Cell

OFFERED_A_CLIP = 2
"""Candidates worth a render that a balanced plan is first chosen from, for each of its clips."""


@dataclass(frozen=True)
class Kept:
    """Clips of an older plan that an extended one begins with."""

    candidates: int
    """Candidates that were looked at for it: its numbers are not used again."""
    cells: tuple[tuple[str, str], ...]
    """Split of each clip, and what is unseen in it."""
    values: dict[str, Sequence[str | int]]
    """What decides of each dimension of a balance, a value a clip."""


class Part:
    """One split of a balanced plan: what is offered for it, and what is chosen."""

    def __init__(
        self,
        recipe: Recipe,
        split: str,
        cells: Sequence[Cell],
        wanted: Sequence[int],
        kept: Kept | None,
        labels: dict[str, tuple[str, ...]],
    ) -> None:
        mine = [k for k, cell in enumerate(cells) if cell.split == split]
        self.split, self.cells, self._labels = split, np.array(mine), labels
        self.missing = sum(wanted[k] for k in mine)
        by_unseen = {cells[k].unseen: cells[k].clips for k in mine} if len(mine) > 1 else {}
        self._unseen = tuple(cell.unseen for cell in cells)
        total = sum(cells[k].clips for k in mine)
        named = split == recipe.split
        self._strata = Strata(recipe.balance, total, named, by_unseen)
        if kept is not None:
            rows = [k for k, (other, _) in enumerate(kept.cells) if other == split]
            older = {name: [values[k] for k in rows] for name, values in kept.values.items()}
            older[UNSEEN] = [kept.cells[k][1] for k in rows]
            counts = self._strata.counts(self._strata.keys_of_values(older)) if rows else ()
            self._strata = Strata(recipe.balance, total, named, by_unseen, counts)
        self._offers: list[Offer] = []
        self.offered, self._enough = 0, OFFERED_A_CLIP * self.missing
        self.solved = self.missing == 0
        self.chosen: NDArray[np.int64] = np.zeros(0, np.int64)
        self._keys: NDArray[np.int64] = np.zeros((0, len(self._strata.dimensions)), np.int64)

    @property
    def offer(self) -> Offer:
        """All that was offered."""
        self._offers = [joined(self._offers)]
        return self._offers[0]

    @property
    def left(self) -> NDArray[np.int64]:
        """Rows of the offer that are not chosen."""
        return np.setdiff1d(np.arange(self.offered), self.chosen)

    def take(self, offer: Offer, which: NDArray[np.bool_], last: bool) -> None:
        """Take in those of an offer that are of this split; choose when there is enough, or no more comes."""
        self._offers.append(offer.rows(which))
        self.offered += int(which.sum())
        if self.solved or self.offered < self.missing or (self.offered < self._enough and not last):
            return
        whole = self.offer
        self._keys = self._keys_of(whole)
        self.chosen = self._strata.choose(self._keys, whole.chances, self.missing)
        self.solved = self._strata.off(self._strata.counts(self._keys[self.chosen])) == 0.0
        self._enough = self.offered * 3 // 2

    def _keys_of(self, offer: Offer) -> NDArray[np.int64]:
        unseen = (offer.cells.astype(np.int64), self._unseen)
        return self._strata.keys({name: (v, self._labels[name]) for name, v in offer.values.items()} | {UNSEEN: unseen})

    def weights(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Numbers (M,) of all that was offered, and the weights (M,) with which it would meet the targets."""
        return self.offer.numbers, self._strata.weights(self._keys_of(self.offer))

    def complaints(self) -> list[str]:
        """What is off, in words."""
        return self._strata.missing(self._keys[self.chosen], self._keys)

    def report(self) -> list[Stratum]:
        """How its strata fare."""
        return self._strata.report(self._keys[self.chosen], self._keys, self.split)
