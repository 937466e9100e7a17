"""The skinned meshes of a glTF as one body on one skeleton, in our axes, and its pose at any time of an animation.

A vertex of a skin is posed by `G_j(t) I_j`, the joint's global matrix and the skin's inverse bind matrix (glTF 2.0, 3.7.3); what hangs
unskinned below a joint follows that joint. Our tables map a rest pose instead; the rest pose of a skin is its bind pose as its first joint
carries it in the file's default pose, so that it stands upright.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.gltf.document import Array, Document
from hmworld.embedded.gltf.nodes import Clip, Hierarchy, read_clips, read_hierarchy
from hmworld.embedded.gltf.surfaces import BODY_TEXELS, Piece, Surfaces, pictures, unit
from hmworld.embedded.mesh import BodyMesh

MAX_TRIANGLES = 60_000
MAX_JOINTS = 255


@dataclass(frozen=True)
class Bone:
    """One row of our motion table: the node it follows and the matrix (4, 4) that goes before the node's."""

    node: int
    before: Array


@dataclass(frozen=True)
class Rig:
    """A body in its rest pose, file units and our axes, its bones, and the clips that move them."""

    mesh: BodyMesh
    names: tuple[str, ...]
    parents: tuple[int, ...]
    rest_joints: Array
    bones: tuple[Bone, ...]
    hierarchy: Hierarchy
    clips: dict[str, Clip]
    rotation: Array

    @property
    def sources(self) -> tuple[str, ...]:
        """For each bone the name, as the file has it, of the node it follows."""
        return tuple(self.hierarchy.names[bone.node] for bone in self.bones)

    def tables(self, clip: Clip, times_s: Array) -> Array:
        """Skinning matrices (T, J, 3, 4) at times (T,) of a clip, in our axes."""
        globals_ = self.hierarchy.matrices(times_s, clip.channels)
        return np.stack([_turned(self.rotation) @ globals_[:, b.node] @ b.before for b in self.bones], axis=1)[:, :, :3]


@dataclass
class _Part:
    """Vertices of one piece bound to nodes: rest positions, joints as (node, skin) keys."""

    piece: Piece
    rest: Array
    keys: list[tuple[int, int]]


def read_rig(document: Document, surfaces: Surfaces, rotation: Array, clips: dict[str, Clip] | None = None) -> Rig:
    """The body of a file, moved by the file's own clips or by those given; AssetError where there is none, or too much of it."""
    hierarchy = read_hierarchy(document)
    clips = read_clips(document, hierarchy) if clips is None else clips
    nodes, skins = document.gltf.nodes or [], document.gltf.skins or []
    skinned = [n for n, node in enumerate(nodes) if node.mesh is not None and node.skin is not None]
    if not skinned:
        raise document.wrong("nodes", "no mesh has a skin (joints and weights); a subject must be rigged. A static file makes a scene")
    if not clips:
        raise document.wrong("animations", "there are none that move joints; a subject needs at least one that stands and one that walks")
    default = hierarchy.matrices(np.zeros(1))[0]
    befores: dict[tuple[int, int], Array] = {}
    parts = []
    for n in skinned:
        parts += _skinned_parts(document, surfaces, nodes[n].mesh, nodes[n].skin, default, befores, rotation, skins)
    joints = {node for node, _ in befores}
    for n, node in enumerate(nodes):
        if node.mesh is not None and node.skin is None:
            carrier = n
            while carrier >= 0 and carrier not in joints:
                carrier = hierarchy.parents[carrier]
            if carrier < 0:
                surfaces.remark(f"mesh of node {hierarchy.names[n]!r} hangs on no joint and is left out")
                continue
            rest = _turned(rotation) @ default[n]
            # A skin of its own, numbered after the real ones: it follows the joint as it stands in the default pose.
            befores[(carrier, len(skins) + n)] = np.linalg.inv(default[carrier]) @ default[n] @ np.linalg.inv(rest)
            parts += [_Part(_moved(p, rest), rest, [(carrier, len(skins) + n)]) for p in surfaces.pieces(node.mesh)]
    return _assemble(document, hierarchy, clips, parts, befores, default, rotation)


