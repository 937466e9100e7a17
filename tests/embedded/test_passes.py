"""Normals and optical flow are exact: derived a second time here, from depth, from known motion and from the pictures themselves."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from hmworld.catalog import default_catalog
from hmworld.embedded.actors import Camera
from hmworld.embedded.cube import cube_mesh
from hmworld.embedded.mesh import Frame, Light, StaticMesh, View
from hmworld.embedded.raster import Earlier, Renderer, passes, warm_up
from hmworld.embedded.world import World
from hmworld.geometry.camera import intrinsics, project, unproject

LIGHT = Light(-40.0, 50.0, (1.5, 1.4, 1.2), (0.3, 0.45, 0.8), (0.65, 0.72, 0.82), (0.15, 0.13, 0.11), 0.005, 0.8)
SIZE = (208, 120)


def looking(eye: tuple[float, float, float], at: tuple[float, float, float]) -> NDArray[np.float64]:
    forward = np.subtract(at, eye) / np.linalg.norm(np.subtract(at, eye))
    right = np.cross(forward, [0.0, 0.0, 1.0])
    right /= np.linalg.norm(right)
    out = np.eye(4)
    out[:3, :3] = np.stack([right, np.cross(forward, right), forward], 1)
    out[:3, 3] = eye
    return out


def rigid(
    yaw: float, pitch: float, place: tuple[float, float, float], scale: tuple[float, float, float] = (1, 1, 1)
) -> NDArray[np.float64]:
    """(3, 4) from the rest pose into the world."""
    c, s = np.cos(yaw), np.sin(yaw)
    d, t = np.cos(pitch), np.sin(pitch)
    rotation = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]]) @ np.array([[d, 0, t], [0, 1, 0], [-t, 0, d]])
    return np.concatenate([rotation * scale, np.array(place)[:, None]], 1)


def pixels(view: View) -> NDArray[np.float64]:
    return np.stack(np.meshgrid(np.arange(view.width) + 0.5, np.arange(view.height) + 0.5), -1).reshape(-1, 2)


def points(view: View, depth: NDArray[np.float32]) -> NDArray[np.float64]:
    """World points (H*W, 3) of all pixels, those of the sky very far."""
    return unproject(pixels(view), np.minimum(depth.ravel(), 1e7), view.T_world_camera, intrinsics(view.width, view.height, view.hfov_deg))


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    """A ground of 40 m at height 0, and two boxes."""
    corners = np.array([[-20, -20, 0], [20, -20, 0], [20, 20, 0], [-20, 20, 0]], np.float32)
    made = Renderer(threads=2)
    made.set_scene(
        StaticMesh(
            vertices=corners,
            normals=np.tile(np.array([0, 0, 1], np.float32), (4, 1)),
            uvs=np.ascontiguousarray(corners[:, :2]),
            colours=np.full((4, 3), 0.6, np.float32),
            triangles=np.array([[0, 1, 2], [0, 2, 3]], np.int32),
            texture=np.full(2, -1, np.int32),
            two_sided=np.ones(2, np.bool_),
            cutout=np.zeros(2, np.bool_),
            textures=[np.full((4, 4, 3), 200, np.uint8)],
        )
    )
    made.set_light(LIGHT)
    made.set_bodies([cube_mesh(), cube_mesh()])
    return made


def test_flow_of_moving_boxes_is_their_projection_now_less_their_projection_then(renderer: Renderer) -> None:
    then = [rigid(0.3, 0.1, (0.2, -0.8, 0.1)), rigid(-0.5, 0.0, (1.0, 1.0, 0.5), (0.5, 1.5, 2.0))]
    now = [rigid(0.5, -0.2, (0.3, -0.6, 0.3)), rigid(-0.4, 0.3, (0.8, 1.1, 0.4), (0.6, 1.5, 1.8))]
    earlier = View(*SIZE, 55.0, looking((-6.0, 0.8, 1.7), (0.0, 0.0, 1.0)))
    view = View(*SIZE, 50.0, looking((-5.8, 0.5, 1.6), (0.0, 0.1, 0.9)))
    renderer.pose([m[None] for m in then])
    before = Earlier(earlier, list(renderer.snapshot()))
    renderer.pose([m[None] for m in now])
    flow = renderer.flow(view, None, before).reshape(-1, 2)
    frame = renderer.render(view)
    world = points(view, frame.depth)
    k = intrinsics(*SIZE, 55.0)
    for instance, (m_then, m_now) in enumerate([(np.eye(3, 4), np.eye(3, 4)), *zip(then, now, strict=True)]):
        mine = (frame.instance.ravel() == instance) & np.isfinite(frame.depth.ravel())
        assert mine.sum() > 300
        rest = np.linalg.solve(m_now[:, :3], (world[mine] - m_now[:, 3]).T).T
        was, _ = project(rest @ m_then[:, :3].T + m_then[:, 3], earlier.T_world_camera, k)
        expected = pixels(view)[mine] - was
        assert np.abs(expected).max() > 3
        # The depths used here are 32-bit.
        np.testing.assert_allclose(flow[mine], expected, atol=2e-3)


def test_flow_of_the_ground_under_a_moving_camera_is_exact(renderer: Renderer) -> None:
    renderer.pose([rigid(0, 0, (50, 0, 0))[None]] * 2)
    earlier = View(*SIZE, 60.0, looking((-3.0, 2.0, 1.5), (1.0, 0.0, 0.0)))
    view = View(*SIZE, 60.0, looking((-3.5, 1.8, 1.6), (1.2, 0.1, 0.0)))
    flow = renderer.flow(view, None, Earlier(earlier, list(renderer.snapshot()))).reshape(-1, 2)
    k = intrinsics(*SIZE, 60.0)
    rays = unproject(pixels(view), np.ones(len(flow)), view.T_world_camera, k) - view.T_world_camera[:3, 3]
    eye = view.T_world_camera[:3, 3]
    with np.errstate(divide="ignore"):
        met = eye + rays * (-eye[2] / rays[:, 2:])
    seen = (rays[:, 2] < 0) & (np.abs(met[:, :2]) < 19.9).all(1)
    was, depth = project(met[seen], earlier.T_world_camera, k)
    assert seen.sum() > 10_000
    known = depth >= earlier.near_m
    expected = pixels(view)[seen] - was
    np.testing.assert_allclose(flow[seen][known], expected[known], rtol=1e-6, atol=1e-5)
    assert np.isnan(flow[seen][~known]).all()


def test_flow_of_the_sky_is_that_of_infinitely_far_points(renderer: Renderer) -> None:
    renderer.pose([rigid(0, 0, (50, 0, 0))[None]] * 2)
    earlier = View(*SIZE, 60.0, looking((-3.0, 2.0, 1.5), (1.0, 0.0, 3.0)))
    view = View(*SIZE, 60.0, looking((-9.0, 1.8, 1.6), (-4.0, 0.3, 3.4)))
    flow = renderer.flow(view, None, Earlier(earlier, list(renderer.snapshot()))).reshape(-1, 2)
    sky = ~np.isfinite(renderer.render(view).depth.ravel())
    assert sky.sum() > 5_000
    far = unproject(pixels(view), np.full(len(flow), 1e9), view.T_world_camera, intrinsics(*SIZE, 60.0))
    was, _ = project(far, earlier.T_world_camera, intrinsics(*SIZE, 60.0))
    np.testing.assert_allclose(flow[sky], (pixels(view) - was)[sky], atol=1e-3)


def test_flow_is_unknown_where_the_earlier_camera_looked_away_or_the_body_was_not_there(renderer: Renderer) -> None:
    renderer.pose([rigid(0, 0, (0, -1, 0))[None], rigid(0, 0, (0, 1, 0))[None]])
    view = View(*SIZE, 60.0, looking((-4.0, 0.0, 1.5), (0.0, 0.0, 0.5)))
    away = View(*SIZE, 60.0, looking((-4.0, 0.0, 1.5), (-9.0, 0.0, 0.5)))
    assert np.isnan(renderer.flow(view, None, Earlier(away, list(renderer.snapshot())))).all()
    first, _ = renderer.snapshot()
    flow = renderer.flow(view, None, Earlier(view, [first, None]))
    instance = renderer.render(view).instance
    np.testing.assert_array_equal(np.isnan(flow).all(-1), instance == 2)
    hidden = renderer.flow(view, [True, False], Earlier(view, [first, None]))
    assert np.isfinite(hidden).all()


def test_normals_are_unit_face_the_camera_and_are_those_of_known_faces(renderer: Renderer) -> None:
    pose = rigid(0.4, 0.2, (0.0, 0.0, 0.6), (1.0, 2.0, 0.5))
    renderer.pose([pose[None], rigid(0, 0, (50, 0, 0))[None]])
    view = View(*SIZE, 50.0, looking((-4.0, 0.6, 1.9), (0.0, 0.0, 0.8)))
    normals, frame = renderer.normals(view), renderer.render(view)
    solid = np.isfinite(frame.depth)
    np.testing.assert_allclose(np.linalg.norm(normals[solid], axis=-1), 1.0, atol=1e-6)
    assert not normals[~solid].any()
    rays = (points(view, np.ones(SIZE[::-1], np.float32)) - view.T_world_camera[:3, 3]).reshape(*SIZE[::-1], 3)
    assert ((normals * rays).sum(-1)[solid] < 0).all()
    np.testing.assert_allclose(
        normals[solid & (frame.instance == 0)], np.broadcast_to([0, 0, 1], (int((solid & (frame.instance == 0)).sum()), 3)), atol=1e-7
    )
    inverse = np.linalg.inv(pose[:, :3])
    faces = np.concatenate([inverse, -inverse])
    faces /= np.linalg.norm(faces, axis=1, keepdims=True)
    agreement = (normals[frame.instance == 1] @ faces.T).max(1)
    assert (agreement > 1 - 1e-6).all()
    below = View(*SIZE, 50.0, looking((-4.0, 0.6, -1.9), (0.0, 0.0, -0.1)))
    assert (renderer.normals(below)[renderer.render(below).instance == 0][:, 2] <= 0).all(), "two-sided ground, seen from below"


@pytest.fixture(scope="module")
def world() -> World:
    """A street with two people and a dog, walking."""
    made = World(default_catalog(), threads=2)
    made.open_level("city_street")
    for k, name in enumerate(("woman_red_coat", "man_blue_shirt", "labrador")):
        subject = made.spawn_class(name)
        subject.gait_weight = 1.0
        subject.ue[:] = [500 + 150 * k, -150 + 150 * k, 0, 0, 70 + 10 * k, 0]
    made.cameras[0].width, made.cameras[0].height, made.cameras[0].fov_deg = 416, 240, 60.0
    made.cameras[0].ue[:] = [0, 0, 160, -5, 0, 0]
    return made


def flat(normals: NDArray[np.float32], depth: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Pixels whose 3 x 3 neighbourhood lies on one plane, away from the border."""
    out = np.isfinite(depth)
    out[[0, -1]], out[:, [0, -1]] = False, False
    inverse = 1.0 / depth.astype(np.float64)
    for dy, dx in ((0, 1), (1, 0), (1, 1), (1, -1)):
        a, b = np.roll(inverse, (dy, dx), (0, 1)), np.roll(inverse, (-dy, -dx), (0, 1))
        # 1/depth is linear on a plane.
        out &= np.abs(a + b - 2 * inverse) < 1e-5 * inverse
        for shift in ((dy, dx), (-dy, -dx)):
            out &= (np.roll(normals, shift, (0, 1)) * normals).sum(-1) > 0.99999
    return out


