"""Which clips are worth keeping: the retention rule on states and events (DESIGN section 5)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hmworld.model.event import Event, State
from hmworld.model.recipe import Retention

REASONS = ("no_event", "seen_too_short_before", "gap_too_short", "seen_too_short_after")
"""Reason codes of a clip that fails the rule, from worst to nearest miss."""


def retention_reason(events: Sequence[Event], states: NDArray[np.uint8], rule: Retention) -> str:
    """ "" if some absence passes, else the reason code of the nearest miss. `states` is (S, T), events hold mask ids."""
    nearest = 0
    for event in events:
        if event.kind != "absence":
            continue
        failed = _failed(event, states[event.subject - 1], rule)
        if not failed:
            return ""
        nearest = max(nearest, REASONS.index(failed))
    return REASONS[nearest]


def passes_retention(events: Sequence[Event], states: NDArray[np.uint8], rule: Retention) -> bool:
    """Whether some absence of the clip passes the rule."""
    return retention_reason(events, states, rule) == ""


def _failed(event: Event, states: NDArray[np.uint8], rule: Retention) -> str:
    out = states == State.OUT_OF_FRAME
    begin = event.exit_frame
    while begin > 0 and not out[begin - 1]:
        begin -= 1
    end = event.return_frame
    while end < len(states) and not out[end]:
        end += 1
    before = states[begin : event.exit_frame]
    if len(before) < rule.min_not_out_before or (before == State.VISIBLE).sum() < rule.min_visible_before:
        return "seen_too_short_before"
    if event.gap_frames < rule.min_gap:
        return "gap_too_short"
    if (states[event.return_frame : end] == State.VISIBLE).sum() < rule.min_visible_after:
        return "seen_too_short_after"
    return ""
