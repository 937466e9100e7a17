"""What a pawed species is made of: the measures of its trunk, legs, head, eyes and ears."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.bodies.animals.gaits import Animal
from hmworld.embedded.bodies.sdf import Loft, Paint, Vector

Array = NDArray[np.float64]
Place = tuple[float, float]
"""x, z in the sagittal plane, metres."""

Row = tuple[float, float, float, float]
"""x, z, radius across, radius along y; metres."""

AT_HEAD = ((0.0, "head"),)
NOSE: Vector = (0.014, 0.011, 0.010)


def outline(*rows: tuple[float, float, float, float]) -> tuple[Row, ...]:
    """Rows from a silhouette: (x, height of the back line, height of the belly line, half width)."""
    return tuple((x, (top + bottom) / 2, (top - bottom) / 2, width) for x, top, bottom, width in rows)


@dataclass(frozen=True)
class Leg:
    """One left leg, metres.

    `joints`: shoulder or hip, elbow or stifle, wrist or hock, paw; `muscle`: stations x, y, z, across, lateral of the upper arm or the
    haunch; `shank`: radii at the lower joint, half-way, at the wrist or hock, half-way, at the paw; `paw`: length ahead of its joint,
    half width, half height. On its `sole` a leg stands with the whole foot: the hock is at the heel, the paw is the toes. A `hanging` leg
    does not reach the ground.
    """

    joints: tuple[Place, Place, Place, Place]
    y: float
    muscle: tuple[tuple[float, float, float, float, float], ...]
    shank: tuple[float, float, float, float, float]
    paw: tuple[float, float, float]
    stands: Literal["toes", "sole", "hanging"] = "toes"


@dataclass(frozen=True)
class Ear:
    """A left ear: stations x, y, z, thickness, half width relative to the head joint; `wide` is where its width runs, `facing` where it
    opens."""

    stations: tuple[tuple[float, float, float, float, float], ...]
    colour: Vector
    inside: Vector | None = None
    wide: Vector = (0.55, 0.83, 0.0)
    facing: Vector = (0.83, -0.20, 0.0)
    triangles: int = 150


@dataclass(frozen=True)
class Eye:
    """A left eyeball: where it sits on the head relative to the head joint, radius, iris colour, the pupil's width as a share, and
    how deep its centre lies, in radii."""

    at: Vector
    radius: float
    iris: Vector
    facing: Vector = (0.62, 0.76, 0.20)
    slit: float = 0.5
    depth: float = 0.5


@dataclass(frozen=True)
class Head:
    """A head, relative to its joint: `lofts` with AT_HEAD as bones, `paint` and `ripple` over points relative to the joint.

    `tilt` noses it down by degrees.
    """

    lofts: tuple[Loft, ...]
    paint: Paint
    ear: Ear
    eye: Eye
    tilt: float = 0.0
    triangles: int = 900
    ripple: Callable[[Array], Array] | None = None


@dataclass(frozen=True)
class Build:
    """Measures of a species, metres, and its colours.

    Spine joints are at x, z. `trunk`, `neck` and `tail` are rows from the hip forwards, from chest to head and from root to tip.
    `trunk_bones` bind the trunk's rows to pelvis, spine and chest. The tail has a joint at each of its rows but the last two.
    """

    pelvis: Place
    spine: Place
    chest: Place
    neck_at: Place
    head_at: Place
    scapula: Place
    trunk: tuple[Row, ...]
    neck: tuple[Row, ...]
    tail: tuple[Row, ...]
    fore: Leg
    hind: Leg
    head: Head
    colour: Vector
    paint: Paint
    step_m: float
    triangles: int = 2500
    trunk_bones: tuple[tuple[float, str], ...] = ((0.0, "pelvis"), (1.2, "pelvis"), (2.4, "spine"), (4.0, "chest"))
    ripple: Callable[[Array], Array] | None = None

    def tails(self) -> tuple[str, ...]:
        """Names of the tail's joints."""
        return tuple(f"tail_{k + 1}" for k in range(max(1, len(self.tail) - 2)))

    def animal(self) -> Animal:
        """The joints and feet as the gaits know them."""
        (fore, _, _), (hind, _, _) = self.fore.paw, self.hind.paw
        return Animal("paw", -0.3 * fore, 0.82 * fore, -0.3 * hind, 0.82 * hind, ("neck",), self.tails(), ("ear_l", "ear_r"))
