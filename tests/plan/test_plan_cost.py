"""What a render costs: sums by hand, and a disk estimate held against a dataset."""

import json

import pytest

from hmworld.choreography.compiled.judge import REASONS
from hmworld.cli.costs import cost_lines
from hmworld.model import Recipe
from hmworld.plan.cost import BYTES_A_FRAME, FILMABLE_REASONS, SECONDS_A_FRAME, estimate

RECIPE = Recipe(name="some", clips=100, render={"width": 1000, "height": 500, "fps": 10, "frames": 60, "context_frames": 30})
TURNED_DOWN = {"off_stage": 700, "camera_in_geometry": 100, "no_event": 60, "gap_too_short": 20, "not_needed": 90, "same_as_another": 10}


def with_fields(**fields):
    return Recipe.from_data({**RECIPE.model_dump(mode="json"), **fields}, "test")


def test_time_is_frames_by_the_rate_at_the_size_of_a_frame():
    cost = estimate(RECIPE, 100, {})
    fixed, per_megapixel = SECONDS_A_FRAME["main"]
    assert (cost.frames, cost.video_s, cost.rate) == (6000, 600.0, "reference")
    assert cost.seconds_a_frame == pytest.approx(fixed + 0.5 * per_megapixel)
    assert cost.slot_hours == cost.hours == pytest.approx(6000 * cost.seconds_a_frame / 3600)


def test_streams_add_time_and_bytes():
    bare, more = estimate(RECIPE, 100, {}), estimate(with_fields(streams=["depth", "flow"]), 100, {})
    extra = sum(SECONDS_A_FRAME[s][0] + 0.5 * SECONDS_A_FRAME[s][1] for s in ("depth", "flow"))
    assert more.seconds_a_frame == pytest.approx(bare.seconds_a_frame + extra)
    extra = sum(BYTES_A_FRAME[s][0] * 0.5 ** BYTES_A_FRAME[s][1] for s in ("depth", "flow"))
    assert more.disk_bytes == pytest.approx(bare.disk_bytes + 6000 * extra, abs=2)


def test_six_crf_more_halve_the_video_only():
    video = 6000 * BYTES_A_FRAME["video"][0] * 0.5 ** BYTES_A_FRAME["video"][1]
    saved = estimate(RECIPE, 100, {}).disk_bytes - estimate(with_fields(encoder={"crf": 24}), 100, {}).disk_bytes
    assert saved == pytest.approx(video / 2, abs=2)


def test_ones_own_rate_and_slots_take_the_place_of_ours():
    cost = estimate(RECIPE, 100, {}, slots=8, seconds_a_frame=0.3)
    assert (cost.rate, cost.slot_hours, cost.hours) == ("given", pytest.approx(0.5), pytest.approx(0.5 / 8))
    assert estimate(RECIPE, 3, {}, slots=8, seconds_a_frame=1.0).hours == pytest.approx(60 / 3600)  # one clip a slot, five slots idle
    for slots, rate in ((0, 1.0), (1, 0.0), (1, -1.0), (1, float("inf")), (1, float("nan"))):
        with pytest.raises(ValueError, match="expected one slot or more"):
            estimate(RECIPE, 100, {}, slots=slots, seconds_a_frame=rate)


def test_unreal_has_no_rate_but_ones_own():
    unknown = estimate(RECIPE, 100, {}, engine="unreal")
    assert (unknown.rate, unknown.seconds_a_frame, unknown.slot_hours, unknown.hours) == ("none", None, None, None)
    assert any("no rate was ever measured for Unreal" in line and "--seconds-per-frame" in line for line in cost_lines(unknown))
    assert estimate(RECIPE, 100, {}, engine="unreal", seconds_a_frame=0.3).slot_hours == pytest.approx(0.5)


def test_rendering_all_costs_as_much_more_as_fewer_of_the_filmable_are_worthy():
    cost = estimate(RECIPE, 100, TURNED_DOWN)
    assert (cost.filmable, cost.worthy) == (280, 200)
    assert cost.render_all_factor == pytest.approx(1.4)
    assert estimate(with_fields(forecast="off"), 100, TURNED_DOWN).render_all_factor is None


def test_every_reason_is_geometrys_or_a_filmable_one():
    geometry = {
        "off_stage", "subject_in_obstacle", "subjects_collide",
        "camera_under_ground", "camera_too_fast", "camera_in_geometry", "camera_near_subject",
    }  # fmt: skip
    assert set(REASONS) - {""} - set(FILMABLE_REASONS) == geometry


def test_the_cost_is_said_in_six_lines_at_most():
    lines = cost_lines(estimate(RECIPE, 100, TURNED_DOWN, slots=4))
    assert len(lines) == 5
    assert lines[0] == "cost: 100 clips, 6,000 frames, 10 min of video, about 205 MB on disk"
    assert lines[1].startswith("  time: about 11 min of one slot (an engine process), 3 min with 4 slots")
    assert "0.111 s a frame" in lines[2]
    assert "1.40 times" in lines[3]
    assert "200 of 280 candidates" in lines[3]


def test_the_disk_estimate_is_within_twice_the_bytes_of_a_dataset(tiny_dataset):
    info = json.loads((tiny_dataset / "dataset.json").read_text())
    actual = sum(shard["bytes"] for shard in info["shards"])
    cost = estimate(Recipe.from_data(info["recipe"], "dataset.json"), info["counts"]["kept"], {})
    assert actual / 2 < cost.disk_bytes < actual * 2
