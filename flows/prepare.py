"""A recipe into a folder that is ready to be rendered: its plan and the cards it needs. No Prefect here."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from itertools import chain
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from hmworld.catalog import Catalog, default_catalog, open_catalog
from hmworld.dataset import PlanFile, PlanRow, open_dataset, write_plan
from hmworld.dataset.cards import write_cards
from hmworld.dataset.plan_file import CANDIDATE_REJECTS, PLAN
from hmworld.dataset.staging import CATALOG, staged_catalog
from hmworld.dataset.tables import REJECTS, candidate_rejects
from hmworld.errors import UsageError
from hmworld.model.recipe import Recipe
from hmworld.plan import Plan
from hmworld.plan.extend import OlderClip, check_extends, kept_of
from hmworld.plan.offers import REASONS as REJECT_REASONS
from hmworld.plan.planner import PlannedClip, plan_one_by_one

ROWS_AT_ONCE = 1024
OURS = (".staging", ".lock", "cards", "rejects.parquet")
"""What a run that was killed before its plan was written may have left in the folder."""


def prepare(
    recipe: Recipe,
    root: Path,
    catalog: Catalog | None = None,
    progress: Callable[[int], None] | None = None,
    extend: Path | None = None,
    threads: int = 0,
    written: Callable[[int], None] = lambda rows: None,
) -> PlanFile:
    """Plan a recipe into a folder, or take up the plan that is there; with `extend`, after the clips of the plan in that folder.

    `progress` is told how many clips are decided, `written` how many rows are written. Cards of one's own that the plan needs are copied
    into its staging folder, so that engines, workers and a resumed run find them.
    UsageError when the folder holds the plan of another recipe, was planned with other cards, or holds files that are not ours.
    """
    catalog = catalog or default_catalog()
    if (root / PLAN).exists():
        existing = PlanFile(root)
        if existing.recipe != recipe:
            raise UsageError(
                f"{root}: holds the plan of another recipe ({existing.recipe.name!r}, seed {existing.recipe.seed}): "
                f"{_difference(existing.recipe, recipe)}; choose another --out"
            )
        _recall_own_cards(root, catalog)
        older = PlanFile(extend).clip_ids if extend is not None else []
        if existing.clip_ids[: len(older)] != older:
            raise UsageError(f"{root}: holds a plan that does not extend {extend}; choose another --out")
        return existing
    check_folder(root)
    if recipe.varied:
        raise UsageError(f"recipe {recipe.name!r} is of variants ({', '.join(recipe.varied)}): make them with `hmworld vary`")
    if extend is not None:
        return _extended(recipe, root, catalog, progress, extend, threads, written)
    result, clips = plan_one_by_one(recipe, catalog, progress, threads)
    write_clips(root, catalog, result, (row_of(number, clip) for number, clip in enumerate(clips)), written=written)
    return PlanFile(root)


def check_folder(root: Path) -> None:
    """See that a plan may be written into a folder; UsageError if it holds files that are not ours."""
    strangers = [p.name for p in root.iterdir() if p.name not in OURS] if root.is_dir() else []
    if root.exists() and (not root.is_dir() or strangers):
        raise UsageError(f"{root}: is not an empty folder (it holds {', '.join(sorted(strangers)[:3]) or 'a file'}); choose another --out")


def check_cards(source: Path, catalog: Catalog) -> None:
    """See that the cards that a plan was made with are those of the catalog; UsageError that names the first one that is not."""
    for kind, known in (("scenes", catalog.scenes), ("subjects", catalog.subjects)):
        for path in sorted((source / "cards" / kind).glob("*.json")):
            if path.stem not in known:
                raise UsageError(f"{source}: was planned with {kind[:-1]} {path.stem!r}, which is not in the catalog; pass --catalog")
            if known[path.stem].canonical() != path.read_bytes():
                raise UsageError(
                    f"{source}: was planned with another {kind[:-1]} {path.stem!r} than today's: its clips cannot be made again here; "
                    "plan anew"
                )


def _extended(
    recipe: Recipe,
    root: Path,
    catalog: Catalog,
    progress: Callable[[int], None] | None,
    source: Path,
    threads: int,
    written: Callable[[int], None],
) -> PlanFile:
    """The plan of a folder, row by row, and after it what its recipe lacks of this one."""
    older = PlanFile(source)
    if (source / "dataset.json").is_file() and open_dataset(source).info.sources:
        raise UsageError(f"{source}: is a merged dataset; extend one of those it was made from, and merge again")
    check_extends(recipe, older.recipe)
    check_cards(source, catalog)
    numbers = range(len(older))

    def rows() -> Iterator[PlanRow]:
        for first in range(0, len(older), ROWS_AT_ONCE):
            yield from older.rows(numbers[first : first + ROWS_AT_ONCE])

    of_recipe = (row for row in rows() if not row.counterfactual)
    clips = (OlderClip(r.split, r.unseen, r.spec, r.forecast_events, r.forecast_states) for r in of_recipe)
    kept = kept_of(clips, older.candidates, recipe.retention)
    result, new = plan_one_by_one(recipe, catalog, progress, threads, kept)
    every = chain(rows(), (row_of(len(older) + number, clip) for number, clip in enumerate(new)))
    write_clips(root, catalog, result, every, candidate_rejects_of(source), written=written)
    return PlanFile(root)


def candidate_rejects_of(source: Path) -> pa.Table:
    """Candidates that a plan turned down, as rows of its table."""
    table = pq.read_table(source / CANDIDATE_REJECTS)
    return table.filter(pc.equal(table.column("phase"), "forecast")).cast(REJECTS)


def row_of(number: int, clip: PlannedClip) -> PlanRow:
    """A planned clip as a row of the plan's file."""
    return PlanRow(
        number, clip.candidate, clip.split, clip.spec, clip.events, clip.states, clip.unseen, clip.derived_from, clip.counterfactual
    )


