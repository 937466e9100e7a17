"""An abandoned roadside petrol station: shack with a porch, canopy with pumps, sign, wind pump, lamp, wreck."""

from __future__ import annotations

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Prop, box_proxy
from hmworld.embedded.scenes.kit.shapes import UNIT_UVS, box, circle, instances, loft, merge, quads, tower, tube
from hmworld.embedded.scenes.textures.catalogue import Texture

Rgb = tuple[float, float, float]

_BOARD: Rgb = (0.40, 0.32, 0.25)
_FADED: Rgb = (0.42, 0.50, 0.48)
_RED: Rgb = (0.44, 0.09, 0.05)
_POST: Rgb = (0.24, 0.19, 0.15)
_STEEL: Rgb = (0.30, 0.28, 0.26)


def shack() -> Prop:
    """A boarded store facing -y, 7 x 5 m, with a false front, a porch and one lit window."""
    w, d, wall = 3.5, 2.5, 3.0
    body = box((-w, -d, -0.2), (w, d, wall), texture=Texture.WOOD, repeat_m=1.2, colour=_BOARD)
    front = box((-w - 0.1, -d - 0.12, wall - 0.1), (w + 0.1, -d, wall + 1.2), texture=Texture.WOOD, repeat_m=1.2, colour=_FADED, without=())
    name = box((-2.2, -d - 0.18, wall + 0.3), (2.2, -d - 0.12, wall + 0.95), colour=_RED, without=())
    letters = []
    at = -1.8
    for wide, gap in ((0.3, 0.12), (0.36, 0.12), (0.16, 0.12), (0.36, 0.34), (0.34, 0.12), (0.3, 0.12), (0.36, 0.12), (0.2, 0.1)):
        letters.append(
            [
                (at, -d - 0.19, wall + 0.44),
                (at + wide, -d - 0.19, wall + 0.44),
                (at + wide, -d - 0.19, wall + 0.82),
                (at, -d - 0.19, wall + 0.82),
            ]
        )
        at += wide + gap
    sign = quads(letters, colour=(0.62, 0.56, 0.42)).glowing(1.2)
    roof = quads(
        [[(-w - 0.2, -d, wall + 0.35), (w + 0.2, -d, wall + 0.35), (w + 0.2, d + 0.3, wall - 0.05), (-w - 0.2, d + 0.3, wall - 0.05)]],
        texture=Texture.RUST,
        repeat_m=2.0,
        colour=(0.5, 0.5, 0.48),
        two_sided=True,
    )
    gaps = [
        quads(
            [[(s * w, d * s * -1, wall), (s * w, d * s, wall), (s * w, -d, wall + 0.35), (s * w, -d, wall + 0.34)]],
            texture=Texture.WOOD,
            repeat_m=1.2,
            colour=_BOARD,
            two_sided=True,
        )
        for s in (-1.0, 1.0)
    ]
    porch = quads(
        [[(-w - 0.2, -d - 1.9, 2.45), (w + 0.2, -d - 1.9, 2.45), (w + 0.2, -d, 2.85), (-w - 0.2, -d, 2.85)]],
        texture=Texture.RUST,
        repeat_m=2.0,
        colour=(0.55, 0.5, 0.45),
        two_sided=True,
    )
    posts = instances(
        box((-0.07, -0.07, 0.0), (0.07, 0.07, 2.5), texture=Texture.WOOD, repeat_m=0.8, colour=_POST),
        [(x, -d - 1.8, 0) for x in (-w, -1.2, 1.2, w)],
    )
    floor = box((-w - 0.2, -d - 2.0, -0.2), (w + 0.2, -d, 0.16), texture=Texture.WOOD, repeat_m=1.2, colour=_POST)
    door = quads(
        [[(-0.5, -d - 0.03, 0.16), (0.5, -d - 0.03, 0.16), (0.5, -d - 0.03, 2.25), (-0.5, -d - 0.03, 2.25)]],
        uvs=UNIT_UVS,
        texture=Texture.DOOR,
        colour=(0.20, 0.16, 0.12),
    )
    pane = [[(x, -d - 0.03, 0.95), (x + 1.3, -d - 0.03, 0.95), (x + 1.3, -d - 0.03, 2.05), (x, -d - 0.03, 2.05)] for x in (-2.8, 1.5)]
    lit = quads(pane[:1], uvs=UNIT_UVS, texture=Texture.WINDOW, colour=(1.0, 0.82, 0.55)).glowing(1.3)
    dark = quads(pane[1:], uvs=UNIT_UVS, texture=Texture.WINDOW_DARK)
    planks = [
        box((1.35, -d - 0.08, 1.2), (2.95, -d - 0.04, 1.36), colour=_POST, without=()),
        box((1.4, -d - 0.08, 1.62), (2.9, -d - 0.04, 1.78), colour=_POST, without=()),
    ]
    panes = quads(
        [
            [(w + 0.03, -0.6, 1.0), (w + 0.03, 0.6, 1.0), (w + 0.03, 0.6, 2.0), (w + 0.03, -0.6, 2.0)],
            [(-w - 0.03, 0.6, 1.0), (-w - 0.03, -0.6, 1.0), (-w - 0.03, -0.6, 2.0), (-w - 0.03, 0.6, 2.0)],
        ],
        uvs=UNIT_UVS,
        texture=Texture.WINDOW,
        colour=(1.0, 0.82, 0.55),
    ).glowing(1.0)
    stove = tower([(0.12, wall), (0.12, wall + 1.0), (0.2, wall + 1.02), (0.03, wall + 1.2)], 8, texture=Texture.RUST, colour=_STEEL).moved(
        (2.2, 1.2, 0.0)
    )
    part = merge([body, front, name, sign, roof, *gaps, porch, posts, floor, door, lit, dark, *planks, panes, stove]).grounded(0.8, 0.7)
    proxies = (
        box_proxy((-w, -d, -0.2), (w, d, wall)),
        box_proxy((-w - 0.2, -d - 0.2, wall - 0.1), (w + 0.2, -d + 0.1, wall + 1.2)),
        box_proxy((-w - 0.2, -d - 1.9, 2.42), (w + 0.2, -d, 2.86)),
    )
    more = (box_proxy((-w - 0.2, -d, wall - 0.1), (w + 0.2, d + 0.3, wall + 0.38)), box_proxy((2.0, 1.0, wall), (2.4, 1.4, wall + 1.2)))
    return Prop(part, (*proxies, *more, *(box_proxy((x - 0.08, -d - 1.88, 0.0), (x + 0.08, -d - 1.72, 2.5)) for x in (-w, -1.2, 1.2, w))))


