"""Publishing adopted samples as a dataset of ours: shards, manifest, info, card."""

import json
import math
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import av

from hmworld import __version__
from hmworld.adopt.hm_world import Folder, Source, find
from hmworld.adopt.sample import UNKNOWN, Made, Task, clip_ids, make_sample
from hmworld.dataset import tables
from hmworld.dataset.publish import INFO, MANIFEST, REJECTS
from hmworld.dataset.shards import MAIN, place, shard_name
from hmworld.dataset.store import sha256_file
from hmworld.dataset.tar import Member, end_of_archive, fragment
from hmworld.errors import DatasetError, UsageError
from hmworld.export.base import staged
from hmworld.model.dataset import Counts, DatasetInfo, FileInfo, ForecastScore, Imported, ShardInfo
from hmworld.model.recipe import Recipe

CLIPS_PER_SHARD = 64
SENSOR_MM = 23.76

LICENCE = """Taken over from a folder in the layout of HM-World. What the pictures show, and under which licence, is what their source says;
the release on Hugging Face (KlingTeam/HM-World) states Apache-2.0.
"""


@dataclass(frozen=True)
class How:
    """What is asked for besides the folders."""

    split: str = "train"
    hfov_deg: float = 37.5
    """Horizontal field of view to assume: the layout ships no lens."""
    workers: int = 1
    skip_unreadable: bool = False
    """Go on without samples that cannot be read; they are listed in rejects.parquet."""


@dataclass
class _Taken:
    """What has been taken over so far."""

    shards: list[ShardInfo] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    skipped: list[dict[str, Any]] = field(default_factory=list)


