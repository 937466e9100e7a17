"""Datasets made of the clips of another, without rendering: some of its clips, in another order, in other shards, kept or rejected."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from hmworld.dataset import LocalStore, PlanFile, PlanRow, open_dataset, write_plan
from hmworld.dataset.staging import ClipResult, stage_fragment, stage_result
from hmworld.dataset.tables import event_rows
from hmworld.dataset.tar import fragment
from hmworld.engine import EngineInfo
from hmworld.produce import finish
from hmworld.produce.render import render_key

OF_THE_SHARD = ("shard", "shard_offset", "shard_bytes", "members")


def repack(
    source: Path,
    out: Path,
    clips: Sequence[int],
    *,
    rejected: Sequence[int] = (),
    split: str = "train",
    build: str = "",
    candidates: int = 2,
    without_events: Sequence[int] = (),
    **recipe: Any,
) -> Path:
    """A dataset of the clips of those numbers, in that order, two a shard; those of `rejected` are turned down, with their media kept;
    those of `without_events` are told to have none."""
    dataset, plan = open_dataset(source), PlanFile(source)
    changes = {"name": out.name, "clips": len(clips), "clips_per_shard": 2, "split": split, "keep_reject_media": True, **recipe}
    wanted = type(plan.recipe).model_validate({**plan.recipe.model_dump(), **changes})
    engine = EngineInfo(dataset.info.engine_name, build or dataset.info.engine_build)
    rows = [replace(row, row=number, split=split) for number, row in enumerate(plan.rows(clips))]
    turned_down = [
        {"phase": "forecast", "candidate": k, "row": -1, "clip_id": "", "scene": "s", "reason": "no_event", "detail": "", "events": []}
        for k in range(candidates)
    ]
    write_plan(out, wanted, rows, len(rows) + candidates, turned_down)
    copy_cards(source, out, rows)
    store = LocalStore(out)
    for number, row in zip(clips, rows, strict=True):
        clip, key, reason = dataset.clip(row.clip_id), render_key(row.spec, engine, wanted), "no_event" if number in rejected else ""
        told: dict[str, Any] = {"split": split} | ({"events": []} if number in without_events else {})
        events = [] if number in without_events else clip.meta.events
        fragments = []
        for stream in ("main", *wanted.streams):
            names = [m["name"] for m in clip.row["members"] if m["stream"] == stream]
            files = [(f"{row.clip_id}.{name}", clip.member(name)) for name in names]
            files = [(name, changed(data, told) if name.endswith(".json") else data) for name, data in files]
            fragments.append(stage_fragment(store, key, stream, *fragment(files)))
        own = {name: value for name, value in clip.row.items() if name not in OF_THE_SHARD}
        result = ClipResult(
            render_id=key,
            clip_id=row.clip_id,
            row=row.row,
            candidate=row.candidate,
            scene=row.spec.scene.name,
            reject_reason=reason,
            events=tuple(events),
            forecast_events=row.forecast_events,
            engine_name=engine.name,
            engine_build=engine.build,
            fragments=tuple(fragments),
            manifest={} if reason else {**own, "row": row.row, "split": split, "events": event_rows(events)},
        )
        stage_result(store, result)
    finish(out, engine)
    return out


def changed(data: bytes, told: dict[str, Any]) -> bytes:
    """The json of a sample that says something else."""
    return json.dumps({**json.loads(data), **told}, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def copy_cards(source: Path, out: Path, rows: Sequence[PlanRow]) -> None:
    """Cards of what the rows show, as a plan leaves them."""
    subjects = {(s.name, s.motion_sha256) for row in rows for s in row.spec.subjects}
    names = {f"scenes/{row.spec.scene.name}.json" for row in rows} | {f"subjects/{name}.json" for name, _ in subjects}
    for name in sorted(names | {f"motions/{digest}.npz" for _, digest in subjects}):
        (out / "cards" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / "cards" / name, out / "cards" / name)
