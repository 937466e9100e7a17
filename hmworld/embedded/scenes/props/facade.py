"""Town houses: walls with window openings, shop fronts, cornices and roofs."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from hmworld.embedded.scenes.kit.assembler import box_proxy
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.kit.shapes import UNIT_UVS, Array, Part, box, instances, merge, quads
from hmworld.embedded.scenes.model import Obstacle
from hmworld.embedded.scenes.textures.catalogue import Texture

Rgb = tuple[float, float, float]

GROUND_STOREY_M = 4.0
STOREY_M = 3.2
_RECESS_M = 0.18
_SHOP_HEAD_M = 2.95
_SHOP_SILL_M = 0.55


@dataclass(frozen=True)
class HouseStyle:
    """How one house looks. Colours are linear albedo; `wall` and `window` are textures."""

    storeys: int
    bay_m: float
    wall: Texture
    wall_rgb: Rgb
    trim_rgb: Rgb
    accent_rgb: Rgb
    roof_rgb: Rgb
    window: Texture
    shutters: bool
    balconies: bool
    awnings: bool


def _openings_wall(x: Array, z: Array, open_cells: set[tuple[int, int]], style: HouseStyle, ground: bool) -> Part:
    """A wall in the plane y = 0 over the breaks x and z, without the cells in `open_cells` (column, row)."""
    closed = [(i, j) for j in range(len(z) - 1) for i in range(len(x) - 1) if (i, j) not in open_cells]
    i, j = np.array(closed).T
    level = np.zeros(len(closed))
    corners = [(x[i], level, z[j]), (x[i + 1], level, z[j]), (x[i + 1], level, z[j + 1]), (x[i], level, z[j + 1])]
    cells = np.stack([np.stack(corner, axis=-1) for corner in corners], axis=1)
    texture = Texture.ASHLAR if ground else style.wall
    repeat = {Texture.BRICK: 1.6, Texture.ASHLAR: 2.0}.get(texture, 5.0)
    # Brick has a colour of its own; a house only shifts it a little.
    colour = np.asarray(style.trim_rgb if ground else style.wall_rgb)
    return quads(cells, texture=texture, repeat_m=repeat, colour=colour)


def _opening(wide: float, high: float, pane: Texture, pane_rgb: Rgb, reveal_rgb: Rgb, depth: float) -> Part:
    """A recessed pane with side and top reveals; the opening spans x 0..wide, z 0..high at y = 0."""
    d = depth
    inner = np.asarray(reveal_rgb) * 0.62
    pane_part = quads([(0, d, 0), (wide, d, 0), (wide, d, high), (0, d, high)], uvs=UNIT_UVS, texture=pane, colour=pane_rgb)
    sides: list[list[tuple[float, float, float]]] = [
        [(0, 0, 0), (0, d, 0), (0, d, high), (0, 0, high)],
        [(wide, d, 0), (wide, 0, 0), (wide, 0, high), (wide, d, high)],
        [(0, d, high), (wide, d, high), (wide, 0, high), (0, 0, high)],
    ]
    reveals = quads(sides, colour=inner)
    # The lintel shades the top of the pane.
    shade = np.where(pane_part.vertices[:, 2:3] > high / 2, 0.72, 1.0)
    return merge([pane_part.tinted(shade), reveals])


def _upper_window(style: HouseStyle, wide: float, high: float, tall: bool) -> Part:
    """One window with sill, lintel and, by style, shutters or a balcony."""
    trim = style.trim_rgb
    parts = [
        _opening(wide, high, style.window, (1, 1, 1), style.wall_rgb if style.wall != Texture.BRICK else trim, _RECESS_M),
        box((-0.12, -0.13, -0.10), (wide + 0.12, _RECESS_M, 0.0), colour=trim, without=("+y",)),
        box((-0.10, -0.07, high), (wide + 0.10, 0.0, high + 0.16), colour=trim, without=("+y", "+z")),
    ]
    if style.shutters:
        leaf = 0.46 * wide
        for x0 in (-leaf - 0.03, wide + 0.03):
            parts.append(
                box((x0, -0.06, 0.0), (x0 + leaf, 0.0, high), colour=style.accent_rgb, texture=Texture.WOOD, repeat_m=0.7, without=("+y",))
            )
    if tall:
        parts.append(box((-0.35, -0.95, -0.14), (wide + 0.35, 0.0, 0.0), colour=trim, without=("+y",)))
        posts = np.linspace(-0.29, wide + 0.29, 9)
        iron = (0.025, 0.025, 0.028)
        rod = box((-0.018, -0.92, 0.0), (0.018, -0.885, 0.95), colour=iron, without=("-z", "+z", "+y"))
        parts.append(instances(rod, [(p, 0, 0) for p in posts]))
        parts.append(box((-0.35, -0.94, 0.95), (wide + 0.35, -0.88, 1.0), colour=iron, without=()))
        for x0 in (-0.34, wide + 0.31):
            parts.append(box((x0, -0.9, 0.0), (x0 + 0.03, 0.0, 1.0), colour=iron))
    return merge(parts)


def facade(width: float, style: HouseStyle, stream: Stream, shops: bool) -> tuple[Part, list[Obstacle]]:
    """One street side of a house: x 0..width, facing -y, from the pavement to the cornice; proxies of what juts out."""
    bays = max(2, round(width / style.bay_m))
    pitch = width / bays
    top = GROUND_STOREY_M + (style.storeys - 1) * STOREY_M
    parts: list[Part] = []
    proxies: list[Obstacle] = []

    window_w, window_h, sill = min(1.25, pitch * 0.46), 1.85, 0.75
    centres = (np.arange(bays) + 0.5) * pitch
    sides = np.sort(np.concatenate([[0.0, width], centres - window_w / 2, centres + window_w / 2]))
    bases = GROUND_STOREY_M + STOREY_M * np.arange(style.storeys - 1) + sill
    levels = np.sort(np.concatenate([[GROUND_STOREY_M, top], bases, bases + window_h]))
    holes = {(2 * i + 1, 2 * j + 1) for i in range(bays) for j in range(len(bases))}
    parts.append(_openings_wall(sides, levels, holes, style, ground=False))
    tall_rows = {0, 2} if style.balconies else set()
    for row, sill_z in enumerate(bases.tolist()):
        window = _upper_window(style, window_w, window_h, tall=row in tall_rows)
        parts.append(instances(window, [(c - window_w / 2, 0.0, sill_z) for c in centres]))
    for row in sorted(tall_rows & set(range(len(bases)))):
        z = float(bases[row])
        proxies.append(box_proxy((0.0, -0.95, z - 0.14), (width, 0.0, z + 1.0)))

    parts.append(_ground_storey(pitch, bays, style, stream, shops, proxies))
    trim = style.trim_rgb
    parts.append(box((0, -0.16, GROUND_STOREY_M - 0.18), (width, 0, GROUND_STOREY_M + 0.08), colour=trim, without=("+y",)))
    parts.append(box((0, -0.22, top - 0.30), (width, 0, top - 0.12), colour=trim, without=("+y",)))
    parts.append(box((0, -0.45, top - 0.12), (width, 0, top + 0.14), colour=trim, without=("+y",)))
    proxies.append(box_proxy((0.0, -0.45, top - 0.30), (width, 0.0, top + 0.14)))
    whole = merge(parts)
    # Soot and shade: darker near the pavement and under the cornice.
    height = whole.vertices[:, 2:3]
    low = 0.70 + 0.30 * np.clip(height / 1.0, 0, 1)
    eaves = 0.80 + 0.20 * np.clip((top - 0.12 - height) / 1.2, 0, 1)
    return whole.tinted(low * np.where(height > top - 0.11, 1.0, eaves)), proxies


def _ground_storey(pitch: float, bays: int, style: HouseStyle, stream: Stream, shops: bool, proxies: list[Obstacle]) -> Part:
    """Shop windows and doors between stone piers; without shops, a door and plain windows."""
    entrance = stream.integer(0, bays)
    goods = stream.pick((Texture.SHOP, Texture.BOUTIQUE))
    pane_w = pitch * 0.78 if shops else 1.25
    x = [0.0]
    open_cells: set[tuple[int, int]] = set()
    parts: list[Part] = []
    for bay in range(bays):
        centre = (bay + 0.5) * pitch
        is_door = bay == entrance
        wide = 1.35 if is_door else pane_w
        x += [centre - wide / 2, centre + wide / 2]
        column = 2 * bay + 1
        open_cells.add((column, 1))
        if is_door:
            open_cells.add((column, 0))
            rgb = tuple(0.9 * channel for channel in style.accent_rgb)
            leaf = _opening(wide, _SHOP_HEAD_M, Texture.DOOR, (rgb[0], rgb[1], rgb[2]), style.trim_rgb, 0.25)
            parts.append(leaf.moved((centre - wide / 2, 0.0, 0.0)))
            parts.append(box((centre - wide / 2, -0.25, 0), (centre + wide / 2, 0.0, 0.10), colour=(0.3, 0.29, 0.27), without=("-z", "+y")))
        else:
            pane = goods if shops else style.window
            glow = stream.number(0.8, 1.25)
            opening = _opening(wide, _SHOP_HEAD_M - _SHOP_SILL_M, pane, (glow, glow, glow), style.trim_rgb, 0.12)
            parts.append(opening.moved((centre - wide / 2, 0.0, _SHOP_SILL_M)))
            parts.append(
                box(
                    (centre - wide / 2 - 0.06, -0.09, _SHOP_SILL_M - 0.09),
                    (centre + wide / 2 + 0.06, 0.12, _SHOP_SILL_M),
                    colour=style.trim_rgb,
                    without=("+y",),
                )
            )
    x.append(bays * pitch)
    z = np.array([0.0, _SHOP_SILL_M, _SHOP_HEAD_M, GROUND_STOREY_M])
    parts.append(_openings_wall(np.asarray(x), z, open_cells, style, ground=True))
    if shops:
        start = 0
        while start < bays:
            count = min(bays - start, stream.integer(2, 4))
            parts.append(_shop_board(start * pitch + 0.2, (start + count) * pitch - 0.2, style, stream, proxies))
            start += count
    return merge(parts)


_SHOP_COLOURS: tuple[Rgb, ...] = (
    (0.30, 0.035, 0.03),
    (0.03, 0.11, 0.07),
    (0.025, 0.05, 0.16),
    (0.36, 0.20, 0.03),
    (0.045, 0.045, 0.05),
    (0.10, 0.16, 0.19),
    (0.22, 0.05, 0.10),
)


def _lettering(x0: float, x1: float, z0: float, high: float, stream: Stream) -> Part:
    """Raised bars and discs where letters would be, in the plane y = -0.13; nothing to read."""
    strips = []
    at = x0
    while at < x1 - 0.12:
        wide = stream.number(0.05, 0.19)
        low = z0 + stream.pick((0.0, 0.0, 0.3 * high))
        strips.append([(at, -0.13, low), (at + wide, -0.13, low), (at + wide, -0.13, z0 + high), (at, -0.13, z0 + high)])
        at += wide + stream.pick((0.05, 0.05, 0.06, 0.26))
    return quads(strips, colour=stream.pick(((0.62, 0.58, 0.48), (0.60, 0.42, 0.12), (0.66, 0.66, 0.66))))


def _shop_board(x0: float, x1: float, style: HouseStyle, stream: Stream, proxies: list[Obstacle]) -> Part:
    """The board over a shop with raised lettering, and by style an awning."""
    rgb = stream.pick(_SHOP_COLOURS)
    z0, z1 = 3.08, 3.66
    middle, half = (x0 + x1) / 2, min(1.6, (x1 - x0) * 0.36)
    parts = [
        box((x0, -0.10, z0), (x1, 0.0, z1), colour=rgb, without=("+y",)),
        _lettering(middle - half, middle + half, z0 + 0.15, 0.28, stream),
    ]
    if style.awnings and stream.number() < 0.7:
        reach, low, high = 1.25, 2.45, 3.02
        a, b = x0 + 0.15, x1 - 0.15
        stripes = (b - a) / 2.2
        slope = [(a, -reach, low), (b, -reach, low), (b, -0.02, high), (a, -0.02, high)]
        hem = [(a, -reach, low - 0.22), (b, -reach, low - 0.22), (b, -reach, low), (a, -reach, low)]
        uvs = [((0, 1), (stripes, 1), (stripes, 0), (0, 0))] * 2
        canvas = stream.pick((Texture.AWNING_RED, Texture.AWNING_GREEN, Texture.AWNING_BLUE))
        parts.append(quads([slope, hem], uvs=uvs, texture=canvas, two_sided=True))
        proxies.append(box_proxy((a, -reach, low - 0.22), (b, 0.0, high)))
    return merge(parts)


def with_lights_on(part: Part, stream: Stream, share: float) -> Part:
    """All shop windows and a share of the other windows lit from within; a pane is one rectangle of two triangles."""
    corners = part.vertices[part.triangles]
    middle = np.round((corners.min(axis=1) + corners.max(axis=1)) / 2, 2)
    emission = np.zeros(len(part.triangles))
    emission[np.isin(part.texture, (Texture.SHOP, Texture.BOUTIQUE))] = 0.9
    panes = np.flatnonzero(np.isin(part.texture, (Texture.WINDOW, Texture.WINDOW_DARK)))
    if len(panes):
        _, pane = np.unique(middle[panes], axis=0, return_inverse=True)
        on = stream.array(int(pane.max()) + 1) < share
        emission[panes] = np.where(on[pane.ravel()], 1.1, 0.0)
    return replace(part, emission=emission)
