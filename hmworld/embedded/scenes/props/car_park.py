"""Parts of a multi-storey car park: parapets, columns, roof bays, ramps, stair tower, masts, machines."""

from __future__ import annotations

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Prop, box_proxy, joined
from hmworld.embedded.scenes.kit.shapes import Array, Part, box, circle, instances, loft, merge, quads, tower, tube
from hmworld.embedded.scenes.model import Obstacle
from hmworld.embedded.scenes.textures.catalogue import Texture

Rgb = tuple[float, float, float]

CONCRETE_RGB: Rgb = (0.50, 0.49, 0.47)
CLEAR_M = 3.3
"""Height of the roof slab's underside."""
ROOF_M = 3.65
BAY_M = 7.5
"""Distance of columns along x."""
_STEEL: Rgb = (0.34, 0.35, 0.36)
_YELLOW: Rgb = (0.66, 0.42, 0.02)
_TEAL: Rgb = (0.03, 0.30, 0.32)
_DARK: Rgb = (0.03, 0.032, 0.034)


def _poured(
    low: tuple[float, float, float], high: tuple[float, float, float], rgb: Rgb = CONCRETE_RGB, without: tuple[str, ...] = ("-z",)
) -> Part:
    return box(low, high, texture=Texture.POURED_CONCRETE, repeat_m=4.0, colour=rgb, without=without)


def parapet(length: float) -> Prop:
    """A concrete wall along x from 0 to `length`, 1.05 m high with a steel rail, inner face at y = 0, body to +y."""
    wall = _poured((0.0, 0.0, -1.4), (length, 0.22, 1.05), without=())
    rail = tube([(0.0, 0.11, 1.28), (length, 0.11, 1.28)], (0.035, 0.035), 6, colour=_STEEL)
    posts = instances(
        box((-0.02, 0.09, 1.05), (0.02, 0.13, 1.28), colour=_STEEL, without=("-z", "+z")), [(x, 0, 0) for x in np.arange(0.9, length, 1.9)]
    )
    strip = box((0.0, -0.012, 0.42), (length, 0.0, 0.56), colour=_YELLOW, without=("+y",))
    return Prop(merge([wall, rail, posts, strip]).grounded(0.3, 0.7), (box_proxy((0.0, -0.02, -0.1), (length, 0.22, 1.31)),))


def column(rgb: Rgb) -> Prop:
    """A square column to the roof slab, its foot painted `rgb` under a black and yellow guard."""
    shaft = _poured((-0.27, -0.27, 0.0), (0.27, 0.27, CLEAR_M), (0.56, 0.55, 0.53), ("-z", "+z"))
    band = box((-0.278, -0.278, 0.9), (0.278, 0.278, 1.9), colour=rgb, without=("-z", "+z"))
    plate = [
        box((-0.16, -0.29, 1.3), (0.16, -0.278, 1.7), colour=(0.72, 0.72, 0.70), without=("+y",)).moved(yaw_deg=a)
        for a in (0.0, 90.0, 180.0, 270.0)
    ]
    guards = []
    for k in range(4):
        tone = _YELLOW if k % 2 == 0 else _DARK
        guards.append(box((-0.285, -0.285, 0.1 + 0.17 * k), (0.285, 0.285, 0.27 + 0.17 * k), colour=tone, without=("-z", "+z")))
    return Prop(merge([shaft, band, *plate, *guards]).grounded(0.4, 0.65), (box_proxy((-0.29, -0.29, 0.0), (0.29, 0.29, CLEAR_M)),))


