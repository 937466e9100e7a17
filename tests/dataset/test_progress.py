"""How far a run is, from files that are written here by hand, and from those of a run."""

import json
import os
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from hmworld.dataset import tables
from hmworld.dataset.lock import exclusive, is_held
from hmworld.dataset.plan_file import plan_metadata
from hmworld.dataset.progress import SLOTS, ProgressReader, SlotDiary, SlotNote, ask_to_stop, begin_run, is_stopping
from hmworld.dataset.staging import CLIPS
from hmworld.errors import DatasetError
from hmworld.model import Recipe

NOW = 1_800_000_000.0
NOBODY = 2**22 + 1
"""No process has this number."""


def planned(root: Path, clips: int = 4) -> Path:
    metadata = plan_metadata(Recipe(name="four", clips=clips), clips, {})
    tables.write_rows(root / "plan.parquet", ({"row": k} for k in range(clips)), tables.PLAN, metadata)
    return root


def record(root: Path, name: str, reason: str = "", build: str = "1", written_s: float = NOW - 60) -> None:
    path = root / CLIPS / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"reject_reason": reason, "engine_name": "embedded", "engine_build": build}))
    os.utime(path, (written_s, written_s))


def note(root: Path, **values: object) -> None:
    given = {"host": socket.gethostname(), "process": os.getpid(), "engine": "embedded engine", "began_s": NOW - 600, "seen_s": NOW}
    slot = SlotNote.model_validate({**given, **values})
    path = root / SLOTS / f"{slot.host}-{slot.process}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(slot.canonical())


def test_records_are_counted_by_what_became_of_the_clip(tmp_path: Path) -> None:
    root = planned(tmp_path)
    assert ProgressReader(root).read().state == "planned"
    record(root, "a")
    record(root, "b", "no_event")
    record(root, "c", "gap_too_short")
    record(root, "d", build="0", written_s=NOW - 900)  # of another build: rendered again
    (root / CLIPS / "e.json").write_text("{")  # not whole
    found = ProgressReader(root).read()
    assert (found.state, found.name, found.kept, found.done) == ("stopped", "four", 1, 3)
    assert found.rejected == {"gap_too_short": 1, "no_event": 1}


def test_the_rate_is_that_since_the_slots_began(tmp_path: Path) -> None:
    root = planned(tmp_path, 10)
    record(root, "old", written_s=NOW - 7200)
    for k in range(4):
        record(root, f"new{k}", written_s=NOW - 100 * k - 1)
    note(root)
    found = ProgressReader(root, lambda: NOW).read()
    assert found.state == "rendering"
    assert found.per_hour == pytest.approx(24.0)
    assert found.left_s == pytest.approx(5 / 24 * 3600)
    note(root, began_s=NOW - 90_000)
    record(root, "older", written_s=NOW - 1799)
    record(root, "too_old", written_s=NOW - 1801)
    assert ProgressReader(root, lambda: NOW).read().per_hour == pytest.approx(10.0)  # five in the last half hour


def test_slots_that_are_gone_are_not_shown_and_what_failed_on_them_is(tmp_path: Path) -> None:
    root = planned(tmp_path, 5)
    note(root, process=NOBODY, failed=[{"row": 3, "why": "the engine hangs"}])
    found = ProgressReader(root).read()
    assert found.state == "stopped"
    assert [(clip.row, clip.why) for clip in found.failed] == [(3, "the engine hangs")]
    note(root, host="another", process=7, seen_s=time.time() - 30)
    note(root, host="third", process=7, seen_s=time.time() - 3600)
    found = ProgressReader(root).read()
    assert found.state == "rendering"
    assert [slot.host for slot in found.slots] == ["another"]


def test_all_clips_rendered_is_not_the_end(tmp_path: Path) -> None:
    root = planned(tmp_path, 2)
    record(root, "a")
    record(root, "b")
    note(root)
    assert ProgressReader(root).read().state == "writing"


