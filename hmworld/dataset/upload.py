"""Publishing a finished dataset elsewhere: every file once, whoever else does the same, and dataset.json last.

A file is settled when it is there and its bytes are those that dataset.json names, put by us or by anybody. Nothing is kept of how far a
publisher came: the files there are the truth, so one that was killed is resumed by running it again.
"""

import hashlib
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from hmworld.dataset.destination import Destination, destination
from hmworld.dataset.object_store import Rule
from hmworld.dataset.publish import INFO
from hmworld.dataset.reader import open_dataset
from hmworld.dataset.store import sha256_file
from hmworld.dataset.url import local_folder, redacted
from hmworld.errors import DatasetError, StorageError, UsageError

Progress = Callable[[int, int], None]
"""How many files are settled, and of how many."""
JOBS = 4
_NOT_NAMED = frozenset({".staging", ".lock"})


@dataclass(frozen=True)
class PublishReport:
    """What came of publishing a dataset."""

    url: str
    """Without credentials."""
    name: str
    files: int
    bytes: int
    published: int
    """Files that this call published ..."""
    published_bytes: int
    there: int
    """... and those that were there already, or that another publisher brought meanwhile."""
    reread: int
    """Files that were read back whole, for want of a digest that the store keeps."""
    left_out: tuple[str, ...]
    """What lies in the folder and is not part of the dataset: dataset.json does not name it."""


@dataclass(frozen=True)
class _Part:
    """A file of a dataset as dataset.json has it."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class _Settled:
    """A file that is there as it should be."""

    part: _Part
    won: bool
    reread: bool


def publish_dataset(
    folder: Path, url: str, progress: Progress | None = None, *, rule: Rule = "conditional", reread: bool = False, jobs: int = JOBS
) -> PublishReport:
    """Publish a finished dataset to a folder or URL, exactly once, and see that it is there; run again, it goes on where it was.

    `jobs` files are under way at once; `reread` reads every byte back, also where the store keeps digests. Raises UsageError where the
    call is wrong, DatasetError where a file of the dataset is not what dataset.json says, and StorageError where the place cannot be
    written, cannot promise what `rule` asks for, or holds other bytes under a name of the dataset.
    """
    parts, info, name = _parts(folder)
    target = local_folder(url)
    if target is not None and target.resolve() == folder.resolve():
        raise UsageError(f"{url}: is the dataset's own folder; publish it to another")
    with destination(url, rule) as there:
        _same_dataset(there, info, name)
        settled = _settle_all(there, folder, parts, reread, jobs, progress)
        settled.append(_settle_info(there, folder, info))
    if progress is not None:
        progress(len(settled), len(settled))
    return _report(redacted(url), name, settled, _left_out(folder, parts))


# --- what there is to publish


def _parts(folder: Path) -> tuple[list[_Part], _Part, str]:
    """The files of a dataset, dataset.json by itself, and the dataset's name."""
    dataset = open_dataset(folder)
    text = dataset.location.read(INFO)
    parts = [_Part(s.path, s.bytes, s.sha256) for s in dataset.info.shards] + [_Part(f.path, f.bytes, f.sha256) for f in dataset.info.files]
    for part in parts:
        path = PurePosixPath(part.name)
        if path.is_absolute() or ".." in path.parts or not path.parts:
            raise DatasetError(f"{folder}: {part.name!r} leaves the dataset's folder; see `hmworld validate`")
    return parts, _Part(INFO, len(text), hashlib.sha256(text).hexdigest()), dataset.info.name


def _left_out(folder: Path, parts: Sequence[_Part]) -> tuple[str, ...]:
    """Files and folders right in the dataset's that have no part in it."""
    named = {PurePosixPath(part.name).parts[0] for part in parts} | {INFO} | _NOT_NAMED
    return tuple(sorted(path.name + ("/" if path.is_dir() else "") for path in folder.iterdir() if path.name not in named))


# --- one file


