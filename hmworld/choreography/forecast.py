"""The forecast: what a clip's pictures will show of each subject, before any is rendered.

`silhouette` says how many pixels of a subject are in the frame. Of those, `visible_px` has the share of surface points in the frame
that no obstacle and no other subject hides.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hmworld.choreography.absences import find_events
from hmworld.choreography.causes import exit_and_entry_causes
from hmworld.choreography.choreography import Choreography
from hmworld.choreography.hidden import down_to_microseconds, hidden_motion
from hmworld.choreography.occlusion import OCCLUSION_POINTS, hidden_by_obstacles, hidden_by_subject
from hmworld.choreography.silhouette import amodal_pixels
from hmworld.choreography.visibility import in_frame, in_frame_fraction, points_in_world, side_of, states_from_counts
from hmworld.geometry.camera import project
from hmworld.geometry.motion import CONTRACT_POINTS, Motion
from hmworld.model.cards import Obstacle
from hmworld.model.event import Event

Array = NDArray[np.float64]

_BISECTIONS = 8


@dataclass(frozen=True)
class Forecast:
    """Predicted visibility of S subjects over T frames, and the events that follow."""

    visible_px: Array
    """(S, T)"""
    amodal_px: Array
    """(S, T), counted where it decides a state, else guessed."""
    in_frame_fraction: Array
    """(S, T), exact: the annotator's number."""
    states: NDArray[np.uint8]
    """(S, T)"""
    events: tuple[Event, ...]


@dataclass(frozen=True)
class _Seen:
    pixels: Array
    depth: Array
    inside: NDArray[np.bool_]


def _see(choreography: Choreography, index: int, motion: Motion, times: Array) -> _Seen:
    render, k = choreography.spec.render, choreography.K
    points = points_in_world(choreography, index, motion, times, len(motion.points))
    camera = choreography.T_world_camera(times)
    inside, _ = in_frame(points, camera, k, render.width, render.height)
    return _Seen(*project(points, camera, k), inside)


def forecast(
    choreography: Choreography,
    motions: Sequence[Motion],
    areas_m2: Sequence[float],
    obstacles: Sequence[Obstacle],
) -> Forecast:
    """Forecast a clip; `motions` and surface `areas_m2` are those of its subjects, in order."""
    spec, times = choreography.spec, choreography.frame_times
    seen = [_see(choreography, i, motion, times) for i, motion in enumerate(motions)]
    eye = choreography.T_world_camera(times)[:, :3, 3]
    amodal, visible, fraction = (np.zeros((len(motions), len(times))) for _ in range(3))
    for i, (one, motion, area_m2) in enumerate(zip(seen, motions, areas_m2, strict=True)):
        fraction[i] = one.inside[:, :CONTRACT_POINTS].mean(1)
        few = slice(0, OCCLUSION_POINTS)
        points = points_in_world(choreography, i, motion, times, OCCLUSION_POINTS)
        hidden = hidden_by_obstacles(eye, points, obstacles)
        for j, other in enumerate(seen):
            if j != i:
                hidden |= hidden_by_subject(
                    one.pixels[:, few], one.depth[:, few], one.inside[:, few], other.pixels, other.depth, other.inside
                )
        candidates = one.inside[:, few]
        # With none of the few points in the frame nothing is known of occlusion: count what is in the frame as seen.
        seen_share = np.where(candidates.any(1), (candidates & ~hidden).sum(1) / np.maximum(candidates.sum(1), 1), 1.0)
        # So many pixels in the frame make as many visible ones as count, or, where all is hidden, an occluded subject.
        needed = spec.render.min_visible_px / np.where(seen_share > 0.0, seen_share, 1.0)
        amodal[i] = amodal_pixels(choreography, i, motion, area_m2, times, needed)
        visible[i] = amodal[i] * seen_share
    states = states_from_counts(visible, amodal, fraction, spec.render.min_visible_px)
    events = [
        _completed(choreography, event, motions[event.subject - 1], areas_m2[event.subject - 1], states, fraction)
        for i in range(len(motions))
        for event in find_events(states[i], i + 1, spec.render.context_frames)
    ]
    return Forecast(visible, amodal, fraction, states, tuple(events))


def _completed(
    choreography: Choreography, event: Event, motion: Motion, area_m2: float, states: NDArray[np.uint8], fraction: Array
) -> Event:
    fps, index = choreography.spec.render.fps, event.subject - 1
    values: dict[str, object] = {}
    for frame_name, time_name, side_name, leaving in (
        ("exit_frame", "exit_time_s", "exit_side", True),
        ("return_frame", "return_time_s", "entry_side", False),
    ):
        frame = getattr(event, frame_name)
        if frame < 1:
            continue
        low, high = (frame - 1) / fps, frame / fps
        for _ in range(_BISECTIONS):
            middle = (low + high) / 2.0
            at, least = np.array([middle]), float(choreography.spec.render.min_visible_px)
            out = bool(in_frame_fraction(choreography, index, motion, at)[0] < 0.5)
            out = out and bool(amodal_pixels(choreography, index, motion, area_m2, at, np.array([least]))[0] < least)
            low, high = (low, middle) if out == leaving else (middle, high)
        values[time_name] = down_to_microseconds(high)
        values[side_name] = side_of(choreography, index, motion, high)
    event = event.model_copy(update=values)
    if event.kind != "absence":
        return event
    causes = exit_and_entry_causes(choreography, index, motion, states[index], fraction[index], event)
    return event.model_copy(update={"exit_cause": causes[0], "entry_cause": causes[1], **hidden_motion(choreography, event)})
