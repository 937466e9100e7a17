"""The Parquet tables of a dataset: plan, rejects and manifest. Written with fixed settings, so that equal rows give equal bytes."""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from hmworld.model.event import Event
from hmworld.model.sample import SampleJson

ROW_GROUP = 8192

EVENT = pa.struct(
    [
        ("kind", pa.string()),
        ("subject", pa.int16()),
        ("last_visible_frame", pa.int32()),
        ("exit_frame", pa.int32()),
        ("return_frame", pa.int32()),
        ("entry_frame", pa.int32()),
        ("exit_time_s", pa.float64()),
        ("return_time_s", pa.float64()),
        ("time_method", pa.string()),
        ("exit_side", pa.string()),
        ("entry_side", pa.string()),
        ("gap_frames", pa.int32()),
        ("hidden_path_m", pa.float64()),
        ("hidden_displacement_m", pa.float64()),
        ("hidden_turn_deg", pa.float64()),
        ("straddles_cut", pa.bool_()),
        ("occluded_at_exit", pa.bool_()),
        ("exit_cause", pa.string()),
        ("entry_cause", pa.string()),
        ("occluder", pa.string()),
    ]
)

PLAN = pa.schema(
    [
        ("row", pa.int64()),
        ("clip_id", pa.string()),
        ("motion_id", pa.string()),
        ("candidate", pa.int64()),
        ("split", pa.string()),
        ("unseen", pa.string()),
        ("derived_from", pa.string()),
        ("counterfactual", pa.string()),
        ("scene", pa.string()),
        ("spec", pa.string()),
        ("forecast_events", pa.list_(EVENT)),
        ("forecast_states", pa.binary()),
    ]
)

REJECTS = pa.schema(
    [
        ("phase", pa.string()),
        ("candidate", pa.int64()),
        ("row", pa.int64()),
        ("clip_id", pa.string()),
        ("scene", pa.string()),
        ("reason", pa.string()),
        ("detail", pa.string()),
        ("events", pa.list_(EVENT)),
    ]
)

MEMBER = pa.struct(
    [
        ("stream", pa.string()),
        ("name", pa.string()),
        ("shard", pa.string()),
        ("offset", pa.int64()),
        ("size", pa.int64()),
        ("xxh3", pa.string()),
    ]
)

MANIFEST = pa.schema(
    [
        ("clip_id", pa.string()),
        ("motion_id", pa.string()),
        ("derived_from", pa.string()),
        ("counterfactual", pa.string()),
        ("row", pa.int64()),
        ("split", pa.string()),
        ("unseen", pa.string()),
        ("scene", pa.string()),
        ("stage", pa.string()),
        ("look", pa.string()),
        ("camera", pa.string()),
        ("camera_family", pa.string()),
        ("subjects", pa.list_(pa.string())),
        ("kinds", pa.list_(pa.string())),
        ("species", pa.list_(pa.string())),
        ("subject_paths", pa.list_(pa.string())),
        ("n_subjects", pa.int16()),
        ("width", pa.int32()),
        ("height", pa.int32()),
        ("fps", pa.int32()),
        ("frames", pa.int32()),
        ("context_frames", pa.int32()),
        ("n_absences", pa.int32()),
        ("max_gap_frames", pa.int32()),
        ("max_gap_s", pa.float64()),
        ("straddles_cut", pa.bool_()),
        ("exit_causes", pa.list_(pa.string())),
        ("mean_luma", pa.float64()),
        ("forecast_state_agreement", pa.float64()),
        ("caption", pa.string()),
        ("events", pa.list_(EVENT)),
        ("shard", pa.string()),
        ("shard_offset", pa.int64()),
        ("shard_bytes", pa.int64()),
        ("members", pa.list_(MEMBER)),
    ]
)


def event_rows(events: Sequence[Event]) -> list[dict[str, Any]]:
    """Events as rows of a nested column."""
    return [event.model_dump(mode="python") for event in events]


