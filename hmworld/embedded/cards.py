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
from hmworld.embedded.scenes import build_scene
from hmworld.embedded.world import BODIES_DIR, load_mesh
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
    """Size over all animations, surface area and file digests of a subject."""
    motion_bytes = (folder / f"{name}.motion.npz").read_bytes()
    mesh_sha256 = hashlib.sha256((BODIES_DIR / f"{name}.npz").read_bytes()).hexdigest()
    motion, mesh = Motion.from_bytes(motion_bytes), load_mesh(name, mesh_sha256)
    posed = [
        skin.pose_points(table[k].astype(np.float64), mesh.vertices, mesh.joints, mesh.weights)
        for table in motion.gaits.values()
        for k in range(len(table))
    ]
    low, high = np.min([p.min(0) for p in posed], 0) - GROWTH_M, np.max([p.max(0) for p in posed], 0) + GROWTH_M
    radius = max(float(np.hypot(p[:, 0], p[:, 1]).max()) for p in posed) + GROWTH_M
    corners = mesh.vertices[mesh.triangles].astype(np.float64)
    area = 0.5 * np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1).sum()
    return {
        "height_m": round(float(mesh.vertices[:, 2].max()), 3),
        "footprint_radius_m": round(radius, 3),
        "bounds_m": [[round(float(v), 3) for v in low], [round(float(v), 3) for v in high]],
        "surface_area_m2": round(float(area), 3),
        "motion_sha256": hashlib.sha256(motion_bytes).hexdigest(),
        "mesh_sha256": mesh_sha256,
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
