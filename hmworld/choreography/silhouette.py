"""How many pixels of a subject are in the frame: counted on its skin, guessed from its surface points where that is beyond doubt.

Points guess by shares: a body of surface area A seen from far away covers A/4 of area on average (Cauchy), so each of N points that
are in the frame, at depth z, stands for A / (4 N) (f / z)^2 pixels. Parts before others, skin seen from its edge and few points near
the camera make that wrong by a factor of 4 and more about the edge of the frame, so a guess only says what is far from any doubt.
"""

import numpy as np
from numpy.typing import NDArray

from hmworld.choreography.choreography import Choreography
from hmworld.choreography.visibility import NEAR_M, in_frame, points_in_world
from hmworld.geometry.camera import inverse, transform
from hmworld.geometry.coverage import covered, cut_near
from hmworld.geometry.motion import CONTRACT_POINTS, Motion

Array = NDArray[np.float64]

ENOUGH_POINTS = 12
"""So many of the first 256 in the frame, at least, tell how large a subject is there to within a factor of `SURE`."""
SURE = 4.0
"""A guess of so many times what is asked for is beyond doubt."""


def guessed_px(choreography: Choreography, index: int, motion: Motion, area_m2: float, times: Array) -> Array:
    """Amodal pixels (N,) at times (N,) by the points of the in-frame fraction; 0 where so few are in the frame that they tell nothing."""
    render, k = choreography.spec.render, choreography.K
    points = points_in_world(choreography, index, motion, times)
    inside, depth = in_frame(points, choreography.T_world_camera(times), k, render.width, render.height)
    share_m2 = area_m2 * choreography.spec.subjects[index].scale ** 2 / (4.0 * CONTRACT_POINTS)
    pixels = (inside * share_m2 * (k[0, 0] / np.maximum(depth, NEAR_M)) ** 2).sum(1)
    return np.where(inside.sum(1) >= ENOUGH_POINTS, pixels, 0.0)


def counted_px(choreography: Choreography, index: int, motion: Motion, times: Array) -> Array:
    """Amodal pixels (N,) at times (N,): those whose centres the skin covers, from the near plane on."""
    spec, render, k = choreography.spec.subjects[index], choreography.spec.render, choreography.K
    pose = choreography.subject(index, times)
    phases = pose.gait_time_s / spec.gait.cycle_s, pose.idle_time_s / spec.gait.idle_cycle_s
    local = motion.posed_skin(spec.gait.name, *phases, pose.gait_weight)
    in_camera = transform(inverse(choreography.T_world_camera(times)), transform(pose.T_world_subject, local * spec.scale))
    counts = []
    for corners in in_camera[:, motion.skin_triangles]:
        before = cut_near(corners, NEAR_M)
        pixels = before[..., :2] / before[..., 2:] * k[[0, 1], [0, 1]] + k[:2, 2]
        counts.append(covered(pixels, render.width, render.height).sum())
    return np.array(counts, np.float64)


def amodal_pixels(choreography: Choreography, index: int, motion: Motion, area_m2: float, times: Array, needed: Array) -> Array:
    """Amodal pixels (N,) at times (N,): a guess where that is surely more than `needed` (N,), else a count."""
    pixels = guessed_px(choreography, index, motion, area_m2, times)
    doubtful = pixels <= SURE * needed
    if doubtful.any():
        pixels[doubtful] = counted_px(choreography, index, motion, times[doubtful])
    return pixels
