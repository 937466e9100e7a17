"""Which triangle is seen where, against rays cast one by one; and the packed cut-outs."""

import numpy as np
import pytest
from numba import njit

from hmworld.embedded.mesh import Light, StaticMesh, View
from hmworld.embedded.raster import Renderer
from hmworld.embedded.raster.setup import DEPTH_KEYS, _depth_key
from hmworld.embedded.raster.textures import build_texels, pyramid, solid_at

LIGHT = Light(30.0, 50.0, (2.0, 2.0, 2.0), (0.3, 0.4, 0.6), (0.7, 0.7, 0.7), (0.2, 0.2, 0.2), 0.0, 1.0)


def soup(seed: int, count: int) -> StaticMesh:
    """Two-sided triangles of all sizes, most of them behind others, before a camera at the origin that looks along x; and a wall,
    and a floor and a ceiling that begin behind the camera, so that what stands on them is nearer than what was drawn before."""
    r = np.random.default_rng(seed)
    middles = np.column_stack([r.uniform(1.0, 60.0, count), r.uniform(-30.0, 30.0, count), r.uniform(-4.0, 5.0, count)])
    corners = middles[:, None] + r.normal(size=(count, 3, 3)) * r.choice([0.05, 0.2, 1.5], (count, 1, 1))
    low = slice(count // 2, count)
    corners[low] += np.array([0, 0, -4.0]) + r.uniform(0, 0.6, (count - count // 2, 1, 1)) * [0, 0, 1] - middles[low, None] * [0.8, 0.9, 1]
    for k, (x, z) in enumerate((((55, 55), (-40, 40)), ((-9, 90), (-4, -4)), ((-9, 90), (5, 5)))):
        quad = np.array([[x[0], -90, z[0]], [x[0], 90, z[0]], [x[1], 90, z[1]], [x[1], -90, z[1]]], float)
        corners[2 * k : 2 * k + 2] = quad[[[0, 1, 2], [0, 2, 3]]]
    vertices = corners.reshape(-1, 3).astype(np.float32)
    return StaticMesh(
        vertices=vertices,
        normals=np.tile(np.array([0, 0, 1], np.float32), (3 * count, 1)),
        uvs=np.zeros((3 * count, 2), np.float32),
        colours=np.ones((3 * count, 3), np.float32),
        triangles=np.arange(3 * count, dtype=np.int32).reshape(-1, 3),
        texture=np.full(count, -1, np.int32),
        two_sided=np.ones(count, bool),
        cutout=np.zeros(count, bool),
        textures=[],
    )


def cast(mesh: StaticMesh, view: View) -> np.ndarray:
    """Planar depth (H,W) of the nearest triangle that the ray of each pixel centre hits (Moeller and Trumbore), 64-bit."""
    x = (np.arange(view.width) + 0.5 - view.width / 2) / view.focal_px
    y = (np.arange(view.height) + 0.5 - view.height / 2) / view.focal_px
    rays = np.stack([*np.meshgrid(x, y), np.ones((view.height, view.width))], axis=-1).reshape(-1, 3) @ view.T_world_camera[:3, :3].T
    a, b, c = (mesh.vertices[mesh.triangles[:, k]].astype(np.float64) for k in range(3))
    nearest = np.full(len(rays), np.inf)
    for p, e1, e2 in zip(view.T_world_camera[:3, 3] - a, b - a, c - a, strict=True):
        h = np.cross(rays, e2)
        q = np.cross(p, e1)
        with np.errstate(divide="ignore", invalid="ignore"):
            u = (h @ p) / (h @ e1)
            v = (rays @ q) / (h @ e1)
            t = (e2 @ q) / (h @ e1)
            hit = (u >= 0) & (v >= 0) & (u + v <= 1) & (t >= view.near_m)
        nearest[hit] = np.minimum(nearest[hit], t[hit])
    return nearest.reshape(view.height, view.width)


@pytest.mark.parametrize(("seed", "hfov_deg", "down_deg"), [(1, 70.0, 0.0), (2, 70.0, 10.0), (3, 12.0, 30.0), (4, 12.0, 60.0)])
def test_depth_is_that_of_the_nearest_triangle_a_ray_hits(seed: int, hfov_deg: float, down_deg: float) -> None:
    """From afar and wide, and close from above, where things lie a little before the floor that hides what is below."""
    mesh = soup(seed, 4000)
    tilt = np.deg2rad(down_deg)
    pose = np.eye(4)
    pose[:3, :3] = np.array([[0, -1, 0], [-np.sin(tilt), 0, -np.cos(tilt)], [np.cos(tilt), 0, -np.sin(tilt)]]).T
    view = View(107, 61, hfov_deg, pose, near_m=0.3)
    renderer = Renderer(1)
    renderer.set_scene(mesh)
    renderer.set_light(LIGHT)
    depth, wanted = renderer.render(view).depth, cast(mesh, view)
    assert np.isfinite(wanted).mean() > 0.99
    # Rays that graze an edge may fall on either side of it.
    assert (np.abs(depth / wanted - 1.0) < 1e-6).mean() > 0.9995


def test_keys_of_depth_grow_with_it() -> None:
    depths = np.geomspace(0.005, 1e5, 5000).astype(np.float32)
    keys = np.array([_depth_key(int(bits)) for bits in (np.float32(1.0) / depths).view(np.int32)])
    assert (np.diff(keys) >= 0).all()
    assert keys[0] == 0
    assert keys[-1] < DEPTH_KEYS
    assert len(np.unique(keys)) > 600
    assert _depth_key(int(np.float32(np.inf).view(np.int32))) == 0


@njit
def _solid(words, start, side, us, vs):  # type: ignore[no-untyped-def]
    return np.array([solid_at(words, start, side, us[k], vs[k]) for k in range(len(us))])


def test_a_packed_texel_is_solid_where_its_alpha_is_and_wraps_around() -> None:
    r = np.random.default_rng(4)
    image = r.integers(0, 256, (16, 16, 4), dtype=np.uint8)
    texels = build_texels([pyramid(np.full((8, 8, 3), 9, np.uint8)), pyramid(image)], (0.0, 0.0))
    us, vs = r.uniform(-3.0, 3.0, (2, 2000)).astype(np.float32)
    us[:4] = [-1e-9, np.nan, np.inf, 1e30]
    found = _solid(texels.solid, np.float32(texels.starts[1, 0]), np.float32(16.0), us, vs)
    columns = np.floor((us[4:] - np.floor(us[4:])) * 16).astype(int) % 16
    rows = np.floor((vs[4:] - np.floor(vs[4:])) * 16).astype(int) % 16
    np.testing.assert_array_equal(found[4:], image[rows, columns, 3] > 127)
    assert set(found[:4].tolist()) <= {0, 1}
