"""Shapes of the two people: skeleton, and the parts shared by both (head, hands, legs, shoes)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.bodies.sdf import Loft, Part, Vector, smooth_step, tint
from hmworld.embedded.bodies.skeleton import Skeleton, build_skeleton

Array = NDArray[np.float64]
MODEL_HEIGHT_M = 1.75
"""Every number here describes a person of this height; `bake.py` scales the finished body."""

ARM_DOWN = np.array([-0.02, 0.60, -0.80])
"""Direction of the arm in the rest pose: held away from the body, so that skin of arm and body stay apart."""


@dataclass(frozen=True)
class Build:
    """What tells one person's skeleton from another's, metres at MODEL_HEIGHT_M."""

    shoulder_y: float
    hip_y: float
    skin: Vector
    hair: Vector

    @property
    def shoulder(self) -> Array:
        """Centre of the left shoulder joint."""
        return np.array([-0.015, self.shoulder_y, 1.41])

    @property
    def elbow(self) -> Array:
        """Left elbow."""
        point: Array = self.shoulder + 0.285 * ARM_DOWN
        return point

    @property
    def wrist(self) -> Array:
        """Left wrist; the rest elbow is slightly bent forwards."""
        point: Array = self.elbow + 0.25 * (ARM_DOWN + np.array([0.12, 0.0, 0.0]))
        return point


def skeleton(build: Build, coat: bool) -> Skeleton:
    """Joints of a person; with `coat`, four panel joints that carry the skirt of a coat."""
    y = build.hip_y

    def xyz(point: Array) -> Vector:
        return (float(point[0]), float(point[1]), float(point[2]))

    rows: list[tuple[str, str, Vector]] = [
        ("pelvis", "", (0.0, 0.0, 0.95)),
        ("spine", "pelvis", (-0.005, 0.0, 1.08)),
        ("chest", "spine", (-0.01, 0.0, 1.24)),
        ("neck", "chest", (-0.02, 0.0, 1.47)),
        ("head", "neck", (0.0, 0.0, 1.56)),
        ("clavicle_l", "chest", (-0.01, 0.03, 1.42)),
        ("upper_arm_l", "clavicle_l", xyz(build.shoulder)),
        ("forearm_l", "upper_arm_l", xyz(build.elbow)),
        ("hand_l", "forearm_l", xyz(build.wrist)),
        ("thigh_l", "pelvis", (-0.005, y, 0.91)),
        ("shin_l", "thigh_l", (0.012, y, 0.495)),
        ("foot_l", "shin_l", (-0.028, y, 0.085)),
        ("toe_l", "foot_l", (0.095, y, 0.02)),
    ]
    if coat:
        rows += [
            ("coat_front_l", "pelvis", (0.02, 0.07, 0.93)),
            ("coat_back_l", "pelvis", (-0.04, 0.07, 0.93)),
        ]
    return build_skeleton(rows)


def head(build: Build, jaw: float, lip: Vector, budget: int, ears: bool) -> Part:
    """Head, face and neck; `jaw` scales the width of the lower face; `ears` may be hidden by long hair."""
    skin, at_head = build.skin, ((0.0, "head"),)
    brow = tuple(0.6 * c for c in build.hair)
    lofts: tuple[Loft, ...] = (
        Loft(((-0.008, 0, 1.672, 0.096, 0.076),), at_head, skin, stretch=0.9),
        Loft(
            (
                (0.026, 0, 1.668, 0.068, 0.067),
                (0.034, 0, 1.61, 0.062, 0.062 * jaw),
                (0.050, 0, 1.564, 0.039, 0.041 * jaw),
            ),
            at_head,
            skin,
            0.03,
        ),
        Loft(
            (
                (-0.035, 0, 1.41, 0.062, 0.070),
                (-0.018, 0, 1.49, 0.057 * jaw, 0.060 * jaw),
                (0.0, 0, 1.58, 0.057, 0.059 * jaw),
            ),
            ((0.0, "chest"), (1.0, "neck"), (2.0, "head")),
            skin,
            0.02,
        ),
        Loft(((0.093, 0, 1.654, 0.009, 0.009), (0.106, 0, 1.625, 0.012, 0.014)), at_head, skin, 0.014),
        Loft(((0.107, 0.035, 1.656, 0.014, 0.021),), at_head, skin, 0.014, carve=True),
        Loft(((0.092, 0, 1.589, 0.012, 0.022),), at_head, lip, 0.008, stretch=0.75),
    )
    if ears:
        lofts += (Loft(((-0.012, 0.077, 1.642, 0.024, 0.011),), at_head, skin, 0.006, stretch=1.25),)

    def paint(points: Array, colours: Array) -> Array:
        x, y, z = points.T
        front = smooth_step(0.05, 0.065, x)
        side = np.abs(y)
        eye = np.hypot((side - 0.034) / 0.015, (z - 1.654) / 0.0075)
        white = front * smooth_step(1.25, 0.85, eye)
        iris = front * smooth_step(1.2, 0.6, np.hypot((side - 0.034) / 0.008, (z - 1.654) / 0.008))
        lid = front * smooth_step(1.2, 0.7, np.hypot((side - 0.034) / 0.019, (z - 1.6615) / 0.0055))
        eyebrow = front * smooth_step(1.2, 0.8, np.hypot((side - 0.036) / 0.024, (z - 1.682 + 0.12 * (side - 0.036)) / 0.0065))
        cheek = front * smooth_step(1.4, 0.3, np.hypot((side - 0.042) / 0.03, (z - 1.615) / 0.026))
        colours = tint(colours, (0.62, 0.27, 0.21), 0.22 * cheek)
        colours = tint(colours, (0.55, 0.52, 0.50), 0.75 * white)
        colours = tint(colours, (0.03, 0.02, 0.015), 0.95 * iris)
        colours = tint(colours, (0.08, 0.04, 0.03), 0.8 * lid)
        return tint(colours, (brow[0], brow[1], brow[2]), 0.85 * eyebrow)

    return Part("head", lofts, 0.0075, budget, planes=((0.0, 0.0, -1.0, -1.40),), paint=paint)


def hand(build: Build, budget: int) -> Part:
    """Left hand, relaxed: palm towards the thigh, fingers together and slightly bent, thumb forwards."""
    down = ARM_DOWN + np.array([0.12, 0.0, 0.0])
    inward = np.array([0.0, -0.8, -0.6])
    forward = np.array([1.0, 0.0, 0.0])

    def at(along: float, curl: float, ahead: float, across: float, wide: float) -> tuple[float, float, float, float, float]:
        p = build.wrist + along * down + curl * inward + ahead * forward
        return (float(p[0]), float(p[1]), float(p[2]), across, wide)

    bones = ((0.0, "hand_l"),)
    lofts = (
        Loft(
            (at(-0.05, 0, 0, 0.024, 0.026), at(0.0, 0, 0, 0.021, 0.027)),
            ((0.0, "forearm_l"), (1.0, "hand_l")),
            build.skin,
        ),
        Loft(
            (
                at(0.0, 0, 0, 0.020, 0.027),
                at(0.05, 0.002, 0.003, 0.017, 0.040),
                at(0.09, 0.006, 0.004, 0.015, 0.040),
                at(0.13, 0.020, 0.004, 0.012, 0.034),
                at(0.165, 0.042, 0.002, 0.009, 0.024),
            ),
            bones,
            build.skin,
            0.012,
            lateral=(1.0, 0.0, 0.0),
        ),
        Loft(
            (
                at(0.02, 0.006, 0.022, 0.014, 0.014),
                at(0.065, 0.018, 0.050, 0.012, 0.012),
                at(0.10, 0.026, 0.052, 0.008, 0.008),
            ),
            bones,
            build.skin,
            0.012,
        ),
    )
    return Part("hand", lofts, 0.0065, budget)


def legs(build: Build, cloth: Vector, girth: float, budget: int, belt: Vector | None) -> Part:
    """Trousers from the waist to the shoes; `girth` scales the legs' thickness."""
    y, g, w = build.hip_y, girth, min(1.0, girth)
    lofts = (
        Loft(
            (
                (0.0, 0, 1.03, 0.106 * w, 0.146 * w),
                (-0.006, 0, 0.95, 0.121 * w, 0.164 * w),
                (-0.01, 0, 0.89, 0.112 * w, 0.160 * w),
            ),
            ((0.0, "spine"), (0.7, "pelvis")),
            cloth,
            0.03,
        ),
        Loft(
            (
                (-0.008, y + 0.002, 0.88, 0.104 * g, 0.086 * g),
                (0.002, y, 0.72, 0.088 * g, 0.080 * g),
                (0.010, y, 0.52, 0.067 * g, 0.064 * g),
                (-0.004, y, 0.36, 0.067 * g, 0.062 * g),
                (-0.018, y, 0.20, 0.060 * g, 0.056 * g),
                (-0.022, y, 0.06, 0.063 * g, 0.056 * g),
            ),
            ((0.0, "thigh_l"), (1.7, "thigh_l"), (2.5, "shin_l")),
            cloth,
            0.03,
        ),
    )

    def paint(points: Array, colours: Array) -> Array:
        x, _, z = points.T
        crease = smooth_step(0.0, 0.06, x) * smooth_step(0.85, 0.75, z)
        colours = colours * (1.0 + 0.10 * crease)[:, None]
        hem = smooth_step(0.085, 0.075, z)
        colours = colours * (1.0 - 0.25 * hem)[:, None]
        if belt is not None:
            band = smooth_step(1.0, 1.006, z)
            colours = tint(colours, belt, band)
            buckle = band * smooth_step(0.028, 0.02, np.abs(points[:, 1])) * smooth_step(0.0, 0.02, x)
            colours = tint(colours, (0.45, 0.40, 0.28), buckle)
        return colours

    def folds(points: Array) -> Array:
        x, y_, z = points.T
        knee = np.exp(-(((z - 0.50) / 0.07) ** 2)) * smooth_step(0.02, -0.04, x)
        ankle = np.exp(-(((z - 0.13) / 0.05) ** 2))
        wave = 0.004 * knee * np.sin(105 * z + 9 * x) + 0.0035 * ankle * np.sin(130 * z + 20 * x + 14 * y_)
        displaced: Array = wave
        return displaced

    return Part(
        "legs",
        lofts,
        0.0115,
        budget,
        planes=((0.0, 0.0, -1.0, -0.065), (0.0, 0.0, 1.0, 1.035)),
        paint=paint,
        ripple=folds,
    )


