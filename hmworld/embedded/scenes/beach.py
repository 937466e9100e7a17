"""Scene `beach`: a sandy shore with surf, palms, parasols, a lifeguard tower, bathing huts, boats and grassy dunes."""

from __future__ import annotations

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Assembler
from hmworld.embedded.scenes.kit.noise import PlaneNoise
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.kit.shapes import Array
from hmworld.embedded.scenes.model import SceneModel, StagePlace
from hmworld.embedded.scenes.props import beach_huts, boats, meadow_props
from hmworld.embedded.scenes.props import beach_props as props
from hmworld.embedded.scenes.props.park_props import globe_lamp
from hmworld.embedded.scenes.props.planting import ridge
from hmworld.embedded.scenes.props.terrain import Layer, Site, Terrain, breaks, ring_spots
from hmworld.embedded.scenes.textures.catalogue import Texture

STAGES = (
    StagePlace("parasols", (0.0, 2.0, 0.0), 8.0, 5.0),
    StagePlace("lifeguard", (-40.0, 3.0, 0.0), 7.5, 0.0),
    StagePlace("boats", (38.0, 1.0, 0.0), 7.5, 175.0),
    StagePlace("palms", (-78.0, 6.0, 0.1), 7.5, 15.0),
)
_SEA_M = -0.37
_DUNE_FOOT_M = 27.0
_STRIPES = (Texture.AWNING_RED, Texture.AWNING_BLUE, Texture.AWNING_GREEN)
_HUTS = ((0.10, 0.30, 0.42), (0.55, 0.16, 0.10), (0.62, 0.44, 0.08), (0.12, 0.34, 0.22), (0.50, 0.24, 0.34))


def _shore_y(x: Array) -> Array:
    """The water's edge, y as a function of x in metres."""
    return np.asarray(-16.5 + 1.5 * np.sin(x / 27.0 + 0.6) + 0.6 * np.sin(x / 9.0) - 0.0006 * x * x)


def terrain(seed: int) -> Terrain:
    """Sand: level on the beach, falling into the sea, heaped into dunes behind."""
    noise = PlaneNoise(Stream(seed, "beach land"))

    def shape(x: Array, y: Array) -> Array:
        inland = y - _shore_y(x)
        face = np.where(inland < 6.0, (inland - 6.0) * 0.06, 0.0) + np.minimum(inland + 4.0, 0.0) * 0.06
        bumps = 0.16 * (noise.fractal(x / 5.0, y / 5.0, 2) - 0.5) * np.clip(inland / 10.0, 0.0, 1.0)
        behind = np.clip((y - _DUNE_FOOT_M) / 16.0, 0.0, 1.0)
        dunes = behind**1.3 * (1.2 + 5.0 * noise.fractal(x / 17.0 + 5.0, y / 15.0, 2) ** 1.3) + 0.02 * np.clip(y - 50.0, 0.0, 260.0)
        return np.asarray(np.maximum(face + bumps + dunes, -4.0))

    return Terrain(STAGES, shape, margin_m=2.0, blend_m=8.0)


