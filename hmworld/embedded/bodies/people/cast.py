"""The people: shape, size and the way each moves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from hmworld.embedded.bodies.people import gaits, man, woman
from hmworld.embedded.bodies.people.figure import MODEL_HEIGHT_M
from hmworld.embedded.bodies.skeleton import Skeleton
from hmworld.embedded.bodies.stepping import Footfall, Gait
from hmworld.embedded.bodies.subject import IDLE_PHASES, MOVING_PHASES, STANDING, Subject


def _person(scale: float, walk: gaits.Manner, run: gaits.Manner) -> Callable[[Skeleton], tuple[Gait, ...]]:
    idle = gaits.Manner(
        STANDING,
        4.0,
        (0.0, 0.0),
        sway_m=0.012,
        pelvis_roll=0.8,
        breath=0.9,
        gaze=9.0,
        arm_out=walk.arm_out,
        lean=1.0,
    )

    def made_gaits(skeleton: Skeleton) -> tuple[Gait, ...]:
        def shrunk(manner: gaits.Manner) -> gaits.Manner:
            return replace(manner, fall=replace(manner.fall, stride_m=manner.fall.stride_m / scale))

        made = [gaits.gait(skeleton, "idle", idle, IDLE_PHASES)]
        for name, manner in (("walk", walk), ("run", run)):
            gait = gaits.gait(skeleton, name, shrunk(manner), MOVING_PHASES)
            made.append(replace(gait, stride_m=manner.fall.stride_m))
        return tuple(made)

    return made_gaits


MAN_WALK = gaits.Manner(
    Footfall(
        0.0,
        0.59,
        1.48,
        ahead_m=-0.04,
        inward_m=0.02,
        strike_deg=20,
        lift_deg=52,
        fold_deg=4,
        clearance_m=0.048,
    ),
    cycle_s=1.08,
    speed_range_mps=(0.7, 1.9),
    bob_m=0.021,
    bob_peak=0.28,
    sway_m=0.018,
    pelvis_yaw=6.5,
    pelvis_roll=2.5,
    chest_yaw=5.0,
    lean=2.5,
    arm_swing=19.0,
    arm_ahead=2.0,
    elbow=9.0,
    elbow_swing=8.0,
    arm_out=9.0,
)
MAN_RUN = gaits.Manner(
    Footfall(
        0.0,
        0.35,
        2.25,
        ahead_m=-0.06,
        inward_m=0.045,
        strike_deg=7,
        lift_deg=48,
        fold_deg=32,
        clearance_m=0.22,
        early=0.72,
    ),
    cycle_s=0.74,
    speed_range_mps=(2.0, 4.5),
    bob_m=0.030,
    bob_peak=0.425,
    sway_m=0.010,
    pelvis_yaw=8.0,
    pelvis_roll=3.0,
    chest_yaw=10.0,
    lean=9.0,
    arm_swing=33.0,
    arm_ahead=-4.0,
    elbow=84.0,
    elbow_swing=14.0,
    arm_out=14.0,
)
WOMAN_WALK = replace(
    MAN_WALK,
    fall=replace(MAN_WALK.fall, stride_m=1.38, inward_m=0.034),
    cycle_s=1.03,
    sway_m=0.020,
    pelvis_yaw=7.0,
    pelvis_roll=3.0,
    arm_swing=18.0,
    arm_out=13.0,
)
WOMAN_RUN = replace(MAN_RUN, fall=replace(MAN_RUN.fall, stride_m=2.05), cycle_s=0.71, speed_range_mps=(1.8, 4.2), arm_out=18.0)

_MAN_SCALE, _WOMAN_SCALE = 1.78 / MODEL_HEIGHT_M, 1.67 / MODEL_HEIGHT_M
PEOPLE = {
    "woman_red_coat": Subject(_WOMAN_SCALE, woman.body, _person(_WOMAN_SCALE, WOMAN_WALK, WOMAN_RUN)),
    "man_blue_shirt": Subject(_MAN_SCALE, man.body, _person(_MAN_SCALE, MAN_WALK, MAN_RUN)),
}
