"""Pixels that a subject's skin covers: the compiled twin of `counted_px`.

A patch is posed only if the ball about it may reach into the frame, and counting stops where enough pixels are found.
"""

from __future__ import annotations

import numpy as np

from hmworld.choreography.visibility import NEAR_M

from .layout import F32, F64, I16, I32, LANES, U8, U64, Clips, Int, Library, Scratch, compiled
from .poses import gait, root_axes

BEHIND = 16
"""Of the sides that a vertex is beyond: the near plane."""
ALMOST_HALF = 0.5 - 2.0**-32
"""A pixel's centre that lies on a triangle's left edge is in it."""


@compiled
def _mix(skin: I16, one: Int, other: Int, first: np.float32, second: np.float32, add: bool, out: F32) -> None:
    """`first` of the block that begins at `one` and `second` of that at `other`, into `out` (3 LANES,), or added to it."""
    a, b = skin[one : one + 3 * LANES], skin[other : other + 3 * LANES]
    if add:
        for k in range(3 * LANES):
            out[k] += first * np.float32(a[k]) + second * np.float32(b[k])
    else:
        for k in range(3 * LANES):
            out[k] = first * np.float32(a[k]) + second * np.float32(b[k])


@compiled
def count_pixels(library: Library, clips: Clips, i: Int, j: Int, tick: float, at: F64, eye: F64, enough: float, s: Scratch) -> Int:
    """Pixels whose centres the skin of a root at `at` (x, y, heading, walked) covers; once more than `enough`, any number above it."""
    which, resting = clips.gait[i, j, 0], clips.gait[i, j, 1]
    number = library.gait_skin[which]
    phase, idle, share = gait(library, clips, i, j, tick, at[3])
    scale = clips.body[i, j, 0]
    step = scale * library.skin_step[number]
    phases, rests = np.int64(library.gait_phases[which]), np.int64(library.gait_phases[resting])
    p = (phase - np.floor(phase)) * phases
    p0 = np.int64(p)
    first, last = np.int64(library.skin_patches[number, 0]), np.int64(library.skin_patches[number, 1])
    patches = last - first
    blocks = (patches + LANES - 1) // LANES
    size, phase_size = np.int64(3 * LANES), (blocks + patches) * 3 * LANES
    one = library.skin_first[which] + p0 % phases * phase_size
    other = library.skin_first[which] + (p0 + 1) % phases * phase_size
    wb = np.float32(step * share * (p - p0))
    wa = np.float32(step * share) - wb
    q = (idle - np.floor(idle)) * rests
    q0 = np.int64(q)
    rest_one = library.skin_first[resting] + q0 % rests * phase_size
    rest_other = library.skin_first[resting] + (q0 + 1) % rests * phase_size
    wf = np.float32(step * (1.0 - share) * (q - q0))
    we = np.float32(step * (1.0 - share)) - wf
    axes = root_axes(clips, i, at, eye)
    half_w, half_h, focal, near = 0.5 * library.width, 0.5 * library.height, library.focal_px, NEAR_M
    width, height = np.int64(library.width), np.int64(library.height)
    # How far, in the units of the frame's sides as planes through the eye, a ball of radius 1 reaches.
    aside, upright = np.sqrt(half_w * half_w + focal * focal), np.sqrt(half_h * half_h + focal * focal)
    near_ones = np.int64(0)
    for block in range(blocks):
        _mix(library.skin, one + block * size, other + block * size, wa, wb, False, s.skin)
        if share < 1.0:
            _mix(library.skin, rest_one + block * size, rest_other + block * size, we, wf, True, s.skin)
        _into_camera(s.skin, axes, s.skin_seen)
        lanes: Int = min(patches - block * LANES, np.int64(LANES))
        for k in range(lanes):
            x, y, z = s.skin_seen[0, k], s.skin_seen[1, k], s.skin_seen[2, k]
            reach = scale * library.patch_reach[first + block * LANES + k]
            out = z + reach < near
            out |= half_w * z - focal * abs(x) < -reach * aside
            out |= half_h * z - focal * abs(y) < -reach * upright
            s.patches[near_ones] = block * LANES + k
            near_ones += np.int64(not out)
    if near_ones == 0:
        return np.int64(0)
    s.rows[0], s.rows[1] = s.drawn.shape[0], 0
    found = np.int64(0)
    for n in range(near_ones):
        patch = s.patches[n]
        at_block = (blocks + patch) * size
        _mix(library.skin, one + at_block, other + at_block, wa, wb, False, s.skin)
        if share < 1.0:
            _mix(library.skin, rest_one + at_block, rest_other + at_block, we, wf, True, s.skin)
        _into_camera(s.skin, axes, s.skin_seen)
        if _into_picture(s.skin_seen, half_w, half_h, focal, s.sides) != 0:
            continue
        x, y, z = s.skin_seen[0], s.skin_seen[1], s.skin_seen[2]
        first_face, last_face = np.int64(library.patch_faces[first + patch, 0]), np.int64(library.patch_faces[first + patch, 1])
        listed = _list_faces(library.faces, first_face, last_face, x, y, s.sides, s.faces)
        for n_face in range(listed):
            f = s.faces[n_face]
            a, b, c = library.faces[f, 0], library.faces[f, 1], library.faces[f, 2]
            if (s.sides[a] | s.sides[b] | s.sides[c]) & BEHIND:
                found += _draw_cut(s.skin_seen, a, b, c, half_w, half_h, width, height, s.corners, s.drawn, s.rows)
            else:
                found += _draw(x[a], y[a], x[b], y[b], x[c], y[c], width, height, s.drawn, s.rows)
            if found > enough:
                break
        if found > enough:
            break
    for row in range(s.rows[0], s.rows[1]):
        line = s.drawn[row]
        for word in range(line.shape[0]):
            line[word] = np.uint64(0)
    return found


