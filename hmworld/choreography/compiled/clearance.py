"""Whether a clip can be filmed: the compiled twin of `plan.clearance`, at the same instants."""

from __future__ import annotations

import numpy as np

from .layout import F64, Clips, Int, Library, compiled, inlined
from .poses import root

CAMERA_ROOM_M = 0.4
"""Least distance of the camera from geometry and ground."""
CAMERA_SUBJECT_ROOM_M = 0.8
"""Least distance of the camera from a subject's footprint."""
SUBJECT_ROOM_M = 0.1
CAMERA_TOP_SPEED_MPS = 3.5
"""A camera that turns with its subject swings wildly where the subject does; faster ones are not filmed."""
CLEAR, OFF_STAGE, SUBJECT_IN_OBSTACLE, SUBJECTS_COLLIDE = 0, 1, 2, 3
CAMERA_UNDER_GROUND, CAMERA_TOO_FAST, CAMERA_IN_GEOMETRY, CAMERA_NEAR_SUBJECT = 4, 5, 6, 7


@inlined
def _inside(library: Library, o: Int, x: float, y: float, z: float, across: float, up: float) -> bool:
    """Whether a point lies in obstacle o grown by `across` and `up` metres."""
    center, half, turn = library.obstacle_center[o], library.obstacle_half[o], library.obstacle_turn[o]
    dx, dy = x - center[0], y - center[1]
    a = abs(turn[0] * dx + turn[1] * dy) / (half[0] + across)
    b = abs(turn[0] * dy - turn[1] * dx) / (half[1] + across)
    c = abs(z - center[2]) / (half[2] + up)
    size: float = a * a + b * b + c * c if library.obstacle_round[o] else max(a, max(b, c))
    return size < 1.0


@compiled
def walks_clear(library: Library, clips: Clips, i: Int, roots: F64, count: Int, step: float) -> Int:
    """Reason code of the subjects' ways, which go into `roots` (S, n, 4) as far as they are clear: `count` instants, `step` ticks apart."""
    stage = clips.stage[i]
    subjects = np.int64(clips.subjects[i])
    for j in range(subjects):
        for k in range(count):
            at = roots[j, k]
            at[0], at[1], at[2], at[3] = root(library, clips, i, j, k * step)
            dx, dy = at[0] - stage[0], at[1] - stage[1]
            if dx * dx + dy * dy > stage[3] * stage[3]:
                return OFF_STAGE
        half_up, radius = 0.5 * clips.body[i, j, 1], clips.body[i, j, 2]
        for o in range(clips.obstacles[i, 0], clips.obstacles[i, 1]):
            if not library.obstacle_solid[o]:
                continue
            reach = stage[3] + radius + library.obstacle_reach[o]
            dx, dy = library.obstacle_center[o, 0] - stage[0], library.obstacle_center[o, 1] - stage[1]
            if dx * dx + dy * dy > reach * reach:
                continue
            for k in range(count):
                if _inside(library, o, roots[j, k, 0], roots[j, k, 1], stage[2] + half_up, radius, half_up):
                    return SUBJECT_IN_OBSTACLE
    for j in range(subjects):
        for other in range(j):
            room = clips.body[i, j, 2] + clips.body[i, other, 2] + SUBJECT_ROOM_M
            for k in range(count):
                dx, dy = roots[j, k, 0] - roots[other, k, 0], roots[j, k, 1] - roots[other, k, 1]
                if dx * dx + dy * dy < room * room:
                    return SUBJECTS_COLLIDE
    return CLEAR


@compiled
def camera_clear(library: Library, clips: Clips, i: Int, roots: F64, eyes: F64, count: Int, step_s: float) -> Int:
    """Reason code of the camera's way; `eyes` (n, 8), `roots` (S, n, 4)."""
    ground = clips.stage[i, 2]
    for k in range(count):
        if eyes[k, 2] < ground + CAMERA_ROOM_M:
            return CAMERA_UNDER_GROUND
    most = (CAMERA_TOP_SPEED_MPS * step_s) ** 2
    low_x = low_y = np.inf
    high_x = high_y = -np.inf
    for k in range(count):
        low_x, high_x = min(low_x, eyes[k, 0]), max(high_x, eyes[k, 0])
        low_y, high_y = min(low_y, eyes[k, 1]), max(high_y, eyes[k, 1])
        if k > 0:
            dx, dy, dz = eyes[k, 0] - eyes[k - 1, 0], eyes[k, 1] - eyes[k - 1, 1], eyes[k, 2] - eyes[k - 1, 2]
            if dx * dx + dy * dy + dz * dz > most:
                return CAMERA_TOO_FAST
    for o in range(clips.obstacles[i, 0], clips.obstacles[i, 1]):
        reach = CAMERA_ROOM_M + library.obstacle_reach[o]
        x, y = library.obstacle_center[o, 0], library.obstacle_center[o, 1]
        if x + reach < low_x or x - reach > high_x or y + reach < low_y or y - reach > high_y:
            continue
        for k in range(count):
            if _inside(library, o, eyes[k, 0], eyes[k, 1], eyes[k, 2], CAMERA_ROOM_M, CAMERA_ROOM_M):
                return CAMERA_IN_GEOMETRY
    for j in range(np.int64(clips.subjects[i])):
        room = clips.body[i, j, 2] + CAMERA_SUBJECT_ROOM_M
        top = ground + clips.body[i, j, 1] + CAMERA_SUBJECT_ROOM_M
        for k in range(count):
            dx, dy = eyes[k, 0] - roots[j, k, 0], eyes[k, 1] - roots[j, k, 1]
            if eyes[k, 2] < top and dx * dx + dy * dy < room * room:
                return CAMERA_NEAR_SUBJECT
    return CLEAR
