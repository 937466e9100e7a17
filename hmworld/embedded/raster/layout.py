"""The arrays the kernels share, grouped in named tuples, and the compile options of the kernels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
U8 = NDArray[np.uint8]

_Function = TypeVar("_Function", bound=Callable[..., Any])

CHUNK = 256
"""Triangles per chunk: the unit of frustum culling and of the set-up's slots."""
BAND_ROWS = 16
"""Rows per band: five sample planes of a band at 832 pixels are 0.5 MB, so they stay in a core's second-level
cache."""
CENTRE, SAMPLES = 0, 5
"""Sample 0 is the pixel centre (mask, depth, silhouette); 1 to 4 are a rotated grid, one on each of four rows
and columns (RGB)."""
SAMPLE_X = np.array([0.5, 0.375, 0.875, 0.125, 0.625])
SAMPLE_Y = np.array([0.5, 0.125, 0.375, 0.625, 0.875])


def _compiler(fastmath: set[str], **more: Any) -> Callable[[_Function], _Function]:
    """numba's decorator with the options all kernels share: no GIL, cached on disk, IEEE division by zero."""
    options: dict[str, Any] = {
        "nogil": True,
        "cache": True,
        "error_model": "numpy",
        "fastmath": fastmath,
        **more,
    }

    def compile_function(function: _Function) -> _Function:
        compiled: _Function = njit(**options)(function)
        return compiled

    return compile_function


exact_kernel = _compiler({"contract"})
"""For geometry: only multiply-add contraction is allowed, so a value does not depend on how a loop was
cut."""

_COLOUR = {"contract", "arcp", "nsz", "afn"}

shading_kernel = _compiler(_COLOUR, _nrt=False)
"""For colour: reassociation is allowed; infinities and NaNs keep their meaning. Without reference counts,
which are atomic and would cost half the time in loops over pixels; so these kernels cannot make arrays."""

inlined = _compiler(_COLOUR, _nrt=False, forceinline=True)
"""For the helpers of kernels, always inlined: passing arrays by call costs more than most of the work done
here."""


class Surfaces(NamedTuple):
    """Everything drawn, in the world: the scene first, then the bodies' posed vertices and triangles."""

    vertices: F32  # (V,3)
    normals: F32  # (V,3), not always of length 1
    uvs: F32  # (V,2)
    colours: F32  # (V,3)
    triangles: I32  # (F,3)
    texture: I32  # (F,)
    two_sided: NDArray[np.bool_]  # (F,)
    cutout: NDArray[np.bool_]  # (F,)
    instance: U8  # (F,)


class Slots(NamedTuple):
    """Triangles set up for one view. Slot `c * CHUNK + k` is the k-th surviving triangle of the c-th
    candidate chunk."""

    edges: F64  # (N,3,3): row k is (a,b,c); a x + b y + c = (barycentric weight of vertex k) / w at pixel (x,y)
    bounds: I32  # (N,4): first and last column, first and last row, inclusive
    source: I32  # (N,): index of the triangle
    counts: I32  # (C,): slots used in each chunk


class Texels(NamedTuple):
    """Mip pyramids of all textures, level after level in one row per texture."""

    rgb: I64  # (T,P): red, green, blue in 16-bit lanes, gamma-2 encoded 0..255
    alpha: U8  # (T,P)
    offsets: I64  # (L,): where each level starts in a row
    size: int  # side of level 0


class Shadows(NamedTuple):
    """Heights towards the sun, seen from the sun. A matrix (3,4) maps world to (column, row, height in
    metres)."""

    static: F32  # (2,N,N) the scene around the stage, the whole scene
    bodies: F32  # (S,M,M) one map a body
    matrices: F32  # (2+S,3,4)
    extents: I32  # (2+S,2): columns and rows in use, 0 for a hidden body
    texel_m: F32  # (2+S,): side of a texel
    contacts: F32  # (S,K,K): share of the sky each body hides, seen from above
    contact_places: F32  # (S,4): corner x, y, cell side, lowest point


class Lighting(NamedTuple):
    """A light in the shader's units."""

    sun: F32  # (3,) unit, towards the sun
    sun_rgb: F32
    sky_rgb: F32
    horizon_rgb: F32
    ground_rgb: F32
    ambient_rgb: F32  # what an upward surface receives in the shade
    fog_per_m: np.float32
    exposure: np.float32
    clouds: F32  # (N,N) tileable cloud density 0..1
    encode: U8  # (K,) display-linear to sRGB, indexed by the square root


class Camera(NamedTuple):
    """A view in the shader's units."""

    rotation: F32  # (3,3) R_world_camera
    position: F32  # (3,)
    focal: np.float32
    centre_x: np.float32
    centre_y: np.float32


class Distinct(NamedTuple):
    """Room for the distinct triangles of one pixel: a kernel without reference counts cannot make its own."""

    slots: I32  # (4,)
    samples: I32  # (4,): how many of the four
    x: F32  # (4,): where to shade, in pixels
    y: F32  # (4,)
