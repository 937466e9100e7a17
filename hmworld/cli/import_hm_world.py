"""`hmworld import-hm-world`."""

import json
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from hmworld.cli.progress import Step, watching
from hmworld.errors import UsageError


def import_hm_world(
    folder: Path,
    *,
    out: Annotated[Path, Parameter(help="Folder of the new dataset; it must be new or empty.")],
    name: Annotated[str, Parameter(help="Of the new dataset: lower case, digits, underscores.")] = "hm_world",
    split: Annotated[Literal["train", "val", "test"], Parameter(help="Of all its clips.")] = "train",
    hfov_deg: Annotated[
        float, Parameter(help="Horizontal field of view to assume: HM-World ships no lens; its clips measure 36 to 37.5 degrees.")
    ] = 37.5,
    workers: Annotated[int, Parameter(help="Processes that decode and encode at the same time.")] = 1,
    skip_unreadable: Annotated[
        bool, Parameter(negative="", help="Go on without samples that cannot be read, and list them in rejects.parquet.")
    ] = False,
    json_output: Annotated[bool, Parameter(name="--json", negative="", help="Print one JSON object.")] = False,
) -> int:
    """Take a folder in the layout of HM-World over into a dataset of ours.

    FOLDER holds a folder a sample (cond.mp4, tgt.mp4, cond_mask.mp4, tgt_mask.mp4, camera.json, character.json, check.json) and
    caption.txt, or files N.mp4 with N.camera.json as the examples of HyDRA. It stays as it is.

    Example: hmworld import-hm-world HM-World --out my-hm-world
    """
    # Imported here: masks are read with OpenCV, and `hmworld doctor` must run where that cannot be imported.
    from hmworld.adopt import How, adopt_hm_world

    if workers < 1:
        raise UsageError(f"--workers: expected at least 1, got {workers}")

    step = Step("taking over samples", 1)

    def note(done: int, total: int) -> None:
        step.done, step.total = done, total

    with watching(step):
        info = adopt_hm_world(folder, out, name, How(split, hfov_deg, workers, skip_unreadable), note)
    taken = info.imported[0]
    if json_output:
        print(json.dumps({"out": str(out), "name": info.name, "absences": info.counts.absences, **taken.model_dump(mode="json")}))
        return 0
    print(f"{out}: {taken.clips} clips, {info.counts.absences} absences, {len(info.shards)} shards")
    print(f"  the lens is not in the layout: a field of view of {taken.hfov_deg_assumed:g} degrees was assumed (--hfov-deg)")
    if taken.samples_skipped:
        print(f"  {taken.samples_skipped} samples could not be read and were left out; rejects.parquet says why")
    if taken.clips_without_masks:
        print(f"  {taken.clips_without_masks} clips have no masks, and so no subjects and no events")
    if taken.clips_without_target:
        print(f"  {taken.clips_without_target} clips have the context half only")
    if taken.clips_without_context:
        print(f"  {taken.clips_without_context} clips have the target half only")
    if taken.clips_without_caption:
        print(f"  {taken.clips_without_caption} clips have no caption")
    return 0
