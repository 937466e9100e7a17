"""Publishing a dataset: every file once, by whoever; dataset.json last; killed and resumed; never over other bytes."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import fsspec
import pytest

import hmworld as hm
from hmworld.dataset import destination
from hmworld.dataset.object_store import ObjectStore
from hmworld.dataset.store import sha256_file
from hmworld.dataset.upload import publish_dataset
from hmworld.errors import DatasetError, StorageError, UsageError

PLACES = ["folder", "file", "memory", "s3"]


@pytest.fixture(params=PLACES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return {
        "folder": lambda: str(tmp_path / "there" / "set"),
        "file": lambda: (tmp_path / "there" / "set").as_uri(),
        "memory": lambda: f"memory://{tmp_path.name}/set",
        "s3": lambda: f"{request.getfixturevalue('s3').url}/set",
    }[request.param]()


@pytest.fixture
def source(synthetic: Path, tmp_path: Path) -> Path:
    """The synthetic dataset, with its tables named in dataset.json as a rendered one has them."""
    folder = tmp_path / "dataset"
    shutil.copytree(synthetic, folder)
    info = json.loads((folder / "dataset.json").read_text())
    digest, size = sha256_file(folder / "manifest.parquet")
    info["files"] = [{"path": "manifest.parquet", "bytes": size, "sha256": digest}]
    (folder / "dataset.json").write_text(json.dumps(info))
    return folder


def named(folder: Path) -> dict[str, bytes]:
    info = json.loads((folder / "dataset.json").read_text())
    names = ["dataset.json", *(one["path"] for one in info["shards"] + info["files"])]
    return {name: (folder / name).read_bytes() for name in names}


def held(url: str) -> dict[str, bytes]:
    """Every file at a URL, hidden ones too."""
    files, root = fsspec.core.url_to_fs(url, skip_instance_cache=True)
    return {path.removeprefix(root).lstrip("/"): files.cat_file(path) for path in files.find(root)}


def test_a_dataset_is_published_whole_reads_back_and_is_not_sent_twice(source: Path, url: str) -> None:
    (source / "report").mkdir()
    (source / "notes.txt").write_text("mine")
    seen: list[tuple[int, int]] = []
    report = publish_dataset(source, url, lambda done, total: seen.append((done, total)))
    expected = named(source)
    assert held(url) == expected
    assert (report.files, report.published, report.there) == (5, 5, 0)
    assert report.bytes == report.published_bytes == sum(map(len, expected.values()))
    assert report.left_out == ("notes.txt", "report/")
    assert seen == [(1, 5), (2, 5), (3, 5), (4, 5), (5, 5)]
    near, far = hm.open(source), hm.open(url)
    assert far.clip_ids == near.clip_ids
    assert [clip.member("mp4") for clip in far] == [clip.member("mp4") for clip in near]
    again = publish_dataset(source, url)
    assert (again.published, again.there, again.published_bytes) == (0, 5, 0)
    assert held(url) == expected


def test_a_store_that_keeps_digests_is_asked_for_them_and_others_are_read(source: Path, s3: Any, tmp_path: Path) -> None:
    assert publish_dataset(source, s3.url + "/set").reread == 1  # dataset.json
    assert publish_dataset(source, s3.url + "/set", reread=True).reread == 5
    assert publish_dataset(source, str(tmp_path / "there")).reread == 5
    damaged = sorted((tmp_path / "there").glob("shards/*.tar"))[0]
    damaged.write_bytes(b"\1" + damaged.read_bytes()[1:])
    with pytest.raises(StorageError, match=rf"{damaged.name}: is there with other bytes \(sha256 .*nothing was put over it"):
        publish_dataset(source, str(tmp_path / "there"))


def test_dataset_json_comes_after_all_that_it_names(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    publish = destination.FolderDestination.publish_file

    def noted(self: Any, name: str, *rest: Any) -> bool:
        done = publish(self, name, *rest)
        order.append(name)
        if name == "dataset.json":
            assert set(named(source)) == {n for n in held(str(tmp_path / "there")) if not n.endswith(".lock")}
        return done

    monkeypatch.setattr(destination.FolderDestination, "publish_file", noted)
    publish_dataset(source, str(tmp_path / "there"), jobs=8)
    assert order[-1] == "dataset.json"
    assert len(order) == 5


def test_two_publishers_at_once_share_the_work_and_both_end_well(source: Path, url: str) -> None:
    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(lambda _: publish_dataset(source, url), range(2)))
    assert sum(report.published for report in reports) == 5
    assert [report.published + report.there for report in reports] == [5, 5]
    assert held(url) == named(source)


def test_publishers_in_processes_of_their_own_share_the_work(source: Path, tmp_path: Path) -> None:
    script = "import sys; from pathlib import Path; from hmworld.dataset.upload import publish_dataset as p; "
    script += "print(p(Path(sys.argv[1]), sys.argv[2]).published)"
    command = [sys.executable, "-c", script, str(source), str(tmp_path / "there")]
    publishers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert sum(int(publisher.communicate(timeout=120)[0]) for publisher in publishers) == 5
    assert held(str(tmp_path / "there")) == named(source)


def test_another_dataset_there_is_refused_and_left_alone(source: Path, url: str, tmp_path: Path) -> None:
    publish_dataset(source, url)
    other = tmp_path / "other"
    shutil.copytree(source, other)
    (other / "dataset.json").write_text((source / "dataset.json").read_text() + "\n")
    with pytest.raises(StorageError, match=r"another dataset is published there \(its dataset.json is not that of "):
        publish_dataset(other, url)
    assert held(url) == named(source)


@pytest.mark.parametrize("damage", [b"short", None])
def test_other_bytes_at_a_name_are_refused_by_name_and_nothing_is_put_over_them(source: Path, url: str, damage: bytes | None) -> None:
    name = sorted(n for n in named(source) if n.endswith(".tar"))[1]
    theirs = damage if damage is not None else b"\1" * len(named(source)[name])
    files, root = fsspec.core.url_to_fs(url, skip_instance_cache=True)
    files.makedirs(f"{root}/shards", exist_ok=True)
    files.pipe_file(f"{root}/{name}", theirs)
    with pytest.raises(StorageError, match=rf"{name}: is there with other bytes .*nothing was put over it: choose another URL"):
        publish_dataset(source, url)
    there = held(url)
    assert there[name] == theirs
    assert "dataset.json" not in there
    with pytest.raises(DatasetError, match="is not a finished dataset"):
        hm.open(url)


def test_a_damaged_source_is_not_published(source: Path, url: str) -> None:
    shard = sorted(source.glob("shards/*.tar"))[0]
    shard.write_bytes(shard.read_bytes()[:-1] + b"\1")
    with pytest.raises(DatasetError, match=rf"{shard.name}: is not the file that dataset.json names"):
        publish_dataset(source, url)
    assert not {f"shards/{shard.name}", "dataset.json"} & set(held(url))


def test_a_file_that_changes_while_it_is_published_is_taken_back(source: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = destination.FolderDestination if "://" not in url or url.startswith("file") else ObjectStore
    publish: Callable[..., bool] = kind.publish_file

    def changing(self: Any, name: str, path: Path, sha256: str) -> bool:
        if name.endswith("000001.tar"):
            path.write_bytes(b"another run was here")
        return publish(self, name, path, sha256)

    monkeypatch.setattr(kind, "publish_file", changing)
    with pytest.raises(DatasetError, match=r"000001.tar: was changed while it was being published"):
        publish_dataset(source, url, jobs=1)
    assert not [name for name in held(url) if name.endswith(("000001.tar", "dataset.json"))]


KILLED = """
import os, signal, sys
from pathlib import Path
def count(call):
    left = [int(sys.argv[3])]
    def counted(*arguments, **options):
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*arguments, **options)
    return counted
