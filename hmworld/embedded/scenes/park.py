"""Scene `park`: a city park with gravel paths, lawns, flower beds, a pond with a footbridge, a bandstand and a playground."""

from __future__ import annotations

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Assembler
from hmworld.embedded.scenes.kit.noise import PlaneNoise
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.kit.shapes import Array
from hmworld.embedded.scenes.model import SceneModel, StagePlace
from hmworld.embedded.scenes.props import park_props, playground, street_furniture
from hmworld.embedded.scenes.props.planting import far_leafy, spread
from hmworld.embedded.scenes.props.skyline import skyline
from hmworld.embedded.scenes.props.terrain import Layer, Site, Terrain, breaks, curve, distance_to_line, ring_spots, thinned
from hmworld.embedded.scenes.props.trees import leafy_tree, shrub
from hmworld.embedded.scenes.textures.catalogue import Texture

STAGES = (
    StagePlace("bandstand_lawn", (0.0, 0.0, 0.0), 8.0, 20.0),
    StagePlace("fountain_walk", (-36.0, 6.0, 0.0), 7.5, 100.0),
    StagePlace("pond_side", (33.0, 12.0, 0.0), 7.5, 75.0),
    StagePlace("playground", (4.0, -38.0, 0.0), 7.5, 10.0),
)
_POND = (57.0, 15.0)
_POND_HALF = (11.5, 8.5)
_WATER_M = -0.30
_PATHS = (
    (curve([(-75, -32), (-52, -20), (-36, 6), (-31, 30), (-10, 44), (20, 40), (45, 34), (80, 44)]), 1.7),
    (curve([(-36, 6), (-20, 10), (-10.5, 3), (-6, -11), (8, -17), (20, -8), (27, 6), (33, 12), (37, 28), (45, 34)]), 1.3),
    (curve([(8, -17), (2, -27), (4, -38), (-8, -54), (-20, -85)]), 1.3),
    (curve([(20, -8), (40, -12), (57, 1), (72, 6), (100, -10)]), 1.2),
    (curve([(-10.5, 3), (-4, 14), (0, 24), (-10, 44)]), 1.1),
)
_FLOWERS = (
    np.array([(0.62, 0.05, 0.05), (0.66, 0.46, 0.03), (0.66, 0.65, 0.60)]),
    np.array([(0.40, 0.08, 0.42), (0.66, 0.30, 0.45), (0.68, 0.66, 0.60)]),
    np.array([(0.66, 0.46, 0.03), (0.62, 0.18, 0.02), (0.55, 0.04, 0.04)]),
)


def _pond_level(x: Array, y: Array) -> Array:
    """Distance from the shore in metres, positive in the pond."""
    u, v = (x - _POND[0]) / _POND_HALF[0], (y - _POND[1]) / _POND_HALF[1]
    return np.asarray((1.0 - np.hypot(u, v)) * 9.5)


def terrain(seed: int) -> Terrain:
    """The park's ground: gentle lawns, a hollow for the pond, low banks to the rim."""
    noise = PlaneNoise(Stream(seed, "park land"))

    def shape(x: Array, y: Array) -> Array:
        far = np.hypot(x, y)
        lawns = 0.5 * (noise.fractal(x / 24.0 + 9.0, y / 24.0 + 5.0, 2) - 0.45)
        banks = 3.2 * np.clip((far - 66.0) / 60.0, 0, 1) * noise.fractal(x / 40.0 + 3.0, y / 40.0 + 8.0, 2)
        pond = np.clip(_pond_level(x, y) / 2.2 + 0.75, 0.0, 1.0)
        calm = np.clip(1.0 - (_pond_level(x, y) + 7.0) / 5.0, 0.0, 1.0)
        return np.asarray((lawns + banks) * calm - 0.75 * pond * pond * (3 - 2 * pond))

    return Terrain(STAGES, shape, margin_m=2.5)


