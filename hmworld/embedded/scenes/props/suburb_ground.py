"""The ground of the suburb: lawns with mowing stripes, a street with a turning circle, pavements and drives, woods all around."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from hmworld.embedded.scenes.kit.noise import PlaneNoise
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.kit.shapes import Array, Part, circle, instances, loft, merge, quads, tower
from hmworld.embedded.scenes.props.ground_cells import Surface, breaks, level_cells
from hmworld.embedded.scenes.textures.catalogue import Texture

GROUND_M = 0.008
"""Height of stages: lawns lie at 0, asphalt, kerbs and pavements up to 16 mm higher."""
_ROAD_HALF_M = 4.0
_BULB_M = 10.6
_STREET_END_M = 210.0
_KERB_RGB = (0.36, 0.35, 0.33)


def _disc(radii: Sequence[float], z: float, texture: int, repeat_m: float, noise: PlaneNoise) -> Part:
    """Rings round the origin as quads, shaded by noise."""
    turn = np.linspace(0.0, 2 * np.pi, 65)
    rim = np.stack([np.cos(turn), np.sin(turn)], 1)
    cells = []
    for inner, outer in pairwise(radii):
        a, b, c, d = rim[:-1] * inner, rim[:-1] * outer, rim[1:] * outer, rim[1:] * inner
        cells.append(np.stack([a, b, c, d], 1))
    flat = np.concatenate(cells)
    part = quads(np.concatenate([flat, np.full((*flat.shape[:2], 1), z)], 2), texture=texture, repeat_m=repeat_m)
    x, y = part.vertices[:, 0], part.vertices[:, 1]
    return part.tinted((0.84 + 0.36 * noise.fractal(x / 7.0 + 9.0, y / 7.0 + 9.0, 3))[:, None])


def suburb_ground(seed: int, homes: Sequence[tuple[float, float, float]]) -> Part:
    """Lawns, street, circle, pavements, a drive and a path for each of `homes` (x, y, yaw)."""
    noise = PlaneNoise(Stream(seed, "suburb ground"))
    grass = (Surface(Texture.GRASS, 2.6, (1.05, 1.08, 0.95)), Surface(Texture.GRASS, 3.1, (1.15, 1.16, 0.98)))

    def mown(x: Array, y: Array) -> Array:
        return np.where(np.floor(x / 1.5) % 2 == 0, 0, 1)

    def lawn(x: Array, y: Array) -> Array:
        patch = noise.fractal(x / 8.0, y / 8.0, 4)
        return np.asarray(0.78 + 0.5 * patch)

    parts = [level_cells(np.arange(-60.0, 160.1, 1.5), np.arange(-45.0, 45.1, 3.0), 0.0, grass, mown, lawn)]
    wide = np.arange(-340.0, 340.1, 20.0)

    def outside(x: Array, y: Array) -> Array:
        return np.where((x > -60.0) & (x < 160.0) & (np.abs(y) < 45.0), -1, 0)

    far_x, far_y = breaks(-340.0, 340.0, wide, [160.0]), breaks(-340.0, 340.0, wide, [-45.0, 45.0])
    parts.append(level_cells(far_x, far_y, 0.0, (Surface(Texture.GRASS, 6.0),), outside, lawn))

    lines = [-_ROAD_HALF_M, -2.4, -0.8, 0.8, 2.4, _ROAD_HALF_M]
    asphalt = (Surface(Texture.ASPHALT, 3.2, (1.18, 1.16, 1.12)),)

    def same(x: Array, y: Array) -> Array:
        return np.zeros(np.shape(x))

    def worn(x: Array, y: Array) -> Array:
        return np.asarray((0.84 + 0.36 * noise.fractal(x / 7.0 + 9.0, y / 7.0 + 9.0, 3)) * (1.0 - 0.07 * np.cos(np.pi * y / 1.6) ** 2))

    parts.append(level_cells(breaks(9.0, _STREET_END_M, np.arange(9.0, _STREET_END_M, 4.0)), np.array(lines), 0.010, asphalt, same, worn))
    bulb = _disc((0.0001, 3.0, 6.0, 8.5, _BULB_M), 0.009, Texture.ASPHALT, 3.2, noise)
    parts.append(bulb.tinted((1.18, 1.16, 1.12)))
    # The gutter pan: round the circle where the street does not leave it, and along both sides of the street.
    mouth = np.arcsin(_ROAD_HALF_M / _BULB_M)
    turn = np.linspace(mouth, 2 * np.pi - mouth, 61)
    inner, outer = (np.stack([r * np.cos(turn), r * np.sin(turn), np.full(61, 0.016)], 1) for r in (_BULB_M - 0.25, _BULB_M + 0.2))
    kerb = np.stack([inner[:-1], outer[:-1], outer[1:], inner[1:]], 1)
    parts.append(quads(kerb, texture=Texture.POURED_CONCRETE, repeat_m=3.0, colour=_KERB_RGB))
    concrete = (Surface(Texture.POURED_CONCRETE, 3.0, _KERB_RGB),)
    walk = (Surface(Texture.POURED_CONCRETE, 3.0, (0.45, 0.44, 0.41)),)
    along = breaks(9.75, _STREET_END_M, np.arange(12.0, _STREET_END_M, 6.0))
    for sign in (-1.0, 1.0):
        parts.append(level_cells(along, np.sort(sign * np.array([_ROAD_HALF_M - 0.2, _ROAD_HALF_M + 0.25])), 0.016, concrete, same, worn))
        path = np.sort(sign * np.array([6.0, 7.5]))
        parts.append(level_cells(along, path, 0.014, walk, same, worn))
    for x, y, yaw in homes:
        drive = 16.0 if abs(y) == 15.5 else 15.6
        reach = -(15.5 - _ROAD_HALF_M - 0.25) if abs(y) == 15.5 else -(25.5 - _BULB_M - 0.15)
        aim = 0.0 if abs(y) == 15.5 else -5.0
        strip = [(5.3 + aim, reach, 0.012), (9.7 + aim, reach, 0.012), (9.7, 1.0, 0.012), (5.3, 1.0, 0.012)]
        steps = [(-0.6, reach * 0.6, 0.011), (0.6, reach * 0.6, 0.011), (0.6, -2.3, 0.011), (-0.6, -2.3, 0.011)]
        lot = quads([strip], texture=Texture.POURED_CONCRETE, repeat_m=drive / 4.0, colour=(0.50, 0.49, 0.46))
        stones = quads([steps], texture=Texture.PAVING, repeat_m=2.0, colour=(1.3, 1.22, 1.1))
        parts.append(merge([lot, stones]).moved((x, y, 0.0), yaw))
    return merge(parts)


def _crowns(stream: Stream, spots: Array, rise: Array) -> Part:
    """Plain round tree crowns of 30 triangles each at (x, y, z) of `spots`, as high as `rise`, for the distance."""
    profile = [(0.35, 0.0), (0.95, 0.28), (1.0, 0.55), (0.6, 0.88), (0.05, 1.0)]
    crown = tower(profile, 6, texture=Texture.LEAVES, uv_scale=(2.0, 1.5), cap_top=False)
    light = (0.55 + 0.65 * crown.vertices[:, 2])[:, None]
    many = instances(crown.tinted(light), spots)
    each = np.repeat(np.arange(len(spots)), len(crown.vertices))
    base = spots[each]
    wide = (rise * stream.array(len(spots), 0.42, 0.62))[each]
    stretch = np.stack([wide, wide, rise[each]], 1)
    hue = np.stack([stream.array(len(spots), 0.8, 1.25), stream.array(len(spots), 0.85, 1.1), stream.array(len(spots), 0.7, 1.0)], 1)
    moved = replace(many, vertices=base + (many.vertices - base) * stretch)
    return moved.tinted(hue[each])


def wooded_rim(seed: int, count: int = 520) -> Part:
    """Low hills with `count` tree crowns that close the horizon, 205 to 345 m away."""
    stream = Stream(seed, "rim")
    bumps = PlaneNoise(Stream(seed, "rim noise"))
    sides = 96

    def height(x: Array, y: Array) -> Array:
        away, turn = np.hypot(x, y), np.arctan2(y, x)
        tops = 0.25 + 1.1 * bumps.fractal(3.0 + 2.2 * np.cos(turn), 3.0 + 2.2 * np.sin(turn), 3)
        return np.asarray(tops * 30.0 * np.clip((away - 215.0) / 130.0, 0.0, 1.0) ** 1.2)

    rings = []
    for radius in (345.0, 310.0, 280.0, 250.0, 225.0, 205.0):
        ring = circle(radius, 0.0, sides)
        ring[:, 2] = height(ring[:, 0], ring[:, 1]) - 0.3
        rings.append(ring)
    hills = loft(np.stack(rings), texture=Texture.GRASS, uv_scale=(90.0, 9.0), colour=(0.75, 0.8, 0.7))
    turn, away = stream.array(count, 0, 2 * np.pi), 208.0 + 134.0 * stream.array(count) ** 0.8
    x, y = away * np.cos(turn), away * np.sin(turn)
    woods = _crowns(stream, np.stack([x, y, height(x, y) - 0.8], 1), stream.array(count, 7.0, 13.0))
    return merge([hills, woods])
