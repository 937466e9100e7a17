"""Quadric edge collapse of a coloured mesh, in vectorised rounds of independent collapses.

Positions and colours form one six-dimensional surface (Garland & Heckbert 1998), so a painted border is kept as sharp
as a geometric edge. Vertices on the plane y = 0 stay on it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

COLOUR_SCALE_M = 0.06
"""How many metres of position error a colour error of 1 (linear albedo) is worth."""

MOST_ROUNDS = 400
"""A mesh that cannot be simplified further is left as it is after this many rounds."""

_DIM = 6


def simplify(
    vertices: NDArray[np.float64],
    colours: NDArray[np.float64],
    triangles: NDArray[np.int64],
    middle: NDArray[np.bool_],
    budget: int,
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.bool_], NDArray[np.int64]]:
    """Collapse edges until at most `budget` triangles are left.

    Takes vertices (V, 3), colours (V, 3), triangles (F, 3) and `middle` (V,), true on the plane of symmetry; returns
    the fewer vertices, triangles and flags, and which of the fewer vertices each given one went into (V,), -1 for one that
    no triangle is left of. Colours are the caller's to paint again.
    """
    point = np.concatenate([vertices, colours * COLOUR_SCALE_M], axis=1)
    middle, went = middle.copy(), np.arange(len(vertices))
    quadric = _vertex_quadrics(point, triangles) + _border_quadrics(point, triangles, middle)
    penalty = np.zeros(len(point))
    for _ in range(MOST_ROUNDS):
        if len(triangles) <= budget:
            break
        edges, uses = _edges(triangles)
        target, cost = _best(point, quadric, edges, middle)
        cost = cost + penalty[edges].max(axis=1)
        chosen = _independent(edges, cost, len(point), (len(triangles) - budget + 1) // 2)
        linkable = _linkable(edges, uses, chosen, len(point))
        stuck = chosen[~linkable]
        chosen = chosen[linkable]
        rank = np.full(len(point), -1, np.int64)
        rank[edges[chosen]] = np.arange(len(chosen))[:, None]
        moved = point.copy()
        moved[edges[chosen]] = target[chosen][:, None, :]
        flipped = _flipped(point, moved, triangles, rank)
        refused = np.concatenate([stuck, chosen[flipped]])  # dearer next time, so that they do not block their neighbours
        penalty[edges[refused]] += 1e-7 + cost[refused][:, None]
        keep = chosen[~flipped]
        into, gone = edges[keep, 0], edges[keep, 1]
        point[into] = target[keep]
        quadric[into] += quadric[gone]
        middle[into] |= middle[gone]
        name = np.arange(len(point))
        name[gone] = into
        triangles, went = name[triangles], name[went]
        a, b, c = triangles.T
        triangles = triangles[(a != b) & (b != c) & (a != c)]
    used = np.unique(triangles)
    order = np.full(len(point), -1, np.int64)
    order[used] = np.arange(len(used))
    return point[used, :3], order[triangles], middle[used], order[went]


def _vertex_quadrics(point: NDArray[np.float64], triangles: NDArray[np.int64]) -> NDArray[np.float64]:
    """(V, 7, 7) homogeneous quadrics: the area-weighted squared distances to the planes of the triangles around."""
    p, q, r = (point[triangles[:, k]] for k in range(3))
    e1 = q - p
    e1 = e1 / np.maximum(np.linalg.norm(e1, axis=1, keepdims=True), 1e-12)
    e2 = r - p
    e2 = e2 - (e1 * e2).sum(axis=1, keepdims=True) * e1
    e2 = e2 / np.maximum(np.linalg.norm(e2, axis=1, keepdims=True), 1e-12)
    matrix = np.eye(_DIM) - e1[:, :, None] * e1[:, None, :] - e2[:, :, None] * e2[:, None, :]
    linear = -(matrix @ p[:, :, None])[:, :, 0]
    constant = -(linear * p).sum(axis=1)
    full = np.zeros((len(triangles), 7, 7))
    full[:, :6, :6], full[:, :6, 6], full[:, 6, :6], full[:, 6, 6] = matrix, linear, linear, constant
    area = np.linalg.norm(np.cross((q - p)[:, :3], (r - p)[:, :3]), axis=1)
    full *= area[:, None, None]
    out = np.zeros((len(point), 49))
    flat = full.reshape(-1, 49)
    for k in range(49):
        out[:, k] = sum(np.bincount(triangles[:, c], flat[:, k], len(point)) for c in range(3))
    return out.reshape(-1, 7, 7)


def _border_quadrics(point: NDArray[np.float64], triangles: NDArray[np.int64], middle: NDArray[np.bool_]) -> NDArray[np.float64]:
    """(V, 7, 7) quadrics of planes that stand on open edges, so that a cut border does not creep back."""
    corners = np.concatenate([triangles, triangles[:, [1, 2, 0]], triangles[:, [2, 0, 1]]])
    pairs = np.sort(corners[:, :2], axis=1)
    key = pairs[:, 0] * len(point) + pairs[:, 1]
    _, first, uses = np.unique(key, return_index=True, return_counts=True)
    corners = corners[first[uses == 1]]
    corners = corners[~(middle[corners[:, 0]] & middle[corners[:, 1]])]
    out = np.zeros((len(point), 7, 7))
    for u, v, w in corners:
        a, b, c = point[u, :3], point[v, :3], point[w, :3]
        along = b - a
        stand = (c - a) - along * ((c - a) @ along) / max(float(along @ along), 1e-18)
        stand = stand / max(float(np.linalg.norm(stand)), 1e-12)
        row = np.concatenate([stand, np.zeros(3), [-float(stand @ a)]])
        out[[u, v]] += 2.0 * float(along @ along) * np.outer(row, row)
    return out


def _edges(triangles: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Distinct edges (E, 2), lower index first, and how many triangles use each."""
    pairs = np.sort(np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]]), axis=1)
    base = int(triangles.max()) + 1
    key, uses = np.unique(pairs[:, 0] * base + pairs[:, 1], return_counts=True)
    return np.stack([key // base, key % base], axis=1), uses


def _best(
    point: NDArray[np.float64],
    quadric: NDArray[np.float64],
    edges: NDArray[np.int64],
    middle: NDArray[np.bool_],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The merged point (E, 6) of each edge and its cost (E,)."""
    q = quadric[edges[:, 0]] + quadric[edges[:, 1]]
    a, b = point[edges[:, 0]], point[edges[:, 1]]
    pinned = middle[edges]
    weight = np.where(pinned[:, 0] == pinned[:, 1], 0.5, pinned[:, 1].astype(np.float64))[:, None]
    centre = a + weight * (b - a)
    # The solution is drawn towards the middle of the edge so that flat regions, where it is not unique, stay even.
    pull = 1e-3 * np.trace(q[:, :6, :6], axis1=1, axis2=2) + 1e-15
    system = q[:, :6, :6] + pull[:, None, None] * np.eye(_DIM)
    right = -q[:, :6, 6] + pull[:, None] * centre
    best = np.linalg.solve(system, right[:, :, None])[:, :, 0]
    length = np.linalg.norm(a - b, axis=1, keepdims=True)
    step = best - centre
    size = np.maximum(np.linalg.norm(step, axis=1, keepdims=True), 1e-12)
    best = centre + step * np.minimum(1.0, length / size)
    best[pinned.any(axis=1), 1] = 0.0
    homogeneous = np.concatenate([best, np.ones((len(best), 1))], axis=1)
    cost = np.einsum("ei,eij,ej->e", homogeneous, q, homogeneous)
    return best, np.maximum(cost, 0.0) + 1e-7 * length[:, 0] ** 3


def _independent(edges: NDArray[np.int64], cost: NDArray[np.float64], count: int, most: int) -> NDArray[np.int64]:
    """Indices of at most `most` cheap edges no two of which have touching neighbourhoods, cheapest first."""
    order = np.argsort(cost, kind="stable")
    rank = np.empty(len(edges), np.int64)
    rank[order] = np.arange(len(edges))
    lowest = np.full(count, len(edges), np.int64)
    np.minimum.at(lowest, edges[:, 0], rank)
    np.minimum.at(lowest, edges[:, 1], rank)
    around = lowest.copy()
    np.minimum.at(around, edges[:, 0], lowest[edges[:, 1]])
    np.minimum.at(around, edges[:, 1], lowest[edges[:, 0]])
    winner = np.nonzero(rank == np.minimum(around[edges[:, 0]], around[edges[:, 1]]))[0]
    winner = winner[np.argsort(rank[winner], kind="stable")]
    return winner[: max(1, min(most, (2 * len(winner)) // 3 + 1))]


def _linkable(
    edges: NDArray[np.int64],
    uses: NDArray[np.int64],
    chosen: NDArray[np.int64],
    count: int,
) -> NDArray[np.bool_]:
    """Whether collapsing each chosen edge keeps the surface a surface (the link condition)."""
    both = np.concatenate([edges, edges[:, ::-1]])
    both = both[np.argsort(both[:, 0], kind="stable")]
    first = np.searchsorted(both[:, 0], np.arange(count + 1))
    border = np.zeros(count, np.bool_)
    border[edges[uses == 1]] = True
    result = np.zeros(len(chosen), np.bool_)
    for i, e in enumerate(chosen):
        u, v = edges[e]
        shared = np.intersect1d(both[first[u] : first[u + 1], 1], both[first[v] : first[v + 1], 1])
        across = border[u] and border[v] and uses[e] == 2
        result[i] = len(shared) == uses[e] and not across
    return result


def _flipped(
    point: NDArray[np.float64],
    moved: NDArray[np.float64],
    triangles: NDArray[np.int64],
    rank: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Whether each collapse would turn or squash a triangle that survives it."""
    touched = rank[triangles]
    lost = np.zeros(len(triangles), np.bool_)
    for k, m in ((0, 1), (1, 2), (2, 0)):
        lost |= (touched[:, k] >= 0) & (touched[:, k] == touched[:, m])
    live = np.nonzero((touched >= 0).any(axis=1) & ~lost)[0]
    normal = []
    for p in (point, moved):
        a, b, c = (p[triangles[live, k], :3] for k in range(3))
        n = np.cross(b - a, c - a)
        normal.append(n / np.maximum(np.linalg.norm(n, axis=1, keepdims=True), 1e-14))
    bad = live[(normal[0] * normal[1]).sum(axis=1) < 0.3]
    result = np.zeros(int(rank.max(initial=-1)) + 1, np.bool_)
    hit = touched[bad]
    result[hit[hit >= 0]] = True
    return result
