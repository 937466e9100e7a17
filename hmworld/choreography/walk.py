"""How a subject goes along its path: distance from speed, heading from the path, gait phase from distance."""

import numpy as np
from numpy.typing import NDArray

from hmworld.geometry.splines import KeyedChannel, Path
from hmworld.model.clip import SubjectSpec

Array = NDArray[np.float64]

FULL_GAIT_AT = 0.5
"""Share of the fastest speed of the path above which the gait plays fully; below it blends towards idle."""


def smoothstep(x: Array) -> Array:
    """0 below 0, 1 above 1, smooth between, with continuous velocity."""
    s = np.clip(x, 0.0, 1.0)
    return np.asarray(s * s * (3.0 - 2.0 * s))


class Walk:
    """The motion of one subject's root over time."""

    def __init__(self, spec: SubjectSpec) -> None:
        self.spec = spec
        keys = spec.path.speed_mps
        self._speed = KeyedChannel(tuple(t for t, _ in keys), tuple(v for _, v in keys))
        self._path = Path(spec.path.points_m, spec.path.closed)
        self._top_speed = max(v for _, v in keys)
        # Unwrapped headings along one pass; the exact tangent is moved to the nearest turn of this table.
        self._grid = np.linspace(0.0, self._path.length_m, 513)
        tangents = self._path.at(self._grid[:-1] if spec.path.closed else self._grid)[1]
        raw = np.unwrap(np.arctan2(tangents[:, 1], tangents[:, 0]))
        if spec.path.closed:
            last = raw[-1] + np.angle(np.exp(1j * (raw[0] - raw[-1])))
            raw = np.append(raw, last)
        self._headings = raw
        self._turn_a_pass = raw[-1] - raw[0] if spec.path.closed else 0.0

    def distance(self, time_s: Array) -> Array:
        """Metres walked (N,) at times (N,), from 0 at time 0."""
        # The channel is constant outside its keys, so the integral from the first key is exact everywhere.
        return np.asarray(self._speed.integral(time_s) - self._speed.integral(np.zeros(1))[0])

    def heading(self, walked_m: Array) -> Array:
        """Unwrapped heading (N,) in rad, counter-clockwise from +X, after walking (N,) metres."""
        along = self.spec.path.start_m + walked_m
        _, tangent = self._path.at(along)
        exact = np.arctan2(tangent[:, 1], tangent[:, 0])
        passes = np.floor(along / self._path.length_m) if self.spec.path.closed else np.zeros_like(along)
        inside = along - passes * self._path.length_m
        coarse = np.interp(inside, self._grid, self._headings) + passes * self._turn_a_pass
        return np.asarray(exact + 2.0 * np.pi * np.round((coarse - exact) / (2.0 * np.pi)))

    def position(self, time_s: Array) -> Array:
        """Root positions (N, 2) on the ground plane, world metres."""
        return self._path.at(self.spec.path.start_m + self.distance(time_s))[0]

    def at(self, time_s: Array) -> tuple[Array, Array, Array, Array]:
        """Position (N, 2) m, heading (N,) rad, gait phase (N,) cycles, gait weight (N,)."""
        walked = self.distance(time_s)
        xy, _ = self._path.at(self.spec.path.start_m + walked)
        phase = self.spec.phase + walked / self.spec.gait.stride_m
        # One that never moves stands idle.
        weight = smoothstep(self._speed(time_s) / (FULL_GAIT_AT * self._top_speed)) if self._top_speed > 0.0 else np.zeros(len(time_s))
        return xy, self.heading(walked), phase, weight
