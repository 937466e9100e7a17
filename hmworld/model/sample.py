"""One sample of a shard: its json document and the arrays of its npz (DESIGN section 8).

Keys and types never vary between samples. Where a field does not apply it holds -1, -1.0, "" or false: never null.
"""

from typing import Literal

from hmworld.model.base import Document, Vec3
from hmworld.model.event import Event

SCHEMA_VERSION: Literal["1.0"] = "1.0"

NPZ_ARRAYS: dict[str, tuple[str, tuple[str, ...]]] = {
    "T_world_camera": ("float64", ("T", "4", "4")),
    "K": ("float64", ("T", "3", "3")),
    "ue_camera": ("float64", ("T", "6")),
    "T_world_subject": ("float64", ("S", "T", "4", "4")),
    "ue_subject": ("float64", ("S", "T", "6")),
    "joints_world": ("float32", ("S", "T", "J", "3")),
    "box3d_world": ("float32", ("S", "T", "8", "3")),
    "box2d": ("float32", ("S", "T", "4")),
    "visible_px": ("int32", ("S", "T")),
    "amodal_px": ("int32", ("S", "T")),
    "in_frame_fraction": ("float32", ("S", "T")),
    "state": ("uint8", ("S", "T")),
    "time_s": ("float64", ("T",)),
}
"""Name -> dtype and shape of each array: S subjects, T frames, J joints (the largest skeleton; others padded with NaN)."""


class SubjectRecord(Document):
    """A subject of the clip."""

    id: int
    """Its value in the mask: 1, 2, ..."""
    name: str
    kind: str
    species: str
    noun: str
    height_m: float
    scale: float
    gait: str
    path: str
    joint_names: list[str]


class CameraRecord(Document):
    """The camera movement and the lens."""

    trajectory: str
    family: str
    start: int
    mirrored: bool
    focal_length_mm: float
    sensor_width_mm: float
    hfov_deg: float


class RenderRecord(Document):
    """Size, timing and the visibility threshold."""

    width: int
    height: int
    fps: int
    frames: int
    context_frames: int
    min_visible_px: int


class CaptionRecord(Document):
    """A sentence about the clip and where it came from."""

    text: str
    source: str
    """`template` for the caption made from ground truth."""
    version: str


class QualityRecord(Document):
    """Measures of the pictures."""

    mean_luma: float
    """Mean of 8-bit luma over all frames."""
    max_box_area_fraction: float
    """Largest visible 2D box of any subject, as a share of the frame."""
    forecast_state_agreement: float
    """Share of (subject, frame) pairs whose forecast state is the rendered one."""


class EngineRecord(Document):
    """What rendered the clip."""

    name: str
    build: str


class SceneStage(Document):
    """Where the stage of the clip lies in the world."""

    name: str
    center_m: Vec3
    radius_m: float


class SampleJson(Document):
    """The json document of a sample."""

    schema_version: Literal["1.0"] = SCHEMA_VERSION
    clip_id: str
    motion_id: str
    derived_from: str
    counterfactual: str
    """How it differs from the clip that it is derived from, if for the sake of comparison."""
    split: str
    unseen: str
    """What training never shows of it, in val and test."""
    scene: str
    look: str
    stage: SceneStage
    subjects: list[SubjectRecord]
    camera: CameraRecord
    render: RenderRecord
    events: list[Event]
    caption: CaptionRecord
    quality: QualityRecord
    engine: EngineRecord
    spec: str
    """The ClipSpec as canonical JSON."""
