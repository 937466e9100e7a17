"""croissant.json of a dataset: its files and tables for machines, by MLCommons' Croissant 1.0 (https://docs.mlcommons.org/croissant).

A FileObject for each table and shard with its sha256, a FileSet for each kind of file in the shards, the record set `clips` over the
manifest, and a record set for each kind of file that has a data type in Croissant. There is no date, address or host in it: equal datasets
have equal bytes.
"""

import json
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from hmworld.dataset import tables
from hmworld.dataset.column_words import EVENT_WORDS, MANIFEST_WORDS, MEDIA, MEMBER_WORDS
from hmworld.dataset.hub_features import members
from hmworld.dataset.shards import MAIN
from hmworld.model.dataset import DatasetInfo, FileInfo, ShardInfo

CROISSANT_NAME = "croissant.json"

Node = dict[str, Any]

CONTEXT: Node = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "sc": "https://schema.org/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    **{
        name: f"cr:{name}"
        for name in (
            *("citeAs", "column", "equivalentProperty", "extract", "field", "fileProperty", "fileObject", "fileSet", "format", "includes"),
            *("isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet", "references", "regex", "repeated", "replace"),
            *("samplingRate", "separator", "source", "subField", "transform"),
        )
    },
}

_RECORD_SETS = {"json": ("samples", "sc:Text"), "mp4": ("videos", "sc:VideoObject"), "mask.mkv": ("masks", "sc:VideoObject")}
"""Record set of a kind of main file, and the data type of its content. None for the arrays, for which Croissant has no type, nor for the
captions, which the manifest has. Optional streams have one of their own name."""
_TABLES = {
    "manifest.parquet": "A row a clip: what it shows, its events, the byte range of every file of it in the shards.",
    "plan.parquet": "A row a planned clip: its full specification and what was forecast of it.",
    "rejects.parquet": "A row a clip that was turned down, by forecast or after rendering, with the reason.",
    "LICENSE-ASSETS": "What the pictures show, who made it, and its licence.",
    "README.md": "The dataset card.",
}


def croissant_text(info: DatasetInfo, files: Sequence[FileInfo], description: str, licence: str, citation: str) -> str:
    """The document. `files`: tables and texts of the dataset; `licence`: a URL or the name of a file of the dataset."""
    kinds = [(name, stream) for stream in info.streams for name in members(stream)]
    told = [(name, *_RECORD_SETS.get(name, (stream, "sc:VideoObject"))) for name, stream in kinds if stream != MAIN or name in _RECORD_SETS]
    document = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": info.name,
        "description": description,
        "license": licence,
        "version": f"{info.schema_version}.0",
        "citeAs": citation,
        "inLanguage": "en",
        "keywords": ["video", "world model", "memory", "object permanence", "synthetic", "hmworld"],
        "rai:dataCollection": "Rendered from a plan by hmworld; events are measured from the rendered masks and the exact poses.",
        "rai:personalSensitiveInformation": "No person was recorded: the pictures show the 3D assets that LICENSE-ASSETS names.",
        "distribution": [
            *(_table(entry) for entry in files),
            *(_shard(shard) for shard in info.shards),
            *(_file_set(name, [s for s in info.shards if s.stream == stream]) for name, stream in kinds),
        ],
        "recordSet": [_clips(), *(_contents(*kind) for kind in told)],
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _table(entry: FileInfo) -> Node:
    kind = "application/x-parquet" if entry.path.endswith(".parquet") else "text/plain"
    return {**_file(entry), "description": _TABLES[entry.path], "encodingFormat": kind}


def _shard(shard: ShardInfo) -> Node:
    what = "main files" if shard.stream == MAIN else f"stream {shard.stream}"
    return {**_file(shard), "description": f"{shard.clips} clips of {shard.split}: {what}.", "encodingFormat": "application/x-tar"}


def _file(entry: FileInfo | ShardInfo) -> Node:
    return {
        "@type": "cr:FileObject",
        "@id": entry.path,
        "name": entry.path,
        "contentUrl": entry.path,
        "contentSize": f"{entry.bytes} B",
        "sha256": entry.sha256,
    }


def _file_set(name: str, shards: Sequence[ShardInfo]) -> Node:
    kind, words = MEDIA[name]
    return {
        "@type": "cr:FileSet",
        "@id": f"files-{name}",
        "name": f"*.{name}",
        "description": words,
        "containedIn": [{"@id": shard.path} for shard in shards],
        "encodingFormat": kind,
        "includes": f"*.{name}",
    }


def _clips() -> Node:
    return {
        "@type": "cr:RecordSet",
        "@id": "clips",
        "name": "clips",
        "description": "The manifest: a record a clip.",
        "key": {"@id": "clips/clip_id"},
        "field": [_column(field) for field in tables.MANIFEST],
    }


def _column(column: pa.Field) -> Node:
    source = {"fileObject": {"@id": "manifest.parquet"}, "extract": {"column": column.name}}
    node: Node = {
        "@type": "cr:Field",
        "@id": f"clips/{column.name}",
        "name": column.name,
        "description": MANIFEST_WORDS[column.name],
    }
    if not pa.types.is_list(column.type):
        return {**node, "dataType": _data_type(column.type), "source": source}
    node["repeated"] = True
    if not pa.types.is_struct(column.type.value_type):
        return {**node, "dataType": _data_type(column.type.value_type), "source": source}
    words = {"events": EVENT_WORDS, "members": MEMBER_WORDS}[column.name]
    node["subField"] = [
        {
            "@type": "cr:Field",
            "@id": f"clips/{column.name}/{part.name}",
            "name": part.name,
            "description": words[part.name],
            "dataType": _data_type(part.type),
            "source": {**source, "transform": {"jsonPath": part.name}},
        }
        for part in column.type.value_type
    ]
    return node


def _data_type(kind: pa.DataType) -> str:
    if pa.types.is_boolean(kind):
        return "sc:Boolean"
    if pa.types.is_integer(kind):
        return "sc:Integer"
    return "sc:Float" if pa.types.is_floating(kind) else "sc:Text"


def _contents(name: str, record_set: str, data_type: str) -> Node:
    """A record set with the content of each file of a kind, by the clip's id."""
    files = {"fileSet": {"@id": f"files-{name}"}}
    identity = {"extract": {"fileProperty": "filename"}, "transform": {"regex": r"^([^.]+)\."}}
    return {
        "@type": "cr:RecordSet",
        "@id": record_set,
        "name": record_set,
        "description": MEDIA[name][1],
        "key": {"@id": f"{record_set}/clip_id"},
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"{record_set}/clip_id",
                "name": "clip_id",
                "description": "The clip, as in clips/clip_id.",
                "dataType": "sc:Text",
                "source": {**files, **identity},
            },
            {
                "@type": "cr:Field",
                "@id": f"{record_set}/content",
                "name": "content",
                "description": f"The file <clip_id>.{name}.",
                "dataType": data_type,
                "source": {**files, "extract": {"fileProperty": "content"}},
            },
        ],
    }
