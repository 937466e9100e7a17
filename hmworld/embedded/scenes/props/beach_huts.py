"""Wooden buildings of a beach: bathing huts and a lifeguard's tower."""

from __future__ import annotations

import itertools

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Prop, box_proxy
from hmworld.embedded.scenes.kit.shapes import UNIT_UVS, box, instances, loft, merge, quads, tower, triangles_of, tube
from hmworld.embedded.scenes.textures.catalogue import Texture

Rgb = tuple[float, float, float]

WHITE: Rgb = (0.70, 0.69, 0.65)
_PINE: Rgb = (0.50, 0.36, 0.21)
_GREY: Rgb = (0.42, 0.38, 0.32)


def bathing_hut(rgb: Rgb) -> Prop:
    """A gabled wooden hut on a plinth facing -y, 2.1 x 2.4 m, in `rgb` and white planks."""
    w, d, low, wall, ridge = 1.05, 1.2, 0.32, 2.25, 3.0
    stilts = instances(
        box((-0.08, -0.08, -0.2), (0.08, 0.08, low), colour=_GREY),
        [(x, y, 0) for x in (-w + 0.1, w - 0.1) for y in (-d + 0.1, 0.0, d - 0.1)],
    )
    body = box((-w, -d, low), (w, d, wall), texture=Texture.WOOD, repeat_m=1.0, colour=rgb, without=("-y", "+z"))
    planks = []
    edges = np.linspace(-w, w, 8)
    for k, (a, b) in enumerate(itertools.pairwise(edges)):
        tone = WHITE if k % 2 else rgb
        za, zb = (ridge - (ridge - wall) * abs(v) / w for v in (a, b))
        top = [(a, -d, za), (b, -d, zb)]
        planks.append(quads([[(a, -d, low), (b, -d, low), top[1], top[0]]], colour=tone))
    planks.append(
        triangles_of(
            [
                (edges[3], -d, ridge - (ridge - wall) * abs(edges[3]) / w),
                (edges[4], -d, ridge - (ridge - wall) * abs(edges[4]) / w),
                (0.0, -d, ridge),
            ],
            [(0, 1, 2)],
            colour=WHITE,
        )
    )
    gable = triangles_of([(w, d, wall), (-w, d, wall), (0, d, ridge)], [(0, 1, 2)], colour=rgb)
    out, rise = 0.2, (ridge - wall) / w
    x1, z1 = w + out, wall - rise * out
    roof = quads(
        [[(-x1, d + 0.15, z1 + 0.06), (-x1, -d - 0.3, z1 + 0.06), (0, -d - 0.3, ridge + 0.06), (0, d + 0.15, ridge + 0.06)],
         [(x1, -d - 0.3, z1 + 0.06), (x1, d + 0.15, z1 + 0.06), (0, d + 0.15, ridge + 0.06), (0, -d - 0.3, ridge + 0.06)]],
        texture=Texture.WOOD, repeat_m=1.2, colour=(0.30, 0.31, 0.33), two_sided=True,
    )  # fmt: skip
    trim = [tube([(sx * x1, -d - 0.3, z1), (0, -d - 0.3, ridge)], (0.05, 0.05), 4, colour=WHITE) for sx in (-1, 1)]
    door = quads(
        [[(-0.42, -d - 0.03, low + 0.05), (0.42, -d - 0.03, low + 0.05), (0.42, -d - 0.03, 2.1), (-0.42, -d - 0.03, 2.1)]],
        uvs=UNIT_UVS,
        texture=Texture.DOOR,
        colour=np.array(rgb) * 0.9 + 0.05,
    )
    pane = quads(
        [[(-0.2, -d - 0.05, 1.5), (0.2, -d - 0.05, 1.5), (0.2, -d - 0.05, 1.9), (-0.2, -d - 0.05, 1.9)]],
        uvs=UNIT_UVS,
        texture=Texture.WINDOW,
        colour=(1.0, 0.85, 0.6),
    ).glowing(1.1)
    porch = box((-w, -d - 0.8, 0.0), (w, -d, low), texture=Texture.WOOD, repeat_m=1.0, colour=_GREY)
    step = box((-0.45, -d - 1.1, 0.0), (0.45, -d - 0.8, 0.16), texture=Texture.WOOD, repeat_m=1.0, colour=_GREY)
    lamp = (
        tower([(0.04, 2.28), (0.085, 2.34), (0.085, 2.44), (0.03, 2.5)], 8, colour=(0.80, 0.66, 0.40))
        .glowing(6.0)
        .moved((0.0, -d - 0.12, 0.0))
    )
    part = merge([stilts, body, *planks, gable, roof, *trim, door, pane, porch, step, lamp]).grounded(0.7, 0.65)
    return Prop(
        part,
        (
            box_proxy((-w, -d, 0.0), (w, d, wall)),
            box_proxy((-x1, -d - 0.32, wall - 0.2), (x1, d + 0.16, 2.6)),
            box_proxy((-0.6, -d - 0.32, 2.5), (0.6, d + 0.16, ridge + 0.1)),
            box_proxy((-w, -d - 0.82, 0.0), (w, -d, low)),
        ),
    )


