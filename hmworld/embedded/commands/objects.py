"""Objects: what a client spawned, by name. Cameras answer to the commands that make sense for them."""

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.actors import Camera, Subject, WorldError
from hmworld.embedded.commands.registry import Answer, Context, command, floats, integer, vector
from hmworld.embedded.cube import CUBE_CLASS
from hmworld.embedded.world import MAX_SCALE, MIN_SCALE
from hmworld.geometry.frames import ue_points_from_world

_FLOAT3 = "[float] [float] [float]"


def _actor(c: Context, name: str) -> Subject | Camera:
    """A subject or a camera that has a pose of its own."""
    found = next((camera for camera in c.world.cameras if camera.name == name and camera.left_eye is None), None)
    return found or c.world.subject(name)


def _moved(c: Context, actor: Subject | Camera) -> None:
    if isinstance(actor, Camera):
        c.world.drawing.camera_changed(actor)
    else:
        c.world.drawing.moved()


@command("vget /objects")
def _objects(c: Context) -> Answer:
    """Names of all spawned objects."""
    return " ".join(s.name for s in c.world.subjects)


@command("vset /objects/spawn [str]", "vset /objects/spawn [str] [str]")
def _spawn(c: Context, uclass: str, name: str = "") -> Answer:
    """Spawn a subject of the catalog, standing idle at the origin, and answer its name."""
    return c.world.spawn_class(uclass, name).name


@command("vset /objects/spawn_bp_asset [str] [str]")
def _spawn_asset(c: Context, path: str, name: str) -> Answer:
    """Like spawn, with an asset's path: its last part names the class."""
    return c.world.spawn_class(path.rsplit("/", 1)[-1].rsplit(".", 1)[-1], name).name


@command("vset /objects/spawn_cube", "vset /objects/spawn_cube [str]")
def _spawn_cube(c: Context, name: str = "") -> Answer:
    """Spawn a grey cube of 1 m on the origin."""
    c.world.spawn_class(CUBE_CLASS, name)
    return None


@command("vget /object/[str]/location")
def _get_location(c: Context, name: str) -> Answer:
    """Location x y z of an object in cm."""
    return vector(_actor(c, name).ue[:3])


@command(f"vset /object/[str]/location {_FLOAT3}")
def _set_location(c: Context, name: str, *xyz: str) -> Answer:
    """Move an object to x y z in cm."""
    actor = _actor(c, name)
    actor.ue[:3] = floats(*xyz)
    _moved(c, actor)
    return None


@command("vget /object/[str]/rotation")
def _get_rotation(c: Context, name: str) -> Answer:
    """Rotation pitch yaw roll of an object in degrees."""
    return vector(_actor(c, name).ue[3:])


@command(f"vset /object/[str]/rotation {_FLOAT3}")
def _set_rotation(c: Context, name: str, *angles: str) -> Answer:
    """Turn an object to pitch yaw roll in degrees."""
    actor = _actor(c, name)
    actor.ue[3:] = floats(*angles)
    _moved(c, actor)
    return None


@command("vget /object/[str]/scale")
def _get_scale(c: Context, name: str) -> Answer:
    """Scale x y z of an object."""
    return vector(c.world.subject(name).scale)


@command(f"vset /object/[str]/scale {_FLOAT3}")
def _set_scale(c: Context, name: str, *factors: str) -> Answer:
    """Scale an object along its axes, 0.05 to 20."""
    subject = c.world.subject(name)
    scale = floats(*factors)
    if not all(MIN_SCALE <= factor <= MAX_SCALE for factor in scale):
        raise WorldError(f"Argument Invalid: scale must be {MIN_SCALE:g} to {MAX_SCALE:g}")
    subject.scale = np.array(scale)
    c.world.drawing.moved()
    return None


@command("vget /object/[str]/mobility")
def _mobility(c: Context, name: str) -> Answer:
    """Movable, as all objects are."""
    _actor(c, name)
    return "Movable"


@command("vget /object/[str]/uclass_name")
def _uclass(c: Context, name: str) -> Answer:
    """Class of an object: what it was spawned as."""
    actor = _actor(c, name)
    return "FusionCameraActor" if isinstance(actor, Camera) else actor.uclass


@command("vget /object/[str]/bounds")
def _bounds(c: Context, name: str) -> Answer:
    """World box of an object's posed mesh in cm: least x y z, greatest x y z."""
    points = ue_points_from_world(c.world.drawing.posed_vertices(c.world.subject(name)))
    return " ".join(f"{v + 0.0:.2f}" for v in (*points.min(0), *points.max(0)))


@command("vget /object/[str]/vertex_location")
def _vertices(c: Context, name: str) -> Answer:
    """Vertices of an object's posed mesh in its own axes before scaling, cm, one a line."""
    subject = c.world.subject(name)
    local: NDArray[np.float64] = ue_points_from_world(subject.in_root(c.world.drawing.posed_vertices(subject)) / subject.scale)
    return "".join(f"{x:.5f}     {y:.5f}     {z:.5f}\n" for x, y, z in local + 0.0)


@command("vget /object/[str]/color")
def _get_color(c: Context, name: str) -> Answer:
    """Colour of an object in the mask."""
    r, g, b = c.world.subject(name).color
    return f"(R={r},G={g},B={b},A=255)"


@command("vset /object/[str]/color [uint] [uint] [uint]")
def _set_color(c: Context, name: str, *channels: str) -> Answer:
    """Set the colour of an object in the mask: red green blue, 0 to 255."""
    subject = c.world.subject(name)
    r, g, b = (integer(channel, 0, 255) for channel in channels)
    subject.color = (r, g, b)
    if c.world.strict is not None:
        c.world.strict.annotate(subject)
    return None


@command("vset /object/[str]/show")
def _show(c: Context, name: str) -> Answer:
    """Show an object."""
    c.world.subject(name).hidden = False
    c.world.drawing.moved()
    return None


@command("vset /object/[str]/hide")
def _hide(c: Context, name: str) -> Answer:
    """Hide an object and its shadow; it stays in the world."""
    c.world.subject(name).hidden = True
    c.world.drawing.moved()
    return None


@command("vset /object/[str]/name [str]")
def _rename(c: Context, name: str, other: str) -> Answer:
    """Give an object another name."""
    subject = c.world.subject(name)
    if other == name:
        return "The name has already been set"
    c.world.rename(subject, other)
    return None


@command("vset /object/[str]/destroy")
def _destroy(c: Context, name: str) -> Answer:
    """Destroy an object or a spawned camera."""
    camera = next((camera for camera in c.world.cameras if camera.name == name), None)
    if camera is not None:
        c.world.destroy_camera(camera)
    else:
        c.world.destroy(c.world.subject(name))
    return None
