"""One clip on an engine: set-up, then one capture transaction a frame.

A transaction sets every pose and animation time, asks for RGB, mask and depth of that same instant, and then where everything is; nothing
moves in between, because the engine is paused and answers in order. The next frame's requests are sent before this one's replies are
used, so that engine and driver work side by side.
"""

from collections import deque
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hmworld.engine.checks import check_capture, check_latency
from hmworld.engine.connection import Connection, Reply, parse_director_reply
from hmworld.engine.pictures import MaskReader, read_bmp, read_depth_m, read_flow, read_normals, read_npy
from hmworld.engine.readback import check_lens, check_poses, pose_queries
from hmworld.engine.second_look import Answers, Repeats, check_again, check_twice
from hmworld.engine.tokens import Instant, look_token, mask_colours, subjects_token
from hmworld.errors import EngineError, EngineFault
from hmworld.geometry.frames import world_points_from_ue
from hmworld.model.clip import ClipSpec
from hmworld.protocol.director import DIRECTOR, DIRECTOR_ACTOR, DIRECTOR_VERSION, director_command
from hmworld.protocol.grammar import fixed

Array = NDArray[np.float64]

LOAD_TIMEOUT_S = 300.0
WARM_UP_FRAMES = "8"
_UNREAD = tuple(f"vbp {DIRECTOR_ACTOR} {function} " for function in ("SetSubjects", "Step"))
"""Calls whose replies say nothing but that they were made."""
_STREAMS = {"depth": "depth", "normal": "normal", "flow": "optical_flow"}
"""Optional streams and the names that the wire has for them."""


@dataclass(frozen=True)
class EngineInfo:
    """What an engine says it is."""

    name: str
    build: str


@dataclass(frozen=True)
class Capture:
    """What an engine answered for one instant."""

    bgra: NDArray[np.uint8]
    """(H, W, 4)"""
    mask: NDArray[np.uint8]
    """(H, W) 0 = scene, 1..S = subjects in order."""
    depth_m: NDArray[np.float32]
    """(H, W) planar z, inf = nothing or beyond what the wire carries."""
    joints_world: tuple[Array, ...]
    """(J, 3) a subject, world metres."""
    bounds_root_m: tuple[Array, ...]
    """(2, 3) a subject: min and max of the posed mesh in the root frame, metres."""
    silhouettes: tuple[tuple[int, NDArray[np.int64]], ...]
    """Pixels and half-open box (4,) of each subject alone."""
    normals: NDArray[np.float32] | None = None
    """(H, W, 3) world normals, 0 = nothing; where they were asked for."""
    flow: NDArray[np.float32] | None = None
    """(H, W, 2) pixels moved since the instant before, NaN = not known, as all of the first instant; where it was asked for."""


def probe(connection: Connection) -> EngineInfo:
    """Ask what the engine is; EngineError if it lacks HMDirector or a function of it."""
    reply = connection.director("Capabilities")
    missing = {f.name for f in DIRECTOR} - set(reply.get("functions", "").split(","))
    if missing or reply.get("director") != DIRECTOR_VERSION:
        raise EngineError(
            f"{connection.address}: HMDirector version {reply.get('director')!r} lacks {sorted(missing)}; expected version "
            f"{DIRECTOR_VERSION!r} with all functions; rebuild the Unreal project of this hmworld"
        )
    return EngineInfo(reply["engine"], reply["build"])


