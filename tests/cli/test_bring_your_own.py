"""Your own subject in your own scene, from two glTF files to a valid dataset, by the command."""

import json
import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "embedded" / "gltf"))

from handmade_walker import walker
from handmade_yard import yard

RECIPE = """
name: own
seed: 1
clips: 1
subjects_per_clip: [1, 1]
scenes: [yard]
subjects: [walker]
render: {width: 160, height: 96, fps: 15, frames: 60, context_frames: 30}
retention: {min_not_out_before: 4, min_visible_before: 4, min_gap: 4, min_visible_after: 4}
streams: [depth]
"""


@pytest.fixture(scope="module")
def mine(tmp_path_factory, hmworld):
    """A catalog folder with the yard and the walker in it."""
    folder = tmp_path_factory.mktemp("own")
    yard().write(folder / "yard.glb")
    walker().write(folder / "walker.glb")
    (folder / "own.yaml").write_text(RECIPE)
    catalog = folder / "mine"
    place = ("--place", "in a walled yard", "--credit", "Yard by the tests, CC0")
    done = hmworld("catalog", "add-scene", folder / "yard.glb", "--name", "yard", "--catalog", catalog, *place)
    assert done.returncode == 0, done.stderr
    assert "stage open_1" in done.stdout
    words = ("--kind", "animal", "--species", "robot", "--noun", "a boxy walker", "--credit", "Walker by the tests, CC0")
    clips = ("--idle", "Idle", "--gait", "walk=Walk", "--json")
    done = hmworld("catalog", "add-subject", folder / "walker.glb", "--name", "walker", "--catalog", catalog, *words, *clips)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["gaits"]["walk"]["stride_m"] == pytest.approx(0.8, abs=1e-3)
    return folder


def test_the_catalog_shows_them_beside_those_that_ship(mine, here):
    known = json.loads(here("catalog", "--catalog", mine / "mine", "--json").stdout)
    shipped = json.loads(here("catalog", "--json").stdout)
    assert sorted(known["scenes"]) == sorted([*shipped["scenes"], "yard"])
    assert sorted(known["subjects"]) == sorted([*shipped["subjects"], "walker"])


@pytest.mark.long
def test_a_dataset_of_them_is_valid_and_a_planned_run_needs_the_catalog_no_more(mine, tmp_path, hmworld, here):
    catalog = shutil.copytree(mine / "mine", tmp_path / "mine")
    out = tmp_path / "data"
    done = here("plan", mine / "own.yaml", "--out", out, "--catalog", catalog)
    assert done.returncode == 0, done.stderr
    shutil.rmtree(catalog)
    done = hmworld("generate", mine / "own.yaml", "--out", out, "--workers", 1)
    assert done.returncode == 0, done.stderr
    assert not (out / ".staging").exists()
    done = here("validate", out, "--json")
    assert done.returncode == 0, done.stdout
    licence = (out / "LICENSE-ASSETS").read_text()
    assert "Yard by the tests, CC0" in licence
    assert "Walker by the tests, CC0" in licence
    assert not [p for p in out.rglob("*") if p.name.endswith(".mesh.npz")], "a dataset does not hand on the file itself"


def test_a_plan_without_its_cards_asks_for_the_catalog(mine, tmp_path, hmworld, here):
    out = tmp_path / "data"
    assert here("plan", mine / "own.yaml", "--out", out, "--catalog", mine / "mine").returncode == 0
    shutil.rmtree(out / ".staging")
    done = hmworld("generate", mine / "own.yaml", "--out", out)
    assert done.returncode == 2
    assert "its plan needs your own scene 'yard'; pass --catalog" in done.stderr
    changed = shutil.copytree(mine / "mine", tmp_path / "changed")
    card = changed / "subjects" / "walker.yaml"
    card.write_text(card.read_text().replace("a boxy walker", "a round walker"))
    done = hmworld("generate", mine / "own.yaml", "--out", out, "--catalog", changed)
    assert done.returncode == 2
    assert "was planned with another subject 'walker'" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--gait", "walk"), 2, "--gait walk: expected NAME=VALUE"),
        (("--gait", "idle=Walk"), 2, "--gait idle: the standing animation is named with --idle"),
        (("--gait", "walk=Walk", "--stride-m", "walk=far"), 2, "expected metres"),
        (("--gait", "walk=Walk", "--height-m", "1.7", "--scale", "1"), 2, "pass one of them"),
        (("--gait", "walk=Walk", "--scale", "100"), 1, "is it in centimetres? Pass --scale 1"),
        (("--gait", "walk=Gallop"), 1, "there is no animation 'Gallop'; it has 'Walk', 'Idle'"),
    ],
)
def test_a_wrong_call_says_so_and_writes_nothing(mine, tmp_path, hmworld, arguments, code, words):
    fixed = (
        "--name",
        "w",
        "--catalog",
        tmp_path / "c",
        "--kind",
        "animal",
        "--species",
        "r",
        "--noun",
        "n",
        "--credit",
        "c",
        "--idle",
        "Idle",
    )
    done = hmworld("catalog", "add-subject", mine / "walker.glb", *fixed, *arguments)
    assert done.returncode == code
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "c").exists()


def test_a_name_that_ships_and_a_folder_that_is_no_catalog_are_refused(mine, tmp_path, here):
    clash = tmp_path / "clash"
    (clash / "subjects").mkdir(parents=True)
    text = (mine / "mine" / "subjects" / "walker.yaml").read_text()
    (clash / "subjects" / "labrador.yaml").write_text(text.replace("name: walker", "name: labrador"))
    done = here("catalog", "--catalog", clash)
    assert done.returncode == 2
    assert "'labrador' is the name of one that ships" in done.stderr
    done = here("catalog", "--catalog", tmp_path / "nowhere")
    assert done.returncode == 2
    assert "is no catalog" in done.stderr
