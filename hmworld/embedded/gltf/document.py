"""A glTF 2.0 file opened: checked, its buffers at hand, its accessors as arrays and its images as pixels.

pygltflib reads the document; bytes and arrays are read here, because every mistake in them is answered by name.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import cv2
import numpy as np
from numpy.typing import NDArray
from pygltflib import GLTF2

from hmworld.errors import AssetError

Array = NDArray[np.float64]

GEOMETRY_EXTENSIONS = {"KHR_mesh_quantization", "KHR_texture_transform", "EXT_texture_webp"}
"""Required extensions that are read. Besides them any `KHR_materials_*` and lights: they change the look alone, not what is where."""
_APPEARANCE = ("KHR_materials_", "KHR_lights_punctual")
_ADVICE = {
    "KHR_draco_mesh_compression": "export it without Draco compression",
    "EXT_meshopt_compression": "export it without meshopt compression (gltfpack without -c)",
    "KHR_texture_basisu": "export its textures as PNG or JPEG",
    "EXT_mesh_gpu_instancing": "export it without GPU instancing",
}
_TYPES = {5120: np.int8, 5121: np.uint8, 5122: np.int16, 5123: np.uint16, 5125: np.uint32, 5126: np.float32}
_WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT2": 4, "MAT3": 9, "MAT4": 16}
_GLB_MAGIC, _JSON_CHUNK, _BINARY_CHUNK = 0x46546C67, 0x4E4F534A, 0x004E4942


@dataclass(frozen=True)
class Document:
    """An opened file: its parsed document, its buffers, and the digest of the file itself."""

    path: Path
    gltf: GLTF2
    buffers: tuple[bytes, ...]
    sha256: str

    def wrong(self, where: str, problem: str) -> AssetError:
        """An error about a part of this file."""
        return AssetError(f"{self.path}: {where}: {problem}")

    def _view(self, index: int, where: str) -> tuple[bytes, int]:
        """Bytes of a buffer view and its stride (0 = packed)."""
        views = self.gltf.bufferViews or []
        if not 0 <= index < len(views):
            raise self.wrong(where, f"names buffer view {index}, the file has {len(views)}; export it again")
        view = views[index]
        if not 0 <= (view.buffer or 0) < len(self.buffers):
            raise self.wrong(f"buffer view {index}", f"names buffer {view.buffer}, the file has {len(self.buffers)}; export it again")
        data, start = self.buffers[view.buffer or 0], view.byteOffset or 0
        if start < 0 or view.byteLength < 0 or start + view.byteLength > len(data):
            raise self.wrong(
                f"buffer view {index}",
                f"ends at byte {start + view.byteLength} of buffer {view.buffer}, which has {len(data)}; the file is cut off or damaged",
            )
        return data[start : start + view.byteLength], view.byteStride or 0

    def accessor(self, index: int, where: str) -> NDArray[Any]:
        """An accessor's elements (count, width): float64 for floats and normalised integers, else whole numbers."""
        accessors = self.gltf.accessors or []
        if not 0 <= index < len(accessors):
            raise self.wrong(where, f"names accessor {index}, the file has {len(accessors)}; export it again")
        item, name = accessors[index], f"{where}, accessor {index}"
        if item.componentType not in _TYPES or item.type not in _WIDTHS or item.count < 0:
            raise self.wrong(name, f"has the type {item.type} of {item.componentType}, which glTF does not know; export it again")
        dtype, width = np.dtype(_TYPES[item.componentType]).newbyteorder("<"), _WIDTHS[item.type]
        if item.bufferView is None:
            values = np.zeros((item.count, width), dtype)
        else:
            values = self._elements(item.bufferView, item.byteOffset or 0, item.count, width, dtype, name)
        if item.sparse is not None:
            places, changed = item.sparse.indices, item.sparse.values
            whole = np.dtype(_TYPES.get(places.componentType, np.uint32)).newbyteorder("<")
            at = self._elements(places.bufferView, places.byteOffset or 0, item.sparse.count, 1, whole, name)[:, 0]
            if at.size and int(at.max()) >= item.count:
                raise self.wrong(name, f"changes element {int(at.max())} of {item.count}; export it again")
            values = values.copy()
            values[at] = self._elements(changed.bufferView, changed.byteOffset or 0, item.sparse.count, width, dtype, name)
        if dtype.kind == "f" or item.normalized:
            limit = 1.0 if dtype.kind == "f" else 2.0 ** (8 * dtype.itemsize - (dtype.kind == "i")) - 1.0
            floats = values.astype(np.float64) / limit
            if not np.isfinite(floats).all():
                raise self.wrong(name, "holds numbers that are not finite; export it again")
            return np.maximum(floats, -1.0) if dtype.kind == "i" else floats
        return values.astype(np.int64)

    def _elements(self, view: int, offset: int, count: int, width: int, dtype: np.dtype[Any], where: str) -> NDArray[Any]:
        data, stride = self._view(view, where)
        size = width * dtype.itemsize
        stride = stride or size
        end = offset + (count - 1) * stride + size if count else offset
        if offset < 0 or stride < size or end > len(data):
            raise self.wrong(where, f"ends at byte {end} of a buffer view that has {len(data)}; the file is cut off or damaged")
        raw = np.frombuffer(data, np.uint8)[offset:end] if count else np.zeros(0, np.uint8)
        rows = np.lib.stride_tricks.as_strided(raw, (count, size), (stride, 1)) if count else raw.reshape(0, size)
        return np.ascontiguousarray(rows).view(dtype).reshape(count, width)

    def image(self, index: int) -> NDArray[np.uint8]:
        """Pixels (H, W, 3 or 4) of an image, sRGB, first row on top."""
        images = self.gltf.images or []
        if not 0 <= index < len(images):
            raise self.wrong("a texture", f"names image {index}, the file has {len(images)}; export it again")
        item, where = images[index], f"image {index}" + (f" ({images[index].name})" if images[index].name else "")
        if item.bufferView is not None:
            data = self._view(item.bufferView, where)[0]
        elif item.uri:
            data = _fetch(self.path, item.uri, where)
        else:
            raise self.wrong(where, "has neither a URI nor a buffer view; export it again")
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED) if data else None
        if pixels is None:
            raise self.wrong(where, f"cannot be decoded ({item.mimeType or 'unknown type'}); export textures as PNG or JPEG")
        if pixels.dtype == np.uint16:
            pixels = (pixels >> 8).astype(np.uint8)
        if pixels.ndim == 2:
            pixels = np.repeat(pixels[:, :, None], 3, axis=2)
        order = [2, 1, 0, 3][: pixels.shape[2]] if pixels.shape[2] >= 3 else [0, 0, 0, 1]
        return np.ascontiguousarray(pixels[:, :, order]).astype(np.uint8)


