"""Object stores, by fsspec: a file is published by one put that the store refuses if the name is taken.

What a put answered is not believed: replies get lost and clients repeat. Each put carries a mark of its own, and where it did not plainly
succeed the store is asked whose file is there. docs/storage.md has what holds on which store.
"""

import hashlib
import tempfile
import threading
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import Any, Literal, NamedTuple

from hmworld.dataset.object_kinds import PLAIN, Kind, kind_of
from hmworld.dataset.url import has_secret, redacted
from hmworld.errors import StorageError, UsageError

Rule = Literal["conditional", "single-writer"]
"""How one winner is made sure of: by the store, which refuses a second put; or by the caller, who promises to be the only one."""

PROBE = ".hmworld-probe"
"""Put twice before anything else, to see whether the store refuses the second, and removed."""
PIECE = 16 << 20
"""Bytes read at once."""
_DIGEST, _MARK = "hmworld-sha256", "hmworld-put"
_ATTEMPTS = 5
"""Puts of a file that the store calls off because others put it at the same time."""
_CALLED_OFF = frozenset({"ConditionalRequestConflict", "OperationAborted", "409", "PreconditionFailed", "412"})
"""Of a name that is free afterwards, so that the put is worth another try."""


class Held(NamedTuple):
    """A file that a store holds."""

    size: int
    sha256: str
    """As it was put, by the store's own record; "" where there is none."""
    mark: str = ""


