"""Peers that need no GPU, drawing the same film: the same triangles, textures and poses, as much of RGB, depth and mask as each has.

They are no dependency of ours: `render.py --peers FOLDER` looks for them in a site-packages folder of another environment. Posing is done
for them beforehand; they are timed from posed vertices to pictures in memory. Ours poses, shades and shadows within its time.
"""

import contextlib
import multiprocessing
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from peer_blender import bpy_peer
from stages import Film, clip_matrix, posed_bodies, sun_of, textures_of

Draw = Callable[[int], Any]


class Peer:
    """One peer: a name, what it draws, and how to make the function that draws frame k."""

    def __init__(self, name: str, draws: str, make: Callable[[Film], Draw], frames: int) -> None:
        self.name = name
        self.draws = draws
        self.make = make
        self.frames = frames
        """How many frames of it are timed; slow ones get few."""


VERTEX = """#version 330
uniform mat4 clip; in vec3 p; in vec3 n; in vec2 t; in vec3 c; in float layer;
out vec3 normal, colour; out vec2 uv; flat out float texture_layer; out float w;
void main() { gl_Position = clip * vec4(p, 1.0); normal = n; uv = t; colour = c; texture_layer = layer; w = gl_Position.w; }"""
SHADED = """#version 330
uniform sampler2DArray images; uniform vec3 sun, sun_rgb, sky_rgb, ground_rgb, fog_rgb; uniform float fog, exposure;
in vec3 normal, colour; in vec2 uv; flat in float texture_layer; in float w; out vec4 rgb;
void main() {
  vec3 n = normalize(gl_FrontFacing ? normal : -normal);
  vec3 albedo = colour * (texture_layer < 0.0 ? vec3(1.0) : pow(texture(images, vec3(uv, texture_layer)).rgb, vec3(2.2)));
  vec3 lit = albedo * (sun_rgb * max(dot(n, sun), 0.0) + mix(ground_rgb, sky_rgb, 0.5 + 0.5 * n.z));
  vec3 x = exposure * mix(fog_rgb, lit, exp(-fog * w));
  rgb = vec4(pow(clamp(x * (2.51 * x + 0.03) / (x * (2.43 * x + 0.59) + 0.14), 0.0, 1.0), vec3(1.0 / 2.2)), 1.0);
}"""
IDS = """#version 330
uniform float number; in float w; out vec2 answer;
void main() { answer = vec2(number, w); }"""


def moderngl_peer(film: Film) -> Draw:
    """OpenGL on llvmpipe through EGL: one pass of 4 samples for RGB, one of one sample for depth and mask."""
    import moderngl

    gl = moderngl.create_standalone_context(backend="egl")
    assert "llvmpipe" in gl.info["GL_RENDERER"], gl.info["GL_RENDERER"]
    gl.enable(moderngl.DEPTH_TEST)
    size = (film.views[0].width, film.views[0].height)
    many = gl.framebuffer([gl.renderbuffer(size, 4, samples=4)], gl.depth_renderbuffer(size, samples=4))
    one = gl.framebuffer([gl.texture(size, 4)], gl.depth_renderbuffer(size))
    ids = gl.framebuffer([gl.texture(size, 2, dtype="f4")], gl.depth_renderbuffer(size))
    shaded, plain = gl.program(VERTEX, SHADED), gl.program(VERTEX, IDS)
    images = textures_of(film)
    stack = gl.texture_array((images.shape[2], images.shape[1], len(images)), 3, np.ascontiguousarray(images).tobytes(), alignment=1)
    stack.build_mipmaps()
    stack.filter = (moderngl.LINEAR_MIPMAP_LINEAR, moderngl.LINEAR)
    stack.use(0)
    light = film.light
    for name, value in (
        ("sun", sun_of(film)),
        ("sun_rgb", light.sun_rgb),
        ("sky_rgb", light.sky_rgb),
        ("ground_rgb", light.ground_rgb),
        ("fog_rgb", light.horizon_rgb),
    ):
        shaded[name].value = tuple(float(v) for v in value)
    shaded["fog"].value, shaded["exposure"].value = light.fog_density_per_m, light.exposure
    scene = film.scene
    corners = scene.triangles.ravel()
    layer = np.repeat(scene.texture, 3).astype(np.float32)[:, None]
    rows = np.concatenate([scene.vertices[corners], scene.normals[corners], scene.uvs[corners], scene.colours[corners], layer], axis=1)
    parts = [(gl.buffer(np.ascontiguousarray(rows, np.float32).tobytes()), None, 0)]
    for number, body in enumerate(film.bodies, start=1):
        parts.append((gl.buffer(reserve=len(body.vertices) * 48, dynamic=True), gl.buffer(body.triangles.tobytes()), number))
    layout, names = "3f 3f 2f 3f 1f", ("p", "n", "t", "c", "layer")
    plain_layout, plain_names = "3f 36x", ("p",)
    arrays = [
        (
            gl.vertex_array(shaded, [(buffer, layout, *names)], index),
            gl.vertex_array(plain, [(buffer, plain_layout, *plain_names)], index),
            number,
        )
        for buffer, index, number in parts
    ]
    posed = posed_bodies(film)
    fixed = [np.concatenate([np.zeros((len(b.vertices), 2)), b.colours, np.full((len(b.vertices), 1), -1.0)], axis=1) for b in film.bodies]

    def draw(k: int) -> Any:
        for (buffer, _, _), (points, normals), rest in zip(parts[1:], posed[k], fixed, strict=True):
            buffer.write(np.ascontiguousarray(np.concatenate([points, normals, rest], axis=1), np.float32).tobytes())
        clip = np.ascontiguousarray(clip_matrix(film, k).T, np.float32).tobytes()
        shaded["clip"].write(clip)
        plain["clip"].write(clip)
        many.use()
        many.clear(0.6, 0.7, 0.85)
        for array, _, _ in arrays:
            array.render()
        gl.copy_framebuffer(one, many)
        ids.use()
        ids.clear()
        for _, array, number in arrays:
            plain["number"].value = float(number)
            array.render()
        rgb = np.frombuffer(one.read(components=3), np.uint8).reshape(size[1], size[0], 3)[::-1]
        both = np.frombuffer(ids.read(components=2, dtype="f4"), np.float32).reshape(size[1], size[0], 2)[::-1]
        return rgb, both[..., 1], both[..., 0]

    return draw


