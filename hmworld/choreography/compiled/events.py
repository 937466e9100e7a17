"""Events of a clip from its states: the compiled twin of `find_events` and of what the forecast fills in."""

from __future__ import annotations

import numpy as np

from hmworld.choreography.absences import MIN_RUN
from hmworld.choreography.causes import DENSER, LEFT_BELOW, NEARLY_BELOW, SAMPLES_PER_FRAME
from hmworld.choreography.visibility import NEAR_M
from hmworld.geometry.motion import CONTRACT_POINTS

from .layout import F64, U8, Clips, Int, Library, Scratch, compiled, inlined
from .poses import camera, direction
from .sight import OCCLUDED, OUT, VISIBLE, count_few, in_frame, is_out, place, pose_points

BISECTIONS, FEW_BISECTIONS = 4, 2
"""Between two frames; few are enough for a side."""
ABSENCE, EXIT_ONLY, ENTRY_ONLY, OCCLUSION = range(4)
(
    KIND,
    SUBJECT,
    LAST_VISIBLE,
    EXIT_FRAME,
    RETURN_FRAME,
    ENTRY_FRAME,
    EXIT_TIME,
    RETURN_TIME,
    EXIT_SIDE,
    ENTRY_SIDE,
    GAP,
    HIDDEN_PATH,
    HIDDEN_DISPLACEMENT,
    HIDDEN_TURN,
    STRADDLES,
    OCCLUDED_AT_EXIT,
    EXIT_CAUSE,
    ENTRY_CAUSE,
) = range(18)
FIELDS = 18
FROM_CAMERA, FROM_SUBJECT, FROM_EITHER, FROM_BOTH = 1, 2, 3, 4
TO_LEFT, TO_RIGHT, TO_TOP, TO_BOTTOM, TO_BEHIND = 1, 2, 3, 4, 5


@compiled
def find_events(states: U8, j: Int, context_frames: Int, events: F64, found: Int) -> Int:
    """Append the events of subject j with states (T,) to `events` (E, 18); how many there are then."""
    frames = states.shape[0]
    first = -1
    for f in range(frames):
        if states[f] == VISIBLE:
            first = f
            break
    if first < 0:
        return found
    last_out = -1
    for f in range(first):
        if states[f] == OUT:
            last_out = f
    if first >= MIN_RUN and last_out >= 0 and found < events.shape[0]:
        _begin(events, found, np.int64(ENTRY_ONLY), j)
        events[found, RETURN_FRAME], events[found, ENTRY_FRAME] = last_out + 1, first
        found += 1
    before = first
    for after in range(first + 1, frames + 1):
        if after < frames and states[after] != VISIBLE:
            continue
        run = after - before - 1
        if run >= MIN_RUN and found < events.shape[0]:
            out_first = out_last = -1
            hidden = occluded_before = False
            for f in range(before + 1, after):
                if states[f] == OUT:
                    out_first = f if out_first < 0 else out_first
                    out_last = f
                if states[f] == OCCLUDED:
                    hidden = True
                    if out_first < 0:
                        occluded_before = True
            if after == frames:
                if out_first >= 0:
                    _begin(events, found, np.int64(EXIT_ONLY), j)
                    events[found, LAST_VISIBLE], events[found, EXIT_FRAME] = before, out_first
                    events[found, OCCLUDED_AT_EXIT] = occluded_before
                    found += 1
            elif out_first >= 0 or hidden:
                _begin(events, found, np.int64(ABSENCE if out_first >= 0 else OCCLUSION), j)
                events[found, LAST_VISIBLE], events[found, ENTRY_FRAME], events[found, GAP] = before, after, run
                events[found, STRADDLES] = before < context_frames <= after
                if out_first >= 0:
                    events[found, EXIT_FRAME], events[found, RETURN_FRAME] = out_first, out_last + 1
                    events[found, OCCLUDED_AT_EXIT] = occluded_before
                found += 1
        before = after
    return found


@compiled
def _begin(events: F64, k: Int, kind: Int, j: Int) -> None:
    for field in range(FIELDS):
        events[k, field] = -1.0
    events[k, KIND], events[k, SUBJECT] = kind, j
    events[k, EXIT_SIDE] = events[k, ENTRY_SIDE] = events[k, EXIT_CAUSE] = events[k, ENTRY_CAUSE] = 0.0
    events[k, STRADDLES] = events[k, OCCLUDED_AT_EXIT] = 0.0


