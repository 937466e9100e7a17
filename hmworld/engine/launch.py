"""Starting an engine as a process of its own and ending it for sure."""

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from hmworld.errors import EngineStartError

START_TIMEOUT_S = 180.0
"""The first start on a machine compiles the renderer."""


@dataclass(frozen=True)
class EngineAddress:
    """Where an engine listens: a Unix socket, or host and port."""

    host: str = "127.0.0.1"
    port: int = 9000
    unix: str = ""

    def __str__(self) -> str:
        return self.unix or f"{self.host}:{self.port}"


class EngineProcess:
    """A running engine; use it as a context manager. It ends with us: its standard input is a pipe that we hold."""

    def __init__(self, process: "subprocess.Popen[bytes]", address: EngineAddress, scratch: Path | None) -> None:
        self.process = process
        self.address = address
        self._scratch = scratch

    @property
    def pid(self) -> int:
        """Process id."""
        return self.process.pid

    def alive(self) -> bool:
        """Whether the process still runs."""
        return self.process.poll() is None

    def account(self, patience_s: float = 0.0) -> str:
        """What became of the process, for errors; "" while it runs. One that is about to end is waited for so long."""
        try:
            return how_it_ended(self.process.wait(patience_s))
        except subprocess.TimeoutExpired:
            return ""

    def kill(self) -> None:
        """End the process at once, and clear up."""
        self.process.kill()
        self.close()

    def close(self) -> None:
        """End the process and remove its socket's folder."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        try:
            self.process.wait(timeout=5.0)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()
        if self._scratch is not None:
            shutil.rmtree(self._scratch, ignore_errors=True)  # the engine removes it too when it ends by itself

    def __enter__(self) -> "EngineProcess":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def how_it_ended(code: int) -> str:
    """A process's exit code in words."""
    if code >= 0:
        return f"the engine's process ended with exit code {code}"
    try:
        name = f" ({signal.Signals(-code).name})"
    except ValueError:
        name = ""
    return f"the engine's process was ended by signal {-code}{name}"


def launch_embedded(
    threads: int,
    timeout_s: float = START_TIMEOUT_S,
    save_folder: Path | None = None,
    catalog: Path | None = None,
    strict: bool = False,
) -> EngineProcess:
    """Start the embedded engine on a free port (and a Unix socket where there are any) and wait until it listens.

    `save_folder` is where it writes files that clients ask for; without one it makes a temporary folder when the first is asked for.
    `catalog` is a folder of one's own cards; `strict` gives it the habits of the plugin's branch 5.2, which has no Unix socket at first.
    EngineStartError says what it printed if it does not start.
    """
    scratch = Path(tempfile.mkdtemp(prefix="hmworld-")) if hasattr(select, "poll") and os.name == "posix" else None
    command = [*embedded_command(threads, 0, catalog), "--with-parent"]
    if save_folder is not None:
        command += ["--save-folder", str(save_folder)]
    unix = ""
    if strict:
        command.append("--strict-5.2")
    elif scratch is not None and len(str(scratch)) < 80:  # Unix sockets have short paths; TCP does as well
        unix = str(scratch / "engine.socket")
        command += ["--unix", unix]
    # Its temporary files lie in ours, which is removed even where it is killed.
    environment = {**os.environ, "TMPDIR": str(scratch)} if scratch is not None else None
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
    try:
        port = _wait_until_listening(process, timeout_s)
    except BaseException:
        process.kill()
        EngineProcess(process, EngineAddress(), scratch).close()
        raise
    return EngineProcess(process, EngineAddress("127.0.0.1", port, unix), scratch)


def embedded_command(threads: int, port: int, catalog: Path | None) -> list[str]:
    """The command that starts the embedded engine; port 0 takes a free one."""
    command = [sys.executable, "-m", "hmworld.embedded", "--port", str(port), "--threads", str(threads)]
    return command + (["--catalog", str(catalog)] if catalog is not None else [])


def _wait_until_listening(process: "subprocess.Popen[bytes]", timeout_s: float) -> int:
    assert process.stdout is not None
    deadline = time.monotonic() + timeout_s
    line = b""
    os.set_blocking(process.stdout.fileno(), False)
    while not line.endswith(b"\n"):
        if process.poll() is not None:
            raise EngineStartError(f"the embedded engine ended at its start with exit code {process.returncode}; see its message above")
        if time.monotonic() > deadline:
            raise EngineStartError(f"the embedded engine did not listen within {timeout_s:g} s")
        chunk = process.stdout.read()
        if chunk:
            line += chunk
        else:
            time.sleep(0.02)
    return int(json.loads(line)["listening"])
