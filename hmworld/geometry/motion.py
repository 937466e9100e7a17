"""A subject's motion: skeleton, animation tables and surface points, as read from a motion file.

The file is an npz beside the subject's card. Arrays: `joint_names` (J,), `parents` (J,), `rest_joints` (J, 3), `points` (N, 3)
with `point_joints` (N, 4) and `point_weights` (N, 4), and a table `gait_<name>` (P, J, 3, 4) for each gait (see `skin`). The
first 256 points are the ones that `in_frame_fraction` is defined on; a forecast may use all.
"""

import hashlib
import io
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hmworld.geometry import skin

Array = NDArray[np.float64]

CONTRACT_POINTS = 256
"""How many surface points `in_frame_fraction` counts."""


@dataclass(frozen=True, eq=False)
class Motion:
    """Skeleton, animation tables and surface points of one subject at scale 1, root frame, metres."""

    joint_names: tuple[str, ...]
    parents: NDArray[np.int16]
    rest_joints: NDArray[np.float32]
    points: NDArray[np.float32]
    point_joints: NDArray[np.uint8]
    point_weights: NDArray[np.float32]
    gaits: dict[str, NDArray[np.float32]]
    sha256: str

    @classmethod
    def from_bytes(cls, data: bytes) -> "Motion":
        """Read the bytes of a motion file; ValueError or KeyError when it is not one."""
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            gaits = {name[5:]: arrays[name] for name in arrays.files if name.startswith("gait_")}
            return cls(
                joint_names=tuple(str(name) for name in arrays["joint_names"]),
                parents=arrays["parents"],
                rest_joints=arrays["rest_joints"],
                points=arrays["points"],
                point_joints=arrays["point_joints"],
                point_weights=arrays["point_weights"],
                gaits=gaits,
                sha256=hashlib.sha256(data).hexdigest(),
            )

    @cached_property
    def _point_tables(self) -> dict[str, Array]:
        # Skinning is linear in the matrices, so points may be posed once a phase and interpolated.
        return {
            name: skin.pose_points(table.astype(np.float64), self.points, self.point_joints, self.point_weights)
            for name, table in self.gaits.items()
        }

    @cached_property
    def _joint_tables(self) -> dict[str, Array]:
        return {name: skin.pose_joints(table.astype(np.float64), self.rest_joints) for name, table in self.gaits.items()}

    def matrices(self, gait: str, phase: Any, idle_phase: Any, weight: Any) -> Array:
        """Skinning matrices (..., J, 3, 4) at phases (...) in cycles; `weight` of the gait over `idle`."""
        moving = skin.sample_table(self.gaits[gait], phase)
        resting = skin.sample_table(self.gaits["idle"], idle_phase)
        return skin.blend(resting, moving, weight)

    def gait_points(self, gait: str) -> Array:
        """All surface points (P, N, 3) at the P phases of a gait's table, root frame."""
        return self._point_tables[gait]

    def posed_points(self, gait: str, phase: Array, idle_phase: Array, weight: Array, count: int) -> Array:
        """The first `count` surface points (T, count, 3) in the root frame at phases (T,)."""
        return self._posed(self._point_tables, gait, phase, idle_phase, weight, count)

    def posed_joints(self, gait: str, phase: Array, idle_phase: Array, weight: Array) -> Array:
        """Joints (T, J, 3) in the root frame at phases (T,)."""
        return self._posed(self._joint_tables, gait, phase, idle_phase, weight, len(self.rest_joints))

    @staticmethod
    def _posed(tables: dict[str, Array], gait: str, phase: Array, idle: Array, weight: Array, count: int) -> Array:
        def at(table: Array, phases: Array) -> Array:
            x = np.mod(phases, 1.0) * len(table)
            i = np.floor(x).astype(np.int64) % len(table)
            s = (x - np.floor(x))[:, None, None]
            return np.asarray(table[i, :count] * (1.0 - s) + table[(i + 1) % len(table), :count] * s)

        w = weight[:, None, None]
        return at(tables["idle"], idle) * (1.0 - w) + at(tables[gait], phase) * w
