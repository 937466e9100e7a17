"""Other proportions for a finished body: every joint's skin is stretched about the joint, and the joints move along."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.bodies.skeleton import Skeleton
from hmworld.embedded.mesh import BodyMesh

Array = NDArray[np.float64]


MIRROR_DECIMALS = 6
"""Rounding to a micrometre keeps the two halves of a body exact mirror images, whatever the order of the sums."""


@dataclass(frozen=True)
class Reshaping:
    """A skeleton's new rest joints (J, 3), metres, and the stretch (J, 3, 3) of each joint's skin about it."""

    rest: Array
    stretch: Array

    def skeleton(self, skeleton: Skeleton) -> Skeleton:
        """The same joints at their new places."""
        return replace(skeleton, rest=self.rest)


def reshaped(mesh: BodyMesh, skeleton: Skeleton, reshaping: Reshaping, scale: float) -> BodyMesh:
    """`mesh`, built on `skeleton` and enlarged by `scale`, in its new proportions."""
    joints, weights = mesh.joints.astype(np.int64), mesh.weights.astype(np.float64)
    offset = mesh.vertices[:, None].astype(np.float64) / scale - skeleton.rest[joints]
    moved = reshaping.rest[joints] + np.einsum("vkij,vkj->vki", reshaping.stretch[joints], offset)
    vertices = np.einsum("vk,vki->vi", weights, moved)
    vertices[mesh.vertices[:, 1] == 0.0, 1] = 0.0  # four weights cannot always be shared evenly between left and right
    local = np.einsum("vk,vkij->vij", weights, reshaping.stretch[joints])
    normals = np.linalg.solve(np.swapaxes(local, 1, 2), mesh.normals[:, :, None].astype(np.float64))[:, :, 0]
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    return replace(mesh, vertices=np.round(vertices * scale, MIRROR_DECIMALS).astype(np.float32), normals=normals.astype(np.float32))
