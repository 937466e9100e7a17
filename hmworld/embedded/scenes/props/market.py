"""What stands on an old market square: fountain, well, stalls, crates of fruit, barrels, sacks, a cart, lanterns."""

from __future__ import annotations

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Prop, box_proxy, joined
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.kit.shapes import Part, box, circle, fan, instances, loft, merge, quads, tower, triangles_of, tube
from hmworld.embedded.scenes.textures.catalogue import Texture

Rgb = tuple[float, float, float]


_TIMBER: Rgb = (0.30, 0.18, 0.10)


_IRON: Rgb = (0.028, 0.028, 0.03)


_STONE: Rgb = (0.60, 0.56, 0.48)


def fountain() -> Prop:
    """An octagonal basin of 3 m radius with a bowl on a column, a statue of a herald and four jets."""
    wall = tower(
        [(3.0, 0.0), (3.0, 0.16), (2.85, 0.2), (2.85, 0.72), (2.98, 0.76), (2.98, 0.88), (2.55, 0.88), (2.55, 0.5)],
        8,
        texture=Texture.ASHLAR,
        uv_scale=(8.0, 1.0),
        colour=_STONE,
        smooth=False,
        cap_top=False,
    )
    water = fan(circle(2.6, 0.68, 24), colour=(0.045, 0.10, 0.11))
    column = tower(
        [(0.6, 0.5), (0.6, 0.9), (0.36, 1.05), (0.3, 1.9), (0.42, 2.0), (1.15, 2.25), (1.25, 2.42), (1.1, 2.42), (0.9, 2.3)],
        16,
        texture=Texture.ASHLAR,
        uv_scale=(3.0, 2.0),
        colour=_STONE,
        cap_top=False,
    )
    dish = fan(circle(1.1, 2.36, 20), colour=(0.05, 0.11, 0.12))
    plinth = tower(
        [(0.34, 2.3), (0.3, 3.0), (0.42, 3.1), (0.42, 3.2)], 8, texture=Texture.ASHLAR, uv_scale=(2.0, 1.0), colour=_STONE, smooth=False
    )
    robe = tower([(0.34, 3.2), (0.28, 3.7), (0.22, 4.2), (0.27, 4.55), (0.2, 4.72), (0.08, 4.78)], 12, colour=(0.16, 0.26, 0.22))
    head = tower([(0.05, 4.74), (0.12, 4.82), (0.13, 4.92), (0.07, 5.03), (0.01, 5.05)], 10, colour=(0.16, 0.26, 0.22))
    arm = tube([(0.22, 0, 4.6), (0.42, -0.1, 4.4), (0.5, -0.22, 4.7)], (0.08, 0.07, 0.05), 6, colour=(0.16, 0.26, 0.22))
    staff = tube([(0.5, -0.22, 3.3), (0.5, -0.22, 5.4)], (0.025, 0.025), 6, colour=(0.20, 0.30, 0.25))
    flag = quads(
        [[(0.5, -0.22, 4.9), (1.1, -0.25, 4.95), (1.1, -0.25, 5.35), (0.5, -0.22, 5.4)]], colour=(0.16, 0.26, 0.22), two_sided=True
    )
    jets = []
    for k in range(4):
        a = np.radians(45.0 + 90.0 * k)
        t = np.linspace(0.0, 1.0, 7)
        path = np.stack([np.cos(a) * (1.2 + 0.75 * t), np.sin(a) * (1.2 + 0.75 * t), 2.38 + 0.25 * t - 1.95 * t * t], 1)
        jets.append(tube(path, [0.03, 0.035, 0.04, 0.045, 0.05, 0.055, 0.06], 5, colour=(0.62, 0.70, 0.74)))
    steps = tower(
        [(3.6, 0.0), (3.6, 0.14), (2.9, 0.14)],
        8,
        texture=Texture.ASHLAR,
        uv_scale=(8.0, 0.4),
        colour=(0.5, 0.47, 0.41),
        smooth=False,
        cap_top=False,
    )
    part = merge([steps, wall, water, column, dish, plinth, robe, head, arm, staff, flag, *jets]).grounded(0.4, 0.6)
    turned = Prop(part, ()).moved((0, 0, 0), 22.5).part
    return Prop(
        turned,
        (
            box_proxy((-2.95, -1.3, 0.0), (2.95, 1.3, 0.88)),
            box_proxy((-1.3, -2.95, 0.0), (1.3, 2.95, 0.88)),
            box_proxy((-2.1, -2.1, 0.0), (2.1, 2.1, 0.88)),
            box_proxy((-1.95, -1.95, 0.5), (1.95, 1.95, 2.65)),
            box_proxy((-0.55, -0.45, 2.4), (1.15, 0.5, 5.4)),
        ),
    )


