"""The keeper of a slot: its worker is there, what hangs is ended, and a slot of no use gets no more work."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hmworld.farm import keeper as module
from hmworld.farm.keeper import SlotKeeper
from hmworld.farm.kept import Holder, SlotFolder
from hmworld.farm.processes import started
from hmworld.produce import SlotSpec

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="tells hanging processes by /proc")
WORKER = """
import os, sys, time
with open(sys.argv[1], "a") as file:
    print(os.getpid(), os.environ["HMWORLD_SLOT"], file=file)
time.sleep(600)
"""


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AGAIN_S", (0.05, 0.1))


@pytest.fixture
def keeper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SlotKeeper]:
    monkeypatch.setenv("HMWORLD_SLOTS", str(tmp_path / "slots"))
    keeper = SlotKeeper("one", SlotSpec(), "render", 1.0, [sys.executable, "-c", WORKER, str(tmp_path / "starts")])
    yield keeper
    keeper.end()


def stepping(keeper: SlotKeeper, condition: Callable[[], bool], seconds: float = 60.0) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        keeper.step()
        time.sleep(0.05)
    return condition()


def workers(folder: Path) -> list[int]:
    path = folder / "starts"
    return [int(line.split()[0]) for line in path.read_text().splitlines()] if path.exists() else []


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_a_worker_that_was_killed_or_stopped_is_started_again(keeper: SlotKeeper, tmp_path: Path, number: int) -> None:
    assert stepping(keeper, lambda: len(workers(tmp_path)) == 1)
    os.kill(workers(tmp_path)[0], number)
    assert stepping(keeper, lambda: len(workers(tmp_path)) == 2)
    assert (tmp_path / "starts").read_text().split()[1] == "one"


def test_a_process_that_hangs_in_the_slot_is_ended_and_one_that_works_is_not(keeper: SlotKeeper, tmp_path: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    try:
        folder = SlotFolder("one")
        folder.write(Holder(process=holder.pid, started=started(holder.pid)))
        for _ in range(12):
            folder.alive.touch()
            keeper.step()
            time.sleep(0.2)
        assert holder.poll() is None
        assert stepping(keeper, lambda: holder.poll() is not None)
    finally:
        holder.kill()
        holder.wait()


def test_a_quarantined_slot_has_no_worker_until_it_is_offered_anew(keeper: SlotKeeper, tmp_path: Path) -> None:
    assert stepping(keeper, lambda: len(workers(tmp_path)) == 1)
    for _ in range(3):
        keeper.folder.troubled("no Vulkan device")
    keeper.step()
    (pid,) = workers(tmp_path)
    assert not Path(f"/proc/{pid}").exists()
    keeper.step()
    assert len(workers(tmp_path)) == 1
    assert keeper.quarantined == "no Vulkan device"
    again = SlotKeeper("one", SlotSpec(), "render", 1.0, [sys.executable, "-c", WORKER, str(tmp_path / "starts")])
    assert stepping(again, lambda: len(workers(tmp_path)) == 2)
    again.end()
