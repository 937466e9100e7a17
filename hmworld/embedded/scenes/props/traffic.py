"""What a modern pavement holds: mast-arm signals, a food cart, newspaper boxes, a hydrant, billboards, lamps, a subway entrance."""

from __future__ import annotations

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Prop, box_proxy
from hmworld.embedded.scenes.kit.shapes import Part, box, circle, fan, instances, loft, merge, quads, tower, tube
from hmworld.embedded.scenes.props.city_vehicles import wheel
from hmworld.embedded.scenes.textures.catalogue import Texture

Rgb = tuple[float, float, float]


_STEEL: Rgb = (0.30, 0.31, 0.32)


_DARK: Rgb = (0.03, 0.032, 0.034)


def mast_signal(arm_m: float) -> Prop:
    """A traffic signal on a mast arm that reaches `arm_m` over the road (+x), heads facing -y; a lamp on top, a walk signal below."""
    pole = tower([(0.16, 0.0), (0.16, 0.5), (0.12, 0.55), (0.08, 7.6)], 10, colour=_STEEL)
    davit = tube([(0, 0, 7.5), (0.6, 0, 7.95), (2.0, 0, 8.05)], (0.06, 0.05, 0.04), 6, colour=_STEEL)
    lamp = box((1.8, -0.16, 8.02), (2.5, 0.16, 8.14), colour=(0.22, 0.23, 0.24), without=("-z",))
    glass = [(1.85, 0.14, 8.015), (2.48, 0.14, 8.015), (2.48, -0.14, 8.015), (1.85, -0.14, 8.015)]
    light = quads([glass], colour=(0.75, 0.72, 0.62)).glowing(6.0)
    arm = tube([(0, 0, 5.9), (arm_m * 0.5, 0, 6.15), (arm_m, 0, 6.2)], (0.085, 0.07, 0.05), 8, colour=_STEEL)
    heads = []
    for x in (arm_m - 0.3, arm_m * 0.5):
        heads.append(_signal_head().moved((x, 0.0, 5.6)))
    walk = box((-0.22, -0.32, 2.45), (0.22, -0.12, 2.95), colour=(0.45, 0.32, 0.02), without=())
    hand = quads(
        [[(-0.15, -0.33, 2.52), (0.15, -0.33, 2.52), (0.15, -0.33, 2.88), (-0.15, -0.33, 2.88)]], colour=(0.55, 0.56, 0.52)
    ).glowing(1.5)
    button = box((-0.08, -0.22, 1.0), (0.08, -0.1, 1.25), colour=(0.5, 0.36, 0.02), without=())
    part = merge([pole, davit, lamp, light, arm, *heads, walk, hand, button]).grounded(0.4, 0.6)
    return Prop(
        part,
        (
            box_proxy((-0.16, -0.22, 0.0), (0.16, 0.16, 2.45)),
            box_proxy((-0.22, -0.33, 2.45), (0.22, 0.16, 7.6)),
            box_proxy((-0.1, -0.2, 7.3), (2.5, 0.2, 8.15)),
            box_proxy((0.0, -0.2, 5.0), (arm_m + 0.1, 0.2, 6.35)),
        ),
    )


def _signal_head() -> Part:
    """Three lenses with visors in a yellow housing, centred, facing -y."""
    parts = [box((-0.19, -0.14, -0.55), (0.19, 0.14, 0.55), colour=(0.50, 0.33, 0.02), without=())]
    for z, rgb, glow in ((0.36, (0.80, 0.03, 0.02), 4.0), (0.0, (0.22, 0.13, 0.02), 0.0), (-0.36, (0.02, 0.10, 0.05), 0.0)):
        ring = np.array([(0.13 * np.cos(t), -0.15, z + 0.13 * np.sin(t)) for t in np.arange(10) * 0.2 * np.pi])
        parts.append(fan(ring, colour=rgb).glowing(glow))
        parts.append(loft(np.stack([ring, ring + np.array((0.0, -0.2, 0.0))]), colour=_DARK, two_sided=True))
    return merge(parts)