def well() -> Prop:
    """A round draw-well with a shingled roof on two posts, bucket and crank."""
    ring = tower(
        [(0.95, 0.0), (0.92, 0.82), (1.0, 0.84), (1.0, 0.95), (0.7, 0.95), (0.7, 0.3)],
        14,
        texture=Texture.RUBBLE,
        uv_scale=(2.4, 0.7),
        colour=(0.66, 0.61, 0.53),
        cap_top=False,
    )
    deep = fan(circle(0.72, 0.4, 14), colour=(0.012, 0.014, 0.015))
    posts = [box((x - 0.08, -0.08, 0.9), (x + 0.08, 0.08, 2.3), texture=Texture.WOOD, repeat_m=0.7, colour=_TIMBER) for x in (-0.8, 0.8)]
    roll = tube([(-0.95, 0, 1.75), (0.95, 0, 1.75)], (0.09, 0.09), 8, texture=Texture.WOOD, uv_scale=(0.5, 1.5), colour=_TIMBER)
    slopes = [
        [(-1.15, -0.95, 2.2), (1.15, -0.95, 2.2), (1.15, 0, 3.0), (-1.15, 0, 3.0)],
        [(1.15, 0.95, 2.2), (-1.15, 0.95, 2.2), (-1.15, 0, 3.0), (1.15, 0, 3.0)],
    ]
    roof = quads(slopes, texture=Texture.SHINGLES, repeat_m=1.6, colour=(0.32, 0.20, 0.12), two_sided=True)
    pail = tower([(0.13, 1.05), (0.17, 1.35)], 10, texture=Texture.WOOD, uv_scale=(1.0, 0.4), colour=_TIMBER)
    rope = box((-0.012, -0.012, 1.35), (0.012, 0.012, 1.75), colour=(0.35, 0.28, 0.18))
    part = merge([ring, deep, *posts, roll, roof, pail, rope]).grounded(0.4, 0.6)
    proxies = [box_proxy((-0.95, -0.95, 0.0), (0.95, 0.95, 0.95)), box_proxy((-1.15, -0.95, 2.2), (1.15, 0.95, 3.0))]
    proxies += [box_proxy((x - 0.15, -0.15, 0.9), (x + 0.15, 0.15, 2.3)) for x in (-0.8, 0.8)]
    return Prop(part, (*proxies, box_proxy((-0.95, -0.17, 1.05), (0.95, 0.17, 1.85))))


