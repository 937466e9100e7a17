"""Publication by one conditional put: one winner, no half files, and no belief in what a put answered."""

import hashlib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import fsspec
import pytest
from fsspec.implementations.local import LocalFileSystem

from hmworld.dataset import object_kinds
from hmworld.dataset.object_store import PROBE, ObjectStore
from hmworld.dataset.url import redacted
from hmworld.errors import StorageError, UsageError

MEBI = 1 << 20


@pytest.fixture(params=["memory", "s3"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "s3":
        return f"{request.getfixturevalue('s3').url}/data/set"
    return f"memory://{tmp_path.name}/data/set"


class Plain(LocalFileSystem):
    """A file system about which nothing is known but what every one of fsspec has."""

    protocol = "plain"


@pytest.fixture
def plain(tmp_path: Path) -> str:
    fsspec.register_implementation("plain", Plain, clobber=True)
    return f"plain://{tmp_path}/there"


def names(url: str) -> list[str]:
    files, root = fsspec.core.url_to_fs(url, skip_instance_cache=True)
    return sorted(path.rpartition("data/set/")[2] for path in files.find(root))


def at_once(count: int, call: Callable[[int], Any]) -> list[Any]:
    """Call from as many threads, all of which have begun before any goes on."""
    gate = threading.Barrier(count)

    def begin(number: int) -> Any:
        gate.wait()
        return call(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(begin, range(count)))


def test_a_file_is_published_once_and_read_back(url: str) -> None:
    store = ObjectStore(url)
    assert (store.exists("a/b.tar"), store.held("a/b.tar")) == (False, None)
    assert store.publish_if_absent("a/b.tar", iter([b"one", b"two"]))
    assert not store.publish_if_absent("a/b.tar", [b"other"])
    assert not ObjectStore(url).publish_if_absent("a/b.tar", [b"other"])
    assert (store.read("a/b.tar"), store.exists("a/b.tar")) == (b"onetwo", True)
    assert store.digest("a/b.tar") == (hashlib.sha256(b"onetwo").hexdigest(), 6)
    store.replace("a/b.tar", b"new")
    assert store.read("a/b.tar") == b"new"
    store.remove("a/b.tar")
    store.remove("a/b.tar")
    assert not store.exists("a/b.tar")
    assert names(url) == []


def test_nothing_is_put_when_the_chunks_end_in_an_error(url: str) -> None:
    def chunks() -> Any:
        yield b"half"
        raise RuntimeError("the disk is gone")

    with pytest.raises(RuntimeError, match="the disk is gone"):
        ObjectStore(url).publish_if_absent("half.tar", chunks())
    assert names(url) == []


def test_of_many_publishers_at_once_one_wins_each_name_and_nothing_is_left_over(url: str) -> None:
    publishers, files = 4, 4
    stores = [ObjectStore(url) for _ in range(publishers)]
    won = at_once(publishers, lambda k: [stores[k].publish_if_absent(f"f{n}", [b"%d of %d" % (n, k)]) for n in range(files)])
    for n in range(files):
        winners = [k for k in range(publishers) if won[k][n]]
        assert len(winners) == 1
        assert ObjectStore(url).read(f"f{n}") == b"%d of %d" % (n, winners[0])
    assert names(url) == [f"f{n}" for n in range(files)]


def test_names_stay_inside_the_store(url: str) -> None:
    for name in ("", "/etc/passwd", "../other", "a/../../other"):
        with pytest.raises(ValueError, match="stays inside"):
            ObjectStore(url).publish_if_absent(name, [b""])


def test_large_files_go_in_parts_and_the_condition_holds_for_the_whole(s3: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(object_kinds, "PART", 5 * MEBI)
    files = fsspec.filesystem("s3", skip_instance_cache=True)
    sources = [tmp_path / str(k) for k in range(3)]
    for k, source in enumerate(sources):
        source.write_bytes(bytes([k]) * (11 * MEBI))
    stores = [ObjectStore(s3.url) for _ in sources]
    won = at_once(3, lambda k: stores[k].publish_file("large.tar", sources[k], "of " + str(k)))
    assert sorted(won) == [False, False, True]
    winner = won.index(True)
    assert stores[0].digest("large.tar") == (hashlib.sha256(sources[winner].read_bytes()).hexdigest(), 11 * MEBI)
    held = stores[0].held("large.tar")
    assert held is not None
    assert (held.size, held.sha256) == (11 * MEBI, f"of {winner}")
    assert "-3" in files.info(f"{s3.url}/large.tar")["ETag"]  # it did go in three parts
    assert files.call_s3("list_multipart_uploads", Bucket=s3.url[5:]).get("Uploads", []) == []
    assert [path.rpartition("/")[2] for path in files.find(s3.url)] == ["large.tar"]


def test_a_put_whose_reply_is_lost_is_known_as_ours(s3: Any) -> None:
    store = ObjectStore(s3.url)
    assert store.publish_if_absent("first", [b"proves the store"])
    s3.bad_day("lose=1")
    assert store.publish_if_absent("second", [b"mine"])
    assert store.read("second") == b"mine"


def test_a_put_that_the_store_calls_off_is_made_again(s3: Any) -> None:
    store = ObjectStore(s3.url)
    assert store.publish_if_absent("first", [b"proves the store"])
    s3.bad_day("conflict=2")
    assert store.publish_if_absent("second", [b"mine"])
    assert store.read("second") == b"mine"


@pytest.mark.parametrize("large", [False, True])
def test_a_store_that_does_not_heed_the_condition_is_found_out_before_anything_is_put(s3: Any, tmp_path: Path, large: bool) -> None:
    s3.bad_day("heed=0")
    (tmp_path / "file").write_bytes(bytes(2 * object_kinds.PART if large else 1))
    with pytest.raises(StorageError, match=r"put a second file over the first .*--single-writer"):
        ObjectStore(s3.url).publish_file("file", tmp_path / "file", "")
    assert fsspec.filesystem("s3", skip_instance_cache=True).find(s3.url) == []
    alone = ObjectStore(s3.url, "single-writer")
    assert (alone.publish_if_absent("file", [b"one"]), alone.publish_if_absent("file", [b"two"])) == (True, False)


def test_what_a_killed_publisher_left_of_its_question_answers_the_next(s3: Any) -> None:
    ObjectStore(s3.url).replace(f"{PROBE}-whole", b"\0")
    assert ObjectStore(s3.url).publish_if_absent("file", [b"one"])


def test_a_store_without_conditional_put_is_refused_unless_the_caller_promises(plain: str, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"Plain has no put that is refused if the name is taken.*--single-writer"):
        ObjectStore(plain)
    store = ObjectStore(plain, "single-writer")
    assert (store.publish_if_absent("a/b", [b"one"]), store.publish_if_absent("a/b", [b"two"])) == (True, False)
    store.replace("c", b"three")
    assert {p.relative_to(tmp_path / "there").as_posix(): p.read_bytes() for p in (tmp_path / "there").rglob("*") if p.is_file()} == {
        "a/b": b"one",
        "c": b"three",
    }


def test_half_a_file_is_never_at_its_name_in_a_store_of_which_nothing_is_known(
    plain: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(self: Any, source: str, target: str, **_: Any) -> None:
        Path(target).write_bytes(b"ha")
        raise OSError("connection lost")

    monkeypatch.setattr(Plain, "put_file", half)
    with pytest.raises(StorageError, match=r"there/a: cannot be published: connection lost; run the same command again"):
        ObjectStore(plain, "single-writer").publish_if_absent("a", [b"half"])
    assert list((tmp_path / "there").iterdir()) == []


def test_errors_say_what_where_and_what_to_do(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(StorageError, match=r"s3://no-such-bucket/x/.*: cannot be published: .*; check that the bucket is there"):
        ObjectStore("s3://no-such-bucket/x").publish_if_absent("a", [b""])
    with pytest.raises(StorageError, match=r"/missing: cannot be read: "):
        ObjectStore(s3.url).read("missing")
    store = ObjectStore(s3.url)

    def denied(*_: Any, **__: Any) -> None:
        raise PermissionError("Access Denied")

    monkeypatch.setattr(store._files, "put_file", denied)
    with pytest.raises(StorageError, match=r"cannot be published: Access Denied; check the credentials in the environment"):
        store.publish_if_absent("a", [b""])


def test_urls_that_cannot_be_used_are_refused_and_no_secret_is_shown() -> None:
    for url in ("s3://key:sesame@bucket/x", "https://host/x?sig=sesame"):
        with pytest.raises(UsageError, match="credentials do not belong in a URL") as refusal:
            ObjectStore(url)
        assert "sesame" not in str(refusal.value)
    with pytest.raises(UsageError, match="a chain of file systems"):
        ObjectStore("simplecache::s3://bucket/x")
    with pytest.raises(UsageError, match="nonsense://x: cannot be used"):
        ObjectStore("nonsense://x")
    assert redacted("GET https://u:p@host/a/b?X-Sig=s failed, see s3://b/c.") == "GET https://***@host/a/b?*** failed, see s3://b/c."
