"""Where the camera is, which way it looks and how wide: from where boxes of known place appear in the mask.

What was seen is compared with what each combination of readings of our commands would show: the camera's location mirrored, its angles
negated or taken in another order, the field of view vertical, the picture mirrored. The one that fits best is the verdict.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from hmworld.engine.selftest.bench import Array, Bench, Box
from hmworld.engine.selftest.findings import Outcome, bad, good
from hmworld.geometry.camera import intrinsics, project
from hmworld.geometry.frames import T_world_camera_from_ue, world_points_from_ue

BOXES = (
    Box("check_red", (600.0, 0.0, 0.0), (30.0, 30.0, 30.0), (255, 0, 0)),
    Box("check_green", (600.0, 110.0, 0.0), (30.0, 30.0, 30.0), (0, 255, 0)),
    Box("check_blue", (600.0, 0.0, 70.0), (30.0, 30.0, 30.0), (0, 0, 255)),
    Box("check_yellow", (600.0, -70.0, -50.0), (30.0, 30.0, 30.0), (255, 255, 0)),
    Box("check_magenta", (900.0, 160.0, -100.0), (40.0, 40.0, 40.0), (255, 0, 255)),
)
WIDE, USUAL, NARROW = 75.0, 60.0, 37.5
VIEWS: tuple[tuple[tuple[float, ...], float], ...] = (
    ((0, 0, 0, 0, 0, 0), USUAL),
    ((60, 0, 0, 0, 0, 0), USUAL),
    ((0, 50, 0, 0, 0, 0), USUAL),
    ((0, 0, 40, 0, 0, 0), USUAL),
    ((0, 0, 0, 6, 0, 0), USUAL),
    ((0, 0, 0, 0, 8, 0), USUAL),
    ((0, 0, 0, 0, 0, 20), USUAL),
    ((-20, 10, -15, 8, -9, 25), USUAL),
    ((0, 0, 0, 0, 0, 0), NARROW),
    ((0, 0, 0, 0, 0, 0), WIDE),
    ((300, -500, 0, 0, 58, 0), USUAL),
    ((1500, 100, 150, -10, 188, 0), USUAL),
)
"""Camera poses (6,) of the bench and fields of view. The last two are cuts."""
CUTS = 2
FEWEST_PX = 20
CAP_PX = 40.0
"""A box that is not where, or not there though, a reading has it counts as so many pixels off."""
FITS_PX = 0.5
SHIFT_PX = 0.25
"""Half a pixel too far right is a pixel centre taken for a corner."""
SCALE = 0.003

Reading = Callable[[Array], Array]


def _signs(*signs: float) -> Reading:
    return lambda pose: pose * np.array(signs)


def _ordered(*order: int) -> Reading:
    return lambda pose: pose[list(order)]


_AS_IS: Reading = lambda pose: pose  # noqa: E731  # one of a table of functions
LOCATIONS: dict[str, Reading] = {
    "": _AS_IS,
    "camera_y_mirrored": _signs(1, -1, 1, 1, 1, 1),
    "camera_x_mirrored": _signs(-1, 1, 1, 1, 1, 1),
    "camera_x_and_y_swapped": _ordered(1, 0, 2, 3, 4, 5),
}
ROTATIONS: dict[str, Reading] = {
    "": _AS_IS,
    "camera_pitch_negated": _signs(1, 1, 1, -1, 1, 1),
    "camera_yaw_negated": _signs(1, 1, 1, 1, -1, 1),
    "camera_roll_negated": _signs(1, 1, 1, 1, 1, -1),
    "camera_roll_ignored": _signs(1, 1, 1, 1, 1, 0),
    "camera_pitch_and_roll_swapped": _ordered(0, 1, 2, 5, 4, 3),
    "camera_pitch_and_yaw_swapped": _ordered(0, 1, 2, 4, 3, 5),
    "camera_does_not_turn": _signs(1, 1, 1, 0, 0, 0),
}
OBJECTS: dict[str, Reading] = {"": _AS_IS, "objects_y_mirrored": _signs(1, -1, 1)}
SEARCHED: dict[str, Reading] = {
    "camera_y_mirrored": _signs(1, -1, 1),
    "camera_x_mirrored": _signs(-1, 1, 1),
    "camera_z_mirrored": _signs(1, 1, -1),
    "camera_x_and_y_swapped": _ordered(1, 0, 2),
    "camera_in_metres": lambda location: location / 100.0,
    "camera_in_millimetres": lambda location: location * 10.0,
}
"""What to command so that an engine that takes locations (3,) so is where we want it."""
FLIPS: dict[str, tuple[bool, bool]] = {"": (False, False), "picture_mirrored": (True, False), "picture_upside_down": (False, True)}


def _vertical(hfov: float, aspect: float) -> float:
    return float(np.rad2deg(2 * np.arctan(np.tan(np.deg2rad(hfov) / 2) * aspect)))


def _diagonal(hfov: float, aspect: float) -> float:
    return float(np.rad2deg(2 * np.arctan(np.tan(np.deg2rad(hfov) / 2) / np.hypot(1.0, 1.0 / aspect))))


FIELDS: dict[str, Callable[[float, float], float]] = {
    "": lambda hfov, _aspect: hfov,
    "vertical_fov": _vertical,
    "diagonal_fov": _diagonal,
    "fov_ignored": lambda _hfov, _aspect: 90.0,
    "half_fov": lambda hfov, _aspect: 2 * hfov,
}
"""The horizontal field of view that an engine has, which takes a commanded one in another way; `aspect` is width / height."""


class Seen(NamedTuple):
    """What a shot showed of each box: its centre (2,) in pixels, NaN where it is not to be seen."""

    pose: Array
    hfov_deg: float
    centres: Array
    """(B, 2)"""


def check_camera(bench: Bench) -> Outcome:
    """The camera is where it was put and sees from there: axes, signs and order of angles, horizontal field of view, pixel centres."""
    bench.clear()
    bench.put(*BOXES)
    seen = look(bench)
    if not any(np.isfinite(s.centres).any() for s in seen):
        return _search(bench)
    error, names = _best(bench, seen)
    if not names and error >= CAP_PX / 2:
        return bad("camera_elsewhere", "boxes are seen, and from none of the poses from which they should be")
    if names:
        return bad("+".join(names), f"boxes are {error:.2f} px from where that reading has them, {_truth(bench, seen):.1f} px from ours")
    shift, scale, rest = _alignment(bench, seen)
    figures = f"{sum(int(np.isfinite(s.centres).all(1).sum()) for s in seen)} sightings, mean error {error:.2f} px"
    if rest > FITS_PX:
        return bad("camera_elsewhere", f"{figures}, and no other reading of our commands fits")
    if np.abs(shift).max() > SHIFT_PX:
        return bad("picture_shifted", f"{figures}; the picture lies {shift[0]:+.2f}, {shift[1]:+.2f} px off (right, down)")
    if abs(scale - 1.0) > SCALE:
        return bad("focal_length", f"{figures}; the focal length is {scale:.4f} of what it should be")
    return good(f"{figures}, shift {shift[0]:+.2f}, {shift[1]:+.2f} px, focal length x {scale:.4f}")


def _search(bench: Bench) -> Outcome:
    """The boxes seen from where an engine is that takes locations in another way: each way is commanded backwards."""
    for name, backwards in SEARCHED.items():
        for pose in (VIEWS[0][0], VIEWS[2][0]):
            there = np.array(pose, np.float64)
            there[:3] = backwards(there[:3] + bench.origin) - bench.origin
            bench.cut(there)
            shot = bench.settled(there)
            if not all(np.isfinite(_centre(shot.of(box.colour))).all() for box in BOXES[:4]):
                break
        else:
            return bad(name, "five boxes are seen where that reading has them, and from none of the poses commanded")
    return bad("nothing_seen", "none of five boxes was to be seen from any of 12 poses")


def look(bench: Bench) -> list[Seen]:
    """Shoot all views."""
    seen = []
    bench.see(USUAL)
    bench.cut(VIEWS[0][0])
    for number, (pose, hfov) in enumerate(VIEWS):
        if hfov != bench.hfov_deg:
            bench.see(hfov)
        if number >= len(VIEWS) - CUTS:
            bench.cut(pose)
        shot = bench.settled(pose)
        seen.append(Seen(np.array(pose, np.float64), hfov, np.array([_centre(shot.of(box.colour)) for box in BOXES])))
    bench.see(USUAL)
    return seen


def _centre(pixels: NDArray[np.bool_]) -> Array:
    rows, columns = np.nonzero(pixels)
    edge = len(rows) and (min(rows.min(), columns.min()) == 0 or rows.max() == pixels.shape[0] - 1 or columns.max() == pixels.shape[1] - 1)
    if len(rows) < FEWEST_PX or edge:
        return np.full(2, np.nan)
    return np.array([columns.mean() + 0.5, rows.mean() + 0.5])


def expected(bench: Bench, pose: Array, hfov: float, objects: Reading = _AS_IS) -> Array:
    """Centres (B, 2) of the boxes' outlines; NaN where one is not wholly inside the picture."""
    size = np.array([bench.width, bench.height])
    camera = T_world_camera_from_ue(pose + np.concatenate([bench.origin, np.zeros(3)]))
    k = intrinsics(bench.width, bench.height, hfov)
    out = np.full((len(BOXES), 2), np.nan)
    corners = np.array(list(product((-0.5, 0.5), repeat=3)))
    for number, box in enumerate(BOXES):
        points = objects(np.array(box.centre) + bench.origin) + corners * box.edges
        pixels, depth = project(world_points_from_ue(points), camera, k)
        if (depth > 1.0).all() and ((pixels > 1.0) & (pixels < size - 1.0)).all():
            moments = cv2.moments(cv2.convexHull(pixels.astype(np.float32)))
            out[number] = moments["m10"] / moments["m00"], moments["m01"] / moments["m00"]
    return out


