"""Ground truth of frames and events, from masks, boxes and a silhouette whose times the test chooses."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hmworld.annotate import FrameMeasures, annotate, box_corners, measure
from hmworld.annotate.events import TIME_BISECTIONS, annotate_events
from hmworld.catalog import default_catalog
from hmworld.choreography import choreograph, in_frame_fraction
from hmworld.dataset.clipfiles import check_arrays
from hmworld.geometry import T_world_subject_from_ue
from hmworld.model import Recipe, RenderSpec, Retention, State
from hmworld.model.clip import CameraChannels
from hmworld.plan.names import resolve_names
from hmworld.plan.sample import sample

FPS, FRAMES = 10, 60
CATALOG = default_catalog()


def panning_clip(subjects=("man_blue_shirt",)):
    """Subjects that stand side by side while the camera pans away from them by 45 degrees and back."""
    recipe = Recipe(name="annotate", clips=1, subjects=subjects, subjects_per_clip=(len(subjects),) * 2)
    base = sample(recipe, CATALOG, resolve_names(recipe, CATALOG), 0)
    standing = []
    for number, subject in enumerate(base.subjects):
        points = tuple((x, 0.6 * number) for x in (0.0, 1.0, 2.0))
        path = subject.path.model_copy(
            update={
                "points_m": points,
                "closed": False,
                "ground_z_m": 0.0,
                "start_m": 0.0,
                "speed_mps": ((0.0, 0.0), (99.0, 0.0), (100.0, 1.0)),
            }
        )
        standing.append(subject.model_copy(update={"path": path}))
    camera = base.camera.model_copy(
        update={
            "pivot": "point",
            "pivot_point_m": (0.0, 0.0, 1.0),
            "turns": False,
            "aim": "fixed",
            "azimuth_deg": 180.0,
            "distance_m": 8.0,
            "height_m": 1.0,
            "channels": CameraChannels(yaw_deg=((1.0, 0.0), (2.5, 45.0), (3.0, 45.0), (4.5, 0.0))),
        }
    )
    render = RenderSpec(width=208, height=120, fps=FPS, frames=FRAMES, context_frames=30, min_visible_px=12)
    return choreograph(base.model_copy(update={"subjects": tuple(standing), "camera": camera, "render": render}))


@pytest.fixture(scope="module")
def clip():
    choreography = panning_clip()
    motion = CATALOG.motion("man_blue_shirt")
    times = np.linspace(0.0, 5.9, 5901)
    gone = times[in_frame_fraction(choreography, 0, motion, times) < 0.5]
    return choreography, motion, float(gone[0]), float(gone[-1])


def states_between(exit_s, return_s):
    times = np.arange(FRAMES) / FPS
    return np.where((times >= exit_s) & (times < return_s), State.OUT_OF_FRAME, State.VISIBLE).astype(np.uint8)[None]


def fractions_of(choreography, motion):
    return in_frame_fraction(choreography, 0, motion, choreography.frame_times)[None]


@pytest.mark.parametrize(("late", "early"), [(0.0, 0.0), (0.013, 0.029), (0.05, 0.11), (0.1, 0.07)])
def test_times_are_bisected_to_the_instants_at_which_the_silhouette_goes_and_comes(clip, late, early):
    choreography, motion, left, back = clip
    exit_s, return_s = left + 0.02 + late, back - 0.02 - early
    asked = []

    def pixels(index, time_s):
        asked.append((index, time_s))
        return 0 if exit_s <= time_s < return_s else 5000

    (event,) = annotate_events(choreography, [motion], states_between(exit_s, return_s), fractions_of(choreography, motion), pixels)
    precision = 1 / FPS / 2**TIME_BISECTIONS
    assert exit_s - 1e-6 <= event.exit_time_s <= exit_s + precision + 1e-6
    assert return_s - 1e-6 <= event.return_time_s <= return_s + precision + 1e-6
    for frame, time_s in ((event.exit_frame, event.exit_time_s), (event.return_frame, event.return_time_s)):
        assert (frame - 1) / FPS < time_s <= frame / FPS + 1e-6
    assert event.time_method == "solo_render"
    assert len(asked) <= 2 * TIME_BISECTIONS
    assert {index for index, _ in asked} == {0}


def test_an_empty_silhouette_is_not_out_while_half_of_the_points_are_in_the_frame(clip):
    choreography, motion, left, back = clip
    states = states_between(left + 1e-3, back)
    (event,) = annotate_events(choreography, [motion], states, fractions_of(choreography, motion), lambda *_: 0)
    assert event.exit_time_s == pytest.approx(left, abs=2e-3)
    assert event.return_time_s == pytest.approx(back, abs=2e-3)


def test_an_absence_is_completed_with_sides_causes_and_hidden_motion(clip):
    choreography, motion, left, back = clip
    states = states_between(left + 1e-3, back)
    (event,) = annotate_events(choreography, [motion], states, fractions_of(choreography, motion), lambda *_: 0, "interpolated")
    assert (event.kind, event.subject, event.time_method) == ("absence", 1, "interpolated")
    assert (event.exit_side, event.entry_side) == ("right", "right")
    assert (event.exit_cause, event.entry_cause) == ("camera", "camera")
    assert (event.hidden_path_m, event.hidden_displacement_m, event.hidden_turn_deg) == (0.0, 0.0, 0.0)
    assert event.straddles_cut is (event.last_visible_frame < 30 <= event.entry_frame)


def test_an_exit_without_return_has_an_exit_time_only_and_an_occlusion_none(clip):
    choreography, motion, left, _ = clip
    states = states_between(left + 1e-3, 99.0)
    (event,) = annotate_events(choreography, [motion], states, fractions_of(choreography, motion), lambda *_: 0)
    assert event.kind == "exit_only"
    assert event.exit_time_s > 0
    assert (event.return_time_s, event.entry_side, event.exit_cause, event.hidden_path_m) == (-1.0, "", "", -1.0)
    hidden = np.full((1, FRAMES), State.VISIBLE, np.uint8)
    hidden[0, 20:30] = State.OCCLUDED

    def never(index, time_s):
        raise AssertionError("an occlusion needs no silhouettes")

    (event,) = annotate_events(choreography, [motion], hidden, fractions_of(choreography, motion), never)
    assert (event.kind, event.exit_time_s, event.time_method) == ("occlusion", -1.0, "")


def test_a_whole_clip_is_annotated_into_the_arrays_of_the_schema():
    names = ("labrador", "man_blue_shirt")
    choreography = panning_clip(names)
    motions = [CATALOG.motion(s.name) for s in choreography.spec.subjects]
    fractions = np.stack([in_frame_fraction(choreography, i, m, choreography.frame_times) for i, m in enumerate(motions)])
    seen = np.where(fractions >= 0.5, 100, 0).astype(np.int32)
    boxes = np.where(seen[..., None] > 0, np.array([10, 20, 30, 60], np.float32), np.float32(np.nan))
    frames = [FrameMeasures(seen[:, t], boxes[:, t], 50.0 + t) for t in range(FRAMES)]
    counts = [len(m.rest_joints) for m in motions]
    joints = [[np.full((n, 3), float(t)) for n in counts] for t in range(FRAMES)]
    bounds = [[np.array([[-0.2, -0.3, 0.0], [0.4, 0.5, 1.0]])] * 2 for _ in range(FRAMES)]
    expected_states = np.where(seen > 0, State.VISIBLE, State.OUT_OF_FRAME).astype(np.uint8)
    forecast_states = expected_states.copy()
    forecast_states[0, :6] = State.OCCLUDED
    result = annotate(choreography, motions, frames, joints, bounds, seen, forecast_states, lambda *_: 0, Retention())

    arrays = result.arrays
    assert check_arrays(arrays) == []
    np.testing.assert_array_equal(arrays["state"], expected_states)
    np.testing.assert_array_equal(arrays["visible_px"], seen)
    np.testing.assert_array_equal(arrays["time_s"], np.arange(FRAMES) / FPS)
    np.testing.assert_array_equal(arrays["ue_camera"], choreography.camera_ue(arrays["time_s"]))
    assert counts[0] != counts[1]
    for s, count in enumerate(counts):
        assert (arrays["joints_world"][s, 7, :count] == 7.0).all()
        assert np.isnan(arrays["joints_world"][s, :, count:]).all()
        pose = arrays["T_world_subject"][s, 9]
        np.testing.assert_allclose(arrays["box3d_world"][s, 9, 7], (pose @ [0.4, 0.5, 1.0, 1.0])[:3], atol=1e-5)
    assert result.quality.mean_luma == pytest.approx(50.0 + (FRAMES - 1) / 2)
    assert result.quality.max_box_area_fraction == pytest.approx(20 * 40 / (208 * 120), abs=1e-6)
    assert result.quality.forecast_state_agreement == pytest.approx(1 - 6 / (2 * FRAMES), abs=1e-6)
    assert [e.kind for e in result.events] == ["absence", "absence"]
    assert [e.subject for e in result.events] == [1, 2]
    assert result.reject_reason == ""


@settings(deadline=None, database=None, max_examples=80)
@given(st.integers(0, 2**32 - 1), st.integers(1, 4), st.integers(4, 30), st.integers(4, 30))
def test_pixels_and_boxes_are_those_counted_one_by_one(seed, subjects, height, width):
    rng = np.random.default_rng(seed)
    mask = np.where(rng.random((height, width)) < 0.9, 0, rng.integers(0, subjects + 1, (height, width))).astype(np.uint8)
    bgra = rng.integers(0, 256, (height, width, 4)).astype(np.uint8)
    result = measure(mask, bgra, subjects)
    assert (result.visible_px.dtype, result.box2d.dtype) == (np.int32, np.float32)
    for number in range(1, subjects + 1):
        hits = [(x, y) for y in range(height) for x in range(width) if mask[y, x] == number]
        assert result.visible_px[number - 1] == len(hits)
        if hits:
            xs, ys = zip(*hits, strict=True)
            assert result.box2d[number - 1].tolist() == [min(xs), min(ys), max(xs) + 1, max(ys) + 1]
        else:
            assert np.isnan(result.box2d[number - 1]).all()
    luma = [0.114 * float(b) + 0.587 * float(g) + 0.299 * float(r) for b, g, r, _ in bgra[::4, ::4].reshape(-1, 4)]
    assert result.mean_luma == pytest.approx(np.mean(luma), abs=1e-9)


def test_the_corners_of_a_box_count_x_then_y_then_z():
    bounds = np.array([[-1.0, -2.0, -3.0], [1.0, 2.0, 3.0]])
    corners = box_corners(bounds, np.eye(4))
    assert corners.tolist() == [[x, y, z] for z in (-3, 3) for y in (-2, 2) for x in (-1, 1)]


def test_the_corners_of_a_box_move_with_the_subject():
    bounds = np.array([[-0.5, -0.2, 0.0], [0.5, 0.2, 1.8]])
    turned = T_world_subject_from_ue([300.0, -400.0, 10.0, 0.0, 90.0, 0.0])
    # Unreal yaw 90 faces -Y: x forward becomes -Y, y left becomes +X.
    np.testing.assert_allclose(box_corners(bounds, turned)[0], [3.0 - 0.2, 4.0 + 0.5, 0.1], atol=1e-12)
    np.testing.assert_allclose(box_corners(bounds, turned)[7], [3.0 + 0.2, 4.0 - 0.5, 1.9], atol=1e-12)
