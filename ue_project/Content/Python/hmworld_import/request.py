"""What is asked of the collector, and where its answer goes."""

import json
import os
from dataclasses import dataclass

import unreal

FOLDER = "HMWorld/Import"
REQUEST = "request.json"
DUMP = "dump.json"
VERSION = 1


@dataclass(frozen=True)
class Request:
    """One run of the collector; lengths in centimetres."""

    id: str
    characters: list[str]
    """Content folders, or skeletal meshes, by their package paths."""
    animations: list[str]
    """Content folders to look for animations in, besides those of the characters."""
    animation_words: list[str]
    """An animation is posed where one of these is in its name, lower case, or is its name or path."""
    maps: list[str]
    """Maps, or content folders of maps."""
    files: list[str]
    """FBX and glTF files on disk, imported first."""
    cell_cm: float
    most_cells: int
    """Along the longer side of a map's grid; larger maps get larger cells."""
    least_thing_cm: float
    """What is smaller in all directions is not told."""
    cpu_access: bool
    """Allow CPU access of LOD 0 of the meshes, and save them."""


def folder() -> str:
    """Where request and dump lie, absolute."""
    return os.path.join(unreal.Paths.convert_relative_path_to_full(unreal.Paths.project_saved_dir()), *FOLDER.split("/"))


def read_request() -> Request:
    """The request; RuntimeError where there is none of this version."""
    path = os.path.join(folder(), REQUEST)
    with open(path, encoding="utf-8") as file:
        data = json.load(file)
    if data.pop("version", None) != VERSION:
        raise RuntimeError(f"{path}: expected version {VERSION}; run `hmworld catalog from-unreal` of this project's hmworld")
    return Request(**data)
