"""The skin of few triangles that the forecast draws: a body's mesh with its edges collapsed and its silhouettes kept as large."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.bodies.simplify import simplify
from hmworld.embedded.mesh import BodyMesh
from hmworld.geometry.coverage import covered

Array = NDArray[np.float64]

SKIN_TRIANGLES = 1024
PATCH_TRIANGLES = 32
"""Triangles are ordered so that runs of about so many lie together."""
VIEWS, VIEW_PX = 48, 320
"""Silhouettes that are compared: directions spread over the sphere, and the pixels across the body's largest side."""
WELD_M = 1e-5
SETTLING = 3
"""Rounds in which the size is found; the area is all but linear in it."""


@dataclass(frozen=True)
class Skin:
    """Vertices (V, 3) at rest, joints (V, 4), weights (V, 4) and triangles (F, 3), counter-clockwise seen from outside."""

    vertices: NDArray[np.float32]
    joints: NDArray[np.uint8]
    weights: NDArray[np.float32]
    triangles: NDArray[np.int16]

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """As a motion file holds them."""
        return {
            "skin_vertices": self.vertices,
            "skin_joints": self.joints,
            "skin_weights": self.weights,
            "skin_triangles": self.triangles,
        }


def skin_of(mesh: BodyMesh) -> Skin:
    """A mesh's skin of at most `SKIN_TRIANGLES` (more where edges cannot be collapsed further)."""
    vertices, triangles, kept = _welded(mesh)
    few, faces, _, went = simplify(vertices, np.zeros_like(vertices), triangles, np.zeros(len(vertices), np.bool_), SKIN_TRIANGLES)
    if len(faces) > SKIN_TRIANGLES:
        few, faces, went = _clustered(vertices, triangles)
    joints, weights = _bound(few, vertices, went, mesh.joints[kept], mesh.weights[kept])
    faces = faces[_order(few[faces].mean(1))]
    few = few + _growth(vertices, triangles, few, faces) * _normals(few, faces)
    return Skin(few.astype(np.float32), joints, weights, faces.astype(np.int16))


def _welded(mesh: BodyMesh) -> tuple[Array, NDArray[np.int64], NDArray[np.int64]]:
    """Vertices (V, 3) of which no two are at one place, triangles (F, 3), and which vertex of the mesh each is (V,)."""
    _, kept, name = np.unique(np.round(mesh.vertices / WELD_M).astype(np.int64), axis=0, return_index=True, return_inverse=True)
    triangles = name.reshape(-1)[mesh.triangles]
    a, b, c = triangles.T
    return mesh.vertices[kept].astype(np.float64), triangles[(a != b) & (b != c) & (a != c)], kept


def _clustered(vertices: Array, triangles: NDArray[np.int64]) -> tuple[Array, NDArray[np.int64], NDArray[np.int64]]:
    """What edges cannot be collapsed of, loose scales say: vertices of a cell of a grid become one. As `simplify` answers."""
    cell = float(np.ptp(vertices, axis=0).max()) / 256.0
    while True:
        _, name = np.unique(np.floor(vertices / cell).astype(np.int64), axis=0, return_inverse=True)
        name = name.reshape(-1)
        faces = name[triangles]
        a, b, c = faces.T
        faces = faces[(a != b) & (b != c) & (a != c)]
        # Cells may lay two triangles over each other: one is enough.
        turned = np.array([np.roll(face, -int(np.argmin(face))) for face in faces]).reshape(-1, 3)
        faces = np.unique(turned, axis=0)
        if len(faces) <= SKIN_TRIANGLES:
            break
        cell *= 1.25
    count = np.bincount(name)
    middle = np.stack([np.bincount(name, vertices[:, k]) / count for k in range(3)], 1)
    used, order = np.unique(faces), np.full(len(count), -1, np.int64)
    order[used] = np.arange(len(used))
    return middle[used], order[faces], order[name]


