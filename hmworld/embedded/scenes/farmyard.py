"""Scene `farmyard`: a red barn with a silo, a farmhouse, tractor, carts, bales, coop, vegetable garden and orchard among fields."""

from __future__ import annotations

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Assembler
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.kit.shapes import instances, quads
from hmworld.embedded.scenes.model import SceneModel, StagePlace
from hmworld.embedded.scenes.props import farm, farm_buildings, farm_plants, farm_vehicles
from hmworld.embedded.scenes.props.farm_land import country, farm_ground, on_bed, track_distance
from hmworld.embedded.scenes.props.meadow_props import fence_line, hay_bale, log_pile, trough
from hmworld.embedded.scenes.props.quay import barrel
from hmworld.embedded.scenes.props.sheds import mast_lamp
from hmworld.embedded.scenes.props.trees import leafy_tree, shrub
from hmworld.embedded.scenes.textures.catalogue import Texture

STAGES = (
    StagePlace("yard", (0.0, 2.0, 0.0), 8.0, 90.0),
    StagePlace("kitchen_garden", (-23.0, -22.0, 0.0), 6.5, 90.0),
    StagePlace("orchard", (30.0, -4.0, 0.0), 6.5, 150.0),
    StagePlace("hay_meadow", (6.0, -31.0, 0.0), 8.0, 100.0),
)


def _fields(scene: Assembler, seed: int) -> None:
    """Standing grain and hedges at the rim of the farm, fences and gates."""
    stream = Stream(seed, "fields")
    scene.add(farm_plants.grain_field((50.0, -70.0), (77.0, 10.0), 0.85, stream, (1.0, 0.95, 0.9)))
    scene.add(farm_plants.grain_field((-40.0, -77.0), (44.0, -54.0), 0.8, stream, (1.05, 1.0, 0.9)))
    scene.add(farm_plants.grain_field((-77.0, -40.0), (-46.0, 34.0), 1.0, stream, (0.62, 0.85, 0.45)))
    for x, y, yaw, long in (
        (48.5, 12.0, 90.0, 40.0),
        (-44.6, 38.0, 0.0, 36.0),
        (14.0, 50.0, 0.0, 40.0),
        (-42.0, -52.4, 0.0, 38.0),
        (16.0, -52.4, 0.0, 30.0),
    ):
        scene.place(farm_plants.hedge(stream, long, 1.5, int(long * 9)), (x, y, 0.0), yaw)
    lines = [
        [(18.5, -12.0), (18.5, -4.6)],
        [(18.5, 3.2), (18.5, 9.0), (24.0, 13.0), (40.0, 13.0), (44.0, 4.0)],
        [(44.0, -1.0), (43.0, -16.0), (30.0, -19.0), (18.5, -12.0)],
        [(-8.6, -13.0), (-8.6, -32.0), (-16.0, -38.4), (-30.0, -38.4), (-37.4, -32.0), (-37.4, -13.0), (-27.6, -10.4)],
        [(-4.6, -21.4), (-6.2, -40.0), (4.0, -46.0), (18.0, -44.0), (21.6, -32.0), (15.6, -21.4), (9.4, -20.6)],
        [(-18.0, 26.0), (-30.0, 26.0), (-36.0, 14.0)],
    ]
    for line in lines:
        scene.place(fence_line(stream, line, [0.0] * len(line)))
    scene.place(farm.plank_gate(3.6), (-22.6, -10.6, 0.0), 8.0)
    scene.place(farm.plank_gate(3.2), (18.6, -0.8, 0.0), 70.0)
    scene.place(farm.plank_gate(3.4), (2.2, -19.8, 0.0), 10.0)


