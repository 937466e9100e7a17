"""The examples run on a dataset as they are, without network, and print what our own reader finds."""

import importlib.util
import re
from pathlib import Path

import pytest

import hmworld as hm

EXAMPLES = Path(__file__).parent.parent.parent / "examples"


@pytest.mark.parametrize("name", ["load_with_webdataset.py", "load_with_hf_datasets.py"])
def test_a_reading_example_is_short_and_needs_nothing_of_ours(name: str) -> None:
    text = (EXAMPLES / name).read_text()
    assert len(text.splitlines()) < 60
    assert not re.search(r"^\s*(import|from) hmworld", text, re.MULTILINE)


def test_the_webdataset_example_reads_every_absence(tiny_dataset: Path, cut_off) -> None:
    done = cut_off(EXAMPLES / "load_with_webdataset.py", tiny_dataset)
    assert done.returncode == 0, done.stderr
    expected = set()
    for clip in hm.open(tiny_dataset):
        absences = [event for event in clip.meta.events if event.kind == "absence"]
        assert absences
        expected.add(f"{clip.clip_id}: context (30, 120, 208, 3), target (30, 120, 208, 3): {clip.meta.caption.text}")
        for event in absences:
            camera = clip.arrays["T_world_camera"][event.exit_frame, :3, 3].round(2).tolist()
            back = clip.arrays["visible_px"][event.subject - 1, event.entry_frame]
            times = f"out at {event.exit_time_s:.2f} s, back at {event.return_time_s:.2f} s with {back} pixels"
            expected.add(f"  subject {event.subject} {times}; the camera stood at {camera} when it left")
    assert set(done.stdout.splitlines()) == expected


def test_the_webdataset_example_says_where_there_is_nothing_to_train_on(tmp_path: Path, cut_off) -> None:
    done = cut_off(EXAMPLES / "load_with_webdataset.py", tmp_path)
    assert (done.returncode, done.stderr.strip()) == (1, f"{tmp_path}: holds no shards/train-*.tar")


def test_the_hf_datasets_example_reads_chosen_clips_and_depth(tiny_dataset: Path, cut_off) -> None:
    if importlib.util.find_spec("datasets") is None:
        pytest.skip("Hugging Face datasets is not installed")
    done = cut_off(EXAMPLES / "load_with_hf_datasets.py", tiny_dataset)
    assert done.returncode == 0, done.stderr
    opened = hm.open(tiny_dataset)
    long_gone = [
        clip for clip in opened if any(e.kind == "absence" and e.gap_frames >= 0.5 * clip.meta.render.fps for e in clip.meta.events)
    ]
    assert long_gone
    possible = {
        f"train {clip.clip_id}: pictures (60, 120, 208, 3), {len(clip.meta.subjects)} subjects, poses (60, 4, 4)" for clip in long_gone
    }
    lines = done.stdout.splitlines()
    chosen = {line for line in lines if ": pictures" in line}
    assert chosen <= possible
    assert len(chosen) == min(3, len(possible))
    assert {line.strip() for line in lines if line.startswith("  ")} <= {clip.meta.caption.text for clip in long_gone}
    nearest = min(depth.min() for depth in opened[0].depths_m())
    assert lines[-1] == f"train {opened[0].clip_id}: depth (60, 120, 208), nearest {nearest:.2f} m"
