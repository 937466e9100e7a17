"""`hmworld merge` as a stranger meets it."""

import json
import shutil
from pathlib import Path

import pytest


@pytest.fixture
def twin(tiny_dataset: Path, tmp_path: Path) -> Path:
    """A dataset of the same clips in another folder."""
    shutil.copytree(tiny_dataset, tmp_path / "twin")
    return tmp_path / "twin"


def test_merge_joins_says_what_it_did_and_the_result_is_valid(tiny_dataset: Path, twin: Path, tmp_path: Path, here) -> None:
    done = here("merge", tiny_dataset, twin, "--out", tmp_path / "both")
    assert done.returncode == 0, done.stderr
    assert f"{tmp_path / 'both'}: 4 clips, " in done.stdout
    assert "4 shards" in done.stdout
    assert "tiny                     seed 1: 0 clips; 4 left out, others have them" in done.stdout
    assert here("validate", tmp_path / "both", "--sample", 1).returncode == 0
    assert "tiny_tiny: 4 clips" in here("inspect", tmp_path / "both").stdout


def test_merge_answers_json_for_machines(tiny_dataset: Path, twin: Path, tmp_path: Path, here) -> None:
    answer = json.loads(here("merge", tiny_dataset, twin, "--out", tmp_path / "both", "--name", "pair", "--link", "--json").stdout)
    assert (answer["name"], answer["kept"], answer["duplicates"], answer["shards"]) == ("pair", 4, 4, 4)
    assert [(s["clips"], s["first_row"], s["last_row"]) for s in answer["sources"]] == [(4, 0, 4), (0, 4, 4)]


def test_wrong_calls_and_bad_data_have_their_exit_codes_and_one_message(tiny_dataset: Path, twin: Path, tmp_path: Path, here) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("mine")
    sorted(twin.glob("shards/*.tar"))[1].unlink()
    for code, message, arguments in (
        (2, "expected two datasets or more", (tiny_dataset, "--out", tmp_path / "out")),
        (2, "is named twice", (tiny_dataset, tiny_dataset, "--out", tmp_path / "out")),
        (2, "is not an empty folder", (tiny_dataset, twin, "--out", tmp_path / "full")),
        (2, "--out", (tiny_dataset, twin)),
        (1, "is not a finished dataset", (tiny_dataset, tmp_path / "full", "--out", tmp_path / "out")),
        (1, "train-000001.tar: cannot be read", (twin, tiny_dataset, "--out", tmp_path / "out")),
    ):
        done = here("merge", *arguments)
        assert done.returncode == code, done.stderr
        assert message in done.stdout + done.stderr
        assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_merged_dataset_is_not_taken_for_that_of_its_recipe(tiny_dataset: Path, twin: Path, tmp_path: Path, hmworld, here) -> None:
    assert here("merge", tiny_dataset, twin, "--out", tmp_path / "both").returncode == 0
    done = hmworld("generate", "tiny", "--out", tmp_path / "both")
    assert (done.returncode, "holds a merged dataset" in done.stderr) == (2, True)
