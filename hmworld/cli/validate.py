"""`hmworld validate`."""

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from hmworld.validate import Report, validate_dataset


def validate(
    directory: Path,
    *,
    sample: Annotated[int, Parameter(help="Decode only so many clips, spread evenly; 0 = all.")] = 0,
    json_output: Annotated[bool, Parameter(name="--json", negative="", help="Print one JSON object.")] = False,
) -> int:
    """Check a dataset against its own promises: structure, hashes, schema, poses, pixels, events.

    Exit code 1 on any error.

    Example: hmworld validate my-dataset
    """
    report = validate_dataset(directory, sample=sample)
    print(json.dumps(report.to_json()) if json_output else report_text(report))
    return 0 if report.good else 1


def report_text(report: Report, worst: int = 3) -> str:
    """The report as lines: a check each, with its worst offenders."""
    lines = []
    for name, count in report.checked.items():
        found = [p for p in report.problems if p.check == name]
        lines.append(f"  {'ok  ' if not found else 'BAD '} {name:<24} {count:>8} checked" + (f", {len(found)} wrong" if found else ""))
        lines += [f"         {p.where}: {p.message}" for p in found[:worst]]
        if len(found) > worst:
            lines.append(f"         ... and {len(found) - worst} more")
    verdict = "valid" if report.good else f"NOT valid: {len(report.problems)} problems"
    return "\n".join([*lines, f"{report.root}: {verdict}"])
