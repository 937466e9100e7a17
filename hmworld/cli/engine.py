"""`hmworld engine serve`."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

app = App(name="engine", help="Run the embedded engine for any UnrealCV client.")


@app.command
def serve(
    *,
    host: Annotated[str, Parameter(help="Address to listen on; loopback unless told otherwise.")] = "127.0.0.1",
    port: Annotated[int, Parameter(help="TCP port; 0 takes a free one.")] = 9000,
    unix: Annotated[Path | None, Parameter(help="Also listen on this Unix socket.")] = None,
    threads: Annotated[int, Parameter(help="Threads that draw; 0 = one a core.")] = 0,
) -> int:
    """Serve the UnrealCV protocol until stopped with Ctrl-C.

    Example: hmworld engine serve --port 9000
    """
    command = [sys.executable, "-m", "hmworld.embedded", "--host", host, "--port", str(port)]
    command += ["--threads", str(threads or os.cpu_count() or 1)]
    if unix is not None:
        command += ["--unix", str(unix)]
    print(f"starting the embedded engine on {host}:{port}; Ctrl-C stops it", file=sys.stderr, flush=True)
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
