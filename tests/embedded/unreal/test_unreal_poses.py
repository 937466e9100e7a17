"""Unreal's axes and the exported glTF's are mirror images: points and rotations go over alike."""

import numpy as np
from handmade_dump import ue
from hypothesis import given
from hypothesis import strategies as st

from hmworld.embedded.gltf.axes import conversion
from hmworld.embedded.gltf.nodes import rotation_matrices
from hmworld.embedded.unreal.poses import FORWARD, gltf_points, gltf_rotations
from hmworld.geometry.frames import rotation_from_rotator, world_points_from_ue

number = st.floats(-1000.0, 1000.0)
point = st.tuples(number, number, number).map(np.array)
turn = st.tuples(*[st.floats(-1.0, 1.0)] * 4).map(np.array).filter(lambda q: np.linalg.norm(q) > 0.1).map(lambda q: q / np.linalg.norm(q))


@given(turn, point)
def test_a_point_turned_in_unreal_is_its_image_turned_in_the_gltf(quaternion, at):
    there = gltf_points(rotation_matrices(quaternion) @ at)
    here = rotation_matrices(gltf_rotations(quaternion)) @ gltf_points(at)
    np.testing.assert_allclose(here, there, atol=1e-9)


@given(point)
def test_points_go_there_and_back(at):
    np.testing.assert_allclose(ue(gltf_points(at)), at, atol=1e-9)


@given(point, st.sampled_from(["+x", "-x", "+y", "-y"]))
def test_a_mesh_is_turned_as_hmdirector_turns_it(at, axis):
    """HMAssets.cpp: the yaw of an axis brings it to +x of the actor, whose axes mirrored are ours."""
    yaw = {"+x": 0.0, "+y": -90.0, "-x": 180.0, "-y": 90.0}[axis]
    shown = world_points_from_ue(rotation_from_rotator((0.0, yaw, 0.0)) @ at)
    np.testing.assert_allclose(conversion("y", FORWARD[axis]) @ gltf_points(at), shown, atol=1e-9)
