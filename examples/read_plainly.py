"""Read a dataset with plain `webdataset` and NumPy, nothing of ours: `python examples/read_plainly.py demo-dataset`."""

import io
import json
import sys
from pathlib import Path

import numpy as np
import webdataset as wds


def main(folder: str) -> None:
    """Print who leaves when, and where the camera was."""
    shards = [str(path) for path in sorted(Path(folder).glob("shards/*.tar"))]
    for sample in wds.WebDataset(shards, shardshuffle=False):
        meta, arrays = json.loads(sample["json"]), np.load(io.BytesIO(sample["npz"]))
        print(sample["__key__"], sample["txt"].decode())
        for event in meta["events"]:
            if event["kind"] == "absence":
                camera = arrays["T_world_camera"][event["exit_frame"], :3, 3].round(2)
                times = f"out {event['exit_time_s']:.2f} s, back {event['return_time_s']:.2f} s"
                print(f"  subject {event['subject']} {times}, camera at {camera}")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "demo-dataset")
