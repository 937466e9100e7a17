"""Matrices as other projects write them: random poses survive, bits and axes are kept."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hmworld.errors import DatasetError
from hmworld.export.coco import mask_of, run_lengths
from hmworld.export.matrices import matrix_from_string, matrix_string, opengl_matrices, unreal_matrices, unreal_poses, world_to_camera
from hmworld.geometry import T_world_camera_from_ue

steady = settings(deadline=None, database=None, max_examples=100)

centimetres = st.floats(-1e6, 1e6)
ue_pose = st.tuples(centimetres, centimetres, centimetres, st.floats(-89, 89), st.floats(-179, 179), st.floats(-179, 179)).map(np.array)
ue_poses = st.lists(ue_pose, min_size=1, max_size=4).map(np.stack)


@steady
@given(ue_poses)
def test_unreal_matrices_are_proper_and_give_their_poses_back(ue):
    matrices = unreal_matrices(ue)
    np.testing.assert_allclose(np.linalg.det(matrices[:, :3, :3]), 1.0, atol=1e-9)
    np.testing.assert_array_equal(matrices[:, :3, 3], ue[:, :3])
    np.testing.assert_allclose(unreal_poses(matrices), ue, atol=1e-7)


@steady
@given(ue_poses)
def test_a_matrix_string_reads_back_bit_for_bit(ue):
    for matrix in unreal_matrices(ue):
        np.testing.assert_array_equal(matrix_from_string(matrix_string(matrix)), matrix)


def test_a_matrix_string_holds_columns_and_ends_as_the_release_has_it():
    text = matrix_string(unreal_matrices([[10.0, -20.5, 30.0, 0.0, 0.0, 0.0]])[0])
    assert text == "[1 0 0 0] [0 1 0 0] [0 0 1 0] [10 -20.5 30 1] "


@pytest.mark.parametrize("text", ["", "[1 0 0] [0 1 0]", "[a b c] [0 1 0] [0 0 1] [0 0 0]"])
def test_a_string_that_is_no_matrix_is_refused_and_never_taken_for_the_identity(text):
    with pytest.raises(DatasetError, match="four groups of numbers"):
        matrix_from_string(text)


@steady
@given(ue_poses)
def test_opengl_axes_are_opencvs_with_y_and_z_turned_about(ue):
    poses = T_world_camera_from_ue(ue)
    turned = opengl_matrices(poses)
    np.testing.assert_array_equal(turned[:, :, 0], poses[:, :, 0])
    np.testing.assert_array_equal(turned[:, :, 1:3], -poses[:, :, 1:3])
    np.testing.assert_array_equal(turned[:, :, 3], poses[:, :, 3])
    np.testing.assert_allclose(np.linalg.det(turned[:, :3, :3]), 1.0, atol=1e-9)


@steady
@given(ue_poses)
def test_world_to_camera_undoes_camera_to_world(ue):
    poses = T_world_camera_from_ue(ue / 100.0)
    np.testing.assert_allclose(world_to_camera(poses) @ poses, np.tile(np.eye(4), (len(ue), 1, 1)), atol=1e-9)


@steady
@given(st.integers(1, 7), st.integers(1, 7), st.data())
def test_run_lengths_give_their_mask_back(height, width, data):
    mask = np.array(data.draw(st.lists(st.booleans(), min_size=height * width, max_size=height * width))).reshape(height, width)
    counts = run_lengths(mask)
    assert sum(counts) == mask.size
    np.testing.assert_array_equal(mask_of(counts, (height, width)), mask)


def test_run_lengths_begin_with_zeros_and_run_down_the_columns():
    assert run_lengths(np.array([[True, False], [True, True]])) == [0, 2, 1, 1]
    assert run_lengths(np.zeros((2, 3), bool)) == [6]
