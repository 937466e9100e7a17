"""The compiled forecast of many clips: clearance, states, events, and whether an absence is worth a render."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .clearance import CLEAR, camera_clear, walks_clear
from .events import ABSENCE, FIELDS, MOST_EVENTS, complete, find_events, retained
from .layout import F32, F64, I32, U8, Clips, Int, Library, compiled
from .poses import camera
from .sight import (
    BEHIND_M,
    CELL_PX,
    OCCLUDED,
    OCCLUSION_POINTS,
    OUT,
    TOO_SMALL,
    VISIBLE,
    fill_cells,
    in_frame,
    may_stand_between,
    place,
    points_in_world,
    pose_points,
    see_points,
    stands_between,
)

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


class Verdicts(NamedTuple):
    """What became of B clips."""

    reason: I32
    """(B,) number in `REASONS`."""
    events: F64
    """(B, 32, 18)"""
    found: I32
    """(B,) events."""
    states: U8
    """(B, S, T)"""
    fractions: F64
    """(B, S, T) in-frame fractions, exact near 0.5."""


class Scratch(NamedTuple):
    """Room of one thread."""

    roots: F64
    """(S, T, 4)"""
    eyes: F64
    """(T, 8)"""
    points: F32
    """(3, N)"""
    seen: F32
    """(4, N)"""
    few: F32
    """(3, 64)"""
    few_seen: F32
    """(4, 64)"""
    world: F64
    """(64, 3)"""
    hidden: U8
    """(64,)"""
    cells: F32
    """(rows, columns)"""
    near: I32
    """(O,) obstacles about the clip's ways"""
    close: I32
    """(O,) and about those of a few frames"""
    at: F64
    eye: F64


def make_verdicts(library: Library, clips: Clips) -> Verdicts:
    """Room for the verdicts on clips."""
    count, subjects = clips.path.shape
    frames = int(library.frames)
    return Verdicts(
        np.zeros(count, np.int32),
        np.zeros((count, MOST_EVENTS, FIELDS)),
        np.zeros(count, np.int32),
        np.zeros((count, subjects, frames), np.uint8),
        np.zeros((count, subjects, frames)),
    )


