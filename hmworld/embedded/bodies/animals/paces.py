"""How pawed animals go: a dog's manners at a Labrador's size, scaled to other animals."""

from __future__ import annotations

from dataclasses import replace

from hmworld.embedded.bodies.animals import gaits
from hmworld.embedded.bodies.animals.gaits import DIAGONAL_PAIRS, LATERAL_SEQUENCE
from hmworld.embedded.bodies.animals.gallop import ROTARY
from hmworld.embedded.bodies.stepping import Footfall
from hmworld.embedded.bodies.subject import STANDING

DOG_IDLE = gaits.Manner(
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
DOG_WALK = gaits.Manner(
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
DOG_TROT = gaits.Manner(
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
DOG_GALLOP = gaits.Manner(
    Footfall(0.0, 0.25, 1.75, ahead_m=0.0, inward_m=0.025, strike_deg=2, lift_deg=36, fold_deg=55, clearance_m=0.07),
    Footfall(0.0, 0.25, 1.75, ahead_m=0.03, inward_m=0.015, strike_deg=2, lift_deg=36, fold_deg=30, clearance_m=0.06),
    ROTARY,
    cycle_s=0.36,
    speed_range_mps=(3.2, 7.0),
    bob_m=0.022,
    bob_peak=0.92,
    scapula=14.0,
    carpus=80.0,
    neck_down=10.0,
    nod=4.0,
    nod_times=1,
    tail_lift=10.0,
    tail_sway=4.0,
)


def sized(manner: gaits.Manner, size: float) -> gaits.Manner:
    """The manner of an animal `size` times as tall: lengths grow with it, times with its root, as a pendulum's do."""

    def grown(fall: Footfall) -> Footfall:
        return replace(
            fall,
            stride_m=fall.stride_m * size,
            ahead_m=fall.ahead_m * size,
            inward_m=fall.inward_m * size,
            clearance_m=fall.clearance_m * size,
        )

    low, high = manner.speed_range_mps
    return replace(
        manner,
        fore=grown(manner.fore),
        hind=grown(manner.hind),
        cycle_s=round(manner.cycle_s * size**0.5, 3) if manner.hind.stride_m else manner.cycle_s,
        speed_range_mps=(round(low * size**0.5, 2), round(high * size**0.5, 2)),
        bob_m=manner.bob_m * size,
        sway_m=manner.sway_m * size,
    )


_PACE = sized(DOG_WALK, 1.55)
BEAR_WALK = replace(
    _PACE,
    fore=replace(_PACE.fore, stride_m=1.12, fold_deg=18, lift_deg=26, inward_m=0.05),
    hind=replace(_PACE.hind, stride_m=1.12, fold_deg=12, lift_deg=26, inward_m=0.04),
    landing=(0.0, 0.14, 0.5, 0.64),
    cycle_s=1.0,
    speed_range_mps=(0.6, 1.6),
    sway_m=0.022,
    roll=3.5,
    bend_yaw=4.5,
    carpus=32.0,
    neck_down=8.0,
    head_down=4.0,
    nod=2.5,
    gaze=3.0,
    tail_lift=0.0,
    tail_sway=0.0,
)
_LOPE = sized(DOG_GALLOP, 1.5)
BEAR_GALLOP = replace(
    _LOPE,
    fore=replace(_LOPE.fore, fold_deg=15, lift_deg=28, clearance_m=0.09),
    hind=replace(_LOPE.hind, fold_deg=5, lift_deg=28),
    landing=(0.0, 0.50, 0.12, 0.38),
    cycle_s=0.56,
    speed_range_mps=(2.5, 8.0),
    carpus=42.0,
    tail_sway=0.0,
)
_STALK = sized(DOG_WALK, 1.7)
LION_WALK = replace(
    _STALK,
    cycle_s=1.02,
    speed_range_mps=(0.7, 1.9),
    scapula=13.0,
    bend_yaw=5.0,
    neck_down=10.0,
    head_down=2.0,
    nod=2.5,
    tail_lift=2.0,
    tail_sway=12.0,
    tail_times=1,
)
LION_GALLOP = replace(sized(DOG_GALLOP, 1.75), cycle_s=0.50, speed_range_mps=(3.5, 10.0), tail_lift=24.0)
_PROWL = sized(DOG_WALK, 0.43)
CAT_WALK = replace(_PROWL, cycle_s=0.60, speed_range_mps=(0.25, 0.85), tail_lift=0.0, tail_sway=6.0, tail_times=1, nod=1.0, bend_yaw=5.0)
CAT_TROT = replace(sized(DOG_TROT, 0.43), tail_lift=-8.0, tail_sway=4.0, nod=0.8)
CAT_IDLE = replace(sized(DOG_IDLE, 0.43), tail_lift=-2.0, tail_sway=9.0, tail_times=1, gaze=14.0)


def hung_tail(manner: gaits.Manner, lift: float, sway: float) -> gaits.Manner:
    """The manner of an animal that does not wag: the tail lifted by `lift` and swaying once a cycle by `sway` degrees."""
    return replace(manner, tail_lift=lift, tail_sway=sway, tail_times=1)
