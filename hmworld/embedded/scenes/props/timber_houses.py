"""Timber-framed town houses with their gables to the street: stone ground storey, jettied storeys of beams and plaster."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Prop, box_proxy
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.kit.shapes import UNIT_UVS, Array, Part, box, instances, merge, quads, triangles_of
from hmworld.embedded.scenes.model import Obstacle
from hmworld.embedded.scenes.props.trees import leaf_cards
from hmworld.embedded.scenes.textures.catalogue import Texture

Rgb = tuple[float, float, float]

_STOREY_M = 2.7
_BASE_M = 3.1
_JETTY_M = 0.32
_PROUD_M = 0.05
_PLASTERS: tuple[Rgb, ...] = (
    (0.74, 0.70, 0.60), (0.70, 0.52, 0.26), (0.66, 0.38, 0.27),
    (0.72, 0.66, 0.46), (0.50, 0.56, 0.46), (0.76, 0.74, 0.70), (0.44, 0.52, 0.58),
    (0.62, 0.28, 0.20),
)  # fmt: skip
_BEAMS: tuple[Rgb, ...] = ((0.075, 0.045, 0.03), (0.13, 0.075, 0.045), (0.09, 0.05, 0.04), (0.16, 0.045, 0.03))
_ROOFS: tuple[Rgb, ...] = ((0.36, 0.13, 0.075), (0.30, 0.11, 0.07), (0.40, 0.17, 0.10), (0.26, 0.12, 0.09))


@dataclass(frozen=True)
class TimberStyle:
    """Colours (linear albedo) and the number of jettied storeys over the stone one."""

    plaster_rgb: Rgb
    beam_rgb: Rgb
    roof_rgb: Rgb
    shutter_rgb: Rgb
    storeys: int
    stone: Texture


def timber_style(stream: Stream, previous: TimberStyle | None) -> TimberStyle:
    """A style of another plaster than the neighbour's."""
    plasters = [rgb for rgb in _PLASTERS if previous is None or rgb != previous.plaster_rgb]
    shutters = ((0.10, 0.22, 0.12), (0.32, 0.05, 0.035), (0.08, 0.14, 0.24), (0.24, 0.13, 0.06))
    return TimberStyle(
        stream.pick(plasters), stream.pick(_BEAMS), stream.pick(_ROOFS), stream.pick(shutters), stream.pick((1, 2, 2, 2)),
        stream.pick((Texture.RUBBLE, Texture.RUBBLE, Texture.PLASTER)),
    )  # fmt: skip


def beams(segments: Sequence[tuple[float, float, float, float, float]], rgb: Rgb, stream: Stream) -> Part:
    """Timbers (x0, z0, x1, z1, width) on a wall in the plane y = 0, 5 cm proud, with both long edges."""
    ends = np.asarray(segments, dtype=np.float64)
    a, b = ends[:, 0:2], ends[:, 2:4]
    along = (b - a) / np.linalg.norm(b - a, axis=1, keepdims=True)
    across = np.stack([-along[:, 1], along[:, 0]], 1) * ends[:, 4:5] / 2
    corners = [a - across, b - across, b + across, a + across]

    def at(points: Array, y: float) -> Array:
        return np.stack([points[:, 0], np.full(len(points), y), points[:, 1]], 1)

    front = np.stack([at(c, -_PROUD_M) for c in corners], 1)
    low = np.stack([at(corners[0], 0.0), at(corners[1], 0.0), at(corners[1], -_PROUD_M), at(corners[0], -_PROUD_M)], 1)
    high = np.stack([at(corners[3], -_PROUD_M), at(corners[2], -_PROUD_M), at(corners[2], 0.0), at(corners[3], 0.0)], 1)
    tone = np.tile(stream.array(len(ends), 0.8, 1.25), 3)[:, None]
    return quads(np.concatenate([front, low, high]), texture=Texture.WOOD, repeat_m=0.9, colour=np.asarray(rgb) * tone)


