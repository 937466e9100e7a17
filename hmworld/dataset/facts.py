"""What all clips of a dataset are together, for its card."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

SPLITS = ("train", "val", "test")


@dataclass(frozen=True)
class SplitFacts:
    """What a split holds."""

    name: str
    clips: int
    absences: int
    unseen: dict[str, int]
    """Clips by what training never shows of them."""
    counterfactuals: int


@dataclass(frozen=True)
class Facts:
    """What the manifest says of all clips together."""

    splits: list[SplitFacts]
    variety: dict[str, int]
    """How many different names of each kind there are."""
    seconds: float


def facts_of(root: Path) -> Facts:
    """Facts from the manifest of a dataset."""
    columns = ["split", "unseen", "counterfactual", "n_absences", "frames", "fps", "scene", "subjects", "species", "look", "camera"]
    rows = pq.read_table(root / "manifest.parquet", columns=columns).to_pylist()
    several = {"subjects": "subjects", "species": "species"}
    single = {"scenes": "scene", "looks": "look", "camera trajectories": "camera"}
    variety = {word: len({row[name] for row in rows}) for word, name in single.items()}
    variety |= {word: len({value for row in rows for value in row[name]}) for word, name in several.items()}
    splits = [_split_facts(name, [row for row in rows if row["split"] == name]) for name in SPLITS]
    return Facts([split for split in splits if split.clips], variety, sum(row["frames"] / row["fps"] for row in rows))


def _split_facts(name: str, rows: list[dict[str, Any]]) -> SplitFacts:
    unseen = Counter(row["unseen"] for row in rows if row["unseen"])
    counterfactuals = sum(bool(row["counterfactual"]) for row in rows)
    return SplitFacts(name, len(rows), sum(row["n_absences"] for row in rows), dict(sorted(unseen.items())), counterfactuals)
