"""What stands in the world and can be named on the wire: cameras and spawned subjects."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.mesh import BodyMesh, View
from hmworld.geometry import frames
from hmworld.geometry.motion import Motion

Array = NDArray[np.float64]

NEAR_M = 0.1


class WorldError(ValueError):
    """A request that cannot be met; its text goes back to the client after `error `."""


@dataclass(eq=False)
class Camera:
    """A camera: its actor's name, Unreal pose, horizontal field of view, picture size, and exposure in stops above the look's.

    A right eye follows its left one at a distance to the right, and has no pose of its own.
    """

    name: str
    fov_deg: float = 90.0
    width: int = 640
    height: int = 480
    exposure_bias: float = 0.0
    ue: Array = field(default_factory=lambda: np.array([0.0, 0.0, 160.0, 0.0, 0.0, 0.0]))
    left_eye: Camera | None = None
    eyes_distance_cm: float = 0.0

    def pose(self) -> Array:
        """Where it is: x, y, z in cm, pitch, yaw, roll in degrees; a copy."""
        if self.left_eye is None:
            return self.ue.copy()
        pose = self.left_eye.pose()
        pose[:3] += self.eyes_distance_cm * frames.rotation_from_rotator(pose[3:])[:, 1]
        return pose

    def view(self, size: tuple[int, int] | None = None) -> View:
        """What it sees, in its own picture size or another (width, height)."""
        width, height = size or (self.width, self.height)
        return View(width, height, self.fov_deg, frames.T_world_camera_from_ue(self.pose()), NEAR_M)


@dataclass(eq=False)
class Subject:
    """A spawned subject: its class, motion and mesh, where it is and what it does."""

    name: str
    uclass: str
    motion: Motion
    gait: str
    cycle_s: float
    idle_cycle_s: float
    scale: Array
    """(3,) along the root's axes."""
    mesh: BodyMesh
    color: tuple[int, int, int]
    ue: Array = field(default_factory=lambda: np.zeros(6))
    gait_time_s: float = 0.0
    idle_time_s: float = 0.0
    gait_weight: float = 1.0
    hidden: bool = False

    def root_matrices(self) -> Array:
        """Skinning matrices (J, 3, 4) in the root frame at scale 1."""
        return self.motion.matrices(self.gait, self.gait_time_s / self.cycle_s, self.idle_time_s / self.idle_cycle_s, self.gait_weight)

    def world_matrices(self) -> Array:
        """Skinning matrices (J, 3, 4) from the rest pose into the world."""
        root = frames.T_world_subject_from_ue(self.ue)
        out = np.einsum("ab,jbc->jac", root[:3, :3] * self.scale, self.root_matrices())
        out[..., 3] += root[:3, 3]
        return np.asarray(out)

    def in_root(self, points_world: Array) -> Array:
        """World points (N, 3) in the root's axes, relative to the root, metres, scale included."""
        root = frames.T_world_subject_from_ue(self.ue)
        return np.asarray((points_world - root[:3, 3]) @ root[:3, :3])


def default_color(number: int) -> tuple[int, int, int]:
    """Mask colour of the n-th spawned object until a client sets one: never black, which is the scene, and distinct for n < 256."""
    return (number * 37 % 256, number * 101 % 256, 255 - number * 53 % 256)


def free_color(subjects: list[Subject]) -> tuple[int, int, int]:
    """The first default colour that no subject has."""
    taken = {subject.color for subject in subjects}
    return next(color for color in map(default_color, range(1, 257)) if color not in taken)
