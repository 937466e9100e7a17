"""Plans that are made from others: variants of their clips. No Prefect here."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from flows.prepare import check_cards, check_folder, write_clips
from hmworld.catalog import Catalog
from hmworld.dataset import PlanFile, PlanRow, open_dataset
from hmworld.dataset.plan_file import PLAN
from hmworld.errors import UsageError
from hmworld.plan import Plan
from hmworld.plan.foretell import AT_ONCE, foretell
from hmworld.plan.offers import HELD_OUT, Rejects
from hmworld.plan.offers import REASONS as REJECT_REASONS
from hmworld.plan.vary import Changes, parse_changes, varied, would_leak


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
    changes = parse_changes(assignments, older.recipe, catalog)
    if scenes:
        changes = _of_scenes(changes, scenes, older)
    if (root / PLAN).exists():
        existing = PlanFile(root)
        if existing.recipe != changes.recipe:
            raise UsageError(f"{root}: holds the plan of another recipe ({existing.recipe.name!r}); choose another --out")
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
    write_clips(root, catalog, Plan(changes.recipe, [], len(rows), rejects), made)
    return PlanFile(root)


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
    """Variants of rows of a plan, numbered anew."""
    new_id: dict[str, str] = {}
    seen: set[str] = set()
    count = 0
    for first in range(0, len(numbers), AT_ONCE):
        rows = older.rows(numbers[first : first + AT_ONCE])
        specs = [varied(row.spec, changes, catalog) for row in rows]
        if changes.keeps_motion:
            found = [("", row.forecast_events, row.forecast_states) for row in rows]
        else:
            rule = changes.recipe.retention
            found = [(one.reason, one.events, one.states) for one in foretell(specs, catalog, rule)]
        for row, spec, (reason, events, states) in zip(rows, specs, found, strict=True):
            origin = row.derived_from if changes.keeps_motion else row.clip_id
            if row.counterfactual:
                # It stays beside the clip that it is another take of, wherever that is.
                reason = "" if row.derived_from in new_id else "no_event"
                origin = new_id.get(row.derived_from, "")
            if would_leak(changes, row.split, row.unseen):
                reason = HELD_OUT
            one = PlanRow(count, row.candidate, row.split, spec, events, states, row.unseen, origin, row.counterfactual)
            if reason or one.clip_id in seen:
                turned.rows.append(row.row)
                turned.scenes.append(spec.scene.name)
                turned.reasons.append(reason or "same_as_another")
                continue
            new_id[row.clip_id] = one.clip_id
            seen.add(one.clip_id)
            count += 1
            progress(count)
            yield one
