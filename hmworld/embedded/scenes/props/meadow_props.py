"""Things that stand on an alpine meadow: rocks, fences, bales, a hut, a trough, a signpost, a wood pile."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Prop, box_proxy, ellipsoid_proxy, joined
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.kit.shapes import UNIT_UVS, Array, Part, box, circle, instances, loft, merge, quads, tower, triangles_of
from hmworld.embedded.scenes.textures.catalogue import Texture

Rgb = tuple[float, float, float]

_GREY_WOOD: Rgb = (0.30, 0.27, 0.235)
_BROWN_WOOD: Rgb = (0.42, 0.235, 0.125)
_DARK_WOOD: Rgb = (0.21, 0.12, 0.07)


def rock(stream: Stream, size: tuple[float, float, float]) -> Prop:
    """A boulder with half axes `size` (x = y for a proxy that may turn), a third of it in the ground."""
    rings, sides = 9, 14
    level = np.linspace(-0.97, 0.97, rings)
    knocks = stream.directions(9)
    depth = stream.array(9, 0.62, 0.88)
    shells = []
    for z in level:
        ring = circle(float(np.sqrt(1 - z * z)), float(z), sides)
        # Planes cut off the ball: facets like broken stone.
        reach = ring @ knocks.T
        cut = np.min(np.where(reach > depth, depth / np.maximum(reach, 1e-6), 1.0), axis=1)
        shells.append(ring * (cut * (1.0 + stream.array(sides, -0.035, 0.035)))[:, None])
    lift = 0.55 * size[2]
    body = loft(np.stack(shells) * size + np.array((0.0, 0.0, lift)), texture=Texture.ROCK, uv_scale=(3.0, 1.6), cap_top=True)
    height = size[2] + lift
    shade = 0.62 + 0.38 * np.clip(body.vertices[:, 2:3] / (0.5 * height), 0, 1)
    return Prop(
        body.tinted(shade * np.array((0.86, 0.80, 0.70)) * stream.number(0.72, 1.0)),
        (ellipsoid_proxy((0, 0, lift), (0.94 * size[0], 0.94 * size[1], 0.96 * size[2])),),
    )


def fence_panel(stream: Stream, length_m: float) -> Prop:
    """One post and three rails from x = 0 to `length_m`, 1.15 m high."""
    post = tower([(0.075, -0.2), (0.07, 1.18), (0.03, 1.25)], 7, texture=Texture.WOOD, uv_scale=(0.3, 1.0), colour=_GREY_WOOD)
    rails = []
    for z in (0.35, 0.70, 1.02):
        a, b = stream.array(2, -0.03, 0.03)
        rail = box(
            (-0.08, -0.105, z - 0.05), (length_m + 0.08, -0.06, z + 0.05), texture=Texture.WOOD, repeat_m=0.8, colour=_GREY_WOOD, without=()
        )
        slope = a + (b - a) * rail.vertices[:, 0:1] / length_m
        rails.append(replace(rail, vertices=rail.vertices + slope * (0.0, 0.0, 1.0)).tinted(stream.number(0.8, 1.15)))
    part = merge([post, *rails]).grounded(0.4, 0.6)
    return Prop(part, (box_proxy((-0.09, -0.12, 0.0), (length_m + 0.09, 0.08, 1.2)),))


def hay_bale() -> Prop:
    """A round bale on its side, axis along x, radius 0.68 m, 1.25 m long."""
    radius, half, sides = 0.68, 0.62, 20
    turn = np.arange(sides) * (2 * np.pi / sides)
    rings = [
        np.stack([np.full(sides, x), r * np.cos(turn), r * np.sin(turn) + radius - 0.03], 1)
        for x, r in ((-half, radius * 0.94), (-half + 0.05, radius), (half - 0.05, radius), (half, radius * 0.94))
    ]
    wrap = loft(np.stack(rings), texture=Texture.HAY, uv_scale=(3.0, 1.2))
    ends = []
    for ring, order in ((rings[0], -1), (rings[-1], 1)):
        centre = ring.mean(axis=0)
        bands = [centre + (ring - centre) * f for f in (1.0, 0.72, 0.44, 0.16)]
        tone = (0.95, 0.78, 0.95, 0.70)
        disc = [
            loft(np.stack([outer, inner])[:, ::order], texture=Texture.HAY, uv_scale=(3.0, 0.3)).tinted(t)
            for outer, inner, t in zip(bands[:-1], bands[1:], tone[:-1], strict=True)
        ]
        hub = bands[-1][::order]
        cells = np.stack([np.broadcast_to(centre, hub.shape), hub, (hub + np.roll(hub, -1, 0)) / 2, np.roll(hub, -1, 0)], 1)
        ends += [*disc, quads(cells, texture=Texture.HAY, repeat_m=1.0, colour=(0.7, 0.7, 0.7))]
    part = merge([wrap, *ends])
    return Prop(part.grounded(0.5, 0.55), (box_proxy((-half, -radius * 0.95, 0.0), (half, radius * 0.95, 2 * radius - 0.03)),))


def log_pile(stream: Stream) -> Prop:
    """Stacked split logs between two posts, along x, 2.4 m long, 1.1 m high."""
    logs = []
    for row in range(7):
        for k in range(15 - row % 2):
            x = -1.13 + 0.162 * k + 0.081 * (row % 2)
            radius = 0.082 * stream.number(0.88, 1.0)
            turn = np.arange(7) * (2 * np.pi / 7) + stream.number(0, 1)
            ring = np.stack([x + radius * np.cos(turn), np.zeros(7), 0.09 + 0.142 * row + radius * np.sin(turn)], 1)
            front = ring + np.array((0, -0.28 + stream.number(-0.03, 0.03), 0))
            back = ring + np.array((0, 0.28, 0))
            tone = stream.number(0.75, 1.15)
            logs.append(loft(np.stack([back, front]), texture=Texture.BARK, uv_scale=(0.6, 0.6)).tinted(tone))
            logs.append(_cut_end(front, tone))
    posts = instances(
        box((-0.05, -0.05, 0), (0.05, 0.05, 1.25), texture=Texture.WOOD, repeat_m=0.8, colour=_GREY_WOOD), [(-1.28, 0, 0), (1.28, 0, 0)]
    )
    part = merge([*logs, posts]).grounded(0.4, 0.6)
    return Prop(part, (box_proxy((-1.33, -0.31, 0), (1.33, 0.3, 1.12)),))


def _cut_end(ring: Array, tone: float) -> Part:
    k = np.arange(1, len(ring) - 1)
    faces = np.stack([np.zeros_like(k), k, k + 1], 1)
    return triangles_of(ring, faces, normals=np.tile((0.0, -1.0, 0.0), (len(ring), 1)), colour=np.array([0.42, 0.29, 0.16]) * tone)


def trough() -> Prop:
    """A hollowed log with water under a wooden spout post, along x."""
    side = [
        box((-1.1, y, 0.12), (1.1, y + 0.08, 0.55), texture=Texture.WOOD, repeat_m=0.8, colour=_BROWN_WOOD, without=())
        for y in (-0.35, 0.27)
    ]
    ends = [
        box((x, -0.27, 0.12), (x + 0.08, 0.27, 0.55), texture=Texture.WOOD, repeat_m=0.8, colour=_BROWN_WOOD, without=())
        for x in (-1.1, 1.02)
    ]
    water = quads([[(-1.02, -0.27, 0.48), (1.02, -0.27, 0.48), (1.02, 0.27, 0.48), (-1.02, 0.27, 0.48)]], colour=(0.05, 0.09, 0.10))
    feet = [box((x, -0.4, 0.0), (x + 0.16, 0.4, 0.14), colour=_DARK_WOOD) for x in (-0.8, 0.64)]
    post = box((0.9, 0.38, 0.0), (1.04, 0.52, 1.2), texture=Texture.WOOD, repeat_m=0.8, colour=_GREY_WOOD)
    spout = box((0.94, -0.02, 0.92), (1.0, 0.4, 0.98), colour=_DARK_WOOD, without=())
    part = merge([*side, *ends, water, *feet, post, spout]).grounded(0.3, 0.6)
    return Prop(part, (box_proxy((-1.1, -0.4, 0), (1.1, 0.4, 0.57)), box_proxy((0.88, -0.04, 0), (1.06, 0.54, 1.2))))


def signpost() -> Prop:
    """A hikers' signpost with three yellow arrows, nothing written on them."""
    post = tower([(0.06, 0.0), (0.055, 2.45), (0.01, 2.5)], 8, texture=Texture.WOOD, uv_scale=(0.3, 2.0), colour=_GREY_WOOD)
    arms = []
    for z, yaw in ((2.2, 20.0), (1.98, 35.0), (1.76, 200.0)):
        board = np.array([(0.05, -0.09), (0.72, -0.09), (0.86, 0.0), (0.72, 0.09), (0.05, 0.09)])
        for sign in (-1.0, 1.0):
            flat = np.stack([board[:, 0], np.full(5, sign * 0.075), board[:, 1] + z], 1)
            arms.append(
                triangles_of(
                    flat, [(0, 1, 2), (0, 2, 3), (0, 3, 4)] if sign < 0 else [(0, 2, 1), (0, 3, 2), (0, 4, 3)], colour=(0.62, 0.42, 0.03)
                ).moved(yaw_deg=yaw)
            )
        arms.append(box((0.0, -0.07, z - 0.03), (0.7, 0.07, z + 0.03), colour=(0.10, 0.08, 0.03), without=()).moved(yaw_deg=yaw))
    return Prop(
        merge([post, *arms]).grounded(0.3, 0.6),
        (box_proxy((-0.07, -0.07, 0), (0.07, 0.07, 1.66)), box_proxy((-0.8, -0.55, 1.64), (0.85, 0.6, 2.5))),
    )


