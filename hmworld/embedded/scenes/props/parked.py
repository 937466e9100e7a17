"""Parked cars for scenes with many of them: the detailed ones near stages, plain ones in the distance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Prop
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.kit.shapes import Part, box, circle, fan, loft, merge
from hmworld.embedded.scenes.model import StagePlace
from hmworld.embedded.scenes.props.vehicles import HATCHBACK, PAINTS, SALOON, VAN, CarShape, car

Rgb = tuple[float, float, float]

_GLASS: Rgb = (0.022, 0.028, 0.034)
_TYRE: Rgb = (0.018, 0.018, 0.019)


@cache
def near_car(shape: CarShape, paint: Rgb) -> Prop:
    """A detailed car along x, nose to +x, without the few slivers that are folded back at the sills."""
    prop = car(shape, paint)
    part = prop.part
    a, b, c = (part.vertices[part.triangles[:, k]] for k in range(3))
    face = np.cross(b - a, c - a)
    wrong = np.einsum("fk,fk->f", face, part.normals[part.triangles].sum(axis=1)) <= 0.0
    keep = ~wrong
    whole = replace(
        part,
        triangles=part.triangles[keep],
        texture=part.texture[keep],
        two_sided=part.two_sided[keep],
        cutout=part.cutout[keep],
        emission=part.emission[keep],
    )
    return Prop(whole, prop.obstacles)


@cache
def far_car(shape: CarShape, paint: Rgb) -> Prop:
    """The same car of a tenth of the triangles, for more than 35 m away."""
    half, end = shape.width_m / 2, shape.length_m / 2
    cabin = range(shape.cabin[0], shape.cabin[1] + 1)
    x = [shape.stations[k][0] for k in (cabin[0], cabin[len(cabin) // 2 - 1], cabin[-2], cabin[-1])]

    def ring(low: float, high: float, wide: float, z: float) -> list[tuple[float, float, float]]:
        return [(low, -wide, z), (high, -wide, z), (high, wide, z), (low, wide, z)]

    lower = np.array(
        [
            ring(-end + 0.05, end - 0.08, half * 0.94, 0.25),
            ring(-end, end, half, 0.5),
            ring(-end + 0.04, end - 0.25, half * 0.95, shape.belt_m - 0.04),
        ]
    )
    glass = np.array(
        [ring(x[0] + 0.1, x[3] - 0.05, half * 0.92, shape.belt_m - 0.05), ring(x[1] - 0.3, x[2] - 0.1, half * 0.74, shape.roof_m - 0.05)]
    )
    roof = np.array([glass[1], ring(x[1] - 0.2, x[2] - 0.2, half * 0.66, shape.roof_m)])
    parts: list[Part] = [
        loft(lower, colour=paint, smooth=False, cap_top=True),
        loft(glass, colour=_GLASS, smooth=False),
        loft(roof, colour=paint, smooth=False, cap_top=True),
    ]
    for wheel_x in shape.wheel_x_m:
        for sign in (-1.0, 1.0):
            flat = circle(0.33, 0.0, 8)[:, [0, 2, 1]] + (wheel_x, sign * (half + 0.01), 0.33)
            parts.append(fan(flat[::-1] if sign > 0 else flat, colour=_TYRE))
    for sign in (-1.0, 1.0):
        y = sign * half * 0.66
        parts.append(box((end - 0.16, y - 0.16, 0.55), (end + 0.01, y + 0.16, 0.68), colour=(0.62, 0.63, 0.6), without=("-x", "-z", "+z")))
        parts.append(
            box((-end - 0.01, y - 0.16, 0.6), (-end + 0.1, y + 0.16, 0.75), colour=(0.3, 0.012, 0.012), without=("+x", "-z", "+z"))
        )
    return Prop(merge(parts).grounded(0.45, 0.5), near_car(shape, paint).obstacles)


def some_car(stream: Stream, near: bool, paints: Sequence[Rgb] = PAINTS) -> Prop:
    """A car of a shape and colour drawn at random, detailed or plain."""
    shape = stream.pick((SALOON, HATCHBACK, SALOON, HATCHBACK, VAN))
    paint = stream.pick(paints)
    return near_car(shape, paint) if near else far_car(shape, paint)


def near_stage(stages: Sequence[StagePlace], x: float, y: float, reach_m: float = 38.0) -> bool:
    """Whether a place lies within `reach_m` of a stage's centre."""
    return any(np.hypot(x - s.center_m[0], y - s.center_m[1]) < reach_m for s in stages)
