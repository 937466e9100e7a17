"""Why a subject left and why it came back: counterfactuals on the choreography (DESIGN section 5)."""

import numpy as np
from numpy.typing import NDArray

from hmworld.choreography.choreography import Choreography
from hmworld.choreography.visibility import in_frame_fraction
from hmworld.geometry.motion import Motion
from hmworld.model.event import Cause, Event, State

Array = NDArray[np.float64]

LEFT_BELOW = 0.05
"""In-frame fraction below which a counterfactual subject has left."""
SAMPLES_PER_FRAME = 2


def exit_and_entry_causes(
    choreography: Choreography, index: int, motion: Motion, states: NDArray[np.uint8], fractions: Array, event: Event
) -> tuple[Cause, Cause]:
    """Exit and entry cause of an absence; `states` (T,) and `fractions` (T,) of the subject.

    `event` must hold its frames and its exit and return times.
    """
    before = _visible_run(states, event.last_visible_frame, -1)
    best = fractions[before].max()
    leave_from = int(before[fractions[before] == best].max())
    after = _visible_run(states, event.entry_frame, +1)
    best = fractions[after].max()
    come_to = int(after[fractions[after] == best].min())
    fps = choreography.spec.render.fps
    exit_cause = _cause(choreography, index, motion, leave_from / fps, leave_from / fps, event.return_time_s)
    entry_cause = _cause(choreography, index, motion, come_to / fps, event.exit_time_s, come_to / fps)
    return exit_cause, entry_cause


def _visible_run(states: NDArray[np.uint8], start: int, step: int) -> NDArray[np.int64]:
    frames = []
    frame = start
    while 0 <= frame < len(states) and states[frame] == State.VISIBLE:
        frames.append(frame)
        frame += step
    return np.array(frames, np.int64)


def _cause(choreography: Choreography, index: int, motion: Motion, frozen_s: float, from_s: float, to_s: float) -> Cause:
    count = max(2, int(np.ceil((to_s - from_s) * choreography.spec.render.fps * SAMPLES_PER_FRAME)) + 1)
    moving, frozen = np.linspace(from_s, to_s, count), np.full(count, frozen_s)
    by_camera = bool((in_frame_fraction(choreography, index, motion, frozen, moving) < LEFT_BELOW).any())
    by_subject = bool((in_frame_fraction(choreography, index, motion, moving, frozen) < LEFT_BELOW).any())
    if by_camera and by_subject:
        return "either"
    if by_camera:
        return "camera"
    return "subject" if by_subject else "both_needed"
