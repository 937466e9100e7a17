"""Scene `snowy_village`: log chalets with lit windows under deep snow, laden firs, a frozen pond, lanterns, a chapel, white hills."""

from __future__ import annotations

import itertools

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Assembler
from hmworld.embedded.scenes.kit.noise import PlaneNoise
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.kit.shapes import Array
from hmworld.embedded.scenes.model import SceneModel, StagePlace
from hmworld.embedded.scenes.props import chalet as houses
from hmworld.embedded.scenes.props import snow_props as props
from hmworld.embedded.scenes.props.planting import ridge, spread
from hmworld.embedded.scenes.props.terrain import Layer, Site, Terrain, breaks, curve, distance_to_line, grid_spots
from hmworld.embedded.scenes.textures.catalogue import Texture

STAGES = (
    StagePlace("village_green", (0.0, 0.0, 0.0), 8.0, 15.0),
    StagePlace("frozen_pond", (-37.0, 9.0, -0.2), 7.5, 60.0),
    StagePlace("lane", (36.0, -5.0, 0.3), 6.5, 10.0),
    StagePlace("fir_meadow", (2.0, 41.0, 0.8), 7.5, 95.0),
)
_LANE = curve([(-150, -30), (-80, -14), (-45, -9), (-18, -4), (0, 0), (18, -3), (36, -5), (70, 4), (150, 30)])
_PATHS = ((_LANE, 1.7), (curve([(0, 0), (-6, 14), (-4, 27), (2, 41), (10, 62)]), 1.0), (curve([(-18, -4), (-24, 4), (-29, 7)]), 0.9))
_TIMBERS = ((0.44, 0.25, 0.13), (0.34, 0.19, 0.10), (0.52, 0.33, 0.18), (0.26, 0.16, 0.10))
_SHUTTERS = ((0.09, 0.20, 0.12), (0.36, 0.06, 0.04), (0.07, 0.14, 0.26), (0.40, 0.28, 0.08))


def terrain(seed: int) -> Terrain:
    """Soft drifts in the valley, rising white slopes round it, the pond level."""
    noise = PlaneNoise(Stream(seed, "snow land"))

    def shape(x: Array, y: Array) -> Array:
        drifts = 0.9 * (noise.fractal(x / 17.0 + 4.0, y / 17.0, 2) - 0.42)
        far = np.clip((np.hypot(x, y) - 62.0) / 130.0, 0.0, 1.0)
        slopes = 30.0 * far**1.5 * (0.3 + noise.at(x / 70.0 + 5.0, y / 70.0 + 2.0))
        rise = 0.016 * np.clip(y, 0.0, 60.0)
        walked = np.clip((distance_to_line(x, y, _LANE) - 1.6) / 6.0, 0.0, 1.0)
        return np.asarray(drifts * (0.2 + 0.8 * walked) + slopes + rise)

    return Terrain(STAGES, shape, margin_m=3.0, blend_m=9.0)


def _ground(scene: Assembler, land: Terrain, seed: int) -> None:
    noise = PlaneNoise(Stream(seed, "snow tone"))

    def ragged(x: Array, y: Array) -> Array:
        return np.asarray(0.7 * (noise.fractal(x / 1.5, y / 1.5, 2) - 0.5))

    def ice(x: Array, y: Array) -> Array:
        bend = 0.8 * np.sin(3.0 * np.arctan2(y - 9.0, x + 37.0) + 1.0)
        return np.asarray(10.0 + bend - np.hypot((x + 37.0) / 1.06, y - 9.0) + 0.4 * ragged(x, y))

    def trodden(x: Array, y: Array) -> Array:
        level = np.full(np.shape(x), -np.inf)
        for line, half in _PATHS:
            level = np.maximum(level, half - distance_to_line(x, y, line))
        green = 5.5 - np.hypot(x - 1.0, y)
        return np.asarray(np.maximum(level, green) + ragged(x, y))

    def ice_tone(x: Array, y: Array) -> Array:
        rim = np.clip(ice(x, y) / 1.2, 0.0, 1.0)[..., None]
        swept = noise.fractal(x / 4.0, y / 4.0, 3)[..., None]
        clear = np.array((0.42, 0.56, 0.66)) + 0.42 * np.clip(swept * 2.4 - 0.9, 0.0, 1.0)
        return np.asarray(clear * rim + (1.0 - rim) * 0.85)

    def path_tone(x: Array, y: Array) -> Array:
        away = distance_to_line(x, y, _LANE)
        ruts = 1.0 - 0.16 * np.exp(-(((away - 0.75) / 0.25) ** 2))
        steps = 0.9 + 0.16 * noise.fractal(x / 0.8, y / 0.8, 2)
        return np.asarray((ruts * steps)[..., None] * np.array((0.70, 0.69, 0.70)))

    def snow_tone(x: Array, y: Array) -> Array:
        hollow = 0.88 + 0.16 * noise.fractal(x / 7.0, y / 7.0, 3)[..., None]
        return np.asarray(hollow * np.array((0.98, 0.99, 1.0)))

    lines = breaks(62.0, 1.35, 330.0, 1.22)
    layers = [Layer(Texture.WATER, 7.0, ice_tone, ice), Layer(Texture.SNOW, 1.8, path_tone, trodden), Layer(Texture.SNOW, 3.5, snow_tone)]
    scene.add(land.ground(lines, lines, layers))


