"""Where compiled kernels are kept: in folders named after the sources they come from.

numba looks at a kernel's own file only, so it would go on using machine code whose inlined helpers have changed, and stumbles over
indexes that name classes which are no more. A folder of its own for every version of the sources leaves no such thing to find.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from numba import config, njit

_PREFIX = "kernels-"
KEPT_S = 7 * 24 * 3600.0

_Function = TypeVar("_Function", bound=Callable[..., Any])


def kernel_folder(*sources: Path) -> Path | None:
    """The folder of kernels that come from these modules and folders of modules, below NUMBA_CACHE_DIR or the first one's __pycache__.

    Folders of other sources go when nobody used them for a week: another version may be running. None where nothing can
    be written: numba then finds a place of its own.
    """
    digest = hashlib.sha256()
    for path in [path for source in sources for path in (sorted(source.glob("*.py")) if source.is_dir() else [source])]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    home = sources[0] if sources[0].is_dir() else sources[0].parent
    base = Path(os.environ.get("NUMBA_CACHE_DIR") or home / "__pycache__")
    folder = base / f"{_PREFIX}{digest.hexdigest()[:16]}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # In use, though it may never be written to again.
        os.utime(folder)
        for other in base.glob(f"{_PREFIX}*"):
            if other != folder and time.time() - other.stat().st_mtime > KEPT_S:
                shutil.rmtree(other, ignore_errors=True)
    except OSError:
        return None
    return folder if os.access(folder, os.W_OK) else None


def are_compiled(*sources: Path) -> bool:
    """Whether kernels of these sources have been compiled on this machine before, as far as their folder shows."""
    folder = kernel_folder(*sources)
    return folder is None or next(folder.rglob("*.nbi"), None) is not None


def use_folder(folder: Path | None) -> None:
    """Keep the kernels that are decorated from now on in a folder."""
    if folder is not None:
        config.CACHE_DIR = str(folder)


def kernels_of(*sources: Path, inline: bool = False) -> Callable[[_Function], _Function]:
    """A decorator that compiles a function of these sources: without the GIL, kept on disk, no reordered arithmetic.

    And without reference counts, which take half the time of small functions that are handed many arrays, to run and to compile;
    so these kernels cannot make arrays. With `inline`, calls are replaced by the body, whatever the optimiser thinks of that: to hand
    on tables of many arrays costs more than a small function does. No wrappers for calls from C, a tenth of the time to compile.
    """
    folder = kernel_folder(*sources)

    def compiled(function: _Function) -> _Function:
        before = config.CACHE_DIR
        use_folder(folder)
        try:
            made: _Function = njit(nogil=True, cache=True, error_model="numpy", forceinline=inline, no_cfunc_wrapper=True, _nrt=False)(
                function
            )
        finally:
            config.CACHE_DIR = before
        return made

    return compiled
