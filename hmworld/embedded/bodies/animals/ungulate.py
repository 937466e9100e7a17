"""A hoofed animal from numbers: skeleton, trunk, neck, legs, hooves, head and tail. A species is a `Build`, paints and extra parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.bodies.animals.gaits import Animal
from hmworld.embedded.bodies.sdf import Loft, Paint, Part, Vector, smooth_step, tint
from hmworld.embedded.bodies.skeleton import Skeleton, build_skeleton, turn

Array = NDArray[np.float64]
Place = tuple[float, float]
"""x, z in the sagittal plane, metres."""

Row = tuple[float, float, float, float]
"""x, z, radius across, radius along y; metres."""

Station = tuple[float, float, float, float, float]
AT_HEAD = ((0.0, "head"),)
PUPIL: Vector = (0.006, 0.004, 0.003)
FLAT = (0.76, 0.80, 0.90, 0.92, 0.90, 0.90, 0.92, 0.96)
"""Thickness across the body of a leg's stations, as a share of that along it."""


def outline(*rows: Row) -> tuple[Row, ...]:
    """Rows from a silhouette: (x, height of the back line, height of the belly line, half width)."""
    return tuple((x, (top + bottom) / 2, (top - bottom) / 2, width) for x, top, bottom, width in rows)


@dataclass(frozen=True)
class Limb:
    """One left leg, metres.

    `joints`: shoulder or hip, elbow or stifle, knee or hock, fetlock; `muscle`: stations x, y, z, across, lateral of the upper arm or
    haunch; `shank`: radii at the lower joint, the middle, above, at and below the knee or hock, above and at the fetlock, at the hoof;
    `hoof`: radius on the ground, height, and how far its middle lies ahead of the fetlock.
    """

    joints: tuple[Place, Place, Place, Place]
    y: float
    muscle: tuple[Station, ...]
    shank: tuple[float, float, float, float, float, float, float, float]
    hoof: tuple[float, float, float]

    def heel_toe(self) -> tuple[float, float]:
        """Where the sole begins and ends, relative to the fetlock."""
        radius, _, ahead = self.hoof
        return ahead - 0.50 * radius, ahead + 1.28 * radius


@dataclass(frozen=True)
class Head:
    """A head that looks along x, relative to its joint; `tilt` then noses it down, degrees.

    `paint` takes points relative to the joint before the tilt. `ear`: stations of a flap whose width runs along `ear_wide`; its first
    `ear_root` stations hold to the head. `eye`: where the left one sits, and its radius.
    """

    lofts: tuple[Loft, ...]
    paint: Paint
    ear: tuple[Station, ...]
    ear_colour: Vector
    eye: tuple[float, float, float, float]
    tilt: float
    ear_wide: Vector = (0.55, 0.83, 0.0)
    ear_paint: Paint | None = None
    ear_triangles: int = 150
    triangles: int = 750


@dataclass(frozen=True)
class Build:
    """Measures of a species, metres; `trunk`, `neck` and `tail` are rows from the hip forwards, chest to head, and root to tip."""

    pelvis: Place
    spine: Place
    chest: Place
    necks: tuple[Place, ...]
    head_at: Place
    scapula: Place
    trunk: tuple[Row, ...]
    neck: tuple[Row, ...]
    tail: tuple[Row, ...]
    fore: Limb
    hind: Limb
    head: Head
    colour: Vector
    paint: Paint
    step_m: float
    hoof_colour: Vector = (0.045, 0.036, 0.030)
    triangles: int = 1900
    trunk_bones: tuple[tuple[float, str], ...] = ((0.0, "pelvis"), (1.6, "pelvis"), (2.8, "spine"), (4.4, "chest"))
    lumps: tuple[Loft, ...] = ()
    """What swells the coat: withers, a hump, a dewlap, a thick brow."""
    ripple: Callable[[Array], Array] | None = None
    hoof_paint: Paint | None = None
    joints: tuple[tuple[str, str, Vector], ...] = ()
    """Joints beyond the common ones: a trunk's."""
    tail_triangles: int = 0
    """Where not 0, the tail is a part of its own, with so many triangles."""
    tail_paint: Paint | None = None

    def neck_names(self) -> tuple[str, ...]:
        """Names of the neck's joints, from the chest up."""
        return tuple(f"neck_{k + 1}" for k in range(len(self.necks)))

    def tails(self) -> tuple[str, ...]:
        """Names of the tail's joints, one at each of its rows but the last."""
        return tuple(f"tail_{k + 1}" for k in range(max(1, len(self.tail) - 1)))

    def animal(self) -> Animal:
        """The joints and feet as the gaits know them."""
        ears = ("ear_l", "ear_r")
        trunks = tuple(name for name, _, _ in self.joints if name.startswith("trunk"))
        return Animal("hoof", *self.fore.heel_toe(), *self.hind.heel_toe(), self.neck_names(), self.tails(), ears, trunks)