def write_clips(
    root: Path,
    catalog: Catalog,
    result: Plan,
    rows: Iterable[PlanRow],
    older_rejects: pa.Table | None = None,
    origin: str = "",
    written: Callable[[int], None] = lambda rows: None,
) -> None:
    """Write a plan and the cards of its clips, which may come one by one; rejects of an older plan before its own.

    `origin` as in `write_plan`; `written` is told how many rows there are so far.
    """
    scenes, subjects = set[str](), set[str]()

    def noted() -> Iterator[PlanRow]:
        for number, row in enumerate(rows):
            written(number)
            scenes.add(row.spec.scene.name)
            subjects.update(subject.name for subject in row.spec.subjects)
            yield row

    def cards() -> None:
        names = sorted(scenes), sorted(subjects)
        write_cards(root, [catalog.scenes[n] for n in names[0]], [(catalog.subjects[n], catalog.motion_bytes(n)) for n in names[1]])
        catalog.copy_added(*names, root / CATALOG)

    rejected = result.rejected
    assert rejected is not None
    table = candidate_rejects(rejected.candidates, (rejected.scene_numbers, rejected.scenes), (rejected.reason_numbers, REJECT_REASONS))
    if older_rejects is not None:
        table = pa.concat_tables([older_rejects, table])
    write_plan(root, result.recipe, noted(), result.candidates, table, [asdict(stratum) for stratum in result.strata], cards, origin)


def _recall_own_cards(root: Path, catalog: Catalog) -> None:
    """See that the cards that a plan needs are there and are those it was made with."""
    shipped = default_catalog()
    remembered = open_catalog(staged_catalog(root))
    for kind, in_plan, known, given, ours in (
        ("scene", "scenes", remembered.scenes, catalog.scenes, shipped.scenes),
        ("subject", "subjects", remembered.subjects, catalog.subjects, shipped.subjects),
    ):
        for path in sorted((root / "cards" / in_plan).glob("*.json")):
            name, planned = path.stem, path.read_bytes()
            if name in ours:
                continue
            if name in given and given[name].canonical() != planned:
                raise UsageError(f"{root}: was planned with another {kind} {name!r} than the one in {catalog.added}; choose another --out")
            if name not in known and name not in given:
                raise UsageError(f"{root}: its plan needs your own {kind} {name!r}; pass --catalog with the folder that holds it")
            if name not in known:
                catalog.copy_added([name] if kind == "scene" else [], [name] if kind == "subject" else [], root / CATALOG)


def _difference(old: Recipe, new: Recipe) -> str:
    fields = [name for name in type(old).model_fields if getattr(old, name) != getattr(new, name)]
    return ", ".join(f"{name} was {getattr(old, name)!r}, asked for {getattr(new, name)!r}" for name in fields[:3])
