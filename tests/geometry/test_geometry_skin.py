"""Skinning and motion files: rest poses, blending, and two ways of posing that agree."""

import hashlib
import io

import numpy as np
import pytest

from hmworld.geometry import skin
from hmworld.geometry.motion import Motion

JOINTS, POINTS, PHASES, SKIN = 5, 40, 6, 7


def motion_bytes(seed=3, gaits=None):
    rng = np.random.default_rng(seed)
    weights = rng.uniform(0.1, 1.0, (POINTS, 4))
    arrays = {
        "joint_names": np.array([f"joint_{k}" for k in range(JOINTS)]),
        "parents": np.array([-1, 0, 1, 1, 0], np.int16),
        "rest_joints": rng.normal(size=(JOINTS, 3)).astype(np.float32),
        "points": rng.normal(size=(POINTS, 3)).astype(np.float32),
        "point_joints": rng.integers(0, JOINTS, (POINTS, 4)).astype(np.uint8),
        "point_weights": (weights / weights.sum(1, keepdims=True)).astype(np.float32),
    }
    arrays |= {f"skin_{part}": arrays[f"point_{part}"][:SKIN] for part in ("joints", "weights")}
    arrays |= {"skin_vertices": arrays["points"][:SKIN], "skin_triangles": np.array([[0, 1, 2], [2, 3, 4]], np.int16)}
    for name in gaits or ("idle", "walk"):
        arrays[f"gait_{name}"] = rng.normal(size=(PHASES, JOINTS, 3, 4)).astype(np.float32)
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue(), arrays


def skinned_one_by_one(arrays, matrices, count):
    """The definition of linear blend skinning, a point and a joint at a time."""
    posed = np.zeros((count, 3))
    for n in range(count):
        point = np.append(arrays["points"][n].astype(np.float64), 1.0)
        for joint, weight in zip(arrays["point_joints"][n], arrays["point_weights"][n], strict=True):
            posed[n] += float(weight) * (matrices[joint] @ point)
    return posed


def test_identity_tables_give_the_rest_points_and_joints():
    _, arrays = motion_bytes()
    identity = np.tile(np.eye(3, 4), (JOINTS, 1, 1))
    posed = skin.pose_points(identity, arrays["points"], arrays["point_joints"], arrays["point_weights"])
    np.testing.assert_allclose(posed, arrays["points"], atol=1e-6)
    np.testing.assert_allclose(skin.pose_joints(identity, arrays["rest_joints"]), arrays["rest_joints"], atol=1e-12)


def test_a_table_is_met_at_its_phases_halved_between_them_and_repeats():
    table = np.random.default_rng(4).normal(size=(PHASES, JOINTS, 3, 4)).astype(np.float32)
    np.testing.assert_allclose(skin.sample_table(table, np.arange(PHASES) / PHASES), table, atol=1e-12)
    np.testing.assert_allclose(skin.sample_table(table, 1.5 / PHASES), (table[1].astype(np.float64) + table[2]) / 2, atol=1e-7)
    between_last_and_first = (table[-1].astype(np.float64) + table[0]) / 2
    for cycle in (-2, 0, 3):
        np.testing.assert_allclose(skin.sample_table(table, cycle + (PHASES - 0.5) / PHASES), between_last_and_first, atol=1e-6)


def test_a_scaled_body_is_the_body_scaled():
    _, arrays = motion_bytes()
    matrices = arrays["gait_walk"][2].astype(np.float64)
    bound = arrays["point_joints"], arrays["point_weights"]
    small = skin.pose_points(skin.scaled(matrices, 0.5), arrays["points"] * np.float32(0.5), *bound)
    np.testing.assert_allclose(small, 0.5 * skin.pose_points(matrices, arrays["points"], *bound), atol=1e-9)


def test_a_blend_weighs_its_two_ends():
    a, b = np.zeros((2, JOINTS, 3, 4)), np.ones((2, JOINTS, 3, 4))
    blended = skin.blend(a, b, np.array([0.25, 1.0]))
    assert (blended[0] == 0.25).all()
    assert (blended[1] == 1.0).all()