def hut() -> Prop:
    """An alpine timber hut, front to -y, gable over the front, 7 x 6 m: stone base, shutters, flower boxes, shingles."""
    w, d, base, wall, ridge = 3.5, 3.0, 0.7, 3.1, 5.2
    stone = box(
        (-w - 0.06, -d - 0.06, -0.6),
        (w + 0.06, d + 0.06, base),
        texture=Texture.ASHLAR,
        repeat_m=1.3,
        colour=(0.36, 0.34, 0.31),
        without=("-z",),
    )
    timber = box((-w, -d, base), (w, d, wall), texture=Texture.WOOD, repeat_m=1.5, colour=_BROWN_WOOD, without=("-z", "+z"))
    gables = []
    for y, order in ((-d, 1), (d, -1)):
        tri = np.array([(-w, y, wall), (w, y, wall), (0.0, y, ridge)])[::order]
        gables.append(
            triangles_of(tri, [(0, 1, 2)], uvs=np.stack([tri[:, 0], -tri[:, 2]], 1) / 1.5, texture=Texture.WOOD, colour=_DARK_WOOD)
        )
    corners = [box((x - 0.13, y - 0.13, base), (x + 0.13, y + 0.13, wall), colour=_DARK_WOOD, without=()) for x in (-w, w) for y in (-d, d)]
    beams = [box((-w - 0.25, -d - 0.10, z), (w + 0.25, -d, z + 0.14), colour=_DARK_WOOD, without=("+y",)) for z in (base, wall - 0.07)]
    slope = (ridge - wall) / w
    parts = [stone, timber, *gables, *corners, *beams, _hut_roof(w, d, ridge, slope)]
    for x in (-2.1, 2.1):
        parts.append(_hut_window().moved((x, -d, 1.45)))
    parts.append(_hut_window().moved((0.0, -d, 3.35), 0.0, 0.8))
    for sign, yaw in ((-1.0, -90.0), (1.0, 90.0)):
        for y in (-1.3, 1.3):
            parts.append(_hut_window().moved((sign * w, y, 1.45), yaw))
    door = [(-0.5, -d - 0.04, 0.72), (0.5, -d - 0.04, 0.72), (0.5, -d - 0.04, 2.75), (-0.5, -d - 0.04, 2.75)]
    parts.append(quads([door], uvs=UNIT_UVS, texture=Texture.DOOR, colour=(0.16, 0.24, 0.14)))
    parts += [
        box((-0.62, -d - 0.09, 0.70), (-0.5, -d, 2.85), colour=_DARK_WOOD, without=()),
        box((0.5, -d - 0.09, 0.70), (0.62, -d, 2.85), colour=_DARK_WOOD, without=()),
    ]
    parts.append(box((-0.62, -d - 0.09, 2.75), (0.62, -d, 2.9), colour=_DARK_WOOD, without=()))
    steps = [
        box((-0.8, -d - 0.35 * (3 - k), 0.0), (0.8, -d - 0.05, 0.233 * (k + 1)), texture=Texture.ROCK, repeat_m=1.2, colour=(0.9, 0.9, 0.9))
        for k in range(3)
    ]
    chimney = box((1.3, 0.6, 3.9), (1.9, 1.2, 5.9), texture=Texture.ROCK, repeat_m=1.2)
    whole = merge([*parts, *steps, chimney]).grounded(0.9, 0.65)
    # Eaves shade the wall tops.
    z = whole.vertices[:, 2:3]
    under = (np.abs(whole.vertices[:, 0:1]) < w + 0.2) & (np.abs(whole.vertices[:, 1:2]) < d + 0.2) & (z > wall - 0.2) & (z < wall + 0.05)
    return Prop(
        whole.tinted(np.where(under, 0.68, 1.0)),
        (
            box_proxy((-w - 0.13, -d - 0.13, -0.6), (w + 0.13, d + 0.13, wall)),
            box_proxy((-w - 0.75, -d - 1.0, wall - 0.5), (w + 0.75, d + 0.6, 4.0)),
            box_proxy((-2.2, -d - 1.0, 4.0), (2.2, d + 0.6, ridge + 0.15)),
            box_proxy((1.3, 0.6, 3.9), (1.9, 1.2, 5.9)),
            box_proxy((-0.8, -d - 1.05, 0.0), (0.8, -d, 0.7)),
        ),
    )


