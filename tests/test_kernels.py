"""Compiled kernels lie in folders of their own, by the sources they come from."""

import os
from pathlib import Path

import pytest
from numba import config

from hmworld.kernels import KEPT_S, are_compiled, kernel_folder, kernels_of, use_folder


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "kept"))
    monkeypatch.setattr(config, "CACHE_DIR", "")
    return tmp_path / "kept"


def sources(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "module.py").write_text(text)
    return folder


def test_other_sources_have_another_folder_and_the_same_have_the_same(base: Path, tmp_path: Path) -> None:
    one = kernel_folder(sources(tmp_path / "a", "x = 1"))
    assert one is not None
    assert one.parent == base
    assert kernel_folder(tmp_path / "a") == one
    assert kernel_folder(sources(tmp_path / "b", "x = 2")) != one
    assert kernel_folder(tmp_path / "a", tmp_path / "b") not in (one, kernel_folder(tmp_path / "b"))
    use_folder(one)
    assert str(one) == config.CACHE_DIR


def test_folders_that_nobody_used_for_a_week_go_and_those_in_use_stay(base: Path, tmp_path: Path) -> None:
    base.mkdir()
    stale, running = base / "kernels-0000000000000000", base / "kernels-1111111111111111"
    for folder in (stale, running, base / "mine"):
        folder.mkdir()
    os.utime(stale, (0, 0))
    own = kernel_folder(sources(tmp_path / "a", "x = 1"))
    assert own is not None
    assert not stale.exists()
    assert running.exists()
    assert (base / "mine").exists()
    # Being used counts, though nothing is written to it.
    os.utime(own, (0, 0))
    assert kernel_folder(tmp_path / "a") == own
    assert own.stat().st_mtime > KEPT_S
    kernel_folder(sources(tmp_path / "b", "x = 2"))
    assert own.exists()


def test_kernels_count_as_compiled_once_one_lies_in_their_folder(base: Path, tmp_path: Path) -> None:
    folder = kernel_folder(sources(tmp_path / "a", "x = 1"))
    assert folder is not None
    assert not are_compiled(tmp_path / "a")
    (folder / "sub").mkdir()
    (folder / "sub" / "kernel.nbi").write_bytes(b"")
    assert are_compiled(tmp_path / "a")
    assert not are_compiled(sources(tmp_path / "b", "x = 2"))


def test_where_nothing_can_be_written_numba_finds_its_own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "file"))
    assert kernel_folder(sources(tmp_path / "a", "x = 1")) is None
    before = config.CACHE_DIR
    use_folder(None)
    assert before == config.CACHE_DIR
    assert kernels_of(tmp_path / "a") is not None
