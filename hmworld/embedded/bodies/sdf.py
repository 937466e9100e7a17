"""Signed distance fields of body parts: lofts of elliptic cross-sections, blended smoothly into a part.

A body is symmetric about its sagittal plane, so a field describes the left half (y >= 0) and is evaluated at |y|.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Vector = tuple[float, float, float]
Paint = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]
"""(N, 3) rest points, (N, 3) base colours -> (N, 3) painted colours, linear albedo."""

Bind = Callable[[NDArray[np.float64]], dict[str, NDArray[np.float64]]]
"""(N, 3) rest points -> skin weight (N,) of each named joint; what they leave of 1 goes to the lofts' joints."""

FAR_M = 10.0


def smooth_step(low: float, high: float, value: NDArray[np.float64]) -> NDArray[np.float64]:
    """0 below `low`, 1 above `high`, smooth between; with low > high it falls instead."""
    t = np.clip((value - low) / (high - low), 0.0, 1.0)
    eased: NDArray[np.float64] = t * t * (3.0 - 2.0 * t)
    return eased


def tint(colours: NDArray[np.float64], colour: Vector, share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mix `colour` over colours (N, 3) with weights `share` (N,)."""
    mixed: NDArray[np.float64] = colours + share[:, None] * (np.array(colour) - colours)
    return mixed


def resample(stations: NDArray[np.float64], pieces: int) -> NDArray[np.float64]:
    """Catmull-Rom through the rows of `stations` (N, K), `pieces` segments between neighbours -> ((N-1)*pieces+1, K)."""
    count = len(stations)
    if count < 3 or pieces < 2:
        return stations
    padded = np.concatenate([2 * stations[:1] - stations[1:2], stations, 2 * stations[-1:] - stations[-2:-1]])
    parameter = np.arange((count - 1) * pieces + 1) / pieces
    index = np.minimum(parameter.astype(np.int64), count - 2)
    u = (parameter - index)[:, None]
    p0, p1, p2, p3 = (padded[index + k] for k in range(4))
    curve: NDArray[np.float64] = 0.5 * (
        2 * p1 + (p2 - p0) * u + (2 * p0 - 5 * p1 + 4 * p2 - p3) * u**2 + (3 * p1 - p0 - 3 * p2 + p3) * u**3
    )
    return curve


@dataclass(frozen=True)
class Loft:
    """A solid swept along a polyline: stations (N, 5) = x, y, z, radius across, radius along `lateral`; metres.

    `bones` are (station parameter 0..N-1, joint name) pairs, ascending: the skin follows the joints, blended linearly
    between them. With one station the solid is an ellipsoid of radii (across, lateral, across * `stretch`).
    """

    stations: tuple[tuple[float, float, float, float, float], ...]
    bones: tuple[tuple[float, str], ...]
    colour: Vector
    blend_m: float = 0.02
    lateral: Vector = (0.0, 1.0, 0.0)
    stretch: float = 1.0
    carve: bool = False

    def curve(self) -> NDArray[np.float64]:
        """The stations, smoothly refined: (M, 5)."""
        return resample(np.array(self.stations, np.float64), 4)

    def bounds(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Lowest and highest corner of a box that holds the solid."""
        curve = self.curve()
        reach = curve[:, 3:].max(axis=1, keepdims=True) * max(1.0, self.stretch)
        return (curve[:, :3] - reach).min(axis=0), (curve[:, :3] + reach).max(axis=0)

    def distance(self, points: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Approximate signed distance and station parameter at `points` (N, 3): two arrays (N,)."""
        curve = self.curve()
        if len(curve) == 1:
            radii = np.array([curve[0, 3], curve[0, 4], curve[0, 3] * self.stretch])
            offset = (points - curve[0, :3]) / radii
            return _ellipse(np.linalg.norm(offset, axis=1), np.linalg.norm(offset / radii, axis=1)), np.zeros(len(points))
        best = np.full(len(points), FAR_M)
        where = np.zeros(len(points))
        for i in range(len(curve) - 1):
            start, along = curve[i, :3], curve[i + 1, :3] - curve[i, :3]
            t = np.clip((points - start) @ along / max(float(along @ along), 1e-12), 0.0, 1.0)
            offset = points - start - t[:, None] * along
            axis = np.array(self.lateral) - along * (np.array(self.lateral) @ along) / max(float(along @ along), 1e-12)
            side = offset @ (axis / np.linalg.norm(axis))
            squares = offset**2  # its columns are added one by one: NumPy is slow along an axis of three, and the sum has the same bits
            across = np.sqrt(np.maximum(squares[:, 0] + squares[:, 1] + squares[:, 2] - side**2, 0.0))
            across_radius = curve[i, 3] + t * (curve[i + 1, 3] - curve[i, 3])
            side_radius = curve[i, 4] + t * (curve[i + 1, 4] - curve[i, 4])
            distance = _ellipse(
                np.hypot(across / across_radius, side / side_radius),
                np.hypot(across / across_radius**2, side / side_radius**2),
            )
            closer = distance < best
            best = np.where(closer, distance, best)
            where = np.where(closer, i + t, where)
        return best, where * (len(self.stations) - 1) / (len(curve) - 1)


def _ellipse(k0: NDArray[np.float64], k1: NDArray[np.float64]) -> NDArray[np.float64]:
    """First-order distance to an ellipse from its implicit value and gradient length (Quilez, "ellipsoid - bound")."""
    distance: NDArray[np.float64] = np.where(k0 < 1e-6, -1e-3, k0 * (k0 - 1.0) / np.maximum(k1, 1e-9))
    return distance


@dataclass(frozen=True)
class Part:
    """One closed surface of a body: lofts united in order, carved, then cut by planes (nx, ny, nz, offset): n.p <= offset."""

    name: str
    lofts: tuple[Loft, ...]
    step_m: float
    triangles: int
    """Triangle budget of the left half."""
    planes: tuple[tuple[float, float, float, float], ...] = ()
    paint: Paint | None = None
    weight_falloff_m: float = 0.02
    ripple: Callable[[NDArray[np.float64]], NDArray[np.float64]] | None = field(default=None)
    """Displacement of the surface outwards, in metres, at points (N, 3): folds of cloth, locks of hair."""
    bind: Bind | None = None
    """Shares of joints that the lofts do not know, such as the panels of a coat."""
    whole: bool = False
    """Keep what other parts hide at rest, for the parts move apart."""
    buried_m: float = 0.02
    """Triangles at least this deep inside another part are never seen and are left out."""

    def bounds(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """A box that holds the part's left half."""
        boxes = [loft.bounds() for loft in self.lofts if not loft.carve]
        margin = 3 * self.step_m
        low = np.min([box[0] for box in boxes], axis=0) - margin
        high = np.max([box[1] for box in boxes], axis=0) + margin
        for nx, ny, nz, offset in self.planes:
            for k, n in enumerate((nx, ny, nz)):
                if n == -1.0:
                    low[k] = max(low[k], -offset - margin)
                if n == 1.0:
                    high[k] = min(high[k], offset + margin)
        return low, high

    def distance(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Signed distance (N,) of the part at `points` (N, 3), negative inside."""
        p = points.copy()
        p[:, 1] = np.abs(p[:, 1])
        total = np.full(len(p), FAR_M)
        for loft in self.lofts:
            low, high = loft.bounds()
            margin = loft.blend_m + 4 * self.step_m
            near = ((p > low - margin) & (p < high + margin)).all(axis=1)
            if not near.any():
                continue
            d, _ = loft.distance(p[near])
            k = max(loft.blend_m, 1e-6)
            old = total[near]
            if loft.carve:
                h = np.maximum(k - np.abs(old + d), 0.0) / k
                total[near] = np.maximum(old, -d) + h * h * k * 0.25
            else:
                h = np.maximum(k - np.abs(old - d), 0.0) / k
                total[near] = np.minimum(old, d) - h * h * k * 0.25
        if self.ripple is not None:
            total = total - self.ripple(p)
        for nx, ny, nz, offset in self.planes:
            total = np.maximum(total, p @ np.array([nx, ny, nz]) - offset)
        return total

    def gradient(self, points: NDArray[np.float64], step_m: float = 0.002) -> NDArray[np.float64]:
        """Outward unit normals (N, 3) of the field by central differences."""
        columns = []
        for k in range(3):
            offset = np.zeros(3)
            offset[k] = step_m
            columns.append(self.distance(points + offset) - self.distance(points - offset))
        slope = np.stack(columns, axis=1)
        unit: NDArray[np.float64] = slope / np.maximum(np.linalg.norm(slope, axis=1, keepdims=True), 1e-12)
        return unit
