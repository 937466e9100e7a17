"""A skeletal mesh of a dump becomes a subject that moves as HMDirector will show it."""

import numpy as np
import pytest
from handmade_dump import CYCLE_S, FRAMES, JOINTS, MESH, STRIDE, HandmadeDump, rest_pose, ue, walk_pose
from handmade_glb import box
from handmade_walker import HEAD, HIPS, walker

from hmworld.catalog import open_catalog
from hmworld.embedded.meshfiles import read_body
from hmworld.embedded.unreal.dump import read_dump
from hmworld.embedded.unreal.subject import make_subject
from hmworld.embedded.unreal.words import SubjectWords, Words, card_name, chosen_gaits, looks_human
from hmworld.errors import AssetError, RecipeError
from hmworld.geometry.skin import pose_points

PARTS = (
    ((-0.2, 0.55, -0.12), (0.2, 1.35, 0.12)),
    ((-0.12, 1.4, -0.1), (0.12, 1.7, 0.16)),
    ((0.05, 0.0, -0.08), (0.19, 0.5, 0.16)),
    ((-0.19, 0.0, -0.08), (-0.05, 0.5, 0.16)),
)


@pytest.fixture
def dump(tmp_path):
    return HandmadeDump(tmp_path / "dump")


def made(dump, words=None):
    """What was made of the dump's one character, its card, motion and mesh."""
    folder = dump.write()
    out = folder.parent / "mine"
    subject = make_subject(folder, read_dump(folder).characters[0], words or SubjectWords(), "the tests", out)
    catalog = open_catalog(out)
    card = catalog.subjects[subject.name]
    return subject, card, catalog.motion(subject.name), read_body(out / "subjects" / f"{subject.name}.mesh.npz", card.mesh_sha256)


def rotation(quaternion):
    x, y, z, w = quaternion
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )


def expected(pose):
    """Where the walker's vertices (96, 3) are in Unreal's mesh axes in a pose (4, 10), worked out in Unreal's own numbers."""
    corners = [ue(box(*part)[0]) for part in PARTS]
    hips, rest_hips = pose[0, :3], ue(HIPS)

    def child(points, row, rest):
        return (points - rest_hips - rest) @ rotation(pose[row, 3:7]).T + pose[row, :3] + hips

    body = corners[0] - rest_hips + hips
    low = corners[0][:, 2] < 60.0
    body[low] = 0.75 * body[low] + 0.25 * child(corners[0], 1, ue(HEAD))[low]
    feet = [child(corners[2 + k], 2 + k, rest_pose()[2 + k, :3]) for k in range(2)]
    return np.concatenate([body, child(corners[1], 1, ue(HEAD)), *feet])


def as_shown(points_cm):
    """Points of the mesh's axes in our root frame: HMDirector turns it by a yaw of -90 degrees, then y is mirrored."""
    x, y, z = points_cm.T / 100.0
    c, s = np.cos(np.radians(-90.0)), np.sin(np.radians(-90.0))
    turned_x, turned_y = c * x - s * y, s * x + c * y
    return np.stack([turned_x, -turned_y, z], -1)


def test_its_vertices_are_where_unreal_shows_them_at_every_phase(dump):
    dump.walker()
    _, card, motion, mesh = made(dump)
    table = motion.gaits["walk"].astype(np.float64)
    posed = pose_points(table, mesh.vertices, mesh.joints, mesh.weights)
    wanted = np.stack([as_shown(expected(walk_pose(k / 64))) for k in range(64)])
    # No shift at all is allowed: HMDirector puts a body neither over its root nor on the ground.
    np.testing.assert_allclose(posed, wanted, atol=2e-6)
    assert card.height_m == pytest.approx(1.7, abs=1e-3)


def test_the_stride_of_a_walk_in_place_is_measured_from_its_planted_feet(dump):
    dump.walker()
    subject, card, *_ = made(dump)
    assert card.gaits["walk"].stride_m == pytest.approx(STRIDE, abs=1e-3)
    assert card.gaits["walk"].cycle_s == CYCLE_S
    assert card.gaits["idle"].stride_m == 0.0
    assert subject.entry["gaits"]["walk"] == {"animation": "/Game/Robots/A_Walker_Walk.A_Walker_Walk", "cycle_s": CYCLE_S}


