"""What a frame shows, who hides whom, why subjects leave, and the forecast of it all."""

import numpy as np
import pytest
from handmade_clips import FPS, OUT_AND_BACK, PAN_AND_BACK, STILL, clip_with_motion
from hypothesis import given, settings
from hypothesis import strategies as st

from hmworld.catalog import default_catalog
from hmworld.choreography import choreograph, forecast, in_frame_fraction, side_of
from hmworld.choreography.hidden import hidden_motion
from hmworld.choreography.occlusion import CELL_PX, hidden_by_obstacles, hidden_by_subject
from hmworld.model import Event, Obstacle, Recipe, State
from hmworld.plan.names import resolve_names
from hmworld.plan.sample import sample

CATALOG = default_catalog()
WALK_OUT_AND_BACK = {"points": OUT_AND_BACK, "speed": ((0.0, 2.6),)}


def fraction_by_brute_force(choreography, index, motion, time_s):
    """Every one of the 256 points posed by its four joints and projected by the camera matrix, one at a time."""
    spec, render = choreography.spec.subjects[index], choreography.spec.render
    pose = choreography.subject(index, [time_s])
    matrices = motion.matrices(
        spec.gait.name, pose.gait_time_s[0] / spec.gait.cycle_s, pose.idle_time_s[0] / spec.gait.idle_cycle_s, pose.gait_weight[0]
    )
    world_to_camera = np.linalg.inv(choreography.T_world_camera([time_s])[0])
    inside = 0
    for n in range(256):
        rest = np.append(motion.points[n].astype(float), 1.0)
        weights = motion.point_weights[n].astype(float)
        posed = sum(w * (matrices[j] @ rest) for j, w in zip(motion.point_joints[n], weights, strict=True))
        x, y, z, _ = world_to_camera @ pose.T_world_subject[0] @ np.append(posed * spec.scale, 1.0)
        if z > 0.1:
            u, v, _ = choreography.K @ [x / z, y / z, 1.0]
            inside += 0 <= u < render.width and 0 <= v < render.height
    return inside / 256


def test_the_in_frame_fraction_is_that_of_points_projected_one_by_one():
    recipe = Recipe(name="fractions", clips=1, seed=31, subjects_per_clip=(1, 2))
    names, rng = resolve_names(recipe, CATALOG), np.random.default_rng(7)
    seen = []
    for candidate in range(12):
        choreography = choreograph(sample(recipe, CATALOG, names, candidate))
        motion = CATALOG.motion(choreography.spec.subjects[0].name)
        times = rng.uniform(0.0, 10.2, 3)
        fractions = in_frame_fraction(choreography, 0, motion, times)
        for time_s, fraction in zip(times, fractions, strict=True):
            # A point on the very edge may fall either way.
            assert fraction == pytest.approx(fraction_by_brute_force(choreography, 0, motion, time_s), abs=1.5 / 256)
        seen += fractions.tolist()
    assert min(seen) < 0.1
    assert max(seen) == 1.0


def test_freezing_camera_or_subject_takes_each_from_its_own_time():
    choreography, motion, _ = clip_with_motion(yaw_deg=PAN_AND_BACK)
    assert in_frame_fraction(choreography, 0, motion, [0.0, 2.5]).tolist() == [1.0, 0.0]
    assert in_frame_fraction(choreography, 0, motion, [2.5], [0.0])[0] == 1.0
    assert in_frame_fraction(choreography, 0, motion, [0.0], [2.5])[0] == 0.0


@pytest.mark.parametrize(
    ("channels", "side"),
    [
        ({"yaw_deg": ((0.0, 45.0),)}, "right"),
        ({"yaw_deg": ((0.0, -45.0),)}, "left"),
        ({"pitch_deg": ((0.0, 40.0),)}, "bottom"),
        ({"pitch_deg": ((0.0, -40.0),)}, "top"),
        ({"yaw_deg": ((0.0, 180.0),)}, "behind"),
        ({"left_m": ((0.0, 6.0),)}, "right"),
        ({"forward_m": ((0.0, 9.0),)}, "behind"),
    ],
)
def test_a_subject_is_out_through_the_side_that_the_camera_turns_away_from(channels, side):
    choreography, motion, _ = clip_with_motion(**channels)
    assert in_frame_fraction(choreography, 0, motion, [1.0])[0] == 0.0
    assert side_of(choreography, 0, motion, 1.0) == side


