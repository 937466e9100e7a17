"""Tables of several datasets joined: plan, rejects and manifest with their rows numbered anew, and what is counted from them."""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from hmworld.dataset import tables
from hmworld.dataset.merge_inputs import Input, Taken
from hmworld.dataset.merge_shards import Merged, moved
from hmworld.dataset.plan_file import PLAN, plan_metadata
from hmworld.dataset.publish import MANIFEST, REJECTS
from hmworld.dataset.store import LocalStore, storage_errors
from hmworld.errors import DatasetError
from hmworld.model.dataset import Counts, Source
from hmworld.model.event import Event


@dataclass(frozen=True)
class Origin:
    """Where the rows of one input come from."""

    sources: list[Source]
    """Itself, or what it was merged from."""
    forecast_rejects: NDArray[np.bool_]
    """Which of its candidates that were turned down, in order, are taken: not those of a source that another input has too."""


def trace(inputs: Sequence[Input], taken: Sequence[Taken]) -> list[Origin]:
    """The sources of each input, with their rows and clips in the merged dataset."""
    origins, seen = [], set[str]()
    inner = _extended(inputs)
    for number, (one, take) in enumerate(zip(inputs, taken, strict=True)):
        rows = np.array(one.manifest.column("row").to_pylist(), dtype=np.int64)
        mine = np.array([clip in take.clips for clip in one.kept_ids], dtype=bool)
        sources, rejects = [], []
        for source in one.info.sources or [_itself(one)]:
            fresh = source.sha256 not in seen and number not in inner
            seen.add(source.sha256)
            first, last = take.span(source.first_row, source.last_row)
            clips = int((mine & (rows >= source.first_row) & (rows < source.last_row)).sum())
            turned_down = source.candidates - (source.last_row - source.first_row)
            rejects.append(np.full(source.candidates_rejected, fresh))
            sources.append(
                source.model_copy(
                    update={
                        "first_row": first,
                        "last_row": last,
                        "clips": clips,
                        "duplicates": source.duplicates + source.clips - clips,
                        "candidates": last - first + (turned_down if fresh else 0),
                        "candidates_rejected": source.candidates_rejected if fresh else 0,
                    }
                )
            )
        origins.append(Origin(sources, np.concatenate(rejects)))
    return origins


def _extended(inputs: Sequence[Input]) -> set[int]:
    """Inputs whose plan is the beginning of another's, which was extended from it: the other has their rows, and their candidates too."""
    alone = [k for k, one in enumerate(inputs) if not one.info.sources and len(one.plan)]
    ids = {k: inputs[k].clip_ids for k in alone}

    def goes_on(one: int, other: int) -> bool:
        longer = len(ids[other]) > len(ids[one]) or (len(ids[other]) == len(ids[one]) and other < one)
        return longer and ids[other][: len(ids[one])] == ids[one]

    return {k for k in alone if any(goes_on(k, other) for other in alone if other != k)}


def _itself(one: Input) -> Source:
    counts = one.info.counts
    return Source(
        name=one.info.name,
        recipe=one.info.recipe,
        sha256=one.sha256,
        first_row=0,
        last_row=len(one.plan),
        clips=len(one.manifest),
        duplicates=0,
        candidates=counts.candidates,
        candidates_rejected=sum(counts.candidates_rejected_by_reason.values()),
    )


def write_tables(inputs: Sequence[Input], taken: Sequence[Taken], shards: Merged, origins: Sequence[Origin], store: LocalStore) -> Counts:
    """Write plan, rejects and manifest of the merged dataset; what they hold, counted while they are written."""
    candidates = sum(source.candidates for origin in origins for source in origin.sources)
    turned_down, rejected = Counter[str](), Counter[str]()
    planned = kept = absences = 0

    def rejects() -> Iterator[dict[str, Any]]:
        for one, take, origin in zip(inputs, taken, origins, strict=True):
            at = 0
            for row in tables.read_rows(one.root / REJECTS):
                if row["row"] < 0:
                    if at >= len(origin.forecast_rejects):
                        raise DatasetError(f"{one.root / REJECTS}: holds more candidates than dataset.json counts; see `hmworld validate`")
                    if origin.forecast_rejects[at]:
                        turned_down[row["reason"]] += 1
                        yield row
                    at += 1
                elif (number := int(take.rows[row["row"]])) >= 0:
                    rejected[row["reason"]] += 1
                    yield {**row, "row": number}

    def plan() -> Iterator[dict[str, Any]]:
        nonlocal planned
        for one, take in zip(inputs, taken, strict=True):
            for row in tables.read_rows(one.root / PLAN):
                if (number := int(take.rows[row["row"]])) >= 0:
                    planned += 1
                    yield {**row, "row": number}

    def manifest() -> Iterator[dict[str, Any]]:
        nonlocal kept, absences
        for one, take, names in zip(inputs, taken, shards.names, strict=True):
            for row in tables.read_rows(one.root / MANIFEST):
                if row["clip_id"] in take.clips:
                    kept, absences = kept + 1, absences + row["n_absences"]
                    yield moved({**row, "row": int(take.rows[row["row"]])}, names, shards.placed)

    first = inputs[0]
    _write(store, REJECTS, rejects(), first)
    metadata = plan_metadata(first.info.recipe, candidates, dict(turned_down))
    _write(store, PLAN, plan(), first, metadata)
    _write(store, MANIFEST, manifest(), first)
    return Counts(
        candidates=candidates,
        planned=planned,
        kept=kept,
        rejected=planned - kept,
        rejected_by_reason=dict(sorted(rejected.items())),
        candidates_rejected_by_reason=dict(sorted(turned_down.items())),
        absences=absences,
    )


def _write(store: LocalStore, name: str, rows: Iterator[dict[str, Any]], first: Input, metadata: dict[str, str] | None = None) -> None:
    schema = pq.read_schema(first.root / name).remove_metadata()
    with storage_errors(store.path(name)):
        tables.write_rows(store.path(name), rows, schema, metadata)
        with store.path(name).open("rb") as file:
            os.fsync(file.fileno())


def forecasts(store: LocalStore) -> Iterator[tuple[list[Event], list[Event]]]:
    """Forecast and rendered events of every planned clip of a dataset's tables."""
    kept = pq.read_table(store.path(MANIFEST), columns=["row", "events"])
    rejected = pq.read_table(store.path(REJECTS), columns=["row", "events"])
    rendered = pa.concat_tables([kept, rejected]).combine_chunks()
    at = {row: k for k, row in enumerate(rendered.column("row").to_pylist()) if row >= 0}
    events = rendered.column("events")
    for row in tables.read_rows(store.path(PLAN), ["row", "forecast_events"]):
        found = events[at[row["row"]]].as_py() if row["row"] in at else []
        yield [Event(**e) for e in row["forecast_events"]], [Event(**e) for e in found]
