"""The YAML at the head of a dataset card: what the Hugging Face Hub shows and searches, and how `datasets` loads the shards.

A config for the main shards, which is loaded where none is named, and one for each optional stream, with the types of what they hold.
"""

from typing import Any

import yaml

from hmworld.dataset.facts import Facts
from hmworld.dataset.hub_features import features
from hmworld.dataset.licences import Licence
from hmworld.dataset.shards import MAIN, shard_name
from hmworld.model.dataset import DatasetInfo


def header_text(info: DatasetInfo, facts: Facts, licence: Licence) -> str:
    """The YAML, without the lines around it."""
    return yaml.dump(_header(info, facts, licence), Dumper=_PlainDumper, sort_keys=False, allow_unicode=True).strip()


def _header(info: DatasetInfo, facts: Facts, licence: Licence) -> dict[str, Any]:
    header: dict[str, Any] = {
        "pretty_name": info.name,
        "license": licence.hub_id,
        **({"license_name": "see-license-assets"} if licence.hub_id == "other" else {}),
        "language": ["en"],
        "task_categories": ["text-to-video", "image-to-video"],
        "tags": ["webdataset", "video", "world-model", "memory", "object-permanence", "synthetic", "hmworld"],
        "size_categories": [_size_category(info.counts.kept)],
    }
    if facts.splits:
        header["configs"] = [_config(stream, facts) for stream in info.streams]
        header["dataset_info"] = [{"config_name": _config_name(stream), "features": features(stream)} for stream in info.streams]
    return header


def _config(stream: str, facts: Facts) -> dict[str, Any]:
    """The shards of a stream by split: the main ones under the name that is loaded where none is given."""
    paths = {split.name: shard_name(split.name, 0, stream).replace("000000", "*") for split in facts.splits}
    return {"config_name": _config_name(stream), "data_files": [{"split": split, "path": path} for split, path in paths.items()]}


def _config_name(stream: str) -> str:
    return "default" if stream == MAIN else stream


class _PlainDumper(yaml.SafeDumper):
    """Writes equal parts in full: the Hub's reader is not asked to follow references."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _size_category(clips: int) -> str:
    for limit, name in ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M")):
        if clips < limit:
            return name
    return "1M<n<10M"