def body(build: Build, extras: tuple[Part, ...] = ()) -> tuple[Skeleton, tuple[Part, ...]]:
    """Skeleton and parts of a species, at true size; `extras` are parts such as horns."""
    tail = (_tail(build),) if build.tail_triangles else ()
    feet = (_hoof(build, build.fore, "fore"), _hoof(build, build.hind, "hind"))
    head = _head(build)
    parts = (_coat(build), head, _ear(build), _eye(build, head), *tail, *feet, *extras)
    return build_skeleton(_joints(build)), parts


def on_head(build: Build, points: Array) -> Array:
    """Head-relative points (N, 3), before the tilt, in the root frame."""
    x, z = build.head_at
    placed: Array = points @ turn(pitch=build.head.tilt)[0].T + np.array([x, 0.0, z])
    return placed


def off_head(build: Build, points: Array) -> Array:
    """Root-frame points (N, 3) relative to the head, before the tilt."""
    x, z = build.head_at
    relative: Array = (points - np.array([x, 0.0, z])) @ turn(pitch=build.head.tilt)[0]
    return relative


def placed(build: Build, loft: Loft) -> Loft:
    """A loft given relative to the head joint, in the root frame."""
    stations = np.array(loft.stations, np.float64)
    stations[:, :3] = on_head(build, stations[:, :3])
    lateral = turn(pitch=build.head.tilt)[0] @ np.array(loft.lateral)
    rows = tuple((float(x), float(y), float(z), float(a), float(b)) for x, y, z, a, b in stations)
    return replace(loft, stations=rows, lateral=(float(lateral[0]), float(lateral[1]), float(lateral[2])))


def part_on_head(build: Build, name: str, lofts: tuple[Loft, ...], step_m: float, triangles: int, paint: Paint | None = None) -> Part:
    """A part such as horns or a beard whose lofts and paint are relative to the head joint."""

    def painted(points: Array, colours: Array) -> Array:
        return paint(off_head(build, points), colours) if paint is not None else colours

    return Part(name, tuple(placed(build, loft) for loft in lofts), step_m, triangles, paint=painted)


def profile(rows: tuple[Row, ...], colour: Vector, blend_m: float) -> Loft:
    """A head's loft from its side view: rows x, height of the top line, height of the bottom line, half width."""
    return Loft(tuple((x, 0.0, (a + b) / 2, (a - b) / 2, w) for x, a, b, w in rows), AT_HEAD, colour, blend_m)


def middle(rows: tuple[Row, ...]) -> tuple[Station, ...]:
    """Rows as stations in the sagittal plane."""
    return tuple((x, 0.0, z, across, wide) for x, z, across, wide in rows)


def spot(points: Array, at: Vector, radii: Vector) -> Array:
    """1 inside an ellipsoid about `at` and its mirror image, 0 outside, soft at the edge: (N,)."""
    folded = np.stack([points[:, 0], np.abs(points[:, 1]), points[:, 2]], axis=1)
    return smooth_step(1.2, 0.85, np.linalg.norm((folded - np.array(at)) / np.array(radii), axis=1))


def _joints(build: Build) -> list[tuple[str, str, Vector]]:
    def at(place: Place) -> Vector:
        return place[0], 0.0, place[1]

    ear = on_head(build, np.array([build.head.ear[0][:3]]))[0]
    rows: list[tuple[str, str, Vector]] = [
        ("pelvis", "", at(build.pelvis)),
        ("spine", "pelvis", at(build.spine)),
        ("chest", "spine", at(build.chest)),
    ]
    parent = "chest"
    for name, place in zip(build.neck_names(), build.necks, strict=True):
        rows.append((name, parent, at(place)))
        parent = name
    rows.append(("head", parent, at(build.head_at)))
    rows.append(("ear_l", "head", (float(ear[0]), float(ear[1]), float(ear[2]))))
    rows.extend(build.joints)
    parent = "pelvis"
    for name, (x, z, _, _) in zip(build.tails(), build.tail, strict=False):
        rows.append((name, parent, (x, 0.0, z)))
        parent = name
    rows.append(("scapula_l", "chest", (build.scapula[0], build.fore.y, build.scapula[1])))
    for kind, leg, parent in (("fore", build.fore, "scapula_l"), ("hind", build.hind, "pelvis")):
        for part, (x, z) in zip(("upper", "lower", "cannon", "hoof"), leg.joints, strict=True):
            name = f"{kind}_{part}_l"
            rows.append((name, parent, (x, leg.y, z)))
            parent = name
    return rows


