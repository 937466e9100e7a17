"""An engine set up to be measured: a camera, coloured boxes and a subject, high above a scene where nothing else is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hmworld.engine.connection import Connection, Reply, parse_director_reply
from hmworld.engine.pictures import read_bmp, read_depth_m
from hmworld.engine.readback import check_poses, pose_queries
from hmworld.engine.selftest.target import Target
from hmworld.engine.session import LOAD_TIMEOUT_S, WARM_UP_FRAMES
from hmworld.engine.tokens import SubjectCommand, look_token, subjects_token
from hmworld.geometry.camera import intrinsics
from hmworld.geometry.frames import T_world_camera_from_ue, world_points_from_ue
from hmworld.model.cards import Look
from hmworld.protocol.director import director_command
from hmworld.protocol.grammar import fixed

Array = NDArray[np.float64]
Rgb = tuple[int, int, int]

ABOVE_CM = 5000.0
"""The bench is so far above the top of the scene, and over the middle of its first stage."""
SUBJECT = "check_subject"
SUBJECT_COLOUR: Rgb = (0, 255, 255)
COLOUR_REACH = 60
"""Pixels of the mask belong to a box whose colour is so near; the boxes' colours have channels of 0 and 255, which no gamma alters."""


@dataclass(frozen=True)
class Shot:
    """What an engine answered from one pose."""

    rgb: NDArray[np.uint8]
    """(H, W, 3)"""
    colours: NDArray[np.uint8]
    """(H, W, 3) RGB of the mask as it came."""
    depth_m: NDArray[np.float32]
    """(H, W), inf = nothing."""

    def of(self, colour: Rgb) -> NDArray[np.bool_]:
        """Pixels (H, W) of the mask that have about this colour."""
        return np.asarray((np.abs(self.colours.astype(np.int16) - colour) <= COLOUR_REACH).all(-1))


class Box(NamedTuple):
    """A box along the world's axes: centre (3,) relative to the bench and edges (3,), both in cm, and its colour in the mask."""

    name: str
    centre: tuple[float, float, float]
    edges: tuple[float, float, float]
    colour: Rgb


