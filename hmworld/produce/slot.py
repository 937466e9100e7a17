"""A slot: one running engine and one connection to it, kept over clips and made anew after a fault or when it has done enough.

What a slot is made of is a `SlotSpec`, small and picklable; a `Slot` is the running thing, of one process. `claim.py` sees to it that no
two processes have the same one.
"""

import logging
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Protocol

from hmworld.engine import Connection, EngineInfo, EngineProcess, launch_embedded, probe
from hmworld.engine.launch import EngineAddress
from hmworld.engine.memory import resident_bytes
from hmworld.engine.unreal import Game, check_game, launch_unreal
from hmworld.errors import EngineError, EngineFault, EngineStartError, EngineUnusable

log = logging.getLogger(__name__)

RECONNECT_S = 15.0
"""An engine notices so late, at most, that its client is gone."""
GONE_S = 60.0
"""A running engine of somebody else's that was lost is sought for so long."""
STARTS = 3
"""Times in a row that a game may fail to start."""
BARREN = 9
"""Times in a row that an engine may crash or hang without one clip done: three clips, each on three fresh engines."""
SAME_FAULTS = 15
"""Times in a row that an engine's pictures may have the same fault without one clip done: five clips."""


class Engine(Protocol):
    """A running engine that is ours to end."""

    @property
    def pid(self) -> int:
        """Process id."""

    def alive(self) -> bool:
        """Whether it still runs."""

    def account(self, patience_s: float = 0.0) -> str:
        """What became of it, for errors; "" while it runs."""

    def kill(self) -> None:
        """End it at once."""

    def close(self) -> None:
        """End it."""


@dataclass(frozen=True)
class RestartLimits:
    """When an engine that we started is started anew, between two clips; 0 = never for that reason."""

    clips: int = 0
    memory_bytes: int = 0
    """Resident memory of its processes."""
    memory_factor: float = 0.0
    """The same, as a multiple of what it was after the engine's first clip."""


@dataclass(frozen=True)
class SlotSpec:
    """Where a slot's engine comes from: the embedded one by default, a running one at `address`, or a `game` to start."""

    threads: int = 1
    address: EngineAddress | None = None
    game: Game | None = None
    scene: str = ""
    """The only scene that it renders, "" = any."""
    limits: RestartLimits = RestartLimits()

    def __str__(self) -> str:
        return str(self.game or self.address or "embedded engine")

    @property
    def is_private(self) -> bool:
        """Whether each process that has this slot starts an engine of its own."""
        return self.game is None and self.address is None

    @property
    def key(self) -> str:
        """A short name, fit for a file, that no other slot of a run has."""
        return re.sub(r"[^A-Za-z0-9.]+", "-", f"port-{self.game.port}" if self.game is not None else str(self.address))


