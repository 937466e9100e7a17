"""What is merged: each input opened and checked, all of them against each other, and which rows and clips of each are taken."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path, PurePosixPath

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from hmworld.dataset import held_out
from hmworld.dataset.croissant import CROISSANT_NAME
from hmworld.dataset.dataset_card import CARD_NAME
from hmworld.dataset.licences import ASSETS_NAME
from hmworld.dataset.plan_file import PLAN
from hmworld.dataset.publish import CARDS, INFO, MANIFEST, REJECTED_MEDIA, REJECTS
from hmworld.dataset.reader import open_dataset
from hmworld.dataset.shards import shard_name
from hmworld.dataset.store import sha256_file
from hmworld.dataset.tables import read_rows
from hmworld.errors import DatasetError, UsageError
from hmworld.model.dataset import DatasetInfo, FileInfo, ShardInfo

TABLES = (PLAN, MANIFEST, REJECTS)
_WRITTEN_ANEW = (*TABLES, ASSETS_NAME, CARD_NAME, CROISSANT_NAME)
_FOLDERS = (CARDS, REJECTED_MEDIA)


@dataclass(frozen=True)
class Input:
    """A finished dataset that is merged: its info, the digest of its dataset.json, and the columns that decide what is taken."""

    root: Path
    info: DatasetInfo
    sha256: str
    plan: pa.Table
    """clip_id, motion_id, split of each planned row, in order."""
    manifest: pa.Table
    """clip_id, row, shard, members of each kept clip."""

    @property
    def clip_ids(self) -> list[str]:
        """Clip id of each plan row."""
        return [str(v) for v in self.plan.column("clip_id").to_pylist()]

    @property
    def kept_ids(self) -> list[str]:
        """Clip id of each row of the manifest."""
        return [str(v) for v in self.manifest.column("clip_id").to_pylist()]


@dataclass(frozen=True)
class Taken:
    """What of one input goes into the merged dataset."""

    rows: NDArray[np.int64]
    """Number in the merged plan of each plan row; -1 where it is left out."""
    before: NDArray[np.int64]
    """Number in the merged plan of the first taken row at or after each plan row; one more than there are rows."""
    clips: frozenset[str]
    """Ids of the clips, rows of the manifest, that are taken from this input."""

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Rows [first, last) of the input's plan as rows of the merged one."""
        return int(self.before[first]), int(self.before[last])


def damaged(path: Path, root: Path) -> DatasetError:
    """The refusal of a file that is not what its dataset.json says."""
    return DatasetError(
        f"{path}: is not the file that dataset.json names (sha256 differs): it is damaged or was changed; see `hmworld validate {root}`"
    )


def open_inputs(roots: Sequence[Path]) -> list[Input]:
    """Open the datasets to be merged, in order; UsageError or DatasetError when they cannot be merged."""
    if len(roots) < 2:
        raise UsageError(f"expected two datasets or more to merge, got {len(roots)}; for example: hmworld merge first second --out both")
    seen: dict[Path, Path] = {}
    for root in roots:
        if root.resolve() in seen:
            raise UsageError(f"{root}: is named twice (it is {seen[root.resolve()]}); name each dataset once")
        seen[root.resolve()] = root
    inputs = [_open(root) for root in roots]
    for other in inputs[1:]:
        _fit(inputs[0], other)
    _same_cards(inputs)
    _no_leak(inputs)
    _nothing_held_out(inputs)
    return inputs


def _open(root: Path) -> Input:
    info = open_dataset(root).info
    digest, _ = sha256_file(root / INFO)
    files = {entry.path: entry for entry in info.files}
    for path in [*files, *(shard.path for shard in info.shards)]:
        if path.startswith("/") or ".." in PurePosixPath(path).parts:
            raise DatasetError(f"{root / INFO}: names {path!r}, which leaves the dataset's folder; see `hmworld validate {root}`")
    strange = sorted(p for p in files if p not in _WRITTEN_ANEW and PurePosixPath(p).parts[0] not in _FOLDERS)
    if strange:
        raise DatasetError(f"{root}: holds {', '.join(strange[:3])}, which this version cannot merge; merge with the version that made it")
    if info.imported:
        raise DatasetError(
            f"{root}: was taken over from the layout {info.imported[0].layout} and has no plan; only generated datasets merge"
        )
    for name in TABLES:
        if name not in files:
            raise DatasetError(f"{root / INFO}: does not name {name}; see `hmworld validate {root}`")
        _check_file(root, files[name])
    plan = _read(root / PLAN, ("row", "clip_id", "motion_id", "split"))
    manifest = _read(root / MANIFEST, ("clip_id", "row", "shard", "members"))
    opened = Input(root, info, digest, plan, manifest)
    _check_tables(opened)
    return opened


