"""Slots: engines of one's own are ended and started anew, running ones are reached again, and none is used for ever that is of no use."""

import logging
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from standin import starts, write_game

from flows.prepare import prepare
from hmworld.caption import template_caption
from hmworld.engine import Connection, EngineInfo, Game, launch_embedded, launch_unreal
from hmworld.engine import unreal as module
from hmworld.engine.launch import EngineAddress
from hmworld.errors import EngineError, EngineFault, EngineRefused, EngineStartError, EngineUnusable, UsageError
from hmworld.model import Recipe
from hmworld.produce import Batch, RestartLimits, Slot, SlotSpec, ask_engines, plan_batches, render_batch
from hmworld.produce import slot as slots
from hmworld.produce.claim import process_slot

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the stand-in is a shell script")
SMALL = Recipe(
    name="small",
    clips=4,
    seed=3,
    scenes=("park",),
    subjects_per_clip=(1, 1),
    streams=("depth",),
    render={"width": 96, "height": 64, "frames": 24, "context_frames": 12},  # type: ignore[arg-type]
    retention={"min_not_out_before": 2, "min_visible_before": 2, "min_gap": 2, "min_visible_after": 2},  # type: ignore[arg-type]
)


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "is_root", lambda: False)


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("slots") / "small"
    prepare(SMALL, root)
    return root


@pytest.fixture(autouse=True)
def nothing_staged(planned: Path) -> None:
    for file in planned.glob(".staging/clips/*"):
        file.unlink()


def spec_of(tmp_path: Path, *misdeeds: str, limits: RestartLimits = RestartLimits(), **options: int) -> SlotSpec:  # noqa: B008
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = int(server.getsockname()[1])
    binary = write_game(tmp_path / "game", *misdeeds, **options)
    return SlotSpec(game=Game(str(binary), port, str(tmp_path / "game.log"), start_timeout_s=120.0), limits=limits)


def started(spec: SlotSpec) -> int:
    assert spec.game is not None
    return len(starts(Path(spec.game.binary)))


def rendered(root: Path, spec: SlotSpec, rows: tuple[int, ...] = (0, 1, 2, 3)) -> tuple[int, tuple[tuple[int, str], ...]]:
    with closing(process_slot(root, (spec,))):
        report = render_batch(Batch(str(root), rows, (spec,)), template_caption)
    return report.done, report.failed


# -- restarts ----------------------------------------------------------------------------------------------------------


@pytest.mark.long
def test_a_game_is_started_anew_after_so_many_clips_and_between_them(
    planned: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    spec = spec_of(tmp_path, limits=RestartLimits(clips=2))
    assert rendered(planned, spec) == (4, ())
    assert started(spec) == 2
    assert caplog.text.count("restarted: 2 clips") == 2
    assert "attempt" not in caplog.text


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="memory of others is known on Linux only")
@pytest.mark.parametrize("limits", [RestartLimits(memory_factor=1.6), RestartLimits(memory_bytes=1 << 30)])
def test_a_game_that_grows_is_started_anew(planned: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, limits: RestartLimits) -> None:
    # About 240 MiB more a clip.
    spec = spec_of(tmp_path, "leak-10", limits=limits)
    assert rendered(planned, spec) == (4, ())
    found = re.findall(r"restarted: memory (\d\.\d) -> (\d\.\d) GiB", caplog.text)
    assert len(found) in (1, 2)
    for first, last in found:
        assert float(last) >= (1.0 if limits.memory_bytes else 1.4 * float(first))
    assert 2 <= started(spec) <= 3
    assert "attempt" not in caplog.text


