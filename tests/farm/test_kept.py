"""Slots whose engines outlive the processes that use them: adopted, ended when idle, recycled, never shared."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hmworld.engine.unreal import MINDER
from hmworld.errors import EngineStartError, UsageError
from hmworld.farm.kept import Holder, KeptEngine, KeptNote, KeptSlot, SlotFolder, Trouble, slots_home
from hmworld.farm.processes import is_there, started
from hmworld.produce import RestartLimits, SlotSpec

pytestmark = pytest.mark.skipif(os.name == "nt", reason="kept slots need flock")


HOLDER = """
import sys, time
from pathlib import Path
from hmworld.farm.kept import KeptSlot, SlotFolder
from hmworld.produce import SlotSpec
slot = KeptSlot(SlotSpec(), SlotFolder("one", Path(sys.argv[1])), idle_s=8.0)
slot.info()
print("up", flush=True)
time.sleep(600)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[SlotFolder]:
    folder = SlotFolder("one", tmp_path)
    yield folder
    folder.end_engine()


def until(condition: Callable[[], bool], seconds: float = 60.0) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


def engine_of(folder: SlotFolder) -> KeptNote:
    note = folder.read(KeptNote)
    assert isinstance(note, KeptNote)
    return note


@pytest.mark.slow
def test_an_engine_is_adopted_by_the_next_process_with_what_it_has_done(folder: SlotFolder) -> None:
    first = KeptSlot(SlotSpec(), folder)
    build = first.info()
    first.scene = "park"
    first.clip_done()
    first.close()
    note = engine_of(folder)
    assert (note.scene, note.clips) == ("park", 1)
    second = KeptSlot(SlotSpec(), folder)
    assert second.scene == "park"
    assert second.info() == build
    assert second.process_id == note.process
    second.clip_done()
    second.close()
    assert engine_of(folder).clips == 2


@pytest.mark.slow
def test_an_engine_that_was_killed_or_made_for_something_else_is_replaced(folder: SlotFolder) -> None:
    for change in ("killed", "another"):
        slot = KeptSlot(SlotSpec(), folder)
        slot.info()
        slot.close()
        note = engine_of(folder)
        if change == "killed":
            os.kill(note.process, signal.SIGKILL)
        other = KeptSlot(SlotSpec() if change == "killed" else SlotSpec(threads=2), folder)
        other.info()
        assert other.process_id != note.process
        assert until(lambda note=note: not is_there(note.process, note.started)), change  # type: ignore[misc]
        other.close()


@pytest.mark.slow
def test_an_engine_that_has_done_enough_ends_and_the_next_is_fresh(folder: SlotFolder) -> None:
    slot = KeptSlot(SlotSpec(limits=RestartLimits(clips=2)), folder)
    slot.info()
    first = slot.process_id
    slot.clip_done()
    assert slot.process_id == first
    slot.clip_done()
    assert slot.process_id is None
    slot.info()
    assert slot.process_id != first
    slot.close()


@pytest.mark.slow
def test_an_engine_outlives_the_kill_of_its_holder_and_ends_when_nobody_comes(folder: SlotFolder, tmp_path: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"up\n"
    note = engine_of(folder)
    with pytest.raises(EngineStartError, match="slot one: another process has it"):
        KeptSlot(SlotSpec(), folder)
    holder.kill()
    holder.wait()
    assert is_there(note.process, note.started)
    adopted = KeptSlot(SlotSpec(), folder)
    assert adopted.info().name == "embedded"
    assert adopted.process_id == note.process
    adopted.close()
    assert until(lambda: not is_there(note.process, note.started))


def test_a_note_of_a_process_that_is_another_by_now_kills_nobody(folder: SlotFolder) -> None:
    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    try:
        note = KeptNote(process=other.pid, started=started(other.pid) + 1, port=1, unix="", made_for="0")
        KeptEngine(folder, note).kill()
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_a_slot_that_is_of_no_use_three_times_in_a_row_is_quarantined(folder: SlotFolder) -> None:
    for why in ("no GPU", "", "no GPU", "no GPU"):
        folder.troubled(why)
        assert folder.quarantined == ""
    folder.troubled("no GPU")
    assert folder.quarantined == "no GPU"
    folder.remove(Trouble)
    assert folder.quarantined == ""


@pytest.mark.parametrize("name", ["", "..", "a/b", "a b", "-x", "x" * 65, ".hidden"])
def test_a_slots_name_is_no_path(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="a slot's name has letters"):
        SlotFolder(name, tmp_path)


def test_notes_that_cannot_be_read_count_as_none(folder: SlotFolder) -> None:
    (folder.path / "Holder.json").write_text("{")
    assert folder.read(Holder) is None


def test_the_folder_of_slots_is_of_this_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HMWORLD_SLOTS", raising=False)
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    home = slots_home()
    assert home.stat().st_mode & 0o777 == 0o700
    home.rmdir()
    (tmp_path / "elsewhere").mkdir()
    home.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="another user's"):
        slots_home()
    monkeypatch.setenv("HMWORLD_SLOTS", str(tmp_path / "mine"))
    assert slots_home() == tmp_path / "mine"


def test_a_minder_ends_what_it_minds_when_its_file_is_not_touched_any_more(tmp_path: Path) -> None:
    alive = tmp_path / "alive"
    alive.touch()
    command = [sys.executable, "-I", "-S", str(MINDER), "--while", str(alive), "2", str(tmp_path / "log"), "1000000", "sleep", "600"]
    minder = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    for _ in range(8):
        time.sleep(0.5)
        os.utime(alive)
        assert minder.poll() is None
    assert minder.wait(60) != 0
    assert "was told to" in (tmp_path / "log").read_text()
