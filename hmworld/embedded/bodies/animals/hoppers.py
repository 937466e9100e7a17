"""Hopping animals: the red kangaroo and the rabbit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.bodies.animals import fur
from hmworld.embedded.bodies.animals.gallop import Spring
from hmworld.embedded.bodies.animals.hop import Hop
from hmworld.embedded.bodies.animals.quadruped import AT_HEAD, NOSE, Build, Ear, Eye, Head, Leg
from hmworld.embedded.bodies.sdf import Loft, Vector, smooth_step, tint
from hmworld.embedded.bodies.stepping import Footfall
from hmworld.embedded.bodies.subject import STANDING

Array = NDArray[np.float64]
RUST: Vector = (0.34, 0.165, 0.080)
FAWN: Vector = (0.58, 0.47, 0.36)
DUSK: Vector = (0.090, 0.055, 0.038)


def _roo_coat(points: Array, colours: Array) -> Array:
    x, y, z = points.T
    side = np.abs(y)
    front = smooth_step(0.02, 0.07, (x - 0.04) - 0.38 * (z - 0.70)) * smooth_step(0.12, 0.07, side) * smooth_step(0.45, 0.55, z)
    colours = tint(colours, FAWN, 0.9 * front)
    colours = tint(colours, FAWN, 0.7 * smooth_step(0.30, 0.10, z) * (x > -0.25))
    colours = tint(colours, FAWN, 0.4 * smooth_step(0.06, 0.03, z))
    paws = smooth_step(0.63, 0.58, z) * smooth_step(0.22, 0.26, x) * smooth_step(0.46, 0.52, z) * smooth_step(0.13, 0.12, side)
    toes = smooth_step(0.17, 0.24, x) * smooth_step(0.12, 0.06, z)
    colours = tint(colours, DUSK, np.clip(paws + toes, 0.0, 1.0))
    colours = tint(
        colours, (0.22, 0.095, 0.045), 0.5 * smooth_step(-0.02, -0.09, (x - 0.02) - 0.38 * (z - 0.70)) * smooth_step(0.4, 0.6, z)
    )
    return fur.furred(points, fur.pads(points, colours, 0.012), 0.05, 0.06)


def _roo_face(points: Array, colours: Array) -> Array:
    x, _, z = points.T
    pale = smooth_step(0.0, -0.02, z + 0.20 * x) * (colours.sum(axis=1) > 0.1)
    cheek = smooth_step(0.012, 0.004, np.abs(z + 0.012)) * smooth_step(0.03, 0.05, x)
    colours = tint(colours, FAWN, np.clip(pale + 0.8 * cheek, 0.0, 1.0))
    tip = smooth_step(0.125, 0.15, x) * smooth_step(-0.03, -0.015, z)
    colours = tint(colours, DUSK, 0.7 * tip)
    colours = fur.mouth(points, colours, 0.085, 0.165, -0.030, 0.006, DUSK)
    return fur.socket(points, colours, (0.047, 0.041, 0.046), (0.017, 0.014, 0.0135), (0.16, 0.085, 0.05))


KANGAROO = Build(
    pelvis=(-0.07, 0.600),
    spine=(0.01, 0.740),
    chest=(0.085, 0.890),
    neck_at=(0.150, 1.040),
    head_at=(0.212, 1.155),
    scapula=(0.095, 0.950),
    trunk=(
        (-0.125, 0.500, 0.165, 0.140),
        (-0.065, 0.620, 0.190, 0.160),
        (0.010, 0.760, 0.165, 0.138),
        (0.075, 0.890, 0.128, 0.112),
        (0.125, 0.990, 0.098, 0.086),
    ),
    trunk_bones=((0.0, "pelvis"), (1.1, "pelvis"), (2.1, "spine"), (3.2, "chest")),
    neck=((0.120, 0.975, 0.094, 0.078), (0.165, 1.065, 0.068, 0.058), (0.204, 1.150, 0.057, 0.050)),
    tail=(
        (-0.200, 0.470, 0.120, 0.110),
        (-0.330, 0.290, 0.098, 0.090),
        (-0.500, 0.145, 0.076, 0.070),
        (-0.730, 0.080, 0.056, 0.052),
        (-0.950, 0.068, 0.042, 0.039),
        (-1.130, 0.075, 0.022, 0.021),
    ),
    fore=Leg(
        ((0.150, 0.930), (0.105, 0.755), (0.235, 0.635), (0.268, 0.590)),
        0.098,
        ((0.105, 0.070, 0.960, 0.060, 0.036), (0.138, 0.085, 0.900, 0.056, 0.036), (0.110, 0.098, 0.770, 0.037, 0.031)),
        (0.036, 0.029, 0.021, 0.019, 0.020),
        (0.075, 0.021, 0.017),
        stands="hanging",
    ),
    hind=Leg(
        ((-0.080, 0.590), (0.160, 0.430), (-0.130, 0.085), (0.130, 0.042)),
        0.115,
        ((-0.085, 0.075, 0.580, 0.180, 0.100), (0.040, 0.105, 0.520, 0.150, 0.085), (0.145, 0.115, 0.440, 0.085, 0.062)),
        (0.072, 0.060, 0.046, 0.040, 0.036),
        (0.130, 0.042, 0.034),
        stands="sole",
    ),
    head=Head(
        (
            Loft(((0.012, 0, 0.026, 0.066, 0.056),), AT_HEAD, RUST, 0.02, stretch=0.86),
            Loft(
                ((0.050, 0, 0.010, 0.052, 0.044), (0.105, 0, -0.008, 0.039, 0.034), (0.155, 0, -0.016, 0.030, 0.029)), AT_HEAD, RUST, 0.03
            ),
            Loft(((0.180, 0, -0.004, 0.015, 0.018),), AT_HEAD, NOSE, 0.008, stretch=0.9),
        ),
        _roo_face,
        Ear(
            (
                (-0.020, 0.034, 0.070, 0.014, 0.022),
                (-0.030, 0.050, 0.115, 0.012, 0.034),
                (-0.030, 0.062, 0.165, 0.009, 0.029),
                (-0.024, 0.068, 0.205, 0.004, 0.006),
            ),
            (0.25, 0.115, 0.055),
            (0.56, 0.40, 0.31),
        ),
        eye=Eye((0.047, 0.041, 0.046), 0.0135, (0.022, 0.012, 0.008), slit=0.8),
        tilt=14.0,
    ),
    colour=RUST,
    paint=_roo_coat,
    step_m=0.0125,
    triangles=2100,
)
ROO_IDLE = Hop(STANDING, 4.4, (0.0, 0.0), Spring(0.8, 0.6), breath=1.0, gaze=14.0, nod=3.0, arm=3.0, ear_twitch=9.0)
ROO_WALK = Hop(
    Footfall(0.0, 0.50, 0.60, ahead_m=0.03, lift_deg=38, fold_deg=5, clearance_m=0.05),
    0.62,
    (0.7, 1.9),
    Spring(4.0, 2.0, rock_peak=0.85, flex_peak=0.8),
    rise_m=0.040,
    raise_m=0.03,
    lean=24.0,
    hold=0.80,
    arm=5.0,
    tail_lift=-3.0,
    tail_pump=5.0,
    nod=2.0,
)
ROO_HOP = Hop(
    Footfall(0.0, 0.34, 2.00, ahead_m=-0.02, lift_deg=50, fold_deg=10, clearance_m=0.10),
    0.46,
    (1.9, 7.0),
    Spring(6.0, 4.0, rock_peak=0.85, flex_peak=0.8),
    rise_m=0.120,
    raise_m=0.10,
    lean=36.0,
    hold=0.78,
    arm=8.0,
    tail_lift=-4.0,
    tail_pump=9.0,
    ears_back=18.0,
    nod=3.0,
)

AGOUTI: Vector = (0.250, 0.190, 0.130)
COTTON: Vector = (0.75, 0.72, 0.68)


def _rabbit_coat(points: Array, colours: Array) -> Array:
    x, y, z = points.T
    side = np.abs(y)
    colours = tint(colours, (0.15, 0.110, 0.075), 0.45 * smooth_step(0.14, 0.19, z))
    belly = smooth_step(0.060, 0.040, z) * smooth_step(0.055, 0.035, side) * smooth_step(0.02, 0.0, x)
    colours = tint(colours, (0.60, 0.55, 0.48), 0.8 * belly)
    nape = smooth_step(0.145, 0.165, z) * smooth_step(0.095, 0.11, x) * smooth_step(0.03, 0.015, side)
    colours = tint(colours, (0.30, 0.16, 0.075), 0.6 * nape)
    puff = smooth_step(0.031, 0.027, np.hypot(x + 0.176, z - 0.124)) * smooth_step(-0.150, -0.156, x)
    colours = tint(colours, COTTON, puff)
    return fur.furred(points, colours, 0.016, 0.07)


def _rabbit_face(points: Array, colours: Array) -> Array:
    x, y, z = points.T
    side = np.abs(y)
    pale = smooth_step(-0.004, -0.014, z) * smooth_step(-0.01, 0.01, x)
    colours = tint(colours, (0.58, 0.52, 0.45), np.clip(pale + 0.6 * smooth_step(0.050, 0.058, x), 0.0, 1.0))
    nose = np.linalg.norm((np.stack([x, side, z], axis=1) - np.array([0.064, 0.0, 0.006])) / np.array([0.006, 0.0055, 0.0038]), axis=1)
    colours = tint(colours, (0.30, 0.13, 0.11), smooth_step(1.2, 0.9, nose))
    return fur.socket(points, colours, (0.028, 0.0265, 0.0185), (0.0105, 0.0085, 0.0085), (0.45, 0.37, 0.28))


RABBIT = Build(
    pelvis=(-0.075, 0.115),
    spine=(-0.02, 0.130),
    chest=(0.05, 0.112),
    neck_at=(0.090, 0.125),
    head_at=(0.122, 0.160),
    scapula=(0.06, 0.130),
    trunk=(
        (-0.108, 0.092, 0.058, 0.052),
        (-0.062, 0.112, 0.078, 0.066),
        (-0.005, 0.116, 0.074, 0.064),
        (0.048, 0.106, 0.058, 0.052),
        (0.085, 0.108, 0.043, 0.039),
    ),
    trunk_bones=((0.0, "pelvis"), (1.0, "pelvis"), (2.1, "spine"), (3.2, "chest")),
    neck=((0.080, 0.118, 0.042, 0.038), (0.102, 0.140, 0.034, 0.031), (0.118, 0.158, 0.030, 0.028)),
    tail=((-0.158, 0.112, 0.018, 0.018), (-0.174, 0.122, 0.022, 0.021), (-0.184, 0.132, 0.013, 0.013)),
    fore=Leg(
        ((0.085, 0.100), (0.058, 0.074), (0.070, 0.032), (0.076, 0.013)),
        0.025,
        ((0.060, 0.020, 0.118, 0.026, 0.016), (0.078, 0.024, 0.098, 0.024, 0.016), (0.061, 0.025, 0.078, 0.017, 0.014)),
        (0.0150, 0.0120, 0.0105, 0.0100, 0.0110),
        (0.026, 0.0125, 0.0105),
    ),
    hind=Leg(
        ((-0.072, 0.112), (0.000, 0.075), (-0.098, 0.022), (-0.030, 0.013)),
        0.043,
        ((-0.072, 0.030, 0.105, 0.060, 0.036), (-0.035, 0.041, 0.088, 0.050, 0.031), (-0.008, 0.043, 0.076, 0.030, 0.022)),
        (0.026, 0.021, 0.0155, 0.0140, 0.0125),
        (0.036, 0.0155, 0.0115),
        stands="sole",
    ),
    head=Head(
        (
            Loft(((0.010, 0, 0.010, 0.037, 0.031),), AT_HEAD, AGOUTI, 0.010, stretch=0.92),
            Loft(((0.022, 0.012, -0.004, 0.023, 0.018),), AT_HEAD, AGOUTI, 0.012, stretch=0.95),
            Loft(((0.030, 0, 0.006, 0.026, 0.023), (0.050, 0, 0.000, 0.0165, 0.0165)), AT_HEAD, AGOUTI, 0.012),
        ),
        _rabbit_face,
        Ear(
            (
                (-0.008, 0.012, 0.036, 0.0075, 0.010),
                (-0.020, 0.019, 0.062, 0.0060, 0.0165),
                (-0.030, 0.024, 0.090, 0.0050, 0.0155),
                (-0.037, 0.026, 0.116, 0.0030, 0.0055),
            ),
            (0.21, 0.155, 0.105),
            (0.50, 0.33, 0.27),
            wide=(0.50, 0.86, 0.0),
        ),
        eye=Eye((0.028, 0.0265, 0.0185), 0.009, (0.030, 0.016, 0.009), slit=0.8),
        tilt=8.0,
    ),
    colour=AGOUTI,
    paint=_rabbit_coat,
    step_m=0.0042,
    triangles=1900,
)
RABBIT_IDLE = Hop(STANDING, 3.2, (0.0, 0.0), Spring(0.6, 0.8), fore=STANDING, breath=1.2, gaze=8.0, nod=4.0, ear_twitch=8.0, tail_pump=3.0)
RABBIT_WALK = Hop(
    Footfall(0.0, 0.45, 0.13, ahead_m=0.005, lift_deg=22, fold_deg=0, clearance_m=0.002),
    0.48,
    (0.15, 0.45),
    Spring(5.0, 6.0, rock_peak=0.75, flex_peak=0.93),
    fore=Footfall(0.0, 0.45, 0.14, lift_deg=20, fold_deg=30, clearance_m=0.010),
    fore_landing=(0.45, 0.45),
    rise_m=0.006,
    raise_m=0.012,
    lean=6.0,
    carpus=30.0,
    nod=3.0,
    tail_pump=6.0,
)
RABBIT_HOP = Hop(
    Footfall(0.0, 0.28, 0.42, ahead_m=0.010, lift_deg=26, fold_deg=0, clearance_m=0.006),
    0.30,
    (0.45, 3.0),
    Spring(10.0, 13.0, rock_peak=0.72, flex_peak=0.95),
    fore=Footfall(0.0, 0.20, 0.42, ahead_m=0.0, lift_deg=30, fold_deg=40, clearance_m=0.028),
    fore_landing=(0.48, 0.60),
    rise_m=0.022,
    raise_m=0.030,
    lean=12.0,
    carpus=50.0,
    ears_back=22.0,
    tail_pump=10.0,
    nod=3.0,
)
