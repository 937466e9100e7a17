"""What all documents share: strictness, canonical bytes, and errors that a person can act on."""

import hashlib
import json
import re
from pathlib import Path
from typing import Annotated, Any, Self

import rfc8785
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hmworld.errors import RecipeError

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_]{0,63}$")]
"""A name that is safe in a path, a command token and a WebDataset key: lower case, digits, underscores."""

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
"""A sha256 in hex."""

Vec2 = tuple[float, float]
Vec3 = tuple[float, float, float]


_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The one in C is many times faster; PyYAML's wheels have it."""


class _Loader(_Base):  # type: ignore[misc]
    """YAML with 1.2's booleans: only true and false, so that `off`, `on`, `yes` and `no` stay words; duplicate keys are refused."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """A mapping; a key that stands twice is an error, not a silent choice."""
        words = [key.value for key, _ in node.value if key.tag == "tag:yaml.org,2002:str"]
        if len(words) < len(node.value) or len(set(words)) < len(words):
            keys = [self.construct_object(key, deep=True) for key, _ in node.value]
            for key in keys:
                if keys.count(key) > 1:
                    raise yaml.constructor.ConstructorError(None, None, f"key {key!r} stands twice", node.start_mark)
        return dict(super().construct_mapping(node, deep))


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF"))


class Document(BaseModel):
    """A frozen model that refuses unknown keys and non-finite numbers."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    def canonical(self) -> bytes:
        """RFC 8785 JSON of the document: equal documents have equal bytes."""
        return rfc8785.dumps(self.model_dump(mode="json"))

    def typed_json(self) -> bytes:
        """Sorted JSON in which a float always looks like one (1.0, where RFC 8785 writes 1): readers infer types from it."""
        return json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    def digest(self) -> str:
        """sha256 in hex of `canonical()`."""
        return hashlib.sha256(self.canonical()).hexdigest()

    @classmethod
    def from_yaml(cls, path: Path) -> Self:
        """Read a YAML file; a RecipeError names the file, the field, what was expected and what was found."""
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise RecipeError(f"{path}: cannot be read: {error}") from error
        return cls.from_yaml_text(text, str(path))

    @classmethod
    def from_yaml_text(cls, text: str, where: str) -> Self:
        """Like `from_yaml`, for text; `where` is named in errors."""
        try:
            data = yaml.load(text, _Loader)
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            raise RecipeError(f"{where}: is not YAML that can be read: {' '.join(str(error).split())[:300]}") from error
        if not isinstance(data, dict):
            raise RecipeError(f"{where}: expected a mapping of fields, got {type(data).__name__}")
        return cls.from_data(data, where)

    @classmethod
    def from_data(cls, data: dict[str, Any], where: str) -> Self:
        """Validate plain data; `where` is named in errors."""
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            raise RecipeError(explain(error, where, cls)) from error


def explain(error: ValidationError, where: str, cls: type[BaseModel]) -> str:
    """One line a problem: file, field, what is wrong, what was given; for unknown fields the known ones."""
    lines = []
    for problem in error.errors():
        field = ".".join(str(part) for part in problem["loc"]) or "(whole document)"
        message = problem["msg"].removeprefix("Value error, ")
        if problem["type"] == "extra_forbidden":
            message = "unknown field"
            known = _fields_at(cls, problem["loc"][:-1])
            message += f"; known here: {', '.join(known)}" if known else ""
        given = repr(problem["input"])
        lines.append(f"{where}: {field}: {message}" + (f" (got {given})" if len(given) < 80 else ""))
    return "\n".join(lines)


def _fields_at(cls: type[BaseModel], path: tuple[int | str, ...]) -> list[str]:
    """Names of the fields of the model that a path leads to; none where it leads through something else."""
    for part in path:
        field = cls.model_fields.get(str(part))
        if field is None or not isinstance(field.annotation, type) or not issubclass(field.annotation, BaseModel):
            return []
        cls = field.annotation
    return list(cls.model_fields)
