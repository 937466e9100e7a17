"""The farm's simulator agrees with closed forms, and with a plain simulation clip by clip (`farm_oracle.py`) to the microsecond."""

import sys
from pathlib import Path

import numpy as np
import pytest
from farm_oracle import play

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))

from farm_jobs import US, Fault, Jobs, Rates, draw, fitted, lognormal_scenes, shared_out
from farm_model import Board, Costs, Outcome, Ticket, auto_batch, cut, lower_bound_us, root_batch, simulate
from farm_sim import PROFILES, changed, parsed, predict, row_of, wasted

FREE = Costs(0.0, 0.0, 0.0)
FAULTY = Rates(crash=0.03, bad=0.01, deaths_an_hour=6.0)


def drawn(clips: int = 300, scenes: int = 5, rates: Rates = FAULTY, seed: int = 1) -> Jobs:
    return draw(lognormal_scenes(20.0, 0.2, scenes, 0.2), shared_out(clips, [k + 1.0 for k in range(scenes)]), rates, seed, resample=False)


def equal(clips: int, seconds: float, scenes: int = 1) -> Jobs:
    return Jobs(np.full(clips, round(seconds * US), np.int64), shared_out(clips, [1.0] * scenes))


def test_one_slot_takes_the_sum_of_all() -> None:
    jobs = drawn(rates=Rates())
    run = simulate(jobs, 1, 16, Costs(0.25, 5.0, 2.0))
    batches = sum(-(-count // 16) for count in jobs.scene_clips)
    assert run.makespan_us == int(jobs.clip_us.sum()) + batches * 250_000 + 5 * US + 5 * 2 * US
    assert (run.spent.batches, run.spent.starts, run.spent.loads) == (batches, 1, 5)


@pytest.mark.parametrize(("clips", "slots", "batch"), [(1000, 7, 1), (1000, 7, 8), (64, 64, 3), (10, 40, 1), (59_225, 100, 32)])
def test_equal_clips_without_costs_take_as_many_rounds_of_batches_as_there_must_be(clips: int, slots: int, batch: int) -> None:
    whole, rest = divmod(clips, batch)
    run = simulate(equal(clips, 30.0), slots, batch, FREE)
    rounds, over = divmod(whole, slots)
    # The last, shorter batch is claimed last.
    expected = rounds * batch + (batch if over else (rest if rest else 0))
    assert run.makespan_us == expected * 30 * US


def test_an_engine_that_ends_with_its_batch_starts_once_a_batch() -> None:
    run = simulate(equal(100, 10.0), 1, 8, Costs(1.0, 3.0, 2.0, outlives=False))
    assert run.makespan_us == (100 * 10 + 13 * (1 + 3 + 2)) * US


def test_an_engine_is_started_anew_after_so_many_clips() -> None:
    run = simulate(equal(100, 10.0), 1, 30, Costs(0.0, 3.0, 2.0, recycle=20))
    assert run.makespan_us == (100 * 10 + 5 * (3 + 2)) * US
    assert run.spent.starts == run.spent.loads == 5


def test_faults_cost_what_they_are_said_to() -> None:
    costs = Costs(1.0, 7.0, 3.0, lease_s=60.0, down_s=20.0)
    plain = simulate(equal(10, 10.0), 1, 5, costs).makespan_us
    crash = Jobs(equal(10, 10.0).clip_us, (10,), {2: (Fault(False, 4 * US),)})
    assert simulate(crash, 1, 5, costs).makespan_us - plain == (4 + 7 + 3) * US
    given_up = Jobs(crash.clip_us, (10,), {2: (Fault(False, 4 * US),) * 3})
    run = simulate(given_up, 1, 5, costs)
    assert run.makespan_us - plain == (3 * 4 + 3 * (7 + 3) - 10) * US
    assert (run.spent.done, run.spent.quarantined) == (9, 1)
    # The last clip: nothing else to do while the lease runs out; then a claim, a start, a load, and the clip again.
    death = Jobs(crash.clip_us, (10,), {9: (Fault(True, 4 * US),)})
    assert simulate(death, 1, 5, costs).makespan_us - plain == (4 + 60 + 1 + 7 + 3) * US


@pytest.mark.parametrize("affinity", [True, False])
@pytest.mark.parametrize("slots", [1, 3, 40])
def test_slot_time_adds_up_and_every_clip_is_done_or_quarantined(slots: int, affinity: bool) -> None:
    jobs = drawn(2000)
    run = simulate(jobs, slots, 8, Costs(2.0, 30.0, 10.0, recycle=50), affinity)
    given_up = {clip for clip, faults in jobs.faults.items() if len(faults) == 3}
    assert given_up
    assert (run.spent.done, run.spent.quarantined) == (2000 - len(given_up), len(given_up))
    assert run.spent.render_us == int(np.delete(jobs.clip_us, sorted(given_up)).sum())
    assert run.spent.crashes + run.spent.deaths == sum(map(len, jobs.faults.values()))
    assert run.spent.lost_us == sum(fault.lost_us for faults in jobs.faults.values() for fault in faults)
    assert run.idle_us >= 0
    spent = run.spent
    parts = (spent.render_us, spent.lost_us, spent.batch_us, spent.start_us, spent.load_us, spent.recover_us, spent.down_us, run.idle_us)
    assert sum(map(run.share, parts)) == pytest.approx(1.0)
    assert run.makespan_us >= lower_bound_us(jobs, slots, 8, Costs(2.0, 30.0, 10.0, recycle=50))


def test_higher_rates_keep_the_faults_of_lower_ones_and_take_longer_on_one_slot() -> None:
    last: Outcome | None = None
    fewer: set[int] = set()
    for factor in (0.0, 0.5, 1.0, 2.0, 4.0):
        jobs = drawn(1000, rates=Rates(0.02 * factor, 0.0, 2.0 * factor))
        run = simulate(jobs, 1, 16, Costs(1.0, 10.0, 0.0))
        if last is not None:
            assert fewer <= set(jobs.faults)
            assert wasted(run) > wasted(last)
            assert run.makespan_us > last.makespan_us
        last, fewer = run, set(jobs.faults)


def test_the_same_seed_is_the_same_plan_and_run() -> None:
    one, two, other = drawn(500), drawn(500), drawn(500, seed=2)
    assert np.array_equal(one.clip_us, two.clip_us)
    assert one.faults == two.faults
    assert not np.array_equal(one.clip_us, other.clip_us)
    assert simulate(one, 9, 8, Costs()) == simulate(two, 9, 8, Costs())


def test_drawn_clips_have_the_mean_the_spread_and_the_faults_asked_for() -> None:
    jobs = draw([(20.0, 0.3)], [200_000], Rates(0.01, 0.002, 1.0), 5, resample=False)
    mean, spread = fitted(jobs.clip_us / US)
    assert (mean, spread) == (pytest.approx(20.0, rel=0.005), pytest.approx(0.3, rel=0.01))
    first = sum(faults[0].is_death for faults in jobs.faults.values()) / 200_000
    assert first == pytest.approx(20.0 / 3600.0, rel=0.1)
    assert len(jobs.faults) / 200_000 == pytest.approx(0.01 + 0.002 + 20.0 / 3600.0, rel=0.05)
    resampled = draw([[1.0, 2.0, 4.0], [8.0]], [3000, 10], Rates(), 5, resample=True)
    assert set((resampled.clip_us[:3000] / US).tolist()) == {1.0, 2.0, 4.0}
    assert (resampled.clip_us[3000:] == 8 * US).all()


def test_a_slot_takes_its_own_scene_then_one_that_nobody_has_then_the_one_with_most_batches_a_slot() -> None:
    tickets = [Ticket(scene, k, k + 1) for k, scene in enumerate([0, 0, 0, 0, 1, 1, 1, 2])]
    board = Board(tickets, 3, affinity=True)
    board.holders = [1, 1, 0]
    assert [ticket.scene for _ in range(2) if (ticket := board.claim(1))] == [1, 1]
    assert board.claim(-1) == Ticket(2, 7, 8)
    assert board.claim(2) == Ticket(0, 0, 1)
    assert Board(tickets, 3, affinity=False).claim(1) == Ticket(0, 0, 1)


def test_affinity_loads_each_scene_once_where_slots_are_few() -> None:
    jobs = equal(340, 10.0, scenes=17)
    on, off = (simulate(jobs, 2, 4, Costs(), affinity, "mixed") for affinity in (True, False))
    assert on.spent.loads <= 18
    assert off.spent.loads >= 80


@pytest.mark.parametrize("affinity", [True, False])
@pytest.mark.parametrize("seed", range(12))
def test_the_simulator_agrees_with_a_clip_by_clip_one(seed: int, affinity: bool) -> None:
    rng = np.random.Generator(np.random.Philox(seed))
    scenes, slots, batch, recycle = (int(rng.integers(a, b)) for a, b in ((1, 6), (1, 9), (1, 12), (0, 12)))
    costs = Costs(*rng.uniform(0.1, 40.0, 3).round(6).tolist(), bool(seed % 3), recycle, *rng.uniform(5.0, 400.0, 2).round(6).tolist())
    jobs = drawn(int(rng.integers(5, 160)), scenes, Rates(0.08, 0.02, 12.0) if seed % 4 else Rates(), seed)
    run = simulate(jobs, slots, batch, costs, affinity, "mixed" if seed % 2 else "scene")
    us = {name: round(getattr(costs, f"{name}_s") * US) for name in ("batch", "start", "load", "lease", "down")} | {
        "outlives": costs.outlives,
        "recycle": costs.recycle,
    }
    batches = [(t.scene, list(range(t.first, t.last))) for t in cut(jobs, batch, "mixed" if seed % 2 else "scene")]
    oracle = play(jobs, slots, batches, us, affinity)
    assert (run.makespan_us, run.spent.render_us, run.spent.lost_us) == (oracle.makespan, oracle.render, oracle.lost)
    assert (run.spent.starts, run.spent.loads, run.spent.batches) == (oracle.starts, oracle.loads, oracle.batches)
    assert sorted(oracle.done + oracle.quarantined) == list(range(len(jobs.clip_us)))
    assert run.spent.quarantined == len(oracle.quarantined)
    assert lower_bound_us(jobs, slots, batch, costs) <= run.makespan_us


def test_a_prediction_of_equal_clips_is_exact() -> None:
    times = {"start_s": 3.0, "load_s": 1.0, "scenes": {"a": [2.0], "b": [2.0]}}
    predicted = predict(times, ["a", "b"] * 8, 2, 4, Costs(0.5, 3.0, 1.0), affinity=True)
    assert set(predicted) == {3.0 + 1.0 + 2 * (0.5 + 4 * 2.0)}


def test_costs_are_of_all_slots_while_any_renders_and_of_one_while_it_is_published(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["farm_sim.py", "--dollars", "2", "--finish-clip-s", "3.6", "--batch-s", "0"])
    profile = changed(PROFILES["local"], parsed(), {"start_s": 0.0, "load_s": 0.0, "finish_clip_s": 9.0})
    row = row_of(profile, equal(1000, 36.0), 10, "10", True, "scene", 0)
    assert row["makespan_h"] == pytest.approx(1.0)
    assert (row["use"], row["of_bound"], row["finish_h"]) == (pytest.approx(1.0), pytest.approx(1.0), pytest.approx(1.0))
    assert row["dollars"] == pytest.approx(2 * (10 + 1))


def test_the_automatic_batch_size_and_the_number_of_attempts_are_those_of_the_runner(tmp_path: Path) -> None:
    from hmworld.produce import SlotSpec, plan_batches
    from hmworld.produce.batch import ATTEMPTS

    assert ATTEMPTS == 3
    for clips, slots in ((1, 1), (50, 2), (1000, 2), (700, 100)):
        (pool,) = plan_batches(tmp_path, range(clips), ["a"] * clips, [SlotSpec()] * slots)
        assert max(len(batch.rows) for batch in pool.batches) == auto_batch(clips, slots)


def test_the_root_rule_is_close_to_the_best_batch_size() -> None:
    assert root_batch(59_225, 1000, Costs(8.0, 90.0, 30.0), 30.0) == 6  # sqrt(2 * 59.225 * 8 / 30) = 5.6
    assert root_batch(100, 10, Costs(1.0, 3.0, 1.0, outlives=False), 1.0) == 10
    jobs, costs = drawn(20_000, rates=Rates()), Costs(11.0, 90.0, 30.0)
    spans = {batch: simulate(jobs, 100, batch, costs).makespan_us for batch in (2, 4, 8, 16, 32, 64, 128)}
    assert simulate(jobs, 100, root_batch(20_000, 100, costs, 20.0), costs).makespan_us < 1.03 * min(spans.values())
