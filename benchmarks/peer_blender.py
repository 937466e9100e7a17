"""Blender as a peer: Cycles on the CPU, drawing the same film as `peers.py`'s others."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from stages import Film, posed_bodies, sun_of

Draw = Callable[[int], Any]


def bpy_peer(film: Film) -> Draw:
    """Blender's Cycles on the CPU at one sample a pixel, with its depth and object-index passes, to a PNG in memory's file system."""
    import bpy

    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene, mesh = bpy.context.scene, film.scene
    scene.render.engine = "CYCLES"
    scene.cycles.device, scene.cycles.samples, scene.cycles.use_denoising, scene.cycles.max_bounces = "CPU", 1, False, 1
    scene.render.resolution_x, scene.render.resolution_y = film.views[0].width, film.views[0].height
    scene.render.use_persistent_data = True
    layer = scene.view_layers[0]
    layer.use_pass_z, layer.use_pass_object_index = True, True
    scene.world = bpy.data.worlds.new("sky")
    scene.world.use_nodes = True
    scene.world.node_tree.nodes["Background"].inputs[0].default_value = (*film.light.sky_rgb, 1.0)
    folder = Path(tempfile.mkdtemp(prefix="hmworld-peer-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None))

    def material(index: int) -> Any:
        made = bpy.data.materials.new(f"m{index}")
        made.use_nodes = True
        shader = made.node_tree.nodes["Principled BSDF"]
        if index >= 0:
            pixels = mesh.textures[index][::-1, :, :3].astype(np.float32) / 255.0
            image = bpy.data.images.new(f"t{index}", pixels.shape[1], pixels.shape[0])
            image.pixels.foreach_set(np.concatenate([pixels, np.ones((*pixels.shape[:2], 1), np.float32)], axis=2).ravel())
            node = made.node_tree.nodes.new("ShaderNodeTexImage")
            node.image = image
            made.node_tree.links.new(node.outputs[0], shader.inputs[0])
        return made

    def add(vertices: Any, triangles: Any, uvs: Any, number: int, index: int) -> Any:
        data = bpy.data.meshes.new("mesh")
        data.from_pydata(vertices, [], triangles)
        if uvs is not None:
            flipped = uvs[triangles.ravel()] * np.array([1.0, -1.0]) + np.array([0.0, 1.0])
            data.uv_layers.new().uv.foreach_set("vector", flipped.astype(np.float32).ravel())
        data.materials.append(material(index))
        item = bpy.data.objects.new("object", data)
        item.pass_index = number
        scene.collection.objects.link(item)
        return item

    for index in np.unique(mesh.texture).tolist():
        faces = mesh.triangles[mesh.texture == index]
        used, compact = np.unique(faces, return_inverse=True)
        add(mesh.vertices[used], compact.reshape(-1, 3), mesh.uvs[used], 0, index)
    bodies = [add(b.vertices, b.triangles, None, n, -1) for n, b in enumerate(film.bodies, start=1)]
    lamp = bpy.data.objects.new("sun", bpy.data.lights.new("sun", "SUN"))
    lamp.data.energy = float(np.mean(film.light.sun_rgb))
    from mathutils import Matrix, Vector

    lamp.rotation_euler = Vector(sun_of(film)).to_track_quat("Z", "Y").to_euler()
    scene.collection.objects.link(lamp)
    lens = bpy.data.cameras.new("camera")
    lens.angle, lens.clip_start, lens.clip_end = np.deg2rad(film.views[0].hfov_deg), film.views[0].near_m, 3000.0
    camera = bpy.data.objects.new("camera", lens)
    scene.collection.objects.link(camera)
    scene.camera = camera
    posed = posed_bodies(film)

    def draw(k: int) -> Any:
        for item, (points, _) in zip(bodies, posed[k], strict=True):
            item.data.vertices.foreach_set("co", points.ravel())
            item.data.update()
        camera.matrix_world = Matrix((film.views[k].T_world_camera @ np.diag([1.0, -1.0, -1.0, 1.0])).tolist())
        scene.render.filepath = str(folder / "frame.png")
        with _quiet():
            bpy.ops.render.render(write_still=True)
        return (folder / "frame.png").read_bytes()

    return draw


class _quiet:  # used as a function
    """Keeps a library's own lines off standard output."""

    def __enter__(self) -> None:
        self._kept, self._nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
        os.dup2(self._nowhere, 1)

    def __exit__(self, *_: object) -> None:
        os.dup2(self._kept, 1)
        os.close(self._kept)
        os.close(self._nowhere)
