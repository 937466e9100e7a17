"""The compiled forecast of many clips: clearance, states, events, and whether an absence is worth a render."""

from __future__ import annotations

import numpy as np

from hmworld.choreography.absences import MIN_RUN
from hmworld.choreography.occlusion import BEHIND_M, CELL_PX, OCCLUSION_POINTS

from .clearance import CLEAR, camera_clear, walks_clear
from .events import ABSENCE, FIELDS, GAP, KIND, SUBJECT, complete, find_events, retained
from .layout import F64, I64, LANES, PATCH_FACES, RUN, U8, Clips, Int, Library, Scratch, Verdicts, compiled, inlined
from .poses import camera, trace, trail_steps
from .sight import (
    OCCLUDED,
    OUT,
    VISIBLE,
    clear_cells,
    fill_cells,
    look,
    may_stand_between,
    on_screen,
    place,
    points_in_world,
    pose_points,
    see_points,
    stands_between,
)
from .silhouette import count_pixels

WHOLE, WORTHY, MAIN = 0, 1, 2
"""How much is asked; see `judge`."""

STRETCH = 8
"""Frames for which obstacles are sorted out together."""
NO_EVENT, SEEN_TOO_SHORT_BEFORE, GAP_TOO_SHORT, SEEN_TOO_SHORT_AFTER = 8, 9, 10, 11
REASONS = (
    "",
    "off_stage",
    "subject_in_obstacle",
    "subjects_collide",
    "camera_under_ground",
    "camera_too_fast",
    "camera_in_geometry",
    "camera_near_subject",
    "no_event",
    "seen_too_short_before",
    "gap_too_short",
    "seen_too_short_after",
)
"""Reason codes by number."""
RETENTION_REASONS = REASONS[NO_EVENT:]
"""Those of clips that could be filmed, but show no absence that is worth it."""


def most_events(frames: int) -> int:
    """So many events a subject can have: a run of each and a visible frame between."""
    return frames // (MIN_RUN + 1) + 1


def make_verdicts(library: Library, clips: Clips) -> Verdicts:
    """Room for the verdicts on clips."""
    count, subjects = clips.path.shape
    frames = int(library.frames)
    return Verdicts(
        reason=np.zeros(count, np.int32),
        events=np.zeros((count, subjects * most_events(frames), FIELDS)),
        found=np.zeros(count, np.int32),
        main=np.zeros(count, np.int32),
        states=np.zeros((count, subjects, frames), np.uint8),
    )