def _buildings(scene: Assembler, seed: int) -> None:
    """Barn, silos, farmhouse, machine shed, coop, wind pump, well; lamps."""
    scene.place(farm_buildings.barn(), (1.0, 26.0, 0.0))
    scene.place(farm_buildings.silo(), (13.4, 25.0, 0.0), 20.0)
    scene.place(farm_buildings.silo(), (13.8, 32.4, 0.0), 60.0, 0.82)
    scene.place(farm_buildings.farmhouse(), (-25.0, 8.0, 0.0), 68.0)
    scene.place(farm_buildings.lean_to(), (-15.6, 21.5, 0.0), 22.0)
    scene.place(farm_buildings.coop(), (14.2, 7.6, 0.0), -70.0)
    scene.place(farm_buildings.wind_pump(), (16.4, -25.4, 0.0), 40.0)
    scene.place(farm_buildings.wind_pump(), (22.6, 8.4, 0.0), -30.0)
    scene.place(farm_buildings.well(), (-11.4, 7.6, 0.0), 30.0)
    lamp = mast_lamp(5.0)
    for x, y, yaw in (
        (-8.0, -7.6, 160.0),
        (9.2, 12.2, -30.0),
        (-14.6, -15.0, 90.0),
        (21.0, 3.6, 60.0),
        (-1.4, -18.8, 170.0),
        (13.6, -36.6, -60.0),
    ):
        scene.place(lamp, (x, y, 0.0), yaw)
        turn = np.radians(yaw)
        scene.lamp((x + 1.2 * float(np.sin(turn)), y - 1.2 * float(np.cos(turn)), 4.8), (24.0, 17.5, 10.0), 16.0)
    scene.lamp((1.0, 14.6, 4.8), (10.0, 7.2, 4.2), 13.0)
    scene.lamp((-18.6, 5.6, 2.4), (5.0, 3.6, 2.0), 9.0)