class Slot:
    """An engine to render on, started on first use or found running.

    `catalog` is a folder of one's own cards that the embedded engine needs too. Where another process of ours has `just_left` a running
    engine, it is given a moment to notice.
    """

    def __init__(self, spec: SlotSpec, catalog: Path | None = None, just_left: bool = False) -> None:
        self.spec = spec
        self.name = ""
        """What it is called, where it outlives its process."""
        self.scene = ""
        """The scene that its engine has loaded, as far as is known."""
        self._catalog = catalog
        self._engine: Engine | None = None
        self._connection: Connection | None = None
        self._lost = time.monotonic() if just_left else -RECONNECT_S
        """When a connection was thrown away."""
        self._was_there = False
        self._barren = 0
        self._faults: list[str] = []
        self._hopeless = ""
        self._clips = 0
        self._first_bytes: int | None = None

    def connection(self) -> Connection:
        """The connection, made first where there is none.

        EngineStartError where there is no engine; EngineUnusable where there is no use in trying again.
        """
        if self._hopeless:
            raise EngineUnusable(self._hopeless)
        if self._connection is None:
            self._connection = self._connected()
            self._was_there = True
        return self._connection

    def _connected(self) -> Connection:
        if self.spec.address is not None:
            return self._adopted(self.spec.address)
        if isinstance(self._engine, EngineProcess) and self._engine.alive():
            return self._connected_again(self._engine, RECONNECT_S)
        self._drop_engine()
        self._clips, self._first_bytes = 0, None
        if self.spec.game is not None:
            return self._started(self.spec.game)
        self._engine = launched = launch_embedded(self.spec.threads, catalog=self._catalog)
        return self._connected_again(launched, 0.0)

    def _started(self, game: Game) -> Connection:
        """A game that was started, in one of several tries: a crash at its start may be an accident."""
        for attempt in range(1, STARTS + 1):
            check_game(game)  # what it says does not change with another try
            log.warning("%s: starting (its log: %s)", game, game.log)
            try:
                started = launch_unreal(game)
            except EngineStartError as error:
                if attempt == STARTS:
                    self._hopeless = f"{error}\n{game}: failed to start {STARTS} times in a row"
                    raise EngineUnusable(self._hopeless) from error
                log.warning("%s; start %d of %d failed", error, attempt, STARTS)
            else:
                self._engine = started
                return started.connection
        raise AssertionError("unreachable")

    def _adopted(self, address: EngineAddress) -> Connection:
        try:
            return self._connected_again(address, GONE_S if self._was_there else RECONNECT_S)
        except EngineStartError as error:
            if not self._was_there:
                raise
            self._hopeless = (
                f"{error}; it was there before and could not be reached again for {GONE_S:g} s: it hangs, has crashed or has another "
                "client. It was not started by us: start it anew, then run the same command again"
            )
            raise EngineUnusable(self._hopeless) from error

    def _connected_again(self, to: EngineProcess | EngineAddress, patience_s: float) -> Connection:
        """A connection; an engine that still holds the place of the one that was thrown away is given a moment."""
        while True:
            try:
                return Connection(to) if isinstance(to, EngineAddress) else Connection(to.address, to.alive, to.account)
            except EngineStartError:
                if time.monotonic() - self._lost > patience_s:
                    raise
                time.sleep(0.5)

    def info(self) -> EngineInfo:
        """What the engine says it is."""
        return probe(self.connection())

    @property
    def process_id(self) -> int | None:
        """Process id of the engine, where we started it."""
        return self._engine.pid if self._engine is not None else None

    def clip_done(self) -> None:
        """Note that a clip is through; an engine of ours that has done enough, or grown too much, ends: its next use starts another."""
        self._barren = 0
        self._faults.clear()
        self._clips += 1
        reason = self._due()
        if reason:
            log.warning("%s: restarted: %s", self.spec, reason)
            self.disconnect()
            self._engine.close()  # type: ignore[union-attr]  # it is ours, or there were no reason
            self._engine = None

    def _due(self) -> str:
        limits = self.spec.limits
        if self._engine is None:
            return ""
        if limits.clips and self._clips >= limits.clips:
            return f"{self._clips} clips"
        if not limits.memory_bytes and not limits.memory_factor:
            return ""
        now = resident_bytes(self._engine.pid)
        if now is None:
            return ""
        first = self._first_bytes = self._first_bytes or now
        too_much = bool(limits.memory_bytes) and now > limits.memory_bytes
        if too_much or (limits.memory_factor and now > limits.memory_factor * first):
            return f"memory {first / 2**30:.1f} -> {now / 2**30:.1f} GiB"
        return ""

    def failed(self, error: EngineError) -> None:
        """Note that a clip failed by the engine's fault: its next use starts afresh, unless it has crashed or hung too often."""
        self.reset()
        if isinstance(error, EngineFault):
            # An answer, though a wrong one: the next clip may be spared.
            self._faults = [*(self._faults if error.name in self._faults else []), error.name]
            if len(self._faults) >= SAME_FAULTS:
                self._hopeless = (
                    f"{self.spec}: {len(self._faults)} tries in a row without one clip done had the same fault: {error}; "
                    "`hmworld engine check` tells what is wrong with an engine"
                )
            return
        self._faults.clear()
        self._barren += 1
        if self._barren >= BARREN:
            self._hopeless = f"{self.spec}: crashed or hung {self._barren} times in a row without one clip done, the last time: {error}"

    def disconnect(self) -> None:
        """Throw the connection away, with what is under way on it; the engine stays."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
            self._lost = time.monotonic()

    def reset(self) -> None:
        """Throw the connection away, and the engine if it is ours: its next use starts afresh."""
        self.disconnect()
        self._drop_engine()

    def _drop_engine(self) -> None:
        self.scene = ""
        if self._engine is not None:
            self._engine.kill()
            self._engine = None

    def close(self) -> None:
        """End the connection and the engine if it is ours."""
        self.reset()

    def __enter__(self) -> "Slot":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def ask_engines(slots: Sequence[SlotSpec], catalog: Path | None) -> EngineInfo:
    """What the engines of all slots are; a game is started once to be asked. EngineError where running engines are of different builds."""
    found: dict[EngineInfo, SlotSpec] = {}
    for spec in dict.fromkeys(slots):
        if found and spec.address is None:
            continue  # the same program as the first
        with Slot(spec, catalog) as slot:
            found.setdefault(slot.info(), spec)
    if len(found) > 1:
        builds = "; ".join(f"{spec} is {info.name}/{info.build}" for info, spec in found.items())
        raise EngineError(f"a dataset holds one engine build, and these differ: {builds}")
    return next(iter(found))
