"""A whole dump becomes cards and entries of the project's catalog.json; run again, nothing changes; what was edited stays."""

import hashlib
import json
from pathlib import Path

import pytest
from handmade_dump import HandmadeDump
from test_unreal_scene import CELL, LOW, yard

from hmworld.catalog import open_catalog
from hmworld.catalog.catalog import scene_digest
from hmworld.embedded.actors import WorldError
from hmworld.embedded.gltf import rig
from hmworld.embedded.unreal.convert import Options, convert
from hmworld.embedded.unreal.words import SceneWords, SubjectWords, Words
from hmworld.embedded.world import World
from hmworld.errors import AssetError
from hmworld.model.recipe import Recipe


@pytest.fixture
def dump(tmp_path):
    """The walker and the yard."""
    found = HandmadeDump(tmp_path / "dump")
    found.walker()
    found.yard(*yard([]), LOW, CELL)
    return found


@pytest.fixture
def options(dump, tmp_path):
    return Options(dump.write(), tmp_path / "mine", tmp_path / "catalog.json", Words(credit="the tests"))


def written(options):
    """Every file that was written, by its bytes."""
    files = [p for p in options.catalog.rglob("*") if p.is_file()] + [options.project_catalog]
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def entries(options):
    return json.loads(options.project_catalog.read_text())


def test_cards_and_entries_agree(options):
    found = convert(options)
    assert [(m["name"], m["state"]) for m in found["made"]] == [("walker", "new"), ("yard", "new")]
    assert found["failed"] == []
    catalog = open_catalog(options.catalog)
    written_entries = entries(options)
    assert written_entries["subjects"]["walker"]["motion_sha256"] == catalog.subjects["walker"].motion_sha256
    assert written_entries["scenes"]["yard"]["card_sha256"] == scene_digest(catalog.scenes["yard"])
    assert [j["name"] for j in written_entries["subjects"]["walker"]["joints"]] == list(catalog.motion("walker").joint_names)
    for gait, entry in written_entries["subjects"]["walker"]["gaits"].items():
        assert entry["cycle_s"] == catalog.subjects["walker"].gaits[gait].cycle_s


def test_an_asset_called_like_a_card_that_ships_becomes_one_of_mine(tmp_path):
    dump = HandmadeDump(tmp_path / "dump")
    dump.walker("/Game/Animals/SK_Horse.SK_Horse")
    dump.yard(*yard([]), LOW, CELL, map="/Game/Maps/Park")
    options = Options(dump.write(), tmp_path / "mine", tmp_path / "catalog.json", Words(credit="the tests"))
    found = convert(options)
    assert [(m["name"], m["state"]) for m in found["made"]] == [("my_horse", "new"), ("my_park", "new")]
    assert "it is named my_horse, for horse is the name of one that ships" in found["made"][0]["remarks"][0]
    assert sorted(entries(options)["scenes"]) == ["my_park"]
    mine = open_catalog(options.catalog)
    assert (mine.subjects["my_horse"].noun, mine.scenes["my_park"].place) == ("a horse", "in the park"), "a caption says no `my`"
    assert open_catalog(options.catalog).scenes["park"].unreal is None, "the one that ships stays"


def test_run_again_it_writes_the_same_bytes(options):
    convert(options)
    before = written(options)
    assert [m["state"] for m in convert(options)["made"]] == ["unchanged", "unchanged"]
    assert written(options) == before
    assert not list(options.catalog.rglob(".*")), "nothing is left lying about"


def test_edited_words_stay_until_they_are_to_be_replaced(options):
    convert(options)
    before = written(options)
    for kind, name, old, new in (
        ("subjects", "walker", "noun: a walker", "noun: a tin man"),
        ("scenes", "yard", "in the yard", "in my yard"),
    ):
        path = options.catalog / kind / f"{name}.yaml"
        path.write_text(path.read_text().replace(old, new))
    assert [m["state"] for m in convert(options)["made"]] == ["kept", "kept"]
    catalog = open_catalog(options.catalog)
    assert catalog.subjects["walker"].noun == "a tin man"
    assert entries(options)["scenes"]["yard"]["card_sha256"] == scene_digest(catalog.scenes["yard"]), (
        "the driver asks for the card that stayed"
    )
    replaced = convert(Options(options.dump, options.catalog, options.project_catalog, options.words, replace=True))
    assert [m["state"] for m in replaced["made"]] == ["replaced", "replaced"]
    assert written(options) == before


def test_assets_that_changed_are_not_taken_silently(dump, options):
    convert(options)
    dump.characters[0]["animations"][1]["length_s"] = 1.25
    dump.write()
    before = written(options)
    (failure,) = convert(options)["failed"]
    assert "another motion_sha256" in failure["problem"] or "another gaits" in failure["problem"]
    assert "pass --replace" in failure["problem"]
    assert written(options) == before


def test_a_card_of_something_else_is_never_overtaken(dump, options):
    convert(options)
    path = options.catalog / "subjects" / "walker.yaml"
    path.write_text(path.read_text().replace("/Game/Robots/SK_Walker.SK_Walker", "/Game/Other/SK_Walker.SK_Walker"))
    (failure,) = convert(options)["failed"]
    assert "is there already and is of something else" in failure["problem"]


