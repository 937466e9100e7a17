"""Birds that go on foot: their skeleton, and how they stand, walk and run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.bodies.animals.gaits import Animal, foot_of, pose_leg
from hmworld.embedded.bodies.animals.gallop import planted_room, within_reach
from hmworld.embedded.bodies.animals.ungulate import Place
from hmworld.embedded.bodies.sdf import Vector
from hmworld.embedded.bodies.skeleton import Poser, Skeleton, build_skeleton, turn
from hmworld.embedded.bodies.stepping import Contact, Footfall, Gait, contacts, foot_path, phases, wave
from hmworld.embedded.bodies.subject import IDLE_PHASES, MOVING_PHASES

Array = NDArray[np.float64]
SIDES = (("hind_l", 0.0), ("hind_r", 0.5))
"""Legs and their landing phases; they bend as a quadruped's hind legs do: hidden knee forwards, ankle backwards."""


@dataclass(frozen=True)
class BirdJoints:
    """Where a bird's joints are, metres. `leg`: hip, knee, ankle, root of the toes; `sole`: heel and toe relative to the last."""

    body: Place
    necks: tuple[Place, ...]
    head_at: Place
    tail: Place
    wing: Vector
    leg: tuple[Place, Place, Place, Place]
    leg_y: float
    sole: tuple[float, float]

    def neck_names(self) -> tuple[str, ...]:
        """Names of the neck's joints, from the breast up."""
        return tuple(f"neck_{k + 1}" for k in range(len(self.necks)))

    def animal(self) -> Animal:
        """The joints and feet as the legs' solver knows them; a bird has no forelegs."""
        return Animal("foot", 0.0, 0.0, *self.sole, self.neck_names(), ("tail",))

    def skeleton(self) -> Skeleton:
        """The bird's skeleton."""
        x, z = self.body
        rows: list[tuple[str, str, Vector]] = [("pelvis", "", (x, 0.0, z))]
        parent = "pelvis"
        for name, (x, z) in zip(self.neck_names(), self.necks, strict=True):
            rows.append((name, parent, (x, 0.0, z)))
            parent = name
        rows.append(("head", parent, (self.head_at[0], 0.0, self.head_at[1])))
        rows.append(("tail", "pelvis", (self.tail[0], 0.0, self.tail[1])))
        rows.append(("wing_l", "pelvis", self.wing))
        parent = "pelvis"
        for part, (x, z) in zip(("upper", "lower", "cannon", "foot"), self.leg, strict=True):
            name = f"hind_{part}_l"
            rows.append((name, parent, (x, self.leg_y, z)))
            parent = name
        return build_skeleton(rows)


@dataclass(frozen=True)
class BirdManner:
    """How one bird moves in one gait: degrees, metres and cycle shares.

    `roll` and `sway_m` carry the body over the planted foot, a waddle; `lean` pitches it forwards; `neck` lays the neck forwards; `bob`
    nods it twice a cycle; `wing_out` lifts the wings off the body and `wing_beat` moves them twice a cycle.
    """

    fall: Footfall
    cycle_s: float
    speed_range_mps: tuple[float, float]
    bob_m: float = 0.0
    bob_peak: float = 0.0
    sway_m: float = 0.0
    roll: float = 0.0
    yaw: float = 0.0
    lean: float = 0.0
    neck: float = 0.0
    head: float = 0.0
    bob: float = 0.0
    gaze: float = 0.0
    wing_out: float = 0.0
    wing_beat: float = 0.0
    tail_sway: float = 0.0
    breath: float = 0.0


def bird_gaits(joints: BirdJoints, idle: BirdManner, walk: BirdManner, run: BirdManner) -> Callable[[Skeleton], tuple[Gait, ...]]:
    """What poses a bird in its idle, walk and run."""

    def made_gaits(skeleton: Skeleton) -> tuple[Gait, ...]:
        return (
            bird_gait(skeleton, joints.animal(), "idle", idle, IDLE_PHASES),
            bird_gait(skeleton, joints.animal(), "walk", walk, MOVING_PHASES),
            bird_gait(skeleton, joints.animal(), "run", run, MOVING_PHASES),
        )

    return made_gaits


def bird_gait(skeleton: Skeleton, animal: Animal, name: str, m: BirdManner, count: int) -> Gait:
    """Pose a bird over `count` phases of one cycle; the left foot lands at phase 0."""
    phase = phases(count)
    straight = np.zeros(count)
    paths: dict[str, tuple[Array, Array]] = {}
    marks: list[Contact] = []
    for leg, start in SIDES:
        foot = foot_of(skeleton, animal, leg)
        joint = f"hind_foot_{leg[-1]}"
        fall = replace(m.fall, start=start)
        spans = contacts((joint, joint), foot, fall)
        if fall.stance >= 1.0:
            paths[leg] = (np.tile(foot.joint, (count, 1)), straight)
            marks += [replace(c, start=0.0, share=1.0) for c in spans]
        else:
            joint_path, pitch, _ = foot_path(foot, fall, phase)
            paths[leg] = (joint_path, pitch)
            marks += spans
    poser = _trunk(skeleton, animal, m, phase, 0.0)
    room = min(planted_room(poser, animal, leg, paths[leg][0], straight, replace(m.fall, start=start)) for leg, start in SIDES)
    poser = _trunk(skeleton, animal, m, phase, min(0.0, room))
    for leg, _ in SIDES:
        path, pitch = paths[leg]
        pose_leg(poser, animal, leg, (within_reach(poser, animal, leg, path, straight), pitch), straight)
    return Gait(name, m.cycle_s, m.fall.stride_m, m.speed_range_mps, poser.matrices(), tuple(marks))


def _trunk(skeleton: Skeleton, animal: Animal, m: BirdManner, phase: Array, lift_m: float) -> Poser:
    """Body, neck, head, tail and wings. The head is held level and still while the body rolls beneath it."""
    poser = Poser(skeleton, len(phase))
    over_left = wave(phase, 0.5 * m.fall.stance) if m.fall.stance < 1.0 else wave(phase, 0.0)
    breath = m.breath * wave(phase, 0.35)
    root = np.tile(skeleton.at("pelvis"), (len(phase), 1))
    root[:, 1] += m.sway_m * over_left
    root[:, 2] += lift_m + m.bob_m * wave(phase, m.bob_peak, 2)
    roll, yaw = -m.roll * over_left, -m.yaw * wave(phase, 0.0)
    poser.set_root("pelvis", root, turn(roll, m.lean + breath, yaw))
    look = m.gaze * (wave(phase, 0.2) + 0.35 * wave(phase, 0.55, 2))
    bob = m.bob * wave(phase, 0.10, 2)
    for k, name in enumerate(animal.necks):
        part = (k + 1.0) / (len(animal.necks) + 1.0)
        nod = bob if k == 0 else -0.6 * bob
        poser.set_global(name, turn((1.0 - part) * 0.6 * roll, m.neck + nod, (1.0 - part) * yaw + part * look))
    poser.set_global("head", turn(0.0, m.head, look))
    poser.set_local("tail", turn(0.0, -0.5 * breath, m.tail_sway * wave(phase, 0.3)))
    for side, out in (("l", 1.0), ("r", -1.0)):
        poser.set_local(f"wing_{side}", turn(out * (m.wing_out + m.wing_beat * wave(phase, 0.2, 2)), 0.0, -0.4 * out * m.wing_out))
    return poser
