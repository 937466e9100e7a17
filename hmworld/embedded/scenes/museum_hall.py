"""Scene `museum_hall`: a marble hall with columns, a glass roof, paintings, statues, show cases and a dinosaur skeleton."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.scenes.kit.assembler import Assembler, Prop, box_proxy
from hmworld.embedded.scenes.kit.noise import PlaneNoise
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.kit.shapes import Array, Part, box, merge
from hmworld.embedded.scenes.model import SceneModel, StagePlace
from hmworld.embedded.scenes.props import exhibits
from hmworld.embedded.scenes.props.floors import breaks, ceiling, floor, plane_wall
from hmworld.embedded.scenes.props.skeleton import tyrant_skeleton
from hmworld.embedded.scenes.textures.catalogue import Texture

_EAST_M, _NORTH_M = 33.0, 25.0
_NAVE_Y, _COLUMN_M, _AISLE_M, _ROOF_M = 9.4, 8.2, 9.6, 13.0
_GLASS = (29.0, 7.2)
_WALLS = {"north": (0.24, 0.06, 0.05), "south": (0.075, 0.125, 0.095), "east": (0.085, 0.11, 0.17), "west": (0.085, 0.11, 0.17)}
_STONES = ((0.56, 0.53, 0.48), (0.50, 0.45, 0.37), (0.10, 0.115, 0.10))

STAGES = (
    StagePlace("west_nave", (-18.0, 0.0, 0.0), 7.0, 0.0),
    StagePlace("east_nave", (18.0, 0.0, 0.0), 7.0, 180.0),
    StagePlace("picture_gallery", (0.0, 17.2, 0.0), 6.2, 0.0),
    StagePlace("sculpture_gallery", (0.0, -17.2, 0.0), 6.2, 180.0),
)


def _floor(scene: Assembler, seed: int) -> Part:
    noise = PlaneNoise(Stream(seed, "marble"))

    def border(x: Array, y: Array) -> Array:
        frame = (np.abs(np.abs(y) - _NAVE_Y) < 0.9) | (np.abs(y) > _NORTH_M - 1.2) | (np.abs(x) > _EAST_M - 1.2)
        return np.where(frame, Texture.TERRAZZO, Texture.MARBLE)

    def colour(x: Array, y: Array) -> Array:
        tone = 0.88 + 0.22 * noise.fractal(x / 5.0 + 8.0, y / 5.0 + 4.0, 3)
        side = np.minimum(_EAST_M - np.abs(x), _NORTH_M - np.abs(y))
        aisle = 1.0 - 0.16 * np.clip((np.abs(y) - _NAVE_Y) / 2.0, 0.0, 1.0)
        return np.asarray(np.ones((len(x), 3)) * (tone * aisle * (1.0 - 0.35 * np.exp(-side / 0.5)))[:, None])

    lines = [s * (v + d) for s in (-1, 1) for v, d in ((_NAVE_Y, -0.9), (_NAVE_Y, 0.9), (_NORTH_M, -1.2))]
    x = breaks(-_EAST_M, _EAST_M, 0.6, [-_EAST_M + 1.2, _EAST_M - 1.2])
    y = breaks(-_NORTH_M, _NORTH_M, 0.6, lines)
    return floor(x, y, 0.0, border, {int(Texture.MARBLE): 2.4, int(Texture.TERRAZZO): 3.0}, colour, scene.obstacles)


def _wall(scene: Assembler, name: str, at: tuple[float, float], width: float, yaw: float) -> None:
    """A coloured wall with a stone dado, pilasters and a cornice."""
    xs = np.arange(0.0, width, 2.0)
    dado = plane_wall(width, xs, np.array((0.0, 0.3, 1.0)), Texture.ASHLAR, 2.4, (0.42, 0.38, 0.32))
    field = plane_wall(width, xs, np.array((1.0, 2.0, 4.0, 6.0, 8.0, _ROOF_M)), Texture.PLASTER, 3.0, _WALLS[name])
    trims = [
        box((0.0, -0.10, 0.98), (width, 0.0, 1.12), colour=exhibits.STONE, without=("+y",)),
        box((0.0, -0.06, 0.0), (width, 0.0, 0.22), colour=(0.16, 0.15, 0.14), without=("+y", "-z")),
        box((0.0, -0.30, _AISLE_M - 0.5), (width, 0.0, _AISLE_M - 0.25), colour=exhibits.STONE, without=("+y",)),
        box((0.0, -0.42, _AISLE_M - 0.25), (width, 0.0, _AISLE_M - 0.05), colour=exhibits.STONE, without=("+y",)),
    ]
    trims += [
        box((x - 0.35, -0.14, 1.12), (x + 0.35, 0.0, _AISLE_M - 0.5), colour=(0.40, 0.37, 0.31), without=("+y", "-z"))
        for x in np.linspace(0.6, width - 0.6, round(width / 8.2) + 1)
    ]
    scene.place(Prop(merge([dado, field, *trims]), (box_proxy((0.0, -0.3, 0.0), (width, 0.15, _ROOF_M)),)), (*at, 0.0), yaw)


def _shell(scene: Assembler) -> None:
    """Walls, colonnades with their beams, the flat ceilings of the aisles and the glazed roof of the nave."""
    _wall(scene, "north", (-_EAST_M, _NORTH_M), 2 * _EAST_M, 0.0)
    _wall(scene, "east", (_EAST_M, _NORTH_M), 2 * _NORTH_M, -90.0)
    _wall(scene, "south", (_EAST_M, -_NORTH_M), 2 * _EAST_M, 180.0)
    _wall(scene, "west", (-_EAST_M, -_NORTH_M), 2 * _NORTH_M, 90.0)
    column = exhibits.fluted_column(_COLUMN_M)
    for x in np.arange(-28.8, 28.9, 7.2):
        for y in (-_NAVE_Y, _NAVE_Y):
            scene.place(column, (float(x), y, 0.0))
    cream = (0.56, 0.53, 0.46)
    for sign in (-1.0, 1.0):
        y = sign * _NAVE_Y
        beam = [
            box((-_EAST_M, y - 0.5, _COLUMN_M), (_EAST_M, y + 0.5, _AISLE_M), colour=exhibits.STONE, without=()),
            box((-_EAST_M, y - 0.75, _AISLE_M - 0.3), (_EAST_M, y + 0.75, _AISLE_M), colour=cream, without=()),
            box(
                (-_EAST_M, y - 0.25, _AISLE_M),
                (_EAST_M, y + 0.25, _ROOF_M),
                colour=cream,
                texture=Texture.PLASTER,
                repeat_m=4.0,
                without=(),
            ),
        ]
        beam += [
            box((x - 0.07, y - 0.58, _COLUMN_M + 0.3), (x + 0.07, y + 0.58, _COLUMN_M + 0.9), colour=cream, without=())
            for x in np.arange(-32.4, 33.0, 0.6)
        ]
        scene.place(Prop(merge(beam), (box_proxy((-_EAST_M, y - 0.75, _COLUMN_M), (_EAST_M, y + 0.75, _ROOF_M)),)))
        middle = sign * (_NAVE_Y + _NORTH_M) / 2
        span = (_NORTH_M - _NAVE_Y) / 2
        flat = ceiling(
            breaks(-_EAST_M, _EAST_M, 6.0),
            breaks(middle - span, middle + span, 4.0),
            _AISLE_M,
            Texture.PLASTER,
            4.0,
            cream,
            lambda x, y: np.zeros(x.shape, np.bool_),
        )
        ribs = [
            box((x - 0.2, middle - span, _AISLE_M - 0.35), (x + 0.2, middle + span, _AISLE_M), colour=cream, without=())
            for x in np.arange(-32.4, 32.5, 3.6)
        ]
        ribs += [
            box((-_EAST_M, y1 - 0.2, _AISLE_M - 0.35), (_EAST_M, y1 + 0.2, _AISLE_M), colour=cream, without=())
            for y1 in np.linspace(middle - span, middle + span, 5)
        ]
        roof = box_proxy((-_EAST_M, middle - span, _AISLE_M - 0.4), (_EAST_M, middle + span, _AISLE_M + 0.05))
        scene.place(Prop(merge([flat, *ribs]), (roof,)))
    half_x, half_y = _GLASS
    iron = (0.28, 0.30, 0.29)

    def is_open(x: Array, y: Array) -> NDArray[np.bool_]:
        return np.asarray((np.abs(x) < half_x) & (np.abs(y) < half_y))

    xs, ys = breaks(-_EAST_M, _EAST_M, 6.0, (-half_x, half_x)), breaks(-_NAVE_Y, _NAVE_Y, 3.0, (-half_y, half_y))
    top = [ceiling(xs, ys, _ROOF_M, Texture.PLASTER, 4.0, cream, is_open)]
    top += [
        box((x - 0.05, -half_y, _ROOF_M - 0.1), (x + 0.05, half_y, _ROOF_M + 0.1), colour=iron, without=())
        for x in np.arange(-half_x, half_x + 0.1, 1.45)
    ]
    top += [
        box((-half_x, y - 0.05, _ROOF_M - 0.1), (half_x, y + 0.05, _ROOF_M + 0.1), colour=iron, without=())
        for y in np.linspace(-half_y, half_y, 9)
    ]
    top += [
        box((x - 0.22, -_NAVE_Y, _ROOF_M - 0.6), (x + 0.22, _NAVE_Y, _ROOF_M), colour=cream, without=())
        for x in np.arange(-28.8, 28.9, 7.2)
    ]
    scene.place(Prop(merge(top), (box_proxy((-_EAST_M, -_NAVE_Y, _ROOF_M - 0.6), (_EAST_M, _NAVE_Y, _ROOF_M + 0.1)),)))


def _pictures(scene: Assembler, seed: int) -> None:
    """Paintings in the bays between the pilasters of every wall, and a portal in the middle of both ends."""
    stream = Stream(seed, "pictures")
    door = exhibits.portal(3.2, 4.6)
    scene.place(door, (_EAST_M, 0.0, 0.0), -90.0)
    scene.place(door, (-_EAST_M, 0.0, 0.0), 90.0)
    sizes = ((3.0, 2.0), (1.5, 2.0), (2.6, 1.9), (2.0, 1.6))
    made = [exhibits.picture(k, *size, 1.55) for k, size in enumerate(sizes)]
    high = [exhibits.picture(k, size[0] * 0.8, size[1] * 0.8, 4.7) for k, size in enumerate(sizes)]
    for k, x in enumerate(np.linspace(-28.3, 28.3, 8)):
        for side, (y, yaw) in enumerate(((_NORTH_M, 0.0), (-_NORTH_M, 180.0))):
            pick = (k + 2 * side + stream.integer(0, 2)) % 4
            for shift in (-1.95, 1.75):
                scene.place(made[pick], (float(x) + shift, y, 0.0), yaw)
                scene.place(high[(pick + 1) % 4], (float(x) + shift, y, 0.0), yaw)
                pick = (pick + 3) % 4
    for k, y in enumerate((-20.8, -16.6, -12.4, -6.6, 6.6, 12.4, 16.6, 20.8)):
        for x, yaw in ((_EAST_M, -90.0), (-_EAST_M, 90.0)):
            scene.place(made[(k + int(x > 0)) % 4], (x, y, 0.0), yaw)
            scene.place(high[(k + 2) % 4], (x, y, 0.0), yaw)


def _exhibits(scene: Assembler, seed: int) -> None:
    """The skeleton in the middle of the nave, statues, vases, cases, benches and ropes round the stages."""
    scene.place(tyrant_skeleton(), (0.0, 0.0, 0.0), 62.0)
    along, across = (
        np.array((np.cos(np.radians(62.0)), np.sin(np.radians(62.0)))),
        np.array((-np.sin(np.radians(62.0)), np.cos(np.radians(62.0)))),
    )
    ring = [7.6 * np.cos(a) * along + 3.5 * np.sin(a) * across for a in np.radians(np.arange(0.0, 361.0, 30.0))]
    scene.place(exhibits.rope_line([(float(x), float(y)) for x, y in ring]))
    figures = [exhibits.statue(Stream(seed, f"statue {k}"), _STONES[k % 3], k % 2 == 1) for k in range(4)]
    statues = [
        (-25.2, 6.4, 40.0), (-25.2, -6.4, 140.0), (-10.8, 7.4, -20.0), (-10.8, -7.4, 200.0), (25.2, 6.4, -40.0), (25.2, -6.4, 220.0),
        (10.8, 7.4, 20.0), (10.8, -7.4, 160.0), (-7.9, -13.0, 120.0), (7.9, -13.4, 200.0), (-7.4, -20.4, 60.0), (7.6, -20.8, -60.0),
        (0.0, -24.0, 180.0), (-14.4, -17.6, 90.0), (14.4, -17.0, -90.0), (-21.6, -13.0, 180.0), (21.6, -13.0, 180.0), (-3.6, -10.3, 180.0),
        (-28.8, -20.0, 100.0), (28.8, -20.0, 260.0),
    ]  # fmt: skip
    for k, (x, y, yaw) in enumerate(statues):
        scene.place(figures[k % 4], (x, y, 0.0), yaw)
    pots = [
        exhibits.vase(Stream(seed, f"vase {k}"), rgb) for k, rgb in enumerate(((0.08, 0.11, 0.19), (0.30, 0.13, 0.07), (0.48, 0.46, 0.40)))
    ]
    for k, (x, y) in enumerate(
        (
            (-26.2, 0.0),
            (26.2, 2.6),
            (-18.0, 8.1),
            (18.0, -8.1),
            (-7.3, 13.4),
            (7.2, 20.8),
            (-14.2, 13.0),
            (15.0, 21.0),
            (3.9, -24.2),
            (-3.9, -24.2),
        )
    ):
        scene.place(pots[k % 3], (x, y, 0.0))
    for k, (x, y, yaw) in enumerate(
        (
            (-7.4, 17.6, 90.0),
            (7.6, 14.2, 90.0),
            (7.6, 17.4, 90.0),
            (-3.4, 10.4, 0.0),
            (3.6, 10.4, 0.0),
            (-14.4, 20.0, 90.0),
            (-25.6, -2.8, 90.0),
            (-20.4, -7.9, 0.0),
            (15.4, 7.9, 0.0),
            (20.6, 7.9, 0.0),
            (25.6, -2.2, 90.0),
            (-8.0, -16.8, 90.0),
            (21.6, 14.0, 0.0),
            (-21.6, 14.0, 0.0),
            (25.0, 18.0, 90.0),
            (-26.0, 19.0, 90.0),
        )
    ):
        scene.place(exhibits.glass_case(Stream(seed, f"case {k}")), (x, y, 0.0), yaw)
    bench = exhibits.gallery_bench()
    for x, y, yaw in (
        (-4.6, 23.6, 0.0),
        (-7.9, 21.0, 60.0),
        (-15.6, 7.9, 0.0),
        (-20.4, 7.9, 0.0),
        (15.6, -7.9, 0.0),
        (21.0, -7.9, 0.0),
        (7.6, -17.2, 90.0),
        (17.0, 17.0, 90.0),
        (-18.0, 17.0, 90.0),
    ):
        scene.place(bench, (x, y, 0.0), yaw)
    scene.place(exhibits.globe(), (8.6, 22.4, 0.0), 30.0)
    scene.place(exhibits.globe(), (-26.4, 3.0, 0.0), 80.0)
    for points in (
        [(-6.0, 23.9), (-3.6, 23.5), (-1.2, 23.9)],
        [(1.2, 23.9), (3.6, 23.5), (6.0, 23.9)],
        [(-11.4, 23.7), (-9.4, 23.7)],
        [(11.6, 23.7), (14.0, 23.7), (16.4, 23.7)],
    ):
        scene.place(exhibits.rope_line(points))


def build(seed: int) -> SceneModel:
    """The scene for a seed; the layout is fixed, figures, exhibits and the hanging of pictures vary."""
    scene = Assembler()
    _shell(scene)
    _pictures(scene, seed)
    _exhibits(scene, seed)
    lamp = exhibits.chandelier(5.6, _AISLE_M)
    for x in (-25.2, -10.8, 3.6, 18.0):
        for y in (-17.2, 17.2):
            scene.place(lamp, (x, y, 0.0))
            scene.lamp((x, y, 5.4), (15.0, 11.5, 7.4), 14.0)
    big = exhibits.chandelier(7.4, _ROOF_M)
    for x in (-21.6, -7.2, 7.2, 21.6):
        scene.place(big, (x, 0.0, 0.0))
        scene.lamp((x, 0.0, 7.2), (26.0, 20.5, 13.5), 17.0)
    for x in np.linspace(-28.3, 28.3, 5):
        for y in (-_NORTH_M + 2.4, _NORTH_M - 2.4):
            scene.lamp((float(x), y, 5.0), (5.0, 4.3, 3.2), 8.0)
    scene.add(_floor(scene, seed))
    return scene.finish(STAGES, seed)
