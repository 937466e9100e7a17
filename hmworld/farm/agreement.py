"""The engine build of a run: a dataset holds one, and the slots of other machines are the first to know which."""

from pathlib import Path

from pydantic import ValidationError

from hmworld.dataset import LocalStore
from hmworld.engine import EngineInfo
from hmworld.errors import EngineUnusable
from hmworld.farm.tickets import FARM
from hmworld.model.base import Document

ENGINE = f"{FARM}/engine.json"


class _Agreed(Document):
    name: str
    build: str


def agreed_engine(root: Path) -> EngineInfo | None:
    """The engine of a run; None while no slot has said what it has."""
    try:
        agreed = _Agreed.model_validate_json((root / ENGINE).read_bytes())
    except (OSError, ValidationError):
        return None
    return EngineInfo(agreed.name, agreed.build)


def agree_on_engine(root: Path, engine: EngineInfo) -> None:
    """Say what a slot has: the first one decides. EngineUnusable for one of another build."""
    store = LocalStore(root)
    while (agreed := agreed_engine(root)) is None:
        if not store.publish_if_absent(ENGINE, [_Agreed(name=engine.name, build=engine.build).canonical()]) and agreed_engine(root) is None:
            store.remove(ENGINE)  # it cannot be read
    if agreed != engine:
        raise EngineUnusable(
            f"a dataset holds one engine build: this run's is {agreed.name}/{agreed.build}, this slot has {engine.name}/{engine.build}; "
            "have the same version of hmworld, and of the game, on all machines"
        )


def forget_engine(root: Path) -> None:
    """Have the slots say anew what they have."""
    LocalStore(root).remove(ENGINE)
