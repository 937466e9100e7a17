"""Triangles, materials and pictures of a glTF, as plain arrays in the axes of the file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.gltf.document import Array, Document

TRIANGLES, STRIP, FAN = 4, 5, 6
_MODES = {0: "points", 1: "lines", 2: "a line loop", 3: "a line strip"}
LARGEST_TEXTURE = 1024
SCENE_TEXELS, BODY_TEXELS = 8 * LARGEST_TEXTURE**2, LARGEST_TEXTURE**2
"""Texels of all textures together, past which all are made smaller: the renderer's pool holds 2^24 of a scene and its subjects."""


@dataclass(frozen=True)
class Paint:
    """A material, as far as the engine knows materials: a picture (-1 = none) or a colour, and what of it is cut away."""

    image: int
    cutoff: float | None
    """Alpha below which it is not drawn; None = opaque."""
    two_sided: bool


@dataclass(frozen=True)
class Piece:
    """One primitive of a mesh: positions, normals (V, 3), uvs (V, 2), colours (V, 3) linear, triangles (F, 3); skinned ones also have
    joints and weights (V, 4), rows summing to 1."""

    name: str
    positions: Array
    normals: Array
    uvs: Array
    colours: Array
    triangles: NDArray[np.int64]
    paint: Paint
    joints: NDArray[np.int64] | None = None
    weights: Array | None = None