def _poly(vertices: Any, normals: Any, uvs: Any, colours: Any, triangles: Any) -> Any:
    from vtkmodules.util.numpy_support import numpy_to_vtk, numpy_to_vtkIdTypeArray
    from vtkmodules.vtkCommonCore import vtkPoints
    from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkPolyData

    data, points, cells = vtkPolyData(), vtkPoints(), vtkCellArray()
    points.SetData(numpy_to_vtk(np.ascontiguousarray(vertices, np.float32), deep=True))
    flat = np.concatenate([np.full((len(triangles), 1), 3), triangles], axis=1).astype(np.int64).ravel()
    cells.SetCells(len(triangles), numpy_to_vtkIdTypeArray(flat, deep=True))
    data.SetPoints(points)
    data.SetPolys(cells)
    data.GetPointData().SetNormals(numpy_to_vtk(np.ascontiguousarray(normals, np.float32), deep=True))
    if uvs is not None:
        data.GetPointData().SetTCoords(numpy_to_vtk(np.ascontiguousarray(uvs, np.float32), deep=True))
    shade = np.rint(255.0 * np.clip(colours, 0, 1) ** (1 / 2.2)).astype(np.uint8)
    data.GetPointData().SetScalars(numpy_to_vtk(np.ascontiguousarray(shade), deep=True))
    return data


