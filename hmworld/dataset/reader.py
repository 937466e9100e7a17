"""Reading a dataset: its info, its manifest, and single clips by id with their members read lazily by byte range."""

import io
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from pydantic import ValidationError

from hmworld.dataset.clipfiles import Arrays, unpack_arrays
from hmworld.dataset.encode import DEPTH_STEPS_PER_M, decode_frames, flow_from_steps, normals_from_steps
from hmworld.dataset.tar import read_member
from hmworld.errors import DatasetError
from hmworld.model.clip import ClipSpec
from hmworld.model.dataset import DatasetInfo
from hmworld.model.sample import SampleJson


class Clip:
    """One clip of a dataset; nothing is read before it is asked for."""

    def __init__(self, root: Path, row: dict[str, Any], shards: frozenset[str]) -> None:
        self._root = root
        self._shards = shards
        self.row = row
        """The clip's row of the manifest."""
        self._members = {m["name"]: m for m in row["members"]}

    @property
    def clip_id(self) -> str:
        """Identity of what the clip shows; the key of its sample."""
        return str(self.row["clip_id"])

    def member(self, name: str) -> bytes:
        """Bytes of a member by its extension, for example `mask.mkv`; DatasetError names the clip and what it has."""
        if name not in self._members:
            raise DatasetError(f"clip {self.clip_id} has no member {name!r}; it has {', '.join(self._members)}")
        m = self._members[name]
        if m["shard"] not in self._shards:
            raise DatasetError(f"clip {self.clip_id}: {name} lies in {m['shard']!r}, which dataset.json does not name")
        return read_member(self._root / m["shard"], m["offset"], m["size"])

    @cached_property
    def meta(self) -> SampleJson:
        """The clip's json document."""
        try:
            return SampleJson.model_validate_json(self.member("json"))
        except ValidationError as error:
            raise DatasetError(f"clip {self.clip_id}: json is not a sample document: {error}") from error

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
        return decode_frames(io.BytesIO(self.member("mp4")), "rgb24")

    def masks(self) -> Iterator[NDArray[np.uint8]]:
        """Masks (H, W), one by one: 0 = scene, 1..S = subjects."""
        return decode_frames(io.BytesIO(self.member("mask.mkv")), "gray")

    def depths_m(self) -> Iterator[NDArray[np.float32]]:
        """Planar depths (H, W) in metres, one by one; inf where nothing or beyond 255.99 m."""
        for steps in decode_frames(io.BytesIO(self.member("depth.mkv")), "gray16le"):
            yield np.where(steps == 0, np.inf, steps / np.float32(DEPTH_STEPS_PER_M)).astype(np.float32)

    def flows(self) -> Iterator[NDArray[np.float32]]:
        """Optical flows (H, W, 2) in pixels from the frame before, one by one; NaN where not known, as all of frame 0."""
        return map(flow_from_steps, decode_frames(io.BytesIO(self.member("flow.mkv")), "gray16le"))

    def normals(self) -> Iterator[NDArray[np.float32]]:
        """World normals (H, W, 3), one by one; 0 in the sky."""
        return map(normals_from_steps, decode_frames(io.BytesIO(self.member("normal.mkv")), "gbrp16le"))


class Dataset:
    """A dataset folder, opened for reading."""

    def __init__(self, root: Path) -> None:
        self.root = root
        try:
            self.info = DatasetInfo.model_validate_json((root / "dataset.json").read_bytes())
        except OSError as error:
            raise DatasetError(f"{root}: is not a finished dataset: dataset.json cannot be read ({error.strerror})") from error
        except ValidationError as error:
            raise DatasetError(f"{root / 'dataset.json'}: is not a dataset document: {error}") from error

    @cached_property
    def manifest(self) -> pa.Table:
        """The manifest, a row a clip."""
        try:
            return pq.read_table(self.root / "manifest.parquet")
        except (OSError, pa.ArrowInvalid) as error:
            raise DatasetError(f"{self.root / 'manifest.parquet'}: cannot be read: {error}") from error

    @cached_property
    def _shards(self) -> frozenset[str]:
        return frozenset(s.path for s in self.info.shards)

    @cached_property
    def _row_of(self) -> dict[str, int]:
        return {str(key): k for k, key in enumerate(self.manifest.column("clip_id").to_pylist())}

    def __len__(self) -> int:
        return int(self.manifest.num_rows)

    def __getitem__(self, index: int) -> Clip:
        if not -len(self) <= index < len(self):
            raise IndexError(f"dataset has {len(self)} clips, asked for {index}")
        return Clip(self.root, self.manifest.slice(index % len(self), 1).to_pylist()[0], self._shards)

    def __iter__(self) -> Iterator[Clip]:
        return (self[k] for k in range(len(self)))

    def clip(self, clip_id: str) -> Clip:
        """A clip by its id; DatasetError if there is none."""
        if clip_id not in self._row_of:
            raise DatasetError(f"{self.root}: has no clip {clip_id!r}; it has {len(self)} clips")
        return self[self._row_of[clip_id]]


def open_dataset(path: str | Path) -> Dataset:
    """Open a finished dataset folder for reading; DatasetError says what is missing."""
    return Dataset(Path(path))