def _bound(
    few: Array, vertices: Array, went: NDArray[np.int64], joints: NDArray[np.uint8], weights: NDArray[np.float32]
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Joints (N, 4) and weights (N, 4) of the fewer vertices: of those that went into each, the nearest count most."""
    there = np.flatnonzero(went >= 0)
    into = went[there]
    share = 1.0 / (((vertices[there] - few[into]) ** 2).sum(1) + 1e-8)
    dense = np.zeros((len(few), int(joints.max()) + 1))
    for k in range(4):
        np.add.at(dense, (into, joints[there, k]), share * weights[there, k])
    strongest = np.argsort(-dense, axis=1, kind="stable")[:, :4]
    strongest = np.pad(strongest, ((0, 0), (0, 4 - strongest.shape[1])))
    found = np.take_along_axis(dense, strongest, axis=1)
    found[:, dense.shape[1] :] = 0.0
    found /= found.sum(1, keepdims=True)
    # Steps that a file can be packed with; a body of 1 m moves by less than 1 mm for one of them.
    found = np.round(found * 1024.0)
    found[:, 0] += 1024.0 - found.sum(1)
    strongest[found == 0.0] = 0
    return strongest.astype(np.uint8), (found / 1024.0).astype(np.float32)


def _order(middle: Array) -> NDArray[np.int64]:
    """Triangles with these middles (F, 3) so that runs of `PATCH_TRIANGLES` lie together: halved along the longest side."""
    patches = -(-len(middle) // PATCH_TRIANGLES)
    if patches <= 1:
        return np.arange(len(middle))
    axis = int(np.argmax(np.ptp(middle, axis=0)))
    along = np.argsort(middle[:, axis], kind="stable")
    halves = np.split(along, [patches // 2 * PATCH_TRIANGLES])
    return np.concatenate([half[_order(middle[half])] for half in halves])


def _normals(vertices: Array, triangles: NDArray[np.int64]) -> Array:
    """Unit normals (V, 3), those of the triangles around weighted by area."""
    a, b, c = (vertices[triangles[:, k]] for k in range(3))
    across = np.cross(b - a, c - a)
    total = np.zeros_like(vertices)
    for k in range(3):
        np.add.at(total, triangles[:, k], across)
    return np.asarray(total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-12))


def _growth(vertices: Array, triangles: NDArray[np.int64], few: Array, faces: NDArray[np.int64]) -> float:
    """How far, in metres, the fewer vertices must move outwards for silhouettes as large as the whole mesh's, on average."""
    px = (VIEW_PX - 8.0) / float(np.linalg.norm(np.ptp(vertices, axis=0)))
    middle, wanted, normals = (vertices.min(0) + vertices.max(0)) / 2.0, 0, _normals(few, faces)

    def area(points: Array, of: NDArray[np.int64]) -> int:
        count = 0
        for view in _views():
            seen = (points - middle) @ view[:2].T * px + VIEW_PX / 2.0
            count += int(covered(seen[of], VIEW_PX, VIEW_PX).sum())
        return count

    wanted, grown, step = area(vertices, triangles), 0.0, 0.5 / px
    for _ in range(SETTLING):
        now, more = area(few + grown * normals, faces), area(few + (grown + step) * normals, faces)
        grown += step * (wanted - now) / max(more - now, 1)
    return grown


def _views() -> list[Array]:
    """Rows right, down and forward of cameras that look along directions spread over the sphere."""
    views = []
    for k in range(VIEWS):
        z = 1.0 - (2.0 * k + 1.0) / VIEWS
        turn = k * np.pi * (3.0 - np.sqrt(5.0))
        level = np.sqrt(1.0 - z * z)
        forward = np.array([level * np.cos(turn), level * np.sin(turn), z])
        right = np.array([np.sin(turn), -np.cos(turn), 0.0])
        views.append(np.stack([right, np.cross(forward, right), forward]))
    return views
