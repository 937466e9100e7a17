"""Whether an engine is where it was told to be: poses, lens and picture size read back and compared with what was commanded.

The wire prints three decimals, and the plugin reads numbers as single floats: both are allowed for, and so is the rotator that Unreal
makes of a rotation that looks straight up or down. Rotations are compared as rotations, since many rotators mean the same one.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hmworld.errors import EngineError, EngineFault
from hmworld.geometry.frames import rotation_from_rotator

Array = NDArray[np.float64]

LOCATION_CM = 0.001
"""Three decimals, and rounding before them."""
SINGLE = 2.0**-22
"""Relative: a single float, rounded twice."""
ROTATION_DEG = 0.005
"""The angle between two rotations whose rotators were rounded to three decimals."""
POLE_DEG = 89.9
POLE_ROTATION_DEG = 0.2
"""Unreal takes rotations so near to straight up or down for exactly that (SINGULARITY_THRESHOLD)."""
FOV_DEG = 1e-4


def pose_queries(camera: str, objects: Sequence[str]) -> list[str]:
    """Commands that ask for the poses of a camera and of objects."""
    places = [f"camera/{camera}", *(f"object/{name}" for name in objects)]
    return [f"vget /{place}/{what}" for place in places for what in ("location", "rotation")]


def check_poses(replies: Sequence[object], commanded: Array) -> None:
    """EngineFault `pose_not_taken` where replies to `pose_queries` are not the poses (1 + S, 6), camera first, that were commanded."""
    told = np.array([_numbers(reply, 3) for reply in replies]).reshape(-1, 6)
    off_cm = np.abs(told[:, :3] - commanded[:, :3])
    near = off_cm <= LOCATION_CM + SINGLE * np.abs(commanded[:, :3])
    off_deg = _angles_between(told[:, 3:], commanded[:, 3:])
    pole = (np.abs(told[:, 3]) > POLE_DEG) | (np.abs(commanded[:, 3]) > POLE_DEG)
    turned = off_deg > np.where(pole, POLE_ROTATION_DEG, ROTATION_DEG)
    wrong = np.flatnonzero(~near.all(1) | turned)
    if len(wrong):
        raise EngineFault("pose_not_taken", "; ".join(_off(int(k), told[k], commanded[k], float(off_deg[k])) for k in wrong))


def check_lens(size: object, fov: object, expected_size: tuple[int, int], expected_fov_deg: float) -> None:
    """EngineFault `camera_not_set` where a camera's size (width, height) or horizontal field of view is not what it was set to."""
    width, height = _numbers(size, 2)
    if (width, height) != expected_size:
        raise EngineFault("camera_not_set", f"pictures are {width:g}x{height:g}, {expected_size[0]}x{expected_size[1]} was commanded")
    (found,) = _numbers(fov, 1)
    if abs(found - expected_fov_deg) > FOV_DEG:
        raise EngineFault("camera_not_set", f"the field of view is {found:g} degrees, {expected_fov_deg:g} was commanded")


def _numbers(reply: object, count: int) -> list[float]:
    try:
        values = [float(part) for part in str(reply).split()]
    except ValueError:
        values = []
    if len(values) != count or not np.isfinite(values).all():
        raise EngineError(f"expected {count} numbers, got {str(reply)[:80]!r}")
    return values


def _angles_between(a: Array, b: Array) -> Array:
    """Degrees (N,) by which rotators (N, 3) differ."""
    one, other = rotation_from_rotator(a), rotation_from_rotator(b)
    # Of the chord, not of the trace, whose arc cosine has no digits left at small angles.
    chord = np.linalg.norm(one - other, axis=(1, 2)) / np.sqrt(8.0)
    return np.asarray(np.rad2deg(2.0 * np.arcsin(np.minimum(chord, 1.0))))


def _off(k: int, told: Array, commanded: Array, angle: float) -> str:
    which = "the camera" if k == 0 else f"subject {k}"
    distance = float(np.linalg.norm(told[:3] - commanded[:3]))
    poses = " and ".join("(" + ", ".join(f"{v:g}" for v in pose) + ")" for pose in (told, commanded))
    return f"{which} is {distance:.3f} cm and {angle:.3f} degrees from where it was put: {poses}"
