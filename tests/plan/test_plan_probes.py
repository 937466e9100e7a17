"""Probes: the camera leaves its view and ends in the very same pose; subjects stand or move; counterfactuals differ as they say."""

from collections import Counter

import numpy as np
import pytest

from hmworld.catalog import default_catalog
from hmworld.choreography import choreograph
from hmworld.cli.generate import load_recipe
from hmworld.errors import RecipeError
from hmworld.model import Recipe, clip_id
from hmworld.plan import plan
from hmworld.plan.counterfactual import main_absence
from hmworld.plan.names import resolve_names
from hmworld.plan.recast import recast, stand_in
from hmworld.plan.sample import Sampler

CATALOG = default_catalog()
SMALL = {"width": 208, "height": 120, "frames": 90, "context_frames": 45}
PROBES = [name for name, path in CATALOG.camera_paths.items() if path.probe]


@pytest.mark.parametrize("name", PROBES)
def test_a_probe_ends_in_the_pose_it_began_with_and_was_elsewhere_between(name):
    recipe = load_recipe("probe").model_copy(update={"camera_paths": (name,), "balance": Recipe(name="x", clips=1).balance})
    sampler = Sampler(recipe, CATALOG, resolve_names(recipe, CATALOG))
    choices = sampler.choices(0, 12)
    for k in range(12):
        choreography = choreograph(sampler.spec(choices, k))
        poses = choreography.T_world_camera(choreography.frame_times)
        np.testing.assert_allclose(poses[-1], poses[0], atol=1e-6)
        np.testing.assert_allclose(poses[:8], np.tile(poses[0], (8, 1, 1)), atol=1e-6)
        looked = np.rad2deg(np.arccos(np.clip(poses[:, :3, 2] @ poses[0, :3, 2], -1.0, 1.0))).max()
        moved = np.linalg.norm(poses[:, :3, 3] - poses[0, :3, 3], axis=1).max()
        assert looked > 30.0 or moved > 3.0
        if name.endswith("_turn"):
            assert looked > 140.0
            assert moved == 0.0


def test_ordinary_recipes_draw_no_probe():
    names = resolve_names(Recipe(name="all", clips=1), CATALOG)
    assert not {name for name in (*names.camera_paths, *names.subject_paths) if name.startswith("probe_")}


def test_a_subject_that_stands_moves_nothing_but_its_breath():
    recipe = Recipe(name="still", clips=1, render=SMALL, subject_paths=("probe_stand",), camera_paths=("probe_yaw_out_and_back",))
    (clip,) = plan(recipe).clips
    poses = choreograph(clip.spec).subject(0, np.linspace(0.0, 6.0, 50))
    assert np.ptp(poses.ue, axis=0).max() == 0.0
    assert not poses.gait_weight.any()
    assert np.ptp(poses.idle_time_s) > 1.0
    absence = main_absence(clip.events, clip.states, recipe.retention)
    assert (absence.hidden_path_m, absence.hidden_displacement_m, absence.exit_cause) == (0.0, 0.0, "camera")


@pytest.fixture(scope="module")
def probes():
    fields = {"camera_paths": PROBES[-2:], "subject_paths": ("probe_stand", "probe_small_circle"), "subjects_per_clip": (1, 2)}
    asked = {"counterfactuals": ("absent", "vanished", "frozen", "swapped"), "splits": {"test": {"clips": 3, "held_out": HELD}}}
    return plan(Recipe(name="pairs", clips=9, seed=6, render=SMALL, **fields, **asked))


HELD = {"subjects": ("fox", "wolf", "bear", "knight", "chef", "farmer")}


def test_every_clip_is_followed_by_its_counterfactuals_in_its_split(probes):
    assert len({clip_id(c.spec) for c in probes.clips}) == len(probes.clips)
    base = None
    kinds = Counter()
    for clip in probes.clips:
        kinds[clip.counterfactual] += 1
        if not clip.counterfactual:
            base = clip
            continue
        assert clip.derived_from == clip_id(base.spec)
        assert (clip.split, clip.unseen, clip.candidate) == (base.split, base.unseen, base.candidate)
        assert (clip.spec.camera, clip.spec.scene, clip.spec.look) == (base.spec.camera, base.spec.scene, base.spec.look)
        if clip.split == "train":
            assert not {s.name for s in clip.spec.subjects} & set(HELD["subjects"])
    moving = sum(
        main_absence(c.events, c.states, probes.recipe.retention).hidden_path_m >= 0.01 for c in probes.clips if not c.counterfactual
    )
    assert kinds == {"": 9, "absent": 9, "vanished": 9, "swapped": 9, "frozen": moving}
    assert 0 < moving < 9


def test_counterfactuals_are_forecast_as_they_say(probes):
    for clip in probes.clips:
        if not clip.counterfactual:
            absence = main_absence(clip.events, clip.states, probes.recipe.retention)
            who = absence.subject - 1
            base = clip
            continue
        states = clip.states
        others = [k for k in range(len(base.spec.subjects)) if k != who]
        if clip.counterfactual == "absent":
            assert (states[who] == 0).all()
        else:
            np.testing.assert_array_equal(states[who, : absence.exit_frame], base.states[who, : absence.exit_frame])
        if clip.counterfactual in ("vanished", "swapped"):
            assert (states[who, absence.return_frame :] == 0).all()
        if clip.counterfactual == "swapped":
            assert clip.spec.subjects[-1].name not in {s.name for s in base.spec.subjects}
            assert (states[-1, : absence.exit_frame] == 0).all()
        if clip.counterfactual == "absent":
            # Nobody else is seen less than before.
            assert all(((states[k] == 1) | (base.states[k] != 1)).all() for k in others)


def test_who_takes_a_subjects_place_is_of_its_kind_and_like_it_in_size():
    sampler = Sampler(Recipe(name="x", clips=1, subjects=("german_shepherd",)), CATALOG, NAMES)
    (subject,) = [sampler.spec(sampler.choices(k, 1), 0).subjects[0] for k in range(1)]
    card = stand_in(subject, CATALOG, CATALOG.subjects, [subject.name])
    assert card.kind == "animal"
    assert 0.6 < card.height_m / subject.height_m < 1.6
    other = recast(subject, card)
    assert (other.name, other.path, other.phase) == (card.name, subject.path, subject.phase)
    with pytest.raises(RecipeError, match="nobody else of kind 'animal' can take the place"):
        stand_in(subject, CATALOG, ["german_shepherd", "chef"], ["german_shepherd"])


NAMES = resolve_names(Recipe(name="x", clips=1, subjects=("german_shepherd",)), CATALOG)
