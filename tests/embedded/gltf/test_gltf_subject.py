"""A skinned, animated glTF becomes a subject that moves as the file says."""

import hashlib
import json
from dataclasses import replace

import numpy as np
import pytest
import yaml
from handmade_glb import Glb, box
from handmade_walker import CYCLE_S, FEET, HEAD, HIPS, NOD, STRIDE, foot_offset, quaternion, walker

from hmworld.catalog import open_catalog
from hmworld.embedded.gltf import rig
from hmworld.embedded.gltf.nodes import Channel
from hmworld.embedded.gltf.subject import SubjectOptions, add_subject
from hmworld.embedded.meshfiles import read_body
from hmworld.errors import AssetError, RecipeError
from hmworld.geometry.skin import pose_points
from hmworld.model.cards import SubjectCard


@pytest.fixture
def options(tmp_path):
    return SubjectOptions(
        file=walker().write(tmp_path / "walker.glb"),
        catalog=tmp_path / "mine",
        name="walker",
        kind="animal",
        species="robot",
        noun="a walker",
        credit="the tests",
        idle="Idle",
        gaits={"walk": "Walk"},
    )


def made(options):
    """Card, motion and mesh of what was added."""
    found = add_subject(options)
    catalog = open_catalog(options.catalog)
    card = catalog.subjects[options.name]
    mesh = read_body(options.catalog / "subjects" / f"{options.name}.mesh.npz", card.mesh_sha256)
    return found, card, catalog.motion(options.name), mesh


def ours(points):
    """Points (N, 3) of the file, y up and z forward, in our axes: x forward, y left, z up."""
    return np.asarray(points)[:, [2, 0, 1]]


def turned_about_x(points, about, angle):
    c, s = np.cos(angle), np.sin(angle)
    return (np.asarray(points) - about) @ np.array([[1, 0, 0], [0, c, -s], [0, s, c]]).T + about


def expected(positions, share):
    """Where the walker's vertices (96, 3) are at a share of its cycle, in the file's axes: worked out by hand."""
    half = 2.0 * share if share < 0.5 else 2.0 - 2.0 * share
    blend = 3 * half**2 - 2 * half**3
    low, high = quaternion(0, 0.0), quaternion(0, NOD)
    mixed = (1 - blend) * low + blend * high
    mixed /= np.linalg.norm(mixed)
    angle = 2.0 * np.arctan2(mixed[0], mixed[3])
    nodded = turned_about_x(positions, HIPS + HEAD, angle)
    out = positions.copy()
    body = slice(0, 24)
    shared = positions[body, 1] < 0.6
    out[body][shared] = 0.75 * positions[body][shared] + 0.25 * nodded[body][shared]
    out[24:48] = nodded[24:48]
    out[48:72] += foot_offset(share)
    out[72:96] += foot_offset(share + 0.5)
    return out


def file_positions():
    """The vertices as written, read back with nothing of ours."""
    parts = [
        box((-0.2, 0.55, -0.12), (0.2, 1.35, 0.12)),
        box((-0.12, 1.4, -0.1), (0.12, 1.7, 0.16)),
        box((0.05, 0.0, -0.08), (0.19, 0.5, 0.16)),
        box((-0.19, 0.0, -0.08), (-0.05, 0.5, 0.16)),
    ]
    return np.concatenate([p for p, *_ in parts])


def test_its_vertices_move_as_the_animation_says_at_every_phase(options):
    _, _, motion, mesh = made(options)
    table = motion.gaits["walk"].astype(np.float64)
    assert table.shape == (64, 4, 3, 4)
    positions = file_positions()
    posed = pose_points(table, mesh.vertices, mesh.joints, mesh.weights)
    wanted = np.stack([ours(expected(positions, k / 64)) for k in range(64)])
    # Only the place over the root is ours to choose: the same for all phases, and level with the ground.
    shift = (posed - wanted).reshape(-1, 3)
    np.testing.assert_allclose(shift, np.broadcast_to(shift[0], shift.shape), atol=2e-6)
    assert abs(shift[0, 2]) < 1e-6
    assert abs(posed[..., 2].min()) < 1e-6