def _same_dataset(there: Destination, info: _Part, name: str) -> None:
    """StorageError where another dataset is published."""
    if there.held(INFO) is not None and there.digest(INFO) != (info.sha256, info.size):
        raise StorageError(f"{there}: another dataset is published there (its dataset.json is not that of {name}); choose another URL")


def _settle(there: Destination, folder: Path, part: _Part, reread: bool) -> _Settled:
    """Publish a file unless it is there, and see that it is there as it should be."""
    won = False
    if there.held(part.name) is None:
        before = _checked(folder, part)
        won = there.publish_file(part.name, folder / part.name, part.sha256)
        if won and _stamp(folder / part.name) != before:
            there.remove(part.name)
            raise DatasetError(f"{folder / part.name}: was changed while it was being published; let the other run end, and publish again")
    return _Settled(part, won, _compare(there, part, reread))


def _checked(folder: Path, part: _Part) -> tuple[int, int, int]:
    """A stamp of our own file; DatasetError unless it is what dataset.json says."""
    path = folder / part.name
    try:
        before = _stamp(path)
        found = sha256_file(path)
    except OSError as error:
        raise DatasetError(f"{path}: cannot be read: {error.strerror}; see `hmworld validate`") from error
    if found != (part.sha256, part.size):
        raise DatasetError(f"{path}: is not the file that dataset.json names; see `hmworld validate`")
    return before


def _stamp(path: Path) -> tuple[int, int, int]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns, found.st_ino


def _compare(there: Destination, part: _Part, reread: bool) -> bool:
    """StorageError unless the file there is ours; whether it was read for that."""
    held = there.held(part.name)
    if held is None:
        raise StorageError(f"{there}/{part.name}: was published and is gone; somebody removes files there")
    reads = held.size == part.size and (reread or not held.sha256)
    sha256, size = there.digest(part.name) if reads else (held.sha256, held.size)
    if (sha256, size) != (part.sha256, part.size):
        found = f"{size} bytes" if size != part.size else f"sha256 {sha256[:16]}..."
        expected = f"{part.size} bytes" if size != part.size else f"sha256 {part.sha256[:16]}..."
        raise StorageError(
            f"{there}/{part.name}: is there with other bytes ({found}, expected {expected}), of another dataset or damaged; "
            "nothing was put over it: choose another URL, or remove it"
        )
    return reads


# --- all files


def _settle_all(
    there: Destination, folder: Path, parts: Sequence[_Part], reread: bool, jobs: int, progress: Progress | None
) -> list[_Settled]:
    """All files but dataset.json, some at once; the first error ends it, once those under way have ended."""
    stop = threading.Event()

    def settle(part: _Part) -> _Settled | None:
        return None if stop.is_set() else _settle(there, folder, part, reread)

    settled: list[_Settled] = []
    with ThreadPoolExecutor(max(1, jobs), thread_name_prefix="publish") as pool:
        under_way: list[Future[_Settled | None]] = [pool.submit(settle, part) for part in parts]
        try:
            for future in as_completed(under_way):
                done = future.result()
                if done is not None:
                    settled.append(done)
                if progress is not None:
                    progress(len(settled), len(parts) + 1)
        except BaseException:
            stop.set()
            raise
    return settled


def _settle_info(there: Destination, folder: Path, info: _Part) -> _Settled:
    """dataset.json, which makes a dataset of the files; it is small, and always read back."""
    return _settle(there, folder, info, reread=True)


def _report(url: str, name: str, settled: Sequence[_Settled], left_out: tuple[str, ...]) -> PublishReport:
    won = [one.part for one in settled if one.won]
    return PublishReport(
        url=url,
        name=name,
        files=len(settled),
        bytes=sum(one.part.size for one in settled),
        published=len(won),
        published_bytes=sum(part.size for part in won),
        there=len(settled) - len(won),
        reread=sum(one.reread for one in settled),
        left_out=left_out,
    )
