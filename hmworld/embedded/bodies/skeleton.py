"""Joints of a body and their posing over all phases of a gait at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Skeleton:
    """Joint names, parents (-1 for the root; parents come first) and rest positions (J, 3), root frame, metres."""

    names: tuple[str, ...]
    parents: tuple[int, ...]
    rest: Array

    def index(self, name: str) -> int:
        """Position of the joint `name`."""
        return self.names.index(name)

    def at(self, name: str) -> Array:
        """Rest position (3,) of the joint `name`."""
        point: Array = self.rest[self.index(name)]
        return point


def build_skeleton(middle: list[tuple[str, str, tuple[float, float, float]]]) -> Skeleton:
    """A skeleton from (name, parent or "", position) rows; rows ending in `_l` are mirrored to `_r` across y = 0."""
    names: list[str] = []
    parents: list[str] = []
    rest: list[tuple[float, float, float]] = []
    for name, parent, (x, y, z) in middle:
        names.append(name)
        parents.append(parent)
        rest.append((x, y, z))
    for name, parent, (x, y, z) in middle:
        if name.endswith("_l"):
            names.append(mirrored(name))
            parents.append(mirrored(parent))
            rest.append((x, -y, z))
    return Skeleton(tuple(names), tuple(names.index(p) if p else -1 for p in parents), np.array(rest))


def mirrored(name: str) -> str:
    """The joint on the other side of the body; a middle joint is its own mirror image."""
    if name.endswith("_l"):
        return name[:-2] + "_r"
    return name[:-2] + "_l" if name.endswith("_r") else name


def rotation(axis: str, angle: Array | float) -> Array:
    """Right-handed rotations (P, 3, 3) about the x, y or z axis by `angle` (P,) radians; a number gives P = 1."""
    angle = np.atleast_1d(np.asarray(angle, np.float64))
    k = "xyz".index(axis)
    i, j = (k + 1) % 3, (k + 2) % 3
    matrix = np.zeros((len(angle), 3, 3))
    matrix[:, k, k] = 1.0
    matrix[:, i, i] = matrix[:, j, j] = np.cos(angle)
    matrix[:, j, i] = np.sin(angle)
    matrix[:, i, j] = -np.sin(angle)
    return matrix


def turn(roll: Array | float = 0.0, pitch: Array | float = 0.0, yaw: Array | float = 0.0) -> Array:
    """Rz(yaw) Ry(pitch) Rx(roll), (P, 3, 3), in degrees. Positive pitch leans x forward and down."""
    parts = (np.radians(np.asarray(v, np.float64)) for v in (yaw, pitch, roll))
    z, y, x = (rotation(axis, angle) for axis, angle in zip("zyx", parts, strict=True))
    matrix: Array = z @ y @ x
    return matrix


class Poser:
    """Collects joint rotations over P phases, parents before children, and turns them into skinning matrices.

    All joint frames coincide with the root frame in the rest pose, so a joint's rotation in the root frame is also the
    rotation of its skin.
    """

    def __init__(self, skeleton: Skeleton, phases: int) -> None:
        self.skeleton = skeleton
        self.phases = phases
        self.rotations = np.tile(np.eye(3), (phases, len(skeleton.names), 1, 1))
        self.positions = np.tile(skeleton.rest, (phases, 1, 1))
        self._posed: set[str] = set()

    def position(self, name: str) -> Array:
        """Posed position (P, 3) of a joint whose parent is posed."""
        i = self.skeleton.index(name)
        parent = self.skeleton.parents[i]
        if parent < 0:
            point: Array = self.positions[:, i]
            return point
        offset = self.skeleton.rest[i] - self.skeleton.rest[parent]
        moved: Array = self.positions[:, parent] + self.rotations[:, parent] @ offset
        return moved

    def rotation_of(self, name: str) -> Array:
        """Rotation (P, 3, 3) of a posed joint in the root frame."""
        matrix: Array = self.rotations[:, self.skeleton.index(name)]
        return matrix

    def set_root(self, name: str, position: Array, rotation_root: Array) -> None:
        """Place the root joint at `position` (P, 3)."""
        i = self.skeleton.index(name)
        self.positions[:, i] = position
        self.rotations[:, i] = rotation_root
        self._posed.add(name)

    def set_global(self, name: str, rotation_root: Array) -> None:
        """Give a joint's rotation (P or 1, 3, 3) in the root frame."""
        i = self.skeleton.index(name)
        self.positions[:, i] = self.position(name)
        self.rotations[:, i] = rotation_root
        self._posed.add(name)

    def set_local(self, name: str, rotation_parent: Array) -> None:
        """Give a joint's rotation (P or 1, 3, 3) relative to its parent."""
        parent = self.skeleton.parents[self.skeleton.index(name)]
        self.set_global(name, self.rotations[:, parent] @ rotation_parent)

    def matrices(self) -> Array:
        """Skinning matrices (P, J, 3, 4): rest root-frame point -> posed root-frame point."""
        missing = set(self.skeleton.names) - self._posed
        if missing:
            raise ValueError(f"joints without a pose: {sorted(missing)}")
        shift = self.positions - (self.rotations @ self.skeleton.rest[None, :, :, None])[..., 0]
        return np.concatenate([self.rotations, shift[..., None]], axis=-1)