def shoe(build: Build, leather: Vector, sole: Vector, slim: float, budget: int) -> Part:
    """Left shoe with a flat sole; `slim` scales its width."""
    y, s = build.hip_y, slim
    lofts = (
        Loft(
            (
                (-0.058, y, 0.048, 0.048, 0.034 * s),
                (-0.01, y, 0.055, 0.055, 0.037 * s),
                (0.05, y + 0.002, 0.042, 0.046, 0.042 * s),
                (0.105, y + 0.004, 0.030, 0.034, 0.045 * s),
                (0.150, y + 0.004, 0.024, 0.026, 0.034 * s),
            ),
            ((0.0, "foot_l"), (2.4, "foot_l"), (3.2, "toe_l")),
            leather,
        ),
        Loft(
            ((-0.028, y, 0.07, 0.048, 0.036), (-0.026, y, 0.13, 0.042, 0.036)),
            ((0.0, "foot_l"), (1.0, "shin_l")),
            leather,
        ),
    )

    def paint(points: Array, colours: Array) -> Array:
        return tint(colours, sole, smooth_step(0.019, 0.013, points[:, 2]))

    return Part("shoe", lofts, 0.009, budget, planes=((0.0, 0.0, -1.0, 0.0),), paint=paint)


def sleeve(build: Build, cloth: Vector, thickness: float) -> tuple[Loft, ...]:
    """Lofts of a shoulder and a long sleeve, to be united with a torso."""
    t = thickness
    shoulder, elbow, wrist = build.shoulder, build.elbow, build.wrist

    def at(point: Array, radius: float) -> tuple[float, float, float, float, float]:
        return (float(point[0]), float(point[1]), float(point[2]), radius * t, radius * t)

    return (
        Loft(
            (
                (-0.014, 0.04, 1.432, 0.050 * t, 0.050 * t),
                at(shoulder + np.array([0.002, -0.03, 0.004]), 0.055),
                at(shoulder + 0.02 * ARM_DOWN, 0.056),
            ),
            ((0.0, "chest"), (0.8, "clavicle_l"), (2.0, "upper_arm_l")),
            cloth,
            0.05,
        ),
        Loft(
            (
                at(shoulder, 0.057),
                at(shoulder + 0.4 * (elbow - shoulder), 0.053),
                at(elbow, 0.047),
                at(elbow + 0.45 * (wrist - elbow), 0.044),
                at(wrist + 0.02 * (wrist - elbow), 0.036),
            ),
            ((0.0, "upper_arm_l"), (1.75, "upper_arm_l"), (2.25, "forearm_l")),
            cloth,
            0.03,
        ),
    )
