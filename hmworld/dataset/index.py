"""Where the members of all clips lie, as arrays: finding a clip's bytes takes no time that grows with the dataset."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from hmworld.dataset.clip import check_digest
from hmworld.dataset.location import Location, Range
from hmworld.dataset.tar import digest
from hmworld.errors import DatasetError

GAP = 64 << 10
"""Members of a sample with so few bytes between them are read as one range; from a folder, where a read costs next to nothing and a copy
does not, only such as have no more bytes than this themselves."""
_DIGEST = 16
"""Characters of a digest."""
_UNKNOWN = _DIGEST * "-"
"""In the place of a digest that a manifest does not have."""


@dataclass(frozen=True)
class _Places:
    """Shard, offset, size (N,) and digest (N, 16) of one member of each clip; shard -1 where a clip has no such member."""

    shard: NDArray[np.int64]
    offset: NDArray[np.int64]
    size: NDArray[np.int64]
    xxh3: NDArray[np.uint8]


class Index:
    """Byte ranges of the clips of a dataset."""

    def __init__(
        self, location: Location, ids: pa.ChunkedArray, paths: list[str], places: dict[str, _Places], rows: NDArray[np.int64] | None = None
    ) -> None:
        self.location = location
        self._ids, self._paths, self._places, self._rows = ids, paths, places, rows

    def of(self, rows: NDArray[np.int64]) -> "Index":
        """The index of some clips, by their numbers in this one."""
        return Index(self.location, self._ids, self._paths, self._places, rows)

    @property
    def names(self) -> tuple[str, ...]:
        """Members that some clip has."""
        return tuple(self._places)

    def _row(self, clip: int) -> int:
        return clip if self._rows is None else int(self._rows[clip])

    def clip_id(self, clip: int) -> str:
        """Id of a clip by its number."""
        return str(self._ids[self._row(clip)])

    def shard_numbers(self, clips: NDArray[np.int64]) -> NDArray[np.int64]:
        """Shards in which clips lie, by their first member, as numbers from 0."""
        first = next(iter(self._places.values())).shard
        found: NDArray[np.int64] = np.unique(first[clips if self._rows is None else self._rows[clips]], return_inverse=True)[1]
        return found

    def names_of(self, clip: int) -> tuple[str, ...]:
        """Members of a clip."""
        row = self._row(clip)
        return tuple(name for name, places in self._places.items() if places.shard[row] >= 0)

    def read(self, clip: int, names: tuple[str, ...], *, check: bool = True) -> dict[str, memoryview]:
        """Members of a clip, those that lie close together by one read; DatasetError names clip and member that cannot be had."""
        ranges = [self._range(clip, name) for name in names]
        order = sorted(range(len(names)), key=lambda k: ranges[k])
        joined: list[list[int]] = []
        for k in order:
            if joined and self._near(ranges[joined[-1][-1]], ranges[k]):
                joined[-1].append(k)
            else:
                joined.append([k])
        spans = [
            Range(ranges[part[0]].path, ranges[part[0]].offset, ranges[part[-1]].offset + ranges[part[-1]].size - ranges[part[0]].offset)
            for part in joined
        ]
        try:
            blocks = self.location.read_blocks(spans, [check and len(part) == 1 for part in joined])
        except DatasetError as error:
            raise DatasetError(f"clip {self.clip_id(clip)}: {error}") from error
        found: dict[str, memoryview] = {}
        for part, span, block in zip(joined, spans, blocks, strict=True):
            for k in part:
                at = ranges[k].offset - span.offset
                found[names[k]] = block.data[at : at + ranges[k].size]
                if check:
                    xxh3 = block.xxh3 if len(part) == 1 else digest(found[names[k]])
                    self._compare(clip, names[k], ranges[k], xxh3)
        return {name: found[name] for name in names}

    def _compare(self, clip: int, name: str, where: Range, xxh3: str) -> None:
        expected = self._places[name].xxh3[self._row(clip)].tobytes().decode()
        check_digest(self.clip_id(clip), name, where, xxh3, expected if expected != _UNKNOWN else None)

    def _near(self, one: Range, other: Range) -> bool:
        """Whether two members, one after the other, are better read at once."""
        beside = one.path == other.path and 0 <= other.offset - one.offset - one.size <= GAP
        return beside and (self.location.is_remote or max(one.size, other.size) <= GAP)

    def _range(self, clip: int, name: str) -> Range:
        places, row = self._places.get(name), self._row(clip)
        if places is None or places.shard[row] < 0:
            has = [n for n, p in self._places.items() if p.shard[row] >= 0]
            raise DatasetError(f"clip {self.clip_id(clip)} has no member {name!r}; it has {', '.join(has) or 'none of those asked for'}")
        return Range(self._paths[places.shard[row]], int(places.offset[row]), int(places.size[row]))


def build_index(location: Location, groups: Sequence[pa.Table], shards: frozenset[str]) -> Index:
    """The index of a manifest's row groups: `clip_id`, and `members` with shards and names as dictionaries."""
    paths: dict[str, int] = {}
    parts = [_places(group.column("members").combine_chunks(), paths) for group in groups]
    strangers = sorted(set(paths) - shards)
    if strangers:
        raise DatasetError(f"{location}: members lie in {strangers[0]!r}, which dataset.json does not name")
    places = {}
    for name in dict.fromkeys(name for part in parts for name in part):
        found = [part.get(name) or _nowhere(len(group)) for part, group in zip(parts, groups, strict=True)]
        places[name] = _Places(
            np.concatenate([one.shard for one in found]),
            np.concatenate([one.offset for one in found]),
            np.concatenate([one.size for one in found]),
            np.concatenate([one.xxh3 for one in found]),
        )
    ids = [chunk for group in groups for chunk in group.column("clip_id").chunks]
    return Index(location, pa.chunked_array(ids, pa.string()), list(paths), places)


