"""plan.parquet: the clips to render, in plan order, with their forecasts; and the candidates that were turned down."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray
from pydantic import ValidationError

from hmworld.dataset import tables
from hmworld.dataset.store import LocalStore
from hmworld.errors import DatasetError
from hmworld.model.base import explain
from hmworld.model.clip import ClipSpec, clip_id, identities
from hmworld.model.event import Event
from hmworld.model.recipe import Recipe

PLAN = "plan.parquet"
CANDIDATE_REJECTS = "rejects.parquet"
ROWS_AT_ONCE = 512
"""Rows of a row group: what is read for one of them."""


@dataclass(frozen=True)
class PlanRow:
    """One planned clip."""

    row: int
    candidate: int
    split: str
    spec: ClipSpec
    forecast_events: tuple[Event, ...]
    forecast_states: NDArray[np.uint8]
    """(S, T)"""
    unseen: str = ""
    """What training never shows of it: see `Recipe.splits`."""
    derived_from: str = ""
    """The clip that it is another take of, with another motion."""
    counterfactual: str = ""
    """How it differs from that clip, if on purpose for the sake of comparison: see `Recipe.counterfactuals`."""

    @cached_property
    def _identities(self) -> tuple[bytes, str, str]:
        return identities(self.spec)

    @property
    def clip_id(self) -> str:
        """Identity of what the clip shows."""
        return self._identities[1]

    @property
    def motion_id(self) -> str:
        """Identity of what moves."""
        return self._identities[2]

    def record(self) -> dict[str, Any]:
        """The row of the table."""
        return {
            "row": self.row,
            "clip_id": self.clip_id,
            "motion_id": self.motion_id,
            "candidate": self.candidate,
            "split": self.split,
            "unseen": self.unseen,
            "derived_from": self.derived_from,
            "counterfactual": self.counterfactual,
            "scene": self.spec.scene.name,
            "spec": self._identities[0].decode(),
            "forecast_events": tables.event_rows(self.forecast_events),
            "forecast_states": self.forecast_states.astype(np.uint8).tobytes(),
        }


def write_plan(
    root: Path,
    recipe: Recipe,
    rows: Iterable[PlanRow],
    candidates: int,
    rejected: Sequence[Mapping[str, Any]] | pa.Table,
    strata: Sequence[Mapping[str, Any]] = (),
    before: Callable[[], None] = lambda: None,
    origin: str = "",
) -> None:
    """Write the plan of a dataset. `rows` may come one by one; `rejected` are rows of the rejects table for candidates that were not
    planned; `strata` how each stratum with a target fares: split, dimension, label, target (share), planned, offered (clips). `before` is
    called when all rows have been seen, before there is a plan. `origin`: the identity of the plan whose clips these are variants of."""
    table = rejected if isinstance(rejected, pa.Table) else pa.Table.from_pylist([dict(row) for row in rejected], schema=tables.REJECTS)
    counts = table.column("reason").value_counts().to_pylist()
    metadata = plan_metadata(recipe, candidates, {count["values"]: count["counts"] for count in counts}, strata, origin)

    def write(path: Path) -> None:
        tables.write_rows(path, (row.record() for row in rows), tables.PLAN, metadata, ROWS_AT_ONCE)
        before()

    store = LocalStore(root)
    store.replace_with(CANDIDATE_REJECTS, lambda path: tables.write_table(path, table))
    store.replace_with(PLAN, write)


def plan_metadata(
    recipe: Recipe,
    candidates: int,
    rejected_by_reason: Mapping[str, int],
    strata: Sequence[Mapping[str, Any]] = (),
    origin: str = "",
) -> dict[str, str]:
    """What the plan's file says of the whole plan."""
    return {
        "hmworld.recipe": recipe.canonical().decode(),
        "hmworld.candidates": str(candidates),
        "hmworld.rejected_by_reason": json.dumps(rejected_by_reason, sort_keys=True),
        "hmworld.strata": json.dumps([dict(stratum) for stratum in strata]),
        "hmworld.origin": origin,
    }


