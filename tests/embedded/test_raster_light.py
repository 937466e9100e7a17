"""Lamps, glowing surfaces, textures of bodies, relief of the ground, and the same bits on every CPU."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from hmworld.embedded.mesh import BodyMesh, Light, StaticMesh, View
from hmworld.embedded.raster import Renderer, textures
from hmworld.embedded.raster.lamps import CELLS, lamp_grid

NIGHT = Light(0.0, 60.0, (0.0, 0.0, 0.0), (0.01, 0.01, 0.01), (0.01, 0.01, 0.01), (0.01, 0.01, 0.01), 0.0, 1.0, lamps=1.0)
DAY = Light(0.0, 30.0, (2.0, 2.0, 2.0), (0.3, 0.3, 0.3), (0.3, 0.3, 0.3), (0.1, 0.1, 0.1), 0.0, 0.5)


def from_above(height_m: float = 10.0) -> View:
    """A view straight down on the origin: 100 x 100 pixels, up is +y."""
    T_world_camera = np.diag([1.0, -1.0, -1.0, 1.0])
    T_world_camera[2, 3] = height_m
    return View(100, 100, 60.0, T_world_camera)


def floor(image: NDArray[np.uint8] | None = None) -> StaticMesh:
    """A square of 40 m, seen from above, one texture repeat a metre."""
    vertices = np.array([[-20, -20, 0], [20, -20, 0], [20, 20, 0], [-20, 20, 0]], np.float32)
    return StaticMesh(
        vertices=vertices,
        normals=np.tile(np.array([0, 0, 1], np.float32), (4, 1)),
        uvs=np.ascontiguousarray(vertices[:, :2]),
        colours=np.full((4, 3), 0.5, np.float32),
        triangles=np.array([[0, 1, 2], [0, 2, 3]], np.int32),
        texture=np.zeros(2, np.int32) if image is not None else np.full(2, -1, np.int32),
        two_sided=np.zeros(2, np.bool_),
        cutout=np.zeros(2, np.bool_),
        textures=[image] if image is not None else [],
    )


def drawn(scene: StaticMesh, light: Light, bodies: list[BodyMesh] | None = None) -> NDArray[np.int64]:
    renderer = Renderer(1)
    renderer.set_scene(scene)
    renderer.set_light(light)
    renderer.set_bodies(bodies or [])
    return renderer.render(from_above()).rgb.astype(np.int64)


def test_a_lamp_lights_what_is_near_it_in_its_colour_and_nothing_beyond_its_reach() -> None:
    lamp = np.array([[2.0, 0.0, 2.0, 6.0, 3.0, 0.0, 4.0]], np.float32)
    dark, lit = drawn(floor(), NIGHT), drawn(replace(floor(), lamps=lamp), NIGHT)
    change = lit - dark
    # 10 m high with 60 degrees over 100 pixels: 8.66 pixels a metre.
    under, beyond = change[50, 50 + 17], change[50, 50 - 26]
    assert under[0] > 60
    assert under[0] > under[1] > 0
    assert under[2] == 0
    assert (beyond == 0).all()
    brightest = np.unravel_index(np.argmax(lit.sum(axis=2)), lit.shape[:2])
    assert abs(brightest[0] - 50) <= 1
    assert abs(brightest[1] - 67) <= 1


def test_lamps_and_glowing_surfaces_are_off_where_the_light_says_so() -> None:
    lamp = np.array([[2.0, 0.0, 2.0, 6.0, 3.0, 0.0, 4.0]], np.float32)
    glowing = replace(floor(), lamps=lamp, emission=np.full(2, 2.0, np.float32))
    off = replace(NIGHT, lamps=0.0)
    np.testing.assert_array_equal(drawn(glowing, off), drawn(floor(), off))
    assert (drawn(glowing, NIGHT)[5, 5] > drawn(floor(), NIGHT)[5, 5] + 100).all()


def test_a_cell_knows_every_lamp_that_reaches_into_it() -> None:
    turn = np.arange(70) * 2.4
    far = 2.4 * np.sqrt(np.arange(70))
    lamps = np.column_stack([far * np.cos(turn), far * np.sin(turn), np.full(70, 3.0), np.ones((70, 3)), np.full(70, 7.0)]).astype(
        np.float32
    )
    masks, (x0, y0, side) = lamp_grid(lamps)
    for x, y in np.stack(np.meshgrid(np.arange(-20.0, 20.0, 1.7), np.arange(-20.0, 20.0, 1.3)), axis=-1).reshape(-1, 2):
        near = set(np.flatnonzero(np.hypot(lamps[:, 0] - x, lamps[:, 1] - y) < 7.0).tolist())
        words = masks[int((y - y0) / side) * CELLS + int((x - x0) / side)].view(np.uint32)
        known = {lamp for lamp in range(70) if words[lamp // 32] >> (lamp % 32) & 1}
        assert near <= known
        assert all(np.hypot(lamps[lamp, 0] - x, lamps[lamp, 1] - y) < 7.0 + 2.0 * side for lamp in known)


def test_the_last_of_many_lamps_shines_as_one_alone_does() -> None:
    """More lamps than a word of a cell's mask has bits."""
    away = np.array([[900.0 + k, 900.0, 2.0, 9.0, 9.0, 9.0, 4.0] for k in range(69)], np.float32)
    lamp = np.array([[2.0, 0.0, 2.0, 6.0, 3.0, 0.0, 4.0]], np.float32)
    alone = drawn(replace(floor(), lamps=lamp), NIGHT)
    np.testing.assert_array_equal(drawn(replace(floor(), lamps=np.concatenate([away, lamp])), NIGHT), alone)
    assert (alone != drawn(floor(), NIGHT)).any()


