"""Merged datasets: what any reader finds in them is what the inputs held, each clip once; and what cannot be joined is refused."""

import errno
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import webdataset as wds
from handmade_datasets import repack

import hmworld as hm
from hmworld.dataset import PlanFile, tables
from hmworld.dataset.merge import merge
from hmworld.dataset.store import sha256_file
from hmworld.dataset.tar import end_of_archive, fragment
from hmworld.errors import DatasetError, HMWorldError, UsageError
from hmworld.validate import validate_dataset

MEMBERS = ("json", "mp4", "mask.mkv", "npz", "txt", "depth.mkv")
Make = Callable[..., Path]


@pytest.fixture(scope="module")
def make(tiny_dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Makes datasets of the tiny one's clips 0 to 3; equal ones once."""
    folder, made = tmp_path_factory.mktemp("inputs"), dict[str, Path]()

    def one(name: str, clips: list[int], **options: Any) -> Path:
        key = json.dumps([name, clips, options], sort_keys=True, default=list)
        if key not in made:
            made[key] = repack(tiny_dataset, folder / str(len(made)) / name, clips, **options)
        return made[key]

    return one


@pytest.fixture(scope="module")
def ids(tiny_dataset: Path) -> list[str]:
    return PlanFile(tiny_dataset).clip_ids


def clip_ids(root: Path) -> list[str]:
    return [str(v) for v in hm.open(root).manifest.column("clip_id").to_pylist()]


def digests(root: Path) -> dict[str, str]:
    return {p.relative_to(root).as_posix(): sha256_file(p)[0] for p in sorted(root.rglob("*")) if p.is_file()}


def seal(dataset: Path, **changes: Any) -> None:
    """Write sizes and hashes of dataset.json anew, and change fields of it."""
    info = json.loads((dataset / "dataset.json").read_text())
    for entry in [*info["shards"], *info["files"]]:
        entry["sha256"], entry["bytes"] = sha256_file(dataset / entry["path"])
    (dataset / "dataset.json").write_text(json.dumps({**info, **changes}))


def assert_holds_what_it_was_made_of(out: Path, inputs: list[Path], sample: int = 1) -> None:
    """Everything that is true of every merged dataset."""
    assert validate_dataset(out, sample=sample).problems == []
    merged, opened = hm.open(out), [hm.open(root) for root in inputs]
    first_with = {clip: dataset for dataset in reversed(opened) for clip in dataset.manifest.column("clip_id").to_pylist()}
    assert sorted(clip_ids(out)) == sorted(first_with)
    for clip in merged:
        for name in MEMBERS:
            assert clip.member(name) == first_with[clip.clip_id].clip(clip.clip_id).member(name), (clip.clip_id, name)
    found = [s["__key__"] for s in wds.WebDataset([str(p) for p in sorted(out.glob("shards/*.tar"))], shardshuffle=False)]
    assert sorted(found) == sorted(first_with)
    rows = PlanFile(out).rows(range(merged.info.counts.planned))
    assert [row.row for row in rows] == list(range(len(rows)))
    for row in merged.manifest.to_pylist():
        assert rows[row["row"]].clip_id == row["clip_id"]
        (shard,) = (s for s in merged.info.shards if s.path == row["shard"])
        assert shard.first_row <= row["row"] < shard.last_row
        with (out / row["shard"]).open("rb") as file:
            file.seek(row["shard_offset"])
            alone = file.read(row["shard_bytes"])
        with tarfile.open(fileobj=io.BytesIO(alone + end_of_archive(len(alone)))) as tar:
            assert tar.getnames() == [f"{row['clip_id']}.{m['name']}" for m in row["members"] if m["stream"] == "main"]
    for reject in tables.read_rows(out / "rejects.parquet"):
        assert reject["row"] == -1 or rows[reject["row"]].clip_id == reject["clip_id"]
    counts = merged.info.counts
    assert counts.candidates == counts.planned + sum(counts.candidates_rejected_by_reason.values())
    assert sum(s.candidates for s in merged.info.sources) == counts.candidates
    assert sum(s.clips for s in merged.info.sources) == counts.kept
    assert [s.first_row for s in merged.info.sources] == [0, *(s.last_row for s in merged.info.sources)][:-1]
    assert not list(out.rglob(".*"))


def test_datasets_without_common_clips_are_joined_shard_by_shard(tmp_path: Path, make: Make, ids: list[str]) -> None:
    first, second = make("first", [0, 1, 2]), make("second", [3])
    info = merge([first, second], tmp_path / "out")
    assert_holds_what_it_was_made_of(tmp_path / "out", [first, second], sample=0)
    assert clip_ids(tmp_path / "out") == ids
    for new, old in (("train-000000", first / "{}/train-000000.tar"), ("train-000001", first / "{}/train-000001.tar")):
        for folder in ("shards", "depth"):
            assert (tmp_path / "out" / folder / f"{new}.tar").read_bytes() == Path(str(old).format(folder)).read_bytes()
    assert (tmp_path / "out" / "shards" / "train-000002.tar").read_bytes() == (second / "shards" / "train-000000.tar").read_bytes()
    spans = {s.path: (s.first_row, s.last_row, s.clips) for s in info.shards}
    assert spans == {
        f"{folder}/train-00000{k}.tar": span for folder in ("shards", "depth") for k, span in enumerate([(0, 2, 2), (2, 3, 1), (3, 4, 1)])
    }
    assert (info.name, info.recipe) == ("first_second", hm.open(first).info.recipe)
    assert (info.counts.planned, info.counts.kept, info.counts.candidates) == (4, 4, 8)
    both = [hm.open(root).info for root in (first, second)]
    assert info.counts.absences == sum(one.counts.absences for one in both)
    for field in ("rendered_absences", "forecast", "within_one_frame"):
        assert getattr(info.forecast, field) == sum(getattr(one.forecast, field) for one in both)
    assert [(s.name, s.first_row, s.last_row, s.clips, s.duplicates) for s in info.sources] == [
        ("first", 0, 3, 3, 0),
        ("second", 3, 4, 1, 0),
    ]
    assert [s.sha256 for s in info.sources] == [sha256_file(root / "dataset.json")[0] for root in (first, second)]
    card = (tmp_path / "out" / "README.md").read_text()
    assert "Merged from first (3 clips), second (1 clips)" in card
    assert "pretty_name: first_second" in card
    assets = {line for root in (first, second) for line in (root / "LICENSE-ASSETS").read_text().splitlines()}
    assert set((tmp_path / "out" / "LICENSE-ASSETS").read_text().splitlines()) == assets


def test_a_clip_that_several_have_is_kept_once(tmp_path: Path, make: Make, ids: list[str]) -> None:
    """One shard stays, one loses a clip, one has nothing left."""
    first, second, third = make("first", [0, 1, 2]), make("second", [2, 3]), make("third", [1])
    info = merge([first, second, third], tmp_path / "out", "joined")
    assert_holds_what_it_was_made_of(tmp_path / "out", [first, second, third], sample=0)
    assert clip_ids(tmp_path / "out") == ids
    assert [(s.clips, s.duplicates) for s in info.sources] == [(3, 0), (1, 1), (0, 1)]
    assert [(s.path, s.clips, s.first_row, s.last_row) for s in info.shards if s.stream == "main"] == [
        ("shards/train-000000.tar", 2, 0, 2),
        ("shards/train-000001.tar", 1, 2, 3),
        ("shards/train-000002.tar", 1, 3, 4),
    ]
    clip = hm.open(second).clip(ids[3])
    data, _ = fragment([(f"{ids[3]}.{name}", clip.member(name)) for name in MEMBERS[:5]])
    assert (tmp_path / "out" / "shards" / "train-000002.tar").read_bytes() == data + end_of_archive(len(data))


def test_the_clips_do_not_hang_on_the_order(tmp_path: Path, make: Make) -> None:
    inputs = [make("first", [0, 1, 2]), make("second", [2, 3]), make("fourth", [3, 1], rejected=[1])]
    found = []
    for number, order in enumerate([(0, 1, 2), (2, 1, 0), (1, 2, 0)]):
        chosen = [inputs[k] for k in order]
        info = merge(chosen, tmp_path / str(number))
        assert_holds_what_it_was_made_of(tmp_path / str(number), chosen)
        found.append((sorted(clip_ids(tmp_path / str(number))), info.counts.model_dump() | {"candidates": 0}, info.forecast))
    assert found[0] == found[1] == found[2]


def test_merging_again_what_is_inside_changes_nothing_but_the_sources(tmp_path: Path, make: Make) -> None:
    first, second = make("first", [0, 1, 2]), make("second", [2, 3])
    once = merge([first, second], tmp_path / "once", "x")
    again = merge([tmp_path / "once", first], tmp_path / "again", "x")
    assert_holds_what_it_was_made_of(tmp_path / "again", [tmp_path / "once", first])
    assert clip_ids(tmp_path / "again") == clip_ids(tmp_path / "once")
    assert (again.counts, again.forecast, again.shards) == (once.counts, once.forecast, once.shards)
    assert again.sources[:2] == once.sources
    assert [(s.name, s.clips, s.duplicates, s.first_row, s.last_row) for s in again.sources[2:]] == [("first", 0, 3, 4, 4)]
    for name in ("plan.parquet", "manifest.parquet", "rejects.parquet"):
        assert pq.read_table(tmp_path / "again" / name).equals(pq.read_table(tmp_path / "once" / name)), name
    other = merge([first, tmp_path / "once"], tmp_path / "other", "x")
    assert_holds_what_it_was_made_of(tmp_path / "other", [first, tmp_path / "once"])
    assert other.counts == once.counts
    assert [s.name for s in other.sources] == ["first", "first", "second"]


def test_rejects_come_along_with_their_media_unless_another_kept_the_clip(tmp_path: Path, make: Make, ids: list[str]) -> None:
    first, second = make("first", [0, 1, 2], rejected=[1, 2]), make("second", [2, 3, 1], rejected=[1])
    info = merge([first, second], tmp_path / "out")
    assert_holds_what_it_was_made_of(tmp_path / "out", [first, second])
    assert clip_ids(tmp_path / "out") == [ids[0], ids[2], ids[3]]
    assert (info.counts.planned, info.counts.kept, info.counts.rejected_by_reason) == (4, 3, {"no_event": 1})
    assert [p.name for p in (tmp_path / "out" / "rejects").iterdir()] == [f"{ids[1]}.tar"]
    rendered = [row for row in tables.read_rows(tmp_path / "out" / "rejects.parquet") if row["phase"] == "render"]
    assert [(row["row"], row["clip_id"]) for row in rendered] == [(1, ids[1])]
    assert [(s.first_row, s.last_row, s.clips, s.duplicates) for s in info.sources] == [(0, 2, 1, 0), (2, 4, 2, 0)]


def test_a_dataset_that_kept_nothing_can_be_merged(tmp_path: Path, make: Make) -> None:
    nothing, second = make("nothing", [0, 1], rejected=[0, 1]), make("second", [2, 3])
    info = merge([nothing, second], tmp_path / "out")
    assert_holds_what_it_was_made_of(tmp_path / "out", [nothing, second])
    assert (info.counts.kept, info.counts.rejected, [s.first_row for s in info.shards]) == (2, 2, [2, 2])


def test_shards_are_numbered_in_each_split_from_0(tmp_path: Path, make: Make) -> None:
    inputs = [make("train", [0]), make("val", [1, 2], split="val"), make("more_val", [2, 3], split="val")]
    merge(inputs[:2], tmp_path / "two")
    for number, chosen in enumerate((inputs, [tmp_path / "two", inputs[2]], [inputs[2], tmp_path / "two"])):
        out = tmp_path / str(number)
        info = merge(chosen, out)
        assert_holds_what_it_was_made_of(out, chosen)
        found = sorted(s.path for s in info.shards if s.stream == "main")
        assert found == ["shards/train-000000.tar", "shards/val-000000.tar", "shards/val-000001.tar"]
        assert "split: train" in (out / "README.md").read_text()
        assert "split: val" in (out / "README.md").read_text()


def test_linked_shards_share_their_bytes_with_the_inputs(tmp_path: Path, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = make("first", [0, 1, 2]), make("second", [2, 3])
    merge([first, second], tmp_path / "copied")
    merge([first, second], tmp_path / "linked", link=True)
    assert digests(tmp_path / "linked") == digests(tmp_path / "copied")
    shard = Path("shards") / "train-000000.tar"
    assert (tmp_path / "linked" / shard).samefile(first / shard)
    assert not (tmp_path / "copied" / shard).samefile(first / shard)
    real = os.link

    def another_disk(source: Path, target: Path) -> None:
        if Path(source).is_relative_to(first):
            raise OSError(errno.EXDEV, "another disk")
        real(source, target)

    monkeypatch.setattr(os, "link", another_disk)
    merge([first, second], tmp_path / "fallen_back", link=True)
    assert digests(tmp_path / "fallen_back") == digests(tmp_path / "copied")


def test_other_sizes_are_said_in_the_card(tmp_path: Path, make: Make) -> None:
    render = {"width": 64, "height": 64, "fps": 15, "frames": 60, "context_frames": 30}
    merge([make("first", [0, 1, 2]), make("small", [3], render=render)], tmp_path / "out")
    assert "of several sizes or lengths" in (tmp_path / "out" / "README.md").read_text()


def test_a_weaker_retention_comes_first(tmp_path: Path, make: Make) -> None:
    strict = make("strict", [0, 1], retention={"min_not_out_before": 5, "min_visible_before": 4, "min_gap": 4, "min_visible_after": 4})
    weak = make("weak", [2, 3])
    with pytest.raises(UsageError, match=r"its retention keeps clips .*min_not_out_before 4 instead of 5.*name the weakest first"):
        merge([strict, weak], tmp_path / "out")
    merge([weak, strict], tmp_path / "out")
    assert_holds_what_it_was_made_of(tmp_path / "out", [weak, strict])


def test_columns_that_this_version_does_not_know_come_along(tmp_path: Path, make: Make) -> None:
    inputs = []
    for name, clips in (("first", [0, 1, 2]), ("second", [2, 3])):
        inputs.append(Path(shutil.copytree(make(name, clips), tmp_path / name)))
        for table in ("plan.parquet", "manifest.parquet"):
            read = pq.read_table(inputs[-1] / table)
            moods = pa.array([f"{name} {row}" for row in read.column("row").to_pylist()])
            pq.write_table(read.append_column("mood", moods), inputs[-1] / table)
        seal(inputs[-1])
    merge(inputs, tmp_path / "out")
    assert_holds_what_it_was_made_of(tmp_path / "out", inputs)
    for table in ("plan.parquet", "manifest.parquet"):
        assert pq.read_table(tmp_path / "out" / table).column("mood").to_pylist() == ["first 0", "first 1", "first 2", "second 1"]


def test_sources_that_do_not_add_up_are_found_by_validate(tmp_path: Path, make: Make) -> None:
    merge([make("first", [0, 1, 2]), make("second", [2, 3])], tmp_path / "out")
    sources = json.loads((tmp_path / "out" / "dataset.json").read_text())["sources"]
    for change in ({"clips": 2}, {"first_row": 2}, {"candidates": 0}, {"last_row": 5}):
        seal(tmp_path / "out", sources=[sources[0], {**sources[1], **change}])
        assert {p.check for p in validate_dataset(tmp_path / "out", sample=1).problems} == {"counts"}, change


# --- refusals


def refused(error: type[HMWorldError], message: str, inputs: list[Path], out: Path, name: str = "") -> None:
    there = digests(out) if out.is_dir() else out.exists()
    with pytest.raises(error, match=message):
        merge(inputs, out, name)
    assert (digests(out) if out.is_dir() else out.exists()) == there


def test_wrong_calls_are_refused(tmp_path: Path, make: Make) -> None:
    first, second = make("first", [0, 1, 2]), make("second", [2, 3])
    out = tmp_path / "out"
    refused(UsageError, "expected two datasets or more to merge, got 1", [first], out)
    refused(UsageError, "expected two datasets or more to merge, got 0", [], out)
    refused(UsageError, "first: is named twice", [first, second, first.parent / "." / "first"], out)
    refused(UsageError, r"second/x: lies in .*second, which is merged", [first, second], second / "x")
    refused(UsageError, "lies in", [first, second], first)
    refused(DatasetError, "nowhere: is not a finished dataset", [first, tmp_path / "nowhere"], out)
    refused(UsageError, r"--name 'No Name': expected lower case letters", [first, second], out, "No Name")
    refused(UsageError, "at most 64", [first, second], out, "x" * 65)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("mine")
    refused(UsageError, r"full: is not an empty folder \(it holds thesis.txt\); choose another --out", [first, second], tmp_path / "full")
    refused(UsageError, "is a file", [first, second], tmp_path / "full" / "thesis.txt")
    merge([first, second], out)
    refused(UsageError, "out: is not an empty folder", [first, second], out)


def test_what_does_not_fit_together_is_refused(tmp_path: Path, make: Make) -> None:
    first, out = make("first", [0, 1, 2]), tmp_path / "out"
    refused(UsageError, "its engine is embedded other, expected embedded", [first, make("other", [3], build="other")], out)
    refused(UsageError, r"its streams is main, expected depth, main", [first, make("plain", [3], streams=())], out)
    refused(UsageError, r"its encoder settings is .*'crf': 20.*expected .*'crf': 18", [first, make("crf", [3], encoder={"crf": 20})], out)


def test_a_clip_or_a_motion_in_two_splits_is_a_leak(tmp_path: Path, make: Make, ids: list[str]) -> None:
    first, val = make("first", [0, 1, 2]), make("val", [2, 3], split="val")
    refused(DatasetError, rf"clip {ids[2]} is in split val of .*val and in train of .*first", [first, val], tmp_path / "out")
    other = shutil.copytree(make("motion", [3], split="val"), tmp_path / "motion")
    plan, motion = pq.read_table(other / "plan.parquet"), PlanFile(first).column("motion_id")[0].as_py()
    pq.write_table(plan.set_column(plan.column_names.index("motion_id"), "motion_id", pa.array([motion])), other / "plan.parquet")
    seal(other)
    refused(DatasetError, rf"motion {motion} is in split val of .* and in train of", [first, other], tmp_path / "out")


def test_another_card_of_the_same_name_is_refused(tmp_path: Path, make: Make) -> None:
    first, other = make("first", [0, 1, 2]), shutil.copytree(make("second", [2, 3]), tmp_path / "other")
    card = sorted((other / "cards" / "scenes").glob("*.json"))[0]
    card.write_bytes(card.read_bytes() + b" ")
    seal(other)
    refused(UsageError, rf"{card.name}: is another card than .*first", [first, other], tmp_path / "out")


def test_other_columns_are_refused(tmp_path: Path, make: Make) -> None:
    first, other = make("first", [0, 1, 2]), shutil.copytree(make("second", [2, 3]), tmp_path / "other")
    manifest = pq.read_table(other / "manifest.parquet")
    pq.write_table(manifest.append_column("mood", pa.array(["good"] * len(manifest))), other / "manifest.parquet")
    seal(other)
    refused(UsageError, r"has other columns than .*mood", [first, other], tmp_path / "out")


def test_files_that_are_not_known_are_not_dropped_quietly(tmp_path: Path, make: Make) -> None:
    first, other = make("first", [0, 1, 2]), shutil.copytree(make("second", [2, 3]), tmp_path / "other")
    files = json.loads((other / "dataset.json").read_text())["files"]
    (other / "captions.parquet").write_bytes(b"x")
    (other / "dataset.json").write_text(
        json.dumps(
            {**json.loads((other / "dataset.json").read_text()), "files": [*files, {"path": "captions.parquet", "bytes": 1, "sha256": ""}]}
        )
    )
    refused(DatasetError, "holds captions.parquet, which this version cannot merge", [first, other], tmp_path / "out")


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize(
    "path",
    ["shards/train-000000.tar", "depth/train-000000.tar", "plan.parquet", "manifest.parquet", "rejects.parquet", "cards/subjects/*.json"],
)
def test_a_damaged_file_is_refused_and_nothing_is_left(tmp_path: Path, make: Make, path: str, place: int) -> None:
    """In the first place its shard is copied whole, in the second it is written anew."""
    first, other = make("first", [0, 1, 2]), shutil.copytree(make("second", [2, 3]), tmp_path / "other")
    others_alone = [
        file for file in sorted(other.glob(path)) if place == 0 or "cards" not in path or not (first / file.relative_to(other)).exists()
    ]
    file = others_alone[0]
    data = np.frombuffer(file.read_bytes(), np.uint8).copy()
    data[len(data) // 2] ^= 1
    file.write_bytes(data.tobytes())
    message = rf"{file.name}: is not the file that dataset.json names \(sha256 differs\)"
    refused(DatasetError, message, [other, first] if place == 0 else [first, other], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_missing_shard_is_refused(tmp_path: Path, make: Make) -> None:
    first, other = make("first", [0, 1, 2]), shutil.copytree(make("second", [2, 3]), tmp_path / "other")
    (other / "depth" / "train-000000.tar").unlink()
    refused(DatasetError, r"depth/train-000000.tar: cannot be read: No such file", [first, other], tmp_path / "out")


@pytest.mark.parametrize("path", ["../stolen.tar", "/etc/passwd"])
def test_a_dataset_that_points_out_of_its_folder_is_refused(tmp_path: Path, make: Make, path: str) -> None:
    first, other = make("first", [0, 1, 2]), shutil.copytree(make("second", [2, 3]), tmp_path / "other")
    info = json.loads((other / "dataset.json").read_text())
    info["shards"][0]["path"] = path
    (other / "dataset.json").write_text(json.dumps(info))
    refused(DatasetError, "leaves the dataset's folder", [first, other], tmp_path / "out")
    info["shards"][0]["path"] = "shards/x.tar"
    (other / "dataset.json").write_text(json.dumps(info))
    refused(DatasetError, "which dataset.json does not", [first, other], tmp_path / "out")


# --- kills

KILLED = """
import os, pathlib, sys
from hmworld.dataset import merge_shards, merge
real, left = {target}, [{after}]
def dying(*arguments, **options):
    if left[0] == 0:
        os._exit(9)
    left[0] -= 1
    return real(*arguments, **options)
{target} = dying
merge.merge([pathlib.Path(p) for p in sys.argv[1:3]], pathlib.Path(sys.argv[3]))
"""


@pytest.mark.parametrize(
    ("target", "after"),
    [
        ("merge.copy_file", 3),
        ("merge_shards.fragment", 1),
        ("pathlib.Path.rename", 0),
        ("pathlib.Path.rename", 4),
        ("merge.shutil.rmtree", 1),
    ],
)
def test_a_killed_merge_leaves_no_dataset_and_is_made_again(tmp_path: Path, make: Make, target: str, after: int) -> None:
    inputs = [make("first", [0, 1, 2]), make("second", [2, 3])]
    merge(inputs, tmp_path / "whole")
    out = tmp_path / "out"
    command = [sys.executable, "-c", KILLED.format(target=target, after=after), *map(str, inputs), str(out)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 9, done.stderr
    assert (out / ".staging").exists()
    if target == "merge.shutil.rmtree":
        assert validate_dataset(out, sample=1).problems == []  # killed when all was done but the sweeping
        return
    with pytest.raises(DatasetError, match="is not a finished dataset"):
        hm.open(out)
    merge(inputs, out)
    assert digests(out) == digests(tmp_path / "whole")
    assert not list(out.rglob(".*"))


def test_a_folder_in_which_a_run_was_killed_is_left_alone(tmp_path: Path, make: Make) -> None:
    out = tmp_path / "out"
    (out / ".staging" / "clips").mkdir(parents=True)
    (out / ".staging" / "clips" / "x.json").write_text("{}")
    refused(UsageError, r"it holds \.staging", [make("first", [0, 1, 2]), make("second", [2, 3])], out)
