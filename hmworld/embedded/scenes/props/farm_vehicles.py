"""What rolls on a farm: tractor, hay cart, wheelbarrow."""

from __future__ import annotations

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Prop, box_proxy
from hmworld.embedded.scenes.kit.shapes import Part, box, loft, merge, quads, tower, tube
from hmworld.embedded.scenes.props.storage import road_wheel
from hmworld.embedded.scenes.textures.catalogue import Texture

Rgb = tuple[float, float, float]
_OLD_WOOD: Rgb = (0.34, 0.28, 0.21)
_DARK: Rgb = (0.03, 0.03, 0.032)
_STEEL: Rgb = (0.42, 0.44, 0.45)


def tractor() -> Prop:
    """A tractor, nose to +x, 3.9 m long and 2.65 m high: green body, yellow rims, cab, exhaust, big lugged rear wheels."""
    green: Rgb = (0.04, 0.20, 0.05)
    rim: Rgb = (0.62, 0.44, 0.03)
    hood = loft(
        np.array(
            [
                [
                    (x, 0.40 * s, 0.75),
                    (x, 0.42 * s, top - 0.1),
                    (x, 0.30 * s, top),
                    (x, -0.30 * s, top),
                    (x, -0.42 * s, top - 0.1),
                    (x, -0.40 * s, 0.75),
                ]
                for x, s, top in ((0.25, 1.0, 1.62), (1.2, 0.97, 1.58), (1.95, 0.88, 1.46), (2.05, 0.80, 1.36))
            ]
        ),
        colour=green,
        smooth=False,
        cap_top=True,
    )
    grille = box((2.04, -0.28, 0.82), (2.07, 0.28, 1.3), colour=_DARK, without=("-x",))
    stripe = [box((0.3, s * 0.425 - 0.008, 1.3), (1.9, s * 0.425 + 0.008, 1.38), colour=rim, without=()) for s in (-1.0, 1.0)]
    chassis = box((-1.2, -0.28, 0.55), (2.0, 0.28, 0.85), colour=_DARK, without=())
    floor = box((-1.25, -0.6, 0.85), (0.3, 0.6, 1.15), colour=green, without=())
    glass: Rgb = (0.05, 0.07, 0.08)
    seat = [
        box((-0.75, -0.25, 1.15), (-0.3, 0.25, 1.35), colour=_DARK, without=()),
        box((-0.8, -0.25, 1.3), (-0.68, 0.25, 1.85), colour=_DARK, without=()),
    ]
    posts = [
        tube([(x0, y, 1.1), ((x0 + x1) / 2, y * 0.98, 1.8), (x1, y * 0.94, 2.5)], (0.045,) * 3, 6, colour=_DARK)
        for x0, x1 in ((0.3, 0.15), (-1.15, -1.05))
        for y in (-0.62, 0.62)
    ]
    roof = loft(
        np.array(
            [
                [(-1.3 * s + 0.0, 0.75 * s, z), (-1.3 * s, -0.75 * s, z), (0.4 * s, -0.72 * s, z), (0.4 * s, 0.72 * s, z)]
                for s, z in ((0.97, 2.48), (1.0, 2.54), (0.92, 2.65))
            ]
        ),
        colour=green,
        smooth=False,
        cap_top=True,
    )
    panes = quads([[(-1.16, 0.5, 1.5), (-1.16, -0.5, 1.5), (-1.1, -0.5, 2.4), (-1.1, 0.5, 2.4)]], colour=glass, two_sided=True)
    wheel = tube(
        [(0.24 + 0.05 * np.sin(t), 0.19 * np.cos(t), 1.55 + 0.14 * np.sin(t)) for t in np.linspace(0, 2 * np.pi, 13)],
        [0.018] * 13,
        5,
        colour=_DARK,
    )
    column = tube([(0.45, 0, 1.2), (0.3, 0, 1.45), (0.24, 0, 1.55)], (0.03,) * 3, 5, colour=_DARK)
    pipe = tube([(1.1, 0.22, 1.5), (1.1, 0.22, 2.0), (1.1, 0.22, 2.45), (1.04, 0.22, 2.55)], (0.035, 0.06, 0.035, 0.035), 8, colour=_DARK)
    parts = [hood, grille, *stripe, chassis, floor, *seat, *posts, roof, panes, wheel, column, pipe]
    for y in (-0.88, 0.88):
        parts.append(road_wheel(0.80, 0.46, -0.75, y, rim))
        parts.append(road_wheel(0.47, 0.28, 1.55, y * 0.86, rim))
        lug = box((-0.05, -0.22, 0.78), (0.05, 0.22, 0.84), colour=(0.02, 0.02, 0.021), without=())
        for k in range(18):
            a = k * np.pi / 9
            c, s = np.cos(a), np.sin(a)
            turn = np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
            parts.append(
                Part(**{**lug.__dict__, "vertices": lug.vertices @ turn.T + np.array((-0.75, y, 0.80)), "normals": lug.normals @ turn.T})
            )
        arc = np.linspace(0.25, np.pi - 0.35, 9)
        guard = np.stack([np.stack([-0.75 + 0.9 * np.cos(arc), np.full(9, y + e), 0.80 + 0.9 * np.sin(arc)], 1) for e in (-0.25, 0.25)])
        cells = np.stack([guard[0, :-1], guard[1, :-1], guard[1, 1:], guard[0, 1:]], 1)
        parts.append(quads(cells, colour=green, two_sided=True))
        parts.append(tower([(0.09, 0.0), (0.09, 0.05)], 10, colour=(0.8, 0.78, 0.7)).moved((1.98, y * 0.32, 1.32)))
        parts.append(box((1.5, min(0.0, y * 0.7), 0.42), (1.6, max(0.0, y * 0.7), 0.52), colour=_DARK, without=()))
        parts.append(box((-0.8, min(0.0, y * 0.7), 0.74), (-0.7, max(0.0, y * 0.7), 0.86), colour=_DARK, without=()))
    part = merge(parts).grounded(0.4, 0.65)
    return Prop(
        part,
        (
            box_proxy((-1.66, -1.13, 0.0), (0.3, 1.13, 1.75)),
            box_proxy((-1.32, -0.78, 1.7), (0.42, 0.78, 2.66)),
            box_proxy((0.3, -0.92, 0.0), (2.1, 0.92, 1.64)),
            box_proxy((1.0, 0.15, 1.6), (1.18, 0.3, 2.58)),
        ),
    )


