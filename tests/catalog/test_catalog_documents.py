"""The catalog that ships is whole, and a bad file in another is refused by name."""

import hashlib
import io
import shutil

import numpy as np
import pytest

from hmworld.catalog import default_catalog, load_motion
from hmworld.catalog.catalog import load_catalog, scene_digest
from hmworld.catalog.locations import cards_dir, recipes_dir, trajectories_dir
from hmworld.errors import RecipeError
from hmworld.geometry.motion import CONTRACT_POINTS
from hmworld.model import Recipe
from hmworld.plan.planner import resolve_names

CAMERA = """
name: {name}
family: pan
summary: Pans.
pivot: start
aim: fixed
starts: [{{azimuth_deg: 0, distance_m: 4, height_m: 1.5}}, {{azimuth_deg: 90, distance_m: 4, height_m: 1.5}}]
keys: {{yaw_deg: {keys}}}
"""


@pytest.fixture
def folders(tmp_path):
    """A small catalog: one scene, one subject, one trajectory of each kind."""
    for part, names in (("scenes", ["mountain_meadow.yaml"]), ("subjects", ["labrador.yaml", "labrador.motion.npz"])):
        (tmp_path / "cards" / part).mkdir(parents=True)
        for name in names:
            shutil.copy(cards_dir() / part / name, tmp_path / "cards" / part / name)
    (tmp_path / "trajectories" / "subject").mkdir(parents=True)
    (tmp_path / "trajectories" / "camera").mkdir()
    shutil.copy(trajectories_dir() / "subject" / "circle.yaml", tmp_path / "trajectories" / "subject" / "circle.yaml")
    (tmp_path / "trajectories" / "camera" / "pan.yaml").write_text(CAMERA.format(name="pan", keys="[[0, 0], [0.5, 40]]"))
    return tmp_path


def load(folder):
    return load_catalog(folder / "cards", folder / "trajectories")


def test_the_catalog_has_28_camera_and_10_subject_trajectories():
    catalog = default_catalog()
    assert len(catalog.camera_paths) == 28
    assert len(catalog.subject_paths) == 10
    for kind, documents in (("camera", catalog.camera_paths), ("subject", catalog.subject_paths)):
        assert sorted(documents) == sorted(p.stem for p in (trajectories_dir() / kind).glob("*.yaml"))
        assert all(name == document.name for name, document in documents.items())


def test_no_two_trajectories_are_the_same_movement():
    catalog = default_catalog()
    shapes = [(d.pivot, d.aim, d.turns, d.keys, d.starts) for d in catalog.camera_paths.values()]
    assert all(shapes.count(shape) == 1 for shape in shapes)
    assert all(
        any(getattr(d.keys, channel) for channel in type(d.keys).model_fields) or d.pivot == "subject"
        for d in catalog.camera_paths.values()
    )


@pytest.mark.parametrize("path", sorted(recipes_dir().glob("*.yaml")), ids=lambda p: p.stem)
def test_every_recipe_that_ships_loads_and_names_only_what_the_catalog_has(path):
    recipe = Recipe.from_yaml(path)
    assert recipe.name == path.stem
    assert resolve_names(recipe, default_catalog()).camera_paths


@pytest.mark.parametrize("name", sorted(default_catalog().subjects))
def test_a_subject_card_agrees_with_its_motion_file(name):
    catalog = default_catalog()
    card, data = catalog.subjects[name], (catalog.folder / "subjects" / f"{name}.motion.npz").read_bytes()
    assert card.motion_sha256 == hashlib.sha256(data).hexdigest()
    assert catalog.motion_bytes(name) == data
    motion = catalog.motion(name)
    with np.load(io.BytesIO(data)) as arrays:
        assert set(motion.gaits) == {key[5:] for key in arrays.files if key.startswith("gait_")} == set(card.gaits)
        joints = len(arrays["joint_names"])
        assert arrays["rest_joints"].shape == (joints, 3)
        assert all(arrays[f"gait_{g}"].shape[1:] == (joints, 3, 4) for g in card.gaits)
        assert arrays["point_joints"].max() < joints
        np.testing.assert_allclose(arrays["point_weights"].sum(1), 1.0, atol=1e-5)
    assert len(motion.points) >= CONTRACT_POINTS