def roof_bay(half_y: float) -> Prop:
    """One bay of the covered level's roof over x 0..BAY_M: slab, downstand beam at x = 0, tubes of light, a pipe; parapets on top."""
    slab = _poured((0.0, -half_y, CLEAR_M), (BAY_M, half_y, ROOF_M), (0.46, 0.455, 0.44), ("-x", "+x"))
    beam = _poured((-0.24, -half_y, CLEAR_M - 0.48), (0.24, half_y, CLEAR_M), (0.42, 0.415, 0.40), ("+z",))
    parts = [slab.tinted(np.where(slab.vertices[:, 2:3] < CLEAR_M + 0.01, 0.78, 1.0)), beam.tinted((0.85, 0.85, 0.85))]
    for y in (-13.0, -5.5, 5.5, 13.0):
        parts.append(box((1.6, y - 0.09, CLEAR_M - 0.16), (5.9, y + 0.09, CLEAR_M - 0.04), colour=(0.45, 0.45, 0.44), without=("-z",)))
        glass = [
            (1.65, y + 0.07, CLEAR_M - 0.165),
            (5.85, y + 0.07, CLEAR_M - 0.165),
            (5.85, y - 0.07, CLEAR_M - 0.165),
            (1.65, y - 0.07, CLEAR_M - 0.165),
        ]
        parts.append(quads([glass], colour=(0.82, 0.84, 0.82)).glowing(5.0))
    for y, radius, rgb in ((-8.2, 0.11, (0.52, 0.05, 0.03)), (2.4, 0.07, _STEEL)):
        parts.append(tube([(0.0, y, CLEAR_M - 0.62), (BAY_M, y, CLEAR_M - 0.62)], (radius, radius), 8, colour=rgb))
    for y in (-half_y, half_y - 0.22):
        parts.append(_poured((0.0, y, ROOF_M), (BAY_M, y + 0.22, ROOF_M + 0.95)))
    return Prop(
        merge(parts),
        (
            box_proxy((-0.24, -half_y, CLEAR_M - 0.75), (BAY_M, half_y, ROOF_M)),
            *[box_proxy((0.0, y, ROOF_M), (BAY_M, y + 0.22, ROOF_M + 0.95)) for y in (-half_y, half_y - 0.22)],
        ),
    )


def straight_ramp(length: float, half_y: float) -> Prop:
    """A closed ramp that rises from z = 0 at x = `length` to the roof at x = 0, walls with a P and a warning band down to the deck."""
    count = 8
    x = np.linspace(0.0, length, count + 1)
    z = ROOF_M * (1.0 - x / length)
    surface, walls, proxies = [], [], []
    for k in range(count):
        a, b, za, zb = x[k], x[k + 1], z[k], z[k + 1]
        surface.append([(a, -half_y, za), (b, -half_y, zb), (b, half_y, zb), (a, half_y, za)])
        for y, sign in ((-half_y, -1.0), (half_y, 1.0)):
            o = y + sign * 0.2
            outer = [(a, o, 0.0), (b, o, 0.0), (b, o, zb + 0.9), (a, o, za + 0.9)]
            inner = [(b, y, zb), (a, y, za), (a, y, za + 0.9), (b, y, zb + 0.9)]
            top = [(a, o, za + 0.9), (b, o, zb + 0.9), (b, y, zb + 0.9), (a, y, za + 0.9)]
            walls += [face if sign < 0 else face[::-1] for face in (outer, inner, top)]
        proxies.append(box_proxy((a, -half_y - 0.2, 0.0), (b, half_y + 0.2, za + 0.9)))
    road = quads(surface, texture=Texture.ASPHALT, repeat_m=3.0, colour=(1.3, 1.3, 1.28))
    sides = quads(walls, texture=Texture.POURED_CONCRETE, repeat_m=4.0, colour=CONCRETE_RGB)
    marks = []
    for k in range(0, 2 * count, 2):
        a, b = length * k / (2 * count), length * (k + 0.8) / (2 * count)
        za, zb = (ROOF_M * (1.0 - p / length) + 0.012 for p in (a, b))
        marks.append([(a, -0.07, za), (b, -0.07, zb), (b, 0.07, zb), (a, 0.07, za)])
    signs = []
    for yaw in (0.0, 180.0):
        # Seen from either side: a warning band along the wall, a big P where the wall is high enough.
        band = box((-length / 2 + 0.2, -half_y - 0.21, 0.75), (length / 2 - 0.2, -half_y - 0.2, 0.95), colour=_YELLOW, without=("+y",))
        bars = box((-0.25, -half_y - 0.215, 0.75), (0.25, -half_y - 0.205, 0.95), colour=_DARK, without=("+y",))
        row = instances(bars, [(x, 0.0, 0.0) for x in np.arange(-length / 2 + 0.7, length / 2 - 0.4, 1.0)])
        side = merge([band, row]).moved(yaw_deg=yaw)
        signs.append(side.moved((length / 2, 0.0, 0.0)))
        signs += [_letter_p(1.3).moved((0.0, -half_y - 0.34, 0.0)).moved(yaw_deg=yaw).moved((x, 0.0, 1.85)) for x in (3.0, 11.0)]
    ends = []
    for y in (-half_y - 0.2, half_y):
        ends.append(box((length, y, 0.0), (length + 0.25, y + 0.2, 1.0), colour=_YELLOW))
        proxies.append(box_proxy((length, y, 0.0), (length + 0.25, y + 0.2, 1.0)))
    return Prop(merge([road, sides, quads(marks, colour=(0.62, 0.62, 0.60)), *ends, *signs]).grounded(0.4, 0.7), tuple(proxies))