def _casement(style: TimberStyle, wide: float, high: float, stream: Stream, flowers: bool) -> Part:
    """A leaded window in the plane y = 0 from (0, 0) to (wide, high): frame, sill, shutters, a box of flowers."""
    glow = stream.number(0.8, 1.5) if stream.number() < 0.4 else 0.0
    y = -0.02
    parts = [quads([[(0, y, 0), (wide, y, 0), (wide, y, high), (0, y, high)]], uvs=UNIT_UVS, texture=Texture.LEADED).glowing(glow)]
    for x in (-0.07, wide):
        parts.append(box((x, -0.08, -0.07), (x + 0.07, 0.0, high + 0.07), colour=style.beam_rgb, without=("+y",)))
    for z in (-0.07, high):
        parts.append(box((0.0, -0.08, z), (wide, 0.0, z + 0.07), colour=style.beam_rgb, without=("+y", "-x", "+x")))
    for x in (-0.07 - 0.46 * wide, wide + 0.07):
        leaf = box(
            (x, -0.09, 0.0), (x + 0.46 * wide, -0.055, high), texture=Texture.WOOD, repeat_m=0.5, colour=style.shutter_rgb, without=("+y",)
        )
        parts.append(leaf)
        parts.append(
            box((x, -0.1, 0.25 * high), (x + 0.46 * wide, -0.09, 0.32 * high), colour=np.asarray(style.shutter_rgb) * 0.5, without=("+y",))
        )
    if flowers:
        parts.append(box((-0.05, -0.3, -0.28), (wide + 0.05, -0.08, -0.07), texture=Texture.WOOD, repeat_m=0.5, colour=(0.24, 0.13, 0.07)))
        count = 14
        along, lift = stream.array(count, -0.05, wide + 0.05), stream.array(count, -0.10, 0.12)
        spots = np.stack([along, -0.2 + stream.array(count, -0.1, 0.08), lift], 1)
        out = np.tile((0.0, -0.8, 0.6), (count, 1))
        parts.append(leaf_cards(spots, out, np.full(count, 0.26), stream, np.full(count, 0.9)))
        blooms = stream.array(16, 0.0, 1.0)
        rgb = stream.pick(((0.62, 0.03, 0.03), (0.66, 0.20, 0.32), (0.66, 0.60, 0.55), (0.62, 0.34, 0.02)))
        bud = box((-0.03, -0.03, 0.0), (0.03, 0.03, 0.05), colour=rgb, without=("-z", "+y"))
        parts.append(instances(bud, np.stack([blooms * wide, -0.32 + 0.1 * stream.array(16), stream.array(16, -0.1, 0.16)], 1)))
    return merge(parts)


def _frame(width: float, z0: float, z1: float, style: TimberStyle, stream: Stream) -> Part:
    """One jettied storey in the plane y = 0: plaster, posts, rails, braces and windows."""
    bays = max(3, round(width / 1.25))
    x = np.linspace(0.0, width, bays + 1)
    pitch = width / bays
    segments = [(0.0, z0 + 0.11, width, z0 + 0.11, 0.22), (0.0, z1 - 0.09, width, z1 - 0.09, 0.18)]
    segments += [(float(np.clip(p, 0.1, width - 0.1)), z0 + 0.22, float(np.clip(p, 0.1, width - 0.1)), z1 - 0.18, 0.17) for p in x]
    sill = z0 + 0.95
    wall = quads(
        [[(0, 0, z0), (width, 0, z0), (width, 0, z1), (0, 0, z1)]], texture=Texture.PLASTER, repeat_m=4.0, colour=style.plaster_rgb
    )
    parts = [wall]
    shift = stream.integer(0, 2)
    flowers = stream.number() < 0.6
    for k in range(bays):
        a, b = float(x[k]) + 0.085, float(x[k + 1]) - 0.085
        if ((k + shift) % 2 == 1 and 0 < k < bays - 1) or (bays == 3 and k == 1):
            wide = min(0.95, pitch * 0.62)
            window = _casement(style, wide, 1.15, stream, flowers)
            parts.append(window.moved(((a + b - wide) / 2, 0.0, sill + 0.1)))
            segments.append((a, sill - 0.02, b, sill - 0.02, 0.14))
            segments += [(a, z0 + 0.24, b, sill - 0.1, 0.12), (a, sill - 0.1, b, z0 + 0.24, 0.12)]
        elif stream.number() < 0.5:
            segments += [(a, z0 + 0.24, b, z1 - 0.2, 0.14)] if k < bays / 2 else [(b, z0 + 0.24, a, z1 - 0.2, 0.14)]
        else:
            segments.append((a, (z0 + z1) / 2, b, (z0 + z1) / 2, 0.14))
            segments.append((a, z0 + 0.24, b, (z0 + z1) / 2 - 0.08, 0.12) if k % 2 else (b, z0 + 0.24, a, (z0 + z1) / 2 - 0.08, 0.12))
    return merge([*parts, beams(segments, style.beam_rgb, stream)])


