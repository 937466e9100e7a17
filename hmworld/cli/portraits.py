"""Pictures of scenes and subjects, taken through the protocol as a clip's frames are."""

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from hmworld.catalog import Catalog
from hmworld.catalog.catalog import scene_digest
from hmworld.engine import Connection
from hmworld.engine.pictures import MaskReader, read_bmp
from hmworld.engine.session import LOAD_TIMEOUT_S
from hmworld.engine.tokens import look_token
from hmworld.geometry.motion import Motion
from hmworld.model.cards import Look, Obstacle, SceneCard, Stage, SubjectCard
from hmworld.protocol.grammar import fixed
from hmworld.report.contact_sheet import Group, Tile

Array = NDArray[np.float64]
Picture = NDArray[np.uint8]

SCENE_TILES = 4
SCENE_SIZE = (672, 378)
SCENE_FOV_DEG = 62.0
EYE_M, EYE_PITCH_DEG = 1.9, -4.0
FAR_M = 45.0
"""Farther than this all views are alike."""
SUBJECT_SIZE = (384, 448)
SUBJECT_FOV_DEG = 24.0
SUBJECT_AZIMUTH_DEG, SUBJECT_PITCH_DEG = 38.0, -9.0
SUPERSAMPLING = 2
MARGIN = 0.86
"""Share of a tile's width and height that its subject may fill."""
ALOFT_M = 400.0
"""Subjects are photographed high above the scene, where nothing shades or hides them."""
_STUDIO = Look(
    sun_azimuth_deg=65.0,
    sun_elevation_deg=42.0,
    sun_rgb=(2.5, 2.4, 2.25),
    sky_rgb=(0.78, 0.82, 0.9),
    horizon_rgb=(0.78, 0.8, 0.84),
    ground_rgb=(0.42, 0.41, 0.4),
    fog_density_per_m=0.0,
    exposure=0.72,
)
_PAPER = ((236, 234, 231), (206, 203, 199))
"""Background of portraits, BGR, from the top down."""


def scene_tiles(connection: Connection, card: SceneCard) -> Group:
    """A few views of a scene: every stage and every look is in one of them, as far as they go."""
    looks, tiles = list(card.looks.items()), []
    for k in range(min(SCENE_TILES, max(len(card.stages), len(looks)))):
        stage, (look_name, look) = card.stages[k % len(card.stages)], looks[k % len(looks)]
        _load(connection, card, stage, look)
        camera = _camera(connection, SCENE_SIZE, SCENE_FOV_DEG)
        pose = _scene_pose(stage, card.obstacles, look.sun_azimuth_deg)
        picture = _shoot(connection, camera, pose, SCENE_SIZE)
        tiles.append(Tile(picture, f"{stage.name} · {look_name}"))
    return Group(card.title, f"{card.name}: {card.place}", tuple(tiles))


def _scene_pose(stage: Stage, obstacles: Sequence[Obstacle], sun_azimuth_deg: float) -> Array:
    """A view across a stage (x, y, z, yaw, pitch) from its edge: far, between things, with the sun behind rather than ahead."""
    best, pose = -np.inf, np.zeros(5)
    for turn in range(0, 360, 15):
        yaw_deg = stage.yaw_deg + turn
        yaw = np.deg2rad(yaw_deg)
        back = 0.85 * stage.radius_m * np.array([np.cos(yaw), np.sin(yaw), 0.0])
        eye = np.array(stage.center_m) - back + np.array([0.0, 0.0, EYE_M])
        ways = np.array([_open_way(eye, yaw + np.deg2rad(aside), obstacles) for aside in range(-28, 29, 4)])
        # Far ahead in the middle, nothing right before the lens, and not empty all round.
        score = 1.5 * np.sqrt(ways[5:10].mean()) + np.minimum(ways, 6.0).mean() + 3.0 * float((ways < FAR_M).mean())
        score -= 1.5 * np.cos(yaw - np.deg2rad(sun_azimuth_deg)) + (50.0 if ways.min() < 1.0 else 0.0)
        if score > best:
            best, pose = score, np.array([*eye, yaw_deg, EYE_PITCH_DEG])
    return pose


