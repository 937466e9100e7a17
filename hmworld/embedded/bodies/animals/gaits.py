"""How four-legged animals stand, walk (four beats, lateral sequence) and trot (diagonal pairs)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.bodies.skeleton import Poser, Skeleton, turn
from hmworld.embedded.bodies.stepping import (
    Contact,
    Foot,
    Footfall,
    Gait,
    bend,
    bone,
    contacts,
    foot_path,
    headroom,
    phases,
    since,
    wave,
)

Array = NDArray[np.float64]
LEGS = ("hind_l", "fore_l", "hind_r", "fore_r")
LATERAL_SEQUENCE = (0.0, 0.25, 0.5, 0.75)
"""Landing phases of LEGS in a walk: left hind, left fore, right hind, right fore."""
DIAGONAL_PAIRS = (0.0, 0.5, 0.5, 0.0)
"""Landing phases of LEGS in a trot."""


@dataclass(frozen=True)
class Animal:
    """Which joints an animal has beyond the common ones, and its feet: heel and toe relative to the foot joint, metres."""

    foot: str
    fore_heel: float
    fore_toe: float
    hind_heel: float
    hind_toe: float
    necks: tuple[str, ...]
    tails: tuple[str, ...]
    ears: tuple[str, ...] = ()
    trunks: tuple[str, ...] = ()
    """The joints of an elephant's trunk, from the head down."""


@dataclass(frozen=True)
class Manner:
    """How one animal moves in one gait: degrees, metres and cycle shares. `landing` gives the phases of LEGS."""

    fore: Footfall
    hind: Footfall
    landing: tuple[float, float, float, float]
    cycle_s: float
    speed_range_mps: tuple[float, float]
    bob_m: float = 0.0
    bob_peak: float = 0.0
    sway_m: float = 0.0
    roll: float = 0.0
    bend_yaw: float = 0.0
    scapula: float = 0.0
    carpus: float = 0.0
    neck_down: float = 0.0
    head_down: float = 0.0
    nod: float = 0.0
    nod_times: int = 2
    gaze: float = 0.0
    tail_lift: float = 0.0
    tail_sway: float = 0.0
    tail_times: int = 1
    breath: float = 0.0
    ear_flap: float = 0.0
    trunk_sway: float = 0.0
    trunk_curl: float = 0.0


def gait(skeleton: Skeleton, animal: Animal, name: str, manner: Manner, count: int) -> Gait:
    """Pose an animal over `count` phases of one cycle."""
    phase = phases(count)
    paths: dict[str, tuple[Array, Array]] = {}
    falls: dict[str, Footfall] = {}
    marks: list[Contact] = []
    for leg, start in zip(LEGS, manner.landing, strict=True):
        foot = foot_of(skeleton, animal, leg)
        fall = replace(manner.fore if leg.startswith("fore") else manner.hind, start=start)
        falls[leg] = fall
        joint = f"{leg[:4]}_{animal.foot}_{leg[-1]}"
        spans = contacts((joint, joint), foot, fall)
        if fall.stance >= 1.0:
            paths[leg] = (np.tile(foot.joint, (count, 1)), np.zeros(count))
            marks += [replace(c, start=0.0, share=1.0) for c in spans]
        else:
            joint_path, pitch, _ = foot_path(foot, fall, phase)
            paths[leg] = (joint_path, pitch)
            marks += spans
    rise = manner.bob_m * wave(phase, manner.bob_peak, 2)
    poser = _trunk(skeleton, animal, manner, phase, rise, paths)
    room = min(_room(poser, animal, leg, paths[leg][0], folding(manner.carpus, falls[leg], phase)) for leg in LEGS)
    poser = _trunk(skeleton, animal, manner, phase, rise + min(0.0, room), paths)
    for leg in LEGS:
        pose_leg(poser, animal, leg, paths[leg], folding(manner.carpus, falls[leg], phase))
    stride = manner.hind.stride_m
    return Gait(name, manner.cycle_s, stride, manner.speed_range_mps, poser.matrices(), tuple(marks))


def foot_of(skeleton: Skeleton, animal: Animal, leg: str) -> Foot:
    """The rolling points of one of LEGS."""
    joint = skeleton.at(f"{leg[:4]}_{animal.foot}_{leg[-1]}")
    fore = leg.startswith("fore")
    heel, toe = (animal.fore_heel, animal.fore_toe) if fore else (animal.hind_heel, animal.hind_toe)
    back, front = (np.array([joint[0] + x, joint[1], 0.0]) for x in (heel, toe))
    return Foot(joint, back, front, front)


def folding(carpus: float, fall: Footfall, phase: Array) -> Array:
    """How far the front knee is folded (P,), at most `carpus` degrees: straight while the foot is planted."""
    if fall.stance >= 1.0:
        return np.zeros(len(phase))
    u = np.clip((since(phase, fall.start) - fall.stance) / (1.0 - fall.stance), 0.0, 1.0)
    folded: Array = carpus * np.sin(np.pi * u**0.85) ** 2
    return folded


