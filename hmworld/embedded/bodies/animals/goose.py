"""The white goose: 0.9 m to the crown, orange bill and webbed feet."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.bodies.animals.birds import BirdJoints, BirdManner
from hmworld.embedded.bodies.animals.ungulate import middle, outline, spot
from hmworld.embedded.bodies.sdf import Loft, Part, Vector, smooth_step, tint
from hmworld.embedded.bodies.skeleton import Skeleton
from hmworld.embedded.bodies.stepping import Footfall
from hmworld.embedded.bodies.subject import STANDING

Array = NDArray[np.float64]
WHITE: Vector = (0.66, 0.63, 0.56)
ORANGE: Vector = (0.68, 0.235, 0.030)
DARK: Vector = (0.02, 0.015, 0.012)
LEG_Y = 0.075
GOOSE = BirdJoints(
    body=(-0.02, 0.36),
    necks=((0.20, 0.44), (0.275, 0.57), (0.285, 0.70)),
    head_at=(0.315, 0.83),
    tail=(-0.30, 0.44),
    wing=(0.14, 0.105, 0.46),
    leg=((-0.05, 0.335), (0.025, 0.265), (-0.055, 0.165), (-0.015, 0.030)),
    leg_y=LEG_Y,
    sole=(-0.018, 0.138),
)
IDLE = BirdManner(STANDING, 4.2, (0.0, 0.0), sway_m=0.006, roll=1.2, breath=0.8, gaze=14.0, bob=2.0, tail_sway=6.0)
_STEP = Footfall(0.0, 0.62, 0.42, ahead_m=-0.005, inward_m=0.035, strike_deg=0, lift_deg=40, fold_deg=45, clearance_m=0.035)
WALK = BirdManner(
    _STEP, 0.66, (0.3, 0.9), bob_m=0.006, bob_peak=0.3, sway_m=0.030, roll=9.0, yaw=9.0, neck=2.0, bob=4.0, tail_sway=10.0, wing_beat=0.5
)
RUN = BirdManner(
    Footfall(0.0, 0.46, 0.60, ahead_m=-0.005, inward_m=0.035, strike_deg=0, lift_deg=44, fold_deg=50, clearance_m=0.05),
    0.42,
    (0.9, 2.2),
    bob_m=0.010,
    bob_peak=0.42,
    sway_m=0.022,
    roll=8.0,
    yaw=9.0,
    lean=-3.0,
    neck=16.0,
    head=4.0,
    bob=3.0,
    wing_out=14.0,
    wing_beat=6.0,
    tail_sway=8.0,
)


def goose() -> tuple[Skeleton, tuple[Part, ...]]:
    """Skeleton and parts of the goose."""
    return GOOSE.skeleton(), (_plumage(), _head(), _wing(), _shank(), _foot())


def _plumage() -> Part:
    trunk = outline(
        (-0.37, 0.475, 0.43, 0.060),
        (-0.26, 0.495, 0.33, 0.105),
        (-0.10, 0.515, 0.225, 0.150),
        (0.06, 0.515, 0.205, 0.155),
        (0.17, 0.485, 0.240, 0.120),
        (0.22, 0.45, 0.29, 0.085),
    )
    neck = (
        (0.16, 0.41, 0.095, 0.085),
        (0.245, 0.50, 0.066, 0.058),
        (0.280, 0.60, 0.046, 0.041),
        (0.284, 0.71, 0.038, 0.034),
        (0.300, 0.80, 0.037, 0.033),
    )
    lofts = (
        Loft(middle(trunk), ((0.0, "tail"), (0.8, "tail"), (1.6, "pelvis")), WHITE, 0.03),
        Loft(middle(neck), ((0.0, "pelvis"), (1.0, "neck_1"), (2.0, "neck_2"), (3.0, "neck_3"), (4.0, "head")), WHITE, 0.06),
        Loft(((-0.36, 0, 0.465, 0.026, 0.075), (-0.455, 0, 0.495, 0.010, 0.060)), ((0.0, "tail"),), WHITE, 0.03),
        Loft(
            ((-0.03, 0.07, 0.30, 0.070, 0.050), (0.00, LEG_Y, 0.245, 0.046, 0.040), (-0.038, LEG_Y, 0.185, 0.022, 0.020)),
            ((0.0, "pelvis"), (1.0, "hind_lower_l"), (2.0, "hind_lower_l")),
            WHITE,
            0.03,
        ),
    )

    def paint(points: Array, colours: Array) -> Array:
        x, y, z = points.T
        furrow = np.sin(95 * (z + 0.35 * np.abs(y)) + 30 * x) * smooth_step(0.52, 0.58, z)
        colours = colours * (1.0 + 0.06 * furrow)[:, None]
        return tint(colours, (0.52, 0.48, 0.41), 0.6 * smooth_step(0.30, 0.20, z))

    return Part("plumage", lofts, 0.0115, 1500, paint=paint, weight_falloff_m=0.03)


def _head() -> Part:
    x, z = GOOSE.head_at
    at_head = ((0.0, "head"),)
    lofts = (
        Loft(
            ((x - 0.008, 0, z + 0.004, 0.044, 0.037), (x + 0.032, 0, z + 0.006, 0.043, 0.036), (x + 0.065, 0, z - 0.002, 0.030, 0.026)),
            at_head,
            WHITE,
            0.01,
        ),
        Loft(
            (
                (x + 0.066, 0, z - 0.001, 0.031, 0.024),
                (x + 0.095, 0, z - 0.010, 0.022, 0.020),
                (x + 0.128, 0, z - 0.019, 0.013, 0.017),
                (x + 0.143, 0, z - 0.024, 0.006, 0.010),
            ),
            at_head,
            ORANGE,
            0.006,
        ),
    )

    def paint(points: Array, colours: Array) -> Array:
        relative = points - np.array([x, 0.0, z])
        bill = smooth_step(0.3, 0.2, colours[:, 2])
        lip = smooth_step(0.004, 0.002, np.abs(relative[:, 2] + 0.008 + 0.20 * (relative[:, 0] - 0.06))) * bill
        colours = tint(colours, (0.25, 0.07, 0.015), 0.8 * lip)
        colours = tint(colours, (0.25, 0.07, 0.015), 0.8 * bill * spot(relative, (0.092, 0.018, 0.000), (0.010, 0.01, 0.004)))
        colours = tint(colours, ORANGE, spot(relative, (0.036, 0.037, 0.016), (0.0125, 0.02, 0.0115)))
        return tint(colours, DARK, spot(relative, (0.036, 0.037, 0.016), (0.0085, 0.02, 0.0080)))

    return Part("head", lofts, 0.0055, 620, paint=paint, weight_falloff_m=0.02)


def _wing() -> Part:
    blade = Loft(
        (
            (0.150, 0.100, 0.415, 0.055, 0.024),
            (0.030, 0.136, 0.398, 0.090, 0.032),
            (-0.140, 0.124, 0.418, 0.085, 0.032),
            (-0.300, 0.074, 0.455, 0.046, 0.024),
            (-0.430, 0.030, 0.490, 0.014, 0.010),
        ),
        ((0.0, "wing_l"),),
        WHITE,
    )

    def paint(points: Array, colours: Array) -> Array:
        x, _, z = points.T
        rows = np.sin(120 * (z - 0.10 * x) + 14 * x) * smooth_step(0.10, 0.02, x)
        edge = smooth_step(0.345, 0.325, z + 0.12 * np.abs(x + 0.05))
        colours = colours * (1.0 - 0.10 * np.clip(rows, 0.0, 1.0))[:, None]
        return tint(colours, (0.36, 0.33, 0.29), 0.5 * edge)

    return Part("wing", (blade,), 0.010, 330, paint=paint, whole=True)


def _shank() -> Part:
    leg = Loft(
        (
            (-0.028, LEG_Y, 0.20, 0.016, 0.015),
            (-0.055, LEG_Y, 0.162, 0.0165, 0.0155),
            (-0.038, LEG_Y, 0.105, 0.0125, 0.0125),
            (-0.012, LEG_Y, 0.022, 0.014, 0.014),
        ),
        ((0.0, "hind_lower_l"), (0.7, "hind_lower_l"), (1.3, "hind_cannon_l"), (2.7, "hind_cannon_l"), (3.0, "hind_foot_l")),
        ORANGE,
    )
    return Part("shank", (leg,), 0.006, 150, planes=((0.0, 0.0, -1.0, -0.008),), whole=True)


def _foot() -> Part:
    """Three toes and the web between them."""
    toes = tuple(
        Loft(
            (
                (-0.015, LEG_Y, 0.012, 0.012, 0.012),
                (0.05, LEG_Y + 0.45 * out, 0.010, 0.0105, 0.010),
                (0.115, LEG_Y + out, 0.007, 0.007, 0.007),
            ),
            ((0.0, "hind_foot_l"),),
            ORANGE,
            0.008,
        )
        for out in (-0.050, 0.003, 0.052)
    )
    web = Loft(
        ((0.0, LEG_Y, 0.006, 0.006, 0.014), (0.05, LEG_Y, 0.005, 0.0055, 0.030), (0.098, LEG_Y, 0.004, 0.0045, 0.048)),
        ((0.0, "hind_foot_l"),),
        ORANGE,
        0.006,
    )
    return Part("foot", (*toes, web), 0.0045, 230, planes=((0.0, 0.0, -1.0, 0.0),), whole=True)