def test_joints_are_named_safely_and_keep_their_bones(dump):
    dump.walker()
    subject, _, motion, _ = made(dump)
    assert [j["name"] for j in subject.entry["joints"]] == list(motion.joint_names) == ["hips", "head", "foot_L", "foot_R"]
    assert [j["bone"] for j in subject.entry["joints"]] == list(JOINTS)


def test_root_motion_that_the_director_takes_out_becomes_the_stride(dump):
    character = dump.walker()
    character["animations"][1] |= {"root_motion": True, "root_way_cm": [0.0, 90.0, 0.0]}
    _, card, *_ = made(dump)
    assert card.gaits["walk"].stride_m == pytest.approx(0.9)


def test_root_motion_that_stays_in_the_pose_is_refused_with_what_to_tick(dump):
    character = dump.walker()
    character["animations"][1] |= {"root_way_cm": [0.0, 90.0, 0.0]}
    with pytest.raises(AssetError, match=r"A_Walker_Walk carries its root 0.90 m along without EnableRootMotion.*tick EnableRootMotion"):
        made(dump)


@pytest.mark.parametrize(("number", "name"), [(0, "A_Walker_Idle"), (1, "A_Walker_Walk")])
def test_a_body_that_its_hips_carry_is_refused_whatever_the_root_does(dump, number, name):
    """The root stands still, as in the dump: nothing but the poses says that the body leaves its place."""
    character = dump.walker()
    animation = character["animations"][number]
    poses = np.fromfile(dump.folder / animation["poses"], "<f4").reshape(FRAMES, 4, 10).copy()
    poses[:, 0, 1] += np.linspace(0.0, 85.0, FRAMES)
    dump.numbers(animation["poses"], poses)
    animation["root_motion"] = True
    problem = rf"{name}.*: bone hips carries the body 0\.5\d body heights along.*make it in place, or move the motion to the root bone"
    with pytest.raises(AssetError, match=problem):
        made(dump)


def test_root_motion_to_the_side_is_refused(dump):
    character = dump.walker()
    character["animations"][1] |= {"root_motion": True, "root_way_cm": [90.0, 0.0, 0.0]}
    with pytest.raises(AssetError, match=r"goes along \+x, and it faces \+y"):
        made(dump, SubjectWords(forward="+y"))


@pytest.mark.parametrize(("turn", "axis"), [(0.0, "+y"), (np.pi / 2, "+x"), (np.pi, "-y"), (-np.pi / 2, "-x")])
def test_the_axis_that_it_faces_is_measured_from_its_feet(dump, turn, axis):
    """A turn by +90 degrees about y of the glTF brings z to x, which is Unreal's x."""
    character = dump.walker()
    c, s = np.cos(turn), np.sin(turn)
    spin = np.array([[c, s, 0.0], [-s, c, 0.0], [0.0, 0.0, 1.0]])
    half = [0.0, 0.0, -np.sin(turn / 2), np.cos(turn / 2)]
    walker(turned=turn).write(dump.folder / character["glb"])
    # Unreal's exporter has no node above the root: the turn is the armature's bone here.
    character["bones"] = ["Armature", *character["bones"]]
    character["rest_cm"] = [[0.0, 0.0, 0.0], *(np.array(character["rest_cm"]) @ spin.T).tolist()]
    root = np.array([0.0, 0.0, 0.0, *half, 1.0, 1.0, 1.0])
    for animation in character["animations"]:
        poses = np.fromfile(dump.folder / animation["poses"], "<f4").reshape(FRAMES, 4, 10)
        dump.numbers(animation["poses"], np.concatenate([np.tile(root, (FRAMES, 1, 1)), poses], axis=1))
    subject, card, motion, mesh = made(dump)
    assert subject.entry["forward_axis"] == card.unreal.forward_axis == axis
    posed = pose_points(motion.gaits["walk"].astype(np.float64), mesh.vertices, mesh.joints, mesh.weights)
    wanted = np.stack([as_shown(expected(walk_pose(k / 64))) for k in range(64)])
    np.testing.assert_allclose(posed, wanted, atol=3e-6)


