"""The brown bear: a hump over the shoulders, a dished face, flat feet."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.bodies.animals import fur
from hmworld.embedded.bodies.animals.quadruped import AT_HEAD, NOSE, Build, Ear, Eye, Head, Leg, outline
from hmworld.embedded.bodies.sdf import Loft, Vector, smooth_step, tint

Array = NDArray[np.float64]
BROWN: Vector = (0.130, 0.066, 0.030)
DARK: Vector = (0.045, 0.023, 0.012)
GOLD: Vector = (0.260, 0.150, 0.072)
CLAW: Vector = (0.12, 0.10, 0.075)


def _coat(points: Array, colours: Array) -> Array:
    x, y, z = points.T
    shade = 0.05 * fur.grain(points, 0.16)
    colours = tint(colours, DARK, 0.85 * smooth_step(0.55, 0.32, z + shade))
    colours = tint(colours, GOLD, 0.55 * smooth_step(0.92, 1.08, z + shade) * smooth_step(-0.2, 0.2, x))
    toes = (np.cos(2 * np.pi * (np.abs(y) - 0.19) / 0.048) > 0.3) * smooth_step(0.055, 0.035, z)
    front = np.where(x > 0, smooth_step(0.555, 0.575, x), smooth_step(-0.325, -0.305, x))
    colours = tint(colours, CLAW, 0.9 * toes * front)
    return fur.furred(points, colours, 0.08, 0.14)


def _face(points: Array, colours: Array) -> Array:
    x, _, z = points.T
    muzzle = smooth_step(0.19, 0.25, x) * (colours.sum(axis=1) > 0.1)
    colours = tint(colours, (0.245, 0.145, 0.075), 0.85 * muzzle)
    colours = tint(colours, GOLD, 0.4 * smooth_step(0.10, 0.18, z) * smooth_step(0.16, 0.05, x))
    colours = fur.mouth(points, colours, 0.20, 0.375, -0.050, 0.012, (0.02, 0.012, 0.01))
    return fur.socket(points, colours, (0.188, 0.076, 0.098), (0.026, 0.020, 0.0165), DARK)


BEAR = Build(
    pelvis=(-0.50, 0.800),
    spine=(-0.15, 0.800),
    chest=(0.22, 0.800),
    neck_at=(0.50, 0.840),
    head_at=(0.80, 0.890),
    scapula=(0.34, 1.000),
    trunk=outline(
        (-0.650, 0.920, 0.560, 0.210),
        (-0.500, 1.000, 0.470, 0.285),
        (-0.160, 1.000, 0.420, 0.305),
        (0.100, 1.030, 0.410, 0.295),
        (0.310, 1.150, 0.440, 0.275),
        (0.470, 1.090, 0.500, 0.245),
        (0.580, 0.990, 0.590, 0.190),
    ),
    neck=((0.46, 0.860, 0.245, 0.210), (0.62, 0.875, 0.220, 0.200), (0.78, 0.890, 0.185, 0.180)),
    tail=((-0.72, 0.850, 0.060, 0.055), (-0.77, 0.810, 0.055, 0.050), (-0.815, 0.760, 0.025, 0.025)),
    fore=Leg(
        ((0.500, 0.780), (0.340, 0.580), (0.360, 0.205), (0.385, 0.085)),
        0.190,
        ((0.340, 0.140, 0.940, 0.210, 0.120), (0.450, 0.165, 0.770, 0.200, 0.120), (0.350, 0.185, 0.600, 0.150, 0.115)),
        (0.135, 0.118, 0.105, 0.098, 0.092),
        (0.175, 0.098, 0.066),
    ),
    hind=Leg(
        ((-0.490, 0.760), (-0.350, 0.500), (-0.570, 0.225), (-0.520, 0.085)),
        0.190,
        ((-0.490, 0.120, 0.780, 0.240, 0.150), (-0.460, 0.155, 0.660, 0.225, 0.135), (-0.385, 0.185, 0.515, 0.165, 0.115)),
        (0.150, 0.125, 0.095, 0.092, 0.090),
        (0.205, 0.094, 0.064),
    ),
    head=Head(
        (
            Loft(((0.050, 0, 0.055, 0.168, 0.165),), AT_HEAD, BROWN, 0.05, stretch=0.90),
            Loft(((0.040, 0.070, -0.010, 0.120, 0.105),), AT_HEAD, BROWN, 0.06, stretch=0.9),
            Loft(
                ((0.160, 0, 0.010, 0.105, 0.095), (0.260, 0, -0.012, 0.080, 0.075), (0.340, 0, -0.018, 0.064, 0.063)), AT_HEAD, BROWN, 0.07
            ),
            Loft(((0.398, 0, 0.012, 0.030, 0.038),), AT_HEAD, NOSE, 0.012, stretch=0.85),
        ),
        _face,
        Ear(
            ((-0.030, 0.105, 0.160, 0.040, 0.058), (-0.034, 0.128, 0.205, 0.034, 0.062), (-0.032, 0.140, 0.240, 0.020, 0.036)),
            (0.105, 0.052, 0.024),
            DARK,
            wide=(0.35, 0.93, 0.0),
            facing=(0.93, -0.25, 0.1),
        ),
        eye=Eye((0.188, 0.076, 0.098), 0.015, (0.035, 0.017, 0.008), slit=0.6),
        tilt=14.0,
        ripple=lambda points: fur.tufts(points, 0.10, 0.008) * smooth_step(0.15, 0.04, points[:, 0]),
    ),
    colour=BROWN,
    paint=_coat,
    step_m=0.0185,
    ripple=lambda points: fur.tufts(points, 0.12, 0.011) * smooth_step(0.15, 0.35, points[:, 2]),
)
