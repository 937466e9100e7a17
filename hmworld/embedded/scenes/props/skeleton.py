"""A mounted dinosaur skeleton: vertebrae, ribs, skull with teeth, limbs, tail, on iron props over a plinth."""

from __future__ import annotations

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Prop, box_proxy
from hmworld.embedded.scenes.kit.shapes import Array, Part, box, fan, loft, merge, tower, tube

Rgb = tuple[float, float, float]

_BONE: Rgb = (0.40, 0.29, 0.17)
_DARK_BONE: Rgb = (0.28, 0.195, 0.115)
_IRON: Rgb = (0.03, 0.03, 0.032)


def _smooth(points: Array, count: int) -> Array:
    """`count` points along a Catmull-Rom curve through `points` (P, 3)."""
    padded = np.concatenate([2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]])
    at = np.linspace(0.0, len(points) - 1 - 1e-9, count)
    k = at.astype(int)
    t = (at - k)[:, None]
    a, b, c, d = (padded[k + n] for n in range(4))
    return np.asarray(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3))


def _bone(start: Array, end: Array, radius: float, sides: int = 8) -> Part:
    """A long bone with thick ends."""
    t = np.array((0.0, 0.06, 0.16, 0.5, 0.84, 0.94, 1.0))
    radii = radius * np.array((0.9, 1.75, 1.1, 0.85, 1.1, 1.75, 0.9))
    return tube(start + (end - start) * t[:, None], radii.tolist(), sides, colour=_BONE)


def _vertebra(at: Array, forward: Array, size: float, spine: float, wings: float) -> Part:
    """A spool with a spine upwards and two side processes, across the direction `forward`."""
    side = np.cross((0.0, 0.0, 1.0), forward)
    side /= np.linalg.norm(side)
    up = np.cross(forward, side)
    reach = forward * size * 0.62
    body = tube(
        np.stack([at - reach, at - reach * 0.5, at + reach * 0.5, at + reach]),
        [size * 0.62, size * 0.42, size * 0.42, size * 0.62],
        8,
        colour=_BONE,
    )
    parts = [body]
    crest = at + up * (size * 0.4)
    tip = at + up * (size * 0.5 + spine) - forward * spine * 0.35
    parts.append(tube(np.stack([crest, (crest + tip) / 2, tip]), [size * 0.22, size * 0.17, size * 0.12], 5, colour=_DARK_BONE))
    for sign in (-1.0, 1.0):
        root, out = at + side * sign * size * 0.3, at + side * sign * (size * 0.5 + wings) + up * size * 0.1
        parts.append(tube(np.stack([root, (root + out) / 2, out]), [size * 0.2, size * 0.15, size * 0.08], 5, colour=_DARK_BONE))
    return merge(parts)


