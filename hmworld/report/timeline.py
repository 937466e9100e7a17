"""When each subject of a clip is seen: runs of states and absences, as shapes in pixels that the template `_timeline.svg` draws."""

from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_uppercase

import numpy as np
from numpy.typing import NDArray

from hmworld.model.clip import ClipSpec
from hmworld.model.event import STATE_NAMES, Event, State
from hmworld.report.topdown import SUBJECT_COLOURS, moments

STATE_COLOURS = {"visible": "#3d4f63", "occluded": "#e8a33d", "too_small": "#a9b8c8", "out_of_frame": "#ffffff"}
LABEL_PX, ROW_PX, HEAD_PX = 150, 34, 20


@dataclass(frozen=True)
class Segment:
    """A run of frames of one state: its first frame and its length."""

    state: str
    first: int
    frames: int


@dataclass(frozen=True)
class Gap:
    """An absence, by its letter: the frames it is not seen, and how it came about in words."""

    letter: str
    first: int
    frames: int
    words: str


@dataclass(frozen=True)
class Row:
    """One subject."""

    name: str
    colour: str
    segments: tuple[Segment, ...]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True)
class Timeline:
    """All that the timeline of a clip shows; frame f is at x = left + f * frame_px."""

    width: int
    height: int
    left: int
    frame_px: float
    rows: tuple[Row, ...]
    cut: int
    """First frame of the target part."""
    seconds: tuple[tuple[int, float], ...]
    """Whole seconds that are written, and their frames."""
    moments: tuple[int, ...]


def runs(states: NDArray[np.uint8]) -> tuple[Segment, ...]:
    """Runs of equal states (T,)."""
    starts = np.flatnonzero(np.diff(states.astype(np.int64), prepend=-1))
    lengths = np.diff(starts, append=len(states))
    return tuple(
        Segment(STATE_NAMES[State(int(states[start]))], int(start), int(length)) for start, length in zip(starts, lengths, strict=True)
    )


def timeline(spec: ClipSpec, states: NDArray[np.uint8], events: Sequence[Event], width: int = 580) -> Timeline:
    """The timeline of a clip from its states (S, T) and events."""
    render = spec.render
    letters = iter(ascii_uppercase)
    rows = []
    for index, subject in enumerate(spec.subjects):
        gaps = tuple(
            Gap(next(letters, "…"), e.last_visible_frame + 1, e.gap_frames, words(e, render.fps))
            for e in events
            if e.kind == "absence" and e.subject == index + 1
        )
        rows.append(Row(subject.name, SUBJECT_COLOURS[index % len(SUBJECT_COLOURS)], runs(states[index]), gaps))
    duration = render.frames / render.fps
    step = next((s for s in (1, 2, 5, 10, 20, 60, 120, 300, 600) if duration / s <= 9), 1200)
    return Timeline(
        width=width,
        height=HEAD_PX + ROW_PX * len(rows) + 12,
        left=LABEL_PX,
        frame_px=(width - LABEL_PX - 12) / render.frames,
        rows=tuple(rows),
        cut=render.context_frames,
        seconds=tuple((second, float(second * render.fps)) for second in range(0, int(duration) + 1, step)),
        moments=tuple(int(frame) for frame in moments(spec)),
    )


def words(event: Event, fps: int) -> str:
    """An event in a line."""
    out, back = (f" {side}" if side in ("", "behind") else f" at the {side}" for side in (event.exit_side, event.entry_side))
    if event.kind == "exit_only":
        return f"leaves{out} at {_second(event.exit_time_s)} and does not come back"
    if event.kind == "entry_only":
        return f"comes in{back} at {_second(event.return_time_s)}; not seen before"
    if event.kind == "occlusion":
        return f"hidden in the picture from frame {event.last_visible_frame + 1} to {event.entry_frame - 1}"
    return (
        f"not seen for {event.gap_frames} frames ({event.gap_frames / fps:.1f} s): leaves{out} "
        f"({_cause(event.exit_cause)}), comes back{back} ({_cause(event.entry_cause)})"
        + (", across the cut" if event.straddles_cut else "")
    )


def _second(time_s: float) -> str:
    return f"{time_s:.2f} s" if time_s >= 0 else "an unknown time"


def _cause(cause: str) -> str:
    return {"both_needed": "both needed", "": "cause unknown"}.get(cause, cause)
