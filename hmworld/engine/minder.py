"""Runs a game under guard: it ends when we do, and what it prints is kept in a file of limited size.

    python minder.py [--while FILE SECONDS] LOG LIMIT_BYTES PROGRAM ARGUMENTS...

`hmworld.engine.unreal` starts it, by its path and with nothing but the standard library, so that it is there at once. Its standard input is
a pipe that its parent holds: when that closes, because the parent closed it or ended in whatever way, the game is asked to end, and made
to after a moment; a `k` in it kills the game at once. The game's own children end with it. On Linux the game is killed too when this
process is; its children then are not, and on Windows neither is the game. It ends as the game does, by the same exit code or signal.

With `--while` it outlives who started it: the game is asked to end when nobody has touched FILE for so many seconds.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

GRACE_S = 3.0
"""A game that was asked to end has so long."""
DRAIN_S = 1.0
"""What it printed before its end is read for so long: a child of its own may hold the pipe open."""
NOT_STARTED = 127
STARTED = "--- started:"
"""A line of the log begins so where a game was started."""
_PR_SET_PDEATHSIG = 1


class Log:
    """A file that is appended to; when it is as large as allowed it becomes `<name>.1` and another is begun."""

    def __init__(self, path: Path, limit: int) -> None:
        self._path, self._limit = path, limit
        self._file = path.open("ab", buffering=0)
        self._size = self._file.tell()

    def write(self, data: bytes) -> None:
        """Append; a disk that is full loses the text and not the game."""
        with contextlib.suppress(OSError):
            if self._size and self._size + len(data) > self._limit:
                self._file.close()
                self._path.replace(self._path.with_name(self._path.name + ".1"))
                self._file, self._size = self._path.open("ab", buffering=0), 0
            self._file.write(data)
            self._size += len(data)


def _dies_with_us() -> Callable[[], None] | None:
    """For the child before it becomes the game: on Linux its end is tied to ours."""
    if sys.platform != "linux":
        return None
    import ctypes

    prctl, parent = ctypes.CDLL(None).prctl, os.getpid()

    def tie() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(NOT_STARTED)

    return tie


def _start(command: list[str]) -> "subprocess.Popen[bytes]":
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    if os.name == "nt":
        return subprocess.Popen(command, creationflags=subprocess.CREATE_NEW_PROCESS_GROUP, **pipes)  # type: ignore[attr-defined,call-overload,no-any-return]
    return subprocess.Popen(command, process_group=0, preexec_fn=_dies_with_us(), **pipes)  # type: ignore[call-overload,no-any-return]


def _end(game: "subprocess.Popen[bytes]", kindly: bool) -> None:
    """End the game and its children."""
    with contextlib.suppress(OSError):
        if os.name == "nt":
            subprocess.run(["taskkill", "/T", "/F", "/PID", str(game.pid)], capture_output=True, check=False)
            return
        if kindly and game.poll() is None:
            os.killpg(game.pid, signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                game.wait(GRACE_S)
        os.killpg(game.pid, signal.SIGKILL)


def _watch_parent(game: "subprocess.Popen[bytes]", stop: threading.Event) -> None:
    def watch() -> None:
        word = b""
        with contextlib.suppress(OSError):
            word = os.read(0, 1)
        stop.set()
        _end(game, kindly=word != b"k")

    threading.Thread(target=watch, daemon=True).start()


def _watch_file(game: "subprocess.Popen[bytes]", stop: threading.Event, path: Path, seconds: float) -> None:
    """End the game when a file was not changed for so long, by our own clock; or is gone."""

    def stamp() -> int:
        with contextlib.suppress(OSError):
            return path.stat().st_mtime_ns
        return 0

    def watch() -> None:
        last, since = stamp(), time.monotonic()
        while last and time.monotonic() - since < seconds:
            time.sleep(min(1.0, seconds / 10))
            now = stamp()
            if now != last:
                last, since = now, time.monotonic()
        stop.set()
        _end(game, kindly=True)

    threading.Thread(target=watch, daemon=True).start()


def _pump(game: "subprocess.Popen[bytes]", log: Log) -> threading.Thread:
    def pump() -> None:
        assert game.stdout is not None
        with contextlib.suppress(OSError):
            while data := os.read(game.stdout.fileno(), 1 << 16):
                log.write(data)

    thread = threading.Thread(target=pump, daemon=True)
    thread.start()
    return thread


def _end_as(code: int) -> None:
    """End by the signal or the exit code by which the game ended."""
    if code < 0 and os.name != "nt":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # the core of interest is the game's
        with contextlib.suppress(OSError, ValueError):
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
        time.sleep(1.0)
    os._exit(code & 0xFF if os.name == "posix" else code)


def main() -> None:
    """Run the game until it ends or is ended."""
    arguments, kept = sys.argv[1:], None
    if arguments[0] == "--while":
        kept, arguments = (Path(arguments[1]), float(arguments[2])), arguments[3:]
    log, command = Log(Path(arguments[0]), int(arguments[1])), arguments[2:]
    log.write(f"{STARTED} {subprocess.list2cmdline(command)}\n".encode())
    stop = threading.Event()
    try:
        game = _start(command)
    except OSError as error:
        log.write(f"--- cannot be started: {error}\n".encode())
        sys.exit(NOT_STARTED)
    if os.name == "nt":
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the driver, which ends us
    else:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda *_: threading.Thread(target=_end, args=(game, True)).start())
    reader = _pump(game, log)
    if kept is None:
        _watch_parent(game, stop)
    else:
        _watch_file(game, stop, *kept)
    code = game.wait()
    _end(game, kindly=False)
    reader.join(DRAIN_S)
    log.write(f"--- ended: {'was told to' if stop.is_set() else f'by itself, {code}'}\n".encode())
    _end_as(code)


if __name__ == "__main__":
    main()
