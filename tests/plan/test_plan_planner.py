"""Plans: the same every time, clear of collisions, kept only with an absence, and refused with what would help."""

import re

import numpy as np
import pytest

from hmworld.catalog import default_catalog
from hmworld.choreography import choreograph
from hmworld.errors import PlanError, RecipeError
from hmworld.model import Obstacle, Recipe, clip_id
from hmworld.plan import plan
from hmworld.plan.clearance import clearance_reason
from hmworld.plan.names import resolve_names
from hmworld.plan.sample import sample

CATALOG = default_catalog()
SMALL = {"name": "small", "seed": 2, "render": {"width": 208, "height": 120, "frames": 90, "context_frames": 45}}
RULE = {"min_not_out_before": 5, "min_visible_before": 5, "min_gap": 6, "min_visible_after": 4}


def recipe(**fields):
    return Recipe(**{**SMALL, "clips": 6, "subjects_per_clip": (1, 2), "retention": RULE, **fields})


@pytest.fixture(scope="module")
def planned():
    return plan(recipe())


def content(result):
    return [(c.candidate, clip_id(c.spec), c.events, c.states.tobytes()) for c in result.clips]


def test_the_same_recipe_gives_the_same_plan_and_a_longer_one_begins_with_it(planned):
    longer = plan(recipe(clips=8))
    assert content(longer)[:6] == content(planned)
    assert longer.rejected.rows()[: len(planned.rejected)] == planned.rejected.rows()


def test_another_seed_gives_other_clips(planned):
    other = plan(recipe(seed=3, clips=2))
    assert not {clip_id(c.spec) for c in other.clips} & {clip_id(c.spec) for c in planned.clips}


def test_every_candidate_is_planned_or_turned_down_with_a_reason(planned):
    numbers = [c.candidate for c in planned.clips] + planned.rejected.candidates.tolist()
    assert sorted(numbers) == list(range(planned.candidates))
    assert all(r.reason for r in planned.rejected.rows())
    assert sum(planned.rejected_by_reason.values()) == len(planned.rejected)
    assert len({clip_id(c.spec) for c in planned.clips}) == 6


def keeps(text, rule):
    """Whether one subject's frames hold an absence that the rule keeps, read as a string."""
    for run in re.finditer(r"(?<=V)[^V]{3,}(?=V)", text):
        if "." not in run[0] or len(run[0]) < rule["min_gap"]:
            continue
        before = text[: run.start() + run[0].index(".")].split(".")[-1]
        after = text[run.start() + run[0].rindex(".") + 1 :].split(".")[0]
        enough_before = len(before) >= rule["min_not_out_before"] and before.count("V") >= rule["min_visible_before"]
        if enough_before and after.count("V") >= rule["min_visible_after"]:
            return True
    return False


def test_every_planned_clip_keeps_the_retention_rule_and_no_clip_turned_down_for_it_does(planned):
    for clip in planned.clips:
        assert clip.states.shape == (len(clip.spec.subjects), 90)
        assert any(keeps("".join(".Vos"[s] for s in row), RULE) for row in clip.states)
        assert any(e.kind == "absence" for e in clip.events)
    assert {"no_event", "seen_too_short_before", "gap_too_short", "seen_too_short_after"} & set(planned.rejected_by_reason)


def test_an_absence_of_a_planned_clip_is_complete(planned):
    for clip in planned.clips:
        for e in clip.events:
            assert 1 <= e.subject <= len(clip.spec.subjects)
            if e.kind == "absence":
                assert e.last_visible_frame < e.exit_frame < e.return_frame <= e.entry_frame
                assert e.gap_frames == e.entry_frame - e.last_visible_frame - 1
                assert 0 <= e.exit_time_s < e.return_time_s < 6.0
                assert e.exit_side
                assert e.entry_side
                assert e.exit_cause in ("camera", "subject", "either", "both_needed")
                assert min(e.hidden_path_m, e.hidden_displacement_m, e.hidden_turn_deg) >= 0
                assert e.hidden_path_m >= e.hidden_displacement_m - 1e-3


