"""Scene `downtown_crossing`: a big modern intersection between glass and concrete towers, crosswalks on all sides, taxis and a bus."""

from __future__ import annotations

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Assembler, Prop, box_proxy
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.model import SceneModel, StagePlace
from hmworld.embedded.scenes.props import city_vehicles, traffic
from hmworld.embedded.scenes.props import street_furniture as furniture
from hmworld.embedded.scenes.props.downtown_ground import FRONT_Y_M, KERB_M, PLAZA_M, downtown_ground
from hmworld.embedded.scenes.props.parked import far_car, near_stage, some_car
from hmworld.embedded.scenes.props.towers import STYLES, high_rise, skyline
from hmworld.embedded.scenes.props.trees import leafy_tree, shrub
from hmworld.embedded.scenes.props.vehicles import PAINTS, SALOON

STAGES = (
    StagePlace("crossing", (0.0, 0.0, 0.0), 8.5, 0.0),
    StagePlace("east_avenue", (46.0, 0.0, 0.0), 6.5, 0.0),
    StagePlace("plaza", (30.0, 30.0, KERB_M), 8.0, 45.0),
    StagePlace("west_avenue", (-46.0, 0.0, 0.0), 6.5, 180.0),
)

# Corner x and y, width, depth, height and style of each tower; low ones stand where the sun must pass.
_TOWERS = (
    (47, 15, 24, 32, 52, 0), (15, 47, 27, 20, 40, 1), (43.5, 48, 27, 20, 58, 3), (73, 15, 22, 24, 36, 2), (97, 15, 27, 24, 48, 6),
    (15, 69, 24, 22, 30, 5), (15, 93, 24, 26, 50, 0),
    (15, -39, 24, 24, 56, 2), (41, -37, 20, 22, 27, 4), (63, -39, 26, 24, 45, 3), (91, -37, 30, 22, 34, 1),
    (15, -65, 22, 24, 31, 6), (15, -93, 24, 26, 46, 0), (15, -120, 24, 25, 38, 5),
    (-39, -39, 24, 24, 31, 1), (-65, -37, 24, 22, 52, 7), (-91, -39, 24, 24, 36, 2), (-120, -37, 27, 22, 45, 6),
    (-37, -66, 22, 25, 42, 3), (-39, -94, 24, 26, 34, 4), (-39, -122, 24, 26, 54, 0),
    (-39, 15, 24, 24, 37, 6), (-64, 15, 23, 24, 48, 0), (-90, 15, 24, 26, 28, 4), (-120, 15, 28, 24, 51, 2),
    (-37, 41, 22, 24, 58, 7), (-39, 67, 24, 24, 38, 1), (-39, 93, 24, 26, 45, 5),
    (144, -14, 26, 28, 60, 3), (-170, -14, 26, 28, 54, 1), (-13, 144, 26, 26, 62, 2), (-13, -170, 26, 26, 50, 0),
)  # fmt: skip


def _open_sides(x: float, y: float, wide: float, deep: float) -> str:
    """The sides of a tower that face a street or the plaza, for `high_rise`."""
    probes = {
        "s": (x + wide / 2, y - 3.0),
        "n": (x + wide / 2, y + deep + 3.0),
        "w": (x - 3.0, y + deep / 2),
        "e": (x + wide + 3.0, y + deep / 2),
    }
    low, high = PLAZA_M
    return "".join(side for side, (px, py) in probes.items() if min(abs(px), abs(py)) < FRONT_Y_M or (low < px < high and low < py < high))


def _towers(scene: Assembler, seed: int) -> None:
    for number, (x, y, wide, deep, high, style) in enumerate(_TOWERS):
        tower = high_rise(wide, deep, high, STYLES[int(style)], Stream(seed, f"tower {number}"), _open_sides(x, y, wide, deep))
        scene.place(tower, (x, y, 0.0))
    far = Stream(seed, "skyline")
    turn = (np.arange(54) + far.array(54, -0.3, 0.3)) * (2 * np.pi / 54)
    away = np.where(np.arange(54) % 2 == 0, 195.0, 262.0) + far.array(54, -12.0, 22.0)
    scene.add(skyline(np.stack([away * np.cos(turn), away * np.sin(turn), far.array(54, 28.0, 78.0)], 1), -0.1, far))


