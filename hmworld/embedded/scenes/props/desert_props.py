"""Things of a red desert: cacti, dry bushes, bones, mesas, a rock arch, hoodoos, telegraph poles, a camp fire."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Prop, box_proxy, ellipsoid_proxy
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.kit.shapes import Array, box, circle, fan, instances, merge, quads, tower, tube
from hmworld.embedded.scenes.props.planting import spread
from hmworld.embedded.scenes.textures.catalogue import Texture

Rgb = tuple[float, float, float]

_BONE: Rgb = (0.62, 0.57, 0.46)
_POLE: Rgb = (0.26, 0.20, 0.15)
_IRON: Rgb = (0.05, 0.045, 0.04)


def saguaro(stream: Stream, high_m: float, arms: int) -> Prop:
    """A ribbed column cactus with upturned arms."""
    radius = 0.075 * high_m**0.7 + 0.06
    z = np.array([-0.1, 0.3, 0.35 * high_m, 0.8 * high_m, 0.93 * high_m, 0.985 * high_m, high_m])
    swell = radius * np.array([0.85, 0.92, 1.05, 1.0, 0.85, 0.5, 0.06])
    parts = [tube(np.stack([0 * z, 0 * z, z], 1), list(swell), 12, texture=Texture.CACTUS_SKIN, uv_scale=(3.0, high_m / 1.2))]
    proxies = [box_proxy((-radius, -radius, 0.0), (radius, radius, high_m))]
    for k in range(arms):
        turn = stream.number(-0.4, 0.4) + k * 2.6
        base, reach = stream.number(0.34, 0.55) * high_m, stream.number(0.55, 0.8)
        top = base + stream.number(0.25, 0.4) * high_m
        thick = 0.62 * radius
        line = [
            (0.0, base),
            (0.55 * reach, base + 0.02),
            (0.93 * reach, base + 0.18),
            (reach, base + 0.45),
            (reach, top - 0.2),
            (reach, top - 0.06),
            (reach, top),
        ]
        path = [(np.cos(turn) * r, np.sin(turn) * r, h) for r, h in line]
        parts.append(
            tube(
                path,
                [thick * q for q in (0.8, 0.92, 1.0, 1.0, 0.95, 0.7, 0.1)],
                9,
                texture=Texture.CACTUS_SKIN,
                uv_scale=(2.0, (top - base + reach) / 1.2),
            )
        )
        x, y = reach * float(np.cos(turn)), reach * float(np.sin(turn))
        proxies.append(box_proxy((min(0, x) - thick, min(0, y) - thick, base - thick), (max(0, x) + thick, max(0, y) + thick, base + 0.3)))
        proxies.append(box_proxy((x - thick, y - thick, base + 0.05), (x + thick, y + thick, top)))
    return Prop(merge(parts).grounded(0.5, 0.65), tuple(proxies))


def prickly_pear(stream: Stream) -> Prop:
    """A clump of flat cactus pads with red fruit, about 1 m."""
    pad = tower(
        [(0.02, -0.16), (0.13, -0.08), (0.17, 0.04), (0.12, 0.15), (0.02, 0.19)],
        9,
        texture=Texture.CACTUS_SKIN,
        uv_scale=(3.0, 0.5),
        colour=(1.25, 1.25, 1.2),
    )
    flat = replace(pad, vertices=pad.vertices * (1.0, 0.28, 1.0))
    count = 22
    turn, ring = stream.array(count, 0, 360), np.sqrt(stream.array(count)) * 0.48
    way = stream.array(count, 0, 6.28)
    spots = np.stack([ring * np.cos(way), ring * np.sin(way), 0.13 + stream.array(count, 0.0, 0.62) * (1.1 - ring)], 1)
    size = np.repeat(stream.array(count, 0.9, 1.4)[:, None], 3, 1)
    pads = spread(flat, spots, turn, size, stream.array(count, 0.8, 1.15)[:, None])
    fruit = spread(
        tower([(0.02, -0.03), (0.035, 0.0), (0.015, 0.045)], 5, colour=(0.42, 0.04, 0.09)),
        spots[::2] + np.array((0, 0, 0.24)),
        turn[::2],
        np.ones((11, 3)),
    )
    part = merge([pads, fruit])
    low = replace(part, vertices=np.maximum(part.vertices, (-np.inf, -np.inf, -0.05)))
    return Prop(low.grounded(0.4, 0.65), (box_proxy((-0.55, -0.55, 0.0), (0.55, 0.55, 0.95)),))


def barrel_cactus() -> Prop:
    """A ball cactus with a crown of yellow flowers, 0.7 m."""
    ball = tower(
        [(0.2, -0.05), (0.32, 0.12), (0.36, 0.32), (0.29, 0.55), (0.12, 0.66), (0.02, 0.66)],
        14,
        texture=Texture.CACTUS_SKIN,
        uv_scale=(4.0, 0.7),
    )
    flower = tower([(0.02, 0.0), (0.06, 0.04), (0.02, 0.06)], 5, colour=(0.62, 0.42, 0.04))
    part = merge([ball.grounded(0.35, 0.6), instances(flower, circle(0.15, 0.62, 7))])
    return Prop(part, (box_proxy((-0.33, -0.33, 0.0), (0.33, 0.33, 0.68)),))


def dry_bush(stream: Stream, size_m: float) -> Prop:
    """Crossed cut-outs of bare twigs, `size_m` wide and two thirds as high."""
    cells = []
    for k in range(4):
        turn = np.pi * k / 4 + stream.number(-0.2, 0.2)
        side = np.array((np.cos(turn), np.sin(turn), 0.0)) * 0.5 * size_m
        lean = np.array((stream.number(-0.15, 0.15), stream.number(-0.15, 0.15), 0.72)) * size_m
        cells.append([-side, side, side + lean, -side + lean])
    card = quads(np.asarray(cells), uvs=((0.01, 0.99), (0.99, 0.99), (0.99, 0.3), (0.01, 0.3)), texture=Texture.TWIGS, two_sided=True)
    up = np.tile((0.0, 0.0, 1.0), (len(card.vertices), 1))
    half = 0.42 * size_m
    bush = replace(card, normals=up, cutout=np.ones(len(card.triangles), np.bool_))
    return Prop(bush, (box_proxy((-half, -half, 0.0), (half, half, 0.66 * size_m)),) if size_m > 0.5 else ())


def tumbleweed(stream: Stream) -> Prop:
    """A ball of dry twigs, 0.8 m."""
    cells = []
    for _ in range(9):
        a = stream.directions(1)[0]
        b = np.cross(a, stream.directions(1)[0])
        b /= np.linalg.norm(b)
        middle = np.array((0.0, 0.0, 0.36)) - 0.1 * np.cross(a, b)
        cells.append([middle + 0.36 * v for v in (-a - b, a - b, a + b, b - a)])
    card = quads(np.asarray(cells), uvs=((0.05, 0.95), (0.95, 0.95), (0.95, 0.3), (0.05, 0.3)), texture=Texture.TWIGS, two_sided=True)
    ball = replace(
        card,
        vertices=np.maximum(card.vertices, (-np.inf, -np.inf, 0.0)),
        cutout=np.ones(len(card.triangles), np.bool_),
        normals=np.tile((0.0, 0.0, 1.0), (len(card.vertices), 1)),
    )
    return Prop(ball.tinted((1.15, 1.0, 0.8)), (ellipsoid_proxy((0.0, 0.0, 0.38), (0.42, 0.42, 0.42)),))


def skull() -> Prop:
    """A bleached ox skull lying on the ground, facing -y."""
    path = np.array([(0.0, 0.22, 0.17), (0.0, 0.10, 0.19), (0.0, -0.10, 0.15), (0.0, -0.34, 0.09)])
    head = tube(path, (0.10, 0.155, 0.12, 0.075), 10, colour=_BONE)
    eyes = [tower([(0.04, 0.0), (0.035, 0.02)], 7, colour=(0.05, 0.035, 0.03)).moved((x, 0.02, 0.27)) for x in (-0.085, 0.085)]
    horns = [
        tube([(0.12 * s, 0.16, 0.22), (0.34 * s, 0.18, 0.24), (0.48 * s, 0.10, 0.40)], (0.05, 0.04, 0.012), 7, colour=(0.40, 0.34, 0.25))
        for s in (-1.0, 1.0)
    ]
    return Prop(merge([head, *eyes, *horns]).grounded(0.15, 0.65), (box_proxy((-0.46, -0.36, 0.0), (0.46, 0.26, 0.4)),))


def ribs() -> Prop:
    """A rib cage half buried in the sand, along y, 0.9 m high."""
    parts = [tube([(0.0, -1.0, 0.2), (0.0, 0.0, 0.32), (0.0, 1.0, 0.18)], (0.06, 0.075, 0.05), 7, colour=_BONE)]
    for k in range(7):
        y = -0.8 + 0.27 * k
        tall = 0.9 - 0.06 * abs(k - 3)
        for s in (-1.0, 1.0):
            parts.append(
                tube(
                    [(0.0, y, 0.28), (0.36 * s, y, 0.5 * tall), (0.46 * s, y + 0.05, 0.8 * tall), (0.30 * s, y + 0.1, tall)],
                    (0.035, 0.035, 0.03, 0.012),
                    6,
                    colour=_BONE,
                )
            )
    return Prop(merge(parts).grounded(0.2, 0.7), (box_proxy((-0.48, -1.0, 0.0), (0.48, 1.0, 0.9)),))


def telegraph_pole() -> Prop:
    """A wooden pole with two cross arms along x, 6.5 m."""
    pole = tube(
        [(0, 0, -0.3), (0.03, 0.02, 3.0), (0.0, 0.05, 6.5)],
        (0.14, 0.12, 0.09),
        8,
        texture=Texture.BARK,
        uv_scale=(0.6, 5.0),
        colour=(1.3, 1.2, 1.1),
    )
    arms = [box((-0.9, -0.05, z), (0.9, 0.05, z + 0.12), texture=Texture.WOOD, repeat_m=0.8, colour=_POLE, without=()) for z in (5.4, 6.0)]
    cups = instances(
        tower([(0.04, 0.0), (0.05, 0.08), (0.02, 0.16)], 6, colour=(0.30, 0.36, 0.34)),
        [(x, 0.0, z) for x in (-0.8, -0.4, 0.4, 0.8) for z in (5.52, 6.12)],
    )
    return Prop(
        merge([pole, *arms, cups]).grounded(0.4, 0.7),
        (box_proxy((-0.14, -0.14, -0.3), (0.14, 0.16, 6.5)), box_proxy((-0.9, -0.06, 5.4), (0.9, 0.06, 6.28))),
    )


def wires(starts: Array, ends: Array) -> Prop:
    """Slack wires along x from `starts` (N, 3) to `ends` (N, 3)."""
    parts = []
    for a, b in zip(starts, ends, strict=True):
        t = np.linspace(0.0, 1.0, 7)[:, None]
        line = a + (b - a) * t - np.array((0, 0, 0.7)) * (4 * t * (1 - t))
        parts.append(tube(line, [0.014] * 7, 3, colour=(0.03, 0.03, 0.03)))
    both = np.concatenate([starts, ends])
    low, high = both.min(axis=0) - (0.0, 0.02, 0.7), both.max(axis=0) + np.array((0.0, 0.02, 0.0))
    return Prop(merge(parts), (box_proxy(low, high),))


def camp_fire() -> Prop:
    """A ring of stones with crossed logs and flames, 0.7 m."""
    stone = tower([(0.16, -0.03), (0.15, 0.12), (0.07, 0.22)], 7, texture=Texture.ROCK, colour=(1.1, 0.85, 0.7))
    stones = instances(stone, circle(0.62, 0.0, 11))
    logs = [
        tube(
            [(0.5 * np.cos(q), 0.5 * np.sin(q), 0.06), (-0.12 * np.cos(q), -0.12 * np.sin(q), 0.38)], (0.07, 0.05), 7, texture=Texture.BARK
        )
        for q in np.arange(5) * 1.2566
    ]
    flame = tower([(0.05, 0.02), (0.17, 0.16), (0.11, 0.38), (0.02, 0.62)], 7, colour=(0.85, 0.34, 0.05)).glowing(6.0)
    tongues = merge(
        [
            flame,
            flame.moved((0.14, 0.08, 0.0), 40.0, 0.62),
            flame.moved((-0.12, 0.1, 0.0), 80.0, 0.55),
            flame.moved((0.0, -0.15, 0.0), 20.0, 0.6),
        ]
    )
    return Prop(merge([stones, *logs, tongues]), (box_proxy((-0.7, -0.7, 0.0), (0.7, 0.7, 0.6)),))


def dead_tree(stream: Stream, high_m: float) -> Prop:
    """A bleached bare tree with forked limbs."""
    trunk = tube(
        [(0, 0, -0.2), (0.08, 0.04, 0.3 * high_m), (0.0, 0.1, 0.62 * high_m)],
        (0.24, 0.17, 0.11),
        9,
        texture=Texture.WOOD,
        uv_scale=(1.0, 3.0),
        colour=(0.46, 0.39, 0.31),
    )
    parts, top, proxies = [trunk], np.array((0.0, 0.1, 0.62 * high_m)), []
    for k in range(5):
        turn = 1.2566 * k + stream.number(-0.3, 0.3)
        way = np.array((np.cos(turn), np.sin(turn), 0.0))
        start = top - (0.0, 0.0, 0.06 * high_m * k)
        knee, end = start + 0.42 * way + (0, 0, 0.12 * high_m), start + 0.85 * way + (0, 0, 0.36 * high_m)
        parts.append(tube([start, knee, end], (0.09, 0.06, 0.015), 6, texture=Texture.WOOD, uv_scale=(0.6, 2.0), colour=(0.46, 0.39, 0.31)))
        parts.append(tube([knee, knee + 0.5 * way + (0.1, -0.1, 0.05)], (0.045, 0.012), 5, texture=Texture.WOOD, colour=(0.46, 0.39, 0.31)))
    proxies.append(box_proxy((-0.22, -0.2, -0.2), (0.22, 0.24, 0.62 * high_m)))
    proxies.append(box_proxy((-0.95, -0.9, 0.36 * high_m), (0.95, 1.0, 0.97 * high_m)))
    return Prop(merge(parts).grounded(0.5, 0.7), tuple(proxies))


def barrels(stream: Stream) -> Prop:
    """Three rusty oil drums, one on top."""
    drum = tower(
        [(0.29, 0.0), (0.29, 0.28), (0.305, 0.3), (0.29, 0.32), (0.29, 0.58), (0.305, 0.6), (0.29, 0.62), (0.29, 0.88)],
        14,
        texture=Texture.RUST,
        uv_scale=(1.0, 0.8),
    )
    colours = ((0.20, 0.30, 0.34), (0.46, 0.16, 0.08), (0.40, 0.33, 0.14))
    places = ((-0.32, 0.0, 0.0), (0.32, 0.08, 0.0), (0.0, 0.04, 0.88))
    parts = [drum.moved(p, stream.number(0, 360)).tinted(c) for p, c in zip(places, colours, strict=True)]
    return Prop(
        merge(parts).grounded(0.4, 0.6),
        (box_proxy((-0.6, -0.28, 0.0), (0.6, 0.36, 0.88)), box_proxy((-0.28, -0.24, 0.86), (0.28, 0.32, 1.76))),
    )


def tyres() -> Prop:
    """A stack of four old tyres."""
    turn = np.arange(17) * (2 * np.pi / 16)
    parts = [
        tube(
            [(0.26 * np.cos(q) + 0.03 * (k % 2), 0.26 * np.sin(q), 0.1 + 0.19 * k) for q in turn],
            [0.105] * 17,
            7,
            colour=(0.025, 0.024, 0.023),
        )
        for k in range(4)
    ]
    return Prop(
        merge([*parts, fan(circle(0.2, 0.7, 12), colour=(0.02, 0.015, 0.012))]), (box_proxy((-0.35, -0.35, 0.0), (0.37, 0.35, 0.77)),)
    )
