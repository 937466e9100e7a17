"""The rasteriser answers with exact geometry, and with the same bits every time."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from hmworld.embedded.mesh import BodyMesh, Frame, Light, StaticMesh, View
from hmworld.embedded.raster import Renderer, contact, setup, shading, shadow, skinning, visibility, warm_up

LIGHT = Light(
    sun_azimuth_deg=-40.0,
    sun_elevation_deg=50.0,
    sun_rgb=(1.5, 1.4, 1.2),
    sky_rgb=(0.3, 0.45, 0.8),
    horizon_rgb=(0.65, 0.72, 0.82),
    ground_rgb=(0.15, 0.13, 0.11),
    fog_density_per_m=0.005,
    exposure=0.8,
)


def camera(eye: tuple[float, float, float], at: tuple[float, float, float]) -> NDArray[np.float64]:
    """T_world_camera of a camera at `eye` that looks at `at`, upright."""
    forward = np.subtract(at, eye) / np.linalg.norm(np.subtract(at, eye))
    right = np.cross(forward, [0.0, 0.0, 1.0])
    right /= np.linalg.norm(right)
    T_world_camera = np.eye(4)
    T_world_camera[:3, :3] = np.stack([right, np.cross(forward, right), forward], axis=1)
    T_world_camera[:3, 3] = eye
    return T_world_camera


VIEW = View(208, 120, 50.0, camera((-6.0, 0.5, 1.6), (0.0, 0.0, 1.0)))


def static(
    vertices: NDArray[np.float32],
    triangles: list[list[int]],
    *,
    cutout: bool = False,
    two_sided: bool = False,
) -> StaticMesh:
    """A mesh with uvs along world x and y and one texture: opaque for u < 1/2, transparent beyond."""
    texture = np.full((16, 16, 4), 200, np.uint8)
    texture[:, :8, 3], texture[:, 8:, 3] = 255, 0
    return StaticMesh(
        vertices=vertices.astype(np.float32),
        normals=np.tile(np.array([0, 0, 1], np.float32), (len(vertices), 1)),
        uvs=np.ascontiguousarray(vertices[:, :2], np.float32),
        colours=np.full((len(vertices), 3), 0.6, np.float32),
        triangles=np.array(triangles, np.int32),
        texture=np.zeros(len(triangles), np.int32),
        two_sided=np.full(len(triangles), two_sided),
        cutout=np.full(len(triangles), cutout),
        textures=[texture],
    )


def ground(half: float = 20.0, z: float = 0.0) -> StaticMesh:
    """A square of side 2 `half` at height `z`, seen from above."""
    corners = np.array([[-half, -half, z], [half, -half, z], [half, half, z], [-half, half, z]])
    return static(corners, [[0, 1, 2], [0, 2, 3]])


def ellipsoid(centre: tuple[float, float, float], radii: tuple[float, float, float]) -> BodyMesh:
    """A body of one joint."""
    rings, sectors = 16, 24
    theta = np.linspace(0.0, np.pi, rings + 1)[:, None]
    phi = np.linspace(0.0, 2.0 * np.pi, sectors + 1)[None, :]
    unit = np.stack([np.sin(theta) * np.cos(phi), np.sin(theta) * np.sin(phi), np.cos(theta) + 0.0 * phi], axis=-1)
    unit = unit.reshape(-1, 3)
    i = (np.arange(rings)[:, None] * (sectors + 1) + np.arange(sectors)).ravel()
    j = i + sectors + 1
    count = len(unit)
    return BodyMesh(
        vertices=(unit * radii + centre).astype(np.float32),
        normals=(unit / radii).astype(np.float32),
        colours=np.full((count, 3), 0.5, np.float32),
        triangles=np.concatenate([np.stack([i, j, j + 1], 1), np.stack([i, j + 1, i + 1], 1)]).astype(np.int32),
        joints=np.zeros((count, 4), np.uint8),
        weights=np.tile(np.array([1, 0, 0, 0], np.float32), (count, 1)),
    )


def at(x: float, y: float, z: float = 0.0) -> NDArray[np.float64]:
    """Matrices (1,3,4) that move a one-joint body to a place."""
    matrices = np.eye(3, 4)[None].copy()
    matrices[0, :, 3] = x, y, z
    return matrices


@pytest.fixture
def renderer() -> Renderer:
    """Two threads, ground, two ellipsoids hovering beside each other."""
    return stage(threads=2)


def stage(threads: int) -> Renderer:
    """The fixture's scene, drawn over a number of threads."""
    made = Renderer(threads)
    made.set_scene(ground())
    made.set_light(LIGHT)
    made.set_bodies([ellipsoid((0, 0, 1.0), (0.3, 0.25, 0.8)), ellipsoid((0, 0, 0.7), (0.6, 0.2, 0.3))])
    made.pose([at(0.0, 0.9), at(0.2, -0.9)])
    return made


def same(a: Frame, b: Frame) -> bool:
    """Whether two frames agree in every bit."""
    return all(getattr(a, f.name).tobytes() == getattr(b, f.name).tobytes() for f in fields(Frame))


