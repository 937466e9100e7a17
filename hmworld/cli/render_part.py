"""`hmworld render-part`."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from hmworld.cli.engines import EMBEDDED, Engines
from hmworld.errors import UsageError

if TYPE_CHECKING:
    from hmworld.dataset import PlanFile
    from hmworld.produce import SlotSpec


def render_part(
    directory: Path,
    *,
    index: Annotated[int, Parameter(help="Which part, from 0 on.")],
    of: Annotated[int, Parameter(help="How many parts there are.")],
    engines: Engines = EMBEDDED,
    json_output: Annotated[bool, Parameter(name="--json", negative="", help="Print one JSON object.")] = False,
) -> int:
    """Render a part of a plan on one engine, for the jobs of an array (Slurm and the like); `hmworld generate` publishes at last.

    Parts may run at the same time, on any machines that share DIRECTORY. One that is run again renders what it lacks.

    Example: hmworld render-part my-dataset --index 3 --of 64
    """
    from hmworld.caption import template_caption
    from hmworld.dataset import PlanFile
    from hmworld.produce import Batch, render_batch

    if of < 1 or not 0 <= index < of:
        raise UsageError(f"--index, --of: expected an index of 0 to {max(of, 1) - 1}, and 1 part or more, got {index} of {of}")
    if (directory / "dataset.json").is_file():
        raise UsageError(f"{directory}: is finished already")
    plan = PlanFile(directory)
    (spec, *more) = engines.slots(directory)
    if more and engines.workers > 1:
        raise UsageError("--workers: a part is rendered on one engine; start more parts")
    part = rows_of_part(plan, spec, index, of)
    print(f"{directory}: part {index} of {of}, {len(part)} of {len(plan)} clips", file=sys.stderr, flush=True)
    report = render_batch(Batch(str(directory), part, (spec,)), template_caption)
    if json_output:
        print(json.dumps({"part": index, "of": of, "clips": len(part), "done": report.done, "failed": dict(report.failed)}))
    else:
        print(f"{report.done} of {len(part)} clips are rendered")
        for row, why in report.failed:
            print(f"  row {row} failed: {why}", file=sys.stderr)
    return 0 if report.done == len(part) else 1


def rows_of_part(plan: "PlanFile", spec: "SlotSpec", index: int, of: int) -> tuple[int, ...]:
    """The rows of one of `of` parts of a plan, scene by scene."""
    from hmworld.produce import plan_batches

    (pool,) = plan_batches(plan.root, range(len(plan)), plan.scenes, [spec])
    rows = [row for batch in pool.batches for row in batch.rows]
    return tuple(rows[len(rows) * index // of : len(rows) * (index + 1) // of])
