"""Open land: a height field with level stages, and its mesh cut along the outlines of its materials.

Paths, shores and clearings are fields over the plane, positive inside. The mesh is split along their zero lines, so
that every material ends in a clean edge and nothing lies on top of anything.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hmworld.embedded.scenes.kit.assembler import Assembler, Prop
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.kit.shapes import Array, Part, merge, quads, triangles_of
from hmworld.embedded.scenes.model import Obstacle, StagePlace

Field = Callable[[Array, Array], Array]
Mask = NDArray[np.bool_]
Faces = NDArray[np.int64]

# Beyond this distance a fine pattern would moire: it is drawn coarser.
_COARSE_M = 95.0
_COARSE_FACTOR = 5.0
# Geometry may stand out of its proxies by a hand's breadth.
_STAGE_GAP_M = 0.2


@dataclass(frozen=True)
class Layer:
    """A material of the ground where `inside` (x, y) is positive, everywhere without one; `tone` gives (…, 3) colour factors."""

    texture: int
    repeat_m: float
    tone: Field
    inside: Field | None = None


def distance_to_line(x: Array, y: Array, line: ArrayLike) -> Array:
    """Plan distance from points of any one shape to a polyline (P, 2), metres."""
    points = np.asarray(line, dtype=np.float64)
    best = np.full(np.shape(x), np.inf)
    for (ax, ay), (bx, by) in itertools.pairwise(points):
        dx, dy = bx - ax, by - ay
        t = np.clip(((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy), 0.0, 1.0)
        best = np.minimum(best, np.hypot(x - ax - t * dx, y - ay - t * dy))
    return np.asarray(best)


def curve(knots: ArrayLike, steps: int = 8) -> Array:
    """A smooth line (N, 2) through `knots` (K, 2): Catmull-Rom, `steps` points to a span."""
    p = np.asarray(knots, dtype=np.float64)
    p = np.concatenate([2 * p[:1] - p[1:2], p, 2 * p[-1:] - p[-2:-1]])
    t = (np.arange(steps) / steps)[:, None]
    spans = []
    for a, b, c, d in zip(p[:-3], p[1:-2], p[2:-1], p[3:], strict=True):
        spans.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3))
    return np.concatenate([*spans, p[-2:-1]])


def breaks(near_m: float, step_m: float, reach_m: float, growth: float = 1.2) -> Array:
    """Grid lines from -`reach_m` to `reach_m`: even steps to `near_m`, then growing ones."""
    inner = np.arange(0.0, near_m + step_m / 2, step_m)
    outer, step = [float(inner[-1])], step_m
    while outer[-1] < reach_m:
        step *= growth
        outer.append(outer[-1] + step)
    outer[-1] = reach_m
    half = np.concatenate([inner, outer[1:]])
    return np.concatenate([-half[:0:-1], half])


def _cut(points: Array, faces: Faces, level: Array) -> tuple[Array, Faces, Faces]:
    """Triangles split along `level` (V,) = 0: more points (V', 3), faces inside (level > 0) and outside."""
    inside = level > 0.0
    count = inside[faces].sum(axis=1)
    mixed = faces[(count == 1) | (count == 2)]
    if not len(mixed):
        return points, faces[count == 3], faces[count == 0]
    lone_inside = inside[mixed].sum(axis=1) == 1
    turn = np.argmax(inside[mixed] == lone_inside[:, None], axis=1)
    a, b, c = (mixed[np.arange(len(mixed)), (turn + k) % 3] for k in range(3))
    # Both triangles at an edge must cut it in the same point: edges are keyed by their sorted ends.
    edges = np.sort(np.concatenate([np.stack([a, b], 1), np.stack([a, c], 1)]), axis=1)
    unique, index = np.unique(edges, axis=0, return_inverse=True)
    index = index.reshape(-1)
    low, high = level[unique[:, 0]], level[unique[:, 1]]
    t = np.clip(low / (low - high), 0.02, 0.98)[:, None]
    crossing = points[unique[:, 0]] * (1 - t) + points[unique[:, 1]] * t
    p, q = (index + len(points))[: len(a)], (index + len(points))[len(a) :]
    tips = np.stack([a, p, q], 1)
    stumps = np.stack([np.stack([p, b, c], 1), np.stack([p, c, q], 1)], 1)
    kept = np.concatenate([faces[count == 3], tips[lone_inside], stumps[~lone_inside].reshape(-1, 3)])
    left = np.concatenate([faces[count == 0], tips[~lone_inside], stumps[lone_inside].reshape(-1, 3)])
    return np.concatenate([points, crossing]), kept, left


class Terrain:
    """Ground height over the plane, level on the stages and for `margin_m` around them."""

    def __init__(self, stages: Sequence[StagePlace], shape: Field, margin_m: float = 3.0, blend_m: float = 14.0) -> None:
        self._stages, self._shape = stages, shape
        self._margin_m, self._blend_m = margin_m, blend_m

    def height(self, x: Array, y: Array) -> Array:
        """Metres above the datum at world x, y."""
        level = self._shape(x, y)
        for stage in self._stages:
            away = np.hypot(x - stage.center_m[0], y - stage.center_m[1])
            t = np.clip((away - stage.radius_m - self._margin_m) / self._blend_m, 0.0, 1.0)
            level = stage.center_m[2] + (level - stage.center_m[2]) * t * t * (3 - 2 * t)
        return np.asarray(level)

    def at(self, x: float, y: float) -> float:
        """Height of one point, to a millimetre."""
        return round(float(self.height(np.array([x]), np.array([y]))[0]), 3)

    def normals(self, x: Array, y: Array) -> Array:
        """Unit normals (…, 3)."""
        step = 0.5
        dx = (self.height(x + step, y) - self.height(x - step, y)) / (2 * step)
        dy = (self.height(x, y + step) - self.height(x, y - step)) / (2 * step)
        normal = np.stack([-dx, -dy, np.ones_like(dx)], -1)
        return np.asarray(normal / np.linalg.norm(normal, axis=-1, keepdims=True))

    def free(self, spots: Array, margin_m: float) -> Mask:
        """Which of `spots` (N, 2) keep `margin_m` from every stage disc."""
        keep = np.ones(len(spots), np.bool_)
        for stage in self._stages:
            keep &= np.hypot(spots[:, 0] - stage.center_m[0], spots[:, 1] - stage.center_m[1]) > stage.radius_m + margin_m
        return keep

    def ground(self, xs: Array, ys: Array, layers: Sequence[Layer]) -> Part:
        """The mesh over grid lines `xs`, `ys`; each layer takes what earlier ones left, the last one everything."""
        x, y = np.meshgrid(xs, ys)
        points = np.stack([x, y, self.height(x, y)], -1).reshape(-1, 3)
        index = np.arange(len(points)).reshape(x.shape)
        a, b, c, d = (v.ravel() for v in (index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1]))
        left: Faces = np.stack([np.stack([a, b, c], 1), np.stack([a, c, d], 1)], axis=1).reshape(-1, 3)
        owned: list[tuple[Layer, Faces]] = []
        for layer in layers:
            if layer.inside is None:
                owned.append((layer, left))
                break
            level = layer.inside(points[:, 0], points[:, 1])
            points, mine, left = _cut(points, left, level)
            owned.append((layer, mine))
        parts = []
        for layer, faces in owned:
            middle = points[faces].mean(axis=1)
            far = np.hypot(middle[:, 0], middle[:, 1]) > _COARSE_M
            for some, factor in ((faces[~far], 1.0), (faces[far], _COARSE_FACTOR)):
                if len(some):
                    parts.append(self._patch(points, some, layer, factor))
        return merge(parts)

    def _patch(self, points: Array, faces: Faces, layer: Layer, factor: float) -> Part:
        used, index = np.unique(faces, return_inverse=True)
        own = points[used]
        x, y = own[:, 0], own[:, 1]
        uvs = np.stack([x, -y], 1) / (layer.repeat_m * factor)
        part = triangles_of(own, index.reshape(-1, 3), normals=self.normals(x, y), uvs=uvs, texture=layer.texture)
        return replace(part, colours=np.broadcast_to(layer.tone(x, y), own.shape).copy())

    def tufts(
        self, stream: Stream, spots: Array, high_m: tuple[float, float], texture: int, tone: Field, wide: float = 1.4, lean: float = 0.25
    ) -> Part:
        """Upright cut-outs standing at `spots` (N, 2), `wide` times as wide as high."""
        count = len(spots)
        x, y = spots[:, 0], spots[:, 1]
        high = stream.array(count, *high_m)
        turn = stream.array(count, 0, np.pi)
        half = wide * high * stream.array(count, 0.42, 0.58)
        side = np.stack([np.cos(turn), np.sin(turn), np.zeros(count)], 1) * half[:, None]
        root = np.stack([x, y, self.height(x, y) - 0.01], 1)
        top = root + np.stack([stream.array(count, -lean, lean), stream.array(count, -lean, lean), np.ones(count)], 1) * high[:, None]
        uvs = ((0.01, 0.99), (0.99, 0.99), (0.99, 0.01), (0.01, 0.01))
        card = quads(np.stack([root - side, root + side, top + side, top - side], 1), uvs=uvs, texture=texture, two_sided=True)
        shade = tone(x, y) * stream.array(count, 0.7, 1.05)[:, None]
        return replace(
            card,
            normals=np.repeat(self.normals(x, y), 4, axis=0),
            colours=np.repeat(np.broadcast_to(shade, (count, 3)), 4, axis=0),
            cutout=np.ones(len(card.triangles), np.bool_),
        )


