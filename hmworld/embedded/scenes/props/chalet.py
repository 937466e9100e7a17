"""Snowed-in buildings of a mountain village: log chalets, a chapel with a steeple, a market stall, a roofed well."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Prop, box_proxy
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.kit.shapes import UNIT_UVS, Array, Part, box, circle, instances, loft, merge, quads, tower, triangles_of, tube
from hmworld.embedded.scenes.textures.catalogue import Texture

Rgb = tuple[float, float, float]

_DARK: Rgb = (0.17, 0.10, 0.06)
_WARM: Rgb = (1.25, 0.92, 0.55)
_STONE: Rgb = (0.36, 0.34, 0.32)
_TRIM: Rgb = (0.55, 0.50, 0.42)
ICE: Rgb = (0.62, 0.74, 0.84)


def snow_slab(stream: Stream, top: Array, span: tuple[float, float], thick_m: float) -> Part:
    """Snow lying on a roof: `top` (N, 2) the roof's section as x, z from left to right, drawn along y over `span`."""
    count = max(4, int((span[1] - span[0]) / 0.9))
    ys = np.linspace(span[0], span[1], count)
    swell = thick_m * (0.82 + 0.18 * np.sin(np.linspace(0.0, np.pi, len(top))))
    rings = []
    for k, y in enumerate(ys):
        lift = swell * (1.0 + stream.array(len(top), -0.14, 0.14)) * (0.8 if k in (0, count - 1) else 1.0)
        upper = np.stack([top[:, 0] * 1.01, np.full(len(top), y), top[:, 1] + lift], 1)
        rings.append(upper)
    grid = np.stack(rings)
    base = np.stack([np.stack([top[:, 0], np.full(len(top), y), top[:, 1]], 1) for y in ys])
    n = len(top)
    index = np.arange(count * n).reshape(count, n)
    a, b, c, d = (v.ravel() for v in (index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1]))
    faces = np.concatenate([np.stack([a, b, c], 1), np.stack([a, c, d], 1)])
    cover = triangles_of(grid, faces, uvs=grid[..., :2].reshape(-1, 2) / 2.5, texture=Texture.SNOW)
    rims = []
    for k, turn in ((0, 1), (-1, -1)):
        cells = np.stack([base[k, :-1], base[k, 1:], grid[k, 1:], grid[k, :-1]], 1)
        rims.append(cells if turn > 0 else cells[:, ::-1])
    for k, turn in ((0, -1), (-1, 1)):
        cells = np.stack([base[:-1, k], base[1:, k], grid[1:, k], grid[:-1, k]], 1)
        rims.append(cells if turn > 0 else cells[:, ::-1])
    edge = quads(np.concatenate(rims), texture=Texture.SNOW, repeat_m=2.5, colour=(0.92, 0.94, 0.97))
    return merge([cover, edge])


def snow_cap(stream: Stream, low: tuple[float, float, float], high: tuple[float, float, float]) -> Part:
    """A soft slab of snow over a box's top between two corners."""
    x = np.linspace(low[0], high[0], 5)
    arch = low[2] + 0.0 * x
    return snow_slab(stream, np.stack([x, arch], 1), (low[1], high[1]), high[2] - low[2])


def _window(lit: bool, wide: float = 0.9, high: float = 1.05, shutter: Rgb = (0.10, 0.20, 0.13)) -> Part:
    """A window at x -wide/2..wide/2, z 0..high in the plane y = 0, with frame, shutters and snow on its sill."""
    h = wide / 2
    pane = quads(
        [[(-h, -0.03, 0), (h, -0.03, 0), (h, -0.03, high), (-h, -0.03, high)]],
        uvs=UNIT_UVS,
        texture=Texture.WINDOW,
        colour=_WARM if lit else (0.8, 0.85, 0.9),
    )
    parts = [pane.glowing(1.3 if lit else 0.0)]
    parts += [
        box(a, b, colour=_TRIM, without=("+y",))
        for a, b in (
            ((-h - 0.07, -0.08, high), (h + 0.07, 0, high + 0.08)),
            ((-h - 0.07, -0.08, 0), (-h, 0, high)),
            ((h, -0.08, 0), (h + 0.07, 0, high)),
        )
    ]
    parts.append(box((-h - 0.12, -0.16, -0.08), (h + 0.12, 0.0, 0.0), colour=_DARK, without=("+y",)))
    parts.append(box((-h - 0.10, -0.16, 0.0), (h + 0.10, -0.04, 0.07), texture=Texture.SNOW, repeat_m=2.0, without=()))
    parts += [
        box((x, -0.06, 0.0), (x + 0.5 * wide, 0.0, high), texture=Texture.WOOD, repeat_m=0.6, colour=shutter, without=("+y",))
        for x in (-h - 0.09 - 0.5 * wide, h + 0.09)
    ]
    return merge(parts)


