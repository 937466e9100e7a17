"""Writes the published contract: a JSON Schema of every document, and an example of those that a person writes or a plan makes.

`python schemas/generate.py` writes beside itself. The examples of rendered documents (`sample`, `dataset`) are taken from a dataset:
`python schemas/generate.py --from DATASET`. A test holds that nothing drifted.
"""

import argparse
import json
from pathlib import Path

from hmworld.catalog import default_catalog
from hmworld.catalog.locations import recipes_dir
from hmworld.dataset import open_dataset
from hmworld.model import (
    CameraTrajectory,
    ClipSpec,
    DatasetInfo,
    Event,
    Recipe,
    SampleJson,
    SceneCard,
    SubjectCard,
    SubjectTrajectory,
)
from hmworld.model.base import Document
from hmworld.plan import plan

HERE = Path(__file__).parent
DOCUMENTS: dict[str, type[Document]] = {
    "recipe": Recipe,
    "scene_card": SceneCard,
    "subject_card": SubjectCard,
    "camera_trajectory": CameraTrajectory,
    "subject_trajectory": SubjectTrajectory,
    "clip_spec": ClipSpec,
    "event": Event,
    "sample": SampleJson,
    "dataset": DatasetInfo,
}


def text(data: object) -> str:
    """JSON as it is written to a file."""
    return json.dumps(data, indent=1, sort_keys=True) + "\n"


def schema_files() -> dict[str, str]:
    """File name -> text of every schema."""
    return {f"{name}.schema.json": text(cls.model_json_schema(mode="serialization")) for name, cls in DOCUMENTS.items()}


def planned_examples() -> dict[str, str]:
    """File name -> text of the examples that need no rendering."""
    catalog, recipe = default_catalog(), Recipe.from_yaml(recipes_dir() / "tiny.yaml")
    first = plan(recipe, catalog).clips[0]
    scene = catalog.scenes[first.spec.scene.name]
    examples: dict[str, Document] = {
        "recipe": recipe,
        "scene_card": scene.model_copy(update={"obstacles": scene.obstacles[:3]}),
        "subject_card": catalog.subjects[first.spec.subjects[0].name],
        "camera_trajectory": catalog.camera_paths[first.spec.camera.trajectory],
        "subject_trajectory": catalog.subject_paths[first.spec.subjects[0].path.trajectory],
        "clip_spec": first.spec,
        "event": next(e for e in first.events if e.kind == "absence"),
    }
    return {f"{name}.example.json": text(document.model_dump(mode="json")) for name, document in examples.items()}


def rendered_examples(dataset: Path) -> dict[str, str]:
    """File name -> text of the examples from a dataset."""
    opened = open_dataset(dataset)
    return {
        "sample.example.json": text(opened[0].meta.model_dump(mode="json")),
        "dataset.example.json": text(opened.info.model_dump(mode="json")),
    }


def main() -> None:
    """Write the files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="dataset", type=Path, help="a dataset of the recipe `tiny`")
    options = parser.parse_args()
    files = schema_files() | planned_examples()
    if options.dataset:
        files |= rendered_examples(options.dataset)
    for name, content in files.items():
        (HERE / name).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
