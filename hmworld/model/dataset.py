"""dataset.json: what a whole dataset is. Nothing in it depends on when, where or by how many workers it was made."""

from typing import Literal

from pydantic import Field

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


class Source(Document):
    """A dataset that a merged one was made from."""

    name: str
    recipe: Recipe
    sha256: str
    """Of its dataset.json."""
    first_row: int
    last_row: int
    """Rows of the merged plan that came from it: [first_row, last_row)."""
    clips: int
    """Clips taken from it."""
    duplicates: int
    """Clips of it that were left out, because another source has them."""
    candidates: int
    """What it adds to `counts.candidates` of the merged dataset ..."""
    candidates_rejected: int
    """... of which the planner turned down so many; none for a source that stands twice."""


class Imported(Document):
    """A layout of another project that the clips were taken over from, and what had to be assumed."""

    layout: Literal["hm-world"]
    hfov_deg_assumed: float
    """The layout ships no lens: every K is of this horizontal field of view."""
    mask_convention: str
    """`red`: all subjects are one; `red-shades-1`: our own exports, in which they are told apart."""
    clips: int
    samples_skipped: int
    """They could not be read; rejects.parquet has them with their reasons."""
    clips_without_masks: int
    """They have no subjects and no events."""
    clips_without_target: int
    """They end where the context does."""
    clips_without_context: int = 0
    """They begin where the target does."""
    clips_without_caption: int = 0


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
    sources: list[Source] = Field([])
    """What `hmworld merge` made it from, in order; empty for a dataset that was generated. Its `recipe` is then the first source's."""
    imported: list[Imported] = Field([])
    """Empty unless `hmworld import-hm-world` made it. There is no plan then: `recipe` holds name, size, rate, length and assumed lens."""
    shards: list[ShardInfo]
    files: list[FileInfo]