def _garden(scene: Assembler, seed: int) -> None:
    """Vegetable beds, bean rows and pumpkins round the kitchen garden."""
    stream = Stream(seed, "garden")
    heads = [farm_plants.cabbage(Stream(seed, f"cabbage {k}")) for k in range(2)]
    for k, y in enumerate(np.arange(-19.4, -12.2, 0.75)):
        scene.add(farm_plants.lettuce_row(stream, heads[k % 2], 3.4, 0.42).moved((-34.4, float(y), 0.02)))
    spots = np.array([(x, y) for x in np.arange(-34.2, -31.0, 0.8) for y in np.arange(-30.6, -22.6, 0.42)])
    scene.add(farm_plants.leafy_plants(stream, spots, 0.2, (0.9, 1.05, 0.85)))
    spots = np.array([(x, y) for x in np.arange(-15.1, -11.8, 0.82) for y in np.arange(-29.6, -22.4, 0.4)])
    scene.add(farm_plants.leafy_plants(stream, spots, 0.22, (1.15, 1.1, 0.7)))
    for k, y in enumerate(np.arange(-21.4, -14.4, 0.8)):
        scene.add(
            farm_plants.lettuce_row(stream, heads[k % 2].tinted((1.3, 0.75, 1.1) if k % 4 == 0 else (1.2, 1.15, 0.8)), 3.4, 0.4).moved(
                (-15.2, float(y), 0.02)
            )
        )
    beans = farm_plants.bean_row(Stream(seed, "beans"), 5.0)
    for x, y, yaw in ((-27.6, -31.2, 0.0), (-22.0, -32.6, 0.0), (-30.2, -19.0, 90.0), (-16.0, -26.0, 90.0)):
        scene.place(beans, (x, y, 0.0), yaw)
    patch = [(float(-27.5 + 0.9 * (k % 10)), float(-34.9 + 0.8 * (k // 10) + 0.2 * (k % 3))) for k in range(20)]
    scene.add(farm_plants.pumpkins(stream, patch))
    scene.add(farm_plants.leafy_plants(stream, np.array(patch) + 0.35, 0.15, (0.85, 1.0, 0.8)))
    scene.place(farm_vehicles.wheelbarrow(Texture.HAY), (-16.0, -13.4, 0.0), 200.0)
    scene.place(farm_vehicles.wheelbarrow(Texture.FURROWS), (-29.6, -27.0, 0.0), 60.0)
    scene.place(farm.washing_line(Stream(seed, "washing")), (-20.0, -13.0, 0.0), 6.0)
    scene.place(farm.beehives(), (-34.0, -35.0, 0.0), 40.0)
    for x, y in ((-15.6, -16.6), (-30.4, -14.8)):
        scene.place(barrel((0.34, 0.24, 0.14)), (x + 0.2, y + 0.6, 0.0))


def _yard(scene: Assembler, seed: int) -> None:
    """Tractor, carts, bales, troughs, churns and wood in the yard and on the hay meadow."""
    scene.place(farm_vehicles.tractor(), (9.6, -5.4, 0.0), 200.0)
    scene.place(farm_vehicles.tractor(), (16.8, -33.6, 0.0), 100.0)
    scene.place(farm_vehicles.hay_cart(True), (-9.8, -3.6, 0.0), 70.0)
    scene.place(farm_vehicles.hay_cart(False), (12.2, 2.6, 0.0), 100.0)
    scene.place(farm_vehicles.hay_cart(True), (-5.2, -31.0, 0.0), 85.0)
    scene.place(farm_vehicles.hay_cart(False), (38.6, -10.4, 0.0), 30.0)
    bale = hay_bale()
    for x, y, yaw in (
        (8.4, -41.6, 10.0),
        (15.4, -29.0, 60.0),
        (-3.4, -25.0, 100.0),
        (-1.4, -39.4, 30.0),
        (12.8, -40.0, 80.0),
        (-4.0, -36.4, 0.0),
        (26.0, -30.0, 20.0),
        (30.0, -42.0, 70.0),
        (-2.0, -48.0, 50.0),
        (36.0, -26.0, 0.0),
        (24.0, -48.0, 30.0),
        (9.4, 13.6, 90.0),
        (8.0, 13.9, 92.0),
    ):
        scene.place(bale, (x, y, 0.0), yaw)
    for k, (x, y, yaw, rows) in enumerate(
        (
            (-7.8, 12.6, 20.0, 4),
            (8.6, 10.2, 100.0, 3),
            (-4.8, 13.4, 0.0, 3),
            (11.6, -1.4, 95.0, 2),
            (8.8, -22.0, 10.0, 3),
            (-1.8, -21.4, 170.0, 2),
            (22.4, -8.6, 60.0, 3),
        )
    ):
        scene.place(farm.bale_stack(Stream(seed, f"stack {k}"), rows), (x, y, 0.0), yaw)
    basin = trough()
    for x, y, yaw in ((3.8, -8.2, 10.0), (-9.4, 1.6, 95.0), (37.4, 0.6, 80.0), (15.0, -38.0, 60.0)):
        scene.place(basin, (x, y, 0.0), yaw)
    scene.place(farm.churns(4), (-10.2, 4.6, 0.0), 80.0)
    scene.place(farm.churns(3), (5.4, 11.6, 0.0), 10.0)
    scene.place(log_pile(Stream(seed, "logs")), (-14.6, 1.2, 0.0), 70.0)
    scene.place(log_pile(Stream(seed, "logs")), (-11.6, 15.0, 0.0), 25.0)
    scene.place(farm_vehicles.wheelbarrow(Texture.HAY), (6.8, 9.2, 0.0), 130.0)
    for x, y in ((-6.2, -6.6), (-6.9, -7.0), (6.9, -6.9)):
        scene.place(barrel((0.34, 0.24, 0.14)), (x, y, 0.0))


def _orchard(scene: Assembler, seed: int) -> list[tuple[float, float]]:
    """Apple trees in rows with crates and a ladder, old trees by the house and along the tracks; returns the stems."""
    tints = (np.array((1.0, 1.0, 0.95)), np.array((1.1, 1.04, 0.85)))
    kinds = [leafy_tree(Stream(seed, f"apple {k}"), 2.55, (2.2, 1.6), 260, tints[k]) for k in range(2)]
    stream = Stream(seed, "apples")
    fruit = instances(
        quads([[(-0.05, 0, -0.05), (0.05, 0, -0.05), (0.05, 0, 0.05), (-0.05, 0, 0.05)]], colour=(0.48, 0.04, 0.02), two_sided=True),
        stream.directions(60) * (2.0, 2.0, 1.45) + np.array((0.0, 0.0, 4.0)),
    )
    spots = [(x, y) for x in (22.4, 29.2, 36.0) for y in (-15.4, -9.0 - 5.8, 5.6, 11.2)] + [
        (21.6, -6.6),
        (38.6, -4.6),
        (39.8, 4.6),
        (20.8, 5.4),
    ]
    spots = [(x, y) for x, y in spots if y != -9.0 - 5.8]
    for k, (x, y) in enumerate(spots):
        yaw = stream.number(0.0, 360.0)
        scene.place(kinds[k % 2], (x, y, 0.0), yaw, stream.number(0.95, 1.08))
        if k % 2:
            scene.add(fruit.moved((x, y, 0.0), yaw))
    big = [
        leafy_tree(Stream(seed, f"oak {k}"), 3.4, (3.6, 3.0), 420, tint)
        for k, tint in enumerate((np.array((0.9, 0.95, 0.85)), np.array((1.05, 1.0, 0.8))))
    ]
    olds = [
        (-12.8, -6.6),
        (-33.0, -2.0),
        (-38.0, 18.0),
        (24.0, 22.0),
        (-8.0, 40.0),
        (26.0, -24.0),
        (-34.6, -40.0),
        (-12.0, -43.0),
        (34.0, 30.0),
        (-24.0, 34.0),
    ]
    for k, (x, y) in enumerate(olds):
        scene.place(big[k % 2], (x, y, 0.0), stream.number(0.0, 360.0), stream.number(0.9, 1.1))
    bush = shrub(Stream(seed, "bush"), 0.7, 90, np.array((1.0, 1.0, 0.9)))
    for x, y in ((-19.2, 2.6), (-21.2, 14.2), (-18.0, 11.4), (24.2, 1.6), (-31.2, -11.6), (14.4, -20.6)):
        scene.place(bush, (x, y, 0.0))
    for k, (x, y, yaw) in enumerate(((24.2, -9.4, 20.0), (35.0, 3.0, 70.0), (27.0, 4.4, 0.0))):
        scene.place(farm.fruit_crates(Stream(seed, f"fruit {k}")), (x, y, 0.0), yaw)
    scene.place(farm.ladder_in_tree(), (29.4, 3.6, 0.0), 10.0)
    scene.place(farm.ladder_in_tree(), (33.6, -12.4, 0.0), 120.0)
    scene.place(farm.beehives(), (38.0, -7.4, 0.0), 70.0)
    scene.place(farm.beehives(), (24.0, -12.6, 0.0), 20.0)
    return spots + olds


def _grass(scene: Assembler, seed: int) -> None:
    """Tufts round the stages, low ones on them, tall ones along fences and walls."""
    stream = Stream(seed, "tufts")
    for stage in STAGES[1:]:
        count = 1500
        turn, far = stream.array(count, 0, 2 * np.pi), np.sqrt(stream.array(count)) * (stage.radius_m + 9.0)
        spots = np.stack([stage.center_m[0] + far * np.cos(turn), stage.center_m[1] + far * np.sin(turn)], 1)
        bare = (track_distance(spots[:, 0], spots[:, 1]) < 1.7) | on_bed(spots[:, 0], spots[:, 1])
        bare |= np.hypot((spots[:, 0] + 0.5) / 1.35, spots[:, 1] - 5.0) < 15.0
        inside = far < stage.radius_m
        scene.add(farm_plants.tufts(stream, spots[~inside & ~bare], 0.12, 0.24, (1.0, 1.0, 0.9)))
        scene.add(farm_plants.tufts(stream, spots[inside & ~bare], 0.05, 0.085, (1.0, 1.0, 0.9)))
    turn = stream.array(700, 0, 2 * np.pi)
    reach = stream.array(700, 14.6, 17.0)
    rim = np.stack([1.35 * reach * np.cos(turn) - 0.5, 5.0 + reach * np.sin(turn)], 1)
    off = (
        (track_distance(rim[:, 0], rim[:, 1]) > 1.7)
        & (np.hypot(rim[:, 0] - 1.0, (rim[:, 1] - 26.0) * 0.75) > 8.5)
        & (np.hypot(rim[:, 0] + 25.0, rim[:, 1] - 8.0) > 7.5)
    )
    scene.add(farm_plants.tufts(stream, rim[off], 0.12, 0.26, (1.05, 1.0, 0.85)))
    # Along the tracks, where grass and earth meet in the cells of the ground.
    verge = np.stack([stream.array(30000, -26.0, 44.0), stream.array(30000, -46.0, 12.0)], 1)
    away = track_distance(verge[:, 0], verge[:, 1])
    verge = verge[(away > 1.35) & (away < 2.1) & (np.hypot((verge[:, 0] + 0.5) / 1.35, verge[:, 1] - 5.0) > 14.5)][:1300]
    scene.add(farm_plants.tufts(stream, verge, 0.05, 0.10, (1.0, 1.0, 0.9)))


def build(seed: int) -> SceneModel:
    """The scene for a seed; the layout is fixed, plants, fields, hills and wear vary."""
    scene = Assembler()
    country(scene, seed)
    _fields(scene, seed)
    _buildings(scene, seed)
    _garden(scene, seed)
    _yard(scene, seed)
    _orchard(scene, seed)
    _grass(scene, seed)
    scene.add(farm_ground(scene, seed))
    return scene.finish(STAGES, seed)
