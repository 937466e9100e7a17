"""The ground of the downtown crossing: two four-lane streets with crosswalks on all four sides, pavements, a granite plaza."""

from __future__ import annotations

import numpy as np

from hmworld.embedded.scenes.kit.noise import PlaneNoise
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.kit.shapes import PLAIN, Array, Part, merge, quads
from hmworld.embedded.scenes.props.ground_cells import Surface, breaks, level_cells
from hmworld.embedded.scenes.textures.catalogue import Texture

KERB_Y_M = 9.0
FRONT_Y_M = 15.0
KERB_M = 0.12
END_M = 136.0
PLAZA_M = (15.0, 47.0)
"""The plaza spans this range in x and in y."""
_CORE_M = 15.0

_ASPHALT, _WHITE, _YELLOW, _PATCH, _IRON = range(5)
_ROAD = (
    Surface(Texture.ASPHALT, 3.4, (0.95, 0.97, 1.0)),
    Surface(Texture.ROAD_PAINT, 3.4),
    Surface(Texture.ROAD_PAINT, 3.4, (1.15, 0.66, 0.12)),
    Surface(Texture.ASPHALT, 2.1, (0.66, 0.67, 0.70)),
    Surface(PLAIN, 1.0, (0.045, 0.043, 0.042)),
)
# Repaired asphalt (x0, x1, y0, y1) and manhole covers (x, y) in the crossing's core.
_PATCHES = ((-6.6, -1.2, 1.8, 4.2), (2.4, 3.6, -9.0, -1.2), (4.8, 8.4, 3.0, 4.8), (-8.4, -3.0, -6.0, -4.8))
_COVERS = ((1.2, 1.8), (-4.2, -2.4), (5.4, -5.4))
_WALK = (Surface(Texture.PAVING, 3.2, (1.25, 1.24, 1.22)), Surface(Texture.PAVING, 2.4, (0.72, 0.74, 0.80)))


def _arm(along: Array, across: Array) -> Array:
    """Markings of one street outside the crossing: `along` from the crossing's centre, `across` from the street's."""
    off = np.abs(across)
    beyond = np.abs(along) > 13.8
    zebra = (np.abs(along) > 9.6) & (np.abs(along) < 12.8) & (off < 8.4) & (np.floor(across / 0.6) % 2 == 0)
    # Right-hand traffic: cars that come towards the crossing keep to the right of their way.
    stop = (np.abs(np.abs(along) - 13.5) < 0.2) & (np.sign(along) * across > 0.2) & (off < 6.6)
    dash = (np.abs(off - 3.3) < 0.06) & (np.floor(along / 3.0) % 3 == 0) & beyond
    edge = (np.abs(off - 6.6) < 0.06) & (np.abs(along) > 20.0)
    centre = (off > 0.07) & (off < 0.19) & beyond
    return np.where(centre, _YELLOW, np.where(zebra | stop | dash | edge, _WHITE, _ASPHALT))


def _road(noise: PlaneNoise) -> list[Part]:
    lines = np.array([0.07, 0.19, 3.24, 3.36, 6.54, 6.66, 8.3, KERB_Y_M])
    across = breaks(-KERB_Y_M, KERB_Y_M, lines, -lines, [0.0])
    stripes = np.arange(-8.4, 8.41, 0.6)
    lids = [c + s for spot in _COVERS for c in spot for s in (-0.35, 0.35)]
    near = breaks(-_CORE_M, _CORE_M, across, stripes, lids, *(s * np.array([9.6, 12.8, 13.3, 13.7, 13.8]) for s in (-1, 1)))
    far = breaks(_CORE_M, END_M, np.arange(_CORE_M, END_M, 3.0), [20.0])

    def shade(x: Array, y: Array) -> Array:
        tyres = 1.0 - 0.09 * (np.cos(2 * np.pi * y / 1.65) ** 2 * (np.abs(x) > 9) + np.cos(2 * np.pi * x / 1.65) ** 2 * (np.abs(y) > 9))
        gutter = np.minimum(np.maximum(np.abs(x), 9.0), np.maximum(np.abs(y), 9.0))
        dirt = 1.0 - 0.3 * ((gutter < 9.01) & (np.maximum(np.abs(x), np.abs(y)) > 9.5) & (np.minimum(np.abs(x), np.abs(y)) > 8.5))
        return np.asarray(tyres * dirt * (0.86 + 0.34 * noise.fractal(x / 9.0 + 20.0, y / 9.0 + 20.0, 3)))

    def core(x: Array, y: Array) -> Array:
        paved = (np.abs(x) > KERB_Y_M) & (np.abs(y) > KERB_Y_M)
        marked = np.where(np.abs(x) > KERB_Y_M, _arm(x, y), np.where(np.abs(y) > KERB_Y_M, _arm(y, -x), _ASPHALT))
        for x0, x1, y0, y1 in _PATCHES:
            marked = np.where((x > x0) & (x < x1) & (y > y0) & (y < y1), _PATCH, marked)
        for x0, y0 in _COVERS:
            marked = np.where((np.abs(x - x0) < 0.35) & (np.abs(y - y0) < 0.35), _IRON, marked)
        return np.where(paved, -1, marked)

    parts = [level_cells(near, near, 0.0, _ROAD, core, shade)]
    for sign in (-1.0, 1.0):
        arm = np.sort(sign * far)
        parts.append(level_cells(arm, across, 0.0, _ROAD, _arm, shade))
        parts.append(level_cells(across, arm, 0.0, _ROAD, lambda x, y: _arm(y, -x), shade))
    return parts


