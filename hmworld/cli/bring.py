"""`hmworld catalog add-subject` and `add-scene`: a glTF of one's own becomes a card in a folder that --catalog names.

The work is done by `python -m hmworld.embedded.gltf` in a process of its own: the command knows the embedded engine as a process alone.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from hmworld.errors import UsageError

Folder = Annotated[Path, Parameter(name="--catalog", help="Folder of your own cards; made where there is none.")]
Name = Annotated[str, Parameter(help="Name of the card: lower case, digits, underscores.")]
Credit = Annotated[str, Parameter(help="Who made the file, and its licence; it goes into the dataset's LICENSE-ASSETS.")]
Title = Annotated[str, Parameter(help="For lists; from the name where it is left out.")]
Up = Annotated[Literal["y", "z"], Parameter(help="The file's axis that points up; glTF says y.")]
Forward = Annotated[
    Literal["+x", "-x", "+y", "-y", "+z", "-z"], Parameter(help="The file's axis that it faces; glTF says +z. Write --forward=-x.")
]
Scale = Annotated[float | None, Parameter(help="Metres in one unit of the file: 0.01 where it is in centimetres.")]
Replace = Annotated[bool, Parameter(negative="", help="Replace a card of that name.")]
Json = Annotated[bool, Parameter(name="--json", negative="", help="Print one JSON object.")]


def add_subject(
    file: Path,
    *,
    name: Name,
    catalog: Folder,
    kind: Annotated[Literal["person", "animal"], Parameter(help="What it counts as.")],
    species: Annotated[str, Parameter(help="In a word: cat.")],
    noun: Annotated[str, Parameter(help='A phrase for captions: "a tabby cat".')],
    idle: Annotated[str, Parameter(help="The animation in the file that stands.")],
    gait: Annotated[list[str], Parameter(negative="", help="walk=ANIMATION, once for each gait.")],
    credit: Credit,
    title: Title = "",
    pronoun: Annotated[Literal["he", "she", "it", "they"], Parameter(help="For captions.")] = "it",
    stride_m: Annotated[
        list[str] | None,
        Parameter(negative="", help="walk=METRES a cycle; measured where it is left out, from root motion or from planted feet."),
    ] = None,
    up: Up = "y",
    forward: Forward = "+z",
    height_m: Annotated[float | None, Parameter(help="Make it so tall when it stands, whatever the file's units.")] = None,
    scale: Scale = None,
    replace: Replace = False,
    json_output: Json = False,
) -> int:
    """Add a subject from FILE, a skinned and animated glTF (.glb or .gltf).

    Example: hmworld catalog add-subject cat.glb --name my_cat --catalog my-catalog --kind animal --species cat --noun "a tabby cat"
    --idle Idle --gait walk=Walk --gait run=Run --credit "Cat by A. Maker, CC BY 4.0"
    """
    if height_m is not None and scale is not None:
        raise UsageError("--height-m and --scale both say how large it is; pass one of them")
    strides: dict[str, float] = {}
    for key, value in _pairs("--stride-m", stride_m or []).items():
        try:
            strides[key] = float(value)
        except ValueError:
            raise UsageError(f"--stride-m {key}={value}: expected metres, for example {key}=1.4") from None
    for what, number in (("--height-m", height_m), ("--scale", scale), *(("--stride-m", v) for v in strides.values())):
        if number is not None and not 0.0 < number < 1e6:
            raise UsageError(f"{what}: expected more than 0, got {number}")
    gaits = _pairs("--gait", gait)
    if "idle" in gaits:
        raise UsageError("--gait idle: the standing animation is named with --idle")
    options = {
        **_shared(file, catalog, name, credit, title, up, forward, scale, replace),
        "kind": kind,
        "species": species,
        "noun": noun,
        "idle": idle,
        "gaits": gaits,
        "pronoun": pronoun,
        "strides_m": strides,
        "height_m": height_m,
    }
    return _bake("subject", options, json_output, lambda made: _subject_text(name, catalog, made))


def add_scene(
    file: Path,
    *,
    name: Name,
    catalog: Folder,
    place: Annotated[str, Parameter(help='A phrase for captions: "in a ruined abbey".')],
    credit: Credit,
    biome: Annotated[Literal["urban", "nature", "rural", "indoor"], Parameter(help="What it counts as; chooses its looks.")] = "urban",
    title: Title = "",
    stage: Annotated[
        list[str] | None,
        Parameter(negative="", help="x,y,radius in metres, our axes, once for each stage; found where it is left out."),
    ] = None,
    up: Up = "y",
    forward: Forward = "+z",
    scale: Scale = None,
    replace: Replace = False,
    json_output: Json = False,
) -> int:
    """Add a scene from FILE, a static glTF (.glb or .gltf).

    Example: hmworld catalog add-scene abbey.glb --name my_abbey --catalog my-catalog --place "in a ruined abbey"
    --credit "Abbey by A. Maker, CC0"
    """
    if scale is not None and not 0.0 < scale < 1e6:
        raise UsageError(f"--scale: expected more than 0, got {scale}")
    options = {
        **_shared(file, catalog, name, credit, title, up, forward, scale, replace),
        "place": place,
        "biome": biome,
        "stages": [_stage(text) for text in stage or []],
    }
    return _bake("scene", options, json_output, lambda made: _scene_text(name, catalog, made))


def _shared(
    file: Path, catalog: Path, name: str, credit: str, title: str, up: str, forward: str, scale: float | None, replace: bool
) -> dict[str, Any]:
    return {
        "file": str(file),
        "catalog": str(catalog),
        "name": name,
        "credit": credit,
        "title": title,
        "up": up,
        "forward": forward,
        "scale": 1.0 if scale is None else scale,
        "replace": replace,
    }


def _pairs(flag: str, texts: list[str]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not key or not value or key in pairs:
            raise UsageError(f"{flag} {text}: expected NAME=VALUE, each name once, for example walk=...")
        pairs[key] = value
    return pairs


def _stage(text: str) -> tuple[float, float, float]:
    try:
        x, y, radius = (float(part) for part in text.split(","))
    except ValueError:
        raise UsageError(f"--stage {text}: expected x,y,radius in metres, for example 0,4.5,6") from None
    if radius < 1.0:
        raise UsageError(f"--stage {text}: expected a radius of at least 1 m")
    return x, y, radius


def _bake(kind: str, options: dict[str, Any], json_output: bool, text: Any) -> int:
    done = subprocess.run([sys.executable, "-m", "hmworld.embedded.gltf", kind, json.dumps(options)], stdout=subprocess.PIPE, check=False)
    if done.returncode != 0:
        return done.returncode  # it has said what is wrong
    made = json.loads(done.stdout)
    print(json.dumps(made) if json_output else text(made))
    return 0


def _subject_text(name: str, catalog: Path, made: dict[str, Any]) -> str:
    lines = [
        f"{made['card']}: {made['height_m']:.2f} m tall, {made['triangles']} triangles, {made['joints']} joints, "
        f"{made['textures']} textures"
    ]
    for gait, found in made["gaits"].items():
        speed = found["stride_m"] / found["cycle_s"]
        lines.append(
            f"  {gait:<10} {found['cycle_s']:.2f} s a cycle"
            + (f", stride {found['stride_m']:.2f} m ({found['stride']}), {speed:.2f} m/s" if speed else "")
        )
    return "\n".join([*lines, *_closing(name, catalog, made, "subjects")])


def _scene_text(name: str, catalog: Path, made: dict[str, Any]) -> str:
    x, y, z = made["size_m"]
    lines = [
        f"{made['card']}: {x:g} x {y:g} x {z:g} m, {made['triangles']} triangles, {made['textures']} textures, "
        f"{made['obstacles']} obstacles"
    ]
    lines += [f"  stage {stage}" for stage in made["stages"]]
    return "\n".join([*lines, *_closing(name, catalog, made, "scenes")])


def _closing(name: str, catalog: Path, made: dict[str, Any], field: str) -> list[str]:
    return [
        *(f"  note: {remark}" for remark in made["remarks"]),
        f"Look at it:  hmworld catalog --catalog {catalog} --{field} --sheet {name}.png --only {name}",
        f"Use it:      {field}: [{name}] in a recipe, and hmworld generate RECIPE --out DIR --catalog {catalog}",
    ]
