"""The ground of the city street: carriageway with markings, kerbs, pavements and the plaza, without overlapping decals.

Markings are cells of the ground itself: nothing lies on top of anything, so nothing flickers and the road stays flat.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from hmworld.embedded.scenes.kit.noise import PlaneNoise
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.kit.shapes import Array, Part, merge, quads
from hmworld.embedded.scenes.textures.catalogue import Texture

ROAD_HALF_M = 7.0
KERB_Y_M = 9.4
FRONT_Y_M = 14.0
KERB_M = 0.12
STREET_END_M = 108.0
PLAZA_X_M = (14.0, 44.0)
PLAZA_BACK_M = 46.0
ZEBRA_HALF_M = 2.0

_REPEAT_M = {Texture.ASPHALT: 3.0, Texture.ROAD_PAINT: 3.0, Texture.PAVING: 2.0, Texture.COBBLES: 2.2}

Material = Callable[[Array, Array], Array]


def _cells(x: Array, y: Array, z: float, material: Material, noise: PlaneNoise, shade: Material) -> Part:
    """A level grid over the breaks x, y; `material` names each cell's texture, `shade` darkens each vertex."""
    x0, y0 = np.meshgrid(x[:-1], y[:-1])
    x1, y1 = np.meshgrid(x[1:], y[1:])
    level = np.full_like(x0, z)
    corners = np.stack(
        [np.stack(pair, -1) for pair in ((x0, y0, level), (x1, y0, level), (x1, y1, level), (x0, y1, level))], axis=2
    ).reshape(-1, 4, 3)
    kinds = material((x0 + x1) / 2, (y0 + y1) / 2).ravel()
    parts = []
    for kind in np.unique(kinds):
        texture = Texture(int(kind))
        parts.append(quads(corners[kinds == kind], texture=texture, repeat_m=_REPEAT_M[texture]))
    ground = merge(parts)
    px, py = ground.vertices[:, 0], ground.vertices[:, 1]
    patches = 0.82 + 0.36 * noise.fractal(px / 7.0 + 20.0, py / 4.0 + 20.0, 3)
    return ground.tinted((patches * shade(px, py))[:, None])


def _breaks(*groups: Array | list[float], low: float, high: float) -> Array:
    every = np.unique(np.round(np.concatenate([np.asarray(g, dtype=np.float64) for g in groups]), 4))
    return np.asarray(every[(every >= low) & (every <= high)])


def _road_material(x: Array, y: Array) -> Array:
    ay = np.abs(y)
    near_zebra = np.abs(x) < 6.5
    dash = (np.floor(x / 3.0) % 2 == 0) & ~near_zebra
    zebra = (np.abs(x) < ZEBRA_HALF_M) & (ay < ROAD_HALF_M - 0.2) & (np.floor(y / 0.5) % 2 == 0)
    stop = (np.abs(np.abs(x) - 3.75) < 0.25) & (np.sign(x) * y > 0.1) & (ay < ROAD_HALF_M - 0.2)
    centre = ((ay > 0.08) & (ay < 0.2)) & (np.abs(x) > 4.0)
    lane = (np.abs(ay - 3.5) < 0.06) & dash
    bay_edge = (np.abs(ay - ROAD_HALF_M) < 0.06) & (np.abs(x) > 6.0)
    bay = (ay > ROAD_HALF_M) & (np.abs((x - 6.0) % 6.0 - 0.05) < 0.05) & (np.abs(x) > 6.0)
    return np.where(zebra | stop | centre | lane | bay_edge | bay, Texture.ROAD_PAINT, Texture.ASPHALT)


def _kerbs() -> Part:
    """Kerb stones: a pale face and top along both sides of the street."""
    x = np.arange(-STREET_END_M, STREET_END_M + 0.1, 6.0)
    faces = []
    for y, sign in ((KERB_Y_M, 1.0), (-KERB_Y_M, -1.0)):
        inner = y + sign * 0.2
        for a, b in pairwise(x):
            left, right = (a, b) if sign > 0 else (b, a)
            faces.append([(left, y, 0), (right, y, 0), (right, y, KERB_M), (left, y, KERB_M)])
            faces.append([(left, y, KERB_M), (right, y, KERB_M), (right, inner, KERB_M), (left, inner, KERB_M)])
    return quads(faces, texture=Texture.PAVING, repeat_m=2.0, colour=(1.35, 1.35, 1.35)).grounded(0.12, 0.6)


