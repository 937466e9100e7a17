"""Train a video world model's toy sister on a dataset: `torchrun --nproc_per_node 2 examples/train_loop.py demo-dataset`.

All that a real run has, small: distributed data parallel, a stream that every rank has its share of, worker processes, checkpoints from
which a killed run goes on with the next batch, on as many ranks as there are then. Runs on CPUs (gloo); without torchrun, on one rank.
"""

import argparse
import os
from pathlib import Path
from typing import Any

import torch
from torch import nn

import hmworld as hm

CONTEXT, TARGET = 8, 8
SIZE = (24, 40)
"""Height and width that the model sees."""


class Predictor(nn.Module):
    """Guesses each target frame from the mean context frame and where the camera is."""

    def __init__(self) -> None:
        super().__init__()
        self.pose = nn.Sequential(nn.Linear(12, 32), nn.GELU(), nn.Linear(32, 8))
        self.net = nn.Sequential(nn.Conv2d(3 + 8, 32, 3, padding=1), nn.GELU(), nn.Conv2d(32, 3, 3, padding=1))

    def forward(self, context: torch.Tensor, poses: torch.Tensor) -> torch.Tensor:
        """Context (B, C, 3, H, W) and target poses (B, T, 12) to target frames (B, T, 3, H, W)."""
        seen = context.mean(1, keepdim=True).expand(-1, poses.shape[1], -1, -1, -1)
        where = self.pose(poses)[..., None, None].expand(*poses.shape[:2], 8, *seen.shape[-2:])
        return seen + self.net(torch.cat([seen, where], 2).flatten(0, 1)).unflatten(0, poses.shape[:2])


def pictures(rgb: torch.Tensor) -> torch.Tensor:
    """(B, T, H, W, 3) bytes to small pictures (B, T, 3, h, w) from 0 to 1."""
    flat = rgb.flatten(0, 1).permute(0, 3, 1, 2).float() / 255
    return nn.functional.interpolate(flat, SIZE, mode="area").unflatten(0, rgb.shape[:2])


def main() -> None:
    """Train until the steps are done, from the checkpoint where there is one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dataset")
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--batch-size", type=int, default=2)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--checkpoint", type=Path, default=Path("train-loop.pt"))
    options = parser.parse_args()
    rank, world = int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1"))
    if world > 1:
        torch.distributed.init_process_group("gloo")
    torch.manual_seed(0)
    model = nn.parallel.DistributedDataParallel(Predictor()) if world > 1 else Predictor()
    optimizer = torch.optim.AdamW(model.parameters(), 1e-3)
    saved: dict[str, Any] = torch.load(options.checkpoint, weights_only=False) if options.checkpoint.exists() else {}

    dataset = hm.open(options.dataset).filter("n_absences >= 1 and split == 'train'")
    # Windows that hold a whole absence are long; these begin before a subject comes back, and show it come back.
    stream = dataset.stream(
        options.batch_size,
        f"{CONTEXT}+{TARGET}",
        ("rgb", "hydra12"),
        spanning="entry",
        stride=2,
        rank=rank,
        world_size=world,
        seed=1,
        remainder="repeat",
        resume=saved.get("stream"),
    )
    loader = stream.loader(workers=options.workers)
    if saved:
        (model.module if world > 1 else model).load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
    step = saved.get("step", 0)
    while step < options.steps:
        for batch in loader:
            guess = model(pictures(batch["context"]["rgb"]), batch["target"]["hydra12"])
            loss = nn.functional.mse_loss(guess, pictures(batch["target"]["rgb"]))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            step += 1
            if rank == 0:
                print(f"step {step} epoch {batch['epoch']} loss {loss.item():.4f} {' '.join(batch['clip_id'])}", flush=True)
                state = {"step": step, "stream": loader.state_dict(), "optimizer": optimizer.state_dict()}
                torch.save({**state, "model": (model.module if world > 1 else model).state_dict()}, f"{options.checkpoint}.part")
                os.replace(f"{options.checkpoint}.part", options.checkpoint)
            if step == options.steps:
                break
    if world > 1:
        torch.distributed.destroy_process_group()


if __name__ == "__main__":
    main()
