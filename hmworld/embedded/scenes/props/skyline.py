"""A far skyline: plain towers with rows of windows, some of them lit, seen over the trees."""

from __future__ import annotations

import numpy as np

from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.kit.shapes import Array, Part, box, merge, quads
from hmworld.embedded.scenes.textures.catalogue import Texture


def _rows(wide: float, high: float, lit: Stream, colour: Array) -> Part:
    """One face over x 0..wide, z 0..high in the plane y = 0: bands of glass; a share of the panes glows at night."""
    columns, rows = max(2, int(wide / 3.4)), max(2, int(high / 3.6))
    i, j = np.meshgrid(np.arange(columns), np.arange(rows))
    x0, z0 = (i.ravel() + 0.16) * wide / columns, (j.ravel() + 0.3) * high / rows
    x1, z1 = x0 + 0.68 * wide / columns, z0 + 0.46 * high / rows
    flat = np.full_like(x0, -0.12)
    panes = np.stack([np.stack(c, -1) for c in ((x0, flat, z0), (x1, flat, z0), (x1, flat, z1), (x0, flat, z1))], 1)
    on = lit.array(len(panes)) < 0.22
    dark = quads(panes[~on], colour=(0.07, 0.10, 0.13))
    parts = [quads([[(0, 0, 0), (wide, 0, 0), (wide, 0, high), (0, 0, high)]], texture=Texture.PLASTER, repeat_m=12.0, colour=colour), dark]
    if on.any():
        parts.append(quads(panes[on], colour=(0.30, 0.25, 0.16)).glowing(2.2))
    return merge(parts)


def skyline(stream: Stream, count: int, near_m: float, far_m: float, arc_deg: tuple[float, float]) -> Part:
    """`count` towers 22 to 90 m high between two distances and over an arc of azimuths, facing the origin."""
    stone = np.array([(0.42, 0.40, 0.37), (0.34, 0.24, 0.19), (0.30, 0.34, 0.38), (0.50, 0.46, 0.39), (0.24, 0.27, 0.30)])
    parts = []
    for k in range(count):
        turn = np.radians(arc_deg[0] + (arc_deg[1] - arc_deg[0]) * (k + stream.number(0.15, 0.85)) / count)
        away = stream.number(near_m, far_m)
        high = 22.0 + 68.0 * stream.number() ** 2.2
        wide, deep = stream.number(14.0, 26.0), stream.number(12.0, 20.0)
        colour = stone[stream.integer(0, len(stone))] * stream.number(0.8, 1.15)
        sides = [_rows(wide, high, stream, colour), _rows(deep, high, stream, colour * 0.9).moved((wide, 0, 0), 90.0)]
        sides.append(_rows(deep, high, stream, colour * 0.9).moved((0, deep, 0), -90.0))
        roof = box((-0.3, -0.3, high), (wide + 0.3, deep + 0.3, high + 1.0), colour=colour * 0.7)
        top = box((wide * 0.3, deep * 0.3, high + 1.0), (wide * 0.7, deep * 0.7, high + 4.5), colour=colour * 0.55)
        tower = merge([*sides, roof, top]).moved((-wide / 2, -deep / 2, 0.0))
        yaw = float(np.degrees(turn)) - 90.0 + stream.number(-20.0, 20.0)
        parts.append(tower.moved((away * np.cos(turn), away * np.sin(turn), -1.0), yaw))
    return merge(parts)
