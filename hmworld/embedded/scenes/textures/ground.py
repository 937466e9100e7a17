"""Ground textures in linear albedo, (256, 256, 3): asphalt, slabs, setts, paint, dirt, grass."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.scenes.kit.noise import tile_fractal
from hmworld.embedded.scenes.kit.randomness import Stream

Array = NDArray[np.float64]
SIZE = 256


def tinted(gray: Array, colour: tuple[float, float, float]) -> Array:
    """A grey image (256, 256) times a colour."""
    return np.asarray(gray[..., None] * np.asarray(colour))


def strokes(
    image: Array,
    stream: Stream,
    count: int,
    *,
    length: tuple[float, float],
    width: float,
    angle: tuple[float, float],
    colours: Array,
    shade: tuple[float, float],
) -> None:
    """Paint tapering strokes (grass blades, needles, straws) into a tileable image, in place, far to near.

    Lengths and width in pixels, angles in radians (0 to the right, pi / 2 up); `colours` (K, 3) are picked at random and
    shaded by a factor in `shade` that grows along the stroke and with the painting order.
    """
    at = stream.array(2 * count, 0, SIZE).reshape(count, 2)
    long = stream.array(count, *length)
    turn = stream.array(count, *angle)
    pick = (stream.array(count) * len(colours)).astype(int)
    glow = np.sort(stream.array(count, *shade))
    steps = int(length[1]) + 1
    for k in range(count):
        t = np.arange(max(2, min(steps, int(long[k])))) / max(1.0, long[k])
        half = max(0.5, width * 0.5)
        for side in np.arange(-half + 0.5, half, 1.0):
            taper = t < 1.0 - abs(side) / (half + 0.5)
            x = at[k, 0] + t * long[k] * np.cos(turn[k]) + side * np.sin(turn[k])
            y = at[k, 1] - t * long[k] * np.sin(turn[k]) + side * np.cos(turn[k])
            rows, columns = y[taper].astype(int) % SIZE, x[taper].astype(int) % SIZE
            image[rows, columns] = colours[pick[k]] * glow[k] * (0.65 + 0.5 * t[taper, None])


def dots(image: Array, stream: Stream, count: int, radius: tuple[float, float], colours: Array, squeeze: float = 1.0) -> None:
    """Paint shaded discs (pebbles, petals) into a tileable image, in place. Radii in pixels; `squeeze` < 1 flattens."""
    at = stream.array(2 * count, 0, SIZE).reshape(count, 2)
    size = stream.array(count, *radius)
    pick = (stream.array(count) * len(colours)).astype(int)
    glow = stream.array(count, 0.75, 1.1)
    for k in range(count):
        reach = int(size[k]) + 1
        offset = np.arange(-reach, reach + 1)
        dy, dx = np.meshgrid(offset / squeeze, offset, indexing="ij")
        inside = dx * dx + dy * dy <= size[k] ** 2
        rows = np.broadcast_to(((int(at[k, 1]) + offset) % SIZE)[:, None], inside.shape)[inside]
        columns = np.broadcast_to(((int(at[k, 0]) + offset) % SIZE)[None, :], inside.shape)[inside]
        light = 1.0 - 0.35 * (dy[inside] + dx[inside]) / (2 * reach)
        image[rows, columns] = colours[pick[k]] * glow[k] * light[:, None]


def asphalt(stream: Stream) -> Array:
    """Worn asphalt, mean about 0.075: grain, pale stones, faint blotches."""
    grain = stream.array(SIZE * SIZE).reshape(SIZE, SIZE)
    blotch = tile_fractal(stream, SIZE, (4, 4), 5)
    gray = 0.075 * (0.72 + 0.36 * blotch + 0.28 * grain)
    stones = stream.array(SIZE * SIZE).reshape(SIZE, SIZE) > 0.975
    gray = np.where(stones, gray * 1.7, gray)
    return tinted(gray, (1.0, 0.98, 0.95))


def paving(stream: Stream) -> Array:
    """Concrete slabs, 4 x 4 to a tile with staggered courses; joints dark; mean about 0.21."""
    y, x = np.mgrid[0:SIZE, 0:SIZE] / SIZE
    row = (y * 4).astype(int)
    along = (x * 4 + 0.5 * (row % 2)) % 4
    tone = stream.array(16).reshape(4, 4)[row, along.astype(int)]
    joint = np.minimum(np.minimum(y * 4 % 1, 1 - y * 4 % 1), np.minimum(along % 1, 1 - along % 1))
    gray = 0.215 * (0.84 + 0.24 * tone) * (0.82 + 0.3 * tile_fractal(stream, SIZE, (5, 5), 5))
    gray *= 0.94 + 0.12 * stream.array(SIZE * SIZE).reshape(SIZE, SIZE)
    gray = gray * np.clip(0.45 + joint * 24.0, 0.0, 1.0)
    return tinted(gray, (1.0, 0.97, 0.91))


def cobbles(stream: Stream) -> Array:
    """Granite setts, 12 x 12 to a tile, rounded, each of its own tone; mean about 0.15."""
    y, x = np.mgrid[0:SIZE, 0:SIZE] / SIZE
    wobble = (tile_fractal(stream, SIZE, (6, 6), 2) - 0.5) * 0.5
    rows = y * 12 + wobble
    row = np.floor(rows).astype(int)
    along = x * 12 + 0.5 * (row % 2) + wobble[::-1]
    column = np.floor(along).astype(int)
    tone = stream.array(144).reshape(12, 12)[row % 12, column % 12]
    dome = np.sin(np.pi * (rows % 1)) * np.sin(np.pi * (along % 1))
    gray = 0.20 * (0.7 + 0.5 * tone) * np.clip(0.25 + 1.5 * dome**0.6, 0, 1)
    gray *= 0.85 + 0.3 * tile_fractal(stream, SIZE, (32, 32), 2)
    warm = np.stack([1.0 + 0.08 * tone, np.full_like(tone, 0.97), 0.95 - 0.06 * tone], -1)
    return np.asarray(gray[..., None] * warm)


def road_paint(stream: Stream) -> Array:
    """White road marking, worn through to asphalt in places."""
    base = asphalt(stream)
    wear = tile_fractal(stream, SIZE, (8, 8), 5)
    grain = stream.array(SIZE * SIZE).reshape(SIZE, SIZE)
    cover = np.clip((wear + 0.25 * grain - 0.30) * 5.0, 0.12, 1.0)[..., None]
    return np.asarray(base * (1 - cover) + np.array([0.56, 0.56, 0.53]) * cover)


def dirt(stream: Stream) -> Array:
    """A trodden path: brown earth with pebbles."""
    tone = tile_fractal(stream, SIZE, (4, 4), 6)
    image = tinted(0.65 + 0.6 * tone, (0.19, 0.135, 0.086))
    stones = np.array([(0.25, 0.215, 0.17), (0.18, 0.155, 0.125), (0.31, 0.28, 0.235)])
    dots(image, stream, 260, (0.8, 2.6), stones, squeeze=0.8)
    image *= (0.9 + 0.2 * stream.array(SIZE * SIZE).reshape(SIZE, SIZE))[..., None]
    return image


_GREENS = np.array([(0.085, 0.165, 0.04), (0.065, 0.135, 0.033), (0.115, 0.18, 0.052), (0.145, 0.17, 0.068)])


def grass(stream: Stream) -> Array:
    """Short grass from above and aslant: blades of several greens over dark gaps."""
    tone = tile_fractal(stream, SIZE, (3, 3), 5)
    image = tinted(0.55 + 0.5 * tone, (0.055, 0.10, 0.027))
    strokes(image, stream, 3600, length=(7, 17), width=1.0, angle=(0.5, 2.6), colours=_GREENS, shade=(0.6, 1.2))
    return image * (0.86 + 0.28 * tone[..., None])


def meadow(stream: Stream) -> Array:
    """Grass with small flowers."""
    image = grass(stream)
    petals = np.array([(0.62, 0.60, 0.55), (0.62, 0.60, 0.55), (0.62, 0.46, 0.05), (0.36, 0.16, 0.42)])
    dots(image, stream, 62, (0.9, 1.9), petals, squeeze=0.7)
    return image
