"""`hmworld worker`, `slots`, `pause`, `resume`, `stop`, and a run on a work pool: what they refuse, and what they say."""

import json
from pathlib import Path

import pytest

from hmworld.dataset.progress import is_paused, is_stopping
from hmworld.farm.kept import SlotFolder


@pytest.fixture
def run_folder(tmp_path: Path) -> Path:
    (tmp_path / "run" / ".staging").mkdir(parents=True)
    (tmp_path / "run" / "plan.parquet").touch()
    return tmp_path / "run"


def test_a_run_is_paused_resumed_and_stopped_by_files(run_folder: Path, here) -> None:
    assert here("pause", run_folder).returncode == 0
    assert is_paused(run_folder)
    assert here("resume", run_folder).returncode == 0
    assert not is_paused(run_folder)
    assert not is_stopping(run_folder)
    done = here("stop", run_folder)
    assert is_stopping(run_folder)
    assert f"`hmworld status {run_folder}` tells when it has" in done.stdout


@pytest.mark.parametrize("word", ["pause", "resume", "stop"])
def test_what_is_no_run_or_finished_is_refused(run_folder: Path, here, word: str) -> None:
    done = here(word, run_folder.parent)
    assert done.returncode == 2
    assert "is not the folder of a run" in done.stderr
    (run_folder / "dataset.json").touch()
    done = here(word, run_folder)
    assert done.returncode == 2
    assert "is finished already" in done.stderr


@pytest.mark.parametrize("command", [("worker",), ("generate", "tiny", "--out", "x", "--runner", "prefect")])
def test_without_the_address_of_a_server_there_is_no_work_pool(here, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command) -> None:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    monkeypatch.chdir(tmp_path)
    done = here(*command)
    assert done.returncode == 2
    assert "PREFECT_API_URL is not set" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_engines_of_a_work_pool_are_the_workers(here, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:1/api")
    done = here("generate", "tiny", "--out", tmp_path / "x", "--runner", "prefect", "--workers", 3)
    assert done.returncode == 2
    assert "engines are the workers'" in done.stderr


def test_slots_are_listed_with_what_is_wrong(here, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HMWORLD_SLOTS", str(tmp_path / "slots"))
    assert "no slots yet" in here("slots").stdout
    for _ in range(3):
        SlotFolder("gpu0").troubled("no Vulkan device")
    assert "gpu0: waiting; no engine\n  quarantined: no Vulkan device" in here("slots").stdout
    (found,) = json.loads(here("slots", "--json").stdout)["slots"]
    assert (found["slot"], found["quarantined"], found["engine"]) == ("gpu0", "no Vulkan device", None)
