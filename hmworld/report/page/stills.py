"""Three moments of a clip side by side for the contact sheet: last seen, gone, back."""

import cv2
import numpy as np

from hmworld.dataset import Clip
from hmworld.errors import DatasetError
from hmworld.report.sheet import TILE_WIDTH, Picture, tile

_JPEG_QUALITY = 82


def moments(clip: Clip) -> tuple[int, int, int]:
    """Frames of the longest absence: last seen, middle of the gap, seen again; without one, a sixth, the half and five sixths of the clip."""
    absences = [event for event in clip.meta.events if event.kind == "absence"]
    if not absences:
        frames = clip.meta.render.frames
        return frames // 6, frames // 2, frames * 5 // 6
    longest = max(absences, key=lambda event: event.gap_frames)
    return longest.last_visible_frame, (longest.last_visible_frame + longest.entry_frame) // 2, longest.entry_frame


def stills(clip: Clip) -> bytes:
    """The moments of a clip as one JPEG, each 260 pixels wide, subjects outlined."""
    render, wanted = clip.meta.render, moments(clip)
    height = round(TILE_WIDTH * render.height / render.width)
    found: dict[int, Picture] = {}
    for frame, (rgb, mask) in enumerate(zip(clip.rgb(), clip.masks(), strict=False)):
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