@compiled
def retained(states: U8, event: F64, rule: F64) -> Int:
    """0 if an absence passes the retention rule (4,), else how it misses: 1 seen too short before, 2 gap, 3 seen too short after."""
    frames = states.shape[0]
    exit_frame, return_frame = int(event[EXIT_FRAME]), int(event[RETURN_FRAME])
    begin = exit_frame
    seen = 0
    while begin > 0 and states[begin - 1] != OUT:
        begin -= 1
        seen += states[begin] == VISIBLE
    if exit_frame - begin < rule[0] or seen < rule[1]:
        return 1
    if event[GAP] < rule[2]:
        return 2
    seen = 0
    end = return_frame
    while end < frames and states[end] != OUT:
        seen += states[end] == VISIBLE
        end += 1
    return 3 if seen < rule[3] else 0


@compiled
def _side(library: Library, clips: Clips, i: Int, j: Int, tick: float, rest: Scratch) -> Int:
    at, eye, points = rest.at, rest.eye, rest.points
    place(library, clips, i, j, tick, at)
    camera(library, clips, i, tick, rest.trail, eye)
    pose_points(library, clips, i, j, tick, at[3], np.int64(0), np.int64(CONTRACT_POINTS), points)
    mx = my = mz = 0.0
    for k in range(CONTRACT_POINTS):
        mx += points[0, k]
        my += points[1, k]
        mz += points[2, k]
    mx, my, mz = mx / CONTRACT_POINTS, my / CONTRACT_POINTS, mz / CONTRACT_POINTS
    c, s = direction(at[2])
    dx, dy, dz = at[0] + c * mx - s * my - eye[0], at[1] + s * mx + c * my - eye[1], clips.stage[i, 2] + mz - eye[2]
    level = eye[3] * dx + eye[4] * dy
    z = eye[5] * level + eye[6] * dz
    if z <= NEAR_M:
        return TO_BEHIND
    u = (0.5 * library.width + library.focal_px * (eye[4] * dx - eye[3] * dy) / z) / library.width
    v = (0.5 * library.height + library.focal_px * (eye[6] * level - eye[5] * dz) / z) / library.height
    best, side = -u, TO_LEFT
    if u - 1.0 > best:
        best, side = u - 1.0, TO_RIGHT
    if -v > best:
        best, side = -v, TO_TOP
    if v - 1.0 > best:
        side = TO_BOTTOM
    return side


@compiled
def _turning(library: Library, clips: Clips, i: Int, j: Int, frame: Int, leaving: Int, ticks: Int, times: Int, s: Scratch) -> float:
    """The tick, up to that of `frame`, at which "out" begins, or ends: in the middle of the last interval."""
    low, high = float((frame - 1) * ticks), float(frame * ticks)
    for _ in range(times):
        middle = 0.5 * (low + high)
        place(library, clips, i, j, middle, s.at)
        camera(library, clips, i, middle, s.trail, s.eye)
        out = is_out(library, clips, i, j, middle, s.at, s.eye, s)
        if out == (leaving == 1):
            high = middle
        else:
            low = middle
    return 0.5 * (low + high)


@inlined
def _in_frame_at(library: Library, clips: Clips, i: Int, j: Int, frozen: float, tick: float, moves: Int, s: Scratch) -> Int:
    """Points in the frame with the camera (`moves` 1) or the subject (0) of a tick, the other already where it stands frozen."""
    if moves == 1:
        camera(library, clips, i, tick, s.trail, s.eye)
        return count_few(library, clips, i, j, frozen, s)
    place(library, clips, i, j, tick, s.at)
    return count_few(library, clips, i, j, tick, s)


