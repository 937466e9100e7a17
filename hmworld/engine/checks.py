"""Whether the pictures of an instant can be of that instant: an engine that is late, dark or mixed up must not reach a dataset.

What one answer says is held against the others: the mask against each subject's silhouette alone and against the depth of its joints, every
picture against that of the instant before. An engine is not asked for more than a clip needs anyway.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hmworld.engine.pictures import apart
from hmworld.errors import EngineFault, UsageError
from hmworld.geometry.camera import intrinsics, project
from hmworld.geometry.frames import T_world_camera_from_ue, T_world_subject_from_ue

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
BENT_M, TOUCHES_M = 0.005, 0.05
"""Joints that lie so near to a side of a body's box, and have moved farther than the first of these, move that side, if only by a hair."""
MOVED_PX = 1.25
"""An outline that has moved farther covers other pixels."""
BORDER_PX = 2.0
UNHIDDEN = 0.9
"""Of a body of which less is seen something hides a part."""
BODY_SHARE = 0.3
GROWN_SHARE = 0.1
CROSSED_PX = 12.0
"""Pixels that a moving border should have taken or left; that it was none of them is an accident that does not happen."""
CHANGED_PX = 8
"""So many pixels of a mask do not change without a change of the picture."""
EDGE_STEP, EDGE_SHARE = 12, 0.002
NEAR_M = 0.1
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


def check_capture(shot: Capture, instant: Instant, before: Capture | None, earlier: Instant | None, hfov_deg: float) -> None:
    """EngineFault that names what cannot be; `before` and `earlier` are of the instant before this one, `hfov_deg` is the lens."""
    # Of most pictures a few pixels are enough to see that they are not blank.
    if _span(shot.bgra[::8, ::8, :3]) <= BLANK_SPAN and _span(shot.bgra[..., :3]) <= BLANK_SPAN:
        raise EngineFault("blank_picture", f"all of the colour picture is about {shot.bgra[0, 0, :3].tolist()}")
    if before is not None and earlier is not None:
        motions = [_motion(shot, instant, before, earlier, k, hfov_deg) for k in range(len(shot.joints_world))]
        _check_fresh(shot, instant, before, earlier, motions)
        for k, motion in enumerate(motions):
            _check_told(shot, instant, before, earlier, k, motion)
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


def _check_fresh(shot: Capture, instant: Instant, before: Capture, earlier: Instant, motions: list[Motion]) -> None:
    """A picture that equals the one before, though something that it shows has moved, is that one."""
    changed = int((shot.mask != before.mask).sum())
    if changed == 0 and any(_must_differ(shot, k, motion) or _has_grown(shot, before, k) for k, motion in enumerate(motions)):
        raise EngineFault("late_mask", "the mask is that of the instant before, and a subject that it shows has moved")
    if changed < CHANGED_PX and not (_has_moved(instant, earlier) and _has_edges(shot.bgra)):
        return
    if bool((shot.bgra == before.bgra).all()):
        raise EngineFault("late_picture", "the colour picture is that of the instant before")
    if np.isfinite(shot.depth_m).any() and bool((shot.depth_m == before.depth_m).all()):
        raise EngineFault("late_depth", "the depth is that of the instant before")


def _must_differ(shot: Capture, k: int, motion: Motion) -> bool:
    """Whether subject `k` (0-based) cannot have the pixels that it had: so long a border, moved so far, crosses too many."""
    mine = shot.mask == k + 1
    visible, count = int(mine.sum()), shot.silhouettes[k][0]
    # Of one behind something the border is partly that of what hides it, which the camera alone moves.
    moved_px = motion.body_px if visible > UNHIDDEN * count else min(motion.body_px, motion.still_px)
    if visible == 0 or moved_px == 0.0:
        return False
    beside = np.pad(mine, 1, mode="edge")  # the edge of the picture is no border of the body
    inner = beside[:-2, 1:-1] & beside[2:, 1:-1] & beside[1:-1, :-2] & beside[1:-1, 2:]
    return int((mine & ~inner).sum()) * moved_px > CROSSED_PX


def _has_grown(shot: Capture, before: Capture, k: int) -> bool:
    """Whether subject `k` (0-based), of which nothing was hidden, is much larger or smaller now, as one that comes into the picture."""
    count, old = shot.silhouettes[k][0], before.silhouettes[k][0]
    visible = int((before.mask == k + 1).sum())
    return visible > 0 and visible > UNHIDDEN * old and abs(count - old) > GROWN_SHARE * max(count, old) + CROSSED_PX


