"""Cards of one's own on disk: a card is written last, after the files that it names, and only if it can be read back."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path
from typing import Any, Literal

import numpy as np
import yaml
from numpy.typing import NDArray

from hmworld.catalog.locations import cards_dir
from hmworld.embedded.meshfiles import write_npz
from hmworld.errors import AssetError, RecipeError
from hmworld.model.cards import SceneCard, SubjectCard

Kind = Literal["scenes", "subjects"]


def ships(name: str, kind: Kind) -> bool:
    """Whether a card of that name ships with hmworld."""
    return (cards_dir() / kind / f"{name}.yaml").exists()


def check_name(name: str, folder: Path, kind: Kind, replace: bool) -> None:
    """AssetError for a name that is no name, is one that ships, or is taken."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9_]{0,63}", name):
        raise AssetError(f"--name {name}: expected up to 64 lower-case letters, digits and underscores, for example my_dog")
    if ships(name, kind):
        raise AssetError(f"--name {name}: is the name of one that ships; choose another")
    path = folder / kind / f"{name}.yaml"
    if path.exists() and not replace:
        raise AssetError(f"{path}: is there already; choose another --name, or pass --replace")


def write_arrays(path: Path, arrays: dict[str, NDArray[np.generic]]) -> bytes:
    """Write a file of arrays by its name at once and answer its bytes."""
    scratch = path.with_name(f".{path.name}")
    try:
        write_npz(scratch, arrays)
        data = scratch.read_bytes()
        scratch.replace(path)
    finally:
        with contextlib.suppress(OSError):
            scratch.unlink(missing_ok=True)
    return data


def write_card(folder: Path, kind: Kind, fields: dict[str, Any]) -> Path:
    """Write a card's YAML; AssetError for words that a card cannot hold."""
    model = SceneCard if kind == "scenes" else SubjectCard
    path = folder / kind / f"{fields['name']}.yaml"
    try:
        card = model.from_data(fields, "the options")
    except RecipeError as error:
        raise AssetError(str(error)) from error
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}")
    scratch.write_text(
        yaml.safe_dump(
            card.model_dump(mode="json", exclude_none=True), sort_keys=False, default_flow_style=None, width=140, allow_unicode=True
        ),
        encoding="utf-8",
    )
    scratch.replace(path)
    return path


def rounded(values: Any) -> list[float]:
    """Numbers to the millimetre."""
    return [round(float(v), 3) + 0.0 for v in values]
