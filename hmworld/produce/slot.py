"""A slot: one running engine and one connection to it, kept over clips and made anew after a fault."""

import os
import time
from pathlib import Path
from types import TracebackType

from hmworld.engine import Connection, EngineInfo, EngineProcess, launch_embedded, probe
from hmworld.engine.launch import EngineAddress
from hmworld.errors import EngineStartError

RECONNECT_S = 15.0
"""An engine notices so late, at most, that its client is gone."""


class Slot:
    """An engine to render on: the embedded one, started on first use, or a running one at an address.

    `catalog` is a folder of one's own cards that the embedded engine needs too.
    """

    def __init__(self, threads: int, address: EngineAddress | None = None, catalog: Path | None = None) -> None:
        self._threads = threads
        self._catalog = catalog
        self._address = address
        self._engine: EngineProcess | None = None
        self._connection: Connection | None = None
        self._lost = -RECONNECT_S
        """When a connection was thrown away."""

    def connection(self) -> Connection:
        """The connection, made first where there is none."""
        if self._connection is None:
            if self._address is not None:
                self._connection = self._connected_again(self._address)
            else:
                if self._engine is None or not self._engine.alive():
                    self._drop_engine()
                    self._engine = launch_embedded(self._threads, catalog=self._catalog)
                self._connection = Connection(self._engine.address, self._engine.alive)
        return self._connection

    def _connected_again(self, address: EngineAddress) -> Connection:
        """A connection; an engine that still holds the place of the one that was thrown away is given a moment."""
        while True:
            try:
                return Connection(address)
            except EngineStartError:
                if time.monotonic() - self._lost > RECONNECT_S:
                    raise
                time.sleep(0.5)

    def info(self) -> EngineInfo:
        """What the engine says it is."""
        return probe(self.connection())

    @property
    def process_id(self) -> int | None:
        """Process id of the engine, where we started it."""
        return self._engine.process.pid if self._engine is not None else None

    def reset(self) -> None:
        """Throw the connection away, and the engine if it is ours: its next use starts afresh."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
            self._lost = time.monotonic()
        self._drop_engine()

    def _drop_engine(self) -> None:
        if self._engine is not None:
            self._engine.process.kill()
            self._engine.close()
            self._engine = None

    def close(self) -> None:
        """End the connection and the engine if it is ours."""
        self.reset()

    def __enter__(self) -> "Slot":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


_slots: dict[tuple[int, int, str, str], Slot] = {}


def process_slot(threads: int, address: EngineAddress | None, catalog: Path | None = None) -> Slot:
    """The slot of this process, kept from one batch to the next. Its engine ends with the process."""
    key = (os.getpid(), threads, str(address), str(catalog))
    if key not in _slots:
        _slots[key] = Slot(threads, address, catalog)
    return _slots[key]
