"""Scene `station_concourse`: a railway terminus under an arched glass roof, trains at the platforms, gates, boards, kiosks, a clock."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.scenes.kit.assembler import Assembler
from hmworld.embedded.scenes.kit.noise import PlaneNoise
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.kit.shapes import PLAIN, Array, Part, box, merge, quads
from hmworld.embedded.scenes.model import SceneModel, StagePlace
from hmworld.embedded.scenes.props import rolling_stock, station
from hmworld.embedded.scenes.props.floors import breaks, floor
from hmworld.embedded.scenes.props.train_shed import arcade_wall, arched_roof, gable_screen, track
from hmworld.embedded.scenes.textures.catalogue import Texture

_HALF_M, _SOUTH_M, _TRACKS_M, _NORTH_M = 36.0, -20.0, 17.0, 96.0
_SPRING_M, _CROWN_M, _BED_M = 8.0, 21.0, -1.05
_PITS_X = ((-27.5, -18.5), (-11.2, -7.4), (7.4, 11.2), (18.5, 27.5))
_TRACKS_X = (-25.2, -20.8, -9.3, 9.3, 20.8, 25.2)

STAGES = (
    StagePlace("west_concourse", (-19.0, -2.0, 0.0), 7.0, 0.0),
    StagePlace("east_concourse", (19.0, -2.0, 0.0), 7.0, 180.0),
    StagePlace("booking_hall", (0.0, -8.5, 0.0), 7.0, 90.0),
    StagePlace("platform", (0.0, 34.0, 0.0), 6.0, 90.0),
)


def _in_pit(x: Array, y: Array) -> NDArray[np.bool_]:
    return np.asarray((y > _TRACKS_M) & np.any([(x > a) & (x < b) for a, b in _PITS_X], axis=0))


def _floor(scene: Assembler, seed: int) -> Part:
    """Terrazzo with dark bands, platforms with a pale edge and a yellow line, and the pits of the tracks."""
    noise = PlaneNoise(Stream(seed, "terrazzo"))
    edges = [v for pit in _PITS_X for v in pit]

    def to_edge(x: Array) -> Array:
        return np.asarray(np.min([np.abs(x - v) for v in edges], axis=0))

    def material(x: Array, y: Array) -> Array:
        on_platform = (y > _TRACKS_M) & ~_in_pit(x, y)
        line = on_platform & (to_edge(x) > 0.6) & (to_edge(x) < 0.75)
        paved = np.where(on_platform, np.where(to_edge(x) < 0.6, Texture.PAVING, Texture.SCREED), Texture.TERRAZZO)
        return np.where(line, PLAIN, np.where(_in_pit(x, y), -2, paved))

    def colour(x: Array, y: Array) -> Array:
        tone = 0.86 + 0.26 * noise.fractal(x / 6.0 + 8.0, y / 6.0 + 4.0, 3)
        band = 1.0 - 0.42 * (((np.abs(x) % 12.0) < 0.62) | (np.abs(y + 12.0) % 12.0 < 0.62)) * (y < _TRACKS_M - 0.1)
        grey = np.where((y > _TRACKS_M)[:, None], (0.36, 0.355, 0.34), (1.0, 1.0, 1.0))
        rim = (y > _TRACKS_M) & (to_edge(x) < 0.61)
        grey = np.where(rim[:, None], (1.3, 1.3, 1.3), grey)
        line = (y > _TRACKS_M) & (np.abs(to_edge(x) - 0.675) < 0.09)
        grey = np.where(line[:, None], (0.62, 0.42, 0.03), grey)
        return np.asarray(grey * (tone * band)[:, None])

    lines = [v + d for v in edges for d in (-0.75, -0.6, 0.0, 0.6, 0.75)]
    near = breaks(_SOUTH_M, _TRACKS_M, 0.6)
    x = breaks(-_HALF_M, _HALF_M, 0.6)
    parts = [floor(x, near, 0.0, lambda x, y: np.full(x.shape, Texture.TERRAZZO), {int(Texture.TERRAZZO): 2.4}, colour, scene.obstacles)]
    wide = breaks(-_HALF_M, _HALF_M, 0.9, lines)
    far = np.concatenate([breaks(_TRACKS_M, 50.0, 0.7), np.arange(54.0, _NORTH_M + 1, 6.0)])
    on = ~np.array([any(a + 1e-6 < (u + v) / 2 < b for a, b in _PITS_X) for u, v in pairwise(wide)])
    for start, stop in _runs(on):
        parts.append(
            floor(wide[start : stop + 1], far, 0.0, material, {int(Texture.SCREED): 4.0, int(Texture.PAVING): 2.4}, colour, scene.obstacles)
        )
    walls = []
    for a, b in _PITS_X:
        end = _NORTH_M
        walls += [
            [(a, _TRACKS_M, _BED_M), (a, end, _BED_M), (a, end, 0.0), (a, _TRACKS_M, 0.0)][::-1],
            [(b, end, _BED_M), (b, _TRACKS_M, _BED_M), (b, _TRACKS_M, 0.0), (b, end, 0.0)][::-1],
        ]
        walls.append([(a, _TRACKS_M, _BED_M), (b, _TRACKS_M, _BED_M), (b, _TRACKS_M, 0.0), (a, _TRACKS_M, 0.0)][::-1])
    parts.append(quads(walls, texture=Texture.BRICK, repeat_m=1.6, colour=(0.5, 0.45, 0.42), two_sided=True))
    bed = [(-_HALF_M, _TRACKS_M, _BED_M), (_HALF_M, _TRACKS_M, _BED_M), (_HALF_M, _NORTH_M, _BED_M), (-_HALF_M, _NORTH_M, _BED_M)]
    out = [(-300.0, _NORTH_M, _BED_M), (300.0, _NORTH_M, _BED_M), (300.0, 330.0, _BED_M), (-300.0, 330.0, _BED_M)]
    parts.append(quads([bed, out], texture=Texture.GRIT, repeat_m=2.0, colour=(0.5, 0.45, 0.42)))
    return merge(parts)


def _runs(on: Array) -> list[tuple[int, int]]:
    """First and last index of each run of true cells."""
    step = np.diff(np.concatenate([[0], on.astype(int), [0]]))
    return [(int(a), int(b)) for a, b in zip(np.flatnonzero(step == 1), np.flatnonzero(step == -1), strict=True)]


def _shell(scene: Assembler) -> None:
    """Side walls with arcades, the south front with its portals and big clock, the roof, the screen over the tracks."""
    long = _NORTH_M - _SOUTH_M
    scene.place(arcade_wall(long, _SPRING_M, True), (_HALF_M, _NORTH_M, 0.0), -90.0)
    scene.place(arcade_wall(long, _SPRING_M, True), (-_HALF_M, _SOUTH_M, 0.0), 90.0)
    front = arcade_wall(2 * _HALF_M, _SPRING_M, False)
    scene.place(front, (_HALF_M, _SOUTH_M, 0.0), 180.0)
    scene.place(arched_roof(_HALF_M, _SPRING_M, _CROWN_M, _SOUTH_M, _NORTH_M, 9.6))
    screen = gable_screen(_HALF_M, _SPRING_M, _CROWN_M, _SPRING_M, (0.20, 0.28, 0.26))
    scene.place(screen, (0.0, _SOUTH_M, 0.0))
    scene.place(screen, (0.0, _NORTH_M, 0.0))
    clock = station.clock_face(1.5).moved((0.0, -0.45, 10.6)).moved((0.0, _SOUTH_M, 0.0), 180.0)
    scene.add(clock)
    # Beyond the shed: sidings and dark brick buildings in the haze.
    stream = Stream(17, "beyond")
    for k in range(26):
        x = -150.0 + 12.0 * k
        far, wide, high = stream.number(150.0, 260.0), stream.number(6.0, 8.0), stream.number(8.0, 22.0)
        scene.add(box((x - wide, far, _BED_M), (x + wide, far + 12.0, high), texture=Texture.BRICK, repeat_m=6.0, colour=(0.8, 0.75, 0.7)))
    scene.add(box((-300.0, 320.0, _BED_M), (300.0, 330.0, 12.0), colour=(0.2, 0.2, 0.19)))


def _trains(scene: Assembler) -> None:
    """Tracks, buffer stops, and trains at five of the six tracks."""
    liveries = (((0.48, 0.47, 0.44), (0.42, 0.03, 0.03)), ((0.05, 0.10, 0.25), (0.60, 0.45, 0.08)), ((0.09, 0.22, 0.14), (0.55, 0.5, 0.4)))
    for k, x in enumerate(_TRACKS_X):
        scene.add(track(_TRACKS_M + 1.0, 200.0, _BED_M).moved((x, 0.0, 0.0)))
        scene.place(rolling_stock.buffer_stop(), (x, _TRACKS_M + 1.6, _BED_M))
        if k == 4:
            continue
        body, band = liveries[k % 3]
        start = _TRACKS_M + 3.2 + (k % 2) * 0.8
        lead, trail = rolling_stock.carriage(19.6, body, band, True), rolling_stock.carriage(19.6, body, band, False)
        for n in range(3):
            scene.place(trail if n else lead, (x, start + 20.0 * n, _BED_M + 0.22))


def _furniture(scene: Assembler, seed: int) -> None:
    """Gates, boards, machines, kiosks, seats, luggage and lamp columns."""
    gates = station.gate_row(9)
    for x in (-31.5, -14.9, 0.0, 14.9, 31.5):
        scene.place(station.gate_row(7) if abs(x) > 30 or abs(x) == 14.9 else gates, (x, 14.6, 0.0))
    scene.place(station.departure_board(11.0, 4.6, 7.2), (0.0, 12.4, 0.0))
    for x in (-23.0, 23.0):
        scene.place(station.departure_board(7.4, 3.8, 6.0), (x, 12.4, 0.0))
    scene.place(station.clock_pillar(), (0.0, 1.6, 0.0))
    hues = ((0.45, 0.04, 0.03), (0.03, 0.12, 0.40), (0.55, 0.35, 0.02))
    machines = [station.ticket_machine(hue) for hue in hues]
    rows = [(-10.6, -4.0, 90.0), (-10.6, -2.9, 90.0), (-10.6, -1.8, 90.0), (10.6, -4.4, -90.0), (10.6, -3.3, -90.0), (10.6, -2.2, -90.0)]
    rows += [(s * -11.4, y, -90.0 * s) for s in (1.0, -1.0) for y in (-4.1, -3.0, -1.9)]
    rows += [
        (-4.6, -17.6, 180.0),
        (-3.5, -17.6, 180.0),
        (3.5, -17.6, 180.0),
        (4.6, -17.6, 180.0),
        (-20.4, -10.6, 180.0),
        (-19.3, -10.6, 180.0),
        (21.0, -10.4, 180.0),
        (19.9, -10.4, 180.0),
    ]
    for k, (x, y, yaw) in enumerate(rows):
        scene.place(machines[(k // 3) % 3], (x, y, 0.0), yaw)
    awnings = (Texture.AWNING_RED, Texture.AWNING_GREEN, Texture.AWNING_BLUE)
    for k, (x, y, yaw) in enumerate(
        (
            (-29.2, -3.6, 90.0),
            (29.2, -0.4, -90.0),
            (-14.5, 8.6, 0.0),
            (14.5, 8.6, 0.0),
            (-10.2, -13.4, 90.0),
            (10.4, -12.0, -90.0),
            (-29.2, 4.6, 90.0),
            (29.2, 7.6, -90.0),
        )
    ):
        shop = station.kiosk(
            Stream(seed, f"kiosk {k}"), awnings[k % 3], ((0.14, 0.05, 0.03), (0.04, 0.10, 0.07), (0.04, 0.06, 0.14))[k % 3]
        )
        scene.place(shop, (x, y, 0.0), yaw)
    seats = station.seat_row(4)
    for x, y, yaw in (
        (-22.6, 8.2, 0.0),
        (22.6, 8.2, 0.0),
        (-17.4, -10.4, 0.0),
        (16.6, -10.6, 0.0),
        (-27.6, -10.6, 90.0),
        (27.6, -8.6, 90.0),
        (-5.4, 1.6, 0.0),
        (5.4, 1.6, 0.0),
        (0.0, 25.4, 0.0),
        (0.0, 43.6, 0.0),
        (0.0, 52.0, 0.0),
        (-14.9, 24.0, 90.0),
        (14.9, 24.0, 90.0),
    ):
        scene.place(seats, (x, y, 0.0), yaw)
    stream = Stream(seed, "luggage")
    for x, y in (
        (-11.4, 4.2),
        (11.2, 3.6),
        (-24.8, 5.8),
        (25.6, 3.2),
        (-8.2, -8.6),
        (8.4, -7.0),
        (2.6, -16.4),
        (3.4, 26.6),
        (-3.8, 41.6),
        (4.2, 41.0),
        (-13.2, -11.2),
    ):
        scene.place(station.luggage(stream), (x, y, 0.0), stream.number(0.0, 360.0))
    for x, y in ((-10.9, -8.0), (26.6, -5.4), (-3.6, 26.8), (11.6, 6.4)):
        scene.place(station.trolley(stream), (x, y, 0.0), stream.number(0.0, 360.0))
    column = station.lamp_column(5.2)
    for x in (-27.0, -11.2, 11.2, 27.0):
        for y in (-14.0, 0.4 if abs(x) < 20 else 11.2):
            scene.place(column, (x, y, 0.0))
            scene.lamp((x, y, 4.4), (26.0, 20.5, 13.5), 14.0)
    for y in (27.4, 41.0, 54.0, 68.0):
        for x in (-5.2, 5.2) if y < 60 else (0.0,):
            scene.place(station.lamp_column(4.4), (x, y, 0.0))
            scene.lamp((x, y, 3.7), (20.0, 16.0, 10.5), 13.0)
    for x in (-19.0, 0.0, 19.0):
        scene.lamp((x, -4.0, 12.0), (70.0, 61.0, 48.0), 18.0)


def build(seed: int) -> SceneModel:
    """The scene for a seed; the layout is fixed, stalls, luggage and the wear of the floor vary."""
    scene = Assembler()
    _shell(scene)
    _trains(scene)
    _furniture(scene, seed)
    scene.add(_floor(scene, seed))
    return scene.finish(STAGES, seed)
