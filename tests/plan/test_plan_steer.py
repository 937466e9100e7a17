"""Steering: after a pilot, what is rare among the worthy is drawn more often; the plan stays the same on any number of threads."""

import numpy as np
import pytest

from hmworld.catalog import default_catalog
from hmworld.model import Recipe, clip_id
from hmworld.plan import plan, planner, sample
from hmworld.plan.names import resolve_names
from hmworld.plan.sample import Sampler
from hmworld.plan.steer import FEWEST, LEAST, MOST, steered

CATALOG = default_catalog()
RARE = {"tolerance": 0.02, "subjects_in_clip": {"1": 0.3, "3": 0.5}, "exit_causes": {"subject": 0.5}}


def recipe(**fields):
    render = {"width": 208, "height": 120, "frames": 90, "context_frames": 45}
    return Recipe(**{"name": "steered", "seed": 8, "clips": 150, "subjects_per_clip": (1, 3), "render": render, "balance": RARE, **fields})


def planned(monkeypatch, pilot, **options):
    monkeypatch.setattr(planner, "PILOT", pilot)
    monkeypatch.setattr(sample, "PILOT", pilot)
    return plan(recipe(), **options)


def test_a_steered_plan_needs_fewer_candidates_and_hangs_on_no_thread(monkeypatch):
    plainly = planned(monkeypatch, 10**9)
    one, two = planned(monkeypatch, 2048, threads=1), planned(monkeypatch, 2048, threads=2)
    assert one.candidates < plainly.candidates
    shares = [{s.label: s.offered / s.worthy for s in result.strata} for result in (plainly, one)]
    assert shares[1]["3"] > 1.5 * shares[0]["3"]
    assert shares[1]["subject"] > 1.5 * shares[0]["subject"]
    assert [(c.candidate, clip_id(c.spec), c.events) for c in one.clips] == [(c.candidate, clip_id(c.spec), c.events) for c in two.clips]
    assert max(c.candidate for c in one.clips) >= 2048 > min(c.candidate for c in one.clips)
    for result in (plainly, one):
        assert abs(sum(len(c.spec.subjects) == 3 for c in result.clips) - 75) <= 0.02 * 150 + 1e-9
    # Candidates of the pilot are those of a plan that does not steer.
    first = {c.candidate: clip_id(c.spec) for c in plainly.clips if c.candidate < 2048}
    assert all(first.get(c.candidate, clip_id(c.spec)) == clip_id(c.spec) for c in one.clips if c.candidate < 2048)


def test_odds_follow_the_weights_of_what_was_worth_a_render():
    asked = recipe()
    sampler = Sampler(asked, CATALOG, resolve_names(asked, CATALOG))
    choices = sampler.choices(0, 5000)
    heavy = int(np.argmax(np.bincount(choices.camera[:, 0])))
    weights = np.where(choices.camera[:, 0] == heavy, 3.0, 1.0)
    options = steered(sampler.options, choices, weights)
    before, after = sampler.options.camera_odds[0], options.camera_odds[0]
    others = np.arange(len(before)) != heavy
    assert after[heavy] / before[heavy] == pytest.approx(3.0 * (after[others] / before[others]).mean(), rel=0.05)
    for odds in (options.camera_odds, options.path_odds, options.count_odds):
        np.testing.assert_allclose(odds.sum(-1), 1.0)
    assert (options.scene_odds == sampler.options.scene_odds).all()


def test_options_of_which_little_is_known_keep_their_odds_and_factors_stay_in_bounds():
    asked = recipe()
    sampler = Sampler(asked, CATALOG, resolve_names(asked, CATALOG))
    choices = sampler.choices(0, FEWEST - 1)
    same = steered(sampler.options, choices, np.linspace(1.0, 50.0, FEWEST - 1))
    np.testing.assert_allclose(same.camera_odds, sampler.options.camera_odds)
    many = sampler.choices(0, 4000)
    wild = steered(sampler.options, many, np.where(many.subjects == 3, 1e4, 1e-4))
    ratio = wild.count_odds / sampler.options.count_odds
    assert ratio.max() / ratio.min() <= MOST / LEAST + 1e-9