def _sand(scene: Assembler, land: Terrain, seed: int) -> None:
    noise = PlaneNoise(Stream(seed, "beach tone"))

    def wet(x: Array, y: Array) -> Array:
        return np.asarray(_shore_y(x) + 3.2 + 1.3 * np.sin(x / 5.5) * np.sin(x / 13.0) + 0.5 * (noise.at(x / 2.0, y / 9.0) - 0.5) - y)

    def grassy(x: Array, y: Array) -> Array:
        return np.asarray(np.minimum(y - _DUNE_FOOT_M - 9.0, 10.0) * 0.5 + 9.0 * (noise.fractal(x / 9.0 + 7.0, y / 9.0, 3) - 0.60))

    def sand_tone(x: Array, y: Array) -> Array:
        patches = 0.68 + 0.28 * noise.fractal(x / 6.0, y / 6.0, 3)
        trodden = 1.0 - 0.10 * (noise.fractal(x / 0.9, y / 0.9, 2) > 0.58)
        return np.asarray((patches * trodden)[..., None] * np.array((1.0, 1.0, 0.98)))

    def wet_tone(x: Array, y: Array) -> Array:
        soaked = np.clip((wet(x, y) - 0.3) / 2.6, 0.0, 1.0)[..., None]
        return np.asarray((1.0 - soaked) * np.array((0.72, 0.69, 0.64)) + soaked * np.array((0.42, 0.42, 0.42)))

    def grass_tone(x: Array, y: Array) -> Array:
        return np.asarray((0.8 + 0.5 * noise.fractal(x / 7.0, y / 7.0, 3))[..., None] * np.array((1.35, 1.12, 0.95)))

    xs = breaks(98.0, 1.35, 330.0, 1.3)
    ys = np.concatenate(
        [
            [-330.0, -200.0, -120.0, -80.0, -56.0, -42.0, -34.0, -29.0, -25.5],
            np.arange(-23.0, 50.0, 1.1),
            [52.0, 56.0, 62.0, 71.0, 84.0, 104.0, 134.0, 180.0, 240.0, 330.0],
        ]
    )
    layers = [Layer(Texture.SAND, 2.6, wet_tone, wet), Layer(Texture.GRASS, 2.6, grass_tone, grassy), Layer(Texture.SAND, 2.6, sand_tone)]
    scene.add(land.ground(xs, ys, layers))
    stream = Stream(seed, "dune grass")
    count = 2400
    spots = np.stack([stream.array(count, -125.0, 90.0), 23.0 + 32.0 * stream.array(count) ** 1.2], 1)
    spots = spots[(grassy(spots[:, 0], spots[:, 1]) > -1.6) & land.free(spots, 1.0)]
    far = land.free(spots, 13.0)
    scene.add(land.tufts(stream, spots[far], (0.5, 1.0), Texture.DUNE_GRASS, grass_tone, 0.9))
    scene.add(land.tufts(stream, spots[~far], (0.26, 0.36), Texture.DUNE_GRASS, grass_tone, 1.0))
    clumps = np.concatenate([ring_spots(stream, 44, s.center_m[:2], s.radius_m + 3.5, s.radius_m + 12.0) for s in STAGES])
    clumps = clumps[(clumps[:, 1] > 9.0) & land.free(clumps, 0.8)]
    for _ in range(4):
        around = clumps + stream.array(2 * len(clumps), -0.35, 0.35).reshape(-1, 2)
        scene.add(land.tufts(stream, around, (0.24, 0.36), Texture.DUNE_GRASS, grass_tone, 1.0))


