"""The published contract is what the models say, and its examples fit it."""

import importlib.util
import json
from pathlib import Path

import jsonschema
import pytest

SCHEMAS = Path(__file__).parent.parent.parent / "schemas"
specification = importlib.util.spec_from_file_location("generate_schemas", SCHEMAS / "generate.py")
assert specification is not None
assert specification.loader is not None
generate = importlib.util.module_from_spec(specification)
specification.loader.exec_module(generate)


def test_schemas_did_not_drift() -> None:
    for name, text in generate.schema_files().items():
        assert (SCHEMAS / name).read_text() == text, f"{name} is stale: run `make schemas`"


def test_planned_examples_did_not_drift() -> None:
    for name, text in generate.planned_examples().items():
        assert (SCHEMAS / name).read_text() == text, f"{name} is stale: run `make schemas`"


@pytest.mark.parametrize("name", sorted(generate.DOCUMENTS))
def test_each_example_fits_its_schema_and_its_model(name: str) -> None:
    example = json.loads((SCHEMAS / f"{name}.example.json").read_text())
    jsonschema.validate(example, json.loads((SCHEMAS / f"{name}.schema.json").read_text()))
    assert generate.DOCUMENTS[name].model_validate(example).model_dump(mode="json") == example


def test_rendered_documents_fit_the_published_schemas(tiny_dataset: Path) -> None:
    for name, text in generate.rendered_examples(tiny_dataset).items():
        document = name.split(".")[0]
        jsonschema.validate(json.loads(text), json.loads((SCHEMAS / f"{document}.schema.json").read_text()))


def test_the_examples_of_rendered_documents_are_of_this_version(tiny_dataset: Path) -> None:
    for name, text in generate.rendered_examples(tiny_dataset).items():
        published, made = json.loads((SCHEMAS / name).read_text()), json.loads(text)
        assert set(published) == set(made)
