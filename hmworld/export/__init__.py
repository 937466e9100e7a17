"""A dataset of ours in the layouts that other projects' trainers and benchmarks read.

One module a layout, each with an `EXPORTER`; `export_dataset` runs one. Poses come from the Unreal numbers that are stored where a layout
is Unreal's, and from `T_world_camera` elsewhere; nothing is rendered, and nothing outside the output folder is written. How each layout is
read, and what it cannot hold, is in docs/exports.md.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from hmworld.dataset import Clip, Dataset
from hmworld.dataset.store import sha256_file
from hmworld.export import camera_ctrl, coco, context_as_memory, hm_world, memobench, multicam, nerfstudio, worldplay
from hmworld.export.base import INDEX, Exporter, Options, Target, checked, known_media, staged

__all__ = ["EXPORTERS", "Exporter", "Options", "Target", "export_dataset"]

EXPORTERS: dict[str, Exporter] = {
    module.EXPORTER.name: module.EXPORTER
    for module in (hm_world, multicam, camera_ctrl, worldplay, context_as_memory, memobench, nerfstudio, coco)
}


def export_dataset(
    dataset: Dataset,
    clips: Sequence[Clip],
    exporter: Exporter,
    out: Path,
    options: Options = Options(),  # noqa: B008 - it is frozen
    link: bool = False,
    note: Callable[[int, int], None] = lambda done, total: None,
) -> Target:
    """Write clips of a dataset in a layout into a new folder, all or nothing; what was written.

    With `link`, media that other exports of this very dataset beside `out` hold are hard-linked. UsageError when `out` is there or is being
    written, DatasetError when a clip does not fit the layout.
    """
    with staged(out) as folder:
        checked(exporter, clips, options)
        digest = sha256_file(dataset.root / "dataset.json")[0]
        target = Target(folder, known_media(out.resolve().parent, digest) if link else {}, note, dataset.info.recipe.encoder)
        exporter.export(clips, target, options)
        index = {"format": exporter.name, "dataset": dataset.info.name, "dataset_sha256": digest, "clips": [c.clip_id for c in clips]}
        target.json(INDEX, {**index, **target.notes, "media": target.media})
    return target