def forecast_of(obstacles=(), **kwargs):
    choreography, motion, area = clip_with_motion(**kwargs)
    return choreography, motion, forecast(choreography, [motion], [area], obstacles)


def only_absence(expected):
    (event,) = expected.events
    assert event.kind == "absence"
    return event


def test_a_standing_subject_and_a_panning_camera_is_the_cameras_doing():
    choreography, _, expected = forecast_of(yaw_deg=PAN_AND_BACK)
    event = only_absence(expected)
    assert (event.exit_cause, event.entry_cause) == ("camera", "camera")
    assert (event.exit_side, event.entry_side) == ("right", "right")
    assert (event.hidden_path_m, event.hidden_displacement_m, event.hidden_turn_deg) == (0.0, 0.0, 0.0)
    assert event.straddles_cut
    # The subject leaves when the pan passes half the field of view: 18.75 degrees, on the way out and on the way back.
    yaw = (
        -np.diff(choreography.camera_ue([0.0, event.exit_time_s])[:, 4])[0],
        -np.diff(choreography.camera_ue([0.0, event.return_time_s])[:, 4])[0],
    )
    np.testing.assert_allclose(yaw, 18.75, atol=2.5)


def test_a_still_camera_and_a_subject_that_walks_out_and_back_is_the_subjects_doing():
    choreography, _, expected = forecast_of(**WALK_OUT_AND_BACK)
    event = only_absence(expected)
    assert (event.exit_cause, event.entry_cause) == ("subject", "subject")
    assert (event.exit_side, event.entry_side) == ("left", "left")
    assert event.hidden_path_m == pytest.approx(2.6 * (event.return_time_s - event.exit_time_s), abs=1e-3)
    assert event.hidden_turn_deg == pytest.approx(180.0, abs=5.0)
    ends = choreography.subject(0, [event.exit_time_s, event.return_time_s]).T_world_subject[:, :3, 3]
    assert event.hidden_displacement_m == pytest.approx(np.linalg.norm(ends[1] - ends[0]), abs=1e-4)
    assert event.hidden_displacement_m < 1.0 < event.hidden_path_m


def test_a_subject_that_walks_out_while_the_camera_turns_away_may_blame_either():
    _, _, expected = forecast_of(**WALK_OUT_AND_BACK, yaw_deg=((0.2, 0.0), (1.6, -45.0), (3.6, -45.0), (5.0, 0.0)))
    event = only_absence(expected)
    assert (event.exit_cause, event.entry_cause) == ("either", "either")


def test_two_half_measures_that_lose_a_subject_together_are_both_needed():
    # The subject walks 11 degrees to the left and stops, the camera turns 11 to the right and comes back by itself.
    walk = {"points": ((0.0, 0.0), (0.0, 1.0), (0.0, 2.0)), "speed": ((0.0, 0.8), (1.55, 0.8), (2.35, 0.0))}
    _, _, expected = forecast_of(**walk, yaw_deg=((0.0, 0.0), (2.4, -11.0), (3.6, -11.0), (5.0, 0.0)))
    event = only_absence(expected)
    assert (event.exit_cause, event.entry_cause) == ("both_needed", "camera")


def test_hidden_motion_measures_a_straight_walk():
    choreography, _, _ = clip_with_motion(points=((0.0, 0.0), (0.0, 5.0), (0.0, 9.0)), speed=((0.0, 1.5),))
    event = Event(kind="absence", subject=1, exit_time_s=1.0, return_time_s=3.0)
    measured = hidden_motion(choreography, event)
    assert measured == {"hidden_path_m": 3.0, "hidden_displacement_m": pytest.approx(3.0, abs=1e-4), "hidden_turn_deg": 0.0}


