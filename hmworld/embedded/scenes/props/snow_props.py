"""Things of a winter village: laden firs, snowmen, sledges, snowed fences and wood piles, lanterns, a lit fir, heaps of snow."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Prop, box_proxy, ellipsoid_proxy, joined
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.kit.shapes import Array, Part, box, circle, instances, loft, merge, quads, tower, tube
from hmworld.embedded.scenes.props import meadow_props
from hmworld.embedded.scenes.props.chalet import snow_cap
from hmworld.embedded.scenes.props.planting import blob, spread
from hmworld.embedded.scenes.props.trees import far_conifer, spruce
from hmworld.embedded.scenes.textures.catalogue import Texture

Rgb = tuple[float, float, float]

_IRON: Rgb = (0.03, 0.032, 0.035)
_WOOD: Rgb = (0.36, 0.20, 0.10)
_COAL: Rgb = (0.02, 0.02, 0.02)


def snowed(part: Part) -> Part:
    """The same conifer under snow: its foliage exchanged for laden foliage."""
    texture = np.where(part.texture == Texture.BOUGH, int(Texture.SNOWY_BOUGH), part.texture)
    texture = np.where(texture == Texture.NEEDLES, int(Texture.SNOWY_NEEDLES), texture)
    return replace(part, texture=texture.astype(np.int32))


def snowy_fir(stream: Stream, height_m: float, half_w: float, skirt_m: float) -> Prop:
    """A fir with snow on every bough."""
    fir = spruce(stream, height_m, half_w, skirt_m, np.array((0.95, 1.0, 1.05)))
    return replace(fir, part=snowed(fir.part))


def far_snowy_fir() -> Part:
    """A snowy fir for the distance, 1 m tall."""
    return snowed(far_conifer())


def festive_fir(stream: Stream, height_m: float) -> Prop:
    """A laden fir hung with glowing lights and a star."""
    fir = snowy_fir(stream, height_m, 0.27 * height_m, 0.3)
    count = 110
    t = (np.arange(count) + 0.5) / count
    turn = t * 2 * np.pi * 7.0
    z = 0.5 + (height_m - 0.7) * t
    r = 0.27 * height_m * (1.0 - t) ** 0.9 * 0.80 + 0.1
    spots = np.stack([r * np.cos(turn), r * np.sin(turn), z - 0.1 * r], 1)
    bulb = tower([(0.02, -0.06), (0.06, 0.0), (0.02, 0.06)], 5)
    tones = np.array([(0.85, 0.62, 0.25), (0.75, 0.10, 0.06), (0.85, 0.62, 0.25), (0.15, 0.40, 0.62)])[np.arange(count) % 4]
    lights = spread(bulb, spots, np.zeros(count), np.ones((count, 3)), tones).glowing(6.0)
    q = np.arange(10) * np.pi / 5
    reach = np.where(np.arange(10) % 2 == 0, 0.34, 0.14)
    rim = np.stack([reach * np.sin(q), 0 * q, height_m + 0.2 + reach * np.cos(q)], 1)
    star = loft(
        np.stack([rim + np.array((0, 0.05, 0)), rim * (0.02, 1, 1) * (1, 1, 0.02) + (0, -0.08, 0.98 * (height_m + 0.2))]),
        colour=(0.85, 0.62, 0.12),
        smooth=False,
        two_sided=True,
    ).glowing(6.0)
    return Prop(merge([fir.part, lights, star]), (*fir.obstacles, box_proxy((-0.3, -0.2, height_m - 0.4), (0.3, 0.2, height_m + 0.54))))


def snowman(stream: Stream, scarf: Rgb) -> Prop:
    """A snowman facing -y with hat, carrot, coal buttons, scarf and stick arms, 1.9 m."""
    balls = [blob(stream, (0, 0, z), (r, r, r * 0.94), Texture.SNOW, 14, 0.03, 8) for r, z in ((0.52, 0.42), (0.37, 1.07), (0.25, 1.54))]
    parts = [replace(b, vertices=np.maximum(b.vertices, (-np.inf, -np.inf, -0.02))) for b in balls]
    nose = tube([(0, -0.22, 1.55), (0, -0.5, 1.53)], (0.045, 0.008), 7, colour=(0.70, 0.26, 0.03))
    coal = tower([(0.02, -0.03), (0.034, 0.0), (0.02, 0.03)], 6, colour=_COAL)
    dots = instances(coal, [(-0.09, -0.225, 1.63), (0.09, -0.225, 1.63), (0, -0.365, 1.2), (0, -0.375, 1.05), (0, -0.355, 0.9)])
    hat = merge(
        [
            tower([(0.30, 1.74), (0.30, 1.77)], 14, colour=_COAL),
            tower([(0.19, 1.77), (0.18, 2.05)], 14, colour=_COAL),
            tower([(0.196, 1.79), (0.195, 1.85)], 14, colour=scarf, cap_top=False),
        ]
    )
    turn = np.arange(17) * np.pi / 8
    band = tube(np.stack([0.25 * np.cos(turn), 0.25 * np.sin(turn), np.full(17, 1.33)], 1), [0.06] * 17, 7, colour=scarf)
    tail = box((0.06, -0.36, 0.92), (0.2, -0.3, 1.32), colour=scarf, without=())
    arms = [
        tube([(0.3 * s, 0, 1.15), (0.62 * s, -0.05, 1.35), (0.8 * s, -0.08, 1.5)], (0.03, 0.022, 0.01), 5, texture=Texture.BARK)
        for s in (-1.0, 1.0)
    ]
    return Prop(
        merge([*parts, nose, dots, hat, band, tail, *arms]),
        (
            box_proxy((-0.46, -0.46, 0.0), (0.46, 0.46, 0.95)),
            box_proxy((-0.36, -0.42, 0.8), (0.36, 0.36, 2.05)),
            box_proxy((-0.8, -0.12, 1.1), (0.8, 0.06, 1.52)),
        ),
    )


def sledge() -> Prop:
    """A wooden sledge along x with upturned runners."""
    parts = [tube([(-0.6, y, 0.03), (0.3, y, 0.03), (0.58, y, 0.16), (0.66, y, 0.36)], (0.022,) * 4, 6, colour=_WOOD) for y in (-0.2, 0.2)]
    parts += [
        box((-0.58, y, 0.27), (0.5, y + 0.07, 0.3), texture=Texture.WOOD, repeat_m=0.7, colour=_WOOD, without=())
        for y in (-0.22, -0.1, 0.03, 0.15)
    ]
    parts += [box((x, y - 0.02, 0.03), (x + 0.05, y + 0.02, 0.27), colour=_WOOD) for x in (-0.45, 0.0, 0.35) for y in (-0.2, 0.2)]
    parts.append(tube([(0.6, -0.2, 0.34), (0.95, 0.0, 0.06), (0.6, 0.2, 0.34)], (0.01,) * 3, 4, colour=(0.5, 0.08, 0.05)))
    return Prop(merge(parts), (box_proxy((-0.6, -0.24, 0.0), (0.7, 0.24, 0.38)),))


def big_sleigh(stream: Stream) -> Prop:
    """A painted horse sleigh along x with curled runners, 2.4 m."""
    red: Rgb = (0.42, 0.05, 0.04)
    x = np.array([-1.1, -0.9, -0.3, 0.5, 0.9, 1.1])
    low = np.array([0.62, 0.48, 0.42, 0.42, 0.50, 0.72])
    high = np.array([1.35, 1.15, 0.8, 0.78, 0.95, 1.15])
    cells = []
    for y, _s in ((-0.5, 1), (0.5, -1)):
        for k in range(5):
            cell = [(x[k], y, low[k]), (x[k + 1], y, low[k + 1]), (x[k + 1], y, high[k + 1]), (x[k], y, high[k])]
            cells.append(cell)
    floor = [[(x[k], -0.5, low[k]), (x[k + 1], -0.5, low[k + 1]), (x[k + 1], 0.5, low[k + 1]), (x[k], 0.5, low[k])] for k in range(5)]
    ends = [[(x[k], -0.5, low[k]), (x[k], 0.5, low[k]), (x[k], 0.5, high[k]), (x[k], -0.5, high[k])] for k in (0, -1)]
    from_quads = merge([_panel(cells + ends, red), _panel(floor, (0.12, 0.06, 0.04))])
    seat = box((-0.85, -0.48, 0.62), (-0.3, 0.48, 0.78), colour=(0.10, 0.14, 0.10), without=())
    runners = [
        tube([(-1.2, y, 0.05), (0.7, y, 0.05), (1.25, y, 0.18), (1.45, y, 0.6), (1.2, y, 0.8)], (0.04,) * 5, 6, colour=(0.52, 0.36, 0.08))
        for y in (-0.5, 0.5)
    ]
    struts = [tube([(q, y, 0.05), (q, y, 0.46)], (0.025, 0.025), 5, colour=_IRON) for q in (-0.8, 0.4) for y in (-0.5, 0.5)]
    return Prop(
        merge([from_quads, seat, *runners, *struts]),
        (
            box_proxy((-1.2, -0.53, 0.0), (1.25, 0.53, 0.85)),
            box_proxy((-1.12, -0.52, 0.45), (-0.86, 0.52, 1.35)),
            box_proxy((0.6, -0.54, 0.3), (1.48, 0.54, 1.15)),
        ),
    )


def _panel(cells: list[list[tuple[float, float, float]]], rgb: Rgb) -> Part:
    return quads(np.asarray(cells), colour=rgb, two_sided=True)


def snowed_fence(stream: Stream, points: list[tuple[float, float]], heights: list[float]) -> Prop:
    """A rail fence from point to point with snow lying on its upper rail and posts."""
    fence = meadow_props.fence_line(stream, points, heights)
    caps = []
    for (x0, y0), (x1, y1), z0, z1 in zip(points[:-1], points[1:], heights[:-1], heights[1:], strict=True):
        length = float(np.hypot(x1 - x0, y1 - y0))
        top = box((0.0, -0.13, 1.05), (length, -0.03, 1.14), texture=Texture.SNOW, repeat_m=2.0, without=())
        knob = blob(stream, (0.0, 0.0, 1.26), (0.12, 0.12, 0.09), Texture.SNOW, 8, 0.1)
        caps.append(
            Prop(merge([top, knob]), (box_proxy((-0.12, -0.14, 1.0), (length, 0.1, 1.32)),)).moved(
                (x0, y0, round((z0 + z1) / 2, 3)), round(float(np.degrees(np.arctan2(y1 - y0, x1 - x0))), 3)
            )
        )
    return joined([fence, *caps])


def snowed_logs(stream: Stream) -> Prop:
    """A wood pile under a thick cap of snow."""
    pile = meadow_props.log_pile(stream)
    cap = snow_cap(stream, (-1.36, -0.36, 1.06), (1.36, 0.34, 1.36))
    # The split logs have no far ends: boards close the back.
    back = box((-1.25, 0.29, 0.0), (1.25, 0.33, 1.06), texture=Texture.WOOD, repeat_m=0.9, colour=(0.20, 0.13, 0.08), without=())
    return Prop(merge([pile.part, back, cap]), (*pile.obstacles, box_proxy((-1.36, -0.36, 1.06), (1.36, 0.34, 1.4))))


def village_lantern(stream: Stream) -> Prop:
    """An iron lantern on a curled post with a cap of snow, 3.4 m; its light stands at z = 2.95."""
    post = tower([(0.13, 0.0), (0.13, 0.2), (0.07, 0.3), (0.05, 2.6), (0.09, 2.66)], 8, colour=_IRON)
    glass = tower([(0.10, 2.68), (0.18, 3.1)], 6, colour=(0.82, 0.66, 0.38), smooth=False).glowing(6.0)
    bars = instances(box((-0.012, -0.012, 2.68), (0.012, 0.012, 3.1), colour=_IRON), circle(0.155, 0.0, 6))
    hat = tower([(0.24, 3.1), (0.08, 3.28)], 6, colour=_IRON, smooth=False)
    snow = blob(stream, (0, 0, 3.22), (0.23, 0.23, 0.13), Texture.SNOW, 10, 0.06)
    mound = tower([(0.38, -0.04), (0.26, 0.1), (0.1, 0.16)], 10, texture=Texture.SNOW)
    return Prop(
        merge([post, glass, bars, hat, snow, mound]),
        (
            box_proxy((-0.1, -0.1, 0.0), (0.1, 0.1, 2.66)),
            box_proxy((-0.22, -0.22, 2.64), (0.22, 0.22, 3.36)),
            box_proxy((-0.26, -0.26, 0.0), (0.26, 0.26, 0.18)),
        ),
    )


def snow_heap(stream: Stream, half: tuple[float, float, float]) -> Prop:
    """A shovelled heap of snow."""
    body = blob(stream, (0.0, 0.0, 0.25 * half[2]), half, Texture.SNOW, 16, 0.09, 7)
    low = replace(
        body, vertices=np.maximum(body.vertices, (-np.inf, -np.inf, -0.06)), colours=0.5 + 0.5 * body.colours / body.colours.max()
    )
    return Prop(low, (ellipsoid_proxy((0.0, 0.0, 0.25 * half[2]), (1.03 * half[0], 1.03 * half[1], 1.0 * half[2])),))


def snowed_rock(stream: Stream, size: tuple[float, float, float]) -> Prop:
    """A boulder with snow on its upper half."""
    stone = meadow_props.rock(stream, size)
    high = 1.5 * size[2]
    cap = blob(stream, (0.0, 0.0, 0.86 * high), (0.88 * size[0], 0.88 * size[1], 0.34 * size[2]), Texture.SNOW, 12, 0.08)
    return Prop(
        merge([stone.part, cap]), (*stone.obstacles, ellipsoid_proxy((0, 0, 0.86 * high), (0.9 * size[0], 0.9 * size[1], 0.36 * size[2])))
    )


def skis(stream: Stream) -> Prop:
    """Three pairs of skis with poles stuck in the snow, along x."""
    parts: list[Part] = []
    tones: tuple[Rgb, ...] = ((0.50, 0.07, 0.05), (0.06, 0.20, 0.42), (0.58, 0.42, 0.05))
    for k, rgb in enumerate(tones):
        x = -0.7 + 0.7 * k
        for dx in (-0.09, 0.09):
            lean = stream.number(-0.04, 0.04)
            parts.append(
                tube([(x + dx, 0, -0.2), (x + dx + lean, 0.03, 1.3), (x + dx + lean, 0.0, 1.72)], (0.045, 0.045, 0.02), 4, colour=rgb)
            )
        parts.append(tube([(x + 0.25, 0.05, -0.1), (x + 0.27, 0.0, 1.2)], (0.012, 0.014), 5, colour=_IRON))
    mound: Array = np.stack([circle(r, z, 12) * (2.2, 1.0, 1.0) for r, z in ((0.55, -0.05), (0.35, 0.12), (0.1, 0.18))])
    parts.append(loft(mound, texture=Texture.SNOW, cap_top=True))
    return Prop(merge(parts), (box_proxy((-0.88, -0.12, -0.2), (0.98, 0.15, 1.74)),))
