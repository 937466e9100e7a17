"""The command as a stranger meets it: exit codes, one clear message, never a traceback."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

GOOD_RECIPE = (
    "name: one\nclips: 1\nscenes: [park]\nsubjects: [fox, labrador, man_suit]\nsubjects_per_clip: [1, 1]\n"
    "render: {width: 96, height: 64, frames: 40, context_frames: 20}\n"
    "retention: {min_not_out_before: 2, min_visible_before: 2, min_gap: 3, min_visible_after: 2}\n"
)


def bad(done: "subprocess.CompletedProcess[str]", code: int, *words: str) -> None:
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    for word in words:
        assert word in done.stderr, done.stderr


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name: x\nclips: 1\nframes: 3\n", ("frames: unknown field", "known here: name, seed, clips")),
        ("name: x\nclips: many\n", ("clips:", "'many'")),
        ("name: x\nclips: 0\n", ("clips:", "greater than or equal to 1")),
        ("name: x\nclips: 1\nscenes: [moon]\n", ("scenes: unknown 'moon'", "known: beach, city_street")),
        ("name: x\nclips: 1\ncamera_paths: [../../etc]\n", ("camera_paths",)),
        ("name: x\nclips: 1\nlooks: [neon]\n", ("looks: no chosen scene has neon", "known: day")),
        ("[1, 2\n", ("is not YAML",)),
        ("- a\n- b\n", ("expected a mapping",)),
        ("name: x\nclips: 1\nrender: {width: .nan}\n", ("render.width",)),
    ],
)
def test_a_malformed_recipe_is_one_message_with_file_and_field(tmp_path: Path, here, text: str, words: tuple[str, ...]) -> None:
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text(text)
    done = here("plan", recipe, "--out", tmp_path / "out")
    bad(done, 2, *words)
    assert not (tmp_path / "out").exists()


def test_a_missing_recipe_names_those_that_ship(tmp_path: Path, here) -> None:
    bad(here("plan", "nothing.yaml", "--out", tmp_path / "out"), 2, "no such recipe file", "demo, hm-world, laptop, mini, probe, tiny")


def test_unknown_commands_and_options_are_wrong_calls(hmworld) -> None:
    assert hmworld("fly").returncode == 2
    assert hmworld("plan", "tiny", "--out", "x", "--colour", "red").returncode == 2
    assert hmworld("--help").returncode == 0
    assert hmworld("generate", "--help").returncode == 0


def test_every_command_shows_an_example_in_its_help(here) -> None:
    for command in (
        ("demo",),
        ("plan",),
        ("generate",),
        ("validate",),
        ("inspect",),
        ("report",),
        ("view",),
        ("merge",),
        ("export",),
        ("import-hm-world",),
        ("catalog",),
        ("doctor",),
        ("engine", "serve"),
        ("engine", "check"),
    ):
        assert "Example: hmworld " + " ".join(command) in here(*command, "--help").stdout


def test_a_folder_of_other_things_is_left_alone(tmp_path: Path, hmworld) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    bad(hmworld("generate", "tiny", "--out", tmp_path), 2, "is not an empty folder", "thesis.txt")
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_folder_with_another_recipes_plan_is_left_alone(tmp_path: Path, here) -> None:
    recipe = tmp_path / "one.yaml"
    recipe.write_text(GOOD_RECIPE)
    assert here("plan", recipe, "--out", tmp_path / "out").returncode == 0
    before = (tmp_path / "out" / "plan.parquet").read_bytes()
    bad(here("plan", recipe, "--out", tmp_path / "out", "--seed", 9), 2, "holds the plan of another recipe", "seed was 0")
    assert (tmp_path / "out" / "plan.parquet").read_bytes() == before


def test_plan_answers_json_for_machines(tmp_path: Path, here) -> None:
    recipe = tmp_path / "one.yaml"
    recipe.write_text(GOOD_RECIPE)
    answer = json.loads(here("plan", recipe, "--out", tmp_path / "out", "--json").stdout)
    assert answer["clips"] == 1
    assert answer["absences"] >= 1
    assert answer["candidates"] == 1 + sum(answer["rejected_by_reason"].values())


def test_plan_says_what_the_render_will_cost(tmp_path: Path, here) -> None:
    recipe = tmp_path / "one.yaml"
    recipe.write_text(GOOD_RECIPE)
    said = here("plan", recipe, "--out", tmp_path / "out").stdout
    assert "cost: 1 clip, 40 frames, 3 s of video" in said
    assert "our reference machine" in said
    own = here("plan", recipe, "--out", tmp_path / "out", "--seconds-per-frame", 90, "--slots", 4, "--json")
    cost = json.loads(own.stdout)["cost"]
    assert (cost["frames"], cost["rate"], cost["slot_hours"], cost["hours"]) == (40, "given", 1.0, 1.0)
    assert "no rate was ever measured for Unreal" in here("plan", recipe, "--out", tmp_path / "out", "--engine", "unreal").stdout
    bad(here("plan", recipe, "--out", tmp_path / "out", "--slots", 0), 2, "--slots: expected 1 or more, got 0")
    bad(here("plan", recipe, "--out", tmp_path / "out", "--seconds-per-frame", 0), 2, "--seconds-per-frame: expected more than 0")


def test_a_preview_comes_with_a_new_plan_or_later_and_does_not_change_it(tmp_path: Path, here) -> None:
    recipe = tmp_path / "one.yaml"
    recipe.write_text(GOOD_RECIPE)
    assert here("plan", recipe, "--out", tmp_path / "out").returncode == 0
    page, before = tmp_path / "out" / "report" / "preview.html", (tmp_path / "out" / "plan.parquet").read_bytes()
    assert not page.exists()
    done = here("plan", recipe, "--out", tmp_path / "out", "--preview", "--preview-clips", 1)
    assert f"Look at it: {page}" in done.stdout
    assert page.read_text().count('<svg class="map"') == 1
    assert (tmp_path / "out" / "plan.parquet").read_bytes() == before
    answer = json.loads(here("plan", recipe, "--out", tmp_path / "new", "--preview", "--json").stdout)
    assert Path(answer["preview"]).read_text() == page.read_text()
    bad(here("plan", recipe, "--out", tmp_path / "out", "--preview", "--preview-clips", 0), 2, "--preview-clips: expected 1 or more")


def test_unreal_without_a_server_is_one_clear_message(tmp_path: Path, hmworld) -> None:
    recipe = tmp_path / "one.yaml"
    recipe.write_text(GOOD_RECIPE)
    done = hmworld("generate", recipe, "--out", tmp_path / "out", "--engine", "unreal", "--port", 1)
    bad(done, 1, "cannot connect; is the engine running")


def test_inspect_and_validate_say_what_is_not_a_dataset(tmp_path: Path, here) -> None:
    bad(here("inspect", tmp_path), 1, "is not a finished dataset")
    done = here("validate", tmp_path)
    assert done.returncode == 1
    assert "is not a finished dataset" in done.stdout


def test_inspect_shows_clips_and_a_sheet(tiny_dataset: Path, tmp_path: Path, here) -> None:
    whole = here("inspect", tiny_dataset)
    assert "tiny: 4 clips" in whole.stdout
    first = json.loads((tiny_dataset / "dataset.json").read_text())["counts"]
    assert first["kept"] == 4
    assert here("inspect", tiny_dataset, "--sheet", tmp_path / "sheet.png").returncode == 0
    assert (tmp_path / "sheet.png").read_bytes().startswith(b"\x89PNG")
    bad(here("inspect", tiny_dataset, "zzz"), 2, "0 clips")
    bad(here("inspect", tiny_dataset, "--sheet", tmp_path / "sheet.gif"), 2, "ending in .png")


def test_catalog_lists_what_there_is(here) -> None:
    answer = json.loads(here("catalog", "--json").stdout)
    paths = {"subject_paths": 10, "camera_paths": 28, "probe_subject_paths": 2, "probe_camera_paths": 8}
    assert {name: len(found) for name, found in answer.items()} == {"scenes": 17, "subjects": 52, **paths}


def test_doctor_finds_this_machine_good(hmworld) -> None:
    done = hmworld("doctor")
    assert done.returncode == 0, done.stdout
    assert "all good" in done.stdout


def test_doctor_explains_a_missing_libgl(tmp_path: Path, environment: dict[str, str]) -> None:
    (tmp_path / "cv2").mkdir()
    (tmp_path / "cv2" / "__init__.py").write_text("raise ImportError('libGL.so.1: cannot open shared object file')\n")
    code = "from hmworld.cli.doctor import _opencv\ntry:\n    _opencv()\nexcept RuntimeError as error:\n    print(error)"
    done = subprocess.run(
        [sys.executable, "-c", code], env={**environment, "PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, check=True
    )
    assert "libGL.so.1" in done.stdout
    assert "opencv-python-headless==" in done.stdout


@pytest.mark.long
def test_a_full_disk_is_one_message_and_the_run_goes_on_later(tmp_path: Path, hmworld) -> None:
    """A real full disk: a tmpfs of 600 kB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=600k", "none", str(disk)], capture_output=True).returncode:
        pytest.skip("mounting a small disk needs root and mount(8)")
    try:
        done = hmworld("generate", "tiny", "--out", disk / "out", "--workers", 1)
        bad(done, 1, "No space left on device", "run the same command again")
        assert not (disk / "out" / "dataset.json").exists()
        subprocess.run(["mount", "-o", "remount,size=60m", str(disk)], check=True)
        done = hmworld("generate", "tiny", "--out", disk / "out", "--workers", 1)
        assert done.returncode == 0, done.stderr
        assert hmworld("validate", disk / "out").returncode == 0
    finally:
        subprocess.run(["umount", str(disk)], check=True)
