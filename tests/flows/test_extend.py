"""Extending a plan: every old row stays as it is, what is missing comes after, and rendered clips are taken over."""

from collections import Counter

import pyarrow.parquet as pq
import pytest

import hmworld as hm
from flows.prepare import prepare
from hmworld.dataset import PlanFile
from hmworld.dataset.merge import merge
from hmworld.errors import RecipeError, UsageError
from hmworld.model import Recipe
from hmworld.validate import validate_dataset

SMALL = {"width": 208, "height": 120, "frames": 60, "context_frames": 30}
SUBJECTS = ("fox", "knight", "labrador", "goose", "woman_red_coat", "man_suit")
RULE = {"min_not_out_before": 4, "min_visible_before": 4, "min_gap": 4, "min_visible_after": 4}


def recipe(**fields):
    few = {"scenes": ("park", "desert"), "subjects": SUBJECTS, "render": SMALL, "retention": RULE}
    return Recipe(**{"name": "growing", "clips": 4, "seed": 1, **few, **fields})


def records(root):
    return pq.read_table(root / "plan.parquet").to_pylist()


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"balance": {"tolerance": 0.05, "kinds": {"person": 0.5}, "gap_frames": {"4-20": 0.4}}},
        {"splits": {"test": {"clips": 2, "held_out": {"subjects": ("fox", "knight"), "scenes": ("desert",)}}}},
        {"counterfactuals": ("absent", "frozen")},
    ],
)
def test_every_row_of_the_old_plan_stays_and_new_ones_follow(tmp_path, fields):
    prepare(recipe(clips=8, **fields), tmp_path / "old")
    larger = {**fields, "clips": 14}
    if "splits" in fields:
        larger["splits"] = {"test": {**fields["splits"]["test"], "clips": 5}}
    prepare(recipe(**larger), tmp_path / "new", extend=tmp_path / "old")
    old, new = records(tmp_path / "old"), records(tmp_path / "new")
    assert new[: len(old)] == old
    assert len([row for row in new if not row["counterfactual"]]) == 14
    assert [row["row"] for row in new] == list(range(len(new)))
    assert len({row["clip_id"] for row in new}) == len(new)
    first = PlanFile(tmp_path / "old").candidates
    assert all(row["candidate"] >= first for row in new[len(old) :])
    rejects = pq.read_table(tmp_path / "new" / "rejects.parquet").to_pylist()
    before = pq.read_table(tmp_path / "old" / "rejects.parquet").to_pylist()
    assert rejects[: len(before)] == before
    bases = [row["candidate"] for row in new if not row["counterfactual"]]
    assert sorted([*bases, *(row["candidate"] for row in rejects)]) == list(range(PlanFile(tmp_path / "new").candidates))
    if "splits" in fields:
        assert Counter(row["split"] for row in new) == {"train": 9, "test": 5}
    if "balance" in fields:
        strata = PlanFile(tmp_path / "new").strata
        assert all(abs(s["planned"] - s["target"] * 14) <= max(1.0, 0.05 * 14) for s in strata)
        people = sum("person" in row["spec"] for row in new)
        assert people > 0
    prepare(recipe(**larger), tmp_path / "again", extend=tmp_path / "old")
    assert (tmp_path / "again" / "plan.parquet").read_bytes() == (tmp_path / "new" / "plan.parquet").read_bytes()


def test_other_names_may_be_drawn_from_now_on(tmp_path):
    prepare(recipe(), tmp_path / "old")
    prepare(recipe(clips=6, scenes=("harbour",), seed=9), tmp_path / "new", extend=tmp_path / "old")
    new = records(tmp_path / "new")
    assert new[:4] == records(tmp_path / "old")
    assert {row["scene"] for row in new[4:]} == {"harbour"}


@pytest.mark.parametrize(
    ("fields", "error", "said"),
    [
        ({"clips": 3}, RecipeError, "asks for 3 train clips, the plan to extend has 4 already"),
        ({"clips": 6, "render": {**SMALL, "width": 64}}, UsageError, "render is .* in the plan to extend it is"),
        ({"clips": 6, "retention": {"min_gap": 9}}, UsageError, "retention is"),
        ({"clips": 6, "splits": {"test": {"clips": 2, "held_out": {"scenes": ("park",)}}}}, UsageError, "hold out other names"),
    ],
)
def test_what_does_not_fit_the_old_plan_is_refused_and_nothing_is_written(tmp_path, fields, error, said):
    prepare(recipe(), tmp_path / "old")
    with pytest.raises(error, match=said):
        prepare(recipe(**fields), tmp_path / "new", extend=tmp_path / "old")
    assert not (tmp_path / "new" / "plan.parquet").exists()


def test_a_plan_made_with_other_cards_is_not_extended(tmp_path):
    prepare(recipe(), tmp_path / "old")
    card = next((tmp_path / "old" / "cards" / "scenes").glob("*.json"))
    card.write_bytes(card.read_bytes().replace(b'"credit":"', b'"credit":"once '))
    with pytest.raises(UsageError, match="was planned with another scene"):
        prepare(recipe(clips=6), tmp_path / "new", extend=tmp_path / "old")


@pytest.mark.long
def test_clips_of_the_old_dataset_are_taken_over_byte_by_byte(tmp_path, hmworld):
    yaml = (
        "name: growing\nseed: 1\nscenes: [park]\nsubjects: [fox, labrador, man_suit]\nsubjects_per_clip: [1, 1]\nclips_per_shard: 2\n"
        "render: {width: 96, height: 64, frames: 30, context_frames: 15}\n"
        "retention: {min_not_out_before: 2, min_visible_before: 2, min_gap: 3, min_visible_after: 2}\n"
    )
    for clips in (3, 5):
        (tmp_path / f"{clips}.yaml").write_text(yaml + f"clips: {clips}\n")
    run = [
        ("generate", tmp_path / "3.yaml", "--out", tmp_path / "old", "--workers", 1),
        ("plan", tmp_path / "5.yaml", "--extend", tmp_path / "old", "--out", tmp_path / "new"),
        ("generate", tmp_path / "5.yaml", "--out", tmp_path / "new", "--workers", 1),
        ("generate", tmp_path / "5.yaml", "--out", tmp_path / "fresh", "--workers", 1),
        ("validate", tmp_path / "new"),
    ]
    said = []
    for arguments in run:
        done = hmworld(*arguments)
        assert done.returncode == 0, done.stderr
        said.append("taken over from other datasets: 3 clips" in done.stderr)
    assert said == [False, False, True, False, False]
    # The first shard is full in both, so it is the same file; what was planned afresh in one go is the same plan here.
    assert (tmp_path / "new/shards/train-000000.tar").read_bytes() == (tmp_path / "old/shards/train-000000.tar").read_bytes()
    new, fresh = hm.open(tmp_path / "new"), hm.open(tmp_path / "fresh")
    assert [s.sha256 for s in new.info.shards] == [s.sha256 for s in fresh.info.shards]
    # What one was extended from is inside of it already, its candidates too.
    both = merge([tmp_path / "old", tmp_path / "new"], tmp_path / "both")
    assert both.counts == new.info.counts
    assert [(source.clips, source.candidates_rejected > 0) for source in both.sources] == [(3, False), (2, True)]
    assert validate_dataset(tmp_path / "both", sample=0).problems == []
