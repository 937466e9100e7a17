"""Modern high-rises: curtain walls, precast grids and ribbon windows over shop storeys; plain ones for a skyline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Prop, box_proxy
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.kit.shapes import UNIT_UVS, Array, Part, box, instances, merge, quads
from hmworld.embedded.scenes.textures.catalogue import Texture

Rgb = tuple[float, float, float]

LOBBY_M = 5.0
"""Height of the ground storey."""
_FLOOR_M = 3.6
_DARK: Rgb = (0.05, 0.052, 0.055)


@dataclass(frozen=True)
class TowerStyle:
    """How a tower is clad: `kind` is glass, grid (precast windows) or ribbon; `wall_rgb` tints glass or concrete."""

    kind: str
    wall_rgb: Rgb
    trim_rgb: Rgb
    bay_m: float = 3.2
    lit: float = 0.16


STYLES: tuple[TowerStyle, ...] = (
    TowerStyle("glass", (0.50, 0.72, 0.95), (0.42, 0.44, 0.46)),
    TowerStyle("grid", (0.66, 0.60, 0.50), (0.58, 0.53, 0.45), 3.6),
    TowerStyle("ribbon", (0.60, 0.74, 0.82), (0.66, 0.65, 0.62)),
    TowerStyle("glass", (0.42, 0.66, 0.66), (0.20, 0.22, 0.23), 2.8),
    TowerStyle("grid", (0.40, 0.24, 0.18), (0.50, 0.47, 0.43), 3.2),
    TowerStyle("ribbon", (0.45, 0.50, 0.55), (0.36, 0.30, 0.25)),
    TowerStyle("grid", (0.72, 0.71, 0.69), (0.62, 0.61, 0.59), 4.0),
    TowerStyle("glass", (0.78, 0.70, 0.52), (0.30, 0.26, 0.20)),
)


def _wall(length: float, z0: float, z1: float, style: TowerStyle, stream: Stream, group: int = 1) -> Part:
    """One side in the plane y = 0, x 0..length: a quad for each bay of each floor; a share of the bays shine at night.

    `group` bays and floors share a quad.
    """
    columns = max(2, round(length / style.bay_m / group))
    floors = max(1, round((z1 - z0) / _FLOOR_M / group))
    x, z = np.linspace(0.0, length, columns + 1), np.linspace(z0, z1, floors + 1)
    i, j = (k.ravel() for k in np.meshgrid(np.arange(columns), np.arange(floors)))
    level = np.zeros(len(i))
    corners = [(x[i], level, z[j]), (x[i + 1], level, z[j]), (x[i + 1], level, z[j + 1]), (x[i], level, z[j + 1])]
    cells = np.stack([np.stack(corner, -1) for corner in corners], axis=1)
    # Offices are lit in runs along a floor.
    run = (i + 7 * j + stream.array(floors, 0, 5)[j].astype(int)) // 3
    lit = stream.array(int(run.max()) + 1)[run] < style.lit
    glass = style.kind != "grid"
    tone = stream.array(len(i), 0.92, 1.08)
    if glass:
        # The houses opposite are mirrored low down, the sky above them.
        opposite = np.repeat(stream.array(columns // 3 + 1, 0.15, 0.75), 3)[:columns] * (z1 - z0) + z0
        tone *= np.where(z[j] > opposite[i], 1.05, 0.55)
    parts = []
    for chosen, plain, shining in ((~lit, Texture.GLASS_PANE, False), (lit, Texture.GLASS_LIT, True)):
        if not chosen.any():
            continue
        texture = plain if glass else (Texture.OFFICE_LIT if shining else Texture.OFFICE_WINDOW)
        colour = (
            np.asarray(style.wall_rgb) * tone[chosen, None]
            if not (glass and shining)
            else np.full((int(chosen.sum()), 3), (0.55, 0.60, 0.66))
        )
        wall = quads(cells[chosen], uvs=np.asarray(UNIT_UVS) * group, texture=texture, colour=colour)
        if shining:
            wall = replace(wall, emission=np.tile(stream.array(int(chosen.sum()), 0.3, 1.0), 2))
        parts.append(wall)
    return merge(parts)


def _relief(length: float, z0: float, z1: float, style: TowerStyle) -> list[Part]:
    """Piers of a precast grid or bands of a ribbon facade, 0.18 m before the plane y = 0."""
    columns, floors = max(2, round(length / style.bay_m)), max(1, round((z1 - z0) / _FLOOR_M))
    if style.kind == "grid":
        pier = box((-0.22, -0.18, z0), (0.22, 0.0, z1), colour=style.trim_rgb, without=("-z", "+z", "+y"))
        middle = np.linspace(0.0, length, columns + 1)
        middle[0], middle[-1] = 0.22, length - 0.22
        return [instances(pier, [(p, 0.0, 0.0) for p in middle])]
    if style.kind == "ribbon":
        high = (z1 - z0) / floors
        band = box((0.0, -0.15, -0.15), (length, 0.0, 0.38 * high), colour=style.trim_rgb, without=("+y",))
        return [instances(band, [(0.0, 0.0, z) for z in z0 + high * np.arange(floors)])]
    fin = box((-0.04, -0.12, z0), (0.04, 0.0, z1), colour=style.trim_rgb, without=("-z", "+z", "+y"))
    return [instances(fin, [(p, 0.0, 0.0) for p in np.linspace(0.04, length - 0.04, columns + 1)[::2]])]


def _lobby(length: float, style: TowerStyle, stream: Stream) -> Part:
    """The ground storey in the plane y = 0: shop and lobby glazing between piers, sign boards over them."""
    bays = max(2, round(length / 6.0))
    pitch = length / bays
    parts: list[Part] = []
    for bay in range(bays):
        x0, x1 = bay * pitch + 0.35, (bay + 1) * pitch - 0.35
        goods = stream.pick((Texture.SHOP, Texture.BOUTIQUE, Texture.SHOP, Texture.GLASS_LIT))
        repeat = 2.0 if goods != Texture.GLASS_LIT else 3.0
        pane = [(x0, 0.0, 0.25), (x1, 0.0, 0.25), (x1, 0.0, 3.7), (x0, 0.0, 3.7)]
        uvs = ((0.0, 0.98), (repeat, 0.98), (repeat, 0.02), (0.0, 0.02))
        parts.append(quads([pane], uvs=uvs, texture=goods, colour=(1.15, 1.12, 1.05)).glowing(1.1))
        rgb = stream.pick(
            ((0.55, 0.05, 0.04), (0.04, 0.16, 0.42), (0.05, 0.30, 0.16), (0.06, 0.06, 0.065), (0.62, 0.38, 0.03), (0.30, 0.06, 0.30))
        )
        parts.append(box((x0, -0.16, 3.75), (x1, 0.0, 4.55), colour=rgb, without=("+y",)).glowing(0.7))
        at, end = x0 + 0.18 * pitch, x1 - 0.18 * pitch
        glyphs = []
        while at < end - 0.2:
            wide = stream.number(0.16, 0.36)
            glyphs.append([(at, -0.175, 3.95), (at + wide, -0.175, 3.95), (at + wide, -0.175, 4.35), (at, -0.175, 4.35)])
            at += wide + 0.1
        parts.append(quads(glyphs, colour=(0.72, 0.71, 0.66)).glowing(1.2))
    z_walls = [
        box((0.0, 0.0, z0), (length, 0.02, z1), colour=_DARK, without=("-z", "+z", "+y")) for z0, z1 in ((0.0, 0.25), (3.7, LOBBY_M))
    ]
    pier = box((-0.35, -0.18, 0.0), (0.35, 0.02, LOBBY_M), colour=style.trim_rgb, without=("-z", "+y"))
    middle = np.linspace(0.0, length, bays + 1)
    middle[0], middle[-1] = 0.35, length - 0.35
    fascia = box((0.0, -0.17, LOBBY_M - 0.4), (length, 0.0, LOBBY_M + 0.1), colour=np.asarray(style.trim_rgb) * 0.8, without=("+y",))
    return merge([*parts, *z_walls, instances(pier, [(p, 0.0, 0.0) for p in middle]), fascia]).grounded(0.8, 0.6)


def _tier(
    low: tuple[float, float], high: tuple[float, float], z: tuple[float, float], style: TowerStyle, stream: Stream, lobby: bool, fine: str
) -> Part:
    """Four walls over a rectangle between two heights, those in `fine` in detail, and the roof with its parapet."""
    (x0, y0), (x1, y1) = low, high
    wide, deep = x1 - x0, y1 - y0
    parts = []
    sides = (("s", wide, (x0, y0), 0.0), ("e", deep, (x1, y0), 90.0), ("n", wide, (x1, y1), 180.0), ("w", deep, (x0, y1), -90.0))
    for name, length, offset, yaw in sides:
        bottom = z[0] + (LOBBY_M if lobby and name in fine else 0.0)
        if name not in fine:
            rim = box((0.0, 0.0, z[1]), (length, 0.3, z[1] + 1.0), colour=style.trim_rgb)
            parts.append(merge([_wall(length, bottom, z[1], style, stream, 2), rim]).moved((*offset, 0.0), yaw))
            continue
        side = [_wall(length, bottom, z[1], style, stream), *_relief(length, bottom, z[1], style)]
        side.append(box((0.0, -0.17, z[1] - 0.1), (length, 0.3, z[1] + 1.0), colour=style.trim_rgb))
        if lobby:
            side.append(_lobby(length, style, stream))
        parts.append(merge(side).moved((*offset, 0.0), yaw))
    parts.append(quads([[(x0, y0, z[1]), (x1, y0, z[1]), (x1, y1, z[1]), (x0, y1, z[1])]], colour=(0.22, 0.22, 0.21)))
    return merge(parts)


def high_rise(width: float, depth: float, height: float, style: TowerStyle, stream: Stream, fine: str = "snwe") -> Prop:
    """A tower over x 0..width, y 0..depth; tall ones step back once; plant and a mast on the roof.

    `fine`: the sides with shops and relief, letters of s (-y), n (+y), w (-x), e (+x).
    """
    shoulder = height if height < 34.0 or stream.number() < 0.4 else height * stream.number(0.55, 0.75)
    parts = [_tier((0, 0), (width, depth), (0.0, shoulder), style, stream, True, fine)]
    proxies = [box_proxy((0, 0, 0), (width, depth, shoulder + 1.0))]
    inset = 0.0
    if shoulder < height:
        inset = min(3.5, 0.16 * min(width, depth))
        parts.append(_tier((inset, inset), (width - inset, depth - inset), (shoulder, height), style, stream, False, fine))
        proxies.append(box_proxy((inset, inset, shoulder), (width - inset, depth - inset, height + 1.0)))
    x0, x1, y0, y1 = 0.3 * width, 0.7 * width, 0.3 * depth, 0.7 * depth
    parts.append(box((x0, y0, height), (x1, y1, height + 3.2), texture=Texture.POURED_CONCRETE, repeat_m=4.0, colour=(0.55, 0.55, 0.54)))
    mast = (0.5 * width, 0.5 * depth)
    if height > 45.0:
        parts.append(box((mast[0] - 0.15, mast[1] - 0.15, height), (mast[0] + 0.15, mast[1] + 0.15, height + 12.0), colour=(0.5, 0.5, 0.5)))
    return Prop(merge(parts), tuple(proxies))


def skyline(spots: Sequence[tuple[float, float, float]] | Array, base_z: float, stream: Stream, group: int = 2) -> Part:
    """Plain towers at (x, y, height) from `base_z` up, each of its own style and size: without proxies, for the distance.

    `group` bays and floors share a quad.
    """
    parts = []
    for x, y, high in np.asarray(spots, dtype=np.float64).tolist():
        style = stream.pick(STYLES)
        coarse = replace(style, bay_m=3.8, lit=0.25)
        wide, deep = stream.number(16.0, 30.0), stream.number(16.0, 26.0)
        sides = []
        for length, offset, yaw in ((wide, (0, 0), 0.0), (deep, (wide, 0), 90.0), (wide, (wide, deep), 180.0), (deep, (0, deep), -90.0)):
            sides.append(_wall(length, 0.0, high, coarse, stream, group).moved((*offset, 0.0), yaw))
        roof = box((0, 0, high), (wide, deep, high + 1.2), colour=style.trim_rgb)
        plant = box((wide * 0.3, deep * 0.3, high), (wide * 0.7, deep * 0.7, high + 4.0), colour=np.asarray(style.trim_rgb) * 0.8)
        block = merge([*sides, roof, plant]).moved((-wide / 2, -deep / 2, 0.0))
        parts.append(block.moved((x, y, base_z), stream.pick((0.0, 0.0, 90.0, 12.0, -20.0))))
    return merge(parts)