def adopt_hm_world(
    source: Path,
    out: Path,
    name: str,
    how: How = How(),
    note: Callable[[int, int], None] = lambda done, total: None,
) -> DatasetInfo:
    """Make a dataset of ours in the new folder `out` of a folder in HM-World's layout, all or nothing.

    UsageError when there is nothing to take over or `out` is there; DatasetError naming a sample's file that cannot be read.
    """
    if not 1.0 <= how.hfov_deg <= 170.0:
        raise UsageError(f"--hfov-deg: expected 1 to 170 degrees, got {how.hfov_deg:g}")
    _recipe(name, 1, {}, how.hfov_deg, "--name")
    folder = find(source)
    lacking = [missing for sample in folder.samples if (missing := sample.missing())]
    if lacking and not how.skip_unreadable:
        raise DatasetError(
            f"{lacking[0]}{f' (and {len(lacking) - 1} more samples)' if len(lacking) > 1 else ''}, or pass --skip-unreadable"
        )
    with staged(out) as part:
        taken = _take(folder, part, name, how, note)
        if not taken.rows:
            raise DatasetError(f"{source}: none of its {len(folder.samples)} samples can be read; the first: {taken.skipped[0]['detail']}")
        tables.write_rows(part / MANIFEST, taken.rows, tables.MANIFEST)
        if taken.skipped:
            tables.write_rows(part / REJECTS, taken.skipped, tables.REJECTS)
        info = _info(name, folder, taken, how.hfov_deg)
        (part / "README.md").write_text(_card(info), encoding="utf-8")
        (part / "LICENSE-ASSETS").write_text(LICENCE, encoding="utf-8")
        names = [MANIFEST, *([REJECTS] if taken.skipped else []), "LICENSE-ASSETS", "README.md"]
        files = [FileInfo(path=n, bytes=size, sha256=digest) for n in names for digest, size in [sha256_file(part / n)]]
        info = info.model_copy(update={"files": files})
        (part / INFO).write_text(json.dumps(info.model_dump(mode="json"), indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return info


def _take(folder: Folder, root: Path, name: str, how: How, note: Callable[[int, int], None]) -> _Taken:
    """Write the shards, 64 samples each, whoever makes them and in whatever order they are done."""
    taken, ids, done = _Taken(), clip_ids([sample.name for sample in folder.samples]), 0
    work = root / ".work"
    (root / "shards").mkdir()
    work.mkdir()
    pool = ProcessPoolExecutor(how.workers, get_context("spawn")) if how.workers > 1 else None
    try:
        for first in range(0, len(folder.samples), CLIPS_PER_SHARD):
            chosen = folder.samples[first : first + CLIPS_PER_SHARD]
            path = shard_name(how.split, first // CLIPS_PER_SHARD, MAIN)
            tasks = [Task(s, ids[s.name], folder.captions.get(s.name, ""), folder.mask_convention) for s in chosen]
            make = partial(_make, how, work)
            clips = at = 0
            with (root / path).open("wb") as file:
                for sample, made in zip(chosen, (pool.map if pool else map)(make, tasks), strict=True):
                    note(done, len(folder.samples))
                    done += 1
                    if isinstance(made, DatasetError):
                        taken.skipped.append(_skipped(sample, ids[sample.name], str(made)))
                        continue
                    data, members = fragment(made.files)
                    file.write(data)
                    taken.rows.append({**tables.manifest_row(made.meta, len(taken.rows)), **_place(path, at, len(data), members)})
                    if len(taken.rows) == 1:
                        _recipe(name, 1, taken.rows[0], how.hfov_deg)  # what cannot be a dataset fails before all are made
                    clips, at = clips + 1, at + len(data)
                file.write(end_of_archive(at))
            if not clips:
                (root / path).unlink()
                continue
            digest, size = sha256_file(root / path)
            span = {"first_row": len(taken.rows) - clips, "last_row": len(taken.rows)}
            taken.shards.append(ShardInfo(path=path, stream=MAIN, split=how.split, **span, clips=clips, bytes=size, sha256=digest))
    finally:
        if pool:
            pool.shutdown(cancel_futures=True)
    shutil.rmtree(work)
    note(done, len(folder.samples))
    return taken


def _make(how: How, work: Path, task: Task) -> Made | DatasetError:
    with tempfile.TemporaryDirectory(dir=work) as own:
        try:
            return make_sample(task, how.split, how.hfov_deg, Path(own))
        except DatasetError as error:
            if not how.skip_unreadable:
                raise
            return error
        except av.FFmpegError as error:
            broken = DatasetError(f"{task.source.camera.parent}: a video of {task.source.name} cannot be decoded: {error}")
            if not how.skip_unreadable:
                raise broken from error
            return broken


def _skipped(sample: Source, clip_id: str, detail: str) -> dict[str, Any]:
    why = {"phase": "import", "reason": "unreadable", "detail": detail}
    return {**why, "candidate": -1, "row": -1, "clip_id": clip_id, "scene": UNKNOWN, "events": []}


def _place(path: str, at: int, size: int, members: Sequence[Member]) -> dict[str, Any]:
    """Columns of the manifest that say where in the shard a sample and its members lie."""
    places = [place(MAIN, path, at, member) for member in members]
    return {"shard": path, "shard_offset": at, "shard_bytes": size, "members": places}


def _recipe(name: str, clips: int, row: Mapping[str, Any], hfov_deg: float, where: str = "the first clip") -> Recipe:
    """What stands in place of a recipe: the name, the assumed lens, and the size of a clip; RecipeError if there can be none."""
    render = {key: row[key] for key in ("width", "height", "fps", "frames", "context_frames") if key in row}
    focal = SENSOR_MM / (2.0 * math.tan(math.radians(hfov_deg) / 2.0))
    lens = {"focal_length_mm": focal, "sensor_width_mm": SENSOR_MM}
    return Recipe.from_data({"name": name, "clips": clips, "render": render, "lens": lens}, where)


def _info(name: str, folder: Folder, taken: _Taken, hfov_deg: float) -> DatasetInfo:
    rows = taken.rows
    imported = Imported(
        layout="hm-world",
        hfov_deg_assumed=hfov_deg,
        mask_convention=folder.mask_convention,
        clips=len(rows),
        samples_skipped=len(taken.skipped),
        clips_without_masks=sum(1 for row in rows if not row["n_subjects"]),
        clips_without_target=sum(1 for row in rows if row["context_frames"] == row["frames"]),
        clips_without_context=sum(1 for row in rows if row["context_frames"] == 0),
        clips_without_caption=sum(1 for row in rows if not row["caption"]),
    )
    return DatasetInfo(
        name=name,
        recipe=_recipe(name, len(rows), rows[0], hfov_deg),
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
        shards=taken.shards,
        files=[],
    )


def _card(info: DatasetInfo) -> str:
    imported = info.imported[0]
    return f"""# {info.name}

{imported.clips} clips taken over from a folder in the layout of HM-World with `hmworld import-hm-world`.
{imported.clips_without_masks} of them came without masks, {imported.clips_without_target} without the target half,
{imported.clips_without_context} without the context half, {imported.clips_without_caption} without a caption.

Not known, and so stored as -1, NaN or "": the specification of a clip, its scene, the lens (a horizontal field of view of
{imported.hfov_deg_assumed:g} degrees was assumed for `K`), amodal pixels, causes, sides and exact times of events, joints and 3D boxes.
`<clip>.hm-world.json` holds what the release said, word for word. docs/exports.md of hmworld has the whole list.
"""
