"""HMDirector: our own actor, called by `vbp HMDirector <Function> <args>`. This table is the contract of all engines.

Unreal implements it in C++ (`ue_project/`), the embedded engine in Python; a test compares them. `vbp` takes at most nine arguments
of printable characters without spaces, and answers a JSON object whose values are strings. Lengths are centimetres and angles degrees in
Unreal's left-handed axes, as everywhere on the wire; numbers carry no exponent.
"""

from typing import NamedTuple

DIRECTOR_ACTOR = "HMDirector"
DIRECTOR_VERSION = "3"
MAX_ARGUMENTS = 9


class DirectorFunction(NamedTuple):
    """One function of the director."""

    name: str
    arguments: tuple[str, ...]
    reply: tuple[str, ...]
    meaning: str


DIRECTOR: tuple[DirectorFunction, ...] = (
    DirectorFunction(
        "Capabilities",
        (),
        ("director", "engine", "build", "functions"),
        "Version of this table, name and build of the engine, and the comma-separated functions it has.",
    ),
    DirectorFunction(
        "LoadStage",
        ("scene", "card_sha256", "center"),
        ("scene",),
        "Makes a scene current and drops all subjects. `center` is x,y,z of the stage, for streaming. Refused when the scene's card has "
        "another digest.",
    ),
    DirectorFunction(
        "SetLook",
        ("look",),
        ("look",),
        "Sun, sky and exposure: azimuth,elevation,sun r,g,b,sky r,g,b,horizon r,g,b,ground r,g,b,fog per m,exposure,"
        "lamps 0 to 1 (17 numbers).",
    ),
    DirectorFunction(
        "SpawnSubject",
        ("object", "subject", "gait", "scale", "motion_sha256"),
        ("object", "joints"),
        "Spawns a subject of the catalog under an object name with its idle and gait animations, annotated for the mask, and waits until "
        "it can be drawn. Answers its comma-separated joint names. Refused when its motion has another digest.",
    ),
    DirectorFunction(
        "SpawnBox",
        ("object", "box"),
        ("object",),
        "Spawns a box of known size to measure an engine with, annotated for the mask: centre x,y,z, pitch,yaw,roll, and the lengths of "
        "its edges along its own axes (9 numbers). SetSubjects does not count it.",
    ),
    DirectorFunction("ClearSubjects", (), ("cleared",), "Destroys all spawned subjects and boxes."),
    DirectorFunction(
        "SetSubjects",
        ("poses",),
        ("subjects",),
        "Sets root pose and animation of all subjects at once, in the order they were spawned; nine numbers each: x,y,z,pitch,yaw,roll, "
        "gait time in s, idle time in s, weight of the gait (0 to 1).",
    ),
    DirectorFunction("Bones", ("object",), ("bones",), "World positions x,y,z of all joints, in the order of SpawnSubject."),
    DirectorFunction(
        "PosedBounds",
        ("object",),
        ("box",),
        "Box of the posed mesh in the root's axes, relative to the root: min x,y,z,max x,y,z.",
    ),
    DirectorFunction(
        "SoloSilhouette",
        ("camera", "object"),
        ("pixels", "box"),
        "Pixels of a camera that the subject covers with nothing before it, at pixel centres, and their half-open box x0,y0,x1,y1.",
    ),
    DirectorFunction("WarmUp", ("frames",), ("frames",), "Renders and throws away so many frames; engines without history do nothing."),
    DirectorFunction(
        "Step",
        ("seconds",),
        ("seconds",),
        "Advances world time (foliage, water) while paused. Poses and cameras of this moment become the earlier instant of `optical_flow`.",
    ),
)


NUMBER = r"-?[0-9]+(\.[0-9]+)?"
"""No exponent, no plus, digits on both sides of a point."""


def _numbers(count: int) -> str:
    return rf"{NUMBER}(,{NUMBER}){{{count - 1}}}"


ARGUMENT_FORMS: dict[str, str] = {
    "scene": r"[A-Za-z0-9_-]{1,100}",
    "card_sha256": r"[0-9a-f]{64}",
    "center": _numbers(3),
    "look": _numbers(17),
    "object": r"[A-Za-z0-9_-]{1,100}",
    "subject": r"[A-Za-z0-9_-]{1,100}",
    "gait": r"[A-Za-z0-9_-]{1,100}",
    "scale": NUMBER,
    "motion_sha256": r"[0-9a-f]{64}",
    "box": _numbers(9),
    "poses": rf"{_numbers(9)}(,{_numbers(9)})*",
    "camera": r"[0-9]{1,4}",
    "frames": r"[0-9]{1,4}",
    "seconds": NUMBER,
}
"""What each argument looks like, whichever function takes it, as a regular expression of its whole text."""


def director_command(function: str, *arguments: str) -> str:
    """The `vbp` command of a call; ValueError when it does not fit the table or the wire."""
    row = next((f for f in DIRECTOR if f.name == function), None)
    if row is None:
        raise ValueError(f"HMDirector has no function {function!r}; it has {', '.join(f.name for f in DIRECTOR)}")
    if len(arguments) != len(row.arguments):
        raise ValueError(f"{function} takes {row.arguments}, got {len(arguments)} arguments")
    for name, value in zip(row.arguments, arguments, strict=True):
        if not value or not value.isascii() or not value.isprintable() or " " in value:
            raise ValueError(f"{function}: {name} must be printable ASCII without spaces, got {value!r}")
    return " ".join(("vbp", DIRECTOR_ACTOR, function, *arguments))
