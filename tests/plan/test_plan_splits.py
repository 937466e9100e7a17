"""Splits: what val and test hold out stands in no clip of another split, and is unseen just as a clip says."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from hmworld.catalog import default_catalog
from hmworld.cli.generate import load_recipe
from hmworld.errors import RecipeError
from hmworld.model import Recipe, clip_id
from hmworld.plan import plan
from hmworld.plan.names import resolve_names
from hmworld.plan.sample import Sampler
from hmworld.plan.splits import cells_of

CATALOG = default_catalog()
HELD = {
    "scenes": ("harbour", "park"),
    "subjects": ("fox", "knight", "zebra"),
    "subject_paths": ("circle",),
    "camera_paths": ("slow_sweep", "pan_long_hold"),
}
SPLITS = {"val": {"clips": 3, "held_out": {"scenes": ("beach",)}}, "test": {"clips": 10, "held_out": HELD}}
BALANCE = {"tolerance": 0.1, "exit_causes": {"camera": 0.5}, "kinds": {"person": 0.5}}


def recipe(**fields):
    render = {"width": 208, "height": 120, "frames": 90, "context_frames": 45}
    retention = {"min_not_out_before": 5, "min_visible_before": 5, "min_gap": 6, "min_visible_after": 4}
    return Recipe(**{"name": "split_up", "clips": 40, "render": render, "retention": retention, "splits": SPLITS, **fields})


def factors(spec):
    return {
        "scenes": {spec.scene.name},
        "subjects": {s.name for s in spec.subjects},
        "subject_paths": {s.path.trajectory for s in spec.subjects},
        "camera_paths": {spec.camera.trajectory},
    }


UNSEEN = {
    "": (),
    "none": (),
    "scene": ("scenes",),
    "subject": ("subjects",),
    "trajectory": ("subject_paths", "camera_paths"),
    "all": tuple(HELD),
}


def assert_unseen_as_it_says(split, unseen, found):
    """Every factor of a kind that is unseen is one of the split's own; of every other kind none is anybody's."""
    own = SPLITS[split]["held_out"] if split in SPLITS else {}
    everyone = {kind: set(HELD[kind]) | ({"beach"} if kind == "scenes" else set()) for kind in HELD}
    for kind, names in found.items():
        if kind in UNSEEN[unseen]:
            assert names <= set(own[kind]), (split, unseen, kind)
        else:
            assert not names & everyone[kind], (split, unseen, kind)


@pytest.mark.parametrize("fields", [{}, {"balance": BALANCE}])
def test_a_plan_has_the_clips_of_each_split_and_nothing_held_out_elsewhere(fields):
    result = plan(recipe(**fields))
    assert Counter(c.split for c in result.clips) == {"train": 27, "val": 3, "test": 10}
    assert [c.split for c in result.clips] == ["train"] * 27 + ["val"] * 3 + ["test"] * 10
    assert Counter(c.unseen for c in result.clips if c.split == "test") == dict.fromkeys(
        ("none", "scene", "subject", "trajectory", "all"), 2
    )
    assert Counter(c.unseen for c in result.clips if c.split == "val") == {"none": 2, "scene": 1}
    for clip in result.clips:
        assert_unseen_as_it_says(clip.split, clip.unseen, factors(clip.spec))
    assert len({clip_id(c.spec) for c in result.clips}) == 40
    numbers = [c.candidate for c in result.clips] + result.rejected.candidates.tolist()
    assert sorted(numbers) == list(range(result.candidates))


def test_no_candidate_of_the_hm_world_recipe_leaks_what_is_held_out():
    asked = load_recipe("hm-world")
    names = resolve_names(asked, CATALOG)
    sampler = Sampler(asked, CATALOG, names)
    choices = sampler.choices(0, 300_000)
    held = asked.splits["test"].held_out
    barred = {kind: np.array([name in getattr(held, kind) for name in getattr(names, kind)]) for kind in HELD}
    there = np.arange(choices.who.shape[1]) < choices.subjects[:, None]
    hit = {
        "scenes": barred["scenes"][choices.where[:, :1]],
        "subjects": barred["subjects"][choices.who[:, :, 0]],
        "subject_paths": barred["subject_paths"][choices.who[:, :, 1]],
        "camera_paths": barred["camera_paths"][choices.camera[:, :1]],
    }
    for number, cell in enumerate(sampler.cells):
        mine = choices.where[:, 3] == number
        assert mine.sum() > 1000
        for kind, found in hit.items():
            counted = found[mine] & (there[mine] if found.shape[1] > 1 else True)
            everyone = (found[mine] | ~there[mine]) if found.shape[1] > 1 else found[mine]
            if kind in UNSEEN[cell.unseen]:
                assert everyone.all()
            else:
                assert not counted.any()
    assert sum(cell.clips for cell in sampler.cells) == 59225
    assert Counter(cell.split for cell in sampler.cells) == {"train": 1, "val": 1, "test": 5}


def test_a_split_without_held_out_names_has_nothing_unseen():
    (training, val) = cells_of(recipe(splits={"val": {"clips": 7}}), resolve_names(recipe(), CATALOG))
    assert (training.split, training.clips, val.split, val.unseen, val.clips) == ("train", 33, "val", "none", 7)
    assert training.names == val.names


@settings(deadline=None, database=None, max_examples=60)
@given(st.integers(1, 2000), st.lists(st.integers(1, 50), min_size=5, max_size=5))
def test_shares_of_what_is_unseen_become_whole_clips_that_add_up(clips, weights):
    kinds = ("none", "scene", "subject", "trajectory", "all")
    shares = {kind: weight / sum(weights) for kind, weight in zip(kinds, weights, strict=True)}
    asked = recipe(clips=5000, splits={"test": {"clips": clips, "held_out": HELD, "unseen": shares}})
    cells = {cell.unseen: cell.clips for cell in cells_of(asked, resolve_names(asked, CATALOG)) if cell.split == "test"}
    assert sum(cells.values()) == clips
    assert all(abs(cells.get(kind, 0) - share * clips) < 1.0 + 1e-6 for kind, share in shares.items())


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"splits": {"val": {"clips": 2, "held_out": {"scenes": ("mars",)}}}}, "splits.val.held_out.scenes: 'mars' is not among"),
        ({"splits": {**SPLITS, "val": {"clips": 2, "held_out": {"scenes": ("park",)}}}}, "'park' is held out by test already"),
        ({"subject_paths": ("circle",), "splits": SPLITS}, "nothing of subject_paths is left for training"),
        ({"subjects_per_clip": (4, 4)}, "test clips with unseen subject would have 3 subjects to draw from"),
        ({"balance": {"species": {"fox": 0.1}}}, "balance.species: 'fox' can have no clip with the names that splits leave"),
        ({"balance": {"camera_paths": {"slow_sweep": 0.1}}}, "balance.camera_paths: 'slow_sweep' can have no clip"),
        ({"balance": {"scenes": {"park": 0.1}}}, "balance.scenes: 'park' can have no clip with the names that splits leave for training"),
    ],
)
def test_held_out_names_that_make_no_sense_are_refused(fields, said):
    with pytest.raises(RecipeError, match="recipe 'split_up'") as error:
        plan(recipe(**fields))
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"splits": {"test": {"clips": 40}}}, "leave some for train"),
        ({"split": "val"}, "goes with `split: train`"),
        ({"splits": {"test": {"clips": 4, "unseen": {"scene": 1.0}}}}, "scene needs names in held_out"),
        ({"splits": {"test": {"clips": 4, "held_out": HELD, "unseen": {"scene": 0.5}}}}, "make 1, they make 0.5"),
        ({"splits": {"train": {"clips": 4}}}, "train"),
    ],
)
def test_splits_that_make_no_sense_are_refused(fields, said):
    with pytest.raises(ValidationError) as error:
        recipe(**fields)
    assert said in str(error.value)
