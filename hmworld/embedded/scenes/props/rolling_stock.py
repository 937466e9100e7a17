"""Railway carriages and the buffer stops they halt at."""

from __future__ import annotations

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Prop, box_proxy
from hmworld.embedded.scenes.kit.shapes import Part, box, fan, loft, merge, quads, tube
from hmworld.embedded.scenes.props.station import disc

Rgb = tuple[float, float, float]
Corner = tuple[float, float, float]
_DARK: Rgb = (0.03, 0.032, 0.035)
_GLASS: Rgb = (0.025, 0.032, 0.04)


def _pane(x: float, outwards: float, y: tuple[float, float], z: tuple[float, float]) -> list[Corner]:
    """An upright rectangle in the plane x that faces along x with the sign of `outwards`."""
    around = [(x, y[1], z[0]), (x, y[0], z[0]), (x, y[0], z[1]), (x, y[1], z[1])]
    return around if outwards < 0 else around[::-1]


def _flank(sign: float, x: float, length_m: float, first_m: float, doors: list[float], band: Rgb) -> Part:
    """Doors and windows of one side of a carriage in the plane x; two of three windows are lit."""
    glass: list[list[Corner]] = []
    lit: list[list[Corner]] = []
    leaf: list[list[Corner]] = []
    frame: list[list[Corner]] = []
    for door in doors:
        frame.append(_pane(x, sign, (door - 0.75, door + 0.75), (0.98, 3.02)))
        for side in (-0.68, 0.03):
            y0 = door + side
            leaf.append(_pane(x + sign * 0.008, sign, (y0, y0 + 0.65), (1.0, 2.98)))
            glass.append(_pane(x + sign * 0.016, sign, (y0 + 0.12, y0 + 0.53), (1.85, 2.8)))
    k = 0
    for y0 in np.arange(first_m + 1.6, length_m - 2.4, 1.75):
        if min(abs(y0 + 0.7 - door) for door in doors) < 1.5:
            continue
        frame.append(_pane(x, sign, (y0 - 0.06, y0 + 1.46), (1.94, 2.81)))
        (lit if k % 3 else glass).append(_pane(x + sign * 0.008, sign, (y0, y0 + 1.4), (2.0, 2.75)))
        k += 1
    parts = [quads(frame, colour=_DARK), quads(leaf, colour=band), quads(glass, colour=_GLASS)]
    return merge([*parts, quads(lit, colour=(0.10, 0.095, 0.08)).glowing(5.0)])


