"""The planner: candidates in order until the recipe's clips are found; a reason for each that is turned down."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hmworld.catalog import Catalog, default_catalog
from hmworld.choreography import Forecast, choreograph, forecast, retention_reason
from hmworld.errors import PlanError, RecipeError
from hmworld.model.clip import ClipSpec, clip_id
from hmworld.model.event import Event
from hmworld.model.recipe import Recipe
from hmworld.plan.clearance import clearance_reason
from hmworld.plan.sample import Names, sample

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


def plan(recipe: Recipe, catalog: Catalog | None = None, progress: Callable[[Plan], None] | None = None) -> Plan:
    """Plan a recipe. `progress` is called after every candidate.

    RecipeError for names that the catalog lacks; PlanError when the candidates run out first.
    """
    catalog = catalog or default_catalog()
    names = resolve_names(recipe, catalog)
    limit = recipe.max_candidates or max(2000, CANDIDATES_A_CLIP * recipe.clips)
    result, seen = Plan(recipe), set[str]()
    for candidate in range(limit):
        if len(result.clips) == recipe.clips:
            break
        result.candidates = candidate + 1
        spec = sample(recipe, catalog, names, candidate)
        outcome = _judge(recipe, catalog, spec, candidate, _wanted_cause(recipe, len(result.clips)))
        if isinstance(outcome, PlannedClip) and clip_id(spec) in seen:
            outcome = Rejected(candidate, spec.scene.name, "same_as_another")
        if isinstance(outcome, PlannedClip):
            seen.add(clip_id(spec))
            result.clips.append(outcome)
        else:
            result.rejected.append(outcome)
        if progress is not None:
            progress(result)
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
    return Names(**resolved)


def _wanted_cause(recipe: Recipe, number: int) -> str:
    return recipe.causes[number % len(recipe.causes)] if recipe.causes else ""


def _judge(recipe: Recipe, catalog: Catalog, spec: ClipSpec, candidate: int, cause: str) -> PlannedClip | Rejected:
    obstacles = catalog.scenes[spec.scene.name].obstacles
    choreography = choreograph(spec)
    reason = clearance_reason(choreography, obstacles)
    if reason:
        return Rejected(candidate, spec.scene.name, reason)
    expected = forecast(
        choreography,
        [catalog.motion(s.name) for s in spec.subjects],
        [catalog.subjects[s.name].surface_area_m2 for s in spec.subjects],
        obstacles,
    )
    if recipe.forecast == "filter":
        reason = retention_reason(expected.events, expected.states, recipe.retention)
        if not reason and cause and not _has_cause(expected, cause, recipe):
            reason = "other_cause_wanted"
        if reason:
            return Rejected(candidate, spec.scene.name, reason, expected.events)
    return PlannedClip(candidate, spec, expected.events, expected.states)


def _has_cause(expected: Forecast, cause: str, recipe: Recipe) -> bool:
    """Whether an absence of that exit cause passes the retention rule by itself."""
    return any(e.exit_cause == cause and retention_reason([e], expected.states, recipe.retention) == "" for e in expected.events)


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