def _village(scene: Assembler, site: Site, seed: int) -> None:
    stream = Stream(seed, "village")
    kinds = [
        houses.chalet(Stream(seed, f"chalet {k}"), half, tall, _TIMBERS[k], _SHUTTERS[k])
        for k, (half, tall) in enumerate((((3.6, 3.4), True), ((3.2, 3.0), False), ((4.2, 3.6), True), ((2.9, 2.7), False)))
    ]
    for k, x, y, yaw in (
        (0, -8.0, 17.5, 15.0), (2, 12.5, 16.0, -30.0), (1, 17.0, 5.0, -70.0), (3, -17.0, 8.5, 60.0), (2, -10.0, -16.5, 155.0),
        (0, 8.0, -17.5, 190.0), (1, 20.0, -14.0, 210.0),
        (0, 30.0, 8.5, -5.0), (2, 46.0, 8.0, -15.0), (3, 41.0, -18.0, 170.0), (0, 29.0, -19.0, 195.0), (1, 54.0, -8.0, -80.0),
        (2, 60.0, 14.0, -30.0), (3, 68.0, -4.0, 200.0),
        (2, -37.0, 27.5, 5.0), (1, -53.5, 18.0, 70.0), (0, -55.0, 0.0, 105.0), (3, -40.0, -9.5, 175.0), (1, -25.0, -13.0, 190.0),
        (0, -22.0, 26.0, 30.0), (2, -70.0, -24.0, 150.0),
        (3, -11.5, 36.0, 70.0), (1, 17.0, 43.0, -90.0), (0, 13.0, 30.5, -50.0), (3, 28.0, 30.0, 0.0), (2, 40.0, 32.0, -20.0),
    ):  # fmt: skip
        at = site.put(kinds[k], x, y, yaw, sink_m=0.05)
        c, s = np.cos(np.radians(yaw)), np.sin(np.radians(yaw))
        if k in (0, 2) and np.hypot(x, y) < 52.0:
            scene.lamp((round(at[0] + 4.4 * float(s), 3), round(at[1] - 4.4 * float(c), 3), round(at[2] + 2.5, 3)), (6.0, 4.0, 2.0), 10.0)
    site.put(houses.chapel(Stream(seed, "chapel")), -3.0, -36.0, 170.0)
    site.put(houses.well(Stream(seed, "well")), -6.0, 9.2, 20.0)
    for k, (x, y, yaw) in enumerate(
        ((9.6, -5.8, 239.0), (10.6, -1.8, 260.0), (-8.6, -6.6, 127.0), (29.6, 1.6, 44.0), (-29.0, 17.6, -40.0))
    ):
        at = site.put(
            houses.market_stall(Stream(seed, f"stall {k % 2}"), (Texture.AWNING_RED, Texture.AWNING_GREEN, Texture.AWNING_BLUE)[k % 3]),
            x,
            y,
            yaw,
        )
        scene.lamp((at[0], at[1], round(at[2] + 1.95, 3)), (5.0, 3.4, 1.7), 8.0)
    fir = props.festive_fir(Stream(seed, "festive"), 6.5)
    for x, y in ((2.5, 12.0), (43.6, 1.5), (-27.0, 1.5)):
        at = site.put(fir, x, y)
        scene.lamp((at[0], at[1] - 2.2, round(at[2] + 2.5, 3)), (5.0, 3.4, 1.8), 10.0)
    lantern = props.village_lantern(Stream(seed, "lantern"))
    for x, y in (
        (-8.6, 2.8), (8.6, 3.4), (4.6, -8.6), (-4.0, -9.0), (-29.0, 12.6), (-45.6, 5.4), (-38.0, 18.0), (-36.0, 0.0), (28.6, -2.0),
        (43.4, -7.6), (35.0, 2.6), (37.0, -12.6),
        (-6.8, 38.0), (10.6, 42.0), (3.0, 32.0), (-2.0, 49.4),
    ):  # fmt: skip
        at = site.put(lantern, x, y)
        scene.lamp((at[0], at[1], round(at[2] + 2.95, 3)), (7.5, 5.0, 2.5), 13.0)
    men = [
        props.snowman(Stream(seed, f"snowman {k}"), rgb)
        for k, rgb in enumerate(((0.46, 0.05, 0.04), (0.06, 0.16, 0.40), (0.10, 0.30, 0.12)))
    ]
    for k, (x, y, yaw) in enumerate(
        (
            (-6.6, 6.6, 40.0),
            (8.9, 5.6, -50.0),
            (-45.6, 11.6, 80.0),
            (-31.0, 1.6, -150.0),
            (29.4, -8.8, 140.0),
            (-6.2, 43.4, 80.0),
            (9.8, 36.4, -60.0),
        )
    ):
        site.put(men[k % 3], x, y, yaw)
    for x, y, yaw in (
        (7.0, 7.4, 30.0), (-9.2, -2.4, 100.0), (-30.0, 14.6, 60.0), (-43.0, 2.4, 10.0), (42.8, -2.6, 150.0), (10.2, 45.0, 70.0),
        (-5.0, 47.0, 20.0),
    ):  # fmt: skip
        site.put(props.sledge(), x, y, yaw)
    for x, y, yaw in ((-10.0, 4.4, 70.0), (30.4, -10.6, 20.0), (-46.0, 2.6, 120.0), (8.2, 49.0, 150.0)):
        site.put(props.big_sleigh(Stream(seed, "sleigh")), x, y, yaw)
    for x, y, yaw in ((5.2, 9.8, 100.0), (28.6, 0.6, 60.0), (-7.6, 34.6, 30.0), (-32.0, 18.4, 160.0)):
        site.put(props.skis(Stream(seed, "skis")), x, y, yaw)
    logs = props.snowed_logs(Stream(seed, "snow logs"))
    for x, y, yaw in (
        (-11.6, 8.0, 60.0),
        (10.6, 8.8, -30.0),
        (43.0, -11.0, 140.0),
        (28.4, 3.8, 0.0),
        (-46.6, 14.8, 70.0),
        (-28.0, 5.2, 100.0),
        (-6.6, 46.8, 110.0),
        (11.4, 39.4, -85.0),
        (4.8, 51.0, 180.0),
    ):
        site.put(logs, x, y, yaw)
    heaps = [
        props.snow_heap(Stream(seed, f"heap {k}"), half) for k, half in enumerate(((1.3, 1.3, 0.95), (0.9, 0.9, 0.6), (1.9, 1.9, 1.3)))
    ]
    for k, x, y in (
        (0, -9.6, -0.2), (1, 9.6, 0.6), (0, 1.0, -10.6), (2, -48.6, 8.6), (1, -39.6, -0.6), (0, -26.6, 10.0), (0, 28.0, -6.6),
        (1, 44.0, 0.6), (1, 38.4, 3.4), (2, -8.0, 51.0), (0, 12.0, 47.6), (1, -6.4, 40.6),
        (2, 22.0, -1.0), (1, 5.8, 33.4),
    ):  # fmt: skip
        site.put(heaps[k], x, y, round(stream.number(0, 360), 1))
    stones = [props.snowed_rock(Stream(seed, f"snow rock {k}"), size) for k, size in enumerate(((0.9, 0.9, 0.75), (1.3, 1.3, 1.0)))]
    for k, x, y in (
        (0, -42.6, 18.4),
        (1, -48.0, 4.0),
        (0, -33.4, -0.8),
        (1, 13.6, 50.0),
        (0, -3.0, 32.4),
        (1, 45.6, -13.6),
        (0, 6.4, -11.0),
    ):
        site.put(stones[k], x, y, 60.0 * k)


