"""Poses over time: smooth for every trajectory, the same however they are asked for, and starting where the spec says."""

import numpy as np
import pytest
from handmade_clips import clip, clip_with_motion

from hmworld.catalog import default_catalog
from hmworld.choreography import choreograph
from hmworld.geometry import project
from hmworld.model import Recipe
from hmworld.plan.names import resolve_names
from hmworld.plan.sample import sample

CATALOG = default_catalog()
STEP_S = 1 / 480
LARGEST_RATIO = 0.03
"""Of a second difference to the largest first one at STEP_S. A velocity that jumps by a tenth of its maximum gives 0.1."""


def candidates(count, seed=21, **names):
    recipe = Recipe(name="poses", clips=1, seed=seed, **{"subjects_per_clip": (1, 1), **names})
    resolved = resolve_names(recipe, CATALOG)
    return [sample(recipe, CATALOG, resolved, k) for k in range(count)]


def assert_velocity_is_continuous(ue):
    values = ue.copy()
    values[:, 3:] = np.rad2deg(np.unwrap(np.deg2rad(ue[:, 3:]), axis=0))
    for part, rounding in ((values[:, :3], 1e-4), (values[:, 3:], 1e-5)):
        first = np.linalg.norm(np.diff(part, axis=0), axis=1)
        second = np.linalg.norm(np.diff(part, n=2, axis=0), axis=1)
        assert second.max() <= LARGEST_RATIO * first.max() + 4 * rounding


@pytest.mark.parametrize("name", sorted(CATALOG.camera_paths))
def test_the_velocity_of_every_camera_trajectory_is_continuous(name):
    for spec in candidates(3, camera_paths=(name,)):
        times = np.arange(0.0, spec.render.frames / spec.render.fps, STEP_S)
        assert_velocity_is_continuous(choreograph(spec).camera_ue(times))


@pytest.mark.parametrize("name", sorted(CATALOG.subject_paths))
def test_the_velocity_of_every_subject_path_is_continuous(name):
    for spec in candidates(4, subject_paths=(name,)):
        times = np.arange(0.0, spec.render.frames / spec.render.fps, STEP_S)
        assert_velocity_is_continuous(choreograph(spec).subject(0, times).ue)


def test_the_measure_of_continuity_sees_a_corner():
    times = np.arange(0.0, 2.0, STEP_S)
    corner = np.zeros((len(times), 6))
    corner[:, 0] = 100 * times
    corner[:, 1] = 20 * np.abs(times - 1.0)
    with pytest.raises(AssertionError):
        assert_velocity_is_continuous(corner)


@pytest.mark.parametrize("name", sorted(CATALOG.camera_paths))
def test_a_camera_starts_at_its_place_about_the_pivot_and_looks_at_it(name):
    for spec in candidates(3, camera_paths=(name,)):
        choreography, c = choreograph(spec), spec.camera
        pose = choreography.T_world_camera([0.0])[0]
        azimuth, pivot = np.deg2rad(c.azimuth_deg), np.array(c.pivot_point_m)
        place = [pivot[0] + c.distance_m * np.cos(azimuth), pivot[1] + c.distance_m * np.sin(azimuth), c.height_m]
        np.testing.assert_allclose(pose[:3, 3], place, atol=2e-6)
        pixel, depth = project([pivot], pose, choreography.K)
        np.testing.assert_allclose(pixel[0], [spec.render.width / 2, spec.render.height / 2], atol=0.01)
        assert depth[0] == pytest.approx(np.hypot(c.distance_m, c.height_m - pivot[2]), abs=1e-5)


def test_poses_are_a_pure_function_of_time():
    rng = np.random.default_rng(6)
    for spec in candidates(8, subjects_per_clip=(2, 2)):
        times = rng.uniform(0.0, 10.2, 60)
        order = rng.permutation(60)
        batch, again, shuffled = choreograph(spec), choreograph(spec), choreograph(spec)
        camera, walk = batch.camera_ue(times), batch.subject(1, times)
        np.testing.assert_array_equal(shuffled.camera_ue(times[order]), camera[order])
        np.testing.assert_array_equal(shuffled.subject(1, times[order]).ue, walk.ue[order])
        for k in range(60):
            alone = again.subject(1, times[k : k + 1])
            np.testing.assert_array_equal(again.camera_ue(times[k : k + 1])[0], camera[k])
            np.testing.assert_array_equal(alone.ue[0], walk.ue[k])
            assert (alone.gait_time_s[0], alone.idle_time_s[0], alone.gait_weight[0]) == (
                walk.gait_time_s[k],
                walk.idle_time_s[k],
                walk.gait_weight[k],
            )


def test_commanded_numbers_have_the_decimals_of_the_wire():
    for spec in candidates(4):
        choreography = choreograph(spec)
        for ue in (choreography.camera_ue(choreography.frame_times), choreography.subject(0, choreography.frame_times).ue):
            np.testing.assert_array_equal(ue[:, :3], [[float(f"{v:.4f}") for v in row] for row in ue[:, :3]])
            np.testing.assert_array_equal(ue[:, 3:], [[float(f"{v:.5f}") for v in row] for row in ue[:, 3:]])
        assert (ue[:, [3, 5]] == 0.0).all()