def _skinned_parts(
    document: Document,
    surfaces: Surfaces,
    mesh: int,
    skin: int,
    default: Array,
    befores: dict[tuple[int, int], Array],
    rotation: Array,
    skins: list[object],
) -> list[_Part]:
    if not 0 <= skin < len(skins):
        raise document.wrong("a node", f"names skin {skin}, the file has {len(skins)}; export it again")
    item = document.gltf.skins[skin]
    joints = list(item.joints or [])
    if not joints or max(joints) >= len(default):
        raise document.wrong(f"skin {skin}", "has no joints, or names nodes that the file lacks; export it again")
    inverse = np.tile(np.eye(4), (len(joints), 1, 1))
    if item.inverseBindMatrices is not None:
        rows = document.accessor(item.inverseBindMatrices, f"skin {skin}").astype(np.float64)
        if rows.shape[1] != 16 or len(rows) < len(joints):
            raise document.wrong(f"skin {skin}", f"inverseBindMatrices: expected {len(joints)} matrices; export it again")
        inverse = rows[: len(joints)].reshape(-1, 4, 4).transpose(0, 2, 1)
    rest = _turned(rotation) @ default[joints[0]] @ inverse[0]
    if abs(np.linalg.det(rest[:3, :3])) < 1e-12:
        raise document.wrong(f"skin {skin}", "its first joint has no size in the default pose (a scale of 0); export it again")
    parts = []
    for piece in surfaces.pieces(mesh):
        if piece.joints is None:
            raise document.wrong(piece.name, "has a skin but no JOINTS_0 and WEIGHTS_0; export it again with its weights")
        if piece.joints.size and int(piece.joints.max()) >= len(joints):
            raise document.wrong(piece.name, f"names joint {int(piece.joints.max())} of a skin of {len(joints)}; export it again")
        parts.append(_Part(_moved(piece, rest), rest, [(node, skin) for node in joints]))
    undo = np.linalg.inv(rest)
    for k, node in enumerate(joints):
        befores[(node, skin)] = inverse[k] @ undo
    return parts


def _moved(piece: Piece, matrix: Array) -> Piece:
    """A piece in its rest pose: positions, normals and, where the matrix mirrors, the sense of its triangles."""
    linear = matrix[:3, :3]
    mirrored = np.linalg.det(linear) < 0.0
    return Piece(
        piece.name,
        piece.positions @ linear.T + matrix[:3, 3],
        unit(piece.normals @ np.linalg.inv(linear)),
        piece.uvs,
        piece.colours,
        piece.triangles[:, ::-1] if mirrored else piece.triangles,
        piece.paint,
        piece.joints,
        piece.weights,
    )


