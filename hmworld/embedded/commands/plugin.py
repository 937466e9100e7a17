"""About the server itself: version, status, the list of commands, and the names of what is loaded."""

from hmworld.embedded.commands.registry import HANDLERS, SERVER_COMMANDS, Answer, Context, command, not_implemented

SERVER_VERSION = "1.1.0"


@command("vget /unrealcv/status")
def _status(c: Context) -> Answer:
    """Whether the server listens and has a client, its port and settings."""
    return c.status()


@command("vget /unrealcv/version")
def _version(_c: Context) -> Answer:
    """Version of the plugin that this server follows."""
    return SERVER_VERSION


@command("vget /unrealcv/commands")
def _commands(_c: Context) -> Answer:
    """All templates, one a line."""
    return "\n".join([*HANDLERS, *SERVER_COMMANDS])


@command("vget /unrealcv/help")
def _help(_c: Context) -> Answer:
    """All templates, each followed by a line on what it does."""
    texts = {template: (handler.__doc__ or "").splitlines()[0] for template, handler in HANDLERS.items()} | SERVER_COMMANDS
    return "\n".join(f"{template}\n{text}" for template, text in texts.items())


@command("vget /unrealcv/echo [str]")
def _echo(_c: Context, text: str) -> Answer:
    """The argument itself."""
    return text or None


@command("vget /scene/name", "vget /level/name", "vget /persistent_level/id")
def _scene_name(c: Context) -> Answer:
    """Name of the scene."""
    return c.world.level


@command("vget /persistent_level/level_script_actor/id", "vcmd [str]")
def _unknown_here(_c: Context, *_: str) -> Answer:
    """Not implemented: there is no level script and no engine console."""
    raise not_implemented()
