"""Poses and lenses that an engine says it has, against those it was told."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmworld.engine.readback import check_lens, check_poses, pose_queries
from hmworld.errors import EngineError, EngineFault
from hmworld.geometry.frames import quantise_ue, rotation_from_rotator, rotator_from_rotation

place = st.floats(-100_000.0, 100_000.0)
angle = st.floats(-360.0, 360.0)
pose = st.tuples(place, place, place, st.floats(-90.0, 90.0), angle, angle).map(lambda p: quantise_ue(np.array(p)))


def printed(pose: np.ndarray) -> list[str]:
    return [" ".join(f"{v:.3f}" for v in part) for part in (pose[:3], pose[3:])]


def test_queries_are_of_the_camera_first() -> None:
    assert pose_queries("1", ["hm_1"]) == [
        "vget /camera/1/location",
        "vget /camera/1/rotation",
        "vget /object/hm_1/location",
        "vget /object/hm_1/rotation",
    ]


@given(pose, st.integers(-2, 2))
def test_a_pose_as_the_wire_prints_it_is_the_commanded_one_whatever_rotator_says_it(commanded: np.ndarray, turns: int) -> None:
    # A plugin that reads single floats, and an engine that keeps a rotation and makes a rotator of it again.
    told = commanded.astype(np.float32).astype(np.float64)
    check_poses(printed(told), commanded[None])
    told[3:] = rotator_from_rotation(rotation_from_rotator(commanded[3:]))
    check_poses(printed(told), commanded[None])
    told[4] += 360.0 * turns
    check_poses(printed(told), commanded[None])


@given(pose, st.integers(0, 2), st.sampled_from([-0.3, 0.3]))
def test_a_place_that_is_off_is_found_and_said(commanded: np.ndarray, axis: int, off: float) -> None:
    told = commanded.copy()
    told[axis] += off
    with pytest.raises(EngineFault, match=r"pose_not_taken: the camera is 0\.(3|29)"):
        check_poses(printed(told), commanded[None])


@given(pose.filter(lambda p: abs(p[3]) < 89.0), st.integers(3, 5), st.sampled_from([-1.0, 1.0]))
def test_a_turn_that_is_off_is_found(commanded: np.ndarray, axis: int, off: float) -> None:
    told = commanded.copy()
    told[axis] += off
    with pytest.raises(EngineFault, match="pose_not_taken"):
        check_poses(printed(told), commanded[None])


def test_straight_down_yaw_and_roll_are_one_turn() -> None:
    commanded = np.array([[0.0, 0.0, 500.0, -90.0, 30.0, 0.0]])
    check_poses(["0.000 0.000 500.000", "-90.000 0.000 30.000"], commanded)
    with pytest.raises(EngineFault, match=r"60\.000 degrees"):
        check_poses(["0.000 0.000 500.000", "-90.000 0.000 -30.000"], commanded)


def test_who_is_elsewhere_is_told_and_by_how_much() -> None:
    commanded = np.array([[0.0] * 6, [100.0, 0, 0, 0, 0, 0], [0.0, 0, 0, 0, 90, 0]])
    replies = [
        "0.000 0.000 0.000",
        "0.000 0.000 0.000",
        "50.000 0.000 0.000",
        "0.000 0.000 0.000",
        "0.000 0.000 0.000",
        "0.000 45.000 0.000",
    ]
    with pytest.raises(EngineFault) as caught:
        check_poses(replies, commanded)
    assert str(caught.value) == (
        "pose_not_taken: subject 1 is 50.000 cm and 0.000 degrees from where it was put: (50, 0, 0, 0, 0, 0) and (100, 0, 0, 0, 0, 0); "
        "subject 2 is 0.000 cm and 45.000 degrees from where it was put: (0, 0, 0, 0, 45, 0) and (0, 0, 0, 0, 90, 0)"
    )


@pytest.mark.parametrize("reply", ["ok", "1 2", "1 2 nan", b"\x89PNG", "1 2 3 4"])
def test_a_reply_that_is_no_pose_is_an_error(reply: object) -> None:
    with pytest.raises(EngineError, match="expected 3 numbers, got"):
        check_poses([reply, "0 0 0"], np.zeros((1, 6)))


def test_a_lens_and_a_size_that_were_not_taken_are_found() -> None:
    check_lens("832 480", "37.500004", (832, 480), 37.5)
    with pytest.raises(EngineFault, match="camera_not_set: pictures are 640x480, 832x480 was commanded"):
        check_lens("640 480", "37.500000", (832, 480), 37.5)
    with pytest.raises(EngineFault, match=r"camera_not_set: the field of view is 90 degrees, 37\.5 was commanded"):
        check_lens("832 480", "90.000000", (832, 480), 37.5)
