"""Dumps as the content scripts would write them, made from closed forms: they share no code with the reader.

The walker is the glTF tests' own; its poses are told here in Unreal's axes and centimetres. A yard is a plain with upright boxes.
"""

import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent / "gltf"))

from handmade_walker import CYCLE_S, FEET, HEAD, HIPS, JOINTS, NOD, STRIDE, foot_offset, walker

MESH = "/Game/Robots/SK_Walker.SK_Walker"
MAP = "/Game/Maps/Yard"
UPRIGHT = [0.0, 0.0, 0.0, 1.0]
FRAMES = 65


def ue(point: Any) -> np.ndarray:
    """A point of the walker's glTF (x left, y up, z forward, metres) in Unreal's mesh axes: it faces +y, z is up, centimetres."""
    x, y, z = np.moveaxis(np.asarray(point, float), -1, 0)
    return np.stack([100.0 * x, 100.0 * z, 100.0 * y], -1)


def walk_pose(share: float, way: float = 0.0) -> np.ndarray:
    """Translation, rotation and scale (4, 10) of hips, head and feet at a share of the cycle; the hips gone `way` metres ahead."""
    half = 2.0 * share if share < 0.5 else 2.0 - 2.0 * share
    blend = 3 * half**2 - 2 * half**3
    low, high = np.array([0.0, 1.0]), np.array([np.sin(NOD / 2), np.cos(NOD / 2)])
    mixed = (1 - blend) * low + blend * high
    sine, cosine = mixed / np.linalg.norm(mixed)
    rows = [
        [*ue(HIPS + np.array([0.0, 0.0, way])), *UPRIGHT],
        # Seen in a mirror, a turn about x goes the other way.
        [*ue(HEAD), -sine, 0.0, 0.0, cosine],
        [*ue(FEET[0] + foot_offset(share)), *UPRIGHT],
        [*ue(FEET[1] + foot_offset(share + 0.5)), *UPRIGHT],
    ]
    return np.array([[*row, 1.0, 1.0, 1.0] for row in rows])


@dataclass
class HandmadeDump:
    """A dump that grows; `write` puts it into a folder."""

    folder: Path
    request: str = "test"
    characters: list[dict[str, Any]] = field(default_factory=list)
    maps: list[dict[str, Any]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)

    def numbers(self, name: str, values: Any) -> str:
        """A file of float32."""
        (self.folder / name).write_bytes(np.asarray(values, "<f4").tobytes())
        return name

    def animation(self, name: str, poses: np.ndarray, seconds: float, **more: Any) -> dict[str, Any]:
        """An animation of poses (frames, bones, 10)."""
        return {
            "path": f"/Game/Robots/{name}.{name}",
            "length_s": seconds,
            "root_motion": False,
            "root_way_cm": [0.0, 0.0, 0.0],
            "frames": len(poses),
            "poses": self.numbers(f"{name}.f32", poses),
            **more,
        }

    def walker(self, mesh: str = MESH, **changes: Any) -> dict[str, Any]:
        """The walker with its idle and walk."""
        name = mesh.rsplit(".", 1)[-1]
        walker().write(self.folder / f"{name}.glb")
        walk = np.stack([walk_pose(k / (FRAMES - 1)) for k in range(FRAMES)])
        character = {
            "mesh": mesh,
            "glb": f"{name}.glb",
            "bones": list(JOINTS),
            "rest_cm": [ue(at).tolist() for at in (HIPS, HIPS + HEAD, HIPS + FEET[0], HIPS + FEET[1])],
            "animations": [
                self.animation("A_Walker_Idle", np.repeat(rest_pose()[None], FRAMES, axis=0), 2.0),
                self.animation("A_Walker_Walk", walk, CYCLE_S),
            ],
            "others": ["A_Walker_Dance"],
            **changes,
        }
        self.characters.append(character)
        return character

    def yard(self, ground: np.ndarray, top: np.ndarray, low_m: Any, cell_m: float, **changes: Any) -> dict[str, Any]:
        """A map of heights (rows, columns) in metres on a grid in Unreal's axes whose corner is `low_m`."""
        made = {
            "map": MAP,
            "low_cm": [100.0 * v for v in low_m],
            "cell_cm": 100.0 * cell_m,
            "rows": ground.shape[0],
            "columns": ground.shape[1],
            "heights": self.numbers(f"map_{len(self.maps)}.f32", 100.0 * np.stack([ground, top])),
            "navmesh_volumes": 1,
            "things": [],
            "sun": None,
            "lamps": [],
            **changes,
        }
        self.maps.append(made)
        return made

    def write(self) -> Path:
        """Write dump.json; answers the folder."""
        document = {
            "version": 1,
            "request": self.request,
            "engine": "5.4.4-test",
            "characters": self.characters,
            "maps": self.maps,
            "skipped": [],
            "problems": self.problems,
        }
        (self.folder / "dump.json").write_text(json.dumps(document))
        return self.folder


def rest_pose() -> np.ndarray:
    """The walker standing (4, 10)."""
    rows = [HIPS, HEAD, *FEET]
    return np.array([[*ue(at), *UPRIGHT, 1.0, 1.0, 1.0] for at in rows])


def thing(
    low: Any, high: Any, at: Any = (0.0, 0.0, 0.0), yaw_deg: float = 0.0, scale: float = 1.0, collides: bool = True
) -> dict[str, Any]:
    """A static mesh with a box of metres, turned as Unreal's yaw turns it (x towards y)."""
    half = np.radians(yaw_deg) / 2.0
    return {
        "name": "Crate",
        "location_cm": [100.0 * v for v in at],
        "rotation": [0.0, 0.0, float(np.sin(half)), float(np.cos(half))],
        "scale": [scale] * 3,
        "low_cm": [100.0 * v for v in low],
        "high_cm": [100.0 * v for v in high],
        "collides": collides,
    }


__all__ = ["CYCLE_S", "FRAMES", "JOINTS", "MAP", "MESH", "STRIDE", "HandmadeDump", "rest_pose", "thing", "ue", "walk_pose"]
