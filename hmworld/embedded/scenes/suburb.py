"""Scene `suburb`: a quiet street that ends in a turning circle, detached houses behind lawns, hedges and picket fences."""

from __future__ import annotations

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Assembler
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.model import SceneModel, StagePlace
from hmworld.embedded.scenes.props import suburban, suburban_homes
from hmworld.embedded.scenes.props.parked import far_car, near_car, near_stage
from hmworld.embedded.scenes.props.street_furniture import bench
from hmworld.embedded.scenes.props.suburb_ground import GROUND_M, suburb_ground, wooded_rim
from hmworld.embedded.scenes.props.traffic import hydrant, street_lamp
from hmworld.embedded.scenes.props.trees import leafy_tree, shrub, spruce
from hmworld.embedded.scenes.props.vehicles import HATCHBACK, PAINTS, SALOON, VAN

STAGES = (
    StagePlace("turning_circle", (0.0, 0.0, GROUND_M), 9.0, 0.0),
    StagePlace("street", (46.0, 0.0, GROUND_M), 6.2, 0.0),
    StagePlace("playground", (80.0, 21.0, GROUND_M), 8.0, 100.0),
    StagePlace("street_end", (108.0, 0.0, GROUND_M), 6.2, 180.0),
)
_BULB_DEG = (62.0, 104.0, 146.0, 188.0, 230.0, 272.0)
_NORTH_X = (32.0, 54.0, 118.0, 140.0)
_SOUTH_X = (32.0, 54.0, 76.0, 98.0, 120.0, 142.0)
_FRONT_Y = 15.5


def homes() -> list[tuple[float, float, float]]:
    """Places (x, y, yaw) of the houses on both sides and round the circle."""
    places = [(25.5 * float(np.cos(np.radians(a))), 25.5 * float(np.sin(np.radians(a))), a - 90.0) for a in _BULB_DEG]
    places += [(x, _FRONT_Y, 0.0) for x in _NORTH_X]
    places += [(x, -_FRONT_Y, 180.0) for x in _SOUTH_X]
    return places


def _turned(x: float, y: float, place: tuple[float, float, float]) -> tuple[float, float]:
    """A point of a house's own frame in the world."""
    c, s = np.cos(np.radians(place[2])), np.sin(np.radians(place[2]))
    return float(place[0] + c * x - s * y), float(place[1] + s * x + c * y)


def _lots(scene: Assembler, seed: int) -> None:
    """Houses with what stands on their lots."""
    stream = Stream(seed, "lots")
    boxes = [suburban.mailbox(rgb) for rgb in ((0.06, 0.07, 0.09), (0.60, 0.60, 0.58), (0.05, 0.14, 0.32))]
    green, blue = suburban.wheelie_bin((0.03, 0.11, 0.05)), suburban.wheelie_bin((0.03, 0.08, 0.24))
    bush = [shrub(Stream(seed, f"shrub {k}"), 0.62, 70, np.array(t)) for k, t in enumerate(((0.9, 1.0, 0.9), (1.25, 1.1, 0.7)))]
    for k, place in enumerate(homes()):
        scene.place(suburban_homes.home(stream, suburban_homes.home_style(stream, k)), (place[0], place[1], 0.0), place[2])
        on_street = k >= len(_BULB_DEG)
        kerb = -(_FRONT_Y - 5.4) if on_street else -13.6
        x, y = _turned(4.2, kerb, place)
        scene.place(boxes[k % 3], (x, y, 0.0), place[2])
        for along, prop in ((11.4, green), (12.1, blue)):
            scene.place(prop, (*_turned(along, 0.6, place), 0.0), place[2])
        for along in (-5.4, -3.9, 2.6, 3.9):
            scene.place(bush[int(along) % 2], (*_turned(along, -0.95 if along > 0 else -1.9, place), 0.0), 60.0 * along)
        if stream.number() < 0.75:
            shape, paint = stream.pick((SALOON, HATCHBACK, VAN)), stream.pick(PAINTS)
            cx, cy = _turned(7.5 + stream.pick((-1.2, 1.2)), -3.2, place)
            make = near_car if near_stage(STAGES, cx, cy) else far_car
            scene.place(make(shape, paint), (cx, cy, 0.0), place[2] + stream.pick((90.0, -90.0)))
    for x, y, yaw, kind, number in (
        (56.6, -3.0, 0.0, SALOON, 1), (35.6, 3.0, 180.0, VAN, 5), (96.6, 3.0, 180.0, HATCHBACK, 0), (118.5, -3.0, 0.0, SALOON, 2),
        (71.0, -3.0, 0.0, HATCHBACK, 6), (20.5, -2.9, 0.0, HATCHBACK, 4), (84.0, 3.0, 180.0, SALOON, 7),
    ):  # fmt: skip
        scene.place(near_car(kind, PAINTS[number]), (x, y, 0.0), yaw)


