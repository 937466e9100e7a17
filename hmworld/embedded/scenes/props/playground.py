"""A playground: swings, a slide tower, a climbing dome, a seesaw, a sandbox."""

from __future__ import annotations

import itertools

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Prop, box_proxy
from hmworld.embedded.scenes.kit.shapes import Part, box, circle, instances, loft, merge, quads, tube
from hmworld.embedded.scenes.textures.catalogue import Texture

Rgb = tuple[float, float, float]

_RED: Rgb = (0.52, 0.05, 0.035)
_YELLOW: Rgb = (0.66, 0.42, 0.03)
_BLUE: Rgb = (0.03, 0.13, 0.42)
_GREEN: Rgb = (0.05, 0.26, 0.08)
_CHAIN: Rgb = (0.22, 0.22, 0.23)
_TIMBER: Rgb = (0.46, 0.28, 0.14)


def swings() -> Prop:
    """A frame of two swings along x, 2.4 m high."""
    legs = [
        tube([(x + lean, y, 0.0), (x, 0.0, 2.4)], (0.055, 0.055), 7, colour=_RED)
        for x, lean in ((-1.9, -0.25), (1.9, 0.25))
        for y in (-0.95, 0.95)
    ]
    beam = tube([(-2.05, 0, 2.4), (2.05, 0, 2.4)], (0.06, 0.06), 7, colour=_BLUE)
    parts: list[Part] = [*legs, beam]
    for x in (-0.85, 0.85):
        for side in (-0.22, 0.22):
            parts.append(tube([(x + side, 0, 2.4), (x + side, 0, 0.48)], (0.014, 0.014), 4, colour=_CHAIN))
        parts.append(box((x - 0.25, -0.1, 0.44), (x + 0.25, 0.1, 0.48), colour=(0.03, 0.03, 0.03), without=()))
    proxies = [box_proxy((x - 0.17, -0.98, 0.0), (x + 0.17, 0.98, 2.46)) for x in (-2.02, 2.02)]
    proxies += [box_proxy((x - 0.26, -0.12, 0.4), (x + 0.26, 0.12, 2.46)) for x in (-0.85, 0.85)]
    proxies.append(box_proxy((-2.1, -0.08, 2.32), (2.1, 0.08, 2.48)))
    return Prop(merge(parts), tuple(proxies))


def slide_tower() -> Prop:
    """A timber tower with a roof, a ladder and a slide running down to +x, 3.4 m high."""
    posts = instances(
        box((-0.07, -0.07, 0.0), (0.07, 0.07, 2.6), texture=Texture.WOOD, repeat_m=0.8, colour=_TIMBER),
        [(x, y, 0.0) for x in (-0.65, 0.65) for y in (-0.65, 0.65)],
    )
    floor = box((-0.75, -0.75, 1.35), (0.75, 0.75, 1.45), texture=Texture.WOOD, repeat_m=0.8, colour=_TIMBER, without=())
    walls = [box((-0.62, y - 0.03, 1.45), (0.62, y + 0.03, 2.05), colour=_BLUE, without=()) for y in (-0.66, 0.66)]
    roof = loft(
        np.stack([circle(1.25, 2.55, 4), circle(0.65, 2.97, 4), circle(0.05, 3.4, 4)]), colour=_RED, smooth=False, two_sided=True
    ).moved(yaw_deg=45.0)
    path = [(0.7, 1.46), (1.1, 1.35), (1.65, 0.95), (2.2, 0.55), (2.9, 0.28), (3.4, 0.24)]
    bed = [[(a, 0.32, b), (a, -0.32, b), (c, -0.32, d), (c, 0.32, d)][::-1] for (a, b), (c, d) in itertools.pairwise(path)]
    parts = [posts, floor, *walls, roof, quads(bed, colour=_YELLOW, two_sided=True)]
    for y in (-0.34, 0.34):
        parts.append(tube([(x, y, z + 0.12) for x, z in path], (0.06,) * 6, 6, colour=_YELLOW))
    parts.append(box((3.1, -0.3, 0.0), (3.25, 0.3, 0.25), colour=_CHAIN))
    for y in (-0.28, 0.28):
        parts.append(tube([(-1.35, y, 0.0), (-0.72, y, 1.5)], (0.035, 0.035), 5, colour=_RED))
    parts += [
        tube([(-1.35 + 0.126 * k, -0.28, 0.3 * k), (-1.35 + 0.126 * k, 0.28, 0.3 * k)], (0.028, 0.028), 5, colour=_RED) for k in range(1, 5)
    ]
    proxies = [
        box_proxy((-0.75, -0.75, 0.0), (0.75, 0.75, 2.6)),
        box_proxy((-0.9, -0.9, 2.5), (0.9, 0.9, 3.0)),
        box_proxy((-0.4, -0.4, 2.9), (0.4, 0.4, 3.4)),
    ]
    proxies += [
        box_proxy((-1.4, -0.32, 0.0), (-0.7, 0.32, 1.5)),
        box_proxy((0.7, -0.4, 0.0), (2.0, 0.4, 1.6)),
        box_proxy((1.9, -0.4, 0.0), (3.45, 0.4, 0.8)),
    ]
    return Prop(merge(parts).grounded(0.3, 0.7), tuple(proxies))


