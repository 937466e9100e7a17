"""The names that a recipe draws from."""

from __future__ import annotations

from collections.abc import Sequence

from hmworld.catalog import Catalog
from hmworld.errors import RecipeError
from hmworld.model.recipe import Recipe
from hmworld.plan.tables import Names


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
        # Probes are drawn only where they are named.
        ordinary = [name for name in known if not getattr(getattr(catalog, field_name)[name], "probe", False)]
        resolved[field_name] = list(asked or ordinary)
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