def food_cart() -> Prop:
    """A hot-dog cart facing -y: steel body with bills, two wheels, a counter with bottles, a striped parasol."""
    body = box((-0.95, -0.45, 0.32), (0.95, 0.45, 1.0), colour=(0.52, 0.53, 0.54), without=())
    bill = [(-0.85, -0.46, 0.42), (0.85, -0.46, 0.42), (0.85, -0.46, 0.94), (-0.85, -0.46, 0.94)]
    sausage = tube(
        [(-0.5, -0.5, 0.64), (-0.2, -0.5, 0.58), (0.2, -0.5, 0.58), (0.5, -0.5, 0.64)],
        (0.03, 0.05, 0.05, 0.03),
        8,
        colour=(0.45, 0.11, 0.03),
    )
    bun = tube([(-0.45, -0.48, 0.6), (0.0, -0.48, 0.53), (0.45, -0.48, 0.6)], (0.05, 0.09, 0.05), 8, colour=(0.62, 0.40, 0.16))
    parts = [body, quads([bill], colour=(0.66, 0.10, 0.03)), sausage, bun]
    parts.append(box((-1.05, -0.62, 1.0), (1.05, 0.5, 1.05), colour=(0.60, 0.61, 0.62), without=()))
    parts.append(box((-0.7, -0.1, 1.05), (0.1, 0.4, 1.3), colour=(0.45, 0.46, 0.47)))
    for k, rgb in enumerate(((0.62, 0.05, 0.03), (0.70, 0.48, 0.02), (0.60, 0.60, 0.56), (0.10, 0.32, 0.10))):
        parts.append(tower([(0.04, 1.05), (0.04, 1.2), (0.012, 1.27)], 8, colour=rgb).moved((0.35 + 0.14 * k, -0.35, 0.0)))
    for sign in (-1.0, 1.0):
        parts.append(wheel(0.3, 0.08).moved((0.45, sign * 0.46, 0.3), 0.0 if sign < 0 else 180.0))
    parts.append(tower([(0.04, 0.0), (0.04, 0.35)], 6, colour=_DARK).moved((-0.8, 0.0, 0.0)))
    parts.append(tower([(0.025, 1.05), (0.025, 2.75)], 8, colour=_STEEL))
    for k in range(8):
        a, b = k * np.pi / 4, (k + 1) * np.pi / 4
        rim = [(1.35 * np.cos(t), 1.35 * np.sin(t), 2.28) for t in (a, b)]
        hem = [(x, y, 2.12) for x, y, _ in rim]
        rgb = ((0.66, 0.08, 0.03), (0.72, 0.58, 0.10))[k % 2]
        parts.append(
            quads([[rim[0], rim[1], (0.0, 0.0, 2.75), (0.0, 0.0, 2.75)], [hem[0], hem[1], rim[1], rim[0]]], colour=rgb, two_sided=True)
        )
    return Prop(
        merge(parts).grounded(0.5, 0.6),
        (
            box_proxy((-1.05, -0.62, 0.0), (1.05, 0.55, 1.3)),
            box_proxy((-0.05, -0.05, 1.0), (0.05, 0.05, 2.7)),
            box_proxy((-1.3, -1.3, 2.12), (1.3, 1.3, 2.75)),
        ),
    )


def newspaper_boxes(colours: tuple[Rgb, ...]) -> Prop:
    """A row of street boxes for newspapers along x, facing -y, 1.2 m high."""
    parts = []
    for k, rgb in enumerate(colours):
        x = 0.52 * (k - (len(colours) - 1) / 2)
        parts.append(box((x - 0.23, -0.2, 0.28), (x + 0.23, 0.2, 1.16), colour=rgb, without=()))
        parts.append(box((x - 0.06, -0.06, 0.0), (x + 0.06, 0.06, 0.28), colour=_DARK))
        parts.append(box((x - 0.2, -0.2, 0.0), (x + 0.2, 0.2, 0.05), colour=_DARK))
        window = [(x - 0.17, -0.206, 0.68), (x + 0.17, -0.206, 0.68), (x + 0.17, -0.206, 1.05), (x - 0.17, -0.206, 1.05)]
        parts.append(quads([window], uvs=((0, 0.4), (0.24, 0.4), (0.24, 0), (0, 0)), texture=Texture.POSTERS))
        parts.append(box((x - 0.14, -0.235, 0.55), (x + 0.14, -0.2, 0.6), colour=_STEEL, without=("+y",)))
    half = 0.26 * len(colours)
    return Prop(merge(parts).grounded(0.4, 0.6), (box_proxy((-half, -0.23, 0.0), (half, 0.2, 1.16)),))