class PlanFile:
    """The plan of a dataset folder. Its rows stay on disk until they are asked for; DatasetError where it was replaced meanwhile."""

    def __init__(self, root: Path) -> None:
        self.root = root
        path = root / PLAN
        self._stamp = _stamp(path)
        with self._opened() as file:
            self._count, schema = int(file.metadata.num_rows), file.schema_arrow
            sizes = [file.metadata.row_group(group).num_rows for group in range(file.num_row_groups)]
        self._ends = np.cumsum(sizes, dtype=np.int64)
        """The row after the last of each row group."""
        self._kept: tuple[int, pa.Table] | None = None
        metadata = schema.metadata or {}
        if b"hmworld.recipe" not in metadata or not set(tables.PLAN.names) <= set(schema.names):
            raise DatasetError(f"{path}: is not a plan of hmworld (columns or metadata are missing)")
        try:
            self.recipe = Recipe.model_validate_json(metadata[b"hmworld.recipe"])
        except ValidationError as error:
            raise DatasetError(f"{explain(error, str(path), Recipe)}; the plan is of another version: plan anew") from error
        self.candidates = int(metadata[b"hmworld.candidates"])
        self.candidates_rejected: dict[str, int] = json.loads(metadata[b"hmworld.rejected_by_reason"])
        self.strata: list[dict[str, Any]] = json.loads(metadata.get(b"hmworld.strata", b"[]"))
        self.origin = metadata.get(b"hmworld.origin", b"").decode()
        """Identity of the plan whose clips these are variants of; "" where there is none."""

    def __len__(self) -> int:
        return self._count

    @contextmanager
    def _opened(self) -> Iterator[pq.ParquetFile]:
        path = self.root / PLAN
        try:
            with pq.ParquetFile(path) as file:
                if _stamp(path) != self._stamp:
                    raise DatasetError(f"{path}: the plan was replaced while it was read; run the same command again")
                yield file
        except (OSError, pa.ArrowInvalid) as error:
            raise DatasetError(
                f"{path}: plan cannot be read: {error}; make one with `hmworld plan` (a dataset that was imported has none)"
            ) from error

    def column(self, name: str) -> pa.ChunkedArray:
        """A column of the table as it is stored (`dataset.tables.PLAN`): what is counted over many rows needs no specs."""
        with self._opened() as file:
            return file.read([name]).column(name)

    @property
    def scenes(self) -> list[str]:
        """Scene of each row."""
        return [str(v) for v in self.column("scene").to_pylist()]

    @property
    def splits(self) -> list[str]:
        """Split of each row."""
        return [str(v) for v in self.column("split").to_pylist()]

    @property
    def clip_ids(self) -> list[str]:
        """Clip id of each row."""
        return [str(v) for v in self.column("clip_id").to_pylist()]

    @property
    def identity(self) -> str:
        """What tells this plan from others: a digest of its clips, in order."""
        return hashlib.sha256("\n".join(self.clip_ids).encode()).hexdigest()

    @property
    def absences(self) -> int:
        """Forecast absences of all rows."""
        events = self.column("forecast_events").combine_chunks().flatten()
        return int(pc.sum(pc.equal(events.field("kind"), "absence")).as_py() or 0)

    def _records(self, numbers: Sequence[int]) -> list[dict[str, Any]]:
        """Rows as they are stored."""
        if any(not 0 <= number < self._count for number in numbers):
            raise IndexError(f"{self.root / PLAN}: rows {list(numbers)} of {self._count} rows")
        groups = np.searchsorted(self._ends, np.asarray(numbers, np.int64), side="right")
        starts = np.concatenate([[0], self._ends])
        found: list[dict[str, Any]] = [{}] * len(numbers)
        for group in np.unique(groups).tolist():
            at = np.flatnonzero(groups == group).tolist()
            taken = self._group(group).take([numbers[k] - int(starts[group]) for k in at])
            for k, record in zip(at, taken.to_pylist(), strict=True):
                found[k] = record
        return found

    def _group(self, number: int) -> pa.Table:
        """A row group; the last one is kept."""
        if self._kept is None or self._kept[0] != number:
            with self._opened() as file:
                self._kept = number, file.read_row_group(number)
        return self._kept[1]

    def rows(self, numbers: Sequence[int]) -> list[PlanRow]:
        """Rows by number; DatasetError where a row's id is not that of its spec."""
        found = []
        for record in self._records(numbers):
            spec = _spec(record["spec"], f"{self.root / PLAN}: row {record['row']}")
            if clip_id(spec) != record["clip_id"]:
                raise DatasetError(f"{self.root / PLAN}: row {record['row']}: clip_id is not that of its spec")
            states = np.frombuffer(record["forecast_states"], np.uint8).reshape(len(spec.subjects), spec.render.frames)
            found.append(
                PlanRow(
                    row=record["row"],
                    candidate=record["candidate"],
                    split=record["split"],
                    spec=spec,
                    forecast_events=tuple(Event(**e) for e in record["forecast_events"]),
                    forecast_states=states,
                    unseen=record["unseen"],
                    derived_from=record["derived_from"],
                    counterfactual=record["counterfactual"],
                )
            )
        return found


def _stamp(path: Path) -> tuple[int, int, int]:
    try:
        found = path.stat()
    except OSError:
        return 0, 0, 0
    return found.st_ino, found.st_size, found.st_mtime_ns


def _spec(text: str, where: str) -> ClipSpec:
    try:
        return ClipSpec.model_validate_json(text)
    except ValidationError as error:
        raise DatasetError(f"{explain(error, where, ClipSpec)}; the plan is of another version: plan anew") from error