os.fsync = count(os.fsync)
if sys.argv[2].startswith("s3"):
    import s3fs
    s3fs.S3FileSystem.put_file = count(s3fs.S3FileSystem.put_file)
from hmworld.dataset.upload import publish_dataset
publish_dataset(Path(sys.argv[1]), sys.argv[2], jobs=1)
"""


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL")
@pytest.mark.parametrize("place", ["folder", "s3"])
def test_a_publisher_that_is_killed_is_resumed_by_running_it_again(
    source: Path, place: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url = str(tmp_path / "there") if place == "folder" else f"{request.getfixturevalue('s3').url}/set"
    probes = 2 if place == "s3" else 0
    for steps in (1, 1, 2):  # each goes so many files further; files that are there cost none
        command = [sys.executable, "-c", KILLED, str(source), url, str(steps + probes)]
        assert subprocess.run(command, timeout=120, check=False).returncode == -signal.SIGKILL
        there = held(url)
        assert "dataset.json" not in there
        assert all(there[name] == data for name, data in named(source).items() if name in there)
    if place == "folder":
        left = sorted((tmp_path / "there" / ".staging" / "tmp").iterdir())
        assert len(left) == 3  # readers see nothing of them
        for folder in left:
            os.utime(folder, (0, 0))  # as if time had passed
    report = publish_dataset(source, url)
    assert (report.published, report.there) == (1, 4)
    assert held(url) == named(source)
    assert hm.open(url).clip_ids == hm.open(source).clip_ids


def test_what_a_living_publisher_writes_is_not_swept_away(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = str(tmp_path / "there")
    publish = destination.FolderDestination.publish_file
    inner: list[int] = []

    def beside(self: Any, name: str, *rest: Any) -> bool:
        if not inner:
            inner.append(0)
            (mine,) = (tmp_path / "there" / ".staging" / "tmp").iterdir()
            os.utime(mine, (0, 0))  # long ago, but its lock is held
            inner[0] = publish_dataset(source, there).published
            assert mine.exists()
        return publish(self, name, *rest)

    monkeypatch.setattr(destination.FolderDestination, "publish_file", beside)
    assert publish_dataset(source, there, jobs=1).published == 5 - inner[0]
    assert held(there) == named(source)


def test_wrong_calls_are_refused(source: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is the dataset's own folder"):
        publish_dataset(source, source.as_uri())
    with pytest.raises(UsageError, match="is a file; a dataset is published to a folder"):
        publish_dataset(source, str(source / "dataset.json"))
    with pytest.raises(DatasetError, match="is not a finished dataset"):
        publish_dataset(tmp_path, str(tmp_path / "there"))
    info = json.loads((source / "dataset.json").read_text())
    info["files"][0]["path"] = "../secret"
    (source / "dataset.json").write_text(json.dumps(info))
    with pytest.raises(DatasetError, match=r"'../secret' leaves the dataset's folder"):
        publish_dataset(source, str(tmp_path / "there"))
    assert not (tmp_path / "there").exists()


def test_a_folder_that_may_not_be_written_is_named_and_nothing_is_left(source: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match=r"file/there/.*: cannot be written: Not a directory"):
        publish_dataset(source, str(tmp_path / "file" / "there"))


def test_the_first_error_ends_it_and_nothing_is_left_behind(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Any, name: str, *_: Any) -> bool:
        raise StorageError(f"{name}: cannot be written: No space left on device")

    monkeypatch.setattr(destination.FolderDestination, "publish_file", full)
    with pytest.raises(StorageError, match="No space left"):
        publish_dataset(source, str(tmp_path / "there"), jobs=1)
    assert not (tmp_path / "there").exists()
