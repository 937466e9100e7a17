"""Pictures of a camera: as bytes of the wire, or as files in the save folder."""

import re
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded import images
from hmworld.embedded.actors import Camera, Subject, WorldError
from hmworld.embedded.commands.registry import Answer, Context, command, not_implemented
from hmworld.embedded.mesh import Frame, View

_TO_UE = np.array([1.0, -1.0, 1.0], np.float32)
"""World axes to Unreal's."""

PICTURES = {"png": images.png, "bmp": images.bmp}
VIEWMODES = ("lit", "depth", "normal", "object_mask", "optical_flow")

Bgra = Callable[[], NDArray[np.uint8]]
Floats = Callable[[], NDArray[np.float32]]


def _answer(c: Context, token: str, bgra: Bgra | None, array: Floats | None) -> Answer:
    """A picture as the last word of its request asks: `png`, `bmp`, `npy`, or a file name that ends so.

    WorldError where there is no such form of the picture.
    """
    if not token:
        raise WorldError("Filename can not be empty")
    _, dot, ending = token.rpartition(".")
    ending = ending.lower() if dot else ending
    if ending in PICTURES and bgra is not None:
        data = PICTURES[ending](bgra())
    elif ending == "npy" and array is not None and (c.world.strict is None or bgra is None):
        data = images.npy(array())
    else:
        raise WorldError(f"Invalid filename type, filename {token[:200]}")
    if not dot:
        return data
    c.saves.save(token, data)
    return token


def _frame(c: Context, index: str) -> Frame:
    """What mask and depth of a camera show."""
    camera = c.world.camera(index)
    c.world.ensure_scene()
    absent = c.world.strict.absent(c.world.subjects) if c.world.strict is not None else []
    return _without(c, camera, absent) if absent else c.world.drawing.frame(camera)


def _without(c: Context, camera: Camera, absent: list[Subject]) -> Frame:
    """A camera's frame as if some subjects were hidden."""
    hidden = [subject.hidden for subject in absent]
    for subject in absent:
        subject.hidden = True
    frame = c.world.drawing.picture(camera, camera.view())
    for subject, before in zip(absent, hidden, strict=True):
        subject.hidden = before
    return frame


