"""Colour of one band of pixels: once per distinct surface among a pixel's four samples.

A row goes through stages, each a loop over all its items; see `items`.
"""

from __future__ import annotations

import numpy as np

from .contact import dim_sky
from .items import Items, collect
from .lamps import lamp_light
from .layout import F32, I32, U8, Camera, Lighting, Shadows, Slots, Surfaces, Texels, inlined, shading_kernel
from .material import fetch, first_fetch, list_fetches, place
from .runs import find_runs, forget_runs, interpolate
from .shadow import BODIES, body_sunlight, soften, static_sunlight
from .sky import sky_radiance
from .tone import tone_curve

F = np.float32


@shading_kernel
def shade_band(
    surfaces: Surfaces,
    slots: Slots,
    texels: Texels,
    shadows: Shadows,
    lighting: Lighting,
    camera: Camera,
    nearest: I32,
    inverse_depth: F32,
    row_begin: int,
    items: Items,
    rgb: U8,
) -> None:
    """Shade rows `row_begin` on into `rgb` (rows, W, 3) from the slots `nearest` (5, rows, W).

    Radiance = albedo (sun * cos * lit + ambient + lamps + own light), faded into the horizon by
    1 - exp(-density distance).
    """
    bodies = shadows.contacts.shape[0]
    forget_runs(items)
    for row in range(nearest.shape[1]):
        collect(slots, nearest, inverse_depth, row, row_begin + row, items)
        find_runs(surfaces, slots, texels.sides, texels.last, row_begin, items)
        interpolate(items)
        place(camera, lighting, texels, items)
        first_fetch(texels, items)
        list_fetches(texels, items)
        fetch(texels, items)
        static_sunlight(shadows, lighting, items)
        soften(shadows, items)
        for i in range(items.counts[0]):
            items.open[i] = F(1.0)
        for body in range(bodies):
            if shadows.extents[BODIES + body, 0] > 0:
                body_sunlight(shadows, body, items)
                dim_sky(shadows, body, items)
        if lighting.lamp_level > F(0.0):
            lamp_light(lighting, items)
        compose(lighting, items)
        shade_sky(lighting, camera, items)
        gather(items)
        encode(lighting, items, row, rgb)


@inlined
def compose(lighting: Lighting, items: Items) -> None:
    """Display-linear colour of every item from its albedo and what lights it."""
    sun_r, sun_g, sun_b = lighting.sun_rgb[0], lighting.sun_rgb[1], lighting.sun_rgb[2]
    low_r, low_g, low_b = lighting.ground_rgb[0], lighting.ground_rgb[1], lighting.ground_rgb[2]
    up_r, up_g, up_b = lighting.ambient_rgb[0] - low_r, lighting.ambient_rgb[1] - low_g, lighting.ambient_rgb[2] - low_b
    side = lighting.side_rgb
    ex_r, ex_g, ex_b, ey_r, ey_g, ey_b = side[0, 0], side[0, 1], side[0, 2], side[1, 0], side[1, 1], side[1, 2]
    far_r, far_g, far_b = lighting.horizon_rgb[0], lighting.horizon_rgb[1], lighting.horizon_rgb[2]
    exposure, level = lighting.exposure, lighting.lamp_level
    red, green, blue, clear, lit, open_sky, relief = items.red, items.green, items.blue, items.clear, items.lit, items.open, items.relief
    texel_r, texel_g, texel_b = items.texel_r, items.texel_g, items.texel_b
    nx, ny, nz, glow_r, glow_g, glow_b, run, emission = (
        items.nx,
        items.ny,
        items.nz,
        items.glow_r,
        items.glow_g,
        items.glow_b,
        items.run,
        items.run_emission,
    )
    for i in range(items.counts[0]):
        sun = lit[i] * (relief[i] if nz[i] > F(0.7) else F(1.0))
        share = open_sky[i]
        upward = (F(0.5) + F(0.5) * nz[i]) * share
        own = emission[run[i]] * level
        lamp = F(1.0) if level > F(0.0) else F(0.0)
        r = (
            red[i]
            * texel_r[i]
            * (sun_r * sun + low_r * share + up_r * upward + share * (ex_r * nx[i] + ey_r * ny[i]) + own + lamp * glow_r[i])
        )
        g = (
            green[i]
            * texel_g[i]
            * (sun_g * sun + low_g * share + up_g * upward + share * (ex_g * nx[i] + ey_g * ny[i]) + own + lamp * glow_g[i])
        )
        b = (
            blue[i]
            * texel_b[i]
            * (sun_b * sun + low_b * share + up_b * upward + share * (ex_b * nx[i] + ey_b * ny[i]) + own + lamp * glow_b[i])
        )
        r = far_r + (r - far_r) * clear[i]
        g = far_g + (g - far_g) * clear[i]
        b = far_b + (b - far_b) * clear[i]
        red[i] = tone_curve(r * exposure)
        green[i] = tone_curve(g * exposure)
        blue[i] = tone_curve(b * exposure)


