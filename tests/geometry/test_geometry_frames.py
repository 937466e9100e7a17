"""Unreal's numbers and the world agree with each other, with hand-computed poses, and with real HM-World clips."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hmworld.geometry import (
    T_world_camera_from_ue,
    T_world_subject_from_ue,
    quantise_ue,
    ue_from_T_world_camera,
    ue_from_T_world_subject,
    ue_points_from_world,
    world_points_from_ue,
)
from hmworld.geometry.frames import rotation_from_rotator, rotator_from_rotation

steady = settings(deadline=None, database=None, max_examples=150)

EXAMPLES = Path(__file__).resolve().parents[3] / "shared" / "data" / "hm-world-examples"

coordinate_cm = st.floats(-1e6, 1e6)
pitch = st.floats(-89.9, 89.9)
turn = st.floats(-179.9, 179.9)
ue_pose = st.tuples(coordinate_cm, coordinate_cm, coordinate_cm, pitch, turn, turn).map(np.array)


def rotator_by_axes(pitch_deg, yaw_deg, roll_deg):
    """Roll about X, then pitch about Y, then yaw about Z, each written out for Unreal's left-handed axes."""
    p, y, r = np.deg2rad([pitch_deg, yaw_deg, roll_deg])
    roll_x = np.array([[1, 0, 0], [0, np.cos(r), np.sin(r)], [0, -np.sin(r), np.cos(r)]])
    pitch_y = np.array([[np.cos(p), 0, -np.sin(p)], [0, 1, 0], [np.sin(p), 0, np.cos(p)]])
    yaw_z = np.array([[np.cos(y), -np.sin(y), 0], [np.sin(y), np.cos(y), 0], [0, 0, 1]])
    return yaw_z @ pitch_y @ roll_x


def hydra12(m, m_tgt0):
    """The conditioning vector as `infer_hydra.py` makes it from raw Unreal matrices."""

    def relative_ready(raw):
        out = raw[:, [1, 2, 0, 3]].copy()
        out[:3, 1] *= -1
        out[:3, 3] /= 100
        return out

    return (np.linalg.inv(relative_ready(m_tgt0)) @ relative_ready(m))[:3, :4].reshape(12)


@steady
@given(ue_pose)
def test_a_camera_pose_survives_the_way_to_the_world_and_back(ue):
    back = ue_from_T_world_camera(T_world_camera_from_ue(ue))
    np.testing.assert_allclose(back[:3], ue[:3], rtol=1e-12, atol=1e-9)
    np.testing.assert_allclose(back[3:], ue[3:], rtol=0, atol=1e-9)


@steady
@given(ue_pose)
def test_a_subject_pose_survives_the_way_to_the_world_and_back(ue):
    back = ue_from_T_world_subject(T_world_subject_from_ue(ue))
    np.testing.assert_allclose(back[:3], ue[:3], rtol=1e-12, atol=1e-9)
    np.testing.assert_allclose(back[3:], ue[3:], rtol=0, atol=1e-9)


@steady
@given(ue_pose)
def test_world_transforms_are_proper_rotations(ue):
    for transform in (T_world_camera_from_ue(ue), T_world_subject_from_ue(ue)):
        rotation = transform[:3, :3]
        assert np.linalg.det(rotation) == pytest.approx(1.0, abs=1e-12)
        np.testing.assert_allclose(rotation @ rotation.T, np.eye(3), atol=1e-12)
        np.testing.assert_array_equal(transform[3], [0, 0, 0, 1])


@steady
@given(pitch, turn, turn)
def test_a_rotator_is_roll_then_pitch_then_yaw_about_unreals_axes(p, y, r):
    np.testing.assert_allclose(rotation_from_rotator([p, y, r]), rotator_by_axes(p, y, r), atol=1e-12)


@pytest.mark.parametrize("pitch_deg", [90.0, -90.0])
@given(turn, turn)
@settings(deadline=None, database=None, max_examples=40)
def test_at_the_poles_the_rotator_has_no_roll_and_gives_the_same_rotation(pitch_deg, yaw, roll):
    rotation = rotation_from_rotator([pitch_deg, yaw, roll])
    rotator = rotator_from_rotation(rotation)
    assert rotator[2] == 0.0
    np.testing.assert_allclose(rotation_from_rotator(rotator), rotation, atol=1e-9)


@steady
@given(ue_pose)
def test_a_camera_sees_a_subjects_left_up_and_forward_as_minus_x_minus_y_and_z(ue):
    subject, camera = T_world_subject_from_ue(ue)[:3, :3], T_world_camera_from_ue(ue)[:3, :3]
    np.testing.assert_allclose(camera, np.stack([-subject[:, 1], -subject[:, 2], subject[:, 0]], 1), atol=1e-12)