def _check_file(root: Path, entry: FileInfo) -> None:
    try:
        actual, _ = sha256_file(root / entry.path)
    except OSError as error:
        raise DatasetError(f"{root / entry.path}: cannot be read: {error.strerror}; see `hmworld validate {root}`") from error
    if actual != entry.sha256:
        raise damaged(root / entry.path, root)


def _read(path: Path, columns: Sequence[str]) -> pa.Table:
    try:
        names = pq.read_schema(path).names
        missing = sorted(set(columns) - set(names))
        if missing:
            raise DatasetError(f"{path}: lacks the columns {', '.join(missing)}")
        return pq.read_table(path, columns=list(columns))
    except (OSError, pa.ArrowInvalid) as error:
        raise DatasetError(f"{path}: cannot be read: {error}") from error


def _check_tables(opened: Input) -> None:
    """What the merge relies on: rows count from 0, shards cover some, each clip of the manifest is once there and is of its plan row."""
    where, advice = opened.root, f"see `hmworld validate {opened.root}`"
    planned, kept = opened.clip_ids, opened.kept_ids
    if opened.plan.column("row").to_pylist() != list(range(len(planned))):
        raise DatasetError(f"{where / PLAN}: rows do not count from 0; {advice}")
    rows = opened.manifest.column("row").to_pylist()
    wrong = [c for c, row in zip(kept, rows, strict=True) if not 0 <= row < len(planned) or planned[row] != c]
    wrong += [clip for clip, rows_of in Counter(kept).items() if rows_of > 1]
    if wrong:
        raise DatasetError(f"{where / MANIFEST}: clip {wrong[0]} stands twice or is not that of its plan row; {advice}")
    named = {shard.path for shard in opened.info.shards}
    members = pc.list_flatten(opened.manifest.column("members").combine_chunks())
    columns = (opened.manifest.column("shard"), pc.struct_field(members, "shard"))
    used = {str(path) for column in columns for path in pc.unique(column).to_pylist()}
    if used - named:
        raise DatasetError(f"{where / MANIFEST}: names {sorted(used - named)[0]}, which dataset.json does not; {advice}")
    for shard in opened.info.shards:
        if not 0 <= shard.first_row <= shard.last_row <= len(planned):
            span = f"rows {shard.first_row} to {shard.last_row} of {len(planned)}"
            raise DatasetError(f"{where / INFO}: {shard.path} covers {span}; {advice}")


def _fit(first: Input, other: Input) -> None:
    """UsageError when a dataset cannot be joined to the first: other engine, streams, encoder, weaker retention, other columns."""
    a, b = first.info, other.info
    for name, mine, theirs in (
        ("schema_version", a.schema_version, b.schema_version),
        ("engine", f"{a.engine_name} {a.engine_build}", f"{b.engine_name} {b.engine_build}"),
        ("streams", ", ".join(sorted(a.streams)), ", ".join(sorted(b.streams))),
        ("encoder settings", a.recipe.encoder.model_dump(), b.recipe.encoder.model_dump()),
    ):
        if mine != theirs:
            raise UsageError(
                f"{other.root}: its {name} is {theirs}, expected {mine} as in {first.root}; one dataset has one: generate them alike"
            )
    # A merged dataset promises the first recipe's rule of retention; every field of it is a "no less than".
    weaker = [n for n in type(a.recipe.retention).model_fields if getattr(b.recipe.retention, n) < getattr(a.recipe.retention, n)]
    if weaker:
        said = ", ".join(f"{n} {getattr(b.recipe.retention, n)} instead of {getattr(a.recipe.retention, n)}" for n in weaker)
        raise UsageError(
            f"{other.root}: its retention keeps clips that that of {first.root} turns down ({said}); name the weakest first, or generate "
            "them with one retention"
        )
    for name in TABLES:
        mine, theirs = (pq.read_schema(i.root / name).remove_metadata() for i in (first, other))
        if not theirs.equals(mine):
            differ = sorted(set(map(str, mine)) ^ set(map(str, theirs))) or ["their order"]
            raise UsageError(
                f"{other.root / name}: has other columns than {first.root / name} ({'; '.join(differ[:3])[:200]}); they are of two "
                "versions of hmworld: generate them with one"
            )