def test_normals_agree_with_the_gradients_of_depth_on_a_street(world: World) -> None:
    camera = world.cameras[0]
    view, frame = camera.view(), world.drawing.frame(camera)
    normals = world.drawing.normals(view)
    place = points(view, frame.depth).reshape(*frame.depth.shape, 3)
    with np.errstate(invalid="ignore"):
        across = np.roll(place, -1, 1) - np.roll(place, 1, 1)
        down = np.roll(place, -1, 0) - np.roll(place, 1, 0)
        cross = np.cross(down, across)
        cross /= np.linalg.norm(cross, axis=-1, keepdims=True)
    sure = flat(normals, frame.depth)
    assert sure.sum() > 0.3 * sure.size
    angle = np.rad2deg(np.arccos(np.clip((normals * cross).sum(-1)[sure], -1, 1)))
    assert np.quantile(angle, 0.99) < 1.0
    assert np.median(angle) < 0.1


def unshaded(world: World, camera: Camera, frame: Frame) -> NDArray[np.float64]:
    """1 where the scene looks as it does without the subjects: no shadow of theirs, of which the flow knows nothing, moves over it."""
    for subject in world.subjects:
        subject.hidden = True
    alone = world.drawing.picture(camera, camera.view())
    for subject in world.subjects:
        subject.hidden = False
    same: NDArray[np.bool_] = (alone.rgb == frame.rgb).all(-1) & (frame.instance == 0)
    return same.astype(float)