def lifeguard_tower() -> Prop:
    """A lifeguard's cabin on stilts facing -y with a ramp behind, a rail, a flag and a red ring, 4.6 m."""
    red: Rgb = (0.50, 0.05, 0.035)
    legs = [
        tube(
            [(1.3 * sx, 1.15 * sy, 0.0), (1.1 * sx, 1.0 * sy, 1.0), (0.95 * sx, 0.9 * sy, 1.75)],
            (0.09,) * 3,
            7,
            texture=Texture.WOOD,
            colour=_PINE,
        )
        for sx in (-1, 1)
        for sy in (-1, 1)
    ]
    braces = [
        tube([(-1.25 * s, y, 0.25), (1.0 * s, y * 0.85, 1.65)], (0.05, 0.05), 5, colour=_PINE) for s in (-1, 1) for y in (-1.12, 1.12)
    ]
    deck = box((-1.5, -1.7, 1.75), (1.5, 1.2, 1.88), texture=Texture.WOOD, repeat_m=1.0, colour=_PINE, without=())
    cabin = box((-1.1, -0.6, 1.88), (1.1, 1.1, 3.7), texture=Texture.WOOD, repeat_m=1.1, colour=WHITE, without=("-z",))
    band = box((-1.12, -0.62, 2.0), (1.12, 1.12, 2.45), colour=red, without=("-z", "+z"))
    glass = quads(
        [[(-0.8, -0.64, 2.6), (0.8, -0.64, 2.6), (0.8, -0.64, 3.4), (-0.8, -0.64, 3.4)]], uvs=UNIT_UVS, texture=Texture.WINDOW_DARK
    )
    sides = quads(
        [
            [(sx * 1.13, sx * -0.3, 2.65), (sx * 1.13, sx * 0.7, 2.65), (sx * 1.13, sx * 0.7, 3.4), (sx * 1.13, sx * -0.3, 3.4)]
            for sx in (-1.0, 1.0)
        ],
        uvs=UNIT_UVS,
        texture=Texture.WINDOW_DARK,
    )
    roof = loft(
        np.array(
            [
                [(-1.4, -1.3, 3.7), (1.4, -1.3, 3.7), (1.4, 1.3, 3.7), (-1.4, 1.3, 3.7)],
                [(-1.3, -1.2, 3.95), (1.3, -1.2, 3.95), (1.3, 1.2, 3.95), (-1.3, 1.2, 3.95)],
                [(-0.3, -0.2, 4.35), (0.3, -0.2, 4.35), (0.3, 0.2, 4.35), (-0.3, 0.2, 4.35)],
            ]
        ),
        colour=red,
        smooth=False,
        cap_top=True,
        two_sided=True,
    )
    rails = [box((a, -1.68, 2.72), (b, -1.62, 2.78), colour=WHITE, without=()) for a, b in ((-1.48, 1.48),)]
    rails += [box((x, -1.65, 2.72), (x + 0.06, -0.6, 2.78), colour=WHITE, without=()) for x in (-1.48, 1.42)]
    posts = instances(box((-0.03, -0.03, 1.88), (0.03, 0.03, 2.75), colour=WHITE), [(x, -1.65, 0) for x in (-1.45, -0.5, 0.5, 1.45)])
    turn = np.arange(17) * (2 * np.pi / 16)
    ring = tube([(0.8 + 0.27 * np.cos(q), -1.75, 2.3 + 0.27 * np.sin(q)) for q in turn], [0.07] * 17, 7, colour=(0.60, 0.10, 0.03))
    ramp_cells = [
        [
            (-0.45, 1.2 + 0.55 * k, 1.85 - 0.37 * k),
            (-0.45, 1.75 + 0.55 * k, 1.48 - 0.37 * k),
            (0.45, 1.75 + 0.55 * k, 1.48 - 0.37 * k),
            (0.45, 1.2 + 0.55 * k, 1.85 - 0.37 * k),
        ]
        for k in range(5)
    ]
    ramp = quads(ramp_cells, texture=Texture.WOOD, repeat_m=1.0, colour=_PINE, two_sided=True)
    mast = tower([(0.03, 3.9), (0.03, 5.6)], 6, colour=WHITE).moved((1.0, 0.9, 0.0))
    flag = quads([[(1.03, 0.9, 5.1), (1.75, 1.0, 5.05), (1.75, 1.0, 5.5), (1.03, 0.9, 5.55)]], colour=(0.66, 0.46, 0.03), two_sided=True)
    part = merge([*legs, *braces, deck, cabin, band, glass, sides, roof, *rails, posts, ring, ramp, mast, flag]).grounded(0.5, 0.7)
    proxies = [
        box_proxy((-1.3, -1.2, 0.0), (1.3, 1.2, 1.76)),
        box_proxy((-1.5, -1.8, 1.7), (1.5, 1.2, 2.8)),
        box_proxy((-1.12, -0.64, 1.88), (1.12, 1.12, 3.7)),
        box_proxy((-1.4, -1.3, 3.68), (1.4, 1.3, 4.36)),
        box_proxy((0.95, 0.85, 3.9), (1.77, 1.02, 5.6)),
    ]
    proxies += [box_proxy((-0.46, 1.2 + 0.55 * k, max(0.0, 1.3 - 0.37 * k)), (0.46, 1.76 + 0.55 * k, 1.88 - 0.37 * k)) for k in range(5)]
    return Prop(part, tuple(proxies))
