"""Requests -> replies: the commands of the open plugin's branch 5.2 that have a meaning on the embedded engine.

A handler gets the world and what the placeholders of its template matched, and answers text or bytes; None becomes `ok`. What has no
handler is answered with an error, never with `ok`.
"""

import logging
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded import director, images
from hmworld.embedded.world import MAX_SIZE, Camera, World, WorldError
from hmworld.geometry.frames import ue_points_from_world
from hmworld.protocol.director import DIRECTOR_ACTOR
from hmworld.protocol.grammar import Grammar

log = logging.getLogger(__name__)

SERVER_VERSION = "1.1.0"
Answer = str | bytes | None
Handler = Callable[..., Answer]

_HANDLERS: dict[str, Handler] = {}


def _command(*templates: str) -> Callable[[Handler], Handler]:
    def register(handler: Handler) -> Handler:
        for template in templates:
            _HANDLERS[template] = handler
        return handler

    return register


class Commands:
    """Dispatches requests of one world; `status` is the text of `vget /unrealcv/status`."""

    def __init__(self, world: World, status: Callable[[], str]) -> None:
        self._world = world
        self._status = status
        self._grammar = Grammar([*_HANDLERS, "vget /unrealcv/status"])

    def answer(self, command: str) -> bytes:
        """The reply to one command: text or raw bytes; errors start with `error `."""
        found = self._grammar.match(command)
        if found is None:
            text = f"error No handler found for URI '{command}'. Can not find a handler for it"
            return text.encode("utf-8", "replace")
        if found.template == "vget /unrealcv/status":
            return self._status().encode()
        try:
            reply = _HANDLERS[found.template](self._world, *found.arguments)
        except WorldError as error:
            return f"error {error}".encode("utf-8", "replace")
        except Exception:
            # A fault of ours must not end the engine under a client; it is answered and logged with its trace.
            log.exception("request failed: %s", command[:200])
            return b"error Internal error; see the engine's log"
        if reply is None:
            return b"ok"
        return reply if isinstance(reply, bytes) else reply.encode("utf-8", "replace")


def _vector(values: object) -> str:
    return " ".join(f"{float(v):.3f}" for v in np.asarray(values, np.float64).ravel())


def _floats(*texts: str) -> list[float]:
    values = [float(t) for t in texts]
    if not all(abs(v) < director.MAX_NUMBER for v in values):
        raise WorldError("Argument Invalid")
    return values


@_command("vget /unrealcv/version")
def _version(_world: World) -> Answer:
    return SERVER_VERSION


@_command("vget /unrealcv/commands")
def _commands(_world: World) -> Answer:
    return "\n".join([*_HANDLERS, "vget /unrealcv/status"])


@_command("vget /unrealcv/help")
def _help(_world: World) -> Answer:
    return "\n".join(f"{template}\n{(handler.__doc__ or 'As UnrealCV').splitlines()[0]}" for template, handler in _HANDLERS.items())


@_command("vget /unrealcv/echo [str]")
def _echo(_world: World, text: str) -> Answer:
    return text or None


@_command("vget /scene/name", "vget /level/name")
def _scene_name(world: World) -> Answer:
    return world.scene or "Empty"


@_command("vget /cameras")
def _cameras(world: World) -> Answer:
    return " ".join(camera.name for camera in world.cameras)


@_command("vset /cameras/spawn")
def _spawn_camera(world: World) -> Answer:
    if len(world.cameras) >= 64:
        raise WorldError("64 cameras are the most")
    camera = Camera(f"FusionCameraActor_{len(world.cameras)}")
    world.cameras.append(camera)
    return camera.name


@_command("vget /camera/[uint]/location")
def _get_camera_location(world: World, index: str) -> Answer:
    return _vector(world.camera(index)[1].ue[:3])


@_command("vset /camera/[uint]/location [float] [float] [float]")
def _set_camera_location(world: World, index: str, *xyz: str) -> Answer:
    number, camera = world.camera(index)
    camera.ue[:3] = _floats(*xyz)
    world.forget_frame(number)
    return None


@_command("vget /camera/[uint]/rotation")
def _get_camera_rotation(world: World, index: str) -> Answer:
    return _vector(world.camera(index)[1].ue[3:])


@_command("vset /camera/[uint]/rotation [float] [float] [float]")
def _set_camera_rotation(world: World, index: str, *angles: str) -> Answer:
    number, camera = world.camera(index)
    camera.ue[3:] = _floats(*angles)
    world.forget_frame(number)
    return None


@_command("vget /camera/[uint]/fov")
def _get_fov(world: World, index: str) -> Answer:
    return f"{world.camera(index)[1].fov_deg:f}"


@_command("vset /camera/[uint]/fov [float]")
def _set_fov(world: World, index: str, fov: str) -> Answer:
    number, camera = world.camera(index)
    (value,) = _floats(fov)
    if not 1.0 <= value <= 170.0:
        raise WorldError("Argument Invalid: fov must be 1 to 170 degrees")
    camera.fov_deg = value
    world.forget_frame(number)
    return None


