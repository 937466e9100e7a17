"""A map of a dump becomes a scene: stages are open discs of its navmesh, obstacles stand where things do. The oracle is brute force."""

import numpy as np
import pytest
from handmade_dump import MAP, HandmadeDump, thing
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hmworld.catalog import open_catalog
from hmworld.catalog.catalog import scene_digest
from hmworld.embedded.scenes.model import Obstacle, StagePlace
from hmworld.embedded.unreal.dump import read_dump
from hmworld.embedded.unreal.ground import weightiest
from hmworld.embedded.unreal.scene import make_scene
from hmworld.embedded.unreal.words import SceneWords
from hmworld.errors import AssetError

CELL, SIDE, ERODED = 0.25, 24.0, 0.35
LOW = np.array([-7.0, 3.0])
"""Corner of the yard in Unreal's axes, metres: off the origin on both axes, so that a mirrored grid is seen."""


def yard(boxes, side=SIDE, cell=CELL):
    """Ground and highest surface (rows, columns) of a plain with upright boxes (x, y, half x, half y, height) in Unreal's axes.

    The navmesh keeps the radius of an agent away from boxes and from its own edge.
    """
    count = round(side / cell)
    y, x = (np.mgrid[:count, :count] + 0.5) * cell
    x, y = x + LOW[0], y + LOW[1]
    ground, top = np.zeros((count, count)), np.zeros((count, count))
    for bx, by, hx, hy, height in boxes:
        apart = np.hypot(np.maximum(np.abs(x - bx) - hx, 0.0), np.maximum(np.abs(y - by) - hy, 0.0))
        ground[apart < ERODED] = np.nan
        top[apart == 0.0] = height
    border = np.minimum.reduce([x - LOW[0], y - LOW[1], LOW[0] + side - x, LOW[1] + side - y])
    ground[border < ERODED] = np.nan
    return ground, top


def clearance(x, y, boxes, side=SIDE):
    """How far a point of Unreal's axes is from the nearest box or edge, in closed form."""
    edges = [x - LOW[0], y - LOW[1], LOW[0] + side - x, LOW[1] + side - y]
    walls = [np.hypot(np.maximum(np.abs(x - bx) - hx, 0.0), np.maximum(np.abs(y - by) - hy, 0.0)) for bx, by, hx, hy, _ in boxes]
    return np.minimum.reduce([*edges, *walls])


def things(boxes):
    return [thing((-hx, -hy, 0.0), (hx, hy, h), (bx, by, 0.0)) for bx, by, hx, hy, h in boxes]


def made(folder, words=None):
    """What was made of the dump's one map, and its card."""
    out = folder.parent / "mine"
    scene = make_scene(folder, read_dump(folder).maps[0], words or SceneWords(), "the tests", out)
    return scene, open_catalog(out).scenes[scene.name]


def dumped(path, boxes, **changes):
    dump = HandmadeDump(path / "dump")
    ground, top = yard(boxes)
    dump.yard(ground, top, LOW, CELL, **{"things": things(boxes), **changes})
    return dump.write()


coordinate = st.floats(1.0, SIDE - 1.0)
box = st.tuples(coordinate, coordinate, st.floats(0.5, 3.0), st.floats(0.5, 3.0), st.floats(0.6, 6.0))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(box, max_size=5))
def test_the_first_stage_is_the_widest_open_disc(tmp_path_factory, drawn):
    boxes = [(LOW[0] + x, LOW[1] + y, hx, hy, h) for x, y, hx, hy, h in drawn]
    fine = np.mgrid[0.0:SIDE:0.1, 0.0:SIDE:0.1]
    widest = float(clearance(fine[0] + LOW[0], fine[1] + LOW[1], boxes).max()) - ERODED
    folder = dumped(tmp_path_factory.mktemp("yard"), boxes)
    if widest < 3.0 - 2.0 * CELL:
        with pytest.raises(AssetError, match="no flat, open disc of 3 m radius"):
            made(folder)
        return
    if widest < 3.0 + 2.0 * CELL:
        return  # within the grid's own error of the least radius either answer is right
    _, card = made(folder)
    first = card.stages[0]
    assert min(widest, 10.0) - 2.0 * CELL <= first.radius_m <= min(widest, 10.0) + CELL
    for stage in card.stages:
        x, y, z = stage.center_m
        assert clearance(x, -y, boxes) >= stage.radius_m, "y is mirrored: Unreal is left-handed"
        assert z == 0.0


def test_a_turned_box_becomes_the_same_box_in_our_axes(tmp_path):
    dump = HandmadeDump(tmp_path / "dump")
    ground, top = yard([])
    x, y = LOW + 12.0
    crate = thing((-1.0, -0.5, 0.0), (1.0, 0.5, 1.5), (x, y, 0.0), yaw_deg=30.0, scale=2.0)
    ground[38:58, 38:58] = np.nan  # under it and a bit about it
    dump.yard(ground, top, LOW, CELL, things=[crate])
    _, card = made(dump.write())
    (obstacle,) = card.obstacles
    assert obstacle.kind == "box"
    assert obstacle.solid
    np.testing.assert_allclose(obstacle.center_m, (x, -y, 1.5), atol=1e-3)
    np.testing.assert_allclose(obstacle.half_m, (2.0, 1.0, 1.5), atol=1e-3)
    assert obstacle.yaw_deg == pytest.approx(330.0), "x towards y in Unreal is x away from y here"