def spiral_ramp(radius: float, low: float, high: float) -> Part:
    """The drum of a spiral ramp: stacked parapet bands with dark gaps between them, for the distance."""
    bands: list[Part] = []
    for z in np.arange(low, high - 0.9, 3.2).tolist():
        rings = np.stack([circle(radius, z + h, 40) for h in (0.0, 1.25)])
        inner = np.stack([circle(radius - 0.25, z + h, 40)[::-1] for h in (0.0, 1.25)])
        lip = np.stack([circle(radius, z + 1.25, 40), circle(radius - 0.25, z + 1.25, 40)])
        slab = np.stack([circle(radius - 5.0, z, 40), circle(radius, z, 40)])
        floor = np.stack([circle(radius, z + 0.3, 40), circle(radius - 5.0, z + 0.3, 40)])
        bands += [loft(r, texture=Texture.POURED_CONCRETE, uv_scale=(16.0, 0.4), colour=CONCRETE_RGB) for r in (rings, inner)]
        bands += [loft(lip, colour=CONCRETE_RGB), loft(slab, colour=(0.30, 0.30, 0.29)), loft(floor, colour=(0.28, 0.28, 0.27))]
    core = tower(
        [(radius - 5.0, low), (radius - 5.0, high)], 24, texture=Texture.POURED_CONCRETE, uv_scale=(8.0, 5.0), colour=(0.26, 0.26, 0.25)
    )
    return merge([*bands, core])


def _letter_p(size: float) -> Part:
    """A white P on a blue square in the plane y = 0, facing -y, centred on the origin, lit at night."""
    half = size / 2
    board = box((-half, 0.0, -half), (half, 0.12, half), colour=(0.02, 0.11, 0.48), without=()).glowing(1.2)
    t = np.linspace(-np.pi / 2, np.pi / 2, 9)
    r, w = 0.2 * size, 0.11 * size
    outer = np.stack([0.02 * size + r * np.cos(t), 0.12 * size + r * np.sin(t)], 1)
    inner = np.stack([0.02 * size + (r - w) * np.cos(t), 0.12 * size + (r - w) * np.sin(t)], 1)
    cells = np.stack([inner[:-1], outer[:-1], outer[1:], inner[1:]], 1)
    bars = [(-0.2, -0.32, -0.09, 0.32), (-0.09, 0.21, 0.02, 0.32), (-0.09, -0.08, 0.02, 0.03)]
    flat = [[(a * size, b * size), (c * size, b * size), (c * size, d * size), (a * size, d * size)] for a, b, c, d in bars]
    every: Array = np.concatenate([cells, np.array(flat)])
    face = np.stack([every[..., 0], np.full(every.shape[:2], -0.012), every[..., 1]], -1)
    return merge([board, quads(face, colour=(0.82, 0.82, 0.80)).glowing(1.2)])


