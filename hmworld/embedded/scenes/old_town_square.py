"""Scene `old_town_square`: a cobbled market square between timber-framed gables, with a fountain, stalls and a clock tower."""

from __future__ import annotations

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Assembler
from hmworld.embedded.scenes.kit.noise import PlaneNoise
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.kit.shapes import Array, Part, merge, quads
from hmworld.embedded.scenes.model import SceneModel, StagePlace
from hmworld.embedded.scenes.props import church, market
from hmworld.embedded.scenes.props.ground_cells import Surface, breaks, level_cells
from hmworld.embedded.scenes.props.meadow_props import hay_bale
from hmworld.embedded.scenes.props.street_furniture import bench
from hmworld.embedded.scenes.props.suburb_ground import wooded_rim
from hmworld.embedded.scenes.props.timber_houses import TimberStyle, plain_house, timber_house, timber_style
from hmworld.embedded.scenes.props.trees import leafy_tree
from hmworld.embedded.scenes.textures.catalogue import Texture

STAGES = (
    StagePlace("west_market", (-20.0, 0.0, 0.0), 7.3, 0.0),
    StagePlace("east_market", (20.0, 0.0, 0.0), 7.3, 180.0),
    StagePlace("church_steps", (0.0, 13.8, 0.0), 7.0, 90.0),
    StagePlace("south_side", (0.0, -13.6, 0.0), 7.0, -90.0),
)
_HALF_X, _HALF_Y = 38.0, 26.0
_DEPTH_M = 10.0
_LANE_M = 3.0


def _ground(seed: int) -> Part:
    """Cobbles with flagged crossways and a drain round the fountain, lanes out of the square, plain earth beyond."""
    noise = PlaneNoise(Stream(seed, "cobbles"))
    surfaces = (
        Surface(Texture.ROUND_COBBLES, 2.0, (1.12, 1.06, 0.96)),
        Surface(Texture.PAVING, 2.6, (1.05, 0.98, 0.85)),
        Surface(Texture.COBBLES, 1.8, (0.78, 0.76, 0.72)),
    )

    def material(x: Array, y: Array) -> Array:
        ax, ay = np.abs(x), np.abs(y)
        ring = (np.maximum(ax, ay) > 4.6) & (np.maximum(ax, ay) < 5.2)
        cross = ((ax < 1.5) | (ay < 1.5)) & (np.maximum(ax, ay) > 5.0)
        drain = (np.abs(ax - 30.0) < 0.3) & (ay < 20.3) | (np.abs(ay - 20.0) < 0.3) & (ax < 30.3)
        return np.where(drain, 2, np.where(ring | cross, 1, 0))

    def shade(x: Array, y: Array) -> Array:
        wall = np.clip(np.maximum(np.abs(x) - _HALF_X + 1.2, np.abs(y) - _HALF_Y + 1.2) / 1.2, 0, 1)
        worn = 0.72 + 0.55 * noise.fractal(x / 6.5 + 20.0, y / 6.5 + 20.0, 4)
        return np.asarray(worn * (1.0 - 0.4 * wall))

    marks = [1.5, 4.6, 5.2, 29.7, 30.3, 19.7, 20.3]
    x = breaks(-_HALF_X - 14, _HALF_X + 14, np.arange(-52.0, 52.1, 1.6), marks, [-m for m in marks])
    y = breaks(-_HALF_Y - 14, _HALF_Y + 14, np.arange(-40.0, 40.1, 1.6), marks, [-m for m in marks])
    far = [(-320, -320, -0.05), (320, -320, -0.05), (320, 320, -0.05), (-320, 320, -0.05)]
    return merge(
        [level_cells(x, y, 0.0, surfaces, material, shade), quads([far], texture=Texture.GRASS, repeat_m=8.0, colour=(0.9, 0.9, 0.8))]
    )


