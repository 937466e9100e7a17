"""`hmworld catalog from-unreal`: characters and maps of an Unreal project become cards, and entries of the project's catalog.json.

The content scripts of `ue_project/` run in the editor; `python -m hmworld.embedded.unreal` makes cards of what they find.
"""

import json
import os
import re
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from hmworld.cli.bring import Folder, Json, Replace
from hmworld.errors import EngineStartError, UsageError

SCRIPT = Path("Content") / "Python" / "hmworld_import" / "run.py"
IMPORT = Path("Saved") / "HMWorld" / "Import"
CATALOG = Path("Content") / "HMWorld" / "catalog.json"
EDITORS = {"linux": "Linux/UnrealEditor", "win32": "Win64/UnrealEditor-Cmd.exe"}
FILE_KINDS = (".fbx", ".glb", ".gltf")
_OURS = re.compile(r"dump\.json|(character|map)_\d[\d_]*\.(f32|glb)")
_SAID = re.compile(r"(?:.*LogPython: (?:Display: )?)?hmworld: (.*)")
"""A line of the content scripts in the editor's log."""
POLL_S, END_S = 0.5, 10.0
_CONTENT = re.compile(r"/[A-Za-z0-9_]+(/[^\s/.]+)*/?")

Paths = list[str] | None


def from_unreal(
    *,
    project: Annotated[Path, Parameter(help="HMWorld.uproject, with your assets in it.")],
    catalog: Folder,
    characters: Annotated[Paths, Parameter(negative="", help="Content folder of characters, or a skeletal mesh: /Game/Dog.")] = None,
    animations: Annotated[Paths, Parameter(negative="", help="Content folder of their animations, where it is another.")] = None,
    maps: Annotated[Paths, Parameter(negative="", help="A map, or a content folder of maps: /Game/Maps/Park.")] = None,
    files: Annotated[
        list[Path] | None,
        Parameter(negative="", help="FBX or glTF file of a character, or a folder of one character's mesh and takes: imported first."),
    ] = None,
    words: Annotated[Path | None, Parameter(help="YAML of what cannot be measured: names, nouns, credits (docs/unreal.md).")] = None,
    credit: Annotated[str, Parameter(help="Who made the assets, and their licence; where --words does not say it.")] = "",
    ue_root: Annotated[Path | None, Parameter(help="Folder that holds Engine/; else $UE_ROOT.")] = None,
    dump: Annotated[Path | None, Parameter(help="Take this dump of the content scripts; no editor is started.")] = None,
    cpu_access: Annotated[bool, Parameter(help="Set Allow CPU Access of LOD 0 of the meshes, and save them.")] = True,
    timeout: Annotated[float, Parameter(help="Seconds that the editor may take.")] = 14400.0,
    replace: Replace = False,
    json_output: Json = False,
) -> int:
    """Make cards of the characters and maps of an Unreal project. Not yet run in Unreal.

    Example: hmworld catalog from-unreal --project ue_project/HMWorld.uproject --characters /Game/Dog --maps /Game/Maps/Park
    --catalog my-catalog --credit "Dog and park by A. Maker, Fab standard licence"
    """
    if project.suffix != ".uproject" or not project.is_file():
        raise UsageError(f"--project {project}: expected a .uproject file that is there, for example ue_project/HMWorld.uproject")
    root = project.resolve().parent
    asked = {"characters": characters or [], "animations": animations or [], "maps": maps or []}
    for option, paths in asked.items():
        for path in paths:
            if not _CONTENT.fullmatch(path):
                raise UsageError(f"--{option} {path}: expected a content path without dots and spaces, for example /Game/Dog")
    collected = ""
    said = {"words": "" if words is None else str(words), "credit": credit}
    if dump is not None:
        if any(asked.values()) or files:
            raise UsageError("--dump: takes what was collected already; leave out --characters, --animations, --maps and --files")
    else:
        if not asked["characters"] and not asked["maps"] and not files:
            raise UsageError("nothing to look at: pass --characters, --maps or --files, or --dump with what was collected already")
        options = {**asked, **said, "files": _files(files or []), "id": uuid.uuid4().hex, "cpu_access": cpu_access, "catalog": str(catalog)}
        if not 0.0 < timeout < float("inf"):
            raise UsageError(f"--timeout: expected seconds, got {timeout:g}")
        request = _work("request", options)
        if not isinstance(request, dict):
            return request
        dump = collect(root, project.resolve(), _editor(ue_root), request, timeout)
        collected = (
            f"what the editor found is kept: where words mend it, run again with --words FILE --dump {dump}; no editor is started then"
        )
    options = {**said, "dump": str(dump), "catalog": str(catalog), "project_catalog": str(root / CATALOG), "replace": replace}
    done = subprocess.run(
        [sys.executable, "-m", "hmworld.embedded.unreal", "convert", json.dumps(options)], stdout=subprocess.PIPE, check=False
    )
    if not done.stdout:
        # It has said what is wrong.
        if collected:
            print(collected, file=sys.stderr)
        return done.returncode
    found = json.loads(done.stdout)
    for failure in found["failed"]:
        print(f"error: {failure['problem']}", file=sys.stderr)
    if collected and done.returncode:
        print(collected, file=sys.stderr)
    print(json.dumps(found) if json_output else _text(found, catalog))
    return done.returncode


