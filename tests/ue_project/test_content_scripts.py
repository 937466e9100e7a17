"""The editor's scripts agree with what we believe of `unreal`, and with hmworld: types by mypy, a whole run on a stand-in for the editor.

Neither proves anything about Unreal: stub and stand-in were written by us.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from ue_cpp import PROJECT, REPOSITORY

from hmworld.catalog import open_catalog
from hmworld.catalog.catalog import scene_digest
from hmworld.catalog.locations import cards_dir
from hmworld.cli import from_unreal
from hmworld.cli.app import run
from hmworld.engine import unreal

SCRIPTS = PROJECT / "Content" / "Python"
HERE = Path(__file__).parent
CREDIT = ("--credit", "the tests")


def test_the_scripts_agree_with_the_types_of_what_they_use(tmp_path):
    paths = os.pathsep.join([str(HERE / "stubs"), str(SCRIPTS)])
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--cache-dir", str(tmp_path), str(SCRIPTS / "hmworld_import")],
        env={**os.environ, "MYPYPATH": paths},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout


def test_the_stub_declares_nothing_that_the_scripts_do_not_use():
    stub = (HERE / "stubs" / "unreal" / "__init__.pyi").read_text()
    scripts = "\n".join(p.read_text() for p in (SCRIPTS / "hmworld_import").glob("*.py"))
    methods = set(re.findall(r"def (\w+)\(", stub)) - {"__len__", "__iter__", "__getitem__", "__init__"}
    unused = sorted(name for name in methods if not re.search(rf"\.{name}\(", scripts))
    assert unused == []


def test_the_scripts_need_only_unreal_and_the_standard_library():
    for path in (SCRIPTS / "hmworld_import").glob("*.py"):
        roots = set(re.findall(r"^(?:from|import) (\w+)", path.read_text(), re.M))
        assert roots <= {*sys.stdlib_module_names, "unreal", "hmworld_import"}, path


def test_phases_are_as_many_as_the_motion_table_has():
    from hmworld.embedded.gltf import stride

    text = (SCRIPTS / "hmworld_import" / "characters.py").read_text()
    assert f"PHASES = {stride.PHASES}\n" in text
    assert "LONGEST_PHASE_S = 1.0 / 30.0\n" in text
    assert stride.LONGEST_PHASE_S == 1.0 / 30.0


@pytest.fixture
def project(tmp_path):
    """A copy of the project with the scripts, and no more."""
    root = tmp_path / "project"
    shutil.copytree(SCRIPTS, root / "Content" / "Python", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT / "HMWorld.uproject", root)
    return root / "HMWorld.uproject"


@pytest.fixture
def engine(tmp_path):
    """A folder like Unreal Engine's whose editor runs the script on the stand-in for `unreal`."""
    editor = tmp_path / "UE" / "Engine" / "Binaries" / "Linux" / "UnrealEditor"
    editor.parent.mkdir(parents=True)
    editor.write_text(
        f"""#!{sys.executable} -B
import os, re, subprocess, sys
from pathlib import Path
project = Path(sys.argv[1])
script = next(a.split("=", 1)[1] for a in sys.argv if a.startswith("-ExecutePythonScript="))
path = os.pathsep.join([{str(HERE / "fake")!r}, str(project.parent / "Content" / "Python")])
environment = {{**os.environ, "PYTHONPATH": path, "FAKE_UNREAL_SAVED": str(project.parent / "Saved")}}
sys.exit(subprocess.run([sys.executable, "-B", script], env=environment).returncode)
"""
    )
    editor.chmod(0o755)
    return tmp_path / "UE"


linux = pytest.mark.skipif(sys.platform != "linux", reason="the stand-in for the editor is a script for Linux")


