"""The table of handlers and what all of them use: the context, numbers off the wire and onto it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from hmworld.embedded.actors import WorldError
from hmworld.embedded.director import MAX_NUMBER
from hmworld.embedded.saving import SaveFolder
from hmworld.embedded.world import World

Answer = str | bytes | None
Handler = Callable[..., Answer]

HANDLERS: dict[str, Handler] = {}
"""Template -> handler; of templates that both match, the last one wins."""

SERVER_COMMANDS = {"vbatch [uint]": "Run the next N requests as one transaction; answered ok first"}
"""Templates that the conversation itself answers (`hmworld.embedded.server`), with their help."""


@dataclass(frozen=True)
class Context:
    """What a request can see and change: the world, the folder for files, and the text of `vget /unrealcv/status`."""

    world: World
    saves: SaveFolder
    status: Callable[[], str]


def command(*templates: str) -> Callable[[Handler], Handler]:
    """Register a handler for some templates."""

    def register(handler: Handler) -> Handler:
        for template in templates:
            HANDLERS[template] = handler
        return handler

    return register


def not_implemented() -> WorldError:
    """The plugin's answer to a command it knows and does not do."""
    return WorldError("Not Implemented")


def vector(values: object) -> str:
    """Numbers as the plugin prints vectors and rotators."""
    return " ".join(f"{float(v) + 0.0:.3f}" for v in np.asarray(values, np.float64).ravel())


def floats(*texts: str) -> list[float]:
    """Numbers of a request; WorldError for ones no world has room for."""
    values = [float(t) for t in texts]
    if not all(abs(v) < MAX_NUMBER for v in values):
        raise WorldError("Argument Invalid")
    return values


def integer(text: str, low: int, high: int) -> int:
    """A whole number of a request within bounds."""
    if not 0 < len(text) < 7 or not low <= int(text) <= high:
        raise WorldError(f"Argument Invalid: expected a whole number from {low} to {high}")
    return int(text)
