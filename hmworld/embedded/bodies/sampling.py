"""Points spread evenly over a body's surface, bound to its joints: what `in_frame_fraction` and the forecast are counted on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.mesh import BodyMesh

SURFACE_POINTS = 1024


def surface_points(mesh: BodyMesh, count: int) -> tuple[NDArray[np.float32], NDArray[np.uint8], NDArray[np.float32]]:
    """`count` points (N, 3) spread evenly over the surface, with their joints (N, 4) and weights (N, 4).

    Triangles are laid along a Morton curve, and point i is taken at the van der Corput number i of the area along it,
    so every prefix of a power of two is itself an even, area-weighted sample.
    """
    corners = mesh.vertices[mesh.triangles].astype(np.float64)
    area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    order = np.argsort(_morton(corners.mean(axis=1)), kind="stable")
    along = np.cumsum(area[order])
    index = np.arange(count)
    share = _van_der_corput(index) + 0.5 / count
    triangle = order[np.minimum(np.searchsorted(along, share * along[-1]), len(order) - 1)]
    # Low-discrepancy pair of the plastic number (Roberts 2018), folded into the triangle.
    u, v = np.mod(0.5 + index * 0.7548776662466927, 1.0), np.mod(0.5 + index * 0.5698402909980532, 1.0)
    u, v = np.where(u + v > 1, 1 - u, u), np.where(u + v > 1, 1 - v, v)
    share_of_corner = np.stack([1 - u - v, u, v], axis=1)
    points = np.einsum("nk,nkc->nc", share_of_corner, corners[triangle])
    dense = np.zeros((count, int(mesh.joints.max()) + 1))
    for k in range(3):
        vertex = mesh.triangles[triangle, k]
        for j in range(4):
            np.add.at(dense, (index, mesh.joints[vertex, j]), share_of_corner[:, k] * mesh.weights[vertex, j])
    joints = np.argsort(-dense, axis=1, kind="stable")[:, :4]
    weights = np.take_along_axis(dense, joints, axis=1)
    weights /= weights.sum(axis=1, keepdims=True)
    return points.astype(np.float32), joints.astype(np.uint8), weights.astype(np.float32)


def _morton(points: NDArray[np.float64]) -> NDArray[np.int64]:
    """Position of points (N, 3) along a Morton curve of 2^10 cells a side."""
    low = points.min(axis=0)
    cell = ((points - low) / float(np.ptp(points, axis=0).max()) * 1023).astype(np.int64)
    code = np.zeros(len(points), np.int64)
    for bit in range(10):
        for k in range(3):
            code |= ((cell[:, k] >> bit) & 1) << (3 * bit + k)
    return code


def _van_der_corput(index: NDArray[np.int64]) -> NDArray[np.float64]:
    """Bits of `index` mirrored about the binary point."""
    value = np.zeros(len(index))
    for bit in range(20):
        value += ((index >> bit) & 1) * 0.5 ** (bit + 1)
    return value
