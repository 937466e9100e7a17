"""Three moments of a clip side by side for the contact sheet: seen, gone, back."""

from collections.abc import Iterator

import cv2
import numpy as np

from hmworld.dataset import Clip
from hmworld.errors import DatasetError
from hmworld.report.page.source import check_numbers, has_masks
from hmworld.report.sheet import TILE_WIDTH, Picture, tile

_JPEG_QUALITY = 82


def moments(clip: Clip) -> tuple[int, int, int]:
    """Frames that show the longest absence: where most of the subject is seen in the 2 s before it, the middle of the gap, and 2 s after.

    A clip without an absence gives a sixth, the half and five sixths of it.
    """
    absences = [event for event in clip.meta.events if event.kind == "absence"]
    if not absences:
        frames = clip.meta.render.frames
        return frames // 6, frames // 2, frames * 5 // 6
    longest = max(absences, key=lambda event: event.gap_frames)
    seen, near = clip.arrays["visible_px"][longest.subject - 1], 2 * clip.meta.render.fps
    first = max(0, longest.last_visible_frame - near)
    before = first + int(seen[first : longest.last_visible_frame + 1].argmax())
    after = longest.entry_frame + int(seen[longest.entry_frame : longest.entry_frame + near + 1].argmax())
    return before, (longest.last_visible_frame + longest.entry_frame) // 2, after


def stills(clip: Clip) -> bytes:
    """The moments of a clip as one JPEG, each 260 pixels wide, subjects outlined."""
    check_numbers(clip)
    render, wanted = clip.meta.render, moments(clip)
    height = round(TILE_WIDTH * render.height / render.width)
    found: dict[int, Picture] = {}
    for frame, (rgb, mask) in enumerate(_pictures(clip)):
        if frame in wanted:
            found[frame] = tile(rgb, mask, frame / render.fps, height)
        if frame >= max(wanted):
            break
    if len(found) < len(set(wanted)):
        raise DatasetError(f"clip {clip.clip_id}: its videos end before frame {max(wanted)}")
    gap = np.full((height, 3, 3), 255, np.uint8)
    picture = np.concatenate([found[wanted[0]], gap, found[wanted[1]], gap, found[wanted[2]]], 1)
    _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    return bytes(data)


def _pictures(clip: Clip) -> Iterator[tuple[Picture, Picture]]:
    """Pictures and masks of a clip; masks of nothing where it has none."""
    if has_masks(clip):
        return zip(clip.rgb(), clip.masks(), strict=False)
    return ((rgb, np.zeros(rgb.shape[:2], np.uint8)) for rgb in clip.rgb())
