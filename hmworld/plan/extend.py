"""Extending a plan: its clips stay, row by row, and what is missing is planned after them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hmworld.errors import UsageError
from hmworld.model.clip import ClipSpec
from hmworld.model.event import Event
from hmworld.model.recipe import HeldOut, Recipe, Retention
from hmworld.plan.counterfactual import main_absence
from hmworld.plan.part import Kept

MAY_DIFFER = frozenset(
    {
        "name",
        "seed",
        "clips",
        "max_candidates",
        "scenes",
        "subjects",
        "subject_paths",
        "camera_paths",
        "looks",
        "subjects_per_clip",
        "speed_scale",
        "causes",
        "balance",
        "splits",
    }
)
"""Fields of a recipe that may differ from those of the plan to extend; of splits only how many clips."""


class OlderClip(NamedTuple):
    """A clip of the plan to extend."""

    split: str
    unseen: str
    spec: ClipSpec
    events: tuple[Event, ...]
    states: NDArray[np.uint8]


def check_extends(recipe: Recipe, older: Recipe) -> None:
    """See that a recipe may extend the plan of an older one; UsageError that names the first field in the way."""
    if older.varied:
        raise UsageError(f"{older.name!r} is a plan of variants; extend the plan that they were made from, and vary it anew")
    for name in type(recipe).model_fields:
        if name not in MAY_DIFFER and getattr(recipe, name) != getattr(older, name):
            raise UsageError(
                f"{name} is {getattr(recipe, name)!r}, in the plan to extend it is {getattr(older, name)!r}; clips of a dataset share it: "
                "make a dataset of its own and join them with `hmworld merge`, or leave it as it was"
            )
    nothing = HeldOut()
    held = [{name: s.held_out for name, s in one.splits.items() if s.held_out != nothing} for one in (recipe, older)]
    if held[0] != held[1]:
        raise UsageError("splits hold out other names than in the plan to extend, which may have shown these in training")


def kept_of(clips: Iterable[OlderClip], candidates: int, rule: Retention) -> Kept:
    """What the planner needs to know of the clips that stay."""
    cells: list[tuple[str, str]] = []
    values: dict[str, list[str | int]] = {}
    for clip in clips:
        cells.append((clip.split, clip.unseen))
        for name, value in _values(clip, rule).items():
            values.setdefault(name, []).append(value)
    return Kept(candidates, tuple(cells), dict(values))


def _values(clip: OlderClip, rule: Retention) -> dict[str, str | int]:
    """What decides of each dimension of a balance, as `offers` has it for candidates."""
    spec, main = clip.spec, main_absence(clip.events, clip.states, rule)
    subject = spec.subjects[main.subject - 1 if main is not None else 0]
    return {
        "scenes": spec.scene.name,
        "looks": spec.look.name,
        "camera_families": spec.camera.family,
        "camera_paths": spec.camera.trajectory,
        "subject_paths": subject.path.trajectory,
        "subjects_in_clip": len(spec.subjects),
        "kinds": subject.kind,
        "species": subject.species,
        "exit_causes": main.exit_cause if main is not None else "",
        "exit_sides": main.exit_side if main is not None else "",
        "gap_frames": main.gap_frames if main is not None else 0,
        "absences": sum(e.kind == "absence" for e in clip.events),
        "straddles_cut": "yes" if main is not None and main.straddles_cut else "no",
    }
