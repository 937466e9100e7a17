"""`hmworld report`."""

import json
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from hmworld.cli.clips import checker, read_verdict
from hmworld.cli.progress import Step, watching
from hmworld.dataset import open_dataset
from hmworld.errors import UsageError

LISTED = 5
"""Clips that could not be shown whose errors are printed."""


def report(
    directory: Path,
    *,
    out: Annotated[Path | None, Parameter(help="Folder of the report; left out: DIRECTORY/report.")] = None,
    clips: Annotated[
        int, Parameter(help="So many clips get a player; where there are more, they are spread over what the dataset has.")
    ] = 200,
    where: Annotated[str, Parameter(help="Choose them among the clips that fit an expression.")] = "",
    checks: Annotated[bool, Parameter(help="Check the metadata of these clips, as `hmworld validate` does.")] = True,
    validation: Annotated[Path | None, Parameter(help="What `hmworld validate --json` printed, to be shown.")] = None,
    json_output: Annotated[bool, Parameter(name="--json", negative="", help="Print one JSON object.")] = False,
) -> int:
    """Write a report: a folder with a page that works without a server or network, with a table of all clips and players of some.

    Example: hmworld report my-dataset --clips 50
    """
    # Imported here: the page draws with OpenCV, and `hmworld doctor` must run where that cannot be imported.
    from hmworld.report.page import check_place, choose, write_report

    if clips < 0:
        raise UsageError(f"--clips: expected 0 or more, got {clips}")
    dataset = open_dataset(directory)
    folder = out if out is not None else directory / "report"
    check_place(folder)
    verdict = read_verdict(validation) if validation is not None else None
    chosen = choose((dataset.filter(where) if where else dataset).manifest, clips)
    step = Step("writing clips", len(chosen))

    def done() -> None:
        step.done += 1

    with watching(step):
        written = write_report(dataset, folder, chosen, checker(dataset, verdict) if checks else None, verdict, done)
    page, shown = folder / "index.html", len(chosen) - len(written.failed)
    if json_output:
        print(json.dumps({"page": str(page), "rows": len(dataset), "clips": shown, "bytes": written.size, "failed": dict(written.failed)}))
    else:
        print(f"{page}: {len(dataset):,} clips, {shown:,} of them with video; {written.size / 1e6:,.1f} MB. Open it in a browser.")
    if not written.failed:
        return 0
    count = len(written.failed)
    print(f"{count:,} {'clip' if count == 1 else 'clips'} could not be shown; their pages say why:", file=sys.stderr)
    for why in list(written.failed.values())[:LISTED]:
        print(f"  {' '.join(why.split())[:300]}", file=sys.stderr)
    if count > LISTED:
        print("  ...", file=sys.stderr)
    return 1
