"""The ostrich: 2.4 m to the crown, a black body with white plumes on a bare neck and bare long legs."""

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
BLACK: Vector = (0.020, 0.017, 0.016)
WHITE: Vector = (0.62, 0.58, 0.52)
SKIN: Vector = (0.46, 0.295, 0.230)
BILL: Vector = (0.42, 0.27, 0.17)
DARK: Vector = (0.012, 0.009, 0.008)
LEG_Y = 0.135
OSTRICH = BirdJoints(
    body=(-0.10, 1.22),
    necks=((0.38, 1.34), (0.54, 1.60), (0.52, 1.90)),
    head_at=(0.56, 2.24),
    tail=(-0.58, 1.34),
    wing=(0.24, 0.22, 1.42),
    leg=((-0.08, 1.18), (0.15, 0.98), (-0.12, 0.53), (0.010, 0.075)),
    leg_y=LEG_Y,
    sole=(-0.046, 0.190),
)
IDLE = BirdManner(STANDING, 4.4, (0.0, 0.0), sway_m=0.010, roll=0.6, breath=0.5, gaze=16.0, bob=2.0, tail_sway=3.0)
WALK = BirdManner(
    Footfall(0.0, 0.60, 1.45, ahead_m=-0.02, inward_m=0.06, strike_deg=2, lift_deg=44, fold_deg=40, clearance_m=0.09),
    1.05,
    (0.8, 2.0),
    bob_m=0.015,
    bob_peak=0.3,
    sway_m=0.030,
    roll=2.0,
    yaw=3.0,
    neck=2.0,
    bob=4.0,
    tail_sway=4.0,
)
RUN = BirdManner(
    Footfall(0.0, 0.36, 3.0, ahead_m=-0.02, inward_m=0.09, strike_deg=2, lift_deg=50, fold_deg=48, clearance_m=0.22),
    0.62,
    (3.0, 9.0),
    bob_m=0.045,
    bob_peak=0.44,
    sway_m=0.015,
    roll=2.0,
    yaw=4.0,
    lean=3.0,
    neck=6.0,
    head=2.0,
    bob=3.0,
    wing_out=16.0,
    wing_beat=4.0,
    tail_sway=3.0,
)


def ostrich() -> tuple[Skeleton, tuple[Part, ...]]:
    """Skeleton and parts of the ostrich."""
    return OSTRICH.skeleton(), (_plumage(), _tail(), _skin(), _head(), _wing(), _leg(), _foot())


def _plumes(points: Array) -> Array:
    x, y, z = points.T
    side = np.abs(y)
    tufts: Array = 0.012 * np.sin(34 * x + 14 * z + 2 * np.sin(9 * z)) * np.sin(30 * z - 20 * side + 8 * x)
    return tufts


def _plumage() -> Part:
    trunk = outline(
        (-0.54, 1.40, 1.16, 0.13),
        (-0.38, 1.50, 1.02, 0.24),
        (-0.12, 1.55, 0.94, 0.31),
        (0.14, 1.53, 0.95, 0.30),
        (0.32, 1.45, 1.04, 0.225),
        (0.40, 1.38, 1.14, 0.15),
    )
    lofts = (Loft(middle(trunk), ((0.0, "pelvis"),), BLACK, 0.05),)
    return Part("plumage", lofts, 0.025, 900, ripple=_plumes, whole=True)


def _tail() -> Part:
    plume = Loft(
        ((-0.54, 0, 1.36, 0.10, 0.10), (-0.70, 0, 1.33, 0.14, 0.13), (-0.83, 0, 1.22, 0.12, 0.11), (-0.88, 0, 1.08, 0.05, 0.05)),
        ((0.0, "pelvis"), (0.6, "tail")),
        WHITE,
    )
    return Part("tail", (plume,), 0.022, 230, ripple=_plumes)


def _wing() -> Part:
    """The small wing with its white plumes, laid along the flank."""
    blade = Loft(
        (
            (0.28, 0.225, 1.38, 0.10, 0.055),
            (0.08, 0.305, 1.34, 0.19, 0.070),
            (-0.18, 0.325, 1.28, 0.215, 0.070),
            (-0.42, 0.270, 1.20, 0.170, 0.065),
            (-0.60, 0.200, 1.12, 0.085, 0.045),
        ),
        ((0.0, "wing_l"),),
        BLACK,
    )

    def paint(points: Array, colours: Array) -> Array:
        x, _, z = points.T
        along = 0.80 * x + 0.60 * z
        plumes = smooth_step(0.74, 0.66, along + 0.03 * np.sin(40 * z))
        return tint(colours, WHITE, plumes)

    return Part("wing", (blade,), 0.020, 520, paint=paint, ripple=_plumes, whole=True)


