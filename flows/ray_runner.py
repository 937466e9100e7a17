"""The generate run on Ray: an actor for each slot takes turns at batches, on this machine or on those of a cluster.

What is done and what is left stands in the dataset's folder, which all machines share; Ray starts the actors, places them and says which
have died. An extra: pip install 'hmworld[ray]'.
"""

import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from flows.own_turn import own_turn
from flows.signals import told_to_end
from hmworld.dataset.progress import ask_to_stop
from hmworld.errors import EngineError, StorageError, UsageError
from hmworld.farm import Limits, Run, Supervisor, complete
from hmworld.farm.agreement import agree_on_engine, forget_engine
from hmworld.model.dataset import DatasetInfo
from hmworld.produce import SlotSpec

LOOK_S = 0.25
LOST_ACTORS = 20
"""So many actors of a slot may die one after the other without a clip done between; then the run ends."""


class Turns:
    """What an actor does."""

    def take(self, root: str, specs: tuple[SlotSpec, ...], lease_s: float) -> dict[str, Any]:
        """A turn at a batch."""
        return own_turn(root, specs, lease_s, is_elsewhere=True)


class _Slot:
    """A slot, its actor, which is started anew when it died, and its turn."""

    def __init__(self, ray: Any, spec: SlotSpec, specs: tuple[SlotSpec, ...]) -> None:
        self.group = spec.scene
        self._ray, self._spec, self._specs = ray, spec, specs
        self._actor: Any = None
        self._turn: Any = None
        self._lost = 0

    @property
    def is_free(self) -> bool:
        """Whether it has no turn. EngineError where its actors die again and again; StorageError where nothing can be written."""
        if self._turn is None:
            return True
        ready, _ = self._ray.wait([self._turn], timeout=0)
        if not ready:
            return False
        turn, self._turn = self._turn, None
        try:
            report = self._ray.get(turn)
        except self._ray.exceptions.RayActorError as error:
            self._actor, self._lost = None, self._lost + 1
            if self._lost >= LOST_ACTORS:
                raise EngineError(f"Ray's actors of a slot died {self._lost} times one after the other: {error}") from error
            return True
        except self._ray.exceptions.RayTaskError as error:
            raise error.cause from error
        if report["storage_error"]:
            raise StorageError(report["storage_error"])
        self._lost = 0 if report["done"] else self._lost
        return True

    def take_turn(self, root: Path, lease_s: float) -> None:
        """Have it take one."""
        if self._actor is None:
            self._actor = self._ray.remote(num_cpus=self._spec.threads, max_restarts=0)(Turns).remote()
        self._turn = self._actor.take.remote(str(root), self._specs, lease_s)

    def end(self) -> None:
        """Let its turn end with the clip in hand, and end the actor."""
        if self._turn is not None:
            with suppress(Exception):
                self._ray.get(self._turn)
        if self._actor is not None:
            self._ray.kill(self._actor)


def _render(run: Run, supervisor: Supervisor, slots: Sequence[_Slot]) -> None:
    try:
        while True:
            supervisor.step()
            if supervisor.is_done:
                return
            free = [slot for slot in slots if slot.is_free]
            for group in sorted({slot.group for slot in free}):
                for slot in [slot for slot in free if slot.group == group][: supervisor.waiting(group)]:
                    slot.take_turn(run.root, run.limits.lease_s)
            run.check_slots(supervisor)
            time.sleep(LOOK_S)
    except BaseException as error:
        ask_to_stop(run.root)
        if not isinstance(error, Exception):
            print("stopping; the clips that are under way are finished first ...", file=sys.stderr, flush=True)
        raise


def run_on_ray(root: Path, slots: Sequence[SlotSpec], reuse: Sequence[Path], batch_clips: int, lease_s: float) -> DatasetInfo:
    """Render what is missing of a planned folder, an actor of Ray's for each slot, and finish its dataset; returns its info.

    RAY_ADDRESS names a cluster whose machines share the folder; where it is not set, Ray is started on this machine alone.
    UsageError where Ray is not installed or the slots are of this machine only, EngineError and StorageError as `flows.generate` has them.
    """
    with told_to_end(), _ray(slots) as ray:
        run = Run.open(root, slots, limits=Limits(lease_s=lease_s), batch_clips=batch_clips)
        run.take_over(reuse)

        def render(missing: list[int]) -> None:
            # The folder is locked, and actors end with their driver: nobody is at work in it.
            run.forget_farm()
            forget_engine(root)
            agree_on_engine(root, run.engine)
            specs = {group: tuple(dict.fromkeys(s for s in slots if s.scene == group)) for group in {s.scene for s in slots}}
            actors = [_Slot(ray, spec, specs[spec.scene]) for spec in slots]
            try:
                _render(run, run.supervisor(missing, 2 * len(slots)), actors)
            finally:
                for actor in actors:
                    actor.end()

        return complete(run, render)


def import_ray() -> Any:
    """The library. UsageError where it is not installed."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        return import_module("ray")
    except ImportError as error:
        raise UsageError("--runner ray: Ray is not installed; install it with: pip install 'hmworld[ray]'") from error


@contextmanager
def _ray(slots: Sequence[SlotSpec]) -> Iterator[Any]:
    ray = import_ray()
    address = os.environ.get("RAY_ADDRESS", "")
    quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR", "configure_logging": False}
    if address:
        if any(spec.game is not None for spec in slots):
            raise UsageError("--runner ray: games are started on this machine; leave RAY_ADDRESS unset, or use --runner prefect")
        ray.init(address=address, **quiet)
        try:
            yield ray
        finally:
            ray.shutdown()
        return
    # Sockets lie in its folder: their paths must be short.
    with tempfile.TemporaryDirectory(prefix="hmworld-ray-", ignore_cleanup_errors=True) as folder:
        cores = sum(spec.threads for spec in slots)
        local = {"num_cpus": cores, "num_gpus": 0, "include_dashboard": False, "object_store_memory": 80 << 20}
        ray.init(address="local", _temp_dir=folder, _node_ip_address="127.0.0.1", **local, **quiet)
        try:
            yield ray
        finally:
            ray.shutdown()
