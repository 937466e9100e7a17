"""Masks as HM-World's videos have them, subjects red on black; and such videos read as masks.

Our convention `red-shades-1`: subject k is (255 - 18 (k - 1), 0, 0), so that readers that look for red, or for values above 127, see all
of up to 8 subjects, and a reader of ours can tell them apart. Stored losslessly (H.264, qp 0, 4:4:4), so edges stay where they are.
"""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from av.codec.context import Flags
from numpy.typing import NDArray

from hmworld.errors import DatasetError

MASK_CONVENTION = "red-shades-1"
SHADE = 18
MOST_SUBJECTS = 8


def write_red_masks(path: Path, masks: Iterable[NDArray[np.uint8]], size: tuple[int, int], fps: int) -> None:
    """Write masks (H, W), 0 = scene, 1.. = subjects, as a video; DatasetError for more than 8 subjects."""
    shades = np.zeros(256, np.uint8)
    shades[1 : MOST_SUBJECTS + 1] = 255 - SHADE * np.arange(MOST_SUBJECTS)
    with av.open(str(path), "w", format="mp4", options={"fflags": "+bitexact", "movflags": "+faststart"}) as container:
        options = {"qp": "0", "preset": "veryfast", "g": "16", "bf": "0", "threads": "1"}
        stream: Any = container.add_stream("libx264", rate=fps, options=options)
        stream.width, stream.height, stream.pix_fmt = size[0], size[1], "yuv444p"
        stream.time_base = Fraction(1, fps)
        stream.codec_context.thread_count = 1
        stream.codec_context.flags |= Flags.bitexact
        # BT.601: what readers assume that do not look.
        stream.codec_context.color_range, stream.codec_context.colorspace = 1, 6
        count = 0
        for count, mask in enumerate(masks, 1):
            if mask.max(initial=0) > MOST_SUBJECTS:
                raise DatasetError(f"a mask holds subject {mask.max()}; red masks tell {MOST_SUBJECTS} apart")
            red = np.zeros((*mask.shape, 3), np.uint8)
            red[..., 0] = shades[mask]
            frame = av.VideoFrame.from_ndarray(red, format="rgb24").reformat(
                format="yuv444p", dst_colorspace="ITU601", dst_color_range="MPEG"
            )
            frame.pts = count - 1
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    if not count:
        raise DatasetError("a clip has no masks to write")


def read_red_masks(video: Any, shaded: bool) -> Iterator[NDArray[np.uint8]]:
    """Masks (H, W) of such a video: red pixels, by their shade if it is `shaded` as ours are, or all as 1.

    Red is what HyDRA's `eval_dsc.py` takes for it: hue 0 to 10 or 160 to 180 of 180, saturation and value 100 and more of 255.
    """
    with av.open(video) as container:
        container.streams.video[0].codec_context.thread_count = 1
        for frame in container.decode(video=0):
            rgb = frame.to_ndarray(format="rgb24")
            hue, saturation, value = np.moveaxis(cv2.cvtColor(rgb, cv2.COLOR_RGB2HSV), -1, 0)
            red = ((hue <= 10) | (hue >= 160)) & (saturation >= 100) & (value >= 100)
            if not shaded:
                yield red.astype(np.uint8)
                continue
            number = np.rint((255.0 - rgb[..., 0]) / SHADE).astype(np.int64) + 1
            yield np.where(red, np.clip(number, 1, MOST_SUBJECTS), 0).astype(np.uint8)