def outlines(depth: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Pixels beside a jump of depth, where 1 / depth, linear on every plane, bends: they also show what is behind."""
    inverse = 1.0 / depth.astype(np.float64)
    bent = np.zeros(depth.shape, np.uint8)
    for axis in (0, 1):
        bent |= np.abs(np.roll(inverse, 1, axis) + np.roll(inverse, -1, axis) - 2.0 * inverse) > 0.01 * inverse
    return cv2.dilate(bent, np.ones((3, 3), np.uint8)).astype(bool)


def bilinear(image: NDArray[np.float64], at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Samples of an image at pixel coordinates (H, W, 2) whose centres are at +0.5."""
    where = (at - 0.5).astype(np.float32)
    return cv2.remap(image.astype(np.float32), where[..., 0], where[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE).astype(
        np.float64
    )


def test_warping_a_frame_by_the_flow_gives_the_next_one(world: World) -> None:
    camera = world.cameras[0]
    camera.ue[:] = [0, 0, 160, -5, 0, 0]
    camera.width, camera.height = 832, 480
    world.drawing.camera_changed(camera)
    first = world.drawing.frame(camera)
    first_view, first_unshaded = camera.view(), unshaded(world, camera, first)
    world.tick_s = 1 / 15
    world.tick()
    for k, subject in enumerate(world.subjects):
        subject.ue[:2] += [4.0, 6.0 - 2 * k]
    camera.ue[:] = [6, 3, 161, -5.3, 0.8, 0]
    world.drawing.moved()
    second, view = world.drawing.frame(camera), camera.view()
    flow = world.drawing.flow(camera, view)
    at = pixels(view).reshape(*flow.shape) - flow
    inside = (np.nan_to_num(at, nan=-1) > 1).all(-1) & (np.nan_to_num(at, nan=1e9) < [view.width - 1, view.height - 1]).all(-1)
    at = np.where(inside[..., None], at, 0.5)
    # Not occluded then: what the earlier frame shows there is of the same object, and as far as the point was, if it is static.
    labels = [bilinear((first.instance == i).astype(float), at) for i in range(4)]
    same = np.take_along_axis(np.stack(labels), second.instance[None].astype(np.int64), 0)[0] > 0.999
    distance = project(points(view, second.depth), first_view.T_world_camera, intrinsics(view.width, view.height, view.hfov_deg))[1]
    near = bilinear(1.0 / first.depth.astype(np.float64), at)
    reached = np.where(np.isfinite(second.depth), np.abs(near * distance.reshape(near.shape) - 1.0) < 0.02, near < 1e-9)
    visible = inside & same & np.where(second.instance == 0, reached, True)
    plain = ~outlines(second.depth) & (unshaded(world, camera, second) > 0) & (bilinear(first_unshaded, at) > 0.999)
    error = np.abs(bilinear(first.rgb.astype(float), at) - second.rgb).mean(-1)
    still = np.abs(first.rgb.astype(float) - second.rgb).mean(-1)
    for instance in range(4):
        # A subject's outermost pixels show what is behind it too.
        inner = cv2.erode((second.instance == instance).astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
        mine = visible & inner & ((instance > 0) | plain)
        assert mine.sum() > 1_000
        assert error[mine].mean() < 2.0, f"instance {instance}"
        assert error[mine].mean() < 0.1 * still[mine].mean(), "the flow explains what changed"
    assert visible.mean() > 0.9
    camera.width, camera.height = 416, 240


def test_depth_of_two_cameras_agrees_within_a_centimetre_at_ten_metres(world: World) -> None:
    camera = world.cameras[0]
    seen = []
    for pose in ([0, 0, 160, -5, 0, 0], [60, -120, 190, -7, 6, 0]):
        camera.ue[:] = pose
        world.drawing.camera_changed(camera)
        seen.append((camera.view(), world.drawing.frame(camera).depth, world.drawing.normals(camera.view())))
    (view, depth, _), (other, other_depth, other_normals) = seen
    world_points = points(view, depth)
    k = intrinsics(view.width, view.height, view.hfov_deg)
    at, distance = project(world_points, other.T_world_camera, k)
    at, distance = at.reshape(*depth.shape, 2), distance.reshape(depth.shape)
    inside = np.isfinite(depth) & (distance > 0) & (at > 1).all(-1) & (at < [view.width - 1, view.height - 1]).all(-1)
    at = np.where(inside[..., None], at, 1.0)
    column, row = at[inside].astype(int).T
    smooth = np.zeros_like(inside)
    smooth[inside] = flat(other_normals, other_depth)[row, column]
    there = 1.0 / bilinear(1.0 / other_depth.astype(np.float64), at)
    again = unproject(at.reshape(-1, 2), there.ravel(), other.T_world_camera, k).reshape(*depth.shape, 3)
    off = np.linalg.norm(again - world_points.reshape(again.shape), axis=-1)
    near = inside & smooth & (depth > 5) & (depth < 10)
    # Where the other camera sees something else before it, the points differ by far more.
    compared = off[near & (off < 0.3)]
    assert len(compared) > 5_000
    assert len(compared) > 0.8 * near.sum()
    assert np.quantile(compared, 0.99) < 0.01


def test_nothing_was_left_to_compile_after_the_warm_up(renderer: Renderer, world: World) -> None:
    warm_up()
    view = View(*SIZE, 50.0, looking((-4.0, 0.6, 1.9), (0.0, 0.0, 0.8)))
    renderer.normals(view)
    renderer.flow(view, None, Earlier(view, list(renderer.snapshot())))
    world.drawing.flow(world.cameras[0], world.cameras[0].view())
    assert [len(kernel.signatures) for kernel in (passes.write_normals, passes.write_flow)] == [1, 1]  # type: ignore[attr-defined]
