"""Machines of a building site: excavator, mixer lorry, drum mixer, lighting mast."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from hmworld.embedded.scenes.kit.assembler import Prop, box_proxy
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.kit.shapes import Array, Part, box, instances, loft, merge, quads, tower, tube
from hmworld.embedded.scenes.props.building_site import struts
from hmworld.embedded.scenes.props.city_vehicles import wheel

Rgb = tuple[float, float, float]


YELLOW: Rgb = (0.66, 0.36, 0.012)


_STEEL: Rgb = (0.38, 0.39, 0.40)


_DARK: Rgb = (0.035, 0.035, 0.037)


def _crawler() -> Part:
    """One crawler track along x, centred, 0.5 m wide."""
    t = np.linspace(0.0, np.pi, 7)
    front = np.stack([1.35 + 0.42 * np.sin(t), 0.42 - 0.42 * np.cos(t)], 1)
    outline = np.concatenate([front, front * (-1.0, 1.0) + (0.0, 0.0)], 0)
    outline[7:] = (front * (-1.0, 1.0))[::-1]
    rings = np.stack([np.stack([outline[:, 0], np.full(14, y), outline[:, 1]], 1) for y in (0.25, -0.25)])
    body = loft(rings, colour=_DARK, smooth=False, cap_top=True)
    back = loft(rings[::-1, ::-1], colour=_DARK, smooth=False, cap_top=True)
    pads = [box((x, -0.27, 0.83), (x + 0.16, 0.27, 0.87), colour=(0.10, 0.10, 0.10), without=()) for x in np.arange(-1.3, 1.3, 0.26)]
    rollers = [wheel(0.2, 0.05).moved((x, -0.24, 0.32)) for x in (-1.3, -0.65, 0.0, 0.65, 1.3)]
    return merge([body, back, *pads, *rollers])


def _arm(path: ArrayLike, high: ArrayLike, wide: float, rgb: Rgb) -> Part:
    """A flat-sided beam in the plane y = 0 along (x, z) points with a height at each."""
    points, tall = np.asarray(path, dtype=np.float64), np.asarray(high, dtype=np.float64)
    way = np.gradient(points, axis=0)
    way /= np.linalg.norm(way, axis=1, keepdims=True)
    up = np.stack([-way[:, 1], way[:, 0]], 1) * tall[:, None] / 2
    rings = []
    for p, u in zip(points, up, strict=True):
        rings.append(
            [
                (p[0] - u[0], -wide / 2, p[1] - u[1]),
                (p[0] - u[0], wide / 2, p[1] - u[1]),
                (p[0] + u[0], wide / 2, p[1] + u[1]),
                (p[0] + u[0], -wide / 2, p[1] + u[1]),
            ]
        )
    ring: Array = np.array(rings)
    outer = loft(ring, colour=rgb, smooth=False)
    if (outer.normals[0] * (outer.vertices[0] - ring[0].mean(axis=0))).sum() < 0:
        outer = loft(ring[:, ::-1], colour=rgb, smooth=False)
    return replace(outer, two_sided=np.ones(len(outer.triangles), np.bool_))


def excavator() -> Prop:
    """A crawler excavator along x, its bucket on the ground at +x, 3 m high."""
    parts = [_crawler().moved((0, y, 0)) for y in (-0.95, 0.95)]
    parts.append(box((-0.8, -0.7, 0.45), (0.8, 0.7, 1.0), colour=_DARK, without=()))
    parts.append(box((-2.2, -1.25, 1.0), (1.1, 1.25, 1.45), colour=YELLOW, without=()))
    parts.append(box((-2.25, -1.2, 1.45), (-0.5, 1.2, 2.15), colour=YELLOW, without=("-z",)))
    parts.append(box((-2.45, -1.15, 1.0), (-2.2, 1.15, 1.95), colour=_DARK, without=("+x",)))
    parts.append(box((-1.3, 0.5, 2.15), (-1.15, 0.65, 2.6), colour=_DARK))
    cab = np.array(
        [
            [(-0.45, 0.25, 1.45), (1.15, 0.25, 1.45), (1.15, 1.2, 1.45), (-0.45, 1.2, 1.45)],
            [(-0.4, 0.3, 2.95), (0.75, 0.3, 2.95), (0.75, 1.15, 2.95), (-0.4, 1.15, 2.95)],
        ]
    )
    parts.append(loft(cab, colour=(0.035, 0.045, 0.05), smooth=False, cap_top=True))
    parts.append(box((-0.5, 0.22, 2.93), (0.85, 1.22, 3.02), colour=YELLOW, without=()))
    parts.append(struts([[cab[0][k], cab[1][k]] for k in range(4)], 0.1, YELLOW))
    parts.append(_arm([(0.9, 1.4), (2.2, 3.3), (3.4, 3.75), (5.0, 3.1)], (0.5, 0.62, 0.55, 0.35), 0.42, YELLOW))
    parts.append(_arm([(4.6, 3.75), (5.0, 3.05), (5.6, 1.2)], (0.3, 0.5, 0.28), 0.34, YELLOW))
    parts.append(
        struts(
            [
                [(1.3, -0.3, 1.5), (2.6, -0.3, 3.1)],
                [(1.3, 0.3, 1.5), (2.6, 0.3, 3.1)],
                [(2.6, 0.0, 4.1), (4.55, 0.0, 3.8)],
                [(5.2, 0.0, 3.2), (5.75, 0.0, 1.6)],
            ],
            0.13,
            _STEEL,
        )
    )
    shell = np.array([(5.55, 1.25), (6.05, 1.05), (6.25, 0.55), (6.0, 0.1), (5.35, 0.02), (5.0, 0.3)])
    sheet = [[(a[0], -0.55, a[1]), (a[0], 0.55, a[1]), (b[0], 0.55, b[1]), (b[0], -0.55, b[1])] for a, b in pairwise(shell)]
    cheeks = [[(5.55, y, 1.25), (6.1, y, 0.85), (6.0, y, 0.1), (5.1, y, 0.25)] for y in (-0.55, 0.55)]
    parts.append(quads([*sheet, *cheeks], colour=(0.16, 0.13, 0.10), two_sided=True))
    parts.append(
        instances(box((4.86, -0.05, 0.2), (5.08, 0.05, 0.3), colour=_STEEL, without=()), [(0, y, 0) for y in (-0.45, -0.15, 0.15, 0.45)])
    )
    return Prop(
        merge(parts).grounded(0.5, 0.62),
        (
            box_proxy((-1.8, -1.22, 0.0), (1.8, 1.22, 0.9)),
            box_proxy((-2.47, -1.25, 0.9), (1.2, 1.25, 2.2)),
            box_proxy((-0.5, 0.2, 1.4), (1.15, 1.22, 3.02)),
            box_proxy((-1.35, 0.45, 2.1), (-1.1, 0.7, 2.6)),
            box_proxy((0.7, -0.4, 1.2), (2.9, 0.4, 4.1)),
            box_proxy((2.2, -0.3, 2.4), (5.3, 0.3, 4.2)),
            box_proxy((4.8, -0.58, 0.0), (6.3, 0.58, 2.4)),
        ),
    )


def mixer_lorry(stream: Stream) -> Prop:
    """A concrete mixer lorry along x, nose to +x: cab, chassis on four axles, a striped tilted drum, 8.4 m."""
    cab_rgb = stream.pick(((0.62, 0.62, 0.60), (0.46, 0.05, 0.03), (0.04, 0.16, 0.36)))
    parts = [box((-4.2, -0.5, 0.75), (4.0, 0.5, 1.0), colour=_DARK, without=())]
    cab = np.array(
        [
            [(2.3, -1.2, 0.55), (4.2, -1.2, 0.55), (4.2, 1.2, 0.55), (2.3, 1.2, 0.55)],
            [(2.3, -1.2, 1.75), (4.2, -1.2, 1.75), (4.2, 1.2, 1.75), (2.3, 1.2, 1.75)],
            [(2.3, -1.12, 2.9), (4.0, -1.12, 2.9), (4.0, 1.12, 2.9), (2.3, 1.12, 2.9)],
        ]
    )
    parts.append(loft(cab, colour=cab_rgb, smooth=False, cap_top=True))
    parts.append(quads([[(4.21, -1.08, 1.8), (4.21, 1.08, 1.8), (4.06, 1.02, 2.72), (4.06, -1.02, 2.72)]], colour=(0.03, 0.04, 0.05)))
    for y, sign in ((-1.215, -1.0), (1.215, 1.0)):
        pane = [(2.9, y, 1.75), (4.0, y, 1.75), (3.9, y - sign * 0.05, 2.6), (2.9, y - sign * 0.05, 2.6)]
        parts.append(quads([pane if sign < 0 else pane[::-1]], colour=(0.03, 0.04, 0.05)))
        parts.append(box((4.15, y * 0.75 - 0.18, 0.75), (4.24, y * 0.75 + 0.18, 0.95), colour=(0.66, 0.66, 0.62), without=("-x",)))
    parts.append(box((4.1, -1.2, 0.4), (4.3, 1.2, 0.68), colour=_DARK, without=()))
    for x in (3.2, 1.4, -1.7, -3.0):
        for y, yaw in ((-1.0, 0.0), (1.0, 180.0)):
            parts.append(wheel(0.5, 0.28).moved((x, y, 0.5), yaw))
    profile = [(0.45, 0.0), (0.85, 0.5), (1.2, 1.6), (1.22, 2.6), (0.95, 3.9), (0.5, 4.9), (0.55, 5.0)]
    dense = np.linspace(0.0, 5.0, 21)
    radius = np.interp(dense, [z for _, z in profile], [r for r, _ in profile])
    drum = tower(list(zip(radius.tolist(), dense.tolist(), strict=True)), 24, colour=(0.64, 0.64, 0.60), smooth=False)
    # A spiral band, the colour of each facet from its middle.
    middle = drum.vertices[: 4 * (len(drum.vertices) // 4)].reshape(-1, 4, 3).mean(axis=1)
    turn = np.arctan2(middle[:, 1], middle[:, 0]) / (2 * np.pi)
    band = np.floor(2.0 * (turn + middle[:, 2] / 2.4)) % 2 > 0
    colours = drum.colours.copy()
    colours[: 4 * len(middle)][np.repeat(band, 4)] = (0.62, 0.30, 0.02)
    drum = replace(drum, colours=colours)
    a = np.radians(76.0)
    tilt = np.array([[np.cos(a), 0.0, -np.sin(a)], [0.0, 1.0, 0.0], [np.sin(a), 0.0, np.cos(a)]])
    parts.append(replace(drum, vertices=drum.vertices @ tilt.T + (1.9, 0.0, 1.95), normals=drum.normals @ tilt.T))
    parts.append(struts([[(-2.9, s, 1.0), (-2.7, s * 0.5, 2.6)] for s in (-0.6, 0.6)], 0.14, _DARK))
    chute = [[(-3.3, -0.25, 2.5), (-3.3, 0.25, 2.5), (-4.3, 0.2, 1.2), (-4.3, -0.2, 1.2)]]
    parts.append(quads(chute, colour=_STEEL, two_sided=True))
    parts.append(box((-4.3, -1.15, 0.5), (-4.1, 1.15, 0.75), colour=(0.50, 0.05, 0.03), without=()))
    return Prop(
        merge(parts).grounded(0.6, 0.6),
        (
            box_proxy((2.3, -1.25, 0.0), (4.3, 1.25, 2.95)),
            box_proxy((-4.35, -1.2, 0.0), (2.3, 1.2, 1.2)),
            box_proxy((-3.2, -1.25, 1.0), (2.2, 1.25, 4.0)),
            box_proxy((-4.35, -0.3, 1.0), (-3.0, 0.3, 2.75)),
        ),
    )


def light_tower() -> Prop:
    """A mobile lighting mast on a trailer with four floodlights facing -y, 6 m."""
    parts = [box((-0.7, -0.5, 0.45), (0.7, 0.5, 1.35), colour=(0.62, 0.34, 0.02), without=())]
    parts += [wheel(0.33, 0.18).moved((0.0, s * 0.55, 0.33), 0.0 if s < 0 else 180.0) for s in (-1.0, 1.0)]
    parts.append(tower([(0.09, 1.35), (0.05, 5.8)], 8, colour=_STEEL))
    parts.append(box((-0.8, -0.05, 5.7), (0.8, 0.05, 5.8), colour=_STEEL, without=()))
    for x in (-0.65, -0.22, 0.22, 0.65):
        parts.append(box((x - 0.17, -0.2, 5.4), (x + 0.17, 0.05, 5.7), colour=_DARK, without=("-y",)))
        parts.append(
            quads(
                [[(x - 0.15, -0.2, 5.42), (x + 0.15, -0.2, 5.42), (x + 0.15, -0.2, 5.68), (x - 0.15, -0.2, 5.68)]], colour=(0.8, 0.8, 0.76)
            ).glowing(6.0)
        )
    parts.append(struts([[(0.7, 0, 0.5), (1.6, 0, 0.3)], [(1.5, 0, 0.0), (1.5, 0, 0.35)]], 0.09, _DARK))
    return Prop(
        merge(parts).grounded(0.4, 0.6),
        (
            box_proxy((-0.72, -0.75, 0.0), (0.72, 0.75, 1.35)),
            box_proxy((-0.09, -0.09, 1.3), (0.09, 0.09, 5.8)),
            box_proxy((-0.85, -0.25, 5.35), (0.85, 0.1, 5.85)),
            box_proxy((0.7, -0.08, 0.0), (1.65, 0.08, 0.55)),
        ),
    )


def _tube_rings(path: ArrayLike, radius: float, rgb: Rgb) -> Part:
    points = np.asarray(path, dtype=np.float64)
    return tube(points, [radius] * len(points), 7, colour=rgb)


def drum_mixer() -> Prop:
    """A small electric cement mixer on two wheels, its mouth towards -y, 1.45 m."""
    profile = [(0.2, 0.0), (0.36, 0.15), (0.42, 0.4), (0.3, 0.75), (0.22, 0.82)]
    drum = tower(profile, 14, colour=(0.62, 0.22, 0.02), cap_top=False)
    hole = tower([(0.2, 0.80), (0.2, 0.5)], 14, colour=(0.05, 0.045, 0.04), cap_top=True)
    a = np.radians(58.0)
    tilt = np.array([[1.0, 0.0, 0.0], [0.0, np.cos(a), -np.sin(a)], [0.0, np.sin(a), np.cos(a)]])
    whole = merge([drum, replace(hole, two_sided=np.ones(len(hole.triangles), np.bool_))])
    parts = [replace(whole, vertices=whole.vertices @ tilt.T + (0.0, 0.32, 0.82), normals=whole.normals @ tilt.T)]
    parts.append(
        struts(
            [
                [(-0.5, -0.45, 0.05), (-0.5, 0.0, 1.0)],
                [(0.5, -0.45, 0.05), (0.5, 0.0, 1.0)],
                [(-0.5, 0.45, 0.25), (-0.5, 0.0, 1.0)],
                [(0.5, 0.45, 0.25), (0.5, 0.0, 1.0)],
                [(-0.5, 0.45, 0.25), (0.5, 0.45, 0.25)],
                [(-0.5, 0.0, 0.95), (0.5, 0.0, 0.95)],
            ],
            0.06,
            (0.04, 0.16, 0.36),
        )
    )
    parts += [wheel(0.2, 0.08).moved((s * 0.52, 0.5, 0.2), -90.0 if s < 0 else 90.0) for s in (-1.0, 1.0)]
    parts.append(_tube_rings([(0.62 + 0.22 * np.cos(t), 0.0, 0.98 + 0.22 * np.sin(t)) for t in np.linspace(0, 2 * np.pi, 13)], 0.02, _DARK))
    parts.append(box((-0.72, -0.2, 0.75), (-0.46, 0.2, 1.15), colour=(0.62, 0.22, 0.02), without=()))
    return Prop(merge(parts).grounded(0.3, 0.65), (box_proxy((-0.75, -0.62, 0.0), (0.72, 0.66, 1.45)),))
