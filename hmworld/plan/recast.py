"""A subject of a clip replaced by another one: it goes the same way at the same speed, with a body and a gait of its own."""

from __future__ import annotations

import math
from collections.abc import Iterable

from hmworld.catalog import Catalog
from hmworld.errors import RecipeError
from hmworld.model.cards import SubjectCard
from hmworld.model.clip import GaitSpec, SubjectSpec


def recast(subject: SubjectSpec, card: SubjectCard) -> SubjectSpec:
    """The subject with another one's card, at its natural size; of that one's gaits the one whose speeds are nearest."""
    speed = max(v for _, v in subject.path.speed_mps)
    name = min(
        (name for name, gait in sorted(card.gaits.items()) if gait.stride_m > 0.0),
        key=lambda name: _outside(speed, card.gaits[name].speed_mps),
    )
    gait = card.gaits[name]
    return subject.model_copy(
        update={
            "name": card.name,
            "kind": card.kind,
            "species": card.species,
            "card_sha256": card.digest(),
            "motion_sha256": card.motion_sha256,
            "mesh_sha256": card.mesh_sha256 or "",
            "scale": 1.0,
            "height_m": round(card.height_m, 4),
            "footprint_radius_m": round(card.footprint_radius_m, 4),
            "gait": GaitSpec(name=name, cycle_s=gait.cycle_s, stride_m=round(gait.stride_m, 6), idle_cycle_s=card.gaits["idle"].cycle_s),
        }
    )


def _outside(speed: float, between: tuple[float, float]) -> float:
    return max(between[0] - speed, speed - between[1], 0.0)


def stand_in(subject: SubjectSpec, catalog: Catalog, names: Iterable[str], taken: Iterable[str]) -> SubjectCard:
    """Who best takes a subject's place without being it: of its kind, able to go as fast, as tall. RecipeError where there is nobody.

    `names` are those to choose from, `taken` those that are in the clip.
    """
    speed = max(v for _, v in subject.path.speed_mps)
    others = [catalog.subjects[name] for name in sorted(set(names) - set(taken)) if catalog.subjects[name].kind == subject.kind]
    if not others:
        raise RecipeError(f"counterfactuals: nobody else of kind {subject.kind!r} can take the place of {subject.name!r}; add subjects")

    def unlikeness(card: SubjectCard) -> tuple[float, float, str]:
        # One that stands needs no gait.
        moving = [gait.speed_mps for gait in card.gaits.values() if gait.stride_m > 0.0 and speed > 0.0]
        stride = min((_outside(speed, between) for between in moving), default=0.0)
        return round(2.0 * stride), abs(math.log(card.height_m / subject.height_m)), card.name

    return min(others, key=unlikeness)