def _coat(build: Build) -> Part:
    size = build.trunk[len(build.trunk) // 2][2]
    last = len(build.neck) - 1.0
    names = build.neck_names()
    follow = [(0.0, "chest"), *(((k + 0.9) * last / (len(names) + 1), n) for k, n in enumerate(names)), (last, "head")]
    lofts = (
        Loft(middle(build.trunk), build.trunk_bones, build.colour, 0.25 * size),
        Loft(middle(build.neck), tuple(follow), build.colour, 0.35 * size),
        *build.lumps,
        *(() if build.tail_triangles else (_tail_loft(build, 0.2 * size),)),
        *_leg(build.fore, "fore", build.colour, size),
        *_leg(build.hind, "hind", build.colour, size),
    )
    floor = (0.0, 0.0, -1.0, -0.45 * min(build.fore.hoof[1], build.hind.hoof[1]))
    return Part(
        "coat",
        lofts,
        build.step_m,
        build.triangles,
        planes=(floor,),
        paint=build.paint,
        weight_falloff_m=0.15 * size,
        ripple=build.ripple,
    )


def _tail_loft(build: Build, blend_m: float) -> Loft:
    follow = [(0.0, "pelvis"), *((0.3 + k, name) for k, name in enumerate(build.tails()))]
    return Loft(middle(build.tail), tuple(follow), build.colour, blend_m)


def _tail(build: Build) -> Part:
    return Part("tail", (_tail_loft(build, 0.02),), 0.6 * build.step_m, build.tail_triangles, paint=build.tail_paint or build.paint)


def _leg(leg: Limb, kind: str, colour: Vector, size: float) -> tuple[Loft, Loft]:
    upper, lower, cannon, hoof = (f"{kind}_{part}_l" for part in ("upper", "lower", "cannon", "hoof"))
    root = "scapula_l" if kind == "fore" else "pelvis"
    turn_at = (0.9, 1.3) if kind == "fore" else (0.0, 0.9)
    last = len(leg.muscle) - 1.0
    muscle = Loft(leg.muscle, ((0.0, root), (turn_at[0], root), (turn_at[1], upper), (last, upper)), colour, 0.3 * size)
    a, b, c = (np.array(joint) for joint in leg.joints[1:])
    _, height, ahead = leg.hoof
    line = (a, a + 0.42 * (b - a), a + 0.86 * (b - a), b, b + 0.3 * (c - b), b + 0.78 * (c - b), c, np.array([c[0] + ahead, 0.8 * height]))
    stations = tuple((float(p[0]), leg.y, float(p[1]), r, r * f) for p, r, f in zip(line, leg.shank, FLAT, strict=True))
    bones = ((0.0, lower), (2.5, lower), (3.3, cannon), (5.6, cannon), (6.3, hoof))
    return muscle, Loft(stations, bones, colour, 0.16 * size)


def _hoof(build: Build, leg: Limb, kind: str) -> Part:
    radius, height, ahead = leg.hoof
    x = leg.joints[3][0] + ahead
    horn = Loft(
        (
            (x, leg.y, height, 0.70 * radius, 0.68 * radius),
            (x + 0.22 * radius, leg.y, 0.35 * height, 0.88 * radius, 0.84 * radius),
            (x + 0.35 * radius, leg.y, -0.25 * height, radius, 0.92 * radius),
        ),
        ((0.0, f"{kind}_hoof_l"),),
        build.hoof_colour,
    )

    def paint(points: Array, colours: Array) -> Array:
        painted = build.hoof_paint(points - np.array([x, 0.0, 0.0]), colours) if build.hoof_paint is not None else colours
        return tint(painted, (0.015, 0.012, 0.010), smooth_step(0.12, 0.05, points[:, 2] / height))

    return Part(f"{kind}_hoof", (horn,), radius / 4.5, 80, planes=((0.0, 0.0, -1.0, 0.0), (0.0, 0.0, 1.0, 1.2 * height)), paint=paint)


def _head(build: Build) -> Part:
    head = part_on_head(build, "head", build.head.lofts, 0.62 * build.step_m, build.head.triangles, build.head.paint)
    return replace(head, weight_falloff_m=2.2 * build.step_m)


def _ear(build: Build) -> Part:
    head = build.head
    bones = ((0.0, "head"), (0.8, "ear_l"), (len(head.ear) - 1.0, "ear_l"))
    flap = Loft(head.ear, bones, head.ear_colour, lateral=head.ear_wide)
    ear = part_on_head(build, "ear", (flap,), 0.5 * build.step_m, head.ear_triangles, head.ear_paint)
    return replace(ear, whole=True)


def _eye(build: Build, head: Part) -> Part:
    """The eyeball, sunk into the head until only its front shows."""
    *at, radius = build.head.eye
    aside = np.array([0.35, 0.92, 0.15]) @ turn(pitch=build.head.tilt)[0].T
    centre = on_head(build, np.array([at]))
    for _ in range(8):
        centre = centre - (head.distance(centre)[:, None] + 0.40 * radius) * aside
    x, y, z = (float(v) for v in centre[0])
    return Part("eye", (Loft(((x, y, z, radius, radius),), AT_HEAD, PUPIL),), radius / 4, 70)
