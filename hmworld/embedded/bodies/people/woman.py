"""The woman with long dark hair in a red knee-length coat."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.bodies.people.figure import Build, hand, head, legs, shoe, skeleton, sleeve
from hmworld.embedded.bodies.sdf import Loft, Part, Vector, smooth_step, tint
from hmworld.embedded.bodies.skeleton import Skeleton

Array = NDArray[np.float64]
BUILD = Build(shoulder_y=0.158, hip_y=0.086, skin=(0.64, 0.40, 0.30), hair=(0.022, 0.012, 0.008))
RED: Vector = (0.46, 0.022, 0.028)
DARK_RED: Vector = (0.24, 0.012, 0.016)


def body() -> tuple[Skeleton, tuple[Part, ...]]:
    """Skeleton and parts, at the model height."""
    return skeleton(BUILD, coat=True), (
        head(BUILD, 0.90, (0.50, 0.10, 0.10), 720, ears=False),
        _hair(),
        _coat(),
        legs(BUILD, (0.022, 0.022, 0.028), 0.86, 420, belt=None),
        hand(BUILD, 260),
        shoe(BUILD, (0.018, 0.012, 0.010), (0.03, 0.022, 0.018), 0.88, 230),
    )


def _hair() -> Part:
    at_head = ((0.0, "head"),)
    falling = ((0.0, "head"), (1.0, "head"), (2.0, "neck"), (3.0, "chest"))
    lofts = (
        Loft(((-0.014, 0, 1.683, 0.106, 0.088),), at_head, BUILD.hair, stretch=0.87),
        Loft(
            (
                (-0.05, 0, 1.68, 0.058, 0.078),
                (-0.066, 0, 1.57, 0.050, 0.086),
                (-0.088, 0, 1.46, 0.036, 0.094),
                (-0.106, 0, 1.35, 0.026, 0.074),
            ),
            falling,
            BUILD.hair,
            0.03,
        ),
        Loft(
            (
                (0.028, 0.072, 1.71, 0.026, 0.016),
                (0.022, 0.080, 1.62, 0.030, 0.015),
                (0.008, 0.078, 1.53, 0.032, 0.018),
                (0.012, 0.090, 1.44, 0.026, 0.016),
            ),
            falling,
            BUILD.hair,
            0.02,
        ),
        Loft(((0.105, 0, 1.622, 0.085, 0.095),), at_head, BUILD.hair, 0.012, stretch=1.05, carve=True),
    )

    def locks(points: Array) -> Array:
        x, y, z = points.T
        displaced: Array = 0.0035 * np.sin(75 * y + 60 * x + 8 * z) * smooth_step(1.72, 1.60, z)
        return displaced

    def paint(points: Array, colours: Array) -> Array:
        x, y, z = points.T
        shaded: Array = colours * (1.15 + 0.45 * np.sin(110 * y + 70 * x + 8 * z))[:, None]
        return shaded

    return Part("hair", lofts, 0.0095, 560, paint=paint, ripple=locks)


def _coat() -> Part:
    body_of_coat = Loft(
        (
            (0.0, 0, 0.50, 0.172, 0.205),
            (-0.002, 0, 0.64, 0.158, 0.196),
            (-0.006, 0, 0.80, 0.140, 0.184),
            (-0.008, 0, 0.94, 0.123, 0.166),
            (0.0, 0, 1.10, 0.096, 0.122),
            (0.010, 0, 1.20, 0.108, 0.132),
            (0.012, 0, 1.28, 0.115, 0.146),
            (-0.006, 0, 1.37, 0.098, 0.140),
            (-0.018, 0, 1.435, 0.070, 0.100),
            (-0.022, 0, 1.472, 0.056, 0.062),
        ),
        ((0.0, "pelvis"), (3.4, "pelvis"), (4.4, "spine"), (6.0, "chest")),
        RED,
    )
    collar = Loft(
        (
            (-0.076, 0, 1.492, 0.026, 0.020),
            (-0.050, 0.056, 1.487, 0.024, 0.016),
            (0.012, 0.066, 1.458, 0.024, 0.014),
            (0.066, 0.052, 1.40, 0.030, 0.014),
            (0.106, 0.014, 1.30, 0.016, 0.014),
        ),
        ((0.0, "neck"), (1.0, "chest")),
        (0.37, 0.017, 0.022),
        0.005,
    )
    belt = Loft(
        ((0.0, 0, 1.078, 0.103, 0.128), (0.0, 0, 1.102, 0.103, 0.128)),
        ((0.0, "pelvis"), (1.0, "spine")),
        DARK_RED,
        0.004,
    )

    def paint(points: Array, colours: Array) -> Array:
        x, y, z = points.T
        front = smooth_step(0.02, 0.06, x)
        seam = front * smooth_step(0.012, 0.004, np.abs(y)) * smooth_step(1.31, 1.28, z)
        colours = tint(colours, DARK_RED, 0.75 * seam)
        open_neck = 0.30 * (z - 1.30)
        inside = front * smooth_step(1.30, 1.31, z)
        lapel = inside * smooth_step(0.046, 0.038, np.abs(y) - open_neck)
        colours = tint(colours, (0.27, 0.013, 0.018), 0.9 * lapel)
        colours = tint(colours, (0.020, 0.018, 0.022), inside * smooth_step(0.004, -0.004, np.abs(y) - open_neck))
        band = smooth_step(1.060, 1.066, z) * smooth_step(1.120, 1.114, z) * smooth_step(0.155, 0.15, np.hypot(x, y))
        colours = tint(colours, (0.035, 0.012, 0.012), band)
        spot = np.min([np.hypot(np.abs(y) - 0.042, z - h) for h in (0.78, 0.90, 1.01, 1.17, 1.25)], axis=0)
        colours = tint(colours, (0.03, 0.012, 0.012), front * smooth_step(0.013, 0.008, spot))
        under = smooth_step(0.512, 0.506, z)
        colours = tint(colours, (0.05, 0.008, 0.01), under)
        cuff = smooth_step(0.075, 0.07, np.linalg.norm(points - BUILD.wrist, axis=1))
        return tint(colours, DARK_RED, 0.7 * cuff)

    def folds(points: Array) -> Array:
        x, y, z = points.T
        skirt = smooth_step(0.98, 0.60, z) * smooth_step(0.4, 0.3, np.abs(y))
        around = np.arctan2(y, x + 1e-9)
        elbow = np.exp(-((np.linalg.norm(points - BUILD.elbow, axis=1) / 0.07) ** 2))
        displaced: Array = 0.007 * skirt * np.cos(7.0 * around) + 0.004 * elbow * np.sin(110 * z)
        return displaced

    def panels(points: Array) -> dict[str, Array]:
        x, y, z = points.T
        hanging = smooth_step(0.95, 0.66, z) * (np.hypot(x, y) < 0.30)
        ahead, left = smooth_step(-0.12, 0.12, x), smooth_step(-0.12, 0.12, y)
        return {
            "coat_front_l": hanging * ahead * left,
            "coat_front_r": hanging * ahead * (1.0 - left),
            "coat_back_l": hanging * (1.0 - ahead) * left,
            "coat_back_r": hanging * (1.0 - ahead) * (1.0 - left),
        }

    lofts = (body_of_coat, *sleeve(BUILD, RED, 1.02), belt, collar)
    return Part(
        "coat",
        lofts,
        0.0115,
        1350,
        planes=((0.0, 0.0, -1.0, -0.505),),
        paint=paint,
        ripple=folds,
        bind=panels,
    )
