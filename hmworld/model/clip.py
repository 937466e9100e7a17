"""ClipSpec: one fully decided clip, and the identities that follow from it (DESIGN section 6).

Every number that choreography needs is in the spec: control points, keys in seconds and metres, gait numbers, and the digests of
the cards and files they came from. Numbers are quantised decimals, so that the canonical bytes mean the same everywhere.
"""

import hashlib
from typing import Literal

import rfc8785
from pydantic import Field

from hmworld.model.base import Digest, Document, Name, Vec2, Vec3
from hmworld.model.cards import Look
from hmworld.model.recipe import EncoderSettings

SPEC_VERSION: Literal[1] = 1


class StageSpec(Document):
    """The stage: its centre on the ground and its free radius."""

    name: Name
    center_m: Vec3
    radius_m: float


class SceneSpec(Document):
    """Which scene, and the digest of its card without looks (how engines make it, stages, obstacles)."""

    name: Name
    card_sha256: Digest
    stage: StageSpec


class LookSpec(Document):
    """The look by name and in numbers."""

    name: Name
    values: Look


class GaitSpec(Document):
    """Gait numbers of this subject at this size."""

    name: Name
    cycle_s: float
    stride_m: float
    idle_cycle_s: float


class PathSpec(Document):
    """Where the subject goes: control points on the ground plane in world metres, and its speed over time."""

    trajectory: Name
    trajectory_sha256: Digest
    points_m: tuple[Vec2, ...]
    closed: bool
    ground_z_m: float
    start_m: float
    """Distance along the path at time 0."""
    speed_mps: tuple[Vec2, ...]
    """Keys [time in s, speed in m/s]."""


class SubjectSpec(Document):
    """One subject: which, how large, how it moves. Mask ids are 1, 2, ... in order."""

    name: Name
    kind: Literal["person", "animal"]
    species: str
    card_sha256: Digest
    motion_sha256: Digest
    mesh_sha256: Digest | Literal[""]
    scale: float = Field(gt=0.0)
    height_m: float
    footprint_radius_m: float
    gait: GaitSpec
    phase: float = Field(ge=0.0, lt=1.0)
    """Gait phase at time 0, in cycles."""
    path: PathSpec
    present_s: tuple[Vec2, ...] = ()
    """Spans [from, to) in which it is there, in s; empty = always. Elsewhen it is parked far under the ground."""
    held_s: tuple[Vec2, ...] = ()
    """Spans in which its own clock stands still, in s, in rising order."""


class CameraChannels(Document):
    """Keys [time in s, value] of each channel; see `model.trajectory.CameraKeys`."""

    forward_m: tuple[Vec2, ...] = ()
    left_m: tuple[Vec2, ...] = ()
    up_m: tuple[Vec2, ...] = ()
    azimuth_deg: tuple[Vec2, ...] = ()
    distance_m: tuple[Vec2, ...] = ()
    yaw_deg: tuple[Vec2, ...] = ()
    pitch_deg: tuple[Vec2, ...] = ()


class CameraSpec(Document):
    """The camera: where it starts about its pivot, how it moves, through which lens."""

    trajectory: Name
    trajectory_sha256: Digest
    family: str
    start: int
    mirrored: bool
    pivot: Literal["point", "subject"]
    pivot_point_m: Vec3
    """Where the camera aims at time 0; a moving pivot keeps this height."""
    pivot_subject: int
    """Mask id of the lead subject."""
    turns: bool
    aim: Literal["fixed", "pivot"]
    azimuth_deg: float
    """Direction from the pivot to the camera at time 0, in the world, counter-clockwise from +X."""
    distance_m: float
    height_m: float
    """Of the camera at time 0, world z."""
    channels: CameraChannels
    focal_length_mm: float
    sensor_width_mm: float
    hfov_deg: float


class RenderSpec(Document):
    """Size and timing of the pictures."""

    width: int
    height: int
    fps: int
    frames: int
    context_frames: int
    min_visible_px: int


class ClipSpec(Document):
    """One fully decided clip: the whole truth of what it shows."""

    spec_version: Literal[1] = SPEC_VERSION
    scene: SceneSpec
    look: LookSpec
    subjects: tuple[SubjectSpec, ...] = Field(min_length=1, max_length=255)
    camera: CameraSpec
    render: RenderSpec


def _short(*parts: bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()[:20]


def clip_id(spec: ClipSpec) -> str:
    """20 hex digits of what the clip shows."""
    return _short(b"hmworld clip", spec.canonical())


def motion_id(spec: ClipSpec) -> str:
    """20 hex digits of what moves: equal for clips that differ only in their look."""
    return _short(b"hmworld motion", rfc8785.dumps(spec.model_dump(mode="json", exclude={"look"})))


def identities(spec: ClipSpec) -> tuple[bytes, str, str]:
    """The canonical bytes of a clip, its clip_id and its motion_id, at the cost of one."""
    text = spec.canonical()
    # Keys are in alphabetical order, so the look stands between the camera and what follows it.
    look = b'"look":' + spec.look.canonical() + b","
    assert text.count(look) == 1
    return text, _short(b"hmworld clip", text), _short(b"hmworld motion", text.replace(look, b"", 1))


def render_id(spec: ClipSpec, engine_build: str, encoder: EncoderSettings, streams: tuple[str, ...]) -> str:
    """20 hex digits of the files that a render of the clip gives: work in progress is keyed by it."""
    return _short(b"hmworld render", spec.canonical(), engine_build.encode(), encoder.canonical(), ",".join(streams).encode())