@compiled
def _into_camera(points: F32, axes: tuple[float, ...], out: F32) -> None:
    """A block (3 LANES,) in the root frame into camera axes (3, LANES): right, down, forward."""
    px, py, pz = points[:LANES], points[LANES : 2 * LANES], points[2 * LANES : 3 * LANES]
    for row in range(3):
        ax, ay = np.float32(axes[4 * row]), np.float32(axes[4 * row + 1])
        az, a0 = np.float32(axes[4 * row + 2]), np.float32(axes[4 * row + 3])
        to = out[row]
        for k in range(LANES):
            to[k] = ax * px[k] + ay * py[k] + az * pz[k] + a0


@compiled
def _into_picture(seen: F32, half_w: float, half_h: float, focal: float, of: I32) -> Int:
    """Camera axes (3, LANES) into pixels, the depth as it is; what is nearer than the near plane as if it were in it.

    Beyond which sides of the frame each is, and whether before the near plane, into `of` (LANES,); the sides that all are beyond.
    """
    us, vs, zs = seen[0], seen[1], seen[2]
    near, w, h, f = np.float32(NEAR_M), np.float32(half_w), np.float32(half_h), np.float32(focal)
    width, height = np.float32(2.0 * half_w), np.float32(2.0 * half_h)
    beyond = np.int32(31)
    for k in range(LANES):
        over = f / (zs[k] if zs[k] > near else near)
        u, v = w + over * us[k], h + over * vs[k]
        us[k], vs[k] = u, v
        side = np.int32(u < np.float32(0.0)) | np.int32(u > width) << np.int32(1)
        side |= np.int32(v < np.float32(0.0)) << np.int32(2) | np.int32(v > height) << np.int32(3)
        side |= np.int32(zs[k] < near) << np.int32(4)
        of[k] = side
        beyond &= side
    return beyond


@compiled
def _list_faces(faces: U8, first: Int, last: Int, x: F32, y: F32, sides: I32, out: I32) -> Int:
    """Triangles that may be in sight, into `out`; how many. Without branches, which nobody could foretell."""
    listed = np.int64(0)
    for f in range(first, last):
        a, b, c = faces[f, 0], faces[f, 1], faces[f, 2]
        turned = (x[b] - x[a]) * (y[c] - y[a]) - (y[b] - y[a]) * (x[c] - x[a])
        one, two, three = sides[a], sides[b], sides[c]
        # All beyond one side: out of the frame, also where the near plane cuts them, since that side is a plane through the eye.
        seen = ((one & two & three) == 0) & ((turned < np.float32(0.0)) | (((one | two | three) & BEHIND) != 0))
        out[listed] = f
        listed += np.int64(seen)
    return listed


