"""Ground, stone, bark and timber of the country scenes in linear albedo, (256, 256, 3)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.scenes.kit.noise import tile_fractal
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.textures.ground import SIZE, asphalt, dots, strokes, tinted

Array = NDArray[np.float64]


def _unit() -> tuple[Array, Array]:
    """Pixel centres as (x, y) in (0, 1), y down."""
    y, x = (np.mgrid[0:SIZE, 0:SIZE] + 0.5) / SIZE
    return x, y


def _grain(stream: Stream, low: float) -> Array:
    """Per-pixel grain between `low` and 2 - `low`."""
    return stream.array(SIZE * SIZE, low, 2.0 - low).reshape(SIZE, SIZE)


def gravel(stream: Stream) -> Array:
    """Raked pale gravel, mean about 0.33."""
    tone = tile_fractal(stream, SIZE, (4, 4), 5)
    image = tinted((0.85 + 0.3 * tone) * _grain(stream, 0.86), (0.36, 0.315, 0.245))
    stones = np.array([(0.42, 0.38, 0.31), (0.29, 0.25, 0.20), (0.35, 0.33, 0.29), (0.47, 0.43, 0.36)])
    dots(image, stream, 900, (0.7, 2.0), stones, squeeze=0.85)
    return image


def forest_floor(stream: Stream) -> Array:
    """Dead leaves and needles on dark soil, with moss."""
    tone = tile_fractal(stream, SIZE, (4, 4), 6)
    image = tinted(0.55 + 0.6 * tone, (0.085, 0.058, 0.036))
    needles = np.array([(0.16, 0.095, 0.05), (0.12, 0.07, 0.04), (0.20, 0.13, 0.07)])
    strokes(image, stream, 1300, length=(5, 14), width=1.0, angle=(0.0, 6.28), colours=needles, shade=(0.6, 1.1))
    dead = np.array([(0.20, 0.115, 0.05), (0.155, 0.08, 0.035), (0.24, 0.16, 0.075), (0.13, 0.075, 0.04)])
    dots(image, stream, 620, (1.4, 3.6), dead, squeeze=0.7)
    moss = np.clip((tile_fractal(stream, SIZE, (5, 5), 5) - 0.60) * 9.0, 0.0, 0.85)[..., None]
    return np.asarray(image * (1 - moss) + tinted(0.6 + 0.8 * tone, (0.075, 0.105, 0.028)) * moss)


def sand(stream: Stream) -> Array:
    """Wind-rippled sand, ripples across v; pale and warm, takes a tint from the vertices."""
    _, y = _unit()
    bend = tile_fractal(stream, SIZE, (3, 3), 3)
    ripple = np.sin(2 * np.pi * (9 * y + 1.6 * bend))
    tone = tile_fractal(stream, SIZE, (3, 3), 5)
    gray = (0.88 + 0.18 * tone) * (1.0 + 0.075 * ripple) * _grain(stream, 0.93)
    return tinted(gray, (0.58, 0.47, 0.315))


def water(stream: Stream) -> Array:
    """Small waves, crests across v; neutral, takes its colour from the vertices."""
    _, y = _unit()
    bend = tile_fractal(stream, SIZE, (4, 3), 4)
    fine = tile_fractal(stream, SIZE, (22, 9), 3)
    crest = 0.5 + 0.5 * np.sin(2 * np.pi * (7 * y + 2.2 * bend))
    gray = 0.52 + 0.34 * crest**3 * fine + 0.30 * fine
    return tinted(gray, (0.94, 1.0, 1.02))


def strata(stream: Stream) -> Array:
    """Red sandstone in layers along u with weathered streaks down v."""
    x, y = _unit()
    bend = tile_fractal(stream, SIZE, (3, 2), 4)
    layer = stream.array(24)
    at = (y * 24 + 2.0 * bend) % 24
    low = layer[at.astype(int) % 24]
    high = layer[(at.astype(int) + 1) % 24]
    blend = np.clip((at % 1 - 0.7) / 0.3, 0, 1)
    tone = low * (1 - blend) + high * blend
    streak = tile_fractal(stream, SIZE, (2, 30), 4)
    crack = np.abs(2 * tile_fractal(stream, SIZE, (4, 12), 4) - 1)
    gray = (0.62 + 0.5 * tone) * (0.72 + 0.5 * streak) * np.clip(0.55 + crack * 6, 0, 1)
    warm = np.stack([1.0 + 0.0 * x, 0.46 + 0.14 * tone, 0.25 + 0.12 * tone], -1)
    return np.asarray(0.44 * gray[..., None] * warm)


def snow(stream: Stream) -> Array:
    """Wind-packed snow with soft blue hollows, mean about 0.8."""
    tone = tile_fractal(stream, SIZE, (4, 4), 5)
    fine = tile_fractal(stream, SIZE, (32, 32), 2)
    level = 0.72 + 0.16 * tone + 0.05 * fine
    image = np.stack([level, level * 1.01, np.minimum(level * 1.045, 0.93)], -1)
    return np.asarray(image * _grain(stream, 0.97)[..., None])


def pine_bark(stream: Stream) -> Array:
    """Plated bark of an old pine: long scales, reddish, dark furrows along v."""
    x, y = _unit()
    bend = tile_fractal(stream, SIZE, (3, 4), 4)
    across = (x * 9 + 1.4 * bend) % 9
    along = (y * 5 + stream.array(9)[across.astype(int)] + 0.9 * bend) % 5
    tone = stream.array(45).reshape(9, 5)[across.astype(int), along.astype(int)]
    rim = np.minimum(np.minimum(across % 1, 1 - across % 1) * 1.0, np.minimum(along % 1, 1 - along % 1) * 2.2)
    flake = tile_fractal(stream, SIZE, (30, 14), 3)
    gray = (0.65 + 0.5 * tone) * (0.7 + 0.55 * flake) * np.clip(0.22 + rim * 5.5, 0, 1)
    return tinted(gray, (0.255, 0.155, 0.10))


def beech_bark(stream: Stream) -> Array:
    """Smooth silvery bark with blotches of lichen and short cross lines."""
    tone = tile_fractal(stream, SIZE, (5, 3), 5)
    image = tinted(0.75 + 0.5 * tone, (0.225, 0.215, 0.185))
    lichen = np.clip((tile_fractal(stream, SIZE, (6, 5), 4) - 0.60) * 8.0, 0.0, 0.7)[..., None]
    image = image * (1 - lichen) + np.array((0.235, 0.275, 0.19)) * lichen
    lines = np.array([(0.10, 0.095, 0.08), (0.13, 0.12, 0.10)])
    strokes(image, stream, 70, length=(8, 26), width=1.6, angle=(-0.15, 0.15), colours=lines, shade=(0.8, 1.1))
    return np.asarray(image)


def log_wall(stream: Stream) -> Array:
    """Round logs lying on each other, 6 across v; takes the vertex colour."""
    _x, y = _unit()
    row = y * 6
    tone = stream.array(6)[row.astype(int)]
    dome = np.sin(np.pi * (row % 1))
    grain = tile_fractal(stream, SIZE, (48, 3), 3)
    knot = np.clip((tile_fractal(stream, SIZE, (18, 9), 2) - 0.80) * 8, 0, 1)
    gray = (0.66 + 0.3 * tone) * (0.66 + 0.5 * grain) * (0.16 + 0.9 * dome**0.55) * (1 - 0.5 * knot)
    return tinted(gray, (1.0, 0.93, 0.84))


def rust(stream: Stream) -> Array:
    """Corrugated sheet, 12 waves across u, rust eating pale paint that takes the vertex colour."""
    x, _y = _unit()
    wave = 0.5 + 0.5 * np.sin(2 * np.pi * 12 * x)
    eaten = tile_fractal(stream, SIZE, (4, 5), 5) + 0.25 * tile_fractal(stream, SIZE, (2, 40), 3)
    cover = np.clip((eaten - 0.62) * 7, 0, 1)[..., None]
    paint = tinted(0.75 + 0.2 * tile_fractal(stream, SIZE, (6, 6), 3), (1.0, 0.98, 0.95))
    iron = tinted(0.6 + 0.8 * tile_fractal(stream, SIZE, (12, 12), 4), (0.33, 0.135, 0.055))
    return np.asarray((paint * (1 - cover) + iron * cover) * (0.55 + 0.5 * wave)[..., None])


def cracked_road(stream: Stream) -> Array:
    """Sun-bleached asphalt with a net of cracks and blown sand."""
    image = asphalt(stream) * 1.9
    crack = np.abs(2 * tile_fractal(stream, SIZE, (4, 4), 3) - 1)
    fine = np.abs(2 * tile_fractal(stream, SIZE, (9, 9), 2) - 1)
    open_ = np.clip(np.minimum(crack * 30, 0.45 + fine * 12), 0.42, 1.0)
    dust = np.clip((tile_fractal(stream, SIZE, (3, 3), 5) - 0.62) * 4.0, 0.0, 0.75)[..., None]
    return np.asarray(image * open_[..., None] * (1 - dust) + np.array((0.42, 0.215, 0.11)) * dust)


def cactus_skin(stream: Stream) -> Array:
    """Green ribs along v, 4 to a tile, with rows of pale spines."""
    x, y = _unit()
    rib = x * 4 % 1
    dome = np.sin(np.pi * rib)
    tone = tile_fractal(stream, SIZE, (6, 4), 4)
    image = tinted((0.22 + 0.85 * dome) * (0.8 + 0.35 * tone), (0.135, 0.185, 0.075))
    spine = (np.abs(rib - 0.5) < 0.07) & (y * 20 % 1 < 0.35)
    image[spine] = (0.44, 0.40, 0.27)
    return image


def woodland(stream: Stream) -> Array:
    """The inside of a wood from afar: v = 1 is the ground; dim trunks below, foliage above. Tiles along u."""
    x, y = _unit()
    foliage = tile_fractal(stream, SIZE, (22, 16), 4)
    gloom = tinted(0.5 + 0.9 * foliage, (0.020, 0.032, 0.014))
    light = np.clip((foliage - 0.52) * 4, 0, 1)[..., None]
    image = np.asarray(gloom * (1 - light) + np.array((0.075, 0.115, 0.038)) * light)
    count = 44
    at, wide, tone = stream.array(count), stream.array(count, 0.004, 0.012), np.sort(stream.array(count, 0.25, 1.0))
    top = stream.array(count, 0.05, 0.5)
    for k in range(count):
        away = np.abs((x - at[k] + 0.006 * np.sin(9 * y + k) + 0.5) % 1 - 0.5)
        stem = (away < wide[k] * (0.65 + 0.35 * y)) & (y > top[k])
        colour = np.array((0.135, 0.088, 0.058)) if k % 3 else np.array((0.15, 0.14, 0.12))
        image[stem] = (colour * tone[k]) * (0.75 + 0.5 * foliage[stem][:, None])
    floor = y > 0.93 + 0.03 * tile_fractal(stream, SIZE, (3, 20), 3)
    image[floor] = tinted(0.6 + 0.8 * foliage, (0.065, 0.075, 0.03))[floor]
    return image