def _same_cards(inputs: Sequence[Input]) -> None:
    seen: dict[str, tuple[str, Path]] = {}
    for one in inputs:
        for entry in one.info.files:
            if not entry.path.startswith(f"{CARDS}/"):
                continue
            digest, root = seen.setdefault(entry.path, (entry.sha256, one.root))
            if digest != entry.sha256:
                raise UsageError(
                    f"{one.root / entry.path}: is another card than {root / entry.path}; under one name there can be one: rename one of "
                    "your own cards, or generate them with one version"
                )


def _no_leak(inputs: Sequence[Input]) -> None:
    """DatasetError when a clip or a motion lies in two splits: what is trained on would be tested on."""
    seen: dict[tuple[str, str], tuple[str, Path]] = {}
    for one in inputs:
        splits = one.plan.column("split").to_pylist()
        for kind in ("clip", "motion"):
            for key, split in zip(one.plan.column(f"{kind}_id").to_pylist(), splits, strict=True):
                other, root = seen.setdefault((kind, key), (split, one.root))
                if other != split:
                    raise DatasetError(
                        f"{kind} {key} is in split {split} of {one.root} and in {other} of {root}: what is trained on would be tested on; "
                        "generate one of them with another seed"
                    )


def _nothing_held_out(inputs: Sequence[Input]) -> None:
    """DatasetError when a clip shows what another split of any input holds out."""
    held: held_out.Owners = {}
    for one in inputs:
        held |= held_out.owners(one.info)
    for one in inputs if held else []:
        for row in read_rows(one.root / MANIFEST, ["clip_id", "split", *held_out.COLUMNS.values()]):
            for kind, name, owner in held_out.shown(row, held):
                raise DatasetError(
                    f"clip {row['clip_id']} of {one.root} is in split {row['split']} and shows {name!r} ({kind}), which {owner} of another "
                    "input holds out: what is unseen would be seen; generate one of them anew, with the same splits"
                )


def choose(inputs: Sequence[Input]) -> list[Taken]:
    """What is taken of each input: a clip from the first that kept it; a rejected one, where none kept it, from the first that has it."""
    owner: dict[str, int] = {}
    for number, one in enumerate(inputs):
        for clip in one.kept_ids:
            owner.setdefault(clip, number)
    for number, one in enumerate(inputs):
        for clip in one.clip_ids:
            owner.setdefault(clip, number)
    taken, count = [], 0
    for number, one in enumerate(inputs):
        mine = np.array([owner[clip] == number for clip in one.clip_ids], dtype=bool)
        before = count + np.concatenate([[0], np.cumsum(mine)]).astype(np.int64)
        clips = frozenset(clip for clip in one.kept_ids if owner[clip] == number)
        taken.append(Taken(np.where(mine, before[:-1], -1), before, clips))
        count = int(before[-1])
    return taken


def groups(one: Input) -> list[list[ShardInfo]]:
    """Shards of an input that hold the same clips, one a stream, the main one first; DatasetError when they do not belong together."""
    found: dict[str, list[ShardInfo]] = {}
    for shard in one.info.shards:
        found.setdefault(PurePosixPath(shard.path).name, []).append(shard)
    for name, shards in found.items():
        named = all(_is_named_well(shard) for shard in shards)
        alike = named and all(
            (a.split, a.first_row, a.last_row, a.clips) == (b.split, b.first_row, b.last_row, b.clips) for a, b in pairwise(shards)
        )
        if not alike or sorted(s.stream for s in shards) != sorted(one.info.streams):
            raise DatasetError(f"{one.root / INFO}: shards named {name} do not belong together; see `hmworld validate {one.root}`")
    return [sorted(shards, key=lambda s: one.info.streams.index(s.stream)) for shards in found.values()]


def _is_named_well(shard: ShardInfo) -> bool:
    number = re.fullmatch(rf"{re.escape(shard.split)}-(\d{{6,}})\.tar", PurePosixPath(shard.path).name)
    return number is not None and shard_name(shard.split, int(number[1]), shard.stream) == shard.path