class ClipSession:
    """A clip set up on an engine. `streams` are asked for besides RGB and mask: depth, normal, flow."""

    def __init__(self, connection: Connection, spec: ClipSpec, streams: Collection[str] = ("depth",)) -> None:
        self._connection = connection
        self._spec = spec
        self._streams = tuple(name for name in _STREAMS if name in streams)
        self._objects = [f"hm_{number}" for number in range(1, len(spec.subjects) + 1)]
        self._camera = self._set_up()
        self.queries = pose_queries(self._camera, self._objects)
        """What is asked with every frame to see that poses were taken."""
        self._asked = self._questions()
        self._mask = MaskReader([self._colour(name) for name in self._objects])

    def _set_up(self) -> str:
        c, spec = self._connection, self._spec
        c.text("vset /action/game/pause")
        center = ",".join(fixed(v * s, 4) for v, s in zip(spec.scene.stage.center_m, (100, -100, 100), strict=True))
        c.director("LoadStage", spec.scene.name, spec.scene.card_sha256, center, timeout_s=LOAD_TIMEOUT_S)
        c.director("SetLook", look_token(spec.look.values), timeout_s=LOAD_TIMEOUT_S)
        for name, subject, colour in zip(self._objects, spec.subjects, mask_colours(len(spec.subjects)), strict=True):
            c.director(
                "SpawnSubject",
                name,
                subject.name,
                subject.gait.name,
                fixed(subject.scale, 6),
                subject.motion_sha256,
                timeout_s=LOAD_TIMEOUT_S,
            )
            c.text(f"vset /object/{name}/color {colour[0]} {colour[1]} {colour[2]}")
        if len(c.text("vget /cameras").split()) < 2:
            # Camera 0 is the player's and lags a tick behind on Unreal: always use a spawned one.
            c.text("vset /cameras/spawn")
        camera = str(len(c.text("vget /cameras").split()) - 1)
        c.text(f"vset /camera/{camera}/size {spec.render.width} {spec.render.height}")
        c.text(f"vset /camera/{camera}/fov {fixed(spec.camera.hfov_deg, 6)}")
        size, fov = c.text(f"vget /camera/{camera}/size"), c.text(f"vget /camera/{camera}/fov")
        with self._placed():
            check_lens(size, fov, (spec.render.width, spec.render.height), spec.camera.hfov_deg)
        return camera

    def _colour(self, name: str) -> tuple[int, int, int]:
        reply = self._connection.text(f"vget /object/{name}/color")
        try:
            values = [int(part.split("=")[1]) for part in reply.strip("()").split(",")]
        except (IndexError, ValueError):
            raise EngineError(f"colour of {name} was answered {reply!r}, expected (R=..,G=..,B=..,A=..)") from None
        return values[0], values[1], values[2]

    def _pose_commands(self, instant: Instant) -> list[str]:
        location = " ".join(fixed(v, 4) for v in instant.camera_ue[:3])
        rotation = " ".join(fixed(v, 5) for v in instant.camera_ue[3:])
        return [
            f"vset /camera/{self._camera}/location {location}",
            f"vset /camera/{self._camera}/rotation {rotation}",
            director_command("SetSubjects", subjects_token(instant.subjects)),
        ]

    def _step_commands(self) -> list[str]:
        """A step before new poses: the old ones become the earlier instant of the flow."""
        return [director_command("Step", fixed(1.0 / self._spec.render.fps, 6))] if "flow" in self._streams else []

    def _capture_commands(self, instant: Instant) -> list[str]:
        # The queries last, so that what was there before and after the pictures was there while they were taken.
        return [*self._step_commands(), *self._pose_commands(instant), *self._asked, *self.queries]

    def _questions(self) -> list[str]:
        commands = [f"vget /camera/{self._camera}/lit bmp"]
        commands.append(f"vget /camera/{self._camera}/object_mask bmp")
        commands += [f"vget /camera/{self._camera}/{_STREAMS[name]} npy" for name in self._streams]
        for name in self._objects:
            commands.append(director_command("Bones", name))
            commands.append(director_command("PosedBounds", name))
            commands.append(director_command("SoloSilhouette", self._camera, name))
        return commands

    def captures(self, instants: Sequence[Instant]) -> Iterator[Capture]:
        """One capture an instant, in order; one transaction is under way while another is being used.

        Raises EngineFault also after the last one, where a second look shows that an answer was late.
        """
        self._warm_up(instants[0])
        under_way: deque[list[str]] = deque()
        repeats = Repeats()
        before: Capture | None = None
        for number in range(len(instants) + 1):
            if number < len(instants):
                commands = self._capture_commands(instants[number])
                self._connection.submit(commands)
                under_way.append(commands)
            if number > 0:
                answers = self._collect(under_way.popleft(), instants[number - 1])
                shot = self._capture(answers, first=number == 1)
                self._check(shot, instants[number - 1], before, instants[number - 2] if number > 1 else None)
                repeats.note(answers, self._pose_commands(instants[number - 1])[:2])
                before = shot
                yield shot
        with self._placed():
            self._look_again(instants, repeats)

    def _look_again(self, instants: Sequence[Instant], repeats: Repeats) -> None:
        """Ask for what may have been late, see the module `second_look`."""
        answers, before = repeats.last_two
        if before:
            # Colours have a history on an engine; of their latency the first look at a connection tells.
            lasting = [command for command in self._asked if not command.endswith("/lit bmp")]
            replies = self._legible([*lasting, *lasting], self._ask([*lasting, *lasting]))
            again, once_more = (dict(zip(lasting, part, strict=True)) for part in (replies[: len(lasting)], replies[len(lasting) :]))
            check_twice({command: answers[command] for command in lasting}, before, again, once_more, f"at instant {len(instants) - 1}")
        for number, equal in repeats.finish().items():
            if self._pose_commands(instants[number]) != self._pose_commands(instants[number - 1]):
                then, now = (self._answers_at(instants, k, list(equal)) for k in (number - 1, number))
                check_again(equal, then, now, f"at instant {number}")

    def _answers_at(self, instants: Sequence[Instant], number: int, asked: list[str]) -> Answers:
        """Answers of an instant apart from the others."""
        if any("/lit " in command for command in asked):
            self._draw_and_drop(instants[number])
        steps = self._step_commands() and [*self._pose_commands(instants[max(number - 1, 0)]), *self._step_commands()]
        replies = self._ask([*steps, *self._pose_commands(instants[number]), *asked, *self.queries])
        return dict(zip(asked, self._legible(asked, self._checked(replies, instants[number])[-len(asked) :]), strict=True))

    def _legible(self, commands: list[str], replies: list[Reply]) -> list[Reply]:
        """The replies; EngineError where one is not of the form that its command has."""
        size = (self._spec.render.height, self._spec.render.width)
        for command, reply in zip(commands, replies, strict=True):
            if command.startswith("vbp "):
                parse_director_reply(reply, command)
            elif command.endswith(" bmp"):
                read_bmp(reply, size)
            else:
                read_npy(reply)
        return replies

    def _ask(self, commands: list[str]) -> list[Reply]:
        self._connection.submit(commands)
        return self._replies(commands)

    def _check(self, shot: Capture, instant: Instant, before: Capture | None, earlier: Instant | None) -> None:
        with self._placed():
            check_capture(shot, instant, before, earlier)

    @contextmanager
    def _placed(self) -> Iterator[None]:
        """Errors of the block say of which engine they are."""
        try:
            yield
        except EngineError as error:
            error.args = (f"{self._connection.address}: {error}",)
            raise

    def _warm_up(self, instant: Instant) -> None:
        """Pictures thrown away from where the first one will be taken: an engine's light and anti-aliasing have a history."""
        self._draw_and_drop(instant)
        if not self._connection.is_prompt:
            self._check_latency(instant)
            self._connection.is_prompt = True
            self._draw_and_drop(instant)

    def _draw_and_drop(self, instant: Instant) -> None:
        self._pose(instant)
        self._connection.director("WarmUp", WARM_UP_FRAMES, timeout_s=LOAD_TIMEOUT_S)

    def _check_latency(self, instant: Instant) -> None:
        """Once a connection: that a picture is of where the camera was put just before, not of where it was then."""
        turned = instant.camera_ue + np.array([0.0, 0.0, 0.0, 0.0, 90.0, 0.0])
        shots = []
        for there in (replace(instant, camera_ue=turned), instant, instant):
            self._pose(there)
            reply = self._connection.request(f"vget /camera/{self._camera}/lit bmp")
            shots.append(read_bmp(reply, (self._spec.render.height, self._spec.render.width)))
        check_latency(*shots)

    def _pose(self, instant: Instant) -> None:
        *camera, subjects = self._pose_commands(instant)
        for command in camera:
            self._connection.text(command)
        parse_director_reply(self._connection.text(subjects), subjects)

    def silhouette_pixels(self, instants: Sequence[Instant], subject: int) -> list[int]:
        """Pixels that subject `subject` (0-based) covers alone at each instant; asked twice, for an answer may be late."""
        question = director_command("SoloSilhouette", self._camera, self._objects[subject])
        counts = []
        for instant in instants:
            commands = [*self._pose_commands(instant), question, question, *self.queries]
            *_, once, twice = self._checked(self._ask(commands), instant)
            if once != twice:
                raise EngineFault("late_silhouette", f"{self._connection.address}: {question!r} was answered {once!r}, then {twice!r}")
            counts.append(int(parse_director_reply(twice, question)["pixels"]))
        return counts

    def _replies(self, commands: list[str]) -> list[Reply]:
        replies = [self._connection.collect(command[:60]) for command in commands]
        for reply, command in zip(replies, commands, strict=True):
            if command.startswith(_UNREAD):
                parse_director_reply(reply, command)  # only whether it was refused
        return replies

    def _checked(self, replies: list[Reply], instant: Instant) -> list[Reply]:
        """Replies without those of the queries, which say that the poses were those of the instant."""
        count = len(replies) - len(self.queries)
        with self._placed():
            check_poses(replies[count:], np.stack([instant.camera_ue, *(subject.ue for subject in instant.subjects)]))
        return replies[:count]

    def _collect(self, commands: list[str], instant: Instant) -> Answers:
        replies = self._checked(self._replies(commands), instant)
        return dict(zip(self._asked, replies[-len(self._asked) :], strict=True))

    def _capture(self, answers: Answers, first: bool) -> Capture:
        try:
            shot = self._read(answers)
        except (KeyError, ValueError) as error:
            raise EngineError(f"{self._connection.address}: a reply is not as the director's table says: {error!r}") from error
        if first and shot.flow is not None:
            shot.flow.fill(np.nan)  # of what was before, another clip perhaps
        return shot

    def _read(self, answers: Answers) -> Capture:
        size = (self._spec.render.height, self._spec.render.width)
        left = iter(answers.items())
        bgra = read_bmp(next(left)[1], size)
        mask = self._mask.read(read_bmp(next(left)[1], size))
        streams = {name: next(left)[1] for name in self._streams}
        depth = read_depth_m(streams["depth"], size) if "depth" in streams else np.full(size, np.inf, np.float32)
        normals = read_normals(streams["normal"], size) if "normal" in streams else None
        flow = read_flow(streams["flow"], size).copy() if "flow" in streams else None
        joints, bounds, silhouettes = [], [], []
        told = [parse_director_reply(reply, command) for command, reply in left]
        for bones, box, solo in zip(told[::3], told[1::3], told[2::3], strict=True):
            joints.append(world_points_from_ue(np.fromstring(bones["bones"], sep=",").reshape(-1, 3)))
            bounds.append(_root_bounds(np.fromstring(box["box"], sep=",")))
            silhouettes.append((int(solo["pixels"]), np.array([int(v) for v in solo["box"].split(",")])))
        return Capture(bgra, mask, depth, tuple(joints), tuple(bounds), tuple(silhouettes), normals, flow)


def _root_bounds(box_cm: Array) -> Array:
    points = world_points_from_ue(box_cm.reshape(2, 3))
    return np.stack([points.min(0), points.max(0)])