def _skull(at: Array, scale: float) -> Part:
    """A deep-jawed skull, nose to +x, with eye holes, two rows of teeth and an open lower jaw."""
    upper = [
        (-0.35, 0.26, 0.18, 0.42), (-0.1, 0.31, 0.10, 0.50), (0.2, 0.25, 0.08, 0.46), (0.55, 0.18, 0.06, 0.36), (0.9, 0.12, 0.07, 0.24),
        (1.02, 0.05, 0.10, 0.16),
    ]  # fmt: skip
    rings = []
    for x, wide, low, high in upper:
        ring = [
            (x, -wide, low),
            (x, -wide, (low + high) / 2),
            (x, -wide * 0.45, high),
            (x, wide * 0.45, high),
            (x, wide, (low + high) / 2),
            (x, wide, low),
        ]
        rings.append(ring[::-1])
    parts = [loft(np.asarray(rings), colour=_BONE, two_sided=True, cap_top=True)]
    jaw = [(-0.3, 0.22, -0.10, 0.06), (0.2, 0.18, -0.22, -0.08), (0.7, 0.10, -0.30, -0.19), (0.92, 0.05, -0.31, -0.23)]
    rings = [[(x, w, a), (x, w, b), (x, -w, b), (x, -w, a)] for x, w, a, b in jaw]
    parts.append(loft(np.asarray(rings), colour=_DARK_BONE, smooth=False, two_sided=True, cap_top=True))
    for sign in (-1.0, 1.0):
        for x, z, r in ((0.02, 0.27, 0.062), (0.30, 0.23, 0.075), (0.66, 0.18, 0.045)):
            wide = float(np.interp(x, [u[0] for u in upper], [u[1] for u in upper]))
            turn = np.linspace(0, 2 * np.pi, 13)[:-1]
            rim = np.stack([x + r * np.cos(turn), np.full(12, sign * (wide + 0.004)), z + r * np.sin(turn)], 1)
            parts.append(fan(rim if sign < 0 else rim[::-1], colour=(0.07, 0.045, 0.028)))
        for k in range(11):
            x = 0.16 + 0.078 * k
            wide = float(np.interp(x, [u[0] for u in upper], [u[1] for u in upper])) * 0.96
            low = float(np.interp(x, [u[0] for u in upper], [u[2] for u in upper]))
            long = 0.10 + 0.05 * (k % 3 == 1)
            tooth = tower([(0.022, 0.02), (0.018, -0.4 * long), (0.003, -long)][::-1], 5, colour=(0.55, 0.45, 0.30))
            parts.append(tooth.moved((x, sign * wide, low)))
            if k < 9:
                high = float(np.interp(x, [u[0] for u in jaw], [u[3] for u in jaw]))
                across = float(np.interp(x, [u[0] for u in jaw], [u[1] for u in jaw])) * 0.9
                parts.append(
                    tower([(0.02, -0.02), (0.014, 0.04), (0.002, 0.085)], 5, colour=(0.55, 0.45, 0.30)).moved((x, sign * across, high))
                )
    return merge(parts).moved(at, 0.0, scale)