@compiled
def _leaves(
    library: Library,
    clips: Clips,
    i: Int,
    j: Int,
    frozen: float,
    begin: float,
    end: float,
    ticks: Int,
    moves: Int,
    s: Scratch,
) -> bool:
    """Whether the subject leaves the frame by the camera's motion alone (`moves` 1), or by its own (0)."""
    place(library, clips, i, j, frozen, s.at)
    camera(library, clips, i, frozen, s.trail, s.eye)
    count = max(2, int(np.ceil((end - begin) / ticks * SAMPLES_PER_FRAME - 1e-9)) + 1)
    left, almost = LEFT_BELOW * CONTRACT_POINTS, NEARLY_BELOW * CONTRACT_POINTS
    step = (end - begin) / (count - 1)
    nearly = False
    # From the middle outwards: where it left, it was mostly gone there.
    for n in range(count):
        k = (count // 2 + (n + 1) // 2 * (1 if n % 2 else -1)) % count
        found = _in_frame_at(library, clips, i, j, frozen, begin + k * step, moves, s)
        if found < left:
            return True
        nearly = bool(nearly or found < almost)
    if not nearly:
        return False
    for k in range(count):
        if _in_frame_at(library, clips, i, j, frozen, begin + k * step, moves, s) < almost:
            for n in range(1 - DENSER, DENSER):
                tick = min(max(begin + (k + n / DENSER) * step, begin), end)
                if n != 0 and _in_frame_at(library, clips, i, j, frozen, tick, moves, s) < left:
                    return True
    return False


@compiled
def _cause(
    library: Library,
    clips: Clips,
    i: Int,
    j: Int,
    frozen: float,
    begin: float,
    end: float,
    ticks: Int,
    s: Scratch,
) -> Int:
    by_camera = _leaves(library, clips, i, j, frozen, begin, end, ticks, np.int64(1), s)
    by_subject = _leaves(library, clips, i, j, frozen, begin, end, ticks, np.int64(0), s)
    if by_camera:
        return FROM_EITHER if by_subject else FROM_CAMERA
    return FROM_SUBJECT if by_subject else FROM_BOTH


@compiled
def _best_seen(
    library: Library, clips: Clips, i: Int, j: Int, states: U8, fractions: F64, ticks: Int, frame: Int, step: Int, rest: Scratch
) -> Int:
    """Of the visible run from a frame on, forwards or backwards, the first frame with the greatest in-frame fraction."""
    best, most = frame, -1.0
    while 0 <= frame < states.shape[0] and states[frame] == VISIBLE and most < 1.0:
        if fractions[frame] < 0.0:
            tick = float(frame * ticks)
            fractions[frame] = in_frame(library, clips, i, j, tick, rest.roots[j, frame], rest.eyes[frame], rest.points, rest.seen)
        if fractions[frame] > most:
            best, most = frame, fractions[frame]
        frame += step
    return best


@compiled
def complete(
    library: Library, clips: Clips, i: Int, states: U8, fractions: F64, ticks: Int, event: F64, whole: bool, rest: Scratch
) -> None:
    """Fill in times, sides, causes and what happened while hidden; without `whole`, the exit's side and cause alone.

    `states` and `fractions` (T,) are the subject's, `rest` holds where everything is in each frame.
    """
    at = rest.at
    j = int(event[SUBJECT])
    exit_tick = return_tick = -1.0
    times = np.int64(BISECTIONS if whole else FEW_BISECTIONS)
    if event[EXIT_FRAME] >= 1:
        exit_tick = _turning(library, clips, i, j, int(event[EXIT_FRAME]), np.int64(1), ticks, times, rest)
        event[EXIT_TIME] = exit_tick * library.tick_s
        event[EXIT_SIDE] = _side(library, clips, i, j, exit_tick, rest)
    if event[RETURN_FRAME] >= 1:
        # Up to the frame before, it is surely out: near enough for a cause.
        return_tick = (event[RETURN_FRAME] - 1.0) * ticks
        if whole:
            return_tick = _turning(library, clips, i, j, int(event[RETURN_FRAME]), np.int64(0), ticks, times, rest)
            event[RETURN_TIME] = return_tick * library.tick_s
            event[ENTRY_SIDE] = _side(library, clips, i, j, return_tick, rest)
    if event[KIND] != ABSENCE:
        return
    begin = float(ticks * _best_seen(library, clips, i, j, states, fractions, ticks, int(event[LAST_VISIBLE]), np.int64(-1), rest))
    event[EXIT_CAUSE] = _cause(library, clips, i, j, begin, begin, return_tick, ticks, rest)
    if not whole:
        return
    end = float(ticks * _best_seen(library, clips, i, j, states, fractions, ticks, int(event[ENTRY_FRAME]), np.int64(1), rest))
    event[ENTRY_CAUSE] = _cause(library, clips, i, j, end, exit_tick, end, ticks, rest)
    place(library, clips, i, j, exit_tick, at)
    x, y, heading, went = at[0], at[1], at[2], at[3]
    place(library, clips, i, j, return_tick, at)
    event[HIDDEN_PATH] = at[3] - went
    event[HIDDEN_DISPLACEMENT] = np.hypot(at[0] - x, at[1] - y)
    event[HIDDEN_TURN] = abs(at[2] - heading) * 180.0 / np.pi