def test_what_does_not_collide_hides_and_blocks_nobody(tmp_path):
    bush = thing((-1.0, -1.0, 0.0), (1.0, 1.0, 2.0), (LOW[0] + 6.0, LOW[1] + 6.0, 0.0), collides=False)
    sky = thing((-900.0, -900.0, -100.0), (900.0, 900.0, 900.0), collides=False)
    _, card = made(dumped(tmp_path, [], things=[bush, sky]))
    assert [(o.kind, o.solid) for o in card.obstacles] == [("ellipsoid", False)]
    assert card.stages[0].radius_m > 9.0


def test_a_house_with_a_floor_to_walk_on_is_its_walls(tmp_path):
    """Its box holds the room too, so the box is not taken; the surfaces that rise where nobody walks are."""
    ground, top = yard([])
    top[20:60, 20:60] = 3.0
    inner = np.s_[24:56, 24:56]
    top[inner] = 0.0
    ground[18:62, 18:62] = np.nan
    ground[inner] = 0.0
    ground[38:42, 18:24] = 0.0  # the door
    top[38:42, 20:24] = 3.0  # with a wall above it
    house = thing((5.0 + LOW[0], 5.0 + LOW[1], 0.0), (15.0 + LOW[0], 15.0 + LOW[1], 3.0))
    dump = HandmadeDump(tmp_path / "dump")
    dump.yard(ground, top, LOW, CELL, things=[house])
    _, card = made(dump.write())
    solid = [o for o in card.obstacles if o.solid]
    over = [o for o in card.obstacles if not o.solid]
    covered = sum(4.0 * o.half_m[0] * o.half_m[1] for o in solid)
    assert covered == pytest.approx((40 * 40 - 32 * 32 - 4 * 4) * CELL**2, abs=1e-6)
    assert sum(4.0 * o.half_m[0] * o.half_m[1] for o in over) == pytest.approx(4 * 4 * CELL**2)
    assert min(o.center_m[2] - o.half_m[2] for o in over) > 2.2


def test_the_map_s_sun_is_the_sun_of_the_day(tmp_path):
    down = np.sin(np.radians(40.0))
    shines = (float(np.cos(np.radians(40.0))), 0.0, float(-down))
    scene, card = made(dumped(tmp_path, [], sun=shines))
    assert (card.looks["day"].sun_azimuth_deg, card.looks["day"].sun_elevation_deg) == (180.0, 40.0)
    left = (0.0, float(-np.cos(np.radians(40.0))), float(-down))
    _, other = made(dumped(tmp_path / "left", [], sun=left))
    assert other.looks["day"].sun_azimuth_deg == 270.0, "it stands towards +y of Unreal, which is -y here"
    assert scene.entry == {"map": MAP, "card_sha256": scene_digest(card)}


def test_a_map_without_a_navmesh_says_how_to_make_one(tmp_path):
    folder = dumped(tmp_path, [], navmesh_volumes=0)
    with pytest.raises(AssetError, match=r"/Game/Maps/Yard: has no navmesh: expected a Nav Mesh Bounds Volume.*Build Paths.*again"):
        made(folder)


def test_an_empty_navmesh_says_how_to_build_it(tmp_path):
    dump = HandmadeDump(tmp_path / "dump")
    ground, top = yard([])
    dump.yard(np.full_like(ground, np.nan), top, LOW, CELL)
    with pytest.raises(AssetError, match=r"its navmesh is empty: 1 volumes.*Build paths"):
        made(dump.write())


def test_stages_may_be_given(tmp_path):
    x, y = LOW + 5.0
    scene, card = made(dumped(tmp_path, []), SceneWords(stages=((x, -y, 4.0),), name="my_yard", place="in a yard"))
    assert [(s.name, s.radius_m) for s in card.stages] == [("stage_1", 4.0)]
    assert (scene.name, card.place) == ("my_yard", "in a yard")


def test_lamps_must_be_lights_of_the_map(tmp_path):
    folder = dumped(tmp_path, [], lamps=["PointLight_1", "PointLight_2"])
    scene, _ = made(folder, SceneWords(lamps=("PointLight_2",)))
    assert scene.entry["lamps"] == ["PointLight_2"]
    with pytest.raises(AssetError, match="lamps: Lamp_9: no light of that name; it has PointLight_1, PointLight_2"):
        made(folder, SceneWords(lamps=("Lamp_9",)))


def test_of_too_many_things_those_about_the_stages_are_told():
    stage = StagePlace("open_1", (0.0, 0.0, 0.0), 5.0, 0.0)
    near = [Obstacle("box", (7.0, float(y), 0.5), (0.3, 0.3, 0.5), 0.0, True) for y in range(-5, 6)]
    far = [Obstacle("box", (500.0 + 3 * k, 0.0, 2.0), (1.0, 1.0, 2.0), 0.0, True) for k in range(600)]
    told = weightiest([*far, *near], [stage])
    assert len(told) == 400
    assert set(near) <= set(told)


def test_two_things_at_one_place_are_one_obstacle(tmp_path):
    x, y = LOW + 12.0
    outer = (x, y, 1.0, 1.0, 2.0)
    inner = thing((-0.5, -0.5, 0.0), (0.5, 0.5, 1.0), (x, y, 0.0))
    _, card = made(dumped(tmp_path, [outer], things=[*things([outer]), inner]))
    assert len(card.obstacles) == 1
