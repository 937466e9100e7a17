"""A recipe into a folder that is ready to be rendered: its plan and the cards it needs. No Prefect here."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from hmworld.catalog import Catalog, default_catalog, open_catalog
from hmworld.dataset import PlanFile, PlanRow, write_plan
from hmworld.dataset.cards import write_cards
from hmworld.dataset.plan_file import PLAN
from hmworld.dataset.staging import CATALOG, staged_catalog
from hmworld.errors import UsageError
from hmworld.model.recipe import Recipe
from hmworld.plan import Plan, plan
from hmworld.plan.planner import reject_rows

OURS = (".staging", ".lock", "cards", "rejects.parquet")
"""What a run that was killed before its plan was written may have left in the folder."""


def prepare(recipe: Recipe, root: Path, catalog: Catalog | None = None, progress: Callable[[Plan], None] | None = None) -> PlanFile:
    """Plan a recipe into a folder, or take up the plan that is there.

    Cards of one's own that the plan needs are copied into its staging folder, so that engines, workers and a resumed run find them.
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
        return existing
    strangers = [p.name for p in root.iterdir() if p.name not in OURS] if root.is_dir() else []
    if root.exists() and (not root.is_dir() or strangers):
        raise UsageError(f"{root}: is not an empty folder (it holds {', '.join(sorted(strangers)[:3]) or 'a file'}); choose another --out")
    result = plan(recipe, catalog, progress)
    scenes = sorted({clip.spec.scene.name for clip in result.clips})
    subjects = sorted({s.name for clip in result.clips for s in clip.spec.subjects})
    write_cards(root, [catalog.scenes[name] for name in scenes], [(catalog.subjects[n], catalog.motion_bytes(n)) for n in subjects])
    catalog.copy_added(scenes, subjects, root / CATALOG)
    rows = [PlanRow(row, clip.candidate, recipe.split, clip.spec, clip.events, clip.states) for row, clip in enumerate(result.clips)]
    write_plan(root, recipe, rows, result.candidates, reject_rows(result.rejected), [asdict(stratum) for stratum in result.strata])
    return PlanFile(root)


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