def stair_tower() -> Prop:
    """A stair and lift tower over x -2.6..2.6, y 0..4.8, door to -y, 7 m high, a glazed corner and a big P."""
    body = _poured((-2.6, 0.0, 0.0), (2.6, 4.8, 7.0), (0.60, 0.59, 0.57))
    roof = box((-2.9, -0.9, 7.0), (2.9, 5.1, 7.25), colour=(0.22, 0.23, 0.24), without=())
    parts = [body, roof]
    for k in range(4):
        pane = [(0.7, -0.02, 0.15 + 1.7 * k), (2.45, -0.02, 0.15 + 1.7 * k), (2.45, -0.02, 1.8 + 1.7 * k), (0.7, -0.02, 1.8 + 1.7 * k)]
        parts.append(
            quads([pane], uvs=((0, 0.76), (1, 0.76), (1, 0.02), (0, 0.02)), texture=Texture.GLASS_LIT, colour=(0.8, 0.95, 1.0)).glowing(1.4)
        )
    parts.append(box((0.6, -0.06, 0.0), (2.55, 0.0, 6.95), colour=_DARK, without=("+y",)).moved((0, 0.045, 0)))
    parts.append(box((-1.9, -0.04, 0.0), (-0.5, 0.0, 2.3), colour=_TEAL, without=("+y",)))
    parts.append(box((-1.22, -0.06, 0.0), (-1.18, -0.04, 2.3), colour=_DARK, without=("+y",)))
    parts.append(box((-1.7, -0.05, 1.1), (-1.35, -0.04, 2.0), colour=(0.35, 0.42, 0.45), without=("+y",)).glowing(2.0))
    parts.append(box((-2.2, -1.2, 2.5), (-0.2, 0.0, 2.62), colour=(0.22, 0.23, 0.24), without=("+y",)))
    sign = _letter_p(1.8)
    parts.append(sign.moved((-1.2, -0.14, 5.4)))
    for yaw, at in ((90.0, (2.74, 2.4, 5.4)), (-90.0, (-2.74, 2.4, 5.4))):
        parts.append(sign.moved(at, yaw))
    return Prop(
        merge(parts).grounded(0.6, 0.68),
        (
            box_proxy((-2.75, -0.16, 0.0), (2.75, 4.8, 7.0)),
            box_proxy((-2.9, -0.9, 6.9), (2.9, 5.1, 7.25)),
            box_proxy((-2.2, -1.2, 2.4), (-0.2, 0.0, 2.7)),
        ),
    )


def double_mast() -> Prop:
    """A lamp mast with two heads along y on a concrete foot, 7.2 m."""
    foot = tower([(0.42, 0.0), (0.42, 0.75), (0.36, 0.8)], 12, texture=Texture.POURED_CONCRETE, uv_scale=(2.0, 0.4), colour=CONCRETE_RGB)
    guard = tower([(0.43, 0.45), (0.43, 0.65)], 12, colour=_YELLOW, cap_top=False)
    pole = tower([(0.10, 0.8), (0.06, 7.1)], 8, colour=_STEEL)
    arm = box((-0.04, -1.5, 7.05), (0.04, 1.5, 7.13), colour=_STEEL, without=())
    parts = [foot, guard, pole, arm]
    for y in (-1.5, 1.5):
        parts.append(box((-0.22, y - 0.32, 7.02), (0.22, y + 0.32, 7.16), colour=(0.2, 0.21, 0.22), without=("-z",)))
        parts.append(
            quads(
                [[(-0.2, y + 0.3, 7.015), (0.2, y + 0.3, 7.015), (0.2, y - 0.3, 7.015), (-0.2, y - 0.3, 7.015)]], colour=(0.78, 0.78, 0.74)
            ).glowing(6.0)
        )
    return Prop(
        merge(parts).grounded(0.3, 0.65),
        (
            box_proxy((-0.38, -0.38, 0.0), (0.38, 0.38, 0.8)),
            box_proxy((-0.1, -0.1, 0.8), (0.1, 0.1, 7.1)),
            box_proxy((-0.22, -1.82, 6.95), (0.22, 1.82, 7.2)),
        ),
    )


def pay_machine() -> Prop:
    """A ticket machine facing -y under a small roof, 2 m."""
    body = box((-0.4, -0.28, 0.0), (0.4, 0.28, 1.75), colour=(0.62, 0.62, 0.60))
    front = box((-0.36, -0.3, 0.75), (0.36, -0.28, 1.65), colour=(0.02, 0.11, 0.42), without=("+y",))
    screen = quads([[(-0.25, -0.31, 1.2), (0.1, -0.31, 1.2), (0.1, -0.31, 1.5), (-0.25, -0.31, 1.5)]], colour=(0.45, 0.6, 0.65)).glowing(
        2.0
    )
    slots = [box((0.17, -0.315, z), (0.3, -0.3, z + 0.05), colour=_DARK, without=("+y",)) for z in (0.95, 1.1, 1.35)]
    hood = box((-0.5, -0.55, 1.95), (0.5, 0.32, 2.03), colour=(0.2, 0.21, 0.22), without=())
    stay = box((-0.4, 0.2, 1.75), (0.4, 0.28, 1.95), colour=_STEEL, without=("-z", "+z"))
    return Prop(
        merge([body, front, screen, *slots, hood, stay]).grounded(0.3, 0.65),
        (box_proxy((-0.42, -0.32, 0.0), (0.42, 0.3, 1.95)), box_proxy((-0.5, -0.55, 1.9), (0.5, 0.32, 2.03))),
    )