def pump(rgb: Rgb) -> Prop:
    """An old petrol pump facing -y with a round glass on top, 2.1 m."""
    base = box((-0.32, -0.28, 0.0), (0.32, 0.28, 0.22), colour=(0.36, 0.34, 0.31))
    body = box((-0.26, -0.2, 0.22), (0.26, 0.2, 1.55), texture=Texture.RUST, repeat_m=1.4, colour=rgb, without=())
    dial = quads([[(-0.2, -0.21, 1.05), (0.2, -0.21, 1.05), (0.2, -0.21, 1.45), (-0.2, -0.21, 1.45)]], colour=(0.62, 0.60, 0.52))
    hand = quads([[(-0.01, -0.215, 1.22), (0.015, -0.215, 1.2), (0.1, -0.215, 1.36), (0.085, -0.215, 1.37)]], colour=_RED)
    neck = tower([(0.12, 1.55), (0.12, 1.66)], 8, colour=_STEEL)
    glass = tower([(0.10, 1.66), (0.22, 1.78), (0.24, 1.9), (0.19, 2.03), (0.03, 2.1)], 12, colour=(0.74, 0.70, 0.58)).glowing(5.0)
    hose = tube([(0.27, -0.02, 1.3), (0.48, -0.1, 0.9), (0.45, -0.12, 0.45), (0.3, -0.15, 0.9)], (0.025,) * 4, 6, colour=(0.03, 0.03, 0.03))
    return Prop(
        merge([base, body, dial, hand, neck, glass, hose]).grounded(0.4, 0.65),
        (box_proxy((-0.32, -0.28, 0.0), (0.4, 0.28, 1.6)), box_proxy((-0.22, -0.22, 1.5), (0.22, 0.22, 2.1))),
    )


