"""Wild dogs: the red fox and the grey wolf."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.bodies.animals import fur
from hmworld.embedded.bodies.animals.quadruped import AT_HEAD, NOSE, Build, Ear, Eye, Head, Leg, outline
from hmworld.embedded.bodies.sdf import Loft, Vector, smooth_step, tint

Array = NDArray[np.float64]
FOX_RED: Vector = (0.46, 0.150, 0.034)
WHITE: Vector = (0.70, 0.66, 0.60)
SOOT: Vector = (0.024, 0.018, 0.016)


def _fox_coat(points: Array, colours: Array) -> Array:
    x, y, z = points.T
    side = np.abs(y)
    back = smooth_step(0.31, 0.36, z) * smooth_step(0.17, 0.12, x)
    colours = tint(colours, (0.33, 0.090, 0.020), 0.5 * back)
    belly = smooth_step(0.245, 0.215, z) * smooth_step(0.055, 0.03, side) * smooth_step(0.195, 0.205, z) * (x > -0.17) * (x < 0.18)
    throat = smooth_step(0.13, 0.17, x + 0.35 * (0.30 - z)) * smooth_step(0.395, 0.355, z) * smooth_step(0.060, 0.040, side)
    colours = tint(colours, WHITE, np.clip(belly + throat, 0.0, 1.0) * 0.95)
    legs = smooth_step(0.155, 0.120, z + 0.015 * fur.grain(points, 0.05)) * (x > -0.26)
    colours = tint(colours, SOOT, 0.95 * legs)
    colours = tint(colours, (0.25, 0.085, 0.030), 0.6 * smooth_step(-0.34, -0.42, x) * smooth_step(-0.52, -0.47, x))
    tip = smooth_step(-0.520, -0.540, x + 0.01 * fur.grain(points, 0.04))
    return fur.furred(points, tint(colours, WHITE, tip), 0.03, 0.08)


def _fox_face(points: Array, colours: Array) -> Array:
    x, y, z = points.T
    side = np.abs(y)
    white = smooth_step(0.012, 0.002, z - 0.10 * (x - 0.05)) * smooth_step(-0.02, 0.01, x)
    colours = tint(colours, WHITE, white * (colours.sum(axis=1) > 0.1))
    tear = (
        smooth_step(0.010, 0.004, np.abs(z - (0.034 - 0.42 * (x - 0.047))))
        * smooth_step(0.05, 0.06, x)
        * smooth_step(0.10, 0.085, x)
        * (side > 0.01)
    )
    colours = tint(colours, (0.09, 0.035, 0.015), 0.55 * tear)
    colours = fur.mouth(points, colours, 0.060, 0.124, -0.004, 0.003, SOOT)
    return fur.socket(points, colours, (0.047, 0.0285, 0.036), (0.0105, 0.008, 0.0070), SOOT)


FOX = Build(
    pelvis=(-0.15, 0.300),
    spine=(-0.045, 0.300),
    chest=(0.055, 0.300),
    neck_at=(0.13, 0.330),
    head_at=(0.222, 0.395),
    scapula=(0.10, 0.345),
    trunk=outline(
        (-0.185, 0.335, 0.248, 0.045),
        (-0.140, 0.353, 0.236, 0.057),
        (-0.050, 0.352, 0.228, 0.060),
        (0.030, 0.356, 0.214, 0.065),
        (0.090, 0.366, 0.206, 0.065),
        (0.135, 0.362, 0.220, 0.056),
        (0.162, 0.338, 0.252, 0.042),
    ),
    neck=((0.115, 0.322, 0.072, 0.060), (0.165, 0.356, 0.068, 0.062), (0.212, 0.392, 0.056, 0.056)),
    tail=(
        (-0.195, 0.325, 0.020, 0.020),
        (-0.260, 0.290, 0.040, 0.038),
        (-0.345, 0.245, 0.058, 0.054),
        (-0.440, 0.215, 0.060, 0.056),
        (-0.530, 0.210, 0.040, 0.038),
        (-0.590, 0.215, 0.010, 0.010),
    ),
    fore=Leg(
        ((0.145, 0.275), (0.092, 0.215), (0.103, 0.078), (0.110, 0.026)),
        0.041,
        ((0.098, 0.032, 0.330, 0.044, 0.024), (0.133, 0.038, 0.278, 0.043, 0.024), (0.098, 0.041, 0.222, 0.031, 0.022)),
        (0.025, 0.019, 0.0155, 0.0145, 0.015),
        (0.042, 0.018, 0.017),
    ),
    hind=Leg(
        ((-0.155, 0.290), (-0.112, 0.208), (-0.208, 0.115), (-0.188, 0.026)),
        0.045,
        ((-0.155, 0.028, 0.290, 0.056, 0.031), (-0.145, 0.037, 0.255, 0.053, 0.029), (-0.123, 0.042, 0.214, 0.036, 0.024)),
        (0.032, 0.024, 0.0155, 0.0145, 0.015),
        (0.042, 0.018, 0.017),
    ),
    head=Head(
        (
            Loft(((0.016, 0, 0.026, 0.048, 0.047),), AT_HEAD, FOX_RED, 0.015, stretch=0.85),
            Loft(((0.016, 0.026, 0.002, 0.034, 0.032),), AT_HEAD, FOX_RED, 0.02, stretch=0.8),
            Loft(
                ((0.045, 0, 0.018, 0.031, 0.030), (0.085, 0, 0.006, 0.0185, 0.018), (0.122, 0, 0.003, 0.0125, 0.012)),
                AT_HEAD,
                FOX_RED,
                0.024,
            ),
            Loft(((0.135, 0, 0.008, 0.0085, 0.009),), AT_HEAD, NOSE, 0.003),
        ),
        _fox_face,
        Ear(
            (
                (-0.004, 0.030, 0.052, 0.013, 0.027),
                (-0.008, 0.038, 0.082, 0.010, 0.024),
                (-0.006, 0.042, 0.112, 0.006, 0.012),
                (-0.004, 0.042, 0.132, 0.003, 0.003),
            ),
            SOOT,
            (0.55, 0.42, 0.30),
        ),
        eye=Eye((0.047, 0.0285, 0.036), 0.0078, (0.17, 0.075, 0.015), slit=0.6),
        tilt=8.0,
    ),
    colour=FOX_RED,
    paint=_fox_coat,
    step_m=0.0066,
    trunk_bones=((0.0, "pelvis"), (1.2, "pelvis"), (2.4, "spine"), (4.0, "chest")),
    ripple=lambda points: fur.tufts(points, 0.05, 0.003) * smooth_step(0.15, 0.2, points[:, 2]),
)

GREY: Vector = (0.235, 0.215, 0.190)
DARK_GREY: Vector = (0.060, 0.055, 0.052)
BUFF: Vector = (0.47, 0.395, 0.305)


def _wolf_coat(points: Array, colours: Array) -> Array:
    x, y, z = points.T
    side = np.abs(y)
    grizzle = 0.03 * fur.grain(points, 0.09) + 0.02 * fur.grain(points[:, [1, 2, 0]], 0.05)
    saddle = smooth_step(0.61, 0.73, z + grizzle - 0.10 * smooth_step(0.2, 0.35, x)) * smooth_step(-0.42, -0.36, x)
    colours = tint(colours, DARK_GREY, 0.75 * saddle)
    pale = smooth_step(0.53, 0.43, z + grizzle)
    colours = tint(colours, BUFF, 0.85 * pale)
    throat = smooth_step(0.33, 0.42, x) * smooth_step(0.74, 0.66, z + grizzle)
    colours = tint(colours, (0.55, 0.50, 0.43), 0.6 * throat)
    tail_top = smooth_step(-0.42, -0.47, x) * smooth_step(-0.02, 0.02, -(x + 0.515))
    colours = tint(colours, DARK_GREY, 0.5 * tail_top)
    colours = tint(colours, DARK_GREY, 0.9 * smooth_step(-0.45, -0.48, x) * smooth_step(0.33, 0.27, z))
    colours = tint(colours, (0.56, 0.49, 0.40), 0.5 * smooth_step(0.06, 0.03, side) * smooth_step(0.48, 0.42, z) * (x > -0.3) * (x < 0.3))
    return fur.furred(points, fur.pads(points, colours, 0.014), 0.045, 0.16)


def _wolf_face(points: Array, colours: Array) -> Array:
    x, y, z = points.T
    side = np.abs(y)
    pale = smooth_step(0.030, -0.010, z) * smooth_step(-0.03, 0.08, x) * (colours.sum(axis=1) > 0.1)
    colours = tint(colours, (0.58, 0.52, 0.44), 0.9 * pale)
    colours = tint(colours, DARK_GREY, 0.35 * smooth_step(0.06, -0.02, x) * smooth_step(0.0, 0.04, z))
    crown = smooth_step(0.06, 0.10, z) * smooth_step(0.10, 0.05, x)
    colours = tint(colours, DARK_GREY, 0.8 * crown)
    bridge = smooth_step(0.09, 0.13, x) * smooth_step(0.026, 0.014, side) * smooth_step(0.015, 0.03, z)
    colours = tint(colours, (0.16, 0.125, 0.095), 0.75 * bridge)
    brow = np.linalg.norm((np.stack([x, side, z], axis=1) - np.array([0.10, 0.036, 0.108])) / np.array([0.03, 0.018, 0.015]), axis=1)
    colours = tint(colours, (0.55, 0.49, 0.41), 0.7 * smooth_step(1.2, 0.7, brow))
    colours = fur.mouth(points, colours, 0.11, 0.235, -0.016, 0.007, SOOT)
    return fur.socket(points, colours, (0.118, 0.048, 0.080), (0.016, 0.012, 0.0100), SOOT)


WOLF = Build(
    pelvis=(-0.30, 0.620),
    spine=(-0.09, 0.635),
    chest=(0.12, 0.640),
    neck_at=(0.27, 0.690),
    head_at=(0.475, 0.790),
    scapula=(0.20, 0.740),
    trunk=outline(
        (-0.365, 0.685, 0.505, 0.085),
        (-0.285, 0.722, 0.478, 0.112),
        (-0.110, 0.738, 0.460, 0.116),
        (0.050, 0.758, 0.415, 0.128),
        (0.170, 0.790, 0.392, 0.130),
        (0.275, 0.782, 0.410, 0.118),
        (0.330, 0.740, 0.470, 0.092),
    ),
    neck=((0.235, 0.660, 0.160, 0.128), (0.345, 0.722, 0.150, 0.138), (0.455, 0.785, 0.112, 0.112)),
    tail=(
        (-0.395, 0.670, 0.045, 0.042),
        (-0.465, 0.585, 0.060, 0.055),
        (-0.505, 0.450, 0.068, 0.062),
        (-0.530, 0.325, 0.058, 0.052),
        (-0.545, 0.235, 0.020, 0.020),
    ),
    fore=Leg(
        ((0.310, 0.580), (0.203, 0.450), (0.222, 0.165), (0.240, 0.052)),
        0.085,
        ((0.200, 0.068, 0.700, 0.092, 0.050), (0.285, 0.078, 0.585, 0.092, 0.050), (0.210, 0.085, 0.462, 0.066, 0.046)),
        (0.054, 0.042, 0.035, 0.032, 0.033),
        (0.092, 0.043, 0.036),
    ),
    hind=Leg(
        ((-0.325, 0.600), (-0.240, 0.425), (-0.430, 0.235), (-0.400, 0.052)),
        0.094,
        ((-0.325, 0.056, 0.600, 0.115, 0.062), (-0.300, 0.076, 0.520, 0.108, 0.058), (-0.255, 0.088, 0.435, 0.076, 0.050)),
        (0.068, 0.050, 0.033, 0.030, 0.032),
        (0.090, 0.041, 0.036),
    ),
    head=Head(
        (
            Loft(((0.036, 0, 0.050, 0.094, 0.086),), AT_HEAD, GREY, 0.03, stretch=0.84),
            Loft(((0.016, 0.044, -0.010, 0.076, 0.066),), AT_HEAD, GREY, 0.04, stretch=0.9),
            Loft(((0.090, 0, 0.030, 0.064, 0.060), (0.160, 0, 0.012, 0.051, 0.048), (0.228, 0, 0.004, 0.042, 0.041)), AT_HEAD, GREY, 0.045),
            Loft(((0.268, 0, 0.022, 0.020, 0.024),), AT_HEAD, NOSE, 0.007, stretch=0.85),
            Loft(((0.102, 0.046, 0.098, 0.016, 0.017),), AT_HEAD, GREY, 0.03),
        ),
        _wolf_face,
        Ear(
            (
                (-0.012, 0.052, 0.105, 0.024, 0.042),
                (-0.018, 0.062, 0.145, 0.018, 0.036),
                (-0.014, 0.066, 0.180, 0.011, 0.018),
                (-0.010, 0.066, 0.202, 0.004, 0.005),
            ),
            (0.14, 0.115, 0.095),
            (0.44, 0.38, 0.31),
        ),
        eye=Eye((0.118, 0.048, 0.080), 0.0112, (0.30, 0.19, 0.06), slit=0.5),
        tilt=10.0,
        ripple=lambda points: fur.tufts(points, 0.07, 0.0055) * smooth_step(0.07, 0.0, points[:, 0]),
    ),
    colour=GREY,
    paint=_wolf_coat,
    step_m=0.0112,
    ripple=lambda points: fur.tufts(points, 0.085, 0.0065) * smooth_step(0.38, 0.5, points[:, 2]),
)