@pytest.fixture
def from_engine(project, engine, tmp_path, capsys, monkeypatch):
    """As a user who is not root, run the command; its code, what it printed, and what it complained of."""

    monkeypatch.setattr(unreal, "is_root", lambda: False)

    def call(*arguments):
        fixed = ["catalog", "from-unreal", "--project", project, "--catalog", tmp_path / "mine", "--ue-root", engine]
        code = run([str(a) for a in (*fixed, *arguments)])
        return (code, *capsys.readouterr())

    return call


@linux
def test_one_command_makes_cards_of_characters_and_maps(from_engine, project, tmp_path):
    code, out, err = from_engine("--characters", "/Game/Robots", "--maps", "/Game/Maps", *CREDIT, "--json")
    assert code == 0, err
    found = json.loads(out)
    assert [(m["name"], m["state"]) for m in found["made"]] == [("walker", "new"), ("yard", "new")]
    assert "SK_Hat: no animation on its skeleton lies in the folders" in "\n".join(found["notes"])
    catalog = open_catalog(tmp_path / "mine")
    card, scene = catalog.subjects["walker"], catalog.scenes["yard"]
    strides = {gait: found.stride_m for gait, found in card.gaits.items()}
    assert strides == {"idle": 0.0, "walk": pytest.approx(0.8, abs=1e-3), "run": pytest.approx(1.2, abs=1e-4)}
    assert card.unreal.animations["run"] == "/Game/Robots/Anims/A_Walker_Run.A_Walker_Run"
    # The crate of the map, and one of its two bushes: the other is too small to be told.
    crate = next(o for o in scene.obstacles if o.kind == "box")
    np.testing.assert_allclose(crate.center_m, (5.0, -3.0, 1.0), atol=1e-6)
    np.testing.assert_allclose(crate.half_m, (1.0, 1.5, 1.0), atol=1e-6)
    assert [o.kind for o in scene.obstacles].count("ellipsoid") == 1
    assert (scene.looks["day"].sun_azimuth_deg, scene.looks["day"].sun_elevation_deg) == (180.0, pytest.approx(53.13))
    x, y, z = scene.stages[0].center_m
    assert z == 0.0, "the ground, not the navmesh 7 cm above it"
    clear = np.hypot(max(abs(x - 5.0) - 1.0, 0.0), max(abs(y + 3.0) - 1.5, 0.0))
    assert min(clear, 12.0 - abs(x), 12.0 - abs(y)) >= scene.stages[0].radius_m > 7.0
    entries = json.loads((project.parent / "Content" / "HMWorld" / "catalog.json").read_text())
    assert entries["subjects"]["walker"]["motion_sha256"] == card.motion_sha256
    assert entries["scenes"]["yard"] == {"map": "/Game/Maps/Yard", "card_sha256": scene_digest(scene)}
    assert "Allow CPU Access of LOD 0 was set and saved" in "\n".join(found["notes"])


@linux
def test_run_again_nothing_changes(from_engine, project, tmp_path):
    def files():
        kept = [*(tmp_path / "mine").rglob("*.*"), project.parent / "Content" / "HMWorld" / "catalog.json"]
        return {p.name: p.read_bytes() for p in kept}

    words = ("--characters", "/Game/Robots/SK_Walker", "--animations", "/Game/Robots/Anims", "--maps", "/Game/Maps/Yard", *CREDIT)
    assert from_engine(*words)[0] == 0
    before = files()
    code, out, _ = from_engine(*words)
    assert code == 0
    assert "  animal, a walker, it (kind, noun, pronoun guessed; set in --words)" in out
    assert "subject walker (unchanged), of /Game/Robots/SK_Walker: 1.70 m tall, faces +y" in out
    assert "walk       A_Walker_Walk, 1.00 s a cycle, stride 0.80 m, 0.80 m/s" in out
    assert files() == before