def canopy() -> Prop:
    """A flat rusty roof on four posts over the pumps, 7 x 4 m, 3.6 m high."""
    posts = instances(
        tower([(0.1, 0.0), (0.1, 3.4)], 8, texture=Texture.RUST, colour=(0.6, 0.6, 0.58)),
        [(x, y, 0) for x in (-2.9, 2.9) for y in (-1.5, 1.5)],
    )
    roof = box((-3.5, -2.0, 3.3), (3.5, 2.0, 3.42), texture=Texture.RUST, repeat_m=2.0, colour=(0.55, 0.52, 0.48), without=())
    rim = [
        box(low, high, colour=_RED, without=())
        for low, high in (
            ((-3.55, -2.06, 3.18), (3.55, -2.0, 3.62)),
            ((-3.55, 2.0, 3.18), (3.55, 2.06, 3.62)),
            ((-3.55, -2.0, 3.18), (-3.5, 2.0, 3.62)),
            ((3.5, -2.0, 3.18), (3.55, 2.0, 3.62)),
        )
    ]
    tubes = [box((x - 0.6, -0.08, 3.22), (x + 0.6, 0.08, 3.29), colour=(0.8, 0.8, 0.72), without=()).glowing(6.0) for x in (-1.8, 1.8)]
    island = box((-2.2, -0.5, 0.0), (2.2, 0.5, 0.16), colour=(0.42, 0.38, 0.33))
    proxies = [box_proxy((x - 0.1, y - 0.1, 0.0), (x + 0.1, y + 0.1, 3.4)) for x in (-2.9, 2.9) for y in (-1.5, 1.5)]
    return Prop(
        merge([posts, roof, *rim, *tubes, island]).grounded(0.3, 0.7), (*proxies, box_proxy((-3.55, -2.06, 3.18), (3.55, 2.06, 3.62)))
    )


def roadside_sign() -> Prop:
    """A round sign on a tall bent post, facing -y, 5.5 m."""
    post = tube([(0, 0, -0.3), (0.05, 0, 2.5), (0.0, 0.0, 5.2)], (0.1, 0.09, 0.08), 8, texture=Texture.RUST, colour=(0.6, 0.58, 0.55))
    turn = np.arange(20) * (np.pi / 10)
    disc = np.stack([0.85 * np.cos(turn), np.zeros(20), 4.6 + 0.85 * np.sin(turn)], 1)
    rim = loft(np.stack([disc + np.array((0, 0.1, 0)), disc - (0, 0.1, 0)]), colour=(0.62, 0.56, 0.44), cap_top=True)
    inner = (disc - (0, 0, 4.6)) * 0.78 + (0, -0.105, 4.6)
    face = loft(np.stack([inner, inner * (0.02, 1, 0.02) + (0, -0.001, 4.6 * 0.98)]), colour=_RED)
    bar = quads(
        [[(-0.55, -0.112, 4.5), (0.55, -0.112, 4.5), (0.55, -0.112, 4.7), (-0.55, -0.112, 4.7)]], colour=(0.62, 0.56, 0.44)
    ).glowing(1.5)
    return Prop(
        merge([post, rim, face, bar]).grounded(0.4, 0.7),
        (box_proxy((-0.1, -0.1, -0.3), (0.14, 0.1, 5.2)), box_proxy((-0.85, -0.12, 3.75), (0.85, 0.12, 5.45))),
    )