def _icicles(stream: Stream, x: float, span: tuple[float, float], z: float) -> Part:
    count = int((span[1] - span[0]) / 0.32)
    spike = tower([(0.004, -1.0), (0.035, 0.0)], 4, colour=ICE, cap_top=False)
    ys = np.linspace(span[0] + 0.1, span[1] - 0.1, count) + stream.array(count, -0.08, 0.08)
    long = stream.array(count, 0.08, 0.42)
    return merge([replace(spike, vertices=spike.vertices * (1.0, 1.0, q) + (x, y, z)) for y, q in zip(ys, long, strict=True)])


def chalet(stream: Stream, half: tuple[float, float], tall: bool, timber: Rgb, shutter: Rgb) -> Prop:
    """A log house facing -y with its gable over the front: stone foot, balcony if tall, snow a hand high on the roof."""
    w, d = half
    base, wall = 0.7, 5.2 if tall else 3.0
    ridge = wall + 0.52 * w
    stone = box((-w - 0.08, -d - 0.08, -0.6), (w + 0.08, d + 0.08, base), texture=Texture.ASHLAR, repeat_m=1.4, colour=_STONE)
    logs = box((-w, -d, base), (w, d, wall), texture=Texture.LOG_WALL, repeat_m=1.5, colour=timber, without=("-z", "+z"))
    parts: list[Part] = [stone, logs]
    for y, order in ((-d, 1), (d, -1)):
        tri = np.array([(-w, y, wall), (w, y, wall), (0.0, y, ridge)])[::order]
        parts.append(
            triangles_of(
                tri, [(0, 1, 2)], uvs=np.stack([tri[:, 2], tri[:, 0]], 1) / 1.4, texture=Texture.WOOD, colour=np.array(timber) * 0.72
            )
        )
    for x in (-w, w):
        for y in (-d, d):
            for k in range(int((wall - base) / 0.5)):
                z = base + 0.25 + 0.5 * k
                parts.append(tower([(0.11, 0.0), (0.11, 0.28)], 6, colour=np.array(timber) * 0.9).moved((x, y, z - 0.14)))
    sx = w + 0.95
    slope = (ridge - wall) / w
    xs = np.array([-sx, -0.5 * sx, 0.0, 0.5 * sx, sx])
    zs = ridge + 0.14 - slope * np.abs(xs)
    section = np.stack([xs, zs], 1)
    front, back = -d - 1.15, d + 0.75
    planes = []
    for i, j in ((0, 2), (2, 4)):
        (xa, za), (xb, zb) = section[i], section[j]
        planes.append([(xa, front, za - 0.16), (xa, back, za - 0.16), (xb, back, zb - 0.16), (xb, front, zb - 0.16)])
        planes.append([(xa, front, za), (xb, front, zb), (xb, back, zb), (xa, back, za)])
        planes.append([(xa, front, za - 0.16), (xb, front, zb - 0.16), (xb, front, zb), (xa, front, za)])
        planes.append([(xb, back, zb - 0.16), (xa, back, za - 0.16), (xa, back, za), (xb, back, zb)])
    planes.append([(-sx, back, zs[0] - 0.16), (-sx, front, zs[0] - 0.16), (-sx, front, zs[0]), (-sx, back, zs[0])])
    planes.append([(sx, front, zs[0] - 0.16), (sx, back, zs[0] - 0.16), (sx, back, zs[0]), (sx, front, zs[0])])
    parts.append(quads(planes, texture=Texture.WOOD, repeat_m=1.2, colour=_DARK))
    parts.append(snow_slab(stream, section, (front - 0.06, back + 0.06), 0.42))
    parts += [_icicles(stream, s * (sx - 0.03), (front, back), float(zs[0]) - 0.14) for s in (-1.0, 1.0)]
    lit = stream.array(24) < 0.62
    spots = [(x, -d, 1.25, 0.0) for x in (-0.58 * w, 0.58 * w)] + [
        (s * w, y, 1.25, 90.0 * s) for s in (-1.0, 1.0) for y in (-0.5 * d, 0.45 * d)
    ]
    if tall:
        spots += [(x, -d, 3.55, 0.0) for x in (-0.6 * w, 0.6 * w)] + [
            (s * w, y, 3.55, 90.0 * s) for s in (-1.0, 1.0) for y in (-0.5 * d, 0.45 * d)
        ]
    spots += [(0.0, -d, wall + 0.1, 0.0), (0.5 * w, d, 1.25, 180.0), (-0.5 * w, d, 1.25, 180.0)]
    for k, (x, y, z, yaw) in enumerate(spots):
        parts.append(_window(bool(lit[k]), shutter=shutter).moved((x, y, z), yaw))
    door = [(-0.52, -d - 0.05, 0.4), (0.52, -d - 0.05, 0.4), (0.52, -d - 0.05, 2.6), (-0.52, -d - 0.05, 2.6)]
    parts.append(quads([door], uvs=UNIT_UVS, texture=Texture.DOOR, colour=np.array(shutter) * 1.6))
    parts += [box((x, -d - 0.1, 0.4), (x + 0.12, -d, 2.72), colour=_DARK, without=()) for x in (-0.64, 0.52)]
    parts += [box((-0.9, -d - 0.4 * (3 - k), -0.1), (0.9, -d, 0.14 * (k + 1)), texture=Texture.ROCK, repeat_m=1.2) for k in range(3)]
    lamp = tower([(0.05, 2.74), (0.1, 2.8), (0.1, 2.96), (0.04, 3.02)], 8, colour=(0.85, 0.66, 0.36)).glowing(6.0)
    parts.append(lamp.moved((0.0, -d - 0.16, 0.0)))
    proxies = [
        box_proxy((-w - 0.12, -d - 0.14, -0.6), (w + 0.12, d + 0.14, wall)),
        box_proxy((-sx, front, float(zs[0]) - 0.5), (sx, back, float(zs[1]) + 0.4)),
        box_proxy((-0.55 * sx, front, float(zs[1]) - 0.2), (0.55 * sx, back, float(zs[2]) + 0.42)),
        box_proxy((-0.9, -d - 1.2, -0.1), (0.9, -d, 0.42)),
    ]
    if tall:
        rail = box((-w - 0.1, -d - 1.0, 2.95), (w + 0.1, -d, 3.08), texture=Texture.WOOD, repeat_m=1.0, colour=_DARK, without=())
        board = box((-w - 0.1, -d - 1.0, 3.2), (w + 0.1, -d - 0.94, 3.95), texture=Texture.WOOD, repeat_m=0.9, colour=timber, without=())
        snow = box((-w - 0.1, -d - 1.04, 3.95), (w + 0.1, -d - 0.90, 4.05), texture=Texture.SNOW, repeat_m=2.0, without=())
        struts = [tube([(x, -d, 2.3), (x, -d - 0.85, 2.98)], (0.07, 0.07), 5, colour=_DARK) for x in (-w, -0.33 * w, 0.33 * w, w)]
        parts += [rail, board, snow, *struts]
        proxies.append(box_proxy((-w - 0.1, -d - 1.04, 2.9), (w + 0.1, -d, 4.05)))
        proxies.append(box_proxy((-w - 0.08, -d - 0.9, 2.28), (w + 0.08, -d, 3.05)))
    cx, cy, high = 0.45 * w, 0.35 * d, ridge + 0.9
    parts.append(box((cx - 0.35, cy - 0.35, wall), (cx + 0.35, cy + 0.35, high), texture=Texture.ROCK, repeat_m=1.3))
    parts.append(snow_cap(stream, (cx - 0.42, cy - 0.42, high), (cx + 0.42, cy + 0.42, high + 0.24)))
    proxies.append(box_proxy((cx - 0.42, cy - 0.42, wall), (cx + 0.42, cy + 0.42, high + 0.24)))
    part = merge(parts).grounded(1.0, 0.72)
    return Prop(part, tuple(proxies))


