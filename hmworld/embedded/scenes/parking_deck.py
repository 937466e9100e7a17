"""Scene `parking_deck`: the top of a multi-storey car park, half of it open to the sky, half under a last roof, a skyline around."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.scenes.kit.assembler import Assembler, Prop, box_proxy
from hmworld.embedded.scenes.kit.noise import PlaneNoise
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.kit.shapes import Array, Part, box, instances, merge, quads
from hmworld.embedded.scenes.model import SceneModel, StagePlace
from hmworld.embedded.scenes.props import car_park
from hmworld.embedded.scenes.props.ground_cells import Surface, breaks, level_cells
from hmworld.embedded.scenes.props.parked import far_car, near_car, near_stage, some_car
from hmworld.embedded.scenes.props.towers import skyline
from hmworld.embedded.scenes.props.vehicles import PAINTS, SALOON
from hmworld.embedded.scenes.textures.catalogue import Texture

STAGES = (
    StagePlace("roof_north", (35.0, 9.0, 0.0), 7.5, 0.0),
    StagePlace("roof_middle", (6.0, -10.9, 0.0), 6.8, 180.0),
    StagePlace("covered", (-33.25, 9.0, 0.0), 6.5, 0.0),
    StagePlace("roof_south", (38.0, -9.6, 0.0), 7.2, 180.0),
)
_X_M, _Y_M = 53.0, 18.0
_COVER_X_M = -14.5
"""West of here the level has a roof."""
_STREET_M = -9.6
_PITCH_M = 2.5
_ROWS = (15.5, 2.5, -2.5, -15.5)
"""Middles of the four rows of bays."""
_INNER_X = np.array([-22.0, -44.5])
"""Lines of the covered level with columns along the aisles too."""


def _deck(seed: int) -> Part:
    """The slab with its bays, a walkway and stains; darker under the roof."""
    noise = PlaneNoise(Stream(seed, "deck"))
    surfaces = (
        Surface(Texture.ASPHALT, 3.0, (2.05, 2.06, 2.1)),
        Surface(Texture.ROAD_PAINT, 3.0, (1.15, 1.15, 1.12)),
        Surface(Texture.ROAD_PAINT, 3.0, (0.10, 0.60, 0.62)),
        Surface(Texture.ROAD_PAINT, 3.0, (0.10, 0.30, 0.85)),
        Surface(Texture.ASPHALT, 3.0, (0.6, 0.6, 0.6)),
    )

    def in_rows(y: Array) -> NDArray[np.bool_]:
        return np.asarray(np.abs(y) > 13.0) | (np.abs(y) < 4.95)

    def material(x: Array, y: Array) -> Array:
        ramp = (np.abs(x) < 15.5) & (np.abs(y) < 5.1)
        line = (np.abs((x + 0.07) % _PITCH_M - 0.07) < 0.07) & in_rows(y) | (np.abs(y) < 0.05)
        walk = (np.abs(np.abs(y) - 12.55) < 0.45) & (np.floor(x / 0.7) % 2 == 0) & (x > -50)
        badge = in_rows(y) & (np.abs(y) > 13) & (x > 17.5) & (x < 25.0)
        joint = np.abs((x + 0.03) % car_park.BAY_M - 0.03) < 0.035
        base = np.where(joint, 4, np.where(badge, 3, np.where(walk, 2, 0)))
        return np.where(line & ~ramp, 1, base)

    def shade(x: Array, y: Array) -> Array:
        stain = 0.74 + 0.52 * noise.fractal(x / 4.0 + 11.0, y / 4.0 + 11.0, 4)
        tyres = 1.0 - 0.13 * np.exp(-(((np.abs(np.abs(y) - 9.0) - 1.6) / 0.7) ** 2))
        oil = 1.0 - 0.35 * in_rows(y) * np.clip(noise.fractal(x / 1.3, y / 1.3, 2) * 3.0 - 1.7, 0, 1)
        cover = np.where(x < _COVER_X_M, 0.80, 1.0)
        edge = 1.0 - 0.35 * np.clip(np.abs(y) - _Y_M + 0.8, 0, 0.8) / 0.8
        return np.asarray(stain * tyres * oil * cover * edge)

    bays = np.asarray(np.arange(-21, 22) * _PITCH_M, np.float64)
    joints = np.asarray(np.arange(-7, 8) * car_park.BAY_M, np.float64)
    x = breaks(-_X_M, _X_M, bays - 0.07, bays + 0.07, joints + 0.005, np.arange(-51.1, 52.0, 0.7), [_COVER_X_M])
    rows = breaks(
        -_Y_M,
        _Y_M,
        [0.0, 0.05, 1.6, 3.3, 4.95, 6.2, 7.4, 9.0, 10.6, 12.1, 13.0, 14.6, 16.4],
        [-0.05, -1.6, -3.3, -4.95, -6.2, -7.4, -9.0, -10.6, -12.1, -13.0, -14.6, -16.4],
    )
    return level_cells(x, rows, 0.0, surfaces, material, shade)


def _structure(scene: Assembler) -> None:
    """Parapets, columns, roof, ramps, stair towers, and the storeys below."""
    panel = car_park.parapet(_X_M / 7)
    for k in range(14):
        x = -_X_M + k * _X_M / 7
        scene.place(panel, (x, _Y_M, 0.0))
        scene.place(panel, (x + _X_M / 7, -_Y_M, 0.0), 180.0)
    side = car_park.parapet(_Y_M / 2)
    short = car_park.parapet((_Y_M - 4.2) / 2)
    for k in range(4):
        scene.place(side, (-_X_M, -_Y_M + k * _Y_M / 2, 0.0), 90.0)
    for k in range(2):
        scene.place(short, (_X_M, _Y_M - k * (_Y_M - 4.2) / 2, 0.0), -90.0)
        scene.place(short, (_X_M, -4.2 - k * (_Y_M - 4.2) / 2, 0.0), -90.0)
    lines = np.asarray(_COVER_X_M - car_park.BAY_M * np.arange(6), np.float64)
    scene.place(car_park.bay_columns(lines, (-17.6, 0.0, 17.6)))
    scene.place(car_park.bay_columns(_INNER_X, (-13.2, -4.9, 4.9, 13.2)))
    for x in lines[1:].tolist():
        scene.place(car_park.roof_bay(_Y_M + 0.22), (x, 0.0, 0.0))
    scene.place(car_park.straight_ramp(28.5, 3.4), (_COVER_X_M, 0.0, 0.0))
    tower = car_park.stair_tower()
    scene.place(tower, (-9.0, 13.1, 0.0))
    scene.place(tower, (50.0, -13.1, 0.0), 180.0)
    scene.place(tower, (-50.0, -13.1, 0.0), 180.0)
    scene.add(car_park.spiral_ramp(10.0, _STREET_M, 4.8).moved((68.0, 0.0, 0.0)))
    bridge = box(
        (_X_M, -4.4, -0.5), (60.0, 4.4, -0.02), texture=Texture.POURED_CONCRETE, repeat_m=4.0, colour=(0.42, 0.41, 0.40), without=()
    )
    scene.add(bridge)
    for y, yaw, x in ((4.2, 0.0, _X_M), (-4.2, 180.0, _X_M + 6.0)):
        scene.place(car_park.parapet(6.0), (x, y, 0.0), yaw)
    body = box(
        (-_X_M, -_Y_M, _STREET_M),
        (_X_M, _Y_M, -0.3),
        texture=Texture.POURED_CONCRETE,
        repeat_m=4.0,
        colour=(0.40, 0.39, 0.38),
        without=("-z", "+z"),
    )
    gaps = []
    for z in (-7.6, -4.4):
        gaps += [
            [
                (-_X_M + 1, -_Y_M - 0.03, z),
                (_X_M - 1, -_Y_M - 0.03, z),
                (_X_M - 1, -_Y_M - 0.03, z + 1.6),
                (-_X_M + 1, -_Y_M - 0.03, z + 1.6),
            ]
        ]
    scene.add(merge([body, quads(gaps, colour=(0.02, 0.02, 0.022))]))


def _lights(scene: Assembler) -> None:
    """Masts in the open half, tubes under the roof."""
    mast = car_park.double_mast()
    for x in (20.0, 32.5, 45.0):
        scene.place(mast, (x, 0.0, 0.0))
        for y in (-1.6, 1.6):
            scene.lamp((x, y, 6.9), (62.0, 60.0, 52.0), 18.0)
    for x in (-2.5, 15.0):
        for y in (-17.3, 17.3):
            scene.place(mast, (x, y, 0.0))
            scene.lamp((x, y * 0.9, 6.9), (66.0, 64.0, 56.0), 18.0)
    for x in (_COVER_X_M - car_park.BAY_M * np.arange(5) - 3.75).tolist():
        for y in (-13.0, -5.5, 5.5, 13.0):
            scene.lamp((x, y, car_park.CLEAR_M - 0.4), (5.0, 5.4, 4.9), 9.0)


def _taken(x: float, y: float) -> bool:
    """Whether a bay is kept free: near a stage, the ramp or a stair tower."""
    for stage in STAGES:
        dx = max(0.0, abs(x - stage.center_m[0]) - 1.0)
        dy = max(0.0, abs(y - stage.center_m[1]) - 2.45)
        if np.hypot(dx, dy) < stage.radius_m + 0.15:
            return True
    ramp = abs(x) < 17.0 and abs(y) < 6.0
    stairs = (abs(x + 9.0) < 4.5 and y > 12.0) or (abs(abs(x) - 50.0) < 4.5 and y < -12.0)
    if any(abs(x - line) < 1.5 for line in _INNER_X.tolist()):
        return True
    mast = abs(y) > 13.0 and (abs(x + 2.5) < 1.4 or abs(x - 15.0) < 1.4)
    return ramp or stairs or mast


def _cars(scene: Assembler, seed: int) -> None:
    """Cars in about half of the bays, some on the roof above, one on the way out, stops at the heads of the bays."""
    stream = Stream(seed, "parked cars")
    stops = []
    for y in _ROWS:
        outward = 90.0 if y in (15.5, -2.5) else -90.0
        for k in range(-21, 21):
            x = (k + 0.5) * _PITCH_M
            draw = stream.number()
            head = y + (2.1 if outward > 0 else -2.1)
            clear = (abs(y) < 6.0 and abs(x) < 17.0) or (abs(x + 9.0) < 4.0 and y > 12) or (abs(abs(x) - 50.0) < 4.0 and y < -12.0)
            if not clear and not any(np.hypot(x - s.center_m[0], head - s.center_m[1]) < s.radius_m + 1.2 for s in STAGES):
                stops.append((x, head, 0.0))
            beside = any(abs(x - s.center_m[0]) < s.radius_m + 5.5 and abs(y - s.center_m[1]) < 12.0 for s in STAGES)
            if _taken(x, y) or draw > (0.82 if beside else 0.72):
                continue
            column = (
                x < _COVER_X_M + 0.5
                and any(abs(x - c) < 1.15 for c in (_COVER_X_M - car_park.BAY_M * np.arange(6)).tolist())
                and abs(y) < 6.0
            )
            shift = 0.35 if column else 0.0
            near = near_stage(STAGES, x, y, 60.0)
            y_car = y + (0.1 if y > 0 else -0.1) * (1.0 if abs(y) < 6.0 else -1.0) + np.sign(y) * shift
            yaw = outward if stream.number() < 0.7 else -outward
            scene.place(some_car(stream, near), (x, float(y_car), 0.0), yaw + stream.number(-1.2, 1.2))
    scene.add(instances(car_park.wheel_stop(), stops))
    for x, y in ((-30.0, 13.0), (-35.2, -12.0), (-22.4, 12.6), (-44.0, 12.8)):
        above = far_car(SALOON, PAINTS[int(-x) % 8])
        # Out of the way of walkers below.
        scene.place(replace(above, obstacles=tuple(replace(o, solid=False) for o in above.obstacles)), (x, y, car_park.ROOF_M), 90.0)
    scene.place(near_car(SALOON, PAINTS[1]), (21.5, 7.2, 0.0), 180.0)


def _extras(scene: Assembler) -> None:
    """Machines, trolleys, bollards and arrows."""
    machine = car_park.pay_machine()
    for x, y, yaw in ((-5.2, 15.0, 0.0), (46.2, -15.2, 180.0), (-4.0, -16.9, 180.0), (-25.6, 16.6, 0.0)):
        scene.place(machine, (x, y, 0.0), yaw)
    trolleys = car_park.shopping_trolleys(7)
    for x, y, yaw in ((27.2, 15.8, 90.0), (-24.0, 2.6, 90.0), (14.6, -15.6, 90.0), (27.6, -4.0, 90.0)):
        scene.place(trolleys, (x, y, 0.0), yaw)
    post = box((-0.09, -0.09, 0.0), (0.09, 0.09, 1.0), colour=(0.66, 0.42, 0.02))
    stripe = box((-0.095, -0.095, 0.62), (0.095, 0.095, 0.78), colour=(0.03, 0.03, 0.03), without=())
    guard = Prop(merge([post, stripe]).grounded(0.3, 0.6), (box_proxy((-0.1, -0.1, 0.0), (0.1, 0.1, 1.0)),))
    for x, y in ((-12.2, 12.2), (-10.7, 12.2), (-7.4, 12.2), (-5.9, 12.2), (15.6, -4.2), (15.6, 4.2), (-15.4, 4.6), (-15.4, -4.6)):
        scene.place(guard, (x, y, 0.0))
    sign = car_park.arrow(0.006)
    for x, y, yaw in (
        (-46.0, 9.0, 180.0),
        (-20.0, 9.0, 180.0),
        (10.0, 9.0, 180.0),
        (48.0, 9.0, 180.0),
        (-46.0, -9.0, 0.0),
        (-12.0, -9.6, 0.0),
        (20.0, -9.0, 0.0),
        (47.2, -8.0, 0.0),
        (35.0, 9.0, 180.0),
        (-33.0, 9.0, 180.0),
    ):
        scene.add(sign.moved((x, y, 0.0), yaw))


def _city(scene: Assembler, seed: int) -> None:
    """Streets below and towers all around, near ones low."""
    far = Stream(seed, "city")
    ground = quads(
        [[(-330, -330, _STREET_M), (330, -330, _STREET_M), (330, 330, _STREET_M), (-330, 330, _STREET_M)]],
        texture=Texture.ASPHALT,
        repeat_m=8.0,
        colour=(1.2, 1.2, 1.2),
    )
    scene.add(ground)
    spots = []
    for ring, count, low, high in ((82.0, 15, 14.0, 34.0), (128.0, 21, 18.0, 58.0), (190.0, 26, 22.0, 74.0), (262.0, 32, 30.0, 92.0)):
        turn = (np.arange(count) + far.array(count, -0.25, 0.25)) * 2 * np.pi / count
        away = ring + far.array(count, -8.0, 10.0)
        x, y = away * np.cos(turn) * 1.12, away * np.sin(turn) * 0.92
        rise = low + (high - low) * far.array(count) ** 1.8
        spots.append(np.stack([x, y, rise + 3.0], 1))
    scene.add(skyline(np.concatenate(spots[:1]), _STREET_M, far, group=1))
    scene.add(skyline(np.concatenate(spots[1:]), _STREET_M, far))


def build(seed: int) -> SceneModel:
    """The scene for a seed; the building stands fixed, parked cars, stains and the city vary."""
    scene = Assembler()
    scene.add(_deck(seed))
    _structure(scene)
    _lights(scene)
    _cars(scene, seed)
    _extras(scene)
    _city(scene, seed)
    return scene.finish(STAGES, seed)
