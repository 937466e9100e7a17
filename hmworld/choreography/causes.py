"""Why a subject left and why it came back: counterfactuals on the choreography (DESIGN section 5)."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from hmworld.choreography.choreography import Choreography
from hmworld.choreography.visibility import in_frame_fraction
from hmworld.geometry.motion import CONTRACT_POINTS, Motion
from hmworld.model.event import Cause, Event, State

Array = NDArray[np.float64]

LEFT_BELOW = 0.05
"""In-frame fraction below which a counterfactual subject has left."""
NEARLY_BELOW = LEFT_BELOW + 4 / CONTRACT_POINTS
"""About samples with fractions below this, it is looked `DENSER` times as closely: limbs swing out for a few milliseconds."""
SAMPLES_PER_FRAME, DENSER = 2, 16


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
    times = np.linspace(from_s, to_s, count)

    def leaves(fractions_at: Callable[[Array], Array]) -> bool:
        fractions = fractions_at(times)
        nearly = fractions < NEARLY_BELOW
        if (fractions < LEFT_BELOW).any() or not nearly.any():
            return bool((fractions < LEFT_BELOW).any())
        shares = np.arange(1, DENSER) / DENSER
        dense = times[nearly][:, None] + np.concatenate([-shares, shares]) * (times[1] - times[0])
        return bool((fractions_at(np.clip(dense.ravel(), from_s, to_s)) < LEFT_BELOW).any())

    by_camera = leaves(lambda at: in_frame_fraction(choreography, index, motion, np.full(len(at), frozen_s), at))
    by_subject = leaves(lambda at: in_frame_fraction(choreography, index, motion, at, np.full(len(at), frozen_s)))
    if by_camera and by_subject:
        return "either"
    if by_camera:
        return "camera"
    return "subject" if by_subject else "both_needed"