def street_ground(seed: int) -> Part:
    """Road, kerbs, pavements, plaza, and a plain far plane to 300 m below the houses."""
    noise = PlaneNoise(Stream(seed, "street ground"))
    end = STREET_END_M
    sixes = np.arange(-end, end + 0.1, 6.0)
    lines = [0.08, 0.2, 3.44, 3.56, 6.8, 6.94, 7.06, 9.0, KERB_Y_M]
    lane_y = _breaks(lines, [-v for v in lines], [0.0], low=-KERB_Y_M, high=KERB_Y_M)
    zebra_y = _breaks(lane_y, np.arange(-6.5, 6.6, 0.5), low=-KERB_Y_M, high=KERB_Y_M)
    dashes = _breaks(np.arange(-end, end + 0.1, 3.0), sixes + 0.1, low=-end, high=end)
    stops = [-4.0, -3.5, -ZEBRA_HALF_M, ZEBRA_HALF_M, 3.5, 4.0]

    def gutter(x: Array, y: Array) -> Array:
        return np.asarray(1.0 - 0.35 * np.clip((np.abs(y) - 8.9) / 0.4, 0, 1) - 0.06 * np.cos(np.pi * y / 1.75) ** 2)

    # Only the crossing needs rows as narrow as its stripes.
    spans = ((dashes[dashes <= -6.0], lane_y), (np.array([-6.0, *stops, 6.0]), zebra_y), (dashes[dashes >= 6.0], lane_y))
    parts = [_cells(x, y, 0.0, _road_material, noise, gutter) for x, y in spans]
    parts.append(_kerbs())

    def slabs(x: Array, y: Array) -> Array:
        return np.full(np.shape(x), Texture.PAVING)

    def wall_shade(x: Array, y: Array) -> Array:
        on_plaza = (x > PLAZA_X_M[0] + 0.1) & (x < PLAZA_X_M[1] - 0.1)
        near_wall = np.clip((np.abs(y) - (FRONT_Y_M - 0.8)) / 0.8, 0, 1) * ~(on_plaza & (y > 0))
        return np.asarray(1.0 - 0.4 * near_wall)

    inner = KERB_Y_M + 0.2
    pavement_y = np.array([inner, 11.0, 12.4, 13.2, FRONT_Y_M])
    plaza_x = np.array(PLAZA_X_M)
    pavement_x = _breaks(sixes, plaza_x, np.arange(PLAZA_X_M[0], PLAZA_X_M[1] + 0.1, 3.0), low=-end, high=end)
    for y in (pavement_y, -pavement_y[::-1]):
        parts.append(_cells(pavement_x, y, KERB_M, slabs, noise, wall_shade))

    def setts(x: Array, y: Array) -> Array:
        band = (np.abs(x - 29.0) % 9.0 < 0.5) | (np.abs(y - 27.5) % 9.0 < 0.5)
        return np.where(band, Texture.PAVING, Texture.COBBLES)

    def court_shade(x: Array, y: Array) -> Array:
        to_wall = np.minimum(np.minimum(x - PLAZA_X_M[0], PLAZA_X_M[1] - x), PLAZA_BACK_M - y)
        return np.asarray(0.62 + 0.38 * np.clip(to_wall / 0.9, 0, 1))

    court_x = _breaks(
        np.arange(PLAZA_X_M[0], PLAZA_X_M[1] + 0.1, 3.0),
        [14.9, 43.1, *(29.0 + s * (9.0 * k + w) for s in (-1, 1) for k in (0, 1) for w in (0.0, 0.5))],
        low=PLAZA_X_M[0],
        high=PLAZA_X_M[1],
    )
    court_y = _breaks(
        np.arange(FRONT_Y_M, PLAZA_BACK_M + 0.1, 3.2),
        [45.1, *(27.5 + s * (9.0 * k + w) for s in (-1, 1) for k in (0, 1, 2) for w in (0.0, 0.5))],
        low=FRONT_Y_M,
        high=PLAZA_BACK_M,
    )
    parts.append(_cells(court_x, court_y, KERB_M, setts, noise, court_shade))
    far = [(-300, -300, -0.1), (300, -300, -0.1), (300, 300, -0.1), (-300, 300, -0.1)]
    parts.append(quads([far], colour=(0.10, 0.10, 0.095)))
    return merge(parts)
