"""The stream in PyTorch's loader: worlds, workers, tensors, and runs that are killed."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from synthetic_datasets import Shape, make_dataset

import hmworld as hm
from hmworld.dataset import Dataset
from hmworld.errors import UsageError

pytestmark = pytest.mark.filterwarnings("ignore:This DataLoader will create:UserWarning")

torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install 'hmworld[train]'")

WORLDS = range(1, 17)
TRAINER = Path(__file__).parent / "trainer.py"


@pytest.fixture(scope="module")
def uniform(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """23 clips of one subject: 69 windows of 8 frames."""
    return hm.open(make_dataset(tmp_path_factory.mktemp("torch") / "set", Shape(clips=23, subjects=(1,), clips_per_shard=4)))


def units(batches: Any) -> list[tuple[str, int]]:
    return [(clip, int(start)) for batch in batches for clip, start in zip(batch["clip_id"], batch["start"], strict=True)]


@pytest.mark.parametrize("workers", range(5))
def test_worlds_and_workers_share_an_epoch(uniform: Dataset, workers: int) -> None:
    whole = units(uniform.stream(1, 8, ("time_s",), seed=1))
    # All worlds in this process; in CI's two cores 16 x 5 loaders with processes of their own would take minutes.
    for world in WORLDS if workers == 0 else (1, 2, 5, 16):
        ranks = [
            list(uniform.stream(2, 8, ("time_s",), seed=1, rank=rank, world_size=world).loader(workers))
            for rank in (range(world) if workers == 0 or world < 16 else (0, 7, 15))
        ]
        assert {len(batches) for batches in ranks} == {len(whole) // (2 * world)}
        for rank, batches in zip(range(world) if len(ranks) == world else (0, 7, 15), ranks, strict=True):
            expected = [whole[(step * world + rank) * 2 :][:2] for step in range(len(batches))]
            assert [units([batch]) for batch in batches] == expected


def test_batches_are_tensors(uniform: Dataset) -> None:
    batch = next(iter(uniform.stream(3, "4+4", ("rgb", "mask", "hydra12", "caption")).loader(1)))
    assert batch["context"]["rgb"].dtype == torch.uint8
    assert batch["context"]["rgb"].shape == (3, 4, 32, 48, 3)
    assert batch["target"]["hydra12"].dtype == torch.float32
    assert batch["caption"][0].startswith("clip ")


def test_torchs_own_loader_takes_a_stream(uniform: Dataset) -> None:
    loader = torch.utils.data.DataLoader(uniform.stream(3, 8, ("time_s",), seed=4), batch_size=None, num_workers=2)
    assert units(loader) == units(uniform.stream(3, 8, ("time_s",), seed=4))
    assert len(loader) == 23


def test_a_loaders_state_is_of_what_the_trainer_has(uniform: Dataset) -> None:
    whole = units(uniform.stream(2, 8, ("time_s",), seed=6))
    loader = uniform.stream(2, 8, ("time_s",), seed=6).loader(3, prefetch_factor=4)
    running = iter(loader)
    taken = units([next(running) for _ in range(5)])
    state = loader.state_dict()
    assert state["done"] == 10
    resumed = uniform.stream(2, 8, ("time_s",), seed=6, resume=state).loader(2)
    assert taken + units(resumed) == whole[:68]
    second = units(resumed)
    assert len(second) == 68
    assert second != whole[:68]
    assert resumed.state_dict()["epoch"] == 2


def test_raw_bytes_are_tensors(uniform: Dataset) -> None:
    for workers in (0, 1):
        batch = next(iter(uniform.stream(2, 8, ("raw",), shuffle=False).loader(workers)))
        assert batch["raw"][0]["txt"].dtype == torch.uint8
        assert batch["raw"][0]["txt"].numpy().tobytes() == b"clip 0"


def test_options_that_mix_the_order_are_refused(uniform: Dataset) -> None:
    for option in ({"persistent_workers": True}, {"in_order": False}):
        with pytest.raises(UsageError, match="batches come in one order"):
            uniform.stream(2, 8, ("time_s",)).loader(2, **option)
    loader = torch.utils.data.DataLoader(uniform.stream(2, 8, ("time_s",)), batch_size=None, num_workers=2, persistent_workers=True)
    assert len(list(loader)) == 34
    with pytest.raises(UsageError, match="leave persistent_workers out"):
        list(loader)


def test_workers_do_not_wait_for_a_lock_of_another_thread(uniform: Dataset) -> None:
    with uniform.location._lock:  # type: ignore[attr-defined]
        batches = iter(uniform.stream(2, 8, ("time_s",)).loader(1, timeout=60))
        assert len(next(batches)["clip_id"]) == 2


def test_a_stream_needs_no_torch(uniform: Dataset) -> None:
    code = """
