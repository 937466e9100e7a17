"""The land of the farm: level ground with yard, tracks and beds, standing grain, and fields and woods on hills around it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.scenes.kit.assembler import Assembler
from hmworld.embedded.scenes.kit.noise import PlaneNoise
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.kit.shapes import Array, Part, merge, triangles_of
from hmworld.embedded.scenes.props import farm_plants
from hmworld.embedded.scenes.props.floors import breaks, floor
from hmworld.embedded.scenes.textures.catalogue import Texture

_EDGE_M = 78.0
_BEDS = ((-34.6, -30.8, -20.0, -12.0), (-34.6, -30.8, -31.0, -22.4), (-15.4, -11.6, -30.0, -14.0), (-28.0, -18.0, -35.6, -30.2))


def on_bed(x: Array, y: Array) -> NDArray[np.bool_]:
    """Which points x, y (N,) lie on a bed of soil."""
    return np.asarray(np.any([(x > a) & (x < b) & (y > c) & (y < d) for a, b, c, d in _BEDS], axis=0))


def track_distance(x: Array, y: Array) -> Array:
    """Distance to the middle of the farm tracks, metres."""
    south = np.where(y < -4.0, np.abs(x - 5.0 * np.sin((y + 4.0) / 22.0) - 2.0), 99.0)
    east = np.where(x > 6.0, np.abs(y + 1.0 - 2.0 * np.sin(x / 14.0)), 99.0)
    west = np.where((x < -6.0) & (x > -24.0), np.abs(y - 6.0 + 0.9 * (x + 6.0)) * 0.74, 99.0)
    return np.minimum(np.minimum(south, east), np.where(y > -30.0, west, 99.0))


def farm_ground(scene: Assembler, seed: int) -> Part:
    """The level farmland out to 78 m: yard of grit, tracks, beds of soil, grass."""
    noise = PlaneNoise(Stream(seed, "farm ground"))

    def ragged(x: Array, y: Array) -> Array:
        return np.asarray(2.4 * (noise.fractal(x / 4.0 + 30.0, y / 4.0 + 12.0, 3) - 0.5))

    def material(x: Array, y: Array) -> Array:
        yard = np.hypot((x + 0.5) / 1.35, y - 5.0) + 1.4 * ragged(x, y) < 14.5
        track = track_distance(x, y) + 0.4 * ragged(x, y) < 1.6
        patch = noise.at(x / 9.0 + 5.0, y / 9.0 + 2.0) > 0.55
        green = np.where(patch, Texture.MEADOW, Texture.GRASS)
        return np.where(on_bed(x, y), Texture.FURROWS, np.where(yard, Texture.GRIT, np.where(track, Texture.DIRT, green)))

    def colour(x: Array, y: Array) -> Array:
        lush = noise.fractal(x / 11.0 + 31.0, y / 11.0 + 7.0, 4)[:, None]
        dry = noise.fractal(x / 31.0 + 3.0, y / 31.0 + 40.0, 2)[:, None]
        tone = (0.80 + 0.5 * lush) * (1.0 + (dry - 0.5) * np.array((0.8, 0.25, 0.1))) * np.array((1.08, 0.96, 0.92))
        yard = np.hypot((x + 0.5) / 1.35, y - 5.0) < 15.5
        mud = np.clip(1.25 - 0.9 * noise.fractal(x / 5.0 + 60.0, y / 5.0 + 4.0, 3), 0.72, 1.1)[:, None]
        wheel = 1.0 - 0.26 * np.exp(-(((track_distance(x, y) - 0.75) / 0.28) ** 2))[:, None]
        return np.asarray(np.where(yard[:, None], mud * (1.0, 0.97, 0.92), tone) * wheel)

    steps = breaks(-44.0, 44.0, 0.8)
    outer = np.array([46.0, 50.0, 55.0, 61.0, 69.0, _EDGE_M])
    xs = np.concatenate([-outer[::-1], steps, outer])
    ys = np.concatenate([-outer[::-1], steps, outer])
    repeat = {int(Texture.GRIT): 2.6, int(Texture.DIRT): 2.2, int(Texture.GRASS): 2.9, int(Texture.MEADOW): 2.7, int(Texture.FURROWS): 3.6}
    return floor(xs, ys, 0.0, material, repeat, colour, scene.obstacles)


def _height(noise: PlaneNoise, x: Array, y: Array) -> Array:
    """Rolling land outside the farm, metres."""
    far = np.hypot(x, y)
    rise = np.clip((far - 115.0) / 260.0, 0, 1) ** 1.4
    return np.asarray(
        -0.12 + rise * (6.0 + 42.0 * noise.fractal(x / 170.0 + 20.0, y / 170.0 + 9.0, 3)) + np.clip((far - 380.0) / 300.0, 0, 1) * 26.0
    )


def country(scene: Assembler, seed: int) -> None:
    """Fields, hedges and woods on hills out to 700 m."""
    noise = PlaneNoise(Stream(seed, "country"))
    turn, reach = np.meshgrid(np.linspace(0.0, 2 * np.pi, 97), np.concatenate([[62.0, 80.0, 100.0], np.geomspace(120.0, 700.0, 17)]))
    x, y = reach * np.cos(turn), reach * np.sin(turn)
    points = np.stack([x, y, _height(noise, x, y)], -1)
    index = np.arange(x.size).reshape(x.shape)
    q = np.stack([v.ravel() for v in (index[:-1, :-1], index[1:, :-1], index[1:, 1:], index[:-1, 1:])], 1)
    middle = points.reshape(-1, 3)[q].mean(axis=1)
    slant = middle[:, :2] @ np.array([[0.92, 0.39], [-0.39, 0.92]])
    column, row = np.floor(slant[:, 0] / 58.0).astype(int), np.floor(slant[:, 1] / 44.0).astype(int)
    pick = (np.abs(column * 7 + row * 13 + column * row * 5) % 9).astype(int)
    kinds = (
        (Texture.CROP, (1.0, 0.95, 0.9)),
        (Texture.GRASS, (1.0, 1.05, 0.9)),
        (Texture.MEADOW, (1.1, 1.1, 0.9)),
        (Texture.FURROWS, (1.0, 0.95, 0.9)),
        (Texture.GRASS, (0.8, 0.9, 0.7)),
        (Texture.CROP, (0.85, 0.95, 0.6)),
        (Texture.GRASS, (1.15, 1.05, 0.8)),
        (Texture.MEADOW, (0.9, 1.0, 0.8)),
        (Texture.CROP, (1.1, 1.0, 0.85)),
    )
    flat = points.reshape(-1, 3)
    base = triangles_of(flat, np.concatenate([q[:, [0, 1, 2]], q[:, [0, 2, 3]]]))
    tone = 0.85 + 0.35 * noise.fractal(flat[:, 0] / 50.0, flat[:, 1] / 50.0, 3)[:, None]
    for number, (texture, tint) in enumerate(kinds):
        mine = q[pick == number]
        if not len(mine):
            continue
        used, order = np.unique(mine, return_inverse=True)
        cells = order.reshape(-1, 4)
        faces = np.concatenate([cells[:, [0, 1, 2]], cells[:, [0, 2, 3]]])
        uvs = flat[used][:, :2] * (1.0, -1.0) / 14.0
        scene.add(
            triangles_of(flat[used], faces, normals=base.normals[used], uvs=uvs, colour=tone[used] * np.asarray(tint), texture=texture)
        )
    stream = Stream(seed, "woods")
    trees = [farm_plants.far_tree(Stream(seed, f"far tree {k}"), 0 if k < 4 else 34) for k in range(7)]
    count = 3000
    a, far = stream.array(count, 0, 2 * np.pi), 84.0 + 470.0 * stream.array(count) ** 1.2
    tx, ty = far * np.cos(a), far * np.sin(a)
    s = np.stack([tx, ty], 1) @ np.array([[0.92, 0.39], [-0.39, 0.92]])
    lined = (np.abs(s[:, 0] / 58.0 - np.round(s[:, 0] / 58.0)) < 0.035) | (np.abs(s[:, 1] / 44.0 - np.round(s[:, 1] / 44.0)) < 0.045)
    wood = noise.fractal(tx / 90.0 + 3.0, ty / 90.0 + 50.0, 2) > 0.63
    keep = np.flatnonzero((lined | wood) & (np.maximum(np.abs(tx), np.abs(ty)) > 82.0))[:330]
    level = _height(noise, tx, ty)
    made = []
    for k in keep:
        size, shade = stream.number(6.0, 11.0), stream.number(0.7, 1.15)
        tree = (
            trees[int(k) % 4 if far[k] > 160.0 else 4 + int(k) % 3]
            .moved(yaw_deg=stream.number(0.0, 360.0), scale=size)
            .tinted((shade * stream.number(0.9, 1.2), shade, shade * 0.9))
        )
        made.append(tree.moved((float(tx[k]), float(ty[k]), float(level[k]) - 0.3)))
    scene.add(merge(made))
