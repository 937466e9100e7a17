"""Writes the subjects' mesh and motion files: `python -m hmworld.embedded.bodies.bake [--out DIR] [NAME ...]`.

The same code gives the same bytes: nothing random, no clock, fixed times inside the zip files. Without --out the files go
where the package reads them; with it all go into DIR, and so does <name>.facts.yaml, the measured numbers of a card.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from hmworld.embedded.bodies.assemble import assemble
from hmworld.embedded.bodies.outline import skin_of
from hmworld.embedded.bodies.reshape import reshaped
from hmworld.embedded.bodies.sampling import SURFACE_POINTS, surface_points
from hmworld.embedded.bodies.skeleton import Skeleton
from hmworld.embedded.bodies.stepping import Gait
from hmworld.embedded.bodies.subjects import SUBJECTS
from hmworld.embedded.mesh import BodyMesh
from hmworld.embedded.meshfiles import write_npz
from hmworld.geometry.skin import pose_points, scaled

PACKAGE = Path(__file__).parents[2]
MESH_FOLDER = PACKAGE / "embedded" / "assets" / "bodies"
MOTION_FOLDER = PACKAGE / "catalog" / "cards" / "subjects"
MESH_ARRAYS = ("vertices", "normals", "colours", "triangles", "joints", "weights")


def bake(name: str, mesh_folder: Path, motion_folder: Path) -> dict[str, object]:
    """Build the subject `name`, write <name>.npz and <name>.motion.npz, and return its measured facts."""
    subject = SUBJECTS[name]
    skeleton, parts = subject.shape()
    mesh = assemble(skeleton, parts, subject.scale)
    gaits = subject.gaits(skeleton)
    if subject.reshaping is not None:
        reshaping = subject.reshaping(skeleton)
        mesh = reshaped(mesh, skeleton, reshaping, subject.scale)
        skeleton = reshaping.skeleton(skeleton)
    write_npz(mesh_folder / f"{name}.npz", {field: getattr(mesh, field) for field in MESH_ARRAYS})
    motion = motion_arrays(skeleton, mesh, gaits, subject.scale)
    write_npz(motion_folder / f"{name}.motion.npz", motion)
    return _facts(name, skeleton, mesh, gaits, motion)


def motion_arrays(skeleton: Skeleton, mesh: BodyMesh, gaits: tuple[Gait, ...], scale: float) -> dict[str, NDArray[np.generic]]:
    """The arrays of a motion file: skeleton, bound surface points, skin and one table of skinning matrices per gait."""
    points, joints, weights = surface_points(mesh, SURFACE_POINTS)
    arrays: dict[str, NDArray[np.generic]] = {
        "joint_names": np.array(skeleton.names),
        "parents": np.array(skeleton.parents, np.int16),
        "rest_joints": (skeleton.rest * scale).astype(np.float32),
        "points": points,
        "point_joints": joints,
        "point_weights": weights,
        **skin_of(mesh).arrays(),
    }
    for gait in gaits:
        arrays[f"gait_{gait.name}"] = scaled(gait.matrices, scale).astype(np.float32)
    return arrays


def _facts(
    name: str,
    skeleton: Skeleton,
    mesh: BodyMesh,
    gaits: tuple[Gait, ...],
    motion: dict[str, NDArray[np.generic]],
) -> dict[str, object]:
    """Numbers for the subject's card; bounds are over every phase of every gait, in the root frame."""
    low, high = np.full(3, np.inf), np.full(3, -np.inf)
    for gait in gaits:
        table = np.asarray(motion[f"gait_{gait.name}"], np.float64)
        for matrices in table:
            posed = pose_points(matrices, mesh.vertices, mesh.joints, mesh.weights)
            low, high = np.minimum(low, posed.min(axis=0)), np.maximum(high, posed.max(axis=0))
    return {
        "name": name,
        "height_m": round(float(mesh.vertices[:, 2].max()), 3),
        "bounds_min_m": [round(float(v), 3) for v in low],
        "bounds_max_m": [round(float(v), 3) for v in high],
        "triangles": len(mesh.triangles),
        "joints": len(skeleton.names),
        "gaits": {
            gait.name: {
                "cycle_s": gait.cycle_s,
                "stride_m": gait.stride_m,
                "natural_speed_mps": round(gait.stride_m / gait.cycle_s, 3),
                "speed_range_mps": list(gait.speed_range_mps),
            }
            for gait in gaits
        },
    }


def main() -> None:
    """Bake the named subjects, or all."""
    parser = argparse.ArgumentParser(description="Rebuild the embedded engine's bodies.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"subjects to bake (default: all of {', '.join(SUBJECTS)})")
    parser.add_argument("--out", type=Path, help="write all files into this folder instead of the package")
    options = parser.parse_args()
    unknown = sorted(set(options.names) - set(SUBJECTS))
    if unknown:
        parser.error(f"unknown subjects {', '.join(unknown)}; known are {', '.join(SUBJECTS)}")
    for name in options.names or list(SUBJECTS):
        facts = bake(name, options.out or MESH_FOLDER, options.out or MOTION_FOLDER)
        if options.out:
            (options.out / f"{name}.facts.yaml").write_text(yaml.safe_dump(facts, sort_keys=False))
        print(yaml.safe_dump(facts, sort_keys=False))


if __name__ == "__main__":
    main()
