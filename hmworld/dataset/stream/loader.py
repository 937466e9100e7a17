"""A stream in worker processes: torch's loader, and a count of what it has handed to the trainer rather than of what it has read ahead."""

import importlib
from collections.abc import Iterator, Mapping
from typing import Any

from hmworld.dataset.stream.modalities import Sample
from hmworld.dataset.stream.stream import State, Stream
from hmworld.errors import UsageError


class Loader:
    """Batches of a stream as tensors, in the stream's order whatever the number of workers. Iterated over again: the next epoch."""

    def __init__(self, stream: Stream, workers: int, options: Mapping[str, Any]) -> None:
        try:
            self._data = importlib.import_module("torch.utils.data")
        except ImportError as error:
            raise UsageError("stream.loader needs PyTorch: pip install 'hmworld[train]'; without it, iterate over the stream") from error
        self._data.IterableDataset.register(Stream)
        refused = [name for name, fine in (("persistent_workers", False), ("in_order", True)) if options.get(name, fine) != fine]
        if refused:
            raise UsageError(
                f"stream.loader: {refused[0]}={options[refused[0]]} cannot be: batches come in one order, and epochs follow it"
            )
        self.stream = stream
        self._options = {"num_workers": workers, **options, "batch_size": None}

    def __len__(self) -> int:
        """Batches that are left of the epoch."""
        return len(self.stream)

    def __iter__(self) -> Iterator[Sample]:
        self.stream.prepare()
        for batch in self._data.DataLoader(self.stream, **self._options):
            if self._options["num_workers"]:
                self.stream.count(batch)
            yield batch

    def state_dict(self) -> State:
        """See `Stream.state_dict`."""
        return self.stream.state_dict()

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """See `Stream.load_state_dict`."""
        self.stream.load_state_dict(state)
