"""A clip as a recording for the rerun viewer (rerun.io): camera and video, masks, boxes and skeletons in 3D, on a timeline of frames.

Entities: `world/camera` (pose) and `world/camera/image` (lens), below it `video` and `mask`; of each subject `world/subjects/<n>_<name>`
(root) and, in the world, `world/boxes/...`, `world/skeletons/...`, `world/paths/...` (where it goes, at all times) and `visible_px/...`;
`world/camera_path`; `caption`. Timelines: `frame`, and `time` in seconds.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import numpy as np

from hmworld.dataset import Clip
from hmworld.dataset.cards import read_motion
from hmworld.dataset.store import storage_errors
from hmworld.errors import UsageError
from hmworld.report.page.source import has_masks, has_spec, inside
from hmworld.report.topdown import BRIGHT_COLOURS

if TYPE_CHECKING:
    from numpy.typing import NDArray

_EDGES = ((0, 1), (2, 3), (4, 5), (6, 7), (0, 2), (1, 3), (4, 6), (5, 7), (0, 4), (1, 5), (2, 6), (3, 7))
"""Edges of a 3D box by its corners."""


def write_recording(root: Path, clip: Clip, path: Path) -> None:
    """Write the recording of a clip of the dataset in `root`; UsageError where rerun is not installed."""
    try:
        import rerun as rr
    except ImportError as error:
        raise UsageError("--rerun needs the rerun SDK: pip install 'hmworld[rerun]'") from error
    inside(root, clip)
    with storage_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.{uuid4().hex[:8]}.part")
        try:
            recording = rr.RecordingStream("hmworld", recording_id=clip.clip_id, send_properties=False)
            recording.set_log_time_enabled(False)
            recording.set_log_tick_enabled(False)
            recording.save(part)
            _Writer(rr, recording, root, clip).write()
            recording.flush()
            recording.disconnect()
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)


def entity(number: int, name: str) -> str:
    """What a subject is called among the entities: its mask id and those characters of its name that are safe in a path."""
    return f"{number}_{re.sub(r'[^A-Za-z0-9_-]', '_', name)}"


class _Writer:
    """Logs one clip; columns at once wherever something changes every frame."""

    def __init__(self, rr: Any, recording: Any, root: Path, clip: Clip) -> None:
        self.rr, self.recording, self.root, self.clip = rr, recording, root, clip
        self.frames = clip.meta.render.frames
        self.colours = [tuple(bytes.fromhex(BRIGHT_COLOURS[k % len(BRIGHT_COLOURS)][1:])) for k in range(len(clip.meta.subjects))]

    def write(self) -> None:
        rr, clip = self.rr, self.clip
        self._still("world", rr.ViewCoordinates.RIGHT_HAND_Z_UP)
        self._still("caption", rr.TextDocument(clip.meta.caption.text))
        self._camera()
        self._video()
        if has_masks(clip):
            self._masks()
        for index, subject in enumerate(clip.meta.subjects):
            self._subject(index, entity(subject.id, subject.name), subject.name)

    def _still(self, path: str, *what: Any) -> None:
        self.recording.log(path, *what, static=True)

    def _moving(self, path: str, columns: Any) -> None:
        times = [
            self.rr.TimeColumn("frame", sequence=np.arange(self.frames)),
            self.rr.TimeColumn("time", duration=self.clip.arrays["time_s"]),
        ]
        self.recording.send_columns(path, times, columns)

    def _placed(self, path: str, poses: NDArray[np.float64]) -> None:
        """Transforms (T, 4, 4) of an entity. Rerun takes matrices row by row, and stores them column by column."""
        self._moving(path, self.rr.Transform3D.columns(translation=poses[:, :3, 3], mat3x3=poses[:, :3, :3]))

    def _camera(self) -> None:
        rr, arrays, render = self.rr, self.clip.arrays, self.clip.meta.render
        self._placed("world/camera", arrays["T_world_camera"])
        lens = rr.Pinhole(
            image_from_camera=arrays["K"][0],
            resolution=[render.width, render.height],
            camera_xyz=rr.ViewCoordinates.RDF,
            image_plane_distance=1.0,
        )
        self._still("world/camera/image", lens)
        self._still("world/camera_path", rr.LineStrips3D([arrays["T_world_camera"][:, :3, 3]], colors=[(150, 150, 150)]))

    def _video(self) -> None:
        rr = self.rr
        asset = rr.AssetVideo(contents=self.clip.member("mp4"), media_type="video/mp4")
        self._still("world/camera/image/video", asset)
        stamps = np.asarray(asset.read_frame_timestamps_nanos())
        if len(stamps) != self.frames:
            raise UsageError(f"clip {self.clip.clip_id}: its mp4 has {len(stamps)} frames, expected {self.frames}; see `hmworld validate`")
        self._moving("world/camera/image/video", rr.VideoFrameReference.columns_nanos(stamps))

    def _masks(self) -> None:
        rr = self.rr
        names: list[tuple[int, str, tuple[int, ...]]] = [(0, "scene", (0, 0, 0, 0))]
        names += [(s.id, s.name, (*self.colours[k], 255)) for k, s in enumerate(self.clip.meta.subjects)]
        self._still("world/camera/image/mask", rr.AnnotationContext([rr.AnnotationInfo(*name) for name in names]))
        for frame, mask in enumerate(self.clip.masks()):
            self.recording.set_time("frame", sequence=frame)
            self.recording.set_time("time", duration=float(self.clip.arrays["time_s"][frame]))
            self.recording.log("world/camera/image/mask", rr.SegmentationImage(mask, opacity=0.5))
        self.recording.reset_time()

    def _subject(self, index: int, name: str, label: str) -> None:
        rr, arrays, colour = self.rr, self.clip.arrays, self.colours[index]
        poses, corners = arrays["T_world_subject"][index], arrays["box3d_world"][index]
        # What another project's layout does not hold is NaN from the first frame to the last.
        if np.isfinite(poses).any():
            self._placed(f"world/subjects/{name}", poses)
            self._still(f"world/paths/{name}", rr.LineStrips3D([poses[:, :3, 3]], colors=[colour], labels=[label]))
        if np.isfinite(corners).any():
            self._lines(f"world/boxes/{name}", corners[:, np.array(_EDGES)], colour)
        if has_spec(self.clip):
            motion = read_motion(self.root, self.clip.spec.subjects[index].motion_sha256)
            joints = arrays["joints_world"][index, :, : len(motion.parents)]
            bones = np.array([(parent, k) for k, parent in enumerate(motion.parents) if parent >= 0])
            self._lines(f"world/skeletons/{name}", joints[:, bones], colour)
        self._moving(f"visible_px/{name}", rr.Scalars.columns(scalars=arrays["visible_px"][index].astype(np.float64)))

    def _lines(self, path: str, strips: NDArray[np.float32], colour: tuple[int, ...]) -> None:
        """Line strips (T, N, 2, 3) of one colour."""
        rr = self.rr
        self._still(path, rr.LineStrips3D.from_fields(colors=[colour]))
        flat = [strip for frame in strips for strip in frame]
        self._moving(path, rr.LineStrips3D.columns(strips=flat).partition([strips.shape[1]] * self.frames))