def collect(root: Path, project: Path, editor: Path, request: dict[str, Any], timeout_s: float) -> Path:
    """Have the editor answer a request; the folder of its dump. EngineStartError where there is none afterwards, or not in time."""
    script, folder = root / SCRIPT, root / IMPORT
    if not script.is_file():
        raise UsageError(f"{script}: is not there; --project must be the HMWorld.uproject of hmworld's ue_project/")
    if re.search(r"[\s\"']", str(script)):
        raise UsageError(f"{script}: Unreal's -ExecutePythonScript takes no path with spaces or quotes; move the project to one without")
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if _OURS.fullmatch(path.name):
            path.unlink()
    (folder / "request.json").write_text(json.dumps(request, indent=1), encoding="utf-8")
    log = folder / "editor.log"
    print(f"starting the editor; the first start compiles shaders and may take long. Its log: {log}", file=sys.stderr)
    switches = ("-unattended", "-nopause", "-nosplash", "-nosound", "-RenderOffScreen", "-stdout", "-FullStdOutLogOutput")
    with log.open("wb") as output:
        try:
            process = subprocess.Popen(
                [str(editor), str(project), f"-ExecutePythonScript={script}", *switches],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        except OSError as error:
            raise EngineStartError(f"{editor}: cannot be started: {error.strerror}; is --ue-root right?") from error
        try:
            code = _watched(process, log, timeout_s)
        finally:
            _end(process)
    if code is None:
        raise EngineStartError(
            f"{editor}: was not done within {timeout_s:g} s and was ended; its log {log} says how far it came; pass --timeout"
        )
    answer = folder / "dump.json"
    if not answer.is_file() or json.loads(answer.read_text(encoding="utf-8")).get("request") != request["id"]:
        tail = log.read_text(encoding="utf-8", errors="replace").splitlines()[-5:]
        raise EngineStartError(
            f"{editor}: ended with code {code} and no answer; the end of its log {log}:\n  " + "\n  ".join(tail) + "\nIs the project built "
            "(Scripts/build_editor), and are its plugins PythonScriptPlugin and GLTFExporter on?"
        )
    return folder


def _watched(process: "subprocess.Popen[bytes]", log: Path, timeout_s: float) -> int | None:
    """Wait for the editor and repeat what the content scripts say; its exit code, None where it takes too long."""
    deadline = time.monotonic() + timeout_s
    with log.open(encoding="utf-8", errors="replace") as lines:
        rest = ""
        while True:
            code = process.poll()
            *whole, rest = (rest + lines.read()).split("\n")
            for line in whole:
                if said := _SAID.fullmatch(line.rstrip()):
                    print(f"  {said[1]}", file=sys.stderr, flush=True)
            if code is not None or time.monotonic() > deadline:
                return code
            time.sleep(POLL_S)


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _editor(ue_root: Path | None) -> Path:
    given = ue_root or (Path(os.environ["UE_ROOT"]) if os.environ.get("UE_ROOT") else None)
    if given is None:
        raise UsageError("--ue-root: expected the folder of Unreal Engine, which holds Engine/; pass it, or set UE_ROOT, or pass --dump")
    if sys.platform not in EDITORS:
        raise UsageError(
            f"the editor is started on Linux and Windows only, not on {sys.platform}; run {SCRIPT} in it yourself and pass --dump"
        )
    editor = given / "Engine" / "Binaries" / EDITORS[sys.platform]
    if not editor.is_file():
        raise UsageError(f"{editor}: is not there; --ue-root must be the folder of Unreal Engine, the one that holds Engine/")
    # Imported here: the driver needs OpenCV, and `hmworld doctor` must run where that cannot be imported.
    from hmworld.engine.unreal import is_root

    if is_root():
        raise UsageError("Unreal's editor does not run as root; use another user, or pass --dump with what was collected already")
    return editor


def _files(given: list[Path]) -> list[str]:
    found: list[Path] = []
    for path in given:
        inside = sorted(p for p in path.iterdir() if p.suffix.lower() in FILE_KINDS) if path.is_dir() else [path]
        if not inside or not all(p.is_file() and p.suffix.lower() in FILE_KINDS for p in inside):
            raise UsageError(f"--files {path}: expected a file that ends in {', '.join(FILE_KINDS)}, or a folder of such files")
        found += inside
    return [str(path.resolve()) for path in found]


def _work(kind: str, options: dict[str, Any]) -> dict[str, Any] | int:
    done = subprocess.run([sys.executable, "-m", "hmworld.embedded.unreal", kind, json.dumps(options)], stdout=subprocess.PIPE, check=False)
    return dict(json.loads(done.stdout)) if done.returncode == 0 else done.returncode


def _text(found: dict[str, Any], catalog: Path) -> str:
    lines = [f"note: {note}" for note in found["notes"]]
    for made in found["made"]:
        if made["kind"] == "subjects":
            lines.append(
                f"subject {made['name']} ({made['state']}), of {made['asset']}: {made['height_m']:.2f} m tall, faces {made['forward']}"
            )
            if made["state"] != "kept":
                guessed = f" ({', '.join(made['guessed'])} guessed; set in --words)" if made["guessed"] else ""
                lines.append(f"  {', '.join(made['words'].values())}{guessed}")
            for gait, told in made["gaits"].items():
                speed = told["stride_m"] / told["cycle_s"]
                walks = f", stride {told['stride_m']:.2f} m, {speed:.2f} m/s" if speed else ""
                also = f"; there are also {', '.join(told['others'])}" if told["others"] else ""
                lines.append(f"  {gait:<10} {told['animation'].rsplit('.', 1)[-1]}, {told['cycle_s']:.2f} s a cycle{walks}{also}")
        else:
            lines.append(f"scene {made['name']} ({made['state']}), of {made['asset']}: {made['obstacles']} obstacles")
            lines += [f"  stage {stage}" for stage in made["stages"]]
        lines += [f"  note: {remark}" for remark in made["remarks"]]
        if made["state"] == "kept":
            lines.append("  note: the card differs from what the assets give, and stays; --replace makes it anew")
    if found["made"]:
        names = {kind: [m["name"] for m in found["made"] if m["kind"] == kind] for kind in ("subjects", "scenes")}
        recipe = ", ".join(f"{kind}: [{', '.join(own)}]" for kind, own in names.items() if own)
        lines += [
            f"{found['project_catalog']}: {len(found['made'])} entries; package the project anew (Scripts/package)",
            f"Use it:      {recipe} in a recipe, and hmworld generate RECIPE --out DIR --engine unreal --catalog {catalog}",
        ]
    return "\n".join(lines)
