"""Things that stand on pavements: lamp posts, traffic lights, benches, bins, a kiosk, an advertising column, a bus stop."""

from __future__ import annotations

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Prop, box_proxy
from hmworld.embedded.scenes.kit.shapes import Array, Part, box, circle, instances, loft, merge, quads, tower, tube
from hmworld.embedded.scenes.textures.catalogue import Texture

Rgb = tuple[float, float, float]

_IRON: Rgb = (0.035, 0.04, 0.04)
_GREEN: Rgb = (0.03, 0.085, 0.055)
_STEEL: Rgb = (0.30, 0.31, 0.32)
_TIMBER: Rgb = (0.36, 0.20, 0.10)


def _disc_prism(radius: float, z0: float, z1: float, sides: int, colour: Rgb) -> Part:
    return tower([(radius, z0), (radius, z1)], sides, colour=colour)


def lamp_post() -> Prop:
    """A classic cast-iron post with a lantern, 4.6 m."""
    shaft = tower(
        [
            (0.19, 0.0),
            (0.19, 0.16),
            (0.13, 0.24),
            (0.12, 0.75),
            (0.15, 0.80),
            (0.075, 0.90),
            (0.06, 2.2),
            (0.05, 3.55),
            (0.10, 3.62),
            (0.05, 3.70),
        ],
        9,
        colour=_IRON,
    )
    lantern = tower([(0.10, 3.78), (0.20, 4.22)], 6, colour=(0.72, 0.70, 0.60), smooth=False).glowing(6.0)
    base = tower([(0.12, 3.70), (0.12, 3.78)], 6, colour=_IRON, smooth=False)
    cap = tower([(0.25, 4.22), (0.23, 4.28), (0.06, 4.45), (0.02, 4.6)], 6, colour=_IRON, smooth=False)
    arms = [box((-0.42, -0.02, 3.38), (0.42, 0.02, 3.42), colour=_IRON, without=())]
    part = merge([shaft, base, lantern, cap, *arms]).grounded(0.3, 0.6)
    return Prop(
        part,
        (
            box_proxy((-0.19, -0.19, 0.0), (0.19, 0.19, 0.9)),
            box_proxy((-0.08, -0.08, 0.9), (0.08, 0.08, 3.7)),
            box_proxy((-0.42, -0.25, 3.36), (0.42, 0.25, 4.6)),
        ),
    )


def traffic_light() -> Prop:
    """A post with a three-lamp head facing -y."""
    post = tower([(0.09, 0.0), (0.09, 0.3), (0.06, 0.34), (0.06, 3.3)], 10, colour=_STEEL)
    head = box((-0.17, -0.22, 2.35), (0.17, 0.04, 3.35), colour=(0.03, 0.032, 0.03), without=())
    visors = []
    for z, rgb in ((3.18, (0.75, 0.04, 0.03)), (2.86, (0.30, 0.17, 0.02)), (2.54, (0.02, 0.12, 0.05))):
        ring = np.array([(0.105 * np.cos(t), -0.245, z + 0.105 * np.sin(t)) for t in np.arange(10) * 0.2 * np.pi])
        hood = loft(np.stack([ring * (1, 1, 1), ring + np.array((0.0, -0.09, 0.0))]), colour=(0.03, 0.032, 0.03), two_sided=True)
        visors += [_face(ring, rgb), hood]
    button = box((-0.07, -0.15, 1.0), (0.07, -0.05, 1.25), colour=(0.55, 0.42, 0.04), without=())
    part = merge([post, head, button, *visors]).grounded(0.3, 0.6)
    return Prop(part, (box_proxy((-0.09, -0.15, 0.0), (0.09, 0.09, 2.35)), box_proxy((-0.17, -0.34, 2.33), (0.17, 0.09, 3.37))))


def _face(ring: Array, rgb: Rgb) -> Part:
    """A disc from a ring in a plane of constant y, facing -y."""
    centre = ring.mean(axis=0)
    following = np.roll(ring, -1, axis=0)
    cells = np.stack([np.broadcast_to(centre, ring.shape), ring, (ring + following) / 2, following], axis=1)
    return quads(cells, colour=rgb)