def test_the_stride_is_measured_from_the_planted_feet(options):
    found, card, *_ = made(options)
    assert card.gaits["walk"].stride_m == pytest.approx(STRIDE, abs=1e-3)
    assert card.gaits["walk"].cycle_s == CYCLE_S
    assert card.gaits["idle"].stride_m == 0.0
    assert found["gaits"]["walk"]["stride"] == "from its planted feet"


def test_root_motion_is_taken_out_and_becomes_the_stride(options, tmp_path):
    moving = replace(options, file=walker(root_motion=STRIDE).write(tmp_path / "moving.glb"))
    _, card, motion, mesh = made(moving)
    assert card.gaits["walk"].stride_m == pytest.approx(STRIDE, abs=1e-3)
    posed = pose_points(motion.gaits["walk"].astype(np.float64), mesh.vertices, mesh.joints, mesh.weights)
    # With the way taken out it is the clip that walks on the spot.
    still = replace(options, name="still")
    _, _, other, other_mesh = made(still)
    np.testing.assert_allclose(
        posed, pose_points(other.gaits["walk"].astype(np.float64), other_mesh.vertices, other_mesh.joints, other_mesh.weights), atol=1e-5
    )


def test_a_planted_foot_stays_where_it_is_in_the_world(options):
    _, card, motion, mesh = made(options)
    soles = np.flatnonzero((mesh.vertices[:, 2] < 0.01) & (mesh.joints[:, 0] == motion.joint_names.index("foot_L")))
    phases = np.linspace(0.02, 0.48, 30)
    posed = pose_points(motion.matrices("walk", phases, phases, np.ones(30)), mesh.vertices[soles], mesh.joints[soles], mesh.weights[soles])
    in_world = posed[..., 0] + card.gaits["walk"].stride_m * phases[:, None]
    assert np.ptp(in_world, axis=0).max() < 1e-3


def test_units_and_axes_of_the_file_do_not_change_the_subject(options, tmp_path):
    _, card, motion, mesh = made(options)
    path = walker(scale=100.0, turned=np.pi / 2).write(tmp_path / "other.glb")
    other = replace(options, name="other", file=path, scale=0.01, forward="+x")
    _, other_card, other_motion, other_mesh = made(other)
    same = {"name", "title", "source", "motion_sha256", "mesh_sha256"}
    left, right = card.model_dump(exclude=same), other_card.model_dump(exclude=same)
    assert left["gaits"].keys() == right["gaits"].keys()
    np.testing.assert_allclose(left["bounds_m"], right["bounds_m"], atol=2e-3)
    assert left["height_m"] == right["height_m"] == pytest.approx(1.7, abs=1e-3)
    for gait in ("idle", "walk"):
        np.testing.assert_allclose(
            pose_points(motion.gaits[gait].astype(float), mesh.vertices, mesh.joints, mesh.weights),
            pose_points(other_motion.gaits[gait].astype(float), other_mesh.vertices, other_mesh.joints, other_mesh.weights),
            atol=1e-4,
        )


def test_a_wanted_height_scales_the_stride_too(options):
    _, card, _, mesh = made(replace(options, height_m=3.4))
    assert card.height_m == pytest.approx(3.4, abs=1e-3)
    assert card.gaits["walk"].stride_m == pytest.approx(2 * STRIDE, abs=2e-3)
    assert np.ptp(mesh.vertices[:, 2]) == pytest.approx(3.4, abs=1e-3)


def test_weights_sum_to_one_and_the_picture_is_kept(options):
    _, _, _, mesh = made(options)
    np.testing.assert_allclose(mesh.weights.sum(axis=1), 1.0, atol=1e-6)
    assert sorted(set(mesh.weights.round(3).ravel())) == [0.0, 0.25, 0.75, 1.0]
    (picture,) = mesh.textures
    assert picture.shape == (8, 8, 3)
    assert picture[:, :3].mean(axis=(0, 1)).round().tolist() == [200, 30, 30]
    assert picture[:, 5:].mean(axis=(0, 1)).round().tolist() == [30, 30, 200]
    assert mesh.texture.tolist() == [0] * 48


def test_triangles_still_face_outward(options):
    _, _, _, mesh = made(options)
    corners = mesh.vertices[mesh.triangles].astype(float)
    faces = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    assert ((faces * mesh.normals[mesh.triangles[:, 0]]).sum(axis=1) > 0).all()


