"""A static glTF becomes a scene with stages to act on and boxes to plan round."""

from dataclasses import replace

import numpy as np
import pytest
from handmade_glb import Glb, box
from handmade_yard import HALF, HOUSE_HIGH, HOUSE_LOW, POST, yard

from hmworld.catalog import open_catalog
from hmworld.catalog.catalog import scene_digest
from hmworld.embedded import world as world_module
from hmworld.embedded.gltf.places import components
from hmworld.embedded.gltf.scene import SceneOptions, add_scene
from hmworld.embedded.meshfiles import read_scene
from hmworld.embedded.world import World, WorldError
from hmworld.errors import AssetError


@pytest.fixture
def options(tmp_path):
    return SceneOptions(
        file=yard().write(tmp_path / "yard.glb"),
        catalog=tmp_path / "mine",
        name="yard",
        place="in a walled yard",
        biome="urban",
        credit="the tests",
    )


@pytest.fixture(scope="module")
def standard(tmp_path_factory):
    """The yard, added once for the tests that only look at it."""
    folder = tmp_path_factory.mktemp("yard")
    file = yard().write(folder / "yard.glb")
    return made(SceneOptions(file, folder / "mine", name="yard", place="in a walled yard", biome="urban", credit="the tests"))


def made(options):
    """What was found, and the card and mesh of what was added."""
    found = add_scene(options)
    card = open_catalog(options.catalog).scenes[options.name]
    return found, card, read_scene(options.catalog / "scenes" / f"{options.name}.mesh.npz", card.embedded.mesh_sha256)


def test_every_vertex_is_where_the_file_and_its_nodes_put_it(standard):
    _, card, mesh = standard
    np.testing.assert_allclose(card.bounds_m, [[-HALF, -HALF, 0.0], [HALF, HALF, 5.0]], atol=1e-3)
    c = np.sqrt(0.5)
    corners = np.array([(x, y, z) for x in (-0.2, 0.2) for y in (0.0, 3.0) for z in (-0.2, 0.2)])
    turned = corners @ np.array([[c, 0, c], [0, 1, 0], [-c, 0, c]]).T + POST
    for corner in turned[:, [2, 0, 1]]:
        assert np.linalg.norm(mesh.vertices - corner, axis=1).min() < 1e-5
    for corner in (HOUSE_LOW, HOUSE_HIGH):
        assert np.linalg.norm(mesh.vertices - corner[[2, 0, 1]], axis=1).min() < 1e-5


def test_triangles_face_outward_and_materials_are_kept(standard):
    _, _, mesh = standard
    corners = mesh.vertices[mesh.triangles].astype(float)
    faces = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    assert ((faces * mesh.normals[mesh.triangles[:, 0]]).sum(axis=1) > 0).all()
    assert len(mesh.textures) == 2
    assert mesh.textures[0].shape == (64, 64, 4)  # one of them is cut out, so all carry alpha
    bush = mesh.cutout
    assert bush.sum() == 12
    assert mesh.two_sided[bush].all()
    assert not mesh.two_sided[~bush].any()
    plaster = mesh.texture == -1
    painted = mesh.colours[mesh.triangles[plaster]].reshape(-1, 3)
    np.testing.assert_allclose(painted, np.tile([0.72, 0.5, 0.36], (len(painted), 1)), atol=1e-6)


def test_the_alpha_threshold_of_the_material_becomes_one_half(standard):
    _, _, mesh = standard
    alpha = mesh.textures[int(mesh.texture[mesh.cutout][0])][..., 3]
    # The picture's steps are 40 apart; the material keeps alpha >= 0.4, so from 120 of 255 on.
    source = np.indices((32, 32)).sum(0) % 7 * 40
    np.testing.assert_allclose((alpha > 127).mean(), (source >= 0.4 * 255).mean(), atol=0.05)


def test_things_become_boxes_and_the_hollow_wall_does_not_fill_the_yard(standard):
    _, card, _ = standard
    boxes = card.obstacles
    assert all(o.solid for o in boxes)
    house = max(boxes, key=lambda o: np.prod(o.half_m))
    middle = ((HOUSE_LOW + HOUSE_HIGH) / 2)[[2, 0, 1]]
    np.testing.assert_allclose(house.center_m, middle, atol=0.02)
    np.testing.assert_allclose(sorted(house.half_m), sorted((HOUSE_HIGH - HOUSE_LOW) / 2), atol=0.02)
    post = min(boxes, key=lambda o: o.half_m[0] * o.half_m[1])
    np.testing.assert_allclose(post.half_m, [0.2, 0.2, 1.5], atol=1e-3)
    assert abs(post.yaw_deg) % 90.0 == pytest.approx(45.0, abs=0.1)
    walls = [o for o in boxes if o.center_m[2] == pytest.approx(1.0, abs=0.01) and max(o.half_m) > 10.0]
    assert len(walls) == 4
    assert all(min(o.half_m[:2]) < 0.6 for o in walls)


def test_the_kerb_is_no_obstacle(standard):
    _, card, _ = standard
    assert not any(abs(o.center_m[0] - 12) < 2 and abs(o.center_m[1] + 12) < 2 for o in card.obstacles)