@_command("vget /camera/[uint]/size")
def _get_size(world: World, index: str) -> Answer:
    camera = world.camera(index)[1]
    return f"{camera.width} {camera.height}"


@_command("vset /camera/[uint]/size [uint] [uint]")
def _set_size(world: World, index: str, width: str, height: str) -> Answer:
    number, camera = world.camera(index)
    if not all(text and len(text) < 6 and 1 <= int(text) <= MAX_SIZE for text in (width, height)):
        raise WorldError(f"Argument Invalid: size must be 1 to {MAX_SIZE}")
    camera.width, camera.height = int(width), int(height)
    world.forget_frame(number)
    return None


def _picture(kind: str, bgra: NDArray[np.uint8]) -> bytes:
    if kind == "png":
        return images.png(bgra)
    if kind == "bmp":
        return images.bmp(bgra)
    raise WorldError(f"Invalid filename type, filename {kind}")


@_command("vget /camera/[uint]/lit [str]")
def _lit(world: World, index: str, kind: str) -> Answer:
    return _picture(kind, images.bgra(world.frame(world.camera(index)[0]).rgb))


@_command("vget /camera/[uint]/object_mask [str]", "vget /camera/[uint]/seg [str]")
def _mask(world: World, index: str, kind: str) -> Answer:
    frame = world.frame(world.camera(index)[0])
    return _picture(kind, images.mask_bgra(frame.instance, [s.color for s in world.subjects]))


@_command("vget /camera/[uint]/depth [str]")
def _depth(world: World, index: str, kind: str) -> Answer:
    if kind != "npy":
        raise WorldError(f"Invalid filename type, filename {kind}")
    return images.npy(images.depth_cm(world.frame(world.camera(index)[0]).depth))


@_command("vget /objects")
def _objects(world: World) -> Answer:
    return " ".join(s.name for s in world.subjects)


@_command("vget /object/[str]/location")
def _object_location(world: World, name: str) -> Answer:
    return _vector(world.subject(name).ue[:3])


@_command("vset /object/[str]/location [float] [float] [float]")
def _set_object_location(world: World, name: str, *xyz: str) -> Answer:
    world.subject(name).ue[:3] = _floats(*xyz)
    world.moved()
    return None


@_command("vget /object/[str]/rotation")
def _object_rotation(world: World, name: str) -> Answer:
    return _vector(world.subject(name).ue[3:])


@_command("vset /object/[str]/rotation [float] [float] [float]")
def _set_object_rotation(world: World, name: str, *angles: str) -> Answer:
    world.subject(name).ue[3:] = _floats(*angles)
    world.moved()
    return None


@_command("vget /object/[str]/bounds")
def _bounds(world: World, name: str) -> Answer:
    subject = world.subject(name)
    low, high = world.posed_bounds(subject)
    corners = np.array([[x, y, z] for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (low[2], high[2])])
    yaw = -np.deg2rad(subject.ue[4])
    turn = np.array([[np.cos(yaw), -np.sin(yaw), 0.0], [np.sin(yaw), np.cos(yaw), 0.0], [0.0, 0.0, 1.0]])
    points = ue_points_from_world(corners @ turn.T) + subject.ue[:3]
    return " ".join(f"{v:.2f}" for v in (*points.min(0), *points.max(0)))


@_command("vget /object/[str]/color")
def _color(world: World, name: str) -> Answer:
    r, g, b = world.subject(name).color
    return f"(R={r},G={g},B={b},A=255)"


@_command("vset /object/[str]/color [uint] [uint] [uint]")
def _set_color(world: World, name: str, *channels: str) -> Answer:
    if not all(c and len(c) < 4 and int(c) < 256 for c in channels):
        raise WorldError("Argument Invalid: channels are 0 to 255")
    world.subject(name).color = (int(channels[0]), int(channels[1]), int(channels[2]))
    return None


@_command("vset /object/[str]/show")
def _show(world: World, name: str) -> Answer:
    world.subject(name).hidden = False
    world.moved()
    return None


@_command("vset /object/[str]/hide")
def _hide(world: World, name: str) -> Answer:
    world.subject(name).hidden = True
    world.moved()
    return None


@_command("vset /object/[str]/destroy")
def _destroy(world: World, name: str) -> Answer:
    world.destroy(name)
    return None


@_command("vset /action/game/pause")
def _pause(world: World) -> Answer:
    world.paused = True
    return None


@_command("vset /action/game/resume")
def _resume(world: World) -> Answer:
    world.paused = False
    return None


@_command("vget /action/game/is_paused")
def _is_paused(world: World) -> Answer:
    return "true" if world.paused else "false"


@_command(*("vbp [str] [str]" + " [str]" * n for n in range(10)))
def _vbp(world: World, actor: str, function: str, *arguments: str) -> Answer:
    if actor != DIRECTOR_ACTOR:
        raise WorldError(f"Can not find actor with id '{actor}'")
    return director.call(world, function, [a for a in arguments if a])
