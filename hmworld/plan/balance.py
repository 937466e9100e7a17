"""Balance: of the candidates worth a render, those are planned that together have the shares a recipe asks for.

What can be steered before anything is forecast (scene, camera family, number and kind of subjects) is drawn with the shares asked for.
The rest (causes, gaps, sides, looks) is chosen: chances of inclusion are fitted to all targets at once (raking: Deming and Stephan,
Ann. Math. Stat. 11(4), 1940), a sample is drawn with them (Efraimidis and Spirakis, Inf. Process. Lett. 97(5), 2006), and single clips
are exchanged until every share is within the tolerance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hmworld.catalog import Catalog
from hmworld.errors import RecipeError
from hmworld.model.recipe import Balance, Recipe, stratum_range
from hmworld.plan.tables import Names

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

RANGED = ("subjects_in_clip", "gap_frames", "absences")
"""Dimensions whose strata are ranges of whole numbers."""
_FITTING_ROUNDS = 60
_MOST = 40
"""Kinds of clips to give and to take that are looked at for one exchange."""


@dataclass(frozen=True)
class Stratum:
    """How one stratum fares."""

    split: str
    dimension: str
    label: str
    target: float
    """Share of the split's clips."""
    planned: int
    clips: int
    """All of the split."""
    offered: int
    """Candidates worth a render that lay in it, taken or not ..."""
    worthy: int
    """... of all that were drawn for the split."""


NAMED = ("scenes", "looks", "camera_families", "camera_paths", "subject_paths", "kinds", "species")
"""Dimensions of names. Those that a split holds out cannot have shares of the whole, so these count in training alone."""
UNSEEN = "unseen"
"""The dimension of a split's cells, which are met exactly."""


