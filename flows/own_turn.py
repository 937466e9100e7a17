"""A turn of a process that has its slot to itself, as a child of the local runner's pool and an actor of Ray's have."""

import os
import signal
import socket
import threading
import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from hmworld.caption import template_caption
from hmworld.errors import EngineError, EngineUnusable
from hmworld.farm import rest_while_open, take_turn
from hmworld.farm.agreement import agree_on_engine
from hmworld.produce import Slot, SlotSpec
from hmworld.produce.claim import process_slot

_watched: set[int] = set()


def own_turn(root: str, specs: tuple[SlotSpec, ...], lease_s: float, is_elsewhere: bool = False) -> dict[str, Any]:
    """Take a turn on this process's slot; a `TurnReport` as plain data, so that the parent can tell errors apart.

    One that may be on another machine than its parent checks that its engine is the run's: EngineUnusable where it is not.
    """
    folder, name = Path(root), f"{socket.gethostname()}:{os.getpid()}"

    def slot_of() -> Slot:
        slot = process_slot(folder, specs)
        if is_elsewhere:
            try:
                engine = slot.info()
            except EngineUnusable:
                raise
            except EngineError:
                return slot  # one start that fails is an accident: the batch tries again
            agree_on_engine(folder, engine)
        return slot

    report = take_turn(folder, specs, slot_of, template_caption, name, lease_s)
    if report.engine_error:
        rest_while_open(folder)
    return asdict(report)


def end_with_parent(server: int = 0) -> None:
    """End this process, and with it its engine, when its parent is killed: a pool's children would wait for work for ever.

    `server` is a process that the parent would have ended; 0 = there is none.
    """
    parent = os.getppid()
    if os.getpid() in _watched:
        return
    _watched.add(os.getpid())

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1.0)
        if server:
            with suppress(OSError):
                os.kill(server, signal.SIGTERM)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
