"""`hmworld export`."""

import json
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from hmworld.cli.progress import Step, watching
from hmworld.dataset import open_dataset
from hmworld.errors import UsageError

Format = Literal["hm-world", "multicam", "camera-ctrl", "worldplay", "context-as-memory", "memobench", "nerfstudio", "coco"]


def export(
    directory: Path,
    *,
    format: Annotated[Format, Parameter(help="Whose layout; docs/exports.md has what each writes and loses.")],
    out: Annotated[Path, Parameter(help="Folder of the export; it must be new or empty.")],
    split: Annotated[str, Parameter(help="Only clips of this split: train, val or test.")] = "",
    where: Annotated[str, Parameter(help='Only clips for which an expression holds: "frames >= 81".')] = "",
    link: Annotated[
        bool, Parameter(negative="", help="Hard-link pictures and videos that other exports of this dataset beside OUT hold.")
    ] = False,
    images: Annotated[Literal["png", "jpg"], Parameter(help="Single pictures, where the layout leaves it open.")] = "png",
    any_length: Annotated[
        bool, Parameter(negative="", help="Write clips that are shorter than the layout's readers ask for, too.")
    ] = False,
    json_output: Annotated[bool, Parameter(name="--json", negative="", help="Print one JSON object.")] = False,
) -> int:
    """Write a dataset in the layout of another project.

    DIRECTORY is a finished dataset; it stays as it is.

    Example: hmworld export my-dataset --format hm-world --out my-dataset-hm-world
    """
    # Imported here: exports draw with OpenCV, and `hmworld doctor` must run where that cannot be imported.
    from hmworld.export import EXPORTERS, Options, export_dataset

    dataset: Any = open_dataset(directory)
    if where:
        dataset = dataset.filter(where)
    clips = [clip for clip in dataset if not split or clip.row["split"] == split]
    if not clips:
        there = ", ".join(sorted({str(name) for name in dataset.manifest.column("split").to_pylist()})) or "none"
        raise UsageError(
            f"{directory}: no clip to export; splits of its clips{' for which the expression holds' if where else ''}: {there}"
        )
    step = Step(f"exporting clips as {format}", len(clips))

    def note(done: int, total: int) -> None:
        step.done, step.total = done, total

    with watching(step):
        made = export_dataset(dataset, clips, EXPORTERS[format], out, Options(images, any_length), link, note)
    answer = {
        "out": str(out),
        "format": format,
        "clips": len(clips),
        "files": made.files,
        "bytes": made.written_bytes,
        "linked_files": made.linked_files,
        "linked_bytes": made.linked_bytes,
    }
    if json_output:
        print(json.dumps(answer))
        return 0
    print(f"{out}: {len(clips)} clips as {format}: {EXPORTERS[format].what}")
    print(f"  {made.files} files written, {made.written_bytes / 1e6:.1f} MB{_linked(link, made.linked_files, made.linked_bytes)}")
    return 0


def _linked(asked: bool, files: int, size: int) -> str:
    if not asked:
        return ""
    if not files:
        return "; nothing to link: no other export of this dataset beside it holds the same pictures or videos"
    return f"; {files} linked, {size / 1e6:.1f} MB"
