"""A map of Unreal made a scene: stages on its navmesh, obstacles, bounds, light."""

from __future__ import annotations

import hashlib
from copy import deepcopy
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from hmworld.catalog.catalog import scene_digest
from hmworld.embedded.gltf.cardfiles import check_name, rounded, write_card
from hmworld.embedded.gltf.looks import LOOKS
from hmworld.embedded.gltf.places import Columns, around, find_stages, given_stage
from hmworld.embedded.scenes.model import Obstacle, StagePlace
from hmworld.embedded.unreal.dump import MapDump, check_path
from hmworld.embedded.unreal.ground import find_obstacles, read_columns, weightiest
from hmworld.embedded.unreal.words import SceneWords, free_name, spoken_name
from hmworld.errors import AssetError
from hmworld.model.base import Vec3
from hmworld.model.cards import SceneCard

ROOM_M = 2.0
"""Over the highest thing of a scene."""


@dataclass(frozen=True)
class MadeScene:
    """A scene that was written: its card, its entry of catalog.json, and what is worth saying."""

    name: str
    card: dict[str, Any]
    entry: dict[str, Any]
    remarks: list[str]


def make_scene(folder: Path, dumped: MapDump, words: SceneWords, credit: str, out: Path) -> MadeScene:
    """Write the card of a map into the catalog folder `out`; AssetError says what is wrong with the map.

    `folder` holds the dump's files.
    """
    check_path(dumped.map)
    name, renamed = (words.name, []) if words.name else free_name(dumped.map, "scenes")
    check_name(name, out, "scenes", True)
    columns, top = read_columns(folder, dumped)
    found = find_obstacles(dumped.things, columns, top)
    try:
        # Which obstacles are told depends on where the stages are, and where they are on what stands in the way.
        obstacles = weightiest(found, _stages(around(columns, ()), words)[0])
        stages, remarks = _stages(around(columns, obstacles), words)
    except AssetError as error:
        raise AssetError(f"{dumped.map}: {error}; from Unreal, `stages` stand in the file of --words") from error
    looks = deepcopy(LOOKS["indoor" if words.biome == "indoor" else "outdoor"])
    if dumped.sun is not None and (sun := _sun(dumped.sun)) is not None:
        looks["day"] |= sun
    spoken = spoken_name(name)
    fields = {
        "name": name,
        "title": words.title or spoken.capitalize(),
        "place": words.place or f"in the {spoken}",
        "biome": words.biome,
        "unreal": {"map": dumped.map},
        "bounds_m": _bounds(columns, obstacles),
        "stages": [{**asdict(s), "center_m": list(s.center_m)} for s in stages],
        "looks": looks,
        "obstacles": [{**asdict(o), "center_m": list(o.center_m), "half_m": list(o.half_m)} for o in obstacles],
        "credit": words.credit or credit,
        "source": {"file": dumped.map, "sha256": hashlib.sha256(dumped.canonical() + (folder / dumped.heights).read_bytes()).hexdigest()},
    }
    path = write_card(out, "scenes", fields)
    entry: dict[str, Any] = {"map": dumped.map, "card_sha256": scene_digest(SceneCard.from_yaml(path))}
    if words.lamps:
        strangers = sorted(set(words.lamps) - set(dumped.lamps))
        if strangers:
            raise AssetError(
                f"{dumped.map}: lamps: {', '.join(strangers)}: no light of that name; it has {', '.join(dumped.lamps) or 'none'}. "
                "Change `lamps` in "
                "the file of --words"
            )
        entry["lamps"] = list(words.lamps)
    return MadeScene(name, fields, entry, renamed + remarks)


def _stages(columns: Columns, words: SceneWords) -> tuple[list[StagePlace], list[str]]:
    """The stages that the words give, with remarks, or those that are found."""
    if not words.stages:
        return find_stages(columns), []
    given = [given_stage(columns, k + 1, *stage) for k, stage in enumerate(words.stages)]
    return [stage for stage, _ in given], [text for _, texts in given for text in texts]


def _sun(shines: Vec3) -> dict[str, float] | None:
    """Where the sun stands that shines along a direction of Unreal; None where it is below the horizon."""
    x, y, z = (-np.array(shines) / np.linalg.norm(shines)).tolist()
    if z <= 0.0:
        return None
    return {
        "sun_azimuth_deg": round(float(np.degrees(np.arctan2(-y, x)) % 360.0), 2),
        "sun_elevation_deg": round(float(np.degrees(np.arcsin(z))), 2),
    }


def _bounds(columns: Columns, obstacles: list[Obstacle]) -> list[list[float]]:
    """Corners of the box that holds ground and obstacles."""
    size = columns.cell * np.array(columns.ground.shape[::-1])
    low = np.array([*columns.low, np.nanmin(columns.ground)])
    high = np.array([*(columns.low + size), np.nanmax(columns.ground)])
    for o in obstacles:
        reach = np.array([np.hypot(*o.half_m[:2]), np.hypot(*o.half_m[:2]), o.half_m[2]])
        low, high = np.minimum(low, np.array(o.center_m) - reach), np.maximum(high, np.array(o.center_m) + reach)
    high[2] += ROOM_M
    return [rounded(low), rounded(high)]
