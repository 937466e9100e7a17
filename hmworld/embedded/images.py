"""Pictures as bytes of the wire: PNG, BMP and NPY, as the open plugin's branch 5.2 writes them."""

import io
import struct

import cv2
import numpy as np
from numpy.typing import NDArray

SKY_DEPTH_CM = 6_550_400.0
"""Planar depth where there is nothing: a hundred times float16's largest number, so that no real depth comes near."""


def bmp(rgb: NDArray[np.uint8]) -> bytes:
    """A 54-byte header and top-down 32-bit BGRA rows of a picture (H, W, 3)."""
    height, width = rgb.shape[:2]
    size = width * height * 4
    header = struct.pack("<2sIHHI", b"BM", 54 + size, 0, 0, 54)
    info = struct.pack("<IiiHHIIiiII", 40, width, -height, 1, 32, 0, size, 0, 0, 0, 0)
    return header + info + bytes(cv2.cvtColor(rgb, cv2.COLOR_RGB2BGRA).tobytes())


def png(rgb: NDArray[np.uint8]) -> bytes:
    """A PNG with four channels of a picture (H, W, 3)."""
    ok, data = cv2.imencode(".png", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGRA))
    assert ok, "cv2 encodes any uint8 picture"
    return bytes(data)


def npy(array: NDArray[np.float32]) -> bytes:
    """An NPY file of an array."""
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    return buffer.getvalue()


def mask_rgb(instance: NDArray[np.uint8], colors: list[tuple[int, int, int]]) -> NDArray[np.uint8]:
    """Instances (H, W) painted with the colours of subjects 1, 2, ...; the scene is black."""
    table = np.zeros((256, 3), np.uint8)
    for number, color in enumerate(colors, start=1):
        table[number] = color
    return np.asarray(table[instance])


def depth_cm(depth_m: NDArray[np.float32]) -> NDArray[np.float32]:
    """Planar depth in centimetres, the sky at `SKY_DEPTH_CM`."""
    return np.where(np.isinf(depth_m), np.float32(SKY_DEPTH_CM), depth_m * np.float32(100.0)).astype(np.float32)
