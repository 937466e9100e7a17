"""Smooth curves through or near a few numbers: keyed channels and paths with arc length.

*Keyed channels* (camera offsets, speeds) use monotone cubic Hermite interpolation (Fritsch and Carlson, SIAM J. Numer.
Anal. 17(2), 1980): continuous velocity, no overshoot, holds stay holds, so a look-away is one smooth bump.
*Paths* (where a subject walks) use the uniform cubic B-spline of their control points: continuous curvature, corners
rounded, inside the control polygon.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def monotone_slopes(times: ArrayLike, values: ArrayLike) -> Array:
    """Slopes (N,) at keys (N,): zero at extrema and holds, limited elsewhere so that no piece overshoots."""
    t, v = np.asarray(times, np.float64), np.asarray(values, np.float64)
    if len(t) < 2:
        return np.zeros(len(t))
    h = np.diff(t)
    secant = np.diff(v) / h
    slopes = np.zeros(len(t))
    before, after = secant[:-1], secant[1:]
    w1, w2 = 2.0 * h[1:] + h[:-1], h[1:] + 2.0 * h[:-1]
    same_sign = before * after > 0.0
    with np.errstate(divide="ignore", invalid="ignore"):
        harmonic = (w1 + w2) / (w1 / before + w2 / after)
    slopes[1:-1] = np.where(same_sign, harmonic, 0.0)
    return slopes


@dataclass(frozen=True)
class KeyedChannel:
    """A number over time through keys; constant before the first key and after the last, velocity 0 at both ends."""

    times: tuple[float, ...]
    values: tuple[float, ...]

    @cached_property
    def _table(self) -> tuple[Array, Array, Array]:
        t, v = np.array(self.times, np.float64), np.array(self.values, np.float64)
        return t, v, monotone_slopes(t, v)

    def __call__(self, time: ArrayLike) -> Array:
        """Values (...) at times (...)."""
        t, v, m = self._table
        x = np.asarray(time, np.float64)
        if len(t) == 1:
            return np.full(x.shape, v[0])
        x = np.clip(x, t[0], t[-1])
        i = np.clip(np.searchsorted(t, x, side="right") - 1, 0, len(t) - 2)
        h = t[i + 1] - t[i]
        s = (x - t[i]) / h
        s2, s3 = s * s, s * s * s
        return np.asarray(
            (2 * s3 - 3 * s2 + 1) * v[i] + (s3 - 2 * s2 + s) * h * m[i] + (3 * s2 - 2 * s3) * v[i + 1] + (s3 - s2) * h * m[i + 1]
        )

    def integral(self, time: ArrayLike) -> Array:
        """The integral (...) of the channel from its first key to times (...), exact."""
        t, v, m = self._table
        x = np.asarray(time, np.float64)
        if len(t) == 1:
            return np.asarray((x - t[0]) * v[0])
        h = np.diff(t)
        whole = h * (v[:-1] + v[1:]) / 2 + h * h * (m[:-1] - m[1:]) / 12
        before = np.concatenate([[0.0], np.cumsum(whole)])
        inside = np.clip(x, t[0], t[-1])
        i = np.clip(np.searchsorted(t, inside, side="right") - 1, 0, len(t) - 2)
        s = (inside - t[i]) / h[i]
        s2, s3, s4 = s**2, s**3, s**4
        part = h[i] * (
            v[i] * (s4 / 2 - s3 + s)
            + m[i] * h[i] * (s4 / 4 - 2 * s3 / 3 + s2 / 2)
            + v[i + 1] * (s3 - s4 / 2)
            + m[i + 1] * h[i] * (s4 / 4 - s3 / 3)
        )
        outside = np.minimum(x - t[0], 0.0) * v[0] + np.maximum(x - t[-1], 0.0) * v[-1]
        return np.asarray(before[i] + part + outside)


_SAMPLES_PER_SPAN = 64


@dataclass(frozen=True)
class Path:
    """A plane curve near control points (N, 2), walked by distance.

    Open paths start at the first and end at the last control point and go on straight beyond; closed ones repeat.
    """

    points: tuple[tuple[float, float], ...]
    closed: bool

    @cached_property
    def _control(self) -> Array:
        p = np.array(self.points, np.float64)
        if self.closed:
            return np.concatenate([p[-1:], p, p[:2]])
        # Reflected phantom points make the spline pass through both end points.
        return np.concatenate([2 * p[:1] - p[1:2], p, 2 * p[-1:] - p[-2:-1]])

    @cached_property
    def _arc(self) -> tuple[Array, Array]:
        spans = len(self._control) - 3
        u = np.linspace(0.0, spans, spans * _SAMPLES_PER_SPAN + 1)
        xy = self._basis(u)
        steps = np.hypot(*np.diff(xy, axis=0).T)
        return u, np.concatenate([[0.0], np.cumsum(steps)])

    @property
    def length_m(self) -> float:
        """Length of one pass in the unit of the control points."""
        return float(self._arc[1][-1])

    def _basis(self, u: Array, derivative: bool = False) -> Array:
        c = self._control
        i = np.clip(np.floor(u).astype(np.int64), 0, len(c) - 4)
        s = u - i
        if derivative:
            w = [-((1 - s) ** 2) / 2, (3 * s * s - 4 * s) / 2, (1 + 2 * s - 3 * s * s) / 2, s * s / 2]
        else:
            w = [(1 - s) ** 3 / 6, (3 * s**3 - 6 * s**2 + 4) / 6, (1 + 3 * s + 3 * s**2 - 3 * s**3) / 6, s**3 / 6]
        return np.asarray(sum(wk[..., None] * c[i + k] for k, wk in enumerate(w)))

    def at(self, distance: ArrayLike) -> tuple[Array, Array]:
        """Positions (..., 2) and unit tangents (..., 2) at walked distances (...)."""
        u, arc = self._arc
        d = np.asarray(distance, np.float64)
        total = arc[-1]
        inside = np.mod(d, total) if self.closed else np.clip(d, 0.0, total)
        at = np.interp(inside, arc, u)
        tangent = self._basis(at, derivative=True)
        tangent /= np.maximum(np.linalg.norm(tangent, axis=-1, keepdims=True), 1e-12)
        return self._basis(at) + (0.0 if self.closed else (d - inside)[..., None] * tangent), tangent
