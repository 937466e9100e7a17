"""Starting a packaged Unreal game with the UnrealCV plugin, one a GPU and port, as `ue_project/Scripts/run_headless` does.

The game runs under a minder of ours (`minder.py`), which ends it when we end and keeps what it prints. No Unreal was run to try this: tests
start the embedded engine in its place, by a program that takes a game's options.
"""

import contextlib
import logging
import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from hmworld.engine.connection import Connection
from hmworld.engine.launch import EngineAddress, EngineProcess
from hmworld.engine.minder import STARTED
from hmworld.errors import EngineError, EngineStartError

log = logging.getLogger(__name__)

MINDER = Path(__file__).with_name("minder.py")
LOG_BYTES = 8 << 20
"""The log of a game is at most twice as large: a file, and the one before it."""
TAIL_LINES = 12
_TAIL_BYTES = 8192
START_TIMEOUT_S = 900.0
"""A game may compile shaders and pipelines when it is started for the first time."""
SAY_EVERY_S = 15.0
PORT_FREE_S = 10.0
"""The port of a game that was killed a moment ago is free again after this time."""
END_S = 10.0


@dataclass(frozen=True)
class Game:
    """A packaged game and how to start it.

    `map` is a package name as /Game/Maps/Park, "" = it begins empty and streams scenes in; `log` is the file that what it prints goes to.
    """

    binary: str
    port: int
    log: str
    gpu: int = 0
    map: str = ""
    size: tuple[int, int] = (832, 480)
    start_timeout_s: float = START_TIMEOUT_S

    def __str__(self) -> str:
        return f"{Path(self.binary).name} on GPU {self.gpu}, port {self.port}"


def game_command(game: Game) -> list[str]:
    """The command that starts a game: that of `run_headless.sh` and `run_headless.bat`, word by word."""
    return [
        game.binary,
        "HMWorld",
        *([game.map] if game.map else []),
        "-RenderOffScreen",
        "-Unattended",
        "-NoSound",
        "-NoSplash",
        "-Deterministic",
        "-FPS=30",
        "-NoTextureStreaming",
        "-stdout",
        "-FullStdOutLogOutput",
        f"-graphicsadapter={game.gpu}",
        f"-cvport={game.port}",
        f"-ResX={game.size[0]}",
        f"-ResY={game.size[1]}",
        "-ForceRes",
        "-ExecCmds=DisableAllScreenMessages",
    ]


class UnrealProcess(EngineProcess):
    """A running game, greeted over `connection`; its process is the minder's."""

    connection: Connection

    def __init__(self, process: "subprocess.Popen[bytes]", game: Game) -> None:
        super().__init__(process, EngineAddress("127.0.0.1", game.port), None)
        self.log = Path(game.log)

    def account(self, patience_s: float = 0.0) -> str:
        """What became of the game, and the last lines that it printed."""
        ended = super().account(patience_s) or "the engine's process still runs"
        tail = log_tail(self.log)
        return f"{ended}; last lines of {self.log}:\n{tail}" if tail else f"{ended}; it has printed nothing ({self.log})"

    def kill(self) -> None:
        """End the game and all that it started, at once."""
        if self.process.stdin is not None and self.alive():
            with contextlib.suppress(OSError):
                self.process.stdin.write(b"k")
                self.process.stdin.flush()
        self.close()

    def close(self) -> None:
        """Ask the game to end, and make it."""
        if self.process.stdin is not None:
            with contextlib.suppress(OSError):
                self.process.stdin.close()
        try:
            self.process.wait(END_S)
        except subprocess.TimeoutExpired:
            self.process.kill()  # on Linux the game goes with its minder
            self.process.wait()


def check_game(game: Game) -> None:
    """EngineStartError where a game cannot be started: by root, no such program, port taken."""
    if is_root():
        raise EngineStartError("Unreal does not run as root; use another user")
    if not Path(game.binary).is_file() or not os.access(game.binary, os.X_OK):
        raise EngineStartError(f"{game.binary}: is not there or cannot be run; it is made by ue_project/Scripts/package")
    deadline = time.monotonic() + PORT_FREE_S
    while not _is_free(game.port):
        if time.monotonic() > deadline:
            raise EngineStartError(
                f"{game}: the port is in use; end what has it, or choose another with --port, which is the first game's: each further one "
                "has the next"
            )
        time.sleep(0.25)


def is_root() -> bool:
    """Whether we are the user that Unreal refuses to run as."""
    return sys.platform == "linux" and os.geteuid() == 0


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        if os.name == "posix":
            # Connections that wait for their end are no hindrance; on Windows this option would let us share a port that is used.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("", port))
        except OSError:
            return False
    return True


def launch_unreal(game: Game) -> UnrealProcess:
    """Start a game and wait until its server greets us and answers.

    EngineStartError when it cannot be started, ends before that, or does not answer within `start_timeout_s`: with the last lines it
    printed. How long it takes is logged every 15 s.
    """
    check_game(game)
    Path(game.log).parent.mkdir(parents=True, exist_ok=True)
    # Isolated and without site packages: the minder needs none, and is there at once.
    command = [sys.executable, "-I", "-S", str(MINDER), game.log, str(LOG_BYTES), *game_command(game)]
    quiet = subprocess.DEVNULL
    process = UnrealProcess(
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=quiet, stderr=quiet, start_new_session=os.name == "posix"), game
    )
    try:
        process.connection = _greeted(process, game)
    except BaseException:
        process.kill()
        raise
    return process


def _greeted(process: UnrealProcess, game: Game) -> Connection:
    began, said = time.monotonic(), SAY_EVERY_S
    while True:
        elapsed = time.monotonic() - began
        if not process.alive():
            raise EngineStartError(f"{game}: did not start: {process.account()}")
        if elapsed > game.start_timeout_s:
            raise EngineStartError(f"{game}: did not answer within {game.start_timeout_s:g} s of its start: {process.account()}")
        if elapsed > said:
            log.warning("%s: starting for %.0f s; it may take up to %.0f s (%s)", game, elapsed, game.start_timeout_s, game.log)
            said += SAY_EVERY_S
        try:
            connection = Connection(process.address, process.alive, process.account)
            # Greeted by a thread of its own; the game itself answers once it is through with loading.
            connection.text("vget /unrealcv/status", timeout_s=max(1.0, game.start_timeout_s - elapsed))
            return connection
        except EngineError:
            time.sleep(0.5)


def log_tail(path: Path, lines: int = TAIL_LINES) -> str:
    """The last lines that a game has printed since it was started last, each cut to 300 characters; "" where there are none."""
    text = ""
    for part in (path, path.with_name(path.name + ".1")):
        if text.count("\n") < lines and STARTED not in text and part.is_file():
            with part.open("rb") as file:
                file.seek(max(0, part.stat().st_size - _TAIL_BYTES))
                text = file.read().decode("utf-8", "replace") + text
    found: list[str] = []
    for line in reversed(text.splitlines()[-lines:]):
        if line.startswith(STARTED):
            break
        found.insert(0, "  " + line[:300])
    return "\n".join(found)