@linux
def test_the_scripts_write_below_saved_only(from_engine, project):
    before = {p for p in project.parent.rglob("*") if "Saved" not in p.parts}
    assert from_engine("--characters", "/Game/Robots", *CREDIT)[0] == 0
    after = {p for p in project.parent.rglob("*") if "Saved" not in p.parts}
    assert after - before == {project.parent / "Content" / "HMWorld", project.parent / "Content" / "HMWorld" / "catalog.json"}
    names = sorted(p.name for p in (project.parent / "Saved" / "HMWorld" / "Import").iterdir())
    # All but the additive one have `walk` in their names, as words or in `Walker`; which are gaits is for the converter to say.
    assert names == ["character_000.glb", *(f"character_000_00{k}.f32" for k in range(4)), "dump.json", "editor.log", "request.json"]


@linux
def test_a_dump_is_converted_without_an_editor(from_engine, project, tmp_path, capsys):
    assert from_engine("--characters", "/Game/Robots", *CREDIT)[0] == 0
    dump = shutil.move(project.parent / "Saved" / "HMWorld" / "Import", tmp_path / "dump")
    words = ["catalog", "from-unreal", "--project", project, "--catalog", tmp_path / "other", "--dump", dump, *CREDIT]
    assert run([str(w) for w in words]) == 0
    one, two = (tmp_path / name / "subjects" / "walker.yaml" for name in ("mine", "other"))
    assert one.read_bytes() == two.read_bytes()


@linux
def test_words_name_animations_that_nothing_else_would_find(from_engine, tmp_path):
    (tmp_path / "words.yaml").write_text(
        "credit: A. Maker, CC0\nsubjects:\n  /Game/Robots/SK_Walker: {name: dancer, gaits: {prance: A_Walker_Walk}, idle: A_Walker_Dance}\n"
    )
    code, out, err = from_engine("--characters", "/Game/Robots", "--words", tmp_path / "words.yaml")
    assert code == 0, err
    assert "idle       A_Walker_Dance" in out
    assert "prance     A_Walker_Walk" in out


@linux
def test_files_are_imported_first(from_engine, tmp_path):
    (tmp_path / "tin man.fbx").write_bytes(b"fbx")
    code, _, err = from_engine("--files", tmp_path / "tin man.fbx", "--animations", "/Game/Robots/Anims", *CREDIT)
    assert code == 0, err
    assert "walker" in open_catalog(tmp_path / "mine").subjects


@linux
def test_files_of_takes_are_imported_onto_the_skeleton_of_the_file_with_the_mesh(from_engine, tmp_path):
    for name in ("Idle", "Walk", "Run"):
        (tmp_path / f"{name}.fbx").write_bytes(b"a take")
    (tmp_path / "Tin.fbx").write_bytes(b"a mesh")
    code, out, err = from_engine("--files", tmp_path, *CREDIT)
    assert code == 0, err
    assert "walk       A_Walker_Walk" in out
    (tmp_path / "Tin.fbx").unlink()
    code, _, err = from_engine("--files", tmp_path, *CREDIT)
    assert code == 1
    assert "Idle.fbx: has no skeletal mesh, so it is a take of another file's, of which 0 were imported" in err


@linux
def test_each_problem_is_told_and_what_is_good_is_made(from_engine):
    code, out, err = from_engine(
        "--characters", "/Game/Robots", "--characters", "/Game/Broken", "--characters", "/Game/None", "--maps", "/Game/None", *CREDIT
    )
    assert code == 1
    assert "subject walker (new)" in out
    assert "error: /Game/Broken/SK_Bare: has no skeleton; assign one in the editor" in err
    assert "error: /Game/None: holds no SkeletalMesh; expected a content folder as /Game/Dog" in err
    assert "error: /Game/None: holds no World; expected a map as /Game/Maps/Park" in err


@linux
def test_a_map_of_parts_is_told_with_what_to_do(from_engine):
    code, out, err = from_engine("--maps", "/Game/Town", *CREDIT)
    assert code == 1
    assert "error: /Game/Town/Parted: has sublevels (Houses): they were looked at, but a game that streams it in" in err
    assert "error: /Game/Town/Huge: has World Partition, with 3 actors in its cells" in err
    assert "--map SCENE=/Game/Town/Huge" in err
    assert "scene parted (new)" in out, "their cards are made all the same"


