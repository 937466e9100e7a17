"""Vessels: fishing boats, rowing boats and a cargo ship, afloat with the waterline at z = 0, bow to +x; ropes and buoys."""

from __future__ import annotations

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Prop, box_proxy
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.kit.shapes import Array, Part, box, instances, loft, merge, quads, tower, triangles_of, tube
from hmworld.embedded.scenes.props.quay import CONTAINER_M, PAINTS, container
from hmworld.embedded.scenes.textures.catalogue import Texture

Rgb = tuple[float, float, float]

_WHITE: Rgb = (0.60, 0.59, 0.55)
_DARK: Rgb = (0.03, 0.03, 0.033)
_DECK: Rgb = (0.34, 0.24, 0.14)


def _skin(rings: Array, colour: Rgb) -> Part:
    """A smooth two-sided strip between rows of points, rings (S, K, 3)."""
    count, width = rings.shape[:2]
    index = np.arange(count * width).reshape(count, width)
    a, b, c, d = (v.ravel() for v in (index[:-1, :-1], index[1:, :-1], index[1:, 1:], index[:-1, 1:]))
    faces = np.stack([np.stack([a, b, c], 1), np.stack([a, c, d], 1)], 1).reshape(-1, 3)
    return triangles_of(rings, faces, colour=colour, two_sided=True)


def hull(length: float, beam: float, side: float, bow: float, draft: float, colours: tuple[Rgb, Rgb, Rgb], full: float, deck: Rgb) -> Part:
    """A hull with a raked bow, `side` high amidships and `bow` at the stem, closed by a deck.

    `colours`: bottom, topsides, rail; `full`: the share of the length that has full beam.
    """
    t = np.linspace(0.0, 1.0, 17)
    x = -length / 2 + length * t
    half = beam / 2 * np.clip(1.0 - np.maximum(0.0, (t - full) / (1.0 - full)) ** 2.2, 0.015, 1) * (0.86 + 0.14 * np.clip(t / 0.2, 0, 1))
    top = side + (bow - side) * np.clip((t - 0.45) / 0.55, 0, 1) ** 1.8 + 0.10 * side * np.clip((0.25 - t) / 0.25, 0, 1)
    rake = 0.10 * length * np.clip((t - 0.8) / 0.2, 0, 1) ** 1.3
    rows = []
    for share, wide in ((-1.0, 0.25), (-0.6, 0.72), (0.0, 0.92), (0.10, 0.935), (0.45, 0.97), (0.82, 1.0), (1.0, 1.0)):
        z = np.where(share < 0, share * draft, share * top)
        lean = rake * (np.clip(share, 0.0, 1.0) - 1.0)
        flare = 1.0 - 0.45 * np.clip((t - 0.7) / 0.3, 0, 1) * (1.0 - np.clip(share, 0, 1))
        rows.append(np.stack([x + lean, half * wide * flare, z], 1))
    right = np.stack(rows, 1)
    parts = []
    for sign in (1.0, -1.0):
        flank = right * (1.0, sign, 1.0)
        bands = ((0, 3, colours[0]), (2, 4, _WHITE), (3, 6, colours[1]), (5, 7, colours[2]))
        for a, b, rgb in bands:
            strip = flank[:, a:b]
            parts.append(_skin(strip[:, ::-1] if sign > 0 else strip, rgb))
    stern = np.concatenate([right[0], (right[0] * (1.0, -1.0, 1.0))[::-1]])
    k = np.arange(1, len(stern) - 1)
    parts.append(triangles_of(stern, np.stack([np.zeros_like(k), k + 1, k], 1), colour=colours[1], two_sided=True))
    level = right[:, -1] * (1.0, 0.98, 1.0) - np.array((0.0, 0.0, 0.12 * side))
    cells = np.stack([level[:-1] * (1, -1, 1), level[1:] * (1, -1, 1), level[1:], level[:-1]], 1)
    parts.append(quads(cells, texture=Texture.WOOD, repeat_m=1.2, colour=deck, two_sided=True))
    rim = right[:, -1]
    parts += [tube(rim * (1.0, sign, 1.0), [0.035 + 0.004 * beam] * len(rim), 5, colour=colours[2]) for sign in (1.0, -1.0)]
    return merge(parts)