def crate(kind: int, wide: float = 0.62) -> Part:
    """An open slatted crate heaped with fruit, on z = 0; `kind` 0 to 3 picks apples, oranges, cabbages or pears."""
    w, d, high = wide / 2, 0.21, 0.26
    slats = []
    for z in (0.02, 0.11, 0.20):
        slats.append(box((-w, -d, z), (w, -d + 0.015, z + 0.06), colour=(0.46, 0.32, 0.18), without=()))
        slats.append(box((-w, d - 0.015, z), (w, d, z + 0.06), colour=(0.46, 0.32, 0.18), without=()))
        slats += [box((x, -d, z), (x + 0.015, d, z + 0.06), colour=(0.42, 0.29, 0.16), without=()) for x in (-w, w - 0.015)]
    u, v = 0.5 * (kind % 2), 0.5 * (kind // 2)
    t = np.linspace(-1.0, 1.0, 4)
    gx, gy = np.meshgrid(t, t)
    gz = high - 0.03 + 0.10 * (1 - gx**2) * (1 - gy**2)
    points = np.stack([gx * (w - 0.02), gy * (d - 0.02), gz], -1).reshape(-1, 3)
    index = np.arange(16).reshape(4, 4)
    a, b, c, e = (index[i : i + 3, j : j + 3].ravel() for i, j in ((0, 0), (0, 1), (1, 1), (1, 0)))
    uvs = np.stack([u + 0.25 + 0.24 * gx, v + 0.25 + 0.24 * gy], -1).reshape(-1, 2)
    heap = triangles_of(points, np.concatenate([np.stack([a, b, c], 1), np.stack([a, c, e], 1)]), uvs=uvs, texture=Texture.PRODUCE)
    return merge([*slats, heap])


def crates(stream: Stream) -> Prop:
    """Crates on the ground and on each other, 1.5 m wide, 0.85 m high at the back."""
    parts = []
    for y, layers in ((-0.25, 1), (0.22, 3)):
        for x in (-0.68, 0.0, 0.68):
            for k in range(layers):
                parts.append(crate(stream.integer(0, 4)).moved((x, y, 0.27 * k), stream.number(-3.0, 3.0)))
    return Prop(
        merge(parts).grounded(0.3, 0.65), (box_proxy((-1.0, -0.48, 0.0), (1.0, 0.02, 0.36)), box_proxy((-1.0, 0.0, 0.0), (1.0, 0.45, 0.9)))
    )


def barrel() -> Part:
    """A cask on its end, 0.9 m."""
    body = tower(
        [(0.27, 0.0), (0.33, 0.22), (0.355, 0.45), (0.33, 0.68), (0.27, 0.9)],
        14,
        texture=Texture.WOOD,
        uv_scale=(3.0, 1.0),
        colour=(0.40, 0.25, 0.13),
    )
    hoops = [
        tower([(r, z), (r, z + 0.05)], 14, colour=_IRON, cap_top=False)
        for r, z in ((0.305, 0.08), (0.350, 0.28), (0.350, 0.57), (0.305, 0.78))
    ]
    rim = tower([(0.23, 0.9), (0.23, 0.87)], 14, colour=(0.25, 0.15, 0.08))
    return merge([body, *hoops, rim])


def barrels(count: int) -> Prop:
    """Two to four casks in a group."""
    spots = ((0.0, 0.0), (0.74, 0.1), (0.33, 0.66), (-0.5, 0.6))[:count]
    group = merge([barrel().moved((x, y, 0.0), 40.0 * k) for k, (x, y) in enumerate(spots)])
    return Prop(group.grounded(0.3, 0.6), tuple(box_proxy((x - 0.34, y - 0.34, 0.0), (x + 0.34, y + 0.34, 0.9)) for x, y in spots))


def sacks() -> Prop:
    """Three full sacks of grain, tied or open."""
    parts = []
    for x, y, rgb in ((0.0, 0.0, (0.50, 0.40, 0.26)), (0.62, 0.12, (0.44, 0.35, 0.22)), (0.28, 0.55, (0.55, 0.45, 0.30))):
        sack = tower([(0.24, 0.0), (0.31, 0.12), (0.33, 0.4), (0.27, 0.66), (0.16, 0.76), (0.20, 0.86)], 10, colour=rgb, cap_top=False)
        grain = fan(circle(0.2, 0.8, 10), colour=(0.55, 0.38, 0.12))
        parts.append(merge([sack, grain]).moved((x, y, 0.0)))
    return Prop(
        merge(parts).grounded(0.3, 0.6),
        tuple(box_proxy((x - 0.31, y - 0.31, 0.0), (x + 0.31, y + 0.31, 0.86)) for x, y in ((0.0, 0.0), (0.62, 0.12), (0.28, 0.55))),
    )


def stall(stream: Stream, canvas: Texture, ware: str) -> Prop:
    """A market stall facing -y, 3 x 2 m: trestle table under a striped awning; `ware` is fruit, cloth or pots."""
    w, d = 1.5, 0.95
    posts = [
        box((x - 0.05, y - 0.05, 0.0), (x + 0.05, y + 0.05, top), texture=Texture.WOOD, repeat_m=0.7, colour=_TIMBER)
        for x in (-w, w)
        for y, top in ((-d, 2.35), (d, 2.8))
    ]
    slope = [(-w - 0.2, -d - 0.4, 2.3), (w + 0.2, -d - 0.4, 2.3), (w + 0.2, d + 0.15, 2.95), (-w - 0.2, d + 0.15, 2.95)]
    hem = [(-w - 0.2, -d - 0.4, 2.08), (w + 0.2, -d - 0.4, 2.08), (w + 0.2, -d - 0.4, 2.3), (-w - 0.2, -d - 0.4, 2.3)]
    awning = quads([slope, hem], uvs=[((0, 1), (1.6, 1), (1.6, 0), (0, 0))] * 2, texture=canvas, two_sided=True)
    table = box(
        (-w + 0.08, -d + 0.05, 0.80), (w - 0.08, 0.25, 0.86), texture=Texture.WOOD, repeat_m=0.9, colour=(0.44, 0.29, 0.16), without=()
    )
    cloth = quads(
        [[(-w + 0.08, -d + 0.03, 0.2), (w - 0.08, -d + 0.03, 0.2), (w - 0.08, -d + 0.03, 0.84), (-w + 0.08, -d + 0.03, 0.84)]],
        colour=stream.pick(((0.42, 0.07, 0.05), (0.10, 0.20, 0.12), (0.52, 0.42, 0.22), (0.12, 0.14, 0.32))),
        two_sided=True,
    )
    legs = instances(
        box((-0.04, -0.04, 0.0), (0.04, 0.04, 0.8), colour=_TIMBER), [(x, y, 0) for x in (-w + 0.2, w - 0.2) for y in (-d + 0.15, 0.15)]
    )
    parts: list[Part] = [*posts, awning, table, cloth, legs]
    if ware == "fruit":
        parts += [crate(stream.integer(0, 4)).moved((x, y, 0.86)) for x in (-1.05, -0.35, 0.35, 1.05) for y in (-0.62, -0.16)]
    elif ware == "cloth":
        for k in range(9):
            rgb = stream.pick(
                ((0.45, 0.05, 0.05), (0.06, 0.12, 0.34), (0.55, 0.40, 0.08), (0.10, 0.26, 0.14), (0.50, 0.46, 0.40), (0.30, 0.06, 0.24))
            )
            x = -1.2 + 0.3 * k
            parts.append(tube([(x, -0.8, 0.96), (x, 0.15, 0.96)], (0.10, 0.10), 8, colour=rgb))
            if k % 2 == 0:
                parts.append(box((x - 0.13, d - 0.02, 1.3), (x + 0.28, d + 0.01, 2.6), colour=rgb, without=()))
    else:
        for x in np.arange(-1.2, 1.3, 0.3).tolist():
            for y in (-0.7, -0.3, 0.05):
                high, wide = stream.number(0.18, 0.42), stream.number(0.08, 0.13)
                rgb = stream.pick(((0.42, 0.18, 0.09), (0.30, 0.12, 0.06), (0.50, 0.42, 0.30), (0.12, 0.20, 0.26)))
                parts.append(
                    tower(
                        [(wide * 0.6, 0.86), (wide, 0.86 + high * 0.45), (wide * 0.5, 0.86 + high * 0.85), (wide * 0.7, 0.86 + high)],
                        9,
                        colour=rgb,
                    ).moved((x, y, 0.0))
                )
    parts.append(crate(stream.integer(0, 4)).moved((-0.9, 0.7, 0.0)))
    parts.append(crate(stream.integer(0, 4)).moved((0.3, 0.72, 0.0)))
    proxies = [box_proxy((-w + 0.05, -d, 0.0), (w - 0.05, 0.3, 1.3)), box_proxy((-w - 0.2, -d - 0.4, 2.08), (w + 0.2, d + 0.2, 2.95))]
    proxies += [box_proxy((x - 0.05, y - 0.05, 0.0), (x + 0.05, y + 0.05, top)) for x in (-w, w) for y, top in ((-d, 2.35), (d, 2.8))]
    proxies.append(box_proxy((-1.3, 0.45, 0.0), (0.7, 0.95, 0.36)))
    if ware == "cloth":
        proxies.append(box_proxy((-1.35, d - 0.1, 1.3), (1.5, d + 0.05, 2.6)))
    return Prop(merge(parts).grounded(0.4, 0.62), tuple(proxies))


def hay_cart() -> Prop:
    """A two-wheeled cart along x, its shafts to +x on the ground, loaded with hay."""
    wheels = []
    for y in (-0.75, 0.75):
        t = np.linspace(0, 2 * np.pi, 21)
        rim = tube(np.stack([0.55 * np.cos(t), np.full(21, y), 0.55 + 0.5 * np.sin(t)], 1), [0.05] * 21, 5, colour=_TIMBER)
        spokes = [
            tube([(0, y, 0.55), (0.5 * np.cos(a), y, 0.55 + 0.46 * np.sin(a))], (0.03, 0.025), 5, colour=_TIMBER)
            for a in np.arange(8) * np.pi / 4
        ]
        wheels += [rim, *spokes, tube([(0, y - 0.1, 0.55), (0, y + 0.1, 0.55)], (0.09, 0.09), 8, colour=_IRON)]
    bed = box((-1.3, -0.62, 0.72), (1.1, 0.62, 0.8), texture=Texture.WOOD, repeat_m=0.9, colour=_TIMBER, without=())
    sides = [
        box((-1.3, y - 0.03, 0.8), (1.1, y + 0.03, 1.15), texture=Texture.WOOD, repeat_m=0.9, colour=_TIMBER, without=())
        for y in (-0.62, 0.62)
    ]
    shafts = [tube([(1.0, y, 0.76), (2.6, y * 0.7, 0.1)], (0.05, 0.035), 6, colour=_TIMBER) for y in (-0.5, 0.5)]
    rings = np.stack(
        [
            circle(1.0, 0.0, 12) * (1.15 * s, 0.62 * s, 0) + (-0.1, 0, z)
            for s, z in ((0.95, 0.82), (1.0, 1.2), (0.85, 1.55), (0.5, 1.8), (0.15, 1.88))
        ]
    )
    hay = loft(rings, texture=Texture.HAY, uv_scale=(4.0, 1.5), cap_top=True)
    return Prop(
        merge([*wheels, bed, *sides, *shafts, hay]).grounded(0.4, 0.65),
        (box_proxy((-1.32, -0.85, 0.0), (1.15, 0.85, 1.88)), box_proxy((1.1, -0.5, 0.0), (2.65, 0.5, 0.8))),
    )


def lantern_post() -> Prop:
    """A timber post with an iron arm towards +x and a hanging lantern, 3.3 m."""
    post = box((-0.09, -0.09, 0.0), (0.09, 0.09, 3.2), texture=Texture.WOOD, repeat_m=0.8, colour=_TIMBER)
    foot = box((-0.22, -0.22, 0.0), (0.22, 0.22, 0.35), texture=Texture.ASHLAR, repeat_m=1.0, colour=_STONE)
    arm = tube([(0, 0, 2.9), (0.4, 0, 3.12), (0.75, 0, 3.1)], (0.03, 0.03, 0.025), 6, colour=_IRON)
    glass = tower([(0.10, 2.62), (0.15, 2.95)], 6, colour=(0.78, 0.64, 0.36), smooth=False).moved((0.75, 0.0, 0.0)).glowing(6.0)
    cap = tower([(0.19, 2.95), (0.04, 3.1)], 6, colour=_IRON, smooth=False).moved((0.75, 0.0, 0.0))
    return Prop(
        merge([post, foot, arm, glass, cap]).grounded(0.3, 0.65),
        (box_proxy((-0.15, -0.15, 0), (0.15, 0.15, 3.2)), box_proxy((0.0, -0.2, 2.6), (0.95, 0.2, 3.2))),
    )


def market_corner(stream: Stream) -> Prop:
    """Crates, barrels and sacks side by side, 3.4 m along x."""
    return joined([crates(stream), barrels(3).moved((1.7, 0.0, 0.0)), sacks().moved((-1.9, -0.1, 0.0))])


def wall_lantern() -> Prop:
    """An iron bracket on a wall in the plane y = 0 with a big lantern before it, 3 m up."""
    arm = box((-0.03, -0.72, 3.42), (0.03, 0.0, 3.48), colour=_IRON, without=("+y",))
    stay = tube([(0, 0, 2.95), (0, -0.3, 3.2), (0, -0.55, 3.42)], (0.025, 0.025, 0.025), 6, colour=_IRON)
    glass = tower([(0.13, 2.92), (0.2, 3.3)], 6, colour=(0.78, 0.64, 0.36), smooth=False).moved((0.0, -0.6, 0.0)).glowing(6.0)
    cap = tower([(0.24, 3.3), (0.05, 3.46)], 6, colour=_IRON, smooth=False).moved((0.0, -0.6, 0.0))
    return Prop(merge([arm, stay, glass, cap]), (box_proxy((-0.22, -0.82, 2.9), (0.22, 0.0, 3.5)),))
