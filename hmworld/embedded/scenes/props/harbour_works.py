"""Big things of a harbour: a portal crane, a lighthouse, an anchor, and the sea itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Prop, box_proxy
from hmworld.embedded.scenes.kit.noise import PlaneNoise
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.kit.shapes import Part, box, circle, instances, merge, quads, tower, tube
from hmworld.embedded.scenes.textures.catalogue import Texture

Rgb = tuple[float, float, float]
_IRON: Rgb = (0.028, 0.028, 0.03)


def portal_crane(paint: Rgb) -> Prop:
    """A level-luffing quay crane on four legs that straddles a lane of 13.5 m in y; the jib reaches 26 m towards +y."""
    grey: Rgb = (0.20, 0.21, 0.22)
    parts, proxies = [], []
    for x in (-3.6, 3.6):
        for y in (-6.75, 6.75):
            parts.append(box((x - 1.1, y - 0.42, 0.12), (x + 1.1, y + 0.42, 0.85), colour=_IRON, without=()))
            parts += [box((x + s - 0.28, y - 0.2, 0.0), (x + s + 0.28, y + 0.2, 0.4), colour=(0.08, 0.07, 0.06)) for s in (-0.75, 0.75)]
            top = np.array((x * 0.62, y * 0.66, 9.2))
            foot = np.array((x, y, 0.8))
            parts.append(
                tube(foot + (top - foot) * np.linspace(0.0, 1.0, 13)[:, None], np.linspace(0.42, 0.55, 13).tolist(), 4, colour=paint)
            )
            proxies.append(box_proxy((x - 1.12, y - 0.45, 0.0), (x + 1.12, y + 0.45, 1.0)))
            for share in (0.05, 0.30, 0.55, 0.80):
                a, b = foot + (top - foot) * share, foot + (top - foot) * min(1.0, share + 0.27)
                proxies.append(box_proxy(np.minimum(a, b) - np.array((0.45, 0.45, 0.0)), np.maximum(a, b) + np.array((0.45, 0.45, 0.0))))
    for y in (-6.75, 6.75):
        parts.append(box((-3.6, y - 0.2, 0.5), (3.6, y + 0.2, 0.9), colour=paint, without=()))
        proxies.append(box_proxy((-3.6, y - 0.2, 0.5), (3.6, y + 0.2, 0.9)))
    parts.append(box((-2.9, -5.2, 9.0), (2.9, 5.2, 10.0), colour=paint, without=()))
    parts.append(tower([(1.9, 10.0), (1.9, 11.0), (1.4, 11.2), (1.4, 12.4)], 16, colour=grey))
    parts.append(box((-2.2, -4.6, 12.4), (2.2, 2.4, 16.0), colour=paint, without=()))
    parts.append(box((-2.25, -4.7, 15.8), (2.25, 2.5, 16.15), colour=grey, without=()))
    cab = box((1.3, 2.2, 12.2), (2.9, 4.2, 14.6), colour=(0.55, 0.54, 0.5), without=())
    panes = quads([[(1.45, 4.215, 12.9), (2.75, 4.215, 12.9), (2.75, 4.215, 14.3), (1.45, 4.215, 14.3)][::-1]], colour=(0.04, 0.05, 0.06))
    parts += [cab, panes]
    frame = [
        ((-1.6, -3.2, 16.0), (-0.5, -1.2, 26.0)),
        ((1.6, -3.2, 16.0), (0.5, -1.2, 26.0)),
        ((-1.6, 1.6, 16.0), (-0.5, -0.8, 26.0)),
        ((1.6, 1.6, 16.0), (0.5, -0.8, 26.0)),
    ]
    for a, b in frame:
        a_, b_ = np.array(a), np.array(b)
        parts.append(tube(np.stack([a_, (a_ + b_) / 2, b_]), (0.2,) * 3, 5, colour=paint))
    parts.append(box((-0.9, -1.8, 25.6), (0.9, -0.2, 26.6), colour=grey, without=()))
    root, tip = np.array((0.0, 2.6, 15.4)), np.array((0.0, 26.0, 31.5))
    for x, z in ((-0.8, 0.0), (0.8, 0.0), (0.0, 1.3)):
        ends = [root + np.array((x, 0, z)), (root + tip) / 2 + np.array((x * 0.9, 0, z * 1.1)), tip + np.array((x * 0.2, 0, z * 0.2))]
        parts.append(tube(np.stack(ends), (0.17, 0.17, 0.12), 5, colour=paint))
    bars = 12
    for k in range(bars):
        a, b = root + (tip - root) * k / bars, root + (tip - root) * (k + 1) / bars
        fade = 1.0 - 0.75 * k / bars
        for x in (-0.8, 0.8):
            lattice = np.stack(
                [a + np.array((x * fade, 0, 0)), (a + b) / 2 + np.array((x * fade / 2, 0, 0.65 * fade)), b + np.array((0.0, 0, 1.3 * fade))]
            )
            parts.append(tube(lattice, (0.07,) * 3, 4, colour=paint))
    for start, end in (((0.0, -1.0, 26.4), tip), ((0.0, 2.6, 16.5), tip)):
        line = np.stack([np.array(start), (np.array(start) + end) / 2, end])
        parts.append(tube(line, (0.05,) * 3, 4, colour=_IRON))
    parts.append(tube([(0, 26, 31.4), (0, 26, 22.0), (0, 26, 12.5)], (0.05,) * 3, 4, colour=_IRON))
    parts.append(box((-0.35, 25.65, 11.4), (0.35, 26.35, 12.6), colour=(0.6, 0.4, 0.03), without=()))
    counter = box((-1.5, -6.4, 13.0), (1.5, -4.6, 15.6), colour=(0.32, 0.31, 0.3), without=())
    parts.append(counter)
    proxies += [
        box_proxy((-3.0, -5.2, 8.9), (3.0, 5.2, 11.3)),
        box_proxy((-2.9, -6.4, 11.2), (2.9, 4.3, 16.2)),
        box_proxy((-1.8, -3.4, 16.0), (1.8, 2.0, 26.7)),
    ]
    for k in range(6):
        a, b = root + (tip - root) * k / 6, root + (tip - root) * (k + 1) / 6
        wide = 0.95 - 0.11 * k
        proxies.append(box_proxy((-wide, a[1] - 0.1, a[2] - 0.2), (wide, b[1] + 0.1, b[2] + 1.4 - 0.18 * k)))
    proxies.append(box_proxy((-0.4, 25.6, 11.4), (0.4, 26.4, 31.5)))
    return Prop(merge(parts), tuple(proxies))


def anchor() -> Prop:
    """An old anchor set up on a stone block, 2.6 m high."""
    stone = box((-0.7, -0.45, 0.0), (0.7, 0.45, 0.45), texture=Texture.ASHLAR, repeat_m=1.2, colour=(0.45, 0.42, 0.37))
    shank = tower([(0.11, 0.45), (0.10, 1.45), (0.08, 2.35)], 8, colour=_IRON)
    turn = np.linspace(0.0, 2 * np.pi, 13)
    ring = tube(np.stack([0.17 * np.cos(turn), np.zeros(13), 2.5 + 0.17 * np.sin(turn)], 1), [0.035] * 13, 6, colour=_IRON)
    stock = tube([(0.0, -0.75, 2.1), (0.0, 0.0, 2.1), (0.0, 0.75, 2.1)], (0.05, 0.075, 0.05), 8, colour=_IRON)
    bend = np.linspace(-2.5, -0.64, 11)
    arms = tube(np.stack([0.95 * np.cos(bend), np.zeros(11), 1.5 + 0.95 * np.sin(bend)], 1), [0.05, *[0.1] * 9, 0.05], 8, colour=_IRON)
    flukes = [
        quads([[(s * 0.95, -0.2, 0.78), (s * 0.95, 0.2, 0.78), (s * 0.72, 0.0, 1.3), (s * 0.72, 0.0, 1.3)]], colour=_IRON, two_sided=True)
        for s in (-1.0, 1.0)
    ]
    chain = [tower([(0.09, 0.0), (0.09, 0.06)], 8, colour=_IRON).moved((0.5 + 0.19 * k, -0.62 - 0.03 * (k % 2), 0.0)) for k in range(7)]
    part = merge([stone, shank, ring, stock, arms, *flukes, *chain]).grounded(0.3, 0.7)
    return Prop(part, (box_proxy((-0.98, -0.5, 0.0), (0.98, 0.5, 1.45)), box_proxy((-0.2, -0.78, 1.4), (0.2, 0.78, 2.7))))


def lighthouse() -> Prop:
    """A round tower with red and white bands, a gallery and a glazed lantern, 24 m."""
    parts = []
    for k in range(6):
        z0, z1 = 1.2 + 2.9 * k, 1.2 + 2.9 * (k + 1)
        r0, r1 = 3.0 - 0.19 * k, 3.0 - 0.19 * (k + 1)
        parts.append(tower([(r0, z0), (r1, z1)], 28, colour=(0.52, 0.04, 0.03) if k % 2 else (0.62, 0.61, 0.58), cap_top=False))
    top = 1.2 + 2.9 * 6
    parts.append(tower([(4.4, 0.0), (4.2, 1.2), (3.0, 1.25)], 28, colour=(0.34, 0.33, 0.31)))
    parts.append(tower([(1.9, top - 0.5), (2.7, top), (2.7, top + 0.2), (1.6, top + 0.22)], 28, colour=(0.16, 0.16, 0.17)))
    rail = tube(np.concatenate([circle(2.6, top + 1.2, 28), circle(2.6, top + 1.2, 28)[:1]]), [0.05] * 29, 5, colour=(0.05, 0.05, 0.05))
    posts = instances(
        box((-0.03, -0.03, top + 0.2), (0.03, 0.03, top + 1.2), colour=(0.05, 0.05, 0.05)),
        [(2.6 * np.cos(a), 2.6 * np.sin(a), 0.0) for a in np.arange(14) * 0.449],
    )
    lamp = tower([(1.35, top + 0.2), (1.35, top + 2.8)], 12, colour=(0.55, 0.62, 0.58), smooth=False, cap_top=False).glowing(5.0)
    cap = tower([(1.7, top + 2.8), (1.5, top + 3.3), (0.5, top + 4.2), (0.08, top + 5.4)], 20, colour=(0.52, 0.04, 0.03))
    panes = [
        box((-0.35, -3.02 + 0.19 * (z - 1.2) / 2.9, z), (0.35, -2.6, z + 1.1), colour=(0.04, 0.05, 0.06), without=("+y",))
        for z in (5.4, 11.2)
    ]
    return Prop(merge([*parts, rail, posts, lamp, cap, *panes]), (box_proxy((-2.6, -2.6, 0.0), (2.6, 2.6, top + 5.4)),))


def sea_grid(sea_m: float, y0: float, seed: int) -> Part:
    """The sea from the quay's edge at `y0` to 900 m out, finer near by, with paler and darker streaks."""
    noise = PlaneNoise(Stream(seed, "sea"))
    ys = y0 + np.concatenate([np.arange(0.0, 60.0, 3.0), np.geomspace(60.0, 900.0, 22)])
    side = np.concatenate([np.arange(0.0, 130.0, 5.0), np.geomspace(130.0, 900.0, 14)])
    xs = np.concatenate([-side[:0:-1], side])
    x, y = np.meshgrid(xs, ys)
    index = np.arange(x.size).reshape(x.shape)
    q = [v.ravel() for v in (index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1])]
    corner = np.stack(q, 1)
    points = np.stack([x, y, np.full_like(x, sea_m)], -1).reshape(-1, 3)
    tone = 0.75 + 0.5 * noise.fractal(x / 40.0 + 7.0, y / 16.0 + 9.0, 3).reshape(-1, 1)
    deep = np.clip((points[:, 1:2] - 10.0) / 300.0, 0.0, 1.0)
    colour = tone * (np.array((0.95, 1.0, 0.98)) * (1 - deep) + np.array((0.85, 0.98, 1.1)) * deep)
    far = points[corner].mean(axis=1)
    distance = np.hypot(far[:, 0], far[:, 1])
    parts = []
    for low, high, repeat in ((0.0, 70.0, 9.0), (70.0, 240.0, 26.0), (240.0, 5000.0, 90.0)):
        mine = points[corner[(distance >= low) & (distance < high)]]
        shade = colour[corner[(distance >= low) & (distance < high)]].reshape(-1, 3)
        part = quads(mine, texture=Texture.SEA, repeat_m=repeat)
        parts.append(replace(part, colours=shade))
    return merge(parts)
