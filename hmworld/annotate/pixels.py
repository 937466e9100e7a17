"""What is counted in one frame: visible pixels and boxes from the mask, brightness from the picture, corners of boxes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class FrameMeasures:
    """Counts of one frame for S subjects."""

    visible_px: NDArray[np.int32]
    """(S,)"""
    box2d: NDArray[np.float32]
    """(S, 4) half-open x0, y0, x1, y1 of the visible mask; NaN where none."""
    mean_luma: float
    """BT.601 luma, 0 to 255, of every fourth pixel of every fourth row."""


def measure(mask: NDArray[np.uint8], bgra: NDArray[np.uint8], subjects: int) -> FrameMeasures:
    """Measure a mask (H, W) and its picture (H, W, 4)."""
    # Subjects cover little of a frame: look at their pixels only.
    at = np.flatnonzero(mask)
    number = mask.ravel()[at]
    visible = np.bincount(number, minlength=subjects + 1)[1 : subjects + 1].astype(np.int32)
    boxes = np.full((subjects, 4), np.nan, np.float32)
    for k in np.flatnonzero(visible):
        rows, columns = np.divmod(at[number == k + 1], mask.shape[1])
        boxes[k] = columns.min(), rows[0], columns.max() + 1, rows[-1] + 1
    b, g, r = (float(bgra[::4, ::4, c].mean()) for c in range(3))
    return FrameMeasures(visible, boxes, 0.114 * b + 0.587 * g + 0.299 * r)


def box_corners(bounds_root_m: Array, t_world_subject: Array) -> Array:
    """The 8 corners (8, 3) in the world of a box (2, 3) in the root frame.

    Corner k takes max x if k & 1, max y if k & 2, max z if k & 4.
    """
    pick = (np.arange(8)[:, None] >> np.arange(3)) & 1
    local = np.where(pick == 1, bounds_root_m[1], bounds_root_m[0])
    return np.asarray(local @ t_world_subject[:3, :3].T + t_world_subject[:3, 3])
