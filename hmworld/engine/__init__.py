"""The driver: speaks to any engine through the real `unrealcv` client.

`connection` is the client with timeouts and pipelining, `launch` starts an engine as a process, `session` sets up one clip
and captures it frame by frame. Nothing here is particular to one engine: it sends only commands of the open plugin's branch 5.2
and the HMDirector table.
"""

from hmworld.engine.connection import Connection
from hmworld.engine.launch import EngineAddress, EngineProcess, launch_embedded
from hmworld.engine.session import Capture, ClipSession, EngineInfo, probe

__all__ = [
    "Capture",
    "ClipSession",
    "Connection",
    "EngineAddress",
    "EngineInfo",
    "EngineProcess",
    "launch_embedded",
    "probe",
]