class Strata:
    """The strata of one split of a recipe, and which candidates are in which."""

    def __init__(
        self, balance: Balance, clips: int, named: bool = True, cells: Mapping[str, int] | None = None, kept: Sequence[I64] = ()
    ) -> None:
        """`clips` in all, `cells` how many of them for each thing that is unseen, `kept` how many clips of an older plan are in each
        stratum of each dimension."""
        self._targets = {name: shares for name, shares in balance.dimensions.items() if named or name not in NAMED}
        self._clips = clips
        self._slack = [max(balance.tolerance * clips, 1.0) for _ in self._targets]
        self._wanted = [clips * np.array(list(shares.values())) for shares in self._targets.values()]
        if cells:
            self._targets[UNSEEN] = {label: count / clips for label, count in cells.items()}
            self._slack.append(0.0)
            self._wanted.append(np.array(list(cells.values()), np.float64))
        self._labels = {name: list(shares) for name, shares in self._targets.items()}
        self._ranges = {name: [stratum_range(label) for label in self._labels[name]] for name in RANGED if name in self._targets}
        self._kept = list(kept) or [np.zeros(len(wanted), np.int64) for wanted in self._wanted]

    @property
    def dimensions(self) -> list[str]:
        """Those with targets."""
        return list(self._targets)

    def keys(self, values: Mapping[str, tuple[I64, Sequence[str]]]) -> I64:
        """Number (M, D) of the stratum of M clips in each dimension with targets; as many as there are strata for one that is in none.

        `values` are whole numbers (M,) by dimension, and the names that they stand for, where they do.
        """
        found = []
        for name, labels in self._labels.items():
            numbers, names = values[name]
            if name in self._ranges:
                key = np.full(len(numbers), len(labels), np.int64)
                for k, (low, high) in enumerate(self._ranges[name]):
                    key[(numbers >= low) & (numbers <= high)] = k
            else:
                key = np.array([labels.index(n) if n in labels else len(labels) for n in names], np.int64)[numbers]
            found.append(key)
        count = len(next(iter(values.values()))[0])
        return np.stack(found, 1) if found else np.zeros((count, 0), np.int64)

    def keys_of_values(self, values: Mapping[str, Sequence[str | int]]) -> I64:
        """Like `keys`, from names and numbers themselves."""
        found: dict[str, tuple[I64, Sequence[str]]] = {}
        for name, column in values.items():
            if name in RANGED:
                found[name] = np.array(column, np.int64), ()
            else:
                names = sorted({str(value) for value in column})
                found[name] = np.array([names.index(str(value)) for value in column], np.int64), names
        return self.keys(found)

    def counts(self, keys: I64) -> list[I64]:
        """Clips (L,) in each stratum of each dimension, of keys (M, D)."""
        return [np.bincount(keys[:, d], minlength=len(wanted) + 1)[:-1] for d, wanted in enumerate(self._wanted)]

    def off(self, counts: Sequence[I64]) -> float:
        """By how many clips counts miss their targets, beyond the tolerance; 0 is a balanced plan."""
        misses = (np.abs(have + kept - wanted) for have, kept, wanted in zip(counts, self._kept, self._wanted, strict=True))
        return sum(float(np.maximum(miss - slack - 1e-6, 0.0).sum()) for miss, slack in zip(misses, self._slack, strict=True))

    def choose(self, keys: I64, units: F64, count: int) -> I64:
        """Of candidates with keys (M, D) and random numbers (M,), the `count` that come nearest to the targets; in rising order."""
        chance = self._fit(keys, count)
        with np.errstate(divide="ignore"):
            rank = np.log(np.maximum(units, 1e-300)) / np.maximum(chance, 1e-12)
        rank[chance >= 1.0 - 1e-9] = 0.0
        chosen = np.zeros(len(keys), bool)
        chosen[np.argsort(-rank, kind="stable")[:count]] = True
        if keys.shape[1]:
            self._exchange(keys, chosen)
        return np.flatnonzero(chosen)

    def weights(self, keys: I64) -> F64:
        """Weights (M,) with which candidates with keys (M, D) would meet the targets, as far as any can."""
        # So few that none is sure to be included.
        few = max(1, len(keys) // 1000)
        return self._fit(keys, few, few / self._clips)

    def _fit(self, keys: I64, count: int, scale: float = 1.0) -> F64:
        """Chances of inclusion (M,) whose sums meet the targets, times `scale`, as far as what is offered allows."""
        if not keys.shape[1]:
            return np.full(len(keys), min(1.0, count / max(1, len(keys))))
        # Clips of one cell of the table of all strata fare alike, and there are few of those.
        _, first, cell_of = np.unique(keys, axis=0, return_index=True, return_inverse=True)
        cells, many = keys[first], np.bincount(cell_of)
        weight = np.ones(len(cells))
        chance = _inclusion(weight, many, count)
        for _ in range(_FITTING_ROUNDS):
            for d, (wanted, kept) in enumerate(zip(self._wanted, self._kept, strict=True)):
                missing = scale * np.maximum(wanted - kept, 0.0)
                every = np.append(missing, max(0.0, count - missing.sum()))
                have = np.bincount(cells[:, d], weights=chance * many, minlength=len(every))
                factor = np.clip(every / np.maximum(have, 1e-9), 0.1, 10.0)
                weight *= factor[cells[:, d]]
                chance = _inclusion(weight, many, count)
        return chance[cell_of.reshape(-1)]

    def _exchange(self, keys: I64, chosen: NDArray[np.bool_]) -> None:
        """Exchange chosen clips for others while that brings the counts nearer to their targets."""
        code = np.ravel_multi_index(tuple(keys.T), [len(wanted) + 1 for wanted in self._wanted])
        cells, first, cell_of = np.unique(code, return_index=True, return_inverse=True)
        cell_keys = keys[first]
        inside = np.bincount(cell_of[chosen], minlength=len(cells))
        outside = np.bincount(cell_of, minlength=len(cells)) - inside
        counts = self.counts(keys[chosen])
        off = self.off(counts)
        while off > 0.0:
            best, pair = off - 1e-9, (-1, -1)
            givers, takers = np.flatnonzero(inside > 0), np.flatnonzero(outside > 0)
            givers = givers[np.argsort(-self._pressure(cell_keys[givers], counts), kind="stable")][:_MOST]
            takers = takers[np.argsort(self._pressure(cell_keys[takers], counts), kind="stable")][:_MOST]
            for giver in givers:
                less = [have - (np.arange(len(have)) == cell_keys[giver, d]) for d, have in enumerate(counts)]
                for taker in takers:
                    new = self.off([have + (np.arange(len(have)) == cell_keys[taker, d]) for d, have in enumerate(less)])
                    if new < best:
                        best, pair = new, (int(giver), int(taker))
            if pair[0] < 0:
                break
            out, into = pair
            # The same exchange as often as it pays, in doubling steps.
            times, most = 1, int(min(inside[out], outside[into]))
            while 2 * times <= most:
                more = self.off(self._after(counts, cell_keys, out, into, 2 * times))
                if more >= best:
                    break
                best, times = more, 2 * times
            inside[out], outside[out] = inside[out] - times, outside[out] + times
            inside[into], outside[into] = inside[into] + times, outside[into] - times
            counts, off = self._after(counts, cell_keys, out, into, times), best
        self._settle(cell_of, inside, chosen)

    @staticmethod
    def _after(counts: Sequence[I64], cell_keys: I64, out: int, into: int, times: int) -> list[I64]:
        """Counts after so many clips of one cell of `cell_keys` (C, D) were exchanged for those of another."""
        change = []
        for d, have in enumerate(counts):
            labels = np.arange(len(have))
            change.append(have + times * ((labels == cell_keys[into, d]).astype(np.int64) - (labels == cell_keys[out, d])))
        return change

    def _pressure(self, cell_keys: I64, counts: Sequence[I64]) -> F64:
        """How much too many clips the strata of cells (C, D) have, in all."""
        total = np.zeros(len(cell_keys))
        for d, (have, wanted) in enumerate(zip(counts, self._wanted, strict=True)):
            excess = np.append((have + self._kept[d] - wanted).astype(np.float64), 0.0)
            total += np.sign(excess)[cell_keys[:, d]] * np.maximum(np.abs(excess) - self._slack[d], 0.0)[cell_keys[:, d]]
        return total

    @staticmethod
    def _settle(cell_of: I64, inside: I64, chosen: NDArray[np.bool_]) -> None:
        """Make `chosen` (M,) have as many of each cell as `inside` (C,) says: the last ones go, the first ones come."""
        have = np.bincount(cell_of[chosen], minlength=len(inside))
        for cell in np.flatnonzero(have != inside):
            members = np.flatnonzero(cell_of == cell)
            change = int(inside[cell] - have[cell])
            if change > 0:
                chosen[members[~chosen[members]][:change]] = True
            else:
                chosen[members[chosen[members]][change:]] = False

    def report(self, planned: I64, offered: I64, split: str) -> list[Stratum]:
        """Every stratum with its target, from the keys (N, D) of the clips planned and (M, D) of the candidates worth a render."""
        have, had = self.counts(planned), self.counts(offered)
        return [
            Stratum(split, name, label, share, int(have[d][k] + self._kept[d][k]), self._clips, int(had[d][k]), len(offered))
            for d, (name, shares) in enumerate(self._targets.items())
            for k, (label, share) in enumerate(shares.items())
        ]

    def missing(self, planned: I64, offered: I64) -> list[str]:
        """What is off, worst first, in words."""
        lines = []
        slack = dict(zip(self._targets, self._slack, strict=True))
        for s in sorted(self.report(planned, offered, ""), key=lambda s: -abs(s.planned - s.target * self._clips)):
            if abs(s.planned - s.target * self._clips) > slack[s.dimension] + 1e-6:
                lines.append(
                    f"balance.{s.dimension}: {s.label!r} is to have {s.target:.1%} of {self._clips} clips; the best found has {s.planned} "
                    f"({s.offered / max(1, len(offered)):.2%} of the {len(offered)} candidates worth a render are in it)"
                )
        return lines


def _inclusion(weight: F64, many: I64, count: int) -> F64:
    """Chances (C,) in proportion to weights, none above 1, that sum to `count` over cells of so `many` (C,), or to all if that is less."""
    if count >= many.sum():
        return np.ones(len(weight))
    low, high = 0.0, float(many.sum() / weight[weight > 0.0].min())
    for _ in range(100):
        middle = 0.5 * (low + high)
        if (np.minimum(weight * middle, 1.0) * many).sum() < count:
            low = middle
        else:
            high = middle
    return np.minimum(weight * high, 1.0)


def check_names(recipe: Recipe, catalog: Catalog, names: Names, training: bool = False) -> None:
    """See that every stratum of a recipe can have a clip at all; RecipeError that names the one that cannot.

    With `training` the names are those that splits leave it, whose targets those on names are.
    """
    balance = recipe.balance
    fewest, most = recipe.subjects_per_clip
    possible: dict[str, Sequence[str]] = {
        "scenes": names.scenes,
        "looks": sorted({look for s in names.scenes for look in catalog.scenes[s].looks if not recipe.looks or look in recipe.looks}),
        "camera_families": sorted({catalog.camera_paths[name].family for name in names.camera_paths}),
        "camera_paths": names.camera_paths,
        "subject_paths": names.subject_paths,
        "kinds": sorted({catalog.subjects[name].kind for name in names.subjects}),
        "species": sorted({catalog.subjects[name].species for name in names.subjects}),
    }
    for dimension, options in possible.items():
        empty = sorted(set(balance.dimensions.get(dimension, {})) - set(options))
        if empty:
            raise RecipeError(
                f"recipe {recipe.name!r}: balance.{dimension}: {', '.join(map(repr, empty))} can have no clip with the names "
                + ("that splits leave for training, whose targets these are" if training else "the recipe draws from")
                + f"; possible: {', '.join(options)}"
            )
    for dimension, low, high, what in (
        ("subjects_in_clip", fewest, most, "subjects_per_clip"),
        ("gap_frames", recipe.retention.min_gap, recipe.render.frames - 2, "retention.min_gap and render.frames"),
        ("absences", 1, recipe.render.frames, "render.frames"),
    ):
        for label in balance.dimensions.get(dimension, {}):
            first, last = stratum_range(label)
            if last < low or first > high:
                raise RecipeError(
                    f"recipe {recipe.name!r}: balance.{dimension}: {label!r} can have no clip: {what} allow {low} to {high}; "
                    f"change the stratum or {what}"
                )
