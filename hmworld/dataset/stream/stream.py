"""The training stream: batches of windows in one global order, shared among ranks and workers without overlap, resumable anywhere.

The order of an epoch depends on the clips, the windows and the seed alone. Step s of all ranks together takes the next
`world_size * batch_size` units of it, and rank r the r-th part of these; a worker takes whole steps in turn. So where a run is, is one
number, the units that are through, whoever took them: it goes on from there with any number of ranks and workers.
"""

import hashlib
import logging
import sys
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hmworld.dataset.decode import Decoder
from hmworld.dataset.index import Index
from hmworld.dataset.reader import Dataset
from hmworld.dataset.stream.modalities import Members, Sample, Wanted, check_modalities, collate, make_sample
from hmworld.dataset.stream.order import Remainder, Share, Shuffle, shuffled, starts_between
from hmworld.dataset.stream.windows import Spanning, Units, Window, find_units, parse_window
from hmworld.errors import DatasetError, UsageError

if TYPE_CHECKING:
    from hmworld.dataset.stream.loader import Loader

log = logging.getLogger(__name__)

STATE_FORMAT = 1
MOST = (1 << 31, 1 << 63)
"""Numbers that are asked for are below the first, seeds below the second."""
SPARES = 64
"""So many clips are tried in the place of those of a batch that cannot be read."""
State = dict[str, Any]
Asked = tuple[int, int, "Future[Members] | None"]
"""A clip, where its window begins, and its bytes where they are being read already."""


@dataclass(frozen=True)
class Settings:
    """What a stream was asked for."""

    batch: int
    """0: samples one by one."""
    window: Window
    spanning: Spanning
    hop: int
    margin: int
    shuffle: Shuffle
    block: int
    seed: int
    share: Share
    wanted: Wanted
    skip: bool
    read_ahead: int

    @property
    def order(self) -> tuple[Any, ...]:
        """What the order of units hangs on, besides the units."""
        return (self.window, self.shuffle, self.block if self.shuffle == "blocks" else 0, self.seed)


