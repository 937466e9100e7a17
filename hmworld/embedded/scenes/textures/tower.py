"""Textures of modern buildings in linear albedo, (256, 256, 3): one bay of a tower each, poured concrete, billboards."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.scenes.kit.noise import tile_fractal
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.textures.ground import SIZE, tinted

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


def unit() -> tuple[Array, Array]:
    """Pixel centres as (x, y) in (0, 1), y down."""
    y, x = (np.mgrid[0:SIZE, 0:SIZE] + 0.5) / SIZE
    return x, y


def inside(x: Array, y: Array, x0: float, x1: float, y0: float, y1: float) -> Mask:
    """Which pixels lie in a rectangle."""
    return np.asarray((x > x0) & (x < x1) & (y > y0) & (y < y1))


def _office(stream: Stream, x: Array, y: Array) -> Array:
    """A room behind glass: pale ceiling with light strips, desks below, a half-drawn blind."""
    image = np.array([0.40, 0.34, 0.25]) * (0.75 + 0.35 * (1.0 - y))[..., None]
    for strip in (0.10, 0.20):
        image[np.abs(y - strip) < 0.014] = (0.85, 0.82, 0.70)
    at = 0.04
    while at < 0.95:
        wide, high = stream.number(0.05, 0.14), stream.number(0.06, 0.20)
        image[inside(x, y, at, at + wide, 0.74 - high, 0.78)] = stream.array(3, 0.05, 0.22)
        at += wide + stream.number(0.02, 0.10)
    slats = inside(x, y, 0.5, 1.0, 0.0, 0.42)
    image[slats] = (np.array([0.55, 0.52, 0.46]) * (0.8 + 0.2 * np.sin(y * 300.0))[..., None])[slats]
    return image


def _curtain_wall(image: Array, x: Array, y: Array) -> Array:
    """Frame a pane as one bay of a curtain wall: dark spandrel below, slim mullions."""
    spandrel = y > 0.78
    image = np.where(spandrel[..., None], image.mean(axis=(0, 1)) * 0.42, image)
    lines = (x < 0.022) | (x > 0.978) | (np.abs(x - 0.5) < 0.012) | (np.abs(y - 0.78) < 0.012) | (y < 0.012) | (y > 0.988)
    return np.asarray(np.where(lines[..., None], (0.20, 0.205, 0.21), image))


def glass_pane(stream: Stream) -> Array:
    """One bay of a curtain wall that mirrors clouds; takes the vertex colour."""
    x, y = unit()
    cloud = tile_fractal(stream, SIZE, (3, 2), 4)
    glint = 0.10 * ((x + 0.55 * y) % 0.5 < 0.09)
    return _curtain_wall(tinted(0.34 + 0.22 * cloud + glint, (0.80, 0.95, 1.05)), x, y)


def glass_lit(stream: Stream) -> Array:
    """One bay of a curtain wall with an office to be seen: shines at night."""
    x, y = unit()
    return _curtain_wall(_office(stream, x, y) * 0.72, x, y)


def _punched(stream: Stream, glass: Array) -> Array:
    """A window in a precast concrete bay; the concrete takes the vertex colour."""
    x, y = unit()
    wall = tinted(0.66 + 0.16 * tile_fractal(stream, SIZE, (5, 5), 4), (1.0, 0.98, 0.94))
    wall[(x < 0.012) | (y < 0.012)] *= 0.55
    opening = inside(x, y, 0.13, 0.87, 0.16, 0.78)
    shade = np.clip((y - 0.16) / 0.10, 0.35, 1.0) * np.clip((x - 0.13) / 0.05, 0.5, 1.0)
    image = np.where(opening[..., None], glass * shade[..., None], wall)
    frame = opening & ~inside(x, y, 0.155, 0.845, 0.185, 0.755) | opening & (np.abs(x - 0.5) < 0.014)
    image[frame] = (0.07, 0.07, 0.072)
    image[inside(x, y, 0.10, 0.90, 0.78, 0.805)] *= 1.2
    return image


def office_window(stream: Stream) -> Array:
    """One precast bay with a dark window."""
    x, y = unit()
    sky = np.clip(1.1 - 1.2 * y + 0.2 * np.sin(8 * (x - 0.6 * y)), 0.0, 1.0)[..., None]
    return _punched(stream, np.array([0.035, 0.045, 0.055]) + sky * np.array([0.10, 0.14, 0.17]))


def office_lit(stream: Stream) -> Array:
    """One precast bay with an office to be seen: shines at night."""
    x, y = unit()
    return _punched(stream, _office(stream, x, y) * 0.8)


def concrete(stream: Stream) -> Array:
    """Poured concrete with formwork joints 2 x 2, tie holes and streaks of rain; pale, takes the vertex colour."""
    x, y = unit()
    streak = tile_fractal(stream, SIZE, (2, 24), 4)
    cloud = tile_fractal(stream, SIZE, (4, 4), 5)
    gray = 0.62 + 0.16 * streak + 0.20 * cloud
    joint = np.minimum(np.minimum(x * 2 % 1, 1 - x * 2 % 1), np.minimum(y * 2 % 1, 1 - y * 2 % 1))
    gray *= np.clip(0.72 + joint * 22.0, 0.0, 1.0)
    hole = ((x * 4 % 1 - 0.5) ** 2 + (y * 4 % 1 - 0.5) ** 2) < 0.0016
    return tinted(np.where(hole, gray * 0.45, gray), (1.0, 0.98, 0.94))


def _glyphs(image: Array, x: Array, y: Array, stream: Stream, place: tuple[float, float, float, float], rgb: Array) -> None:
    """Blocks where letters would be, in place; nothing to read."""
    x0, x1, y0, y1 = place
    at = x0
    while at < x1 - 0.012:
        wide = stream.number(0.012, 0.030)
        image[inside(x, y, at, at + wide, y0, y1)] = rgb
        if stream.number() < 0.6:
            image[inside(x, y, at + 0.3 * wide, at + 0.75 * wide, y0 + 0.3 * (y1 - y0), y1 - 0.3 * (y1 - y0))] *= 0.25
        at += wide + 0.009


def billboard(stream: Stream) -> Array:
    """Four advertisements of shapes alone, one per quadrant: a bottle, a shoe-like sweep, a sunrise, a face with a telephone."""
    x, y = unit()
    image = np.zeros((SIZE, SIZE, 3))
    white = np.array([0.80, 0.80, 0.78])
    # A bottle on red.
    tile = inside(x, y, 0.0, 0.5, 0.0, 0.5)
    image[tile] = (np.array([0.62, 0.03, 0.03]) * (1.1 - 0.9 * np.hypot(x - 0.15, y - 0.22))[..., None])[tile]
    bottle = (np.abs(x - 0.14) < np.where(y < 0.20, 0.022, np.where(y < 0.27, 0.022 + 0.5 * (y - 0.20), 0.057))) & (y > 0.07) & (y < 0.45)
    image[bottle] = (0.10, 0.03, 0.015)
    image[bottle & (y > 0.31) & (y < 0.39)] = white
    image[bottle & (x < 0.115) & (x > 0.102)] = (0.55, 0.35, 0.25)
    _glyphs(image, x, y, stream, (0.25, 0.46, 0.16, 0.23), white)
    _glyphs(image, x, y, stream, (0.27, 0.44, 0.29, 0.32), white)
    # A yellow sweep on deep blue.
    tile = inside(x, y, 0.5, 1.0, 0.0, 0.5)
    image[tile] = (np.array([0.02, 0.06, 0.30]) * (0.6 + 1.6 * y)[..., None])[tile]
    curve = 0.36 - 0.9 * np.maximum(x - 0.56, 0.0) ** 1.5
    image[tile & (np.abs(y - curve) < 0.045 * np.clip((0.95 - x) / 0.35, 0, 1)) & (x > 0.56)] = (0.85, 0.55, 0.02)
    _glyphs(image, x, y, stream, (0.56, 0.84, 0.07, 0.14), white)
    # A sunrise over hills.
    tile = inside(x, y, 0.0, 0.5, 0.5, 1.0)
    sky = np.array([0.85, 0.42, 0.12]) * (1 - (y[..., None] - 0.5)) + np.array([0.05, 0.25, 0.55]) * (y[..., None] - 0.5)
    image[tile] = sky[tile]
    image[tile & ((x - 0.33) ** 2 + (y - 0.76) ** 2 < 0.0085)] = (0.95, 0.82, 0.45)
    image[tile & (y > 0.82 + 0.05 * np.sin(x * 16.0))] = (0.04, 0.20, 0.10)
    image[tile & (y > 0.89 + 0.03 * np.sin(x * 25.0 + 1.0))] = (0.02, 0.11, 0.06)
    _glyphs(image, x, y, stream, (0.04, 0.26, 0.57, 0.63), white)
    # A face in profile beside a telephone, on teal.
    tile = inside(x, y, 0.5, 1.0, 0.5, 1.0)
    image[tile] = (np.array([0.04, 0.42, 0.42]) * (1.3 - 0.7 * (x - 0.5))[..., None])[tile]
    image[tile & (((x - 0.63) / 0.085) ** 2 + ((y - 0.70) / 0.115) ** 2 < 1)] = (0.10, 0.05, 0.03)
    image[tile & (((x - 0.645) / 0.062) ** 2 + ((y - 0.73) / 0.092) ** 2 < 1)] = (0.58, 0.36, 0.25)
    image[tile & (np.abs(x - 0.645) < 0.10 + 0.25 * (y - 0.85)) & (y > 0.85)] = (0.75, 0.70, 0.62)
    image[inside(x, y, 0.80, 0.91, 0.60, 0.83)] = (0.02, 0.02, 0.025)
    image[inside(x, y, 0.81, 0.90, 0.62, 0.81)] = (0.45, 0.62, 0.85)
    _glyphs(image, x, y, stream, (0.77, 0.95, 0.88, 0.93), white)
    return image