def _gable(width: float, z0: float, rise: float, style: TimberStyle, stream: Stream) -> Part:
    """The timbered triangle under the roof in the plane y = 0."""
    points = np.array([(0.0, 0.0, z0), (width, 0.0, z0), (width / 2, 0.0, z0 + rise)])
    uvs = np.stack([points[:, 0], -points[:, 2]], 1) / 4.0
    wall = triangles_of(points, [(0, 1, 2)], uvs=uvs, texture=Texture.PLASTER, colour=style.plaster_rgb)
    segments = [(0.2, z0 + 0.1, width - 0.2, z0 + 0.1, 0.2)]
    for level in (0.36, 0.66):
        inset = width / 2 * level
        segments.append((inset + 0.12, z0 + rise * level, width - inset - 0.12, z0 + rise * level, 0.16))
    segments.append((width / 2, z0 + rise * 0.4, width / 2, z0 + rise * 0.9, 0.16))
    for sign in (-1.0, 1.0):
        segments.append((width / 2 + sign * 0.62, z0 + 0.2, width / 2 + sign * 0.62, z0 + rise * 0.62, 0.15))
        segments.append((width / 2 + sign * width * 0.40, z0 + 0.2, width / 2 + sign * width * 0.2, z0 + rise * 0.36, 0.14))
    window = _casement(style, 0.8, 0.95, stream, False)
    return merge([wall, beams(segments, style.beam_rgb, stream), window.moved((width / 2 - 0.4, 0.0, z0 + 0.42))])


def _ground(width: float, style: TimberStyle, stream: Stream) -> tuple[Part, list[Obstacle]]:
    """The stone storey in the plane y = 0: a door, shop hatches, a lantern and a hanging sign."""
    wall = quads(
        [[(0, 0, 0), (width, 0, 0), (width, 0, _BASE_M), (0, 0, _BASE_M)]], texture=style.stone, repeat_m=3.0, colour=(0.62, 0.57, 0.49)
    )
    parts, proxies = [wall], []
    door_x = stream.pick((0.22, 0.5, 0.74)) * width
    frame = style.beam_rgb
    leaf = [(door_x - 0.5, -0.04, 0.0), (door_x + 0.5, -0.04, 0.0), (door_x + 0.5, -0.04, 2.1), (door_x - 0.5, -0.04, 2.1)]
    parts.append(quads([leaf], texture=Texture.WOOD, repeat_m=0.8, colour=np.asarray(style.shutter_rgb) * 1.2))
    for x in (door_x - 0.64, door_x + 0.5):
        parts.append(box((x, -0.12, 0.0), (x + 0.14, 0.0, 2.1), colour=frame, without=("+y", "-z")))
    parts.append(box((door_x - 0.7, -0.13, 2.1), (door_x + 0.7, 0.0, 2.3), colour=frame, without=("+y",)))
    parts.append(box((door_x - 0.7, -0.18, 0.0), (door_x + 0.7, 0.0, 0.14), colour=(0.36, 0.34, 0.31)))
    for x in np.arange(0.7, width - 1.6, 1.75).tolist():
        if abs(x + 0.55 - door_x) < 1.35:
            continue
        window = _casement(style, 1.1, 1.2, stream, stream.number() < 0.3)
        parts.append(window.moved((x, 0.0, 0.95)))
    at = door_x + (0.95 if door_x < width / 2 else -0.95)
    parts.append(box((at - 0.02, -0.75, 2.72), (at + 0.02, 0.0, 2.76), colour=(0.03, 0.03, 0.03), without=("+y",)))
    kind = stream.number()
    if kind < 0.5:
        glass = box((at - 0.1, -0.75, 2.36), (at + 0.1, -0.55, 2.68), colour=(0.75, 0.62, 0.36), without=()).glowing(6.0)
        parts.append(glass)
        parts.append(box((at - 0.13, -0.78, 2.66), (at + 0.13, -0.52, 2.72), colour=(0.03, 0.03, 0.03), without=()))
    else:
        rgb = stream.pick(((0.40, 0.05, 0.03), (0.05, 0.16, 0.30), (0.08, 0.22, 0.10), (0.50, 0.36, 0.06)))
        parts.append(box((at - 0.03, -0.78, 2.26), (at + 0.03, -0.18, 2.7), colour=rgb, without=()))
        parts.append(box((at - 0.04, -0.6, 2.38), (at + 0.04, -0.36, 2.58), colour=(0.62, 0.48, 0.14), without=()))
    proxies.append(box_proxy((at - 0.13, -0.78, 2.26), (at + 0.13, -0.1, 2.78)))
    return merge(parts).grounded(0.7, 0.62), proxies