def make_scratch(library: Library, clips: Clips) -> Scratch:
    """Room for one thread."""
    subjects, frames, points = clips.path.shape[1], int(library.frames), library.points.shape[2]
    instants = max(frames, int(np.ceil(library.ticks * library.tick_s * 10.0)) + 2)
    return Scratch(
        roots=np.zeros((subjects, instants, 4)),
        eyes=np.zeros((instants, 8)),
        points=np.zeros((3, points), np.float32),
        seen=np.zeros((4, points), np.float32),
        few=np.zeros((3, OCCLUSION_POINTS), np.float32),
        few_seen=np.zeros((4, OCCLUSION_POINTS), np.float32),
        world=np.zeros((OCCLUSION_POINTS, 3)),
        hidden=np.zeros(OCCLUSION_POINTS, np.uint8),
        cells=np.zeros((int(library.height // CELL_PX) + 1, int(library.width // CELL_PX) + 1), np.float32),
        near=np.zeros(max(1, len(library.obstacle_center)), np.int32),
        close=np.zeros(max(1, len(library.obstacle_center)), np.int32),
        at=np.zeros(4),
        eye=np.zeros(8),
    )


@compiled
def _unhidden_share(library: Library, clips: Clips, i: Int, j: Int, frame: Int, tick: float, close: Int, s: Scratch) -> float:
    """Share of the points in the frame that nothing stands before."""
    eye, at = s.eyes[frame], s.roots[j, frame]
    reach = clips.body[i, j, 2]
    posed = False
    inside: Int = 0
    hidden = s.hidden
    for k in range(OCCLUSION_POINTS):
        hidden[k] = 0
    for n in range(close):
        o = s.close[n]
        if not may_stand_between(library, clips, i, j, o, eye, at):
            continue
        if not posed:
            posed = True
            pose_points(library, clips, i, j, tick, at[3], np.int64(OCCLUSION_POINTS), s.few)
            inside = see_points(library, clips, i, s.few, np.int64(OCCLUSION_POINTS), at, eye, s.few_seen)
            points_in_world(clips, i, s.few, np.int64(OCCLUSION_POINTS), at, s.world)
        for k in range(OCCLUSION_POINTS):
            if s.few_seen[2, k] > 0.0 and not hidden[k] and stands_between(library, o, eye, s.world[k, 0], s.world[k, 1], s.world[k, 2]):
                hidden[k] = 1
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
        count: Int = s.points.shape[1]
        pose_points(library, clips, i, other, tick, there[3], count, s.points)
        if see_points(library, clips, i, s.points, count, there, eye, s.seen) == 0:
            continue
        fill_cells(s.seen, count, s.cells)
        if not posed:
            posed = True
            pose_points(library, clips, i, j, tick, at[3], np.int64(OCCLUSION_POINTS), s.few)
            inside = see_points(library, clips, i, s.few, np.int64(OCCLUSION_POINTS), at, eye, s.few_seen)
        for k in range(OCCLUSION_POINTS):
            z = s.few_seen[2, k]
            if z > 0.0 and s.cells[int(s.few_seen[1, k] / CELL_PX), int(s.few_seen[0, k] / CELL_PX)] < z - BEHIND_M:
                hidden[k] = 1
    if inside == 0:
        return 1.0
    left = 0
    for k in range(OCCLUSION_POINTS):
        left += (s.few_seen[2, k] > 0.0) & (hidden[k] == 0)
    return left / inside


@compiled
def _close_obstacles(library: Library, clips: Clips, i: Int, j: Int, begin: Int, end: Int, near: Int, states: U8, s: Scratch) -> Int:
    """Of the clip's obstacles, those that may stand between in frames `begin` to `end`, into `s.close`; how many. None if none is asked."""
    low_x = low_y = np.inf
    high_x = high_y = -np.inf
    seen = False
    for f in range(begin, end):
        seen = seen or states[f] == VISIBLE
        x, y, room = s.roots[j, f, 0], s.roots[j, f, 1], clips.body[i, j, 2]
        low_x, high_x = min(low_x, min(x - room, s.eyes[f, 0])), max(high_x, max(x + room, s.eyes[f, 0]))
        low_y, high_y = min(low_y, min(y - room, s.eyes[f, 1])), max(high_y, max(y + room, s.eyes[f, 1]))
    close = np.int64(0)
    if not seen:
        return close
    for n in range(near):
        o = s.near[n]
        reach = library.obstacle_reach[o]
        x, y = library.obstacle_center[o, 0], library.obstacle_center[o, 1]
        if x + reach >= low_x and x - reach <= high_x and y + reach >= low_y and y - reach <= high_y:
            s.close[close] = o
            close += 1
    return close


@compiled
def _could_be_kept(states: U8, rule: F64) -> bool:
    """Whether states (T,) without regard to what stands between leave room for an absence that passes; false positives only."""
    seen = 0
    gone = 0
    back = False
    for f in range(states.shape[0]):
        if states[f] == VISIBLE:
            seen += 1
            if gone > 0 and seen > 0:
                back = True
        elif states[f] == OUT and seen >= rule[1]:
            gone += 1
    return back


@compiled
def judge(library: Library, clips: Clips, begin: Int, end: Int, rule: F64, lazy: bool, out: Verdicts, s: Scratch) -> None:
    """Judge clips `begin` to `end`. With `lazy`, what is turned down gets no more than its reason."""
    frames = int(library.frames)
    ticks = int(library.ticks // library.frames)
    duration = library.ticks * library.tick_s
    instants = max(2, int(np.rint(duration / 0.1)) + 1)
    for i in range(begin, end):
        out.found[i] = 0
        subjects = np.int64(clips.subjects[i])
        step = float(library.ticks) / (instants - 1)
        for j in range(subjects):
            for k in range(instants):
                place(library, clips, i, j, k * step, s.roots[j, k])
        reason = walks_clear(library, clips, i, s.roots, instants)
        if reason == CLEAR:
            for k in range(instants):
                camera(library, clips, i, k * step, s.eyes[k])
            reason = camera_clear(library, clips, i, s.roots, s.eyes, instants, step * library.tick_s)
        out.reason[i] = reason
        if reason != CLEAR:
            continue
        forecast(library, clips, i, frames, ticks, rule, lazy, out, s)


@compiled
def forecast(library: Library, clips: Clips, i: Int, frames: Int, ticks: Int, rule: F64, lazy: bool, out: Verdicts, s: Scratch) -> None:
    """States and events of one clip, and how its best absence fares under the retention rule."""
    subjects = np.int64(clips.subjects[i])
    for f in range(frames):
        camera(library, clips, i, float(f * ticks), s.eyes[f])
        for j in range(subjects):
            place(library, clips, i, j, float(f * ticks), s.roots[j, f])
    worth = False
    for j in range(subjects):
        states, fractions = out.states[i, j], out.fractions[i, j]
        for f in range(frames):
            fraction, amodal = in_frame(
                library, clips, i, j, float(f * ticks), s.roots[j, f], s.eyes[f], library.min_visible_px, s.points, s.seen
            )
            fractions[f] = fraction
            if amodal >= library.min_visible_px:
                states[f] = VISIBLE
            else:
                states[f] = OUT if fraction < 0.5 else TOO_SMALL
        worth = worth or _could_be_kept(states, rule)
    out.reason[i] = NO_EVENT
    if lazy and not worth:
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
        states, fractions = out.states[i, j], out.fractions[i, j]
        for begin in range(0, frames, STRETCH):
            end = min(begin + STRETCH, frames)
            close = _close_obstacles(library, clips, i, j, begin, end, near, states, s)
            for f in range(begin, end):
                if states[f] != VISIBLE:
                    continue
                share = _unhidden_share(library, clips, i, j, f, float(f * ticks), close, s)
                if share >= 1.0:
                    continue
                # Only what is hidden in part needs the pixels themselves.
                fewest, tick = library.min_visible_px / max(share, 1e-3), float(f * ticks)
                _, amodal = in_frame(library, clips, i, j, tick, s.roots[j, f], s.eyes[f], fewest, s.points, s.seen)
                if amodal * share < library.min_visible_px:
                    states[f] = OCCLUDED
        found = find_events(states, j, int(library.context_frames), out.events[i], found)
    out.found[i] = found
    best: Int = NO_EVENT
    for k in range(found):
        event = out.events[i, k]
        if event[0] == ABSENCE:
            missed = retained(out.states[i, int(event[1])], event, rule)
            if missed == 0:
                best = CLEAR
                break
            best = max(best, NO_EVENT + missed)
    out.reason[i] = best
    if lazy and best != CLEAR:
        return
    for k in range(found):
        j = int(out.events[i, k, 1])
        complete(library, clips, i, out.states[i, j], out.fractions[i, j], ticks, out.events[i, k], s.at, s.eye, s.points, s.seen)
