"""The land of the mountain meadow: height field with flat stages, ground mesh that follows the path, mountains, grass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from hmworld.embedded.scenes.kit.noise import PlaneNoise
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.kit.shapes import Array, Part, merge, quads, triangles_of
from hmworld.embedded.scenes.model import StagePlace
from hmworld.embedded.scenes.textures.catalogue import Texture

PATH_HALF_M = 1.0
_FLAT_MARGIN_M = 3.0
_BLEND_M = 16.0


def path_y(x: Array) -> Array:
    """The path's centre line, y as a function of x in metres."""
    return np.asarray(5.5 * np.sin(x / 34.0) + 2.5 * np.sin(x / 15.0 + 1.0) - 2.1)


class Land:
    """Ground height over the plane: gentle waves, hills far out, level discs at the stages."""

    def __init__(self, seed: int, stages: Sequence[StagePlace]) -> None:
        self._noise = PlaneNoise(Stream(seed, "land"))
        self._stages = stages

    def height(self, x: Array, y: Array) -> Array:
        """Metres above the datum at world x, y."""
        far = np.hypot(x, y)
        waves = 1.5 * (self._noise.fractal(x / 26.0 + 9.0, y / 26.0 + 5.0, 3) - 0.5)
        calm = 0.35 + 0.65 * np.clip((far - 30.0) / 50.0, 0, 1)
        hills = 17.0 * np.clip((far - 75.0) / 200.0, 0, 1) ** 1.6 * (0.35 + 1.3 * self._noise.at(x / 85.0, y / 85.0))
        level = waves * calm + hills
        for stage in self._stages:
            distance = np.hypot(x - stage.center_m[0], y - stage.center_m[1])
            t = np.clip((distance - stage.radius_m - _FLAT_MARGIN_M) / _BLEND_M, 0, 1)
            blend = t * t * (3 - 2 * t)
            level = stage.center_m[2] + (level - stage.center_m[2]) * blend
        return np.asarray(level)

    def at(self, x: float, y: float) -> float:
        """Height of one point."""
        return float(self.height(np.array([x]), np.array([y]))[0])

    def _normals(self, x: Array, y: Array) -> Array:
        step = 0.5
        dx = (self.height(x + step, y) - self.height(x - step, y)) / (2 * step)
        dy = (self.height(x, y + step) - self.height(x, y - step)) / (2 * step)
        normal = np.stack([-dx, -dy, np.ones_like(dx)], -1)
        return np.asarray(normal / np.linalg.norm(normal, axis=-1, keepdims=True))

    def tone(self, x: Array, y: Array) -> Array:
        """Colour factor (…, 3) of the grass: lush and dry patches."""
        lush = self._noise.fractal(x / 11.0 + 31.0, y / 11.0 + 7.0, 4)[..., None]
        dry = self._noise.fractal(x / 37.0 + 3.0, y / 37.0 + 40.0, 2)[..., None]
        tone = (0.72 + 0.56 * lush) * (1.0 + (dry - 0.5) * np.array([0.95, 0.30, 0.10]))
        return np.asarray(tone)

    def ground(self) -> Part:
        """Grid to 300 m whose lines run along the path, so that the path has smooth edges."""
        near = np.arange(-72.0, 72.1, 1.5)
        outer = np.array([78.0, 86.0, 96.0, 110.0, 130.0, 155.0, 185.0, 220.0, 258.0, 300.0])
        along = np.concatenate([-outer[::-1], near, outer])
        inner = np.array([0.0, 0.45, 0.8, PATH_HALF_M, 1.35, 2.0, 3.0, 4.5])
        wide = np.concatenate([inner, np.arange(6.0, 46.1, 2.0), [50.0, 56.0, 64.0, 76.0, 92.0, 114.0, 142.0, 178.0, 220.0, 262.0, 305.0]])
        across = np.concatenate([-wide[:0:-1], wide])
        x, s = np.meshgrid(along, across)
        wander = np.clip(1.25 - np.abs(s) / 120.0, 0.0, 1.0)
        # Ragged path edges: the grid lines next to the path wander a little.
        rim = np.exp(-(((np.abs(s) - PATH_HALF_M) / 0.5) ** 2)) * np.sign(s)
        y = path_y(x) * wander + s + 0.5 * rim * (self._noise.fractal(x / 1.7 + 3.0 * np.sign(s), s * 0.0 + 8.0, 2) - 0.5)
        points = np.stack([x, y, self.height(x, y)], -1)
        normals = self._normals(x, y)
        ruts = 1.0 - 0.25 * np.exp(-(((np.abs(s) - 0.45) / 0.2) ** 2))
        index = np.arange(x.size).reshape(x.shape)
        a, b, c, d = (v.ravel() for v in (index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1]))
        faces = np.stack([np.stack([a, b, c], 1), np.stack([a, c, d], 1)], axis=1).reshape(-1, 3)
        middle = np.abs((s[:-1, :-1] + s[1:, 1:]) / 2).ravel()
        patch = self._noise.at(((x[:-1, :-1] + 1.0) / 9.0).ravel(), (y[:-1, :-1] / 9.0).ravel())
        kinds = np.where(middle < PATH_HALF_M, Texture.DIRT, np.where(patch > 0.52, Texture.MEADOW, Texture.GRASS))
        # A fine pattern would moire on far slopes: there the same grass is drawn coarser.
        distance = np.hypot(x[:-1, :-1], y[:-1, :-1]).ravel()
        parts = []
        for kind, low, high, repeat in (
            (Texture.DIRT, 0.0, np.inf, 2.2),
            (Texture.MEADOW, 0.0, 84.0, 2.6),
            (Texture.GRASS, 0.0, 84.0, 2.9),
            (Texture.MEADOW, 84.0, np.inf, 13.0),
            (Texture.GRASS, 84.0, np.inf, 15.0),
        ):
            mine = (kinds == kind) & (distance >= low) & (distance < high)
            chosen = faces.reshape(-1, 2, 3)[mine].reshape(-1, 3)
            part = triangles_of(points, chosen, normals=normals, uvs=np.stack([x, -y], -1) / repeat, texture=kind)
            shade = 0.95 * ruts[..., None] * np.ones(3) if kind == Texture.DIRT else self.tone(x, y)
            parts.append(_compact(replace(part, colours=np.broadcast_to(shade, points.shape).reshape(-1, 3).copy())))
        return merge(parts)

    def scatter_tufts(self, stream: Stream, spots: Array, low_m: float, high_m: float) -> Part:
        """Cut-out grass tufts standing at `spots` (N, 2), `low_m` to `high_m` tall."""
        count = len(spots)
        x, y = spots[:, 0], spots[:, 1]
        high = stream.array(count, low_m, high_m)
        wide = high * stream.array(count, 1.1, 1.7)
        turn = stream.array(count, 0, np.pi)
        side = np.stack([np.cos(turn), np.sin(turn), np.zeros(count)], 1) * (wide / 2)[:, None]
        root = np.stack([x, y, self.height(x, y) - 0.01], 1)
        lean = np.stack([stream.array(count, -0.25, 0.25), stream.array(count, -0.25, 0.25), np.ones(count)], 1)
        top = root + lean * high[:, None]
        part = quads(
            np.stack([root - side, root + side, top + side, top - side], 1),
            uvs=((0.01, 0.99), (0.99, 0.99), (0.99, 0.01), (0.01, 0.01)),
            texture=Texture.GRASS_TUFT,
            two_sided=True,
        )
        # Blades stand in each other's shade: darker than their texture, or tufts would glow on the grass.
        tone = self.tone(x, y) * stream.array(count, 0.58, 0.85)[:, None]
        return replace(
            part,
            normals=np.repeat(self._normals(x, y), 4, axis=0),
            colours=np.repeat(tone, 4, axis=0),
            cutout=np.ones(len(part.triangles), np.bool_),
        )

    def scatter_flowers(self, stream: Stream, spots: Array, colours: Array) -> Part:
        """Small tilted petals at `spots` (N, 2), 8 to 20 cm above the ground, coloured (N, 3)."""
        count = len(spots)
        x, y = spots[:, 0], spots[:, 1]
        centre = np.stack([x, y, self.height(x, y) + stream.array(count, 0.07, 0.19)], 1)
        up = stream.directions(count) * 0.6 + (0.0, 0.0, 1.0)
        side = np.cross(up, stream.directions(count))
        side /= np.linalg.norm(side, axis=1, keepdims=True)
        other = np.cross(up / np.linalg.norm(up, axis=1, keepdims=True), side)
        size = stream.array(count, 0.018, 0.034)[:, None]
        corners = [centre + size * a * axis for axis, a in ((side, -1), (other, -1), (side, 1), (other, 1))]
        part = quads(np.stack(corners, 1), colour=colours, two_sided=True)
        return replace(part, normals=np.tile((0.0, 0.0, 1.0), (len(part.vertices), 1)))