def _ground(scene: Assembler, land: Terrain, seed: int) -> None:
    noise = PlaneNoise(Stream(seed, "park tone"))

    def ragged(x: Array, y: Array) -> Array:
        return np.asarray(0.35 * (noise.fractal(x / 1.6, y / 1.6, 2) - 0.5))

    def paths(x: Array, y: Array) -> Array:
        level = np.full(np.shape(x), -np.inf)
        for line, half in _PATHS:
            level = np.maximum(level, half - distance_to_line(x, y, line))
        squares = [5.2 - np.hypot(x + 36.0, y - 6.0), 4.4 - np.hypot(x - 33.0, y - 12.0)]
        return np.asarray(np.maximum(level, np.maximum(*squares)) + ragged(x, y))

    def play(x: Array, y: Array) -> Array:
        return np.asarray(11.5 - np.hypot((x - 4.0) / 1.15, y + 38.0) + ragged(x, y))

    def bed(x: Array, y: Array) -> Array:
        return np.asarray(_pond_level(x, y) + 0.4 + ragged(x, y))

    def stone_tone(x: Array, y: Array) -> Array:
        edge = np.clip(paths(x, y) / 0.5, 0.0, 1.0)
        return np.asarray((0.72 + 0.28 * edge)[..., None] * (0.85 + 0.35 * noise.fractal(x / 5.0, y / 5.0, 3))[..., None] * np.ones(3))

    def grass_tone(x: Array, y: Array) -> Array:
        lush = noise.fractal(x / 9.0 + 30.0, y / 9.0 + 7.0, 3)[..., None]
        mown = 0.07 * np.sign(np.sin((x * 0.5 + y * 0.86) * 1.75))[..., None] * (paths(x, y) < -0.6)[..., None]
        worn = np.clip(1.0 + paths(x, y) / 1.2, 0.0, 1.0)[..., None] * np.array((0.30, 0.12, 0.08))
        return np.asarray((0.80 + 0.40 * lush + mown) * np.array((0.98, 1.0, 0.9)) + worn)

    def sand_tone(x: Array, y: Array) -> Array:
        return np.asarray((0.8 + 0.3 * noise.fractal(x / 3.0, y / 3.0, 3))[..., None] * np.array((0.92, 0.9, 0.86)))

    def mud(x: Array, y: Array) -> Array:
        return np.full((*np.shape(x), 3), 0.42)

    lines = breaks(62.0, 1.25, 330.0, 1.3)
    layers = [
        Layer(Texture.DIRT, 2.2, mud, bed),
        Layer(Texture.SAND, 2.4, sand_tone, play),
        Layer(Texture.GRAVEL, 1.9, stone_tone, paths),
        Layer(Texture.GRASS, 2.6, grass_tone),
    ]
    scene.add(land.ground(lines, lines, layers))
    scene.place(park_props.pond_water((_POND_HALF[0] * 1.02, _POND_HALF[1] * 1.02), _WATER_M), (*_POND, 0.0))
    stream = Stream(seed, "park tufts")
    spots = np.concatenate(
        [ring_spots(stream, 420, stage.center_m[:2], stage.radius_m + 0.4, stage.radius_m + 11.0) for stage in STAGES[:3]]
    )
    lawn = (paths(spots[:, 0], spots[:, 1]) < -0.1) & (_pond_level(spots[:, 0], spots[:, 1]) < -0.6)
    scene.add(land.tufts(stream, spots[lawn & land.free(spots, 0.3)], (0.07, 0.15), Texture.GRASS_TUFT, grass_tone))
    reeds = ring_spots(stream, 170, (0.0, 0.0), 0.96, 1.05) * _POND_HALF + _POND
    scene.add(land.tufts(stream, reeds, (0.20, 0.36), Texture.DUNE_GRASS, lambda x, y: np.tile((0.6, 0.85, 0.55), (len(x), 1)), 1.0))