def _colours(c: Context, index: str) -> NDArray[np.uint8]:
    """The colour picture of a camera."""
    camera = c.world.camera(index)
    c.world.ensure_scene()
    if c.world.strict is None or c.world.strict.captured(camera):
        return images.bgra(c.world.drawing.frame(camera).rgb)
    late = _without(c, camera, c.world.strict.absent(c.world.subjects))
    return images.bgra(late.rgb // 4)


def _depth_cm(c: Context, index: str) -> NDArray[np.float32]:
    depth = images.depth_cm(_frame(c, index).depth)
    # The plugin reads half floats back: steps of a thousandth, and infinity from 655 m on.
    with np.errstate(over="ignore"):
        return depth if c.world.strict is None else depth.astype(np.float16).astype(np.float32)


def _mask_bgra(c: Context, frame: Frame) -> NDArray[np.uint8]:
    return images.mask_bgra(frame.instance, [s.color for s in c.world.subjects])


def _normals(c: Context, view: View) -> NDArray[np.float32]:
    c.world.ensure_scene()
    return np.asarray(c.world.drawing.normals(view) * _TO_UE + np.float32(0.0))


def _flow(c: Context, camera: Camera, view: View) -> NDArray[np.float32]:
    c.world.ensure_scene()
    return c.world.drawing.flow(camera, view)


def _viewmode_bgra(c: Context, mode: str, camera: Camera, view: View) -> NDArray[np.uint8]:
    """What a window that looks through a camera shows."""
    c.world.ensure_scene()
    if mode == "normal":
        return images.world_normal_bgra(_normals(c, view))
    if mode == "optical_flow":
        return images.flow_bgra(_flow(c, camera, view))
    frame = c.world.drawing.picture(camera, view)
    if mode == "depth":
        return images.depth_bgra(frame.depth)
    return images.bgra(frame.rgb) if mode == "lit" else _mask_bgra(c, frame)


def _numbered(mode: str) -> None:
    def save(c: Context, index: str) -> Answer:
        camera = c.world.camera(index)
        return str(c.saves.save_numbered("png", images.png(_viewmode_bgra(c, mode or c.world.viewmode, camera, camera.view()))))

    save.__doc__ = "Save a picture of a camera under a number in the save folder and answer the file's path, as plugin 0.3.10."
    command(f"vget /camera/[uint]/{mode or 'screenshot'}")(save)


# Before the templates that take a file name: of `lit ` with nothing behind it those answer, as the last registered.
for _mode in ("", *VIEWMODES):
    _numbered(_mode)


@command("vget /camera/[uint]/lit [str]")
def _lit(c: Context, index: str, token: str) -> Answer:
    """Colour picture of a camera: png, bmp or a file name."""
    return _answer(c, token, lambda: _colours(c, index), None)


@command("vget /camera/[uint]/object_mask [str]", "vget /camera/[uint]/seg [str]")
def _mask(c: Context, index: str, token: str) -> Answer:
    """Objects of a camera's picture in their colours: png, bmp or a file name."""
    return _answer(c, token, lambda: _mask_bgra(c, _frame(c, index)), None)


@command("vget /camera/[uint]/depth [str]")
def _depth(c: Context, index: str, token: str) -> Answer:
    """Planar depth of a camera in cm, float32 (H, W): npy or a file name."""
    return _answer(c, token, None, lambda: _depth_cm(c, index))


@command("vget /camera/[uint]/plane_depth npy")
def _plane_depth(c: Context, index: str) -> Answer:
    """Planar depth of a camera in metres, float32 (H, W), as plugin 0.3.10."""
    return images.npy(images.depth_cm(_frame(c, index).depth) * np.float32(0.01))


@command("vget /camera/[uint]/normal [str]")
def _normal(c: Context, index: str, token: str) -> Answer:
    """World normals of a camera in Unreal's axes: png, bmp, npy (float32 (H, W, 3), 0 in the sky) or a file name."""
    view = c.world.camera(index).view()
    return _answer(c, token, lambda: images.world_normal_bgra(_normals(c, view)), lambda: _normals(c, view))


@command("vget /camera/[uint]/optical_flow [str]")
def _optical_flow(c: Context, index: str, token: str) -> Answer:
    """Optical flow of a camera since the last tick: png, bmp, npy (pixels, float32 (H, W, 2)) or a file name."""
    camera = c.world.camera(index)
    view = camera.view()
    return _answer(c, token, lambda: images.flow_bgra(_flow(c, camera, view)), lambda: _flow(c, camera, view))


@command("vget /camera/[uint]/vis_depth npy", "vget /camera/[uint]/lit_depth_normal npy")
def _no_such_picture(c: Context, index: str) -> Answer:
    """Not implemented: ask for depth, lit and normal."""
    c.world.camera(index)
    raise not_implemented()


@command("vget /screenshot [str]")
def _screenshot(c: Context, token: str) -> Answer:
    """What the player's window shows, in its size and viewmode: png, bmp or a file name."""
    player = c.world.cameras[0]
    return _answer(c, token, lambda: _viewmode_bgra(c, c.world.viewmode, player, player.view(c.world.window)), None)


@command("vget /viewmode")
def _get_viewmode(c: Context) -> Answer:
    """What the player's window shows."""
    return c.world.viewmode


@command("vset /viewmode [str]")
def _set_viewmode(c: Context, mode: str) -> Answer:
    """Let the player's window, and so its screenshots, show lit, depth, normal, object_mask or optical_flow."""
    if mode not in VIEWMODES:
        raise WorldError(f"Can not set ViewMode to {re.sub('[^A-Za-z0-9_]', '?', mode[:40])}")
    c.world.viewmode = mode
    return None
