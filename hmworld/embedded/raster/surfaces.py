"""Joining the scene and the bodies into the arrays that the kernels read."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from ..mesh import BodyMesh, StaticMesh
from .layout import I64, Surfaces

Ranges = list[tuple[int, int]]


def merge(scene: StaticMesh, order: I64, bodies: list[BodyMesh]) -> tuple[Surfaces, Ranges, Ranges]:
    """Surfaces with the scene's triangles in `order` (F,), then the bodies' in their rest pose.

    Also the bodies' vertex ranges and triangle ranges, half-open.
    """
    vertices = np.cumsum([len(scene.vertices)] + [len(body.vertices) for body in bodies]).tolist()
    faces = np.cumsum([len(scene.triangles)] + [len(body.triangles) for body in bodies]).tolist()
    new_vertices, new_faces = vertices[-1] - vertices[0], faces[-1] - faces[0]
    shifted = [body.triangles + np.int32(at) for body, at in zip(bodies, vertices[:-1], strict=True)]
    surfaces = Surfaces(
        vertices=np.concatenate([scene.vertices] + [body.vertices for body in bodies]),
        normals=np.concatenate([scene.normals] + [body.normals for body in bodies]),
        uvs=np.concatenate([scene.uvs, np.zeros((new_vertices, 2), np.float32)]),
        colours=np.concatenate([scene.colours] + [body.colours for body in bodies]),
        triangles=np.concatenate([scene.triangles[order], *shifted]),
        texture=np.concatenate([scene.texture[order], np.full(new_faces, -1, np.int32)]),
        two_sided=np.concatenate([scene.two_sided[order], np.zeros(new_faces, np.bool_)]),
        cutout=np.concatenate([scene.cutout[order], np.zeros(new_faces, np.bool_)]),
        instance=np.repeat(np.arange(len(bodies) + 1, dtype=np.uint8), [faces[0]] + [len(body.triangles) for body in bodies]),
    )
    # The kernels are compiled for C order only; one Fortran-ordered part could turn a whole array.
    surfaces = Surfaces._make(np.ascontiguousarray(array) for array in surfaces)
    return surfaces, list(pairwise(vertices)), list(pairwise(faces))
