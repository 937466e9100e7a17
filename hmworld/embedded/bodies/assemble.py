"""Parts to one skinned body: mesh each part, simplify, bind to joints, paint, shade and mirror."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.bodies.sdf import Loft, Part
from hmworld.embedded.bodies.simplify import simplify
from hmworld.embedded.bodies.skeleton import Skeleton, mirrored
from hmworld.embedded.bodies.surface import half_surface
from hmworld.embedded.mesh import BodyMesh

Array = NDArray[np.float64]
SMOOTHING_ROUNDS = 3
"""How often skin weights are averaged with their neighbours'."""


def assemble(skeleton: Skeleton, parts: tuple[Part, ...], scale: float = 1.0) -> BodyMesh:
    """Build the rest-pose mesh of `parts` on `skeleton`, enlarged by `scale` about the root."""
    halves = [_half(skeleton, part, parts) for part in parts]
    vertices, normals, colours, weights, middle = (np.concatenate([h[k] for h in halves]) for k in range(5))
    start = np.cumsum([0] + [len(h[0]) for h in halves])
    triangles = np.concatenate([h[5] + start[i] for i, h in enumerate(halves)])
    other = np.array([skeleton.index(mirrored(name)) for name in skeleton.names])
    weights[middle] = (weights[middle] + weights[middle][:, other]) / 2
    flip = np.array([1.0, -1.0, 1.0])
    twin = np.arange(len(vertices))
    twin[~middle] = len(vertices) + np.arange(int((~middle).sum()))
    vertices = np.concatenate([vertices, vertices[~middle] * flip])
    normals = np.concatenate([normals, normals[~middle] * flip])
    colours = np.concatenate([colours, colours[~middle]])
    weights = np.concatenate([weights, weights[~middle][:, other]])
    triangles = np.concatenate([triangles, twin[triangles][:, [0, 2, 1]]])
    weights = _smoothed(weights, triangles, SMOOTHING_ROUNDS)
    joints, shares = _four_strongest(weights)
    return BodyMesh(
        vertices=(vertices * scale).astype(np.float32),
        normals=normals.astype(np.float32),
        colours=np.clip(colours, 0.0, 1.0).astype(np.float32),
        triangles=triangles.astype(np.int32),
        joints=joints.astype(np.uint8),
        weights=shares.astype(np.float32),
    )


def _half(
    skeleton: Skeleton, part: Part, parts: tuple[Part, ...]
) -> tuple[Array, Array, Array, Array, NDArray[np.bool_], NDArray[np.int64]]:
    """Left half of one part: vertices, normals, colours, dense weights (V, J), middle flags, triangles."""
    vertices, triangles, middle = half_surface(part)
    others = [] if part.whole else [p for p in parts if p is not part]
    depth = np.min([p.distance(vertices) for p in others], axis=0) if others else np.ones(len(vertices))
    triangles = triangles[(depth[triangles] > -part.buried_m).any(axis=1)]
    vertices, triangles, middle, _ = simplify(vertices, _colours(part, vertices), triangles, middle, part.triangles)
    normals = part.gradient(vertices)
    normals[middle, 1] = 0.0
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    colours = _colours(part, vertices) * _openness(parts, vertices, normals)[:, None]
    return vertices, normals, colours, _weights(skeleton, part, vertices), middle, triangles


def _solids(part: Part) -> list[Loft]:
    return [loft for loft in part.lofts if not loft.carve]


def _colours(part: Part, points: Array) -> Array:
    """Albedo (N, 3): the nearest loft's colour, mixed over about one grid step, then the part's own paint."""
    near = np.stack([loft.distance(points)[0] for loft in _solids(part)])
    share = np.exp(-(near - near.min(axis=0)) / (0.3 * part.step_m))
    base = np.einsum("ln,lc->nc", share / share.sum(axis=0), np.array([loft.colour for loft in _solids(part)]))
    return part.paint(points, base) if part.paint is not None else base


def _openness(parts: tuple[Part, ...], points: Array, normals: Array) -> Array:
    """Share of light (N,) that reaches a point past the body's own creases, from the field along the normal."""
    hidden = np.zeros(len(points))
    for reach, weight in ((0.02, 0.5), (0.05, 0.3), (0.11, 0.2)):
        probe = points + reach * normals
        clear = np.min([p.distance(probe) for p in parts], axis=0)
        hidden += weight * np.clip(1.0 - clear / reach, 0.0, 1.0)
    openness: Array = 1.0 - 0.45 * hidden
    return openness


def _weights(skeleton: Skeleton, part: Part, points: Array) -> Array:
    """Dense skin weights (N, J): joints of near lofts, falling off with distance."""
    total = np.zeros((len(points), len(skeleton.names)))
    solids = _solids(part)
    found = [loft.distance(points) for loft in solids]
    nearest = np.min([d for d, _ in found], axis=0)
    for loft, (distance, where) in zip(solids, found, strict=True):
        share = np.exp(-(distance - nearest) / part.weight_falloff_m)
        knots = np.array([at for at, _ in loft.bones])
        for k, (_, name) in enumerate(loft.bones):
            tent = np.interp(where, knots, np.eye(len(knots))[k]) if len(knots) > 1 else np.ones(len(points))
            total[:, skeleton.index(name)] += share * tent
    total /= total.sum(axis=1, keepdims=True)
    if part.bind is not None:
        bound = part.bind(points)
        total *= 1.0 - np.sum(list(bound.values()), axis=0)[:, None]
        for name, share in bound.items():
            total[:, skeleton.index(name)] += share
    return total


def _smoothed(weights: Array, triangles: NDArray[np.int64], rounds: int) -> Array:
    """Average the weights with the neighbours' along the mesh, `rounds` times."""
    count = len(weights)
    pairs = np.unique(np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]]), axis=0)
    pairs = np.unique(np.concatenate([pairs, pairs[:, ::-1]]), axis=0)
    degree = np.maximum(np.bincount(pairs[:, 0], minlength=count), 1)[:, None]
    for _ in range(rounds):
        around = np.stack(
            [np.bincount(pairs[:, 0], weights[pairs[:, 1], j], count) for j in range(weights.shape[1])],
            axis=1,
        )
        weights = 0.5 * weights + 0.5 * around / degree
    return weights


def _four_strongest(weights: Array) -> tuple[NDArray[np.int64], Array]:
    """The four largest weights of each row and their joints, rescaled to sum 1."""
    order = np.argsort(-weights, axis=1, kind="stable")[:, :4]
    share = np.take_along_axis(weights, order, axis=1)
    share[share < 0.01] = 0.0
    order[share == 0.0] = 0
    return order, share / share.sum(axis=1, keepdims=True)
