"""What the picture at a tick shows of a subject: first from its box, then, where that leaves a doubt, from its surface points,
and where those do, from its skin."""

from __future__ import annotations

import numpy as np

from hmworld.choreography.causes import NEARLY_BELOW
from hmworld.choreography.occlusion import CELL_PX
from hmworld.choreography.silhouette import ENOUGH_POINTS, SURE
from hmworld.choreography.visibility import NEAR_M
from hmworld.geometry.motion import CONTRACT_POINTS
from hmworld.model.event import State

from .layout import F32, F64, RUN, Clips, Int, Library, Scratch, compiled, inlined
from .poses import direction, gait, root, root_axes
from .silhouette import count_pixels

OUT, VISIBLE, OCCLUDED, TOO_SMALL = int(State.OUT_OF_FRAME), int(State.VISIBLE), int(State.OCCLUDED), int(State.TOO_SMALL)
ALL_IN, ALL_OUT, PARTLY = 1, 0, 2


@inlined
def box_in_frame(library: Library, clips: Clips, i: Int, j: Int, eye: F64, at: F64) -> Int:
    """Whether the box about all poses of a subject at `at` (x, y, heading) lies in the frame, outside of it, or in both."""
    which = clips.gait[i, j, 0]
    low, high = library.gait_low[which], library.gait_high[which]
    scale, ground = clips.body[i, j, 0], clips.stage[i, 2]
    c, s = direction(at[2])
    ch, sh, cp, sp = eye[3], eye[4], eye[5], eye[6]
    half_w, half_h, focal = 0.5 * library.width, 0.5 * library.height, library.focal_px
    mx, my, mz = 0.5 * scale * (low[0] + high[0]), 0.5 * scale * (low[1] + high[1]), 0.5 * scale * (low[2] + high[2])
    hx, hy, hz = 0.5 * scale * (high[0] - low[0]), 0.5 * scale * (high[1] - low[1]), 0.5 * scale * (high[2] - low[2])
    dx, dy, dz = at[0] + c * mx - s * my - eye[0], at[1] + s * mx + c * my - eye[1], ground + mz - eye[2]
    level = ch * dx + sh * dy
    x, y, z = sh * dx - ch * dy, sp * level - cp * dz, cp * level + sp * dz
    # The box's half axes in the camera's frame.
    along, aside = ch * c + sh * s, sh * c - ch * s
    fx, fy, fz = hx * aside, hx * sp * along, hx * cp * along
    lx, ly, lz = -hy * along, hy * sp * aside, hy * cp * aside
    uy, uz = -hz * cp, hz * sp
    reach = abs(fz) + abs(lz) + abs(uz)
    if z + reach <= NEAR_M:
        return ALL_OUT
    inside = z - reach > NEAR_M
    for sign in (-1.0, 1.0):
        beyond = half_w * z + sign * focal * x
        reach = abs(half_w * fz + sign * focal * fx) + abs(half_w * lz + sign * focal * lx) + abs(half_w * uz)
        if beyond < -reach:
            return ALL_OUT
        inside = inside and beyond >= reach
        beyond = half_h * z + sign * focal * y
        reach = abs(half_h * fz + sign * focal * fy) + abs(half_h * lz + sign * focal * ly) + abs(half_h * uz + sign * focal * uy)
        if beyond < -reach:
            return ALL_OUT
        inside = inside and beyond >= reach
    return ALL_IN if inside else PARTLY


