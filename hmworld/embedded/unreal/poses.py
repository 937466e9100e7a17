"""Poses that were measured in Unreal, as clips on the hierarchy of the mesh's glTF.

Unreal's exporter swaps y and z and makes centimetres metres: `p = (x, z, y) / 100`, `q = (-x, -z, -y, w)` (GLTFCoreUtilities.cpp).
Poses are turned the same way, and `check_rest` proves on each mesh that both agree.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from hmworld.embedded.gltf.document import Array, Document
from hmworld.embedded.gltf.nodes import Channel, Clip, Hierarchy
from hmworld.embedded.gltf.stride import phases_of
from hmworld.embedded.unreal.dump import AnimationDump, CharacterDump, asset_name
from hmworld.errors import AssetError

FORWARD = {"+x": "+x", "-x": "-x", "+y": "+z", "-y": "-z"}
"""The glTF's axis that an axis of Unreal becomes."""
REST_CM = 0.5
"""How far a bone of the exported mesh may be from where the editor says it is."""


def gltf_points(points_cm: ArrayLike) -> Array:
    """Points (..., 3) of Unreal in the axes and metres of the exported glTF."""
    return np.asarray(points_cm, np.float64)[..., [0, 2, 1]] / 100.0


def gltf_rotations(quaternions: ArrayLike) -> Array:
    """Quaternions x, y, z, w (..., 4) of Unreal in the axes of the exported glTF."""
    return np.asarray(np.asarray(quaternions, np.float64)[..., [0, 2, 1, 3]] * np.array([-1.0, -1.0, -1.0, 1.0]))


def bone_nodes(document: Document, hierarchy: Hierarchy, character: CharacterDump) -> dict[str, int]:
    """The node of each bone that the glTF has; AssetError where one of its joints is no bone of the dump."""
    joints = {node for skin in document.gltf.skins or [] for node in skin.joints or []}
    nodes: dict[str, int] = {}
    for node, name in enumerate(hierarchy.names):
        if name in nodes and node not in joints:
            continue  # a node of the mesh itself, called like a bone
        nodes[name] = node
    strangers = sorted({hierarchy.names[node] for node in joints} - set(character.bones))
    if strangers:
        raise AssetError(
            f"{character.mesh}: the exported mesh has joints that its skeleton lacks: {', '.join(strangers[:5])}; reimport the "
            "mesh, or assign "
            "its skeleton anew, and run the content scripts again"
        )
    return {bone: nodes[bone] for bone in character.bones if bone in nodes}


def check_rest(hierarchy: Hierarchy, nodes: dict[str, int], character: CharacterDump) -> None:
    """AssetError where the glTF's default pose is not the reference pose that the editor told: axes, units or bones differ."""
    default = hierarchy.matrices(np.zeros(1))[0]
    rest = dict(zip(character.bones, gltf_points(np.array(character.rest_cm).reshape(-1, 3)), strict=True))
    apart = {bone: 100.0 * float(np.linalg.norm(default[node, :3, 3] - rest[bone])) for bone, node in nodes.items()}
    worst = max(apart, key=lambda bone: apart[bone], default=None)
    if worst is None or apart[worst] > REST_CM:
        far = "no bone of it is in the file" if worst is None else f"bone {worst} is {apart[worst]:.1f} cm apart"
        raise AssetError(
            f"{character.mesh}: the exported mesh does not stand as the editor says it does: {far}; expected at most {REST_CM:g} cm. "
            "Run the content scripts again; if it stays, report it with your version of Unreal"
        )


def clip_of(animation: AnimationDump, poses: Array, character: CharacterDump, nodes: dict[str, int]) -> Clip:
    """An animation as a clip; `poses` (frames, bones, 10)."""
    wanted = phases_of(animation.length_s) + 1
    if len(poses) != wanted:
        raise AssetError(
            f"{animation.path}: {len(poses)} poses of {animation.length_s:g} s, expected {wanted}; run the content scripts of "
            "this hmworld again"
        )
    if not np.isfinite(poses).all():
        raise AssetError(f"{animation.path}: holds poses that are not finite; open it in the editor and look at its keys")
    times = np.linspace(0.0, animation.length_s, wanted)
    channels = []
    for row, bone in enumerate(character.bones):
        if bone not in nodes:
            continue
        moved = (
            ("translation", gltf_points(poses[:, row, :3])),
            ("rotation", _unit(gltf_rotations(poses[:, row, 3:7]))),
            ("scale", poses[:, row, [7, 9, 8]]),
        )
        channels += [Channel(nodes[bone], path, times, values, "LINEAR") for path, values in moved]
    return Clip(asset_name(animation.path), tuple(channels))


def _unit(quaternions: Array) -> Array:
    length = np.linalg.norm(quaternions, axis=-1, keepdims=True)
    return np.where(length > 0.0, quaternions / np.where(length > 0.0, length, 1.0), np.array([0.0, 0.0, 0.0, 1.0]))
