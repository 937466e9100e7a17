"""The building of a terminus: an arched roof of iron ribs with bands of open glazing, screens, arcaded side walls, tracks."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Prop, box_proxy
from hmworld.embedded.scenes.kit.shapes import Array, Part, box, instances, merge, quads, tube
from hmworld.embedded.scenes.props.floors import plane_wall, upright
from hmworld.embedded.scenes.textures.catalogue import Texture

Rgb = tuple[float, float, float]

IRON: Rgb = (0.16, 0.24, 0.22)
_BOARDING: Rgb = (0.42, 0.36, 0.27)


def arch(half_m: float, spring_m: float, crown_m: float, count: int) -> Array:
    """Points (count, 2) of the arch from -x to +x: (x, z), a flattened half ellipse."""
    turn = np.linspace(np.pi, 0.0, count)
    return np.stack([half_m * np.cos(turn), spring_m + (crown_m - spring_m) * np.sin(turn)], 1)


def arched_roof(half_m: float, spring_m: float, crown_m: float, y0: float, y1: float, bay_m: float) -> Prop:
    """The roof along y: boarded bands and glazed (open) bands, lattice ribs every `bay_m`, purlins and glazing bars."""
    profile = arch(half_m, spring_m, crown_m, 25)
    inner = arch(half_m - 0.6, spring_m - 0.3, crown_m - 0.9, 25)
    parts: list[Part] = []
    ys = np.linspace(y0, y1, max(2, round((y1 - y0) / bay_m) + 1))
    glazed = {5, 6, 7, 10, 11, 12, 13, 16, 17, 18}
    boards, bars = [], []
    for k, (a, b) in enumerate(pairwise(profile)):
        if k not in glazed:
            boards += [[(a[0], u, a[1]), (a[0], v, a[1]), (b[0], v, b[1]), (b[0], u, b[1])] for u, v in pairwise(ys)]
        else:
            bars += [[(*p, t) for p, t in ((a, u), (b, u), (b, u + 0.09), (a, u + 0.09))] for u in np.arange(y0, y1, 1.15)]
    plain = quads(boards, texture=Texture.BOARDS, repeat_m=2.4, colour=_BOARDING, two_sided=True)
    parts.append(plain)
    slats = np.array(bars)[:, :, [0, 2, 1]]
    parts.append(quads(slats, colour=IRON, two_sided=True))
    for k in range(25):
        x, z = profile[k]
        parts.append(box((x - 0.06, y0, z - 0.12), (x + 0.06, y1, z + 0.02), colour=IRON, without=()))
    lattice = []
    for a, b, c, d in zip(profile[:-1], profile[1:], inner[:-1], inner[1:], strict=True):
        for p, q, wide in ((a, b, 0.07), (c, d, 0.09), (a, d, 0.04), (c, b, 0.04)):
            along = np.array((q[0] - p[0], q[1] - p[1]))
            up = np.array((-along[1], along[0])) / np.hypot(*along) * wide
            ends = [p - up, q - up, q + up, p + up]
            lattice.append([(e[0], -0.06, e[1]) for e in ends])
            lattice.append([(e[0], 0.06, e[1]) for e in ends[::-1]])
            lattice.append(
                [
                    (ends[0][0], 0.06, ends[0][1]),
                    (ends[1][0], 0.06, ends[1][1]),
                    (ends[1][0], -0.06, ends[1][1]),
                    (ends[0][0], -0.06, ends[0][1]),
                ]
            )
    rib = quads(lattice, colour=IRON)
    parts.append(instances(rib, [(0.0, float(y), 0.0) for y in ys]))
    proxies = []
    for k in range(0, 24, 2):
        low, high = inner[k : k + 3, 1].min() - 0.2, profile[k : k + 3, 1].max() + 0.1
        x_low, x_high = min(profile[k, 0], inner[k, 0]), max(profile[k + 2, 0], inner[k + 2, 0])
        proxies.append(box_proxy((x_low, y0, low), (x_high, y1, high)))
    return Prop(merge(parts), tuple(proxies))


def gable_screen(half_m: float, spring_m: float, crown_m: float, low_m: float, paint: Rgb) -> Prop:
    """A glazed screen that fills the arch above `low_m` in the plane y = 0: a frame of mullions, the panes left open."""
    profile = arch(half_m, spring_m, crown_m, 49)
    parts = [box((-half_m, -0.2, low_m - 0.5), (half_m, 0.2, low_m + 0.3), colour=paint, without=())]
    for x in np.arange(-half_m + 2.0, half_m - 1.0, 2.0):
        top = float(np.interp(x, profile[:, 0], profile[:, 1]))
        wide = 0.16 if round(x + half_m) % 8 == 0 else 0.06
        parts.append(box((x - wide, -0.08, low_m), (x + wide, 0.08, top), colour=paint, without=("-z", "+z")))
    for z in np.arange(low_m + 2.2, crown_m - 0.5, 2.2):
        inside = profile[profile[:, 1] > z, 0]
        parts.append(box((inside.min(), -0.06, z - 0.06), (inside.max(), 0.06, z + 0.06), colour=paint, without=()))
    rim = np.stack([profile[:, 0], np.zeros(len(profile)), profile[:, 1]], 1)
    parts.append(tube(rim, [0.45] * len(rim), 8, colour=paint))
    return Prop(merge(parts), (box_proxy((-half_m, -0.4, low_m - 0.5), (half_m, 0.4, crown_m + 0.3)),))


def arcade_wall(width_m: float, height_m: float, shops: bool) -> Prop:
    """A brick wall along x facing -y with an arcade: arched openings filled by lit shop windows or dark doors and clerestory panes."""
    pitch = 6.0
    count = int(width_m / pitch)
    start = (width_m - count * pitch) / 2
    xs = np.arange(0.0, width_m, 2.0)
    wall = plane_wall(width_m, xs, np.array((0.0, 0.5, 2.0, 4.0, height_m)), Texture.BRICK, 1.6, (0.95, 0.85, 0.75))
    base = box((0.0, -0.08, 0.0), (width_m, 0.0, 0.7), colour=(0.30, 0.28, 0.25), without=("+y", "-z"))
    band = box((0.0, -0.16, height_m - 1.1), (width_m, 0.0, height_m - 0.8), colour=(0.46, 0.42, 0.35), without=("+y",))
    parts = [wall, base, band, box((0.0, -0.3, height_m - 0.3), (width_m, 0.0, height_m), colour=(0.46, 0.42, 0.35), without=("+y",))]
    turn = np.linspace(0.0, np.pi, 11)
    trim = np.stack([1.95 * np.cos(turn), np.full(11, -0.02), 3.2 + 1.0 * np.sin(turn)], 1)
    for k in range(count):
        x = start + (k + 0.5) * pitch
        if shops and k % 4 != 3:
            pane = Texture.SHOP if k % 2 else Texture.BOUTIQUE
            lit = [
                upright(pane, x - 1.85 + 1.24 * n, x - 0.65 + 1.24 * n, 0.35, 2.9, -0.11, (1.2, 1.1, 1.0)).glowing(1.2) for n in range(3)
            ]
            hue = ((0.30, 0.035, 0.03), (0.03, 0.11, 0.07), (0.025, 0.05, 0.16), (0.36, 0.20, 0.03))[k % 4]
            parts += [*lit, box((x - 1.95, -0.2, 2.95), (x + 1.95, 0.0, 3.45), colour=hue, without=("+y",))]
            parts.append(box((x - 1.0, -0.215, 3.1), (x + 1.0, -0.2, 3.3), colour=(0.75, 0.70, 0.6), without=("+y",)).glowing(1.0))
        else:
            parts += [upright(Texture.DOOR, x0, x0 + 1.4, 0.0, 3.0, -0.1, (0.22, 0.13, 0.07)) for x0 in (x - 1.4, x)]
        parts.append(tube(trim + np.array((x, 0.0, 0.0)), [0.16] * 11, 6, colour=(0.46, 0.42, 0.35)))
        parts += [
            box((x + s - 0.16, -0.18, 0.0), (x + s + 0.16, 0.0, 3.2), colour=(0.46, 0.42, 0.35), without=("+y", "-z"))
            for s in (-1.95, 1.95)
        ]
        parts.append(
            upright(Texture.WINDOW_DARK, x - 1.0, x + 1.0, 4.75, height_m - 1.4, -0.03, (1.3, 1.3, 1.3)) if height_m > 6.4 else band
        )
        if k:
            edge = start + k * pitch
            parts.append(
                box(
                    (edge - 0.3, -0.12, 0.7),
                    (edge + 0.3, 0.0, height_m - 1.1),
                    colour=(0.9, 0.8, 0.7),
                    texture=Texture.BRICK,
                    repeat_m=1.6,
                    without=("+y", "-z"),
                )
            )
    return Prop(merge(parts), (box_proxy((0.0, -0.32, 0.0), (width_m, 0.15, height_m)),))


def track(y0: float, y1: float, bed_m: float) -> Part:
    """Rails on sleepers along y at x = 0, on a bed at z = `bed_m`."""
    sleeper = box((-1.25, -0.12, bed_m), (1.25, 0.12, bed_m + 0.10), colour=(0.12, 0.10, 0.085))
    parts = [instances(sleeper, [(0.0, float(y), 0.0) for y in np.arange(y0 + 0.4, y1, 0.75)])]
    parts += [box((x - 0.035, y0, bed_m + 0.1), (x + 0.035, y1, bed_m + 0.26), colour=(0.26, 0.22, 0.19)) for x in (-0.75, 0.75)]
    return merge(parts)