def _error(bench: Bench, seen: list[Seen], reading: tuple[str, ...]) -> float:
    """Mean distance in pixels between what was seen and what a reading would show, capped."""
    location, rotation, objects, field, flip = reading
    mirrored, upside_down = FLIPS[flip]
    errors = []
    for shot in seen:
        world = np.concatenate([bench.origin, np.zeros(3)])
        pose = LOCATIONS[location](ROTATIONS[rotation](shot.pose) + world) - world
        would = expected(bench, pose, FIELDS[field](shot.hfov_deg, bench.width / bench.height), OBJECTS[objects])
        if mirrored:
            would[:, 0] = bench.width - would[:, 0]
        if upside_down:
            would[:, 1] = bench.height - would[:, 1]
        off = np.linalg.norm(would - shot.centres, axis=1)
        either = np.isfinite(would[:, 0]) | np.isfinite(shot.centres[:, 0])
        errors.append(np.where(np.isfinite(off), np.minimum(off, CAP_PX), CAP_PX)[either])
    every = np.concatenate(errors)
    return float(every.mean()) if len(every) else CAP_PX


def _best(bench: Bench, seen: list[Seen]) -> tuple[float, list[str]]:
    """The reading that fits best: its error and what is wrong by it; the fewest defects among those that fit as well."""
    readings = sorted(product(LOCATIONS, ROTATIONS, OBJECTS, FIELDS, FLIPS), key=lambda r: sum(map(bool, r)))
    best: tuple[float, list[str]] = (np.inf, [])
    for reading in readings:
        if sum(map(bool, reading)) > 2:
            continue
        error = _error(bench, seen, reading)
        if error < best[0] - 0.1:
            best = error, [name for name in reading if name]
        if best[0] < FITS_PX / 2:
            break
    return best


def _truth(bench: Bench, seen: list[Seen]) -> float:
    return _error(bench, seen, ("", "", "", "", ""))


def _alignment(bench: Bench, seen: list[Seen]) -> tuple[Array, float, float]:
    """Shift (2,) in pixels and scale about the middle that bring expected centres onto those seen, and the mean error that is left."""
    middle = np.array([bench.width, bench.height]) / 2
    pairs = []
    for shot in seen:
        would = expected(bench, shot.pose, shot.hfov_deg) - middle
        both = np.isfinite(would[:, 0]) & np.isfinite(shot.centres[:, 0])
        pairs += list(zip(would[both], shot.centres[both] - middle, strict=True))
    a, b = (np.array(side) for side in zip(*pairs, strict=True))
    unknowns = np.zeros((2 * len(a), 3))
    unknowns[:, 0], unknowns[0::2, 1], unknowns[1::2, 2] = a.ravel(), 1.0, 1.0
    scale, right, down = np.linalg.lstsq(unknowns, b.ravel(), rcond=None)[0]
    shift = np.array([right, down])
    return shift, float(scale), float(np.linalg.norm(scale * a + shift - b, axis=1).mean())
