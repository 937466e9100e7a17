"""What a frame shows of a subject, from geometry: in-frame fraction, sides, states."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hmworld.choreography.choreography import Choreography
from hmworld.geometry.camera import inverse, transform
from hmworld.geometry.motion import CONTRACT_POINTS, Motion
from hmworld.model.event import Side, State

Array = NDArray[np.float64]

NEAR_M = 0.1
"""Points nearer to the camera plane than this do not count as in the frame; the engines' near plane."""


def points_in_world(
    choreography: Choreography,
    index: int,
    motion: Motion,
    time_s: ArrayLike,
    count: int = CONTRACT_POINTS,
) -> Array:
    """The first `count` surface points (N, count, 3) of subject `index` in the world at times (N,)."""
    spec = choreography.spec.subjects[index]
    pose = choreography.subject(index, time_s)
    local = motion.posed_points(
        spec.gait.name,
        pose.gait_time_s / spec.gait.cycle_s,
        pose.idle_time_s / spec.gait.idle_cycle_s,
        pose.gait_weight,
        count,
    )
    return transform(pose.T_world_subject, local * spec.scale)


def in_frame(points_world: Array, t_world_camera: Array, k: Array, width: int, height: int) -> tuple[NDArray[np.bool_], Array]:
    """Which points (N, M, 3) project into the frame (N, M), and their planar depths (N, M)."""
    in_camera = transform(inverse(t_world_camera), points_world)
    x, y, z = in_camera[..., 0], in_camera[..., 1], in_camera[..., 2]
    safe = np.maximum(z, NEAR_M)
    u, v = k[0, 0] * x / safe + k[0, 2], k[1, 1] * y / safe + k[1, 2]
    inside = (z > NEAR_M) & (u >= 0) & (u < width) & (v >= 0) & (v < height)
    return inside, z


def in_frame_fraction(
    choreography: Choreography,
    index: int,
    motion: Motion,
    time_s: ArrayLike,
    camera_time_s: ArrayLike | None = None,
) -> Array:
    """Share (N,) of the 256 surface points with z > near that project into the frame at times (N,).

    `camera_time_s` (N,) takes the camera from other times than the subject, to freeze either.
    """
    render = choreography.spec.render
    points = points_in_world(choreography, index, motion, time_s)
    camera = choreography.T_world_camera(time_s if camera_time_s is None else camera_time_s)
    inside, _ = in_frame(points, camera, choreography.K, render.width, render.height)
    return np.asarray(inside.mean(-1))


def side_of(choreography: Choreography, index: int, motion: Motion, time_s: float) -> Side:
    """Through which side of the frame the subject is out at one time; "behind" when its middle is behind the camera plane."""
    render, k = choreography.spec.render, choreography.K
    points = points_in_world(choreography, index, motion, [time_s])
    middle = transform(inverse(choreography.T_world_camera([time_s])), points).mean(1)[0]
    if middle[2] <= NEAR_M:
        return "behind"
    u = k[0, 0] * middle[0] / middle[2] + k[0, 2]
    v = k[1, 1] * middle[1] / middle[2] + k[1, 2]
    # How far outside, in units of the frame's size; the largest decides, also when the middle is still inside.
    beyond: dict[Side, float] = {
        "left": -u / render.width,
        "right": u / render.width - 1.0,
        "top": -v / render.height,
        "bottom": v / render.height - 1.0,
    }
    return max(beyond, key=lambda side: beyond[side])


def states_from_counts(visible_px: ArrayLike, amodal_px: ArrayLike, fraction: ArrayLike, min_visible_px: int) -> NDArray[np.uint8]:
    """State (...) of each frame by DESIGN section 5, from pixel counts and in-frame fractions (...)."""
    visible, amodal, inside = np.asarray(visible_px), np.asarray(amodal_px), np.asarray(fraction)
    return np.select(
        [visible >= min_visible_px, amodal >= min_visible_px, inside < 0.5],
        [State.VISIBLE, State.OCCLUDED, State.OUT_OF_FRAME],
        State.TOO_SMALL,
    ).astype(np.uint8)
