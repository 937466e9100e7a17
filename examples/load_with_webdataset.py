"""Train on a dataset with plain `webdataset`, NumPy and PyAV, nothing of ours: `python examples/load_with_webdataset.py demo-dataset`."""

import io
import json
import sys
from pathlib import Path

import av
import numpy as np
import webdataset as wds


def decode_video(data: bytes, pixel_format: str) -> np.ndarray:
    """All frames: (T, H, W, 3) for rgb24, (T, H, W) for gray."""
    with av.open(io.BytesIO(data)) as video:
        return np.stack([frame.to_ndarray(format=pixel_format) for frame in video.decode(video=0)])


def read_json(sample: dict) -> dict:
    """The small part of a sample first: clips can be chosen by it before any picture is decoded."""
    return {**sample, "json": json.loads(sample["json"])}


def has_absence(sample: dict) -> bool:
    """Whether somebody leaves the picture and comes back."""
    return any(event["kind"] == "absence" for event in sample["json"]["events"])


def read_rest(sample: dict) -> dict:
    """Pictures, masks and arrays. Arrays are (T, ...) for the camera and (S, T, ...) for S subjects."""
    pictures, masks = decode_video(sample["mp4"], "rgb24"), decode_video(sample["mask.mkv"], "gray")
    return {**sample, "pictures": pictures, "masks": masks, "arrays": dict(np.load(io.BytesIO(sample["npz"])))}


def main(folder: str) -> None:
    """One epoch over the training split, in an order that the seed decides."""
    shards = [str(path) for path in sorted(Path(folder).glob("shards/train-*.tar"))]
    if not shards:
        sys.exit(f"{folder}: holds no shards/train-*.tar")
    # `shardshuffle` mixes whole shards, `shuffle` the samples that are in memory. With a torch DataLoader (batch_size=None) add
    # nodesplitter=wds.split_by_node, and every worker of every rank gets shards of its own.
    samples = wds.WebDataset(shards, shardshuffle=100, seed=0).map(read_json).select(has_absence).shuffle(8, seed=0).map(read_rest)
    for sample in samples:
        meta, arrays = sample["json"], sample["arrays"]
        cut = meta["render"]["context_frames"]
        context, target = sample["pictures"][:cut], sample["pictures"][cut:]  # what the model sees, and what it has to show
        print(f"{meta['clip_id']}: context {context.shape}, target {target.shape}: {sample['txt'].decode()}")
        for event in meta["events"]:
            if event["kind"] == "absence":
                camera = arrays["T_world_camera"][event["exit_frame"], :3, 3].round(2).tolist()
                back = (sample["masks"][event["entry_frame"]] == event["subject"]).sum()
                times = f"out at {event['exit_time_s']:.2f} s, back at {event['return_time_s']:.2f} s with {back} pixels"
                print(f"  subject {event['subject']} {times}; the camera stood at {camera} when it left")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "demo-dataset")
