"""Level ground as cells of different materials: markings are part of the ground, so nothing flickers and it stays flat."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from hmworld.embedded.scenes.kit.shapes import Array, Part, merge, quads

Field = Callable[[Array, Array], Array]
"""A value for each point: (N,) from x (N,) and y (N,), or of any one shape."""


@dataclass(frozen=True)
class Surface:
    """A ground material: a `Texture` or PLAIN, metres to a tile, and a colour that multiplies it."""

    texture: int
    repeat_m: float
    rgb: tuple[float, float, float] = (1.0, 1.0, 1.0)


def breaks(low: float, high: float, *groups: Array | Sequence[float]) -> Array:
    """The sorted different numbers of all groups in [low, high], with both ends."""
    every = np.unique(np.round(np.concatenate([np.asarray(g, dtype=np.float64) for g in (*groups, (low, high))]), 4))
    return np.asarray(every[(every >= low) & (every <= high)])


def level_cells(x: Array, y: Array, z: float, surfaces: Sequence[Surface], material: Field, shade: Field) -> Part:
    """A level grid over the breaks x, y: `material` numbers each cell's surface (-1 leaves a hole), `shade` tones each corner."""
    x0, y0 = np.meshgrid(x[:-1], y[:-1])
    x1, y1 = np.meshgrid(x[1:], y[1:])
    level = np.full_like(x0, z)
    corners = np.stack(
        [np.stack(pair, -1) for pair in ((x0, y0, level), (x1, y0, level), (x1, y1, level), (x0, y1, level))], axis=2
    ).reshape(-1, 4, 3)
    kinds = material((x0 + x1) / 2, (y0 + y1) / 2).ravel()
    parts = []
    for kind in np.unique(kinds[kinds >= 0]).tolist():
        surface = surfaces[int(kind)]
        parts.append(quads(corners[kinds == kind], texture=surface.texture, repeat_m=surface.repeat_m, colour=surface.rgb))
    ground = merge(parts)
    return ground.tinted(shade(ground.vertices[:, 0], ground.vertices[:, 1])[:, None])
