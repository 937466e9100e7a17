"""`hmworld catalog`: what there is to combine, as lists and as pictures; and its additions."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from rich.console import Console
from rich.table import Table

from hmworld.catalog import Catalog, open_catalog
from hmworld.cli import bring, from_unreal
from hmworld.errors import UsageError
from hmworld.model.trajectory import CameraTrajectory, SubjectTrajectory

app = App(
    name="catalog",
    help="Show what there is to combine; add scenes and subjects of your own.\n\nExample: hmworld catalog --sheet catalog.html",
)
app.command(bring.add_subject)
app.command(bring.add_scene)
app.command(from_unreal.from_unreal)


@app.default
def catalog(
    *,
    catalog: Annotated[Path | None, Parameter(help="Folder of cards of your own, added to those that ship.")] = None,
    sheet: Annotated[Path | None, Parameter(help="Write pictures of them: one .png, or one .html that needs nothing else.")] = None,
    scenes: Annotated[bool, Parameter(negative="", help="Scenes only.")] = False,
    subjects: Annotated[bool, Parameter(negative="", help="Subjects only.")] = False,
    only: Annotated[list[str] | None, Parameter(negative="", help="On the sheet only those of these names.")] = None,
    json_output: Annotated[bool, Parameter(name="--json", negative="", help="Print one JSON object of names.")] = False,
) -> None:
    """Show what there is to combine: scenes, subjects, subject paths, camera paths.

    Example: hmworld catalog --sheet catalog.html
    """
    known = open_catalog(catalog)
    both = scenes == subjects
    if sheet is not None:
        _write_sheet(known, catalog, sheet, both or scenes, both or subjects, only or [])
    elif only:
        raise UsageError("--only: chooses what is on a sheet; pass --sheet too")
    elif json_output:
        print(json.dumps({name: list(found) for name, found in _names(known, _kinds(both, scenes, subjects)).items()}))
    else:
        _print(known, _kinds(both, scenes, subjects))


def _kinds(both: bool, scenes: bool, subjects: bool) -> list[str]:
    if both:
        return ["scenes", "subjects", "subject_paths", "camera_paths"]
    return ["scenes"] if scenes else ["subjects"]


def _names(known: Catalog, kinds: list[str]) -> dict[str, list[str]]:
    """Names by kind; trajectories for probes apart."""
    found: dict[str, list[str]] = {}
    for kind in kinds:
        cards = getattr(known, kind)
        found[kind] = [name for name, card in cards.items() if not getattr(card, "probe", False)]
        if kind.endswith("_paths"):
            found[f"probe_{kind}"] = [name for name, card in cards.items() if card.probe]
    return found


def _title(paths: Mapping[str, CameraTrajectory] | Mapping[str, SubjectTrajectory], what: str) -> str:
    probes = sum(path.probe for path in paths.values())
    return f"{len(paths) - probes} {what}, and {probes} for probes"


def _write_sheet(known: Catalog, own: Path | None, path: Path, scenes: bool, subjects: bool, only: list[str]) -> None:
    # Imported here: the driver needs OpenCV, and the lists must be shown where that cannot be imported.
    from hmworld.cli.portraits import scene_tiles, subject_tiles
    from hmworld.engine import Connection, launch_embedded
    from hmworld.report.contact_sheet import Section, write_contact_sheet

    if path.suffix.lower() not in (".png", ".html"):
        raise UsageError(f"--sheet: expected a file name ending in .png or .html, got {path}")
    names = {"scenes": [n for n, card in known.scenes.items() if card.embedded is not None and (not only or n in only)] if scenes else []}
    names["subjects"] = [n for n, card in known.subjects.items() if card.mesh_sha256 and (not only or n in only)] if subjects else []
    unknown = sorted(set(only) - {*known.scenes, *known.subjects})
    if unknown or not any(names.values()):
        raise UsageError(f"--only: unknown {', '.join(unknown) or 'here'}; `hmworld catalog` lists the names")
    print("starting the engine (the first start on a machine compiles the renderer) ...", file=sys.stderr)
    sections = []
    with launch_embedded(threads=2, catalog=own) as process, Connection(process.address, process.alive) as connection:
        if names["scenes"]:
            tiles = []
            for name in names["scenes"]:
                print(f"scene {name}", file=sys.stderr)
                tiles.append(scene_tiles(connection, known.scenes[name]))
            sections.append(Section("scenes", tuple(tiles)))
        if names["subjects"]:
            print(f"{len(names['subjects'])} subjects", file=sys.stderr)
            sections.append(Section("subjects", tuple(subject_tiles(connection, known, names["subjects"]))))
    write_contact_sheet(sections, path)
    print(f"{path}: {len(names['scenes'])} scenes, {len(names['subjects'])} subjects")


def _print(known: Catalog, kinds: list[str]) -> None:
    scenes = Table("scene", "stages", "looks", "place", title=f"{len(known.scenes)} scenes")
    for scene in known.scenes.values():
        scenes.add_row(scene.name, ", ".join(s.name for s in scene.stages), ", ".join(scene.looks), scene.place)
    subjects = Table("subject", "species", "height", "gaits", title=f"{len(known.subjects)} subjects")
    for subject in known.subjects.values():
        subjects.add_row(subject.name, subject.species, f"{subject.height_m:.2f} m", ", ".join(subject.gaits))
    paths = Table("subject path", "what it does", title=_title(known.subject_paths, "subject paths"))
    for path in known.subject_paths.values():
        paths.add_row(path.name, path.summary)
    cameras = Table("camera path", "family", "starts", "what it does", title=_title(known.camera_paths, "camera paths"))
    for camera in known.camera_paths.values():
        cameras.add_row(camera.name, camera.family, str(len(camera.starts)), camera.summary)
    tables = {"scenes": scenes, "subjects": subjects, "subject_paths": paths, "camera_paths": cameras}
    console = Console()
    for kind in kinds:
        console.print(tables[kind])
