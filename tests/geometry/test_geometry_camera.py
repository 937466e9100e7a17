"""The pinhole camera: intrinsics by formula and by hand, projection and its inverse."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hmworld.geometry import T_world_camera_from_ue, intrinsics, project, transform, unproject
from hmworld.geometry.camera import hfov_deg, inverse

steady = settings(deadline=None, database=None, max_examples=100)
metres = st.floats(-200.0, 200.0)
angle = st.floats(-85.0, 85.0)
camera = st.tuples(metres, metres, metres, angle, angle, angle).map(
    lambda p: T_world_camera_from_ue(np.array(p) * [100, 100, 100, 1, 1, 1])
)


@steady
@given(st.integers(64, 4096), st.integers(64, 4096), st.floats(5.0, 150.0))
def test_the_edge_of_the_picture_is_half_the_field_of_view_away(width, height, fov):
    k = intrinsics(width, height, fov)
    edge = np.rad2deg(np.arctan((width - k[0, 2]) / k[0, 0]))
    assert edge == pytest.approx(fov / 2, abs=1e-9)
    assert k[0, 0] == k[1, 1]
    assert (k[0, 2], k[1, 2]) == (width / 2, height / 2)
    assert k[[0, 1, 2, 2, 2], [1, 0, 0, 1, 2]].tolist() == [0, 0, 0, 0, 1]


def test_the_default_lens_has_the_focal_length_that_hm_world_measures():
    fov = hfov_deg(35.0, 23.76)
    assert fov == pytest.approx(37.4974, abs=1e-4)
    assert intrinsics(832, 480, fov)[0, 0] == pytest.approx(35.0 / 23.76 * 832, abs=1e-9)
    assert intrinsics(200, 100, 90.0)[0, 0] == pytest.approx(100.0)


def test_hand_computed_points_land_on_hand_computed_pixels():
    k = intrinsics(200, 100, 90.0)
    at_origin = T_world_camera_from_ue([0, 0, 0, 0, 0, 0])
    points = [[10.0, 0.0, 0.0], [10.0, 5.0, 0.0], [10.0, 0.0, 2.0], [-4.0, 0.0, 0.0]]
    pixels, depth = project(points, at_origin, k)
    np.testing.assert_allclose(depth, [10, 10, 10, -4])
    np.testing.assert_allclose(pixels[:3], [[100, 50], [50, 50], [100, 30]], atol=1e-9)


@steady
@given(camera, st.lists(st.tuples(st.floats(-300, 1100), st.floats(-300, 800), st.floats(0.1, 500)), min_size=1, max_size=6))
def test_unprojected_pixels_project_to_themselves(t_world_camera, rows):
    rows = np.array(rows)
    k = intrinsics(832, 480, 37.5)
    pixels, depth = project(unproject(rows[:, :2], rows[:, 2], t_world_camera, k), t_world_camera, k)
    np.testing.assert_allclose(depth, rows[:, 2], atol=1e-9)
    np.testing.assert_allclose(pixels, rows[:, :2], atol=1e-5)


@steady
@given(camera, st.tuples(metres, metres, metres))
def test_projection_agrees_with_the_homogeneous_matrix_product(t_world_camera, point):
    k = intrinsics(640, 360, 60.0)
    camera_point = np.linalg.inv(t_world_camera) @ [*point, 1.0]
    pixels, depth = project([point], t_world_camera, k)
    assert depth[0] == pytest.approx(camera_point[2], abs=1e-8)
    if abs(camera_point[2]) > 0.1:
        u, v, w = k @ camera_point[:3]
        np.testing.assert_allclose(pixels[0], [u / w, v / w], rtol=1e-6, atol=1e-5)


@steady
@given(camera)
def test_the_inverse_undoes_a_rigid_transform(t_world_camera):
    np.testing.assert_allclose(inverse(t_world_camera) @ t_world_camera, np.eye(4), atol=1e-9)


def test_frames_of_a_clip_project_together_as_they_do_alone():
    rng = np.random.default_rng(2)
    poses = T_world_camera_from_ue(rng.uniform(-50, 50, (4, 6)))
    points, k = rng.uniform(-20, 20, (4, 7, 3)), intrinsics(300, 200, 50.0)
    pixels, depth = project(points, poses, np.tile(k, (4, 1, 1)))
    assert pixels.shape == (4, 7, 2)
    for frame in range(4):
        alone = project(points[frame], poses[frame], k)
        np.testing.assert_allclose(pixels[frame], alone[0], rtol=1e-9)
        np.testing.assert_allclose(depth[frame], alone[1], rtol=1e-9)
        np.testing.assert_allclose(transform(poses, points)[frame], [(poses[frame] @ [*p, 1])[:3] for p in points[frame]], atol=1e-9)
