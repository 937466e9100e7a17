"""Detached houses of a suburb: siding, saddle roofs, porches, garages."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Prop, box_proxy, joined
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.kit.shapes import UNIT_UVS, Part, box, instances, merge, quads, triangles_of
from hmworld.embedded.scenes.textures.catalogue import Texture

Rgb = tuple[float, float, float]


_WHITE: Rgb = (0.68, 0.67, 0.64)


_CONCRETE: Rgb = (0.42, 0.41, 0.39)


_WALLS: tuple[Rgb, ...] = (
    (0.70, 0.69, 0.66),
    (0.36, 0.46, 0.56),
    (0.66, 0.58, 0.40),
    (0.42, 0.50, 0.40),
    (0.58, 0.40, 0.32),
    (0.50, 0.49, 0.48),
)


_ROOFS: tuple[Rgb, ...] = ((0.16, 0.155, 0.16), (0.24, 0.15, 0.11), (0.13, 0.16, 0.18), (0.26, 0.22, 0.17))


_DOORS: tuple[Rgb, ...] = ((0.36, 0.04, 0.03), (0.05, 0.12, 0.24), (0.06, 0.16, 0.09), (0.30, 0.16, 0.06))


@dataclass(frozen=True)
class HomeStyle:
    """Colours and plan of one house: linear albedos; `storeys` 1 or 2; `brick` for the ground storey's front."""

    wall_rgb: Rgb
    roof_rgb: Rgb
    door_rgb: Rgb
    storeys: int
    brick: bool
    gable: bool


def home_style(stream: Stream, number: int) -> HomeStyle:
    """A style whose wall differs from the neighbours' by its number."""
    wall = _WALLS[number % len(_WALLS)]
    return HomeStyle(wall, stream.pick(_ROOFS), stream.pick(_DOORS), stream.pick((1, 2, 2)), stream.number() < 0.4, stream.number() < 0.6)


def gable_roof(
    low: tuple[float, float],
    high: tuple[float, float],
    z: tuple[float, float],
    rgb: Rgb,
    texture: int,
    *,
    along_x: bool = True,
    out: float = 0.45,
) -> Part:
    """A saddle roof over a rectangle from eaves `z[0]` to ridge `z[1]`, with eaves boards; `along_x` gives the ridge's way."""
    (x0, y0), (x1, y1) = low, high
    wide, deep = (x1 - x0, y1 - y0) if along_x else (y1 - y0, x1 - x0)
    half, rise = deep / 2, z[1] - z[0]
    drop = rise * out / half
    a, b, c = wide / 2 + out * 0.8, half + out, 0.14
    slope = [[(-a, -b, -drop), (a, -b, -drop), (a, 0, rise), (-a, 0, rise)], [(a, b, -drop), (-a, b, -drop), (-a, 0, rise), (a, 0, rise)]]
    under = [[(p[0], p[1], p[2] - c) for p in face[::-1]] for face in slope]
    tiles = quads(slope, texture=texture, repeat_m=2.4, colour=rgb)
    soffit = quads(under, colour=(0.40, 0.39, 0.37))
    boards = []
    for sign in (-1.0, 1.0):
        eave = [(-a, sign * b, -drop - c), (a, sign * b, -drop - c), (a, sign * b, -drop), (-a, sign * b, -drop)]
        boards.append(eave if sign < 0 else eave[::-1])
        for side in (-1.0, 1.0):
            verge = [(side * a, sign * b, -drop - c), (side * a, 0.0, rise - c), (side * a, 0.0, rise), (side * a, sign * b, -drop)]
            boards.append(verge if side * sign < 0 else verge[::-1])
    part = merge([tiles, soffit, quads(boards, colour=_WHITE)])
    return part.moved(((x0 + x1) / 2, (y0 + y1) / 2, z[0]), 0.0 if along_x else 90.0)


def _gable_walls(low: tuple[float, float], high: tuple[float, float], z: tuple[float, float], rgb: Rgb, *, along_x: bool) -> Part:
    """The two triangles below a saddle roof."""
    (x0, y0), (x1, y1) = low, high
    if along_x:
        ends = [[(x0, y1, z[0]), (x0, y0, z[0]), (x0, (y0 + y1) / 2, z[1])], [(x1, y0, z[0]), (x1, y1, z[0]), (x1, (y0 + y1) / 2, z[1])]]
    else:
        ends = [[(x0, y0, z[0]), (x1, y0, z[0]), ((x0 + x1) / 2, y0, z[1])], [(x1, y1, z[0]), (x0, y1, z[0]), ((x0 + x1) / 2, y1, z[1])]]
    parts = []
    for end in ends:
        points = np.array(end)
        flat = points[:, 1] if along_x else points[:, 0]
        uvs = np.stack([flat, -points[:, 2]], 1) / 2.0
        parts.append(triangles_of(points, [(0, 1, 2)], uvs=uvs, texture=Texture.SIDING, colour=rgb))
    return merge(parts)