def timber_house(width: float, depth: float, style: TimberStyle, stream: Stream, framed: str = "") -> Prop:
    """A house over x 0..width, y 0..depth, gable to -y over jettied storeys.

    `framed`: the long sides that show timbers, letters of l (x = 0) and r (x = width); else they are plain.
    """
    base, proxies = _ground(width, style, stream)
    parts = [base]
    top = _BASE_M + _STOREY_M * style.storeys
    rise = width * stream.number(0.62, 0.78)
    for k in range(style.storeys):
        z, out = _BASE_M + _STOREY_M * k, _JETTY_M * (k + 1)
        parts.append(_frame(width, z, z + _STOREY_M, style, stream).moved((0.0, -out, 0.0)))
        under = [(0, -out + _JETTY_M, z), (width, -out + _JETTY_M, z), (width, -out, z), (0, -out, z)]
        parts.append(quads([under], texture=Texture.WOOD, repeat_m=0.9, colour=np.asarray(style.beam_rgb) * 0.8))
        joist = box((-0.07, -out - 0.09, z - 0.16), (0.07, -out + _JETTY_M, z), colour=style.beam_rgb, without=("+y", "+z"))
        parts.append(instances(joist, [(p, 0.0, 0.0) for p in np.arange(0.3, width - 0.1, 0.62)]))
        for x, sign in ((0.0, -1.0), (width, 1.0)):
            cheek = [(x, 0.0, z), (x, -out, z), (x, -out, z + _STOREY_M), (x, 0.0, z + _STOREY_M)]
            parts.append(quads([cheek if sign < 0 else cheek[::-1]], texture=Texture.PLASTER, repeat_m=4.0, colour=style.plaster_rgb))
    for side, offset, yaw in (("l", (0.0, depth, 0.0), -90.0), ("r", (width, 0.0, 0.0), 90.0)):
        if side in framed:
            for k in range(style.storeys):
                wall = _frame(depth, _BASE_M + _STOREY_M * k, _BASE_M + _STOREY_M * (k + 1), style, stream)
                parts.append(wall.moved((0.0, -0.02, 0.0)).moved(offset, yaw))
    out = _JETTY_M * style.storeys
    parts.append(_gable(width, top, rise, style, stream).moved((0.0, -out, 0.0)))
    shell = box(
        (0, 0, 0),
        (width, depth, top),
        texture=Texture.PLASTER,
        repeat_m=4.0,
        colour=np.asarray(style.plaster_rgb) * 0.85,
        without=("-z", "+z", "-y"),
    )
    back = triangles_of(
        [(width, depth, top), (0, depth, top), (width / 2, depth, top + rise)], [(0, 1, 2)], colour=np.asarray(style.plaster_rgb) * 0.8
    )
    parts += [shell, back, _tiles(width, -out - 0.4, depth + 0.1, top, rise, style)]
    x = width * stream.pick((0.3, 0.7))
    y = depth * stream.number(0.4, 0.7)
    parts.append(box((x - 0.4, y - 0.4, top + 0.3 * rise), (x + 0.4, y + 0.4, top + 1.12 * rise), texture=Texture.BRICK, repeat_m=1.6))
    proxies += [
        box_proxy((0, -0.2, 0), (width, depth, _BASE_M)),
        box_proxy((-0.2 if "l" in framed else 0.0, -out - 0.2, _BASE_M - 0.16), (width + (0.2 if "r" in framed else 0.0), depth, top)),
        box_proxy((-0.22, -out - 0.45, top - 0.6), (width + 0.22, depth + 0.1, top + rise + 0.1)),
        box_proxy((x - 0.4, y - 0.4, top + 0.3 * rise), (x + 0.4, y + 0.4, top + 1.12 * rise)),
    ]
    return Prop(merge(parts), tuple(proxies))


