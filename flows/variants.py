"""Plans that are made from others: variants of their clips. No Prefect here."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from flows.prepare import check_cards, check_folder, write_clips
from hmworld.catalog import Catalog
from hmworld.dataset import PlanFile, PlanRow, open_dataset
from hmworld.dataset.plan_file import PLAN
from hmworld.errors import UsageError
from hmworld.plan import Plan
from hmworld.plan.counterfactual import counterfactuals, main_absence
from hmworld.plan.foretell import AT_ONCE, foretell
from hmworld.plan.offers import HELD_OUT, ORIGIN_TURNED_DOWN, SAME_AS_ANOTHER, Rejects
from hmworld.plan.offers import REASONS as REJECT_REASONS
from hmworld.plan.vary import Changes, may_show, misfit, parse_changes, varied, would_leak


@dataclass
class _Turned:
    """Clips whose variants are not worth a render, by their number in the plan that they vary."""

    rows: list[int]
    scenes: list[str]
    reasons: list[str]


def prepare_variants(
    source: Path, root: Path, assignments: Sequence[str], scenes: Sequence[str], catalog: Catalog, progress: Callable[[int], None]
) -> PlanFile:
    """Plan variants of a dataset's clips into a folder, or take up the plan that is there.

    Of a finished dataset the clips that were kept are varied, of a plan all; of `scenes` alone, where any are named. UsageError where
    the folder holds something else, or the cards of the clips are not those of the catalog.
    """
    older = PlanFile(source)
    _check_source(source, older)
    changes = parse_changes(assignments, older.recipe, catalog)
    if scenes:
        changes = _of_scenes(changes, scenes, older)
    if (root / PLAN).exists():
        existing = PlanFile(root)
        if existing.recipe != changes.recipe:
            raise UsageError(f"{root}: holds the plan of another recipe ({existing.recipe.name!r}); choose another --out")
        if existing.origin != older.identity:
            raise UsageError(f"{root}: holds variants of other clips than those of {source}; choose another --out")
        return existing
    check_folder(root)
    check_cards(source, catalog)
    rows = _rows(source, older, scenes)
    turned = _Turned([], [], [])
    made = list(_variants(older, rows, changes, catalog, turned, progress))
    names = tuple(sorted(set(turned.scenes)))
    rejects = Rejects(
        np.array(turned.rows, np.int64),
        np.array([names.index(scene) for scene in turned.scenes], np.int32),
        np.array([REJECT_REASONS.index(reason) for reason in turned.reasons], np.int32),
        names,
    )
    if not made:
        raise UsageError(f"{source}: no variant is worth a render: {dict(Counter(turned.reasons))}")
    write_clips(root, catalog, Plan(changes.recipe, [], len(rows), rejects), made, origin=older.identity)
    return PlanFile(root)


def _check_source(source: Path, older: PlanFile) -> None:
    """UsageError for a merged dataset whose parts differ in what a variant keeps: the first one's would be put on all."""
    if not (source / "dataset.json").is_file():
        return
    for part in open_dataset(source).info.sources:
        for name in ("render", "lens", "retention", "splits", "counterfactuals"):
            if getattr(part.recipe, name) != getattr(older.recipe, name):
                raise UsageError(
                    f"{source}: is merged of datasets that differ in {name}; vary its parts ({part.name!r} is one), and merge the variants"
                )


def _of_scenes(changes: Changes, scenes: Sequence[str], older: PlanFile) -> Changes:
    unknown = sorted(set(scenes) - set(older.scenes))
    if unknown:
        raise UsageError(f"--scenes: no clip is in {', '.join(unknown)}; there are clips in {', '.join(sorted(set(older.scenes)))}")
    recipe = changes.recipe.model_copy(update={"scenes": tuple(sorted(scenes))})
    return Changes(changes.look, changes.look_values, changes.subjects, recipe, changes.renders)


def _rows(source: Path, older: PlanFile, scenes: Sequence[str]) -> list[int]:
    """Rows of the older plan to vary."""
    kept = None
    if (source / "dataset.json").is_file():
        kept = set(open_dataset(source).manifest.column("clip_id").to_pylist())
    ids, places = older.clip_ids, older.scenes
    return [k for k in range(len(older)) if (kept is None or ids[k] in kept) and (not scenes or places[k] in scenes)]


def _variants(
    older: PlanFile, numbers: Sequence[int], changes: Changes, catalog: Catalog, turned: _Turned, progress: Callable[[int], None]
) -> Iterator[PlanRow]:
    """Variants of rows of a plan, numbered anew. Where the motion changes, counterfactuals are made anew, of the new absences."""
    new_id: dict[str, str] = {}
    seen: set[str] = set()
    count = 0
    for first in range(0, len(numbers), AT_ONCE):
        rows = older.rows(numbers[first : first + AT_ONCE])
        if not changes.keeps_motion:
            rows = [row for row in rows if not row.counterfactual]
        reasons = [_misfit(row, changes, catalog) for row in rows]
        specs = [varied(row.spec, changes, catalog) for row, reason in zip(rows, reasons, strict=True) if not reason]
        rule = changes.recipe.retention
        foretold = iter([] if changes.keeps_motion else list(foretell(specs, catalog, rule)))
        made = iter(specs)
        for row, unfit in zip(rows, reasons, strict=True):
            reason, events, states = unfit, row.forecast_events, row.forecast_states
            spec = row.spec if unfit else next(made)
            if not unfit and not changes.keeps_motion:
                found = next(foretold)
                reason, events, states = found.reason, found.events, found.states
            origin = row.derived_from
            if row.counterfactual:
                # It stays beside the clip that it is another take of, wherever that is.
                reason = reason or ("" if row.derived_from in new_id else ORIGIN_TURNED_DOWN)
                origin = new_id.get(row.derived_from, "")
            one = PlanRow(count, row.candidate, row.split, spec, events, states, row.unseen, origin, row.counterfactual)
            if not row.counterfactual and one.motion_id != row.motion_id:
                one = replace(one, derived_from=row.clip_id)
            if reason or one.clip_id in seen:
                turned.rows.append(row.row)
                turned.scenes.append(spec.scene.name)
                turned.reasons.append(reason or SAME_AS_ANOTHER)
                continue
            new_id[row.clip_id] = one.clip_id
            more = [] if changes.keeps_motion else _counterfactuals(one, changes, catalog)
            for take in [one, *more]:
                seen.add(take.clip_id)
                yield replace(take, row=count)
                count += 1
            progress(count)


def _misfit(row: PlanRow, changes: Changes, catalog: Catalog) -> str:
    return HELD_OUT if would_leak(changes, row.split, row.unseen) else misfit(row.spec, changes, catalog)


def _counterfactuals(row: PlanRow, changes: Changes, catalog: Catalog) -> list[PlanRow]:
    """Counterfactuals of a variant; who comes back in a subject's place is somebody whom its split may show."""
    recipe = changes.recipe
    absence = main_absence(row.forecast_events, row.forecast_states, recipe.retention)
    if absence is None or not recipe.counterfactuals:
        return []
    names = may_show(recipe, row.split, row.unseen, recipe.subjects or tuple(catalog.subjects))
    return [
        replace(
            row,
            spec=other.spec,
            forecast_events=other.events,
            forecast_states=other.states,
            derived_from=row.clip_id,
            counterfactual=other.kind,
        )
        for other in counterfactuals(row.spec, absence, recipe.counterfactuals, catalog, names)
    ]
