"""Variants: the same motion in another light, and derived clips whose poses at a time are those of the clip they come from."""

import shutil

import numpy as np
import pyarrow.parquet as pq
import pytest

import hmworld as hm
from flows.prepare import prepare
from flows.variants import prepare_variants
from hmworld.catalog import default_catalog
from hmworld.choreography import choreograph
from hmworld.dataset import PlanFile
from hmworld.dataset.plan_file import PLAN
from hmworld.errors import UsageError
from hmworld.model import Recipe
from hmworld.plan.foretell import plainly

CATALOG = default_catalog()
SMALL = {"width": 208, "height": 120, "frames": 60, "context_frames": 30}
RULE = {"min_not_out_before": 4, "min_visible_before": 4, "min_gap": 4, "min_visible_after": 4}


@pytest.fixture(scope="module")
def planned(tmp_path_factory):
    out = tmp_path_factory.mktemp("plans") / "base"
    fields = {"scenes": ("park", "desert"), "render": SMALL, "retention": RULE, "subjects_per_clip": (1, 2)}
    prepare(Recipe(name="base", clips=12, seed=2, **fields), out)
    return out


def rows_of(root):
    plan = PlanFile(root)
    return plan.rows(range(len(plan)))


def variants(source, out, *assignments, scenes=()):
    prepare_variants(source, out, assignments, scenes, CATALOG, lambda clips: None)
    return rows_of(out)


def test_a_look_variant_keeps_motion_forecast_and_split(planned, tmp_path):
    old, new = rows_of(planned), variants(planned, tmp_path / "out", "look.light=golden")
    assert len(new) == len(old)
    for a, b in zip(old, new, strict=True):
        assert b.spec.look.name == "golden"
        assert b.spec.look.values == CATALOG.scenes[b.spec.scene.name].looks["golden"]
        assert (b.motion_id, b.forecast_events, b.split, b.derived_from) == (a.motion_id, a.forecast_events, a.split, "")
        assert b.spec.model_copy(update={"look": a.spec.look}) == a.spec
        assert (b.clip_id == a.clip_id) == (a.spec.look.name == "golden")
        np.testing.assert_array_equal(a.forecast_states, b.forecast_states)


def test_numbers_of_a_look_can_be_set(planned, tmp_path):
    for old, new in zip(rows_of(planned), variants(planned, tmp_path / "out", "look.fog_density_per_m=0.05"), strict=True):
        assert new.spec.look.name == f"{old.spec.look.name}_changed"
        assert new.spec.look.values == old.spec.look.values.model_copy(update={"fog_density_per_m": 0.05})
        assert new.motion_id == old.motion_id


@pytest.mark.parametrize(
    "assignments",
    [("render.width=416", "render.height=240"), ("lens.focal_length_mm=28",), ("render.fps=30",), ("render.fps=12", "render.frames=40")],
)
def test_a_derived_clip_moves_as_its_origin_does_and_is_forecast_anew(planned, tmp_path, assignments):
    old = {row.clip_id: row for row in rows_of(planned)}
    new = variants(planned, tmp_path / "out", *assignments)
    assert len(new) >= 8
    times = np.linspace(0.0, 3.9, 40)
    for row in new[:6]:
        origin = old[row.derived_from]
        assert row.motion_id != origin.motion_id
        assert (row.split, row.spec.look, row.spec.scene) == (origin.split, origin.spec.look, origin.spec.scene)
        a, b = choreograph(origin.spec), choreograph(row.spec)
        np.testing.assert_array_equal(a.camera_ue(times), b.camera_ue(times))
        for k in range(len(row.spec.subjects)):
            np.testing.assert_array_equal(a.subject(k, times).ue, b.subject(k, times).ue)
            np.testing.assert_array_equal(a.subject(k, times).gait_time_s, b.subject(k, times).gait_time_s)
        found = plainly(row.spec, CATALOG, PlanFile(planned).recipe.retention)
        assert found.reason == ""
        assert [(e.kind, e.exit_frame, e.entry_frame, e.exit_cause) for e in found.events] == [
            (e.kind, e.exit_frame, e.entry_frame, e.exit_cause) for e in row.forecast_events
        ]
    turned = PlanFile(tmp_path / "out")
    assert len(turned) + sum(turned.candidates_rejected.values()) == turned.candidates == len(old)


def test_at_another_rate_a_clip_is_as_long_and_cut_at_the_same_time(planned, tmp_path):
    for row in variants(planned, tmp_path / "out", "render.fps=30"):
        assert (row.spec.render.fps, row.spec.render.frames, row.spec.render.context_frames) == (30, 120, 60)
        assert row.forecast_states.shape[1] == 120


def test_another_subject_goes_the_same_way_with_a_gait_of_its_own(planned, tmp_path):
    old = {row.clip_id: row for row in rows_of(planned)}
    for row in variants(planned, tmp_path / "out", "subject=labrador"):
        came_from = old[row.derived_from or row.clip_id]
        assert (row.clip_id == came_from.clip_id) == (came_from.spec.subjects[0].name == "labrador")
        origin, subject = came_from.spec.subjects[0], row.spec.subjects[0]
        assert subject.name == "labrador"
        assert (subject.path, subject.phase) == (origin.path, origin.phase)
        card = CATALOG.subjects["labrador"]
        assert (subject.motion_sha256, subject.card_sha256, subject.kind) == (card.motion_sha256, card.digest(), "animal")
        assert row.spec.subjects[1:] == came_from.spec.subjects[1:]


