"""Whether an engine has what was planned, asked before anything is rendered."""

from pathlib import Path

from hmworld.dataset.cards import read_scene_card, read_subject_card
from hmworld.engine import EngineInfo
from hmworld.errors import UsageError

_SHOWN = 5


def check_fit(root: Path, engine: EngineInfo) -> None:
    """UsageError where cards of a planned folder say that an engine, by its name `embedded` or `unreal`, cannot show them."""
    lacking = {}
    for kind in ("scenes", "subjects"):
        names = sorted(path.stem for path in (root / "cards" / kind).glob("*.json"))
        lacking[kind] = [name for name in names if not _has(root, kind, name, engine.name)]
    parts = [f"{kind} {_list(names)}" for kind, names in lacking.items() if names]
    if parts:
        raise UsageError(
            f"{root}: the plan has {' and '.join(parts)}, which the engine {engine.name!r} does not have by their cards; a recipe that "
            "names no scenes or subjects takes all of the catalog: name those that the engine has in the recipe, and choose another --out"
        )


def _has(root: Path, kind: str, name: str, engine: str) -> bool:
    if kind == "scenes":
        scene = read_scene_card(root, name)
        return {"embedded": scene.embedded, "unreal": scene.unreal}.get(engine, name) is not None
    subject = read_subject_card(root, name)
    return {"embedded": subject.mesh_sha256, "unreal": subject.unreal}.get(engine, name) is not None


def _list(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
