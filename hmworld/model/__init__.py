"""The vocabulary: pydantic models of recipe, cards, trajectories, clips, events, samples and datasets.

Everything that is written to a file or read from one has its model here, and `schemas/` is generated from them. Models are
frozen, refuse unknown keys, and know nothing of engines, catalogs or disks.
"""

from hmworld.model.cards import GaitCard, Look, Obstacle, SceneCard, Stage, SubjectCard
from hmworld.model.clip import (
    CameraSpec,
    ClipSpec,
    LookSpec,
    PathSpec,
    RenderSpec,
    SceneSpec,
    SubjectSpec,
    clip_id,
    motion_id,
    render_id,
)
from hmworld.model.dataset import DatasetInfo, ShardInfo
from hmworld.model.event import CAUSES, SIDES, STATE_NAMES, Event, State
from hmworld.model.recipe import EncoderSettings, Recipe, Retention
from hmworld.model.sample import SampleJson
from hmworld.model.trajectory import CameraTrajectory, SubjectTrajectory

__all__ = [
    "CAUSES",
    "SIDES",
    "STATE_NAMES",
    "CameraSpec",
    "CameraTrajectory",
    "ClipSpec",
    "DatasetInfo",
    "EncoderSettings",
    "Event",
    "GaitCard",
    "Look",
    "LookSpec",
    "Obstacle",
    "PathSpec",
    "Recipe",
    "RenderSpec",
    "Retention",
    "SampleJson",
    "SceneCard",
    "SceneSpec",
    "ShardInfo",
    "Stage",
    "State",
    "SubjectCard",
    "SubjectSpec",
    "SubjectTrajectory",
    "clip_id",
    "motion_id",
    "render_id",
]