def tyrant_skeleton() -> Prop:
    """A two-legged meat eater along x, nose to +x, about 11 m long and 4.6 m high, on a plinth of 9.6 x 3 m."""
    plinth = box((-4.8, -1.5, 0.0), (4.8, 1.5, 0.42), colour=(0.10, 0.085, 0.07))
    rim = box((-4.9, -1.6, 0.36), (4.9, 1.6, 0.46), colour=(0.16, 0.13, 0.10), without=("-z",))
    # The curve of the spine from the skull to the tip of the tail.
    curve = np.array(
        [(3.6, 0.0, 4.15), (3.2, 0.0, 4.05), (2.7, 0.0, 3.65), (2.2, 0.0, 3.42), (1.4, 0.0, 3.38), (0.4, 0.0, 3.40), (-0.6, 0.0, 3.3),
         (-1.6, 0.05, 3.02), (-2.7, 0.2, 2.75), (-3.9, 0.45, 2.7), (-5.2, 0.6, 2.85), (-6.3, 0.6, 3.05)]
    )  # fmt: skip
    spine = _smooth(curve, 58)
    forward = -np.gradient(spine, axis=0)
    forward /= np.linalg.norm(forward, axis=1, keepdims=True)
    parts = [plinth, rim]
    for k, (at, ahead) in enumerate(zip(spine, forward, strict=True)):
        share = k / 57
        size = 0.20 * (1.0 - 0.75 * max(0.0, share - 0.45) / 0.55) * (0.75 + 0.25 * min(1.0, share / 0.15))
        crest = 0.26 * max(0.05, 1.0 - abs(share - 0.4) / 0.55)
        parts.append(_vertebra(at, ahead, size, crest, 0.18 * (1.0 - share) if share > 0.12 else 0.08))
    for x, drop, bulge in zip(np.linspace(2.25, 0.25, 14), 1.0 - np.linspace(-0.9, 0.75, 14) ** 2, np.linspace(0.8, 1.0, 14), strict=True):
        top = spine[np.argmin(np.abs(spine[:, 0] - x))]
        for sign in (-1.0, 1.0):
            wide = sign * 0.62 * bulge
            low = 1.35 * drop + 0.3
            path = np.array(
                [
                    top,
                    top + np.array((-0.08, 0.75 * wide, -0.12)),
                    top + np.array((-0.2, wide, -0.5 * low)),
                    top + np.array((-0.28, 0.75 * wide, -0.85 * low)),
                    top + np.array((-0.22, 0.15 * wide, -low)),
                ]
            )
            parts.append(tube(_smooth(path, 10), [0.055, 0.05, 0.045, 0.045, 0.042, 0.04, 0.036, 0.032, 0.028, 0.02], 6, colour=_BONE))
    hips = np.array((-0.45, 0.0, 3.15))
    parts.append(
        tube(
            [hips + np.array((0.75, 0, 0.12)), hips + np.array((0.2, 0, 0.3)), hips + np.array((-0.7, 0, 0.05))],
            (0.14, 0.30, 0.12),
            8,
            colour=_DARK_BONE,
        )
    )
    parts.append(
        tube([hips, hips + np.array((0.35, 0, -0.55)), hips + np.array((0.75, 0, -1.0))], (0.14, 0.09, 0.14), 8, colour=_DARK_BONE)
    )
    for sign, swing in ((-1.0, 0.45), (1.0, -0.55)):
        hip = hips + np.array((0.0, 0.34 * sign, -0.1))
        knee = hip + np.array((0.35 + 0.6 * swing, 0.08 * sign, -1.15))
        ankle = hip + np.array((-0.25 + 0.9 * swing, 0.05 * sign, -2.05))
        ball = np.array((ankle[0] + 0.28, ankle[1], 0.52))
        parts += [
            _bone(hip, knee, 0.115),
            _bone(knee, ankle, 0.085),
            _bone(knee + np.array((-0.09, 0, 0)), ankle + np.array((-0.06, 0, 0)), 0.035, 6),
            _bone(ankle, ball, 0.075),
        ]
        for turn in (-0.45, 0.0, 0.45):
            middle = ball + 0.26 * np.array((np.cos(turn), np.sin(turn), 0.02))
            tip = ball + 0.52 * np.array((np.cos(turn), np.sin(turn), -0.01))
            parts += [
                _bone(ball, middle, 0.045, 6),
                tube([middle, (middle + tip) / 2 + (0, 0, 0.04), tip], (0.05, 0.04, 0.006), 6, colour=_DARK_BONE),
            ]
        shoulder = np.array((2.15, 0.5 * sign, 2.75))
        elbow, wrist = shoulder + np.array((-0.1, 0.08 * sign, -0.38)), shoulder + np.array((0.18, 0.04 * sign, -0.58))
        parts += [tube([(1.75, 0.42 * sign, 3.25), shoulder + np.array((-0.1, 0, 0.2)), shoulder], (0.05, 0.06, 0.09), 6, colour=_BONE)]
        parts += [_bone(shoulder, elbow, 0.045, 6), _bone(elbow, wrist, 0.035, 6)]
        for turn in (-0.3, 0.3):
            tip = wrist + 0.2 * np.array((np.cos(turn), np.sin(turn) * sign, -0.5))
            parts.append(tube([wrist, (wrist + tip) / 2, tip], (0.025, 0.02, 0.004), 5, colour=_DARK_BONE))
    parts.append(_skull(np.array((3.75, 0.0, 3.95)), 1.25))
    for x, high in ((1.9, 3.2), (-0.5, 2.9), (-3.4, 2.6)):
        parts.append(tower([(0.035, 0.4), (0.035, high)], 6, colour=_IRON).moved((x, 0.1, 0.0)))
    return Prop(
        merge(parts).grounded(0.3, 0.7),
        (
            box_proxy((-4.9, -1.6, 0.0), (4.9, 1.6, 0.46)),
            box_proxy((-1.4, -0.7, 0.46), (1.2, 0.7, 3.9)),
            box_proxy((1.2, -0.8, 1.4), (2.9, 0.8, 4.2)),
            box_proxy((2.8, -0.5, 3.0), (5.2, 0.5, 4.75)),
            box_proxy((-6.6, -0.4, 2.3), (-1.4, 1.0, 3.6)),
            box_proxy((-3.44, 0.03, 0.4), (-3.36, 0.17, 2.6)),
            box_proxy((1.86, 0.03, 0.4), (1.94, 0.17, 3.2)),
        ),
    )
