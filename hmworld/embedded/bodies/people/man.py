"""The man in a blue shirt and grey trousers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.bodies.people.figure import Build, hand, head, legs, shoe, skeleton, sleeve
from hmworld.embedded.bodies.sdf import Loft, Part, Vector, smooth_step, tint
from hmworld.embedded.bodies.skeleton import Skeleton

Array = NDArray[np.float64]
BUILD = Build(shoulder_y=0.180, hip_y=0.088, skin=(0.56, 0.33, 0.23), hair=(0.035, 0.021, 0.013))
SHIRT: Vector = (0.060, 0.165, 0.46)


def body() -> tuple[Skeleton, tuple[Part, ...]]:
    """Skeleton and parts, at the model height."""
    return skeleton(BUILD, coat=False), (
        head(BUILD, 1.0, (0.46, 0.22, 0.17), 760, ears=True),
        _hair(),
        _shirt(),
        legs(BUILD, (0.105, 0.108, 0.115), 1.0, 720, belt=(0.02, 0.013, 0.010)),
        hand(BUILD, 280),
        shoe(BUILD, (0.030, 0.019, 0.013), (0.012, 0.010, 0.009), 1.0, 240),
    )


def _hair() -> Part:
    at_head = ((0.0, "head"),)
    lofts = (
        Loft(((-0.014, 0, 1.683, 0.102, 0.083),), at_head, BUILD.hair, stretch=0.87),
        Loft(((-0.052, 0, 1.67, 0.052, 0.068), (-0.05, 0, 1.585, 0.034, 0.048)), at_head, BUILD.hair, 0.03),
        Loft(((0.105, 0, 1.625, 0.088, 0.12),), at_head, BUILD.hair, 0.012, stretch=1.0, carve=True),
        Loft(((0.0, 0.095, 1.615, 0.05, 0.03),), at_head, BUILD.hair, 0.012, stretch=1.0, carve=True),
    )

    def locks(points: Array) -> Array:
        x, y, z = points.T
        wave: Array = 0.003 * np.sin(90 * y + 40 * x) * smooth_step(1.66, 1.72, z)
        return wave

    def paint(points: Array, colours: Array) -> Array:
        x, y, _ = points.T
        shaded: Array = colours * (1.0 + 0.35 * np.sin(120 * y + 60 * x))[:, None]
        return shaded

    return Part("hair", lofts, 0.0085, 330, paint=paint, ripple=locks)


def _shirt() -> Part:
    torso = Loft(
        (
            (-0.002, 0, 0.99, 0.110, 0.151),
            (0.002, 0, 1.08, 0.109, 0.146),
            (0.002, 0, 1.18, 0.113, 0.156),
            (0.004, 0, 1.29, 0.118, 0.170),
            (-0.006, 0, 1.375, 0.104, 0.160),
            (-0.018, 0, 1.435, 0.073, 0.110),
            (-0.022, 0, 1.472, 0.058, 0.064),
        ),
        ((0.0, "pelvis"), (1.2, "spine"), (2.8, "chest")),
        SHIRT,
    )
    collar = Loft(
        (
            (-0.078, 0, 1.487, 0.016, 0.016),
            (-0.055, 0.050, 1.483, 0.016, 0.012),
            (0.005, 0.058, 1.462, 0.016, 0.012),
            (0.052, 0.016, 1.432, 0.018, 0.014),
        ),
        ((0.0, "neck"), (1.0, "chest")),
        (0.075, 0.20, 0.52),
        0.006,
    )

    def paint(points: Array, colours: Array) -> Array:
        x, y, z = points.T
        front = smooth_step(0.03, 0.06, x) * smooth_step(1.46, 1.43, z)
        placket = front * smooth_step(0.020, 0.013, np.abs(y))
        colours = tint(colours, (0.045, 0.125, 0.37), 0.6 * placket)
        spot = np.min([np.hypot(y, z - h) for h in (1.05, 1.14, 1.23, 1.32, 1.40)], axis=0)
        colours = tint(colours, (0.26, 0.33, 0.52), front * smooth_step(0.010, 0.005, spot))
        pocket = front * smooth_step(0.008, 0.004, np.abs(z - 1.33)) * smooth_step(0.05, 0.046, np.abs(np.abs(y) - 0.085))
        colours = tint(colours, (0.035, 0.10, 0.30), 0.6 * pocket)
        open_neck = 0.45 * (z - 1.385)
        inside = smooth_step(0.02, 0.04, x) * smooth_step(1.385, 1.395, z)
        flap = inside * smooth_step(0.030, 0.024, np.abs(y) - open_neck)
        colours = tint(colours, (0.11, 0.26, 0.60), flap)
        colours = tint(colours, BUILD.skin, inside * smooth_step(0.004, -0.004, np.abs(y) - open_neck))
        along = np.linalg.norm(points - BUILD.wrist, axis=1)
        cuff = smooth_step(0.07, 0.065, along)
        return tint(colours, (0.045, 0.125, 0.37), 0.6 * cuff)

    def folds(points: Array) -> Array:
        x, y, z = points.T
        waist = np.exp(-(((z - 1.05) / 0.05) ** 2))
        elbow = np.exp(-((np.linalg.norm(points - BUILD.elbow, axis=1) / 0.07) ** 2))
        displaced: Array = 0.004 * waist * np.sin(55 * y + 40 * x) + 0.004 * elbow * np.sin(110 * z)
        return displaced

    lofts = (torso, *sleeve(BUILD, SHIRT, 1.0), collar)
    return Part("shirt", lofts, 0.0105, 1250, planes=((0.0, 0.0, -1.0, -0.995),), paint=paint, ripple=folds)