def _open_way(eye: Array, yaw: float, obstacles: Sequence[Obstacle]) -> float:
    """Metres from a point to the first obstacle at its height in a direction, at most `FAR_M`."""
    way = FAR_M
    for o in obstacles:
        if abs(o.center_m[2] - eye[2]) > o.half_m[2]:
            continue
        turn = np.deg2rad(o.yaw_deg)
        c, s = np.cos(turn), np.sin(turn)
        dx, dy = eye[0] - o.center_m[0], eye[1] - o.center_m[1]
        start = np.array([c * dx + s * dy, c * dy - s * dx])
        heading = np.array([np.cos(yaw - turn), np.sin(yaw - turn)])
        heading = np.where(np.abs(heading) < 1e-9, 1e-9, heading)
        ends = np.sort((np.array([[-1.0], [1.0]]) * o.half_m[:2] - start) / heading, axis=0)
        enter, leave = float(ends[0].max()), float(ends[1].min())
        if leave > max(enter, 0.0):
            way = min(way, max(enter, 0.0))
    return way


def subject_tiles(connection: Connection, catalog: Catalog, names: Sequence[str]) -> Iterator[Group]:
    """A portrait of each subject in mid-stride, three quarters from the front, on plain paper."""
    card = next(card for card in catalog.scenes.values() if card.embedded is not None)
    stage = card.stages[0].model_copy(update={"center_m": (0.0, 0.0, ALOFT_M)})
    _load(connection, card, stage, _STUDIO)
    size = (SUBJECT_SIZE[0] * SUPERSAMPLING, SUBJECT_SIZE[1] * SUPERSAMPLING)
    for name in names:
        subject = catalog.subjects[name]
        picture = _portrait(connection, subject, catalog.motion(name), size)
        words = f"{subject.species}, {subject.height_m:.2f} m"
        yield Group(subject.title, f"{name}: {subject.noun}", (Tile(picture, words),))


def _portrait(connection: Connection, card: SubjectCard, motion: Motion, size: tuple[int, int]) -> Picture:
    gait = "walk" if "walk" in card.gaits else next(n for n, g in card.gaits.items() if g.stride_m > 0)
    phase = _widest_phase(motion, gait)
    at = np.array([phase])
    points = motion.posed_points(gait, at, np.zeros(1), np.ones(1), len(motion.points))[0]
    connection.director("ClearSubjects")
    connection.director("SpawnSubject", "portrait", card.name, gait, "1", card.motion_sha256, timeout_s=LOAD_TIMEOUT_S)
    connection.text("vset /object/portrait/color 240 40 80")
    camera = _camera(connection, size, SUBJECT_FOV_DEG)
    seconds = fixed(phase * card.gaits[gait].cycle_s, 6)
    connection.director("SetSubjects", f"0,0,{fixed(100 * ALOFT_M, 4)},0,0,0,{seconds},0,1")
    pose = _portrait_pose(points, size)
    rgb = _shoot(connection, camera, pose, size)
    mask = MaskReader([(240, 40, 80)]).read(read_bmp(connection.request(f"vget /camera/{camera}/object_mask bmp"), size[::-1]))
    return _on_paper(rgb, mask, points, pose)


def _widest_phase(motion: Motion, gait: str) -> float:
    """The phase at which the feet are farthest apart."""
    phases = np.linspace(0.0, 1.0, 16, endpoint=False)
    posed = motion.posed_points(gait, phases, np.zeros(16), np.ones(16), len(motion.points))
    low = posed[0, :, 2] < 0.2 * np.ptp(posed[0, :, 2]) + posed[0, :, 2].min()
    return float(phases[np.ptp(posed[:, low, 0], axis=1).argmax()])


def _portrait_pose(points: Array, size: tuple[int, int]) -> Array:
    """The camera (x, y, z, yaw, pitch) from which points (N, 3) fill a picture, with room for their shadow."""
    yaw = np.deg2rad(SUBJECT_AZIMUTH_DEG + 180.0)
    axes = _axes(yaw, np.deg2rad(SUBJECT_PITCH_DEG))
    middle = (points.min(axis=0) + points.max(axis=0)) / 2.0
    half = np.tan(np.deg2rad(SUBJECT_FOV_DEG) / 2.0) * MARGIN * np.array([1.0, size[1] / size[0]])
    for _ in range(3):  # once more, with the middle of what it then looks like
        right, up, ahead = axes @ (points - middle).T
        away = float(max((np.abs(right) / half[0] - ahead).max(), (np.abs(up) / half[1] - ahead).max()))
        u, v = right / (ahead + away), up / (ahead + away)
        middle = middle + away * ((u.min() + u.max()) / 2.0 * axes[0] + (v.min() + v.max()) / 2.0 * axes[1])
    eye = middle - away * axes[2] + np.array([0.0, 0.0, ALOFT_M])
    return np.array([*eye, np.rad2deg(yaw), SUBJECT_PITCH_DEG])


