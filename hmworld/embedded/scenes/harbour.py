"""Scene `harbour`: a stone quay with fishing boats and a cargo ship, cranes, containers, nets and crates, sheds and a lighthouse."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Assembler
from hmworld.embedded.scenes.kit.noise import PlaneNoise
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.kit.shapes import PLAIN, Array, Part, box, instances, merge, quads, tube
from hmworld.embedded.scenes.model import SceneModel, StagePlace
from hmworld.embedded.scenes.props import harbour_works, quay, storage, vessels
from hmworld.embedded.scenes.props.floors import breaks, floor
from hmworld.embedded.scenes.props.harbour_coast import SEA_M, coast
from hmworld.embedded.scenes.props.sheds import barn_door, gabled, mast_lamp, window
from hmworld.embedded.scenes.props.vehicles import VAN, car
from hmworld.embedded.scenes.textures.catalogue import Texture

_RAILS_Y = (-3.0, -16.5)

STAGES = (
    StagePlace("fishing_quay", (-42.0, -9.5, 0.0), 7.5, 0.0),
    StagePlace("crane_lane", (-4.0, -10.0, 0.0), 7.5, 0.0),
    StagePlace("cargo_quay", (40.0, -10.0, 0.0), 7.5, 180.0),
    StagePlace("shed_yard", (-14.0, -33.0, 0.0), 7.0, 90.0),
)


def _material(x: Array, y: Array) -> Array:
    rail = np.min([np.abs(y - v) for v in _RAILS_Y], axis=0) < 0.07
    line = (np.abs(y + 19.6) < 0.07) & (np.abs(x) < 118.0)
    coping = y > -0.9
    setts = (y < -1.6) & (x < -16.0) & (y > -22.0)
    plain = np.where(coping, Texture.ASHLAR, np.where(setts, Texture.COBBLES, np.where(y < -25.0, Texture.ASPHALT, Texture.SCREED)))
    return np.where(rail | line, PLAIN, plain)


def _ground(scene: Assembler, seed: int) -> Part:
    noise = PlaneNoise(Stream(seed, "quay"))

    def colour(x: Array, y: Array) -> Array:
        wear = 0.72 + 0.55 * noise.fractal(x / 8.0 + 20.0, y / 6.0 + 20.0, 4)
        wet = noise.fractal(x / 13.0 + 3.0, y / 5.0 + 40.0, 3)
        wear *= np.where(wet > 0.60, 0.72, 1.0)
        grey = np.full((len(x), 3), 0.38) * (1.0, 0.97, 0.91)
        grey = np.where((y > -0.95)[:, None], (0.50, 0.47, 0.42), grey)
        grey = np.where(((y < -1.6) & (x < -16.0) & (y > -22.0))[:, None], (1.35, 1.28, 1.2), grey)
        grey = np.where((y < -25.0)[:, None], (1.9, 1.85, 1.75), grey)
        rail = np.min([np.abs(y - v) for v in _RAILS_Y], axis=0) < 0.09
        grey = np.where(rail[:, None], (0.09, 0.075, 0.065), grey)
        line = (np.abs(y + 19.6) < 0.09) & (np.abs(x) < 119.0)
        grey = np.where(line[:, None], (0.5, 0.36, 0.04), grey)
        return np.asarray(grey * wear[:, None])

    fine = breaks(-62.0, 62.0, 0.9, (-16.0,))
    xs = np.concatenate(
        [
            [-300.0, -240.0, -190.0, -150.0, -119.0, -118.0, -105.0, -92.0, -80.0, -70.0],
            fine,
            [70.0, 80.0, 92.0, 105.0, 118.0, 119.0, 150.0, 190.0, 240.0, 300.0],
        ]
    )
    lines = [v + d for v in (*_RAILS_Y, -19.6) for d in (-0.09, -0.07, 0.07, 0.09)]
    ys = np.concatenate(
        [[-300.0, -220.0, -160.0, -120.0, -90.0, -75.0], breaks(-62.0, 0.0, 0.9, lines, (-25.0, -22.0, -1.6, -0.9, -0.95, -1.61))]
    )
    repeat = {int(Texture.SCREED): 4.0, int(Texture.COBBLES): 2.2, int(Texture.ASPHALT): 3.0, int(Texture.ASHLAR): 2.4}
    return floor(xs, ys, 0.0, _material, repeat, colour, scene.obstacles)


def _edge(scene: Assembler) -> None:
    """The quay's face with tyre fenders and ladders, bollards along its edge."""
    xs = np.array([-300.0, -120.0, *np.arange(-90.0, 91.0, 6.0), 120.0, 300.0])
    face = [[(b, 0.0, SEA_M - 1.0), (a, 0.0, SEA_M - 1.0), (a, 0.0, 0.0), (b, 0.0, 0.0)] for a, b in pairwise(xs)]
    wall = quads(face, texture=Texture.ASHLAR, repeat_m=2.4, colour=(0.34, 0.32, 0.28))
    wet = np.where(wall.vertices[:, 2:3] < -0.9, (0.35, 0.42, 0.30), (1.0, 1.0, 1.0))
    scene.add(wall.tinted(wet))
    turn = np.linspace(0, 2 * np.pi, 15)
    tyre = tube(np.stack([0.42 * np.cos(turn), np.zeros(15), 0.42 * np.sin(turn)], 1), [0.15] * 15, 7, colour=(0.02, 0.02, 0.021))
    scene.add(instances(tyre, [(float(x), 0.16, -0.6) for x in np.arange(-87.0, 90.0, 6.0)]))
    rung = box((-0.25, 0.02, 0.0), (0.25, 0.08, 0.04), colour=(0.2, 0.12, 0.06), without=())
    scene.add(instances(rung, [(float(x), 0.0, float(z)) for x in (-60.0, -24.0, 12.0, 48.0) for z in np.arange(-1.5, -0.1, 0.3)]))
    post = quay.bollard()
    for x in np.arange(-78.0, 88.0, 9.0):
        scene.place(post, (float(x), -0.75, 0.0))


