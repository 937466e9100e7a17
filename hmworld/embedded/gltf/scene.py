"""A static glTF made a scene: mesh, stages, obstacles, looks and card."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from hmworld.catalog.catalog import MESH
from hmworld.embedded.gltf.axes import conversion
from hmworld.embedded.gltf.cardfiles import check_name, rounded, write_arrays, write_card
from hmworld.embedded.gltf.document import Document, open_document
from hmworld.embedded.gltf.looks import LOOKS
from hmworld.embedded.gltf.nodes import read_hierarchy
from hmworld.embedded.gltf.obstacles import find_obstacles
from hmworld.embedded.gltf.places import around, find_stages, given_stage, read_columns
from hmworld.embedded.gltf.surfaces import SCENE_TEXELS, Piece, Surfaces, pictures, unit
from hmworld.embedded.mesh import StaticMesh
from hmworld.embedded.meshfiles import scene_arrays
from hmworld.errors import AssetError

MAX_TRIANGLES = 1_000_000
LEAST_SPAN_M, MOST_SPAN_M = 5.0, 4000.0


@dataclass(frozen=True)
class SceneOptions:
    """What a file does not say of itself."""

    file: Path
    catalog: Path
    name: str
    place: str
    biome: str
    credit: str
    title: str = ""
    stages: tuple[tuple[float, float, float], ...] = ()
    up: str = "y"
    forward: str = "+z"
    scale: float = 1.0
    replace: bool = False


def add_scene(options: SceneOptions) -> dict[str, Any]:
    """Make the scene and answer what was found; AssetError says what is wrong with the file or the call."""
    check_name(options.name, options.catalog, "scenes", options.replace)
    document = open_document(options.file)
    surfaces = Surfaces(document)
    mesh = _static_mesh(document, surfaces, options)
    vertices, triangles = mesh.vertices.astype(np.float64), mesh.triangles.astype(np.int64)
    try:
        columns = read_columns(vertices, triangles)
        obstacles = find_obstacles(vertices, triangles, columns)
        columns, remarks = around(columns, obstacles), []
        if options.stages:
            given = [given_stage(columns, k + 1, *stage) for k, stage in enumerate(options.stages)]
            stages = [stage for stage, _ in given]
            remarks = [text for _, texts in given for text in texts]
        else:
            stages = find_stages(columns)
    except AssetError as error:
        raise AssetError(f"{options.file}: {error}") from error
    mesh_bytes = write_arrays(options.catalog / "scenes" / f"{options.name}{MESH}", dict(scene_arrays(mesh)))
    fields = {
        "name": options.name,
        "title": options.title or options.name.replace("_", " ").capitalize(),
        "place": options.place,
        "biome": options.biome,
        "embedded": {"mesh_sha256": hashlib.sha256(mesh_bytes).hexdigest()},
        "credit": options.credit,
        "source": {"file": options.file.name, "sha256": document.sha256},
        "looks": LOOKS["indoor" if options.biome == "indoor" else "outdoor"],
        "bounds_m": [rounded(vertices.min(axis=0)), rounded(vertices.max(axis=0))],
        "stages": [{**asdict(s), "center_m": list(s.center_m)} for s in stages],
        "obstacles": [{**asdict(o), "center_m": list(o.center_m), "half_m": list(o.half_m)} for o in obstacles],
    }
    path = write_card(options.catalog, "scenes", fields)
    return {
        "card": str(path),
        "size_m": rounded(np.ptp(vertices, axis=0)),
        "triangles": len(triangles),
        "textures": len(mesh.textures),
        "obstacles": len(obstacles),
        "stages": [f"{s.name} at {s.center_m[0]:g},{s.center_m[1]:g}, radius {s.radius_m:g} m" for s in stages],
        "remarks": surfaces.remarks + remarks,
    }


def _static_mesh(document: Document, surfaces: Surfaces, options: SceneOptions) -> StaticMesh:
    """All meshes of the file where its nodes put them, in our axes and metres."""
    turn = np.eye(4)
    turn[:3, :3] = conversion(options.up, options.forward) * options.scale
    globals_ = read_hierarchy(document).matrices(np.zeros(1))[0]
    placed: list[tuple[Piece, Any]] = []
    for number in _shown(document):
        node = document.gltf.nodes[number]
        if node.mesh is not None:
            if node.skin is not None:
                surfaces.remark("skins are not posed in a scene: rigged meshes stand as they are bound")
            matrix = turn if node.skin is not None else turn @ globals_[number]
            placed += [(piece, matrix) for piece in surfaces.pieces(node.mesh) if len(piece.triangles)]
    if document.gltf.animations:
        surfaces.remark("animations are not played in a scene")
    count = sum(len(piece.triangles) for piece, _ in placed)
    if not 0 < count <= MAX_TRIANGLES:
        raise document.wrong("meshes", f"{count} triangles, expected 1 to {MAX_TRIANGLES}; decimate it first, or export a part")
    textures, of_paint = pictures(document, [piece.paint for piece, _ in placed], SCENE_TEXELS)
    start = np.cumsum([0] + [len(piece.positions) for piece, _ in placed])
    triangles, normals, vertices = [], [], []
    for (piece, matrix), first in zip(placed, start[:-1], strict=True):
        linear = matrix[:3, :3]
        if abs(np.linalg.det(linear)) < 1e-15:
            raise document.wrong(piece.name, "its node has no size (a scale of 0); remove it")
        vertices.append(piece.positions @ linear.T + matrix[:3, 3])
        normals.append(unit(piece.normals @ np.linalg.inv(linear)))
        triangles.append((piece.triangles[:, ::-1] if np.linalg.det(linear) < 0.0 else piece.triangles) + first)
    pieces = [piece for piece, _ in placed]
    points = np.concatenate(vertices)
    _check_size(options, points)
    return StaticMesh(
        vertices=np.ascontiguousarray(points, np.float32),
        normals=np.ascontiguousarray(np.concatenate(normals), np.float32),
        uvs=np.ascontiguousarray(np.concatenate([p.uvs for p in pieces]), np.float32),
        colours=np.ascontiguousarray(np.clip(np.concatenate([p.colours for p in pieces]), 0.0, 1.0), np.float32),
        triangles=np.ascontiguousarray(np.concatenate(triangles), np.int32),
        texture=np.concatenate([np.full(len(p.triangles), of_paint[p.paint], np.int32) for p in pieces]),
        two_sided=np.concatenate([np.full(len(p.triangles), p.paint.two_sided) for p in pieces]),
        cutout=np.concatenate([np.full(len(p.triangles), p.paint.cutoff is not None and p.paint.image >= 0) for p in pieces]),
        textures=textures,
    )


def _shown(document: Document) -> list[int]:
    """Nodes of the file's scene, or all where it names none."""
    scenes, nodes = document.gltf.scenes or [], document.gltf.nodes or []
    if not scenes:
        return list(range(len(nodes)))
    chosen = document.gltf.scene or 0
    if not 0 <= chosen < len(scenes):
        raise document.wrong("scene", f"names scene {chosen}, the file has {len(scenes)}; export it again")
    shown = list(scenes[chosen].nodes or [])
    if any(not 0 <= n < len(nodes) for n in shown):
        raise document.wrong(f"scene {chosen}", "names nodes that the file lacks; export it again")
    for number in shown:
        shown.extend(nodes[number].children or [])
    return shown


def _check_size(options: SceneOptions, points: Any) -> None:
    span = float(np.ptp(points[:, :2], axis=0).max())
    if LEAST_SPAN_M <= span <= MOST_SPAN_M:
        return
    advice = "; pass --scale with the metres in one unit of the file"
    if span > MOST_SPAN_M and LEAST_SPAN_M <= span * 0.01 <= MOST_SPAN_M:
        advice = f"; is it in centimetres? Pass --scale {options.scale * 0.01:g}"
    elif span < LEAST_SPAN_M:
        advice = f"; a scene is a place to walk in. If it is one, pass a larger --scale (it is {options.scale:g} now)"
    raise AssetError(f"{options.file}: is {span:.4g} m wide, expected {LEAST_SPAN_M:g} to {MOST_SPAN_M:g} m{advice}")