def _billboards(scene: Assembler) -> None:
    """Big pictures on walls above the shops around the crossing, a screen on the plaza's towers."""
    walls = [
        (17.0, -15.2, 180.0, 12.0, 8.0, 9.0, 0), (-18.0, -15.2, 180.0, 14.0, 8.0, 7.5, 2), (-34.0, 14.8, 0.0, 13.0, 8.0, 8.5, 1),
        (-15.2 + 0.4, 20.0, 90.0, 11.0, 12.0, 7.5, 3), (14.8, -18.0, -90.0, 12.0, 20.0, 9.0, 3), (18.0, 46.8, 0.0, 13.0, 9.0, 8.5, 3),
        (46.8, 42.0, -90.0, 15.0, 10.0, 9.0, 2), (66.0, -15.2, 180.0, 10.0, 8.0, 7.0, 1), (-78.0, 14.8, 0.0, 11.0, 8.0, 7.0, 0),
    ]  # fmt: skip
    for x, y, yaw, wide, z, high, number in walls:
        at = (x + wide, y, z) if yaw == 180.0 else (x, y, z)
        proxy = box_proxy((-0.15, -0.17, -0.15), (wide + 0.15, 0.0, high + 0.15))
        scene.place(Prop(traffic.advert(wide, high, number), (proxy,)), at, yaw)


def _traffic(scene: Assembler, stream: Stream) -> None:
    """Queues before the stop lines, parked cars, a bus at the lights and one at its stop."""
    taxi = city_vehicles.taxi()
    paints = [PAINTS[k] for k in (2, 3, 5, 4, 0, 1)]

    def put(x: float, y: float, yaw: float) -> None:
        """A taxi or a car in a sober colour."""
        near = near_stage(STAGES, x, y)
        if stream.number() < 0.34:
            scene.place(taxi if near else far_car(SALOON, city_vehicles.TAXI), (x, y, 0.0), yaw)
        else:
            scene.place(some_car(stream, near, paints), (x, y, 0.0), yaw)

    scene.place(taxi, (-16.6, -1.75, 0.0))
    put(-17.0, -5.0, 0.0)
    put(-23.2, -1.75, 0.0)
    scene.place(city_vehicles.city_bus((0.04, 0.16, 0.42)), (20.2, 5.0, 0.0), 180.0)
    scene.place(taxi, (16.8, 1.7, 0.0), 180.0)
    scene.place(taxi, (1.75, -16.8, 0.0), 90.0)
    scene.place(city_vehicles.delivery_van((0.62, 0.61, 0.58)), (5.0, -17.0, 0.0), 90.0)
    put(1.7, -23.4, 90.0)
    put(-1.75, 16.9, -90.0)
    scene.place(taxi, (-5.0, 17.0, 0.0), -90.0)
    put(-5.0, 23.6, -90.0)
    scene.place(city_vehicles.city_bus((0.46, 0.05, 0.035)), (-62.0, 7.7, 0.0), 180.0)
    for sign in (-1.0, 1.0):
        for x in np.arange(-118.0, 119.0, 6.2).tolist():
            keep = stream.number() < 0.66
            if abs(x) < 23.0 or (sign > 0 and abs(x + 62.0) < 9.5) or (not keep and abs(abs(x) - 46.0) > 11.0):
                continue
            put(x, sign * 7.82, 0.0 if sign < 0 else 180.0)
        for y in np.arange(-118.0, 119.0, 6.4).tolist():
            if abs(y) > 30.0 and stream.number() < 0.55:
                put(sign * 7.82, y, 90.0 * sign)
    for x, y, yaw in (
        (66.0, -1.7, 0.0),
        (88.0, 4.9, 180.0),
        (-80.0, -5.0, 0.0),
        (-70.0, 1.7, 180.0),
        (1.8, 60.0, 90.0),
        (-5.0, -62.0, -90.0),
    ):
        put(x, y, yaw)