@pytest.mark.parametrize("width", [208, 333])
def test_silhouette_equals_the_mask_of_an_unoccluded_body(renderer: Renderer, width: int) -> None:
    view = View(width, 120, 50.0, VIEW.T_world_camera)
    instance = renderer.render(view).instance
    for body in (0, 1):
        silhouette = renderer.silhouette(view, body)
        assert silhouette.sum() > 200
        np.testing.assert_array_equal(silhouette, instance == body + 1)


def test_silhouette_stats_count_and_bound_the_silhouette_half_open(renderer: Renderer) -> None:
    rows, columns = np.nonzero(renderer.silhouette(VIEW, 0))
    expected = (len(rows), columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    assert renderer.silhouette_stats(VIEW, 0) == expected


def test_silhouette_stats_of_a_body_behind_the_camera_are_zeros(renderer: Renderer) -> None:
    renderer.pose([at(-12.0, 0.0), at(0.2, -0.9)])
    assert renderer.silhouette_stats(VIEW, 0) == (0, 0, 0, 0, 0)


def test_the_nearer_body_owns_the_mask_where_two_overlap(renderer: Renderer) -> None:
    renderer.pose([at(0.0, 0.0), at(-2.0, 0.0)])
    instance = renderer.render(VIEW).instance
    both = renderer.silhouette(VIEW, 0) & renderer.silhouette(VIEW, 1)
    assert both.sum() > 100
    assert set(np.unique(instance[both])) == {2}
    np.testing.assert_array_equal(instance == 2, renderer.silhouette(VIEW, 1))


def test_depth_of_the_ground_is_exact_at_pixel_centres(renderer: Renderer) -> None:
    frame = renderer.render(VIEW, visible=[False, False])
    x, y = np.meshgrid(np.arange(VIEW.width) + 0.5, np.arange(VIEW.height) + 0.5)
    rays = np.stack([(x - VIEW.width / 2) / VIEW.focal_px, (y - VIEW.height / 2) / VIEW.focal_px, np.ones_like(x)], -1)
    world = rays @ VIEW.T_world_camera[:3, :3].T
    eye = VIEW.T_world_camera[:3, 3]
    with np.errstate(divide="ignore"):
        depth = -eye[2] / world[..., 2]
    hit = np.abs(eye + depth[..., None] * world)[..., :2].max(-1)
    inside, outside = (depth > 0) & (hit < 19.9), (depth <= 0) | (hit > 20.1)
    assert inside.sum() > 5000
    np.testing.assert_allclose(frame.depth[inside], depth[inside], rtol=1e-5)
    assert np.isinf(frame.depth[outside]).all()


def test_a_known_point_lands_in_its_pixel(renderer: Renderer) -> None:
    point = np.array([0.4, 0.7, 1.1])
    renderer.set_bodies([ellipsoid((0, 0, 0), (0.004, 0.004, 0.004))])
    renderer.pose([at(*point)])
    view = View(832, 480, 37.5, VIEW.T_world_camera)
    x, y, z = np.linalg.inv(view.T_world_camera)[:3] @ np.append(point, 1.0)
    rows, columns = np.nonzero(renderer.render(view).instance)
    assert len(rows)
    assert abs(rows.mean() + 0.5 - (view.height / 2 + view.focal_px * y / z)) < 0.6
    assert abs(columns.mean() + 0.5 - (view.width / 2 + view.focal_px * x / z)) < 0.6


def test_a_quad_that_crosses_the_near_plane_covers_the_screen_below_the_horizon() -> None:
    made = Renderer(1)
    made.set_scene(ground(half=5000.0))
    made.set_light(LIGHT)
    straight_down_and_behind = View(160, 96, 60.0, camera((0.0, 0.0, 0.3), (1.0, 0.2, -0.6)))
    depth = made.render(straight_down_and_behind).depth
    assert np.isfinite(depth).all()
    assert depth.min() >= straight_down_and_behind.near_m
    level = made.render(View(160, 96, 60.0, camera((0.0, 0.0, 0.3), (1.0, 0.2, 0.3)))).depth
    assert np.isinf(level[48 + 3 :]).sum() == 0
    assert np.isinf(level[: 48 - 3]).all()


def test_nothing_nearer_than_the_near_plane_is_drawn(renderer: Renderer) -> None:
    renderer.pose([at(-5.95, 0.5, 0.6), at(0.2, -0.9)])
    frame = renderer.render(VIEW)
    assert (frame.instance == 1).sum() == renderer.silhouette_stats(VIEW, 0)[0]
    assert frame.depth.min() >= VIEW.near_m


def test_back_faces_are_culled_unless_two_sided() -> None:
    corners = np.array([[-9.0, -9, 0], [9, -9, 0], [9, 9, 0], [-9, 9, 0]])
    below = View(64, 48, 60.0, camera((0.0, 0.0, -2.0), (0.1, 0.0, 0.0)))
    seen = []
    for two_sided in (False, True):
        made = Renderer(1)
        made.set_scene(static(corners, [[0, 1, 2], [0, 2, 3]], two_sided=two_sided))
        made.set_light(LIGHT)
        seen.append(np.isfinite(made.render(below).depth).mean())
    assert seen == [0.0, 1.0]


def test_a_cutout_shows_only_opaque_texels() -> None:
    made = Renderer(1)
    corners = np.array([[0.0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]])
    made.set_scene(static(corners, [[0, 1, 2], [0, 2, 3]], cutout=True))
    made.set_light(LIGHT)
    looking_down = np.diag([1.0, -1.0, -1.0, 1.0])
    looking_down[:3, 3] = 0.5, 0.5, 0.5
    depth = made.render(View(64, 64, 90.0, looking_down)).depth
    assert np.isfinite(depth[:, :32]).all()
    assert np.isinf(depth[:, 32:]).all()


def test_nothing_is_left_to_compile_after_the_warm_up(renderer: Renderer) -> None:
    warm_up()
    renderer.render(View(101, 37, 40.0, np.asfortranarray(VIEW.T_world_camera), near_m=1), visible=[True, False])
    renderer.silhouette_stats(View(64, 20, 40.0, VIEW.T_world_camera), 1)
    kernels: list[Any] = [
        skinning.skin,
        setup.set_up,
        setup.bin_into_bands,
        visibility.draw_band,
        shading.shade_band,
    ]
    kernels += [
        visibility.resolve_centres,
        visibility.count_and_bound,
        shadow.draw_heights,
        contact.draw_contact,
    ]
    assert [len(kernel.signatures) for kernel in kernels] == [1] * len(kernels)


def test_one_and_two_threads_give_the_same_bits(renderer: Renderer) -> None:
    assert same(stage(threads=1).render(VIEW), renderer.render(VIEW))


def test_a_frame_does_not_depend_on_frames_before_it(renderer: Renderer) -> None:
    first = renderer.render(VIEW)
    poses = [renderer.posed_vertices(0), renderer.posed_vertices(1)]
    renderer.pose([at(3.0, -4.0), at(-3.0, 2.0, 0.4)])
    other = renderer.render(View(333, 96, 70.0, camera((3.0, 2.0, 2.0), (0.0, 0.0, 0.5))), visible=[True, False])
    assert other.rgb.shape == (96, 333, 3)
    renderer.set_light(Light(100.0, 12.0, (2, 1, 0.5), (0.2, 0.2, 0.5), (0.9, 0.5, 0.3), (0.1, 0.1, 0.1), 0.02, 1.0))
    renderer.render(VIEW)
    renderer.set_light(LIGHT)
    renderer.pose([at(0.0, 0.9), at(0.2, -0.9)])
    np.testing.assert_array_equal(renderer.posed_vertices(1), poses[1])
    assert same(first, renderer.render(VIEW))


def test_a_hidden_body_leaves_no_trace(renderer: Renderer) -> None:
    hidden = renderer.render(VIEW, visible=[False, False])
    renderer.set_bodies([])
    assert same(hidden, renderer.render(VIEW))


def test_a_body_darkens_the_ground_it_shades_and_nothing_else(renderer: Renderer) -> None:
    bare = renderer.render(VIEW, visible=[False, False]).rgb.astype(int)
    frame = renderer.render(VIEW, visible=[True, False])
    change = (frame.rgb.astype(int) - bare).sum(-1)
    scenery = ~renderer.silhouette(VIEW, 0)
    for shift in ((0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (1, -1), (-1, 1), (-1, -1)):
        scenery &= ~np.roll(renderer.silhouette(VIEW, 0), shift, (0, 1))
    assert (change[scenery] < -60).sum() > 100
    assert change[scenery].max() <= 0
    assert (change[scenery] == 0).mean() > 0.8


def test_posed_vertices_blend_joints_by_weight(renderer: Renderer) -> None:
    body = ellipsoid((0, 0, 1), (0.2, 0.2, 0.2))
    joints, weights = body.joints.copy(), body.weights.copy()
    joints[:, 1] = 1
    weights[:, :2] = 0.25, 0.75
    renderer.set_bodies([BodyMesh(body.vertices, body.normals, body.colours, body.triangles, joints, weights)])
    renderer.pose([np.concatenate([at(1.0, 0.0), at(0.0, 2.0)])])
    np.testing.assert_allclose(renderer.posed_vertices(0), body.vertices + np.array([0.25, 1.5, 0.0]), atol=1e-6)


def test_a_pose_of_the_wrong_shape_is_refused_with_what_was_expected(renderer: Renderer) -> None:
    with pytest.raises(ValueError, match=r"body 1: expected \(J,3,4\) with J >= 1, got \(3, 4\)"):
        renderer.pose([at(0.0, 0.0), np.eye(3, 4)])


def test_a_mesh_with_a_wrong_array_is_refused_by_name() -> None:
    mesh = ground()
    wrong = {f.name: getattr(mesh, f.name) for f in fields(mesh)} | {"normals": mesh.normals[:3]}
    with pytest.raises(ValueError, match=r"StaticMesh.normals: expected shape \(4, 3\) of float32, got \(3, 3\)"):
        StaticMesh(**wrong)
