"""The model behind `farm_sim.py`: a farm of slots that claim batches, as a discrete-event simulation with an event a batch.

In a batch only the clips with faults are walked one by one; between two of them a batch costs a difference of running sums.

What a slot does: it claims a batch (`batch_s`), starts an engine where it has none (`start_s`), loads the scene where the engine has
another one (`load_s`), and renders clip after clip. A crash costs the clip in hand and a fresh engine. A death costs the clip in hand, the
slot for `down_s`, and what is left of the batch is open again after `lease_s`. A clip that failed `ATTEMPTS` times is quarantined.
"""

import heapq
import math
from bisect import bisect_left
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from farm_jobs import ATTEMPTS, US, Fault, Jobs

MAX_BATCH = 32
"""As `hmworld.produce.batch` has it."""
LARGEST = 128
"""Of `root_batch`: beyond it nothing is won, and a batch is what a person waits for."""
REOPENED, DIED, FREE = range(3)
"""Kinds of events, in the order of those of one instant; slots that are free at one instant claim in the order of their numbers."""


@dataclass(frozen=True)
class Costs:
    """Seconds that are not rendering."""

    batch_s: float = 0.3
    """From one batch to the next: claim, process, latency."""
    start_s: float = 3.0
    """Of an engine."""
    load_s: float = 1.0
    """Of a scene."""
    outlives: bool = True
    """Whether the engine outlives the batch."""
    recycle: int = 0
    """Clips after which an engine is started anew; 0 = never."""
    lease_s: float = 60.0
    down_s: float = 120.0
    """From the death of a slot until it claims again."""


class Ticket(NamedTuple):
    """An open batch: clips first to last (excluded) of a scene; the first one has `tried` failed attempts behind it."""

    scene: int
    first: int
    last: int
    tried: int = 0


@dataclass
class Spent:
    """Slot time of a run by what it went to, microseconds, and counts."""

    render_us: int = 0
    """Clips that were done."""
    lost_us: int = 0
    """Attempts that failed."""
    batch_us: int = 0
    start_us: int = 0
    load_us: int = 0
    recover_us: int = 0
    """Starts and loads after a fault."""
    down_us: int = 0
    batches: int = 0
    starts: int = 0
    loads: int = 0
    crashes: int = 0
    deaths: int = 0
    done: int = 0
    quarantined: int = 0


@dataclass(frozen=True)
class Outcome:
    """What a run took."""

    makespan_us: int
    slots: int
    spent: Spent

    @property
    def makespan_s(self) -> float:
        """Seconds until all clips are done or quarantined."""
        return self.makespan_us / US

    @property
    def idle_us(self) -> int:
        """Slot time in which there was nothing to claim."""
        s = self.spent
        busy = s.render_us + s.lost_us + s.batch_us + s.start_us + s.load_us + s.recover_us + s.down_us
        return self.slots * self.makespan_us - busy

    def share(self, us: int) -> float:
        """Of all slot time."""
        return us / max(1, self.slots * self.makespan_us)