def test_a_motion_file_is_read_as_written():
    data, arrays = motion_bytes()
    motion = Motion.from_bytes(data)
    assert motion.joint_names == tuple(arrays["joint_names"])
    assert sorted(motion.gaits) == ["idle", "walk"]
    np.testing.assert_array_equal(motion.gaits["walk"], arrays["gait_walk"])
    np.testing.assert_array_equal(motion.points, arrays["points"])
    assert motion.sha256 == hashlib.sha256(data).hexdigest()


def test_posed_points_and_joints_are_those_of_direct_skinning():
    data, arrays = motion_bytes()
    motion = Motion.from_bytes(data)
    rng = np.random.default_rng(5)
    phase, idle, weight = rng.uniform(-2, 3, 7), rng.uniform(-2, 3, 7), np.array([0.0, 1.0, 0.5, 0.2, 0.9, 0.4, 0.7])
    points = motion.posed_points("walk", phase, idle, weight, 25)
    joints = motion.posed_joints("walk", phase, idle, weight)
    assert points.shape == (7, 25, 3)
    for t in range(7):
        matrices = motion.matrices("walk", phase[t], idle[t], weight[t])
        np.testing.assert_allclose(points[t], skinned_one_by_one(arrays, matrices, 25), atol=1e-6)
        expected = [matrices[j] @ [*arrays["rest_joints"][j].astype(np.float64), 1.0] for j in range(JOINTS)]
        np.testing.assert_allclose(joints[t], expected, atol=1e-9)


def test_the_skin_is_posed_as_points_are():
    motion = Motion.from_bytes(motion_bytes()[0])
    phase, idle, weight = np.array([0.1, 1.7, -0.4]), np.array([0.0, 0.3, 0.9]), np.array([0.0, 1.0, 0.4])
    posed = motion.posed_skin("walk", phase, idle, weight)
    np.testing.assert_allclose(posed, motion.posed_points("walk", phase, idle, weight, SKIN), atol=1e-9)
    np.testing.assert_allclose(motion.gait_skin("walk"), motion.gait_points("walk")[:, :SKIN], atol=1e-9)


def test_standing_ignores_the_gait_and_full_gait_ignores_standing():
    motion = Motion.from_bytes(motion_bytes()[0])
    phases = np.array([0.1, 0.6])
    still = motion.posed_points("walk", phases, np.array([0.3, 0.3]), np.zeros(2), POINTS)
    np.testing.assert_allclose(still[0], still[1], atol=1e-12)
    moving = motion.posed_points("walk", np.array([0.3, 0.3]), phases, np.ones(2), POINTS)
    np.testing.assert_allclose(moving[0], moving[1], atol=1e-12)


def test_a_file_without_a_skeleton_is_refused():
    file = io.BytesIO()
    np.savez(file, points=np.zeros((2, 3)))
    with pytest.raises(KeyError, match="joint_names"):
        Motion.from_bytes(file.getvalue())


@pytest.mark.parametrize("shape", [(), (1,), (7,), (2, 3)])
def test_points_are_posed_as_the_plain_formula_does_to_the_last_bit(shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(3)
    matrices, points = rng.normal(size=(*shape, 5, 3, 4)), rng.normal(size=(50, 3)).astype(np.float32)
    joints, weights = rng.integers(0, 5, (50, 4)).astype(np.uint8), rng.random((50, 4)).astype(np.float32)
    blended = np.zeros((*shape, 50, 3, 4))
    for k in range(4):
        blended += matrices[..., joints[:, k], :, :] * weights[:, k, None, None].astype(np.float64)
    homogeneous = np.concatenate([points, np.ones((50, 1), np.float32)], 1).astype(np.float64)
    posed = skin.pose_points(matrices, points, joints, weights)
    assert posed.shape == (*shape, 50, 3)
    assert np.array_equal(posed, np.einsum("...nij,nj->...ni", blended, homogeneous))
