"""A skinned, animated glTF made a subject: mesh, motion tables and card."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from hmworld.catalog.catalog import MESH, MOTION
from hmworld.embedded.bodies.outline import skin_of
from hmworld.embedded.bodies.sampling import SURFACE_POINTS, surface_points
from hmworld.embedded.cards import measured_body
from hmworld.embedded.gltf.axes import conversion
from hmworld.embedded.gltf.cardfiles import check_name, write_arrays, write_card
from hmworld.embedded.gltf.document import open_document
from hmworld.embedded.gltf.rig import Rig, read_rig
from hmworld.embedded.gltf.stride import Cycle, Sampler
from hmworld.embedded.gltf.surfaces import Surfaces
from hmworld.embedded.mesh import BodyMesh
from hmworld.embedded.meshfiles import body_arrays
from hmworld.errors import AssetError
from hmworld.geometry.motion import Motion
from hmworld.geometry.skin import scaled

LEAST_HEIGHT_M, MOST_HEIGHT_M = 0.05, 12.0
WIDE_SPREAD = 0.35
"""Spread of the measured stride past which it is not believed."""
EASY_SPEEDS = (0.7, 1.35)
"""Speeds at which a gait of unknown limits looks right, over its natural one."""


@dataclass(frozen=True)
class SubjectOptions:
    """What a file does not say of itself."""

    file: Path
    catalog: Path
    name: str
    kind: str
    species: str
    noun: str
    credit: str
    idle: str
    gaits: dict[str, str]
    title: str = ""
    pronoun: str = "it"
    strides_m: dict[str, float] | None = None
    up: str = "y"
    forward: str = "+z"
    height_m: float | None = None
    scale: float = 1.0
    replace: bool = False


@dataclass(frozen=True)
class Body:
    """A subject in metres: what its card, its motion file and its mesh file are made of."""

    rig: Rig
    mesh: BodyMesh
    arrays: dict[str, Any]
    cycles: dict[str, Cycle]
    scale: float
    height_m: float


def add_subject(options: SubjectOptions) -> dict[str, Any]:
    """Make the subject and answer what was found; AssetError says what is wrong with the file or the call."""
    check_name(options.name, options.catalog, "subjects", options.replace)
    document = open_document(options.file)
    surfaces = Surfaces(document)
    rig = read_rig(document, surfaces, conversion(options.up, options.forward))
    body = measured(options, rig)
    path, card = write_subject(options, body, document.sha256, {})
    return {
        "card": str(path),
        "height_m": card["height_m"],
        "scale": body.scale,
        "triangles": len(body.mesh.triangles),
        "joints": len(rig.names),
        "textures": len(body.mesh.textures),
        "gaits": {
            name: {"cycle_s": round(c.cycle_s, 4), "stride_m": round(c.stride * body.scale, 4), "stride": c.how}
            for name, c in body.cycles.items()
        },
        "remarks": surfaces.remarks,
    }


def measured(options: SubjectOptions, rig: Rig, settles: bool = True) -> Body:
    """Size, surface and cycles of a rig; AssetError where its clips are not what the options say."""
    _check_clips(options, rig)
    points, point_joints, point_weights = surface_points(rig.mesh, SURFACE_POINTS)
    sampler = Sampler(rig, points, point_joints, point_weights, options.up, settles)
    idle = sampler.idle(options.idle)
    scale = _scale(options, float(sampler.posed(idle.table)[..., 2].max()))
    strides = options.strides_m or {}
    cycles = {"idle": idle}
    for name, clip in options.gaits.items():
        cycles[name] = sampler.gait(clip, strides[name] / scale if name in strides else None)
        if cycles[name].spread > WIDE_SPREAD:
            raise AssetError(
                f"{options.file}: animation {clip!r}: its planted feet move at speeds {100 * cycles[name].spread:.0f} % apart, so its "
                f"stride is unsure (about {cycles[name].stride * scale:.2f} m); pass --stride-m {name}=METRES"
            )
    mesh = _scaled_mesh(rig.mesh, scale)
    arrays: dict[str, Any] = {
        "joint_names": np.array(rig.names),
        "parents": np.array(rig.parents, np.int16),
        "rest_joints": (rig.rest_joints * scale).astype(np.float32),
        "points": (points * np.float32(scale)),
        "point_joints": point_joints,
        "point_weights": point_weights,
        **skin_of(mesh).arrays(),
    }
    for name, cycle in cycles.items():
        arrays[f"gait_{name}"] = scaled(cycle.table, scale).astype(np.float32)
    return Body(rig, mesh, arrays, cycles, scale, round(float(sampler.posed(idle.table)[..., 2].max()) * scale, 3))


def write_subject(options: SubjectOptions, body: Body, sha256: str, more: dict[str, Any]) -> tuple[Path, dict[str, Any]]:
    """Write motion, mesh and card, the card with fields of `more`; `sha256` is the source's. Answers the card's path and fields."""
    folder = options.catalog / "subjects"
    motion_bytes = write_arrays(folder / f"{options.name}{MOTION}", body.arrays)
    mesh_bytes = write_arrays(folder / f"{options.name}{MESH}", dict(body_arrays(body.mesh)))
    card = _card(options, sha256, body.cycles, body.scale)
    card |= measured_body(Motion.from_bytes(motion_bytes), body.mesh)
    card["height_m"] = body.height_m
    card |= {"motion_sha256": hashlib.sha256(motion_bytes).hexdigest(), "mesh_sha256": hashlib.sha256(mesh_bytes).hexdigest()}
    card |= more
    return write_card(options.catalog, "subjects", card), card


def _check_clips(options: SubjectOptions, rig: Rig) -> None:
    for flag, clip in (("--idle", options.idle), *((f"--gait {name}", clip) for name, clip in options.gaits.items())):
        if clip not in rig.clips:
            raise AssetError(f"{options.file}: {flag}: there is no animation {clip!r}; it has {', '.join(map(repr, rig.clips))}")
    unknown = sorted(set(options.strides_m or {}) - set(options.gaits))
    if unknown:
        raise AssetError(f"--stride-m: there is no gait {', '.join(unknown)}; --gait names {', '.join(options.gaits)}")


def _scale(options: SubjectOptions, height: float) -> float:
    """Metres a unit of the file; AssetError for a size that no subject has."""
    if height <= 0.0:
        raise AssetError(f"{options.file}: the body has no height; check --up {options.up}")
    if options.height_m is not None:
        return options.height_m / height
    tall = height * options.scale
    if LEAST_HEIGHT_M <= tall <= MOST_HEIGHT_M:
        return options.scale
    for unit, factor in (("centimetres", 0.01), ("millimetres", 0.001), ("inches", 0.0254)):
        if tall > MOST_HEIGHT_M and 0.1 <= tall * factor <= 8.0:
            raise AssetError(
                f"{options.file}: height {tall:.4g} m; is it in {unit}? Pass --scale {options.scale * factor:g}, or --height-m METRES"
            )
    raise AssetError(
        f"{options.file}: height {tall:.4g} m, expected {LEAST_HEIGHT_M:g} to {MOST_HEIGHT_M:g}; pass --height-m METRES, or --scale with "
        "the metres in one unit of the file"
    )


def _scaled_mesh(mesh: BodyMesh, scale: float) -> BodyMesh:
    return replace(mesh, vertices=(mesh.vertices * np.float32(scale)))


def _card(options: SubjectOptions, sha256: str, cycles: dict[str, Cycle], scale: float) -> dict[str, Any]:
    """The words of the card and its gaits."""
    gaits = {}
    for name, cycle in cycles.items():
        stride, seconds = round(cycle.stride * scale, 4), round(cycle.cycle_s, 4)
        gaits[name] = {
            "cycle_s": seconds,
            "stride_m": stride,
            "speed_mps": [round(stride / seconds * share, 2) for share in EASY_SPEEDS],
        }
    return {
        "name": options.name,
        "title": options.title or options.name.replace("_", " ").capitalize(),
        "kind": options.kind,
        "species": options.species,
        "noun": options.noun,
        "pronoun": options.pronoun,
        "gaits": gaits,
        "credit": options.credit,
        "source": {"file": options.file.name, "sha256": sha256},
    }
