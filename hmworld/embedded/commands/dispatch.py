"""From the text of a request to the bytes of its reply."""

import logging

from hmworld.embedded.actors import WorldError
from hmworld.embedded.commands.registry import HANDLERS, Context
from hmworld.protocol.grammar import Grammar

log = logging.getLogger(__name__)

_ECHOED = 1000
"""Characters of an unknown command that its error repeats."""


class Commands:
    """Answers requests within one context."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._strict = context.world.strict
        self._grammar = Grammar(t for t in HANDLERS if self._strict is None or t in self._strict.templates)

    def answer(self, command: str) -> bytes:
        """The reply to one command: text or raw bytes; errors start with `error `."""
        reply = self._answer(command)
        if self._strict is not None:
            self._strict.tick()
        return reply

    def _answer(self, command: str) -> bytes:
        found = self._grammar.match(command)
        if found is None and self._strict is not None:
            return _error(f"No handler found for URI '{command[:_ECHOED]}'")
        if found is None:
            return _error(f"No handler found for URI '{command[:_ECHOED]}'. Can not find a handler for it")
        try:
            reply = HANDLERS[found.template](self._context, *found.arguments)
        except WorldError as error:
            return _error(str(error))
        except Exception:
            # A fault of ours must not end the engine under a client; it is answered and logged with its trace.
            log.exception("request failed: %s", command[:200])
            return _error("Internal error; see the engine's log")
        if reply is None:
            return b"ok"
        return reply if isinstance(reply, bytes) else reply.encode("utf-8", "replace")


def _error(text: str) -> bytes:
    return f"error {text}".encode("utf-8", "replace")
