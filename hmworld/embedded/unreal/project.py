"""The project's `Content/HMWorld/catalog.json`, which HMAssets.cpp reads: entries are merged into it, others stay as they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hmworld.errors import AssetError

FILE = Path("Content") / "HMWorld" / "catalog.json"
VERSION = 1


def read_project_catalog(path: Path) -> dict[str, Any]:
    """The file's content, or an empty catalog where there is no file; AssetError where it is not one."""
    try:
        catalog: Any = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {"version": VERSION, "scenes": {}, "subjects": {}}
    except (OSError, ValueError) as error:
        raise AssetError(f"{path}: cannot be read as JSON: {error}; mend it, or move it away and run this again") from error
    good = isinstance(catalog, dict) and catalog.get("version") == VERSION
    if not good or not all(isinstance(catalog.get(kind), dict) for kind in ("scenes", "subjects")):
        raise AssetError(
            f"{path}: expected version {VERSION} with the objects scenes and subjects; mend it, or move it away and run this again"
        )
    return dict(catalog)


def merged(catalog: dict[str, Any], scenes: dict[str, Any], subjects: dict[str, Any]) -> dict[str, Any]:
    """The catalog with these entries instead of those of the same names; lamps that were written by hand stay."""
    lamps = {name: {"lamps": catalog["scenes"][name]["lamps"]} for name in scenes if "lamps" in catalog["scenes"].get(name, {})}
    return {
        **catalog,
        "scenes": dict(sorted({**catalog["scenes"], **{name: {**lamps.get(name, {}), **entry} for name, entry in scenes.items()}}.items())),
        "subjects": dict(sorted({**catalog["subjects"], **subjects}.items())),
    }


def write_project_catalog(path: Path, catalog: dict[str, Any]) -> None:
    """Write the file at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}")
    scratch.write_text(json.dumps(catalog, indent="\t", ensure_ascii=False) + "\n", encoding="utf-8")
    scratch.replace(path)
