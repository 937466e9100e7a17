"""Tickets, leases and what a supervisor makes of them: every row is rendered or given up, whoever dies in between."""

import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from hmworld.dataset import LocalStore
from hmworld.dataset.progress import SlotDiary, ask_to_stop, set_paused
from hmworld.dataset.staging import ClipResult, read_result, stage_result
from hmworld.engine import EngineInfo
from hmworld.errors import EngineError, RunStopped
from hmworld.farm import Limits, Supervisor
from hmworld.farm import supervisor as module
from hmworld.farm.failures import FAILURES
from hmworld.farm.tickets import LEASES, OUTCOMES, TICKETS, Lease, claim, open_tickets

ENGINE = EngineInfo("embedded", "test")


def identities(count: int) -> list[str]:
    return [f"{row:064x}" for row in range(count)]


def result(row: int, reason: str = "", detail: str = "") -> ClipResult:
    return ClipResult(
        render_id=f"{row:064x}",
        clip_id=f"{row:016x}",
        row=row,
        candidate=row,
        scene="park",
        reject_reason=reason,
        detail=detail,
        events=(),
        forecast_events=(),
        engine_name="embedded",
        engine_build="test",
        fragments=(),
        manifest={},
    )


@pytest.fixture(autouse=True)
def no_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    """Plans are of no interest here: a clip that is given up needs its row's number only."""
    monkeypatch.setattr(module, "PlanFile", lambda root: SimpleNamespace(rows=lambda numbers: [SimpleNamespace(row=numbers[0])]))

    def quarantine(store: LocalStore, render_id: str, row: Any, engine: tuple[str, str], why: str) -> None:
        stage_result(store, result(row.row, "quarantined", why))

    monkeypatch.setattr(module, "quarantine", quarantine)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def make(root: Path, batches: dict[str, list[list[int]]], window: int = 99, **options: Any) -> tuple[Supervisor, Clock]:
    clock = Clock()
    count = options.pop("count", 0) or 1 + max(row for lists in batches.values() for rows in lists for row in rows)
    listed = [(scene, "", rows) for scene, lists in batches.items() for rows in lists]
    limits = options.pop("limits", Limits(given_up=99))
    return Supervisor(root, ENGINE, listed, identities(max(count, 4)), window, limits, now=clock, **options), clock


def render(root: Path, lease: Lease, rows: tuple[int, ...] | None = None, failed: tuple[tuple[int, str], ...] = ()) -> None:
    rows = lease.note.ticket.rows if rows is None else rows
    for row in rows:
        stage_result(LocalStore(root), result(row))
    lease.close(len(rows), failed)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.json"))


def test_a_batch_that_is_rendered_is_over_and_leaves_no_files(tmp_path: Path) -> None:
    farm, _ = make(tmp_path, {"park": [[0, 1]], "beach": [[2]]})
    farm.step()
    for _ in range(2):
        lease = claim(tmp_path, "one")
        assert lease is not None
        render(tmp_path, lease)
    assert claim(tmp_path, "one") is None
    assert not farm.is_done
    farm.step()
    assert farm.is_done
    assert [names(tmp_path / folder) for folder in (TICKETS, LEASES, OUTCOMES, FAILURES)] == [[], [], [], []]
    assert farm.tallies["one"].clips == 3


def test_a_ticket_is_claimed_once(tmp_path: Path) -> None:
    farm, _ = make(tmp_path, {"park": [[0], [1]]})
    farm.step()
    leases = [claim(tmp_path, slot) for slot in ("one", "two", "three")]
    assert [lease.note.ticket.rows if lease else None for lease in leases] == [(0,), (1,), None]


def test_a_slot_prefers_the_scene_that_it_has_loaded_and_else_one_that_nobody_has(tmp_path: Path) -> None:
    farm, _ = make(tmp_path, {"park": [[0], [1], [2]], "beach": [[3], [4]]})
    farm.step()

    def scene_of(loaded: str) -> str:
        lease = claim(tmp_path, "slot", loaded)
        assert lease is not None
        return lease.note.ticket.scene

    assert scene_of("beach") == "beach"
    assert scene_of("") == "park"
    assert scene_of("park") == "park"


