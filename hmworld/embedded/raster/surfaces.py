"""Joining the scene and the bodies into the arrays that the kernels read."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from ..mesh import BodyMesh, StaticMesh
from .layout import F32, I32, I64, Surfaces
from .setup import patches

Ranges = list[tuple[int, int]]


def merge(scene: StaticMesh, order: I64, bodies: list[BodyMesh]) -> tuple[Surfaces, Ranges, Ranges]:
    """Surfaces with the scene's triangles in `order` (F,), then the bodies' in their rest pose.

    Also the bodies' vertex ranges and triangle ranges, half-open.
    """
    vertices = np.cumsum([len(scene.vertices)] + [len(body.vertices) for body in bodies]).tolist()
    faces = np.cumsum([len(scene.triangles)] + [len(body.triangles) for body in bodies]).tolist()
    new_faces = faces[-1] - faces[0]
    shifted = [body.triangles + np.int32(at) for body, at in zip(bodies, vertices[:-1], strict=True)]
    textures = np.cumsum([len(scene.textures)] + [len(body.textures) for body in bodies])[:-1].tolist() if bodies else []
    dark = np.zeros(len(order), np.float32)
    surfaces = Surfaces(
        vertices=np.concatenate([scene.vertices] + [body.vertices for body in bodies]),
        attributes=np.concatenate([_attributes(scene), *(_attributes(body) for body in bodies)]),
        triangles=np.concatenate([scene.triangles[order], *shifted]),
        texture=np.concatenate([scene.texture[order], *(_texture(body, at) for body, at in zip(bodies, textures, strict=True))]),
        two_sided=np.concatenate([scene.two_sided[order], np.zeros(new_faces, np.bool_)]),
        cutout=np.concatenate([scene.cutout[order], np.zeros(new_faces, np.bool_)]),
        emission=np.concatenate([dark if scene.emission is None else scene.emission[order], np.zeros(new_faces, np.float32)]),
        patch=np.zeros(0, np.int32),
        instance=np.repeat(np.arange(len(bodies) + 1, dtype=np.uint8), [faces[0]] + [len(body.triangles) for body in bodies]),
    )
    surfaces = surfaces._replace(patch=patches(np.ascontiguousarray(surfaces.triangles), surfaces.texture, len(surfaces.vertices), 0))
    # The kernels are compiled for C order only; one Fortran-ordered part could turn a whole array.
    surfaces = Surfaces._make(np.ascontiguousarray(array) for array in surfaces)
    return surfaces, list(pairwise(vertices)), list(pairwise(faces))


def _attributes(part: StaticMesh | BodyMesh) -> F32:
    """Texture coordinates, normals and colours of a part's vertices, (V,8)."""
    uvs = np.zeros((len(part.vertices), 2), np.float32) if part.uvs is None else part.uvs
    return np.concatenate([uvs, part.normals, part.colours], axis=1)


def _texture(body: BodyMesh, first: int) -> I32:
    """Textures (F,) of a body's triangles, counted from `first`; -1 for none."""
    if body.texture is None:
        return np.full(len(body.triangles), -1, np.int32)
    return np.where(body.texture >= 0, body.texture + first, -1).astype(np.int32)
