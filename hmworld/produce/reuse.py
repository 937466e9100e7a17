"""Clips that another dataset has already: taken over, not rendered again.

A clip is taken over where it would be rendered to the same bytes: the same clip_id, engine build and encoder settings. What its json says
of its place in the dataset (split, what it is derived from) is written anew.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hmworld.annotate import state_agreement
from hmworld.choreography import retention_reason
from hmworld.dataset import Clip, Dataset, LocalStore, PlanFile, PlanRow, open_dataset, tables
from hmworld.dataset.shards import MAIN
from hmworld.dataset.staging import QUARANTINED, STAGING, ClipResult, read_result, stage_fragment, stage_result
from hmworld.dataset.tar import fragment
from hmworld.engine import EngineInfo
from hmworld.errors import DatasetError
from hmworld.model.event import Event
from hmworld.model.recipe import Recipe
from hmworld.produce.render import render_key

SOURCES = f"{STAGING}/reuse.json"
"""Where a run notes the datasets that it may take clips from."""
_OF_THE_SHARD = ("shard", "shard_offset", "shard_bytes", "members")


def note_sources(root: Path, sources: Sequence[Path]) -> None:
    """Remember datasets to take clips from, until this one is finished."""
    if sources:
        LocalStore(root).replace(SOURCES, json.dumps([str(source.resolve()) for source in sources]).encode())


def noted_sources(root: Path) -> list[Path]:
    """The datasets that were noted and are still there."""
    path = root / SOURCES
    if not path.is_file():
        return []
    return [Path(name) for name in json.loads(path.read_bytes()) if (Path(name) / "dataset.json").is_file()]


@dataclass(frozen=True)
class _Source:
    dataset: Dataset
    kept: frozenset[str]
    rejected: dict[str, dict[str, Any]]
    """Rows of its rejects by clip_id."""


def take_over(root: Path, engine: EngineInfo, sources: Sequence[Path]) -> int:
    """Stage what finished datasets have of a plan's clips that are not staged yet; how many."""
    plan, store = PlanFile(root), LocalStore(root)
    usable = [source for source in map(_opened, sources) if _fits(source.dataset, engine, plan.recipe)]
    taken = 0
    for number, identity in enumerate(plan.clip_ids if usable else []):
        for source in usable:
            if identity not in source.kept and identity not in source.rejected:
                continue
            (row,) = plan.rows([number])
            if read_result(store, render_key(row.spec, engine, plan.recipe)) is not None:
                break
            if _stage(store, engine, plan.recipe, row, source):
                taken += 1
                break
    return taken


def _opened(folder: Path) -> _Source:
    dataset = open_dataset(folder)
    rejected = {
        row["clip_id"]: row
        for row in tables.read_rows(folder / "rejects.parquet")
        if row["phase"] == "render" and row["reason"] != QUARANTINED
    }
    return _Source(dataset, frozenset(map(str, dataset.manifest.column("clip_id").to_pylist())), rejected)


def _fits(dataset: Dataset, engine: EngineInfo, recipe: Recipe) -> bool:
    info = dataset.info
    same = (info.engine_name, info.engine_build, info.recipe.encoder) == (engine.name, engine.build, recipe.encoder)
    return same and set(recipe.streams) <= set(info.streams)


def _stage(store: LocalStore, engine: EngineInfo, recipe: Recipe, row: PlanRow, source: _Source) -> bool:
    """Stage one clip; False where the source has not all of it that is needed."""
    rule = None if row.counterfactual else recipe.retention
    if row.clip_id not in source.kept:
        # Without its pictures it can only be rejected again, and by the same rule.
        if rule is None or rule != source.dataset.info.recipe.retention or recipe.keep_reject_media:
            return False
        reject = source.rejected[row.clip_id]
        events = tuple(Event(**event) for event in reject["events"])
        _note(store, engine, recipe, row, reject["reason"], events, (), {})
        return True
    clip = source.dataset.clip(row.clip_id)
    try:
        states = clip.arrays["state"]
        reason = retention_reason(clip.meta.events, states, rule) if rule is not None else ""
        quality = clip.meta.quality.model_copy(update={"forecast_state_agreement": state_agreement(states, row.forecast_states)})
        place = {"split": row.split, "unseen": row.unseen, "derived_from": row.derived_from, "counterfactual": row.counterfactual}
        sample = clip.meta.model_copy(update={**place, "quality": quality})
        fragments = []
        if not reason or recipe.keep_reject_media:
            for stream, files in _files(clip, recipe, sample.typed_json()).items():
                data, members = fragment(files)
                fragments.append(stage_fragment(store, render_key(row.spec, engine, recipe), stream, data, members))
    except DatasetError:
        return False  # damaged there: rendered here
    manifest = {key: value for key, value in clip.row.items() if key not in _OF_THE_SHARD}
    manifest |= {**place, "row": row.row, "forecast_state_agreement": quality.forecast_state_agreement}
    _note(store, engine, recipe, row, reason, tuple(clip.meta.events), tuple(fragments), {} if reason else manifest)
    return True


def _files(clip: Clip, recipe: Recipe, json_bytes: bytes) -> dict[str, list[tuple[str, bytes]]]:
    key = clip.clip_id
    main = [(f"{key}.json", json_bytes), *((f"{key}.{name}", clip.member(name)) for name in ("mp4", "mask.mkv", "npz", "txt"))]
    return {MAIN: main} | {stream: [(f"{key}.{stream}.mkv", clip.member(f"{stream}.mkv"))] for stream in recipe.streams}


def _note(
    store: LocalStore,
    engine: EngineInfo,
    recipe: Recipe,
    row: PlanRow,
    reason: str,
    events: tuple[Event, ...],
    fragments: tuple[Any, ...],
    manifest: dict[str, Any],
) -> None:
    result = ClipResult(
        render_id=render_key(row.spec, engine, recipe),
        clip_id=row.clip_id,
        row=row.row,
        candidate=row.candidate,
        scene=row.spec.scene.name,
        reject_reason=reason,
        events=events,
        forecast_events=row.forecast_events,
        engine_name=engine.name,
        engine_build=engine.build,
        fragments=fragments,
        manifest=manifest,
    )
    stage_result(store, result)