@pytest.mark.long
def test_the_embedded_engine_has_limits_too(planned: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert rendered(planned, SlotSpec(limits=RestartLimits(clips=3))) == (4, ())
    assert caplog.text.count("embedded engine: restarted: 3 clips") == 1


# -- faults of a game --------------------------------------------------------------------------------------------------


@pytest.mark.long
def test_a_crash_in_a_clip_is_told_and_the_clip_is_made(planned: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    spec = spec_of(tmp_path, "crash-60", starts=1)
    assert rendered(planned, spec, (0,)) == (1, ())
    assert started(spec) == 2
    assert re.search(r"attempt 1 of 3: (?s:.*)signal 11 \(SIGSEGV\)(?s:.*)Unhandled exception: SIGSEGV", caplog.text)


def test_a_hang_is_told_the_game_killed_and_the_clip_made(
    planned: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(Connection.collect, "__defaults__", (5.0,))
    spec = spec_of(tmp_path, "hang-60", starts=1)
    assert rendered(planned, spec, (0,)) == (1, ())
    assert started(spec) == 2
    assert re.search(r"attempt 1 of 3: (?s:.*)no answer (?s:.*)still runs(?s:.*)waiting for the render thread", caplog.text)


def test_a_refusal_costs_a_connection_and_not_the_game(planned: Path, tmp_path: Path) -> None:
    spec = spec_of(tmp_path, "refuse")
    done, failed = rendered(planned, spec, (0, 1))
    assert (done, [row for row, _ in failed]) == (0, [0, 1])
    assert "another digest" in failed[0][1]
    assert started(spec) == 1


def test_a_game_that_fails_to_start_three_times_is_given_up(planned: Path, tmp_path: Path) -> None:
    spec = spec_of(tmp_path, "exit-3")
    with pytest.raises(EngineUnusable, match=r"exit code 3(?s:.*)no Vulkan device(?s:.*)failed to start 3 times in a row"):
        rendered(planned, spec)
    assert started(spec) == 3


def test_one_start_that_fails_is_an_accident(planned: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    spec = spec_of(tmp_path, "exit-3", starts=1)
    assert rendered(planned, spec, (0,)) == (1, ())
    assert "start 1 of 3 failed" in caplog.text


@pytest.mark.long
def test_a_game_that_crashes_without_one_clip_done_is_given_up_and_clips_stay(
    planned: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slots, "BARREN", 4)
    assert rendered(planned, SlotSpec(), (0,)) == (1, ())
    spec = spec_of(tmp_path, "crash-30")
    with pytest.raises(EngineUnusable, match=r"crashed or hung 4 times in a row without one clip done(?s:.*)SIGSEGV"):
        rendered(planned, spec)
    assert started(spec) == 4
    assert len(list(planned.glob(".staging/clips/*.json"))) == 1


def test_once_given_up_it_stays_so(tmp_path: Path) -> None:
    slot = Slot(SlotSpec())
    for _ in range(slots.BARREN):
        slot.failed(EngineError("the engine closed the connection"))
    for _ in range(2):
        with pytest.raises(EngineUnusable, match="crashed or hung 9 times in a row"):
            slot.connection()


# -- running engines ---------------------------------------------------------------------------------------------------


@pytest.fixture
def running() -> Iterator[EngineAddress]:
    with launch_embedded(1) as process:
        yield EngineAddress("127.0.0.1", process.address.port)


def test_a_running_engine_that_is_gone_is_sought_for_a_while_and_then_given_up(
    running: EngineAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slots, "GONE_S", 1.0)
    slot = Slot(SlotSpec(address=running))
    assert slot.info().name == "embedded"
    slot.failed(EngineError("no answer"))
    assert slot.info().name == "embedded", "it is there again"
    slot.failed(EngineError("no answer"))
    slot.spec = SlotSpec(address=EngineAddress("127.0.0.1", 1))
    for _ in range(2):
        with pytest.raises(EngineUnusable, match=r"could not be reached again for 1 s: it hangs, has crashed .* start it anew"):
            slot.connection()


@pytest.mark.long
def test_a_running_engine_that_hangs_is_given_up_for_it_cannot_be_killed(
    planned: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(slots, "GONE_S", 3.0)
    monkeypatch.setattr("hmworld.engine.connection.CONNECT_TIMEOUT_S", 1.0)
    monkeypatch.setattr(Connection.collect, "__defaults__", (3.0,))
    game = spec_of(tmp_path, "hang-60").game
    assert game is not None
    hanging = launch_unreal(game)
    hanging.connection.close()
    with pytest.raises(EngineUnusable, match=r"could not be reached again for 3 s(?s:.*)It was not started by us: start it anew"):
        rendered(planned, SlotSpec(address=hanging.address), (0, 1))
    assert "attempt 1 of 3" in caplog.text
    assert "attempt 2 of 3" not in caplog.text
    assert hanging.alive()
    hanging.kill()


def test_nobody_at_an_address_is_said_at_once() -> None:
    with pytest.raises(EngineStartError, match="is the engine running"):
        Slot(SlotSpec(address=EngineAddress("127.0.0.1", 1))).connection()


def test_a_refusal_of_a_running_engine_is_no_reason_to_give_it_up(running: EngineAddress) -> None:
    with Slot(SlotSpec(address=running)) as slot:
        with pytest.raises(EngineRefused):
            slot.connection().request("vget /nothing")
        slot.disconnect()
        assert slot.info().name == "embedded"


def test_servers_of_different_builds_are_refused_and_games_are_asked_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[SlotSpec] = []

    def info(self: Slot) -> EngineInfo:
        asked.append(self.spec)
        return EngineInfo("unreal", "b" if self.spec.address is not None and self.spec.address.port == 7002 else "a")

    monkeypatch.setattr(Slot, "info", info)
    running = [SlotSpec(address=EngineAddress("127.0.0.1", port)) for port in (7000, 7001, 7002)]
    assert ask_engines(running[:2], None) == EngineInfo("unreal", "a")
    with pytest.raises(EngineError, match=r"one engine build, and these differ: 127.0.0.1:7000 is unreal/a; 127.0.0.1:7002 is unreal/b"):
        ask_engines(running, None)
    asked.clear()
    games = [SlotSpec(game=Game("HMWorld", port, str(tmp_path / "log"))) for port in (7000, 7001)]
    assert ask_engines(games, None) == EngineInfo("unreal", "a")
    assert asked == games[:1]


# -- who has which -----------------------------------------------------------------------------------------------------

TAKE = """
import sys, time
from pathlib import Path
from hmworld.engine.launch import EngineAddress
from hmworld.produce import SlotSpec, claim
claim.PATIENCE_S = 0.0
specs = tuple(SlotSpec(address=EngineAddress("127.0.0.1", port)) for port in (7001, 7002))
try:
    print(claim.process_slot(Path(sys.argv[1]), specs).spec, flush=True)
except Exception as error:
    print(error, flush=True)
sys.stdin.read()
"""


def test_no_two_processes_have_the_same_slot_and_one_that_was_killed_leaves_its_own(tmp_path: Path) -> None:
    def take() -> "tuple[subprocess.Popen[str], str]":
        command = [sys.executable, "-c", TAKE, str(tmp_path)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        return process, process.stdout.readline().strip()

    taken = [take() for _ in range(3)]
    assert [said for _, said in taken[:2]] == ["127.0.0.1:7001", "127.0.0.1:7002"]
    assert "other processes have all of 127.0.0.1:7001, 127.0.0.1:7002" in taken[2][1]
    os.kill(taken[0][0].pid, signal.SIGKILL)
    taken[0][0].wait()
    taken.append(take())
    assert taken[3][1] == "127.0.0.1:7001"
    for process, _ in taken:
        process.kill()
        process.communicate()


def test_a_process_keeps_its_slot(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    specs = tuple(SlotSpec(address=EngineAddress("127.0.0.1", port)) for port in (7003, 7004))
    assert process_slot(tmp_path, specs) is process_slot(tmp_path, specs)
    assert str(process_slot(tmp_path, specs).spec) == "127.0.0.1:7003"


# -- batches -----------------------------------------------------------------------------------------------------------


def named(*scenes: str) -> list[SlotSpec]:
    return [SlotSpec(address=EngineAddress("127.0.0.1", 7000 + k), scene=scene) for k, scene in enumerate(scenes)]


def test_slots_of_any_scene_share_all_batches() -> None:
    (pool,) = plan_batches(Path("d"), [0, 1, 2, 3], ["a", "b", "a", "a", "c"], named("", ""))
    assert pool.workers == 2
    assert [batch.rows for batch in pool.batches] == [(0,), (2,), (3,), (1,)]
    assert all(batch.slots == tuple(named("", "")) for batch in pool.batches)


def test_a_slot_of_one_scene_has_its_batches_and_no_others() -> None:
    slots = named("a", "", "a")
    pools = plan_batches(Path("d"), [0, 1, 2, 3, 4], ["a", "b", "a", "a", "c"], slots)
    found = {batch.rows: batch.slots for pool in pools for batch in pool.batches}
    assert found == {
        (0,): (slots[0], slots[2]),
        (2,): (slots[0], slots[2]),
        (3,): (slots[0], slots[2]),
        (1,): (slots[1],),
        (4,): (slots[1],),
    }
    assert [pool.workers for pool in pools] == [2, 1]


def test_a_scene_without_a_slot_and_a_slot_without_a_scene_are_usage_errors() -> None:
    with pytest.raises(UsageError, match="no slot is for b, c: each has a map of another scene"):
        plan_batches(Path("d"), [0, 1, 2], ["a", "b", "c"], named("a"))
    with pytest.raises(UsageError, match="a slot is for scene 'x', which the plan does not have; it has a, b"):
        plan_batches(Path("d"), [0, 1], ["a", "b"], named("x", ""))


def test_engines_of_one_process_each_are_no_slots_to_be_shared() -> None:
    (pool,) = plan_batches(Path("d"), list(range(7)), ["a"] * 7, [SlotSpec()] * 2)
    assert (pool.workers, {batch.slots for batch in pool.batches}) == (2, {(SlotSpec(),)})
    assert [len(batch.rows) for batch in pool.batches] == [2, 2, 2, 1]


def test_an_engine_whose_pictures_have_the_same_fault_again_and_again_is_given_up() -> None:
    slot = slots.Slot(SlotSpec())
    for _ in range(slots.SAME_FAULTS - 1):
        slot.failed(EngineFault("late_mask", "the mask is that of the instant before"))
    slot.failed(EngineFault("blank_picture", "all is black"))
    for _ in range(slots.SAME_FAULTS - 1):
        slot.failed(EngineFault("late_mask", "the mask is that of the instant before"))
    slot.clip_done()
    for _ in range(slots.SAME_FAULTS):
        assert not slot._hopeless
        slot.failed(EngineFault("late_mask", "the mask is that of the instant before"))
    with pytest.raises(EngineUnusable, match=r"15 tries in a row.*late_mask.*hmworld engine check"):
        slot.connection()
