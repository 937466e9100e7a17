"""Where subjects and camera are at a tick: the compiled twin of `Walk` and `CameraMover`, from tables.

A pose of the forecast differs from the one commanded by up to 1 mm and 0.1 degrees; stored poses never come from here.
"""

from __future__ import annotations

import numpy as np

from hmworld.choreography.camera import HEADING_WINDOW_S, PIVOT_WINDOW_S
from hmworld.choreography.walk import FULL_GAIT_AT

from .layout import CHANNELS, F64, Clips, Int, Library, compiled, inlined

TRAIL_TICKS = 2
"""Ticks between places of a trail: where a path has a corner, straight lines between them cut it by a few millimetres."""
NODES, WEIGHTS = np.polynomial.legendre.leggauss(8)
FORWARD, LEFT, UP, AZIMUTH, DISTANCE, YAW, PITCH = range(len(CHANNELS))


@inlined
def direction(angle: float) -> tuple[float, float]:
    """Cosine and sine of an angle in rad, to within 1e-12 for up to eight turns.

    The same on every machine, whose libraries differ in the last digit, and in a fraction of the time.
    """
    quarters = np.rint(angle * (2.0 / np.pi))
    # A quarter turn in two parts, the first with so few digits that its multiples are exact.
    r = (angle - quarters * 1.5707963267341256) - quarters * 6.077100506506192e-11
    x = r * r
    s = r + r * x * (-1 / 6 + x * (1 / 120 + x * (-1 / 5040 + x * (1 / 362880 + x * (-1 / 39916800 + x * (1 / 6227020800))))))
    c = 1.0 - 0.5 * x + x * x * (1 / 24 + x * (-1 / 720 + x * (1 / 40320 + x * (-1 / 3628800 + x * (1 / 479001600)))))
    quarter = int(quarters) & 3
    c, s = (s, c) if quarter & 1 else (c, s)
    return (-c if quarter == 1 or quarter == 2 else c), (-s if quarter >= 2 else s)


@inlined
def between(table: F64, x: float) -> float:
    """A table (N + 1,) at x in [0, N], by straight lines."""
    last = table.shape[0] - 1
    i = min(max(int(x), 0), last - 1)
    value: float = table[i] + (table[i + 1] - table[i]) * (x - i)
    return value


@inlined
def walked(library: Library, clips: Clips, i: Int, j: Int, tick: float) -> float:
    """Metres that subject j of clip i has walked since tick 0; beyond the clip at its speed there."""
    path = clips.path[i, j]
    end = float(library.ticks)
    inside = min(max(tick, 0.0), end)
    seconds = between(library.progress[path], inside)
    pace = library.pace[path, 0] if tick < 0.0 else library.pace[path, library.ticks]
    went: float = clips.speed_mps[i, j] * (seconds + (tick - inside) * library.tick_s * pace * library.top[path])
    return went


@inlined
def root(library: Library, clips: Clips, i: Int, j: Int, tick: float) -> tuple[float, float, float, float]:
    """x, y in m, unwrapped heading in rad, and metres walked."""
    path = clips.path[i, j]
    went = walked(library, clips, i, j, tick)
    length = clips.length_m[i, j]
    along = clips.start_m[i, j] + went
    passes = 0.0
    beyond = 0.0
    if library.path_closed[path]:
        passes = np.floor(along / length)
        along -= passes * length
    else:
        inside = min(max(along, 0.0), length)
        beyond = along - inside
        along = inside
    xy, headings = library.path_xy[path], library.path_heading[path]
    last = headings.shape[0] - 1
    at = along / length * last
    k = min(max(int(at), 0), last - 1)
    s = at - k
    u = xy[k, 0] + (xy[k + 1, 0] - xy[k, 0]) * s
    v = xy[k, 1] + (xy[k + 1, 1] - xy[k, 1]) * s
    turned = headings[k] + (headings[k + 1] - headings[k]) * s + passes * (headings[last] - headings[0])
    heading = clips.heading[i, j, 0] * turned + clips.heading[i, j, 1]
    turn, origin = clips.turn[i, j], clips.origin[i, j]
    x = origin[0] + turn[0, 0] * u + turn[0, 1] * v
    y = origin[1] + turn[1, 0] * u + turn[1, 1] * v
    if beyond != 0.0:
        c, s = direction(heading)
        x += beyond * c
        y += beyond * s
    return x, y, heading, went