@inlined
def pose_points(library: Library, clips: Clips, i: Int, j: Int, tick: float, went: float, first: Int, last: Int, out: F32) -> None:
    """Surface points `first` to `last`, whole runs, at a tick, `went` metres walked, in the root frame into those of `out` (3, N)."""
    phase, idle, share = gait(library, clips, i, j, tick, went)
    which, resting = clips.gait[i, j, 0], clips.gait[i, j, 1]
    phases, rests = library.gait_phases[which], library.gait_phases[resting]
    p = (phase - np.floor(phase)) * phases
    p0 = int(p)
    weight = clips.body[i, j, 0] * share * library.gait_step[which]
    wb = np.float32(weight * (p - p0))
    wa = np.float32(weight) - wb
    one, other = library.gait_first[which] + p0 % phases, library.gait_first[which] + (p0 + 1) % phases
    for run in range(first // RUN, last // RUN):
        for axis in range(3):
            a, b = library.points[run, one][axis * RUN : (axis + 1) * RUN], library.points[run, other][axis * RUN : (axis + 1) * RUN]
            to = out[axis][run * RUN : (run + 1) * RUN]
            for k in range(RUN):
                to[k] = wa * np.float32(a[k]) + wb * np.float32(b[k])
    if share >= 1.0:
        return
    q = (idle - np.floor(idle)) * rests
    q0 = int(q)
    weight = clips.body[i, j, 0] * (1.0 - share) * library.gait_step[resting]
    wf = np.float32(weight * (q - q0))
    we = np.float32(weight) - wf
    one, other = library.gait_first[resting] + q0 % rests, library.gait_first[resting] + (q0 + 1) % rests
    for run in range(first // RUN, last // RUN):
        for axis in range(3):
            a, b = library.points[run, one][axis * RUN : (axis + 1) * RUN], library.points[run, other][axis * RUN : (axis + 1) * RUN]
            to = out[axis][run * RUN : (run + 1) * RUN]
            for k in range(RUN):
                to[k] += we * np.float32(a[k]) + wf * np.float32(b[k])


@inlined
def see_points(library: Library, clips: Clips, i: Int, points: F32, first: Int, last: Int, at: F64, eye: F64, seen: F32) -> Int:
    """Pixels, depths and 1 / depth squared of posed `points` (3, N) of a root at `at` (x, y, heading, walked) into `seen` (4, N).

    Outside of the frame the depth is -1 and the last 0. How many of points `first` to `last` are in it.
    """
    axes = root_axes(clips, i, at, eye)
    rx, ry, r0 = np.float32(axes[0]), np.float32(axes[1]), np.float32(axes[3])
    ux, uy, uz, u0 = np.float32(axes[4]), np.float32(axes[5]), np.float32(axes[6]), np.float32(axes[7])
    fx, fy, fz, f0 = np.float32(axes[8]), np.float32(axes[9]), np.float32(axes[10]), np.float32(axes[11])
    half_w, half_h, focal = np.float32(0.5 * library.width), np.float32(0.5 * library.height), np.float32(library.focal_px)
    width, height, near = np.float32(library.width), np.float32(library.height), np.float32(NEAR_M)
    # Slices, not offsets: an index that might be negative would keep loops out of SIMD lanes.
    px, py, pz = points[0][first:last], points[1][first:last], points[2][first:last]
    us, vs, depths, shares = seen[0][first:last], seen[1][first:last], seen[2][first:last], seen[3][first:last]
    found = np.int32(0)
    for k in range(px.shape[0]):
        x, y, z = px[k], py[k], pz[k]
        depth = fx * x + fy * y + fz * z + f0
        over = np.float32(1.0) / (depth if depth > near else near)
        u = half_w + focal * over * (rx * x + ry * y + r0)
        v = half_h + focal * over * (ux * x + uy * y + uz * z + u0)
        inside = (depth > near) & (u >= np.float32(0.0)) & (u < width) & (v >= np.float32(0.0)) & (v < height)
        us[k] = u
        vs[k] = v
        depths[k] = depth if inside else np.float32(-1.0)
        shares[k] = over * over if inside else np.float32(0.0)
        found += np.int32(inside)
    return found


@inlined
def coverage(library: Library, clips: Clips, i: Int, j: Int, seen: F32, count: Int, of: Int) -> float:
    """Pixels that the first `count` of `of` points stand for, whose shares are used up: a body of surface A covers A / 4 (Cauchy)."""
    shares = seen[3]
    # Halves are added to halves, so that it runs in SIMD lanes and always in one order.
    left = count
    while left > 1:
        half = (left + 1) // 2
        for k in range(left - half):
            shares[k] += shares[k + half]
        left = half
    pixels: float = clips.body[i, j, 3] / (4.0 * of) * library.focal_px**2 * shares[0]
    return pixels


@inlined
def _count_some(library: Library, clips: Clips, i: Int, j: Int, tick: float, at: F64, eye: F64, points: F32, seen: F32) -> Int:
    """Of the points that make the in-frame fraction, how many are in the frame."""
    # Counts are cast, or numba would compile a version for each.
    pose_points(library, clips, i, j, tick, at[3], np.int64(0), np.int64(CONTRACT_POINTS), points)
    return see_points(library, clips, i, points, np.int64(0), np.int64(CONTRACT_POINTS), at, eye, seen)


@compiled
def guess(library: Library, clips: Clips, i: Int, j: Int, tick: float, at: F64, eye: F64, points: F32, seen: F32) -> tuple[Int, float]:
    """How many of the points that make the in-frame fraction are in the frame, and amodal pixels by them.

    0 pixels where so few points are in the frame that they tell nothing.
    """
    found = _count_some(library, clips, i, j, tick, at, eye, points, seen)
    if found < ENOUGH_POINTS:
        return found, 0.0
    return found, coverage(library, clips, i, j, seen, np.int64(CONTRACT_POINTS), np.int64(CONTRACT_POINTS))


@inlined
def look(library: Library, clips: Clips, i: Int, j: Int, tick: float, at: F64, eye: F64, s: Scratch) -> tuple[Int, float, float]:
    """State of a subject that nothing hides; its in-frame fraction, -1 where nobody asked; pixels that it surely has, if visible."""
    where = box_in_frame(library, clips, i, j, eye, at)
    if where == ALL_OUT:
        return OUT, 0.0, 0.0
    least, fraction = library.min_visible_px, 1.0
    if where == ALL_IN:
        dx, dy, dz = at[0] - eye[0], at[1] - eye[1], clips.stage[i, 2] + 0.5 * clips.body[i, j, 1] - eye[2]
        z = eye[5] * (eye[3] * dx + eye[4] * dy) + eye[6] * dz
        pixels = clips.body[i, j, 3] / 4.0 * (library.focal_px / max(z, NEAR_M)) ** 2
    else:
        few = np.int64(RUN)
        pose_points(library, clips, i, j, tick, at[3], np.int64(0), few, s.points)
        found = see_points(library, clips, i, s.points, np.int64(0), few, at, eye, s.seen)
        pixels = coverage(library, clips, i, j, s.seen, few, few)
        if found >= ENOUGH_POINTS and pixels > SURE * least:
            return VISIBLE, -1.0, pixels / SURE
        found, pixels = guess(library, clips, i, j, tick, at, eye, s.points, s.seen)
        fraction = found / CONTRACT_POINTS
    if pixels > SURE * least:
        return VISIBLE, fraction, pixels / SURE
    if count_pixels(library, clips, i, j, tick, at, eye, least, s) >= least:
        return VISIBLE, fraction, least
    return OUT if fraction < 0.5 else TOO_SMALL, fraction, 0.0


@compiled
def in_frame(library: Library, clips: Clips, i: Int, j: Int, tick: float, at: F64, eye: F64, points: F32, seen: F32) -> float:
    """In-frame fraction; `at` (x, y, heading, walked) and `eye` (8,) may be of different times."""
    where = box_in_frame(library, clips, i, j, eye, at)
    if where == ALL_OUT:
        return 0.0
    if where == ALL_IN:
        return 1.0
    return _count_some(library, clips, i, j, tick, at, eye, points, seen) / CONTRACT_POINTS


@inlined
def count_few(library: Library, clips: Clips, i: Int, j: Int, tick: float, s: Scratch) -> Int:
    """How many points of the in-frame fraction are in the frame of `s.eye`, of a root at `s.at`.

    From `NEARLY_BELOW` on, any number that is no less than that.
    """
    at, eye = s.at, s.eye
    where = box_in_frame(library, clips, i, j, eye, at)
    found = np.int64(0)
    if where == ALL_OUT:
        return found
    if where == ALL_IN:
        return np.int64(CONTRACT_POINTS)
    for first in range(0, CONTRACT_POINTS, RUN):
        begin, end = np.int64(first), np.int64(first + RUN)
        pose_points(library, clips, i, j, tick, at[3], begin, end, s.points)
        found += see_points(library, clips, i, s.points, begin, end, at, eye, s.seen)
        if found >= NEARLY_BELOW * CONTRACT_POINTS:
            break
    return found


@compiled
def is_out(library: Library, clips: Clips, i: Int, j: Int, tick: float, at: F64, eye: F64, s: Scratch) -> bool:
    """Whether fewer pixels than count as visible are in the frame, and less than half of the points."""
    where = box_in_frame(library, clips, i, j, eye, at)
    if where != PARTLY:
        return where == ALL_OUT
    found, pixels = guess(library, clips, i, j, tick, at, eye, s.points, s.seen)
    least = library.min_visible_px
    if 2 * found >= CONTRACT_POINTS or pixels > SURE * least:
        return False
    return bool(count_pixels(library, clips, i, j, tick, at, eye, least, s) < least)


@inlined
def points_in_world(clips: Clips, i: Int, points: F32, count: Int, at: F64, out: F64) -> None:
    """Posed points (3, N) in the world, their root at `at`, into `out` (N, 3)."""
    ground = clips.stage[i, 2]
    c, s = direction(at[2])
    for k in range(count):
        x, y = points[0, k], points[1, k]
        out[k, 0], out[k, 1], out[k, 2] = at[0] + c * x - s * y, at[1] + s * x + c * y, ground + points[2, k]


@inlined
def stands_between(library: Library, o: Int, eye: F64, x: float, y: float, z: float) -> bool:
    """Whether obstacle o crosses the segment from the eye to a point."""
    center, half, turn = library.obstacle_center[o], library.obstacle_half[o], library.obstacle_turn[o]
    ax, ay, az = eye[0] - center[0], eye[1] - center[1], eye[2] - center[2]
    dx, dy, dz = x - eye[0], y - eye[1], z - eye[2]
    c, s = turn[0], turn[1]
    ax, ay, az = (c * ax + s * ay) / half[0], (c * ay - s * ax) / half[1], az / half[2]
    dx, dy, dz = (c * dx + s * dy) / half[0], (c * dy - s * dx) / half[1], dz / half[2]
    if library.obstacle_round[o]:
        t = -(ax * dx + ay * dy + az * dz) / max(dx * dx + dy * dy + dz * dz, 1e-12)
        t = min(max(t, 0.0), 1.0)
        nx, ny, nz = ax + t * dx, ay + t * dy, az + t * dz
        size: float = nx * nx + ny * ny + nz * nz
        return size < 1.0
    near, far = -np.inf, np.inf
    for a, d in ((ax, dx), (ay, dy), (az, dz)):
        if d == 0.0:
            if abs(a) > 1.0:
                return False
            continue
        t0, t1 = (-1.0 - a) / d, (1.0 - a) / d
        near, far = max(near, min(t0, t1)), min(far, max(t0, t1))
    return near <= far and far > 0.0 and near < 1.0


@inlined
def may_stand_between(library: Library, clips: Clips, i: Int, j: Int, o: Int, eye: F64, at: F64, more: float) -> bool:
    """Whether obstacle o, grown by half the size of subject j and `more` metres, crosses the segment from the eye to its middle.

    Of what is hidden, or would be if the ends were up to `more` metres elsewhere, nothing is missed.
    """
    center, half, turn = library.obstacle_center[o], library.obstacle_half[o], library.obstacle_turn[o]
    radius, up = clips.body[i, j, 2] + more, 0.5 * clips.body[i, j, 1] + more
    ax, ay, az = eye[0] - center[0], eye[1] - center[1], eye[2] - center[2]
    dx, dy, dz = at[0] - eye[0], at[1] - eye[1], clips.stage[i, 2] + 0.5 * clips.body[i, j, 1] - eye[2]
    c, s = turn[0], turn[1]
    near, far = 0.0, 1.0
    for axis in range(3):
        if axis == 0:
            a, d, room = c * ax + s * ay, c * dx + s * dy, half[0] + radius
        elif axis == 1:
            a, d, room = c * ay - s * ax, c * dy - s * dx, half[1] + radius
        else:
            a, d, room = az, dz, half[2] + up
        if abs(d) < 1e-9:
            if abs(a) > room:
                return False
        else:
            over = 1.0 / d
            t0, t1 = (-room - a) * over, (room - a) * over
            near, far = max(near, min(t0, t1)), min(far, max(t0, t1))
    return near <= far


@compiled
def clear_cells(nearest: F32) -> None:
    """Nothing in any cell (rows, columns)."""
    for row in range(nearest.shape[0]):
        for column in range(nearest.shape[1]):
            nearest[row, column] = np.inf


@compiled
def fill_cells(seen: F32, count: Int, nearest: F32) -> None:
    """Lower the least depth of each cell of the picture (rows, columns) to that of the points seen in it."""
    for k in range(count):
        z = seen[2, k]
        if z > 0.0:
            row, column = int(seen[1, k] / CELL_PX), int(seen[0, k] / CELL_PX)
            if z < nearest[row, column]:
                nearest[row, column] = z


@compiled
def on_screen(library: Library, clips: Clips, i: Int, j: Int, eye: F64, at: F64, out: F64) -> None:
    """Least and greatest pixels (low u, high u, low v, high v) that a subject may have, and a cell more, into `out` (4,)."""
    which = clips.gait[i, j, 0]
    low, high = library.gait_low[which], library.gait_high[which]
    scale = clips.body[i, j, 0]
    c, s = direction(at[2])
    out[0] = out[2] = np.inf
    out[1] = out[3] = -np.inf
    for corner in range(8):
        x = scale * (high[0] if corner & 1 else low[0])
        y = scale * (high[1] if corner & 2 else low[1])
        z = scale * (high[2] if corner & 4 else low[2])
        dx, dy, dz = at[0] + c * x - s * y - eye[0], at[1] + s * x + c * y - eye[1], clips.stage[i, 2] + z - eye[2]
        level = eye[3] * dx + eye[4] * dy
        depth = eye[5] * level + eye[6] * dz
        if depth <= NEAR_M:
            out[0] = out[2] = -np.inf
            out[1] = out[3] = np.inf
            return
        u = 0.5 * library.width + library.focal_px * (eye[4] * dx - eye[3] * dy) / depth
        v = 0.5 * library.height + library.focal_px * (eye[6] * level - eye[5] * dz) / depth
        out[0], out[1] = min(out[0], u - CELL_PX), max(out[1], u + CELL_PX)
        out[2], out[3] = min(out[2], v - CELL_PX), max(out[3], v + CELL_PX)


@inlined
def place(library: Library, clips: Clips, i: Int, j: Int, tick: float, at: F64) -> None:
    """Root at a tick into `at` (4,): x, y, heading, metres walked."""
    at[0], at[1], at[2], at[3] = root(library, clips, i, j, tick)