def wheel_stop() -> Part:
    """A low rubber stop, 1.7 m along x, 12 cm high."""
    ends = [
        box((x, -0.075, 0.0), (x + 0.34, 0.075, 0.12), colour=_YELLOW if k % 2 else _DARK)
        for k, x in enumerate(np.arange(-0.85, 0.84, 0.34).tolist())
    ]
    return merge(ends)


def arrow(z: float) -> Part:
    """A white arrow on the ground along +x, 3.2 m."""
    shaft = [(-1.6, -0.13, z), (0.4, -0.13, z), (0.4, 0.13, z), (-1.6, 0.13, z)]
    head = [(0.4, -0.5, z), (1.6, 0.0, z), (1.6, 0.0, z), (0.4, 0.5, z)]
    return quads([shaft, head], texture=Texture.POURED_CONCRETE, repeat_m=3.0, colour=(0.85, 0.85, 0.82))


def shopping_trolleys(count: int) -> Prop:
    """A nested row of shopping trolleys along x in a tubular corral with a clear roof."""
    wire = (0.46, 0.47, 0.48)
    basket = [
        box((-0.45, -0.26, 0.5), (0.4, -0.25, 0.95), colour=wire, without=()),
        box((-0.45, 0.25, 0.5), (0.4, 0.26, 0.95), colour=wire, without=()),
    ]
    basket += [
        box((0.39, -0.26, 0.5), (0.4, 0.26, 0.9), colour=wire, without=()),
        box((-0.45, -0.26, 0.5), (0.4, 0.26, 0.52), colour=wire, without=()),
    ]
    basket.append(tube([(-0.6, -0.26, 1.02), (-0.6, 0.26, 1.02)], (0.03, 0.03), 6, colour=(0.55, 0.06, 0.03)))
    basket += [box((x - 0.02, y - 0.02, 0.05), (x + 0.02, y + 0.02, 0.5), colour=wire) for x in (-0.4, 0.3) for y in (-0.22, 0.22)]
    row = instances(merge(basket), [(-0.9 + 0.3 * k, 0, 0) for k in range(count)])
    length = 0.3 * count + 0.9
    rails = [tube([(-1.6, y, z), (length - 1.0, y, z)], (0.03, 0.03), 6, colour=_TEAL) for y in (-0.5, 0.5) for z in (0.45, 0.95)]
    posts = [box((x - 0.03, y - 0.03, 0.0), (x + 0.03, y + 0.03, 2.3), colour=_TEAL) for x in (-1.5, length - 1.1) for y in (-0.5, 0.5)]
    roof = box((-1.7, -0.75, 2.3), (length - 0.9, 0.75, 2.36), colour=(0.45, 0.52, 0.55), without=())
    half = (length + 0.8) / 2
    return Prop(
        merge([row, *rails, *posts, roof]).grounded(0.3, 0.7),
        (
            box_proxy((-1.6, -0.53, 0.0), (2 * half - 1.6 - 0.2, 0.53, 1.08)),
            box_proxy((-1.7, -0.75, 2.25), (length - 0.9, 0.75, 2.4)),
            *_corral_posts(length),
        ),
    )


def _corral_posts(length: float) -> list[Obstacle]:
    return [box_proxy((x - 0.05, y - 0.05, 0.0), (x + 0.05, y + 0.05, 2.3)) for x in (-1.5, length - 1.1) for y in (-0.5, 0.5)]


def bay_columns(xs: Array, ys: tuple[float, ...]) -> Prop:
    """Columns on a grid, teal and yellow in turn along x."""
    kinds = (column(_TEAL), column((0.62, 0.30, 0.02)))
    return joined([kinds[k % 2].moved((float(x), y, 0.0)) for k, x in enumerate(xs.tolist()) for y in ys])