def _fences(scene: Assembler, land: Terrain, seed: int) -> None:
    stream = Stream(seed, "snow fences")
    for line in (
        [(-13.0, -7.6), (-20.0, -9.0), (-27.0, -9.8)], [(12.0, -8.6), (19.0, -8.4), (26.0, -10.0)],
        [(26.0, -13.6), (34.0, -13.8), (42.0, -14.2), (49.0, -12.0)], [(24.0, 4.4), (31.0, 4.0), (39.0, 4.0), (46.0, 3.4)],
        [(-28.0, 21.0), (-35.0, 21.6), (-44.0, 21.4), (-50.0, 14.0)], [(-48.0, -4.0), (-40.0, -4.6), (-32.0, -3.6)],
        [(-9.0, 31.0), (-9.4, 24.0)], [(-10.0, 42.0), (-10.2, 50.0), (-4.0, 55.0), (6.0, 56.0)],
    ):  # fmt: skip
        knots = np.array(line)
        points = [(float(knots[0][0]), float(knots[0][1]))]
        for a, b in itertools.pairwise(knots):
            count = max(1, round(float(np.hypot(*(b - a))) / 2.5))
            points += [(float(p[0]), float(p[1])) for p in (a + (b - a) * (k + 1) / count for k in range(count))]
        points = [(round(x, 3), round(y, 3)) for x, y in points]
        scene.place(props.snowed_fence(stream, points, [land.at(*p) for p in points]))


