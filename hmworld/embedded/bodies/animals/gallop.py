"""The gallop: hind legs, then forelegs, each pair in quick succession, then a leap with all legs gathered under a rounded back."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.bodies.animals.gaits import LEGS, Animal, Manner, chain, folding, foot_of, pose_ends, pose_leg
from hmworld.embedded.bodies.skeleton import Poser, Skeleton, turn
from hmworld.embedded.bodies.stepping import REACH, Contact, Footfall, Gait, contacts, foot_path, headroom, phases, since, wave

Array = NDArray[np.float64]
ROTARY = (0.0, 0.52, 0.10, 0.42)
"""Landing phases of LEGS in the gallop of dogs and cats: left hind, right hind, right fore, left fore."""
TRANSVERSE = (0.0, 0.42, 0.12, 0.54)
"""Landing phases of LEGS in the gallop of hoofed animals: left hind, right hind, left fore, right fore."""


@dataclass(frozen=True)
class Spring:
    """How the trunk moves in one gallop: degrees and cycle phases.

    `rock`: the whole trunk's nose-down pitch at phase `rock_peak`; `flex`: how far the back is rounded at phase `flex_peak`, when all
    legs are gathered, and hollowed half a cycle later. The rise over the leap is the manner's `bob_m`, at its `bob_peak`.
    """

    rock: float
    flex: float
    rock_peak: float = 0.72
    flex_peak: float = 0.93


def gallop(skeleton: Skeleton, animal: Animal, name: str, manner: Manner, spring: Spring, count: int) -> Gait:
    """Pose an animal over `count` phases of one gallop; `manner.landing` says which, such as ROTARY."""
    phase = phases(count)
    paths: dict[str, tuple[Array, Array]] = {}
    falls: dict[str, Footfall] = {}
    marks: list[Contact] = []
    for leg, start in zip(LEGS, manner.landing, strict=True):
        foot = foot_of(skeleton, animal, leg)
        fall = replace(manner.fore if leg.startswith("fore") else manner.hind, start=start)
        falls[leg] = fall
        joint = f"{leg[:4]}_{animal.foot}_{leg[-1]}"
        joint_path, pitch, _ = foot_path(foot, fall, phase)
        paths[leg] = (joint_path, pitch)
        marks += contacts((joint, joint), foot, fall)
    poser = _trunk(skeleton, animal, manner, spring, phase, 0.0, paths)
    room = min(planted_room(poser, animal, leg, paths[leg][0], folding(manner.carpus, falls[leg], phase), falls[leg]) for leg in LEGS)
    poser = _trunk(skeleton, animal, manner, spring, phase, min(0.0, room), paths)
    for leg in LEGS:
        fold = folding(manner.carpus, falls[leg], phase)
        path, pitch = paths[leg]
        pose_leg(poser, animal, leg, (within_reach(poser, animal, leg, path, fold), pitch), fold)
    return Gait(name, manner.cycle_s, manner.hind.stride_m, manner.speed_range_mps, poser.matrices(), tuple(marks))


def _trunk(
    skeleton: Skeleton,
    animal: Animal,
    m: Manner,
    spring: Spring,
    phase: Array,
    lift_m: float,
    paths: dict[str, tuple[Array, Array]],
) -> Poser:
    poser = Poser(skeleton, len(phase))
    root = np.tile(skeleton.at("pelvis"), (len(phase), 1))
    root[:, 2] += m.bob_m * wave(phase, m.bob_peak) + lift_m
    rock = spring.rock * wave(phase, spring.rock_peak)
    rounded = spring.flex * wave(phase, spring.flex_peak)
    yaw = m.bend_yaw * wave(phase, m.landing[0] + 0.2)
    # The shoulders, not the hips, hang on the root's line: the trunk rocks about its middle.
    middle = skeleton.at("chest") - skeleton.at("pelvis")
    root[:, 2] += 0.5 * middle[0] * np.sin(np.radians(rock))
    poser.set_root("pelvis", root, turn(0.0, rock - rounded, yaw))
    poser.set_global("spine", turn(0.0, rock, 0.3 * yaw))
    poser.set_global("chest", turn(0.0, rock + 0.6 * rounded, -0.4 * yaw))
    pose_ends(poser, animal, m, phase, yaw, 0.4 * rock, paths)
    return poser


def planted_room(poser: Poser, animal: Animal, leg: str, target: Array, fold: Array, fall: Footfall) -> float:
    """How far the body may rise so that the leg reaches the ground while it is planted."""
    planted = since(phases(len(target)), fall.start) <= fall.stance
    first, second = chain(poser.skeleton, animal, leg, fold)
    length = np.linalg.norm(first) + np.linalg.norm(second, axis=1)
    hip = poser.position(f"{leg[:4]}_upper_{leg[-1]}")
    return headroom(hip[planted], target[planted], length[planted])


def within_reach(poser: Poser, animal: Animal, leg: str, target: Array, fold: Array) -> Array:
    """`target`, drawn towards the hip where a swinging leg does not reach it."""
    first, second = chain(poser.skeleton, animal, leg, fold)
    length = REACH * (np.linalg.norm(first) + np.linalg.norm(second, axis=1)) + 1e-6
    hip = poser.position(f"{leg[:4]}_upper_{leg[-1]}")
    offset = target - hip
    distance = np.linalg.norm(offset, axis=1)
    drawn: Array = hip + offset * np.minimum(1.0, length / distance)[:, None]
    return drawn
