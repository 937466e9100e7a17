"""Events of one subject from its states (DESIGN section 5): which frames, nothing more.

Times, sides and causes are filled in by whoever knows the poses: the forecast from geometry, the annotator from silhouettes.
"""

from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hmworld.model.event import Event, State

MIN_RUN = 3
"""Frames without a visible one that make an absence or occlusion; shorter ones are flicker."""


def find_events(states: ArrayLike, subject: int, context_frames: int) -> list[Event]:
    """Events of subject `subject` (its mask id) in states (T,), in order of their first frame."""
    s = np.asarray(states)
    visible = np.flatnonzero(s == State.VISIBLE)
    events: list[Event] = []
    if len(visible) == 0:
        return events
    head = s[: visible[0]]
    if len(head) >= MIN_RUN and (head == State.OUT_OF_FRAME).any():
        out = np.flatnonzero(head == State.OUT_OF_FRAME)
        events.append(Event(kind="entry_only", subject=subject, return_frame=int(out[-1]) + 1, entry_frame=int(visible[0])))
    for before, after in pairwise(visible):
        event = _between(s, int(before), int(after), subject, context_frames)
        if event is not None:
            events.append(event)
    tail = s[visible[-1] + 1 :]
    if len(tail) >= MIN_RUN and (tail == State.OUT_OF_FRAME).any():
        first = int(visible[-1]) + 1 + int(np.flatnonzero(tail == State.OUT_OF_FRAME)[0])
        events.append(
            Event(
                kind="exit_only",
                subject=subject,
                last_visible_frame=int(visible[-1]),
                exit_frame=first,
                occluded_at_exit=bool((s[visible[-1] + 1 : first] == State.OCCLUDED).any()),
            )
        )
    return events


def _between(s: NDArray[np.uint8], before: int, after: int, subject: int, context_frames: int) -> Event | None:
    run = s[before + 1 : after]
    if len(run) < MIN_RUN:
        return None
    seen = Event(
        kind="occlusion",
        subject=subject,
        last_visible_frame=before,
        entry_frame=after,
        gap_frames=after - before - 1,
        straddles_cut=before < context_frames <= after,
    )
    out = before + 1 + np.flatnonzero(run == State.OUT_OF_FRAME)
    if len(out) == 0:
        if not (run == State.OCCLUDED).any():
            return None
        return seen
    return seen.model_copy(
        update={
            "kind": "absence",
            "exit_frame": int(out[0]),
            "return_frame": int(out[-1]) + 1,
            "occluded_at_exit": bool((s[before + 1 : out[0]] == State.OCCLUDED).any()),
        }
    )
