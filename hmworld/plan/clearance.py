"""Whether a candidate can be filmed: subjects keep apart from each other, obstacles and the stage's edge; cameras never enter geometry."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hmworld.choreography import Choreography
from hmworld.choreography.compiled.clearance import CAMERA_ROOM_M, CAMERA_SUBJECT_ROOM_M, CAMERA_TOP_SPEED_MPS, SUBJECT_ROOM_M
from hmworld.model.cards import Obstacle

Array = NDArray[np.float64]

SAMPLE_EVERY_S = 0.1


def clearance_reason(choreography: Choreography, obstacles: Sequence[Obstacle]) -> str:
    """ "" if nothing is in the way, else the reason code of the first problem."""
    spec = choreography.spec
    duration = spec.render.frames / spec.render.fps
    times = np.linspace(0.0, duration, max(2, round(duration / SAMPLE_EVERY_S) + 1))
    roots = [choreography.subject(i, times).T_world_subject[:, :3, 3] for i in range(len(spec.subjects))]
    center, radius = np.array(spec.scene.stage.center_m), spec.scene.stage.radius_m
    for root, subject in zip(roots, spec.subjects, strict=True):
        if (np.hypot(*(root - center)[:, :2].T) > radius).any():
            return "off_stage"
        walker = root + np.array([0.0, 0.0, subject.height_m / 2.0])
        half = np.array([subject.footprint_radius_m, subject.footprint_radius_m, subject.height_m / 2.0])
        if any(o.solid and _inside(walker, o, half).any() for o in obstacles):
            return "subject_in_obstacle"
    for i, a in enumerate(roots):
        for j in range(i):
            room = spec.subjects[i].footprint_radius_m + spec.subjects[j].footprint_radius_m + SUBJECT_ROOM_M
            if (np.hypot(*(a - roots[j])[:, :2].T) < room).any():
                return "subjects_collide"
    eye = choreography.T_world_camera(times)[:, :3, 3]
    if (eye[:, 2] < center[2] + CAMERA_ROOM_M).any():
        return "camera_under_ground"
    if (np.linalg.norm(np.diff(eye, axis=0), axis=1) / np.diff(times) > CAMERA_TOP_SPEED_MPS).any():
        return "camera_too_fast"
    if any(_inside(eye, o, np.full(3, CAMERA_ROOM_M)).any() for o in obstacles):
        return "camera_in_geometry"
    for root, subject in zip(roots, spec.subjects, strict=True):
        near = np.hypot(*(eye - root)[:, :2].T) < subject.footprint_radius_m + CAMERA_SUBJECT_ROOM_M
        if (near & (eye[:, 2] < root[:, 2] + subject.height_m + CAMERA_SUBJECT_ROOM_M)).any():
            return "camera_near_subject"
    return ""


def _inside(points: Array, obstacle: Obstacle, room_m: Array) -> NDArray[np.bool_]:
    """Whether points (N, 3) lie in an obstacle grown by `room_m` (3,)."""
    c, s = np.cos(np.deg2rad(obstacle.yaw_deg)), np.sin(np.deg2rad(obstacle.yaw_deg))
    local = (points - np.array(obstacle.center_m)) @ np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])
    scaled = np.abs(local) / (np.array(obstacle.half_m) + room_m)
    return np.asarray((scaled.max(-1) < 1.0) if obstacle.kind == "box" else ((scaled**2).sum(-1) < 1.0))