def _skin() -> Part:
    neck = (
        (0.36, 1.30, 0.125, 0.100),
        (0.46, 1.42, 0.090, 0.078),
        (0.535, 1.58, 0.062, 0.056),
        (0.540, 1.76, 0.048, 0.044),
        (0.520, 1.94, 0.043, 0.040),
        (0.525, 2.10, 0.041, 0.038),
        (0.555, 2.23, 0.042, 0.040),
    )
    bones = ((0.0, "pelvis"), (1.0, "neck_1"), (2.4, "neck_2"), (4.4, "neck_3"), (6.0, "head"))

    def paint(points: Array, colours: Array) -> Array:
        x, _, z = points.T
        collar = smooth_step(1.50, 1.44, z - 0.10 * (x - 0.45))
        colours = tint(colours, WHITE, smooth_step(0.05, 0.03, np.abs(z - 1.50)))
        colours = tint(colours, BLACK, collar)
        down: Array = colours * (1.0 + 0.08 * np.sin(70 * z + 30 * x))[:, None]
        return down

    return Part("neck", (Loft(middle(neck), bones, SKIN),), 0.017, 420, paint=paint, whole=True)


def _head() -> Part:
    x, z = OSTRICH.head_at
    at_head = ((0.0, "head"),)
    lofts = (
        Loft(
            ((x - 0.005, 0, z + 0.012, 0.056, 0.050), (x + 0.050, 0, z + 0.010, 0.053, 0.049), (x + 0.090, 0, z - 0.002, 0.035, 0.036)),
            at_head,
            SKIN,
            0.01,
        ),
        Loft(
            ((x + 0.085, 0, z - 0.006, 0.030, 0.036), (x + 0.14, 0, z - 0.018, 0.019, 0.034), (x + 0.19, 0, z - 0.026, 0.010, 0.024)),
            at_head,
            BILL,
            0.01,
        ),
    )

    def paint(points: Array, colours: Array) -> Array:
        relative = points - np.array([x, 0.0, z])
        crown = smooth_step(0.040, 0.056, relative[:, 2])
        colours = tint(colours, (0.12, 0.08, 0.06), 0.7 * crown)
        lip = smooth_step(0.005, 0.0025, np.abs(relative[:, 2] + 0.014 + 0.15 * (relative[:, 0] - 0.08))) * smooth_step(
            0.05, 0.07, relative[:, 0]
        )
        colours = tint(colours, (0.10, 0.05, 0.035), 0.85 * lip)
        colours = tint(colours, WHITE, 0.5 * spot(relative, (0.048, 0.050, 0.020), (0.026, 0.03, 0.022)))
        return tint(colours, DARK, spot(relative, (0.048, 0.050, 0.020), (0.019, 0.03, 0.0165)))

    return Part("head", lofts, 0.0085, 480, paint=paint, weight_falloff_m=0.03)


def _leg() -> Part:
    lofts = (
        Loft(
            ((-0.06, 0.11, 1.12, 0.200, 0.125), (0.05, LEG_Y, 0.99, 0.155, 0.105)),
            ((0.0, "hind_upper_l"), (0.6, "hind_upper_l"), (1.0, "hind_lower_l")),
            SKIN,
            0.05,
        ),
        Loft(
            (
                (0.10, LEG_Y, 0.98, 0.130, 0.095),
                (0.02, LEG_Y, 0.80, 0.092, 0.072),
                (-0.09, LEG_Y, 0.60, 0.050, 0.043),
                (-0.122, LEG_Y, 0.525, 0.050, 0.046),
                (-0.085, LEG_Y, 0.40, 0.034, 0.032),
                (-0.020, LEG_Y, 0.18, 0.031, 0.030),
                (0.014, LEG_Y, 0.055, 0.038, 0.036),
            ),
            ((0.0, "hind_lower_l"), (2.5, "hind_lower_l"), (3.3, "hind_cannon_l"), (5.2, "hind_cannon_l"), (6.0, "hind_foot_l")),
            SKIN,
            0.04,
        ),
    )

    def paint(points: Array, colours: Array) -> Array:
        x, _, z = points.T
        scutes = smooth_step(0.2, 0.8, np.sin(110 * z)) * smooth_step(0.50, 0.44, z) * smooth_step(-0.02, 0.01, x + 0.30 * (z - 0.1))
        return tint(colours, (0.58, 0.42, 0.33), 0.5 * scutes)

    return Part("leg", lofts, 0.017, 620, planes=((0.0, 0.0, -1.0, -0.02),), paint=paint, whole=True)


def _foot() -> Part:
    """Two toes, the inner one large and clawed."""
    at_foot = ((0.0, "hind_foot_l"),)
    lofts = (
        Loft(
            (
                (0.00, LEG_Y - 0.005, 0.035, 0.038, 0.038),
                (0.09, LEG_Y - 0.015, 0.026, 0.030, 0.034),
                (0.18, LEG_Y - 0.022, 0.018, 0.021, 0.024),
            ),
            at_foot,
            SKIN,
            0.02,
        ),
        Loft(((0.01, LEG_Y + 0.02, 0.030, 0.028, 0.028), (0.11, LEG_Y + 0.055, 0.017, 0.018, 0.019)), at_foot, SKIN, 0.02),
    )

    def paint(points: Array, colours: Array) -> Array:
        return tint(colours, (0.06, 0.045, 0.035), smooth_step(0.165, 0.185, points[:, 0]))

    return Part("foot", lofts, 0.0105, 150, planes=((0.0, 0.0, -1.0, 0.0),), paint=paint, whole=True)
