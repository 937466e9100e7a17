"""Plain `webdataset` reads the shards with no help of ours."""

import io
from pathlib import Path

import numpy as np
import webdataset as wds

import hmworld as hm


def test_webdataset_reads_every_sample(tiny_dataset: Path) -> None:
    urls = [str(path) for path in sorted(tiny_dataset.glob("shards/*.tar"))]
    found = list(wds.WebDataset(urls, shardshuffle=False))
    opened = hm.open(tiny_dataset)
    assert [s["__key__"] for s in found] == opened.manifest.column("clip_id").to_pylist()
    for sample in found:
        assert {"json", "mp4", "mask.mkv", "npz", "txt"} <= set(sample)
        assert np.load(io.BytesIO(sample["npz"]))["T_world_camera"].shape == (60, 4, 4)


def test_members_by_byte_range_are_those_of_the_tar(tiny_dataset: Path) -> None:
    opened = hm.open(tiny_dataset)
    urls = [str(path) for path in sorted(tiny_dataset.glob("shards/*.tar"))]
    for sample in wds.WebDataset(urls, shardshuffle=False):
        clip = opened.clip(sample["__key__"])
        for name in ("json", "mp4", "mask.mkv", "npz", "txt"):
            assert clip.member(name) == sample[name]