def _boundaries(scene: Assembler, seed: int) -> None:
    """Picket fences and hedges between and before lots, round the playground."""
    pickets = [
        ((26.0, 7.9), (34.2, 7.9)), ((26.0, 7.9), (26.0, 15.0)), ((48.0, -7.9), (40.8, -7.9)), ((66.0, 7.9), (94.0, 7.9)),
        ((66.0, 7.9), (66.0, 34.0)), ((94.0, 7.9), (94.0, 34.0)), ((66.0, 34.0),
        (94.0, 34.0)), ((116.4, -7.9), (108.0, -7.9)), ((120.6, 7.9), (112.0, 7.9)),
        ((112.0, 7.9), (112.0, 15.0)),
    ]  # fmt: skip
    for start, end in pickets:
        if start == (66.0, 7.9) and end == (94.0, 7.9):
            scene.place(suburban.picket_fence(start, (77.5, 7.9)))
            scene.place(suburban.picket_fence((81.5, 7.9), end))
            continue
        scene.place(suburban.picket_fence(start, end))
    stream = Stream(seed, "hedge")
    long, short = suburban.hedge(stream, 6.0), suburban.hedge(stream, 3.6, 1.0)
    for x, y, yaw in (
        (43.2, 11.5, 90.0), (65.0, -11.5, 90.0), (87.0, -11.5, 90.0), (109.2, -11.5, 90.0), (43.0, -11.5, 90.0), (21.0, -12.5, 90.0),
        (51.0, 8.2, 0.0), (62.0, -8.2, 0.0), (69.5, -8.2, 0.0), (100.5, 8.2, 0.0),
        (104.5, 15.0, 90.0), (92.0, -8.2, 0.0), (131.0, 8.2, 0.0), (129.0, -8.2, 0.0),
    ):  # fmt: skip
        scene.place(long, (x, y, 0.0), yaw)
    for angle in (41.0, 83.0, 125.0, 167.0, 209.0, 251.0, 293.0):
        a = np.radians(angle)
        for far in (14.8, 18.6):
            scene.place(short, (float(far * np.cos(a)), float(far * np.sin(a)), 0.0), angle)


def _street(scene: Assembler, seed: int) -> None:
    """Poles and wires, lamps, trees, the playground, hoops and hydrants."""
    poles = np.array([(x, 7.0, 0.0) for x in (18.0, 38.5, 60.0, 99.2, 124.0, 150.0, 190.0)])
    pole = suburban.power_pole()
    for x, y, z in poles.tolist():
        scene.place(pole, (x, y, z))
    scene.place(suburban.wires(poles))
    lamp = street_lamp(6.0, 1.5)
    for x, y, yaw in (
        (10.2, 8.6, 0.0),
        (-11.6, -3.0, 115.0),
        (32.5, -5.6, 180.0),
        (57.5, -5.6, 180.0),
        (79.5, 6.0, 0.0),
        (96.0, -5.6, 180.0),
        (120.0, -5.6, 180.0),
    ):
        scene.place(lamp, (x, y, 0.0), yaw)
        a = np.radians(yaw)
        scene.lamp((round(x + 1.7 * float(np.sin(a)), 3), round(y - 1.7 * float(np.cos(a)), 3), 5.8), (42.0, 31.0, 18.0), 17.0)
    scene.lamp((74.0, 26.0, 4.5), (9.0, 7.0, 4.5), 14.0)
    hoop = suburban.basketball_hoop()
    scene.place(hoop, (-10.6, 5.6, 0.0), 60.0)
    scene.place(hoop, (54.0 + 11.2, 12.0, 0.0), 0.0)
    for x, y in ((39.5, 5.2), (11.0, -6.2), (101.0, 5.3)):
        scene.place(hydrant(), (x, y, 0.0))
    scene.place(suburban.swing_set(), (75.5, 31.0, 0.0), 0.0)
    scene.place(suburban.slide(), (84.6, 32.0, 0.0), 0.0)
    for x, y, yaw in ((70.6, 21.0, 90.0), (89.6, 17.0, -90.0), (90.0, 25.0, -90.0)):
        scene.place(bench(), (x, y, 0.0), yaw)
    _trees(scene, seed)