def _places(lists: pa.ListArray, paths: dict[str, int]) -> dict[str, _Places]:
    """Where each member of some clips lies; shards are numbered as in `paths`, which grows."""
    flat, clips = pc.list_flatten(lists), pc.list_parent_indices(lists).to_numpy()
    shards, members = pc.struct_field(flat, "shard"), pc.struct_field(flat, "name")
    number = np.array([paths.setdefault(path, len(paths)) for path in shards.dictionary.to_pylist()], np.int64)
    shard, codes = number[shards.indices.to_numpy()], members.indices.to_numpy()
    offset, size = (pc.struct_field(flat, name).to_numpy() for name in ("offset", "size"))
    digests = _digests(flat)
    places = {}
    for code, name in enumerate(members.dictionary.to_pylist()):
        here = np.flatnonzero(codes == code)
        row = np.full(len(lists), -1, np.int64)
        row[clips[here]] = here
        places[name] = _Places(np.where(row < 0, -1, shard[row]), offset[row], size[row], digests[row])
    return places


def _nowhere(count: int) -> _Places:
    nothing = np.full(count, -1, np.int64)
    return _Places(nothing, nothing, nothing, np.zeros((count, _DIGEST), np.uint8))


def _digests(members: pa.StructArray) -> NDArray[np.uint8]:
    """Digests (M, 16), as characters, of members; of dashes where the manifest has none."""
    if members.type.get_field_index("xxh3") < 0:
        return np.full((len(members), _DIGEST), ord("-"), np.uint8)
    column = pc.fill_null(pc.struct_field(members, "xxh3"), _UNKNOWN)
    if not (pc.binary_length(column).to_numpy() == _DIGEST).all():
        raise DatasetError(f"the manifest has digests (xxh3) that are not {_DIGEST} hex digits; see `hmworld validate`")
    text = column.cast(pa.binary(_DIGEST))
    whole = np.frombuffer(text.buffers()[1], np.uint8).reshape(-1, _DIGEST)
    return whole[text.offset : text.offset + len(text)]