def chapel(stream: Stream) -> Prop:
    """A whitewashed chapel facing -y with a snowy roof and a pointed steeple, 17 m."""
    w, d, wall, ridge = 3.2, 5.5, 4.4, 7.2
    body = box((-w, -d, -0.6), (w, d, wall), texture=Texture.PLASTER, repeat_m=4.0, colour=(0.72, 0.70, 0.66), without=("-z", "+z"))
    gables = [
        triangles_of(np.array([(-w, y, wall), (w, y, wall), (0, y, ridge)])[::o], [(0, 1, 2)], colour=(0.66, 0.64, 0.60))
        for y, o in ((-d, 1), (d, -1))
    ]
    xs = np.array([-w - 0.5, -0.5 * w, 0.0, 0.5 * w, w + 0.5])
    section = np.stack([xs, ridge + 0.1 - (ridge - wall) / w * np.abs(xs)], 1)
    roof = snow_slab(stream, section, (-d - 0.3, d + 0.4), 0.4)
    eaves = quads(
        [
            [
                (xs[i], y0, section[i, 1] - 0.02),
                (xs[i], y1, section[i, 1] - 0.02),
                (xs[j], y1, section[j, 1] - 0.02),
                (xs[j], y0, section[j, 1] - 0.02),
            ]
            for i, j in ((0, 2), (2, 4))
            for y0, y1 in ((-d - 0.3, d + 0.4),)
        ],
        colour=_DARK,
        two_sided=True,
    )
    shaft = box((-1.5, -d - 2.6, -0.6), (1.5, -d + 0.4, 9.6), texture=Texture.PLASTER, repeat_m=4.0, colour=(0.72, 0.70, 0.66))
    spire = tower(
        [(2.2, 9.6), (1.15, 11.6), (0.55, 14.2), (0.05, 17.0)],
        8,
        texture=Texture.SNOWY_NEEDLES,
        uv_scale=(6.0, 4.0),
        colour=(0.9, 0.85, 0.85),
        smooth=False,
    ).moved((0.0, -d - 1.1, 0.0), 22.5)
    ledge = box((-1.75, -d - 2.85, 9.4), (1.75, -d + 0.65, 9.7), colour=_DARK, without=())
    lancets = []
    for s in (-1.0, 1.0):
        for y in (-3.0, 0.0, 3.0):
            lancets.append(_arched(0.45, 1.9).moved((s * (w + 0.03), y, 1.5), 90.0 * s))
    lancets += [
        _arched(0.4, 1.2).moved((0.0, -d - 2.63, 7.4)),
        _arched(0.4, 1.2).moved((1.53, -d - 1.1, 7.4), 90.0),
        _arched(0.4, 1.2).moved((-1.53, -d - 1.1, 7.4), -90.0),
    ]
    door = quads(
        [[(-0.7, -d - 2.64, 0.1), (0.7, -d - 2.64, 0.1), (0.7, -d - 2.64, 2.7), (-0.7, -d - 2.64, 2.7)]],
        uvs=UNIT_UVS,
        texture=Texture.DOOR,
        colour=(0.3, 0.17, 0.09),
    )
    part = merge([body, *gables, roof, eaves, shaft, spire, ledge, *lancets, door]).grounded(1.0, 0.75)
    proxies = (
        box_proxy((-w, -d, -0.6), (w, d, wall)),
        box_proxy((-w - 0.5, -d - 0.3, wall - 0.5), (w + 0.5, d + 0.4, 5.9)),
        box_proxy((-1.9, -d - 0.3, 5.6), (1.9, d + 0.4, ridge + 0.5)),
    )
    return Prop(
        part,
        (
            *proxies,
            box_proxy((-1.6, -d - 2.65, -0.6), (1.6, -d + 0.5, 9.7)),
            box_proxy((-1.9, -d - 3.0, 9.4), (1.9, -d + 0.9, 12.0)),
            box_proxy((-1.1, -d - 2.2, 11.5), (1.1, -d, 14.2)),
            box_proxy((-0.5, -d - 1.6, 14.1), (0.5, -d - 0.6, 17.0)),
        ),
    )


