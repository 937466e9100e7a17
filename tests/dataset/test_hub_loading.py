"""Hugging Face `datasets` reads whole datasets, streaming and not, with one type of feature; and what it reads is what our reader reads."""

import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from handmade_datasets import repack

import hmworld as hm
from hmworld.dataset.merge import merge

SPLITS = {"train": [0, 1], "val": [2], "test": [3]}
MAIN = ["json", "mp4", "mask.mkv", "npz", "txt", "__key__", "__url__"]


@pytest.fixture(scope="module")
def split_dataset(tiny_dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Train, val and test, merged of three datasets, with depth."""
    folder = tmp_path_factory.mktemp("splits")
    parts = [repack(tiny_dataset, folder / name, clips, split=name) for name, clips in SPLITS.items()]
    merge(parts, folder / "all")
    return folder / "all"


@pytest.fixture(scope="module")
def eventless_dataset(tiny_dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two shards of two clips, those of the first without any event."""
    return repack(tiny_dataset, tmp_path_factory.mktemp("eventless") / "eventless", [0, 1, 2, 3], without_events=[0, 1])


@pytest.fixture
def load(hf: ModuleType, tmp_path: Path) -> Callable[..., Any]:
    """`load_dataset` with a cache of its own."""
    return lambda *arguments, **options: hf.load_dataset(*arguments, cache_dir=str(tmp_path / "cache"), **options)


def shards(dataset: Path, folder: str = "shards") -> list[str]:
    return [str(path) for path in sorted(dataset.glob(f"{folder}/*.tar"))]


def by_split(dataset: Path) -> dict[str, list[str]]:
    names = [s.split for s in hm.open(dataset).info.shards if s.stream == "main"]
    return {name: [s for s in shards(dataset) if Path(s).name.startswith(name)] for name in dict.fromkeys(names)}


def as_bytes(hf: ModuleType, split: Any) -> Any:
    """A split with all its videos left as the bytes of the file."""
    for name, feature in split.features.items():
        if isinstance(feature, hf.Video):
            split = split.cast_column(name, hf.Video(decode=False))
    return split


def assert_same_as_ours(dataset: Path, split: str, found: list[dict[str, Any]]) -> None:
    clips = [clip for clip in hm.open(dataset) if clip.row["split"] == split]
    assert [sample["__key__"] for sample in found] == [clip.clip_id for clip in clips]
    for clip, sample in zip(clips, found, strict=True):
        assert sample["json"] == clip.meta.model_dump(mode="json")
        assert sample["txt"] == clip.meta.caption.text
        assert sample["mp4"]["bytes"] == clip.member("mp4")
        mask = sample["mask.mkv"]
        assert (mask if isinstance(mask, bytes) else mask["bytes"]) == clip.member("mask.mkv")
        assert list(sample["npz"]) == list(clip.arrays)
        for name, ours in clip.arrays.items():
            np.testing.assert_array_equal(np.array(sample["npz"][name], ours.dtype), ours)


@pytest.mark.parametrize("which", ["tiny_dataset", "split_dataset", "eventless_dataset"])
@pytest.mark.parametrize("streaming", [True, False])
def test_the_folder_loads_as_its_card_says(
    which: str, streaming: bool, request: pytest.FixtureRequest, hf: ModuleType, load: Callable[..., Any]
) -> None:
    dataset: Path = request.getfixturevalue(which)
    loaded = load(str(dataset), streaming=streaming)
    assert list(loaded) == list(by_split(dataset))
    told = hf.load_dataset_builder(str(dataset)).info.features
    assert list(told) == MAIN
    for name, split in loaded.items():
        assert split.features == told
        assert split.features["mp4"] == hf.Video()
        assert split.features["mask.mkv"] == hf.Value("binary")
        assert_same_as_ours(dataset, name, list(as_bytes(hf, split)))


@pytest.mark.parametrize("streaming", [True, False])
def test_optional_streams_are_configs_with_the_same_clips(
    streaming: bool, split_dataset: Path, hf: ModuleType, load: Callable[..., Any]
) -> None:
    assert hf.get_dataset_config_names(str(split_dataset)) == ["default", "depth"]
    assert hf.get_dataset_split_names(str(split_dataset), "depth") == list(SPLITS)
    opened = hm.open(split_dataset)
    for name, split in load(str(split_dataset), "depth", streaming=streaming).items():
        found = list(split)
        assert [s["__key__"] for s in found] == [c.clip_id for c in opened if c.row["split"] == name]
        for sample in found:
            assert sample["depth.mkv"] == opened.clip(sample["__key__"]).member("depth.mkv")


@pytest.mark.parametrize("which", ["tiny_dataset", "split_dataset"])
@pytest.mark.parametrize("streaming", [True, False])
def test_the_bare_shards_load_with_one_type_that_is_the_one_of_the_card(
    which: str, streaming: bool, request: pytest.FixtureRequest, hf: ModuleType, load: Callable[..., Any]
) -> None:
    dataset: Path = request.getfixturevalue(which)
    told = hf.load_dataset_builder(str(dataset)).info.features
    # What the card says besides: a mask is no picture to look at, so its bytes are given.
    expected = hf.Features({**told, "mask.mkv": hf.Video()})
    loaded = load("webdataset", data_files=by_split(dataset), streaming=streaming)
    for name, split in loaded.items():
        assert split.features == expected
        assert_same_as_ours(dataset, name, list(as_bytes(hf, split)))
    for shard in shards(dataset):
        assert load("webdataset", data_files=shard, streaming=True, split="train").features == expected


@pytest.mark.parametrize("streaming", [True, False])
def test_the_card_has_the_types_that_bare_shards_of_clips_without_events_cannot_tell(
    streaming: bool, eventless_dataset: Path, hf: ModuleType, load: Callable[..., Any]
) -> None:
    guessed = load("webdataset", data_files=shards(eventless_dataset)[:1], streaming=True, split="train").features
    assert guessed["json"]["events"] == hf.List(hf.Value("null")), "this is why the card states types"
    told = hf.load_dataset_builder(str(eventless_dataset)).info.features
    loaded = load("webdataset", data_files=shards(eventless_dataset), features=told, split="train", streaming=streaming)
    assert loaded.features == told
    assert_same_as_ours(eventless_dataset, "train", list(as_bytes(hf, loaded)))


def test_types_of_all_streams_are_read_by_datasets_as_they_are_written(hf: ModuleType) -> None:
    from hmworld.dataset.hub_features import features

    for stream in ("main", "depth", "flow", "normal"):
        assert hf.Features._from_yaml_list(features(stream))._to_yaml_list() == features(stream)


def test_a_part_of_the_shards_loads_too(split_dataset: Path, load: Callable[..., Any]) -> None:
    loaded = load(str(split_dataset), data_files={"val": "shards/val-*.tar"})
    assert {name: split.num_rows for name, split in loaded.items()} == {"val": 1}


def test_the_manifest_loads_as_a_table(tiny_dataset: Path, load: Callable[..., Any]) -> None:
    table = load("parquet", data_files=str(tiny_dataset / "manifest.parquet"), split="train")
    assert table["clip_id"][:] == hm.open(tiny_dataset).manifest.column("clip_id").to_pylist()


def test_a_dataset_that_was_moved_loads(tiny_dataset: Path, tmp_path: Path, load: Callable[..., Any]) -> None:
    shutil.copytree(tiny_dataset, tmp_path / "Moved-Here")
    assert load(str(tmp_path / "Moved-Here"), split="train").num_rows == len(hm.open(tiny_dataset))