@inlined
def shade_sky(lighting: Lighting, camera: Camera, items: Items) -> None:
    """Display-linear colour of the sky where it is seen."""
    rotation = camera.rotation
    r00, r01, r02 = rotation[0, 0], rotation[0, 1], rotation[0, 2]
    r10, r11, r12 = rotation[1, 0], rotation[1, 1], rotation[1, 2]
    r20, r21, r22 = rotation[2, 0], rotation[2, 1], rotation[2, 2]
    over_focal = F(1.0) / camera.focal
    px, py, red, green, blue = items.sky_px, items.sky_py, items.sky_r, items.sky_g, items.sky_b
    exposure = lighting.exposure
    for i in range(items.counts[1]):
        cx = (px[i] - camera.centre_x) * over_focal
        cy = (py[i] - camera.centre_y) * over_focal
        over = F(1.0) / np.sqrt(cx * cx + cy * cy + F(1.0))
        r, g, b = sky_radiance(
            lighting, (r00 * cx + r01 * cy + r02) * over, (r10 * cx + r11 * cy + r12) * over, (r20 * cx + r21 * cy + r22) * over
        )
        red[i] = tone_curve(r * exposure)
        green[i] = tone_curve(g * exposure)
        blue[i] = tone_curve(b * exposure)


@inlined
def gather(items: Items) -> None:
    """Sum of the items of each pixel: after the tone curve, or a bright sky would swallow thin edges."""
    out_r, out_g, out_b = items.radiance_r, items.radiance_g, items.radiance_b
    column, share, red, green, blue = items.column, items.share, items.red, items.green, items.blue
    for x in range(out_r.shape[0]):
        out_r[x] = F(0.0)
        out_g[x] = F(0.0)
        out_b[x] = F(0.0)
    for i in range(items.counts[0]):
        x = column[i]
        out_r[x] += share[i] * red[i]
        out_g[x] += share[i] * green[i]
        out_b[x] += share[i] * blue[i]
    column, share, red, green, blue = items.sky_column, items.sky_share, items.sky_r, items.sky_g, items.sky_b
    for i in range(items.counts[1]):
        x = column[i]
        out_r[x] += share[i] * red[i]
        out_g[x] += share[i] * green[i]
        out_b[x] += share[i] * blue[i]


@inlined
def encode(lighting: Lighting, items: Items, row: int, rgb: U8) -> None:
    """Display-linear to sRGB bytes."""
    table = lighting.encode
    top = F(table.shape[0] - 1)
    red, green, blue = items.radiance_r, items.radiance_g, items.radiance_b
    for x in range(rgb.shape[1]):
        rgb[row, x, 0] = table[int(np.sqrt(red[x]) * top)]
        rgb[row, x, 1] = table[int(np.sqrt(green[x]) * top)]
        rgb[row, x, 2] = table[int(np.sqrt(blue[x]) * top)]
