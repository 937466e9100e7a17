"""Publication in a folder: one winner on local disks, on NFS with its lost replies, and on disks without hard links; or a refusal."""

import errno
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hmworld.dataset import rename, store
from hmworld.dataset.rename import rename_if_absent
from hmworld.dataset.store import LocalStore
from hmworld.errors import StorageError

REAL_LINK = os.link
NO_LINKS = [errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK]


def files(root: Path) -> dict[str, bytes]:
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def without_links(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def refuse(*_: Any) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "link", refuse)


@pytest.mark.parametrize("told", [FileExistsError(errno.EEXIST, "File exists"), OSError(errno.EIO, "Input/output error")])
def test_a_link_that_was_made_and_whose_reply_was_lost_is_a_win(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: OSError) -> None:
    def link(source: Path, target: Path) -> None:
        REAL_LINK(source, target)
        raise told

    monkeypatch.setattr(os, "link", link)
    assert LocalStore(tmp_path).publish_if_absent("a/b", [b"mine"])
    assert files(tmp_path) == {"a/b": b"mine"}


def test_a_name_that_another_took_meanwhile_is_a_loss(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def link(source: Path, target: Path) -> None:
        target.write_bytes(b"theirs")
        REAL_LINK(source, target)

    monkeypatch.setattr(os, "link", link)
    assert not LocalStore(tmp_path).publish_if_absent("a", [b"mine"])
    assert files(tmp_path) == {"a": b"theirs"}


def test_other_errors_of_a_link_are_errors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without_links(monkeypatch, errno.EACCES)
    with pytest.raises(StorageError, match=r"a: cannot be written: Permission denied; check the folder"):
        LocalStore(tmp_path).publish_if_absent("a", [b"mine"])
    assert files(tmp_path) == {}


@pytest.mark.skipif(sys.platform == "win32", reason="os.rename is what Windows has")
@pytest.mark.parametrize("number", NO_LINKS)
def test_without_hard_links_a_file_is_moved_to_a_free_name_and_to_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    without_links(monkeypatch, number)
    place = LocalStore(tmp_path)
    assert place.publish_if_absent("a", [b"mine"])

    def late() -> Any:
        (tmp_path / "b").write_bytes(b"theirs")  # after we looked
        yield b"mine"

    assert not place.publish_if_absent("b", late())
    assert files(tmp_path) == {"a": b"mine", "b": b"theirs"}


def test_a_move_never_replaces_a_file(tmp_path: Path) -> None:
    (tmp_path / "mine").write_bytes(b"mine")
    (tmp_path / "taken").write_bytes(b"theirs")
    assert not rename_if_absent(tmp_path / "mine", tmp_path / "taken")
    assert rename_if_absent(tmp_path / "mine", tmp_path / "free")
    assert files(tmp_path) == {"taken": b"theirs", "free": b"mine"}
    with pytest.raises(FileNotFoundError):
        rename_if_absent(tmp_path / "mine", tmp_path / "elsewhere")


def test_a_move_that_was_made_and_whose_reply_was_lost_is_a_win(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def moved(source: Path, target: Path) -> None:
        source.rename(target)
        raise FileNotFoundError(errno.ENOENT, "No such file or directory")

    monkeypatch.setattr(rename, "_rename", moved)
    without_links(monkeypatch, errno.ENOTSUP)
    assert LocalStore(tmp_path).publish_if_absent("a", [b"mine"])
    assert files(tmp_path) == {"a": b"mine"}


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOSYS])
def test_a_disk_that_can_do_neither_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def unknown(source: Path, target: Path) -> None:
        raise OSError(number, os.strerror(number))

    without_links(monkeypatch, errno.EPERM)
    monkeypatch.setattr(rename, "_rename", unknown)
    with pytest.raises(StorageError, match=r"a: cannot be published exactly once: this disk has neither hard links nor .*another disk"):
        LocalStore(tmp_path).publish_if_absent("a", [b"mine"])
    assert files(tmp_path) == {}


RACER = """
import errno, os, sys
from pathlib import Path
from hmworld.dataset.store import LocalStore
root, number, links = Path(sys.argv[1]), sys.argv[2], sys.argv[3] == "links"
def refuse(*_):
    raise OSError(errno.ENOTSUP, "no links here")
if not links:
    os.link = refuse
print("ready", flush=True)
sys.stdin.readline()
print(*[n for n in range(60) if LocalStore(root).publish_if_absent(f"f{n}", [number.encode() * 5000])])
"""


@pytest.mark.parametrize("how", ["links", "moves"])
def test_of_several_processes_at_once_one_wins_each_name(tmp_path: Path, how: str) -> None:
    root = tmp_path / "there"
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", RACER, str(root), str(k), how], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ
        )
        for k in range(4)
    ]
    for racer in racers:
        assert racer.stdout is not None
        assert racer.stdout.readline() == "ready\n"
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    won = [racer.communicate(timeout=120)[0].split() for racer in racers]
    owner = {f"f{name}": str(k).encode() * 5000 for k, names in enumerate(won) for name in names}
    assert sum(len(names) for names in won) == 60
    assert files(root) == owner


def test_a_full_disk_and_a_stale_share_have_advice_of_their_own(tmp_path: Path) -> None:
    for number, advice in ((errno.ENOSPC, "free disk space"), (errno.EDQUOT, "free disk space"), (errno.ESTALE, "mount it anew")):
        with pytest.raises(StorageError, match=advice), store.storage_errors(tmp_path):
            raise OSError(number, os.strerror(number))
