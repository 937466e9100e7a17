"""Scene `forest_road`: a dirt road and clearings in a dense wood of pines and beeches, with ferns, logs and stacked timber."""

from __future__ import annotations

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Assembler
from hmworld.embedded.scenes.kit.noise import PlaneNoise
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.kit.shapes import Array, Part, loft
from hmworld.embedded.scenes.model import SceneModel, StagePlace
from hmworld.embedded.scenes.props import forest_props as props
from hmworld.embedded.scenes.props import meadow_props
from hmworld.embedded.scenes.props.planting import far_beech, far_pine, ridge, spread
from hmworld.embedded.scenes.props.terrain import Layer, Site, Terrain, breaks, curve, distance_to_line, grid_spots, ring_spots, thinned
from hmworld.embedded.scenes.props.trees import shrub, spruce
from hmworld.embedded.scenes.textures.catalogue import Texture

STAGES = (
    StagePlace("road", (0.0, 0.0, 0.0), 6.5, 12.0),
    StagePlace("timber_landing", (36.0, 10.0, 0.2), 7.5, 25.0),
    StagePlace("fern_clearing", (-34.0, -16.0, 0.1), 7.5, 60.0),
    StagePlace("ranger_clearing", (4.0, 38.0, 0.3), 7.0, 95.0),
)
_ROAD = curve([(-150, 10), (-80, -6), (-40, 2), (-14, -2.5), (0, 0), (16, 4.5), (36, 10), (70, 8), (150, 30)])
_TRACKS = (
    (curve([(-14, -2.5), (-24, -8), (-34, -16), (-40, -40), (-60, -80)]), 1.0),
    (curve([(16, 4.5), (10, 18), (4, 38), (0, 60), (-30, 100)]), 1.0),
)
_ROAD_HALF_M = 2.3
# Where the sun stands by day, seen from above.
_SUNWARD = (0.82, 0.57)


def terrain(seed: int) -> Terrain:
    """The forest floor: humps and hollows, rising towards the rim."""
    noise = PlaneNoise(Stream(seed, "forest land"))

    def shape(x: Array, y: Array) -> Array:
        off = np.clip((distance_to_line(x, y, _ROAD) - 3.0) / 10.0, 0.0, 1.0)
        humps = 1.5 * (noise.fractal(x / 15.0 + 9.0, y / 15.0 + 5.0, 3) - 0.45)
        rise = 8.0 * np.clip((np.hypot(x, y) - 60.0) / 120.0, 0, 1) * noise.at(x / 60.0 + 2.0, y / 60.0)
        ditch = -0.22 * np.exp(-(((distance_to_line(x, y, _ROAD) - 3.4) / 0.7) ** 2))
        return np.asarray(humps * (0.15 + 0.85 * off) + rise + ditch)

    return Terrain(STAGES, shape, margin_m=2.0, blend_m=9.0)


def _way(x: Array, y: Array) -> Array:
    """Distance inside the nearest road or track, metres."""
    level = _ROAD_HALF_M - distance_to_line(x, y, _ROAD)
    for line, half in _TRACKS:
        level = np.maximum(level, half - distance_to_line(x, y, line))
    return np.asarray(level)