@dataclass
class Surfaces:
    """Reads the pieces of a document's meshes and remembers what it had to leave out."""

    document: Document
    remarks: list[str] = field(default_factory=list)
    _pieces: dict[int, list[Piece]] = field(default_factory=dict)

    def pieces(self, mesh: int) -> list[Piece]:
        """The primitives of a mesh; AssetError for what is not made of triangles."""
        if mesh not in self._pieces:
            meshes = self.document.gltf.meshes or []
            if not 0 <= mesh < len(meshes):
                raise self.document.wrong("a node", f"names mesh {mesh}, the file has {len(meshes)}; export it again")
            name = meshes[mesh].name or f"mesh_{mesh}"
            self._pieces[mesh] = [self._piece(f"mesh {name!r}, primitive {k}", p) for k, p in enumerate(meshes[mesh].primitives or [])]
        return self._pieces[mesh]

    def remark(self, text: str) -> None:
        """Note something once."""
        if text not in self.remarks:
            self.remarks.append(text)

    def _piece(self, where: str, primitive: Any) -> Piece:
        document = self.document
        mode = TRIANGLES if primitive.mode is None else primitive.mode
        if mode not in (TRIANGLES, STRIP, FAN):
            raise document.wrong(where, f"is made of {_MODES.get(mode, f'mode {mode}')}, expected triangles; remove it or give it faces")
        attributes = primitive.attributes
        if attributes.POSITION is None:
            raise document.wrong(where, "has no POSITION; export it again")
        positions = document.accessor(attributes.POSITION, where).astype(np.float64)
        if positions.shape[1] != 3:
            raise document.wrong(where, "POSITION: expected 3 numbers a vertex; export it again")
        count = len(positions)

        def rows(attribute: int | None, least: int) -> NDArray[Any] | None:
            if attribute is None:
                return None
            values = document.accessor(attribute, where)
            if len(values) != count or values.shape[1] < least:
                raise document.wrong(where, f"an attribute has {values.shape}, expected ({count}, {least}); export it again")
            return values

        if primitive.indices is None:
            corners = np.arange(count)
        else:
            corners = document.accessor(primitive.indices, where)[:, 0].astype(np.int64)
            if corners.size and int(corners.max()) >= count:
                raise document.wrong(where, f"its faces name vertex {int(corners.max())} of {count}; export it again")
        triangles = _triangles(corners, mode)
        if primitive.targets:
            self.remark("morph targets are not read: shapes stay as they are without them")
        paint, factor, (uv_set, uv_matrix) = self._material(primitive.material, where)
        uvs = rows(getattr(attributes, f"TEXCOORD_{uv_set}", None), 2)
        tint = rows(attributes.COLOR_0, 3)
        normals = rows(attributes.NORMAL, 3)
        flat = np.zeros((count, 2)) if uvs is None else uvs[:, :2].astype(np.float64)
        piece = Piece(
            where,
            positions,
            np.zeros((count, 3)) if normals is None else normals.astype(np.float64),
            flat @ uv_matrix[:2, :2].T + uv_matrix[:2, 2],
            np.tile(factor, (count, 1)) * (1.0 if tint is None else tint[:, :3].astype(np.float64)),
            triangles,
            paint if uvs is not None else Paint(-1, None, paint.two_sided),
            *self._skin(attributes, rows, where),
        )
        return piece if normals is not None else _flat(piece)

    def _skin(self, attributes: Any, rows: Any, where: str) -> tuple[NDArray[np.int64] | None, Array | None]:
        joints, weights = [], []
        for k in range(8):
            pair = rows(getattr(attributes, f"JOINTS_{k}", None), 4), rows(getattr(attributes, f"WEIGHTS_{k}", None), 4)
            if pair[0] is None or pair[1] is None:
                break
            joints.append(pair[0].astype(np.int64))
            weights.append(np.maximum(pair[1].astype(np.float64), 0.0))
        if not joints:
            return None, None
        all_joints, all_weights = np.concatenate(joints, axis=1), np.concatenate(weights, axis=1)
        best = np.argsort(-all_weights, axis=1, kind="stable")[:, :4]
        chosen, share = np.take_along_axis(all_joints, best, axis=1), np.take_along_axis(all_weights, best, axis=1)
        total = share.sum(axis=1, keepdims=True)
        if (total <= 0.0).any():
            self.remark(f"{int((total <= 0.0).sum())} vertices of {where} have no weights: they follow their first joint")
        share = np.where(total > 0.0, share / np.where(total > 0.0, total, 1.0), np.array([1.0, 0.0, 0.0, 0.0]))
        # What has no weight may name any joint, even one that is not there.
        return np.where(share > 0.0, chosen, chosen[:, :1]), share

    def _material(self, index: int | None, where: str) -> tuple[Paint, Array, tuple[int, Array]]:
        """Paint, base colour (3,) linear, and which uvs its picture takes with their transform (3, 3)."""
        materials = self.document.gltf.materials or []
        plain = (0, np.eye(3))
        if index is None:
            return Paint(-1, None, False), np.ones(3), plain
        if not 0 <= index < len(materials):
            raise self.document.wrong(where, f"names material {index}, the file has {len(materials)}; export it again")
        material = materials[index]
        old = (material.extensions or {}).get("KHR_materials_pbrSpecularGlossiness")
        if old is not None:
            factor, info = old.get("diffuseFactor"), old.get("diffuseTexture")
        else:
            pbr = material.pbrMetallicRoughness
            factor = pbr.baseColorFactor if pbr is not None else None
            texture = pbr.baseColorTexture if pbr is not None else None
            info = None if texture is None else {"index": texture.index, "texCoord": texture.texCoord, "extensions": texture.extensions}
        colour = np.array(factor or (1.0, 1.0, 1.0, 1.0), np.float64)
        if colour.shape != (4,) or (colour < 0.0).any():
            raise self.document.wrong(f"material {index}", f"base colour factor: expected 4 numbers >= 0, got {factor}; export it again")
        image = -1 if info is None else self._image_of(info, index)
        mode = material.alphaMode or "OPAQUE"
        cutoff = None
        if mode == "MASK":
            cutoff = float(0.5 if material.alphaCutoff is None else material.alphaCutoff)
        elif mode == "BLEND":
            self.remark("translucent materials are drawn opaque where alpha is over one half, and not at all elsewhere")
            cutoff = 0.5 if image >= 0 else None
        paint = Paint(image, cutoff, bool(material.doubleSided))
        transform = ((info or {}).get("extensions") or {}).get("KHR_texture_transform")
        if transform is None:
            return paint, colour[:3], (int((info or {}).get("texCoord") or 0), np.eye(3))
        turn = float(transform.get("rotation", 0.0))
        c, s, (du, dv), (su, sv) = np.cos(turn), np.sin(turn), transform.get("offset", (0, 0)), transform.get("scale", (1, 1))
        matrix = np.array([[c * su, s * sv, du], [-s * su, c * sv, dv], [0.0, 0.0, 1.0]])
        return paint, colour[:3], (int(transform.get("texCoord", (info or {}).get("texCoord") or 0)), matrix)

    def _image_of(self, info: dict[str, Any], material: int) -> int:
        textures, samplers = self.document.gltf.textures or [], self.document.gltf.samplers or []
        index = info.get("index")
        if index is None or not 0 <= index < len(textures):
            raise self.document.wrong(f"material {material}", f"names texture {index}, the file has {len(textures)}; export it again")
        texture = textures[index]
        if texture.sampler is not None and 0 <= texture.sampler < len(samplers):
            wraps = {samplers[texture.sampler].wrapS, samplers[texture.sampler].wrapT}
            if 33648 in wraps:
                self.remark("mirrored textures are repeated without mirroring")
        webp = (texture.extensions or {}).get("EXT_texture_webp")
        source = webp.get("source") if webp is not None else texture.source
        if source is None:
            raise self.document.wrong(f"texture {index}", "has no image that can be read; export textures as PNG or JPEG")
        return int(source)


