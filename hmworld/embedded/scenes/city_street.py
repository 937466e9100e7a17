"""Scene `city_street`: a European boulevard by day with parked cars, shops, street trees, a zebra crossing and a plaza."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Assembler, Prop, box_proxy
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.kit.shapes import box, merge, tower
from hmworld.embedded.scenes.model import SceneModel, StagePlace
from hmworld.embedded.scenes.props import street_furniture as furniture
from hmworld.embedded.scenes.props.facade import with_lights_on
from hmworld.embedded.scenes.props.houses import house, random_style
from hmworld.embedded.scenes.props.trees import leafy_tree, shrub
from hmworld.embedded.scenes.props.vehicles import HATCHBACK, PAINTS, SALOON, VAN, car
from hmworld.embedded.scenes.street_ground import FRONT_Y_M, KERB_M, PLAZA_BACK_M, PLAZA_X_M, STREET_END_M, street_ground
from hmworld.embedded.scenes.textures.catalogue import Texture

_HOUSE_DEPTH_M = 12.0
_BAY_Y_M = 8.22

STAGES = (
    StagePlace("crossing", (0.0, 0.0, 0.0), 6.5, 0.0),
    StagePlace("west_street", (-36.0, 0.0, 0.0), 6.5, 0.0),
    StagePlace("plaza", (29.0, 27.5, KERB_M), 9.0, 90.0),
    StagePlace("east_street", (72.0, 0.0, 0.0), 6.5, 0.0),
)


def _widths(stream: Stream, total: float) -> list[float]:
    """House fronts of 10 to 17 m that fill `total` exactly."""
    count = max(1, round(total / 13.0))
    raw = stream.array(count, 0.8, 1.25)
    return [float(w) for w in raw * (total / raw.sum())]


def _row(scene: Assembler, stream: Stream, start: tuple[float, float], total: float, yaw_deg: float, ends: tuple[bool, bool]) -> None:
    """A closed row of houses from `start` along the turned +x axis; `ends`: the left and right gables are facades too."""
    c, s = np.cos(np.radians(yaw_deg)), np.sin(np.radians(yaw_deg))
    at, style = 0.0, None
    lights = Stream(round(1000 * start[0]) % 2**32, "lit windows")
    widths = _widths(stream, total)
    for index, width in enumerate(widths):
        style = random_style(stream, style)
        sides = {"front": True}
        if ends[0] and index == 0:
            sides["left"] = True
        if ends[1] and index == len(widths) - 1:
            sides["right"] = True
        x, y = start[0] + c * at, start[1] + s * at
        built = house(width, _HOUSE_DEPTH_M, style, stream, sides)
        built = replace(built, part=with_lights_on(built.part, lights, 0.3))
        scene.place(built, (x, y, 0.0), yaw_deg)
        at += width


def _houses(scene: Assembler, seed: int) -> None:
    """Both sides of the street, the three sides of the plaza, and the ends of the vista."""
    end, front = STREET_END_M, FRONT_Y_M
    west, east = PLAZA_X_M
    _row(scene, Stream(seed, "south"), (end, -front), 2 * end, 180.0, (False, False))
    _row(scene, Stream(seed, "north west"), (-end, front), west + end, 0.0, (False, True))
    _row(scene, Stream(seed, "north east"), (east, front), end - east, 0.0, (True, False))
    flank = PLAZA_BACK_M - front - _HOUSE_DEPTH_M
    _row(scene, Stream(seed, "plaza west"), (west, front + _HOUSE_DEPTH_M), flank, 90.0, (False, False))
    _row(scene, Stream(seed, "plaza east"), (east, PLAZA_BACK_M), flank, -90.0, (False, False))
    _row(scene, Stream(seed, "plaza back"), (west - 2.0, PLAZA_BACK_M), east - west + 4.0, 0.0, (False, False))
    _row(scene, Stream(seed, "end east"), (end, front + 4.0), 2 * front + 8.0, -90.0, (False, False))
    _row(scene, Stream(seed, "end west"), (-end, -front - 4.0), 2 * front + 8.0, 90.0, (False, False))
    for x, yaw in ((end + 20.0, 0.0), (-end - 24.0, 40.0)):
        scene.place(_church_tower(), (x, 0.0, 0.0), yaw)


def _church_tower() -> Prop:
    """A square stone tower with a green spire that closes the vista, 46 m."""
    stone = box((-4, -4, 0), (4, 4, 30), texture=Texture.ASHLAR, repeat_m=3.0, colour=(0.52, 0.46, 0.36))
    bands = [box((-4.4, -4.4, z), (4.4, 4.4, z + 0.6), colour=(0.45, 0.41, 0.34), without=()) for z in (14.0, 22.0, 29.6)]
    spire = tower([(5.6, 30.2), (2.6, 36.0), (0.1, 46.0)], 8, colour=(0.13, 0.24, 0.20), smooth=False).moved(yaw_deg=22.5)
    return Prop(merge([stone, *bands, spire]), (box_proxy((-4.4, -4.4, 0), (4.4, 4.4, 46)),))


def _cars(scene: Assembler, stream: Stream) -> None:
    """Cars in the parking bays of both sides, none at the crossing or before the plaza."""
    for sign in (-1.0, 1.0):
        for x in np.arange(-STREET_END_M + 9.0, STREET_END_M - 6.0, 6.0):
            draw = stream.array(4)
            before_plaza = sign > 0 and PLAZA_X_M[0] + 4 < x < PLAZA_X_M[1] - 4
            if abs(x) < 8.0 or before_plaza or draw[0] > 0.50:
                continue
            shape = (HATCHBACK, SALOON, HATCHBACK, SALOON, VAN)[int(draw[1] * 5)]
            paint = PAINTS[int(draw[2] * len(PAINTS))]
            yaw = (0.0 if sign < 0 else 180.0) + (draw[3] - 0.5) * 2.0
            scene.place(car(shape, paint), (float(x), sign * _BAY_Y_M, 0.0), yaw)


def _greenery(scene: Assembler, seed: int) -> None:
    """Street trees along both kerbs and a few on the plaza, planters before the shops."""
    tints = ((1.0, 1.0, 1.0), (0.88, 0.98, 1.0), (1.2, 1.08, 0.9))
    sizes = ((1.75, 1.75), (1.55, 1.95), (1.9, 1.7))
    kinds = [leafy_tree(Stream(seed, f"street tree {k}"), 2.75, sizes[k], 230, np.array(tints[k])) for k in range(3)]
    place = Stream(seed, "greenery")
    k = 0
    for sign in (-1.0, 1.0):
        for x in np.arange(-102.0, 103.0, 12.0):
            k += 1
            if abs(x) < 9.0 or (sign > 0 and PLAZA_X_M[0] < x < PLAZA_X_M[1]):
                continue
            offset = (float(x), sign * 10.55, KERB_M)
            scene.place(kinds[k % 3], offset, place.number(0.0, 360.0), place.number(0.92, 1.1))
    for x, y in ((18.2, 21.0), (18.2, 34.5), (39.8, 21.0), (39.8, 34.5)):
        scene.place(kinds[int(x + y) % 3], (x, y, KERB_M), place.number(0.0, 360.0), 1.12)
    bush = shrub(Stream(seed, "bush"), 0.5, 70, np.array((0.9, 1.0, 0.9)))
    tub = furniture.planter()
    spots = [(-7.5, 12.9), (-30.0, -12.9), (-42.0, 12.9), (8.0, -12.9), (66.0, 12.9), (78.0, -12.9)]
    spots += [(22.0, 15.6), (36.0, 15.6), (20.5, 40.5), (37.5, 40.5)]
    for x, y in spots:
        scene.place(tub, (x, y, KERB_M))
        scene.place(bush, (x, y, KERB_M + 0.58))


def _furniture(scene: Assembler) -> None:
    """Lamps, lights, benches, bins, kiosk, columns, shelters and cafe tables."""
    lamp = furniture.lamp_post()
    for x in np.arange(-96.0, 97.0, 24.0):
        for sign in (-1.0, 1.0):
            place = (float(x) + 6.0 * sign, sign * 9.95, KERB_M)
            scene.place(lamp, place, 90.0)
            scene.lamp((place[0], place[1], KERB_M + 4.0), (26.0, 19.0, 11.0), 16.0)
    for x, y in ((18.0, 20.0), (40.0, 20.0), (18.0, 38.0), (40.0, 38.0)):
        scene.place(lamp, (x, y, KERB_M))
        scene.lamp((x, y, KERB_M + 4.0), (26.0, 19.0, 11.0), 16.0)
    light = furniture.traffic_light()
    for x, y, yaw in ((-3.2, -9.85, -90.0), (3.2, 9.85, 90.0), (3.2, -9.85, 90.0), (-3.2, 9.85, -90.0)):
        scene.place(light, (x, y, KERB_M), yaw)
    post = furniture.bollard()
    for x in (-6.6, -5.2, 5.2, 6.6):
        for y in (-9.85, 9.85):
            scene.place(post, (x, y, KERB_M))
    for x in np.arange(15.5, 43.0, 2.7):
        scene.place(post, (float(x), 10.0, KERB_M))
    column = furniture.advertising_column()
    for x, y in ((9.2, 11.4), (-26.5, -11.2), (82.0, 11.2), (19.6, 37.6)):
        scene.place(column, (x, y, KERB_M), 20.0)
    shelter = furniture.bus_stop()
    scene.place(shelter, (-44.5, 12.3, KERB_M))
    scene.place(shelter, (62.0, -12.3, KERB_M), 180.0)
    scene.place(shelter, (-10.5, -12.3, KERB_M), 180.0)
    scene.place(furniture.kiosk(), (39.6, 27.5, KERB_M), -90.0)
    scene.place(furniture.kiosk(), (-36.0, 12.2, KERB_M))
    seat, basket = furniture.bench(), furniture.bin_()
    for x, y, yaw in ((18.4, 25.5, 90.0), (18.4, 29.5, 90.0), (26.0, 38.2, 0.0), (32.0, 38.2, 0.0), (24.0, 16.8, 180.0)):
        scene.place(seat, (x, y, KERB_M), yaw)
    for x, y, yaw in ((-30.0, 11.6, 0.0), (-41.0, -11.4, 180.0), (11.5, -11.4, 180.0), (75.5, 11.6, 0.0)):
        scene.place(seat, (x, y, KERB_M), yaw)
        scene.place(basket, (x + 1.5, y, KERB_M))
    for x, y in ((29.0, 38.3), (40.4, 24.6), (7.6, 10.3), (-22.5, 10.3)):
        scene.place(basket, (x, y, KERB_M))
    table = furniture.cafe_table()
    shades = (furniture.parasol((0.50, 0.07, 0.05)), furniture.parasol((0.60, 0.55, 0.42)))
    for k, (x, y) in enumerate(((24.6, 42.8), (29.0, 43.2), (33.4, 42.8), (16.6, 30.8), (2.0, -12.4), (-70.0, 12.4))):
        scene.place(table, (x, y, KERB_M), 25.0 * k)
        if y > 30.0 and x > 20.0:
            scene.place(shades[k % 2], (x, y, KERB_M), 10.0 * k)


def build(seed: int) -> SceneModel:
    """The scene for a seed; the layout of stages and furniture is fixed, houses, cars and trees vary."""
    scene = Assembler()
    scene.add(street_ground(seed))
    _houses(scene, seed)
    _cars(scene, Stream(seed, "cars"))
    _greenery(scene, seed)
    _furniture(scene)
    return scene.finish(STAGES, seed)
