"""Who casts shadows: the maps of a scene, drawn once per light, and those of the bodies, drawn for every pose."""

from __future__ import annotations

import numpy as np

from . import contact, shadow
from .layout import F32, F64, Shadows, Surfaces, Texels
from .surfaces import Ranges
from .workers import Workers


class ShadowMaps:
    """All shadow maps of one scene under one sun. `sun` (3,) is a unit vector towards it."""

    def __init__(self, sun: F64, stage_m: F64, vertices: F32) -> None:
        """Lay the static maps out: one around the stage, one around all `vertices` (V,3) of the scene."""
        self._axes = shadow.sun_axes(sun)
        self._body_axes = np.concatenate([self._axes[:2], np.eye(3)]).astype(np.float32)
        seen = vertices.astype(np.float64) @ self._axes[:2].T
        around = self._axes[:2] @ stage_m
        half = shadow.FINE_EXTENT_M / 2.0
        self._static_maps = [
            shadow.fit_static(self._axes, around - half, around + half),
            shadow.fit_static(self._axes, seen.min(axis=0), seen.max(axis=0)),
        ]
        self._body_maps: list[shadow.MapFit] = []
        self.body_boxes = np.empty((0, 2, 3))
        """Lowest and highest corner of each body as last drawn, world metres."""

    def draw_static(self, surfaces: Surfaces, texels: Texels, triangles: int) -> None:
        """Draw the first `triangles` triangles, those of the scene."""
        size = shadow.STATIC_SIZE
        self._static_heights = np.full((2, size, size), shadow.FAR_BELOW, np.float32)
        for heights, fitted in zip(self._static_heights, self._static_maps, strict=True):
            shadow.draw_heights(surfaces, texels, fitted.matrix, 0, triangles, heights)

    def draw_bodies(self, surfaces: Surfaces, texels: Texels, vertices: Ranges, faces: Ranges, workers: Workers) -> None:
        """Fit and draw the bodies' maps for their present pose; half-open ranges of vertices and triangles."""
        count, size = len(vertices), shadow.BODY_SIZE
        self._body_heights = np.empty((count, size, size), np.float32)
        self._contacts = np.empty((count, contact.SIZE, contact.SIZE), np.float32)
        self._contact_places = np.empty((count, 4), np.float32)
        self.body_boxes = np.empty((count, 2, 3))
        fits: list[shadow.MapFit | None] = [None] * count

        def draw(k: int, _: int) -> None:
            own = surfaces.vertices[slice(*vertices[k])]
            low, high = shadow.extents_along(own, self._body_axes)
            self.body_boxes[k] = low[2:], high[2:]
            fits[k] = fitted = shadow.fit_body(low[:2], high[:2], self._axes)
            place = contact.fit_contact(low[2:], high[2:])
            contact.draw_contact(own, *place, np.empty_like(self._contacts[k]), self._contacts[k])
            self._contact_places[k] = place
            self._body_heights[k] = shadow.FAR_BELOW
            shadow.draw_heights(surfaces, texels, fitted.matrix, *faces[k], self._body_heights[k])

        workers.share(range(count), draw)
        self._body_maps = [fitted for fitted in fits if fitted is not None]

    def tables(self, shown: list[bool]) -> Shadows:
        """What the kernels read for one frame; the map of a body that is not `shown` counts as empty."""
        maps = self._static_maps + self._body_maps
        used = [(0, 0) if not on else fitted.extent for on, fitted in zip([True, True, *shown], maps, strict=True)]
        return Shadows(
            static=self._static_heights.reshape(-1),
            bodies=self._body_heights.reshape(-1),
            matrices=np.stack([fitted.matrix for fitted in maps]),
            extents=np.array(used, np.int32),
            texel_m=np.array([fitted.texel_m for fitted in maps], np.float32),
            contacts=self._contacts,
            contact_places=self._contact_places,
        )