def _vessels(scene: Assembler, seed: int) -> None:
    """Fishing boats alongside and rafted up, rowing boats, the cargo ship, mooring ropes and buoys."""
    paints = ((0.03, 0.12, 0.32), (0.42, 0.05, 0.03), (0.04, 0.24, 0.16), (0.50, 0.33, 0.04), (0.10, 0.30, 0.38))
    berths = (
        (-70.0, 2.9, 0.0),
        (-55.5, 2.8, 180.0),
        (-42.5, 2.9, 0.0),
        (-29.5, 2.8, 0.0),
        (-49.0, 7.6, 180.0),
        (-16.0, 2.9, 180.0),
        (-35.0, 7.7, 0.0),
        (-86.0, 14.0, 70.0),
        (-62.0, 24.0, 30.0),
    )
    for k, (x, y, yaw) in enumerate(berths):
        scene.place(vessels.fishing_boat(Stream(seed, f"boat {k}"), paints[k % 5]), (x, y, SEA_M), yaw)
        if y < 3.5:
            for shift in (-4.6, 4.6):
                bit = round((x + shift * 1.2 + 78.0) / 9.0) * 9.0 - 78.0
                scene.place(vessels.mooring((bit, -0.6, 0.3), (x + shift, 1.4, SEA_M + 1.35)))
    for k, (x, y, yaw) in enumerate(((-6.6, 1.7, 4.0), (-1.6, 1.6, 184.0), (3.6, 1.9, -6.0))):
        scene.place(vessels.rowing_boat(paints[(k + 2) % 5]), (x, y, SEA_M), yaw)
    scene.place(vessels.cargo_ship(Stream(seed, "ship")), (58.0, 8.8, SEA_M), 180.0)
    for x in (14.0, 24.0, 88.0, 100.0):
        bit = round((x + 78.0) / 9.0) * 9.0 - 78.0
        scene.place(vessels.mooring((bit, -0.6, 0.3), (x, 4.0, 5.6)))
    scene.add(vessels.buoys([(-20.0, 30.0), (-48.0, 40.0), (10.0, 52.0), (-75.0, 55.0), (34.0, 66.0)], SEA_M))


