"""From what stands in the world to pictures: the renderer, kept in step with the subjects, and the frames already drawn."""

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.actors import Camera, Subject
from hmworld.embedded.mesh import Frame, Light, StaticMesh, View
from hmworld.embedded.raster import Earlier, Renderer
from hmworld.embedded.sweep import first_hit
from hmworld.model.cards import Look

Array = NDArray[np.float64]

KEPT_PIXELS = 2 * 4096 * 4096
"""Drawn frames are kept up to so many pixels in all, 8 bytes each."""


class Drawing:
    """Draws a scene and the subjects of a list; frames are kept until something moves."""

    def __init__(self, threads: int, subjects: list[Subject]) -> None:
        self._renderer = Renderer(threads)
        self._subjects = subjects
        self._mesh: StaticMesh | None = None
        self._look: Look | None = None
        """What the renderer is lit with."""
        self._bodies_stale = True
        self._frames: dict[Camera, Frame] = {}
        self._posed = False
        self._earlier_bodies: dict[Subject, NDArray[np.float32]] = {}
        self._earlier_views: dict[Camera, View] = {}

    def set_scene(self, mesh: StaticMesh, center_m: tuple[float, float, float], look: Look) -> None:
        """Draw another scene, with the best shadows about a point (world metres)."""
        self._mesh = mesh
        self._earlier_bodies, self._earlier_views = {}, {}
        # Lights it too, with the last look; that takes most of the time.
        self._renderer.set_scene(mesh, center_m)
        self.moved()
        if look != self._look:
            self.set_look(look)

    def set_look(self, look: Look) -> None:
        """Light the scene, if there is one."""
        if self._mesh is None:
            return
        self._renderer.set_light(Light(**{name: getattr(look, name) for name in type(look).model_fields}))
        self._look = look
        self._frames.clear()

    def bodies_changed(self) -> None:
        """Subjects came or went."""
        self._bodies_stale = True
        self._earlier_bodies = {s: v for s, v in self._earlier_bodies.items() if s in self._subjects}
        self.moved()

    def moved(self) -> None:
        """Forget drawn frames and posed vertices: something of the world changed."""
        self._frames.clear()
        self._posed = False

    def camera_changed(self, camera: Camera) -> None:
        """Forget what a camera, and the eye that follows it, have drawn."""
        for kept in [c for c in self._frames if camera in (c, c.left_eye)]:
            del self._frames[kept]

    def cameras_changed(self, cameras: list[Camera]) -> None:
        """Forget everything of cameras that are no more."""
        self._frames = {c: f for c, f in self._frames.items() if c in cameras}
        self._earlier_views = {c: v for c, v in self._earlier_views.items() if c in cameras}

    def _pose(self) -> None:
        if self._mesh is None:
            return
        if self._bodies_stale:
            # Not at every spawn: the renderer sorts the whole scene and all bodies together each time.
            self._renderer.set_bodies([s.mesh for s in self._subjects])
            self._bodies_stale = False
        if not self._posed:
            self._renderer.pose([s.world_matrices() for s in self._subjects])
            self._posed = True

    def _visible(self) -> list[bool]:
        return [not s.hidden for s in self._subjects]

    def frame(self, camera: Camera) -> Frame:
        """RGB, instances and depth of a camera at this instant."""
        if camera not in self._frames:
            frame = self.picture(camera, camera.view())
            while self._frames and sum(f.depth.size for f in self._frames.values()) + frame.depth.size > KEPT_PIXELS:
                del self._frames[next(iter(self._frames))]
            self._frames[camera] = frame
        return self._frames[camera]

    def picture(self, camera: Camera, view: View) -> Frame:
        """Like `frame` for any view, exposed as the camera is; not kept."""
        self._pose()
        assert self._look is not None, "lit with its scene"
        self._renderer.set_exposure(self._look.exposure * 2.0**camera.exposure_bias)
        return self._renderer.render(view, self._visible())

    def normals(self, view: View) -> NDArray[np.float32]:
        """World normals (H, W, 3) at the pixel centres of a view; 0 in the sky."""
        self._pose()
        return self._renderer.normals(view, self._visible())

    def remember(self, cameras: list[Camera]) -> None:
        """Make this instant, seen by these cameras, the earlier one of `flow`."""
        self._pose()
        self._earlier_bodies = dict(zip(self._subjects, self._renderer.snapshot(), strict=True)) if self._mesh is not None else {}
        self._earlier_views = {camera: camera.view() for camera in cameras}

    def flow(self, camera: Camera, view: View) -> NDArray[np.float32]:
        """Pixels (H, W, 2) that what a view of a camera shows has moved since the earlier instant; NaN where it was not to be seen.

        A camera that was not there counts as having stood still. Before the first `remember` nothing has moved yet.
        """
        self._pose()
        if not self._earlier_views:
            self.remember([camera])
        bodies = [self._earlier_bodies.get(subject) for subject in self._subjects]
        return self._renderer.flow(view, self._visible(), Earlier(self._earlier_views.get(camera, view), bodies))

    def silhouette(self, camera: Camera, subject: Subject) -> tuple[int, int, int, int, int]:
        """Pixel count and half-open box x0, y0, x1, y1 of one subject alone in a camera."""
        self._pose()
        return self._renderer.silhouette_stats(camera.view(), self._subjects.index(subject))

    def posed_vertices(self, subject: Subject) -> Array:
        """Vertices (V, 3) of the posed mesh in world metres."""
        self._pose()
        return self._renderer.posed_vertices(self._subjects.index(subject)).astype(np.float64)

    def free_way(self, start: Array, end: Array) -> float:
        """Metres from `start` towards `end` (3,) to the first surface of the scene or of a visible subject; inf where none is."""
        self._pose()
        assert self._mesh is not None
        shares = [first_hit(start, end, self._mesh.vertices, self._mesh.triangles)]
        for k, subject in enumerate(self._subjects):
            if not subject.hidden:
                shares.append(first_hit(start, end, self._renderer.posed_vertices(k), subject.mesh.triangles))
        return min(shares) * float(np.linalg.norm(end - start))
