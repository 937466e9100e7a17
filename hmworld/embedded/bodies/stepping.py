"""Where feet go during a cycle, and the legs that reach them: footfalls, foot roll and planar inverse kinematics.

Phases are fractions of a cycle; positions are in the root frame, which moves forward by one stride per cycle, so a
planted foot moves backwards in it at exactly that rate.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.bodies.skeleton import Poser, Skeleton, rotation, turn

Array = NDArray[np.float64]
FLAT_FROM, FLAT_TO = 0.20, 0.48
"""Shares of the stance between which the whole sole is on the ground."""

LEAST_CLEARANCE_M = 0.018
"""A swinging foot keeps its whole sole this far above the ground, save at its very ends."""

RETRACTION = 0.7
"""How much of the ground's speed a foot has taken up when it lands; matching it fully would overreach before."""

REACH = 0.988
"""A leg is never stretched beyond this share of its length."""


@dataclass(frozen=True)
class Foot:
    """A foot's joint, its two rolling points and the foremost point of its sole, in the rest pose, root frame, metres."""

    joint: Array
    heel: Array
    toe: Array
    tip: Array


@dataclass(frozen=True)
class Footfall:
    """One foot's schedule and style.

    `start`: phase of landing; `stance`: share of the cycle on the ground; `stride_m`: ground covered per cycle;
    `ahead_m`: how far the middle of the stance lies ahead of the rest position; `inward_m`: towards the midline;
    `strike_deg`: toe-up pitch at landing; `lift_deg`: heel-up pitch when the toe leaves; `fold_deg`: extra toe-down
    pitch in mid swing; `clearance_m`: extra height in mid swing; `early`: below 1 the extra comes early in the swing.
    """

    start: float
    stance: float
    stride_m: float
    ahead_m: float = 0.0
    inward_m: float = 0.0
    strike_deg: float = 0.0
    lift_deg: float = 0.0
    fold_deg: float = 0.0
    clearance_m: float = 0.05
    early: float = 0.8


@dataclass(frozen=True)
class Contact:
    """A rest point of a joint's skin that stays put on the ground from phase `start` for `share` of the cycle."""

    joint: str
    point: tuple[float, float, float]
    start: float
    share: float


@dataclass(frozen=True)
class Gait:
    """One cycle of motion: skinning matrices (P, J, 3, 4) at evenly spaced phases, and the numbers a card needs."""

    name: str
    cycle_s: float
    stride_m: float
    speed_range_mps: tuple[float, float]
    matrices: Array
    contacts: tuple[Contact, ...] = field(default=())


def smooth(value: Array) -> Array:
    """0 below 0, 1 above 1, smooth between."""
    t = np.clip(value, 0.0, 1.0)
    eased: Array = t * t * (3.0 - 2.0 * t)
    return eased


def phases(count: int) -> Array:
    """Evenly spaced phases (count,) of one cycle, 0 included and 1 left out."""
    grid: Array = np.arange(count) / count
    return grid


def since(phase: Array, start: float) -> Array:
    """Phase (P,) passed since `start`, in [0, 1)."""
    passed: Array = np.mod(phase - start + 1e-12, 1.0)
    return passed


def wave(phase: Array, peak: float, times: int = 1) -> Array:
    """cos that peaks at phase `peak`, `times` per cycle."""
    value: Array = np.cos(2 * np.pi * times * (phase - peak))
    return value


def _planted(foot: Foot, fall: Footfall, s: Array) -> tuple[Array, Array]:
    """Foot joint (P, 3) and pitch (P,) in degrees at stance shares `s`: landing on the heel, rolling off the toe."""
    landing = -fall.strike_deg * (1.0 - smooth(s / FLAT_FROM))
    leaving = fall.lift_deg * np.clip((s - FLAT_TO) / (1.0 - FLAT_TO), 0.0, None) ** 1.5
    pitch = landing + leaving
    flat = np.tile(foot.joint, (len(s), 1))
    flat[:, 0] += fall.ahead_m + fall.stride_m * fall.stance * (0.5 - s)
    flat[:, 1] -= fall.inward_m * np.sign(foot.joint[1])
    pivot = np.where((pitch < 0)[:, None], foot.heel - foot.joint, foot.toe - foot.joint)
    joint = flat + pivot - (turn(pitch=pitch) @ pivot[:, :, None])[:, :, 0]
    return joint, pitch


