"""Animals that go on paws: shape, size and the way each moves."""

from __future__ import annotations

from hmworld.embedded.bodies.animals import gaits, labrador
from hmworld.embedded.bodies.animals.gaits import DIAGONAL_PAIRS, LATERAL_SEQUENCE, Animal
from hmworld.embedded.bodies.animals.walkers import four_legged
from hmworld.embedded.bodies.stepping import Footfall
from hmworld.embedded.bodies.subject import STANDING, Subject

LABRADOR = Animal("paw", -0.02, 0.056, -0.02, 0.053, ("neck",), ("tail_1", "tail_2", "tail_3"), ("ear_l", "ear_r"))
LABRADOR_IDLE = gaits.Manner(
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
LABRADOR_WALK = gaits.Manner(
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
LABRADOR_TROT = gaits.Manner(
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

PAWED = {
    "labrador": Subject(1.0, labrador.body, four_legged(LABRADOR, LABRADOR_IDLE, LABRADOR_WALK, LABRADOR_TROT)),
}
