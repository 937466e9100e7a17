"""Of which instant pictures are: of the pose just commanded or of one before; and whether the same pose gives the same picture."""

from __future__ import annotations

import time

import numpy as np

from hmworld.engine.pictures import apart
from hmworld.engine.selftest.bench import Bench, Box, Shot
from hmworld.engine.selftest.findings import Outcome, bad, good

WALL = Box("check_wall", (900.0, 700.0, 0.0), (60.0, 900.0, 900.0), (255, 0, 0))
"""Dark beside a bright sky."""
BALL = Box("check_ball", (600.0, 0.0, 0.0), (40.0, 40.0, 40.0), (0, 255, 0))
HERE = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
THERE = (20.0, 30.0, 10.0, 0.0, 22.0, 0.0)
"""So near and so little turned that no engine may take it for a cut."""
TOLD_APART = 1.0
"""Mean difference of 255 from which on two colour pictures are not the same; Unreal with a fixed step stays below."""
AWHILE_S = 1.0
SPECKS = 0.0005
"""Pixels of a distant ground may change their level of detail."""
SETTLED = 8
"""After so many pictures from one pose an engine's history is only of that pose; as many are thrown away before a clip."""


def _depth_apart(a: Shot, b: Shot) -> float:
    """Share of pixels whose depth differs by more than a hundredth."""
    near, far = np.minimum(a.depth_m, b.depth_m), np.maximum(a.depth_m, b.depth_m)
    return float(((far > 1.01 * near) & np.isfinite(near)).mean())


def _mask_apart(a: Shot, b: Shot) -> float:
    """Share of pixels of another colour."""
    return float((np.abs(a.colours.astype(np.int16) - b.colours).max(-1) > 3).mean())


_MEASURES = {"picture": lambda a, b: apart(a.rgb, b.rgb), "mask": _mask_apart, "depth": _depth_apart}
_DIFFERENT = {"picture": TOLD_APART, "mask": 0.001, "depth": 0.001}


def check_latency(bench: Bench) -> Outcome:
    """The first pictures after a command show what was commanded, not what was before."""
    bench.clear()
    bench.put(WALL, BALL)
    bench.cut(HERE)
    before = bench.settled(HERE)
    first = bench.shoot(THERE)
    last = [bench.shoot(THERE) for _ in range(3)][-1]
    late, told = [], []
    for what, measure in _MEASURES.items():
        if what == "depth" and not np.isfinite(last.depth_m).any():
            told.append("depth shows nothing")
            continue
        if measure(before, last) <= _DIFFERENT[what]:
            return bad("nothing_changes", f"the {what} is the same before and after the camera was turned by 22 degrees")
        if measure(first, before) < measure(first, last):
            late.append(f"late_{what}")
        told.append(f"{what} {measure(first, last):.3g} from that of its pose, {measure(first, before):.3g} from that before")
    if late:
        return bad("+".join(late), "; ".join(told))
    bench.move(BALL.name, (600.0, 60.0, 40.0))
    moved, settled = bench.shoot(THERE), [bench.shoot(THERE) for _ in range(2)][-1]
    if _mask_apart(moved, settled) > _DIFFERENT["mask"] / 10 and _mask_apart(moved, settled) > _mask_apart(moved, last):
        return bad("late_object", "an object that was moved is where it was before in the next mask")
    return good("; ".join(told))


def check_repeatability(bench: Bench) -> Outcome:
    """A pose gives the same pictures whenever it is taken: no noise, no history, no exposure that follows, no time that goes on."""
    bench.clear()
    bench.put(WALL, BALL)
    bench.cut(HERE)
    shots = [bench.shoot(HERE) for _ in range(SETTLED + 1)]
    noise, still = apart(shots[-2].rgb, shots[-1].rgb), shots[-1]
    if noise > TOLD_APART:
        return bad("noise", f"two pictures from one pose, the {SETTLED}th and the next, are {noise:.2f} of 255 apart")
    time.sleep(AWHILE_S)
    later = bench.shoot(HERE)
    drift = apart(still.rgb, later.rgb)
    if max(drift / TOLD_APART, _mask_apart(still, later) / 0.001) > 1.0:
        return bad("time_goes_on", f"a picture taken {AWHILE_S:g} s later without a command between is {drift:.2f} of 255 away")
    for _ in range(SETTLED):
        bench.shoot(THERE)
    back = bench.shoot(HERE)
    settled = [bench.shoot(HERE) for _ in range(SETTLED)][-1]
    first, same = apart(back.rgb, settled.rgb), apart(settled.rgb, still.rgb)
    mask, depth = _mask_apart(back, still), _depth_apart(back, still)
    if mask > SPECKS or depth > SPECKS:
        share = f"{mask:.2%} of the mask and {depth:.2%} of the depth from one pose differ after the camera was elsewhere"
        return bad("mask_or_depth_not_repeatable", share)
    if first > TOLD_APART:
        gain = float(back.rgb.mean() / max(settled.rgb.mean(), 1e-6))
        rest = apart(np.clip(back.rgb / gain, 0, 255).astype(np.uint8), settled.rgb)
        if rest < 0.5 * first:
            return bad("auto_exposure", f"the first picture from a pose is {gain:.2f} times as bright as the {SETTLED + 1}th")
        return bad(
            "history", f"the first picture from a pose is {first:.2f} of 255 from the {SETTLED + 1}th: what was seen before shows through"
        )
    if same > TOLD_APART:
        return bad("not_repeatable", f"a picture is {same:.2f} of 255 from that of the same pose before")
    pictures = f"again at once {noise:.2f}, {AWHILE_S:g} s later {drift:.2f}, after a turn {first:.2f} of 255"
    return good(f"{pictures}; {mask:.2%} of the mask and {depth:.2%} of the depth differ")
