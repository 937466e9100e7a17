"""`hmworld engine check`: measure an engine against what the driver takes for granted."""

from __future__ import annotations

import json
import platform
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

import hmworld
from hmworld.catalog import open_catalog
from hmworld.catalog.catalog import Catalog, scene_digest
from hmworld.errors import EngineError, UsageError

if TYPE_CHECKING:
    from hmworld.engine.selftest import Finding, Target


def check(
    *,
    engine: Annotated[
        Literal["embedded", "unreal"],
        Parameter(help="`embedded` is started; `unreal` is a running UnrealCV server with HMDirector, or a game to start."),
    ] = "embedded",
    host: Annotated[str, Parameter(help="Of the UnrealCV server, with --engine unreal.")] = "127.0.0.1",
    port: Annotated[int, Parameter(help="Of the UnrealCV server, with --engine unreal.")] = 9000,
    unreal_binary: Annotated[Path | None, Parameter(help="Packaged game to start on --port, in place of a running server.")] = None,
    gpu: Annotated[int, Parameter(help="Graphics adapter to start it on.")] = 0,
    map: Annotated[str, Parameter(help="Map to start it on, as /Game/Maps/Park; without it games stream scenes in.")] = "",
    scene: Annotated[str, Parameter(help="Scene of the catalog to check with; by default the first that the engine has.")] = "",
    subject: Annotated[
        str, Parameter(help="Subject of the catalog to check with; the first that the engine has where none is named.")
    ] = "",
    catalog: Annotated[Path | None, Parameter(help="Folder of scenes and subjects of your own, added to those that ship.")] = None,
    size: Annotated[str, Parameter(help="Size of the pictures.")] = "832x480",
    out: Annotated[Path, Parameter(help="Folder of the report, to be attached to an issue.")] = Path("engine-check"),
    json_output: Annotated[bool, Parameter(name="--json", negative="", help="Print one JSON object.")] = False,
) -> int:
    """Measure an engine: axes, field of view, latency, masks, depth, animation, repeatability; says what is wrong and what to do.

    Boxes and a subject are put high above a scene, photographed from known poses, and compared with what geometry says. Takes about ten
    seconds on the embedded engine. Exit code 1 where the driver takes something for granted that does not hold.

    Example: hmworld engine check --engine unreal --unreal-binary GAME --catalog my-cards --out engine-check
    """
    if engine == "embedded" and (unreal_binary or map or gpu):
        raise UsageError("--unreal-binary, --gpu and --map need --engine unreal")
    if unreal_binary is None and (map or gpu):
        raise UsageError("--gpu and --map are of a game to start: they need --unreal-binary")
    # Imported here: the driver needs OpenCV, and `hmworld doctor` must run where that cannot be imported.
    from hmworld.engine import Connection, launch_embedded
    from hmworld.engine.launch import EngineAddress
    from hmworld.engine.selftest import check_engine, text, write_report
    from hmworld.engine.unreal import Game, launch_unreal

    target = _target(open_catalog(catalog), engine, scene, subject)
    width, height = _size(size)
    findings: list[Finding] = []
    with ExitStack() as stack:
        if engine == "embedded":
            process = stack.enter_context(launch_embedded(2, catalog=catalog))
            connection = stack.enter_context(Connection(process.address, process.alive))
        elif unreal_binary is not None:
            game = Game(str(unreal_binary.absolute()), port, str(out / "game.log"), gpu, map, (width, height))
            started = launch_unreal(game)
            stack.enter_context(started)
            connection = started.connection
        else:
            connection = stack.enter_context(Connection(EngineAddress(host, port)))
        facts = _facts(target, width, height)
        failure = ""
        try:
            for finding in check_engine(connection, target, width, height):
                findings.append(finding)
                if not json_output:
                    print(text(finding), flush=True)
        except EngineError as error:
            failure = str(error)  # the report of what was found before is wanted all the more
    failed = [f for f in findings if f.verdict != "ok"]
    facts = {"engine": findings[0].measured if findings else "unknown", **facts}
    path = write_report(out, findings, {**facts, **({"ended early": failure} if failure else {})})
    if failure:
        print(f"error: the engine failed after {len(findings)} checks: {failure}", file=sys.stderr)
    if json_output:
        verdicts = {f.check: f.defect or f.verdict for f in findings}
        print(json.dumps({"good": not failed and not failure, "checks": verdicts, "report": str(path)}))
    elif not failure:
        verdict = "all of what the driver takes for granted holds" if not failed else _verdict(findings)
        print(f"{facts['engine']}: {verdict}\nreport: {path}")
    return 1 if failed or failure else 0


def _verdict(findings: list[Finding]) -> str:
    wrong = [f for f in findings if f.verdict == "bad"]
    skipped = sum(f.verdict == "not judged" for f in findings)
    names = ", ".join(f.defect for f in wrong)
    return f"NOT as the driver takes for granted: {names}" + (f"; {skipped} more were not judged for that" if skipped else "")


def _target(catalog: Catalog, engine: str, scene: str, subject: str) -> Target:
    """The named cards, or the first that say that the engine has them."""
    from hmworld.engine.selftest import Target

    scenes = [name for name, card in catalog.scenes.items() if getattr(card, engine) is not None]
    subjects = [n for n, card in catalog.subjects.items() if (card.mesh_sha256 if engine == "embedded" else card.unreal) is not None]
    for what, name, known, there in (("scene", scene, scenes, catalog.scenes), ("subject", subject, subjects, catalog.subjects)):
        # Named ones are left to the game, which knows better what it has.
        possible = known if engine == "embedded" else there
        if name and name not in possible:
            raise UsageError(f"--{what} {name}: not one of the {engine} engine's; known: {', '.join(known or possible)}")
        if not name and not known:
            raise UsageError(f"no {what} of the catalog is one of the {engine} engine's; name the folder of your cards with --catalog")
    place, card = catalog.scenes[scene or scenes[0]], catalog.subjects[subject or subjects[0]]
    return Target(place, scene_digest(place), card, catalog.motion(card.name))


def _size(value: str) -> tuple[int, int]:
    width, _, height = value.partition("x")
    if not (width.isascii() and width.isdigit() and height.isascii() and height.isdigit()) or not (
        160 <= int(width) <= 4096 and 90 <= int(height) <= 4096
    ):
        raise UsageError(f"--size {value}: expected WIDTHxHEIGHT from 160x90 to 4096x4096, as 832x480")
    return int(width), int(height)


def _facts(target: Target, width: int, height: int) -> dict[str, str]:
    return {
        "hmworld": hmworld.__version__,
        "system": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        "scene": target.scene.name,
        "subject": f"{target.subject.name}, {target.gait}",
        "pictures": f"{width}x{height}",
    }
