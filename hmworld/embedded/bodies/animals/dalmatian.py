"""The Dalmatian: a lean white dog of 0.6 m with black spots."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.bodies.animals import fur
from hmworld.embedded.bodies.animals.quadruped import AT_HEAD, NOSE, Build, Ear, Eye, Head, Leg, outline
from hmworld.embedded.bodies.sdf import Loft, Vector, smooth_step, tint

Array = NDArray[np.float64]
WHITE: Vector = (0.72, 0.69, 0.64)
SPOT: Vector = (0.020, 0.018, 0.018)


def _coat(points: Array, colours: Array) -> Array:
    z = points[:, 2]
    near = fur.scattered(points, 0.058, 0.0165)
    fine = fur.scattered(points, 0.042, 0.0105)
    low = smooth_step(0.34, 0.26, z)
    spots = np.maximum(smooth_step(1.15, 0.9, near) * (1.0 - low), smooth_step(1.2, 0.85, fine) * low * smooth_step(0.05, 0.07, z))
    return fur.pads(points, tint(colours, SPOT, spots), 0.012)


def _face(points: Array, colours: Array) -> Array:
    fine = fur.scattered(points + np.array([0.011, 0.0, 0.007]), 0.036, 0.0085)
    colours = tint(colours, SPOT, smooth_step(1.2, 0.85, fine) * smooth_step(0.19, 0.15, points[:, 0]))
    colours = fur.mouth(points, colours, 0.085, 0.19, -0.010, 0.006, (0.06, 0.04, 0.04))
    return fur.socket(points, colours, (0.094, 0.039, 0.062), (0.014, 0.011, 0.009), SPOT)


DALMATIAN = Build(
    pelvis=(-0.22, 0.50),
    spine=(-0.06, 0.49),
    chest=(0.10, 0.485),
    neck_at=(0.22, 0.54),
    head_at=(0.335, 0.695),
    scapula=(0.155, 0.565),
    trunk=outline(
        (-0.265, 0.540, 0.430, 0.066),
        (-0.200, 0.570, 0.412, 0.086),
        (-0.080, 0.574, 0.392, 0.089),
        (0.040, 0.577, 0.345, 0.100),
        (0.140, 0.592, 0.318, 0.104),
        (0.210, 0.585, 0.338, 0.088),
        (0.250, 0.545, 0.400, 0.066),
    ),
    neck=((0.185, 0.525, 0.095, 0.078), (0.265, 0.610, 0.073, 0.062), (0.325, 0.700, 0.064, 0.058)),
    tail=((-0.29, 0.535, 0.024, 0.024), (-0.385, 0.490, 0.020, 0.020), (-0.49, 0.480, 0.014, 0.014), (-0.60, 0.525, 0.005, 0.005)),
    fore=Leg(
        ((0.235, 0.450), (0.150, 0.345), (0.166, 0.125), (0.177, 0.042)),
        0.070,
        ((0.158, 0.055, 0.530, 0.066, 0.036), (0.215, 0.064, 0.455, 0.066, 0.036), (0.160, 0.070, 0.355, 0.046, 0.034)),
        (0.039, 0.030, 0.025, 0.023, 0.024),
        (0.064, 0.030, 0.028),
    ),
    hind=Leg(
        ((-0.235, 0.495), (-0.165, 0.345), (-0.320, 0.175), (-0.292, 0.042)),
        0.078,
        ((-0.235, 0.048, 0.490, 0.086, 0.048), (-0.215, 0.063, 0.420, 0.078, 0.044), (-0.182, 0.073, 0.350, 0.054, 0.036)),
        (0.048, 0.036, 0.024, 0.022, 0.024),
        (0.062, 0.029, 0.027),
    ),
    head=Head(
        (
            Loft(((0.024, 0, 0.042, 0.073, 0.066),), AT_HEAD, WHITE, 0.02, stretch=0.82),
            Loft(((0.006, 0, 0.010, 0.060, 0.057),), AT_HEAD, WHITE, 0.03),
            Loft(
                ((0.070, 0, 0.026, 0.050, 0.048), (0.130, 0, 0.013, 0.041, 0.039), (0.175, 0, 0.009, 0.035, 0.036)), AT_HEAD, WHITE, 0.035
            ),
            Loft(((0.206, 0, 0.024, 0.015, 0.018),), AT_HEAD, NOSE, 0.006, stretch=0.85),
            Loft(((0.078, 0.037, 0.074, 0.014, 0.014),), AT_HEAD, WHITE, 0.02),
        ),
        _face,
        Ear(
            (
                (0.004, 0.048, 0.082, 0.026, 0.012),
                (0.000, 0.072, 0.050, 0.038, 0.011),
                (0.010, 0.077, 0.008, 0.030, 0.009),
                (0.022, 0.072, -0.024, 0.011, 0.006),
            ),
            SPOT,
            wide=(0.0, 1.0, 0.0),
            triangles=120,
        ),
        eye=Eye((0.094, 0.039, 0.062), 0.0105, (0.09, 0.045, 0.015)),
        tilt=12.0,
        triangles=800,
    ),
    colour=WHITE,
    paint=_coat,
    step_m=0.0088,
    triangles=2880,
)
