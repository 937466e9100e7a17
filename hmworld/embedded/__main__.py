"""`python -m hmworld.embedded`: starts the engine, compiles its kernels, then listens and says so on one line of stdout."""

import argparse
import contextlib
import json
import logging
import os
import signal
import socket
import sys
import threading
from pathlib import Path

from hmworld.catalog.catalog import default_catalog
from hmworld.embedded import ENGINE_BUILD
from hmworld.embedded.commands import Commands
from hmworld.embedded.raster import warm_up
from hmworld.embedded.server import Server
from hmworld.embedded.world import World
from hmworld.errors import HMWorldError


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m hmworld.embedded", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: loopback only)")
    parser.add_argument("--port", type=int, default=9000, help="TCP port; 0 takes a free one")
    parser.add_argument("--unix", type=Path, help="also listen on this Unix socket")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="threads that draw")
    parser.add_argument("--with-parent", action="store_true", help="exit when standard input closes")
    return parser.parse_args()


def _status(server: Server) -> str:
    return "\n".join(
        [
            "Is Listening",
            "Client Connected" if server.connected else "No Client",
            str(server.port),
            "Configuration",
            f"Config file: {Path.cwd() / 'unrealcv.ini'}",
            f"Port: {server.port}",
            "Width: 640",
            "Height: 480",
            "FOV: 90.0",
            "EnableInput: true",
            "EnableRightEye: false",
        ]
    )


def _exit_with_parent(unix: Path | None) -> None:
    def watch() -> None:
        while sys.stdin.buffer.read(4096):
            pass
        if unix is not None:
            unix.unlink(missing_ok=True)
            # The folder that `launch_embedded` made for the socket alone; any other is not empty and stays.
            with contextlib.suppress(OSError):
                unix.parent.rmdir()
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()


def _stop(server: Server) -> None:
    """Stop after the request in hand; at once where none is being answered (compiling) or when asked a second time."""
    if server.commands is None or server.stopping:
        server.close()
        os._exit(0)
    server.stop()


def main() -> int:
    """Serve until a signal; 1 when the engine cannot start."""
    options = _arguments()
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    if options.with_parent:
        _exit_with_parent(options.unix)
    if options.unix is not None and not hasattr(socket, "AF_UNIX"):
        print("error: this platform has no Unix sockets; leave out --unix", file=sys.stderr)
        return 1
    if not 0 <= options.port <= 65535:
        print(f"error: --port: expected 0 to 65535, got {options.port}", file=sys.stderr)
        return 1
    try:
        server = Server(options.host, options.port, options.unix)
    except OSError as error:
        where = f"{options.host}:{options.port}" + (f" or {options.unix}" if options.unix else "")
        print(f"error: cannot listen on {where}: {error.strerror or error}; choose another --port (0 = any free one)", file=sys.stderr)
        return 1
    try:
        world = World(default_catalog(), options.threads)
    except HMWorldError as error:
        print(f"error: {error}", file=sys.stderr)
        server.close()
        return 1
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: _stop(server))
    # Compiled before anyone is greeted: clients give up on an answer after a few seconds.
    warm_up()
    server.commands = Commands(world, lambda: _status(server))
    print(json.dumps({"listening": server.port, "host": options.host, "build": ENGINE_BUILD}), flush=True)
    server.serve()
    return 0


if __name__ == "__main__":
    sys.exit(main())
