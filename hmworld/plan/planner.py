"""The planner: candidates in order until the recipe's clips are found; a reason for each that is turned down."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from hmworld.catalog import Catalog, default_catalog
from hmworld.choreography import retention_reason
from hmworld.choreography.compiled.judge import MAIN, WHOLE, WORTHY
from hmworld.choreography.compiled.unpack import events_of
from hmworld.errors import PlanError, RecipeError
from hmworld.model.clip import ClipSpec, clip_id
from hmworld.model.event import Event
from hmworld.model.recipe import Recipe
from hmworld.plan.balance import Stratum, check_names
from hmworld.plan.counterfactual import counterfactuals, main_absence
from hmworld.plan.feasible import advice, check_room
from hmworld.plan.foresee import Block, Foreseer
from hmworld.plan.names import resolve_names
from hmworld.plan.offers import NOT_NEEDED, OTHER_CAUSE_WANTED, Offers, Rejects
from hmworld.plan.part import Kept, Part
from hmworld.plan.splits import Cell
from hmworld.plan.steer import PILOT, steered
from hmworld.plan.tables import Names

CANDIDATES_A_CLIP = 200


@dataclass(frozen=True)
class PlannedClip:
    """A clip that is worth rendering, and what is expected of it."""

    candidate: int
    split: str
    unseen: str
    """What training never shows of it; "" in training."""
    spec: ClipSpec
    events: tuple[Event, ...]
    states: NDArray[np.uint8]
    """(S, T)"""
    derived_from: str = ""
    """The clip that this is another take of."""
    counterfactual: str = ""
    """How it differs from that one: see `Recipe.counterfactuals`."""


@dataclass
class Plan:
    """The clips of a recipe, in order, and the candidates that were looked at."""

    recipe: Recipe
    clips: list[PlannedClip] = field(default_factory=list)
    candidates: int = 0
    rejected: Rejects | None = None
    """Candidates that were turned down."""
    strata: list[Stratum] = field(default_factory=list)
    """How every stratum with a target fared."""

    @property
    def rejected_by_reason(self) -> dict[str, int]:
        """How many candidates were turned down, by reason code."""
        return self.rejected.by_reason() if self.rejected is not None else {}


def plan(
    recipe: Recipe,
    catalog: Catalog | None = None,
    progress: Callable[[int], None] | None = None,
    threads: int = 0,
    kept: Kept | None = None,
) -> Plan:
    """Plan a recipe; the plan does not depend on `threads` (0 = one a core).

    `progress` is told how many clips are decided so far. With `kept` only what is missing is planned, to stand after the clips of that
    plan. RecipeError for names that the catalog lacks and strata that can have no clip; PlanError when the candidates run out first.
    """
    result, clips = plan_one_by_one(recipe, catalog, progress, threads, kept)
    result.clips = list(clips)
    return result


def plan_one_by_one(
    recipe: Recipe,
    catalog: Catalog | None = None,
    progress: Callable[[int], None] | None = None,
    threads: int = 0,
    kept: Kept | None = None,
) -> tuple[Plan, Iterator[PlannedClip]]:
    """Like `plan`, but the clips come one after the other, in plan order: those of a large plan do not fit into memory together."""
    catalog = catalog or default_catalog()
    names = resolve_names(recipe, catalog)
    check_names(recipe, catalog, names)
    result = Plan(recipe)
    with Foreseer(recipe, catalog, names, threads or os.cpu_count() or 1) as foreseer:
        if recipe.splits:
            check_names(recipe, catalog, foreseer.sampler.cells[0].names, training=True)
        check_room(recipe, catalog, names, foreseer.sampler.cells)
        planner = _Planner(recipe, catalog, names, foreseer, kept)
        chosen = planner.balanced(result, progress) if recipe.balance.dimensions else planner.as_they_come(result, progress)
        result.rejected, result.candidates = planner.offers.rejects(), planner.offers.looked_at
    clips = _clips(foreseer, chosen)
    return result, _with_counterfactuals(clips, recipe, catalog, foreseer.sampler.cells) if recipe.counterfactuals else clips


def _with_counterfactuals(clips: Iterator[PlannedClip], recipe: Recipe, catalog: Catalog, cells: Sequence[Cell]) -> Iterator[PlannedClip]:
    """Every clip, and after it its counterfactuals; who comes back in a subject's place is somebody whom its cell may show."""
    names = {(cell.split, cell.unseen): cell.names.subjects for cell in cells}
    for clip in clips:
        yield clip
        absence = main_absence(clip.events, clip.states, recipe.retention)
        assert absence is not None
        origin = clip_id(clip.spec)
        for other in counterfactuals(clip.spec, absence, recipe.counterfactuals, catalog, names[clip.split, clip.unseen]):
            yield replace(clip, spec=other.spec, events=other.events, states=other.states, derived_from=origin, counterfactual=other.kind)