def _window(x: float, z: float, wide: float, high: float, y: float, accent: Rgb | None, glow: float) -> Part:
    """A framed window on a wall that faces -y, shutters in `accent`."""
    pane = quads(
        [[(x, y - 0.035, z), (x + wide, y - 0.035, z), (x + wide, y - 0.035, z + high), (x, y - 0.035, z + high)]],
        uvs=UNIT_UVS,
        texture=Texture.WINDOW,
        colour=(1.35, 1.05, 0.65) if glow else (1.0, 1.0, 1.0),
    )
    parts = [pane.glowing(glow), box((x - 0.08, y - 0.03, z - 0.08), (x + wide + 0.08, y, z + high + 0.08), colour=_WHITE, without=("+y",))]
    parts.append(box((x - 0.14, y - 0.1, z - 0.14), (x + wide + 0.14, y, z - 0.06), colour=_WHITE, without=("+y",)))
    if accent:
        for x0 in (x - 0.42, x + wide + 0.10):
            parts.append(
                box(
                    (x0, y - 0.05, z - 0.04),
                    (x0 + 0.32, y, z + high + 0.04),
                    texture=Texture.WOOD,
                    repeat_m=0.6,
                    colour=accent,
                    without=("+y",),
                )
            )
    return merge(parts)


def home(stream: Stream, style: HomeStyle) -> Prop:
    """A detached house, front to -y, the main block over x -6..4.5, y 0..8; the garage on its right over x 4.5..10.5, y 1..8."""
    top = 2.9 * style.storeys + 0.3
    ridge = top + 2.5
    walls: list[Part] = [box((-6, 0, 0), (4.5, 8, top), texture=Texture.SIDING, repeat_m=2.0, colour=style.wall_rgb, without=("-z", "+z"))]
    if style.brick:
        walls.append(
            box((-6.03, -0.06, 0), (4.53, 0.0, 3.0), texture=Texture.BRICK, repeat_m=1.6, colour=(1.1, 1.05, 1.0), without=("-z", "+y"))
        )
    walls.append(box((-6.05, -0.07, 0), (4.55, 8.05, 0.3), colour=_CONCRETE, without=("-z", "+z")))
    accent = style.door_rgb
    front = -0.06 if style.brick else 0.0

    def glow() -> float:
        return stream.number(0.9, 1.5) if stream.number() < 0.45 else 0.0

    parts = [*walls, _gable_walls((-6, 0), (4.5, 8), (top, ridge), style.wall_rgb, along_x=True)]
    parts.append(gable_roof((-6, 0), (4.5, 8), (top, ridge), style.roof_rgb, Texture.SHINGLES))
    parts += [_window(x, 1.15, 1.5, 1.35, front, accent, glow()) for x in (-5.1, 2.2)]
    if style.storeys == 2:
        parts += [_window(x, 4.0, 1.1, 1.3, 0.0, accent, glow()) for x in (-4.9, -1.3, 2.4)]
    for yaw, offset in ((90.0, (4.5, 0.0)), (180.0, (4.5, 8.0)), (-90.0, (-6.0, 8.0))):
        for z in (1.2, 4.1)[: style.storeys]:
            parts += [
                _window(x, z, 1.1, 1.25, 0.0, None, glow()).moved((*offset, 0.0), yaw)
                for x in ((1.2, 5.0) if yaw != 90.0 or z > 2 else (0.0,))
                if x > 0.0
            ]
    if style.gable:
        parts.append(
            box(
                (-6.0, -1.2, 0.0), (-2.2, 0.0, top), texture=Texture.SIDING, repeat_m=2.0, colour=style.wall_rgb, without=("-z", "+z", "+y")
            )
        )
        parts.append(_gable_walls((-6.0, -1.2), (-2.2, 4.0), (top, top + 1.9), style.wall_rgb, along_x=False))
        parts.append(gable_roof((-6.0, -1.2), (-2.2, 4.0), (top, top + 1.9), style.roof_rgb, Texture.SHINGLES, along_x=False, out=0.35))
        parts += [_window(-5.0, z, 1.8, 1.35, -1.2, None, glow()) for z in (1.1, 4.0)[: style.storeys]]
    leaf = [(-0.5, front - 0.03, 0.3), (0.5, front - 0.03, 0.3), (0.5, front - 0.03, 2.4), (-0.5, front - 0.03, 2.4)]
    parts.append(quads([leaf], uvs=UNIT_UVS, texture=Texture.DOOR, colour=np.asarray(style.door_rgb) * 1.3))
    parts.append(box((-0.62, front - 0.02, 0.3), (0.62, 0.0, 2.52), colour=_WHITE, without=("+y",)))
    lamp = box((0.75, front - 0.2, 1.9), (0.93, front - 0.02, 2.2), colour=(0.75, 0.68, 0.5), without=()).glowing(5.0)
    chimney = box((2.4, 5.2, ridge - 1.6), (3.3, 5.9, ridge + 0.9), texture=Texture.BRICK, repeat_m=1.6)
    parts += [lamp, chimney]
    main = Prop(
        merge(parts).grounded(0.7, 0.72),
        (
            box_proxy((-6.05, -1.3 if style.gable else -0.1, 0), (4.55, 8.05, top)),
            box_proxy((-6.4, -1.6 if style.gable else -0.5, top - 0.5), (4.9, 8.5, ridge)),
            box_proxy((2.4, 5.2, ridge - 1.6), (3.3, 5.9, ridge + 0.9)),
        ),
    )
    return joined([main, _porch(style), _garage(style)])


