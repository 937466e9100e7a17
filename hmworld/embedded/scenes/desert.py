"""Scene `desert`: red sand, mesas and a rock arch, saguaros and bones, a cracked road past an abandoned petrol station."""

from __future__ import annotations

import itertools

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Assembler
from hmworld.embedded.scenes.kit.noise import PlaneNoise
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.kit.shapes import Array
from hmworld.embedded.scenes.model import SceneModel, StagePlace
from hmworld.embedded.scenes.props import desert_props as props
from hmworld.embedded.scenes.props import petrol_station as station
from hmworld.embedded.scenes.props import red_rocks
from hmworld.embedded.scenes.props.planting import ridge, spread
from hmworld.embedded.scenes.props.terrain import Layer, Site, Terrain, breaks, ring_spots, thinned
from hmworld.embedded.scenes.props.vehicles import HATCHBACK, SALOON, VAN, car
from hmworld.embedded.scenes.textures.catalogue import Texture

STAGES = (
    StagePlace("road", (0.0, 0.0, 0.0), 7.0, 0.0),
    StagePlace("petrol_station", (-38.0, 13.5, 0.0), 7.5, 20.0),
    StagePlace("arch", (36.0, 16.0, 0.15), 7.5, 70.0),
    StagePlace("cactus_flat", (3.0, -36.0, 0.1), 8.0, 130.0),
)
_ROAD_HALF_M = 3.3
_RED = np.array((0.95, 0.40, 0.23))


def terrain(seed: int) -> Terrain:
    """Sand level along the road, drifts beside it, dunes far south and slopes up to the mesas."""
    noise = PlaneNoise(Stream(seed, "desert land"))

    def shape(x: Array, y: Array) -> Array:
        far = np.hypot(x, y)
        off = np.clip((np.abs(y) - _ROAD_HALF_M - 1.5) / 12.0, 0.0, 1.0)
        drifts = 0.9 * (noise.fractal(x / 15.0 + 4.0, y / 11.0, 2) - 0.42)
        dunes = 7.0 * np.clip((-y - 62.0) / 40.0, 0.0, 1.0) * (1.0 - np.abs(2.0 * noise.at(x / 38.0 + 0.02 * y, y / 24.0) - 1.0))
        slopes = (
            7.0 * np.clip((far - 80.0) / 160.0, 0.0, 1.0) * noise.fractal(x / 60.0, y / 60.0 + 9.0, 2) * np.clip(np.abs(y) / 30.0, 0.0, 1.0)
        )
        return np.asarray(off * (drifts + dunes + slopes))

    return Terrain(STAGES, shape, margin_m=2.5, blend_m=10.0)