def test_entries_of_others_and_lamps_written_by_hand_stay(options):
    convert(options)
    project = entries(options)
    project["scenes"]["yard"]["lamps"] = ["Lamp_1"]
    project["scenes"]["alley"] = {"map": "/Game/Alley", "card_sha256": "0" * 64}
    options.project_catalog.write_text(json.dumps(project))
    convert(options)
    assert entries(options) == project


def test_what_is_wrong_with_one_asset_keeps_no_other_back(dump, options):
    dump.walker("/Game/Robots/SK_Second.SK_Second")["animations"].clear()
    dump.problems.append("/Game/Lost: no such folder")
    dump.write()
    found = convert(options)
    assert [m["name"] for m in found["made"]] == ["walker", "yard"]
    assert [f["asset"] for f in found["failed"]] == ["", "/Game/Robots/SK_Second"]
    assert "no animation that stands" in found["failed"][1]["problem"]


def test_two_assets_of_one_name_are_told_apart_by_words(dump, options):
    dump.walker("/Game/Other/SK_Walker.SK_Walker")
    dump.write()
    assert "is the second with the name walker" in convert(options)["failed"][0]["problem"]
    words = options.words.model_copy(update={"subjects": {"/Game/Other/SK_Walker": SubjectWords(name="twin")}})
    found = convert(Options(options.dump, options.catalog, options.project_catalog, words))
    assert [m["name"] for m in found["made"]] == ["walker", "twin", "yard"]


def test_a_name_that_ships_is_refused_with_where_to_name_it(dump, options):
    words = options.words.model_copy(update={"subjects": {"/Game/Robots/SK_Walker": SubjectWords(name="bear")}})
    (failure,) = convert(Options(options.dump, options.catalog, options.project_catalog, words))["failed"]
    assert "is the name of one that ships" in failure["problem"]
    assert "name in the file of --words" in failure["problem"]


def test_too_many_triangles_are_for_the_editor_to_mend(options, monkeypatch):
    monkeypatch.setattr(rig, "MAX_TRIANGLES", 40)
    (failure,) = convert(options)["failed"]
    assert "48 triangles" in failure["problem"]
    assert "generate a LOD with fewer in the editor" in failure["problem"]
    assert "Blender" not in failure["problem"]


def test_recipe_and_words_in_the_docs_can_be_used():
    text = (Path(__file__).parents[3] / "docs" / "unreal.md").read_text()
    recipe_text, words_text = (block.split("```")[0] for block in text.split("```yaml\n")[1:])
    recipe = Recipe.from_yaml_text(recipe_text, "docs/unreal.md")
    assert (recipe.scenes, recipe.subjects, recipe.subjects_per_clip, recipe.streams) == (("my_park",), ("my_dog",), (1, 1), ("depth",))
    words = Words.from_yaml_text(words_text, "docs/unreal.md")
    assert words.subjects["/Game/Dog/SK_Dog"].gaits == {"walk": "A_Dog_Walk_Slow", "run": "A_Dog_Run"}
    # Every word there is stands in the example.
    for said in (words, words.subjects["/Game/Dog/SK_Dog"], words.scenes["/Game/Maps/Park"]):
        assert set(type(said).model_fields) - said.model_fields_set <= {"title", "credit"}


def test_words_of_what_is_not_there_are_told(options):
    words = options.words.model_copy(update={"scenes": {"/Game/Maps/Yrad": SceneWords()}})
    with pytest.raises(AssetError, match="scenes: /Game/Maps/Yrad: was not found in Unreal; found /Game/Maps/Yard"):
        convert(Options(options.dump, options.catalog, options.project_catalog, words))


@pytest.mark.parametrize("text", ["{", "[]", '{"version": 2, "scenes": {}, "subjects": {}}', '{"version": 1, "scenes": []}'])
def test_a_broken_catalog_of_the_project_is_never_overwritten(options, text):
    options.project_catalog.write_text(text)
    with pytest.raises(AssetError, match=r"catalog\.json.*move it away and run this again"):
        convert(options)
    assert options.project_catalog.read_text() == text


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (None, "the content scripts write it"),
        ("{", "is no JSON"),
        ('{"version": 9}', "version: expected 1, got 9"),
        ('{"version": 1, "request": "x"}', "engine: Field required"),
    ],
)
def test_a_dump_that_cannot_be_used_is_told(options, change, problem):
    path = options.dump / "dump.json"
    path.unlink() if change is None else path.write_text(change)
    with pytest.raises(AssetError, match=problem):
        convert(options)


def test_a_dump_names_no_file_elsewhere(dump, options):
    dump.maps[0]["heights"] = "../secret"
    dump.write()
    (failure,) = convert(options)["failed"]
    assert "names the file '../secret', expected one beside it" in failure["problem"]


def test_the_embedded_engine_says_that_such_a_scene_is_in_unreal_only(options):
    convert(options)
    world = World.__new__(World)
    world.catalog = open_catalog(options.catalog)
    with pytest.raises(WorldError, match="No scene 'yard' here: its card has it in Unreal only; render it with --engine unreal"):
        world._scene_card("yard")
