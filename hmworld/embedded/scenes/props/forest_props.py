"""Things of a forest: tall pines and beeches with bare trunks, ferns, logs, stumps, stacked timber, a barrier, a hunters' stand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Prop, box_proxy, ellipsoid_proxy, rounded
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.kit.shapes import Array, Part, box, circle, fan, instances, loft, merge, quads, tower, tube
from hmworld.embedded.scenes.model import Obstacle
from hmworld.embedded.scenes.props.planting import blob
from hmworld.embedded.scenes.props.trees import leaf_cards
from hmworld.embedded.scenes.textures.catalogue import Texture

Rgb = tuple[float, float, float]

_CUT: Rgb = (0.50, 0.34, 0.18)
_TIMBER: Rgb = (0.34, 0.27, 0.20)
_WHITE: Rgb = (0.62, 0.61, 0.57)
_RED: Rgb = (0.46, 0.04, 0.03)


def _stem(stream: Stream, radius: float, high: float, texture: Texture, bend: float) -> Part:
    """A tall trunk with root flare from 0.4 m below the ground."""
    rise = np.array([-0.4, 0.0, 0.25, 0.9, 0.25 * high, 0.5 * high, 0.75 * high, high])
    thick = radius * np.array([1.9, 1.55, 1.18, 1.0, 0.88, 0.72, 0.52, 0.16])
    sway = np.clip(rise / high, 0, 1) ** 1.5 * bend
    turn = stream.number(0.0, 6.28)
    path = np.stack([sway * np.cos(turn), sway * np.sin(turn), rise], 1)
    stem = tube(path, list(thick), 11, texture=texture, uv_scale=(2.0, high / 1.8))
    roots = 1.0 + 0.22 * np.cos(5 * np.arctan2(stem.vertices[:, 1], stem.vertices[:, 0])) * np.clip(1 - stem.vertices[:, 2] / 0.5, 0, 1)
    flared = stem.vertices.copy()
    flared[:, :2] *= roots[:, None]
    return replace(stem, vertices=flared).grounded(0.7, 0.6)


def _crown_proxies(lumps: list[tuple[Array, Array]], core: tuple[float, float, float]) -> tuple[Obstacle, ...]:
    """Proxies of a crown: one for each lump, and one for the limbs; `core`: its half width, lowest and highest point."""
    wide, low, high = core
    limbs = ellipsoid_proxy((0.0, 0.0, (low + high) / 2), (wide, wide, (high - low) / 2))
    return (limbs, *(ellipsoid_proxy(rounded(center), rounded(1.17 * half)) for center, half in lumps))


def tall_pine(stream: Stream, high_m: float) -> Prop:
    """A Scots pine: reddish bare trunk with dead snags, cushions of needles in its upper third."""
    radius = 0.011 * high_m + 0.05
    stem = _stem(stream, radius, 0.93 * high_m, Texture.PINE_BARK, 0.3)
    # The bark of pines turns orange higher up.
    up = np.clip(stem.vertices[:, 2:3] / (0.7 * high_m), 0, 1)
    parts = [stem.tinted(1.0 + up * np.array((0.55, 0.25, 0.05)))]
    for _ in range(4):
        turn, z = stream.number(0, 6.28), stream.number(0.22, 0.55) * high_m
        long = radius + stream.number(0.05, 0.22)
        end = np.array((long * np.cos(turn), long * np.sin(turn), z + stream.number(-0.1, 0.25)))
        parts.append(tube(np.array([(0.0, 0.0, z), end]), (0.04, 0.02), 4, texture=Texture.PINE_BARK, colour=(0.6, 0.6, 0.6)))
    lumps = []
    for k in range(5):
        turn, t = 2.4 * k + stream.number(0, 0.6), k / 4
        out = (1.0 - 0.75 * t) * stream.number(0.9, 1.7)
        z = (0.64 + 0.34 * t) * high_m
        half = np.array((1.0, 1.0, 0.55)) * (1.75 - 0.65 * t) * stream.number(0.85, 1.1)
        center = np.array((out * np.cos(turn), out * np.sin(turn), z))
        parts.append(blob(stream, center, half, Texture.NEEDLES, 8, 0.18))
        parts.append(
            tube(np.stack([(0, 0, z - 0.9), center - (0, 0, 0.2)]), (0.07, 0.03), 4, texture=Texture.PINE_BARK, colour=(1.3, 1.0, 0.8))
        )
        lumps.append((center, half))
    proxies = (
        box_proxy((-1.1 * radius, -1.1 * radius, 0.0), (1.1 * radius, 1.1 * radius, 0.70 * high_m)),
        *_crown_proxies(lumps, (1.0, 0.56 * high_m, 0.99 * high_m)),
    )
    return Prop(merge(parts), proxies)


def tall_beech(stream: Stream, high_m: float, tint: Array, cards: int = 72) -> Prop:
    """A forest beech: smooth grey trunk, limbs from 5 m, a wide crown of solid leaf lumps with some sprays at its rim."""
    radius = 0.013 * high_m + 0.07
    parts = [_stem(stream, radius, 0.9 * high_m, Texture.BEECH_BARK, 0.4)]
    lumps, rims = [], []
    for k in range(6):
        turn, t = 2.4 * k + stream.number(0, 0.5), k / 5
        out = (1.0 - t**2) * stream.number(1.7, 2.6)
        z = (0.46 + 0.46 * t) * high_m
        half = np.array((1.0, 1.0, 0.72)) * (1.9 - 0.4 * t) * stream.number(0.85, 1.1)
        center = np.array((out * np.cos(turn), out * np.sin(turn), z))
        parts.append(blob(stream, center, half, Texture.LEAVES, 8, 0.18).tinted(tint * 0.9))
        parts.append(
            tube(
                np.stack([(0, 0, z - 2.2), 0.5 * center + (0, 0, 0.5 * z - 1.0), center]), (0.12, 0.08, 0.03), 5, texture=Texture.BEECH_BARK
            )
        )
        lumps.append((center, half))
        way = stream.directions(cards // 6)
        way[:, 2] = way[:, 2] * 0.7 - 0.25
        rims.append((center + way * half * 0.98, way))
    spots, ways = np.concatenate([r[0] for r in rims]), np.concatenate([r[1] for r in rims])
    ways = ways / np.linalg.norm(ways, axis=1, keepdims=True)
    shade = np.clip(0.85 + 0.3 * ways[:, 2], 0.5, 1.2)
    parts.append(leaf_cards(spots, ways, stream.array(len(spots), 0.9, 1.5), stream, shade).tinted(tint))
    proxies = (
        box_proxy((-1.1 * radius, -1.1 * radius, 0.0), (1.1 * radius, 1.1 * radius, 0.45 * high_m)),
        *_crown_proxies(lumps, (2.1, 0.26 * high_m, 0.97 * high_m)),
    )
    return Prop(merge(parts), proxies)


def plain_tree(part: Part, trunk: tuple[float, float], crown: tuple[tuple[float, float, float], ...]) -> Prop:
    """A plain tree 1 m high as a prop. `trunk`: radius and height; `crown`: middle height, half width and half height of its lumps."""
    radius, top = trunk
    lumps = (ellipsoid_proxy((0.0, 0.0, z), (wide, wide, half)) for z, wide, half in crown)
    return Prop(part, (box_proxy((-radius, -radius, 0.0), (radius, radius, top)), *lumps))


def fern_clump(stream: Stream, size_m: float) -> Prop:
    """A rosette of arching fern fronds."""
    count = 9
    turn = np.arange(count) * 2.39996 + stream.array(count, -0.2, 0.2)
    long = size_m * stream.array(count, 0.8, 1.15)
    c, s = np.cos(turn), np.sin(turn)
    stops = [(0.02, 0.0), (0.42, 0.52), (0.82, 0.50)]
    lines = [np.stack([c * long * r, s * long * r, z * long], 1) for r, z in stops]
    side = np.stack([-s, c, np.zeros(count)], 1) * (0.24 * long)[:, None]
    cells, uvs = [], []
    for low, high, v0, v1 in ((lines[0], lines[1], 1.0, 0.45), (lines[1], lines[2], 0.45, 0.0)):
        cells.append(np.stack([low - side, low + side, high + side, high - side], 1))
        uvs.append(np.broadcast_to([(0.0, v0), (1.0, v0), (1.0, v1), (0.0, v1)], (count, 4, 2)))
    card = quads(np.concatenate(cells), uvs=np.concatenate(uvs), texture=Texture.FERN, two_sided=True)
    lift = np.clip(card.vertices[:, 2:3] / (0.5 * size_m), 0, 1)
    leafy = replace(card, cutout=np.ones(len(card.triangles), np.bool_), normals=np.tile((0.0, 0.0, 1.0), (len(card.vertices), 1)))
    return Prop(
        leafy.tinted(0.55 + 0.6 * lift), (box_proxy((-0.6 * size_m, -0.6 * size_m, 0.0), (0.6 * size_m, 0.6 * size_m, 0.52 * size_m)),)
    )


def log(stream: Stream, length_m: float, radius_m: float, texture: Texture, mossy: bool) -> Prop:
    """A fallen trunk along x with sawn ends, a little sunk."""
    x = np.linspace(-length_m / 2, length_m / 2, max(4, int(length_m / 0.8)))
    wave = stream.array(len(x), -0.04, 0.04)
    path = np.stack([x, wave, np.full(len(x), 0.86 * radius_m)], 1)
    radii = radius_m * (1.0 - 0.18 * (x / length_m + 0.5)) * (1.0 + stream.array(len(x), -0.04, 0.04))
    skin = tube(path, list(radii), 12, texture=texture, uv_scale=(2.0, length_m / 1.5))
    if mossy:
        top = np.clip((skin.normals[:, 2:3] - 0.25) * 2.0, 0, 1)
        skin = skin.tinted(1.0 + top * (np.array((0.55, 1.15, 0.35)) - 1.0))
    ends = []
    for k, order in ((0, 1), (-1, -1)):
        turn = np.arange(12) * (2 * np.pi / 12)
        ring = np.stack([np.full(12, x[k]), path[k, 1] + radii[k] * np.cos(turn), path[k, 2] + radii[k] * np.sin(turn)], 1)
        ends += [
            fan(ring[::-order], colour=_CUT),
            fan((path[k] + (ring - path[k]) * 0.45 - (order * 0.006, 0, 0))[::-order], colour=(0.36, 0.22, 0.11)),
        ]
    part = merge([skin, *ends]).grounded(0.35, 0.55)
    return Prop(part, (box_proxy((-length_m / 2, -0.9 * radius_m, 0.0), (length_m / 2, 0.9 * radius_m, 1.75 * radius_m)),))


def stump(stream: Stream) -> Prop:
    """A mossy tree stump, 0.5 m high."""
    rings = np.stack([circle(r, z, 12) for r, z in ((0.52, -0.1), (0.40, 0.1), (0.34, 0.3), (0.33, 0.5))])
    rings[:, :, :2] *= 1.0 + stream.array(12, -0.1, 0.1)[None, :, None]
    bark = loft(rings, texture=Texture.PINE_BARK, uv_scale=(2.0, 0.5)).tinted((0.8, 0.95, 0.7))
    top = fan(rings[-1], colour=_CUT)
    core = fan(rings[-1] * (0.45, 0.45, 1.0) + (0, 0, 0.006), colour=(0.36, 0.22, 0.11))
    return Prop(merge([bark, top, core]).grounded(0.3, 0.6), (box_proxy((-0.32, -0.32, 0.0), (0.32, 0.32, 0.5)),))


def timber_stack(stream: Stream, length_m: float = 4.0) -> Prop:
    """Long trunks stacked for collection, along x, 4 m wide at the foot, 1.6 m high, held by stakes."""
    parts = []
    for row in range(5):
        for k in range(7 - row):
            radius = 0.195 * stream.number(0.86, 1.02)
            y, z = -1.2 + 0.4 * k + 0.2 * row, 0.2 + 0.335 * row
            turn = np.arange(10) * (2 * np.pi / 10) + stream.number(0, 1)
            half = length_m / 2 + stream.number(-0.12, 0.12)
            ring = np.stack([np.zeros(10), y + radius * np.cos(turn), z + radius * np.sin(turn)], 1)
            ends = [ring + np.array((x, 0, 0)) for x in (-half, 0.0, half)]
            tone = stream.number(0.75, 1.2)
            parts.append(loft(np.stack(ends), texture=Texture.PINE_BARK, uv_scale=(1.5, length_m / 1.5), colour=(tone, tone, tone)))
            parts += [fan(ends[0][::-1], colour=np.array(_CUT) * tone), fan(ends[-1], colour=np.array(_CUT) * tone)]
    stake = box((-0.05, -0.05, 0.0), (0.05, 0.05, 1.0), texture=Texture.WOOD, repeat_m=0.8, colour=_TIMBER)
    parts.append(instances(stake, [(x, y, 0) for x in (-0.32 * length_m, 0.32 * length_m) for y in (-1.47, 1.47)]))
    half = length_m / 2
    proxies = [
        box_proxy((-half, -1.42, 0.0), (half, 1.42, 0.75)),
        box_proxy((-half, -0.95, 0.7), (half, 0.95, 1.4)),
        box_proxy((-half, -0.55, 1.3), (half, 0.55, 1.74)),
    ]
    proxies += [
        box_proxy((x - 0.06, y - 0.06, 0.0), (x + 0.06, y + 0.06, 1.0)) for x in (-0.32 * length_m, 0.32 * length_m) for y in (-1.47, 1.47)
    ]
    return Prop(merge(parts).grounded(0.4, 0.55), tuple(proxies))


def guard_post() -> Prop:
    """A white roadside post with a black band and a reflector facing -y, 1 m."""
    post = box((-0.07, -0.05, 0.0), (0.07, 0.05, 1.0), colour=_WHITE)
    band = box((-0.073, -0.053, 0.62), (0.073, 0.053, 0.82), colour=(0.03, 0.03, 0.03), without=())
    eye = box((-0.03, -0.06, 0.66), (0.03, -0.05, 0.78), colour=(0.55, 0.16, 0.03), without=())
    return Prop(merge([post, band, eye]).grounded(0.3, 0.6), (box_proxy((-0.07, -0.06, 0.0), (0.07, 0.06, 1.0)),))


def barrier() -> Prop:
    """A forestry barrier of 3.6 m along x, red and white, on two posts."""
    posts = instances(
        box((-0.1, -0.1, 0.0), (0.1, 0.1, 1.15), texture=Texture.WOOD, repeat_m=0.8, colour=_TIMBER), [(-1.8, 0, 0), (1.8, 0, 0)]
    )
    arms = [
        box((-1.75 + 0.58 * k, -0.16, 0.86), (-1.75 + 0.58 * (k + 1), -0.10, 1.0), colour=_RED if k % 2 else _WHITE, without=())
        for k in range(6)
    ]
    return Prop(merge([posts, *arms]).grounded(0.3, 0.6), (box_proxy((-1.9, -0.17, 0.0), (1.9, 0.1, 1.15)),))


def high_seat() -> Prop:
    """A hunters' stand of round timber: ladder, cabin 3 m up with a lit slit, 5 m to its roof."""
    legs = [
        tube(
            [(1.25 * sx, 1.25 * sy, 0.0), (0.85 * sx, 0.85 * sy, 1.5), (0.7 * sx, 0.7 * sy, 3.0)],
            (0.085, 0.08, 0.075),
            7,
            texture=Texture.PINE_BARK,
        )
        for sx in (-1, 1)
        for sy in (-1, 1)
    ]
    braces = [
        tube([(1.1 * a, -1.1 * s, 0.6), (-0.75 * a, -0.75 * s, 2.7)], (0.05, 0.05), 6, texture=Texture.PINE_BARK)
        for a in (-1, 1)
        for s in (-1, 1)
    ]
    cabin = box((-0.9, -0.9, 3.0), (0.9, 0.9, 3.95), texture=Texture.WOOD, repeat_m=1.0, colour=_TIMBER, without=())
    posts = instances(
        box((-0.06, -0.06, 3.95), (0.06, 0.06, 4.75), colour=_TIMBER), [(x, y, 0) for x in (-0.82, 0.82) for y in (-0.82, 0.82)]
    )
    back = box((-0.9, 0.8, 3.95), (0.9, 0.9, 4.75), texture=Texture.WOOD, repeat_m=1.0, colour=_TIMBER, without=())
    roof = loft(
        np.array(
            [
                [(-1.2, -1.25, 4.65), (1.2, -1.25, 4.65), (1.2, 1.2, 4.65), (-1.2, 1.2, 4.65)],
                [(-1.2, -1.25, 5.05), (1.2, -1.25, 5.05), (1.2, 1.2, 4.75), (-1.2, 1.2, 4.75)],
            ]
        ),
        texture=Texture.WOOD,
        uv_scale=(4.0, 0.4),
        colour=(0.12, 0.13, 0.10),
        smooth=False,
        cap_top=True,
    )
    ladder = [
        tube([(x, -2.3, 0.0), (x, -1.6, 1.5), (x, -0.9, 3.0)], (0.045, 0.045, 0.045), 6, texture=Texture.PINE_BARK) for x in (-0.3, 0.3)
    ]
    rungs = [
        tube([(-0.3, -2.3 + 0.14 * k, 0.3 * k), (0.3, -2.3 + 0.14 * k, 0.3 * k)], (0.03, 0.03), 5, colour=_TIMBER) for k in range(1, 10)
    ]
    part = merge([*legs, *braces, cabin, posts, back, roof, *ladder, *rungs]).grounded(0.4, 0.65)
    proxies = (
        box_proxy((-1.25, -1.25, 0.0), (1.25, 1.25, 3.0)),
        box_proxy((-0.95, -0.95, 2.95), (0.95, 0.95, 4.7)),
        box_proxy((-1.2, -1.25, 4.6), (1.2, 1.2, 5.05)),
    )
    return Prop(part, (*proxies, box_proxy((-0.33, -2.35, 0.0), (0.33, -1.2, 1.5)), box_proxy((-0.33, -1.7, 1.4), (0.33, -0.85, 3.0))))


