"""Whole town houses: facades on the open sides, blank party walls, roofs with dormers and chimneys; random styles."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Prop, box_proxy
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.kit.shapes import UNIT_UVS, Part, box, merge, quads
from hmworld.embedded.scenes.model import Obstacle
from hmworld.embedded.scenes.props.facade import GROUND_STOREY_M, STOREY_M, HouseStyle, Rgb, facade
from hmworld.embedded.scenes.textures.catalogue import Texture

_PLASTERS: tuple[Rgb, ...] = (
    (0.66, 0.58, 0.43),
    (0.60, 0.44, 0.26),
    (0.62, 0.56, 0.50),
    (0.55, 0.33, 0.24),
    (0.46, 0.54, 0.52),
    (0.68, 0.63, 0.55),
    (0.50, 0.52, 0.58),
    (0.64, 0.50, 0.42),
    (0.50, 0.55, 0.42),
)
_TRIMS: tuple[Rgb, ...] = ((0.58, 0.55, 0.48), (0.62, 0.60, 0.56), (0.48, 0.44, 0.37))
_ACCENTS: tuple[Rgb, ...] = ((0.05, 0.13, 0.09), (0.16, 0.05, 0.035), (0.06, 0.09, 0.16), (0.17, 0.10, 0.05), (0.10, 0.10, 0.10))
_ROOFS: tuple[Rgb, ...] = ((0.34, 0.14, 0.09), (0.27, 0.12, 0.085), (0.10, 0.105, 0.12), (0.14, 0.13, 0.125))


def random_style(stream: Stream, previous: HouseStyle | None = None) -> HouseStyle:
    """A style that differs in wall colour from its neighbour's."""
    brick = stream.number() < 0.24 and (previous is None or previous.wall != Texture.BRICK)
    walls = [rgb for rgb in _PLASTERS if previous is None or rgb != previous.wall_rgb]
    warmth = stream.number(0.85, 1.2)
    return HouseStyle(
        storeys=stream.pick((4, 4, 5, 5, 6)),
        bay_m=stream.number(3.0, 3.8),
        wall=Texture.BRICK if brick else Texture.PLASTER,
        wall_rgb=(warmth, warmth * 0.97, warmth * 0.95) if brick else stream.pick(walls),
        trim_rgb=stream.pick(_TRIMS),
        accent_rgb=stream.pick(_ACCENTS),
        roof_rgb=stream.pick(_ROOFS),
        window=stream.pick((Texture.WINDOW, Texture.WINDOW, Texture.WINDOW_DARK)),
        shutters=stream.number() < 0.33,
        balconies=stream.number() < 0.4,
        awnings=stream.number() < 0.65,
    )


def house(width: float, depth: float, style: HouseStyle, stream: Stream, sides: Mapping[str, bool]) -> Prop:
    """A house over x 0..width, y 0..depth, front to -y. `sides` maps front, left, right or back to "has shops"."""
    places = {
        "front": (width, (0.0, 0.0, 0.0), 0.0),
        "right": (depth, (width, 0.0, 0.0), 90.0),
        "back": (width, (width, depth, 0.0), 180.0),
        "left": (depth, (0.0, depth, 0.0), -90.0),
    }
    top = GROUND_STOREY_M + (style.storeys - 1) * STOREY_M
    parts: list[Part] = []
    proxies: list[Obstacle] = []
    for side, (length, offset, yaw) in places.items():
        if side in sides:
            part, own = facade(length, style, stream, sides[side])
            placed = Prop(part, tuple(own)).moved(offset, yaw)
            parts.append(placed.part)
            proxies.extend(placed.obstacles)
        else:
            blank = [(0, 0, 0), (length, 0, 0), (length, 0, top), (0, 0, top)]
            colour = np.asarray(style.wall_rgb) * 0.8
            wall = quads([blank], texture=style.wall, repeat_m=1.6 if style.wall == Texture.BRICK else 5.0, colour=colour)
            parts.append(wall.moved(offset, yaw))
    roof = _roof(width, depth, top, style, stream)
    parts.append(roof.part)
    return Prop(merge(parts), (box_proxy((0, 0, 0), (width, depth, top + 0.14)), *roof.obstacles, *proxies))


def _roof(width: float, depth: float, top: float, style: HouseStyle, stream: Stream) -> Prop:
    """A mansard: steep tiled skirt, low hip above, dormers to the front, two chimneys."""
    out, steep, rise = 0.30, 1.3, 2.3
    z0, z1, z2 = top + 0.14, top + 0.14 + rise, top + 0.14 + rise + 0.9
    lower = [(-0.0, -out), (width, -out), (width, depth + out), (0.0, depth + out)]
    upper = [(0.0, steep), (width, steep), (width, depth - steep), (0.0, depth - steep)]
    peak = [(0.0, depth / 2 - 0.4), (width, depth / 2 - 0.4), (width, depth / 2 + 0.4), (0.0, depth / 2 + 0.4)]
    rings = [[(x, y, z) for x, y in ring] for ring, z in ((lower, z0), (upper, z1), (peak, z2))]
    slopes = [[below[i], below[(i + 1) % 4], above[(i + 1) % 4], above[i]] for below, above in pairwise(rings) for i in range(4)]
    proxies = [box_proxy((0, 0, top), (width, depth, z2))]
    parts = [
        quads(slopes, texture=Texture.ROOF_TILES, repeat_m=2.6, colour=style.roof_rgb),
        quads([rings[2]], colour=np.asarray(style.roof_rgb) * 0.8),
    ]
    bays = max(2, round(width / style.bay_m))
    for bay in range(0, bays, 2):
        x = (bay + 0.5) * width / bays
        parts.append(box((x - 0.65, 0.1, z0 + 0.3), (x + 0.65, 1.6, z0 + 1.9), colour=style.trim_rgb, without=("-z", "+y")))
        pane = [(x - 0.45, 0.07, z0 + 0.5), (x + 0.45, 0.07, z0 + 0.5), (x + 0.45, 0.07, z0 + 1.75), (x - 0.45, 0.07, z0 + 1.75)]
        parts.append(quads([pane], uvs=UNIT_UVS, texture=style.window))
        parts.append(box((x - 0.8, -0.05, z0 + 1.9), (x + 0.8, 1.6, z0 + 2.02), colour=np.asarray(style.roof_rgb) * 0.7, without=("+y",)))
    for at in (0.12, 0.88):
        x = width * at + stream.number(-0.4, 0.4)
        parts.append(
            box(
                (x - 0.45, depth / 2 - 0.7, z1),
                (x + 0.45, depth / 2 + 0.7, z2 + 1.2),
                texture=Texture.BRICK,
                repeat_m=1.6,
                colour=(0.8, 0.8, 0.8),
            )
        )
        proxies.append(box_proxy((x - 0.45, depth / 2 - 0.7, z1), (x + 0.45, depth / 2 + 0.7, z2 + 1.2)))
    return Prop(merge(parts), tuple(proxies))
