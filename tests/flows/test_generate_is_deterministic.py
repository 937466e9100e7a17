"""Same recipe, same bytes: with one or two workers, and after a kill -9 in mid-run."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest


def digests(dataset: Path) -> dict[str, str]:
    return {
        path.relative_to(dataset).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(dataset.rglob("*"))
        if path.is_file()
    }


@pytest.mark.long
def test_two_workers_give_the_bytes_of_one(tiny_dataset: Path, tmp_path: Path, hmworld) -> None:
    done = hmworld("generate", "tiny", "--out", tmp_path / "two", "--workers", 2)
    assert done.returncode == 0, done.stderr
    assert digests(tmp_path / "two") == digests(tiny_dataset)


@pytest.mark.slow
@pytest.mark.long
def test_killed_in_mid_run_and_started_again_gives_the_same_bytes(tiny_dataset: Path, tmp_path: Path, hmworld, environment) -> None:
    out = tmp_path / "killed"
    command = [sys.executable, "-c", "from hmworld.cli import main; main()", "generate", "tiny", "--out", str(out), "--workers", "2"]
    process = subprocess.Popen(command, env=environment, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    staged = out / ".staging" / "clips"
    # Wait for the first clip, however long it takes; kill the whole process group while others are under way.
    for _ in range(3000):
        if list(staged.glob("*.json")) or process.poll() is not None:
            break
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    finished = len(list(staged.glob("*.json")))
    assert 1 <= finished < 4, "the run was to be killed between its first and last clip"
    assert not (out / "dataset.json").exists()
    done = hmworld("generate", "tiny", "--out", out, "--workers", 1)
    assert done.returncode == 0, done.stderr
    assert digests(out) == digests(tiny_dataset)


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGTERM")
def test_a_run_that_is_told_to_end_keeps_the_clips_that_are_under_way(tiny_dataset: Path, tmp_path: Path, hmworld, environment) -> None:
    out = tmp_path / "ended"
    command = [sys.executable, "-c", "from hmworld.cli import main; main()", "generate", "tiny", "--out", str(out), "--workers", "2"]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    slots, rows = out / ".staging" / "slots", set()
    # Wait until both slots are at a clip; then the main process alone is told.
    for _ in range(6000):
        notes = [json.loads(path.read_bytes()) for path in slots.glob("*.json")]
        rows = {note["row"] for note in notes if note["clip_id"]}
        if len(rows) == 2 or process.poll() is not None:
            break
        time.sleep(0.02)
    process.terminate()
    said = process.communicate(timeout=300)[1]
    assert process.returncode == 1
    assert "the clips that are under way are finished first" in said
    assert said.strip().endswith("stopped; run the same command again to go on where it was")
    kept = {json.loads(path.read_bytes())["row"] for path in (out / ".staging" / "clips").glob("*.json")}
    assert rows <= kept < {0, 1, 2, 3}
    assert "stopped before its end" in hmworld("status", out).stdout
    done = hmworld("generate", "tiny", "--out", out, "--workers", 1)
    assert done.returncode == 0, done.stderr
    assert digests(out) == digests(tiny_dataset)


@pytest.mark.long
def test_a_run_is_paused_and_stopped_from_elsewhere(tiny_dataset: Path, tmp_path: Path, hmworld, environment) -> None:
    out = tmp_path / "paused"
    command = [sys.executable, "-c", "from hmworld.cli import main; main()", "generate", "tiny", "--out", str(out), "--workers", "1"]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)

    def done() -> int:
        return len(list((out / ".staging" / "clips").glob("*.json")))

    def wait_until(condition: Callable[[], bool]) -> None:
        for _ in range(6000):
            if condition() or process.poll() is not None:
                return
            time.sleep(0.02)

    def is_idle() -> bool:
        notes = [json.loads(path.read_bytes()) for path in (out / ".staging" / "slots").glob("*.json")]
        return all(not note["clip_id"] for note in notes)

    wait_until(lambda: done() >= 1)
    assert hmworld("pause", out).returncode == 0
    found = json.loads(hmworld("status", out, "--json").stdout)
    assert found["state"] == "paused"
    wait_until(is_idle)  # the clip under way is finished, if there is one
    before = done()
    time.sleep(3.0)
    assert process.poll() is None
    assert done() == before < 4
    assert hmworld("stop", out).returncode == 0
    said = process.communicate(timeout=300)[1]
    assert process.returncode == 1
    assert f"stopped: {4 - done()} of 4 clips are left; run the same command again to go on where it was" in said
    again = hmworld("generate", "tiny", "--out", out, "--workers", 1)
    assert again.returncode == 0, again.stderr
    assert digests(out) == digests(tiny_dataset)


@pytest.mark.long
def test_a_killed_parent_takes_its_workers_and_engines_along(tmp_path: Path, environment) -> None:
    if not Path("/proc").is_dir():
        pytest.skip("looks for processes in /proc")
    out = tmp_path / "orphans"
    command = [sys.executable, "-c", "from hmworld.cli import main; main()", "generate", "tiny", "--out", str(out), "--workers", "1"]
    mark = {**environment, "HMWORLD_TEST_MARK": str(out)}
    process = subprocess.Popen(command, env=mark, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def family() -> list[int]:
        """Processes of this run: pool children, engines, and Prefect's server."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and int(entry.name) != process.pid:
                try:
                    marked = str(out).encode() in (entry / "environ").read_bytes()
                    line = (entry / "cmdline").read_bytes()
                except OSError:
                    continue
                if marked and any(words in line for words in (b"hmworld.embedded", b"spawn_main", b"uvicorn")):
                    found.append(int(entry.name))
        return found

    for _ in range(3000):
        if list((out / ".staging" / "clips").glob("*.json")) or process.poll() is not None:
            break
        time.sleep(0.05)
    assert len(family()) == 3
    process.kill()
    process.wait()
    for _ in range(200):
        if not family():
            break
        time.sleep(0.1)
    assert family() == []


def test_running_again_when_finished_does_nothing(tiny_dataset: Path, tmp_path: Path, hmworld) -> None:
    copy = shutil.copytree(tiny_dataset, tmp_path / "copy")
    done = hmworld("generate", "tiny", "--out", copy)
    assert done.returncode == 0
    assert "nothing to do" in done.stderr
    assert digests(copy) == digests(tiny_dataset)


def test_nothing_of_the_run_stays_in_the_dataset(tiny_dataset: Path) -> None:
    assert not (tiny_dataset / ".staging").exists()
    for path in tiny_dataset.rglob("*"):
        assert not path.name.startswith("."), path
    text = (tiny_dataset / "dataset.json").read_text()
    for word in (str(tiny_dataset), os.uname().nodename, str(Path.home())):
        assert len(word) < 3 or word not in text
