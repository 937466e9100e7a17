"""plan.parquet: the clips to render, in plan order, with their forecasts; and the candidates that were turned down."""

import json
from collections.abc import Mapping, Sequence
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
from hmworld.model.clip import ClipSpec, clip_id, motion_id
from hmworld.model.event import Event
from hmworld.model.recipe import Recipe

PLAN = "plan.parquet"
CANDIDATE_REJECTS = "rejects.parquet"


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

    @cached_property
    def clip_id(self) -> str:
        """Identity of what the clip shows."""
        return clip_id(self.spec)


def write_plan(
    root: Path,
    recipe: Recipe,
    rows: Sequence[PlanRow],
    candidates: int,
    rejected: Sequence[Mapping[str, Any]],
    strata: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Write the plan of a dataset. `rejected` are rows of the rejects table for candidates that were not planned; `strata` how each
    stratum with a target fares: dimension, label, target (share), planned, offered (clips)."""
    reasons: dict[str, int] = {}
    for reject in rejected:
        reasons[reject["reason"]] = reasons.get(reject["reason"], 0) + 1
    metadata = plan_metadata(recipe, candidates, reasons, strata)
    table = [
        {
            "row": row.row,
            "clip_id": row.clip_id,
            "motion_id": motion_id(row.spec),
            "candidate": row.candidate,
            "split": row.split,
            "scene": row.spec.scene.name,
            "spec": row.spec.canonical().decode(),
            "forecast_events": tables.event_rows(row.forecast_events),
            "forecast_states": row.forecast_states.astype(np.uint8).tobytes(),
        }
        for row in rows
    ]
    store = LocalStore(root)
    store.replace(CANDIDATE_REJECTS, tables.to_parquet(rejected, tables.REJECTS))
    store.replace(PLAN, tables.to_parquet(table, tables.PLAN, metadata))


def plan_metadata(
    recipe: Recipe, candidates: int, rejected_by_reason: Mapping[str, int], strata: Sequence[Mapping[str, Any]] = ()
) -> dict[str, str]:
    """What the plan's file says of the whole plan."""
    return {
        "hmworld.recipe": recipe.canonical().decode(),
        "hmworld.candidates": str(candidates),
        "hmworld.rejected_by_reason": json.dumps(rejected_by_reason, sort_keys=True),
        "hmworld.strata": json.dumps([dict(stratum) for stratum in strata]),
    }


class PlanFile:
    """The plan of a dataset folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        path = root / PLAN
        try:
            self._table = pq.read_table(path)
        except (OSError, pa.ArrowInvalid) as error:
            raise DatasetError(f"{path}: plan cannot be read: {error}; make one with `hmworld plan`") from error
        metadata = self._table.schema.metadata or {}
        if b"hmworld.recipe" not in metadata or not set(tables.PLAN.names) <= set(self._table.column_names):
            raise DatasetError(f"{path}: is not a plan of hmworld (columns or metadata are missing)")
        try:
            self.recipe = Recipe.model_validate_json(metadata[b"hmworld.recipe"])
        except ValidationError as error:
            raise DatasetError(f"{explain(error, str(path), Recipe)}; the plan is of another version: plan anew") from error
        self.candidates = int(metadata[b"hmworld.candidates"])
        self.candidates_rejected: dict[str, int] = json.loads(metadata[b"hmworld.rejected_by_reason"])
        self.strata: list[dict[str, Any]] = json.loads(metadata.get(b"hmworld.strata", b"[]"))

    def __len__(self) -> int:
        return int(self._table.num_rows)

    def column(self, name: str) -> pa.ChunkedArray:
        """A column of the table as it is stored (`dataset.tables.PLAN`): what is counted over many rows needs no specs."""
        return self._table.column(name)

    @property
    def scenes(self) -> list[str]:
        """Scene of each row."""
        return [str(v) for v in self._table.column("scene").to_pylist()]

    @property
    def clip_ids(self) -> list[str]:
        """Clip id of each row."""
        return [str(v) for v in self._table.column("clip_id").to_pylist()]

    @property
    def absences(self) -> int:
        """Forecast absences of all rows."""
        events = self.column("forecast_events").combine_chunks().flatten()
        return int(pc.sum(pc.equal(events.field("kind"), "absence")).as_py() or 0)

    def rows(self, numbers: Sequence[int]) -> list[PlanRow]:
        """Rows by number; DatasetError where a row's id is not that of its spec."""
        found = []
        for record in self._table.take(list(numbers)).to_pylist():
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
                )
            )
        return found


def _spec(text: str, where: str) -> ClipSpec:
    try:
        return ClipSpec.model_validate_json(text)
    except ValidationError as error:
        raise DatasetError(f"{explain(error, where, ClipSpec)}; the plan is of another version: plan anew") from error
