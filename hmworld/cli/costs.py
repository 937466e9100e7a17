"""The cost of a render in a few lines."""

from hmworld.plan.cost import Cost


def cost_lines(cost: Cost) -> list[str]:
    """What `hmworld plan` says of the cost."""
    clips = "1 clip" if cost.clips == 1 else f"{cost.clips:,} clips"
    lines = [
        f"cost: {clips}, {cost.frames:,} frames, {duration(cost.video_s)} of video, about {_size(cost.disk_bytes)} on disk"
        + ("" if cost.rate == "reference" else " (as large as the embedded engine's pictures would be)"),
    ]
    if cost.slot_hours is None or cost.hours is None:
        lines.append("  time: no rate was ever measured for Unreal; put in your own with --seconds-per-frame X, and --slots N")
    else:
        source = "your rate" if cost.rate == "given" else "the rate of our reference machine: 2 cores, a core a slot, 2026-11-23"
        with_slots = f", {duration(3600 * cost.hours)} with {cost.slots} slots" if cost.slots > 1 else ""
        lines.append(f"  time: about {duration(3600 * cost.slot_hours)} of one slot (an engine process){with_slots},")
        lines.append(
            f"        at {cost.seconds_a_frame:.3g} s a frame, {source}"
            + ("; --seconds-per-frame X and --slots N put in yours" if cost.rate == "reference" else "")
        )
    if cost.render_all_factor is not None:
        lines.append(
            f"  render first, filter afterwards: {cost.render_all_factor:.2f} times as much for as many kept clips: {cost.worthy:,} of "
            f"{cost.filmable:,} candidates that"
        )
        lines.append("        can be filmed show an absence worth keeping (what balance or causes would throw away comes on top)")
    return lines


def duration(seconds: float) -> str:
    """Seconds as people say them."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:,.1f} h"


def _size(count: float) -> str:
    for unit, power in (("TB", 12), ("GB", 9), ("MB", 6)):
        if count >= 10**power:
            return f"{count / 10**power:.3g} {unit}"
    return f"{count / 1e3:.3g} kB"
