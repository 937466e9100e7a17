"""The arrays the kernels share, grouped in named tuples, and the compile options of the kernels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numba import njit
from numba.core.compiler import Compiler
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


class _Apart(Compiler):  # type: ignore[misc]
    """Compiles under the promise that no two array arguments overlap: LLVM may then turn loops into SIMD."""

    def define_pipelines(self) -> Any:
        self.state.flags.noalias = True
        return super().define_pipelines()


def _compiler(fastmath: set[str], **more: Any) -> Callable[[_Function], _Function]:
    """numba's decorator with the options all kernels share: no GIL, cached on disk, IEEE division by zero."""
    options: dict[str, Any] = {
        "nogil": True,
        "cache": True,
        "error_model": "numpy",
        "fastmath": fastmath,
        "pipeline_class": _Apart,
        **more,
    }

    def compile_function(function: _Function) -> _Function:
        compiled: _Function = njit(**options)(function)
        return compiled

    return compile_function


exact_kernel = _compiler({"nsz"})
"""For geometry: only multiply-add contraction is allowed, so a value does not depend on how a loop was
cut."""

_COLOUR = {"nsz"}

shading_kernel = _compiler(_COLOUR, _nrt=False)
"""For colour: no more licence than multiply-add contraction and the sign of zero, so that an item's value does not
depend on its place in a loop, be it in a SIMD lane or in the rest. Without reference counts, which are atomic and
would cost half the time in loops over pixels; so these kernels cannot make arrays."""

inlined = _compiler(_COLOUR, _nrt=False, forceinline=True)
"""For the helpers of kernels, always inlined: passing arrays by call costs more than most of the work done
here, and only inlined do their loops know that arrays do not overlap."""


@inlined
def place_of(number: np.float32) -> np.uint64:
    """A whole number from 0 to 2^24 as an array index; unsigned, or numba would ask whether it counts from the end."""
    return np.uint64(np.int32(number))


class Surfaces(NamedTuple):
    """Everything drawn, in the world: the scene first, then the bodies' posed vertices and triangles."""

    vertices: F32  # (V,3)
    attributes: F32  # (V,8): u, v, normal (not always of length 1), red, green, blue
    triangles: I32  # (F,3)
    texture: I32  # (F,)
    two_sided: NDArray[np.bool_]  # (F,)
    cutout: NDArray[np.bool_]  # (F,)
    emission: F32  # (F,)
    patch: I32  # (F,): triangles joined through shared vertices and of one texture have the same number
    instance: U8  # (F,)


class Slots(NamedTuple):
    """Triangles set up for one view. Slot `c * CHUNK + k` is the k-th surviving triangle of the c-th
    candidate chunk."""

    edges: F64  # (N,3,3): row k is (a,b,c); a x + b y + c = (barycentric weight of vertex k) / w at pixel (x,y)
    bounds: I32  # (N,4): first and last column, first and last row, inclusive
    source: I32  # (N,): index of the triangle
    patch: I32  # (N,): its patch
    closest: F32  # (N,): its greatest 1 / w, infinite where it reaches before the near plane
    counts: I32  # (C,): slots used in each chunk


class Texels(NamedTuple):
    """Mip pyramids of all textures in one pool."""

    rgb: I32  # (P,): red, green, blue, gamma-2 encoded, and relief, 8 bits each from the lowest
    solid: I32  # (P / 32,): whether a texel is more than half opaque, a bit each
    starts: I32  # (T,L): where each level of a texture starts in the pool; its last level repeats
    sides: I32  # (T,): side of level 0, a power of two
    last: I32  # (T,): the last level, of one texel


class Shadows(NamedTuple):
    """Heights towards the sun, seen from the sun. A matrix (3,4) maps world to (column, row, height in
    metres)."""

    static: F32  # (2*N*N,) the scene around the stage, then the whole scene, N rows of N each
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
    side_rgb: F32  # (2,3): what that changes by per unit of the normal's x and y
    fog_per_m: np.float32
    exposure: np.float32
    clouds: F32  # (N*N,) tileable cloud density 0..1
    lamps: F32  # (L,7): x, y, z, irradiance r, g, b at 1 m, reach; none when they are off
    lamp_masks: I32  # (C*C,K): the lamps that reach a column of the scene, a bit each
    lamp_corner: F32  # (3,): x and y of cell (0,0)'s corner, and the side of a cell
    lamp_level: np.float32
    encode: U8  # (K,) display-linear to sRGB, indexed by the square root


class Camera(NamedTuple):
    """A view in the shader's units."""

    rotation: F32  # (3,3) R_world_camera
    position: F32  # (3,)
    focal: np.float32
    centre_x: np.float32
    centre_y: np.float32