def wind_pump() -> Prop:
    """A steel lattice tower with a many-bladed wheel, 8 m, beside a round tank."""
    corners = ((-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0))
    parts = [
        tube([(x, y, 0.0), (0.55 * x, 0.55 * y, 3.5), (0.12 * x, 0.12 * y, 7.2)], (0.05, 0.045, 0.04), 5, colour=_STEEL) for x, y in corners
    ]
    for z, s in ((0.1, 0.99), (1.9, 0.76), (3.6, 0.54), (5.2, 0.35)):
        ring = [(x * s, y * s, z) for x, y in (*corners, corners[0])]
        parts.append(tube(ring, [0.025] * 5, 4, colour=_STEEL))
    blades = []
    for k in range(16):
        q = k * np.pi / 8
        a, b = np.array((np.cos(q), 0.0, np.sin(q))), np.array((-np.sin(q), 0.25, np.cos(q)))
        hub = np.array((0.0, -0.4, 7.4))
        blades.append([hub + 0.4 * a - 0.06 * b, hub + 1.25 * a - 0.18 * b, hub + 1.25 * a + 0.18 * b, hub + 0.4 * a + 0.06 * b])
    wheel = quads(np.asarray(blades), colour=(0.46, 0.43, 0.39), two_sided=True)
    shaft = tube([(0, -0.5, 7.4), (0, 0.0, 7.4), (0, 1.3, 7.4)], (0.09, 0.07, 0.04), 6, colour=_STEEL)
    vane = quads(
        [[(0, 1.2, 7.1), (0, 2.1, 7.0), (0, 2.1, 7.9), (0, 1.2, 7.7)]], texture=Texture.RUST, repeat_m=1.2, colour=_RED, two_sided=True
    )
    tank = tower(
        [(1.15, 0.0), (1.15, 1.1), (1.2, 1.12), (1.1, 1.12), (1.08, 0.95)],
        18,
        texture=Texture.RUST,
        uv_scale=(4.0, 0.6),
        colour=(0.6, 0.6, 0.58),
    ).moved((2.6, 0.3, 0.0))
    proxies = (
        box_proxy((-1.0, -1.0, 0.0), (1.0, 1.0, 1.9)),
        box_proxy((-0.76, -0.76, 1.85), (0.76, 0.76, 3.6)),
        box_proxy((-0.54, -0.54, 3.5), (0.54, 0.54, 7.3)),
        box_proxy((-1.25, -0.75, 6.15), (1.25, -0.1, 8.65)),
        box_proxy((-0.15, -0.2, 6.9), (0.15, 2.1, 7.9)),
    )
    return Prop(merge([*parts, wheel, shaft, vane, tank.grounded(0.4, 0.7)]), (*proxies, box_proxy((1.5, -0.8, 0.0), (3.7, 1.4, 1.12))))


def yard_lamp() -> Prop:
    """A crooked post with a tin shade, 3.9 m; its bulb hangs at (0, -0.9, 3.4)."""
    post = tube(
        [(0, 0, -0.3), (0.06, 0.03, 2.0), (0.0, 0.0, 3.8)],
        (0.1, 0.085, 0.07),
        7,
        texture=Texture.BARK,
        uv_scale=(0.5, 3.0),
        colour=(1.2, 1.1, 1.0),
    )
    arm = tube([(0, 0.05, 3.65), (0, -0.5, 3.75), (0, -0.9, 3.62)], (0.03, 0.03, 0.03), 5, colour=_STEEL)
    shade = tower([(0.26, 3.42), (0.1, 3.58), (0.03, 3.66)], 10, texture=Texture.RUST, colour=(0.3, 0.38, 0.34)).moved((0, -0.9, 0))
    bulb = tower([(0.03, 3.3), (0.085, 3.36), (0.085, 3.43)], 8, colour=(0.85, 0.74, 0.46)).glowing(6.0).moved((0, -0.9, 0))
    return Prop(
        merge([post, arm, shade, bulb]).grounded(0.4, 0.7),
        (box_proxy((-0.1, -0.1, -0.3), (0.13, 0.1, 3.8)), box_proxy((-0.25, -1.15, 3.3), (0.25, 0.05, 3.78))),
    )


