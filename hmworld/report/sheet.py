"""A sheet: one strip of frames a clip, subjects outlined in their colours, and above it when each subject is seen."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from hmworld.dataset import Clip
from hmworld.errors import StorageError
from hmworld.model.event import State
from hmworld.report.topdown import BRIGHT_COLOURS

Picture = NDArray[np.uint8]

TILE_WIDTH = 260
TILES = 8
_COLOURS = tuple((int(colour[5:7], 16), int(colour[3:5], 16), int(colour[1:3], 16)) for colour in BRIGHT_COLOURS)
"""BGR."""
_STATE_SHADE = {State.VISIBLE: 1.0, State.OCCLUDED: 0.55, State.TOO_SMALL: 0.4, State.OUT_OF_FRAME: 0.0}


def write_sheet(clips: Sequence[Clip], path: Path) -> None:
    """Write the sheet of some clips as PNG; StorageError if it cannot be written."""
    picture = np.concatenate([strip(clip) for clip in clips], 0)
    path.parent.mkdir(parents=True, exist_ok=True)
    if not cv2.imwrite(str(path), picture):
        raise StorageError(f"{path}: cannot be written; check the folder")


def strip(clip: Clip) -> Picture:
    """The strip of one clip, BGR: title, a visibility bar a subject, and frames spread evenly over the clip."""
    meta, states = clip.meta, clip.arrays["state"]
    chosen = set(np.linspace(0, meta.render.frames - 1, TILES).round().astype(int).tolist())
    height = round(TILE_WIDTH * meta.render.height / meta.render.width)
    tiles = []
    size = (meta.render.height, meta.render.width)
    # A clip without known subjects, as an imported one may be, has no masks.
    masks = clip.masks() if meta.subjects else (np.zeros(size, np.uint8) for _ in range(meta.render.frames))
    for k, (rgb, mask) in enumerate(zip(clip.rgb(), masks, strict=True)):
        if k in chosen:
            tiles.append(tile(rgb, mask, k / meta.render.fps, height))
    width = TILE_WIDTH * len(tiles)
    title = np.full((24, width, 3), 32, np.uint8)
    names = ", ".join(s.name for s in meta.subjects)
    _text(title, f"{meta.clip_id[:10]}  {meta.scene} ({meta.look})  {meta.camera.trajectory}  {names}", (6, 17), 0.45)
    bars = [_bar(states[s], width, _COLOURS[s % len(_COLOURS)], meta.render.context_frames) for s in range(len(states))]
    return np.concatenate([title, *bars, np.concatenate(tiles, 1)], 0)


def tile(rgb: Picture, mask: Picture, time_s: float, height: int) -> Picture:
    """A small picture (height, TILE_WIDTH, 3), BGR, with subjects outlined and its time."""
    bgr = cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR)
    for number in np.unique(mask[mask > 0]):
        edges, _ = cv2.findContours((mask == number).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        cv2.drawContours(bgr, edges, -1, _COLOURS[(int(number) - 1) % len(_COLOURS)], 2)
    small = cv2.resize(bgr, (TILE_WIDTH, height), interpolation=cv2.INTER_AREA)
    _text(small, f"{time_s:.1f} s", (6, 16), 0.45)
    return np.asarray(small, np.uint8)


def _bar(states: NDArray[np.uint8], width: int, colour: tuple[int, int, int], context_frames: int) -> Picture:
    at = (np.arange(width) * len(states)) // width
    shade = np.array([_STATE_SHADE[State(s)] for s in states])[at]
    bar = np.full((9, width, 3), 32, np.uint8)
    bar[1:8] = 32 + shade[None, :, None] * (np.array(colour) - 32)
    cut = context_frames * width // len(states)
    bar[:, max(0, cut - 1) : cut + 1] = 255
    return bar


def _text(picture: Picture, text: str, at: tuple[int, int], scale: float) -> None:
    """White with a black rim, drawn aside: thicker letters of OpenCV 5 also stand wider apart."""
    for dx, dy in [(x, y) for x in (-1, 0, 1) for y in (-1, 0, 1) if x or y]:
        cv2.putText(picture, text, (at[0] + dx, at[1] + dy), cv2.FONT_HERSHEY_SIMPLEX, scale, (0, 0, 0), 1, cv2.LINE_AA)
    cv2.putText(picture, text, at, cv2.FONT_HERSHEY_SIMPLEX, scale, (255, 255, 255), 1, cv2.LINE_AA)