class Stream:
    """Batches of a dataset; made by `Dataset.stream`. Each time it is iterated over it goes on to the end of the epoch it is in.

    It can be given to `torch.utils.data.DataLoader` with `batch_size=None` if torch was imported before it was made; `loader` does that,
    and keeps count of what the trainer was given.
    """

    def __init__(self, dataset: Dataset, settings: Settings) -> None:
        _register_with_torch()
        self._dataset, self._settings = dataset, settings
        self.epoch = 0
        self.done = 0
        """Units of this epoch that all ranks together are through with, by what was yielded here."""
        self._went_on = False
        self.skipped = 0
        """Units that could not be read and were replaced, of those yielded here."""

    @cached_property
    def _units(self) -> Units:
        s = self._settings
        return find_units(self._dataset, s.window, s.spanning, s.hop, s.margin)

    @property
    def _index(self) -> Index:
        return self._dataset.index

    def prepare(self) -> None:
        """Build what all workers need, once, before they are forked."""
        assert self.units
        assert self._index.names

    @property
    def left_out(self) -> int:
        """Clips, or absences, for which there is no window as it was asked for."""
        return self._units.left_out

    @property
    def units(self) -> int:
        """Windows of an epoch, of all ranks."""
        return len(self._units.clip)

    def __len__(self) -> int:
        """Batches that this rank is given in the rest of the epoch."""
        return self._settings.share.steps(self.units, self.done)

    def __getitem__(self, index: object) -> Any:
        raise TypeError(
            "a stream is iterated over; for a torch DataLoader use stream.loader(...), or import torch before making the stream"
        )

    def __iter__(self) -> Iterator[Sample]:
        settings = self._settings
        if self.done and not len(self):
            self.set_epoch(self.epoch + 1)
        if not len(self):
            raise UsageError(
                f"{self._dataset!r}: {self.units} windows do not make one step of {settings.share.world_size} ranks with batches of "
                f"{settings.share.batch}; ask for smaller batches or more windows, or for remainder='repeat'"
            )
        worker, workers = _worker()
        if worker is not None and self._went_on:
            raise UsageError("a worker process cannot go on with a stream that its trainer has set anew: leave persistent_workers out")
        self._went_on = True
        epoch, first = self.epoch, self.done
        steps = range(worker or 0, len(self), workers)
        for step, batch in zip(steps, self._batches(epoch, first, steps), strict=True):
            batch |= {"epoch": epoch, "position": first + (step + 1) * settings.share.per_step}
            # Counted before it is handed over: who saves while having this batch goes on with the next.
            self.count(batch)
            yield batch

    def count(self, batch: Mapping[str, Any]) -> None:
        """Note that the trainer was given a batch, which workers have made."""
        self.epoch, self.done = int(batch["epoch"]), int(batch["position"])
        self.skipped += int(batch["skipped"])
        if not len(self):
            self.set_epoch(self.epoch + 1)

    def _order(self, epoch: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Units of an epoch in their order, and where each begins, (N,)."""
        s, units = self._settings, self._units
        shards = self._index.shard_numbers(units.clip) if s.shuffle == "blocks" else np.zeros(self.units, np.int64)
        order = shuffled(s.shuffle, shards, s.block, s.seed, epoch)
        return order, starts_between(units.low, units.high, s.seed, epoch)[order]

    def _batches(self, epoch: int, first: int, steps: range) -> Iterator[Sample]:
        settings = self._settings
        order, starts = self._order(epoch)
        under_way: deque[list[Asked]] = deque()
        spare: deque[Iterator[Asked]] = deque()
        ahead = settings.read_ahead
        clips = self._units.clip[order]
        pool = ThreadPoolExecutor(max(1, min(16, ahead * settings.share.batch)))
        try:
            for step in chain(steps, repeat(None, min(ahead, len(steps)))):
                if step is not None:
                    places = settings.share.places(self.units, first, step).tolist()
                    read = [pool.submit(self._read, int(clips[k])) if ahead else None for k in places]
                    under_way.append([(int(clips[k]), int(starts[k]), found) for k, found in zip(places, read, strict=True)])
                    spare.append(_spares(clips, starts, places[-1]))
                if under_way and (step is None or len(under_way) > ahead):
                    yield self._batch(under_way.popleft(), spare.popleft())
        finally:
            pool.shutdown(cancel_futures=True)

    def _read(self, clip: int) -> Members:
        wanted, index = self._settings.wanted, self._index
        return index.read(clip, wanted.members(index.names_of(clip)), check=wanted.check)

    def _batch(self, asked: Sequence[Asked], spare: Iterator[Asked]) -> Sample:
        """A batch of what was asked for; in the place of what cannot be read, where that is to be skipped, what comes next in the order."""
        samples, bad = [], 0
        for one in asked:
            wanted: Asked | None = one
            while wanted is not None:
                clip, start, members = wanted
                try:
                    found = self._read(clip) if members is None else members.result()
                    samples.append(make_sample(self._index.clip_id(clip), found, start, self._settings.wanted))
                    break
                except DatasetError as error:
                    if not self._settings.skip:
                        raise
                    bad += 1
                    log.warning("skipped: %s", error)
                    wanted = next(spare, None)
            else:
                raise DatasetError(f"{self._dataset.location}: {bad} clips in a row cannot be read; see `hmworld validate`")
        return (collate(samples) if self._settings.batch else samples[0]) | {"skipped": bad}

    # -- where it is ----------------------------------------------------------------------------------------------

    @cached_property
    def _fingerprint(self) -> str:
        """Digest of the clips and of all that the order hangs on."""
        found = hashlib.sha256("\n".join([repr(self._settings.order), *self._dataset.clip_ids]).encode())
        units = self._units
        shards = [self._index.shard_numbers(units.clip)] if self._settings.shuffle == "blocks" else []
        for part in (units.clip, units.low, units.high, *shards):
            found.update(np.ascontiguousarray(part, "<i8").tobytes())
        return found.hexdigest()[:32]

    def state_dict(self) -> State:
        """Where it is: after the last batch that was yielded, here or by `loader`. The same on all ranks."""
        return {"format": STATE_FORMAT, "stream": self._fingerprint, "units": self.units, "epoch": self.epoch, "done": self.done}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from a state, also of a run with other ranks or workers; UsageError where it is of other clips, windows or another seed."""
        missing = {"format", "stream", "units", "epoch", "done"} - set(state)
        if missing or state["format"] != STATE_FORMAT:
            raise UsageError(f"state of a stream: expected format {STATE_FORMAT} with stream, units, epoch, done; got {dict(state)}")
        if state["stream"] != self._fingerprint:
            raise UsageError(
                f"state of a stream: it is of other clips, windows or another seed ({state['units']} windows there, {self.units} here); "
                "open the same dataset with the same filter and arguments, or begin anew without the state"
            )
        epoch, done = state["epoch"], state["done"]
        if not (isinstance(epoch, int) and isinstance(done, int) and epoch >= 0 and done >= 0):
            raise UsageError(f"state of a stream: epoch is {epoch!r} and done {done!r}; expected whole numbers of 0 or more")
        self.epoch, self.done = epoch, done

    def set_epoch(self, epoch: int) -> None:
        """Begin an epoch anew."""
        self.epoch, self.done = epoch, 0

    def loader(self, workers: int = 0, **options: Any) -> "Loader":
        """Batches as torch tensors, made by so many worker processes; `options` go to `torch.utils.data.DataLoader`."""
        from hmworld.dataset.stream.loader import Loader

        return Loader(self, workers, options)

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (self._dataset, self._settings, self.epoch, self.done)


def _spares(clips: NDArray[np.int64], starts: NDArray[np.int64], place: int) -> Iterator[Asked]:
    """What comes after a place in the order, from the beginning again after its end."""
    for after in range(place + 1, place + min(SPARES, len(clips))):
        yield int(clips[after % len(clips)]), int(starts[after % len(clips)]), None


def _restored(dataset: Dataset, settings: Settings, epoch: int, done: int) -> Stream:
    stream = Stream(dataset, settings)
    stream.epoch, stream.done = epoch, done
    return stream


def _register_with_torch() -> None:
    """Make torch's loader take a stream for what it is; nothing of torch is loaded for those who do not use it."""
    data = sys.modules.get("torch.utils.data")
    if data is not None:
        data.IterableDataset.register(Stream)


def _worker() -> tuple[int | None, int]:
    """Number of this worker process of torch's loader, None elsewhere, and how many there are."""
    data = sys.modules.get("torch.utils.data")
    info = data.get_worker_info() if data is not None else None
    return (None, 1) if info is None else (info.id, info.num_workers)


def make_stream(
    dataset: Dataset,
    batch_size: int | None,
    window: int | str,
    modalities: Sequence[str],
    *,
    stride: int,
    spanning: Spanning,
    hop: int | None,
    margin: int,
    shuffle: Shuffle | bool | None,
    block: int,
    seed: int,
    rank: int,
    world_size: int,
    remainder: Remainder,
    decoder: Decoder,
    check: bool,
    on_error: str,
    read_ahead: int | None,
    resume: Mapping[str, Any] | None,
) -> Stream:
    """What `Dataset.stream` does; UsageError names the argument that cannot be."""
    numbers = {
        "batch_size": batch_size,
        "world_size": world_size,
        "block": block,
        "hop": hop,
        "stride": stride,
        "rank": rank,
        "margin": margin,
    }
    for name, value in {**numbers, "seed": seed, "read_ahead": read_ahead}.items():
        least = 0 if name in ("rank", "margin", "seed", "read_ahead") else 1
        if value is not None and not (isinstance(value, int | np.integer) and least <= value < MOST[name == "seed"]):
            raise UsageError(f"{name} is {value!r}; expected a whole number of {least} or more")
    if not 0 <= rank < world_size:
        raise UsageError(f"rank is {rank}; expected 0 to {world_size - 1}, world_size is {world_size}")
    for name, choice, choices in (
        ("shuffle", shuffle, (None, True, False, "global", "blocks", "none")),
        ("remainder", remainder, ("drop", "repeat")),
        ("on_error", on_error, ("raise", "skip")),
    ):
        if choice not in choices:
            raise UsageError(f"{name} is {choice!r}; expected one of {', '.join(map(repr, choices))}")
    remote = dataset.location.is_remote
    if not isinstance(shuffle, str):
        shuffle = "none" if shuffle is False else "blocks" if remote else "global"
    parsed = parse_window(window, stride)
    stream = Stream(
        dataset,
        Settings(
            batch=batch_size or 0,
            window=parsed,
            spanning=spanning,
            hop=parsed.span if hop is None else hop,
            margin=margin,
            shuffle=shuffle,
            block=block,
            seed=int(seed),
            share=Share(rank, world_size, batch_size or 1, remainder),
            wanted=Wanted(check_modalities(modalities, decoder), parsed, decoder, check),
            skip=on_error == "skip",
            read_ahead=(2 if remote else 0) if read_ahead is None else read_ahead,
        ),
    )
    assert stream.units
    if resume is not None:
        stream.load_state_dict(resume)
    return stream