@pytest.mark.parametrize("kwargs", [{"yaw_deg": PAN_AND_BACK}, WALK_OUT_AND_BACK])
def test_forecast_events_agree_with_the_in_frame_fraction(kwargs):
    choreography, motion, expected = forecast_of(**kwargs)
    event = only_absence(expected)
    fractions = in_frame_fraction(choreography, 0, motion, choreography.frame_times)
    np.testing.assert_array_equal(expected.in_frame_fraction[0], fractions)
    out = expected.states[0] == State.OUT_OF_FRAME
    assert (fractions[out] < 0.5).all()
    assert out[event.exit_frame : event.return_frame].any()
    assert not out[event.exit_frame - 1]
    assert not out[event.return_frame]
    for frame, time_s in ((event.exit_frame, event.exit_time_s), (event.return_frame, event.return_time_s)):
        assert (frame - 1) / FPS < time_s <= frame / FPS + 1e-6
    dark = np.linspace(event.exit_time_s + 1e-6, event.return_time_s - 1e-3, 50)
    assert (in_frame_fraction(choreography, 0, motion, dark) < 0.5).all()
    # Shortly before and after, the subject is in the frame, or its pixels still count.
    light = np.array([event.exit_time_s - 0.3, event.return_time_s + 0.3])
    assert (in_frame_fraction(choreography, 0, motion, light) > 0.5).all()


def test_the_forecast_of_pixels_grows_with_the_square_of_nearness():
    amodal = [forecast_of(camera=(-d, 0.0, 1.0), frames=8, context_frames=4)[2].amodal_px.mean() for d in (6.0, 12.0)]
    assert amodal[0] / amodal[1] == pytest.approx(4.0, rel=0.05)


def test_a_wall_between_camera_and_subject_forecasts_an_occlusion_and_one_behind_does_not():
    wall = Obstacle(kind="box", center_m=(-3.0, 0.0, 1.5), half_m=(0.1, 4.0, 1.5))
    _, _, hidden = forecast_of([wall], frames=10, context_frames=5)
    assert (hidden.states == State.OCCLUDED).all()
    assert (hidden.visible_px == 0).all()
    _, _, seen = forecast_of([wall.model_copy(update={"center_m": (4.0, 0.0, 1.5)})], frames=10, context_frames=5)
    assert (seen.states == State.VISIBLE).all()
    np.testing.assert_array_equal(seen.visible_px, seen.amodal_px)


def test_walking_behind_a_pillar_is_an_occlusion_and_not_an_absence():
    pillar = Obstacle(kind="box", center_m=(-2.0, 0.0, 1.5), half_m=(0.2, 0.8, 2.0))
    line = ((0.0, -2.0), (0.0, 0.0), (0.0, 2.0))
    _, _, expected = forecast_of([pillar], points=line, speed=((0.0, 0.7),), frames=85, context_frames=40)
    (event,) = expected.events
    assert event.kind == "occlusion"
    # The subject is behind the pillar about the moment at which it has walked 2 m.
    assert event.last_visible_frame < 2.0 / 0.7 * FPS < event.entry_frame
    assert (event.exit_time_s, event.exit_side, event.exit_cause) == (-1.0, "", "")


def test_the_nearer_of_two_subjects_hides_the_farther():
    near, motion, area = clip_with_motion(points=((-3.0, 0.0), (-2.5, 0.0), (-2.0, 0.0)), speed=STILL)
    far, _, _ = clip_with_motion(points=((1.5, 0.0), (2.0, 0.0), (2.5, 0.0)), speed=STILL)
    spec = near.spec.model_copy(update={"subjects": (near.spec.subjects[0], far.spec.subjects[0])})
    expected = forecast(choreograph(spec), [motion, motion], [area, area], [])
    np.testing.assert_array_equal(expected.visible_px[0], expected.amodal_px[0])
    assert expected.visible_px[1].mean() < 0.35 * expected.amodal_px[1].mean()


