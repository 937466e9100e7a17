"""`hmworld vary`."""

import json
import time
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from hmworld.catalog import open_catalog
from hmworld.cli.engines import EMBEDDED, Engines
from hmworld.cli.generate import Json, OwnCards, rendered, summary
from hmworld.cli.progress import Step, watching
from hmworld.dataset import PlanFile, open_dataset
from hmworld.dataset.lock import exclusive
from hmworld.errors import UsageError


def vary(
    directory: Path,
    *,
    changes: Annotated[tuple[str, ...], Parameter(name="--set", help="KEY=VALUE; may be given more than once.")],
    out: Annotated[Path, Parameter(help="Folder of the variants; it must be new, empty, or theirs.")],
    scenes: Annotated[tuple[str, ...], Parameter(help="Vary only the clips of these scenes.")] = (),
    plan_only: Annotated[bool, Parameter(negative="", help="Stop when the variants are planned.")] = False,
    catalog: OwnCards = None,
    engines: Engines = EMBEDDED,
    json_output: Json = False,
) -> int:
    """Make variants of a dataset's clips: another light, size, rate, lens or subject; run again after a stop, it goes on where it was.

    A change of look alone keeps motion, forecast and `motion_id`; any other makes clips of their own, with a new forecast and the clip
    they are `derived_from`. What DIRECTORY has under the same id already is taken over, not rendered again.

    Example: hmworld vary my-dataset --set look.light=night --out my-dataset-at-night
             hmworld vary my-dataset --set render.width=1248 --set render.height=720 --out my-dataset-large
    """
    began = time.monotonic()
    if out.resolve() == directory.resolve() or directory.resolve() in out.resolve().parents:
        raise UsageError(f"{out}: lies in the dataset that is varied; choose another --out")
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out}: is a file; --out is the folder of the variants")

    def planned() -> PlanFile:
        from flows.variants import prepare_variants

        step = Step("planning variants", len(PlanFile(directory)))

        def note(clips: int) -> None:
            step.done = clips

        with watching(step):
            return prepare_variants(directory, out, changes, scenes, open_catalog(catalog), note)

    if plan_only:
        with exclusive(out):
            file = planned()
        turned = file.candidates_rejected
        if json_output:
            print(json.dumps({"out": str(out), "clips": len(file), "varied": file.candidates, "rejected_by_reason": turned}))
        else:
            print(f"{out}: {len(file)} variants of {file.candidates} clips" + (f"; turned down: {turned}" if turned else ""))
        return 0
    if (out / "dataset.json").is_file():
        with exclusive(out):
            planned()
        info = open_dataset(out).info
    else:
        older = PlanFile(directory)
        finished = (directory / "dataset.json").is_file()
        info = rendered(out, planned, engines, older.recipe.streams, [directory] if finished else [])
    if json_output:
        print(json.dumps({"out": str(out), **info.counts.model_dump(mode="json"), "seconds": round(time.monotonic() - began, 1)}))
    else:
        print(summary(info, out, time.monotonic() - began))
    return 0
