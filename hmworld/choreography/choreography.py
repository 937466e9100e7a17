"""The choreography of a clip: camera pose, root poses and animation times at any real time.

Poses are rounded to the wire's decimals in Unreal's numbers first, and every matrix is computed from the rounded numbers:
commanded = true.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hmworld.choreography.camera import CameraMover
from hmworld.choreography.walk import Walk
from hmworld.geometry import frames
from hmworld.geometry.camera import intrinsics
from hmworld.model.clip import ClipSpec

Array = NDArray[np.float64]

PARKED_M = 1000.0
"""So far under the ground is a subject that is not there: out of every picture, whatever the camera does above."""
TIME_DECIMALS = 6
"""Animation times are rounded to a microsecond, blend weights to 1e-6: what the wire carries."""


@dataclass(frozen=True)
class SubjectPose:
    """Poses of one subject at N times."""

    ue: Array
    """(N, 6) x, y, z cm, pitch, yaw, roll deg."""
    gait_time_s: Array
    """(N,) time within the gait's animation, [0, cycle)."""
    idle_time_s: Array
    """(N,) time within the idle animation, [0, cycle)."""
    gait_weight: Array
    """(N,) 1 = gait only, 0 = idle only."""

    @cached_property
    def T_world_subject(self) -> Array:
        """(N, 4, 4) root transforms in the world."""
        return frames.T_world_subject_from_ue(self.ue)


class Choreography:
    """Poses of a ClipSpec at any real time in seconds; frame k is at k / fps."""

    def __init__(self, spec: ClipSpec) -> None:
        self.spec = spec
        self._walks = [Walk(subject) for subject in spec.subjects]
        self._camera = CameraMover(spec.camera, self._walks[spec.camera.pivot_subject - 1])

    @cached_property
    def frame_times(self) -> Array:
        """(T,) time of each frame in s."""
        return np.arange(self.spec.render.frames) / self.spec.render.fps

    @cached_property
    def K(self) -> Array:
        """(3, 3) intrinsics in pixels; the same for all frames."""
        render = self.spec.render
        return intrinsics(render.width, render.height, self.spec.camera.hfov_deg)

    def camera_ue(self, time_s: ArrayLike) -> Array:
        """Camera poses (N, 6) in Unreal's numbers at times (N,), rounded as commanded."""
        return frames.quantise_ue(self._camera.ue(np.asarray(time_s, np.float64)))

    def T_world_camera(self, time_s: ArrayLike) -> Array:
        """Camera transforms (N, 4, 4), OpenCV axes, at times (N,)."""
        return frames.T_world_camera_from_ue(self.camera_ue(time_s))

    def subject(self, index: int, time_s: ArrayLike) -> SubjectPose:
        """Poses of subject `index` (0-based; mask id - 1) at times (N,)."""
        walk, time = self._walks[index], self.own_time(index, time_s)
        gait = self.spec.subjects[index].gait
        height = self.spec.subjects[index].path.ground_z_m - PARKED_M * ~self.present(index, time_s)
        xy, heading, phase, weight = walk.at(time)
        ue = np.zeros((len(time), 6))
        ue[:, :3] = frames.ue_points_from_world(np.column_stack([xy, height]))
        # Counter-clockwise in the world is counter-clockwise from above; Unreal's yaw runs the other way.
        ue[:, 4] = -np.rad2deg(np.arctan2(np.sin(heading), np.cos(heading)))

        def wrapped(cycles: Any, cycle_s: float) -> Array:
            time = np.round(np.mod(cycles, 1.0) * cycle_s, TIME_DECIMALS)
            return np.asarray(np.where(time >= cycle_s, 0.0, time)) + 0.0

        return SubjectPose(
            ue=frames.quantise_ue(ue),
            gait_time_s=wrapped(phase, gait.cycle_s),
            idle_time_s=wrapped(time / gait.idle_cycle_s + walk.spec.phase, gait.idle_cycle_s),
            gait_weight=np.round(weight, TIME_DECIMALS) + 0.0,
        )

    def present(self, index: int, time_s: ArrayLike) -> NDArray[np.bool_]:
        """Whether subject `index` is there (N,); where it is not, its pose is `PARKED_M` under the one it would have."""
        time, spans = np.asarray(time_s, np.float64), self.spec.subjects[index].present_s
        there = np.full(time.shape, not spans)
        for begin, end in spans:
            there |= (time >= begin) & (time < end)
        return there

    def own_time(self, index: int, time_s: ArrayLike) -> Array:
        """Time (N,) of subject `index`'s own clock, in s, which stands still in the spans of its `held_s`."""
        time = np.asarray(time_s, np.float64)
        held = np.zeros_like(time)
        for begin, end in self.spec.subjects[index].held_s:
            held += np.clip(time, begin, end) - begin
        return time - held

    def walked_m(self, index: int, time_s: ArrayLike) -> Array:
        """Distance (N,) in m that subject `index` has walked since time 0."""
        return self._walks[index].distance(self.own_time(index, time_s))

    def heading_rad(self, index: int, time_s: ArrayLike) -> Array:
        """Unwrapped heading (N,) of subject `index`, counter-clockwise from +X."""
        return self._walks[index].heading(self.walked_m(index, time_s))


def choreograph(spec: ClipSpec) -> Choreography:
    """The choreography of a fully decided clip."""
    return Choreography(spec)