@pytest.mark.parametrize("name", sorted(default_catalog().subjects))
def test_the_body_of_every_gait_stays_in_the_cylinder_and_box_of_its_card(name):
    card, motion = default_catalog().subjects[name], default_catalog().motion(name)
    phases = np.linspace(0.0, 1.0, 24, endpoint=False)
    low, high = np.array(card.bounds_m)
    for gait in card.gaits:
        points = motion.posed_points(gait, phases, phases, np.ones(len(phases)), len(motion.points))
        # Cards are written to the millimetre.
        assert np.hypot(points[..., 0], points[..., 1]).max() <= card.footprint_radius_m + 2e-3
        assert (points >= low - 2e-3).all()
        assert (points <= high + 2e-3).all()


def test_stages_lie_inside_their_scene_and_names_are_distinct():
    for scene in default_catalog().scenes.values():
        low, high = np.array(scene.bounds_m)
        names = [stage.name for stage in scene.stages]
        assert len(set(names)) == len(names)
        for stage in scene.stages:
            center = np.array(stage.center_m)
            assert (center[:2] - stage.radius_m > low[:2]).all()
            assert (center[:2] + stage.radius_m < high[:2]).all()
            assert low[2] <= center[2] <= high[2]


def test_lighting_a_scene_anew_leaves_its_digest_and_anything_else_does_not():
    scene = default_catalog().scenes["mountain_meadow"]
    first = next(iter(scene.looks))
    relit = scene.model_copy(update={"looks": {"only": scene.looks[first].model_copy(update={"exposure": 9.0})}})
    assert scene_digest(relit) == scene_digest(scene)
    assert scene_digest(scene.model_copy(update={"obstacles": scene.obstacles[1:]})) != scene_digest(scene)


def test_a_small_catalog_loads(folders):
    catalog = load(folders)
    assert list(catalog.scenes) == ["mountain_meadow"]
    assert list(catalog.camera_paths) == ["pan"]
    assert catalog.motion("labrador").sha256 == catalog.subjects["labrador"].motion_sha256


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("[[0, 0], [0, 1]]", "keys.yaw_deg: Value error, times of keys must rise"),
        ("[[0, zero]]", "keys.yaw_deg.0.1: Input should be a valid number"),
        ("[[0, 0]], roll: 1", "keys.roll: unknown field"),
        ("[[0, 0]", "is not YAML"),
    ],
)
def test_a_malformed_trajectory_is_refused_with_its_file_and_field(folders, keys, expected):
    path = folders / "trajectories" / "camera" / "wrong.yaml"
    path.write_text(CAMERA.format(name="wrong", keys=keys))
    with pytest.raises(RecipeError) as caught:
        load(folders)
    assert str(caught.value).startswith(f"{path}: {expected}")


def test_a_document_whose_name_is_not_its_files_is_refused(folders):
    path = folders / "trajectories" / "camera" / "other.yaml"
    path.write_text(CAMERA.format(name="pan", keys="[[0, 0]]"))
    with pytest.raises(RecipeError) as caught:
        load(folders)
    assert str(caught.value) == f"{path}: name: must equal the file's name, expected 'other', got 'pan'"


def test_an_empty_folder_is_refused(folders):
    (folders / "trajectories" / "camera" / "pan.yaml").unlink()
    with pytest.raises(RecipeError, match=r"camera: holds no \*\.yaml"):
        load(folders)


def test_a_motion_file_that_is_missing_or_another_is_refused(folders):
    catalog, path = load(folders), folders / "cards" / "subjects" / "labrador.motion.npz"
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(RecipeError, match="the card says"):
        catalog.motion("labrador")
    with pytest.raises(RecipeError, match="the card says"):
        catalog.motion_bytes("labrador")
    path.unlink()
    with pytest.raises(RecipeError, match="cannot be read"):
        load_motion(path, catalog.subjects["labrador"].motion_sha256)