def auto_batch(clips: int, slots: int) -> int:
    """The rule of `plan_batches`."""
    return max(1, min(MAX_BATCH, -(-clips // (3 * slots))))


def root_batch(clips: int, slots: int, costs: Costs, clip_s: float) -> int:
    """Where costs a batch, spread over its clips, and the wait for the last batches, half a batch a slot, are least together."""
    batch_s = costs.batch_s + (0.0 if costs.outlives else costs.start_s + costs.load_s)
    return max(1, min(LARGEST, round(math.sqrt(2.0 * clips / slots * batch_s / clip_s))))


def cut(jobs: Jobs, batch: int, order: str = "scene") -> list[Ticket]:
    """Batches of at most so many clips: scene after scene, or `mixed`: all scenes in step."""
    tickets, first = [], 0
    for scene, count in enumerate(jobs.scene_clips):
        tickets += [Ticket(scene, k, min(k + batch, first + count)) for k in range(first, first + count, batch)]
        first += count
    if order == "mixed":
        of_scene = [-(-count // batch) for count in jobs.scene_clips]
        starts = np.concatenate([[0], np.cumsum(of_scene)]).tolist()
        rank = [(k - starts[t.scene] + 0.5) / of_scene[t.scene] for k, t in enumerate(tickets)]
        tickets = [tickets[k] for k in sorted(range(len(tickets)), key=lambda k: (rank[k], k))]
    return tickets


class Board:
    """Open batches, at most `window` of the plan's at once (0 = all), and who has which scene loaded."""

    def __init__(self, tickets: Sequence[Ticket], scenes: int, affinity: bool, window: int = 0) -> None:
        self._affinity, self._window = affinity, window or len(tickets)
        self._coming = deque(tickets)
        self._open = [deque[Ticket]() for _ in range(scenes if affinity else 1)]
        self.holders = [0] * scenes
        self._count = 0
        self._fill()

    def _fill(self) -> None:
        while self._coming and self._count < self._window:
            ticket = self._coming.popleft()
            self._open[ticket.scene if self._affinity else 0].append(ticket)
            self._count += 1

    def reopen(self, ticket: Ticket) -> None:
        """Put what is left of a batch before the others."""
        self._open[ticket.scene if self._affinity else 0].appendleft(ticket)
        self._count += 1

    def claim(self, loaded: int) -> Ticket | None:
        """The next batch for a slot whose engine has scene `loaded` (-1 = none): of that scene, else of one that nobody has, else of the
        one that has most open batches for each slot that has it loaded. Without affinity the next in order."""
        if not self._count:
            return None
        queue = self._open[self._best(loaded)] if self._affinity else self._open[0]
        ticket = queue.popleft()
        self._count -= 1
        self._fill()
        return ticket

    def _best(self, loaded: int) -> int:
        if loaded >= 0 and self._open[loaded]:
            return loaded
        free = [(-len(q), k) for k, q in enumerate(self._open) if q and not self.holders[k]]
        if free:
            return min(free)[1]
        return min((-len(q) / (1 + self.holders[k]), k) for k, q in enumerate(self._open) if q)[1]


@dataclass
class SlotState:
    """What a slot is at."""

    loaded: int = -1
    """Scene of its engine, or of the batch it has."""
    has_engine: bool = False
    clips: int = 0
    """That its engine rendered."""
    recovers: bool = False
    """Whether its engine was lost by a fault."""
    claims: int = -1
    """The scene that it counts as a holder of."""


class Farm:
    """A run of jobs on slots."""

    def __init__(self, jobs: Jobs, slots: int, batch: int, costs: Costs, affinity: bool, order: str = "scene", window: int = 0) -> None:
        self._faults, self._faulty = jobs.faults, sorted(jobs.faults)
        self._us = jobs.clip_us
        self._sums = np.concatenate([[0], np.cumsum(jobs.clip_us)])
        self._batch_us, self._start_us, self._load_us, self._lease_us, self._down_us = (
            round(s * US) for s in (costs.batch_s, costs.start_s, costs.load_s, costs.lease_s, costs.down_s)
        )
        self._recycle, self._outlives = costs.recycle, costs.outlives
        self._tickets = cut(jobs, batch, order)
        self._board = Board(self._tickets, len(jobs.scene_clips), affinity, window)
        self._slots = [SlotState() for _ in range(slots)]
        self._spent = Spent()

    def run(self) -> Outcome:
        """Until all clips are done or quarantined."""
        board, slots = self._board, self._slots
        events = [(0, FREE, k) for k in range(len(slots))]
        left: list[Ticket] = []
        downs: list[tuple[int, int]] = []
        idle: list[int] = []
        end = 0
        while events:
            now, kind, number = heapq.heappop(events)
            if kind == REOPENED:
                board.reopen(left[number])
                for k in idle:
                    heapq.heappush(events, (now, FREE, k))
                idle.clear()
                continue
            slot = slots[number]
            if slot.claims >= 0 and not slot.has_engine:
                board.holders[slot.claims] -= 1
                slot.claims = slot.loaded = -1
            if kind == DIED:
                continue
            ticket = board.claim(slot.loaded if slot.has_engine else -1)
            if ticket is None:
                idle.append(number)
                continue
            if slot.claims != ticket.scene:
                if slot.claims >= 0:
                    board.holders[slot.claims] -= 1
                board.holders[ticket.scene] += 1
                slot.claims = ticket.scene
            now, rest = self._work(slot, ticket, now)
            if rest is None:
                end = max(end, now)
                heapq.heappush(events, (now, FREE, number))
                continue
            left.append(rest)
            downs.append((now, now + self._down_us))
            heapq.heappush(events, (now, DIED, number))
            heapq.heappush(events, (now + self._lease_us, REOPENED, len(left) - 1))
            heapq.heappush(events, (now + self._down_us, FREE, number))
        self._spent.down_us = sum(max(0, min(b, end) - a) for a, b in downs)
        return Outcome(end, len(slots), self._spent)

    def _work(self, slot: SlotState, ticket: Ticket, now: int) -> tuple[int, Ticket | None]:
        """A batch on a slot: when it ends, and what is left of it where the slot died."""
        spent = self._spent
        spent.batches += 1
        spent.batch_us += self._batch_us
        now += self._batch_us
        at, k = ticket.first, bisect_left(self._faulty, ticket.first)
        while k < len(self._faulty) and self._faulty[k] < ticket.last:
            clip = self._faulty[k]
            now = self._healthy(slot, ticket.scene, at, clip, now)
            faults = self._faults[clip]
            for tried in range(ticket.tried if clip == ticket.first else 0, len(faults)):
                now = self._fault(slot, ticket.scene, faults[tried], now)
                if faults[tried].is_death:
                    return now, Ticket(ticket.scene, clip, ticket.last, tried + 1)
            if len(faults) < ATTEMPTS:
                now = self._healthy(slot, ticket.scene, clip, clip + 1, now)
            else:
                spent.quarantined += 1
            at, k = clip + 1, k + 1
        now = self._healthy(slot, ticket.scene, at, ticket.last, now)
        if not self._outlives:
            slot.has_engine = False
        return now, None

    def _ready(self, slot: SlotState, scene: int, now: int) -> int:
        """When a slot's engine is there and has the scene."""
        spent = self._spent
        if slot.has_engine and slot.loaded == scene:
            return now
        spent.loads += 1
        if slot.has_engine:
            spent.load_us += self._load_us
            slot.loaded = scene
            return now + self._load_us
        spent.starts += 1
        if slot.recovers:
            spent.recover_us += self._start_us + self._load_us
        else:
            spent.start_us += self._start_us
            spent.load_us += self._load_us
        slot.has_engine, slot.loaded, slot.clips, slot.recovers = True, scene, 0, False
        return now + self._start_us + self._load_us

    def _healthy(self, slot: SlotState, scene: int, first: int, last: int, now: int) -> int:
        """Clips without faults, with the engines that are started anew in between."""
        if first >= last:
            return now
        spent, count = self._spent, last - first
        now = self._ready(slot, scene, now)
        work = int(self._sums[last] - self._sums[first])
        spent.render_us += work
        spent.done += count
        slot.clips += count
        if self._recycle and slot.clips >= self._recycle:
            ends, slot.clips = divmod(slot.clips, self._recycle)
            slot.has_engine = slot.clips > 0
            between = ends - (not slot.has_engine)
            spent.starts += between
            spent.loads += between
            spent.start_us += between * self._start_us
            spent.load_us += between * self._load_us
            now += between * (self._start_us + self._load_us)
        return now + work

    def _fault(self, slot: SlotState, scene: int, fault: Fault, now: int) -> int:
        """An attempt that fails; the engine is gone with it."""
        spent = self._spent
        now = self._ready(slot, scene, now) + fault.lost_us
        spent.lost_us += fault.lost_us
        spent.deaths += fault.is_death
        spent.crashes += not fault.is_death
        slot.has_engine, slot.recovers = False, True
        return now


def simulate(jobs: Jobs, slots: int, batch: int, costs: Costs, affinity: bool = True, order: str = "scene", window: int = 0) -> Outcome:
    """Run a plan on slots in batches of at most `batch` clips."""
    return Farm(jobs, slots, batch, costs, affinity, order, window).run()


def lower_bound_us(jobs: Jobs, slots: int, batch: int, costs: Costs) -> int:
    """No schedule of these batches on so many slots ends before: all work in equal parts, or the longest batch."""
    batch_us, ready_us = round(costs.batch_s * US), round(costs.start_s * US) + round(costs.load_s * US)
    given_up = [clip for clip, faults in jobs.faults.items() if len(faults) >= ATTEMPTS]
    useful = jobs.clip_us.copy()
    useful[given_up] = 0
    sums = np.concatenate([[0], np.cumsum(useful)])
    tickets = np.array([(t.first, t.last) for t in cut(jobs, batch)])
    work = int(sums[-1]) + sum(fault.lost_us for faults in jobs.faults.values() for fault in faults) + batch_us * len(tickets)
    longest = int((sums[tickets[:, 1]] - sums[tickets[:, 0]]).max()) + batch_us + ready_us
    if not costs.outlives:
        return max(longest, (work + ready_us * len(tickets)) // slots)
    further = max(0, sum(1 for c in jobs.scene_clips if c) - slots) * round(costs.load_s * US)
    return max(longest, (work + further) // slots + ready_us)