def _trunk(
    skeleton: Skeleton,
    animal: Animal,
    m: Manner,
    phase: Array,
    rise: Array,
    paths: dict[str, tuple[Array, Array]],
) -> Poser:
    """Pelvis to head and tail. The spine bends towards the side whose hind leg is ahead; the shoulder blades follow the legs."""
    poser = Poser(skeleton, len(phase))
    root = np.tile(skeleton.at("pelvis"), (len(phase), 1))
    hind_left = wave(phase, m.landing[0])
    root[:, 1] += m.sway_m * wave(phase, m.landing[0] + 0.3)
    root[:, 2] += rise
    breath = m.breath * wave(phase, 0.35)
    roll = m.roll * wave(phase, m.landing[0] + 0.25)
    yaw = -m.bend_yaw * hind_left
    poser.set_root("pelvis", root, turn(roll, 0.0, yaw))
    poser.set_global("spine", turn(0.5 * roll, 0.0, 0.1 * yaw))
    poser.set_global("chest", turn(-0.3 * roll, breath, -0.5 * yaw))
    pose_ends(poser, animal, m, phase, yaw, breath, paths)
    return poser


def pose_ends(
    poser: Poser,
    animal: Animal,
    m: Manner,
    phase: Array,
    yaw: Array,
    pitch: Array,
    paths: dict[str, tuple[Array, Array]],
) -> None:
    """Neck, head, ears, tail and shoulder blades on a posed trunk; `yaw` is the hip's, `pitch` the neck's share of the chest's."""
    nod = m.nod * wave(phase, m.landing[1] + 0.10, m.nod_times)
    look = m.gaze * (wave(phase, 0.2) + 0.35 * wave(phase, 0.55, 2))
    share = 1.0 / len(animal.necks)
    for k, name in enumerate(animal.necks):
        part = (k + 1) * share
        poser.set_global(
            name,
            turn(0.0, (m.neck_down + nod) * (0.5 + 0.5 * part) + pitch, -0.4 * yaw + 0.45 * part * look),
        )
    poser.set_global("head", turn(0.0, m.head_down + 0.25 * nod, -0.2 * yaw + look))
    for k, name in enumerate(animal.ears):
        poser.set_local(name, turn(roll=(3.0 if name.endswith("_l") else -3.0) * wave(phase, 0.3 + 0.1 * k, m.nod_times)))
    if m.ear_flap:
        for name, out in zip(animal.ears, (1.0, -1.0), strict=True):
            poser.set_local(name, turn(yaw=-out * m.ear_flap * (0.6 + 0.4 * wave(phase, 0.3, m.nod_times))))
    for k, name in enumerate(animal.trunks):
        late = 0.08 * k
        poser.set_local(name, turn(m.trunk_sway * wave(phase, 0.3 + late), m.trunk_curl * (0.5 + 0.5 * wave(phase, 0.1 + late))))
    for k, name in enumerate(animal.tails):
        late = 0.09 * k
        lift = m.tail_lift * (1.0 if k == 0 else 0.25) + 1.5 * wave(phase, 0.1 + late, 2)
        poser.set_local(name, turn(0.0, lift, m.tail_sway * (0.6 + 0.3 * k) * wave(phase, 0.2 + late, m.tail_times)))
    for side in "lr":
        path = paths[f"fore_{side}"][0][:, 0]
        reach = float(np.ptp(path))
        ahead = (path - (path.max() + path.min()) / 2) / (reach / 2) if reach > 1e-6 else np.zeros(len(phase))
        poser.set_local(f"scapula_{side}", turn(pitch=-m.scapula * ahead))


def chain(skeleton: Skeleton, animal: Animal, leg: str, fold: Array) -> tuple[Array, Array]:
    """The two bones of the leg as the solver sees them: (3,) and (P, 3).

    A hind leg's thigh and cannon turn together (the reciprocal apparatus couples stifle and hock), so their sum acts as
    one bone. A front leg's forearm and cannon act as one bone, shorter while the knee is folded.
    """
    kind, side = leg[:4], leg[-1]
    upper, lower, cannon, foot = (f"{kind}_{part}_{side}" for part in ("upper", "lower", "cannon", animal.foot))
    a, b, c = (bone(skeleton, *pair) for pair in ((upper, lower), (lower, cannon), (cannon, foot)))
    if kind == "hind":
        return a + c, np.tile(b, (len(fold), 1))
    return a, b + (turn(pitch=fold) @ c[None, :, None])[:, :, 0]


def _room(poser: Poser, animal: Animal, leg: str, target: Array, fold: Array) -> float:
    first, second = chain(poser.skeleton, animal, leg, fold)
    length = np.linalg.norm(first) + np.linalg.norm(second, axis=1)
    return headroom(poser.position(f"{leg[:4]}_upper_{leg[-1]}"), target, length)


def pose_leg(poser: Poser, animal: Animal, leg: str, path: tuple[Array, Array], fold: Array) -> None:
    """Bend one of LEGS so that its foot follows `path`: joint (P, 3) and pitch (P,) degrees."""
    kind, side = leg[:4], leg[-1]
    upper, lower, cannon, foot = (f"{kind}_{part}_{side}" for part in ("upper", "lower", "cannon", animal.foot))
    first, second = chain(poser.skeleton, animal, leg, fold)
    upper_turn, lower_turn, _ = bend(poser.position(upper), path[0], first, second)
    poser.set_global(upper, upper_turn)
    poser.set_global(lower, lower_turn)
    poser.set_global(cannon, upper_turn if kind == "hind" else lower_turn @ turn(pitch=fold))
    poser.set_global(foot, turn(pitch=path[1]))
