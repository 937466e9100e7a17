"""Building textures in linear albedo, (256, 256, 3): walls, roofs, windows, shop fronts, doors, signs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.scenes.kit.noise import tile_fractal
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.textures.ground import SIZE, tinted

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


def _unit() -> tuple[Array, Array]:
    """Pixel centres as (x, y) in (0, 1), y down."""
    y, x = (np.mgrid[0:SIZE, 0:SIZE] + 0.5) / SIZE
    return x, y


def _inside(x: Array, y: Array, x0: float, x1: float, y0: float, y1: float) -> Mask:
    return np.asarray((x > x0) & (x < x1) & (y > y0) & (y < y1))


def plaster(stream: Stream) -> Array:
    """Pale render with faint stains and trowel grain, mean about 0.85; takes the vertex colour."""
    stain = tile_fractal(stream, SIZE, (3, 5), 5)
    fine = tile_fractal(stream, SIZE, (40, 40), 2)
    return tinted(0.74 + 0.17 * stain + 0.09 * fine, (1.0, 0.99, 0.97))


def brick(stream: Stream) -> Array:
    """Running bond, 16 courses of 6 bricks to a tile (1.6 m: 10 cm courses)."""
    x, y = _unit()
    row = (y * 16).astype(int)
    along = (x * 6 + 0.5 * (row % 2)) % 6
    tone = stream.array(96).reshape(16, 6)[row, along.astype(int)]
    burnt = stream.array(96).reshape(16, 6)[row, along.astype(int)] > 0.88
    mortar = ((y * 16) % 1 < 0.14) | (along % 1 < 0.055)
    face = (0.62 + 0.55 * tone) * (0.85 + 0.3 * tile_fractal(stream, SIZE, (16, 16), 3))
    colour = np.where(burnt[..., None], (0.15, 0.07, 0.055), (0.30, 0.115, 0.075)) * face[..., None]
    return np.asarray(np.where(mortar[..., None], (0.34, 0.32, 0.28), colour))


def ashlar(stream: Stream) -> Array:
    """Dressed stone blocks, 4 courses of 2; pale, takes the vertex colour."""
    x, y = _unit()
    row = (y * 4).astype(int)
    along = (x * 2 + 0.5 * (row % 2)) % 2
    tone = stream.array(8).reshape(4, 2)[row, along.astype(int)]
    edge = np.minimum(np.minimum(y * 4 % 1, 1 - y * 4 % 1), 2 * np.minimum(along % 1, 1 - along % 1))
    gray = (0.72 + 0.16 * tone) * (0.85 + 0.25 * tile_fractal(stream, SIZE, (8, 8), 5))
    return tinted(gray * np.clip(0.42 + edge * 14, 0, 1), (1.0, 0.98, 0.94))


def roof_tiles(stream: Stream) -> Array:
    """Courses of curved clay tiles, 10 x 10; takes the vertex colour."""
    x, y = _unit()
    tone = stream.array(100).reshape(10, 10)[(y * 10).astype(int), (x * 10).astype(int)]
    wave = 0.6 + 0.4 * np.sin(np.pi * (x * 10 % 1))
    lap = np.clip(0.45 + 2.2 * (1 - y * 10 % 1), 0, 1)
    return tinted((0.6 + 0.4 * tone) * wave * lap, (0.95, 0.9, 0.88))


def _window(stream: Stream, frame: tuple[float, float, float], curtain: float) -> Array:
    x, y = _unit()
    # The glass mirrors the sky above and houses below; a slanted streak breaks it up.
    sky = np.clip(1.25 - 1.5 * y + 0.22 * np.sin(9 * (x - 0.7 * y)), 0.0, 1.0)
    blotch = tile_fractal(stream, SIZE, (4, 3), 3)
    glass = np.array([0.030, 0.042, 0.055]) + (sky * (0.5 + 0.7 * blotch))[..., None] * np.array([0.10, 0.135, 0.17])
    drawn = curtain - 0.06 * np.sin(2.2 * y) + 0.05 * y
    cloth = ((x < drawn) | (x > 1 - drawn))[..., None]
    folds = (0.75 + 0.25 * np.sin(x * 110))[..., None]
    image = np.where(cloth, glass * 0.5 + 0.17 * folds * np.array([1.0, 0.96, 0.9]), glass)
    bars = ~_inside(x, y, 0.07, 0.93, 0.045, 0.955) | (np.abs(x - 0.5) < 0.045) | (np.abs(y - 0.30) < 0.022)
    gap = _inside(x, y, 0.055, 0.945, 0.035, 0.965) & ~_inside(x, y, 0.085, 0.915, 0.056, 0.944)
    image = np.where(bars[..., None], np.asarray(frame), image)
    return np.asarray(np.where((gap | (np.abs(x - 0.5) < 0.006))[..., None], image * 0.55, image))


def window_pale(stream: Stream) -> Array:
    """One whole casement window with pale frame and curtains; maps once onto a pane."""
    return _window(stream, (0.62, 0.61, 0.57), 0.22)


def window_dark(stream: Stream) -> Array:
    """One whole window with a dark frame."""
    return _window(stream, (0.07, 0.055, 0.045), 0.14)


def _interior(x: Array, y: Array) -> tuple[Array, Array]:
    """A warm room behind glass, and how well lit each pixel is."""
    depth = np.clip(1.1 - 1.1 * np.abs(x - 0.5), 0, 1) * np.clip(1.2 - 0.8 * y, 0.2, 1)
    return np.array([0.16, 0.125, 0.085]) * (0.35 + 0.75 * depth)[..., None], depth


def _glazed(image: Array, x: Array, y: Array) -> Array:
    """The room with its lamps, mirrored sky and a dark frame."""
    for lamp in (0.22, 0.5, 0.78):
        glow = np.exp(-(((x - lamp) / 0.07) ** 2) - ((y - 0.10) / 0.045) ** 2)
        image = image + glow[..., None] * np.array([0.60, 0.48, 0.30])
    reflection = np.clip(0.5 * np.sin(5 * (x + 0.8 * y)) + 0.1, 0, 1) * np.clip(1.1 - y, 0, 1)
    image = image * 0.82 + reflection[..., None] * np.array([0.09, 0.115, 0.14])
    bars = ~_inside(x, y, 0.03, 0.97, 0.03, 0.955) | (np.abs(x - 0.5) < 0.010)
    return np.asarray(np.where(bars[..., None], (0.055, 0.05, 0.047), image))


def shop(stream: Stream) -> Array:
    """One shop window: lit interior with shelves of goods behind glass, dark frame."""
    x, y = _unit()
    image, depth = _interior(x, y)
    for shelf in range(4):
        top = 0.20 + 0.19 * shelf
        at = 0.07
        while at < 0.90:
            wide = stream.number(0.025, 0.07)
            high = stream.number(0.06, 0.14)
            hue = 0.55 * stream.array(3, 0.03, 0.42) + 0.45 * stream.number(0.05, 0.35) * np.array([1.0, 0.9, 0.75])
            goods = _inside(x, y, at, min(0.93, at + wide), top + 0.155 - high, top + 0.155)
            image[goods] = hue * (0.55 + 0.6 * depth[goods])[:, None]
            at += wide + stream.number(0.008, 0.05)
        image[_inside(x, y, 0.05, 0.95, top + 0.155, top + 0.168)] = (0.22, 0.19, 0.15)
    return _glazed(image, x, y)


def boutique(stream: Stream) -> Array:
    """One shop window with dressed figures on a plinth before a pale curtain."""
    x, y = _unit()
    image, depth = _interior(x, y)
    folds = 0.75 + 0.25 * np.sin(x * 60.0)
    image = 0.5 * image + 0.16 * (folds * (0.5 + 0.6 * depth))[..., None] * np.array([1.0, 0.93, 0.82])
    image[y > 0.86] = np.array([0.25, 0.23, 0.20])
    for middle in (0.17, 0.36, 0.66, 0.85):
        cloth = 0.45 * stream.array(3, 0.03, 0.40) + 0.55 * stream.number(0.03, 0.38)
        skirt = 0.3 * stream.array(3, 0.03, 0.30) + 0.7 * stream.number(0.02, 0.25)
        head = ((x - middle) / 0.028) ** 2 + ((y - 0.30) / 0.045) ** 2 < 1
        body = (np.abs(x - middle) < 0.062 - 0.05 * (y - 0.36)) & (y > 0.36) & (y < 0.60)
        legs = (np.abs(x - middle) < 0.030 + 0.13 * (y - 0.58)) & (y >= 0.58) & (y < 0.78)
        post = (np.abs(x - middle) < 0.008) & (y >= 0.78) & (y < 0.87)
        for mask, rgb in ((post, np.full(3, 0.05)), (legs, skirt), (body, cloth), (head, np.array([0.42, 0.36, 0.30]))):
            image[mask] = rgb * (0.7 + 0.5 * depth[mask])[:, None]
    return _glazed(image, x, y)


def door(stream: Stream) -> Array:
    """A panelled door with a fanlight and a brass handle; takes the vertex colour."""
    x, y = _unit()
    image = tinted(0.62 + 0.2 * tile_fractal(stream, SIZE, (2, 24), 3), (0.95, 0.93, 0.9))
    for x0, x1 in ((0.10, 0.45), (0.55, 0.90)):
        for y0, y1 in ((0.27, 0.55), (0.62, 0.94)):
            rim = _inside(x, y, x0, x1, y0, y1) & ~_inside(x, y, x0 + 0.02, x1 - 0.02, y0 + 0.012, y1 - 0.012)
            image[rim] *= 0.4
    image[np.abs(x - 0.5) < 0.008] *= 0.25
    light = _inside(x, y, 0.08, 0.92, 0.035, 0.19)
    image[light] = np.array([0.05, 0.07, 0.09])
    image[light & (np.abs(x - 0.5) < 0.02)] = 0.5
    image[_inside(x, y, 0.53, 0.56, 0.57, 0.61)] = (0.75, 0.55, 0.2)
    edge = ~_inside(x, y, 0.035, 0.965, 0.015, 1.0) | (np.abs(y - 0.215) < 0.012)
    image[edge] *= 0.55
    return image


def _awning(stream: Stream, rgb: tuple[float, float, float]) -> Array:
    x, _ = _unit()
    cloth = 0.85 + 0.15 * tile_fractal(stream, SIZE, (4, 16), 3)
    stripe = ((x * 4) % 1 < 0.5)[..., None]
    return np.asarray(np.where(stripe, (0.62, 0.60, 0.54), np.asarray(rgb)) * cloth[..., None])


def awning_red(stream: Stream) -> Array:
    """Red and cream striped canvas, 4 pairs to a tile."""
    return _awning(stream, (0.36, 0.05, 0.045))


def awning_green(stream: Stream) -> Array:
    """Green and cream striped canvas."""
    return _awning(stream, (0.05, 0.17, 0.09))


def awning_blue(stream: Stream) -> Array:
    """Blue and cream striped canvas."""
    return _awning(stream, (0.05, 0.10, 0.24))


def posters(stream: Stream) -> Array:
    """Pasted bills in many colours, for advertising columns and kiosks; no writing."""
    x, y = _unit()
    image = tinted(0.30 + 0.1 * tile_fractal(stream, SIZE, (6, 6), 3), (1.0, 0.96, 0.88))
    for column in range(4):
        top = 0.03 * stream.number()
        while top < 0.93:
            high = stream.number(0.22, 0.42)
            x0, x1 = 0.25 * column + 0.012, 0.25 * column + 0.238
            paper = _inside(x, y, x0, x1, top, min(top + high, 0.98))
            image[paper] = stream.array(3, 0.08, 0.6)
            blob = paper & (((x - x0 - stream.number(0.06, 0.16)) / 0.07) ** 2 + ((y - top - high * 0.45) / (0.3 * high)) ** 2 < 1)
            image[blob] = stream.array(3, 0.05, 0.65)
            image[paper & (np.abs(y - top - high * 0.86) < 0.012) & (x < x1 - 0.04)] = stream.pick((0.03, 0.62))
            top += high + 0.015
    return image
