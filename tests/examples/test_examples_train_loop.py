"""The training loop of the examples, on two ranks with workers, stopped and gone on with."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import hmworld as hm

pytest.importorskip("torch", reason="PyTorch is not installed: pip install 'hmworld[train]'")

EXAMPLE = Path(__file__).parents[2] / "examples" / "train_loop.py"
STEP = re.compile(r"step (\d+) epoch (\d+) loss (\d+\.\d+) (.*)")


def train(folder: Path, dataset: Path, steps: int, ranks: int) -> list[tuple[int, int, float, tuple[str, ...]]]:
    """Steps that rank 0 told of."""
    launch = ["-m", "torch.distributed.run", "--standalone", "--nproc_per_node", str(ranks)] if ranks > 1 else []
    command = [sys.executable, *launch, str(EXAMPLE), str(dataset), "--steps", str(steps), "--batch-size", "1", "--workers", "1"]
    done = subprocess.run(command, cwd=folder, env={**os.environ, "OMP_NUM_THREADS": "1"}, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    found = [match.groups() for match in map(STEP.match, done.stdout.splitlines()) if match]
    return [(int(step), int(epoch), float(loss), tuple(clips.split())) for step, epoch, loss, clips in found]


def test_it_trains_and_goes_on_from_its_checkpoint_with_other_ranks(tiny_dataset: Path, tmp_path: Path) -> None:
    first = train(tmp_path, tiny_dataset, 2, ranks=2)
    assert [step for step, _, _, _ in first] == [1, 2]
    assert all(0.0 < loss < 1.0 for _, _, loss, _ in first)
    rest = train(tmp_path, tiny_dataset, 5, ranks=1)
    assert [step for step, _, _, _ in rest] == [3, 4, 5]
    # What two ranks took in two steps is not taken again: 4 units are through.
    stream = (
        hm.open(tiny_dataset)
        .filter("n_absences >= 1 and split == 'train'")
        .stream(1, "8+8", ("caption",), spanning="entry", stride=2, seed=1, remainder="repeat")
    )
    order = [tuple(batch["clip_id"]) for _ in range(3) for batch in stream]
    assert [clips for _, _, _, clips in first] == [order[0], order[2]]
    assert [clips for _, _, _, clips in rest] == order[4:7]
