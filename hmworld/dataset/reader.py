"""Reading a dataset: its info, its manifest, and its clips, by number, by id, or by an expression over the manifest."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import ArrayLike, NDArray
from pydantic import ValidationError

from hmworld.dataset.clip import Clip
from hmworld.dataset.index import Index, build_index
from hmworld.dataset.location import Folder, Location, locate
from hmworld.dataset.query import matching
from hmworld.errors import DatasetError, UsageError
from hmworld.model.dataset import DatasetInfo

if TYPE_CHECKING:
    from hmworld.dataset.decode import Decoder
    from hmworld.dataset.stream import Stream
    from hmworld.dataset.stream.order import Remainder, Shuffle
    from hmworld.dataset.stream.windows import Spanning

MANIFEST = "manifest.parquet"


class Dataset:
    """A dataset, or some of its clips, opened for reading. `filter` and `select` choose clips and read none of them."""

    def __init__(
        self, location: Location, info: DatasetInfo, rows: NDArray[np.int64] | None = None, whole: "Dataset | None" = None
    ) -> None:
        self.location = location
        self.info = info
        self._rows = rows
        """Rows of the manifest that it is about; None = all."""
        self._whole = whole or self

    def __repr__(self) -> str:
        return f"<Dataset {self.info.name} at {self.location}: {len(self)} clips>"

    @property
    def root(self) -> Path:
        """Its folder; DatasetError for one that is read from a URL."""
        if not isinstance(self.location, Folder):
            raise DatasetError(f"{self.location}: lies behind a URL; copy it to a folder for this")
        return self.location.root

    @cached_property
    def manifest(self) -> pa.Table:
        """The manifest, a row a clip."""
        if self._rows is not None:
            return self._whole.manifest.take(pa.array(self._rows))
        return self._read(None)

    def columns(self, names: Sequence[str]) -> pa.Table:
        """Columns of the manifest, and no others read; nested fields by names such as events.list.element.kind."""
        table = self._whole._read(names)
        return table if self._rows is None else table.take(pa.array(self._rows))

    def _read(self, names: Sequence[str] | None) -> pa.Table:
        try:
            with pq.ParquetFile(self._parquet) as file:
                table = file.read(columns=names)
        except (OSError, pa.ArrowException) as error:
            raise DatasetError(f"{self.location}: {MANIFEST} cannot be read: {error}") from error
        missing = {name.split(".")[0] for name in names or ()} - set(table.column_names)
        if missing:
            raise DatasetError(f"{self.location}: {MANIFEST} has no column {sorted(missing)[0]!r}; see `hmworld validate`")
        return table

    @cached_property
    def index(self) -> Index:
        """Where the members of its clips lie; built once for a dataset and all that is chosen from it."""
        if self._rows is not None:
            return self._whole.index.of(self._rows)
        try:
            with pq.ParquetFile(self._parquet, read_dictionary=["members.list.element.shard", "members.list.element.name"]) as file:
                groups = [file.read_row_group(k, columns=["clip_id", "members"]) for k in range(file.num_row_groups)]
        except (OSError, pa.ArrowException) as error:
            raise DatasetError(f"{self.location}: {MANIFEST} cannot be read: {error}") from error
        rows = sum(group.num_rows for group in groups)
        if rows != self.info.counts.kept:
            raise DatasetError(
                f"{self.location}: {MANIFEST} has {rows} clips, dataset.json says {self.info.counts.kept}; they are of different datasets, "
                "see `hmworld validate`"
            )
        return build_index(self.location, groups, self.shards)

    @property
    def _parquet(self) -> Any:
        """What to read the manifest from; DatasetError where it is not the one any more that this dataset was opened with."""
        if not isinstance(self.location, Folder):
            return pa.BufferReader(self._whole._bytes)
        path = self.location.root / MANIFEST
        found = path.stat()
        if self._whole._stamp != (found.st_size, found.st_mtime_ns, found.st_ino):
            raise DatasetError(f"{path}: has changed since the dataset was opened; open it anew")
        return path

    @cached_property
    def _stamp(self) -> tuple[int, int, int]:
        found = (self.root / MANIFEST).stat()
        return found.st_size, found.st_mtime_ns, found.st_ino

    def __reduce__(self) -> tuple[Any, ...]:
        # Without what was read: another process has it from the files.
        return _reopened, (self.location, self.info, self._rows, self._whole._stamp if isinstance(self.location, Folder) else None)

    @cached_property
    def _bytes(self) -> bytes:
        return self.location.read(MANIFEST)

    @cached_property
    def shards(self) -> frozenset[str]:
        """Paths of the shards that dataset.json names."""
        return frozenset(s.path for s in self.info.shards)

    @cached_property
    def _row_of(self) -> dict[str, int]:
        return {str(key): k for k, key in enumerate(self.clip_ids)}

    @cached_property
    def clip_ids(self) -> list[str]:
        """Ids of its clips, in order."""
        found: list[str] = self.columns(["clip_id"]).column("clip_id").to_pylist()
        return found

    @cached_property
    def _count(self) -> int:
        if self._rows is not None:
            return len(self._rows)
        try:
            return int(pq.read_metadata(self._parquet).num_rows)
        except (OSError, pa.ArrowException) as error:
            raise DatasetError(f"{self.location}: {MANIFEST} cannot be read: {error}") from error

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: int) -> Clip:
        if not -len(self) <= index < len(self):
            raise IndexError(f"dataset has {len(self)} clips, asked for {index}")
        return Clip(self.location, self.manifest.slice(index % len(self), 1).to_pylist()[0], self.shards)

    def __iter__(self) -> Iterator[Clip]:
        return (self[k] for k in range(len(self)))

    def clip(self, clip_id: str) -> Clip:
        """A clip by its id; DatasetError if there is none."""
        if clip_id not in self._row_of:
            raise DatasetError(f"{self.location}: has no clip {clip_id!r}; it has {len(self)} clips")
        return self[self._row_of[clip_id]]

    def filter(self, expression: str) -> "Dataset":
        """Those clips for which an expression over the manifest's columns holds, in their order, see the module `query`.

            ds.filter("split == 'train' and n_subjects == 2 and max_gap_s > 1")
            ds.filter("absences(gap_s > 1 and exit_cause == 'camera') >= 2")
            ds.filter("'horse' in species and scene in ['park', 'beach']")

        Raises UsageError where it is no such expression.
        """
        return self._some(np.flatnonzero(matching(expression, self.columns, len(self))))

    def select(self, clips: ArrayLike) -> "Dataset":
        """Clips by their numbers in this dataset (N,), in that order; UsageError where there is no such clip."""
        asked = np.asarray(clips)
        if asked.size and asked.dtype.kind not in "iu":
            raise UsageError(f"{self.location}: clips are chosen by their numbers, got values of type {asked.dtype}")
        numbers = asked.astype(np.int64).reshape(-1)
        if len(numbers) and not (numbers.min() >= 0 and numbers.max() < len(self)):
            raise UsageError(f"{self.location}: clips are numbered 0 to {len(self) - 1}, asked for {numbers.min()} to {numbers.max()}")
        return self._some(numbers)

    def stream(
        self,
        batch_size: int | None = 1,
        window: int | str = "77+77",
        modalities: Sequence[str] = ("rgb", "T_world_camera", "K"),
        *,
        stride: int = 1,
        spanning: "Spanning" = "grid",
        hop: int | None = None,
        margin: int = 4,
        shuffle: "Shuffle | bool | None" = None,
        block: int = 8,
        seed: int = 0,
        rank: int = 0,
        world_size: int = 1,
        remainder: "Remainder" = "drop",
        decoder: "Decoder" = "pyav",
        check: bool = True,
        on_error: str = "raise",
        read_ahead: int | None = None,
        resume: Mapping[str, Any] | None = None,
    ) -> "Stream":
        """Batches of windows for training, see docs/training.md; no clip is read before it is iterated over.

        `window` is a number of frames, or context and target such as "77+77"; `stride` takes every so many-th frame. `spanning` says
        where windows lie: grid (`hop` frames apart, by default a window's length), random (one a clip, anywhere), entry, absence, cut
        (about each absence, with `margin` frames around it). `modalities`: rgb, mask, depth, flow, normal; arrays of the npz by name;
        hydra12, echo12, plucker; caption, events, meta; raw. `shuffle`: global, blocks (of `block` shards; the default behind a URL),
        none. Every one of `world_size` ranks is given as many batches; windows that do not fill a step are left out of an epoch, or
        filled up from its beginning with remainder="repeat". `check` verifies digests and schemas. on_error="skip" puts another clip of
        the batch in the place of one that cannot be read, and counts. `read_ahead` batches are read by threads meanwhile (2 behind a
        URL). `resume` is a `state_dict` of an earlier run. `batch_size` None: samples one by one.

        Raises UsageError where an argument cannot be, or no clip has such a window; while iterating, DatasetError names what is damaged.
        """
        from hmworld.dataset.stream.stream import make_stream

        return make_stream(
            self,
            batch_size,
            window,
            modalities,
            stride=stride,
            spanning=spanning,
            hop=hop,
            margin=margin,
            shuffle=shuffle,
            block=block,
            seed=seed,
            rank=rank,
            world_size=world_size,
            remainder=remainder,
            decoder=decoder,
            check=check,
            on_error=on_error,
            read_ahead=read_ahead,
            resume=resume,
        )

    def _some(self, numbers: NDArray[np.int64]) -> "Dataset":
        rows = numbers if self._rows is None else self._rows[numbers]
        return Dataset(self.location, self.info, rows, self._whole)


def _reopened(location: Location, info: DatasetInfo, rows: NDArray[np.int64] | None, stamp: tuple[int, int, int] | None) -> Dataset:
    whole = Dataset(location, info)
    if stamp is not None:
        whole.__dict__["_stamp"] = stamp
    return whole if rows is None else Dataset(location, info, rows, whole)


def open_dataset(place: str | Path) -> Dataset:
    """Open a finished dataset for reading: a folder, or a URL of fsspec such as s3://bucket/dataset; DatasetError says what is missing."""
    location = locate(place)
    try:
        text = location.read("dataset.json")
    except DatasetError as error:
        reason = getattr(error.__cause__, "strerror", None) or error.__cause__
        raise DatasetError(f"{location}: is not a finished dataset: dataset.json cannot be read ({reason})") from error
    try:
        return Dataset(location, DatasetInfo.model_validate_json(text))
    except ValidationError as error:
        raise DatasetError(f"{location}: dataset.json is not a dataset document: {error}") from error