def _hut_roof(w: float, d: float, ridge: float, slope: float) -> Part:
    """Two shingled planes with overhang and thickness."""
    out = 0.7
    low_x, low_z = w + out, ridge + 0.12 - slope * (w + out)
    front, back, thick = -d - 1.0, d + 0.6, 0.14
    top = ridge + 0.12
    tops = [
        [(-low_x, back, low_z), (-low_x, front, low_z), (0, front, top), (0, back, top)],
        [(low_x, front, low_z), (low_x, back, low_z), (0, back, top), (0, front, top)],
    ]
    shingles = quads(tops, texture=Texture.ROOF_TILES, repeat_m=2.4, colour=(0.20, 0.165, 0.14))
    below = quads([[(x, y, z - thick) for x, y, z in cell[::-1]] for cell in tops], texture=Texture.WOOD, repeat_m=1.2, colour=_DARK_WOOD)
    rims = []
    for cell in tops:
        for i in range(4):
            a, b = cell[i], cell[(i + 1) % 4]
            rims.append([(a[0], a[1], a[2] - thick), (b[0], b[1], b[2] - thick), b, a])
    return merge([shingles, below, quads(rims, colour=_DARK_WOOD)])


def _hut_window() -> Part:
    """A small window at x -0.4..0.4, z 0..1 in the plane y = 0, with frame, green shutters and geraniums."""
    pane = quads([[(-0.4, -0.03, 0), (0.4, -0.03, 0), (0.4, -0.03, 1.0), (-0.4, -0.03, 1.0)]], uvs=UNIT_UVS, texture=Texture.WINDOW)
    trim: Rgb = (0.50, 0.46, 0.38)
    frame = [
        box((-0.46, -0.07, -0.06), (0.46, 0.0, 0.0), colour=trim, without=("+y",)),
        box((-0.46, -0.07, 1.0), (0.46, 0.0, 1.06), colour=trim, without=("+y",)),
    ]
    frame += [box((x, -0.07, 0.0), (x + 0.06, 0.0, 1.0), colour=trim, without=("+y",)) for x in (-0.46, 0.40)]
    leaves = [
        box((x, -0.06, 0.0), (x + 0.42, 0.0, 1.0), texture=Texture.WOOD, repeat_m=0.6, colour=(0.07, 0.19, 0.10), without=("+y",))
        for x in (-0.90, 0.48)
    ]
    tub = box((-0.45, -0.28, -0.26), (0.45, -0.08, -0.08), colour=_DARK_WOOD, without=())
    heads = np.array([(-0.36 + 0.09 * k, -0.18 + 0.03 * (-1) ** k, -0.02 + 0.03 * (k % 3)) for k in range(9)])
    flower = tower([(0.05, -0.07), (0.075, 0.0), (0.03, 0.06)], 6, colour=(0.50, 0.03, 0.04))
    leaf = tower([(0.06, -0.09), (0.09, -0.05), (0.05, 0.0)], 6, colour=(0.07, 0.16, 0.03))
    return merge([pane, *frame, *leaves, tub, instances(flower, heads), instances(leaf, heads + np.array((0.04, 0.02, -0.02)))])


def fence_line(stream: Stream, points: list[tuple[float, float]], heights: list[float]) -> Prop:
    """Panels from point to point (x, y), each about 2.5 m, on ground heights given for the points."""
    panels = []
    for (x0, y0), (x1, y1), z0, z1 in zip(points[:-1], points[1:], heights[:-1], heights[1:], strict=True):
        length = float(np.hypot(x1 - x0, y1 - y0))
        count = max(1, round(length / 2.5))
        yaw = float(np.degrees(np.arctan2(y1 - y0, x1 - x0)))
        for k in range(count):
            t = k / count
            spot = (x0 + (x1 - x0) * t, y0 + (y1 - y0) * t, z0 + (z1 - z0) * (t + 0.5 / count))
            panels.append(fence_panel(stream, length / count).moved(spot, yaw))
    return joined(panels)