def carriage(length_m: float, body: Rgb, band: Rgb, cab: bool) -> Prop:
    """A railway carriage along y from 0, 2.9 m wide, roof 3.75 m over the rails; `cab`: its end at y = 0 is a driver's cab."""
    half = 1.45
    section = [
        (-half, 0.95),
        (-half, 1.15),
        (-half, 1.95),
        (-half, 2.75),
        (-half + 0.02, 3.05),
        (-half + 0.25, 3.45),
        (-0.7, 3.68),
        (0.0, 3.75),
    ]
    outline = np.array(section + [(-x, z) for x, z in section[-2::-1]])
    stations = [0.0, 0.45, 1.2, length_m] if cab else [0.0, 0.02, length_m - 0.02, length_m]
    rings = []
    for k, y in enumerate(stations):
        squeeze = (0.80, 0.95, 1.0, 1.0)[k] if cab else 1.0
        high = (0.86, 0.97, 1.0, 1.0)[k] if cab else 1.0
        rings.append([(x * squeeze, y, 0.95 + (z - 0.95) * high) for x, z in outline])
    rows = np.asarray(rings)
    parts: list[Part] = []
    colours = {0: _DARK, 1: body, 2: body, 3: band, 4: body, 5: (0.30, 0.31, 0.32), 6: (0.26, 0.27, 0.28)}
    count = len(outline)
    for k in range(count - 1):
        number = k if k < 7 else count - 2 - k
        cells = [[rows[i, k], rows[i + 1, k], rows[i + 1, k + 1], rows[i, k + 1]] for i in range(3)]
        parts.append(quads(cells, colour=colours[number]))
    front = rows[0]
    parts.append(fan(front, colour=body))
    parts.append(fan(rows[-1][::-1], colour=body))
    if cab:
        pane = [(-0.95, -0.012, 2.05), (0.95, -0.012, 2.05), (0.85, -0.012, 2.95), (-0.85, -0.012, 2.95)]
        parts.append(quads([pane], colour=_GLASS))
        parts.append(box((-0.9, -0.10, 1.0), (0.9, 0.3, 1.3), colour=band, without=("+y",)))
        for x in (-0.8, 0.8):
            parts.append(disc(0.13, (x, -0.03, 1.62), (0.9, 0.88, 0.75), 14).glowing(3.0))
            parts.append(disc(0.08, (x, -0.03, 1.36), (0.5, 0.02, 0.02), 12))
            buffer = np.array([(x, 0.0, 1.05), (x, -0.34, 1.05), (x, -0.36, 1.05), (x, -0.42, 1.05)])
            parts.append(tube(buffer, (0.08, 0.08, 0.22, 0.2), 12, colour=_DARK))
        parts.append(box((-0.35, -0.02, 3.0), (0.35, 0.02, 3.2), colour=(0.85, 0.55, 0.08), without=("+y",)).glowing(1.5))
    first = 2.4 if cab else 1.6
    doors = [first + 0.3, length_m / 2, length_m - 1.6]
    parts += [_flank(sign, sign * (half + 0.006), length_m, first, doors, band) for sign in (-1.0, 1.0)]
    parts.append(box((-1.2, 0.6, 0.35), (1.2, length_m - 0.4, 0.95), colour=_DARK, without=("-z", "+z")))
    wheel = np.arange(16) * (2 * np.pi / 16)
    for y in (2.6, 4.9, length_m - 4.4, length_m - 2.1):
        for x0, x1 in ((-0.86, -0.72), (0.72, 0.86)):
            ring = np.stack([np.zeros(16), y + 0.45 * np.cos(wheel), 0.45 + 0.45 * np.sin(wheel)], 1)
            parts.append(
                loft(np.stack([ring + np.array((x0, 0, 0)), ring + np.array((x1, 0, 0))]), colour=(0.10, 0.09, 0.08), smooth=False)
            )
    units = [
        box((-0.8, y, 3.62), (0.8, y + 2.6, 3.95), colour=(0.24, 0.25, 0.26), without=("-z",)) for y in (length_m * 0.3, length_m * 0.7)
    ]
    part = merge([*parts, *units])
    return Prop(part, (box_proxy((-1.47, -0.42, 0.3), (1.47, length_m, 3.97)),))


def buffer_stop() -> Prop:
    """A red buffer stop at the end of a track, facing +y, its beam 1.05 m over the rails."""
    red: Rgb = (0.45, 0.03, 0.025)
    beam = box((-1.25, -0.2, 0.85), (1.25, 0.1, 1.25), colour=red, without=())
    bands = [box((x - 0.15, -0.205, 0.845), (x + 0.15, 0.105, 1.255), colour=(0.65, 0.63, 0.6), without=()) for x in (-0.8, 0.8)]
    legs = [tube([(x, 0.0, 0.95), (x, -0.5, 0.5), (x, -1.1, 0.0)], (0.09,) * 3, 6, colour=red) for x in (-0.75, 0.75)]
    posts = [box((x - 0.1, -0.1, 0.0), (x + 0.1, 0.05, 0.9), colour=red) for x in (-0.75, 0.75)]
    pads = [
        tube([(x, 0.1, 1.05), (x, 0.4, 1.05), (x, 0.42, 1.05), (x, 0.48, 1.05)], (0.09, 0.09, 0.22, 0.2), 12, colour=_DARK)
        for x in (-0.8, 0.8)
    ]
    lamp = box((-0.12, -0.15, 1.25), (0.12, 0.05, 1.5), colour=(0.7, 0.03, 0.02), without=()).glowing(3.0)
    return Prop(merge([beam, *bands, *legs, *posts, *pads, lamp]), (box_proxy((-1.25, -1.1, 0.0), (1.25, 0.48, 1.5)),))
