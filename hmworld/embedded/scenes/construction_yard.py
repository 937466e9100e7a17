"""Scene `construction_yard`: a muddy building site with a concrete frame in scaffolding, a tower crane, machines, stacks and cabins."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Assembler
from hmworld.embedded.scenes.kit.noise import PlaneNoise
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.kit.shapes import Array, instances, quads, tower
from hmworld.embedded.scenes.model import SceneModel, StagePlace
from hmworld.embedded.scenes.props import building_site as site
from hmworld.embedded.scenes.props import site_machines as machines
from hmworld.embedded.scenes.props import site_stores as stores
from hmworld.embedded.scenes.props.ground_cells import Surface, level_cells
from hmworld.embedded.scenes.props.parked import near_car
from hmworld.embedded.scenes.props.towers import skyline
from hmworld.embedded.scenes.props.vehicles import VAN
from hmworld.embedded.scenes.textures.catalogue import Texture

STAGES = (
    StagePlace("yard", (0.0, 0.0, 0.0), 8.0, 0.0),
    StagePlace("cabins", (-31.0, -6.0, 0.0), 7.5, 90.0),
    StagePlace("dig", (30.0, -4.0, 0.0), 7.5, 180.0),
    StagePlace("gate", (2.0, -24.5, 0.0), 6.5, 0.0),
)
_X_M, _SOUTH_M, _NORTH_M = 50.0, -35.0, 40.0


def _ground(scene: Assembler, seed: int) -> None:
    """Mud with drier and wetter patches, ruts of lorries, puddles, and plain earth beyond the fence."""
    noise = PlaneNoise(Stream(seed, "mud"))

    def shade(x: Array, y: Array) -> Array:
        return np.asarray(0.66 + 0.75 * noise.fractal(x / 8.0 + 20.0, y / 8.0 + 20.0, 4))

    def kind(x: Array, y: Array) -> Array:
        return np.zeros(np.shape(x))

    span = np.arange(-56.0, 56.1, 2.0)
    scene.add(level_cells(span, span, 0.0, (Surface(Texture.MUD, 3.2, (0.72, 0.68, 0.65)),), kind, shade))

    def tone(x: Array, y: Array) -> Array:
        return np.asarray(shade(x, y)[..., None] * np.array((0.72, 0.68, 0.65)))[..., 0]

    for path in (
        [(2.0, -36.0), (2.5, -24.0), (1.0, -12.0), (4.0, -2.0), (14.0, 3.0), (24.0, -1.0), (34.0, -5.0), (44.0, -4.0)],
        [(0.5, -36.0), (1.5, -24.0), (-4.0, -13.0), (-14.0, -8.0), (-26.0, -6.0), (-40.0, -7.0)],
        [(-38.0, 6.0), (-24.0, 5.0), (-8.0, 3.0), (6.0, 6.0), (20.0, 7.0), (42.0, 6.0)],
        [(31.0, -30.0), (29.0, -16.0), (30.0, -4.0), (36.0, 6.0)],
        [(-31.0, -30.0), (-32.0, -16.0), (-30.0, -4.0), (-34.0, 10.0)],
        [(-24.0, -24.0), (-8.0, -25.5), (6.0, -24.0), (26.0, -25.0)],
    ):
        scene.add(stores.tracks([(float(x), float(y)) for x, y in path], 0.004 + 0.0012 * (len(path) % 4), tone))
    wet = Stream(seed, "puddles")
    for x, y, radius in (
        (-5.5, -4.6, 1.0),
        (5.2, 5.0, 0.8),
        (11.5, -7.5, 1.5),
        (-29.0, -1.5, 0.9),
        (-36.0, -10.6, 1.3),
        (33.6, -8.2, 0.9),
        (24.5, 1.6, 1.1),
        (5.0, -27.6, 0.8),
        (-3.2, -20.6, 0.9),
        (-16.0, 6.5, 1.4),
    ):
        scene.add(stores.puddle(wet, radius, 0.004).moved((x, y, 0.0), wet.number(0, 180)))
    low = [(-320, -320, -0.06), (320, -320, -0.06), (320, 320, -0.06), (-320, 320, -0.06)]
    scene.add(quads([low], texture=Texture.ASPHALT, repeat_m=9.0, colour=(1.5, 1.45, 1.35)))


def _clods(scene: Assembler, seed: int) -> None:
    """Lumps of earth and stones outside the stages."""
    stream = Stream(seed, "clods")
    count = 3600
    x, y = stream.array(count, -_X_M, _X_M), stream.array(count, _SOUTH_M, _NORTH_M)
    away = np.array([np.hypot(x - s.center_m[0], y - s.center_m[1]) - s.radius_m for s in STAGES]).min(axis=0)
    keep = (away > 0.3) & (away < 16.0)
    spots = np.stack([x, y, np.zeros(count)], 1)[keep]
    lump = tower([(1.0, -0.2), (0.9, 0.3), (0.35, 0.62)], 5, texture=Texture.MUD, smooth=False)
    size = (0.03 + 0.13 * stream.array(len(spots)) ** 3)[:, None]
    many = instances(lump, spots)
    each = np.repeat(np.arange(len(spots)), len(lump.vertices))
    shape = np.concatenate([size * stream.array(2 * len(spots), 0.7, 1.4).reshape(-1, 2), size], 1)[each]
    tone = stream.array(len(spots), 0.6, 1.25)[each]
    part = replace(many, vertices=spots[each] + (many.vertices - spots[each]) * shape)
    scene.add(part.tinted(tone[:, None] * np.array([(0.72, 0.68, 0.65)])))


def _works(scene: Assembler, seed: int) -> None:
    """The frame with its scaffolds, cranes and machines."""
    scene.place(site.concrete_frame(7, 4), (-21.0, 17.0, 0.0))
    scene.place(site.concrete_frame(3, 2), (25.0, 20.0, 0.0))
    scene.place(site.scaffold(10, 5, (0.03, 0.15, 0.09)), (-19.5, 15.6, 0.0))
    scene.place(site.scaffold(6, 5, (0.03, 0.15, 0.09)), (-22.4, 32.6, 0.0), -90.0)
    scene.place(site.scaffold(3, 3, (0.03, 0.15, 0.09)), (11.5, 15.6, 0.0))
    scene.place(site.tower_crane(), (27.5, 13.5, 0.0), 158.0)
    scene.add(site.tower_crane(38.0, 42.0).part.moved((-86.0, 76.0, 0.0), 40.0))
    digger = machines.excavator()
    scene.place(digger, (43.6, 3.4, 0.0), 196.0)
    scene.place(digger, (-9.5, -14.6, 0.0), 172.0)
    scene.place(digger, (15.0, 10.6, 0.0), 10.0)
    scene.place(machines.mixer_lorry(Stream(seed, "lorry")), (14.6, -12.2, 0.0), 28.0)
    scene.place(machines.mixer_lorry(Stream(seed, "lorry 2")), (-24.0, 9.6, 0.0), 178.0)
    scene.place(machines.mixer_lorry(Stream(seed, "lorry 3")), (16.0, -29.4, 0.0), 176.0)
    scene.place(near_car(VAN, (0.62, 0.61, 0.58)), (-13.0, -25.4, 0.0), 12.0)
    scene.place(near_car(VAN, (0.50, 0.30, 0.04)), (-41.6, 3.2, 0.0), 82.0)
    mixer = machines.drum_mixer()
    for x, y, yaw in ((-9.6, 3.4, 60.0), (10.6, 2.6, -60.0), (-21.8, -11.8, 20.0), (22.0, -9.6, 120.0), (9.8, -21.6, 0.0)):
        scene.place(mixer, (x, y, 0.0), yaw)
    lights = machines.light_tower()
    for x, y, yaw in (
        (-11.8, 8.2, 30.0),
        (20.8, 4.6, -40.0),
        (-41.4, -1.4, 90.0),
        (38.8, -13.4, 220.0),
        (-8.4, -30.0, 150.0),
        (-9.4, -8.6, 150.0),
        (10.8, -18.6, 40.0),
        (-24.6, -14.2, 200.0),
    ):
        scene.place(lights, (x, y, 0.0), yaw)
        a = np.radians(yaw)
        scene.lamp((round(x + 0.5 * float(np.sin(a)), 3), round(y - 0.5 * float(np.cos(a)), 3), 5.5), (70.0, 68.0, 60.0), 18.0)
    for x in (-16.0, -6.0, 4.0, 14.0):
        for z in (2.7, 6.1):
            scene.lamp((x, 19.0, z), (14.0, 11.0, 7.0), 10.0)


def _stores(scene: Assembler, seed: int) -> None:
    """Heaps, stacks, pallets, cabins, containers and what keeps people out."""
    stream = Stream(seed, "stores")
    sand, gravel = (1.35, 1.12, 0.80), (0.62, 0.60, 0.58)
    for x, y, radius, high, rgb in (
        (36.5, 9.2, 4.2, 2.4, sand),
        (20.0, -18.4, 2.6, 1.5, gravel),
        (44.8, -12.0, 3.4, 2.0, (0.9, 0.8, 0.7)),
        (-16.6, 1.0, 2.2, 1.3, sand),
        (33.0, -16.4, 2.4, 1.4, (0.8, 0.7, 0.6)),
    ):
        scene.place(site.heap(Stream(seed, f"heap {x}"), radius, high, Texture.DIRT, rgb), (x, y, 0.0), 15.0)
    blue, concrete, orange = (0.06, 0.20, 0.42), (0.46, 0.45, 0.42), (0.50, 0.18, 0.05)
    for x, y, yaw, radius, rows, rgb in (
        (10.4, -5.6, 100.0, 0.3, 4, blue), (-11.4, -4.8, 75.0, 0.42, 3, concrete),
        (40.6, -6.4, 80.0, 0.5, 3, concrete), (22.4, 10.4, 0.0, 0.3, 4, orange),
        (-29.6, 4.6, 5.0, 0.3, 4, orange), (-5.8, -32.2, 0.0, 0.35, 3, blue), (28.4, -29.6, 10.0, 0.42, 3, concrete),
    ):  # fmt: skip
        scene.place(site.pipe_stack(radius, 4.6, rows, rgb), (x, y, 0.0), yaw)
    bricks, planks, bars = stores.brick_pallet(), stores.timber_stack(), site.rebar_bundle()
    bags = [stores.bag_pallet(stream) for _ in range(2)]
    for k, (x, y) in enumerate(
        (
            (-3.6, 10.6),
            (-2.0, 10.9),
            (-0.2, 10.5),
            (8.4, 7.4),
            (9.2, 8.8),
            (-22.2, -3.2),
            (-22.0, -1.4),
            (20.6, -4.4),
            (21.0, -2.7),
            (10.4, -26.6),
            (11.8, -26.2),
            (26.6, 6.2),
            (-6.6, -20.0),
            (34.8, 6.0),
            (-34.0, 3.8),
        )
    ):
        scene.place((bricks, bricks, bags[k % 2])[k % 3], (x, y, 0.0), stream.number(-12.0, 12.0))
    for x, y, yaw in ((4.2, 11.2, 4.0), (-20.2, -9.0, 85.0), (25.2, -14.2, 30.0), (-9.6, -22.6, 70.0), (-36.0, -16.0, 10.0)):
        scene.place(planks, (x, y, 0.0), yaw)
    for x, y, yaw in ((-7.6, 11.6, 8.0), (18.8, 0.6, 80.0), (-26.0, -17.0, 0.0), (36.0, -18.0, 20.0)):
        scene.place(bars, (x, y, 0.0), yaw)
    scene.place(stores.cabins(stream, 3), (-44.2, -12.0, 0.0), 90.0)
    for x, y, yaw, rgb in (
        (-28.0, -19.6, 4.0, (0.07, 0.20, 0.40)), (-37.0, 12.6, 0.0, (0.45, 0.10, 0.05)),
        (-35.6, -24.6, 95.0, (0.10, 0.30, 0.18)), (30.0, -21.4, -5.0, (0.50, 0.22, 0.04)),
        (44.0, 14.0, 85.0, (0.07, 0.20, 0.40)), (-19.0, -30.4, 0.0, (0.40, 0.40, 0.38)),
    ):  # fmt: skip
        scene.place(stores.container(rgb), (x, y, 0.0), yaw)
    for x, y, yaw, rgb in (
        (-41.0, -22.6, 90.0, (0.04, 0.20, 0.44)),
        (-41.0, -24.0, 90.0, (0.04, 0.20, 0.44)),
        (12.6, -32.2, 180.0, (0.05, 0.28, 0.16)),
        (22.0, 13.0, 0.0, (0.04, 0.20, 0.44)),
    ):
        scene.place(stores.toilet(rgb), (x, y, 0.0), yaw)
    for x, y, yaw, rgb in (
        (-14.2, 11.2, 10.0, (0.56, 0.34, 0.02)),
        (41.4, -21.6, 80.0, (0.06, 0.22, 0.40)),
        (-22.6, -24.6, 60.0, (0.45, 0.09, 0.04)),
    ):
        scene.place(stores.skip(rgb), (x, y, 0.0), yaw)
    row = stores.barrier_row(4)
    for x, y, yaw in (
        (6.8, -10.2, 15.0),
        (-4.4, -11.2, -10.0),
        (12.4, 6.4, 100.0),
        (-21.0, 3.8, 75.0),
        (22.6, -12.6, 40.0),
        (36.8, 3.2, -35.0),
        (9.6, -16.6, 0.0),
        (-6.0, -17.0, 160.0),
        (-33.2, -15.2, 170.0),
    ):
        scene.place(row, (x, y, 0.0), yaw)
    one = stores.cone()
    for x, y in (
        (9.0, -1.2),
        (-8.8, -1.6),
        (-9.4, 6.6),
        (22.4, 3.2),
        (38.6, -3.0),
        (-23.0, -6.6),
        (-39.0, -4.4),
        (-5.8, -26.6),
        (9.4, -24.4),
        (5.2, -17.4),
        (30.8, 4.8),
    ):
        scene.place(one, (x, y, 0.0))


def _fence(scene: Assembler) -> None:
    """Hoardings all round and the gate to the south."""
    blue = (0.06, 0.16, 0.34)
    for k in range(10):
        scene.place(stores.hoarding(10.0, blue, k), (-_X_M + 10.0 * k, _NORTH_M, 0.0))
    for x0, x1 in ((-_X_M, -3.6), (7.6, _X_M)):
        count = 5
        long = (x1 - x0) / count
        for k in range(count):
            scene.place(stores.hoarding(long, blue, k), (x1 - long * k, _SOUTH_M, 0.0), 180.0)
    long = (_NORTH_M - _SOUTH_M) / 8
    for k in range(8):
        scene.place(stores.hoarding(long, blue, k), (-_X_M, _SOUTH_M + long * k, 0.0), 90.0)
        scene.place(stores.hoarding(long, blue, k), (_X_M, _NORTH_M - long * k, 0.0), -90.0)
    scene.place(stores.gate(10.0), (2.0, _SOUTH_M, 0.0), 180.0)


def _town(scene: Assembler, seed: int) -> None:
    """Blocks of the town over the fence."""
    far = Stream(seed, "town")
    spots = []
    for ring, count, low, high in ((92.0, 20, 11.0, 26.0), (140.0, 26, 12.0, 36.0), (205.0, 34, 14.0, 52.0), (275.0, 40, 16.0, 60.0)):
        turn = (np.arange(count) + far.array(count, -0.3, 0.3)) * 2 * np.pi / count
        away = ring + far.array(count, -10.0, 12.0)
        spots.append(np.stack([away * np.cos(turn), away * np.sin(turn), low + (high - low) * far.array(count) ** 2], 1))
    scene.add(skyline(np.concatenate(spots[:2]), -0.06, far, group=1))
    scene.add(skyline(np.concatenate(spots[2:]), -0.06, far))


def build(seed: int) -> SceneModel:
    """The scene for a seed; machines, stacks and stages stand fixed, mud, heaps, loads and the town vary."""
    scene = Assembler()
    _ground(scene, seed)
    _clods(scene, seed)
    _works(scene, seed)
    _stores(scene, seed)
    _fence(scene)
    _town(scene, seed)
    return scene.finish(STAGES, seed)