def _triangles(corners: NDArray[np.int64], mode: int) -> NDArray[np.int64]:
    """Triangles (F, 3) of a list, strip or fan of corners, less those without area."""
    if mode == TRIANGLES:
        faces = corners[: len(corners) // 3 * 3].reshape(-1, 3)
    elif len(corners) < 3:
        faces = np.zeros((0, 3), np.int64)
    elif mode == STRIP:
        faces = np.stack([corners[:-2], corners[1:-1], corners[2:]], axis=1)
        faces[1::2] = faces[1::2][:, [1, 0, 2]]
    else:
        faces = np.stack([np.full(len(corners) - 2, corners[0]), corners[1:-1], corners[2:]], axis=1)
    a, b, c = faces.T
    return np.asarray(faces[(a != b) & (b != c) & (c != a)])


def _flat(piece: Piece) -> Piece:
    """A piece without normals gets those of its faces, as the specification asks: its faces no longer share vertices."""
    use = piece.triangles.ravel()
    corners = piece.positions[piece.triangles]
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    return Piece(
        piece.name,
        piece.positions[use],
        np.repeat(unit(normals), 3, axis=0),
        piece.uvs[use],
        piece.colours[use],
        np.arange(len(use)).reshape(-1, 3),
        piece.paint,
        None if piece.joints is None else piece.joints[use],
        None if piece.weights is None else piece.weights[use],
    )


def unit(vectors: Array) -> Array:
    """Vectors (N, 3) of length 1; upright where there is none."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.where(length > 0.0, vectors / np.where(length > 0.0, length, 1.0), np.array([0.0, 0.0, 1.0]))


def pictures(document: Document, paints: list[Paint], most_texels: int) -> tuple[list[NDArray[np.uint8]], dict[Paint, int]]:
    """Square sRGB textures (N, N, 3, or 4 where something is cut away) of one size, a power of two, and which of them each paint takes.

    At most `most_texels` in all. What is cut away has an alpha of at most one half, whatever the material's own threshold.
    """
    keys = list(dict.fromkeys((p.image, p.cutoff) for p in paints if p.image >= 0))
    images = [document.image(image) for image, _ in keys]
    side = 1
    while images and side < LARGEST_TEXTURE and side < max(max(i.shape[:2]) for i in images):
        side *= 2
    while side > 16 and len(keys) * side * side > most_texels:
        side //= 2
    squares = []
    for (_, cutoff), image in zip(keys, images, strict=True):
        if cutoff is None or image.shape[2] == 3:
            image = image[..., :3]
        else:
            alpha = np.clip(image[..., 3].astype(np.float64) + (0.5 - cutoff) * 255.0, 0.0, 255.0)
            image = np.concatenate([image[..., :3], np.rint(alpha).astype(np.uint8)[..., None]], axis=2)
        shrinks = min(image.shape[:2]) >= side
        scaled = cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
        squares.append(np.ascontiguousarray(scaled, np.uint8))
    return squares, {p: keys.index((p.image, p.cutoff)) if p.image >= 0 else -1 for p in paints}
