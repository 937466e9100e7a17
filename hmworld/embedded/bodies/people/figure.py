"""The figure that all clothes are cut for, and the proportions that turn the dressed figure into a particular person."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.bodies.reshape import Reshaping
from hmworld.embedded.bodies.sdf import Vector
from hmworld.embedded.bodies.skeleton import Skeleton, build_skeleton

Array = NDArray[np.float64]
MODEL_HEIGHT_M = 1.757
"""Crown of the figure. Every part is modelled on this one person; `Figure` gives the finished body other proportions."""

ARM_DOWN = np.array([-0.02, 0.60, -0.80])
"""Direction of the arm in the rest pose: held away from the body, so that skin of arm and body stay apart."""

FOREARM_DOWN = ARM_DOWN + np.array([0.12, 0.0, 0.0])
SHOULDER = np.array([-0.015, 0.174, 1.41])
ELBOW = SHOULDER + 0.285 * ARM_DOWN
WRIST = ELBOW + 0.25 * FOREARM_DOWN
HIP_Y = 0.088
FOOT_Z = 0.085

_PANELS: dict[str, tuple[tuple[str, str, Vector], ...]] = {
    "coat": (("coat_front_l", "pelvis", (0.02, 0.07, 0.93)), ("coat_back_l", "pelvis", (-0.04, 0.07, 0.93))),
    "gown": (("gown_front_l", "pelvis", (0.02, 0.07, 0.93)), ("gown_back_l", "pelvis", (-0.04, 0.07, 0.93))),
    "cape": (("cape", "chest", (-0.09, 0.0, 1.40)),),
    "tail": (("tail", "head", (-0.10, 0.0, 1.69)),),
}
"""Joints that a garment may add: a skirt to the knee, one to the ground, a cape, a ponytail."""


def skeleton(hanging: tuple[str, ...]) -> Skeleton:
    """Joints of the figure and those of what hangs on it."""

    def xyz(point: Array) -> Vector:
        return (float(point[0]), float(point[1]), float(point[2]))

    rows: list[tuple[str, str, Vector]] = [
        ("pelvis", "", (0.0, 0.0, 0.95)),
        ("spine", "pelvis", (-0.005, 0.0, 1.08)),
        ("chest", "spine", (-0.01, 0.0, 1.24)),
        ("neck", "chest", (-0.02, 0.0, 1.47)),
        ("head", "neck", (0.0, 0.0, 1.56)),
        ("clavicle_l", "chest", (-0.01, 0.03, 1.42)),
        ("upper_arm_l", "clavicle_l", xyz(SHOULDER)),
        ("forearm_l", "upper_arm_l", xyz(ELBOW)),
        ("hand_l", "forearm_l", xyz(WRIST)),
        ("thigh_l", "pelvis", (-0.005, HIP_Y, 0.91)),
        ("shin_l", "thigh_l", (0.012, HIP_Y, 0.495)),
        ("foot_l", "shin_l", (-0.028, HIP_Y, FOOT_Z)),
        ("toe_l", "foot_l", (0.095, HIP_Y, 0.02)),
    ]
    for kind in hanging:
        rows += _PANELS[kind]
    return build_skeleton(rows)


@dataclass(frozen=True)
class Figure:
    """Stature in metres, and the person's proportions as multiples of the figure's; pairs are (depth, width)."""

    height_m: float
    head: float = 1.0
    neck: tuple[float, float] = (1.0, 1.0)
    """Girth and length."""
    shoulders: float = 1.0
    chest: tuple[float, float] = (1.0, 1.0)
    waist: tuple[float, float] = (1.0, 1.0)
    belly_m: float = 0.0
    """How far the waist stands out in front, metres at the figure's height."""
    hips: tuple[float, float] = (1.0, 1.0)
    trunk: float = 1.0
    """Length of the trunk."""
    arms: tuple[float, float] = (1.0, 1.0)
    """Girth and length."""
    legs: tuple[float, float] = (1.0, 1.0)
    """Girth and length."""
    hands: float = 1.0
    feet: float = 1.0

    def reshaping(self, skeleton: Skeleton) -> Reshaping:
        """Where the figure's joints go and how their skin stretches, at the figure's own height."""
        stretch = np.stack([self._stretch(name) for name in skeleton.names])
        rest = skeleton.rest.copy()
        for i, parent in enumerate(skeleton.parents):
            if parent >= 0:
                rest[i] = rest[parent] + stretch[parent] @ (skeleton.rest[i] - skeleton.rest[parent])
        rest[:, 2] += FOOT_Z * self.feet - rest[skeleton.index("foot_l"), 2]
        spine = skeleton.index("spine")
        belly = np.zeros((len(rest), 3))
        belly[spine, 0] = self.belly_m
        return Reshaping(rest + belly, stretch)

    @property
    def scale(self) -> float:
        """What enlarges the reshaped figure to its stature."""
        plain = skeleton(())
        reshaping = self.reshaping(plain)
        crown = reshaping.rest[plain.index("head"), 2] + self.head * (MODEL_HEIGHT_M - float(plain.at("head")[2]))
        return self.height_m / float(crown)

    @property
    def leg_m(self) -> float:
        """Height of the hip above the ground, metres."""
        plain = skeleton(())
        return self.scale * float(self.reshaping(plain).rest[plain.index("thigh_l"), 2])

    def _stretch(self, joint: str) -> Array:
        name = joint.removesuffix("_l").removesuffix("_r")
        trunk = {"pelvis": self.hips, "spine": self.waist, "chest": self.chest}
        if name in trunk:
            return np.diag([*trunk[name], self.trunk])
        if name in ("upper_arm", "forearm"):
            girth, length = self.arms
            along = (ARM_DOWN if name == "upper_arm" else FOREARM_DOWN) * np.array([1.0, -1.0 if joint.endswith("_r") else 1.0, 1.0])
            along = along / np.linalg.norm(along)
            matrix: Array = girth * np.eye(3) + (length - girth) * np.outer(along, along)
            return matrix
        if name in ("thigh", "shin"):
            return np.diag([self.legs[0], self.legs[0], self.legs[1]])
        if name.startswith(("coat", "gown")):
            return np.diag([*self.hips, self.legs[1]])
        whole = {"head": self.head, "tail": self.head, "hand": self.hands, "foot": self.feet, "toe": self.feet}
        if name in whole:
            return np.eye(3) * whole[name]
        if name == "neck":
            return np.diag([self.neck[0], self.neck[0], self.neck[1]])
        if name == "cape":
            return np.diag([*self.chest, 0.5 * (self.trunk + self.legs[1])])
        return np.diag([self.chest[0], self.shoulders, self.trunk])  # the collar bones


