"""Where the data that ships lies: in the wheel as `hmworld/_data/`, in a checkout beside the package."""

from pathlib import Path

import hmworld
from hmworld.errors import RecipeError


def _package() -> Path:
    return Path(hmworld.__file__).parent


def _shipped(name: str) -> Path:
    for folder in (_package() / "_data" / name, _package().parent / name):
        if folder.is_dir():
            return folder
    raise RecipeError(f"{name}/: not found beside or inside the package; hmworld is not installed completely")


def cards_dir() -> Path:
    """Folder of scene and subject cards."""
    return _package() / "catalog" / "cards"


def trajectories_dir() -> Path:
    """Folder of camera and subject trajectories."""
    return _shipped("trajectories")


def recipes_dir() -> Path:
    """Folder of the recipes that ship."""
    return _package() / "catalog" / "recipes"
