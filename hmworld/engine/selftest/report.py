"""The findings as text for a terminal and as a folder to attach to an issue."""

import json
import textwrap
from collections.abc import Sequence
from pathlib import Path

import cv2

from hmworld.engine.selftest.findings import Finding
from hmworld.errors import StorageError

_MARKS = {"ok": "ok  ", "bad": "BAD ", "not judged": "--  "}
REPORT = "engine-check.md"
WIDTH = 118


def text(finding: Finding) -> str:
    """A finding as lines for a terminal."""
    head = f"  {_MARKS[finding.verdict]} {finding.check:<18} "
    told = f"{finding.defect}: {finding.measured}" if finding.verdict == "bad" else finding.measured
    lines = textwrap.wrap(told, WIDTH, initial_indent=head, subsequent_indent=" " * len(head))
    if finding.verdict == "bad":
        lines += textwrap.wrap("-> " + finding.advice, WIDTH, initial_indent=" " * len(head), subsequent_indent=" " * (len(head) + 3))
    return "\n".join(lines)


def write_report(folder: Path, findings: Sequence[Finding], facts: dict[str, str]) -> Path:
    """Write `engine-check.md`, `engine-check.json` and a picture of each failed check; returns the first. StorageError where it cannot."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for finding in findings:
            for name, picture in finding.pictures.items():
                (folder / _picture(finding, name)).write_bytes(bytes(cv2.imencode(".png", picture[..., ::-1])[1]))
        (folder / "engine-check.json").write_text(json.dumps(_plain(findings, facts), indent=1) + "\n", encoding="utf-8")
        (folder / REPORT).write_text(_markdown(findings, facts), encoding="utf-8")
    except OSError as error:
        raise StorageError(f"{folder}: the report cannot be written: {error}; choose another --out") from error
    return folder / REPORT


def _picture(finding: Finding, name: str) -> str:
    return f"{finding.check.replace(' ', '-')}-{name}.png"


def _plain(findings: Sequence[Finding], facts: dict[str, str]) -> dict[str, object]:
    keys = ("check", "assumption", "verdict", "defect", "measured", "advice")
    return {**facts, "findings": [{key: getattr(f, key) for key in keys} for f in findings]}


def _markdown(findings: Sequence[Finding], facts: dict[str, str]) -> str:
    failed = [f for f in findings if f.verdict == "bad"]
    lines = ["# Engine check", "", *(f"- {name}: {value}" for name, value in facts.items()), ""]
    lines += [
        f"{len(findings)} checks, {len(failed)} failed.",
        "",
        "| verdict | check | what is taken for granted | measured |",
        "|---|---|---|---|",
    ]
    lines += [f"| {f.verdict} | {f.check} | {f.assumption} | {_cell(f.measured)} |" for f in findings]
    for finding in failed:
        lines += ["", f"## {finding.check}: {finding.defect}", "", finding.measured, "", finding.advice, ""]
        lines += [f"![{name}]({_picture(finding, name)})" for name in finding.pictures]
    return "\n".join(lines) + "\n"


def _cell(value: str) -> str:
    return value.replace("|", "\\|").replace("\n", " ")