def test_a_subject_that_a_split_holds_out_comes_into_no_other(tmp_path):
    held = {"subjects": ("fox", "knight", "labrador")}
    fields = {"scenes": ("park", "desert"), "render": SMALL, "retention": RULE, "subjects_per_clip": (1, 1)}
    splits = {"test": {"clips": 6, "held_out": held, "unseen": {"none": 0.5, "subject": 0.5}}}
    prepare(Recipe(name="held", clips=12, seed=2, splits=splits, **fields), tmp_path / "base")
    for folder, name, allowed in (("dog", "labrador", {("test", "subject")}), ("cat", "cat", {("train", ""), ("test", "none")})):
        rows = variants(tmp_path / "base", tmp_path / folder, f"subject={name}")
        assert {(row.split, row.unseen) for row in rows} == allowed
        assert PlanFile(tmp_path / folder).candidates_rejected["held_out"] == 12 - sum(
            (row.split, row.unseen) in allowed for row in rows_of(tmp_path / "base")
        )


def test_only_the_scenes_that_are_named_are_varied(planned, tmp_path):
    everywhere = variants(planned, tmp_path / "all", "look.light=dusk")
    assert {row.spec.scene.name for row in everywhere} == {"desert"}
    assert PlanFile(tmp_path / "all").candidates_rejected == {"no_such_look": 12 - len(everywhere)}
    assert {row.spec.scene.name for row in variants(planned, tmp_path / "out", "look.light=dusk", scenes=("desert",))} == {"desert"}


def test_a_folder_of_variants_of_other_clips_is_left_alone(planned, tmp_path):
    variants(planned, tmp_path / "out", "look.light=dusk")
    fewer = tmp_path / "fewer"
    shutil.copytree(planned, fewer)
    pq.write_table(pq.read_table(planned / PLAN).slice(1), fewer / PLAN)
    with pytest.raises(UsageError, match="holds variants of other clips than those of"):
        variants(fewer, tmp_path / "out", "look.light=dusk")


@pytest.mark.parametrize(
    ("assignments", "said"),
    [
        ((), "nothing to change: give --set KEY=VALUE"),
        (("look.light",), "expected KEY=VALUE"),
        (("look.light=teatime",), "no variant is worth a render: {'no_such_look': 12}"),
        (("look.brightness=3",), "'look.brightness' cannot be changed; what can: look.light=NAME"),
        (("look.exposure=-1",), "exposure"),
        (("render.width=99",), "render.width"),
        (("render.width=wide",), "expected a number, got 'wide'"),
        (("lens.focal_length_mm=0",), "lens.focal_length_mm"),
        (("subject=dragon",), "no such subject"),
        (("subject=lion", "subjects.1=lion"), "stands twice"),
        (("render.fps=30", "render.fps=20"), "stands twice"),
        (("scenes=harbour",), "'scenes' cannot be changed"),
    ],
)
def test_what_cannot_be_changed_is_refused_and_nothing_is_written(planned, tmp_path, assignments, said):
    with pytest.raises(UsageError) as error:
        variants(planned, tmp_path / "out", *assignments)
    assert said in str(error.value)
    assert not (tmp_path / "out" / "plan.parquet").exists()


def test_variants_of_a_probe_stay_beside_their_counterfactuals(tmp_path):
    fields = {"scenes": ("desert",), "render": SMALL, "retention": RULE, "subjects_per_clip": (1, 1), "counterfactuals": ("vanished",)}
    prepare(Recipe(name="pairs", clips=3, seed=4, **fields), tmp_path / "base")
    for folder, change in (("look", "look.light=dusk"), ("lens", "lens.focal_length_mm=32")):
        rows = variants(tmp_path / "base", tmp_path / folder, change)
        ids = {row.clip_id for row in rows if not row.counterfactual}
        others = [row for row in rows if row.counterfactual]
        assert others
        assert {row.derived_from for row in others} == ids


@pytest.mark.long
def test_a_varied_dataset_is_rendered_and_what_is_there_already_is_taken_over(tiny_dataset, tmp_path, hmworld):
    out = tmp_path / "golden"
    done = hmworld("vary", tiny_dataset, "--set", "look.light=golden", "--out", out, "--workers", 1)
    assert done.returncode == 0, done.stderr
    old, new = hm.open(tiny_dataset), hm.open(out)
    assert new.info.counts.kept == old.info.counts.kept
    before = {clip.row["motion_id"]: clip for clip in map(old.clip, old.manifest.column("clip_id").to_pylist())}
    golden = [clip for clip in before.values() if clip.row["look"] == "golden"]
    assert ("taken over" in done.stderr) == bool(golden)
    for clip in map(new.clip, new.manifest.column("clip_id").to_pylist()):
        origin = before[clip.row["motion_id"]]
        assert clip.row["look"] == "golden"
        assert clip.member("mask.mkv") == origin.member("mask.mkv")
        assert clip.member("npz") == origin.member("npz")
        assert clip.meta.events == origin.meta.events
        assert (clip.member("mp4") == origin.member("mp4")) == (origin in golden)
    assert hmworld("validate", out).returncode == 0
    again = hmworld("vary", tiny_dataset, "--set", "look.light=golden", "--out", out, "--workers", 1)
    assert again.returncode == 0, again.stderr
