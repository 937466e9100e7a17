"""Where an item lies and faces, and what its texture says."""

from __future__ import annotations

import numpy as np

from .items import Items
from .layout import I32, Camera, Lighting, Texels, inlined, place_of
from .textures import log2_fast

F = np.float32

MAX_TAPS = 4
"""Texture taps along a stretched footprint (anisotropic filtering)."""


@inlined
def place(camera: Camera, lighting: Lighting, texels: Texels, items: Items) -> None:
    """World position, unit normal, mip level and taps of the texture, and the share that fog lets through."""
    r00, r01, r02 = camera.rotation[0, 0], camera.rotation[0, 1], camera.rotation[0, 2]
    r10, r11, r12 = camera.rotation[1, 0], camera.rotation[1, 1], camera.rotation[1, 2]
    r20, r21, r22 = camera.rotation[2, 0], camera.rotation[2, 1], camera.rotation[2, 2]
    ex, ey, ez = camera.position[0], camera.position[1], camera.position[2]
    over_focal = F(1.0) / camera.focal
    centre_x, centre_y = camera.centre_x, camera.centre_y
    fog = lighting.fog_per_m * F(1.4426950408889634)
    px, py, depth, turns, sides, last = items.px, items.py, items.depth, items.turns, items.side, items.last
    us, vs, u_y, v_y = items.u_x, items.v_x, items.u_y, items.v_y
    x, y, z, nx, ny, nz = items.x, items.y, items.z, items.nx, items.ny, items.nz
    clear, texture, level_starts, start = items.clear, items.texture, texels.starts, items.start
    step_u, step_v, lods, blends, taps = items.step_u, items.step_v, items.lod, items.blend, items.taps
    for i in range(items.counts[0]):
        w = depth[i]
        cx = (px[i] - centre_x) * over_focal
        cy = (py[i] - centre_y) * over_focal
        dx = r00 * cx + r01 * cy + r02
        dy = r10 * cx + r11 * cy + r12
        dz = r20 * cx + r21 * cy + r22
        x[i] = ex + dx * w
        y[i] = ey + dy * w
        z[i] = ez + dz * w
        distance = np.sqrt(cx * cx + cy * cy + F(1.0)) * w
        clear[i] = _exp2(-fog * distance)
        ax, ay, az = nx[i], ny[i], nz[i]
        scale = F(1.0) / np.sqrt(ax * ax + ay * ay + az * az + F(1e-12))
        away = turns[i] * (ax * dx + ay * dy + az * dz)
        scale = -scale if away > F(0.0) else scale
        nx[i] = ax * scale
        ny[i] = ay * scale
        nz[i] = az * scale
        ux = us[i]
        uy = u_y[i]
        vx = vs[i]
        vy = v_y[i]
        across = ux * ux + vx * vx
        down = uy * uy + vy * vy
        wide = across > down
        major = across if wide else down
        minor = down if wide else across
        stretch = major / (F(3.2) * minor + F(1e-12))
        count = F(1.0)
        count = F(2.0) if stretch > F(1.0) else count
        count = F(3.0) if stretch > F(4.0) else count
        count = F(4.0) if stretch > F(9.0) else count
        part = F(1.0) / count
        step_u[i] = (ux if wide else uy) * part
        step_v[i] = (vx if wide else vy) * part
        narrow = max(minor, major * part * part) * (sides[i] * sides[i])
        lod = F(0.5) * log2_fast(narrow + F(1e-9))
        # In this form a number that is none becomes 0.
        lod = lod if lod > F(0.0) else F(0.0)
        lod = lod if lod < last[i] else last[i]
        level = np.floor(lod)
        # Near a level, that level alone: the blend is squeezed into the middle quarter of the interval, which
        # saves fetches.
        t = min(max((lod - level) * F(4.0) - F(1.5), F(0.0)), F(1.0))
        full = t >= F(1.0)
        level = level + F(1.0) if full else level
        lods[i] = level
        start[i] = F(level_starts[texture[i], np.int32(level)])
        # 2^-level from its exponent.
        sides[i] *= np.int32((np.int32(127) - np.int32(level)) << np.int32(23)).view(np.float32)
        blends[i] = F(0.0) if full else t
        taps[i] = np.int32(count)


@inlined
def _exp2(x: np.float32) -> np.float32:
    """2 to a power in [-126, 0], to 1e-4: the integer part goes into the exponent, the rest into a cubic."""
    x = x if x > F(-126.0) else F(-126.0)
    whole = np.floor(x)
    f = x - whole
    fraction = F(1.0) + f * (F(0.6957) + f * (F(0.2252) + f * F(0.0791)))
    exponent = np.int32((np.int32(whole) + np.int32(127)) << np.int32(23)).view(np.float32)
    power: np.float32 = fraction * exponent
    return power


