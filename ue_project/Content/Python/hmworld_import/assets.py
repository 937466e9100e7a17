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
    """Import FBX and glTF files, each into a folder of its own; answers the folders. What was imported before stays as it is."""
    folders: list[str] = []
    for path in files:
        stem = os.path.splitext(os.path.basename(path))[0]
        safe = "".join(c if c.isascii() and (c.isalnum() or c == "_") else "_" for c in stem)
        folder = f"{IMPORTED}/{safe}"
        if folder in folders:
            dump.problem(f"{path}: another file becomes {folder} too; rename one of them")
            continue
        if not unreal.EditorAssetLibrary.does_directory_exist(folder):
            task = unreal.AssetImportTask()
            task.set_editor_property("filename", path)
            task.set_editor_property("destination_path", folder)
            task.set_editor_property("automated", True)
            task.set_editor_property("save", True)
            unreal.AssetToolsHelpers.get_asset_tools().import_asset_tasks([task])
            if not list(task.get_editor_property("imported_object_paths")):
                dump.problem(f"{path}: nothing was imported of it; the editor's log says why")
                continue
        folders.append(folder)
    return folders
