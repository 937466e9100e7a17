"""A probe and its counterfactuals, rendered: each differs from the clip in what it says, where it says, and in nothing else."""

import numpy as np
import pyarrow.parquet as pq
import pytest

import hmworld as hm
from hmworld.dataset import PlanFile

pytestmark = pytest.mark.long
RECIPE = (
    "name: pairs\nclips: 1\nseed: 3\nsubjects_per_clip: [2, 2]\n"
    "scenes: [desert]\nsubjects: [labrador, german_shepherd, wolf, woman_red_coat, man_suit, chef]\n"
    "camera_paths: [probe_yaw_out_and_back]\nsubject_paths: [probe_small_circle]\n"
    "render: {width: 208, height: 120, frames: 60, context_frames: 30}\n"
    "retention: {min_not_out_before: 5, min_visible_before: 5, min_gap: 5, min_visible_after: 5}\n"
    "counterfactuals: [absent, vanished, frozen, swapped]\n"
)


@pytest.fixture(scope="module")
def pairs(tmp_path_factory, hmworld):
    folder = tmp_path_factory.mktemp("pairs")
    (folder / "recipe.yaml").write_text(RECIPE)
    done = hmworld("generate", folder / "recipe.yaml", "--out", folder / "out", "--workers", 2)
    assert done.returncode == 0, done.stderr
    dataset = hm.open(folder / "out")
    assert dataset.info.counts.planned == dataset.info.counts.kept == 5
    by_kind = {clip.meta.counterfactual: clip for clip in map(dataset.clip, dataset.manifest.column("clip_id").to_pylist())}
    assert set(by_kind) == {"", "absent", "vanished", "frozen", "swapped"}
    return dataset, by_kind


def about(pairs):
    """The clip itself, the index of the subject that its main absence is about, and that absence."""
    original = pairs[1][""]
    absence = max((e for e in original.meta.events if e.kind == "absence"), key=lambda e: e.gap_frames)
    return original, absence.subject - 1, absence


def pictures(clip):
    return np.array(list(clip.rgb())).astype(int)


def test_every_counterfactual_names_the_clip_it_is_another_take_of(pairs, hmworld):
    dataset, clips = pairs
    rows = {row["counterfactual"]: row for row in pq.read_table(dataset.root / "plan.parquet").to_pylist()}
    for kind, clip in clips.items():
        origin = clips[""].clip_id if kind else ""
        assert clip.meta.derived_from == clip.row["derived_from"] == rows[kind]["derived_from"] == origin
        assert clip.meta.split == clips[""].meta.split
        np.testing.assert_array_equal(clip.arrays["T_world_camera"], clips[""].arrays["T_world_camera"])
    assert len({clip.row["motion_id"] for clip in clips.values()}) == 5
    assert hmworld("validate", dataset.root).returncode == 0


def test_the_absent_subject_is_in_no_picture_and_all_else_is_as_it_was(pairs):
    original, who, _ = about(pairs)
    absent = pairs[1]["absent"]
    assert not absent.arrays["visible_px"][who].any()
    assert not absent.arrays["amodal_px"][who].any()
    assert (absent.arrays["state"][who] == 0).all()
    assert not any(e.subject == who + 1 for e in absent.meta.events)
    masks, before = np.array(list(absent.masks())), np.array(list(original.masks()))
    elsewhere = before != who + 1
    # What stood behind the subject comes to light; nothing else of any mask changes.
    np.testing.assert_array_equal(masks[elsewhere], before[elsewhere])
    assert (masks != who + 1).all()


@pytest.mark.parametrize("kind", ["vanished", "frozen", "swapped"])
def test_until_the_subject_is_gone_the_pictures_are_those_of_the_clip(pairs, kind):
    original, _, absence = about(pairs)
    before = slice(0, absence.exit_frame)
    other = pairs[1][kind]
    np.testing.assert_array_equal(np.array(list(other.masks()))[before], np.array(list(original.masks()))[before])
    # The encoder looks ahead, so pictures before the change may differ by its noise.
    assert np.abs(pictures(other)[before] - pictures(original)[before]).mean() < 1.0


def test_the_vanished_subject_never_comes_back(pairs):
    _, who, absence = about(pairs)
    vanished = pairs[1]["vanished"]
    assert not vanished.arrays["visible_px"][who, absence.exit_frame :].any()
    assert [e.kind for e in vanished.meta.events if e.subject == who + 1][-1] == "exit_only"


def test_the_frozen_subject_comes_back_to_where_it_left(pairs):
    original, who, absence = about(pairs)
    frozen, times = pairs[1]["frozen"], original.arrays["time_s"]
    hidden = (times >= absence.exit_time_s) & (times <= absence.return_time_s)
    roots = frozen.arrays["ue_subject"][who]
    assert np.ptp(roots[hidden], axis=0).max() == 0.0
    assert np.ptp(original.arrays["ue_subject"][who][hidden, :2], axis=0).max() > 5.0
    moving = times > absence.return_time_s + 0.1
    assert np.linalg.norm(np.diff(roots[moving, :2], axis=0), axis=1).min() > 0.1
    joints = frozen.arrays["joints_world"][who]
    assert np.nanmax(np.ptp(joints[hidden], axis=0)) < 1e-6


def test_another_subject_comes_back_in_place_of_the_swapped_one(pairs):
    original, who, absence = about(pairs)
    swapped = pairs[1]["swapped"]
    names = [s.name for s in swapped.meta.subjects]
    assert len(names) == 3
    assert names[2] not in names[:2]
    assert swapped.meta.subjects[2].kind == original.meta.subjects[who].kind
    visible = swapped.arrays["visible_px"]
    assert not visible[who, absence.return_frame :].any()
    assert not visible[2, : absence.exit_frame].any()
    assert visible[2, absence.entry_frame + 2 :].any()
    # It goes the way that the other would have gone.
    after = original.arrays["time_s"] >= absence.return_time_s
    np.testing.assert_allclose(swapped.arrays["ue_subject"][2][after, :2], original.arrays["ue_subject"][who][after, :2])


def test_the_plan_forecasts_what_the_pictures_show(pairs):
    dataset, clips = pairs
    plan = PlanFile(dataset.root)
    for row in plan.rows(range(len(plan))):
        rendered = clips[row.counterfactual].arrays["state"]
        assert (rendered == row.forecast_states).mean() > 0.97


def test_captions_say_who_is_there(pairs):
    texts = {kind: clip.meta.caption.text for kind, clip in pairs[1].items()}
    original, who, _ = about(pairs)
    name = original.meta.subjects[who].noun.split(" ", 1)[1]
    assert name in texts[""]
    assert name not in texts["absent"]
    assert f"The {name} leaves the picture and never comes back." in texts["vanished"]
    assert "is there only in the end" in texts["swapped"]
    assert "comes back" in texts["frozen"]