def _clips(foreseer: Foreseer, chosen: NDArray[np.int64]) -> Iterator[PlannedClip]:
    sampler = foreseer.sampler
    depth = WORTHY if sampler.recipe.forecast == "filter" else WHOLE
    with foreseer:
        for block in foreseer.some(chosen, depth):
            for i in range(len(block.numbers)):
                cell = sampler.cells[block.choices.where[i, 3]]
                states = block.verdicts.states[i, : block.choices.subjects[i]].copy()
                spec = sampler.spec(block.choices, i)
                yield PlannedClip(int(block.numbers[i]), cell.split, cell.unseen, spec, events_of(block.verdicts, i), states)


class _Planner:
    """Decides which candidates are planned: their numbers, in the order of the plan."""

    def __init__(self, recipe: Recipe, catalog: Catalog, names: Names, foreseer: Foreseer, kept: Kept | None) -> None:
        self._recipe, self._foreseer, self._kept = recipe, foreseer, kept
        self._cells = foreseer.sampler.cells
        self.offers = Offers(catalog, names, foreseer.sampler.looks, recipe.forecast == "off")
        self._first = kept.candidates if kept is not None else 0
        self.offers.looked_at = self._first
        have = kept.cells if kept is not None else ()
        strange = sorted(set(have) - {(cell.split, cell.unseen) for cell in self._cells})
        if strange:
            (split, unseen), count = strange[0], have.count(strange[0])
            raise RecipeError(
                f"recipe {recipe.name!r}: the plan to extend has {count} {split} clips"
                + (f" with unseen {unseen}" if unseen else "")
                + f", this recipe asks for none; give splits.{split} at least as many, and the same `unseen`"
            )
        self._wanted = [cell.clips - sum((cell.split, cell.unseen) == other for other in have) for cell in self._cells]
        for cell, wanted in zip(self._cells, self._wanted, strict=True):
            if wanted < 0:
                what = f"{cell.split} clips" + (f" with unseen {cell.unseen}" if cell.unseen else "")
                raise RecipeError(
                    f"recipe {recipe.name!r}: asks for {cell.clips} {what}, the plan to extend has {cell.clips - wanted} already; "
                    "a plan can only grow"
                )
        self._limit = self._first + (recipe.max_candidates or max(2000, CANDIDATES_A_CLIP * sum(self._wanted)))

    def as_they_come(self, result: Plan, progress: Callable[[int], None] | None) -> NDArray[np.int64]:
        """The first candidates that are worth a render."""
        recipe, taken = self._recipe, [list[int]() for _ in self._cells]
        depth = WHOLE if recipe.forecast == "off" else WORTHY if recipe.causes else MAIN
        for block in self._foreseer.blocks(self._first, self._limit, depth):
            offer, rows = self.offers.take(block)
            down: dict[str, list[int]] = {OTHER_CAUSE_WANTED: [], NOT_NEEDED: []}
            for k, row in enumerate(rows):
                cell = int(offer.cells[k])
                mine, wanted = taken[cell], self._wanted[cell]
                if len(mine) >= wanted:
                    down[NOT_NEEDED].append(k)
                elif not self._has_cause(block, int(row), len(mine)):
                    down[OTHER_CAUSE_WANTED].append(k)
                else:
                    mine.append(int(offer.numbers[k]))
            last = self._last_needed(taken)
            for reason, which in down.items():
                self.offers.turn_down(offer, np.array(which, np.int64), reason)
            if progress is not None:
                progress(sum(map(len, taken)))
            if last is not None:
                self.offers.end_with(last)
                break
        else:
            raise PlanError(self._too_few(sum(map(len, taken)), "; allow more with max_candidates, or loosen retention, causes or names"))
        return np.array([number for numbers in taken for number in numbers], np.int64)

    def _last_needed(self, taken: list[list[int]]) -> int | None:
        """The last candidate that a plan with everything it needs took; None while something is missing."""
        if any(len(numbers) < wanted for numbers, wanted in zip(taken, self._wanted, strict=True)):
            return None
        return max((numbers[-1] for numbers in taken if numbers), default=self._first - 1)

    def _has_cause(self, block: Block, row: int, number: int) -> bool:
        """Whether a candidate shows the cause that is wanted for its place in the plan, if any is."""
        recipe = self._recipe
        if not recipe.causes or recipe.forecast == "off":
            return True
        wanted = recipe.causes[number % len(recipe.causes)]
        states = block.verdicts.states[row, : block.choices.subjects[row]]
        kept = (e for e in events_of(block.verdicts, row) if e.kind == "absence" and not retention_reason([e], states, recipe.retention))
        return any(e.exit_cause == wanted for e in kept)

    def balanced(self, result: Plan, progress: Callable[[int], None] | None) -> NDArray[np.int64]:
        """Candidates that together have the shares asked for; more are looked at until there are such."""
        parts = [Part(self._recipe, split, self._cells, self._wanted, self._kept, self.offers.labels) for split in self._splits()]
        for block in self._candidates(parts[0]):
            offer, _ = self.offers.take(block)
            last = int(block.numbers[-1]) + 1 >= self._limit
            for part in parts:
                part.take(offer, np.isin(offer.cells, part.cells), last)
            if progress is not None:
                progress(sum(len(part.chosen) for part in parts if part.solved))
            if all(part.solved for part in parts):
                break
        offered = sum(part.offered for part in parts)
        for part in parts:
            if part.offered < part.missing:
                raise PlanError(self._too_few(offered, "; allow more with max_candidates, or loosen retention, balance or names"))
            if not part.solved:
                advice = "ask for less of it, raise balance.tolerance, or allow more with max_candidates"
                where = f" for {part.split}" if len(parts) > 1 else ""
                what = f"recipe {self._recipe.name!r}: {self.offers.looked_at} candidates do not make a balanced plan{where}:"
                raise PlanError("\n  ".join([what, *part.complaints(), advice]))
        for part in parts:
            self.offers.turn_down(part.offer, part.left, NOT_NEEDED)
            result.strata += part.report()
        return np.concatenate([part.offer.numbers[part.chosen] for part in parts])

    def _candidates(self, training: Part) -> Iterator[Block]:
        """The candidates of a balanced plan; those after the pilot are steered."""
        foreseer, pilot = self._foreseer, min(PILOT, self._limit)
        if self._first < pilot:
            yield from foreseer.blocks(self._first, pilot, MAIN)
        if self._limit > PILOT:
            if self._first > 0:
                # The older plan looked at these; here they only tell what to steer to.
                training = Part(self._recipe, training.split, self._cells, self._wanted, None, self.offers.labels)
                older = self.offers.anew()
                for block in foreseer.blocks(0, pilot, MAIN):
                    offer, _ = older.take(block)
                    training.take(offer, np.isin(offer.cells, training.cells), False)
            numbers, weights = training.weights()
            if len(numbers):
                sampler = foreseer.sampler
                sampler.steered = steered(sampler.options, sampler.choices_of(numbers), weights)
            yield from foreseer.blocks(max(self._first, PILOT), self._limit, MAIN)

    def _splits(self) -> list[str]:
        return list(dict.fromkeys(cell.split for cell in self._cells))

    def _too_few(self, found: int, what: str) -> str:
        reasons = self.offers.rejects().by_reason()
        return (
            f"recipe {self._recipe.name!r}: only {found} of {sum(self._wanted)} clips found in {self.offers.looked_at - self._first} "
            f"candidates (turned down: {reasons}){what}{advice(reasons)}"
        )
