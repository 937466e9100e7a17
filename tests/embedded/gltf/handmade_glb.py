"""Writes glTF files for the tests, byte by byte: it shares no code with the reader."""

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np

FLOAT, UBYTE, USHORT, UINT, SHORT = 5126, 5121, 5123, 5125, 5122
DTYPES = {FLOAT: "<f4", UBYTE: "<u1", USHORT: "<u2", UINT: "<u4", SHORT: "<i2"}
KINDS = {1: "SCALAR", 2: "VEC2", 3: "VEC3", 4: "VEC4", 16: "MAT4"}


class Glb:
    """A document that grows, and the binary chunk that goes with it."""

    def __init__(self) -> None:
        self.blob = b""
        self.json: dict[str, Any] = {
            "asset": {"version": "2.0"},
            "scene": 0,
            "scenes": [{"nodes": []}],
            "nodes": [],
            "meshes": [],
            "accessors": [],
            "bufferViews": [],
            "buffers": [],
        }

    def view(self, data: bytes) -> int:
        """A buffer view of these bytes."""
        self.blob += b"\0" * (-len(self.blob) % 4)
        self.json["bufferViews"].append({"buffer": 0, "byteOffset": len(self.blob), "byteLength": len(data)})
        self.blob += data
        return len(self.json["bufferViews"]) - 1

    def accessor(self, values: Any, component: int = FLOAT, **more: Any) -> int:
        """An accessor of rows."""
        rows = np.atleast_2d(np.asarray(values, np.float64))
        rows = rows.T if np.ndim(values) == 1 else rows
        data = np.ascontiguousarray(rows).astype(DTYPES[component]).tobytes()
        item = {"bufferView": self.view(data), "componentType": component, "count": len(rows), "type": KINDS[rows.shape[1]], **more}
        self.json["accessors"].append(item)
        return len(self.json["accessors"]) - 1

    def append(self, kind: str, item: dict[str, Any]) -> int:
        """One more of something."""
        self.json.setdefault(kind, []).append(item)
        return len(self.json[kind]) - 1

    def node(self, *, root: bool = False, **fields: Any) -> int:
        """One more node."""
        index = self.append("nodes", fields)
        if root:
            self.json["scenes"][0]["nodes"].append(index)
        return index

    def bytes(self) -> bytes:
        """The .glb file."""
        blob = self.blob + b"\0" * (-len(self.blob) % 4)
        document = {k: v for k, v in self.json.items() if v != []}
        if blob:
            document["buffers"] = [{"byteLength": len(blob)}, *self.json["buffers"]]
        text = json.dumps(document).encode()
        text += b" " * (-len(text) % 4)
        chunks = struct.pack("<II", len(text), 0x4E4F534A) + text
        if blob:
            chunks += struct.pack("<II", len(blob), 0x004E4942) + blob
        return struct.pack("<III", 0x46546C67, 2, 12 + len(chunks)) + chunks

    def write(self, path: Path) -> Path:
        """Write the .glb file."""
        path.write_bytes(self.bytes())
        return path


def box(low: Any, high: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Positions, normals, uvs (24 rows) and triangles (12, 3) of a box, seen from outside."""
    low, high = np.asarray(low, float), np.asarray(high, float)
    positions, normals, uvs, faces = [], [], [], []
    for axis in range(3):
        for side in (0, 1):
            normal = np.zeros(3)
            normal[axis] = 2 * side - 1
            u, v = np.eye(3)[(axis + 1) % 3], np.eye(3)[(axis + 2) % 3]
            if not side:
                u, v = v, u
            start = len(positions)
            for a, b in ((0, 0), (1, 0), (1, 1), (0, 1)):
                unit = (normal > 0) * 1.0 + a * u + b * v
                positions.append(low + unit * (high - low))
                normals.append(normal)
                uvs.append((a, b))
            faces += [(start, start + 1, start + 2), (start, start + 2, start + 3)]
    return np.array(positions), np.array(normals), np.array(uvs, float), np.array(faces)


def png(pixels: Any) -> bytes:
    """A PNG of RGB(A) pixels."""
    import cv2

    image = np.asarray(pixels, np.uint8)
    order = [2, 1, 0, 3][: image.shape[2]]
    return cv2.imencode(".png", image[:, :, order])[1].tobytes()


def textured_material(file: Glb, pixels: Any, **more: Any) -> int:
    """A material with a picture inside the file."""
    image = file.append("images", {"bufferView": file.view(png(pixels)), "mimeType": "image/png"})
    texture = file.append("textures", {"source": image})
    return file.append("materials", {"pbrMetallicRoughness": {"baseColorTexture": {"index": texture}}, **more})
