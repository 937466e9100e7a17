"""The dump of the content scripts: one `dump.json` with files of float32 beside it. Unreal's axes, centimetres, quaternions x, y, z, w."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from hmworld.errors import AssetError, RecipeError
from hmworld.model.base import Document, Vec2, Vec3

Array = NDArray[np.float64]
Quaternion = tuple[float, float, float, float]

VERSION = 1
FILE = "dump.json"


class AnimationDump(Document):
    """An animation sequence, posed on one mesh as HMDirector shows it."""

    path: str
    """Its object path, as /Game/Dog/A_Walk.A_Walk."""
    length_s: float = Field(gt=0.0)
    root_motion: bool
    """Whether EnableRootMotion is set, so that HMDirector takes the way out."""
    root_way_cm: Vec3
    """From the root's first place to its last, with root motion left in."""
    frames: int = Field(ge=2)
    poses: str
    """File of (frames, bones, 10): translation, rotation and scale of each bone to its parent, evenly from the start to the end."""


class CharacterDump(Document):
    """A skeletal mesh and the animations on its skeleton."""

    mesh: str
    glb: str
    """File of the mesh and its skin, as the engine's glTF exporter writes it; "" where it was not written."""
    bones: tuple[str, ...]
    rest_cm: tuple[Vec3, ...]
    """Of each bone in the reference pose, in the mesh's own axes."""
    animations: tuple[AnimationDump, ...]
    others: tuple[str, ...]
    """Names of the animations that were not posed: none of the wanted words is in them, or they are additive."""

    @model_validator(mode="after")
    def _has_a_name_for_each_bone(self) -> CharacterDump:
        if len(set(self.bones)) != len(self.bones) or not all(self.bones):
            raise ValueError(f"{self.mesh}: bones: each must have a name of its own; rename them in the mesh's file and import it again")
        if len(self.rest_cm) != len(self.bones):
            raise ValueError(f"{self.mesh}: rest_cm: expected a place for each of {len(self.bones)} bones, got {len(self.rest_cm)}")
        return self


class ThingDump(Document):
    """A static mesh in a map: its box in its own axes, and where it stands."""

    name: str
    location_cm: Vec3
    rotation: Quaternion
    scale: Vec3
    low_cm: Vec3
    high_cm: Vec3
    collides: bool


class MapDump(Document):
    """A map: heights on a grid over its navigation volumes, what stands there, and its lights."""

    map: str
    """Its package, as /Game/Maps/Park."""
    low_cm: Vec2
    """The grid's corner; its cell (i, j) spans low + cell * (j, i), x before y."""
    cell_cm: float = Field(gt=0.0)
    rows: int = Field(ge=0)
    columns: int = Field(ge=0)
    heights: str
    """File of (2, rows, columns): the ground under the navmesh, and the highest surface; NaN where there is none."""
    navmesh_volumes: int = Field(ge=0)
    things: tuple[ThingDump, ...]
    sun: Vec3 | None
    """The direction in which the first directional light shines."""
    lamps: tuple[str, ...]
    """Names of the actors that are point, spot and rectangle lights."""


class Dump(Document):
    """What one run of the content scripts found."""

    version: Literal[1]
    request: str
    """Which request it answers."""
    engine: str
    characters: tuple[CharacterDump, ...]
    maps: tuple[MapDump, ...]
    skipped: tuple[str, ...]
    """What they left aside, or set, on purpose."""
    problems: tuple[str, ...]
    """What the scripts could not do, one line each."""


def read_dump(folder: Path) -> Dump:
    """The dump in a folder; AssetError where there is none or it cannot be used."""
    path = folder / FILE
    try:
        data: Any = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise AssetError(
            f"{path}: cannot be read: {error.strerror}; the content scripts write it: run the command without --dump, or name their folder"
        ) from error
    except ValueError as error:
        raise AssetError(f"{path}: is no JSON: {error}; was the editor ended while it wrote? Run it again") from error
    if not isinstance(data, dict) or data.get("version") != VERSION:
        found = data.get("version") if isinstance(data, dict) else type(data).__name__
        raise AssetError(f"{path}: version: expected {VERSION}, got {found}; run the content scripts of this hmworld again")
    try:
        return Dump.from_data(data, str(path))
    except RecipeError as error:
        raise AssetError(f"{error}\nrun the content scripts of this hmworld again") from error


def read_numbers(folder: Path, name: str, shape: tuple[int, ...]) -> Array:
    """A file of float32 in a shape; AssetError where it is missing, lies elsewhere, or has another size."""
    path = folder / name
    if Path(name).name != name:
        raise AssetError(f"{folder / FILE}: names the file {name!r}, expected one beside it; run the content scripts again")
    try:
        values = np.frombuffer(path.read_bytes(), "<f4")
    except (OSError, ValueError) as error:
        raise AssetError(f"{path}: cannot be read: {error}; run the content scripts again") from error
    if values.size != int(np.prod(shape)):
        raise AssetError(f"{path}: holds {values.size} numbers, expected {int(np.prod(shape))} {shape}; run the content scripts again")
    return values.reshape(shape).astype(np.float64)


def check_path(path: str) -> None:
    """AssetError for the path of an asset that a card cannot hold."""
    if not re.fullmatch(r"/[A-Za-z0-9_/.]+", path):
        raise AssetError(
            f"{path}: expected latin letters, digits and underscores in the path of an asset; rename it in the editor and save"
        )


def package(path: str) -> str:
    """The package of an object path: /Game/Dog/SK_Dog of /Game/Dog/SK_Dog.SK_Dog."""
    return path.split(".", 1)[0]


def asset_name(path: str) -> str:
    """The asset's own name: SK_Dog of /Game/Dog/SK_Dog.SK_Dog."""
    return path.rsplit("/", 1)[-1].split(".", 1)[-1]
