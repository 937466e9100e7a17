"""Solid shapes as triangle parts: quads, boxes, prisms, tubes, blobs; moving and merging them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
PLAIN = -1
WHITE = (1.0, 1.0, 1.0)


@dataclass(frozen=True)
class Part:
    """Some triangles, counter-clockwise seen from outside.

    vertices, normals, colours (V, 3); uvs (V, 2) in texture repeats, v down the image; triangles (F, 3);
    texture (F,) a `Texture` or PLAIN; two_sided (F,); cutout (F,) drawn only where the texture's alpha is set;
    emission (F,): radiance of its own in multiples of its albedo, when the look's `lamps` are fully on.
    """

    vertices: Array
    normals: Array
    uvs: Array
    colours: Array
    triangles: NDArray[np.int32]
    texture: NDArray[np.int32]
    two_sided: NDArray[np.bool_]
    cutout: NDArray[np.bool_]
    emission: Array

    def moved(self, offset: ArrayLike = (0.0, 0.0, 0.0), yaw_deg: float = 0.0, scale: float = 1.0) -> Part:
        """Scaled, turned about +Z, then shifted by `offset` metres."""
        angle = np.radians(yaw_deg)
        c, s = np.cos(angle), np.sin(angle)
        turn = np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])
        return replace(
            self, vertices=(self.vertices * scale) @ turn.T + np.asarray(offset, dtype=np.float64), normals=self.normals @ turn.T
        )

    def tinted(self, factor: ArrayLike) -> Part:
        """Colours multiplied by `factor`: (3,), or (V, 1) or (V, 3) per vertex."""
        return replace(self, colours=self.colours * np.asarray(factor, dtype=np.float64))

    def glowing(self, emission: float) -> Part:
        """Every triangle shining by itself: about 1 for a lit window, 6 for a lamp's glass."""
        return replace(self, emission=np.full(len(self.triangles), float(emission)))

    def grounded(self, height_m: float, dark: float) -> Part:
        """Baked contact shade: colours times `dark` at z = 0, rising to full at z = `height_m`."""
        lift = np.clip(self.vertices[:, 2:3] / height_m, 0.0, 1.0)
        return self.tinted(dark + (1.0 - dark) * lift)


def merge(parts: Sequence[Part]) -> Part:
    """One part of all triangles."""
    starts = np.cumsum([0, *[len(p.vertices) for p in parts[:-1]]])
    return Part(
        vertices=np.concatenate([p.vertices for p in parts]),
        normals=np.concatenate([p.normals for p in parts]),
        uvs=np.concatenate([p.uvs for p in parts]),
        colours=np.concatenate([p.colours for p in parts]),
        triangles=np.concatenate([p.triangles + start for p, start in zip(parts, starts, strict=True)]).astype(np.int32),
        texture=np.concatenate([p.texture for p in parts]),
        two_sided=np.concatenate([p.two_sided for p in parts]),
        cutout=np.concatenate([p.cutout for p in parts]),
        emission=np.concatenate([p.emission for p in parts]),
    )


def instances(part: Part, offsets: ArrayLike) -> Part:
    """Copies of `part` shifted by each of `offsets` (N, 3)."""
    shifts = np.asarray(offsets, dtype=np.float64).reshape(-1, 3)
    count, size = len(shifts), len(part.vertices)
    starts = np.repeat(np.arange(count) * size, len(part.triangles))[:, None]
    return Part(
        vertices=(part.vertices[None] + shifts[:, None]).reshape(-1, 3),
        normals=np.tile(part.normals, (count, 1)),
        uvs=np.tile(part.uvs, (count, 1)),
        colours=np.tile(part.colours, (count, 1)),
        triangles=(np.tile(part.triangles, (count, 1)) + starts).astype(np.int32),
        texture=np.tile(part.texture, count),
        two_sided=np.tile(part.two_sided, count),
        cutout=np.tile(part.cutout, count),
        emission=np.tile(part.emission, count),
    )


def triangles_of(
    vertices: ArrayLike,
    triangles: ArrayLike,
    *,
    normals: ArrayLike | None = None,
    uvs: ArrayLike | None = None,
    colour: ArrayLike = WHITE,
    texture: int = PLAIN,
    two_sided: bool = False,
) -> Part:
    """A part from shared vertices; normals are area-weighted averages of the faces unless given."""
    points = np.asarray(vertices, dtype=np.float64).reshape(-1, 3)
    faces = np.asarray(triangles, dtype=np.int32).reshape(-1, 3)
    if normals is None:
        a, b, c = (points[faces[:, k]] for k in range(3))
        face_normals = np.cross(b - a, c - a)
        total = np.zeros_like(points)
        for k in range(3):
            np.add.at(total, faces[:, k], face_normals)
        directions = total
    else:
        directions = np.asarray(normals, dtype=np.float64).reshape(-1, 3)
    length = np.linalg.norm(directions, axis=1, keepdims=True)
    return Part(
        vertices=points,
        normals=directions / np.maximum(length, 1e-12),
        uvs=np.zeros((len(points), 2)) if uvs is None else np.asarray(uvs, dtype=np.float64).reshape(-1, 2),
        colours=np.broadcast_to(np.asarray(colour, dtype=np.float64), points.shape).copy(),
        triangles=faces,
        texture=np.full(len(faces), texture, np.int32),
        two_sided=np.full(len(faces), two_sided),
        cutout=np.zeros(len(faces), np.bool_),
        emission=np.zeros(len(faces)),
    )


