"""Tables and numbers of the compiled forecast, from documents: of a whole recipe's shapes, or of clips that are already decided."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hmworld.choreography.compiled.layout import CHANNELS, F64, I16, RUN, STEPS, TICKS, Clips, Library, make_clips
from hmworld.choreography.compiled.poses import lead
from hmworld.choreography.compiled.skins import Skins
from hmworld.choreography.walk import Walk
from hmworld.geometry.camera import intrinsics
from hmworld.geometry.motion import Motion
from hmworld.geometry.splines import KeyedChannel, Path
from hmworld.model.base import Vec2
from hmworld.model.cards import Obstacle
from hmworld.model.clip import ClipSpec, RenderSpec

PATH_STEPS = 2048


def path_tables(points: Sequence[Vec2], closed: bool) -> tuple[F64, F64, float]:
    """Places (N + 1, 2) and unwrapped headings (N + 1,) evenly spaced along a path, and its length."""
    path = Path(tuple(points), closed)
    length = path.length_m
    along = np.linspace(0.0, length, PATH_STEPS + 1)
    xy, tangents = path.at(along)
    if closed:
        xy[-1], tangents[-1] = xy[0], tangents[0]
    return xy, np.unwrap(np.arctan2(tangents[:, 1], tangents[:, 0])), length


def speed_tables(keys: Sequence[Vec2], ticks: int, tick_s: float) -> tuple[F64, F64, float]:
    """Integral (G + 1,) of a speed channel with keys in s, the channel over its greatest key (G + 1,), and that key."""
    channel = KeyedChannel(tuple(t for t, _ in keys), tuple(v for _, v in keys))
    times = np.arange(ticks + 1) * tick_s
    top = max(v for _, v in keys)
    return channel.integral(times) - channel.integral(np.zeros(1))[0], channel(times) / max(top, 1e-12), top


def channel_table(keys: Sequence[Vec2], ticks: int, tick_s: float) -> F64:
    """Values (G + 1,) of a camera channel with keys in s; zeros where it has none."""
    if not keys:
        return np.zeros(ticks + 1)
    return KeyedChannel(tuple(t for t, _ in keys), tuple(v for _, v in keys))(np.arange(ticks + 1) * tick_s)


class Gaits:
    """Surface points of every phase of the gaits that are used, in one pool."""

    def __init__(self) -> None:
        self._points: list[I16] = []
        self._count = 0
        self._numbers: dict[tuple[str, str], int] = {}
        self.first: list[int] = []
        self.phases: list[int] = []
        self.step_m: list[float] = []
        self.low: list[np.ndarray] = []
        self.high: list[np.ndarray] = []
        self.skins = Skins()

    def add(self, motion: Motion, gait: str) -> int:
        """Take in a gait of a subject; its number."""
        points = motion.gait_points(gait)
        skins = self.skins.posed(motion)
        both = np.concatenate([p.reshape(-1, 3) for p in (points, motion.gait_points("idle"), skins[gait], skins["idle"])])
        self.first.append(self._count)
        self.phases.append(len(points))
        # Column by column: along an axis as short as theirs, NumPy takes many times as long.
        self.low.append(np.array([both[:, k].min() for k in range(3)]) - 1e-4)
        self.high.append(np.array([both[:, k].max() for k in range(3)]) + 1e-4)
        self.step_m.append(max(1e-6, float(np.abs(points).max())) / STEPS)
        runs = np.rint(points / self.step_m[-1]).astype(np.int16).reshape(len(points), -1, RUN, 3)
        self._points.append(runs.transpose(1, 0, 3, 2).reshape(runs.shape[1], len(points), 3 * RUN))
        self.skins.add(motion, gait)
        self._count += len(points)
        return len(self.first) - 1

    def number(self, motion: Motion, gait: str) -> int:
        """The number of a gait of a motion file, which is taken in the first time."""
        key = (motion.sha256, gait)
        if key not in self._numbers:
            self._numbers[key] = self.add(motion, gait)
        return self._numbers[key]

    def pool(self) -> I16:
        """(N / RUN, K, 3 RUN)"""
        return np.concatenate(self._points, 1)


def library(
    render: RenderSpec,
    hfov_deg: float,
    paths: Sequence[tuple[F64, F64, bool]],
    speeds: Sequence[tuple[F64, F64, float]],
    channels: Sequence[F64],
    gaits: Gaits,
    obstacles: Sequence[Obstacle],
) -> Library:
    """Put tables together: `paths` places, headings, closed; `speeds` as `speed_tables` gives them; `channels` (7, G + 1) each."""
    k = intrinsics(render.width, render.height, hfov_deg)
    yaw = np.deg2rad([o.yaw_deg for o in obstacles])
    return Library(
        ticks=np.int64(render.frames * TICKS),
        tick_s=np.float64(1.0 / (render.fps * TICKS)),
        path_xy=np.array([xy for xy, _, _ in paths]),
        path_heading=np.array([heading for _, heading, _ in paths]),
        path_closed=np.array([closed for _, _, closed in paths], np.uint8),
        progress=np.array([progress for progress, _, _ in speeds]),
        pace=np.array([pace for _, pace, _ in speeds]),
        top=np.array([top for _, _, top in speeds]),
        channels=np.array(channels),
        moves=np.asarray(np.array(channels).any(-1), np.uint8),
        points=gaits.pool(),
        gait_step=np.array(gaits.step_m, np.float64),
        gait_first=np.array(gaits.first, np.int32),
        gait_phases=np.array(gaits.phases, np.int32),
        gait_low=np.array(gaits.low, np.float64),
        gait_high=np.array(gaits.high, np.float64),
        **gaits.skins.tables(),
        obstacle_center=np.array([o.center_m for o in obstacles], np.float64).reshape(-1, 3),
        obstacle_half=np.array([o.half_m for o in obstacles], np.float64).reshape(-1, 3),
        obstacle_reach=np.array([np.hypot(o.half_m[0], o.half_m[1]) for o in obstacles], np.float64),
        obstacle_turn=np.stack([np.cos(yaw), np.sin(yaw)], 1).reshape(-1, 2),
        obstacle_round=np.array([o.kind == "ellipsoid" for o in obstacles], np.uint8),
        obstacle_solid=np.array([o.solid for o in obstacles], np.uint8),
        width=np.float64(render.width),
        height=np.float64(render.height),
        focal_px=np.float64(k[0, 0]),
        min_visible_px=np.float64(render.min_visible_px),
        frames=np.int64(render.frames),
        context_frames=np.int64(render.context_frames),
    )


def pack(
    specs: Sequence[ClipSpec], motions: dict[str, Motion], areas_m2: dict[str, float], obstacles: Sequence[Obstacle]
) -> tuple[Library, Clips]:
    """Clips that are already decided, all of one scene, size and lens; `motions` and surface areas by subject name."""
    first = specs[0]
    ticks, tick_s = first.render.frames * TICKS, 1.0 / (first.render.fps * TICKS)
    clips = make_clips(len(specs), max(len(spec.subjects) for spec in specs))
    paths: list[tuple[F64, F64, bool]] = []
    channels: list[F64] = []
    speeds, gaits = [], Gaits()
    for i, spec in enumerate(specs):
        if (spec.render, spec.camera.hfov_deg, spec.scene.name) != (first.render, first.camera.hfov_deg, first.scene.name):
            raise ValueError(f"pack: clip {i} is not of the scene, size and lens of the first")
        stage, eye = spec.scene.stage, spec.camera
        clips.subjects[i] = len(spec.subjects)
        clips.obstacles[i] = 0, len(obstacles)
        clips.stage[i] = *stage.center_m, stage.radius_m
        for j, subject in enumerate(spec.subjects):
            if subject.present_s or subject.held_s:
                raise ValueError(f"pack: clip {i}: {subject.name} is held or not always there; such clips are forecast plainly")
            clips.stage[i, 2] = subject.path.ground_z_m
            xy, heading, length = path_tables(subject.path.points_m, subject.path.closed)
            # The unwrapped heading of the first tangent may be another turn than the walk's.
            heading = (
                heading
                + Walk(subject).heading(np.zeros(1))[0]
                - np.interp(subject.path.start_m, np.linspace(0, length, len(heading)), heading)
            )
            clips.path[i, j] = len(paths)
            paths.append((xy, heading, subject.path.closed))
            speeds.append(speed_tables(subject.path.speed_mps, ticks, tick_s))
            clips.turn[i, j] = np.eye(2)
            clips.heading[i, j] = 1.0, 0.0
            clips.length_m[i, j], clips.start_m[i, j], clips.speed_mps[i, j] = length, subject.path.start_m, 1.0
            motion = motions[subject.name]
            clips.gait[i, j] = gaits.number(motion, subject.gait.name), gaits.number(motion, "idle")
            clips.gait_numbers[i, j] = subject.phase, subject.gait.stride_m, subject.gait.cycle_s, subject.gait.idle_cycle_s
            area = areas_m2[subject.name] * subject.scale**2
            clips.body[i, j] = subject.scale, subject.height_m, subject.footprint_radius_m, area
        clips.camera[i] = len(channels), eye.pivot == "subject", eye.turns, eye.aim == "pivot"
        channels.append(np.array([channel_table(getattr(eye.channels, name), ticks, tick_s) for name in CHANNELS]))
        clips.gains[i] = 1.0
        clips.pivot[i] = eye.pivot_point_m
        azimuth = np.deg2rad(eye.azimuth_deg)
        clips.eye[i] = azimuth, eye.distance_m, eye.height_m, np.cos(azimuth), np.sin(azimuth)
    tables = library(first.render, first.camera.hfov_deg, paths, speeds, channels, gaits, obstacles)
    for i in range(len(specs)):
        if clips.camera[i, 1]:
            clips.lead[i] = lead(tables, clips, i, 0.0, bool(clips.camera[i, 2]))
    return tables, clips