def _furniture(scene: Assembler, seed: int) -> None:
    """Signals, lamps, boxes, carts, planters and trees."""
    k, z = 9.75, KERB_M
    light = (75.0, 62.0, 45.0)
    for x, y, yaw in ((k, -k, 90.0), (-k, k, -90.0), (-k, -k, 0.0), (k, k, 180.0)):
        scene.place(traffic.mast_signal(5.6), (x, y, z), yaw)
        a = np.radians(yaw)
        scene.lamp((round(x + 2.2 * float(np.cos(a)), 3), round(y + 2.2 * float(np.sin(a)), 3), z + 7.9), light, 18.0)
    lamp = traffic.street_lamp()
    spots = [(x, s * 9.7, 180.0 if s < 0 else 0.0) for x in (-94.0, -70.0, -46.0, -24.0, 24.0, 46.0, 70.0, 94.0) for s in (-1.0, 1.0)]
    spots += [(s * 9.7, y, 90.0 if s < 0 else -90.0) for y in (-56.0, -30.0, 30.0, 56.0) for s in (-1.0, 1.0)]
    for x, y, yaw in spots:
        scene.place(lamp, (x, y, z), yaw)
        a = np.radians(yaw)
        scene.lamp((round(x + 2.1 * float(np.sin(a)), 3), round(y - 2.1 * float(np.cos(a)), 3), z + 7.8), light, 18.0)
    short = traffic.street_lamp(4.6, 0.7)
    for x, y, yaw in ((20.6, 31.6, 90.0), (31.4, 20.8, 180.0), (39.4, 31.2, -90.0), (27.4, 40.6, 0.0)):
        scene.place(short, (x, y, z), yaw)
        scene.lamp((x, y, z + 4.4), (18.0, 15.0, 11.0), 14.0)
    boxes = traffic.newspaper_boxes(((0.50, 0.05, 0.035), (0.04, 0.13, 0.40), (0.62, 0.40, 0.02), (0.05, 0.26, 0.12)))
    for x, y, yaw in (
        (10.0, -12.6, -90.0),
        (-12.6, 10.0, 0.0),
        (12.4, 10.1, 0.0),
        (39.5, -10.2, 180.0),
        (-40.0, 10.2, 0.0),
        (20.5, 24.0, -90.0),
    ):
        scene.place(boxes, (x, y, z), yaw)
    cart = traffic.food_cart()
    for x, y, yaw in ((10.9, 12.6, -45.0), (-11.2, -12.4, 135.0), (52.5, 10.8, 0.0), (39.4, 34.4, -60.0), (-39.0, -10.9, 180.0)):
        scene.place(cart, (x, y, z), yaw)
    plug = traffic.hydrant()
    for x, y in ((-10.0, -9.9), (13.4, -10.0), (39.0, 9.9), (-53.0, -9.9)):
        scene.place(plug, (x, y, z))
    basket, seat = furniture.bin_(), furniture.bench()
    for x, y in ((11.6, -10.0), (-10.0, 13.6), (43.0, 10.0), (49.0, -10.0), (-49.5, 10.0), (-43.0, -10.0), (24.2, 38.4)):
        scene.place(basket, (x, y, z))
    shelter = furniture.bus_stop()
    scene.place(shelter, (-58.0, 11.6, z))
    scene.place(shelter, (34.0, -11.6, z), 180.0)
    stairs = traffic.subway_entrance()
    scene.place(stairs, (-13.1, -20.0, z), 180.0)
    scene.place(stairs, (18.2, 33.0, z), 0.0)
    scene.place(traffic.ring_sculpture(), (41.0, 41.0, z), 20.0)
    _green(scene, seed, z)
    for x, y, yaw in ((30.0, 40.2, 0.0), (20.4, 28.6, 90.0), (39.6, 27.0, -90.0), (-46.0, -11.2, 180.0), (46.5, 11.2, 0.0)):
        scene.place(seat, (x, y, z), yaw)
    for x, y, yaw in ((23.0, 20.3, 0.0), (33.5, 19.4, 0.0)):
        scene.place(furniture.cafe_table(), (x, y, z), yaw)
        scene.place(furniture.parasol((0.62, 0.30, 0.04)), (x, y, z))


def _green(scene: Assembler, seed: int, z: float) -> None:
    """Planters with shrubs round the plaza, slim street trees."""
    bush = shrub(Stream(seed, "box"), 0.52, 60, np.array((0.85, 1.0, 0.9)))
    tub = traffic.planter_box(3.6)
    for x, y, yaw in ((26.0, 17.2, 0.0), (40.0, 17.2, 0.0), (18.0, 42.0, 90.0), (40.6, 22.0, 90.0), (22.5, 41.4, 0.0), (44.0, 33.0, 90.0)):
        scene.place(tub, (x, y, z), yaw)
        for step in (-1.2, 0.0, 1.2):
            along = (step, 0.0) if yaw == 0.0 else (0.0, step)
            scene.place(bush, (x + along[0], y + along[1], z + 0.55), 70.0 * step)
    trees = [leafy_tree(Stream(seed, f"plane {k}"), 2.9, (1.55, 1.8), 150, np.array((1.05, 1.05, 0.85))) for k in range(2)]
    spots = [(x, s * 10.7) for x in (-104.0, -76.0, -28.0, 24.0, 56.0, 76.0, 104.0) for s in (-1.0, 1.0)]
    spots += [(s * 10.7, y) for y in (-72.0, -44.0, 44.0, 72.0) for s in (-1.0, 1.0)]
    spots += [(20.0, 19.0), (20.2, 38.8), (43.2, 27.6), (34.5, 43.6)]
    for k, (x, y) in enumerate(spots):
        if abs(x) < FRONT_Y_M and abs(y) < FRONT_Y_M:
            continue
        scene.place(trees[k % 2], (x, y, z), 47.0 * k, 0.95 + 0.05 * (k % 3))


def build(seed: int) -> SceneModel:
    """The scene for a seed; towers, stages and furniture stand fixed, cladding, lit offices, traffic and the skyline vary."""
    scene = Assembler()
    scene.add(downtown_ground(seed))
    _towers(scene, seed)
    _billboards(scene)
    _traffic(scene, Stream(seed, "traffic"))
    _furniture(scene, seed)
    return scene.finish(STAGES, seed)
