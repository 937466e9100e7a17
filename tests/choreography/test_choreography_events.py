"""Events, retention and states from hand-written frames."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hmworld.choreography import find_events, passes_retention, retention_reason, states_from_counts
from hmworld.model import Event, Retention, State

LETTERS = {".": State.OUT_OF_FRAME, "V": State.VISIBLE, "o": State.OCCLUDED, "s": State.TOO_SMALL}
NUMBERS = ("last_visible_frame", "exit_frame", "return_frame", "entry_frame", "gap_frames")


def states(text):
    return np.array([LETTERS[letter] for letter in text], np.uint8)


def events(text, context_frames=0):
    return find_events(states(text), 1, context_frames)


def numbers(event):
    return (event.kind, *(getattr(event, name) for name in NUMBERS))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("VVVV....VVV", [("absence", 3, 4, 8, 8, 4)]),
        ("VVVoo...oVV", [("absence", 2, 5, 8, 9, 6)]),
        ("VVs.sVV", [("absence", 1, 3, 4, 5, 3)]),
        ("V.o.V", [("absence", 0, 1, 4, 4, 3)]),
        ("VV...VV....V", [("absence", 1, 2, 5, 5, 3), ("absence", 6, 7, 11, 11, 4)]),
        ("VV..VV", []),
        ("VVVVOOOOVVV".replace("O", "o"), [("occlusion", 3, -1, -1, 8, 4)]),
        ("VVooVV", []),
        ("VVssssVV", []),
        ("VVsosVV", [("occlusion", 1, -1, -1, 5, 3)]),
        ("VVV...", [("exit_only", 2, 3, -1, -1, -1)]),
        ("VVVoo.", [("exit_only", 2, 5, -1, -1, -1)]),
        ("VVV..", []),
        ("VVVooo", []),
        ("...VVV", [("entry_only", -1, -1, 3, 3, -1)]),
        ("...ooVVV", [("entry_only", -1, -1, 3, 5, -1)]),
        ("..VVV", []),
        ("oooVVV", []),
        ("......", []),
        ("VVVVVV", []),
        ("oooooo", []),
        ("...VV...VV...", [("entry_only", -1, -1, 3, 3, -1), ("absence", 4, 5, 8, 8, 3), ("exit_only", 9, 10, -1, -1, -1)]),
    ],
)
def test_events_of_written_frames_are_those_a_person_reads(text, expected):
    assert [numbers(event) for event in events(text)] == expected


@settings(deadline=None, database=None, max_examples=300)
@given(st.lists(st.tuples(st.sampled_from("V.os"), st.integers(1, 5)), max_size=12).map(lambda runs: "".join(c * n for c, n in runs)))
def test_absences_and_occlusions_are_the_runs_that_a_regular_expression_finds(text):
    expected = []
    for run in re.finditer(r"(?<=V)[^V]{3,}(?=V)", text):
        if "." in run[0]:
            first, last = run.start() + run[0].index("."), run.start() + run[0].rindex(".")
            expected.append(("absence", run.start() - 1, first, last + 1, run.end(), len(run[0])))
        elif "o" in run[0]:
            expected.append(("occlusion", run.start() - 1, -1, -1, run.end(), len(run[0])))
    assert [numbers(e) for e in events(text) if e.kind in ("absence", "occlusion")] == expected
    edges = [e.kind for e in events(text) if e.kind.endswith("only")]
    before = re.match(r"[^V]{3,}(?=V)", text)
    after = re.search(r"(?<=V)[^V]{3,}$", text)
    assert edges == ["entry_only"] * bool(before and "." in before[0]) + ["exit_only"] * bool(after and "." in after[0])


def test_an_exit_behind_something_is_told_from_one_in_the_open():
    assert [e.occluded_at_exit for e in events("VVVoo...VV...oVVVso..")] == [True, False, True]


@pytest.mark.parametrize(("context", "straddles"), [(3, False), (4, True), (6, True), (8, True), (9, False), (0, False)])
def test_an_absence_straddles_the_cut_if_last_seen_before_it_and_seen_again_after(context, straddles):
    (event,) = events("VVVV....VVV", context)
    assert event.straddles_cut is straddles


def test_events_carry_their_subject_and_leave_what_needs_poses_open():
    (event,) = find_events(states("V...V"), 7, 0)
    assert event.subject == 7
    assert (event.exit_time_s, event.return_time_s, event.exit_side, event.exit_cause, event.time_method) == (-1.0, -1.0, "", "", "")


RULE = Retention(min_not_out_before=4, min_visible_before=3, min_gap=5, min_visible_after=2)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("VVVV.....VV", ""),
        ("VVVo.....VV", ""),
        ("VVoVoo...ooVVV", ""),
        ("VVVVVVVVVV", "no_event"),
        ("VVVVooooooVVV", "no_event"),
        ("VVVV......", "no_event"),
        ("VVV.....VV", "seen_too_short_before"),
        ("VVoo.....VV", "seen_too_short_before"),
        ("VVVVVV.VVV.....VV", "seen_too_short_before"),
        ("VVVV....VV", "gap_too_short"),
        ("VVVV.....V", "seen_too_short_after"),
        ("VVVV.....V.VVVV", "seen_too_short_after"),
        ("VVVV.....VoV", ""),
        # Several absences: the nearest miss is told, and one that passes is enough.
        ("VV...VVVV....VV", "gap_too_short"),
        ("VVVV....VVVV.....V", "seen_too_short_after"),
        ("V...VVVV.....VV", ""),
    ],
)
def test_retention_says_why_a_clip_is_turned_down(text, reason):
    found = events(text)
    assert retention_reason(found, states(text)[None], RULE) == reason
    assert passes_retention(found, states(text)[None], RULE) == (reason == "")


def test_retention_looks_at_the_states_of_the_events_own_subject():
    both = np.stack([states("V.VV.....VV"), states("VVVV.....VV")])
    event = Event(kind="absence", subject=2, last_visible_frame=3, exit_frame=4, return_frame=9, entry_frame=9, gap_frames=5)
    assert retention_reason([event], both, RULE) == ""
    assert retention_reason([event], both[::-1], RULE) == "seen_too_short_before"


def test_no_event_at_all_is_no_event():
    assert retention_reason([], states("VVV")[None], RULE) == "no_event"


@pytest.mark.parametrize(
    ("visible", "amodal", "fraction", "state"),
    [
        (100, 100, 0.0, State.VISIBLE),
        (100, 50, 1.0, State.VISIBLE),
        (99, 100, 0.0, State.OCCLUDED),
        (0, 5000, 1.0, State.OCCLUDED),
        (99, 99, 0.49, State.OUT_OF_FRAME),
        (0, 0, 0.0, State.OUT_OF_FRAME),
        (99, 99, 0.5, State.TOO_SMALL),
        (0, 0, 1.0, State.TOO_SMALL),
    ],
)
def test_the_table_of_states(visible, amodal, fraction, state):
    result = states_from_counts([[visible]], [[amodal]], [[fraction]], 100)
    assert result.dtype == np.uint8
    assert result.tolist() == [[int(state)]]