def test_the_card_says_where_it_comes_from_and_is_read_by_the_catalog(options):
    _, card, motion, _ = made(options)
    assert card.source.file == "walker.glb"
    assert card.source.sha256 == hashlib.sha256(options.file.read_bytes()).hexdigest()
    assert card.credit == "the tests"
    assert motion.joint_names == ("hips", "head", "foot_L", "foot_R")
    assert motion.parents.tolist() == [-1, 0, 0, 0]
    np.testing.assert_allclose(motion.rest_joints, ours([HIPS, HIPS + HEAD, HIPS + FEET[0], HIPS + FEET[1]]), atol=1e-6)
    assert len(motion.points) == 1024


def test_the_same_file_gives_the_same_bytes(options):
    add_subject(options)
    folder = options.catalog / "subjects"
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    add_subject(replace(options, replace=True))
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before


def test_what_hangs_on_a_joint_without_a_skin_follows_it(options, tmp_path):
    file = walker()
    head = next(k for k, n in enumerate(file.json["nodes"]) if n.get("name") == "head")
    hat = file.node(name="hat", mesh=len(file.json["meshes"]), translation=[0.0, 0.3, 0.0])
    file.json["nodes"][head]["children"] = [hat]
    positions, normals, _, faces = box((-0.1, 0.0, -0.1), (0.1, 0.1, 0.1))
    attributes = {"POSITION": file.accessor(positions), "NORMAL": file.accessor(normals)}
    file.append("meshes", {"primitives": [{"attributes": attributes, "indices": file.accessor(faces.ravel(), 5123)}]})
    _, _, motion, mesh = made(replace(options, file=file.write(tmp_path / "hat.glb")))
    hat_vertices = np.flatnonzero(mesh.vertices[:, 2] > 1.75)
    assert len(hat_vertices) == 12
    posed = pose_points(motion.gaits["walk"].astype(float), mesh.vertices, mesh.joints, mesh.weights)
    wanted = ours(turned_about_x(mesh.vertices[hat_vertices][:, [1, 2, 0]], HIPS + HEAD, NOD))
    moved = posed[32, hat_vertices] - posed[0, hat_vertices]
    np.testing.assert_allclose(moved, wanted - mesh.vertices[hat_vertices], atol=1e-5)


def test_both_sides_of_a_two_sided_material_are_drawn(options, tmp_path):
    file = walker()
    file.json["materials"][0]["doubleSided"] = True
    found, *_ = made(replace(options, file=file.write(tmp_path / "sheet.glb")))
    assert found["triangles"] == 96


@pytest.mark.parametrize(
    ("interpolation", "values", "share", "wanted"),
    [
        ("LINEAR", [[0, 0, 0], [4, 0, 0]], 0.25, [1, 0, 0]),
        ("STEP", [[0, 0, 0], [4, 0, 0]], 0.9, [0, 0, 0]),
        ("STEP", [[0, 0, 0], [4, 0, 0]], 1.0, [4, 0, 0]),
        # Hermite at 1/2: (a + b) / 2 + (out - in) dt / 8, dt = 2.
        ("CUBICSPLINE", [[[9, 9, 9], [0, 0, 0], [4, 0, 0]], [[0, 8, 0], [4, 0, 0], [9, 9, 9]]], 0.5, [3, -2, 0]),
    ],
)
def test_keys_are_joined_as_the_specification_says(interpolation, values, share, wanted):
    channel = Channel(0, "translation", np.array([1.0, 3.0]), np.array(values, float), interpolation)
    np.testing.assert_allclose(channel.at(np.array([1.0 + 2.0 * share]))[0], wanted, atol=1e-12)


def test_rotations_go_the_short_way_at_an_even_pace():
    ends = np.stack([quaternion(2, 0.2), -quaternion(2, 1.4)])
    channel = Channel(0, "rotation", np.array([0.0, 1.0]), ends, "LINEAR")
    got = channel.at(np.linspace(0, 1, 5))
    angles = 2.0 * np.arctan2(got[:, 2] * np.sign(got[:, 3]), np.abs(got[:, 3]))
    np.testing.assert_allclose(angles, np.linspace(0.2, 1.4, 5), atol=1e-9)


def without_skin(file: Glb) -> None:
    del file.json["nodes"][-1]["skin"]
    del file.json["skins"]


def without_animations(file: Glb) -> None:
    del file.json["animations"]


