"""The hierarchy of a glTF: where every node is, at rest or at times of an animation.

Interpolation follows the glTF 2.0 specification, appendix C: LINEAR (spherical for rotations), STEP and CUBICSPLINE.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hmworld.embedded.gltf.document import Array, Document

PATHS = {"translation": 3, "rotation": 4, "scale": 3}


@dataclass(frozen=True)
class Channel:
    """One animated property of a node: key times (K,), values (K, C) or (K, 3, C) for splines."""

    node: int
    path: str
    times_s: Array
    values: Array
    interpolation: str

    def at(self, times_s: Array) -> Array:
        """Values (T, C) at times (T,); before the first key and after the last it holds."""
        keys, count = self.times_s, len(self.times_s)
        spline = self.interpolation == "CUBICSPLINE"
        points = self.values[:, 1] if spline else self.values
        if count == 1:
            return np.repeat(points, len(times_s), axis=0)
        inside = np.clip(times_s, keys[0], keys[-1])
        left = np.clip(np.searchsorted(keys, inside, side="right") - 1, 0, count - 2)
        span = keys[left + 1] - keys[left]
        share = ((inside - keys[left]) / np.where(span > 0.0, span, 1.0))[:, None]
        a, b = points[left], points[left + 1]
        if self.interpolation == "STEP":
            return np.where(share >= 1.0, b, a)
        if spline:
            out_tangent, in_tangent = self.values[left, 2] * span[:, None], self.values[left + 1, 0] * span[:, None]
            s2, s3 = share**2, share**3
            value = (2 * s3 - 3 * s2 + 1) * a + (s3 - 2 * s2 + share) * out_tangent + (3 * s2 - 2 * s3) * b + (s3 - s2) * in_tangent
            return _unit(value) if self.path == "rotation" else value
        return slerp(a, b, share) if self.path == "rotation" else a + (b - a) * share


@dataclass(frozen=True)
class Clip:
    """One animation of the file: its channels, from its first key to its last."""

    name: str
    channels: tuple[Channel, ...]

    @property
    def start_s(self) -> float:
        """Time of the first key."""
        return float(min(c.times_s[0] for c in self.channels))

    @property
    def end_s(self) -> float:
        """Time of the last key."""
        return float(max(c.times_s[-1] for c in self.channels))


@dataclass(frozen=True)
class Hierarchy:
    """All nodes: parents (-1 = none), an order in which parents come first, names and rest transforms."""

    parents: tuple[int, ...]
    order: tuple[int, ...]
    names: tuple[str, ...]
    translation: Array
    rotation: Array
    scale: Array
    fixed: dict[int, Array]
    """Nodes that are given as a matrix (4, 4); they cannot be animated."""

    def matrices(self, times_s: Array, channels: Sequence[Channel] = ()) -> Array:
        """Global matrices (T, N, 4, 4) at times (T,)."""
        count = len(times_s)
        parts = {
            "translation": np.repeat(self.translation[None], count, axis=0),
            "rotation": np.repeat(self.rotation[None], count, axis=0),
            "scale": np.repeat(self.scale[None], count, axis=0),
        }
        for channel in channels:
            parts[channel.path][:, channel.node] = channel.at(times_s)
        local = np.zeros((count, len(self.parents), 4, 4))
        local[..., :3, :3] = rotation_matrices(parts["rotation"]) * parts["scale"][..., None, :]
        local[..., :3, 3] = parts["translation"]
        local[..., 3, 3] = 1.0
        for node, matrix in self.fixed.items():
            local[:, node] = matrix
        out = local.copy()
        for node in self.order:
            if self.parents[node] >= 0:
                out[:, node] = out[:, self.parents[node]] @ local[:, node]
        return out


def read_hierarchy(document: Document) -> Hierarchy:
    """The nodes of a file; AssetError where they are no trees."""
    nodes = document.gltf.nodes or []
    parents = [-1] * len(nodes)
    for number, node in enumerate(nodes):
        for child in node.children or []:
            if not 0 <= child < len(nodes) or parents[child] >= 0 or child == number:
                raise document.wrong(f"node {number}", f"its child {child} is missing or has two parents; export it again")
            parents[child] = number
    order: list[int] = [n for n in range(len(nodes)) if parents[n] < 0]
    for node in order:
        order.extend(nodes[node].children or [])
    if len(order) != len(nodes):
        raise document.wrong("nodes", "their children form a ring; export it again")

    def values(field: str, default: tuple[float, ...]) -> Array:
        rows = [getattr(node, field) or default for node in nodes]
        if any(len(row) != len(default) for row in rows):
            raise document.wrong("nodes", f"{field}: expected {len(default)} numbers; export it again")
        return np.array(rows, np.float64).reshape(len(nodes), len(default))

    fixed = {n: np.array(node.matrix, np.float64).reshape(4, 4).T for n, node in enumerate(nodes) if node.matrix}
    return Hierarchy(
        tuple(parents),
        tuple(order),
        tuple(node.name or f"node_{n}" for n, node in enumerate(nodes)),
        values("translation", (0.0, 0.0, 0.0)),
        _unit(values("rotation", (0.0, 0.0, 0.0, 1.0))),
        values("scale", (1.0, 1.0, 1.0)),
        fixed,
    )


def read_clips(document: Document, hierarchy: Hierarchy) -> dict[str, Clip]:
    """The animations of a file by name; those that move no node (morph targets alone) are left out."""
    clips: dict[str, Clip] = {}
    for number, animation in enumerate(document.gltf.animations or []):
        name = animation.name or f"animation_{number}"
        if name in clips:
            name = f"{name}_{number}"
        channels = [
            _channel(document, hierarchy, f"animation {name!r}, channel {k}", animation, channel)
            for k, channel in enumerate(animation.channels or [])
            if channel.target.node is not None and channel.target.path in PATHS
        ]
        if channels:
            clips[name] = Clip(name, tuple(channels))
    return clips


def _channel(document: Document, hierarchy: Hierarchy, where: str, animation: Any, channel: Any) -> Channel:
    node, path, samplers = channel.target.node, channel.target.path, animation.samplers or []
    if not 0 <= node < len(hierarchy.parents) or not 0 <= (channel.sampler or 0) < len(samplers):
        raise document.wrong(where, "names a node or sampler that the file lacks; export it again")
    if node in hierarchy.fixed:
        raise document.wrong(where, f"moves node {hierarchy.names[node]!r}, which is given as a matrix; export it again")
    sampler = samplers[channel.sampler or 0]
    kind = sampler.interpolation or "LINEAR"
    if kind not in ("LINEAR", "STEP", "CUBICSPLINE"):
        raise document.wrong(where, f"interpolation: expected LINEAR, STEP or CUBICSPLINE, got {kind!r}")
    times = document.accessor(sampler.input, where).astype(np.float64)[:, 0]
    values = document.accessor(sampler.output, where).astype(np.float64)
    parts = 3 if kind == "CUBICSPLINE" else 1
    if not len(times) or (np.diff(times) <= 0.0).any() or values.shape != (parts * len(times), PATHS[path]):
        raise document.wrong(where, f"expected {PATHS[path]} numbers for each of its rising times; export it again")
    if parts == 3:
        values = values.reshape(len(times), 3, PATHS[path])
    elif path == "rotation":
        values = _unit(values)
    return Channel(node, path, times, values, kind)


def slerp(a: Array, b: Array, share: Array) -> Array:
    """Rotations (T, 4) between quaternions a and b (T, 4), the short way, at shares (T, 1)."""
    dot = (a * b).sum(axis=1, keepdims=True)
    b, dot = np.where(dot < 0.0, -b, b), np.abs(dot)
    angle = np.arccos(np.clip(dot, -1.0, 1.0))
    sine = np.sin(angle)
    # Nearly equal: the chord is the arc.
    near = sine < 1e-6
    divisor = np.where(near, 1.0, sine)
    return _unit(np.where(near, a + (b - a) * share, (np.sin((1.0 - share) * angle) * a + np.sin(share * angle) * b) / divisor))


def rotation_matrices(quaternion: Array) -> Array:
    """Matrices (..., 3, 3) of unit quaternions x, y, z, w (..., 4)."""
    x, y, z, w = np.moveaxis(quaternion, -1, 0)
    rows = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
        [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
        [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
    ]
    return np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)


def _unit(quaternion: Array) -> Array:
    length = np.linalg.norm(quaternion, axis=-1, keepdims=True)
    return np.where(length > 0.0, quaternion / np.where(length > 0.0, length, 1.0), np.array([0.0, 0.0, 0.0, 1.0]))
