"""How people stand, walk and run."""

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
    wave,
)

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Manner:
    """How one person moves in one gait: degrees, metres at the model height, and cycle shares."""

    fall: Footfall
    cycle_s: float
    speed_range_mps: tuple[float, float]
    bob_m: float = 0.0
    bob_peak: float = 0.0
    sway_m: float = 0.0
    pelvis_yaw: float = 0.0
    pelvis_roll: float = 0.0
    chest_yaw: float = 0.0
    lean: float = 2.0
    arm_swing: float = 0.0
    arm_ahead: float = 0.0
    elbow: float = 4.0
    elbow_swing: float = 0.0
    arm_out: float = 9.0
    breath: float = 0.0
    gaze: float = 0.0
    stoop: float = 0.0
    """How far an old back is bent; the head looks ahead all the same."""
    crouch_m: float = 0.0
    """How much lower than straight legs the hips are carried."""
    flow: float = 5.0
    """How far a cape or ponytail trails."""


def gait(skeleton: Skeleton, name: str, manner: Manner, count: int) -> Gait:
    """Pose a person over `count` phases of one cycle; the left foot lands at phase 0."""
    phase = phases(count)
    standing = manner.fall.stance >= 1.0
    paths = {}
    marks: list[Contact] = []
    for side, start in (("l", 0.0), ("r", 0.5)):
        foot = _foot(skeleton, side)
        fall = replace(manner.fall, start=start)
        if standing:
            joint = np.tile(foot.joint, (count, 1))
            joint[:, 1] -= fall.inward_m * np.sign(foot.joint[1])
            paths[side] = (joint, np.zeros(count), np.zeros(count))
        else:
            paths[side] = foot_path(foot, fall, phase)
        spans = contacts((f"foot_{side}", f"toe_{side}"), foot, fall)
        marks += [replace(c, start=0.0, share=1.0) for c in spans] if standing else list(spans)
    rise = manner.bob_m * wave(phase, manner.bob_peak, 2) - manner.crouch_m
    poser = _trunk(skeleton, manner, phase, rise)
    length = sum(float(np.linalg.norm(bone(skeleton, a, b))) for a, b in (("thigh_l", "shin_l"), ("shin_l", "foot_l")))
    room = min(headroom(poser.position(f"thigh_{side}"), paths[side][0], length) for side in "lr")
    poser = _trunk(skeleton, manner, phase, rise + min(0.0, room))
    for side in "lr":
        _leg(poser, side, *paths[side])
        _arm(poser, side, manner, phase)
    matrices = poser.matrices()
    return Gait(name, manner.cycle_s, manner.fall.stride_m, manner.speed_range_mps, matrices, tuple(marks))


def _foot(skeleton: Skeleton, side: str) -> Foot:
    joint, toe = skeleton.at(f"foot_{side}"), skeleton.at(f"toe_{side}")
    size = (toe[0] - joint[0]) / 0.123
    heel, tip = (np.array([x, joint[1], 0.0]) for x in (joint[0] - 0.062 * size, toe[0] + 0.075 * size))
    return Foot(joint, heel, toe, tip)


def _trunk(skeleton: Skeleton, m: Manner, phase: Array, rise: Array) -> Poser:
    """Pelvis to head, and the shoulders. The chest turns against the pelvis; the head stays nearly level."""
    poser = Poser(skeleton, len(phase))
    root = np.tile(skeleton.at("pelvis"), (len(phase), 1))
    root[:, 1] += m.sway_m * wave(phase, 0.29)
    root[:, 2] += rise
    left_ahead = wave(phase, 0.0)
    yaw, roll = -m.pelvis_yaw * left_ahead, m.pelvis_roll * wave(phase, 0.25)
    breath = wave(phase, 0.35)
    poser.set_root("pelvis", root, turn(roll, 0.4 * m.lean, yaw))
    poser.set_global("spine", turn(-0.3 * roll, 0.8 * m.lean + 0.45 * m.stoop, 0.3 * yaw))
    turned = m.chest_yaw * left_ahead
    nod = 0.8 * m.bob_m / 0.02 * wave(phase, 0.07, 2)
    poser.set_global("chest", turn(-0.5 * roll, m.lean + m.stoop - m.breath * breath, turned))
    poser.set_global(
        "neck",
        turn(
            -0.2 * roll,
            0.7 * m.lean + 1.25 * m.stoop - 0.5 * m.breath * breath,
            0.4 * turned + 0.4 * m.gaze * wave(phase, 0.2),
        ),
    )
    tip = 0.2 * m.lean + 0.25 * m.stoop + nod + 0.25 * m.gaze * wave(phase, 0.45, 2)
    poser.set_global("head", turn(0.0, tip, 0.1 * turned + m.gaze * wave(phase, 0.2)))
    for side, sign in (("l", 1.0), ("r", -1.0)):
        shrug = 2.0 * m.breath * breath * sign
        poser.set_local(f"clavicle_{side}", turn(shrug - 4.0 * sign, 0.0, -0.25 * m.arm_swing * left_ahead * 0.3))
    if "cape" in skeleton.names:
        poser.set_global("cape", turn(pitch=m.flow * (1.0 + 0.25 * wave(phase, 0.1, 2)), yaw=0.5 * turned))
    if "tail" in skeleton.names:
        poser.set_local("tail", turn(roll=0.8 * m.flow * left_ahead, pitch=0.4 * m.flow * (1.0 + wave(phase, 0.1, 2))))
    return poser