def with_lines(file: Glb) -> None:
    file.json["meshes"][0]["primitives"][0]["mode"] = 1


def without_weights(file: Glb) -> None:
    del file.json["meshes"][0]["primitives"][0]["attributes"]["WEIGHTS_0"]


def with_wrong_joint(file: Glb) -> None:
    file.json["skins"][0]["joints"] = file.json["skins"][0]["joints"][:3]


def with_cut_view(file: Glb) -> None:
    file.json["bufferViews"][2]["byteLength"] = 10**9


def with_ring(file: Glb) -> None:
    file.json["nodes"][2]["children"] = [1]


def with_falling_times(file: Glb) -> None:
    samplers = file.json["animations"][0]["samplers"]
    samplers[0]["input"] = file.accessor(np.array([0.0, 0.5, 0.4, 0.8, 1.0]))


def draco(file: Glb) -> None:
    file.json["extensionsRequired"] = ["KHR_draco_mesh_compression"]


def meshopt(file: Glb) -> None:
    file.json["extensionsRequired"] = ["EXT_meshopt_compression"]


def unknown_extension(file: Glb) -> None:
    file.json["extensionsRequired"] = ["ACME_thing"]


def old(file: Glb) -> None:
    file.json["asset"]["version"] = "1.0"


def bad_picture(file: Glb) -> None:
    view = file.json["bufferViews"][file.json["images"][0]["bufferView"]]
    start = view["byteOffset"]
    file.blob = file.blob[:start] + b"\0" * view["byteLength"] + file.blob[start + view["byteLength"] :]


@pytest.mark.parametrize(
    ("change", "expected_words"),
    [
        (without_skin, "no mesh has a skin"),
        (without_animations, "there are none that move joints"),
        (with_lines, "mesh 'walker', primitive 0: is made of lines, expected triangles"),
        (without_weights, "has a skin but no JOINTS_0 and WEIGHTS_0"),
        (with_wrong_joint, "names joint 3 of a skin of 3"),
        (with_cut_view, "buffer view 2: ends at byte"),
        (with_ring, "its child 1 is missing or has two parents"),
        (with_falling_times, "animation 'Walk', channel 0: expected 3 numbers for each of its rising times"),
        (draco, "KHR_draco_mesh_compression is not read here; export it without Draco compression"),
        (meshopt, "EXT_meshopt_compression is not read here"),
        (unknown_extension, "ACME_thing is not read here"),
        (old, "asset.version: expected 2.x, got 1.0"),
        (bad_picture, "image 0: cannot be decoded"),
    ],
    ids=lambda v: v.__name__ if callable(v) else "",
)
def test_a_file_that_cannot_be_used_is_refused_with_what_and_where(options, tmp_path, change, expected_words):
    file = walker()
    change(file)
    path = file.write(tmp_path / "wrong.glb")
    with pytest.raises(AssetError) as caught:
        add_subject(replace(options, file=path))
    assert str(caught.value).startswith(f"{path}: ")
    assert expected_words in str(caught.value)
    assert not options.catalog.exists()


@pytest.mark.parametrize(
    ("damage", "expected_words"),
    [
        (lambda data: data[:200], "has 200 bytes, its header says"),
        (lambda data: data[:7], "has 7 bytes, less than a header"),
        (lambda data: b"PK" + data[2:], "does not begin as a .glb does"),
        (lambda data: data[:4] + b"\x01" + data[5:], "is binary glTF version 1"),
        (lambda data: data[:20] + b"!" + data[21:], "its JSON cannot be read"),
    ],
)
def test_a_broken_file_is_refused(options, damage, expected_words):
    options.file.write_bytes(damage(options.file.read_bytes()))
    with pytest.raises(AssetError, match=r"walker\.glb: ") as caught:
        add_subject(options)
    assert expected_words in str(caught.value)


@pytest.mark.parametrize(
    ("uri", "expected_words"),
    [
        ("../outside.bin", "lies outside"),
        ("/etc/hostname", "lies outside"),
        ("missing.bin", "missing.bin cannot be read"),
        ("https://example.org/x.bin", "nothing is fetched from the network"),
        ("data:application/octet-stream;base64,%%%", "its data URI cannot be decoded"),
        ("data:application/octet-stream;base64,AAAA", "has 3 bytes, expected"),
        (None, "has no URI and the file no binary chunk"),
    ],
)
def test_buffers_are_read_from_the_files_own_folder_alone(options, tmp_path, uri, expected_words):
    file, inside = walker(), tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "outside.bin").write_bytes(file.blob)
    path = inside / "walker.gltf"
    document = {**file.json, "buffers": [{"byteLength": len(file.blob), **({"uri": uri} if uri else {})}]}
    path.write_text(json.dumps(document))
    with pytest.raises(AssetError) as caught:
        add_subject(replace(options, file=path))
    assert "buffer 0" in str(caught.value)
    assert expected_words in str(caught.value)


