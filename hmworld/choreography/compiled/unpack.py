"""From the compiled forecast's numbers back to documents."""

from __future__ import annotations

from typing import Any

from hmworld.choreography.compiled import events as fields
from hmworld.choreography.compiled.layout import Verdicts
from hmworld.choreography.hidden import down_to_microseconds
from hmworld.model.event import CAUSES, SIDES, Event

KINDS = ("absence", "exit_only", "entry_only", "occlusion")
_FRAMES = {
    "last_visible_frame": fields.LAST_VISIBLE,
    "exit_frame": fields.EXIT_FRAME,
    "return_frame": fields.RETURN_FRAME,
    "entry_frame": fields.ENTRY_FRAME,
    "gap_frames": fields.GAP,
}
_TIMES = {"exit_time_s": fields.EXIT_TIME, "return_time_s": fields.RETURN_TIME}
_AMOUNTS = {
    "hidden_path_m": (fields.HIDDEN_PATH, 4),
    "hidden_displacement_m": (fields.HIDDEN_DISPLACEMENT, 4),
    "hidden_turn_deg": (fields.HIDDEN_TURN, 3),
}


def events_of(verdicts: Verdicts, i: int) -> tuple[Event, ...]:
    """The events of clip i, in the order in which the forecast gives them."""
    return tuple(_event(verdicts.events[i, k].tolist()) for k in range(verdicts.found[i]))


def _event(numbers: list[float]) -> Event:
    values: dict[str, Any] = {name: int(numbers[at]) for name, at in _FRAMES.items()}
    values |= {name: down_to_microseconds(numbers[at]) if numbers[at] >= 0.0 else -1.0 for name, at in _TIMES.items()}
    values |= {name: round(numbers[at], digits) for name, (at, digits) in _AMOUNTS.items()}
    return Event(
        kind=KINDS[int(numbers[fields.KIND])],
        subject=int(numbers[fields.SUBJECT]) + 1,
        exit_side=SIDES[int(numbers[fields.EXIT_SIDE])],
        entry_side=SIDES[int(numbers[fields.ENTRY_SIDE])],
        straddles_cut=bool(numbers[fields.STRADDLES]),
        occluded_at_exit=bool(numbers[fields.OCCLUDED_AT_EXIT]),
        exit_cause=CAUSES[int(numbers[fields.EXIT_CAUSE])],
        entry_cause=CAUSES[int(numbers[fields.ENTRY_CAUSE])],
        **values,
    )