def quads(
    corners: ArrayLike,
    *,
    uvs: ArrayLike | None = None,
    colour: ArrayLike = WHITE,
    texture: int = PLAIN,
    repeat_m: float = 1.0,
    two_sided: bool = False,
) -> Part:
    """Flat-shaded quads from `corners` (Q, 4, 3), counter-clockwise from outside, starting bottom left.

    `uvs` (Q, 4, 2) or (4, 2); else from positions: walls use (distance along the wall, -z), floors (x, -y), divided
    by `repeat_m`.
    """
    points = np.asarray(corners, dtype=np.float64).reshape(-1, 4, 3)
    normals = np.cross(points[:, 2] - points[:, 0], points[:, 3] - points[:, 1])
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    if uvs is None:
        along = np.stack([-normals[:, 1], normals[:, 0], np.zeros(len(points))], axis=1)
        flat = np.linalg.norm(along, axis=1) < 0.3
        along[flat] = (1.0, 0.0, 0.0)
        along /= np.linalg.norm(along, axis=1, keepdims=True)
        up = np.cross(normals, along)
        u = np.einsum("qkc,qc->qk", points, along)
        v = -np.einsum("qkc,qc->qk", points, up)
        mapped = np.stack([u, v], axis=-1) / repeat_m
    else:
        mapped = np.broadcast_to(np.asarray(uvs, dtype=np.float64), (len(points), 4, 2))
    first = np.arange(len(points))[:, None] * 4
    faces = np.concatenate([first + np.array([0, 1, 2]), first + np.array([0, 2, 3])])
    shade = np.asarray(colour, dtype=np.float64)
    if shade.ndim == 2 and len(shade) == len(points):
        shade = np.repeat(shade, 4, axis=0)
    return triangles_of(
        points, faces, normals=np.repeat(normals, 4, axis=0), uvs=mapped, colour=shade, texture=texture, two_sided=two_sided
    )


_BOX_FACES = {
    "-x": ((0, 1, 0), (0, 0, 0), (0, 0, 1), (0, 1, 1)),
    "+x": ((1, 0, 0), (1, 1, 0), (1, 1, 1), (1, 0, 1)),
    "-y": ((0, 0, 0), (1, 0, 0), (1, 0, 1), (0, 0, 1)),
    "+y": ((1, 1, 0), (0, 1, 0), (0, 1, 1), (1, 1, 1)),
    "-z": ((0, 1, 0), (1, 1, 0), (1, 0, 0), (0, 0, 0)),
    "+z": ((0, 0, 1), (1, 0, 1), (1, 1, 1), (0, 1, 1)),
}
UNIT_UVS = ((0.0, 1.0), (1.0, 1.0), (1.0, 0.0), (0.0, 0.0))


def box(
    low: ArrayLike,
    high: ArrayLike,
    *,
    colour: ArrayLike = WHITE,
    texture: int = PLAIN,
    repeat_m: float = 1.0,
    without: Sequence[str] = ("-z",),
) -> Part:
    """An axis-aligned box between two corners; `without` names faces to leave out (the bottom, unless told)."""
    a, b = np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
    faces = np.array([face for name, face in _BOX_FACES.items() if name not in without], dtype=np.float64)
    return quads(a + faces * (b - a), colour=colour, texture=texture, repeat_m=repeat_m)


