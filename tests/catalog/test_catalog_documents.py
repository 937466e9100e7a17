"""The catalog that ships is whole, and a bad file in another is refused by name."""

import hashlib
import io
import shutil

import numpy as np
import pytest

from hmworld.catalog import default_catalog, load_motion, open_catalog
from hmworld.catalog.catalog import load_catalog, scene_digest
from hmworld.catalog.locations import cards_dir, recipes_dir, trajectories_dir
from hmworld.errors import RecipeError, UsageError
from hmworld.geometry.motion import CONTRACT_POINTS
from hmworld.model import Recipe
from hmworld.plan.names import resolve_names

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
    assert [sum(not path.probe for path in paths.values()) for paths in (catalog.camera_paths, catalog.subject_paths)] == [28, 10]
    for kind, documents in (("camera", catalog.camera_paths), ("subject", catalog.subject_paths)):
        for probe, folder in ((False, trajectories_dir()), (True, trajectories_dir() / "probe")):
            named = [name for name, document in documents.items() if document.probe == probe]
            assert named == sorted(p.stem for p in (folder / kind).glob("*.yaml"))
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
    assert recipe.name == path.stem.replace("-", "_")
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
        ("[[0, 0], [0, 1]]", "keys.yaw_deg: times of keys must rise"),
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


def test_a_motion_file_of_an_older_version_is_refused(tmp_path):
    with np.load(cards_dir() / "subjects" / "labrador.motion.npz") as arrays:
        np.savez(tmp_path / "old.motion.npz", **{name: arrays[name] for name in arrays.files if not name.startswith("skin_")})
    path = tmp_path / "old.motion.npz"
    with pytest.raises(RecipeError, match=r"old\.motion\.npz: motion file of an older hmworld.*add the subject again"):
        load_motion(path, hashlib.sha256(path.read_bytes()).hexdigest())


@pytest.fixture
def own(tmp_path):
    """A catalog of one's own: a subject, a scene and a trajectory under other names."""
    for kind, name, new in (("subjects", "labrador", "my_dog"), ("scenes", "mountain_meadow", "my_meadow")):
        (tmp_path / kind).mkdir()
        text = (cards_dir() / kind / f"{name}.yaml").read_text().replace(f"name: {name}", f"name: {new}", 1)
        (tmp_path / kind / f"{new}.yaml").write_text(text)
    shutil.copy(cards_dir() / "subjects" / "labrador.motion.npz", tmp_path / "subjects" / "my_dog.motion.npz")
    (tmp_path / "trajectories" / "camera").mkdir(parents=True)
    (tmp_path / "trajectories" / "camera" / "my_pan.yaml").write_text(CAMERA.format(name="my_pan", keys="[[0, 0], [0.5, 40]]"))
    return tmp_path


def test_ones_own_cards_and_trajectories_are_added_to_those_that_ship(own):
    shipped, catalog = default_catalog(), open_catalog(own)
    for kind, new in (("scenes", "my_meadow"), ("subjects", "my_dog"), ("camera_paths", "my_pan")):
        assert list(getattr(catalog, kind)) == sorted([*getattr(shipped, kind), new])
    assert catalog.subject_paths == shipped.subject_paths
    assert catalog.motion("my_dog").sha256 == catalog.motion("labrador").sha256
    assert catalog.beside("subjects", "my_dog", ".mesh.npz").parent == own / "subjects"
    assert catalog.beside("subjects", "labrador", ".mesh.npz").parent == cards_dir() / "subjects"
    assert open_catalog(None) is shipped


def test_a_copy_of_what_a_run_needs_holds_ones_own_cards_alone(own, tmp_path):
    catalog, copy = open_catalog(own), tmp_path / "copy"
    catalog.copy_added(["my_meadow", "city_street"], ["labrador"], copy)
    assert sorted(p.relative_to(copy).as_posix() for p in copy.rglob("*") if p.is_file()) == ["scenes/my_meadow.yaml"]
    catalog.copy_added([], ["my_dog"], copy)
    assert open_catalog(copy).motion_bytes("my_dog") == catalog.motion_bytes("labrador")
    assert open_catalog(copy).scenes["my_meadow"] == catalog.scenes["my_meadow"]


def test_a_card_of_ones_own_with_a_name_that_ships_is_refused(own):
    (own / "subjects" / "my_dog.yaml").rename(own / "subjects" / "labrador.yaml")
    text = (own / "subjects" / "labrador.yaml").read_text()
    (own / "subjects" / "labrador.yaml").write_text(text.replace("name: my_dog", "name: labrador"))
    with pytest.raises(RecipeError, match=r"labrador\.yaml: name: 'labrador' is the name of one that ships"):
        open_catalog(own)


def test_a_folder_that_is_no_catalog_is_refused(tmp_path):
    with pytest.raises(UsageError, match="is no catalog: expected a folder with scenes/, subjects/"):
        open_catalog(tmp_path)