class ObjectStore:
    """Files below a URL of fsspec, such as s3://bucket/dataset.

    Raises UsageError for a URL that cannot be used, and StorageError where the store cannot promise what `rule` asks for, or fails.
    """

    def __init__(self, url: str, rule: Rule = "conditional") -> None:
        if has_secret(url):
            raise UsageError(f"{redacted(url)}: credentials do not belong in a URL; give them by the environment, see docs/storage.md")
        if "::" in url:
            raise UsageError(f"{redacted(url)}: a chain of file systems cannot be written to; give the URL of the last one")
        self.url = url.rstrip("/")
        self.rule = rule
        self._files, self._root = _opened(self.url)
        self._kind: Kind = kind_of(self._files)
        self._known: set[bool] = set()
        self._lock = threading.Lock()
        if rule == "conditional" and not self._kind.conditional:
            raise StorageError(
                f"{self}: {type(self._files).__name__} has no put that is refused if the name is taken, so two publishers could both win; "
                "publish to another store, or promise to be the only publisher with --single-writer"
            )

    def __str__(self) -> str:
        return redacted(self.url)

    def path(self, name: str) -> str:
        """The store's own path of a name; ValueError for one that leaves the URL."""
        parts = PurePosixPath(name).parts
        if not parts or name.startswith("/") or ".." in parts:
            raise ValueError(f"a published name stays inside its store, got {name!r}")
        return "/".join([self._root.rstrip("/"), *parts])

    def publish_if_absent(self, name: str, chunks: Iterable[bytes]) -> bool:
        """Publish a file unless one is there; whether this call published it."""
        if self.exists(name):
            return False
        digest = hashlib.sha256()
        with tempfile.TemporaryDirectory(prefix="hmworld-") as folder:
            whole = Path(folder) / "whole"
            with whole.open("wb") as file:
                for chunk in chunks:
                    digest.update(chunk)
                    file.write(chunk)
            return self.publish_file(name, whole, digest.hexdigest())

    def publish_file(self, name: str, source: Path, sha256: str) -> bool:
        """Publish a file of this machine, whose digest is known, unless one is there; whether this call published it."""
        if self.exists(name):
            return False
        if self.rule == "single-writer":
            with self._errors(name, "published"):
                self._put_alone(name, source, sha256)
            return True
        self._prove(self._kind.in_parts(source.stat().st_size))
        return self._put_if_absent(name, source, sha256)

    def held(self, name: str) -> Held | None:
        """What the store tells of a file without it being read; None if there is none."""
        path = self.path(name)
        with self._errors(name, "looked for"), self._kind.one_at_a_time:
            try:
                info = self._files.info(path)
                if info["type"] != "file":
                    return None
                kept = self._kind.metadata(self._files, path, info)
            except FileNotFoundError:
                return None
        return Held(int(info["size"]), kept.get(_DIGEST, ""), kept.get(_MARK, ""))

    def exists(self, name: str) -> bool:
        """Whether a file is published."""
        return self.held(name) is not None

    def read(self, name: str) -> bytes:
        """The bytes of a published file."""
        with self._errors(name, "read"):
            data: bytes = self._files.cat_file(self.path(name))
        return data

    def digest(self, name: str) -> tuple[str, int]:
        """sha256 in hex and size of a file, by reading all of it."""
        found, size = hashlib.sha256(), 0
        held = self.held(name)
        with self._errors(name, "read"):
            while held is not None and size < held.size:
                piece = self._files.cat_file(self.path(name), start=size, end=min(size + PIECE, held.size))
                if not piece:
                    break
                found.update(piece)
                size += len(piece)
        return found.hexdigest(), size

    def replace(self, name: str, data: bytes) -> None:
        """Publish a file in place of whatever is there, at once."""
        with self._errors(name, "written"):
            if self._kind is PLAIN:
                self._move_in(name, lambda path: self._files.pipe_file(path, data))
            else:
                self._files.pipe_file(self.path(name), data)

    def remove(self, name: str) -> None:
        """Remove a file if it is there."""
        with self._errors(name, "removed"):
            try:
                self._files.rm_file(self.path(name))
            except FileNotFoundError:
                return

    # --- one put

    def _put_if_absent(self, name: str, source: Path, sha256: str, part: int = 0) -> bool:
        mark = uuid.uuid4().hex
        for attempt in range(_ATTEMPTS):
            try:
                with self._kind.one_at_a_time:
                    self._put(name, source, {_DIGEST: sha256, _MARK: mark}, "create", part)
            except Exception as error:  # whatever a store's client knows
                there = self._there_after(name, error)
                if there is not None:
                    return there.mark == mark
                if _code(error) not in _CALLED_OFF or attempt == _ATTEMPTS - 1:
                    raise self._failed(name, "published", error) from error
                time.sleep(0.1 * 2**attempt)
            else:
                return True
        raise AssertionError("the last attempt returns or raises")

    def _put(self, name: str, source: Path, kept: dict[str, str], mode: str, part: int = 0) -> None:
        options = self._kind.options(kept, source.stat().st_size, part)
        self._files.put_file(str(source), self.path(name), mode=mode, **options)

    def _there_after(self, name: str, error: Exception) -> Held | None:
        """What is there after a put that failed."""
        try:
            return self.held(name)
        except StorageError:
            raise self._failed(name, "published", error) from error  # the first failure tells more

    def _put_alone(self, name: str, source: Path, sha256: str) -> None:
        if self._kind is PLAIN:
            self._move_in(name, lambda path: self._files.put_file(str(source), path))
        else:
            self._put(name, source, {_DIGEST: sha256}, "overwrite")

    def _move_in(self, name: str, write: Any) -> None:
        """Write beside and move: nothing is known of how such a store shows a file that is being written."""
        path = self.path(name)
        parent, _, last = path.rpartition("/")
        self._files.makedirs(parent, exist_ok=True)
        beside = f"{parent}/.{last}.{uuid.uuid4().hex}.part"
        try:
            write(beside)
            self._files.mv(beside, path)
        except BaseException:
            if self._files.exists(beside):
                self._files.rm_file(beside)
            raise

    # --- what the store can do

    def _prove(self, in_parts: bool) -> None:
        """StorageError unless the store refuses a second put, in parts if that is asked for; asked once of each."""
        with self._lock:
            if in_parts in self._known or not self._kind.needs_proof:
                return
            name, (size, part) = f"{PROBE}-{'parts' if in_parts else 'whole'}", self._kind.probe(in_parts)
            with tempfile.TemporaryDirectory(prefix="hmworld-") as folder:
                source = Path(folder) / "probe"
                source.write_bytes(bytes(size))
                if self._put_if_absent(name, source, "", part):
                    honoured = not self._put_if_absent(name, source, "", part)
                    with suppress(StorageError):  # who may put need not be one who may remove; left there it proves the same to the next
                        self.remove(name)
                    if not honoured:
                        raise StorageError(
                            f"{self}: the store put a second file over the first although it was asked not to (If-None-Match), so two "
                            "publishers could both win; publish to another store, or promise to be the only publisher with --single-writer"
                        )
            self._known.add(in_parts)

    # --- errors

    @contextmanager
    def _errors(self, name: str, what: str) -> Iterator[None]:
        try:
            yield
        except (StorageError, ValueError):
            raise
        except Exception as error:  # whatever a store's client knows
            raise self._failed(name, what, error) from error

    def _failed(self, name: str, what: str, error: Exception) -> StorageError:
        reason = redacted(str(error)) or type(error).__name__
        return StorageError(f"{self}/{name}: cannot be {what}: {reason}; {_advice(error)}")


def _opened(url: str) -> tuple[Any, str]:
    # Only for those who publish to a URL: it knows all object stores, and takes a while to load.
    import fsspec

    try:
        # An instance of our own: others may have listed the store, and would answer from what they remember.
        found: tuple[Any, str] = fsspec.core.url_to_fs(url, skip_instance_cache=True)
    except ImportError as error:
        raise UsageError(f"{redacted(url)}: {error}; for s3: pip install 'hmworld[s3]', see docs/storage.md") from error
    except Exception as error:  # whatever a store's client knows
        raise UsageError(f"{redacted(url)}: cannot be used: {redacted(str(error))}") from error
    return found


def _code(error: BaseException | None) -> str:
    """The store's own name or number of an error, where it has one."""
    while error is not None:
        response = getattr(error, "response", None)
        if isinstance(response, dict) and "Error" in response:
            return str(response["Error"].get("Code", ""))
        if hasattr(error, "code"):
            return str(error.code)
        error = error.__cause__
    return ""


def _advice(error: Exception) -> str:
    if isinstance(error, PermissionError) or "redential" in str(error):
        return "check the credentials in the environment and what they may do there (put, get), see docs/storage.md"
    if isinstance(error, FileNotFoundError):
        return "check that the bucket is there: it is not made for you"
    return "run the same command again: what is published is kept"
