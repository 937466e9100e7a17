"""How far a point may travel on a straight line before it meets a surface."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def first_hit(start: Array, end: Array, vertices: NDArray[np.float32], triangles: NDArray[np.int32]) -> float:
    """Share of the way from `start` to `end` (3,) at which the first triangle (F, 3) is met, from either side; inf where none is.

    Moeller and Trumbore's intersection (1997), all triangles at once.
    """
    way = end - start
    corners = vertices[triangles].astype(np.float64)
    a, e1, e2 = corners[:, 0], corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    p = np.cross(way, e2)
    determinant = (e1 * p).sum(1)
    with np.errstate(divide="ignore", invalid="ignore"):
        inverse = 1.0 / determinant
        s = start - a
        u = (s * p).sum(1) * inverse
        q = np.cross(s, e1)
        v = (q @ way) * inverse
        t = (q * e2).sum(1) * inverse
        met = (u >= 0.0) & (v >= 0.0) & (u + v <= 1.0) & (t >= 0.0) & (t <= 1.0)
    return float(t[met].min(initial=np.inf))