def _arm(poser: Poser, side: str, m: Manner, phase: Array) -> None:
    """Let the arm hang from its rest direction down to the side, and swing against the leg of its side."""
    sign = 1.0 if side == "l" else -1.0
    behind = sign * wave(phase, 0.02)
    upper_rest = bone(poser.skeleton, f"upper_arm_{side}", f"forearm_{side}")
    out = float(np.degrees(np.arctan2(abs(upper_rest[1]), -upper_rest[2])))
    drop = turn(roll=-sign * (out - m.arm_out))
    swing = m.arm_swing * behind - m.arm_ahead - m.stoop
    chest = poser.rotation_of("chest")
    poser.set_global(f"upper_arm_{side}", chest @ turn(pitch=swing) @ drop)
    bent = m.elbow - m.elbow_swing * behind
    inward = turn(roll=-sign * (4.0 + 0.10 * bent), yaw=-sign * 0.12 * bent)
    poser.set_global(f"forearm_{side}", chest @ turn(pitch=swing) @ turn(pitch=-bent) @ inward @ drop)
    poser.set_local(f"hand_{side}", turn(roll=0.0, pitch=-3.0 + 3.0 * wave(phase, 0.15 if sign > 0 else 0.65)))


def _leg(poser: Poser, side: str, joint: Array, pitch: Array, toe_pitch: Array) -> None:
    skeleton = poser.skeleton
    thigh, shin, foot = (f"{part}_{side}" for part in ("thigh", "shin", "foot"))
    first, second, _ = bend(poser.position(thigh), joint, bone(skeleton, thigh, shin), bone(skeleton, shin, foot))
    poser.set_global(thigh, first)
    poser.set_global(shin, second)
    poser.set_global(foot, turn(pitch=pitch))
    poser.set_global(f"toe_{side}", turn(pitch=toe_pitch))
    lean = turn(roll=np.degrees(np.arctan2(first[:, 2, 1], first[:, 1, 1])) * 0.3)
    if f"coat_front_{side}" in skeleton.names:
        forward = np.degrees(np.arctan2(-first[:, 0, 2], first[:, 0, 0]))
        poser.set_global(f"coat_front_{side}", lean @ turn(pitch=-_at_least(0.95 * forward - 3.0)))
        poser.set_global(f"coat_back_{side}", lean @ turn(pitch=_at_least(-1.1 * forward - 1.0)))
    if f"gown_front_{side}" in skeleton.names:
        reach = joint - poser.position(thigh)
        forward = np.degrees(np.arctan2(reach[:, 0], -reach[:, 2]))
        poser.set_global(f"gown_front_{side}", lean @ turn(pitch=-_at_least(0.9 * forward - 4.0)))
        poser.set_global(f"gown_back_{side}", lean @ turn(pitch=_at_least(-0.9 * forward - 2.0)))


def _at_least(angle: Array, softness: float = 4.0) -> Array:
    """max(angle, 0) in degrees, rounded at the corner: cloth is pushed by a leg but not pulled."""
    rounded: Array = (angle + np.sqrt(angle**2 + softness**2)) / 2.0
    return rounded