@compiled
def _draw_cut(
    seen: F32, a: Int, b: Int, c: Int, half_w: float, half_h: float, width: Int, height: Int, corners: F32, drawn: U64, rows: I32
) -> Int:
    """Draw the part of a triangle that is before the near plane: of vertices a, b, c, one or two are."""
    near = NEAR_M
    count = np.int64(0)
    ids = (a, b, c)
    for k in range(3):
        p, q = ids[k], ids[(k + 1) % 3]
        # Behind the plane, pixels hold the camera's x and y by f / near: so they do on it, wherever an edge meets it.
        z, z1 = float(seen[2, p]), float(seen[2, q])
        x, y, x1, y1 = float(seen[0, p]), float(seen[1, p]), float(seen[0, q]), float(seen[1, q])
        if z >= near:
            corners[count, 0], corners[count, 1] = x, y
            count += 1
        if (z >= near) != (z1 >= near):
            t = (near - z) / (z1 - z)
            up, up1 = max(z, near) / near, max(z1, near) / near
            x, x1 = (x - half_w) * up, (x1 - half_w) * up1
            y, y1 = (y - half_h) * up, (y1 - half_h) * up1
            corners[count, 0], corners[count, 1] = half_w + x + t * (x1 - x), half_h + y + t * (y1 - y)
            count += 1
    found = np.int64(0)
    for k in range(2, count):
        found += _draw(
            corners[0, 0], corners[0, 1], corners[k - 1, 0], corners[k - 1, 1], corners[k, 0], corners[k, 1], width, height, drawn, rows
        )
    return found


@compiled
def _draw(ax: float, ay: float, bx: float, by: float, cx: float, cy: float, width: Int, height: Int, drawn: U64, rows: I32) -> Int:
    """Mark the pixels whose centres a triangle covers, if it faces the viewer; how many are new."""
    found = np.int64(0)
    ax, ay, bx, by, cx, cy = float(ax), float(ay), float(bx), float(by), float(cx), float(cy)
    if (bx - ax) * (cy - ay) - (by - ay) * (cx - ax) >= 0.0:
        return found
    # From top to bottom: one side of every row is on the edge from a to c, the other on that from a to b, and from b on on that to c.
    if by < ay:
        ax, ay, bx, by = bx, by, ax, ay
    if cy < by:
        bx, by, cx, cy = cx, cy, bx, by
        if by < ay:
            ax, ay, bx, by = bx, by, ax, ay
    top, end = np.int64(np.ceil(max(ay, 0.0) - 0.5)), np.int64(np.floor(min(cy, float(height)) - 0.5)) + 1
    if top >= end:
        return found
    rows[0], rows[1] = min(rows[0], top), max(rows[1], end)
    turn = min(max(np.int64(np.ceil(min(by, float(height)) - 0.5)), top), end)
    ac = (cx - ax) / (cy - ay)
    one, word_bits, right = np.uint64(1), np.int64(64), float(width)
    for part in range(2):
        if part == 0:
            row, last, x0, y0, slope = top, turn, ax, ay, (bx - ax) / (by - ay) if by > ay else 0.0
        else:
            row, last, x0, y0, slope = turn, end, bx, by, (cx - bx) / (cy - by) if cy > by else 0.0
        while row < last:
            y = row + 0.5
            long, short = ax + (y - ay) * ac, x0 + (y - y0) * slope
            # Numbers from 0 on are cut off to whole ones, which is several times as fast as to round them.
            begin, after = np.int64(max(min(long, short), 0.0) + ALMOST_HALF), np.int64(max(min(max(long, short), right), 0.0) + 0.5)
            while begin < after:
                word = begin // word_bits
                stop = min(after, (word + 1) * word_bits)
                bits = ~np.uint64(0) >> np.uint64(word_bits - (stop - begin)) << np.uint64(begin - word * word_bits)
                fresh = bits & ~drawn[row, word]
                drawn[row, word] |= bits
                # Bits that are set, by sums of ever more of them.
                fresh -= fresh >> one & np.uint64(0x5555555555555555)
                fresh = (fresh & np.uint64(0x3333333333333333)) + (fresh >> np.uint64(2) & np.uint64(0x3333333333333333))
                fresh = fresh + (fresh >> np.uint64(4)) & np.uint64(0x0F0F0F0F0F0F0F0F)
                found += np.int64(fresh * np.uint64(0x0101010101010101) >> np.uint64(56))
                begin = stop
            row += 1
    return found
