"""Which frames of a clip look at the same place, from poses and lenses alone."""

import numpy as np
from numpy.typing import NDArray

from hmworld.geometry.camera import project, unproject

DEPTHS_M = (2.0, 4.0, 8.0, 16.0)
GRID = (5, 3)
LEAST = 0.3


def overlapping(t_world_camera: NDArray[np.float64], k: NDArray[np.float64], width: int, height: int) -> NDArray[np.bool_]:
    """Pairs (T, T) of frames that share enough of their view, poses (T, 4, 4), K (T, 3, 3); no frame with itself.

    Of 60 points before each camera (a grid of 5 x 3 over the picture, at planar depths of 2, 4, 8 and 16 m), at least 0.3 lie in the
    picture of the other, both ways. Walls are not asked: what a wall hides overlaps all the same.
    """
    columns, rows = ((np.arange(n) + 0.5) / n for n in GRID)
    grid = np.stack(np.meshgrid(columns * width, rows * height), -1).reshape(-1, 2)
    pixels, depths = np.tile(grid, (len(DEPTHS_M), 1)), np.repeat(DEPTHS_M, len(grid))
    count = len(t_world_camera)
    shares = np.empty((count, count))
    for t in range(count):
        points = unproject(pixels, depths, t_world_camera[t], k[t])
        seen, depth = project(points[None], t_world_camera, k)
        inside = (depth > 0.0) & (seen >= 0.0).all(-1) & (seen[..., 0] < width) & (seen[..., 1] < height)
        shares[t] = inside.mean(1)
    pairs = np.minimum(shares, shares.T) >= LEAST
    np.fill_diagonal(pairs, False)
    return np.asarray(pairs)
