"""Orders and shares as numbers alone: disjoint, equal, together the whole, for any number of ranks, and after a resume."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hmworld.dataset.stream.order import Share, shuffled, starts_between

worlds = st.integers(1, 16)
ORDER = [7, 5, 9, 8, 6, 4, 3, 2, 1, 0]
BLOCKS = [7, 8, 6, 2, 1, 0, 5, 9, 4, 3]
STARTS = [0, 1, 9, 79, 73, 2277]


def taken(count: int, world: int, batch: int, remainder: str = "drop", done: int = 0) -> list[list[int]]:
    """Places that each rank takes, in its order."""
    shares = [Share(rank, world, batch, remainder) for rank in range(world)]  # type: ignore[arg-type]
    return [[int(p) for step in range(s.steps(count, done)) for p in s.places(count, done, step)] for s in shares]


@given(st.integers(1, 400), worlds, st.integers(1, 7))
def test_ranks_are_disjoint_equal_and_together_the_whole_but_for_less_than_a_step(count: int, world: int, batch: int) -> None:
    ranks = taken(count, world, batch)
    assert len({len(rank) for rank in ranks}) == 1
    together = sorted(place for rank in ranks for place in rank)
    assert together == list(range(len(together)))
    assert 0 <= count - len(together) < world * batch


@given(st.integers(1, 400), worlds, st.integers(1, 7))
def test_filled_up_ranks_are_equal_and_leave_nothing_out(count: int, world: int, batch: int) -> None:
    ranks = taken(count, world, batch, "repeat")
    assert len({len(rank) for rank in ranks}) == 1
    together = [place for rank in ranks for place in rank]
    assert set(together) == set(range(count))
    assert 0 <= len(together) - count < world * batch


@given(st.integers(1, 300), st.lists(st.tuples(worlds, st.integers(1, 5), st.integers(0, 9)), min_size=1, max_size=5))
def test_a_run_that_goes_on_with_other_ranks_goes_on_in_the_same_order(count: int, runs: list[tuple[int, int, int]]) -> None:
    done, seen = 0, []
    for world, batch, steps in runs:
        shares = [Share(rank, world, batch, "drop") for rank in range(world)]
        for step in range(min(steps, shares[0].steps(count, done))):
            seen += [int(p) for share in shares for p in share.places(count, done, step)]
        done += min(steps, shares[0].steps(count, done)) * shares[0].per_step
    assert seen == list(range(done))


@given(st.integers(1, 300), st.integers(0, 2**31), st.integers(0, 5))
def test_a_global_order_is_a_permutation_of_its_seed_and_epoch(count: int, seed: int, epoch: int) -> None:
    shards = np.arange(count) // 7
    order = shuffled("global", shards, 8, seed, epoch)
    assert sorted(order.tolist()) == list(range(count))
    np.testing.assert_array_equal(order, shuffled("global", shards, 8, seed, epoch))
    if count > 20:
        assert (order != shuffled("global", shards, 8, seed + 1, epoch)).any()
        assert (order != shuffled("global", shards, 8, seed, epoch + 1)).any()


def test_orders_do_not_change_with_versions() -> None:
    assert shuffled("global", np.zeros(10, np.int64), 8, 7, 2).tolist() == ORDER
    assert shuffled("blocks", np.arange(10) // 3, 2, 7, 2).tolist() == BLOCKS
    assert starts_between(np.zeros(6, np.int64), np.array([0, 1, 9, 99, 999, 9999]), 7, 2).tolist() == STARTS


@given(st.integers(1, 40), st.integers(1, 9), st.integers(1, 5), st.integers(0, 99))
def test_blocks_keep_the_units_of_few_shards_together(shard_count: int, per_shard: int, block: int, seed: int) -> None:
    shards = np.repeat(np.arange(shard_count), per_shard)
    order = shuffled("blocks", shards, block, seed, 0)
    assert sorted(order.tolist()) == list(range(len(shards)))
    for first in range(0, len(order), block * per_shard):
        part = shards[order[first : first + block * per_shard]]
        assert len(set(part.tolist())) == min(block, shard_count - first // per_shard)


def test_a_global_order_mixes_evenly() -> None:
    """Means of places, over many epochs, are those of a fair shuffle: within 5 standard deviations."""
    count, epochs = 50, 400
    places = np.array([np.argsort(shuffled("global", np.zeros(count, np.int64), 8, 1, e)) for e in range(epochs)])
    deviation = np.sqrt((count**2 - 1) / 12 / epochs)
    assert np.abs(places.mean(0) - (count - 1) / 2).max() < 5 * deviation


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1), st.integers(0, 99))
def test_starts_lie_between_their_bounds(bounds: list[tuple[int, int]], seed: int) -> None:
    low, high = np.array([min(b) for b in bounds]), np.array([max(b) for b in bounds])
    starts = starts_between(low, high, seed, 0)
    assert ((starts >= low) & (starts <= high)).all()


def test_starts_are_spread_over_all_that_is_between() -> None:
    starts = starts_between(np.zeros(4000, np.int64), np.full(4000, 9), 3, 1)
    assert np.bincount(starts, minlength=10).min() > 300
