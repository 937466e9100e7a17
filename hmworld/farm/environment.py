"""What a process that a work pool started is told by its environment: its slot, and where datasets lie on its machine."""

import json
import os
import socket
from dataclasses import asdict
from pathlib import Path, PurePosixPath
from typing import Any

from hmworld.engine import EngineAddress, Game
from hmworld.errors import UsageError
from hmworld.produce.slot import RestartLimits, SlotSpec

SLOT, SPEC, ROOT = "HMWORLD_SLOT", "HMWORLD_SLOT_SPEC", "HMWORLD_ROOT"


def default_slot_name(number: int = 0) -> str:
    """The name of a slot of this machine."""
    return f"{socket.gethostname()[:48]}-{number}"


def spec_to_text(spec: SlotSpec) -> str:
    """A slot's spec for the environment."""
    return json.dumps(asdict(spec), sort_keys=True)


def spec_from_text(text: str) -> SlotSpec:
    """The spec that `spec_to_text` wrote; UsageError for any other text."""
    try:
        data: dict[str, Any] = json.loads(text)
        address = EngineAddress(**data.pop("address")) if data.get("address") else data.pop("address", None)
        game = data.pop("game", None)
        if game is not None:
            game = Game(**{**game, "size": tuple(game["size"])})
        return SlotSpec(address=address, game=game, limits=RestartLimits(**data.pop("limits", {})), **data)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UsageError(f"{SPEC}: is not the spec of a slot ({error}); `hmworld worker` sets it") from error


def slot_from_environment() -> tuple[str, SlotSpec]:
    """Name and spec of this process's slot; the embedded engine on one thread where nothing is said."""
    text = os.environ.get(SPEC, "")
    return os.environ.get(SLOT, "") or default_slot_name(), spec_from_text(text) if text else SlotSpec()


def portable_root(root: Path) -> str:
    """How a dataset's folder is told to other machines: relative to HMWORLD_ROOT where it lies below that, else as it is."""
    base, whole = os.environ.get(ROOT, ""), root.resolve()
    if base and whole.is_relative_to(Path(base).resolve()):
        return whole.relative_to(Path(base).resolve()).as_posix()
    return str(whole)


def local_root(told: str) -> Path:
    """The folder that another machine told of; UsageError for one outside HMWORLD_ROOT, where that is set, or that is not there."""
    base = os.environ.get(ROOT, "")
    if not base and not Path(told).is_absolute():
        raise UsageError(f"the dataset {told!r} is told relative to {ROOT}, which is not set for this worker")
    if base and ".." in PurePosixPath(told).parts:
        raise UsageError(f"the dataset {told!r} is outside {ROOT}")
    whole = (Path(base) / told).resolve() if base else Path(told)
    if base and not whole.is_relative_to(Path(base).resolve()):
        raise UsageError(f"the dataset {told!r} is outside {ROOT} ({base})")
    if not (whole / "plan.parquet").is_file():
        raise UsageError(f"{whole}: no plan is there; do this worker and the supervisor share their storage, and is {ROOT} set on both?")
    return whole
