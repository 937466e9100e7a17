"""A work pool of a Prefect server, as the supervisor uses it: turns are submitted, counted, and marked as crashed. All of it may be lost.

No call raises where the server is away: it answers nothing, and the next one may do better.
"""

import contextlib
import sys
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import httpx
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.filters import FlowRunFilter
from prefect.client.schemas.objects import FlowRun, StateType, WorkerStatus
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound, PrefectException
from prefect.states import Cancelled, Crashed

from flows.turn import render_turn

AWAY = (httpx.HTTPError, PrefectException, OSError, RuntimeError)
"""What calls raise when the server is away, starts, or has lost its database."""
DEPLOYMENT = "hmworld"
ENTRYPOINT = "flows.turn.render_turn"
"""How a worker finds the flow, wherever hmworld is installed."""
GRACE_S = 90.0
"""A turn that runs, by Prefect's word, and has had no lease for so long is taken for lost."""
T = TypeVar("T")


@dataclass
class Turns:
    """Turns that Prefect knows of and that have not ended."""

    scheduled: list[FlowRun]
    running: list[FlowRun]
    """Pending ones, too."""

    @property
    def count(self) -> int:
        """How many."""
        return len(self.scheduled) + len(self.running)


class WorkPool:
    """Turns of one dataset's folder on a work pool. `root` is told to the workers, `tag` marks the turns."""

    def __init__(self, pool: str, root: str, tag: str, lease_s: float) -> None:
        self.pool, self._root, self._tag, self._lease_s = pool, root, tag, lease_s
        self._since: dict[UUID, float] = {}
        self._away_since = 0.0
        self._said = 0.0

    def _ask(self, question: Callable[[SyncPrefectClient], T]) -> T | None:
        try:
            with get_client(sync_client=True) as client:
                answer = question(client)
        except AWAY as error:
            self._away(error)
            return None
        if self._away_since:
            self._say(f"Prefect's server is back after {time.monotonic() - self._away_since:.0f} s")
        self._away_since = 0.0
        return answer

    def _away(self, error: BaseException) -> None:
        now = time.monotonic()
        self._away_since = self._away_since or now
        if now - self._said > 30.0:
            self._say(f"Prefect's server does not answer ({type(error).__name__}); batches under way go on")
            self._said = now

    @staticmethod
    def _say(text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    def _deployment(self, client: SyncPrefectClient) -> UUID:
        """The deployment of turns, made where the server does not have it: it may be a new one."""
        try:
            return client.read_deployment_by_name(f"{render_turn.name}/{DEPLOYMENT}").id
        except ObjectNotFound:
            pass
        try:
            client.read_work_pool(self.pool)
        except ObjectNotFound:
            with contextlib.suppress(ObjectAlreadyExists):
                client.create_work_pool(WorkPoolCreate(name=self.pool, type="process"))
        flow_id = client.create_flow(render_turn)
        return client.create_deployment(
            flow_id=flow_id, name=DEPLOYMENT, work_pool_name=self.pool, entrypoint=ENTRYPOINT, enforce_parameter_schema=False
        )

    def follow(self, run: UUID) -> None:
        """Have this run follow those before it of the same folder: they are gone, for the folder is locked, and some were killed."""
        mark = f"{self._tag}:run"
        wanted: dict[str, Any] = {"tags": {"all_": [mark]}, "state": {"type": {"any_": [StateType.PENDING, StateType.RUNNING]}}}

        def ask(client: SyncPrefectClient) -> list[FlowRun]:
            client.update_flow_run(run, tags=[mark])
            return client.read_flow_runs(flow_run_filter=FlowRunFilter.model_validate(wanted), limit=200)

        for before in self._ask(ask) or []:
            if before.id != run:
                self._mark(before.id, Crashed(message=f"its process ended; run {run} goes on where it was"))

    def workers(self) -> int | None:
        """Workers that are online; None while the server is away."""

        def ask(client: SyncPrefectClient) -> int:
            self._deployment(client)
            return sum(worker.status == WorkerStatus.ONLINE for worker in client.read_workers_for_work_pool(self.pool))

        return self._ask(ask)

    def turns(self) -> Turns | None:
        """Turns that have not ended; None while the server is away."""
        wanted: dict[str, Any] = {
            "tags": {"all_": [self._tag]},
            "state": {"type": {"any_": [StateType.SCHEDULED, StateType.PENDING, StateType.RUNNING]}},
        }
        found = self._ask(lambda client: client.read_flow_runs(flow_run_filter=FlowRunFilter.model_validate(wanted), limit=200))
        if found is None:
            return None
        return Turns(
            [run for run in found if run.state_type == StateType.SCHEDULED],
            [run for run in found if run.state_type != StateType.SCHEDULED],
        )

    def submit(self, count: int) -> None:
        """Have so many more turns taken."""

        def ask(client: SyncPrefectClient) -> None:
            deployment = self._deployment(client)
            parameters = {"root": self._root, "lease_s": self._lease_s}
            for _ in range(count):
                client.create_flow_run_from_deployment(deployment, parameters=parameters, tags=[self._tag], name="a turn")

        self._ask(ask)

    def bury(self, turns: Turns, held: Collection[str], lost: Collection[str]) -> None:
        """Mark turns as crashed whose lease was lost, or that have had none for long; `held` and `lost` are ids of runs."""
        now = time.monotonic()
        alive = {run.id for run in turns.running}
        self._since = {run: since for run, since in self._since.items() if run in alive}
        for run in turns.running:
            since = self._since.setdefault(run.id, now)
            if str(run.id) in held:
                self._since[run.id] = now
            elif str(run.id) in lost or now - since > GRACE_S:
                self._mark(run.id, Crashed(message="its process is gone or hangs; what was left of its batch was handed out again"))

    def _mark(self, run: UUID, state: Any) -> None:
        self._ask(lambda client: client.set_flow_run_state(run, state, force=True))

    def cancel_scheduled(self) -> None:
        """Cancel turns that nobody needs any more."""
        turns = self.turns()
        for run in turns.scheduled if turns is not None else []:
            self._mark(run.id, Cancelled(message="nothing is left to render"))
