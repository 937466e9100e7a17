"""What lies around the harbour: the mole with its lighthouse and stones, hills with a town, a headland."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hmworld.embedded.scenes.kit.assembler import Assembler
from hmworld.embedded.scenes.kit.noise import PlaneNoise
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.kit.shapes import box, merge, quads, tower, triangles_of
from hmworld.embedded.scenes.props import harbour_works
from hmworld.embedded.scenes.props.meadow_props import rock
from hmworld.embedded.scenes.textures.catalogue import Texture

SEA_M = -1.2


def coast(scene: Assembler, seed: int) -> None:
    """The mole with its lighthouse, hills with a town behind the harbour, a headland across the water."""
    mole = [[(-118.0, 0.0), (-108.0, 0.0), (-100.0, 70.0), (-110.0, 74.0)], [(-110.0, 74.0), (-100.0, 70.0), (-62.0, 88.0), (-64.0, 98.0)]]
    tops = [[(x, y, 0.4) for x, y in ring] for ring in mole]
    sides = [
        [(*ring[i], SEA_M - 1), (*ring[(i + 1) % 4], SEA_M - 1), (*ring[(i + 1) % 4], 0.4), (*ring[i], 0.4)]
        for ring in mole
        for i in range(4)
    ]
    scene.add(quads(tops + sides, texture=Texture.ASHLAR, repeat_m=3.0, colour=(0.42, 0.39, 0.34), two_sided=True))
    scene.place(harbour_works.lighthouse(), (-69.0, 91.0, 0.4))
    stream = Stream(seed, "breakwater")
    stones = [rock(Stream(seed, f"stone {k}"), (1.5, 1.5, 1.2)).part for k in range(3)]
    for k in range(54):
        t = k / 54
        x, y = (-99.0 + 3.0 * t * 2, 4.0 + 66.0 * t * 2) if t < 0.5 else (-99.0 + 36.0 * (t - 0.5) * 2, 68.0 + 17.0 * (t - 0.5) * 2)
        scene.add(
            stones[k % 3].moved(
                (x + stream.number(-0.5, 1.5), y - stream.number(0.0, 2.0), SEA_M - 0.3),
                stream.number(0.0, 360.0),
                stream.number(0.8, 1.5),
            )
        )
    noise = PlaneNoise(Stream(seed, "hills"))
    turn, reach = np.meshgrid(
        np.radians(np.linspace(142.0, 398.0, 90)), np.concatenate([[150.0, 190.0, 230.0], np.linspace(260.0, 620.0, 9)])
    )
    x, y = reach * np.cos(turn), reach * np.sin(turn)
    ends = np.clip((np.radians(398.0) - turn) / 0.5, 0, 1) * np.clip((turn - np.radians(142.0)) / 0.35, 0, 1)
    z = -2.5 + ends * (
        4.0 * (reach > 200)
        + 66.0 * np.clip((reach - 200.0) / 300.0, 0, 1) ** 1.2 * (0.35 + 1.1 * noise.fractal(x / 130.0 + 20.0, y / 130.0 + 30.0, 3))
    )
    z = np.where((y > -90.0) & (reach < 240), -2.6, z)
    index = np.arange(x.size).reshape(x.shape)
    q = [v.ravel() for v in (index[:-1, :-1], index[1:, :-1], index[1:, 1:], index[:-1, 1:])]
    faces = np.concatenate([np.stack([q[0], q[1], q[2]], 1), np.stack([q[0], q[2], q[3]], 1)])
    land = triangles_of(np.stack([x, y, z], -1), faces, uvs=np.stack([x, -y], -1) / 16.0, texture=Texture.GRASS)
    tone = 0.75 + 0.6 * noise.fractal(x / 60.0, y / 60.0, 3).reshape(-1, 1)
    scene.add(land.tinted(tone * np.array((1.0, 0.92, 0.8))))
    roof_rgb, walls = (0.30, 0.12, 0.08), ((0.62, 0.58, 0.5), (0.58, 0.48, 0.34), (0.5, 0.5, 0.52), (0.6, 0.42, 0.32))
    homes = []
    for k in range(150):
        a, r = np.radians(stream.number(195.0, 345.0)), stream.number(225.0, 400.0)
        hx, hy = r * np.cos(a), r * np.sin(a)
        level = float(
            66.0
            * max(0.0, (r - 200.0) / 300.0) ** 1.2
            * (0.35 + 1.1 * noise.fractal(np.array([hx / 130.0 + 20.0]), np.array([hy / 130.0 + 30.0]), 3)[0])
        )
        wide, high = stream.number(3.5, 6.0), stream.number(5.0, 9.0)
        body = box((-wide, -4.0, -4.0), (wide, 4.0, high), colour=stream.pick(walls), without=("-z", "+z"))
        cap = tower([(wide * 1.5, high), (0.6, high + 3.6)], 4, colour=roof_rgb, smooth=False).moved(yaw_deg=45.0)
        squeeze = replace(cap, vertices=cap.vertices * (1.0, 4.4 / (wide * 1.06), 1.0))
        pane = quads(
            [
                [
                    (s * wide * 0.5 - 0.5, 4.03, high * 0.5),
                    (s * wide * 0.5 + 0.5, 4.03, high * 0.5),
                    (s * wide * 0.5 + 0.5, 4.03, high * 0.5 + 1.3),
                    (s * wide * 0.5 - 0.5, 4.03, high * 0.5 + 1.3),
                ][::-1]
                for s in (-1, 1)
            ],
            colour=(0.06, 0.055, 0.045),
        ).glowing(9.0 if k % 2 else 0.0)
        homes.append(merge([body, squeeze, pane]).moved((hx, hy, level), np.degrees(a) + 90.0 + stream.number(-20.0, 20.0)))
    scene.add(merge(homes))
