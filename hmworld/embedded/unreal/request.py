"""What the content scripts are asked: read by `ue_project/Content/Python/hmworld_import/request.py`."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from hmworld.embedded.gltf.cardfiles import Kind, ships
from hmworld.embedded.gltf.places import FINEST_CELL_M
from hmworld.embedded.unreal.dump import VERSION, package
from hmworld.embedded.unreal.words import GAIT_WORDS, SceneWords, SubjectWords, Words
from hmworld.errors import RecipeError
from hmworld.model.cards import SceneCard, SubjectCard

MOST_CELLS = 600
"""Of a map's longer side: each is asked by itself, in Python."""
LEAST_THING_M = 0.5


def request(options: dict[str, Any], words: Words) -> dict[str, Any]:
    """The request for these options; animations are posed where a word of a gait, or the words, name them.

    RecipeError for names of cards that cannot be, for an editor runs long before they are used.
    """
    _check_names("subjects", words.subjects, Path(options["catalog"]))
    _check_names("scenes", words.scenes, Path(options["catalog"]))
    named = [name for said in words.subjects.values() for name in (said.idle, *said.gaits.values()) if name]
    return {
        "version": VERSION,
        "id": options["id"],
        "characters": options["characters"],
        "animations": options["animations"],
        "animation_words": sorted({word for markers in GAIT_WORDS.values() for word in markers} | set(named)),
        "maps": options["maps"],
        "files": options["files"],
        "cell_cm": 100.0 * FINEST_CELL_M,
        "most_cells": MOST_CELLS,
        "least_thing_cm": 100.0 * LEAST_THING_M,
        "cpu_access": options["cpu_access"],
    }


def _check_names(kind: Kind, said: dict[str, SubjectWords] | dict[str, SceneWords], catalog: Path) -> None:
    """RecipeError where the words name a card twice, as one that ships, or as one that is there already of something else."""
    named = {asset: words.name for asset, words in said.items() if words.name}
    for name, times in Counter(named.values()).items():
        if times > 1:
            raise RecipeError(f"--words: {kind}: {times} have the name {name}; give each one of its own")
    for asset, name in named.items():
        if ships(name, kind):
            raise RecipeError(f"--words: {kind}: {asset}: name: {name} is the name of one that ships; choose another, as my_{name}")
        path = catalog / kind / f"{name}.yaml"
        if path.is_file() and _source(kind, path) != asset:
            raise RecipeError(f"--words: {kind}: {asset}: name: {path} is there already and is of something else; choose another")


def _source(kind: Kind, path: Path) -> str:
    """The package that a card of Unreal's is of; "" where it is none."""
    if kind == "scenes":
        scene = SceneCard.from_yaml(path).unreal
        return "" if scene is None else scene.map
    subject = SubjectCard.from_yaml(path).unreal
    return "" if subject is None else package(subject.mesh)