def _row(scene: Assembler, stream: Stream, start: tuple[float, float], total: float, yaw_deg: float, plain: bool = False) -> None:
    """A closed row of gabled houses from `start` along the turned +x axis."""
    c, s = np.cos(np.radians(yaw_deg)), np.sin(np.radians(yaw_deg))
    count = max(1, round(total / 7.4))
    raw = stream.array(count, 0.82, 1.22)
    style: TimberStyle | None = None
    at = 0.0
    for number, width in enumerate((raw * (total / raw.sum())).tolist()):
        style = timber_style(stream, style)
        x, y = start[0] + c * at, start[1] + s * at
        if plain:
            scene.add(plain_house(width, _DEPTH_M, style, stream).moved((x, y, 0.0), yaw_deg))
        else:
            framed = ("l" if number == 0 else "") + ("r" if number == count - 1 else "")
            scene.place(timber_house(width, _DEPTH_M, style, stream, framed), (x, y, 0.0), yaw_deg)
        at += width


def _houses(scene: Assembler, seed: int) -> None:
    """Rows on all four sides with a lane in the middle of three and the church in the fourth, a second row behind."""
    hx, hy, lane = _HALF_X, _HALF_Y, _LANE_M
    end = hx + _DEPTH_M
    rows = [
        ("north west", (-end, hy), end - 9.0, 0.0),
        ("north east", (9.0, hy), end - 9.0, 0.0), ("south east", (end, -hy), end - lane, 180.0),
        ("south west", (-lane, -hy), end - lane, 180.0),
        ("west south", (-hx, -hy), hy - lane, 90.0), ("west north", (-hx, lane), hy - lane, 90.0),
        ("east north", (hx, hy), hy - lane, -90.0), ("east south", (hx, -lane), hy - lane, -90.0),
    ]  # fmt: skip
    for label, start, total, yaw in rows:
        _row(scene, Stream(seed, label), start, total, yaw)
    back = [
        ("b nw", (-60.0, hy + 20.0), 44.0, 0.0), ("b ne", (16.0, hy + 20.0), 44.0, 0.0), ("b sw", (-28.0, -hy - 20.0), 34.0, 180.0),
        ("b se", (62.0, -hy - 20.0), 34.0, 180.0),
    ]  # fmt: skip
    vistas = (
        ("b south", (8.0, -hy - 22.0), 16.0, 180.0),
        ("b west", (-hx - 22.0, -8.0), 16.0, 90.0),
        ("b east", (hx + 22.0, 8.0), 16.0, -90.0),
    )
    for label, start, total, yaw in vistas:
        _row(scene, Stream(seed, label), start, total, yaw)
    for label, start, total, yaw in back:
        _row(scene, Stream(seed, label), start, total, yaw, plain=True)
    scene.place(church.clock_tower(), (0.0, hy, 0.0))
    scene.place(church.nave(), (0.0, hy + 8.0, 0.0))
    for x in (-9.0, 4.5):
        scene.place(church.yard_gate(), (x, hy + 1.2, 0.0))


def _stalls(scene: Assembler, seed: int) -> None:
    """Stalls in the four corners between the stages, crates and barrels before the houses."""
    stream = Stream(seed, "stalls")
    red, green, blue = Texture.AWNING_RED, Texture.AWNING_GREEN, Texture.AWNING_BLUE
    places = [
        (-11.2, 8.6, 20.0, red, "fruit"), (-15.8, 11.4, 15.0, green, "cloth"),
        (-27.5, 9.8, 0.0, blue, "pots"), (-23.0, 11.2, -10.0, red, "fruit"),
        (11.0, 9.0, -20.0, green, "fruit"), (15.6, 11.6, -12.0, red, "pots"),
        (26.6, 10.0, 5.0, blue, "fruit"), (31.2, 3.0, -80.0, red, "cloth"),
        (-10.8, -9.4, 160.0, blue, "cloth"), (-15.4, -11.6, 170.0, red, "fruit"), (-29.8, -7.0, 100.0, green, "fruit"),
        (11.2, -9.0, -160.0, green, "pots"), (15.8, -11.4, -170.0, blue, "fruit"),
        (25.0, -11.0, 180.0, red, "fruit"), (-30.6, 1.6, 90.0, green, "pots"),
    ]  # fmt: skip
    for x, y, yaw, canvas, ware in places:
        scene.place(market.stall(stream, canvas, ware), (x, y, 0.0), yaw)
    corner = market.market_corner(stream)
    for x, y, yaw in (
        (-18.5, -10.2, 180.0), (-31.4, 6.4, 80.0), (29.6, -5.6, -100.0),
        (20.5, 10.2, 0.0), (8.6, 20.6, 0.0), (-8.9, 20.4, 10.0), (8.8, -20.8, 180.0),
        (-9.2, -21.0, 180.0), (31.0, 12.0, -60.0), (-33.0, -17.0, 120.0), (33.0, -18.0, -110.0),
    ):  # fmt: skip
        scene.place(corner, (x, y, 0.0), yaw)
    for x, y, count in (
        (-12.2, -3.6, 2),
        (11.9, 3.4, 3),
        (28.4, 6.6, 2),
        (-27.2, -8.9, 3),
        (5.8, 5.6, 2),
        (-6.0, -5.4, 2),
        (7.9, -17.6, 3),
        (-7.8, 16.8, 2),
    ):
        scene.place(market.barrels(count), (x, y, 0.0), 60.0 * count)
    cart, bale = market.hay_cart(), hay_bale()
    for x, y, yaw in ((18.0, -10.8, 170.0), (-22.5, -12.6, 10.0), (9.2, 14.0, 80.0)):
        scene.place(cart, (x, y, 0.0), yaw)
    for x, y, yaw in ((22.6, -13.6, 20.0), (-9.4, -13.6, 75.0)):
        scene.place(bale, (x, y, 0.0), yaw)


