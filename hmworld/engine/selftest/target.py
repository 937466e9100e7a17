"""What an engine is checked with: a scene and a subject of the catalog."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hmworld.geometry.motion import Motion
from hmworld.model.cards import Look, SceneCard, SubjectCard

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Target:
    """A scene, its digest, a subject and its motion."""

    scene: SceneCard
    scene_sha256: str
    subject: SubjectCard
    motion: Motion

    @property
    def look(self) -> Look:
        """The scene's look by day, or its first."""
        return self.scene.looks.get("day") or next(iter(self.scene.looks.values()))

    @property
    def gait(self) -> str:
        """The first that moves."""
        return next(name for name, gait in self.subject.gaits.items() if gait.stride_m > 0.0)

    def phases(self, gait_time_s: Array, idle_time_s: Array) -> tuple[Array, Array]:
        """Phases of gait and idle, in cycles, at times (N,)."""
        gaits = self.subject.gaits
        return gait_time_s / gaits[self.gait].cycle_s, idle_time_s / gaits["idle"].cycle_s

    def joints_m(self, gait_time_s: Array, idle_time_s: Array, weight: Array) -> Array:
        """Joints (N, J, 3) in the root frame at scale 1, by the card's motion."""
        return self.motion.posed_joints(self.gait, *self.phases(gait_time_s, idle_time_s), weight)

    def skin_m(self, gait_time_s: Array, idle_time_s: Array, weight: Array) -> Array:
        """Vertices (N, V, 3) of the card's coarse skin in the root frame at scale 1."""
        return self.motion.posed_skin(self.gait, *self.phases(gait_time_s, idle_time_s), weight)
