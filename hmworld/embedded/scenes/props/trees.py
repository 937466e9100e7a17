"""Trees and shrubs: leafy crowns of many leaf sprays, layered conifers; all as props standing on the origin."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Prop, box_proxy, ellipsoid_proxy
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.kit.shapes import Array, Part, circle, loft, merge, quads, tower, triangles_of, tube
from hmworld.embedded.scenes.textures.catalogue import Texture

_CARD_UVS = ((0.02, 0.98), (0.98, 0.98), (0.98, 0.02), (0.02, 0.02))


def leaf_cards(centres: Array, outward: Array, size_m: Array, stream: Stream, shade: Array) -> Part:
    """Cut-out leaf sprays at `centres` (N, 3), tilted at random; shaded as if on a surface facing `outward` (N, 3)."""
    count = len(centres)
    facing = outward * 0.55 + stream.directions(count) * 0.8
    facing /= np.linalg.norm(facing, axis=1, keepdims=True)
    side = np.cross(facing, stream.directions(count))
    side /= np.maximum(np.linalg.norm(side, axis=1, keepdims=True), 1e-6)
    other = np.cross(facing, side)
    half = size_m[:, None] / 2
    corners = [centres + half * (a * side + b * other) for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
    card = quads(np.stack(corners, axis=1), uvs=_CARD_UVS, texture=Texture.LEAF_SPRAY, two_sided=True)
    hue = stream.array(count, 0.85, 1.15)
    colour = np.stack([shade * hue, shade, shade * 0.95], axis=1)
    # Renderers turn the normal of a two-sided face towards the eye; a lifted one keeps crowns softly lit from the sky.
    lifted = outward + np.array((0.0, 0.0, 0.35))
    lifted /= np.linalg.norm(lifted, axis=1, keepdims=True)
    return replace(
        card, normals=np.repeat(lifted, 4, axis=0), colours=np.repeat(colour, 4, axis=0), cutout=np.ones(len(card.triangles), np.bool_)
    )


def _clump(radius: float, stream: Stream) -> Part:
    """A knobbly dark heart that fills a leaf clump, so that the sky shines through only at its rim."""
    levels = np.array([-0.85, -0.25, 0.4, 0.92])
    rings = []
    for level in levels:
        ring = circle(radius * float(np.sqrt(1 - level * level)), radius * level * 0.85, 7)
        rings.append(ring * (1.0 + stream.array(7, -0.14, 0.14))[:, None])
    return loft(np.stack(rings), texture=Texture.LEAVES, uv_scale=(3.0, 1.5), cap_top=True)


def leafy_tree(stream: Stream, trunk_m: float, crown: tuple[float, float], cards: int, tint: Array) -> Prop:
    """A broad-leaved tree. `trunk_m`: height of the lowest leaves; `crown`: half width and half height in metres."""
    half_w, half_h = crown
    middle = np.array([0.0, 0.0, trunk_m + half_h * 0.92])
    scale = np.array([half_w, half_w, half_h])
    knots = 15
    # Clump centres on an even spiral over the crown, the last ones inside it.
    z = 1.0 - 2.0 * (np.arange(knots) + 0.5) / knots
    turn = np.arange(knots) * 2.39996 + stream.number(0.0, 6.28)
    flat = np.sqrt(1.0 - z * z)
    spread = 0.60 + 0.12 * stream.array(knots, -1, 1)
    spots = np.stack([flat * np.cos(turn), flat * np.sin(turn), z * 0.95], 1) * spread[:, None]
    spots[-3:] *= 0.35
    radii = stream.array(knots, 0.30, 0.44)
    parts: list[Part] = []
    for spot, radius in zip(spots, radii, strict=True):
        heart = _clump(float(radius), stream)
        local = heart.vertices + spot
        local *= np.minimum(1.0, 0.96 / np.maximum(np.linalg.norm(local, axis=1, keepdims=True), 1e-6))
        squeezed = replace(heart, vertices=local * scale + middle)
        depth = np.linalg.norm((squeezed.vertices - middle) / scale, axis=1)[:, None]
        height = (squeezed.vertices[:, 2:3] - middle[2]) / half_h
        parts.append(squeezed.tinted(np.clip(0.42 + 0.45 * depth**2 + 0.20 * height, 0.32, 1.1)))
    which = (stream.array(cards) * knots).astype(int)
    away = stream.directions(cards)
    local = spots[which] + away * (radii[which] * stream.array(cards, 0.85, 1.12))[:, None]
    # Sprays deep inside the crown are never seen: push them out to its skin.
    reach = np.linalg.norm(local, axis=1)
    local *= np.maximum(1.0, 0.62 / np.maximum(reach, 1e-6))[:, None]
    local *= np.minimum(1.0, 0.985 / np.linalg.norm(local, axis=1))[:, None]
    reach = np.linalg.norm(local, axis=1)
    outward = (local / reach[:, None]) * 0.6 + away * 0.4
    outward /= np.linalg.norm(outward, axis=1, keepdims=True)
    shade = np.clip(0.60 + 0.62 * reach**2 + 0.24 * local[:, 2], 0.45, 1.4) * stream.array(cards, 0.85, 1.12)
    size = half_w * stream.array(cards, 0.32, 0.48)
    parts.append(leaf_cards(local * scale * 0.90 + middle, outward, size, stream, shade))
    crown_part = merge(parts).tinted(tint)
    wood = _trunk(trunk_m, half_w, half_h, stream)
    radius = 0.055 + 0.045 * half_w
    return Prop(
        merge([crown_part, wood]),
        (
            box_proxy((-radius, -radius, 0.0), (radius, radius, trunk_m + 0.4 * half_h)),
            ellipsoid_proxy((0.0, 0.0, float(middle[2])), (1.02 * half_w, 1.02 * half_w, 1.02 * half_h)),
        ),
    )


def _trunk(trunk_m: float, half_w: float, half_h: float, stream: Stream) -> Part:
    """A tapered, slightly bent stem with root flare and four limbs into the crown."""
    radius = 0.055 + 0.045 * half_w
    top = trunk_m + 0.9 * half_h
    bend = stream.array(2, -0.12, 0.12)
    path = [(0, 0, 0), (0, 0, 0.25), (bend[0] * 0.4, bend[1] * 0.4, trunk_m * 0.6), (bend[0], bend[1], trunk_m), (0, 0, top)]
    radii = (radius * 1.45, radius * 1.05, radius * 0.9, radius * 0.8, radius * 0.3)
    stem = tube(path, radii, 9, texture=Texture.BARK, uv_scale=(1.0, top / 1.2))
    limbs = []
    for k in range(4):
        turn = k * np.pi / 2 + stream.number(-0.5, 0.5)
        out = half_w * 0.55
        start = np.array([bend[0], bend[1], trunk_m * 0.92])
        end = np.array([out * np.cos(turn), out * np.sin(turn), trunk_m + half_h * stream.number(0.35, 0.8)])
        knee = start * 0.5 + end * 0.5 + (0, 0, -0.1 * half_h)
        limbs.append(tube([start, knee, end], (radius * 0.5, radius * 0.38, radius * 0.15), 5, texture=Texture.BARK, uv_scale=(0.5, 2.0)))
    wood = merge([stem, *limbs])
    shade = np.clip(1.0 - 0.5 * (wood.vertices[:, 2:3] - trunk_m * 0.8) / (0.5 * trunk_m + 0.3), 0.45, 1.0)
    return wood.tinted(shade).grounded(0.3, 0.65)


def shrub(stream: Stream, radius_m: float, cards: int, tint: Array) -> Prop:
    """A low round bush; its proxy is one ellipsoid resting on the ground."""
    high = radius_m * 0.9
    away = stream.directions(cards)
    away[:, 2] = np.abs(away[:, 2]) * 1.1 - 0.25
    away /= np.linalg.norm(away, axis=1, keepdims=True)
    scale = np.array([radius_m, radius_m, high])
    centre = np.array([0.0, 0.0, high * 0.8])
    local = away * stream.array(cards, 0.66, 0.86)[:, None]
    shade = np.clip(0.72 + 0.38 * local[:, 2], 0.35, 1.1) * stream.array(cards, 0.85, 1.1)
    leaves = leaf_cards(local * scale + centre, away, radius_m * stream.array(cards, 0.55, 0.8), stream, shade)
    heart = _clump(0.78, stream)
    core = replace(heart, vertices=heart.vertices * scale + centre).tinted(0.45)
    part = merge([leaves, core]).tinted(tint)
    above = replace(part, vertices=np.maximum(part.vertices, (-np.inf, -np.inf, 0.0)))
    return Prop(above, (ellipsoid_proxy((0, 0, high * 0.85), (radius_m, radius_m, high * 1.05)),))


def _boughs(stream: Stream, height_m: float, half_w: float, skirt_m: float) -> Part:
    """Drooping cut-out boughs in an upward spiral, each folded along its stem like a roof."""
    count = int(15 * (height_m - skirt_m) + 12)
    t = (np.arange(count) + stream.array(count)) / count
    # More boughs low down, where the whorls are wide.
    t = 1.0 - (1.0 - t) ** 0.72
    turn = np.arange(count) * 2.39996 + stream.array(count, -0.4, 0.4)
    long = (half_w * (1.0 - t) ** 0.9 + 0.16) * stream.array(count, 0.74, 1.06)
    z = skirt_m + (height_m * 0.965 - skirt_m) * t + 0.16 * long
    droop = long * (0.44 - 0.42 * t) * stream.array(count, 0.7, 1.3)
    wide = long * 0.42
    c, s, zero = np.cos(turn), np.sin(turn), np.zeros(count)
    root = np.stack([c * 0.03, s * 0.03, z], 1)
    tip = np.stack([c * long, s * long, z - droop], 1)
    across = np.stack([-s * wide, c * wide, zero - 0.16 * long], 1)
    folds, uvs = [], []
    for sign, u in ((1.0, 0.0), (-1.0, 1.0)):
        edge = across * (sign, sign, 1.0)
        ends = (tip, tip + edge, root + edge, root) if sign > 0 else (root, root + edge, tip + edge, tip)
        folds.append(np.stack(ends, 1))
        uv = [(0.5, 0.0), (u, 0.0), (u, 1.0), (0.5, 1.0)]
        uvs.append(np.broadcast_to(uv if sign > 0 else uv[::-1], (count, 4, 2)))
    card = quads(np.concatenate(folds), uvs=np.concatenate(uvs), texture=Texture.BOUGH, two_sided=True)
    points = card.vertices
    axis = np.hypot(points[:, 0], points[:, 1])
    cone = np.tile(half_w * (1.0 - t) ** 0.9 + 0.16, 2).repeat(4)
    depth = np.clip(axis / cone, 0.0, 1.0)
    shade = (0.34 + 0.80 * depth) * np.tile(stream.array(count, 0.82, 1.15), 2).repeat(4)
    outward = np.stack([points[:, 0] / (axis + 0.05), points[:, 1] / (axis + 0.05), np.full(len(points), 0.75)], 1)
    outward /= np.linalg.norm(outward, axis=1, keepdims=True)
    return replace(card, normals=outward, cutout=np.ones(len(card.triangles), np.bool_)).tinted(shade[:, None])


def spruce(stream: Stream, height_m: float, half_w: float, skirt_m: float, tint: Array) -> Prop:
    """A conifer with drooping boughs round a dark heart. `skirt_m`: height of the lowest boughs."""
    boughs = _boughs(stream, height_m, half_w, skirt_m)
    heart = tower(
        [(half_w * 0.42, skirt_m), (half_w * 0.40, skirt_m + 0.25), (half_w * 0.17, height_m * 0.62), (0.02, height_m)],
        7,
        texture=Texture.NEEDLES,
        uv_scale=(3.0, height_m / 1.5),
        colour=(0.40, 0.40, 0.40),
        cap_top=False,
    )
    radius = 0.05 + 0.022 * height_m
    stem = tower([(radius * 1.35, 0.0), (radius, 0.3), (radius * 0.8, skirt_m + 0.6)], 8, texture=Texture.BARK, cap_top=False)
    green = merge([boughs, heart]).tinted(tint)
    # The lowest boughs hang towards the ground but stay above it.
    low = replace(green, vertices=np.maximum(green.vertices, (-np.inf, -np.inf, 0.03)))
    proxies = [box_proxy((-radius, -radius, 0.0), (radius, radius, skirt_m + 0.6))]
    # Three stacked ellipsoids follow the cone better than one.
    cuts = np.linspace(max(0.0, skirt_m - 0.45 * half_w), height_m, 4)
    for bottom, top in pairwise(cuts):
        rise = max(0.0, bottom + 0.25 * (top - bottom) - skirt_m) / (height_m - skirt_m)
        width = half_w * (1.0 - rise) ** 0.9 + 0.14
        proxies.append(ellipsoid_proxy((0, 0, (bottom + top) / 2), (width, width, (top - bottom) * 0.6)))
    return Prop(merge([low, stem.grounded(0.4, 0.6)]), tuple(proxies))


def far_conifer() -> Part:
    """A conifer for the distance, 1 m tall and half a metre wide: tiers of jagged skirts, 50 triangles."""
    tiers = []
    for low, high, radius in ((0.05, 0.40, 1.0), (0.20, 0.58, 0.80), (0.38, 0.76, 0.58), (0.56, 0.90, 0.38), (0.72, 1.0, 0.22)):
        sides = 10
        ring = circle(0.25 * radius, low, sides)
        ring[1::2] *= (0.62, 0.62, 1.0)
        ring[1::2, 2] += 0.05
        apex = np.array([[0.0, 0.0, high]])
        k = np.arange(sides)
        faces = np.stack([k, (k + 1) % sides, np.full(sides, sides)], 1)
        points = np.concatenate([ring, apex])
        turn = np.concatenate([k / sides * 5.0, [2.5]])
        skirt = triangles_of(points, faces, uvs=np.stack([turn, points[:, 2] * -6.0], 1), texture=Texture.NEEDLES)
        shade = np.full((sides + 1, 1), 1.15)
        shade[1:sides:2] = 0.75
        shade[-1] = 0.45
        tiers.append(skirt.tinted(shade))
    return merge(tiers)
