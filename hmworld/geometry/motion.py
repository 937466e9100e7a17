"""A subject's motion: skeleton, animation tables and surface points, as read from a motion file.

The file is an npz beside the subject's card. Arrays: `joint_names` (J,), `parents` (J,), `rest_joints` (J, 3), `points` (N, 3)
with `point_joints` (N, 4) and `point_weights` (N, 4), and a table `gait_<name>` (P, J, 3, 4) for each gait (see `skin`). The
first 256 points are the ones that `in_frame_fraction` is defined on; a forecast may use all. `skin_vertices` (V, 3), bound by
`skin_joints` (V, 4) and `skin_weights` (V, 4), and `skin_triangles` (F, 3), counter-clockwise seen from outside, are the body in few
triangles, whose silhouettes a forecast counts.
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
    skin_vertices: NDArray[np.float32]
    skin_joints: NDArray[np.uint8]
    skin_weights: NDArray[np.float32]
    skin_triangles: NDArray[np.int16]
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
                skin_vertices=arrays["skin_vertices"],
                skin_joints=arrays["skin_joints"],
                skin_weights=arrays["skin_weights"],
                skin_triangles=arrays["skin_triangles"],
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

    def gait_skin(self, gait: str) -> Array:
        """Vertices of the skin (P, V, 3) at the P phases of a gait's table, root frame."""
        return self._posed_skin(self.gaits[gait].astype(np.float64))

    def posed_skin(self, gait: str, phase: Array, idle_phase: Array, weight: Array) -> Array:
        """Vertices of the skin (T, V, 3) in the root frame at phases (T,)."""
        return self._posed_skin(self.matrices(gait, phase, idle_phase, weight))

    @cached_property
    def _skin_binding(self) -> Array:
        """(4 J, V): weights of joints times homogeneous rest vertices, so that posing is one product of matrices."""
        homogeneous = np.concatenate([self.skin_vertices, np.ones((len(self.skin_vertices), 1))], 1).astype(np.float64)
        dense = np.zeros((len(self.joint_names), len(homogeneous)))
        for k in range(self.skin_joints.shape[1]):
            np.add.at(dense, (self.skin_joints[:, k], np.arange(len(homogeneous))), self.skin_weights[:, k])
        return np.asarray((dense[:, None] * homogeneous.T).reshape(-1, len(homogeneous)))

    def _posed_skin(self, matrices: Array) -> Array:
        """(T, V, 3) by matrices (T, J, 3, 4)."""
        flat = matrices.transpose(0, 2, 1, 3).reshape(len(matrices), 3, -1)
        return np.ascontiguousarray((flat @ self._skin_binding).transpose(0, 2, 1))

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
