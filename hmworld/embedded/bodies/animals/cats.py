"""Cats: the tabby house cat with its tail up, and the lion."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.bodies.animals import fur
from hmworld.embedded.bodies.animals.quadruped import AT_HEAD, Build, Ear, Eye, Head, Leg, outline
from hmworld.embedded.bodies.animals.quadruped_parts import placed_on_head
from hmworld.embedded.bodies.sdf import Loft, Part, Vector, smooth_step, tint

Array = NDArray[np.float64]
TABBY: Vector = (0.30, 0.235, 0.165)
STRIPE: Vector = (0.055, 0.040, 0.028)
WHITE: Vector = (0.70, 0.66, 0.60)
PINK: Vector = (0.40, 0.17, 0.14)


def _cat_coat(points: Array, colours: Array) -> Array:
    x, y, z = points.T
    side = np.abs(y)
    wobble = 0.006 * fur.grain(points, 0.07)
    hoops = smooth_step(-0.1, 0.5, np.cos(2 * np.pi * (x + 0.25 * (z - 0.2) + wobble) / 0.036)) * smooth_step(0.165, 0.19, z) * (x > -0.18)
    rings = smooth_step(0.0, 0.5, np.cos(2 * np.pi * z / 0.038)) * smooth_step(0.262, 0.29, z) * (x < -0.2)
    bars = smooth_step(0.1, 0.6, np.cos(2 * np.pi * (z + 0.4 * x) / 0.030)) * smooth_step(0.05, 0.065, z) * smooth_step(0.16, 0.14, z)
    colours = tint(colours, STRIPE, 0.72 * np.clip(np.maximum(np.maximum(hoops, rings), 0.8 * bars), 0.0, 1.0))
    spine = smooth_step(0.018, 0.008, side) * smooth_step(0.235, 0.25, z) * (x > -0.19) * (x < 0.15)
    colours = tint(colours, STRIPE, 0.8 * spine)
    colours = tint(colours, STRIPE, smooth_step(-0.305, -0.315, x))
    socks = smooth_step(0.050, 0.042, z)
    bib = smooth_step(0.115, 0.14, x) * smooth_step(0.265, 0.25, z) * smooth_step(0.040, 0.030, side)
    belly = smooth_step(0.165, 0.150, z) * smooth_step(0.045, 0.030, side) * (x > -0.12) * (x < 0.16)
    colours = tint(colours, WHITE, np.clip(socks + bib + belly, 0.0, 1.0))
    return fur.furred(points, colours, 0.02, 0.05)


def _cat_face(points: Array, colours: Array) -> Array:
    x, y, z = points.T
    side = np.abs(y)
    lines = smooth_step(0.2, 0.6, np.cos(2 * np.pi * side / 0.016)) * smooth_step(0.040, 0.048, z) * (x > -0.005)
    cheek = (
        smooth_step(0.2, 0.6, np.cos(2 * np.pi * (z + 0.3 * x) / 0.017)) * smooth_step(0.028, 0.036, side) * smooth_step(0.034, 0.026, z)
    )
    colours = tint(colours, STRIPE, 0.8 * np.clip(lines + cheek, 0.0, 1.0) * (colours[:, 0] < 0.38))
    muzzle = smooth_step(0.048, 0.056, x) * smooth_step(0.022, 0.014, z)
    chin = smooth_step(0.002, -0.008, z) * smooth_step(0.0, 0.02, x)
    blaze = smooth_step(0.009, 0.005, side) * smooth_step(0.044, 0.050, x) * smooth_step(0.040, 0.03, z)
    colours = tint(colours, WHITE, np.clip(muzzle + chin + blaze, 0.0, 1.0))
    nose = np.linalg.norm((np.stack([x, side, z], axis=1) - np.array([0.070, 0.0, 0.0135])) / np.array([0.008, 0.0062, 0.0042]), axis=1)
    colours = tint(colours, PINK, smooth_step(1.2, 0.9, nose))
    lip = smooth_step(0.0022, 0.001, np.abs(z - (0.001 - 0.35 * np.abs(side - 0.008)))) * smooth_step(0.056, 0.060, x)
    colours = tint(colours, (0.10, 0.05, 0.04), 0.8 * lip)
    return fur.socket(points, colours, (0.048, 0.0215, 0.0295), (0.0115, 0.0088, 0.0080), STRIPE)


CAT = Build(
    pelvis=(-0.13, 0.215),
    spine=(-0.04, 0.212),
    chest=(0.055, 0.212),
    neck_at=(0.115, 0.232),
    head_at=(0.172, 0.280),
    scapula=(0.09, 0.252),
    trunk=outline(
        (-0.160, 0.248, 0.168, 0.040),
        (-0.128, 0.264, 0.152, 0.052),
        (-0.045, 0.262, 0.148, 0.055),
        (0.030, 0.257, 0.140, 0.056),
        (0.085, 0.261, 0.140, 0.053),
        (0.120, 0.255, 0.153, 0.046),
        (0.140, 0.240, 0.172, 0.035),
    ),
    neck=((0.098, 0.222, 0.048, 0.042), (0.135, 0.248, 0.044, 0.041), (0.168, 0.278, 0.040, 0.041)),
    tail=(
        (-0.165, 0.236, 0.0165, 0.0165),
        (-0.222, 0.262, 0.0160, 0.0160),
        (-0.250, 0.320, 0.0155, 0.0155),
        (-0.262, 0.385, 0.0145, 0.0145),
        (-0.286, 0.432, 0.0125, 0.0125),
        (-0.322, 0.440, 0.0070, 0.0070),
    ),
    fore=Leg(
        ((0.122, 0.190), (0.080, 0.150), (0.088, 0.055), (0.094, 0.020)),
        0.031,
        ((0.088, 0.026, 0.235, 0.036, 0.022), (0.112, 0.030, 0.195, 0.036, 0.023), (0.084, 0.031, 0.155, 0.026, 0.020)),
        (0.021, 0.0175, 0.0145, 0.0135, 0.015),
        (0.034, 0.0185, 0.0150),
    ),
    hind=Leg(
        ((-0.135, 0.208), (-0.100, 0.148), (-0.176, 0.085), (-0.155, 0.020)),
        0.036,
        ((-0.132, 0.024, 0.205, 0.048, 0.030), (-0.124, 0.031, 0.180, 0.046, 0.028), (-0.108, 0.035, 0.152, 0.033, 0.023)),
        (0.029, 0.022, 0.0145, 0.0130, 0.0145),
        (0.034, 0.0180, 0.0145),
    ),
    head=Head(
        (
            Loft(((0.012, 0, 0.022, 0.045, 0.049),), AT_HEAD, TABBY, 0.012, stretch=0.90),
            Loft(((0.018, 0.022, 0.006, 0.030, 0.027),), AT_HEAD, TABBY, 0.015, stretch=0.8),
            Loft(((0.046, 0.008, 0.006, 0.017, 0.014),), AT_HEAD, TABBY, 0.010, stretch=0.85),
            Loft(((0.040, 0, 0.022, 0.018, 0.015), (0.062, 0, 0.012, 0.0095, 0.0105)), AT_HEAD, TABBY, 0.010),
        ),
        _cat_face,
        Ear(
            ((-0.002, 0.030, 0.046, 0.010, 0.022), (-0.003, 0.036, 0.068, 0.007, 0.0165), (0.000, 0.040, 0.088, 0.0035, 0.003)),
            (0.22, 0.165, 0.11),
            (0.42, 0.24, 0.19),
            wide=(0.42, 0.90, 0.0),
            facing=(0.90, -0.25, 0.0),
        ),
        eye=Eye((0.048, 0.0215, 0.0295), 0.0115, (0.30, 0.33, 0.07), (0.86, 0.42, 0.22), slit=0.42, depth=0.72),
        tilt=4.0,
    ),
    colour=TABBY,
    paint=_cat_coat,
    step_m=0.0052,
    triangles=2700,
)

SAND: Vector = (0.37, 0.225, 0.098)
CREAM: Vector = (0.60, 0.47, 0.31)
MANE: Vector = (0.150, 0.068, 0.024)
MANE_DARK: Vector = (0.060, 0.028, 0.012)


def _lion_coat(points: Array, colours: Array) -> Array:
    x, y, z = points.T
    side = np.abs(y)
    under = smooth_step(0.66, 0.56, z) * smooth_step(0.15, 0.08, side) * (x > -0.5) * (x < 0.5)
    inner = smooth_step(0.5, 0.4, z) * smooth_step(0.13, 0.10, side)
    colours = tint(colours, CREAM, np.clip(0.7 * under + 0.2 * inner, 0.0, 1.0))
    colours = tint(colours, (0.33, 0.195, 0.080), 0.5 * smooth_step(0.95, 1.03, z))
    return fur.furred(points, fur.pads(points, colours, 0.018), 0.08, 0.05)


def _lion_face(points: Array, colours: Array) -> Array:
    x, y, z = points.T
    side = np.abs(y)
    muzzle = smooth_step(0.19, 0.24, x) * smooth_step(0.055, 0.02, z)
    chin = smooth_step(-0.05, -0.085, z) * smooth_step(0.08, 0.14, x)
    colours = tint(colours, (0.66, 0.56, 0.42), np.clip(0.9 * muzzle + chin, 0.0, 1.0))
    nose = np.linalg.norm((np.stack([x, side, z], axis=1) - np.array([0.350, 0.0, 0.046])) / np.array([0.040, 0.046, 0.026]), axis=1)
    colours = tint(colours, (0.085, 0.040, 0.032), smooth_step(1.15, 0.9, nose))
    colours = fur.mouth(points, colours, 0.18, 0.36, -0.056, 0.013, (0.03, 0.018, 0.014))
    cleft = smooth_step(0.30, 0.32, x) * smooth_step(0.008, 0.004, side) * smooth_step(0.03, 0.01, z) * smooth_step(-0.06, -0.04, z)
    colours = tint(colours, (0.03, 0.018, 0.014), 0.8 * cleft)
    return fur.socket(points, colours, (0.158, 0.070, 0.090), (0.046, 0.034, 0.027), (0.02, 0.014, 0.010))


def _mane_ripple(points: Array) -> Array:
    return fur.tufts(points, 0.16, 0.018)


def _mane_paint(points: Array, colours: Array) -> Array:
    x, _, z = points.T
    colours = tint(colours, MANE_DARK, 0.9 * smooth_step(0.62, 0.42, x + 0.35 * (z - 1.0)))
    colours = tint(colours, (0.30, 0.150, 0.052), 0.85 * smooth_step(0.72, 0.86, x + 0.20 * (z - 1.1)))
    return fur.furred(points, colours, 0.05, 0.30)


LION = Build(
    pelvis=(-0.48, 0.900),
    spine=(-0.15, 0.880),
    chest=(0.20, 0.870),
    neck_at=(0.42, 0.930),
    head_at=(0.76, 1.100),
    scapula=(0.32, 1.040),
    trunk=outline(
        (-0.590, 0.985, 0.730, 0.135),
        (-0.470, 1.035, 0.670, 0.180),
        (-0.160, 1.010, 0.610, 0.185),
        (0.100, 1.020, 0.555, 0.205),
        (0.300, 1.085, 0.525, 0.205),
        (0.440, 1.060, 0.580, 0.185),
        (0.510, 0.990, 0.670, 0.140),
    ),
    neck=((0.39, 0.925, 0.205, 0.165), (0.55, 1.010, 0.175, 0.150), (0.72, 1.095, 0.150, 0.140)),
    tail=(
        (-0.62, 0.930, 0.042, 0.042),
        (-0.73, 0.800, 0.036, 0.034),
        (-0.80, 0.620, 0.031, 0.030),
        (-0.86, 0.450, 0.028, 0.027),
        (-0.95, 0.375, 0.022, 0.022),
    ),
    fore=Leg(
        ((0.470, 0.820), (0.310, 0.650), (0.330, 0.235), (0.350, 0.080)),
        0.130,
        ((0.330, 0.100, 0.960, 0.135, 0.078), (0.430, 0.120, 0.820, 0.140, 0.080), (0.320, 0.130, 0.665, 0.105, 0.075)),
        (0.088, 0.072, 0.060, 0.056, 0.058),
        (0.145, 0.078, 0.056),
    ),
    hind=Leg(
        ((-0.500, 0.880), (-0.370, 0.620), (-0.640, 0.335), (-0.590, 0.080)),
        0.140,
        ((-0.490, 0.090, 0.870, 0.175, 0.095), (-0.460, 0.120, 0.760, 0.165, 0.088), (-0.395, 0.135, 0.635, 0.115, 0.075)),
        (0.100, 0.076, 0.055, 0.050, 0.054),
        (0.140, 0.074, 0.055),
    ),
    head=Head(
        (
            Loft(((0.036, 0, 0.040, 0.156, 0.150),), AT_HEAD, SAND, 0.04, stretch=0.88),
            Loft(((0.120, 0, 0.030, 0.128, 0.108), (0.225, 0, 0.008, 0.104, 0.090), (0.290, 0, -0.008, 0.082, 0.082)), AT_HEAD, SAND, 0.06),
            Loft(((0.265, 0.036, -0.018, 0.052, 0.046),), AT_HEAD, SAND, 0.04, stretch=0.85),
            Loft(((0.235, 0, -0.088, 0.062, 0.062),), AT_HEAD, SAND, 0.05, stretch=0.75),
            Loft(((0.130, 0.060, 0.115, 0.030, 0.032),), AT_HEAD, SAND, 0.05),
        ),
        _lion_face,
        Ear(
            ((0.000, 0.120, 0.135, 0.036, 0.050), (0.010, 0.170, 0.190, 0.030, 0.056), (0.016, 0.200, 0.235, 0.016, 0.030)),
            (0.34, 0.20, 0.085),
            (0.55, 0.42, 0.27),
            wide=(0.35, 0.93, 0.0),
            facing=(0.93, -0.25, 0.1),
            triangles=110,
        ),
        eye=Eye((0.158, 0.070, 0.090), 0.0205, (0.42, 0.24, 0.04), (0.75, 0.60, 0.25)),
        tilt=8.0,
        triangles=800,
    ),
    colour=SAND,
    paint=_lion_coat,
    step_m=0.0165,
    triangles=1850,
)


def lion_extras() -> tuple[Part, ...]:
    """The mane, which hides neck, chest and all of the head but the face, and the tail's tuft."""
    follow = ((0.0, "chest"), (1.0, "chest"), (2.2, "neck"), (3.6, "head"), (5.0, "head"))
    mane = (
        Loft(
            (
                (0.30, 0, 0.990, 0.130, 0.130),
                (0.42, 0, 0.955, 0.265, 0.205),
                (0.55, 0, 0.990, 0.320, 0.250),
                (0.67, 0, 1.060, 0.300, 0.262),
                (0.745, 0, 1.105, 0.250, 0.245),
                (0.790, 0, 1.130, 0.120, 0.120),
            ),
            follow,
            MANE,
            0.06,
        ),
        Loft(((0.47, 0, 0.82, 0.19, 0.13), (0.50, 0, 0.68, 0.13, 0.09), (0.49, 0, 0.58, 0.05, 0.04)), ((0.0, "chest"),), MANE, 0.10),
    )
    crest = placed_on_head(LION, Loft(((-0.02, 0, 0.150, 0.085, 0.090), (-0.10, 0, 0.14, 0.12, 0.12)), AT_HEAD, MANE, 0.06))
    # A great ball carves the mane's front nearly flat, so that the face looks out of it.
    face = Loft(((2.79, 0, 0.75, 2.0, 2.0),), AT_HEAD, MANE, 0.09, carve=True)
    tuft = Loft(
        ((-0.93, 0, 0.375, 0.030, 0.030), (-0.99, 0, 0.352, 0.055, 0.050), (-1.06, 0, 0.345, 0.015, 0.015)),
        ((0.0, LION.tails()[-1]),),
        MANE_DARK,
    )
    return (
        Part("mane", (*mane, crest, face), 0.0185, 760, paint=_mane_paint, weight_falloff_m=0.06, ripple=_mane_ripple),
        Part("tuft", (tuft,), 0.014, 90, weight_falloff_m=0.03, ripple=lambda points: fur.tufts(points, 0.06, 0.006)),
    )
