"""The church of an old town: a clock tower with a slate spire, and the nave behind it."""

from __future__ import annotations

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Prop, box_proxy
from hmworld.embedded.scenes.kit.shapes import UNIT_UVS, Part, box, fan, instances, merge, quads, tower, triangles_of, tube
from hmworld.embedded.scenes.textures.catalogue import Texture

Rgb = tuple[float, float, float]


_IRON: Rgb = (0.028, 0.028, 0.03)


_STONE: Rgb = (0.60, 0.56, 0.48)


def _lancet(x: float, z: float, wide: float, high: float) -> Part:
    """A pointed leaded window in the plane y = -0.03, with a stone hood."""
    t = np.linspace(0.0, 1.0, 6)
    left = np.stack([x + wide / 2 * t**1.6, z + high * 0.7 + high * 0.3 * t], 1)
    right = np.stack([x + wide - wide / 2 * t**1.6, z + high * 0.7 + high * 0.3 * t], 1)
    outline = np.concatenate([[(x, z), (x + wide, z)], right[:-1], left[::-1]])
    points = np.stack([outline[:, 0], np.full(len(outline), -0.03), outline[:, 1]], 1)
    pane = fan(points, texture=Texture.LEADED, colour=(1.3, 1.3, 1.5))
    uvs = np.stack([(points[:, 0] - x) / wide, 1.0 - (points[:, 2] - z) / high], 1)
    glass = Part(**{**pane.__dict__, "uvs": uvs}).glowing(1.2)
    hood = tube(points[2:] + np.array((0.0, -0.03, 0.03)), [0.09] * len(points[2:]), 5, colour=_STONE)
    sill = box((x - 0.12, -0.16, z - 0.16), (x + wide + 0.12, 0.0, z), colour=_STONE, without=("+y",))
    return merge([glass, hood, sill])


def clock_tower() -> Prop:
    """A stone church tower, front to -y, over x -4..4, y 0..8: portal, lancets, four dials, belfry, slate spire, 44 m."""
    stone = box((-4, 0, 0), (4, 8, 25), texture=Texture.RUBBLE, repeat_m=4.0, colour=(0.66, 0.61, 0.52))
    parts = [stone]
    corner = box((-0.5, -0.5, 0.0), (0.5, 0.5, 25.2), texture=Texture.ASHLAR, repeat_m=2.0, colour=_STONE)
    parts.append(instances(corner, [(x, y, 0) for x in (-3.9, 3.9) for y in (0.1, 7.9)]))
    for z in (8.5, 16.0, 25.0):
        parts.append(box((-4.3, -0.3, z), (4.3, 8.3, z + 0.5), colour=_STONE, without=()))
    for offset, yaw in (((0.0, 0.0), 0.0), ((4.0, 4.0), 90.0), ((0.0, 8.0), 180.0), ((-4.0, 4.0), -90.0)):
        side = [_lancet(-0.7, 9.6, 1.4, 4.6)]
        dial = [(-1.7, -0.08, 17.4), (1.7, -0.08, 17.4), (1.7, -0.08, 20.8), (-1.7, -0.08, 20.8)]
        side.append(quads([dial], uvs=UNIT_UVS, texture=Texture.CLOCK).glowing(0.6))
        side.append(box((-1.85, -0.07, 17.25), (1.85, 0.0, 20.95), colour=_STONE, without=("+y",)))
        side += [box((x - 0.55, -0.02, 21.6), (x + 0.55, 0.0, 24.3), colour=(0.02, 0.02, 0.022), without=("+y",)) for x in (-1.2, 1.2)]
        side.append(
            instances(
                box((-1.8, -0.1, 0.0), (1.8, 0.0, 0.1), colour=(0.25, 0.2, 0.15), without=("+y",)),
                [(0, 0, z) for z in np.arange(21.8, 24.3, 0.4)],
            )
        )
        parts.append(merge(side).moved((*offset, 0.0), yaw))
    arch = [_lancet(-1.4, 0.0, 2.8, 4.6)]
    leaves = [(-1.15, -0.06, 0.0), (1.15, -0.06, 0.0), (1.15, -0.06, 3.1), (-1.15, -0.06, 3.1)]
    arch.append(quads([leaves], texture=Texture.WOOD, repeat_m=1.0, colour=(0.34, 0.18, 0.09)))
    arch.append(box((-0.03, -0.08, 0.0), (0.03, -0.05, 3.1), colour=_IRON))
    parts += arch
    slate = (0.13, 0.15, 0.18)
    spire = tower(
        [(5.9, 25.5), (3.1, 30.5), (0.08, 43.0)], 8, texture=Texture.SHINGLES, uv_scale=(16.0, 8.0), colour=slate, smooth=False
    ).moved((0.0, 4.0, 0.0), 22.5)
    parts.append(spire)
    turret = tower(
        [(0.75, 25.5), (0.75, 27.5), (0.95, 27.5), (0.03, 31.5)],
        6,
        texture=Texture.SHINGLES,
        uv_scale=(3.0, 3.0),
        colour=slate,
        smooth=False,
    )
    parts += [turret.moved((x, y, 0.0)) for x in (-3.6, 3.6) for y in (0.4, 7.6)]
    parts.append(
        merge(
            [
                box((-0.05, 3.95, 43.0), (0.05, 4.05, 44.4), colour=(0.6, 0.42, 0.1), without=()),
                box((-0.4, 3.95, 43.8), (0.4, 4.05, 43.95), colour=(0.6, 0.42, 0.1), without=()),
            ]
        )
    )
    part = merge(parts).grounded(1.0, 0.65)
    return Prop(part, (box_proxy((-4.4, -0.4, 0.0), (4.4, 8.4, 25.5)), box_proxy((-5.4, -1.4, 25.0), (5.4, 9.4, 44.3))))