def _cargo(scene: Assembler, seed: int) -> None:
    """Cranes, container stacks, and the lorry-less traffic of the quay: forklifts and vans."""
    for x, paint in ((17.0, (0.50, 0.30, 0.03)), (66.0, (0.05, 0.16, 0.30))):
        scene.place(harbour_works.portal_crane(paint), (x, sum(_RAILS_Y) / 2, 0.0))
    stream = Stream(seed, "containers")
    stacks = [
        (29.6, -21.0, 2, 0),
        (36.4, -21.2, 3, 0),
        (43.2, -21.0, 1, 0),
        (50.2, -21.1, 2, 0),
        (51.5, -6.6, 1, 1),
        (30.2, -14.2, 1, 1),
        (55.0, -11.0, 2, 1),
    ]
    stacks += [(26.0 + 7.0 * i, -30.0 - 5.6 * j, stream.integer(1, 4), 0) for i in range(6) for j in range(4)]
    stacks += [(70.0 + 7.0 * i, -26.0 - 6.0 * j, stream.integer(2, 5), 0) for i in range(4) for j in range(4)]
    stacks += [(6.4, -27.4, 2, 1), (6.5, -37.0, 1, 1), (-3.8, -40.6, 1, 0)]
    for x, y, count, turned in stacks:
        scene.place(quay.container_stack(stream, count, bool(turned)), (x, y, 0.0))
    truck = storage.forklift((0.55, 0.16, 0.03))
    for x, y, yaw in ((-4.6, -28.2, 120.0), (47.2, -18.0, 200.0), (6.5, -13.4, 165.0)):
        scene.place(truck, (x, y, 0.0), yaw)
    scene.place(car(VAN, (0.60, 0.59, 0.56)), (-23.8, -27.0, 0.0), 80.0)
    scene.place(car(VAN, (0.05, 0.12, 0.28)), (-55.4, -14.0, 0.0), 95.0)


def _gear(scene: Assembler, seed: int) -> None:
    """Nets, pots, fish boxes, crates, barrels and ropes round the stages."""
    nets = [quay.net_heap(Stream(seed, f"net {k}"), r) for k, r in enumerate((1.15, 0.95, 1.35))]
    for k, (x, y) in enumerate(
        ((-33.2, -3.4), (-50.6, -4.2), (-51.2, -12.4), (-36.0, -18.4), (-13.2, -4.6), (4.2, -18.6), (-20.4, -26.2), (-31.4, -14.8))
    ):
        scene.place(nets[k % 3], (x, y, 0.0))
    pots = quay.lobster_pots()
    for x, y, yaw in (
        (-45.0, -18.6, 90.0),
        (-43.2, -18.5, 88.0),
        (-32.6, -7.6, 10.0),
        (-52.0, -8.4, 0.0),
        (-12.9, -8.0, 0.0),
        (-22.4, -36.6, 30.0),
        (-39.6, -1.4, 90.0),
    ):
        scene.place(pots, (x, y, 0.0), yaw)
    for k, (x, y, yaw) in enumerate(
        (
            (-46.4, -1.3, 0.0),
            (-33.4, -10.6, 75.0),
            (-48.0, -17.8, 10.0),
            (-12.8, -14.2, 80.0),
            (-6.8, -1.6, 0.0),
            (-17.4, -24.6, 0.0),
            (-25.4, -19.0, 0.0),
            (-28.4, -3.2, 20.0),
        )
    ):
        scene.place(quay.fish_boxes(Stream(seed, f"fish {k}")), (x, y, 0.0), yaw)
    heaps = [quay.crates(Stream(seed, f"crates {k}")) for k in range(3)]
    for k, (x, y, yaw) in enumerate(
        (
            (-39.4, -18.2, 0.0),
            (5.3, -6.2, 90.0),
            (-1.4, -19.0, 5.0),
            (-9.6, -18.8, 0.0),
            (31.6, -5.6, 60.0),
            (40.4, -18.6, 0.0),
            (-5.6, -35.4, 80.0),
            (-22.6, -31.6, 100.0),
            (-12.0, -41.4, 0.0),
            (49.6, -12.6, 90.0),
        )
    ):
        scene.place(heaps[k % 3], (x, y, 0.0), yaw)
    for x, y in (
        (-34.0, -15.4),
        (-33.2, -15.9),
        (-51.0, -16.4),
        (3.4, -2.2),
        (4.2, -2.0),
        (-18.2, -41.2),
        (-19.0, -41.0),
        (-18.5, -40.3),
        (33.6, -18.0),
        (34.4, -18.2),
    ):
        scene.place(quay.barrel((0.45, 0.31, 0.17)), (x, y, 0.0))
    scene.add(
        instances(quay.rope_coil(), [(-37.4, -0.9, 0.0), (-54.0, -2.6, 0.0), (-10.2, -1.5, 0.0), (29.0, -1.6, 0.0), (46.0, -1.4, 0.0)])
    )
    for x, y in ((36.4, -1.6), (41.4, -1.5)):
        scene.place(storage.loaded_pallet(Stream(seed, f"pallet {x}"), 1.5), (x, y, 0.0))
    scene.place(harbour_works.anchor(), (-10.6, -24.6, 0.0), 25.0)
    scene.place(vessels.boat_on_stands(Stream(seed, "laid up"), (0.42, 0.05, 0.03)), (-64.6, -7.6, 0.0), 68.0)
    scene.place(vessels.boat_on_stands(Stream(seed, "laid up 2"), (0.04, 0.24, 0.16)), (-72.0, -16.0, 0.0), 80.0)
    for x, y, yaw in ((-4.2, -23.6, 20.0), (-49.6, -20.6, 10.0), (-27.0, -23.6, -15.0)):
        scene.place(vessels.rowing_boat((0.10, 0.30, 0.38)), (x, y, 0.42), yaw)
        scene.place(vessels.trestles(), (x, y, 0.0), yaw)
    lamp = mast_lamp(6.5)
    for x in (-58.0, -43.6, -30.0, -17.6, 9.2, 27.6, 52.6, 86.0):
        scene.place(lamp, (x, -19.2, 0.0), 180.0)
        scene.lamp((x, -18.0, 6.3), (34.0, 25.5, 15.0), 18.0)
    for x, y, yaw in ((-25.6, -42.2, 180.0), (-1.0, -26.4, 0.0), (-47.0, -42.4, 180.0), (-6.2, -42.6, 180.0), (-21.6, -23.4, 0.0)):
        scene.place(lamp, (x, y, 0.0), yaw)
        scene.lamp((x, y + (1.2 if yaw else -1.2), 6.3), (34.0, 25.5, 15.0), 18.0)


