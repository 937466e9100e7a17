"""Things of a city park: hedges, flower beds, globe lamps, a bandstand, a fountain, a statue, a footbridge."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Prop, box_proxy, ellipsoid_proxy
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.kit.shapes import Array, Part, box, circle, instances, loft, merge, quads, tower, tube
from hmworld.embedded.scenes.model import Obstacle
from hmworld.embedded.scenes.props.planting import blob, spread
from hmworld.embedded.scenes.textures.catalogue import Texture

Rgb = tuple[float, float, float]

_IRON: Rgb = (0.025, 0.04, 0.035)
_STONE: Rgb = (0.46, 0.43, 0.37)
_BRONZE: Rgb = (0.10, 0.17, 0.13)
_WHITE: Rgb = (0.66, 0.65, 0.60)
_GLASS: Rgb = (0.80, 0.76, 0.62)
_WATER: Rgb = (0.09, 0.16, 0.17)


def globe_lamp() -> Prop:
    """An iron post with a round opal glass, 3.6 m; the lamp itself stands at z = 3.3."""
    profile = [(0.15, 0.0), (0.15, 0.14), (0.09, 0.22), (0.05, 0.7), (0.042, 3.0), (0.09, 3.05), (0.09, 3.09)]
    post = tower(profile, 9, colour=_IRON)
    turn = np.linspace(-0.5 * np.pi + 0.3, 0.5 * np.pi, 7)
    glass = tower([(max(0.01, 0.24 * float(np.cos(t))), 3.32 + 0.24 * float(np.sin(t))) for t in turn], 10, colour=_GLASS).glowing(6.0)
    hat = tower([(0.14, 3.52), (0.10, 3.57), (0.02, 3.64)], 8, colour=_IRON)
    proxies = (box_proxy((-0.12, -0.12, 0.0), (0.12, 0.12, 3.1)), box_proxy((-0.22, -0.22, 3.06), (0.22, 0.22, 3.64)))
    return Prop(merge([post.grounded(0.3, 0.6), glass, hat]), proxies)


def hedge(stream: Stream, length_m: float, high_m: float = 1.05, wide_m: float = 0.8) -> Prop:
    """A clipped box hedge along x, centred on the origin."""
    count = max(3, int(length_m / 0.35))
    xs = np.linspace(-length_m / 2, length_m / 2, count)
    half = wide_m / 2
    section = np.array(
        [
            (half, 0.0),
            (half, 0.5 * high_m),
            (half * 0.97, 0.92 * high_m),
            (half * 0.7, high_m),
            (-half * 0.7, high_m),
            (-half * 0.97, 0.92 * high_m),
            (-half, 0.5 * high_m),
            (-half, 0.0),
        ]
    )
    rings = np.stack([np.stack([np.full(8, x), section[:, 0], section[:, 1]], 1) for x in xs])
    rings[:, :, 1:] += stream.array(count * 16, -0.03, 0.03).reshape(count, 8, 2) * (rings[:, :, 2:] > 0.0)
    skin = loft(rings, texture=Texture.LEAVES, uv_scale=((2 * high_m + wide_m) / 1.1, length_m / 1.1))
    ends = [
        quads(
            [[(x, s * half, 0), (x, -s * half, 0), (x, -s * half, 0.95 * high_m), (x, s * half, 0.95 * high_m)]],
            texture=Texture.LEAVES,
            repeat_m=1.1,
        )
        for x, s in ((-length_m / 2, 1.0), (length_m / 2, -1.0))
    ]
    part = merge([skin, *ends]).tinted((0.85, 0.95, 0.85)).grounded(0.7 * high_m, 0.55)
    return Prop(part, (box_proxy((-length_m / 2, -half, 0.0), (length_m / 2, half, high_m)),))


def topiary(stream: Stream, high_m: float) -> Prop:
    """A clipped yew cone."""
    radius = 0.30 * high_m
    levels = [(0.75, 0.0), (1.0, 0.12), (0.88, 0.32), (0.64, 0.58), (0.36, 0.82), (0.08, 1.0)]
    rings = np.stack([circle(radius * w, high_m * z, 10) for w, z in levels])
    rings[1:-1, :, :2] *= 1.0 + stream.array(40, -0.05, 0.05).reshape(4, 10, 1)
    cone = loft(rings, texture=Texture.LEAVES, uv_scale=(2.0, 1.8), cap_top=True).tinted((0.62, 0.78, 0.66)).grounded(0.6, 0.6)
    proxies = [
        box_proxy((-radius * w, -radius * w, high_m * a), (radius * w, radius * w, high_m * b))
        for w, a, b in ((0.85, 0, 0.36), (0.55, 0.36, 0.7))
    ]
    return Prop(cone, (*proxies, box_proxy((-radius * 0.22, -radius * 0.22, 0.7 * high_m), (radius * 0.22, radius * 0.22, high_m))))


def flower_bed(stream: Stream, half: tuple[float, float], colours: Array) -> Prop:
    """An oval bed edged with stone: soil mound and dense rings of flowers coloured (K, 3) from the rim inwards."""
    a, b = half
    rings = [circle(1.0, z, 24) * (a * s, b * s, 1.0) for s, z in ((1.0, 0.0), (1.0, 0.10), (0.93, 0.12), (0.90, 0.08))]
    kerb = loft(np.stack(rings), colour=_STONE)
    soil = loft(
        np.stack([circle(s, z, 24) * (a, b, 1.0) for s, z in ((0.92, 0.06), (0.6, 0.18), (0.2, 0.24))]),
        colour=(0.055, 0.036, 0.024),
        cap_top=True,
    )
    count = int(40 * a * b)
    far = np.sqrt((np.arange(count) + 0.5) / count) * 0.86
    turn = np.arange(count) * 2.39996
    spots = np.stack([a * far * np.cos(turn), b * far * np.sin(turn), 0.05 + 0.2 * (1 - far)], 1)
    spots[:, :2] += stream.array(2 * count, -0.05, 0.05).reshape(-1, 2)
    leaf = tower([(0.14, 0.05), (0.04, 0.15)], 4, texture=Texture.LEAVES, colour=(1.1, 1.2, 0.9), cap_top=False)
    head = tower([(0.095, 0.16), (0.05, 0.205)], 5)
    ring = np.minimum((far / 0.87 * len(colours)).astype(int), len(colours) - 1)
    size = np.repeat(stream.array(count, 0.8, 1.2)[:, None], 3, axis=1)
    tint = colours[::-1][ring] * stream.array(count, 0.8, 1.15)[:, None]
    leaves, heads = (spread(p, spots, stream.array(count, 0, 360), size, t) for p, t in ((leaf, 1.0), (head, tint)))
    return Prop(merge([kerb, soil, leaves, heads]), (box_proxy((-0.9 * a, -0.9 * b, 0.0), (0.9 * a, 0.9 * b, 0.42)),))


def _octagon(radius_m: float, low_m: float, high_m: float) -> tuple[Obstacle, ...]:
    """Proxies of an upright octagonal drum whose first corner lies on +x: four crossed boxes."""
    apothem, half = radius_m * float(np.cos(np.pi / 8)), radius_m * float(np.sin(np.pi / 8))
    slab = box_proxy((-apothem, -half, low_m), (apothem, half, high_m))
    return tuple(replace(slab, yaw_deg=yaw) for yaw in (22.5, 67.5, 112.5, 157.5))


def bandstand() -> Prop:
    """An open octagonal pavilion, 3 m to its columns, with a pointed roof, on a low plinth."""
    plinth = tower([(3.6, 0.0), (3.6, 0.5), (3.45, 0.55)], 8, texture=Texture.ASHLAR, uv_scale=(8.0, 0.5), colour=_STONE, smooth=False)
    corner = circle(3.15, 0.0, 8)
    column = tower([(0.14, 0.55), (0.14, 0.75), (0.085, 0.85), (0.075, 3.0), (0.13, 3.1), (0.13, 3.2)], 8, colour=_WHITE)
    roof = tower(
        [(3.95, 3.15), (3.95, 3.3), (2.0, 4.1), (0.5, 4.95), (0.3, 5.0)],
        8,
        texture=Texture.ROOF_TILES,
        uv_scale=(8.0, 2.0),
        colour=(0.16, 0.27, 0.22),
        smooth=False,
    )
    inside = loft(np.stack([circle(3.9, 3.16, 8)[::-1], circle(0.4, 4.6, 8)[::-1]]), colour=(0.34, 0.31, 0.26), smooth=False)
    lantern = tower([(0.42, 5.0), (0.42, 5.5), (0.55, 5.55), (0.03, 6.2)], 8, colour=_WHITE, smooth=False)
    lamp = tower([(0.05, 2.95), (0.16, 3.0), (0.16, 3.2), (0.05, 3.25)], 8, colour=_GLASS).glowing(6.0)
    wire = box((-0.015, -0.015, 3.2), (0.015, 0.015, 4.6), colour=_IRON)
    rails, rods = [], []
    for k in range(8):
        if k == 5:
            continue
        p, q = corner[k], corner[(k + 1) % 8]
        for z in (0.75, 1.45):
            rails.append(tube(np.stack([p, q]) + np.array((0, 0, z)), (0.035, 0.035), 5, colour=_WHITE))
        rods += [p + (q - p) * t for t in np.linspace(0.1, 0.9, 8)]
    rod = box((-0.015, -0.015, 0.75), (0.015, 0.015, 1.45), colour=_WHITE, without=("-z", "+z"))
    steps = [box((-0.9, -4.25 + 0.3 * k, 0.0), (0.9, -3.1, 0.18 * (k + 1)), colour=_STONE).moved(yaw_deg=-22.5) for k in range(3)]
    part = merge([plinth, instances(column, corner), roof, inside, lantern, lamp, wire, *rails, instances(rod, rods), *steps])
    proxies = (
        *_octagon(3.6, 0.0, 1.5),
        *(box_proxy((x - 0.15, y - 0.15, 1.4), (x + 0.15, y + 0.15, 3.2)) for x, y, _ in corner),
        *_octagon(3.95, 3.15, 4.1),
        box_proxy((-0.5, -0.5, 2.9), (0.5, 0.5, 6.2)),
        box_proxy((-2.0, -2.0, 4.0), (2.0, 2.0, 4.7)),
    )
    # The steps' block turned with them.
    steps_proxy = Prop(part, (box_proxy((-0.9, -4.25, 0.0), (0.9, -3.1, 0.54)),)).moved((0.0, 0.0, 0.0), -22.5).obstacles
    return Prop(part.grounded(0.5, 0.65), (*proxies, *steps_proxy))


def fountain() -> Prop:
    """A round basin of 2.3 m with two bowls and falling water, 2.6 m high."""
    basin = tower(
        [(2.3, 0.0), (2.3, 0.12), (2.15, 0.18), (2.15, 0.48), (2.32, 0.52), (2.32, 0.6), (2.02, 0.6), (2.02, 0.42)],
        28,
        colour=_STONE,
        cap_top=False,
    )
    water = tower([(2.03, 0.44), (2.0, 0.45)], 28, texture=Texture.WATER, colour=_WATER)
    stem = tower([(0.42, 0.3), (0.42, 0.6), (0.2, 0.75), (0.2, 1.3), (0.95, 1.5), (1.0, 1.6), (0.92, 1.6), (0.85, 1.52)], 20, colour=_STONE)
    upper = tower([(0.14, 1.5), (0.12, 2.05), (0.48, 2.2), (0.5, 2.26), (0.45, 2.26), (0.1, 2.2)], 16, colour=_STONE)
    jet = tower([(0.05, 2.2), (0.035, 2.45), (0.07, 2.6), (0.01, 2.66)], 7, colour=(0.75, 0.80, 0.84))
    threads = []
    for radius, top, bottom, count in ((1.02, 1.58, 0.45, 18), (0.52, 2.24, 1.56, 12)):
        for x, y, _ in circle(1.0, 0.0, count):
            path = [(x * (radius + d), y * (radius + d), top - (top - bottom) * (d / 0.22) ** 2) for d in (0.0, 0.1, 0.17, 0.22)]
            threads.append(tube(path, (0.018, 0.022, 0.026, 0.04), 4, colour=(0.62, 0.70, 0.76)))
    part = merge([basin.grounded(0.4, 0.65), water, stem, upper, jet, *threads])
    proxies = (box_proxy((-2.15, -2.15, 0.0), (2.15, 2.15, 0.6)), box_proxy((-1.15, -1.15, 0.45), (1.15, 1.15, 1.62)))
    return Prop(part, (*proxies, box_proxy((-0.6, -0.6, 1.5), (0.6, 0.6, 2.66))))


def statue(stream: Stream) -> Prop:
    """A bronze figure with a cloak on a stone plinth, 3.6 m."""
    plinth = merge(
        [
            box((-0.75, -0.75, 0.0), (0.75, 0.75, 0.25), texture=Texture.ASHLAR, repeat_m=1.5, colour=_STONE),
            box((-0.55, -0.55, 0.25), (0.55, 0.55, 1.55), texture=Texture.ASHLAR, repeat_m=1.5, colour=_STONE),
            box((-0.65, -0.65, 1.55), (0.65, 0.65, 1.7), colour=_STONE),
        ]
    )
    robe = [(0.30, 0.0), (0.33, 0.06), (0.26, 0.5), (0.21, 0.95), (0.27, 1.3), (0.22, 1.5), (0.075, 1.58)]
    rings = np.stack([circle(r, 1.7 + z, 12) * (1.0, 0.72, 1.0) for r, z in robe])
    rings[:, ::2, :2] *= 1.06
    body = loft(rings, colour=_BRONZE, cap_top=True)
    head = blob(stream, (0.0, 0.0, 3.42), (0.11, 0.12, 0.15), -1, 8, 0.03)
    arms = [tube([(0.22, 0.0, 3.12), (0.36, -0.1, 2.85), (0.30, -0.34, 2.95)], (0.075, 0.07, 0.05), 7, colour=_BRONZE)]
    arms.append(tube([(-0.22, 0.0, 3.12), (-0.36, -0.02, 2.82), (-0.30, -0.08, 2.5)], (0.075, 0.07, 0.05), 7, colour=_BRONZE))
    figure = merge([body, replace(head, colours=head.colours * _BRONZE), *arms])
    return Prop(
        merge([plinth.grounded(0.5, 0.65), figure]),
        (box_proxy((-0.75, -0.75, 0.0), (0.75, 0.75, 1.7)), box_proxy((-0.36, -0.3, 1.7), (0.36, 0.25, 3.58))),
    )


def footbridge(span_m: float) -> Prop:
    """An arched timber bridge along x, deck 1.8 m wide, railings 1 m."""
    count = 25
    x = np.linspace(-span_m / 2, span_m / 2, count)
    z = 0.15 + 1.0 * (1.0 - (2 * x / span_m) ** 2)
    timber = (0.40, 0.22, 0.11)
    rings = [[(px, -0.9, pz - 0.16), (px, 0.9, pz - 0.16), (px, 0.9, pz), (px, -0.9, pz)] for px, pz in zip(x, z, strict=True)]
    deck = loft(np.asarray(rings), texture=Texture.WOOD, uv_scale=(2.0, span_m / 1.4), colour=timber, smooth=False, two_sided=True)
    parts = [deck]
    proxies = []
    for side in (-0.86, 0.86):
        rail = np.stack([x, np.full(count, side), z + 1.0], 1)
        parts += [tube(rail, [0.05] * count, 6, colour=_WHITE), tube(rail - (0, 0, 0.5), [0.03] * count, 5, colour=_WHITE)]
        post = box((-0.04, -0.04, -0.1), (0.04, 0.04, 1.02), colour=_WHITE)
        parts.append(instances(post, [(px, side, pz) for px, pz in zip(x[::3], z[::3], strict=True)]))
    for k in range(0, count - 1, 4):
        low, high = min(z[k], z[k + 4]), max(z[k], z[k + 4])
        proxies.append(box_proxy((x[k], -0.92, max(0.0, low - 0.5)), (x[k + 4], 0.92, high + 1.05)))
    return Prop(merge(parts), tuple(proxies))


def balustrade_pots(colours: Array, stream: Stream) -> Prop:
    """A stone urn with flowers on a pedestal, 1.35 m."""
    foot = box((-0.3, -0.3, 0.0), (0.3, 0.3, 0.6), texture=Texture.ASHLAR, repeat_m=1.0, colour=_STONE)
    urn = tower([(0.16, 0.6), (0.10, 0.68), (0.30, 0.92), (0.38, 1.0), (0.34, 1.02), (0.30, 0.96)], 12, colour=_STONE)
    green = blob(stream, (0, 0, 1.08), (0.33, 0.33, 0.2), Texture.LEAVES, 9, 0.15)
    count = 22
    way = stream.directions(count)
    way[:, 2] = np.abs(way[:, 2])
    heads = way * (0.33, 0.33, 0.2) + (0.0, 0.0, 1.08)
    flower = tower([(0.02, -0.03), (0.06, 0.01), (0.03, 0.04)], 6)
    pick = colours[(stream.array(count) * len(colours)).astype(int)]
    flowers = spread(flower, heads, np.zeros(count), np.ones((count, 3)), pick)
    return Prop(
        merge([foot, urn, green, flowers]).grounded(0.4, 0.65),
        (box_proxy((-0.3, -0.3, 0.0), (0.3, 0.3, 0.7)), box_proxy((-0.36, -0.36, 0.65), (0.36, 0.36, 1.32))),
    )


def pond_water(half: tuple[float, float], level_m: float) -> Prop:
    """The pond's surface, an ellipse round the origin; solid, so that nobody walks in."""
    rings = np.stack([circle(s, level_m, 40) * (half[0], half[1], 1.0) for s in (1.0, 0.85, 0.6, 0.3, 0.02)])
    skin: Part = loft(rings, texture=Texture.WATER)
    depth = np.hypot(skin.vertices[:, 0] / half[0], skin.vertices[:, 1] / half[1])[:, None]
    tone = np.array((0.10, 0.15, 0.12)) * depth**2 + np.array((0.055, 0.105, 0.125)) * (1 - depth**2)
    up = np.tile((0.0, 0.0, 1.0), (len(skin.vertices), 1))
    flat = replace(skin, colours=tone, uvs=skin.vertices[:, :2] / 2.6, normals=up)
    return Prop(flat, (ellipsoid_proxy((0.0, 0.0, level_m), (0.95 * half[0], 0.95 * half[1], 0.08)),))
