"""`hmworld catalog`."""

import json
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console
from rich.table import Table

from hmworld.catalog import default_catalog


def catalog(*, json_output: Annotated[bool, Parameter(name="--json", negative="", help="Print one JSON object of names.")] = False) -> None:
    """Show what there is to combine: scenes, subjects, subject paths, camera paths.

    Example: hmworld catalog
    """
    known = default_catalog()
    if json_output:
        print(
            json.dumps(
                {
                    "scenes": list(known.scenes),
                    "subjects": list(known.subjects),
                    "subject_paths": list(known.subject_paths),
                    "camera_paths": list(known.camera_paths),
                }
            )
        )
        return
    console = Console()
    scenes = Table("scene", "stages", "looks", "place", title=f"{len(known.scenes)} scenes")
    for scene in known.scenes.values():
        scenes.add_row(scene.name, ", ".join(s.name for s in scene.stages), ", ".join(scene.looks), scene.place)
    subjects = Table("subject", "species", "height", "gaits", title=f"{len(known.subjects)} subjects")
    for subject in known.subjects.values():
        subjects.add_row(subject.name, subject.species, f"{subject.height_m:.2f} m", ", ".join(subject.gaits))
    paths = Table("subject path", "what it does", title=f"{len(known.subject_paths)} subject paths")
    for path in known.subject_paths.values():
        paths.add_row(path.name, path.summary)
    cameras = Table("camera path", "family", "starts", "what it does", title=f"{len(known.camera_paths)} camera paths")
    for camera in known.camera_paths.values():
        cameras.add_row(camera.name, camera.family, str(len(camera.starts)), camera.summary)
    for table in (scenes, subjects, paths, cameras):
        console.print(table)