def test_a_body_wears_its_own_texture() -> None:
    image = np.zeros((32, 32, 3), np.uint8)
    image[:, :16], image[:, 16:] = (255, 0, 0), (0, 0, 255)
    body = BodyMesh(
        vertices=np.array([[-2, -2, 1], [2, -2, 1], [2, 2, 1], [-2, 2, 1]], np.float32),
        normals=np.tile(np.array([0, 0, 1], np.float32), (4, 1)),
        colours=np.ones((4, 3), np.float32),
        triangles=np.array([[0, 1, 2], [0, 2, 3]], np.int32),
        joints=np.zeros((4, 4), np.uint8),
        weights=np.tile(np.array([1, 0, 0, 0], np.float32), (4, 1)),
        uvs=np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32),
        texture=np.zeros(2, np.int32),
        textures=(image,),
    )
    rgb = drawn(floor(np.full((16, 16, 3), 128, np.uint8)), DAY, [body])
    left, right = rgb[50, 50 - 10], rgb[50, 50 + 10]
    assert left[0] > 150 > 40 > left[2]
    assert right[2] > 150 > 40 > right[0]
    assert abs(rgb[5, 5] - rgb[5, 5, 0]).max() <= 2  # the scene keeps its own


def test_bumps_of_the_ground_are_brighter_on_the_side_of_the_sun() -> None:
    height = np.full((64, 64, 3), 120, np.uint8)
    height[24:40, 24:40] = 130
    lit_from_east = drawn(floor(height), DAY)
    lit_from_west = drawn(floor(height), replace(DAY, sun_azimuth_deg=180.0))
    difference = (lit_from_east - lit_from_west).sum(axis=2)
    assert difference.max() > 10
    assert difference.min() < -10


def test_textures_of_several_sizes_share_one_pool() -> None:
    images = [np.full((side, side, 3), 10 * side // 8, np.uint8) for side in (8, 64, 16)]
    texels = textures.build_texels([textures.pyramid(image) for image in images])
    assert texels.sides.tolist() == [8, 64, 16, 1]
    assert texels.last.tolist() == [3, 6, 4, 0]
    for k, image in enumerate(images):
        encoded = texels.rgb[texels.starts[k, 0]] & 255
        linear = textures.srgb_to_linear(image[0, 0, 0])
        assert encoded == round(float(np.sqrt(linear)) * 255)


def test_more_texels_than_indices_can_count_are_refused() -> None:
    image = np.zeros((2048, 2048, 3), np.uint8)
    with pytest.raises(ValueError, match=r"expected less than 2\^24 texels"):
        textures.build_texels([textures.pyramid(image)] * 3)


_FRAME = """
import hashlib
import numpy as np
from hmworld.embedded.mesh import Light, View
from hmworld.embedded.raster import Renderer
from hmworld.embedded.scenes import build_scene
scene = build_scene("mountain_meadow", 1)
renderer = Renderer(1)
renderer.set_scene(scene.mesh, scene.stages[0].center_m)
renderer.set_light(Light(140.0, 42.0, (4.4, 4.0, 3.3), (0.2, 0.5, 1.0), (0.7, 0.9, 1.1), (0.2, 0.26, 0.1), 0.0004, 0.5))
renderer.set_bodies([])
digest = hashlib.sha256()
for x in (-9.0, 4.0):
    pose = np.array([[0.0, 0.0, 1.0, x], [-1.0, 0.0, 0.0, 0.0], [0.0, -1.0, 0.0, 1.7], [0.0, 0.0, 0.0, 1.0]])
    view = View(208, 120, 50.0, pose)
    frame = renderer.render(view)
    for array in (frame.rgb, frame.instance, frame.depth, renderer.normals(view)):
        digest.update(array.tobytes())
print(digest.hexdigest())
"""


@pytest.mark.long
def test_frames_have_the_same_bits_whatever_the_cpu_can_do(tmp_path: Path) -> None:
    def digest(**settings: str) -> str:
        environment = os.environ | settings
        if "NUMBA_CPU_NAME" in settings:  # else these are the kernels of every other test, compiled already
            environment |= {"NUMBA_CACHE_DIR": str(tmp_path / (settings["NUMBA_CPU_FEATURES"] or "plain"))}
        run = subprocess.run([sys.executable, "-c", _FRAME], env=environment, capture_output=True, text=True, check=True)
        return run.stdout.strip()

    plain = digest(NUMBA_CPU_NAME="generic", NUMBA_CPU_FEATURES="")
    with_avx2 = digest(NUMBA_CPU_NAME="generic", NUMBA_CPU_FEATURES="+avx2,+fma")
    native = digest()
    # NumPy's and OpenBLAS' own kernels make scenes, cameras and light: they too with less than this CPU has.
    modest_numpy = digest(NPY_DISABLE_CPU_FEATURES="X86_V3 X86_V4 AVX512_ICL AVX512_SPR", OPENBLAS_CORETYPE="Nehalem")
    assert plain == with_avx2 == native == modest_numpy
