"""Mip-mapped textures: pyramids in linear light, trilinear filtering in 16-bit lanes.

A texel is one 64-bit integer with red, green and blue in 16-bit lanes, each 0..255 in a gamma-2 encoding.
Bilinear weights that are integers and sum to 256 keep every lane below 2^16, so four multiplications filter
all three channels at once.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .layout import F32, Texels, inlined

F = np.float32

Rgb = tuple[np.float32, np.float32, np.float32]


def srgb_to_linear(encoded: NDArray[np.uint8]) -> F32:
    """Linear light 0..1 of sRGB bytes (IEC 61966-2-1)."""
    c = np.arange(256) / 255.0
    table = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4).astype(np.float32)
    return np.asarray(table[encoded])


def build_texels(images: list[NDArray[np.uint8]]) -> Texels:
    """Mip pyramids of square sRGB images (N,N,3|4), N a power of two; without images, one white texel."""
    size = len(images[0]) if images else 1
    sides = [size >> level for level in range(size.bit_length())]
    offsets = np.concatenate([[0], np.cumsum([side * side for side in sides])[:-1]]).astype(np.int64)
    total = sum(side * side for side in sides)
    rgb = np.full((max(1, len(images)), total), 255 | 255 << 16 | 255 << 32, np.int64)
    alpha = np.full(rgb.shape, 255, np.uint8)
    for k, image in enumerate(images):
        opacity = image[..., 3:].astype(np.float32) / 255.0 if image.shape[2] == 4 else np.ones_like(image[..., :1], np.float32)
        level = np.concatenate([srgb_to_linear(image[..., :3]) * opacity, opacity], axis=2)
        for offset, side in zip(offsets, sides, strict=True):
            if len(level) != side:
                level = level.reshape(side, 2, side, 2, 4).mean(axis=(1, 3))
            # Colours were weighted with opacity, so that transparent texels do not bleed into the edges.
            colour = level[..., :3] / np.maximum(level[..., 3:], 1e-4)
            lanes = np.rint(np.sqrt(np.clip(colour, 0.0, 1.0)) * 255.0).astype(np.int64)
            packed = lanes[..., 0] | lanes[..., 1] << 16 | lanes[..., 2] << 32
            rgb[k, offset : offset + side * side] = packed.ravel()
            alpha[k, offset : offset + side * side] = np.rint(level[..., 3] * 255.0).astype(np.uint8).ravel()
    return Texels(rgb, alpha, offsets, size)


@inlined
def log2_fast(x: np.float32) -> np.float32:
    """log2 of a positive number to 0.01, from its bits: exponent plus a quadratic of the mantissa."""
    bits = F(x).view(np.int32)
    exponent = F((bits >> np.int32(23)) - np.int32(127))
    mantissa = np.int32((bits & np.int32(0x007FFFFF)) | np.int32(0x3F800000)).view(np.float32)
    return exponent + (F(-0.33582878) * mantissa + F(2.0)) * mantissa - F(1.65871)


@inlined
def bilinear(texels: Texels, texture: int, level: int, u: np.float32, v: np.float32) -> int:
    """Filtered lanes, each 256 times the encoded value; `u`, `v` in [0, 1), wrapping around."""
    size = texels.size >> level
    x = u * F(size) + (F(size) - F(0.5))
    y = v * F(size) + (F(size) - F(0.5))
    column = int(x)
    row = int(y)
    # Sixteenths of a texel: weights of 16 x 16 = 256 in all.
    fx = int((x - F(column)) * F(16.0))
    fy = int((y - F(row)) * F(16.0))
    left = column & (size - 1)
    right = (column + 1) & (size - 1)
    upper = texels.offsets[level] + (row & (size - 1)) * size
    lower = texels.offsets[level] + ((row + 1) & (size - 1)) * size
    rgb = texels.rgb
    a, b = rgb[texture, upper + left], rgb[texture, upper + right]
    c, d = rgb[texture, lower + left], rgb[texture, lower + right]
    # Lanes of a difference borrow from each other, but the sum is exact again.
    top = (a << 4) + (b - a) * fx
    bottom = (c << 4) + (d - c) * fx
    lanes: int = (top << 4) + (bottom - top) * fy
    return lanes


@inlined
def trilinear(texels: Texels, texture: int, u: np.float32, v: np.float32, lod: np.float32) -> Rgb:
    """Linear colour at (`u`, `v`), blended between the two mip levels around `lod`."""
    u = u - np.floor(u)
    v = v - np.floor(v)
    last = texels.offsets.shape[0] - 1
    lod = min(max(lod, F(0.0)), F(last))
    level = int(lod)
    # Near a level, that level alone: the blend is squeezed into the middle of the interval, which halves the
    # fetches.
    t = min(max((lod - F(level)) * F(2.0) - F(0.5), F(0.0)), F(1.0))
    if t == F(1.0):
        level, t = min(level + 1, last), F(0.0)
    lanes = bilinear(texels, texture, level, u, v)
    r, g, b = F(lanes & 0xFFFF), F((lanes >> 16) & 0xFFFF), F((lanes >> 32) & 0xFFFF)
    if t > F(0.0):
        lanes = bilinear(texels, texture, min(level + 1, last), u, v)
        r += t * (F(lanes & 0xFFFF) - r)
        g += t * (F((lanes >> 16) & 0xFFFF) - g)
        b += t * (F((lanes >> 32) & 0xFFFF) - b)
    scale = F(1.0 / (256.0 * 255.0))
    r, g, b = r * scale, g * scale, b * scale
    return r * r, g * g, b * b


@inlined
def opaque(texels: Texels, texture: int, u: np.float32, v: np.float32, lod: np.float32) -> bool:
    """Whether the nearest texel of the nearest mip level is more than half opaque."""
    level = int(min(max(lod + F(0.5), F(0.0)), F(texels.offsets.shape[0] - 1)))
    size = texels.size >> level
    column = int((u - np.floor(u)) * F(size)) & (size - 1)
    row = int((v - np.floor(v)) * F(size)) & (size - 1)
    return int(texels.alpha[texture, texels.offsets[level] + row * size + column]) > 127