def foot_path(foot: Foot, fall: Footfall, phase: Array) -> tuple[Array, Array, Array]:
    """Foot joint (P, 3), foot pitch (P,) and toe pitch (P,), degrees, over a whole cycle.

    The swing is a cubic that leaves the stance smoothly and meets it again, plus a rise in between.
    """
    since_landing = since(phase, fall.start)
    joint, pitch = _planted(foot, fall, np.minimum(since_landing / fall.stance, 1.0))
    toe_pitch = np.minimum(pitch, 0.0)
    swing = since_landing > fall.stance
    u = (since_landing[swing] - fall.stance) / (1.0 - fall.stance)
    step = 1e-4
    (p0, a0), (p0b, a0b) = (_planted(foot, fall, np.array([s])) for s in (1.0, 1.0 - step))
    (p1, a1), (p1b, a1b) = (_planted(foot, fall, np.array([s])) for s in (0.0, step))
    rate = (1.0 - fall.stance) / (fall.stance * step)
    h00, h10 = 2 * u**3 - 3 * u**2 + 1, u**3 - 2 * u**2 + u
    h01, h11 = 3 * u**2 - 2 * u**3, u**3 - u**2
    rise = np.sin(np.pi * u**fall.early) ** 2
    start, end = np.concatenate([p0[0], a0]), np.concatenate([p1[0], a1])
    leave = (start - np.concatenate([p0b[0], a0b])) * rate
    land = (np.concatenate([p1b[0], a1b]) - end) * rate * RETRACTION
    path = np.outer(h00, start) + np.outer(h10, leave) + np.outer(h01, end) + np.outer(h11, land)
    path[:, 2] += fall.clearance_m * rise
    path[:, 3] += fall.fold_deg * rise
    joint[swing], pitch[swing] = path[:, :3], path[:, 3]
    toe_pitch[swing] = path[:, 3] * smooth(u / 0.5)
    wanted = LEAST_CLEARANCE_M * smooth(u / 0.09) * smooth((1.0 - u) / 0.07)
    short = wanted - _sole_height(foot, path[:, 2], path[:, 3], toe_pitch[swing])
    joint[swing, 2] += np.maximum(short, 0.0)
    return joint, pitch, toe_pitch


def _sole_height(foot: Foot, joint_z: Array, pitch: Array, toe_pitch: Array) -> Array:
    """Height (P,) of the lowest of heel, ball and tip of a foot whose joint is at height `joint_z`; degrees."""
    turned, toe_turned = turn(pitch=pitch), turn(pitch=toe_pitch)
    heel = joint_z + (turned @ (foot.heel - foot.joint))[:, 2]
    toe = joint_z + (turned @ (foot.toe - foot.joint))[:, 2]
    tip = toe + (toe_turned @ (foot.tip - foot.toe))[:, 2]
    lowest: Array = np.min([heel, toe - foot.toe[2], tip], axis=0)
    return lowest


def contacts(names: tuple[str, str], foot: Foot, fall: Footfall) -> tuple[Contact, Contact]:
    """The heel's and the toe's planted spans; `names` are the joints that carry heel and toe."""
    x, y, z = foot.heel
    a, b, c = foot.toe
    heel = Contact(names[0], (float(x), float(y), float(z)), fall.start, fall.stance * FLAT_TO)
    first = fall.start + fall.stance * FLAT_FROM
    return heel, Contact(names[1], (float(a), float(b), float(c)), first % 1.0, fall.stance * (1.0 - FLAT_FROM))


def bend(hip: Array, target: Array, upper: Array, lower: Array) -> tuple[Array, Array, Array]:
    """Rotations that make a two-bone chain reach: upper and lower bone (P, 3, 3) each, and the shortfall (P,) in metres.

    `hip`, `target` (P, 3); `upper` (3,) and `lower` (3,) or (P, 3) are the bones in the rest pose, in planes of constant
    y. The chain leans sideways as one plane; the joint bends to the side it bends to at rest.
    """
    lower = np.broadcast_to(lower, target.shape)
    reach = target - hip
    lean = np.arctan2(reach[:, 1], -reach[:, 2])
    down = -np.hypot(reach[:, 1], reach[:, 2])
    a, b = float(np.hypot(upper[0], upper[2])), np.hypot(lower[:, 0], lower[:, 2])
    distance = np.hypot(reach[:, 0], down)
    used = np.clip(distance, np.abs(a - b) + 1e-6, (a + b) * 0.99999)
    side = np.sign(upper[0] * lower[:, 2] - upper[2] * lower[:, 0])
    spread = np.arccos(np.clip((a * a + used**2 - b * b) / (2 * a * used), -1.0, 1.0))
    heading = np.arctan2(down, reach[:, 0])
    upper_heading = heading - side * spread
    rest_x, rest_z = used * np.cos(heading), used * np.sin(heading)
    lower_heading = np.arctan2(rest_z - a * np.sin(upper_heading), rest_x - a * np.cos(upper_heading))
    tilt = rotation("x", lean)
    first = tilt @ rotation("y", np.arctan2(upper[2], upper[0]) - upper_heading)
    second = tilt @ rotation("y", np.arctan2(lower[:, 2], lower[:, 0]) - lower_heading)
    return first, second, distance - used


def headroom(hip: Array, target: Array, length: Array | float) -> float:
    """How far the body may rise (negative: must sink) so that a leg of `length` reaches `target` at every phase."""
    flat = (target[:, 0] - hip[:, 0]) ** 2 + (target[:, 1] - hip[:, 1]) ** 2
    room = (REACH * np.asarray(length)) ** 2 - flat
    if (room <= 0).any():
        raise ValueError(f"a foot is {np.sqrt(flat.max()):.2f} m away, farther than its leg reaches: shorten the stride")
    return float((target[:, 2] + np.sqrt(room) - hip[:, 2]).min())


def bone(skeleton: Skeleton, start: str, end: str) -> Array:
    """The rest vector (3,) between two joints."""
    vector: Array = skeleton.at(end) - skeleton.at(start)
    return vector


def set_static(poser: Poser, names: tuple[str, ...]) -> None:
    """Let joints follow their parents without a motion of their own."""
    for name in names:
        poser.set_local(name, turn())
