"""croissant.json: valid by MLCommons' own reader, which finds in it what the manifest and the shards hold."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from handmade_datasets import repack

import hmworld as hm
from hmworld.dataset.column_words import EVENT_WORDS, MANIFEST_WORDS, MEDIA, MEMBER_WORDS
from hmworld.dataset.merge import merge
from hmworld.dataset.store import sha256_file
from hmworld.dataset.tables import EVENT, MANIFEST, MEMBER
from hmworld.validate import validate_dataset

Read = Callable[[Path], Any]


@pytest.fixture
def croissant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Read:
    """Opens a dataset with mlcroissant, with a cache of its own: it tells archives apart by their path in the dataset alone."""
    mlcroissant = pytest.importorskip("mlcroissant", reason="mlcroissant is not installed")
    from mlcroissant._src.operation_graph.operations import extract

    monkeypatch.setattr(extract, "EXTRACT_PATH", extract.epath.Path(tmp_path / "extracted"))
    # It takes a tar for a zip where an npz (a zip) lies in its last 64 KiB; an archive is what its encodingFormat says.
    monkeypatch.setattr(zipfile, "is_zipfile", lambda file: False)
    return lambda root: mlcroissant.Dataset(root / "croissant.json")


def plain(value: Any) -> Any:
    """A record without bytes and without the ids of the fields above."""
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, dict):
        return {key.rsplit("/", 1)[-1]: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def test_it_is_valid_and_recommends_nothing_but_a_date(tiny_dataset: Path, croissant: Read) -> None:
    issues = croissant(tiny_dataset).metadata.ctx.issues
    assert not issues.errors
    (warning,) = issues.warnings
    assert "datePublished" in warning, "a date would make two equal datasets differ"


def test_records_of_clips_are_the_rows_of_the_manifest(tiny_dataset: Path, tmp_path: Path, croissant: Read) -> None:
    for dataset in (tiny_dataset, repack(tiny_dataset, tmp_path / "eventless", [3, 0, 1], without_events=[0])):
        rows = pq.read_table(dataset / "manifest.parquet").to_pylist()
        assert [plain(record) for record in croissant(dataset).records("clips")] == rows


def test_records_of_the_shards_are_the_members_of_the_clips(tiny_dataset: Path, croissant: Read) -> None:
    opened = hm.open(tiny_dataset)
    found = croissant(tiny_dataset)
    for record_set, member in (("samples", "json"), ("videos", "mp4"), ("masks", "mask.mkv"), ("depth", "depth.mkv")):
        contents = {r[f"{record_set}/clip_id"].decode(): r[f"{record_set}/content"] for r in found.records(record_set)}
        assert contents == {clip.clip_id: clip.member(member) for clip in opened}


def test_every_file_it_names_has_that_digest(tiny_dataset: Path, tmp_path: Path) -> None:
    parts = [repack(tiny_dataset, tmp_path / name, clips, split=name) for name, clips in {"train": [0, 1, 2], "val": [3]}.items()]
    merge(parts, tmp_path / "all")
    for root in (tiny_dataset, tmp_path / "all"):
        document = json.loads((root / "croissant.json").read_text())
        objects = [entry for entry in document["distribution"] if entry["@type"] == "cr:FileObject"]
        for entry in objects:
            digest, size = sha256_file(root / entry["contentUrl"])
            assert (entry["sha256"], entry["contentSize"]) == (digest, f"{size} B")
        info = hm.open(root).info
        assert {entry["@id"] for entry in objects} >= {shard.path for shard in info.shards}
        for entry in document["distribution"]:
            if entry["@type"] == "cr:FileSet":
                assert {part["@id"] for part in entry["containedIn"]} <= {shard.path for shard in info.shards}


def test_a_change_of_it_is_found(tiny_dataset: Path, tmp_path: Path) -> None:
    dataset = repack(tiny_dataset, tmp_path / "changed", [0])
    named = {entry.path: entry.sha256 for entry in hm.open(dataset).info.files}
    assert named["croissant.json"] == sha256_file(dataset / "croissant.json")[0]
    (dataset / "croissant.json").write_text((dataset / "croissant.json").read_text().replace("clips in which", "clips where"))
    assert [(p.check, p.where) for p in validate_dataset(dataset, sample=1).problems] == [("hashes", "croissant.json")]


def test_words_say_all_columns_and_no_others() -> None:
    for words, names in (
        (MANIFEST_WORDS, MANIFEST.names),
        (EVENT_WORDS, [f.name for f in EVENT]),
        (MEMBER_WORDS, [f.name for f in MEMBER]),
    ):
        assert list(words) == list(names)
    assert {"depth.mkv", "flow.mkv", "normal.mkv"} < set(MEDIA)