def _axes(yaw: float, pitch: float) -> Array:
    """Right, up and forward (3, 3) of a camera."""
    ahead = np.array([np.cos(yaw) * np.cos(pitch), np.sin(yaw) * np.cos(pitch), np.sin(pitch)])
    right = np.array([np.sin(yaw), -np.cos(yaw), 0.0])
    return np.stack([right, np.cross(right, ahead), ahead])


def _on_paper(bgr: Picture, mask: NDArray[np.uint8], points: Array, pose: Array) -> Picture:
    """A subject cut out and laid on plain paper, with a soft shadow where it stands."""
    height, width = mask.shape
    top, bottom = (np.array(colour, np.float32) for colour in _PAPER)
    paper = np.broadcast_to(top + (bottom - top) * np.linspace(0.0, 1.0, height, dtype=np.float32)[:, None, None], bgr.shape).copy()
    axes = _axes(np.deg2rad(pose[3]), np.deg2rad(pose[4]))
    focal = width / (2.0 * np.tan(np.deg2rad(SUBJECT_FOV_DEG) / 2.0))
    # The lowest points and all others pressed flat: darkest under the feet, fainter under the rest.
    flat = points * np.array([1.0, 1.0, 0.0]) + np.array([0.0, 0.0, ALOFT_M])
    right, up, ahead = axes @ (flat - pose[:3]).T
    columns, rows = width / 2.0 + focal * right / ahead, height / 2.0 - focal * up / ahead
    shade = np.zeros((height, width), np.float32)
    spot = max(2, width // 60)
    near = np.exp(-points[:, 2] / (0.12 * np.ptp(points[:, 2])))
    for x, y, weight in zip(columns, rows, 0.25 + near, strict=True):
        cv2.ellipse(shade, (round(float(x)), round(float(y))), (2 * spot, spot), 0.0, 0.0, 360.0, float(weight), -1)
    shade = cv2.GaussianBlur(shade, (0, 0), width / 45.0)
    paper *= 1.0 - 0.5 * np.minimum(1.0, shade)[..., None]
    picture = np.where(mask[..., None] > 0, bgr.astype(np.float32), paper)
    small = cv2.resize(picture, (width // SUPERSAMPLING, height // SUPERSAMPLING), interpolation=cv2.INTER_AREA)
    return np.asarray(np.rint(small), np.uint8)


def _load(connection: Connection, card: SceneCard, stage: Stage, look: Look) -> None:
    connection.text("vset /action/game/pause")
    center = ",".join(fixed(v * s, 4) for v, s in zip(stage.center_m, (100, -100, 100), strict=True))
    connection.director("LoadStage", card.name, scene_digest(card), center, timeout_s=LOAD_TIMEOUT_S)
    connection.director("SetLook", look_token(look), timeout_s=LOAD_TIMEOUT_S)


def _camera(connection: Connection, size: tuple[int, int], fov_deg: float) -> str:
    if len(connection.text("vget /cameras").split()) < 2:
        connection.text("vset /cameras/spawn")
    camera = str(len(connection.text("vget /cameras").split()) - 1)
    connection.text(f"vset /camera/{camera}/size {size[0]} {size[1]}")
    connection.text(f"vset /camera/{camera}/fov {fixed(fov_deg, 6)}")
    return camera


def _shoot(connection: Connection, camera: str, pose: Array, size: tuple[int, int]) -> Picture:
    """The picture (H, W, 3), BGR, from a pose x, y, z in world metres and yaw, pitch in degrees."""
    location = " ".join(fixed(float(v), 4) for v in pose[:3] * (100.0, -100.0, 100.0))
    connection.text(f"vset /camera/{camera}/location {location}")
    connection.text(f"vset /camera/{camera}/rotation {fixed(float(pose[4]), 5)} {fixed(-float(pose[3]), 5)} 0")
    reply = connection.request(f"vget /camera/{camera}/lit bmp", LOAD_TIMEOUT_S)
    return np.ascontiguousarray(read_bmp(reply, size[::-1])[..., :3])
