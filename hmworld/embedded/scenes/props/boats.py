"""Boats on the sand and at sea, a pier and a lighthouse."""

from __future__ import annotations

import itertools

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Prop, box_proxy
from hmworld.embedded.scenes.kit.shapes import UNIT_UVS, Part, box, fan, instances, loft, merge, quads, tower, triangles_of, tube
from hmworld.embedded.scenes.textures.catalogue import Texture

Rgb = tuple[float, float, float]
Rgbs = tuple[Rgb, Rgb]

WHITE: Rgb = (0.70, 0.69, 0.65)
_PINE: Rgb = (0.50, 0.36, 0.21)
_GREY: Rgb = (0.42, 0.38, 0.32)
_IRON: Rgb = (0.05, 0.05, 0.055)


def _hull(length_m: float, wide_m: float, deep_m: float, outside: Rgbs, inside: Rgbs) -> Part:
    """An open boat along x, bow to +x, keel at z = 0."""
    xs = np.linspace(-0.5, 0.5, 11)
    rings = []
    for x in xs:
        q = 2 * abs(x) if x > 0 else 1.3 * abs(x)
        half = 0.5 * wide_m * (1.0 - q**2.6) + 0.02
        keel = 0.35 * deep_m * max(0.0, q - 0.45) ** 1.6 * 2.0
        sheer = deep_m * (1.0 + 0.28 * q**2)
        profile = [(half, sheer), (0.92 * half, 0.55 * (sheer + keel)), (0.55 * half, keel + 0.12 * deep_m), (0.0, keel)]
        whole = profile + [(-y, z) for y, z in profile[-2::-1]]
        rings.append([(x * length_m, y, z) for y, z in whole])
    grid = np.asarray(rings)
    outer = np.stack([grid[:-1, :-1], grid[:-1, 1:], grid[1:, 1:], grid[1:, :-1]], 2).reshape(-1, 4, 3)
    inner = outer[:, ::-1] * (0.985, 0.93, 1.0) + (0.0, 0.0, 0.03)
    band = np.where(outer[..., 2].mean(axis=1)[:, None] > 0.62 * deep_m, np.asarray(outside[1]), np.asarray(outside[0]))
    skin = [
        quads(outer, texture=Texture.WOOD, repeat_m=0.9, colour=band),
        quads(inner, texture=Texture.WOOD, repeat_m=0.9, colour=inside[0]),
    ]
    rim = [tube(grid[:, k] + (0, 0, 0.01), [0.045] * len(xs), 5, colour=inside[1]) for k in (0, -1)]
    stern = fan(grid[0], colour=outside[0])
    back = fan(grid[0][::-1] + np.array((0.02, 0, 0.0)), colour=inside[0])
    return merge([*skin, *rim, stern, back])


def rowing_boat(outside: Rgbs) -> Prop:
    """A clinker rowing boat along x lying on the sand, 4.2 m, with thwarts and oars."""
    hull = _hull(4.2, 1.55, 0.62, outside, ((0.34, 0.22, 0.12), WHITE))
    seats = [
        box((x - 0.14, -0.66 * s, 0.40), (x + 0.14, 0.66 * s, 0.44), texture=Texture.WOOD, repeat_m=0.8, colour=_PINE, without=())
        for x, s in ((-1.2, 0.86), (-0.1, 1.0), (0.9, 0.86))
    ]
    oars = [tube([(-1.4, y, 0.56), (1.3, y * 0.6, 0.60)], (0.028, 0.022), 5, colour=_PINE) for y in (-0.34, 0.34)]
    part = merge([hull, *seats, *oars]).grounded(0.35, 0.6)
    return Prop(part, (box_proxy((-2.1, -0.78, 0.0), (1.2, 0.78, 0.72)), box_proxy((1.1, -0.5, 0.0), (2.1, 0.5, 0.84))))


def sailing_dinghy(sail: Rgb) -> Prop:
    """A dinghy along x on the sand with its sail up, mast 5.4 m."""
    hull = _hull(4.4, 1.7, 0.55, ((0.62, 0.61, 0.58), (0.05, 0.13, 0.32)), ((0.45, 0.44, 0.40), WHITE))
    deck = quads([[(0.5, -0.72, 0.58), (1.9, -0.2, 0.66), (1.9, 0.2, 0.66), (0.5, 0.72, 0.58)]], colour=WHITE)
    mast = tower([(0.05, 0.2), (0.05, 2.8), (0.03, 5.4)], 7, colour=(0.32, 0.32, 0.33)).moved((0.55, 0, 0))
    boom = tube([(0.5, 0, 1.25), (-1.9, 0.15, 1.2)], (0.04, 0.035), 6, colour=(0.32, 0.32, 0.33))
    levels = np.linspace(0.0, 1.0, 6)
    cells = []
    for a, b in itertools.pairwise(levels):
        luff = [(0.5, 0.0, 1.3 + 3.95 * q) for q in (a, b)]
        leech = [(0.5 - 2.35 * (1 - q) ** 0.85, 0.34 * np.sin(np.pi * min(q + 0.25, 1.0)) * (1 - q), 1.28 + 3.95 * q) for q in (a, b)]
        cells.append([leech[0], luff[0], luff[1], leech[1]])
    canvas = quads(cells, colour=[sail if k in (1, 2) else WHITE for k in range(5)], two_sided=True)
    proxies = (
        box_proxy((-2.2, -0.85, 0.0), (2.15, 0.85, 0.68)),
        box_proxy((-1.9, -0.05, 1.15), (0.62, 0.4, 2.2)),
        box_proxy((-1.4, -0.05, 2.1), (0.62, 0.35, 3.6)),
        box_proxy((-0.6, -0.05, 3.5), (0.62, 0.25, 5.4)),
        box_proxy((0.48, -0.06, 0.2), (0.62, 0.06, 5.4)),
    )
    return Prop(merge([hull, deck, mast, boom, canvas]).grounded(0.35, 0.65), proxies)


