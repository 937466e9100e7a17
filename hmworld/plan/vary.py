"""Variants of clips: the same motion in another light, or another take of it through another lens, at another size or rate, or with
another subject.

A look variant keeps everything but light and materials, and so its forecast and its motion_id. Every other change makes a clip of its
own, with a new forecast: its poses at a time are those of the clip it is derived from, but what is seen of them may differ.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from hmworld.catalog import Catalog
from hmworld.errors import RecipeError, UsageError
from hmworld.model.cards import Look
from hmworld.model.clip import ClipSpec, LookSpec, SubjectSpec
from hmworld.model.recipe import Recipe
from hmworld.plan.recast import recast
from hmworld.plan.tables import hfov_of, render_spec

_FORMS = (
    "look.light=NAME",
    *(f"look.{name}=NUMBER" for name in Look.model_fields if not name.endswith("_rgb")),
    "render.width=N",
    "render.height=N",
    "render.fps=N",
    "render.frames=N",
    "render.context_frames=N",
    "lens.focal_length_mm=NUMBER",
    "lens.sensor_width_mm=NUMBER",
    "subject=NAME",
    "subjects.N=NAME",
)
_NUMBERS = {name for name in Look.model_fields if not name.endswith("_rgb")}


@dataclass(frozen=True)
class Changes:
    """What is to be different."""

    look: str
    """Name of a look, or ""."""
    look_values: dict[str, float]
    subjects: dict[int, str]
    """By mask id."""
    recipe: Recipe
    """The recipe of the variants: that of the clips with its size, timing and lens changed."""
    renders: bool
    """Whether size, timing or lens differ."""

    @property
    def keeps_motion(self) -> bool:
        """Whether nothing but the look differs."""
        return not self.renders and not self.subjects


def parse_changes(assignments: Sequence[str], recipe: Recipe, catalog: Catalog) -> Changes:
    """Read assignments such as `look.light=dusk` against the recipe of the clips; UsageError for one that cannot be."""
    look, values, subjects = "", dict[str, float](), dict[int, str]()
    render, lens = recipe.render.model_dump(), recipe.lens.model_dump()
    asked = dict[str, str]()
    for assignment in assignments:
        key, equals, value = (part.strip() for part in assignment.partition("="))
        if not equals or not value:
            raise UsageError(f"--set {assignment}: expected KEY=VALUE, one of: {', '.join(_FORMS)}")
        key = "look.light" if key == "look" else "subjects.1" if key == "subject" else key
        if key in asked:
            raise UsageError(f"--set {key} stands twice: {asked[key]!r} and {value!r}")
        asked[key] = value
        group, _, field = key.partition(".")
        if key == "look.light":
            look = value
        elif group == "look" and field in _NUMBERS:
            values[field] = _number(assignment, value)
        elif group == "render" and field in render:
            render[field] = _number(assignment, value)
        elif group == "lens" and field in lens:
            lens[field] = _number(assignment, value)
        elif group == "subjects" and re.fullmatch(r"[1-8]", field):
            number = int(field)
            if value not in catalog.subjects:
                raise UsageError(f"--set {assignment}: no such subject; there are {', '.join(sorted(catalog.subjects))}")
            subjects[number] = value
        else:
            raise UsageError(f"--set {assignment}: {key!r} cannot be changed; what can: {', '.join(_FORMS)}")
    if "render.fps" in asked:
        # As long a clip, cut at the same time, unless told otherwise.
        ratio = float(render["fps"]) / recipe.render.fps
        for name in ("frames", "context_frames"):
            if f"render.{name}" not in asked:
                render[name] = max(8 if name == "frames" else 0, round(getattr(recipe.render, name) * ratio))
    changed = {
        **recipe.model_dump(mode="json"),
        "render": {name: int(v) if float(v).is_integer() else v for name, v in render.items()},
        "lens": lens,
        "varied": [*recipe.varied, *assignments],
    }
    try:
        new = Recipe.from_data(changed, "--set")
    except RecipeError as error:
        raise UsageError(str(error)) from error
    if not (look or values or subjects) and (new.render, new.lens) == (recipe.render, recipe.lens):
        raise UsageError(f"nothing to change: give --set KEY=VALUE that differs, one or more of: {', '.join(_FORMS)}")
    return Changes(look, values, subjects, new, (new.render, new.lens) != (recipe.render, recipe.lens))


def _number(assignment: str, value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise UsageError(f"--set {assignment}: expected a number, got {value!r}")
    return number


def would_leak(changes: Changes, split: str, unseen: str) -> bool:
    """Whether the new subjects would belie what a split holds out: one that is held out elsewhere, or one that is not where all are."""
    names = tuple(changes.subjects.values())
    return not set(names) <= set(may_show(changes.recipe, split, unseen, names))


def may_show(recipe: Recipe, split: str, unseen: str, names: Sequence[str]) -> tuple[str, ...]:
    """Subjects that a clip of a split may show."""
    own = recipe.splits[split].held_out.subjects if split in ("val", "test") and split in recipe.splits else ()
    if unseen in ("subject", "all") and own:
        return own
    everyone = {name for other in recipe.splits.values() for name in other.held_out.subjects}
    return tuple(name for name in names if name not in everyone)


def misfit(spec: ClipSpec, changes: Changes, catalog: Catalog) -> str:
    """Reason code of a clip that cannot be varied so: no_such_look in its scene, or a subject_there_already; "" if it can be."""
    if changes.look and changes.look not in catalog.scenes[spec.scene.name].looks:
        return "no_such_look"
    names = [s.name for s in spec.subjects]
    for number, name in changes.subjects.items():
        if name in names[: number - 1] + names[number:]:
            return "subject_there_already"
    return ""


def varied(spec: ClipSpec, changes: Changes, catalog: Catalog) -> ClipSpec:
    """The variant of a clip that `misfit` finds nothing wrong with."""
    update: dict[str, object] = {}
    if changes.look or changes.look_values:
        update["look"] = _look(spec, changes, catalog)
    if changes.renders:
        lens = changes.recipe.lens
        update["render"] = render_spec(changes.recipe)
        numbers = {"focal_length_mm": lens.focal_length_mm, "sensor_width_mm": lens.sensor_width_mm, "hfov_deg": hfov_of(changes.recipe)}
        update["camera"] = spec.camera.model_copy(update=numbers)
    if changes.subjects:
        update["subjects"] = _subjects(spec, changes, catalog)
    return spec.model_copy(update=update)


def _look(spec: ClipSpec, changes: Changes, catalog: Catalog) -> LookSpec:
    name, values = spec.look.name, spec.look.values
    if changes.look:
        name, values = changes.look, catalog.scenes[spec.scene.name].looks[changes.look]
    if changes.look_values:
        try:
            values = Look.from_data({**values.model_dump(mode="json"), **changes.look_values}, "--set look")
        except RecipeError as error:
            raise UsageError(str(error)) from error
        name = f"{name}_changed"[:64]
    return LookSpec(name=name, values=values)


def _subjects(spec: ClipSpec, changes: Changes, catalog: Catalog) -> tuple[SubjectSpec, ...]:
    subjects = list(spec.subjects)
    for number, name in sorted(changes.subjects.items()):
        # Clips with fewer subjects stay as they are.
        if number <= len(subjects) and subjects[number - 1].name != name:
            subjects[number - 1] = recast(subjects[number - 1], catalog.subjects[name])
    return tuple(subjects)
