"""Cut-out plants of the country scenes, (256, 256, 4), and the coat of a snowy conifer, in linear albedo."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.scenes.kit.noise import tile_fractal
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.textures import nature
from hmworld.embedded.scenes.textures.ground import SIZE, tinted

Array = NDArray[np.float64]
Rgb = tuple[float, float, float]


class _Sheet:
    """A clear image on which blades are drawn; x to the right and y up, both 0 to 1."""

    def __init__(self, colour: Rgb) -> None:
        self.image = tinted(np.full((SIZE, SIZE), 1.0), colour)
        self.alpha = np.zeros((SIZE, SIZE))

    def blade(self, start: Array, end: Array, sag: Array, width: float, colour: Array) -> None:
        """A tapering curved blade; `sag` (2,) is added at the middle, `width` at the root in units of the sheet."""
        steps = np.linspace(0.0, 1.0, 2 + int(1.6 * SIZE * np.hypot(*(end - start))))[:, None]
        line = start + (end - start) * steps + sag * (4 * steps * (1 - steps))
        direction = np.gradient(line, axis=0)
        aside = np.stack([-direction[:, 1], direction[:, 0]], 1)
        aside /= np.maximum(np.linalg.norm(aside, axis=1, keepdims=True), 1e-9)
        half = 0.5 * width * (1 - steps) ** 0.7 + 0.35 / SIZE
        for t in np.linspace(-1.0, 1.0, 2 + int(2.2 * SIZE * width)):
            at = line + aside * half * t
            columns = np.clip((at[:, 0] * SIZE).astype(int), 1, SIZE - 2)
            rows = np.clip(((1 - at[:, 1]) * SIZE).astype(int), 1, SIZE - 1)
            self.image[rows, columns] = colour * (0.72 + 0.4 * steps) * (1.0 - 0.22 * t)
            self.alpha[rows, columns] = 1.0

    def done(self) -> Array:
        """The finished cut-out."""
        return np.concatenate([self.image, self.alpha[..., None]], axis=-1)


def fern(stream: Stream) -> Array:
    """One fern frond, root at the bottom middle, tip at the top."""
    sheet = _Sheet((0.055, 0.11, 0.025))
    stem = np.array((0.10, 0.12, 0.04))
    sheet.blade(np.array((0.5, 0.0)), np.array((0.5, 0.98)), np.array((0.0, 0.0)), 0.022, stem)
    for t in np.linspace(0.12, 0.95, 21):
        long = 0.46 * np.sin(np.pi * min(1.0, 0.16 + 0.9 * t)) ** 0.8
        for side in (-1.0, 1.0):
            colour = np.array((0.075, 0.165, 0.035)) * stream.number(0.7, 1.25)
            end = np.array((0.5 + side * long, t + 0.10 + 0.05 * long))
            sheet.blade(np.array((0.5, t)), end, np.array((0.0, 0.02)), 0.030, colour)
    return sheet.done()


def palm_frond(stream: Stream) -> Array:
    """One palm frond, stem along u = 0.5 from the root (v = 1) to the tip (v = 0)."""
    sheet = _Sheet((0.06, 0.10, 0.025))
    for t in np.linspace(0.04, 0.96, 44):
        long = 0.5 * np.sin(np.pi * (0.12 + 0.78 * t)) ** 0.7
        for side in (-1.0, 1.0):
            colour = np.array((0.085, 0.15, 0.035)) * stream.number(0.65, 1.25)
            end = np.array((0.5 + side * long, min(0.99, t + stream.number(0.05, 0.12))))
            sheet.blade(np.array((0.5, t)), end, np.array((0.0, 0.03)), 0.026, colour)
    sheet.blade(np.array((0.5, 0.0)), np.array((0.5, 1.0)), np.array((0.0, 0.0)), 0.03, np.array((0.17, 0.17, 0.06)))
    return sheet.done()


def dune_grass(stream: Stream) -> Array:
    """A tuft of long pale marram grass on the lower edge."""
    sheet = _Sheet((0.16, 0.17, 0.07))
    for k in range(70):
        root = 0.5 + stream.number(-0.13, 0.13)
        lean = (root - 0.5) * 2.0 + stream.number(-0.3, 0.3)
        high = stream.number(0.45, 0.97)
        hue = stream.number()
        colour = np.array((0.16 + 0.14 * hue, 0.19 + 0.06 * hue, 0.075)) * (0.55 + 0.6 * k / 70)
        end = np.array((np.clip(root + lean * high * 0.55, 0.02, 0.98), high))
        sheet.blade(np.array((root, 0.0)), end, np.array((-lean * 0.08, 0.03)), 0.012, colour)
    return sheet.done()


def twigs(stream: Stream) -> Array:
    """A dry desert bush: bare forking twigs with a few grey-green leaves, root at the bottom middle."""
    sheet = _Sheet((0.22, 0.17, 0.11))
    tips = [(np.array((0.5 + stream.number(-0.04, 0.04), 0.0)), stream.number(0.5, 2.64), 0.24, 0.018) for _ in range(9)]
    for _ in range(4):
        following = []
        for start, turn, long, width in tips:
            end = start + long * np.array((np.cos(turn), np.sin(turn)))
            end = np.clip(end, 0.02, 0.98)
            tone = stream.number(0.6, 1.25)
            sheet.blade(start, end, stream.array(2, -0.012, 0.012), width, np.array((0.235, 0.175, 0.11)) * tone)
            for side in (-1.0, 1.0):
                following.append((end, turn + side * stream.number(0.2, 0.65), long * stream.number(0.62, 0.85), width * 0.62))
        tips = following
    for end, turn, _, _ in tips:
        leaf = end + 0.03 * np.array((np.cos(turn), np.sin(turn)))
        sheet.blade(end, np.clip(leaf, 0.02, 0.98), np.zeros(2), 0.018, np.array((0.19, 0.19, 0.10)) * stream.number(0.7, 1.3))
    return sheet.done()


def snowy_bough(stream: Stream) -> Array:
    """A conifer bough seen from above with snow lying on its middle."""
    image = nature.bough(stream)
    y, x = (np.mgrid[0:SIZE, 0:SIZE] + 0.5) / SIZE
    lump = tile_fractal(stream, SIZE, (7, 7), 4)
    reach = 0.27 * np.clip(1.05 - (1.0 - y), 0.08, 1.0) ** 0.7 * (0.35 + 1.05 * lump)
    laden = (np.abs(x - 0.5) < reach) & (y > 0.05) & (lump + 0.25 * image[..., 3] > 0.42)
    image[laden, :3] = tinted(0.80 + 0.12 * lump, (0.97, 1.0, 1.05))[laden]
    image[laden & (np.abs(x - 0.5) < 0.7 * reach), 3] = 1.0
    return image


def snowy_needles(stream: Stream) -> Array:
    """Conifer sprays under patches of snow."""
    image = nature.needles(stream)
    lump = tile_fractal(stream, SIZE, (9, 7), 4)
    cover = np.clip((lump - 0.50) * 8.0, 0.0, 1.0)[..., None]
    return np.asarray(image * (1 - cover) + tinted(0.78 + 0.14 * lump, (0.97, 1.0, 1.05)) * cover)