def storm_lantern() -> Prop:
    """A lantern on a rough post, 2.1 m; its flame stands at z = 1.9."""
    post = tower([(0.075, 0.0), (0.065, 2.0)], 8, texture=Texture.BARK, uv_scale=(0.5, 2.0))
    arm = box((-0.03, -0.36, 1.98), (0.03, 0.03, 2.04), colour=_TIMBER, without=())
    glass = tower([(0.075, 1.62), (0.09, 1.7), (0.075, 1.82)], 8, colour=(0.80, 0.62, 0.34)).glowing(6.0).moved((0.0, -0.3, 0.0))
    iron = merge(
        [
            tower([(0.10, 1.56), (0.10, 1.62)], 8, colour=(0.03, 0.03, 0.03)),
            tower([(0.11, 1.82), (0.03, 1.95)], 8, colour=(0.03, 0.03, 0.03)),
        ]
    )
    part = merge([post.grounded(0.3, 0.6), arm, glass, iron.moved((0.0, -0.3, 0.0))])
    return Prop(part, (box_proxy((-0.08, -0.08, 0.0), (0.08, 0.08, 2.04)), box_proxy((-0.11, -0.41, 1.55), (0.11, -0.05, 2.05))))


def info_board() -> Prop:
    """A roofed trail map on two posts, facing -y, 2.1 m."""
    posts = instances(
        box((-0.06, -0.06, 0.0), (0.06, 0.06, 1.95), texture=Texture.WOOD, repeat_m=0.8, colour=_TIMBER), [(-0.75, 0, 0), (0.75, 0, 0)]
    )
    panel = box((-0.7, -0.03, 0.85), (0.7, 0.03, 1.75), texture=Texture.WOOD, repeat_m=0.9, colour=(0.30, 0.19, 0.10), without=())
    sheet = quads([[(-0.6, -0.04, 0.93), (0.6, -0.04, 0.93), (0.6, -0.04, 1.67), (-0.6, -0.04, 1.67)]], colour=(0.42, 0.50, 0.32))
    trails = quads(
        [
            [(x, -0.046, z), (x + w, -0.046, z + d), (x + w, -0.046, z + d + 0.03), (x, -0.046, z + 0.03)]
            for x, z, w, d in ((-0.5, 1.05, 0.5, 0.2), (0.0, 1.25, 0.5, -0.15), (-0.3, 1.5, 0.7, -0.1))
        ],
        colour=(0.6, 0.5, 0.3),
    )
    roof = loft(
        np.array(
            [
                [(-0.95, -0.35, 1.9), (0.95, -0.35, 1.9), (0.95, 0.35, 1.9), (-0.95, 0.35, 1.9)],
                [(-0.95, -0.02, 2.15), (0.95, -0.02, 2.15), (0.95, 0.02, 2.15), (-0.95, 0.02, 2.15)],
            ]
        ),
        texture=Texture.WOOD,
        uv_scale=(4.0, 0.5),
        colour=(0.2, 0.16, 0.12),
        smooth=False,
    )
    return Prop(
        merge([posts, panel, sheet, trails, roof]).grounded(0.3, 0.6),
        (box_proxy((-0.82, -0.08, 0.0), (0.82, 0.08, 1.95)), box_proxy((-0.95, -0.35, 1.85), (0.95, 0.35, 2.15))),
    )
