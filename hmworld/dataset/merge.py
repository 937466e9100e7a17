"""Several datasets made one: shards are copied under new numbers, tables are joined, and a clip that several have is kept once.

All is written to a staging folder inside the new dataset and then moved into place, dataset.json last of all: what a kill leaves behind is
never taken for a dataset, and the next merge into the folder removes it.
"""

import json
import shutil
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path, PurePosixPath

from pydantic import TypeAdapter, ValidationError

import hmworld
from hmworld.dataset.lock import LOCK, exclusive
from hmworld.dataset.merge_inputs import Input, Taken, choose, open_inputs
from hmworld.dataset.merge_shards import copy_file, merge_shards
from hmworld.dataset.merge_tables import forecasts, trace, write_tables
from hmworld.dataset.plan_file import PlanFile
from hmworld.dataset.publish import CARDS, INFO, REJECTED_MEDIA, forecast_score, publish_info
from hmworld.dataset.staging import STAGING
from hmworld.dataset.store import LocalStore, storage_errors
from hmworld.errors import UsageError
from hmworld.model.base import Name
from hmworld.model.dataset import DatasetInfo

NAME_LENGTH = 64
_WORK = f"{STAGING}/merge"
_MARK = f"{STAGING}/merge.json"
"""Names of what is being moved into place; with it a folder is known as that of a merge that did not end."""
_OURS = {"merge", "merge.json", "tmp"}

Progress = Callable[[int, int], None]
"""Called with the shards done and the shards in all."""


def merge(roots: Sequence[Path], out: Path, name: str = "", link: bool = False, progress: Progress | None = None) -> DatasetInfo:
    """Join finished datasets into a new one at `out`; the info of the new one.

    `name`: of the new one; from the inputs' names where it is "". `link`: hard-link shards that stay as they are, where the disk can.
    UsageError when they cannot be joined or `out` is not free, DatasetError when one is damaged or a clip would leak between splits.
    """
    for root in roots:
        if out.resolve().is_relative_to(root.resolve()):
            raise UsageError(f"{out}: lies in {root}, which is merged; choose an --out outside of it")
    _free(out)
    inputs = open_inputs(roots)
    name = _name(name, inputs)
    with exclusive(out):
        _free(out)
        _clear(out)
        store = LocalStore(out)
        try:
            store.replace(_MARK, b"[]")
            info = _write(inputs, LocalStore(out / _WORK), name, link, progress)
            _move_into_place(store)
        except BaseException:
            if not (out / INFO).exists():
                _clear(out)
            raise
        shutil.rmtree(out / STAGING, ignore_errors=True)
        return info


def _name(name: str, inputs: Sequence[Input]) -> str:
    chosen = name or "_".join(one.info.name for one in inputs)[:NAME_LENGTH]
    try:
        return TypeAdapter(Name).validate_python(chosen)
    except ValidationError:
        raise UsageError(f"--name {chosen!r}: expected lower case letters, digits and underscores, at most {NAME_LENGTH}") from None


# --- the folder


def _free(out: Path) -> None:
    """UsageError when the folder holds anything but what a killed merge left."""
    if not out.exists():
        return
    if not out.is_dir():
        raise UsageError(f"{out}: is a file; --out is the folder of the new dataset")
    held = {p.name for p in out.iterdir()} - {LOCK}
    if INFO not in held:
        held -= {*_half_moved(out)}
        if (out / STAGING).is_dir() and {p.name for p in (out / STAGING).iterdir()} <= _OURS:
            held -= {STAGING}
    if held:
        raise UsageError(f"{out}: is not an empty folder (it holds {', '.join(sorted(held)[:3])}); choose another --out")


def _half_moved(out: Path) -> list[str]:
    """Names that a merge which was killed while it moved them may have left in the folder."""
    try:
        names = json.loads((out / _MARK).read_bytes())
    except (OSError, ValueError):
        return []
    return [name for name in names if Path(name).name == name]


def _clear(out: Path) -> None:
    """Remove what a merge left that did not end; nothing of a finished dataset."""
    for name in _half_moved(out):
        path = out / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    shutil.rmtree(out / STAGING, ignore_errors=True)


def _move_into_place(store: LocalStore) -> None:
    work = store.path(_WORK)
    names = sorted({p.name for p in work.iterdir()} - {STAGING, INFO})
    store.replace(_MARK, json.dumps(names).encode())
    for name in [*names, INFO]:
        with storage_errors(store.root / name):
            (work / name).rename(store.root / name)


# --- its content


def _write(inputs: Sequence[Input], store: LocalStore, name: str, link: bool, progress: Progress | None) -> DatasetInfo:
    """Write the merged dataset into a store."""
    taken, first = choose(inputs), inputs[0].info
    total, steps = sum(len(one.info.shards) for one in inputs), count(1)

    def done() -> None:
        if progress is not None:
            progress(next(steps), total)

    shards = merge_shards(inputs, taken, store, link, done)
    _copy_others(inputs, taken, store)
    origins = trace(inputs, taken)
    counts = write_tables(inputs, taken, shards, origins, store)
    info = DatasetInfo(
        name=name,
        recipe=first.recipe,
        engine_name=first.engine_name,
        engine_build=first.engine_build,
        hmworld_version=hmworld.__version__,
        streams=first.streams,
        counts=counts,
        forecast=forecast_score(forecasts(store)),
        sources=[source for origin in origins for source in origin.sources],
        shards=shards.shards,
        files=[],
    )
    return publish_info(store, PlanFile(store.root), info)


def _copy_others(inputs: Sequence[Input], taken: Sequence[Taken], store: LocalStore) -> None:
    """Cards of all inputs, and the media of rejected clips whose row is taken."""
    for one, take in zip(inputs, taken, strict=True):
        rows = {clip for clip, row in zip(one.clip_ids, take.rows, strict=True) if row >= 0} - take.clips
        for entry in one.info.files:
            path = PurePosixPath(entry.path)
            if path.parts[0] == CARDS or (path.parts[0] == REJECTED_MEDIA and path.stem in rows):
                copy_file(store, one.root, entry, entry.path)
