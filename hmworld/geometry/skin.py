"""Linear blend skinning from tables of matrices over one cycle of a gait.

A *motion table* (P, J, 3, 4) holds, for P evenly spaced phases of one cycle, the matrix that maps a rest-pose point of each
joint into the posed root frame. Between phases matrices are interpolated linearly. Engine, forecast and annotator all pose
with this module, so they agree to the last bit of what "posed" means.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def sample_table(table: NDArray[np.float32], phase: NDArray[np.float64] | float) -> Array:
    """Matrices (..., J, 3, 4) of a periodic table (P, J, 3, 4) at phases (...), in cycles."""
    count = len(table)
    x = np.mod(np.asarray(phase, np.float64), 1.0) * count
    i = np.floor(x).astype(np.int64) % count
    s = (x - np.floor(x))[..., None, None, None]
    return np.asarray(table[i] * (1.0 - s) + table[(i + 1) % count] * s)


def blend(a: Array, b: Array, weight_b: NDArray[np.float64] | float) -> Array:
    """Matrices (..., J, 3, 4) between a (weight 0) and b (weight 1)."""
    w = np.asarray(weight_b, np.float64)[..., None, None, None]
    return np.asarray(a * (1.0 - w) + b * w)


def scaled(matrices: Array, scale: float) -> Array:
    """The same motion of a body scaled about its root: translations times `scale`; use with scaled rest points."""
    out = matrices.copy()
    out[..., 3] *= scale
    return out


def pose_points(matrices: Array, points: NDArray[np.float32], joints: NDArray[np.uint8], weights: NDArray[np.float32]) -> Array:
    """Posed points (..., N, 3) of rest points (N, 3) bound to `joints` (N, 4) by `weights` (N, 4).

    `matrices` is (..., J, 3, 4).
    """
    homogeneous = np.concatenate([points, np.ones((len(points), 1), points.dtype)], 1).astype(np.float64)
    bound = [(joints[:, k], weights[:, k, None, None].astype(np.float64)) for k in range(joints.shape[1])]
    poses = matrices.reshape(-1, *matrices.shape[-3:])
    posed = np.empty((len(poses), len(points), 3))
    # Pose by pose: what is worked on stays in the processor's cache, which makes it several times as fast.
    blended, part = np.empty((2, len(points), 3, 4))
    for pose, out in zip(poses, posed, strict=True):
        blended.fill(0.0)
        for joint, weight in bound:
            np.take(pose, joint, axis=0, out=part, mode="clip")
            np.multiply(part, weight, out=part)
            np.add(blended, part, out=blended)
        np.einsum("nij,nj->ni", blended, homogeneous, out=out)
    return posed.reshape(*matrices.shape[:-3], len(points), 3)


def pose_joints(matrices: Array, rest_joints: NDArray[np.float32]) -> Array:
    """Posed joint positions (..., J, 3) of rest joints (J, 3) under matrices (..., J, 3, 4)."""
    homogeneous = np.concatenate([rest_joints, np.ones((len(rest_joints), 1))], 1).astype(np.float64)
    return np.asarray(np.einsum("...jik,jk->...ji", matrices, homogeneous))