def _trees(scene: Assembler, site: Site, land: Terrain, seed: int) -> None:
    tints = [np.array(t) for t in ((0.95, 1.0, 0.9), (0.80, 0.95, 0.92), (1.2, 1.08, 0.85))]
    sizes = ((3.2, (3.6, 3.0)), (3.6, (3.2, 3.6)), (2.9, (2.8, 2.5)))
    kinds = [leafy_tree(Stream(seed, f"park tree {k}"), *sizes[k], 620, tints[k]) for k in range(3)]
    turn = Stream(seed, "park turn")
    places = [
        (0, 10.5, 5.5), (1, -7.5, 9.6), (2, 7.8, -9.4), (0, -13.5, -7.0), (2, 16.0, 14.5), (1, -14.5, 20.0), (0, 12.0, 27.0),
        (1, -25.5, 0.5), (0, -46.5, 0.0), (2, -46.0, 15.5), (0, -24.5, 19.5), (1, -40.0, -13.0), (1, -52.0, 28.0),
        (2, 23.5, 17.5), (0, 30.0, 25.5), (1, 42.0, 2.0), (0, 47.0, 27.5), (2, 66.0, 29.0), (1, 73.0, 14.0), (0, 25.0, -4.0),
        (0, -8.0, -31.0), (1, 16.5, -30.0), (2, 17.5, -45.0), (0, -9.5, -47.0), (1, 6.0, -53.0), (2, -26.0, -28.0), (1, 32.0, -28.0),
    ]  # fmt: skip
    for kind, x, y in places:
        site.put(kinds[kind], x, y, round(turn.number(0, 360), 1), round(turn.number(0.94, 1.12), 2))
    bushes = [shrub(Stream(seed, f"park bush {k}"), r, 100, tints[k]) for k, r in enumerate((0.75, 0.95))]
    for k, (x, y) in enumerate(
        ((9.5, -2.6), (-9.8, -3.4), (-27.0, 13.6), (-45.6, 8.4), (42.5, 10.0), (41.8, 18.0), (25.5, 4.5), (13.2, -36.5), (-5.8, -42.0))
    ):
        site.put(bushes[k % 2], x, y, 40.0 * k)
    belt = Stream(seed, "park belt")
    spots = thinned(ring_spots(belt, 900, (0.0, 0.0), 68.0, 150.0), 5.0)[:250]
    clear = np.min([distance_to_line(spots[:, 0], spots[:, 1], line) for line, _ in _PATHS], axis=0) > 4.0
    spots = spots[clear & land.free(spots, 24.0) & (_pond_level(spots[:, 0], spots[:, 1]) < -5.0)]
    near = np.hypot(spots[:, 0], spots[:, 1]) < 92.0
    for some, lumps in ((spots[near], 5), (spots[~near], 2)):
        plain = far_leafy(Stream(seed, f"park far {lumps}"), lumps)
        high = belt.array(len(some), 8.0, 13.0)
        wide = high * belt.array(len(some), 0.9, 1.2)
        roots = np.column_stack([some, land.height(some[:, 0], some[:, 1]) - 0.1])
        tint = belt.array(len(some), 0.75, 1.15)[:, None] * np.stack(
            [belt.array(len(some), 0.85, 1.25), np.ones(len(some)), np.full(len(some), 0.85)], 1
        )
        scene.add(spread(plain, roots, belt.array(len(some), 0, 360), np.stack([wide, wide, high], 1), tint))


