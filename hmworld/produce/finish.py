"""From staged clips to a dataset: shards, manifest, rejects, info file; and what is still missing before that."""

import shutil
from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

import hmworld
from hmworld.dataset import LocalStore, PlanFile, tables
from hmworld.dataset.plan_file import CANDIDATE_REJECTS
from hmworld.dataset.publish import forecast_score, publish_info
from hmworld.dataset.shards import MAIN, manifest_rows, publish_shard
from hmworld.dataset.staging import STAGING, ClipResult, drop_damaged, read_result
from hmworld.dataset.tar import end_of_archive
from hmworld.engine import EngineInfo
from hmworld.errors import DatasetError
from hmworld.model.dataset import Counts, DatasetInfo
from hmworld.produce.render import render_key

ROWS_AT_ONCE = 1024


def _render_ids(plan: PlanFile, engine: EngineInfo) -> list[str]:
    found: list[str] = []
    for first in range(0, len(plan), ROWS_AT_ONCE):
        rows = plan.rows(range(first, min(first + ROWS_AT_ONCE, len(plan))))
        found += [render_key(row.spec, engine, plan.recipe) for row in rows]
    return found


def missing_rows(root: Path, engine: EngineInfo) -> list[int]:
    """Rows of the plan that are not rendered yet on this engine build: resume = plan minus done."""
    plan, store = PlanFile(root), LocalStore(root)
    found = [read_result(store, identity) for identity in _render_ids(plan, engine)]
    for row, result in enumerate(found):
        if result is not None and drop_damaged(store, result):
            found[row] = None
    return [row for row, result in enumerate(found) if result is None]


def finish(root: Path, engine: EngineInfo) -> DatasetInfo:
    """Publish shards, tables and the info file, last of all, and remove the staging folder; DatasetError while clips are missing."""
    plan, store = PlanFile(root), LocalStore(root)
    results = []
    for identity in _render_ids(plan, engine):
        result = read_result(store, identity)
        if result is None:
            raise DatasetError(f"{root}: clips of the plan are not rendered yet; run `hmworld generate` again")
        results.append(result)
    recipe, streams = plan.recipe, [MAIN, *plan.recipe.streams]
    shards, manifest = [], []
    for split, number, rows in shard_ranges(plan.splits, recipe.clips_per_shard):
        kept = [results[row] for row in rows if results[row].reject_reason == ""]
        for stream in streams:
            info = publish_shard(store, split, number, stream, rows, kept)
            if info is not None:
                shards.append(info)
        manifest += manifest_rows(kept, split, number, streams)
    store.replace("manifest.parquet", tables.to_parquet(manifest, tables.MANIFEST))
    _write_rejects(root, store, results)
    dataset = DatasetInfo(
        name=recipe.name,
        recipe=recipe,
        engine_name=engine.name,
        engine_build=engine.build,
        hmworld_version=hmworld.__version__,
        streams=streams,
        counts=_counts(plan, results),
        forecast=forecast_score((r.forecast_events, r.events) for r in results),
        shards=shards,
        files=[],
    )
    dataset = publish_info(store, plan, dataset)
    shutil.rmtree(root / STAGING, ignore_errors=True)
    return dataset


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


def _write_rejects(root: Path, store: LocalStore, results: list[ClipResult]) -> None:
    # The planner's rejects are in the same table; those of a finish that was killed are made again.
    table = pq.read_table(root / CANDIDATE_REJECTS)
    candidates = table.filter(pc.equal(table.column("phase"), "forecast")).cast(tables.REJECTS)
    rendered = [
        {
            "phase": "render",
            "candidate": r.candidate,
            "row": r.row,
            "clip_id": r.clip_id,
            "scene": r.scene,
            "reason": r.reject_reason,
            "detail": "",
            "events": tables.event_rows(r.events),
        }
        for r in results
        if r.reject_reason
    ]
    whole = pa.concat_tables([candidates, pa.Table.from_pylist(rendered, schema=tables.REJECTS)])
    store.replace_with("rejects.parquet", lambda path: tables.write_table(path, whole))
    for result in results:
        if result.reject_reason and result.fragments:
            main = next(f for f in result.fragments if f.stream == MAIN)
            store.publish_if_absent(f"rejects/{result.clip_id}.tar", [store.read(main.path), end_of_archive(main.bytes)])


def _counts(plan: PlanFile, results: list[ClipResult]) -> Counts:
    reasons = Counter(r.reject_reason for r in results if r.reject_reason)
    kept = [r for r in results if not r.reject_reason]
    return Counts(
        candidates=plan.candidates,
        planned=len(plan),
        kept=len(kept),
        rejected=len(results) - len(kept),
        rejected_by_reason=dict(sorted(reasons.items())),
        candidates_rejected_by_reason=plan.candidates_rejected,
        absences=sum(e.kind == "absence" for r in kept for e in r.events),
    )
