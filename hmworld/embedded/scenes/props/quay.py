"""Things on a quay: bollards, containers, nets, fish boxes, lobster pots, crates, barrels, ropes."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Prop, box_proxy
from hmworld.embedded.scenes.kit.noise import PlaneNoise
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.kit.shapes import Part, box, circle, instances, loft, merge, quads, tower, tube
from hmworld.embedded.scenes.props.storage import carton
from hmworld.embedded.scenes.textures.catalogue import Texture

Rgb = tuple[float, float, float]

CONTAINER_M = (6.06, 2.44, 2.59)
PAINTS: tuple[Rgb, ...] = (
    (0.36, 0.06, 0.035),
    (0.03, 0.12, 0.30),
    (0.05, 0.22, 0.13),
    (0.50, 0.22, 0.03),
    (0.42, 0.42, 0.40),
    (0.22, 0.045, 0.05),
    (0.05, 0.25, 0.30),
)
_RUST: Rgb = (0.10, 0.05, 0.03)
_IRON: Rgb = (0.028, 0.028, 0.03)


def bollard() -> Prop:
    """A mooring bollard with a mushroom head, 0.62 m, a rope round its neck."""
    post = tower(
        [(0.36, 0.0), (0.36, 0.05), (0.22, 0.12), (0.19, 0.36), (0.24, 0.44), (0.34, 0.50), (0.34, 0.56), (0.22, 0.62)], 16, colour=_IRON
    )
    coil = [
        tower([(0.23, 0.16 + 0.07 * k), (0.275, 0.195 + 0.07 * k), (0.23, 0.23 + 0.07 * k)], 16, colour=(0.42, 0.36, 0.24), cap_top=False)
        for k in range(3)
    ]
    return Prop(merge([post, *coil]), (box_proxy((-0.34, -0.34, 0.0), (0.34, 0.34, 0.62)),))


@cache
def container(paint: Rgb) -> Part:
    """A 20-foot container along x, centred, standing on z = 0: ribbed sides, corner posts, doors at +x."""
    half, w, high = CONTAINER_M[0] / 2, CONTAINER_M[1] / 2, CONTAINER_M[2]
    dark = np.asarray(paint) * 0.72
    body = box(
        (-half + 0.05, -w + 0.04, 0.12),
        (half - 0.05, w - 0.04, high - 0.06),
        texture=Texture.SHEETING,
        repeat_m=1.5,
        colour=np.asarray(paint) * 1.25,
    )
    posts = instances(
        box((-0.08, -0.08, 0.0), (0.08, 0.08, high), colour=dark),
        [(x, y, 0.0) for x in (-half + 0.08, half - 0.08) for y in (-w + 0.08, w - 0.08)],
    )
    rails = [
        box((-half, y - 0.06, z), (half, y + 0.06, z + 0.14), colour=dark, without=())
        for y in (-w + 0.06, w - 0.06)
        for z in (0.0, high - 0.14)
    ]
    rails += [
        box((x - 0.06, -w, z), (x + 0.06, w, z + 0.14), colour=dark, without=())
        for x in (-half + 0.06, half - 0.06)
        for z in (0.0, high - 0.14)
    ]
    doors = [
        box((half - 0.05, y, 0.16), (half + 0.0, y + 1.08, high - 0.16), colour=np.asarray(paint) * 0.9, without=("-x",))
        for y in (-1.1, 0.02)
    ]
    bars = [
        box((half, y - 0.02, 0.2), (half + 0.05, y + 0.02, high - 0.2), colour=(0.4, 0.4, 0.4), without=("-x",))
        for y in (-0.8, -0.3, 0.3, 0.8)
    ]
    return merge([body, posts, *rails, *doors, *bars])


def container_stack(stream: Stream, count: int, turned: bool = False) -> Prop:
    """`count` containers on each other."""
    half, w, high = CONTAINER_M[0] / 2, CONTAINER_M[1] / 2, CONTAINER_M[2]
    parts = [
        container(stream.pick(PAINTS)).moved((0.0, 0.0, k * (high + 0.02)), 180.0 * (k % 2)).tinted(stream.number(0.85, 1.1))
        for k in range(count)
    ]
    prop = Prop(merge(parts).grounded(0.4, 0.6), (box_proxy((-half - 0.05, -w, 0.0), (half + 0.05, w, count * (high + 0.02))),))
    return prop.moved((0.0, 0.0, 0.0), 90.0) if turned else prop


def net_heap(stream: Stream, radius: float) -> Prop:
    """A heap of nets with floats on it, wider than high."""
    noise = PlaneNoise(stream)
    high = 0.75 * radius
    rings = []
    for share in (0.0, 0.25, 0.5, 0.75, 0.93):
        ring = circle(radius * float(np.cos(share * np.pi / 2) ** 0.6), high * share, 22)
        swell = 0.82 + 0.36 * noise.at(ring[:, 0] * 2.4 + 5.0, ring[:, 1] * 2.4 + 3.0 * share)
        ring[:, :2] *= swell[:, None]
        rings.append(ring)
    heap = loft(np.stack(rings), texture=Texture.NETTING, uv_scale=(5.0, 1.6), cap_top=True, colour=(1.3, 1.3, 1.3))
    ball = loft(np.stack([circle(0.1 * np.sqrt(1 - s * s), 0.1 * s, 8) for s in (-0.9, 0.0, 0.9)]), colour=(0.60, 0.22, 0.03), cap_top=True)
    spots = []
    for k in range(14):
        turn, share = k * 2.4, stream.number(0.1, 0.9)
        reach = radius * float(np.cos(share * np.pi / 2) ** 0.6)
        spots.append((reach * np.cos(turn), reach * np.sin(turn), high * share + 0.04))
    return Prop(
        merge([heap, instances(ball, spots)]).grounded(0.3, 0.6), (box_proxy((-radius, -radius, 0.0), (radius, radius, high * 1.02)),)
    )


def fish_boxes(stream: Stream) -> Prop:
    """Stacks of plastic fish boxes, 1.3 m at most."""
    hues = ((0.04, 0.15, 0.40), (0.52, 0.19, 0.03), (0.50, 0.49, 0.44), (0.04, 0.26, 0.15))
    parts = []
    counts = [stream.integer(3, 6) for _ in range(3)]
    for x, count in zip((-0.82, 0.0, 0.82), counts, strict=True):
        hue = stream.pick(hues)
        for k in range(count):
            z = 0.25 * k
            shift = stream.number(-0.03, 0.03)
            body = box((x - 0.36 + shift, -0.24, z), (x + 0.36 + shift, 0.24, z + 0.22), colour=hue)
            rim = box(
                (x - 0.40 + shift, -0.28, z + 0.19), (x + 0.40 + shift, 0.28, z + 0.25), colour=np.asarray(hue) * 1.15, without=("-z",)
            )
            parts += [body, rim]
    return Prop(merge(parts).grounded(0.3, 0.6), (box_proxy((-1.22, -0.28, 0.0), (1.22, 0.28, 0.25 * max(counts))),))


def lobster_pots() -> Prop:
    """Six lobster pots in a pyramid: half-round wooden cages with netting."""
    turn = np.linspace(0.0, np.pi, 9)
    arc = np.stack([np.zeros(9), -0.26 * np.cos(turn), 0.06 + 0.30 * np.sin(turn)], 1)
    hoops = [tube(arc + np.array((x, 0.0, 0.0)), [0.018] * 9, 5, colour=(0.30, 0.19, 0.09)) for x in (-0.4, 0.0, 0.4)]
    skin_rings = np.stack([np.concatenate([arc * 0.97 + np.array((x, 0.0, 0.0))]) for x in (-0.4, 0.4)])
    cells = np.stack([skin_rings[0, :-1], skin_rings[1, :-1], skin_rings[1, 1:], skin_rings[0, 1:]], 1)
    uv = np.stack([np.stack([np.array((a, 0.0)), np.array((a, 1.6)), np.array((b, 1.6)), np.array((b, 0.0))]) for a, b in pairwise(turn)])
    mesh = quads(cells, uvs=uv, texture=Texture.NETTING, two_sided=True, colour=(1.2, 1.2, 1.2))
    base = box((-0.45, -0.28, 0.0), (0.45, 0.28, 0.06), colour=(0.32, 0.21, 0.11))
    ends = [
        quads([[(x, -0.24, 0.06), (x, 0.24, 0.06), (x, 0.16, 0.3), (x, -0.16, 0.3)]], texture=Texture.NETTING, two_sided=True)
        for x in (-0.4, 0.4)
    ]
    pot = merge([*hoops, mesh, base, *ends])
    spots = [(0.0, y, 0.0) for y in (-0.6, 0.0, 0.6)] + [(0.03, y, 0.37) for y in (-0.3, 0.3)] + [(0.0, 0.0, 0.74)]
    return Prop(
        instances(pot, spots).grounded(0.3, 0.65),
        (box_proxy((-0.48, -0.88, 0.0), (0.48, 0.88, 0.42)), box_proxy((-0.46, -0.58, 0.4), (0.48, 0.58, 1.1))),
    )


def crates(stream: Stream) -> Prop:
    """Wooden crates, two below and a smaller one on top."""
    tone: Rgb = (0.48, 0.34, 0.19)
    parts = []
    for x, y, wide, z, high in ((-0.62, 0.0, 0.56, 0.0, 1.0), (0.58, 0.06, 0.5, 0.0, 0.9), (-0.4, 0.0, 0.42, 1.0, 0.72)):
        made = carton(np.array((-wide, -wide, 0.0)), np.array((wide, wide, high)), tone, Texture.SLATTED).tinted(stream.number(0.8, 1.15))
        parts.append(made.moved((x, y, z), stream.number(-5.0, 5.0)))
    return Prop(
        merge(parts).grounded(0.4, 0.6),
        (box_proxy((-1.2, -0.6, 0.0), (1.12, 0.6, 1.0)), box_proxy((-0.84, -0.44, 0.95), (0.04, 0.44, 1.72))),
    )


def barrel(colour: Rgb) -> Prop:
    """A wooden barrel with hoops, 0.95 m."""
    staves = tower(
        [(0.28, 0.0), (0.33, 0.25), (0.35, 0.475), (0.33, 0.7), (0.28, 0.95), (0.26, 0.93)],
        16,
        texture=Texture.BOARDS,
        uv_scale=(2.0, 1.0),
        colour=colour,
    )
    hoops = [
        tower([(r, z), (r, z + 0.06)], 16, colour=_RUST, cap_top=False)
        for r, z in ((0.30, 0.06), (0.345, 0.25), (0.345, 0.64), (0.30, 0.83))
    ]
    return Prop(merge([staves, *hoops]).grounded(0.3, 0.6), (box_proxy((-0.34, -0.34, 0.0), (0.34, 0.34, 0.95)),))


def rope_coil() -> Part:
    """A flat coil of thick rope, 0.2 m high."""
    rings = []
    for level in range(2):
        for k in range(5):
            rings.append(
                tower(
                    [(0.2 + 0.09 * k, 0.1 * level), (0.245 + 0.09 * k, 0.05 + 0.1 * level), (0.2 + 0.09 * k, 0.1 + 0.1 * level)],
                    18,
                    colour=(0.42, 0.35, 0.23),
                    cap_top=False,
                )
            )
    return merge(rings)
