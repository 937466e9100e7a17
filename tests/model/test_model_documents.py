"""Documents are strict, say what is wrong and where, and have one canonical form."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hmworld.errors import HMWorldError, RecipeError
from hmworld.model import CameraTrajectory, Event, Recipe, State, SubjectCard, SubjectTrajectory
from hmworld.model.event import STATE_NAMES

RECIPE = {"name": "small", "clips": 3}
CAMERA = {
    "name": "pan",
    "family": "pan",
    "summary": "Pans.",
    "pivot": "start",
    "aim": "fixed",
    "starts": [{"azimuth_deg": 0, "distance_m": 4, "height_m": 1.5}] * 2,
    "keys": {"yaw_deg": [[0.2, 0], [0.5, 40], [0.8, 0]]},
}
SUBJECT = {"name": "line", "summary": "Walks.", "points": [[0, 0], [1, 0], [2, 0]]}
CARD = {
    "name": "cat",
    "title": "Cat",
    "kind": "animal",
    "species": "cat",
    "noun": "a cat",
    "pronoun": "it",
    "height_m": 0.3,
    "footprint_radius_m": 0.3,
    "bounds_m": [[-0.3, -0.1, 0], [0.3, 0.1, 0.3]],
    "surface_area_m2": 0.3,
    "gaits": {
        "idle": {"cycle_s": 2, "stride_m": 0, "speed_mps": [0, 0]},
        "walk": {"cycle_s": 0.5, "stride_m": 0.4, "speed_mps": [0.3, 1]},
    },
    "motion_sha256": "0" * 64,
    "credit": "nobody",
}


def refused(cls, data, **changes):
    with pytest.raises(RecipeError) as caught:
        cls.from_data({**data, **changes}, "here.yaml")
    return str(caught.value)


def test_an_unknown_field_is_refused_with_the_known_ones():
    message = refused(Recipe, RECIPE, clisp=4)
    assert message.startswith("here.yaml: clisp: unknown field; known here: name, seed, clips, ")
    assert "(got 4)" in message
    for field in Recipe.model_fields:
        assert field in message


def test_every_problem_has_its_own_line_with_file_and_field():
    lines = refused(Recipe, RECIPE, clips=0, render={"width": 63, "fps": "fast"}).splitlines()
    assert [line.split(": ")[:2] for line in lines] == [["here.yaml", f] for f in ("clips", "render.width", "render.fps")]
    assert "greater than or equal to 1 (got 0)" in lines[0]
    assert "(got 'fast')" in lines[2]


def test_a_missing_field_is_named():
    assert "here.yaml: clips: Field required" in refused(Recipe, {"name": "small"})


def test_a_yaml_file_that_cannot_be_used_says_so_with_its_path(tmp_path):
    path = tmp_path / "r.yaml"
    for text, expected in (
        ("name: [", "is not YAML"),
        ("- 1\n- 2\n", "expected a mapping of fields, got list"),
        ("", "expected a mapping of fields, got NoneType"),
        ("name: small\nclips: many\n", "clips: Input should be a valid integer"),
    ):
        path.write_text(text)
        with pytest.raises(RecipeError) as caught:
            Recipe.from_yaml(path)
        assert str(caught.value).startswith(f"{path}: {expected}")
    path.write_bytes(b"name: \xff\xfe")
    with pytest.raises(RecipeError, match="cannot be read"):
        Recipe.from_yaml(path)
    with pytest.raises(RecipeError, match="cannot be read"):
        Recipe.from_yaml(Path(tmp_path / "absent.yaml"))


def test_a_recipe_error_is_an_error_of_hmworld():
    assert issubclass(RecipeError, HMWorldError)


def test_documents_do_not_change_after_they_are_made():
    recipe = Recipe.from_data(RECIPE, "here")
    with pytest.raises(ValueError, match="frozen"):
        recipe.clips = 5


@settings(deadline=None, database=None, max_examples=50)
@given(st.permutations(["name", "clips", "seed", "render", "retention"]), st.permutations(["width", "height", "fps"]))
def test_equal_documents_have_equal_bytes_whatever_the_order_of_their_keys(outer, inner):
    values = {"name": "small", "clips": 3, "seed": 9, "render": {"width": 208, "height": 120, "fps": 10}, "retention": {"min_gap": 4}}
    shuffled = {key: values[key] for key in outer}
    shuffled["render"] = {key: values["render"][key] for key in inner}
    assert Recipe.from_data(shuffled, "a").canonical() == Recipe.from_data(values, "b").canonical()


def test_canonical_bytes_are_sorted_compact_json_that_reads_back():
    recipe = Recipe.from_data(RECIPE, "here")
    text = recipe.canonical().decode()
    assert text == json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"))
    assert Recipe.model_validate_json(text) == recipe
    assert recipe.digest() != recipe.model_copy(update={"seed": 1}).digest()
    # RFC 8785 writes numbers as ECMAScript does: a whole float carries no point.
    assert '"focal_length_mm":35,' in text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"clips": 0}, "clips"),
        ({"clips": 10_000_001}, "clips"),
        ({"seed": -1}, "seed"),
        ({"seed": 2**63}, "seed"),
        ({"name": "Has Spaces"}, "name"),
        ({"name": "../up"}, "name"),
        ({"name": ""}, "name"),
        ({"name": "x" * 65}, "name"),
        ({"subjects_per_clip": [0, 1]}, "(whole document)"),
        ({"subjects_per_clip": [3, 2]}, "(whole document)"),
        ({"subjects_per_clip": [1, 9]}, "(whole document)"),
        ({"speed_scale": [0, 1]}, "(whole document)"),
        ({"speed_scale": [1.2, 1.1]}, "(whole document)"),
        ({"speed_scale": [1, float("inf")]}, "speed_scale.1"),
        ({"speed_scale": [1, float("nan")]}, "speed_scale.1"),
        ({"causes": ["wind"]}, "causes.0"),
        ({"forecast": "maybe"}, "forecast"),
        ({"streams": ["heat"]}, "streams.0"),
        ({"clips_per_shard": 0}, "clips_per_shard"),
        ({"split": "dev"}, "split"),
        ({"render": {"width": 833}}, "render.width"),
        ({"render": {"height": 62}}, "render.height"),
        ({"render": {"frames": 10_001}}, "render.frames"),
        ({"render": {"frames": 7}}, "render.frames"),
        ({"render": {"fps": 0}}, "render.fps"),
        ({"render": {"min_visible_fraction": 0}}, "render.min_visible_fraction"),
        ({"render": {"min_visible_fraction": 1}}, "render.min_visible_fraction"),
        ({"render": {"frames": 20, "context_frames": 21}}, "render"),
        ({"lens": {"focal_length_mm": 0}}, "lens.focal_length_mm"),
        ({"encoder": {"crf": 52}}, "encoder.crf"),
        ({"encoder": {"preset": "fastest"}}, "encoder.preset"),
        ({"retention": {"min_gap": -1}}, "retention.min_gap"),
    ],
)
def test_a_recipe_beyond_its_limits_is_refused_at_the_field(changes, field):
    assert refused(Recipe, RECIPE, **changes).startswith(f"here.yaml: {field}: ")


def test_a_recipe_at_its_limits_is_taken():
    recipe = Recipe.from_data(
        {
            **RECIPE,
            "seed": 2**53 - 1,
            "name": "x" * 64,
            "clips": 10_000_000,
            "subjects_per_clip": [8, 8],
            "render": {"width": 4096, "height": 64, "frames": 10_000, "context_frames": 10_000, "fps": 120},
        },
        "here",
    )
    assert recipe.render.frames == 10_000
    assert recipe.render.min_visible_fraction == 5e-4


def test_the_defaults_are_those_of_hm_worlds_clips():
    render = Recipe.from_data(RECIPE, "here").render
    assert (render.width, render.height, render.fps, render.frames, render.context_frames) == (832, 480, 15, 154, 77)
    assert Recipe.from_data(RECIPE, "here").lens.hfov_deg == pytest.approx(37.4974, abs=1e-4)
    rule = Recipe.from_data(RECIPE, "here").retention
    assert (rule.min_not_out_before, rule.min_visible_before, rule.min_gap, rule.min_visible_after) == (8, 8, 5, 8)


def test_an_event_holds_sentinels_where_nothing_applies():
    event = Event(kind="occlusion", subject=2)
    values = event.model_dump()
    assert {name for name, value in values.items() if value == -1 and isinstance(value, int)} == {
        "last_visible_frame",
        "exit_frame",
        "return_frame",
        "entry_frame",
        "gap_frames",
    }
    assert {name for name, value in values.items() if isinstance(value, float)} == {
        "exit_time_s",
        "return_time_s",
        "hidden_path_m",
        "hidden_displacement_m",
        "hidden_turn_deg",
    }
    assert all(value == -1.0 for value in values.values() if isinstance(value, float))
    assert {name for name, value in values.items() if value == ""} == {
        "time_method",
        "exit_side",
        "entry_side",
        "exit_cause",
        "entry_cause",
        "occluder",
    }
    assert {name for name, value in values.items() if value is False} == {"straddles_cut", "occluded_at_exit"}
    assert None not in values.values()


@pytest.mark.parametrize(
    "changes", [{"subject": 0}, {"kind": "gone"}, {"exit_side": "up"}, {"exit_cause": "wind"}, {"exit_time_s": float("nan")}]
)
def test_an_event_outside_the_vocabulary_is_refused(changes):
    with pytest.raises(ValueError, match=next(iter(changes))):
        Event(**{"kind": "absence", "subject": 1, **changes})


def test_states_have_the_numbers_that_files_hold():
    assert {int(state): name for state, name in STATE_NAMES.items()} == {0: "out_of_frame", 1: "visible", 2: "occluded", 3: "too_small"}
    assert set(State) == set(STATE_NAMES)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"keys": {"yaw_deg": [[0.5, 0], [0.5, 1]]}}, "keys.yaw_deg: times of keys must rise"),
        ({"keys": {"yaw_deg": [[0.5, 0], [0.4, 1]]}}, "keys.yaw_deg: times of keys must rise"),
        ({"keys": {"yaw_deg": [[0, 0], [1.1, 1]]}}, "keys.yaw_deg: times of keys are fractions of the clip"),
        ({"keys": {"yaw_deg": [[-0.1, 0]]}}, "keys.yaw_deg: times of keys are fractions of the clip"),
        ({"keys": {"yaw_deg": []}}, "keys.yaw_deg: "),
        ({"keys": {"roll_deg": [[0, 1]]}}, "keys.roll_deg: unknown field"),
        ({"starts": CAMERA["starts"][:1]}, "starts: "),
        ({"starts": [{"azimuth_deg": 0, "distance_m": 0, "height_m": 1}] * 2}, "starts.0.distance_m: "),
        ({"family": "drone"}, "family: "),
        ({"pivot": "sun"}, "pivot: "),
        ({"aim": "down"}, "aim: "),
    ],
)
def test_a_camera_trajectory_that_cannot_be_filmed_is_refused_at_the_field(changes, expected):
    assert f"here.yaml: {expected}" in refused(CameraTrajectory, CAMERA, **changes)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"points": [[0, 0], [1, 0]]}, "points: "),
        ({"fit": "extent"}, "(whole document): extent_m goes with `fit: extent`"),
        ({"extent_m": [2, 3]}, "(whole document): extent_m goes with `fit: extent`"),
        ({"speed": [[0, -0.1], [1, 1]]}, "(whole document): speed must not be negative"),
        ({"speed": [[0, 0], [1, 0]]}, "(whole document): speed must move somewhere with `fit: duration`"),
        ({"speed": [[0.3, 1], [0.2, 1]]}, "speed: times of keys must rise"),
        ({"points": [[0, 0], [1, 0], [2, 0, 0]]}, "points.2"),
    ],
)
def test_a_subject_path_that_cannot_be_walked_is_refused_at_the_field(changes, expected):
    assert f"here.yaml: {expected}" in refused(SubjectTrajectory, SUBJECT, **changes)


def test_good_trajectories_are_taken():
    assert CameraTrajectory.from_data(CAMERA, "here").keys.yaw_deg == ((0.2, 0.0), (0.5, 40.0), (0.8, 0.0))
    assert SubjectTrajectory.from_data({**SUBJECT, "fit": "extent", "extent_m": [2, 3]}, "here").extent_m == (2.0, 3.0)


def test_a_subject_must_stand_and_move():
    idle, walk = CARD["gaits"]["idle"], CARD["gaits"]["walk"]
    assert SubjectCard.from_data(CARD, "here").gaits["walk"].stride_m == 0.4
    assert "gaits must hold `idle`" in refused(SubjectCard, CARD, gaits={"walk": walk})
    assert "gaits must hold `idle`" in refused(SubjectCard, CARD, gaits={"idle": walk, "walk": walk})
    assert "gaits must hold one that moves" in refused(SubjectCard, CARD, gaits={"idle": idle})
    assert "motion_sha256" in refused(SubjectCard, CARD, motion_sha256="0" * 63)
