"""Things of a warehouse: cartons, pallets, steel racks, a forklift, packing tables, drums, roller doors, trusses, lamps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Prop, box_proxy
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.kit.shapes import UNIT_UVS, Array, Part, box, instances, loft, merge, quads, tower, tube
from hmworld.embedded.scenes.props.floors import upright
from hmworld.embedded.scenes.textures.catalogue import Texture

Rgb = tuple[float, float, float]

PALLET_M = (1.2, 1.0, 0.145)
_PINE: Rgb = (0.50, 0.36, 0.20)
_STEEL: Rgb = (0.30, 0.31, 0.32)
_RUBBER: Rgb = (0.02, 0.02, 0.021)
BLUE: Rgb = (0.03, 0.09, 0.30)
ORANGE: Rgb = (0.62, 0.17, 0.02)
YELLOW: Rgb = (0.66, 0.42, 0.02)
_CARTONS: tuple[Rgb, ...] = (
    (0.46, 0.31, 0.17),
    (0.40, 0.26, 0.14),
    (0.52, 0.37, 0.22),
    (0.44, 0.30, 0.18),
    (0.60, 0.58, 0.54),
    (0.34, 0.22, 0.12),
)


def carton(low: Array, high: Array, colour: Rgb, texture: Texture = Texture.CARTON) -> Part:
    """A box that shows one whole image of cardboard (or a crate's boards) on each side."""
    plain = box(low, high, colour=colour, texture=texture)
    return replace(plain, uvs=np.tile(np.asarray(UNIT_UVS), (len(plain.vertices) // 4, 1)))


def pallet(detail: bool) -> Part:
    """A wooden pallet, 1.2 x 1 m, centred; plain ones have only their outline."""
    w, d, h = PALLET_M[0] / 2, PALLET_M[1] / 2, PALLET_M[2]
    if not detail:
        return box((-w, -d, 0.03), (w, d, h), colour=(0.36, 0.25, 0.14), without=("-x", "+x"))
    slat = box((-w, -0.06, h - 0.022), (w, 0.06, h), colour=_PINE, texture=Texture.WOOD, repeat_m=1.3, without=())
    slats = instances(slat, [(0.0, y, 0.0) for y in np.linspace(-d + 0.06, d - 0.06, 6)])
    runner = box((-0.06, -d, h - 0.045), (0.06, d, h - 0.022), colour=_PINE, without=())
    block = box((-0.07, -0.06, 0.02), (0.07, 0.06, h - 0.045), colour=(0.42, 0.30, 0.17))
    base = box((-0.07, -d, 0.0), (0.07, d, 0.022), colour=_PINE)
    across = [-w + 0.07, 0.0, w - 0.07]
    blocks = instances(block, [(x, y, 0.0) for x in across for y in (-d + 0.06, 0.0, d - 0.06)])
    return merge([slats, instances(runner, [(x, 0, 0) for x in across]), blocks, instances(base, [(x, 0, 0) for x in across])])


def load(stream: Stream, height_m: float, blocks: int = 0) -> Part:
    """Goods on a pallet from z = 0 up to about `height_m`: cartons in layers (`blocks`: at
    most so many each way), a wrapped block or a crate."""
    w, d = PALLET_M[0] / 2 - 0.03, PALLET_M[1] / 2 - 0.03
    kind = stream.number()
    if kind < 0.12:
        return carton(np.array((-w, -d, 0.0)), np.array((w, d, height_m)), (0.50, 0.36, 0.20), Texture.SLATTED)
    if kind < 0.27:
        tone = stream.pick(((0.32, 0.36, 0.40), (0.12, 0.20, 0.34), (0.46, 0.47, 0.48), (0.10, 0.26, 0.20)))
        return tower([(w * 1.12, 0.0), (w * 1.16, 0.1), (w * 1.14, height_m - 0.08), (w * 1.02, height_m)], 8, colour=tone, smooth=False)
    across, along = stream.pick(((2, 2), (3, 2), (2, 1), (2, 2)))
    layers = max(1, round(height_m / stream.number(0.32, 0.55)))
    if blocks:
        across, along, layers = blocks, 1, min(layers, blocks)
    rise = height_m / layers
    colour = stream.pick(_CARTONS)
    parts = []
    for layer in range(layers):
        top = layer == layers - 1
        for i in range(across):
            for j in range(along):
                if top and stream.number() < 0.22:
                    continue
                low = np.array((-w + 2 * w * i / across, -d + 2 * d * j / along, layer * rise))
                size = np.array((2 * w / across, 2 * d / along, rise)) - 0.012
                parts.append(carton(low, low + size, colour).tinted(stream.number(0.82, 1.12)))
    return merge(parts) if parts else carton(np.array((-w, -d, 0.0)), np.array((w, d, rise)), colour)


def loaded_pallet(stream: Stream, height_m: float) -> Prop:
    """A pallet with goods on the floor, `height_m` high in all."""
    goods = load(stream, height_m - PALLET_M[2]).moved((0.0, 0.0, PALLET_M[2]))
    part = merge([pallet(True), goods]).grounded(0.35, 0.6)
    return Prop(part, (box_proxy((-0.62, -0.52, 0.0), (0.62, 0.52, height_m)),))


def pallet_stack(count: int) -> Prop:
    """Empty pallets on each other."""
    part = merge([pallet(True).moved((0.02 * (-1) ** k, 0.015 * (k % 3), PALLET_M[2] * k), 2.0 * (k % 3 - 1)) for k in range(count)])
    return Prop(part.grounded(0.3, 0.6), (box_proxy((-0.62, -0.53, 0.0), (0.62, 0.53, PALLET_M[2] * count)),))


def rack(stream: Stream, bays: int, levels: tuple[float, ...], top_m: float, plain_goods: bool = False) -> Prop:
    """A double steel rack along x from 0, bays of 2.8 m, 2.3 m deep, goods on the floor and on beams at `levels`.

    `plain_goods`: one block a pallet, for rows that are seen only between others.
    """
    bay, half = 2.8, 1.15
    long = bays * bay
    post = box((-0.05, -0.05, 0.0), (0.05, 0.05, top_m), colour=BLUE)
    ys = (-half + 0.05, -0.12, 0.12, half - 0.05)
    parts = [instances(post, [(k * bay, y, 0.0) for k in range(bays + 1) for y in ys])]
    brace_z = np.arange(0.4, top_m - 0.8, 1.2)
    for side in (-1.0, 1.0):
        a, b = side * 0.12, side * (half - 0.05)
        rung = tube([(0.0, a, 0.0), (0.0, (a + b) / 2, 0.55), (0.0, b, 1.1)], (0.022, 0.022, 0.022), 4, colour=BLUE)
        parts.append(instances(rung, [(k * bay, 0.0, z) for k in range(bays + 1) for z in brace_z]))
    beam = box((0.05, -0.03, -0.13), (bay - 0.05, 0.03, 0.0), colour=ORANGE, without=())
    beam_y = (-half + 0.05, -0.12, 0.12, half - 0.05)
    parts.append(instances(beam, [(k * bay, y, z) for k in range(bays) for y in beam_y for z in levels]))
    shoe = box((-0.11, -0.11, 0.0), (0.11, 0.11, 0.42), colour=YELLOW)
    parts.append(instances(shoe, [(k * bay, y, 0.0) for k in range(bays + 1) for y in (-half + 0.05, half - 0.05)]))
    kinds = [load(stream, stream.number(0.75, 1.35), 1 if plain_goods else 2) for _ in range(26)]
    plain = pallet(False)
    steps = np.array((0.0, *levels))
    for side in (-1.0, 1.0):
        spots = [(k * bay + x, side * 0.62, float(z)) for k in range(bays) for x in (0.73, 2.07) for z in steps]
        draw = stream.array(2 * len(spots)).reshape(-1, 2)
        taken = [spot for spot, d in zip(spots, draw, strict=True) if d[0] > 0.10]
        parts.append(instances(plain, taken))
        picks = [int(d[1] * len(kinds)) for d in draw if d[0] > 0.10]
        for number, kind in enumerate(kinds):
            mine = [(x, y, z + PALLET_M[2]) for (x, y, z), p in zip(taken, picks, strict=True) if p == number]
            if mine:
                parts.append(instances(kind, mine))
    whole = merge(parts)
    # Goods below a shelf get little light from above.
    z = whole.vertices[:, 2]
    over = np.min(np.where(np.asarray(levels)[None] > z[:, None] + 0.02, np.asarray(levels)[None] - z[:, None], 9.0), axis=1)
    inner = np.clip(1.0 - np.abs(np.abs(whole.vertices[:, 1]) - 0.0) / half, 0.0, 1.0)
    shade = (1.0 - 0.30 * np.exp(-over / 0.5)) * (1.0 - 0.55 * inner)
    return Prop(
        whole.tinted(shade[:, None]).grounded(0.5, 0.6),
        (box_proxy((-0.11, -half - 0.06, 0.0), (long + 0.11, half + 0.06, max(top_m, levels[-1] + 1.5))),),
    )


def road_wheel(radius: float, wide: float, x: float, y: float, hub_rgb: Rgb = (0.5, 0.5, 0.48)) -> Part:
    """A wheel with its axis along y, centred on (x, y, radius)."""
    turn = np.arange(14) * (2 * np.pi / 14)
    rings = []
    for side, r in ((-wide / 2, 0.45 * radius), (-wide / 2, radius * 0.94), (-wide / 2 + 0.03, radius), (wide / 2 - 0.03, radius),
                    (wide / 2, radius * 0.94), (wide / 2, 0.45 * radius)):  # fmt: skip
        rings.append(np.stack([x + r * np.cos(turn), np.full(14, y + side), radius - r * np.sin(turn)], 1))
    tyre = loft(np.stack(rings), colour=_RUBBER, cap_top=True)
    hub = [rings[0][:, :] + (0.0, -0.005, 0.0), rings[-1] + (0.0, 0.005, 0.0)]
    caps = []
    for ring, order in ((hub[0], -1), (hub[1], 1)):
        centre = ring.mean(axis=0)
        turned = ring[::order]
        following = np.roll(turned, -1, axis=0)
        cells = np.stack([np.broadcast_to(centre, turned.shape), turned, (turned + following) / 2, following], 1)
        caps.append(quads(cells, colour=hub_rgb, two_sided=True))
    return merge([tyre, *caps])


def forklift(paint: Rgb = YELLOW) -> Prop:
    """A counterbalance forklift, nose and forks to +x, 3.4 m long, 2.15 m high, with mast, cage, seat and wheel."""
    dark: Rgb = (0.03, 0.03, 0.032)
    side = [
        (-1.15, 0.30),
        (-1.20, 0.75),
        (-1.05, 1.05),
        (-0.55, 1.12),
        (-0.45, 0.62),
        (0.45, 0.60),
        (0.62, 0.80),
        (0.78, 0.42),
        (0.70, 0.26),
    ]
    rings = np.stack([np.array([(x, y, z) for x, z in side]) for y in (0.5, 0.56, -0.56, -0.5)])
    rings[[0, 3]] = (rings[[0, 3]] - (0.0, 0.0, 0.6)) * (0.94, 1.0, 0.94) + (0.0, 0.0, 0.6)
    hull = loft(rings, colour=paint, smooth=False, cap_top=True, two_sided=True)
    rear = box((-1.24, -0.5, 0.42), (-0.62, 0.5, 1.0), colour=dark, without=())
    grille = box((-1.26, -0.3, 0.55), (-1.23, 0.3, 0.85), colour=(0.12, 0.12, 0.12), without=())
    seat = merge(
        [box((-0.52, -0.27, 0.98), (-0.05, 0.27, 1.12), colour=dark, without=()), box((-0.55, -0.25, 1.1), (-0.42, 0.25, 1.6), colour=dark)]
    )
    dash = box((0.42, -0.42, 0.6), (0.66, 0.42, 1.05), colour=dark)
    column = tube([(0.5, 0.0, 1.0), (0.34, 0.0, 1.25), (0.26, 0.0, 1.36)], (0.03, 0.03, 0.03), 6, colour=dark)
    ring = np.array([(0.25 + 0.07 * np.sin(t), 0.17 * np.cos(t), 1.38 + 0.12 * np.sin(t)) for t in np.linspace(0, 2 * np.pi, 15)])
    wheel = tube(ring, [0.016] * 15, 5, colour=dark)
    parts = [hull, rear, grille, seat, dash, column, wheel]
    for y in (-0.47, 0.47):
        parts.append(tube([(-0.98, y, 1.0), (-0.75, y, 2.08), (0.2, y, 2.12), (0.58, y, 0.9)], (0.035,) * 4, 6, colour=dark))
    parts += [box((x, -0.47, 2.08), (x + 0.04, 0.47, 2.12), colour=dark, without=()) for x in np.linspace(-0.74, 0.18, 7)]
    for y in (-0.32, 0.32):
        parts.append(box((0.80, y - 0.05, 0.08), (0.92, y + 0.05, 2.15), colour=_STEEL, without=()))
        parts.append(box((0.93, y - 0.035, 0.10), (1.0, y + 0.035, 1.9), colour=(0.16, 0.16, 0.17), without=()))
    parts += [box((0.82, -0.36, z), (0.9, 0.36, z + 0.09), colour=_STEEL, without=()) for z in (0.5, 1.3, 2.06)]
    parts += [box((1.0, -0.48, z), (1.05, 0.48, z + 0.1), colour=dark, without=()) for z in (0.18, 0.62)]
    parts += [box((1.0, -0.48 + 0.19 * k, 0.2), (1.04, -0.44 + 0.19 * k, 1.15), colour=dark, without=()) for k in range(6)]
    for y in (-0.28, 0.28):
        parts.append(box((1.05, y - 0.06, 0.06), (2.15, y + 0.06, 0.10), colour=_STEEL, without=()))
        parts.append(box((1.03, y - 0.06, 0.06), (1.08, y + 0.06, 0.6), colour=_STEEL, without=()))
    for x, y, radius in ((0.52, -0.5, 0.32), (0.52, 0.5, 0.32), (-0.82, -0.46, 0.26), (-0.82, 0.46, 0.26)):
        parts.append(road_wheel(radius, 0.2, x, y))
    parts.append(tower([(0.05, 2.12), (0.05, 2.24), (0.02, 2.27)], 8, colour=(0.75, 0.25, 0.02)).moved((-0.5, 0.0, 0.0)))
    return Prop(
        merge(parts).grounded(0.4, 0.6),
        (box_proxy((-1.26, -0.6, 0.0), (1.06, 0.6, 2.2)), box_proxy((1.0, -0.36, 0.0), (2.15, 0.36, 0.62))),
    )


def drum(paint: Rgb) -> Prop:
    """A steel drum, 0.88 m."""
    part = tower(
        [(0.28, 0.0), (0.29, 0.03), (0.28, 0.05), (0.28, 0.28), (0.295, 0.30), (0.28, 0.32), (0.28, 0.58), (0.295, 0.60), (0.28, 0.62),
         (0.28, 0.84), (0.29, 0.86), (0.29, 0.88), (0.27, 0.865)],
        16,
        colour=paint,
    )  # fmt: skip
    return Prop(part.grounded(0.3, 0.6), (box_proxy((-0.28, -0.28, 0.0), (0.28, 0.28, 0.88)),))


def packing_table(stream: Stream) -> Prop:
    """A bench along x, 2.4 m, with a shelf over it, cartons, a roll of paper and a tape gun; worked at from -y."""
    top = box((-1.2, -0.4, 0.86), (1.2, 0.4, 0.91), colour=(0.55, 0.50, 0.42), texture=Texture.WOOD, repeat_m=1.5, without=())
    leg = box((-0.035, -0.035, 0.0), (0.035, 0.035, 0.86), colour=BLUE)
    back = box((-0.03, -0.03, 0.86), (0.03, 0.03, 1.9), colour=BLUE)
    legs = instances(leg, [(x, y, 0.0) for x in (-1.12, 1.12) for y in (-0.34, 0.34)])
    shelf = [box((-1.2, 0.1, z), (1.2, 0.4, z + 0.03), colour=(0.5, 0.5, 0.5), without=()) for z in (1.42, 1.85)]
    low = box((-1.12, -0.3, 0.2), (1.12, 0.34, 0.24), colour=(0.42, 0.42, 0.42), without=())
    goods = []
    for x, y, z in (
        (-0.85, 0.0, 0.91),
        (0.1, 0.05, 0.91),
        (-0.9, 0.25, 1.45),
        (-0.3, 0.25, 1.45),
        (0.5, 0.25, 1.45),
        (0.3, 0.0, 0.24),
        (-0.6, 0.0, 0.24),
    ):
        w, h = stream.number(0.16, 0.26), stream.number(0.16, 0.32)
        reach = 0.14 if z > 1 else 0.22
        goods.append(carton(np.array((x - w, y - reach, z)), np.array((x + w, y + reach, z + h)), stream.pick(_CARTONS)))
    roll = tower([(0.16, 0.0), (0.16, 0.42)], 14, colour=(0.42, 0.30, 0.18)).moved((0.85, 0.05, 0.91))
    part = merge([top, legs, instances(back, [(-1.12, 0.36, 0), (1.12, 0.36, 0)]), *shelf, low, *goods, roll]).grounded(0.5, 0.6)
    return Prop(part, (box_proxy((-1.2, -0.4, 0.0), (1.2, 0.42, 1.35)), box_proxy((-1.2, 0.08, 1.3), (1.2, 0.42, 1.95))))


def roller_door(number: int) -> Prop:
    """A dock door in a wall facing -y: ribbed leaf 3.2 x 3.8 m, frame, bumpers, a lamp and a plate of its own colour."""
    rib = 0.19
    cells = []
    for k in range(20):
        z = 0.02 + rib * k
        cells.append([(-1.6, -0.10, z), (1.6, -0.10, z), (1.6, -0.06, z + rib * 0.8), (-1.6, -0.06, z + rib * 0.8)])
        cells.append([(-1.6, -0.06, z + rib * 0.8), (1.6, -0.06, z + rib * 0.8), (1.6, -0.10, z + rib), (-1.6, -0.10, z + rib)])
    leaf = quads(cells, colour=(0.34, 0.37, 0.40))
    window = upright(Texture.WINDOW_DARK, -0.35, 0.35, 1.6, 1.95, -0.115)
    dark: Rgb = (0.05, 0.05, 0.055)
    frame = [box((x, -0.22, 0.0), (x + 0.18, 0.0, 4.0), colour=dark, without=("-z", "+y")) for x in (-1.78, 1.6)]
    frame.append(box((-1.78, -0.34, 3.82), (1.78, 0.0, 4.25), colour=dark, without=("+y",)))
    stripes = []
    for side in (-1.0, 1.0):
        for k in range(8):
            x, z = side * 1.69, 0.2 + 0.36 * k
            stripes.append(
                [(x - 0.09, -0.226, z), (x + 0.09, -0.226, z + 0.09), (x + 0.09, -0.226, z + 0.27), (x - 0.09, -0.226, z + 0.18)]
            )
    warn = quads(stripes, colour=YELLOW)
    bumper = instances(box((-0.12, -0.35, 0.3), (0.12, 0.0, 0.95), colour=_RUBBER, without=()), [(-2.05, 0, 0), (2.05, 0, 0)])
    hue = ((0.55, 0.04, 0.03), (0.03, 0.14, 0.42), (0.04, 0.30, 0.10), (0.60, 0.36, 0.02), (0.28, 0.05, 0.30))[number % 5]
    plate = box((-0.45, -0.08, 4.5), (0.45, 0.0, 5.2), colour=hue, without=("+y",))
    bars = upright(Texture.PLASTER, -0.22, -0.12, 4.65, 5.05, -0.085, (0.7, 0.7, 0.68))
    marks = instances(bars, [(0.16 * k, 0.0, 0.0) for k in range(1 + number % 4)])
    light = box((1.0, -0.3, 4.45), (1.5, -0.05, 4.6), colour=(0.9, 0.88, 0.8), without=()).glowing(5.0)
    part = merge([leaf, window, *frame, warn, bumper, plate, marks, light])
    return Prop(part, (box_proxy((-2.2, -0.36, 0.0), (2.2, 0.0, 4.3)), box_proxy((-0.5, -0.32, 4.4), (1.5, 0.0, 5.25))))


def steel_column(height_m: float, paint: Rgb) -> Prop:
    """An I-section column with a black and yellow guard at its foot."""
    web = box((-0.14, -0.02, 0.0), (0.14, 0.02, height_m), colour=paint)
    flanges = [box((x, -0.15, 0.0), (x + 0.03, 0.15, height_m), colour=paint) for x in (-0.15, 0.12)]
    guard = [
        box((-0.24, -0.24, 0.2 * k), (0.24, 0.24, 0.2 * (k + 1)), colour=YELLOW if k % 2 else _RUBBER, without=("-z",)) for k in range(6)
    ]
    return Prop(
        merge([web, *flanges, *guard]).grounded(0.3, 0.6),
        (box_proxy((-0.24, -0.24, 0.0), (0.24, 0.24, 1.2)), box_proxy((-0.15, -0.15, 1.2), (0.15, 0.15, height_m))),
    )


def truss(span_m: float, low_m: float, high_m: float, paint: Rgb, panels: int) -> Prop:
    """A lattice girder along y, centred, between the chords at `low_m` and `high_m`."""
    half = span_m / 2
    chords = [box((-0.09, -half, z), (0.09, half, z + 0.16), colour=paint, without=()) for z in (low_m, high_m - 0.16)]
    y = np.linspace(-half, half, panels + 1)
    bars = []
    for k in range(panels):
        ends = (low_m + 0.1, high_m - 0.1) if k % 2 else (high_m - 0.1, low_m + 0.1)
        bars.append(
            tube([(0, y[k], ends[0]), (0, (y[k] + y[k + 1]) / 2, sum(ends) / 2), (0, y[k + 1], ends[1])], (0.05,) * 3, 4, colour=paint)
        )
    return Prop(merge([*chords, *bars]), (box_proxy((-0.1, -half, low_m), (0.1, half, high_m)),))


def bay_lamp(rim_m: float, ceiling_m: float) -> Prop:
    """A hanging lamp with a bell shade whose lower rim is `rim_m` high, on a rod from the ceiling."""
    shade = tower([(0.34, 0.0), (0.30, 0.12), (0.14, 0.30), (0.07, 0.42)], 12, colour=(0.10, 0.14, 0.13))
    disc = quads(
        [[(0.3 * np.cos(t + d), -0.3 * np.sin(t + d), 0.02) for d in (0.0, np.pi / 2, np.pi, 1.5 * np.pi)] for t in (0.0, np.pi / 4)],
        colour=(0.95, 0.92, 0.82),
    ).glowing(6.0)
    rod = box((-0.015, -0.015, 0.4), (0.015, 0.015, ceiling_m - rim_m), colour=(0.05, 0.05, 0.05))
    proxies = (
        box_proxy((-0.32, -0.32, rim_m), (0.32, 0.32, rim_m + 0.45)),
        box_proxy((-0.03, -0.03, rim_m + 0.4), (0.03, 0.03, ceiling_m)),
    )
    return Prop(merge([shade, disc, rod]).moved((0.0, 0.0, rim_m)), proxies)
