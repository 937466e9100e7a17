"""Red sandstone in level layers: mesas, hoodoos, boulders, a natural arch."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Prop, box_proxy, ellipsoid_proxy
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.kit.shapes import Array, Part, circle, loft
from hmworld.embedded.scenes.textures.catalogue import Texture

Rgb = tuple[float, float, float]


def _rock_skin(rings: Array, repeat_m: float, colour: Rgb = (1.0, 1.0, 1.0)) -> Part:
    """A faceted rock over `rings` (R, N, 3); its layers lie level."""
    around = float(np.max(np.linalg.norm(np.roll(rings[0], -1, axis=0) - rings[0], axis=1).sum()) / repeat_m)
    skin = loft(rings, texture=Texture.STRATA, uv_scale=(max(1.0, round(around)), 1.0), colour=colour, smooth=False, cap_top=True)
    uvs = skin.uvs.copy()
    uvs[:, 1] = -skin.vertices[:, 2] / repeat_m
    return replace(skin, uvs=uvs)


def mesa(stream: Stream, wide_m: float, high_m: float) -> Part:
    """A table mountain: scree foot, banded cliffs, flat top."""
    sides = 34
    outline = 1.0 + 0.16 * np.sin(np.arange(sides) * 2 * np.pi / sides * 2 + stream.number(0, 6)) + stream.array(sides, -0.09, 0.09)
    squeeze = np.array((1.0, stream.number(0.6, 0.9), 1.0))
    rings = []
    for r, z in ((1.55, -0.03), (1.22, 0.16), (1.06, 0.30), (1.0, 0.34), (0.97, 0.60), (0.90, 0.64), (0.87, 0.93), (0.80, 1.0)):
        notch = 1.0 + stream.array(sides, -0.035, 0.035)
        rings.append(circle(1.0, high_m * z, sides) * np.stack([outline * notch * r * wide_m] * 2 + [np.ones(sides)], 1) * squeeze)
    part = _rock_skin(np.stack(rings), high_m * 0.55)
    scree = np.clip(1.15 - part.vertices[:, 2:3] / (0.3 * high_m), 0.0, 1.0)
    return part.tinted(np.array((1.0, 0.74, 0.62)) + scree * np.array((0.06, -0.04, -0.08)))


def hoodoo(stream: Stream, high_m: float) -> Prop:
    """A balanced pillar of sandstone."""
    sides = 10
    profile = (
        (0.52, -0.05),
        (0.42, 0.10),
        (0.34, 0.25),
        (0.27, 0.38),
        (0.30, 0.52),
        (0.20, 0.66),
        (0.34, 0.72),
        (0.38, 0.86),
        (0.24, 0.98),
    )
    rings = [
        circle(r * high_m * 0.42, z * high_m, sides) * (1.0 + np.stack([stream.array(sides, -0.12, 0.12)] * 2 + [np.zeros(sides)], 1))
        for r, z in profile
    ]
    half = 0.30 * 0.42 * high_m
    foot = 0.42 * 0.42 * high_m
    cap = 0.38 * 0.42 * high_m
    return Prop(
        _rock_skin(np.stack(rings), 2.2, (1.0, 0.78, 0.68)).grounded(0.6, 0.7),
        (
            box_proxy((-foot, -foot, 0.0), (foot, foot, 0.25 * high_m)),
            box_proxy((-half, -half, 0.1 * high_m), (half, half, 0.72 * high_m)),
            box_proxy((-cap, -cap, 0.64 * high_m), (cap, cap, 0.98 * high_m)),
        ),
    )


def boulder(stream: Stream, half_m: float) -> Prop:
    """A layered red boulder."""
    sides = 11
    rings = []
    for r, z in ((1.0, -0.2), (1.08, 0.15), (0.98, 0.5), (0.82, 0.72), (0.5, 0.92)):
        rings.append(
            circle(r * half_m, z * half_m * 1.25, sides) * (1.0 + np.stack([stream.array(sides, -0.13, 0.13)] * 2 + [np.zeros(sides)], 1))
        )
    return Prop(
        _rock_skin(np.stack(rings), 2.0, (1.0, 0.78, 0.68)).grounded(0.5, 0.65),
        (
            box_proxy((-0.85 * half_m, -0.85 * half_m, 0.0), (0.85 * half_m, 0.85 * half_m, 0.72 * 1.25 * half_m)),
            ellipsoid_proxy((0, 0, 0.3 * half_m), (1.12 * half_m, 1.12 * half_m, 0.85 * half_m)),
        ),
    )


def arch(stream: Stream, span_m: float, high_m: float) -> Prop:
    """A natural arch along x: two feet and a bow of banded rock."""
    count, sides = 19, 10
    turn = np.linspace(0.0, np.pi, count)
    x = -0.5 * span_m * np.cos(turn)
    z = (high_m - 0.9) * np.sin(turn) ** 0.75 - 0.6
    thick = 0.9 + 0.95 * np.abs(np.cos(turn)) ** 2.0 + stream.array(count, -0.12, 0.12)
    along = np.gradient(np.stack([x, z], 1), axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    rings = []
    for k in range(count):
        q = np.arange(sides) * 2 * np.pi / sides
        wobble = thick[k] * (1.0 + stream.array(sides, -0.12, 0.12))
        out, side = wobble * np.cos(q), 0.9 * wobble * np.sin(q)
        rings.append(np.stack([x[k] + along[k, 1] * out, -side, z[k] - along[k, 0] * out], 1))
    grid = np.stack(rings)
    skin = loft(grid, texture=Texture.STRATA, uv_scale=(3.0, 1.0), smooth=False)
    uvs = skin.uvs.copy()
    uvs[:, 1] = -skin.vertices[:, 2] / 3.2
    part = replace(skin, uvs=uvs)
    proxies = []
    for k in range(count - 1):
        points = grid[k : k + 2].reshape(-1, 3)
        low, high = points.min(axis=0) + 0.1, points.max(axis=0) - 0.1
        if high[2] > 0.3:
            proxies.append(box_proxy((low[0], low[1], max(low[2], -0.1)), high))
    return Prop(part.grounded(1.0, 0.7), tuple(proxies))
