"""Where the members of all clips lie, as arrays: finding a clip's bytes takes no time that grows with the dataset."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from hmworld.dataset.clip import check_member
from hmworld.dataset.location import Location, Range
from hmworld.dataset.reader import Dataset
from hmworld.errors import DatasetError

GAP = 64 << 10
"""Members of a sample with so few bytes between them are read as one range."""
_DIGEST = 8


@dataclass(frozen=True)
class _Places:
    """Shard, offset, size (N,) and digest (N, 8) of one member of each clip; shard -1 where a clip has no such member."""

    shard: NDArray[np.int64]
    offset: NDArray[np.int64]
    size: NDArray[np.int64]
    xxh3: NDArray[np.uint8] | None


class Index:
    """Byte ranges of the clips of a dataset."""

    def __init__(self, dataset: Dataset, names: frozenset[str] | None = None) -> None:
        """`names`: the members that will be asked for; None = all."""
        table = dataset.columns(["clip_id", "members"])
        self.location: Location = dataset.location
        self._ids: pa.Array = table.column("clip_id").combine_chunks()
        lists = table.column("members").combine_chunks()
        flat = pc.list_flatten(lists)
        clips = pc.list_parent_indices(lists).to_numpy()
        shards = pc.struct_field(flat, "shard").dictionary_encode()
        self._paths: list[str] = shards.dictionary.to_pylist()
        strangers = sorted(set(self._paths) - dataset.shards)
        if strangers:
            raise DatasetError(f"{dataset.location}: members lie in {strangers[0]!r}, which dataset.json does not name")
        members = pc.struct_field(flat, "name").dictionary_encode()
        codes, shard = members.indices.to_numpy(), shards.indices.to_numpy()
        offset, size = (pc.struct_field(flat, name).to_numpy() for name in ("offset", "size"))
        digests = _digests(flat)
        self._places: dict[str, _Places] = {}
        for code, name in enumerate(members.dictionary.to_pylist()):
            if names is not None and name not in names:
                continue
            here = np.flatnonzero(codes == code)
            row = np.full(len(lists), -1, np.int64)
            row[clips[here]] = here
            known = row >= 0
            self._places[name] = _Places(np.where(known, shard[row], -1), offset[row], size[row], None if digests is None else digests[row])

    @property
    def names(self) -> tuple[str, ...]:
        """Members that some clip has."""
        return tuple(self._places)

    def clip_id(self, clip: int) -> str:
        """Id of a clip by its number."""
        return str(self._ids[clip])

    def shard_numbers(self, clips: NDArray[np.int64], name: str) -> NDArray[np.int64]:
        """Shards in which a member of clips lies, as numbers from 0 in the order of the dataset."""
        return np.maximum(self._places[name].shard[clips], 0)

    def read(self, clip: int, names: tuple[str, ...], *, check: bool = True) -> dict[str, memoryview]:
        """Members of a clip, those that lie close together by one read; DatasetError names clip and member that cannot be had."""
        ranges = [self._range(clip, name) for name in names]
        order = sorted(range(len(names)), key=lambda k: ranges[k])
        joined: list[list[int]] = []
        for k in order:
            before = ranges[joined[-1][-1]] if joined else None
            near = before is not None and before.path == ranges[k].path and 0 <= ranges[k].offset - before.offset - before.size <= GAP
            joined[-1].append(k) if near else joined.append([k])
        spans = [
            Range(ranges[part[0]].path, ranges[part[0]].offset, ranges[part[-1]].offset + ranges[part[-1]].size - ranges[part[0]].offset)
            for part in joined
        ]
        try:
            data = self.location.read_ranges(spans)
        except DatasetError as error:
            raise DatasetError(f"clip {self.clip_id(clip)}: {error}") from error
        found: dict[str, memoryview] = {}
        for part, span, block in zip(joined, spans, data, strict=True):
            view = memoryview(block)
            for k in part:
                at = ranges[k].offset - span.offset
                found[names[k]] = view[at : at + ranges[k].size]
        if check:
            for name, where in zip(names, ranges, strict=True):
                digests = self._places[name].xxh3
                check_member(self.clip_id(clip), name, where, found[name], None if digests is None else digests[clip].tobytes())
        return found

    def _range(self, clip: int, name: str) -> Range:
        places = self._places.get(name)
        if places is None or places.shard[clip] < 0:
            has = [n for n, p in self._places.items() if p.shard[clip] >= 0]
            raise DatasetError(f"clip {self.clip_id(clip)} has no member {name!r}; it has {', '.join(has) or 'none of those asked for'}")
        return Range(self._paths[places.shard[clip]], int(places.offset[clip]), int(places.size[clip]))


def _digests(members: pa.StructArray) -> NDArray[np.uint8] | None:
    """Digests (M, 8) of members; None where the manifest has none."""
    if members.type.get_field_index("xxh3") < 0:
        return None
    column = pc.struct_field(members, "xxh3")
    whole = np.frombuffer(column.buffers()[1], np.uint8).reshape(-1, _DIGEST)
    return whole[column.offset : column.offset + len(column)]