def _sea(scene: Assembler, seed: int) -> None:
    """The water with two lines of breakers, out to 1.2 km."""
    noise = PlaneNoise(Stream(seed, "sea"))

    def crest(x: Array, y: Array, at: float) -> Array:
        return np.asarray(y - _shore_y(x) + at + 2.2 * (noise.fractal(x / 14.0 + at, x * 0.0 + at, 2) - 0.5))

    def shape(x: Array, y: Array) -> Array:
        swell = 0.10 * np.sin(y / 2.3 + 1.4 * noise.at(x / 18.0, y / 18.0) * 6.0) * np.clip((_shore_y(x) - y - 3.0) / 12.0, 0.0, 1.0)
        rollers = sum(
            0.38 * np.exp(-((crest(x, y, at) / 1.1) ** 2)) * np.clip(noise.at(x / 16.0 + at, y * 0.0 + at) * 2.2 - 0.3, 0.1, 1.0)
            for at in (9.0, 17.0)
        )
        return np.asarray(_SEA_M + np.where(np.hypot(x, y) < 140.0, swell + rollers, 0.0))

    water = Terrain((), shape)

    def foam(x: Array, y: Array) -> Array:
        lace = 1.5 * (noise.fractal(x / 1.7, y / 1.4, 2) - 0.5)
        edge = 0.75 - np.abs(y - _shore_y(x) + 0.35) + lace
        level = np.where(y - _shore_y(x) > 0.6, 0.5, edge)
        for at in (9.0, 17.0):
            strength = noise.at(x / 16.0 + at, y * 0.0 + at) * 2.2 - 0.55
            level = np.maximum(level, 0.95 * strength - np.abs(crest(x, y, at) - 0.45) + lace)
        return np.asarray(level)

    def foam_tone(x: Array, y: Array) -> Array:
        return np.full((*np.shape(x), 3), 0.86)

    def sea_tone(x: Array, y: Array) -> Array:
        deep = np.clip((_shore_y(x) - y) / 70.0, 0.0, 1.0)[..., None] ** 0.6
        shallow = np.array((0.26, 0.46, 0.42)) * (1 - deep) + np.array((0.035, 0.155, 0.235)) * deep
        return np.asarray(shallow * (0.85 + 0.3 * noise.fractal(x / 30.0, y / 12.0, 2)[..., None]))

    xs = breaks(98.0, 1.6, 1200.0, 1.4)
    ys = np.concatenate([-np.geomspace(52.0, 1200.0, 16)[::-1], np.arange(-50.0, -36.0, 1.6), np.arange(-36.0, -12.0, 0.75)])
    scene.add(water.ground(xs, ys, [Layer(Texture.WATER, 3.4, foam_tone, foam), Layer(Texture.WATER, 4.6, sea_tone)]))
    for x, y, yaw, sail in (
        (-60.0, -150.0, 20.0, (0.5, 0.1, 0.08)),
        (70.0, -210.0, 160.0, (0.66, 0.65, 0.6)),
        (150.0, -260.0, 30.0, (0.05, 0.14, 0.32)),
        (-170.0, -240.0, 200.0, (0.62, 0.44, 0.08)),
    ):
        scene.add(boats.far_yacht(sail).moved((x, y, _SEA_M), yaw, 1.3))


