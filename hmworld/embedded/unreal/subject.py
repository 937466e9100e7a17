"""A skeletal mesh of Unreal made a subject: what HMDirector will show of it is what its motion file says."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from hmworld.embedded.gltf.axes import conversion
from hmworld.embedded.gltf.cardfiles import check_name
from hmworld.embedded.gltf.document import Document, open_document
from hmworld.embedded.gltf.nodes import read_hierarchy
from hmworld.embedded.gltf.rig import read_rig
from hmworld.embedded.gltf.stride import AHEAD, TRAVELS, GoesElsewhere
from hmworld.embedded.gltf.subject import LEAST_HEIGHT_M, MOST_HEIGHT_M, Body, SubjectOptions, measured, write_subject
from hmworld.embedded.gltf.surfaces import Surfaces
from hmworld.embedded.unreal.dump import AnimationDump, CharacterDump, asset_name, check_path, package, read_numbers
from hmworld.embedded.unreal.poses import FORWARD, bone_nodes, check_rest, clip_of
from hmworld.embedded.unreal.words import SubjectWords, chosen_gaits, fitting, free_name, looks_human, spoken_name
from hmworld.errors import AssetError
from hmworld.geometry import skin

FLOATS = 0.04
"""Share of its height that a standing body may be off the ground before it is remarked upon."""


@dataclass(frozen=True)
class MadeSubject:
    """A subject that was written: its card's fields, its entry of catalog.json, and what is worth saying."""

    name: str
    card: dict[str, Any]
    entry: dict[str, Any]
    remarks: list[str]
    guessed: list[str]
    """Words of the card that neither the file of --words says nor anything measures."""
    others: dict[str, list[str]]
    """By gait, names of animations that would have done too."""


def make_subject(folder: Path, character: CharacterDump, words: SubjectWords, credit: str, out: Path) -> MadeSubject:
    """Write card, motion and mesh of a character into the catalog folder `out`; AssetError says what is wrong with the assets.

    `folder` holds the dump's files.
    """
    mesh = package(character.mesh)
    check_path(character.mesh)
    name, renamed = (words.name, []) if words.name else free_name(character.mesh, "subjects")
    check_name(name, out, "subjects", True)
    by_path = {animation.path: animation for animation in character.animations}
    gaits = {gait: by_path[path] for gait, path in chosen_gaits(mesh, by_path, words).items()}
    document = _document(folder, character)
    nodes = bone_nodes(document, hierarchy := read_hierarchy(document), character)
    check_rest(hierarchy, nodes, character)
    clips, digest = {}, hashlib.sha256(bytes.fromhex(document.sha256))
    for animation in gaits.values():
        poses = read_numbers(folder, animation.poses, (animation.frames, len(character.bones), 10))
        digest.update(poses.astype("<f4").tobytes())
        clips[animation.path] = clip_of(animation, poses, character, nodes)
    forward, strides = _ways(mesh, gaits, words)
    spoken = spoken_name(name)
    kind = words.kind or ("person" if looks_human(character.bones, character.rest_cm) else "animal")
    options = SubjectOptions(
        file=Path(mesh),
        catalog=out,
        name=name,
        kind=kind,
        species=words.species or ("human" if kind == "person" else spoken),
        noun=words.noun or f"{'an' if spoken[0] in 'aeiou' else 'a'} {spoken}",
        credit=words.credit or credit,
        idle=gaits["idle"].path,
        gaits={gait: animation.path for gait, animation in gaits.items() if gait != "idle"},
        title=words.title,
        pronoun=words.pronoun or ("they" if kind == "person" else "it"),
        strides_m=strides,
    )
    surfaces = Surfaces(document)

    def body_facing(axis: str) -> Body:
        rig = read_rig(document, surfaces, conversion("y", FORWARD[axis]), clips)
        return measured(replace(options, forward=FORWARD[axis]), rig, settles=False)

    try:
        body = body_facing(forward or "+y")
    except GoesElsewhere as error:
        towards = {gltf: axis for axis, gltf in FORWARD.items()}[error.towards]
        if forward:
            raise AssetError(
                f"{mesh}: its feet walk along {towards}, and forward is {forward}; expected one axis. Change `forward` in the "
                "file of --words, or "
                "leave it out"
            ) from error
        forward = towards
        body = body_facing(forward)
    if not LEAST_HEIGHT_M <= body.height_m <= MOST_HEIGHT_M:
        raise AssetError(
            f"{mesh}: height {body.height_m:g} m, expected {LEAST_HEIGHT_M:g} to {MOST_HEIGHT_M:g}; import it at another scale"
        )
    unreal = {
        "mesh": character.mesh,
        "forward_axis": forward or "+y",
        "animations": {gait: animation.path for gait, animation in gaits.items()},
    }
    _, card = write_subject(options, body, digest.hexdigest(), {"unreal": unreal})
    entry = {
        "mesh": character.mesh,
        "forward_axis": unreal["forward_axis"],
        "motion_sha256": card["motion_sha256"],
        "joints": [{"name": joint, "bone": bone} for joint, bone in zip(body.rig.names, body.rig.sources, strict=True)],
        "gaits": {gait: {"animation": a.path, "cycle_s": card["gaits"][gait]["cycle_s"]} for gait, a in gaits.items()},
    }
    guessed = [word for word in ("kind", "noun", "pronoun") if not getattr(words, word)]
    said = fitting(by_path)
    others = {gait: [asset_name(path) for path in said.get(gait, ()) if path != animation.path] for gait, animation in gaits.items()}
    return MadeSubject(name, card, entry, renamed + surfaces.remarks + _standing(body), guessed, others)


