"""Gabled buildings with roofs that have thickness: sheds, barns, cottages; doors and windows to hang on them; lamps on posts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Prop, box_proxy
from hmworld.embedded.scenes.kit.shapes import Part, box, merge, quads, tower, triangles_of, tube
from hmworld.embedded.scenes.props.floors import upright
from hmworld.embedded.scenes.textures.catalogue import Texture

Rgb = tuple[float, float, float]
Corner = tuple[float, float, float]


def roof_planes(
    profile: Sequence[tuple[float, float]], y0: float, y1: float, thick: float, texture: int, repeat_m: float, colour: Rgb
) -> Part:
    """Roof slabs along y over a profile of (x, z) from the left eave over the ridge to the right eave."""
    tops: list[list[Corner]] = []
    for (xa, za), (xb, zb) in pairwise(profile):
        tops.append([(xa, y1, za), (xa, y0, za), (xb, y0, zb), (xb, y1, zb)])
    below = [[(x, y, z - thick) for x, y, z in cell[::-1]] for cell in tops]
    rims = []
    for number, cell in enumerate(tops):
        for i in range(4):
            if (i == 0 and number > 0) or (i == 2 and number < len(tops) - 1):
                continue
            a, b = cell[i], cell[(i + 1) % 4]
            rims.append([(a[0], a[1], a[2] - thick), (b[0], b[1], b[2] - thick), b, a])
    skin = quads(tops, texture=texture, repeat_m=repeat_m, colour=colour)
    return merge([skin, quads(below + rims, colour=np.asarray(colour) * 0.55)])


def gabled(
    half: tuple[float, float],
    wall_m: float,
    profile: Sequence[tuple[float, float]],
    wall: tuple[int, float, Rgb],
    roof: tuple[int, float, Rgb],
    overhang_m: float = 0.4,
) -> Prop:
    """A building centred on the origin, gables to -y and +y.

    `half` x and y; `profile`: (x, z) of the roof from the left wall's top over the ridge to the right wall's top;
    `wall` and `roof`: texture, repeat in metres, colour.
    """
    w, d = half
    texture, repeat, rgb = wall
    sides = box((-w, -d, 0.0), (w, d, wall_m), texture=texture, repeat_m=repeat, colour=rgb, without=("-z", "+z"))
    parts = [sides]
    for y, order in ((-d, 1), (d, -1)):
        ring = np.array([(x, y, z) for x, z in [(-w, wall_m), (w, wall_m), *list(profile)[::-1][1:-1]]])[::order]
        k = np.arange(1, len(ring) - 1)
        faces = np.stack([np.zeros_like(k), k, k + 1], 1)
        across = -order * ring[:, 0] if order < 0 else ring[:, 0]
        uvs = np.stack([across, -ring[:, 2]], 1) / repeat
        parts.append(triangles_of(ring, faces, uvs=uvs, texture=texture, colour=rgb))
    (xa, za), (xb, zb) = profile[0], profile[1]
    drop = overhang_m * (zb - za) / max(xb - xa, 1e-6)
    eaves = [(xa - overhang_m, za - drop + 0.12), *[(x, z + 0.12) for x, z in profile[1:-1]], (-xa + overhang_m, za - drop + 0.12)]
    if len(eaves) == 3:
        halfway = [((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in pairwise(eaves)]
        eaves = [eaves[0], halfway[0], eaves[1], halfway[1], eaves[2]]
    parts.append(roof_planes(eaves, -d - overhang_m, d + overhang_m, 0.12, *roof))
    ridge = max(z for _, z in profile) + 0.15
    low = za - drop - 0.1
    out = w + overhang_m
    middle = (low + ridge) / 2
    shoulder = float(np.interp(middle, [z for x, z in profile if x <= 0], [-x for x, z in profile if x <= 0])) + 0.3
    whole = merge(parts).grounded(0.9, 0.62)
    z = whole.vertices[:, 2:3]
    under = (np.abs(whole.vertices[:, 0:1]) < w + 0.02) & (np.abs(whole.vertices[:, 1:2]) < d + 0.02) & (np.abs(z - wall_m) < 0.02)
    return Prop(
        whole.tinted(np.where(under, 0.72, 1.0)),
        (
            box_proxy((-w, -d, 0.0), (w, d, wall_m)),
            box_proxy((-out, -d - overhang_m, low), (out, d + overhang_m, middle)),
            box_proxy((-shoulder, -d - overhang_m, middle), (shoulder, d + overhang_m, ridge)),
        ),
    )


def window(width_m: float, height_m: float, trim: Rgb, glow: float = 0.0, texture: Texture = Texture.WINDOW) -> Part:
    """A framed window in the plane y = 0 facing -y, its sill centred on the origin; `glow` for a lit room behind."""
    w = width_m / 2
    pane = upright(texture, -w, w, 0.0, height_m, -0.04)
    if glow:
        pane = pane.tinted((2.2, 1.6, 0.9)).glowing(glow)
    frame = [box((x, -0.09, -0.08), (x + 0.1, 0.0, height_m + 0.1), colour=trim, without=("+y",)) for x in (-w - 0.1, w)]
    frame += [box((-w - 0.14, -0.13, -0.12), (w + 0.14, 0.0, 0.0), colour=trim, without=("+y",))]
    frame += [box((-w - 0.1, -0.1, height_m), (w + 0.1, 0.0, height_m + 0.12), colour=trim, without=("+y",))]
    return merge([pane, *frame])


def barn_door(width_m: float, height_m: float, paint: Rgb, trim: Rgb) -> Part:
    """A pair of plank doors with white cross braces in the plane y = 0 facing -y, centred."""
    w = width_m / 2
    parts = []
    for x0 in (-w, 0.0):
        a, b = x0 + 0.02, x0 + w - 0.02
        parts.append(box((a, -0.08, 0.05), (b, 0.0, height_m), texture=Texture.BOARDS, repeat_m=1.5, colour=paint, without=("+y",)))
        t = 0.12
        rails = [(a, b, z, z + t) for z in (0.05, height_m / 2 - t / 2, height_m - t)]
        rails += [(a, a + t, 0.05, height_m), (b - t, b, 0.05, height_m)]
        parts += [box((p, -0.11, r), (q, -0.07, s), colour=trim, without=("+y",)) for p, q, r, s in rails]
        for z0, z1 in ((0.05, height_m / 2), (height_m / 2, height_m)):
            for lean in (1.0, -1.0):
                p, q = (a, b) if lean > 0 else (b, a)
                parts.append(
                    quads(
                        [[(p, -0.10, z0), (p + lean * 0.16, -0.10, z0), (q, -0.10, z1), (q - lean * 0.16, -0.10, z1)][:: int(lean)]],
                        colour=trim,
                    )
                )
    rail = box((-w - 0.6, -0.12, height_m + 0.02), (w + 0.6, 0.0, height_m + 0.16), colour=(0.06, 0.06, 0.06), without=("+y",))
    return merge([*parts, rail])


def mast_lamp(height_m: float) -> Prop:
    """A plain steel lamp post with a short arm towards -y and a flat lantern."""
    post = tower([(0.11, 0.0), (0.11, 0.5), (0.07, 0.6), (0.055, height_m)], 8, colour=(0.24, 0.25, 0.25))
    arm = tube([(0, 0, height_m - 0.1), (0, -0.5, height_m + 0.1), (0, -1.1, height_m + 0.12)], (0.045,) * 3, 6, colour=(0.24, 0.25, 0.25))
    head = box((-0.14, -1.5, height_m + 0.06), (0.14, -0.9, height_m + 0.2), colour=(0.14, 0.15, 0.15), without=("-z",))
    glass = box((-0.12, -1.46, height_m + 0.02), (0.12, -0.94, height_m + 0.07), colour=(0.9, 0.82, 0.62), without=("+z",)).glowing(6.0)
    return Prop(
        merge([post, arm, head, glass]).grounded(0.3, 0.6),
        (box_proxy((-0.11, -0.11, 0.0), (0.11, 0.11, height_m)), box_proxy((-0.16, -1.5, height_m - 0.12), (0.16, 0.06, height_m + 0.22))),
    )
