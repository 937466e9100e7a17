"""Plain data the rasteriser draws: a static scene, skinned bodies, one light, one view; and the frame it
answers with.

Frames: the world is right-handed, Z up, in metres; camera axes are OpenCV's (x right, y down, z forward).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]


def _require(owner: str, field: str, array: NDArray[np.generic], shape: tuple[int | str, ...], dtype: type) -> None:
    """Refuse an array whose dtype or shape is not `shape` (a letter stands for any length)."""
    fits = array.ndim == len(shape) and all(isinstance(want, str) or want == got for want, got in zip(shape, array.shape, strict=True))
    if not fits or array.dtype != np.dtype(dtype):
        raise ValueError(
            f"{owner}.{field}: expected shape ({', '.join(map(str, shape))}) of {np.dtype(dtype).name}, got {array.shape} of {array.dtype}"
        )


def _require_indices(owner: str, field: str, array: NDArray[np.generic], low: int, high: int) -> None:
    """Refuse an index array with a value outside `low <= value < high`."""
    if array.size and (int(array.min()) < low or int(array.max()) >= high):
        raise ValueError(f"{owner}.{field}: expected indices in [{low}, {high}), got {array.min()} to {array.max()}")


@dataclass(frozen=True)
class StaticMesh:
    """A whole scene, already merged into one mesh.

    `vertices` (V,3) world metres; `normals` (V,3); `uvs` (V,2) in texture repeats; `colours` (V,3) linear
    albedo, multiplied with the texture; `triangles` (F,3), counter-clockwise seen from outside; `texture`
    (F,) index into `textures`, -1 for plain colour; `two_sided` (F,); `cutout` (F,): drawn only where the
    texture's alpha > 1/2; `textures`: tileable sRGB images (N,N,3) or (N,N,4) uint8, N a power of two and the
    same for all; `emission` (F,): own radiance in multiples of the albedo, and `lamps` (L,7): point lights x, y, z,
    irradiance r, g, b at 1 m, and reach in metres; both are scaled by the light's `lamps`.
    """

    vertices: FloatArray
    normals: FloatArray
    uvs: FloatArray
    colours: FloatArray
    triangles: NDArray[np.int32]
    texture: NDArray[np.int32]
    two_sided: NDArray[np.bool_]
    cutout: NDArray[np.bool_]
    textures: list[NDArray[np.uint8]]
    emission: FloatArray | None = None
    lamps: FloatArray | None = None

    def __post_init__(self) -> None:
        count, faces = len(self.vertices), len(self.triangles)
        _require("StaticMesh", "vertices", self.vertices, ("V", 3), np.float32)
        _require("StaticMesh", "normals", self.normals, (count, 3), np.float32)
        _require("StaticMesh", "uvs", self.uvs, (count, 2), np.float32)
        _require("StaticMesh", "colours", self.colours, (count, 3), np.float32)
        _require("StaticMesh", "triangles", self.triangles, ("F", 3), np.int32)
        _require("StaticMesh", "texture", self.texture, (faces,), np.int32)
        _require("StaticMesh", "two_sided", self.two_sided, (faces,), np.bool_)
        _require("StaticMesh", "cutout", self.cutout, (faces,), np.bool_)
        if self.emission is not None:
            _require("StaticMesh", "emission", self.emission, (faces,), np.float32)
        if self.lamps is not None:
            _require("StaticMesh", "lamps", self.lamps, ("L", 7), np.float32)
        _require_indices("StaticMesh", "triangles", self.triangles, 0, count)
        _require_indices("StaticMesh", "texture", self.texture, -1, len(self.textures))
        for k, image in enumerate(self.textures):
            side = len(self.textures[0])
            if image.shape not in ((side, side, 3), (side, side, 4)) or image.dtype != np.uint8 or side & (side - 1):
                raise ValueError(
                    f"StaticMesh.textures[{k}]: expected (N,N,3|4) of uint8, N a power of two equal for all, "
                    f"got {image.shape} of {image.dtype}"
                )


@dataclass(frozen=True)
class BodyMesh:
    """A skinned subject in its rest pose, in its root frame (on the ground under it, x forward, y left, z
    up).

    `vertices` (V,3) metres; `normals` (V,3); `colours` (V,3) linear albedo; `triangles` (F,3),
    counter-clockwise seen from outside; `joints` (V,4) indices and `weights` (V,4), rows summing to 1: linear
    blend skinning. Optionally textured: `uvs` (V,2), `texture` (F,) index into `textures` or -1; square sRGB images
    whose sides are powers of two.
    """

    vertices: FloatArray
    normals: FloatArray
    colours: FloatArray
    triangles: NDArray[np.int32]
    joints: NDArray[np.uint8]
    weights: FloatArray
    uvs: FloatArray | None = None
    texture: NDArray[np.int32] | None = None
    textures: tuple[NDArray[np.uint8], ...] = ()

    def __post_init__(self) -> None:
        count = len(self.vertices)
        _require("BodyMesh", "vertices", self.vertices, ("V", 3), np.float32)
        _require("BodyMesh", "normals", self.normals, (count, 3), np.float32)
        _require("BodyMesh", "colours", self.colours, (count, 3), np.float32)
        _require("BodyMesh", "triangles", self.triangles, ("F", 3), np.int32)
        _require("BodyMesh", "joints", self.joints, (count, 4), np.uint8)
        _require("BodyMesh", "weights", self.weights, (count, 4), np.float32)
        _require_indices("BodyMesh", "triangles", self.triangles, 0, count)


@dataclass(frozen=True)
class Light:
    """One look, in numbers only. Colours are linear RGB.

    A surface of albedo 1 facing the sun radiates `sun_rgb`; facing up in the shade, 0.65 `sky_rgb` (zenith) +
    0.25 `horizon_rgb`; facing down, `ground_rgb`. Fog fades into `horizon_rgb`. `exposure` multiplies before
    the tone curve. `lamps` says how far the scene's own lights are on (0 to 1). Azimuth 0 is +X, counter-clockwise towards +Y.
    """

    sun_azimuth_deg: float
    sun_elevation_deg: float
    sun_rgb: tuple[float, float, float]
    sky_rgb: tuple[float, float, float]
    horizon_rgb: tuple[float, float, float]
    ground_rgb: tuple[float, float, float]
    fog_density_per_m: float
    exposure: float
    lamps: float = 0.0


@dataclass(frozen=True)
class View:
    """A camera: picture size in pixels, horizontal field of view, and pose; `T_world_camera` (4,4)
    float64."""

    width: int
    height: int
    hfov_deg: float
    T_world_camera: NDArray[np.float64]
    near_m: float = 0.1

    def __post_init__(self) -> None:
        _require("View", "T_world_camera", self.T_world_camera, (4, 4), np.float64)
        if self.width < 1 or self.height < 1 or not 0.0 < self.hfov_deg < 180.0 or self.near_m <= 0.0:
            raise ValueError(
                "View: expected a positive size and near_m and 0 < hfov_deg < 180, "
                f"got {self.width}x{self.height}, {self.hfov_deg} deg, near {self.near_m} m"
            )

    @property
    def focal_px(self) -> float:
        """fx = fy, in pixels."""
        return float(self.width / (2.0 * np.tan(np.radians(self.hfov_deg) / 2.0)))


@dataclass(frozen=True)
class Frame:
    """One instant: `rgb` (H,W,3) uint8 sRGB, anti-aliased; at the pixel centres `instance` (H,W) uint8 (0
    scene or sky, 1..S the bodies in order) and `depth` (H,W) float32, planar z in metres, inf in the sky."""

    rgb: NDArray[np.uint8]
    instance: NDArray[np.uint8]
    depth: NDArray[np.float32]