def bench() -> Prop:
    """A park bench facing -y, timber slats on iron legs."""
    slats = [box((-0.9, y, 0.43), (0.9, y + 0.10, 0.465), colour=_TIMBER, without=()) for y in (-0.26, -0.14, -0.02, 0.10)]
    backs = [
        box((-0.9, 0.235 + 0.05 * k, 0.56 + 0.14 * k), (0.9, 0.265 + 0.05 * k, 0.66 + 0.14 * k), colour=_TIMBER, without=())
        for k in range(3)
    ]
    legs = []
    for x in (-0.72, 0.72):
        legs.append(box((x - 0.03, -0.25, 0.0), (x + 0.03, -0.19, 0.43), colour=_IRON))
        legs.append(box((x - 0.03, 0.17, 0.0), (x + 0.03, 0.23, 0.43), colour=_IRON))
        legs.append(box((x - 0.03, -0.25, 0.39), (x + 0.03, 0.23, 0.43), colour=_IRON, without=()))
        legs.append(tube([(x, 0.21, 0.40), (x, 0.28, 0.62), (x, 0.385, 0.94)], (0.03, 0.03, 0.025), 6, colour=_IRON))
        legs.append(tube([(x, -0.22, 0.43), (x, -0.22, 0.66), (x, 0.27, 0.66)], (0.022, 0.022, 0.022), 6, colour=_IRON))
    part = merge([*slats, *backs, *legs]).grounded(0.4, 0.55)
    return Prop(part, (box_proxy((-0.9, -0.27, 0.0), (0.9, 0.2, 0.68)), box_proxy((-0.9, 0.19, 0.4), (0.9, 0.41, 0.96))))


def bin_() -> Prop:
    """A round litter bin."""
    body = tower([(0.24, 0.06), (0.27, 0.10), (0.29, 0.78), (0.31, 0.80), (0.31, 0.86)], 14, colour=_GREEN, cap_top=False)
    lid = tower([(0.31, 0.86), (0.24, 0.95), (0.10, 0.99)], 14, colour=(0.02, 0.05, 0.035))
    foot = tower([(0.2, 0.0), (0.2, 0.06)], 10, colour=_IRON)
    return Prop(merge([body, lid, foot]).grounded(0.3, 0.6), (box_proxy((-0.3, -0.3, 0.0), (0.3, 0.3, 0.99)),))


def bollard() -> Prop:
    """A cast-iron bollard, 0.95 m."""
    part = tower(
        [(0.11, 0.0), (0.11, 0.12), (0.075, 0.17), (0.065, 0.70), (0.09, 0.73), (0.09, 0.80), (0.06, 0.92), (0.02, 0.95)], 8, colour=_IRON
    )
    return Prop(part.grounded(0.25, 0.6), (box_proxy((-0.1, -0.1, 0.0), (0.1, 0.1, 0.95)),))


def advertising_column() -> Prop:
    """A round column covered with bills, 3.3 m: hides a person."""
    base = tower([(0.72, 0.0), (0.72, 0.35), (0.66, 0.42)], 20, colour=(0.16, 0.16, 0.15))
    drum = tower([(0.62, 0.42), (0.62, 2.75)], 20, texture=Texture.POSTERS, uv_scale=(2.0, 1.0), colour=(0.8, 0.8, 0.8), cap_top=False)
    cap = tower([(0.64, 2.75), (0.78, 2.80), (0.78, 2.90), (0.60, 3.02), (0.28, 3.18), (0.05, 3.3)], 20, colour=_GREEN)
    return Prop(merge([base, drum, cap]).grounded(0.6, 0.6), (box_proxy((-0.66, -0.66, 0.0), (0.66, 0.66, 3.3)),))


