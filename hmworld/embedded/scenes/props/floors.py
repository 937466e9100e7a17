"""Level floors whose colour is darkened where things stand on them, and closed room shells: walls and flat ceilings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.scenes.kit.assembler import Prop, box_proxy
from hmworld.embedded.scenes.kit.shapes import Array, Part, merge, quads, triangles_of
from hmworld.embedded.scenes.model import Obstacle
from hmworld.embedded.scenes.textures.catalogue import Texture

Field = Callable[[Array, Array], Array]
Choice = Callable[[Array, Array], NDArray[np.bool_]]

_CONTACT_M = 0.45
_CONTACT_DEPTH = 0.5


def contact_shade(x: Array, y: Array, z: float, obstacles: Iterable[Obstacle]) -> Array:
    """Factor (N,) of the floor's colour at x, y (N,): darker beside and under what stands on the level z."""
    shade = np.ones(len(x))
    for obstacle in obstacles:
        if obstacle.center_m[2] - obstacle.half_m[2] > z + 0.4 or obstacle.center_m[2] + obstacle.half_m[2] < z + 0.05:
            continue
        dx, dy = x - obstacle.center_m[0], y - obstacle.center_m[1]
        near = np.flatnonzero(np.maximum(np.abs(dx), np.abs(dy)) < float(np.hypot(*obstacle.half_m[:2])) + 4 * _CONTACT_M)
        if not len(near):
            continue
        angle = np.radians(obstacle.yaw_deg)
        c, s = np.cos(angle), np.sin(angle)
        across = np.maximum(np.abs(c * dx[near] + s * dy[near]) - obstacle.half_m[0], 0.0)
        along = np.maximum(np.abs(-s * dx[near] + c * dy[near]) - obstacle.half_m[1], 0.0)
        away = np.hypot(across, along)
        # Low or thin things hide little of the sky.
        size = min(1.0, (obstacle.center_m[2] + obstacle.half_m[2] - z) / 0.6, min(obstacle.half_m[:2]) / 0.2)
        shade[near] = np.minimum(shade[near], 1.0 - _CONTACT_DEPTH * size * np.exp(-away / _CONTACT_M))
    return shade


def floor(
    x: Array,
    y: Array,
    z: float,
    material: Field,
    repeat_m: Mapping[int, float],
    colour: Field,
    obstacles: Sequence[Obstacle] = (),
) -> Part:
    """A level grid over the breaks x, y: `material` names the texture (or PLAIN) at each cell's middle, `colour` (N, 3) shades vertices."""
    px, py = (v.ravel() for v in np.meshgrid(x, y))
    shade = colour(px, py) * contact_shade(px, py, z, obstacles)[:, None]
    points = np.stack([px, py, np.full_like(px, z)], 1)
    index = np.arange(len(px)).reshape(len(y), len(x))
    cells = np.stack([index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1]], -1).reshape(-1, 4)
    middle_x, middle_y = np.meshgrid((x[:-1] + x[1:]) / 2, (y[:-1] + y[1:]) / 2)
    kinds = np.broadcast_to(material(middle_x.ravel(), middle_y.ravel()), (len(cells),))
    parts = []
    for kind in np.unique(kinds):
        used, number = np.unique(cells[kinds == kind], return_inverse=True)
        corner = number.reshape(-1, 4)
        faces = np.stack([corner[:, [0, 1, 2]], corner[:, [0, 2, 3]]], 1).reshape(-1, 3)
        uvs = points[used][:, :2] * (1.0, -1.0) / repeat_m.get(int(kind), 1.0)
        up = np.tile((0.0, 0.0, 1.0), (len(used), 1))
        parts.append(triangles_of(points[used], faces, normals=up, uvs=uvs, colour=shade[used], texture=int(kind)))
    return merge(parts)


