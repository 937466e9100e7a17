"""Events from rendered states: times by bisection on silhouettes, sides, causes and hidden motion."""

from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from hmworld.choreography import Choreography, exit_and_entry_causes, find_events, in_frame_fraction, side_of
from hmworld.choreography.hidden import down_to_microseconds, hidden_motion
from hmworld.geometry.motion import Motion
from hmworld.model.event import Event

Array = NDArray[np.float64]

SilhouettePixels = Callable[[int, float], int]
"""Amodal pixels of subject (0-based) at a time, or an estimate of them."""

TIME_BISECTIONS = 9
"""Halvings of one frame: 0.13 ms at 15 fps."""


def annotate_events(
    choreography: Choreography,
    motions: Sequence[Motion],
    states: NDArray[np.uint8],
    fractions: Array,
    silhouette_pixels: SilhouettePixels,
    method: Literal["solo_render", "interpolated"] = "solo_render",
) -> list[Event]:
    """All events of states (S, T), complete; `fractions` (S, T) are in-frame fractions."""
    context = choreography.spec.render.context_frames
    events: list[Event] = []
    for index in range(len(states)):
        for event in find_events(states[index], index + 1, context):
            timed = _timed(choreography, motions[index], event, silhouette_pixels, method)
            if event.kind == "absence":
                causes = exit_and_entry_causes(choreography, index, motions[index], states[index], fractions[index], timed)
                update: dict[str, Any] = {"exit_cause": causes[0], "entry_cause": causes[1]}
                timed = timed.model_copy(update=update | hidden_motion(choreography, timed))
            events.append(timed)
    return events


def _timed(choreography: Choreography, motion: Motion, event: Event, silhouette_pixels: SilhouettePixels, method: str) -> Event:
    index, fps = event.subject - 1, choreography.spec.render.fps
    minimum = choreography.spec.render.min_visible_px

    def out(time: float) -> bool:
        inside = in_frame_fraction(choreography, index, motion, [time])[0]
        return bool(inside < 0.5) and silhouette_pixels(index, time) < minimum

    values: dict[str, Any] = {}
    for frame, time_name, side_name, leaving in (
        (event.exit_frame, "exit_time_s", "exit_side", True),
        (event.return_frame, "return_time_s", "entry_side", False),
    ):
        if frame < 1:
            continue
        low, high = (frame - 1) / fps, frame / fps
        for _ in range(TIME_BISECTIONS):
            middle = (low + high) / 2.0
            low, high = (low, middle) if out(middle) == leaving else (middle, high)
        values |= {time_name: down_to_microseconds(high), side_name: side_of(choreography, index, motion, high), "time_method": method}
    return event.model_copy(update=values)