def test_the_window_holds_several_scenes_and_always_one_that_a_slot_has_loaded(tmp_path: Path) -> None:
    farm, _ = make(tmp_path, {scene: [[row] for row in range(at, at + 9)] for at, scene in enumerate("abc")}, window=4)
    farm.step()
    assert len(open_tickets(tmp_path)) == 4
    lease = claim(tmp_path, "one", "b")
    assert lease is not None
    assert lease.note.ticket.scene == "b"
    render(tmp_path, lease)
    for _ in range(8):
        farm.step()
        lease = claim(tmp_path, "one", "b")
        assert lease is not None
        assert lease.note.ticket.scene == "b", "the scene that is loaded, as long as there is some of it"
        render(tmp_path, lease)


def test_slots_of_one_scene_take_that_scene_alone(tmp_path: Path) -> None:
    farm = Supervisor(tmp_path, ENGINE, [("park", "park", [0]), ("beach", "", [1])], identities(2), 9)
    farm.step()
    assert claim(tmp_path, "one", only="desert") is None
    other = claim(tmp_path, "two")
    assert other is not None
    assert other.note.ticket.rows == (1,), "a slot of any scene leaves it the batches of its own"
    assert claim(tmp_path, "two") is None
    lease = claim(tmp_path, "one", only="park")
    assert lease is not None
    assert lease.note.ticket.rows == (0,)


def dead_process() -> "subprocess.Popen[bytes]":
    process = subprocess.Popen([sys.executable, "-c", "pass"])
    process.wait()
    return process


def died(root: Path, lease: Lease) -> None:
    """Make a lease one of a process that is gone."""
    note = lease.note.model_copy(update={"process": dead_process().pid})
    LocalStore(root).replace(f"{LEASES}/{note.ticket.name}.json", note.canonical())


def test_what_a_dead_process_had_is_handed_out_again_without_what_it_finished(tmp_path: Path) -> None:
    farm, _ = make(tmp_path, {"park": [[0, 1, 2]]})
    farm.step()
    lease = claim(tmp_path, "one")
    assert lease is not None
    stage_result(LocalStore(tmp_path), result(0))
    died(tmp_path, lease)
    farm.step()
    again = claim(tmp_path, "two")
    assert again is not None
    assert again.note.ticket.rows == (1, 2)
    assert again.note.ticket.name != lease.note.ticket.name
    assert not lease.beat()
    lease.close(3)  # it was not dead after all: its word counts no more
    assert names(tmp_path / OUTCOMES) == []


@pytest.mark.skipif(sys.platform != "linux", reason="processes are told apart in /proc")
def test_a_process_that_has_the_id_of_a_dead_one_is_not_taken_for_it(tmp_path: Path) -> None:
    farm, _ = make(tmp_path, {"park": [[0]]})
    farm.step()
    lease = claim(tmp_path, "one")
    assert lease is not None
    note = lease.note.model_copy(update={"process": 1, "started": lease.note.started + 12345})
    LocalStore(tmp_path).replace(f"{LEASES}/{note.ticket.name}.json", note.canonical())
    farm.step()
    assert open_tickets(tmp_path) == ["0000001.001"]


def elsewhere(root: Path, lease: Lease) -> None:
    note = lease.note.model_copy(update={"machine": "another", "host": "another"})
    LocalStore(root).replace(f"{LEASES}/{note.ticket.name}.json", note.canonical())


def test_a_holder_elsewhere_is_lost_when_it_is_silent_and_not_before(tmp_path: Path) -> None:
    farm, clock = make(tmp_path, {"park": [[0]]}, limits=Limits(lease_s=60.0))
    farm.step()
    lease = claim(tmp_path, "one")
    assert lease is not None
    elsewhere(tmp_path, lease)
    for clock.now in (1.0, 50.0, 60.0):
        farm.step()
    assert lease.beat()
    for clock.now in (61.5, 100.0, 121.0):
        farm.step()
    assert open_tickets(tmp_path) == []
    clock.now = 122.0
    farm.step()
    assert open_tickets(tmp_path) == ["0000001.001"]


@pytest.mark.parametrize("jump_s", [-86400.0, 86400.0])
def test_a_clock_that_is_set_ends_no_lease(tmp_path: Path, jump_s: float) -> None:
    farm, clock = make(tmp_path, {"park": [[0]]}, limits=Limits(lease_s=60.0))
    farm.step()
    lease = claim(tmp_path, "one")
    assert lease is not None
    elsewhere(tmp_path, lease)
    path = tmp_path / LEASES / f"{lease.note.ticket.name}.json"
    for beat in range(30):
        clock.now += 10.0
        when = path.stat().st_mtime + (jump_s if beat == 10 else 10.0)
        os.utime(path, (when, when))
        farm.step()
    assert lease.beat()
    assert open_tickets(tmp_path) == []


