"""Requests -> replies: the commands of the open plugin that have a meaning on the embedded engine, a module a subject.

A handler gets the server's context and what the placeholders of its template matched, and answers text or bytes; None becomes `ok`. Its
docstring is what `vget /unrealcv/help` says of it. What has no handler, and what a handler can not do, is answered with an error, never
with `ok`. `docs/engine.md` lists every template and how it differs from Unreal; a test compares.
"""

from hmworld.embedded.commands import cameras, game, objects, plugin, sensors
from hmworld.embedded.commands.dispatch import Commands
from hmworld.embedded.commands.registry import HANDLERS, SERVER_COMMANDS, Context

__all__ = ["HANDLERS", "SERVER_COMMANDS", "Commands", "Context", "cameras", "game", "objects", "plugin", "sensors"]