def far_yacht(sail: Rgb) -> Part:
    """A sailing boat at sea, 9 m high."""
    hull = loft(
        np.array(
            [
                [(-2.6, -0.5, -0.3), (2.0, -0.5, -0.3), (2.0, 0.5, -0.3), (-2.6, 0.5, -0.3)],
                [(-3.0, -0.9, 0.7), (3.4, -0.1, 0.9), (3.4, 0.1, 0.9), (-3.0, 0.9, 0.7)],
            ]
        ),
        colour=WHITE,
        smooth=False,
        cap_top=True,
    )
    main = triangles_of([(-2.6, 0.1, 1.5), (0.4, 0.0, 1.5), (0.4, 0.0, 9.0)], [(0, 1, 2)], colour=sail, two_sided=True)
    jib = triangles_of([(0.6, 0.1, 1.2), (3.2, 0.0, 1.1), (0.5, 0.0, 7.6)], [(0, 1, 2)], colour=WHITE, two_sided=True)
    return merge([hull, main, jib, tower([(0.07, 0.7), (0.05, 9.3)], 5, colour=_IRON).moved((0.45, 0, 0))])


def pier(length_m: float) -> Prop:
    """A timber pier along -y on piles with a railing and a pavilion at its end; its deck lies at z = 1.6."""
    deck = box((-2.2, -length_m, 1.42), (2.2, 0.0, 1.6), texture=Texture.WOOD, repeat_m=1.4, colour=_GREY, without=())
    ys = np.arange(-length_m + 1.0, 0.0, 4.0)
    piles = instances(
        tower([(0.2, -3.0), (0.18, 1.45)], 6, texture=Texture.BARK, colour=(0.8, 0.8, 0.8), cap_top=False),
        [(x, y, 0) for x in (-1.9, 1.9) for y in ys],
    )
    posts = instances(box((-0.05, -0.05, 1.6), (0.05, 0.05, 2.65), colour=WHITE), [(x, y, 0) for x in (-2.1, 2.1) for y in ys])
    rails = [box((x - 0.04, -length_m, z), (x + 0.04, 0.0, z + 0.08), colour=WHITE, without=()) for x in (-2.1, 2.1) for z in (2.1, 2.6)]
    hall = box((-4.0, -length_m - 7.0, 1.6), (4.0, -length_m, 5.0), texture=Texture.WOOD, repeat_m=1.4, colour=(0.55, 0.62, 0.64))
    floor = box((-5.0, -length_m - 8.0, 1.3), (5.0, -length_m, 1.6), colour=_GREY, without=())
    roof = loft(
        np.array(
            [
                [(-4.8, -length_m - 7.8, 5.0), (4.8, -length_m - 7.8, 5.0), (4.8, -length_m + 0.8, 5.0), (-4.8, -length_m + 0.8, 5.0)],
                [(-0.4, -length_m - 4.0, 8.0), (0.4, -length_m - 4.0, 8.0), (0.4, -length_m - 3.0, 8.0), (-0.4, -length_m - 3.0, 8.0)],
            ]
        ),
        texture=Texture.ROOF_TILES,
        uv_scale=(8.0, 2.0),
        colour=(0.42, 0.13, 0.09),
        smooth=False,
        cap_top=True,
    )
    panes = quads(
        [
            [(-4.02, y + 1.2, 2.4), (-4.02, y, 2.4), (-4.02, y, 4.2), (-4.02, y + 1.2, 4.2)]
            for y in np.arange(-length_m - 6.4, -length_m - 1.0, 1.7)
        ],
        uvs=UNIT_UVS,
        texture=Texture.WINDOW,
        colour=(1.0, 0.85, 0.6),
    ).glowing(1.1)
    return Prop(merge([deck, piles, posts, *rails, hall, floor, roof, panes]), ())


def lighthouse() -> Part:
    """A white lighthouse with two red bands, 22 m."""
    parts = []
    levels = np.linspace(0.0, 17.0, 6)
    for k, (a, b) in enumerate(itertools.pairwise(levels)):
        parts.append(
            tower(
                [(2.6 - 0.075 * a, float(a)), (2.6 - 0.075 * b, float(b))], 14, colour=(0.50, 0.05, 0.04) if k % 2 else WHITE, cap_top=False
            )
        )
    parts.append(tower([(2.0, 17.0), (2.0, 17.4)], 14, colour=_IRON))
    parts.append(tower([(1.0, 17.4), (1.0, 19.6)], 10, colour=(0.8, 0.74, 0.5)).glowing(6.0))
    parts.append(tower([(1.25, 19.6), (0.1, 21.5), (0.05, 22.5)], 10, colour=(0.50, 0.05, 0.04)))
    return merge(parts)
