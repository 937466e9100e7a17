"""Keeps a slot at work for a work pool.

Its Prefect worker is started again when it ends or hangs, a process that hangs in the slot is ended, and a slot that was of no use again
and again gets no more work.

The worker is a command; nothing of Prefect is imported here.
"""

import contextlib
import logging
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from hmworld.farm.environment import SLOT, SPEC, spec_to_text
from hmworld.farm.kept import Holder, SlotFolder, Trouble
from hmworld.farm.processes import is_stopped, is_there
from hmworld.produce.slot import SlotSpec

log = logging.getLogger(__name__)

AGAIN_S = (1.0, 30.0)
"""A worker that ended is started again after so long, doubled each time up to the second; one that ran for a minute ended by accident."""
STEADY_S = 60.0


@dataclass
class _Watch:
    """When something was last seen to change, by our own clock."""

    value: object = None
    since: float = field(default_factory=time.monotonic)

    def unchanged_s(self, value: object) -> float:
        """For how long it has had this value."""
        if value != self.value:
            self.value, self.since = value, time.monotonic()
        return time.monotonic() - self.since


class SlotKeeper:
    """One slot and its worker. Call `step` every second or so, and `end` at last."""

    def __init__(self, name: str, spec: SlotSpec, pool: str, silent_s: float, command: list[str] | None = None) -> None:
        self.folder = SlotFolder(name)
        # Whoever starts the worker anew has looked into what was wrong.
        self.folder.remove(Trouble)
        self.folder.ask_to_stop(False)
        self._command = command or worker_command(pool, name)
        self._environment = {**os.environ, SLOT: name, SPEC: spec_to_text(spec)}
        self._silent_s = silent_s
        self._worker: subprocess.Popen[bytes] | None = None
        self._began = self._next = 0.0
        self._pause = AGAIN_S[0]
        self._holder, self._stopped = _Watch(), _Watch()

    @property
    def quarantined(self) -> str:
        """Why the slot gets no more work; "" while it does."""
        return self.folder.quarantined

    def step(self) -> None:
        """See to the worker and to who holds the slot."""
        self._end_hung_holder()
        if self.quarantined:
            if self._worker is not None:
                log.warning("slot %s is quarantined, and its worker ends: %s", self.folder.name, self.quarantined)
                self._stop_worker()
            return
        worker, now = self._worker, time.monotonic()
        if worker is not None:
            stopped = is_stopped(worker.pid)
            if stopped and self._stopped.unchanged_s((worker.pid, stopped)) > self._silent_s:
                log.warning("slot %s: its worker was stopped for %g s; started anew", self.folder.name, self._silent_s)
                worker.kill()
            elif not stopped:
                self._stopped = _Watch()
            if worker.poll() is None:
                return
            self._pause = AGAIN_S[0] if now - self._began > STEADY_S else min(2 * self._pause, AGAIN_S[1])
            log.warning("slot %s: its worker ended (%s); started again in %g s", self.folder.name, worker.returncode, self._pause)
            self._worker, self._next = None, now + self._pause
        if now >= self._next:
            self._began = now
            self._worker = subprocess.Popen(self._command, env=self._environment, start_new_session=True)

    def _end_hung_holder(self) -> None:
        holder: Holder | None = self.folder.read(Holder)
        if holder is None or not is_there(holder.process, holder.started):
            return
        with contextlib.suppress(OSError):
            beat = self.folder.alive.stat().st_mtime_ns
            if self._holder.unchanged_s((holder.process, beat)) > self._silent_s:
                log.warning("slot %s: process %d said nothing for %g s, and is ended", self.folder.name, holder.process, self._silent_s)
                os.kill(holder.process, signal.SIGKILL)

    def is_busy(self) -> bool:
        """Whether a process has the slot."""
        holder: Holder | None = self.folder.read(Holder)
        return holder is not None and is_there(holder.process, holder.started)

    def ask_to_stop(self) -> None:
        """Have the batch under way end with its clip."""
        self.folder.ask_to_stop(True)

    def _stop_worker(self) -> None:
        if self._worker is None:
            return
        with contextlib.suppress(OSError):
            self._worker.terminate()
        try:
            self._worker.wait(20.0)
        except subprocess.TimeoutExpired:
            self._worker.kill()
            self._worker.wait()
        self._worker = None

    def end(self) -> None:
        """End the worker, and the slot's engine."""
        self._stop_worker()
        self.folder.end_engine()
        self.folder.ask_to_stop(False)


def worker_command(pool: str, name: str) -> list[str]:
    """The command of a Prefect worker that takes one run at a time."""
    return [sys.executable, "-m", "prefect", "worker", "start", "--pool", pool, "--type", "process", "--limit", "1", "--name", name]


def known_slots(home: Path) -> list[SlotFolder]:
    """Slots that have a folder on this machine."""
    return [SlotFolder(path.name, home) for path in sorted(home.iterdir()) if path.is_dir()] if home.is_dir() else []
