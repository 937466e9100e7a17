"""The functions of HMDirector (`hmworld.protocol.director`) on the embedded world."""

import json
import math
from collections.abc import Callable

import numpy as np

from hmworld.embedded import ENGINE_BUILD, ENGINE_NAME
from hmworld.embedded.actors import WorldError
from hmworld.embedded.world import World
from hmworld.geometry.frames import ue_points_from_world, world_points_from_ue
from hmworld.model.cards import Look
from hmworld.protocol.director import DIRECTOR, DIRECTOR_VERSION
from hmworld.protocol.grammar import fixed

Reply = dict[str, str]
MAX_NUMBER = 1e9


def call(world: World, function: str, arguments: list[str]) -> str:
    """The JSON answer of a call; WorldError for unknown functions and bad arguments."""
    handler = HANDLERS.get(function)
    if handler is None:
        raise WorldError(f"HMDirector has no function {function!r}; it has {','.join(HANDLERS)}")
    expected = next(f.arguments for f in DIRECTOR if f.name == function)
    if len(arguments) != len(expected):
        raise WorldError(f"Argument Invalid: {function} takes {len(expected)} arguments {expected}, got {len(arguments)}")
    return json.dumps(handler(world, *arguments), separators=(",", ":"))


def numbers(token: str, count: int | None = None) -> list[float]:
    """The comma-separated numbers of an argument, `count` of them where given."""
    try:
        values = [float(part) for part in token.split(",")]
    except ValueError:
        raise WorldError(f"Argument Invalid: expected comma-separated numbers, got {token[:80]!r}") from None
    if count is not None and len(values) != count:
        raise WorldError(f"Argument Invalid: expected {count} numbers, got {len(values)}")
    if not all(math.isfinite(v) and abs(v) < MAX_NUMBER for v in values):
        raise WorldError("Argument Invalid: numbers must be finite and below 1e9")
    return values


def _capabilities(_world: World) -> Reply:
    return {
        "director": DIRECTOR_VERSION,
        "engine": ENGINE_NAME,
        "build": ENGINE_BUILD,
        "functions": ",".join(HANDLERS),
    }


def _load_stage(world: World, scene: str, card_sha256: str, center: str) -> Reply:
    x, y, z = (float(v) for v in world_points_from_ue(numbers(center, 3)))
    world.load_scene(scene, card_sha256, (x, y, z))
    return {"scene": scene}


def _set_look(world: World, look: str) -> Reply:
    v = numbers(look, 17)
    try:
        values = Look(
            sun_azimuth_deg=v[0],
            sun_elevation_deg=v[1],
            sun_rgb=(v[2], v[3], v[4]),
            sky_rgb=(v[5], v[6], v[7]),
            horizon_rgb=(v[8], v[9], v[10]),
            ground_rgb=(v[11], v[12], v[13]),
            fog_density_per_m=v[14],
            exposure=v[15],
            lamps=v[16],
        )
    except ValueError as error:
        raise WorldError(f"Argument Invalid: {' '.join(str(error).split())}") from None
    world.set_look(values)
    return {"look": look}


def _spawn(world: World, name: str, subject: str, gait: str, scale: str, motion_sha256: str) -> Reply:
    spawned = world.spawn(name, subject, gait, numbers(scale, 1)[0], motion_sha256)
    if world.strict is not None:
        world.strict.annotate(spawned)
    return {"object": name, "joints": ",".join(spawned.motion.joint_names)}


def _spawn_box(world: World, name: str, box: str) -> Reply:
    v = numbers(box, 9)
    spawned = world.spawn_box(name, np.array(v[:6]), np.array(v[6:]))
    if world.strict is not None:
        world.strict.annotate(spawned)
    return {"object": name}


def _clear(world: World) -> Reply:
    count = len(world.subjects)
    world.clear_subjects()
    return {"cleared": str(count)}


def _set_subjects(world: World, poses: str) -> Reply:
    subjects = world.posed_subjects()
    v = numbers(poses, 9 * len(subjects)) if subjects else []
    if not v:
        raise WorldError("No subject is spawned")
    for subject, row in zip(subjects, np.array(v).reshape(-1, 9), strict=True):
        if not 0.0 <= row[8] <= 1.0:
            raise WorldError(f"Argument Invalid: weight of {subject.name} must be 0 to 1, got {row[8]}")
    for subject, row in zip(subjects, np.array(v).reshape(-1, 9), strict=True):
        subject.ue = row[:6].copy()
        subject.gait_time_s, subject.idle_time_s, subject.gait_weight = (float(x) for x in row[6:])
    world.drawing.moved()
    return {"subjects": str(len(subjects))}


def _bones(world: World, name: str) -> Reply:
    points = ue_points_from_world(world.joints_world(world.subject(name)))
    return {"bones": ",".join(fixed(float(x), 4) for x in points.ravel())}


def _posed_bounds(world: World, name: str) -> Reply:
    low, high = world.posed_bounds(world.subject(name))
    # Y points left in our root frame and right in Unreal's: min and max trade places.
    box = 100.0 * np.array([low[0], -high[1], low[2], high[0], -low[1], high[2]])
    return {"box": ",".join(fixed(float(x), 4) for x in box)}


def _solo_silhouette(world: World, camera: str, name: str) -> Reply:
    found, subject = world.camera(camera), world.subject(name)
    count, *box = world.drawing.silhouette(found, subject)
    return {"pixels": str(count), "box": ",".join(str(x) for x in box)}


def _warm_up(world: World, frames: str) -> Reply:
    (count,) = numbers(frames, 1)
    if world.strict is not None:
        world.strict.warm_up(int(count), world.cameras)
    return {"frames": frames}


def _step(world: World, seconds: str) -> Reply:
    numbers(seconds, 1)
    world.remember()
    return {"seconds": seconds}


HANDLERS: dict[str, Callable[..., Reply]] = {
    "Capabilities": _capabilities,
    "LoadStage": _load_stage,
    "SetLook": _set_look,
    "SpawnSubject": _spawn,
    "SpawnBox": _spawn_box,
    "ClearSubjects": _clear,
    "SetSubjects": _set_subjects,
    "Bones": _bones,
    "PosedBounds": _posed_bounds,
    "SoloSilhouette": _solo_silhouette,
    "WarmUp": _warm_up,
    "Step": _step,
}
