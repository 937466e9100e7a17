"""From the axes and units of a glTF to ours: z up, x forward, y left, metres."""

from __future__ import annotations

import numpy as np

from hmworld.embedded.gltf.document import Array
from hmworld.errors import AssetError

AXES = ("+x", "-x", "+y", "-y", "+z", "-z")


def axis(name: str) -> Array:
    """The unit vector (3,) of a name such as "+z"."""
    vector = np.zeros(3)
    vector["xyz".index(name[1])] = 1.0 if name[0] == "+" else -1.0
    return vector


def conversion(up: str, forward: str) -> Array:
    """The rotation (3, 3) from the file's axes to ours; `up` is y or z, `forward` one of `AXES`."""
    z, x = axis(f"+{up}"), axis(forward)
    if abs(float(z @ x)) > 0.5:
        raise AssetError(f"--forward {forward}: is along --up {up}; expected one of {', '.join(a for a in AXES if a[1] != up)}")
    return np.stack([x, np.cross(z, x), z])


def nearest_axis(direction: Array, rotation: Array, up: str) -> str:
    """The file's axis that points most along a direction (3,) given in ours."""
    candidates = [name for name in AXES if name[1] != up]
    return max(candidates, key=lambda name: float(rotation @ axis(name) @ direction))