def spoked_wheel(radius: float, colour: Rgb) -> Part:
    """A wooden wheel with ten spokes and an iron tyre, axis along y, centred on (0, 0, radius)."""
    turn = np.linspace(0.0, 2 * np.pi, 25)
    felloe = tube(
        np.stack([radius * 0.93 * np.cos(turn), np.zeros(25), radius + radius * 0.93 * np.sin(turn)], 1), [0.045] * 25, 6, colour=colour
    )
    tyre = tube(
        np.stack([radius * 0.975 * np.cos(turn), np.zeros(25), radius + radius * 0.975 * np.sin(turn)], 1), [0.03] * 25, 4, colour=_DARK
    )
    spokes = [
        tube(
            [
                (0, 0, radius),
                (radius * 0.5 * np.cos(a), 0, radius * (1 + 0.5 * np.sin(a))),
                (radius * 0.92 * np.cos(a), 0, radius * (1 + 0.92 * np.sin(a))),
            ],
            (0.035, 0.025, 0.025),
            5,
            colour=colour,
        )
        for a in np.arange(10) * np.pi / 5
    ]
    hub = tube([(0, -0.13, radius), (0, 0, radius), (0, 0.13, radius)], (0.08, 0.11, 0.08), 8, colour=colour)
    return merge([felloe, tyre, *spokes, hub])


