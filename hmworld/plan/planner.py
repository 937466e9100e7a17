"""The planner: candidates in order until the recipe's clips are found; a reason for each that is turned down."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hmworld.catalog import Catalog, default_catalog
from hmworld.choreography import retention_reason
from hmworld.choreography.compiled.judge import REASONS, RETENTION_REASONS
from hmworld.choreography.compiled.unpack import events_of
from hmworld.errors import PlanError, RecipeError
from hmworld.model.clip import ClipSpec, clip_id
from hmworld.model.event import Event
from hmworld.model.recipe import Recipe
from hmworld.plan.foresee import Foreseer
from hmworld.plan.tables import Names

CANDIDATES_A_CLIP = 200


@dataclass(frozen=True)
class PlannedClip:
    """A clip that is worth rendering, and what is expected of it."""

    candidate: int
    spec: ClipSpec
    events: tuple[Event, ...]
    states: NDArray[np.uint8]
    """(S, T)"""


@dataclass(frozen=True)
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

    @property
    def rejected_by_reason(self) -> dict[str, int]:
        """How many candidates were turned down, by reason code."""
        return dict(sorted(Counter(r.reason for r in self.rejected).items()))


def plan(recipe: Recipe, catalog: Catalog | None = None, progress: Callable[[Plan], None] | None = None, threads: int = 2) -> Plan:
    """Plan a recipe. `progress` is called after every clip that is found. The plan does not depend on `threads`.

    RecipeError for names that the catalog lacks; PlanError when the candidates run out first.
    """
    catalog = catalog or default_catalog()
    names = resolve_names(recipe, catalog)
    limit = recipe.max_candidates or max(2000, CANDIDATES_A_CLIP * recipe.clips)
    result, seen = Plan(recipe), set[str]()
    with Foreseer(recipe, catalog, names, threads) as foreseer:
        for block in foreseer.blocks(limit):
            for i in range(len(block.choices.subjects)):
                if len(result.clips) == recipe.clips:
                    break
                candidate, reason = block.first + i, REASONS[block.verdicts.reason[i]]
                scene, events = names.scenes[block.choices.where[i, 0]], tuple[Event, ...]()
                if recipe.forecast == "off" and reason in RETENTION_REASONS:
                    reason = ""
                if not reason:
                    events = events_of(block.verdicts, i)
                    cause = _wanted_cause(recipe, len(result.clips))
                    states = block.verdicts.states[i, : block.choices.subjects[i]]
                    if recipe.forecast == "filter" and cause and not _has_cause(events, states, cause, recipe):
                        reason = "other_cause_wanted"
                if not reason:
                    spec = foreseer.sampler.spec(block.choices, i)
                    identity = clip_id(spec)
                    reason = "same_as_another" if identity in seen else ""
                    seen.add(identity)
                result.candidates = candidate + 1
                if reason:
                    result.rejected.append(Rejected(candidate, scene, reason, events))
                else:
                    result.clips.append(PlannedClip(candidate, spec, events, states.copy()))
                    if progress is not None:
                        progress(result)
            if len(result.clips) == recipe.clips:
                break
    if len(result.clips) < recipe.clips:
        raise PlanError(
            f"recipe {recipe.name!r}: only {len(result.clips)} of {recipe.clips} clips found in {result.candidates} candidates "
            f"(turned down: {result.rejected_by_reason}); allow more with max_candidates, or loosen retention, causes or names"
        )
    return result


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


def _wanted_cause(recipe: Recipe, number: int) -> str:
    return recipe.causes[number % len(recipe.causes)] if recipe.causes else ""


def _has_cause(events: Sequence[Event], states: NDArray[np.uint8], cause: str, recipe: Recipe) -> bool:
    """Whether an absence of that exit cause passes the retention rule by itself."""
    return any(e.exit_cause == cause and retention_reason([e], states, recipe.retention) == "" for e in events)


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
