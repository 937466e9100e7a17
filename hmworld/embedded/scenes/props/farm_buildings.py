"""Buildings of a farm: barn, silo, farmhouse, open shed, chicken coop, wind pump, well."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Prop, box_proxy, joined
from hmworld.embedded.scenes.kit.shapes import box, circle, fan, instances, merge, quads, tower, triangles_of, tube
from hmworld.embedded.scenes.props.floors import upright
from hmworld.embedded.scenes.props.sheds import barn_door, gabled, window
from hmworld.embedded.scenes.textures.catalogue import Texture

Rgb = tuple[float, float, float]
RED: Rgb = (0.40, 0.045, 0.03)
_TRIM: Rgb = (0.62, 0.60, 0.55)
_OLD_WOOD: Rgb = (0.34, 0.28, 0.21)
_DARK: Rgb = (0.03, 0.03, 0.032)
_STEEL: Rgb = (0.42, 0.44, 0.45)


def barn() -> Prop:
    """A red gambrel barn, front to -y, 15 x 20 m: white trims, braced doors, hay loft, vents on the ridge."""
    w, d, wall = 7.5, 10.0, 5.0
    profile = [(-w, wall), (-4.9, 8.6), (0.0, 10.8), (4.9, 8.6), (w, wall)]
    body = gabled((w, d), wall, profile, (int(Texture.BOARDS), 2.2, RED), (int(Texture.SHEETING), 2.0, (0.22, 0.225, 0.23)), 0.5)
    front = [barn_door(4.6, 4.3, RED, _TRIM), barn_door(2.0, 2.2, (0.36, 0.04, 0.028), _TRIM).moved((0.0, 0.0, 6.1))]
    for x in (-5.2, 5.2):
        front.append(window(1.2, 1.3, _TRIM, 1.0 if x > 0 else 0.0).moved((x, 0.0, 1.6)))
    edge = [box((x - 0.16, -0.06, 0.0), (x + 0.16, 0.0, wall), colour=_TRIM, without=("+y", "-z")) for x in (-w + 0.1, w - 0.1)]
    edge.append(box((-w, -0.05, wall - 0.1), (w, 0.0, wall + 0.12), colour=_TRIM, without=("+y",)))
    for a, b in pairwise(profile):
        slope = [(a[0], -0.06, a[1] - 0.3), (b[0], -0.06, b[1] - 0.3), (b[0], -0.06, b[1] - 0.02), (a[0], -0.06, a[1] - 0.02)]
        edge.append(quads([slope], colour=_TRIM))
    parts = [body.part, merge(front + edge).moved((0.0, -d, 0.0))]
    side = [window(1.2, 1.2, _TRIM).moved((x, 0.0, 1.9)) for x in (-7.0, -3.5, 0.0, 3.5, 7.0)]
    for sign in (-1.0, 1.0):
        parts.append(merge(side).moved((sign * w, 0.0, 0.0), 90.0 * sign))
    beam = box((-0.12, -d - 1.6, 9.6), (0.12, -d + 0.2, 9.85), colour=_OLD_WOOD, without=())
    vents, tops = [], []
    for y in (-5.0, 5.0):
        vents.append(box((-0.8, y - 0.8, 10.3), (0.8, y + 0.8, 12.0), colour=_TRIM, without=("-z",)))
        vents.append(tower([(1.35, 12.0), (0.05, 13.2)], 4, colour=(0.2, 0.2, 0.21), smooth=False).moved((0.0, y, 0.0), 45.0))
        tops.append(box_proxy((-0.95, y - 0.95, 10.3), (0.95, y + 0.95, 13.2)))
    part = merge([*parts, beam, *vents])
    return Prop(
        part,
        (
            *body.obstacles,
            box_proxy((-2.9, -d - 0.15, 0.0), (2.9, -d, 4.6)),
            box_proxy((-0.14, -d - 1.6, 9.55), (0.14, -d + 0.2, 9.9)),
            *tops,
        ),
    )


def silo() -> Prop:
    """A ribbed steel silo with a domed cap, a ladder and a chute, 15 m."""
    drum = tower([(2.5, 0.0), (2.5, 12.6)], 32, texture=Texture.SHEETING, uv_scale=(5.0, 3.0), colour=(0.62, 0.64, 0.66), cap_top=False)
    hoops = [
        tower([(2.5, z), (2.57, z + 0.05), (2.57, z + 0.12), (2.5, z + 0.17)], 32, colour=(0.34, 0.35, 0.36), cap_top=False)
        for z in np.arange(0.8, 12.5, 1.3)
    ]
    dome = tower(
        [(2.62, 12.55), (2.55, 12.8), (2.1, 13.8), (1.2, 14.6), (0.35, 14.95), (0.3, 15.3), (0.05, 15.4)], 32, colour=(0.5, 0.52, 0.54)
    )
    rails = [box((x - 0.025, -2.85, 0.0), (x + 0.025, -2.8, 13.0), colour=(0.25, 0.25, 0.25)) for x in (-0.22, 0.22)]
    rung = box((-0.22, -2.84, 0.0), (0.22, -2.81, 0.03), colour=(0.25, 0.25, 0.25), without=())
    foot = tower([(2.75, 0.0), (2.75, 0.35), (2.5, 0.4)], 32, colour=(0.36, 0.35, 0.33), cap_top=False)
    part = merge([drum, *hoops, dome, *rails, instances(rung, [(0, 0, float(z)) for z in np.arange(0.3, 13.0, 0.35)]), foot]).grounded(
        0.8, 0.65
    )
    return Prop(part, (box_proxy((-2.45, -2.86, 0.0), (2.45, 2.45, 15.3)), box_proxy((-2.75, -1.8, 0.0), (2.75, 1.8, 15.0))))


def farmhouse() -> Prop:
    """A two-storey timber farmhouse, porch to -y, 11 x 8 m, white boards, green shutters, brick chimneys."""
    w, d, wall = 5.5, 4.0, 5.6
    white: Rgb = (0.62, 0.60, 0.54)
    body = gabled(
        (d, w),
        wall,
        [(-d, wall), (0.0, 8.6), (d, wall)],
        (int(Texture.WOOD), 1.5, white),
        (int(Texture.ROOF_TILES), 2.6, (0.20, 0.17, 0.16)),
        0.5,
    )
    turned = body.moved((0.0, 0.0, 0.0), 90.0)
    parts = [
        turned.part,
        box((-w - 0.06, -d - 0.06, 0.0), (w + 0.06, d + 0.06, 0.55), texture=Texture.ASHLAR, repeat_m=1.4, colour=(0.40, 0.37, 0.33)),
    ]
    shutter = box((-0.2, -0.06, 0.0), (0.2, 0.0, 1.45), texture=Texture.WOOD, repeat_m=0.7, colour=(0.05, 0.16, 0.09), without=("+y",))
    made = {
        glow: merge([window(0.95, 1.45, _TRIM, glow), shutter.moved((-0.83, 0, 0)), shutter.moved((0.83, 0, 0))]) for glow in (0.0, 1.2)
    }
    for k, (x, z) in enumerate([(-4.0, 1.2), (-2.0, 1.2), (2.0, 1.2), (4.0, 1.2), (-4.0, 3.7), (-1.35, 3.7), (1.35, 3.7), (4.0, 3.7)]):
        parts.append(made[1.2 if k in (1, 2, 4, 7) else 0.0].moved((x, -d, z)))
        parts.append(made[1.2 if k in (0, 6) else 0.0].moved((-x, d, z), 180.0))
    for sign in (-1.0, 1.0):
        for y, z in ((-2.0, 1.2), (1.6, 1.2), (0.0, 3.7)):
            parts.append(made[0.0 if y < 0 else 1.2].moved((sign * w, y, z), 90.0 * sign))
    parts.append(upright(Texture.DOOR, -0.55, 0.55, 0.4, 2.6, -d - 0.07, (0.30, 0.05, 0.035)))
    deck = box((-3.2, -d - 2.0, 0.0), (3.2, -d, 0.4), texture=Texture.WOOD, repeat_m=1.2, colour=(0.45, 0.42, 0.38), without=("-z", "+y"))
    steps = [
        box((-0.8, -d - 2.0 - 0.3 * (k + 1), 0.0), (0.8, -d - 2.0 - 0.3 * k, 0.3 - 0.1 * k), colour=(0.42, 0.40, 0.37)) for k in range(2)
    ]
    posts = instances(box((-0.08, -0.08, 0.4), (0.08, 0.08, 2.75), colour=white), [(x, -d - 1.88, 0.0) for x in (-3.08, -1.1, 1.1, 3.08)])
    rail = [
        box((a, -d - 1.91, z), (b, -d - 1.85, z + 0.06), colour=white, without=())
        for a, b in ((-3.08, -1.1), (1.1, 3.08))
        for z in (0.6, 1.2)
    ]
    bars = instances(
        box((-0.02, -d - 1.9, 0.62), (0.02, -d - 1.86, 1.22), colour=white),
        [(x, 0, 0) for x in (*np.arange(-2.9, -1.2, 0.2), *np.arange(1.3, 3.0, 0.2))],
    )
    roof = [(-3.5, -d - 2.3, 2.65), (3.5, -d - 2.3, 2.65), (3.5, -d, 3.35), (-3.5, -d, 3.35)]
    slab = quads([roof, [(x, y, z - 0.12) for x, y, z in roof][::-1]], texture=Texture.ROOF_TILES, repeat_m=2.6, colour=(0.20, 0.17, 0.16))
    brow = box((-3.5, -d - 2.31, 2.5), (3.5, -d - 2.25, 2.67), colour=white, without=())
    stacks = [
        box((x - 0.4, -0.5, 7.4), (x + 0.4, 0.5, 9.8), texture=Texture.BRICK, repeat_m=1.6, colour=(0.9, 0.85, 0.8)) for x in (-4.6, 4.6)
    ]
    part = merge([*parts, deck, *steps, posts, *rail, bars, slab, brow, *stacks])
    return Prop(
        part,
        (
            *turned.obstacles,
            box_proxy((-3.2, -d - 2.0, 0.0), (3.2, -d, 1.28)),
            *[box_proxy((x - 0.1, -d - 1.98, 0.4), (x + 0.1, -d - 1.78, 2.75)) for x in (-3.08, -1.1, 1.1, 3.08)],
            box_proxy((-0.8, -d - 2.6, 0.0), (0.8, -d - 2.0, 0.3)),
            box_proxy((-3.5, -d - 2.32, 2.45), (3.5, -d, 3.4)),
            *[box_proxy((x - 0.42, -0.52, 7.4), (x + 0.42, 0.52, 9.8)) for x in (-4.6, 4.6)],
        ),
    )


def coop() -> Prop:
    """A chicken house on legs with a ramp, facing -y, and a wire run beside it (+x)."""
    house = gabled(
        (1.1, 0.9),
        1.1,
        [(-1.1, 1.1), (0.0, 1.85), (1.1, 1.1)],
        (int(Texture.BOARDS), 1.2, (0.44, 0.30, 0.14)),
        (int(Texture.SHEETING), 1.2, (0.28, 0.09, 0.06)),
        0.2,
    )
    lifted = house.part.moved((0.0, 0.0, 0.6))
    legs = instances(box((-0.06, -0.06, 0.0), (0.06, 0.06, 0.62), colour=_OLD_WOOD), [(x, y, 0) for x in (-1.0, 1.0) for y in (-0.8, 0.8)])
    hatch = box((-0.2, -0.93, 0.68), (0.2, -0.9, 1.15), colour=_DARK, without=("+y",))
    ramp = quads(
        [[(-0.22, -2.0, 0.02), (0.22, -2.0, 0.02), (0.22, -0.9, 0.68), (-0.22, -0.9, 0.68)]],
        texture=Texture.WOOD,
        repeat_m=0.6,
        colour=_OLD_WOOD,
        two_sided=True,
    )
    cleats = [
        box((-0.22, -2.0 + 0.18 * k, 0.03 + 0.108 * k), (0.22, -1.96 + 0.18 * k, 0.06 + 0.108 * k), colour=_OLD_WOOD, without=())
        for k in range(6)
    ]
    pane = window(0.5, 0.4, _TRIM).moved((0.65, -0.9, 0.95), 0.0, 0.8)
    post = box((-0.04, -0.04, 0.0), (0.04, 0.04, 1.5), colour=_OLD_WOOD)
    posts = instances(post, [(x, y, 0) for x in (1.4, 2.9, 4.4) for y in (-1.1, 1.1)])
    wires = [
        box((1.4, y - 0.012, z), (4.4, y + 0.012, z + 0.024), colour=_STEEL, without=())
        for y in (-1.1, 1.1)
        for z in np.arange(0.15, 1.5, 0.19)
    ]
    wires += [box((4.388, -1.1, z), (4.412, 1.1, z + 0.024), colour=_STEEL, without=()) for z in np.arange(0.15, 1.5, 0.19)]
    wires += [
        box((x - 0.012, y - 0.012, 0.0), (x + 0.012, y + 0.012, 1.5), colour=_STEEL) for x in np.arange(1.6, 4.4, 0.25) for y in (-1.1, 1.1)
    ]
    part = merge([lifted, legs, hatch, ramp, *cleats, pane, posts, *wires]).grounded(0.4, 0.65)
    return Prop(
        part,
        (
            box_proxy((-1.32, -1.12, 0.0), (1.32, 1.12, 2.6)),
            box_proxy((-0.22, -2.0, 0.0), (0.22, -1.1, 0.62)),
            box_proxy((1.36, -1.14, 0.0), (4.44, -1.06, 1.5)),
            box_proxy((1.36, 1.06, 0.0), (4.44, 1.14, 1.5)),
            box_proxy((4.36, -1.14, 0.0), (4.44, 1.14, 1.5)),
        ),
    )


def wind_pump() -> Prop:
    """A lattice wind pump with an 18-bladed wheel facing -y and a tail, 11 m, over a round tank."""
    parts = []
    for x, y in ((-1.1, -1.1), (1.1, -1.1), (1.1, 1.1), (-1.1, 1.1)):
        t = np.linspace(0.0, 1.0, 9)[:, None]
        parts.append(tube(np.array((x, y, 0.0)) * (1 - t) + np.array((0.12 * x, 0.12 * y, 9.2)) * t, [0.05] * 9, 4, colour=_STEEL))
    for level in range(6):
        a, b = 1.1 * (1 - 0.88 * level / 6.5), 1.1 * (1 - 0.88 * (level + 1) / 6.5)
        z0, z1 = 1.42 * level + 0.05, 1.42 * (level + 1) + 0.05
        for k in range(4):
            brace = tube([(-a, -a, z0), (0.0, -(a + b) / 2, (z0 + z1) / 2), (b, -b, z1)], (0.02,) * 3, 4, colour=_STEEL)
            ring = tube([(-b, -b, z1), (0.0, -b, z1), (b, -b, z1)], (0.025,) * 3, 4, colour=_STEEL)
            parts.append(merge([brace, ring]).moved(yaw_deg=90.0 * k))
    blades = []
    for k in range(18):
        a = k * np.pi / 9
        out, side = np.array((np.cos(a), 0.0, np.sin(a))), np.array((-np.sin(a), 0.0, np.cos(a)))
        hub = np.array((0.0, -0.45, 9.6))
        twist = np.array((0.0, 0.12, 0.0))
        blades.append(
            [
                hub + out * 0.45 - side * 0.06 - twist,
                hub + out * 1.5 - side * 0.22 - twist,
                hub + out * 1.5 + side * 0.18 + twist,
                hub + out * 0.45 + side * 0.06 + twist,
            ]
        )
    parts.append(quads(blades, colour=(0.52, 0.53, 0.53), two_sided=True))
    turn = np.linspace(0, 2 * np.pi, 37)
    parts += [
        tube(np.stack([r * np.cos(turn), np.full(37, -0.45), 9.6 + r * np.sin(turn)], 1), [0.02] * 37, 4, colour=_STEEL)
        for r in (0.5, 1.15)
    ]
    parts.append(tube([(0, -0.6, 9.6), (0, 0.6, 9.6), (0, 2.2, 9.6)], (0.07, 0.05, 0.03), 6, colour=_STEEL))
    parts.append(quads([[(0, 1.3, 9.35), (0, 2.5, 9.1), (0, 2.5, 10.1), (0, 1.3, 9.85)]], colour=(0.45, 0.05, 0.03), two_sided=True))
    tank = tower(
        [(1.0, 0.0), (1.0, 0.75), (0.94, 0.75), (0.94, 0.6)],
        24,
        texture=Texture.SHEETING,
        uv_scale=(4.0, 1.0),
        colour=(0.5, 0.5, 0.5),
        cap_top=False,
    )
    water = fan(circle(0.94, 0.62, 24), colour=(0.04, 0.07, 0.08))
    parts.append(merge([tank, water]).moved((2.6, 0.0, 0.0)))
    return Prop(
        merge(parts).grounded(0.4, 0.7),
        (
            box_proxy((-1.15, -1.15, 0.0), (1.15, 1.15, 3.0)),
            box_proxy((-0.75, -0.75, 3.0), (0.75, 0.75, 8.0)),
            box_proxy((-1.5, -0.65, 8.0), (1.5, 0.65, 11.2)),
            box_proxy((-0.06, 0.6, 9.1), (0.06, 2.5, 10.1)),
            box_proxy((1.6, -1.0, 0.0), (3.6, 1.0, 0.75)),
        ),
    )


def well() -> Prop:
    """A stone well with a shingled roof, a windlass and a bucket."""
    ring = tower(
        [(0.85, 0.0), (0.85, 0.8), (0.62, 0.8), (0.62, 0.2)],
        20,
        texture=Texture.ASHLAR,
        uv_scale=(4.0, 1.0),
        colour=(0.42, 0.39, 0.35),
        cap_top=False,
    )
    posts = [box((x - 0.07, -0.07, 0.0), (x + 0.07, 0.07, 2.1), colour=_OLD_WOOD) for x in (-0.78, 0.78)]
    drum = tube([(-0.85, 0, 1.45), (0.0, 0, 1.45), (0.95, 0, 1.45)], (0.08,) * 3, 8, colour=_OLD_WOOD)
    rope = box((-0.02, -0.02, 0.75), (0.02, 0.02, 1.4), colour=(0.4, 0.34, 0.22), without=())
    bucket = tower([(0.12, 0.55), (0.16, 0.85)], 10, colour=(0.28, 0.18, 0.10), cap_top=False)
    planes = [
        [(-1.1, -0.85, 1.85), (1.1, -0.85, 1.85), (1.1, 0.0, 2.5), (-1.1, 0.0, 2.5)],
        [(1.1, 0.85, 1.85), (-1.1, 0.85, 1.85), (-1.1, 0.0, 2.5), (1.1, 0.0, 2.5)],
    ]
    roof = quads(planes, texture=Texture.ROOF_TILES, repeat_m=2.0, colour=(0.24, 0.17, 0.13), two_sided=True)
    gables = [
        triangles_of([(x, -0.8, 1.87), (x, 0.8, 1.87), (x, 0.0, 2.46)], [(0, 1, 2)], colour=_OLD_WOOD, two_sided=True)
        for x in (-0.95, 0.95)
    ]
    dark = fan(circle(0.62, 0.35, 20), colour=(0.01, 0.012, 0.014))
    part = merge([ring, dark, *posts, drum, rope, bucket, roof, *gables]).grounded(0.4, 0.65)
    return Prop(
        part,
        (
            box_proxy((-0.85, -0.85, 0.0), (0.95, 0.85, 0.85)),
            box_proxy((-0.9, -0.1, 0.8), (0.98, 0.1, 1.9)),
            box_proxy((-1.1, -0.85, 1.8), (1.1, 0.85, 2.5)),
        ),
    )


def lean_to() -> Prop:
    """An open machine shed facing -y, 9 x 5 m: posts, sheet roof sloping to the back, back and side walls."""
    posts = [
        box((x - 0.12, -2.4, 0.0), (x + 0.12, -2.16, 3.6), texture=Texture.WOOD, repeat_m=0.9, colour=_OLD_WOOD)
        for x in (-4.4, -1.5, 1.5, 4.4)
    ]
    walls = [box((-4.5, 2.3, 0.0), (4.5, 2.45, 2.7), texture=Texture.BOARDS, repeat_m=2.0, colour=(0.34, 0.26, 0.18))]
    walls += [
        box((x - 0.08, -2.3, 0.0), (x + 0.08, 2.4, 2.7), texture=Texture.BOARDS, repeat_m=2.0, colour=(0.34, 0.26, 0.18))
        for x in (-4.5, 4.5)
    ]
    top = [(-5.0, -3.0, 3.75), (5.0, -3.0, 3.75), (5.0, 2.9, 2.72), (-5.0, 2.9, 2.72)]
    roof = quads([top, [(x, y, z - 0.1) for x, y, z in top][::-1]], texture=Texture.SHEETING, repeat_m=1.8, colour=(0.34, 0.16, 0.10))
    brow = box((-5.0, -3.02, 3.6), (5.0, -2.96, 3.77), colour=_OLD_WOOD, without=())
    part = merge([*posts, *walls, roof, brow]).grounded(0.6, 0.65)
    return joined(
        [
            Prop(part, ()),
            Prop(
                box((-4.5, 2.3, 0.0), (4.5, 2.45, 0.1), colour=_OLD_WOOD),
                (box_proxy((-4.5, 2.3, 0.0), (4.5, 2.45, 2.75)), box_proxy((-5.0, -3.05, 2.6), (5.0, 2.9, 3.8))),
            ),
            *[
                Prop(
                    box((x - 0.1, -2.3, 0.0), (x + 0.1, 2.4, 0.05), colour=_OLD_WOOD),
                    (box_proxy((x - 0.1, -2.3, 0.0), (x + 0.1, 2.4, 2.75)),),
                )
                for x in (-4.5, 4.5)
            ],
            *[
                Prop(
                    box((x - 0.13, -2.41, 0.0), (x + 0.13, -2.15, 0.1), colour=_OLD_WOOD),
                    (box_proxy((x - 0.13, -2.41, 0.0), (x + 0.13, -2.15, 3.65)),),
                )
                for x in (-4.4, -1.5, 1.5, 4.4)
            ],
        ]
    )