@pytest.mark.parametrize(
    ("pitch_yaw_roll", "right", "down", "forward"),
    [
        ((0, 0, 0), (0, -1, 0), (0, 0, -1), (1, 0, 0)),
        ((0, 90, 0), (-1, 0, 0), (0, 0, -1), (0, -1, 0)),
        ((0, -90, 0), (1, 0, 0), (0, 0, -1), (0, 1, 0)),
        ((0, 180, 0), (0, 1, 0), (0, 0, -1), (-1, 0, 0)),
        ((30, 0, 0), (0, -1, 0), (0.5, 0, -np.sqrt(0.75)), (np.sqrt(0.75), 0, 0.5)),
        ((0, 0, 90), (0, 0, -1), (0, 1, 0), (1, 0, 0)),
    ],
)
def test_hand_computed_cameras_look_where_they_should(pitch_yaw_roll, right, down, forward):
    transform = T_world_camera_from_ue([100.0, 200.0, 300.0, *pitch_yaw_roll])
    np.testing.assert_allclose(transform[:3, :3], np.array([right, down, forward]).T, atol=1e-12)
    np.testing.assert_allclose(transform[:3, 3], [1.0, -2.0, 3.0], atol=1e-12)


def test_a_subject_at_unreal_yaw_90_walks_along_minus_y():
    transform = T_world_subject_from_ue([0, 0, 0, 0, 90, 0])
    np.testing.assert_allclose(transform[:3, :3], [[0, 1, 0], [-1, 0, 0], [0, 0, 1]], atol=1e-12)


def test_points_change_hand_and_unit():
    np.testing.assert_allclose(world_points_from_ue([[150.0, 250.0, -50.0]]), [[1.5, -2.5, -0.5]])
    np.testing.assert_allclose(ue_points_from_world([[1.5, -2.5, -0.5]]), [[150.0, 250.0, -50.0]])


def test_conversions_of_a_batch_are_those_of_its_poses():
    ue = np.random.default_rng(1).uniform(-80, 80, (3, 5, 6))
    for to_world, back in ((T_world_camera_from_ue, ue_from_T_world_camera), (T_world_subject_from_ue, ue_from_T_world_subject)):
        batch = to_world(ue)
        assert batch.shape == (3, 5, 4, 4)
        np.testing.assert_allclose(batch[2, 3], to_world(ue[2, 3]), atol=1e-15)
        np.testing.assert_allclose(back(batch), ue, atol=1e-9)


@steady
@given(ue_pose)
def test_quantised_poses_are_near_have_few_decimals_and_stay_as_they_are(ue):
    quantised = quantise_ue(ue)
    assert np.abs(quantised - ue)[:3].max() <= 0.5e-4 + 1e-9
    assert np.abs(quantised - ue)[3:].max() <= 0.5e-5 + 1e-9
    assert [float(f"{v:.4f}") for v in quantised[:3]] == list(quantised[:3])
    assert [float(f"{v:.5f}") for v in quantised[3:]] == list(quantised[3:])
    np.testing.assert_array_equal(quantise_ue(quantised), quantised)


def test_quantising_knows_the_decimals_of_each_number_and_no_negative_zero():
    quantised = quantise_ue([-0.00004, 1.23456, 2.00006, -0.000004, 1.234567, -0.0])
    assert quantised.tolist() == [0.0, 1.2346, 2.0001, 0.0, 1.23457, 0.0]
    assert not np.signbit(quantised).any()


@pytest.mark.parametrize("number", [1, 2])
def test_real_hm_world_cameras_give_the_vectors_that_hydra_is_conditioned_on(number):
    path = EXAMPLES / f"{number}.camera.json"
    if not path.is_file():
        pytest.skip(f"{path} is not there: the HM-World examples are not part of the repository")
    halves = json.loads(path.read_text())
    raw = np.array([halves[half][str(k)] for half in ("cond_cam", "tgt_cam") for k in range(77)])
    rotators = rotator_from_rotation(raw[:, :3, :3])
    # The release stores float32 sums; the nearest true rotation differs by that much, and by no more.
    clean = raw.copy()
    clean[:, :3, :3] = [rotator_by_axes(*rotator) for rotator in rotators]
    np.testing.assert_allclose(clean, raw, rtol=0, atol=2e-6)
    ours = T_world_camera_from_ue(np.concatenate([raw[:, :3, 3], rotators], 1))
    relative = np.linalg.inv(ours[77]) @ ours
    expected = np.array([hydra12(m, clean[77]) for m in clean])
    assert np.abs(relative[:, :3, :4].reshape(-1, 12) - expected).max() < 1e-9
    assert np.abs(expected - [hydra12(m, raw[77]) for m in raw]).max() < 1e-4
    assert np.linalg.det(relative[:, :3, :3]) == pytest.approx(np.ones(154), abs=1e-9)
    # Clips 1 and 2 look right by 30 degrees and come back (formats.md 1.9): forward x > 0 on a turn to the right.
    assert np.abs(rotators[:, [0, 2]]).max() < 1e-3
    swing = np.rad2deg(np.arctan2(expected[:, 2], expected[:, 10]))
    assert np.ptp(swing) == pytest.approx(30.0, abs=0.1)
