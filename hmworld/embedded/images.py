"""Pictures as bytes of the wire: PNG, BMP and NPY, as the open plugin's branch 5.2 writes them."""

import io
import struct

import cv2
import numpy as np
from numpy.typing import NDArray

SKY_DEPTH_CM = 6_550_400.0
"""Planar depth where there is nothing: a hundred times float16's largest number, so that no real depth comes near."""


FLOW_SCALE = 30.0
"""`OpticalFlowScale` of the plugin (`Sensor/CameraSensor/FlowCamSensor.cpp`, branch 5.2)."""


def bmp(picture: NDArray[np.uint8]) -> bytes:
    """A 54-byte header and top-down 32-bit rows of a BGRA picture (H, W, 4)."""
    height, width = picture.shape[:2]
    size = width * height * 4
    header = struct.pack("<2sIHHI", b"BM", 54 + size, 0, 0, 54)
    info = struct.pack("<IiiHHIIiiII", 40, width, -height, 1, 32, 0, size, 0, 0, 0, 0)
    return header + info + picture.tobytes()


def png(picture: NDArray[np.uint8]) -> bytes:
    """A PNG with four channels of a BGRA picture (H, W, 4)."""
    ok, data = cv2.imencode(".png", picture)
    assert ok, "cv2 encodes any uint8 picture"
    return bytes(data)


def npy(array: NDArray[np.float32]) -> bytes:
    """An NPY file of an array."""
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    return buffer.getvalue()


def world_normal_bgra(normals_ue: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Normals (H, W, 3) in Unreal's axes as the plugin's 8-bit picture: (n + 1) / 2 in red, green, blue; BGRA, the sky black."""
    rgb = np.rint((normals_ue + 1.0) * 127.5).astype(np.uint8)
    rgb[~normals_ue.any(-1)] = 0
    return bgra(rgb)


def flow_bgra(flow: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Optical flow (H, W, 2) in pixels as the plugin's 8-bit picture; BGRA, black where it is not known.

    The flow is taken in a picture scaled to 1 x 1. Its angle (right 0, down 90 degrees) is the hue, its length times 30 the saturation,
    the value 1: what stands still is white.
    """
    height, width = flow.shape[:2]
    unit = flow / np.array([width, height], np.float32)
    hsv = np.ones((height, width, 3), np.float32)
    hsv[..., 0] = np.rad2deg(np.arctan2(unit[..., 1], unit[..., 0])) % 360.0
    hsv[..., 1] = np.minimum(FLOW_SCALE * np.hypot(unit[..., 0], unit[..., 1]), 1.0)
    unknown = np.isnan(flow).any(-1)
    hsv[unknown] = 0.0
    return bgra(np.rint(cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB) * 255.0).astype(np.uint8))


def depth_bgra(depth_m: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Planar depth (H, W) for the eye: black near, white from 100 m on; BGRA."""
    grey = np.rint(np.minimum(depth_m, np.float32(100.0)) * np.float32(2.55)).astype(np.uint8)
    return bgra(np.repeat(grey[..., None], 3, 2))


def mask_bgra(instance: NDArray[np.uint8], colors: list[tuple[int, int, int]]) -> NDArray[np.uint8]:
    """Instances (H, W) painted with the colours of subjects 1, 2, ... as BGRA (H, W, 4); the scene is black, alpha 255."""
    table = np.zeros((256, 4), np.uint8)
    table[:, 3] = 255
    for number, color in enumerate(colors, start=1):
        table[number, :3] = color[::-1]
    # One 32-bit look-up a pixel is many times faster than four of 8 bits.
    packed = np.take(table.view(np.uint32)[:, 0], instance)
    return packed.view(np.uint8).reshape(*instance.shape, 4)


def bgra(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A picture (H, W, 3) as BGRA (H, W, 4), alpha 255."""
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2BGRA), np.uint8)


def depth_cm(depth_m: NDArray[np.float32]) -> NDArray[np.float32]:
    """Planar depth in centimetres, the sky at `SKY_DEPTH_CM`."""
    return np.asarray(np.minimum(depth_m * np.float32(100.0), np.float32(SKY_DEPTH_CM)))
