"""The C++ of the Unreal project compiles for syntax and types against declarations of our own (see declarations/README.md)."""

import shutil
from pathlib import Path

import pytest
from ue_cpp import DECLARATIONS, compile_errors, lay_out, project_sources

CLANG = shutil.which("clang++") or ""
needs_clang = pytest.mark.skipif(not CLANG, reason="clang++ is not there (Debian, Ubuntu: apt-get install clang)")
SOURCES = project_sources()
MODULES = [name for name in SOURCES if name.endswith(".cpp")]


@needs_clang
@pytest.mark.parametrize("with_editor", [True, False], ids=["editor", "game"])
@pytest.mark.parametrize("name", MODULES)
def test_each_file_compiles(name: str, with_editor: bool, tmp_path: Path) -> None:
    lay_out(tmp_path, SOURCES)
    assert compile_errors(CLANG, tmp_path, name, with_editor) == ""


WRONG = {
    "a member that is not there": ("HMSubject.cpp", "Body->FinalizeBoneTransform()", "Body->FinalizeBones()"),
    "a number for a text": ("HMDirector.cpp", "Stage.Load(*GetWorld(), *Found, FVector(", "Stage.Load(*GetWorld(), 3, FVector("),
    "a text for a number": ("HMLook.cpp", "SunLight->SetIntensity(", 'SunLight->SetIntensity(TEXT("1"), '),
    "an argument too few": (
        "HMSilhouette.cpp",
        "Capture->SetWorldLocationAndRotation(Camera.Location, Camera.Rotation)",
        "Capture->SetWorldLocationAndRotation(Camera.Location)",
    ),
    "a text object where Printf takes characters": ("HMStage.cpp", 'streamed in"), *Scene.Map', 'streamed in"), Scene.Map'),
    "a function that its header lacks": ("HMStepper.cpp", "HMStepper::Advance", "HMStepper::Tick"),
    "another signature than the header's": ("HMDirector.cpp", "Step(FString in_seconds,", "Step(const FString& in_seconds,"),
    "an override of nothing": ("HMAnimInstance.h", "CreateAnimInstanceProxy() override", "CreateAnimationProxy() override"),
    "a header that is not listed": ("HMStepper.cpp", '"Engine/World.h"', '"Engine/Worlds.h"'),
    "something unused": ("HMStepper.cpp", "World.DeltaTimeSeconds = static_cast<float>(Seconds);", "const int32 Unused = 0;"),
    "a narrowing in braces": ("HMAnimInstance.cpp", "IdleTime, GaitTime, Weight}", "IdleTime, GaitTime, GaitTime}"),
    "a missing semicolon": ("HMBuild.cpp", 'TEXT("unknown");', 'TEXT("unknown")'),
}


@needs_clang
@pytest.mark.parametrize("fault", WRONG)
def test_wrong_code_is_refused(fault: str, tmp_path: Path) -> None:
    name, before, after = WRONG[fault]
    assert SOURCES[name].count(before) == 1, f"{before!r} is not in {name} once"
    lay_out(tmp_path, {**SOURCES, name: SOURCES[name].replace(before, after)})
    assert "error:" in compile_errors(CLANG, tmp_path, name if name.endswith(".cpp") else name.replace(".h", ".cpp"))


def test_the_list_of_engine_headers_has_no_more_than_is_included() -> None:
    included = {line.split('"')[1] for text in SOURCES.values() for line in text.splitlines() if line.startswith('#include "')}
    listed = (DECLARATIONS / "engine_headers.txt").read_text().split()
    assert sorted(n for n in included if not n.startswith("HM")) == listed


@pytest.mark.parametrize("name", SOURCES)
def test_a_file_fits_in_a_head_and_has_its_generated_header_last(name: str) -> None:
    lines = SOURCES[name].splitlines()
    assert len(lines) <= 350
    includes = [line for line in lines if line.startswith("#include")]
    if "GENERATED_BODY()" in SOURCES[name]:
        assert includes[-1] == f'#include "{name.removesuffix(".h")}.generated.h"'
    assert not [line for line in lines if len(line.expandtabs(4)) > 150 or line != line.rstrip()]
