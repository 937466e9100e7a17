"""Pictures off the wire: BMP and NPY replies as arrays, masks as subject numbers."""

import io
import zipfile

import numpy as np
from numpy.typing import NDArray

from hmworld.errors import EngineError
from hmworld.protocol.framing import MAX_PAYLOAD

FAR_CM = 65_504.0
"""Planar depth from which on a pixel counts as showing nothing: the largest that Unreal's float16 holds."""

COLOUR_TOLERANCE = 3
"""Channels of a mask may be off by so much after an engine's gamma and rounding."""


def read_bmp(reply: str | bytes, size: tuple[int, int]) -> NDArray[np.uint8]:
    """Pixels (H, W, 4), BGRA, of a 32-bit top-down BMP; EngineError if it is not one of that size."""
    height, width = size
    if not isinstance(reply, bytes) or len(reply) < 54 or reply[:2] != b"BM" or len(reply) > MAX_PAYLOAD:
        raise EngineError(f"expected a BMP picture, got {reply[:80]!r}")
    start = int.from_bytes(reply[10:14], "little")
    got_width, got_height = (int.from_bytes(reply[k : k + 4], "little", signed=True) for k in (18, 22))
    if (got_width, -got_height) != (width, height) or len(reply) < start + width * height * 4:
        raise EngineError(f"expected a top-down 32-bit BMP of {width}x{height}, got {got_width}x{-got_height}, {len(reply)} bytes")
    return np.frombuffer(reply, np.uint8, width * height * 4, start).reshape(height, width, 4)


def read_npy(reply: str | bytes, what: str = "numbers") -> NDArray[np.float32]:
    """The array of an NPY, `what` it holds for errors; EngineError if it is none."""
    try:
        array = np.load(io.BytesIO(reply if isinstance(reply, bytes) else reply.encode()), allow_pickle=False)
    except (ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise EngineError(f"expected an NPY of {what}, got {reply[:80]!r}: {error}") from error
    if not isinstance(array, np.ndarray):
        raise EngineError(f"expected an NPY of {what}, got an archive of several arrays")
    return array


def _read_npy(reply: str | bytes, shape: tuple[int, ...], what: str) -> NDArray[np.float32]:
    array = read_npy(reply, what)
    if array.shape != shape or array.dtype != np.float32:
        raise EngineError(f"expected {what} of shape {shape} and float32, got {array.shape} and {array.dtype}")
    return array


def read_depth_m(reply: str | bytes, size: tuple[int, int]) -> NDArray[np.float32]:
    """Planar depth (H, W) in metres of an NPY of centimetres; inf where there is nothing."""
    array = _read_npy(reply, size, "depth")
    metres = array * np.float32(0.01)
    metres[~(array < FAR_CM)] = np.inf
    return metres


def read_normals(reply: str | bytes, size: tuple[int, int]) -> NDArray[np.float32]:
    """World normals (H, W, 3) of an NPY in Unreal's axes; 0 where there is nothing."""
    return np.asarray(_read_npy(reply, (*size, 3), "normals") * np.array([1.0, -1.0, 1.0], np.float32))


def read_flow(reply: str | bytes, size: tuple[int, int]) -> NDArray[np.float32]:
    """Optical flow (H, W, 2) in pixels of an NPY; NaN where it is not known."""
    return _read_npy(reply, (*size, 2), "optical flow")


def apart(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> float:
    """Mean difference, of 255, of the colours of two pictures (H, W, 3 or 4)."""
    return float(np.abs(a[..., :3].astype(np.int16) - b[..., :3]).mean())


def overlap(a: NDArray[np.bool_], b: NDArray[np.bool_]) -> float:
    """Pixels of both (H, W) as a share of those of either."""
    return float((a & b).sum() / max((a | b).sum(), 1))


class MaskReader:
    """Turns mask pictures into subject numbers by the colours that were read back from the engine."""

    def __init__(self, colours: list[tuple[int, int, int]]) -> None:
        self._colours = np.array(colours, np.int16).reshape(-1, 3)
        if len({tuple(c) for c in colours}) != len(colours) or (0, 0, 0) in colours:
            raise EngineError(f"the engine gives subjects the mask colours {colours}; they must differ and none be black")
        self._packed = [int(r) << 16 | int(g) << 8 | int(b) for r, g, b in colours]

    def read(self, bgra: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Subject numbers (H, W) of a mask picture (H, W, 4); 0 where no subject is."""
        packed = bgra.view("<u4")[..., 0] & 0xFFFFFF
        ids = np.zeros(packed.shape, np.uint8)
        for number, colour in enumerate(self._packed, start=1):
            ids[packed == colour] = number
        # Pixels of no exact colour: the scene, or a subject whose colour an engine rounded.
        rest = np.flatnonzero((ids.ravel() == 0) & (packed.ravel() != 0))
        if len(rest):
            rgb = bgra.reshape(-1, 4)[rest, 2::-1].astype(np.int16)
            off = np.abs(rgb[:, None] - self._colours).max(-1)
            nearest = off.argmin(1)
            ids.ravel()[rest] = np.where(off.min(1) <= COLOUR_TOLERANCE, nearest + 1, 0)
        return ids