def _furniture(scene: Assembler, site: Site, seed: int) -> None:
    site.put(park_props.bandstand(), 1.5, 16.5, 22.5)
    site.put(park_props.fountain(), -36.0, 19.5)
    site.put(park_props.statue(Stream(seed, "statue")), -27.5, -2.5, -60.0)
    site.put(park_props.statue(Stream(seed, "statue")), 27.0, 21.4, 0.0)
    scene.place(park_props.footbridge(19.0), (57.0, 14.0, -0.1), 84.0)
    lamp = park_props.globe_lamp()
    for x, y in (
        (-8.4, -5.2), (10.0, -8.6), (-7.2, 6.6), (11.8, 1.5), (-44.5, -1.5), (-28.6, 10.6), (-41.5, 14.5), (-29.4, -5.2), (24.2, 8.8),
        (36.8, 20.8), (41.2, 7.0), (29.0, -4.4), (46.5, 36.0), (-4.5, -33.5), (12.8, -33.2), (9.0, -46.6), (-5.0, -22.0), (-18.0, 12.6),
        (10.0, 41.0),
    ):  # fmt: skip
        at = site.put(lamp, x, y)
        scene.lamp((at[0], at[1], round(at[2] + 3.3, 3)), (10.5, 8.8, 5.8), 16.0)
    scene.lamp((1.5, 16.5, 2.9), (6.0, 5.0, 3.4), 10.0)
    seat, basket = street_furniture.bench(), street_furniture.bin_()
    for x, y, yaw in (
        (-9.2, -0.6, 75.0), (4.4, 9.4, 165.0), (9.3, -5.6, 240.0), (-44.6, 4.2, 95.0), (-27.4, 7.2, -80.0), (-41.8, 11.2, 40.0),
        (-31.0, -2.4, 205.0),
        (40.9, 15.6, -100.0), (38.6, 4.8, 215.0), (24.8, 13.2, 95.0), (32.8, 20.6, 175.0), (12.6, -40.8, -70.0), (-4.6, -39.4, 90.0),
        (1.5, -46.8, 5.0),
    ):  # fmt: skip
        site.put(seat, x, y, yaw)
        c, s = np.cos(np.radians(yaw)), np.sin(np.radians(yaw))
        site.put(basket, x + 1.5 * float(c), y + 1.5 * float(s))
    beds = [park_props.flower_bed(Stream(seed, f"bed {k}"), ((1.7, 1.1), (1.3, 1.3), (2.1, 0.9))[k], _FLOWERS[k]) for k in range(3)]
    for k, x, y, yaw in (
        (0, -8.6, 3.4, 20.0), (1, 10.4, -1.0, 0.0), (2, -2.0, -10.4, 15.0), (0, -46.0, 8.6, 95.0), (1, -27.0, 3.6, 0.0),
        (2, -33.6, -4.4, -30.0),
        (2, 41.0, 11.0, 85.0), (0, 27.4, 3.6, 130.0), (1, 24.2, 15.6, 0.0), (2, 12.8, -44.6, 60.0), (1, -6.4, -35.8, 0.0),
    ):  # fmt: skip
        site.put(beds[k], x, y, yaw)
    hedges = [park_props.hedge(Stream(seed, f"hedge {k}"), length) for k, length in enumerate((4.2, 6.0))]
    for k, x, y, yaw in (
        (1, -9.8, -8.6, 130.0), (0, 6.6, 11.4, -30.0), (0, -47.2, 3.8, 90.0), (1, -25.6, 9.6, 100.0), (1, 24.0, 0.6, 40.0),
        (0, 37.0, 22.6, 165.0),
        (1, 14.2, -38.6, 92.0), (1, -6.8, -45.6, 120.0), (0, 2.0, -27.6, 0.0),
    ):  # fmt: skip
        site.put(hedges[k], x, y, yaw)
    cone = park_props.topiary(Stream(seed, "cone"), 1.9)
    for x, y in ((-4.0, 10.2), (4.6, -9.6), (-40.6, 15.6), (-31.6, 15.4), (-44.4, 0.6), (-29.6, -0.6), (29.2, 21.4), (41.6, 8.6)):
        site.put(cone, x, y)
    urn = park_props.balustrade_pots(_FLOWERS[1], Stream(seed, "urn"))
    for x, y in ((-40.4, 20.6), (-32.0, 21.2), (-2.6, 12.4), (5.4, 12.6), (32.0, 3.6), (41.6, 13.4)):
        site.put(urn, x, y)
    for prop, x, y, yaw in (
        (playground.swings(), -3.4, -30.2, 40.0), (playground.slide_tower(), 11.4, -29.6, 200.0),
        (playground.climbing_dome(), 14.0, -41.6, 0.0),
        (playground.seesaw(), -5.2, -47.2, 30.0), (playground.sandbox(), 4.6, -48.0, 10.0), (playground.slide_tower(), -8.0, -41.0, 70.0),
    ):  # fmt: skip
        site.put(prop, x, y, yaw)


def build(seed: int) -> SceneModel:
    """The scene for a seed; paths and furniture are fixed, lawns, trees, the tree belt and the skyline vary."""
    scene, land = Assembler(), terrain(seed)
    _ground(scene, land, seed)
    site = Site(scene, land, STAGES)
    _trees(scene, site, land, seed)
    _furniture(scene, site, seed)
    stream = Stream(seed, "park skyline")
    scene.add(skyline(stream, 22, 190.0, 290.0, (20.0, 175.0)))
    scene.add(skyline(stream, 14, 200.0, 290.0, (200.0, 350.0)))
    return scene.finish(STAGES, seed)
