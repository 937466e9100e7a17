"""The object stores whose clients are known to send a condition along with a put, and how each is asked."""

import threading
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

PART = 16 << 20
"""Bytes of a part of a large file, and of those in memory at once for each part under way."""
_PARTS_AT_ONCE = 4
_MOST_PARTS = 9_000
"""S3 takes 10,000."""
_S3_SMALLEST = 5 << 20
"""Of a part of an upload in parts, but for the last."""


class Kind:
    """A store about which nothing is known."""

    conditional = False
    """Whether its client sends the condition."""
    needs_proof = False
    """Whether servers of this kind are known that do not heed it."""
    one_at_a_time: AbstractContextManager[Any] = nullcontext()

    def options(self, kept: Mapping[str, str], size: int, part: int) -> dict[str, Any]:
        """Arguments of `put_file`: what is to be kept beside the file, and bytes of a part (0: as suits)."""
        return {}

    def metadata(self, files: Any, path: str, info: Mapping[str, Any]) -> Mapping[str, str]:
        """What was kept beside a file; FileNotFoundError if it is gone."""
        return {}

    def in_parts(self, size: int) -> bool:
        """Whether a file of that size is put in parts."""
        return False

    def probe(self, in_parts: bool) -> tuple[int, int]:
        """Bytes of a file, and of its parts, that is put whole or in parts."""
        return 1, 0


class _Memory(Kind):
    """fsspec's own store in the memory of one process: tests and trials."""

    conditional = True
    one_at_a_time = threading.Lock()  # it looks and then puts, and shows a file that is being written


class _S3(Kind):
    """s3fs: If-None-Match on PutObject and on CompleteMultipartUpload; until that nobody sees anything of the file."""

    conditional = True
    needs_proof = True  # of those that speak S3 many came to heed it late, or do not

    def options(self, kept: Mapping[str, str], size: int, part: int) -> dict[str, Any]:
        chunk = part or max(PART, size // _MOST_PARTS)
        return {"Metadata": {k: v for k, v in kept.items() if v}, "chunksize": chunk, "max_concurrency": _PARTS_AT_ONCE}

    def metadata(self, files: Any, path: str, info: Mapping[str, Any]) -> Mapping[str, str]:
        found: Mapping[str, str] = files.metadata(path)
        return found

    def in_parts(self, size: int) -> bool:
        return size >= 2 * PART

    def probe(self, in_parts: bool) -> tuple[int, int]:
        return (2 * _S3_SMALLEST, _S3_SMALLEST) if in_parts else (1, 0)


class _Gcs(Kind):
    """gcsfs: ifGenerationMatch=0 on simple and on resumable uploads; until the last chunk nobody sees anything of the file."""

    conditional = True
    needs_proof = True  # emulators

    def options(self, kept: Mapping[str, str], size: int, part: int) -> dict[str, Any]:
        return {"metadata": {k: v for k, v in kept.items() if v}, "chunksize": PART}

    def metadata(self, files: Any, path: str, info: Mapping[str, Any]) -> Mapping[str, str]:
        return info.get("metadata") or {}


class _Azure(Kind):
    """adlfs: If-None-Match on Put Blob and on Put Block List. It lets nothing be kept beside a file."""

    conditional = True
    needs_proof = True  # emulators


PLAIN = Kind()
_KINDS: dict[str, Kind] = {
    "fsspec.implementations.memory": _Memory(),
    "s3fs.core": _S3(),
    "gcsfs.core": _Gcs(),
    "adlfs.spec": _Azure(),
}


def kind_of(files: Any) -> Kind:
    """The kind of a file system of fsspec, by the module of its class or of one that it is made from."""
    return next((_KINDS[one.__module__] for one in type(files).__mro__ if one.__module__ in _KINDS), PLAIN)
