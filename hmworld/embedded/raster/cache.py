"""Where compiled kernels are kept: in a folder named after the sources they come from.

numba looks at a kernel's own file only, so it would go on using machine code whose inlined helpers have changed, and stumbles over
indexes that name classes which are no more. A folder of its own for every version of the sources leaves no such thing to find.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from pathlib import Path

from numba import config

_PREFIX = "kernels-"
KEPT_S = 7 * 24 * 3600.0


def use_own_folder() -> None:
    """Point numba to the folder of these sources, below NUMBA_CACHE_DIR or this package's __pycache__.

    Folders of other sources go when nothing was written to them for a week: another version may be running. Where nothing
    can be written, numba finds a place of its own.
    """
    sources = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted(sources.glob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    base = Path(os.environ.get("NUMBA_CACHE_DIR") or sources / "__pycache__")
    folder = base / f"{_PREFIX}{digest.hexdigest()[:16]}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for other in base.glob(f"{_PREFIX}*"):
            if other != folder and time.time() - other.stat().st_mtime > KEPT_S:
                shutil.rmtree(other, ignore_errors=True)
    except OSError:
        return
    if os.access(folder, os.W_OK):
        config.CACHE_DIR = str(folder)
