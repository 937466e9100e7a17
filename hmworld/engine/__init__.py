"""The driver: speaks to any engine through the real `unrealcv` client.

`connection` is the client with timeouts and pipelining; `launch` starts the embedded engine as a process, and `unreal` a game under a
`minder`; `session` sets up one clip and captures it frame by frame; `checks` and `readback` hold what comes against what was told.
What is sent is particular to no engine: only commands of the open plugin's branch 5.2 and of the HMDirector table.
"""

from hmworld.engine.connection import Connection
from hmworld.engine.launch import EngineAddress, EngineProcess, launch_embedded
from hmworld.engine.session import Capture, ClipSession, EngineInfo, probe
from hmworld.engine.unreal import Game, UnrealProcess, launch_unreal

__all__ = [
    "Capture",
    "ClipSession",
    "Connection",
    "EngineAddress",
    "EngineInfo",
    "EngineProcess",
    "Game",
    "UnrealProcess",
    "launch_embedded",
    "launch_unreal",
    "probe",
]
