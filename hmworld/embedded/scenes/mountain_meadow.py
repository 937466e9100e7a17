"""Scene `mountain_meadow`: an alpine meadow with flowers, a dirt path, trees, rocks, a fence and a hut below snowy peaks."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.scenes.kit.assembler import Assembler, Prop
from hmworld.embedded.scenes.kit.randomness import Stream
from hmworld.embedded.scenes.kit.shapes import Array, merge
from hmworld.embedded.scenes.meadow_terrain import PATH_HALF_M, Land, mountains, path_y
from hmworld.embedded.scenes.model import SceneModel, StagePlace
from hmworld.embedded.scenes.props import meadow_props as props
from hmworld.embedded.scenes.props.trees import far_conifer, leafy_tree, shrub, spruce

STAGES = (
    StagePlace("path", (0.0, 0.0, 0.0), 8.0, 8.0),
    StagePlace("hut_yard", (34.0, 15.0, 0.25), 7.5, 20.0),
    StagePlace("rocks", (-34.0, 20.0, -0.15), 7.0, 150.0),
    StagePlace("pasture", (6.0, -36.0, 0.1), 8.0, 0.0),
)
Mask = NDArray[np.bool_]

_FLOWERS = np.array(
    [
        (0.66, 0.65, 0.60),
        (0.66, 0.65, 0.60),
        (0.66, 0.46, 0.03),
        (0.66, 0.46, 0.03),
        (0.28, 0.10, 0.36),
        (0.55, 0.06, 0.04),
        (0.16, 0.18, 0.48),
    ]
)


def _free(spots: Array, margin_m: float, taken: list[tuple[float, float, float]]) -> Mask:
    """Which of `spots` (N, 2) keep `margin_m` from every stage disc and their distance from `taken` (x, y, radius)."""
    keep = np.ones(len(spots), np.bool_)
    for stage in STAGES:
        away = np.hypot(spots[:, 0] - stage.center_m[0], spots[:, 1] - stage.center_m[1])
        keep &= away > stage.radius_m + margin_m
    for x, y, radius in taken:
        keep &= np.hypot(spots[:, 0] - x, spots[:, 1] - y) > radius
    return keep


def _put(scene: Assembler, land: Land, prop: Prop, x: float, y: float, yaw_deg: float = 0.0, scale: float = 1.0) -> None:
    scene.place(prop, (x, y, round(land.at(x, y), 3) - 0.02), yaw_deg, scale)


def _near_trees(scene: Assembler, land: Land, seed: int) -> list[tuple[float, float, float]]:
    """Hand-placed trees round the stages; returns their spots and radii."""
    green, blue, light = np.array((1.0, 1.0, 1.0)), np.array((0.85, 0.95, 1.05)), np.array((1.25, 1.12, 0.9))
    spruces = [
        spruce(Stream(seed, "spruce 0"), 9.5, 2.1, 0.55, green),
        spruce(Stream(seed, "spruce 1"), 7.5, 1.8, 0.35, blue),
        spruce(Stream(seed, "spruce 2"), 12.0, 2.4, 0.9, green * 0.9),
        spruce(Stream(seed, "spruce 3"), 4.2, 1.25, 0.15, light),
    ]
    leafy = [
        leafy_tree(Stream(seed, "maple"), 2.5, (2.3, 1.9), 420, green),
        leafy_tree(Stream(seed, "birch"), 2.7, (1.6, 2.3), 360, light),
        leafy_tree(Stream(seed, "ash"), 2.9, (2.8, 2.2), 480, np.array((0.85, 0.95, 0.9))),
    ]
    bush = [shrub(Stream(seed, f"bush {k}"), 0.75, 110, tint) for k, tint in enumerate((green, light))]
    turn = Stream(seed, "turn")
    places = [
        # around the path
        (leafy[0], 8.2, 6.6), (spruces[0], -8.8, 9.8), (spruces[3], -11.2, 6.4), (leafy[1], 11.6, -5.6),
        (spruces[1], -4.5, -12.6),
        (bush[0], 9.8, -3.2), (bush[1], -9.6, 3.6), (leafy[2], 17.5, -15.0), (spruces[2], -20.5, -9.5), (spruces[0], 15.5, 24.0),
        # around the hut yard
        (leafy[1], 25.0, 20.6), (spruces[1], 43.2, 7.6), (spruces[2], 47.5, 25.5), (leafy[0], 31.0, 30.5),
        (bush[0], 27.4, 8.6), (spruces[3], 43.6, 13.0),
        # around the rocks
        (spruces[0], -43.0, 15.0), (spruces[3], -28.5, 27.5), (spruces[1], -41.0, 28.5), (leafy[1], -27.0, 13.8),
        (bush[1], -42.0, 21.5), (spruces[2], -48.5, 30.0),
        # around the pasture
        (leafy[2], -4.6, -29.0), (spruces[1], 16.5, -43.5), (leafy[0], 18.6, -30.5), (bush[0], 14.8, -32.0),
        (spruces[3], -5.0, -42.5), (spruces[2], 4.0, -52.5),
    ]  # fmt: skip
    for prop, x, y in places:
        _put(scene, land, prop, x, y, turn.number(0.0, 360.0), turn.number(0.94, 1.08))
    taken = [(x, y, 3.0) for _, x, y in places]
    ring = Stream(seed, "grove")
    spots = np.stack([ring.array(400, -110, 110), ring.array(400, -110, 110)], 1)
    grove = np.hypot(spots[:, 0], spots[:, 1]) > 56.0
    grove &= np.abs(spots[:, 1] - path_y(spots[:, 0])) > 7.0
    clustered = land.tone(spots[:, 0], spots[:, 1])[:, 1] > 0.98
    chosen = spots[grove & clustered & _free(spots, 16.0, taken)][:26]
    for k, (x, y) in enumerate(chosen):
        kind = leafy[k % 3] if k % 6 == 0 else spruces[k % 3]
        _put(scene, land, kind, float(x), float(y), ring.number(0.0, 360.0), ring.number(0.85, 1.35))
    return taken


def _far_trees(scene: Assembler, land: Land, seed: int) -> None:
    """Woods of plain conifers on the slopes, 95 to 290 m out."""
    stream = Stream(seed, "woods")
    count = 2600
    turn, far = stream.array(count, 0, 2 * np.pi), stream.array(count, 95.0, 290.0)
    x, y = far * np.cos(turn), far * np.sin(turn)
    wood = land.tone(x * 0.33, y * 0.33)[:, 0] + 0.0016 * (far - 95.0) > 1.12
    keep = np.flatnonzero(wood & (np.abs(y - path_y(x)) > 10.0))[:560]
    plain = far_conifer()
    heights = land.height(x, y)
    trees = []
    for k in keep:
        high, tone = stream.number(8.0, 15.0), stream.number(0.8, 1.3)
        wide = high * stream.number(0.62, 0.95)
        tree = plain.tinted((tone * stream.number(0.9, 1.2), tone, tone)).moved(yaw_deg=stream.number(0.0, 360.0))
        trees.append(replace(tree, vertices=tree.vertices * (wide, wide, high) + (x[k], y[k], heights[k] - 0.3)))
    scene.add(merge(trees))


def _props(scene: Assembler, land: Land, seed: int) -> list[tuple[float, float, float]]:
    """Hut, rocks, fences, bales, wood pile, trough, signposts; returns their spots and radii."""
    stream = Stream(seed, "props")
    _put(scene, land, props.hut(), 38.5, 29.0, -20.0)
    _put(scene, land, props.log_pile(Stream(seed, "logs")), 28.0, 25.2, -30.0)
    _put(scene, land, props.trough(), 41.8, 10.2, 60.0)
    bale = props.hay_bale()
    bales = [
        (10.2, -0.9, 70.0),
        (-8.2, -6.4, 20.0),
        (13.5, -41.0, 10.0),
        (-3.8, -38.6, 80.0),
        (15.6, -36.2, 100.0),
        (-1.5, -45.4, 40.0),
        (24.6, 11.4, 30.0),
        (22.0, -22.0, 0.0),
    ]
    for x, y, yaw in bales:
        _put(scene, land, bale, x, y, yaw)
    boulders = [
        props.rock(Stream(seed, f"rock {k}"), size)
        for k, size in enumerate(((1.15, 1.15, 1.0), (0.75, 0.75, 0.7), (1.6, 1.6, 1.35), (0.5, 0.5, 0.42)))
    ]
    spots = [
        (-24.9, 18.0, 0), (-26.0, 24.2, 2), (-35.6, 29.4, 0), (-33.0, 30.2, 1), (-40.0, 11.6, 2), (-42.6, 19.0, 3),
        (-37.6, 10.2, 1), (-30.2, 10.9, 1),
        (-5.8, 8.4, 1), (-7.0, 7.9, 3), (7.2, -8.8, 0), (8.6, -8.2, 3), (-12.6, 0.4, 2), (-10.6, -0.6, 3),
        (25.8, 15.8, 1), (40.4, 5.4, 0), (42.6, 19.0, 1), (-4.6, -33.4, 0), (10.8, -46.2, 1), (-70.0, 40.0, 2),
        (60.0, -42.0, 2),
    ]  # fmt: skip
    for x, y, kind in spots:
        _put(scene, land, boulders[kind], x, y, stream.number(0.0, 360.0), stream.number(0.88, 1.1))
    lines = [
        [(1.0, 11.2), (9.0, 12.4), (16.0, 11.0)],
        [(-13.5, -17.0), (-4.0, -24.6), (6.0, -25.6), (15.5, -24.8), (24.0, -28.0), (28.0, -40.0)],
        [(45.0, 3.0), (50.0, 12.0), (49.0, 20.0)],
        [(-22.0, 14.0), (-21.5, 24.0), (-25.5, 31.5)],
    ]
    for line in lines:
        posts = np.array(line)
        dense = [posts[0]]
        for a, b in pairwise(posts):
            count = max(1, round(float(np.hypot(*(b - a))) / 2.5))
            dense += [a + (b - a) * (k + 1) / count for k in range(count)]
        points = [(float(p[0]), float(p[1])) for p in dense]
        heights = [round(land.at(*p), 3) for p in points]
        scene.place(props.fence_line(stream, points, heights))
    sign = props.signpost()
    for x, y, yaw in ((8.9, 4.0, 0.0), (-24.6, 12.6, 70.0)):
        _put(scene, land, sign, x, y, yaw)
    return [(38.5, 29.0, 5.4), (28.0, 25.2, 1.4), (41.8, 10.2, 1.3), *((x, y, 0.8) for x, y, _ in bales)]


def _grass(scene: Assembler, land: Land, seed: int, taken: list[tuple[float, float, float]]) -> None:
    """Tufts and flowers: tall outside the stages and the path, low on the stages."""
    stream = Stream(seed, "tufts")
    for stage in STAGES:
        count = 1700
        turn, far = stream.array(count, 0, 2 * np.pi), np.sqrt(stream.array(count)) * (stage.radius_m + 13.0)
        spots = np.stack([stage.center_m[0] + far * np.cos(turn), stage.center_m[1] + far * np.sin(turn)], 1)
        on_path = np.abs(spots[:, 1] - path_y(spots[:, 0])) < PATH_HALF_M - 0.05
        outside = _free(spots, 0.35, taken) & ~on_path
        inside = (far < stage.radius_m - 0.2) & ~on_path
        scene.add(land.scatter_tufts(stream, spots[outside], 0.11, 0.21))
        scene.add(land.scatter_tufts(stream, spots[inside], 0.05, 0.085))
        blooms = np.concatenate([spots[outside][:420] + stream.array(2, -0.2, 0.2), spots[outside][:420] + 0.17])
        pick = (stream.array(len(blooms)) ** 1.2 * len(_FLOWERS)).astype(int)
        scene.add(land.scatter_flowers(stream, blooms, _FLOWERS[pick]))
    edge = stream.array(900, -60.0, 60.0)
    side = np.where(stream.array(900) < 0.5, -1.0, 1.0) * (PATH_HALF_M + stream.array(900, -0.08, 0.5))
    rim = np.stack([edge, path_y(edge) + side], 1)
    scene.add(land.scatter_tufts(stream, rim[_free(rim, 0.3, [])], 0.09, 0.17))
    scene.add(land.scatter_tufts(stream, rim[~_free(rim, 0.3, [])], 0.05, 0.085))


def build(seed: int) -> SceneModel:
    """The scene for a seed; stages and near props are fixed, shapes, woods, waves and mountains vary."""
    land = Land(seed, STAGES)
    scene = Assembler()
    scene.add(land.ground())
    scene.add(mountains(seed))
    taken = _near_trees(scene, land, seed)
    taken += _props(scene, land, seed)
    _far_trees(scene, land, seed)
    _grass(scene, land, seed, taken)
    return scene.finish(STAGES, seed)