def wire_fence(count: int) -> Prop:
    """`count` leaning posts 2.5 m apart along x with two slack wires, 1.1 m."""
    parts, proxies = [], []
    for k in range(count):
        lean = 0.12 * np.sin(2.3 * k)
        parts.append(
            tube(
                [(2.5 * k, 0, -0.3), (2.5 * k + lean, 0.5 * lean, 1.15)],
                (0.07, 0.055),
                6,
                texture=Texture.BARK,
                uv_scale=(0.5, 1.0),
                colour=(1.2, 1.1, 1.0),
            )
        )
        proxies.append(box_proxy((2.5 * k - 0.12, -0.1, -0.3), (2.5 * k + 0.12, 0.1, 1.15)))
    for z in (0.5, 0.95):
        xs = np.arange(0.0, 2.5 * (count - 1) + 0.1, 1.25)
        sag = np.where(np.arange(len(xs)) % 2 == 1, -0.08, 0.0)
        parts.append(tube(np.stack([xs, 0 * xs, z + sag], 1), [0.012] * len(xs), 4, colour=(0.16, 0.09, 0.06)))
    proxies.append(box_proxy((0.0, -0.04, 0.4), (2.5 * (count - 1), 0.04, 1.0)))
    return Prop(merge(parts), tuple(proxies))


def water_tank() -> Prop:
    """A wooden tank with a conical lid on stilts, 6.4 m."""
    legs = [
        tube(
            [(1.35 * sx, 1.35 * sy, 0.0), (1.2 * sx, 1.2 * sy, 1.7), (1.05 * sx, 1.05 * sy, 3.4)],
            (0.1, 0.1, 0.1),
            7,
            texture=Texture.WOOD,
            colour=_POST,
        )
        for sx in (-1, 1)
        for sy in (-1, 1)
    ]
    braces = [tube([(1.3 * s, y, 0.4), (-1.1 * s, 0.86 * y, 3.1)], (0.05, 0.05), 5, colour=_POST) for s in (-1, 1) for y in (-1.3, 1.3)]
    deck = box((-1.5, -1.5, 3.35), (1.5, 1.5, 3.5), texture=Texture.WOOD, repeat_m=1.0, colour=_POST, without=())
    drum = tower([(1.4, 3.5), (1.45, 4.4), (1.38, 5.5)], 18, texture=Texture.WOOD, uv_scale=(1.0, 5.0), colour=_BOARD)
    staves = instances(box((-0.012, -0.02, 3.5), (0.012, 0.02, 5.5), colour=_POST), circle(1.41, 0.0, 18))
    hoops = [tower([(1.46, z), (1.46, z + 0.07)], 18, colour=_STEEL, cap_top=False) for z in (3.8, 4.5, 5.1)]
    lid = tower(
        [(1.6, 5.5), (0.85, 5.95), (0.05, 6.4)], 16, texture=Texture.RUST, uv_scale=(4.0, 1.0), colour=(0.55, 0.5, 0.46), smooth=False
    )
    return Prop(
        merge([*legs, *braces, deck, drum, staves, *hoops, lid]).grounded(0.4, 0.7),
        (
            box_proxy((-1.4, -1.4, 0.0), (1.4, 1.4, 3.4)),
            box_proxy((-1.5, -1.5, 3.3), (1.5, 1.5, 5.7)),
            box_proxy((-0.85, -0.85, 5.55), (0.85, 0.85, 6.4)),
        ),
    )
