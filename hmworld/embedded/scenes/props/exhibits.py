"""Furniture and exhibits of a museum: columns, statues, pictures, glass cases, benches, rope barriers, vases, a globe, doorways."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Prop, box_proxy
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.kit.shapes import Array, box, circle, instances, loft, merge, quads, tower, tube
from hmworld.embedded.scenes.props.floors import upright
from hmworld.embedded.scenes.textures.catalogue import Texture

Rgb = tuple[float, float, float]

STONE: Rgb = (0.50, 0.46, 0.39)
_GOLD: Rgb = (0.50, 0.32, 0.07)
_BRASS: Rgb = (0.46, 0.32, 0.10)
_WALNUT: Rgb = (0.14, 0.07, 0.035)
_VELVET: Rgb = (0.26, 0.02, 0.025)


def fluted_column(height_m: float) -> Prop:
    """A round column with 20 flutes on a square base, with a moulded capital; radius 0.55 m at the foot."""
    count = 80
    turn = np.arange(count) * (2 * np.pi / count)
    flute = 1.0 - 0.075 * np.abs(np.sin(turn * 10.0)) ** 0.7
    rings = []
    for share, radius in ((0.0, 0.50), (0.33, 0.495), (0.7, 0.46), (1.0, 0.42)):
        z = 0.62 + share * (height_m - 1.5)
        rings.append(np.stack([radius * flute * np.cos(turn), radius * flute * np.sin(turn), np.full(count, z)], 1))
    shaft = loft(np.stack(rings), colour=STONE)
    foot = box((-0.68, -0.68, 0.0), (0.68, 0.68, 0.24), colour=STONE)
    torus = tower([(0.64, 0.24), (0.66, 0.31), (0.63, 0.38), (0.56, 0.42), (0.57, 0.50), (0.59, 0.55), (0.55, 0.62)], 28, colour=STONE)
    top = height_m - 0.88
    neck = tower(
        [(0.43, top), (0.47, top + 0.05), (0.43, top + 0.1), (0.46, top + 0.25), (0.60, top + 0.48), (0.66, top + 0.58)], 28, colour=STONE
    )
    slab = box((-0.72, -0.72, top + 0.58), (0.72, 0.72, height_m), colour=STONE, without=())
    leaves = []
    for k in range(12):
        a = k * np.pi / 6
        out = np.array((np.cos(a), np.sin(a), 0.0))
        side = np.array((-np.sin(a), np.cos(a), 0.0)) * 0.09
        low, mid, tip = out * 0.44 + (0, 0, top + 0.12), out * 0.56 + (0, 0, top + 0.38), out * 0.68 + (0, 0, top + 0.42)
        leaves.append([low - side, low + side, mid + side, mid - side])
        leaves.append([mid - side, mid + side, tip + side * 0.3, tip - side * 0.3])
    part = merge([shaft, foot, torus, neck, slab, quads(leaves, colour=(0.55, 0.5, 0.42), two_sided=True)]).grounded(0.7, 0.65)
    return Prop(
        part,
        (
            box_proxy((-0.68, -0.68, 0.0), (0.68, 0.68, 0.6)),
            box_proxy((-0.5, -0.5, 0.6), (0.5, 0.5, top + 0.1)),
            box_proxy((-0.72, -0.72, top), (0.72, 0.72, height_m)),
        ),
    )


def _oval(x: float, y: float, z: float, a: float, b: float, sides: int = 20) -> Array:
    turn = np.arange(sides) * (2 * np.pi / sides)
    return np.stack([x + a * np.cos(turn), y + b * np.sin(turn), np.full(sides, z)], 1)


def statue(stream: Stream, stone: Rgb, arm_up: bool) -> Prop:
    """A draped standing figure of stone, 1.95 m, on a moulded plinth 1.05 m high, facing -y."""
    plinth = merge(
        [
            box((-0.52, -0.52, 0.0), (0.52, 0.52, 0.16), colour=(0.20, 0.19, 0.18)),
            box((-0.42, -0.42, 0.16), (0.42, 0.42, 0.92), colour=(0.26, 0.25, 0.235), without=("-z",)),
            box((-0.50, -0.50, 0.92), (0.50, 0.50, 1.05), colour=(0.20, 0.19, 0.18), without=()),
            box((-0.2, -0.43, 0.45), (0.2, -0.42, 0.65), colour=_BRASS, without=("+y",)),
        ]
    )
    z0 = 1.05
    lean = stream.number(-0.05, 0.05)
    rings = []
    sides = 40
    turn = np.arange(sides) * (2 * np.pi / sides)
    folds = stream.integer(7, 11)
    phase = stream.number(0.0, 6.0)
    for share, a, b, depth, shift in (
        (0.0, 0.30, 0.27, 0.10, 0.02), (0.12, 0.27, 0.24, 0.12, 0.02), (0.28, 0.24, 0.21, 0.11, 0.03), (0.42, 0.225, 0.20, 0.08, 0.03),
        (0.52, 0.215, 0.17, 0.05, 0.02), (0.60, 0.175, 0.135, 0.03, 0.0), (0.68, 0.20, 0.15, 0.03, -0.01), (0.76, 0.235, 0.15, 0.03, -0.02),
        (0.80, 0.22, 0.125, 0.02, -0.02), (0.825, 0.10, 0.09, 0.0, -0.02), (0.85, 0.06, 0.065, 0.0, -0.02), (0.87, 0.06, 0.065, 0.0, -0.02),
    ):  # fmt: skip
        ripple = 1.0 + depth * np.sin(folds * turn + phase + 2.0 * share) + 0.5 * depth * np.sin(2.3 * folds * turn)
        rings.append(
            np.stack([lean * share + shift + a * ripple * np.cos(turn), b * ripple * np.sin(turn), np.full(sides, z0 + 1.95 * share)], 1)
        )
    body = loft(np.stack(rings), colour=stone)
    head_x, head_z = lean - 0.02, z0 + 1.95 * 0.92
    profile = ((-0.15, 0.035), (-0.11, 0.075), (-0.04, 0.095), (0.04, 0.10), (0.10, 0.085), (0.14, 0.045))
    head = loft(np.stack([_oval(head_x, -0.01, head_z + z, r * 0.92, r * 1.12, 16) for z, r in profile]), colour=stone, cap_top=True)
    nose = tube(
        [(head_x, -0.10, head_z + 0.03), (head_x, -0.135, head_z - 0.02), (head_x, -0.10, head_z - 0.035)],
        (0.012, 0.02, 0.014),
        6,
        colour=stone,
    )
    hair = loft(
        np.stack(
            [
                _oval(head_x, 0.025, head_z + z, r, r * 1.1, 16)
                for z, r in ((-0.08, 0.06), (-0.02, 0.105), (0.06, 0.112), (0.13, 0.075), (0.16, 0.02))
            ]
        ),
        colour=stone,
    )
    parts = [plinth, body, head, nose, hair]
    for sign in (-1.0, 1.0):
        shoulder = np.array((sign * 0.21, -0.01, z0 + 1.52))
        if arm_up and sign > 0:
            path = np.array(
                [
                    shoulder,
                    shoulder + np.array((0.18, -0.05, 0.06)),
                    shoulder + np.array((0.26, -0.14, 0.34)),
                    shoulder + np.array((0.24, -0.18, 0.44)),
                ]
            )
        else:
            path = np.array(
                [
                    shoulder,
                    shoulder + np.array((sign * 0.09, 0.02, -0.26)),
                    shoulder + np.array((sign * 0.02, -0.16, -0.44)),
                    shoulder + np.array((-sign * 0.08, -0.21, -0.42)),
                ]
            )
        parts.append(tube(path, (0.068, 0.058, 0.042, 0.035), 10, colour=stone))
    cloak = []
    for k in range(7):
        a = -0.16 + 0.05 * k
        cloak.append(
            np.array(
                [
                    (a, 0.15 + 0.02 * (k % 2), z0 + 1.5),
                    (a * 1.2, 0.20 + 0.03 * (k % 2), z0 + 0.9),
                    (a * 1.5, 0.25 + 0.04 * (k % 2), z0 + 0.05),
                ]
            )
        )
    parts += [tube(path, (0.04, 0.05, 0.055), 7, colour=stone) for path in cloak]
    whole = merge(parts).grounded(0.4, 0.65)
    high = z0 + 2.08 + (0.02 if arm_up else 0.0)
    return Prop(
        whole, (box_proxy((-0.52, -0.52, 0.0), (0.52, 0.52, 1.05)), box_proxy((-0.38, -0.32, 1.0), (0.45 if arm_up else 0.38, 0.32, high)))
    )


def vase(stream: Stream, colour: Rgb) -> Prop:
    """A big painted vase on a slim plinth, 1.9 m in all."""
    plinth = box((-0.33, -0.33, 0.0), (0.33, 0.33, 0.95), colour=(0.30, 0.29, 0.27))
    cap = box((-0.37, -0.37, 0.95), (0.37, 0.37, 1.02), colour=(0.24, 0.23, 0.22), without=())
    belly = stream.number(0.24, 0.3)
    profile = [
        (0.12, 0.0),
        (0.13, 0.04),
        (0.10, 0.08),
        (0.17, 0.18),
        (belly, 0.40),
        (belly * 0.98, 0.52),
        (belly * 0.62, 0.68),
        (0.11, 0.76),
        (0.10, 0.84),
        (0.15, 0.90),
    ]
    body = tower(profile, 24, colour=colour, cap_top=False).moved((0.0, 0.0, 1.02))
    bands = [
        tower([(belly * s + 0.006, 1.02 + z), (belly * s + 0.006, 1.02 + z + 0.035)], 24, colour=_GOLD, cap_top=False)
        for s, z in ((0.985, 0.50), (0.99, 0.385))
    ]
    return Prop(merge([plinth, cap, body, *bands]).grounded(0.4, 0.65), (box_proxy((-0.37, -0.37, 0.0), (0.37, 0.37, 1.9)),))


def picture(kind: int, width_m: float, height_m: float, rim_m: float) -> Prop:
    """A painting in a gilt frame on a wall facing -y, lower edge of the frame `rim_m` up; `kind` 0 to 3 picks the image."""
    w, rim = width_m / 2, 0.14
    u, v = 0.5 * (kind % 2), 0.5 * (kind // 2)
    e = 0.004
    canvas = quads(
        [(-w, -0.05, rim_m + rim), (w, -0.05, rim_m + rim), (w, -0.05, rim_m + rim + height_m), (-w, -0.05, rim_m + rim + height_m)],
        uvs=((u + e, v + 0.5 - e), (u + 0.5 - e, v + 0.5 - e), (u + 0.5 - e, v + e), (u + e, v + e)),
        texture=Texture.PICTURES,
        colour=(1.25, 1.2, 1.1),
    )
    outer = [(-w - rim, rim_m), (w + rim, rim_m), (w + rim, rim_m + height_m + 2 * rim), (-w - rim, rim_m + height_m + 2 * rim)]
    inner = [(-w, rim_m + rim), (w, rim_m + rim), (w, rim_m + rim + height_m), (-w, rim_m + rim + height_m)]
    middle = [((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in zip(outer, inner, strict=True)]
    rings = [np.array([(x, y, z) for x, z in ring]) for ring, y in ((outer, 0.0), (outer, -0.08), (middle, -0.13), (inner, -0.055))]
    frame = loft(np.stack(rings), colour=_GOLD, smooth=False)
    label = box((-0.16, -0.02, rim_m - 0.28), (0.16, 0.0, rim_m - 0.16), colour=(0.62, 0.6, 0.55), without=("+y",))
    return Prop(merge([canvas, frame, label]), (box_proxy((-w - rim, -0.14, rim_m - 0.28), (w + rim, 0.0, rim_m + height_m + 2 * rim)),))


def glass_case(stream: Stream) -> Prop:
    """A display case: dark base, brass edges, three small exhibits on a lit cloth (the glass itself is not drawn)."""
    w, d, low, high = 0.75, 0.4, 0.85, 1.65
    base = box((-w, -d, 0.0), (w, d, low), colour=_WALNUT, texture=Texture.WOOD, repeat_m=1.6)
    foot = box((-w + 0.06, -d + 0.06, 0.0), (w - 0.06, d - 0.06, 0.08), colour=(0.03, 0.03, 0.03))
    cloth = quads(
        [
            [
                (-w + 0.02, -d + 0.02, low + 0.012),
                (w - 0.02, -d + 0.02, low + 0.012),
                (w - 0.02, d - 0.02, low + 0.012),
                (-w + 0.02, d - 0.02, low + 0.012),
            ]
        ],
        colour=(0.45, 0.42, 0.36),
    )
    post = box((-0.018, -0.018, low), (0.018, 0.018, high), colour=_BRASS)
    posts = instances(post, [(x, y, 0.0) for x in (-w + 0.018, w - 0.018) for y in (-d + 0.018, d - 0.018)])
    lid = box((-w, -d, high), (w, d, high + 0.06), colour=_WALNUT, without=())
    light = box((-w + 0.1, -0.05, high - 0.02), (w - 0.1, 0.05, high), colour=(0.95, 0.9, 0.75), without=("+z",)).glowing(4.0)
    things = []
    for x in (-0.45, 0.0, 0.45):
        kind = stream.integer(0, 3)
        hue = stream.pick(((0.40, 0.18, 0.07), (0.10, 0.22, 0.18), (0.46, 0.34, 0.10), (0.30, 0.28, 0.25)))
        if kind == 0:
            things.append(
                tower([(0.06, 0.0), (0.05, 0.03), (0.11, 0.14), (0.09, 0.24), (0.05, 0.29), (0.07, 0.33)], 14, colour=hue).moved(
                    (x, 0.0, low + 0.012)
                )
            )
        elif kind == 1:
            stand = box((x - 0.08, -0.08, low), (x + 0.08, 0.08, low + 0.12), colour=(0.05, 0.05, 0.05))
            ball = loft(
                np.stack([circle(0.11 * np.sqrt(1 - s * s), 0.11 * s, 12) for s in (-0.95, -0.5, 0.0, 0.5, 0.95)]), colour=hue, cap_top=True
            )
            things += [stand, ball.moved((x, 0.0, low + 0.22))]
        else:
            things.append(box((x - 0.14, -0.03, low + 0.05), (x + 0.14, 0.03, low + 0.42), colour=hue, without=()))
    part = merge([base, foot, cloth, posts, lid, light, *things]).grounded(0.4, 0.65)
    return Prop(part, (box_proxy((-w, -d, 0.0), (w, d, high + 0.06)),))


def gallery_bench() -> Prop:
    """A buttoned leather bench without a back, along x."""
    seat = box((-0.95, -0.3, 0.34), (0.95, 0.3, 0.46), colour=(0.16, 0.05, 0.03), without=())
    pads = [
        box((-0.94 + 0.475 * k, -0.29, 0.46), (-0.49 + 0.475 * k, 0.29, 0.49), colour=(0.19, 0.06, 0.035), without=("-z",))
        for k in range(4)
    ]
    legs = instances(
        box((-0.04, -0.04, 0.0), (0.04, 0.04, 0.34), colour=_WALNUT), [(x, y, 0) for x in (-0.85, 0.85) for y in (-0.22, 0.22)]
    )
    return Prop(merge([seat, *pads, legs]).grounded(0.4, 0.6), (box_proxy((-0.95, -0.3, 0.0), (0.95, 0.3, 0.5)),))


def rope_line(points: list[tuple[float, float]]) -> Prop:
    """Brass stanchions at `points` with a velvet rope sagging between them, 0.98 m."""
    post = tower(
        [(0.16, 0.0), (0.16, 0.02), (0.05, 0.05), (0.022, 0.08), (0.022, 0.88), (0.04, 0.90), (0.045, 0.94), (0.02, 0.98)],
        12,
        colour=_BRASS,
    )
    parts = [instances(post, [(x, y, 0.0) for x, y in points])]
    proxies = [box_proxy((x - 0.12, y - 0.12, 0.0), (x + 0.12, y + 0.12, 0.98)) for x, y in points]
    for (x0, y0), (x1, y1) in pairwise(points):
        t = np.linspace(0.0, 1.0, 9)
        sag = 0.84 - 0.24 * 4 * t * (1 - t)
        parts.append(tube(np.stack([x0 + (x1 - x0) * t, y0 + (y1 - y0) * t, sag], 1), [0.024] * 9, 6, colour=_VELVET))
        yaw = float(np.degrees(np.arctan2(y1 - y0, x1 - x0)))
        long = float(np.hypot(x1 - x0, y1 - y0)) / 2
        line = box_proxy((-long, -0.05, 0.56), (long, 0.05, 0.88))
        proxies += Prop(parts[-1], (line,)).moved(((x0 + x1) / 2, (y0 + y1) / 2, 0.0), yaw).obstacles
    return Prop(merge(parts), tuple(proxies))


def globe() -> Prop:
    """A huge old globe in a wooden ring stand, 2 m high."""
    ball = loft(
        np.stack([circle(0.72 * np.sqrt(1 - s * s), 0.72 * s, 28) for s in np.sin(np.linspace(-1.5, 1.5, 17))]),
        colour=(0.16, 0.24, 0.27),
        cap_top=True,
    )
    points = ball.vertices
    land = (
        np.sin(3.1 * points[:, 0] + 1.0) + np.sin(4.3 * points[:, 1] + 2.0 * points[:, 2]) + np.sin(5.0 * points[:, 2] - 2.2 * points[:, 0])
    )
    ball = replace(ball, colours=np.where((land > 0.35)[:, None], (0.42, 0.32, 0.15), ball.colours)).moved((0.0, 0.0, 1.15))
    turn = np.linspace(0.0, 2 * np.pi, 33)
    ring = tube(np.stack([0.84 * np.cos(turn), 0.84 * np.sin(turn), np.full(33, 1.15)], 1), [0.05] * 33, 8, colour=_WALNUT)
    meridian = tube(np.stack([0.77 * np.cos(turn), np.zeros(33), 1.15 + 0.77 * np.sin(turn)], 1), [0.022] * 33, 6, colour=_BRASS)
    legs = instances(
        tower([(0.07, 0.0), (0.05, 0.2), (0.075, 0.5), (0.045, 0.75), (0.06, 1.12)], 10, colour=_WALNUT),
        [(0.82 * c, 0.82 * s, 0.0) for c, s in ((0.7, 0.7), (-0.7, 0.7), (-0.7, -0.7), (0.7, -0.7))],
    )
    brace = [box((-0.58, -0.03, 0.14), (0.58, 0.03, 0.2), colour=_WALNUT, without=()).moved(yaw_deg=a) for a in (45.0, 135.0)]
    return Prop(merge([ball, ring, meridian, legs, *brace]).grounded(0.4, 0.65), (box_proxy((-0.84, -0.84, 0.0), (0.84, 0.84, 1.95)),))


def portal(width_m: float, height_m: float) -> Prop:
    """A tall double door in a stone surround with a pediment, in a wall facing -y."""
    w = width_m / 2
    leaf = [upright(Texture.DOOR, x0, x0 + w, 0.0, height_m, -0.06, (0.26, 0.13, 0.06)) for x0 in (-w, 0.0)]
    sides = [box((x, -0.3, 0.0), (x + 0.5, 0.0, height_m + 0.2), colour=STONE, without=("-z", "+y")) for x in (-w - 0.5, w)]
    head = box((-w - 0.75, -0.42, height_m + 0.2), (w + 0.75, 0.0, height_m + 0.65), colour=STONE, without=("+y",))
    top = height_m + 0.65
    gable = [[(-w - 0.75, -0.40, top), (w + 0.75, -0.40, top), (0.4, -0.40, top + 0.9), (-0.4, -0.40, top + 0.9)]]
    slopes = [[(w + 0.75, -0.40, top), (w + 0.75, 0.0, top), (0.4, 0.0, top + 0.9), (0.4, -0.40, top + 0.9)],
              [(-0.4, -0.40, top + 0.9), (-0.4, 0.0, top + 0.9), (-w - 0.75, 0.0, top), (-w - 0.75, -0.40, top)]]  # fmt: skip
    part = merge([*leaf, *sides, head, quads(gable + slopes, colour=STONE)])
    return Prop(part, (box_proxy((-w - 0.75, -0.42, 0.0), (w + 0.75, 0.0, top + 0.9)),))


def chandelier(rim_m: float, ceiling_m: float) -> Prop:
    """Two brass rings of globe lamps on a rod, the lower ring `rim_m` high."""
    turn = np.linspace(0.0, 2 * np.pi, 25)
    rings = [
        tube(np.stack([r * np.cos(turn), r * np.sin(turn), np.full(25, z)], 1), [0.03] * 25, 6, colour=_BRASS)
        for r, z in ((0.95, 0.0), (0.55, 0.45))
    ]
    bulb = tower([(0.03, 0.0), (0.09, 0.05), (0.11, 0.12), (0.08, 0.2), (0.02, 0.23)], 10, colour=(0.95, 0.88, 0.70)).glowing(5.0)
    spots = [(0.95 * np.cos(a), 0.95 * np.sin(a), 0.03) for a in np.arange(12) * np.pi / 6]
    spots += [(0.55 * np.cos(a), 0.55 * np.sin(a), 0.48) for a in np.arange(6) * np.pi / 3]
    rod = tower([(0.05, 0.0), (0.08, 0.1), (0.03, 0.25), (0.025, ceiling_m - rim_m)], 8, colour=_BRASS)
    spokes = [box((-0.95, -0.015, -0.015), (0.95, 0.015, 0.015), colour=_BRASS, without=()).moved(yaw_deg=a) for a in (0.0, 60.0, 120.0)]
    part = merge([*rings, instances(bulb, spots), rod, *spokes]).moved((0.0, 0.0, rim_m))
    return Prop(
        part, (box_proxy((-1.0, -1.0, rim_m - 0.03), (1.0, 1.0, rim_m + 0.75)), box_proxy((-0.06, -0.06, rim_m), (0.06, 0.06, ceiling_m)))
    )