def kiosk() -> Prop:
    """A newspaper kiosk facing -y, 2.8 x 2.2 m, 3 m high, with a counter, magazines and an awning roof."""
    w, d, high = 1.4, 1.1, 2.55
    shell = box((-w, -d, 0.0), (w, d, high), colour=_GREEN, without=("-z",))
    panel = [(-w + 0.14, -d - 0.03, 1.02), (w - 0.14, -d - 0.03, 1.02), (w - 0.14, -d - 0.03, 2.28), (-w + 0.14, -d - 0.03, 2.28)]
    front = quads([panel], uvs=((0, 0.95), (1, 0.95), (1, 0.05), (0, 0.05)), texture=Texture.SHOP, colour=(1.3, 1.2, 1.1))
    counter = box((-w, -d - 0.42, 0.92), (w, -d, 1.0), colour=_TIMBER, without=("+y",))
    rack = box((-w + 0.1, -d - 0.3, 0.12), (w - 0.1, -d, 0.86), texture=Texture.POSTERS, repeat_m=1.5, colour=(0.9, 0.9, 0.9))
    side_bills = []
    for sign in (-1.0, 1.0):
        x = sign * (w + 0.03)
        y0, y1 = (d - 0.2, -d + 0.2) if sign < 0 else (-d + 0.2, d - 0.2)
        side_bills.append([(x, y0, 0.6), (x, y1, 0.6), (x, y1, 2.2), (x, y0, 2.2)])
    sides = quads(side_bills, texture=Texture.POSTERS, uvs=((0, 0.5), (1, 0.5), (1, 0), (0, 0)), colour=(0.85, 0.85, 0.85))
    eaves = box((-w - 0.35, -d - 0.6, high), (w + 0.35, d + 0.25, high + 0.14), colour=(0.05, 0.12, 0.08), without=())
    rings = [
        [
            (-w - 0.3, -d - 0.5, high + 0.14),
            (w + 0.3, -d - 0.5, high + 0.14),
            (w + 0.3, d + 0.2, high + 0.14),
            (-w - 0.3, d + 0.2, high + 0.14),
        ],
        [(-0.5, -0.3, high + 0.65), (0.5, -0.3, high + 0.65), (0.5, 0.3, high + 0.65), (-0.5, 0.3, high + 0.65)],
    ]
    roof = loft(np.asarray(rings), colour=(0.10, 0.20, 0.15), smooth=False, cap_top=True)
    band = quads(
        [[(-w, -d - 0.62, high - 0.12), (w, -d - 0.62, high - 0.12), (w, -d - 0.62, high + 0.12), (-w, -d - 0.62, high + 0.12)]],
        colour=(0.60, 0.44, 0.10),
        two_sided=True,
    )
    shade = merge([shell, front, counter, rack, sides, eaves, roof, band]).grounded(0.8, 0.6)
    return Prop(
        shade,
        (
            box_proxy((-w - 0.04, -d - 0.42, 0.0), (w + 0.04, d, high)),
            box_proxy((-w - 0.35, -d - 0.63, high - 0.12), (w + 0.35, d + 0.25, high + 0.65)),
        ),
    )


def bus_stop() -> Prop:
    """A shelter facing -y: posts, a flat roof, a back wall with bills on one half, a bench, a stop sign."""
    w, d, high = 2.0, 0.7, 2.45
    frame = (0.06, 0.065, 0.07)
    posts = instances(
        box((-0.04, -0.04, 0.0), (0.04, 0.04, high), colour=frame),
        [(x, y, 0.0) for x in (-w, 0.0, w) for y in (d,)] + [(-w, -d, 0.0), (w, -d, 0.0)],
    )
    roof = box((-w - 0.2, -d - 0.25, high), (w + 0.2, d + 0.1, high + 0.12), colour=(0.20, 0.21, 0.22), without=())
    back = box((-w, d - 0.02, 0.25), (0.0, d + 0.02, 2.25), texture=Texture.POSTERS, repeat_m=2.0, colour=(0.75, 0.75, 0.75), without=())
    rails = [box((0.0, d - 0.02, z), (w, d + 0.02, z + 0.05), colour=frame, without=()) for z in (0.25, 0.9, 2.2)]
    side = box((w - 0.03, -d, 0.25), (w + 0.03, d, 2.25), texture=Texture.POSTERS, repeat_m=2.3, colour=(0.8, 0.8, 0.8), without=())
    seat = box((-1.5, d - 0.5, 0.42), (1.5, d - 0.12, 0.48), colour=_TIMBER, without=())
    legs = instances(box((-0.03, -0.03, 0.0), (0.03, 0.03, 0.42), colour=frame), [(-1.2, d - 0.3, 0.0), (1.2, d - 0.3, 0.0)])
    pole = tower([(0.05, 0.0), (0.05, 2.9)], 8, colour=_STEEL).moved((-w - 0.9, -d, 0.0))
    plate = box((-w - 1.2, -d - 0.03, 2.35), (-w - 0.6, -d + 0.03, 2.9), colour=(0.70, 0.50, 0.04), without=())
    part = merge([posts, roof, back, *rails, side, seat, legs, pole, plate]).grounded(0.5, 0.6)
    return Prop(
        part,
        (
            box_proxy((-w - 0.04, d - 0.04, 0.0), (w + 0.04, d + 0.04, high)),
            box_proxy((w - 0.04, -d, 0.0), (w + 0.04, d, high)),
            box_proxy((-w - 0.04, -d - 0.04, 0.0), (-w + 0.04, -d + 0.04, high)),
            box_proxy((-1.5, d - 0.5, 0.0), (1.5, d - 0.1, 0.48)),
            box_proxy((-w - 0.2, -d - 0.25, high), (w + 0.2, d + 0.1, high + 0.12)),
            box_proxy((-w - 0.95, -d - 0.05, 0.0), (-w - 0.85, -d + 0.05, 2.9)),
            box_proxy((-w - 1.2, -d - 0.05, 2.3), (-w - 0.6, -d + 0.05, 2.9)),
        ),
    )


