"""`hmworld merge`."""

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from hmworld.cli.progress import Step, watching
from hmworld.dataset import open_dataset
from hmworld.dataset.merge import merge as merge_datasets
from hmworld.model.dataset import DatasetInfo


def merge(
    *directories: Path,
    out: Annotated[Path, Parameter(help="Folder of the new dataset; it must be new or empty.")],
    name: Annotated[str, Parameter(help="Of the new dataset; left out: the names of the others, joined.")] = "",
    link: Annotated[bool, Parameter(negative="", help="Hard-link shards that stay as they are, where the disk can.")] = False,
    json_output: Annotated[bool, Parameter(name="--json", negative="", help="Print one JSON object.")] = False,
) -> int:
    """Join finished datasets into one; a clip that several of them have is kept once.

    DIRECTORIES are datasets of one engine build, with the same streams and encoder settings. They stay as they are.

    Example: hmworld merge first-dataset second-dataset --out both
    """
    from hmworld.report.forecast_check import write_check

    step = Step("merging shards", sum(len(open_dataset(directory).info.shards) for directory in directories))

    def note(done: int, total: int) -> None:
        step.done, step.total = done, total

    with watching(step):
        info = merge_datasets(directories, out, name, link, note)
    write_check(out)
    print(json.dumps(_answer(info, out)) if json_output else _summary(info, out))
    return 0


def _answer(info: DatasetInfo, out: Path) -> dict[str, object]:
    keep = {"name", "sha256", "first_row", "last_row", "clips", "duplicates"}
    return {
        "out": str(out),
        "name": info.name,
        **info.counts.model_dump(mode="json"),
        "shards": len(info.shards),
        "duplicates": sum(source.duplicates for source in info.sources),
        "sources": [source.model_dump(mode="json", include=keep) for source in info.sources],
    }


def _summary(info: DatasetInfo, out: Path) -> str:
    size = sum(s.bytes for s in info.shards) / 1e6
    lines = [f"{out}: {info.counts.kept} clips, {info.counts.absences} absences, {len(info.shards)} shards, {size:.0f} MB"]
    for source in info.sources:
        twice = f"; {source.duplicates} left out, others have them" if source.duplicates else ""
        lines.append(f"  {source.name:<24} seed {source.recipe.seed}: {source.clips} clips{twice}")
    return "\n".join(lines)