def in_hand(root: Path, row: int) -> None:
    """This process is at a row, by its diary."""
    SlotDiary(root, "embedded engine").begins("park", f"{row:016x}", row, 1)


def test_a_clip_whose_process_dies_again_and_again_is_given_up_and_its_batch_is_not(tmp_path: Path) -> None:
    farm, _ = make(tmp_path, {"park": [[0, 1, 2]]}, limits=Limits(deaths=3))
    for _ in range(3):
        farm.step()
        # Who takes row 1 dies at it.
        while (lease := claim(tmp_path, "one")) is not None:
            if 1 in lease.note.ticket.rows:
                in_hand(tmp_path, 1)
                note = lease.note.model_copy(update={"started": lease.note.started + 1})
                LocalStore(tmp_path).replace(f"{LEASES}/{note.ticket.name}.json", note.canonical())
            else:
                render(tmp_path, lease)
    farm.step()
    assert farm.is_done
    assert list(farm.quarantined) == [1]
    given_up = read_result(LocalStore(tmp_path), f"{1:064x}")
    assert given_up is not None
    assert given_up.reject_reason == "quarantined"
    assert given_up.detail == "the process that rendered it ended (3 attempts, on one)"


def test_a_clip_that_fails_three_times_is_given_up_with_its_reason(tmp_path: Path) -> None:
    farm, _ = make(tmp_path, {"park": [[0, 1]]}, limits=Limits(given_up=1))
    visits = 0
    while not farm.is_done:
        farm.step()
        lease = claim(tmp_path, "one")
        if lease is not None:
            rows = lease.note.ticket.rows
            visits += 1 in rows
            render(tmp_path, lease, tuple(row for row in rows if row != 1), ((1, "no such leg"),) if 1 in rows else ())
    assert visits == 3
    assert farm.quarantined == {1: "no such leg (3 attempts, on one)"}


def test_more_failures_than_a_run_puts_up_with_end_it_and_the_next_one_tries_anew(tmp_path: Path) -> None:
    farm, _ = make(tmp_path, {"park": [[0], [1]]}, limits=Limits(given_up=0, visits=1))
    farm.step()
    lease = claim(tmp_path, "one")
    assert lease is not None
    render(tmp_path, lease, (), ((0, "no such leg"),))
    with pytest.raises(EngineError, match=r"1 of 4 clips failed on every attempt, first row 0: no such leg.*more than 0 are not given up"):
        farm.step()
    assert names(tmp_path / FAILURES) == []
    assert read_result(LocalStore(tmp_path), f"{0:064x}") is None


def test_failures_outlive_the_supervisor(tmp_path: Path) -> None:
    for visit in range(3):
        farm, _ = make(tmp_path, {"park": [[0]]})
        farm.step()
        lease = claim(tmp_path, "one")
        assert lease is not None
        render(tmp_path, lease, (), ((0, "no such leg"),))
        farm.step()
        assert bool(farm.quarantined) == (visit == 2)


def test_another_supervisor_goes_on_with_the_leases_that_run(tmp_path: Path) -> None:
    first, _ = make(tmp_path, {"park": [[0, 1], [2, 3]]})
    first.step()
    lease = claim(tmp_path, "one")
    assert lease is not None
    second, _ = make(tmp_path, {"park": [[0, 1, 2, 3]]})
    second.step()
    assert lease.beat()
    other = claim(tmp_path, "two")
    assert other is not None
    assert set(other.note.ticket.rows) == {0, 1, 2, 3} - set(lease.note.ticket.rows)
    render(tmp_path, lease)
    render(tmp_path, other)
    second.step()
    assert second.is_done