def test_a_diary_says_what_a_slot_is_at(tmp_path: Path) -> None:
    diary, reader = SlotDiary(planned(tmp_path), "game on port 9000"), ProgressReader(tmp_path)
    diary.begins("park", "abc", 7, 1)
    (slot,) = reader.read().slots
    assert (slot.scene, slot.clip_id, slot.row, slot.attempt, slot.done) == ("park", "abc", 7, 1, 0)
    assert slot.clip_began_s == pytest.approx(time.time(), abs=30)
    diary.fault("no answer")
    diary.begins("park", "abc", 7, 2)
    diary.done()
    diary.begins("park", "def", 8, 3)
    diary.gave_up(8, "no answer either")
    (slot,) = reader.read().slots
    assert (slot.clip_id, slot.done, slot.faults, slot.last_fault) == ("", 1, 1, "no answer")
    assert [clip.row for clip in reader.read().failed] == [8]
    ask_to_stop(tmp_path)
    assert reader.read().state == "stopping"
    begin_run(tmp_path)
    assert reader.read().state == "planned"
    assert not is_stopping(tmp_path)


def test_a_slot_that_processes_have_one_after_the_other_is_one(tmp_path: Path) -> None:
    root = planned(tmp_path)
    diary = SlotDiary(root, "embedded engine", "slot0")
    diary.done()
    diary.fault("no answer")
    # Another process had it before, which is gone.
    mine = next((root / SLOTS).glob("*.json"))
    earlier = json.loads(mine.read_bytes()) | {"process": (1 << 22) + 1, "done": 4, "seen_s": time.time() - 200.0, "last_fault": "a crash"}
    (mine.parent / "earlier.json").write_text(json.dumps(earlier))
    (slot,) = ProgressReader(root).read().slots
    assert (slot.name, slot.done, slot.faults, slot.last_fault, slot.process) == ("slot0", 5, 2, "no answer", os.getpid())
    # Between two processes it is shown still, and after a while no more.
    mine.unlink()
    (mine.parent / "earlier.json").write_text(json.dumps(earlier | {"seen_s": time.time() - 20.0}))
    with exclusive(root):
        assert [slot.name for slot in ProgressReader(root).read().slots] == ["slot0"]
        assert ProgressReader(root, now=lambda: time.time() + 100.0).read().slots == ()
    assert ProgressReader(root).read().state == "stopped"


def test_a_folder_of_no_run_is_told(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"is neither a dataset nor the folder of a run: it has no plan.parquet"):
        ProgressReader(tmp_path).read()
    (tmp_path / "plan.parquet").write_bytes(b"no plan")
    with pytest.raises(DatasetError, match=r"plan.parquet: is not a plan of hmworld"):
        ProgressReader(tmp_path).read()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who holds a lock")
def test_who_holds_a_folder_is_seen_without_touching_the_lock(tmp_path: Path) -> None:
    root = planned(tmp_path)
    assert not is_held(root)
    with exclusive(root):
        assert is_held(root)
        assert ProgressReader(root).read().state == "rendering"
    assert not is_held(root)


def test_a_run_is_seen_from_its_plan_to_its_end(tmp_path: Path, environment: dict[str, str]) -> None:
    recipe, out = tmp_path / "three.yaml", tmp_path / "out"
    recipe.write_text(
        "name: three\nclips: 3\nseed: 4\nforecast: off\nsubjects: [fox, horse]\nsubjects_per_clip: [1, 1]\nscenes: [park]\n"
        "camera_paths: [slow_sweep]\nsubject_paths: [stop_and_go]\nrender: {width: 96, height: 64, frames: 30, context_frames: 15}\n"
    )
    command = [sys.executable, "-c", "from hmworld.cli import main; main()"]
    run = subprocess.Popen(
        [*command, "generate", str(recipe), "--out", str(out), "--workers", "1"], env=environment, stderr=subprocess.DEVNULL
    )
    reader, seen = ProgressReader(out), []
    while run.poll() is None:
        with suppress(DatasetError):  # while there is no plan yet
            seen.append(reader.read())
        time.sleep(0.05)
    assert run.returncode == 0
    states = [found.state for found in seen] + [reader.read().state]
    order = ["planning", "planned", "rendering", "writing", "finished"]
    assert [order.index(state) for state in states] == sorted(order.index(state) for state in states)
    assert {"rendering", "finished"} <= set(states)
    slots = [found.slots[0] for found in seen if found.slots]
    assert {slot.scene for slot in slots if slot.clip_id} == {"park"}
    assert {0, 1} <= {slot.done for slot in slots}
    done = subprocess.run([*command, "status", str(out)], env=environment, capture_output=True, text=True)
    assert "(three): finished" in done.stdout
    done = subprocess.run([*command, "status", str(out), "--json"], env=environment, capture_output=True, text=True)
    assert json.loads(done.stdout)["planned"] == 3
