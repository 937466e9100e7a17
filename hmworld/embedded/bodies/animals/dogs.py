"""Dog breeds: the German shepherd and the dachshund."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.bodies.animals import fur
from hmworld.embedded.bodies.animals.quadruped import AT_HEAD, NOSE, Build, Ear, Eye, Head, Leg, outline
from hmworld.embedded.bodies.sdf import Loft, Vector, smooth_step, tint

Array = NDArray[np.float64]
TAN: Vector = (0.40, 0.215, 0.085)
PALE: Vector = (0.52, 0.34, 0.17)
BLACK: Vector = (0.022, 0.018, 0.016)


def _shepherd_coat(points: Array, colours: Array) -> Array:
    x, y, z = points.T
    side = np.abs(y)
    colours = tint(colours, PALE, 0.7 * smooth_step(0.46, 0.36, z) * smooth_step(0.09, 0.05, side) * (x < 0.27))
    ragged = z - 0.02 * fur.grain(points, 0.11)
    saddle = smooth_step(0.455, 0.50, ragged) * smooth_step(0.225, 0.15, x - 0.35 * (z - 0.55)) * smooth_step(-0.335, -0.29, x)
    mantle = smooth_step(-0.02, 0.05, (z - 0.60) - 0.55 * (x - 0.26)) * smooth_step(0.12, 0.2, x)
    on_tail = smooth_step(0.056, 0.050, side)
    tail_top = on_tail * smooth_step(-0.32, -0.345, x) * smooth_step(-0.02, 0.03, (z - 0.545) - 1.46 * (x + 0.315))
    tail_tip = on_tail * smooth_step(-0.49, -0.53, x)
    colours = tint(colours, BLACK, np.clip(saddle + mantle + 0.85 * tail_top + 0.8 * tail_tip, 0.0, 1.0) * 0.95)
    return fur.furred(points, fur.pads(points, colours, 0.012), 0.035, 0.10)


def _shepherd_face(points: Array, colours: Array) -> Array:
    x, y, z = points.T
    side = np.abs(y)
    colours = tint(colours, PALE, 0.5 * smooth_step(0.02, -0.01, z) * smooth_step(0.10, 0.05, x))
    crown = smooth_step(0.085, 0.105, z) * smooth_step(0.085, 0.05, x)
    nape = smooth_step(0.01, -0.03, x) * smooth_step(0.01, 0.05, z)
    mask = smooth_step(0.085, 0.125, x + 0.35 * (z - 0.03)) * smooth_step(0.078, 0.055, z) * (colours.sum(axis=1) > 0.1)
    between = smooth_step(0.075, 0.10, x) * smooth_step(0.035, 0.02, side) * smooth_step(0.05, 0.065, z)
    colours = tint(colours, BLACK, np.clip(0.75 * crown + 0.9 * nape + 0.92 * mask + 0.25 * between, 0.0, 1.0))
    colours = fur.mouth(points, colours, 0.09, 0.21, -0.008, 0.006, (0.004, 0.003, 0.003))
    return fur.socket(points, colours, (0.094, 0.040, 0.068), (0.016, 0.012, 0.010), BLACK)


SHEPHERD = Build(
    pelvis=(-0.24, 0.50),
    spine=(-0.07, 0.515),
    chest=(0.10, 0.525),
    neck_at=(0.22, 0.57),
    head_at=(0.355, 0.705),
    scapula=(0.165, 0.60),
    trunk=outline(
        (-0.30, 0.545, 0.405, 0.072),
        (-0.23, 0.585, 0.380, 0.098),
        (-0.09, 0.608, 0.368, 0.103),
        (0.04, 0.625, 0.335, 0.115),
        (0.14, 0.645, 0.318, 0.118),
        (0.22, 0.640, 0.340, 0.100),
        (0.265, 0.60, 0.40, 0.075),
    ),
    trunk_bones=((0.0, "pelvis"), (1.2, "pelvis"), (2.4, "spine"), (4.0, "chest")),
    neck=((0.18, 0.545, 0.125, 0.098), (0.26, 0.620, 0.108, 0.090), (0.335, 0.705, 0.092, 0.080)),
    tail=(
        (-0.315, 0.545, 0.038, 0.038),
        (-0.385, 0.480, 0.048, 0.042),
        (-0.435, 0.370, 0.054, 0.046),
        (-0.490, 0.270, 0.050, 0.040),
        (-0.560, 0.225, 0.016, 0.014),
    ),
    fore=Leg(
        ((0.250, 0.465), (0.160, 0.365), (0.178, 0.130), (0.192, 0.042)),
        0.076,
        ((0.165, 0.060, 0.560, 0.074, 0.040), (0.228, 0.070, 0.470, 0.078, 0.042), (0.168, 0.076, 0.375, 0.056, 0.040)),
        (0.046, 0.036, 0.030, 0.028, 0.029),
        (0.070, 0.034, 0.030),
    ),
    hind=Leg(
        ((-0.265, 0.485), (-0.205, 0.335), (-0.380, 0.185), (-0.355, 0.042)),
        0.086,
        ((-0.265, 0.052, 0.485, 0.098, 0.052), (-0.250, 0.068, 0.415, 0.092, 0.050), (-0.222, 0.080, 0.345, 0.064, 0.042)),
        (0.058, 0.044, 0.028, 0.025, 0.028),
        (0.068, 0.032, 0.029),
    ),
    head=Head(
        (
            Loft(((0.030, 0, 0.045, 0.080, 0.072),), AT_HEAD, TAN, 0.02, stretch=0.84),
            Loft(((0.012, 0, 0.008, 0.074, 0.070),), AT_HEAD, TAN, 0.03),
            Loft(((0.075, 0, 0.030, 0.054, 0.050), (0.145, 0, 0.018, 0.041, 0.037), (0.205, 0, 0.013, 0.032, 0.030)), AT_HEAD, TAN, 0.035),
            Loft(((0.236, 0, 0.025, 0.016, 0.019),), AT_HEAD, NOSE, 0.006, stretch=0.85),
            Loft(((0.082, 0.038, 0.082, 0.015, 0.015),), AT_HEAD, TAN, 0.025),
        ),
        _shepherd_face,
        Ear(
            (
                (0.002, 0.046, 0.085, 0.020, 0.036),
                (-0.002, 0.056, 0.130, 0.015, 0.034),
                (0.002, 0.060, 0.175, 0.009, 0.018),
                (0.005, 0.060, 0.205, 0.004, 0.005),
            ),
            BLACK,
            (0.22, 0.13, 0.075),
        ),
        eye=Eye((0.094, 0.040, 0.068), 0.0105, (0.10, 0.045, 0.012)),
        tilt=6.0,
    ),
    colour=TAN,
    paint=_shepherd_coat,
    step_m=0.0095,
    ripple=lambda points: fur.tufts(points, 0.055, 0.0025) * smooth_step(0.2, 0.3, points[:, 2]),
)

RED: Vector = (0.235, 0.085, 0.030)
DEEP_RED: Vector = (0.120, 0.040, 0.016)


def _dachshund_coat(points: Array, colours: Array) -> Array:
    _, y, z = points.T
    colours = tint(colours, (0.34, 0.15, 0.06), 0.6 * smooth_step(0.13, 0.09, z) * smooth_step(0.06, 0.02, np.abs(y)))
    colours = tint(colours, DEEP_RED, 0.45 * smooth_step(0.19, 0.225, z))
    return fur.furred(points, fur.pads(points, colours, 0.008), 0.03, 0.05)


def _dachshund_face(points: Array, colours: Array) -> Array:
    z = points[:, 2]
    colours = tint(colours, DEEP_RED, 0.4 * smooth_step(0.05, 0.07, z))
    colours = tint(colours, (0.34, 0.15, 0.06), 0.5 * smooth_step(0.0, -0.015, z))
    colours = fur.mouth(points, colours, 0.06, 0.14, -0.010, 0.004, (0.03, 0.012, 0.008))
    return fur.socket(points, colours, (0.052, 0.027, 0.041), (0.011, 0.009, 0.007), DEEP_RED)


DACHSHUND = Build(
    pelvis=(-0.20, 0.170),
    spine=(-0.06, 0.168),
    chest=(0.09, 0.165),
    neck_at=(0.19, 0.190),
    head_at=(0.275, 0.282),
    scapula=(0.145, 0.210),
    trunk=outline(
        (-0.245, 0.205, 0.130, 0.045),
        (-0.190, 0.222, 0.116, 0.060),
        (-0.070, 0.218, 0.102, 0.063),
        (0.050, 0.220, 0.085, 0.069),
        (0.140, 0.231, 0.074, 0.073),
        (0.200, 0.230, 0.084, 0.066),
        (0.232, 0.215, 0.120, 0.048),
    ),
    neck=((0.175, 0.185, 0.062, 0.055), (0.225, 0.235, 0.050, 0.046), (0.265, 0.288, 0.044, 0.042)),
    tail=((-0.255, 0.198, 0.018, 0.018), (-0.33, 0.200, 0.015, 0.015), (-0.41, 0.222, 0.012, 0.012), (-0.49, 0.268, 0.005, 0.005)),
    fore=Leg(
        ((0.205, 0.150), (0.145, 0.115), (0.156, 0.052), (0.163, 0.022)),
        0.050,
        ((0.150, 0.040, 0.185, 0.046, 0.030), (0.186, 0.047, 0.150, 0.046, 0.030), (0.150, 0.050, 0.118, 0.034, 0.028)),
        (0.030, 0.027, 0.023, 0.022, 0.023),
        (0.050, 0.026, 0.021),
    ),
    hind=Leg(
        ((-0.205, 0.165), (-0.163, 0.115), (-0.238, 0.068), (-0.215, 0.022)),
        0.052,
        ((-0.205, 0.034, 0.165, 0.052, 0.034), (-0.196, 0.044, 0.140, 0.052, 0.034), (-0.172, 0.050, 0.115, 0.038, 0.028)),
        (0.034, 0.027, 0.019, 0.018, 0.021),
        (0.048, 0.025, 0.021),
    ),
    head=Head(
        (
            Loft(((0.018, 0, 0.026, 0.046, 0.042),), AT_HEAD, RED, 0.012, stretch=0.88),
            Loft(((0.008, 0, 0.004, 0.040, 0.038),), AT_HEAD, RED, 0.02),
            Loft(((0.045, 0, 0.018, 0.034, 0.031), (0.090, 0, 0.006, 0.028, 0.026), (0.132, 0, 0.001, 0.024, 0.022)), AT_HEAD, RED, 0.02),
            Loft(((0.154, 0, 0.011, 0.0105, 0.0125),), AT_HEAD, NOSE, 0.004, stretch=0.85),
            Loft(((0.045, 0.024, 0.048, 0.010, 0.010),), AT_HEAD, RED, 0.014),
        ),
        _dachshund_face,
        Ear(
            (
                (0.002, 0.036, 0.046, 0.020, 0.009),
                (-0.002, 0.053, 0.018, 0.030, 0.008),
                (0.000, 0.057, -0.022, 0.030, 0.007),
                (0.004, 0.053, -0.050, 0.014, 0.005),
            ),
            DEEP_RED,
            wide=(0.0, 1.0, 0.0),
        ),
        eye=Eye((0.052, 0.027, 0.041), 0.0078, (0.05, 0.02, 0.008)),
        tilt=10.0,
    ),
    colour=RED,
    paint=_dachshund_coat,
    step_m=0.0062,
)