@inlined
def root_axes(clips: Clips, i: Int, at: F64, eye: F64) -> tuple[float, ...]:
    """Camera axes of a root at `at` (x, y, heading): right, down, forward, each as factors of its x, y, z and what is added."""
    c, s = direction(at[2])
    ch, sh, cp, sp = eye[3], eye[4], eye[5], eye[6]
    dx, dy, dz = at[0] - eye[0], at[1] - eye[1], clips.stage[i, 2] - eye[2]
    level = ch * dx + sh * dy
    along, aside = ch * c + sh * s, sh * c - ch * s
    return (
        aside,
        -along,
        0.0,
        sh * dx - ch * dy,
        sp * along,
        sp * aside,
        -cp,
        sp * level - cp * dz,
        cp * along,
        cp * aside,
        sp,
        cp * level + sp * dz,
    )


@inlined
def gait(library: Library, clips: Clips, i: Int, j: Int, tick: float, went: float) -> tuple[float, float, float]:
    """Phase of the gait and of idling in cycles, and the gait's share."""
    numbers = clips.gait_numbers[i, j]
    pace = between(library.pace[clips.path[i, j]], min(max(tick, 0.0), float(library.ticks)))
    s = min(max(pace / FULL_GAIT_AT, 0.0), 1.0)
    return numbers[0] + went / numbers[1], numbers[0] + tick * library.tick_s / numbers[3], s * s * (3.0 - 2.0 * s)


@compiled
def lead(library: Library, clips: Clips, i: Int, tick: float, turns: bool) -> tuple[float, float, float]:
    """Place and heading of the lead subject about a tick, averaged over the windows of a moving pivot; the heading only if it `turns`."""
    x = y = turned = 0.0
    reach = 0.5 * PIVOT_WINDOW_S / library.tick_s
    for k in range(NODES.shape[0]):
        at_x, at_y, _, _ = root(library, clips, i, np.int64(0), tick + NODES[k] * reach)
        x += 0.5 * WEIGHTS[k] * at_x
        y += 0.5 * WEIGHTS[k] * at_y
    if turns:
        reach = 0.5 * HEADING_WINDOW_S / library.tick_s
        for k in range(NODES.shape[0]):
            _, _, heading, _ = root(library, clips, i, np.int64(0), tick + NODES[k] * reach)
            turned += 0.5 * WEIGHTS[k] * heading
    return x, y, turned