def test_stages_are_open_flat_and_apart(standard):
    _, card, _ = standard
    assert len(card.stages) >= 3
    for k, stage in enumerate(card.stages):
        center = np.array(stage.center_m)
        assert stage.radius_m >= 3.0
        assert min(abs(center[2]), abs(center[2] - 0.1)) < 0.03  # on the ground, or on the kerb
        assert (np.abs(center[:2]) + stage.radius_m <= HALF - 0.3 + 0.05).all()
        for o in card.obstacles:
            a = np.deg2rad(o.yaw_deg)
            offset = np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]]) @ (center[:2] - o.center_m[:2])
            gap = np.linalg.norm(np.maximum(np.abs(offset) - o.half_m[:2], 0.0))
            assert gap >= stage.radius_m - 0.3, (stage.name, o)
        for other in card.stages[:k]:
            assert np.linalg.norm(center - other.center_m) >= other.radius_m
    assert card.stages[0].radius_m >= 8.0


def test_a_stage_that_is_named_is_taken_and_what_is_wrong_with_it_is_said(options):
    found, card, _ = made(replace(options, stages=((0.0, 0.0, 4.0), (12.0, -12.0, 3.0))))
    assert [(s.name, s.center_m[:2], s.radius_m) for s in card.stages] == [("stage_1", (0.0, 0.0), 4.0), ("stage_2", (12.0, -12.0), 3.0)]
    assert card.stages[1].center_m[2] == pytest.approx(0.1, abs=1e-3)
    assert found["remarks"] == []
    found, *_ = made(replace(options, stages=((-9.5, 4.0, 4.0),), replace=True))
    assert any("is blocked" in remark for remark in found["remarks"])


def test_units_do_not_change_the_scene(standard, options, tmp_path):
    _, card, _ = standard
    _, other, _ = made(replace(options, name="other", file=yard(scale=100.0).write(tmp_path / "cm.glb"), scale=0.01))
    assert [s.radius_m for s in card.stages] == [s.radius_m for s in other.stages]
    assert len(card.obstacles) == len(other.obstacles)


def test_its_looks_follow_its_biome(standard, options):
    _, card, _ = standard
    assert list(card.looks) == ["day", "golden", "overcast"]
    _, indoor, _ = made(replace(options, name="hall", biome="indoor"))
    assert list(indoor.looks) == ["day", "warm"]


def test_the_engine_loads_it_and_refuses_a_file_that_is_another(options):
    _, card, _ = made(options)
    world = World(open_catalog(options.catalog), 1)
    world.load_scene("yard", scene_digest(card), card.stages[0].center_m)
    assert world.scene == "yard"
    path = options.catalog / "scenes" / "yard.mesh.npz"
    path.write_bytes(path.read_bytes()[:-1])
    world_module._own_scene.cache_clear()
    with pytest.raises(WorldError, match="the card says"):
        World(open_catalog(options.catalog), 1).load_scene("yard", scene_digest(card), card.stages[0].center_m)


def test_the_same_file_gives_the_same_bytes(options):
    add_scene(options)
    before = {p.name: p.read_bytes() for p in (options.catalog / "scenes").iterdir()}
    add_scene(replace(options, replace=True))
    assert {p.name: p.read_bytes() for p in (options.catalog / "scenes").iterdir()} == before


def one_box(low, high, **node):
    file = Glb()
    positions, normals, _, faces = box(low, high)
    attributes = {"POSITION": file.accessor(positions), "NORMAL": file.accessor(normals)}
    primitive = {"attributes": attributes, "indices": file.accessor(faces.ravel(), 5123)}
    file.node(root=True, mesh=file.append("meshes", {"primitives": [primitive]}), **node)
    return file


def points_only():
    file = one_box((0, 0, 0), (10, 1, 10))
    file.json["meshes"][0]["primitives"][0]["mode"] = 0
    return file


def empty():
    file = Glb()
    file.node(root=True, name="nothing")
    return file


def flat_scale():
    return one_box((0, 0, 0), (10, 1, 10), scale=[1.0, 0.0, 1.0])


def ceiling():
    file = Glb()
    corners = np.array([(0, 0, 0), (0, 0, 20), (20, 0, 20), (20, 0, 0)], float)
    attributes = {"POSITION": file.accessor(corners)}
    primitive = {"attributes": attributes, "indices": file.accessor([0, 2, 1, 0, 3, 2], 5123)}
    file.node(root=True, mesh=file.append("meshes", {"primitives": [primitive]}))
    return file


@pytest.mark.parametrize(
    ("file", "expected_words"),
    [
        (points_only(), "is made of points, expected triangles"),
        (empty(), "0 triangles, expected 1 to"),
        (flat_scale(), "its node has no size"),
        (ceiling(), "no face looks upward"),
        (one_box((0, 0, 0), (5, 1, 100)), "no flat, open disc of 3 m radius"),
        (one_box((0, 0, 0), (30_000, 100, 30_000)), "is it in centimetres? Pass --scale 0.01"),
        (one_box((0, 0, 0), (1, 1, 1)), "a scene is a place to walk in"),
    ],
    ids=["points", "empty", "flat", "ceiling", "narrow", "large", "small"],
)
def test_a_file_that_makes_no_scene_is_refused(options, file, expected_words):
    file.write(options.file)
    with pytest.raises(AssetError) as caught:
        add_scene(options)
    assert str(caught.value).startswith(f"{options.file}: ")
    assert expected_words in str(caught.value)
    assert not options.catalog.exists()


def test_a_stage_off_the_ground_is_refused(options):
    with pytest.raises(AssetError, match=r"--stage 50,0,3: there is no ground; the scene spans x -16\.0 to"):
        add_scene(replace(options, stages=((50.0, 0.0, 3.0),)))


def test_components_are_joined_over_long_chains():
    count = 2000
    chain = np.arange(count - 1)
    keep = chain % 500 != 499
    roots = components(count, chain[keep] + 1, chain[keep])
    assert roots.tolist() == [k // 500 * 500 for k in range(count)]