def manifest_row(sample: SampleJson, row: int) -> dict[str, Any]:
    """A clip's row of the manifest, but for where it lies in the shards."""
    absences = [event for event in sample.events if event.kind == "absence"]
    gap = max((event.gap_frames for event in absences), default=0)
    return {
        "clip_id": sample.clip_id,
        "motion_id": sample.motion_id,
        "derived_from": sample.derived_from,
        "counterfactual": sample.counterfactual,
        "row": row,
        "split": sample.split,
        "unseen": sample.unseen,
        "scene": sample.scene,
        "stage": sample.stage.name,
        "look": sample.look,
        "camera": sample.camera.trajectory,
        "camera_family": sample.camera.family,
        "subjects": [s.name for s in sample.subjects],
        "kinds": [s.kind for s in sample.subjects],
        "species": [s.species for s in sample.subjects],
        "subject_paths": [s.path for s in sample.subjects],
        "n_subjects": len(sample.subjects),
        **sample.render.model_dump(exclude={"min_visible_px"}),
        "n_absences": len(absences),
        "max_gap_frames": gap,
        "max_gap_s": round(gap / sample.render.fps, 6),
        "straddles_cut": any(event.straddles_cut for event in absences),
        "exit_causes": [event.exit_cause for event in absences],
        "mean_luma": sample.quality.mean_luma,
        "forecast_state_agreement": sample.quality.forecast_state_agreement,
        "caption": sample.caption.text,
        "events": event_rows(sample.events),
    }


def to_parquet(rows: Sequence[Mapping[str, Any]], schema: pa.Schema, metadata: Mapping[str, str] | None = None) -> bytes:
    """Bytes of a Parquet file: zstd, row groups of 8192; `metadata` goes into the schema."""
    table = pa.Table.from_pylist([dict(row) for row in rows], schema=schema)
    if metadata:
        table = table.replace_schema_metadata(_encoded(metadata))
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd", row_group_size=ROW_GROUP)
    return buffer.getvalue()


def candidate_rejects(
    candidates: NDArray[np.integer[Any]],
    scenes: tuple[NDArray[np.integer[Any]], Sequence[str]],
    reasons: tuple[NDArray[np.integer[Any]], Sequence[str]],
) -> pa.Table:
    """Rows of the rejects table for candidates that were not planned; scenes and reasons as numbers (R,) and the names they stand for."""
    count = len(candidates)

    def named(numbers: NDArray[np.integer[Any]], names: Sequence[str]) -> pa.Array:
        return pa.array(list(names), pa.string()).take(pa.array(numbers.astype(np.int32)))

    columns = {
        "phase": pa.repeat(pa.scalar("forecast"), count),
        "candidate": pa.array(candidates.astype(np.int64)),
        "row": pa.repeat(pa.scalar(-1, pa.int64()), count),
        "clip_id": pa.repeat(pa.scalar(""), count),
        "scene": named(*scenes),
        "reason": named(*reasons),
        "detail": pa.repeat(pa.scalar(""), count),
        "events": pa.ListArray.from_arrays(pa.array(np.zeros(count + 1, np.int32)), pa.array([], EVENT)),
    }
    return pa.Table.from_pydict(columns, schema=REJECTS)


def write_table(path: Path, table: pa.Table) -> None:
    """Write a table as `to_parquet` does."""
    pq.write_table(table, path, compression="zstd", row_group_size=ROW_GROUP)


def read_rows(path: Path, columns: Sequence[str] | None = None) -> Iterator[dict[str, Any]]:
    """Rows of a Parquet file, one by one; never more than a row group is held."""
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(ROW_GROUP, columns=columns):
            yield from batch.to_pylist()


def write_rows(
    path: Path, rows: Iterable[Mapping[str, Any]], schema: pa.Schema, metadata: Mapping[str, str] | None = None, at_once: int = ROW_GROUP
) -> None:
    """Write a Parquet file as `to_parquet` does, from rows as they come; never more than a row group of `at_once` rows is held."""
    coming = iter(rows)
    whole = schema.with_metadata(_encoded(metadata)) if metadata else schema
    with pq.ParquetWriter(path, whole, compression="zstd") as writer:
        while group := [dict(row) for row in islice(coming, at_once)]:
            writer.write_table(pa.Table.from_pylist(group, schema=whole), at_once)


def _encoded(metadata: Mapping[str, str]) -> dict[bytes, bytes]:
    return {key.encode(): value.encode() for key, value in sorted(metadata.items())}
