"""Planting in bulk: one part copied with its own turn, size and colour each time; plain trees and ridges for the distance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from hmworld.embedded.scenes.kit.noise import PlaneNoise
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.kit.shapes import PLAIN, Array, Part, circle, loft, merge, tower, triangles_of
from hmworld.embedded.scenes.textures.catalogue import Texture


def spread(part: Part, spots: Array, yaw_deg: Array, scale: Array, tint: ArrayLike = 1.0) -> Part:
    """Copies of `part` at `spots` (N, 3), turned by (N,), scaled by (N, 3), colours times `tint` (N, 3) or a scalar."""
    count, size = len(spots), len(part.vertices)
    c, s = np.cos(np.radians(yaw_deg))[:, None], np.sin(np.radians(yaw_deg))[:, None]

    def turned(v: Array) -> Array:
        return np.stack([c * v[..., 0] - s * v[..., 1], s * v[..., 0] + c * v[..., 1], v[..., 2]], axis=-1)

    normals = turned(part.normals[None] / scale[:, None])
    normals /= np.linalg.norm(normals, axis=-1, keepdims=True)
    starts = np.repeat(np.arange(count) * size, len(part.triangles))[:, None]
    tints = np.broadcast_to(np.asarray(tint, dtype=np.float64), (count, 3))
    return Part(
        vertices=(turned(part.vertices[None] * scale[:, None]) + spots[:, None]).reshape(-1, 3),
        normals=normals.reshape(-1, 3),
        uvs=np.tile(part.uvs, (count, 1)),
        colours=(part.colours[None] * tints[:, None]).reshape(-1, 3),
        triangles=(np.tile(part.triangles, (count, 1)) + starts).astype(np.int32),
        texture=np.tile(part.texture, count),
        two_sided=np.tile(part.two_sided, count),
        cutout=np.tile(part.cutout, count),
        emission=np.tile(part.emission, count),
    )


def blob(stream: Stream, center: ArrayLike, half: ArrayLike, texture: int, sides: int = 8, rough: float = 0.16, rounds: int = 5) -> Part:
    """A knobbly closed lump, brighter on top: foliage from afar, snow, a dune bush."""
    levels = np.linspace(-0.92, 0.93, rounds)
    rings = []
    for level in levels:
        ring = circle(float(np.sqrt(1 - level * level)), float(level), sides)
        rings.append(ring * (1.0 + stream.array(sides, -rough, rough))[:, None])
    scale = np.asarray(half, dtype=np.float64)
    body = loft(
        np.stack(rings) * scale + np.asarray(center),
        texture=texture,
        uv_scale=(float(max(1.0, 1.6 * scale[0])), 1.2 * scale[2]),
        cap_top=True,
    )
    rise = (body.vertices[:, 2:3] - np.asarray(center)[2]) / scale[2]
    return body.tinted(np.clip(0.80 + 0.32 * rise, 0.42, 1.15))


def far_leafy(stream: Stream, lumps: int) -> Part:
    """A broad-leaved tree for the distance, 1 m high and about 0.8 m wide, of a few solid lumps."""
    parts = [tower([(0.035, 0.0), (0.026, 0.4)], 5, texture=Texture.BARK, cap_top=False)]
    if lumps == 1:
        parts.append(blob(stream, (0, 0, 0.62), (0.38, 0.38, 0.38), Texture.LEAVES, 7, 0.2))
    for k in range(lumps if lumps > 1 else 0):
        turn = 2.4 * k + stream.number(0.0, 1.0)
        off = 0.0 if k == 0 else 0.20
        z = 0.68 if k == 0 else stream.number(0.46, 0.66)
        size = 0.30 if k == 0 else stream.number(0.19, 0.25)
        parts.append(blob(stream, (off * np.cos(turn), off * np.sin(turn), z), (size, size, size), Texture.LEAVES, 7, 0.2))
    return merge(parts)


def far_pine(stream: Stream, sides: int = 7) -> Part:
    """A bare-stemmed pine for the distance, 1 m high: a thin trunk and two flat lumps of needles."""
    stem = tower(
        [(0.018, -0.02), (0.016, 0.0), (0.012, 0.66)],
        sides - 2,
        texture=Texture.PINE_BARK,
        uv_scale=(1.0, 6.0),
        colour=(1.2, 1.05, 0.95),
        cap_top=False,
    )
    low = blob(stream, (0.02, 0.0, 0.70), (0.125, 0.125, 0.10), Texture.NEEDLES, sides, 0.2, sides - 3)
    high = blob(stream, (-0.01, 0.01, 0.88), (0.10, 0.10, 0.12), Texture.NEEDLES, sides, 0.2, sides - 3)
    return merge([stem, low, high])


def far_beech(stream: Stream, sides: int = 7) -> Part:
    """A slim forest beech for the distance, 1 m high: a grey trunk and a tall crown of two lumps."""
    stem = tower([(0.021, -0.02), (0.019, 0.0), (0.014, 0.46)], sides - 2, texture=Texture.BEECH_BARK, uv_scale=(1.0, 6.0), cap_top=False)
    low = blob(stream, (0.03, -0.02, 0.58), (0.16, 0.16, 0.15), Texture.LEAVES, sides, 0.2, sides - 3)
    high = blob(stream, (-0.02, 0.02, 0.80), (0.13, 0.13, 0.18), Texture.LEAVES, sides, 0.2, sides - 3)
    return merge([stem, low, high])


def ridge(
    seed: int,
    label: str,
    radii_m: tuple[float, float],
    crest: Callable[[Array], Array],
    texture: int = PLAIN,
    repeat_m: float = 30.0,
    colour: ArrayLike = (1.0, 1.0, 1.0),
    turns: int = 160,
    base_m: float = -4.0,
) -> Part:
    """A closed range of hills between two radii; `crest` gives its height (A,) over the azimuth in radians (A,)."""
    noise = PlaneNoise(Stream(seed, label))
    angle = np.linspace(0.0, 2.0 * np.pi, turns + 1)
    steps = 8
    a, t = np.meshgrid(angle, np.linspace(0.0, 1.0, steps))
    r = radii_m[0] + (radii_m[1] - radii_m[0]) * t
    x, y = r * np.cos(a), r * np.sin(a)
    rough = noise.fractal(x / 45.0 + 20.0, y / 45.0 + 20.0, 3)
    rise = np.sin(0.5 * np.pi * np.clip(t * 1.15, 0, 1)) ** 1.3 * np.clip((1.04 - t) * 12.0, 0.55, 1)
    z = base_m + (np.broadcast_to(crest(angle), a.shape) - base_m) * rise * (0.72 + 0.5 * rough)
    points = np.stack([x, y, z], -1)
    index = np.arange(x.size).reshape(x.shape)
    lower, upper = index[:-1], index[1:]
    q = (lower[:, :-1].ravel(), upper[:, :-1].ravel(), upper[:, 1:].ravel(), lower[:, 1:].ravel())
    faces = np.concatenate([np.stack([q[0], q[1], q[2]], 1), np.stack([q[0], q[2], q[3]], 1)])
    around = max(1.0, round(2 * np.pi * radii_m[0] / repeat_m))
    uvs = np.stack([a / (2 * np.pi) * around, -z / repeat_m - t], -1)
    part = triangles_of(points, faces, uvs=uvs, texture=texture, colour=colour)
    # The seam's vertices exist twice: give both the sum of their normals.
    normals = part.normals.reshape(*x.shape, 3).copy()
    seam = normals[:, 0] + normals[:, -1]
    normals[:, 0] = normals[:, -1] = seam / np.linalg.norm(seam, axis=1, keepdims=True)
    return replace(part, normals=normals.reshape(-1, 3)).tinted((0.72 + 0.5 * rough).reshape(-1, 1))
