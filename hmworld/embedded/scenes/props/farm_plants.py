"""Plants of a farm: vegetable rows, standing grain, hedges, plain trees for the distance, grass tufts on level ground."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Prop, box_proxy
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.kit.shapes import Array, Part, box, circle, instances, loft, merge, quads, tower
from hmworld.embedded.scenes.props.trees import leaf_cards
from hmworld.embedded.scenes.textures.catalogue import Texture

Rgb = tuple[float, float, float]


def cabbage(stream: Stream) -> Part:
    """A cabbage, 0.34 m wide and 0.2 m high."""
    parts = []
    for ring, (reach, high, count) in enumerate(((0.17, 0.09, 7), (0.12, 0.16, 6))):
        for k in range(count):
            a = 2 * np.pi * (k + 0.5 * ring) / count + stream.number(-0.2, 0.2)
            out, side = np.array((np.cos(a), np.sin(a), 0.0)), np.array((-np.sin(a), np.cos(a), 0.0)) * reach * 0.55
            low, tip = out * 0.04 + np.array((0, 0, 0.03)), out * reach + np.array((0, 0, high))
            parts.append(
                quads([[low - side * 0.4, low + side * 0.4, tip + side, tip - side][::-1]], colour=(0.13, 0.24, 0.10), two_sided=True)
            )
    heart = loft(
        np.stack([circle(0.09 * np.sqrt(1 - s * s), 0.10 + 0.09 * s, 7) for s in (-0.6, 0.2, 0.9)]), colour=(0.26, 0.36, 0.14), cap_top=True
    )
    return merge([*parts, heart])


def lettuce_row(stream: Stream, kind: Part, length_m: float, pitch_m: float) -> Part:
    """Plants along x from 0."""
    count = int(length_m / pitch_m)
    x = (np.arange(count) + 0.5) * pitch_m + stream.array(count, -0.05, 0.05)
    y = stream.array(count, -0.05, 0.05)
    return instances(kind, np.stack([x, y, np.zeros(count)], 1))


def leafy_plants(stream: Stream, spots: Array, high_m: float, tint: Rgb) -> Part:
    """Bushy plants (potatoes, carrots) at `spots` (N, 2): a few leaf sprays each."""
    count = len(spots) * 4
    at = np.repeat(spots, 4, axis=0)
    away = stream.directions(count) * (1.0, 1.0, 0.5) + np.array((0.0, 0.0, 0.5))
    away /= np.linalg.norm(away, axis=1, keepdims=True)
    centre = np.column_stack([at, np.full(count, high_m * 0.5)]) + away * high_m * 0.35
    cards = leaf_cards(centre, away, np.full(count, high_m * 1.1), stream, stream.array(count, 0.7, 1.1))
    low = replace(cards, vertices=np.maximum(cards.vertices, (-np.inf, -np.inf, 0.01)))
    return low.tinted(tint)


def bean_row(stream: Stream, length_m: float) -> Prop:
    """Runner beans on crossed poles along x, 2 m high: hides a person."""
    count = int(length_m / 0.55)
    parts = []
    pole = tower([(0.016, 0.0), (0.012, 2.15)], 5, colour=(0.36, 0.27, 0.16))
    for foot, lean in ((-0.32, 1.0), (0.32, -1.0)):
        rod = replace(pole, vertices=pole.vertices + np.outer(pole.vertices[:, 2] / 2.15, (0.0, 0.36 * lean, 0.0)))
        parts.append(instances(rod, [(k * 0.55 + 0.2, foot, 0.0) for k in range(count)]))
    parts.append(box((0.0, -0.02, 1.95), (length_m, 0.02, 1.99), colour=(0.36, 0.27, 0.16), without=()))
    many = count * 26
    x, z = stream.array(many, 0.1, length_m - 0.1), stream.array(many) ** 0.8 * 1.95 + 0.08
    side = np.where(stream.array(many) < 0.5, -1.0, 1.0)
    y = side * (0.34 * (1 - z / 2.2) + 0.04) + stream.array(many, -0.06, 0.06)
    outward = np.stack([np.zeros(many), side, np.full(many, 0.4)], 1)
    outward /= np.linalg.norm(outward, axis=1, keepdims=True)
    leaves = leaf_cards(np.stack([x, y, z], 1), outward, stream.array(many, 0.24, 0.4), stream, stream.array(many, 0.6, 1.1))
    parts.append(leaves.tinted((0.95, 1.1, 0.9)))
    pods = [(float(a), float(b), float(c)) for a, b, c in zip(x[::9], y[::9] * 1.15, z[::9], strict=True)]
    parts.append(instances(box((-0.012, -0.012, -0.14), (0.012, 0.012, 0.0), colour=(0.40, 0.05, 0.02), without=()), pods))
    return Prop(merge(parts), (box_proxy((0.0, -0.36, 0.0), (length_m, 0.36, 2.1)),))


def pumpkins(stream: Stream, spots: list[tuple[float, float]]) -> Part:
    """Pumpkins of several sizes lying at `spots`."""
    turn = np.arange(20) * (np.pi / 10)
    rib = 1.0 - 0.10 * np.abs(np.sin(turn * 5)) ** 0.5
    rings = []
    for s in (-0.8, -0.3, 0.25, 0.75, 0.97):
        r = 0.26 * np.sqrt(1 - s * s) * rib
        rings.append(np.stack([r * np.cos(turn), r * np.sin(turn), np.full(20, 0.17 + 0.19 * s)], 1))
    ball = loft(np.stack(rings), colour=(0.58, 0.20, 0.02), cap_top=True)
    stalk = tower([(0.03, 0.33), (0.02, 0.42)], 5, colour=(0.14, 0.18, 0.05))
    whole = merge([ball, stalk])
    return merge(
        [whole.moved((x, y, 0.0), stream.number(0.0, 360.0), stream.number(0.48, 0.56)).tinted(stream.number(0.8, 1.1)) for x, y in spots]
    )


def grain_field(low: tuple[float, float], high: tuple[float, float], high_m: float, stream: Stream, tint: Rgb) -> Part:
    """Standing grain over a rectangle: a wavy top with ragged flanks."""
    xs, ys = (np.linspace(a, b, max(3, round((b - a) / 2.5) + 1)) for a, b in zip(low, high, strict=True))
    x, y = np.meshgrid(xs, ys)
    rim = np.minimum(np.minimum(x - low[0], high[0] - x), np.minimum(y - low[1], high[1] - y)) < 1e-6
    z = high_m + 0.10 * np.sin(x * 0.45 + 0.3 * y) + stream.array(x.size, -0.05, 0.05).reshape(x.shape)
    z = np.where(rim, high_m * 0.86, z)
    points = np.stack([x, y, z], -1)
    cells = np.stack([points[:-1, :-1], points[:-1, 1:], points[1:, 1:], points[1:, :-1]], 2).reshape(-1, 4, 3)
    top = quads(cells, texture=Texture.CROP, repeat_m=2.4, colour=tint)
    flank = box(
        (*low, 0.0), (*high, high_m * 0.86), texture=Texture.CROP, repeat_m=1.6, colour=np.asarray(tint) * 0.72, without=("-z", "+z")
    )
    return merge([top, flank])


def hedge(stream: Stream, length_m: float, high_m: float, cards: int) -> Prop:
    """A clipped hedge along x from 0, 0.9 m thick."""
    core = box((0.0, -0.38, 0.0), (length_m, 0.38, high_m * 0.94), texture=Texture.LEAVES, repeat_m=1.1, colour=(0.62, 0.62, 0.6))
    x, u = stream.array(cards, 0.1, length_m - 0.1), stream.array(cards)
    on_top = u < 0.36
    side = np.where(stream.array(cards) < 0.5, -1.0, 1.0)
    y = np.where(on_top, stream.array(cards, -0.36, 0.36), side * 0.37)
    z = np.where(on_top, high_m * 0.93, stream.array(cards, 0.1, high_m * 0.92))
    outward = np.where(on_top[:, None], (0.0, 0.0, 1.0), np.stack([np.zeros(cards), side, np.full(cards, 0.25)], 1))
    outward /= np.linalg.norm(outward, axis=1, keepdims=True)
    leaves = leaf_cards(np.stack([x, y, z], 1), outward, stream.array(cards, 0.3, 0.46), stream, stream.array(cards, 0.7, 1.05))
    kept = replace(leaves, vertices=np.maximum(leaves.vertices, (-np.inf, -np.inf, 0.02)))
    return Prop(merge([core, kept]).grounded(0.5, 0.6), (box_proxy((0.0, -0.42, 0.0), (length_m, 0.42, high_m)),))


def far_tree(stream: Stream, cards: int) -> Part:
    """A broad-leaved tree for the distance, about 1 m high and wide, 100 triangles and two for each of the leaf `cards`."""
    parts = [tower([(0.05, 0.0), (0.035, 0.4)], 4, colour=(0.10, 0.075, 0.055), cap_top=False)]
    balls = ((0.0, 0.0, 0.62, 0.35), (0.16, 0.1, 0.5, 0.27))
    for x, y, z, r in balls:
        rings = [circle(r * float(np.sqrt(1 - s * s)), z + r * s * 0.95, 7, (x, y)) for s in (-0.9, -0.35, 0.3, 0.9)]
        rough = [ring * (1.0 + stream.array(7, -0.05, 0.05)[:, None] * (1.0, 1.0, 0.4)) for ring in rings]
        ball = loft(np.stack(rough), texture=Texture.LEAVES, uv_scale=(2.5, 1.3), cap_top=True)
        parts.append(ball.tinted(0.55 + 0.6 * np.clip((ball.vertices[:, 2:3] - 0.25) / 0.7, 0, 1)))
    if cards:
        which = (stream.array(cards) * 1.6).astype(int)
        middle, reach = np.array([ball[:3] for ball in balls])[which], np.array([ball[3] for ball in balls])[which]
        away = stream.directions(cards)
        shade = 0.75 + 0.35 * away[:, 2]
        parts.append(leaf_cards(middle + away * reach[:, None], away, reach * stream.array(cards, 0.5, 0.8), stream, shade))
    return merge(parts)


def tufts(stream: Stream, spots: Array, low_m: float, high_m: float, tint: Rgb) -> Part:
    """Cut-out grass tufts on level ground at `spots` (N, 2), `low_m` to `high_m` tall."""
    count = len(spots)
    high = stream.array(count, low_m, high_m)
    turn = stream.array(count, 0.0, np.pi)
    side = np.stack([np.cos(turn), np.sin(turn), np.zeros(count)], 1) * (high * stream.array(count, 0.4, 0.65))[:, None]
    root = np.column_stack([spots, np.full(count, -0.01)])
    lean = np.stack([stream.array(count, -0.25, 0.25), stream.array(count, -0.25, 0.25), np.ones(count)], 1)
    top = root + lean * high[:, None]
    part = quads(
        np.stack([root - 0.4 * side, root + 0.4 * side, top + side, top - side], 1),
        uvs=((0.01, 0.99), (0.99, 0.99), (0.99, 0.01), (0.01, 0.01)),
        texture=Texture.GRASS_TUFT,
        two_sided=True,
    )
    tone = np.repeat(stream.array(count, 0.5, 0.76), 4)[:, None] * np.asarray(tint)
    return replace(
        part, normals=np.tile((0.0, 0.0, 1.0), (len(part.vertices), 1)), colours=tone, cutout=np.ones(len(part.triangles), np.bool_)
    )
