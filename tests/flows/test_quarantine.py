"""A clip that can never be rendered is given up with its reason, and the run goes on without it."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml
from chaos_farm import members, spoil

import hmworld as hm

SMALL = {
    "name": "small",
    "clips": 6,
    "seed": 5,
    "scenes": ["park"],
    "subjects": ["wolf", "kangaroo", "old_man_cardigan", "horse"],
    "subjects_per_clip": [1, 1],
    "render": {"width": 96, "height": 64, "frames": 24, "context_frames": 12},
    "retention": {"min_not_out_before": 2, "min_visible_before": 2, "min_gap": 2, "min_visible_after": 2},
    "keep_reject_media": True,
}


@pytest.mark.long
def test_a_clip_that_can_never_be_rendered_is_quarantined_and_the_others_are_the_same(tmp_path: Path, hmworld) -> None:
    recipe = tmp_path / "small.yaml"
    recipe.write_text(yaml.safe_dump(SMALL))
    good, spoiled = tmp_path / "good", tmp_path / "spoiled"
    done = hmworld("generate", recipe, "--out", good)
    assert done.returncode == 0, done.stderr
    assert hmworld("plan", recipe, "--out", spoiled).returncode == 0
    row, motion = spoil(spoiled)
    done = hmworld("generate", recipe, "--out", spoiled)
    assert done.returncode == 0, done.stderr
    assert "quarantined: 1 clips failed on every attempt" in done.stdout
    rejects = [one for one in pq.read_table(spoiled / "rejects.parquet").to_pylist() if one["reason"] == "quarantined"]
    assert [one["row"] for one in rejects] == [row]
    assert motion in rejects[0]["detail"]
    assert "(3 attempts, on " in rejects[0]["detail"]
    assert hm.open(spoiled).info.counts.rejected_by_reason["quarantined"] == 1
    expected = {key: data for key, data in members(good).items() if key[0] != rejects[0]["clip_id"]}
    assert members(spoiled) == expected
    # With what it lacked it is rendered, and nothing else is.
    again = hmworld("generate", recipe, "--out", tmp_path / "again", "--reuse", spoiled)
    assert again.returncode == 0, again.stderr
    assert "taken over from other datasets: 5 clips" in again.stderr
    assert members(tmp_path / "again") == members(good)
