"""Hopping: both hind feet push off together from long soles, as kangaroos and rabbits do; forelegs hang or take the next weight."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.bodies.animals.gaits import Animal, folding, foot_of, pose_leg
from hmworld.embedded.bodies.animals.gallop import Spring, planted_room, within_reach
from hmworld.embedded.bodies.skeleton import Poser, Skeleton, turn
from hmworld.embedded.bodies.stepping import (
    REACH,
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


@dataclass(frozen=True)
class Hop:
    """How an animal hops, or stands where `hind.stance` is 1: degrees, metres and cycle shares; both hind feet land at phase 0.

    `fore` lands at the phases `fore_landing` (left, right), or hangs when None, swinging by `arm`. `rise_m` lifts the body in mid
    leap, `raise_m` the hips throughout, as far as the planted feet reach. `lean` is the trunk's mean nose-down pitch from the rest
    pose, around which `spring` moves it; `hold` is the share of that pitch which the neck undoes. `tail_lift` and `tail_pump` (at
    `tail_peak`) raise the tail against the trunk.
    """

    hind: Footfall
    cycle_s: float
    speed_range_mps: tuple[float, float]
    spring: Spring
    fore: Footfall | None = None
    fore_landing: tuple[float, float] = (0.5, 0.5)
    rise_m: float = 0.0
    raise_m: float = 0.0
    lean: float = 0.0
    hold: float = 0.8
    arm: float = 0.0
    carpus: float = 0.0
    tail_lift: float = 0.0
    tail_pump: float = 0.0
    tail_peak: float = 0.3
    ears_back: float = 0.0
    ear_twitch: float = 3.0
    breath: float = 0.0
    gaze: float = 0.0
    nod: float = 0.0


def hop(skeleton: Skeleton, animal: Animal, name: str, m: Hop, count: int) -> Gait:
    """Pose an animal over `count` phases of one hop."""
    phase = phases(count)
    marks: list[Contact] = []
    hinds: dict[str, tuple[Array, Array, Array]] = {}
    for side in "lr":
        foot = _sole(skeleton, animal, side)
        hinds[side] = _path(foot, m.hind, phase)
        marks += _marks((f"hind_cannon_{side}", f"hind_paw_{side}"), foot, m.hind)
    falls = {side: replace(m.fore, start=at) for side, at in zip("lr", m.fore_landing, strict=True)} if m.fore else {}
    folds = {side: folding(m.carpus, fall, phase) for side, fall in falls.items()}
    fores: dict[str, tuple[Array, Array, Array]] = {}
    for side, fall in falls.items():
        foot = foot_of(skeleton, animal, f"fore_{side}")
        fores[side] = _path(foot, fall, phase)
        marks += _marks((f"fore_paw_{side}", f"fore_paw_{side}"), foot, fall)
    poser = _trunk(skeleton, animal, m, phase, m.raise_m)
    room = [_hind_room(poser, side, hinds[side][0], m.hind) for side in "lr"]
    room += [planted_room(poser, animal, f"fore_{side}", fores[side][0], folds[side], fall) for side, fall in falls.items()]
    poser = _trunk(skeleton, animal, m, phase, m.raise_m + min(0.0, *room))
    for side in "lr":
        _hind(poser, side, hinds[side])
        if side not in fores:
            _arm(poser, m, side, phase)
            continue
        path, pitch, _ = fores[side]
        path = within_reach(poser, animal, f"fore_{side}", path, folds[side])
        pose_leg(poser, animal, f"fore_{side}", (path, pitch), folds[side])
    return Gait(name, m.cycle_s, m.hind.stride_m, m.speed_range_mps, poser.matrices(), tuple(marks))


def twice(gait: Gait) -> Gait:
    """Two hops as one cycle, whose halves are then alike, as those of a walk are."""
    first = tuple(replace(c, start=c.start / 2, share=c.share / 2) for c in gait.contacts)
    second = tuple(replace(c, start=c.start + 0.5) for c in first)
    return replace(
        gait,
        cycle_s=2 * gait.cycle_s,
        stride_m=2 * gait.stride_m,
        matrices=np.concatenate([gait.matrices, gait.matrices]),
        contacts=first + second,
    )


def _sole(skeleton: Skeleton, animal: Animal, side: str) -> Foot:
    """The long hind foot: it rolls from under the ankle to the ball of the toes."""
    ankle, ball = skeleton.at(f"hind_cannon_{side}"), skeleton.at(f"hind_paw_{side}")
    heel, tip = (np.array([x, ankle[1], 0.0]) for x in (ankle[0] + animal.hind_heel, ball[0] + animal.hind_toe))
    return Foot(ankle, heel, ball, tip)


def _path(foot: Foot, fall: Footfall, phase: Array) -> tuple[Array, Array, Array]:
    if fall.stance >= 1.0:
        return np.tile(foot.joint, (len(phase), 1)), np.zeros(len(phase)), np.zeros(len(phase))
    return foot_path(foot, fall, phase)


def _marks(names: tuple[str, str], foot: Foot, fall: Footfall) -> tuple[Contact, ...]:
    spans = contacts(names, foot, fall)
    return tuple(replace(c, start=0.0, share=1.0) for c in spans) if fall.stance >= 1.0 else spans


def _trunk(skeleton: Skeleton, animal: Animal, m: Hop, phase: Array, lift_m: float) -> Poser:
    poser = Poser(skeleton, len(phase))
    rock = m.spring.rock * wave(phase, m.spring.rock_peak)
    rounded = m.spring.flex * wave(phase, m.spring.flex_peak)
    root = np.tile(skeleton.at("pelvis"), (len(phase), 1))
    middle = skeleton.at("chest") - skeleton.at("pelvis")
    root[:, 2] += m.rise_m * wave(phase, (1.0 + m.hind.stance) / 2) + lift_m
    if m.fore is not None:  # on four feet the trunk rocks about its middle
        root[:, 2] += 0.5 * middle[0] * np.sin(np.radians(rock))
    pitch = m.lean + rock
    breath = m.breath * wave(phase, 0.35)
    poser.set_root("pelvis", root, turn(0.0, pitch - rounded))
    poser.set_global("spine", turn(0.0, pitch))
    poser.set_global("chest", turn(0.0, pitch + 0.6 * rounded + breath))
    look = m.gaze * (wave(phase, 0.2) + 0.35 * wave(phase, 0.55, 2))
    nod = m.nod * wave(phase, 0.7)
    poser.set_global("neck", turn(0.0, (1.0 - m.hold) * pitch + nod + breath, 0.4 * look))
    poser.set_global("head", turn(0.0, 0.5 * (1.0 - m.hold) * pitch + 0.5 * nod, look))
    for k, name in enumerate(animal.ears):
        sign = 1.0 if name.endswith("_l") else -1.0
        twitch = m.ear_twitch * wave(phase, 0.3 + 0.1 * k)
        poser.set_local(name, turn(roll=sign * twitch, pitch=-m.ears_back - 0.5 * m.ear_twitch * wave(phase, 0.1)))
    for k, name in enumerate(animal.tails):
        pump = m.tail_pump * wave(phase, m.tail_peak + 0.08 * k)
        poser.set_local(name, turn(0.0, (m.tail_lift if k == 0 else 0.35 * m.tail_lift) + pump * (1.0 if k == 0 else 0.5)))
    for side in "lr":
        poser.set_local(f"scapula_{side}", turn())
    return poser


def _bones(skeleton: Skeleton, side: str) -> tuple[Array, Array]:
    thigh = bone(skeleton, f"hind_upper_{side}", f"hind_lower_{side}")
    return thigh, bone(skeleton, f"hind_lower_{side}", f"hind_cannon_{side}")


def _hind_room(poser: Poser, side: str, target: Array, fall: Footfall) -> float:
    thigh, shin = _bones(poser.skeleton, side)
    length = float(np.linalg.norm(thigh) + np.linalg.norm(shin))
    planted = since(phases(len(target)), fall.start) <= fall.stance
    return headroom(poser.position(f"hind_upper_{side}")[planted], target[planted], length)


def _hind(poser: Poser, side: str, path: tuple[Array, Array, Array]) -> None:
    target, pitch, toe_pitch = path
    thigh, shin = _bones(poser.skeleton, side)
    hip = poser.position(f"hind_upper_{side}")
    offset = target - hip
    reach = REACH * float(np.linalg.norm(thigh) + np.linalg.norm(shin)) + 1e-6
    target = hip + offset * np.minimum(1.0, reach / np.linalg.norm(offset, axis=1))[:, None]
    upper, lower, _ = bend(hip, target, thigh, shin)
    poser.set_global(f"hind_upper_{side}", upper)
    poser.set_global(f"hind_lower_{side}", lower)
    poser.set_global(f"hind_cannon_{side}", turn(pitch=pitch))
    poser.set_global(f"hind_paw_{side}", turn(pitch=toe_pitch))


def _arm(poser: Poser, m: Hop, side: str, phase: Array) -> None:
    """Forelegs hang before the chest and swing a little with the hop."""
    swing = m.arm * wave(phase, 0.15)
    poser.set_global(f"fore_upper_{side}", turn(pitch=0.5 * m.lean + swing))
    poser.set_local(f"fore_lower_{side}", turn(pitch=-0.5 * swing))
    poser.set_local(f"fore_cannon_{side}", turn(pitch=0.4 * swing))
    poser.set_local(f"fore_paw_{side}", turn(pitch=0.3 * swing))
