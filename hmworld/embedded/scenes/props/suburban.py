"""A suburb's things: picket fences, hedges, mailboxes, hoops, bins, power poles, swings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Prop, box_proxy, joined
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.kit.shapes import Array, box, instances, merge, quads, tower, triangles_of, tube
from hmworld.embedded.scenes.props.suburban_homes import gable_roof
from hmworld.embedded.scenes.props.trees import leaf_cards
from hmworld.embedded.scenes.textures.catalogue import Texture

Rgb = tuple[float, float, float]


_WHITE: Rgb = (0.68, 0.67, 0.64)


_CONCRETE: Rgb = (0.42, 0.41, 0.39)


def picket_fence(start: Sequence[float], end: Sequence[float]) -> Prop:
    """White pickets 1.0 m high between two points (x, y), one proxy for each panel of about 2.4 m."""
    a, b = np.asarray(start, dtype=np.float64), np.asarray(end, dtype=np.float64)
    total = float(np.hypot(*(b - a)))
    panels = max(1, round(total / 2.4))
    long = total / panels
    rails = [box((0.0, 0.02, z), (long, 0.06, z + 0.09), colour=_WHITE, without=()) for z in (0.25, 0.72)]
    post = box((-0.05, -0.02, 0.0), (0.05, 0.08, 1.08), colour=_WHITE)
    count = int(long / 0.16)
    slat = box((-0.045, -0.015, 0.07), (0.045, 0.015, 0.88), colour=_WHITE, without=("-z", "+z"))
    tip = triangles_of(
        [(-0.045, -0.015, 0.88), (0.045, -0.015, 0.88), (0.0, 0.0, 1.0), (0.045, 0.015, 0.88), (-0.045, 0.015, 0.88)],
        [(0, 1, 2), (3, 4, 2)],
        colour=_WHITE,
    )
    row = instances(merge([slat, tip]), [((k + 0.5) * long / count, 0.0, 0.0) for k in range(count)])
    panel = Prop(merge([*rails, post, row]).grounded(0.25, 0.65), (box_proxy((-0.05, -0.03, 0.0), (long, 0.08, 1.05)),))
    yaw = float(np.degrees(np.arctan2(b[1] - a[1], b[0] - a[0])))
    step = (b - a) / panels
    return joined([panel.moved((float(a[0] + k * step[0]), float(a[1] + k * step[1]), 0.0), yaw) for k in range(panels)])


def hedge(stream: Stream, length: float, height: float = 1.25) -> Prop:
    """A clipped hedge along x, 0.8 m deep: a leafy box with a ragged skin of leaf sprays."""
    half, deep = length / 2, 0.4
    core = box(
        (-half + 0.06, -deep + 0.06, 0.0),
        (half - 0.06, deep - 0.06, height - 0.06),
        texture=Texture.LEAVES,
        repeat_m=0.9,
        colour=(0.85, 0.9, 0.8),
    )
    count = int(26 * length)
    side = stream.array(count)
    x, u = stream.array(count, -half, half), stream.array(count, 0.0, 1.0)
    top = side < 0.36
    y = np.where(top, (2 * u - 1) * deep, np.where(side < 0.68, -deep, deep))
    z = np.where(top, height, 0.12 + u * (height - 0.1))
    out = np.stack([np.zeros(count), np.where(top, 0.0, np.sign(y)), np.where(top, 1.0, 0.15)], 1)
    shade = np.clip(0.5 + 0.55 * z / height, 0.4, 1.1)
    leaves = leaf_cards(np.stack([x, y * 0.94, z * 0.97], 1), out, stream.array(count, 0.20, 0.34), stream, shade)
    leaves = replace(leaves, vertices=np.maximum(leaves.vertices, (-np.inf, -np.inf, 0.02)))
    return Prop(merge([core.grounded(0.5, 0.5), leaves]), (box_proxy((-half, -deep - 0.03, 0.0), (half, deep + 0.03, height + 0.05)),))


def mailbox(rgb: Rgb) -> Prop:
    """A rounded box on a post, its door to -y, with a red flag."""
    post = box((-0.05, -0.05, 0.0), (0.05, 0.05, 1.0), texture=Texture.WOOD, repeat_m=0.6, colour=(0.55, 0.42, 0.30))
    turn = np.linspace(0.0, np.pi, 9)
    arch = np.array([(0.13, 0.0), (-0.13, 0.0), *[(-0.13 * np.cos(t), 0.16 + 0.13 * np.sin(t)) for t in turn]])[:, None] * np.ones(
        (1, 2, 1)
    )
    points = np.stack([np.broadcast_to(arch[:, :, 0], (11, 2)), np.broadcast_to([-0.3, 0.22], (11, 2)), arch[:, :, 1] + 1.0], -1)
    following = np.roll(points, -1, axis=0)
    shell = quads(np.stack([points[:, 0], following[:, 0], following[:, 1], points[:, 1]], 1), colour=rgb, two_sided=True)
    centre = points[:, 0].mean(axis=0)
    face = np.stack([np.broadcast_to(centre, (11, 3)), points[:, 0], following[:, 0], following[:, 0]], 1)
    front = quads(face, colour=np.asarray(rgb) * 0.8, two_sided=True)
    flag = box((0.135, -0.1, 1.1), (0.15, -0.06, 1.38), colour=(0.55, 0.04, 0.03), without=())
    return Prop(
        merge([post, shell, front, flag]).grounded(0.3, 0.65),
        (box_proxy((-0.14, -0.3, 0.9), (0.16, 0.24, 1.38)), box_proxy((-0.06, -0.06, 0.0), (0.06, 0.06, 1.0))),
    )


def basketball_hoop() -> Prop:
    """A free-standing hoop on a weighted foot, facing -y."""
    parts = [box((-0.45, -0.1, 0.0), (0.45, 0.75, 0.22), colour=(0.05, 0.05, 0.055))]
    parts.append(tube([(0, 0.45, 0.2), (0, 0.45, 2.5), (0, 0.1, 3.2)], (0.06, 0.06, 0.05), 8, colour=(0.06, 0.06, 0.065)))
    parts.append(box((-0.65, -0.02, 2.75), (0.65, 0.04, 3.65), colour=(0.72, 0.72, 0.70), without=()))
    square = [(-0.24, 2.95), (0.24, 2.95), (0.24, 3.32), (-0.24, 3.32)]
    parts += [box((x - 0.025, -0.03, 2.95), (x + 0.025, -0.02, 3.34), colour=(0.55, 0.04, 0.03), without=()) for x, _ in square[:2]]
    parts += [box((-0.24, -0.03, z - 0.025), (0.24, -0.02, z + 0.025), colour=(0.55, 0.04, 0.03), without=()) for z in (2.97, 3.32)]
    t = np.linspace(0, 2 * np.pi, 15)
    parts.append(
        tube(np.stack([0.22 * np.cos(t), -0.27 + 0.22 * np.sin(t), np.full(15, 3.02)], 1), [0.018] * 15, 5, colour=(0.62, 0.16, 0.02))
    )
    net = tower([(0.13, 2.62), (0.15, 2.78), (0.21, 3.02)], 10, colour=(0.66, 0.66, 0.64), smooth=False, cap_top=False)
    strings = replace(net, two_sided=np.ones(len(net.triangles), np.bool_), triangles=net.triangles)
    parts.append(strings.moved((0.0, -0.27, 0.0)))
    return Prop(
        merge(parts).grounded(0.3, 0.7),
        (
            box_proxy((-0.45, -0.1, 0.0), (0.45, 0.75, 0.24)),
            box_proxy((-0.08, 0.37, 0.0), (0.08, 0.53, 2.6)),
            box_proxy((-0.65, -0.52, 2.45), (0.65, 0.5, 3.65)),
        ),
    )


def wheelie_bin(rgb: Rgb) -> Prop:
    """A two-wheeled dustbin facing -y, 1.1 m."""
    rings = np.array(
        [[(-w, -d, z), (w, -d, z), (w, d, z), (-w, d, z)] for w, d, z in ((0.20, 0.24, 0.06), (0.27, 0.33, 0.98))], dtype=np.float64
    )
    from_rings = [[rings[0][k], rings[0][(k + 1) % 4], rings[1][(k + 1) % 4], rings[1][k]] for k in range(4)]
    body = quads(from_rings, colour=rgb)
    lid = box((-0.29, -0.37, 0.98), (0.29, 0.37, 1.07), colour=np.asarray(rgb) * 0.75, without=())
    bar = box((-0.24, 0.37, 0.95), (0.24, 0.43, 1.0), colour=(0.03, 0.03, 0.03), without=())
    wheels = [tube([(x - 0.03, 0.28, 0.1), (x + 0.03, 0.28, 0.1)], (0.1, 0.1), 10, colour=(0.03, 0.03, 0.03)) for x in (-0.24, 0.24)]
    return Prop(merge([body, lid, bar, *wheels]).grounded(0.35, 0.6), (box_proxy((-0.29, -0.37, 0.0), (0.29, 0.43, 1.07)),))


def power_pole() -> Prop:
    """A timber pole with a cross arm along y, insulators and a transformer, 9 m."""
    pole = tower([(0.16, 0.0), (0.11, 9.0)], 8, texture=Texture.WOOD, uv_scale=(0.6, 6.0), colour=(0.34, 0.26, 0.19))
    arm = box((-0.06, -1.2, 8.2), (0.06, 1.2, 8.34), colour=(0.16, 0.12, 0.09), without=())
    pins = instances(
        tower([(0.04, 0.0), (0.05, 0.1), (0.02, 0.18)], 6, colour=(0.40, 0.36, 0.32)), [(0, y, 8.34) for y in (-1.1, -0.55, 0.55, 1.1)]
    )
    can = tower([(0.24, 6.4), (0.26, 6.5), (0.26, 7.2), (0.2, 7.3)], 10, colour=(0.34, 0.35, 0.35)).moved((0.0, 0.4, 0.0))
    return Prop(
        merge([pole, arm, pins, can]).grounded(0.4, 0.65),
        (box_proxy((-0.16, -0.16, 0), (0.16, 0.16, 9.0)), box_proxy((-0.3, -1.2, 6.4), (0.3, 1.2, 8.5))),
    )


def wires(poles: Array) -> Prop:
    """Four sagging wires along poles (N, 3) that follow each other along +x, one proxy for each span."""
    lines, proxies = [], []
    for a, b in pairwise(poles):
        for y in (-1.1, -0.55, 0.55, 1.1):
            t = np.linspace(0.0, 1.0, 7)[:, None]
            path = a + (b - a) * t + np.array((0.0, y, 8.5)) - np.array((0, 0, 1.0)) * (3.2 * t * (1 - t))
            lines.append(tube(path, [0.018] * 7, 3, colour=(0.02, 0.02, 0.02)))
        proxies.append(box_proxy(a + np.array((0.0, -1.15, 7.66)), b + np.array((0.0, 1.15, 8.55))))
    return Prop(merge(lines), tuple(proxies))


def swing_set() -> Prop:
    """Two swings on a steel frame along x, 4 m wide."""
    red, steel = (0.52, 0.05, 0.03), (0.35, 0.36, 0.37)
    parts = [tube([(-1.7, 0, 2.3), (1.7, 0, 2.3)], (0.05, 0.05), 8, colour=steel)]
    for x in (-1.7, 1.7):
        parts += [tube([(x, 0, 2.3), (x * 1.08, y, 0.0)], (0.045, 0.045), 8, colour=red) for y in (-0.9, 0.9)]
    for x in (-0.8, 0.8):
        parts.append(box((x - 0.24, -0.1, 0.46), (x + 0.24, 0.1, 0.5), colour=(0.03, 0.03, 0.03), without=()))
        parts += [
            box((x + s * 0.22 - 0.008, -0.008, 0.5), (x + s * 0.22 + 0.008, 0.008, 2.3), colour=steel, without=("-z", "+z"))
            for s in (-1, 1)
        ]
    proxies = [box_proxy((s * 1.77 - 0.12, -0.95, 0.0), (s * 1.77 + 0.12, 0.95, 2.36)) for s in (-1, 1)]
    proxies += [box_proxy((x - 0.26, -0.12, 0.4), (x + 0.26, 0.12, 2.35)) for x in (-0.8, 0.8)]
    return Prop(merge(parts).grounded(0.2, 0.7), (*proxies, box_proxy((-1.75, -0.06, 2.2), (1.75, 0.06, 2.36))))


def slide() -> Prop:
    """A play tower with a roof, a ladder behind and a yellow slide to -y."""
    timber = (0.42, 0.27, 0.14)
    parts = [
        instances(
            box((-0.06, -0.06, 0.0), (0.06, 0.06, 2.6), texture=Texture.WOOD, repeat_m=0.7, colour=timber),
            [(x, y, 0) for x in (-0.6, 0.6) for y in (-0.6, 0.6)],
        )
    ]
    parts.append(box((-0.66, -0.66, 1.2), (0.66, 0.66, 1.28), colour=timber, without=()))
    parts.append(gable_roof((-0.7, -0.7), (0.7, 0.7), (2.5, 3.2), (0.10, 0.30, 0.14), Texture.SIDING, out=0.1))
    parts += [box((x - 0.04, -0.6, 1.3), (x + 0.04, 0.6, 1.8), colour=(0.05, 0.20, 0.46), without=()) for x in (-0.6, 0.6)]
    for (y0, z0), (y1, z1) in (((-2.9, 0.25), (-1.75, 0.765)), ((-1.75, 0.765), (-0.6, 1.28))):
        chute = [(-0.3, y0, z0), (0.3, y0, z0), (0.3, y1, z1), (-0.3, y1, z1)]
        rims = [[(x, y0, z0), (x, y1, z1), (x, y1, z1 + 0.22), (x, y0, z0 + 0.22)] for x in (-0.3, 0.3)]
        parts.append(quads([chute, *rims], colour=(0.68, 0.44, 0.02), two_sided=True))
    parts.append(
        instances(box((-0.3, 0.64, 0.0), (0.3, 0.70, 0.06), colour=timber, without=()), [(0, 0.06 * 0, z) for z in (0.3, 0.6, 0.9)])
    )
    proxies = [box_proxy((-0.8, -0.8, 0.0), (0.8, 0.8, 3.25))]
    proxies += [box_proxy((-0.33, y, z), (0.33, y + 1.15, z + 0.74)) for y, z in ((-2.9, 0.25), (-1.75, 0.76))]
    return Prop(merge(parts).grounded(0.3, 0.7), tuple(proxies))
