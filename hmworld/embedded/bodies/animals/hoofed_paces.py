"""How hoofed animals go: a horse's manners, sized by the length of the legs, and what each species does otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from hmworld.embedded.bodies.animals import gaits
from hmworld.embedded.bodies.animals.gaits import DIAGONAL_PAIRS, LATERAL_SEQUENCE
from hmworld.embedded.bodies.animals.gallop import TRANSVERSE
from hmworld.embedded.bodies.animals.paces import sized
from hmworld.embedded.bodies.skeleton import Skeleton
from hmworld.embedded.bodies.stepping import Footfall, Gait
from hmworld.embedded.bodies.subject import IDLE_PHASES, MOVING_PHASES, STANDING

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
    Footfall(0.0, 0.61, 1.68, ahead_m=-0.06, inward_m=0.03, strike_deg=3, lift_deg=38, fold_deg=62, clearance_m=0.07),
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
    Footfall(0.0, 0.42, 2.30, ahead_m=-0.05, inward_m=0.05, strike_deg=1, lift_deg=42, fold_deg=75, clearance_m=0.15),
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
GALLOP = gaits.Manner(
    Footfall(0.0, 0.24, 3.60, ahead_m=0.0, inward_m=0.06, strike_deg=2, lift_deg=36, fold_deg=70, clearance_m=0.16),
    Footfall(0.0, 0.24, 3.60, ahead_m=0.06, inward_m=0.05, strike_deg=2, lift_deg=36, fold_deg=40, clearance_m=0.13),
    TRANSVERSE,
    cycle_s=0.52,
    speed_range_mps=(4.5, 12.0),
    bob_m=0.05,
    bob_peak=0.92,
    scapula=14.0,
    carpus=80.0,
    neck_down=8.0,
    nod=4.0,
    nod_times=1,
    tail_lift=16.0,
    tail_sway=4.0,
)


def strided(manner: gaits.Manner, size: float, stride: float = 1.0, speed: float = 1.0) -> gaits.Manner:
    """A horse's manner for legs `size` times as long, its stride and speed range further changed by `stride` and `speed`."""
    grown = sized(manner, size)
    low, high = grown.speed_range_mps
    return replace(
        grown,
        fore=replace(grown.fore, stride_m=round(grown.fore.stride_m * stride, 3)),
        hind=replace(grown.hind, stride_m=round(grown.hind.stride_m * stride, 3)),
        cycle_s=round(grown.cycle_s * stride / speed, 3) if grown.hind.stride_m else grown.cycle_s,
        speed_range_mps=(round(low * speed, 2), round(high * speed, 2)),
    )


def stepping_low(manner: gaits.Manner, share: float) -> gaits.Manner:
    """The manner with feet lifted and tipped only `share` as far."""
    fore, hind = (
        replace(
            fall,
            clearance_m=round(share * fall.clearance_m, 4),
            fold_deg=round(share * fall.fold_deg, 2),
            lift_deg=round((0.4 + 0.6 * share) * fall.lift_deg, 2),
        )
        for fall in (manner.fore, manner.hind)
    )
    return replace(manner, fore=fore, hind=hind)


def striding_pace(
    animal: gaits.Animal, idle: gaits.Manner, walk: gaits.Manner, pace: gaits.Manner, name: str = "pace"
) -> Callable[[Skeleton], tuple[Gait, ...]]:
    """What poses an animal in its idle, its walk and a fast gait called `name`: a camel's pace, an elephant's amble."""

    def made_gaits(skeleton: Skeleton) -> tuple[Gait, ...]:
        return (
            gaits.gait(skeleton, animal, "idle", idle, IDLE_PHASES),
            gaits.gait(skeleton, animal, "walk", walk, MOVING_PHASES),
            gaits.gait(skeleton, animal, name, pace, MOVING_PHASES),
        )

    return made_gaits


def ambling(animal: gaits.Animal, idle: gaits.Manner, size: float) -> Callable[[Skeleton], tuple[Gait, ...]]:
    """An elephant's gaits: however fast, the feet fall in the walk's order and one of them is always down (Hutchinson et al. 2003)."""
    slow = strided(HORSE_WALK, size, 0.78)
    calm = replace(
        slow,
        fore=replace(slow.fore, stance=0.66, lift_deg=20.0, fold_deg=22.0, strike_deg=1.0),
        hind=replace(slow.hind, stance=0.66, lift_deg=20.0, fold_deg=10.0, strike_deg=1.0),
        cycle_s=1.75,
        speed_range_mps=(0.7, 1.8),
        carpus=36.0,
        scapula=7.0,
        neck_down=3.0,
        head_down=3.0,
        nod=2.0,
        roll=1.6,
        ear_flap=9.0,
        trunk_sway=6.0,
        trunk_curl=-5.0,
        tail_sway=7.0,
    )
    quick = replace(
        calm,
        fore=replace(calm.fore, stance=0.52, stride_m=round(1.25 * calm.fore.stride_m, 3), clearance_m=0.16),
        hind=replace(calm.hind, stance=0.52, stride_m=round(1.25 * calm.hind.stride_m, 3), clearance_m=0.13),
        cycle_s=0.95,
        speed_range_mps=(1.8, 4.5),
        bob_m=0.03,
        nod=3.0,
        ear_flap=20.0,
        trunk_curl=-12.0,
        tail_lift=14.0,
    )
    return striding_pace(animal, idle, calm, quick, "amble")
