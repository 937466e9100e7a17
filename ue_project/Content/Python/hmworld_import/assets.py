"""Finds assets by content folder and class, and brings files from disk into the project."""

from __future__ import annotations

import os

import unreal

from hmworld_import.dump import Dump

IMPORTED = "/Game/HMWorld/Imported"


def wait_for_assets() -> None:
    """Wait until the editor knows all assets of the project."""
    unreal.AssetRegistryHelpers.get_asset_registry().wait_for_completion()


def find(paths: list[str], kind: str) -> list[unreal.AssetData]:
    """Assets of a class (`SkeletalMesh`, `AnimSequence`, `World`) that are, or lie below, one of the paths; each once, by name."""
    registry = unreal.AssetRegistryHelpers.get_asset_registry()
    found: dict[str, unreal.AssetData] = {}
    for path in paths:
        own, parent = path.rstrip("/"), path.rstrip("/").rsplit("/", 1)[0]
        single = unreal.EditorAssetLibrary.does_asset_exist(own)
        for data in registry.get_assets_by_path(parent if single else own, recursive=not single):
            package = str(data.package_name)
            if str(data.asset_class_path.asset_name) == kind and (not single or package == own):
                found[package] = data
    return [found[package] for package in sorted(found)]


def tell_empty(paths: list[str], kind: str, expected: str, dump: Dump) -> None:
    """A problem for each path at which there is no asset of a class."""
    for path in paths:
        if not find([path], kind):
            dump.problem(f"{path}: holds no {kind}; expected {expected}")


def import_files(files: list[str], dump: Dump) -> list[str]:
    """Import FBX and glTF files, each into a folder of its own; answers the folders. What was imported before stays as it is.

    FBX files without a mesh are takes of the one file that has a skeletal mesh, and are imported once more, onto its skeleton.
    """
    sources: dict[str, str] = {}
    for path in files:
        folder = f"{IMPORTED}/{_safe(path)}"
        if folder in sources:
            dump.problem(f"{path}: another file becomes {folder} too; rename one of them")
            continue
        sources[folder] = path
        if not unreal.EditorAssetLibrary.does_directory_exist(folder):
            _import(path, folder)
    bodies = find(list(sources), "SkeletalMesh")
    for folder, path in sources.items():
        if find([folder], "SkeletalMesh"):
            continue
        if not path.lower().endswith(".fbx"):
            dump.problem(f"{path}: no skeletal mesh was imported of it; the editor's log says why")
        elif len(bodies) != 1:
            dump.problem(
                f"{path}: has no skeletal mesh, so it is a take of another file's, of which {len(bodies)} were imported; name with --files "
                "one file with a mesh and its takes at a time"
            )
        else:
            _import_take(path, f"{folder}/OnBody", bodies[0], dump)
    return list(sources)


def _safe(path: str) -> str:
    stem = os.path.splitext(os.path.basename(path))[0]
    return "".join(c if c.isascii() and (c.isalnum() or c == "_") else "_" for c in stem)


def _import(path: str, folder: str, take: unreal.FbxImportUI | None = None) -> None:
    task = unreal.AssetImportTask()
    task.set_editor_property("filename", path)
    task.set_editor_property("destination_path", folder)
    task.set_editor_property("automated", True)
    task.set_editor_property("save", True)
    if take is not None:
        # Named after its file: the words in it say what it is. With a factory the editor does not go over to Interchange.
        task.set_editor_property("destination_name", _safe(path))
        task.set_editor_property("factory", unreal.FbxFactory())
        task.set_editor_property("options", take)
    unreal.AssetToolsHelpers.get_asset_tools().import_asset_tasks([task])


def _import_take(path: str, folder: str, body: unreal.AssetData, dump: Dump) -> None:
    """Import the animations of an FBX file onto the skeleton of a mesh."""
    mesh = body.get_asset()
    skeleton = mesh.get_editor_property("skeleton") if isinstance(mesh, unreal.SkeletalMesh) else None
    if skeleton is None:
        dump.problem(f"{path}: {body.package_name} has no skeleton to import it onto; the editor's log says why")
        return
    if find([folder], "AnimSequence"):
        return
    options = unreal.FbxImportUI()
    options.set_editor_property("automated_import_should_detect_type", False)
    options.set_editor_property("mesh_type_to_import", unreal.FBXImportType.FBXIT_ANIMATION)
    options.set_editor_property("import_mesh", False)
    options.set_editor_property("import_as_skeletal", True)
    options.set_editor_property("import_animations", True)
    options.set_editor_property("import_materials", False)
    options.set_editor_property("import_textures", False)
    options.set_editor_property("skeleton", skeleton)
    _import(path, folder, options)
    if not find([folder], "AnimSequence"):
        dump.problem(f"{path}: no animation was imported of it onto the skeleton of {body.package_name}; the editor's log says why")
