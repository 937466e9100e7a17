"""What rendering a plan will cost: time and bytes, by measured rates; and what rendering first and filtering afterwards would."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from hmworld.choreography.compiled.judge import RETENTION_REASONS
from hmworld.model.recipe import Recipe

# Rates of `python benchmarks/cost.py` of 2026-11-23 on our reference machine (2 cores of an Intel Xeon, virtual): the embedded engine with
# one thread and the driver, CPU seconds together, so one slot is one core; one or two subjects a clip. Optional streams come on top.
SECONDS_A_FRAME = {"main": (0.0455, 0.1313), "depth": (0.0013, 0.0172), "flow": (0.0058, 0.0799), "normal": (0.0060, 0.1232)}
"""Fixed part, and part a megapixel."""
BYTES_A_FRAME = {
    "video": (56_300.0, 0.840),
    "truth": (3_820.0, 0.533),
    "depth": (95_800.0, 0.721),
    "flow": (177_000.0, 0.931),
    "normal": (222_000.0, 0.603),
}
"""At one megapixel, and the power of megapixels it grows with."""
MEASURED_CRF, CRF_OF_HALF = 18, 6.0
"""x264's rule of thumb: 6 crf more, half the bytes."""
FILMABLE_REASONS = (*RETENTION_REASONS, "not_needed", "other_cause_wanted", "same_as_another")
"""Why candidates were turned down that could have been filmed; all other reasons are geometry's."""


@dataclass(frozen=True)
class Cost:
    """What a render takes. `rate` says where `seconds_a_frame` comes from: measured by us, given by the user, or nowhere."""

    clips: int
    frames: int
    video_s: float
    slots: int
    rate: Literal["reference", "given", "none"]
    seconds_a_frame: float | None
    """Of one slot."""
    slot_hours: float | None
    """Of all slots together."""
    hours: float | None
    """With all slots at work."""
    disk_bytes: int
    filmable: int
    """Candidates looked at that nothing stands against but what they show."""
    worthy: int
    """Those of them that show an absence worth keeping."""
    render_all_factor: float | None
    """Renders a worthy clip, if all that can be filmed were rendered and filtered afterwards; None where the forecast does not filter."""


def estimate(
    recipe: Recipe,
    clips: int,
    rejected_by_reason: Mapping[str, int],
    *,
    slots: int = 1,
    seconds_a_frame: float | None = None,
    engine: Literal["embedded", "unreal"] = "embedded",
) -> Cost:
    """Cost of rendering `clips` planned clips of a recipe, counterfactuals among them; `rejected_by_reason` counts the candidates that were
    turned down.

    ValueError for less than one slot or a rate that is not above 0.
    """
    if slots < 1 or (seconds_a_frame is not None and not 0.0 < seconds_a_frame < float("inf")):
        raise ValueError(f"expected one slot or more and a rate above 0, got {slots} and {seconds_a_frame}")
    render, frames = recipe.render, clips * recipe.render.frames
    megapixels = render.width * render.height / 1e6
    rate: Literal["reference", "given", "none"] = "given"
    if seconds_a_frame is None:
        rate = "reference" if engine == "embedded" else "none"
        if engine == "embedded":
            seconds_a_frame = sum(_seconds(stream, megapixels) for stream in ("main", *recipe.streams))
    slot_hours = None if seconds_a_frame is None else frames * seconds_a_frame / 3600.0
    size = sum(_bytes(stream, megapixels) for stream in ("truth", *recipe.streams))
    size += _bytes("video", megapixels) * 2.0 ** ((MEASURED_CRF - recipe.encoder.crf) / CRF_OF_HALF)
    filmable = min(clips, recipe.clips) + sum(rejected_by_reason.get(reason, 0) for reason in FILMABLE_REASONS)
    worthy = filmable - sum(rejected_by_reason.get(reason, 0) for reason in RETENTION_REASONS)
    return Cost(
        clips=clips,
        frames=frames,
        video_s=frames / render.fps,
        slots=slots,
        rate=rate,
        seconds_a_frame=seconds_a_frame,
        slot_hours=slot_hours,
        # A clip is made by one slot, so more slots than clips do not help.
        hours=None if slot_hours is None else slot_hours / max(1, min(slots, clips)),
        disk_bytes=round(frames * size),
        filmable=filmable,
        worthy=worthy,
        render_all_factor=filmable / worthy if recipe.forecast == "filter" and worthy else None,
    )


def _seconds(stream: str, megapixels: float) -> float:
    fixed, per_megapixel = SECONDS_A_FRAME[stream]
    return fixed + per_megapixel * megapixels


def _bytes(part: str, megapixels: float) -> float:
    at_one, exponent = BYTES_A_FRAME[part]
    return float(at_one * megapixels**exponent)
