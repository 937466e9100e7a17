"""Colour of one band of pixels: once per distinct triangle among a pixel's four samples."""

from __future__ import annotations

from math import exp, sqrt

import numpy as np

from .contact import sky_hidden
from .layout import (
    I32,
    SAMPLE_X,
    SAMPLE_Y,
    U8,
    Camera,
    Distinct,
    Lighting,
    Shadows,
    Slots,
    Surfaces,
    Texels,
    shading_kernel,
)
from .shadow import BODIES, COARSE, FINE, covers, sunlight
from .sky import sky_radiance
from .textures import log2_fast, trilinear
from .tone import tone_curve

F = np.float32

MAX_TAPS = 4
"""Texture taps along a stretched footprint (anisotropic filtering)."""


@shading_kernel
def shade_band(
    surfaces: Surfaces,
    slots: Slots,
    texels: Texels,
    shadows: Shadows,
    lighting: Lighting,
    camera: Camera,
    nearest: I32,
    row_begin: int,
    scratch: Distinct,
    rgb: U8,
) -> None:
    """Shade rows `row_begin` on into `rgb` (rows, W, 3) from the slots `nearest` (5, rows, W).

    A triangle is shaded at the mean position of its samples, which lies inside it. With b_k = a_k x + b_k y +
    c_k its edge functions there, w = 1 / sum b_k is the depth and w b_k are the perspective-correct
    barycentric weights; the derivative of an attribute q along x is w (sum a_k q_k - q sum a_k), which gives
    the texture's footprint exactly. Radiance = albedo (sun * cos * lit + ambient), faded into the horizon by
    1 - exp(-density distance).
    """
    rows, width = nearest.shape[1], nearest.shape[2]
    distinct, count, at_x, at_y = scratch.slots, scratch.samples, scratch.x, scratch.y
    # Arrays are taken out of their tuples once: in the loop that would count references, atomically.
    rotation, eye, sun = camera.rotation, camera.position, lighting.sun
    triangles, normals, colours, uvs = surfaces.triangles, surfaces.normals, surfaces.colours, surfaces.uvs
    two_sided, textures, edges, sources = surfaces.two_sided, surfaces.texture, slots.edges, slots.source
    static_maps, body_maps, matrices = shadows.static, shadows.bodies, shadows.matrices
    contacts, contact_places = shadows.contacts, shadows.contact_places
    extents, texel_m, bodies = shadows.extents, shadows.texel_m, shadows.bodies.shape[0]
    sun_rgb, horizon, low, high = (
        lighting.sun_rgb,
        lighting.horizon_rgb,
        lighting.ground_rgb,
        lighting.ambient_rgb,
    )
    encode, exposure = lighting.encode, lighting.exposure
    quarter = F(0.25)
    for row in range(rows):
        y = row_begin + row
        for x in range(width):
            first = nearest[1, row, x]
            found = 1
            distinct[0] = first
            if first == nearest[2, row, x] and first == nearest[3, row, x] and first == nearest[4, row, x]:
                count[0] = 4
                at_x[0] = F(x) + F(0.5)
                at_y[0] = F(y) + F(0.5)
            else:
                found = 0
                for sample in range(1, 5):
                    slot = nearest[sample, row, x]
                    k = 0
                    while k < found and distinct[k] != slot:
                        k += 1
                    if k == found:
                        distinct[k] = slot
                        count[k] = 0
                        at_x[k] = F(0.0)
                        at_y[k] = F(0.0)
                        found += 1
                    count[k] += 1
                    at_x[k] += F(SAMPLE_X[sample])
                    at_y[k] += F(SAMPLE_Y[sample])
                for k in range(found):
                    at_x[k] = F(x) + at_x[k] / F(count[k])
                    at_y[k] = F(y) + at_y[k] / F(count[k])
            red = green = blue = F(0.0)
            for k in range(found):
                slot = distinct[k]
                px = at_x[k]
                py = at_y[k]
                share = F(count[k]) * quarter
                # Ray through the pixel, of planar depth 1.
                cx = (px - camera.centre_x) / camera.focal
                cy = (py - camera.centre_y) / camera.focal
                dx = rotation[0, 0] * cx + rotation[0, 1] * cy + rotation[0, 2]
                dy = rotation[1, 0] * cx + rotation[1, 1] * cy + rotation[1, 2]
                dz = rotation[2, 0] * cx + rotation[2, 1] * cy + rotation[2, 2]
                ray = sqrt(cx * cx + cy * cy + F(1.0))
                if slot < 0:
                    r, g, b = sky_radiance(lighting, dx / ray, dy / ray, dz / ray)
                else:
                    source = sources[slot]
                    i0, i1, i2 = triangles[source, 0], triangles[source, 1], triangles[source, 2]
                    ax0, ax1, ax2 = F(edges[slot, 0, 0]), F(edges[slot, 1, 0]), F(edges[slot, 2, 0])
                    ay0, ay1, ay2 = F(edges[slot, 0, 1]), F(edges[slot, 1, 1]), F(edges[slot, 2, 1])
                    b0 = max(ax0 * px + ay0 * py + F(edges[slot, 0, 2]), F(0.0))
                    b1 = max(ax1 * px + ay1 * py + F(edges[slot, 1, 2]), F(0.0))
                    b2 = max(ax2 * px + ay2 * py + F(edges[slot, 2, 2]), F(0.0))
                    w = F(1.0) / (b0 + b1 + b2)
                    b0, b1, b2 = b0 * w, b1 * w, b2 * w
                    wx = eye[0] + dx * w
                    wy = eye[1] + dy * w
                    wz = eye[2] + dz * w
                    distance = ray * w
                    nx = b0 * normals[i0, 0] + b1 * normals[i1, 0] + b2 * normals[i2, 0]
                    ny = b0 * normals[i0, 1] + b1 * normals[i1, 1] + b2 * normals[i2, 1]
                    nz = b0 * normals[i0, 2] + b1 * normals[i1, 2] + b2 * normals[i2, 2]
                    scale = F(1.0) / sqrt(nx * nx + ny * ny + nz * nz + F(1e-12))
                    if two_sided[source] and nx * dx + ny * dy + nz * dz > F(0.0):
                        scale = -scale
                    nx, ny, nz = nx * scale, ny * scale, nz * scale
                    r = b0 * colours[i0, 0] + b1 * colours[i1, 0] + b2 * colours[i2, 0]
                    g = b0 * colours[i0, 1] + b1 * colours[i1, 1] + b2 * colours[i2, 1]
                    b = b0 * colours[i0, 2] + b1 * colours[i1, 2] + b2 * colours[i2, 2]
                    texture = textures[source]
                    if texture >= 0:
                        u0, u1, u2 = uvs[i0, 0], uvs[i1, 0], uvs[i2, 0]
                        v0, v1, v2 = uvs[i0, 1], uvs[i1, 1], uvs[i2, 1]
                        u = b0 * u0 + b1 * u1 + b2 * u2
                        v = b0 * v0 + b1 * v1 + b2 * v2
                        ux = w * (ax0 * (u0 - u) + ax1 * (u1 - u) + ax2 * (u2 - u))
                        vx = w * (ax0 * (v0 - v) + ax1 * (v1 - v) + ax2 * (v2 - v))
                        uy = w * (ay0 * (u0 - u) + ay1 * (u1 - u) + ay2 * (u2 - u))
                        vy = w * (ay0 * (v0 - v) + ay1 * (v1 - v) + ay2 * (v2 - v))
                        across = ux * ux + vx * vx
                        down = uy * uy + vy * vy
                        if across > down:
                            major, minor = across, down
                            step_u, step_v = ux, vx
                        else:
                            major, minor = down, across
                            step_u, step_v = uy, vy
                        taps = 1
                        while taps < MAX_TAPS and F(taps * taps) * F(1.7) * minor < major:
                            taps += 1
                        part = F(1.0) / F(taps)
                        narrow = max(minor, major * part * part) * F(texels.size * texels.size)
                        lod = F(0.5) * log2_fast(narrow + F(1e-9))
                        tr = tg = tb = F(0.0)
                        for tap in range(taps):
                            s = (F(tap) + F(0.5)) * part - F(0.5)
                            sr, sg, sb = trilinear(texels, texture, u + s * step_u, v + s * step_v, lod)
                            tr, tg, tb = tr + sr, tg + sg, tb + sb
                        r, g, b = r * tr * part, g * tg * part, b * tb * part
                    facing = nx * sun[0] + ny * sun[1] + nz * sun[2]
                    lit = max(facing, F(0.0))
                    if lit > F(0.0):
                        at = FINE if covers(matrices, extents, FINE, wx, wy, wz) else COARSE
                        lit *= sunlight(static_maps, at, matrices, extents, texel_m, at, wx, wy, wz, nx, ny, nz)
                        for body in range(bodies):
                            at = BODIES + body
                            if lit > F(0.0) and extents[at, 0] > 0:
                                lit *= sunlight(body_maps, body, matrices, extents, texel_m, at, wx, wy, wz, nx, ny, nz)
                    open_sky = F(1.0)
                    for body in range(bodies):
                        if extents[BODIES + body, 0] > 0:
                            open_sky *= F(1.0) - sky_hidden(contacts, contact_places, body, wx, wy, wz)
                    upward = (F(0.5) + F(0.5) * nz) * open_sky
                    r *= sun_rgb[0] * lit + low[0] * open_sky + (high[0] - low[0]) * upward
                    g *= sun_rgb[1] * lit + low[1] * open_sky + (high[1] - low[1]) * upward
                    b *= sun_rgb[2] * lit + low[2] * open_sky + (high[2] - low[2]) * upward
                    clear = exp(-lighting.fog_per_m * distance)
                    r = horizon[0] + (r - horizon[0]) * clear
                    g = horizon[1] + (g - horizon[1]) * clear
                    b = horizon[2] + (b - horizon[2]) * clear
                # Samples are averaged after the tone curve, or a bright sky would swallow thin edges.
                red += share * tone_curve(r * exposure)
                green += share * tone_curve(g * exposure)
                blue += share * tone_curve(b * exposure)
            top = F(encode.shape[0] - 1)
            rgb[row, x, 0] = encode[int(sqrt(red) * top)]
            rgb[row, x, 1] = encode[int(sqrt(green) * top)]
            rgb[row, x, 2] = encode[int(sqrt(blue) * top)]
