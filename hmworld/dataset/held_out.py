"""What the splits of a dataset hold out, and clips that belie it."""

from collections.abc import Iterator, Mapping
from typing import Any

from hmworld.model.dataset import DatasetInfo

COLUMNS = {"scenes": "scene", "subjects": "subjects", "subject_paths": "subject_paths", "camera_paths": "camera"}
"""Columns of the manifest by kind of name."""

Owners = dict[tuple[str, str], str]
"""Split that holds a name out, by kind and name."""


def owners(info: DatasetInfo) -> Owners:
    """What a dataset's recipe and those of its sources hold out."""
    found: Owners = {}
    for recipe in [info.recipe, *(source.recipe for source in info.sources)]:
        for split, settings in recipe.splits.items():
            for kind in COLUMNS:
                found |= {(kind, name): split for name in getattr(settings.held_out, kind)}
    return found


def shown(row: Mapping[str, Any], held: Owners) -> Iterator[tuple[str, str, str]]:
    """Kind, name and owner of every name that a clip shows and another split holds out; `row` is of the manifest."""
    for kind, column in COLUMNS.items():
        for name in [row[column]] if isinstance(row[column], str) else row[column]:
            owner = held.get((kind, name), row["split"])
            if owner != row["split"]:
                yield kind, name, owner