def hydrant() -> Prop:
    """A red fire hydrant, 0.8 m."""
    rgb = (0.50, 0.035, 0.02)
    body = tower(
        [(0.16, 0.0), (0.16, 0.06), (0.11, 0.08), (0.11, 0.52), (0.15, 0.54), (0.15, 0.60), (0.10, 0.72), (0.03, 0.80)], 12, colour=rgb
    )
    arms = [
        tube([(-0.22, 0, 0.42), (0.22, 0, 0.42)], (0.06, 0.06), 8, colour=rgb),
        tube([(0, 0, 0.42), (0, -0.24, 0.42)], (0.075, 0.075), 8, colour=rgb),
    ]
    caps = [box((x - 0.03, -0.07, 0.35), (x + 0.03, 0.07, 0.49), colour=(0.55, 0.5, 0.4), without=()) for x in (-0.23, 0.23)]
    return Prop(merge([body, *arms, *caps]).grounded(0.3, 0.6), (box_proxy((-0.24, -0.22, 0.0), (0.24, 0.16, 0.8)),))


def advert(width: float, height: float, number: int) -> Part:
    """A lit advertisement in the plane y = 0 facing -y, x 0..width, z 0..height; `number` picks one of four pictures."""
    u, v = 0.5 * (number % 2), 0.5 * (number // 2 % 2)
    uvs = ((u + 0.004, v + 0.496), (u + 0.496, v + 0.496), (u + 0.496, v + 0.004), (u + 0.004, v + 0.004))
    picture = quads(
        [[(0, -0.16, 0), (width, -0.16, 0), (width, -0.16, height), (0, -0.16, height)]], uvs=uvs, texture=Texture.BILLBOARD
    ).glowing(1.0)
    return merge([picture, box((-0.15, -0.15, -0.15), (width + 0.15, 0.0, height + 0.15), colour=_DARK, without=("+y",))])


def street_lamp(height: float = 8.0, reach: float = 1.9) -> Prop:
    """A modern davit lamp: its arm reaches towards -y, the flat head's glass below."""
    pole = tower([(0.13, 0.0), (0.13, 0.9), (0.09, 0.95), (0.06, height - 0.4)], 8, colour=_STEEL)
    arm = tube([(0, 0, height - 0.45), (0, -0.3 * reach, height - 0.08), (0, -reach, height)], (0.06, 0.05, 0.04), 6, colour=_STEEL)
    head = box((-0.16, -reach - 0.55, height - 0.02), (0.16, -reach + 0.15, height + 0.1), colour=(0.22, 0.23, 0.24), without=("-z",))
    glass = quads(
        [
            [
                (-0.14, -reach + 0.12, height - 0.025),
                (0.14, -reach + 0.12, height - 0.025),
                (0.14, -reach - 0.52, height - 0.025),
                (-0.14, -reach - 0.52, height - 0.025),
            ]
        ],
        colour=(0.75, 0.72, 0.62),
    ).glowing(6.0)
    part = merge([pole, arm, head, glass]).grounded(0.4, 0.6)
    return Prop(
        part,
        (box_proxy((-0.13, -0.13, 0.0), (0.13, 0.13, height)), box_proxy((-0.16, -reach - 0.55, height - 0.5), (0.16, 0.1, height + 0.1))),
    )


def planter_box(length: float) -> Prop:
    """A long concrete planter along x filled with earth, 0.6 m high; shrubs go on top."""
    tub = box((-length / 2, -0.55, 0.0), (length / 2, 0.55, 0.6), texture=Texture.POURED_CONCRETE, repeat_m=2.4, colour=(0.62, 0.61, 0.58))
    earth = quads(
        [
            [
                (-length / 2 + 0.1, -0.45, 0.605),
                (length / 2 - 0.1, -0.45, 0.605),
                (length / 2 - 0.1, 0.45, 0.605),
                (-length / 2 + 0.1, 0.45, 0.605),
            ]
        ],
        colour=(0.06, 0.045, 0.03),
    )
    return Prop(merge([tub, earth]).grounded(0.3, 0.65), (box_proxy((-length / 2, -0.55, 0.0), (length / 2, 0.55, 0.6)),))


def ring_sculpture() -> Prop:
    """Three steel rings leaning into each other on a granite plinth, 4.2 m high."""
    plinth = box((-1.3, -1.3, 0.0), (1.3, 1.3, 0.5), colour=(0.16, 0.16, 0.17))
    rings = []
    for k in range(3):
        t = np.linspace(0.0, 2 * np.pi, 33)
        radius = 1.75 - 0.25 * k
        path = np.stack([radius * np.cos(t), np.zeros(33), radius * np.sin(t) + 0.45 + radius], 1)
        loop = tube(path, [0.16] * 33, 8, colour=((0.58, 0.05, 0.03), (0.62, 0.34, 0.03), (0.50, 0.51, 0.52))[k])
        rings.append(loop.moved(yaw_deg=60.0 * k))
    high = 0.5 + 3.6
    return Prop(
        merge([plinth, *rings]).grounded(0.3, 0.7),
        (box_proxy((-1.3, -1.3, 0.0), (1.3, 1.3, 0.5)), box_proxy((-1.95, -1.75, 0.3), (1.95, 1.75, high + 0.15))),
    )


def subway_entrance() -> Prop:
    """A stair down, its opening to -y, dark inside, between green railings with lit globes: 2.2 x 4.4 m."""
    green = (0.02, 0.12, 0.06)
    parts: list[Part] = []
    parts.append(quads([[(-1.0, -2.1, 0.015), (1.0, -2.1, 0.015), (1.0, 2.1, 0.015), (-1.0, 2.1, 0.015)]], colour=(0.012, 0.012, 0.013)))
    steps = [
        [(-1.0, -2.1 + 0.3 * k, 0.02), (1.0, -2.1 + 0.3 * k, 0.02), (1.0, -2.02 + 0.3 * k, 0.02), (-1.0, -2.02 + 0.3 * k, 0.02)]
        for k in range(9)
    ]
    tone = np.linspace(0.5, 0.05, 9)[:, None] * np.array([(1.0, 0.9, 0.5)])
    parts.append(quads(steps, colour=tone))
    for x in (-1.1, 1.1):
        parts.append(box((x - 0.1, -2.2, 0.0), (x + 0.1, 2.2, 0.35), colour=(0.30, 0.30, 0.29)))
        parts.append(
            instances(box((-0.018, -0.018, 0.35), (0.018, 0.018, 1.1), colour=green), [(x, y, 0) for y in np.linspace(-2.1, 2.1, 22)])
        )
        parts.append(box((x - 0.04, -2.2, 1.08), (x + 0.04, 2.2, 1.16), colour=green, without=()))
        parts.append(tower([(0.06, 0.0), (0.05, 2.5)], 8, colour=green).moved((x, -2.2, 0.0)))
        globe = tower([(0.10, 2.5), (0.22, 2.62), (0.24, 2.74), (0.17, 2.9), (0.04, 2.97)], 12, colour=(0.30, 0.62, 0.40))
        parts.append(globe.glowing(4.0).moved((x, -2.2, 0.0)))
    parts.append(box((-1.2, 2.1, 0.0), (1.2, 2.3, 1.16), colour=green, without=()))
    board = box((-1.1, -2.26, 2.0), (1.1, -2.16, 2.42), colour=(0.02, 0.02, 0.02), without=())
    discs = [
        fan(circle(0.14, 0.0, 14)[:, [0, 2, 1]] * (1, 1, -1) + (x, -2.275, 2.21), colour=rgb).glowing(1.5)
        for x, rgb in ((-0.75, (0.62, 0.05, 0.03)), (-0.4, (0.05, 0.30, 0.10)), (-0.05, (0.05, 0.15, 0.50)))
    ]
    parts += [board, *discs]
    return Prop(
        merge(parts).grounded(0.3, 0.7),
        (
            box_proxy((-1.2, -2.26, 0.0), (-1.0, 2.3, 1.16)),
            box_proxy((1.0, -2.26, 0.0), (1.2, 2.3, 1.16)),
            box_proxy((-1.2, 2.1, 0.0), (1.2, 2.3, 1.16)),
            box_proxy((-1.34, -2.44, 2.0), (1.34, -1.96, 2.97)),
            box_proxy((-1.2, -2.28, 0.0), (-1.04, -2.12, 2.6)),
            box_proxy((1.04, -2.28, 0.0), (1.2, -2.12, 2.6)),
        ),
    )
