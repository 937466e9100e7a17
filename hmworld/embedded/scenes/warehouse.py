"""Scene `warehouse`: a tall storage hall with steel racks, painted lanes, loading doors, a forklift and rows of hanging lamps."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.scenes.kit.assembler import Assembler, Prop, box_proxy
from hmworld.embedded.scenes.kit.noise import PlaneNoise
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.kit.shapes import PLAIN, Array, Part, box, merge
from hmworld.embedded.scenes.model import SceneModel, StagePlace
from hmworld.embedded.scenes.props import storage
from hmworld.embedded.scenes.props.floors import breaks, ceiling, floor, plane_wall, wall_prop
from hmworld.embedded.scenes.textures.catalogue import Texture

_EAST_M, _NORTH_M, _ROOF_M = 43.0, 26.0, 10.6
_LANES_X = ((12.6, 15.4), (-15.6, -12.8))
_SKYLIGHTS_Y = ((-14.5, -11.5), (-1.6, 1.6), (11.5, 14.5))
_PAINT = {"line": (0.62, 0.42, 0.03), "walk": (0.07, 0.20, 0.12), "stripe": (0.6, 0.6, 0.57)}

STAGES = (
    StagePlace("central_aisle", (-2.0, 0.0, 0.0), 6.5, 0.0),
    StagePlace("bulk_storage", (-28.0, 0.0, 0.0), 6.5, 0.0),
    StagePlace("dispatch", (28.5, -13.0, 0.0), 8.0, 0.0),
    StagePlace("packing", (28.5, 13.4, 0.0), 7.0, 180.0),
)


def _material(x: Array, y: Array) -> Array:
    """Bare screed, with lines that are cells of the floor itself."""
    ay = np.abs(y)
    edge = (np.abs(ay - 8.25) < 0.06) & (x < 16.0)
    bay_mark = (np.abs(x - 38.0) < 0.06) | ((x > 38.0) & (np.abs((y + 2.4) % 4.8 - 0.06) < 0.07))
    dock = (x > 16.0) & (np.abs(ay - 4.0) < 0.06) & (x < 38.0)
    lane = np.any([np.abs(x - v) < 0.06 for pair in _LANES_X for v in pair], axis=0)
    return np.where(edge | bay_mark | dock | lane | _walkway(x, y) | _zebra(x, y), PLAIN, Texture.SCREED)


def _walkway(x: Array, y: Array) -> Array:
    return np.asarray((np.abs(y) < 1.1) & (x > 16.0) & (x < 38.0))


def _zebra(x: Array, y: Array) -> Array:
    return np.asarray((x > 8.4) & (x < 11.4) & (np.abs(y) < 8.0) & (np.floor(y / 0.8) % 2 == 0))


def _floor(scene: Assembler, seed: int) -> Part:
    noise = PlaneNoise(Stream(seed, "warehouse floor"))

    def colour(x: Array, y: Array) -> Array:
        wear = 0.72 + 0.5 * noise.fractal(x / 6.0 + 9.0, y / 4.0 + 3.0, 4)
        track = 1.0 - 0.22 * np.exp(-(((np.abs(y) - 4.2) / 1.1) ** 2)) * (x < 38.0)
        grey = np.array((0.34, 0.335, 0.32)) * (wear * track)[:, None]
        return np.asarray(grey)

    def band(values: list[float]) -> list[float]:
        return [v + d for v in values for d in (-0.06, 0.06)]

    x = breaks(-_EAST_M, _EAST_M, 0.8, band([38.0, *(v for pair in _LANES_X for v in pair)]), (8.4, 11.4, 16.0))
    y = breaks(
        -_NORTH_M,
        _NORTH_M,
        0.8,
        band([8.25, -8.25, 4.0, -4.0]),
        np.arange(-8.0, 8.1, 0.8),
        (-1.1, 1.1),
        [v - 2.4 + d for v in np.arange(-24.0, 27.0, 4.8) for d in (0.0, 0.13)],
    )
    part = floor(x, y, 0.0, _material, {int(Texture.SCREED): 4.0}, colour, scene.obstacles)
    # Painted cells: their colour replaces the grey of the screed, their wear stays.
    painted = np.repeat(part.texture == PLAIN, 3)
    corner = part.triangles.ravel()[painted]
    middle = part.vertices[part.triangles].mean(axis=1).repeat(3, axis=0)[painted]
    walk, zebra = _walkway(middle[:, 0], middle[:, 1]), _zebra(middle[:, 0], middle[:, 1])
    paint = np.where(walk[:, None], _PAINT["walk"], np.where(zebra[:, None], _PAINT["stripe"], _PAINT["line"]))
    wear = part.colours[corner] / np.array((0.34, 0.335, 0.32))
    part.colours[corner] = paint * wear
    return part


def _shell(scene: Assembler) -> None:
    """Walls with a concrete plinth, the ribbed roof with three rows of skylights, girders and columns."""
    upper, plinth = (0.50, 0.53, 0.55), (0.40, 0.39, 0.37)
    corners = (
        ((-_EAST_M, _NORTH_M), 2 * _EAST_M, 0.0),
        ((_EAST_M, _NORTH_M), 2 * _NORTH_M, -90.0),
        ((_EAST_M, -_NORTH_M), 2 * _EAST_M, 180.0),
        ((-_EAST_M, -_NORTH_M), 2 * _NORTH_M, 90.0),
    )
    for (x, y), width, yaw in corners:
        xs = np.arange(0.0, width, 3.0)
        low = plane_wall(width, xs, np.array((0.0, 0.4, 1.2, 2.4)), Texture.SCREED, 4.0, plinth)
        high = plane_wall(width, xs, np.array((2.4, 4.0, 7.0, 9.6, _ROOF_M)), Texture.SHEETING, 1.6, upper)
        rail = box((0.0, -0.05, 2.34), (width, 0.0, 2.46), colour=storage.YELLOW, without=("+y",))
        scene.place(wall_prop(merge([low, high, rail]), width, _ROOF_M), (x, y, 0.0), yaw)
    xs = breaks(-_EAST_M, _EAST_M, 7.0)
    ys = np.unique(np.concatenate([np.linspace(-_NORTH_M, _NORTH_M, 9), np.array(_SKYLIGHTS_Y).ravel()]))

    def is_open(x: Array, y: Array) -> NDArray[np.bool_]:
        strip = np.any([(y > a) & (y < b) for a, b in _SKYLIGHTS_Y], axis=0)
        return np.asarray(strip & (np.abs(x) < 38.0))

    roof = ceiling(xs, ys, _ROOF_M, Texture.SHEETING, 2.0, (0.52, 0.53, 0.53), is_open)
    bars = []
    for a, b in _SKYLIGHTS_Y:
        bars += [
            box((x - 0.04, a, _ROOF_M - 0.08), (x + 0.04, b, _ROOF_M), colour=(0.5, 0.5, 0.5), without=())
            for x in np.arange(-38.0, 38.1, 1.9)
        ]
    scene.place(Prop(merge([roof, *bars]), (box_proxy((-_EAST_M, -_NORTH_M, _ROOF_M - 0.1), (_EAST_M, _NORTH_M, _ROOF_M + 0.1)),)))
    girder = storage.truss(2 * _NORTH_M, 9.0, _ROOF_M - 0.12, (0.42, 0.43, 0.44), 26)
    pillar = storage.steel_column(9.0, (0.36, 0.38, 0.40))
    for x in np.arange(-38.0, 38.1, 9.5):
        scene.place(girder, (float(x), 0.0, 0.0))
        inset = 4.6 if x > 16.0 else 8.9
        if abs(x) > 16.0:
            scene.place(pillar, (float(x), inset, 0.0))
            scene.place(pillar, (float(x), -inset, 0.0))
    for y in np.arange(-16.8, 17.0, 4.8 * 1.75):
        scene.place(storage.roller_door(round(y / 8.4) + 2), (_EAST_M, float(y), 0.0), -90.0)
    for k, y in enumerate((-6.4, 6.4)):
        scene.place(storage.roller_door(k + 3), (-_EAST_M, y, 0.0), 90.0)


def _racks(scene: Assembler, seed: int) -> None:
    """Three double rows on either side of the central aisle, broken by a cross aisle."""
    levels = (1.75, 3.4, 5.05, 6.7)
    for k, y in enumerate((11.0, 16.4, 21.8)):
        for sign in (-1.0, 1.0):
            for block, (start, bays) in enumerate(((-40.6, 9), (-12.4, 9))):
                stream = Stream(seed, f"rack {k} {sign} {block}")
                scene.place(storage.rack(stream, bays, levels, 7.9 if k else 7.6, k > 0), (start, sign * y, 0.0))


def _goods(scene: Assembler, seed: int) -> None:
    """Pallets, forklifts, tables, drums and stacks round the stages."""
    stream = Stream(seed, "floor goods")
    spots = [
        # dispatch
        (18.9, -16.5, 1.7), (18.9, -15.2, 1.35), (18.9, -10.0, 1.5), (20.3, -8.8, 1.1), (24.0, -22.6, 1.8), (25.5, -22.6, 1.5),
        (27.0, -22.6, 1.9), (28.5, -22.6, 1.2), (35.2, -21.6, 1.6), (36.6, -21.4, 1.3), (37.4, -6.2, 1.6), (24.6, -3.0, 1.5),
        (30.4, -3.2, 1.75), (31.8, -3.2, 1.4), (18.9, -20.6, 1.9),
        # packing
        (19.6, 8.8, 1.6), (19.6, 10.2, 1.3), (24.4, 22.3, 1.6), (22.8, 22.3, 1.9), (36.8, 20.6, 1.5), (37.0, 8.0, 1.7), (19.4, 20.8, 1.4),
        # central aisle
        (-10.3, 4.6, 1.7), (-10.3, 5.9, 1.4), (-10.4, -5.8, 1.6), (6.2, 6.6, 1.5), (6.3, -6.4, 1.75), (-5.6, -7.4, 1.2), (1.2, 7.5, 1.3),
        # bulk storage
        (-36.2, 3.4, 1.8), (-36.2, 4.8, 1.6), (-37.6, 3.4, 1.5), (-36.4, -3.6, 1.9), (-36.4, -5.0, 1.7), (-37.8, -4.2, 1.4),
        (-19.8, 5.2, 1.6), (-19.9, -5.4, 1.8), (-18.5, -5.3, 1.5), (-30.8, 7.5, 1.35), (-25.4, -7.5, 1.5), (-40.0, 0.0, 1.9),
    ]  # fmt: skip
    kinds = [storage.loaded_pallet(Stream(seed, f"pallet {k}"), 1.1 + 0.1 * k) for k in range(9)]
    for x, y, high in spots:
        scene.place(kinds[round((high - 1.1) * 10)], (x, y, 0.0), stream.pick((0.0, 90.0, 0.0, 90.0)) + stream.number(-3.0, 3.0))
    for x, y, count in ((38.6, -23.4, 9), (20.4, -22.6, 7), (40.0, 22.4, 8), (-9.4, -7.2, 6), (-33.0, -7.6, 8), (38.8, 3.4, 6)):
        scene.place(storage.pallet_stack(count), (x, y, 0.0), 4.0)
    truck = storage.forklift()
    for x, y, yaw in ((19.4, -5.9, 155.0), (8.6, 4.4, 205.0), (-18.6, 1.6, 170.0), (37.0, 15.6, 250.0)):
        scene.place(truck, (x, y, 0.0), yaw)
    for k, (x, y, yaw) in enumerate(
        ((24.4, 3.9, 180.0), (26.9, 3.9, 180.0), (30.4, 3.9, 180.0), (28.0, 22.4, 0.0), (31.0, 22.4, 0.0), (19.9, 14.5, 90.0))
    ):
        scene.place(storage.packing_table(Stream(seed, f"table {k}")), (x, y, 0.0), yaw)
    for k, (x, y) in enumerate(
        ((37.8, -18.4), (38.5, -18.6), (38.1, -17.8), (-20.2, 3.0), (-20.8, 3.5), (36.6, 6.4), (5.9, -5.0), (-10.9, -4.2))
    ):
        scene.place(storage.drum((storage.BLUE, (0.42, 0.05, 0.03), (0.05, 0.2, 0.12))[k % 3]), (x, y, 0.0))


def build(seed: int) -> SceneModel:
    """The scene for a seed; the layout is fixed, goods vary."""
    scene = Assembler()
    _shell(scene)
    _racks(scene, seed)
    _goods(scene, seed)
    lamp = storage.bay_lamp(7.9, _ROOF_M)
    for x in np.arange(-37.0, 38.0, 12.4):
        for y in (-13.7, 0.0, 13.7):
            scene.place(lamp, (float(x), y, 0.0))
            scene.lamp((float(x), y, 7.6), (34.0, 31.0, 25.0), 18.0)
    for y in (-16.8, -8.4, 0.0, 8.4, 16.8):
        scene.lamp((_EAST_M - 0.8, y, 4.3), (5.0, 4.7, 4.0), 9.0)
    scene.add(_floor(scene, seed))
    return scene.finish(STAGES, seed)