def outside_by(points, obstacle):
    """Distance of points (N, 3) from a box; for an ellipsoid a lower bound that is negative only inside it."""
    delta = points - np.array(obstacle.center_m)
    turned = (delta[:, 0] + 1j * delta[:, 1]) * np.exp(-1j * np.deg2rad(obstacle.yaw_deg))
    local = np.abs(np.stack([turned.real, turned.imag, delta[:, 2]], -1))
    half = np.array(obstacle.half_m)
    if obstacle.kind == "box":
        return np.linalg.norm(np.maximum(local - half, 0.0), axis=1)
    return (np.sqrt(((local / half) ** 2).sum(1)) - 1.0) * half.min()


def test_planned_clips_keep_their_distances_at_every_moment(planned):
    # The planner looks ten times a second: between two looks nothing moves farther than this.
    slack_subject, slack_camera = 0.05 * 4.0, 0.05 * 3.5
    for clip in planned.clips:
        spec, choreography = clip.spec, choreograph(clip.spec)
        times = np.linspace(0.0, 6.0, 601)
        roots = [choreography.subject(i, times).T_world_subject[:, :3, 3] for i in range(len(spec.subjects))]
        eye = choreography.T_world_camera(times)[:, :3, 3]
        center, obstacles = np.array(spec.scene.stage.center_m), CATALOG.scenes[spec.scene.name].obstacles
        for i, (root, subject) in enumerate(zip(roots, spec.subjects, strict=True)):
            assert np.hypot(*(root - center)[:, :2].T).max() <= spec.scene.stage.radius_m + 0.03
            for j in range(i):
                apart = np.hypot(*(root - roots[j])[:, :2].T)
                assert apart.min() > subject.footprint_radius_m + spec.subjects[j].footprint_radius_m + 0.1 - 2 * slack_subject
            middle = root + np.array([0.0, 0.0, 0.5 * subject.height_m])
            for obstacle in obstacles:
                if obstacle.solid and obstacle.kind == "box":
                    assert outside_by(middle, obstacle).min() > subject.footprint_radius_m - slack_subject
                elif obstacle.solid:
                    assert outside_by(middle, obstacle).min() > -slack_subject
            low = eye[:, 2] < root[:, 2] + subject.height_m
            apart = np.hypot(*(eye - root)[:, :2].T)[low]
            assert apart.min(initial=np.inf) > subject.footprint_radius_m + 0.8 - slack_subject - slack_camera
        assert eye[:, 2].min() > center[2] + 0.4 - slack_camera
        assert np.linalg.norm(np.diff(eye, axis=0), axis=1).max() / 0.01 < 3.5 * 1.2
        for obstacle in obstacles:
            assert outside_by(eye, obstacle).min() > (0.4 if obstacle.kind == "box" else 0.0) - slack_camera


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda s: {"scene": s.scene.model_copy(update={"stage": s.scene.stage.model_copy(update={"radius_m": 0.1})})}, "off_stage"),
        (lambda s: {"subjects": (s.subjects[0], s.subjects[0])}, "subjects_collide"),
        (lambda s: {"camera": s.camera.model_copy(update={"height_m": s.scene.stage.center_m[2] + 0.3})}, "camera_under_ground"),
        (lambda s: {"camera": s.camera.model_copy(update={"distance_m": 0.5})}, "camera_near_subject"),
    ],
)
def test_what_stands_in_the_way_is_named(planned, change, reason):
    spec = next(
        c.spec for c in planned.clips if not any(getattr(c.spec.camera.channels, n) for n in ("forward_m", "left_m", "azimuth_deg"))
    )
    assert clearance_reason(choreograph(spec), ()) == ""
    assert clearance_reason(choreograph(spec.model_copy(update=change(spec))), ()) == reason


def test_obstacles_stop_subjects_if_solid_and_cameras_always(planned):
    choreography = choreograph(planned.clips[0].spec)
    root, eye = choreography.subject(0, [1.0]).T_world_subject[0, :3, 3], choreography.T_world_camera([1.0])[0, :3, 3]
    at_subject = Obstacle(kind="box", center_m=(root[0], root[1], root[2] + 0.2), half_m=(0.1, 0.1, 0.2))
    at_camera = Obstacle(kind="ellipsoid", center_m=tuple(eye), half_m=(0.1, 0.1, 0.1), solid=False)
    assert clearance_reason(choreography, [at_subject]) == "subject_in_obstacle"
    assert clearance_reason(choreography, [at_subject.model_copy(update={"solid": False})]) == ""
    assert clearance_reason(choreography, [at_camera]) == "camera_in_geometry"


