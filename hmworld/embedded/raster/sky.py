"""The sky: a gradient, the sun's glow, and a thin tileable layer of clouds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .layout import F32, Lighting, inlined, place_of, shading_kernel

F = np.float32

DISC_COSINE = 0.995
"""Within this of the sun, radiance is the sun's own."""
CLOUD_SIZE = 256
CLOUD_SCALE = F(0.22)
"""Repeats of the cloud layer per unit of slope: the layer is a plane over the camera."""

Rgb = tuple[np.float32, np.float32, np.float32]


def lattice_noise(cells: int, seed: int) -> NDArray[np.float64]:
    """Numbers in [0, 1) on a `cells` x `cells` lattice, from an integer hash (Wang's, 32 bits)."""
    x, y = np.meshgrid(np.arange(cells, dtype=np.uint64), np.arange(cells, dtype=np.uint64))
    k = (x * np.uint64(73856093) ^ y * np.uint64(19349663) ^ np.uint64(seed * 83492791)) & np.uint64(0xFFFFFFFF)
    k = (k ^ np.uint64(61)) ^ (k >> np.uint64(16))
    k = (k * np.uint64(9)) & np.uint64(0xFFFFFFFF)
    k = k ^ (k >> np.uint64(4))
    k = (k * np.uint64(0x27D4EB2D)) & np.uint64(0xFFFFFFFF)
    k = k ^ (k >> np.uint64(15))
    return k.astype(np.float64) / 2.0**32


def cloud_layer() -> F32:
    """Cloud density 0..1, (N,N), tileable: five octaves of value noise, thresholded softly."""
    total = np.zeros((CLOUD_SIZE, CLOUD_SIZE))
    weight = 1.0
    for octave in range(5):
        cells = 4 << octave
        values = lattice_noise(cells, octave + 1)
        at = (np.arange(CLOUD_SIZE) + 0.5) * cells / CLOUD_SIZE
        i = at.astype(int) % cells
        f = at - np.floor(at)
        f = f * f * (3.0 - 2.0 * f)
        j = (i + 1) % cells
        rows = values[i] * (1.0 - f)[:, None] + values[j] * f[:, None]
        total += weight * (rows[:, i] * (1.0 - f) + rows[:, j] * f)
        weight *= 0.55
    total = (total - total.min()) / (total.max() - total.min())
    t = np.clip((total - 0.42) / 0.45, 0.0, 1.0)
    return np.asarray(t * t * (3.0 - 2.0 * t), np.float32)


@inlined
def sky_radiance(lighting: Lighting, x: np.float32, y: np.float32, z: np.float32) -> Rgb:
    """Radiance from the unit direction (x, y, z).

    Zenith to horizon by (1 - z)^4; glow around the sun by powers of the cosine; below the horizon, the
    horizon.
    """
    up = max(z, F(0.0))
    m = F(1.0) - up
    m = m * m
    m = m * m
    sun, sun_rgb = lighting.sun, lighting.sun_rgb
    r = lighting.sky_rgb[0] + (lighting.horizon_rgb[0] - lighting.sky_rgb[0]) * m
    g = lighting.sky_rgb[1] + (lighting.horizon_rgb[1] - lighting.sky_rgb[1]) * m
    b = lighting.sky_rgb[2] + (lighting.horizon_rgb[2] - lighting.sky_rgb[2]) * m
    c = max(F(0.0), x * sun[0] + y * sun[1] + z * sun[2])
    c2 = c * c
    c8 = c2 * c2 * c2 * c2
    c64 = c8 * c8
    c64 = c64 * c64
    c64 = c64 * c64
    disc = c64 * c64
    disc = disc * disc
    disc = disc * disc
    disc = disc * disc
    disc = disc * disc
    halo = F(0.06) * c8 + F(0.16) * c64
    # Clouds: a plane seen at slope 1/z, thinning out towards the horizon.
    above = max(z, F(0.02))
    u = x / (above + F(0.08)) * CLOUD_SCALE
    v = y / (above + F(0.08)) * CLOUD_SCALE
    u = (u - np.floor(u)) * F(CLOUD_SIZE)
    v = (v - np.floor(v)) * F(CLOUD_SIZE)
    left = np.floor(u)
    upper = np.floor(v)
    fu = u - left
    fv = v - upper
    left = F(0.0) if left >= F(CLOUD_SIZE) else left
    upper = F(0.0) if upper >= F(CLOUD_SIZE) else upper
    right = F(0.0) if left >= F(CLOUD_SIZE - 1) else left + F(1.0)
    lower = F(0.0) if upper >= F(CLOUD_SIZE - 1) else upper + F(1.0)
    clouds = lighting.clouds
    a = clouds[place_of(upper * F(CLOUD_SIZE) + left)]
    top = a + (clouds[place_of(upper * F(CLOUD_SIZE) + right)] - a) * fu
    a = clouds[place_of(lower * F(CLOUD_SIZE) + left)]
    bottom = a + (clouds[place_of(lower * F(CLOUD_SIZE) + right)] - a) * fu
    density = (top + (bottom - top) * fv) * min(F(0.75), (above - F(0.02)) * F(3.0))
    bright = F(0.28) + F(0.3) * c8
    r += density * (F(0.55) * lighting.horizon_rgb[0] + bright * sun_rgb[0] - r)
    g += density * (F(0.55) * lighting.horizon_rgb[1] + bright * sun_rgb[1] - g)
    b += density * (F(0.55) * lighting.horizon_rgb[2] + bright * sun_rgb[2] - b)
    glow = halo + F(6.0) * disc
    return r + glow * sun_rgb[0], g + glow * sun_rgb[1], b + glow * sun_rgb[2]


@shading_kernel
def write_radiance(lighting: Lighting, directions: F32, radiance: F32) -> None:
    """Radiance (N,3) from unit directions (N,3)."""
    for i in range(directions.shape[0]):
        r, g, b = sky_radiance(lighting, directions[i, 0], directions[i, 1], directions[i, 2])
        radiance[i, 0], radiance[i, 1], radiance[i, 2] = r, g, b


def brighter_side(lighting: Lighting) -> F32:
    """How the light of the sky changes with where an upright surface faces: (2,3), albedo-1 radiance per unit of the normal's x and y.

    The sky's picture (gradient, glow about the sun, clouds) is integrated over the half spheres of four compass directions,
    without the sun's disc, which is a light of its own. What is constant over them is the light's ambient colour already.
    """
    count = 2048
    turn = np.arange(count) * np.pi * (3.0 - np.sqrt(5.0))
    z = (np.arange(count) + 0.5) / count
    flat = np.sqrt(1.0 - z * z)
    directions = np.stack([flat * np.cos(turn), flat * np.sin(turn), z], axis=1).astype(np.float32)
    directions = np.ascontiguousarray(directions[(directions * lighting.sun).sum(axis=1) < DISC_COSINE])
    radiance = np.empty(directions.shape, np.float32)
    write_radiance(lighting, directions, radiance)
    sides = []
    for axis in range(2):
        facing = directions[:, axis].astype(np.float64)
        # A solid angle of 2 pi / count each, and 1 / pi for a surface that scatters evenly.
        sides.append((facing[:, None] * radiance).sum(axis=0) / count)
    return np.array(sides, np.float32)
