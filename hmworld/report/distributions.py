"""What a plan is made of, counted from the columns of its table: fast enough for a hundred thousand clips."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from hmworld.dataset import PlanFile

GAP_EDGES = (1, 5, 10, 20, 40, 80, 160)


@dataclass(frozen=True)
class Bar:
    """How many there are of one label."""

    label: str
    count: int
    share: float


@dataclass(frozen=True)
class Distribution:
    """Counts by label; `unit` is what is counted."""

    title: str
    unit: str
    bars: tuple[Bar, ...]
    total: int

    @property
    def most(self) -> int:
        """The highest count, at least 1."""
        return max([1, *(bar.count for bar in self.bars)])


@dataclass(frozen=True)
class Summary:
    """Counts of a whole plan."""

    absences: int
    video_s: float
    distributions: tuple[Distribution, ...]


def summarise(plan: PlanFile) -> Summary:
    """Counts of a plan, without making a ClipSpec of any row."""
    looks, families, species, kinds, sizes = Counter[str](), Counter[str](), Counter[str](), Counter[str](), Counter[int]()
    video_s = 0.0
    for batch in plan.column("spec").chunks:
        for text in batch:
            spec = json.loads(text.as_py())
            looks[spec["look"]["name"]] += 1
            families[spec["camera"]["family"]] += 1
            sizes[len(spec["subjects"])] += 1
            species.update(subject["species"] for subject in spec["subjects"])
            kinds.update(subject["kind"] for subject in spec["subjects"])
            video_s += spec["render"]["frames"] / spec["render"]["fps"]
    lists = plan.column("forecast_events").combine_chunks()
    events = lists.flatten()
    is_absence = pc.equal(events.field("kind"), "absence")
    row = pc.list_parent_indices(lists).filter(is_absence).to_numpy()
    absences = events.filter(is_absence)
    across = np.zeros(len(plan), bool)
    across[row[absences.field("straddles_cut").to_numpy(zero_copy_only=False)]] = True
    each = np.bincount(row, minlength=len(plan))
    gone = "absences"
    found = [
        _named("Scene", "clips", Counter(plan.scenes)),
        _named("Camera family", "clips", families),
        _named("Look", "clips", looks),
        _named("Species", "subjects", species),
        _named("Kind", "subjects", kinds),
        _numbers("Subjects in a clip", "clips", sizes),
        _numbers("Absences in a clip", "clips", Counter(each.tolist())),
        _named("An absence straddles the cut", "clips", Counter("yes" if yes else "no" for yes in across)),
        _named("Exit cause", gone, _counted(absences.field("exit_cause"))),
        _named("Exit side", gone, _counted(absences.field("exit_side"))),
        _gaps(absences.field("gap_frames").to_numpy()),
        _named("Candidates turned down", "candidates", Counter(plan.candidates_rejected)),
    ]
    splits = Counter(plan.column("split").to_pylist())
    if len(splits) > 1:
        found.append(_named("Split", "clips", splits))
    return Summary(len(absences), video_s, tuple(found))


def _counted(column: pa.Array) -> Counter[str]:
    return Counter({str(pair["values"]): int(pair["counts"]) for pair in column.value_counts().to_pylist()})


def _named(title: str, unit: str, counts: Counter[str]) -> Distribution:
    """Words, the commonest first."""
    return _distribution(title, unit, [(name.replace("_", " "), n) for name, n in sorted(counts.items(), key=lambda p: (-p[1], p[0]))])


def _numbers(title: str, unit: str, counts: Counter[int]) -> Distribution:
    """Whole numbers, in order."""
    return _distribution(title, unit, [(str(number), count) for number, count in sorted(counts.items())])


def _gaps(frames: NDArray[np.int32]) -> Distribution:
    """Lengths of gaps (N,) in frames, in bins of doubling width."""
    ends = [*GAP_EDGES[1:], np.iinfo(np.int32).max]
    counts = [int(((frames >= low) & (frames < high)).sum()) for low, high in zip(GAP_EDGES, ends, strict=True)]
    labels = [f"{low} to {high - 1}" for low, high in zip(GAP_EDGES[:-1], ends[:-1], strict=True)] + [f"{GAP_EDGES[-1]} and more"]
    return _distribution("Gap in frames", "absences", zip(labels, counts, strict=True))


def _distribution(title: str, unit: str, pairs: Iterable[tuple[str, int]]) -> Distribution:
    counted = list(pairs)
    total = sum(count for _, count in counted)
    return Distribution(title, unit, tuple(Bar(label, count, count / max(total, 1)) for label, count in counted), total)