def _arched(half: float, high: float) -> Part:
    """A lit pointed window in the plane y = 0, z from 0."""
    shape = [(-half, 0.0, 0.0), (half, 0.0, 0.0), (half, 0.0, 0.75 * high), (0.0, 0.0, high), (-half, 0.0, 0.75 * high)]
    faces = [(0, 1, 2), (0, 2, 3), (0, 3, 4)]
    return triangles_of(shape, faces, normals=np.tile((0.0, -1.0, 0.0), (5, 1)), colour=(0.42, 0.30, 0.13)).glowing(1.8)


def market_stall(stream: Stream, stripes: Texture) -> Prop:
    """A wooden stall facing -y under striped canvas and snow, with goods and a lamp, 2.6 m."""
    posts = instances(
        box((-0.05, -0.05, 0.0), (0.05, 0.05, 2.3), texture=Texture.WOOD, repeat_m=0.8, colour=_DARK),
        [(x, y, 0) for x in (-1.2, 1.2) for y in (-0.7, 0.7)],
    )
    counter = box((-1.25, -0.8, 0.0), (1.25, -0.15, 0.95), texture=Texture.WOOD, repeat_m=0.9, colour=(0.36, 0.22, 0.12), without=())
    back = box((-1.2, 0.66, 0.0), (1.2, 0.72, 2.3), texture=Texture.WOOD, repeat_m=0.9, colour=(0.36, 0.22, 0.12), without=())
    xs = np.array([-1.55, -0.8, 0.0, 0.8, 1.55])
    section = np.stack([xs, 2.85 - 0.32 * np.abs(xs)], 1)
    canvas = [
        [
            (xs[i], -1.05, section[i, 1] - 0.01),
            (xs[j], -1.05, section[j, 1] - 0.01),
            (xs[j], 0.95, section[j, 1] - 0.01),
            (xs[i], 0.95, section[i, 1] - 0.01),
        ]
        for i, j in ((0, 2), (2, 4))
    ]
    hems = [[(xs[0], -1.06, 2.1), (xs[4], -1.06, 2.1), (xs[4], -1.06, 2.36), (xs[0], -1.06, 2.36)]]
    cloth = quads(canvas + hems, uvs=((0, 1), (3, 1), (3, 0), (0, 0)), texture=stripes, two_sided=True)
    snow = snow_slab(stream, section, (-1.0, 0.9), 0.2)
    tint = np.array([(0.50, 0.08, 0.05), (0.60, 0.42, 0.10), (0.14, 0.26, 0.10), (0.42, 0.22, 0.10)])
    goods = [
        tower([(0.1, 0.0), (0.13, 0.1), (0.07, 0.2)], 7, colour=tint[k % 4]).moved((-1.0 + 0.22 * k, -0.5 + 0.12 * (k % 2), 0.95))
        for k in range(10)
    ]
    lamp = tower([(0.05, 2.0), (0.1, 2.06), (0.1, 2.2), (0.03, 2.28)], 8, colour=(0.85, 0.66, 0.36)).glowing(6.0)
    proxies = (
        box_proxy((-1.25, -0.8, 0.0), (1.25, -0.1, 1.15)),
        box_proxy((-1.25, 0.62, 0.0), (1.25, 0.76, 2.3)),
        box_proxy((-1.55, -1.06, 2.1), (1.55, 0.95, 3.05)),
    )
    more = [box_proxy((x - 0.06, -0.76, 0.0), (x + 0.06, -0.64, 2.3)) for x in (-1.2, 1.2)]
    return Prop(merge([posts, counter, back, cloth, snow, *goods, lamp]).grounded(0.4, 0.7), (*proxies, *more))


