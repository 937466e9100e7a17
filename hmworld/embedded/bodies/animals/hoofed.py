"""Animals that go on hooves, and others that are neither pawed nor people: shape, size and the way each moves."""

from __future__ import annotations

from hmworld.embedded.bodies.animals import gaits, horse
from hmworld.embedded.bodies.animals.gaits import DIAGONAL_PAIRS, LATERAL_SEQUENCE, Animal
from hmworld.embedded.bodies.animals.walkers import four_legged
from hmworld.embedded.bodies.stepping import Footfall
from hmworld.embedded.bodies.subject import STANDING, Subject

HORSE = Animal("hoof", 0.005, 0.115, -0.015, 0.100, ("neck", "neck_upper"), ("tail_1", "tail_2", "tail_3", "tail_4"))
HORSE_IDLE = gaits.Manner(
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
HORSE_WALK = gaits.Manner(
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
HORSE_TROT = gaits.Manner(
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

HOOFED = {
    "horse": Subject(1.0, horse.body, four_legged(HORSE, HORSE_IDLE, HORSE_WALK, HORSE_TROT)),
}
