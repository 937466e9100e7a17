"""Which pixels triangles cover: a silhouette by what it is, counted at pixel centres, without depth or shading."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def cut_near(corners: Array, near_m: float) -> Array:
    """The parts with z >= near of triangles (F, 3, 3) in camera axes: triangles (F', 3, 3) that turn the same way."""
    before = corners[..., 2] >= near_m
    count = before.sum(1)
    # Turned so that the corner that is alone on its side of the plane comes first.
    alone = np.where(count == 1, before.argmax(1), (~before).argmax(1))
    a, b, c = (corners[np.arange(len(corners)), (alone + k) % 3] for k in range(3))
    with np.errstate(divide="ignore", invalid="ignore"):
        ab = a + (b - a) * ((near_m - a[:, 2]) / (b[:, 2] - a[:, 2]))[:, None]
        ac = a + (c - a) * ((near_m - a[:, 2]) / (c[:, 2] - a[:, 2]))[:, None]
    one, two = count == 1, count == 2
    tips = np.stack([a, ab, ac], 1)[one]
    rests = np.concatenate([np.stack([ab, b, c], 1)[two], np.stack([ab, c, ac], 1)[two]])
    return np.concatenate([corners[count == 3], tips, rests])


def covered(corners: Array, width: int, height: int) -> NDArray[np.bool_]:
    """The pixels (H, W) whose centres lie in one of the triangles (F, 3, 2) that face the viewer, corners in pixels.

    Rows run downwards, so a triangle that is counter-clockwise seen from outside faces the viewer if it is clockwise in (x, y).
    """
    (ax, ay), (bx, by), (cx, cy) = (corners[:, k].T for k in range(3))
    low, high = corners[..., 1].min(1), corners[..., 1].max(1)
    top = np.ceil(np.clip(low, 0.0, height) - 0.5).astype(np.int64)
    rows = np.floor(np.clip(high, 0.0, height) - 0.5).astype(np.int64) + 1 - top
    turned = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
    seen = (turned < 0.0) & (rows > 0) & (corners[..., 0].max(1) > 0.0) & (corners[..., 0].min(1) < width)
    corners, top, rows = corners[seen], top[seen], rows[seen]
    triangle = np.repeat(np.arange(len(corners)), rows)
    y = top[triangle] + np.arange(len(triangle)) - np.repeat(np.cumsum(rows) - rows, rows)
    first, last = np.zeros(len(y)), np.full(len(y), float(width))
    for k in range(3):
        (px, py), (qx, qy) = corners[triangle, k].T, corners[triangle, (k + 1) % 3].T
        with np.errstate(divide="ignore", invalid="ignore"):
            x = px + (y + 0.5 - py) * ((qx - px) / (qy - py))
        # Upwards along the right side, downwards along the left; a level edge bounds no row.
        first = np.where(qy > py, np.fmax(first, x), first)
        last = np.where(qy < py, np.fmin(last, x), last)
    begin = np.ceil(np.minimum(first, width) - 0.5).astype(np.int64)
    end = np.floor(np.maximum(last, 0.0) - 0.5).astype(np.int64) + 1
    some = end > begin
    row = y[some] * (width + 1)
    size = height * (width + 1)
    steps = np.bincount(row + begin[some], minlength=size) - np.bincount(row + end[some], minlength=size)
    return np.asarray(np.cumsum(steps.reshape(height, width + 1), 1)[:, :width] > 0)