def planter() -> Prop:
    """A stone tub, to be filled with a shrub."""
    rings = [circle(0.42, 0.0, 4), circle(0.55, 0.62, 4), circle(0.55, 0.70, 4), circle(0.46, 0.70, 4), circle(0.46, 0.60, 4)]
    tub = loft(np.stack(rings), colour=(0.40, 0.38, 0.34), smooth=False, cap_top=True).moved(yaw_deg=45.0)
    return Prop(tub.grounded(0.3, 0.65), (box_proxy((-0.4, -0.4, 0.0), (0.4, 0.4, 0.7)),))


def cafe_table() -> Prop:
    """A small round table with two chairs."""
    top = tower([(0.34, 0.70), (0.34, 0.73)], 14, colour=(0.45, 0.43, 0.40))
    stem = tower([(0.20, 0.0), (0.18, 0.03), (0.03, 0.06), (0.03, 0.70)], 8, colour=_IRON)
    chairs = []
    for sign, yaw in ((-1.0, 90.0), (1.0, -90.0)):
        seat = box((-0.2, -0.2, 0.43), (0.2, 0.2, 0.46), colour=_TIMBER, without=())
        back = box((-0.2, 0.18, 0.62), (0.2, 0.21, 0.86), colour=_TIMBER, without=())
        legs = instances(
            box((-0.015, -0.015, 0.0), (0.015, 0.015, 0.43), colour=_IRON), [(x, y, 0) for x in (-0.18, 0.18) for y in (-0.18, 0.18)]
        )
        stiles = instances(box((-0.015, -0.015, 0.43), (0.015, 0.015, 0.86), colour=_IRON), [(-0.18, 0.185, 0), (0.18, 0.185, 0)])
        chairs.append(merge([seat, back, legs, stiles]).moved((sign * 0.62, 0.0, 0.0), yaw + 180.0))
    part = merge([top, stem, *chairs]).grounded(0.4, 0.6)
    return Prop(part, (box_proxy((-0.84, -0.34, 0.0), (0.84, 0.34, 0.87)),))


def parasol(rgb: Rgb) -> Prop:
    """A sunshade over a table, canvas from 2.25 m up."""
    canvas = tower([(1.45, 2.25), (1.40, 2.32), (0.05, 2.85)], 8, colour=rgb, smooth=False)
    inside = Part(**{**canvas.__dict__, "two_sided": np.ones(len(canvas.triangles), np.bool_)})
    pole = tower([(0.25, 0.0), (0.25, 0.06), (0.025, 0.08), (0.025, 2.8)], 8, colour=_TIMBER)
    return Prop(
        merge([inside, pole]),
        (
            box_proxy((-0.2, -0.2, 0.0), (0.2, 0.2, 0.1)),
            box_proxy((-0.03, -0.03, 0.0), (0.03, 0.03, 2.8)),
            box_proxy((-1.3, -1.3, 2.25), (1.3, 1.3, 2.8)),
        ),
    )