@inlined
def bilinear(
    pool: I32, start: np.float32, side: np.float32, u: np.float32, v: np.float32
) -> tuple[np.float32, np.float32, np.float32, np.float32]:
    """Linear red, green, blue and relief between the four texels around (`u`, `v`), wrapping around.

    Places in the pool are whole numbers below 2^24, so that 32-bit floats hold them exactly and loops stay in lanes
    of one width.
    """
    over = F(1.0) / side
    x = u * side - F(0.5)
    y = v * side - F(0.5)
    column = np.floor(x)
    row = np.floor(y)
    fx = x - column
    fy = y - row
    # Whatever the coordinates are, even not numbers, the reads stay inside the level.
    left = column - side * np.floor(column * over)
    left = left if left >= F(0.0) else F(0.0)
    left = left if left < side else F(0.0)
    upper = row - side * np.floor(row * over)
    upper = upper if upper >= F(0.0) else F(0.0)
    upper = upper if upper < side else F(0.0)
    right = left + F(1.0)
    right = F(0.0) if right >= side else right
    lower = upper + F(1.0)
    lower = F(0.0) if lower >= side else lower
    top = start + upper * side
    bottom = start + lower * side
    a = pool[place_of(top + left)]
    b = pool[place_of(top + right)]
    c = pool[place_of(bottom + left)]
    d = pool[place_of(bottom + right)]
    wd = fx * fy
    wb = fx - wd
    wc = fy - wd
    wa = F(1.0) - fx - wc
    r = (wa * _lane(a, 0) + wb * _lane(b, 0) + wc * _lane(c, 0) + wd * _lane(d, 0)) * F(1.0 / 255.0)
    g = (wa * _lane(a, 8) + wb * _lane(b, 8) + wc * _lane(c, 8) + wd * _lane(d, 8)) * F(1.0 / 255.0)
    bl = (wa * _lane(a, 16) + wb * _lane(b, 16) + wc * _lane(c, 16) + wd * _lane(d, 16)) * F(1.0 / 255.0)
    h = (wa * _lane(a, 24) + wb * _lane(b, 24) + wc * _lane(c, 24) + wd * _lane(d, 24)) * F(1.0 / 128.0)
    return r * r, g * g, bl * bl, h


@inlined
def _lane(texel: int, shift: int) -> np.float32:
    return F(np.int32((texel >> shift) & 255))


@inlined
def first_fetch(texels: Texels, items: Items) -> None:
    """The first tap of the first level, which every item has."""
    pool, starts, sides, us, vs = texels.rgb, items.start, items.side, items.u, items.v
    step_u, step_v, taps, blends = items.step_u, items.step_v, items.taps, items.blend
    out_r, out_g, out_b, relief = items.texel_r, items.texel_g, items.texel_b, items.relief
    for i in range(items.counts[0]):
        count = F(taps[i])
        back = F(0.5) * count - F(0.5)
        weight = (F(1.0) - blends[i]) / count
        r, g, b, h = bilinear(pool, starts[i], sides[i], us[i] - back * step_u[i], vs[i] - back * step_v[i])
        out_r[i] = weight * r
        out_g[i] = weight * g
        out_b[i] = weight * b
        relief[i] = weight * h


@inlined
def list_fetches(texels: Texels, items: Items) -> None:
    """All other reads that items need: taps along a stretched footprint, and the next mip level."""
    starts = texels.starts
    textures, lods, blends, taps, u, v, step_u, step_v = (
        items.texture,
        items.lod,
        items.blend,
        items.taps,
        items.u,
        items.v,
        items.step_u,
        items.step_v,
    )
    of, at, side_of, fetch_u, fetch_v, weight = (
        items.fetch_item,
        items.fetch_start,
        items.fetch_side,
        items.fetch_u,
        items.fetch_v,
        items.fetch_weight,
    )
    item_start, item_side = items.start, items.side
    m = 0
    for i in range(items.counts[0]):
        count = taps[i]
        t = blends[i]
        if count == 1 and t == F(0.0):
            continue
        part = F(1.0) / F(count)
        back = F(0.5) * F(count) - F(0.5)
        first_u = u[i] - back * step_u[i]
        first_v = v[i] - back * step_v[i]
        for tap in range(1, count):
            of[m] = i
            at[m] = item_start[i]
            side_of[m] = item_side[i]
            fetch_u[m] = first_u + F(tap) * step_u[i]
            fetch_v[m] = first_v + F(tap) * step_v[i]
            weight[m] = part * (F(1.0) - t)
            m += 1
        if t > F(0.0):
            start = F(starts[textures[i], int(lods[i]) + 1])
            for tap in range(count):
                of[m] = i
                at[m] = start
                side_of[m] = F(0.5) * item_side[i]
                fetch_u[m] = first_u + F(tap) * step_u[i]
                fetch_v[m] = first_v + F(tap) * step_v[i]
                weight[m] = part * t
                m += 1
    items.counts[2] = m


@inlined
def fetch(texels: Texels, items: Items) -> None:
    """Do the listed reads and add them to their items."""
    pool, starts, sides, us, vs, weights = (
        texels.rgb,
        items.fetch_start,
        items.fetch_side,
        items.fetch_u,
        items.fetch_v,
        items.fetch_weight,
    )
    fetch_r, fetch_g, fetch_b, fetch_relief = items.fetch_r, items.fetch_g, items.fetch_b, items.fetch_relief
    for m in range(items.counts[2]):
        r, g, b, h = bilinear(pool, starts[m], sides[m], us[m], vs[m])
        fetch_r[m] = weights[m] * r
        fetch_g[m] = weights[m] * g
        fetch_b[m] = weights[m] * b
        fetch_relief[m] = weights[m] * h
    of, out_r, out_g, out_b, relief = items.fetch_item, items.texel_r, items.texel_g, items.texel_b, items.relief
    fetches = items.counts[2]
    m = 0
    while m < fetches:
        i = of[m]
        r = fetch_r[m]
        g = fetch_g[m]
        b = fetch_b[m]
        h = fetch_relief[m]
        m += 1
        while m < fetches and of[m] == i:
            r += fetch_r[m]
            g += fetch_g[m]
            b += fetch_b[m]
            h += fetch_relief[m]
            m += 1
        out_r[i] += r
        out_g[i] += g
        out_b[i] += b
        relief[i] += h