def make_scratch(library: Library, clips: Clips) -> Scratch:
    """Room for one thread."""
    subjects, frames, points = clips.path.shape[1], int(library.frames), library.points.shape[0] * RUN
    instants = max(frames, int(np.ceil(library.ticks * library.tick_s * 10.0)) + 2)
    obstacles = max(1, len(library.obstacle_center))
    return Scratch(
        roots=np.zeros((subjects, instants, 4)),
        eyes=np.zeros((instants, 8)),
        trail=np.zeros((trail_steps(library), 3)),
        fractions=np.zeros((subjects, frames)),
        surely=np.zeros((subjects, frames)),
        points=np.zeros((3, points), np.float32),
        seen=np.zeros((4, points), np.float32),
        few=np.zeros((3, OCCLUSION_POINTS), np.float32),
        few_seen=np.zeros((4, OCCLUSION_POINTS), np.float32),
        world=np.zeros((OCCLUSION_POINTS, 3)),
        skin=np.zeros(3 * LANES, np.float32),
        skin_seen=np.zeros((3, LANES), np.float32),
        sides=np.zeros(LANES, np.int32),
        faces=np.zeros(PATCH_FACES + 1, np.int32),
        corners=np.zeros((4, 2), np.float32),
        patches=np.zeros(int(np.diff(library.skin_patches).max()), np.int32),
        drawn=np.zeros((int(library.height), -(-int(library.width) // 64)), np.uint64),
        rows=np.zeros(2, np.int32),
        hidden=np.zeros(OCCLUSION_POINTS, np.uint8),
        cells=np.zeros((int(library.height // CELL_PX) + 1, int(library.width // CELL_PX) + 1), np.float32),
        near=np.zeros(obstacles, np.int32),
        close=np.zeros(obstacles, np.int32),
        before=np.zeros(obstacles, np.int32),
        others=np.zeros(subjects, np.int32),
        boxes=np.zeros((subjects, 4)),
        at=np.zeros(4),
        eye=np.zeros(8),
    )


@inlined
def _is_seen(library: Library, clips: Clips, i: Int, j: Int, frame: Int, ticks: Int, close: Int, s: Scratch) -> bool:
    """Whether enough of what is in the frame of a visible subject has nothing before it."""
    eye, at, tick = s.eyes[frame], s.roots[j, frame], float(frame * ticks)
    before = np.int64(0)
    for n in range(close):
        if may_stand_between(library, clips, i, j, np.int64(s.close[n]), eye, at, 0.0):
            s.before[before] = s.close[n]
            before += 1
    others = _subjects_before(library, clips, i, j, frame, s)
    if before == 0 and others == 0:
        return True
    few = np.int64(OCCLUSION_POINTS)
    pose_points(library, clips, i, j, tick, at[3], np.int64(0), few, s.few)
    inside = see_points(library, clips, i, s.few, np.int64(0), few, at, eye, s.few_seen)
    if inside == 0:
        return True
    # So many of the points that nothing hides are enough, as there are at least so many pixels.
    enough = inside * library.min_visible_px / s.surely[j, frame]
    points_in_world(clips, i, s.few, few, at, s.world)
    free = np.int64(0)
    doubtful = np.int64(0)
    for k in range(OCCLUSION_POINTS):
        s.hidden[k] = 1
        if s.few_seen[2, k] <= 0.0:
            continue
        hidden = False
        for n in range(before):
            if stands_between(library, s.before[n], eye, s.world[k, 0], s.world[k, 1], s.world[k, 2]):
                hidden = True
                break
        if hidden:
            continue
        behind = False
        u, v = s.few_seen[0, k], s.few_seen[1, k]
        for n in range(others):
            box = s.boxes[n]
            behind = behind or (box[0] <= u <= box[1] and box[2] <= v <= box[3])
        if behind:
            s.hidden[k] = 0
            doubtful += 1
            continue
        free += 1
        if free >= enough:
            return True
    if doubtful > 0:
        clear_cells(s.cells)
        count = np.int64(s.points.shape[1])
        for n in range(others):
            other = s.others[n]
            there = s.roots[other, frame]
            pose_points(library, clips, i, other, tick, there[3], np.int64(0), count, s.points)
            see_points(library, clips, i, s.points, np.int64(0), count, there, eye, s.seen)
            fill_cells(s.seen, count, s.cells)
        for k in range(OCCLUSION_POINTS):
            if s.hidden[k] == 0:
                z = s.few_seen[2, k]
                free += not s.cells[int(s.few_seen[1, k] / CELL_PX), int(s.few_seen[0, k] / CELL_PX)] < z - BEHIND_M
    if free == inside or free == 0:
        return bool(free > 0)
    # Only what is hidden in part, and not surely large enough, needs the pixels themselves.
    share = free / inside
    fewest = library.min_visible_px / share
    return bool(count_pixels(library, clips, i, j, tick, at, eye, fewest, s) * share >= library.min_visible_px)


@inlined
def _subjects_before(library: Library, clips: Clips, i: Int, j: Int, frame: Int, s: Scratch) -> Int:
    """How many other subjects may hide subject j in a frame; which, into `s.others`, and where they are in the picture, into `s.boxes`."""
    eye, at, found = s.eyes[frame], s.roots[j, frame], np.int64(0)
    reach = clips.body[i, j, 2]
    away = (at[0] - eye[0]) ** 2 + (at[1] - eye[1]) ** 2
    for other in range(np.int64(clips.subjects[i])):
        if other == j:
            continue
        there, breadth = s.roots[other, frame], clips.body[i, other, 2]
        dx, dy = there[0] - eye[0], there[1] - eye[1]
        # Only one that is nearer, and whose circle on the ground reaches the way from the eye, can hide anything.
        if dx * dx + dy * dy > (np.sqrt(away) + reach + breadth) ** 2:
            continue
        ax, ay = at[0] - eye[0], at[1] - eye[1]
        t = min(max((dx * ax + dy * ay) / max(away, 1e-9), 0.0), 1.0)
        if (dx - t * ax) ** 2 + (dy - t * ay) ** 2 > (reach + breadth) ** 2:
            continue
        s.others[found] = other
        on_screen(library, clips, i, np.int64(other), eye, there, s.boxes[found])
        found += 1
    return found


@inlined
def _close_obstacles(library: Library, clips: Clips, i: Int, j: Int, begin: Int, end: Int, near: Int, states: U8, s: Scratch) -> Int:
    """Of the clip's obstacles, those that may stand between in frames `begin` to `end`, into `s.close`; how many. None if none is asked."""
    middle = (begin + end) // 2
    eye, at = s.eyes[middle], s.roots[j, middle]
    moved = 0.0
    seen = False
    for f in range(begin, end):
        seen = seen or states[f] == VISIBLE
        there, then = s.roots[j, f], s.eyes[f]
        moved = max(moved, (then[0] - eye[0]) ** 2 + (then[1] - eye[1]) ** 2 + (then[2] - eye[2]) ** 2)
        moved = max(moved, (there[0] - at[0]) ** 2 + (there[1] - at[1]) ** 2)
    close = np.int64(0)
    if not seen:
        return close
    # No point of the line of sight moves farther than its ends do.
    moved = np.sqrt(moved)
    for n in range(near):
        s.close[close] = s.near[n]
        close += np.int64(may_stand_between(library, clips, i, j, np.int64(s.near[n]), eye, at, moved))
    return close


@inlined
def _ever_out(states: U8) -> bool:
    """Whether states (T,) have a frame that a subject is out of."""
    ever = False
    for f in range(states.shape[0]):
        ever = ever or states[f] == OUT
    return bool(ever)


@inlined
def _could_be_kept(states: U8, rule: F64) -> bool:
    """Whether states (T,), without regard to what stands between, show enough of a subject before it is out, and it again after."""
    seen = 0
    gone = False
    for f in range(states.shape[0]):
        if states[f] == VISIBLE:
            if gone:
                return True
            seen += 1
        elif states[f] == OUT and seen >= rule[1]:
            gone = True
    return False


@compiled
def judge(library: Library, clips: Clips, order: I64, rule: F64, depth: Int, out: Verdicts, s: Scratch) -> None:
    """Judge clips by their numbers, in this order.

    That is all that happens in all of them (`WHOLE`), in those that are worth a render (`WORTHY`), or of those no more than the side
    and cause of the exit of their main absence (`MAIN`), the longest that is worth it.
    """
    frames = int(library.frames)
    ticks = int(library.ticks // library.frames)
    duration = library.ticks * library.tick_s
    instants = max(2, int(np.rint(duration / 0.1)) + 1)
    for n in range(order.shape[0]):
        i = order[n]
        out.found[i] = 0
        step = float(library.ticks) / (instants - 1)
        reason = walks_clear(library, clips, i, s.roots, instants, step)
        if reason == CLEAR:
            trace(library, clips, i, s.trail)
            for k in range(instants):
                camera(library, clips, i, k * step, s.trail, s.eyes[k])
            reason = camera_clear(library, clips, i, s.roots, s.eyes, instants, step * library.tick_s)
        out.reason[i] = reason
        if reason != CLEAR:
            continue
        forecast(library, clips, i, frames, ticks, rule, depth, out, s)


@compiled
def forecast(library: Library, clips: Clips, i: Int, frames: Int, ticks: Int, rule: F64, depth: Int, out: Verdicts, s: Scratch) -> None:
    """States and events of one clip, and how its best absence fares under the retention rule."""
    subjects = np.int64(clips.subjects[i])
    for f in range(frames):
        camera(library, clips, i, float(f * ticks), s.trail, s.eyes[f])
        for j in range(subjects):
            place(library, clips, i, j, float(f * ticks), s.roots[j, f])
    worth = False
    for j in range(subjects):
        states = out.states[i, j]
        for f in range(frames):
            states[f], s.fractions[j, f], s.surely[j, f] = look(library, clips, i, j, float(f * ticks), s.roots[j, f], s.eyes[f], s)
        worth = worth or _could_be_kept(states, rule)
    out.reason[i] = NO_EVENT
    if depth != WHOLE and not worth:
        return
    low_x = low_y = np.inf
    high_x = high_y = -np.inf
    for f in range(frames):
        low_x, high_x = min(low_x, s.eyes[f, 0]), max(high_x, s.eyes[f, 0])
        low_y, high_y = min(low_y, s.eyes[f, 1]), max(high_y, s.eyes[f, 1])
        for j in range(subjects):
            x, y, room = s.roots[j, f, 0], s.roots[j, f, 1], clips.body[i, j, 2]
            low_x, high_x = min(low_x, x - room), max(high_x, x + room)
            low_y, high_y = min(low_y, y - room), max(high_y, y + room)
    near = np.int64(0)
    for o in range(clips.obstacles[i, 0], clips.obstacles[i, 1]):
        reach = library.obstacle_reach[o]
        x, y = library.obstacle_center[o, 0], library.obstacle_center[o, 1]
        if x + reach >= low_x and x - reach <= high_x and y + reach >= low_y and y - reach <= high_y:
            s.near[near] = o
            near += 1
    found: Int = np.int64(0)
    for j in range(subjects):
        states = out.states[i, j]
        if depth == MAIN and not _ever_out(states):
            continue
        for begin in range(0, frames, STRETCH):
            end = min(begin + STRETCH, frames)
            close = _close_obstacles(library, clips, i, j, begin, end, near, states, s)
            for f in range(begin, end):
                if states[f] == VISIBLE and not _is_seen(library, clips, i, j, f, ticks, close, s):
                    states[f] = OCCLUDED
        found = find_events(states, j, int(library.context_frames), out.events[i], found)
    out.found[i] = found
    best: Int = NO_EVENT
    main = np.int64(-1)
    for k in range(found):
        event = out.events[i, k]
        if event[KIND] == ABSENCE:
            missed = retained(out.states[i, int(event[SUBJECT])], event, rule)
            if missed > 0:
                best = max(best, NO_EVENT + missed)
            elif main < 0 or event[GAP] > out.events[i, main, GAP]:
                main = np.int64(k)
    out.main[i] = main
    out.reason[i] = best if main < 0 else CLEAR
    if depth != WHOLE and main < 0:
        return
    for k in range(found):
        if depth != MAIN or k == main:
            event = out.events[i, k]
            j = int(event[SUBJECT])
            complete(library, clips, i, out.states[i, j], s.fractions[j], ticks, event, depth != MAIN, s)
