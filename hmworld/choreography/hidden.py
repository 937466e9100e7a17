"""What a subject did while it was out of sight."""

import math

import numpy as np

from hmworld.choreography.choreography import Choreography
from hmworld.model.event import Event


def down_to_microseconds(time_s: float) -> float:
    """An event's time as it is stored: rounded down, so that it never passes the frame that bounds it."""
    return math.floor(time_s * 1e6) / 1e6


def hidden_motion(choreography: Choreography, event: Event) -> dict[str, float]:
    """`hidden_path_m`, `hidden_displacement_m` and `hidden_turn_deg` of an absence, between its exit and return times."""
    index = event.subject - 1
    times = np.array([event.exit_time_s, event.return_time_s])
    walked = choreography.walked_m(index, times)
    heading = choreography.heading_rad(index, times)
    position = choreography.subject(index, times).T_world_subject[:, :3, 3]
    return {
        "hidden_path_m": round(float(walked[1] - walked[0]), 4),
        "hidden_displacement_m": round(float(np.linalg.norm(position[1] - position[0])), 4),
        "hidden_turn_deg": round(float(np.rad2deg(abs(heading[1] - heading[0]))), 3),
    }
