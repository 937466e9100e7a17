"""Where the surface of a part lies, so that small things can be put on it."""

from __future__ import annotations

import numpy as np

from hmworld.embedded.bodies.sdf import Part


def surface_x(part: Part, y: float, z: float) -> float:
    """How far ahead the part's surface lies at (y, z), metres."""
    xs = np.linspace(0.30, 0.0, 1201)
    inside = part.distance(np.stack([xs, np.full_like(xs, y), np.full_like(xs, z)], axis=1)) < 0
    return float(xs[int(np.argmax(inside))])