class Bench:
    """All poses are relative to the bench's origin: x, y, z in cm and pitch, yaw, roll in degrees, in Unreal's axes."""

    def __init__(self, connection: Connection, target: Target, width: int, height: int) -> None:
        self.connection, self.target = connection, target
        self.width, self.height = width, height
        center = np.asarray(target.scene.stages[0].center_m) * (100.0, -100.0, 100.0)
        self.origin = np.array([center[0], center[1], 100.0 * target.scene.bounds_m[1][2] + ABOVE_CM]).round(4)
        self.hfov_deg = 60.0
        self.last: Shot | None = None
        """The latest shot, for the report."""
        self.stage = center - self.origin
        """The ground in the middle of the first stage."""
        self.camera = ""

    def set_up(self) -> None:
        """Load scene and look, and make a camera."""
        c, target = self.connection, self.target
        c.text("vset /action/game/pause")
        center = ",".join(fixed(v, 4) for v in self.stage + self.origin)
        c.director("LoadStage", target.scene.name, target.scene_sha256, center, timeout_s=LOAD_TIMEOUT_S)
        self.light(target.look)
        if len(c.text("vget /cameras").split()) < 2:
            c.text("vset /cameras/spawn")
        self.camera = str(len(c.text("vget /cameras").split()) - 1)
        c.text(f"vset /camera/{self.camera}/size {self.width} {self.height}")
        self.see(self.hfov_deg)

    # -- what is there -------------------------------------------------------------------------------------------

    def light(self, look: Look) -> None:
        """Light the scene."""
        self.connection.director("SetLook", look_token(look), timeout_s=LOAD_TIMEOUT_S)

    def see(self, hfov_deg: float) -> None:
        """Give the camera another horizontal field of view."""
        self.connection.text(f"vset /camera/{self.camera}/fov {fixed(hfov_deg, 6)}")
        self.hfov_deg = hfov_deg

    def clear(self) -> None:
        """Take boxes and subject away."""
        self.connection.director("ClearSubjects")

    def put(self, *boxes: Box) -> None:
        """Put boxes there."""
        for box in boxes:
            numbers = [*(np.asarray(box.centre) + self.origin), 0.0, 0.0, 0.0, *box.edges]
            self.connection.director("SpawnBox", box.name, ",".join(fixed(float(v), 4) for v in numbers))
            self.colour(box.name, box.colour)

    def move(self, name: str, centre: ArrayLike) -> None:
        """Move a box's centre."""
        text = " ".join(fixed(float(v), 4) for v in np.asarray(centre) + self.origin)
        self.connection.text(f"vset /object/{name}/location {text}")

    def colour(self, name: str, colour: Rgb) -> None:
        """Give an object its colour in the mask."""
        self.connection.text(f"vset /object/{name}/color {colour[0]} {colour[1]} {colour[2]}")

    def colour_of(self, name: str) -> Rgb:
        """The colour that the engine says an object has in the mask; ValueError where it says something else."""
        values = [int(part.split("=")[1]) for part in self.connection.text(f"vget /object/{name}/color").strip("()").split(",")]
        return values[0], values[1], values[2]

    def spawn(self, scale: float = 1.0) -> list[str]:
        """Spawn the subject and return its joints' names."""
        target = self.target
        reply = self.connection.director(
            "SpawnSubject",
            SUBJECT,
            target.subject.name,
            target.gait,
            fixed(scale, 6),
            target.subject.motion_sha256,
            timeout_s=LOAD_TIMEOUT_S,
        )
        self.colour(SUBJECT, SUBJECT_COLOUR)
        return reply["joints"].split(",")

    def pose(self, ue: ArrayLike, gait_time_s: float = 0.0, idle_time_s: float = 0.0, weight: float = 0.0) -> Array:
        """Pose the subject; its root (6,) in Unreal's numbers of the world."""
        command, world = self._pose_command(ue, gait_time_s, idle_time_s, weight)
        parse_director_reply(self.connection.text(command), command)
        return world

    def _pose_command(self, ue: ArrayLike, gait_time_s: float, idle_time_s: float, weight: float) -> tuple[str, Array]:
        world = self.in_world(ue)
        commands = [SubjectCommand(world, gait_time_s, idle_time_s, weight)]
        return director_command("SetSubjects", subjects_token(commands)), world

    def bones_m(self) -> Array:
        """Joints (J, 3) of the subject in world metres, as the engine has them."""
        reply = self.connection.director("Bones", SUBJECT)
        return world_points_from_ue(np.array([float(v) for v in reply["bones"].split(",")]).reshape(-1, 3))

    def check_pose(self, world: Array) -> None:
        """EngineFault where the subject's root is not at a pose (6,) of the world, by what the engine says."""
        check_poses([self.connection.text(query) for query in pose_queries(self.camera, [SUBJECT])[2:]], world[None])

    def bounds_m(self) -> tuple[Array, Array]:
        """Least and greatest corner (3,) of the posed mesh in the root's axes, metres."""
        reply = self.connection.director("PosedBounds", SUBJECT)
        corners = world_points_from_ue(np.array([float(v) for v in reply["box"].split(",")]).reshape(2, 3))
        return corners.min(0), corners.max(0)

    def silhouette(self) -> int:
        """Pixels that the subject covers alone."""
        return int(self.connection.director("SoloSilhouette", self.camera, SUBJECT)["pixels"])

    # -- pictures ------------------------------------------------------------------------------------------------

    def in_world(self, ue: ArrayLike) -> Array:
        """A pose (6,) of the bench in the world's Unreal numbers."""
        return np.asarray(np.asarray(ue, np.float64) + np.concatenate([self.origin, np.zeros(3)]))

    def _commands(self, ue: ArrayLike) -> list[str]:
        world = self.in_world(ue)
        camera = f"/camera/{self.camera}"
        return [
            f"vset {camera}/location " + " ".join(fixed(v, 4) for v in world[:3]),
            f"vset {camera}/rotation " + " ".join(fixed(v, 5) for v in world[3:]),
            f"vget {camera}/lit bmp",
            f"vget {camera}/object_mask bmp",
            f"vget {camera}/depth npy",
        ]

    def cut(self, ue: ArrayLike) -> None:
        """Go somewhere else as a clip begins: with pictures thrown away there."""
        for command in self._commands(ue)[:2]:
            self.connection.text(command)
        self.connection.director("WarmUp", WARM_UP_FRAMES, timeout_s=LOAD_TIMEOUT_S)

    def shoot(self, ue: ArrayLike, subject: Sequence[float] | None = None) -> Shot:
        """Pose and capture in one go, as the driver does. `subject`: also its root (6,), gait and idle time and weight."""
        commands = self._commands(ue)
        if subject is not None:
            commands.insert(2, self._pose_command(subject[:6], *subject[6:])[0])
        self.connection.submit(commands)
        replies: list[Reply] = [self.connection.collect(command[:60]) for command in commands]
        size = (self.height, self.width)
        lit, mask, depth = replies[-3:]
        self.last = Shot(
            np.ascontiguousarray(read_bmp(lit, size)[..., 2::-1]),
            np.ascontiguousarray(read_bmp(mask, size)[..., 2::-1]),
            read_depth_m(depth, size),
        )
        return self.last

    def settled(self, ue: ArrayLike, subject: Sequence[float] | None = None) -> Shot:
        """The second of two shots from a pose: of it also where an engine is a picture late."""
        self.shoot(ue, subject)
        return self.shoot(ue, subject)

    # -- our own geometry ----------------------------------------------------------------------------------------

    def lens(self) -> Array:
        """K (3, 3)."""
        return intrinsics(self.width, self.height, self.hfov_deg)

    def camera_m(self, ue: ArrayLike) -> Array:
        """T_world_camera (4, 4) of a pose of the bench."""
        return np.asarray(T_world_camera_from_ue(self.in_world(ue)))
