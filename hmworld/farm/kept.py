"""Engines that outlive the processes that use them: a slot of a machine, with its folder, its lock, and an engine that waits there.

A work pool starts a process for each batch, and an engine takes long to start and longer to load a scene. So it is started detached, under
a minder that ends it when nobody has come for a while, and the next process adopts it: by its process, its port, what it was started for,
and an answer. Who holds the slot's lock has the engine; the system lets go of it when its holder ends, in whatever way.
"""

import contextlib
import hashlib
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from pydantic import ValidationError

from hmworld.dataset.store import LocalStore, storage_errors
from hmworld.engine import Connection, EngineAddress
from hmworld.engine.launch import START_TIMEOUT_S, embedded_command
from hmworld.engine.unreal import LOG_BYTES, MINDER, check_game, game_command, log_tail
from hmworld.errors import EngineError, EngineStartError, UsageError
from hmworld.farm.processes import is_there, started
from hmworld.model.base import Document
from hmworld.produce.claim import locked
from hmworld.produce.slot import Slot, SlotSpec

IDLE_S = 900.0
"""An engine that nobody came for ends after this time."""
BEAT_S = 2.0
ADOPT_S = 15.0
"""An engine whose last client was killed notices within this time."""
TROUBLES = 3
"""Batches in a row that a slot may be of no use for, before it is quarantined."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class KeptNote(Document):
    """The engine of a slot."""

    process: int
    started: int
    port: int
    unix: str
    made_for: str
    """Digest of what it was started as."""
    scene: str = ""
    clips: int = 0
    first_bytes: int = 0


class Trouble(Document):
    """What a slot suffered lately."""

    in_a_row: int = 0
    why: str = ""


class Holder(Document):
    """Who has a slot."""

    process: int
    started: int


def slots_home() -> Path:
    """The folder of this machine's slots: HMWORLD_SLOTS, or one of this user's among the temporary files.

    UsageError where that is another user's.
    """
    named = os.environ.get("HMWORLD_SLOTS", "")
    if named:
        return Path(named).absolute()
    if os.name != "posix":
        raise UsageError("slots that outlive their processes need Linux or macOS; use --runner local")
    home = Path(tempfile.gettempdir()) / f"hmworld-slots-{os.getuid()}"
    home.mkdir(mode=0o700, exist_ok=True)
    if home.is_symlink() or home.stat().st_uid != os.getuid():
        raise UsageError(f"{home}: is another user's; name a folder of your own by HMWORLD_SLOTS")
    return home


class SlotFolder:
    """What is known of a slot of this machine, by files."""

    def __init__(self, name: str, home: Path | None = None) -> None:
        if not _NAME.fullmatch(name):
            raise UsageError(f"a slot's name has letters, digits, dots, dashes and underscores, 64 at most, got {name!r}")
        self.name = name
        self.path = (home or slots_home()) / name
        with storage_errors(self.path):
            self.path.mkdir(parents=True, exist_ok=True)
        self._store = LocalStore(self.path)

    @property
    def alive(self) -> Path:
        """Touched every few seconds by who holds the slot."""
        return self.path / "alive"

    @property
    def log(self) -> Path:
        """What the engine prints."""
        return self.path / "engine.log"

    @property
    def _stop(self) -> Path:
        return self.path / "stop"

    def read(self, kind: type[Any]) -> Any:
        """A note of a kind; None where there is none that can be read."""
        try:
            return kind.model_validate_json((self.path / f"{kind.__name__}.json").read_bytes())
        except (OSError, ValidationError):
            return None

    def write(self, note: Document) -> None:
        """Keep a note, in place of the last one of its kind."""
        self._store.replace(f"{type(note).__name__}.json", note.canonical())

    def remove(self, kind: type[Any]) -> None:
        """Drop the note of a kind."""
        self._store.remove(f"{kind.__name__}.json")

    def lock(self) -> IO[bytes] | None:
        """Take the slot; None while another process has it. It is let go when the file is closed."""
        with storage_errors(self.path):
            file = (self.path / "lock").open("ab")
        if locked(file):
            return file
        file.close()
        return None

    def ask_to_stop(self, stop: bool) -> None:
        """Have its holder end with the clip that it is at."""
        self._stop.touch() if stop else self._stop.unlink(missing_ok=True)

    @property
    def is_stopping(self) -> bool:
        """Whether its holder is to end."""
        return self._stop.exists()

    def troubled(self, why: str) -> None:
        """Note that a batch found the slot of no use; "" = of use."""
        before: Trouble = self.read(Trouble) or Trouble()
        if why or before.in_a_row:
            self.write(Trouble(in_a_row=before.in_a_row + 1 if why else 0, why=why))

    @property
    def quarantined(self) -> str:
        """Why it is given no work any more; "" while it is."""
        trouble: Trouble | None = self.read(Trouble)
        return trouble.why if trouble is not None and trouble.in_a_row >= TROUBLES else ""

    def end_engine(self) -> None:
        """End the engine that waits there."""
        note: KeptNote | None = self.read(KeptNote)
        if note is not None:
            KeptEngine(self, note).kill()


class KeptEngine:
    """An engine of a slot: its process is the minder's, which may have been started by another process than this."""

    def __init__(self, folder: SlotFolder, note: KeptNote) -> None:
        self.folder, self.note = folder, note

    @property
    def address(self) -> EngineAddress:
        """Where it listens."""
        return EngineAddress("127.0.0.1", self.note.port, self.note.unix)

    @property
    def pid(self) -> int:
        """Process id of its minder."""
        return self.note.process

    def alive(self) -> bool:
        """Whether it still runs."""
        return is_there(self.note.process, self.note.started)

    def account(self, patience_s: float = 0.0) -> str:
        """What became of it, and the last lines that it printed; "" while it runs."""
        deadline = time.monotonic() + patience_s
        while self.alive() and time.monotonic() < deadline:
            time.sleep(0.05)
        if self.alive():
            return ""
        tail = log_tail(self.folder.log)
        return f"the engine's process ended; last lines of {self.folder.log}:\n{tail}" if tail else "the engine's process ended"

    def kill(self) -> None:
        """End it at once: on Linux the engine goes with its minder."""
        if self.alive():
            with contextlib.suppress(OSError):
                os.killpg(self.note.process, signal.SIGKILL)
            deadline = time.monotonic() + 5.0
            while self.alive() and time.monotonic() < deadline:
                with contextlib.suppress(OSError):
                    os.waitpid(self.note.process, os.WNOHANG)  # where it is our own child
                time.sleep(0.02)
        self.folder.remove(KeptNote)

    def close(self) -> None:
        """End it."""
        self.kill()


