"""The reader: exact frames, digests, folders and URLs; and that damage is told by clip and member, never passed on."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import fsspec
import numpy as np
import pyarrow.parquet as pq
import pytest
from synthetic_datasets import Shape, clip_and_frame, mask_of, members_of

import hmworld as hm
from hmworld.dataset.decode import read_video
from hmworld.errors import DatasetError, UsageError


def copied(source: Path, target: Path) -> Path:
    shutil.copytree(source, target)
    return target


@pytest.fixture
def url(synthetic: Path) -> str:
    store = fsspec.filesystem("memory")
    store.put(str(synthetic), "/data/set", recursive=True)
    return "memory://data/set"


def test_exactly_the_frames_that_are_asked_for_are_decoded(synthetic: Path) -> None:
    clip = hm.open(synthetic)[4]
    pictures, masks = np.array(list(clip.rgb())), np.array(list(clip.masks()))
    assert [clip_and_frame(mask) for mask in masks] == [(4, k) for k in range(24)]
    for start, stop, step in ((0, 24, 1), (17, 24, 1), (15, 18, 1), (3, 22, 5), (23, 24, 1), (0, 1, 1)):
        np.testing.assert_array_equal(clip.frames("rgb", start, stop, step), pictures[start:stop:step])
        np.testing.assert_array_equal(clip.frames("mask", start, stop, step), masks[start:stop:step])
    np.testing.assert_array_equal(clip.frame(-1), pictures[-1])
    for start, stop in ((0, 25), (-1, 3), (5, 5)):
        with pytest.raises(DatasetError, match="has frames 0 to 23"):
            clip.frames("rgb", start, stop)
    with pytest.raises(DatasetError, match=r"has no stream 'colour'; streams are rgb, mask"):
        clip.frames("colour")
    with pytest.raises(DatasetError, match=f"clip {clip.clip_id} has no member 'depth.mkv'; it has json"):
        clip.frames("depth")


def test_rendered_clips_have_exact_frames_in_all_streams(tiny_dataset: Path) -> None:
    clip = hm.open(tiny_dataset)[1]
    for stream, all_of_it in (("rgb", clip.rgb()), ("mask", clip.masks()), ("depth", clip.depths_m())):
        np.testing.assert_array_equal(clip.frames(stream, 21, 60, 4), np.array(list(all_of_it))[21::4])


def test_a_dataset_behind_a_url_reads_as_from_a_folder(synthetic: Path, url: str) -> None:
    near, far = hm.open(synthetic), hm.open(url)
    assert len(near) == len(far)
    for one, other in zip(near, far, strict=True):
        assert one.meta == other.meta
        assert [one.member(name) for name in one.member_names] == [other.member(name) for name in other.member_names]
    assert far.filter("n_subjects == 2").clip_ids == near.filter("n_subjects == 2").clip_ids
    with pytest.raises(DatasetError, match="lies behind a URL; copy it"):
        _ = far.root


def test_members_are_those_that_were_written(synthetic: Path, shape: Shape) -> None:
    for number, clip in enumerate(hm.open(synthetic)):
        assert [(f"{clip.clip_id}.{name}", clip.member(name)) for name in clip.member_names] == members_of(number, shape)
        assert (clip.frame(3, "mask") == mask_of(number, 3)).all()


def flip(root: Path) -> None:
    clip = hm.open(root)[7]
    where = clip.where("mp4")
    data = bytearray((root / where.path).read_bytes())
    data[where.offset + where.size // 2] ^= 1
    (root / where.path).write_bytes(bytes(data))


def cut(root: Path) -> None:
    where = hm.open(root)[7].where("mp4")
    with (root / where.path).open("r+b") as file:
        file.truncate(where.offset + 10)


def lose(root: Path) -> None:
    (root / hm.open(root)[7].where("mp4").path).unlink()


def leave(root: Path) -> None:
    table = pq.read_table(root / "manifest.parquet")
    rows = table.to_pylist()
    for member in rows[7]["members"]:
        member["shard"] = "../../secret.tar"
    pq.write_table(table.from_pylist(rows, schema=table.schema), root / "manifest.parquet")


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (flip, "mp4 is damaged: bytes [0-9]+ to [0-9]+ of shards/train-000001.tar are not those that were written"),
        (cut, r"train-000001.tar: ends after [0-9]+ bytes, expected [0-9]+; the shard is truncated"),
        (lose, "train-000001.tar: shard cannot be read: No such file"),
        (leave, r"mp4 lies in '../../secret.tar', which dataset.json does not name"),
    ],
)
def test_damage_is_told_by_clip(synthetic: Path, tmp_path: Path, harm: Callable[[Path], None], told: str) -> None:
    root = copied(synthetic, tmp_path / "copy")
    harm(root)
    clip = hm.open(root)[7]
    with pytest.raises(DatasetError, match=told) as caught:
        clip.frames("rgb", 0, 3)
    assert clip.clip_id in str(caught.value)
    assert hm.open(root)[2].frames("rgb", 0, 3).shape == (3, 32, 48, 3)


def test_a_shard_path_never_leaves_the_folder(synthetic: Path, tmp_path: Path) -> None:
    root = copied(synthetic, tmp_path / "copy")
    leave(root)
    info = (root / "dataset.json").read_text().replace("shards/train-000001.tar", "../../secret.tar")
    (root / "dataset.json").write_text(info)
    (tmp_path.parent / "secret.tar").write_bytes(b"x" * 100_000)
    with pytest.raises(DatasetError, match=r"'../../secret.tar' leaves the dataset's folder"):
        hm.open(root)[7].member("json")


def test_damage_behind_a_url_is_told_too(url: str) -> None:
    store = fsspec.filesystem("memory")
    store.pipe("/data/set/shards/train-000001.tar", store.cat("/data/set/shards/train-000001.tar")[:5000])
    with pytest.raises(DatasetError, match="truncated"):
        hm.open(url)[9].member("txt")
    store.rm("/data/set/shards/train-000001.tar")
    with pytest.raises(DatasetError, match="cannot be read"):
        hm.open(url)[9].member("txt")


def test_what_is_no_dataset_is_told(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"is not a finished dataset: dataset.json cannot be read \(No such file"):
        hm.open(tmp_path)
    with pytest.raises(DatasetError, match="is not a finished dataset"):
        hm.open("memory://nowhere")
    with pytest.raises(UsageError, match="cannot be opened"):
        hm.open("nonsense://x")


def test_a_decoder_that_is_not_installed_is_told(synthetic: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torchcodec.decoders", None)
    with pytest.raises(UsageError, match=r"decoder 'torchcodec' cannot be used: .*; use decoder='pyav'"):
        read_video("rgb", hm.open(synthetic)[0].member("mp4"), range(3), "torchcodec")
