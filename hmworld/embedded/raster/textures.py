"""Mip-mapped textures: pyramids in linear light, packed into one pool of 32-bit texels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .layout import F32, I32, Texels, inlined, place_of

F = np.float32

Pyramid = tuple[I32, NDArray[np.uint8], list[int]]
"""Packed texels, alphas, and where each level starts."""
RELIEF = 2.5
"""Height of a texture from black to white, in texels, times the slope it gives."""


def srgb_to_linear(encoded: NDArray[np.uint8]) -> F32:
    """Linear light 0..1 of sRGB bytes (IEC 61966-2-1)."""
    c = np.arange(256) / 255.0
    table = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4).astype(np.float32)
    return np.asarray(table[encoded])


def pyramid(image: NDArray[np.uint8]) -> Pyramid:
    """Packed texels, alphas, and where each level starts, of a square sRGB image (N,N,3|4), N a power of two."""
    side = len(image)
    opacity = image[..., 3:].astype(np.float32) / 255.0 if image.shape[2] == 4 else np.ones_like(image[..., :1], np.float32)
    level = np.concatenate([srgb_to_linear(image[..., :3]) * opacity, opacity], axis=2)
    rgb, alpha, starts = [], [], [0]
    while True:
        # Colours were weighted with opacity, so that transparent texels do not bleed into the edges.
        colour = level[..., :3] / np.maximum(level[..., 3:], 1e-4)
        lanes = np.rint(np.sqrt(np.clip(colour, 0.0, 1.0)) * 255.0).astype(np.int64)
        rgb.append((lanes[..., 0] | lanes[..., 1] << 8 | lanes[..., 2] << 16).ravel().astype(np.int32))
        alpha.append(np.rint(level[..., 3] * 255.0).astype(np.uint8).ravel())
        if side == 1:
            return np.concatenate(rgb), np.concatenate(alpha), starts
        starts.append(starts[-1] + side * side)
        side //= 2
        level = level.reshape(side, 2, side, 2, 4).mean(axis=(1, 3))


def build_texels(pyramids: Sequence[Pyramid], sun_xy: tuple[float, float] = (0.0, 0.0)) -> Texels:
    """Pool of the textures' pyramids, and of one white texel that stands for no texture.

    Relief: 128 times the sunlight that a texel's slope catches, over what a level one would; brightness is taken for
    height, and the texture's u and v for the world's x and y, as they lie on the ground. `sun_xy` is the sun's
    horizontal direction over its height.
    """
    made = [*pyramids, pyramid(np.full((1, 1, 3), 255, np.uint8))]
    sizes = np.cumsum([0] + [len(rgb) for rgb, _, _ in made])
    if sizes[-1] >= 1 << 24:
        raise ValueError(f"textures: expected less than 2^24 texels in all, mip levels included, got {sizes[-1]}; make them smaller")
    level_starts = [(at, own) for at, (_, _, own) in zip(sizes, made, strict=False)]
    levels = max(len(starts) for _, _, starts in made)
    rgb = [_with_relief(rgb, starts, sun_xy) for rgb, _, starts in made]
    return Texels(
        rgb=np.concatenate(rgb),
        solid=_packed(np.concatenate([alpha for _, alpha, _ in made]) > 127),
        starts=np.array([[at + own[min(k, len(own) - 1)] for k in range(levels)] for at, own in level_starts], np.int32),
        sides=np.array([1 << (len(starts) - 1) for _, _, starts in made], np.int32),
        last=np.array([len(starts) - 1 for _, _, starts in made], np.int32),
    )


def _packed(solid: NDArray[np.bool_]) -> I32:
    """Flags (P,), 32 in a word: flag k is bit k % 32 of word k // 32."""
    words = np.zeros(4 * -(-len(solid) // 32), np.uint8)
    bits = np.packbits(solid, bitorder="little")
    words[: len(bits)] = bits
    return words.view("<i4").astype(np.int32)


def _with_relief(rgb: I32, starts: list[int], sun_xy: tuple[float, float]) -> I32:
    """Texels with their relief in the highest byte."""
    out = rgb.astype(np.int64)
    for k, start in enumerate(starts):
        side = 1 << (len(starts) - 1 - k)
        lanes = out[start : start + side * side]
        height = ((lanes & 255) + (lanes >> 8 & 255) + (lanes >> 16 & 255)).reshape(side, side) / 765.0
        slope = sun_xy[0] * (np.roll(height, 1, 1) - np.roll(height, -1, 1)) + sun_xy[1] * (np.roll(height, 1, 0) - np.roll(height, -1, 0))
        relief = np.rint(np.clip(128.0 * (1.0 + RELIEF * slope), 40.0, 255.0)).astype(np.int64)
        out[start : start + side * side] |= relief.ravel() << 24
    return out.astype(np.uint32).view(np.int32)


@inlined
def log2_fast(x: np.float32) -> np.float32:
    """log2 of a positive number to 0.01, from its bits: exponent plus a quadratic of the mantissa."""
    bits = F(x).view(np.int32)
    exponent = F((bits >> np.int32(23)) - np.int32(127))
    mantissa = np.int32((bits & np.int32(0x007FFFFF)) | np.int32(0x3F800000)).view(np.float32)
    return exponent + (F(-0.33582878) * mantissa + F(2.0)) * mantissa - F(1.65871)


@inlined
def opaque(texels: Texels, texture: int, u: np.float32, v: np.float32, lod: np.float32) -> bool:
    """Whether the nearest texel of the nearest mip level is more than half opaque."""
    level = int(min(max(lod + F(0.5), F(0.0)), F(texels.last[texture])))
    return solid_at(texels.solid, F(texels.starts[texture, level]), F(texels.sides[texture] >> level), u, v) != 0


@inlined
def solid_at(solid: I32, start: np.float32, side: np.float32, u: np.float32, v: np.float32) -> int:
    """1 where the texel nearest to (u, v), which wrap around, is more than half opaque, else 0. Any numbers will do."""
    column = np.floor((u - np.floor(u)) * side)
    row = np.floor((v - np.floor(v)) * side)
    # What is just below a whole number is rounded up to it; numbers that are none become 0.
    column = column if (column >= F(0.0)) & (column < side) else F(0.0)
    row = row if (row >= F(0.0)) & (row < side) else F(0.0)
    at = start + row * side + column
    word = np.floor(at * F(1.0 / 32.0))
    bit: int = (solid[place_of(word)] >> np.int32(at - word * F(32.0))) & 1
    return bit
