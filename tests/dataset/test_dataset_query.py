"""Filters: what they ask, held against plain Python over the rows, and what they answer to what is no filter."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import hmworld as hm
from hmworld.dataset import Dataset
from hmworld.errors import UsageError

Row = dict[str, Any]


@pytest.fixture(scope="module")
def dataset(synthetic: Path) -> Dataset:
    return hm.open(synthetic)


def absences(row: Row, holds: Callable[[Row], bool]) -> int:
    return sum(holds(event) for event in row["events"] if event["kind"] == "absence")


ASKED: dict[str, Callable[[Row], bool]] = {
    "n_absences >= 2 and max_gap_s > 0.5": lambda r: r["n_absences"] >= 2 and r["max_gap_s"] > 0.5,
    "absences(gap_s > 0.3) >= 2": lambda r: absences(r, lambda e: e["gap_frames"] / r["fps"] > 0.3) >= 2,
    "absences() == 0": lambda r: r["n_absences"] == 0,
    "events(kind == 'absence' and not straddles_cut) > 0": lambda r: any(not e["straddles_cut"] for e in r["events"]),
    "absences(exit_cause == 'camera' and subject_species in ['dog', 'cat']) == 1": lambda r: (
        absences(r, lambda e: e["exit_cause"] == "camera" and r["species"][e["subject"] - 1] in ("dog", "cat")) == 1
    ),
    "absences(subject_name == 'dog_0') > 0": lambda r: r["n_absences"] > 0,
    "'horse' in species": lambda r: "horse" in r["species"],
    "'horse' not in species or scene == 'park'": lambda r: "horse" not in r["species"] or r["scene"] == "park",
    "scene not in ('park', 'beach')": lambda r: r["scene"] == "desert",
    "n_subjects in [1, 3]": lambda r: r["n_subjects"] in (1, 3),
    "1 < n_subjects <= 3 and split != 'val'": lambda r: 1 < r["n_subjects"] <= 3 and r["split"] != "val",
    "straddles_cut": lambda r: r["straddles_cut"],
    "not straddles_cut and mean_luma % 2 == 0": lambda r: not r["straddles_cut"] and r["mean_luma"] % 2 == 0,
    "-max_gap_frames / fps < -0.6": lambda r: -r["max_gap_frames"] / r["fps"] < -0.6,
    "absences(entry_frame - last_visible_frame > 5 + 1) * 2 == 2": lambda r: (
        absences(r, lambda e: e["entry_frame"] - e["last_visible_frame"] > 6) == 1
    ),
    "n_subjects in [1, 70000, 2.0]": lambda r: r["n_subjects"] in (1, 2),
    "n_subjects * 2000000000 * fps > 40000000000": lambda r: r["n_subjects"] > 2,
    "n_absences > 0 and n_subjects / n_absences >= 1": lambda r: r["n_absences"] > 0 and r["n_subjects"] / r["n_absences"] >= 1,
    "caption == 'clip 7'": lambda r: r["caption"] == "clip 7",
    "clip_id >= '00000000000000000009'": lambda r: r["clip_id"] >= "00000000000000000009",
}


@pytest.mark.parametrize("asked", ASKED)
def test_a_filter_chooses_what_plain_python_chooses(dataset: Dataset, asked: str) -> None:
    expected = [row["clip_id"] for row in dataset.manifest.to_pylist() if ASKED[asked](row)]
    chosen = dataset.filter(asked)
    assert chosen.clip_ids == expected
    assert 0 < len(expected) < len(dataset)
    assert [clip.clip_id for clip in chosen] == expected


def test_two_long_absences_are_not_two_of_which_one_is_long(dataset: Dataset) -> None:
    one, both = dataset.filter("n_absences >= 2 and max_gap_frames > 5"), dataset.filter("absences(gap_frames > 5) >= 2")
    assert len(one) > 0
    assert len(both) == 0


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.sampled_from(sorted(ASKED)), min_size=1, max_size=3), st.booleans(), st.booleans())
def test_filters_combine_and_nest(dataset: Dataset, parts: list[str], either: bool, negated: bool) -> None:
    joined = (" or " if either else " and ").join(f"({part})" for part in parts)
    combine = any if either else all
    expected = [r["clip_id"] for r in dataset.manifest.to_pylist() if combine(ASKED[p](r) for p in parts) != negated]
    assert dataset.filter(f"not ({joined})" if negated else joined).clip_ids == expected
    if not either and not negated:
        narrowed = dataset
        for part in parts:
            narrowed = narrowed.filter(part)
        assert narrowed.clip_ids == expected


def test_a_choice_of_a_choice_keeps_its_order(dataset: Dataset) -> None:
    chosen = dataset.select([7, 3, 11, 0]).filter("n_subjects >= 1").select([2, 0])
    assert [clip.clip_id for clip in chosen] == [dataset[11].clip_id, dataset[7].clip_id]
    assert chosen.clip(dataset[7].clip_id).meta.caption.text == "clip 7"
    assert chosen.columns(["caption"]).column("caption").to_pylist() == ["clip 11", "clip 7"]
    with pytest.raises(UsageError, match="numbered 0 to 12, asked for 3 to 13"):
        dataset.select([3, 13])
    for wrong in ([1.7], np.ones(13, bool)):
        with pytest.raises(UsageError, match="chosen by their numbers, got values of type"):
            dataset.select(wrong)
    assert len(dataset.select([])) == 0
    assert len(dataset.filter("n_subjects in [1.9]")) == len(dataset.filter("n_subjects % 0 == 0")) == 0


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("n_absense > 1", "there is no 'n_absense'; did you mean n_absences"),
        ("gap_s > 1", "there is no 'gap_s'"),
        ("absences(max_gap_s > 1) > 0", "there is no 'max_gap_s'; did you mean gap_s"),
        ("n_absences", "is not a condition"),
        ("1 < 2", "asks nothing of a clip"),
        ("scene > 3", "compares a text with a number"),
        ("species == 'dog'", "compares a list"),
        ("'dog' in scene", "'scene' is no list"),
        ("3 in n_subjects", "'n_subjects' is no list"),
        ("absences(absences() > 1) > 0", "can be called, and not within each other"),
        ("len(subjects) > 1", "expected absences(condition) or events(condition)"),
        ("__import__('os').system('x')", "expected absences"),
        ("caption.upper() == 'X'", "expected absences"),
        ("(lambda: 1)() > 0", "expected absences"),
        ("[x for x in scene]", "is not understood"),
        ("n_absences >", "is not an expression"),
        ("", "is not an expression"),
        ("n_absences == None", "is not understood"),
        ("scene in [scene]", "expected a name in a list"),
        ("scene + 1 > 2", "is not a number"),
        ("not n_absences", "is not a condition"),
        ("events(kind) > 0", "is not a condition"),
        ("n_subjects in ['1']", "looks for a text among values of kind number"),
    ],
)
def test_what_is_no_filter_is_told(dataset: Dataset, asked: str, told: str) -> None:
    with pytest.raises(UsageError) as caught:
        dataset.filter(asked)
    assert told in str(caught.value)
    assert repr(asked) in str(caught.value)
