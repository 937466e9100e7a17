"""One clip annotated: every array of its npz, its events, its quality, and why it would be rejected."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hmworld.annotate.events import SilhouettePixels, annotate_events
from hmworld.annotate.pixels import FrameMeasures, box_corners
from hmworld.choreography import Choreography, in_frame_fraction, retention_reason, states_from_counts
from hmworld.geometry.motion import Motion
from hmworld.model.event import Event
from hmworld.model.recipe import Retention
from hmworld.model.sample import QualityRecord

Array = NDArray[np.float64]


@dataclass(frozen=True)
class ClipAnnotation:
    """Ground truth of one clip."""

    arrays: dict[str, NDArray[Any]]
    """As `model.sample.NPZ_ARRAYS`."""
    events: list[Event]
    quality: QualityRecord
    reject_reason: str
    """"" if the clip passes the retention rule."""


def annotate(
    choreography: Choreography,
    motions: Sequence[Motion],
    frames: Sequence[FrameMeasures],
    joints_world: Sequence[Sequence[Array]],
    bounds_root_m: Sequence[Sequence[Array]],
    amodal_px: NDArray[np.int32],
    forecast_states: NDArray[np.uint8],
    silhouette_pixels: SilhouettePixels,
    rule: Retention | None,
) -> ClipAnnotation:
    """Annotate T rendered frames of S subjects.

    `joints_world[t][s]` is (J, 3); `bounds_root_m[t][s]` is (2, 3); `amodal_px` (S, T); `forecast_states` (S, T) is compared with what was
    rendered; `silhouette_pixels` answers for any time between frames. Without a `rule` no clip is rejected.
    """
    times, render = choreography.frame_times, choreography.spec.render
    camera_ue = choreography.camera_ue(times)
    poses = [choreography.subject(i, times) for i in range(len(motions))]
    fractions = np.stack([in_frame_fraction(choreography, i, m, times) for i, m in enumerate(motions)])
    visible = np.stack([f.visible_px for f in frames], 1)
    states = states_from_counts(visible, amodal_px, fractions, render.min_visible_px)
    events = annotate_events(choreography, motions, states, fractions, silhouette_pixels)
    boxes2d = np.stack([f.box2d for f in frames], 1)
    arrays: dict[str, NDArray[Any]] = {
        "T_world_camera": choreography.T_world_camera(times),
        "K": np.tile(choreography.K, (len(times), 1, 1)),
        "ue_camera": camera_ue,
        "T_world_subject": np.stack([p.T_world_subject for p in poses]),
        "ue_subject": np.stack([p.ue for p in poses]),
        "joints_world": _padded(joints_world),
        "box3d_world": np.stack(
            [
                np.stack([box_corners(bounds_root_m[t][s], poses[s].T_world_subject[t]) for t in range(len(times))])
                for s in range(len(motions))
            ]
        ).astype(np.float32),
        "box2d": boxes2d,
        "visible_px": visible,
        "amodal_px": amodal_px.astype(np.int32),
        "in_frame_fraction": fractions.astype(np.float32),
        "state": states,
        "time_s": times,
    }
    return ClipAnnotation(
        arrays=arrays,
        events=events,
        quality=_quality(frames, boxes2d, render.width * render.height, states, forecast_states),
        reject_reason=retention_reason(events, states, rule) if rule is not None else "",
    )


def _padded(joints_world: Sequence[Sequence[Array]]) -> NDArray[np.float32]:
    most = max(len(j) for j in joints_world[0])
    out = np.full((len(joints_world[0]), len(joints_world), most, 3), np.nan, np.float32)
    for t, row in enumerate(joints_world):
        for s, joints in enumerate(row):
            out[s, t, : len(joints)] = joints
    return out


def state_agreement(states: NDArray[np.uint8], forecast_states: NDArray[np.uint8]) -> float:
    """Share of the states (S, T) that were forecast."""
    return round(float((states == forecast_states).mean()), 6)


def _quality(
    frames: Sequence[FrameMeasures],
    boxes: NDArray[np.float32],
    area_px: int,
    states: NDArray[np.uint8],
    forecast_states: NDArray[np.uint8],
) -> QualityRecord:
    areas = (boxes[..., 2] - boxes[..., 0]) * (boxes[..., 3] - boxes[..., 1])
    seen = areas[np.isfinite(areas)]
    return QualityRecord(
        mean_luma=round(float(np.mean([f.mean_luma for f in frames])), 3),
        max_box_area_fraction=round(float(seen.max(initial=0.0)) / area_px, 6),
        forecast_state_agreement=state_agreement(states, forecast_states),
    )
