"""The four subjects: shape, size and the way each moves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from hmworld.embedded.bodies import horse, labrador, man, people_gaits, quadruped_gaits, woman
from hmworld.embedded.bodies.people import MODEL_HEIGHT_M
from hmworld.embedded.bodies.quadruped_gaits import DIAGONAL_PAIRS, LATERAL_SEQUENCE, Animal
from hmworld.embedded.bodies.sdf import Part
from hmworld.embedded.bodies.skeleton import Skeleton
from hmworld.embedded.bodies.stepping import Footfall, Gait

IDLE_PHASES, MOVING_PHASES = 32, 64
STANDING = Footfall(start=0.0, stance=1.0, stride_m=0.0)


@dataclass(frozen=True)
class Subject:
    """A body and its gaits. `scale` enlarges the model; the gaits' strides are those of the enlarged body."""

    scale: float
    shape: Callable[[], tuple[Skeleton, tuple[Part, ...]]]
    gaits: Callable[[Skeleton], tuple[Gait, ...]]


def _person(scale: float, walk: people_gaits.Manner, run: people_gaits.Manner) -> Callable[[Skeleton], tuple[Gait, ...]]:
    idle = people_gaits.Manner(
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

    def gaits(skeleton: Skeleton) -> tuple[Gait, ...]:
        def shrunk(manner: people_gaits.Manner) -> people_gaits.Manner:
            return replace(manner, fall=replace(manner.fall, stride_m=manner.fall.stride_m / scale))

        made = [people_gaits.gait(skeleton, "idle", idle, IDLE_PHASES)]
        for name, manner in (("walk", walk), ("run", run)):
            gait = people_gaits.gait(skeleton, name, shrunk(manner), MOVING_PHASES)
            made.append(replace(gait, stride_m=manner.fall.stride_m))
        return tuple(made)

    return gaits


def _animal(
    animal: Animal, idle: quadruped_gaits.Manner, walk: quadruped_gaits.Manner, trot: quadruped_gaits.Manner
) -> Callable[[Skeleton], tuple[Gait, ...]]:
    def gaits(skeleton: Skeleton) -> tuple[Gait, ...]:
        return (
            quadruped_gaits.gait(skeleton, animal, "idle", idle, IDLE_PHASES),
            quadruped_gaits.gait(skeleton, animal, "walk", walk, MOVING_PHASES),
            quadruped_gaits.gait(skeleton, animal, "trot", trot, MOVING_PHASES),
        )

    return gaits


MAN_WALK = people_gaits.Manner(
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
MAN_RUN = people_gaits.Manner(
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

LABRADOR = Animal("paw", -0.02, 0.056, -0.02, 0.053, ("neck",), ("tail_1", "tail_2", "tail_3"), ("ear_l", "ear_r"))
LABRADOR_IDLE = quadruped_gaits.Manner(
    STANDING,
    STANDING,
    LATERAL_SEQUENCE,
    4.0,
    (0.0, 0.0),
    sway_m=0.006,
    breath=0.7,
    gaze=9.0,
    nod=1.5,
    tail_lift=8.0,
    tail_sway=14.0,
    tail_times=4,
    neck_down=2.0,
)
LABRADOR_WALK = quadruped_gaits.Manner(
    Footfall(
        0.0,
        0.62,
        0.74,
        ahead_m=-0.02,
        inward_m=0.012,
        strike_deg=0,
        lift_deg=34,
        fold_deg=48,
        clearance_m=0.035,
    ),
    Footfall(
        0.0,
        0.62,
        0.74,
        ahead_m=0.015,
        inward_m=0.012,
        strike_deg=0,
        lift_deg=34,
        fold_deg=30,
        clearance_m=0.028,
    ),
    LATERAL_SEQUENCE,
    cycle_s=0.67,
    speed_range_mps=(0.6, 1.5),
    bob_m=0.004,
    bob_peak=0.3,
    sway_m=0.006,
    roll=2.0,
    bend_yaw=4.0,
    scapula=10.0,
    carpus=55.0,
    neck_down=6.0,
    nod=2.0,
    tail_lift=6.0,
    tail_sway=9.0,
    tail_times=2,
)
LABRADOR_TROT = quadruped_gaits.Manner(
    Footfall(
        0.0,
        0.44,
        1.00,
        ahead_m=-0.02,
        inward_m=0.020,
        strike_deg=4,
        lift_deg=38,
        fold_deg=60,
        clearance_m=0.055,
    ),
    Footfall(
        0.0,
        0.44,
        1.00,
        ahead_m=0.02,
        inward_m=0.020,
        strike_deg=2,
        lift_deg=38,
        fold_deg=36,
        clearance_m=0.045,
    ),
    DIAGONAL_PAIRS,
    cycle_s=0.455,
    speed_range_mps=(1.5, 3.2),
    bob_m=0.010,
    bob_peak=0.47,
    roll=1.5,
    bend_yaw=3.0,
    scapula=11.0,
    carpus=75.0,
    neck_down=5.0,
    nod=1.5,
    tail_lift=12.0,
    tail_sway=7.0,
    tail_times=1,
)

HORSE = Animal("hoof", 0.005, 0.115, -0.015, 0.100, ("neck", "neck_upper"), ("tail_1", "tail_2", "tail_3", "tail_4"))
HORSE_IDLE = quadruped_gaits.Manner(
    STANDING,
    STANDING,
    LATERAL_SEQUENCE,
    4.6,
    (0.0, 0.0),
    sway_m=0.014,
    breath=0.4,
    gaze=6.0,
    nod=1.5,
    nod_times=1,
    neck_down=6.0,
    head_down=4.0,
    tail_sway=7.0,
)
HORSE_WALK = quadruped_gaits.Manner(
    Footfall(
        0.0,
        0.61,
        1.68,
        ahead_m=-0.06,
        inward_m=0.03,
        strike_deg=3,
        lift_deg=38,
        fold_deg=62,
        clearance_m=0.07,
    ),
    Footfall(0.0, 0.61, 1.68, ahead_m=0.05, inward_m=0.03, strike_deg=2, lift_deg=34, fold_deg=42, clearance_m=0.06),
    LATERAL_SEQUENCE,
    cycle_s=1.05,
    speed_range_mps=(1.0, 2.1),
    bob_m=0.012,
    bob_peak=0.3,
    sway_m=0.015,
    roll=2.0,
    bend_yaw=2.5,
    scapula=11.0,
    carpus=58.0,
    neck_down=8.0,
    head_down=4.0,
    nod=3.5,
    tail_sway=5.0,
)
HORSE_TROT = quadruped_gaits.Manner(
    Footfall(
        0.0,
        0.42,
        2.30,
        ahead_m=-0.05,
        inward_m=0.05,
        strike_deg=1,
        lift_deg=42,
        fold_deg=75,
        clearance_m=0.15,
    ),
    Footfall(0.0, 0.42, 2.30, ahead_m=0.05, inward_m=0.05, strike_deg=1, lift_deg=38, fold_deg=50, clearance_m=0.11),
    DIAGONAL_PAIRS,
    cycle_s=0.72,
    speed_range_mps=(2.2, 4.5),
    bob_m=0.030,
    bob_peak=0.46,
    roll=1.0,
    bend_yaw=1.5,
    scapula=12.0,
    carpus=85.0,
    neck_down=1.0,
    head_down=2.0,
    nod=1.2,
    tail_lift=14.0,
    tail_sway=5.0,
)

_MAN_SCALE, _WOMAN_SCALE = 1.78 / MODEL_HEIGHT_M, 1.67 / MODEL_HEIGHT_M
SUBJECTS = {
    "woman_red_coat": Subject(_WOMAN_SCALE, woman.body, _person(_WOMAN_SCALE, WOMAN_WALK, WOMAN_RUN)),
    "man_blue_shirt": Subject(_MAN_SCALE, man.body, _person(_MAN_SCALE, MAN_WALK, MAN_RUN)),
    "labrador": Subject(1.0, labrador.body, _animal(LABRADOR, LABRADOR_IDLE, LABRADOR_WALK, LABRADOR_TROT)),
    "horse": Subject(1.0, horse.body, _animal(HORSE, HORSE_IDLE, HORSE_WALK, HORSE_TROT)),
}
