"""dataset.json: what a whole dataset is. Nothing in it depends on when, where or by how many workers it was made."""

from typing import Literal

from hmworld.model.base import Document
from hmworld.model.recipe import Recipe
from hmworld.model.sample import SCHEMA_VERSION


class ShardInfo(Document):
    """One tar: which plan rows it covers, how many of them it holds, and its digest."""

    path: str
    """Relative to the dataset, with forward slashes."""
    stream: str
    """"main" or the name of an optional stream."""
    split: str
    first_row: int
    last_row: int
    """Plan rows [first_row, last_row)."""
    clips: int
    bytes: int
    sha256: str


class FileInfo(Document):
    """Another file of the dataset and its digest."""

    path: str
    bytes: int
    sha256: str


class Counts(Document):
    """How many clips were planned, kept and rejected, by reason."""

    candidates: int
    planned: int
    kept: int
    rejected: int
    rejected_by_reason: dict[str, int]
    candidates_rejected_by_reason: dict[str, int]
    absences: int


class ForecastScore(Document):
    """The forecast against the pixels of all rendered clips."""

    rendered_absences: int
    forecast: int
    """Of them, those that the forecast had too."""
    within_one_frame: int
    """Of them, those whose exit and entry frames were forecast within 1."""


class DatasetInfo(Document):
    """The info file of a dataset."""

    schema_version: Literal["1.0"] = SCHEMA_VERSION
    name: str
    recipe: Recipe
    engine_name: str
    engine_build: str
    hmworld_version: str
    streams: list[str]
    counts: Counts
    forecast: ForecastScore
    shards: list[ShardInfo]
    files: list[FileInfo]