def _compact(part: Part) -> Part:
    """Without the vertices no triangle uses."""
    used, index = np.unique(part.triangles, return_inverse=True)
    return replace(
        part,
        vertices=part.vertices[used],
        normals=part.normals[used],
        uvs=part.uvs[used],
        colours=part.colours[used],
        triangles=index.reshape(-1, 3).astype(np.int32),
    )


def mountains(seed: int) -> Part:
    """Two ranges around the horizon, 300 to 1000 m out, coloured by altitude: forest, rock, snow."""
    noise = PlaneNoise(Stream(seed, "mountains"))
    turns, steps = 288, 32
    angle = np.linspace(0.0, 2.0 * np.pi, turns + 1)
    radius = 250.0 + 750.0 * np.linspace(0.0, 1.0, steps) ** 0.9
    a, r = np.meshgrid(angle, radius)
    x, y = r * np.cos(a), r * np.sin(a)
    crest = noise.ridged(x / 210.0 + 11.0, y / 210.0 + 23.0, 5)
    broad = noise.fractal(x / 420.0 + 5.0, y / 420.0 + 50.0, 2)
    rise = np.clip((r - 290.0) / 460.0, 0, 1)
    envelope = rise**1.5 * np.clip((1010.0 - r) / 200.0, 0, 1) ** 0.5
    z = -6.0 + 24.0 * np.clip((r - 250.0) / 120.0, 0, 1) * broad + envelope * (18.0 + 165.0 * crest**1.4 * (0.35 + broad))
    points = np.stack([x, y, z], -1)
    u = a * (20.0 / (2 * np.pi)) + r / 190.0
    v = np.clip(1.0 - z / 140.0, 0.02, 0.98)
    index = np.arange(x.size).reshape(x.shape)
    lower, upper = index[:-1], index[1:]
    q = (lower[:, :-1].ravel(), upper[:, :-1].ravel(), upper[:, 1:].ravel(), lower[:, 1:].ravel())
    faces = np.concatenate([np.stack([q[0], q[1], q[2]], 1), np.stack([q[0], q[2], q[3]], 1)])
    hollow = np.clip(0.72 + 0.5 * crest, 0.6, 1.1)
    part = triangles_of(points, faces, uvs=np.stack([u, v], -1), texture=Texture.MOUNTAIN)
    normals = part.normals.reshape(*x.shape, 3).copy()
    seam = normals[:, 0] + normals[:, -1]
    normals[:, 0] = normals[:, -1] = seam / np.linalg.norm(seam, axis=1, keepdims=True)
    return replace(part, normals=normals.reshape(-1, 3)).tinted(hollow.reshape(-1, 1))
