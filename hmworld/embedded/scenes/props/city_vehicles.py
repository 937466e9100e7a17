"""Vehicles of a big city: bus, taxi, delivery van."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Prop, box_proxy
from hmworld.embedded.scenes.kit.shapes import Part, box, fan, loft, merge, quads, tower
from hmworld.embedded.scenes.props.parked import near_car
from hmworld.embedded.scenes.props.vehicles import SALOON, VAN, CarShape

Rgb = tuple[float, float, float]


_STEEL: Rgb = (0.30, 0.31, 0.32)


_DARK: Rgb = (0.03, 0.032, 0.034)


_GLASS: Rgb = (0.03, 0.04, 0.05)


_TYRE: Rgb = (0.018, 0.018, 0.019)


TAXI: Rgb = (0.68, 0.36, 0.015)


def wheel(radius: float, wide: float) -> Part:
    """A tyre with its rim, axis along y, outer face to -y, centred."""
    upright = merge(
        [
            tower([(radius, 0.0), (radius, wide - 0.03), (radius * 0.9, wide)], 16, colour=_TYRE),
            tower([(radius * 0.6, wide), (radius * 0.5, wide + 0.012), (radius * 0.2, wide + 0.03)], 10, colour=(0.38, 0.38, 0.39)),
        ]
    )
    turn = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
    return replace(upright, vertices=upright.vertices @ turn.T, normals=upright.normals @ turn.T)


def city_bus(rgb: Rgb) -> Prop:
    """A 11.6 m city bus along x, nose to +x, doors to -y, 3.05 m high, lit inside at night."""
    end, half, top = 5.8, 1.26, 3.0
    outline = [
        (-half, 0.35),
        (half, 0.35),
        (half + 0.02, 1.2),
        (half, 2.75),
        (half - 0.22, top),
        (-half + 0.22, top),
        (-half, 2.75),
        (-half - 0.02, 1.2),
    ]
    ring = np.array([(0.0, -y, z) for y, z in outline])
    squeeze = np.array((1.0, 0.97, 0.985))
    stations = [(-end, 0.985), (-end + 0.12, 1.0), (end - 0.25, 1.0), (end, 0.975)]
    rings = np.stack([ring * (squeeze if s < 1 else 1.0) + (x, 0, 0) for x, s in stations])
    shell = loft(rings[:, ::-1], colour=rgb, smooth=False)
    parts: list[Part] = [shell, fan(rings[-1][::-1], colour=rgb), fan(rings[0], colour=rgb)]
    for sign in (-1.0, 1.0):
        y = sign * (half + 0.024)
        panes = []
        for k in range(8):
            x0 = -end + 0.35 + 1.36 * k
            x1 = x0 + 1.28
            span = [(x0, y, 1.25), (x1, y, 1.25), (x1, y, 2.62), (x0, y, 2.62)]
            panes.append(span if sign < 0 else span[::-1])
        parts.append(quads(panes, colour=(0.10, 0.11, 0.11)).glowing(2.5))
        band = [
            (-end + 0.05, y - sign * 0.004, 1.14),
            (end - 0.3, y - sign * 0.004, 1.14),
            (end - 0.3, y - sign * 0.004, 2.72),
            (-end + 0.05, y - sign * 0.004, 2.72),
        ]
        parts.append(quads([band if sign < 0 else band[::-1]], colour=_DARK))
        stripe = [(-end + 0.05, y, 0.62), (end - 0.3, y, 0.62), (end - 0.3, y, 0.86), (-end + 0.05, y, 0.86)]
        parts.append(quads([stripe if sign < 0 else stripe[::-1]], colour=(0.70, 0.70, 0.68)))
        for x in (-3.6, 3.3):
            parts.append(wheel(0.48, 0.3).moved((x, sign * (half - 0.24), 0.48), 0.0 if sign < 0 else 180.0))
            arch = np.array([(x + np.cos(t) * 0.58, y + sign * 0.004, 0.42 + np.sin(t) * 0.58) for t in np.linspace(0.0, np.pi, 10)])
            parts.append(fan(arch if sign > 0 else arch[::-1], colour=_DARK))
    for x in (-0.7, 4.5):
        leaf = [(x, -half - 0.034, 0.45), (x + 1.1, -half - 0.034, 0.45), (x + 1.1, -half - 0.034, 2.6), (x, -half - 0.034, 2.6)]
        parts.append(quads([leaf], colour=(0.05, 0.06, 0.065)))
        parts.append(box((x + 0.52, -half - 0.045, 0.45), (x + 0.58, -half - 0.03, 2.6), colour=(0.25, 0.25, 0.25), without=("+y",)))
    front = end + 0.006
    parts.append(quads([[(front, -1.1, 1.2), (front, 1.1, 1.2), (front, 1.05, 2.45), (front, -1.05, 2.45)]], colour=_GLASS))
    parts.append(
        quads([[(front, -0.9, 2.5), (front, 0.9, 2.5), (front, 0.85, 2.8), (front, -0.85, 2.8)]], colour=(0.55, 0.28, 0.02)).glowing(2.0)
    )
    for y in (-0.95, 0.95):
        parts.append(box((end - 0.05, y - 0.18, 0.62), (end + 0.03, y + 0.18, 0.84), colour=(0.7, 0.7, 0.66), without=("-x",)).glowing(4.0))
        parts.append(box((-end - 0.03, y - 0.1, 0.8), (-end + 0.05, y + 0.1, 1.3), colour=(0.45, 0.02, 0.02), without=("+x",)).glowing(2.0))
    parts.append(
        quads(
            [[(-end - 0.006, 0.95, 1.5), (-end - 0.006, -0.95, 1.5), (-end - 0.006, -0.95, 2.5), (-end - 0.006, 0.95, 2.5)]], colour=_GLASS
        )
    )
    parts.append(box((end - 0.02, -1.2, 0.38), (end + 0.08, 1.2, 0.58), colour=_DARK, without=("-x",)))
    parts.append(box((-2.6, -0.8, top), (0.4, 0.8, top + 0.22), colour=(0.6, 0.6, 0.58)))
    parts.append(box((-end + 0.3, -half + 0.2, 0.18), (end - 0.3, half - 0.2, 0.4), colour=_DARK, without=("+z",)))
    return Prop(merge(parts).grounded(0.6, 0.6), (box_proxy((-end, -half - 0.03, 0.0), (end + 0.05, half + 0.03, top + 0.1)),))


def taxi() -> Prop:
    """A yellow saloon with a roof sign and a chequered band, nose to +x."""
    base = near_car(SALOON, TAXI)
    sign = box((-0.14, -0.3, 1.45), (0.14, 0.3, 1.66), colour=(0.75, 0.72, 0.60), without=("-z",)).glowing(3.0)
    squares = []
    for k in range(12):
        for sign_y in (-1.0, 1.0):
            x, z = -1.0 + 0.14 * k, 0.70 + 0.07 * (k % 2)
            y = sign_y * (SALOON.width_m / 2 + 0.012)
            cell = [(x, y, z), (x + 0.14, y, z), (x + 0.14, y, z + 0.07), (x, y, z + 0.07)]
            squares.append(cell if sign_y < 0 else cell[::-1])
    return Prop(
        merge([base.part, sign, quads(squares, colour=_DARK)]), (*base.obstacles, box_proxy((-0.14, -0.3, 1.35), (0.14, 0.3, 1.66)))
    )


def delivery_van(rgb: Rgb) -> Prop:
    """A panel van with blind sides, nose to +x."""
    tall = CarShape(VAN.length_m, VAN.width_m, VAN.belt_m, VAN.roof_m, VAN.stations, (5, 7), (), VAN.wheel_x_m)
    base = near_car(tall, rgb)
    return Prop(base.part, (base.obstacles[0], box_proxy((-2.42, -0.82, VAN.belt_m), (1.3, 0.82, VAN.roof_m + 0.05))))
