"""`hmworld publish` as a stranger meets it."""

import json
import shutil
from pathlib import Path

import hmworld as hm


def test_publish_says_what_it_did_and_the_copy_is_a_valid_dataset(tiny_dataset: Path, tmp_path: Path, hmworld) -> None:
    there = tmp_path / "share" / "tiny"
    done = hmworld("publish", tiny_dataset, there)
    assert done.returncode == 0, done.stderr
    assert f"{there}: tiny, " in done.stdout
    assert "all there as dataset.json names them" in done.stdout
    assert hmworld("validate", there, "--sample", 1).returncode == 0
    assert not (there / ".staging").exists()


def test_publish_answers_json_and_does_nothing_twice(tiny_dataset: Path, tmp_path: Path, hmworld) -> None:
    first, second = (json.loads(hmworld("publish", tiny_dataset, tmp_path / "there", "--json").stdout) for _ in range(2))
    assert (first["name"], first["url"], first["there"]) == ("tiny", str(tmp_path / "there"), 0)
    assert (second["published"], second["there"]) == (0, first["published"])
    assert first["bytes"] == first["published_bytes"] > 0 == second["published_bytes"]


def test_publish_to_s3_reads_back_by_its_url(tiny_dataset: Path, s3, hmworld) -> None:
    url = f"{s3.url}/data/tiny"
    done = hmworld("publish", tiny_dataset, url, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["reread"] == 1
    near, far = hm.open(tiny_dataset), hm.open(url)
    assert far.clip_ids == near.clip_ids
    assert far[1].member("mp4") == near[1].member("mp4")


def test_wrong_calls_and_bad_data_have_their_exit_codes_and_one_message(tiny_dataset: Path, tmp_path: Path, hmworld) -> None:
    shutil.copytree(tiny_dataset, tmp_path / "damaged")
    sorted((tmp_path / "damaged" / "shards").iterdir())[0].write_bytes(b"")
    (tmp_path / "empty").mkdir()
    for code, message, arguments in (
        (2, "is the dataset's own folder", (tiny_dataset, tiny_dataset)),
        (2, "credentials do not belong in a URL", (tiny_dataset, "s3://key:sesame@bucket/x")),
        (2, "nonsense://x: cannot be used", (tiny_dataset, "nonsense://x")),
        (2, "--jobs", (tiny_dataset, tmp_path / "out", "--jobs", 0)),
        (1, "is not a finished dataset", (tmp_path / "empty", tmp_path / "out")),
        (1, "is not the file that dataset.json names", (tmp_path / "damaged", tmp_path / "out")),
    ):
        done = hmworld("publish", *arguments)
        assert done.returncode == code, done.stdout + done.stderr
        assert message in done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        assert "sesame" not in done.stdout + done.stderr
    assert not (tmp_path / "out" / "dataset.json").exists()


def test_the_help_has_an_example(hmworld) -> None:
    assert "Example: hmworld publish my-dataset s3://my-bucket/my-dataset" in hmworld("publish", "--help").stdout
