"""Pixels that triangles cover, against each pixel's centre tried on each triangle."""

import numpy as np
import pytest

from hmworld.geometry.coverage import covered, cut_near

WIDTH, HEIGHT = 40, 30


def tried_one_by_one(corners):
    y, x = np.mgrid[:HEIGHT, :WIDTH] + 0.5
    found = np.zeros((HEIGHT, WIDTH), bool)
    for p, q, r in corners:
        edges = [(b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0]) for a, b in ((p, q), (q, r), (r, p))]
        faces = (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]) < 0.0
        found |= faces & (edges[0] <= 0.0) & (edges[1] <= 0.0) & (edges[2] <= 0.0)
    return found


@pytest.mark.parametrize("size", [1.5, 12.0, 200.0])
def test_a_pixel_is_covered_if_its_centre_lies_in_a_triangle_that_faces_the_viewer(size):
    random = np.random.default_rng(2)
    for _ in range(20):
        corners = random.uniform(-5.0, 45.0, (30, 1, 2)) + random.normal(size=(30, 3, 2)) * size
        np.testing.assert_array_equal(covered(corners, WIDTH, HEIGHT), tried_one_by_one(corners))


def test_triangles_that_share_an_edge_leave_no_pixel_out():
    left, right = [[2.0, 3.0], [2.0, 17.0], [20.0, 17.0]], [[2.0, 3.0], [20.0, 17.0], [20.0, 3.0]]
    assert covered(np.array([left, right]), WIDTH, HEIGHT).sum() == 14 * 18


def test_nothing_covers_nothing():
    assert not covered(np.zeros((0, 3, 2)), WIDTH, HEIGHT).any()


def test_the_part_before_the_near_plane_has_the_area_that_is_there_and_turns_the_same_way():
    random = np.random.default_rng(3)
    for corners in random.normal(size=(200, 1, 3, 3)):
        parts = cut_near(corners, 0.1)
        assert (parts[..., 2] >= 0.1 - 1e-12).all()
        normal = np.cross(corners[0, 1] - corners[0, 0], corners[0, 2] - corners[0, 0])
        shares = np.cross(parts[:, 1] - parts[:, 0], parts[:, 2] - parts[:, 0]) @ normal / (normal @ normal)
        assert (shares >= -1e-12).all()
        steps = (np.arange(200) + 0.5) / 200
        u, v = (grid.ravel() for grid in np.meshgrid(steps, steps))
        u, v = np.where(u + v > 1, 1 - u, u), np.where(u + v > 1, 1 - v, v)
        inside = corners[0, 0] + u[:, None] * (corners[0, 1] - corners[0, 0]) + v[:, None] * (corners[0, 2] - corners[0, 0])
        assert shares.sum() == pytest.approx((inside[:, 2] >= 0.1).mean(), abs=0.01)
