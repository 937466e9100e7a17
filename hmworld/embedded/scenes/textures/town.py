"""Textures of suburbs, old towns and building sites in linear albedo, (256, 256, 3)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.scenes.kit.noise import tile_fractal
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.textures.ground import SIZE, dots, tinted
from hmworld.embedded.scenes.textures.tower import inside, unit

Array = NDArray[np.float64]


def siding(stream: Stream) -> Array:
    """Clapboards, 10 to a tile (2 m), each with a shadow line; pale, takes the vertex colour."""
    _, y = unit()
    board = y * 10 % 1
    tone = stream.array(10, 0.93, 1.05)[(y * 10).astype(int)]
    grain = 0.90 + 0.12 * tile_fractal(stream, SIZE, (60, 4), 3)
    return tinted(0.86 * tone * grain * np.where(board < 0.10, 0.48, 0.92 + 0.10 * board), (1.0, 0.99, 0.97))


def shingles(stream: Stream) -> Array:
    """Bitumen shingles, 12 courses of 9 tabs; takes the vertex colour."""
    x, y = unit()
    row = (y * 12).astype(int)
    along = (x * 9 + 0.5 * (row % 2)) % 9
    tone = stream.array(108).reshape(12, 9)[row, along.astype(int)]
    grit = stream.array(SIZE * SIZE).reshape(SIZE, SIZE)
    edge = np.where((y * 12 % 1 > 0.86) | (along % 1 < 0.05), 0.55, 1.0)
    return tinted((0.55 + 0.40 * tone) * (0.80 + 0.3 * grit) * edge, (1.0, 0.98, 0.96))


def garage_door(stream: Stream) -> Array:
    """A sectional door of 4 rows of 4 raised panels with a row of panes on top; takes the vertex colour."""
    x, y = unit()
    image = tinted(0.82 + 0.08 * tile_fractal(stream, SIZE, (3, 3), 4), (1.0, 1.0, 0.98))
    px, py = x * 4 % 1, y * 4 % 1
    rim = inside(px, py, 0.10, 0.90, 0.16, 0.84) & ~inside(px, py, 0.14, 0.86, 0.23, 0.77)
    image[rim] *= 0.68
    image[py < 0.035] *= 0.4
    pane = (y < 0.25) & inside(px, py, 0.14, 0.86, 0.24, 0.78)
    image[pane] = (0.05, 0.065, 0.08)
    image[pane & (px - 0.6 * py > 0.25)] = (0.14, 0.18, 0.21)
    return image


def corrugated(stream: Stream) -> Array:
    """Ribbed steel sheet, 10 ribs to a tile, faintly rusty; pale, takes the vertex colour."""
    x, _ = unit()
    rib = x * 10 % 1
    light = np.where(rib < 0.12, 0.55 + 3.0 * rib, np.where(rib < 0.46, 0.95, np.where(rib < 0.60, 0.95 - 3.6 * (rib - 0.46), 0.60)))
    rust = np.clip(tile_fractal(stream, SIZE, (5, 9), 5) * 2.6 - 1.75, 0.0, 1.0)[..., None]
    steel = tinted(light * (0.86 + 0.14 * tile_fractal(stream, SIZE, (3, 20), 4)), (1.0, 1.0, 1.0))
    return np.asarray(steel * (1 - 0.55 * rust) + 0.55 * rust * np.array([0.42, 0.20, 0.10]))


def mud(stream: Stream) -> Array:
    """Trodden wet earth: lumps, grit, faint ruts; mean about 0.12."""
    tone = tile_fractal(stream, SIZE, (4, 4), 6)
    lump = tile_fractal(stream, SIZE, (20, 20), 3)
    image = tinted((0.55 + 0.65 * tone) * (0.70 + 0.60 * lump), (0.175, 0.125, 0.080))
    stones = np.array([(0.23, 0.20, 0.17), (0.15, 0.125, 0.10), (0.28, 0.25, 0.22)])
    dots(image, stream, 190, (0.7, 2.4), stones, squeeze=0.75)
    return image


def tyre_track(stream: Stream) -> Array:
    """A pair of pressed ruts along v with chevron treads, edges fading into mud; one track to a tile."""
    x, y = unit()
    image = mud(stream)
    for middle in (0.20, 0.80):
        near = np.abs(x - middle)
        tread = ((y * 18 + 9.0 * near) % 1 < 0.5) & (near < 0.125)
        depth = np.where(near < 0.125, np.where(tread, 0.42, 0.72), 1.0)
        berm = np.exp(-(((near - 0.155) / 0.025) ** 2))
        image = image * (depth + 0.35 * berm)[..., None]
    return image


def leaded(stream: Stream) -> Array:
    """A small old casement: dark timber frame, lozenge panes in lead, warm light behind; maps once onto a window."""
    x, y = unit()
    tone = stream.array(400).reshape(20, 20)
    u, v = (x * 9 + y * 7) % 20, (x * 9 - y * 7 + 20) % 20
    pane = tone[u.astype(int), v.astype(int)]
    image = np.array([0.10, 0.085, 0.055]) + pane[..., None] * np.array([0.16, 0.15, 0.12])
    lead = (u % 1 < 0.13) | (v % 1 < 0.13)
    image[lead] = (0.025, 0.025, 0.028)
    bars = ~inside(x, y, 0.09, 0.91, 0.07, 0.93) | (np.abs(x - 0.5) < 0.05)
    image[bars] = np.array([0.11, 0.062, 0.035])
    return np.asarray(image * (0.85 + 0.3 * tile_fractal(stream, SIZE, (3, 3), 3))[..., None])


def round_cobbles(stream: Stream) -> Array:
    """River cobbles set in sand, 14 x 14 jittered to a tile, warm greys, worn shiny; mean about 0.17."""
    count = 14
    jitter = stream.array(2 * count * count, 0.18, 0.82).reshape(2, count, count)
    tone = stream.array(count * count, 0.62, 1.25).reshape(count, count)
    warm = stream.array(count * count, -0.09, 0.14).reshape(count, count)
    x, y = unit()
    column, row = (x * count).astype(int), (y * count).astype(int)
    first, second = np.full(x.shape, 9.0), np.full(x.shape, 9.0)
    hue, light = np.zeros(x.shape), np.zeros(x.shape)
    for dy in (-1, 0, 1):
        for dx in (-1, 0, 1):
            i, j = (row + dy) % count, (column + dx) % count
            away = np.hypot(x * count - column - dx - jitter[0, i, j], y * count - row - dy - jitter[1, i, j])
            closer = away < first
            second = np.where(closer, first, np.minimum(second, away))
            hue, light = np.where(closer, warm[i, j], hue), np.where(closer, tone[i, j], light)
            first = np.minimum(first, away)
    dome = np.clip((second - first) * 2.6, 0.0, 1.0) ** 0.7
    gray = 0.235 * light * (0.16 + 0.84 * dome) * (0.85 + 0.3 * tile_fractal(stream, SIZE, (24, 24), 3))
    return np.asarray(gray[..., None] * np.stack([1.0 + hue, np.full_like(hue, 0.97), 0.90 - hue], -1))


def rubble(stream: Stream) -> Array:
    """Field-stone masonry in pale mortar, courses of uneven stones; takes the vertex colour."""
    x, y = unit()
    wobble = 0.5 * (tile_fractal(stream, SIZE, (5, 5), 2) - 0.5)
    rows = y * 8 + wobble
    row = np.floor(rows).astype(int) % 8
    pitch = np.array([5, 4, 6, 5, 4, 5, 6, 4])[row]
    along = x * pitch + stream.array(8)[row] + 0.6 * wobble.T
    column = np.floor(along).astype(int) % 12
    tone = stream.array(96, 0.55, 1.0).reshape(8, 12)[row, column]
    edge = np.minimum(np.minimum(rows % 1, 1 - rows % 1), 1.6 * np.minimum(along % 1, 1 - along % 1))
    stone = tone * np.clip(0.6 + edge * 3.0, 0.0, 1.05) * (0.75 + 0.4 * tile_fractal(stream, SIZE, (20, 20), 3))
    return np.where((edge < 0.07)[..., None], np.array([0.62, 0.58, 0.50]), tinted(stone, (0.92, 0.86, 0.76)))


def clock(stream: Stream) -> Array:
    """A white dial with twelve bars and hands at ten past ten, gilt rim, on blue; maps once onto a square."""
    x, y = unit()
    dx, dy = x - 0.5, y - 0.5
    far, turn = np.hypot(dx, dy), np.arctan2(dx, -dy)
    image = tinted(0.9 + 0.2 * tile_fractal(stream, SIZE, (4, 4), 3), (0.03, 0.055, 0.13))
    image[far < 0.47] = (0.62, 0.42, 0.09)
    image[far < 0.435] = (0.72, 0.70, 0.62)
    hour = np.abs((turn / (np.pi / 6) + 0.5) % 1 - 0.5)
    image[(far > 0.33) & (far < 0.415) & (hour * far < 0.026)] = (0.03, 0.03, 0.03)
    for angle, long, wide in ((10 + 1 / 6, 0.24, 0.026), (2.0, 0.36, 0.018)):
        a = angle * np.pi / 6
        along, across = dx * np.sin(a) - dy * np.cos(a), dx * np.cos(a) + dy * np.sin(a)
        image[(along > -0.05) & (along < long) & (np.abs(across) < wide * (1.2 - along / long))] = (0.02, 0.02, 0.02)
    return image


def produce(stream: Stream) -> Array:
    """Heaps of fruit seen from above, one kind per quadrant: apples, oranges, cabbages, pears."""
    image = np.full((SIZE, SIZE, 3), 0.02)
    kinds = (
        ((0.42, 0.03, 0.025), (0.50, 0.12, 0.03)),
        ((0.68, 0.28, 0.02), (0.72, 0.34, 0.04)),
        ((0.22, 0.40, 0.09), (0.34, 0.50, 0.18)),
        ((0.55, 0.50, 0.06), (0.42, 0.44, 0.07)),
    )
    half = SIZE // 2
    for k, colours in enumerate(kinds):
        heap = np.full((SIZE, SIZE, 3), 0.03)
        size = (17.0, 22.0) if k == 2 else (10.0, 13.0)
        dots(heap, stream, 190 if k == 2 else 560, size, np.array(colours))
        row, column = half * (k // 2), half * (k % 2)
        image[row : row + half, column : column + half] = heap[:half, :half]
    return image
