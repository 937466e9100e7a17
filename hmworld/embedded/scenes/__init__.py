"""Scenes of the embedded engine, built from nothing but numbers: each generator module turns a seed into a `SceneModel`
(a textured static mesh, the proxies a planner needs, and the stages where clips happen). Shapes, textures, houses, cars,
trees and street furniture live here too; rendering, subjects and scene cards do not.
"""

from __future__ import annotations

from hmworld.embedded.scenes import city_street, mountain_meadow
from hmworld.embedded.scenes.model import Obstacle, SceneModel, StagePlace

__all__ = ["GENERATORS", "Obstacle", "SceneModel", "StagePlace", "build_scene"]

GENERATORS = {"city_street": city_street.build, "mountain_meadow": mountain_meadow.build}


def build_scene(generator: str, seed: int) -> SceneModel:
    """The scene of a generator in `GENERATORS`; equal seeds give equal bytes. Raises ValueError for an unknown name."""
    if generator not in GENERATORS:
        raise ValueError(f"generator: expected one of {', '.join(sorted(GENERATORS))}, got {generator!r}")
    return GENERATORS[generator](seed)
