"""The Ray runner gives the bytes of the local one, also where an actor is killed."""

import importlib.util
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest


def digests(out: Path) -> dict[str, bytes]:
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}


@pytest.mark.long
@pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="Ray is not installed: pip install 'hmworld[ray]'")
@pytest.mark.skipif(sys.platform != "linux", reason="finds the actors in /proc")
def test_a_killed_actor_is_replaced_and_the_bytes_are_those_of_the_local_runner(tiny_dataset: Path, tmp_path: Path, environment) -> None:
    out = tmp_path / "tiny"
    command = [sys.executable, "-c", "from hmworld.cli import main; main()", "generate", "tiny", "--out", str(out)]
    options = ["--runner", "ray", "--workers", "2", "--batch-clips", "1"]
    process = subprocess.Popen([*command, *options], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    killed = 0
    while process.poll() is None and not killed:
        if list((out / ".staging" / "clips").glob("*.json")):
            killed = kill_an_actor(process.pid)
        time.sleep(0.05)
    said = process.communicate(timeout=400)
    assert process.returncode == 0, said
    assert killed == 1
    assert digests(out) == digests(tiny_dataset)
    assert not [pid for pid in descendants_named("ray::") if pid]


def kill_an_actor(driver: int) -> int:
    """Kill one of the processes that take turns for a driver; how many were there to be killed, at most 1."""
    for pid in descendants_named("ray::Turns"):
        os.kill(pid, signal.SIGKILL)
        return 1
    return 0


def descendants_named(words: str) -> list[int]:
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "cmdline").read_bytes().decode(errors="replace").startswith(words):
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def test_without_ray_it_is_said_how_to_get_it(tmp_path: Path, hmworld, environment) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['ray'] = None\n")
    done = hmworld("generate", "tiny", "--out", tmp_path / "out", "--runner", "ray", env={**environment, "PYTHONPATH": str(tmp_path)})
    assert done.returncode == 2
    assert "pip install 'hmworld[ray]'" in done.stderr
