"""`hmworld doctor`: is this machine able to run hmworld, and if not, what to do."""

import importlib
import importlib.metadata
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path


def doctor() -> int:
    """Check this machine and installation, and say how to mend what is wrong.

    Example: hmworld doctor
    """
    bad = 0
    for name, check in CHECKS:
        try:
            message = check()
            print(f"  ok   {name:<18} {message}")
        except Exception as error:  # every failure is a finding to be shown
            bad += 1
            print(f"  BAD  {name:<18} {' '.join(str(error).split())}")
    print("all good" if not bad else f"{bad} to mend")
    return 1 if bad else 0


def _python() -> str:
    return sys.version.split()[0]


def _opencv() -> str:
    try:
        cv2 = importlib.import_module("cv2")
    except ImportError as error:
        raise RuntimeError(
            f"{error}. opencv-python needs a system libGL; without one, put the headless build of the same version over it: "
            f"{sys.executable} -m pip install --force-reinstall --no-deps opencv-python-headless=={_version('opencv-python')}"
        ) from error
    return str(cv2.__version__)


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "(not installed)"


def _unrealcv() -> str:
    importlib.import_module("unrealcv")
    return _version("unrealcv")


def _encoders() -> str:
    av = importlib.import_module("av")
    for name in ("libx264", "ffv1"):
        av.Codec(name, "w")
    return f"PyAV {av.__version__} with libx264 and ffv1"


def _prefect() -> str:
    fastapi = tuple(int(p) for p in _version("fastapi").split(".")[:2])
    if fastapi >= (0, 155):
        raise RuntimeError(
            f"fastapi {_version('fastapi')} breaks the server of Prefect {_version('prefect')}; "
            f"install: {sys.executable} -m pip install 'fastapi<0.151'"
        )
    return f"{_version('prefect')} with fastapi {_version('fastapi')}"


def _numba_cache() -> str:
    folder = Path(os.environ.get("NUMBA_CACHE_DIR") or importlib.import_module("hmworld").__path__[0])
    if not os.access(folder, os.W_OK):
        raise RuntimeError(
            f"{folder} cannot be written, so the renderer is compiled at every start; set NUMBA_CACHE_DIR to a folder that can"
        )
    return f"compiled kernels are kept in {folder}"


def _catalog() -> str:
    from hmworld.catalog import default_catalog

    known = default_catalog()
    for name in known.subjects:
        known.motion(name)
    return f"{len(known.scenes)} scenes, {len(known.subjects)} subjects, {len(known.subject_paths)} + {len(known.camera_paths)} paths"


def _engine() -> str:
    from hmworld.engine import Connection, launch_embedded, probe

    with launch_embedded(threads=1) as process, Connection(process.address, process.alive) as connection:
        info = probe(connection)
    return f"the embedded engine starts and answers: {info.build}"


def _disk() -> str:
    free = shutil.disk_usage(Path.cwd()).free / 1e9
    if free < 2.0:
        raise RuntimeError(f"{free:.1f} GB free here; a clip with depth takes about 5 MB, the demo 0.1 GB")
    return f"{free:.0f} GB free here"


def _temporary() -> str:
    with tempfile.TemporaryDirectory() as folder:
        return f"{Path(folder).parent} can be written"


CHECKS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("python", _python),
    ("opencv", _opencv),
    ("unrealcv client", _unrealcv),
    ("video encoders", _encoders),
    ("prefect", _prefect),
    ("compile cache", _numba_cache),
    ("catalog", _catalog),
    ("temporary files", _temporary),
    ("disk", _disk),
    ("engine", _engine),
)