def _porch(style: HomeStyle) -> Prop:
    """A roofed porch before the door: deck, step, four posts with rails."""
    x0, x1, y0 = -2.1, 1.9, -2.0
    parts = [box((x0, y0, 0.0), (x1, 0.0, 0.28), texture=Texture.WOOD, repeat_m=1.0, colour=(0.50, 0.46, 0.42))]
    parts.append(box((-0.8, y0 - 0.35, 0.0), (0.8, y0, 0.14), colour=_CONCRETE))
    for x in (x0 + 0.1, -0.9, 0.9, x1 - 0.1):
        parts.append(box((x - 0.07, y0 + 0.03, 0.28), (x + 0.07, y0 + 0.17, 2.6), colour=_WHITE, without=("-z", "+z")))
    for a, b in ((x0 + 0.1, -0.9), (0.9, x1 - 0.1)):
        parts.append(box((a, y0 + 0.07, 1.05), (b, y0 + 0.13, 1.13), colour=_WHITE, without=()))
        rods = np.linspace(a + 0.15, b - 0.15, 7)
        parts.append(
            instances(
                box((-0.02, y0 + 0.08, 0.28), (0.02, y0 + 0.12, 1.05), colour=_WHITE, without=("-z", "+z")), [(p, 0, 0) for p in rods]
            )
        )
    slab = [(x0 - 0.2, y0 - 0.25, 2.6), (x1 + 0.2, y0 - 0.25, 2.6), (x1 + 0.2, 0.0, 3.05), (x0 - 0.2, 0.0, 3.05)]
    under = [(x, y, z - 0.16) for x, y, z in slab[::-1]]
    edge = [(x0 - 0.2, y0 - 0.25, 2.44), (x1 + 0.2, y0 - 0.25, 2.44), (x1 + 0.2, y0 - 0.25, 2.6), (x0 - 0.2, y0 - 0.25, 2.6)]
    parts.append(quads([slab], texture=Texture.SHINGLES, repeat_m=2.4, colour=style.roof_rgb))
    parts.append(quads([under, edge], colour=_WHITE))
    proxies = [box_proxy((x0, y0, 0.0), (x1, 0.0, 0.3)), box_proxy((x0 - 0.2, y0 - 0.25, 2.4), (x1 + 0.2, 0.0, 3.05))]
    proxies += [box_proxy((a, y0, 0.2), (b, y0 + 0.2, 1.13)) for a, b in ((x0, -0.83), (0.83, x1))]
    proxies += [box_proxy((x - 0.07, y0 + 0.03, 0.2), (x + 0.07, y0 + 0.17, 2.6)) for x in (x0 + 0.1, -0.9, 0.9, x1 - 0.1)]
    return Prop(merge(parts).grounded(0.3, 0.7), tuple(proxies))


def _garage(style: HomeStyle) -> Prop:
    """An attached double garage with a hoop-high gable to the front."""
    low, high, top, ridge = (4.5, 1.0), (10.5, 8.0), 2.9, 4.6
    parts = [box((*low, 0), (*high, top), texture=Texture.SIDING, repeat_m=2.0, colour=style.wall_rgb, without=("-z", "+z", "-x"))]
    parts.append(_gable_walls(low, high, (top, ridge), style.wall_rgb, along_x=False))
    parts.append(gable_roof(low, high, (top, ridge), style.roof_rgb, Texture.SHINGLES, along_x=False))
    door = [(5.2, 0.96, 0.02), (9.8, 0.96, 0.02), (9.8, 0.96, 2.3), (5.2, 0.96, 2.3)]
    parts.append(quads([door], uvs=((0, 1), (1, 1), (1, 0), (0, 0)), texture=Texture.GARAGE_DOOR, colour=(0.72, 0.71, 0.68)))
    parts.append(box((5.05, 0.97, 0.0), (9.95, 1.0, 2.45), colour=_WHITE, without=("-z", "+y")))
    for x in (4.75, 10.1):
        parts.append(box((x, 0.85, 1.9), (x + 0.16, 1.0, 2.15), colour=(0.75, 0.68, 0.5), without=()).glowing(5.0))
    return Prop(
        merge(parts).grounded(0.6, 0.72),
        (box_proxy((4.5, 0.9, 0), (10.55, 8.0, top)), box_proxy((4.5, 0.6, top - 0.5), (10.9, 8.4, ridge))),
    )
