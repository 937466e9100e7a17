"""The UnrealCV wire: frames of bytes, the grammar of commands, and the HMDirector table.

Both sides of a socket share this folder: the driver (`hmworld.engine`) and the embedded engine. Nothing here opens one.
"""

from hmworld.protocol.director import DIRECTOR, DIRECTOR_ACTOR, DirectorFunction, director_command
from hmworld.protocol.framing import MAGIC, MAX_PAYLOAD, FramingError, pack_frame
from hmworld.protocol.grammar import COMMANDS_5_2, Grammar, fixed

__all__ = [
    "COMMANDS_5_2",
    "DIRECTOR",
    "DIRECTOR_ACTOR",
    "MAGIC",
    "MAX_PAYLOAD",
    "DirectorFunction",
    "FramingError",
    "Grammar",
    "director_command",
    "fixed",
    "pack_frame",
]
