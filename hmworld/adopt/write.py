"""Publishing adopted samples as a dataset of ours: shards, manifest, info, card."""

import json
import math
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from hmworld import __version__
from hmworld.adopt.hm_world import Folder, Source, find
from hmworld.adopt.sample import UNKNOWN, Made, clip_ids, make_sample
from hmworld.dataset import tables
from hmworld.dataset.publish import INFO, MANIFEST
from hmworld.dataset.shards import MAIN, shard_name
from hmworld.dataset.store import sha256_file
from hmworld.dataset.tar import end_of_archive, fragment
from hmworld.errors import UsageError
from hmworld.export.base import put_in_place, staged
from hmworld.model.dataset import Counts, DatasetInfo, FileInfo, ForecastScore, Imported, ShardInfo
from hmworld.model.recipe import Recipe

CLIPS_PER_SHARD = 64
SENSOR_MM = 23.76


def adopt_hm_world(
    source: Path,
    out: Path,
    name: str,
    split: str = "train",
    hfov_deg: float = 37.5,
    note: Callable[[int, int], None] = lambda done, total: None,
) -> DatasetInfo:
    """Make a dataset of ours in the new folder `out` of a folder in HM-World's layout, all or nothing.

    UsageError when there is nothing to take over or `out` is there; DatasetError naming a sample's file that cannot be read.
    """
    if not 1.0 <= hfov_deg <= 170.0:
        raise UsageError(f"--hfov-deg: expected 1 to 170 degrees, got {hfov_deg:g}")
    folder = find(source)
    part = staged(out)
    try:
        ids = clip_ids([sample.name for sample in folder.samples])
        shards, rows = _shards(folder, part, ids, split, hfov_deg, note)
        tables.write_rows(part / MANIFEST, rows, tables.MANIFEST)
        info = _info(name, folder, rows, shards, hfov_deg)
        (part / "README.md").write_text(_card(info, rows), encoding="utf-8")
        (part / "LICENSE-ASSETS").write_text(_licence(), encoding="utf-8")
        files = [
            FileInfo(path=n, bytes=size, sha256=d) for n in (MANIFEST, "LICENSE-ASSETS", "README.md") for d, size in [sha256_file(part / n)]
        ]
        info = info.model_copy(update={"files": files})
        (part / INFO).write_text(json.dumps(info.model_dump(mode="json"), indent=1, sort_keys=True) + "\n", encoding="utf-8")
        put_in_place(part, out)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return info