def _tiles(width: float, y0: float, y1: float, z: float, rise: float, style: TimberStyle) -> Part:
    """Two steep tiled slopes with the ridge along y, barge boards in front."""
    drop, over = 0.22 * rise / (width / 2), 0.22
    a, b, peak = -over, width + over, z + rise + 0.08
    low = z - drop + 0.08
    slopes = [
        [(a, y1, low), (a, y0, low), (width / 2, y0, peak), (width / 2, y1, peak)],
        [(b, y0, low), (b, y1, low), (width / 2, y1, peak), (width / 2, y0, peak)],
    ]
    tiles = quads(slopes, texture=Texture.ROOF_TILES, repeat_m=2.2, colour=style.roof_rgb)
    under = quads([[(x, y, h - 0.1) for x, y, h in face[::-1]] for face in slopes], colour=np.asarray(style.beam_rgb) * 1.2)
    boards = []
    for x in (a, b):
        face = [
            (x, y0 - 0.02, low - 0.28),
            (width / 2, y0 - 0.02, peak - 0.28),
            (width / 2, y0 - 0.02, peak + 0.02),
            (x, y0 - 0.02, low + 0.02),
        ]
        boards.append(face if x < 0 else face[::-1])
    barge = quads(boards, colour=style.beam_rgb, two_sided=True)
    ridge = box((width / 2 - 0.12, y0, peak - 0.05), (width / 2 + 0.12, y1, peak + 0.07), colour=np.asarray(style.roof_rgb) * 0.8)
    return merge([tiles, under, barge, ridge])


def plain_house(width: float, depth: float, style: TimberStyle, stream: Stream) -> Part:
    """A house for the second row: plaster, a few windows and a roof."""
    top, rise = 6.0 + stream.number(0.0, 2.5), width * 0.7
    shell = box((0, 0, 0), (width, depth, top), texture=Texture.PLASTER, repeat_m=4.0, colour=style.plaster_rgb, without=("-z", "+z"))
    parts = [shell]
    for y, sign in ((0.0, 1.0), (depth, -1.0)):
        ends = [(0, y, top), (width, y, top), (width / 2, y, top + rise)]
        parts.append(triangles_of(ends if sign > 0 else ends[::-1], [(0, 1, 2)], colour=style.plaster_rgb))
    for z in (1.2, 4.0):
        for x in np.arange(1.0, width - 1.0, 2.0).tolist():
            pane = [(x, -0.02, z), (x + 0.9, -0.02, z), (x + 0.9, -0.02, z + 1.2), (x, -0.02, z + 1.2)]
            parts.append(quads([pane], uvs=UNIT_UVS, texture=Texture.LEADED).glowing(1.0 if stream.number() < 0.4 else 0.0))
    return merge([*parts, replace(_tiles(width, -0.3, depth + 0.2, top, rise, style))])
