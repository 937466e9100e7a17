"""Things of a beach: palms, parasols, deck chairs, bathing huts, a lifeguard tower, boats, boards, a pier, a lighthouse."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Prop, box_proxy, ellipsoid_proxy
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.kit.shapes import (
    Array,
    Part,
    box,
    circle,
    instances,
    loft,
    merge,
    quads,
    tower,
    triangles_of,
    tube,
)
from hmworld.embedded.scenes.model import Obstacle
from hmworld.embedded.scenes.props.planting import blob
from hmworld.embedded.scenes.textures.catalogue import Texture

Rgb = tuple[float, float, float]
Rgbs = tuple[Rgb, Rgb]

WHITE: Rgb = (0.70, 0.69, 0.65)
_PINE: Rgb = (0.50, 0.36, 0.21)
_GREY: Rgb = (0.42, 0.38, 0.32)
_IRON: Rgb = (0.05, 0.05, 0.055)


def palm(stream: Stream, high_m: float, lean_m: float) -> Prop:
    """A coconut palm leaning to +x with drooping feathered fronds."""
    t = np.linspace(0.0, 1.0, 9)
    path = np.stack([lean_m * t**1.7, np.zeros(9), -0.2 + (high_m + 0.2) * t], 1)
    radii = 0.13 + 0.13 * (1 - t) ** 6 + 0.05 * (1 - t)
    trunk = tube(path, list(radii), 10, texture=Texture.BARK, uv_scale=(1.0, high_m / 0.9), colour=(1.9, 1.75, 1.55))
    bands = 0.86 + 0.14 * np.sin(trunk.vertices[:, 2:3] * 9.0)
    top = path[-1]
    count = 15
    turn = np.arange(count) * 2.39996 + stream.array(count, -0.15, 0.15)
    rise = np.linspace(0.95, -0.35, count) + stream.array(count, -0.1, 0.1)
    long = stream.array(count, 2.3, 2.9)
    c, s = np.cos(turn), np.sin(turn)
    aside = np.stack([-s, c, np.zeros(count)], 1) * 0.55
    stops = np.linspace(0.0, 1.0, 5)
    cells, uvs = [], []
    for a, b in itertools.pairwise(stops):
        ends = []
        for q in (a, b):
            out = long * q * (1 - 0.22 * q)
            z = long * (rise * q * 0.8 - 0.75 * q**2.2)
            ends.append(top + np.stack([c * out, s * out, z], 1))
        for sign, u in ((1.0, 0.0), (-1.0, 1.0)):
            drop = aside * sign - np.array((0.0, 0.0, 0.24))
            low, high = ends[0] + drop, ends[1] + drop
            corners = (ends[0], low, high, ends[1]) if sign < 0 else (low, ends[0], ends[1], high)
            cells.append(np.stack(corners, 1))
            uv = [(0.5, 1 - a), (u, 1 - a), (u, 1 - b), (0.5, 1 - b)]
            uvs.append(np.broadcast_to(uv if sign < 0 else [uv[1], uv[0], uv[3], uv[2]], (count, 4, 2)))
    card = quads(np.concatenate(cells), uvs=np.concatenate(uvs), texture=Texture.PALM_FROND, two_sided=True)
    upward = card.normals * np.sign(card.normals[:, 2:3] + 1e-9) * 0.5 + np.array((0.0, 0.0, 0.8))
    fronds = replace(card, cutout=np.ones(len(card.triangles), np.bool_), normals=upward / np.linalg.norm(upward, axis=1, keepdims=True))
    age = np.clip(0.75 + 0.5 * np.tile(np.repeat((rise + 0.4) / 1.4, 4), len(cells)), 0.7, 1.3)[:, None]
    nuts = instances(
        tower([(0.05, -0.26), (0.13, -0.16), (0.05, -0.03)], 7, colour=(0.16, 0.10, 0.045)),
        top + np.array([(0.14, 0, 0), (-0.12, 0.1, 0), (0.0, -0.15, 0.0)]),
    )
    proxies = [
        box_proxy((min(p[0], q[0]) - r, -r, p[2]), (max(p[0], q[0]) + r, r, q[2]))
        for p, q, r in zip(path[:-1], path[1:], radii, strict=False)
    ]
    proxies[0] = box_proxy((-0.28, -0.28, -0.2), (0.28, 0.28, float(path[1][2])))
    crown = ellipsoid_proxy((float(top[0]), 0.0, high_m - 0.65), (3.15, 3.15, 2.4))
    return Prop(merge([trunk.tinted(bands).grounded(0.5, 0.65), nuts, fronds.tinted(age)]), (*proxies, crown))


def sunshade(rgb: Rgb, other: Rgb, tilt: float = 0.0) -> Prop:
    """A beach parasol of 2.3 m across with segments in two colours."""
    ring, inner = circle(1.2, 2.02, 10), circle(0.7, 2.28, 10)
    parts = []
    for k in range(10):
        a, b = k, (k + 1) % 10
        colour = rgb if k % 2 else other
        parts.append(quads([[ring[a], ring[b], inner[b], inner[a]]], colour=colour, two_sided=True))
        parts.append(triangles_of(np.stack([inner[a], inner[b], (0, 0, 2.42)]), [(0, 1, 2)], colour=colour, two_sided=True))
        parts.append(quads([[ring[a] - (0, 0, 0.16), ring[b] - (0, 0, 0.16), ring[b], ring[a]]], colour=colour, two_sided=True))
    pole = tower([(0.025, -0.2), (0.025, 2.48)], 7, colour=WHITE)
    heap = tower([(0.28, 0.0), (0.16, 0.10), (0.03, 0.15)], 10, texture=Texture.SAND)
    part = merge([*parts, pole, heap])
    proxies = (box_proxy((-0.04, -0.04, 0.0), (0.04, 0.04, 2.48)), ellipsoid_proxy((0.0, 0.0, 2.12), (1.25, 1.25, 0.36)))
    return Prop(part, proxies).moved((0.0, 0.0, 0.0), tilt)


def deck_chair(stripes: Texture) -> Prop:
    """A wooden deck chair facing -y with striped canvas."""
    frame = []
    for x in (-0.3, 0.3):
        frame.append(tube([(x, -0.62, 0.36), (x, 0.62, 0.98)], (0.024, 0.024), 5, colour=_PINE))
        frame.append(tube([(x, -0.52, 0.0), (x, 0.30, 0.62)], (0.022, 0.022), 5, colour=_PINE))
        frame.append(tube([(x, -0.45, 0.42), (x, 0.56, 0.0)], (0.022, 0.022), 5, colour=_PINE))
    path = [(-0.62, 0.36), (-0.30, 0.26), (0.0, 0.30), (0.32, 0.58), (0.62, 0.98)]
    cells = [[(-0.29, a, b), (0.29, a, b), (0.29, c, d), (-0.29, c, d)] for (a, b), (c, d) in itertools.pairwise(path)]
    uvs = [((0, 1 - k / 4), (1, 1 - k / 4), (1, 0.75 - k / 4), (0, 0.75 - k / 4)) for k in range(4)]
    canvas = quads(cells, uvs=uvs, texture=stripes, two_sided=True)
    return Prop(
        merge([*frame, canvas]).grounded(0.3, 0.7),
        (box_proxy((-0.33, -0.65, 0.0), (0.33, 0.2, 0.6)), box_proxy((-0.33, 0.0, 0.0), (0.33, 0.65, 1.0))),
    )


def lounger(rgb: Rgb) -> Prop:
    """A sun bed along y with its head to +y and a cushion."""
    legs = instances(box((-0.03, -0.03, 0.0), (0.03, 0.03, 0.3), colour=WHITE), [(x, y, 0) for x in (-0.28, 0.28) for y in (-0.8, 0.35)])
    frame = box((-0.33, -0.95, 0.28), (0.33, 0.45, 0.33), colour=WHITE, without=())
    seat = box((-0.3, -0.92, 0.33), (0.3, 0.40, 0.41), colour=rgb, without=())
    back = quads([[(-0.3, 0.40, 0.41), (0.3, 0.40, 0.41), (0.3, 0.92, 0.86), (-0.3, 0.92, 0.86)]], colour=rgb, two_sided=True)
    pillow = box((-0.22, 0.62, 0.64), (0.22, 0.80, 0.80), colour=WHITE, without=())
    return Prop(
        merge([legs, frame, seat, back, pillow]).grounded(0.3, 0.65),
        (box_proxy((-0.33, -0.95, 0.0), (0.33, 0.45, 0.45)), box_proxy((-0.31, 0.35, 0.28), (0.31, 0.95, 0.88))),
    )


def surfboards(colours: tuple[Rgb, ...]) -> Prop:
    """Boards leaning upright in a rack along x, 2.2 m high."""
    parts: list[Part] = [tube([(-1.1, 0.12, 1.05), (1.1, 0.12, 1.05)], (0.035, 0.035), 6, colour=_PINE)]
    parts += [tube([(x, 0.12, 0.0), (x, 0.12, 1.1)], (0.05, 0.05), 6, colour=_PINE) for x in (-1.1, 1.1)]
    z = np.array([0.0, 0.25, 0.8, 1.4, 1.9, 2.2])
    half = np.array([0.13, 0.22, 0.27, 0.25, 0.15, 0.02])
    for k, rgb in enumerate(colours):
        x = -0.8 + 1.6 * k / max(1, len(colours) - 1)
        y = -0.22 + 0.26 * z / 2.2
        cells = [
            [
                (x - half[i], y[i], z[i]),
                (x + half[i], y[i], z[i]),
                (x + half[i + 1], y[i + 1], z[i + 1]),
                (x - half[i + 1], y[i + 1], z[i + 1]),
            ]
            for i in range(5)
        ]
        parts.append(quads(cells, colour=[rgb, rgb, WHITE, rgb, rgb], two_sided=True))
    return Prop(merge(parts), (box_proxy((-1.16, -0.25, 0.0), (1.16, 0.18, 2.2)),))


def volleyball_net() -> Prop:
    """A net of 8 m along x between two posts."""
    posts = instances(tower([(0.06, 0.0), (0.05, 2.5)], 7, colour=(0.05, 0.13, 0.32)), [(-4, 0, 0), (4, 0, 0)])
    bands = [box((-4, -0.015, z), (4, 0.015, z + 0.07), colour=WHITE, without=()) for z in (1.45, 2.36)]
    threads = [tube([(-4, 0, z), (0, 0, z - 0.02), (4, 0, z)], (0.008,) * 3, 3, colour=_IRON) for z in np.arange(1.6, 2.35, 0.15)]
    rods = instances(box((-0.007, -0.007, 1.5), (0.007, 0.007, 2.4), colour=_IRON), [(x, 0, 0) for x in np.arange(-3.8, 3.9, 0.2)])
    proxies = (
        box_proxy((-4.0, -0.06, 1.4), (4.0, 0.06, 2.45)),
        *(box_proxy((x - 0.06, -0.06, 0.0), (x + 0.06, 0.06, 2.5)) for x in (-4.0, 4.0)),
    )
    return Prop(merge([posts, *bands, *threads, rods]), proxies)


def sandcastle(stream: Stream) -> Prop:
    """A sandcastle with four towers and a bucket, 0.7 m."""
    keep = box((-0.55, -0.55, 0.0), (0.55, 0.55, 0.32), texture=Texture.SAND, repeat_m=0.8, colour=(0.86, 0.84, 0.8))
    spire = tower([(0.22, 0.0), (0.18, 0.45), (0.21, 0.46), (0.21, 0.54), (0.05, 0.72)], 10, texture=Texture.SAND, colour=(0.9, 0.88, 0.84))
    towers = instances(spire, [(x, y, 0) for x in (-0.5, 0.5) for y in (-0.5, 0.5)])
    bucket = loft(np.stack([circle(0.09, 0.0, 9), circle(0.13, 0.24, 9)]), colour=(0.50, 0.05, 0.04), two_sided=True).moved(
        (0.95 + stream.number(-0.05, 0.05), 0.3, 0.0)
    )
    return Prop(merge([keep, towers, bucket]).grounded(0.2, 0.8), (box_proxy((-0.7, -0.7, 0.0), (0.7, 0.7, 0.6)),))


def driftwood(stream: Stream) -> Prop:
    """A bleached trunk with root stubs, 3 m along x."""
    path = [(-1.5, 0.0, 0.22), (-0.5, 0.12, 0.2), (0.6, -0.05, 0.18), (1.5, 0.1, 0.3)]
    stem = tube(path, (0.26, 0.22, 0.18, 0.07), 9, texture=Texture.WOOD, uv_scale=(1.0, 3.0), colour=(0.55, 0.51, 0.45))
    stubs = []
    for k in range(5):
        turn = 1.26 * k + stream.number(-0.3, 0.3)
        end = (-1.75, 0.42 * np.cos(turn), 0.26 + 0.3 * max(-0.6, np.sin(turn)))
        stubs.append(tube([(-1.4, 0, 0.22), end], (0.12, 0.04), 6, texture=Texture.WOOD, colour=(0.5, 0.46, 0.4)))
    return Prop(merge([stem, *stubs]).grounded(0.2, 0.65), (box_proxy((-1.75, -0.4, 0.0), (1.5, 0.38, 0.5)),))


def dune_bush(stream: Stream, size_m: float) -> Prop:
    """A low grey-green bush of the dunes."""
    part = blob(stream, (0.0, 0.0, 0.35 * size_m), np.array((1.0, 1.0, 0.55)) * size_m, Texture.LEAVES, 10, 0.14).tinted((1.25, 1.15, 1.25))
    flat = replace(part, vertices=np.maximum(part.vertices, (-np.inf, -np.inf, -0.05)))
    return Prop(flat, (ellipsoid_proxy((0.0, 0.0, 0.35 * size_m), (1.0 * size_m, 1.0 * size_m, 0.55 * size_m)),))


def sand_fence(stream: Stream, points: Array, heights: list[float]) -> Prop:
    """A leaning chestnut-pale fence from point to point (N, 2), pales 1 m high."""
    parts: list[Part] = []
    proxies: list[Obstacle] = []
    for (x0, y0), (x1, y1), z0, z1 in zip(points[:-1], points[1:], heights[:-1], heights[1:], strict=True):
        length = float(np.hypot(x1 - x0, y1 - y0))
        count = max(3, int(length / 0.16))
        t = (np.arange(count) + 0.5) / count
        pale = box((-0.025, -0.012, -0.1), (0.025, 0.012, 0.95), colour=_GREY)
        lift = stream.array(count, -0.06, 0.08)
        along = np.stack([length * t, np.zeros(count), (z1 - z0) * t + lift], 1)
        wire = [tube([(0, 0, z), (length, 0, z + z1 - z0)], (0.01, 0.01), 4, colour=_IRON) for z in (0.3, 0.7)]
        posts = tower([(0.05, -0.3), (0.045, 1.15)], 6, texture=Texture.WOOD, colour=_GREY)
        low, high = min(0.0, z1 - z0), max(0.0, z1 - z0) + 1.0
        part = merge([instances(pale, along), *wire, posts])
        own = box_proxy((0.0, -0.05, low), (length, 0.05, high))
        yaw = float(np.degrees(np.arctan2(y1 - y0, x1 - x0)))
        placed = Prop(part, (own,)).moved((float(x0), float(y0), z0), yaw)
        parts.append(placed.part)
        proxies.extend(placed.obstacles)
    return Prop(merge(parts), tuple(proxies))