def open_document(path: Path) -> Document:
    """Open a .glb or .gltf file; AssetError says what is wrong with it, where, and what to do."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise AssetError(f"{path}: cannot be read: {error.strerror}") from error
    text, blob = _split(path, data)
    try:
        plain = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise AssetError(f"{path}: its JSON cannot be read: {' '.join(str(error).split())[:160]}; the file is damaged") from error
    version = str((plain.get("asset") or {}).get("version", "")) if isinstance(plain, dict) and isinstance(plain.get("asset"), dict) else ""
    if not version.startswith("2."):
        raise AssetError(f"{path}: asset.version: expected 2.x, got {version or 'none'}; export it as glTF 2.0")
    _refuse_extensions(path, plain.get("extensionsRequired") or [])
    try:
        gltf = GLTF2.from_json(text, infer_missing=True)
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise AssetError(f"{path}: is not laid out as glTF 2.0: {' '.join(str(error).split())[:160]}; export it again") from error
    buffers = tuple(_buffer(path, number, item, blob) for number, item in enumerate(gltf.buffers or []))
    return Document(path, gltf, buffers, hashlib.sha256(data).hexdigest())


def _split(path: Path, data: bytes) -> tuple[str, bytes | None]:
    """JSON text and binary chunk of a .glb, or the text of a .gltf."""
    if data[:4] != struct.pack("<I", _GLB_MAGIC):
        if path.suffix.lower() == ".glb":
            raise AssetError(f"{path}: does not begin as a .glb does; it is another format, or damaged")
        return _text(path, data), None
    if len(data) < 20:
        raise AssetError(f"{path}: has {len(data)} bytes, less than a header; it is cut off")
    version, length = struct.unpack_from("<II", data, 4)
    if version != 2:
        raise AssetError(f"{path}: is binary glTF version {version}; expected 2; export it as glTF 2.0")
    if length > len(data):
        raise AssetError(f"{path}: has {len(data)} bytes, its header says {length}; it is cut off, copy or download it again")
    at, text, blob = 12, None, None
    while at + 8 <= length:
        size, kind = struct.unpack_from("<II", data, at)
        if at + 8 + size > length:
            raise AssetError(f"{path}: the chunk at byte {at} ends behind the file; it is damaged")
        chunk, at = data[at + 8 : at + 8 + size], at + 8 + size
        if kind == _JSON_CHUNK and text is None:
            text = _text(path, chunk)
        elif kind == _BINARY_CHUNK and blob is None:
            blob = chunk
    if text is None:
        raise AssetError(f"{path}: holds no JSON chunk; it is damaged")
    return text, blob


def _text(path: Path, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise AssetError(f"{path}: is neither a .glb nor the text of a .gltf; expected glTF 2.0") from error


def _refuse_extensions(path: Path, required: list[Any]) -> None:
    for name in map(str, required):
        if name in GEOMETRY_EXTENSIONS or name.startswith(_APPEARANCE):
            continue
        advice = _ADVICE.get(name, "export it without")
        raise AssetError(
            f"{path}: extensionsRequired: {name} is not read here; {advice}. Read are {', '.join(sorted(GEOMETRY_EXTENSIONS))}"
        )


def _buffer(path: Path, number: int, item: Any, blob: bytes | None) -> bytes:
    where = f"buffer {number}"
    if item.uri:
        data = _fetch(path, item.uri, where)
    elif number == 0 and blob is not None:
        data = blob
    else:
        raise AssetError(f"{path}: {where}: has no URI and the file no binary chunk; export it as one .glb")
    if len(data) < (item.byteLength or 0):
        raise AssetError(f"{path}: {where}: has {len(data)} bytes, expected {item.byteLength}; it is cut off")
    return data


def _fetch(path: Path, uri: str, where: str) -> bytes:
    """Bytes of a data URI, or of a file in the folder of `path` or below it; nothing else is opened."""
    if uri.startswith("data:"):
        head, _, body = uri.partition(",")
        try:
            return base64.b64decode(body, validate=True) if head.endswith(";base64") else unquote(body).encode("latin-1")
        except (binascii.Error, ValueError) as error:
            raise AssetError(f"{path}: {where}: its data URI cannot be decoded: {error}") from error
    folder = path.parent.resolve()
    if "://" in uri:
        raise AssetError(f"{path}: {where}: lies at {uri[:80]}; nothing is fetched from the network; export it as one .glb")
    try:
        target = (folder / unquote(uri)).resolve()
        if not target.is_relative_to(folder):
            raise AssetError(f"{path}: {where}: {uri} lies outside {folder}; put it beside the file, or export it as one .glb")
        return target.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise AssetError(f"{path}: {where}: {uri} cannot be read: {reason}; put it beside the file, or export it as one .glb") from error
