"""Writes the answer: numbers as float32 in files of their own, the rest as one JSON file, which comes last and at once."""

from __future__ import annotations

import json
import os
import sys
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import unreal

from hmworld_import.request import DUMP, VERSION


@dataclass
class Dump:
    """An answer that grows."""

    folder: str
    request: str
    characters: list[dict[str, Any]] = field(default_factory=list)
    maps: list[dict[str, Any]] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def numbers(self, name: str, values: Iterable[float]) -> str:
        """Write a file of little-endian float32; answers its name."""
        data = array("f", values)
        if sys.byteorder == "big":
            data.byteswap()
        with open(os.path.join(self.folder, name), "wb") as file:
            data.tofile(file)
        return name

    def skip(self, text: str) -> None:
        """Note what was left aside on purpose."""
        self.skipped.append(text)
        unreal.log(f"hmworld: {text}")

    def problem(self, text: str) -> None:
        """Note what could not be done."""
        self.problems.append(text)
        unreal.log_error(f"hmworld: {text}")

    def write(self) -> None:
        """Write dump.json."""
        document = {
            "version": VERSION,
            "request": self.request,
            "engine": unreal.SystemLibrary.get_engine_version(),
            "characters": self.characters,
            "maps": self.maps,
            "skipped": self.skipped,
            "problems": self.problems,
        }
        scratch = os.path.join(self.folder, f".{DUMP}")
        with open(scratch, "w", encoding="utf-8") as file:
            json.dump(document, file, indent=1)
        os.replace(scratch, os.path.join(self.folder, DUMP))


def numbers_of(vector: unreal.Vector) -> list[float]:
    """x, y and z of a vector."""
    return [vector.x, vector.y, vector.z]
