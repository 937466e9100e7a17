"""A pawed animal from its measures: skeleton, trunk, neck, legs, tail, head, eyes and ears."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.bodies.animals.quadruped import AT_HEAD, Build, Leg, Place, Row
from hmworld.embedded.bodies.sdf import Loft, Part, Vector, smooth_step, tint
from hmworld.embedded.bodies.skeleton import Skeleton, build_skeleton, turn

Array = NDArray[np.float64]
PUPIL: Vector = (0.004, 0.003, 0.003)

FORE_FLAT = (0.80, 0.88, 0.96, 1.03, 1.10)
HIND_FLAT = (0.67, 0.78, 0.90, 1.00, 1.10)


def animal_body(build: Build, extras: tuple[Part, ...] = ()) -> tuple[Skeleton, tuple[Part, ...]]:
    """Skeleton and parts of a species, at true size; `extras` are parts such as a mane."""
    legs = (_hopping_leg(build),) if build.hind.stands == "sole" else ()
    head = _head(build)
    parts = (_coat(build), _ear(build), head, _eye(build, head), *legs, *extras)
    return build_skeleton(_joints(build)), parts


def on_head(build: Build, points: Array) -> Array:
    """Head-relative points (N, 3), before the tilt, in the root frame."""
    x, z = build.head_at
    placed: Array = points @ turn(pitch=build.head.tilt)[0].T + np.array([x, 0.0, z])
    return placed


def _off_head(build: Build, points: Array) -> Array:
    x, z = build.head_at
    relative: Array = (points - np.array([x, 0.0, z])) @ turn(pitch=build.head.tilt)[0]
    return relative


def placed_on_head(build: Build, loft: Loft) -> Loft:
    """A loft given relative to the head joint, in the root frame."""
    stations = np.array(loft.stations)
    stations[:, :3] = on_head(build, stations[:, :3])
    lateral = turn(pitch=build.head.tilt)[0] @ np.array(loft.lateral)
    rows = tuple((float(x), float(y), float(z), float(a), float(b)) for x, y, z, a, b in stations)
    return replace(loft, stations=rows, lateral=(float(lateral[0]), float(lateral[1]), float(lateral[2])))


def _joints(build: Build) -> list[tuple[str, str, Vector]]:
    def middle(place: Place) -> Vector:
        return place[0], 0.0, place[1]

    ear = on_head(build, np.array([build.head.ear.stations[0][:3]]))[0]
    rows: list[tuple[str, str, Vector]] = [
        ("pelvis", "", middle(build.pelvis)),
        ("spine", "pelvis", middle(build.spine)),
        ("chest", "spine", middle(build.chest)),
        ("neck", "chest", middle(build.neck_at)),
        ("head", "neck", middle(build.head_at)),
        ("ear_l", "head", (float(ear[0]), float(ear[1]), float(ear[2]))),
    ]
    parent = "pelvis"
    for name, (x, z, _, _) in zip(build.tails(), build.tail, strict=False):
        rows.append((name, parent, (x, 0.0, z)))
        parent = name
    rows.append(("scapula_l", "chest", (build.scapula[0], build.fore.y, build.scapula[1])))
    for kind, leg, parent in (("fore", build.fore, "scapula_l"), ("hind", build.hind, "pelvis")):
        for part, (x, z) in zip(("upper", "lower", "cannon", "paw"), leg.joints, strict=True):
            name = f"{kind}_{part}_l"
            rows.append((name, parent, (x, leg.y, z)))
            parent = name
    return rows


def _middle(rows: tuple[Row, ...]) -> tuple[tuple[float, float, float, float, float], ...]:
    return tuple((x, 0.0, z, across, wide) for x, z, across, wide in rows)


def _coat(build: Build) -> Part:
    size = build.trunk[len(build.trunk) // 2][2]
    follow = [(0.0, "pelvis"), *((0.4 + 1.05 * k, name) for k, name in enumerate(build.tails()))]
    last = len(build.neck) - 1.0
    lofts = (
        Loft(_middle(build.trunk), build.trunk_bones, build.colour, 0.25 * size),
        Loft(_middle(build.neck), ((0.0, "chest"), (last / 2, "neck"), (last, "head")), build.colour, 0.45 * size),
        Loft(_middle(build.tail), tuple(follow), build.colour, 0.3 * size),
        *_leg(build.fore, "fore", build.colour, size),
        *(() if build.hind.stands == "sole" else _leg(build.hind, "hind", build.colour, size)),
    )
    floor = (0.0, 0.0, -1.0, 0.0)
    return Part(
        "coat",
        lofts,
        build.step_m,
        build.triangles,
        planes=(floor,),
        paint=build.paint,
        weight_falloff_m=0.3 * size,
        ripple=build.ripple,
        whole=build.hind.stands == "sole",
    )


def _hopping_leg(build: Build) -> Part:
    """A folded hind leg is a part of its own: grown together with the flank it would draw the belly along."""
    size = build.trunk[len(build.trunk) // 2][2]
    lofts = _leg(build.hind, "hind", build.colour, size)
    floor = (0.0, 0.0, -1.0, 0.0)
    return Part("hind_leg", lofts, build.step_m, 560, planes=(floor,), paint=build.paint, weight_falloff_m=0.2 * size, whole=True)


def _leg(leg: Leg, kind: str, colour: Vector, size: float) -> tuple[Loft, ...]:
    upper, lower, cannon, paw = (f"{kind}_{part}_l" for part in ("upper", "lower", "cannon", "paw"))
    root = "scapula_l" if kind == "fore" else "pelvis"
    turn_at = (0.9, 1.3) if kind == "fore" else (0.2, 0.9)
    last = len(leg.muscle) - 1.0
    muscle = Loft(leg.muscle, ((0.0, root), (turn_at[0], root), (turn_at[1], upper), (last, upper)), colour, 0.35 * size)
    flat = FORE_FLAT if kind == "fore" else HIND_FLAT
    (ax, az), (bx, bz), (cx, cz) = leg.joints[1:]
    half_c = ((bx + cx) / 2, (bz + cz) / 2) if leg.stands != "sole" else (cx, cz)
    line = ((ax, az), ((ax + bx) / 2, (az + bz) / 2), (bx, bz), half_c, (cx, cz))
    stations = tuple((x, leg.y, z, r, r * f) for (x, z), r, f in zip(line, leg.shank, flat, strict=True))
    length, width, height = leg.paw
    ground = cz - height if leg.stands == "hanging" else 0.0
    toe = Loft(
        (
            (cx - 0.06 * length, leg.y, ground + height, height, 0.95 * width),
            (cx + 0.46 * length, leg.y + 0.03 * length, ground + 0.73 * height, 0.80 * height, 1.06 * width),
            (cx + 0.76 * length, leg.y + 0.04 * length, ground + 0.53 * height, 0.53 * height, 0.82 * width),
        ),
        ((0.0, paw),),
        colour,
        0.5 * height,
    )
    if leg.stands == "sole":
        sole = Loft((stations[2], stations[4]), ((0.0, cannon), (0.6, cannon), (1.0, paw)), colour, 0.5 * height)
        return muscle, Loft(stations[:3], ((0.0, lower), (1.6, lower), (2.0, cannon)), colour, 0.2 * size), sole, toe
    bones = ((0.0, lower), (1.6, lower), (2.35, cannon), (3.35, cannon), (4.0, paw))
    return muscle, Loft(stations, bones, colour, 0.2 * size), toe


def _head(build: Build) -> Part:
    lofts = tuple(placed_on_head(build, loft) for loft in build.head.lofts)

    def paint(points: Array, colours: Array) -> Array:
        return build.head.paint(_off_head(build, points), colours)

    tufts = build.head.ripple

    def ripple(points: Array) -> Array:
        return tufts(_off_head(build, points)) if tufts is not None else np.zeros(len(points))

    return Part(
        "head",
        lofts,
        0.7 * build.step_m,
        build.head.triangles,
        paint=paint,
        weight_falloff_m=2.2 * build.step_m,
        ripple=ripple,
    )


def _eye(build: Build, head: Part) -> Part:
    """The eyeball, sunk into the head until only its front shows."""
    eye = build.head.eye
    facing = np.array(eye.facing) / np.linalg.norm(eye.facing)
    ahead = facing @ turn(pitch=build.head.tilt)[0].T
    centre = on_head(build, np.array([eye.at]))
    for _ in range(6):
        centre = centre - (head.distance(centre)[:, None] + eye.depth * eye.radius) * ahead
    x, y, z = (float(v) for v in centre[0])
    across = np.array([facing[1], -facing[0], 0.0]) / np.hypot(facing[0], facing[1])

    def paint(points: Array, colours: Array) -> Array:
        offset = (points - centre) @ turn(pitch=build.head.tilt)[0] / eye.radius
        out = np.linalg.norm(np.cross(offset, facing), axis=1)
        pupil = np.hypot(offset @ across / eye.slit, offset[:, 2] / 0.75)
        colours = tint(colours, eye.iris, smooth_step(0.92, 0.80, out))
        return tint(colours, PUPIL, smooth_step(1.1, 0.85, pupil))

    ball = Loft(((x, y, z, eye.radius, eye.radius),), AT_HEAD, PUPIL)
    return Part("eye", (ball,), eye.radius / 5, 90, paint=paint, buried_m=0.2 * eye.radius)


def _ear(build: Build) -> Part:
    ear = build.head.ear
    stations = ear.stations
    bones = ((0.0, "head"), (0.8, "ear_l"), (len(stations) - 1.0, "ear_l"))
    flap = placed_on_head(build, Loft(stations, bones, ear.colour, lateral=ear.wide))
    inside = ear.inside
    if inside is None:
        return Part("ear", (flap,), 0.7 * build.step_m, ear.triangles)
    table = np.array(stations)
    axis = table[-1, :3] - table[0, :3]

    def paint(points: Array, colours: Array) -> Array:
        relative = _off_head(build, points) - table[0, :3]
        share = np.clip(relative @ axis / (axis @ axis), 0.0, 1.0)
        along = share * (len(table) - 1)
        centre = np.stack([np.interp(along, np.arange(len(table)), table[:, k]) for k in range(3)], axis=1) - table[0, :3]
        thick, width = (np.interp(along, np.arange(len(table)), table[:, k]) for k in (3, 4))
        offset = relative - centre
        front = smooth_step(0.1, 0.5, offset @ np.array(ear.facing) / thick)
        inner = smooth_step(0.85, 0.6, np.abs(offset @ np.array(ear.wide)) / width)
        return tint(colours, inside, front * inner)

    return Part("ear", (flap,), 0.6 * build.step_m, ear.triangles, paint=paint)
