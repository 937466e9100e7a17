"""A slow, plain simulation of a farm, clip by clip, written apart from `benchmarks/farm_model.py`: its oracle.

All slots are stepped in the order of time, then of their numbers; a step is a claim, a start, a load, or one attempt at one clip.
"""

from dataclasses import dataclass, field
from math import inf
from typing import Any


@dataclass
class Slot:
    number: int
    time: float = 0
    engine: str = "none"
    """none, or running."""
    scene: int = -1
    """Of the engine."""
    wanted: int = -1
    """Of the batch, or of the last one where the engine still has it."""
    engine_clips: int = 0
    batch: list[tuple[int, int]] | None = None
    """(clip, attempts that it has failed) still to do."""
    dies: bool = False


@dataclass
class Run:
    """What came out."""

    makespan: int = 0
    render: int = 0
    lost: int = 0
    starts: int = 0
    loads: int = 0
    batches: int = 0
    done: list[int] = field(default_factory=list)
    quarantined: list[int] = field(default_factory=list)


def play(jobs: Any, slots: int, batches: list[tuple[int, list[int]]], costs: dict[str, Any], affinity: bool) -> Run:
    """`batches` are (scene, clips) in order; `costs` in microseconds."""
    run, farm = Run(), [Slot(k) for k in range(slots)]
    waiting = [(scene, [(clip, 0) for clip in clips]) for scene, clips in batches]
    returned: list[tuple[int, int, int, list[tuple[int, int]]]] = []
    while True:
        now = min((s.time for s in farm), default=inf)
        back = min((entry[0] for entry in returned), default=inf)
        if now == back == inf:
            return run
        if back <= now:
            entry = min(returned)
            returned.remove(entry)
            waiting.insert(0, (entry[2], entry[3]))
            for slot in farm:
                slot.time = entry[0] if slot.time == inf else slot.time
            continue
        slot = next(s for s in farm if s.time == now)
        step(run, farm, slot, waiting, returned, jobs, costs, affinity)


def step(run: Run, farm: list[Slot], slot: Slot, waiting: list, returned: list, jobs: Any, costs: dict[str, Any], affinity: bool) -> None:
    if slot.dies:
        assert slot.batch
        returned.append((int(slot.time) + costs["lease"], slot.batch[0][0], slot.wanted, slot.batch))
        slot.batch, slot.wanted, slot.dies = None, -1, False
        slot.time += costs["down"]
        return
    if slot.batch is None:
        if slot.engine == "none":
            slot.wanted = -1
        chosen = choose(farm, slot, waiting, affinity)
        if chosen is None:
            slot.time = inf
            return
        slot.wanted, slot.batch = waiting.pop(chosen)
        slot.time += costs["batch"]
        run.batches += 1
        return
    if not slot.batch:
        slot.batch = None
        if not costs["outlives"]:
            slot.engine = "none"
        run.makespan = max(run.makespan, int(slot.time))
        return
    clip, tried = slot.batch[0]
    faults = jobs.faults.get(clip, ())
    if tried == 3:
        run.quarantined.append(clip)
        slot.batch.pop(0)
        return
    if slot.engine == "none":
        slot.engine, slot.scene, slot.engine_clips = "running", -1, 0
        slot.time += costs["start"]
        run.starts += 1
        return
    if slot.scene != slot.wanted:
        slot.scene = slot.wanted
        slot.time += costs["load"]
        run.loads += 1
        return
    if tried < len(faults):
        slot.time += faults[tried].lost_us
        run.lost += faults[tried].lost_us
        slot.engine = "none"
        slot.batch[0] = (clip, tried + 1)
        if faults[tried].is_death:
            slot.dies = True
        return
    slot.time += int(jobs.clip_us[clip])
    run.render += int(jobs.clip_us[clip])
    run.done.append(clip)
    slot.batch.pop(0)
    slot.engine_clips += 1
    if slot.engine_clips == costs["recycle"]:
        slot.engine = "none"


def choose(farm: list[Slot], slot: Slot, waiting: list, affinity: bool) -> int | None:
    """Index of the batch that a slot takes."""
    if not waiting:
        return None
    if not affinity:
        return 0
    scenes = [scene for scene, _ in waiting]
    if slot.engine == "running" and slot.scene in scenes:
        return scenes.index(slot.scene)
    others = [s.wanted for s in farm if s is not slot]
    unheld = [scene for scene in set(scenes) if scene not in others]
    if unheld:
        return scenes.index(min(unheld, key=lambda scene: (-scenes.count(scene), scene)))
    return scenes.index(min(set(scenes), key=lambda scene: (-scenes.count(scene) / (1 + others.count(scene)), scene)))
