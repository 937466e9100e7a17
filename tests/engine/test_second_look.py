"""Answers that are looked at a second time: which, and what is told of them."""

import io
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmworld.engine.second_look import FAULTS, Answers, Repeats, check_again, check_twice, fault_name
from hmworld.errors import EngineFault

BOX, MASK, DEPTH = "vbp HMDirector PosedBounds hm_1", "vget /camera/1/object_mask bmp", "vget /camera/1/depth npy"


def box(value: float) -> str:
    return f'{{"box":"{value:.4f},0.0000,1.0000"}}'


def bmp(value: int) -> bytes:
    return b"BM" + bytes(52) + bytes([value] * 64)


def npy(values: list[float]) -> bytes:
    file = io.BytesIO()
    np.save(file, np.array(values, np.float32))
    return file.getvalue()


def noted(values: str, cameras: Sequence[int] | None = None) -> dict[int, dict[str, str | bytes]]:
    repeats = Repeats()
    for value, camera in zip(values, cameras or range(len(values)), strict=True):
        repeats.note({BOX: value}, camera)
    return repeats.finish()


def test_an_answer_that_is_equal_for_a_while_is_looked_at_where_it_ends_to_be() -> None:
    assert set(noted("abcdef")) == set()
    assert set(noted("aab")) == {1}
    assert set(noted("aaaabccd")) == {3, 6}
    assert set(noted("abbb")) == {3}
    assert noted("aab")[1] == {BOX: "a"}


@given(st.text("abc", min_size=2, max_size=30), st.integers(1, 29))
def test_a_late_answer_is_looked_at_unless_the_next_is_again_as_it_was_before(true: str, number: int) -> None:
    if number < len(true) and true[number] != true[number - 1] and true[number + 1 : number + 2] != true[number - 1]:
        assert number in noted(true[:number] + true[number - 1] + true[number + 1 :])


@given(st.integers(1, 20))
def test_where_a_camera_turns_back_everything_that_is_equal_is_looked_at(number: int) -> None:
    cameras = [-abs(k - number) for k in range(30)]
    assert set(noted(30 * "a", cameras)) == {number, 29}


def test_each_command_is_looked_at_by_itself() -> None:
    repeats = Repeats()
    for number in range(4):
        repeats.note({BOX: box(number), MASK: bmp(number // 2)}, number)
    assert repeats.last_two == ({BOX: box(3), MASK: bmp(1)}, {BOX: box(2), MASK: bmp(1)})
    assert repeats.finish() == {1: {MASK: bmp(0)}, 3: {MASK: bmp(1)}}


def test_what_is_still_the_same_when_asked_again_is_right() -> None:
    same: Answers = {BOX: box(1.0), MASK: bmp(3), DEPTH: npy([1.0, np.inf])}
    check_again(same, same, same, "")


@pytest.mark.parametrize(
    ("command", "before", "right"),
    [(BOX, box(1.0), box(1.0001)), (MASK, bmp(3), bmp(4)), (DEPTH, npy([1.0, np.inf]), npy([1.0, 9.0])), (BOX, box(1.0), "{}")],
)
def test_what_equals_the_instant_before_and_should_not_is_late(command: str, before: str | bytes, right: str | bytes) -> None:
    with pytest.raises(EngineFault, match=f"{fault_name(command)}: at instant 7"):
        check_again({command: before}, {command: before}, {command: right}, "at instant 7")


def test_an_engine_that_never_answers_twice_the_same_is_not_called_late() -> None:
    check_again({MASK: bmp(10)}, {MASK: bmp(13)}, {MASK: bmp(14)}, "")
    with pytest.raises(EngineFault, match="late_mask"):
        check_again({MASK: bmp(10)}, {MASK: bmp(13)}, {MASK: bmp(90)}, "")


def test_answers_that_are_others_as_soon_as_they_are_asked_again_are_late() -> None:
    first, before, right = {BOX: box(1.0)}, {BOX: box(0.9)}, {BOX: box(1.1)}
    check_twice(first, before, first, first, "")
    with pytest.raises(EngineFault, match="late_bounds: at instant 9"):
        check_twice(first, before, right, right, "at instant 9")
    still = first  # nothing moved since the instant before
    check_twice(first, still, first, first, "")


def test_noise_is_not_lateness() -> None:
    depths = [{DEPTH: npy([v])} for v in (5.0, 3.0, 5.1, 4.9)]
    check_twice(depths[0], depths[1], depths[2], depths[3], "")
    check_twice(depths[0], depths[0], depths[2], depths[3], "")


def test_every_kind_of_answer_has_a_name() -> None:
    assert fault_name("vget /camera/1/location") == ""
    assert len(set(FAULTS.values())) == len(FAULTS)
