"""Scenes of the embedded engine, built from nothing but numbers: each generator module turns a seed into a `SceneModel`
(a textured static mesh with its lamps, the proxies a planner needs, and the stages where clips happen).

`kit/` holds shapes, noise, random numbers and the assembler; `textures/` the images; `props/` what several scenes place
(trees, cars, houses, furniture). Rendering, subjects and scene cards do not live here.
"""

from __future__ import annotations

from importlib import import_module

from hmworld.embedded.scenes.model import Obstacle, SceneModel, StagePlace

__all__ = ["GENERATORS", "Obstacle", "SceneModel", "StagePlace", "build_scene"]

GENERATORS = (
    "beach",
    "city_street",
    "construction_yard",
    "desert",
    "downtown_crossing",
    "farmyard",
    "forest_road",
    "harbour",
    "mountain_meadow",
    "museum_hall",
    "old_town_square",
    "park",
    "parking_deck",
    "snowy_village",
    "station_concourse",
    "suburb",
    "warehouse",
)
"""Names of the generators; each is a module of this package with `build(seed) -> SceneModel`."""


def build_scene(generator: str, seed: int) -> SceneModel:
    """The scene of a generator in `GENERATORS`; equal seeds give equal bytes. Raises ValueError for an unknown name."""
    if generator not in GENERATORS:
        raise ValueError(f"generator: expected one of {', '.join(GENERATORS)}, got {generator!r}")
    scene: SceneModel = import_module(f"{__name__}.{generator}").build(seed)
    return scene