class KeptSlot(Slot):
    """A slot whose engine outlives this process. Held from the start to `close`."""

    def __init__(
        self,
        spec: SlotSpec,
        folder: SlotFolder,
        catalog: Path | None = None,
        patience: Callable[[], bool] = lambda: False,
        idle_s: float = IDLE_S,
    ) -> None:
        """Take the slot, waiting for it while `patience` says so; EngineStartError where another process has it."""
        super().__init__(spec, catalog, just_left=True)
        self.folder, self.name, self._idle_s = folder, folder.name, idle_s
        lock = folder.lock()
        while lock is None:
            if not patience():
                raise EngineStartError(f"slot {folder.name}: another process has it")
            time.sleep(0.25)
            lock = folder.lock()
        self._lock = lock
        folder.write(Holder(process=os.getpid(), started=started(os.getpid())))
        folder.alive.touch()
        self._ended = threading.Event()
        threading.Thread(target=self._beat, daemon=True).start()
        note: KeptNote | None = folder.read(KeptNote)
        self._made_for = hashlib.sha256(repr((spec, str(catalog))).encode()).hexdigest()
        if note is not None and note.made_for == self._made_for:
            self.scene = note.scene

    def _beat(self) -> None:
        while not self._ended.wait(BEAT_S):
            with contextlib.suppress(OSError):
                os.utime(self.folder.alive)

    def _connected(self) -> Connection:
        if self.spec.address is not None:
            return super()._connected()
        note: KeptNote | None = self.folder.read(KeptNote)
        if note is not None:
            engine = KeptEngine(self.folder, note)
            if note.made_for == self._made_for and engine.alive():
                with contextlib.suppress(EngineError):
                    connection = self._greeted(engine, ADOPT_S)
                    self._engine, self._clips, self._first_bytes = engine, note.clips, note.first_bytes or None
                    return connection
            engine.kill()
        self.scene, self._clips, self._first_bytes = "", 0, None
        self._engine = engine = self._start()
        try:
            return self._greeted(engine, self.spec.game.start_timeout_s if self.spec.game is not None else START_TIMEOUT_S)
        except BaseException:
            engine.kill()
            self._engine = None
            raise

    def _start(self) -> KeptEngine:
        game, folder = self.spec.game, self.folder
        unix = ""
        if game is not None:
            check_game(game)
            port, program = game.port, game_command(game)
        else:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port = int(probe.getsockname()[1])
            program = embedded_command(self.spec.threads, port, self._catalog)
            socket_path = folder.path / "engine.socket"
            if len(str(socket_path)) < 100:  # Unix sockets have short paths; TCP does as well
                socket_path.unlink(missing_ok=True)
                unix = str(socket_path)
                program += ["--unix", unix]
        folder.alive.touch()
        command = [sys.executable, "-I", "-S", str(MINDER), "--while", str(folder.alive), str(self._idle_s), str(folder.log)]
        quiet = subprocess.DEVNULL
        process = subprocess.Popen([*command, str(LOG_BYTES), *program], stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)
        note = KeptNote(process=process.pid, started=started(process.pid), port=port, unix=unix, made_for=self._made_for)
        folder.write(note)
        return KeptEngine(folder, note)

    def _greeted(self, engine: KeptEngine, patience_s: float) -> Connection:
        """A connection to an engine that answers; EngineStartError where it does not in time, or ends."""
        deadline = time.monotonic() + patience_s
        while True:
            if not engine.alive():
                raise EngineStartError(f"slot {self.folder.name}: {self.spec} did not start: {engine.account()}")
            left = deadline - time.monotonic()
            if left < 0:
                raise EngineStartError(f"slot {self.folder.name}: {self.spec} did not answer within {patience_s:g} s")
            try:
                connection = Connection(engine.address, engine.alive, engine.account)
                connection.text("vget /unrealcv/status", timeout_s=max(1.0, left))
                return connection
            except EngineError:
                time.sleep(0.2)

    def clip_done(self) -> None:
        """Note that a clip is through, for those that come after; an engine that has done enough, or grown too much, ends."""
        super().clip_done()
        if isinstance(self._engine, KeptEngine):
            engine = self._engine
            changes = {"clips": self._clips, "first_bytes": self._first_bytes or 0, "scene": self.scene}
            engine.note = engine.note.model_copy(update=changes)
            self.folder.write(engine.note)

    def close(self) -> None:
        """Let go of the slot; its engine stays."""
        self.disconnect()
        self._ended.set()
        self.folder.remove(Holder)
        self._lock.close()