def _firs(scene: Assembler, site: Site, land: Terrain, seed: int) -> None:
    kinds = [
        props.snowy_fir(Stream(seed, f"fir {k}"), *size)
        for k, size in enumerate(((8.5, 2.0, 0.4), (6.0, 1.6, 0.25), (10.5, 2.3, 0.7), (3.4, 1.1, 0.1)))
    ]
    stream = Stream(seed, "firs")
    for k, x, y in (
        (0, -12.5, 11.0), (3, 11.0, 10.8), (1, 12.6, -11.4), (2, -14.0, -9.0), (3, -3.2, -11.6), (0, -26.4, 16.2), (2, -47.0, 21.0),
        (1, -49.0, 11.6), (3, -30.6, -1.4), (0, -46.4, -3.4), (1, -33.0, 20.0),
        (1, 27.6, -12.0), (0, 46.0, -16.0), (3, 28.0, 5.4), (2, 24.0, 12.0), (1, 46.2, 2.2), (3, 41.4, 3.2), (2, -8.6, 30.0),
        (0, -9.0, 48.0), (1, 11.0, 50.6), (2, 3.0, 55.0), (3, 9.6, 33.2), (0, 14.0, 36.6),
        (1, -12.6, 43.6), (2, 18.6, 52.0), (3, -4.4, 52.4), (0, 24.0, 40.0), (2, -22.0, 40.0), (1, -16.0, 52.0), (0, 52.0, 0.0),
    ):  # fmt: skip
        site.put(kinds[k], x, y, round(stream.number(0, 360), 1), round(stream.number(0.92, 1.1), 2), 0.06)
    spots = grid_spots(stream, 315.0, 8.0, 0.45)
    noise = PlaneNoise(Stream(seed, "snow woods"))
    wooded = noise.fractal(spots[:, 0] / 40.0, spots[:, 1] / 40.0, 2) + 0.0012 * np.hypot(spots[:, 0], spots[:, 1])
    far = np.hypot(spots[:, 0], spots[:, 1])
    open_ground = (far > 70.0) | ((spots[:, 1] > 58.0) & land.free(spots, 15.0))
    spots = spots[(wooded > 0.55) & open_ground & (distance_to_line(spots[:, 0], spots[:, 1], _LANE) > 7.0)]
    spots = spots[np.argsort(stream.array(len(spots)))[:760]]
    high = stream.array(len(spots), 7.0, 14.0)
    wide = high * stream.array(len(spots), 0.65, 0.95)
    roots = np.column_stack([spots, land.height(spots[:, 0], spots[:, 1]) - 0.3])
    scene.add(
        spread(
            props.far_snowy_fir(),
            roots,
            stream.array(len(spots), 0, 360),
            np.stack([wide, wide, high], 1),
            stream.array(len(spots), 0.75, 1.05)[:, None],
        )
    )


def build(seed: int) -> SceneModel:
    """The scene for a seed; houses and furniture are fixed, their timber, the drifts, firs and hills vary."""
    scene, land = Assembler(), terrain(seed)
    site = Site(scene, land, STAGES)
    _ground(scene, land, seed)
    _village(scene, site, seed)
    _fences(scene, land, seed)
    _firs(scene, site, land, seed)
    scene.add(
        ridge(
            seed,
            "snow hills",
            (290.0, 560.0),
            lambda a: 74.0 + 24.0 * np.sin(2 * a + 1.0) + 12.0 * np.sin(5 * a),
            Texture.SNOW,
            40.0,
            (0.88, 0.93, 1.0),
            200,
        )
    )
    scene.add(
        ridge(
            seed,
            "snow peaks",
            (600.0, 1100.0),
            lambda a: 190.0 + 55.0 * np.sin(7 * a) + 45.0 * np.sin(11 * a + 2.0),
            Texture.SNOW,
            60.0,
            (0.86, 0.92, 1.0),
            220,
        )
    )
    return scene.finish(STAGES, seed)
