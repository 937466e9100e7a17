"""Small things of a farmyard: bales, beehives, churns, fruit crates, gates, a washing line, a ladder."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Prop, box_proxy
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.kit.shapes import box, circle, instances, loft, merge, quads, tower, tube
from hmworld.embedded.scenes.props.storage import carton
from hmworld.embedded.scenes.textures.catalogue import Texture

Rgb = tuple[float, float, float]

RED: Rgb = (0.40, 0.045, 0.03)
_TRIM: Rgb = (0.62, 0.60, 0.55)
_OLD_WOOD: Rgb = (0.34, 0.28, 0.21)
_DARK: Rgb = (0.03, 0.03, 0.032)
_STEEL: Rgb = (0.42, 0.44, 0.45)


def bale_stack(stream: Stream, rows: int) -> Prop:
    """Small square bales stacked like bricks, `rows` high, 3 m long."""
    parts = []
    for row in range(rows):
        count = 3 - (1 if row == rows - 1 and rows > 2 else 0)
        for k in range(count):
            for y in (-0.26, 0.26):
                x = (k - (count - 1) / 2) * 1.02 + stream.number(-0.03, 0.03)
                bale = box(
                    (x - 0.5, y - 0.25, 0.42 * row),
                    (x + 0.5, y + 0.25, 0.42 * (row + 1) - 0.01),
                    texture=Texture.HAY,
                    repeat_m=0.9,
                    without=(),
                )
                ties = [
                    box(
                        (x + s - 0.012, y - 0.253, 0.42 * row),
                        (x + s + 0.012, y + 0.253, 0.42 * (row + 1) - 0.006),
                        colour=(0.4, 0.16, 0.05),
                        without=(),
                    )
                    for s in (-0.2, 0.2)
                ]
                parts.append(merge([bale, *ties]).tinted(stream.number(0.82, 1.12)))
    return Prop(merge(parts).grounded(0.35, 0.6), (box_proxy((-1.53, -0.52, 0.0), (1.53, 0.52, 0.42 * rows)),))


def beehives() -> Prop:
    """Three painted hives on a bench along x."""
    hues = ((0.60, 0.58, 0.50), (0.18, 0.34, 0.45), (0.58, 0.45, 0.12))
    parts = [
        box((-1.4, -0.3, 0.3), (1.4, 0.3, 0.38), colour=_OLD_WOOD, without=()),
        *[box((x - 0.05, -0.25, 0.0), (x + 0.05, 0.25, 0.3), colour=_OLD_WOOD) for x in (-1.2, 0.0, 1.2)],
    ]
    for x, rgb in zip((-0.9, 0.0, 0.9), hues, strict=True):
        for k in range(3):
            parts.append(
                box(
                    (x - 0.26, -0.26, 0.38 + 0.25 * k),
                    (x + 0.26, 0.26, 0.62 + 0.25 * k),
                    colour=np.asarray(rgb) * (1.0 - 0.07 * (k % 2)),
                    without=("-z",),
                )
            )
        parts.append(box((x - 0.3, -0.3, 1.13), (x + 0.3, 0.3, 1.2), colour=(0.45, 0.46, 0.47), without=()))
        parts.append(box((x - 0.18, -0.265, 0.4), (x + 0.18, -0.26, 0.43), colour=_DARK, without=("+y",)))
    return Prop(merge(parts).grounded(0.35, 0.65), (box_proxy((-1.4, -0.3, 0.0), (1.4, 0.3, 1.2)),))


def churns(count: int) -> Prop:
    """Milk churns in a row along x."""
    churn = tower(
        [(0.17, 0.0), (0.18, 0.05), (0.18, 0.48), (0.10, 0.62), (0.10, 0.70), (0.14, 0.73), (0.14, 0.78), (0.03, 0.82)],
        14,
        colour=(0.45, 0.46, 0.47),
    )
    spots = [((k - (count - 1) / 2) * 0.42, 0.04 * (-1) ** k, 0.0) for k in range(count)]
    half = count * 0.21
    return Prop(instances(churn, spots).grounded(0.3, 0.6), (box_proxy((-half, -0.22, 0.0), (half, 0.22, 0.82)),))


def fruit_crates(stream: Stream) -> Prop:
    """Crates full of apples, stacked two and one."""
    parts = []
    ball = loft(
        np.stack([circle(0.055 * np.sqrt(1 - s * s), 0.055 * s, 6) for s in (-0.5, 0.3, 0.95)]), colour=(1.0, 1.0, 1.0), cap_top=True
    )
    for x, z in ((-0.42, 0.0), (0.42, 0.0), (-0.3, 0.36)):
        crate = carton(np.array((x - 0.38, -0.28, z)), np.array((x + 0.38, 0.28, z + 0.33)), (0.5, 0.36, 0.2), Texture.SLATTED)
        spots = [(x - 0.3 + 0.12 * i, -0.2 + 0.115 * j, z + 0.33 + stream.number(-0.02, 0.02)) for i in range(6) for j in range(4)]
        hues = (np.array((0.42, 0.04, 0.02)), np.array((0.40, 0.24, 0.03)), np.array((0.30, 0.34, 0.05)))
        parts += [crate, instances(ball, spots).tinted(stream.pick(hues))]
    return Prop(
        merge(parts).grounded(0.3, 0.6), (box_proxy((-0.82, -0.3, 0.0), (0.82, 0.3, 0.4)), box_proxy((-0.7, -0.3, 0.36), (0.1, 0.3, 0.76)))
    )


def plank_gate(width_m: float) -> Prop:
    """A five-barred field gate along x, centred, between two stout posts."""
    half = width_m / 2
    bars = [
        box((-half, -0.03, z), (half, 0.03, z + 0.09), texture=Texture.WOOD, repeat_m=0.9, colour=_OLD_WOOD, without=())
        for z in (0.2, 0.42, 0.64, 0.86, 1.08)
    ]
    posts = [
        box((x - 0.1, -0.1, 0.0), (x + 0.1, 0.1, 1.45), texture=Texture.WOOD, repeat_m=0.9, colour=_OLD_WOOD)
        for x in (-half - 0.12, half + 0.12)
    ]
    brace = quads(
        [[(-half, -0.04, 0.2), (-half + 0.12, -0.04, 0.2), (half, -0.04, 1.1), (half - 0.12, -0.04, 1.1)]],
        colour=(0.26, 0.21, 0.16),
        two_sided=True,
    )
    return Prop(merge([*bars, *posts, brace]).grounded(0.4, 0.65), (box_proxy((-half - 0.22, -0.1, 0.0), (half + 0.22, 0.1, 1.3)),))


def washing_line(stream: Stream) -> Prop:
    """Two posts 6 m apart along x with clothes drying between them, lowest hem 0.9 m up."""
    posts = [
        merge(
            [
                box((x - 0.05, -0.05, 0.0), (x + 0.05, 0.05, 2.1), colour=_OLD_WOOD),
                box((x - 0.04, -0.5, 1.98), (x + 0.04, 0.5, 2.06), colour=_OLD_WOOD, without=()),
            ]
        )
        for x in (-3.0, 3.0)
    ]
    hues = ((0.62, 0.61, 0.58), (0.12, 0.25, 0.50), (0.50, 0.08, 0.06), (0.58, 0.46, 0.14), (0.62, 0.61, 0.58), (0.20, 0.40, 0.30))
    cloths, x = [], -2.6
    for k in range(5):
        wide, long = stream.number(0.7, 1.1), stream.number(0.75, 1.1)
        edge = np.linspace(0.0, 1.0, 5)
        for a, b in pairwise(edge):
            sway = [0.05 * np.sin(7 * e + k) for e in (a, b)]
            cloths.append(
                (
                    k,
                    [
                        (x + wide * a, sway[0], 1.98 - long),
                        (x + wide * b, sway[1], 1.98 - long),
                        (x + wide * b, 0.0, 1.98),
                        (x + wide * a, 0.0, 1.98),
                    ],
                )
            )
        x += wide + 0.12
    sheet = quads([c for _, c in cloths], colour=np.array([hues[k % 6] for k, _ in cloths]), two_sided=True)
    line = box((-3.0, -0.01, 1.98), (3.0, 0.01, 2.0), colour=(0.5, 0.5, 0.48), without=())
    proxies = [box_proxy((-2.6, -0.08, 0.9), (min(x, 3.0), 0.08, 2.0))]
    proxies += [box_proxy((s - 0.06, -0.06, 0.0), (s + 0.06, 0.06, 2.1)) for s in (-3.0, 3.0)] + [
        box_proxy((s - 0.06, -0.5, 1.9), (s + 0.06, 0.5, 2.1)) for s in (-3.0, 3.0)
    ]
    proxies.append(box_proxy((-3.0, -0.03, 1.93), (3.0, 0.03, 2.03)))
    return Prop(merge([*posts, sheet, line]), tuple(proxies))


def ladder_in_tree() -> Prop:
    """A tripod picking ladder, 2.8 m."""
    legs = [tube([(x, -0.5, 0.0), (x * 0.75, -0.25, 1.4), (x * 0.5, 0.0, 2.8)], (0.04,) * 3, 6, colour=_OLD_WOOD) for x in (-0.45, 0.45)]
    prop = tube([(0.0, 0.9, 0.0), (0.0, 0.45, 1.4), (0.0, 0.0, 2.8)], (0.04,) * 3, 6, colour=_OLD_WOOD)
    rungs = [
        box(
            (-0.45 + 0.025 * k, -0.5 + 0.055 * k - 0.03, 0.28 * (k + 1)),
            (0.45 - 0.025 * k, -0.5 + 0.055 * k + 0.03, 0.28 * (k + 1) + 0.05),
            colour=_OLD_WOOD,
            without=(),
        )
        for k in range(8)
    ]
    return Prop(
        merge([*legs, prop, *rungs]),
        (
            box_proxy((-0.47, -0.54, 0.0), (0.47, 0.0, 1.5)),
            box_proxy((-0.3, -0.35, 1.4), (0.3, 0.4, 2.8)),
            box_proxy((-0.06, 0.0, 0.0), (0.06, 0.92, 1.5)),
        ),
    )