class Site:
    """Places props on the land; one that would reach into a stage moves straight away from the stage's centre."""

    def __init__(self, scene: Assembler, land: Terrain, stages: Sequence[StagePlace]) -> None:
        self._scene, self._land, self._stages = scene, land, stages

    def put(
        self, prop: Prop, x: float, y: float, yaw_deg: float = 0.0, scale: float = 1.0, sink_m: float = 0.02
    ) -> tuple[float, float, float]:
        """Place `prop` near x, y, `sink_m` in the ground; returns where it stands."""
        for _ in range(24):
            spot = (round(x, 3), round(y, 3), round(self._land.at(x, y) - sink_m, 3))
            moved = prop.moved(spot, yaw_deg, scale)
            worst, away = 0.0, np.zeros(2)
            for stage in self._stages:
                center = np.asarray(stage.center_m[:2])
                gaps = [_plan_gap(center, o) - stage.radius_m - _STAGE_GAP_M for o in moved.obstacles if o.solid]
                if gaps and min(gaps) < worst:
                    worst, away = min(gaps), np.array((x, y)) - center
            if worst == 0.0:
                break
            x, y = np.array((x, y)) + away / np.hypot(*away) * (0.05 - worst)
        self._scene.place(prop, spot, yaw_deg, scale)
        return spot