def climbing_dome() -> Prop:
    """A dome of coloured tubes, radius 1.6 m."""
    parts: list[Part] = []
    levels = [(1.6, 0.0), (1.45, 0.7), (1.05, 1.25), (0.45, 1.58)]
    rings = [circle(r, z, 8) for r, z in levels]
    for k, ring in enumerate(rings[1:]):
        closed = np.concatenate([ring, ring[:2]])
        parts.append(tube(closed, [0.03] * len(closed), 5, colour=(_YELLOW, _RED, _BLUE)[k]))
    for k in range(8):
        parts.append(tube([ring[k] for ring in rings], (0.03,) * 4, 5, colour=(_GREEN, _BLUE)[k % 2]))
    return Prop(merge(parts), (box_proxy((-1.4, -1.4, 0.0), (1.4, 1.4, 1.0)), box_proxy((-1.0, -1.0, 0.9), (1.0, 1.0, 1.62))))


def seesaw() -> Prop:
    """A seesaw along x with one end up, 3 m."""
    plank = box((-1.5, -0.12, -0.03), (1.5, 0.12, 0.03), colour=_GREEN, without=())
    tilt = np.radians(10.0)
    lifted = plank.vertices @ np.array([[np.cos(tilt), 0, np.sin(tilt)], [0, 1, 0], [-np.sin(tilt), 0, np.cos(tilt)]]) + (0, 0, 0.5)
    board = quads(lifted.reshape(-1, 4, 3), colour=_GREEN)
    stand = [tube([(0, y, 0.0), (0, 0.0, 0.5)], (0.05, 0.05), 6, colour=_RED) for y in (-0.35, 0.35)]
    handles = [tube([(x, -0.15, z), (x, 0.15, z)], (0.025, 0.025), 5, colour=_YELLOW) for x, z in ((-1.1, 0.52), (1.1, 0.92))]
    sticks = [box((x - 0.02, -0.02, z - 0.25), (x + 0.02, 0.02, z), colour=_YELLOW) for x, z in ((-1.1, 0.52), (1.1, 0.92))]
    part = merge([board, *stand, *handles, *sticks])
    return Prop(part, (box_proxy((-1.5, -0.2, 0.1), (0.0, 0.2, 0.6)), box_proxy((0.0, -0.35, 0.0), (1.5, 0.35, 0.95))))


def sandbox() -> Prop:
    """A square sandbox of 3 m with a timber rim and a bucket."""
    rim = [
        box(low, high, texture=Texture.WOOD, repeat_m=0.8, colour=_TIMBER)
        for low, high in (
            ((-1.5, -1.5, 0), (1.5, -1.3, 0.3)),
            ((-1.5, 1.3, 0), (1.5, 1.5, 0.3)),
            ((-1.5, -1.3, 0), (-1.3, 1.3, 0.3)),
            ((1.3, -1.3, 0), (1.5, 1.3, 0.3)),
        )
    ]
    sand = quads([[(-1.3, -1.3, 0.2), (1.3, -1.3, 0.2), (1.3, 1.3, 0.2), (-1.3, 1.3, 0.2)]], texture=Texture.SAND, repeat_m=2.0)
    bucket = loft(np.stack([circle(0.10, 0.2, 9), circle(0.14, 0.45, 9)]), colour=_RED, two_sided=True).moved((0.4, 0.3, 0.0))
    return Prop(merge([*rim, sand, bucket]).grounded(0.2, 0.65), (box_proxy((-1.5, -1.5, 0.0), (1.5, 1.5, 0.32)),))
