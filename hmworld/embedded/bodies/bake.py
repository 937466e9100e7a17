"""Writes the subjects' mesh and motion files: `python -m hmworld.embedded.bodies.bake [--out DIR] [NAME ...]`.

The same code gives the same bytes: nothing random, no clock, fixed times inside the zip files. Without --out the files go
where the package reads them; with it all go into DIR, and so does <name>.facts.yaml, the measured numbers of a card.
"""

from __future__ import annotations

import argparse
import io
import zipfile
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from hmworld.embedded.bodies.assemble import assemble
from hmworld.embedded.bodies.skeleton import Skeleton
from hmworld.embedded.bodies.stepping import Gait
from hmworld.embedded.bodies.subjects import SUBJECTS
from hmworld.embedded.mesh import BodyMesh
from hmworld.geometry.skin import pose_points, scaled

PACKAGE = Path(__file__).parents[2]
MESH_FOLDER = PACKAGE / "embedded" / "assets" / "bodies"
MOTION_FOLDER = PACKAGE / "catalog" / "cards" / "subjects"
SURFACE_POINTS = 1024
MESH_ARRAYS = ("vertices", "normals", "colours", "triangles", "joints", "weights")


def bake(name: str, mesh_folder: Path, motion_folder: Path) -> dict[str, object]:
    """Build the subject `name`, write <name>.npz and <name>.motion.npz, and return its measured facts."""
    subject = SUBJECTS[name]
    skeleton, parts = subject.shape()
    mesh = assemble(skeleton, parts, subject.scale)
    gaits = subject.gaits(skeleton)
    write_npz(mesh_folder / f"{name}.npz", {field: getattr(mesh, field) for field in MESH_ARRAYS})
    motion = motion_arrays(skeleton, mesh, gaits, subject.scale)
    write_npz(motion_folder / f"{name}.motion.npz", motion)
    return _facts(name, skeleton, mesh, gaits, motion)


def motion_arrays(skeleton: Skeleton, mesh: BodyMesh, gaits: tuple[Gait, ...], scale: float) -> dict[str, NDArray[np.generic]]:
    """The arrays of a motion file: skeleton, bound surface points and one table of skinning matrices per gait."""
    points, joints, weights = surface_points(mesh, SURFACE_POINTS)
    arrays: dict[str, NDArray[np.generic]] = {
        "joint_names": np.array(skeleton.names),
        "parents": np.array(skeleton.parents, np.int16),
        "rest_joints": (skeleton.rest * scale).astype(np.float32),
        "points": points,
        "point_joints": joints,
        "point_weights": weights,
    }
    for gait in gaits:
        arrays[f"gait_{gait.name}"] = scaled(gait.matrices, scale).astype(np.float32)
    return arrays


def surface_points(mesh: BodyMesh, count: int) -> tuple[NDArray[np.float32], NDArray[np.uint8], NDArray[np.float32]]:
    """`count` points (N, 3) spread evenly over the surface, with their joints (N, 4) and weights (N, 4).

    Triangles are laid along a Morton curve, and point i is taken at the van der Corput number i of the area along it,
    so every prefix of a power of two is itself an even, area-weighted sample.
    """
    corners = mesh.vertices[mesh.triangles].astype(np.float64)
    area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    order = np.argsort(_morton(corners.mean(axis=1)), kind="stable")
    along = np.cumsum(area[order])
    index = np.arange(count)
    share = _van_der_corput(index) + 0.5 / count
    triangle = order[np.minimum(np.searchsorted(along, share * along[-1]), len(order) - 1)]
    # Low-discrepancy pair of the plastic number (Roberts 2018), folded into the triangle.
    u, v = np.mod(0.5 + index * 0.7548776662466927, 1.0), np.mod(0.5 + index * 0.5698402909980532, 1.0)
    u, v = np.where(u + v > 1, 1 - u, u), np.where(u + v > 1, 1 - v, v)
    share_of_corner = np.stack([1 - u - v, u, v], axis=1)
    points = np.einsum("nk,nkc->nc", share_of_corner, corners[triangle])
    dense = np.zeros((count, int(mesh.joints.max()) + 1))
    for k in range(3):
        vertex = mesh.triangles[triangle, k]
        for j in range(4):
            np.add.at(dense, (index, mesh.joints[vertex, j]), share_of_corner[:, k] * mesh.weights[vertex, j])
    joints = np.argsort(-dense, axis=1, kind="stable")[:, :4]
    weights = np.take_along_axis(dense, joints, axis=1)
    weights /= weights.sum(axis=1, keepdims=True)
    return points.astype(np.float32), joints.astype(np.uint8), weights.astype(np.float32)


def _morton(points: NDArray[np.float64]) -> NDArray[np.int64]:
    """Position of points (N, 3) along a Morton curve of 2^10 cells a side."""
    low = points.min(axis=0)
    cell = ((points - low) / float(np.ptp(points, axis=0).max()) * 1023).astype(np.int64)
    code = np.zeros(len(points), np.int64)
    for bit in range(10):
        for k in range(3):
            code |= ((cell[:, k] >> bit) & 1) << (3 * bit + k)
    return code


def _van_der_corput(index: NDArray[np.int64]) -> NDArray[np.float64]:
    """Bits of `index` mirrored about the binary point."""
    value = np.zeros(len(index))
    for bit in range(20):
        value += ((index >> bit) & 1) * 0.5 ** (bit + 1)
    return value


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
