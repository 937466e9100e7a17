"""The renderer: holds a scene, a light and bodies; poses them; draws frames and silhouettes."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..mesh import BodyMesh, Frame, Light, StaticMesh, View
from . import passes
from .casting import ShadowMaps
from .lamps import lamp_grid
from .layout import (
    BAND_ROWS,
    CENTRE,
    CHUNK,
    F32,
    I32,
    I64,
    SAMPLES,
    Camera,
    Lighting,
    Slots,
)
from .setup import (
    bin_into_bands,
    boxes_in_view,
    chunk_boxes,
    chunk_ranges,
    morton_order,
    projection_matrix,
    set_up,
)
from .shading import shade_band
from .skinning import skin
from .sky import brighter_side, cloud_layer
from .surfaces import merge
from .textures import Pyramid, build_texels, pyramid
from .tone import encoding_table
from .visibility import count_and_bound, draw_band, resolve_centres
from .workers import Workers

SETUP_CHUNKS = 24
"""Chunks a set-up job takes: fixed, so that jobs do not depend on the number of threads."""


SKINNED = ("vertices", "normals", "joints", "weights")
"""Arrays of a body that the skinning kernel reads."""


class _Binned(NamedTuple):
    """Triangles of one view, set up and sorted into bands."""

    slots: Slots
    starts: I64
    members: I32


class Renderer:
    """A software rasteriser over `threads` threads.

    Set a scene and a light, then bodies, pose them, and render. Results are bit-identical over repeats and
    thread counts, and depend on nothing that was rendered before. Not to be called from two threads at once.
    """

    def __init__(self, threads: int) -> None:
        if threads < 1:
            raise ValueError(f"Renderer.threads: expected at least 1, got {threads}")
        self._workers = Workers(threads)
        self._scene: StaticMesh | None = None
        self._light: Light | None = None
        self._bodies: list[BodyMesh] = []
        self._clouds = cloud_layer().reshape(-1)
        self._encode = encoding_table()
        self._slots = _empty_slots(1)
        self._sun_slope = (0.0, 0.0)
        self._texels_sun: tuple[float, float] | None = None
        self._images: list[NDArray[np.uint8]] = []
        self._pyramids: list[Pyramid] = []

    def set_scene(self, scene: StaticMesh, stage_m: tuple[float, float, float] = (0.0, 0.0, 0.0)) -> None:
        """Draw `scene` from now on.

        Static shadows are sharpest within about 20 m of `stage_m`, a world point. Bodies stay, in their rest
        pose until posed again.
        """
        if not len(scene.triangles):
            raise ValueError("Renderer.set_scene: expected at least one triangle, got none")
        order = morton_order(scene.vertices[scene.triangles].mean(axis=1))
        self._scene = scene
        self._stage = np.array(stage_m, np.float64)
        self._static_order = order
        self._static_ranges = chunk_ranges(0, len(order))
        self._static_boxes = chunk_boxes(scene.vertices, scene.triangles[order], self._static_ranges)
        self._lamps = np.zeros((0, 7), np.float32) if scene.lamps is None else np.ascontiguousarray(scene.lamps)
        self._lamp_masks, self._lamp_corner = lamp_grid(self._lamps)
        self._merge()
        self._build_texels()
        if self._light is not None:
            self.set_light(self._light)

    def set_light(self, light: Light) -> None:
        """Light the scene with `light`: draws the static shadow maps once."""
        if self._scene is None:
            raise ValueError("Renderer.set_light: expected a scene to be set first")
        self._light = light
        azimuth, elevation = np.radians(light.sun_azimuth_deg), np.radians(light.sun_elevation_deg)
        sun = np.array(
            [np.cos(elevation) * np.cos(azimuth), np.cos(elevation) * np.sin(azimuth), np.sin(elevation)],
            np.float64,
        )
        colours = {name: np.array(getattr(light, name), np.float32) for name in ("sun_rgb", "sky_rgb", "horizon_rgb", "ground_rgb")}
        self._lighting = Lighting(
            sun=sun.astype(np.float32),
            ambient_rgb=(0.65 * colours["sky_rgb"] + 0.25 * colours["horizon_rgb"]).astype(np.float32),
            side_rgb=np.zeros((2, 3), np.float32),
            fog_per_m=np.float32(light.fog_density_per_m),
            exposure=np.float32(light.exposure),
            clouds=self._clouds,
            lamps=self._lamps,
            lamp_masks=self._lamp_masks,
            lamp_corner=self._lamp_corner,
            lamp_level=np.float32(light.lamps if len(self._lamps) or self._scene.emission is not None else 0.0),
            encode=self._encode,
            **colours,
        )
        self._lighting = self._lighting._replace(side_rgb=brighter_side(self._lighting))
        self._sun_slope = (float(sun[0] / max(sun[2], 0.2)), float(sun[1] / max(sun[2], 0.2)))
        self._build_texels()
        self._maps = ShadowMaps(sun, self._stage, self._scene.vertices)
        self._maps.draw_static(self._surfaces, self._texels, len(self._scene.triangles))
        self._draw_body_maps()

    def set_bodies(self, bodies: list[BodyMesh]) -> None:
        """Draw `bodies` from now on, instances 1 to S in order; they stand in their rest pose until posed."""
        if self._scene is None:
            raise ValueError("Renderer.set_bodies: expected a scene to be set first")
        self._bodies = [_plain(body) for body in bodies]
        self._merge()
        self._build_texels()
        self.pose([np.tile(np.eye(3, 4), (int(body.joints.max(initial=0)) + 1, 1, 1)) for body in bodies])

    def pose(self, matrices: list[NDArray[np.float64]]) -> None:
        """Pose every body: `matrices` one (J,3,4) a body, rest point in the root frame to world."""
        if len(matrices) != len(self._bodies):
            raise ValueError(f"Renderer.pose: expected {len(self._bodies)} arrays, one a body, got {len(matrices)}")
        for k, (body, posed) in enumerate(zip(self._bodies, matrices, strict=True)):
            joints = int(body.joints.max(initial=0)) + 1
            if posed.ndim != 3 or posed.shape[1:] != (3, 4) or len(posed) < joints:
                raise ValueError(f"Renderer.pose: body {k}: expected (J,3,4) with J >= {joints}, got {posed.shape}")
            rows = slice(*self._body_vertices[k])
            skin(
                body.vertices,
                body.normals,
                body.joints,
                body.weights,
                np.ascontiguousarray(posed, np.float64),
                self._surfaces.vertices[rows],
                self._surfaces.attributes[rows],
            )
        self._draw_body_maps()

    def posed_vertices(self, body: int) -> F32:
        """World vertices (V,3) of a body, 0 to S-1, as last posed; a copy."""
        return self._surfaces.vertices[slice(*self._body_vertices[body])].copy()

    def render(self, view: View, visible: list[bool] | None = None) -> Frame:
        """Colour, instance and depth of one instant.

        Bodies not `visible` (S bools; None: all are) leave no trace, not even a shadow.
        """
        if self._light is None:
            raise ValueError("Renderer.render: expected a scene and a light to be set first")
        shown = [True] * len(self._bodies) if visible is None else list(visible)
        if len(shown) != len(self._bodies):
            raise ValueError(f"Renderer.render: expected {len(self._bodies)} visibilities, got {len(shown)}")
        binned = self._bin(view, [k for k, on in enumerate(shown) if on], with_scene=True)
        shadows = self._maps.tables(shown)
        camera = Camera(
            rotation=np.ascontiguousarray(view.T_world_camera[:3, :3], np.float32),
            position=view.T_world_camera[:3, 3].astype(np.float32),
            focal=np.float32(view.focal_px),
            centre_x=np.float32(view.width / 2.0),
            centre_y=np.float32(view.height / 2.0),
        )
        rgb = np.empty((view.height, view.width, 3), np.uint8)
        instance = np.empty((view.height, view.width), np.uint8)
        depth = np.empty((view.height, view.width), np.float32)

        def draw(band: int, worker: int) -> None:
            rows = slice(band * BAND_ROWS, min((band + 1) * BAND_ROWS, view.height))
            nearest, inverse_depth = self._workers.planes(worker, view.width, rows.stop - rows.start)
            self._draw(binned, band, rows, (CENTRE, SAMPLES), float(view.near_m), nearest, inverse_depth)
            resolve_centres(
                binned.slots,
                self._surfaces,
                nearest[CENTRE],
                inverse_depth[CENTRE],
                instance[rows],
                depth[rows],
            )
            shade_band(
                self._surfaces,
                binned.slots,
                self._texels,
                shadows,
                self._lighting,
                camera,
                nearest,
                inverse_depth,
                rows.start,
                self._workers.items(worker, view.width),
                rgb[rows],
            )

        self._workers.share(range(len(binned.starts) - 1), draw)
        return Frame(rgb, instance, depth)

    def silhouette(self, view: View, body: int) -> NDArray[np.bool_]:
        """Where `body` (0 to S-1), alone, covers the pixel centres: (H,W)."""
        binned = self._bin(view, [body], with_scene=False)
        mask = np.zeros((view.height, view.width), np.bool_)

        def draw(band: int, worker: int) -> None:
            rows = slice(band * BAND_ROWS, min((band + 1) * BAND_ROWS, view.height))
            nearest, inverse_depth = self._workers.planes(worker, view.width, rows.stop - rows.start)
            self._draw(binned, band, rows, (CENTRE, CENTRE + 1), float(view.near_m), nearest, inverse_depth)
            np.greater_equal(nearest[CENTRE], 0, out=mask[rows])

        self._workers.share(np.flatnonzero(np.diff(binned.starts)).tolist(), draw)
        return mask

    def set_exposure(self, exposure: float) -> None:
        """Expose frames so from now on; nothing else of the light changes."""
        self._lighting = self._lighting._replace(exposure=np.float32(exposure))

    def snapshot(self) -> list[F32]:
        """World vertices (V,3) of all bodies as last posed, to be an earlier instant of `flow`; copies."""
        return [self.posed_vertices(k) for k in range(len(self._bodies))]

    def normals(self, view: View, visible: list[bool] | None = None) -> F32:
        """Unit world normals (H,W,3) of the surfaces at the pixel centres, facing the camera; 0 in the sky."""
        faces = self._faces(view, visible)
        out = np.empty((view.height, view.width, 3), np.float32)
        pose = np.ascontiguousarray(view.T_world_camera)
        rotation, centre, surfaces = np.ascontiguousarray(pose[:3, :3]), passes.pinhole(view), self._surfaces

        def write(row: int, _: int) -> None:
            passes.write_normals(
                surfaces.vertices, surfaces.triangles, faces, rotation, centre, row, min(row + BAND_ROWS, view.height), out
            )

        self._workers.share(range(0, view.height, BAND_ROWS), write)
        return out

    def flow(self, view: View, visible: list[bool] | None, before: passes.Earlier) -> F32:
        """Pixels (H,W,2) x, y that what is seen at each pixel centre has moved since an earlier instant.

        What is now at p was at p - flow(p). The sky counts as infinitely far. NaN where the point was behind the earlier camera's
        near plane, or its body not there.
        """
        faces = self._faces(view, visible)
        out = np.empty((view.height, view.width, 2), np.float32)
        surfaces, earlier = self._surfaces, before.view
        vertices = surfaces.vertices.copy()
        known = np.ones(len(vertices), np.bool_)
        for (first, last), posed in zip(self._body_vertices, before.bodies, strict=True):
            known[first:last] = posed is not None
            if posed is not None:
                vertices[first:last] = posed
        pose = view.T_world_camera
        rotation, origin = np.ascontiguousarray(pose[:3, :3]), np.ascontiguousarray(pose[:3, 3])
        projection = projection_matrix(earlier.T_world_camera, earlier.focal_px, earlier.width, earlier.height)

        def write(row: int, _: int) -> None:
            passes.write_flow(
                surfaces.vertices,
                vertices,
                known,
                surfaces.triangles,
                faces,
                rotation,
                origin,
                passes.pinhole(view),
                projection,
                earlier.near_m,
                row,
                min(row + BAND_ROWS, view.height),
                out,
            )

        self._workers.share(range(0, view.height, BAND_ROWS), write)
        return out

    def _faces(self, view: View, visible: list[bool] | None) -> I32:
        """Which triangle is seen at each pixel centre: (H,W), -1 in the sky."""
        shown = [True] * len(self._bodies) if visible is None else visible
        binned = self._bin(view, [k for k, on in enumerate(shown) if on], with_scene=True)
        faces = np.empty((view.height, view.width), np.int32)

        def draw(band: int, worker: int) -> None:
            rows = slice(band * BAND_ROWS, min((band + 1) * BAND_ROWS, view.height))
            nearest, inverse_depth = self._workers.planes(worker, view.width, rows.stop - rows.start)
            self._draw(binned, band, rows, (CENTRE, CENTRE + 1), float(view.near_m), nearest, inverse_depth)
            faces[rows] = np.where(nearest[CENTRE] < 0, -1, binned.slots.source[nearest[CENTRE]])

        self._workers.share(range(len(binned.starts) - 1), draw)
        return faces

    def silhouette_stats(self, view: View, body: int) -> tuple[int, int, int, int, int]:
        """(count, x0, y0, x1, y1) of `silhouette`: pixels and half-open box, zeros where it is empty."""
        return _integers(count_and_bound(self.silhouette(view, body)))

    def _merge(self) -> None:
        """Join the scene and the bodies into the arrays that the kernels read."""
        assert self._scene is not None
        merged = merge(self._scene, self._static_order, self._bodies)
        self._surfaces, self._body_vertices, self._body_faces = merged

    def _build_texels(self) -> None:
        """The pool of the textures of the scene and the bodies, their relief for the present sun."""
        assert self._scene is not None
        images = [*self._scene.textures, *(image for body in self._bodies for image in body.textures)]
        if [id(image) for image in images] != [id(image) for image in self._images]:
            self._images = images
            self._pyramids = [pyramid(image) for image in images]
            self._texels_sun = None
        if self._texels_sun != self._sun_slope:
            self._texels = build_texels(self._pyramids, self._sun_slope)
            self._texels_sun = self._sun_slope

    def _draw_body_maps(self) -> None:
        """Draw the bodies' shadow maps for their present pose."""
        if self._light is not None:
            self._maps.draw_bodies(self._surfaces, self._texels, self._body_vertices, self._body_faces, self._workers)

    def _bin(self, view: View, bodies: list[int], *, with_scene: bool) -> _Binned:
        """Set up and bin the triangles of `bodies` and, if asked, of the scene."""
        projection = projection_matrix(view.T_world_camera, view.focal_px, view.width, view.height)
        ranges = []
        if with_scene:
            seen = boxes_in_view(self._static_boxes, projection, view.width, view.height, view.near_m)
            # The nearest first: what lies behind is then turned down by its depth, before anything dearer is asked.
            middles = self._static_boxes[seen].mean(axis=1)
            away = np.linalg.norm(middles - view.T_world_camera[:3, 3], axis=1)
            ranges.append(self._static_ranges[seen][np.argsort(away, kind="stable")])
        for body in bodies:
            if boxes_in_view(self._maps.body_boxes[body][None], projection, view.width, view.height, view.near_m)[0]:
                ranges.append(chunk_ranges(*self._body_faces[body]))
        chunks = np.concatenate([*ranges, np.zeros((0, 2), np.int32)])
        if len(self._slots.counts) < len(chunks):
            self._slots = _empty_slots(len(chunks))
        slots = self._slots

        def work(begin: int, _: int) -> None:
            end = min(begin + SETUP_CHUNKS, len(chunks))
            set_up(
                self._surfaces,
                chunks,
                begin,
                end,
                projection,
                view.width,
                view.height,
                float(view.near_m),
                slots,
            )

        self._workers.share(range(0, len(chunks), SETUP_CHUNKS), work)
        starts, members = bin_into_bands(slots, len(chunks), view.height)
        return _Binned(slots, starts, members)

    def _draw(
        self,
        binned: _Binned,
        band: int,
        rows: slice,
        samples: tuple[int, int],
        near_m: float,
        nearest: I32,
        inverse_depth: F32,
    ) -> None:
        """Visibility of one band into scratch planes (5, rows, W).

        Frames and silhouettes both come through here, so their geometry agrees to the last bit.
        """
        first, last = binned.starts[band], binned.starts[band + 1]
        draw_band(
            self._surfaces,
            self._texels,
            binned.slots,
            binned.members,
            first,
            last,
            rows.start,
            rows.stop,
            *samples,
            near_m,
            nearest,
            inverse_depth,
        )


def _empty_slots(chunks: int) -> Slots:
    """Room for the triangles of `chunks` chunks."""
    count = chunks * CHUNK
    return Slots(
        edges=np.empty((count, 3, 3), np.float64),
        bounds=np.empty((count, 4), np.int32),
        source=np.empty(count, np.int32),
        patch=np.empty(count, np.int32),
        closest=np.empty(count, np.float32),
        counts=np.zeros(chunks, np.int32),
    )


def _plain(body: BodyMesh) -> BodyMesh:
    """The body in C-ordered writeable arrays: the kernels are compiled for no others."""
    arrays = {name: np.require(getattr(body, name), requirements=["C", "W"]) for name in SKINNED}
    return replace(body, **arrays)


def _integers(values: tuple[int, int, int, int, int]) -> tuple[int, int, int, int, int]:
    """Plain Python integers."""
    count, x0, y0, x1, y1 = (int(value) for value in values)
    return count, x0, y0, x1, y1
