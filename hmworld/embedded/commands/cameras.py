"""Cameras: poses, lenses, spawning, and the options of a post-processing that is not there."""

import numpy as np

from hmworld.embedded.actors import NEAR_M, Camera, WorldError
from hmworld.embedded.commands.registry import Answer, Context, command, floats, integer, not_implemented, vector
from hmworld.embedded.world import MAX_SIZE

_FLOAT3 = "[float] [float] [float]"
_MAX_STOPS = 16.0


@command("vget /cameras")
def _cameras(c: Context) -> Answer:
    """Names of all cameras; a camera's index is its place in this list."""
    return " ".join(camera.name for camera in c.world.cameras)


@command("vset /cameras/spawn")
def _spawn_camera(c: Context) -> Answer:
    """Spawn a camera, the last of the list, and answer its name."""
    return c.world.spawn_camera().name


def _own(c: Context, index: str) -> Camera:
    """A camera that has a pose of its own."""
    camera = c.world.camera(index)
    if camera.left_eye is not None:
        raise WorldError("camera 1 is the right eye of camera 0 and follows it; move camera 0")
    return camera


def _place(c: Context, camera: Camera, which: slice, values: list[float]) -> None:
    """Set numbers of a camera's pose."""

    def move() -> None:
        camera.ue[which] = values
        c.world.drawing.camera_changed(camera)

    if c.world.strict is not None and camera is c.world.cameras[0]:
        c.world.strict.move_player(move)
    else:
        move()


@command("vget /camera/[uint]/location")
def _get_location(c: Context, index: str) -> Answer:
    """Location x y z of a camera in cm."""
    return vector(c.world.camera(index).pose()[:3])


@command(f"vset /camera/[uint]/location {_FLOAT3}")
def _set_location(c: Context, index: str, *xyz: str) -> Answer:
    """Teleport a camera to x y z in cm."""
    _place(c, _own(c, index), slice(0, 3), floats(*xyz))
    return None


@command("vget /camera/[uint]/rotation")
def _get_rotation(c: Context, index: str) -> Answer:
    """Rotation pitch yaw roll of a camera in degrees."""
    return vector(c.world.camera(index).pose()[3:])


@command(f"vset /camera/[uint]/rotation {_FLOAT3}")
def _set_rotation(c: Context, index: str, *angles: str) -> Answer:
    """Turn a camera to pitch yaw roll in degrees."""
    _place(c, _own(c, index), slice(3, 6), floats(*angles))
    return None


@command("vget /camera/[uint]/pose")
def _get_pose(c: Context, index: str) -> Answer:
    """Location and rotation of a camera: x y z pitch yaw roll."""
    return vector(c.world.camera(index).pose())


@command(f"vset /camera/[uint]/pose {_FLOAT3} {_FLOAT3}")
def _set_pose(c: Context, index: str, *pose: str) -> Answer:
    """Teleport a camera to x y z pitch yaw roll."""
    _place(c, _own(c, index), slice(0, 6), floats(*pose))
    return None


@command(f"vset /camera/[uint]/moveto {_FLOAT3}")
def _move_to(c: Context, index: str, *xyz: str) -> Answer:
    """Move a camera towards x y z in cm; surfaces stop it."""
    c.world.sweep(_own(c, index), np.array(floats(*xyz)))
    return None


@command("vget /actor/location")
def _actor_location(c: Context) -> Answer:
    """Location x y z of the player, which is camera 0."""
    return vector(c.world.cameras[0].pose()[:3])


@command("vget /actor/rotation")
def _actor_rotation(c: Context) -> Answer:
    """Rotation pitch yaw roll of the player, which is camera 0."""
    return vector(c.world.cameras[0].pose()[3:])


@command("vset /action/eyes_distance [float]")
def _eyes_distance(c: Context, distance: str) -> Answer:
    """Make camera 1 the right eye of camera 0, so many cm to its right."""
    c.world.set_eyes_distance(floats(distance)[0])
    return None


