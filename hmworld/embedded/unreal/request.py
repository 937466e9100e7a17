"""What the content scripts are asked: read by `ue_project/Content/Python/hmworld_import/request.py`."""

from __future__ import annotations

from typing import Any

from hmworld.embedded.gltf.places import FINEST_CELL_M
from hmworld.embedded.unreal.dump import VERSION
from hmworld.embedded.unreal.words import GAIT_WORDS, Words

MOST_CELLS = 600
"""Of a map's longer side: each is asked by itself, in Python."""
LEAST_THING_M = 0.5


def request(options: dict[str, Any], words: Words) -> dict[str, Any]:
    """The request for these options; animations are posed where a word of a gait, or the words, name them."""
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
