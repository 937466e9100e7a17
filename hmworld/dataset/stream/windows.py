"""Windows of clips: how long they are, and where in a clip they may begin."""

import re
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from hmworld.dataset.reader import Dataset
from hmworld.errors import UsageError

Spanning = Literal["grid", "random", "entry", "absence", "cut"]
SPANNING = ("grid", "random", "entry", "absence", "cut")

Array = NDArray[np.int64]


@dataclass(frozen=True)
class Window:
    """Frames of a sample: `context` and then `target` of them (target 0: no split), `stride` frames of the clip apart."""

    context: int
    target: int
    stride: int

    @property
    def frames(self) -> int:
        """How many there are."""
        return self.context + self.target

    @property
    def span(self) -> int:
        """Frames of the clip from the first to the last, both included."""
        return (self.frames - 1) * self.stride + 1

    def of(self, start: int) -> range:
        """The clip's frames, beginning at one of them."""
        return range(start, start + self.span, self.stride)


def parse_window(window: int | str, stride: int) -> Window:
    """A window of 81 frames, or "77+77": 77 of context and 77 of target; UsageError where it is neither."""
    found = re.fullmatch(r"\s*([0-9]{1,6})\s*(?:\+\s*([0-9]{1,6})\s*)?", str(window))
    context, target = (int(found[1]), int(found[2] or 0)) if found else (0, 0)
    if found is None or context < 1 or (found[2] is not None and target < 1):
        raise UsageError(f"window is {window!r}; expected a number of frames such as 81, or context and target such as '77+77'")
    if stride < 1:
        raise UsageError(f"stride is {stride}; expected 1 or more: every so many-th frame is taken")
    return Window(context, target, stride)


@dataclass(frozen=True)
class Units:
    """What a stream draws from: windows whose start lies between `low` and `high`, both included, in clips of a dataset. All (N,)."""

    clip: Array
    """Number of the clip in the dataset."""
    low: Array
    high: Array
    left_out: int
    """Clips or absences for which there is no such window."""


def find_units(dataset: Dataset, window: Window, spanning: Spanning, hop: int, margin: int) -> Units:
    """All units of a dataset; UsageError where there are none.

    grid: windows `hop` frames apart, from frame 0. random: one a clip, anywhere. For each absence, one window that shows ... entry: its
    entry frame. absence: it all, from the last visible frame to the entry. cut: it all, with the last visible frame in the context part
    and the entry in the target part. There are `margin` frames of the clip before and after these, inside the window. Absences that are
    shorter than `stride` are left out: it might step over them.
    """
    if spanning not in SPANNING:
        raise UsageError(f"spanning is {spanning!r}; expected one of {', '.join(SPANNING)}")
    if spanning == "cut" and not window.target:
        raise UsageError("spanning='cut' needs a window of two parts, such as '77+77'")
    if hop < 1 or margin < 0:
        raise UsageError(f"hop is {hop} and margin {margin}; expected a hop of 1 or more and a margin of 0 or more")
    frames = dataset.columns(["frames"]).column("frames").to_numpy().astype(np.int64)
    last = frames - window.span
    """The last frame at which a window may begin."""
    if spanning in ("grid", "random"):
        count = np.where(last >= 0, last // hop + 1, 0) if spanning == "grid" else (last >= 0).astype(np.int64)
        clip = np.repeat(np.arange(len(frames)), count)
        low = (np.arange(len(clip)) - np.repeat(np.cumsum(count) - count, count)) * hop
        high = low if spanning == "grid" else last[clip]
        left_out = int((last < 0).sum())
    else:
        clip, gone, back = _absences(dataset)
        # So that, of the frames that are taken, some are before, some within and some after the absence.
        low, high = _spans(window, spanning, gone, back, max(margin, window.stride - 1))
        low, high = np.maximum(low, 0), np.minimum(high, last[clip])
        fits = (low <= high) & (back - gone - 1 >= window.stride)
        left_out = int((~fits).sum())
        clip, low, high = clip[fits], low[fits], high[fits]
    if not len(clip):
        raise UsageError(
            f"{dataset!r}: no window of {window.span} frames with spanning={spanning!r} in any of its clips, which have up to "
            f"{int(frames.max(initial=0))}; choose a shorter window, a smaller stride or margin, or other clips"
        )
    return Units(clip, low, high, left_out)


def _spans(window: Window, spanning: Spanning, gone: Array, back: Array, margin: int) -> tuple[Array, Array]:
    """First and last start of windows about absences that were last visible at `gone` and seen again at `back`."""
    latest_end = back + 1 + margin
    low = latest_end - window.span
    high = gone - margin
    if spanning == "entry":
        # Of what is before it, at least one frame without it.
        high = back - np.maximum(window.stride, np.minimum(margin, back - gone - 1))
    if spanning == "cut":
        context_span = window.context * window.stride
        # The first frame of the target part is at start + context_span, the last of the context part a stride before.
        low = np.maximum(low, gone - (context_span - window.stride))
        high = np.minimum(high, back - context_span)
    return low, high


def _absences(dataset: Dataset) -> tuple[Array, Array, Array]:
    """Clip, last visible frame and entry frame of all absences (A,)."""
    fields = ("kind", "last_visible_frame", "entry_frame")
    events = dataset.columns([f"events.list.element.{name}" for name in fields]).column("events").combine_chunks()
    flat = pc.list_flatten(events)
    clip = pc.list_parent_indices(events).to_numpy().astype(np.int64)
    kept = pc.equal(pc.struct_field(flat, "kind"), "absence").to_numpy(zero_copy_only=False)
    gone, back = (pc.struct_field(flat, name).to_numpy().astype(np.int64)[kept] for name in fields[1:])
    return clip[kept], gone, back
