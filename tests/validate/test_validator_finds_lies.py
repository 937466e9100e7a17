"""Corruptions planted one at a time in a small good dataset: each is found by the check that is meant for it."""

import io
import json
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from hmworld.dataset import tables
from hmworld.dataset.clipfiles import unpack_arrays
from hmworld.dataset.store import sha256_file
from hmworld.dataset.tar import end_of_archive, fragment
from hmworld.validate import validate_dataset

Sample = dict[str, bytes]
Change = Callable[[Sample], None]


def rewrite(dataset: Path, change: Change) -> None:
    """Change the first sample and make shard, manifest and dataset.json agree with it again: a lie that is told consistently."""
    shard = sorted(dataset.glob("shards/*.tar"))[0]
    with tarfile.open(shard) as tar:
        names = tar.getnames()
        files = {name: tar.extractfile(name).read() for name in names}  # type: ignore[union-attr]
    key = names[0].split(".", 1)[0]
    sample = {name.split(".", 1)[1]: files[name] for name in names if name.startswith(key)}
    change(sample)
    files |= {f"{key}.{extension}": data for extension, data in sample.items()}
    data, members = fragment((name, files[name]) for name in names)
    shard.write_bytes(data + end_of_archive(len(data)))
    found = {m.name: m for m in members}
    manifest = pq.read_table(dataset / "manifest.parquet").to_pylist()
    path = shard.relative_to(dataset).as_posix()
    for row in manifest:
        for member in row["members"]:
            if member["shard"] == path:
                at = found[f"{row['clip_id']}.{member['name']}"]
                member["offset"], member["size"], member["xxh3"] = at.offset, at.size, at.xxh3
    (dataset / "manifest.parquet").write_bytes(tables.to_parquet(manifest, tables.MANIFEST))
    seal(dataset)


def seal(dataset: Path) -> None:
    """Write sizes and hashes of dataset.json anew."""
    info = json.loads((dataset / "dataset.json").read_text())
    for entry in [*info["shards"], *info["files"]]:
        entry["sha256"], entry["bytes"] = sha256_file(dataset / entry["path"])
    (dataset / "dataset.json").write_text(json.dumps(info))


def arrays(change: Callable[[dict[str, Any]], None]) -> Change:
    def apply(sample: Sample) -> None:
        values = unpack_arrays(sample["npz"])
        change(values)
        buffer = io.BytesIO()
        np.savez_compressed(buffer, **values)
        sample["npz"] = buffer.getvalue()

    return apply


def meta(change: Callable[[dict[str, Any]], None]) -> Change:
    def apply(sample: Sample) -> None:
        values = json.loads(sample["json"])
        change(values)
        sample["json"] = json.dumps(values).encode()

    return apply


def absence(values: dict[str, Any]) -> dict[str, Any]:
    return next(e for e in values["events"] if e["kind"] == "absence")


def shift(name: str) -> Change:
    def apply(a: dict[str, Any]) -> None:
        a[name] = np.roll(a[name], 1, axis=a[name].ndim - 3)

    return arrays(apply)


def item(name: str, function: Callable[[Any], Any]) -> Change:
    def apply(a: dict[str, Any]) -> None:
        a[name] = function(a[name]).astype(a[name].dtype)

    return arrays(apply)


def set_nan(a: Any) -> Any:
    a = a.copy()
    a[3, 0, 0] = np.nan
    return a


