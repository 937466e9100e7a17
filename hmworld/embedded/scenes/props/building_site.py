"""A building under way: a half-built concrete frame, scaffolding with nets, a tower crane, heaps, pipes and bars."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from hmworld.embedded.scenes.kit.assembler import Prop, box_proxy
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.kit.shapes import Array, Part, box, circle, instances, loft, merge, quads
from hmworld.embedded.scenes.textures.catalogue import Texture

Rgb = tuple[float, float, float]


STOREY_M = 3.4


YELLOW: Rgb = (0.66, 0.36, 0.012)


_STEEL: Rgb = (0.38, 0.39, 0.40)


_DARK: Rgb = (0.035, 0.035, 0.037)


_RUST: Rgb = (0.22, 0.085, 0.04)


_GREY: Rgb = (0.52, 0.51, 0.48)


_PLY: Rgb = (0.46, 0.32, 0.17)


def struts(ends: ArrayLike, width: float, rgb: Rgb) -> Part:
    """Square bars between point pairs (N, 2, 3), four sides each: lattices cheaply."""
    pair = np.asarray(ends, dtype=np.float64)
    a, b = pair[:, 0], pair[:, 1]
    way = (b - a) / np.linalg.norm(b - a, axis=1, keepdims=True)
    helper = np.where(np.abs(way[:, 2:3]) > 0.8, (1.0, 0.0, 0.0), (0.0, 0.0, 1.0))
    u = np.cross(helper, way)
    u *= width / 2 / np.linalg.norm(u, axis=1, keepdims=True)
    v = np.cross(way, u)
    ring = [u + v, -u + v, -u - v, u - v]
    faces = [np.stack([a + ring[k], a + ring[(k + 1) % 4], b + ring[(k + 1) % 4], b + ring[k]], 1) for k in range(4)]
    return quads(np.concatenate(faces), colour=rgb)


def concrete_frame(bays: int, floors: int, bay_m: float = 6.0, depth_m: float = 16.0) -> Prop:
    """Slabs on columns over x 0..bays * bay_m, y 0..depth: a stair core, guard rails, props under the last slab, bare bars on top."""
    wide = bays * bay_m
    poured = Texture.POURED_CONCRETE
    parts, proxies = [], []
    ys = (0.5, depth_m / 2, depth_m - 0.5)
    column = box((-0.22, -0.22, 0.0), (0.22, 0.22, STOREY_M - 0.28), texture=poured, repeat_m=3.0, colour=_GREY, without=("-z", "+z"))
    spots = [(float(x), y) for x in np.linspace(0.5, wide - 0.5, bays + 1) for y in ys]
    for k in range(floors):
        z = k * STOREY_M
        last = k == floors - 1
        here = spots if not last else [s for s in spots if s[0] < wide * 0.7]
        parts.append(instances(column, [(x, y, z) for x, y in here]))
        proxies += [box_proxy((x - 0.22, y - 0.22, z), (x + 0.22, y + 0.22, z + STOREY_M - 0.2)) for x, y in here]
        end = wide if not last else wide * 0.66
        slab = box(
            (0, 0, z + STOREY_M - 0.28), (end, depth_m, z + STOREY_M), texture=poured, repeat_m=3.6, colour=(0.56, 0.55, 0.52), without=()
        )
        parts.append(slab.tinted(np.where(slab.vertices[:, 2:3] < z + STOREY_M - 0.1, 0.62, 1.0)))
        proxies.append(box_proxy((0, 0, z + STOREY_M - 0.28), (end, depth_m, z + STOREY_M)))
        for y in (0.06, depth_m - 0.06):
            rails = [[(0, y, z + STOREY_M + h), (end, y, z + STOREY_M + h)] for h in (0.5, 1.05)]
            posts = [[(x, y, z + STOREY_M), (x, y, z + STOREY_M + 1.1)] for x in np.arange(0.1, end, 2.4)]
            parts.append(struts([*rails, *posts], 0.06, (0.60, 0.10, 0.03)))
            proxies.append(box_proxy((0, y - 0.05, z + STOREY_M), (end, y + 0.05, z + STOREY_M + 1.1)))
    top = floors * STOREY_M
    core = (wide * 0.42, depth_m * 0.36, wide * 0.42 + 5.0, depth_m * 0.36 + 5.0)
    parts.append(box((core[0], core[1], 0.0), (core[2], core[3], top + 2.6), texture=poured, repeat_m=3.0, colour=(0.48, 0.47, 0.45)))
    proxies.append(box_proxy((core[0], core[1], 0.0), (core[2], core[3], top + 2.6)))
    bars = []
    for x, y in spots:
        z = top if x < wide * 0.66 else top - STOREY_M
        bars += [[(x + i, y + j, z), (x + i, y + j, z + 1.0)] for i in (-0.14, 0.14) for j in (-0.14, 0.14)]
        proxies.append(box_proxy((x - 0.2, y - 0.2, z - 0.3), (x + 0.2, y + 0.2, z + 1.0)))
    parts.append(struts(bars, 0.035, _RUST))
    z = top - STOREY_M
    feet = [(float(x), float(y)) for x in np.arange(1.8, wide * 0.64, 1.7) for y in np.arange(1.5, depth_m, 2.6)]
    parts.append(struts([[(x, y, z), (x, y, top - 0.4)] for x, y in feet], 0.07, (0.50, 0.09, 0.03)))
    beams = [
        box((0.4, y - 0.06, top - 0.44), (wide * 0.65, y + 0.06, top - 0.28), colour=(0.60, 0.42, 0.10), without=("+z",))
        for y in np.arange(1.5, depth_m, 2.6)
    ]
    proxies.append(box_proxy((1.6, 1.3, z), (wide * 0.65, depth_m - 1.0, top - 0.28)))
    parts.append(merge(beams))
    form = box(
        (wide * 0.66, -0.08, top - 0.3),
        (wide * 0.66 + 0.1, depth_m + 0.08, top + 0.12),
        texture=Texture.WOOD,
        repeat_m=1.0,
        colour=_PLY,
        without=(),
    )
    proxies.append(box_proxy((wide * 0.66, -0.08, top - 0.3), (wide * 0.66 + 0.1, depth_m + 0.08, top + 0.12)))
    return Prop(merge([*parts, form]).grounded(0.5, 0.7), tuple(proxies))


def scaffold(bays: int, levels: int, net_rgb: Rgb) -> Prop:
    """Scaffolding along x, bays of 2.5 m, front to -y, 0.9 m deep: planks each 2.2 m, rails, braces; netted above the lowest lift."""
    long, lift = 2.5 * bays, 2.2
    high = levels * lift
    lines, proxies = [], []
    for k in range(bays + 1):
        x = 2.5 * k
        for y in (0.0, 0.9):
            lines.append([(x, y, 0.02), (x, y, high + 1.1)])
            proxies.append(box_proxy((x - 0.09, y - 0.09, 0.0), (x + 0.09, y + 0.09, lift)))
    for k in range(1, levels + 1):
        z = k * lift
        for y in (0.0, 0.9):
            lines.append([(0, y, z - 0.05), (long, y, z - 0.05)])
        lines += [[(0, 0, z + h), (long, 0, z + h)] for h in (0.5, 1.0)]
        lines += [[(2.5 * j, 0, z - 0.05), (2.5 * j, 0.9, z - 0.05)] for j in range(bays + 1)]
        lines += [[(2.5 * j, 0.0, z), (2.5 * (j + 1), 0.0, z + lift)] for j in range(k % 2, bays, 3) if k < levels]
    steel = struts(lines, 0.055, _STEEL)
    planks = [
        box((0.0, 0.08, z - 0.03), (long, 0.84, z + 0.02), texture=Texture.WOOD, repeat_m=1.2, colour=_PLY, without=())
        for z in lift * np.arange(1, levels + 1)
    ]
    toe = [box((0.0, 0.03, z), (long, 0.06, z + 0.16), colour=(0.62, 0.40, 0.06), without=("-z",)) for z in lift * np.arange(1, levels + 1)]
    feet = instances(box((-0.1, -0.1, 0.0), (0.1, 0.1, 0.04), colour=_PLY), [(2.5 * k, y, 0) for k in range(bays + 1) for y in (0.0, 0.9)])
    sheets = []
    for k in range(bays):
        for j in range(1, levels):
            if (3 * k + 5 * j) % 7 < 4:
                x0, z0 = 2.5 * k, j * lift
                bulge = -0.09
                sheets.append([(x0, -0.04, z0), (x0 + 1.25, bulge, z0), (x0 + 1.25, bulge, z0 + lift), (x0, -0.04, z0 + lift)])
                sheets.append([(x0 + 1.25, bulge, z0), (x0 + 2.5, -0.04, z0), (x0 + 2.5, -0.04, z0 + lift), (x0 + 1.25, bulge, z0 + lift)])
    tone = 0.75 + 0.5 * np.repeat((np.arange(len(sheets) // 2) * 7 % 11) / 10.0, 2)
    net = quads(sheets, texture=Texture.PLASTER, repeat_m=1.7, colour=tone[:, None] * np.array([net_rgb]), two_sided=True)
    proxies.append(box_proxy((-0.05, -0.1, lift - 0.1), (long + 0.05, 0.95, high + 1.1)))
    return Prop(merge([steel, *planks, *toe, feet, net]), tuple(proxies))


def tower_crane(mast_m: float = 33.0, jib_m: float = 38.0) -> Prop:
    """A tower crane, its jib along +x: lattice mast on a concrete foot, cab, counterweights, hook on a rope."""
    half, step = 0.9, 1.8
    lines = [[(x, y, 0.8), (x, y, mast_m)] for x in (-half, half) for y in (-half, half)]
    for k in range(int((mast_m - 0.8) / step)):
        z0, z1 = 0.8 + k * step, 0.8 + (k + 1) * step
        a, b = (half, -half) if k % 2 else (-half, half)
        for s in (-half, half):
            lines += [[(a, s, z0), (b, s, z1)], [(s, a, z0), (s, b, z1)], [(-half, s, z1), (half, s, z1)], [(s, -half, z1), (s, half, z1)]]
    mast = struts(lines, 0.13, YELLOW)
    jib, bottom, ridge = [], mast_m + 0.6, mast_m + 1.8
    for x0, x1 in ((-12.0, -0.5), (0.5, jib_m)):
        for y in (-0.6, 0.6):
            jib.append([(x0, y, bottom), (x1, y, bottom)])
        jib.append([(x0, 0.0, ridge), (x1, 0.0, ridge)])
    for x in np.arange(-12.0, jib_m - 0.1, 1.9).tolist():
        for y in (-0.6, 0.6):
            jib += [[(x, y, bottom), (x + 0.95, 0.0, ridge)], [(x + 0.95, 0.0, ridge), (x + 1.9, y, bottom)]]
        jib.append([(x, -0.6, bottom), (x, 0.6, bottom)])
    peak = mast_m + 7.5
    jib += [[(s * 0.6, s2 * 0.6, mast_m + 0.5), (0.0, 0.0, peak)] for s in (-1, 1) for s2 in (-1, 1)]
    stays = [[(0, 0, peak), (jib_m * 0.62, 0, ridge)], [(0, 0, peak), (jib_m * 0.3, 0, ridge)], [(0, 0, peak), (-11.0, 0, ridge)]]
    parts = [mast, struts(jib, 0.11, YELLOW), struts(stays, 0.06, _DARK)]
    parts.append(box((-1.2, -1.2, mast_m), (1.2, 1.2, mast_m + 0.6), colour=_DARK, without=()))
    parts.append(box((0.5, -2.3, mast_m - 0.6), (2.2, -0.7, mast_m + 1.5), colour=(0.62, 0.62, 0.60), without=()))
    parts.append(box((1.2, -2.32, mast_m + 0.1), (2.23, -0.68, mast_m + 1.2), colour=(0.04, 0.05, 0.06), without=()))
    parts.append(
        instances(
            box((-0.45, -0.75, -1.6), (0.45, 0.75, 1.0), texture=Texture.POURED_CONCRETE, repeat_m=2.0, colour=_GREY, without=()),
            [(-11.4 + 1.0 * k, 0, mast_m + 0.6) for k in range(4)],
        )
    )
    parts.append(box((-2.2, -2.2, 0.0), (2.2, 2.2, 0.8), texture=Texture.POURED_CONCRETE, repeat_m=2.4, colour=_GREY))
    hook_x, hook_z = jib_m * 0.66, mast_m - 9.0
    parts.append(
        struts(
            [[(hook_x - 0.2, 0, hook_z), (hook_x - 0.2, 0, bottom)], [(hook_x + 0.2, 0, hook_z), (hook_x + 0.2, 0, bottom)]], 0.05, _DARK
        )
    )
    parts.append(box((hook_x - 0.35, -0.15, hook_z - 0.8), (hook_x + 0.35, 0.15, hook_z), colour=(0.60, 0.08, 0.03), without=()))
    return Prop(
        merge(parts).grounded(0.6, 0.7),
        (
            box_proxy((-2.2, -2.2, 0.0), (2.2, 2.2, 0.8)),
            box_proxy((-1.0, -1.0, 0.8), (1.0, 1.0, mast_m)),
            box_proxy((-12.1, -2.4, mast_m - 1.2), (jib_m + 0.2, 1.25, mast_m + 2.0)),
            box_proxy((-11.2, -0.7, mast_m + 1.5), (jib_m * 0.63, 0.7, peak)),
            box_proxy((hook_x - 0.36, -0.2, hook_z - 0.8), (hook_x + 0.36, 0.2, bottom)),
        ),
    )


def rings_of_heap(stream: Stream, radius: float, height: float) -> Array:
    """Rings (6, 20, 3) of a loose conical heap."""
    rings = []
    for share, level in ((1.0, -0.02), (0.86, 0.16), (0.62, 0.45), (0.38, 0.73), (0.16, 0.94), (0.03, 1.0)):
        ring = circle(radius * share, level * height, 20)
        ring[:, :2] *= (1.0 + stream.array(20, -0.07, 0.07))[:, None]
        rings.append(ring)
    return np.stack(rings)


def heap(stream: Stream, radius: float, height: float, texture: int, rgb: Rgb) -> Prop:
    """A heap of sand, gravel or earth."""
    part = loft(rings_of_heap(stream, radius, height), texture=texture, uv_scale=(radius * 3.0, radius), colour=rgb)
    wide = radius * 0.72
    return Prop(
        part,
        (
            box_proxy((-radius * 1.02, -wide, 0.0), (radius * 1.02, wide, height * 0.5)),
            box_proxy((-wide, -radius * 1.02, 0.0), (wide, radius * 1.02, height * 0.5)),
            box_proxy((-wide, -wide, 0.0), (wide, wide, height)),
        ),
    )


def pipe_stack(radius: float, length: float, rows: int, rgb: Rgb) -> Prop:
    """Hollow pipes along x stacked in a pyramid between chocks."""
    turn = np.arange(14) * (2 * np.pi / 14)
    ring = np.stack([np.zeros(14), np.cos(turn), np.sin(turn)], 1)
    outer = loft(np.stack([ring * (1, radius, radius) + (x, 0, 0) for x in (0.0, length)]), colour=rgb)
    inner = loft(
        np.stack([(ring * (1, 0.84 * radius, 0.84 * radius) + (x, 0, 0))[::-1] for x in (0.0, length)]), colour=np.asarray(rgb) * 0.35
    )
    lips = []
    for x in (0.0, length):
        pair = np.stack([ring * (1, radius, radius) + (x, 0, 0), ring * (1, 0.84 * radius, 0.84 * radius) + (x, 0, 0)])
        lips.append(loft(pair if x > 0 else pair[::-1], colour=np.asarray(rgb) * 0.8, smooth=False))
    pipe = merge([outer, inner, *lips]).moved((-length / 2, 0.0, 0.0))
    spots = [
        (0.0, (j - (rows - k - 1) / 2) * 2.04 * radius, radius + 0.08 + 1.76 * radius * k) for k in range(rows) for j in range(rows - k)
    ]
    half = rows * 1.02 * radius
    chocks = [box((x, -half, 0.0), (x + 0.14, half, 0.08), colour=_PLY) for x in (-length * 0.3, length * 0.3)]
    proxies = [
        box_proxy(
            (-length / 2, -half + k * radius, 1.76 * radius * k), (length / 2, half - k * radius, 1.76 * radius * k + 2 * radius + 0.1)
        )
        for k in range(rows)
    ]
    return Prop(merge([instances(pipe, spots), *chocks]).grounded(0.4, 0.65), tuple(proxies))


def rebar_bundle() -> Prop:
    """Bundles of rusty bars and a flat stack of mesh along x, 6 m long."""
    lines = [
        [
            (-3.0 + 0.05 * (k % 3), -0.35 + 0.07 * (k % 9), 0.14 + 0.06 * (k // 9)),
            (3.0 - 0.04 * (k % 4), -0.35 + 0.07 * (k % 9), 0.14 + 0.06 * (k // 9)),
        ]
        for k in range(45)
    ]
    timbers = [box((x, -0.6, 0.0), (x + 0.12, 0.6, 0.1), colour=_PLY) for x in (-2.2, 0.0, 2.0)]
    return Prop(merge([struts(lines, 0.045, _RUST), *timbers]).grounded(0.25, 0.65), (box_proxy((-3.05, -0.45, 0.0), (3.05, 0.35, 0.5)),))
