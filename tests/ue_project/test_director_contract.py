"""The C++ header, the director's table and the embedded registry say the same; any drift is found."""

import pytest
from ue_cpp import SOURCE, Parameter, text_constant, tokens, ufunctions

from hmworld.embedded.director import HANDLERS
from hmworld.protocol.director import DIRECTOR, DIRECTOR_ACTOR, DIRECTOR_VERSION, MAX_ARGUMENTS, DirectorFunction

HEADER = (SOURCE / "HMDirector.h").read_text()
BODY = (SOURCE / "HMDirector.cpp").read_text()


def declared(row: DirectorFunction) -> tuple[Parameter, ...]:
    """The parameters that a row must have: arguments by value, then replies by reference; in_ before an argument that is a reply too."""
    arguments = [Parameter("FString", f"in_{name}" if name in row.reply else name) for name in row.arguments]
    return (*arguments, *(Parameter("FString &", name) for name in row.reply))


def drift(header: str, body: str) -> list[str]:
    """Every difference between the C++ and the table; empty where there is none."""
    functions = ufunctions(header)
    found = []
    if [f.name for f in functions] != [row.name for row in DIRECTOR]:
        found.append(f"functions are {[f.name for f in functions]}")
    rows = {row.name: row for row in DIRECTOR}
    for function in functions:
        row = rows.get(function.name)
        if function.returns != "void":
            found.append(f"{function.name} returns {function.returns}; vbp answers a return value under the name ReturnValue")
        if row is not None and function.parameters != declared(row):
            found.append(f"{function.name} takes {function.parameters}, expected {declared(row)}")
    if text_constant(header, "DirectorVersion") != DIRECTOR_VERSION:
        found.append(f"version is {text_constant(header, 'DirectorVersion')}")
    if text_constant(body, "FunctionNames").split(",") != [row.name for row in DIRECTOR]:
        found.append(f"Capabilities answers {text_constant(body, 'FunctionNames')}")
    return found


def test_the_header_is_as_the_table() -> None:
    assert drift(HEADER, BODY) == []


def test_the_embedded_registry_has_the_functions_of_the_header() -> None:
    assert list(HANDLERS) == [f.name for f in ufunctions(HEADER)]


def test_calls_fit_what_vbp_takes() -> None:
    for function in ufunctions(HEADER):
        arguments = [p for p in function.parameters if p.type == "FString"]
        names = [p.name.lower() for p in function.parameters]
        assert len(arguments) <= MAX_ARGUMENTS
        assert len(set(names)) == len(names), "Unreal's names know no case"


def test_the_actor_is_spawned_under_the_name_that_vbp_calls() -> None:
    spawner = [t.text for t in tokens((SOURCE / "HMDirectorSubsystem.cpp").read_text())]
    assert f'"{DIRECTOR_ACTOR}"' in spawner


MUTATIONS = {
    "a function with another name": ("void Bones(", "void Joints("),
    "a function that is missing": ("UFUNCTION()\n\tvoid ClearSubjects(FString& cleared);", ""),
    "a function that is no UFUNCTION": ("UFUNCTION()\n\tvoid ClearSubjects", "void ClearSubjects"),
    "a function too many": ("UFUNCTION()\n\tvoid Step", "UFUNCTION()\n\tvoid More(FString& more);\n\n\tUFUNCTION()\n\tvoid Step"),
    "functions in another order": (
        "UFUNCTION()\n\tvoid ClearSubjects(FString& cleared);",
        "UFUNCTION()\n\tvoid PosedBounds(FString object, FString& box);",
    ),
    "an argument with another name": ("FString motion_sha256", "FString motion_digest"),
    "arguments in another order": ("FString subject, FString gait", "FString gait, FString subject"),
    "an argument that is missing": ("FString card_sha256, ", ""),
    "an argument too many": ("FString poses,", "FString poses, FString more,"),
    "an argument that is a number": ("FString in_seconds", "float in_seconds"),
    "an argument by reference, which vbp takes for a reply": ("FString poses", "const FString& poses"),
    "a reply with another name": ("FString& joints", "FString& joint_names"),
    "a reply with another case": ("FString& joints", "FString& Joints"),
    "replies in another order": ("FString& pixels, FString& box", "FString& box, FString& pixels"),
    "a reply that is missing": (", FString& functions", ""),
    "a reply too many": ("FString& cleared", "FString& cleared, FString& more"),
    "a reply by value": ("FString& cleared", "FString cleared"),
    "a reply that is a number": ("FString& cleared", "int32& cleared"),
    "a return value": ("void WarmUp", "bool WarmUp"),
    "another version": ('DirectorVersion = TEXT("3")', 'DirectorVersion = TEXT("4")'),
}


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_drift_is_found(mutation: str) -> None:
    before, after = MUTATIONS[mutation]
    assert HEADER.count(before) == 1, f"{before!r} is not there once"
    assert drift(HEADER.replace(before, after), BODY)


def test_functions_that_capabilities_forgets_are_found() -> None:
    assert drift(HEADER, BODY.replace("WarmUp,Step", "WarmUp"))


def test_what_only_looks_different_is_no_drift() -> None:
    spread = HEADER.replace(
        "void SetLook(FString in_look, FString& look);", "void\n\tSetLook(\n\t\tFString in_look /* , */,\n\t\tFString &look);"
    )
    assert spread != HEADER
    assert drift(spread.replace("UFUNCTION()\n\tvoid Bones", 'UFUNCTION(BlueprintCallable, Category = "a(b)")\n\tvoid Bones'), BODY) == []
    assert drift(HEADER + "\n// UFUNCTION() void More(FString& more);\n", BODY) == []