def trail_steps(library: Library) -> int:
    """How many places a trail has, from half of the longest window before the clip to as long after it."""
    return int(int(library.ticks) // TRAIL_TICKS + 2 * _before(library) + 2)


@inlined
def _before(library: Library) -> Int:
    """Places of a trail before the clip."""
    return int(np.ceil(0.5 * HEADING_WINDOW_S / (library.tick_s * TRAIL_TICKS)))


@compiled
def trace(library: Library, clips: Clips, i: Int, trail: F64) -> None:
    """Places and headings of the lead subject, `TRAIL_TICKS` apart, into `trail` (N, 3), if the camera's pivot moves with it."""
    if clips.camera[i, 1] != 1:
        return
    before = _before(library)
    for k in range(trail.shape[0]):
        trail[k, 0], trail[k, 1], trail[k, 2], _ = root(library, clips, i, np.int64(0), float((k - before) * TRAIL_TICKS))


@inlined
def lead_on(library: Library, trail: F64, tick: float, turns: bool) -> tuple[float, float, float]:
    """What `lead` says, by straight lines along a trail: the plain mean needs 16 places of the walk each time."""
    x = y = turned = 0.0
    at, before = tick / TRAIL_TICKS + _before(library), 0.5 / (library.tick_s * TRAIL_TICKS)
    for n in range(NODES.shape[0]):
        where = at + NODES[n] * before * PIVOT_WINDOW_S
        k = int(where)
        s = where - k
        x += 0.5 * WEIGHTS[n] * (trail[k, 0] + (trail[k + 1, 0] - trail[k, 0]) * s)
        y += 0.5 * WEIGHTS[n] * (trail[k, 1] + (trail[k + 1, 1] - trail[k, 1]) * s)
    if turns:
        for n in range(NODES.shape[0]):
            where = at + NODES[n] * before * HEADING_WINDOW_S
            k = int(where)
            turned += 0.5 * WEIGHTS[n] * (trail[k, 2] + (trail[k + 1, 2] - trail[k, 2]) * (where - k))
    return x, y, turned


@inlined
def channel(library: Library, clips: Clips, i: Int, which: Int, tick: float) -> float:
    """Value of a camera channel at a tick."""
    moves = clips.camera[i, 0]
    if not library.moves[moves, which]:
        return 0.0
    value: float = clips.gains[i, which] * between(library.channels[moves, which], tick)
    return value


@inlined
def camera(library: Library, clips: Clips, i: Int, tick: float, trail: F64, out: F64) -> None:
    """Camera of clip i, whose lead went along `trail`, into `out` (8,): x, y, z in m; cosine and sine of its heading, of its pitch; 0."""
    eye, point = clips.eye[i], clips.pivot[i]
    px, py, pz = point[0], point[1], point[2]
    # Directions are turned as pairs of cosine and sine: angles cost more.
    c, s = eye[3], eye[4]
    if clips.camera[i, 1] == 1:
        turns = clips.camera[i, 2] == 1
        x, y, heading = lead_on(library, trail, tick, turns)
        px += x - clips.lead[i, 0]
        py += y - clips.lead[i, 1]
        if turns:
            turned = heading - clips.lead[i, 2]
            tc, ts = direction(turned)
            c, s = c * tc - s * ts, s * tc + c * ts
    ac, az = c, s
    radians = np.pi / 180.0
    around = channel(library, clips, i, np.int64(AZIMUTH), tick) * radians
    if around != 0.0:
        tc, ts = direction(around)
        ac, az = c * tc - s * ts, s * tc + c * ts
    distance = eye[1] + channel(library, clips, i, np.int64(DISTANCE), tick)
    forward, left = channel(library, clips, i, np.int64(FORWARD), tick), channel(library, clips, i, np.int64(LEFT), tick)
    x = px + distance * ac - forward * c + left * s
    y = py + distance * az - forward * s - left * c
    z = eye[2] + channel(library, clips, i, np.int64(UP), tick)
    hc, hs, level, drop = -c, -s, eye[1], pz - eye[2]
    if clips.camera[i, 3] == 1:
        hc, hs, drop = px - x, py - y, pz - z
        level = np.sqrt(hc * hc + hs * hs)
        over = 1.0 / max(level, 1e-12)
        hc, hs = hc * over, hs * over
    over = 1.0 / np.sqrt(level * level + drop * drop)
    pc, ps = level * over, drop * over
    turned = channel(library, clips, i, np.int64(YAW), tick) * radians
    if turned != 0.0:
        tc, ts = direction(turned)
        hc, hs = hc * tc - hs * ts, hs * tc + hc * ts
    turned = channel(library, clips, i, np.int64(PITCH), tick) * radians
    if turned != 0.0:
        turned = min(max(np.arctan2(ps, pc) + turned, -0.5 * np.pi + 1e-3), 0.5 * np.pi - 1e-3)
        pc, ps = direction(turned)
    out[0], out[1], out[2] = x, y, z
    out[3], out[4], out[5], out[6] = hc, hs, pc, ps
