"""The planner: candidates in order until the recipe's clips are found; a reason for each that is turned down."""

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hmworld.catalog import Catalog, default_catalog
from hmworld.choreography import retention_reason
from hmworld.choreography.compiled import events as numbers
from hmworld.choreography.compiled.judge import REASONS, RETENTION_REASONS
from hmworld.choreography.compiled.unpack import events_of
from hmworld.errors import PlanError, RecipeError
from hmworld.model.clip import ClipSpec
from hmworld.model.event import CAUSES, SIDES, Event
from hmworld.model.recipe import Recipe
from hmworld.plan.balance import Strata, Stratum, check_names
from hmworld.plan.foresee import Block, Foreseer
from hmworld.plan.tables import Names

CANDIDATES_A_CLIP = 200
OFFERED_A_CLIP = 2
"""Candidates worth a render that a balanced plan is first chosen from, for each of its clips."""


@dataclass(frozen=True)
class PlannedClip:
    """A clip that is worth rendering, and what is expected of it."""

    candidate: int
    spec: ClipSpec
    events: tuple[Event, ...]
    states: NDArray[np.uint8]
    """(S, T)"""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A candidate that was turned down."""

    candidate: int
    scene: str
    reason: str
    events: tuple[Event, ...] = ()


@dataclass
class Plan:
    """The clips of a recipe, in order, and the candidates that were looked at."""

    recipe: Recipe
    clips: list[PlannedClip] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    candidates: int = 0
    strata: list[Stratum] = field(default_factory=list)
    """How every stratum with a target fared."""

    @property
    def rejected_by_reason(self) -> dict[str, int]:
        """How many candidates were turned down, by reason code."""
        return dict(sorted(Counter(r.reason for r in self.rejected).items()))


def plan(recipe: Recipe, catalog: Catalog | None = None, progress: Callable[[Plan], None] | None = None, threads: int = 2) -> Plan:
    """Plan a recipe. `progress` is called after every clip that is found. The plan does not depend on `threads`.

    RecipeError for names that the catalog lacks and strata that can have no clip; PlanError when the candidates run out first.
    """
    catalog = catalog or default_catalog()
    names = resolve_names(recipe, catalog)
    check_names(recipe, catalog, names)
    result = Plan(recipe)
    with Foreseer(recipe, catalog, names, threads) as foreseer:
        planner = _Planner(recipe, catalog, names, foreseer, result, progress)
        if recipe.balance.dimensions:
            planner.balanced()
        else:
            planner.as_they_come()
    return result


class _Planner:
    """Decides of one candidate after the other whether it is planned."""

    def __init__(
        self, recipe: Recipe, catalog: Catalog, names: Names, foreseer: Foreseer, result: Plan, progress: Callable[[Plan], None] | None
    ) -> None:
        self._recipe, self._catalog, self._names, self._foreseer = recipe, catalog, names, foreseer
        self._result, self._progress, self._seen = result, progress, set[bytes]()
        self._limit = recipe.max_candidates or max(2000, CANDIDATES_A_CLIP * recipe.clips)

    def as_they_come(self) -> None:
        """Plan the first candidates that are worth a render."""
        recipe, result = self._recipe, self._result
        for block in self._foreseer.blocks(self._limit):
            for i in range(len(block.choices.subjects)):
                if len(result.clips) == recipe.clips:
                    return
                if not self._worthy(block, i):
                    continue
                events = events_of(block.verdicts, i)
                wanted = recipe.causes[len(result.clips) % len(recipe.causes)] if recipe.causes else ""
                if wanted and recipe.forecast == "filter" and all(e.exit_cause != wanted for e in self._kept(block, i, events)):
                    self._turn_down(block, i, "other_cause_wanted", events)
                else:
                    self._add(block, i, events)
        if len(result.clips) < recipe.clips:
            raise PlanError(self._too_few("; allow more with max_candidates, or loosen retention, causes or names"))

    def balanced(self) -> None:
        """Plan those candidates that together have the shares asked for; more are looked at until there are such."""
        recipe, result = self._recipe, self._result
        strata = Strata(recipe.balance, recipe.clips)
        candidates: list[int] = []
        scenes, keys, chances = [], [], []
        enough = OFFERED_A_CLIP * recipe.clips
        chosen = np.zeros(0, np.int64)
        for block in self._foreseer.blocks(self._limit):
            for i in range(len(block.choices.subjects)):
                if self._worthy(block, i):
                    candidates.append(int(block.numbers[i]))
                    scenes.append(self._names.scenes[block.choices.where[i, 0]])
                    keys.append(strata.keys(self._values(block, i)))
                    chances.append(block.choices.chance[i])
            last = block.numbers[-1] + 1 >= self._limit
            if len(candidates) >= enough or (last and len(candidates) >= recipe.clips):
                offered = np.array(keys)
                chosen = strata.choose(offered, np.array(chances))
                if strata.off(strata.counts(offered[chosen])) == 0.0:
                    break
                enough = len(candidates) * 3 // 2
        offered = np.array(keys).reshape(len(keys), -1)
        if len(candidates) < recipe.clips:
            raise PlanError(self._too_few("; allow more with max_candidates, or loosen retention, balance or names"))
        if strata.off(strata.counts(offered[chosen])) > 0.0:
            lines = strata.missing(offered[chosen], offered)
            advice = "ask for less of it, raise balance.tolerance, or allow more with max_candidates"
            what = f"recipe {recipe.name!r}: {result.candidates} candidates do not make a balanced plan:"
            raise PlanError("\n  ".join([what, *lines, advice]))
        taken = np.zeros(len(candidates), bool)
        taken[chosen] = True
        for k in np.flatnonzero(~taken):
            result.rejected.append(Rejected(candidates[k], scenes[k], "not_needed"))
        for block in self._foreseer.some(np.array(candidates)[chosen]):
            for i in range(len(block.choices.subjects)):
                self._add(block, i, events_of(block.verdicts, i))
        result.rejected.sort(key=lambda r: r.candidate)
        result.strata = strata.report(offered[chosen], offered)

    def _worthy(self, block: Block, i: int) -> bool:
        """Whether row i of a block is worth a render and unlike those before; else it is turned down."""
        self._result.candidates = int(block.numbers[i]) + 1
        reason = REASONS[block.verdicts.reason[i]]
        if reason and not (self._recipe.forecast == "off" and reason in RETENTION_REASONS):
            self._turn_down(block, i, reason)
            return False
        choices = block.choices
        parts = (choices.where, choices.subjects, choices.who, choices.how, choices.camera, choices.framing)
        drawn = hashlib.sha256(b"".join(part[i].tobytes() for part in parts)).digest()
        if drawn in self._seen:
            self._turn_down(block, i, "same_as_another")
            return False
        self._seen.add(drawn)
        return True

    def _turn_down(self, block: Block, i: int, reason: str, events: tuple[Event, ...] = ()) -> None:
        scene = self._names.scenes[block.choices.where[i, 0]]
        self._result.rejected.append(Rejected(int(block.numbers[i]), scene, reason, events))

    def _add(self, block: Block, i: int, events: tuple[Event, ...]) -> None:
        states = block.verdicts.states[i, : block.choices.subjects[i]].copy()
        self._result.clips.append(PlannedClip(int(block.numbers[i]), self._foreseer.sampler.spec(block.choices, i), events, states))
        if self._progress is not None:
            self._progress(self._result)

    def _kept(self, block: Block, i: int, events: Sequence[Event]) -> list[Event]:
        """Absences that pass the retention rule by themselves."""
        states = block.verdicts.states[i, : block.choices.subjects[i]]
        return [e for e in events if e.kind == "absence" and retention_reason([e], states, self._recipe.retention) == ""]

    def _values(self, block: Block, i: int) -> dict[str, str | int]:
        """What decides of the strata of a clip, by dimension."""
        choices, names, verdicts = block.choices, self._names, block.verdicts
        absences = [event for event in verdicts.events[i, : verdicts.found[i]] if event[numbers.KIND] == numbers.ABSENCE]
        rule = self._foreseer.rule
        kept = [e for e in absences if numbers.retained(verdicts.states[i, int(e[numbers.SUBJECT])], e, rule) == 0]
        main = max(kept, key=lambda e: float(e[numbers.GAP]))
        subject = self._catalog.subjects[names.subjects[choices.who[i, int(main[numbers.SUBJECT]), 0]]]
        return {
            "scenes": names.scenes[choices.where[i, 0]],
            "looks": self._foreseer.sampler.look(choices, i),
            "camera_families": self._catalog.camera_paths[names.camera_paths[choices.camera[i, 0]]].family,
            "subjects_in_clip": int(choices.subjects[i]),
            "kinds": subject.kind,
            "species": subject.species,
            "exit_causes": CAUSES[int(main[numbers.EXIT_CAUSE])],
            "exit_sides": SIDES[int(main[numbers.EXIT_SIDE])],
            "gap_frames": int(main[numbers.GAP]),
            "absences": len(absences),
            "straddles_cut": "yes" if main[numbers.STRADDLES] else "no",
        }

    def _too_few(self, advice: str) -> str:
        found = len(self._result.clips)
        return (
            f"recipe {self._recipe.name!r}: only {found} of {self._recipe.clips} clips found in {self._result.candidates} candidates "
            f"(turned down: {self._result.rejected_by_reason}){advice}"
        )


def resolve_names(recipe: Recipe, catalog: Catalog) -> Names:
    """The names a recipe draws from; RecipeError for one the catalog lacks, with those it has."""
    resolved: dict[str, list[str]] = {}
    for field_name in ("scenes", "subjects", "subject_paths", "camera_paths"):
        known: Sequence[str] = sorted(getattr(catalog, field_name))
        asked: Sequence[str] = getattr(recipe, field_name)
        unknown = [name for name in asked if name not in known]
        if unknown:
            raise RecipeError(f"recipe {recipe.name!r}: {field_name}: unknown {', '.join(map(repr, unknown))}; known: {', '.join(known)}")
        if len(set(asked)) != len(asked):
            raise RecipeError(f"recipe {recipe.name!r}: {field_name}: names stand twice in {', '.join(asked)}")
        resolved[field_name] = list(asked or known)
    if len(resolved["subjects"]) < recipe.subjects_per_clip[0]:
        raise RecipeError(
            f"recipe {recipe.name!r}: subjects_per_clip: asks for {recipe.subjects_per_clip[0]} different subjects, "
            f"there are {len(resolved['subjects'])}"
        )
    all_looks = sorted({look for scene in resolved["scenes"] for look in catalog.scenes[scene].looks})
    if set(recipe.looks) - set(all_looks):
        strange = ", ".join(sorted(set(recipe.looks) - set(all_looks)))
        raise RecipeError(f"recipe {recipe.name!r}: looks: no chosen scene has {strange}; known: {', '.join(all_looks)}")
    for scene in resolved["scenes"]:
        looks = catalog.scenes[scene].looks
        if recipe.looks and not set(recipe.looks) & set(looks):
            raise RecipeError(f"recipe {recipe.name!r}: looks: scene {scene!r} has none of {recipe.looks}; it has {', '.join(looks)}")
    return Names(**{field_name: tuple(sorted(values)) for field_name, values in resolved.items()})


def reject_rows(rejected: Sequence[Rejected]) -> list[dict[str, Any]]:
    """Rows of the rejects table for candidates."""
    return [
        {
            "phase": "forecast",
            "candidate": r.candidate,
            "row": -1,
            "clip_id": "",
            "scene": r.scene,
            "reason": r.reason,
            "detail": "",
            "events": [e.model_dump(mode="python") for e in r.events],
        }
        for r in rejected
    ]
