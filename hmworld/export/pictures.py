"""Single pictures of a clip as files: frames as PNG or JPEG, depth as 16-bit PNG, masks as PNG."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from hmworld.dataset import Clip
from hmworld.errors import DatasetError, StorageError
from hmworld.export.base import Images, Target

JPEG_QUALITY = 95
MM_PER_M = 1000.0


def write_frames(clip: Clip, target: Target, images: Images, name_of: Callable[[int], str]) -> None:
    """Every frame of the video as a picture; `name_of(frame)` is its name below the root, without what follows the last dot.

    Nothing is decoded where another export has them all.
    """
    _write(clip, target, f"frame.{images}", lambda t: f"{name_of(t)}.{images}", lambda: map(bgr_of, clip.rgb()))


def write_depths_mm(clip: Clip, target: Target, name_of: Callable[[int], str]) -> None:
    """Planar depth as 16-bit PNG in mm, 0 where there is nothing or more than 65.535 m."""
    _write(clip, target, "depth-mm.png", lambda t: f"{name_of(t)}.png", lambda: map(_millimetres, clip.depths_m()))


def write_depths_256(clip: Clip, target: Target, name_of: Callable[[int], str]) -> None:
    """Planar depth as 16-bit PNG in 1/256 m as stored, 0 where there is nothing or more than 255.99 m."""
    _write(clip, target, "depth-256.png", lambda t: f"{name_of(t)}.png", lambda: map(_steps_256, clip.depths_m()))


def write_background_masks(clip: Clip, target: Target, name_of: Callable[[int], str]) -> None:
    """Masks as PNG: 255 where the scene is, 0 where a subject is."""
    pictures = lambda: (np.where(mask == 0, 255, 0).astype(np.uint8) for mask in clip.masks())  # noqa: E731
    _write(clip, target, "background.png", lambda t: f"{name_of(t)}.png", pictures)


def bgr_of(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A picture with its channels the other way round, as OpenCV takes it."""
    return np.ascontiguousarray(rgb[..., ::-1])


def _write(clip: Clip, target: Target, kind: str, name_of: Callable[[int], str], pictures: Callable[[], Iterator[NDArray[Any]]]) -> None:
    frames = int(clip.row["frames"])
    keys = [f"{clip.clip_id}/{t:06d}.{kind}" for t in range(frames)]
    missing = {t for t, key in enumerate(keys) if not target.link(key, name_of(t))}
    if not missing:
        return
    count = 0
    for t, picture in zip(range(frames), pictures(), strict=False):
        count = t + 1
        if t in missing:
            target.medium(keys[t], name_of(t), partial(_save, picture=picture))
    if count != frames:
        raise DatasetError(f"clip {clip.clip_id}: a video holds {count} frames, its row says {frames}; run `hmworld validate`")


def _save(path: Path, picture: NDArray[Any]) -> None:
    options = [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY] if path.suffix == ".jpg" else [cv2.IMWRITE_PNG_COMPRESSION, 3]
    if not cv2.imwrite(str(path), picture, options):
        raise StorageError(f"{path}: the picture cannot be written; check the folder and its free space")


def _millimetres(depth_m: NDArray[np.float32]) -> NDArray[np.uint16]:
    mm = np.rint(depth_m * MM_PER_M)
    return np.where(mm <= 65535.0, mm, 0.0).astype(np.uint16)


def _steps_256(depth_m: NDArray[np.float32]) -> NDArray[np.uint16]:
    return np.where(np.isfinite(depth_m), depth_m * 256.0, 0.0).astype(np.uint16)