def _has_edges(bgra: NDArray[np.uint8]) -> bool:
    """Whether a picture shows more than a sky, which may look the same from everywhere."""
    steps = np.abs(np.diff(bgra[::4, :, 1].astype(np.int16), axis=1))
    return bool((steps > EDGE_STEP).mean() > EDGE_SHARE)


def _check_told(shot: Capture, instant: Instant, before: Capture, earlier: Instant, k: int, motion: Motion) -> None:
    """What is told of subject `k` (0-based) in numbers must not be of the instant before either."""
    joints, old = shot.joints_world[k], before.joints_world[k]
    root, old_root = instant.subjects[k].ue, earlier.subjects[k].ue
    if bool((joints == old).all()) and np.abs(root[:3] - old_root[:3]).max() > TOLD_CM:
        raise EngineFault("late_bones", f"the joints of subject {k + 1} are those of the instant before, and its root has moved")
    if bool((shot.bounds_root_m[k] == before.bounds_root_m[k]).all()):
        extent, old_extent = _extent_in_root(joints, root), _extent_in_root(old, old_root)
        # Only of joints that touch the box: others may move within a skirt or under a hat.
        outer = np.abs(extent - shot.bounds_root_m[k]) < TOUCHES_M
        if (np.abs(extent - old_extent)[outer] > BENT_M).any():
            raise EngineFault(
                "late_bounds", f"the box of subject {k + 1} is that of the instant before, and its outermost joints have moved"
            )
    (count, box), (old_count, old_box) = shot.silhouettes[k], before.silhouettes[k]
    if count == old_count > 0 and (box == old_box).all() and motion.outline_px > MOVED_PX:
        raise EngineFault(
            "late_silhouette",
            f"the silhouette of subject {k + 1} is that of the instant before; its outline has moved by {motion.outline_px:.1f} px",
        )


def _extent_in_root(joints: NDArray[np.float64], root_ue: NDArray[np.float64]) -> NDArray[np.float64]:
    """Least and greatest coordinates (2, 3) of joints in the axes of their root, metres."""
    world = T_world_subject_from_ue(root_ue)
    local = (joints - world[:3, 3]) @ world[:3, :3]
    return np.stack([local.min(0), local.max(0)])


class Motion(NamedTuple):
    """How far, in pixels, a subject has moved in the picture since the instant before."""

    outline_px: float
    """The side of the box about its joints that has moved most, of those inside the picture both times; 0 where a joint is not seen."""
    body_px: float
    """So far most of its joints at least, of those inside the picture both times; a rig may have half of them in its fingers."""
    still_px: float
    """What it would seem to have moved had it stood still: what is before it moves as far at least, by the camera alone."""


def _motion(shot: Capture, instant: Instant, before: Capture, earlier: Instant, k: int, hfov_deg: float) -> Motion:
    height, width = shot.mask.shape
    size = np.array([width, height], np.float64)
    lens = intrinsics(width, height, hfov_deg)
    now, old = T_world_camera_from_ue(instant.camera_ue), T_world_camera_from_ue(earlier.camera_ue)
    places = [(shot.joints_world[k], now), (before.joints_world[k], old), (shot.joints_world[k], old)]
    projected = [project(joints, camera, lens) for joints, camera in places]
    if any((depth < NEAR_M).any() for _, depth in projected):
        return Motion(0.0, 0.0, 0.0)
    (here, _), (there, _), (still, _) = projected
    sides = np.array([[*pixels.min(0), *pixels.max(0)] for pixels in (here, there)])
    inside = ((sides > BORDER_PX) & (sides < np.tile(size, 2) - BORDER_PX)).all(0)
    seen = ((here > 0.0) & (here < size) & (there > 0.0) & (there < size)).all(1)
    body = float(np.quantile(np.linalg.norm(here - there, axis=1)[seen], BODY_SHARE)) if seen.any() else 0.0
    moved = np.abs(sides[0] - sides[1])
    return Motion(float(moved[inside].max(initial=0.0)), body, float(np.linalg.norm(here - still, axis=1).min()))


def _has_moved(instant: Instant, earlier: Instant) -> bool:
    """Whether the camera has moved so far that no picture can be the same."""
    apart = np.abs(instant.camera_ue - earlier.camera_ue)
    turned = np.minimum(apart[3:] % 360.0, 360.0 - apart[3:] % 360.0)
    return bool(apart[:3].max() > MOVED_CM or turned.max() > MOVED_DEG)