@linux
def test_an_editor_that_ends_without_an_answer_shows_its_log(from_engine, engine):
    editor = engine / "Engine" / "Binaries" / "Linux" / "UnrealEditor"
    editor.write_text("#!/bin/sh\necho 'LogInit: modules are missing'\nexit 3\n")
    code, _, err = from_engine("--characters", "/Game/Robots", *CREDIT)
    assert code == 1
    assert "ended with code 3 and no answer" in err
    assert "LogInit: modules are missing" in err
    assert "Is the project built" in err


@linux
def test_what_the_scripts_say_is_repeated_while_the_editor_runs(from_engine, engine):
    editor = engine / "Engine" / "Binaries" / "Linux" / "UnrealEditor"
    editor.write_text(
        "#!/bin/sh\necho '[2026.01.01-00.00.00:000][  0]LogPython: hmworld: /Game/Maps/Yard: row 3 of 9'\necho 'LogInit: hm'\n"
    )
    _, _, err = from_engine("--maps", "/Game/Maps", *CREDIT)
    assert "\n  /Game/Maps/Yard: row 3 of 9\n" in err


@linux
def test_an_editor_that_takes_too_long_is_ended(from_engine, engine):
    editor = engine / "Engine" / "Binaries" / "Linux" / "UnrealEditor"
    editor.write_text("#!/bin/sh\nexec sleep 600\n")
    code, _, err = from_engine("--maps", "/Game/Maps", "--timeout", "1", *CREDIT)
    assert code == 1
    assert "was not done within 1 s and was ended" in err


@linux
def test_root_is_refused_before_the_editor_starts(from_engine, project, monkeypatch):
    monkeypatch.setattr(unreal, "is_root", lambda: True)
    code, _, err = from_engine("--maps", "/Game/Maps", *CREDIT)
    assert code == 2
    assert "does not run as root" in err
    assert not (project.parent / "Saved").exists()


@linux
def test_a_mesh_that_cannot_be_saved_is_a_problem(from_engine, monkeypatch):
    monkeypatch.setenv("FAKE_UNREAL_READ_ONLY", "1")
    code, out, err = from_engine("--characters", "/Game/Robots", *CREDIT)
    assert code == 1
    assert "SK_Walker: Allow CPU Access of LOD 0 was set, but the mesh cannot be saved" in err
    assert "subject walker (new)" in out


@linux
def test_an_answer_to_another_request_is_none(from_engine, project, engine):
    assert from_engine("--characters", "/Game/Robots", *CREDIT)[0] == 0
    stale = project.parent / "Saved" / "HMWorld" / "Import" / "dump.json"
    editor = engine / "Engine" / "Binaries" / "Linux" / "UnrealEditor"
    editor.write_text(f'#!/bin/sh\necho \'{{"request": "another"}}\' > {stale}\n')
    code, _, err = from_engine("--characters", "/Game/Robots", *CREDIT)
    assert code == 1
    assert "no answer" in err


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("--characters", "Game/Robots", *CREDIT), "expected a content path"),
        (("--characters", "/Game/My Robots", *CREDIT), "without dots and spaces"),
        (("--maps", "/Game/Yard.Yard", *CREDIT), "without dots and spaces"),
        (CREDIT, "nothing to look at: pass --characters, --maps or --files"),
        (("--dump", "d", "--maps", "/Game/Maps", *CREDIT), "--dump: takes what was collected already"),
        (("--files", "nowhere.txt", *CREDIT), "expected a file that ends in .fbx, .glb, .gltf"),
    ],
)
def test_a_wrong_call_is_told_before_the_editor_starts(from_engine, arguments, problem):
    code, _, err = from_engine(*arguments)
    assert code == 2
    assert problem in err


