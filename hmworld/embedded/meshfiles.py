"""Mesh files (.npz) of subjects and scenes: written and read side by side, checked against the digest on their card."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.mesh import BodyMesh, StaticMesh
from hmworld.errors import RecipeError

BODY_ARRAYS = ("vertices", "normals", "colours", "triangles", "joints", "weights")
BODY_TEXTURE_ARRAYS = ("uvs", "texture")
SCENE_ARRAYS = ("vertices", "normals", "uvs", "colours", "triangles", "texture", "two_sided", "cutout")

Arrays = dict[str, NDArray[Any]]


def body_arrays(mesh: BodyMesh) -> Arrays:
    """The arrays of a subject's mesh file."""
    arrays = {name: getattr(mesh, name) for name in BODY_ARRAYS}
    if mesh.textures:
        arrays |= {name: getattr(mesh, name) for name in BODY_TEXTURE_ARRAYS} | {"textures": _stacked(list(mesh.textures))}
    return arrays


def scene_arrays(mesh: StaticMesh) -> Arrays:
    """The arrays of a scene's mesh file."""
    arrays = {name: getattr(mesh, name) for name in SCENE_ARRAYS}
    if mesh.textures:
        arrays["textures"] = _stacked(mesh.textures)
    return arrays


def _stacked(textures: list[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """Textures (K, N, N, 3), or all with alpha (K, N, N, 4) where one has it."""
    if any(t.shape[2] == 4 for t in textures):
        textures = [t if t.shape[2] == 4 else np.dstack([t, np.full(t.shape[:2], 255, np.uint8)]) for t in textures]
    return np.stack(textures)


def write_npz(path: Path, arrays: dict[str, NDArray[np.generic]]) -> None:
    """Write `arrays` as a compressed .npz whose bytes depend on nothing but them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in arrays.items():
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, np.ascontiguousarray(array), allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, buffer.getvalue())


def read_body(path: Path, sha256: str) -> BodyMesh:
    """A subject's mesh; RecipeError if its file is missing or another."""
    with np.load(io.BytesIO(_read_checked(path, sha256)), allow_pickle=False) as arrays:
        textured = {name: arrays[name] for name in BODY_TEXTURE_ARRAYS if name in arrays}
        textures = tuple(arrays["textures"]) if "textures" in arrays else ()
        return BodyMesh(**{name: arrays[name] for name in BODY_ARRAYS}, **textured, textures=textures)


def read_scene(path: Path, sha256: str) -> StaticMesh:
    """A scene's mesh; RecipeError if its file is missing or another."""
    with np.load(io.BytesIO(_read_checked(path, sha256)), allow_pickle=False) as arrays:
        textures = list(arrays["textures"]) if "textures" in arrays else []
        return StaticMesh(**{name: arrays[name] for name in SCENE_ARRAYS}, textures=textures)


def _read_checked(path: Path, sha256: str) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise RecipeError(f"{path}: mesh file of the card cannot be read: {error.strerror}") from error
    actual = hashlib.sha256(data).hexdigest()
    if actual != sha256:
        raise RecipeError(f"{path}: sha256 is {actual}, the card says {sha256}; make the card again")
    return data
