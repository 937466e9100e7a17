"""Props (a part with its proxies) and the assembler that turns placed props into a `SceneModel`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from hmworld.embedded.mesh import StaticMesh
from hmworld.embedded.scenes.kit.shapes import PLAIN, Array, Part, merge
from hmworld.embedded.scenes.model import Obstacle, Point, SceneModel, StagePlace
from hmworld.embedded.scenes.textures.catalogue import build_textures

# Overhanging things above this height leave room to walk under.
HEADROOM_M = 2.2


def rounded(values: Sequence[float] | Array) -> Point:
    """Three numbers rounded to a millimetre."""
    x, y, z = (round(float(v), 3) + 0.0 for v in values)
    return x, y, z


def box_proxy(low: Sequence[float], high: Sequence[float]) -> Obstacle:
    """A box proxy between two corners of a prop's own frame; solid unless it hangs above headroom."""
    a, b = np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
    return Obstacle("box", rounded((a + b) / 2), rounded((b - a) / 2), 0.0, bool(a[2] < HEADROOM_M))


def ellipsoid_proxy(center: Sequence[float], half: Sequence[float]) -> Obstacle:
    """An upright ellipsoid proxy; give equal x and y half axes where the prop is turned."""
    return Obstacle("ellipsoid", rounded(center), rounded(half), 0.0, bool(center[2] - half[2] < HEADROOM_M))


@dataclass(frozen=True)
class Prop:
    """A thing in its own frame: standing on z = 0, facing -y, with proxies in the same frame."""

    part: Part
    obstacles: tuple[Obstacle, ...]

    def moved(self, offset: Point, yaw_deg: float = 0.0, scale: float = 1.0) -> Prop:
        """Scaled, turned about +Z and shifted, proxies too."""
        c, s = np.cos(np.radians(yaw_deg)), np.sin(np.radians(yaw_deg))
        placed = []
        for proxy in self.obstacles:
            x, y, z = (scale * value for value in proxy.center_m)
            center = (offset[0] + c * x - s * y, offset[1] + s * x + c * y, offset[2] + z)
            half = rounded([scale * value for value in proxy.half_m])
            yaw = round((proxy.yaw_deg + yaw_deg + 180.0) % 360.0 - 180.0, 3) if proxy.kind == "box" else 0.0
            placed.append(replace(proxy, center_m=rounded(center), half_m=half, yaw_deg=yaw))
        return Prop(self.part.moved(offset, yaw_deg, scale), tuple(placed))

    def tinted(self, factor: Sequence[float]) -> Prop:
        """With all colours multiplied."""
        return replace(self, part=self.part.tinted(factor))


def joined(props: Sequence[Prop]) -> Prop:
    """Several props as one."""
    return Prop(merge([p.part for p in props]), tuple(o for p in props for o in p.obstacles))


class Assembler:
    """Collects placed parts and proxies of one scene, then freezes them."""

    def __init__(self) -> None:
        self._parts: list[Part] = []
        self._obstacles: list[Obstacle] = []
        self._lamps: list[tuple[float, ...]] = []

    def add(self, part: Part) -> None:
        """Geometry without a proxy: ground, backdrop, grass."""
        self._parts.append(part)

    def place(self, prop: Prop, offset: Point = (0.0, 0.0, 0.0), yaw_deg: float = 0.0, scale: float = 1.0) -> None:
        """A prop with its proxies."""
        moved = prop.moved(offset, yaw_deg, scale)
        self._parts.append(moved.part)
        self._obstacles.extend(moved.obstacles)

    @property
    def obstacles(self) -> tuple[Obstacle, ...]:
        """The proxies placed so far."""
        return tuple(self._obstacles)

    def lamp(self, position: Point, rgb: Point, reach_m: float) -> None:
        """A point light, lit as far as the look's `lamps` say: irradiance `rgb` at 1 m, nothing beyond `reach_m`."""
        self._lamps.append((*position, *rgb, reach_m))

    def finish(self, stages: Sequence[StagePlace], seed: int) -> SceneModel:
        """The scene, with only the textures it uses and without slivers (area below 1e-8 m2)."""
        whole = merge(self._parts)
        a, b, c = (whole.vertices[whole.triangles[:, k]].astype(np.float32) for k in range(3))
        area = 0.5 * np.linalg.norm(np.cross(b - a, c - a), axis=1)
        keep = area > 1e-8
        used = [int(name) for name in np.unique(whole.texture) if name != PLAIN]
        index = np.full(max(used) + 2, PLAIN, np.int32)
        index[used] = np.arange(len(used))
        mesh = StaticMesh(
            vertices=whole.vertices.astype(np.float32),
            normals=whole.normals.astype(np.float32),
            uvs=whole.uvs.astype(np.float32),
            colours=whole.colours.astype(np.float32),
            triangles=np.ascontiguousarray(whole.triangles[keep]),
            texture=np.ascontiguousarray(index[whole.texture][keep]),
            two_sided=np.ascontiguousarray(whole.two_sided[keep]),
            cutout=np.ascontiguousarray(whole.cutout[keep]),
            textures=build_textures(used, seed),
            emission=whole.emission[keep].astype(np.float32),
            lamps=np.array(self._lamps, np.float32).reshape(-1, 7),
        )
        bounds = (rounded(mesh.vertices.min(axis=0)), rounded(mesh.vertices.max(axis=0)))
        return SceneModel(mesh, list(self._obstacles), list(stages), bounds)
