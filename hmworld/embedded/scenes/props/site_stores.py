"""The small things of a building site: cabins, containers, hoardings, pallets, barriers, cones, a skip, a toilet, puddles, tracks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Prop, box_proxy, joined
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.kit.shapes import Part, box, fan, instances, merge, quads, tower
from hmworld.embedded.scenes.props.building_site import struts
from hmworld.embedded.scenes.props.ground_cells import Field
from hmworld.embedded.scenes.textures.catalogue import Texture

Rgb = tuple[float, float, float]

_PLY: Rgb = (0.46, 0.32, 0.17)
_DARK: Rgb = (0.035, 0.035, 0.037)
_STEEL: Rgb = (0.38, 0.39, 0.40)
_RED: Rgb = (0.58, 0.05, 0.025)
_WHITE: Rgb = (0.70, 0.70, 0.68)


def container(rgb: Rgb) -> Prop:
    """A steel container along x, 6.06 m, doors at +x."""
    x, y, high = 3.03, 1.22, 2.59
    skin = box((-x, -y, 0.12), (x, y, high), texture=Texture.RIBBED_STEEL, repeat_m=2.0, colour=rgb, without=("-z", "+z"))
    roof = quads([[(-x, -y, high), (x, -y, high), (x, y, high), (-x, y, high)]], colour=np.asarray(rgb) * 0.8)
    edges = [[(a, b, 0.08), (a, b, high)] for a in (-x, x) for b in (-y, y)]
    edges += [[(-x, b, z), (x, b, z)] for b in (-y, y) for z in (0.14, high - 0.05)] + [
        [(a, -y, z), (a, y, z)] for a in (-x, x) for z in (0.14, high - 0.05)
    ]
    rods = [[(x + 0.05, b, 0.2), (x + 0.05, b, high - 0.15)] for b in (-0.85, -0.4, 0.4, 0.85)]
    feet = instances(
        box((-0.12, -0.12, 0.0), (0.12, 0.12, 0.14), colour=_DARK), [(a, b, 0) for a in (-x + 0.2, x - 0.2) for b in (-y + 0.15, y - 0.15)]
    )
    part = merge([skin, roof, struts(edges, 0.13, (rgb[0] * 0.75, rgb[1] * 0.75, rgb[2] * 0.75)), struts(rods, 0.05, _STEEL), feet])
    return Prop(part.grounded(0.4, 0.65), (box_proxy((-x - 0.06, -y - 0.06, 0.0), (x + 0.07, y + 0.06, high + 0.02)),))


def _cabin(rgb: Rgb, door: bool, stream: Stream) -> Part:
    """One site office over x -3..3, y -1.2..1.2, z 0.1..2.7, windows and door to -y."""
    parts = [box((-3.0, -1.2, 0.1), (3.0, 1.2, 2.7), texture=Texture.RIBBED_STEEL, repeat_m=3.0, colour=rgb, without=())]
    frame = [[(a, b, 0.1), (a, b, 2.7)] for a in (-3.0, 3.0) for b in (-1.2, 1.2)] + [
        [(-3.0, b, z), (3.0, b, z)] for b in (-1.2, 1.2) for z in (0.16, 2.64)
    ]
    parts.append(struts(frame, 0.14, (0.05, 0.10, 0.20)))
    for x in (-2.3, 0.9) if door else (-2.3, -0.5, 1.3):
        pane = [(x, -1.235, 1.15), (x + 1.3, -1.235, 1.15), (x + 1.3, -1.235, 2.15), (x, -1.235, 2.15)]
        parts.append(
            quads([pane], uvs=((0, 0.76), (1, 0.76), (1, 0.02), (0, 0.02)), texture=Texture.GLASS_LIT).glowing(
                1.4 if stream.number() < 0.7 else 0.0
            )
        )
        parts.append(box((x - 0.07, -1.225, 1.08), (x + 1.37, -1.2, 2.22), colour=_WHITE, without=("+y",)))
    if door:
        parts.append(box((-0.7, -1.24, 0.15), (0.25, -1.2, 2.2), colour=(0.10, 0.16, 0.26), without=("+y",)))
        parts.append(box((-0.55, -1.25, 1.3), (0.1, -1.24, 2.0), colour=(0.35, 0.40, 0.42), without=("+y",)).glowing(1.5))
    return merge(parts)


def cabins(stream: Stream, count: int) -> Prop:
    """Site offices side by side along x and a second row on top with a gallery and stairs to -y."""
    rgb = (0.64, 0.65, 0.62)
    parts, proxies = [], []
    for k in range(count):
        x = 6.1 * (k - (count - 1) / 2)
        for z in (0.0, 2.7):
            parts.append(_cabin(rgb, z > 0 or k % 2 == 0, stream).moved((x, 0.0, z)))
        proxies.append(box_proxy((x - 3.07, -1.3, 0.0), (x + 3.07, 1.27, 5.45)))
    x0, x1 = -6.1 * count / 2, 6.1 * count / 2
    parts.append(box((x0, -2.2, 2.68), (x1, -1.27, 2.76), colour=_STEEL, without=()))
    rails = [[(x0, -2.17, 2.76 + h), (x1, -2.17, 2.76 + h)] for h in (0.5, 1.05)] + [
        [(p, -2.17, 2.76), (p, -2.17, 3.81)] for p in np.linspace(x0, x1, 2 * count + 1)
    ]
    legs = [[(p, -2.1, 0.0), (p, -2.1, 2.7)] for p in np.linspace(x0 + 0.1, x1 - 0.1, count + 1)]
    parts.append(struts([*rails, *legs], 0.06, _STEEL))
    steps = [
        box((x1 + 0.25 * k, -2.2, 2.5 - 0.21 * k), (x1 + 0.25 * k + 0.28, -1.3, 2.55 - 0.21 * k), colour=_STEEL, without=())
        for k in range(12)
    ]
    lines = [[(x1, y, 2.62), (x1 + 3.1, y, 0.05)] for y in (-2.2, -1.3)] + [
        [(x1, -2.2, 3.7), (x1 + 3.1, -2.2, 1.1)],
        [(x1 + 3.05, -2.2, 0.0), (x1 + 3.05, -2.2, 1.1)],
    ]
    parts += [*steps, struts(lines, 0.07, _STEEL)]
    proxies.append(box_proxy((x0, -2.22, 2.6), (x1, -1.2, 3.85)))
    proxies += [box_proxy((p - 0.05, -2.15, 0.0), (p + 0.05, -2.05, 2.7)) for p in np.linspace(x0 + 0.1, x1 - 0.1, count + 1)]
    proxies += [box_proxy((x1 + a, -2.25, 0.0), (x1 + a + 1.04, -1.25, top)) for a, top in ((0.0, 3.75), (1.04, 2.9), (2.08, 2.0))]
    # The flights need vertices in each third of their length.
    posts = [[(x1 + a, -2.2, 0.0), (x1 + a, -2.2, 3.7 - 0.839 * a)] for a in (1.04, 2.08)] + [
        [(x1 + a, -1.3, 0.0), (x1 + a, -1.3, 2.6 - 0.829 * a)] for a in (0.05, 1.04, 2.08)
    ]
    parts.append(struts(posts, 0.06, _STEEL))
    return Prop(merge(parts).grounded(0.5, 0.65), tuple(proxies))


def hoarding(length: float, rgb: Rgb, seed_number: int) -> Prop:
    """A solid site fence along x from 0 to `length`, 2.4 m, its inside (struts) to -y: steel sheets under a coloured band."""
    sheet = box((0.0, 0.0, 0.05), (length, 0.06, 2.4), texture=Texture.RIBBED_STEEL, repeat_m=2.4, colour=rgb, without=("-z",))
    band = box((0.0, -0.012, 1.95), (length, 0.0, 2.3), colour=(0.60, 0.34, 0.02) if seed_number % 2 else _WHITE, without=("+y",))
    lines = []
    for x in np.arange(0.2, length, 2.4).tolist():
        lines += [[(x, -0.05, 0.0), (x, -0.05, 2.4)], [(x, -0.05, 1.7), (x, -0.95, 0.05)]]
    blocks = instances(
        box((-0.25, -1.1, 0.0), (0.25, -0.6, 0.42), texture=Texture.POURED_CONCRETE, repeat_m=1.2, colour=(0.5, 0.49, 0.46)),
        [(x, 0, 0) for x in np.arange(0.2, length, 2.4)],
    )
    proxies = [box_proxy((0.0, -0.09, 0.0), (length, 0.06, 2.4))]
    proxies += [box_proxy((x - 0.25, -1.1, 0.0), (x + 0.25, 0.0, 1.75)) for x in np.arange(0.2, length, 2.4).tolist()]
    return Prop(merge([sheet, band, struts(lines, 0.08, _DARK), blocks]).grounded(0.4, 0.65), tuple(proxies))


def gate(width: float) -> Prop:
    """A closed two-leaf site gate along x centred on the origin, barred, with a striped warning board."""
    lines = []
    for x0, x1 in ((-width / 2, -0.05), (0.05, width / 2)):
        lines += [[(x0, 0, z), (x1, 0, z)] for z in (0.25, 1.15, 2.15)] + [[(x, 0, 0.1), (x, 0, 2.2)] for x in np.linspace(x0, x1, 12)]
    parts = [struts(lines, 0.06, _STEEL)]
    board = [
        box(
            (-width / 2 + 0.5 * k, -0.06, 1.3), (-width / 2 + 0.5 * (k + 1), -0.035, 1.7), colour=_RED if k % 2 else _WHITE, without=("+y",)
        )
        for k in range(int(width / 0.5))
    ]
    piers = [
        box((x - 0.3, -0.3, 0.0), (x + 0.3, 0.3, 2.7), texture=Texture.POURED_CONCRETE, repeat_m=2.4, colour=(0.5, 0.49, 0.46))
        for x in (-width / 2 - 0.3, width / 2 + 0.3)
    ]
    return Prop(
        merge([*parts, *board, *piers]).grounded(0.4, 0.65),
        (
            box_proxy((-width / 2 - 0.6, -0.3, 0.0), (-width / 2, 0.3, 2.7)),
            box_proxy((width / 2, -0.3, 0.0), (width / 2 + 0.6, 0.3, 2.7)),
            box_proxy((-width / 2, -0.08, 0.0), (width / 2, 0.05, 2.25)),
        ),
    )


def _pallet() -> Part:
    slats = [
        box((-0.6, y, 0.11), (0.6, y + 0.13, 0.14), texture=Texture.WOOD, repeat_m=0.8, colour=_PLY, without=())
        for y in (-0.5, -0.28, -0.06, 0.16, 0.37)
    ]
    feet = [box((-0.6, y, 0.0), (0.6, y + 0.1, 0.11), colour=(0.34, 0.23, 0.12)) for y in (-0.5, -0.05, 0.4)]
    return merge([*slats, *feet])


def brick_pallet() -> Prop:
    """A pallet of bricks, 1.1 m high."""
    load = box((-0.55, -0.47, 0.14), (0.55, 0.47, 1.05), texture=Texture.BRICK, repeat_m=1.1, colour=(1.15, 1.1, 1.05))
    strap = [box((x, -0.48, 0.14), (x + 0.03, 0.48, 1.06), colour=_DARK) for x in (-0.3, 0.27)]
    return Prop(merge([_pallet(), load, *strap]).grounded(0.3, 0.65), (box_proxy((-0.6, -0.5, 0.0), (0.6, 0.5, 1.06)),))


def bag_pallet(stream: Stream) -> Prop:
    """A pallet of cement bags, 0.95 m high."""
    parts = [_pallet()]
    for k in range(6):
        for x in (-0.3, 0.3):
            for y in (-0.25, 0.25):
                d = stream.array(2, -0.02, 0.02)
                tone = stream.number(0.85, 1.05)
                low = (x - 0.28 + d[0], y - 0.22 + d[1], 0.15 + 0.13 * k)
                parts.append(
                    box(low, (low[0] + 0.56, low[1] + 0.44, low[2] + 0.115), colour=(0.56 * tone, 0.52 * tone, 0.44 * tone), without=())
                )
                parts.append(
                    box(
                        (low[0] + 0.12, low[1] - 0.004, low[2] + 0.02),
                        (low[0] + 0.44, low[1], low[2] + 0.09),
                        colour=(0.06, 0.16, 0.34),
                        without=("+y",),
                    )
                )
    return Prop(merge(parts).grounded(0.3, 0.65), (box_proxy((-0.62, -0.52, 0.0), (0.62, 0.52, 0.93)),))


def timber_stack() -> Prop:
    """Sawn planks along x in layers with battens, 4 m long, 1.1 m high."""
    parts = []
    for k in range(6):
        z = 0.1 + 0.17 * k
        parts += [
            box(
                (-2.0 + 0.03 * ((k + j) % 3), y, z),
                (2.0 - 0.04 * ((k * j) % 3), y + 0.22, z + 0.11),
                texture=Texture.WOOD,
                repeat_m=1.1,
                colour=np.array([0.50, 0.36, 0.20]) * (0.85 + 0.06 * ((3 * j + k) % 5)),
                without=(),
            )
            for j, y in enumerate((-0.5, -0.25, 0.0, 0.25))
        ]
        parts += [box((x, -0.5, z - 0.06), (x + 0.08, 0.47, z), colour=(0.34, 0.23, 0.12), without=()) for x in (-1.4, 1.3)]
    return Prop(merge(parts).grounded(0.3, 0.65), (box_proxy((-2.0, -0.5, 0.0), (2.0, 0.48, 1.08)),))


def barrier(rgb: Rgb) -> Prop:
    """A water-filled plastic barrier along x, 1.2 m long, 0.8 m high."""
    section = np.array([(-0.24, 0.0), (0.24, 0.0), (0.22, 0.18), (0.10, 0.34), (0.08, 0.8), (-0.08, 0.8), (-0.10, 0.34), (-0.22, 0.18)])
    a, b = (np.stack([np.full(8, x), section[:, 0], section[:, 1]], 1) for x in (-0.6, 0.6))
    following = np.roll(np.arange(8), -1)
    sides = quads(np.stack([a, b, b[following], a[following]], 1)[:, ::-1], colour=rgb)
    parts = [sides, fan(b, colour=rgb), fan(a[::-1], colour=rgb)]
    return Prop(merge(parts).grounded(0.2, 0.7), (box_proxy((-0.6, -0.24, 0.0), (0.6, 0.24, 0.8)),))


def barrier_row(count: int) -> Prop:
    """Barriers end to end along x, red and white in turn."""
    red, white = barrier(_RED), barrier(_WHITE)
    return joined([(red if k % 2 else white).moved((1.24 * (k - (count - 1) / 2), 0.0, 0.0)) for k in range(count)])


def cone() -> Prop:
    """A traffic cone, 0.72 m."""
    rgb = (0.66, 0.14, 0.015)
    foot = box((-0.2, -0.2, 0.0), (0.2, 0.2, 0.04), colour=_DARK)
    body = tower([(0.15, 0.04), (0.11, 0.26)], 12, colour=rgb, cap_top=False)
    ring = tower([(0.11, 0.26), (0.08, 0.46)], 12, colour=_WHITE, cap_top=False)
    tip = tower([(0.08, 0.46), (0.035, 0.72)], 12, colour=rgb)
    return Prop(merge([foot, body, ring, tip]), (box_proxy((-0.16, -0.16, 0.0), (0.16, 0.16, 0.72)),))


def toilet(rgb: Rgb) -> Prop:
    """A portable toilet, door to -y, 2.3 m."""
    shell = box((-0.55, -0.55, 0.1), (0.55, 0.55, 2.1), texture=Texture.RIBBED_STEEL, repeat_m=3.0, colour=rgb, without=())
    door = box((-0.42, -0.585, 0.16), (0.42, -0.55, 2.0), colour=np.asarray(rgb) * 1.15, without=("+y",))
    roof = tower([(0.82, 2.1), (0.62, 2.28), (0.1, 2.34)], 4, colour=_WHITE, smooth=False).moved(yaw_deg=45.0)
    base = box((-0.6, -0.6, 0.0), (0.6, 0.6, 0.1), colour=_DARK)
    lock = box((0.26, -0.6, 1.0), (0.36, -0.585, 1.12), colour=_RED, without=("+y",))
    return Prop(merge([shell, door, roof, base, lock]).grounded(0.4, 0.65), (box_proxy((-0.6, -0.6, 0.0), (0.6, 0.6, 2.34)),))


def skip(rgb: Rgb) -> Prop:
    """A waste skip along x full of rubble, 3.6 m long, 1.4 m high."""
    low = np.array([(-1.2, -0.8, 0.1), (1.2, -0.8, 0.1), (1.2, 0.8, 0.1), (-1.2, 0.8, 0.1)])
    high = np.array([(-1.8, -0.9, 1.3), (1.8, -0.9, 1.3), (1.8, 0.9, 1.3), (-1.8, 0.9, 1.3)])
    following = np.roll(np.arange(4), -1)
    sides = quads(np.stack([low, low[following], high[following], high], 1), texture=Texture.RIBBED_STEEL, repeat_m=3.0, colour=rgb)
    rim = struts([[high[k], high[(k + 1) % 4]] for k in range(4)], 0.1, (rgb[0] * 0.8, rgb[1] * 0.8, rgb[2] * 0.8))
    load = quads(
        [
            [(-1.7, -0.85, 1.15), (0.0, -0.85, 1.2), (0.0, 0.0, 1.5), (-1.7, 0.0, 1.3)],
            [(0.0, -0.85, 1.2), (1.7, -0.85, 1.15), (1.7, 0.0, 1.25), (0.0, 0.0, 1.5)],
            [(-1.7, 0.0, 1.3), (0.0, 0.0, 1.5), (0.0, 0.85, 1.2), (-1.7, 0.85, 1.15)],
            [(0.0, 0.0, 1.5), (1.7, 0.0, 1.25), (1.7, 0.85, 1.15), (0.0, 0.85, 1.2)],
        ],
        texture=Texture.RUBBLE,
        repeat_m=1.4,
        colour=(0.6, 0.55, 0.5),
    )
    feet = [box((x, -0.7, 0.0), (x + 0.2, 0.7, 0.12), colour=_DARK) for x in (-0.9, 0.7)]
    return Prop(merge([sides, rim, load, *feet]).grounded(0.4, 0.65), (box_proxy((-1.85, -0.95, 0.0), (1.85, 0.95, 1.4)),))


def tracks(path: Sequence[tuple[float, float]], z: float, shade: Field, width: float = 2.5) -> Part:
    """A strip of tyre tracks on the ground along (x, y) points, toned as the ground is by `shade`."""
    points = np.asarray(path, dtype=np.float64)
    dense = np.concatenate(
        [points[k] + (points[k + 1] - points[k]) * np.arange(8)[:, None] / 8 for k in range(len(points) - 1)] + [points[-1:]]
    )
    # Smoothed: vehicles do not turn on the spot.
    for _ in range(4):
        dense[1:-1] = (dense[:-2] + 2 * dense[1:-1] + dense[2:]) / 4
    way = np.gradient(dense, axis=0)
    way /= np.linalg.norm(way, axis=1, keepdims=True)
    side = np.stack([way[:, 1], -way[:, 0]], 1) * width / 2
    far = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(dense, axis=0), axis=1))]) / width
    left, right = (np.column_stack([dense + s * side, np.full(len(dense), z)]) for s in (-1.0, 1.0))
    cells = np.stack([right[:-1], right[1:], left[1:], left[:-1]], 1)
    uvs = np.stack(
        [np.stack([np.full(len(far) - 1, u), v], 1) for u, v in ((1.0, far[:-1]), (1.0, far[1:]), (0.0, far[1:]), (0.0, far[:-1]))], 1
    )
    strip = quads(cells, uvs=uvs, texture=Texture.TYRE_TRACK)
    return strip.tinted(shade(strip.vertices[:, 0], strip.vertices[:, 1])[:, None])


def puddle(stream: Stream, radius: float, z: float) -> Part:
    """A flat irregular puddle: damp rim, brown shallows, a middle that mirrors the sky."""
    count = 30
    turn = np.arange(count) * (2 * np.pi / count)
    wave = 1.0 + 0.20 * np.sin(2 * turn + stream.number(0, 6)) + 0.10 * np.sin(5 * turn + stream.number(0, 6))
    ring = np.stack([radius * wave * np.cos(turn), 0.7 * radius * wave * np.sin(turn), np.full(count, z)], 1)
    damp = fan(ring * (1.16, 1.16, 1.0), texture=Texture.MUD, repeat_m=3.0, colour=(0.42, 0.40, 0.38))
    outer, inner = ring + np.array((0.0, 0.0, 0.003)), ring * (0.72, 0.72, 1.0) + np.array((0.0, 0.0, 0.003))
    after = np.roll(np.arange(count), -1)
    shallows = quads(np.stack([outer, outer[after], inner[after], inner], 1), colour=(0.15, 0.15, 0.145))
    edge = np.tile((True, True, False, False), count)[:, None]
    return merge(
        [damp, replace(shallows, colours=np.where(edge, (0.075, 0.062, 0.05), shallows.colours)), fan(inner, colour=(0.15, 0.15, 0.145))]
    )
