"""From staged clips to a dataset: shards, manifest, rejects, info file; and what is still missing before that."""

import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

import hmworld
from hmworld.dataset import LocalStore, PlanFile, tables
from hmworld.dataset.plan_file import CANDIDATE_REJECTS
from hmworld.dataset.publish import forecast_score, publish_info
from hmworld.dataset.shards import MAIN, manifest_rows, publish_shard
from hmworld.dataset.staging import STAGING, ClipResult, drop, drop_damaged, is_whole, read_result
from hmworld.dataset.tar import end_of_archive
from hmworld.engine import EngineInfo
from hmworld.errors import ClipsDamaged, DatasetError
from hmworld.model.dataset import Counts, DatasetInfo, ForecastScore, ShardInfo
from hmworld.produce.render import render_key

ROWS_AT_ONCE = 512


def render_ids(plan: PlanFile, engine: EngineInfo) -> list[str]:
    """The render_id of every row of a plan."""
    found: list[str] = []
    for first in range(0, len(plan), ROWS_AT_ONCE):
        rows = plan.rows(range(first, min(first + ROWS_AT_ONCE, len(plan))))
        found += [render_key(row.spec, engine, plan.recipe) for row in rows]
    return found


def missing_rows(root: Path, engine: EngineInfo, identities: Sequence[str] | None = None) -> list[int]:
    """Rows of the plan that are not rendered yet on this engine build: resume = plan minus done.

    `identities` are the plan's render_ids, where they are known. Clips of which a file is gone or cut short are missing; their bytes are
    read by `finish`.
    """
    store = LocalStore(root)
    missing = []
    for row, identity in enumerate(identities if identities is not None else render_ids(PlanFile(root), engine)):
        result = read_result(store, identity)
        if result is not None and not is_whole(store, result):
            drop(store, result)
            result = None
        if result is None:
            missing.append(row)
    return missing


def finish(root: Path, engine: EngineInfo) -> DatasetInfo:
    """Publish shards, tables and the info file, last of all, and remove the staging folder.

    DatasetError while clips are missing; ClipsDamaged where some were damaged since they were rendered: they are missing then.
    """
    plan, store = PlanFile(root), LocalStore(root)
    identities, recipe = render_ids(plan, engine), plan.recipe
    streams, shards, tally = [MAIN, *recipe.streams], list[ShardInfo](), _Tally()

    def published() -> Iterator[dict[str, Any]]:
        """Rows of the manifest, shard by shard."""
        for split, number, rows in shard_ranges(plan.splits, recipe.clips_per_shard):
            results = [_needed(store, identities[row]) for row in rows]
            kept = [result for result in results if result.reject_reason == ""]
            for stream in streams:
                info = _published(store, split, number, stream, rows, kept)
                if info is not None:
                    shards.append(info)
            tally.add(results)
            yield from manifest_rows(kept, split, number, streams)

    store.replace_with("manifest.parquet", lambda path: tables.write_rows(path, published(), tables.MANIFEST))
    _write_rejects(root, store, tally.rejected)
    dataset = DatasetInfo(
        name=recipe.name,
        recipe=recipe,
        engine_name=engine.name,
        engine_build=engine.build,
        hmworld_version=hmworld.__version__,
        streams=streams,
        counts=tally.counts(plan),
        forecast=tally.score,
        shards=shards,
        files=[],
    )
    dataset = publish_info(store, plan, dataset)
    shutil.rmtree(root / STAGING, ignore_errors=True)
    return dataset


def _needed(store: LocalStore, identity: str) -> ClipResult:
    result = read_result(store, identity)
    if result is None:
        raise ClipsDamaged(f"{store.root}: clips of the plan are not rendered yet; run `hmworld generate` again")
    return result


def _published(store: LocalStore, split: str, number: int, stream: str, rows: range, kept: Sequence[ClipResult]) -> ShardInfo | None:
    try:
        return publish_shard(store, split, number, stream, rows, kept)
    except DatasetError as error:
        damaged = sum(drop_damaged(store, result) for result in kept)
        if damaged:
            raise ClipsDamaged(f"{error} ({damaged} clips of its shard)") from error
        raise


class _Tally:
    """What the info file says of all clips, counted shard by shard."""

    def __init__(self) -> None:
        self.rejected: list[ClipResult] = []
        self.score = ForecastScore(rendered_absences=0, forecast=0, within_one_frame=0)
        self._kept = self._absences = 0

    def add(self, results: Sequence[ClipResult]) -> None:
        """Count the clips of a shard."""
        kept = [result for result in results if not result.reject_reason]
        self.rejected += [result for result in results if result.reject_reason]
        more = forecast_score((result.forecast_events, result.events) for result in results)
        self.score = ForecastScore(**{name: getattr(self.score, name) + getattr(more, name) for name in ForecastScore.model_fields})
        self._kept += len(kept)
        self._absences += sum(event.kind == "absence" for result in kept for event in result.events)

    def counts(self, plan: PlanFile) -> Counts:
        """All of them."""
        return Counts(
            candidates=plan.candidates,
            planned=len(plan),
            kept=self._kept,
            rejected=len(self.rejected),
            rejected_by_reason=dict(sorted(Counter(result.reject_reason for result in self.rejected).items())),
            candidates_rejected_by_reason=plan.candidates_rejected,
            absences=self._absences,
        )


def shard_ranges(splits: Sequence[str], size: int) -> list[tuple[str, int, range]]:
    """Split, number within it, and plan rows of every shard: at most `size` rows, all of one split, given the split of each row."""
    ranges: list[tuple[str, int, range]] = []
    numbers: Counter[str] = Counter()
    first = 0
    for split, run in groupby(splits):
        last = first + len(list(run))
        for begin in range(first, last, size):
            ranges.append((split, numbers[split], range(begin, min(begin + size, last))))
            numbers[split] += 1
        first = last
    return ranges


def _write_rejects(root: Path, store: LocalStore, rejected: Sequence[ClipResult]) -> None:
    # The planner's rejects are in the same table; those of a finish that was killed are made again.
    rendered = [
        {
            "phase": "render",
            "candidate": r.candidate,
            "row": r.row,
            "clip_id": r.clip_id,
            "scene": r.scene,
            "reason": r.reject_reason,
            "detail": r.detail,
            "events": tables.event_rows(r.events),
        }
        for r in rejected
    ]

    def write(path: Path) -> None:
        with pq.ParquetFile(root / CANDIDATE_REJECTS) as older, pq.ParquetWriter(path, tables.REJECTS, compression="zstd") as writer:
            for group in range(older.num_row_groups):
                table = older.read_row_group(group)
                writer.write_table(table.filter(pc.equal(table.column("phase"), "forecast")).cast(tables.REJECTS))
            writer.write_table(pa.Table.from_pylist(rendered, schema=tables.REJECTS))

    store.replace_with("rejects.parquet", write)
    for result in rejected:
        if result.fragments:
            main = next(f for f in result.fragments if f.stream == MAIN)
            store.publish_if_absent(f"rejects/{result.clip_id}.tar", [store.read(main.path), end_of_archive(main.bytes)])
