"""Clips without an exit-entry event are rendered, rejected with a reason, and keep their media only because this recipe asks for it."""

import tarfile
from pathlib import Path

import pyarrow.parquet as pq

import hmworld as hm

RECIPE = (
    "name: unfiltered\nclips: 3\nseed: 4\nforecast: off\nkeep_reject_media: true\n"
    "subjects: [fox, horse, man_suit]\nsubjects_per_clip: [1, 1]\n"
    "camera_paths: [slow_sweep]\nsubject_paths: [stop_and_go]\n"
    "render: {width: 96, height: 64, frames: 30, context_frames: 15}\n"
)


def test_rejected_clips_keep_a_row_a_reason_and_their_media(tmp_path: Path, hmworld) -> None:
    (tmp_path / "recipe.yaml").write_text(RECIPE)
    out = tmp_path / "out"
    done = hmworld("generate", tmp_path / "recipe.yaml", "--out", out, "--workers", 1)
    assert done.returncode == 0, done.stderr
    info = hm.open(out).info
    rejects = pq.read_table(out / "rejects.parquet").to_pylist()
    rendered = [row for row in rejects if row["phase"] == "render"]
    assert info.counts.rejected == len(rendered) >= 1
    assert info.counts.kept + info.counts.rejected == info.counts.planned == 3
    assert info.counts.candidates == 3 + sum(row["phase"] == "forecast" for row in rejects)
    for row in rendered:
        assert row["reason"] in ("no_event", "seen_too_short_before", "gap_too_short", "seen_too_short_after")
        with tarfile.open(out / "rejects" / f"{row['clip_id']}.tar") as tar:
            assert f"{row['clip_id']}.mp4" in tar.getnames()
    kept = set(hm.open(out).manifest.column("clip_id").to_pylist())
    assert not kept & {row["clip_id"] for row in rendered}
    assert hmworld("validate", out).returncode == 0