def _assemble(
    document: Document,
    hierarchy: Hierarchy,
    clips: dict[str, Clip],
    parts: list[_Part],
    befores: dict[tuple[int, int], Array],
    default: Array,
    rotation: Array,
) -> Rig:
    rows, bones = _rows(hierarchy, befores)
    if len(bones) > MAX_JOINTS:
        raise document.wrong("skins", f"{len(bones)} joints, at most {MAX_JOINTS} are drawn; remove helper and finger-tip bones")
    textures, of_paint = pictures(document, [p.piece.paint for p in parts], BODY_TEXELS)
    pieces, at = [], 0
    for part in parts:
        piece = part.piece
        index = np.array([rows[key] for key in part.keys])
        one = np.zeros((len(piece.positions), 4), np.int64)
        joints = one if piece.joints is None else piece.joints
        weights = np.eye(4)[one[:, 0]] if piece.weights is None else piece.weights
        faces = [piece.triangles + at]
        normals, arrays = [piece.normals], [piece.positions, piece.uvs, piece.colours, index[joints], weights]
        copies = 1
        if piece.paint.two_sided:
            # Bodies are drawn from outside only: a sheet gets a back of its own.
            copies = 2
            normals.append(-piece.normals)
            faces.append(piece.triangles[:, ::-1] + at + len(piece.positions))
        at += copies * len(piece.positions)
        faces_all = np.concatenate(faces)
        pieces.append(
            (
                *(np.concatenate([a] * copies) for a in arrays),
                np.concatenate(normals),
                faces_all,
                np.full(len(faces_all), of_paint[piece.paint]),
            )
        )
    positions, uvs, colours, joint_rows, weights, normals_all, triangles, texture = (np.concatenate(c) for c in zip(*pieces, strict=True))
    if len(triangles) == 0:
        raise document.wrong("meshes", "the skinned meshes have no triangles")
    if len(triangles) > MAX_TRIANGLES:
        raise document.wrong(
            "meshes",
            f"{len(triangles)} triangles (backs of two-sided materials counted), at most {MAX_TRIANGLES} are drawn for a subject; "
            "decimate it first, for example with Blender's Decimate modifier",
        )
    mesh = BodyMesh(
        vertices=_f32(positions),
        normals=_f32(normals_all),
        colours=_f32(np.clip(colours, 0.0, 1.0)),
        triangles=np.ascontiguousarray(triangles, np.int32),
        joints=np.ascontiguousarray(joint_rows, np.uint8),
        weights=_f32(weights),
        uvs=_f32(uvs) if textures else None,
        texture=np.ascontiguousarray(texture, np.int32) if textures else None,
        textures=tuple(textures),
    )
    parents = _parents(hierarchy, bones)
    rest = np.array([(np.linalg.inv(b.before) @ np.array([0.0, 0.0, 0.0, 1.0]))[:3] for b in bones])
    return Rig(mesh, _names(hierarchy, bones), parents, rest, bones, hierarchy, clips, rotation)


def _rows(hierarchy: Hierarchy, befores: dict[tuple[int, int], Array]) -> tuple[dict[tuple[int, int], int], tuple[Bone, ...]]:
    """A row for each bone, parents first; skins that share a joint and its bind pose share its row."""
    place = {node: k for k, node in enumerate(hierarchy.order)}
    rows: dict[tuple[int, int], int] = {}
    bones: list[Bone] = []
    for key in sorted(befores, key=lambda k: (place[k[0]], k[1])):
        same = [
            k
            for k, bone in enumerate(bones)
            if bone.node == key[0] and np.allclose(bone.before, befores[key], atol=1e-5 * max(1.0, float(np.abs(bone.before).max())))
        ]
        if same:
            rows[key] = same[0]
        else:
            rows[key] = len(bones)
            bones.append(Bone(key[0], befores[key]))
    return rows, tuple(bones)


def _parents(hierarchy: Hierarchy, bones: tuple[Bone, ...]) -> tuple[int, ...]:
    first: dict[int, int] = {}
    for k, bone in enumerate(bones):
        first.setdefault(bone.node, k)
    parents = []
    for bone in bones:
        node = hierarchy.parents[bone.node]
        while node >= 0 and node not in first:
            node = hierarchy.parents[node]
        parents.append(first[node] if node >= 0 else -1)
    return tuple(parents)


def _names(hierarchy: Hierarchy, bones: tuple[Bone, ...]) -> tuple[str, ...]:
    """Names that are safe on the wire and distinct."""
    names: list[str] = []
    for bone in bones:
        base = re.sub(r"[^A-Za-z0-9_.-]+", "_", hierarchy.names[bone.node]).strip("_") or f"joint_{bone.node}"
        name, number = base, 2
        while name in names:
            name, number = f"{base}_{number}", number + 1
        names.append(name)
    return tuple(names)


def _turned(rotation: Array) -> Array:
    matrix = np.eye(4)
    matrix[:3, :3] = rotation
    return matrix


def _f32(values: Array) -> NDArray[np.float32]:
    return np.ascontiguousarray(values, np.float32)
