"""Skeletal meshes: their glTF by the engine's own exporter, and their animations, posed as HMDirector poses them."""

from __future__ import annotations

import math
import os
from typing import Any

import unreal

from hmworld_import.assets import find, tell_empty
from hmworld_import.dump import Dump, numbers_of
from hmworld_import.request import Request

MOST_VERTICES = 30000
"""A mesh with more in LOD 0 is exported in its first LOD with fewer. hmworld draws at most 60,000 triangles of a subject; scripts can ask a
skeletal mesh for its vertices only, and a closed surface has at most twice as many triangles."""
PHASES = 64
LONGEST_PHASE_S = 1.0 / 30.0


def collect_characters(request: Request, imported: list[str], dump: Dump) -> None:
    """Tell every skeletal mesh of the request that has animations."""
    places = request.characters + imported
    sequences = find(places + [_folder(path) for path in request.characters] + request.animations, "AnimSequence")
    meshes = find(places, "SkeletalMesh")
    tell_empty(request.characters, "SkeletalMesh", "a content folder as /Game/Dog, or a skeletal mesh as /Game/Dog/SK_Dog", dump)
    tell_empty(request.animations, "AnimSequence", "a content folder of animations", dump)
    loaded = [sequence for sequence in (data.get_asset() for data in sequences) if isinstance(sequence, unreal.AnimSequence)]
    for data in meshes:
        package = str(data.package_name)
        try:
            mesh = data.get_asset()
            if isinstance(mesh, unreal.SkeletalMesh):
                _collect(mesh, package, loaded, request, dump)
        except Exception as error:  # the editor raises whatever it likes; what is wrong with one asset keeps no other back
            dump.problem(f"{package}: {type(error).__name__}: {error}")


def _folder(path: str) -> str:
    """The folder of a mesh that was named itself, the folder where one was named."""
    return path.rsplit("/", 1)[0] if unreal.EditorAssetLibrary.does_asset_exist(path.rstrip("/")) else path


def _collect(mesh: unreal.SkeletalMesh, package: str, sequences: list[unreal.AnimSequence], request: Request, dump: Dump) -> None:
    skeleton = mesh.get_editor_property("skeleton")
    if skeleton is None:
        dump.problem(f"{package}: has no skeleton; assign one in the editor, save it, and run this again")
        return
    own = [s for s in sequences if s.get_editor_property("skeleton") == skeleton]
    if not own and package not in request.characters:
        dump.skip(f"{package}: no animation on its skeleton lies in the folders that were named; left out")
        return
    wanted: list[unreal.AnimSequence] = []
    others: list[unreal.AnimSequence] = []
    for sequence in own:
        additive = sequence.get_editor_property("additive_anim_type") != unreal.AdditiveAnimationType.AAT_NONE
        (wanted if _is_wanted(sequence, request.animation_words) and not additive else others).append(sequence)
    stem = f"character_{len(dump.characters):03d}"
    poser = _Poser(mesh)
    animations = [poser.tell(s, f"{stem}_{k:03d}.f32", dump) for k, s in enumerate(wanted)]
    if request.cpu_access:
        _allow_cpu_access(mesh, package, dump)
    dump.characters.append(
        {
            "mesh": mesh.get_path_name(),
            "glb": _export(mesh, f"{stem}.glb", dump),
            "bones": poser.bones,
            "rest_cm": poser.rest,
            "animations": animations,
            "others": sorted(s.get_name() for s in others),
        }
    )


def _is_wanted(sequence: unreal.AnimSequence, words: list[str]) -> bool:
    name, path = sequence.get_name().lower(), sequence.get_path_name().lower()
    return any(word.lower() in name or word.lower() in (path, path.split(".")[0]) for word in words)