def _trees(scene: Assembler, seed: int) -> None:
    """Broad street trees and garden conifers near, round crowns behind the houses."""
    tints = ((1.0, 1.0, 0.9), (1.15, 1.05, 0.8), (0.9, 1.0, 0.95))
    kinds = [leafy_tree(Stream(seed, f"maple {k}"), 2.7, (2.6 - 0.2 * k, 2.3), 190, np.array(tints[k])) for k in range(3)]
    conifer = spruce(Stream(seed, "garden spruce"), 6.5, 1.5, 0.3, np.array((0.95, 1.0, 1.05)))
    near = [
        (24.0, 12.3), (41.0, 6.1), (64.0, -6.1), (-5.5, 14.0), (-14.5, -7.2), (6.0, -14.6), (68.6, 12.4), (91.6, 29.6), (68.8, 29.0),
        (91.0, 11.2), (103.0, -11.6), (115.5, 11.5), (52.5, -6.6), (86.0, -6.1), (29.0, -11.2), (125.0, 12.0), (101.5, 6.2), (114.5, -6.4),
    ]  # fmt: skip
    turn = Stream(seed, "tree turn")
    for k, (x, y) in enumerate(near):
        scene.place(kinds[k % 3], (x, y, 0.0), turn.number(0, 360), turn.number(0.9, 1.15))
    for x, y in ((-13.2, 13.2), (15.5, 12.2), (45.0, 14.0), (88.0, -14.6), (108.6, -15.0), (108.6, 12.5)):
        scene.place(conifer, (x, y, 0.0), turn.number(0, 360), turn.number(0.85, 1.1))
    plain = [leafy_tree(Stream(seed, f"yard {k}"), 2.2, (3.0, 2.8), 40, np.array(tints[k])) for k in range(3)]
    spots = Stream(seed, "yards")
    px, py = spots.array(260, -90.0, 210.0), spots.array(260, -80.0, 80.0)
    away = np.array([np.hypot(px - hx - 2.0, py - hy).tolist() for hx, hy, _ in homes()]).min(axis=0)
    behind = (np.abs(py) > 27.0) | (px < -34.0)
    stage = np.array([np.hypot(px - s.center_m[0], py - s.center_m[1]).tolist() for s in STAGES]).min(axis=0)
    for k in np.flatnonzero((away > 12.0) & behind & (stage > 24.0))[:30].tolist():
        scene.add(plain[k % 3].moved((float(px[k]), float(py[k]), 0.0), turn.number(0, 360), turn.number(0.9, 1.4)).part)


def build(seed: int) -> SceneModel:
    """The scene for a seed; lots, stages and trees stand fixed, houses, cars, crowns and woods vary."""
    scene = Assembler()
    scene.add(suburb_ground(seed, homes()))
    scene.add(wooded_rim(seed))
    _lots(scene, seed)
    stream = Stream(seed, "far homes")
    for k, (x, y, yaw) in enumerate([(8.0 + 22.0 * i, s * 52.0, 90.0 + s * 90.0) for i in range(7) for s in (-1.0, 1.0)]):
        scene.add(suburban_homes.home(stream, suburban_homes.home_style(stream, k)).part.moved((x, y, 0.0), yaw))
    _boundaries(scene, seed)
    _street(scene, seed)
    return scene.finish(STAGES, seed)
