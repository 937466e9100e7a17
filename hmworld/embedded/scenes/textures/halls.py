"""Textures of quays, farmyards and halls in linear albedo, (256, 256, 3): floors, cladding, cartons, pictures, water."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.scenes.kit.noise import tile_fractal
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.textures.ground import SIZE, dots, strokes, tinted

Array = NDArray[np.float64]


def _unit() -> tuple[Array, Array]:
    """Pixel centres as (x, y) in (0, 1), y down."""
    y, x = (np.mgrid[0:SIZE, 0:SIZE] + 0.5) / SIZE
    return x, y


def _grain(stream: Stream, amount: float) -> Array:
    """White noise around 1, (256, 256)."""
    return 1.0 - amount / 2 + amount * stream.array(SIZE * SIZE).reshape(SIZE, SIZE)


def screed(stream: Stream) -> Array:
    """Poured concrete with stains, pores and hairline cracks, mean about 0.7; takes the vertex colour."""
    cloud = tile_fractal(stream, SIZE, (3, 3), 6)
    crack = np.abs(2 * tile_fractal(stream, SIZE, (3, 4), 4) - 1)
    gray = (0.58 + 0.30 * cloud) * _grain(stream, 0.14)
    gray *= np.where(crack < 0.006, 0.72, 1.0)
    image = tinted(gray, (1.0, 0.985, 0.95))
    dots(image, stream, 60, (0.6, 1.6), np.array([(0.45, 0.44, 0.42)]))
    return image


def sheeting(stream: Stream) -> Array:
    """Corrugated sheet, 8 ribs across u, with streaks of rain; pale, takes the vertex colour."""
    x, y = _unit()
    wave = np.sin(2 * np.pi * 8 * x)
    rib = 0.74 + 0.24 * np.tanh(2.2 * wave)
    streak = tile_fractal(stream, SIZE, (2, 40), 3)
    lap = np.where((y * 2) % 1 < 0.012, 0.75, 1.0)
    return tinted(rib * (0.84 + 0.22 * streak) * lap, (1.0, 1.0, 1.0))


def boards(stream: Stream) -> Array:
    """Upright planks with cover strips, 6 across u; takes the vertex colour."""
    x, _ = _unit()
    plank = (x * 6).astype(int)
    tone = stream.array(6)[plank]
    grain = tile_fractal(stream, SIZE, (3, 42), 3)
    gap = np.minimum(x * 6 % 1, 1 - x * 6 % 1)
    strip = np.where(gap < 0.10, 1.12, 1.0) * np.where((gap > 0.10) & (gap < 0.14), 0.5, 1.0)
    return tinted((0.66 + 0.2 * tone) * (0.66 + 0.5 * grain) * strip, (1.0, 0.96, 0.92))


def marble(stream: Stream) -> Array:
    """Polished slabs, 2 x 2 to a tile: cream and grey-green in turn, veined, with fine dark joints."""
    x, y = _unit()
    column, row = (x * 2).astype(int), (y * 2).astype(int)
    dark = (column + row) % 2 == 1
    cloud = tile_fractal(stream, SIZE, (3, 3), 5)
    vein = np.abs(2 * tile_fractal(stream, SIZE, (3, 4), 5) - 1)
    fine = np.abs(2 * tile_fractal(stream, SIZE, (6, 5), 4) - 1)
    pale = np.array([0.56, 0.51, 0.43]) * (0.86 + 0.24 * cloud)[..., None]
    pale = pale * (1.0 - 0.35 * np.exp(-((vein / 0.05) ** 2)))[..., None]
    deep = np.array([0.19, 0.205, 0.185]) * (0.8 + 0.4 * cloud)[..., None]
    deep = deep + 0.20 * np.exp(-((fine / 0.035) ** 2))[..., None]
    image = np.where(dark[..., None], deep, pale)
    joint = np.minimum(np.minimum(x * 2 % 1, 1 - x * 2 % 1), np.minimum(y * 2 % 1, 1 - y * 2 % 1)) < 0.008
    image[joint] *= 0.55
    return np.asarray(image)


def terrazzo(stream: Stream) -> Array:
    """Ground stone chips in pale cement, slabs 2 x 2 to a tile with brass joints."""
    x, y = _unit()
    image = tinted(0.92 + 0.16 * tile_fractal(stream, SIZE, (3, 3), 4), (0.42, 0.395, 0.35))
    chips = np.array([(0.55, 0.52, 0.46), (0.26, 0.22, 0.18), (0.16, 0.16, 0.16), (0.44, 0.27, 0.19), (0.5, 0.47, 0.42)])
    dots(image, stream, 900, (0.7, 2.1), chips, squeeze=0.9)
    joint = np.minimum(np.minimum(x * 2 % 1, 1 - x * 2 % 1), np.minimum(y * 2 % 1, 1 - y * 2 % 1)) < 0.010
    image[joint] = (0.20, 0.16, 0.10)
    return image


def carton(stream: Stream) -> Array:
    """One face of a cardboard box: edges, a strip of tape, a label and a pair of arrows; takes the vertex colour."""
    x, y = _unit()
    flute = 0.96 + 0.04 * np.sin(x * 2 * np.pi * 60)
    image = tinted((0.80 + 0.16 * tile_fractal(stream, SIZE, (4, 4), 4)) * flute, (1.0, 0.98, 0.95))
    edge = np.minimum(np.minimum(x, 1 - x), np.minimum(y, 1 - y))
    image *= np.clip(0.55 + edge * 22, 0, 1)[..., None]
    tape = (np.abs(x - 0.5) < 0.075) & ((y < 0.26) | (y > 0.80))
    image[tape] = image[tape] * 0.55 + np.array([0.46, 0.38, 0.24])
    label = (x > 0.10) & (x < 0.40) & (y > 0.46) & (y < 0.72)
    image[label] = (1.5, 1.5, 1.45)
    lines = label & (x > 0.13) & (x < 0.37) & ((y * 34) % 1 < 0.35) & (y > 0.5)
    image[lines] = (0.15, 0.15, 0.16)
    for at in (0.70, 0.82):
        head = (np.abs(x - at) < 0.5 * (y - 0.50)) & (y > 0.50) & (y < 0.58)
        shaft = (np.abs(x - at) < 0.012) & (y >= 0.58) & (y < 0.68)
        image[head | shaft] *= 0.25
    return np.clip(image, 0.0, 1.0)


def slatted(stream: Stream) -> Array:
    """One face of a wooden crate: four boards in a frame with nails; takes the vertex colour."""
    x, y = _unit()
    grain = tile_fractal(stream, SIZE, (48, 3), 3)
    tone = stream.array(5)[(y * 5).astype(int)]
    gap = np.minimum(y * 5 % 1, 1 - y * 5 % 1)
    gray = (0.6 + 0.25 * tone) * (0.7 + 0.45 * grain) * np.clip(0.1 + gap * 12, 0, 1)
    upright = tile_fractal(stream, SIZE, (3, 48), 3)
    frame = (x < 0.11) | (x > 0.89)
    gray = np.where(frame, 0.85 * (0.72 + 0.4 * upright), gray)
    rim = ((x > 0.11) & (x < 0.125)) | ((x > 0.875) & (x < 0.89))
    gray = np.where(rim, gray * 0.5, gray)
    nail = (np.abs(x - 0.055) < 0.012) | (np.abs(x - 0.945) < 0.012)
    gray = np.where(nail & (np.abs(y * 5 % 1 - 0.5) < 0.06), 0.2, gray)
    return tinted(gray, (1.0, 0.94, 0.84))


def sea(stream: Stream) -> Array:
    """Rippled sea water seen aslant: dark troughs, sky-coloured slopes, a few crests."""
    swell = tile_fractal(stream, SIZE, (10, 5), 4)
    ripple = tile_fractal(stream, SIZE, (34, 15), 3)
    slope = 0.55 * swell + 0.45 * ripple
    image = np.array([0.022, 0.055, 0.075]) + np.clip(slope - 0.42, 0, 1)[..., None] * np.array([0.34, 0.47, 0.52])
    image[slope > 0.80] = (0.42, 0.46, 0.47)
    return np.asarray(image)


def _scene_of(stream: Stream, x: Array, y: Array, kind: int) -> Array:
    """One painting over unit coordinates: 0 hills, 1 portrait, 2 ships at sea, 3 fruit on a table."""
    cloud = tile_fractal(stream, SIZE, (3, 4), 5)[: x.shape[0], : x.shape[1]]
    image = np.empty((*x.shape, 3))
    if kind == 0:
        image[:] = np.array([0.30, 0.40, 0.52]) + 0.35 * np.clip(1.2 * cloud - 0.4, 0, 1)[..., None] * np.array([1.0, 0.85, 0.6])
        for level, rgb in ((0.52, (0.16, 0.20, 0.22)), (0.64, (0.13, 0.16, 0.08)), (0.80, (0.20, 0.15, 0.05))):
            hill = y > level + 0.09 * np.sin(6.0 * x + 9 * level) + 0.05 * (cloud - 0.5)
            image[hill] = np.asarray(rgb) * (0.7 + 0.6 * cloud[hill])[:, None]
        tree = ((x - 0.22) / 0.15) ** 2 + ((y - 0.42) / 0.22) ** 2 < 0.7 + 0.6 * cloud
        image[tree] = np.array([0.06, 0.075, 0.03]) * (0.5 + 1.2 * cloud[tree])[:, None]
    elif kind == 1:
        image[:] = np.array([0.055, 0.04, 0.028]) * (0.6 + 0.9 * cloud)[..., None]
        coat = (np.abs(x - 0.5) < 0.12 + 0.55 * (y - 0.52)) & (y > 0.54)
        image[coat] = np.array([0.16, 0.03, 0.025]) * (0.6 + 0.7 * cloud[coat])[:, None]
        collar = ((x - 0.5) / 0.14) ** 2 + ((y - 0.60) / 0.06) ** 2 < 1
        image[collar] = (0.55, 0.52, 0.46)
        hair = ((x - 0.5) / 0.17) ** 2 + ((y - 0.36) / 0.21) ** 2 < 1
        image[hair] = (0.05, 0.03, 0.02)
        face = ((x - 0.5) / 0.115) ** 2 + ((y - 0.40) / 0.165) ** 2 < 1
        image[face] = np.array([0.50, 0.32, 0.22]) * (0.75 + 1.2 * (0.55 - x[face]))[:, None]
    elif kind == 2:
        image[:] = np.array([0.42, 0.40, 0.34]) * (0.55 + 0.75 * cloud)[..., None]
        water = y > 0.66
        image[water] = np.array([0.05, 0.10, 0.11]) * (0.5 + 1.3 * cloud[water])[:, None]
        for at, size in ((0.34, 1.0), (0.74, 0.6)):
            hull = (np.abs(x - at) < 0.15 * size) & (np.abs(y - 0.68) < 0.035 * size)
            image[hull] = (0.05, 0.03, 0.02)
            for k in (-1, 0, 1):
                mast = at + 0.085 * size * k
                sail = (np.abs(x - mast) < 0.045 * size) & (y < 0.64) & (y > 0.64 - 0.34 * size)
                image[sail] = np.array([0.55, 0.50, 0.40]) * (0.8 + 0.3 * k)
    else:
        image[:] = np.array([0.07, 0.05, 0.035]) * (0.6 + 0.8 * cloud)[..., None]
        cloth = y > 0.68 + 0.02 * np.sin(9 * x)
        image[cloth] = np.array([0.42, 0.38, 0.30]) * (0.6 + 0.6 * cloud[cloth])[:, None]
        jug = ((x - 0.30) / (0.10 + 0.05 * np.sin(7 * y))) ** 2 < 1
        image[jug & (y > 0.25) & (y < 0.72)] = (0.10, 0.16, 0.24)
        for at, up, rgb in (
            (0.52, 0.66, (0.50, 0.08, 0.03)), (0.64, 0.68, (0.52, 0.30, 0.04)), (0.58, 0.58, (0.45, 0.38, 0.06)),
            (0.76, 0.70, (0.14, 0.24, 0.05)), (0.44, 0.70, (0.20, 0.03, 0.10)),
        ):  # fmt: skip
            ball = ((x - at) / 0.07) ** 2 + ((y - up) / 0.08) ** 2
            image[ball < 1] = np.asarray(rgb) * (1.25 - 0.7 * ball[ball < 1])[:, None]
    return image


def pictures(stream: Stream) -> Array:
    """Four paintings in the quadrants of one image (use uv rectangles of half a repeat)."""
    half = SIZE // 2
    y, x = (np.mgrid[0:half, 0:half] + 0.5) / half
    tiles = [np.clip(_scene_of(stream, x, y, kind), 0.0, 1.0) for kind in range(4)]
    return np.concatenate([np.concatenate(tiles[:2], 1), np.concatenate(tiles[2:], 1)], 0)


def departures(stream: Stream) -> Array:
    """A departure board: rows of amber and white marks in columns on black, nothing to read."""
    x, y = _unit()
    image = np.full((SIZE, SIZE, 3), 0.012)
    image[(y < 0.10)] = (0.03, 0.06, 0.16)
    for row in range(11):
        top = 0.125 + 0.078 * row
        image[(np.abs(y - top - 0.066) < 0.003)] = (0.05, 0.05, 0.055)
        for start, width, rgb in ((0.03, 0.09, (0.85, 0.80, 0.70)), (0.16, 0.0, (0.95, 0.56, 0.06)), (0.66, 0.05, (0.9, 0.9, 0.9)),
                                  (0.76, 0.19, (0.95, 0.56, 0.06))):  # fmt: skip
            at, end = start, start + (width or stream.number(0.16, 0.42))
            while at < end:
                wide = stream.number(0.010, 0.016)
                cell = (x > at) & (x < at + wide) & (y > top + 0.010) & (y < top + 0.052)
                notch = (np.abs(y - top - stream.number(0.02, 0.045)) < 0.006) & (x > at + 0.004)
                image[cell & ~notch] = rgb
                at += wide + stream.pick((0.005, 0.005, 0.005, 0.018))
    return image


def netting(stream: Stream) -> Array:
    """A heap of fishing net: meshes of green and orange twine over dark gaps."""
    image = tinted(np.full((SIZE, SIZE), 1.0), (0.012, 0.02, 0.02))
    twine = np.array([(0.05, 0.17, 0.14), (0.07, 0.22, 0.18), (0.04, 0.12, 0.13), (0.34, 0.13, 0.03)])
    for angle in ((0.6, 1.0), (2.1, 2.6)):
        strokes(image, stream, 900, length=(20, 60), width=1.6, angle=angle, colours=twine, shade=(0.4, 1.2))
    return image


def furrows(stream: Stream) -> Array:
    """Tilled soil, 6 ridges across v, crumbly."""
    _, y = _unit()
    crumb = tile_fractal(stream, SIZE, (20, 20), 4)
    ridge = 0.55 + 0.5 * np.abs(np.sin(np.pi * 6 * y + 0.6 * (crumb - 0.5))) ** 0.8
    return tinted(ridge * (0.6 + 0.8 * crumb), (0.155, 0.100, 0.062))


def crop(stream: Stream) -> Array:
    """Ripe grain seen from above and aslant: ears in drills along u."""
    _, y = _unit()
    image = tinted(0.5 + 0.35 * np.abs(np.sin(np.pi * 10 * y)), (0.30, 0.205, 0.07))
    ears = np.array([(0.52, 0.38, 0.13), (0.45, 0.33, 0.11), (0.58, 0.45, 0.19), (0.36, 0.31, 0.10)])
    strokes(image, stream, 3000, length=(6, 16), width=1.2, angle=(1.1, 2.1), colours=ears, shade=(0.55, 1.15))
    return image


def grit(stream: Stream) -> Array:
    """Pale packed gravel and grit with a little earth between."""
    tone = tile_fractal(stream, SIZE, (4, 4), 5)
    image = tinted(0.75 + 0.4 * tone, (0.25, 0.215, 0.165))
    stones = np.array([(0.34, 0.31, 0.26), (0.26, 0.235, 0.20), (0.42, 0.39, 0.33), (0.20, 0.18, 0.155)])
    dots(image, stream, 1500, (0.8, 2.4), stones, squeeze=0.8)
    return np.asarray(image * _grain(stream, 0.16)[..., None])