def _ground(scene: Assembler, land: Terrain, seed: int) -> None:
    noise = PlaneNoise(Stream(seed, "forest tone"))

    def dirt(x: Array, y: Array) -> Array:
        landing = 8.6 - np.hypot((x - 36.0) / 1.2, y - 10.0)
        return np.asarray(np.maximum(_way(x, y), landing) + 0.5 * (noise.fractal(x / 2.0, y / 2.0, 2) - 0.5))

    def green(x: Array, y: Array) -> Array:
        clearing = np.maximum(10.5 - np.hypot(x + 34.0, y + 16.0), 10.0 - np.hypot(x - 4.0, y - 38.0))
        verge = 2.0 + _way(x, y)
        return np.asarray(
            np.maximum(np.maximum(clearing, verge), 6.0 * (noise.fractal(x / 12.0, y / 12.0, 2) - 0.66))
            + 2.2 * (noise.fractal(x / 3.0, y / 3.0, 2) - 0.5)
        )

    def dirt_tone(x: Array, y: Array) -> Array:
        away = distance_to_line(x, y, _ROAD)
        ruts = 1.0 - 0.28 * np.exp(-(((away - 0.85) / 0.3) ** 2))
        crown = np.exp(-((away / 0.45) ** 2))[..., None] * np.array((-0.22, 0.05, -0.18))
        return np.asarray((ruts * (0.72 + 0.5 * noise.fractal(x / 4.0, y / 4.0, 3)))[..., None] * np.array((0.95, 0.92, 0.88)) + crown)

    def litter_tone(x: Array, y: Array) -> Array:
        mossy = np.clip(noise.fractal(x / 7.0 + 20.0, y / 7.0, 3) * 3.0 - 1.4, 0.0, 1.0)[..., None]
        return np.asarray((1.0 + 0.6 * noise.fractal(x / 4.0 + 9.0, y / 4.0, 2)[..., None]) * (1.0 + mossy * np.array((-0.25, 0.35, -0.1))))

    def grass_tone(x: Array, y: Array) -> Array:
        return np.asarray((0.55 + 0.6 * noise.fractal(x / 5.0 + 3.0, y / 5.0, 3))[..., None] * np.array((0.98, 1.0, 0.75)))

    lines = breaks(56.0, 1.4, 330.0, 1.3)
    layers = [
        Layer(Texture.DIRT, 2.2, dirt_tone, dirt),
        Layer(Texture.GRASS, 2.4, grass_tone, green),
        Layer(Texture.FOREST_FLOOR, 2.4, litter_tone),
    ]
    scene.add(land.ground(lines, lines, layers))
    stream = Stream(seed, "forest tufts")
    spots = np.concatenate([ring_spots(stream, 480, stage.center_m[:2], 2.0, stage.radius_m + 9.0) for stage in STAGES])
    grassy = (green(spots[:, 0], spots[:, 1]) > 0.2) & (dirt(spots[:, 0], spots[:, 1]) < -0.05)
    outside = land.free(spots, 0.4)
    scene.add(land.tufts(stream, spots[grassy & outside], (0.14, 0.32), Texture.GRASS_TUFT, grass_tone))
    scene.add(land.tufts(stream, spots[grassy & ~outside], (0.05, 0.09), Texture.GRASS_TUFT, grass_tone))


def _wood(scene: Assembler, site: Site, land: Terrain, seed: int) -> None:
    """Detailed trees round the stages, plain ones with proxies behind them, the plainest out to 96 m, a painted wood last."""
    tints = [np.array(t) for t in ((1.0, 1.0, 0.9), (1.25, 1.15, 0.8), (0.85, 0.95, 0.85))]
    pines = [props.tall_pine(Stream(seed, f"pine {k}"), high) for k, high in enumerate((19.0, 22.0, 16.5))]
    beeches = [props.tall_beech(Stream(seed, f"beech {k}"), high, tints[k]) for k, high in enumerate((17.0, 19.5, 14.0))]
    young = [spruce(Stream(seed, "young spruce"), 3.2, 1.1, 0.12, np.array((1.1, 1.1, 0.9)))]
    stream = Stream(seed, "wood")
    spots = grid_spots(stream, 94.0, 4.1)
    spots = spots[(_way(spots[:, 0], spots[:, 1]) < -1.3) & land.free(spots, 1.6)]
    away = np.min([np.hypot(spots[:, 0] - s.center_m[0], spots[:, 1] - s.center_m[1]) - s.radius_m for s in STAGES], axis=0)
    # The rim stays open for cameras, and towards the sun for its light.
    sunny = np.zeros(len(spots), np.bool_)
    for stage in STAGES:
        dx, dy = spots[:, 0] - stage.center_m[0], spots[:, 1] - stage.center_m[1]
        sunny |= (np.hypot(dx, dy) < 17.0) & (dx * _SUNWARD[0] + dy * _SUNWARD[1] > 0.78 * np.hypot(dx, dy))
    draw, pick = stream.array(len(spots)), stream.array(len(spots))
    kept = (draw < np.where(sunny, 0.3, np.where(away < 4.5, 0.45, 1.0))) & (pick < 0.96)
    near = kept & (away < 8.0)
    for (x, y), chance in zip(spots[near], pick[near], strict=True):
        kind = stream.pick(pines) if chance < 0.50 else stream.pick(beeches) if chance < 0.88 else young[0]
        site.put(kind, float(x), float(y), round(stream.number(0, 360), 1), round(stream.number(0.9, 1.12), 2), 0.05)
    plain = [
        props.plain_tree(far_pine(Stream(seed, "mid pine")), (0.016, 0.66), ((0.70, 0.155, 0.115), (0.88, 0.13, 0.14))),
        props.plain_tree(far_beech(Stream(seed, "mid beech")), (0.019, 0.46), ((0.58, 0.20, 0.17), (0.80, 0.165, 0.2))),
    ]
    middle = kept & (away >= 8.0) & (away < 17.5)
    for (x, y), chance in zip(spots[middle], pick[middle], strict=True):
        site.put(plain[int(chance > 0.52)], float(x), float(y), round(stream.number(0, 360), 1), round(stream.number(14.5, 21.0), 2), 0.05)
    rest = kept & (away >= 17.5)
    some, chances = spots[rest], pick[rest]
    for part, mine, slim in (
        (far_pine(Stream(seed, "far pine"), 6), chances <= 0.52, 1.0),
        (far_beech(Stream(seed, "far beech"), 6), chances > 0.52, 0.95),
    ):
        roots = np.column_stack([some[mine], land.height(some[mine, 0], some[mine, 1])])
        height = stream.array(len(roots), 14.0, 21.0)
        width = height * slim * stream.array(len(roots), 0.85, 1.2)
        hue = np.stack([stream.array(len(roots), 0.9, 1.2), np.ones(len(roots)), np.full(len(roots), 0.85)], 1)
        tint = stream.array(len(roots), 0.7, 1.15)[:, None] * hue
        scene.add(spread(part, roots, stream.array(len(roots), 0, 360), np.stack([width, width, height], 1), tint))
    scene.add(_painted_wood(stream, land))
    scene.add(
        ridge(seed, "forest hills", (200.0, 420.0), lambda a: 46.0 + 6.0 * np.sin(3 * a + 1.0), Texture.NEEDLES, 9.0, (0.8, 0.95, 0.75))
    )