def nave() -> Prop:
    """The body of the church, over x -5..5, y 0..18, ridge along y, buttresses and lancets on both sides."""
    shell = box((-5, 0, 0), (5, 18, 9), texture=Texture.RUBBLE, repeat_m=4.0, colour=(0.62, 0.57, 0.49))
    roof = quads(
        [
            [(-5.4, 18.2, 8.8), (-5.4, -0.2, 8.8), (0, -0.2, 16.5), (0, 18.2, 16.5)],
            [(5.4, -0.2, 8.8), (5.4, 18.2, 8.8), (0, 18.2, 16.5), (0, -0.2, 16.5)],
        ],
        texture=Texture.SHINGLES,
        repeat_m=2.6,
        colour=(0.16, 0.17, 0.20),
    )
    ends = triangles_of(
        [(-5, 0, 9), (5, 0, 9), (0, 0, 16.3)],
        [(0, 1, 2)],
        texture=Texture.RUBBLE,
        uvs=[(0, 0), (2.5, 0), (1.2, -2)],
        colour=(0.62, 0.57, 0.49),
    )
    parts = [shell, roof, ends]
    for yaw, offset in ((90.0, (5.0, 0.0)), (-90.0, (-5.0, 18.0))):
        for k in range(4):
            buttress = box(
                (4.2 * k + 0.3, -0.9, 0.0),
                (4.2 * k + 1.0, 0.0, 7.2),
                texture=Texture.ASHLAR,
                repeat_m=2.0,
                colour=_STONE,
                without=("-z", "+y"),
            )
            parts.append(merge([buttress, _lancet(4.2 * k + 1.9, 2.4, 1.5, 5.0)]).moved((*offset, 0.0), yaw))
    return Prop(
        merge(parts).grounded(1.0, 0.65), (box_proxy((-5.9, 0.0, 0.0), (5.9, 18.0, 9.0)), box_proxy((-5.4, -0.2, 8.6), (5.4, 18.2, 16.5)))
    )


def yard_gate() -> Prop:
    """A churchyard wall over x 0..4.5, 3 m high, with an arched timber gate under a tiled cap."""
    wall = box((0.0, 0.0, 0.0), (4.5, 0.5, 3.0), texture=Texture.RUBBLE, repeat_m=3.0, colour=(0.60, 0.55, 0.47))
    cap = quads(
        [
            [(-0.1, -0.25, 2.95), (4.6, -0.25, 2.95), (4.6, 0.25, 3.45), (-0.1, 0.25, 3.45)],
            [(4.6, 0.75, 2.95), (-0.1, 0.75, 2.95), (-0.1, 0.25, 3.45), (4.6, 0.25, 3.45)],
        ],
        texture=Texture.ROOF_TILES,
        repeat_m=1.6,
        colour=(0.34, 0.13, 0.08),
    )
    leaf = quads(
        [[(1.4, -0.04, 0.0), (3.1, -0.04, 0.0), (3.1, -0.04, 2.3), (1.4, -0.04, 2.3)]],
        texture=Texture.WOOD,
        repeat_m=0.8,
        colour=(0.30, 0.17, 0.09),
    )
    jambs = [
        box((x, -0.12, 0.0), (x + 0.28, 0.0, 2.5), texture=Texture.ASHLAR, repeat_m=1.0, colour=_STONE, without=("+y", "-z"))
        for x in (1.14, 3.08)
    ]
    lintel = box((1.1, -0.12, 2.3), (3.4, 0.0, 2.62), texture=Texture.ASHLAR, repeat_m=1.0, colour=_STONE, without=("+y",))
    hinges = [box((1.4, -0.06, z), (2.6, -0.04, z + 0.07), colour=_IRON, without=("+y",)) for z in (0.5, 1.8)]
    return Prop(merge([wall, cap, leaf, *jambs, lintel, *hinges]).grounded(0.8, 0.62), (box_proxy((-0.1, -0.25, 0.0), (4.6, 0.75, 3.45)),))
