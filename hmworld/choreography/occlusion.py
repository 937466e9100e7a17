"""Which surface points something stands before: obstacle proxies by ray tests, other subjects by a coarse depth grid."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hmworld.model.cards import Obstacle

Array = NDArray[np.float64]

CELL_PX = 12
"""Cell of the grid in which another subject's points hide what lies behind them."""
BEHIND_M = 0.15
"""So much farther away something must be to be behind another subject's points."""
OCCLUSION_POINTS = 64
"""Surface points that are tested against obstacles and other subjects."""


def hidden_by_obstacles(eye: Array, points: Array, obstacles: Sequence[Obstacle]) -> NDArray[np.bool_]:
    """Whether an obstacle crosses the segment from eyes (N, 3) to points (N, M, 3): (N, M)."""
    hidden = np.zeros(points.shape[:2], bool)
    if points.size == 0:
        return hidden
    everything = np.concatenate([eye.reshape(-1, 3), points.reshape(-1, 3)])
    low, high = everything.min(0), everything.max(0)
    for obstacle in obstacles:
        reach = np.array([np.hypot(obstacle.half_m[0], obstacle.half_m[1])] * 2 + [obstacle.half_m[2]])
        center = np.array(obstacle.center_m)
        if (center + reach < low).any() or (center - reach > high).any():
            continue
        c, s = np.cos(np.deg2rad(obstacle.yaw_deg)), np.sin(np.deg2rad(obstacle.yaw_deg))
        to_local = np.array([[c, s, 0.0], [-s, c, 0.0], [0.0, 0.0, 1.0]]) / np.array(obstacle.half_m)[:, None]
        a = (eye - center) @ to_local.T
        d = (points - eye[:, None]) @ to_local.T
        crosses = _box if obstacle.kind == "box" else _ball
        hidden |= crosses(a[:, None], d)
    return hidden


def _box(a: Array, d: Array) -> NDArray[np.bool_]:
    """Segments a + t d, t in [0, 1], against the cube [-1, 1]^3 (slab test)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        t0, t1 = (-1.0 - a) / d, (1.0 - a) / d
    near, far = np.fmin(t0, t1).max(-1), np.fmax(t0, t1).min(-1)
    return np.asarray((near <= far) & (far > 0.0) & (near < 1.0))


def _ball(a: Array, d: Array) -> NDArray[np.bool_]:
    """Segments a + t d, t in [0, 1], against the unit ball."""
    dd = (d * d).sum(-1)
    t = np.clip(-(a * d).sum(-1) / np.maximum(dd, 1e-12), 0.0, 1.0)
    nearest = a + t[..., None] * d
    return np.asarray((nearest * nearest).sum(-1) < 1.0)


def hidden_by_subject(
    pixels: Array, depth: Array, inside: NDArray[np.bool_], other_pixels: Array, other_depth: Array, other_inside: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Whether points (N, M) lie behind another subject's points (N, K) in the same cells of the picture: (N, M).

    `pixels` (N, M, 2), planar `depth` (N, M), `inside` the frame (N, M); the same for the other.
    """
    width = int(max(pixels[inside].max(initial=0.0), other_pixels[other_inside].max(initial=0.0)) // CELL_PX) + 1
    if not inside.any() or not other_inside.any():
        return np.zeros(inside.shape, bool)
    frame = np.arange(len(pixels))[:, None]

    def cells(px: Array, ok: NDArray[np.bool_]) -> NDArray[np.int64]:
        grid = np.where(ok[..., None], px, 0.0).astype(np.int64) // CELL_PX
        return np.asarray((frame * width + grid[..., 1]) * width + grid[..., 0])

    nearest = np.full(len(pixels) * width * width, np.inf)
    np.minimum.at(nearest, cells(other_pixels, other_inside)[other_inside], other_depth[other_inside])
    return np.asarray(inside & (nearest[cells(pixels, inside)] < depth - BEHIND_M))