MAN = Figure(1.78, head=1.03, neck=(1.0, 0.92))
WOMAN = Figure(
    1.67,
    head=1.0,
    neck=(0.85, 0.94),
    shoulders=0.87,
    chest=(0.93, 0.88),
    waist=(0.86, 0.83),
    hips=(1.0, 1.02),
    arms=(0.84, 0.98),
    legs=(0.93, 1.0),
    hands=0.9,
    feet=0.92,
)
TEEN = Figure(
    1.68,
    head=1.03,
    neck=(0.86, 1.0),
    shoulders=0.89,
    chest=(0.86, 0.88),
    waist=(0.86, 0.88),
    hips=(0.9, 0.92),
    arms=(0.82, 1.0),
    legs=(0.86, 1.01),
    hands=0.97,
    feet=1.0,
)
CHILD_10 = Figure(
    1.39,
    head=1.27,
    neck=(0.84, 0.85),
    shoulders=0.84,
    chest=(0.86, 0.86),
    waist=(0.9, 0.9),
    hips=(0.9, 0.9),
    trunk=0.93,
    arms=(0.82, 0.95),
    legs=(0.86, 0.93),
    hands=0.95,
    feet=1.0,
)
CHILD_6 = Figure(
    1.16,
    head=1.55,
    neck=(0.9, 0.7),
    shoulders=0.84,
    chest=(0.98, 0.92),
    waist=(1.08, 1.0),
    hips=(1.0, 0.96),
    trunk=0.93,
    arms=(0.92, 0.88),
    legs=(0.95, 0.82),
    hands=0.95,
    feet=1.0,
)


def stout(figure: Figure, much: float = 1.0) -> Figure:
    """A heavier person of the same frame; `much` of 1 is a big belly."""

    def wider(pair: tuple[float, float], depth: float, width: float) -> tuple[float, float]:
        return (pair[0] * (1 + much * depth), pair[1] * (1 + much * width))

    return replace(
        figure,
        neck=(figure.neck[0] * (1 + 0.16 * much), figure.neck[1] * 0.94),
        chest=wider(figure.chest, 0.30, 0.17),
        waist=wider(figure.waist, 0.85, 0.60),
        belly_m=0.055 * much,
        hips=wider(figure.hips, 0.40, 0.32),
        arms=(figure.arms[0] * (1 + 0.30 * much), figure.arms[1]),
        legs=(figure.legs[0] * (1 + 0.26 * much), figure.legs[1]),
    )


def muscular(figure: Figure) -> Figure:
    """Broad shoulders, thick arms and neck."""
    return replace(
        figure,
        neck=(figure.neck[0] * 1.2, 0.95),
        shoulders=figure.shoulders * 1.16,
        chest=(figure.chest[0] * 1.16, figure.chest[1] * 1.16),
        waist=(figure.waist[0] * 1.03, figure.waist[1] * 1.03),
        arms=(figure.arms[0] * 1.32, figure.arms[1]),
        legs=(figure.legs[0] * 1.14, figure.legs[1]),
        hands=1.08,
    )