def test_words_say_what_cannot_be_measured(dump):
    dump.walker()
    words = SubjectWords(name="tin_man", kind="person", species="robot", noun="a tin man", pronoun="he", credit="A. Maker, CC0")
    _, card, *_ = made(dump, words)
    assert (card.name, card.kind, card.species, card.noun, card.pronoun, card.credit) == (
        "tin_man",
        "person",
        "robot",
        "a tin man",
        "he",
        "A. Maker, CC0",
    )


def test_without_words_the_asset_s_own_name_serves(dump):
    dump.walker()
    subject, card, *_ = made(dump)
    assert (subject.name, card.noun, card.kind, card.unreal.mesh) == ("walker", "a walker", "animal", MESH)


def test_a_missing_idle_is_told_with_what_there_is(dump):
    character = dump.walker()
    del character["animations"][0]
    with pytest.raises(AssetError, match=r"/Game/Robots/SK_Walker: no animation that stands.*it has A_Walker_Walk; name it as `idle`"):
        made(dump)


def test_a_mesh_that_stands_elsewhere_than_its_skeleton_is_refused(dump):
    character = dump.walker()
    character["rest_cm"][1][2] += 3.0
    with pytest.raises(AssetError, match=r"bone head is 3\.0 cm apart"):
        made(dump)


def test_a_joint_without_a_bone_is_refused(dump):
    character = dump.walker()
    character["bones"][3] = "bone_9"
    with pytest.raises(AssetError, match="joints that its skeleton lacks: foot R"):
        made(dump)


@pytest.mark.parametrize("bones", [["hips", "head", "foot L", ""], ["hips", "head", "foot L", "foot L"]])
def test_bones_without_names_of_their_own_are_refused(dump, bones):
    dump.walker(bones=bones)
    with pytest.raises(AssetError, match="SK_Walker: bones: each must have a name of its own; rename them"):
        made(dump)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("subjects: {/Game/D: {forward: +z}}", r"subjects\./Game/D\.forward: Input should be '\+x', '-x', '\+y' or '-y' \(got '\+z'\)"),
        ("subjects: {/Game/D: {strides_m: {walk: 0}}}", "greater than 0"),
        ("subjects: {/Game/D: {name: My Dog}}", "String should match pattern"),
        ("scenes: {/Game/M: {stages: [[0, 0, 0.1]]}}", "greater than or equal to 1"),
    ],
)
def test_words_that_cannot_be_are_told(text, problem):
    with pytest.raises(RecipeError, match=problem):
        Words.from_yaml_text(text, "words.yaml")


def test_a_mesh_that_was_not_exported_is_refused(dump):
    dump.walker(glb="")
    with pytest.raises(AssetError, match="was not exported; the plugin GLTFExporter must be on"):
        made(dump)


def test_a_path_that_a_card_cannot_hold_is_told(dump):
    dump.walker("/Game/Robots/SK-Walker.SK-Walker")
    with pytest.raises(AssetError, match=r"/Game/Robots/SK-Walker.*expected latin letters, digits and underscores.*rename it in the"):
        made(dump)


def test_a_body_that_floats_is_remarked_upon(dump):
    character = dump.walker()
    for animation in character["animations"]:
        poses = np.fromfile(dump.folder / animation["poses"], "<f4").reshape(FRAMES, 4, 10).copy()
        poses[:, 0, 2] += 20.0
        dump.numbers(animation["poses"], poses)
    subject, card, *_ = made(dump)
    assert card.height_m == pytest.approx(1.9, abs=1e-3)
    assert any("stands 20 cm above its own origin" in remark for remark in subject.remarks)


def test_a_file_of_poses_that_is_cut_off_is_told(dump):
    character = dump.walker()
    path = dump.folder / character["animations"][1]["poses"]
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(AssetError, match=r"A_Walker_Walk\.f32: holds 2590 numbers, expected 2600"):
        made(dump)


@pytest.mark.parametrize(
    ("asset", "name"),
    [
        ("/Game/Dogs/SK_BigDog.SK_BigDog", "big_dog"),
        ("/Game/Maps/LVL_Old-Town2", "old_town_2"),
        ("/Game/A/SKM_Quinn", "quinn"),
        ("/Game/S/Mesh.Mesh", "mesh"),
    ],
)
def test_cards_are_named_after_assets(asset, name):
    assert card_name(asset) == name