def _sheds(scene: Assembler) -> None:
    """A row of brick warehouses behind the quay and the fishermen's huts, with lit windows."""
    trim = (0.5, 0.47, 0.41)
    roof = (int(Texture.ROOF_TILES), 2.6, (0.30, 0.13, 0.09))
    brick = (int(Texture.BRICK), 1.6, (1.0, 0.9, 0.85))
    sheet = (int(Texture.SHEETING), 1.6, (0.20, 0.30, 0.34))
    metal = (int(Texture.SHEETING), 1.6, (0.36, 0.37, 0.37))
    for k in range(7):
        x = -80.0 + 15.0 * k
        high = 8.4 if k % 3 else 10.0
        made = gabled(
            (7.3, 11.0), high, [(-7.3, high), (0.0, high + 4.6), (7.3, high)], brick if k % 3 != 1 else sheet, roof if k % 3 != 1 else metal
        )
        scene.place(made, (x, -56.0, 0.0), 180.0)
        fitted = [barn_door(4.2, 4.4, (0.05, 0.14, 0.16) if k % 2 else (0.22, 0.06, 0.04), (0.16, 0.15, 0.14))]
        for dx in (-4.6, 4.6):
            fitted.append(window(1.5, 1.7, trim, 1.1 if (k + int(dx)) % 3 == 0 else 0.0, Texture.WINDOW_DARK).moved((dx, 0.0, 1.5)))
        for dx in (-4.0, 0.0, 4.0):
            fitted.append(window(1.3, 1.6, trim, 1.1 if (2 * k + int(dx)) % 5 == 0 else 0.0, Texture.WINDOW_DARK).moved((dx, 0.0, 6.0)))
        scene.add(merge(fitted).moved((x, -44.97, 0.0), 180.0))
    board = (int(Texture.BOARDS), 1.6, (0.16, 0.22, 0.24))
    hues = ((0.30, 0.05, 0.04), (0.10, 0.22, 0.30), (0.50, 0.42, 0.22), (0.08, 0.22, 0.15))
    for k, x in enumerate((-66.0, -58.6, -51.2, -43.8, -36.4)):
        hut = gabled((2.6, 2.4), 2.8, [(-2.6, 2.8), (0.0, 4.6), (2.6, 2.8)], (board[0], board[1], hues[k % 4]), roof, 0.3)
        scene.place(hut, (x, -26.4, 0.0), 180.0)
        front = [
            window(0.9, 1.0, (0.6, 0.58, 0.54), 1.2 if k % 2 else 0.0).moved((-1.4, 0.0, 1.1)),
            barn_door(1.5, 2.1, (0.45, 0.44, 0.4), (0.6, 0.58, 0.54)).moved((0.9, 0.0, 0.0)),
        ]
        scene.add(merge(front).moved((x, -23.97, 0.0), 180.0))


def build(seed: int) -> SceneModel:
    """The scene for a seed; the layout is fixed, cargo, gear, hills and town vary."""
    scene = Assembler()
    scene.add(harbour_works.sea_grid(SEA_M, 0.0, seed))
    _edge(scene)
    _vessels(scene, seed)
    _cargo(scene, seed)
    _gear(scene, seed)
    _sheds(scene)
    coast(scene, seed)
    scene.add(_ground(scene, seed))
    return scene.finish(STAGES, seed)
