"""The Unreal project's settings and data parse, agree with the package, and name no machine."""

import configparser
import json
import re
from pathlib import Path

import pytest
from ue_cpp import PROJECT, REPOSITORY, SOURCE, text_constant

import hmworld

TEXTS = [p for p in sorted(PROJECT.rglob("*")) if p.is_file() and not {"UnrealCV", "__pycache__"} & {*p.relative_to(PROJECT).parts}]
PIN = (PROJECT / "Plugins" / "UNREALCV_COMMIT").read_text().strip()


def names(paths: list[Path]) -> list[str]:
    return [str(p.relative_to(PROJECT)) for p in paths]


INIS = [p for p in TEXTS if p.suffix == ".ini"]


def read_ini(path: Path) -> configparser.ConfigParser:
    """An ini as Unreal reads it: names keep their case, comments have lines of their own."""
    parser = configparser.ConfigParser(strict=True, delimiters=("=",), comment_prefixes=(";",), interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(path.read_text())
    return parser


@pytest.mark.parametrize("path", INIS, ids=names(INIS))
def test_settings_parse(path: Path) -> None:
    ini = read_ini(path)
    assert ini.sections()
    for section in ini.sections():
        for key, value in ini[section].items():
            assert re.fullmatch(r"[-+]?[A-Za-z][\w.]*", key), key
            assert value
            assert ";" not in value, "a comment behind a value is part of it"
            assert section == "SystemSettings" or section.startswith("/Script/")


def test_the_settings_that_pictures_hang_on_are_there() -> None:
    engine = read_ini(PROJECT / "Config" / "DefaultEngine.ini")
    renderer, system = engine["/Script/Engine.RendererSettings"], engine["SystemSettings"]
    assert (renderer["r.DynamicGlobalIlluminationMethod"], renderer["r.ReflectionMethod"]) == ("1", "1")
    assert (renderer["r.DefaultFeature.AutoExposure"], renderer["r.DefaultFeature.MotionBlur"]) == ("False", "False")
    assert (renderer["r.TextureStreaming"], system["r.OneFrameThreadLag"]) == ("False", "0")
    linux = read_ini(PROJECT / "Config" / "Linux" / "LinuxEngine.ini")
    assert linux["/Script/LinuxTargetPlatform.LinuxTargetSettings"]["+TargetedRHIs"] == "SF_VULKAN_SM6"


def test_a_game_that_names_no_map_starts_on_the_one_that_scenes_are_streamed_into() -> None:
    maps = read_ini(PROJECT / "Config" / "DefaultEngine.ini")["/Script/EngineSettings.GameMapsSettings"]
    assert maps["GameDefaultMap"] == text_constant((SOURCE / "HMStage.cpp").read_text(), "EmptyMap")


def test_the_project_has_the_version_of_the_package() -> None:
    game = read_ini(PROJECT / "Config" / "DefaultGame.ini")
    assert game["/Script/EngineSettings.GeneralProjectSettings"]["ProjectVersion"] == hmworld.__version__


def test_the_uproject_names_the_module_and_the_plugin() -> None:
    project = json.loads((PROJECT / "HMWorld.uproject").read_text())
    assert project["FileVersion"] == 3
    assert [m["Name"] for m in project["Modules"]] == ["HMWorld"]
    assert {"Name": "UnrealCV", "Enabled": True} in project["Plugins"]
    assert (SOURCE / "HMWorld.Build.cs").is_file()
    for target in ("HMWorld", "HMWorldEditor"):
        assert f"class {target}Target : TargetRules" in (SOURCE.parent / f"{target}.Target.cs").read_text()


def test_the_example_catalog_has_what_the_reader_reads() -> None:
    example = json.loads((PROJECT / "Content" / "HMWorld" / "catalog.example.json").read_text())
    keys: set[str] = {*example}
    for scene in example["scenes"].values():
        keys |= {*scene}
    for subject in example["subjects"].values():
        keys |= {*subject, *(k for joint in subject["joints"] for k in joint), *(k for gait in subject["gaits"].values() for k in gait)}
        assert subject["forward_axis"] in ("+x", "-x", "+y", "-y")
        assert "idle" in subject["gaits"]
    reader = (SOURCE / "HMAssets.cpp").read_text()
    read = set(re.findall(r'(?:Field\(|\{|, )TEXT\("(\w+)"\)', reader)) - {"HMWorld", "scene", "subject"}
    assert read == keys


def test_the_pinned_commit_is_the_same_wherever_a_commit_stands() -> None:
    assert re.fullmatch(r"[0-9a-f]{40}", PIN)
    for path in [*TEXTS, *(REPOSITORY / "docs").glob("*.md")]:
        assert {*re.findall(r"(?<![0-9a-f])[0-9a-f]{40}(?![0-9a-f])", path.read_text())} <= {PIN}, path


@pytest.mark.parametrize("path", TEXTS, ids=names(TEXTS))
def test_a_file_is_text_and_names_no_machine(path: Path) -> None:
    text = path.read_text()
    assert path.suffix not in (".uasset", ".umap")
    assert not re.search(r"(?<![\w.])/(work|root|tmp|mnt|Users|opt)/|[A-Z]:\\Users", text)
    assert text.endswith("\n")
    # Epic's image has its engine in the home of its own user.
    assert {*re.findall(r"/home/(\w+)", text)} <= {"ue4"}