def _painted_wood(stream: Stream, land: Terrain) -> Part:
    """A ragged wall of painted trunks and leaves round the wood, 14 to 19 m high."""
    count = 120
    turn = np.arange(count) * (2 * np.pi / count)
    away = 99.0 + stream.array(count, -4.0, 4.0)
    x, y = away * np.cos(turn), away * np.sin(turn)
    foot = land.height(x, y) - 0.5
    rings = [np.stack([x, y, foot], 1), np.stack([x, y, foot + stream.array(count, 19.0, 26.0)], 1)]
    # Seen from inside: the loft advances downwards.
    return loft(np.stack(rings[::-1]), texture=Texture.WOODLAND, uv_scale=(30.0, 0.985), colour=(1.15, 1.15, 1.15), smooth=False)


def _things(scene: Assembler, site: Site, seed: int) -> None:
    ferns = [props.fern_clump(Stream(seed, f"fern {k}"), size) for k, size in enumerate((0.75, 0.95, 1.15))]
    stream = Stream(seed, "ferns")
    for stage in STAGES:
        spots = thinned(ring_spots(stream, 70, stage.center_m[:2], stage.radius_m + 0.9, stage.radius_m + 8.0), 1.2)
        for x, y in spots[(_way(spots[:, 0], spots[:, 1]) < -1.1)][:26]:
            site.put(stream.pick(ferns), float(x), float(y), round(stream.number(0, 360), 1))
    rocks = [
        meadow_props.rock(Stream(seed, f"forest rock {k}"), size).tinted((0.85, 1.0, 0.8))
        for k, size in enumerate(((1.0, 1.0, 0.85), (0.6, 0.6, 0.55), (1.5, 1.5, 1.3)))
    ]
    for k, x, y in (
        (0, -4.5, 8.4), (1, 7.4, -4.6), (2, -9.5, -9.5), (2, 28.0, 21.0), (1, 44.8, 6.0), (0, 30.0, 1.8), (0, -42.6, -12.0),
        (1, -25.6, -20.4),
        (2, -28.0, -5.5), (0, 12.6, 36.0), (2, -5.6, 43.0), (1, 7.0, 29.6),
    ):  # fmt: skip
        site.put(rocks[k], x, y, round(stream.number(0, 360), 1), 1.0, 0.05)
    long_log = props.log(Stream(seed, "log 0"), 5.2, 0.36, Texture.BEECH_BARK, True)
    short_log = props.log(Stream(seed, "log 1"), 3.0, 0.30, Texture.PINE_BARK, True)
    for prop, x, y, yaw in (
        (long_log, -2.0, -9.6, 15.0), (short_log, 6.6, 8.6, 50.0), (long_log, -36.0, -26.4, 5.0), (short_log, -43.0, -20.0, 80.0),
        (long_log, -4.6, 35.6, 80.0),
        (short_log, 10.8, 44.2, -40.0), (short_log, 44.0, 17.6, 30.0), (short_log, -25.8, -11.0, 110.0),
        (props.timber_stack(Stream(seed, "stack 0")), 33.0, 20.6, 20.0),
        (props.timber_stack(Stream(seed, "stack 1"), 5.0), 40.5, 0.0, 15.0),
        (props.timber_stack(Stream(seed, "stack 2")), 46.8, 14.0, 100.0),
        (props.timber_stack(Stream(seed, "stack 3"), 2.6), -3.2, 31.6, 40.0),
        (props.timber_stack(Stream(seed, "stack 0")), -8.0, 6.4, 8.0),
        (props.timber_stack(Stream(seed, "stack 3"), 2.6), -31.0, -7.2, 170.0),
        (props.high_seat(), 3.5, 49.0, 180.0), (props.high_seat(), -45.0, -24.0, 120.0), (props.info_board(), 8.6, -4.2, 160.0),
        (props.info_board(), 12.2, 33.0, -110.0), (props.barrier(), -30.0, 1.0, 60.0), (meadow_props.signpost(), 13.6, 8.0, 30.0),
        (meadow_props.signpost(), -26.4, -6.2, 70.0),
    ):  # fmt: skip
        site.put(prop, x, y, yaw)
    stub = props.stump(Stream(seed, "stump"))
    for k, (x, y) in enumerate(
        ((8.0, 3.4), (-6.8, -4.6), (28.4, 13.4), (43.2, 3.2), (-26.8, -24.2), (-40.6, -8.4), (-4.0, 39.0), (11.6, 41.0), (36.4, 19.6))
    ):
        site.put(stub, x, y, 50.0 * k)
    bush = shrub(Stream(seed, "hazel"), 0.9, 90, np.array((1.0, 1.05, 0.8)))
    for k, (x, y) in enumerate(
        ((-8.8, 2.6), (4.6, -8.8), (27.0, 5.2), (45.4, 20.0), (-43.6, -15.6), (-27.4, -27.0), (-4.0, 46.2), (13.4, 40.0))
    ):
        site.put(bush, x, y, 70.0 * k)
    post = props.guard_post()
    for k in range(8, len(_ROAD) - 12, 3):
        ahead = _ROAD[k + 1] - _ROAD[k]
        side = np.array((-ahead[1], ahead[0])) / np.hypot(*ahead) * 2.75
        for sign in (-1.0, 1.0):
            x, y = _ROAD[k] + sign * side
            site.put(post, float(x), float(y), round(float(np.degrees(np.arctan2(ahead[1], ahead[0]))) + 90.0 * sign, 2))
    lantern = props.storm_lantern()
    for x, y, yaw in (
        (-7.4, -3.6, 120.0), (7.2, 5.4, -60.0), (31.4, 17.4, 0.0), (43.8, 12.6, -90.0), (36.0, 0.4, 180.0), (-26.0, -15.0, -90.0),
        (-37.6, -8.0, 20.0), (-35.0, -24.4, 170.0),
        (-3.8, 37.0, 90.0), (10.4, 42.6, -60.0), (7.6, 29.8, -160.0),
    ):  # fmt: skip
        at = site.put(lantern, x, y, yaw)
        c, s = np.cos(np.radians(yaw)), np.sin(np.radians(yaw))
        scene.lamp((round(at[0] + 0.3 * float(s), 3), round(at[1] - 0.3 * float(c), 3), round(at[2] + 1.72, 3)), (10.0, 6.6, 3.2), 14.0)


def build(seed: int) -> SceneModel:
    """The scene for a seed; road, clearings and timber are fixed, every tree varies."""
    scene, land = Assembler(), terrain(seed)
    site = Site(scene, land, STAGES)
    _ground(scene, land, seed)
    _things(scene, site, seed)
    _wood(scene, site, land, seed)
    return scene.finish(STAGES, seed)