def _plan_gap(center: Array, obstacle: Obstacle) -> float:
    """Plan distance from a point (2,) to an obstacle's outline, metres; 0 inside."""
    dx, dy = np.asarray(obstacle.center_m[:2]) - center
    if obstacle.kind == "ellipsoid":
        return max(0.0, float(np.hypot(dx, dy)) - max(obstacle.half_m[:2]))
    c, s = np.cos(np.radians(obstacle.yaw_deg)), np.sin(np.radians(obstacle.yaw_deg))
    return float(np.hypot(max(0.0, abs(c * dx + s * dy) - obstacle.half_m[0]), max(0.0, abs(-s * dx + c * dy) - obstacle.half_m[1])))


def ring_spots(stream: Stream, count: int, center: tuple[float, float], near_m: float, far_m: float) -> Array:
    """Random spots (count, 2), even over the ring between two radii round `center`."""
    turn = stream.array(count, 0.0, 2.0 * np.pi)
    far = np.sqrt(stream.array(count, near_m**2, far_m**2))
    return np.stack([center[0] + far * np.cos(turn), center[1] + far * np.sin(turn)], 1)


def grid_spots(stream: Stream, reach_m: float, pitch_m: float, jitter: float = 0.36) -> Array:
    """Spots (N, 2) in a disc round the origin, about `pitch_m` apart: a staggered grid shaken by `jitter` pitches."""
    steps = np.arange(-reach_m, reach_m + pitch_m, pitch_m)
    x, y = np.meshgrid(steps, steps)
    x = x + 0.5 * pitch_m * (np.arange(len(steps)) % 2)[:, None]
    spots = np.stack([x.ravel(), y.ravel()], 1) + stream.array(2 * x.size, -jitter, jitter).reshape(-1, 2) * pitch_m
    return np.asarray(spots[np.hypot(spots[:, 0], spots[:, 1]) < reach_m])


def thinned(spots: Array, apart_m: float) -> Array:
    """Those of `spots` (N, 2) that keep `apart_m` from all kept before them."""
    kept: list[Array] = []
    for spot in spots:
        if not kept or np.min(np.hypot(*(np.asarray(kept) - spot).T)) > apart_m:
            kept.append(spot)
    return np.asarray(kept).reshape(-1, 2)
