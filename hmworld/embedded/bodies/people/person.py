"""From a figure, its clothes and a way of moving to a subject that can be baked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from hmworld.embedded.bodies.people import figure, gaits
from hmworld.embedded.bodies.people.figure import Figure
from hmworld.embedded.bodies.sdf import Part
from hmworld.embedded.bodies.skeleton import Skeleton
from hmworld.embedded.bodies.stepping import Footfall, Gait
from hmworld.embedded.bodies.subject import IDLE_PHASES, MOVING_PHASES, STANDING, Subject

HALF_TRIANGLES = 3650
"""Budget of one half of a body."""

_FIGURE_LEG_M = 0.91
"""Hip height of the figure that the manners below are made for."""

_WALK_STRIDE, _WALK_CYCLE_S = 1.60, 1.12
_RUN_STRIDE, _RUN_CYCLE_S = 2.36, 0.76
"""Stride in leg lengths and period for a leg of 1 m; periods go with the root of the leg's length, like a pendulum's."""

_WALK = gaits.Manner(
    Footfall(0.0, 0.59, 0.0, ahead_m=-0.04, inward_m=0.022, strike_deg=20, lift_deg=52, fold_deg=4, clearance_m=0.048),
    cycle_s=0.0,
    speed_range_mps=(0.0, 0.0),
    bob_m=0.021,
    bob_peak=0.28,
    sway_m=0.018,
    pelvis_yaw=6.5,
    pelvis_roll=2.5,
    chest_yaw=5.0,
    lean=2.5,
    arm_swing=20.0,
    arm_ahead=2.0,
    elbow=11.0,
    elbow_swing=9.0,
    gaze=2.5,
    flow=7.0,
)
_RUN = gaits.Manner(
    Footfall(0.0, 0.28, 0.0, ahead_m=-0.09, inward_m=0.045, strike_deg=7, lift_deg=58, fold_deg=32, clearance_m=0.22, early=0.72),
    cycle_s=0.0,
    speed_range_mps=(0.0, 0.0),
    bob_m=0.036,
    bob_peak=0.39,
    sway_m=0.010,
    pelvis_yaw=8.0,
    pelvis_roll=3.0,
    chest_yaw=10.0,
    lean=8.0,
    arm_swing=36.0,
    arm_ahead=-4.0,
    elbow=92.0,
    elbow_swing=12.0,
    flow=26.0,
)


@dataclass(frozen=True)
class Style:
    """How someone moves: step length and pace against a grown man's, arms held out, an old back, and the faster gait's name."""

    step: float = 1.0
    pace: float = 1.0
    arm_out: float = 9.0
    arm_swing: float = 1.0
    narrow: float = 0.0
    """1 sets the feet on one line, as in a skirt."""
    stoop: float = 0.0
    crouch_m: float = 0.0
    fast: str = "run"
    kick: float = 1.0
    """How high the heels fly in a run."""


def person(shape: Figure, parts: Callable[[], tuple[Part, ...]], style: Style, hanging: tuple[str, ...] = ()) -> Subject:
    """A subject of these proportions in these clothes; `hanging` names what swings with joints of its own."""
    scale = shape.scale

    def body() -> tuple[Skeleton, tuple[Part, ...]]:
        return figure.skeleton(hanging), _within_budget(parts())

    def made_gaits(skeleton: Skeleton) -> tuple[Gait, ...]:
        moved = shape.reshaping(skeleton).skeleton(skeleton)
        made = [gaits.gait(moved, "idle", _idle(style), IDLE_PHASES)]
        for name, manner in _manners(shape, style).items():
            stride = manner.fall.stride_m
            gait = gaits.gait(moved, name, replace(manner, fall=replace(manner.fall, stride_m=stride / scale)), MOVING_PHASES)
            made.append(replace(gait, stride_m=stride))
        return tuple(made)

    return Subject(scale, body, made_gaits, shape.reshaping)


def _within_budget(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """The parts, all simplified alike further where together they would have too many triangles."""
    wanted = sum(part.triangles for part in parts)
    share = min(1.0, HALF_TRIANGLES / wanted)
    return tuple(replace(part, triangles=max(24, int(share * part.triangles))) for part in parts)


def _idle(style: Style) -> gaits.Manner:
    return gaits.Manner(
        STANDING,
        4.0,
        (0.0, 0.0),
        sway_m=0.012,
        pelvis_roll=0.8,
        breath=0.9,
        gaze=9.0,
        arm_out=style.arm_out,
        lean=1.0,
        stoop=style.stoop,
        crouch_m=style.crouch_m,
        elbow=10.0,
        flow=2.0,
    )


def _manners(shape: Figure, style: Style) -> dict[str, gaits.Manner]:
    """Walk and the faster gait; strides in metres of the finished body."""
    walk = _sized(_WALK, shape, style, _WALK_STRIDE, _WALK_CYCLE_S, (0.52, 1.4))
    walk = replace(walk, arm_out=style.arm_out, arm_swing=style.arm_swing * walk.arm_swing)
    if style.fast == "brisk":
        slow = replace(style, step=0.72 * style.step, pace=0.80 * style.pace)
        slow_walk = _sized(_WALK, shape, slow, _WALK_STRIDE, _WALK_CYCLE_S, (0.6, 1.35))
        flatter = {"strike_deg": 12.0, "lift_deg": 34.0, "clearance_m": 0.035}
        slow_walk = replace(
            slow_walk,
            fall=replace(slow_walk.fall, stance=0.64, **flatter),
            arm_out=style.arm_out,
            arm_swing=11.0,
            elbow=22.0,
            pelvis_yaw=4.0,
            bob_m=0.012,
        )
        brisk = replace(walk, fall=replace(walk.fall, strike_deg=16.0, lift_deg=44.0), elbow=28.0, bob_m=0.016)
        return {"walk": slow_walk, "brisk": brisk}
    run = _sized(_RUN, shape, style, _RUN_STRIDE, _RUN_CYCLE_S, (0.66, 1.48))
    fall = replace(run.fall, clearance_m=run.fall.clearance_m * style.kick, fold_deg=run.fall.fold_deg * style.kick)
    return {"walk": walk, "run": replace(run, fall=fall, arm_out=style.arm_out + 5.0, arm_swing=run.arm_swing * min(1.0, style.arm_swing))}


def _sized(manner: gaits.Manner, shape: Figure, style: Style, stride: float, cycle_s: float, speeds: tuple[float, float]) -> gaits.Manner:
    """A manner for this leg: lengths go with the leg, the period with its root."""
    leg = shape.leg_m
    share = leg / shape.scale / _FIGURE_LEG_M
    stride_m = round(stride * leg * style.step, 2)
    period = round(cycle_s * float(leg**0.5) / style.pace, 2)
    speed = stride_m / period
    fall = replace(
        manner.fall,
        stride_m=stride_m,
        ahead_m=manner.fall.ahead_m * share * style.step,
        inward_m=(manner.fall.inward_m + 0.018 * style.narrow) * share,
        clearance_m=manner.fall.clearance_m * share,
    )
    return replace(
        manner,
        fall=fall,
        cycle_s=period,
        speed_range_mps=(round(speeds[0] * speed, 1), round(speeds[1] * speed, 1)),
        bob_m=manner.bob_m * share * style.step,
        sway_m=manner.sway_m * share,
        pelvis_roll=manner.pelvis_roll + style.narrow,
        stoop=style.stoop,
        crouch_m=style.crouch_m,
    )