def _wheelhouse(deck: float, paint: Rgb) -> Part:
    """The wheelhouse of a fishing boat on its deck: panes ahead and on both sides, a door aft."""
    low, high = deck + 1.25, deck + 1.95
    panes = [[(2.515, y, low), (2.515, y + 0.6, low), (2.515, y + 0.6, high), (2.515, y, high)] for y in (-1.0, -0.3, 0.4)]
    for sign in (-1.0, 1.0):
        y = sign * 1.165
        for x in (0.45, 1.15, 1.85):
            panes.append([(x, y, low), (x + 0.5, y, low), (x + 0.5, y, high), (x, y, high)][:: int(-sign)])
    door = [[(0.185, 0.35, deck), (0.185, -0.35, deck), (0.185, -0.35, deck + 1.85), (0.185, 0.35, deck + 1.85)]]
    return merge(
        [
            box((0.2, -1.15, deck), (2.5, 1.15, deck + 2.15), colour=_WHITE, without=("-z",)),
            box((0.0, -1.3, deck + 2.15), (2.75, 1.3, deck + 2.28), colour=paint, without=()),
            quads(panes, colour=(0.03, 0.045, 0.055)),
            quads(door, colour=np.asarray(paint) * 0.8),
        ]
    )


def fishing_boat(stream: Stream, paint: Rgb) -> Prop:
    """An 11 m inshore boat: wheelhouse forward of a working deck, mast, boom, net drum, gallows, tyres, fish boxes."""
    side, bow = 1.25, 2.15
    deck = side * 0.88
    spar: Rgb = (0.45, 0.30, 0.10)
    parts = [hull(11.0, 3.8, side, bow, 0.7, ((0.28, 0.04, 0.03), paint, _WHITE), 0.5, _DECK), _wheelhouse(deck, paint)]
    parts.append(tower([(0.09, deck), (0.07, 5.0), (0.04, 6.4)], 8, colour=spar).moved((-0.25, 0.0, 0.0)))
    parts.append(tube([(-0.3, 0, deck + 1.2), (-2.2, 0, deck + 2.2), (-3.9, 0, deck + 3.1)], (0.06, 0.055, 0.045), 7, colour=spar))
    for x, z in ((5.3, bow), (-3.9, deck + 3.1)):
        parts.append(tube([(-0.25, 0, 6.2), ((x - 0.25) / 2, 0, (6.2 + z) / 2), (x, 0, z)], (0.014,) * 3, 4, colour=_DARK))
    for y in (-1.4, 1.4):
        parts.append(tube([(-4.7, y, deck), (-4.8, y, deck + 1.7), (-4.8, 0.0, deck + 1.9)], (0.06,) * 3, 6, colour=(0.5, 0.32, 0.04)))
    turn = np.arange(14) * (2 * np.pi / 14)
    reel = ((-0.85, 0.5), (-0.8, 0.42), (0.8, 0.42), (0.85, 0.5))
    spool = np.stack([np.stack([-3.6 + r * np.cos(turn), np.full(14, y), deck + 0.62 - r * np.sin(turn)], 1) for y, r in reel])
    parts.append(loft(spool, texture=Texture.NETTING, uv_scale=(3.0, 2.0), cap_top=True, two_sided=True))
    parts.append(box((-0.5, -0.1, 5.4), (-0.3, 0.1, 5.55), colour=(0.9, 0.85, 0.7), without=()).glowing(4.0))
    for k in range(6):
        at = np.array((-2.3 + 0.62 * (k % 3), -0.95 + 0.9 * (k // 3), deck))
        hue = stream.pick(((0.05, 0.14, 0.36), (0.55, 0.20, 0.03), (0.52, 0.50, 0.44), (0.04, 0.24, 0.14)))
        parts.append(box(at, at + np.array((0.55, 0.75, 0.26 + 0.24 * (k % 2))), colour=hue))
    full = np.linspace(0, 2 * np.pi, 13)
    tyre = tube(np.stack([0.3 * np.cos(full), np.zeros(13), 0.3 * np.sin(full)], 1), [0.1] * 13, 6, colour=(0.02, 0.02, 0.02))
    parts.append(instances(tyre, [(x, s * 1.93, 0.75) for x in (-3.2, -1.0, 1.2) for s in (-1.0, 1.0)]))
    half = [(3.0, 1.55, bow - 0.35), (3.0, 1.55, bow + 0.3), (5.3, 0.1, bow + 0.75)]
    rail = half + [(x, -y, z) for x, y, z in half[::-1]]
    parts.append(tube(rail, (0.025,) * 6, 5, colour=(0.5, 0.5, 0.5)))
    return Prop(
        merge(parts),
        (
            box_proxy((-5.6, -2.05, -0.7), (5.9, 2.05, 1.75)),
            box_proxy((2.9, -1.65, 1.7), (5.9, 1.65, 2.95)),
            box_proxy((0.0, -1.3, 1.6), (2.75, 1.3, deck + 2.3)),
            box_proxy((-0.6, -0.2, 1.6), (0.0, 0.2, 6.4)),
            box_proxy((-5.0, -1.5, 1.6), (-2.9, 1.5, deck + 2.0)),
            box_proxy((-4.1, -0.08, deck + 1.0), (-0.3, 0.08, 6.2)),
            box_proxy((-0.3, -0.05, 1.9), (5.3, 0.05, 6.3)),
        ),
    )


def rowing_boat(paint: Rgb) -> Prop:
    """A 4.2 m rowing boat with thwarts and oars."""
    shell = hull(4.2, 1.6, 0.48, 0.75, 0.2, ((0.10, 0.10, 0.10), paint, _WHITE), 0.45, (0.40, 0.28, 0.16))
    seats = [box((x, -0.66, 0.44), (x + 0.24, 0.66, 0.48), colour=_DECK, without=()) for x in (-1.3, -0.2, 0.8)]
    oars = [tube([(-1.6, y, 0.5), (0.0, y, 0.53), (1.2, y * 0.6, 0.56)], (0.05, 0.025, 0.025), 5, colour=_DECK) for y in (-0.3, 0.3)]
    return Prop(merge([shell, *seats, *oars]), (box_proxy((-2.15, -0.85, -0.2), (2.3, 0.85, 0.8)),))


def trestles() -> Prop:
    """Two trestles 2 m apart along x that carry a rowing boat whose waterline is 0.42 m up."""
    beams = [box((x - 0.06, -0.6, 0.14), (x + 0.06, 0.6, 0.26), colour=_DECK, without=()) for x in (-1.1, 0.9)]
    legs = [box((x - 0.05, y - 0.05, 0.0), (x + 0.05, y + 0.05, 0.2), colour=_DECK) for x in (-1.1, 0.9) for y in (-0.5, 0.5)]
    return Prop(merge([*beams, *legs]), (box_proxy((-1.16, -0.6, 0.0), (0.96, 0.6, 0.3)),))


def boat_on_stands(stream: Stream, paint: Rgb) -> Prop:
    """A fishing boat ashore: keel blocks under it and raking props at its sides, the waterline 0.95 m up."""
    boat = fishing_boat(stream, paint).moved((0.0, 0.0, 0.95))
    blocks = [box((x - 0.3, -0.4, 0.0), (x + 0.3, 0.4, 0.32), colour=_DECK) for x in (-3.6, -1.2, 1.2, 3.2)]
    shores = [
        tube([(x, s * 2.35, 0.0), (x, s * 2.1, 0.8), (x, s * 1.8, 1.7)], (0.09,) * 3, 6, colour=_DECK)
        for x in (-3.4, -0.6, 2.0)
        for s in (-1.0, 1.0)
    ]
    keel = box((-5.0, -0.12, 0.25), (4.2, 0.12, 0.7), colour=(0.20, 0.035, 0.025), without=())
    return Prop(merge([boat.part, *blocks, *shores, keel]), (*boat.obstacles, box_proxy((-5.2, -2.4, 0.0), (4.4, 2.4, 1.0))))


def _bridge(deck: float) -> list[Part]:
    """The deck house of the cargo ship: storeys with rows of panes, some of them lit, funnel and mast."""
    storeys = (
        ((-45.0, -6.4), (-32.0, 6.4), 0.0, 5.6),
        ((-44.0, -6.0), (-33.0, 6.0), 5.6, 8.4),
        ((-43.4, -5.4), (-33.6, 5.4), 8.4, 11.2),
        ((-41.0, -7.2), (-34.4, 7.2), 11.2, 13.9),
    )
    parts, panes = [], []
    for low, high, z0, z1 in storeys:
        parts.append(box((*low, deck + z0), (*high, deck + z1), colour=_WHITE, without=("-z",)))
        eaves = box(
            (low[0] - 0.3, low[1] - 0.3, deck + z1 - 0.12), (high[0] + 0.3, high[1] + 0.3, deck + z1), colour=(0.5, 0.5, 0.48), without=()
        )
        parts.append(eaves)
        middle = deck + (z0 + z1) / 2
        a, b = middle - 0.3, middle + 0.5
        for sign in (-1.0, 1.0):
            y = sign * (abs(low[1]) + 0.02)
            row = [[(x, y, a), (x + 0.8, y, a), (x + 0.8, y, b), (x, y, b)] for x in np.arange(low[0] + 0.8, high[0] - 1.0, 1.7)]
            panes += [cell[:: int(-sign)] for cell in row]
        x = high[0] + 0.02
        panes += [[(x, y, a), (x, y + 0.9, a), (x, y + 0.9, b), (x, y, b)] for y in np.arange(low[1] + 0.6, high[1] - 1.2, 1.35)]
    lit = np.arange(len(panes)) % 3 == 0
    parts.append(quads([p for p, on in zip(panes, lit, strict=True) if not on], colour=(0.04, 0.05, 0.06)))
    parts.append(quads([p for p, on in zip(panes, lit, strict=True) if on], colour=(0.16, 0.14, 0.10)).glowing(4.0))
    parts.append(tower([(1.7, 6.0), (1.6, 11.5)], 14, colour=(0.42, 0.04, 0.03)).moved((-43.0, 0.0, deck)))
    parts.append(tower([(1.72, 8.4), (1.69, 9.6)], 14, colour=_WHITE, cap_top=False).moved((-43.0, 0.0, deck)))
    parts.append(tower([(0.3, 13.9), (0.12, 21.0)], 8, colour=_WHITE).moved((-37.5, 0.0, deck)))
    parts.append(box((-37.6, -2.6, deck + 18.2), (-37.4, 2.6, deck + 18.4), colour=_WHITE, without=()))
    return parts


def cargo_ship(stream: Stream) -> Prop:
    """A coaster of 96 m with a bridge house aft, containers on deck, two deck cranes and a red bottom."""
    side, bow = 7.2, 10.4
    deck = side * 0.88
    colours: tuple[Rgb, Rgb, Rgb] = ((0.30, 0.05, 0.035), (0.03, 0.07, 0.15), (0.5, 0.5, 0.48))
    parts = [hull(96.0, 15.0, side, bow, 2.4, colours, 0.72, (0.22, 0.10, 0.07)), *_bridge(deck)]
    long, wide, high = CONTAINER_M
    boxes = [container(rgb) for rgb in PAINTS]
    for row in range(8):
        x0 = -29.0 + row * (long + 0.8) + (3.4 if row > 2 else 0.0) + (3.4 if row > 5 else 0.0)
        for column in range(5):
            for level in range(stream.integer(1, 4)):
                spot = (x0 + long / 2, (column - 2) * (wide + 0.12), deck + 0.9 + level * (high + 0.03))
                parts.append(boxes[stream.integer(0, len(boxes))].moved(spot))
        parts.append(box((x0, -6.6, deck - 0.1), (x0 + long, 6.6, deck + 0.9), colour=(0.25, 0.12, 0.08), without=("-z",)))
    jib: Rgb = (0.55, 0.38, 0.05)
    for x in (-8.0, 14.6):
        parts.append(tower([(1.0, deck), (0.9, deck + 11.0)], 12, colour=jib).moved((x, 0.0, 0.0)))
        parts.append(box((x - 1.3, -1.5, deck + 11.0), (x + 1.3, 1.5, deck + 14.0), colour=jib, without=()))
        arm = [(x + 0.8, 0, deck + 11.4), (x + 9, 0, deck + 13.0), (x + 17.0, 0, deck + 14.6)]
        parts.append(tube(arm, (0.5, 0.4, 0.25), 6, colour=jib))
    return Prop(
        merge(parts),
        (
            box_proxy((-48.2, -7.6, -2.4), (48.4, 7.6, bow + 0.2)),
            box_proxy((-45.0, -7.2, side), (-32.0, 7.2, deck + 14.0)),
            box_proxy((-45.0, -2.7, deck + 6.0), (-37.2, 2.7, deck + 21.0)),
            box_proxy((-29.0, -6.6, side), (36.5, 6.6, deck + 9.0)),
            box_proxy((-9.4, -1.6, deck), (34.0, 1.6, deck + 15.2)),
        ),
    )


def mooring(start: tuple[float, float, float], end: tuple[float, float, float]) -> Prop:
    """A sagging rope between two points."""
    t = np.linspace(0.0, 1.0, 9)[:, None]
    line = np.asarray(start) + (np.asarray(end) - np.asarray(start)) * t
    line[:, 2] -= 0.45 * (4 * t * (1 - t))[:, 0]
    pieces = [line[k : k + 3] for k in range(0, 8, 2)]
    boxes = [box_proxy(piece.min(axis=0) - 0.04, piece.max(axis=0) + 0.04) for piece in pieces]
    return Prop(tube(line, [0.035] * 9, 5, colour=(0.42, 0.36, 0.24)), tuple(boxes))


def buoys(spots: list[tuple[float, float]], sea_m: float) -> Part:
    """Round red buoys on the water."""
    ball = tower([(0.1, -0.2), (0.32, 0.0), (0.34, 0.2), (0.2, 0.42), (0.04, 0.6)], 10, colour=(0.55, 0.06, 0.03))
    return instances(ball, [(x, y, sea_m) for x, y in spots])