class _Poser:
    """Poses animations on one mesh under the options of HMAnimInstance: root motion is taken out where it is enabled."""

    def __init__(self, mesh: unreal.SkeletalMesh) -> None:
        self._mesh = mesh
        self.bones: list[str] = []
        self.rest: list[list[float]] = []

    def _options(self, as_shown: bool) -> unreal.AnimPoseEvaluationOptions:
        options = unreal.AnimPoseEvaluationOptions()
        options.set_editor_property("evaluation_type", unreal.AnimDataEvalType.COMPRESSED)
        options.set_editor_property("optional_skeletal_mesh", self._mesh)
        options.set_editor_property("should_retarget", True)
        options.set_editor_property("extract_root_motion", as_shown)
        options.set_editor_property("incorporate_root_motion_into_pose", not as_shown)
        return options

    def tell(self, sequence: unreal.AnimSequence, name: str, dump: Dump) -> dict[str, Any]:
        """Pose an animation evenly from its start to its end."""
        length = sequence.get_play_length()
        # As many as hmworld's motion table has phases, and the last pose: hmworld/embedded/gltf/stride.py.
        phases = PHASES * min(4, max(1, math.ceil(length / (PHASES * LONGEST_PHASE_S))))
        shown = self._options(True)
        values: list[float] = []
        for k in range(phases + 1):
            pose = unreal.AnimPoseExtensions.get_anim_pose_at_time(sequence, min(length * k / phases, length), shown)
            if not self.bones:
                self._tell_bones(pose)
            for bone in self.bones:
                local = unreal.AnimPoseExtensions.get_bone_pose(pose, bone, unreal.AnimPoseSpaces.LOCAL)
                turn = local.rotation
                values += [*numbers_of(local.translation), turn.x, turn.y, turn.z, turn.w, *numbers_of(local.scale3d)]
        return {
            "path": sequence.get_path_name(),
            "length_s": length,
            "root_motion": bool(sequence.get_editor_property("enable_root_motion")),
            "root_way_cm": self._way(sequence, length),
            "frames": phases + 1,
            "poses": dump.numbers(name, values),
        }

    def _tell_bones(self, pose: unreal.AnimPose) -> None:
        # Virtual bones are worked out from the others and are in no mesh.
        self.bones = [str(bone) for bone in unreal.AnimPoseExtensions.get_bone_names(pose) if not str(bone).startswith("VB ")]
        for bone in self.bones:
            rest = unreal.AnimPoseExtensions.get_ref_bone_pose(pose, bone, unreal.AnimPoseSpaces.WORLD)
            self.rest.append(numbers_of(rest.translation))

    def _way(self, sequence: unreal.AnimSequence, length: float) -> list[float]:
        """From the root's first place to its last, with root motion left in."""
        whole = self._options(False)
        ends = []
        for time in (0.0, length):
            pose = unreal.AnimPoseExtensions.get_anim_pose_at_time(sequence, time, whole)
            ends.append(numbers_of(unreal.AnimPoseExtensions.get_bone_pose(pose, self.bones[0], unreal.AnimPoseSpaces.WORLD).translation))
        return [b - a for a, b in zip(*ends, strict=True)]


def _export(mesh: unreal.SkeletalMesh, name: str, dump: Dump) -> str:
    """The mesh and its skin as glTF; "" and a problem where the exporter wrote nothing."""
    editor = unreal.get_editor_subsystem(unreal.SkeletalMeshEditorSubsystem)
    levels = range(editor.get_lod_count(mesh))
    level = next((k for k in levels if editor.get_num_verts(mesh, k) <= MOST_VERTICES), max(levels, default=0))
    if levels and editor.get_num_verts(mesh, level) > MOST_VERTICES:
        dump.skip(
            f"{mesh.get_path_name()}: has {editor.get_num_verts(mesh, level)} vertices in its last LOD; where that is too much, generate "
            f"one with at most {MOST_VERTICES} in the editor (Asset Details, LOD Settings), and run this again"
        )
    options = unreal.GLTFExportOptions()
    options.set_editor_property("export_uniform_scale", 0.01)
    options.set_editor_property("default_level_of_detail", level)
    options.set_editor_property("export_vertex_skin_weights", True)
    options.set_editor_property("export_animation_sequences", False)
    options.set_editor_property("export_vertex_colors", False)
    options.set_editor_property("use_mesh_quantization", False)
    path = os.path.join(dump.folder, name)
    messages = unreal.GLTFExporter.export_to_gltf(mesh, path, options, set())
    if os.path.isfile(path):
        return name
    dump.problem(f"{mesh.get_path_name()}: the glTF exporter wrote nothing: {messages}")
    return ""


def _allow_cpu_access(mesh: unreal.SkeletalMesh, package: str, dump: Dump) -> None:
    """HMDirector measures the vertices of LOD 0 in a packaged game, which keeps them only if asked to."""
    try:
        infos = list(mesh.get_editor_property("lod_info"))
        if not infos or infos[0].get_editor_property("allow_cpu_access"):
            return
        infos[0].set_editor_property("allow_cpu_access", True)
        mesh.set_editor_property("lod_info", infos)
        if not unreal.EditorAssetLibrary.save_loaded_asset(mesh):
            dump.problem(
                f"{package}: Allow CPU Access of LOD 0 was set, but the mesh cannot be saved; close other editors of the project, make its "
                "file writable (source control), and run this again"
            )
            return
        dump.skip(f"{package}: Allow CPU Access of LOD 0 was set and saved")
    except Exception as error:  # the property has not the same rights in all versions of the engine
        dump.problem(f"{package}: Allow CPU Access of LOD 0 could not be set ({error}); tick it in the editor and save the mesh")
