"""Files that clients ask for: written below one folder and nowhere else."""

import os
import re
import shutil
import stat
import tempfile
from pathlib import Path

from hmworld.embedded.actors import WorldError
from hmworld.protocol.settings import INI_NAME

_PART = re.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")
_MAX_PARTS = 8


class SaveFolder:
    """The folder of a server's files: a given one, or a private temporary one that is made when first needed."""

    def __init__(self, folder: Path | None) -> None:
        self._given = folder
        self._made: Path | None = None

    @property
    def path(self) -> Path:
        """The folder, absolute; made where it is not there."""
        if self._given is not None:
            self._given.mkdir(parents=True, exist_ok=True)
            return self._given.resolve()
        if self._made is None or not self._made.is_dir():
            self._made = Path(tempfile.mkdtemp(prefix="hmworld-saved-")).resolve()
        return self._made

    @property
    def ini_path(self) -> Path:
        """Where clients look for the settings file: it stands beside what is saved."""
        return self.path / INI_NAME

    def save(self, name: str, data: bytes) -> Path:
        """Write a file; WorldError for a name that would leave the folder, is no plain one, or is taken by something else than a file."""
        parts = name.split("/")
        if not 1 <= len(parts) <= _MAX_PARTS or not all(_PART.fullmatch(part) for part in parts):
            raise WorldError(
                f"Invalid filename: a name is relative, of at most {_MAX_PARTS} parts of letters, digits and _.-, none starting with "
                f"a dot, got {name[:100]!r}"
            )
        target = self.path.joinpath(*parts)
        if parts[-1].lower() == INI_NAME:
            raise WorldError(f"Invalid filename: {INI_NAME} is the server's own")
        try:
            if target.parent.resolve() != target.parent or target.is_symlink():
                raise WorldError(f"Invalid filename: {name!r} goes through a symbolic link")
            target.parent.mkdir(parents=True, exist_ok=True)
            # Not truncated before it is known to be a file; never waiting for the other end of a pipe.
            flags = os.O_WRONLY | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
            with open(os.open(target, flags, 0o644), "wb") as file:
                info = os.fstat(file.fileno())
                if not stat.S_ISREG(info.st_mode) or info.st_nlink > 1:
                    raise WorldError(f"Invalid filename: {name!r} is taken by something else than a file of its own")
                file.truncate()
                file.write(data)
        except OSError as error:
            raise WorldError(f"Can not write {name!r}: {error.strerror}") from error
        return target

    def save_numbered(self, ending: str, data: bytes) -> Path:
        """Write a file under the first free number of eight digits."""
        folder = self.path
        number = next(n for n in range(1, 10**8) if not (folder / f"{n:08d}.{ending}").exists())
        return self.save(f"{number:08d}.{ending}", data)

    def remove_made(self) -> None:
        """Remove the temporary folder, if one was made."""
        if self._made is not None:
            shutil.rmtree(self._made, ignore_errors=True)
