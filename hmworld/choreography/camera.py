"""How the camera moves: a place about a pivot, offsets from it, and a view that aims and looks away.

A moving pivot is the lead subject's position averaged over a short window, so that the camera does not copy every turn of the path;
the average is a fixed Gauss-Legendre rule and so as smooth as the path itself.
"""

import numpy as np
from numpy.typing import NDArray

from hmworld.choreography.walk import Walk
from hmworld.geometry import frames
from hmworld.geometry.splines import KeyedChannel
from hmworld.model.base import Vec2
from hmworld.model.clip import CameraSpec

Array = NDArray[np.float64]

PIVOT_WINDOW_S = 1.2
HEADING_WINDOW_S = 2.4
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(8)


def _channel(keys: tuple[Vec2, ...]) -> KeyedChannel:
    return KeyedChannel(tuple(t for t, _ in keys), tuple(v for _, v in keys)) if keys else KeyedChannel((0.0,), (0.0,))


class CameraMover:
    """Camera poses of a CameraSpec whose pivot may be the walk of the lead subject."""

    def __init__(self, spec: CameraSpec, lead: Walk) -> None:
        self._spec = spec
        self._lead = lead
        self._channels = {name: _channel(getattr(spec.channels, name)) for name in type(spec.channels).model_fields}
        azimuth = np.deg2rad(spec.azimuth_deg)
        # The camera's first heading, level: from its place towards the pivot.
        self._heading0 = azimuth + np.pi
        self._drop0 = np.arctan2(spec.pivot_point_m[2] - spec.height_m, spec.distance_m)

    def _window_mean(self, time_s: Array, window_s: float, heading: bool) -> Array:
        times = time_s[:, None] + _NODES * window_s / 2.0
        flat = times.ravel()
        values = self._lead.heading(self._lead.distance(flat))[:, None] if heading else self._lead.position(flat)
        return np.asarray(np.einsum("nkc,k->nc", values.reshape(*times.shape, -1), _WEIGHTS / 2.0))

    def _pivot(self, time_s: Array) -> tuple[Array, Array]:
        """Pivot points (N, 3) and how far the pivot has turned (N,) in rad since time 0."""
        point = np.tile(np.array(self._spec.pivot_point_m), (len(time_s), 1))
        turned = np.zeros(len(time_s))
        if self._spec.pivot == "subject":
            start = self._window_mean(np.zeros(1), PIVOT_WINDOW_S, heading=False)
            point[:, :2] += self._window_mean(time_s, PIVOT_WINDOW_S, heading=False) - start
            if self._spec.turns:
                heading0 = self._window_mean(np.zeros(1), HEADING_WINDOW_S, heading=True)
                turned = (self._window_mean(time_s, HEADING_WINDOW_S, heading=True) - heading0)[:, 0]
        return point, turned

    def ue(self, time_s: Array) -> Array:
        """Poses (N, 6) in Unreal's numbers at times (N,), not yet rounded; roll is 0."""
        spec, at = self._spec, {name: channel(time_s) for name, channel in self._channels.items()}
        pivot, turned = self._pivot(time_s)
        azimuth = np.deg2rad(spec.azimuth_deg) + turned + np.deg2rad(at["azimuth_deg"])
        distance = spec.distance_m + at["distance_m"]
        base_heading = self._heading0 + turned
        position = np.empty((len(time_s), 3))
        forward, left = np.cos(base_heading), np.sin(base_heading)
        position[:, 0] = pivot[:, 0] + distance * np.cos(azimuth) + at["forward_m"] * forward - at["left_m"] * left
        position[:, 1] = pivot[:, 1] + distance * np.sin(azimuth) + at["forward_m"] * left + at["left_m"] * forward
        position[:, 2] = spec.height_m + at["up_m"]
        heading, pitch = base_heading, np.full(len(time_s), self._drop0)
        if spec.aim == "pivot":
            to_pivot = pivot - position
            raw = np.arctan2(to_pivot[:, 1], to_pivot[:, 0])
            heading = base_heading + np.angle(np.exp(1j * (raw - base_heading)))
            pitch = np.arctan2(to_pivot[:, 2], np.hypot(to_pivot[:, 0], to_pivot[:, 1]))
        heading = heading + np.deg2rad(at["yaw_deg"])
        pitch = np.clip(pitch + np.deg2rad(at["pitch_deg"]), -np.pi / 2 + 1e-3, np.pi / 2 - 1e-3)
        ue = np.zeros((len(time_s), 6))
        ue[:, :3] = frames.ue_points_from_world(position)
        ue[:, 3] = np.rad2deg(pitch)
        ue[:, 4] = -np.rad2deg(np.arctan2(np.sin(heading), np.cos(heading)))
        return ue