def _shards(
    folder: Folder, root: Path, ids: dict[str, str], split: str, hfov_deg: float, note: Callable[[int, int], None]
) -> tuple[list[ShardInfo], list[dict[str, Any]]]:
    shards, rows = [], []
    (root / "shards").mkdir()
    for first in range(0, len(folder.samples), CLIPS_PER_SHARD):
        chosen = folder.samples[first : first + CLIPS_PER_SHARD]
        path = shard_name(split, first // CLIPS_PER_SHARD, MAIN)
        at = 0
        with (root / path).open("wb") as file:
            for number, made in enumerate(_made(folder, chosen, ids, split, hfov_deg), first):
                note(number, len(folder.samples))
                data, members = fragment(made.files)
                file.write(data)
                places = [
                    {"stream": MAIN, "name": m.name.split(".", 1)[1], "shard": path, "offset": at + m.offset, "size": m.size}
                    for m in members
                ]
                rows.append({**_row(made, number), "shard": path, "shard_offset": at, "shard_bytes": len(data), "members": places})
                at += len(data)
            file.write(end_of_archive(at))
        digest, size = sha256_file(root / path)
        last = first + len(chosen)
        shards.append(
            ShardInfo(path=path, stream=MAIN, split=split, first_row=first, last_row=last, clips=len(chosen), bytes=size, sha256=digest)
        )
    note(len(folder.samples), len(folder.samples))
    return shards, rows


def _made(folder: Folder, chosen: Sequence[Source], ids: dict[str, str], split: str, hfov_deg: float) -> Iterator[Made]:
    for sample in chosen:
        with tempfile.TemporaryDirectory() as work:
            yield make_sample(folder, sample, ids[sample.name], split, hfov_deg, Path(work))


def _row(made: Made, number: int) -> dict[str, Any]:
    meta = made.meta
    absences = [event for event in meta.events if event.kind == "absence"]
    gap = max((event.gap_frames for event in absences), default=0)
    render = meta.render.model_dump(exclude={"min_visible_px"})
    return {
        "clip_id": meta.clip_id,
        "motion_id": meta.motion_id,
        "derived_from": "",
        "counterfactual": "",
        "row": number,
        "split": meta.split,
        "unseen": "",
        "scene": meta.scene,
        "stage": meta.stage.name,
        "look": meta.look,
        "camera": meta.camera.trajectory,
        "camera_family": meta.camera.family,
        "subjects": [s.name for s in meta.subjects],
        "kinds": [s.kind for s in meta.subjects],
        "species": [s.species for s in meta.subjects],
        "subject_paths": [s.path for s in meta.subjects],
        "n_subjects": len(meta.subjects),
        **render,
        "n_absences": len(absences),
        "max_gap_frames": gap,
        "max_gap_s": round(gap / meta.render.fps, 6),
        "straddles_cut": any(event.straddles_cut for event in absences),
        "exit_causes": [event.exit_cause for event in absences],
        "mean_luma": meta.quality.mean_luma,
        "forecast_state_agreement": meta.quality.forecast_state_agreement,
        "caption": meta.caption.text,
        "events": tables.event_rows(meta.events),
    }


def _info(name: str, folder: Folder, rows: Sequence[dict[str, Any]], shards: list[ShardInfo], hfov_deg: float) -> DatasetInfo:
    first = rows[0]
    render = {key: first[key] for key in ("width", "height", "fps", "frames", "context_frames")}
    focal = SENSOR_MM / (2.0 * math.tan(math.radians(hfov_deg) / 2.0))
    lens = {"focal_length_mm": focal, "sensor_width_mm": SENSOR_MM}
    recipe = Recipe.from_data({"name": name, "clips": len(rows), "render": render, "lens": lens}, "--name")
    imported = Imported(
        layout="hm-world",
        hfov_deg_assumed=hfov_deg,
        mask_convention=folder.mask_convention,
        clips=len(rows),
        clips_without_masks=sum(1 for row in rows if not row["n_subjects"]),
        clips_without_target=sum(1 for row in rows if row["context_frames"] == row["frames"]),
    )
    return DatasetInfo(
        name=name,
        recipe=recipe,
        engine_name=UNKNOWN,
        engine_build="HM-World layout",
        hmworld_version=__version__,
        streams=[],
        counts=Counts(
            candidates=0,
            planned=0,
            kept=len(rows),
            rejected=0,
            rejected_by_reason={},
            candidates_rejected_by_reason={},
            absences=sum(row["n_absences"] for row in rows),
        ),
        forecast=ForecastScore(rendered_absences=0, forecast=0, within_one_frame=0),
        sources=[],
        imported=[imported],
        shards=shards,
        files=[],
    )


def _card(info: DatasetInfo, rows: Sequence[dict[str, Any]]) -> str:
    imported = info.imported[0]
    return f"""# {info.name}

{len(rows)} clips taken over from a folder in the layout of HM-World with `hmworld import-hm-world`. {imported.clips_without_masks} of them
came without masks, {imported.clips_without_target} without the target half.

Not known, and so stored as -1, NaN or "": the specification of a clip, its scene, the lens (a horizontal field of view of
{imported.hfov_deg_assumed:g} degrees was assumed for `K`), amodal pixels, causes, sides and exact times of events, joints and 3D boxes.
`<clip>.hm-world.json` holds what the release said, word for word. docs/exports.md of hmworld has the whole list.
"""


def _licence() -> str:
    return (
        "Taken over from a folder in the layout of HM-World. What the pictures show, and under which licence, is what their source says;\n"
        "the release on Hugging Face (KlingTeam/HM-World) states Apache-2.0.\n"
    )
