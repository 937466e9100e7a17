"""One clip of a dataset: its members read lazily by byte range, checked against their digests, and decoded."""

import io
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from hmworld.dataset.clipfiles import Arrays, unpack_arrays
from hmworld.dataset.decode import VIDEOS, decode_frames, read_video
from hmworld.dataset.location import Location, Range
from hmworld.dataset.tar import digest
from hmworld.errors import DatasetError
from hmworld.model.clip import ClipSpec
from hmworld.model.sample import SampleJson


class Clip:
    """One clip of a dataset; nothing is read before it is asked for."""

    def __init__(self, location: Location, row: dict[str, Any], shards: frozenset[str]) -> None:
        self._location = location
        self._shards = shards
        self.row = row
        """The clip's row of the manifest."""
        self._members = {m["name"]: m for m in row["members"]}

    def __repr__(self) -> str:
        return f"<Clip {self.clip_id}: {self.row['scene']}, {', '.join(self.row['subjects'])}, {self.row['n_absences']} absences>"

    @property
    def clip_id(self) -> str:
        """Identity of what the clip shows; the key of its sample."""
        return str(self.row["clip_id"])

    @property
    def member_names(self) -> tuple[str, ...]:
        """Its members by their extensions: json, mp4, mask.mkv ..."""
        return tuple(self._members)

    def where(self, name: str) -> Range:
        """The bytes of a member in its shard; DatasetError names the clip and what it has."""
        if name not in self._members:
            raise DatasetError(f"clip {self.clip_id} has no member {name!r}; it has {', '.join(self._members)}")
        m = self._members[name]
        if m["shard"] not in self._shards:
            raise DatasetError(f"clip {self.clip_id}: {name} lies in {m['shard']!r}, which dataset.json does not name")
        return Range(m["shard"], m["offset"], m["size"])

    def member(self, name: str, *, check: bool = True) -> bytes:
        """Bytes of a member by its extension, for example `mask.mkv`; DatasetError where they are missing or, with `check`, damaged."""
        where = self.where(name)
        try:
            data = self._location.read_range(where)
        except DatasetError as error:
            raise DatasetError(f"clip {self.clip_id}: {error}") from error
        if check:
            check_digest(self.clip_id, name, where, digest(data), self._members[name].get("xxh3"))
        return data

    @cached_property
    def meta(self) -> SampleJson:
        """The clip's json document."""
        return read_meta(self.clip_id, self.member("json"))

    @cached_property
    def spec(self) -> ClipSpec:
        """The clip's full specification."""
        try:
            return ClipSpec.model_validate_json(self.meta.spec)
        except ValidationError as error:
            raise DatasetError(f"clip {self.clip_id}: its spec is not one of this version: {error}") from error

    @cached_property
    def arrays(self) -> Arrays:
        """The arrays of its npz."""
        return unpack_arrays(self.member("npz"))

    def rgb(self) -> Iterator[NDArray[np.uint8]]:
        """Pictures (H, W, 3), one by one."""
        return self._pictures("rgb")

    def masks(self) -> Iterator[NDArray[np.uint8]]:
        """Masks (H, W), one by one: 0 = scene, 1..S = subjects."""
        return self._pictures("mask")

    def depths_m(self) -> Iterator[NDArray[np.float32]]:
        """Planar depths (H, W) in metres, one by one; inf where nothing or beyond 255.99 m."""
        return self._pictures("depth")

    def flows(self) -> Iterator[NDArray[np.float32]]:
        """Optical flows (H, W, 2) in pixels from the frame before, one by one; NaN where not known, as all of frame 0."""
        return self._pictures("flow")

    def normals(self) -> Iterator[NDArray[np.float32]]:
        """World normals (H, W, 3), one by one; 0 in the sky."""
        return self._pictures("normal")

    def _pictures(self, stream: str) -> Iterator[NDArray[Any]]:
        member, pixels, numbers = VIDEOS[stream]
        pictures = self._named(stream, decode_frames(io.BytesIO(self.member(member)), pixels))
        return pictures if numbers is None else map(numbers, pictures)

    def _named(self, stream: str, pictures: Iterator[NDArray[Any]]) -> Iterator[NDArray[Any]]:
        """The same pictures; what cannot be decoded is of this clip and stream."""
        try:
            yield from pictures
        except DatasetError as error:
            raise DatasetError(f"clip {self.clip_id}: {stream}: {error}") from error

    def frames(self, stream: str = "rgb", start: int = 0, stop: int | None = None, step: int = 1) -> NDArray[Any]:
        """Frames [start, stop) of a stream, each step-th, as one array (N, ...); exactly these, decoded from the key frame before.

        `stream` is rgb, mask, depth (metres), flow (pixels) or normal. DatasetError where the clip has not got them.
        """
        count = int(self.row["frames"])
        if step < 1:
            raise DatasetError(f"clip {self.clip_id}: step is {step}, expected 1 or more")
        chosen = range(start, count if stop is None else stop, step)
        if stream not in VIDEOS:
            raise DatasetError(f"clip {self.clip_id}: has no stream {stream!r}; streams are {', '.join(VIDEOS)}")
        if not chosen or chosen[0] < 0 or chosen[-1] >= count:
            raise DatasetError(f"clip {self.clip_id}: has frames 0 to {count - 1}, asked for {chosen}")
        try:
            return read_video(stream, self.member(VIDEOS[stream][0]), chosen)
        except DatasetError as error:
            raise error if self.clip_id in str(error) else DatasetError(f"clip {self.clip_id}: {stream}: {error}") from error

    def frame(self, number: int, stream: str = "rgb") -> NDArray[Any]:
        """One frame of a stream, see `frames`; -1 is the last."""
        number = number + int(self.row["frames"]) if number < 0 else number
        picture: NDArray[Any] = self.frames(stream, number, number + 1)[0]
        return picture


def check_digest(clip_id: str, name: str, where: Range, xxh3: str, expected: str | None) -> None:
    """DatasetError where data of a member are not those that were written; datasets of before 0.1 have no digests."""
    if expected is not None and xxh3 != expected:
        raise DatasetError(
            f"clip {clip_id}: {name} is damaged: bytes {where.offset} to {where.offset + where.size} of {where.path} are not those "
            "that were written; copy the shard anew, and see `hmworld validate`"
        )


def read_meta(clip_id: str, data: bytes | memoryview) -> SampleJson:
    """The json document of a clip; DatasetError if it is none, or another clip's."""
    try:
        meta = SampleJson.model_validate_json(bytes(data))
    except ValidationError as error:
        raise DatasetError(f"clip {clip_id}: json is not a sample document: {error}") from error
    if meta.clip_id != clip_id:
        raise DatasetError(f"clip {clip_id}: its json is that of clip {meta.clip_id}; see `hmworld validate`")
    return meta