def vtk_peer(film: Film) -> Draw:
    """VTK off screen on llvmpipe: one pass of 4 samples for RGB, one flat pass without for mask and depth."""
    import vtkmodules.vtkRenderingOpenGL2  # noqa: F401  # registers the implementation
    from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
    from vtkmodules.vtkCommonDataModel import vtkImageData
    from vtkmodules.vtkRenderingCore import vtkActor, vtkLight, vtkPolyDataMapper, vtkRenderer, vtkRenderWindow, vtkTexture

    size = (film.views[0].width, film.views[0].height)
    shaded, plain = vtkRenderer(), vtkRenderer()
    windows = []
    for renderer, samples in ((shaded, 4), (plain, 0)):
        window = vtkRenderWindow()
        window.SetOffScreenRendering(1)
        window.SetSize(*size)
        window.SetMultiSamples(samples)
        window.AddRenderer(renderer)
        windows.append(window)
    sun = vtkLight()
    sun.SetLightTypeToSceneLight()
    sun.SetPosition(*(1000.0 * sun_of(film)))
    sun.SetFocalPoint(0, 0, 0)
    shaded.AddLight(sun)
    scene = film.scene
    datas = []

    def add(data: Any, number: int, texture: Any) -> None:
        for renderer in (shaded, plain):
            mapper, actor = vtkPolyDataMapper(), vtkActor()
            mapper.SetInputData(data)
            actor.SetMapper(mapper)
            if renderer is plain:
                mapper.ScalarVisibilityOff()
                actor.GetProperty().LightingOff()
                actor.GetProperty().SetColor(number / 255.0, 0.0, 0.0)
            elif texture is not None:
                actor.SetTexture(texture)
            renderer.AddActor(actor)

    for index in np.unique(scene.texture).tolist():
        texture = None
        if index >= 0:
            image, pixels = vtkImageData(), np.ascontiguousarray(scene.textures[index][::-1, :, :3])
            image.SetDimensions(pixels.shape[1], pixels.shape[0], 1)
            image.GetPointData().SetScalars(numpy_to_vtk(pixels.reshape(-1, 3), deep=True))
            texture = vtkTexture()
            texture.SetInputDataObject(image)
            texture.InterpolateOn()
            texture.MipmapOn()
            texture.RepeatOn()
        uvs = scene.uvs * np.array([1.0, -1.0], np.float32)
        add(_poly(scene.vertices, scene.normals, uvs, scene.colours, scene.triangles[scene.texture == index]), 0, texture)
    for number, body in enumerate(film.bodies, start=1):
        datas.append(_poly(body.vertices, body.normals, None, body.colours, body.triangles))
        add(datas[-1], number, None)
    posed = posed_bodies(film)

    def pixels_of(window: Any) -> Any:
        from vtkmodules.vtkCommonCore import vtkUnsignedCharArray

        array = vtkUnsignedCharArray()
        window.GetRGBACharPixelData(0, 0, size[0] - 1, size[1] - 1, 0, array)
        return vtk_to_numpy(array).reshape(size[1], size[0], 4)[::-1]

    def draw(k: int) -> Any:
        from vtkmodules.vtkCommonCore import vtkFloatArray

        for data, (points, normals) in zip(datas, posed[k], strict=True):
            data.GetPoints().SetData(numpy_to_vtk(points, deep=True))
            data.GetPointData().SetNormals(numpy_to_vtk(normals, deep=True))
            data.Modified()
        view = film.views[k]
        eye, axes = view.T_world_camera[:3, 3], view.T_world_camera[:3, :3]
        for renderer in (shaded, plain):
            camera = renderer.GetActiveCamera()
            camera.SetPosition(*eye)
            camera.SetFocalPoint(*(eye + axes[:, 2]))
            camera.SetViewUp(*(-axes[:, 1]))
            camera.SetViewAngle(float(np.rad2deg(2.0 * np.arctan(view.height / 2.0 / view.focal_px))))
            camera.SetClippingRange(view.near_m, 3000.0)
        for window in windows:
            window.Render()
        depth = vtkFloatArray()
        windows[1].GetZbufferData(0, 0, size[0] - 1, size[1] - 1, depth)
        return pixels_of(windows[0]), vtk_to_numpy(depth).reshape(size[1], size[0])[::-1], pixels_of(windows[1])[..., 0]

    return draw


def peers() -> Iterator[Peer]:
    """All peers."""
    sun = "sun and sky light without shadows, fog, trilinear textures, no cut-out foliage"
    yield Peer("moderngl", f"OpenGL on llvmpipe, RGB at 4 samples + depth + mask in two passes; {sun}", moderngl_peer, 40)
    yield Peer("VTK", "OpenGL on llvmpipe, RGB at 4 samples + depth + mask in two passes; one light, no shadows, mip-mapped", vtk_peer, 40)
    yield Peer(
        "bpy",
        "Cycles on the CPU, 1 sample, 1 bounce, shadows, white bodies; RGB to a PNG, depth and mask rendered and not read",
        bpy_peer,
        4,
    )


def timed(draw: Callable[[int], Any]) -> Callable[[int], float]:
    """Seconds that a frame takes in this process."""

    def seconds(k: int) -> float:
        began = time.perf_counter()
        draw(k)
        return time.perf_counter() - began

    return seconds


class Remote:
    """A peer in a process of its own, since two of them may not share one OpenGL; it times itself. RuntimeError where it does not run."""

    def __init__(self, name: str, data: Film) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_draw_on_request, args=(name, data, theirs), daemon=True)
        self._process.start()
        theirs.close()
        answer = self._receive()
        if answer:
            raise RuntimeError(answer)

    def __call__(self, k: int) -> float:
        """Seconds that frame k takes."""
        self._pipe.send(k)
        return float(self._receive())

    def _receive(self) -> Any:
        try:
            return self._pipe.recv()
        except EOFError:
            self._process.join()
            raise RuntimeError(f"its process ended with code {self._process.exitcode}") from None


def _draw_on_request(name: str, data: Film, pipe: Any) -> None:
    """A peer's process: "" or why it does not run, then the seconds of each frame that is asked for."""
    try:
        draw = timed(next(peer for peer in peers() if peer.name == name).make(data))
        draw(0)
    except Exception as error:  # a peer that does not run here is a finding, not a failure
        pipe.send(f"{type(error).__name__}: {' '.join(str(error).split())[:160]}")
        return
    pipe.send("")
    with contextlib.suppress(EOFError):
        while True:
            pipe.send(draw(pipe.recv()))
