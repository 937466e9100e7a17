"""Pictures out of a clip's videos: all, or exactly those frames that are asked for."""

import importlib
import io
from collections.abc import Callable, Iterator
from typing import Any, Literal

import av
import numpy as np
from numpy.typing import NDArray

from hmworld.dataset.encode import DEPTH_STEPS_PER_M, flow_from_steps, normals_from_steps
from hmworld.errors import DatasetError, UsageError

PixelFormat = Literal["rgb24", "gray", "gray16le", "gbrp16le"]
Decoder = Literal["pyav", "torchcodec"]
Buffer = bytes | memoryview
_ALL_KEYS = ("ffv1",)
"""Codecs whose every frame stands alone."""


def depth_from_steps(steps: NDArray[np.uint16]) -> NDArray[np.float32]:
    """Planar depth (H, W) in metres of a stored frame; inf where nothing or beyond 255.99 m."""
    return np.where(steps == 0, np.inf, steps / np.float32(DEPTH_STEPS_PER_M)).astype(np.float32)


VIDEOS: dict[str, tuple[str, PixelFormat, Callable[[NDArray[Any]], NDArray[Any]] | None]] = {
    "rgb": ("mp4", "rgb24", None),
    "mask": ("mask.mkv", "gray", None),
    "depth": ("depth.mkv", "gray16le", depth_from_steps),
    "flow": ("flow.mkv", "gray16le", flow_from_steps),
    "normal": ("normal.mkv", "gbrp16le", normals_from_steps),
}
"""Streams of pictures: their member, the pixels in it, and how numbers are made of stored steps."""


def decode_frames(source: Any, pixel_format: PixelFormat, frames: range | None = None) -> Iterator[NDArray[Any]]:
    """Frames of a video (a path or a file object), one by one, all or those of a rising range; DatasetError if one cannot be decoded.

    Decoding begins at the last key frame before the first one that is asked for.
    """
    try:
        with av.open(source, "r") as container:
            stream = container.streams.video[0]
            stream.codec_context.thread_count = 1
            if frames is None:
                for frame in container.decode(stream):
                    yield frame.to_ndarray(format=pixel_format)
            else:
                yield from _chosen(container, stream, pixel_format, frames)
    except DatasetError:
        raise
    except (av.error.FFmpegError, OSError, LookupError, ValueError, AttributeError, TypeError, MemoryError, ArithmeticError) as error:
        raise DatasetError(f"a video of the sample cannot be decoded: {error}") from error


def _chosen(container: Any, stream: Any, pixel_format: PixelFormat, frames: range) -> Iterator[NDArray[Any]]:
    if not frames:
        return
    per_frame = 1 / (stream.average_rate * stream.time_base)
    if frames.start > 0:
        container.seek(int(frames.start * per_frame), stream=stream)
    left = iter(frames)
    wanted = next(left)
    alone = stream.codec_context.name in _ALL_KEYS
    for packet in container.demux(stream):
        if alone and packet.pts is not None and round(packet.pts / per_frame) < wanted:
            continue
        for frame in packet.decode():
            number = round(frame.pts / per_frame)
            if number < wanted:
                continue
            if number > wanted:
                raise DatasetError(f"a video of the sample has no frame {wanted}")
            yield frame.to_ndarray(format=pixel_format)
            try:
                wanted = next(left)
            except StopIteration:
                return
    raise DatasetError(f"a video of the sample ends before frame {wanted}")


def read_video(stream: str, data: Buffer, frames: range, decoder: Decoder = "pyav") -> NDArray[Any]:
    """Frames of a stream of VIDEOS, as the numbers they stand for: rgb (T, H, W, 3) u1, mask (T, H, W) u1, depth (T, H, W) f4 ..."""
    _, pixels, numbers = VIDEOS[stream]
    if stream == "rgb" and decoder == "torchcodec":
        return _by_torchcodec(data, frames)
    out: NDArray[Any] | None = None
    for k, frame in enumerate(decode_frames(io.BytesIO(data), pixels, frames)):
        if numbers is not None:
            frame = numbers(frame)
        if out is None:
            out = np.empty((len(frames), *frame.shape), frame.dtype)
        out[k] = frame
    if out is None:
        raise DatasetError(f"no frames of {stream} were asked for")
    return out


def _by_torchcodec(data: Buffer, frames: range) -> NDArray[np.uint8]:
    try:
        decoders = importlib.import_module("torchcodec.decoders")
    except (ImportError, OSError, RuntimeError) as error:
        raise UsageError(f"decoder 'torchcodec' cannot be used: {str(error).splitlines()[0]}; use decoder='pyav'") from error
    try:
        video = decoders.VideoDecoder(bytes(data), dimension_order="NHWC", num_ffmpeg_threads=1)
        pictures: NDArray[np.uint8] = video.get_frames_in_range(frames.start, frames.stop, frames.step).data.numpy()
    except (RuntimeError, IndexError, ValueError) as error:
        raise DatasetError(f"a video of the sample cannot be decoded: {error}") from error
    return pictures
