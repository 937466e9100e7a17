"""Poses as video models take them: against the readings of the projects that defined the layouts, over random poses."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hmworld.geometry import T_world_camera_from_ue, intrinsics, project
from hmworld.geometry.conditioning import echo12, hydra12, plucker, relative_poses, resized_intrinsics
from hmworld.geometry.frames import rotation_from_rotator

steady = settings(deadline=None, database=None, max_examples=100)

coordinate_cm = st.floats(-1e5, 1e5)
ue_pose = st.tuples(coordinate_cm, coordinate_cm, coordinate_cm, st.floats(-80, 80), st.floats(-179, 179), st.floats(-170, 170))
ue_poses = st.lists(ue_pose, min_size=2, max_size=5).map(np.array)


def raw_matrices(ue):
    """Unreal's camera-to-world, cm, columns forward, right, up, position."""
    out = np.tile(np.eye(4), (len(ue), 1, 1))
    out[:, :3, :3], out[:, :3, 3] = rotation_from_rotator(ue[:, 3:]), ue[:, :3]
    return out


@steady
@given(ue_poses, st.integers(0, 1))
def test_hydra12_is_what_reading_the_raw_unreal_matrices_gives(ue, reference):
    ready = raw_matrices(ue)[:, :, [1, 2, 0, 3]]
    ready[:, :3, 1] *= -1
    ready[:, :3, 3] /= 100
    expected = (np.linalg.inv(ready[reference]) @ ready)[:, :3, :4].reshape(-1, 12)
    np.testing.assert_allclose(hydra12(T_world_camera_from_ue(ue), reference), expected, atol=1e-6)


@steady
@given(ue_poses)
def test_hydra12_of_the_reference_is_the_identity_and_its_rotations_are_proper(ue):
    vectors = hydra12(T_world_camera_from_ue(ue), 1).reshape(-1, 3, 4)
    np.testing.assert_allclose(vectors[1], np.eye(4)[:3], atol=1e-9)
    np.testing.assert_allclose(np.linalg.det(vectors[:, :, :3]), 1.0, atol=1e-9)


def test_a_right_turn_gives_a_forward_axis_with_x_above_0():
    vectors = hydra12(T_world_camera_from_ue([[0.0, 0, 0, 0, 0, 0], [100.0, 0, 0, 0, 30, 0]]))[1].reshape(3, 4)
    np.testing.assert_allclose(vectors[:, 2], [0.5, 0.0, np.sqrt(0.75)], atol=1e-12)
    np.testing.assert_allclose(vectors[:, 3], [0.0, 0.0, 1.0], atol=1e-12)


@steady
@given(ue_poses, st.integers(0, 1))
def test_echo12_is_what_reading_position_and_yaw_gives(ue, reference):
    def absolute(pose):
        yaw = np.deg2rad(pose[4])
        about = np.array([[np.cos(yaw), -np.sin(yaw), 0], [np.sin(yaw), np.cos(yaw), 0], [0, 0, 1]])
        return about, pose[:3] * 0.01

    about0, at0 = absolute(ue[reference])
    expected = [[*(about0.T @ (at - at0)), *(about0.T @ about).ravel()] for about, at in map(absolute, ue)]
    np.testing.assert_allclose(echo12(T_world_camera_from_ue(ue), reference), expected, atol=1e-6)


def test_the_two_layouts_of_12_numbers_differ_for_one_pose():
    poses = T_world_camera_from_ue([[0.0, 0, 0, 0, 0, 0], [100.0, 200.0, 0, 0, 90, 0]])
    np.testing.assert_allclose(hydra12(poses)[1], [0, 0, 1, 2, 0, 1, 0, 0, -1, 0, 0, 1], atol=1e-12)
    np.testing.assert_allclose(echo12(poses)[1], [1, 2, 0, 0, -1, 0, 1, 0, 0, 0, 0, 1], atol=1e-12)


def test_echo12_of_a_camera_that_goes_up_has_its_height_in_entry_2():
    poses = T_world_camera_from_ue([[0.0, 0, 150.0, 0, 0, 0], [0.0, 0, 400.0, -20.0, 0, 0]])
    np.testing.assert_allclose(echo12(poses)[1], [0, 0, 2.5, 1, 0, 0, 0, 1, 0, 0, 0, 1], atol=1e-12)


@steady
@given(ue_poses, st.sampled_from([None, 0, 1]), st.floats(20, 120))
def test_a_point_seen_at_a_pixel_centre_lies_on_the_ray_that_plucker_gives_it(ue, reference, hfov):
    width, height, k = 16, 10, intrinsics(16, 10, hfov)
    ue[:, :3] /= 100.0
    poses = T_world_camera_from_ue(ue)
    maps = plucker(poses, k, width, height, reference).astype(np.float64)
    assert maps.shape == (len(ue), 6, height, width)
    frame = poses if reference is None else relative_poses(poses, reference)
    moment, direction = maps[-1, :3, 3, 11], maps[-1, 3:, 3, 11]
    point = frame[-1, :3, 3] + 7.0 * direction
    pixel, depth = project(point[None], frame[-1], k)
    assert depth[0] > 0
    np.testing.assert_allclose(pixel[0], [11.5, 3.5], atol=1e-3)
    np.testing.assert_allclose(np.cross(point, direction), moment, atol=1e-4)
    np.testing.assert_allclose(np.linalg.norm(maps[:, 3:], axis=1), 1.0, atol=1e-6)


def test_plucker_maps_of_the_reference_frame_have_no_moment():
    maps = plucker(T_world_camera_from_ue([[500.0, 3, 2, 10, 20, 0], [100.0, 0, 0, 0, 30, 0]]), intrinsics(8, 6, 40), 8, 6)
    assert not maps[0, :3].any()
    assert maps[1, :3].any()


def test_resized_intrinsics_keep_the_field_of_view():
    np.testing.assert_allclose(resized_intrinsics(intrinsics(832, 480, 37.5), (832, 480), (104, 60)), intrinsics(104, 60, 37.5))


def test_a_reference_that_is_not_there_is_named():
    with pytest.raises(IndexError, match="frame 5 of 2 poses"):
        hydra12(np.tile(np.eye(4), (2, 1, 1)), 5)
    with pytest.raises(IndexError, match="frame 5 of 2 poses"):
        echo12(np.tile(np.eye(4), (2, 1, 1)), 5)
    with pytest.raises(ValueError, match=r"expected shape \(T, 4, 4\), got \(4, 4\)"):
        hydra12(np.eye(4))
