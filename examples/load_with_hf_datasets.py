"""Read a dataset with Hugging Face `datasets` (`pip install datasets av`): `python examples/load_with_hf_datasets.py demo-dataset`.

In place of a folder, the name of a repository on the Hub does as well.
"""

import io
import sys
from itertools import islice
from typing import Any

import av
import numpy as np
from datasets import Video, get_dataset_config_names, load_dataset


def decode_video(data: bytes, pixel_format: str) -> np.ndarray:
    """All frames: (T, H, W, 3) for rgb24, (T, H, W) for gray and gray16le."""
    with av.open(io.BytesIO(data)) as video:
        return np.stack([frame.to_ndarray(format=pixel_format) for frame in video.decode(video=0)])


def gone_for(seconds: float) -> Any:
    """A test on the json of a sample: whether somebody is away so long and then back."""
    return lambda meta: any(e["kind"] == "absence" and e["gap_frames"] >= seconds * meta["render"]["fps"] for e in meta["events"])


def main(source: str) -> None:
    """A few clips of each split, chosen by their events."""
    # The dataset card tells splits and types, so nothing is guessed. Streaming reads shards as they come and copies nothing; leave it
    # out and `datasets` keeps a copy in its cache, where any sample can be reached by its number.
    for name, split in load_dataset(source, streaming=True).items():
        # A `Video` is decoded by torchcodec where it is looked at. Cast so it stays the bytes of the file, for any decoder.
        clips = split.cast_column("mp4", Video(decode=False))
        chosen = clips.filter(gone_for(seconds=0.5), input_columns=["json"]).shuffle(seed=0, buffer_size=8)
        for sample in chosen.take(3):
            pictures = decode_video(sample["mp4"]["bytes"], "rgb24")
            masks = decode_video(sample["mask.mkv"], "gray")
            poses = np.array(sample["npz"]["T_world_camera"])  # arrays come as nested lists
            print(f"{name} {sample['__key__']}: pictures {pictures.shape}, {masks.max()} subjects, poses {poses.shape}")
            print(f"  {sample['txt']}")
    # Optional streams are configs of their own, with the same clips in the same order.
    if "depth" in get_dataset_config_names(source):
        for name, split in load_dataset(source, "depth", streaming=True).items():
            for sample in islice(split, 1):
                steps = decode_video(sample["depth.mkv"], "gray16le")  # 1/256 m, 0 = sky
                print(f"{name} {sample['__key__']}: depth {steps.shape}, nearest {steps[steps > 0].min() / 256:.2f} m")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "demo-dataset")
