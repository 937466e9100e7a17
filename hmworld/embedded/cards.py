"""Measured fields of the cards that the embedded engine can make: `python -m hmworld.embedded.cards` refreshes them in place.

Words, looks, gaits and credits of a card are written by people. What follows from geometry is measured here: a scene's bounds, stages and
obstacles; a subject's size, area and the digests of its files. A test holds that the cards are fresh.
"""

import hashlib
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from hmworld.catalog.locations import cards_dir
from hmworld.embedded.mesh import BodyMesh
from hmworld.embedded.meshfiles import read_body
from hmworld.embedded.scenes import build_scene
from hmworld.embedded.world import BODIES_DIR
from hmworld.geometry import skin
from hmworld.geometry.motion import Motion

GROWTH_M = 0.02
"""Room around the measured box: the surface points are fewer than the vertices."""


def measured_scene(generator: str, seed: int) -> dict[str, Any]:
    """`bounds_m`, `stages` and `obstacles` of a generated scene."""
    model = build_scene(generator, seed)
    return {
        "bounds_m": [[round(float(v), 3) for v in corner] for corner in model.bounds_m],
        "stages": [
            {"name": s.name, "center_m": _floats(s.center_m), "radius_m": float(s.radius_m), "yaw_deg": float(s.yaw_deg)}
            for s in model.stages
        ],
        "obstacles": [
            {
                "kind": str(o.kind),
                "center_m": _floats(o.center_m),
                "half_m": _floats(o.half_m),
                "yaw_deg": float(o.yaw_deg),
                "solid": bool(o.solid),
            }
            for o in model.obstacles
        ],
    }


def _floats(values: Iterable[float]) -> list[float]:
    return [float(v) for v in values]


def measured_subject(name: str, folder: Path) -> dict[str, Any]:
    """Size over all animations, surface area and file digests of a subject that ships."""
    motion_bytes = (folder / f"{name}.motion.npz").read_bytes()
    mesh_path = BODIES_DIR / f"{name}.npz"
    mesh_sha256 = hashlib.sha256(mesh_path.read_bytes()).hexdigest()
    sizes = measured_body(Motion.from_bytes(motion_bytes), read_body(mesh_path, mesh_sha256))
    return sizes | {"motion_sha256": hashlib.sha256(motion_bytes).hexdigest(), "mesh_sha256": mesh_sha256}


def measured_body(motion: Motion, mesh: BodyMesh) -> dict[str, Any]:
    """Size over all animations and surface area of a body."""
    low, high, radius = np.full(3, np.inf), np.full(3, -np.inf), 0.0
    for table in motion.gaits.values():
        for matrices in table:
            posed = skin.pose_points(matrices.astype(np.float64), mesh.vertices, mesh.joints, mesh.weights)
            low, high = np.minimum(low, posed.min(0)), np.maximum(high, posed.max(0))
            radius = max(radius, float(np.hypot(posed[:, 0], posed[:, 1]).max()))
    corners = mesh.vertices[mesh.triangles].astype(np.float64)
    area = 0.5 * np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1).sum()
    return {
        "height_m": round(float(mesh.vertices[:, 2].max()), 3),
        "footprint_radius_m": round(radius + GROWTH_M, 3),
        "bounds_m": [[round(float(v), 3) for v in low - GROWTH_M], [round(float(v), 3) for v in high + GROWTH_M]],
        "surface_area_m2": round(float(area), 3),
    }


def refreshed(path: Path) -> str:
    """The text of a card with its measured fields made anew."""
    card = yaml.safe_load(path.read_text(encoding="utf-8"))
    if path.parent.name == "scenes":
        card |= measured_scene(card["embedded"]["generator"], card["embedded"]["seed"])
    else:
        card |= measured_subject(card["name"], path.parent)
    return yaml.safe_dump(card, sort_keys=False, default_flow_style=None, width=140)


def main() -> int:
    """Refresh all cards that the embedded engine can make."""
    for path in sorted(cards_dir().glob("*/*.yaml")):
        path.write_text(refreshed(path), encoding="utf-8")
        print(path.name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