def inside_level(points, obstacle):
    """Below 1 inside an obstacle, above 1 outside; the turn is undone with complex numbers."""
    delta = points - np.array(obstacle.center_m)
    turned = (delta[..., 0] + 1j * delta[..., 1]) * np.exp(-1j * np.deg2rad(obstacle.yaw_deg))
    local = np.abs(np.stack([turned.real, turned.imag, delta[..., 2]], -1)) / obstacle.half_m
    return local.max(-1) if obstacle.kind == "box" else np.sqrt((local**2).sum(-1))


metre = st.floats(-4.0, 4.0)
obstacles = st.builds(
    lambda kind, center, half, yaw: Obstacle(kind=kind, center_m=center, half_m=half, yaw_deg=yaw),
    st.sampled_from(["box", "ellipsoid"]),
    st.tuples(metre, metre, metre),
    st.tuples(*[st.floats(0.2, 3.0)] * 3),
    st.floats(-180, 180),
)


@settings(deadline=None, database=None, max_examples=100)
@given(st.lists(obstacles, min_size=1, max_size=3), st.integers(0, 2**32 - 1))
def test_obstacles_hide_what_lies_behind_them_as_sampled_sight_lines_say(things, seed):
    rng = np.random.default_rng(seed)
    eyes, points = rng.uniform(-6, 6, (2, 3)), rng.uniform(-6, 6, (2, 8, 3))
    along = np.linspace(0.0, 1.0, 1500)[:, None, None, None]
    sight = eyes[:, None] + along * (points - eyes[:, None])
    nearest = np.min([inside_level(sight, thing).min(0) for thing in things], 0)
    clear = np.abs(nearest - 1.0) > 0.02
    hidden = hidden_by_obstacles(eyes, points, things)
    np.testing.assert_array_equal(hidden[clear], (nearest < 1.0)[clear])


def test_sight_lines_along_a_boxs_axes_are_judged_like_any_other():
    box = Obstacle(kind="box", center_m=(0.0, 0.0, 0.0), half_m=(1.0, 1.0, 1.0))
    eye = np.array([[-5.0, 0.0, 0.0]])
    points = np.array([[[5.0, 0.0, 0.0], [-2.0, 0.0, 0.0], [0.0, 0.0, 0.0], [-5.0, 5.0, 0.0]]])
    assert hidden_by_obstacles(eye, points, [box]).tolist() == [[True, False, True, False]]
    above = np.array([[-5.0, 0.0, 1.5]])
    assert hidden_by_obstacles(above, np.array([[[5.0, 0.0, 1.5]]]), [box]).tolist() == [[False]]


def test_nothing_is_hidden_where_there_is_nothing():
    assert hidden_by_obstacles(np.zeros((2, 3)), np.ones((2, 5, 3)), []).tolist() == [[False] * 5] * 2
    assert hidden_by_obstacles(np.zeros((2, 3)), np.ones((2, 0, 3)), []).shape == (2, 0)


@settings(deadline=None, database=None, max_examples=60)
@given(st.integers(0, 2**32 - 1))
def test_another_subject_hides_what_is_farther_in_the_same_cell_of_the_same_frame(seed):
    rng = np.random.default_rng(seed)
    pixels, others = rng.uniform(-20, 200, (3, 30, 2)), rng.uniform(-20, 200, (3, 40, 2))
    depth, other_depth = rng.uniform(1, 9, (3, 30)), rng.uniform(1, 9, (3, 40))
    inside, other_inside = ((p >= 0).all(-1) & (p < [160, 90]).all(-1) for p in (pixels, others))
    expected = np.zeros((3, 30), bool)
    for t in range(3):
        for m in range(30):
            for n in range(40):
                same = inside[t, m] and other_inside[t, n] and (pixels[t, m] // CELL_PX == others[t, n] // CELL_PX).all()
                expected[t, m] |= bool(same and other_depth[t, n] < depth[t, m] - 0.15)
    np.testing.assert_array_equal(hidden_by_subject(pixels, depth, inside, others, other_depth, other_inside), expected)