LIES: dict[str, tuple[Change, set[str]]] = {
    "camera pose a frame late": (shift("T_world_camera"), {"poses"}),
    "subject pose a frame late": (shift("T_world_subject"), {"poses"}),
    "joints a frame late": (shift("joints_world"), {"joints"}),
    "left-handed camera": (item("T_world_camera", lambda a: a * [[1, -1, 1, 1]]), {"poses"}),
    "transposed rotation": (item("T_world_camera", lambda a: np.swapaxes(a, 1, 2)), {"poses"}),
    "translation in centimetres": (item("T_world_camera", lambda a: np.concatenate([a[..., :3], a[..., 3:] * 100], -1)), {"poses"}),
    "NaN in a pose": (item("T_world_camera", set_nan), {"poses"}),
    "K of another resolution": (item("K", lambda a: a * 2), {"poses"}),
    "time of another rate": (item("time_s", lambda a: a * 0.5), {"poses"}),
    "visible pixels off by one": (item("visible_px", lambda a: a + (a > 5)), {"visible_px", "amodal_px"}),
    "amodal below visible": (item("amodal_px", lambda a: a // 2), {"amodal_px", "states"}),
    "in-frame fraction shifted": (item("in_frame_fraction", lambda a: np.roll(a, 3, 1)), {"in_frame_fraction"}),
    "a state flipped": (item("state", lambda a: np.where(np.arange(a.shape[1]) == 1, 3, a)), {"states"}),
    "2D boxes a pixel wide of the mask": (item("box2d", lambda a: a + 1), {"box2d"}),
    "3D boxes moved by a metre": (item("box3d_world", lambda a: a + 1), {"boxes"}),
    "an array missing": (arrays(lambda a: a.pop("K")), {"schema"}),
    "an array of another type": (arrays(lambda a: a.update(visible_px=a["visible_px"].astype(np.int64))), {"schema"}),
    "an event off by one": (meta(lambda m: absence(m).update(exit_frame=absence(m)["exit_frame"] + 1)), {"events"}),
    "an event left out": (meta(lambda m: m["events"].remove(absence(m))), {"events"}),
    "a wrong cause": (meta(lambda m: absence(m).update(exit_cause="both_needed")), {"causes"}),
    "a wrong side": (meta(lambda m: absence(m).update(exit_side="behind")), {"sides"}),
    "a time outside its bracket": (meta(lambda m: absence(m).update(exit_time_s=absence(m)["exit_time_s"] + 0.1)), {"time_brackets"}),
    "hidden displacement in centimetres": (
        meta(lambda m: absence(m).update(hidden_displacement_m=100 * absence(m)["hidden_displacement_m"] + 1)),
        {"causes"},
    ),
    "wrong fps": (meta(lambda m: m["render"].update(fps=30)), {"identity"}),
    "caption of another clip": (meta(lambda m: m["caption"].update(text="A cat sleeps.")), {"identity"}),
    "txt of another clip": (lambda s: s.update(txt=b"A cat sleeps."), {"identity"}),
    "an unknown key": (meta(lambda m: m.update(extra=1)), {"schema"}),
    "a null": (meta(lambda m: m.update(derived_from=None)), {"schema"}),
    "a spec of another clip": (meta(lambda m: m.update(spec=m["spec"].replace('"fps":15', '"fps":16'))), {"identity"}),
    "a subject renamed": (meta(lambda m: m["subjects"][0].update(name="unicorn")), {"identity"}),
    "the mask of no subject": (lambda s: s.update({"mask.mkv": b"\x1aE\xdf\xa3" + bytes(100)}), {"readable"}),
    "a truncated video": (lambda s: s.update(mp4=s["mp4"][: len(s["mp4"]) // 2]), {"readable", "frames"}),
}


@pytest.fixture
def copy(tiny_dataset: Path, tmp_path: Path) -> Path:
    shutil.copytree(tiny_dataset, tmp_path / "copy")
    return tmp_path / "copy"


def test_a_good_dataset_has_no_report(tiny_dataset: Path) -> None:
    report = validate_dataset(tiny_dataset)
    assert report.problems == []
    assert report.checked["frames"] == 4 * 60


def test_rewriting_without_a_lie_has_no_report(copy: Path) -> None:
    rewrite(copy, lambda sample: None)
    assert validate_dataset(copy).problems == []


@pytest.mark.parametrize("lie", sorted(LIES))
def test_each_lie_is_found_by_its_check(copy: Path, lie: str) -> None:
    change, expected = LIES[lie]
    rewrite(copy, change)
    found = {problem.check for problem in validate_dataset(copy, sample=1).problems}
    assert expected & found, f"found only {found}"


def test_a_stale_hash_is_found(copy: Path) -> None:
    shard = sorted(copy.glob("shards/*.tar"))[0]
    data = bytearray(shard.read_bytes())
    data[len(data) // 2] ^= 1
    shard.write_bytes(data)
    assert "hashes" in {p.check for p in validate_dataset(copy, sample=1).problems}


def test_a_truncated_missing_or_stray_shard_is_found(copy: Path) -> None:
    first, second = sorted(copy.glob("shards/*.tar"))[:2]
    first.write_bytes(first.read_bytes()[:5000])
    second.unlink()
    (copy / "shards" / "train-000099.tar").write_bytes(bytes(10240))
    report = validate_dataset(copy, sample=1)
    named = {p.where for p in report.problems}
    assert {first.relative_to(copy).as_posix(), second.relative_to(copy).as_posix(), "shards/train-000099.tar"} <= named


def test_a_row_that_was_lost_from_the_manifest_is_found(copy: Path) -> None:
    rows = pq.read_table(copy / "manifest.parquet").to_pylist()
    (copy / "manifest.parquet").write_bytes(tables.to_parquet(rows[1:], tables.MANIFEST))
    seal(copy)
    assert {"counts", "manifest"} <= {p.check for p in validate_dataset(copy, sample=1).problems}


def test_a_digest_that_is_not_its_members_is_found(copy: Path) -> None:
    rows = pq.read_table(copy / "manifest.parquet").to_pylist()
    rows[2]["members"][1]["xxh3"] = 16 * "0"
    (copy / "manifest.parquet").write_bytes(tables.to_parquet(rows, tables.MANIFEST))
    seal(copy)
    (problem,) = [p for p in validate_dataset(copy, sample=1).problems if p.check == "manifest"]
    assert "manifest says xxh3 is 0000000000000000, the tar has" in problem.message


def test_the_motion_file_of_another_subject_is_found(copy: Path) -> None:
    motions = sorted((copy / "cards" / "motions").glob("*.npz"))
    motions[0].write_bytes(motions[-1].read_bytes())
    assert "hashes" in {p.check for p in validate_dataset(copy, sample=1).problems}


def test_clips_that_show_what_another_split_holds_out_are_found(tiny_dataset: Path, tmp_path: Path) -> None:
    dataset = tmp_path / "copy"
    shutil.copytree(tiny_dataset, dataset)
    info = json.loads((dataset / "dataset.json").read_text())
    scenes = pq.read_table(dataset / "manifest.parquet").column("scene").to_pylist()
    info["recipe"]["splits"] = {"test": {"clips": 1, "held_out": {"scenes": [scenes[0]]}}}
    (dataset / "dataset.json").write_text(json.dumps(info))
    report = validate_dataset(dataset)
    found = [problem for problem in report.problems if problem.check == "held_out"]
    assert len(found) == scenes.count(scenes[0])
    assert f"is in train and shows '{scenes[0]}' (scenes), which test holds out" in found[0].message
