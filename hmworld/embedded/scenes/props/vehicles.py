"""Parked cars: lofted bodies with glass, wheels and lamps, in three shapes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Prop, box_proxy
from hmworld.embedded.scenes.kit.shapes import Array, Part, box, fan, merge, quads, tower, triangles_of

Rgb = tuple[float, float, float]

_GLASS: Rgb = (0.022, 0.028, 0.034)
_TYRE: Rgb = (0.018, 0.018, 0.019)
_TRIM: Rgb = (0.025, 0.025, 0.027)

PAINTS: tuple[Rgb, ...] = (
    (0.42, 0.025, 0.022),
    (0.025, 0.07, 0.22),
    (0.55, 0.56, 0.57),
    (0.03, 0.032, 0.035),
    (0.22, 0.23, 0.24),
    (0.66, 0.65, 0.62),
    (0.05, 0.13, 0.11),
    (0.50, 0.30, 0.04),
)


@dataclass(frozen=True)
class CarShape:
    """A side view as stations from tail (x < 0) to nose: x, height of the upper edge, glazed roof or bonnet."""

    length_m: float
    width_m: float
    belt_m: float
    roof_m: float
    stations: tuple[tuple[float, float], ...]
    # Stations between which the cabin's side panes run, and the pillars that interrupt them.
    cabin: tuple[int, int]
    pillars: tuple[int, ...]
    wheel_x_m: tuple[float, float]


HATCHBACK = CarShape(
    4.1, 1.76, 0.93, 1.47,
    ((-2.05, 0.62), (-2.00, 0.93), (-1.62, 1.36), (-1.45, 1.43), (-0.55, 1.47), (0.0, 1.46), (0.18, 1.45),
     (0.95, 0.97), (1.25, 0.93), (1.80, 0.82), (1.98, 0.72), (2.05, 0.52)),
    (1, 7), (3, 5), (-1.28, 1.30),
)  # fmt: skip
SALOON = CarShape(
    4.6, 1.80, 0.93, 1.44,
    ((-2.30, 0.66), (-2.25, 0.93), (-1.55, 0.97), (-0.95, 1.37), (-0.45, 1.44), (0.10, 1.43), (0.22, 1.42),
     (1.00, 0.95), (1.35, 0.92), (2.02, 0.80), (2.22, 0.70), (2.30, 0.50)),
    (2, 7), (3, 5), (-1.40, 1.42),
)  # fmt: skip
VAN = CarShape(
    4.9, 1.90, 1.05, 1.95,
    ((-2.45, 0.60), (-2.42, 1.05), (-2.32, 1.86), (-2.10, 1.95), (-0.9, 1.97), (0.35, 1.96), (0.75, 1.92),
     (1.50, 1.13), (1.80, 1.06), (2.28, 0.95), (2.42, 0.80), (2.45, 0.55)),
    (1, 7), (3, 4, 5), (-1.55, 1.55),
)  # fmt: skip


def _body(shape: CarShape, paint: Rgb) -> Part:
    """The painted shell and its panes: a grid of stations along x by rows around the half section, mirrored."""
    count = len(shape.stations)
    half = shape.width_m / 2
    first, last = shape.cabin
    rows: list[Array] = []
    for index, (x, top) in enumerate(shape.stations):
        nose = 1.0 - 0.13 * abs(x / (shape.length_m / 2)) ** 4
        cabin = first < index < last
        belt = min(shape.belt_m, top)
        edge_y = half * (0.74 if cabin else 0.84) * nose
        lift = 0.0 if 0 < index < count - 1 else 0.12
        section = [
            (half * 0.90 * nose, 0.22 + lift),
            (half * 0.985 * nose, 0.34 + lift * 0.5),
            (half * nose, belt * 0.70),
            (half * (0.955 if top > 0.6 else 0.93) * nose, belt - (0.0 if cabin else 0.05)),
            (edge_y, top - (0.05 if cabin else 0.0)),
            (edge_y * 0.86, top),
            (0.0, top + 0.025),
        ]
        # A low nose must not fold the section back on itself.
        heights = np.maximum.accumulate([z + 0.012 * k for k, (_, z) in enumerate(section)])
        rows.append(np.array([(x, -y, z) for (y, _), z in zip(section, heights, strict=True)]))
    grid = np.stack(rows)
    parts: list[Part] = []
    for mirrored in (False, True):
        skin = grid * (1.0, -1.0, 1.0) if mirrored else grid
        corner = [skin[:-1, :-1], skin[1:, :-1], skin[1:, 1:], skin[:-1, 1:]]
        cells = np.stack(corner[::-1] if mirrored else corner, axis=2)
        number = np.arange(skin.shape[0] * skin.shape[1]).reshape(skin.shape[:2])
        a, b, c, d = (number[:-1, :-1], number[1:, :-1], number[1:, 1:], number[:-1, 1:])
        face = np.stack([a, d, c, b] if mirrored else [a, b, c, d], axis=-1).reshape(-1, 4)
        smooth = triangles_of(skin.reshape(-1, 3), np.concatenate([face[:, [0, 1, 2]], face[:, [0, 2, 3]]])).normals.reshape(skin.shape)
        glass = np.zeros((count - 1, skin.shape[1] - 1), np.bool_)
        glass[first:last, 3] = True
        for pillar in shape.pillars:
            glass[pillar, 3] &= shape.stations[pillar + 1][0] - shape.stations[pillar][0] > 0.6
        # Wind screen and rear screen: the top faces of the steep spans at both ends of the cabin.
        for span in (first, last - 1):
            glass[span, 4:] = True
        colour = np.where(glass[..., None], _GLASS, paint).reshape(-1, 3)
        flat = quads(cells.reshape(-1, 4, 3), colour=colour)
        # Flat quads with smooth normals: hard colour edges, soft highlights.
        soft = np.stack([smooth[:-1, :-1], smooth[1:, :-1], smooth[1:, 1:], smooth[:-1, 1:]], axis=2)
        soft = (soft[:, :, ::-1] if mirrored else soft).reshape(-1, 3)
        blend = flat.normals * 0.45 + soft * 0.55
        blend /= np.linalg.norm(blend, axis=1, keepdims=True)
        parts.append(Part(**{**flat.__dict__, "normals": blend}))
    outline = np.concatenate([grid[0], (grid[0] * (1, -1, 1))[::-1][1:]])
    front = np.concatenate([grid[-1], (grid[-1] * (1, -1, 1))[::-1][1:]])
    parts.append(fan(outline, colour=paint))
    parts.append(fan(front[::-1], colour=paint))
    return merge(parts)


def _wheel(radius: float, wide: float) -> Part:
    """A tyre with a bright rim and a dark hub, axis along y, outer face towards -y, centred."""
    tyre = tower(
        [(radius * 0.96, 0.0), (radius, wide - 0.03), (radius * 0.90, wide), (radius * 0.66, wide)], 14, colour=_TYRE, cap_top=False
    )
    rim = tower(
        [(radius * 0.67, wide - 0.005), (radius * 0.60, wide - 0.03), (radius * 0.20, wide - 0.012)],
        7,
        colour=(0.36, 0.36, 0.37),
        smooth=False,
    )
    hub = tower([(radius * 0.18, wide - 0.03), (radius * 0.14, wide + 0.004)], 6, colour=_TRIM)
    upright = merge([tyre, rim, hub])
    turn = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
    return Part(**{**upright.__dict__, "vertices": upright.vertices @ turn.T, "normals": upright.normals @ turn.T})


def car(shape: CarShape, paint: Rgb) -> Prop:
    """A parked car along x, nose to +x, centred on the origin."""
    half, end = shape.width_m / 2, shape.length_m / 2
    radius = 0.33
    parts = [_body(shape, paint)]
    wheel = _wheel(radius, 0.2)
    arch = fan(np.array([(np.cos(t) * 0.40, 0.0, np.sin(t) * 0.40) for t in np.linspace(0.0, np.pi, 12)]), colour=_TRIM)
    for x in shape.wheel_x_m:
        nose = 1.0 - 0.13 * abs(x / end) ** 4
        side = half * nose
        for sign, yaw in ((-1.0, 0.0), (1.0, 180.0)):
            parts.append(wheel.moved((x, sign * (side - 0.16), radius), yaw))
            parts.append(arch.moved((x, sign * (side + 0.022), radius), yaw))
    floor = box((-end + 0.25, -half + 0.14, 0.14), (end - 0.25, half - 0.14, 0.34), colour=_TRIM, without=("+z",))
    parts.append(floor)
    lamp_z = shape.stations[-3][1] - 0.13
    for sign in (-1.0, 1.0):
        y = sign * half * 0.66
        parts.append(
            box((end - 0.24, y - 0.19, lamp_z - 0.07), (end - 0.03, y + 0.19, lamp_z + 0.06), colour=(0.62, 0.63, 0.60), without=("-x",))
        )
        parts.append(box((-end - 0.015, y - 0.17, 0.68), (-end + 0.2, y + 0.17, 0.86), colour=(0.30, 0.012, 0.012), without=("+x",)))
        mirror_x = shape.stations[shape.cabin[1]][0] - 0.25
        parts.append(
            box(
                (mirror_x, sign * (half + 0.08) - 0.09, shape.belt_m),
                (mirror_x + 0.10, sign * (half + 0.08) + 0.09, shape.belt_m + 0.13),
                colour=paint,
                without=(),
            )
        )
        handle_y = sign * (half + 0.005)
        parts.append(box((-0.28, handle_y - 0.012, 0.76), (-0.10, handle_y + 0.012, 0.79), colour=_TRIM, without=()))
    for x, length in ((end - 0.10, 0.12), (-end - 0.02, 0.12)):
        parts.append(box((x, -half * 0.80, 0.30), (x + length, half * 0.80, 0.44), colour=_TRIM, without=()))
        plate_x = x + length + 0.012 if x > 0 else x - 0.012
        parts.append(box((min(x, plate_x), -0.26, 0.34), (max(x + length, plate_x), 0.26, 0.43), colour=(0.6, 0.6, 0.56), without=()))
    rear, front = (shape.stations[k][0] for k in shape.cabin)
    body = box_proxy((-end - 0.03, -half - 0.02, 0.0), (end + 0.03, half + 0.02, shape.belt_m + 0.06))
    cabin = box_proxy((rear, -half * 0.86, shape.belt_m), (front, half * 0.86, shape.roof_m + 0.03))
    return Prop(merge(parts).grounded(0.45, 0.55), (body, cabin))
