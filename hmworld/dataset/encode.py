"""Pictures into files: H.264 for RGB, FFV1 in Matroska for all else. All writers are bit-exact for equal input.

RGB: x264 with one thread, no B-frames, no macroblock tree, faststart, yuv420p. Masks: FFV1 gray. Depth: FFV1 gray16, planar z in
1/256 m, 0 where there is nothing or more than 255.99 m. Flow: FFV1 gray16, x above y, in 1/64 px from 32768, 0 where it is not known or
512 px and more. Normals: FFV1 gbrp16, (n + 1) / 2 of 65535, all 0 in the sky.
"""

from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import av
import numpy as np
from av.codec.context import Flags
from numpy.typing import NDArray

from hmworld.errors import StorageError
from hmworld.model.recipe import EncoderSettings

DEPTH_STEPS_PER_M = 256
"""Stored depth is in this many steps a metre."""
DEPTH_MAX_M = 65535 / DEPTH_STEPS_PER_M
FLOW_STEPS_PER_PX = 64
FLOW_ZERO = 32768
"""What a flow of 0 is stored as."""
NORMAL_STEPS = 65535

Kind = Literal["rgb", "mask", "depth", "flow", "normal"]

av.logging.set_level(av.logging.ERROR)

_FFV1 = {"level": "3", "g": "1", "slicecrc": "1", "slices": "4", "coder": "1", "context": "0"}


class FrameWriter:
    """Writes frames of one stream to a video file; use as a context manager. A failure leaves a file to be thrown away."""

    def __init__(
        self,
        path: Path,
        kind: Kind,
        size: tuple[int, int],
        fps: int,
        settings: EncoderSettings,
    ) -> None:
        self._path, self._count = path, 0
        self._format, target, codec, options, container, container_options = _recipe(kind, settings)
        try:
            self._container = av.open(str(path), "w", format=container, options={"fflags": "+bitexact", **container_options})
        except OSError as error:
            raise StorageError(f"{path}: cannot be written: {error}") from error
        stream: Any = self._container.add_stream(codec, rate=fps, options=options)
        # The two planes of a flow stand one above the other.
        stream.width, stream.height, stream.pix_fmt = size[0], size[1] * (2 if kind == "flow" else 1), target
        stream.time_base = Fraction(1, fps)
        stream.codec_context.thread_count = 1
        stream.codec_context.flags |= Flags.bitexact
        if kind == "rgb":
            stream.codec_context.color_range = 1
            stream.codec_context.colorspace = 1
            stream.codec_context.color_primaries = 1
            stream.codec_context.color_trc = 1
        self._stream, self._target = stream, target

    def write(self, frame: NDArray[Any]) -> None:
        """Append a frame: (H, W, 4) BGRA, (H, W) uint8 mask, or uint16 (H, W) depth, (2 H, W) flow, (H, W, 3) normals."""
        picture = av.VideoFrame.from_ndarray(frame, format=self._format)
        if self._format != self._target:
            # Written out so that the matrix and range do not hang on a default: BT.709, limited range.
            picture = picture.reformat(format=self._target, dst_colorspace="ITU709", dst_color_range="MPEG")
        picture.pts = self._count
        self._count += 1
        self._mux(self._stream.encode(picture))

    def _mux(self, packets: Any) -> None:
        try:
            for packet in packets:
                self._container.mux(packet)
        except OSError as error:
            raise StorageError(f"{self._path}: cannot be written: {error}; free disk space and run again") from error

    def __enter__(self) -> "FrameWriter":
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            if kind is None:
                self._mux(self._stream.encode(None))
        finally:
            try:
                self._container.close()
            except OSError as error:
                if kind is None:
                    raise StorageError(f"{self._path}: cannot be written: {error}; free disk space and run again") from error


def _recipe(kind: str, settings: EncoderSettings) -> tuple[str, str, str, dict[str, str], str, dict[str, str]]:
    """Input format, stored format, codec, its options, container, its options."""
    if kind == "rgb":
        options = {
            "crf": str(settings.crf),
            "preset": settings.preset,
            "g": str(settings.gop),
            "bf": "0",
            "threads": "1",
            # No macroblock tree: its vector code lets memory that nobody wrote, and the CPU's rounding of reciprocals, into the bytes.
            "x264-params": f"keyint={settings.gop}:min-keyint={settings.gop}:scenecut=0:threads=1:mbtree=0",
        }
        return "bgra", "yuv420p", "libx264", options, "mp4", {"movflags": "+faststart"}
    if kind == "mask":
        return "gray", "gray", "ffv1", _FFV1, "matroska", {}
    if kind == "normal":
        return "gbrp16le", "gbrp16le", "ffv1", _FFV1, "matroska", {}
    return "gray16le", "gray16le", "ffv1", _FFV1, "matroska", {}


def quantise_depth(depth_m: NDArray[np.float32]) -> NDArray[np.uint16]:
    """Planar depth in metres as stored: 1/256 m, 0 where nothing or beyond 255.99 m; a real depth is never 0."""
    steps = np.rint(depth_m * np.float32(DEPTH_STEPS_PER_M))
    np.maximum(steps, 1.0, out=steps)
    steps[~(depth_m <= DEPTH_MAX_M)] = 0.0
    return np.asarray(steps.astype(np.uint16))


def quantise_flow(flow_px: NDArray[np.float32]) -> NDArray[np.uint16]:
    """Flow (H, W, 2) in pixels as stored: (2 H, W), x above y, 1/64 px from 32768, 0 where not known or 512 px and more."""
    steps = np.rint(flow_px * np.float32(FLOW_STEPS_PER_PX)) + np.float32(FLOW_ZERO)
    steps[~((steps > 0.0) & (steps <= 65535.0)).all(-1)] = 0.0
    return np.ascontiguousarray(np.concatenate([steps[..., 0], steps[..., 1]]).astype(np.uint16))


def flow_from_steps(steps: NDArray[np.uint16]) -> NDArray[np.float32]:
    """Flow (H, W, 2) in pixels of a stored frame (2 H, W); NaN where it is not known."""
    height = len(steps) // 2
    flow = (np.stack([steps[:height], steps[height:]], -1).astype(np.float32) - FLOW_ZERO) / np.float32(FLOW_STEPS_PER_PX)
    flow[steps[:height] == 0] = np.nan
    return flow


def quantise_normals(normals: NDArray[np.float32]) -> NDArray[np.uint16]:
    """Unit normals (H, W, 3) as stored: (n + 1) / 2 of 65535; 0 vectors, the sky, are all 0."""
    steps = np.rint((normals.astype(np.float64) + 1.0) * (NORMAL_STEPS / 2.0)).astype(np.uint16)
    steps[~normals.any(-1)] = 0
    return np.asarray(steps)


def normals_from_steps(steps: NDArray[np.uint16]) -> NDArray[np.float32]:
    """Normals (H, W, 3) of a stored frame; 0 in the sky."""
    normals = steps.astype(np.float32) * np.float32(2.0 / NORMAL_STEPS) - np.float32(1.0)
    normals[~steps.any(-1)] = 0.0
    return np.asarray(normals)
