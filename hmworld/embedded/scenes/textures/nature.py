"""Plant, rock and timber textures in linear albedo, (256, 256, 3), and the altitude strip of distant mountains."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.scenes.kit.noise import tile_fractal
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.textures.ground import SIZE, strokes, tinted

Array = NDArray[np.float64]


def bark(stream: Stream) -> Array:
    """Furrowed bark, furrows along v."""
    furrow = tile_fractal(stream, SIZE, (3, 18), 4)
    fine = tile_fractal(stream, SIZE, (24, 48), 2)
    return tinted((0.25 + 1.1 * furrow**1.3) * (0.75 + 0.5 * fine), (0.165, 0.12, 0.085))


def _paint_leaves(image: Array, alpha: Array, stream: Stream, at: Array, size: tuple[float, float], shade: tuple[float, float]) -> None:
    """Paint pointed leaves centred at pixels `at` (N, 2) into a tileable image, in place, dark ones first."""
    count = len(at)
    turn = stream.array(count, 0, 2 * np.pi)
    long = stream.array(count, *size)
    glow = np.sort(stream.array(count, *shade))
    hue = stream.array(count)
    reach = int(size[1]) + 1
    offset = np.arange(-reach, reach + 1)
    dy, dx = np.meshgrid(offset, offset, indexing="ij")
    for k in range(count):
        along = (dx * np.cos(turn[k]) + dy * np.sin(turn[k])) / long[k]
        across = (-dx * np.sin(turn[k]) + dy * np.cos(turn[k])) / (0.52 * long[k])
        inside = (across * across < (1 - along * along) * (1 - 0.35 * along)) & (np.abs(along) < 1)
        rows = np.broadcast_to(((int(at[k, 1]) + offset) % SIZE)[:, None], inside.shape)[inside]
        columns = np.broadcast_to(((int(at[k, 0]) + offset) % SIZE)[None, :], inside.shape)[inside]
        rib = np.where(np.abs(across[inside]) < 0.12, 1.15, 0.9 + 0.12 * across[inside])
        colour = np.array([0.085 + 0.075 * hue[k], 0.175 + 0.05 * hue[k], 0.03 + 0.015 * hue[k]])
        image[rows, columns] = colour * (glow[k] * rib)[:, None]
        alpha[rows, columns] = 1.0


def leaves(stream: Stream) -> Array:
    """A dense coat of leaves with dark gaps."""
    image = tinted(np.full((SIZE, SIZE), 1.0), (0.012, 0.022, 0.008))
    at = stream.array(1520, 0, SIZE).reshape(760, 2)
    _paint_leaves(image, np.empty((SIZE, SIZE)), stream, at, (7, 13), (0.35, 1.2))
    return image


def leaf_spray(stream: Stream) -> Array:
    """One spray of leaves, cut out: (256, 256, 4), leaves thinning out towards a ragged rim."""
    image = tinted(np.full((SIZE, SIZE), 1.0), (0.06, 0.11, 0.025))
    alpha = np.zeros((SIZE, SIZE))
    count = 150
    turn, far = stream.array(count, 0, 2 * np.pi), stream.array(count) ** 0.62
    reach = SIZE * 0.41 * far * (1.0 + 0.10 * np.sin(5 * turn))
    at = SIZE / 2 + reach[:, None] * np.stack([np.cos(turn), np.sin(turn)], 1)
    _paint_leaves(image, alpha, stream, at, (14, 21), (0.45, 1.2))
    return np.concatenate([image, alpha[..., None]], axis=-1)


def grass_tuft(stream: Stream) -> Array:
    """A tuft of grass standing on the lower edge, cut out: (256, 256, 4)."""
    image = tinted(np.full((SIZE, SIZE), 1.0), (0.07, 0.12, 0.03))
    alpha = np.zeros((SIZE, SIZE))
    count = 95
    root = SIZE / 2 + (stream.array(count) + stream.array(count) - 1.0) * SIZE * 0.33
    lean = (root - SIZE / 2) / SIZE * 1.0 + stream.array(count, -0.28, 0.28)
    high = stream.array(count, 0.4, 0.97) * SIZE
    hue, glow = stream.array(count), np.sort(stream.array(count, 0.6, 1.15))
    for k in range(count):
        rows = np.arange(0, int(high[k]))
        t = rows / high[k]
        middle = root[k] + lean[k] * high[k] * t * t
        half = 3.2 * (1 - t) + 0.8
        for row, x0, x1, rise in zip(rows, middle - half, middle + half, t, strict=True):
            columns = slice(max(0, int(x0)), min(SIZE, int(x1) + 1))
            colour = np.array([0.075 + 0.06 * hue[k], 0.135 + 0.03 * hue[k], 0.03 + 0.012 * hue[k]])
            image[SIZE - 1 - row, columns] = colour * glow[k] * (0.5 + 0.6 * rise)
            alpha[SIZE - 1 - row, columns] = 1.0
    return np.concatenate([image, alpha[..., None]], axis=-1)


def bough(stream: Stream) -> Array:
    """One conifer bough seen from above, cut out: (256, 256, 4), root at v = 1, tip at v = 0, stem along u = 0.5."""
    image = tinted(np.full((SIZE, SIZE), 1.0), (0.045, 0.08, 0.035))
    alpha = np.zeros((SIZE, SIZE))
    stem = np.linspace(0.0, 0.97, 40)
    twigs = [(0.0, stem[:, None] * (0.0, 1.0))]
    for t in np.linspace(0.03, 0.93, 24):
        long = 0.47 * (1.0 - t) ** 0.75 * min(1.0, 0.55 + 2.5 * t) * stream.number(0.8, 1.1)
        for sign in (-1.0, 1.0):
            lean = stream.number(0.75, 1.05)
            steps = np.linspace(0.0, 1.0, max(4, int(long * 90)))[:, None]
            twigs.append((t, np.array([0.0, t]) + steps * long * np.array([sign * np.sin(lean), np.cos(lean)])))
    for base, points in twigs:
        count = len(points) * 9
        at = np.repeat(points, 9, axis=0)
        turn = stream.array(count, 0.0, 2.0 * np.pi)
        long = stream.array(count, 0.018, 0.040)
        glow = stream.array(count, 0.55, 1.25) * (0.7 + 0.5 * base)
        hue = stream.array(count)
        for step in np.linspace(0.0, 1.0, 8):
            x = at[:, 0] + long * step * np.cos(turn)
            y = at[:, 1] + long * step * (np.sin(turn) * 0.7 + 0.3)
            columns = np.clip(((0.5 + x) * SIZE).astype(int), 1, SIZE - 2)
            rows = np.clip(((0.985 - y) * SIZE).astype(int), 1, SIZE - 2)
            colour = np.stack([0.045 + 0.035 * hue, 0.095 + 0.035 * hue, 0.035 + 0.01 * hue], 1) * glow[:, None]
            image[rows, columns] = colour * (0.7 + 0.5 * step)
            alpha[rows, columns] = 1.0
    return np.concatenate([image, alpha[..., None]], axis=-1)


def needles(stream: Stream) -> Array:
    """Conifer sprays: twigs with needles hanging down."""
    tone = tile_fractal(stream, SIZE, (6, 6), 4)
    image = tinted(0.4 + 0.4 * tone, (0.020, 0.034, 0.016))
    greens = np.array([(0.055, 0.105, 0.04), (0.075, 0.125, 0.045), (0.045, 0.09, 0.045)])
    strokes(image, stream, 2600, length=(8, 22), width=1.6, angle=(-2.5, -0.65), colours=greens, shade=(0.4, 1.25))
    return image


def rock(stream: Stream) -> Array:
    """Grey stone with cracks, lichen and strata."""
    tone = tile_fractal(stream, SIZE, (4, 3), 6)
    crack = np.abs(2 * tile_fractal(stream, SIZE, (5, 5), 4) - 1)
    gray = 0.27 * (0.5 + 0.85 * tone) * np.clip(0.35 + crack * 9, 0, 1)
    image = tinted(gray, (1.0, 0.97, 0.92))
    lichen = tile_fractal(stream, SIZE, (7, 7), 4) > 0.69
    image[lichen] = image[lichen] * 0.5 + np.array([0.13, 0.135, 0.06])
    return image


def wood(stream: Stream) -> Array:
    """Weathered planks, 6 across v, grain along u; takes the vertex colour."""
    y = (np.mgrid[0:SIZE, 0:SIZE][0] + 0.5) / SIZE
    plank = (y * 6).astype(int)
    tone = stream.array(6)[plank]
    grain = tile_fractal(stream, SIZE, (42, 3), 3)
    gap = np.minimum(y * 6 % 1, 1 - y * 6 % 1)
    gray = (0.55 + 0.25 * tone) * (0.6 + 0.6 * grain) * np.clip(0.15 + gap * 14, 0, 1)
    return tinted(gray, (1.0, 0.93, 0.84))


def hay(stream: Stream) -> Array:
    """Straw in a bale."""
    tone = tile_fractal(stream, SIZE, (5, 5), 4)
    image = tinted(0.4 + 0.4 * tone, (0.22, 0.155, 0.06))
    straws = np.array([(0.48, 0.36, 0.15), (0.40, 0.29, 0.11), (0.55, 0.44, 0.21)])
    strokes(image, stream, 2400, length=(14, 40), width=1.0, angle=(-0.5, 0.5), colours=straws, shade=(0.45, 1.1))
    return image


def mountain(stream: Stream) -> Array:
    """Altitude strip: v = 0 is a summit, v = 1 the foot: snow, rock with snow gullies, forest, pasture. Tiles along u."""
    y = (np.mgrid[0:SIZE, 0:SIZE][0] + 0.5) / SIZE
    height = 1.0 - y
    ragged = tile_fractal(stream, SIZE, (10, 10), 5) - 0.5
    gully = tile_fractal(stream, SIZE, (3, 26), 4) - 0.5
    crag = tile_fractal(stream, SIZE, (14, 20), 4)
    image = tinted(0.55 + 0.8 * crag, (0.205, 0.195, 0.19))
    scree = height < 0.47 + 0.22 * ragged
    image[scree] = tinted(0.7 + 0.5 * crag, (0.19, 0.175, 0.14))[scree]
    pasture = height < 0.43 + 0.26 * ragged + 0.15 * gully
    image[pasture] = tinted(0.7 + 0.5 * crag, (0.115, 0.15, 0.05))[pasture]
    tree = tile_fractal(stream, SIZE, (40, 64), 2)
    forest = (height < 0.37 + 0.30 * ragged + 0.12 * gully) & (tree + 0.5 * ragged > 0.28)
    image[forest] = tinted(0.35 + 1.2 * tree, (0.030, 0.058, 0.028))[forest]
    snow = height + 0.55 * gully + 0.4 * ragged > 0.70
    image[snow] = tinted(0.86 + 0.2 * ragged, (0.80, 0.83, 0.88))[snow]
    return image
