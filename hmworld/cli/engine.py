"""`hmworld engine`: the embedded engine for any UnrealCV client, as a server or in the place of a game's binary; a check of engines."""

import os
import shlex
import stat
import subprocess
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from hmworld.cli.engine_check import check
from hmworld.errors import UsageError
from hmworld.protocol.settings import INI_NAME, PluginSettings

app = App(name="engine", help="Run the embedded engine for any UnrealCV client, or check an engine.")
app.command(check)

_MARK = b"# Written by `hmworld engine dropin`."


@app.command
def serve(
    *,
    host: Annotated[str, Parameter(help="Address to listen on; loopback unless told otherwise.")] = "127.0.0.1",
    port: Annotated[int | None, Parameter(help="TCP port, 9000 unless the settings file names another; 0 takes a free one.")] = None,
    unix: Annotated[Path | None, Parameter(help="Also listen on this Unix socket.")] = None,
    threads: Annotated[int, Parameter(help="Threads that draw; 0 = one a core.")] = 0,
    catalog: Annotated[Path | None, Parameter(help="Folder of scenes and subjects of your own, added to those that ship.")] = None,
    config: Annotated[Path | None, Parameter(help="An unrealcv.ini with port, picture size and field of view.")] = None,
    save_folder: Annotated[Path | None, Parameter(help="Where files that clients ask for are written.")] = None,
    strict: Annotated[
        bool, Parameter(name="--strict-5.2", negative="", help="Behave as the open plugin's branch 5.2 where it differs.")
    ] = False,
) -> int:
    """Serve the UnrealCV protocol until stopped with Ctrl-C.

    Example: hmworld engine serve --port 9000
    """
    command = [sys.executable, "-m", "hmworld.embedded", "--host", host, "--threads", str(threads or os.cpu_count() or 1)]
    options = {"--port": port, "--catalog": catalog, "--unix": unix, "--config": config, "--save-folder": save_folder}
    for name, value in options.items():
        command += [] if value is None else [name, str(value)]
    command += ["--strict-5.2"] if strict else []
    print(f"starting the embedded engine on {host}; Ctrl-C stops it", file=sys.stderr, flush=True)
    # It ends with us, however we end: its standard input is a pipe that we hold.
    process = subprocess.Popen([*command, "--with-parent"], stdin=subprocess.PIPE)
    try:
        return process.wait()
    except KeyboardInterrupt:
        try:
            process.wait(timeout=5.0)
        except subprocess.TimeoutExpired:
            process.kill()
        return 0


@app.command
def dropin(
    folder: Annotated[Path, Parameter(help="Where to put it, for example ~/.unrealcv/UnrealEnv.")],
    /,
    *,
    threads: Annotated[int, Parameter(help="Threads that draw; 0 = one a core.")] = 0,
    catalog: Annotated[Path | None, Parameter(help="Folder of scenes and subjects of your own, added to those that ship.")] = None,
) -> None:
    """Write a stand-in for a game's binary: what starts a game with the UnrealCV plugin then starts the embedded engine.

    It lies at FOLDER/HMWorld/Binaries/Linux/HMWorld, with its unrealcv.ini beside it, and runs with this Python.

    Example: hmworld engine dropin ~/.unrealcv/UnrealEnv
    """
    binary = folder.absolute() / "HMWorld" / "Binaries" / "Linux" / "HMWorld"
    ini = binary.with_name(INI_NAME)
    if binary.exists() and _MARK not in binary.read_bytes()[:200]:
        raise UsageError(f"{binary}: is there already and was not written by this command; choose another folder")
    command = [sys.executable, "-m", "hmworld.embedded", "--config", str(ini), "--threads", str(threads or os.cpu_count() or 1)]
    command += [] if catalog is None else ["--catalog", str(catalog.absolute())]
    binary.parent.mkdir(parents=True, exist_ok=True)
    binary.write_text(f'#!/bin/sh\n{_MARK.decode()}\nexec {shlex.join(command)} --unreal "$@"\n', encoding="utf-8")
    binary.chmod(binary.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    if not ini.exists():
        ini.write_text(PluginSettings().ini_text(), encoding="utf-8")
    print(binary)