def loft(
    rings: ArrayLike,
    *,
    colour: ArrayLike = WHITE,
    texture: int = PLAIN,
    uv_scale: tuple[float, float] = (1.0, 1.0),
    smooth: bool = True,
    cap_top: bool = False,
    two_sided: bool = False,
) -> Part:
    """A skin over closed `rings` (R, N, 3), each counter-clockwise seen from the end towards which they advance.

    u runs once around times `uv_scale[0]`, v along the rings times `uv_scale[1]`.
    """
    points = np.asarray(rings, dtype=np.float64)
    count, sides = points.shape[:2]
    closed = np.concatenate([points, points[:, :1]], axis=1)
    u = np.broadcast_to(np.arange(sides + 1) / sides * uv_scale[0], (count, sides + 1))
    v = np.broadcast_to(-(np.arange(count) / max(count - 1, 1) * uv_scale[1])[:, None], (count, sides + 1))
    index = np.arange(count * (sides + 1)).reshape(count, sides + 1)
    if smooth:
        a, b = index[:-1, :-1].ravel(), index[:-1, 1:].ravel()
        c, d = index[1:, 1:].ravel(), index[1:, :-1].ravel()
        faces = np.concatenate([np.stack([a, b, c], 1), np.stack([a, c, d], 1)])
        skin = triangles_of(closed, faces, uvs=np.stack([u, v], -1), colour=colour, texture=texture, two_sided=two_sided)
        # Vertices on the seam exist twice: give both the sum of their normals.
        normals = skin.normals.reshape(count, sides + 1, 3).copy()
        seam = normals[:, 0] + normals[:, -1]
        seam /= np.maximum(np.linalg.norm(seam, axis=1, keepdims=True), 1e-12)
        normals[:, 0] = normals[:, -1] = seam
        skin = replace(skin, normals=normals.reshape(-1, 3))
    else:
        uv = np.stack([u, v], -1)
        corner = [(slice(None, -1), slice(None, -1)), (slice(None, -1), slice(1, None))]
        corner += [(slice(1, None), slice(1, None)), (slice(1, None), slice(None, -1))]
        skin = quads(
            np.stack([closed[i] for i in corner], 2).reshape(-1, 4, 3),
            uvs=np.stack([uv[i] for i in corner], 2).reshape(-1, 4, 2),
            colour=colour,
            texture=texture,
            two_sided=two_sided,
        )
    return merge([skin, fan(points[-1], colour=colour, texture=texture)]) if cap_top else skin


def fan(ring: ArrayLike, *, colour: ArrayLike = WHITE, texture: int = PLAIN, repeat_m: float = 1.0) -> Part:
    """A flat cap over one convex ring (N, 3), counter-clockwise seen from outside."""
    points = np.asarray(ring, dtype=np.float64)
    k = np.arange(1, len(points) - 1)
    faces = np.stack([np.zeros_like(k), k, k + 1], 1)
    normal = np.cross(points[1:-1] - points[0], points[2:] - points[0]).sum(axis=0)
    return triangles_of(
        points, faces, normals=np.tile(normal, (len(points), 1)), uvs=points[:, :2] / repeat_m, colour=colour, texture=texture
    )


def circle(radius_m: float, z_m: float, sides: int, center: tuple[float, float] = (0.0, 0.0)) -> Array:
    """A horizontal ring (sides, 3), counter-clockwise from above."""
    turn = np.arange(sides) * (2.0 * np.pi / sides)
    return np.stack([center[0] + radius_m * np.cos(turn), center[1] + radius_m * np.sin(turn), np.full(sides, z_m)], axis=1)


def tower(
    profile: Sequence[tuple[float, float]],
    sides: int,
    *,
    colour: ArrayLike = WHITE,
    texture: int = PLAIN,
    uv_scale: tuple[float, float] = (1.0, 1.0),
    smooth: bool = True,
    cap_top: bool = True,
) -> Part:
    """A body of revolution about +Z from (radius, z) pairs, bottom first."""
    rings = np.stack([circle(radius, z, sides) for radius, z in profile])
    return loft(rings, colour=colour, texture=texture, uv_scale=uv_scale, smooth=smooth, cap_top=cap_top)


def tube(
    path: ArrayLike,
    radii: Sequence[float],
    sides: int,
    *,
    colour: ArrayLike = WHITE,
    texture: int = PLAIN,
    uv_scale: tuple[float, float] = (1.0, 1.0),
) -> Part:
    """A round tube along `path` (P, 3) with a radius at each point."""
    points = np.asarray(path, dtype=np.float64)
    direction = np.gradient(points, axis=0)
    direction /= np.linalg.norm(direction, axis=1, keepdims=True)
    # One helper axis for the whole tube, or neighbouring rings would be twisted against each other.
    helper = np.eye(3)[np.argmin(np.abs(direction).max(axis=0))]
    side = np.cross(helper, direction)
    side /= np.linalg.norm(side, axis=1, keepdims=True)
    other = np.cross(direction, side)
    turn = np.arange(sides) * (2.0 * np.pi / sides)
    ring = np.cos(turn)[None, :, None] * side[:, None] + np.sin(turn)[None, :, None] * other[:, None]
    rings = points[:, None] + ring * np.asarray(radii, dtype=np.float64)[:, None, None]
    return loft(rings, colour=colour, texture=texture, uv_scale=uv_scale)
