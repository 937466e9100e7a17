"""`hmworld plan`."""

import json
import shlex
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from hmworld.cli.costs import cost_lines
from hmworld.cli.generate import Json, Out, OwnCards, load_recipe, prepared
from hmworld.dataset import PlanFile
from hmworld.dataset.lock import exclusive
from hmworld.errors import UsageError
from hmworld.plan.cost import estimate

SHOWN = 20
"""Clips that are listed."""


def plan(
    recipe: str,
    *,
    out: Out,
    seed: int | None = None,
    catalog: OwnCards = None,
    extend: Annotated[Path | None, Parameter(help="Folder of a plan or dataset to extend: its clips stay, row by row.")] = None,
    preview: Annotated[bool, Parameter(negative="", help="Write report/preview.html: the plan's shares, maps and timelines.")] = False,
    preview_clips: Annotated[int, Parameter(help="Clips on the preview, spread evenly over the plan.")] = 24,
    slots: Annotated[int, Parameter(help="Engines side by side, for the cost.")] = 1,
    seconds_per_frame: Annotated[float | None, Parameter(help="Of one of your engines, for the cost, in place of our rate.")] = None,
    engine: Annotated[Literal["embedded", "unreal"], Parameter(help="Which will render, for the cost.")] = "embedded",
    json_output: Json = False,
) -> int:
    """Decide every clip of a recipe and forecast its events, without rendering; say what the render will cost.

    RECIPE is a YAML file, or the name of a recipe that ships (demo, tiny, mini, laptop, hm-world, probe).

    Example: hmworld plan my-recipe.yaml --out my-dataset --preview
             hmworld plan larger.yaml --extend my-dataset --out larger-dataset
    """
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out}: is a file; --out is the folder of the dataset")
    for option, value, good in (
        ("--preview-clips", preview_clips, preview_clips >= 1),
        ("--slots", slots, slots >= 1),
        ("--seconds-per-frame", seconds_per_frame, seconds_per_frame is None or 0.0 < seconds_per_frame < float("inf")),
    ):
        if not good:
            raise UsageError(f"{option}: expected {'more than 0' if option == '--seconds-per-frame' else '1 or more'}, got {value}")
    loaded = load_recipe(recipe, seed)
    page = None
    with exclusive(out):
        file = prepared(loaded, out, catalog, extend)
        if preview:
            # Imported here: reports draw with OpenCV, and `hmworld doctor` must run where that cannot be imported.
            from hmworld.report.preview import write_preview

            page = write_preview(out, preview_clips)
    cost = estimate(loaded, len(file), file.candidates_rejected, slots=slots, seconds_a_frame=seconds_per_frame, engine=engine)
    if json_output:
        answer = {
            "out": str(out),
            "clips": len(file),
            "candidates": file.candidates,
            "absences": file.absences,
            "rejected_by_reason": file.candidates_rejected,
            "strata": file.strata,
            "cost": asdict(cost),
        }
        print(json.dumps(answer if page is None else {**answer, "preview": str(page)}))
        return 0
    Console().print(_clips(file))
    if len(file) > SHOWN:
        print(f"... and {len(file) - SHOWN} more in {out / 'plan.parquet'}")
    if file.strata:
        Console().print(_strata(file))
    others = sum(kind != "" for kind in file.column("counterfactual").to_pylist())
    what = f"{len(file) - others} clips and {others} counterfactuals" if others else f"{len(file)} clips"
    print(f"{what} with {file.absences} forecast absences, from {file.candidates} candidates")
    print(f"turned down: {file.candidates_rejected}")
    print("\n".join(cost_lines(cost)))
    if page is not None:
        print(f"Look at it: {page}")
    own = ["--catalog", str(catalog)] if catalog else []
    print("Render it with: " + shlex.join(["hmworld", "generate", recipe, "--out", str(out), *own]))
    return 0


def _clips(file: PlanFile) -> Table:
    table = Table("row", "clip", "scene", "camera", "subjects", "absences (cause, gap)")
    for row in file.rows(range(min(SHOWN, len(file)))):
        events = ", ".join(f"{e.exit_cause} {e.gap_frames}f" for e in row.forecast_events if e.kind == "absence")
        names = ", ".join(s.name for s in row.spec.subjects)
        note = f"[{row.counterfactual}] " if row.counterfactual else ""
        table.add_row(str(row.row), row.clip_id[:10], row.spec.scene.name, row.spec.camera.trajectory, names, escape(note) + events)
    return table


def _strata(file: PlanFile) -> Table:
    table = Table("split", "stratum", "", "target", "planned", "offered")
    for stratum in file.strata:
        planned, offered = stratum["planned"] / stratum["clips"], stratum["offered"] / max(1, stratum["worthy"])
        shares = (f"{stratum['target']:.1%}", f"{planned:.1%}", f"{offered:.1%}")
        table.add_row(stratum["split"], stratum["dimension"], stratum["label"], *shares)
    return table