def _pavements(noise: PlaneNoise) -> list[Part]:
    """The four blocks from the kerb on, the plaza in one of them, and kerb stones."""
    parts = []
    span = breaks(KERB_Y_M + 0.2, END_M, np.arange(12.0, END_M, 3.0), [9.8, 14.2, FRONT_Y_M, PLAZA_M[1]])
    inner, outer = span[span <= FRONT_Y_M], span[span >= FRONT_Y_M]

    def tone(x: Array, y: Array) -> Array:
        low, high = np.minimum(np.abs(x), np.abs(y)), np.maximum(np.abs(x), np.abs(y))
        square = (x > 9) & (y > 9) & (high < PLAZA_M[1] + 1)
        wall = np.where(square, 0.0, np.clip((low - 14.0) / 1.0, 0, 1) * (high > FRONT_Y_M))
        return np.asarray((1.0 - 0.4 * wall) * (0.84 + 0.32 * noise.fractal(x / 6.0 + 3.0, y / 6.0 + 3.0, 3)))

    def slabs(x: Array, y: Array) -> Array:
        return np.zeros(np.shape(x))

    def granite(x: Array, y: Array) -> Array:
        return np.where((np.abs(x - 31.0) % 6.0 < 0.6) | (np.abs(y - 31.0) % 6.0 < 0.6), 1, 0)

    for sx in (-1.0, 1.0):
        for sy in (-1.0, 1.0):
            ix, iy = np.sort(sx * inner), np.sort(sy * inner)
            parts.append(level_cells(ix, iy, KERB_M, _WALK, slabs, tone))
            parts.append(level_cells(np.sort(sx * outer), iy, KERB_M, _WALK, slabs, tone))
            parts.append(level_cells(ix, np.sort(sy * outer), KERB_M, _WALK, slabs, tone))
    joints = [31.0 + s * (6.0 * k + w) for s in (-1, 1) for k in range(3) for w in (0.0, 0.6)]
    court = breaks(*PLAZA_M, np.arange(15.0, 47.1, 2.0), joints)
    parts.append(level_cells(court, court, KERB_M, _WALK, granite, tone))
    a, b, z = KERB_Y_M, KERB_Y_M + 0.2, KERB_M
    stones = []
    for at in np.arange(b, END_M - 3.0, 4.0).tolist():
        to = at + 4.0
        stones.append([(at, a, 0), (to, a, 0), (to, a, z), (at, a, z)])
        stones.append([(at, a, z), (to, a, z), (to, b, z), (at, b, z)])
    stones.append([(a, a, 0), (b, a, 0), (b, a, z), (a, a, z)])
    stones.append([(a, a, z), (b, a, z), (b, b, z), (a, b, z)])
    north = np.array(stones)
    # The mirror image in the diagonal turns the corners round, so they are listed backwards.
    east = north[:, ::-1][:, :, [1, 0, 2]]
    quarter = np.concatenate([north, east[:-1]])
    for sx in (-1.0, 1.0):
        for sy in (-1.0, 1.0):
            flipped = quarter * (sx, sy, 1.0)
            parts.append(quads(flipped if sx * sy > 0 else flipped[:, ::-1], colour=(0.34, 0.335, 0.32)).grounded(0.12, 0.6))
    return parts


def downtown_ground(seed: int) -> Part:
    """Streets, pavements, plaza, and a plain far plane to 300 m."""
    noise = PlaneNoise(Stream(seed, "downtown ground"))
    far = [(-300, -300, -0.1), (300, -300, -0.1), (300, 300, -0.1), (-300, 300, -0.1)]
    return merge([*_road(noise), *_pavements(noise), quads([far], colour=(0.11, 0.11, 0.11), texture=PLAIN)])