@pytest.mark.parametrize("how", ["stop", "pause"])
def test_nothing_is_opened_while_a_run_stops_or_waits(tmp_path: Path, how: str) -> None:
    farm, _ = make(tmp_path, {"park": [[0], [1]]}, window=1)
    farm.step()
    lease = claim(tmp_path, "one")
    assert lease is not None
    ask_to_stop(tmp_path) if how == "stop" else set_paused(tmp_path, True)
    farm.step()
    render(tmp_path, lease)
    if how == "stop":
        with pytest.raises(RunStopped, match="3 of 4 clips are left; run the same command again"):
            farm.step()
    else:
        farm.step()
    assert open_tickets(tmp_path) == []
    assert not farm.is_done
    if how == "pause":
        set_paused(tmp_path, False)
        farm.step()
        assert len(open_tickets(tmp_path)) == 1


def test_damaged_tickets_are_written_anew_and_damaged_leases_end(tmp_path: Path) -> None:
    farm, clock = make(tmp_path, {"park": [[0], [1], [2]]}, limits=Limits(lease_s=60.0))
    farm.step()
    lease = claim(tmp_path, "one")
    assert lease is not None
    (tmp_path / LEASES / f"{lease.note.ticket.name}.json").write_bytes(b"{")
    first, second = open_tickets(tmp_path)
    (tmp_path / TICKETS / f"{first}.json").write_bytes(b"")
    (tmp_path / TICKETS / f"{second}.json").unlink()
    farm.step()
    clock.now = 61.0
    farm.step()
    rows = []
    while (one := claim(tmp_path, "two")) is not None:
        rows += one.note.ticket.rows
    assert sorted(rows) == [0, 1, 2]


def test_an_outcome_that_nobody_asked_for_is_put_away(tmp_path: Path) -> None:
    farm, _ = make(tmp_path, {"park": [[0]]})
    farm.step()
    lease = claim(tmp_path, "one")
    assert lease is not None
    render(tmp_path, lease, (), ((3, "a row of another batch"),))
    farm.step()
    assert names(tmp_path / FAILURES) == []
    assert len(open_tickets(tmp_path)) == 1


# -- any order of events -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(12))
def test_whatever_happens_every_row_ends_and_no_two_live_leases_share_one(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    rows = list(range(40))
    batches = {scene: [rows[at : at + 4] for at in range(first, 40, 8)] for first, scene in ((0, "park"), (4, "beach"))}
    farm, clock = make(tmp_path, batches, window=chance.choice([1, 3, 9]), limits=Limits(lease_s=60.0, given_up=99, deaths=50))
    poison = set(chance.sample(rows, 2))
    live: list[Lease] = []

    def finish(lease: Lease) -> None:
        mine = lease.note.ticket.rows
        kept = tuple(row for row in mine if row not in poison and chance.random() < 0.9)
        render(tmp_path, lease, kept, tuple((row, "poison") for row in mine if row in poison))
        live.remove(lease)

    def lose(lease: Lease) -> None:
        for row in lease.note.ticket.rows:
            if row not in poison and chance.random() < 0.5:
                stage_result(LocalStore(tmp_path), result(row))
        died(tmp_path, lease)
        live.remove(lease)

    def fall_silent(lease: Lease) -> None:
        elsewhere(tmp_path, lease)
        live.remove(lease)

    def damage(lease: Lease) -> None:
        (tmp_path / LEASES / f"{lease.note.ticket.name}.json").write_bytes(b"{")
        live.remove(lease)

    acts: list[Callable[[Lease], None]] = [finish, finish, finish, lose, fall_silent, damage]
    for turn in range(4000):
        if turn % 97 == 96 and not farm.is_done:
            left = [row for row in rows if read_result(LocalStore(tmp_path), f"{row:064x}") is None]
            farm, clock = make(tmp_path, {"park": [left]}, window=3, limits=Limits(lease_s=60.0, given_up=99, deaths=50), count=40)
        clock.now += chance.choice([1.0, 5.0, 70.0])
        for lease in live:
            lease.beat()
        farm.step()
        held = [row for lease in live for row in lease.note.ticket.rows]
        assert len(held) == len(set(held))
        if farm.is_done:
            break
        if chance.random() < 0.6 and len(live) < 4 and (new := claim(tmp_path, f"slot{chance.randrange(4)}", chance.choice(["", "park"]))):
            live.append(new)
        elif live:
            chance.choice(acts)(chance.choice(live))
    assert farm.is_done
    records = {row: read_result(LocalStore(tmp_path), f"{row:064x}") for row in rows}
    assert {row for row, record in records.items() if record is not None and record.reject_reason == "quarantined"} == poison
    assert all(record is not None for record in records.values())