import sys
sys.modules["torch"] = None
import hmworld as hm
from hmworld.errors import UsageError
stream = hm.open(sys.argv[1]).stream(2, 8, ("time_s",))
assert len(list(stream)) == 34
try:
    stream.loader(1)
except UsageError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", code, str(uniform.root)], capture_output=True, text=True)
    assert done.stdout.startswith("stream.loader needs PyTorch: pip install"), done.stderr


@pytest.mark.parametrize(
    ("before", "after"), [pytest.param(3, 3, marks=pytest.mark.long), (3, 2), pytest.param(2, 4, marks=pytest.mark.long)]
)
def test_runs_that_are_killed_go_on_in_the_same_order(uniform: Dataset, tmp_path: Path, before: int, after: int) -> None:
    """Ranks are processes with workers of their own; all are killed with SIGKILL while they train."""
    whole = units(uniform.stream(1, 8, ("time_s",), seed=3))
    logs = [tmp_path / f"rank-{rank}.jsonl" for rank in range(before)]
    ranks = [_start(uniform, log, rank, before, "{}", pause_s=0.05) for rank, log in enumerate(logs)]
    try:
        deadline = time.monotonic() + 120
        while min(len(_lines(log)) for log in logs) < 4:
            assert time.monotonic() < deadline
            assert all(rank.poll() is None for rank in ranks)
            time.sleep(0.02)
    finally:
        for rank in ranks:
            os.killpg(rank.pid, signal.SIGKILL)
            rank.wait()
    # A checkpoint is of a step that all ranks have done.
    done = [_lines(log) for log in logs]
    steps = min(len(lines) for lines in done)
    assert 4 <= steps < len(whole) // before
    assert len({json.dumps(lines[steps - 1]["state"]) for lines in done}) == 1
    taken = [tuple(unit) for step in range(steps) for lines in done for unit in lines[step]["units"]]
    logs = [tmp_path / f"again-{rank}.jsonl" for rank in range(after)]
    ranks = [_start(uniform, log, r, after, json.dumps(done[0][steps - 1]["state"])) for r, log in enumerate(logs)]
    assert [rank.wait(120) for rank in ranks] == [0] * after
    rest = [_lines(log) for log in logs]
    assert len({len(lines) for lines in rest}) == 1
    taken += [tuple(unit) for step in zip(*rest, strict=True) for lines in step for unit in lines["units"]]
    assert taken == whole[: len(taken)]
    assert len(whole) - len(taken) < after


def _start(dataset: Dataset, log: Path, rank: int, world: int, state: str, pause_s: float = 0.0) -> "subprocess.Popen[bytes]":
    command = [sys.executable, TRAINER, dataset.root, log, rank, world, state, pause_s]
    return subprocess.Popen([str(part) for part in command], start_new_session=True)


def _lines(log: Path) -> list[dict[str, Any]]:
    if not log.exists():
        return []
    return [json.loads(line) for line in log.read_text().splitlines(keepends=True) if line.endswith("\n")]
