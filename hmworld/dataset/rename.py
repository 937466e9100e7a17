"""Moving a file to a name that nothing may have yet, in one step: for disks without hard links."""

import ctypes
import errno
import os
import sys
from pathlib import Path
from typing import Any

_HERE = -100
"""AT_FDCWD of Linux: relative paths are taken from the working folder."""
_NO_REPLACE = 1
"""RENAME_NOREPLACE of Linux, see renameat2(2)."""
_EXCLUSIVE = 4
"""RENAME_EXCL of macOS, see renamex_np(2)."""
_NOT_KNOWN = frozenset({errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP})


def rename_if_absent(source: Path, target: Path) -> bool:
    """Move a file unless there is something at the target; whether it was moved.

    OSError when it cannot be: NotImplementedError where neither the system nor the disk can refuse to replace a file.
    """
    try:
        _rename(source, target)
    except OSError as error:
        # Over a network a rename may be done and its reply lost; its repetition then finds no source, or a target. Nobody else moves ours.
        if isinstance(error, FileExistsError | FileNotFoundError) and target.exists():
            return not source.exists()
        if error.errno in _NOT_KNOWN:
            raise NotImplementedError(error.strerror) from error
        raise
    return True


def _rename(source: Path, target: Path) -> None:
    if os.name == "nt":
        source.rename(target)  # never replaces there
        return
    libc: Any = ctypes.CDLL(None, use_errno=True)
    one, other = os.fsencode(source), os.fsencode(target)
    name = "renamex_np" if sys.platform == "darwin" else "renameat2"
    call = getattr(libc, name, None)
    if call is None:
        raise OSError(errno.ENOSYS, f"the system has no {name}")
    failed = call(one, other, _EXCLUSIVE) if sys.platform == "darwin" else call(_HERE, one, _HERE, other, _NO_REPLACE)
    if failed:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), str(source), None, str(target))