def hay_cart(loaded: bool) -> Prop:
    """A wooden cart along x with ladder sides and a drawbar to +x; loaded ones carry hay."""
    wood: Rgb = (0.30, 0.17, 0.085)
    bed = box((-1.6, -0.7, 0.85), (1.5, 0.7, 0.95), texture=Texture.WOOD, repeat_m=1.0, colour=wood, without=())
    sides = [box((-1.6, y - 0.03, z), (1.5, y + 0.03, z + 0.09), colour=wood, without=()) for y in (-0.78, 0.78) for z in (1.05, 1.3, 1.55)]
    stakes = [
        box((x - 0.03, y - 0.04, 0.85), (x + 0.03, y + 0.04, 1.7), colour=wood, without=())
        for y in (-0.74, 0.74)
        for x in np.linspace(-1.5, 1.4, 6)
    ]
    ends = [box((x - 0.03, -0.74, z), (x + 0.03, 0.74, z + 0.09), colour=wood, without=()) for x in (-1.58, 1.48) for z in (1.05, 1.35)]
    wheels = [spoked_wheel(r, (0.42, 0.06, 0.03)).moved((x, y, 0.0)) for x, r in ((-0.95, 0.62), (0.95, 0.52)) for y in (-0.9, 0.9)]
    bar = tube([(1.4, 0.0, 0.6), (2.4, 0.0, 0.5), (3.2, 0.0, 0.12)], (0.06, 0.05, 0.04), 6, colour=wood)
    axles = [box((x - 0.05, -0.9, r - 0.05), (x + 0.05, 0.9, r + 0.05), colour=wood, without=()) for x, r in ((-0.95, 0.62), (0.95, 0.52))]
    parts = [bed, *sides, *stakes, *ends, *wheels, bar, *axles]
    high = 1.7
    if loaded:
        rings = [
            [(1.5 * a * np.cos(t), 0.72 * a * np.sin(t) * (1 + 0.06 * np.sin(5 * t)), z) for t in np.arange(20) * np.pi / 10]
            for a, z in ((1.0, 0.95), (1.06, 1.5), (1.0, 1.9), (0.75, 2.25), (0.3, 2.4))
        ]
        parts.append(loft(np.array(rings), texture=Texture.HAY, uv_scale=(4.0, 1.4), cap_top=True))
        high = 2.4
    return Prop(
        merge(parts).grounded(0.4, 0.65),
        (box_proxy((-1.65, -1.02, 0.0), (1.55, 1.02, high)), box_proxy((1.5, -0.08, 0.0), (3.2, 0.08, 0.68))),
    )


def wheelbarrow(load: Texture) -> Prop:
    """A wheelbarrow, wheel to +x, heaped."""
    tray = loft(
        np.array(
            [
                [(0.55 * s, 0.28 * s, z), (-0.45 * s, 0.32 * s, z), (-0.45 * s, -0.32 * s, z), (0.55 * s, -0.28 * s, z)]
                for s, z in ((0.75, 0.32), (1.05, 0.62))
            ]
        ),
        colour=(0.05, 0.16, 0.10),
        smooth=False,
        two_sided=True,
    )
    heap = loft(
        np.array(
            [
                [(0.5 * s * np.cos(t), 0.27 * s * np.sin(t), z) for t in np.arange(12) * np.pi / 6]
                for s, z in ((1.0, 0.58), (0.7, 0.74), (0.2, 0.82))
            ]
        ),
        texture=load,
        uv_scale=(2.0, 1.0),
        cap_top=True,
    )
    wheel = road_wheel(0.2, 0.09, 0.72, 0.0, (0.4, 0.05, 0.03))
    arms = [
        tube([(0.7, y * 0.25, 0.22), (-0.3, y, 0.34), (-1.05, y * 1.1, 0.62)], (0.022,) * 3, 5, colour=_OLD_WOOD) for y in (-0.26, 0.26)
    ]
    legs = [box((-0.36, y - 0.02, 0.0), (-0.3, y + 0.02, 0.36), colour=_STEEL) for y in (-0.24, 0.24)]
    return Prop(merge([tray, heap, wheel, *arms, *legs]).grounded(0.3, 0.65), (box_proxy((-1.05, -0.34, 0.0), (0.92, 0.34, 0.82)),))
