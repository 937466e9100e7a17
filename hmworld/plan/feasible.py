"""What a recipe asks for that cannot be, said before or after looking: which constraint, the best there is, and what to relax."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from hmworld.catalog import Catalog
from hmworld.errors import RecipeError
from hmworld.geometry.splines import KeyedChannel, Path
from hmworld.model.recipe import Recipe
from hmworld.plan.splits import Cell
from hmworld.plan.tables import Names, moving_gaits

SMALLEST_SCALE = 0.95
"""Of a subject, as `draw` has it."""
ADVICE = {
    "off_stage": "the subjects' ways outgrow the stages: choose slower subjects (speed_scale), shorter clips, paths with `fit: extent` "
    "such as circle and square, or larger scenes",
    "subject_in_obstacle": "obstacles stand in the subjects' ways: choose scenes with more room, or smaller subjects",
    "subjects_collide": "subjects run into each other: ask for fewer in one clip (subjects_per_clip), or for smaller ones",
    "camera_under_ground": "the camera would go under the ground: choose other camera_paths",
    "camera_too_fast": "the camera would move too fast: choose other camera_paths, or longer clips",
    "camera_in_geometry": "the camera would enter geometry: choose other scenes or camera_paths",
    "camera_near_subject": "the camera would come too near to a subject: choose other camera_paths, or smaller subjects",
    "no_event": "nobody leaves and comes back: choose camera_paths that look away, or longer clips",
    "seen_too_short_before": "subjects leave too soon: loosen retention.min_not_out_before and min_visible_before",
    "gap_too_short": "absences are too short: loosen retention.min_gap",
    "seen_too_short_after": "subjects come back too late: loosen retention.min_visible_after, or choose longer clips",
    "other_cause_wanted": "other causes came than those in `causes`: leave some out, or choose paths that give them",
    "same_as_another": "there are too few different clips in what the recipe draws from",
}
"""What helps against a reason for which candidates are turned down."""


def advice(reasons: Mapping[str, int]) -> str:
    """What to do about the most frequent reason, as a sentence; "" where there is none."""
    known = {reason: count for reason, count in reasons.items() if reason in ADVICE}
    if not known:
        return ""
    reason = max(known, key=lambda name: known[name])
    return f"; most often ({known[reason] / sum(reasons.values()):.0%}) {reason}: {ADVICE[reason]}"


def check_room(recipe: Recipe, catalog: Catalog, names: Names, cells: Sequence[Cell]) -> None:
    """See that some way of some subject fits some stage in every cell, and for every scene, path and kind with a target.

    RecipeError names the smallest way and the largest stage where none does.
    """
    ways = {(s, p): _radius_m(recipe, catalog, s, p) for s in names.subjects for p in names.subject_paths}
    stages = {scene: max((stage.radius_m, stage.name) for stage in catalog.scenes[scene].stages) for scene in names.scenes}
    for cell in cells:
        where = f"for {cell.split} clips with unseen {cell.unseen}" if cell.unseen else ""
        _check(recipe, where, ways, stages, cell.names.scenes, cell.names.subjects, cell.names.subject_paths)
        if "swapped" in recipe.counterfactuals:
            kinds = Counter(catalog.subjects[name].kind for name in cell.names.subjects)
            lonely = [kind for kind, count in sorted(kinds.items()) if count <= min(recipe.subjects_per_clip[1], len(cell.names.subjects))]
            if lonely:
                raise RecipeError(
                    f"recipe {recipe.name!r}: counterfactuals: swapped {where}: with {kinds[lonely[0]]} subjects of kind "
                    f"{lonely[0]!r} there may be nobody to take another's place; add subjects, or leave out swapped"
                )
    seen, balance = cells[0].names, recipe.balance
    for scene in balance.scenes:
        _check(recipe, f"for balance.scenes: {scene!r}", ways, stages, [scene], seen.subjects, seen.subject_paths)
    for path in balance.subject_paths:
        _check(recipe, f"for balance.subject_paths: {path!r}", ways, stages, seen.scenes, seen.subjects, [path])
    for dimension, targets in (("kinds", balance.kinds), ("species", balance.species)):
        for label in targets:
            own = [name for name in seen.subjects if label in (catalog.subjects[name].kind, catalog.subjects[name].species)]
            _check(recipe, f"for balance.{dimension}: {label!r}", ways, stages, seen.scenes, own, seen.subject_paths)


def _radius_m(recipe: Recipe, catalog: Catalog, subject: str, path: str) -> tuple[float, str]:
    """Radius of the smallest disc that holds a way of a subject, its middle in the disc's, and the gait it goes at."""
    trajectory, card = catalog.subject_paths[path], catalog.subjects[subject]
    curve = Path(trajectory.points, trajectory.closed)
    points = np.array(trajectory.points)
    middle = (points.min(0) + points.max(0)) / 2.0
    along, _ = curve.at(np.linspace(0.0, curve.length_m, 257))
    reach = float(np.hypot(*(along - middle).T).max())
    gaits = moving_gaits(catalog, subject)
    if trajectory.extent_m is not None:
        return trajectory.extent_m[0] / float((points.max(0) - points.min(0)).max()) * reach, gaits[0]
    profile = KeyedChannel(tuple(t for t, _ in trajectory.speed), tuple(v for _, v in trajectory.speed))
    share = float(profile.integral(np.ones(1))[0] - profile.integral(np.zeros(1))[0])
    duration = recipe.render.frames / recipe.render.fps
    slow = SMALLEST_SCALE * recipe.speed_scale[0] * duration * share / curve.length_m * reach
    return min((card.gaits[gait].stride_m / card.gaits[gait].cycle_s * slow, gait) for gait in gaits)


def _check(
    recipe: Recipe,
    where: str,
    ways: Mapping[tuple[str, str], tuple[float, str]],
    stages: Mapping[str, tuple[float, str]],
    scenes: Sequence[str],
    subjects: Sequence[str],
    paths: Sequence[str],
) -> None:
    (needed, gait), subject, path = min((ways[s, p], s, p) for s in subjects for p in paths)
    (radius, stage), scene = max((stages[name], name) for name in scenes)
    if needed > radius:
        raise RecipeError(
            f"recipe {recipe.name!r}: no subject's way fits a stage{' ' + where if where else ''}: the smallest, {path!r} of {subject!r} "
            f"({gait}), needs a radius of {needed:.1f} m, the largest stage, {stage!r} of {scene!r}, has {radius:.1f} m; choose larger "
            "scenes, slower subjects (speed_scale), shorter clips (render.frames), or paths with `fit: extent` such as circle and square"
        )