@pytest.mark.parametrize("name", sorted(CATALOG.subject_paths))
def test_feet_follow_the_ground_a_stride_of_way_is_a_cycle_of_gait(name):
    for spec in candidates(2, subject_paths=(name,)):
        times = np.linspace(0.0, spec.render.frames / spec.render.fps, 4001)
        walk, gait = choreograph(spec).subject(0, times), spec.subjects[0].gait
        steps = np.hypot(*np.diff(walk.T_world_subject[:, :2, 3], axis=0).T)
        cycles = np.unwrap(walk.gait_time_s / gait.cycle_s * 2 * np.pi) / (2 * np.pi)
        np.testing.assert_allclose((cycles - cycles[0]) * gait.stride_m, np.concatenate([[0], steps.cumsum()]), atol=0.02)
        assert cycles[0] == pytest.approx(spec.subjects[0].phase, abs=1e-5)


@pytest.mark.parametrize("name", [name for name in sorted(CATALOG.subject_paths) if name != "probe_stand"])
def test_a_subject_faces_where_it_goes_and_stays_on_the_ground(name):
    for spec in candidates(2, subject_paths=(name,)):
        times = np.linspace(0.0, spec.render.frames / spec.render.fps, 1200)
        poses = choreograph(spec).subject(0, times).T_world_subject
        np.testing.assert_allclose(poses[:, 2, 3], spec.subjects[0].path.ground_z_m, atol=1e-6)
        np.testing.assert_allclose(poses[:, :3, 2], [[0, 0, 1]] * len(times), atol=1e-12)
        moved = np.diff(poses[:, :2, 3], axis=0)
        far = np.hypot(*moved.T) > 2e-3
        assert far.any()
        facing = (poses[:-1, :2, 0] + poses[1:, :2, 0])[far] / 2
        cosine = (facing * moved[far]).sum(1) / np.hypot(*moved[far].T) / np.hypot(*facing.T)
        assert cosine.min() > 0.999


def test_a_walk_at_constant_speed_is_where_arithmetic_puts_it():
    choreography, _, _ = clip_with_motion(points=((1.0, 2.0), (1.0, 4.0), (1.0, 6.0)), speed=((0.0, 1.25),))
    walk = choreography.subject(0, [0.0, 2.0, 3.2])
    np.testing.assert_allclose(walk.T_world_subject[:, :2, 3], [[1, 2], [1, 4.5], [1, 6]], atol=1e-5)
    np.testing.assert_allclose(walk.ue[:, :3], [[100, -200, 0], [100, -450, 0], [100, -600, 0]], atol=1e-3)
    np.testing.assert_allclose(walk.ue[:, 4], -90.0, atol=1e-4)
    assert walk.gait_weight.tolist() == [1.0, 1.0, 1.0]
    np.testing.assert_allclose(choreography.walked_m(0, [0.0, 2.0, 3.2]), [0.0, 2.5, 4.0], atol=1e-9)


def test_a_subject_that_stands_plays_idle_only():
    walk = choreograph(clip()).subject(0, np.linspace(0, 5, 7))
    assert (walk.gait_weight == 0.0).all()
    assert (np.diff(walk.ue, axis=0) == 0.0).all()
    assert (np.diff(walk.idle_time_s) != 0.0).all()


def test_headings_keep_counting_round_a_closed_path():
    angles = np.arange(12) * 2 * np.pi / 12
    circle = tuple((float(2 * np.cos(a)), float(2 * np.sin(a))) for a in angles)
    choreography = choreograph(clip(points=circle, closed=True, speed=((0.0, 2.0),)))
    times = np.linspace(0.0, 30.0, 600)
    heading = choreography.heading_rad(0, times)
    assert np.abs(np.diff(heading)).max() < 0.2
    radius = np.hypot(*choreography.subject(0, times).T_world_subject[:, :2, 3].T).mean()
    assert heading[-1] - heading[0] == pytest.approx(60.0 / radius, rel=0.02)


@pytest.mark.parametrize(
    ("channel", "value", "moved", "forward"),
    [
        ("forward_m", 2.0, (2, 0, 0), (1, 0, 0)),
        ("left_m", 2.0, (0, 2, 0), (1, 0, 0)),
        ("up_m", 2.0, (0, 0, 2), (1, 0, 0)),
        ("distance_m", 2.0, (-2, 0, 0), (1, 0, 0)),
        ("azimuth_deg", 90.0, (8, -8, 0), (1, 0, 0)),
        ("yaw_deg", 90.0, (0, 0, 0), (0, 1, 0)),
        ("pitch_deg", 30.0, (0, 0, 0), (np.sqrt(0.75), 0, 0.5)),
    ],
)
def test_each_camera_channel_moves_what_its_name_says(channel, value, moved, forward):
    choreography = choreograph(clip(**{channel: ((0.0, 0.0), (1.0, value))}))
    start, end = choreography.T_world_camera([0.0, 1.0])
    np.testing.assert_allclose(start[:3, 2], [1, 0, 0], atol=1e-6)
    np.testing.assert_allclose(end[:3, 3] - start[:3, 3], moved, atol=1e-5)
    np.testing.assert_allclose(end[:3, 2], forward, atol=1e-6)


def test_an_aiming_camera_keeps_the_pivot_in_the_middle_wherever_it_goes():
    spec = clip(azimuth_deg=((0.0, 0.0), (4.0, 120.0)), up_m=((0.0, 0.0), (3.0, 2.0)), left_m=((0.0, 0.0), (2.0, 1.0)))
    choreography = choreograph(spec.model_copy(update={"camera": spec.camera.model_copy(update={"aim": "pivot"})}))
    for pose in choreography.T_world_camera(np.linspace(0, 5, 20)):
        pixel, _ = project([spec.camera.pivot_point_m], pose, choreography.K)
        np.testing.assert_allclose(pixel[0], [416, 240], atol=0.01)
