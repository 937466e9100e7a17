"""The card of a dataset: its header is what the Hub expects, its numbers are those of the manifest, and its snippets run."""

import importlib.util
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from handmade_datasets import repack

import hmworld as hm
from hmworld.dataset.card_header import header_text
from hmworld.dataset.dataset_card import card_text
from hmworld.dataset.facts import SplitFacts, facts_of
from hmworld.dataset.licences import licence_of

OURS = "made by the hmworld project with hmworld/embedded/scenes, Apache-2.0"


def split_card(dataset: Path) -> tuple[dict, str]:
    _, header, body = (dataset / "README.md").read_text().split("---\n", 2)
    return yaml.safe_load(header), body


def test_the_header_is_read_by_the_hub_library(tiny_dataset: Path, hf: ModuleType) -> None:
    from huggingface_hub import DatasetCard

    card = DatasetCard.load(tiny_dataset / "README.md")
    data = card.data.to_dict()
    header, _ = split_card(tiny_dataset)
    assert data == header
    assert (data["pretty_name"], data["license"], data["language"], data["size_categories"]) == ("tiny", "apache-2.0", ["en"], ["n<1K"])
    assert data["configs"] == [
        {"config_name": name, "data_files": [{"split": "train", "path": f"{folder}/train-*.tar"}]}
        for name, folder in (("default", "shards"), ("depth", "depth"))
    ]
    assert [info["config_name"] for info in data["dataset_info"]] == ["default", "depth"]
    # Of the Hub's own lists (huggingface.co/docs/hub/datasets-cards).
    assert set(data["task_categories"]) <= {"text-to-video", "image-to-video"}
    assert all(re.fullmatch(r"[a-z0-9-]+", tag) for tag in data["tags"])


def test_no_reference_is_left_in_the_header(tiny_dataset: Path) -> None:
    header = (tiny_dataset / "README.md").read_text().split("---\n", 2)[1]
    assert not re.search(r"(^|\s)[&*]\w", header, re.MULTILINE)


def test_numbers_are_those_of_the_manifest(tiny_dataset: Path) -> None:
    _, body = split_card(tiny_dataset)
    rows = hm.open(tiny_dataset).manifest.to_pylist()
    shards = len({row["shard"] for row in rows})
    assert f"| train | {len(rows)} | {sum(row['n_absences'] for row in rows)} |  | 0 | {shards} |" in body
    subjects = {name for row in rows for name in row["subjects"]}
    assert f"{len({row['scene'] for row in rows})} scenes" in body
    assert f"{len(subjects)} subjects" in body
    assert f"{len(rows) * 60 / 15 / 60:.1f} minutes" in body


def test_splits_and_what_is_unseen_in_them_are_told(tiny_dataset: Path) -> None:
    info, facts = hm.open(tiny_dataset).info, facts_of(tiny_dataset)
    test = SplitFacts("test", 7, 9, dict(Counter(scene=4, all=3)), 2)
    body = card_text(info, replace(facts, splits=[*facts.splits, test]), licence_of([OURS]))
    assert "| test | 7 | 9 | scene 4, all 3 | 2 | 0 |" in body
    assert [d["split"] for d in yaml.safe_load(body.split("---\n", 2)[1])["configs"][0]["data_files"]] == ["train", "test"]


def test_a_licence_is_named_only_where_all_is_under_it() -> None:
    assert licence_of([OURS, OURS]).hub_id == "apache-2.0"
    assert licence_of(["Abbey by A. Maker, CC0-1.0"]).hub_id == "cc0-1.0"
    for credits in ([OURS, "Cat by A. Maker, CC BY 4.0"], ["Cat by A. Maker"], [OURS, "Abbey by A. Maker, CC0-1.0"], []):
        assert licence_of(credits).hub_id == "other"
        assert licence_of(credits).url == "LICENSE-ASSETS"


def test_another_licence_gets_the_name_that_the_hub_asks_for(tiny_dataset: Path) -> None:
    header = yaml.safe_load(header_text(hm.open(tiny_dataset).info, facts_of(tiny_dataset), licence_of(["Cat by A. Maker"])))
    assert (header["license"], header["license_name"]) == ("other", "see-license-assets")


def test_a_dataset_without_clips_has_a_card_without_configs(tiny_dataset: Path, tmp_path: Path) -> None:
    header, body = split_card(repack(tiny_dataset, tmp_path / "none", [0], rejected=[0]))
    assert "configs" not in header
    assert "0 clips" in body


@pytest.mark.parametrize("library", ["hmworld", "webdataset", "datasets"])
def test_the_snippets_run(library: str, tiny_dataset: Path, cut_off) -> None:
    if importlib.util.find_spec(library) is None:
        pytest.skip(f"{library} is not installed")
    snippets = re.findall(r"```python\n(.*?)```", (tiny_dataset / "README.md").read_text(), re.DOTALL)
    (snippet,) = (text for text in snippets if re.search(rf"^(import|from) {library}\b", text, re.MULTILINE) and "torch" not in text)
    done = cut_off("-c", snippet.replace("path/to/tiny", str(tiny_dataset)))
    assert done.returncode == 0, done.stderr
    ids = hm.open(tiny_dataset).manifest.column("clip_id").to_pylist()
    assert [line.split()[0] for line in done.stdout.splitlines()] == ids