def breaks(low: float, high: float, step: float, *lines: Iterable[float]) -> Array:
    """Grid breaks from `low` to `high` about `step` apart, and also at `lines`."""
    even = np.linspace(low, high, max(2, round((high - low) / step) + 1))
    every = np.unique(np.round(np.concatenate([even, *[np.asarray(list(g), dtype=np.float64) for g in lines]]), 4))
    return np.asarray(every[(every >= low) & (every <= high)])


def plane_wall(
    width: float,
    x: Array,
    z: Array,
    texture: int,
    repeat_m: float,
    colour: Sequence[float],
    holes: Sequence[tuple[float, float, float, float]] = (),
) -> Part:
    """A wall in the plane y = 0 facing -y over x 0..width with extra breaks x, z; `holes` (x0, x1, z0, z1) are left open.

    Corners of rooms get little light: the colour fades at the foot, the top and both ends.
    """
    edges = [v for hole in holes for v in hole[:2]]
    levels = [v for hole in holes for v in hole[2:]]
    xs = np.unique(np.round(np.concatenate([[0.0, width], x, edges]), 4))
    zs = np.unique(np.round(np.concatenate([z, levels]), 4))
    x0, z0 = (v.ravel() for v in np.meshgrid(xs[:-1], zs[:-1]))
    x1, z1 = (v.ravel() for v in np.meshgrid(xs[1:], zs[1:]))
    middle_x, middle_z = (x0 + x1) / 2, (z0 + z1) / 2
    keep = np.ones(len(x0), np.bool_)
    for a, b, low, high in holes:
        keep &= ~((middle_x > a) & (middle_x < b) & (middle_z > low) & (middle_z < high))
    x0, x1, z0, z1 = x0[keep], x1[keep], z0[keep], z1[keep]
    level = np.zeros_like(x0)
    corners = [np.stack(p, -1) for p in ((x0, level, z0), (x1, level, z0), (x1, level, z1), (x0, level, z1))]
    part = quads(np.stack(corners, 1), texture=texture, repeat_m=repeat_m, colour=colour)
    at, up = part.vertices[:, 0], part.vertices[:, 2]
    fade = 1.0 - 0.35 * np.exp(-(up - zs[0]) / 0.5) - 0.25 * np.exp(-(zs[-1] - up) / 0.8)
    fade *= 1.0 - 0.3 * np.exp(-np.minimum(at, width - at) / 0.8)
    return part.tinted(fade[:, None])


def wall_prop(part: Part, width: float, height: float, thick: float = 0.15) -> Prop:
    """A wall part in the plane y = 0 with one box proxy over all of it."""
    return Prop(part, (box_proxy((0.0, -0.05, 0.0), (width, thick, height)),))


def ceiling(x: Array, y: Array, z: float, texture: int, repeat_m: float, colour: Sequence[float], is_open: Choice) -> Part:
    """A level ceiling seen from below over the breaks x, y, without the cells where `is_open` is true."""
    x0, y0 = (v.ravel() for v in np.meshgrid(x[:-1], y[:-1]))
    x1, y1 = (v.ravel() for v in np.meshgrid(x[1:], y[1:]))
    keep = ~is_open((x0 + x1) / 2, (y0 + y1) / 2)
    x0, x1, y0, y1 = x0[keep], x1[keep], y0[keep], y1[keep]
    level = np.full_like(x0, z)
    corners = [np.stack(p, -1) for p in ((x0, y1, level), (x1, y1, level), (x1, y0, level), (x0, y0, level))]
    return quads(np.stack(corners, 1), texture=texture, repeat_m=repeat_m, colour=colour, two_sided=True)


def upright(texture: Texture, x0: float, x1: float, z0: float, z1: float, y: float, colour: Sequence[float] = (1.0, 1.0, 1.0)) -> Part:
    """One whole image on a rectangle in the plane y, facing -y."""
    return quads(
        [(x0, y, z0), (x1, y, z0), (x1, y, z1), (x0, y, z1)],
        uvs=((0.0, 1.0), (1.0, 1.0), (1.0, 0.0), (0.0, 0.0)),
        texture=texture,
        colour=colour,
    )
