"""Whether the pictures of an instant can be of that instant: an engine that is late, dark or mixed up must not reach a dataset.

What one answer says is held against the others: the mask against each subject's silhouette alone and against the depth of its joints, every
picture against that of the instant before. An engine is not asked for more than a clip needs anyway; for what cannot be told so, there is
the module `second_look`.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hmworld.engine.pictures import apart
from hmworld.errors import EngineFault, UsageError
from hmworld.geometry.frames import T_world_camera_from_ue

if TYPE_CHECKING:
    from hmworld.engine.session import Capture, EngineInfo
    from hmworld.engine.tokens import Instant

BLANK_SPAN = 2
"""A colour picture whose values differ by no more shows nothing."""
SLACK_PX = 2
"""A mask may reach so far beyond a silhouette that another pass has drawn."""
SLACK_SHARE = 0.02
"""And hold so many more pixels."""
OFF_SHARE = 0.05
"""Share of a subject's pixels whose depth may be that of something else: edges."""
REACH_M = 1.0
"""A subject's surface is no farther than this, and a tenth of its size, from its joints in depth."""
MOVED_CM, MOVED_DEG = 2.0, 0.1
"""A camera that has moved or turned farther sees something else, if only by a pixel."""
TOLD_APART = 2.0
"""Mean difference of pictures, of 255, from which on two places look different."""
TOLD_CM = 0.01
"""A root that has moved farther moves every joint."""
CHANGED_PX = 8
"""So many pixels of a mask do not change without a change of the picture."""
EDGE_STEP, EDGE_SHARE = 12, 0.002
FEWEST_PX = 40
"""Fewer pixels of a subject tell nothing."""


EIGHT_BIT_STREAMS = {"unreal": ("normal", "flow")}
"""Streams that an engine has as 8-bit pictures only; a dataset holds numbers."""


def check_streams(engine: EngineInfo, streams: Collection[str]) -> None:
    """UsageError where a recipe asks an engine for streams that it has in 8 bits only."""
    found = [name for name in EIGHT_BIT_STREAMS.get(engine.name, ()) if name in streams]
    if found:
        raise UsageError(
            f"the recipe asks for the {'streams' if len(found) > 1 else 'stream'} {' and '.join(found)}, which the plugin of engine "
            f"{engine.name!r} answers as 8-bit pictures only; leave them out of `streams`, or render with --engine embedded"
        )


def check_capture(shot: Capture, instant: Instant, before: Capture | None, earlier: Instant | None) -> None:
    """EngineFault that names what cannot be; `before` and `earlier` are of the instant before this one."""
    # Of most pictures a few pixels are enough to see that they are not blank.
    if _span(shot.bgra[::8, ::8, :3]) <= BLANK_SPAN and _span(shot.bgra[..., :3]) <= BLANK_SPAN:
        raise EngineFault("blank_picture", f"all of the colour picture is about {shot.bgra[0, 0, :3].tolist()}")
    if before is not None and earlier is not None:
        _check_fresh(shot, instant, before, earlier)
        for k, (joints, old) in enumerate(zip(shot.joints_world, before.joints_world, strict=True)):
            moved = np.abs(instant.subjects[k].ue[:3] - earlier.subjects[k].ue[:3]).max()
            if moved > TOLD_CM and bool((joints == old).all()):
                raise EngineFault("late_bones", f"the joints of subject {k + 1} are those of the instant before, and its root has moved")
    for number, (count, box) in enumerate(shot.silhouettes, start=1):
        _check_subject(shot, instant, number, count, box)


def _span(colours: NDArray[np.uint8]) -> int:
    return int(colours.max()) - int(colours.min())


def check_latency(elsewhere: NDArray[np.uint8], once: NDArray[np.uint8], again: NDArray[np.uint8]) -> None:
    """EngineFault where the first of two pictures (H, W, 4) from one place shows what was seen from another place before."""
    if apart(elsewhere, again) > TOLD_APART and apart(once, elsewhere) < apart(once, again):
        raise EngineFault("late_picture", "a picture shows what the camera saw before it was moved: the engine is a picture late")


def _check_subject(shot: Capture, instant: Instant, number: int, count: int, box: NDArray[np.int64]) -> None:
    mine = shot.mask == number
    pixels = int(mine.sum())
    if pixels == 0:
        return
    if pixels > count * (1.0 + SLACK_SHARE) + SLACK_PX:
        raise EngineFault("mask_too_large", f"subject {number} has {pixels} pixels in the mask and {count} alone")
    rows, columns = np.flatnonzero(mine.any(1)), np.flatnonzero(mine.any(0))
    x0, y0, x1, y1 = (int(v) for v in box)
    beyond = max(x0 - columns[0], y0 - rows[0], columns[-1] + 1 - x1, rows[-1] + 1 - y1)
    if beyond > SLACK_PX:
        raise EngineFault("mask_elsewhere", f"subject {number} reaches {beyond} pixels farther in the mask than alone")
    depths = shot.depth_m[mine]
    if pixels < FEWEST_PX or not np.isfinite(shot.depth_m).any():
        return
    low, high = _depth_range(shot.joints_world[number - 1], instant)
    off = float(((depths < low) | (depths > high)).mean())
    if off > OFF_SHARE:
        raise EngineFault("mask_elsewhere", f"{off:.0%} of subject {number}'s pixels are not at its depth, {low:.2f} to {high:.2f} m")


def _depth_range(joints: NDArray[np.float64], instant: Instant) -> tuple[float, float]:
    """Planar depths, in metres, between which the surface about joints (J, 3) lies."""
    camera = T_world_camera_from_ue(instant.camera_ue)
    depths = (joints - camera[:3, 3]) @ camera[:3, 2]
    reach = REACH_M + 0.1 * float(np.ptp(joints, axis=0).max())
    return float(depths.min()) - reach, float(depths.max()) + reach


def _check_fresh(shot: Capture, instant: Instant, before: Capture, earlier: Instant) -> None:
    """A picture that equals the one before, though what it shows has moved for certain, is that one."""
    changed = int((shot.mask != before.mask).sum())
    if changed < CHANGED_PX and not (_has_moved(instant, earlier) and _has_edges(shot.bgra)):
        return
    if bool((shot.bgra == before.bgra).all()):
        raise EngineFault("late_picture", "the colour picture is that of the instant before")
    if np.isfinite(shot.depth_m).any() and bool((shot.depth_m == before.depth_m).all()):
        raise EngineFault("late_depth", "the depth is that of the instant before")


def _has_edges(bgra: NDArray[np.uint8]) -> bool:
    """Whether a picture shows more than a sky, which may look the same from everywhere."""
    steps = np.abs(np.diff(bgra[::4, :, 1].astype(np.int16), axis=1))
    return bool((steps > EDGE_STEP).mean() > EDGE_SHARE)


def _has_moved(instant: Instant, earlier: Instant) -> bool:
    """Whether the camera has moved so far that no picture can be the same."""
    apart = np.abs(instant.camera_ue - earlier.camera_ue)
    turned = np.minimum(apart[3:] % 360.0, 360.0 - apart[3:] % 360.0)
    return bool(apart[:3].max() > MOVED_CM or turned.max() > MOVED_DEG)