def test_an_asset_without_latin_letters_needs_a_name():
    with pytest.raises(AssetError, match="give it a name in the file of --words"):
        card_name("/Game/Dogs/___.___")


def test_gaits_are_chosen_by_the_plainest_names_that_go_ahead():
    known = [
        f"/Game/D/{n}.{n}" for n in ("Dog_Idle", "Dog_Idle_Look", "Dog_WalkLeft", "Dog_Walk", "Dog_Walk_Fast", "Dog_RunFwd", "Dog_Jump")
    ]
    chosen = chosen_gaits("m", known, SubjectWords())
    assert chosen == {"idle": "/Game/D/Dog_Idle.Dog_Idle", "walk": "/Game/D/Dog_Walk.Dog_Walk", "run": "/Game/D/Dog_RunFwd.Dog_RunFwd"}
    named = chosen_gaits("m", known, SubjectWords(gaits={"stroll": "Dog_Walk_Fast"}))
    assert named == {"idle": "/Game/D/Dog_Idle.Dog_Idle", "stroll": "/Game/D/Dog_Walk_Fast.Dog_Walk_Fast"}


def test_an_animation_in_place_is_taken_of_two_that_differ_in_nothing_else():
    known = [f"/Game/D/{n}.{n}" for n in ("Idle", "Walk", "Walk_IP", "Run_InPlace", "Run_RM", "Run", "Trot_Fast_IP", "Trot")]
    chosen = chosen_gaits("m", known, SubjectWords())
    assert [path.rsplit(".", 1)[-1] for path in chosen.values()] == ["Idle", "Walk_IP", "Trot", "Run_InPlace"]


@pytest.mark.parametrize(
    "name", ["Walk_Swimming", "RunFlying", "Walk_Limp", "Sneak_Walk", "Crawl_Run", "Walk_Wounded", "Walk_Hurt", "Walk_Turning"]
)
def test_an_animation_of_something_else_is_no_gait(name):
    known = ["/Game/D/Idle.Idle", f"/Game/D/{name}.{name}"]
    with pytest.raises(AssetError, match="no animation that walks"):
        chosen_gaits("m", known, SubjectWords())


def test_the_other_animations_that_would_do_are_told(dump):
    character = dump.walker()
    walk = character["animations"][1]
    character["animations"].append({**walk, "path": "/Game/Robots/A_Walker_Walk_Brisk.A_Walker_Walk_Brisk"})
    subject, *_ = made(dump, SubjectWords(noun="a robot"))
    assert subject.others == {"idle": [], "walk": ["A_Walker_Walk_Brisk"]}
    assert subject.guessed == ["kind", "pronoun"]


@pytest.mark.parametrize(
    ("places", "human"),
    [
        # A person with arms spread, one whose arms hang, and a dog on a biped's rig, all facing +y.
        ({"pelvis": (0, 0, 95), "head": (0, 3, 170), "hand_l": (70, 0, 140), "hand_r": (-70, 0, 140), "toe": (10, 18, 2)}, True),
        ({"pelvis": (0, 0, 95), "head": (0, 3, 170), "hand_l": (30, 8, 80), "hand_r": (-30, 8, 80), "toe": (10, 18, 2)}, True),
        ({"Pelvis": (0, -30, 55), "Head": (0, 45, 75), "L Hand": (10, 25, 5), "R Hand": (-10, 25, 5), "L Finger0": (10, 30, 1)}, False),
        ({"pelvis": (0, 0, 95), "head": (0, 3, 170)}, False),
    ],
)
def test_a_person_has_hands_and_stands_upright(places, human):
    assert looks_human(list(places), list(places.values())) is human


def test_a_gait_that_is_named_and_not_there_is_told():
    with pytest.raises(AssetError, match="walk: there is no animation 'Wlak' on its skeleton; it has Dog_Idle, Dog_Walk"):
        chosen_gaits("m", ["/Game/D/Dog_Idle.Dog_Idle", "/Game/D/Dog_Walk.Dog_Walk"], SubjectWords(gaits={"walk": "Wlak"}))
