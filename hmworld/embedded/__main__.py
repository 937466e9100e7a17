"""`python -m hmworld.embedded`: starts the engine, compiles its kernels, then listens and says so on one line of stdout.

After `--unreal` it takes a game's command line (map, `-cvport=`, `-UnrealCVWidth=` ...): the drop-in binary of `hmworld engine dropin`
calls it so.
"""

import argparse
import contextlib
import json
import logging
import os
import signal
import socket
import sys
import threading
from dataclasses import replace
from pathlib import Path

from hmworld.catalog.catalog import open_catalog
from hmworld.embedded import ENGINE_BUILD
from hmworld.embedded.actors import WorldError
from hmworld.embedded.commands import Commands, Context
from hmworld.embedded.raster import warm_up
from hmworld.embedded.saving import SaveFolder
from hmworld.embedded.server import Server
from hmworld.embedded.strict import Strict
from hmworld.embedded.world import World
from hmworld.errors import HMWorldError
from hmworld.protocol.settings import PluginSettings, SettingsError, load_settings, plugin_socket, read_game_arguments

_UNREAL = "--unreal"


def _arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m hmworld.embedded", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: loopback only)")
    parser.add_argument("--port", type=int, help="TCP port; 0 takes a free one (default: the settings file's, or 9000)")
    parser.add_argument("--unix", type=Path, help="also listen on this Unix socket")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="threads that draw")
    parser.add_argument("--config", type=Path, help="settings file (unrealcv.ini); written where there is none")
    parser.add_argument(
        "--save-folder",
        type=Path,
        help="where files that clients ask for are written (default: beside the settings file, or a temporary one)",
    )
    parser.add_argument("--catalog", type=Path, help="folder of scenes and subjects of one's own, added to those that ship")
    parser.add_argument("--map", default="", help="scene of the catalog to load at start")
    parser.add_argument("--strict-5.2", dest="strict", action="store_true", help="have the habits of the plugin's branch 5.2")
    parser.add_argument("--with-parent", action="store_true", help="exit when standard input closes")
    split = arguments.index(_UNREAL) if _UNREAL in arguments else len(arguments)
    options = parser.parse_args(arguments[:split])
    options.unreal = arguments[split + 1 :] if split < len(arguments) else None
    return options


def _settings(options: argparse.Namespace) -> PluginSettings:
    """The settings of file, game arguments and options; sets `options.map` too."""
    settings = load_settings(options.config) if options.config is not None else PluginSettings()
    if options.unreal is not None:
        game = read_game_arguments(options.unreal, settings)
        settings, options.map = game.settings, options.map or game.map
    if options.port is not None:
        if not 0 <= options.port <= 65535:
            raise SettingsError(f"--port: expected 0 to 65535, got {options.port}")
        settings = replace(settings, port=options.port)
    return settings


def _status(server: Server, settings: PluginSettings, ini: Path) -> str:
    client = "Client Connected" if server.connected else "No Client"
    lines = ["Is Listening", client, str(server.port), "Configuration", f"Config file: {ini}"]
    return "\n".join(lines + replace(settings, port=server.port).status_lines())


def _exit_with_parent(unix: Path | None, saves: SaveFolder, servers: list[Server]) -> None:
    def watch() -> None:
        # Not through sys.stdin: its lock, held by this thread, would abort an interpreter that ends by itself.
        while os.read(0, 4096):
            pass
        saves.remove_made()
        for server in servers:
            server.close()
        if unix is not None:
            unix.unlink(missing_ok=True)
            # The folder that `launch_embedded` made for the socket alone; any other is not empty and stays.
            with contextlib.suppress(OSError):
                unix.parent.rmdir()
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()


def _stop(server: Server, saves: SaveFolder) -> None:
    """Stop after the request in hand; at once where none is being answered (compiling) or when asked a second time."""
    if server.commands is None or server.stopping:
        server.close()
        saves.remove_made()
        os._exit(0)
    server.stop()


def _unix_paths(options: argparse.Namespace, port: int) -> list[Path]:
    paths = [options.unix] if options.unix is not None else []
    if options.unreal is not None and not options.strict and hasattr(socket, "AF_UNIX"):
        paths.append(plugin_socket(port))
    return paths


def _refused(text: object) -> int:
    print(f"error: {text}", file=sys.stderr)
    return 1


def main() -> int:
    """Serve until a signal; 1 when the engine cannot start."""
    options = _arguments(sys.argv[1:])
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    if options.unix is not None and not hasattr(socket, "AF_UNIX"):
        return _refused("this platform has no Unix sockets; leave out --unix")
    try:
        settings = _settings(options)
    except (SettingsError, OSError) as error:
        return _refused(error)
    beside = options.config.parent if options.config is not None else None
    saves = SaveFolder(options.save_folder or beside)
    servers: list[Server] = []
    if options.with_parent:
        _exit_with_parent(options.unix, saves, servers)
    unix = _unix_paths(options, settings.port)
    later = plugin_socket if options.strict and hasattr(socket, "AF_UNIX") else None
    try:
        server = Server(options.host, settings.port, unix, later)
    except OSError as error:
        where = " or ".join([f"{options.host}:{settings.port}", *map(str, unix)])
        return _refused(f"cannot listen on {where}: {error.strerror or error}; choose another --port (0 = any free one)")
    servers.append(server)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: _stop(server, saves))
    try:
        # Compiled and loaded before anyone is greeted: clients give up on an answer after a few seconds.
        warm_up()
        world = World(open_catalog(options.catalog), options.threads, settings, Strict() if options.strict else None)
        if options.map:
            world.open_level(options.map)
        elif options.unreal is not None:
            world.ensure_scene()
    except (HMWorldError, WorldError) as error:
        server.close()
        return _refused(error)
    ini = options.config.resolve() if options.config is not None else None
    server.commands = Commands(Context(world, saves, lambda: _status(server, settings, ini or saves.ini_path)))
    print(json.dumps({"listening": server.port, "host": options.host, "build": ENGINE_BUILD}), flush=True)
    try:
        server.serve()
    finally:
        saves.remove_made()
    return 0


if __name__ == "__main__":
    sys.exit(main())
