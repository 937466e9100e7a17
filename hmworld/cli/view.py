"""`hmworld view`."""

import sys
import threading
import webbrowser
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from hmworld.cli.clips import checker, find_clip
from hmworld.dataset import open_dataset
from hmworld.errors import UsageError


def view(
    directory: Path,
    clip: Annotated[str, Parameter(help="Show this clip first: its id or the beginning of it.")] = "",
    *,
    port: Annotated[int, Parameter(help="0 = one that is free.")] = 0,
    host: Annotated[
        str, Parameter(help="Address to listen on; others than loopback let others in your network see the dataset.")
    ] = "127.0.0.1",
    browser: Annotated[bool, Parameter(help="Open the page in a browser.")] = True,
    rerun: Annotated[Path | None, Parameter(help="Write the clip as a recording for the rerun viewer (.rrd) and serve nothing.")] = None,
) -> None:
    """Look at a dataset in a browser: every clip with its masks, boxes, joints, timeline and map; until Ctrl-C.

    Example: hmworld view my-dataset
             hmworld view my-dataset 0dc345 --rerun clip.rrd
    """
    dataset = open_dataset(directory)
    first = find_clip(dataset, clip) if clip else None
    if rerun is not None:
        from hmworld.report.recording import write_recording

        if first is None:
            raise UsageError("--rerun: name the clip, for example: hmworld view DIRECTORY CLIP --rerun clip.rrd")
        if rerun.suffix != ".rrd":
            raise UsageError(f"--rerun: expected a file name ending in .rrd, got {rerun}")
        write_recording(dataset.root, first, rerun)
        print(f"{rerun}: {rerun.stat().st_size / 1e6:.1f} MB; open it with: rerun {rerun}")
        return
    # Imported here: the page draws with OpenCV, and `hmworld doctor` must run where that cannot be imported.
    from hmworld.report.page import PageServer

    if not 0 <= port <= 65535:
        raise UsageError(f"--port: expected 0 to 65535, got {port}")
    try:
        server = PageServer(dataset, checker(dataset), host, port)
    except OSError as error:
        raise UsageError(f"{host}:{port}: cannot be listened on: {error.strerror}; --port 0 takes a free port") from error
    url = server.url + (f"#clip/{first.clip_id}" if first else "")
    print(f"{dataset.info.name}: {len(dataset):,} clips at {url}  (Ctrl-C ends)", flush=True)
    if browser:
        # A browser in the terminal does not come back until it is left, and wants the page before.
        threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print("", file=sys.stderr)
    finally:
        server.server_close()