def test_a_gltf_with_its_buffer_beside_it_is_the_same_subject_as_the_glb(options, tmp_path):
    file = walker()
    (tmp_path / "the data.bin").write_bytes(file.blob)
    document = {**file.json, "buffers": [{"byteLength": len(file.blob), "uri": "the%20data.bin"}]}
    path = tmp_path / "walker.gltf"
    path.write_text(json.dumps(document))
    _, card, *_ = made(options)
    _, other, *_ = made(replace(options, file=path, name="other"))
    assert card.motion_sha256 == other.motion_sha256
    assert card.mesh_sha256 == other.mesh_sha256


@pytest.mark.parametrize(
    ("changes", "expected_words"),
    [
        ({"idle": "Stand"}, "--idle: there is no animation 'Stand'; it has 'Walk', 'Idle'"),
        ({"gaits": {"walk": "Run"}}, "--gait walk: there is no animation 'Run'"),
        ({"strides_m": {"trot": 1.0}}, "--stride-m: there is no gait trot"),
        ({"idle": "Idle", "gaits": {"walk": "Idle"}}, "pass --stride-m"),
        ({"forward": "-z"}, "walks along the file's +z; pass --forward=+z"),
        ({"forward": "+y"}, "is along --up y"),
        ({"scale": 100.0}, "height 170 m; is it in centimetres? Pass --scale 1"),
        ({"scale": 0.01}, "height 0.017 m, expected 0.05 to 12"),
        ({"name": "labrador"}, "is the name of one that ships"),
        ({"name": "My Cat"}, "expected up to 64 lower-case letters"),
        ({"credit": 3}, "credit: Input should be a valid string"),
    ],
)
def test_a_wrong_call_is_refused_with_what_to_do(options, changes, expected_words):
    with pytest.raises(AssetError) as caught:
        add_subject(replace(options, **changes))
    assert expected_words in str(caught.value)
    assert not list(options.catalog.rglob("*.yaml"))


def test_a_name_that_is_taken_is_refused_until_it_may_be_replaced(options):
    add_subject(options)
    with pytest.raises(AssetError, match=r"walker\.yaml: is there already"):
        add_subject(options)
    add_subject(replace(options, replace=True, noun="another"))
    assert open_catalog(options.catalog).subjects["walker"].noun == "another"


def test_too_many_triangles_are_refused_and_never_thinned_out(options, monkeypatch):
    monkeypatch.setattr(rig, "MAX_TRIANGLES", 47)
    with pytest.raises(AssetError, match=r"48 triangles .* at most 47"):
        add_subject(options)


def test_a_file_of_another_kind_beside_a_card_is_refused(options):
    add_subject(options)
    path = options.catalog / "subjects" / "walker.mesh.npz"
    card = SubjectCard.from_data(yaml.safe_load((path.parent / "walker.yaml").read_text()), "card")
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(RecipeError, match="the card says"):
        read_body(path, card.mesh_sha256)


def test_eight_weights_are_cut_to_the_four_largest(options, tmp_path):
    file = walker()
    attributes = file.json["meshes"][0]["primitives"][0]["attributes"]
    attributes["JOINTS_1"] = file.accessor(np.tile([1, 2, 3, 0], (96, 1)), 5121)
    attributes["WEIGHTS_1"] = file.accessor(np.tile([0.3, 0.2, 0.1, 0.05], (96, 1)))
    _, _, _, mesh = made(replace(options, file=file.write(tmp_path / "eight.glb"), strides_m={"walk": 0.8}))
    np.testing.assert_allclose(mesh.weights.sum(axis=1), 1.0, atol=1e-6)
    np.testing.assert_allclose(mesh.weights[50], np.array([1.0, 0.3, 0.2, 0.1]) / 1.6, atol=1e-6)