@command("vget /camera/[uint]/fov", "vget /camera/[uint]/horizontal_fieldofview")
def _get_fov(c: Context, index: str) -> Answer:
    """Horizontal field of view of a camera in degrees."""
    return f"{c.world.camera(index).fov_deg:f}"


@command("vset /camera/[uint]/fov [float]", "vset /camera/[uint]/horizontal_fieldofview [float]")
def _set_fov(c: Context, index: str, fov: str) -> Answer:
    """Set the horizontal field of view of a camera, 1 to 170 degrees."""
    camera = c.world.camera(index)
    (value,) = floats(fov)
    if not 1.0 <= value <= 170.0:
        raise WorldError("Argument Invalid: fov must be 1 to 170 degrees")
    camera.fov_deg = value
    c.world.drawing.camera_changed(camera)
    return None


@command("vget /camera/[uint]/size")
def _get_size(c: Context, index: str) -> Answer:
    """Width and height of a camera's pictures in pixels."""
    camera = c.world.camera(index)
    return f"{camera.width} {camera.height}"


@command("vset /camera/[uint]/size [uint] [uint]")
def _set_size(c: Context, index: str, width: str, height: str) -> Answer:
    """Set width and height of a camera's pictures in pixels."""
    camera = c.world.camera(index)
    c.world.resize_camera(camera, integer(width, 1, MAX_SIZE), integer(height, 1, MAX_SIZE))
    return None


@command("vget /camera/[uint]/proj_matrix")
def _projection(c: Context, index: str) -> Answer:
    """Unreal's projection matrix of a camera: 16 numbers, row after row, for row vectors, reversed infinite z."""
    camera = c.world.camera(index)
    x = 1.0 / np.tan(np.deg2rad(camera.fov_deg) / 2.0)
    y = x * camera.width / camera.height
    rows = [[x, 0, 0, 0], [0, y, 0, 0], [0, 0, 0, 1], [0, 0, 100.0 * NEAR_M, 0]]
    return " ".join(f"{value:.6f}" for row in rows for value in row)


@command("vset /camera/[uint]/exposure_bias [float]")
def _exposure_bias(c: Context, index: str, stops: str) -> Answer:
    """Expose a camera so many stops brighter than the look says, -16 to 16."""
    camera = c.world.camera(index)
    (value,) = floats(stops)
    if abs(value) > _MAX_STOPS:
        raise WorldError(f"Argument Invalid: exposure_bias must be {-_MAX_STOPS:g} to {_MAX_STOPS:g} stops")
    camera.exposure_bias = value
    c.world.drawing.camera_changed(camera)
    return None


def _only(template: str, what_is: tuple[float | str, ...]) -> None:
    """A camera option that has one value here: it is answered ok, all others with Not Implemented."""

    def check(c: Context, index: str, *values: str) -> Answer:
        c.world.camera(index)
        for value, wanted in zip(values, what_is, strict=False):
            if (value.lower() if isinstance(wanted, str) else float(value or "nan")) != wanted:
                raise not_implemented()
        return None

    check.__doc__ = f"Only {' '.join(map(str, what_is))}, which is what every camera has here."
    command(f"vset /camera/[uint]/{template}")(check)


_only("lit_source [str]", ("ldr",))
_only("reflection [str]", ("none",))
_only("illumination [str]", ("none",))
_only("exposure_method [str]", ("manual",))
_only("physical_exposure [uint]", (0.0,))
_only("motion_blur [float] [float] [float] [uint]", (0.0,))
_only("projection_type [str]", ("perspective",))


@command(
    "vset /camera/[uint]/ortho_width [float]",
    "vset /camera/[uint]/auto_speed [float] [float]",
    "vset /camera/[uint]/auto_brightness [float] [float]",
    "vset /camera/[uint]/focal [float] [float]",
)
def _no_such_option(c: Context, index: str, *_: str) -> Answer:
    """Not implemented: cameras here have no orthographic projection, no automatic exposure and no depth of field."""
    c.world.camera(index)
    raise not_implemented()