def _document(folder: Path, character: CharacterDump) -> Document:
    if not character.glb:
        raise AssetError(
            f"{package(character.mesh)}: was not exported; the plugin GLTFExporter must be on and the editor must be able to draw "
            "(no -nullrhi). The "
            "editor's log says why"
        )
    if Path(character.glb).name != character.glb:
        raise AssetError(f"{character.mesh}: names the file {character.glb!r}, expected one beside the dump; run the content scripts again")
    return open_document(folder / character.glb)


def _ways(mesh: str, gaits: dict[str, AnimationDump], words: SubjectWords) -> tuple[str | None, dict[str, float]]:
    """The axis along which the body faces, where root motion or the words say it, and the strides that are known."""
    forward: str | None = words.forward
    strides = dict(words.strides_m)
    for gait, animation in gaits.items():
        x, y, _ = animation.root_way_cm
        distance = float(np.hypot(x, y)) / 100.0
        # Before the body's height is known: what walks takes more than this.
        if distance < TRAVELS:
            continue
        name = asset_name(animation.path)
        if gait == "idle":
            raise AssetError(
                f"{mesh}: idle: {name} moves {distance:.2f} m away; expected one that stands. Name another in the file of --words"
            )
        if not animation.root_motion:
            raise AssetError(
                f"{mesh}: {gait}: {name} carries its root {distance:.2f} m along without EnableRootMotion, so HMDirector would "
                "show it leaving its "
                "place; tick EnableRootMotion in the asset, save it, and run this again"
            )
        towards = max((("+x", x), ("-x", -x), ("+y", y), ("-y", -y)), key=lambda pair: pair[1])[0]
        forward = forward or towards
        ahead = {"+x": x, "-x": -x, "+y": y, "-y": -y}[forward] / (100.0 * distance)
        if ahead < AHEAD:
            raise AssetError(
                f"{mesh}: {gait}: the root motion of {name} goes along {towards}, and it faces {forward}; expected one that walks "
                "ahead. Name another "
                "animation, or `forward`, in the file of --words"
            )
        strides.setdefault(gait, distance)
    return forward, strides


def _standing(body: Body) -> list[str]:
    """A remark where the body does not stand on its root's ground, which HMDirector does not mend."""
    table = body.cycles["idle"].table
    posed = skin.pose_points(table[:: max(1, len(table) // 8)], body.mesh.vertices, body.mesh.joints, body.mesh.weights)
    off = float(np.median(posed[..., 2].min(axis=1)))
    if abs(off) <= FLOATS * body.height_m:
        return []
    where = "above" if off > 0 else "below"
    return [f"it stands {100 * abs(off):.0f} cm {where} its own origin, and will in Unreal; move the mesh or its root in the asset"]
