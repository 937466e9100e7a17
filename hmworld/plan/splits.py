"""Splits: which clips are for training, and what val and test hold out of it.

A plan's clips fall into *cells*: training, and for every other split one for each thing that may be unseen in it. A cell draws from names
of its own, so a candidate belongs to its cell before anything is forecast, and nothing held out can get into another one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from hmworld.errors import RecipeError
from hmworld.model.recipe import Recipe
from hmworld.plan.tables import Names

Kind = Literal["scenes", "subjects", "subject_paths", "camera_paths"]
KINDS: tuple[Kind, ...] = ("scenes", "subjects", "subject_paths", "camera_paths")
_UNSEEN: dict[str, tuple[Kind, ...]] = {
    "": (),
    "none": (),
    "scene": ("scenes",),
    "subject": ("subjects",),
    "trajectory": ("subject_paths", "camera_paths"),
    "all": KINDS,
}
LEAST_SHARE = 0.1
"""Of all candidates, shared by the cells however few clips they need, so that a small one is not waited for."""


@dataclass(frozen=True)
class Cell:
    """Clips of one split in which the same kinds of things are unseen."""

    split: str
    unseen: str
    """"" in training."""
    clips: int
    names: Names
    """What it draws from."""


def cells_of(recipe: Recipe, names: Names) -> list[Cell]:
    """The cells of a recipe in the order of its plan: train, val, test. RecipeError where names held out make no sense."""
    _check(recipe, names)
    held = {kind: {name for split in recipe.splits.values() for name in getattr(split.held_out, kind)} for kind in KINDS}
    seen = {kind: tuple(name for name in getattr(names, kind) if name not in held[kind]) for kind in KINDS}
    training = recipe.clips - sum(split.clips for split in recipe.splits.values())
    cells = [Cell(recipe.split, "", training, Names(**seen))]
    for split_name in ("val", "test"):
        split = recipe.splits.get(split_name)
        if split is None:
            continue
        shares = split.unseen or {unseen: 1.0 / len(split.possible) for unseen in split.possible}
        unseen = [name for name in split.possible if name in shares]
        for name, count in zip(unseen, _apportioned(split.clips, [shares[name] for name in unseen]), strict=True):
            pools = {}
            for kind in KINDS:
                own = tuple(sorted(getattr(split.held_out, kind)))
                pools[kind] = own if kind in _UNSEEN[name] and own else seen[kind]
            cells.append(Cell(split_name, name, count, Names(**pools)))
    for cell in cells:
        if len(cell.names.subjects) < recipe.subjects_per_clip[0]:
            what = f"{cell.split} clips with unseen {cell.unseen}" if cell.unseen else "training"
            advice = "more" if "subjects" in _UNSEEN[cell.unseen] else "fewer"
            raise RecipeError(
                f"recipe {recipe.name!r}: splits: {what} would have {len(cell.names.subjects)} subjects to draw from, subjects_per_clip "
                f"asks for {recipe.subjects_per_clip[0]} in one clip; hold out {advice} subjects"
            )
    return [cell for cell in cells if cell.clips > 0]


def _apportioned(clips: int, shares: list[float]) -> list[int]:
    """Whole clips for shares: rounded down, those left over to the largest remainders."""
    exact = [clips * share for share in shares]
    counts = [int(value + 1e-9) for value in exact]
    order = sorted(range(len(shares)), key=lambda k: (counts[k] - exact[k], k))
    for k in order[: clips - sum(counts)]:
        counts[k] += 1
    return counts


def _check(recipe: Recipe, names: Names) -> None:
    owners: dict[tuple[str, str], str] = {}
    for split_name, split in sorted(recipe.splits.items()):
        for kind in KINDS:
            asked = getattr(split.held_out, kind)
            where = f"recipe {recipe.name!r}: splits.{split_name}.held_out.{kind}"
            known = getattr(names, kind)
            unknown = sorted(set(asked) - set(known))
            if unknown:
                raise RecipeError(
                    f"{where}: {', '.join(map(repr, unknown))} is not among those that the recipe draws from: {', '.join(known)}"
                )
            for name in asked:
                if (kind, name) in owners:
                    raise RecipeError(f"{where}: {name!r} is held out by {owners[kind, name]} already; a name can be held out once")
                owners[kind, name] = split_name
            if known and all((kind, name) in owners for name in known):
                raise RecipeError(f"{where}: nothing of {kind} is left for training; hold out fewer")


def cell_odds(cells: list[Cell]) -> np.ndarray:
    """Probability (C,) with which candidates are drawn for each cell."""
    shares = np.array([cell.clips for cell in cells], np.float64)
    return np.asarray((1.0 - LEAST_SHARE) * shares / shares.sum() + LEAST_SHARE / len(cells))
