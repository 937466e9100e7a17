"""Types of what a shard holds, in the YAML that Hugging Face `datasets` reads from a dataset card.

Without them it infers types from five samples, and cannot from samples whose lists are empty (a clip without an event). They follow from
the models that the samples are written with. Pictures that are not ordinary video stay bytes: decoded as video, depth of 16 bits would
lose 8 of them, and silently.
"""

import types
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from hmworld.dataset.shards import MAIN
from hmworld.model.sample import NPZ_ARRAYS, SampleJson

Feature = dict[str, Any]
_SCALARS: dict[type, str] = {str: "string", int: "int64", float: "float64", bool: "bool"}
_OF_THE_READER = ("__key__", "__url__")
"""Added by `datasets`: the clip's id, and the tar that it came from."""


def members(stream: str) -> tuple[str, ...]:
    """Extensions of the files of a clip in the shards of a stream, `main` or an optional one, in their order."""
    return ("json", "mp4", "mask.mkv", "npz", "txt") if stream == MAIN else (f"{stream}.mkv",)


def features(stream: str) -> list[Feature]:
    """Feature list of the shards of a stream."""
    arrays = [{"name": name, **_nested(dtype, len(shape))} for name, (dtype, shape) in NPZ_ARRAYS.items()]
    known: dict[str, Feature] = {
        "json": _of(SampleJson),
        "mp4": {"dtype": "video"},
        "npz": {"struct": arrays},
        **{name: {"dtype": "string"} for name in ("txt", *_OF_THE_READER)},
    }
    return [{"name": name, **known.get(name, {"dtype": "binary"})} for name in (*members(stream), *_OF_THE_READER)]


def _of(annotation: Any) -> Feature:
    """The feature of a field by its type: scalar, list, or struct with its keys sorted, as they are written."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return _of(type(arguments[0]))
    if origin in (list, tuple):
        return _list(_of(arguments[0]))
    if origin in (Union, types.UnionType):
        raise TypeError(f"{annotation}: samples hold one type a field")
    if issubclass(annotation, BaseModel):
        fields = sorted(annotation.model_fields.items())
        return {"struct": [{"name": name, **_of(field.annotation)} for name, field in fields]}
    return {"dtype": _SCALARS[annotation]}


def _nested(dtype: str, depth: int) -> Feature:
    feature: Feature = {"dtype": dtype}
    for _ in range(depth):
        feature = _list(feature)
    return feature


def _list(item: Feature) -> Feature:
    """A list in the shortest form of the YAML: of a name, of fields, or of a list."""
    return {"list": item.get("dtype") or item.get("struct") or item}