@pytest.mark.parametrize("field", ["scenes", "subjects", "subject_paths", "camera_paths"])
def test_an_unknown_name_is_refused_with_the_known_ones(field):
    with pytest.raises(RecipeError) as caught:
        plan(recipe(**{field: ("unheard_of",)}))
    message = str(caught.value)
    assert message.startswith(f"recipe 'small': {field}: unknown 'unheard_of'; known: ")
    assert message.endswith(", ".join(sorted(getattr(CATALOG, field))))


def test_looks_that_no_scene_has_are_refused_with_those_it_has():
    with pytest.raises(RecipeError, match=r"looks: no chosen scene has purple; known: day, "):
        plan(recipe(looks=("purple",)))


def test_a_recipe_that_cannot_be_met_says_how_far_it_came_and_what_to_loosen():
    with pytest.raises(PlanError) as caught:
        plan(recipe(max_candidates=12, retention={"min_gap": 80}))
    message = str(caught.value)
    assert "only 0 of 6 clips found in 12 candidates" in message
    assert "max_candidates" in message
    assert re.search(r"turned down: \{'[a-z_]+': \d+", message)


def test_with_the_forecast_off_every_candidate_that_can_be_filmed_is_planned():
    asked = recipe(forecast="off", clips=5)
    result, names = plan(asked), resolve_names(asked, CATALOG)
    free = []
    for candidate in range(result.candidates):
        spec = sample(asked, CATALOG, names, candidate)
        if not clearance_reason(choreograph(spec), CATALOG.scenes[spec.scene.name].obstacles):
            free.append(candidate)
    assert [c.candidate for c in result.clips] == free


def test_causes_are_alternated_between():
    asked = recipe(
        clips=4,
        causes=("camera", "subject"),
        subjects_per_clip=(1, 1),
        camera_paths=("pan_away_return", "slow_sweep"),
        subject_paths=("there_and_back", "stop_and_go"),
        render={"width": 208, "height": 120, "fps": 10, "frames": 100, "context_frames": 50},
    )
    for number, clip in enumerate(plan(asked).clips):
        assert ("camera", "subject")[number % 2] in {e.exit_cause for e in clip.events if e.kind == "absence"}


def test_progress_is_told_as_clips_are_found():
    told = []
    plan(recipe(clips=30), progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 30


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (
            {"subjects": ("horse",), "subject_paths": ("straight",), "scenes": ("museum_hall",), "render": {"frames": 900}},
            ["no subject's way fits a stage: the smallest, 'straight' of 'horse' (walk), needs a radius of", "of 'museum_hall', has 7.0 m"],
        ),
        (
            {"balance": {"subject_paths": {"straight": 0.5}}, "subjects": ("horse",), "render": {"frames": 900}},
            ["for balance.subject_paths: 'straight'", "`fit: extent` such as circle"],
        ),
        (
            {
                "subjects": ("horse", "cow"),
                "subjects_per_clip": (1, 1),
                "subject_paths": ("straight", "circle"),
                "render": {"frames": 900},
                "clips": 9,
                "splits": {"test": {"clips": 2, "held_out": {"subject_paths": ("straight",)}}},
            },
            ["for test clips with unseen trajectory", "slower subjects (speed_scale)"],
        ),
    ],
)
def test_ways_that_fit_no_stage_are_refused_before_anything_is_drawn(fields, said):
    with pytest.raises(RecipeError) as caught:
        plan(recipe(**{"balance": {}, **fields}))
    for part in said:
        assert part in str(caught.value)


@pytest.mark.parametrize(
    ("fields", "reason", "helps"),
    [
        ({"camera_paths": ("orbit_half",), "subject_paths": ("circle",), "retention": {"min_gap": 100}}, "no_event", "look away"),
        (
            {"subjects": ("horse",), "subject_paths": ("straight",), "scenes": ("museum_hall",), "speed_scale": (1.2, 1.2)},
            "off_stage",
            "fit: extent",
        ),
        ({"subject_paths": ("circle",), "subjects_per_clip": (7, 7)}, "subjects_collide", "subjects_per_clip"),
    ],
)
def test_too_few_clips_are_explained_by_what_most_often_stands_in_the_way(fields, reason, helps):
    with pytest.raises(PlanError) as caught:
        plan(recipe(**{"clips": 500, "max_candidates": 400, **fields}))
    text = str(caught.value)
    assert f") {reason}: " in text
    assert helps in text.split(f") {reason}: ")[1]