def _ground(scene: Assembler, land: Terrain, seed: int) -> None:
    noise = PlaneNoise(Stream(seed, "desert tone"))

    def road(x: Array, y: Array) -> Array:
        return np.asarray(_ROAD_HALF_M - np.abs(y) + 0.9 * (noise.fractal(x / 2.4 + 5.0 * np.sign(y), y * 0.0, 2) - 0.5))

    def line(x: Array, y: Array) -> Array:
        return np.asarray(np.minimum(0.13 - np.abs(y), 1.6 - np.abs((x + 300.0) % 7.0 - 3.5)))

    def pan(x: Array, y: Array) -> Array:
        yard = 12.0 - np.hypot((x + 38.0) / 1.25, y - 13.0)
        return np.asarray(
            np.maximum(yard, 9.0 * (noise.fractal(x / 14.0 + 8.0, y / 14.0, 2) - 0.64)) + 1.6 * (noise.fractal(x / 2.5, y / 2.5, 2) - 0.5)
        )

    def road_tone(x: Array, y: Array) -> Array:
        blown = np.clip((np.abs(y) - 1.9) / 1.5 + 1.2 * (noise.fractal(x / 3.0, y / 1.5, 3) - 0.55), 0.0, 0.85)[..., None]
        wheel = 1.0 - 0.12 * np.exp(-(((np.abs(y) - 1.6) / 0.5) ** 2))[..., None]
        return np.asarray(wheel * (1.0 - blown) * np.array((1.0, 0.97, 0.93)) + blown * np.array((2.1, 1.3, 0.85)))

    def line_tone(x: Array, y: Array) -> Array:
        return np.asarray((0.55 + 0.5 * noise.at(x / 1.5, y))[..., None] * np.array((1.0, 0.72, 0.16)))

    def sand_tone(x: Array, y: Array) -> Array:
        patch = 0.78 + 0.42 * noise.fractal(x / 9.0, y / 9.0, 3)[..., None]
        pale = noise.fractal(x / 30.0 + 3.0, y / 30.0 + 40.0, 2)[..., None] - 0.5
        return np.asarray(patch * (_RED + pale * np.array((0.1, 0.16, 0.14))))

    def pan_tone(x: Array, y: Array) -> Array:
        return np.asarray((0.85 + 0.5 * noise.fractal(x / 4.0, y / 4.0, 3))[..., None] * np.array((1.8, 1.32, 1.05)))

    xs = breaks(66.0, 1.4, 330.0, 1.25)
    even = breaks(62.0, 1.35, 330.0, 1.25)
    ys = np.sort(np.concatenate([even[np.abs(even) > 0.5], [-0.32, -0.2, -0.06, 0.06, 0.2, 0.32]]))
    layers = [
        Layer(Texture.ROAD_PAINT, 2.0, line_tone, line),
        Layer(Texture.CRACKED_ROAD, 5.2, road_tone, road),
        Layer(Texture.DIRT, 3.0, pan_tone, pan),
        Layer(Texture.SAND, 3.2, sand_tone),
    ]
    scene.add(land.ground(xs, ys, layers))
    stream = Stream(seed, "desert scrub")
    scrub = np.concatenate([ring_spots(stream, 260, stage.center_m[:2], stage.radius_m + 0.6, stage.radius_m + 22.0) for stage in STAGES])
    scrub = scrub[(np.abs(scrub[:, 1]) > 4.2) & land.free(scrub, 0.5)]
    straw = np.array((1.35, 1.05, 0.75))
    scene.add(land.tufts(stream, scrub, (0.14, 0.34), Texture.DUNE_GRASS, lambda x, y: np.tile(straw, (len(x), 1)), 1.1))
    pebble = red_rocks.boulder(Stream(seed, "pebble"), 1.0).part
    count = 420
    spots = np.concatenate(
        [ring_spots(stream, count // 4, stage.center_m[:2], stage.radius_m + 0.3, stage.radius_m + 14.0) for stage in STAGES]
    )
    spots = spots[(np.abs(spots[:, 1]) > 3.9) & land.free(spots, 0.3)]
    size = np.repeat(stream.array(len(spots), 0.05, 0.17)[:, None], 3, axis=1)
    roots = np.column_stack([spots, land.height(spots[:, 0], spots[:, 1])])
    scene.add(spread(pebble, roots, stream.array(len(spots), 0, 360), size, stream.array(len(spots), 0.7, 1.0)[:, None]))


def _rocks(scene: Assembler, site: Site, land: Terrain, seed: int) -> None:
    stream = Stream(seed, "mesas")
    for x, y, wide, high, yaw in (
        (95.0, 120.0, 34.0, 40.0, 20.0), (20.0, 150.0, 26.0, 46.0, 80.0), (-75.0, 140.0, 38.0, 36.0, 0.0),
        (-150.0, 90.0, 34.0, 52.0, 50.0), (-165.0, -60.0, 30.0, 44.0, 120.0),
        (150.0, -70.0, 36.0, 48.0, 10.0), (175.0, 55.0, 24.0, 58.0, 70.0), (-70.0, -165.0, 40.0, 38.0, 30.0),
        (70.0, -160.0, 30.0, 50.0, 100.0), (60.0, 92.0, 9.0, 34.0, 0.0),
        (-40.0, 100.0, 8.0, 30.0, 40.0), (110.0, -105.0, 9.0, 36.0, 20.0), (-110.0, -110.0, 10.0, 33.0, 70.0),
        (235.0, 170.0, 50.0, 60.0, 0.0), (-240.0, 190.0, 55.0, 56.0, 0.0), (-20.0, 250.0, 60.0, 55.0, 10.0),
        (220.0, -190.0, 55.0, 62.0, 0.0), (-230.0, -180.0, 50.0, 58.0, 20.0),
    ):  # fmt: skip
        scene.add(red_rocks.mesa(stream, 0.8 * wide, 0.8 * high).moved((1.2 * x, 1.2 * y, land.at(1.2 * x, 1.2 * y) - 1.0), yaw))
    site.put(red_rocks.arch(Stream(seed, "arch"), 13.0, 7.5), 42.5, 30.5, 25.0, sink_m=0.2)
    site.put(red_rocks.arch(Stream(seed, "small arch"), 8.0, 4.6), 22.8, 25.4, 120.0, sink_m=0.2)
    pillars = [red_rocks.hoodoo(Stream(seed, f"hoodoo {k}"), high) for k, high in enumerate((4.2, 5.8, 3.2))]
    for k, x, y in (
        (0, 27.0, 9.0), (1, 48.6, 20.0), (2, 45.4, 8.6), (1, 52.0, 4.0), (0, 32.0, 28.0), (2, -9.0, -29.0), (1, 15.0, -29.0),
        (0, 10.6, 14.0), (2, -12.0, -12.5), (1, -50.0, 30.0),
        (0, 18.0, -50.0), (2, -8.0, 10.4), (1, 60.0, 26.0), (0, -6.8, -46.6),
    ):  # fmt: skip
        site.put(pillars[k], x, y, 55.0 * k, round(stream.number(0.9, 1.15), 2), 0.1)
    stones = [red_rocks.boulder(Stream(seed, f"boulder {k}"), half) for k, half in enumerate((0.7, 1.15, 1.7))]
    for k, x, y in (
        (1, 8.6, 7.2), (0, -8.2, 6.2), (2, 12.0, -10.6), (0, -7.4, -6.4), (1, -10.4, -8.0), (0, 44.8, 13.6), (1, 28.2, 20.0),
        (2, 46.8, 24.6), (0, 31.2, 7.0), (1, -6.4, -33.0), (0, 12.4, -33.2),
        (2, 13.6, -42.0), (0, -4.6, -43.4), (1, 0.6, -47.6), (0, -28.6, 17.6), (1, -48.0, 20.2), (2, 26.0, -26.0), (1, -24.0, -20.0),
    ):  # fmt: skip
        site.put(stones[k], x, y, round(stream.number(0, 360), 1), round(stream.number(0.85, 1.15), 2), 0.08)


def _plants(scene: Assembler, site: Site, land: Terrain, seed: int) -> None:
    stream = Stream(seed, "cacti")
    tall = [
        props.saguaro(Stream(seed, f"saguaro {k}"), high, arms) for k, (high, arms) in enumerate(((4.6, 2), (3.6, 1), (5.6, 3), (2.4, 0)))
    ]
    for k, x, y in (
        (0, 9.4, -5.8), (1, -9.8, 4.8), (2, -6.0, 9.8), (3, 7.2, 9.6), (2, 14.5, 9.8), (0, -14.0, -7.4), (1, 27.4, 14.0),
        (0, 43.6, 10.2), (2, 38.0, 26.4), (3, 30.0, 23.8), (0, -47.4, 17.6), (2, -29.6, 25.6),
        (1, -46.4, 6.8), (0, -6.6, -37.0), (2, 12.6, -36.8), (1, -2.0, -26.6), (3, 8.8, -27.2), (0, 6.6, -46.6), (2, -4.8, -50.0),
        (1, 16.2, -46.2), (2, 22.0, -40.0), (3, -8.4, -41.0),
        (0, 20.0, -14.0), (2, -26.0, -10.0), (0, 56.0, -12.0), (1, -62.0, -8.0),
    ):  # fmt: skip
        site.put(tall[k], x, y, round(stream.number(0, 360), 1), round(stream.number(0.9, 1.12), 2), 0.05)
    far = thinned(ring_spots(stream, 160, (0.0, 0.0), 56.0, 120.0), 7.0)
    far = far[(np.abs(far[:, 1]) > 6.0) & land.free(far, 26.0)][:60]
    for x, y in far:
        site.put(tall[stream.integer(0, 4)], float(x), float(y), round(stream.number(0, 360), 1), 1.0, 0.05)
    kinds = [
        props.prickly_pear(Stream(seed, "pear")),
        props.barrel_cactus(),
        props.dry_bush(Stream(seed, "bush 0"), 1.2),
        props.dry_bush(Stream(seed, "bush 1"), 0.9),
        props.tumbleweed(Stream(seed, "weed")),
    ]
    for stage in STAGES:
        spots = thinned(ring_spots(stream, 60, stage.center_m[:2], stage.radius_m + 1.0, stage.radius_m + 11.0), 2.2)
        for k, (x, y) in enumerate(spots[np.abs(spots[:, 1]) > 5.0][:22]):
            site.put(
                kinds[(k * 2 + k // 5) % 5], float(x), float(y), round(stream.number(0, 360), 1), round(stream.number(0.85, 1.15), 2), 0.03
            )
    wide = thinned(ring_spots(stream, 260, (0.0, 0.0), 24.0, 95.0), 4.0)
    for x, y in wide[(np.abs(wide[:, 1]) > 5.0) & land.free(wide, 13.0)][:110]:
        site.put(
            kinds[2 + stream.integer(0, 2)], float(x), float(y), round(stream.number(0, 360), 1), round(stream.number(0.8, 1.4), 2), 0.03
        )
    for x, y, yaw in ((-5.6, -7.4, 40.0), (44.6, 17.6, 100.0), (10.8, -39.0, 200.0), (-30.0, 10.6, -60.0), (29.6, 9.4, 20.0)):
        site.put(props.skull(), x, y, yaw)
    for x, y, yaw in ((-5.8, -31.0, 30.0), (9.0, 4.8, 70.0)):
        site.put(props.ribs(), x, y, yaw)
    for k, (x, y) in enumerate(((-8.6, -8.8), (26.8, 18.0), (-29.2, 5.4), (11.0, -45.0))):
        site.put(props.dead_tree(Stream(seed, f"dead {k}"), 4.2), x, y, 80.0 * k)


def _station(scene: Assembler, site: Site, land: Terrain, seed: int) -> None:
    shop = site.put(station.shack(), -40.0, 28.0, 0.0)
    scene.lamp((shop[0], round(shop[1] - 3.3, 3), 2.3), (7.0, 4.8, 2.4), 11.0)
    roof = site.put(station.canopy(), -26.0, 10.6, 90.0, sink_m=0.0)
    scene.lamp((roof[0], roof[1], 3.1), (8.0, 7.6, 6.0), 13.0)
    for k, y in enumerate((-1.1, 1.1)):
        site.put(station.pump(((0.46, 0.10, 0.06), (0.36, 0.44, 0.42))[k]), roof[0], roof[1] + y, 90.0, sink_m=-0.14)
    for prop, x, y, yaw in (
        (station.roadside_sign(), -30.6, 3.4, -40.0), (station.wind_pump(), -50.0, 10.0, 20.0), (station.water_tank(), -49.0, 24.0, 0.0),
        (station.roadside_sign(), 12.0, 6.4, 60.0),
        (props.barrels(Stream(seed, "drums")), -45.6, 20.4, 10.0), (props.barrels(Stream(seed, "drums")), -29.8, 19.2, 60.0),
        (props.tyres(), -32.4, 21.6, 0.0), (props.tyres(), -46.4, 13.0, 0.0),
        (props.barrels(Stream(seed, "drums 1")), 7.4, -5.0, 120.0), (props.tyres(), -8.6, -4.8, 0.0),
        (station.wire_fence(6), -8.0, 6.2, 2.0), (station.wire_fence(7), -13.0, -7.0, -3.0),
        (station.wire_fence(5), 24.0, 12.0, 100.0), (station.wire_fence(6), -47.0, 2.6, 80.0),
        (station.wire_fence(5), -8.0, -38.0, -70.0), (station.wind_pump(), 18.0, -33.0, 60.0),
        (station.water_tank(), -18.0, 16.0, 20.0), (station.shack(), 32.0, -12.0, 180.0), (props.tyres(), 29.0, 12.0, 0.0),
    ):  # fmt: skip
        site.put(prop, x, y, yaw)
    rusty = ((0.30, 0.13, 0.07), (0.34, 0.30, 0.24), (0.16, 0.25, 0.27))
    for k, (shape, x, y, yaw) in enumerate(
        (
            (SALOON, -37.0, 3.4, 6.0),
            (VAN, -48.4, 4.2, 70.0),
            (HATCHBACK, 10.4, -1.9, 176.0),
            (SALOON, -11.6, 1.9, 4.0),
            (SALOON, 28.0, 22.8, 60.0),
            (VAN, -6.0, -27.6, 30.0),
        )
    ):
        site.put(car(shape, rusty[k % 3]), x, y, yaw)
    for x, y, yaw in (
        (-9.0, 5.2, 180.0),
        (8.4, -8.2, 0.0),
        (-44.6, 8.6, 120.0),
        (-34.0, 22.6, -20.0),
        (28.6, 16.6, 100.0),
        (41.8, 9.0, 200.0),
        (-5.8, -39.6, 90.0),
        (12.0, -31.0, -60.0),
        (36.0, -5.6, 0.0),
    ):
        at = site.put(station.yard_lamp(), x, y, yaw, sink_m=0.0)
        c, s = np.cos(np.radians(yaw)), np.sin(np.radians(yaw))
        scene.lamp((round(at[0] + 0.9 * float(s), 3), round(at[1] - 0.9 * float(c), 3), round(at[2] + 3.3, 3)), (10.5, 7.8, 4.4), 16.0)
    for x, y in ((33.4, 25.0), (-4.6, -30.4), (13.0, -38.0)):
        at = site.put(props.camp_fire(), x, y, sink_m=0.0)
        scene.lamp((at[0], at[1], round(at[2] + 0.9, 3)), (9.0, 4.0, 1.2), 13.0)
    pole = props.telegraph_pole()
    tops = []
    for x in np.arange(-140.0, 141.0, 28.0):
        z = land.at(float(x), 8.2)
        scene.place(pole, (float(x), 8.2, z), 90.0)
        tops.append([(float(x), 8.2 + y, z + 6.2) for y in (-0.8, 0.8)])
    for start, end in itertools.pairwise(tops):
        scene.place(props.wires(np.asarray(start), np.asarray(end)))


def build(seed: int) -> SceneModel:
    """The scene for a seed; road, station and rocks are placed by hand, dunes, shapes and scrub vary."""
    scene, land = Assembler(), terrain(seed)
    site = Site(scene, land, STAGES)
    _ground(scene, land, seed)
    _rocks(scene, site, land, seed)
    _plants(scene, site, land, seed)
    _station(scene, site, land, seed)
    scene.add(
        ridge(
            seed,
            "desert range",
            (330.0, 620.0),
            lambda a: 38.0 + 22.0 * np.sin(5 * a) * np.sin(3 * a + 1.0),
            Texture.STRATA,
            26.0,
            (0.95, 0.9, 0.9),
        )
    )
    return scene.finish(STAGES, seed)