def _furniture(scene: Assembler, seed: int) -> None:
    """Fountain, wells, lanterns, benches and two lindens."""
    scene.place(market.fountain())
    well = market.well()
    scene.place(well, (-32.6, -12.4, 0.0), 30.0)
    scene.place(well, (33.0, 7.6, 0.0), 80.0)
    post = market.lantern_post()
    for x, y, yaw in (
        (-12.0, 4.2, 0.0), (12.0, -4.4, 180.0), (-28.6, 4.6, 0.0),
        (28.8, 2.2, 180.0), (-8.2, 11.0, 0.0), (8.2, 16.8, 180.0), (8.0, -12.0, 180.0),
        (-8.2, -16.6, 0.0), (-22.0, -9.4, 90.0), (21.0, 9.0, -90.0), (4.6, -4.6, 45.0), (-4.6, 4.8, 225.0),
    ):  # fmt: skip
        scene.place(post, (x, y, 0.0), yaw)
        a = np.radians(yaw)
        scene.lamp((round(x + 0.75 * float(np.cos(a)), 3), round(y + 0.75 * float(np.sin(a)), 3), 2.8), (9.0, 6.0, 2.8), 12.0)
    for x, y in (
        (-33.0, 23.0),
        (-20.0, 23.4),
        (20.0, 23.4),
        (33.0, 23.0),
        (-33.0, -23.0),
        (-20.0, -23.4),
        (20.0, -23.4),
        (33.0, -23.0),
        (-35.0, 8.0),
        (35.0, -9.0),
    ):
        scene.lamp((x, y, 2.6), (6.0, 3.8, 1.7), 9.0)
    bracket = market.wall_lantern()
    for x, y in ((-2.3, _HALF_Y), (2.3, _HALF_Y)):
        scene.place(bracket, (x, y, 0.0))
        scene.lamp((x, y - 0.9, 3.2), (14.0, 9.0, 4.2), 14.0)
    for x, y, yaw in ((-4.4, 23.4, 0.0), (4.4, 23.4, 0.0), (29.4, -1.2, -90.0), (-14.6, -7.6, 150.0), (13.4, 7.2, -30.0)):
        scene.place(bench(), (x, y, 0.0), yaw)
    linden = leafy_tree(Stream(seed, "linden"), 2.8, (2.3, 2.2), 240, np.array((1.1, 1.08, 0.8)))
    for x, y, yaw in ((31.6, -12.6, 0.0), (-31.8, 13.6, 130.0), (33.4, 17.4, 70.0)):
        scene.place(linden, (x, y, 0.0), yaw)


def build(seed: int) -> SceneModel:
    """The scene for a seed; stalls, stages and the church stand fixed, houses, wares and trees vary."""
    scene = Assembler()
    scene.add(_ground(seed))
    scene.add(wooded_rim(seed, 110))
    _houses(scene, seed)
    _stalls(scene, seed)
    _furniture(scene, seed)
    return scene.finish(STAGES, seed)