@linux
def test_a_missing_credit_and_wrong_words_are_told_before_the_editor_starts(project, engine, tmp_path, hmworld):
    fixed = (
        "catalog",
        "from-unreal",
        "--project",
        project,
        "--catalog",
        tmp_path / "mine",
        "--ue-root",
        engine,
        "--characters",
        "/Game/Robots",
    )
    done = hmworld(*fixed)
    assert done.returncode == 1
    assert "--credit: expected who made the assets" in done.stderr
    (tmp_path / "words.yaml").write_text("credit: me\nsubjects:\n  /Game/Robots/SK_Walker: {nuon: a robot}\n")
    done = hmworld(*fixed, "--words", tmp_path / "words.yaml")
    assert done.returncode == 1
    assert "nuon: unknown field" in done.stderr
    assert not (project.parent / "Saved").exists()


@linux
@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("subjects: {/Game/Robots/SK_Walker: {name: horse}}", "name: horse is the name of one that ships; choose another, as my_horse"),
        ("scenes: {/Game/Maps/Yard: {name: old}}", "old.yaml is there already and is of something else"),
        ("subjects: {/Game/A/SK_A: {name: twin}, /Game/B/SK_B: {name: twin}}", "--words: subjects: 2 have the name twin"),
    ],
)
def test_names_that_cannot_be_are_told_before_the_editor_starts(words, problem, project, engine, tmp_path, hmworld):
    cards = tmp_path / "mine" / "scenes"
    cards.mkdir(parents=True)
    (cards / "old.yaml").write_text((cards_dir() / "scenes" / "park.yaml").read_text().replace("name: park", "name: old"))
    (tmp_path / "words.yaml").write_text(f"credit: me\n{words}\n")
    fixed = ["--project", project, "--catalog", tmp_path / "mine", "--ue-root", engine, "--characters", "/Game/Robots"]
    done = hmworld("catalog", "from-unreal", *fixed, "--words", tmp_path / "words.yaml")
    assert done.returncode == 1
    assert problem in done.stderr
    assert not (project.parent / "Saved").exists()


@linux
def test_after_a_failure_the_dump_is_named_with_the_command_that_goes_on(from_engine, project):
    code, _, err = from_engine("--characters", "/Game/Robots", "--maps", "/Game/None", *CREDIT)
    assert code == 1
    assert f"run again with --words FILE --dump {project.parent / 'Saved' / 'HMWorld' / 'Import'}" in err


def test_a_project_whose_path_has_spaces_is_refused(tmp_path):
    root = tmp_path / "my project"
    (root / from_unreal.SCRIPT).parent.mkdir(parents=True)
    (root / from_unreal.SCRIPT).touch()
    with pytest.raises(from_unreal.UsageError, match="takes no path with spaces or quotes; move the project"):
        from_unreal.collect(root, root / "HMWorld.uproject", tmp_path / "editor", {"id": "x"}, 1.0)


def test_an_engine_that_is_not_there_is_told(project, tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("UE_ROOT", raising=False)
    fixed = ["catalog", "from-unreal", "--project", str(project), "--catalog", str(tmp_path), "--maps", "/Game/Maps", *CREDIT]
    assert run(fixed) == 2
    assert "pass it, or set UE_ROOT" in capsys.readouterr().err
    monkeypatch.setattr(sys, "platform", "linux")
    assert run([*fixed, "--ue-root", str(tmp_path)]) == 2
    assert "UnrealEditor: is not there; --ue-root must be the folder of Unreal Engine" in capsys.readouterr().err


def test_the_command_and_the_scripts_name_the_same_files():
    request = (SCRIPTS / "hmworld_import" / "request.py").read_text()
    assert f'FOLDER = "{from_unreal.IMPORT.relative_to("Saved").as_posix()}"' in request
    assert (PROJECT / from_unreal.SCRIPT).is_file()
    ignored = subprocess.run(["git", "-C", str(REPOSITORY), "check-ignore", "-q", str(PROJECT / from_unreal.IMPORT)], check=False)
    assert ignored.returncode in (0, 128), "what the editor writes is not for git"