def _beach_life(scene: Assembler, site: Site, land: Terrain, seed: int) -> None:
    stream = Stream(seed, "beach life")
    palms = [props.palm(Stream(seed, f"palm {k}"), high, lean) for k, (high, lean) in enumerate(((6.2, 1.3), (7.4, 0.7), (5.8, 1.8)))]
    for k, x, y, yaw in (
        (0, -86.0, 14.5, 30.0), (1, -70.6, 14.8, 200.0), (2, -89.0, 3.2, 100.0), (1, -80.0, 19.5, 0.0), (0, -68.0, 3.0, 250.0),
        (2, -92.5, 11.0, 40.0), (1, -74.0, 24.0, 120.0),
        (0, -12.5, 11.0, 170.0), (1, 12.8, 10.6, 20.0), (2, -30.0, 13.0, 60.0), (0, -50.5, 11.5, 300.0), (1, -46.0, 20.0, 10.0),
        (2, 27.5, 12.6, 200.0), (0, 49.5, 9.6, 130.0),
        (1, 44.0, 19.0, 80.0), (1, -100.0, 20.0, 0.0), (0, -58.0, 18.0, 220.0), (2, 62.0, 16.0, 0.0), (1, 74.0, 22.0, 90.0),
        (0, 20.5, 24.0, 40.0),
    ):  # fmt: skip
        site.put(palms[k], x, y, yaw, round(stream.number(0.92, 1.1), 2), 0.1)
    shades = [
        props.sunshade(a, b)
        for a, b in (
            ((0.55, 0.06, 0.05), props.WHITE),
            ((0.06, 0.20, 0.48), props.WHITE),
            ((0.64, 0.42, 0.03), (0.56, 0.12, 0.05)),
            ((0.05, 0.36, 0.34), props.WHITE),
        )
    ]
    chairs = [props.deck_chair(stripe) for stripe in _STRIPES]
    beds = [props.lounger(rgb) for rgb in ((0.06, 0.22, 0.46), (0.58, 0.40, 0.08))]
    for k, (x, y) in enumerate((
        (-9.8, 1.0), (-6.5, -7.4), (9.8, 6.2), (8.4, -6.0), (1.5, 12.4), (-49.5, -1.0), (-33.0, -5.0), (-30.2, 8.0), (28.6, 6.4),
        (47.8, -3.6), (-87.0, -1.6), (-68.4, 10.0), (-71.5, -3.0),
        (18.0, 2.0), (-20.5, 0.0), (-19.0, 9.0), (21.0, -8.0), (-58.0, 3.0), (60.0, 4.0),
    )):  # fmt: skip
        at = site.put(shades[k % 4], x, y, 36.0 * k)
        site.put(chairs[k % 3] if k % 2 else beds[k % 4 // 2], at[0] + 0.75, at[1] + 0.25, stream.number(-25.0, 25.0) if k % 3 else 150.0)
        site.put(chairs[(k + 1) % 3], at[0] - 0.8, at[1] + 0.1, stream.number(-30.0, 30.0))
    guard = beach_huts.lifeguard_tower()
    for x, y, yaw in ((-41.0, 14.2, 0.0), (20.0, 13.0, 0.0), (-94.0, 6.0, 10.0)):
        site.put(guard, x, y, yaw)
    for k in range(11):
        x = -14.0 + 2.9 * k if k < 8 else -76.0 + 2.9 * (k - 8)
        y = 18.5 if k < 8 else 18.2
        at = site.put(beach_huts.bathing_hut(_HUTS[k % 5]), x, y, round(stream.number(-3.0, 3.0), 1))
        if k % 2 == 0:
            scene.lamp((at[0], round(at[1] - 1.5, 3), round(at[2] + 2.4, 3)), (6.0, 4.4, 2.4), 11.0)
    for k, (x, y, yaw) in enumerate(
        ((28.8, -4.2, 35.0), (46.4, 6.6, 120.0), (33.4, 10.6, 10.0), (42.6, -9.4, 170.0), (-7.0, 10.9, 20.0), (-84.0, -4.4, 60.0))
    ):
        paint = (
            ((0.55, 0.56, 0.55), (0.05, 0.20, 0.36)),
            ((0.12, 0.28, 0.24), (0.60, 0.58, 0.52)),
            ((0.50, 0.10, 0.06), (0.62, 0.60, 0.55)),
        )[k % 3]
        site.put(boats.rowing_boat(paint), x, y, yaw)
    for x, y, yaw, sail in (
        (48.0, 1.2, 80.0, (0.55, 0.08, 0.05)),
        (36.6, 12.8, 20.0, (0.06, 0.22, 0.46)),
        (-31.0, 2.0, 110.0, (0.62, 0.42, 0.05)),
        (-66.4, 6.0, 70.0, (0.05, 0.34, 0.32)),
    ):
        site.put(boats.sailing_dinghy(sail), x, y, yaw)
    rack = props.surfboards(((0.60, 0.40, 0.05), (0.06, 0.30, 0.42), (0.55, 0.10, 0.08), (0.10, 0.36, 0.22)))
    for x, y, yaw in ((-47.8, 8.4, 40.0), (10.8, 1.0, -70.0), (28.0, 1.4, 80.0), (-78.0, 15.2, 10.0), (-36.0, -6.4, 160.0)):
        site.put(rack, x, y, yaw)
    site.put(props.volleyball_net(), -58.5, 9.0, 80.0)
    site.put(props.volleyball_net(), 17.0, -3.0, 75.0)
    for x, y in ((5.0, -8.6), (-44.0, -6.8), (34.0, -8.0), (-76.0, -4.4)):
        site.put(props.sandcastle(stream), x, y, 25.0)
    wood = props.driftwood(Stream(seed, "driftwood"))
    for x, y, yaw in ((-10.0, -6.0, 20.0), (30.2, -7.4, 150.0), (-50.2, 4.6, 80.0), (-87.2, 8.4, 70.0), (54.0, -6.0, 10.0)):
        site.put(wood, x, y, yaw)
    stones = [
        meadow_props.rock(Stream(seed, f"beach rock {k}"), size).tinted((1.15, 1.12, 1.1))
        for k, size in enumerate(((1.1, 1.1, 0.9), (0.7, 0.7, 0.55), (2.2, 2.2, 1.8)))
    ]
    for k, x, y in (
        (0, -96.0, -9.0),
        (1, -93.0, -8.0),
        (2, -104.0, -16.0),
        (2, -110.0, -12.0),
        (1, -66.0, -4.6),
        (2, 82.0, -24.0),
        (2, 88.0, -20.0),
        (0, 84.0, -15.0),
        (1, 46.8, -8.0),
        (0, -88.4, 16.2),
    ):
        site.put(stones[k], x, y, 40.0 * k, 1.0, 0.1)
    bush = props.dune_bush(Stream(seed, "dune bush"), 1.0)
    spread = np.stack([stream.array(60, -115.0, 85.0), stream.array(60, 26.0, 52.0)], 1)
    for x, y in spread:
        site.put(bush, float(x), float(y), round(stream.number(0, 360), 1), round(stream.number(0.6, 1.5), 2), 0.1)
    for knots in (
        [(-62, 26), (-52, 24.5), (-42, 25.5), (-32, 24.5)],
        [(26, 23.5), (36, 22.5), (46, 24), (56, 23)],
        [(-100, 25), (-90, 24), (-82, 25)],
    ):
        points = np.asarray(knots, dtype=np.float64)
        scene.place(props.sand_fence(stream, points, [land.at(float(x), float(y)) for x, y in points]))
    lamp = globe_lamp()
    for x, y in (
        (-18.0, 15.0),
        (11.4, 13.4),
        (-50.0, 15.4),
        (-31.4, 15.6),
        (27.6, 16.4),
        (48.6, 14.6),
        (-87.6, 11.8),
        (-67.4, 14.2),
        (-9.6, -3.2),
        (-48.8, -4.0),
        (29.0, -1.4),
        (47.0, 9.4),
    ):
        at = site.put(lamp, x, y)
        scene.lamp((at[0], at[1], round(at[2] + 3.3, 3)), (10.0, 7.6, 4.4), 15.0)


def build(seed: int) -> SceneModel:
    """The scene for a seed; the shore and what stands on it are fixed, dunes, waves and plants vary."""
    scene, land = Assembler(), terrain(seed)
    site = Site(scene, land, STAGES)
    _sand(scene, land, seed)
    _sea(scene, seed)
    _beach_life(scene, site, land, seed)
    scene.place(boats.pier(46.0), (96.0, -14.0, 0.0), 0.0)
    cape = boats.lighthouse()
    scene.add(cape.moved((-236.0, -40.0, 11.0), 0.0, 1.1))
    scene.add(ridge(seed, "beach hills", (230.0, 480.0), _hills, Texture.LEAVES, 9.0, (0.85, 0.95, 0.75), 200))
    return scene.finish(STAGES, seed)


def _hills(angle: Array) -> Array:
    """Hills inland and a headland at either end of the bay; nothing towards the sea."""
    inland = np.clip(0.5 + 1.2 * np.sin(angle), 0.0, 1.0)
    cape = np.exp(-(((angle - 3.35) / 0.16) ** 2))
    return np.asarray(-14.0 + 62.0 * inland * (0.8 + 0.3 * np.sin(3.0 * angle + 0.5)) + 30.0 * cape)