def well(stream: Stream) -> Prop:
    """A round stone well under a little snowy roof, 2.7 m."""
    ring = tower(
        [(0.85, -0.1), (0.85, 0.8), (0.9, 0.82), (0.9, 0.92), (0.62, 0.92), (0.6, 0.6)],
        16,
        texture=Texture.ROCK,
        uv_scale=(5.0, 1.0),
        cap_top=False,
    )
    water = tower([(0.62, 0.62), (0.6, 0.63)], 16, colour=(0.03, 0.05, 0.06))
    rim = [box((-0.92 + 0.0, -0.3, 0.92), (-0.62, 0.3, 1.0), texture=Texture.SNOW, repeat_m=2.0)]
    posts = instances(
        box((-0.06, -0.06, 0.8), (0.06, 0.06, 2.2), texture=Texture.WOOD, repeat_m=0.8, colour=_DARK), [(-0.76, 0, 0), (0.76, 0, 0)]
    )
    ys = np.array([-0.8, -0.4, 0.0, 0.4, 0.8])
    section = np.stack([ys, 2.6 - 0.6 * np.abs(ys)], 1)
    snow = snow_slab(stream, section, (-1.05, 1.05), 0.22).moved(yaw_deg=90.0)
    roof = quads(
        [
            [
                (-1.05, ys[i], section[i, 1] - 0.02),
                (1.05, ys[i], section[i, 1] - 0.02),
                (1.05, ys[j], section[j, 1] - 0.02),
                (-1.05, ys[j], section[j, 1] - 0.02),
            ]
            for i, j in ((0, 2), (2, 4))
        ],
        texture=Texture.WOOD,
        repeat_m=1.0,
        colour=_DARK,
        two_sided=True,
    )
    crank = tube([(-0.76, 0, 1.6), (0.76, 0, 1.6)], (0.06, 0.06), 7, colour=_DARK)
    bucket = loft(np.stack([circle(0.13, 1.12, 10), circle(0.16, 1.36, 10)]), texture=Texture.WOOD, colour=(0.3, 0.2, 0.12), two_sided=True)
    return Prop(
        merge([ring.grounded(0.4, 0.7), water, *rim, posts, snow, roof, crank, bucket]),
        (
            box_proxy((-0.86, -0.86, -0.1), (0.86, 0.86, 1.05)),
            box_proxy((-0.84, -0.2, 0.9), (0.84, 0.2, 2.2)),
            box_proxy((-1.08, -0.82, 2.05), (1.08, 0.82, 2.85)),
        ),
    )
