"""`hmworld inspect`."""

import json
from collections import Counter
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console
from rich.table import Table

from hmworld.cli.clips import find_clip
from hmworld.dataset import Clip, Dataset, open_dataset
from hmworld.errors import UsageError


def inspect(
    directory: Path,
    *clips: str,
    sheet: Annotated[Path | None, Parameter(help="Write a picture: a strip of frames a clip, subjects outlined.")] = None,
    forecast: Annotated[bool, Parameter(negative="", help="How what was forecast fares against what the pictures show.")] = False,
    json_output: Annotated[bool, Parameter(name="--json", negative="", help="Print one JSON object.")] = False,
) -> None:
    """Show what is in a dataset, or in some of its clips.

    CLIPS are clip ids or the beginnings of some; none means all.

    Example: hmworld inspect my-dataset 0dc345
    """
    dataset = open_dataset(directory)
    if forecast:
        # Imported here: reports draw with OpenCV, and `hmworld doctor` must run where that cannot be imported.
        from hmworld.report.forecast_check import as_json, check_forecast, lines_of

        check = check_forecast(directory)
        print(json.dumps(as_json(check)) if json_output else "\n".join(lines_of(check)))
        return
    chosen = [find_clip(dataset, beginning) for beginning in clips] if clips else list(dataset)
    if sheet is not None:
        from hmworld.report import write_sheet

        if sheet.suffix.lower() != ".png":
            raise UsageError(f"--sheet: expected a file name ending in .png, got {sheet}")
        if not chosen:
            raise UsageError(f"{directory}: has no clip to draw a sheet of")
        write_sheet(chosen, sheet)
        print(f"{sheet}: {len(chosen)} clips")
    elif clips:
        for clip in chosen:
            _show_clip(clip, json_output)
    else:
        _show_dataset(dataset, json_output)


def _show_dataset(dataset: Dataset, json_output: bool) -> None:
    rows = dataset.manifest.to_pylist()
    causes = Counter(cause or "unknown" for row in rows for cause in row["exit_causes"])
    if json_output:
        print(json.dumps({"name": dataset.info.name, **dataset.info.counts.model_dump(mode="json"), "exit_causes": dict(causes)}))
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("clip", no_wrap=True)
    splits = {row["split"] for row in rows}
    for name in (*(["split"] if len(splits) > 1 else []), "scene", "light", "camera", "subjects"):
        table.add_column(name, overflow="fold")
    table.add_column("absences, longest", no_wrap=True)
    for row in rows[:40]:
        absences = f"{row['n_absences']}, {row['max_gap_s']:.2f} s" if row["n_absences"] else "0"
        table.add_row(
            row["clip_id"][:10],
            *([row["split"]] if len(splits) > 1 else []),
            row["scene"],
            row["look"],
            row["camera"],
            ", ".join(row["subjects"]),
            absences + (", cut" if row["straddles_cut"] else ""),
        )
    if len(rows) > 40:
        table.add_row(f"and {len(rows) - 40:,} more")
    Console().print(table)
    counts = dataset.info.counts
    print(
        f"{dataset.info.name}: {counts.kept} clips, {counts.absences} absences (exit causes: "
        f"{', '.join(f'{k} {v}' for k, v in causes.most_common())}); rejected after rendering: {counts.rejected_by_reason or 'none'}; "
        f"engine {dataset.info.engine_name} {dataset.info.engine_build}"
    )


def _show_clip(clip: Clip, json_output: bool) -> None:
    if json_output:
        print(clip.meta.model_dump_json(exclude={"spec"}))
        return
    meta = clip.meta
    print(f"{meta.clip_id}  {meta.scene} ({meta.look})  camera {meta.camera.trajectory}  split {meta.split}")
    print(meta.caption.text)
    for event in meta.events:
        who = meta.subjects[event.subject - 1].name
        if event.kind == "absence" and not event.exit_cause:
            # Taken over from a layout that has frames, and neither times between them nor causes.
            print(f"  {who}: out at frame {event.exit_frame}, back at frame {event.return_frame}; unseen for {event.gap_frames} frames")
        elif event.kind == "absence":
            print(
                f"  {who}: out {event.exit_time_s:.3f} s ({event.exit_side}, by {event.exit_cause}), back {event.return_time_s:.3f} s "
                f"({event.entry_side}, by {event.entry_cause}); unseen for {event.gap_frames} frames, "
                f"moved {event.hidden_displacement_m:.2f} m"
            )
        else:
            print(f"  {who}: {event.kind}")
    table = Table("array", "dtype", "shape")
    for name, array in clip.arrays.items():
        table.add_row(name, str(array.dtype), str(array.shape))
    Console().print(table)
